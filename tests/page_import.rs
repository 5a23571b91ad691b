//! Import on the built page: weights and runs are exported, imported after a reload, and compared.

mod browser;

use browser::{Browser, Fault, Site};
use serde_json::{Value, json};
use std::time::Duration;

/// Time in which a listed run is stored: it is listed at once.
const STORED: Duration = Duration::from_secs(2);

#[tokio::test]
async fn imported_weights_restore_results_and_settings_and_can_be_trained_on() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    let files = ["Weights safetensors", "Data safetensors", "evaluatenumpypy", "traintorchpy", "Run JSON", "Run CSV"];
    browser.train_and_export(&site, &files).await;
    browser.picture("export-dialog").await;
    let shown = browser.results_table().await;
    println!("{shown}");
    let (name, weights) = browser.caught("weights.safetensors").await;
    let (_, csv) = browser.caught(".csv").await;
    assert!(String::from_utf8(csv).unwrap().contains("setting,,,,Temperature,4"));

    // After a reload, on another task.
    tokio::time::sleep(STORED).await;
    browser.open_and_catch(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.import_file(&name, &weights).await;
    browser.verdict(60).await;
    assert_eq!(browser.results_table().await, shown);
    browser.link_has(&["task=spiral", "t=4"]).await;
    assert_eq!(browser.js("return document.querySelector('dialog[open]')").await, json!(null));

    // A damaged file changes nothing.
    browser.import_file("broken.safetensors", &weights[..weights.len() / 2]).await;
    let error = browser.dialog_error().await;
    println!("{error}");
    assert!(error.contains("damaged") && error.contains("Nothing was changed"), "{error}");
    browser.press("Close").await;
    assert_eq!(browser.results_table().await, shown);
    // The run goes on from there.
    let runs = browser.js("return document.querySelectorAll('.runs > li').length").await;
    assert_eq!(runs, json!(1), "an import that is only measured is not stored as a run");
    browser.press("Train").await;
    browser.stored_runs(2, 60).await;
    browser.no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn an_imported_run_is_listed_with_its_settings_and_exports_the_same_file() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.train_and_export(&site, &["Run JSON"]).await;
    let (_, run) = browser.caught(".json").await;
    tokio::time::sleep(STORED).await;
    browser.open_and_catch(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.press("Forget all").await;
    browser.import_file("run.json", &run).await;
    browser.stored_runs(1, 10).await;
    browser.link_has(&["task=spiral", "t=4"]).await;
    browser.js("saved = {}; document.querySelector('[aria-label^=\"Save as JSON\"]').click()").await;
    let (_, again) = browser.caught(".json").await;
    let kept = |bytes: &[u8]| {
        let mut run: Value = serde_json::from_slice(bytes).unwrap();
        run.as_object_mut().unwrap().retain(|key, _| key != "networks" && key != "teacher_curve");
        run
    };
    assert_eq!(kept(&again), kept(&run));
    browser.no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn scripts_and_runs_are_exported_and_imported_without_an_engine() {
    let (site, browser) = (Site::new(Some(("worker.js", Fault::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.alert(60).await;
    browser.catch_downloads().await;
    browser.press("Export").await;
    browser.until("the dialog", 30, "return at('button', 'Weights safetensors')").await;
    for name in ["Weights safetensors", "Data safetensors", "traintorchpy"] {
        assert!(browser.is_disabled(name).await, "{name}");
    }
    browser.press("evaluatenumpypy").await;
    browser.caught("evaluate_numpy.py").await;
    browser.press("Close").await;
    // Files are read as well: one that is not a file of weights, and a run.
    browser.import_file("broken.safetensors", b"not a file of weights").await;
    let why = browser.dialog_error().await;
    assert!(why.contains("not a file of weights"), "{why}");
    browser.press("Close").await;
    let arm = |arm: Value| json!({ "arm": arm, "name": "A student", "accuracy": 70.5, "curve": [] });
    let run = json!({
        "format": 1, "kind": "run", "link": "task=spiral&t=4&replicates=2", "at": 1.764e12, "seconds": 2.5, "finding": "Gain",
        "verdict": "More.", "teacher": 98.5, "arms": [arm(json!("Hard")), arm(json!({ "Rival": 0 })), arm(json!("Distilled"))],
    });
    browser.import_file("run.json", run.to_string().as_bytes()).await;
    browser.stored_runs(1, 10).await;
    browser.link_has(&["task=spiral"]).await;
    browser.js("document.querySelector('[aria-label^=\"Save as JSON\"]').click()").await;
    let (name, again) = browser.caught("-run.json").await;
    let again: Value = serde_json::from_slice(&again).unwrap();
    assert_eq!(
        (name.as_str(), &again["link"], &again["arms"]),
        ("softlabel-spiral-run.json", &run["link"], &run["arms"])
    );
    browser.close().await;
}
