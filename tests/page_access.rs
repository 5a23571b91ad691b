//! The built page (`dist/`) against axe-core's accessibility rules: every state, light and dark, on a desktop and a phone.
//! `scripts/setup test` fetches axe-core; without it these tests are skipped.

mod browser;
mod external;

use browser::{Browser, Fault, Site};
use external::skip;
use serde_json::Value;
use std::time::Duration;

/// The source of axe-core, or why it is not available.
fn axe() -> Result<String, String> {
    let cache = || {
        let home = std::env::var("HOME").unwrap_or_default();
        let cache = std::env::var("XDG_CACHE_HOME").unwrap_or_else(|_| format!("{home}/.cache"));
        format!("{cache}/softlabel/axe/package/axe.min.js")
    };
    let path = std::env::var("SOFTLABEL_AXE").unwrap_or_else(|_| cache());
    std::fs::read_to_string(&path)
        .map_err(|error| format!("axe-core is not at {path} ({error}); `scripts/setup test` fetches it"))
}

const RUN: &str = r"
    const done = arguments[0];
    axe.run(document, { resultTypes: ['violations'] }).then(
        (found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) =>
            `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')} ${node.html.slice(0, 160)}`))),
        (error) => done([`axe-core failed: ${error}`]));
";

/// Adds a state's violations to `found`, each once: in both themes and two widths, with everything unfolded, and rendered
/// although it is off screen (axe-core skips what is not rendered).
async fn audit(browser: &Browser, axe: &str, state: &str, found: &mut Vec<String>) {
    browser.js(&format!("if (!window.axe) {{ {axe} }}")).await;
    let begun = std::time::Instant::now();
    let mut seen = std::collections::BTreeSet::new();
    for width in [1440, 360] {
        browser.page.set_window_size(width, 1800).await.unwrap();
        for dark in [false, true] {
            browser
                .js("document.querySelectorAll('details').forEach((d) => d.open = true); \
                     document.querySelectorAll('.analysis').forEach((a) => a.hidden = false); \
                     document.querySelectorAll('.grid .card').forEach((c) => c.style.contentVisibility = 'visible')")
                .await;
            browser.set_dark(dark).await;
            tokio::time::sleep(Duration::from_millis(250)).await;
            let violations = browser.page.execute_async(RUN, vec![]).await.expect("axe-core runs");
            for violation in violations.as_array().into_iter().flatten().filter_map(Value::as_str) {
                if seen.insert(violation.to_string()) {
                    found.push(format!("{state}, {width} px, dark: {dark}: {violation}"));
                }
            }
        }
    }
    println!("{state}: {} violations, {:.1} s", seen.len(), begun.elapsed().as_secs_f64());
}

#[tokio::test]
async fn no_state_of_a_run_violates_accessibility_rules() {
    let axe = match axe() {
        Ok(axe) => axe,
        Err(why) => return skip!("{why}"),
    };
    let mut found = Vec::new();
    let (site, browser) = (Site::new(Some((".gz", Fault::Late))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu", site.url)).await;
    browser.cpu_in_use().await;
    audit(&browser, &axe, "loading", &mut found).await;

    let site = Site::new(None);
    browser.open(&format!("{}#device=cpu&steps=5000&replicates=12&hidden=128", site.url)).await;
    browser.ready().await;
    audit(&browser, &axe, "warmed up", &mut found).await;
    browser.press("Train").await;
    browser.progress_above(5.0, 60).await;
    audit(&browser, &axe, "running", &mut found).await;
    browser.press("Pause").await;
    audit(&browser, &axe, "paused", &mut found).await;

    browser.open(&format!("{}#device=cpu&steps=200&alpha=0.5&arms=argmax~smoothing", site.url)).await;
    browser.ready().await;
    browser.press("Split the gradient").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    audit(&browser, &axe, "done", &mut found).await;
    browser.slide("Temperature", "9").await;
    audit(&browser, &axe, "done, with other settings since", &mut found).await;
    browser.js("document.querySelector('#term-temperature').showPopover()").await;
    audit(&browser, &axe, "a term explained", &mut found).await;
    browser.js("document.querySelector('#term-temperature').hidePopover()").await;
    for slide in 1..=5 {
        browser.js(&format!("location.hash += '&present={slide}'")).await;
        browser
            .until(
                "a slide",
                10,
                &format!("return document.querySelector('.slide-place')?.innerText === '{slide} of 5'"),
            )
            .await;
        audit(&browser, &axe, &format!("slide {slide}"), &mut found).await;
        browser.escape().await;
        browser.dialog_closed().await;
        browser.until("the page", 5, "return !location.hash.includes('present')").await;
    }
    for name in ["Share", "Export"] {
        browser.press(name).await;
        browser.js("document.querySelectorAll('dialog[open] details').forEach((d) => { d.open = true; })").await;
        audit(&browser, &axe, &format!("{name}, open"), &mut found).await;
        browser.press("Close").await;
    }
    browser.js("document.querySelector('[aria-label=\"Help and keys\"]').click()").await;
    audit(&browser, &axe, "help, open", &mut found).await;
    browser.press("Take the tour").await;
    audit(&browser, &axe, "a stop of the tour", &mut found).await;
    browser.press("Skip the tour").await;
    browser.service_worker_in_charge().await;
    site.renewed.store(true, std::sync::atomic::Ordering::Relaxed);
    browser.js("navigator.serviceWorker.ready.then((r) => r.update())").await;
    browser.button("Reload with the new version", 30).await;
    audit(&browser, &axe, "a new version", &mut found).await;
    browser.close().await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn no_task_or_lesson_violates_accessibility_rules() {
    let axe = match axe() {
        Ok(axe) => axe,
        Err(why) => return skip!("{why}"),
    };
    let mut found = Vec::new();
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    for task in ["moons", "names"] {
        browser.open(&format!("{}#device=cpu&task={task}&steps=100&replicates=3&epochs=4", site.url)).await;
        browser.ready().await;
        browser.press("Train").await;
        browser.verdict(120).await;
        audit(&browser, &axe, task, &mut found).await;
    }
    browser.open(&format!("{}#device=cpu&task=moons&steps=60&epochs=4", site.url)).await;
    browser.ready().await;
    browser.set_number("Sweep steps", "60").await;
    browser.press("Run sweep").await;
    browser.sweep_done(240).await;
    audit(&browser, &axe, "sweep", &mut found).await;

    browser.open(&format!("{}#task=own&device=cpu", site.url)).await;
    browser.cpu_in_use().await;
    audit(&browser, &axe, "own data", &mut found).await;
    browser.open(&format!("{}#bench&device=cpu&teacher=784,64,10&student=784,16,10&batch=32&steps=20", site.url)).await;
    browser.until("all rows", 120, "return document.querySelector('[data-bench=done]')").await;
    audit(&browser, &axe, "benchmark", &mut found).await;

    browser.open(&format!("{}#lesson=missing-three&device=cpu", site.url)).await;
    browser.button("Run the lesson", 60).await;
    browser.ready().await;
    audit(&browser, &axe, "lesson, open", &mut found).await;
    browser.click("[name=prediction]").await;
    browser.press("Run the lesson").await;
    browser.lesson_verdict(120).await;
    audit(&browser, &axe, "lesson, judged", &mut found).await;
    browser.close().await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn no_error_message_violates_accessibility_rules() {
    let axe = match axe() {
        Ok(axe) => axe,
        Err(why) => return skip!("{why}"),
    };
    let mut found = Vec::new();
    for (ending, state) in [("worker.js", "no engine"), ("fashion.bin.gz", "no data")] {
        let (site, browser) = (Site::new(Some((ending, Fault::Missing))), Browser::new(false).await);
        browser.open(&format!("{}#device=cpu&colour=red", site.url)).await;
        browser.until("two alerts", 60, "return document.querySelectorAll('[role=alert]').length === 2").await;
        audit(&browser, &axe, state, &mut found).await;
        browser.close().await;
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
