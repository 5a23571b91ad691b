//! The built page (`dist/`) under axe-core's rules of accessibility: every state, light and dark, on a desktop and a phone.
//! `scripts/setup test` fetches axe-core; without it this says that it was skipped.

mod browser;
mod external;

use browser::{Browser, Site, WorkerError};
use external::skip;
use serde_json::Value;
use std::time::Duration;

/// axe-core's program, or why there is none.
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

/// Probes at what is on screen in both themes and widths, with everything unfolded, and drawn although it is far from the
/// screen (the rules do not look at what is not); what breaks a rule, once each.
async fn look(browser: &Browser, axe: &str, state: &str, found: &mut Vec<String>) {
    browser.js(&format!("if (!window.axe) {{ {axe} }}")).await;
    let begun = std::time::Instant::now();
    let mut seen = std::collections::BTreeSet::new();
    for width in [1440, 360] {
        browser.page.set_window_size(width, 1800).await.unwrap();
        for dark in ["false", "true"] {
            browser
                .js(&format!(
                    "document.querySelectorAll('details').forEach((d) => d.open = true); \
                     document.querySelectorAll('.grid .card').forEach((c) => c.style.contentVisibility = 'visible'); \
                     const b = at('button', 'Dark theme'); if (b.getAttribute('aria-pressed') !== {dark:?}) b.click()"
                ))
                .await;
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

/// The tests go through the page's states by these.
const LABELS: &str = "return at('button', 'Next example')";
const PROGRESS: &str = "return +at('progressbar', 'Training progress').getAttribute('aria-valuenow') > 5";

#[tokio::test]
async fn no_state_of_a_run_breaks_a_rule_of_accessibility() {
    let axe = match axe() {
        Ok(axe) => axe,
        Err(why) => return skip!("{why}"),
    };
    let mut found = Vec::new();
    let (site, browser) = (Site::new(Some((".gz", WorkerError::Late))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu", site.url)).await;
    browser.until("the engine", 60, "return at('status', 'Device in use')?.innerText.includes('CPU')").await;
    look(&browser, &axe, "loading", &mut found).await;

    let site = Site::new(None);
    browser.open(&format!("{}#device=cpu&steps=5000&replicates=12&hidden=128", site.url)).await;
    browser.until("soft labels", 60, LABELS).await;
    look(&browser, &axe, "warmed up", &mut found).await;
    browser.press("Train").await;
    browser.until("progress", 60, PROGRESS).await;
    look(&browser, &axe, "running", &mut found).await;
    browser.press("Pause").await;
    look(&browser, &axe, "paused", &mut found).await;

    browser.open(&format!("{}#device=cpu&steps=200&alpha=0.5&arms=argmax~smoothing", site.url)).await;
    browser.until("soft labels", 60, LABELS).await;
    browser.press("Take the gradient apart").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    look(&browser, &axe, "done", &mut found).await;
    browser.slide("Temperature", "9").await;
    look(&browser, &axe, "done, with other settings since", &mut found).await;
    browser.js("document.querySelector('#term-temperature').showPopover()").await;
    look(&browser, &axe, "a term explained", &mut found).await;
    browser.js("document.querySelector('#term-temperature').hidePopover()").await;
    for name in ["Share", "Export"] {
        browser.press(name).await;
        browser.js("document.querySelectorAll('dialog[open] details').forEach((d) => { d.open = true; })").await;
        look(&browser, &axe, &format!("{name}, open"), &mut found).await;
        browser.press("Close").await;
    }
    browser.js("document.querySelector('[aria-label=\"Help and keys\"]').click()").await;
    look(&browser, &axe, "help, open", &mut found).await;
    browser.press("Take the tour").await;
    look(&browser, &axe, "a stop of the tour", &mut found).await;
    browser.press("Skip the tour").await;
    browser.until("the service worker", 60, "return navigator.serviceWorker.controller !== null").await;
    site.renewed.store(true, std::sync::atomic::Ordering::Relaxed);
    browser.js("navigator.serviceWorker.ready.then((r) => r.update())").await;
    browser.until("the offer", 30, "return at('button', 'Reload with the new version')").await;
    look(&browser, &axe, "a new version", &mut found).await;
    browser.close().await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn no_task_or_lesson_breaks_a_rule_of_accessibility() {
    let axe = match axe() {
        Ok(axe) => axe,
        Err(why) => return skip!("{why}"),
    };
    let mut found = Vec::new();
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    for task in ["moons", "names"] {
        browser.open(&format!("{}#device=cpu&task={task}&steps=100&replicates=3&epochs=4", site.url)).await;
        browser.until("soft labels", 60, LABELS).await;
        browser.press("Train").await;
        browser.verdict(120).await;
        look(&browser, &axe, task, &mut found).await;
    }
    browser.open(&format!("{}#device=cpu&task=moons&steps=60&epochs=4", site.url)).await;
    browser.until("soft labels", 60, LABELS).await;
    browser.js("const s = document.querySelector('[aria-label=\"Sweep steps\"]'); s.value = '60'; s.dispatchEvent(new Event('change', { bubbles: true }))").await;
    browser.press("Run sweep").await;
    let said = "return document.querySelector('#sweep-sentence')?.textContent.startsWith('All 36 cells done')";
    browser.until("a full map", 240, said).await;
    look(&browser, &axe, "sweep", &mut found).await;

    browser.open(&format!("{}#task=own&device=cpu", site.url)).await;
    browser.until("the engine", 60, "return at('status', 'Device in use')?.innerText.includes('CPU')").await;
    look(&browser, &axe, "own data", &mut found).await;
    browser.open(&format!("{}#bench&device=cpu&teacher=784,64,10&student=784,16,10&batch=32&steps=20", site.url)).await;
    browser.until("all rows", 120, "return document.querySelector('[data-bench=done]')").await;
    look(&browser, &axe, "benchmark", &mut found).await;

    browser.open(&format!("{}#lesson=missing-three&device=cpu", site.url)).await;
    browser.until("the lesson", 60, "return at('button', 'Run the lesson')").await;
    browser.until("soft labels", 60, LABELS).await;
    look(&browser, &axe, "lesson, open", &mut found).await;
    browser.js("document.querySelector('[name=prediction]').click()").await;
    browser.press("Run the lesson").await;
    let verdict = "return at('status', 'Lesson verdict')?.querySelector('.say')?.innerText ?? ''";
    browser.until("the lesson's verdict", 120, verdict).await;
    look(&browser, &axe, "lesson, judged", &mut found).await;
    browser.close().await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn no_fault_breaks_a_rule_of_accessibility() {
    let axe = match axe() {
        Ok(axe) => axe,
        Err(why) => return skip!("{why}"),
    };
    let mut found = Vec::new();
    for (ending, state) in [("worker.js", "no engine"), ("fashion.bin.gz", "no data")] {
        let (site, browser) = (Site::new(Some((ending, WorkerError::Missing))), Browser::new(false).await);
        browser.open(&format!("{}#device=cpu&colour=red", site.url)).await;
        browser.until("two alerts", 60, "return document.querySelectorAll('[role=alert]').length === 2").await;
        look(&browser, &axe, state, &mut found).await;
        browser.close().await;
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
