//! Views of inputs: images on a canvas, points in the plane, table rows. Each has a text alternative.

use crate::chart::plane::{Square, mark};
use crate::data::example::{Example, Form, Input};
use crate::experiment::Setup;
use crate::lab::number_format::tenths;
use crate::ui::state::examples::Shared;
use leptos::{html, prelude::*};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Side of the plane's SVG view box.
const SIDE: f64 = 240.0;

/// Draws grey levels as the opacity of black pixels. The style sheet inverts them in the dark theme.
fn draw_levels(canvas: &HtmlCanvasElement, levels: &[u8], (width, height): (u32, u32)) {
    canvas.set_width(width);
    canvas.set_height(height);
    let Some(context) =
        canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok())
    else {
        return;
    };
    let rgba: Vec<u8> = levels.iter().flat_map(|&level| [0, 0, 0, level]).collect();
    // Fails only if the sizes disagree; then the canvas stays empty beside its description.
    if let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), width, height) {
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// An image, described by `name`.
#[component]
pub fn Picture(
    /// Grey levels, row-major.
    levels: Vec<u8>,
    /// Width and height in pixels.
    size: (u32, u32),
    /// Text alternative.
    name: String,
) -> impl IntoView {
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            draw_levels(&canvas, &levels, size);
        }
    });
    view! { <canvas class="picture" role="img" aria-label=name node_ref=canvas></canvas> }
}

fn point(example: &Example) -> Option<(f32, f32)> {
    match example.input {
        Input::Point(x, y) => Some((x, y)),
        _ => None,
    }
}

/// Points in the plane, marked by class; one of them may be highlighted.
#[component]
pub fn Plane(
    /// The points.
    points: Vec<Example>,
    /// Background points, drawn faint and included in the scale.
    #[prop(optional)]
    background: Vec<Example>,
    /// The point to highlight.
    #[prop(optional)]
    highlighted: Option<Example>,
    /// Text alternative.
    name: String,
) -> impl IntoView {
    let square = Square::around(points.iter().chain(&background).chain(&highlighted).filter_map(point), SIDE);
    let dot = |example: &Example, r: f64| {
        let d = mark(example.given, square.at(point(example)?), r);
        let wrong = example.given != example.label;
        Some(view! { <path d=d class=format!("dot class-{}", example.given % 4) class:wrong=wrong></path> })
    };
    let r = if points.len() > 60 { 3.0 } else { 4.5 };
    let dots = points.iter().filter_map(|e| dot(e, r)).collect_view();
    let faint = background.iter().filter_map(|e| dot(e, 2.5)).collect_view();
    let lens = highlighted.as_ref().and_then(|e| {
        let (x, y) = square.at(point(e)?);
        Some(view! {
            <line class="hair" x1=x x2=x y1="0" y2=SIDE></line>
            <line class="hair" x1="0" x2=SIDE y1=y y2=y></line>
            <circle class="lens" cx=x cy=y r="9"></circle>
            {dot(e, 4.5)}
        })
    });
    view! {
        <svg class="plane" viewBox=format!("0 0 {SIDE} {SIDE}") role="img" aria-label=name>
            <g class="faint">{faint}</g>
            {dots}
            {lens}
        </svg>
    }
}

/// The first columns of a table row, with their names.
#[component]
pub fn Row(
    /// The numbers, in their own units.
    row: Vec<f32>,
    /// Form of the inputs, with the names of the columns.
    form: Form,
) -> impl IntoView {
    const SHOWN: usize = 6;
    let names = if let Form::Numbers(names) = form { names } else { Vec::new() };
    let more = (row.len() > SHOWN).then(|| format!("and {} more columns", row.len() - SHOWN));
    let lines = names.into_iter().zip(row).take(SHOWN).map(|(name, value)| {
        view! { <dt>{name}</dt><dd>{format!("{value:.4}").trim_end_matches('0').trim_end_matches('.').replace('-', "−")}</dd> }
    });
    view! {
        <dl class="row-input">{lines.collect_view()}</dl>
        {more.map(|more| view! { <p class="help">{more}</p> })}
    }
}

/// A contact sheet of examples, of any kind of input.
#[component]
pub fn Sheet(
    /// The examples; the first 16 are shown, or all points of the plane.
    examples: Vec<Example>,
    /// The run's setup: class names and form of the inputs.
    setup: Shared<Setup>,
    /// Caption.
    caption: String,
    /// Whether their labels are shown.
    labelled: bool,
) -> impl IntoView {
    const SHOWN: usize = 16;
    let class = |index: usize| setup.classes.get(index).cloned().unwrap_or_default();
    let plane = (setup.form == Form::Plane && !examples.is_empty()).then(|| {
        let name = format!("{} points in the plane", examples.len());
        view! { <Plane points=examples.clone() background=setup.plane.clone() name /> }
    });
    let cell = |example: &Example| {
        let (given, label) = (class(example.given), class(example.label));
        let wrong = labelled && example.given != example.label;
        let name = match (labelled, wrong) {
            (false, _) => "without a label".to_string(),
            (true, true) => format!("{label}, wrongly labelled {given}"),
            (true, false) => label,
        };
        let input = match &example.input {
            Input::Image(levels) => {
                let size = setup.form.image_size().unwrap_or((28, 28));
                view! { <Picture levels=levels.clone() size name=name.clone() /> }.into_any()
            }
            Input::Text(text) => view! { <span class="text-input">{text.clone()}</span> }.into_any(),
            Input::Numbers(row) => {
                let first: Vec<String> = row.iter().take(3).map(|v| tenths((*v).into())).collect();
                view! { <span class="text-input">{first.join(" ")}</span> }.into_any()
            }
            Input::Point(..) => return None,
        };
        let shown_label = if labelled { given } else { "?".into() };
        Some(view! {
            <div class="cell" class:wrong=wrong title=name>
                {input}
                <small aria-hidden="true">{shown_label}</small>
            </div>
        })
    };
    let cells = (setup.form != Form::Plane).then(|| {
        view! { <div class="sheet">{examples.iter().take(SHOWN).filter_map(cell).collect_view()}</div> }
    });
    view! {
        <figure class="sheet-figure">
            {plane} {cells}
            <figcaption>{caption}</figcaption>
        </figure>
    }
}
