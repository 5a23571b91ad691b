//! Presenting with the built page (`dist/`): slides, presets of a shared link, keys of other layouts, sliders under a pinch.

mod browser;

use browser::{Browser, Site};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use softlabel::lab::lessons::LESSONS;
use std::time::Duration;

/// The smallest projector that slides are made for, in CSS pixels.
const PROJECTOR: (u32, u32) = (1024, 768);

/// Number of slides and number of the slide shown, as the foot says.
const PLACE: &str = "return document.querySelector('.slide-place')?.innerText ?? ''";

/// What of a slide does not fit or is set too small; empty if all is well.
const FAULTS: &str = r"
    const dialog = document.querySelector('dialog.slides[open]'), slide = dialog.querySelector('.slide'), faults = [];
    for (const [name, box] of [['dialog', dialog], ['slide', slide], ['page', document.documentElement]]) {
        if (box.scrollWidth > box.clientWidth + 1) faults.push(`${name}: ${box.scrollWidth} in ${box.clientWidth} px of width`);
    }
    if (slide.scrollHeight > slide.clientHeight + 1) faults.push(`slide: ${slide.scrollHeight} in ${slide.clientHeight} px of height`);
    const texts = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const parent = texts.currentNode.parentElement;
        const size = parseFloat(getComputedStyle(parent).fontSize);
        if (texts.currentNode.data.trim() && parent.checkVisibility() && size < 23.99) {
            faults.push(`${size} px: ${texts.currentNode.data.trim().slice(0, 40)}`);
        }
    }
    return faults;
";

/// Makes the page's own area that large.
async fn viewport(browser: &Browser, (width, height): (u32, u32)) {
    browser.resize(width, height, Duration::from_millis(300)).await;
    let frame = browser.js("return [outerWidth - innerWidth, outerHeight - innerHeight]").await;
    let extra = |i: usize| frame[i].as_u64().unwrap_or(0) as u32;
    browser.resize(width + extra(0), height + extra(1), Duration::from_millis(300)).await;
    assert_eq!(browser.js("return [innerWidth, innerHeight]").await, json!([width, height]));
}

/// Goes over all slides from the first on with a presenter's key, and asserts that each fits.
async fn all_fit(browser: &Browser, count: usize, state: &str) {
    browser.js("document.querySelector('.slide-head h2').focus()").await;
    browser.type_key(&Key::Home.to_string()).await;
    for number in 1..=count {
        browser.until("the slide", 5, &format!("return (() => {{ {PLACE} }})() === '{number} of {count}'")).await;
        assert_eq!(browser.js(FAULTS).await, json!([]), "{state}, slide {number}");
        browser.picture(&format!("slides-{state}-{number}")).await;
        browser.type_key(&Key::PageDown.to_string()).await;
    }
}

#[tokio::test]
async fn the_stage_is_presented_by_keys_and_fits_a_small_projector() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    for task in ["fashion", "moons", "names"] {
        browser.open(&format!("{}#device=cpu&task={task}&steps=100&epochs=2&size=large&present", site.url)).await;
        viewport(&browser, PROJECTOR).await;
        browser.until("slides", 30, PLACE).await;
        browser.cpu_in_use().await;
        all_fit(&browser, 5, &format!("{task}-before")).await;
        browser
            .until("soft labels", 60, "return !document.querySelector('.slide-line').innerText.startsWith('Loading')")
            .await;
        browser.js("document.querySelector('.slide-head h2').focus()").await;
        browser.type_key(" ").await;
        browser.type_key(&Key::End.to_string()).await;
        browser
            .until(
                "the verdict",
                180,
                "return /%|nats/.test(document.querySelector('.slide .slide-say')?.innerText ?? '')",
            )
            .await;
        all_fit(&browser, 5, &format!("{task}-done")).await;
    }
    // Escape leaves, and the link is the page's again.
    browser.escape().await;
    browser.dialog_closed().await;
    browser.until("no slide in the link", 5, "return !location.hash.includes('present')").await;
    browser.no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn a_lesson_is_presented_from_its_question_to_why() {
    let only = std::env::var("LESSON").unwrap_or_else(|_| "few-labels".into());
    for lesson in LESSONS.iter().filter(|lesson| only == "all" || only == lesson.key) {
        let (site, browser) = (Site::new(None), Browser::new(false).await);
        browser.open(&format!("{}#lesson={}&device=cpu&present", site.url, lesson.key)).await;
        viewport(&browser, PROJECTOR).await;
        browser.until("slides", 30, PLACE).await;
        browser.cpu_in_use().await;
        let count = 5 + (lesson.runs)().len();
        all_fit(&browser, count, &format!("{}-before", lesson.key)).await;
        let why = browser.js("return document.querySelector('.slide').innerText").await;
        assert!(!why.as_str().unwrap().contains("five seeds"), "the record would give the answer away: {why}");
        // A guess made with the mouse leaves the arrows to the slides.
        browser.type_key(&Key::Home.to_string()).await;
        browser.type_key(&Key::Right.to_string()).await;
        let guess = browser.page.find(Locator::Css(".slide-guess label")).await.expect("a prediction");
        guess.click().await.expect("it can be clicked");
        browser.until("the heading has the focus", 5, "return document.activeElement.id === 'slide-title'").await;
        browser.type_key(&Key::Right.to_string()).await;
        browser.until("the next slide", 5, &format!("return (() => {{ {PLACE} }})().startsWith('3 of')")).await;
        browser.type_key(&Key::End.to_string()).await;
        browser.type_key(" ").await;
        browser
            .until("the record", 300, "return document.querySelector('.slide').innerText.includes('Over five seeds')")
            .await;
        all_fit(&browser, count, &format!("{}-done", lesson.key)).await;
        browser.no_console_errors().await;
        browser.close().await;
    }
}

#[tokio::test]
async fn sharing_leads_to_slides_and_presets_keep_what_was_ticked_by_hand() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&lesson=few-labels", site.url)).await;
    browser.ready().await;
    browser.press("Share").await;
    let link = "return document.querySelector('#share-link')?.value";
    browser.until("the link", 5, link).await;
    let tick = |name: &str| {
        format!(
            "[...document.querySelectorAll('dialog label')].find((l) => l.textContent.trim() === {name:?}).querySelector('input').click();"
        )
    };
    browser.press("Soft labels only").await;
    let soft =
        browser.until("a link", 5, &format!("const l = (() => {{ {link} }})(); return l.includes('hide=') && l")).await;
    let soft = soft.as_str().unwrap();
    assert!(!soft.contains("lesson=") && soft.contains("students") && !soft.contains("soft,"), "{soft}");
    // `at` leaves the number of the lesson out.
    browser.press("Lesson").await;
    browser.until("the lesson", 5, &format!("return (() => {{ {link} }})().includes('lesson=few-labels')")).await;
    browser.js(&tick("The loss in numbers")).await;
    browser.press("Train and verdict").await;
    browser.js(&tick("Only the panels ticked above, without head and foot, for a frame")).await;
    browser.until("the frame", 5, &format!("return (() => {{ {link} }})().includes('embed=train,verdict,loss')")).await;
    browser.js(&tick("Open as slides")).await;
    browser.until("slides in the link", 5, &format!("return (() => {{ {link} }})().endsWith('present')")).await;
    browser.press("Present").await;
    browser.until("slides", 5, PLACE).await;
    assert_eq!(
        browser.js("return document.querySelectorAll('dialog[open]').length").await,
        json!(1),
        "one dialog at a time"
    );
    browser.close().await;
}

#[tokio::test]
async fn brackets_made_with_alt_move_the_temperature_and_compositions_do_not() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&t=5", site.url)).await;
    browser.ready().await;
    let key = |options: &str| {
        format!(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {{ bubbles: true, cancelable: true, {options} }}))"
        )
    };
    for (options, moves) in [
        ("key: '[', altKey: true", true),
        ("key: '[', altKey: true, ctrlKey: true, modifierAltGraph: true", true),
        ("key: '[', isComposing: true", false),
        ("key: '[', ctrlKey: true", false),
        ("key: 'r', altKey: true", false),
    ] {
        let before = browser.slider("Temperature").await;
        browser.js(&key(options)).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let after = browser.slider("Temperature").await;
        assert_eq!(after < before, moves, "{options}: {before} to {after}");
    }
    browser.close().await;
}

#[tokio::test]
async fn a_slider_gives_a_pinch_back_to_the_page() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&t=5", site.url)).await;
    browser.ready().await;
    let touch = |script: &str| {
        format!(
            "const track = at('slider', 'Temperature').closest('.track'), r = track.getBoundingClientRect(); \
             const send = (type, id, x, primary) => track.dispatchEvent(new PointerEvent(type, {{ bubbles: true, cancelable: true, \
             pointerId: id, isPrimary: primary, pointerType: 'touch', button: 0, clientX: r.left + x * r.width, clientY: r.top + 5 }})); \
             {script}"
        )
    };
    let before = browser.slider("Temperature").await;
    // A second finger moves nothing, and a gesture that the browser takes restores what was there.
    browser
        .js(&touch(
            "send('pointerdown', 5, 0.5, true); send('pointermove', 5, 0.7, true); send('pointermove', 6, 0.1, false)",
        ))
        .await;
    browser.until("moved", 5, &format!("return +at('slider', 'Temperature').value > {before}")).await;
    browser.js(&touch("send('pointercancel', 5, 0.7, true)")).await;
    browser.until("restored", 5, &format!("return +at('slider', 'Temperature').value === {before}")).await;
    // A pointer that was lost holds nothing any more.
    browser.js(&touch("send('pointerdown', 7, 0.2, true); send('lostpointercapture', 7, 0.2, true); send('pointermove', 7, 0.9, true)")).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(browser.slider("Temperature").await, before);
    let allowed: Value =
        browser.js("return getComputedStyle(at('slider', 'Temperature').closest('.track')).touchAction").await;
    assert_eq!(allowed, json!("pan-y pinch-zoom"));
    browser.close().await;
}
