//! Experiments: what a run is set to, and how it is judged. Pure: no engine, no page.

pub mod bias;
pub mod confusion;
pub mod figures;
pub mod glossary;
pub mod gradient;
pub mod lessons;
pub mod loss_terms;
pub mod order;
pub mod runs;
pub mod savings;
pub mod soft_labels;
pub mod sweep;
pub mod sweep_queue;
pub mod verdict;
