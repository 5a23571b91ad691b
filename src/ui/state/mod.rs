//! What the page knows, and how each message changes it. Pure and native, but for what holds signals.

pub mod alerts;
pub mod benchmark;
pub mod examples;
#[cfg(all(feature = "app", target_arch = "wasm32"))]
pub mod files;
#[cfg(all(feature = "app", target_arch = "wasm32"))]
pub mod help;
pub mod keys;
pub mod lesson;
#[cfg(all(feature = "app", target_arch = "wasm32"))]
pub mod loading;
#[cfg(all(feature = "app", target_arch = "wasm32"))]
pub mod memo;
pub mod own_files;
pub mod probes;
pub mod regions;
pub mod results;
#[cfg(all(feature = "app", target_arch = "wasm32"))]
pub mod run_history;
pub mod run_state;
pub mod sharing;
pub mod slides;
pub mod sweep;
