//! Measures the built page in headless Chromium: its benchmark on each device, and a sweep (`make bench`).

#[path = "../tests/browser/mod.rs"]
mod browser;

use browser::{Browser, Site};
use std::time::Instant;

#[tokio::main]
async fn main() {
    for (device, steps) in [("cpu", 60), ("webgpu", 5)] {
        let (site, browser) = (Site::new(None), Browser::new(true).await);
        let link = format!("#bench&device={device}&teacher=784,256,256,10&student=784,32,10&batch=128&steps={steps}");
        browser.open(&format!("{}{link}", site.url)).await;
        browser.until("all rows", 600, "return document.querySelector('[data-bench=done]')").await;
        let table = "return [...at('table', 'Benchmark').querySelectorAll('[data-row]')].map((r) => r.dataset.row + ' ' + \
                     ['ms', 'launches'].map((c) => r.querySelector(`[data-col=${c}]`).innerText).join(' ')).join('; ')";
        println!("{device}, ms and launches a step: {}", browser.js(table).await.as_str().unwrap_or_default());
        browser.close().await;
    }
    // 108 students and their baselines, on as many workers as there are cores.
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&n=300", site.url)).await;
    browser.ready().await;
    let begun = Instant::now();
    browser.press("Run sweep").await;
    let sentence = browser.sweep_done(300).await;
    println!("sweep of temperature and soft weight, Fashion-MNIST: {:.1} s. {sentence}", begun.elapsed().as_secs_f64());
    browser.close().await;
}
