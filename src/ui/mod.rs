//! The page.
//!
//! `model` and [`soft_view`] (what is known, and how messages change it), [`words`], [`arms`], [`heat_words`] and [`host_words`] (its
//! sentences and names) are pure and tested natively; everything else is leptos, one file a panel, and compiled for the browser only.

pub mod arms;
pub mod bench_spec;
pub mod file_words;
pub mod heat_words;
pub mod host_words;
pub mod looks;
pub mod loss_words;
pub mod measures;
mod model;
pub mod playing;
pub mod run_results;
pub mod soft_view;
pub mod sweep_model;
pub mod sweep_words;
pub mod words;

#[cfg(all(feature = "app", target_arch = "wasm32"))]
mod browser {
    pub use super::view::mount;
}
#[cfg(all(feature = "app", target_arch = "wasm32"))]
pub use browser::mount;

macro_rules! panels {
    ($($name:ident)+) => { $(#[cfg(all(feature = "app", target_arch = "wasm32"))] mod $name;)+ };
}
panels! {
    accuracy_chart address alert anatomy bench_panel bencher bias bought chart_boxes chart_drawing chart_vector choice confusion dark_knowledge data_panel device dialog draw example export_dialog file_part filing flow focus header
    help input lesson lesson_acts loss_now measure_table measured memo memory offline own_data own_logits page presenting recipe reins rest results regions rivals runs_kept runs_panel
    runs_store save save_chart saves settings share shortcuts slider soft_bars soft_labels stale students sweep_map sweep_panel sweeper term texts theme tour transfer transport turn
    verdict view wake
}
