//! What tests do with the page and read from it, by roles and accessible names.

use super::{Browser, Site};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::time::Duration;

/// The number that a script is to return.
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("a number, not {value}"))
}

/// Getting ready.
impl Browser {
    /// Waits for the first soft labels: the engine has warmed up and the page can be used.
    pub async fn ready(&self) {
        self.ready_within(60).await;
    }

    /// The same within a number of seconds.
    pub async fn ready_within(&self, seconds: u64) {
        self.until("soft labels", seconds, "return at('button', 'Next example')").await;
    }

    /// Waits until the CPU engine is in use; what the page says of the device.
    pub async fn cpu_in_use(&self) -> String {
        self.device_in_use("CPU", 60).await
    }

    /// Waits until a device is in use; what the page says of it.
    pub async fn device_in_use(&self, device: &str, seconds: u64) -> String {
        let script = format!("const t = at('status', 'Device in use')?.innerText; return t?.includes({device:?}) && t");
        self.until("the device", seconds, &script).await.as_str().unwrap_or("").to_string()
    }

    /// Waits until the service worker controls the page.
    pub async fn service_worker_in_charge(&self) {
        self.until("the service worker in charge", 60, "return navigator.serviceWorker.controller !== null").await;
    }
}

/// Controls.
impl Browser {
    /// Whether there is a button of that name.
    pub async fn has_button(&self, name: &str) -> bool {
        self.js(&format!("return !!at('button', {name:?})")).await == json!(true)
    }

    /// Waits for a button.
    pub async fn button(&self, name: &str, seconds: u64) {
        self.until(name, seconds, &format!("return !!at('button', {name:?})")).await;
    }

    /// Whether a button is disabled.
    pub async fn is_disabled(&self, name: &str) -> bool {
        self.js(&format!("return at('button', {name:?}).disabled")).await == json!(true)
    }

    /// Clicks a button.
    pub async fn press(&self, name: &str) {
        let pressed =
            self.js(&format!("const b = at('button', {name:?}); b?.click(); return !!b && !b.disabled")).await;
        assert_eq!(pressed, json!(true), "there is a button {name} to press");
    }

    /// Opens one of the analyses below the stage.
    pub async fn open_tab(&self, name: &str) {
        self.until(name, 20, &format!("const t = at('tab', {name:?}); t?.click(); return t?.ariaSelected === 'true'"))
            .await;
    }

    /// Clicks the first element that a CSS selector finds.
    pub async fn click(&self, selector: &str) {
        self.js(&format!("document.querySelector({selector:?}).click()")).await;
    }

    /// Chooses an option of a combobox by its value.
    pub async fn choose(&self, name: &str, option: &str) {
        let script = format!(
            "const s = at('combobox', {name:?}); s.value = {option:?}; const chosen = s.value; \
             s.dispatchEvent(new Event('change', {{ bubbles: true }})); return chosen"
        );
        assert_eq!(self.js(&script).await, json!(option), "{name} has an option {option}");
    }

    /// Sets a slider as assistive technology does.
    pub async fn slide(&self, name: &str, value: &str) {
        let script = format!(
            "const s = at('slider', {name:?}); s.value = {value:?}; s.dispatchEvent(new Event('input', {{ bubbles: true }})); \
             s.dispatchEvent(new Event('change', {{ bubbles: true }}));"
        );
        self.js(&script).await;
    }

    /// The value of a slider.
    pub async fn slider(&self, name: &str) -> f64 {
        number(&self.js(&format!("return parseFloat(at('slider', {name:?}).value)")).await)
    }

    /// Sets a number field.
    pub async fn set_number(&self, label: &str, value: &str) {
        let script = format!(
            "const i = document.querySelector('[aria-label={label:?}]'); i.value = {value:?}; \
             i.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        );
        self.js(&script).await;
    }

    /// Chooses files for a file input: paths, a line each.
    pub async fn choose_files(&self, label: &str, paths: &str) {
        let selector = format!("input[aria-label={label:?}]");
        let input = self.page.find(Locator::Css(&selector)).await.expect("a file input");
        input.send_keys(paths).await.expect("a file");
    }

    /// Types a key into the element that has the focus.
    pub async fn type_key(&self, key: &str) {
        let target = self.page.active_element().await.expect("something has the focus");
        target.send_keys(key).await.expect("a key that can be typed");
    }

    /// Sends the page a key while nothing has the focus.
    pub async fn page_key(&self, key: &str) {
        let event = format!("new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }})");
        self.js(&format!("document.body.dispatchEvent({event})")).await;
    }

    /// Switches to the dark theme or to the light one.
    pub async fn set_dark(&self, dark: bool) {
        let pressed = dark.to_string();
        self.js(&format!(
            "const b = at('button', 'Dark theme'); if (b.getAttribute('aria-pressed') !== {pressed:?}) b.click()"
        ))
        .await;
    }

    /// Has workers whose script is at [fault](super::Fault::Throws) throw.
    pub async fn break_engine(&self) {
        self.js("const way = new BroadcastChannel('break'); way.postMessage(0); way.close()").await;
    }

    /// Waits until no dialog is open.
    pub async fn dialog_closed(&self) {
        self.until("no dialog", 5, "return !document.querySelector('dialog[open]')").await;
    }

    /// Presses Escape.
    pub async fn escape(&self) {
        self.type_key(&Key::Escape.to_string()).await;
    }
}

/// What the page shows.
impl Browser {
    /// Waits until the link has all of these parts.
    pub async fn link_has(&self, parts: &[&str]) {
        let script = format!("return {}.every((part) => location.hash.includes(part))", json!(parts));
        self.until(&format!("{parts:?} in the link"), 5, &script).await;
    }

    /// Waits until the status line starts with a text.
    pub async fn status_line(&self, start: &str, seconds: u64) {
        let script = format!("return document.querySelector('.line')?.innerText.startsWith({start:?})");
        self.until(start, seconds, &script).await;
    }

    /// Progress of the training, in percent.
    pub async fn progress(&self) -> f64 {
        let script = "return +at('progressbar', 'Training progress').getAttribute('aria-valuenow')";
        number(&self.js(script).await)
    }

    /// Waits until the training has come further than that percentage.
    pub async fn progress_above(&self, percent: f64, seconds: u64) {
        let script =
            format!("return +at('progressbar', 'Training progress').getAttribute('aria-valuenow') > {percent}");
        self.until("progress", seconds, &script).await;
    }

    /// Waits for an alert; its text.
    pub async fn alert(&self, seconds: u64) -> String {
        let found = self.until("an alert", seconds, "return document.querySelector('[role=alert]')?.innerText").await;
        found.as_str().unwrap_or("").to_string()
    }

    /// Asserts that there is no alert.
    pub async fn no_alert(&self) {
        assert_eq!(self.js("return document.querySelector('[role=alert]')?.innerText ?? null").await, json!(null));
    }

    /// Asserts that the console has no errors.
    pub async fn no_console_errors(&self) {
        assert_eq!(self.console_errors().await, Vec::<String>::new(), "no error in the console");
    }

    /// Asserts that there was no alert, no error in the console and no request to anywhere else.
    pub async fn no_trouble(&self, site: &Site) {
        let elsewhere = format!(
            "return performance.getEntriesByType('resource').map((e) => e.name).filter((n) => !n.startsWith({:?}))",
            site.url
        );
        assert_eq!(self.js(&elsewhere).await, json!([]), "no request leaves the site");
        self.no_alert().await;
        self.no_console_errors().await;
    }

    /// Waits for the verdict; its text.
    pub async fn verdict(&self, seconds: u64) -> String {
        let script = "const t = at('status', 'Verdict')?.innerText ?? ''; return /interval/.test(t) ? t : ''";
        self.until("a verdict", seconds, script).await.as_str().unwrap_or("").to_string()
    }

    /// Waits for the lesson's verdict; its text.
    pub async fn lesson_verdict(&self, seconds: u64) -> String {
        let script = "return at('status', 'Lesson verdict')?.querySelector('.say')?.innerText ?? ''";
        self.until("the lesson's verdict", seconds, script).await.as_str().unwrap_or("").to_string()
    }

    /// Row headers of a table's body.
    pub async fn row_names(&self, table: &str) -> Value {
        let script =
            format!("return [...at('table', {table:?}).querySelectorAll('tbody th')].map((h) => h.textContent.trim())");
        self.js(&script).await
    }

    /// Texts of the cells of the first row of the results that has this in its header.
    pub async fn results_row(&self, name: &str) -> Vec<String> {
        let script = format!(
            "const r = [...at('table', 'Results').querySelectorAll('tbody tr')].find((r) => r.querySelector('th').innerText.includes({name:?})); \
             return [...r.querySelectorAll('td')].map((d) => d.innerText)"
        );
        let cells = self.js(&script).await;
        cells.as_array().into_iter().flatten().map(|cell| cell.as_str().unwrap_or("").to_string()).collect()
    }

    /// Test accuracy in a row of the results, in percent.
    pub async fn accuracy(&self, name: &str) -> f64 {
        let cells = self.results_row(name).await;
        let digits = cells[0].trim().split(|c: char| !c.is_ascii_digit() && c != '.').next();
        digits.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("an accuracy, not {cells:?}"))
    }

    /// Waits until all 36 cells of the sweep are done; the sentence on it.
    pub async fn sweep_done(&self, seconds: u64) -> String {
        let script = "const t = document.querySelector('#sweep-sentence')?.textContent ?? ''; return t.startsWith('All 36 cells done') && t";
        self.until("a full map", seconds, script).await.as_str().unwrap_or("").to_string()
    }

    /// Clicks a cell of the sweep's map.
    pub async fn press_sweep_cell(&self, row: usize, column: usize) {
        let click = "dispatchEvent(new MouseEvent('click', { bubbles: true }))";
        self.js(&format!("document.querySelector('#sweep-cell-{row}-{column}').{click}")).await;
    }

    /// Whether an element is there and has a box.
    pub async fn has_box(&self, selector: &str) -> bool {
        self.js(&format!("return document.querySelector({selector:?})?.getClientRects().length > 0")).await
            == json!(true)
    }

    /// Whether an element is there and visible.
    pub async fn is_visible(&self, selector: &str) -> bool {
        self.js(&format!("return !!document.querySelector({selector:?})?.checkVisibility()")).await == json!(true)
    }

    /// Sets the window's size and waits for the layout.
    pub async fn resize(&self, width: u32, height: u32, wait: Duration) {
        self.page.set_window_size(width, height).await.expect("a window of that size");
        tokio::time::sleep(wait).await;
    }

    /// Asserts that the page does not scroll sideways.
    pub async fn no_sideways_scrolling(&self, state: &str) {
        let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(self.js(script).await, json!(0), "{state}: pixels of sideways scrolling");
    }
}
