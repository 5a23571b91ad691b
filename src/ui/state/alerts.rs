//! Alerts: errors, and the recovery that is offered.

/// Kinds of error, by the recovery that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A link that was read in part.
    Link,
    /// The device cannot be used.
    Device,
    /// The data could not be loaded.
    Data,
    /// Invalid settings.
    Settings,
    /// A loss is not finite.
    Diverged,
    /// The engine failed.
    Engine,
    /// The engine does not answer.
    Silent,
    /// The second part of the page's program did not load.
    LazyChunk,
}

impl ErrorKind {
    /// Name of the recovery button, beside `Dismiss`.
    pub fn recovery(self) -> Option<&'static str> {
        match self {
            Self::Link | Self::Settings => None,
            Self::Device => Some("Use the CPU"),
            Self::Data | Self::LazyChunk => Some("Try again"),
            Self::Diverged => Some("Use the default learning rates"),
            Self::Engine | Self::Silent => Some("Start the engine again"),
        }
    }
}

/// One alert.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// At most one alert of each kind is shown.
    pub kind: ErrorKind,
    /// What, why, and what to do: one sentence each.
    pub sentences: Vec<String>,
}
