//! The reader's own data: choosing files, and what was understood of them. They go to the worker and nowhere else.

use crate::ui::app::context::Page;
use crate::config::{Config, Task, thousands};
use crate::protocol::{CustomDataInfo, Picture, Upload};
use js_sys::Uint8Array;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList, HtmlInputElement};

/// Most bytes of images taken at once.
const MAX_BYTES: f64 = 60e6;
/// Most images taken at once; the worker says how few are too few.
const MAX_IMAGES: usize = 3_000;
/// Files that are no images, though they lie among them.
fn is_image(file: &File) -> bool {
    file.type_().starts_with("image/")
}

async fn bytes(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Path of a file within what was chosen, as far as the browser tells.
fn path(file: &File) -> String {
    let inside = js_sys::Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|p| p.as_string());
    inside.filter(|p| !p.is_empty()).unwrap_or_else(|| file.name())
}

fn files(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|i| list.get(i)).collect()).unwrap_or_default()
}

impl Page {
    /// Takes files of the reader's: one table, or images.
    pub fn take_files(self, files: Vec<File>) {
        if files.is_empty() {
            return;
        }
        self.model.update(|m| m.probes.own = None);
        leptos::task::spawn_local(async move {
            let upload = read(files).await;
            match upload {
                Ok(upload) => self.give_own(upload),
                Err(why) => self.model.update(|m| m.probes.own = Some(Err(why))),
            }
        });
    }

    /// The worker has understood the reader's data: they become the task.
    pub(in crate::ui) fn own_taken(self, own: &CustomDataInfo) {
        let n = own.train;
        let before = self.config.get_untracked();
        let mut config = Config {
            device: before.device,
            seed: before.seed,
            distilled: before.distilled.clone(),
            extra_arms: before.extra_arms.clone(),
            ..Config::for_task(Task::Own)
        };
        // A tenth of what there is, as far as that fills a few batches; a teacher of about a thousand steps.
        config.transfer_size = ((n / 10).clamp(20, 200) / 10 * 10).min(n);
        config.student_batch = if config.transfer_size < 100 { 16 } else { 64 };
        config.teacher_batch = if n < 1_000 { 32 } else { 128 };
        config.teacher_epochs = (1_000 * config.teacher_batch / n.max(1)).clamp(5, 60);
        self.lesson_progress.set(None);
        self.config.set(config);
        self.publish();
        self.told_nothing();
    }
}

async fn read(files: Vec<File>) -> Result<Upload, String> {
    let unread = |file: &File| format!("“{}” could not be read. Choose it again.", file.name());
    if let [file] = &files[..]
        && !is_image(file)
    {
        let bytes = bytes(file).await.ok_or_else(|| unread(file))?;
        return Ok(Upload::Table { name: file.name(), bytes });
    }
    let images: Vec<&File> = files.iter().filter(|file| is_image(file)).collect();
    if images.is_empty() {
        return Err("None of these files is an image. Choose one CSV file, or images.".into());
    }
    if images.len() > MAX_IMAGES {
        return Err(format!("There are {} images; at most {MAX_IMAGES} are taken.", images.len()));
    }
    let size: f64 = images.iter().map(|file| file.size()).sum();
    if size > MAX_BYTES {
        return Err(format!("The images have {:.0} MB together, more than the {:.0} MB that are taken. Choose fewer or smaller ones.", size / 1e6, MAX_BYTES / 1e6));
    }
    let mut pictures = Vec::new();
    for file in images {
        let bytes = bytes(file).await.ok_or_else(|| unread(file))?;
        pictures.push(Picture { path: path(file), bytes });
    }
    Ok(Upload::Images(pictures))
}

/// The file choosers, while the task is the reader's own.
#[component]
pub fn OwnFiles() -> impl IntoView {
    let page = Page::here();
    let own = page.setting(|c| c.task == Task::Own);
    let told = page.part(|m| m.probes.own.clone());
    let folder: NodeRef<html::Input> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(input) = folder.get() {
            // Leptos does not know the attribute; without it, it is one more choice of files.
            let _ = input.set_attribute("webkitdirectory", "");
        }
    });
    let chosen = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) else { return };
        let files = files(input.files());
        page.take_files(files);
        // The same file can be chosen again, mended.
        input.set_value("");
    };
    let words = move || match told.get() {
        None => view! { <p class="help">"They stay in this tab: nothing is sent anywhere."</p> }.into_any(),
        Some(Ok(own)) => view! {
            <p class="figure">
                {format!(
                    "“{}”: {} examples to learn from, {} to be tested on; {} {}, {} classes.",
                    own.name,
                    thousands(own.train as f64),
                    thousands(own.test as f64),
                    thousands(own.dimensions as f64),
                    if own.dimensions == 784 { "pixels" } else { "columns of numbers" },
                    own.classes.len(),
                )}
            </p>
        }
            .into_any(),
        Some(Err(why)) => {
            view! { <p class="refused" role="alert">{why} " Nothing was changed."</p> }.into_any()
        }
    };
    move || {
        own.get().then(|| {
            view! {
                <div class="own-files">
                    <label class="file">
                        "Table (CSV)"
                        <input type="file" aria-label="Table (CSV)" accept=".csv,.tsv,.txt,text/csv" on:change=chosen />
                    </label>
                    <label class="file">
                        "Images"
                        <input type="file" aria-label="Images" accept="image/*" multiple=true on:change=chosen />
                    </label>
                    <label class="file">
                        "Folder of images"
                        <input type="file" aria-label="Folder of images" multiple=true on:change=chosen node_ref=folder />
                    </label>
                    <div aria-live="polite">{words}</div>
                    <details>
                        <summary>"What they must be"</summary>
                        <p class="help">
                            "A table: a header row, then 20 to 20,000 rows; 1 to 256 columns of numbers and one of labels, the last one \
                             or the one called label, class, target, species or (beside no x) y; 2 to 32 classes with 5 rows each; at most 10 MB. \
                             Images: 20 to 3,000, in a folder for each class or with names that begin with it (cat_01.png); they are \
                             brought to 28 × 28 grey pixels; at most 60 MB. One example in five is kept for the test."
                        </p>
                    </details>
                </div>
            }
        })
    }
}
