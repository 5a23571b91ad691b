//! First names as a task: which character comes next? A language model is a classifier over the next token.
//!
//! Characters are numbered: 0 stands for the end of a name, and for what is before its beginning; 1 to 26 are a to z.

/// Characters there are.
pub const CHARACTERS: usize = 27;

/// A character as it is shown; what is before a name's beginning, and its end, as `·`.
pub fn character(code: u8) -> char {
    if code == 0 { '·' } else { char::from(b'a' + code - 1) }
}
