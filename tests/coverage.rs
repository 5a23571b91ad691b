//! Coverage of the verdict's interval by simulation: null runs, in which the two arms do not differ in expectation over
//! samples and test examples, must be called different in at most about 5 %.
#![cfg(feature = "engine")]

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use softlabel::engine::example_errors::{Predictions, example_errors};
use softlabel::lab::comparison::{Comparison, ExampleError};
use softlabel::lab::verdict::Finding;

/// Simulated runs of each kind.
const RUNS: usize = 1_000;
/// Test examples.
const EXAMPLES: usize = 400;

/// A null model of a run: scatter of logits that stand for what a replicate learned and what is peculiar to an example.
#[derive(Clone, Copy)]
struct Null {
    replicates: usize,
    /// Deviation of an arm's skill between replicates.
    of_replicates: f64,
    /// Deviation of what an arm finds hard in an example, in all replicates alike.
    of_examples: f64,
    /// Deviation of what a single student finds hard in an example.
    of_both: f64,
}

/// Correctness of the students of one simulated run as logits of two classes, `[R][2]` of `[N, 2]`, and all labels 0.
fn simulate(null: Null, rng: &mut ChaCha8Rng) -> Vec<Vec<f32>> {
    let mut normal = |scale: f64| -> f64 {
        let z: f64 = StandardNormal.sample(rng);
        scale * z
    };
    let shared: Vec<f64> = (0..EXAMPLES).map(|_| 1.0 + normal(1.0)).collect();
    let peculiar: Vec<[f64; 2]> = (0..EXAMPLES).map(|_| [normal(null.of_examples), normal(null.of_examples)]).collect();
    let mut networks = Vec::new();
    for _ in 0..null.replicates {
        let sample = normal(0.2);
        for arm in [0, 1] {
            let skill = sample + normal(null.of_replicates);
            networks.push(
                (0..EXAMPLES)
                    .flat_map(|n| [(shared[n] + peculiar[n][arm] + skill + normal(null.of_both)) as f32, 0.0])
                    .collect(),
            );
        }
    }
    networks
}

fn compare(networks: &[Vec<f32>]) -> Comparison {
    let labels = [0_u8; EXAMPLES];
    let errors = example_errors(Predictions { networks, arms: 2, labels: &labels, classes: 2, clusters: &[] });
    let accuracy = |logits: &Vec<f32>| logits.chunks(2).filter(|z| z[0] > z[1]).count() as f64 / EXAMPLES as f64;
    let arm = |a: usize| networks.iter().skip(a).step_by(2).map(accuracy).collect::<Vec<f64>>();
    let error = ExampleError { error: errors.accuracy[1], examples: errors.examples };
    Comparison::of(&arm(0), &arm(1), Some(error)).expect("two replicates or more")
}

#[test]
fn the_wider_interval_covers_no_difference_in_at_least_93_of_100_null_runs() {
    for replicates in [3, 5, 12] {
        for (of_replicates, of_examples, of_both) in
            [(0.1, 0.5, 0.5), (0.02, 1.0, 0.3), (0.3, 0.1, 0.5), (0.0, 0.0, 0.5), (0.1, 0.3, 1.0)]
        {
            let null = Null { replicates, of_replicates, of_examples, of_both };
            let mut rng = ChaCha8Rng::seed_from_u64(replicates as u64);
            let (mut covered, mut by_replicates) = (0, 0);
            for _ in 0..RUNS {
                let comparison = compare(&simulate(null, &mut rng));
                covered += usize::from(comparison.finding() == Finding::NoSignificantGain);
                by_replicates += usize::from(comparison.replicates.finding() == Finding::NoSignificantGain);
            }
            let share = |count: usize| 100.0 * count as f64 / RUNS as f64;
            println!(
                "R = {replicates}, scatter of replicates {of_replicates}, examples {of_examples}, both {of_both}: \
                 {:.1} % covered, {:.1} % by replicates alone",
                share(covered),
                share(by_replicates)
            );
            assert!(share(covered) >= 93.0, "R = {replicates}: {:.1} %", share(covered));
        }
    }
}

#[test]
fn a_true_difference_is_found() {
    let null = Null { replicates: 5, of_replicates: 0.1, of_examples: 0.3, of_both: 0.5 };
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut found = 0;
    for _ in 0..200 {
        let mut networks = simulate(null, &mut rng);
        // The second arm is worse by what moves about a tenth of the answers.
        for logits in networks.iter_mut().skip(1).step_by(2) {
            logits.iter_mut().step_by(2).for_each(|z| *z -= 0.4 + 0.1 * rng.random::<f32>());
        }
        found += usize::from(compare(&networks).finding() == Finding::Gain);
    }
    println!("found in {found} of 200 runs");
    assert!(found >= 180, "{found}");
}
