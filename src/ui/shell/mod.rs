//! The frame around the panels.

pub mod alerts;
pub mod analyses;
pub mod app;
pub mod export_button;
pub mod export_dialog;
pub mod header;
pub mod help;
pub mod lazy_panels;
pub mod new_version;
pub mod presentation;
pub mod result_line;
pub mod run_controls;
pub mod share_button;
pub mod share_dialog;
pub mod shortcuts;
pub mod slides;
pub mod theme;
pub mod tour;
