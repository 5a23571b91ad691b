//! What a step costs natively on the CPU, piece by piece: `make bench`. The figures readers see come from the browser;
//! these show which piece a change made slower.

use burn::tensor::Device;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::FutureExt;
use softlabel::engine::bench;
use softlabel::engine::kernels::gemm::{View, product};
use softlabel::losses::{self, LossParams, Soft};
use softlabel::protocol::{BenchSpec, BenchSubject};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Whole steps: a 784-256-256-10 teacher, a 784-32-10 student, and eight of those in one stack.
fn steps(c: &mut Criterion) {
    let mut group = c.benchmark_group("step");
    group.sample_size(10);
    for subject in [BenchSubject::Teacher, BenchSubject::Student, BenchSubject::Stack8] {
        group.bench_function(format!("{subject:?}"), |b| {
            b.iter_custom(|steps| {
                let spec = BenchSpec {
                    teacher: vec![784, 256, 256, 10],
                    student: vec![784, 32, 10],
                    batch: 128,
                    steps: steps as usize,
                };
                let begun = Instant::now();
                let now = move || begun.elapsed().as_secs_f64() * 1e3;
                let device = Device::flex();
                let row = bench::measure(&spec, subject, None, &device, &now, &|| 0.0);
                let row = row.now_or_never().expect("the CPU waits for nothing").expect("the CPU does not fail");
                Duration::from_secs_f64(row.ms * steps as f64 / 1e3)
            });
        });
    }
    group.finish();
}

/// The products of one student's step and of eight students' step, in multiply–adds a second.
fn products(c: &mut Criterion) {
    let mut group = c.benchmark_group("product");
    for (name, m, k, n, turned) in [
        ("forward, one student", 128, 784, 32, false),
        ("forward, eight students", 128, 784, 256, false),
        ("backward, one student", 784, 128, 32, true),
        ("backward, eight students", 784, 128, 256, true),
    ] {
        let (a, b) = (vec![0.5; m * k], vec![0.25; k * n]);
        let (mut out, mut panel) = (vec![0.0; m * n], Vec::new());
        group.throughput(Throughput::Elements((m * k * n) as u64));
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let a = if turned { View::transposed(&a, m) } else { View::new(&a, k) };
                product(a, View::new(&b, n), (m, k, n), black_box(&mut out), &mut panel);
            });
        });
    }
    group.finish();
}

/// One row of every loss, ten classes.
fn losses(c: &mut Criterion) {
    let mut group = c.benchmark_group("loss");
    let student: Vec<f32> = (0..10).map(|i| (i as f32 * 0.7).sin()).collect();
    let teacher: Vec<f32> = (0..10).map(|i| (i as f32 * 1.3).cos() * 4.0).collect();
    let mut gradient = vec![0.0; 10];
    for soft in [
        Soft::ForwardKl,
        Soft::ReverseKl,
        Soft::Jsd { beta: 0.5 },
        Soft::LogitMse,
        Soft::Dkd { tckd: 1.0, nckd: 2.0 },
        Soft::TeacherTopK { k: 3 },
        Soft::JsdNormalised { beta: 0.5 },
        Soft::TeacherTopKOther { k: 3 },
        Soft::TeacherArgmax,
    ] {
        let params = LossParams::soft(soft, 3.0, 0.9);
        group.bench_with_input(BenchmarkId::from_parameter(format!("{soft:?}")), &params, |b, params| {
            b.iter(|| losses::evaluate(black_box(params), &student, &teacher, 3, &mut gradient));
        });
    }
    group.finish();
}

criterion_group!(engine, steps, products, losses);
criterion_main!(engine);
