//! The engine in a worker, with WebGPU; fetched only where a usable GPU answers.

#[cfg(target_arch = "wasm32")]
fn main() {
    softlabel::worker::start(true);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("this is a web worker: `make serve` builds the page that runs it");
}
