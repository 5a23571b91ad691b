//! What the browser offers, without anything of the app: storage, address, files, layout, drawings.

pub mod download;
pub mod element_size;
pub mod focus;
pub mod gpu_probe;
pub mod indexed_db;
pub mod layout;
pub mod schedule;
pub mod storage;
pub mod svg_boxes;
pub mod svg_export;
pub mod svg_shapes;
pub mod theme;
pub mod url;
