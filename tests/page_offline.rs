//! The built page (`dist/`) without its server, and with a newer version on it.

mod browser;

use browser::{Browser, Site};
use serde_json::json;
use std::sync::atomic::Ordering;

/// Waits until the browser's caches hold a file with this in its address.
async fn cached(browser: &Browser, part: &str) {
    let script = format!(
        "caches.keys().then(async (names) => {{ const all = []; for (const name of names) all.push(...await (await caches.open(name)).keys()); \
         done(all.some((request) => request.url.includes({part:?}))); }})"
    );
    for _ in 0..150 {
        if browser.js_async(&script).await == json!(true) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("{part} is not cached within 30 s");
}

/// Opens a link and waits for its soft labels and for the service worker.
async fn visit(browser: &Browser, address: &str) {
    browser.open(address).await;
    browser.ready().await;
    browser.service_worker_in_charge().await;
}

async fn version(browser: &Browser) -> String {
    let name = browser.js("return document.querySelector('meta[name=softlabel-version]').content").await;
    name.as_str().unwrap_or_default().to_string()
}

#[tokio::test]
async fn after_one_visit_the_page_trains_without_its_server() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    let address = format!("{}#device=cpu&steps=200&replicates=3", site.url);
    visit(&browser, &address).await;
    // It was fetched before the service worker was in charge.
    cached(&browser, "data/fashion.bin.gz?v=").await;
    drop(site);

    browser.open(&address).await;
    browser.until("soft labels without a server", 60, "return at('button', 'Next example')").await;
    let elsewhere =
        browser.js_async("fetch('data/mnist.bin.gz').then(() => done('answered'), () => done('none'))").await;
    assert_eq!(elsewhere, json!("none"), "there is no server any more");
    browser.press("Train").await;
    println!("without a server: {}", browser.verdict(120).await);
    browser.close().await;
}

#[tokio::test]
async fn without_a_server_a_visited_task_works_and_another_one_is_reported() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    visit(&browser, &format!("{}#device=cpu&task=moons", site.url)).await;
    browser.choose("Task", "names").await;
    cached(&browser, "data/names.txt.gz?v=").await;
    drop(site);

    browser.page.refresh().await.unwrap();
    browser
        .until(
            "the names without a server",
            60,
            "return location.hash.includes('task=names') && at('button', 'Next example')",
        )
        .await;
    browser.choose("Task", "mnist").await;
    let alert = browser.alert(60).await;
    assert!(alert.contains("MNIST") && alert.contains("could not be fetched"), "{alert}");
    browser.close().await;
}

#[tokio::test]
async fn a_new_version_is_offered_and_loads_when_accepted() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    visit(&browser, &format!("{}#device=cpu&steps=5000&replicates=12&hidden=128", site.url)).await;
    let first = version(&browser).await;
    assert!(!first.is_empty() && !first.starts_with("later"), "{first}");
    assert_eq!(browser.text("status", "New version").await.as_deref(), Some(""), "nothing to offer");

    browser.press("Train").await;
    browser.progress_above(0.0, 60).await;
    site.renewed.store(true, Ordering::Relaxed);
    browser.js_async("navigator.serviceWorker.ready.then((r) => r.update()).then(() => done(true))").await;
    browser.button("Reload with the new version", 30).await;
    // Later keeps the page as it is, with its run.
    browser.press("Later").await;
    browser.until("the offer gone", 5, "return !at('button', 'Reload with the new version')").await;
    let before = browser.progress().await;
    browser.progress_above(before, 60).await;
    assert_eq!(version(&browser).await, first);

    // A reload does not change the version either, and offers it again.
    browser.page.refresh().await.unwrap();
    browser.button("Reload with the new version", 60).await;
    assert_eq!(version(&browser).await, first);
    browser.press("Reload with the new version").await;
    browser
        .until(
            "the new version",
            60,
            "return document.querySelector('meta[name=softlabel-version]')?.content.startsWith('later')",
        )
        .await;
    assert_eq!(version(&browser).await, format!("later-{first}"));
    assert!(
        browser.js("return location.hash").await.as_str().unwrap().contains("hidden=128"),
        "the settings are still there"
    );
    browser.ready().await;
    assert_eq!(browser.text("status", "New version").await.as_deref(), Some(""), "nothing more to offer");
    browser.close().await;
}
