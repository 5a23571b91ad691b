//! First names as a task: which character comes next? A language model is a classifier over the next token.
//!
//! Characters are numbered: 0 stands for the end of a name, and for what is before its beginning; 1 to 26 are a to z.

/// Characters there are.
pub const CHARACTERS: usize = 27;

/// A character as it is shown; what is before a name's beginning, and its end, as `·`.
pub fn character(code: u8) -> char {
    if code == 0 { '·' } else { char::from(b'a' + code - 1) }
}

/// Where texts begin: examples before whose character there is nothing.
pub fn starts(split: &super::Split, context: usize) -> Vec<usize> {
    let before = |i: &usize| split.bytes.get((i + 1) * context - 1).is_none_or(|&code| code == 0);
    (0..split.len()).filter(before).collect()
}

/// The last `context` of some characters, with nothing (0) before them where they are fewer.
pub fn before(codes: &[u8], context: usize) -> impl Iterator<Item = u8> + '_ {
    let missing = context.saturating_sub(codes.len());
    std::iter::repeat_n(0, missing).chain(codes[codes.len() - (context - missing)..].iter().copied())
}
