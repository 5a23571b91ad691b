//! "Save chart": saves a figure of the page as SVG, or as PNG at twice its size.

use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::browser::{download, svg_export};
use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

/// Scale of a PNG against the size on the page.
const PNG_SCALE: f64 = 2.0;

/// The two save buttons under a chart. They are not part of the saved figure.
#[component]
pub fn SaveChart(
    /// CSS selector of the element to save.
    chart: &'static str,
    /// Name of the chart, for accessible names and the file name: `Soft labels`.
    name: &'static str,
) -> impl IntoView {
    let page = Page::here();
    let file = move |extension: &str| format!("softlabel-{}.{extension}", name.to_lowercase().replace(' ', "-"));
    let failed = move || alerts::remark(page, "There is nothing to save here yet.");
    let svg = move |_| match svg_export::of(chart) {
        Some(drawing) => download::bytes(&file("svg"), drawing.svg.as_bytes()),
        None => failed(),
    };
    let png = move |_| {
        let Some(drawing) = svg_export::of(chart) else { return failed() };
        leptos::task::spawn_local(async move {
            match rasterise(&drawing).await {
                Ok(blob) => download::blob(&file("png"), &blob),
                Err(_) => {
                    alerts::remark(page, "This browser could not make a PNG of the chart; save it as SVG instead.")
                }
            }
        });
    };
    view! {
        <p class="save-chart" data-unsaved="">
            "Save chart: "
            <button class="quiet" aria-label=format!("Save {} as SVG", name.to_lowercase()) on:click=svg>"SVG"</button>
            <button class="quiet" aria-label=format!("Save {} as PNG", name.to_lowercase()) on:click=png>"PNG"</button>
        </p>
    }
}

/// Rasterises the drawing as PNG.
async fn rasterise(drawing: &svg_export::SvgDrawing) -> Result<Blob, JsValue> {
    let image = HtmlImageElement::new()?;
    image.set_src(&format!(
        "data:image/svg+xml;charset=utf-8,{}",
        String::from(js_sys::encode_uri_component(&drawing.svg))
    ));
    JsFuture::from(image.decode()).await?;
    let document = web_sys::window().and_then(|w| w.document()).ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    let (width, height) = (drawing.width * PNG_SCALE, drawing.height * PNG_SCALE);
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    let blob = Promise::new(&mut |resolve, reject| {
        if let Err(error) = canvas.to_blob(&resolve) {
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(blob).await?.dyn_into::<Blob>()
}
