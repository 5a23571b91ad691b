//! Name of the device as text. Pure.

use crate::protocol::DeviceInUse;
use crate::ui::state::run_state::EngineState;

/// Name of the device in use, or the engine's state while there is none.
pub fn device(in_use: Option<&DeviceInUse>, engine: EngineState) -> String {
    match (in_use, engine) {
        (Some(device), _) => device.name.clone(),
        (None, EngineState::Down) => "Engine stopped".into(),
        (None, EngineState::Resting) => "Engine not started".into(),
        (None, _) => "Starting the engine …".into(),
    }
}
