//! Softlabel: a knowledge-distillation laboratory in a web page.
//!
//! The map of the house. An arrow reads "is used by"; nothing imports against it, and the cargo features
//! `app`, `files`, `engine` and `gpu` make the compiler keep it so: the page never computes a network (no burn in
//! its binary), and the engine never knows that there is a page (no leptos, no DOM).
//!
//! ```text
//! config, data  ->  engine  ->  worker  ->  bin/worker, bin/worker_gpu
//! config        ->  protocol  ->  engine::session, wire
//! wire          ->  host, worker
//! config, presentation  ->  link;  config  ->  lab
//! config, data, protocol  ->  material  ->  engine::session, files
//! material, link, lab  ->  files  ->  ui
//! host, link, lab, chart  ->  ui  ->  bin/app
//! ```
//!
//! | module     | what it is                                                                     |
//! |------------|--------------------------------------------------------------------------------|
//! | [`config`]   | every knob once: range, default, unit, explanation; validation                |
//! | [`presentation`] | how the page is shown: panels, embedding, type size                       |
//! | [`link`]     | config to URL hash and back; total: any string gives a config and notices     |
//! | [`protocol`] | the messages between page and worker; versioned                               |
//! | [`data`]     | what is to be learned: tasks, transfer sets, the one seed                     |
//! | [`lab`]      | experiments as data, and how a run is judged                                  |
//! | [`chart`]    | pure geometry: scales, ticks, paths                                           |
//! | [`material`] | what the engine tells of a run for its files, and takes of one: plain data     |
//! | `files`      | what a run is taken away in and brought back from (feature `files`, in `app`) |
//! | `engine`     | the networks, losses and training (feature `engine`)                          |
//! | `worker`     | binds messages to the engine's session (feature `engine`, in the browser)      |
//! | `wire`       | a worker, from the side that made it (in the browser)                         |
//! | `host`       | the page's side of the worker (feature `app`)                                 |
//! | `ui`         | the page (feature `app`)                                                      |

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
