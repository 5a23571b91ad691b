//! The built page's controls: sliders that act at once, Pause, Step and Reset.

mod browser;

use browser::{Browser, Site};
use serde_json::json;
use std::time::Duration;

/// A run that takes long enough to be paused.
const LONG: &str = "#device=cpu&task=spiral&steps=5000&replicates=12&hidden=128&batch=128";

#[tokio::test]
async fn the_temperature_changes_the_soft_labels_and_the_link_at_once() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=spiral", site.url)).await;
    browser.ready().await;
    let bars = "return at('img', 'Soft labels').innerHTML";
    let before = browser.js(bars).await;
    browser.slide("Temperature", "9").await;
    browser.until("bars at another temperature", 5, &format!("return (() => {{ {bars} }})() !== {before}")).await;
    browser.link_has(&["t=9"]).await;
    browser.no_trouble(&site).await;
    browser.close().await;
}

#[tokio::test]
async fn a_paused_run_stands_still_and_goes_on_to_a_verdict_until_it_is_reset() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}{LONG}", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.progress_above(5.0, 60).await;
    browser.press("Pause").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let paused = browser.progress().await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(browser.progress().await, paused, "a paused run stands still");
    browser.press("Step").await;
    // Shown again once the step is done.
    browser.button("Train", 10).await;
    browser.press("Train").await;
    browser.slide("Soft weight", "0.5").await;
    browser.verdict(120).await;
    browser.press("Reset").await;
    let start = "return at('progressbar', 'Training progress').getAttribute('aria-valuenow') === '0'";
    browser.until("the start", 10, start).await;
    browser.no_trouble(&site).await;
    browser.close().await;
}

#[tokio::test]
async fn a_method_shows_only_the_settings_it_has() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&steps=100&replicates=3", site.url)).await;
    browser.ready().await;
    browser.choose("Method", "jsd").await;
    browser.until("the mixture's weight", 5, "return document.querySelector('[data-knob=beta]')").await;
    browser.choose("Method", "dkd").await;
    let others = "return document.querySelector('[data-knob=nckd]') && !document.querySelector('[data-knob=beta]')";
    browser.until("other settings", 5, others).await;
    assert_eq!(browser.js("return !!document.querySelector('[data-knob=beta]')").await, json!(false));
    browser.no_trouble(&site).await;
    browser.close().await;
}
