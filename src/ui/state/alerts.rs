//! Alerts: what went wrong, and the way on that is offered.

/// Sorts of trouble, by the way on that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A link that could not be used in full.
    Link,
    /// The device cannot be used.
    Device,
    /// The data could not be had.
    Data,
    /// The settings ask for what cannot be.
    Settings,
    /// A loss is not finite.
    Diverged,
    /// The engine failed.
    Engine,
    /// The second part of the page's program did not arrive.
    LazyChunk,
}

impl ErrorKind {
    /// Name of the button that leads on, beside `Dismiss`.
    pub fn way_on(self) -> Option<&'static str> {
        match self {
            Self::Link | Self::Settings => None,
            Self::Device => Some("Use the CPU"),
            Self::Data | Self::LazyChunk => Some("Try again"),
            Self::Diverged => Some("Use the default learning rates"),
            Self::Engine => Some("Start the engine again"),
        }
    }
}

/// One alert.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// What sort; there is at most one of each.
    pub trouble: ErrorKind,
    /// What, why, and what to do: one sentence each.
    pub sentences: Vec<String>,
}
