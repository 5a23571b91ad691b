//! The engine natively on a GPU through Vulkan, against the CPU: on whatever adapter this machine has, a card or a
//! software one (Mesa's llvmpipe). Run by `make test`; skipped, and said so, where there is none.

mod cases;
mod external;

use burn::tensor::Device;
use external::skip;
use softlabel::engine::device;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

/// The device, made once for all tests; why not, otherwise.
static GPU: LazyLock<Result<Device, String>> = LazyLock::new(|| {
    let chosen = wait(device::webgpu())?;
    println!("on {}", chosen.in_use.name);
    Ok(chosen.device)
});

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Held by the test that uses the device: what it reserves is counted for all.
static ALONE: Mutex<()> = Mutex::new(());

/// The device and the right to use it, or a return from a test that then counts as skipped.
macro_rules! gpu {
    () => {
        match &*GPU {
            Ok(device) => (device, ALONE.lock().unwrap_or_else(PoisonError::into_inner)),
            Err(reason) => return skip!("{reason}"),
        }
    };
}

#[test]
fn every_case_of_the_oracle_is_met_on_vulkan() {
    let (gpu, _alone) = gpu!();
    wait(cases::gpu::check_oracles(gpu));
}

#[test]
fn vulkan_trains_every_method_as_the_cpu_does() {
    let (gpu, _alone) = gpu!();
    wait(cases::gpu::check_steps(gpu));
}

#[test]
fn vulkan_runs_every_method_and_kind_of_teacher_as_the_cpu_does() {
    let (gpu, _alone) = gpu!();
    let begun = Instant::now();
    wait(cases::gpu::check_runs(gpu, &|| begun.elapsed().as_secs_f64() * 1e3));
}

#[test]
fn three_thousand_steps_on_vulkan_leave_its_memory_as_it_was() {
    let (gpu, _alone) = gpu!();
    let sizes = wait(cases::gpu::memory_over(3_000, 4, gpu, || cases::gpu::bytes_reserved(gpu)));
    println!("bytes of GPU memory reserved after 750, 1,500, 2,250 and 3,000 steps: {sizes:?}");
    assert_eq!(sizes[1], sizes[3], "{sizes:?}");
}

#[test]
fn products_of_every_orientation_and_tile_are_those_of_the_cpu() {
    let (gpu, _alone) = gpu!();
    wait(cases::gpu::check_products(gpu));
}
