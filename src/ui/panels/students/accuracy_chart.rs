//! Chart of test accuracy over steps: the teacher dashed, each arm as mean and band.

use crate::chart::accuracy::{Curves, Plot};
use crate::config::thousands;
use crate::runs::same_task;
use crate::ui::app::context::Page;
use crate::ui::browser::element_size::size_of;
use crate::ui::browser::focus;
use crate::ui::state::memo::memo;
use crate::ui::state::run_history::{drawn, when};
use crate::ui::text::{accuracy, arms};
use crate::ui::widgets::save_chart::SaveChart;
use leptos::{html, prelude::*};

/// Size until the element is measured, in pixels.
const SIZE: (f64, f64) = (420.0, 250.0);

/// The chart and its caption.
#[component]
pub fn AccuracyChart() -> impl IntoView {
    let page = Page::here();
    let results = page.run_state.results;
    let frame: NodeRef<html::Div> = NodeRef::new();
    let size = size_of(frame, SIZE);
    let steps = page.setting(|c| c.student_steps);
    let laid = page.runs.laid;
    // While the teacher trains, the axis shows its steps; the curves of a kept run are over the students' steps.
    let teacher_training =
        memo(move || results.with(|r| !r.teacher_curve.is_empty() && r.arm_curves.iter().all(Vec::is_empty)));
    let overlay = memo(move || {
        let run = laid.get().filter(|_| !teacher_training.get());
        run.map(|run| {
            let curves: Vec<_> = run.arms.iter().map(|arm| drawn(&arm.curve)).collect();
            let classes: Vec<_> = run.arms.iter().map(|arm| arms::class(arm.arm)).collect();
            (curves, classes, run.steps())
        })
    });
    let named = move || {
        results.with(|r| {
            let Some(setup) = &r.setup else { return Vec::new() };
            let config = r.config(setup);
            setup.arms.iter().map(|&arm| (arms::class(arm), arms::short(config, arm))).collect()
        })
    };
    let plot = memo(move || {
        let results = results.get();
        let setup = results.setup.as_ref();
        let students = results.arm_curves.iter().any(|c| !c.is_empty());
        let of_run = if students {
            setup.map_or(steps.get(), |s| s.config.student_steps)
        } else {
            setup.map_or(steps.get(), |s| s.teacher_steps)
        };
        let (curves, overlay_steps) =
            overlay.with(|overlay| overlay.as_ref().map(|o| (o.0.clone(), o.2)).unwrap_or_default());
        Plot::new(&Curves {
            arms: &results.arm_curves,
            teacher: &results.teacher_curve,
            laid: &curves,
            // A teacher that came with the data takes none.
            steps: (of_run as f64).max(overlay_steps).max(1.0),
            longest: named().iter().map(|(_, name)| name.chars().count()).max().unwrap_or_default(),
            size: size.get(),
        })
    });
    let axis = move || {
        let p = plot.get();
        let (left, top, right, bottom) = p.area;
        let y = p.y_ticks.iter().map(|&(y, v)| {
            view! {
                <line class="grid-line" x1=left x2=right y1=y y2=y></line>
                <text x={left - 6.0} y={y + 4.0} text-anchor="end">{if y <= top + 0.5 { format!("{v}\u{a0}%") } else { format!("{v}") }}</text>
            }
        });
        let x = p.x_ticks.iter().map(|&(x, v)| {
            view! { <text x=x y={bottom + 17.0} text-anchor="middle">{thousands(v)}</text> }
        });
        (y.collect_view(), x.collect_view())
    };
    let lines = move || {
        let p = plot.get();
        let drawn = named().into_iter().zip(p.arms.iter().zip(p.ends.iter().zip(&p.arm_labels)));
        let drawn = drawn.map(|((class, name), ((line, band), (end, label)))| {
            let (line, band) = (line.clone(), band.clone());
            let end = end.zip(*label).map(|((x, y), label)| {
                let from = p.area.2 + 5.0;
                view! {
                    <circle class="end" cx=x cy=y r="3"></circle>
                    <text class="end-label" x={from + 4.0} y={label + 4.0}>{name}</text>
                }
            });
            view! {
                <g class=format!("arm {class}")>
                    <path class="band" d=band></path>
                    <path class="mean" d=line></path>
                    {end}
                </g>
            }
        });
        drawn.collect_view()
    };
    let overlay_lines = move || {
        let classes = overlay.with(|overlay| overlay.as_ref().map(|o| o.1.clone()).unwrap_or_default());
        let line = |(class, d): (&'static str, String)| {
            view! { <g class=format!("arm laid {class}")><path class="mean" d=d></path></g> }
        };
        classes.into_iter().zip(plot.get().laid).map(line).collect_view()
    };
    let remove_overlay = move |_| {
        laid.set(None);
        focus::then_to("#h-runs");
    };
    let legend = move || {
        laid.get().map(|run| {
            let later = if teacher_training.get() { " It is drawn when the students train." } else { "" };
            let task = page.config.with(|c| c.task);
            let other =
                if same_task(&run, task) { "" } else { " Another task: its accuracies are on another test set." };
            view! {
                <p class="laid-key">
                    <span class="swatch" aria-hidden="true"></span>
                    <span>
                        {format!(
                            "Overlaid, thin and dashed: the run of {} ({}). It ended with {}.{other}{later}",
                            when(&run),
                            run.settings(),
                            run.accuracies(),
                        )}
                    </span>
                    <button class="quiet" on:click=remove_overlay>"Take it off"</button>
                </p>
            }
        })
    };
    let teacher = move || {
        let p = plot.get();
        let label = p.teacher_label.map(|y| {
            view! { <text class="end-label" x={p.area.2 + 9.0} y={y + 4.0}>"Teacher"</text> }
        });
        view! {
            <g class="arm teacher">
                <path class="mean" d=p.teacher></path>
                {label}
            </g>
        }
    };
    let clip = move || {
        let (left, top, right, bottom) = plot.get().area;
        view! { <rect x=left y={top - 4.0} width={right - left + 4.0} height={bottom - top + 4.0}></rect> }
    };
    view! {
        <figure class="accuracy">
            <div class="frame" node_ref=frame>
                <svg
                    role="img" aria-label="Accuracy over steps" aria-describedby="accuracy-sentence accuracy-laid"
                    viewBox=move || format!("0 0 {} {}", size.get().0, size.get().1)
                >
                    <defs>
                        <clipPath id="plot-area">{clip}</clipPath>
                    </defs>
                    <g class="axis">{axis}</g>
                    {teacher}
                    {overlay_lines}
                    {lines}
                </svg>
            </div>
            <figcaption>
                <span id="accuracy-sentence">{move || results.with(|r| accuracy::caption(r))}</span>
                <div id="accuracy-laid">{legend}</div>
            </figcaption>
        </figure>
        <SaveChart chart=".accuracy" name="Accuracy over steps" />
    }
}
