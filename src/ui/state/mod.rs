//! What the page knows, and how each message changes it. Pure: no browser.

pub mod benchmark;
pub mod examples;
pub mod lesson;
pub mod probes;
pub mod results;
pub mod run_state;
pub mod sweep;
