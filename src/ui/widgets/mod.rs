//! Controls that several panels use.

pub mod dialog;
pub mod example_view;
pub mod fields;
pub mod glossary;
pub mod input_view;
pub mod metrics_table;
pub mod save_chart;
pub mod slider;
pub mod staged_mount;
pub mod stale_badge;
