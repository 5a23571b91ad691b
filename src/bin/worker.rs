//! The engine in a worker, on the CPU: the small one that is there at once.

#[cfg(target_arch = "wasm32")]
fn main() {
    softlabel::worker::start(false);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("this is a web worker: `make serve` builds the page that runs it");
}
