//! The wire format of protocol buffers (protobuf.dev, “Encoding”), as far as a model needs it: messages are written field by
//! field, in the order of the calls, so that equal models give equal bytes.

/// A message under construction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    bytes: Vec<u8>,
}

/// Wire types: how long a field's value is.
const VARINT: u64 = 0;
const LENGTH_DELIMITED: u64 = 2;

impl Message {
    /// An empty message.
    pub fn new() -> Self {
        Self::default()
    }

    /// The message as bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn tag(&mut self, field: u32, wire_type: u64) {
        self.varint(u64::from(field) << 3 | wire_type);
    }

    /// With a whole number: `int32`, `int64` or an enumeration. A negative one takes ten bytes, as the format has it.
    pub fn int(mut self, field: u32, value: i64) -> Self {
        self.tag(field, VARINT);
        self.varint(value as u64);
        self
    }

    /// With bytes.
    pub fn bytes(mut self, field: u32, value: &[u8]) -> Self {
        self.tag(field, LENGTH_DELIMITED);
        self.varint(value.len() as u64);
        self.bytes.extend_from_slice(value);
        self
    }

    /// With a text.
    pub fn text(self, field: u32, value: &str) -> Self {
        self.bytes(field, value.as_bytes())
    }

    /// With a message in it.
    pub fn message(self, field: u32, value: Self) -> Self {
        self.bytes(field, &value.bytes)
    }

    /// With several, one after another.
    pub fn messages(self, field: u32, values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().fold(self, |message, value| message.message(field, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_those_of_the_formats_own_examples() {
        // protobuf.dev, “Encoding”: a = 150 in field 1; b = "testing" in field 2; c = the first message in field 3.
        let first = Message::new().int(1, 150);
        assert_eq!(first.clone().into_bytes(), [0x08, 0x96, 0x01]);
        assert_eq!(
            Message::new().text(2, "testing").into_bytes(),
            [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]
        );
        assert_eq!(Message::new().message(3, first).into_bytes(), [0x1a, 0x03, 0x08, 0x96, 0x01]);
        // −2 as an int64.
        let negative = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(Message::new().int(1, -2).into_bytes()[1..], negative);
    }

    #[test]
    fn lengths_and_field_numbers_of_more_than_seven_bits_are_continued() {
        let long = Message::new().bytes(20, &[7; 300]).into_bytes();
        assert_eq!(long[..4], [0xa2, 0x01, 0xac, 0x02]);
        assert_eq!(long.len(), 4 + 300);
        let two = Message::new().messages(1, [Message::new().int(1, 1), Message::new()]).into_bytes();
        assert_eq!(two, [0x0a, 0x02, 0x08, 0x01, 0x0a, 0x00]);
    }
}
