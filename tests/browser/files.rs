//! Files that the page exports and imports.

use super::{Browser, Site};
use serde_json::{Value, json};

/// Catches downloads: `saved[name]` is the list of a file's bytes.
const CATCH: &str = r"
    window.saved = {};
    const make = URL.createObjectURL.bind(URL);
    let last;
    URL.createObjectURL = (blob) => { last = blob; return make(blob); };
    HTMLAnchorElement.prototype.click = function () {
        const name = this.download;
        last.arrayBuffer().then((buffer) => { saved[name] = [...new Uint8Array(buffer)]; });
    };";

impl Browser {
    /// Catches downloads from now on.
    pub async fn catch_downloads(&self) {
        self.js(CATCH).await;
    }

    /// Loads an address, waits for the soft labels, and catches downloads.
    pub async fn open_and_catch(&self, url: &str) {
        self.open(url).await;
        self.ready().await;
        self.catch_downloads().await;
    }

    /// Waits for a caught file with that ending; its name and its bytes.
    pub async fn caught(&self, ending: &str) -> (String, Vec<u8>) {
        let found = self
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

    /// Imports a file.
    pub async fn import_file(&self, name: &str, bytes: &[u8]) {
        self.press("Export").await;
        self.until("the dialog", 5, "return document.querySelector('dialog[open] input[type=file]')").await;
        self.js(&format!(
            "const files = new DataTransfer(); files.items.add(new File([new Uint8Array({})], {name:?})); \
                 const input = document.querySelector('dialog[open] input[type=file]'); input.files = files.files; \
                 input.dispatchEvent(new Event('change', {{ bubbles: true }}))",
            json!(bytes)
        ))
        .await;
    }

    /// The table of results without its last column, the latency, which varies.
    pub async fn results_table(&self) -> Value {
        self
            .js(
                "return [...at('table', 'Results').querySelectorAll('tr')].map((r) => [...r.children].map((c) => c.textContent.trim()).slice(0, -1))",
            )
            .await
    }

    /// Trains a small run of the spiral task, and exports its files.
    pub async fn train_and_export(&self, site: &Site, files: &[&str]) {
        self.open_and_catch(&format!("{}#device=cpu&task=spiral&replicates=2&t=4", site.url)).await;
        self.press("Train").await;
        self.verdict(120).await;
        self.press("Export").await;
        for file in files {
            self.press(file).await;
        }
        let all = format!("return Object.keys(saved).length === {}", files.len());
        self.until("all files", 30, &all).await;
    }

    /// Waits until that many runs are stored.
    pub async fn stored_runs(&self, count: usize, seconds: u64) {
        let script = format!("return document.querySelectorAll('.runs > li').length === {count}");
        self.until("the stored runs", seconds, &script).await;
    }

    /// Waits for the dialog's error; its text.
    pub async fn dialog_error(&self) -> String {
        let script = "return document.querySelector('dialog [role=alert]')?.textContent";
        self.until("a sentence", 10, script).await.as_str().unwrap_or("").to_string()
    }
}
