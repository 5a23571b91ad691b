//! Decision regions: each network's probabilities over the plane, updated during training. A click adds a point of the
//! selected class.

use crate::chart::plane::{Square, mark};
use crate::config::{AddedPoint, Config};
use crate::data::example::{Example, Form, Input};
use crate::experiment::Setup;
use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::app::lens;
use crate::ui::app::settings;
use crate::ui::state::memo::memo;
use crate::ui::state::probes::Probe;
use crate::ui::state::regions::pixels;
use crate::ui::state::run_state::Shared;
use crate::ui::text::arms;
use crate::ui::widgets::save_chart::SaveChart;
use crate::ui::widgets::stale_badge::StaleOutputBadge;
use leptos::{html, prelude::*};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData, MouseEvent};

/// Side of a plane's SVG view box.
const SIDE: f64 = 240.0;

/// Draws `side` by `side` RGBA pixels on the canvas.
fn paint(canvas: &HtmlCanvasElement, rgba: &[u8], side: usize) {
    canvas.set_width(side as u32);
    canvas.set_height(side as u32);
    let context = canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(rgba), side as u32, side as u32);
    // Without a context or an image of that size the canvas stays empty beside its description.
    if let (Some(context), Ok(image)) = (context, image) {
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// The panel; empty on tasks that are not in the plane.
#[component]
pub fn DecisionRegionsPanel() -> impl IntoView {
    let page = Page::here();
    let is_plane =
        memo(move || page.run_state.setup.with(|setup| setup.as_ref().is_some_and(|s| s.form == Form::Plane)));
    move || is_plane.get().then(|| view! { <OpenPanel /> })
}

#[component]
fn OpenPanel() -> impl IntoView {
    let page = Page::here();
    let setup = page.run_state.setup;
    let regions = page.run_state.regions;
    let class = RwSignal::new(0_u8);
    let added = page.setting(|c| c.added.len());
    let names = memo(move || setup.get().map(|s| s.classes.clone()).unwrap_or_default());
    let networks = memo(move || {
        setup.with(Option::is_some).then_some(())?;
        let mut out = vec![("teacher", "Teacher".to_string(), None)];
        if let Some(Probe { setup, .. }) = regions.get().filter(|r| !r.value.arms.is_empty()) {
            out.extend(
                setup.arms.iter().enumerate().map(|(i, &arm)| (arms::class(arm), setup.config.arm_name(arm), Some(i))),
            );
        }
        Some(out)
    });
    let caption = move || match networks.get() {
        Some(n) if regions.get().is_some() && n.len() > 1 => {
            "What each network answers everywhere in the plane at the temperature above (students of the first replicate): the colour is the class, fainter where it is unsure. The marks are that replicate’s transfer set."
        }
        _ if regions.get().is_some() => {
            "What the teacher answers everywhere in the plane at the temperature above: the colour is the class, fainter where it \
             is unsure. The marks are the first replicate’s transfer set."
        }
        _ => "When the teacher has learned something, its answers are drawn over the plane here.",
    };
    let add = move |x: f32, y: f32| {
        let hundredths = |v: f32| {
            let far = f32::from(AddedPoint::MAX_DISTANCE);
            (100.0 * v).round().clamp(-far, far) as i16
        };
        if added.get_untracked() >= Config::MAX_ADDED {
            return alerts::remark(page, format!("{} points are the most that can be added.", Config::MAX_ADDED));
        }
        let point = AddedPoint { x: hundredths(x), y: hundredths(y), class: class.get_untracked() };
        settings::change(page, |config| config.added.push(point));
    };
    view! {
        <section class="card p-regions" aria-labelledby="h-regions">
            <div class="head">
                <h2 id="h-regions">"Decision regions"</h2>
                <StaleOutputBadge setup=Signal::derive(move || regions.get().map(|r| r.setup)) />
            </div>
            <div class="regions">
                {move || {
                    networks
                        .get()
                        .unwrap_or_default()
                        .into_iter()
                        .map(|(style, name, arm)| view! { <Region style name arm add=Callback::new(move |(x, y)| add(x, y)) /> })
                        .collect_view()
                }}
            </div>
            <SaveChart chart=".regions" name="Decision regions" />
            <p class="help">{caption}</p>
            <div class="row">
                <label class="stacked">
                    "Class of added points"
                    <select on:change:target=move |event| class.set(event.target().value().parse().unwrap_or(0))>
                        {move || {
                            names
                                .get()
                                .into_iter()
                                .enumerate()
                                .map(|(i, name)| view! { <option value=i.to_string()>{name}</option> })
                                .collect_view()
                        }}
                    </select>
                </label>
                <button on:click=move |_| add(0.0, 0.0)>"Add a point in the middle"</button>
                <button
                    disabled=move || added.get() == 0
                    on:click=move |_| {
                        settings::change(page, |config| {
                            config.added.pop();
                        });
                    }
                >
                    "Take the last one back"
                </button>
                <button disabled=move || added.get() == 0 on:click=move |_| settings::change(page, |config| config.added.clear())>
                    "Remove all added"
                </button>
            </div>
            <p class="help">
                {move || {
                    format!(
                        "Click in a plane to add a point there, to the teacher’s training set and every transfer set; {} added so far. \
                         Train starts afresh with them.",
                        added.get(),
                    )
                }}
            </p>
        </section>
    }
}

/// Decision regions of one network; `arm` is its index, `None` for the teacher.
#[component]
fn Region(style: &'static str, name: String, arm: Option<usize>, add: Callback<(f32, f32)>) -> impl IntoView {
    let page = Page::here();
    let temperature = lens::temperature(page);
    let latest = page.run_state.regions;
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    Effect::new(move |_| {
        let t = temperature.get();
        let (Some(canvas), Some(Probe { setup, value: regions })) = (canvas.get(), latest.get()) else { return };
        let classes = setup.classes.len();
        let logits_per_network = regions.side * regions.side * classes;
        let logits = match arm {
            None => Some(&regions.teacher[..]),
            Some(i) => regions.arms.get(i * logits_per_network..(i + 1) * logits_per_network),
        };
        if let Some(logits) = logits {
            paint(&canvas, &pixels(logits, regions.side, classes, t), regions.side);
        }
    });
    let half = memo(move || latest.get().map_or(2.0, |r| r.value.half));
    let setup = page.run_state.setup;
    let marks = move || setup.get().map(|setup| marks(&setup, half.get()));
    let click = move |event: MouseEvent| {
        let Some(target) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else { return };
        let rect = target.get_bounding_client_rect();
        let share = |at: i32, from: f64, length: f64| ((f64::from(at) - from) / length.max(1.0) * 2.0 - 1.0) as f32;
        let (x, y) =
            (share(event.client_x(), rect.left(), rect.width()), share(event.client_y(), rect.top(), rect.height()));
        add.run((x * half.get_untracked(), -y * half.get_untracked()));
    };
    let text = format!("Decision regions of the {}", name.to_lowercase());
    view! {
        <figure class=format!("region {style}")>
            <div class="region-plane" on:click=click>
                <canvas role="img" aria-label=text node_ref=canvas></canvas>
                <svg viewBox=format!("0 0 {SIDE} {SIDE}") aria-hidden="true">{marks}</svg>
            </div>
            <figcaption><span class="swatch"></span>{name}</figcaption>
        </figure>
    }
}

/// Marks of the first replicate's transfer set, in a plane that extends `half` from the origin in every direction.
fn marks(setup: &Shared<Setup>, half: f32) -> impl IntoView + use<> {
    let square = Square::of(f64::from(half), SIDE);
    let dot = |example: &Example| {
        let Input::Point(x, y) = example.input else { return None };
        let d = mark(example.given, square.at((x, y)), 3.0);
        Some(view! { <path d=d class=format!("dot class-{}", example.given % 4)></path> })
    };
    setup.transfer.iter().take(400).filter_map(dot).collect_view()
}
