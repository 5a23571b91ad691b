//! The text of a table's file, in whichever encoding it was saved.

/// A file's text and its encoding's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// Name of the encoding, for people.
    pub encoding: &'static str,
}

/// Bytes that are looked at to tell UTF-16 without a mark.
const SAMPLE: usize = 4_096;

/// Windows-1252 from 0x80 to 0x9F, where it differs from Latin-1 (WHATWG Encoding Standard, index windows-1252).
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Decodes UTF-8, UTF-16 (with a byte order mark, or recognised by its zero bytes) or else Windows-1252, of which Latin-1 is a part.
/// `None` for what is no text: bytes that are zero, and are no UTF-16.
pub fn decode(bytes: &[u8]) -> Option<Decoded> {
    let utf8 = |text: &str| Decoded { text: text.to_string(), encoding: "UTF-8" };
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return match std::str::from_utf8(rest) {
            Ok(text) => Some(utf8(text)),
            Err(_) => Some(Decoded { text: windows(rest), encoding: "Windows-1252" }),
        };
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes, "UTF-16");
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes, "UTF-16");
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    // Text in Latin letters has a zero in every other byte.
    if half > 0 && 2 * odd > half && even * 10 < half {
        return utf16(bytes, u16::from_le_bytes, "UTF-16 without a mark");
    }
    if half > 0 && 2 * even > half && odd * 10 < half {
        return utf16(bytes, u16::from_be_bytes, "UTF-16 without a mark");
    }
    if sample.contains(&0) {
        return None;
    }
    Some(match std::str::from_utf8(bytes) {
        Ok(text) => utf8(text),
        Err(_) => Decoded { text: windows(bytes), encoding: "Windows-1252" },
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, encoding: &'static str) -> Option<Decoded> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(Decoded { text, encoding })
}

fn windows(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&b| if (0x80..0xa0).contains(&b) { WINDOWS[usize::from(b - 0x80)] } else { char::from(b) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "größe,label\n1,ja\n2,nein\n";

    fn units(big: bool) -> Vec<u8> {
        TEXT.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let marked = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
        let latin: Vec<u8> = TEXT.chars().map(|c| c as u8).collect();
        for (bytes, encoding) in [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (marked(b"\xef\xbb\xbf", TEXT.into()), "UTF-8"),
            (marked(b"\xff\xfe", units(false)), "UTF-16"),
            (marked(b"\xfe\xff", units(true)), "UTF-16"),
            (units(false), "UTF-16 without a mark"),
            (units(true), "UTF-16 without a mark"),
            (latin, "Windows-1252"),
        ] {
            let decoded = decode(&bytes).expect("a text");
            assert_eq!((decoded.text.as_str(), decoded.encoding), (TEXT, encoding));
        }
        assert_eq!(decode(b"\x80 5").unwrap().text, "€ 5");
    }

    #[test]
    fn what_is_no_text_is_not_taken_for_one() {
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), None);
        assert_eq!(decode(b"").unwrap().text, "");
    }
}
