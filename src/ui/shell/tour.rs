//! A tour of five stops: offered on the first visit, never by itself again.

use crate::ui::app::context::Page;
use crate::ui::app::{run, view};
use crate::ui::browser::layout;
use crate::ui::browser::{focus, storage};
use leptos::{html, prelude::*};

const KEY: &str = "softlabel-tour";

/// A stop of the tour: panel, title, text.
struct Stop {
    panel: &'static str,
    title: &'static str,
    words: &'static str,
}

const STOPS: [Stop; 5] = [
    Stop {
        panel: "soft",
        title: "A soft label",
        words: "The bars show how likely the teacher finds each class for one image. Drag T: the answer stays the same, and the classes it finds similar come to light.",
    },
    Stop {
        panel: "data",
        title: "The transfer set",
        words: "These few examples are all that the students see. The teacher learned from many more, and labels these for them.",
    },
    Stop {
        panel: "train",
        title: "Train",
        words: "Next starts a run: the teacher learns, labels the examples, and all students train side by side. It takes some seconds, and nothing leaves this tab.",
    },
    Stop {
        panel: "students",
        title: "The students",
        words: "The students are training now, on the same images and from the same start: their curves differ only because their labels do.",
    },
    Stop {
        panel: "verdict",
        title: "The verdict",
        words: "Here the run says whether soft labels taught the student more, and how sure that is. “No significant gain” is an answer too. The lessons at the top ask ten such questions.",
    },
];

/// The stop from which Next starts a run.
const TRAIN: &str = "train";

/// Where the tour is.
#[derive(Clone, Copy)]
pub struct Tour {
    page: Page,
    at: RwSignal<Option<usize>>,
    offered: RwSignal<bool>,
}

impl Tour {
    /// Offered on the first visit, unless a link has set the page up.
    pub fn new(page: Page) -> Self {
        let known = storage::recall(KEY).is_some();
        let set_up = page.lesson.with_untracked(Option::is_some)
            || page.bench_request.with_untracked(Option::is_some)
            || page.presentation.with_untracked(|p| *p != Default::default());
        Self { page, at: RwSignal::new(None), offered: RwSignal::new(!known && !set_up) }
    }

    /// From the first stop on.
    pub fn begin(self) {
        self.refuse();
        self.go(Some(0));
    }

    /// Not offered again.
    fn refuse(self) {
        self.offered.set(false);
        focus::then_to(focus::TRAIN);
        storage::remember(KEY, "true");
    }

    fn go(self, to: Option<usize>) {
        let to = to.filter(|&i| i < STOPS.len());
        let from = self.at.get_untracked();
        self.at.set(to);
        // Forward from Train the run begins, unless one has been made or is under way.
        let forward = from.zip(to).is_some_and(|(from, to)| STOPS[from].panel == TRAIN && to > from);
        let idle = !self.page.run_state.running.get_untracked() && !self.page.queued.get_untracked();
        let untrained = self.page.run_state.results.with_untracked(|results| results.without_students());
        if forward && idle && untrained {
            run::train_or_pause(self.page);
        }
        match to {
            Some(i) => {
                view::open_tab_of(self.page, STOPS[i].panel);
                layout::point_at(Some(STOPS[i].panel));
            }
            None => {
                layout::point_at(None);
                focus::then_to(focus::TRAIN);
            }
        }
    }
}

/// The offer, in the opening words.
#[component]
pub fn Offer(
    /// The tour.
    tour: Tour,
) -> impl IntoView {
    view! {
        {move || {
            tour.offered
                .get()
                .then(|| {
                    view! {
                        <p class="tour-offer">
                            "First time here? "
                            <button class="quiet" on:click=move |_| tour.begin()>"Take the tour: five stops"</button>
                            <button class="quiet" on:click=move |_| tour.refuse()>"No, thanks"</button>
                        </p>
                    }
                })
        }}
    }
}

/// The card of the stop.
#[component]
pub fn TourCard(
    /// The tour.
    tour: Tour,
) -> impl IntoView {
    let card: NodeRef<html::Div> = NodeRef::new();
    // Each stop takes the focus, so that its words are read out and its keys work.
    Effect::new(move |_| {
        tour.at.track();
        if let Some(card) = card.get() {
            let _ = card.focus();
        }
    });
    let keys = move |event: web_sys::KeyboardEvent| {
        let Some(at) = tour.at.get_untracked() else { return };
        match event.key().as_str() {
            "Escape" => tour.go(None),
            "ArrowRight" => tour.go(Some(at + 1)),
            "ArrowLeft" => tour.go(Some(at.saturating_sub(1))),
            _ => return,
        }
        event.prevent_default();
    };
    let body = move || {
        tour.at.get().map(|at| {
            let Stop { title, words, .. } = &STOPS[at];
            let last = at + 1 == STOPS.len();
            view! {
                <div class="tour" role="dialog" aria-label=format!("Tour, stop {} of {}", at + 1, STOPS.len()) tabindex="-1" node_ref=card on:keydown=keys>
                    <h2>{format!("{} of {} · {title}", at + 1, STOPS.len())}</h2>
                    <p>{*words}</p>
                    <div class="row">
                        <button class="strong" on:click=move |_| tour.go(Some(at + 1))>{if last { "Done" } else if STOPS[at].panel == TRAIN { "Next: train" } else { "Next" }}</button>
                        {(at > 0).then(|| view! { <button on:click=move |_| tour.go(Some(at - 1))>"Back"</button> })}
                        {(!last).then(|| view! { <button class="quiet" on:click=move |_| tour.go(None)>"Skip the tour"</button> })}
                    </div>
                </div>
            }
        })
    };
    view! { {body} }
}
