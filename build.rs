//! Linker arguments of the page's program.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        // `scripts/place-page` cuts the page's program in parts, and has to know what refers to what.
        println!("cargo::rustc-link-arg-bin=app=--emit-relocs");
    }
}
