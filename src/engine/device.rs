//! Where to compute: the CPU, or WebGPU if it is usable and faster; the choice in words.
//!
//! A software adapter (SwiftShader, llvmpipe) is tens of times slower than the CPU path, so Auto measures: a few steps
//! of the default students on both, the faster one wins.

#[cfg(feature = "gpu")]
use super::session::Clock;
use crate::protocol::DeviceInUse;
use burn::tensor::Device;

/// A device to compute on, and what the page says of it.
pub struct Chosen {
    /// burn's handle.
    pub device: Device,
    /// For the page.
    pub in_use: DeviceInUse,
}

/// The CPU, for that reason (a clause).
pub fn cpu(reason: impl Into<String>) -> Chosen {
    Chosen { device: Device::flex(), in_use: DeviceInUse { gpu: false, name: "CPU".into(), reason: reason.into() } }
}

/// WebGPU, asked for by the reader.
///
/// # Errors
/// Why it cannot be used, a clause. Callers check that there is an adapter with `timestamp-query` before: without it
/// cubecl panics at its first operation.
#[cfg(feature = "gpu")]
pub async fn webgpu() -> Result<Chosen, String> {
    let (device, setup) = Device::wgpu_options()
        .init_with_setup_async()
        .await
        .map_err(|error| format!("the WebGPU device could not be started ({error})"))?;
    let info = setup.adapter.get_info();
    let mut name = String::from("WebGPU");
    if !info.name.is_empty() {
        name = format!("WebGPU ({})", info.name);
    }
    Ok(Chosen { device, in_use: DeviceInUse { gpu: true, name, reason: "chosen by you".into() } })
}

/// The faster of WebGPU and the CPU, by a few steps on both; the CPU where WebGPU fails.
#[cfg(feature = "gpu")]
pub async fn faster(now: Clock<'_>) -> Chosen {
    let gpu = match webgpu().await {
        Ok(gpu) => gpu,
        Err(reason) => return cpu(reason),
    };
    let Some(on_gpu) = trial(&gpu.device, now).await else {
        return cpu("the WebGPU device failed at its first steps");
    };
    let Some(on_cpu) = trial(&Device::flex(), now).await else { return gpu };
    let figures = format!("{on_gpu:.1} ms a step on WebGPU, {on_cpu:.1} ms on the CPU, just measured");
    if on_gpu < on_cpu {
        let in_use = DeviceInUse { reason: format!("faster: {figures}"), ..gpu.in_use };
        Chosen { in_use, ..gpu }
    } else {
        cpu(format!("faster: {figures}"))
    }
}

/// Milliseconds a step of fifteen 784-32-10 students at batch 64, after the kernels are compiled.
#[cfg(feature = "gpu")]
async fn trial(device: &Device, now: Clock<'_>) -> Option<f64> {
    use super::loss::Supervision;
    use super::network::{Stack, he_weights};
    use super::optimizer::Optimizer;
    use super::trainer::{Batch, step, supervision};
    use burn::tensor::Tensor;
    const STEPS: usize = 8;
    let widths = [784, 32, 10];
    let starts: Vec<_> = (0..5).map(|r| he_weights(&widths, 0, "trial", r)).collect();
    let mut stack = Stack::new(&widths, &starts, 3, device);
    let mut optimizer = Optimizer::new(crate::config::Optimizer::Adam, &stack);
    let supervision = supervision(&[Supervision::HARD; 15], device);
    let mut timed = f64::INFINITY;
    // The first round compiles; a read at its end waits for the device.
    for _ in 0..2 {
        let begun = now();
        let mut loss = None;
        for _ in 0..STEPS {
            let batch = Batch {
                x: Tensor::ones([5, 64, 784], device),
                labels: Tensor::zeros([5, 64], device),
                teacher: Tensor::zeros([5, 64, 10], device),
            };
            loss = Some(step(&mut stack, &mut optimizer, batch, &supervision, 1e-3));
        }
        loss?.into_data_async().await.ok()?;
        timed = (now() - begun) / STEPS as f64;
    }
    Some(timed)
}
