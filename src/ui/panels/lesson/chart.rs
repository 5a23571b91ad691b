//! The chart of a lesson: every arm of every run as a point with its interval, filled as the runs end.

use crate::chart::scale::ticks;
use crate::lab::lessons::points::{ArmPoint, axis, points};
use crate::lab::number_format::tenths;
use crate::ui::app::context::Page;
use crate::ui::panels::lesson::progress::progress_part;
use crate::ui::text::arms::class;
use crate::ui::widgets::save_chart::SaveChart;
use leptos::prelude::*;

/// The chart; its rows wait empty for the runs to come.
#[component]
pub fn LessonChart() -> impl IntoView {
    let page = Page::here();
    let runs = progress_part(page, |p| {
        p.runs().into_iter().map(|run| (run.name, run.config.arms().len())).collect::<Vec<_>>()
    });
    let measured = progress_part(page, |p| {
        let done: Vec<_> = p.runs_done.iter().map(|run| &**run).collect();
        points(&done)
    });
    let chart = move || {
        let (runs, all) = (runs.get()?, measured.get()?);
        let (low, high) = axis(&all);
        let at = move |value: f64| format!("{:.4}", ((value - low) / (high - low)).clamp(0.0, 1.0));
        let several = runs.len() > 1;
        let rows = runs.into_iter().enumerate().map(|(place, (name, arms))| {
            let of_run: Vec<ArmPoint> = all.iter().filter(|point| point.run == place).cloned().collect();
            let waiting = (of_run.is_empty()).then(|| {
                view! { <div class="point-row waiting" style=("--rows", arms.to_string())><span>"not run yet"</span></div> }
            });
            let points = of_run.into_iter().map(|point| {
                let interval = point.accuracy;
                view! {
                    <div class=format!("point-row {}", class(point.arm))>
                        <span class="name">{point.name}</span>
                        <span class="lane">
                            <span class="interval" style=("--p", at(interval.low)) style=("--q", at(interval.high))></span>
                            <span class="dot" style=("--p", at(interval.mean))></span>
                        </span>
                        <span class="value">{format!("{} ± {}", tenths(interval.mean), tenths(interval.half_width()))}</span>
                    </div>
                }
            });
            view! {
                <div class="point-run">
                    {several.then(|| view! { <h3>{name}</h3> })}
                    {points.collect_view()}
                    {waiting}
                </div>
            }
        });
        let any = !all.is_empty();
        let marks = any.then(|| {
            let marks = ticks(low, high, 5)
                .into_iter()
                .map(|tick| view! { <span style=("--p", at(tick))>{tick.to_string()}</span> });
            view! { <div class="point-axis" aria-hidden="true">{marks.collect_view()}</div> }
        });
        Some(view! { {rows.collect_view()} {marks} })
    };
    view! {
        <figure class="lesson-chart" aria-label="Chart of the lesson">
            {chart}
            <figcaption>"Test accuracy in per cent: the mean over replicates and its 95\u{a0}% interval (Student’s t)."</figcaption>
        </figure>
        {move || measured.with(|all| all.as_ref().is_some_and(|all| !all.is_empty())).then(|| view! { <SaveChart chart=".lesson-chart" name="Lesson" /> })}
    }
}
