//! The lessons, the tasks and custom data on the built page (`dist/`).

mod browser;

use browser::{Browser, Site};
use fantoccini::Locator;
use softlabel::lab::lessons::LESSONS;
use std::time::{Duration, Instant};

#[tokio::test]
async fn every_lesson_opened_by_its_link_ends_in_a_verdict() {
    let only = std::env::var("LESSON").ok();
    for lesson in LESSONS.iter().filter(|lesson| only.as_deref().is_none_or(|only| only == lesson.key)) {
        let (site, browser) = (Site::new(None), Browser::new(false).await);
        browser.open(&format!("{}#lesson={}&device=cpu", site.url, lesson.key)).await;
        browser.cpu_in_use().await;
        browser.button("Run the lesson", 30).await;
        browser.click("[name=prediction]").await;
        let begun = Instant::now();
        browser.press("Run the lesson").await;
        let verdict = browser.lesson_verdict(240).await;
        println!("{}: {:.1} s: {verdict}", lesson.key, begun.elapsed().as_secs_f64());
        let expected = browser.js("return document.querySelector('.expected')?.innerText ?? ''").await;
        assert!(expected.as_str().unwrap().contains("expected"), "the prediction is answered: {expected}");
        assert!(browser.js("return location.hash").await.as_str().unwrap().contains(&format!("lesson={}", lesson.key)));
        browser.no_console_errors().await;
        browser.picture(&format!("lesson-{}", lesson.key)).await;
        browser.resize(360, 1200, Duration::from_millis(300)).await;
        browser.no_sideways_scrolling(lesson.key).await;
        browser.close().await;
    }
}

#[tokio::test]
async fn the_best_bias_brings_back_the_missing_class() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#lesson=missing-three&device=cpu", site.url)).await;
    browser.button("Run the lesson", 60).await;
    browser.press("Run the lesson").await;
    browser.lesson_verdict(120).await;
    let on_class = |row: &str| {
        format!(
            "const r = [...at('table', 'With that bias').querySelectorAll('tbody tr')].find((r) => r.textContent.includes({row:?})); return parseFloat(r.querySelector('td').innerText)"
        )
    };
    let hard = browser.js(&on_class("Hard-label")).await.as_f64().unwrap();
    assert_eq!(hard, 0.0, "a class never shown is never predicted");
    browser.press("Best bias").await;
    browser.until("the bias", 5, "return +at('slider', 'Bias').value > 0").await;
    let soft = browser.js(&on_class("Distilled")).await.as_f64().unwrap();
    println!("threes right with the best bias: {soft} %");
    assert!(soft >= 60.0, "{soft}");
    browser.close().await;
}

#[tokio::test]
async fn a_lesson_can_be_changed_restored_and_closed() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#lesson=few-labels&device=cpu", site.url)).await;
    browser.ready().await;
    browser.slide("Student hidden units", "8").await;
    browser.button("Back to the lessons settings", 5).await;
    browser.link_has(&["lesson=few-labels", "hidden=8"]).await;
    browser.press("Back to the lessons settings").await;
    browser.until("the lesson's link", 5, "return !location.hash.includes('hidden=8')").await;
    browser.press("Close the lesson").await;
    browser
        .until("no lesson", 5, "return !document.querySelector('#lesson') && !location.hash.includes('lesson')")
        .await;
    browser.close().await;
}

/// A table with two informative columns and one of noise; `bad` replaces one of its lines.
fn table(bad: Option<(usize, &str)>) -> String {
    let mut text = String::from("length;width;noise;kind\n");
    for row in 2..302 {
        let (class, x) = (row % 3, (row * 37 % 100) as f64 / 100.0);
        let line = format!(
            "{};{};{};{}",
            class as f64 + x,
            2.0 * class as f64 - x,
            row * 7919 % 13,
            ["oak", "elm", "fir"][class]
        );
        text += &bad.filter(|(at, _)| *at == row).map_or(line, |(_, line)| line.to_string());
        text.push('\n');
    }
    text
}

#[tokio::test]
async fn a_custom_table_trains_and_a_malformed_one_names_its_row() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    let folder = std::env::temp_dir().join(format!("softlabel-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (good, bad) = (folder.join("trees.csv"), folder.join("bad.csv"));
    std::fs::write(&good, table(None)).unwrap();
    std::fs::write(&bad, table(Some((17, "1.5;wide;3;oak")))).unwrap();
    browser.open(&format!("{}#device=cpu&task=own", site.url)).await;
    browser.until("the choosers", 60, "return document.querySelector('input[aria-label=\"Table (CSV)\"]')").await;
    browser.cpu_in_use().await;
    browser.choose_files("Table (CSV)", bad.to_str().unwrap()).await;
    let alert = browser.alert(30).await;
    assert!(alert.contains("Row 17") && alert.contains("width") && alert.contains("wide"), "{alert}");
    browser.choose_files("Table (CSV)", good.to_str().unwrap()).await;
    browser.until("what was understood", 30, "return document.body.innerText.includes('“trees.csv”')").await;
    browser.ready().await;
    browser.press("Train").await;
    let verdict = browser.verdict(120).await;
    println!("{verdict}");
    browser.picture("own-table").await;
    browser.no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn custom_images_train() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    let folder = std::env::temp_dir().join(format!("softlabel-images-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // Made by the browser, in its formats.
    browser.open(&format!("{}#device=cpu&task=own", site.url)).await;
    browser.cpu_in_use().await;
    let mut paths = Vec::new();
    for i in 0..60 {
        let (kind, format) = (["ring", "cross"][i % 2], ["image/png", "image/jpeg"][i / 2 % 2]);
        let script = format!(
            "const c = document.createElement('canvas'); c.width = 60; c.height = 40; const g = c.getContext('2d'); g.fillRect(0, 0, 60, 40); g.strokeStyle = '#fff'; g.lineWidth = 5; g.beginPath(); \
             const x = 22 + {i} % 15, y = 14 + {i} % 11; if ('{kind}' === 'ring') g.arc(x, y, 10, 0, 7); else {{ g.moveTo(x - 10, y - 10); g.lineTo(x + 10, y + 10); g.moveTo(x + 10, y - 10); g.lineTo(x - 10, y + 10); }} \
             g.stroke(); return c.toDataURL('{format}').split(',')[1]"
        );
        let data = browser.js(&script).await;
        let path = folder.join(format!("{kind}_{i}.{}", &format[6..]));
        std::fs::write(&path, decode(data.as_str().unwrap())).unwrap();
        paths.push(path.to_str().unwrap().to_string());
    }
    browser.choose_files("Images", &paths.join("\n")).await;
    browser.until("what was understood", 30, "return document.body.innerText.includes('784 pixels, 2 classes')").await;
    browser.ready().await;
    browser.press("Train").await;
    println!("{}", browser.verdict(120).await);
    browser.picture("own-images").await;
    browser.no_console_errors().await;
    browser.close().await;
}

/// Base64 (RFC 4648) to bytes.
fn decode(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut out, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes().filter(|&b| b != b'=') {
        bits = bits << 6 | LETTERS.iter().position(|&l| l == letter).expect("base64") as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
        }
    }
    out
}

#[tokio::test]
async fn decision_regions_of_points_are_drawn() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=blobs&steps=100&replicates=3", site.url)).await;
    browser.until("the teacher's regions", 60, "return at('img', 'Decision regions of the teacher')?.width > 1").await;
    browser.press("Add a point in the middle").await;
    browser.link_has(&["points=0,0,0"]).await;
    browser.press("Train").await;
    browser.verdict(60).await;
    browser.until("the students' regions", 5, "return at('img', 'Decision regions of the distilled student')").await;
    browser.picture("regions").await;
    browser.close().await;
}

#[tokio::test]
async fn every_language_model_writes_names() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=names&steps=100&replicates=2", site.url)).await;
    browser.cpu_in_use().await;
    browser.press("Train").await;
    browser.verdict(120).await;
    let written = "return [...at('table', 'Names that the networks write').querySelectorAll('tbody td:nth-child(2)')].map((t) => t.innerText.length)";
    let lengths = browser.js(written).await;
    assert!(lengths.as_array().is_some_and(|l| l.len() == 4 && l.iter().all(|n| n.as_u64() > Some(10))), "{lengths}");
    browser.picture("names").await;
    browser.close().await;
}

#[tokio::test]
async fn every_network_classifies_a_drawing() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=mnist&steps=100&replicates=2", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.open_tab("Try them").await;
    // A one: a stroke from top to bottom.
    browser
        .js("const c = at('img', 'Drawing'), r = c.getBoundingClientRect(); c.scrollIntoView(); \
             const q = c.getBoundingClientRect(); const at2 = (type, y) => c.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, clientX: q.left + q.width / 2, clientY: q.top + y * q.height })); \
             at2('pointerdown', 0.2); at2('pointermove', 0.5); at2('pointermove', 0.8); at2('pointerup', 0.8); return r.width")
        .await;
    let rows = "return at('table', 'What the networks say of the drawing')?.querySelectorAll('tr').length === 4";
    browser.until("four answers", 20, rows).await;
    // The first answers may be to the beginning of the stroke.
    let one = "const t = at('table', 'What the networks say of the drawing').querySelector('td').innerText; return t.startsWith('1') && t";
    let teacher = browser.until("a one", 20, one).await;
    println!("the teacher says of a stroke: {teacher}");
    browser.press("Take the example shown").await;
    browser.press("Clear").await;
    browser.until("an empty canvas", 5, "return !at('table', 'What the networks say of the drawing')").await;
    browser.no_alert().await;
    browser.close().await;
}

#[tokio::test]
async fn stored_runs_survive_a_reload_and_can_be_laid_over_the_chart() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&steps=100&replicates=3", site.url)).await;
    browser.ready().await;
    browser.press("Train").await;
    browser.verdict(60).await;
    let listed = "return document.querySelectorAll('.runs > li').length";
    browser.until("the run in the list", 10, listed).await;
    // The run is listed at once and stored a moment later.
    tokio::time::sleep(Duration::from_secs(2)).await;
    browser.js("location.reload()").await;
    browser.until("the run again", 60, &format!("{listed} === 1 && at('button', 'Next example')")).await;
    browser.click(".runs [aria-pressed]").await;
    browser.until("it says so", 5, "return document.body.innerText.includes('Overlaid, thin and dashed')").await;
    browser.slide("Temperature", "8").await;
    browser.press("Train").await;
    browser.until("a second run", 60, &format!("{listed} === 2")).await;
    browser.no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn a_glossary_term_opens_and_closes_by_keyboard() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.ready().await;
    let open = "return [...document.querySelectorAll('[popover]')].filter((p) => p.matches(':popover-open')).map((p) => p.innerText).join()";
    browser.js("document.querySelector('[popovertarget=term-agreement]').focus()").await;
    let body = browser.page.find(Locator::Css("[popovertarget=term-agreement]")).await.unwrap();
    body.send_keys("\u{e007}").await.unwrap();
    let said = browser.until("the explanation", 5, open).await;
    assert!(said.as_str().unwrap().to_lowercase().contains("agreement"), "{said}");
    body.send_keys("\u{e00c}").await.unwrap();
    browser.until("it is closed by Esc", 5, &format!("return (() => {{ {open} }})() === ''")).await;
    browser.close().await;
}
