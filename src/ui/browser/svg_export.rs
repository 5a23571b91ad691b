//! A chart of the page as an SVG document of its own: whatever it is made of (SVG, boxes, canvases, text), drawn where
//! the browser has laid it out and in the colours that it has computed.
//!
//! Elements marked `data-unsaved`, and controls, are left out. Boxes that style sheets add (`::before`, `::after`) are
//! drawn where they are placed absolutely: that is how the charts' lines and marks are made.

use crate::chart::colour::{escaped, plain, well_formed};
use std::fmt::Write;
use wasm_bindgen::JsCast;
use web_sys::{CssStyleDeclaration, DomRect, Element, HtmlCanvasElement, Node, Window};

/// Space around the chart, in pixels.
const MARGIN: f64 = 14.0;
/// Share of a line of text that is above its baseline, in the fonts of the page's stack.
const ASCENT: f64 = 0.8;
/// A chart on its own.
pub struct SvgDrawing {
    /// The document.
    pub svg: String,
    /// Its width in pixels.
    pub width: f64,
    /// Its height in pixels.
    pub height: f64,
}

/// The chart of that selector, or `None` where there is none on the page or nothing in it.
pub fn of(selector: &str) -> Option<SvgDrawing> {
    let window = web_sys::window()?;
    let chart = window.document()?.query_selector(selector).ok().flatten()?;
    let place = chart.get_bounding_client_rect();
    if place.width() < 1.0 || place.height() < 1.0 {
        return None;
    }
    let origin = (place.left() - MARGIN, place.top() - MARGIN);
    let mut painter = Painter { origin, chart: chart.clone(), caption: None, reach: 0.0, out: String::new(), window };
    let ground = painter.ground(&chart);
    painter.element(&chart);
    painter.closed_up();
    let (width, height) = ((place.width() + 2.0 * MARGIN).ceil(), (painter.reach + MARGIN).ceil());
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{ground}\"/>{}</svg>",
        painter.out
    );
    Some(SvgDrawing { svg: well_formed(&svg), width, height })
}

/// Where a drawing stands while it is made.
pub(in crate::ui) struct Painter {
    /// What is at the drawing's upper left.
    origin: (f64, f64),
    /// What is drawn.
    chart: Element,
    /// The figure's caption, which is drawn last.
    caption: Option<Element>,
    /// Lowest place drawn to.
    pub(in crate::ui) reach: f64,
    pub(in crate::ui) out: String,
    window: Window,
}

/// A rectangle: left, top, width, height.
pub(in crate::ui) type Place = (f64, f64, f64, f64);

/// A computed value; empty where there is none.
pub(in crate::ui) fn get(style: &CssStyleDeclaration, name: &str) -> String {
    style.get_property_value(name).unwrap_or_default()
}

/// A computed length.
pub(in crate::ui) fn pixels(style: &CssStyleDeclaration, name: &str) -> f64 {
    get(style, name).trim_end_matches("px").parse().unwrap_or(0.0)
}

impl Painter {
    pub(in crate::ui) fn style(&self, element: &Element, part: &str) -> Option<CssStyleDeclaration> {
        self.window.get_computed_style_with_pseudo_elt(element, part).ok().flatten()
    }

    /// Writes; writing to a string does not fail.
    pub(in crate::ui) fn put(&mut self, args: std::fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(args);
    }

    fn at(&self, place: &DomRect) -> Place {
        (place.left() - self.origin.0, place.top() - self.origin.1, place.width(), place.height())
    }

    /// The colour that shows through behind an element.
    fn ground(&self, element: &Element) -> String {
        let mut next = Some(element.clone());
        while let Some(element) = next {
            let colour = self.style(&element, "").and_then(|style| plain(&get(&style, "background-color")));
            if let Some((hex, alpha)) = colour
                && alpha > 0.99
            {
                return hex;
            }
            next = element.parent_element();
        }
        "#ffffff".into()
    }

    fn element(&mut self, element: &Element) {
        let tag = element.tag_name().to_lowercase();
        let control = matches!(tag.as_str(), "button" | "select" | "input" | "details");
        let Some(style) = self.style(element, "") else { return };
        if control || element.has_attribute("data-unsaved") || get(&style, "display") == "none" {
            return;
        }
        let place = self.at(&element.get_bounding_client_rect());
        // Text for screen readers alone occupies one pixel.
        if get(&style, "visibility") == "hidden"
            || (place.2 <= 1.0 && place.3 <= 1.0 && get(&style, "overflow") == "hidden")
        {
            return;
        }
        let caption = tag == "figcaption" && element.parent_element().as_ref() == Some(&self.chart);
        if caption && self.caption.is_none() {
            self.caption = Some(element.clone());
            return;
        }
        if tag == "svg" {
            return self.vector(element, place);
        }
        let opacity = get(&style, "opacity");
        let faint = opacity != "1" && !opacity.is_empty();
        if faint {
            self.put(format_args!("<g opacity=\"{opacity}\">"));
        }
        if let Some(canvas) = element.dyn_ref::<HtmlCanvasElement>() {
            self.canvas(canvas, &style, place);
        } else {
            self.framed(&style, place, "");
            self.added(element, place, "::before");
            let children = element.child_nodes();
            for child in (0..children.length()).filter_map(|i| children.get(i)) {
                match child.dyn_ref::<Element>() {
                    Some(child) => self.element(child),
                    None if child.node_type() == Node::TEXT_NODE => self.text(&child, &style),
                    None => {}
                }
            }
            self.added(element, place, "::after");
        }
        if faint {
            self.out.push_str("</g>");
        }
    }

    /// Draws the caption right below the chart: what was left out above it leaves no gap.
    fn closed_up(&mut self) {
        let Some(caption) = self.caption.clone() else { return };
        let (top, chart) = (self.at(&caption.get_bounding_client_rect()).1, self.reach);
        let gap = (top - chart - MARGIN).max(0.0);
        self.reach = 0.0;
        self.put(format_args!("<g transform=\"translate(0 {:.2})\">", -gap));
        self.element(&caption);
        self.out.push_str("</g>");
        self.reach = chart.max(self.reach - gap);
    }

    fn canvas(&mut self, canvas: &HtmlCanvasElement, style: &CssStyleDeclaration, (x, y, w, h): Place) {
        let Ok(data) = canvas.to_data_url() else { return };
        self.reach = self.reach.max(y + h);
        let (filter, smooth) = (escaped(&get(style, "filter")), escaped(&get(style, "image-rendering")));
        self.put(format_args!(
            "<image x=\"{x:.2}\" y=\"{y:.2}\" width=\"{w:.2}\" height=\"{h:.2}\" preserveAspectRatio=\"none\" href=\"{data}\" \
             filter=\"{filter}\" image-rendering=\"{smooth}\"/>"
        ));
    }

    /// A node of text, line by line.
    fn text(&mut self, node: &Node, style: &CssStyleDeclaration) {
        let content = node.text_content().unwrap_or_default();
        let Some(document) = self.window.document() else { return };
        let (Ok(range), Some((hex, alpha))) = (document.create_range(), plain(&get(style, "color"))) else { return };
        let upright = !get(style, "writing-mode").starts_with("vertical");
        // Words that stand at one height are one line.
        let mut lines: Vec<(Place, String)> = Vec::new();
        let mut at = 0;
        // A line may break after each of these.
        for part in content.split_inclusive([' ', '-', '–', '/']) {
            let (word, from) = (part.trim_end(), at);
            at += part.encode_utf16().count() as u32;
            let to = from + word.encode_utf16().count() as u32;
            if word.is_empty() {
                continue;
            }
            if range.set_start(node, from).is_err() || range.set_end(node, to).is_err() {
                continue;
            }
            let place = self.at(&range.get_bounding_client_rect());
            if place.2 <= 0.0 || place.3 <= 0.0 {
                continue;
            }
            match lines.last_mut() {
                Some((line, text)) if !upright || (line.1 - place.1).abs() < 2.0 => {
                    let bottom = (line.1 + line.3).max(place.1 + place.3);
                    line.1 = line.1.min(place.1);
                    line.3 = bottom - line.1;
                    text.push_str(part);
                }
                _ => lines.push((place, part.to_string())),
            }
        }
        for ((x, y, w, h), text) in lines {
            let placed = if upright {
                format!("x=\"{x:.2}\" y=\"{:.2}\"", y + ASCENT * h)
            } else {
                format!("transform=\"translate({:.2} {:.2}) rotate(-90)\"", x + ASCENT * w, y + h)
            };
            self.put(format_args!(
                "<text {placed} fill=\"{hex}\" fill-opacity=\"{alpha}\" font-family=\"{}\" font-size=\"{}\" font-weight=\"{}\" font-style=\"{}\">{}</text>",
                escaped(&get(style, "font-family")),
                get(style, "font-size"),
                get(style, "font-weight"),
                get(style, "font-style"),
                escaped(text.trim()),
            ));
            self.reach = self.reach.max(y + h);
        }
    }
}
