//! The page: mounts the single view of [`softlabel::ui`] on the document's body.

#[cfg(target_arch = "wasm32")]
fn main() {
    softlabel::ui::mount();
}

/// The page runs in a browser only; this stands in where the package is built for another target.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The page is built for wasm32-unknown-unknown; see the README.");
}
