//! Students trained on several cores of the CPU: the pool, and the worker at each of its ends.

pub mod pool;
pub mod worker;
