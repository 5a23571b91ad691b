//! Custom data: read from files that never leave the tab, kept so that another seed can split them anew.

use super::scope;
use crate::data::custom_images;
use crate::data::custom_images::{Decoded, SIDE};
use crate::data::{Dataset, table};
use crate::protocol::{CustomDataInfo, Picture, Upload};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

/// CustomData data as kept.
pub enum CustomData {
    /// A table.
    Table(table::Table),
    /// Images.
    Images(Vec<Decoded>),
}

/// Reads an upload: the data to keep, and their summary for the page.
///
/// # Errors
/// What is wrong, where, and what to do, in sentences.
pub async fn take(upload: Upload) -> Result<(CustomData, CustomDataInfo), String> {
    let (mut card, mut skipped) = (None, 0);
    let (own, name) = match upload {
        Upload::Table { name, bytes, teacher, choices } => {
            let read = match teacher {
                None => table::read_with(&bytes, &choices),
                Some(teacher) => table::read_with_teacher(&bytes, &teacher, &choices),
            };
            let (table, recognised) = read.map_err(|error| error.to_string())?;
            card = Some(recognised);
            (CustomData::Table(table), name)
        }
        Upload::Images { pictures: files, skipped: hidden } => {
            skipped = hidden;
            let name = files.first().map(|file| file.path.clone()).unwrap_or_default();
            let mut decoded = Vec::with_capacity(files.len());
            for Picture { path, bytes } in files {
                let grey = grey(&bytes).await.ok_or_else(|| {
                    format!("“{path}” is no image that this browser can read. Leave it out, or save it as PNG or JPEG.")
                })?;
                decoded.push(Decoded { path, grey });
            }
            let name = name.split('/').next().unwrap_or_default().to_string();
            (CustomData::Images(decoded), name)
        }
    };
    let data = dataset(Some(&own), 1)?;
    if let CustomData::Images(pictures) = &own {
        card = Some(custom_images::card(pictures, &data, skipped));
    }
    let summary = CustomDataInfo {
        name,
        train: data.train.len(),
        test: data.test.len(),
        dimensions: data.dimensions,
        classes: data.classes,
        unlabelled: data.unlabelled.len(),
        card,
    };
    Ok((own, summary))
}

/// The task of custom data, split by the seed.
///
/// # Errors
/// What is wrong, in sentences; that there are none, too.
pub fn dataset(own: Option<&CustomData>, seed: u32) -> Result<Dataset, String> {
    match own {
        None => {
            Err("There are no data of your own yet: choose a file in the Data panel. (They are never part of a link.)"
                .into())
        }
        Some(CustomData::Table(table)) => Ok(table.dataset(seed)),
        Some(CustomData::Images(decoded)) => custom_images::dataset(decoded, seed).map_err(|error| error.to_string()),
    }
}

/// An image file as grey levels of the size that is used, drawn whole into the middle of a square; `None` when the browser cannot
/// read it.
async fn grey(bytes: &[u8]) -> Option<Vec<u8>> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).ok()?;
    let decoding = scope().create_image_bitmap_with_blob(&blob).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(decoding).await.ok()?.unchecked_into();
    let canvas = OffscreenCanvas::new(SIDE, SIDE).ok()?;
    let context: OffscreenCanvasRenderingContext2d = canvas.get_context("2d").ok()??.unchecked_into();
    let (side, w, h) = (f64::from(SIDE), f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = side / w.max(h).max(1.0);
    let (dw, dh) = (w * scale, h * scale);
    let (left, top) = ((side - dw) / 2.0, (side - dh) / 2.0);
    context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, left, top, dw, dh).ok()?;
    let rgba = context.get_image_data(0.0, 0.0, side, side).ok()?.data();
    bitmap.close();
    Some(custom_images::grey_levels(&rgba, (left, top, dw, dh)))
}
