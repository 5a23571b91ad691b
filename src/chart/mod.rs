//! Pure geometry for the charts: numbers in, places and path data out. No browser, no leptos.

pub mod accuracy;
pub mod cells;
pub mod colour;
pub mod drawing;
pub mod labels;
pub mod network;
pub mod path;
pub mod plane;
pub mod qr;
pub mod scale;
pub mod strip;
