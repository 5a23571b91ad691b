//! What a GPU must compute as the CPU does, in the browser (`web_engine`) and natively (`vulkan`).

use super::{batch, check_oracle, every_loss, read, soft, trained, weights};
use burn::tensor::{Device, Tensor, TensorData};
use softlabel::config::{Architecture, Config, Method, Optimizer as Kind, Options, Supervision, Task};
use softlabel::data::Dataset;
use softlabel::engine::kernels;
use softlabel::engine::nn::{Stack, initial_weights};
use softlabel::engine::optimizer::OptimizerState;
use softlabel::engine::session::Session;
use softlabel::engine::trainer::{loss_params, step};
use softlabel::experiment::Metrics;
use softlabel::losses::Soft;
use softlabel::protocol::Event;
use std::rc::Rc;

/// All files of the oracle.
pub async fn check_oracles(gpu: &Device) {
    assert_eq!(check_oracle(super::ORACLE, gpu, super::GPU_TOLERANCE).await, 84);
    assert_eq!(check_oracle(super::NEAR, gpu, super::GPU_TOLERANCE).await, 140);
    assert_eq!(check_oracle(super::LATER, gpu, super::GPU_TOLERANCE).await, 40);
}

/// Ten steps of every loss, with both optimizers.
pub async fn check_steps(gpu: &Device) {
    for (kind, widths) in [(Kind::Adam, &[2, 6, 3][..]), (Kind::Sgd, &[2, 5, 4, 3])] {
        let on_gpu = weights(&trained(&[0, 1], &every_loss(), widths, 10, kind, gpu)).await;
        let on_cpu = weights(&trained(&[0, 1], &every_loss(), widths, 10, kind, &Device::flex())).await;
        assert_eq!(on_gpu.len(), on_cpu.len());
        for (g, c) in on_gpu.iter().zip(&on_cpu) {
            assert!((g - c).abs() <= 1e-3, "{kind:?} {widths:?}: {g} on the GPU, {c} on the CPU");
        }
    }
}

/// A run to its end; the students' and the teacher's metrics.
async fn run(config: &Config, device: &Device, gpu: bool, now: &dyn Fn() -> f64) -> (Metrics, Vec<Metrics>) {
    let data = Rc::new(Dataset::generated(config).unwrap());
    let mut session = Session::new(device.clone(), gpu, data, config.clone());
    session.train();
    let mut outcome = None;
    while session.busy() {
        let mut emit = |event| {
            if let Event::Finished(finished) = event {
                outcome = Some(finished.evaluation);
            }
        };
        session.advance(now, &mut emit).await.unwrap();
    }
    let outcome = outcome.unwrap();
    (outcome.teacher, outcome.students)
}

/// Whole short runs with every method, an ensemble and an assistant. `now`: a clock in milliseconds.
pub async fn check_runs(gpu: &Device, now: &dyn Fn() -> f64) {
    let config = Config {
        student_steps: 20,
        teacher_epochs: 1,
        replicates: 2,
        transfer_size: 30,
        ensemble: 2,
        assistants: vec![5],
        extra_arms: Method::ALL
            .iter()
            .map(|&method| Supervision { soft_weight: 0.7, ..Supervision::of(method) })
            .collect(),
        ..Config::for_task(Task::Moons)
    };
    let (teacher, students) = run(&config, gpu, true, now).await;
    let (teacher_there, students_there) = run(&config, &Device::flex(), false, now).await;
    assert!((teacher.nll - teacher_there.nll).abs() < 1e-3, "{teacher:?} {teacher_there:?}");
    // The methods, hard labels and the distilled arm.
    assert_eq!(students.len(), 2 * (Method::ALL.len() + 2));
    for (i, (a, b)) in students.iter().zip(&students_there).enumerate() {
        assert!((a.nll - b.nll).abs() < 5e-3, "student {i}: {a:?} on the GPU, {b:?} on the CPU");
    }
}

/// Steps of a small stack, in rounds; what `memory` says after each.
pub async fn memory_over(steps: usize, rounds: usize, device: &Device, memory: impl Fn() -> u64) -> Vec<u64> {
    let network = Architecture::mlp([2, 6, 3]);
    let starts: Vec<_> = (0..2).map(|r| initial_weights(&network, 5, "student", r)).collect();
    let mut stack = Stack::new(&network, &starts, 3, device);
    let mut optimizer = OptimizerState::new(Kind::Adam, stack.parameters());
    let loss_params = loss_params(&vec![soft(Soft::ForwardKl); 6], device);
    let mut sizes = Vec::new();
    for _ in 0..rounds {
        for at in 0..steps / rounds {
            let losses = step(&mut stack, &mut optimizer, batch(&[0, 1], at, device), &loss_params, 0.01);
            if at % 20 == 0 {
                read(losses).await;
            }
        }
        sizes.push(memory());
    }
    sizes
}

/// Bytes that the GPU's memory pools hold.
pub fn bytes_reserved(gpu: &Device) -> u64 {
    kernels::gpu::bytes_reserved(&Tensor::<1>::zeros([1], gpu))
}

/// Matrix products in all three orientations, of shapes that end within a tile of every size.
pub async fn check_products(gpu: &Device) {
    let cpu = Device::flex();
    let tensor = |[n, rows, columns]: [usize; 3], device: &Device| {
        let values: Vec<f32> = (0..n * rows * columns).map(|i| (i as f32 * 0.37).sin()).collect();
        Tensor::<3>::from_data(TensorData::new(values, [n, rows, columns]), device)
    };
    // Batches of the factors, then M, K and L.
    for ([left, right], [m, k, l]) in [
        ([1, 1], [1, 1, 1]),
        ([1, 1], [5, 37, 10]),
        ([1, 3], [33, 17, 31]),
        ([7, 7], [100, 40, 90]),
        ([1, 30], [128, 19, 96]),
        ([12, 12], [130, 33, 200]),
    ] {
        for (name, product, a, b) in [
            ("plain", kernels::matmul as fn(&_, &_) -> _, [left, m, k], [right, k, l]),
            ("left transposed", kernels::matmul_tn, [left, k, m], [right, k, l]),
            ("right transposed", kernels::matmul_nt, [left, m, k], [right, l, k]),
        ] {
            let on = |device: &Device| product(&tensor(a, device), &tensor(b, device));
            let (on_gpu, on_cpu): (Tensor<3>, Tensor<3>) = (on(gpu), on(&cpu));
            assert_eq!(on_gpu.dims(), on_cpu.dims());
            for (i, (g, c)) in read(on_gpu).await.into_iter().zip(read(on_cpu).await).enumerate() {
                assert!(
                    (g - c).abs() <= 1e-4,
                    "{name}, {left}:{right} × {m}×{k}×{l} [{i}]: {g} on the GPU, {c} on the CPU"
                );
            }
        }
    }
}
