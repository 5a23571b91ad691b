//! A static server of the built page, which can serve chosen files with a fault.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What the server does to files whose path has a given ending.
#[derive(Clone, Copy)]
pub enum Fault {
    /// 404.
    Missing,
    /// Only the first half, honestly labelled.
    Truncated,
    /// One bit flipped in the middle.
    Corrupted,
    /// A script that throws at [`Browser::break_engine`](super::Browser::break_engine), as a trap in the engine does.
    Throws,
    /// A script that loops for ever from [`Browser::break_engine`](super::Browser::break_engine) on.
    Hangs,
    /// A script that throws at the twentieth message, in the pool's workers only.
    PoolWorkerThrows,
    /// A script that throws at once, in the pool's workers only.
    PoolWorkerMissing,
    /// Arrives half a minute late.
    Late,
}

/// Serves `dist/` under a sub-path, as a static host does.
pub struct Site {
    server: Arc<tiny_http::Server>,
    pub url: String,
    /// When set, serves a later version, which differs in its name only.
    pub renewed: Arc<AtomicBool>,
    /// When set, serves every file as it is.
    pub mended: Arc<AtomicBool>,
}

const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/dist");

impl Site {
    /// Starts a server; files of the given ending have the given fault.
    pub fn new(fault: Option<(&'static str, Fault)>) -> Self {
        let server = Arc::new(tiny_http::Server::http("127.0.0.1:0").expect("a free port"));
        let url =
            format!("http://127.0.0.1:{}/lab/softlabel/", server.server_addr().to_ip().expect("an address").port());
        let serving = Arc::clone(&server);
        // The headers that hosts are configured to send (scripts/place-headers).
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
                    .filter(|_| !matches!(hit, Some(Fault::Missing)))
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
                    Some(Fault::Truncated) => body.truncate(body.len() / 2),
                    Some(Fault::Corrupted) => {
                        let middle = body.len() / 2;
                        body[middle] ^= 1;
                    }
                    Some(Fault::Throws) => {
                        body.extend(b"\nnew BroadcastChannel('break').onmessage = () => { throw new Error('unreachable'); };\n")
                    }
                    Some(Fault::Hangs) => body.extend(b"\nnew BroadcastChannel('break').onmessage = () => { while (true); };\n"),
                    Some(Fault::PoolWorkerThrows) => body.extend(
                        b"\nif (self.name === 'pool-worker') { let messages = 0; addEventListener('message', () => { if (++messages === 20) throw new Error('unreachable'); }); }\n",
                    ),
                    Some(Fault::PoolWorkerMissing) => {
                        let mut script = b"if (self.name === 'pool-worker') throw new Error('missing');\n".to_vec();
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
                if let Some(Fault::Late) = hit {
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

/// Answers and closes the connection, so that none outlives the server.
fn answer(request: tiny_http::Request, status: &str, kind: &str, more: &str, body: &[u8]) {
    let mut writer = request.into_writer();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    // The browser may have closed the connection meanwhile.
    let _ = writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(body)).and_then(|()| writer.flush());
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
    }
}
