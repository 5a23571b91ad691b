//! Cores that share the students of a run on the CPU: it is told, it changes nothing, and a core that is lost is got over.

mod browser;
mod external;

use browser::{Browser, Site, WorkerError};
use external::skip;
use serde_json::{Value, json};

/// A run of some seconds with twelve students.
const RUN: &str = "#device=cpu&epochs=1&replicates=4&n=300&steps=2000";

/// What all networks got right: the table's first column, and the verdict.
async fn outcome(browser: &Browser) -> (Value, String) {
    let verdict = browser.verdict(120).await;
    let right = "return [...at('table', 'Results').querySelectorAll('tbody tr')].map((r) => [...r.querySelectorAll('td')].slice(0, 4).map((d) => d.textContent))";
    (browser.js(right).await, verdict)
}

#[tokio::test]
async fn cores_share_the_students_and_one_that_is_lost_costs_only_time() {
    let mut outcomes = Vec::new();
    for fault in [None, Some((".js", WorkerError::HandThrows)), Some((".js", WorkerError::HandMissing))] {
        let (site, browser) = (Site::new(fault), Browser::new(false).await);
        browser.open(&format!("{}{RUN}", site.url)).await;
        browser.until("soft labels", 60, "return at('button', 'Next example')").await;
        let cores = browser.js("return navigator.hardwareConcurrency").await.as_u64().unwrap_or(1).min(8);
        if cores == 1 {
            skip!("this machine has one core");
            return browser.close().await;
        }
        let watch = r"window.said = new Set(); window.before = 0; window.again = false; setInterval(() => {
            const line = document.querySelector('.progress .line')?.textContent ?? '';
            said.add(/ on \d cores/.exec(line)?.[0]);
            const step = /^Students: step ([\d,]+)/.exec(line)?.[1].replace(',', '');
            if (step !== undefined) { again ||= +step < before; before = +step; }
        }, 20)";
        browser.js(watch).await;
        browser.press("Train").await;
        let found = outcome(&browser).await;
        println!("{:?}: {}", fault.map(|_| "with a fault"), found.1);
        let shared = browser.js(&format!("return said.has(' on {} cores')", cores.min(12))).await;
        assert_eq!(
            shared,
            json!(!matches!(fault, Some((_, WorkerError::HandMissing)))),
            "the line tells of {cores} cores"
        );
        let again = browser.js("return again").await;
        assert_eq!(again, json!(matches!(fault, Some((_, WorkerError::HandThrows)))), "who loses a hand begins again");
        assert_eq!(browser.js("return document.querySelector('[role=alert]')?.innerText ?? null").await, json!(null));
        outcomes.push(found);
        browser.close().await;
    }
    assert!(outcomes[0].0.as_array().is_some_and(|rows| rows.len() == 4), "{outcomes:?}");
    assert_eq!(outcomes[0], outcomes[1], "a core that is lost under way");
    assert_eq!(outcomes[0], outcomes[2], "one that never came");
}
