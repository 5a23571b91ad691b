//! The engine in a worker, on the CPU, with fused multiply–add: for browsers that have relaxed SIMD.

#[cfg(target_arch = "wasm32")]
fn main() {
    softlabel::worker::start(false);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("this is a web worker: `make serve` builds the page that runs it");
}
