//! The page. Each folder imports only those that stand after it:
//!
//! ```text
//! shell  ->  panels  ->  widgets  ->  app, text  ->  state  ->  browser
//! ```
//!
//! | folder    | what is in it                                                                              |
//! |-----------|--------------------------------------------------------------------------------------------|
//! | `shell`   | the frame: header, run controls, dialogs, tour, help, lazy loading                         |
//! | `panels`  | one file or folder a panel                                                                 |
//! | `widgets` | controls that several panels use                                                           |
//! | `app`     | what the user can do: functions on handles, no components                                  |
//! | [`text`]  | sentences from numbers; pure                                                               |
//! | [`state`] | what the page knows, and how messages change it; pure                                      |
//! | `browser` | storage, address, IndexedDB, downloads, SVG export; nothing of the app                      |
//!
//! The pure folders are compiled and tested natively; the others for the browser only.

#[cfg(all(feature = "app", target_arch = "wasm32"))]
mod app;
#[cfg(all(feature = "app", target_arch = "wasm32"))]
mod browser;
#[cfg(all(feature = "app", target_arch = "wasm32"))]
mod panels;
#[cfg(all(feature = "app", target_arch = "wasm32"))]
mod shell;
pub mod state;
pub mod text;
#[cfg(all(feature = "app", target_arch = "wasm32"))]
mod widgets;

#[cfg(all(feature = "app", target_arch = "wasm32"))]
pub use shell::app::mount;
