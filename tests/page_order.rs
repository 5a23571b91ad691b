//! The built page used in unusual orders: settings, files and runs that overtake each other.

mod browser;

use browser::{Browser, Fault, Site};
use serde_json::json;

/// Asserts that the console has no errors, and ends.
async fn end(browser: Browser) {
    browser.no_console_errors().await;
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

fn tables() -> [String; 2] {
    let folder = std::env::temp_dir().join(format!("softlabel-order-{:?}", std::thread::current().id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    [("first.csv", 0.0), ("second.csv", 0.5)].map(|(name, by)| {
        let path = folder.join(name);
        std::fs::write(&path, table(by)).expect("a file");
        path.to_str().expect("a plain path").to_string()
    })
}

#[tokio::test]
async fn a_chosen_cell_that_another_sweep_lacks_is_dropped() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.until("the map", 60, "return document.querySelector('#sweep-cell-2-5')").await;
    browser.press_sweep_cell(2, 5).await;
    browser.choose("Sweep", "3").await;
    browser.until("five rows", 10, "return !document.querySelector('#sweep-cell-0-5')").await;
    browser.press("Use these settings").await;
    // The page is alive.
    browser.ready().await;
    browser.slide("Temperature", "7").await;
    browser.link_has(&["t=7"]).await;
    end(browser).await;
}

#[tokio::test]
async fn a_second_file_clears_the_results_of_the_first() {
    let [first, second] = tables();
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=own", site.url)).await;
    browser.cpu_in_use().await;
    browser.choose_files("Table (CSV)", &first).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.verdict(120).await;
    // As many examples, the same settings: but other data.
    browser.choose_files("Table (CSV)", &second).await;
    browser.until("the second file", 30, "return document.body.innerText.includes('“second.csv”')").await;
    let none = "return !/interval/.test(at('status', 'Verdict')?.innerText ?? '')";
    browser.until("no verdict yet", 10, none).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.verdict(120).await;
    end(browser).await;
}

#[tokio::test]
async fn a_file_chosen_before_the_engine_starts_is_trained_on() {
    let [first, _] = tables();
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#bench&device=cpu&teacher=784,16,10&student=784,8,10&batch=8&steps=5", site.url)).await;
    browser.until("all rows", 120, "return document.querySelector('[data-bench=done]')").await;
    assert!(browser.text("status", "Device in use").await.unwrap_or_default().contains("not started"));
    browser.choose("Task", "own").await;
    browser.choose_files("Table (CSV)", &first).await;
    browser.until("what was understood", 60, "return document.body.innerText.includes('“first.csv”')").await;
    browser.ready().await;
    browser.press("Train").await;
    browser.verdict(120).await;
    end(browser).await;
}

#[tokio::test]
async fn train_fetches_missing_data_again() {
    let (site, browser) = (Site::new(Some(("fashion.bin.gz", Fault::Missing))), Browser::new(false).await);
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
async fn a_transfer_set_that_cannot_be_fetched_leaves_the_data_in_place() {
    let (site, browser) = (Site::new(Some(("mnist.bin.gz", Fault::Missing))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&steps=60&replicates=2", site.url)).await;
    browser.ready().await;
    browser.js("location.hash = 'device=cpu&steps=60&replicates=2&shift=other'").await;
    browser.alert(60).await;
    browser.js("location.hash = 'device=cpu&steps=60&replicates=2'").await;
    let ready = "return !document.querySelector('[role=alert]') && /^(Ready|Warmed up)/.test(document.querySelector('.line')?.innerText)";
    browser.until("the run that was there", 20, ready).await;
    // The same of another task.
    browser.choose("Task", "mnist").await;
    browser.alert(60).await;
    browser.choose("Task", "fashion").await;
    browser.until("the run that was there, again", 20, ready).await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.close().await;
}

#[tokio::test]
async fn train_pressed_before_a_demonstration_starts_no_second_run() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&wait=25", site.url)).await;
    browser.button("Train", 30).await;
    browser.press("Train").await;
    let waits = "return document.querySelector('.line')?.innerText.startsWith('Paused: students, step 25 of') && at('button', 'Train')";
    browser.until("it waits, and says so", 60, waits).await;
    browser.slide("Transfer set size", "60").await;
    browser.status_line("Ready", 20).await;
    tokio::time::sleep(std::time::Duration::from_millis(1000)).await;
    assert!(browser.has_button("Train").await, "nothing trains unasked");
    // The same link with another step, pasted into the open page.
    browser.js("location.hash = 'device=cpu&task=moons&n=60&wait=12'").await;
    browser.status_line("Paused: students, step 12 of", 60).await;
    end(browser).await;
}

#[tokio::test]
async fn a_frame_shows_help_and_notes() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&embed=train,soft,verdict", site.url)).await;
    browser.ready().await;
    browser.page_key("?").await;
    let help = "return document.querySelector('dialog[open]')?.checkVisibility()";
    browser.until("the help", 5, help).await;
    browser.press("Close").await;
    browser.dialog_closed().await;
    assert_eq!(
        browser.js("return !!at('combobox', 'Lesson')?.checkVisibility()").await,
        json!(false),
        "no head in a frame"
    );
    assert!(browser.is_visible(".note").await);
    end(browser).await;
}

#[tokio::test]
async fn bracket_keys_change_the_temperature_from_any_value() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&t=0.5", site.url)).await;
    browser.ready().await;
    for (name, up) in [("]", true), ("[", false)] {
        let mut last = browser.slider("Temperature").await;
        for _ in 0..3 {
            browser.page_key(name).await;
            let now = browser.slider("Temperature").await;
            assert!(if up { now > last } else { now < last }, "{name}: {last} to {now}");
            last = now;
        }
    }
    end(browser).await;
}

#[tokio::test]
async fn removing_an_arm_moves_the_focus_to_the_list_of_arms() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&t=0.5", site.url)).await;
    browser.ready().await;
    browser.js("document.querySelector('.rivals').open = true; at('button', 'Remove Argmax student').focus()").await;
    browser.press("Remove Argmax student").await;
    let there = "return document.activeElement.matches('.rivals > summary')";
    browser.until("the focus beside it", 5, there).await;
    end(browser).await;
}

#[tokio::test]
async fn a_link_to_a_later_run_of_a_lesson_says_that_it_is_too_early() {
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
    end(browser).await;
}

#[tokio::test]
async fn a_benchmark_stops_other_work_and_other_work_stops_it() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu", site.url)).await;
    browser.ready().await;
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
    end(browser).await;
}
