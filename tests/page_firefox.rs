//! The built page (`dist/`) in Firefox. Where there is no Firefox or no geckodriver, this says that it was skipped: nothing
//! installs them.

mod browser;
mod external;

use browser::{Browser, Site};
use external::skip;
use serde_json::json;

#[tokio::test]
async fn train_leads_to_a_verdict_in_firefox_too_and_again_without_the_server() {
    let browser = match Browser::firefox().await {
        Ok(browser) => browser,
        Err(why) => return skip!("{why}"),
    };
    let site = Site::new(None);
    let address = format!("{}#device=cpu", site.url);
    browser.open(&address).await;
    browser.until("soft labels", 120, "return at('button', 'Next example')").await;
    browser.press("Train").await;
    println!("in Firefox: {}", browser.verdict(240).await);
    assert_eq!(browser.js("return document.querySelector('[role=alert]')?.innerText ?? null").await, json!(null));
    browser.picture("firefox-1440-light").await;

    browser.until("the service worker in charge", 60, "return navigator.serviceWorker.controller !== null").await;
    // The data were fetched before the service worker was there: they follow.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    drop(site);
    browser.open(&address).await;
    browser.until("soft labels without a server", 120, "return at('button', 'Next example')").await;
    browser.close().await;
}
