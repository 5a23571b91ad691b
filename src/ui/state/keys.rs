//! Which key presses are the page's. Pure.

/// A key press as the browser tells it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Press<'a> {
    /// What the key gives on the user's layout: `[`, `ArrowRight`.
    pub key: &'a str,
    /// Control is held.
    pub ctrl: bool,
    /// Alt or Option is held.
    pub alt: bool,
    /// Command or the Windows key is held.
    pub meta: bool,
    /// The right Alt key of many layouts is held.
    pub alt_graph: bool,
    /// An input method is composing: the press belongs to the character under way.
    pub composing: bool,
}

/// Whether a press may be a shortcut. Shortcuts have no modifiers, but on many layouts (German, French, Swiss, Spanish) a
/// bracket is itself made with AltGr, which some systems report as Control and Alt, or with Option.
pub fn may_be_shortcut(press: Press) -> bool {
    if press.composing || press.meta {
        return false;
    }
    let made_with_alt = matches!(press.key, "[" | "]") && (press.alt || press.alt_graph);
    made_with_alt || !(press.ctrl || press.alt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_made_with_alt_are_shortcuts() {
        let plain = Press { key: "[", ..Press::default() };
        for press in [
            plain,
            Press { alt: true, ..plain },
            Press { alt_graph: true, ..plain },
            Press { ctrl: true, alt: true, alt_graph: true, key: "]", ..plain },
        ] {
            assert!(may_be_shortcut(press), "{press:?}");
        }
    }

    #[test]
    fn the_browsers_own_shortcuts_and_compositions_are_left_alone() {
        let plain = Press { key: "[", ..Press::default() };
        for press in [
            Press { meta: true, ..plain },
            Press { ctrl: true, ..plain },
            Press { composing: true, ..plain },
            Press { key: "r", ctrl: true, ..plain },
            Press { key: "ArrowRight", alt: true, ..plain },
            Press { key: "d", ctrl: true, alt: true, ..plain },
        ] {
            assert!(!may_be_shortcut(press), "{press:?}");
        }
        assert!(may_be_shortcut(Press { key: "r", ..plain }));
    }
}
