//! The benchmark panel: time and kernel launches of a training step on this device.

use crate::config::{DeviceChoice, Options};
use crate::protocol::{BenchSpec, BenchSubject};
use crate::ui::app::benchmark::{BenchRunner, BenchState};
use crate::ui::app::context::Page;
use crate::ui::state::benchmark::BenchRequest;
use crate::ui::state::memo::memo;
use leptos::prelude::*;

/// Rows of the table: subject, and its value of `data-row`.
const SUBJECTS: [(BenchSubject, &str); 4] = [
    (BenchSubject::Teacher, "teacher"),
    (BenchSubject::Student, "student"),
    (BenchSubject::Stack8, "stack-8"),
    (BenchSubject::Students8, "students-8"),
];

/// A row's header.
fn header(subject: BenchSubject, state: &BenchState) -> String {
    match (subject, state.row(BenchSubject::Students8)) {
        (BenchSubject::Teacher, _) => "One teacher".into(),
        (BenchSubject::Student, _) => "One distilled student".into(),
        (BenchSubject::Stack8, _) => "Eight distilled students in one stack, on one core".into(),
        (BenchSubject::Students8, Some(row)) if row.workers > 1 => {
            format!("The same eight as a run trains them, on {} cores", row.workers)
        }
        (BenchSubject::Students8, _) => "Eight distilled students in one stack".into(),
    }
}

/// Layer widths as text: `784–256–256–10`.
fn widths(widths: &[usize]) -> String {
    widths.iter().map(ToString::to_string).collect::<Vec<_>>().join("–")
}

/// A number with up to three decimals, without trailing zeros.
fn number(value: f64) -> String {
    let digits = if value >= 100.0 { 1 } else { 3 };
    let shown = format!("{value:.digits$}");
    shown.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// The benchmark panel. A link that requests a benchmark opens it and starts the run.
#[component]
pub fn BenchmarkPanel() -> impl IntoView {
    let page = Page::here();
    let runner = BenchRunner::new(page);
    let request = RwSignal::new(BenchRequest::default());
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(requested) = page.bench_request.get() {
            open.set(true);
            request.set(requested.clone());
            untrack(|| runner.start(requested));
        }
    });
    let state = runner.state;
    let running = memo(move || state.with(|s| s.running));
    let done = memo(move || state.with(BenchState::done));
    let cell = move |subject: BenchSubject, of: fn(&crate::protocol::BenchRow) -> f64| {
        move || state.with(|s| s.row(subject).map(|row| number(of(row))))
    };
    let shape = move |subject: BenchSubject| {
        move || {
            request.with(|a| widths(if subject == BenchSubject::Teacher { &a.spec.teacher } else { &a.spec.student }))
        }
    };
    let device_text = move || {
        state.with(|s| match (&s.device, s.running) {
            (Some(device), _) => {
                let reason = s.reason.as_ref().unwrap_or(&device.reason);
                let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
                format!("On {}{reason}. ", device.name)
            }
            (None, true) => "The engine is loading. ".into(),
            (None, false) => String::new(),
        })
    };
    let method_text = move || {
        request.with(|a| {
            format!(
                "Mean milliseconds per step over {} steps of {} examples that lie ready in memory, after {} steps to warm up: \
                 forward, backward and Adam, T = 4, α = 0.9. Launches are kernels started on the graphics card per step; the \
                 CPU has none.",
                a.spec.steps,
                a.spec.batch,
                BenchSpec::WARM_UP,
            )
        })
    };
    let on_click = move |_| {
        if running.get_untracked() {
            runner.stop();
        } else {
            runner.start(BenchRequest { notices: Vec::new(), ..request.get_untracked() });
        }
    };
    // The row of a stack on one core is shown only where several cores are measured too.
    let shown = move |subject: BenchSubject| {
        move || subject != BenchSubject::Stack8 || state.with(|s| s.row(subject).is_some())
    };
    let row = move |(subject, key): (BenchSubject, &'static str)| {
        let shown = shown(subject);
        view! {
            <tr data-row=key hidden=move || !shown()>
                <th scope="row">{move || state.with(|s| header(subject, s))}</th>
                <td class="num">{shape(subject)}</td>
                <td class="num" data-col="ms">{cell(subject, |row| row.ms)}</td>
                <td class="num" data-col="launches">{cell(subject, |row| row.launches)}</td>
            </tr>
        }
    };
    view! {
        <details class="card p-bench" prop:open=move || open.get()>
            <summary>"Benchmark"</summary>
            <div class="sweep-controls">
                <label>
                    "Device"
                    <select
                        aria-label="Benchmark device" disabled=move || running.get()
                        on:change:target=move |event| {
                            if let Some(device) = DeviceChoice::from_key(&event.target().value()) {
                                request.update(|a| a.device = device);
                            }
                        }
                    >
                        {DeviceChoice::ALL
                            .iter()
                            .map(|&device| {
                                view! {
                                    <option value=device.key() prop:selected=move || request.with(|a| a.device == device)>
                                        {device.label()}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </label>
                <button class="strong" on:click=on_click>{move || if running.get() { "Stop" } else { "Run benchmark" }}</button>
            </div>
            {move || {
                state
                    .with(|s| s.error.clone())
                    .map(|error| view! { <div class="alert" role="alert"><p>{error}</p></div> })
            }}
            <div class="scroll" tabindex="0" role="group" aria-label="Benchmark, can be scrolled sideways"
                data-bench=move || if done.get() { "done" } else { "waiting" }>
                <table class="plain" aria-label="Benchmark" aria-describedby="bench-note">
                    <thead>
                        <tr>
                            <td></td>
                            <th scope="col">"Layers"</th>
                            <th scope="col">"Milliseconds per step"</th>
                            <th scope="col">"Launches per step"</th>
                        </tr>
                    </thead>
                    <tbody>{SUBJECTS.map(row).collect_view()}</tbody>
                </table>
            </div>
            <p class="help" role="status" aria-label="Benchmark state">
                {device_text} {move || if done.get() { "Done." } else if running.get() { "Measuring …" } else { "" }}
            </p>
            <p class="help" id="bench-note">{method_text}</p>
        </details>
    }
}
