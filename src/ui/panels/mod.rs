//! The panels, one file or folder each.

pub mod advanced_settings;
pub mod benchmark;
pub mod class_bias;
pub mod confusion_matrix;
pub mod custom_data;
pub mod dark_knowledge;
pub mod data;
pub mod decision_regions;
pub mod drawing;
pub mod efficiency;
pub mod generated_names;
pub mod knobs;
pub mod lesson;
pub mod loss;
pub mod networks;
pub mod results;
pub mod run_history;
pub mod soft_labels;
pub mod students;
pub mod sweep;
pub mod transfer_set;
pub mod verdict;
