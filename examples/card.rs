//! Takes the social card, the picture that other sites show for a link to the page, of the built page after a run
//! (`scripts/card`).

#[path = "../tests/browser/mod.rs"]
mod browser;

use browser::{Browser, Site};
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::json;

/// Sets the page to exactly the card's size (a command of chromedriver: the size of a window includes its frame).
#[derive(Debug)]
struct CardSize;

impl WebDriverCompatibleCommand for CardSize {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or("")))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let size = json!({ "width": 1200, "height": 630, "deviceScaleFactor": 1, "mobile": false });
        let body = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": size });
        (http::Method::POST, Some(body.to_string()))
    }
}

/// Shows only the page's name, its first sentence, the soft labels and the accuracy over steps, enlarged.
const STYLE: &str = "
    body { overflow: hidden }
    .wrap { padding: 0 36px !important; max-width: none !important }
    .top > :not(.logo), .transport, .intro p, .intro .all-lessons, footer, .alerts, .grid > :not(.p-soft, .p-students),
    .terms, .save-chart, .head .quiet, .stats, .method, .rivals, .knob:not([data-knob=t]), .soft-figure figcaption, .p-students > :not(h2, .head, figure) { display: none !important }
    .logo { font-size: 30px !important } .logo svg { width: 36px; height: 36px }
    h1 { font-size: 40px !important; max-width: none !important }
    .intro { padding: 6px 0 18px !important }
    .grid { margin-top: 0 !important; zoom: 0.78 }
    .p-soft, .p-students { grid-column: span 6 !important }
";

#[tokio::main]
async fn main() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.page.issue_cmd(CardSize).await.expect("a page of that size");
    browser.js(&format!("const s = new CSSStyleSheet(); s.replaceSync(`{STYLE}`); document.adoptedStyleSheets = [...document.adoptedStyleSheets, s]; scrollTo(0, 0)")).await;
    tokio::time::sleep(std::time::Duration::from_millis(1000)).await;
    let png = browser.page.screenshot().await.expect("a screenshot");
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/www/card.png"), png).expect("a file for it");
    browser.close().await;
}
