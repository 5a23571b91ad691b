//! The page in one view: the result in the run bar, the drawn networks, T as a lens, tabs, and the stage's parts on a phone.

mod browser;

use browser::{Browser, Site};
use fantoccini::key::Key;
use serde_json::json;
use std::time::Duration;

/// The result in the run bar.
const RESULT: &str = r"return at('group', 'Result').innerText.replace(/\s+/g, ' ')";
/// Whether the result is within the window, in a page that is not scrolled.
const RESULT_IN_VIEW: &str = "scrollTo(0, 0); const r = at('group', 'Result').getBoundingClientRect(); \
    return r.height > 0 && r.top >= 0 && r.bottom <= innerHeight && r.left >= 0 && r.right <= innerWidth + 1";

#[tokio::test]
async fn the_result_is_in_the_first_screen_at_every_size_and_is_the_tables() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.until("figures while it trains", 60, "return /so far/.test(at('group', 'Result').innerText)").await;
    browser.verdict(120).await;
    let line = browser.js(RESULT).await.as_str().unwrap().to_string();
    assert!(line.contains(" points (") && line.contains(" to "), "a gain with its interval: {line}");
    let accuracy = browser.accuracy("Distilled student").await;
    assert!(line.contains(&format!("Soft {accuracy:.1}")), "{line}, the table says {accuracy}");
    for (width, height) in [(1440, 900), (1024, 768), (768, 1024), (390, 844), (360, 740)] {
        browser.resize(width, height, Duration::from_millis(400)).await;
        assert_eq!(browser.js(RESULT_IN_VIEW).await, json!(true), "at {width} x {height}");
        let tall = browser.js("return document.documentElement.scrollHeight").await;
        println!("{width} x {height}: the page is {tall} px tall");
    }
    browser.no_trouble(&site).await;
    browser.close().await;
}

#[tokio::test]
async fn teacher_and_student_are_drawn_at_work_on_the_example_shown() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&steps=60&replicates=2&epochs=2", site.url)).await;
    browser.ready().await;
    let drawn =
        |name: &str| format!("return document.querySelector('svg[aria-label^=\"{name}, drawn, on the\"]')?.ariaLabel");
    let teacher = browser.until("the teacher at work", 60, &drawn("Teacher")).await;
    browser.press("Train").await;
    browser.verdict(120).await;
    let trained = browser.until("the trained teacher", 20, &drawn("Teacher")).await;
    assert_ne!(teacher, trained);
    let student = browser.until("the student at work", 20, &drawn("Distilled student")).await;
    assert!(student.as_str().unwrap().contains(" of 32 hidden units are active. It answers "), "{student}");
    // To one scale: the teacher's block has more cells, of the same size.
    let cells = "const block = (card) => [...document.querySelectorAll(card + ' .network .unit')][1].getBBox(); \
        const [t, s] = [block('.p-teacher'), block('.p-students')]; return t.width * t.height / (s.width * s.height)";
    let ratio = browser.js(cells).await.as_f64().unwrap();
    assert!((3.5..6.0).contains(&ratio), "128 units against 32: {ratio}");
    browser.press("Next example").await;
    browser
        .until(
            "another example at work",
            20,
            &format!("const label = (() => {{ {} }})(); return label && label !== {trained}", drawn("Teacher")),
        )
        .await;
    browser.no_trouble(&site).await;
    browser.close().await;
}

#[tokio::test]
async fn another_temperature_leaves_results_and_lessons_as_they_are() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&steps=100&replicates=3&t=3", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.verdict(60).await;
    browser.slide("Temperature", "9").await;
    browser.until("what the results are of", 5, "return document.body.innerText.includes('trained at T = 3')").await;
    let stale = "return document.body.innerText.includes('from earlier settings')";
    assert_eq!(browser.js(stale).await, json!(false), "results hold at another temperature");
    browser.choose("Lesson", "few-labels").await;
    browser.link_has(&["lesson=few-labels"]).await;
    let link = browser.js("return location.hash").await;
    browser.slide("Temperature", "9").await;
    browser.until("only looking", 5, "return document.body.innerText.includes('Only looking')").await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(browser.js("return location.hash").await, link, "a look leaves no lesson");
    assert!(!browser.has_button("Back to the lessons settings").await);
    browser.no_trouble(&site).await;
    browser.close().await;
}

#[tokio::test]
async fn tabs_answer_to_arrows_and_go_into_the_link() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.ready().await;
    let open = "return document.querySelector('[role=tab][aria-selected=true]').innerText";
    assert_eq!(browser.js(open).await, json!("Results"));
    browser.js("at('tab', 'Results').focus()").await;
    browser.type_key(&Key::Right.to_string()).await;
    browser.until("the next tab", 5, "return at('tab', 'Similar classes').ariaSelected === 'true'").await;
    assert_eq!(browser.js("return document.activeElement.innerText").await, json!("Similar classes"));
    browser.link_has(&["panel=dark"]).await;
    browser.type_key(&Key::End.to_string()).await;
    browser.until("the last tab", 5, "return document.activeElement.ariaSelected === 'true' && document.activeElement === [...document.querySelectorAll('[role=tab]')].at(-1)").await;
    browser.type_key(&Key::Right.to_string()).await;
    browser.until("round to the first", 5, "return at('tab', 'Results').ariaSelected === 'true'").await;
    let panels = "return [...document.querySelectorAll('[role=tabpanel]')].filter((p) => p.checkVisibility()).length";
    assert_eq!(browser.js(panels).await, json!(1), "one analysis at a time");
    browser.close().await;
}

#[tokio::test]
async fn a_phone_shows_one_part_of_the_stage_and_goes_to_each() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.ready().await;
    browser.resize(360, 740, Duration::from_millis(400)).await;
    let shown = "return ['.card.p-data', '.card.p-teacher', '.p-soft', '.card.p-students'].filter((s) => document.querySelector(s).checkVisibility()).join()";
    assert_eq!(browser.js(shown).await, json!(".p-soft"));
    for (name, panel) in [
        ("Data", ".card.p-data"),
        ("Teacher", ".card.p-teacher"),
        ("Students", ".card.p-students"),
        ("Soft labels", ".p-soft"),
    ] {
        browser.press(name).await;
        browser.until(name, 5, &format!("return (() => {{ {shown} }})() === '{panel}'")).await;
        browser.no_sideways_scrolling(&format!("{name} on a phone")).await;
    }
    browser.close().await;
}

#[tokio::test]
async fn a_finished_lesson_is_kept_when_left_and_over_a_reload() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#lesson=few-labels&device=cpu", site.url)).await;
    browser.ready().await;
    browser.js("document.querySelector('.predictions input').click()").await;
    browser.press("Run the lesson").await;
    let verdict = browser.lesson_verdict(180).await;
    browser.press("Next lesson").await;
    browser.until("another lesson", 5, "return !location.hash.includes('few-labels')").await;
    let empty = "return !document.querySelector('.lesson-verdict').innerText.trim()";
    assert_eq!(browser.js(empty).await, json!(true), "the next lesson has no verdict yet");
    browser.press("Previous lesson").await;
    assert_eq!(browser.lesson_verdict(5).await, verdict);
    let ticked = "return [...document.querySelectorAll('select.lesson option')].filter((o) => o.innerText.startsWith('✓')).length";
    assert_eq!(browser.js(ticked).await, json!(1));
    browser.js("location.reload()").await;
    assert_eq!(browser.lesson_verdict(30).await, verdict, "after a reload");
    assert_eq!(browser.js("return document.querySelector('.predictions input').checked").await, json!(true));
    browser.no_console_errors().await;
    browser.close().await;
}
