//! Training itself: gradients by finite differences through the whole network, the stack against students trained
//! alone, and that the same seed gives the same numbers.

mod cases;

use burn::tensor::Device;
use cases::{arms, batch, trained};
use futures_util::FutureExt;
use softlabel::config::{Architecture, Optimizer as Kind};
use softlabel::engine::gradient_terms;
use softlabel::engine::nn::{Stack, initial_weights};
use softlabel::engine::trainer::{gradients, loss_params};
use softlabel::losses::Soft;

fn weights(stack: &Stack) -> Vec<f32> {
    cases::weights(stack).now_or_never().expect("on the CPU nothing is ever waited for")
}

#[test]
fn a_stack_trains_its_students_as_if_each_were_alone() {
    cases::check_stack_equals_alone(&Device::flex()).now_or_never().expect("on the CPU nothing is ever waited for");
}

#[test]
fn the_same_seed_gives_the_same_weights_bit_for_bit() {
    let run = || weights(&trained(&[0, 1], &arms(), &[2, 6, 3], 20, Kind::Adam, &Device::flex()));
    assert_eq!(run(), run());
}

#[test]
fn the_arms_of_a_replicate_start_equal_and_part_ways() {
    let after = |steps| trained(&[0], &arms(), &[2, 6, 3], steps, Kind::Adam, &Device::flex());
    let (start, later) = (after(0), after(5));
    assert_eq!(weights(&start.alone(0, 0)), weights(&start.alone(0, 2)));
    assert_ne!(weights(&later.alone(0, 0)), weights(&later.alone(0, 2)));
}

#[test]
fn the_backward_pass_is_the_finite_difference_of_the_loss() {
    let device = Device::flex();
    for widths in [&[2, 6, 3][..], &[2, 5, 4, 3]] {
        let network = Architecture::mlp(widths);
        let starts: Vec<_> = (0..2).map(|r| initial_weights(&network, 5, "student", r)).collect();
        let rows: Vec<_> = (0..2).flat_map(|_| arms()).collect();
        let loss_params = loss_params(&rows, &device);
        let stack = Stack::new(&network, &starts, arms().len(), &device);
        let (_, exact) = gradients(&stack, batch(&[0, 1], 0, &device), &loss_params);
        let exact = stack.gradients_to_host(&exact).now_or_never().expect("the CPU does not wait").unwrap();
        let weights = stack.to_host().now_or_never().expect("the CPU does not wait").unwrap();
        for (place, exact) in exact.iter().enumerate() {
            for tensor in exact.tensors() {
                for i in (0..tensor.values.len()).step_by(7) {
                    let h = 1e-2_f32;
                    let at = |d: f32| -> f64 {
                        let mut moved = weights.clone();
                        moved[place].values_mut(&tensor.name).expect("a tensor of the network")[i] += d;
                        let stack = Stack::of(&network, &moved.iter().collect::<Vec<_>>(), arms().len(), &device);
                        let (loss, _) = gradients(&stack, batch(&[0, 1], 0, &device), &loss_params);
                        loss.into_data().try_into_vec::<f32>().unwrap().iter().map(|&l| f64::from(l)).sum()
                    };
                    let difference = (at(h) - at(-h)) / f64::from(2.0 * h);
                    let got = f64::from(tensor.values[i]);
                    // A kink of the ReLU within ±h leaves an error of the order of h.
                    assert!(
                        (difference - got).abs() < 2e-2 * got.abs().max(0.3),
                        "{widths:?} network {place} {} [{i}]: {difference} {got}",
                        tensor.name
                    );
                }
            }
        }
    }
}

#[test]
fn a_gradient_taken_apart_adds_up_to_the_whole() {
    let device = Device::flex();
    let network = Architecture::mlp([2, 5, 4, 3]);
    let starts: Vec<_> = (0..2).map(|r| initial_weights(&network, 5, "student", r)).collect();
    let rows = vec![cases::soft(Soft::ForwardKl); 4];
    let stack = Stack::new(&network, &starts, 2, &device);
    let parts = gradient_terms::measure(&stack, &batch(&[0, 1], 0, &device), &rows, &[true; 4], &device);
    let parts = parts.into_data().try_into_vec::<f32>().unwrap();
    let (_, whole) = gradients(&stack, batch(&[0, 1], 0, &device), &loss_params(&rows, &device));
    // ‖α g + (1 − α) h‖² over all students, from the norms and inner products of g and h.
    let whole = stack.gradients_to_host(&whole).now_or_never().expect("the CPU does not wait").unwrap();
    let norm: f64 = whole.iter().flat_map(|network| network.all_values()).map(|g| f64::from(g * g)).sum();
    let (alpha, beta) = (f64::from(rows[0].soft_weight), f64::from(rows[0].hard_weight));
    let sum = |i: usize| parts[4 * i..4 * i + 4].iter().map(|&v| f64::from(v)).sum::<f64>();
    let from_parts = alpha * alpha * sum(0) + beta * beta * sum(1) + 2.0 * alpha * beta * sum(2);
    assert!((norm - from_parts).abs() < 1e-4 * norm, "{norm} {from_parts}");
    let read = gradient_terms::read(&parts);
    assert!(read.iter().all(|a| a.soft > 0.0 && a.hard > 0.0 && a.cosine.abs() <= 1.0));
}
