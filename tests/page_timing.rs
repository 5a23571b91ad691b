//! How fast the built page responds while it trains. These tests watch the clock and run alone (.config/nextest.toml).

mod browser;

use browser::{Browser, Site};
use std::time::Duration;

/// Bound on the longest task of the main thread while training, in milliseconds: the training itself is in workers, so the
/// page has only reports to show. About twice what two cores show, which the browser shares with the workers.
const LONGEST_TASK_MS: f64 = 300.0;

#[tokio::test]
async fn training_leaves_the_main_thread_free() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu", site.url)).await;
    browser.ready().await;
    browser.js("window.longest = 0; new PerformanceObserver((l) => l.getEntries().forEach((e) => { window.longest = Math.max(window.longest, e.duration); })).observe({ type: 'longtask' })").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    let longest = browser.js("return window.longest").await.as_f64().expect("a duration");
    println!("longest main-thread task while training: {longest} ms");
    assert!(longest <= LONGEST_TASK_MS, "a task of {longest} ms while training");
    browser.close().await;
}

#[tokio::test]
async fn pause_is_shown_within_two_frames_and_100_ms() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=spiral&steps=5000&replicates=12&hidden=128&batch=128", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.progress_above(5.0, 60).await;
    // Shown by the next frames, without an answer of the engine; the median of three, as the machine may delay a frame.
    let (mut waits, mut frames) = (Vec::new(), Vec::new());
    for round in 0..3 {
        if round > 0 {
            browser.press("Train").await;
            browser.button("Pause", 10).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        let pause = browser
            .js_async(
                "const begun = performance.now(); const find = (n) => [...document.querySelectorAll('button')].find((b) => b.textContent.includes(n)); \
                 let frames = 0; const look = () => find('Train') ? done([frames, performance.now() - begun]) : (frames++, requestAnimationFrame(look)); find('Pause').click(); look();",
            )
            .await;
        println!("Pause shown after {} frames, {} ms", pause[0], pause[1]);
        frames.push(pause[0].as_u64().unwrap());
        waits.push(pause[1].as_f64().unwrap());
    }
    frames.sort_unstable();
    assert!(frames[1] <= 2, "Pause is shown at once, not after {frames:?} frames");
    waits.sort_by(f64::total_cmp);
    assert!(waits[1] <= 100.0, "Pause is shown within 100 ms, not {waits:?}");
    browser.close().await;
}
