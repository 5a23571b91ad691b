//! Sweeps over two settings on the built page.

mod browser;

use browser::{Browser, Site};
use serde_json::json;
use std::time::Instant;

#[tokio::test]
async fn a_sweep_fills_its_map_on_several_workers() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&steps=60&epochs=4", site.url)).await;
    browser.ready().await;
    let begun = Instant::now();
    browser.press("Run sweep").await;
    let sentence = browser.sweep_done(240).await;
    println!("sweep of 36 cells after {:.1} s: {sentence}", begun.elapsed().as_secs_f64());
    let cells = "return [...document.querySelectorAll('.sweep-cell text')].filter((t) => /^([+−]\\d|0\\.0$)/.test(t.textContent)).length";
    assert_eq!(browser.js(cells).await, json!(36));
    // A cell's settings become the page's.
    browser.press_sweep_cell(1, 2).await;
    browser.press("Use these settings").await;
    browser.link_has(&["t=2", "alpha=0.5"]).await;
    browser.no_trouble(&site).await;
    browser.close().await;
}

#[tokio::test]
async fn a_stopped_sweep_keeps_the_cells_that_are_done() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    // Small students are done long before large ones of as many steps.
    browser.open(&format!("{}#device=cpu", site.url)).await;
    browser.ready().await;
    browser.choose("Sweep", "1").await;
    browser.set_number("Sweep steps", "2000").await;
    browser.press("Run sweep").await;
    let some = r"return /^[1-9]\d* of 36/.test(document.querySelector('#sweep-sentence').textContent)";
    browser.until("the first cells that are done", 120, some).await;
    browser.press("Stop").await;
    let stopped =
        "const t = document.querySelector('#sweep-sentence').textContent; return t.startsWith('Stopped') && t";
    let stopped = browser.until("it is stopped", 5, stopped).await;
    println!("{stopped}");
    let kept = stopped.as_str().and_then(|words| words.split(' ').nth(1)).and_then(|n| n.parse::<usize>().ok());
    assert!(kept.is_some_and(|kept| (1..36).contains(&kept)), "{stopped}");
    browser.no_trouble(&site).await;
    browser.close().await;
}
