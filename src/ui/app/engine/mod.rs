//! The engine as the page drives it: a worker that is started, sent settings and commands, and ended.
//!
//! What comes back from it is handled in [`crate::ui::app::engine_events`].

mod commands;
mod lifecycle;
mod training;

pub use commands::{
    decompose, demonstrate, is_custom_task, note_settings, pause, pause_all, ready, reconfigure, reset, send,
    send_settings, step, watch,
};
pub use lifecycle::{end, fall_back, load_custom_data, start, start_unasked};
pub use training::{ask_for_file, train};
