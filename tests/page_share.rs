//! Sharing and presenting the built page, and using it by keyboard: links, history, frames, demonstrations, help, the tour.

mod browser;

use browser::{Browser, Site};
use fantoccini::key::Key;
use serde_json::json;

/// The accessible name of what has the focus.
const FOCUSED: &str = "const e = document.activeElement; return e.getAttribute('aria-label') ?? e.textContent.trim()";

#[tokio::test]
async fn a_run_can_be_controlled_by_keyboard_alone() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.ready().await;
    // Everything that can be done is reached with Tab, in the order of the page, and shows that it has the focus.
    let mut reached = Vec::new();
    for _ in 0..60 {
        browser.type_key(&Key::Tab.to_string()).await;
        // The end of the page.
        if browser.js("return document.activeElement === document.body").await == json!(true) {
            break;
        }
        let seen = browser.js("const e = document.activeElement; const s = getComputedStyle(e); const knob = e.matches('.track input') ? getComputedStyle(e.parentElement.querySelector('.thumb')) : s; return parseFloat(knob.outlineWidth) > 0 && knob.outlineStyle !== 'none'").await;
        let name = browser.js(FOCUSED).await.as_str().unwrap_or("").to_string();
        assert_eq!(seen, json!(true), "the focus on {name:?} can be seen");
        reached.push(name);
    }
    let place = |name: &str| {
        reached.iter().position(|n| n == name).unwrap_or_else(|| panic!("Tab reaches {name}: {reached:?}"))
    };
    let order =
        ["Lesson", "Device", "Share", "Export", "Train", "Task", "Temperature", "Transfer set size", "Soft weight"];
    let places: Vec<usize> = order.iter().map(|name| place(name)).collect();
    assert!(places.windows(2).all(|w| w[0] < w[1]), "in the order of the page: {order:?} at {places:?}");

    // The keys for the whole page, with nothing in use.
    browser.js("document.activeElement.blur()").await;
    let before = browser.slider("Temperature").await;
    browser.type_key("]").await;
    assert!(browser.slider("Temperature").await > before, "] raises the temperature");
    browser.js("document.activeElement.blur()").await;
    let line = "return document.querySelector('.line').innerText";
    let was = browser.js(line).await;
    browser.type_key(&Key::Right.to_string()).await;
    browser.until("one step", 10, &format!("return (() => {{ {line} }})() !== {was}")).await;
    browser.type_key(" ").await;
    let verdict = browser.verdict(120).await;
    assert!(verdict.contains('%'), "{verdict}");
    browser.type_key("?").await;
    browser
        .until("the help", 5, "return document.querySelector('dialog[open]')?.innerText.includes('Train, or pause')")
        .await;
    browser.escape().await;
    browser.dialog_closed().await;
    browser.no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn sharing_gives_a_link_a_qr_code_and_a_frame() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&t=5", site.url)).await;
    browser.ready().await;
    browser.press("Next example").await;
    browser.press("Share").await;
    let link = "return document.querySelector('#share-link')?.value";
    let shared = browser.until("the link", 5, link).await.as_str().unwrap().to_string();
    assert!(shared.starts_with(&site.url) && shared.contains("t=5") && shared.contains("example=2"), "{shared}");
    assert_eq!(browser.js("return at('img', 'The link as a QR code').querySelectorAll('path').length").await, json!(1));
    // Set up for a class: without the sweep, in large type.
    let tick = |name: &str| {
        format!(
            "[...document.querySelectorAll('dialog label')].find((l) => l.textContent.trim() === {name:?}).querySelector('input').click();"
        )
    };
    browser.js(&format!("{}{}", tick("Sweep"), tick("Large type, for the back row"))).await;
    let lecture = browser
        .until("another link", 5, &format!("const l = (() => {{ {link} }})(); return l.includes('hide=sweep') && l"))
        .await;
    assert!(lecture.as_str().unwrap().contains("size=large"), "{lecture}");
    browser.js(&tick("Only the panels ticked above, without head and foot, for a frame")).await;
    let snippet = browser
        .until("the snippet", 5, "const s = document.querySelector('[aria-label=\"Snippet for another page\"]').value; return s.includes('embed=') && s")
        .await;
    assert!(snippet.as_str().unwrap().starts_with("<iframe src=\"http"), "{snippet}");

    browser.open(lecture.as_str().unwrap()).await;
    browser.ready().await;
    assert!(!browser.has_box(".p-sweep").await, "what is hidden is not there");
    assert!(browser.has_box(".p-verdict").await);
    browser.open(&format!("{}#device=cpu&task=moons&embed=soft,verdict", site.url)).await;
    browser.ready().await;
    assert!(browser.has_box(".p-soft").await);
    for gone in [".top", ".p-students", ".p-results", "h1", "footer", ".go"] {
        assert!(!browser.has_box(gone).await, "{gone} is not in the frame");
    }
    browser.no_alert().await;
    browser.close().await;
}

#[tokio::test]
async fn back_and_forward_restore_lessons_tasks_and_settings() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.ready().await;
    browser.choose("Task", "spiral").await;
    browser.link_has(&["task=spiral"]).await;
    browser.slide("Temperature", "7").await;
    browser.link_has(&["t=7"]).await;
    browser.choose("Lesson", "api").await;
    browser.link_has(&["lesson=api"]).await;
    browser.js("history.back()").await;
    browser.until("the spiral at T = 7 again", 5, "return location.hash.includes('task=spiral') && location.hash.includes('t=7') && at('combobox', 'Task').value === 'spiral' && at('slider', 'Temperature').value === '7' && at('combobox', 'Lesson').value === ''").await;
    browser.js("history.back()").await;
    browser.until("the moons", 5, "return at('combobox', 'Task').value === 'moons'").await;
    browser.js("history.forward()").await;
    browser.until("the spiral", 5, "return at('combobox', 'Task').value === 'spiral'").await;
    browser.js("history.forward()").await;
    browser.until("the lesson", 5, "return at('combobox', 'Lesson').value === 'api'").await;
    browser.close().await;
}

#[tokio::test]
async fn a_demonstration_pauses_at_its_step() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&wait=25", site.url)).await;
    browser.status_line("Paused: students, step 25 of", 60).await;
    browser.press("Train").await;
    browser.verdict(60).await;
    browser.close().await;
}

#[tokio::test]
async fn a_link_sets_theme_type_size_and_visible_panels() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    let page = format!("{}#device=cpu&task=moons", site.url);
    let type_size = "return document.querySelector('button.train').getBoundingClientRect().height";
    let background = "return getComputedStyle(document.body).backgroundColor";
    let all = "return !!document.querySelector('.explanation')";
    browser.open(&format!("{page}&theme=light")).await;
    browser.until("the whole page", 30, all).await;
    let (normal, light) = (browser.js(type_size).await, browser.js(background).await);
    browser.open_tab("Sweep").await;
    for there in [".p-soft", ".p-sweep", "[data-knob=n]"] {
        assert!(browser.is_visible(there).await, "{there} is shown");
    }

    browser.open(&format!("{page}&theme=dark&size=large&hide=sweep&fix=n&panel=more")).await;
    browser.until("the whole page", 30, all).await;
    assert_ne!(browser.js(background).await, light, "the dark theme");
    assert!(browser.js(type_size).await.as_f64() > normal.as_f64(), "large type");
    assert!(browser.is_visible(".p-soft").await, "what is not hidden is shown");
    for gone in [".p-sweep", "[data-knob=n]"] {
        assert!(!browser.is_visible(gone).await, "{gone} is hidden");
    }
    // It opens at the panel: unfolded, with the focus, and on screen.
    let at = "const p = document.querySelector('.p-more'), r = p.getBoundingClientRect(); \
              return p.open && document.activeElement === p && r.top >= 0 && r.top < innerHeight && !!p.querySelector('input')";
    browser.until("the panel asked for", 10, at).await;
    // And stays: what is laid out on the way, or comes late, does not carry it off.
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(browser.js(at).await, json!(true), "the panel asked for, still");
    browser.close().await;
}

#[tokio::test]
async fn the_tour_has_five_stops_and_is_offered_once() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&site.url).await;
    let offer = "return !!document.querySelector('.tour-offer')";
    browser.until("the offer", 20, offer).await;
    browser.js("[...document.querySelectorAll('.tour-offer button')][0].click()").await;
    for stop in 1..=5 {
        browser
            .until(
                "a stop",
                5,
                &format!(
                    "return document.querySelector('.tour h2')?.innerText.toLowerCase().startsWith('{stop} of 5')"
                ),
            )
            .await;
        assert_eq!(browser.js("return document.querySelectorAll('[data-pointed]').length").await, json!(1));
        browser.type_key(&Key::Right.to_string()).await;
    }
    browser.until("its end", 5, "return !document.querySelector('.tour, [data-pointed]')").await;
    browser.open(&site.url).await;
    browser.button("Train", 20).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(browser.js(offer).await, json!(false), "never again");
    browser.close().await;
}
