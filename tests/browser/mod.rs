//! A browser for the tests of the built page, and a static server of it: both on this machine, both ended with the test.
//!
//! Tests use the named actions of [`actions`] and [`files`]; a script of their own only for what a single test looks at.
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

mod actions;
mod files;
mod site;

pub use site::{Fault, Site};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
    /// Starts a browser; `webgpu` gives it WebGPU on a software adapter.
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

    /// Starts a headless Firefox; an error says what is missing for it.
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

    /// Loads an address (a change of the hash alone loads nothing).
    pub async fn open(&self, url: &str) {
        self.page.goto("about:blank").await.expect("a blank page");
        self.page.goto(url).await.expect("the page");
    }

    /// Runs a script and returns its value. In it `at(role, name)` finds the element of a role and an accessible name.
    pub async fn js(&self, script: &str) -> Value {
        const FIND: &str = r"
            const roles = { button: 'button', slider: 'input[type=range]', combobox: 'select', table: 'table' };
            const at = (role, name) => [...document.querySelectorAll(`[role=${role}]${roles[role] ? ',' + roles[role] : ''}`)]
                .find((e) => (e.getAttribute('aria-label') ?? e.textContent.replace(/[^\p{L} ]/gu, '').trim()) === name);
        ";
        self.page.execute(&format!("{FIND}\n{script}"), vec![]).await.expect("a script that runs")
    }

    /// The text of an element, `None` if there is no such element.
    pub async fn text(&self, role: &str, name: &str) -> Option<String> {
        self.js(&format!("return at({role:?}, {name:?})?.textContent")).await.as_str().map(str::to_string)
    }

    /// Runs a script that calls `done` with its value, and returns that.
    pub async fn js_async(&self, script: &str) -> Value {
        let script = format!("const done = arguments[0]; {script}");
        self.page.execute_async(&script, vec![]).await.expect("a script that runs")
    }

    /// Waits until a script returns something true, and returns it.
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

    /// The errors in the console (a command of chromedriver: the standard has none).
    pub async fn console_errors(&self) -> Vec<String> {
        let entries = self.page.issue_cmd(ConsoleLog).await.expect("a log");
        let severe = |e: &&Value| e["level"] == "SEVERE";
        entries.as_array().into_iter().flatten().filter(severe).map(|e| e["message"].to_string()).collect()
    }

    /// Saves a screenshot in `target/screenshots`.
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
        // After a failed test: the browser ends with its driver.
        let _ = self.driver.kill();
    }
}
