//! Export on the built page: files are caught as the browser is about to save them, and evaluated outside of it.

mod browser;
mod external;

use browser::{Browser, Fault, Site};
use external::{python, skip};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::json;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::Ordering;

fn save(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("page-export");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), bytes).unwrap();
    folder.join(name)
}

#[tokio::test]
async fn weights_and_a_student_can_be_exported_only_after_training() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open_and_catch(&format!("{}#device=cpu&task=spiral&replicates=2&t=4", site.url)).await;
    browser.press("Export").await;
    assert!(browser.is_disabled("Weights safetensors").await, "nothing is trained yet");
    browser.press("Close").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.press("Export").await;
    assert!(!browser.is_disabled("Weights safetensors").await, "a trained network has weights");
    browser.press("Student for deployment zip").await;
    let (name, bytes) = browser.caught("student.zip").await;
    assert!(name == "softlabel-spiral-student.zip" && bytes.starts_with(b"PK\x03\x04"), "{name}");
    browser.close().await;
}

#[tokio::test]
async fn numpy_measures_the_accuracies_of_exported_weights() {
    let Some(python) = python("numpy, safetensors") else {
        return skip!("there is no Python with numpy and safetensors to measure with");
    };
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.train_and_export(&site, &["Weights safetensors", "Data safetensors", "evaluatenumpypy"]).await;
    let mut paths = Vec::new();
    for ending in ["evaluate_numpy.py", "weights.safetensors", "data.safetensors"] {
        let (name, bytes) = browser.caught(ending).await;
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
async fn an_export_whose_program_does_not_load_is_reported_and_can_be_repeated() {
    let (site, browser) = (Site::new(Some(("_files.wasm", Fault::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.until("the page", 30, "return at('button', 'Export')").await;
    browser.catch_downloads().await;
    browser.press("Export").await;
    browser.until("the dialog", 30, "return at('button', 'evaluatenumpypy')").await;
    browser.press("evaluatenumpypy").await;
    let why = browser.dialog_error().await;
    println!("{why}");
    assert!(why.contains("did not arrive") && why.contains("Try again"), "{why}");
    site.mended.store(true, Ordering::Relaxed);
    browser.press("evaluatenumpypy").await;
    let (_, script) = browser.caught("evaluate_numpy.py").await;
    assert_eq!(script, include_bytes!("../src/files/scripts/evaluate_numpy.py"));
    assert_eq!(browser.js("return document.querySelector('dialog [role=alert]')").await, json!(null));
    browser.close().await;
}

#[tokio::test]
async fn escape_closes_the_dialog_and_returns_the_focus() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open_and_catch(&format!("{}#device=cpu&task=moons", site.url)).await;
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
    browser.open_and_catch(&format!("{}#device=cpu&task=spiral&replicates=2&pool=0", site.url)).await;
    browser.press("Split the gradient").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    let names = browser
        .js_async(
            "(async () => { const done_ = []; \
             for (const tab of document.querySelectorAll('[role=tab]')) { \
               tab.click(); await new Promise((then) => setTimeout(then, 300)); \
               for (const b of document.querySelectorAll('.save-chart button')) { \
                 const name = b.getAttribute('aria-label'); \
                 if (b.checkVisibility() && !done_.includes(name)) { done_.push(name); b.click(); } } } \
             return done_; })().then(done)",
        )
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
        "gradient lengths",
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
        let (name, bytes) = browser.caught(name.as_str().unwrap()).await;
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
