//! The built page in the hands of a reader who does things in an order nobody thought of.

mod browser;

use browser::{Browser, Site, WorkerError};
use fantoccini::Locator;
use serde_json::json;

const READY: &str = "return at('button', 'Next example')";

async fn choose(browser: &Browser, name: &str, word: &str) {
    let script = format!(
        "const s = at('combobox', {name:?}); s.value = {word:?}; s.dispatchEvent(new Event('change', {{ bubbles: true }})); return s.value"
    );
    assert_eq!(browser.js(&script).await, json!(word), "{name} has an option {word}");
}

async fn well(browser: Browser) {
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    browser.close().await;
}

/// A table of two classes of points, all of them moved by `by`.
fn table(by: f64) -> String {
    let row = |i: usize| {
        let (x, y) = ((i * 37 % 100) as f64 / 25.0 + by, (i * 53 % 100) as f64 / 25.0);
        format!("{x},{y},{}\n", if x + y > 4.0 + by { "over" } else { "under" })
    };
    std::iter::once("x,y,label\n".to_string()).chain((0..120).map(row)).collect()
}

async fn give(browser: &Browser, file: &std::path::Path) {
    let input = browser.page.find(Locator::Css("input[aria-label='Table (CSV)']")).await.expect("a file input");
    input.send_keys(file.to_str().expect("a plain path")).await.expect("a file");
}

fn tables() -> [std::path::PathBuf; 2] {
    let folder = std::env::temp_dir().join(format!("softlabel-order-{:?}", std::thread::current().id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    [("first.csv", 0.0), ("second.csv", 0.5)].map(|(name, by)| {
        let path = folder.join(name);
        std::fs::write(&path, table(by)).expect("a file");
        path
    })
}

#[tokio::test]
async fn a_cell_that_another_sweep_lacks_is_not_looked_at() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.until("the map", 60, "return document.querySelector('#sweep-cell-2-5')").await;
    browser
        .js("document.querySelector('#sweep-cell-2-5').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
        .await;
    choose(&browser, "Sweep", "3").await;
    browser.until("five rows", 10, "return !document.querySelector('#sweep-cell-0-5')").await;
    browser.press("Use these settings").await;
    // The page is alive.
    browser.until(READY, 60, READY).await;
    browser.slide("Temperature", "7").await;
    browser.until("the link", 5, "return location.hash.includes('t=7')").await;
    well(browser).await;
}

#[tokio::test]
async fn results_of_one_file_are_not_those_of_the_next() {
    let [first, second] = tables();
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=own", site.url)).await;
    browser.until("the device", 60, "return at('status', 'Device in use')?.innerText.includes('CPU')").await;
    give(&browser, &first).await;
    browser.until("soft labels", 60, READY).await;
    browser.press("Train").await;
    browser.verdict(120).await;
    // As many examples, the same settings: but other data.
    give(&browser, &second).await;
    browser.until("the second file", 30, "return document.body.innerText.includes('“second.csv”')").await;
    let none = "return !/interval/.test(at('status', 'Verdict')?.innerText ?? '')";
    browser.until("no verdict yet", 10, none).await;
    browser.until("soft labels", 60, READY).await;
    browser.press("Train").await;
    browser.verdict(120).await;
    well(browser).await;
}

#[tokio::test]
async fn a_file_chosen_before_there_is_an_engine_is_what_it_learns_from() {
    let [first, _] = tables();
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#bench&device=cpu&teacher=784,16,10&student=784,8,10&batch=8&steps=5", site.url)).await;
    browser.until("all rows", 120, "return document.querySelector('[data-bench=done]')").await;
    assert!(browser.text("status", "Device in use").await.unwrap_or_default().contains("not started"));
    choose(&browser, "Task", "own").await;
    give(&browser, &first).await;
    browser.until("what was understood", 60, "return document.body.innerText.includes('“first.csv”')").await;
    browser.until("soft labels", 60, READY).await;
    browser.press("Train").await;
    browser.verdict(120).await;
    well(browser).await;
}

#[tokio::test]
async fn train_tries_again_for_data_that_did_not_come() {
    let (site, browser) = (Site::new(Some(("fashion.bin.gz", WorkerError::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&steps=60&replicates=2", site.url)).await;
    browser.alert(60).await;
    browser.press("Dismiss").await;
    let there = "return document.activeElement.classList.contains('train')";
    browser.until("the focus where one goes on", 5, there).await;
    site.mended.store(true, std::sync::atomic::Ordering::Relaxed);
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.close().await;
}

#[tokio::test]
async fn a_transfer_set_that_cannot_be_had_leaves_the_data_that_are_there() {
    let (site, browser) = (Site::new(Some(("mnist.bin.gz", WorkerError::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&steps=60&replicates=2", site.url)).await;
    browser.until("soft labels", 60, READY).await;
    browser.js("location.hash = 'device=cpu&steps=60&replicates=2&shift=other'").await;
    browser.alert(60).await;
    browser.js("location.hash = 'device=cpu&steps=60&replicates=2'").await;
    let ready = "return !document.querySelector('[role=alert]') && document.querySelector('.line')?.innerText.startsWith('Ready')";
    browser.until("the run that was there", 20, ready).await;
    // The same of another task.
    choose(&browser, "Task", "mnist").await;
    browser.alert(60).await;
    choose(&browser, "Task", "fashion").await;
    browser.until("the run that was there, again", 20, ready).await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.close().await;
}

#[tokio::test]
async fn train_pressed_before_a_demonstration_begins_is_no_second_run() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&wait=25", site.url)).await;
    browser.until("Train", 30, "return at('button', 'Train')").await;
    browser.press("Train").await;
    let waits = "return document.querySelector('.line')?.innerText.startsWith('Paused: students, step 25 of') && at('button', 'Train')";
    browser.until("it waits, and says so", 60, waits).await;
    browser.slide("Transfer set size", "60").await;
    browser.until("the new setup", 20, "return document.querySelector('.line')?.innerText.startsWith('Ready')").await;
    tokio::time::sleep(std::time::Duration::from_millis(1000)).await;
    assert_eq!(browser.js("return !!at('button', 'Train')").await, json!(true), "nothing trains unasked");
    // The same link with another step, pasted into the open page.
    browser.js("location.hash = 'device=cpu&task=moons&n=60&wait=12'").await;
    let waits = "return document.querySelector('.line')?.innerText.startsWith('Paused: students, step 12 of')";
    browser.until("it waits there", 60, waits).await;
    well(browser).await;
}

#[tokio::test]
async fn in_a_frame_the_help_opens_and_remarks_are_seen() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&embed=train,soft,verdict", site.url)).await;
    browser.until("soft labels", 60, READY).await;
    let key = |key: &str| {
        format!("document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }}))")
    };
    browser.js(&key("?")).await;
    let help = "return document.querySelector('dialog[open]')?.checkVisibility()";
    browser.until("the help", 5, help).await;
    browser.press("Close").await;
    browser.until("it is closed", 5, "return !document.querySelector('dialog[open]')").await;
    assert_eq!(
        browser.js("return !!at('combobox', 'Lesson')?.checkVisibility()").await,
        json!(false),
        "no head in a frame"
    );
    assert_eq!(browser.js("return document.querySelector('.note').checkVisibility()").await, json!(true));
    well(browser).await;
}

#[tokio::test]
async fn a_control_that_goes_hands_the_focus_on_and_keys_move_the_temperature_everywhere() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&t=0.5", site.url)).await;
    browser.until("soft labels", 60, READY).await;
    let key = |key: &str| {
        format!("document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }}))")
    };
    let t = "return parseFloat(at('slider', 'Temperature').value)";
    for (name, up) in [("]", true), ("[", false)] {
        let mut last = browser.js(t).await.as_f64().unwrap();
        for _ in 0..3 {
            browser.js(&key(name)).await;
            let now = browser.js(t).await.as_f64().unwrap();
            assert!(if up { now > last } else { now < last }, "{name}: {last} to {now}");
            last = now;
        }
    }
    browser.js("document.querySelector('.rivals').open = true; at('button', 'Remove Argmax student').focus()").await;
    browser.press("Remove Argmax student").await;
    let there = "return document.activeElement.matches('.rivals > summary')";
    browser.until("the focus beside it", 5, there).await;
    well(browser).await;
}

#[tokio::test]
async fn a_lessons_later_run_says_that_it_is_too_early() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&lesson=few-labels&run=2", site.url)).await;
    browser
        .until(
            "the words",
            60,
            "return document.querySelector('.p-lesson')?.innerText.includes('a later run of the lesson')",
        )
        .await;
    browser.press("To the run that is due").await;
    browser
        .until(
            "they are gone",
            10,
            "return !document.querySelector('.p-lesson').innerText.includes('a later run of the lesson')",
        )
        .await;
    well(browser).await;
}

#[tokio::test]
async fn a_benchmark_has_the_machine_to_itself() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu", site.url)).await;
    browser.until("soft labels", 60, READY).await;
    browser.press("Run sweep").await;
    browser.until("it runs", 60, "return at('progressbar', 'Sweep progress')").await;
    browser.press("Run benchmark").await;
    browser
        .until(
            "the sweep stands",
            10,
            "return document.querySelector('#sweep-sentence').textContent.startsWith('Stopped')",
        )
        .await;
    browser.press("Train").await;
    browser
        .until("why it ended", 10, "return document.querySelector('.p-bench').textContent.includes('other work began')")
        .await;
    well(browser).await;
}
