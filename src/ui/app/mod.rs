//! What the user can do: functions on handles. No components.

pub mod benchmark;
pub mod context;
pub mod engine;
pub mod files;
pub mod files_chunk;
pub mod lesson;
pub mod run_history;
pub mod service_worker;
pub mod startup;
pub mod sweep;
