//! Accuracies as points with a range on one axis, in the size of a slide.

use crate::chart::scale::ticks;
use crate::lab::number_format::{decimals, tenths};
use leptos::prelude::*;

/// One row: a mean with what lies around it, in per cent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    /// Style class of the arm.
    pub class: &'static str,
    /// Name of the arm.
    pub name: String,
    /// Lower end, mean and upper end.
    pub range: (f64, f64, f64),
}

/// The rows on one axis, with a caption; nothing without rows.
#[component]
pub(super) fn Points(rows: Vec<Row>, #[prop(into)] caption: String) -> impl IntoView {
    let ends = rows.iter().flat_map(|row| [row.range.0, row.range.2]).filter(|end| end.is_finite());
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
    let room = (0.06 * (high - low)).max(0.5);
    let (low, high) = ((low - room).max(0.0), (high + room).min(100.0));
    let at = move |value: f64| format!("{:.4}", ((value - low) / (high - low)).clamp(0.0, 1.0));
    let row = move |row: Row| {
        let (least, mean, most) = row.range;
        view! {
            <div class=format!("slide-point {}", row.class)>
                <span class="name"><i class="swatch" aria-hidden="true"></i>{row.name}</span>
                <span class="lane" aria-hidden="true">
                    <span class="interval" style=("--p", at(least)) style=("--q", at(most))></span>
                    <span class="dot" style=("--p", at(mean))></span>
                </span>
                <span class="value">{format!("{}\u{a0}%", tenths(mean))}</span>
            </div>
        }
    };
    (low < high).then(|| {
        let marks = ticks(low, high, 4).into_iter().map(
            |tick| view! { <span style=("--p", at(tick))>{decimals(tick, usize::from(tick.fract() != 0.0))}</span> },
        );
        view! {
            <figure class="slide-points" translate="no">
                {rows.into_iter().map(row).collect_view()}
                <div class="slide-axis" aria-hidden="true">{marks.collect_view()}</div>
                <figcaption>{caption}</figcaption>
            </figure>
        }
    })
}
