//! A drawing in the page's own SVG, taken over with the styles that the browser has computed written out.

use crate::chart::colour::{plain, reference};
use crate::ui::browser::svg_export::{Painter, Place, get};
use wasm_bindgen::JsCast;
use web_sys::{Element, XmlSerializer};

/// What of a computed style an element of an SVG keeps, with what needs no telling.
const KEPT: [(&str, &str); 12] = [
    ("fill", "rgb(0, 0, 0)"),
    ("fill-opacity", "1"),
    ("stroke", "none"),
    ("stroke-width", "1px"),
    ("stroke-dasharray", "none"),
    ("stroke-linejoin", "miter"),
    ("opacity", "1"),
    ("clip-path", "none"),
    ("font-size", ""),
    ("font-weight", "400"),
    ("font-family", ""),
    ("font-style", "normal"),
];

impl Painter {
    /// A drawing in the page's own SVG, its styles written out.
    pub(in crate::ui) fn vector(&mut self, element: &Element, (x, y, w, h): Place) {
        let Some(copy) = element.clone_node_with_deep(true).ok().and_then(|c| c.dyn_into::<Element>().ok()) else {
            return;
        };
        let (Ok(own), Ok(copies)) = (element.query_selector_all("*"), copy.query_selector_all("*")) else { return };
        for i in 0..own.length() {
            let pair = own.get(i).zip(copies.get(i));
            let pair = pair.and_then(|(a, b)| a.dyn_into::<Element>().ok().zip(b.dyn_into::<Element>().ok()));
            if let Some((own, copy)) = pair {
                self.styled(&own, &copy);
            }
        }
        self.reach = self.reach.max(y + h);
        for (name, value) in [("x", x), ("y", y), ("width", w), ("height", h)] {
            let _ = copy.set_attribute(name, &format!("{value:.2}"));
        }
        let _ = copy.set_attribute("overflow", "visible");
        let _ = copy.remove_attribute("class");
        if let Ok(text) = XmlSerializer::new().and_then(|s| s.serialize_to_string(&copy)) {
            self.out.push_str(&text);
        }
    }

    fn styled(&self, own: &Element, copy: &Element) {
        let Some(style) = self.style(own, "") else { return };
        let text = own.tag_name() == "text";
        for (name, usual) in KEPT {
            let value = get(&style, name);
            if value == usual || value.is_empty() || (name.starts_with("font") && !text) {
                continue;
            }
            let value = match (plain(&value), reference(&value)) {
                (Some((hex, alpha)), _) => {
                    if alpha < 1.0 {
                        let _ = copy.set_attribute(&format!("{name}-opacity"), &alpha.to_string());
                    }
                    hex
                }
                (None, Some(to)) => format!("url(#{to})"),
                (None, None) => value,
            };
            let _ = copy.set_attribute(name, &value);
        }
        for name in ["class", "style", "tabindex", "aria-pressed", "role"] {
            let _ = copy.remove_attribute(name);
        }
    }
}
