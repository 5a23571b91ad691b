//! Which device computes.

use crate::config::{Config, DeviceChoice};
use crate::engine::device::{self, SelectedDevice};
use crate::protocol::Failure;
#[cfg(feature = "gpu")]
use crate::protocol::FailureKind;
#[cfg(feature = "gpu")]
use crate::worker::{now, parallel, webgpu};

/// The device for a config, by what this binary can do.
#[cfg(feature = "gpu")]
pub(super) async fn choose(gpu: bool, config: &Config) -> Result<SelectedDevice, Failure> {
    if !gpu || config.device == DeviceChoice::Cpu {
        return Ok(device::cpu("chosen by you"));
    }
    let usable = webgpu::usable().await;
    let chosen = match (config.device, usable) {
        (DeviceChoice::WebGpu, Ok(())) => device::webgpu().await,
        (DeviceChoice::WebGpu, Err(reason)) => Err(reason),
        (_, Ok(())) => Ok(device::faster(parallel::workers(), &now).await),
        (_, Err(reason)) => Ok(device::cpu(reason)),
    };
    chosen.map_err(|reason| Failure {
        kind: FailureKind::Device,
        message: format!("WebGPU cannot be used: {reason}. Go on with the CPU, which works in every browser."),
    })
}

#[cfg(not(feature = "gpu"))]
pub(super) async fn choose(_gpu: bool, config: &Config) -> Result<SelectedDevice, Failure> {
    Ok(device::cpu(match config.device {
        DeviceChoice::Cpu => "chosen by you",
        _ => "no usable WebGPU",
    }))
}
