//! Training itself: gradients by finite differences through the whole network, the stack against students trained
//! alone, and that the same seed gives the same numbers.

use burn::tensor::{Device, Tensor, TensorData};
use softlabel::config::Optimizer as Kind;
use softlabel::data::points;
use softlabel::engine::loss::{Soft, Supervision};
use softlabel::engine::network::{Stack, he_weights};
use softlabel::engine::optimizer::Optimizer;
use softlabel::engine::trainer::{Batch, gradients, step, supervision};

const B: usize = 16;

fn soft(kind: Soft) -> Supervision {
    Supervision { soft: kind, temperature: 3.0, soft_weight: 0.7, ..Supervision::HARD }
}

/// The arms of the default run and two more, so that every kernel path is taken.
fn arms() -> Vec<Supervision> {
    vec![Supervision::HARD, Supervision::ARGMAX, soft(Soft::ForwardKl), soft(Soft::ReverseKl), soft(Soft::LogitMse)]
}

/// A batch of spiral points for some replicates: each replicate its own points, and made-up teacher logits.
fn batch(replicates: &[usize], at: usize, device: &Device) -> Batch {
    let data = points::spiral(7);
    let r = replicates.len();
    let (mut x, mut y, mut t) = (Vec::new(), Vec::new(), Vec::new());
    for &replicate in replicates {
        for i in 0..B {
            let k = (replicate * 97 + at * B + i) % data.train.labels.len();
            x.extend_from_slice(&data.train.points[2 * k..2 * k + 2]);
            y.push(f32::from(data.train.labels[k]));
            t.extend((0..3).map(|c| ((k * 3 + c) as f32 * 0.7).sin() * 2.0));
        }
    }
    Batch {
        x: Tensor::from_data(TensorData::new(x, [r, B, 2]), device),
        labels: Tensor::from_data(TensorData::new(y, [r, B]), device),
        teacher: Tensor::from_data(TensorData::new(t, [r, B, 3]), device),
    }
}

fn trained(replicates: &[usize], arms: &[Supervision], widths: &[usize], steps: usize, kind: Kind) -> Stack {
    let device = Device::flex();
    let starts: Vec<_> = replicates.iter().map(|&r| he_weights(widths, 5, "student", r)).collect();
    let mut stack = Stack::new(widths, &starts, arms.len(), &device);
    let rows: Vec<_> = replicates.iter().flat_map(|_| arms.iter().copied()).collect();
    let supervision = supervision(&rows, &device);
    let mut optimizer = Optimizer::new(kind, &stack);
    for at in 0..steps {
        step(&mut stack, &mut optimizer, batch(replicates, at, &device), &supervision, 0.02);
    }
    stack
}

fn weights(stack: &Stack) -> Vec<f32> {
    stack
        .layers
        .iter()
        .flat_map(|l| {
            let mut w = l.weight.to_data().try_into_vec::<f32>().unwrap();
            w.extend(l.bias.to_data().try_into_vec::<f32>().unwrap());
            w
        })
        .collect()
}

#[test]
fn a_stack_trains_its_students_as_if_each_were_alone() {
    for kind in [Kind::Adam, Kind::Sgd] {
        for widths in [&[2, 6, 3][..], &[2, 5, 4, 3], &[2, 3]] {
            let stack = trained(&[0, 1, 2], &arms(), widths, 20, kind);
            for replicate in 0..3 {
                for (arm, &supervision) in arms().iter().enumerate() {
                    let alone = weights(&trained(&[replicate], &[supervision], widths, 20, kind));
                    let stacked = weights(&stack.alone(replicate, arm));
                    assert_eq!(alone.len(), stacked.len());
                    for (a, s) in alone.iter().zip(&stacked) {
                        assert!((a - s).abs() <= 1e-5, "{kind:?} {widths:?} replicate {replicate} arm {arm}: {a} {s}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_weights_bit_for_bit() {
    let run = || weights(&trained(&[0, 1], &arms(), &[2, 6, 3], 20, Kind::Adam));
    assert_eq!(run(), run());
}

#[test]
fn the_arms_of_a_replicate_start_equal_and_part_ways() {
    let start = trained(&[0], &arms(), &[2, 6, 3], 0, Kind::Adam);
    assert_eq!(weights(&start.alone(0, 0)), weights(&start.alone(0, 2)));
    let later = trained(&[0], &arms(), &[2, 6, 3], 5, Kind::Adam);
    assert_ne!(weights(&later.alone(0, 0)), weights(&later.alone(0, 2)));
}

#[test]
fn the_backward_pass_is_the_finite_difference_of_the_loss() {
    let device = Device::flex();
    for widths in [&[2, 6, 3][..], &[2, 5, 4, 3]] {
        let starts: Vec<_> = (0..2).map(|r| he_weights(widths, 5, "student", r)).collect();
        let stack = Stack::new(widths, &starts, arms().len(), &device);
        let rows: Vec<_> = (0..2).flat_map(|_| arms()).collect();
        let supervision = supervision(&rows, &device);
        let loss = |stack: &Stack| -> f64 {
            let (loss, _) = gradients(stack, batch(&[0, 1], 0, &device), &supervision);
            loss.into_data().try_into_vec::<f32>().unwrap().iter().map(|&l| f64::from(l)).sum()
        };
        let (_, exact) = gradients(&stack, batch(&[0, 1], 0, &device), &supervision);
        for l in 0..stack.layers.len() {
            let dw = exact[l].0.to_data().try_into_vec::<f32>().unwrap();
            let db = exact[l].1.to_data().try_into_vec::<f32>().unwrap();
            for (bias, values) in [(false, dw), (true, db)] {
                for i in (0..values.len()).step_by(7) {
                    let h = 1e-2_f32;
                    let at = |d: f32| {
                        let mut moved = stack.clone();
                        let nudge = |data: TensorData| {
                            let shape = data.shape().clone();
                            let mut v = data.try_into_vec::<f32>().unwrap();
                            v[i] += d;
                            TensorData::new(v, shape)
                        };
                        let layer = &mut moved.layers[l];
                        if bias {
                            layer.bias = Tensor::from_data(nudge(layer.bias.to_data()), &device);
                        } else {
                            layer.weight = Tensor::from_data(nudge(layer.weight.to_data()), &device);
                        }
                        loss(&moved)
                    };
                    let difference = (at(h) - at(-h)) / f64::from(2.0 * h);
                    let got = f64::from(values[i]);
                    // A kink of the ReLU within ±h leaves an error of the order of h.
                    assert!((difference - got).abs() < 2e-2 * got.abs().max(0.3), "{widths:?} layer {l} bias {bias} {i}: {difference} {got}");
                }
            }
        }
    }
}
