//! Faults on the built page: files that do not arrive, an engine that stops, links that cannot be read, and WebGPU.

mod browser;
mod external;

use browser::{Browser, Fault, Site};
use external::skip;
use serde_json::json;

#[tokio::test]
async fn a_run_on_webgpu_ends_in_a_verdict() {
    let (site, browser) = (Site::new(None), Browser::new(true).await);
    browser.open(&site.url).await;
    let adapter = browser
        .js_async(
            "navigator.gpu ? navigator.gpu.requestAdapter().then((a) => done(!!a), () => done(false)) : done(false)",
        )
        .await;
    if adapter != json!(true) {
        skip!("this browser gives no WebGPU adapter, not even a software one");
        return browser.close().await;
    }
    // A software adapter needs some milliseconds a launch: a small run.
    browser.open(&format!("{}#device=webgpu&task=moons&steps=60&epochs=4&replicates=3", site.url)).await;
    browser.device_in_use("WebGPU", 120).await;
    browser.press("Train").await;
    println!("on WebGPU: {}", browser.verdict(400).await);
    browser.no_trouble(&site).await;
    browser.close().await;
}

#[tokio::test]
async fn a_program_that_does_not_arrive_is_said_within_ten_seconds() {
    for (file, fault) in [("_bg.wasm", Fault::Missing), ("_bg.wasm", Fault::Truncated), ("_split.js", Fault::Missing)] {
        let (site, browser) = (Site::new(Some((file, fault))), Browser::new(false).await);
        browser.open(&site.url).await;
        let said = "const s = document.querySelector('#stuck'); return s && !s.hidden && s.innerText";
        let words = browser.until("what is wrong", 10, said).await.as_str().unwrap_or_default().to_string();
        assert!(words.contains("could not be loaded") && words.contains("Reload the page"), "{file}: {words}");
        site.mended.store(true, std::sync::atomic::Ordering::Relaxed);
        browser.js("document.querySelector('#stuck button').click()").await;
        browser.button("Train", 30).await;
        browser.close().await;
    }
}

#[tokio::test]
async fn without_webgpu_the_page_offers_the_cpu() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=webgpu&task=moons", site.url)).await;
    let alert = browser.alert(60).await;
    assert!(alert.contains("WebGPU"), "{alert}");
    browser.press("Use the CPU").await;
    browser.cpu_in_use().await;
    browser.ready().await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.close().await;
}

#[tokio::test]
async fn a_faulty_data_file_is_reported_and_another_task_still_works() {
    for (fault, word) in [(Fault::Missing, "404"), (Fault::Truncated, "bytes"), (Fault::Corrupted, "checksum")] {
        let (site, browser) = (Site::new(Some(("fashion.bin.gz", fault))), Browser::new(false).await);
        browser.open(&format!("{}#device=cpu", site.url)).await;
        let alert = browser.alert(60).await;
        assert!(alert.contains(word) && alert.contains("Fashion-MNIST"), "{alert}");
        // Another task needs no file.
        browser.choose("Task", "moons").await;
        browser.ready().await;
        browser.close().await;
    }
}

#[tokio::test]
async fn an_engine_that_does_not_load_is_reported_and_can_be_started_again() {
    for ending in ["worker.js", "worker_fma_bg.wasm"] {
        let (site, browser) = (Site::new(Some((ending, Fault::Missing))), Browser::new(false).await);
        browser.open(&format!("{}#device=cpu", site.url)).await;
        let alert = browser.alert(60).await;
        assert!(alert.to_lowercase().contains("engine"), "{alert}");
        assert!(browser.has_button("Start the engine again").await, "a way on: {alert}");
        browser.close().await;
    }
}

#[tokio::test]
async fn an_engine_that_stops_leaves_the_results_and_can_be_started_again() {
    let (site, browser) = (Site::new(Some(("worker.js", Fault::Throws))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.verdict(60).await;
    browser.break_engine().await;
    let alert = browser.alert(60).await;
    assert!(alert.to_lowercase().contains("engine"), "{alert}");
    assert!(browser.verdict(1).await.contains("interval"), "the verdict stays");
    browser.press("Start the engine again").await;
    browser.until("a new engine", 60, "return !document.querySelector('[role=alert]') && at('button', 'Train')").await;
    assert!(browser.verdict(1).await.contains("interval"), "the verdict still stays");
    browser.close().await;
}

#[tokio::test]
async fn an_engine_that_does_not_answer_is_noticed_and_can_be_started_again() {
    let (site, browser) = (Site::new(Some(("worker.js", Fault::Hangs))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=spiral&steps=5000&replicates=12&hidden=128&batch=128", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.progress_above(5.0, 60).await;
    browser.break_engine().await;
    let alert = browser.alert(30).await;
    assert!(alert.contains("has not answered for ten seconds"), "{alert}");
    browser.press("Start the engine again").await;
    browser.until("a new engine", 60, "return !document.querySelector('[role=alert]') && at('button', 'Train')").await;
    browser.close().await;
}

#[tokio::test]
async fn what_a_link_has_wrong_is_reported() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&t=900&alpha=much&colour=red", site.url)).await;
    let alert = browser.alert(30).await;
    for part in ["900", "much", "colour"] {
        assert!(alert.contains(part), "{alert}");
    }
    browser.ready().await;
    browser.close().await;
}

#[tokio::test]
async fn a_diverging_loss_leads_back_to_the_default_learning_rates() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&optimizer=sgd&lr=100", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    let alert = browser.alert(60).await;
    assert!(alert.contains("learning rate (100)"), "{alert}");
    browser.press("Use the default learning rates").await;
    browser.until("the default rate", 10, "return !location.hash.includes('lr=100')").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.close().await;
}
