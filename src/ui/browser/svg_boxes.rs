//! Boxes of the page as a drawing has them: their ground, their edges, and what style sheets add to them.

use crate::chart::colour::plain;
use crate::ui::browser::svg_export::{Painter, Place, get, pixels};
use web_sys::{CssStyleDeclaration, Element};

impl Painter {
    /// A box that a style sheet has added, where it is placed by its own left and top.
    pub(in crate::ui) fn added(&mut self, element: &Element, around: Place, part: &str) {
        let Some(style) = self.style(element, part) else { return };
        if matches!(get(&style, "content").as_str(), "none" | "normal" | "") || get(&style, "position") != "absolute" {
            return;
        }
        let place = (
            around.0 + f64::from(element.client_left()) + pixels(&style, "left"),
            around.1 + f64::from(element.client_top()) + pixels(&style, "top"),
            pixels(&style, "width"),
            pixels(&style, "height"),
        );
        let transform = get(&style, "transform");
        let turned = if transform.starts_with("matrix") {
            let (x, y) = (place.0 + place.2 / 2.0, place.1 + place.3 / 2.0);
            format!(" transform=\"translate({x} {y}) {transform} translate({} {})\"", -x, -y)
        } else {
            String::new()
        };
        self.framed(&style, place, &turned);
    }

    /// A box's ground and edges.
    pub(in crate::ui) fn framed(&mut self, style: &CssStyleDeclaration, (x, y, w, h): Place, more: &str) {
        let radius = pixels(style, "border-top-right-radius").min(w / 2.0).min(h / 2.0);
        let radius = if get(style, "border-top-right-radius").ends_with('%') { w.min(h) / 2.0 } else { radius };
        if let Some((hex, alpha)) = plain(&get(style, "background-color"))
            && alpha > 0.0
            && w > 0.0
            && h > 0.0
        {
            self.reach = self.reach.max(y + h);
            self.put(format_args!(
                "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{w:.2}\" height=\"{h:.2}\" rx=\"{radius:.1}\" fill=\"{hex}\" fill-opacity=\"{alpha}\"{more}/>"
            ));
        }
        let sides = ["top", "right", "bottom", "left"];
        let edge = |side: &str| ["style", "width", "color"].map(|of| get(style, &format!("border-{side}-{of}")));
        if sides[1..].iter().all(|side| edge(side) == edge("top")) && radius > 0.0 && edge("top")[0] == "solid" {
            if let Some((hex, alpha)) = plain(&edge("top")[2]) {
                let thick = pixels(style, "border-top-width");
                self.put(format_args!(
                    "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" rx=\"{radius:.1}\" fill=\"none\" stroke=\"{hex}\" stroke-opacity=\"{alpha}\" stroke-width=\"{thick}\"{more}/>",
                    x + thick / 2.0, y + thick / 2.0, (w - thick).max(0.0), (h - thick).max(0.0),
                ));
            }
            return;
        }
        for side in sides {
            let line = get(style, &format!("border-{side}-style"));
            let thick = pixels(style, &format!("border-{side}-width"));
            let Some((hex, alpha)) = plain(&get(style, &format!("border-{side}-color"))) else { continue };
            if thick <= 0.0 || alpha <= 0.0 || matches!(line.as_str(), "none" | "hidden") {
                continue;
            }
            let half = thick / 2.0;
            let (x1, y1, x2, y2) = match side {
                "top" => (x, y + half, x + w, y + half),
                "bottom" => (x, y + h - half, x + w, y + h - half),
                "left" => (x + half, y, x + half, y + h),
                _ => (x + w - half, y, x + w - half, y + h),
            };
            let dashes = match line.as_str() {
                "dashed" => format!(" stroke-dasharray=\"{} {}\"", 2.0 * thick, 1.5 * thick),
                "dotted" => format!(" stroke-dasharray=\"{thick} {thick}\""),
                _ => String::new(),
            };
            self.put(format_args!(
                "<line x1=\"{x1:.2}\" y1=\"{y1:.2}\" x2=\"{x2:.2}\" y2=\"{y2:.2}\" stroke=\"{hex}\" stroke-opacity=\"{alpha}\" stroke-width=\"{thick}\"{dashes}{more}/>"
            ));
        }
    }
}
