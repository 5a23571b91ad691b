//! Sharing: the link to what is on screen, as text, as a QR code, set up for a class, or as a frame in another page.

use crate::chart::qr;
use crate::config::Task;
use crate::link;
use crate::presentation::{PANELS, Theme, controls};
use crate::ui::app::address;
use crate::ui::app::clipboard::copy;
use crate::ui::app::context::Page;
use crate::ui::app::slides;
use crate::ui::browser::url;
use crate::ui::state::lesson::LessonProgress;
use crate::ui::state::memo::memo;
use crate::ui::state::sharing::{Choice, Preset};
use leptos::prelude::*;

/// Size of the frame that the snippet makes, in pixels.
const FRAME: (u32, u32) = (960, 640);

/// What is in the dialog: a draft of how the page is shown, and the link that makes it so.
#[component]
pub fn Sharing() -> impl IntoView {
    let page = Page::here();
    let draft = RwSignal::new(address::presented(page));
    let lesson = page.lesson.with_untracked(|p| p.as_ref().and_then(LessonProgress::lesson));
    let choice = RwSignal::new(draft.with_untracked(Choice::of));
    let hash = memo(move || {
        let shown = choice.with(|choice| choice.applied_to(draft.get()));
        let open = lesson.filter(|_| choice.with(|choice| choice.lesson));
        page.config.with_untracked(|config| link::format_all(open, config, &shown))
    });
    let address = memo(move || url::link(&hash.get()));
    let snippet = move || {
        let (width, height) = FRAME;
        // What is no address character would end the attribute.
        let safe = address.get().replace('&', "&amp;").replace('"', "&quot;");
        format!(
            "<iframe src=\"{safe}\" title=\"Softlabel: a knowledge-distillation laboratory\" width=\"{width}\" \
             height=\"{height}\" style=\"border:0\" allow=\"clipboard-write\"></iframe>"
        )
    };
    let panels = move || {
        let one = |panel: &'static crate::presentation::Panel| {
            let key = panel.key;
            let on = Signal::derive(move || choice.with(|choice| choice.has(key)));
            tick(panel.name, on, move |on| choice.update(|choice| choice.tick(key, on)))
        };
        PANELS.iter().map(one).collect_view()
    };
    let presets = move || {
        let one = |preset: Preset| {
            let pressed = move || (choice.with(|choice| choice.preset(lesson)) == Some(preset)).to_string();
            view! {
                <button aria-pressed=pressed on:click=move |_| choice.update(|choice| choice.start_from(preset, lesson))>
                    {preset.name(lesson)}
                </button>
            }
        };
        Preset::ALL.into_iter().filter(|preset| lesson.is_some() || *preset != Preset::Lesson).map(one).collect_view()
    };
    let kept = move || {
        let kept = choice.with(|choice| choice.kept_names(lesson));
        (!kept.is_empty()).then(
            || view! { <p class="help">{format!("Kept, because you ticked it yourself: {}.", kept.join(", "))}</p> },
        )
    };
    let fixed = move || {
        let one = |(key, name): (&'static str, &'static str)| {
            let toggle =
                move |on: bool| draft.update(|d| if on { d.fixed.retain(|k| *k != key) } else { d.fixed.push(key) });
            tick(name, Signal::derive(move || draft.with(|d| !d.fixed.contains(&key))), toggle)
        };
        controls().map(one).collect_view()
    };
    let theme = move |event: web_sys::Event| {
        let theme = match event_target_value(&event).as_str() {
            "light" => Some(Theme::Light),
            "dark" => Some(Theme::Dark),
            _ => None,
        };
        draft.update(|d| d.theme = theme);
    };
    let now = draft.get_untracked();
    let option = |value: &'static str, name: &'static str, theme: Option<Theme>| {
        view! { <option value=value selected=now.theme == theme>{name}</option> }
    };
    let panel = move |event: web_sys::Event| {
        let key = event_target_value(&event);
        draft.update(|d| d.panel = crate::presentation::panel_of(&key).map(|panel| panel.key));
    };
    let wait =
        move |event: web_sys::Event| draft.update(|d| d.wait_at = event_target_value(&event).trim().parse().ok());
    view! {
        <div class="linked">
            <div>
                <label for="share-link">"The link to what is on screen"</label>
                <textarea id="share-link" readonly rows="3" prop:value=move || address.get()></textarea>
                <div class="row">
                    <button class="strong" autofocus on:click=move |_| copy(page, address.get_untracked(), "Link copied")>"Copy link"</button>
                    <a class="button" target="_blank" rel="noopener" href=move || address.get()>"Open it"</a>
                    <button title="Slides to project, in place of the page" on:click=move |_| slides::show(page, Some(0))>"Present"</button>
                </div>
                // The page's own line lies behind the dialog.
                <p class="help copied" role="status">{move || page.remark.get()}</p>
                <p class="help">
                    {page.config.with_untracked(|c| held(c.task))}
                </p>
            </div>
            {move || code(&address.get())}
        </div>
        <details>
            <summary>"Set it up for a class"</summary>
            <fieldset>
                <legend>"Start from"</legend>
                <div class="row">{presets}</div>
                {kept}
            </fieldset>
            <div class="lecture">
                {tick("Large type, for the back row", Signal::derive(move || draft.with(|d| d.large)), move |on| {
                    draft.update(|d| d.large = on);
                })}
                {tick("Open as slides", Signal::derive(move || draft.with(|d| d.slide.is_some())), move |on| {
                    draft.update(|d| d.slide = on.then_some(0));
                })}
                <label class="stacked">
                    "Theme"
                    <select on:change=theme>
                        {option("", "The reader’s own", None)} {option("light", "Light", Some(Theme::Light))}
                        {option("dark", "Dark", Some(Theme::Dark))}
                    </select>
                </label>
                <label class="stacked">
                    "Open at"
                    <select on:change=panel>
                        <option value="">"The top"</option>
                        {PANELS
                            .iter()
                            .map(|p| view! { <option value=p.key selected=now.panel == Some(p.key)>{p.name}</option> })
                            .collect_view()}
                    </select>
                </label>
                <label class="stacked">
                    "Train at once, and wait at the students’ step"
                    <input
                        type="number" min="0" step="1" placeholder="does not start" inputmode="numeric"
                        value=now.wait_at.map(|step| step.to_string()) on:input=wait
                    />
                </label>
            </div>
            <p class="help">"Step 0 waits with the teacher trained and its soft labels ready. Train goes on from there."</p>
            <fieldset>
                <legend>"Panels shown"</legend>
                {lesson.map(|_| {
                    tick("The lesson", Signal::derive(move || choice.with(|choice| choice.lesson)), move |on| {
                        choice.update(|choice| choice.lesson = on);
                    })
                })}
                <div class="ticks">{panels}</div>
            </fieldset>
            <fieldset>
                <legend>"Controls shown (what the others set stays as it is now)"</legend>
                <div class="ticks">{fixed}</div>
            </fieldset>
        </details>
        <details>
            <summary>"Embed"</summary>
            {tick(
                "Only the panels ticked above, without head and foot, for a frame",
                Signal::derive(move || choice.with(|choice| choice.framed)),
                move |on| choice.update(|choice| choice.frame(on)),
            )}
            <textarea aria-label="Snippet for another page" readonly rows="4" prop:value=snippet></textarea>
            <button on:click=move |_| copy(page, snippet(), "Snippet copied")>"Copy snippet"</button>
        </details>
    }
}

/// What the link brings, and what it does not.
fn held(task: Task) -> &'static str {
    if task == Task::Own {
        "It holds the settings, but not your data: send the file along, to be loaded under Data where the link is opened. Loading a file resets sizes and epochs, so compare them with yours."
    } else {
        "It holds every setting, the lesson, and which of the examples is shown; whoever opens it trains the same networks from the same seed, and has the same examples when the teacher is trained."
    }
}

/// A checkbox with its name.
fn tick(name: &'static str, on: Signal<bool>, set: impl Fn(bool) + 'static) -> AnyView {
    view! {
        <label class="tick">
            <input type="checkbox" prop:checked=move || on.get() on:change:target=move |event| set(event.target().checked()) />
            {name}
        </label>
    }
    .into_any()
}

/// The link as a QR code, for a class to point its phones at, or why there is none.
fn code(link: &str) -> AnyView {
    let Some(qr::Code { side, dark }) = qr::code(link) else {
        return view! { <p class="help">"This link is too long for a QR code: it sets too many things."</p> }
            .into_any();
    };
    view! {
        <svg class="qr" role="img" aria-label="The link as a QR code" viewBox=format!("0 0 {side} {side}") shape-rendering="crispEdges">
            <rect width=side height=side fill="#fff"></rect>
            <path d=dark fill="#000"></path>
        </svg>
    }
    .into_any()
}
