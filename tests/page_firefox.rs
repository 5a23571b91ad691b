//! The built page (`dist/`) in Firefox. Without Firefox or geckodriver, which nothing here installs, the test is skipped.

mod browser;
mod external;

use browser::{Browser, Site};
use external::skip;

#[tokio::test]
async fn firefox_trains_to_a_verdict_and_works_without_the_server() {
    let browser = match Browser::firefox().await {
        Ok(browser) => browser,
        Err(why) => return skip!("{why}"),
    };
    let site = Site::new(None);
    let address = format!("{}#device=cpu", site.url);
    browser.open(&address).await;
    browser.ready_within(120).await;
    browser.press("Train").await;
    println!("in Firefox: {}", browser.verdict(240).await);
    browser.no_alert().await;
    browser.picture("firefox-1440-light").await;

    browser.service_worker_in_charge().await;
    // The data were fetched before the service worker was in charge: it fetches them again.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    drop(site);
    browser.open(&address).await;
    browser.until("soft labels without a server", 120, "return at('button', 'Next example')").await;
    browser.close().await;
}
