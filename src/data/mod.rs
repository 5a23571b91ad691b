//! Tasks: what is to be learned.
