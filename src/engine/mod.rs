//! The engine: burn, and nothing of the browser. It trains a whole stack of students at once.
//!
//! Gradients are written out by hand (a classifier's backward pass is short, and its closed form is the subject of
//! the page): no autodiff graph, few kernels. What burn has no single operation for is in [`kernels`].

pub mod bench;
pub mod device;
pub mod gradient_terms;
pub mod hint;
pub mod kernels;
pub mod metrics;
pub mod nn;
pub mod optimizer;
pub mod parallel;
pub mod session;
pub mod trainer;
