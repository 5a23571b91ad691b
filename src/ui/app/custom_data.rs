//! Custom data: files that the user chose are read and go to the worker, and nowhere else.

use crate::config::{Config, Task, parameter};
use crate::data::card::Choices;
use crate::protocol::{CustomDataInfo, Picture, Upload};
use crate::ui::app::context::Page;
use crate::ui::app::{engine, settings};
use crate::ui::state::own_files::{is_arrays, is_debris};
use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Most bytes of a table.
const MAX_TABLE_BYTES: f64 = 50e6;
/// Most bytes of images in one upload.
const MAX_BYTES: f64 = 60e6;
/// Most images in one upload; the worker knows the least number.
const MAX_IMAGES: usize = 3_000;
/// Files that are no images, though they lie among them.
fn is_image(file: &File) -> bool {
    file.type_().starts_with("image/")
}

async fn bytes(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Path of a file within the chosen folder, as far as the browser reports it.
fn path(file: &File) -> String {
    let inside = js_sys::Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|p| p.as_string());
    inside.filter(|p| !p.is_empty()).unwrap_or_else(|| file.name())
}

/// Reads files that the user chose: one table, or images.
pub fn take_files(page: Page, files: Vec<File>) {
    if files.is_empty() {
        return;
    }
    page.run_state.update(|m| m.probes.own = None);
    leptos::task::spawn_local(async move {
        let upload = read(files).await;
        match upload {
            Ok(upload) => engine::load_custom_data(page, upload),
            Err(why) => page.run_state.update(|m| m.probes.own = Some(Err(why))),
        }
    });
}

/// Reads the table in use again, with other choices.
pub fn choose(page: Page, choices: Choices) {
    let upload = page.client.with_value(|client| client.custom_data.clone());
    if let Some(Upload::Table { name, bytes, teacher, .. }) = upload {
        engine::load_custom_data(page, Upload::Table { name, bytes, teacher, choices });
    }
}

/// Makes custom data that the worker has read the task.
pub fn select_task(page: Page, own: &CustomDataInfo) {
    let before = page.config.get_untracked();
    let config = Config {
        device: before.device,
        seed: before.seed,
        distilled: before.distilled.clone(),
        extra_arms: before.extra_arms.clone(),
        ..Config::for_task(Task::Own)
    };
    // What has no label can teach those that ask the teacher.
    let pool = parameter("pool").map_or(0, |pool| pool.snap(own.unlabelled as f64) as usize);
    settings::replace(page, Config { pool, ..config.with_all_labels().fitted(own.train) });
    engine::reconfigure(page);
}

async fn read(files: Vec<File>) -> Result<Upload, String> {
    let unread = |file: &File| format!("“{}” could not be read. Choose it again.", file.name());
    // A table, alone or with a file of arrays that holds a teacher's logits for its rows.
    let tables = match &files[..] {
        [file] if !is_image(file) => Some((file, None)),
        [a, b] if !is_image(a) && !is_image(b) && is_arrays(&a.name()) != is_arrays(&b.name()) => {
            Some(if is_arrays(&a.name()) { (b, Some(a)) } else { (a, Some(b)) })
        }
        _ => None,
    };
    if let Some((file, teacher)) = tables {
        let size = file.size() + teacher.map_or(0.0, |teacher| teacher.size());
        if size > MAX_TABLE_BYTES {
            return Err(format!(
                "“{}” has {:.0} MB, more than the {:.0} MB that can be used. Leave rows out.",
                file.name(),
                size / 1e6,
                MAX_TABLE_BYTES / 1e6
            ));
        }
        let table = bytes(file).await.ok_or_else(|| unread(file))?;
        let teacher = match teacher {
            Some(teacher) => Some(bytes(teacher).await.ok_or_else(|| unread(teacher))?),
            None => None,
        };
        return Ok(Upload::Table { name: file.name(), bytes: table, teacher, choices: Choices::default() });
    }
    let (hidden, files): (Vec<&File>, Vec<&File>) = files.iter().partition(|file| is_debris(&path(file)));
    let images: Vec<&File> = files.into_iter().filter(|file| is_image(file)).collect();
    if images.is_empty() {
        return Err(
            "None of these files is an image. Choose one table, with a teacher’s logits (.npy) or not, or images."
                .into(),
        );
    }
    if images.len() > MAX_IMAGES {
        return Err(format!("There are {} images; at most {MAX_IMAGES} can be used.", images.len()));
    }
    let size: f64 = images.iter().map(|file| file.size()).sum();
    if size > MAX_BYTES {
        return Err(format!(
            "The images come to {:.0} MB together; at most {:.0} MB can be used. Choose fewer or smaller ones.",
            size / 1e6,
            MAX_BYTES / 1e6
        ));
    }
    let mut pictures = Vec::new();
    for file in images {
        let bytes = bytes(file).await.ok_or_else(|| unread(file))?;
        pictures.push(Picture { path: path(file), bytes });
    }
    Ok(Upload::Images { pictures, skipped: hidden.len() })
}
