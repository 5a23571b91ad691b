//! A modal dialog on the native `<dialog>` element, which traps the focus, closes on Escape and restores the focus.

use crate::ui::app::context::Page;
use leptos::{html, prelude::*};

/// A dialog that is open while `open` is true.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its name, shown as its heading.
    name: &'static str,
    /// CSS class of the element.
    #[prop(optional)]
    class: &'static str,
    /// Contents, created whenever it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let page = Page::here();
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only if it is open already or not in the document.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    // A dialog closed by the user clears its remark, which would otherwise cover the page. One closed by the program keeps
    // it: the remark reports the result.
    let clear_remark = move || page.remark.set(String::new());
    let close = move || {
        clear_remark();
        open.set(false);
    };
    let on_cancel = move |_: web_sys::Event| clear_remark();
    // A click on the backdrop has the dialog element itself as its target.
    let on_click = move |event: web_sys::MouseEvent| {
        let on_backdrop = event.target() == event.current_target();
        if on_backdrop {
            close();
        }
    };
    // The event comes a frame after closing, when the dialog may be open again.
    let on_close = move |_| {
        if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
            open.set(false);
        }
    };
    view! {
        <dialog class=class aria-label=name node_ref=dialog on:close=on_close on:cancel=on_cancel on:click=on_click>
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <div class="in-dialog">
                                <div class="head">
                                    <h2>{name}</h2>
                                    <button class="quiet" on:click=move |_| close()>"Close"</button>
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
