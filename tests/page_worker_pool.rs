//! Pool workers that share the students of a run on the CPU: the page says so, results are the same, and a lost worker costs
//! only time.

mod browser;
mod external;

use browser::{Browser, Fault, Site};
use external::skip;
use serde_json::{Value, json};

/// A run of some seconds with twelve students.
const RUN: &str = "#device=cpu&epochs=1&replicates=4&n=300&steps=2000";

/// The results of all networks but for their latency, and the verdict.
async fn outcome(browser: &Browser) -> (Value, String) {
    let verdict = browser.verdict(120).await;
    let right = "return [...at('table', 'Results').querySelectorAll('tbody tr')].map((r) => [...r.querySelectorAll('td')].slice(0, 4).map((d) => d.textContent))";
    (browser.js(right).await, verdict)
}

#[tokio::test]
async fn a_pool_worker_that_is_lost_changes_no_result() {
    let mut outcomes = Vec::new();
    for fault in [None, Some((".js", Fault::PoolWorkerThrows)), Some((".js", Fault::PoolWorkerMissing))] {
        let (site, browser) = (Site::new(fault), Browser::new(false).await);
        browser.open(&format!("{}{RUN}", site.url)).await;
        browser.ready().await;
        let cores = browser.js("return navigator.hardwareConcurrency").await.as_u64().unwrap_or(1).min(8);
        if cores == 1 {
            skip!("this machine has one core");
            return browser.close().await;
        }
        let watch = r"window.cores = new Set(); window.before = 0; window.again = false; setInterval(() => {
            const line = document.querySelector('.progress .line')?.textContent ?? '';
            cores.add(/ on \d cores/.exec(line)?.[0]);
            const step = /^Students: step ([\d,]+)/.exec(line)?.[1].replace(',', '');
            if (step !== undefined) { again ||= +step < before; before = +step; }
        }, 20)";
        browser.js(watch).await;
        browser.press("Train").await;
        let found = outcome(&browser).await;
        println!("{:?}: {}", fault.map(|_| "with a fault"), found.1);
        let shared = browser.js(&format!("return cores.has(' on {} cores')", cores.min(12))).await;
        assert_eq!(
            shared,
            json!(!matches!(fault, Some((_, Fault::PoolWorkerMissing)))),
            "the status line names {cores} cores"
        );
        let again = browser.js("return again").await;
        assert_eq!(
            again,
            json!(matches!(fault, Some((_, Fault::PoolWorkerThrows)))),
            "a run that loses a worker starts again"
        );
        browser.no_alert().await;
        outcomes.push(found);
        browser.close().await;
    }
    assert!(outcomes[0].0.as_array().is_some_and(|rows| rows.len() == 4), "{outcomes:?}");
    assert_eq!(outcomes[0], outcomes[1], "a worker lost during the run");
    assert_eq!(outcomes[0], outcomes[2], "a worker that never started");
}
