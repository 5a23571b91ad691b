//! Drawing panel: each network's predictions for a drawing, at the current temperature.

use crate::chart::drawing::{Drawing, FINE, SIDE};
use crate::config::Arm;
use crate::config::Task;
use crate::data::example::{Form, Input};
use crate::lab::probability::{mean_softmax, softmax};
use crate::protocol::Command;
use crate::ui::app::context::Page;
use crate::ui::app::engine;
use crate::ui::app::lens;
use crate::ui::state::memo::memo;
use crate::ui::state::probes::Probe;
use crate::ui::text::arms;
use crate::ui::widgets::input_view::Picture;
use crate::ui::widgets::stale_badge::StaleBadge;
use gloo::{
    render::{AnimationFrame, request_animation_frame},
    timers::callback::Timeout,
};
use leptos::{html, prelude::*};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlElement, ImageData, PointerEvent};

/// Delay after the last stroke before the predictions are announced to screen readers, in milliseconds.
const ANNOUNCE_AFTER_MS: u32 = 700;
/// Number of most probable classes shown per network.
const TOP_CLASSES: usize = 3;

/// The panel; empty on tasks without images.
#[component]
pub fn DrawingPanel() -> impl IntoView {
    let page = Page::here();
    let image = memo(move || {
        page.run_state
            .setup
            .with(|setup| setup.as_ref().is_some_and(|s| s.form == Form::Image(SIDE as u32, SIDE as u32)))
    });
    move || image.get().then(|| view! { <OpenPanel /> })
}

#[component]
fn OpenPanel() -> impl IntoView {
    let page = Page::here();
    let drawing = RwSignal::new(Drawing::default());
    let last = StoredValue::new(None::<(f32, f32)>);
    let frame = StoredValue::new_local(None::<AnimationFrame>);
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let as_digit = page.setting(|c| c.task == Task::Mnist);
    let input = memo(move || drawing.with(|d| if as_digit.get() { d.digit() } else { d.plain() }));
    let empty = memo(move || drawing.with(Drawing::is_empty));
    // One request per frame at most, repeated when the networks have trained further.
    let step =
        memo(move || page.run_state.report.with(|report| report.as_ref().map(|r| (r.teacher_step, r.student_step))));
    Effect::new(move |_| {
        step.track();
        let levels = input.get();
        if empty.get() {
            return;
        }
        let request = request_animation_frame(move |_| engine::send(page, Command::Predict(levels)));
        frame.set_value(Some(request));
    });
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        canvas.set_width(FINE as u32);
        canvas.set_height(FINE as u32);
        let context =
            canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
        let rgba: Vec<u8> = drawing.with(|d| d.levels().flat_map(|level| [0, 0, 0, level]).collect());
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), FINE as u32, FINE as u32);
        if let (Some(context), Ok(image)) = (context, image) {
            let _ = context.put_image_data(&image, 0.0, 0.0);
        }
    });
    let position = |event: &PointerEvent| -> Option<(f32, f32)> {
        let target = event.current_target()?.dyn_into::<HtmlElement>().ok()?;
        let rect = target.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
        let y = (f64::from(event.client_y()) - rect.top()) / rect.height().max(1.0);
        Some((x as f32, y as f32))
    };
    let down = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(target) = event.current_target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) {
            // Fails only for a pointer that is already released.
            let _ = target.set_pointer_capture(event.pointer_id());
        }
        if let Some(at) = position(&event) {
            last.set_value(Some(at));
            drawing.update(|d| d.stroke(at, at));
        }
    };
    let moved = move |event: PointerEvent| {
        if let (Some(from), Some(to)) = (last.get_value(), position(&event)) {
            last.set_value(Some(to));
            drawing.update(|d| d.stroke(from, to));
        }
    };
    let up = move |_| last.set_value(None);
    let example = page.run_state.soft;
    let use_example = move |_| {
        let at = page.example.get_untracked();
        let shown = example.with_untracked(|soft| soft.as_ref().and_then(|soft| soft.examples.get(at).cloned()));
        if let Some(Input::Image(levels)) = shown.map(|example| example.input) {
            drawing.set(Drawing::of(&levels));
        }
    };
    view! {
        <section class="card p-draw" aria-labelledby="h-draw">
            <div class="head">
                <h2 id="h-draw">"Try them"</h2>
                <StaleBadge />
            </div>
            <div class="draw">
                <div>
                    <canvas
                        class="draw-canvas" role="img" aria-label="Drawing" node_ref=canvas on:pointerdown=down on:pointermove=moved
                        on:pointerup=up on:pointercancel=up
                    ></canvas>
                    <div class="row">
                        <button on:click=move |_| drawing.set(Drawing::default()) disabled=move || empty.get()>"Clear"</button>
                        <button on:click=use_example disabled=move || example.with(Option::is_none)>"Take the example shown"</button>
                    </div>
                </div>
                <div class="draw-said">
                    {move || {
                        if empty.get() {
                            view! {
                                <p class="hint">
                                    {move || {
                                        if as_digit.get() {
                                            "Draw a digit with mouse, pen or finger, and every network says what it sees. Without a pointer: take the example shown above."
                                        } else {
                                            "Draw something, and every network says what it sees. Without a pointer: take the example shown above."
                                        }
                                    }}
                                </p>
                            }
                                .into_any()
                        } else {
                            view! { <Predictions input /> }.into_any()
                        }
                    }}
                </div>
            </div>
        </section>
    }
}

/// The image that the networks receive, and their predictions.
#[component]
fn Predictions(input: Memo<Vec<u8>>) -> impl IntoView {
    let page = Page::here();
    let latest = page.run_state.answers;
    let temperature = lens::temperature(page);
    let percent =
        |share: f64| if share < 0.005 { "under 1\u{a0}%".into() } else { format!("{:.0}\u{a0}%", 100.0 * share) };
    let top_classes = move |p: &[f64], classes: &[String]| {
        let order = crate::lab::argsort::descending(p);
        let name = |i: usize| classes.get(i).cloned().unwrap_or_default();
        order
            .into_iter()
            .take(TOP_CLASSES)
            .map(|i| format!("{} {}", name(i), percent(p[i])))
            .collect::<Vec<_>>()
            .join(", ")
    };
    // Announced once drawing pauses, not at every stroke and report: the predictions of teacher and distilled student.
    let announcement = RwSignal::new(String::new());
    let pending = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |_| {
        input.track();
        let first = latest.with(|l| l.is_some());
        if !first {
            return;
        }
        let announce = move || {
            let Some(Probe { setup, value: answers }) = latest.get_untracked() else { return };
            let t = temperature.get_untracked();
            let (c, arms) = (setup.classes.len().max(1), setup.arms.len().max(1));
            let mut sentence =
                format!("The teacher says {}.", top_classes(&softmax(&answers.teacher, t), &setup.classes));
            if let Some(i) =
                setup.arms.iter().position(|&arm| arm == Arm::Distilled).filter(|_| !answers.students.is_empty())
            {
                let p = mean_softmax(answers.students.chunks_exact(c).skip(i).step_by(arms), t);
                sentence.push_str(&format!(" The distilled student says {}.", top_classes(&p, &setup.classes)));
            }
            announcement.set(sentence);
        };
        pending.set_value(Some(Timeout::new(ANNOUNCE_AFTER_MS, announce)));
    });
    let rows = move || {
        let Probe { setup, value: answers } = latest.get()?;
        let t = temperature.get();
        let (c, arms) = (setup.classes.len().max(1), setup.arms.len().max(1));
        let row = |style: &'static str, name: String, p: &[f64]| {
            view! {
                <tr class=style>
                    <th scope="row"><span class="swatch"></span> {name}</th>
                    <td>{top_classes(p, &setup.classes)}</td>
                </tr>
            }
        };
        let mut rows = vec![row("teacher", "Teacher".into(), &softmax(&answers.teacher, t))];
        if !answers.students.is_empty() {
            for (i, &arm) in setup.arms.iter().enumerate() {
                let p = mean_softmax(answers.students.chunks_exact(c).skip(i).step_by(arms), t);
                rows.push(row(arms::class(arm), setup.config.arm_name(arm), &p));
            }
        }
        Some(rows.collect_view())
    };
    view! {
        <p class="sr" aria-live="polite">{announcement}</p>
        <div class="seen">
            {move || view! { <Picture levels=input.get() size=(SIDE as u32, SIDE as u32) name="What the networks see".to_string() /> }}
            <small>"What they see, 28 × 28"</small>
        </div>
        <table class="figures" aria-label="What the networks say of the drawing"><tbody>{rows}</tbody></table>
        <p class="help">{move || format!("The three likeliest classes at T = {:.1}; students: mean over the replicates.", temperature.get())}</p>
    }
}
