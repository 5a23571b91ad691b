//! Where to compute: the CPU, or WebGPU if it is usable and faster; the choice as text.
//!
//! A software adapter (SwiftShader, llvmpipe) is tens of times slower than the CPU path, so Auto measures: a few steps
//! of a default run on both, the faster one wins.

#[cfg(feature = "gpu")]
use super::session::Clock;
use crate::protocol::DeviceInUse;
use burn::tensor::Device;

/// A device to compute on, and what the page says of it.
pub struct SelectedDevice {
    /// burn's handle.
    pub device: Device,
    /// For the page.
    pub in_use: DeviceInUse,
}

/// The CPU, for that reason (a clause).
pub fn cpu(reason: impl Into<String>) -> SelectedDevice {
    SelectedDevice {
        device: Device::flex(),
        in_use: DeviceInUse { gpu: false, name: "CPU".into(), reason: reason.into() },
    }
}

/// WebGPU, asked for by the user.
///
/// # Errors
/// Why it cannot be used, a clause. In a browser callers ask `worker::webgpu` first, which makes an adapter without
/// `timestamp-query` fit for cubecl.
#[cfg(feature = "gpu")]
pub async fn webgpu() -> Result<SelectedDevice, String> {
    #[cfg(target_arch = "wasm32")]
    run_constructors();
    let (device, setup) = Device::wgpu_options()
        .init_with_setup_async()
        .await
        .map_err(|error| format!("the WebGPU device could not be started ({error})"))?;
    let info = setup.adapter.get_info();
    let mut name = String::from("WebGPU");
    if !info.name.is_empty() {
        name = format!("WebGPU ({})", info.name);
    }
    Ok(SelectedDevice { device, in_use: DeviceInUse { gpu: true, name, reason: "chosen by you".into() } })
}

/// Runs the module's static constructors, in which cubecl's compiler registers its parts; only the first call does.
///
/// The linker takes a module that never does this itself for a command, and has every call from JavaScript, however small,
/// run all constructors first: some fifty milliseconds a training step.
#[cfg(all(feature = "gpu", target_arch = "wasm32"))]
fn run_constructors() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the linker makes this function; it takes nothing and returns nothing.
    ONCE.call_once(|| unsafe { __wasm_call_ctors() });
}

/// The faster of WebGPU and so many cores of the CPU, by a few steps of a default run's networks on each; the CPU where
/// WebGPU fails.
#[cfg(feature = "gpu")]
pub async fn faster(cores: usize, now: Clock<'_>) -> SelectedDevice {
    match webgpu().await {
        Ok(gpu) => compared(gpu, cores, now).await,
        Err(reason) => cpu(reason),
    }
}

/// [`faster`], with WebGPU that has been started.
#[cfg(feature = "gpu")]
pub async fn compared(gpu: SelectedDevice, cores: usize, now: Clock<'_>) -> SelectedDevice {
    let Some(on_gpu) = trial(&gpu.device, 1, now).await else {
        return cpu("the WebGPU device failed at its first steps");
    };
    let Some(on_cpu) = trial(&Device::flex(), cores, now).await else { return gpu };
    let cores = if cores > 1 { format!("{cores} cores of the CPU") } else { "the CPU".into() };
    let figures = format!(
        "at the pace of a few steps, a default run trains in {on_gpu:.1} s on WebGPU, in {on_cpu:.1} s on {cores}"
    );
    if on_gpu < on_cpu {
        let in_use = DeviceInUse { reason: format!("faster: {figures}"), ..gpu.in_use };
        SelectedDevice { in_use, ..gpu }
    } else {
        cpu(format!("faster: {figures}"))
    }
}

/// Seconds that the steps of a default run would take at the pace of a few, after the kernels are compiled: all of the
/// teacher's, and of the students what one of so many cores trains.
#[cfg(feature = "gpu")]
async fn trial(device: &Device, cores: usize, now: Clock<'_>) -> Option<f64> {
    use crate::config::{Config, Task};
    use crate::data::manifest::FASHION;
    use crate::engine::parallel::pool::parts;
    let config = Config::for_task(Task::Fashion);
    let run = config.run_networks(FASHION.width * FASHION.height, FASHION.classes);
    let teacher_steps = FASHION.n_train.div_ceil(config.teacher_batch) * config.teacher_epochs;
    let teacher = pace(&run.teacher, &[(0..1, 0..1)], config.teacher_batch, device, now).await?;
    // The last part is the largest, and the others wait for it.
    let share = parts(run.replicates, run.arms, cores).pop()?;
    let students = pace(&run.student, &share, config.student_batch, device, now).await?;
    Some((teacher * teacher_steps as f64 + students * config.student_steps as f64) / 1e3)
}

/// Milliseconds per step of such stacks, replicates × arms, one after another.
#[cfg(feature = "gpu")]
async fn pace(
    network: &crate::config::Architecture,
    stacks: &[crate::engine::parallel::pool::Rectangle],
    batch: usize,
    device: &Device,
    now: Clock<'_>,
) -> Option<f64> {
    use super::kernels::Labels;
    use super::nn::{Stack, initial_weights};
    use super::optimizer::OptimizerState;
    use super::trainer::{Batch, loss_params, step};
    use crate::losses::LossParams;
    use burn::tensor::Tensor;
    const STEPS: usize = 8;
    let (inputs, classes) = (network.inputs(), network.classes());
    let mut stacks: Vec<_> = stacks
        .iter()
        .map(|(replicates, arms)| {
            let starts: Vec<_> = replicates.clone().map(|r| initial_weights(network, 0, "trial", r)).collect();
            let stack = Stack::new(network, &starts, arms.len(), device);
            let optimizer = OptimizerState::new(crate::config::Optimizer::Adam, stack.parameters());
            (
                stack,
                optimizer,
                loss_params(&vec![LossParams::HARD; replicates.len() * arms.len()], device),
                replicates.len(),
            )
        })
        .collect();
    let mut timed = f64::INFINITY;
    // The first round compiles; a read at its end waits for the device.
    for _ in 0..2 {
        let begun = now();
        let mut losses = Vec::new();
        for _ in 0..STEPS {
            losses.clear();
            for (stack, optimizer, loss_params, replicates) in &mut stacks {
                let batch = Batch {
                    x: Tensor::ones([*replicates, batch, inputs], device),
                    labels: Labels::known(&vec![0; *replicates * batch], *replicates, device),
                    teacher: Tensor::zeros([*replicates, batch, classes], device),
                };
                losses.push(step(stack, optimizer, batch, loss_params, 1e-3));
            }
        }
        for loss in losses {
            loss.into_data_async().await.ok()?;
        }
        timed = (now() - begun) / STEPS as f64;
    }
    Some(timed)
}
