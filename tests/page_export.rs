//! What the built page lets one take away, and what it takes back: files are caught as the browser is about to save
//! them, measured by a program outside, and chosen again after a reload.

mod browser;

use browser::{Browser, Site, WorkerError};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::Ordering;

/// Catches what would be downloaded: `saved[name]` is the list of its bytes.
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
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    browser.js(CATCH).await;
}

/// The file of that ending that was caught, with its name.
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

/// Chooses a file to import.
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

/// The table of results without its last column: a latency is another one each time.
async fn table(browser: &Browser) -> Value {
    browser
        .js(
            "return [...at('table', 'Results').querySelectorAll('tr')].map((r) => [...r.children].map((c) => c.textContent.trim()).slice(0, -1))",
        )
        .await
}

/// A Python with NumPy and safetensors: that of `scripts/setup test`, or the machine's.
fn python() -> Option<PathBuf> {
    let cache = std::env::var("XDG_CACHE_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cache")));
    let own = PathBuf::from(cache.unwrap_or_default()).join("softlabel/python/bin/python");
    [own, PathBuf::from("python3")].into_iter().find(|python| {
        let asked = Command::new(python).args(["-c", "import numpy, safetensors"]).output();
        asked.is_ok_and(|answer| answer.status.success())
    })
}

fn save(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("page-export");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), bytes).unwrap();
    folder.join(name)
}

#[tokio::test]
async fn a_run_is_taken_away_measured_outside_and_brought_back() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    open(&browser, &format!("{}#device=cpu&task=spiral&replicates=2&t=4", site.url)).await;
    browser.press("Export").await;
    let disabled = browser.js("return at('button', 'Weights safetensors').disabled").await;
    assert_eq!(disabled, json!(true), "nothing is trained yet");
    browser.press("Close").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    let shown = table(&browser).await;
    println!("{shown}");

    browser.press("Export").await;
    for name in ["Weights safetensors", "Data safetensors", "evaluatenumpypy", "traintorchpy", "Run JSON", "Run CSV"] {
        browser.press(name).await;
    }
    browser.until("six files", 30, "return Object.keys(saved).length === 6").await;
    browser.picture("export-dialog").await;
    let (name, weights) = caught(&browser, "weights.safetensors").await;
    let (_, run) = caught(&browser, ".json").await;
    let (_, csv) = caught(&browser, ".csv").await;
    assert!(String::from_utf8(csv).unwrap().contains("setting,,,,Temperature,4"));
    if let Some(python) = python() {
        let (script_name, script) = caught(&browser, "evaluate_numpy.py").await;
        let (data_name, data) = caught(&browser, "data.safetensors").await;
        let paths = [save(&script_name, &script), save(&name, &weights), save(&data_name, &data)];
        let said = Command::new(python).args(paths).output().unwrap();
        let said = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
        println!("{said}");
        assert!(said.contains("Every accuracy is the page's."), "{said}");
        // The teacher's accuracy in the table has one digit; NumPy's begins with it.
        let teacher = said.lines().find(|line| line.starts_with("teacher")).unwrap();
        let accuracy: f64 = teacher.split_whitespace().nth(1).unwrap().trim_end_matches('%').parse().unwrap();
        let row = shown.as_array().unwrap().iter().find(|row| row[0].as_str().unwrap().starts_with("Teacher")).unwrap();
        assert!(row[1].as_str().unwrap().starts_with(&format!("{accuracy:.1}")), "{accuracy} {row}");
    } else {
        println!("skipped: there is no Python with numpy and safetensors to measure with");
    }

    // Back after a reload, from another task.
    open(&browser, &format!("{}#device=cpu&task=moons", site.url)).await;
    import(&browser, &name, &weights).await;
    browser.verdict(60).await;
    assert_eq!(table(&browser).await, shown);
    browser
        .until("the settings", 5, "return location.hash.includes('task=spiral') && location.hash.includes('t=4')")
        .await;
    assert_eq!(browser.js("return document.querySelector('dialog[open]')").await, json!(null));

    // A file that is none changes nothing.
    import(&browser, "broken.safetensors", &weights[..weights.len() / 2]).await;
    let why =
        browser.until("a sentence", 10, "return document.querySelector('dialog [role=alert]')?.textContent").await;
    println!("{why}");
    assert!(why.as_str().unwrap().contains("damaged") && why.as_str().unwrap().contains("Nothing was changed"));
    browser.press("Close").await;
    assert_eq!(table(&browser).await, shown);
    // The run goes on from there.
    let runs = |count: usize| format!("return document.querySelectorAll('.runs > li').length === {count}");
    assert_eq!(browser.js(&runs(1)).await, json!(true), "what was only measured again is no run of its own");
    browser.press("Train").await;
    browser.until("a run of its own", 60, &runs(2)).await;

    // A run comes back into the list, with its settings.
    open(&browser, &format!("{}#device=cpu&task=moons", site.url)).await;
    browser.press("Forget all").await;
    import(&browser, "run.json", &run).await;
    browser.until("the run", 10, &runs(1)).await;
    browser
        .until("its settings", 5, "return location.hash.includes('task=spiral') && location.hash.includes('t=4')")
        .await;
    browser.js("saved = {}; document.querySelector('[aria-label^=\"Save as JSON\"]').click()").await;
    let (_, again) = caught(&browser, ".json").await;
    let kept = |bytes: &[u8]| {
        let mut run: Value = serde_json::from_slice(bytes).unwrap();
        run.as_object_mut().unwrap().retain(|key, _| key != "networks" && key != "teacher_curve");
        run
    };
    assert_eq!(kept(&again), kept(&run));
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn files_whose_program_does_not_arrive_are_told_of_and_can_be_had_when_it_does() {
    let (site, browser) = (Site::new(Some(("_files.wasm", WorkerError::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.until("the page", 30, "return at('button', 'Export')").await;
    browser.js(CATCH).await;
    browser.press("Export").await;
    browser.until("the dialog", 30, "return at('button', 'evaluatenumpypy')").await;
    browser.press("evaluatenumpypy").await;
    let why =
        browser.until("a sentence", 10, "return document.querySelector('dialog [role=alert]')?.textContent").await;
    println!("{why}");
    let why = why.as_str().unwrap();
    assert!(why.contains("did not arrive") && why.contains("Try again"), "{why}");
    site.mended.store(true, Ordering::Relaxed);
    browser.press("evaluatenumpypy").await;
    let (_, script) = caught(&browser, "evaluate_numpy.py").await;
    assert_eq!(script, include_bytes!("../src/files/scripts/evaluate_numpy.py"));
    assert_eq!(browser.js("return document.querySelector('dialog [role=alert]')").await, json!(null));
    browser.close().await;
}

#[tokio::test]
async fn what_the_page_knows_itself_needs_no_engine() {
    let (site, browser) = (Site::new(Some(("worker.js", WorkerError::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.alert(60).await;
    browser.js(CATCH).await;
    browser.press("Export").await;
    browser.until("the dialog", 30, "return at('button', 'Weights safetensors')").await;
    for name in ["Weights safetensors", "Data safetensors", "traintorchpy"] {
        assert_eq!(browser.js(&format!("return at('button', {name:?}).disabled")).await, json!(true), "{name}");
    }
    browser.press("evaluatenumpypy").await;
    caught(&browser, "evaluate_numpy.py").await;
    browser.press("Close").await;
    // Files are read, too: one that is none, and a run.
    import(&browser, "broken.safetensors", b"not a file of weights").await;
    let why =
        browser.until("a sentence", 10, "return document.querySelector('dialog [role=alert]')?.textContent").await;
    assert!(why.as_str().unwrap().contains("not a file of weights"), "{why}");
    browser.press("Close").await;
    let arm = |arm: Value| json!({ "arm": arm, "name": "A student", "accuracy": 70.5, "curve": [] });
    let run = json!({
        "format": 1, "kind": "run", "link": "task=spiral&t=4&replicates=2", "at": 1.764e12, "seconds": 2.5, "finding": "Gain",
        "verdict": "More.", "teacher": 98.5, "arms": [arm(json!("Hard")), arm(json!({ "Rival": 0 })), arm(json!("Distilled"))],
    });
    import(&browser, "run.json", run.to_string().as_bytes()).await;
    browser.until("the run", 10, "return document.querySelectorAll('.runs > li').length === 1").await;
    browser.until("its settings", 5, "return location.hash.includes('task=spiral')").await;
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
async fn escape_closes_the_dialog_and_the_focus_goes_back() {
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
    browser.until("no dialog", 5, "return !document.querySelector('dialog[open]')").await;
    assert_eq!(browser.js("return document.activeElement.textContent").await, json!("Export"));
    browser.js("const b = at('button', 'Export'); b.click()").await;
    browser.until("it opens again", 5, "return document.querySelector('dialog[open]') && at('button', 'Close')").await;
    browser.close().await;
}

#[tokio::test]
async fn every_chart_is_saved_as_a_drawing_and_as_a_picture() {
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
    assert_eq!(broken, json!([]), "drawings that are no XML");
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
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    browser.close().await;
}
