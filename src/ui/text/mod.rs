//! Sentences and names from numbers and settings. Pure: no browser.

pub mod accuracy;
pub mod arms;
pub mod device;
pub mod examples;
pub mod files;
pub mod intro;
pub mod loss;
pub mod metrics;
pub mod networks;
pub mod result_line;
pub mod soft_labels;
pub mod status;
pub mod sweep;
pub mod units;
