//! Colours as style sheets compute them, in the form that every program which draws SVG understands.

/// A colour as `#rrggbb` and how opaque it is, 0 to 1; `None` of what is no plain colour (`none`, a pattern).
/// Understands what browsers give as computed values: `rgb(…)`, `rgba(…)` and, from mixtures, `color(srgb …)`.
pub fn plain(css: &str) -> Option<(String, f64)> {
    let (form, inside) = css.trim().strip_suffix(')')?.split_once('(')?;
    let inside = match form {
        "rgb" | "rgba" => inside,
        "color" => inside.strip_prefix("srgb ")?,
        _ => return None,
    };
    let mut parts = inside.split([',', ' ', '/']).filter(|part| !part.is_empty());
    let full = if form == "color" { 1.0 } else { 255.0 };
    let mut channel = || {
        let value: f64 = parts.next()?.parse().ok()?;
        Some((value / full * 255.0).round().clamp(0.0, 255.0) as u8)
    };
    let (red, green, blue) = (channel()?, channel()?, channel()?);
    let alpha = parts.next().map_or(Some(1.0), |part| part.parse().ok())?;
    Some((format!("#{red:02x}{green:02x}{blue:02x}"), alpha))
}

/// The name of what a computed `url("…#name")` points to.
pub fn reference(css: &str) -> Option<&str> {
    let inside = css.strip_prefix("url(")?;
    let name = inside.split_once('#')?.1;
    Some(name.trim_end_matches([')', '"', '\'']))
}

/// Text as it stands between XML tags or in an attribute.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A document with characters that XML 1.0 does not have (§2.2, control characters among them) as U+FFFD, so that any parser
/// reads it: names of classes and columns may hold anything.
pub fn well_formed(document: &str) -> String {
    let known = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{1_0000}'..);
    document.chars().map(|c| if known(c) { c } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computed_colours_become_plain_ones() {
        for (css, hex, alpha) in [
            ("rgb(0, 114, 178)", "#0072b2", 1.0),
            ("rgba(0, 0, 0, 0)", "#000000", 0.0),
            ("color(srgb 0.28 0.602353 0.778431)", "#479ac6", 1.0),
            ("color(srgb 1 0 0 / 0.5)", "#ff0000", 0.5),
        ] {
            assert_eq!(plain(css), Some((hex.to_string(), alpha)), "{css}");
        }
        for none in ["none", "", "url(\"#hatch\")", "color(display-p3 1 0 0)", "rgb(1, 2)"] {
            assert_eq!(plain(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_pointed_to_keeps_its_name_only() {
        assert_eq!(reference("url(\"https://host/page#hatch\")"), Some("hatch"));
        assert_eq!(reference("url(#plot-area)"), Some("plot-area"));
        assert_eq!(reference("none"), None);
    }

    #[test]
    fn text_is_safe_between_tags() {
        assert_eq!(escaped("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
    }

    #[test]
    fn characters_that_xml_does_not_have_are_replaced() {
        assert_eq!(well_formed("a\u{1}b\u{b}\u{1b}c\u{ffff}"), "a\u{fffd}b\u{fffd}\u{fffd}c\u{fffd}");
        let fine = "tab\there, line\nthere, ü, 漢, 𝛼, \u{7f}";
        assert_eq!(well_formed(fine), fine);
    }
}
