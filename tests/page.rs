//! The built page (`dist/`) end to end, as a reader meets it: headless Chromium through WebDriver, served under a
//! sub-path of a static server. `make test` builds the page first and then runs this.

mod browser;
mod external;

use browser::{Browser, Site, WorkerError};
use external::skip;
use serde_json::json;
use std::time::{Duration, Instant};

/// No alert, no error in the console, no request to anywhere else.
async fn clean(browser: &Browser, site: &Site) {
    let elsewhere = browser
        .js(&format!(
            "return performance.getEntriesByType('resource').map((e) => e.name).filter((n) => !n.startsWith({:?}))",
            site.url
        ))
        .await;
    assert_eq!(elsewhere, json!([]), "no request leaves the site");
    assert_eq!(browser.js("return document.querySelector('[role=alert]')?.innerText ?? null").await, json!(null));
    assert_eq!(browser.console_errors().await, Vec::<String>::new(), "no error in the console");
}

#[tokio::test]
async fn train_leads_to_a_verdict_on_the_cpu() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu", site.url)).await;
    let device = browser.until("the device", 60, "return at('status', 'Device in use')?.innerText.includes('CPU') && at('status', 'Device in use').innerText").await;
    println!("device: {device}");
    assert!(!browser.text("status", "Verdict").await.unwrap_or_default().contains('%'), "no verdict before a run");
    // Real soft labels before anyone has pressed Train.
    browser.until("soft labels of the warm-up", 60, "return at('button', 'Next example')").await;
    browser.picture("warm-1440-light").await;
    browser.js("window.longest = 0; new PerformanceObserver((l) => l.getEntries().forEach((e) => { window.longest = Math.max(window.longest, e.duration); })).observe({ type: 'longtask' })").await;
    let begun = Instant::now();
    browser.press("Train").await;
    let verdict = browser.verdict(120).await;
    println!("verdict after {:.1} s: {verdict}", begun.elapsed().as_secs_f64());
    println!("longest main-thread task while training: {} ms", browser.js("return window.longest").await);
    assert!(verdict.contains("points more than"), "the default run shows a gain: {verdict}");

    let headers = browser
        .js("return [...at('table', 'Results').querySelectorAll('th')].map((h) => h.innerText.trim().split('\\n')[0])")
        .await;
    for name in [
        "Test accuracy",
        "Agreement",
        "KL to teacher",
        "ECE",
        "Parameters",
        "Latency",
        "Teacher",
        "Hard-label student",
        "Argmax student",
        "Distilled student",
    ] {
        assert!(
            headers.as_array().unwrap().iter().any(|h| h.as_str().unwrap().starts_with(name)),
            "no header {name}: {headers}"
        );
    }
    let accuracy = |row: &str| {
        format!(
            "const r = [...at('table', 'Results').querySelectorAll('tbody tr')].find((r) => r.querySelector('th').innerText.includes({row:?})); return parseFloat(r.querySelector('td').innerText)"
        )
    };
    let teacher = browser.js(&accuracy("Teacher")).await.as_f64().unwrap();
    let (soft, hard) = (
        browser.js(&accuracy("Distilled")).await.as_f64().unwrap(),
        browser.js(&accuracy("Hard-label")).await.as_f64().unwrap(),
    );
    assert!(teacher >= 85.0, "{teacher}");
    assert!(soft - hard >= 3.0, "{soft} {hard}");
    clean(&browser, &site).await;
    for (theme, dark) in [("light", "false"), ("dark", "true")] {
        browser
            .js(&format!(
                "const b = at('button', 'Dark theme'); if (b.getAttribute('aria-pressed') !== {dark:?}) b.click()"
            ))
            .await;
        for width in [1440, 768, 360] {
            browser.page.set_window_size(width, 1800).await.unwrap();
            tokio::time::sleep(Duration::from_millis(400)).await;
            browser.picture(&format!("done-{width}-{theme}")).await;
            let sideways =
                browser.js("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
            println!("{width} px {theme}: {sideways} px of sideways scrolling");
        }
    }
    browser.close().await;
}

#[tokio::test]
async fn pause_step_reset_and_live_temperature() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=spiral", site.url)).await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    let bars = "return at('img', 'Soft labels').innerHTML";
    let before = browser.js(bars).await;
    browser.slide("Temperature", "9").await;
    browser.until("bars at another temperature", 5, &format!("return (() => {{ {bars} }})() !== {before}")).await;
    browser.until("the temperature in the link", 5, "return location.hash.includes('t=9')").await;

    // Slow enough to be caught in the act.
    browser.open(&format!("{}#device=cpu&task=spiral&steps=5000&replicates=12&hidden=128&batch=128", site.url)).await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    browser.press("Train").await;
    browser
        .until("progress", 60, "return +at('progressbar', 'Training progress').getAttribute('aria-valuenow') > 5")
        .await;
    // Shown by the next frames, without a word from the engine, and within 100 ms; three times, as one frame may be late
    // for reasons of the machine's own.
    let (mut waits, mut frames) = (Vec::new(), Vec::new());
    for round in 0..3 {
        if round > 0 {
            browser.press("Train").await;
            browser.until("it goes on", 10, "return at('button', 'Pause')").await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        let pause = browser
            .page
            .execute_async(
                "const done = arguments[0]; const begun = performance.now(); const find = (n) => [...document.querySelectorAll('button')].find((b) => b.textContent.includes(n)); \
                 let frames = 0; const look = () => find('Train') ? done([frames, performance.now() - begun]) : (frames++, requestAnimationFrame(look)); find('Pause').click(); look();",
                vec![],
            )
            .await
            .unwrap();
        println!("Pause shown after {} frames, {} ms", pause[0], pause[1]);
        frames.push(pause[0].as_u64().unwrap());
        waits.push(pause[1].as_f64().unwrap());
    }
    frames.sort_unstable();
    assert!(frames[1] <= 2, "Pause is shown at once, not after {frames:?} frames");
    waits.sort_by(f64::total_cmp);
    assert!(waits[1] <= 100.0, "Pause is shown within 100 ms, not {waits:?}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    let progress = "return at('progressbar', 'Training progress').getAttribute('aria-valuenow')";
    let paused = browser.js(progress).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(browser.js(progress).await, paused, "a paused run stands still");
    browser.press("Step").await;
    browser.press("Train").await;
    browser.slide("Soft weight", "0.5").await;
    browser.verdict(120).await;
    browser.press("Reset").await;
    browser
        .until("the start", 10, "return at('progressbar', 'Training progress').getAttribute('aria-valuenow') === '0'")
        .await;
    clean(&browser, &site).await;
    browser.close().await;
}

/// Chooses an option of a combobox by its word.
async fn choose(browser: &Browser, name: &str, word: &str) {
    let script = format!(
        "const s = at('combobox', {name:?}); s.value = {word:?}; s.dispatchEvent(new Event('change', {{ bubbles: true }})); return s.value"
    );
    assert_eq!(browser.js(&script).await, json!(word), "{name} has an option {word}");
}

#[tokio::test]
async fn arms_of_the_readers_choice_are_trained_beside_each_other() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&steps=100&replicates=3", site.url)).await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    // Only the knobs that the method has.
    choose(&browser, "Method", "jsd").await;
    browser.until("the mixture's weight", 5, "return document.querySelector('[data-knob=beta]')").await;
    choose(&browser, "Method", "dkd").await;
    browser
        .until(
            "other knobs",
            5,
            "return document.querySelector('[data-knob=nckd]') && !document.querySelector('[data-knob=beta]')",
        )
        .await;
    choose(&browser, "Arm to add", "smoothing").await;
    browser.press("Add arm").await;
    browser.press("Keep these settings as an arm").await;
    browser.until("the arms in the link", 5, "return location.hash.includes('arms=argmax~smoothing~dkd')").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    let rows = browser
        .js("return [...at('table', 'Results').querySelectorAll('tbody th')].map((h) => h.textContent.trim())")
        .await;
    assert_eq!(
        rows,
        json!([
            "Teacher",
            "Hard-label student",
            "Argmax student",
            "Label-smoothing student",
            "DKD student",
            "Distilled student"
        ])
    );
    let filled = "return [...at('table', 'Results').querySelectorAll('tbody tr')].every((r) => r.querySelector('td').textContent.includes('%'))";
    assert_eq!(browser.js(filled).await, json!(true), "every arm is measured");
    // The confusion of each of them.
    browser.until("a confusion", 5, "return at('table', 'Confusion').textContent.includes('%')").await;
    // Keep is exact: the arm that has the distilled student's settings has its numbers, too.
    let accuracy = |row: usize| {
        format!("return at('table', 'Results').querySelectorAll('tbody tr')[{row}].querySelector('td').textContent")
    };
    assert_eq!(browser.js(&accuracy(4)).await, browser.js(&accuracy(5)).await);
    clean(&browser, &site).await;
    browser.close().await;
}

#[tokio::test]
async fn the_gradient_is_taken_apart_when_asked() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&steps=2000&alpha=0.5", site.url)).await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    browser.press("Take the gradient apart").await;
    browser.press("Train").await;
    let share = "return [...(at('table', 'Anatomy of the gradient')?.querySelectorAll('tr') ?? [])].find((r) => r.textContent.includes('Soft share'))?.textContent";
    let share = browser.until("the share of the soft term", 60, share).await;
    println!("{share}");
    assert!(share.as_str().is_some_and(|s| s.contains('%')), "{share}");
    clean(&browser, &site).await;
    browser.close().await;
}

#[tokio::test]
async fn a_sweep_fills_its_map_on_several_workers_and_can_be_stopped() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&steps=60&epochs=4", site.url)).await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    let begun = Instant::now();
    browser.press("Run sweep").await;
    let said = "const t = document.querySelector('#sweep-sentence')?.textContent ?? ''; return t.startsWith('All 36 cells done') && t";
    let said = browser.until("a full map", 240, said).await;
    println!("sweep of 36 cells after {:.1} s: {said}", begun.elapsed().as_secs_f64());
    let cells = "return [...document.querySelectorAll('.sweep-cell text')].filter((t) => /^([+−]\\d|0\\.0$)/.test(t.textContent)).length";
    assert_eq!(browser.js(cells).await, json!(36));
    // A cell's settings become the page's.
    browser
        .js("document.querySelector('#sweep-cell-1-2').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
        .await;
    browser.press("Use these settings").await;
    browser
        .until("them in the link", 5, "return location.hash.includes('t=2') && location.hash.includes('alpha=0.5')")
        .await;
    // Stopped under way, it keeps what is done. Small students are done long before large ones of as many steps.
    browser.open(&format!("{}#device=cpu", site.url)).await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    choose(&browser, "Sweep", "1").await;
    browser.js("const i = document.querySelector('[aria-label=\"Sweep steps\"]'); i.value = '2000'; i.dispatchEvent(new Event('change', { bubbles: true }))").await;
    browser.press("Run sweep").await;
    let some = r"return /^[1-9]\d* of 36/.test(document.querySelector('#sweep-sentence').textContent)";
    browser.until("the first cells that are done", 120, some).await;
    browser.press("Stop").await;
    let stopped =
        "const t = document.querySelector('#sweep-sentence').textContent; return t.startsWith('Stopped') && t";
    let stopped = browser.until("it stands", 5, stopped).await;
    println!("{stopped}");
    let kept = stopped.as_str().and_then(|words| words.split(' ').nth(1)).and_then(|n| n.parse::<usize>().ok());
    assert!(kept.is_some_and(|kept| (1..36).contains(&kept)), "{stopped}");
    clean(&browser, &site).await;
    browser.close().await;
}

#[tokio::test]
async fn a_benchmark_link_measures_at_once() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    let link = "#bench&device=cpu&teacher=784,64,10&student=784,16,10&batch=32&steps=20";
    browser.open(&format!("{}{link}", site.url)).await;
    browser.until("all rows", 120, "return document.querySelector('[data-bench=done]')").await;
    for row in ["teacher", "student", "students-8"] {
        let cell = |column: &str| {
            format!(
                "return parseFloat(at('table', 'Benchmark').querySelector('[data-row=\"{row}\"] [data-col={column}]').innerText)"
            )
        };
        let (ms, launches) = (browser.js(&cell("ms")).await, browser.js(&cell("launches")).await);
        println!("{row}: {ms} ms, {launches} launches");
        assert!(ms.as_f64().is_some_and(|ms| ms > 0.0) && launches == json!(0), "{row}: {ms} {launches}");
    }
    let seen = "const r = document.querySelector('.p-bench').getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight";
    browser.until("the benchmark, on screen", 10, seen).await;
    // The page's own engine was left alone, and comes when it is wanted.
    assert!(browser.text("status", "Device in use").await.unwrap_or_default().contains("not started"));
    choose(&browser, "Task", "moons").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    clean(&browser, &site).await;
    browser.close().await;
}

#[tokio::test]
async fn webgpu_when_asked_for_trains_points_to_a_verdict() {
    let (site, browser) = (Site::new(None), Browser::new(true).await);
    browser.open(&site.url).await;
    let adapter = browser
        .page
        .execute_async("const done = arguments[0]; navigator.gpu ? navigator.gpu.requestAdapter().then((a) => done(!!a), () => done(false)) : done(false)", vec![])
        .await
        .unwrap();
    if adapter != json!(true) {
        skip!("this browser gives no WebGPU adapter, not even a software one");
        return browser.close().await;
    }
    // A software adapter needs some milliseconds a launch: a small run.
    browser.open(&format!("{}#device=webgpu&task=moons&steps=60&epochs=4&replicates=3", site.url)).await;
    browser.until("WebGPU in use", 120, "return at('status', 'Device in use')?.innerText.includes('WebGPU')").await;
    browser.press("Train").await;
    let verdict = browser.verdict(400).await;
    println!("on WebGPU: {verdict}");
    clean(&browser, &site).await;
    browser.close().await;
}

#[tokio::test]
async fn webgpu_that_is_not_there_leads_to_the_cpu() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=webgpu&task=moons", site.url)).await;
    let alert = browser.alert(60).await;
    assert!(alert.contains("WebGPU"), "{alert}");
    browser.press("Use the CPU").await;
    browser.until("the CPU in use", 60, "return at('status', 'Device in use')?.innerText.includes('CPU')").await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.close().await;
}

#[tokio::test]
async fn a_data_file_at_fault_is_told_and_leaves_a_way_on() {
    for (fault, word) in
        [(WorkerError::Missing, "404"), (WorkerError::Truncated, "bytes"), (WorkerError::Corrupted, "checksum")]
    {
        let (site, browser) = (Site::new(Some(("fashion.bin.gz", fault))), Browser::new(false).await);
        browser.open(&format!("{}#device=cpu", site.url)).await;
        let alert = browser.alert(60).await;
        assert!(alert.contains(word) && alert.contains("Fashion-MNIST"), "{alert}");
        // Another task needs no file.
        browser.js("const s = at('combobox', 'Task'); s.value = 'moons'; s.dispatchEvent(new Event('change', { bubbles: true }))").await;
        browser.until("soft labels of points", 60, "return at('button', 'Next example')").await;
        browser.close().await;
    }
}

#[tokio::test]
async fn an_engine_that_cannot_be_loaded_is_told_and_can_be_started_again() {
    for ending in ["worker.js", "worker_fma_bg.wasm"] {
        let (site, browser) = (Site::new(Some((ending, WorkerError::Missing))), Browser::new(false).await);
        browser.open(&format!("{}#device=cpu", site.url)).await;
        let alert = browser.alert(60).await;
        assert!(alert.to_lowercase().contains("engine"), "{alert}");
        let again = browser.js("return !!at('button', 'Start the engine again')").await;
        assert_eq!(again, json!(true), "a way on: {alert}");
        browser.close().await;
    }
}

#[tokio::test]
async fn an_engine_that_stops_leaves_what_is_on_screen_and_can_be_started_again() {
    let (site, browser) = (Site::new(Some(("worker.js", WorkerError::Throws))), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons", site.url)).await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    browser.press("Train").await;
    browser.verdict(60).await;
    browser.break_engine().await;
    let alert = browser.alert(60).await;
    assert!(alert.to_lowercase().contains("engine"), "{alert}");
    assert!(browser.verdict(1).await.contains("interval"), "the verdict stays");
    browser.press("Start the engine again").await;
    browser.until("a new engine", 60, "return !document.querySelector('[role=alert]') && at('button', 'Train')").await;
    assert!(browser.verdict(1).await.contains("interval"), "the verdict still stays");
    browser.close().await;
}

#[tokio::test]
async fn a_link_that_cannot_be_read_says_what_it_left_out() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&t=900&alpha=much&colour=red", site.url)).await;
    let alert = browser.alert(30).await;
    for part in ["900", "much", "colour"] {
        assert!(alert.contains(part), "{alert}");
    }
    browser.until("soft labels all the same", 60, "return at('button', 'Next example')").await;
    browser.close().await;
}

#[tokio::test]
async fn a_runaway_loss_leads_back_to_the_default_learning_rates() {
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&task=moons&optimizer=sgd&lr=100", site.url)).await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    browser.press("Train").await;
    let alert = browser.alert(60).await;
    assert!(alert.contains("learning rate (100)"), "{alert}");
    browser.press("Use the default learning rates").await;
    browser.until("the default rate", 10, "return !location.hash.includes('lr=100')").await;
    browser.press("Train").await;
    browser.verdict(120).await;
    browser.close().await;
}

#[tokio::test]
#[ignore = "a benchmark and no test: `make bench` runs it"]
async fn benchmark() {
    for (device, steps) in [("cpu", 60), ("webgpu", 5)] {
        let (site, browser) = (Site::new(None), Browser::new(true).await);
        let link = format!("#bench&device={device}&teacher=784,256,256,10&student=784,32,10&batch=128&steps={steps}");
        browser.open(&format!("{}{link}", site.url)).await;
        browser.until("all rows", 600, "return document.querySelector('[data-bench=done]')").await;
        let table = "return [...at('table', 'Benchmark').querySelectorAll('[data-row]')].map((r) => r.dataset.row + ' ' + \
                     ['ms', 'launches'].map((c) => r.querySelector(`[data-col=${c}]`).innerText).join(' ')).join('; ')";
        println!("{device}, ms and launches a step: {}", browser.js(table).await.as_str().unwrap_or_default());
        browser.close().await;
    }
    // 108 students and their baselines, on as many workers as there are cores.
    let (site, browser) = (Site::new(None), Browser::new(false).await);
    browser.open(&format!("{}#device=cpu&n=300", site.url)).await;
    browser.until("soft labels", 60, "return at('button', 'Next example')").await;
    let begun = Instant::now();
    browser.press("Run sweep").await;
    let said = "const t = document.querySelector('#sweep-sentence')?.textContent ?? ''; return t.startsWith('All 36 cells done') && t";
    let said = browser.until("a full map", 300, said).await;
    println!("sweep of temperature and soft weight, Fashion-MNIST: {:.1} s. {said}", begun.elapsed().as_secs_f64());
    browser.close().await;
}
