//! Runs on the built page (`dist/`), served under a sub-path of a static server, in headless Chromium.

mod browser;

use browser::{Browser, Site};
use serde_json::json;
use std::time::Instant;

#[tokio::test]
async fn a_default_run_ends_in_a_verdict_that_shows_a_gain() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu", site.url)).await;
    println!("device: {}", browser.cpu_in_use().await);
    assert!(!browser.text("status", "Verdict").await.unwrap_or_default().contains('%'), "no verdict before a run");
    // Real soft labels before Train is pressed.
    browser.ready().await;
    browser.picture("warm-1440-light").await;
    let begun = Instant::now();
    browser.press("Train").await;
    let verdict = browser.verdict(120).await;
    println!("verdict after {:.1} s: {verdict}", begun.elapsed().as_secs_f64());
    assert!(verdict.contains("points more than"), "the default run shows a gain: {verdict}");

    let headers = browser
        .js("return [...at('table', 'Results').querySelectorAll('th')].map((h) => h.innerText.trim().split('\\n')[0])")
        .await;
    for name in [
        "Test accuracy",
        "Agreement",
        "KL to teacher",
        "ECE",
        "Parameters",
        "Latency",
        "Teacher",
        "Hard-label student",
        "Argmax student",
        "Distilled student",
    ] {
        assert!(
            headers.as_array().unwrap().iter().any(|h| h.as_str().unwrap().starts_with(name)),
            "no header {name}: {headers}"
        );
    }
    let teacher = browser.accuracy("Teacher").await;
    let (soft, hard) = (browser.accuracy("Distilled").await, browser.accuracy("Hard-label").await);
    assert!(teacher >= 85.0, "{teacher}");
    assert!(soft - hard >= 3.0, "{soft} {hard}");
    browser.no_trouble(&site).await;
    browser.close().await;
}

#[tokio::test]
async fn chosen_arms_are_trained_and_measured_together() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&steps=100&replicates=3", site.url)).await;
    browser.ready().await;
    browser.choose("Method", "dkd").await;
    browser.choose("Arm to add", "smoothing").await;
    browser.press("Add arm").await;
    browser.press("Keep these settings as an arm").await;
    browser.link_has(&["arms=argmax~smoothing~dkd"]).await;
    browser.press("Train").await;
    browser.verdict(120).await;
    assert_eq!(
        browser.row_names("Results").await,
        json!([
            "Teacher",
            "Hard-label student",
            "Argmax student",
            "Label-smoothing student",
            "DKD student",
            "Distilled student"
        ])
    );
    let filled = "return [...at('table', 'Results').querySelectorAll('tbody tr')].every((r) => r.querySelector('td').textContent.includes('%'))";
    assert_eq!(browser.js(filled).await, json!(true), "every arm is measured");
    // The confusion of each of them.
    browser.until("a confusion", 5, "return at('table', 'Confusion').textContent.includes('%')").await;
    // An arm with the distilled student's settings has exactly its accuracy.
    let (kept, distilled) = (browser.results_row("DKD").await, browser.results_row("Distilled").await);
    assert_eq!(kept[0], distilled[0]);
    browser.no_trouble(&site).await;
    browser.close().await;
}

#[tokio::test]
async fn the_gradient_is_decomposed_on_request() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&steps=2000&alpha=0.5", site.url)).await;
    browser.ready().await;
    browser.press("Split the gradient").await;
    browser.press("Train").await;
    let share = "return [...(at('table', 'Anatomy of the gradient')?.querySelectorAll('tr') ?? [])].find((r) => r.textContent.includes('Soft share'))?.textContent";
    let share = browser.until("the share of the soft term", 60, share).await;
    println!("{share}");
    assert!(share.as_str().is_some_and(|s| s.contains('%')), "{share}");
    browser.no_trouble(&site).await;
    browser.close().await;
}

#[tokio::test]
async fn a_benchmark_link_measures_at_once() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    let link = "#bench&device=cpu&teacher=784,64,10&student=784,16,10&batch=32&steps=20";
    browser.open(&format!("{}{link}", site.url)).await;
    browser.until("all rows", 120, "return document.querySelector('[data-bench=done]')").await;
    for row in ["teacher", "student", "students-8"] {
        let cell = |column: &str| {
            format!(
                "return parseFloat(at('table', 'Benchmark').querySelector('[data-row=\"{row}\"] [data-col={column}]').innerText)"
            )
        };
        let (ms, launches) = (browser.js(&cell("ms")).await, browser.js(&cell("launches")).await);
        println!("{row}: {ms} ms, {launches} launches");
        assert!(ms.as_f64().is_some_and(|ms| ms > 0.0) && launches == json!(0), "{row}: {ms} {launches}");
    }
    let seen = "const r = document.querySelector('.p-bench').getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight";
    browser.until("the benchmark, on screen", 10, seen).await;
    // The engine of runs does not start before it is needed.
    assert!(browser.text("status", "Device in use").await.unwrap_or_default().contains("not started"));
    browser.choose("Task", "moons").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.no_trouble(&site).await;
    browser.close().await;
}
