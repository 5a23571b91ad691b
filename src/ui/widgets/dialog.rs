//! A modal dialog, the browser's own: it keeps the focus, Escape closes it, and the focus goes back where it came from.

use crate::ui::app::context::Page;
use leptos::{html, prelude::*};

/// A dialog that is open while `open` is true.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its name, shown as its heading.
    name: &'static str,
    /// Class of its element.
    #[prop(optional)]
    class: &'static str,
    /// What is in it, made anew whenever it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let page = Page::here();
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            // Refused only where it is open already, or not in the page.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    // What the reader closes takes its remark along, which would lie over the page. (What closes itself has something to
    // say there.)
    let quieten = move || page.note.set(String::new());
    let leave = move || {
        quieten();
        open.set(false);
    };
    let escaped = move |_: web_sys::Event| quieten();
    // A press beside what is in it: the dialog's own element is all that lies there.
    let beside = move |event: web_sys::MouseEvent| {
        let on_it = event.target() == event.current_target();
        if on_it {
            leave();
        }
    };
    // Told a frame after it was closed, when it may be open again.
    let closed = move |_| {
        if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
            open.set(false);
        }
    };
    view! {
        <dialog class=class aria-label=name node_ref=dialog on:close=closed on:cancel=escaped on:click=beside>
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <div class="in-dialog">
                                <div class="head">
                                    <h2>{name}</h2>
                                    <button class="quiet" on:click=move |_| leave()>"Close"</button>
                                </div>
                                {children()}
                            </div>
                        }
                    })
            }}
        </dialog>
    }
    .into_any()
}
