//! Experiments: what a run is set to, and how it is judged. Pure: no engine, no page.

pub mod argsort;
pub mod bias;
pub mod class_metrics;
pub mod comparison;
pub mod confusion;
pub mod efficiency;
pub mod glossary;
pub mod gradient;
pub mod lessons;
pub mod logit_gradients;
pub mod loss_terms;
pub mod measured;
pub mod number_format;
pub mod probability;
pub mod proportion;
pub mod query_cost;
pub mod sweep;
pub mod sweep_queue;
pub mod verdict;
