//! The engine in a real browser: the same tests as natively on WebAssembly's CPU, and WebGPU against the CPU.
//! Run by `make test` (wasm-bindgen-test in headless Chromium, in a worker).
#![cfg(target_arch = "wasm32")]

mod cases;

use burn::tensor::Device;
use cases::{arms, soft, trained, weights};
use softlabel::config::{Config, Optimizer as Kind, Task};
use softlabel::data::Dataset;
use softlabel::engine::loss::{Soft, Supervision};
use softlabel::engine::session::Session;
use softlabel::protocol::Event;
use softlabel::worker::webgpu;
use std::rc::Rc;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// The WebGPU device, made once; `None`, said as skipped, where there is none.
async fn gpu(test: &str) -> Option<Device> {
    thread_local!(static DEVICE: std::cell::RefCell<Option<Device>> = const { std::cell::RefCell::new(None) });
    if let Some(device) = DEVICE.with_borrow(Clone::clone) {
        return Some(device);
    }
    if let Err(reason) = webgpu::usable().await {
        console_log!("skipped: {test}: {reason}");
        return None;
    }
    let device = softlabel::engine::device::webgpu().await.expect("usable WebGPU starts").device;
    DEVICE.set(Some(device.clone()));
    Some(device)
}

/// Every method.
fn methods() -> Vec<Supervision> {
    let mut all = arms();
    all.extend([Soft::Jsd { beta: 0.3 }, Soft::Dkd { tckd: 1.0, nckd: 2.0 }, Soft::TeacherTopK { k: 2 }].map(soft));
    all
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
async fn webgpu_trains_every_method_as_the_cpu_does() {
    let Some(gpu) = gpu("WebGPU against the CPU").await else { return };
    for (kind, widths) in [(Kind::Adam, &[2, 6, 3][..]), (Kind::Sgd, &[2, 5, 4, 3])] {
        let on_gpu = weights(&trained(&[0, 1], &methods(), widths, 10, kind, &gpu)).await;
        let on_cpu = weights(&trained(&[0, 1], &methods(), widths, 10, kind, &Device::flex())).await;
        assert_eq!(on_gpu.len(), on_cpu.len());
        for (g, c) in on_gpu.iter().zip(&on_cpu) {
            assert!((g - c).abs() <= 1e-3, "{kind:?} {widths:?}: {g} on WebGPU, {c} on the CPU");
        }
    }
}

#[wasm_bindgen_test]
async fn every_case_of_the_oracle_is_met_on_webgpu() {
    let Some(gpu) = gpu("the oracle on WebGPU").await else { return };
    assert_eq!(cases::check_oracle(cases::ORACLE, &gpu, cases::GPU_TOLERANCE).await, 84);
}

#[wasm_bindgen_test]
async fn launches_a_step_do_not_depend_on_the_size_of_the_stack() {
    let Some(gpu) = gpu("launches a step").await else { return };
    let count = webgpu::count_launches().expect("WebGPU has compute passes");
    let mut per_step = Vec::new();
    for (replicates, arms) in [(vec![0], 1), (vec![0, 1], 3)] {
        let arms = vec![soft(Soft::ForwardKl); arms];
        // The difference of two lengths leaves set-up and reads out.
        let mut total = Vec::new();
        for steps in [2, 6] {
            let before = count();
            weights(&trained(&replicates, &arms, &[2, 6, 3], steps, Kind::Adam, &gpu)).await;
            total.push(count() - before);
        }
        per_step.push((total[1] - total[0]) / 4.0);
    }
    console_log!("launches a step: {} alone, {} in a stack of six", per_step[0], per_step[1]);
    assert_eq!(per_step[0], per_step[1]);
    assert!(per_step[0] <= 40.0, "{per_step:?}");
}
