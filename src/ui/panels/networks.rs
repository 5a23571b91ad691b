//! Teacher and student drawn to one scale, at work on the example that is shown: the units that fire, and the connections
//! that carry most.

use crate::chart::network::{Block, HEIGHT, InputLayer, WIDTH, blocks, pitch, quarters};
use crate::data::example::{Example, Form, Input};
use crate::data::names;
use crate::experiment::{Connection, NetworkActivations, Setup};
use crate::lab::probability::softmax;
use crate::ui::app::context::Page;
use crate::ui::app::engine;
use crate::ui::state::memo::memo;
use crate::ui::state::probes::Probe;
use crate::ui::text::networks::{at_rest, at_work};
use crate::ui::widgets::example_view::selected_index;
use leptos::prelude::*;

/// Which network is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// The one that teaches.
    Teacher,
    /// The first replicate's distilled student.
    Student,
}

/// What is drawn of a network.
#[derive(Clone, PartialEq)]
struct Picture {
    blocks: Vec<Block>,
    classes: Vec<String>,
    hidden: Vec<usize>,
    example: Option<Example>,
    network: Option<NetworkActivations>,
}

fn input_layer(setup: &Setup) -> InputLayer {
    match &setup.form {
        Form::Image(width, height) => InputLayer::Image(*width as usize, *height as usize),
        Form::Plane => InputLayer::Numbers(2),
        Form::Numbers(names) => InputLayer::Numbers(names.len()),
        Form::Text(context) => InputLayer::Text(*context, names::CHARACTERS),
    }
}

/// Widths of the hidden layers of the setup's teacher and student.
fn hidden(setup: &Setup) -> [Vec<usize>; 2] {
    let config = &setup.config;
    let teacher =
        config.assistants.last().map_or_else(|| vec![config.teacher_hidden; config.teacher_layers], |&a| vec![a]);
    [teacher, vec![config.student_hidden]]
}

/// The drawing of one network.
#[component]
pub fn NetworkDrawing(
    /// Which.
    which: Drawn,
) -> impl IntoView {
    let page = Page::here();
    let (setup, soft, latest) = (page.run_state.setup, page.run_state.soft, page.run_state.activations);
    // The engine tells of one example at a time.
    Effect::new(move |_| {
        page.example.track();
        engine::watch(page);
    });
    let picture = memo(move || {
        let shown = soft.get().and_then(|view| {
            let at = selected_index(page, &view);
            Some((at, view.examples.get(at)?.clone()))
        });
        let of_example = |probe: &Probe<crate::experiment::Activations>| {
            (shown.as_ref().map(|(at, _)| *at) == Some(probe.value.example)).then(|| match which {
                Drawn::Teacher => Some(probe.value.teacher.clone()),
                Drawn::Student => probe.value.student.clone(),
            })
        };
        let probe = latest.get();
        let network = probe.as_ref().and_then(of_example).flatten();
        let setup = probe.filter(|_| network.is_some()).map(|probe| probe.setup).or_else(|| setup.get())?;
        let [teacher, student] = hidden(&setup);
        let input = input_layer(&setup);
        // As the network is that computed: an assistant may be another than the settings'.
        let widths = |network: &NetworkActivations| network.hidden.iter().map(Vec::len).collect::<Vec<usize>>();
        let own = network.as_ref().map(widths).unwrap_or(if which == Drawn::Teacher {
            teacher.clone()
        } else {
            student.clone()
        });
        let pitch = pitch(input, [&teacher[..], &student[..], &own[..]].into_iter());
        Some(Picture {
            blocks: blocks(input, &own, setup.classes.len(), pitch),
            classes: setup.classes.clone(),
            hidden: own,
            example: shown.map(|(_, example)| example),
            network,
        })
    });
    let name = if which == Drawn::Teacher { "Teacher" } else { "Distilled student" };
    move || {
        let picture = picture.get()?;
        let words = match &picture.network {
            Some(network) => at_work(name, network, &picture.classes),
            None => at_rest(name, &picture.hidden),
        };
        Some(view! {
            <svg class="network" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=words>
                {connections(&picture)} {input(&picture)} {units(&picture)} {answers(&picture)}
            </svg>
        })
    }
}

/// The strongest connections: what adds to a sum in full lines, what takes from it in dashed ones.
fn connections(picture: &Picture) -> Option<impl IntoView + use<>> {
    let network = picture.network.as_ref()?;
    let layers = network.connections.iter().zip(picture.blocks.windows(2)).flat_map(|(layer, blocks)| {
        let strengths = quarters(&layer.iter().map(|c| c.contribution).collect::<Vec<f32>>());
        let path = |keep: &dyn Fn(&Connection, usize) -> bool| -> String {
            let line = |c: &Connection| {
                let ((x, y), (u, v)) = (blocks[0].middle(c.from as usize), blocks[1].middle(c.to as usize));
                format!("M{x:.1} {y:.1}L{u:.1} {v:.1}")
            };
            layer.iter().zip(&strengths).filter(|(c, strength)| keep(c, **strength)).map(|(c, _)| line(c)).collect()
        };
        [(true, true), (true, false), (false, true), (false, false)].map(|(adds, strong)| {
            let d = path(&|c, strength| (c.contribution > 0.0) == adds && (strength > 2) == strong);
            let class =
                format!("edge {} {}", if adds { "adds" } else { "takes" }, if strong { "strong" } else { "weak" });
            view! { <path class=class d=d></path> }
        })
    });
    Some(layers.collect_view())
}

/// The input: an image's pixels, a row's numbers, a text's characters.
fn input(picture: &Picture) -> Option<impl IntoView + use<>> {
    let block = picture.blocks.first()?.clone();
    let text = match picture.example.as_ref().map(|example| &example.input) {
        Some(Input::Text(text)) => text.chars().collect(),
        _ => Vec::new(),
    };
    let values: Vec<f32> = match picture.example.as_ref().map(|example| &example.input) {
        Some(Input::Image(levels)) => levels.iter().map(|&level| f32::from(level)).collect(),
        Some(Input::Numbers(row)) => row.clone(),
        Some(Input::Point(x, y)) => vec![*x, *y],
        _ => Vec::new(),
    };
    let letters = text.into_iter().enumerate().map(|(i, letter)| {
        let (x, y) = block.middle(i * block.units_per_cell);
        view! { <text class="letter" x=x y=y + 4.0>{letter.to_string()}</text> }
    });
    let letters = letters.collect_view();
    let ground = block.path(0..block.cells);
    Some(view! {
        <path class="unit" d=ground></path>
        {shaded(&block, &values, "pixel")}
        {letters}
    })
}

/// The cells of a block, as strong as their values.
fn shaded(block: &Block, values: &[f32], class: &'static str) -> impl IntoView + use<> {
    let strengths = quarters(values);
    [1, 2, 3, 4].map(|quarter| {
        let cells = strengths.iter().enumerate().filter(|&(cell, &s)| s == quarter && cell < block.cells);
        view! { <path class=format!("{class} q{quarter}") d=block.path(cells.map(|(cell, _)| cell))></path> }
    })
}

/// The hidden units, as strong as they fire.
fn units(picture: &Picture) -> impl IntoView + use<> {
    let layer = |(l, block): (usize, &Block)| {
        let values = picture.network.as_ref().and_then(|network| network.hidden.get(l)).cloned().unwrap_or_default();
        view! {
            <path class="unit" d=block.path(0..block.cells)></path>
            {shaded(block, &values, "fires")}
        }
    };
    let last = picture.blocks.len().saturating_sub(1);
    picture.blocks.get(1..last).unwrap_or(&[]).iter().enumerate().map(layer).collect_view()
}

/// The classes: as strong as their shares at T = 1, the likeliest by name; all where there is room.
fn answers(picture: &Picture) -> Option<impl IntoView + use<>> {
    const NAMED: usize = 3;
    /// Least distance of names.
    const LINE: f64 = 11.0;
    let block = picture.blocks.last()?.clone();
    let shares: Vec<f32> = picture
        .network
        .as_ref()
        .map(|network| softmax(&network.logits, 1.0).into_iter().map(|share| share as f32).collect())
        .unwrap_or_default();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]));
    let first = order.first().copied();
    let mut named: Vec<usize> = if block.pitch >= LINE { (0..picture.classes.len()).collect() } else { Vec::new() };
    if named.is_empty() {
        for class in order.into_iter().take(NAMED) {
            let y = block.middle(class).1;
            if named.iter().all(|&other| (block.middle(other).1 - y).abs() >= LINE) {
                named.push(class);
            }
        }
    }
    let names = named.into_iter().map(|class| {
        let (x, y) = block.middle(class);
        let name = picture.classes.get(class).cloned().unwrap_or_default();
        view! { <text class="class-name" class:first=first == Some(class) x=x + block.pitch / 2.0 + 3.0 y=y + 3.5>{name}</text> }
    });
    let names = names.collect_view();
    Some(view! {
        <path class="unit" d=block.path(0..block.cells)></path>
        {shaded(&block, &shares, "fires")}
        {names}
    })
}
