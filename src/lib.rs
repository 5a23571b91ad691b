//! Softlabel: a knowledge-distillation laboratory in a web page.
//!
//! The map, from the ground up. A module imports only what its row names, and there is no circle of files inside any folder:
//! `tests/architecture.rs` holds this table against the real imports. The cargo features `app`, `files`, `engine` and `gpu`
//! keep the two sides apart: the page never computes a network (no burn in its binary), and the engine never knows that there
//! is a page (no leptos, no DOM).
//!
//! | module | what it is | may import |
//! |---|---|---|
//! | [`chart`] | geometry of charts: scales, ticks, paths; pure |  |
//! | [`config`] | every setting once: range, default, unit, explanation; validation |  |
//! | [`presentation`] | how the page is shown: panels, embedding, slides, type size | config |
//! | [`losses`] | each distillation loss and its gradient, defined once on the host; pure | config |
//! | [`data`] | tasks: data sets, transfer sets, custom data, the one seed | config |
//! | [`experiment`] | a run that is set up, the jobs of a sweep, what was measured | config, data |
//! | [`lab`] | lessons, sweeps, verdict and what else is derived from measurements | config, experiment, losses |
//! | [`link`] | settings to URL hash and back; total: any string gives settings and notices | config, lab, presentation |
//! | [`protocol`] | the messages between page and worker; versioned | config, data, experiment |
//! | [`export`] | payloads of exports and imports between engine and page | config, data, experiment |
//! | [`runs`] | finished runs as they are kept | config, experiment, lab, link |
//! | `files` | the files that are exported and imported (feature `files`, in `app`) | config, data, experiment, export, lab, link, runs |
//! | `engine` | networks, kernels and training (feature `engine`) | config, data, experiment, export, losses, protocol |
//! | `worker_channel` | a worker, seen from the side that started it (in the browser) | protocol |
//! | `worker` | binds messages to the engine's session (feature `engine`, in the browser) | config, data, engine, experiment, export, protocol, worker_channel |
//! | `worker_client` | the page's side of a worker (feature `app`, in the browser) | experiment, protocol, worker_channel |
//! | [`ui`] | the page (feature `app`; its pure parts natively, too) | chart, config, data, experiment, files, lab, link, presentation, protocol, runs, worker_client |

#![warn(missing_docs)]

pub mod chart;
pub mod config;
pub mod data;
pub mod experiment;
pub mod export;
pub mod lab;
pub mod link;
pub mod losses;
pub mod presentation;
pub mod protocol;
pub mod runs;

#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "files")]
pub mod files;
#[cfg(all(feature = "engine", target_arch = "wasm32"))]
pub mod worker;

pub mod ui;
#[cfg(all(any(feature = "app", feature = "engine"), target_arch = "wasm32"))]
pub mod worker_channel;
#[cfg(all(feature = "app", target_arch = "wasm32"))]
pub mod worker_client;
