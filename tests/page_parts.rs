//! How the built page loads: its program in two parts, and the engine only when it is needed.

mod browser;

use browser::{Browser, Fault, Site};
use serde_json::json;
use std::sync::atomic::Ordering;

const VERDICT: &str = "return !!document.querySelector('.p-verdict')";
const ENGINE: &str = "return performance.getEntriesByType('resource').some((r) => r.name.includes('/engine-'))";

#[tokio::test]
async fn a_second_part_that_does_not_load_is_reported_and_can_be_fetched_again() {
    let (site, browser) = (Site::new(Some(("_rest.wasm", Fault::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    let alert = browser.alert(30).await;
    assert!(alert.contains("second part of this page did not arrive"), "{alert}");
    // The first part can be used meanwhile: the sliders, and Train.
    let usable = browser.js("return !!at('slider', 'Temperature') && !!at('button', 'Train')").await;
    assert_eq!(usable, json!(true), "the first part stands by itself");
    assert_eq!(browser.js(VERDICT).await, json!(false), "the second is not there");
    browser.press("Share").await;
    let dialog = "return document.querySelector('dialog[open]')?.textContent.includes('has not arrived yet')";
    browser.until("a dialog that says so", 5, dialog).await;
    browser.press("Close").await;
    site.mended.store(true, Ordering::Relaxed);
    browser.press("Try again").await;
    browser.until("the second part", 30, VERDICT).await;
    browser.until("no alert any more", 5, "return !document.querySelector('[role=alert]')").await;
    browser.press("Train").await;
    browser.verdict(60).await;
    browser.close().await;
}

#[tokio::test]
async fn the_engine_starts_at_the_first_movement_or_after_a_while() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    let address = format!("{}#device=cpu&task=moons", site.url);
    browser.open(&address).await;
    browser.until("the whole page", 30, "return !!document.querySelector('.explanation')").await;
    // The page is shown first; the engine waits.
    assert_eq!(browser.js(ENGINE).await, json!(false), "the engine is not fetched before");
    let moved = format!("dispatchEvent(new PointerEvent('pointermove')); {ENGINE}");
    browser.until("the engine, at once", 2, &moved).await;
    // What is off screen is laid out by then: its text can be found.
    let read = "return scrollY === 0 && /./.test(document.querySelector('.p-bench summary').innerText) \
                && getComputedStyle(document.querySelector('.p-bench')).contentVisibility === 'visible'";
    browser.until("text below the screen", 10, read).await;

    browser.open(&address).await;
    browser.until("the engine, after a while", 20, ENGINE).await;
    browser.ready().await;
    browser.until("text below the screen", 10, read).await;
    browser.close().await;
}
