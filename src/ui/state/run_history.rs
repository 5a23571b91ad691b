//! Own runs as the page holds them: the list, which of them is laid over the chart, and what was just forgotten.
//!
//! The list on screen is the truth of this visit; storing follows it, and where the browser stores nothing, the list
//! lasts for the visit.

use crate::chart::accuracy::Spread;
use crate::runs::{self, Point, SavedRun};
use crate::ui::browser::indexed_db;
use crate::ui::browser::indexed_db::Errand;
use crate::ui::state::run_state::{RunState, Shared};
use leptos::prelude::*;

/// Whether runs outlast the visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Not known yet.
    Asking,
    /// They do.
    Yes,
    /// The browser stores nothing for this page.
    No,
}

/// A run in the list; equal to itself only.
pub type Listed = Shared<SavedRun>;

/// Own runs.
#[derive(Clone, Copy)]
pub struct Runs {
    /// The newest first.
    pub list: RwSignal<Vec<Listed>>,
    /// The one laid over the chart.
    pub laid: RwSignal<Option<Listed>>,
    /// What the last Forget took away.
    pub forgotten: RwSignal<Vec<Listed>>,
    /// Whether they outlast the visit.
    pub stored: RwSignal<Stored>,
}

/// A curve as it is kept.
fn kept(curve: &[Spread]) -> Vec<Point> {
    let point = |s: &Spread| Point { step: s.step as f32, mean: s.mean as f32, low: s.low as f32, high: s.high as f32 };
    curve.iter().map(point).collect()
}

/// What is kept of the finished run on screen, as of now.
pub(in crate::ui) fn kept_run(model: &RunState) -> Option<SavedRun> {
    let outcome = model.results.outcome.as_ref()?;
    let curves = model.results.arm_curves.iter().map(|curve| kept(curve)).collect();
    let mut run = SavedRun::of(outcome, curves, js_sys::Date::now());
    if model.results.moved {
        run.sentence.push_str(" Settings were changed while these students trained.");
    }
    Some(run)
}

/// A kept curve as it is drawn.
pub fn drawn(curve: &[Point]) -> Vec<Spread> {
    let spread = |p: &Point| Spread {
        step: f64::from(p.step),
        mean: f64::from(p.mean),
        low: f64::from(p.low),
        high: f64::from(p.high),
    };
    curve.iter().map(spread).collect()
}

/// When a run was over, as this browser writes times: `24 Nov 2026, 13:40`.
pub fn when(run: &SavedRun) -> String {
    let options = js_sys::Object::new();
    for (key, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        let _ = js_sys::Reflect::set(&options, &key.into(), &value.into());
    }
    let date = js_sys::Date::new(&run.at.into());
    String::from(date.to_locale_string("en-GB", &options))
}

impl Runs {
    /// None yet; those of earlier visits come as soon as the browser gives them.
    pub fn open() -> Self {
        let runs = Self {
            list: RwSignal::new(Vec::new()),
            laid: RwSignal::new(None),
            forgotten: RwSignal::new(Vec::new()),
            stored: RwSignal::new(Stored::Asking),
        };
        leptos::task::spawn_local(async move {
            match indexed_db::load().await {
                Ok(records) => {
                    runs.stored.set(Stored::Yes);
                    runs.take_in(records.iter().filter_map(|record| SavedRun::decode(record)).collect(), &[]);
                }
                Err(_) => runs.stored.set(Stored::No),
            }
        });
        runs
    }

    /// Lists runs, stores those that are `new`, and lets the oldest go where there are too many.
    pub fn take_in(self, runs: Vec<SavedRun>, new: &[SavedRun]) {
        let before = self.list.get_untracked();
        let (list, gone) = runs::with(before.iter().map(|run| SavedRun::clone(run)).collect(), runs);
        // The same run keeps its place in the page: what is equal to what was there is what was there.
        let shared = |run: SavedRun| {
            let known = before.iter().find(|known| known.at == run.at).cloned();
            known.unwrap_or_else(|| Shared::new(run))
        };
        self.list.set(list.into_iter().map(shared).collect());
        if !new.is_empty() || !gone.is_empty() {
            let records = new.iter().map(|run| (run.at, run.encode())).collect();
            self.store(Errand::Keep { records, gone });
        }
    }

    /// Takes in a run from a file.
    pub(in crate::ui) fn import(self, run: SavedRun) {
        self.forgotten.set(Vec::new());
        self.take_in(vec![run.clone()], &[run]);
    }

    fn store(self, errand: Errand) {
        if self.stored.get_untracked() == Stored::No {
            return;
        }
        leptos::task::spawn_local(async move {
            if indexed_db::run(errand).await.is_err() {
                self.stored.set(Stored::No);
            }
        });
    }

    /// Takes a run off the list; [`Runs::undo`] brings it back.
    pub fn forget(self, run: &Listed) {
        self.list.update(|list| list.retain(|other| other != run));
        if self.laid.with_untracked(|laid| laid.as_ref() == Some(run)) {
            self.laid.set(None);
        }
        self.forgotten.set(vec![run.clone()]);
        self.store(Errand::Keep { records: Vec::new(), gone: vec![run.at] });
    }

    /// Takes all of them off the list.
    pub fn forget_all(self) {
        self.forgotten.set(self.list.get_untracked());
        self.list.set(Vec::new());
        self.laid.set(None);
        self.store(Errand::Clear);
    }

    /// Brings back what was forgotten last.
    pub fn undo(self) {
        let back: Vec<SavedRun> = self.forgotten.get_untracked().iter().map(|run| SavedRun::clone(run)).collect();
        self.forgotten.set(Vec::new());
        self.take_in(back.clone(), &back);
    }

    /// Lays a run over the chart, or takes it off again.
    pub fn lay(self, run: &Listed) {
        self.laid.update(|laid| *laid = if laid.as_ref() == Some(run) { None } else { Some(run.clone()) });
    }
}
