//! The built page on screens of three widths, in both themes.

mod browser;

use browser::{Browser, Site};
use std::time::Duration;

#[tokio::test]
async fn no_width_scrolls_sideways_after_a_run() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.verdict(120).await;
    for (theme, dark) in [("light", false), ("dark", true)] {
        browser.set_dark(dark).await;
        for width in [1440, 768, 360] {
            browser.resize(width, 1800, Duration::from_millis(400)).await;
            browser.picture(&format!("done-{width}-{theme}")).await;
            browser.no_sideways_scrolling(&format!("{width} px, {theme}")).await;
        }
    }
    browser.no_trouble(&site).await;
    browser.close().await;
}
