//! Export and import on the built page: files are caught as the browser is about to save them, evaluated outside of it, and
//! imported after a reload.

mod browser;
mod external;

use browser::{Browser, Fault, Site};
use external::{python, skip};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::Ordering;

/// Catches downloads: `saved[name]` is the list of a file's bytes.
const CATCH: &str = r"
    window.saved = {};
    const make = URL.createObjectURL.bind(URL);
    let last;
    URL.createObjectURL = (blob) => { last = blob; return make(blob); };
    HTMLAnchorElement.prototype.click = function () {
        const name = this.download;
        last.arrayBuffer().then((buffer) => { saved[name] = [...new Uint8Array(buffer)]; });
    };";

async fn open(browser: &Browser, url: &str) {
    browser.open(url).await;
    browser.ready().await;
    browser.js(CATCH).await;
}

/// Waits for a caught file with that ending; its name and its bytes.
async fn caught(browser: &Browser, ending: &str) -> (String, Vec<u8>) {
    let found = browser
        .until(
            ending,
            30,
            &format!(
                "const n = Object.keys(saved).find((n) => n.endsWith({ending:?})); return n ? [n, saved[n]] : null"
            ),
        )
        .await;
    let bytes = found[1].as_array().unwrap().iter().map(|b| b.as_u64().unwrap() as u8).collect();
    (found[0].as_str().unwrap().to_string(), bytes)
}

/// Imports a file.
async fn import(browser: &Browser, name: &str, bytes: &[u8]) {
    browser.press("Export").await;
    browser.until("the dialog", 5, "return document.querySelector('dialog[open] input[type=file]')").await;
    browser
        .js(&format!(
            "const files = new DataTransfer(); files.items.add(new File([new Uint8Array({})], {name:?})); \
             const input = document.querySelector('dialog[open] input[type=file]'); input.files = files.files; \
             input.dispatchEvent(new Event('change', {{ bubbles: true }}))",
            json!(bytes)
        ))
        .await;
}

/// The table of results without its last column, the latency, which varies.
async fn table(browser: &Browser) -> Value {
    browser
        .js(
            "return [...at('table', 'Results').querySelectorAll('tr')].map((r) => [...r.children].map((c) => c.textContent.trim()).slice(0, -1))",
        )
        .await
}

fn save(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("page-export");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), bytes).unwrap();
    folder.join(name)
}

/// Trains a small run of the spiral task, and exports its files.
async fn train_and_export(browser: &Browser, site: &Site, files: &[&str]) {
    open(browser, &format!("{}#device=cpu&task=spiral&replicates=2&t=4", site.url)).await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.press("Export").await;
    for file in files {
        browser.press(file).await;
    }
    let all = format!("return Object.keys(saved).length === {}", files.len());
    browser.until("all files", 30, &all).await;
}

/// Waits until that many runs are stored.
async fn stored_runs(browser: &Browser, count: usize, seconds: u64) {
    let script = format!("return document.querySelectorAll('.runs > li').length === {count}");
    browser.until("the stored runs", seconds, &script).await;
}

/// Waits for the dialog's error; its text.
async fn dialog_error(browser: &Browser) -> String {
    let script = "return document.querySelector('dialog [role=alert]')?.textContent";
    browser.until("a sentence", 10, script).await.as_str().unwrap_or("").to_string()
}

#[tokio::test]
async fn weights_can_be_exported_only_after_training() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    open(&browser, &format!("{}#device=cpu&task=spiral&replicates=2&t=4", site.url)).await;
    browser.press("Export").await;
    assert!(browser.is_disabled("Weights safetensors").await, "nothing is trained yet");
    browser.press("Close").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.press("Export").await;
    assert!(!browser.is_disabled("Weights safetensors").await, "a trained network has weights");
    browser.close().await;
}

#[tokio::test]
async fn numpy_measures_the_accuracies_of_exported_weights() {
    let Some(python) = python("numpy, safetensors") else {
        return skip!("there is no Python with numpy and safetensors to measure with");
    };
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    train_and_export(&browser, &site, &["Weights safetensors", "Data safetensors", "evaluatenumpypy"]).await;
    let mut paths = Vec::new();
    for ending in ["evaluate_numpy.py", "weights.safetensors", "data.safetensors"] {
        let (name, bytes) = caught(&browser, ending).await;
        paths.push(save(&name, &bytes));
    }
    let output = Command::new(python).args(paths).output().unwrap();
    let output = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    println!("{output}");
    assert!(output.contains("Every accuracy is the page's."), "{output}");
    // The teacher's accuracy in the table has one digit; NumPy's begins with it.
    let teacher = output.lines().find(|line| line.starts_with("teacher")).unwrap();
    let accuracy: f64 = teacher.split_whitespace().nth(1).unwrap().trim_end_matches('%').parse().unwrap();
    let row = browser.results_row("Teacher").await;
    assert!(row[0].starts_with(&format!("{accuracy:.1}")), "{accuracy} {row:?}");
    browser.close().await;
}

#[tokio::test]
async fn imported_weights_restore_results_and_settings_and_can_be_trained_on() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    let files = ["Weights safetensors", "Data safetensors", "evaluatenumpypy", "traintorchpy", "Run JSON", "Run CSV"];
    train_and_export(&browser, &site, &files).await;
    browser.picture("export-dialog").await;
    let shown = table(&browser).await;
    println!("{shown}");
    let (name, weights) = caught(&browser, "weights.safetensors").await;
    let (_, csv) = caught(&browser, ".csv").await;
    assert!(String::from_utf8(csv).unwrap().contains("setting,,,,Temperature,4"));

    // After a reload, on another task.
    open(&browser, &format!("{}#device=cpu&task=moons", site.url)).await;
    import(&browser, &name, &weights).await;
    browser.verdict(60).await;
    assert_eq!(table(&browser).await, shown);
    browser.link_has(&["task=spiral", "t=4"]).await;
    assert_eq!(browser.js("return document.querySelector('dialog[open]')").await, json!(null));

    // A damaged file changes nothing.
    import(&browser, "broken.safetensors", &weights[..weights.len() / 2]).await;
    let error = dialog_error(&browser).await;
    println!("{error}");
    assert!(error.contains("damaged") && error.contains("Nothing was changed"), "{error}");
    browser.press("Close").await;
    assert_eq!(table(&browser).await, shown);
    // The run goes on from there.
    let runs = browser.js("return document.querySelectorAll('.runs > li').length").await;
    assert_eq!(runs, json!(1), "an import that is only measured is not stored as a run");
    browser.press("Train").await;
    stored_runs(&browser, 2, 60).await;
    browser.no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn an_imported_run_is_listed_with_its_settings_and_exports_the_same_file() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    train_and_export(&browser, &site, &["Run JSON"]).await;
    let (_, run) = caught(&browser, ".json").await;
    open(&browser, &format!("{}#device=cpu&task=moons", site.url)).await;
    browser.press("Forget all").await;
    import(&browser, "run.json", &run).await;
    stored_runs(&browser, 1, 10).await;
    browser.link_has(&["task=spiral", "t=4"]).await;
    browser.js("saved = {}; document.querySelector('[aria-label^=\"Save as JSON\"]').click()").await;
    let (_, again) = caught(&browser, ".json").await;
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
async fn an_export_whose_program_does_not_load_is_reported_and_can_be_repeated() {
    let (site, browser) = (Site::new(Some(("_files.wasm", Fault::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.until("the page", 30, "return at('button', 'Export')").await;
    browser.js(CATCH).await;
    browser.press("Export").await;
    browser.until("the dialog", 30, "return at('button', 'evaluatenumpypy')").await;
    browser.press("evaluatenumpypy").await;
    let why = dialog_error(&browser).await;
    println!("{why}");
    assert!(why.contains("did not arrive") && why.contains("Try again"), "{why}");
    site.mended.store(true, Ordering::Relaxed);
    browser.press("evaluatenumpypy").await;
    let (_, script) = caught(&browser, "evaluate_numpy.py").await;
    assert_eq!(script, include_bytes!("../src/files/scripts/evaluate_numpy.py"));
    assert_eq!(browser.js("return document.querySelector('dialog [role=alert]')").await, json!(null));
    browser.close().await;
}

#[tokio::test]
async fn scripts_and_runs_are_exported_and_imported_without_an_engine() {
    let (site, browser) = (Site::new(Some(("worker.js", Fault::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.alert(60).await;
    browser.js(CATCH).await;
    browser.press("Export").await;
    browser.until("the dialog", 30, "return at('button', 'Weights safetensors')").await;
    for name in ["Weights safetensors", "Data safetensors", "traintorchpy"] {
        assert!(browser.is_disabled(name).await, "{name}");
    }
    browser.press("evaluatenumpypy").await;
    caught(&browser, "evaluate_numpy.py").await;
    browser.press("Close").await;
    // Files are read as well: one that is not a file of weights, and a run.
    import(&browser, "broken.safetensors", b"not a file of weights").await;
    let why = dialog_error(&browser).await;
    assert!(why.contains("not a file of weights"), "{why}");
    browser.press("Close").await;
    let arm = |arm: Value| json!({ "arm": arm, "name": "A student", "accuracy": 70.5, "curve": [] });
    let run = json!({
        "format": 1, "kind": "run", "link": "task=spiral&t=4&replicates=2", "at": 1.764e12, "seconds": 2.5, "finding": "Gain",
        "verdict": "More.", "teacher": 98.5, "arms": [arm(json!("Hard")), arm(json!({ "Rival": 0 })), arm(json!("Distilled"))],
    });
    import(&browser, "run.json", run.to_string().as_bytes()).await;
    stored_runs(&browser, 1, 10).await;
    browser.link_has(&["task=spiral"]).await;
    browser.js("document.querySelector('[aria-label^=\"Save as JSON\"]').click()").await;
    let (name, again) = caught(&browser, "-run.json").await;
    let again: Value = serde_json::from_slice(&again).unwrap();
    assert_eq!(
        (name.as_str(), &again["link"], &again["arms"]),
        ("softlabel-spiral-run.json", &run["link"], &run["arms"])
    );
    browser.close().await;
}

#[tokio::test]
async fn escape_closes_the_dialog_and_returns_the_focus() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    open(&browser, &format!("{}#device=cpu&task=moons", site.url)).await;
    browser.js("const b = at('button', 'Export'); b.focus(); b.click()").await;
    browser
        .until("the dialog", 5, "return document.querySelector('dialog[open]')?.contains(document.activeElement)")
        .await;
    let escape = '\u{e00c}';
    let keys =
        KeyActions::new("keys".into()).then(KeyAction::Down { value: escape }).then(KeyAction::Up { value: escape });
    browser.page.perform_actions(keys).await.unwrap();
    browser.dialog_closed().await;
    assert_eq!(browser.js("return document.activeElement.textContent").await, json!("Export"));
    browser.js("const b = at('button', 'Export'); b.click()").await;
    browser.until("it opens again", 5, "return document.querySelector('dialog[open]') && at('button', 'Close')").await;
    browser.close().await;
}

#[tokio::test]
async fn every_chart_is_saved_as_svg_and_as_png() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    open(&browser, &format!("{}#device=cpu&task=spiral&replicates=2&pool=0", site.url)).await;
    browser.press("Take the gradient apart").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    let names = browser
        .js("const all = [...document.querySelectorAll('.save-chart button')]; all.forEach((b) => b.click()); return all.map((b) => b.getAttribute('aria-label'))")
        .await;
    println!("{names}");
    let expected = [
        "accuracy over steps",
        "soft labels",
        "dark knowledge",
        "confusion",
        "sweep map",
        "decision regions",
        "training losses",
        "gradient anatomy",
        "paired differences",
    ];
    for chart in expected {
        for form in ["SVG", "PNG"] {
            assert!(
                names.as_array().unwrap().contains(&json!(format!("Save {chart} as {form}"))),
                "{chart} as {form}: {names}"
            );
        }
    }
    browser.until("all of them", 30, &format!("return Object.keys(saved).length === {}", 2 * expected.len())).await;
    let broken = browser
        .js(
            "return Object.keys(saved).filter((n) => n.endsWith('svg')).filter((n) => { \
               const text = new TextDecoder().decode(new Uint8Array(saved[n])); \
               const read = new DOMParser().parseFromString(text, 'image/svg+xml'); \
               return read.querySelector('parsererror') || read.documentElement.childElementCount < 3 || /undefined|NaN|var\\(/.test(text); })",
        )
        .await;
    assert_eq!(broken, json!([]), "drawings that are not well-formed");
    for name in browser.js("return Object.keys(saved)").await.as_array().unwrap() {
        let (name, bytes) = caught(&browser, name.as_str().unwrap()).await;
        save(&name, &bytes);
        if name.ends_with("png") {
            assert!(
                bytes.starts_with(b"\x89PNG") && bytes.len() > 1_000,
                "{name} is a picture of {} bytes",
                bytes.len()
            );
        }
    }
    browser.no_console_errors().await;
    browser.close().await;
}
