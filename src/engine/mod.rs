//! The engine: networks, training and evaluation on burn, without the browser. It trains a whole stack of students at once.
//!
//! Networks ([`nn`]) compute their gradients in closed form from the gradient of the logits, which the loss kernel gives for
//! any network: no autodiff graph, few kernels. Operations that burn has no single one for are in [`kernels`].

pub mod bench;
pub mod calibration;
pub mod device;
pub mod example_errors;
pub mod gradient_terms;
pub mod hint;
pub mod kernels;
pub mod metrics;
pub mod nn;
pub mod optimizer;
pub mod parallel;
pub mod session;
pub mod trainer;
