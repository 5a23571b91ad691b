//! What a step costs natively on this machine's GPU, through Vulkan: `cargo bench --no-default-features --features
//! native,gpu --bench vulkan`. The figures users see come from the browser, which adds its own cost to every launch.

use burn::tensor::Device;
use softlabel::engine::{bench, device};
use softlabel::protocol::{BenchSpec, BenchSubject};
use std::time::Instant;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let gpu = match runtime.block_on(device::webgpu()) {
        Ok(gpu) => gpu,
        Err(reason) => return println!("skipped: {reason}"),
    };
    println!("{}, milliseconds a step, batches of 128", gpu.in_use.name);
    let usual = BenchSpec { teacher: vec![784, 256, 256, 10], student: vec![784, 32, 10], batch: 128, steps: 200 };
    let row = |spec: &BenchSpec, subject: BenchSubject, device: &Device| {
        let begun = Instant::now();
        let now = move || begun.elapsed().as_secs_f64() * 1e3;
        let row = runtime.block_on(bench::measure(spec, subject, None, device, &now, &|| 0.0));
        row.expect("the device does not fail").ms
    };
    for (name, subject) in [
        ("teacher 784-256-256-10", BenchSubject::Teacher),
        ("student 784-32-10", BenchSubject::Student),
        ("eight students in a stack", BenchSubject::Stack8),
    ] {
        println!("{name:32} {:8.3}", row(&usual, subject, &gpu.device));
    }
    for students in [1, 8, 32, 144] {
        let spec = BenchSpec { student: vec![784, 256, 10], steps: 100, ..usual.clone() };
        let begun = Instant::now();
        let now = move || begun.elapsed().as_secs_f64() * 1e3;
        let mut stack = bench::Bench::students(&spec, students, &gpu.device);
        let run = async |stack: &mut bench::Bench, steps| stack.run(steps).await.expect("the device does not fail");
        runtime.block_on(run(&mut stack, BenchSpec::WARM_UP));
        let start = now();
        for _ in 0..spec.steps / 20 {
            runtime.block_on(run(&mut stack, 20));
        }
        println!("{:32} {:8.3}", format!("{students} students 784-256-10"), (now() - start) / spec.steps as f64);
    }
}
