//! The messages between page and worker: commands of the page, events of the engine.
//!
//! One message is one `postcard`-encoded [`Command`] or [`Event`] in a transferred buffer, behind the version
//! byte [`VERSION`]. Page and worker are two files that a host may cache apart, so a message of another version
//! is refused with a sentence ([`decode`]) instead of being misread.

mod command;
mod event;
mod job;
mod report;

pub use command::{Command, Export, Packed, Picture, Purpose, Upload};
pub use event::{CustomDataInfo, DeviceInUse, Event, Failure, FailureKind, Regions};
pub use job::{BenchRow, BenchSpec, BenchSubject, JobNews};
pub use report::{Phase, Report};

use serde::{Serialize, de::DeserializeOwned};

/// Raised whenever a message changes shape.
pub const VERSION: u8 = 13;

/// The worker's first message, sent as soon as it listens: an empty buffer. A worker loses what is posted to it
/// while its program is still loading, so the page holds its commands back until this arrives.
pub const LISTENING: &[u8] = &[];

/// A message that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum DecodeError {
    /// Page and worker are of different versions.
    #[error("page and engine are of different versions ({found} and {VERSION}); reload the page")]
    Version {
        /// The other side's version.
        found: u8,
    },
    /// Not a message at all.
    #[error("a message between page and engine cannot be read; reload the page")]
    Malformed,
}

/// The bytes of a message.
pub fn encode<M: Serialize>(message: &M) -> Vec<u8> {
    // Serialising plain data to memory cannot fail; an empty message is refused by the other side.
    postcard::to_extend(message, vec![VERSION]).unwrap_or_default()
}

/// The message of those bytes.
///
/// # Errors
/// [`DecodeError`] when the version differs or the bytes are no message.
pub fn decode<M: DeserializeOwned>(bytes: &[u8]) -> Result<M, DecodeError> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(|_| DecodeError::Malformed),
        Some((&found, _)) => Err(DecodeError::Version { found }),
        None => Err(DecodeError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_message_is_read_back_as_it_was_sent() {
        let command =
            Command::Open { config: Config::default(), base: "./".into(), purpose: Purpose::Run { warm_up: true } };
        assert_eq!(decode::<Command>(&encode(&command)), Ok(command));
    }

    #[test]
    fn another_version_is_refused_in_words() {
        let mut bytes = encode(&Command::Train);
        bytes[0] = VERSION + 1;
        let error = decode::<Command>(&bytes).unwrap_err();
        assert_eq!(error, DecodeError::Version { found: VERSION + 1 });
        assert!(error.to_string().contains("reload"));
    }

    #[test]
    fn rubbish_is_refused() {
        assert_eq!(decode::<Command>(&[]), Err(DecodeError::Malformed));
        assert_eq!(decode::<Command>(&[VERSION, 255, 255]), Err(DecodeError::Malformed));
    }
}
