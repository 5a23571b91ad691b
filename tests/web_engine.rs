//! The engine in a real browser: the same tests as natively on WebAssembly's CPU, and WebGPU against the CPU.
//! Run by `make test` (wasm-bindgen-test in headless Chromium, in a worker).
#![cfg(target_arch = "wasm32")]

mod cases;

use burn::tensor::{Device, Tensor};
use cases::{soft, weights};
use softlabel::config::{Architecture, Config, Optimizer as Kind, Task};
use softlabel::data::Dataset;
use softlabel::engine::device::{self, SelectedDevice};
use softlabel::engine::kernels::Labels;
use softlabel::engine::nn::{Stack, initial_weights};
use softlabel::engine::optimizer::OptimizerState;
use softlabel::engine::session::Session;
use softlabel::engine::trainer::{Batch, loss_params, step};
use softlabel::losses::Soft;
use softlabel::protocol::{DeviceInUse, Event};
use softlabel::worker::webgpu;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen(inline_js = r#"
export function hide_timestamps() {
    const adapters = globalThis.GPUAdapter?.prototype;
    if (!adapters || hide_timestamps.done) return;
    hide_timestamps.done = true;
    const features = Object.getOwnPropertyDescriptor(adapters, "features");
    const without = function () { return new Set([...features.get.call(this)].filter((name) => name !== "timestamp-query")); };
    Object.defineProperty(adapters, "features", { ...features, get: without });
    const request = adapters.requestDevice;
    adapters.requestDevice = function (descriptor) {
        if ([...(descriptor?.requiredFeatures ?? [])].includes("timestamp-query")) return Promise.reject(new TypeError("timestamp-query is not supported"));
        return request.call(this, descriptor);
    };
}
"#)]
extern "C" {
    /// Makes the browser's adapters what they are on some phones: without the feature `timestamp-query`.
    fn hide_timestamps();
}

/// The WebGPU device, made once, on an adapter without timestamp queries (the tests of the page have one with them);
/// `None`, said as skipped, where there is none.
async fn gpu(test: &str) -> Option<Device> {
    thread_local!(static DEVICE: std::cell::RefCell<Option<Device>> = const { std::cell::RefCell::new(None) });
    if let Some(device) = DEVICE.with_borrow(Clone::clone) {
        return Some(device);
    }
    hide_timestamps();
    if let Err(reason) = webgpu::usable().await {
        console_log!("skipped: {test}: {reason}");
        return None;
    }
    let device = device::webgpu().await.expect("usable WebGPU starts").device;
    DEVICE.set(Some(device.clone()));
    Some(device)
}

#[wasm_bindgen_test]
async fn every_case_of_the_oracle_is_met_on_the_browsers_cpu() {
    assert_eq!(cases::check_oracle(cases::ORACLE, &Device::flex(), cases::CPU_TOLERANCE).await, 84);
}

#[wasm_bindgen_test]
async fn a_stack_trains_its_students_as_if_each_were_alone() {
    cases::check_stack_equals_alone(&Device::flex()).await;
}

#[wasm_bindgen_test]
async fn the_same_seed_gives_the_same_run_bit_for_bit() {
    let config = Config { student_steps: 40, teacher_epochs: 3, replicates: 3, ..Config::for_task(Task::Moons) };
    let mut outcomes = Vec::new();
    for _ in 0..2 {
        let data = Rc::new(Dataset::generated(&config).unwrap());
        let mut session = Session::new(Device::flex(), false, data, config.clone());
        session.train();
        while session.busy() {
            let mut emit = |event| {
                if let Event::Finished(outcome) = event {
                    outcomes.push(outcome.evaluation);
                }
            };
            session.advance(&js_sys::Date::now, &mut emit).await.unwrap();
        }
    }
    assert_eq!(outcomes.len(), 2);
    assert_eq!(outcomes[0], outcomes[1]);
    assert!(outcomes[0].teacher.accuracy > 0.9);
}

#[wasm_bindgen_test]
async fn products_on_webgpu_are_those_of_the_cpu() {
    let Some(gpu) = gpu("products on WebGPU").await else { return };
    cases::gpu::check_products(&gpu).await;
}

#[wasm_bindgen_test]
async fn webgpu_trains_every_method_as_the_cpu_does() {
    let Some(gpu) = gpu("WebGPU against the CPU").await else { return };
    cases::gpu::check_steps(&gpu).await;
}

#[wasm_bindgen_test]
async fn every_case_of_the_oracle_is_met_on_webgpu() {
    let Some(gpu) = gpu("the oracle on WebGPU").await else { return };
    cases::gpu::check_oracles(&gpu).await;
}

#[wasm_bindgen_test]
async fn webgpu_runs_every_method_and_kind_of_teacher_as_the_cpu_does() {
    let Some(gpu) = gpu("whole runs on WebGPU").await else { return };
    cases::gpu::check_runs(&gpu, &js_sys::Date::now).await;
}

#[wasm_bindgen_test]
async fn launches_a_step_do_not_depend_on_the_size_of_the_stack() {
    let Some(gpu) = gpu("launches per step").await else { return };
    let count = webgpu::count_launches().expect("WebGPU has compute passes");
    let mut per_step = Vec::new();
    for (widths, replicates, arms) in [(&[784, 32, 10][..], 1, 1), (&[784, 32, 10], 6, 6), (&[784, 256, 256, 10], 1, 1)]
    {
        let rows = vec![soft(Soft::ForwardKl); replicates * arms];
        let network = Architecture::mlp(widths);
        let starts: Vec<_> = (0..replicates).map(|r| initial_weights(&network, 5, "student", r)).collect();
        let mut stack = Stack::new(&network, &starts, arms, &gpu);
        let mut optimizer = OptimizerState::new(Kind::Adam, stack.parameters());
        let loss_params = loss_params(&rows, &gpu);
        let batch = Batch {
            x: Tensor::ones([replicates, 4, 784], &gpu),
            labels: Labels::known(&vec![0; 4 * replicates], replicates, &gpu),
            teacher: Tensor::ones([replicates, 4, 10], &gpu),
        };
        // The difference of two lengths leaves set-up and reads out.
        let mut total = Vec::new();
        for steps in [1, 4] {
            let before = count();
            for _ in 0..steps {
                step(&mut stack, &mut optimizer, batch.clone(), &loss_params, 0.01);
            }
            weights(&stack).await;
            total.push(count() - before);
        }
        per_step.push((total[1] - total[0]) / 3.0);
    }
    console_log!(
        "launches per step: {} for one 784-32-10 student, {} for a stack of 36, {} for a 784-256-256-10 teacher",
        per_step[0],
        per_step[1],
        per_step[2]
    );
    assert_eq!(per_step[0], per_step[1]);
    assert!(per_step[0] <= 40.0 && per_step[2] <= 60.0, "{per_step:?}");
}

#[wasm_bindgen_test]
async fn the_faster_device_is_chosen_by_what_was_measured() {
    let Some(gpu) = gpu("the choice of a device").await else { return };
    let in_use = DeviceInUse { gpu: true, name: "WebGPU".into(), reason: String::new() };
    let chosen = device::compared(SelectedDevice { device: gpu, in_use }, 2, &js_sys::Date::now).await;
    console_log!("{}: {}", chosen.in_use.name, chosen.in_use.reason);
    let before_unit = chosen.in_use.reason.split(" s on ").take(2).filter_map(|part| part.rsplit(' ').next());
    let figures: Vec<f64> = before_unit.filter_map(|figure| figure.parse().ok()).collect();
    let [on_gpu, on_cpu] = figures[..] else { panic!("two figures: {}", chosen.in_use.reason) };
    // They are shown with one decimal, and may look the same.
    assert!(on_gpu == on_cpu || chosen.in_use.gpu == (on_gpu < on_cpu), "{}", chosen.in_use.reason);
}

#[wasm_bindgen_test]
async fn two_thousand_steps_leave_the_memory_as_it_was() {
    let pages = || core::arch::wasm32::memory_size::<0>() as u64;
    let sizes = cases::gpu::memory_over(2_000, 4, &Device::flex(), pages).await;
    console_log!("WebAssembly pages after 500, 1,000, 1,500 and 2,000 steps: {sizes:?}");
    assert_eq!(sizes[1], sizes[3], "{sizes:?}");
}

#[wasm_bindgen_test]
async fn two_thousand_steps_on_webgpu_leave_its_memory_as_it_was() {
    let Some(gpu) = gpu("memory over 2,000 steps on WebGPU").await else { return };
    let sizes = cases::gpu::memory_over(2_000, 4, &gpu, || cases::gpu::bytes_reserved(&gpu)).await;
    console_log!("bytes of GPU memory reserved after 500, 1,000, 1,500 and 2,000 steps: {sizes:?}");
    assert_eq!(sizes[1], sizes[3], "{sizes:?}");
}
