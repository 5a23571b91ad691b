//! A browser and a static server for the tests of the built page: both on this machine, both ended with the test.
#![allow(dead_code, reason = "each test file uses its part")]

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What the server does to files whose path ends so.
#[derive(Clone, Copy)]
pub enum WorkerError {
    /// 404.
    Missing,
    /// Only the first half, honestly labelled.
    Truncated,
    /// One bit flipped in the middle.
    Corrupted,
    /// A script that throws when [`Browser::break_engine`] says so, as a trap in the engine does.
    Throws,
    /// The same at the twentieth message, in workers that are hands of another alone.
    HandThrows,
    /// A script that throws at once in those.
    HandMissing,
    /// Half a minute late.
    Late,
}

/// Serves `dist/` under a sub-path, as a static host does.
pub struct Site {
    server: Arc<tiny_http::Server>,
    pub url: String,
    /// Set: what is served from now on is a later version, which differs in its name only.
    pub renewed: Arc<AtomicBool>,
    /// Set: nothing is at fault any more.
    pub mended: Arc<AtomicBool>,
}

const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/dist");

impl Site {
    /// A server whose files of that ending are at fault.
    pub fn new(fault: Option<(&'static str, WorkerError)>) -> Self {
        let server = Arc::new(tiny_http::Server::http("127.0.0.1:0").expect("a free port"));
        let url =
            format!("http://127.0.0.1:{}/lab/softlabel/", server.server_addr().to_ip().expect("an address").port());
        let serving = Arc::clone(&server);
        // As strict as a host is told to be (scripts/place-headers).
        let headers = std::fs::read_to_string(format!("{DIST}/_headers")).unwrap_or_default();
        let policy = headers.lines().map(str::trim).find(|line| line.starts_with("Content-Security-Policy: "));
        let policy = policy.map_or_else(String::new, |policy| format!("{policy}\r\n"));
        let renewed = Arc::new(AtomicBool::new(false));
        let later = Arc::clone(&renewed);
        let mended = Arc::new(AtomicBool::new(false));
        let whole = Arc::clone(&mended);
        std::thread::spawn(move || {
            for request in serving.incoming_requests() {
                let path = request.url().split('?').next().unwrap_or("").to_string();
                let file = path.strip_prefix("/lab/softlabel/").map(|p| if p.is_empty() { "index.html" } else { p });
                let at_fault = |ending| path.ends_with(ending) && !whole.load(Ordering::Relaxed);
                let hit = fault.filter(|(ending, _)| at_fault(*ending)).map(|(_, fault)| fault);
                let body = file
                    .filter(|_| !matches!(hit, Some(WorkerError::Missing)))
                    .and_then(|f| std::fs::read(format!("{DIST}/{f}")).ok());
                let Some(mut body) = body else {
                    answer(request, "404 Not Found", "text/plain", "", b"not found");
                    continue;
                };
                if later.load(Ordering::Relaxed) && matches!(file, Some("index.html" | "sw.js")) {
                    let text = String::from_utf8(body).expect("text");
                    let named = ["softlabel-version\" content=\"", "const VERSION = \""];
                    body =
                        named.iter().fold(text, |text, name| text.replace(name, &format!("{name}later-"))).into_bytes();
                }
                match hit {
                    Some(WorkerError::Truncated) => body.truncate(body.len() / 2),
                    Some(WorkerError::Corrupted) => {
                        let middle = body.len() / 2;
                        body[middle] ^= 1;
                    }
                    Some(WorkerError::Throws) => {
                        body.extend(b"\nnew BroadcastChannel('break').onmessage = () => { throw new Error('unreachable'); };\n")
                    }
                    Some(WorkerError::HandThrows) => body.extend(
                        b"\nif (self.name === 'hand') { let heard = 0; addEventListener('message', () => { if (++heard === 20) throw new Error('unreachable'); }); }\n",
                    ),
                    Some(WorkerError::HandMissing) => {
                        let mut script = b"if (self.name === 'hand') throw new Error('missing');\n".to_vec();
                        script.append(&mut body);
                        body = script;
                    }
                    _ => {}
                }
                let kind = match file.and_then(|f| f.rsplit('.').next()) {
                    Some("html") => "text/html",
                    Some("js") => "text/javascript",
                    Some("wasm") => "application/wasm",
                    Some("css") => "text/css",
                    Some("svg") => "image/svg+xml",
                    _ => "application/octet-stream",
                };
                if let Some(WorkerError::Late) = hit {
                    let policy = policy.clone();
                    std::thread::spawn(move || {
                        std::thread::sleep(Duration::from_secs(30));
                        answer(request, "200 OK", kind, &policy, &body);
                    });
                    continue;
                }
                answer(request, "200 OK", kind, &policy, &body);
            }
        });
        Self { server, url, renewed, mended }
    }
}

/// Answers so that the browser lets the connection go: with the server, all of them are gone.
fn answer(request: tiny_http::Request, status: &str, kind: &str, more: &str, body: &[u8]) {
    let mut writer = request.into_writer();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    // A browser that has gone meanwhile needs no answer.
    let _ = writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(body)).and_then(|()| writer.flush());
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

#[derive(Debug)]
struct ConsoleLog;

impl WebDriverCompatibleCommand for ConsoleLog {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or("")))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}

/// A headless Chromium with its driver.
pub struct Browser {
    driver: Child,
    pub page: Client,
}

impl Browser {
    /// Starts one; `webgpu` gives it WebGPU on a software adapter.
    pub async fn new(webgpu: bool) -> Self {
        let mut args = vec![
            "--headless=new",
            "--no-sandbox",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1440,1800",
        ];
        if webgpu {
            args.extend(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]);
        }
        let capabilities = json!({
            "goog:chromeOptions": { "args": args },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        Self::start("chromedriver", capabilities).await
    }

    /// A headless Firefox with its driver, or what is missing for it.
    pub async fn firefox() -> Result<Self, String> {
        let there = |name: &&&str| Command::new(name).arg("--version").stdout(Stdio::null()).status().is_ok();
        let binary = ["firefox", "firefox-esr"].iter().find(there).ok_or("there is no Firefox on this machine")?;
        if !there(&&"geckodriver") {
            return Err("there is no geckodriver on this machine".into());
        }
        let path = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .map(|folder| folder.join(binary))
            .find(|path| path.exists());
        let options = json!({ "args": ["-headless", "--width=1440", "--height=1800"], "binary": path });
        Ok(Self::start("geckodriver", json!({ "moz:firefoxOptions": options })).await)
    }

    async fn start(driver: &str, capabilities: Value) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let driver = Command::new(driver)
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver is installed (scripts/setup test)");
        let Value::Object(capabilities) = capabilities else { unreachable!("an object is one") };
        let address = format!("http://127.0.0.1:{port}");
        let begun = Instant::now();
        loop {
            let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
            match builder.capabilities(capabilities.clone()).connect(&address).await {
                Ok(page) => return Self { driver, page },
                Err(error) if begun.elapsed() > Duration::from_secs(30) => panic!("no browser: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// Opens an address afresh (a change of hash alone would not load anything).
    pub async fn open(&self, url: &str) {
        self.page.goto("about:blank").await.expect("a blank page");
        self.page.goto(url).await.expect("the page");
    }

    /// What a script returns. `at(role, name)` in it finds the visible element of that role and accessible name.
    pub async fn js(&self, script: &str) -> Value {
        const FIND: &str = r"
            const roles = { button: 'button', slider: 'input[type=range]', combobox: 'select', table: 'table' };
            const at = (role, name) => [...document.querySelectorAll(`[role=${role}]${roles[role] ? ',' + roles[role] : ''}`)]
                .find((e) => (e.getAttribute('aria-label') ?? e.textContent.replace(/[^\p{L} ]/gu, '').trim()) === name);
        ";
        self.page.execute(&format!("{FIND}\n{script}"), vec![]).await.expect("a script that runs")
    }

    /// The text of an element, `None` where there is none.
    pub async fn text(&self, role: &str, name: &str) -> Option<String> {
        self.js(&format!("return at({role:?}, {name:?})?.textContent")).await.as_str().map(str::to_string)
    }

    /// Clicks a button as a reader would.
    pub async fn press(&self, name: &str) {
        let pressed =
            self.js(&format!("const b = at('button', {name:?}); b?.click(); return !!b && !b.disabled")).await;
        assert_eq!(pressed, json!(true), "there is a button {name} to press");
    }

    /// Has workers whose script is at [fault](WorkerError::Throws) throw.
    pub async fn break_engine(&self) {
        self.js("const way = new BroadcastChannel('break'); way.postMessage(0); way.close()").await;
    }

    /// Sets a slider as assistive technology does.
    pub async fn slide(&self, name: &str, value: &str) {
        let script = format!(
            "const s = at('slider', {name:?}); s.value = {value:?}; s.dispatchEvent(new Event('input', {{ bubbles: true }})); \
             s.dispatchEvent(new Event('change', {{ bubbles: true }}));"
        );
        self.js(&script).await;
    }

    /// Waits until a script returns something true; that.
    pub async fn until(&self, what: &str, seconds: u64, script: &str) -> Value {
        let begun = Instant::now();
        loop {
            let value = self.js(script).await;
            if !matches!(value, Value::Null | Value::Bool(false)) && value != json!("") && value != json!(0) {
                return value;
            }
            if begun.elapsed() > Duration::from_secs(seconds) {
                let body = self.js("return document.body.innerText").await;
                panic!("{what}: not within {seconds} s; the page says:\n{}", body.as_str().unwrap_or(""));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for an alert; its words.
    pub async fn alert(&self, seconds: u64) -> String {
        let found = self.until("an alert", seconds, "return document.querySelector('[role=alert]')?.innerText").await;
        found.as_str().unwrap_or("").to_string()
    }

    /// Waits for the verdict; its words.
    pub async fn verdict(&self, seconds: u64) -> String {
        let script = "const t = at('status', 'Verdict')?.innerText ?? ''; return /interval/.test(t) ? t : ''";
        self.until("a verdict", seconds, script).await.as_str().unwrap_or("").to_string()
    }

    /// What the console holds of errors (chromedriver's own command; the standard has none).
    pub async fn console_errors(&self) -> Vec<String> {
        let entries = self.page.issue_cmd(ConsoleLog).await.expect("a log");
        let severe = |e: &&Value| e["level"] == "SEVERE";
        entries.as_array().into_iter().flatten().filter(severe).map(|e| e["message"].to_string()).collect()
    }

    /// A screenshot in `target/screenshots`.
    pub async fn picture(&self, name: &str) {
        let folder = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".into()) + "/screenshots";
        std::fs::create_dir_all(&folder).expect("a folder for screenshots");
        let png = self.page.screenshot().await.expect("a screenshot");
        std::fs::write(format!("{folder}/{name}.png"), png).expect("a file for it");
    }

    /// Ends the browser and its driver.
    pub async fn close(mut self) {
        let _ = self.page.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A test that failed: the driver takes its browser along.
        let _ = self.driver.kill();
    }
}
