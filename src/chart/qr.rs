//! A link as a QR code: its modules as one path.

use qrcodegen::{QrCode, QrCodeEcc};

/// Empty modules around the code that readers need (ISO/IEC 18004: four).
const QUIET: i32 = 4;

/// The code of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Modules along a side, quiet ones included.
    pub side: i32,
    /// The dark modules, as an SVG path in modules: `M4 4h1v1h-1z` each.
    pub dark: String,
}

/// The code of a text; `None` where it is too long for one (2,953 bytes).
pub fn code(text: &str) -> Option<Code> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let mut dark = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|&x| code.get_module(x, y)) {
            dark.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    Some(Code { side: code.size() + 2 * QUIET, dark })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    /// Pixels of a module, for the reader of the tests.
    const PIXELS: usize = 4;

    /// What a reader of QR codes makes of the path.
    fn read(code: &Code) -> String {
        let side = code.side as usize;
        let mut dark = vec![false; side * side];
        for module in code.dark.split('M').skip(1) {
            let (place, _) = module.split_once('h').expect("a module");
            let (x, y) = place.split_once(' ').expect("its place");
            dark[y.parse::<usize>().expect("y") * side + x.parse::<usize>().expect("x")] = true;
        }
        let level = |x: usize, y: usize| if dark[y / PIXELS * side + x / PIXELS] { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * PIXELS, side * PIXELS, level);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code");
        grids[0].decode().expect("a code that can be read").1
    }

    #[test]
    fn a_reader_reads_the_link_back() {
        for link in [
            "https://example.org/softlabel/",
            "https://example.org/softlabel/#v=1&t=4.5&alpha=0.9&lesson=knows&hide=sweep,bench&name=Zoë",
        ] {
            assert_eq!(read(&code(link).expect("short enough")), link);
        }
        let long = format!("https://example.org/softlabel/#{}", "n=200&".repeat(300));
        assert_eq!(read(&code(&long).expect("short enough")), long);
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert_eq!(code(&"x".repeat(2_954)), None);
    }
}
