//! What the user can do: functions on handles. No components.

pub mod address;
pub mod alerts;
pub mod benchmark;
pub mod clipboard;
pub mod context;
pub mod custom_data;
pub mod engine;
pub mod engine_client;
pub mod engine_events;
pub mod examples;
pub mod files;
pub mod files_chunk;
pub mod history;
pub mod lens;
pub mod lesson;
pub mod recovery;
pub mod run;
pub mod run_history;
pub mod run_signals;
pub mod service_worker;
pub mod settings;
pub mod slides;
pub mod startup;
pub mod sweep;
pub mod view;
pub mod watchdog;
