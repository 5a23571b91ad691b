//! How the built page arrives: its program in parts, and the engine when there is a reader.

mod browser;

use browser::{Browser, Site, WorkerError};
use serde_json::json;
use std::sync::atomic::Ordering;

const VERDICT: &str = "return !!document.querySelector('.p-verdict')";
const ENGINE: &str = "return performance.getEntriesByType('resource').some((r) => r.name.includes('/engine-'))";

#[tokio::test]
async fn a_second_part_that_does_not_arrive_is_told_and_can_be_fetched_again() {
    let (site, browser) = (Site::new(Some(("_rest.wasm", WorkerError::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    let alert = browser.alert(30).await;
    assert!(alert.contains("second part of this page did not arrive"), "{alert}");
    // What has arrived can be used meanwhile: the sliders, and Train.
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
async fn the_engine_starts_for_who_moves_and_for_who_only_reads() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    let address = format!("{}#device=cpu&task=moons", site.url);
    browser.open(&address).await;
    browser.until("the whole page", 30, "return !!document.querySelector('.explanation')").await;
    // The page is there by itself; the engine waits for the reader.
    assert_eq!(browser.js(ENGINE).await, json!(false), "the engine is not fetched before");
    let moved = format!("dispatchEvent(new PointerEvent('pointermove')); {ENGINE}");
    browser.until("the engine, at once", 2, &moved).await;
    // And what is off screen is laid out: its text can be found and read.
    let read = "return scrollY === 0 && /./.test(document.querySelector('.p-bench summary').innerText) \
                && getComputedStyle(document.querySelector('.p-bench')).contentVisibility === 'visible'";
    browser.until("text below the screen", 10, read).await;

    browser.open(&address).await;
    browser.until("the engine, after a while", 20, ENGINE).await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    browser.until("text below the screen", 10, read).await;
    browser.close().await;
}
