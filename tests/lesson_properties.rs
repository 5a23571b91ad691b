//! Properties of every lesson's judge, on outcomes that no run is asked to give: ties, extremes, missing figures, one
//! replicate. What a verdict says must follow from the figures, and be said in numbers that exist.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use softlabel::config::{Arm, Config, Measure, Method, Supervision};
use softlabel::experiment::{BestMoment, Evaluation, ExampleErrors, Metrics, Outcome};
use softlabel::lab::comparison::{Finding, holm, paired};
use softlabel::lab::lessons::{LESSONS, Lesson, RunRecord};
use softlabel::lab::verdict::judge_by;

/// Outcomes for each lesson.
const OUTCOMES: usize = 1_000;
/// Test examples.
const EXAMPLES: usize = 40;

/// How accuracies are made up.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Anywhere.
    Random,
    /// All the same.
    Ties,
    /// 0 or 1.
    Extreme,
    /// Differences far below a point.
    Close,
    /// Differences that are sure.
    Sure,
    /// Not a number.
    NotANumber,
}
const KINDS: [Kind; 6] = [Kind::Random, Kind::Ties, Kind::Extreme, Kind::Close, Kind::Sure, Kind::NotANumber];

fn value(kind: Kind, arm: usize, rng: &mut ChaCha8Rng) -> f64 {
    match kind {
        Kind::Random => rng.random::<f64>(),
        Kind::Ties => 0.9,
        Kind::Extreme => f64::from(u8::from(rng.random::<bool>())),
        Kind::Close => 0.9 + 1e-4 * rng.random::<f64>(),
        Kind::Sure => 0.2 + 0.11 * (arm * 5 % 7) as f64 + 1e-3 * rng.random::<f64>(),
        Kind::NotANumber => f64::NAN,
    }
}

/// A made-up record of one of a lesson's runs.
fn record(config: Config, kind: Kind, rng: &mut ChaCha8Rng) -> RunRecord {
    let mut config = config;
    config.replicates = *[1, 2, 3, 5].get(rng.random_range(0..4_usize)).expect("four");
    let (arms, classes) = (config.arms().len(), 10);
    // Which arms are good is another matter in each outcome.
    let turn = rng.random_range(0..7_usize);
    let mut metrics = |arm: usize| {
        let accuracy = value(kind, arm + turn, rng);
        Metrics {
            accuracy,
            agreement: value(kind, arm + 1, rng),
            nll: 3.0 * value(kind, arm, rng),
            kl_to_teacher: 0.1,
            brier: 0.2,
            ece: 0.1,
            entropy: 0.3,
        }
    };
    let students: Vec<Metrics> = (0..config.replicates * arms).map(|i| metrics(i % arms)).collect();
    let teacher = metrics(3);
    let second_teacher = Some(metrics(4));
    let curves =
        (0..arms).map(|arm| vec![(10.0, 100.0 * metrics(arm).accuracy), (20.0, 100.0 * metrics(arm).accuracy)]);
    let curves: Vec<Vec<(f64, f64)>> = curves.collect();
    let labels: Vec<u8> = (0..EXAMPLES).map(|i| (i % classes) as u8).collect();
    let with_logits = rng.random::<bool>();
    let mut logits = |networks: usize| -> Vec<f32> {
        (0..networks * EXAMPLES * classes)
            .map(|_| match kind {
                Kind::Ties => 0.0,
                Kind::NotANumber => f32::NAN,
                _ => 8.0 * rng.random::<f32>(),
            })
            .collect()
    };
    let teacher_logits = if with_logits { logits(1) } else { Vec::new() };
    let student_logits = if with_logits { logits(config.replicates * arms) } else { Vec::new() };
    let errors = vec![0.004; arms * arms];
    let best_moments = (0..config.replicates * arms)
        .map(|i| BestMoment { step: 10.0, accuracy: value(kind, i % arms + turn, rng) })
        .collect();
    RunRecord {
        queries: vec![200; arms],
        transfer_examples: config.transfer_size,
        classes: (0..classes).map(|c| format!("class {c}")).collect(),
        curves,
        teacher_logits,
        student_logits,
        labels,
        outcome: Outcome {
            evaluation: Evaluation { teacher, students, second_teacher, ..Evaluation::default() },
            best_moments,
            example_errors: ExampleErrors {
                examples: EXAMPLES,
                accuracy: errors.clone(),
                nll: errors,
                ..ExampleErrors::default()
            },
            config,
            ..Outcome::default()
        },
    }
}

/// Texts that no sentence may have.
const IMPOSSIBLE: [&str; 9] = ["inf", "NaN", "-0", "−0.0 ", "−0 ", "−0%", "−0\u{a0}%", " -", "+−"];

fn check_text(lesson: &Lesson, text: &str, numbers: bool) {
    for bad in IMPOSSIBLE {
        // What is not a number may come out as such in a row of figures, never in a verdict.
        assert!(!(numbers && text.contains(bad)), "{}: “{bad}” in {text}", lesson.key);
    }
}

/// How much of their soft labels two classes lend each other.
struct Lending {
    classes: (usize, usize),
    there: f64,
    back: f64,
    mean: f64,
    variance: f64,
}

impl Lending {
    /// Beyond chance, whatever the dependence of pairs that share a class.
    fn ahead_of(&self, other: &Self) -> bool {
        self.mean - other.mean > 2.0_f64.sqrt() * 1.96 * (self.variance + other.variance).sqrt()
    }
}

/// All pairs of classes, those that lend each other most first; from softmax in a way of its own.
fn lending(run: &RunRecord, t: f64) -> Vec<Lending> {
    let lends = |from: usize, to: usize| {
        let rows = run.teacher_logits.chunks(10).zip(&run.labels).filter(|(_, label)| usize::from(**label) == from);
        let share =
            |row: &[f32]| 1.0 / row.iter().map(|&z| ((f64::from(z) - f64::from(row[to])) / t).exp()).sum::<f64>();
        let shares: Vec<f64> = rows.map(|(row, _)| share(row)).collect();
        let n = shares.len() as f64;
        let mean = shares.iter().sum::<f64>() / n;
        (mean, shares.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / (n - 1.0) / n)
    };
    let mut pairs: Vec<Lending> = (0..10)
        .flat_map(|i| (i + 1..10).map(move |j| (i, j)))
        .map(|(i, j)| {
            let ((there, a), (back, b)) = (lends(i, j), lends(j, i));
            Lending { classes: (i, j), there, back, mean: (there + back) / 2.0, variance: (a + b) / 4.0 }
        })
        .collect();
    pairs.sort_by(|a, b| b.mean.total_cmp(&a.mean));
    pairs
}

/// Recomputes the claims of a verdict from the records; each panics with the reason.
fn check_claims(lesson: &Lesson, runs: &[&RunRecord], came_true: Option<usize>, sentence: &str) {
    let ahead = |run: &RunRecord, a: Arm, b: Arm| run.compare(a, b).is_some_and(|c| c.finding() == Finding::Gain);
    match lesson.key {
        "few-labels" if came_true == Some(0) => {
            for run in runs {
                let argmax = run.extra_arm(Method::Argmax).expect("an argmax arm");
                assert!(ahead(run, Arm::Distilled, Arm::Hard) && ahead(run, Arm::Distilled, argmax), "{sentence}");
            }
        }
        "few-labels" if came_true == Some(2) => {
            assert!(runs.iter().all(|run| !ahead(run, Arm::Distilled, Arm::Hard)), "{sentence}");
        }
        "api" if came_true.is_some() => {
            let run = runs[0];
            let config = run.config();
            let asked = config.arms().into_iter().filter(|&arm| config.supervision(arm).is_some());
            let best = asked.clone().max_by(|&a, &b| run.accuracy(a).total_cmp(&run.accuracy(b))).expect("five arms");
            let over: Vec<_> = asked.filter(|&arm| arm != best).filter_map(|arm| run.compare(best, arm)).collect();
            assert!(holm(&over).iter().all(|&finding| finding == Finding::Gain), "{sentence}");
        }
        "think-alike" => {
            let more =
                runs[0].agreement_of(Arm::Distilled).minus(&runs[0].agreement_of(Arm::Hard)).expect("replicates");
            match came_true {
                Some(0) => assert_eq!(more.finding(), Finding::Gain, "{sentence}"),
                Some(_) => assert_ne!(more.finding(), Finding::Gain, "{sentence}"),
                None => assert!(sentence.contains("cannot tell"), "{sentence}"),
            }
        }
        "wrong-transfer" => {
            let cost =
                runs[2].accuracy_of(Arm::Distilled).minus(&runs[0].accuracy_of(Arm::Distilled)).expect("replicates");
            let interval = cost.wider();
            match came_true {
                Some(2) => assert!(interval.low > 30.0, "{sentence}"),
                Some(1) => assert!(interval.low >= 10.0 && interval.high <= 30.0, "{sentence}"),
                Some(_) => assert!(interval.high < 10.0, "{sentence}"),
                None => {}
            }
            assert_eq!(sentence.contains("transfer set costs"), cost.finding() == Finding::Gain, "{sentence}");
            assert!(!sentence.contains("of the loss") || cost.finding() == Finding::Gain, "{sentence}");
        }
        "too-small" => {
            let below = |i: usize| {
                let comparison = runs[i].accuracy_of_teacher().minus(&runs[i].accuracy_of(Arm::Distilled));
                comparison.expect("replicates").wider()
            };
            match came_true {
                Some(0) => assert!(below(1).high <= 3.0, "{sentence}"),
                Some(1) => assert!(below(1).low > 3.0 && below(5).high <= 3.0, "{sentence}"),
                Some(_) => assert!(below(5).low > 3.0, "{sentence}"),
                None => assert!(sentence.contains("cannot tell"), "{sentence}"),
            }
        }
        "wrong-labels" => {
            let (soft, hard) = (runs[0].accuracy_of(Arm::Distilled), runs[0].accuracy_of(Arm::Hard));
            let best = runs[0].best_moment(Arm::Hard).expect("best moments").1;
            let over_best = soft.minus(&best).expect("replicates");
            assert_eq!(came_true == Some(0), over_best.finding() == Finding::Gain, "{sentence}");
            assert!(came_true != Some(2) || soft.mean() <= hard.mean() + 1.0, "{sentence}");
        }
        "knows" => {
            let run = runs[0];
            let t = f64::from(run.config().distilled.temperature);
            let pairs = lending(run, t);
            // Sorted by how much they lend each other: the first is named, and ahead where a prediction comes true.
            let (first, second) = (&pairs[0], &pairs[1]);
            let named = |pair: &Lending| format!("class {} and class {}", pair.classes.0, pair.classes.1);
            let tied = (first.mean - second.mean).abs() < 1e-12;
            assert!(tied || sentence.contains(&named(first)), "{}: {sentence}", named(first));
            let told = [(0, 6), (2, 4), (5, 7), (3, 8)];
            if let Some(i) = came_true {
                assert_eq!(told[i], first.classes, "{sentence}");
            }
            let ahead_of_all = pairs[1..].iter().all(|other| first.ahead_of(other));
            assert_eq!(sentence.contains("are most alike"), ahead_of_all, "{sentence}");
            assert_eq!(sentence.contains("Too close to call between"), !ahead_of_all, "{sentence}");
            let shown = |share: f64| format!("{:.0}", (100.0 * share).round());
            let close = |share: f64| ((100.0 * share).fract() - 0.5).abs() < 1e-6;
            if !tied && !close(first.there) && !close(first.back) {
                assert!(sentence.contains(&format!("{}\u{a0}% of its soft label", shown(first.there))), "{sentence}");
                assert!(sentence.contains(&format!("gets {}\u{a0}%", shown(first.back))), "{sentence}");
            }
            let permuted = run.extra_arm(Method::Permuted).expect("a control");
            let relations = run.compare(Arm::Distilled, permuted).expect("replicates");
            let words = match relations.finding() {
                Finding::Gain => "real ones teach it more",
                Finding::Loss => "Shuffled doubts even taught it more",
                Finding::NoSignificantGain => "cannot tell",
            };
            assert!(sentence.contains(words), "{sentence}");
        }
        "temperature" => {
            let run = runs[1];
            let config = run.config();
            let of = |low: f32, high: f32| {
                let arms = config.arms().into_iter();
                let inside = |s: &Supervision| s.temperature > low && s.temperature < high;
                let arms: Vec<Arm> = arms.filter(|&arm| config.supervision(arm).is_some_and(inside)).collect();
                // The mean of the arms, replicate by replicate and example by example, in a way of its own.
                let each: Vec<_> = arms.iter().map(|&arm| run.accuracy_of(arm)).collect();
                let mut mean = each[0].clone();
                for other in &each[1..] {
                    mean.values.iter_mut().zip(&other.values).for_each(|(a, b)| *a += b);
                    mean.examples.iter_mut().zip(&other.examples).for_each(|(a, b)| *a += b);
                }
                mean.values.iter_mut().chain(&mut mean.examples).for_each(|v| *v /= each.len() as f64);
                mean
            };
            let bands = [of(0.0, 2.0), of(2.0, 6.0), of(6.0, 99.0)];
            let pairs = [(0, 1), (0, 2), (1, 2)];
            let all: Vec<_> = pairs.iter().map(|&(a, b)| bands[a].minus(&bands[b]).expect("replicates")).collect();
            let findings = holm(&all);
            match came_true {
                Some(3) => assert!(all.iter().all(|c| c.equivalent_within(1.5)), "{sentence}"),
                Some(band) => {
                    for (&(a, b), finding) in pairs.iter().zip(&findings) {
                        assert!(a != band || *finding == Finding::Gain, "{sentence}");
                        assert!(b != band || *finding == Finding::Loss, "{sentence}");
                    }
                }
                None => assert!(sentence.contains("cannot tell"), "{sentence}"),
            }
            assert!(came_true.is_some() || !all.iter().all(|c| c.equivalent_within(1.5)), "{sentence}");
        }
        "missing-three" => {
            let run = runs[0];
            let found = run.with_bias(Arm::Distilled, 3).expect("logits");
            let interval = found.estimate().expect("replicates").wider();
            match came_true {
                Some(0) => assert!(interval.high < 10.0, "{sentence}"),
                Some(1) => assert!(interval.low >= 10.0 && interval.high <= 60.0, "{sentence}"),
                Some(_) => assert!(interval.low > 60.0, "{sentence}"),
                None => {
                    let within = (interval.low < 10.0 && interval.high >= 10.0)
                        || (interval.low <= 60.0 && interval.high > 60.0);
                    assert!(within && sentence.contains("cannot tell"), "{sentence}");
                }
            }
            // As trained, counted here.
            let logits: Vec<&[f32]> = run.logits(Arm::Distilled).collect();
            let answers = |row: &[f32]| (0..10).rev().max_by(|&a, &b| row[a].total_cmp(&row[b])).expect("ten");
            let right = |logits: &&[f32]| {
                let of_class = logits.chunks(10).zip(&run.labels).filter(|(_, label)| **label == 3);
                let (n, right) =
                    of_class.fold((0, 0), |(n, right), (row, _)| (n + 1, right + usize::from(answers(row) == 3)));
                100.0 * right as f64 / f64::from(n)
            };
            let finite = logits.iter().all(|logits| logits.iter().all(|z| z.is_finite()));
            let mean = logits.iter().map(right).sum::<f64>() / logits.len() as f64;
            assert!(!finite || (found.class - mean).abs() < 1e-9, "{mean}: {sentence}");
        }
        "names" => {
            let nll = |run: usize, arm| runs[run].mean(arm, |m| m.nll);
            let (soft, real, written) = (nll(0, Arm::Distilled), nll(0, Arm::Hard), nll(1, Arm::Hard));
            let least = match came_true {
                Some(0) => Some(soft),
                Some(1) => Some(written),
                Some(_) => Some(real),
                None => None,
            };
            if let Some(least) = least {
                assert!([soft, real, written].iter().all(|&other| least <= other), "{sentence}");
                // Ahead of both others over replicates alone, too: the wider interval decides.
                let ahead = |a: (usize, Arm), b: (usize, Arm)| {
                    let of = |(run, arm): (usize, Arm)| runs[run].values(arm, |m| m.nll);
                    paired(&of(b), &of(a)).is_some_and(|of| of.low > 0.0)
                };
                let arms = [(0, Arm::Distilled), (1, Arm::Hard), (0, Arm::Hard)];
                let winner = arms[came_true.expect("one came true")];
                assert!(arms.iter().filter(|&&arm| arm != winner).all(|&arm| ahead(winner, arm)), "{sentence}");
            }
        }
        _ => {}
    }
    let undecided = [
        "cannot tell",
        "No prediction holds",
        "in no one of the three ranges",
        "No one is ahead",
        "are most alike",
        "Too close to call",
        "one drawn answer",
    ];
    // Where no prediction came true, the sentence says why.
    if came_true.is_none() {
        assert!(undecided.iter().any(|why| sentence.contains(why)), "{}: {sentence}", lesson.key);
    }
}

#[test]
fn no_judge_claims_what_the_figures_do_not_show() {
    let mut rng = ChaCha8Rng::seed_from_u64(14);
    let (mut verdicts, mut decided, mut silent) = (0, 0, 0);
    for lesson in LESSONS {
        for i in 0..OUTCOMES {
            let kind = KINDS[i % KINDS.len()];
            let replicates = rng.random_range(0..4_usize);
            let runs: Vec<RunRecord> = (lesson.runs)()
                .into_iter()
                .map(|run| {
                    let mut record = record(run.config, kind, &mut rng);
                    // All runs of a lesson have as many replicates.
                    let wanted = [1, 2, 3, 5][replicates];
                    while record.config().replicates != wanted {
                        record = self::record(record.config().clone(), kind, &mut rng);
                    }
                    record
                })
                .collect();
            let judgement = (lesson.judge)(&runs.iter().collect::<Vec<_>>());
            let numbers = !matches!(kind, Kind::NotANumber);
            judgement.rows.iter().for_each(|row| check_text(lesson, &row.value, numbers));
            match judgement.verdict {
                None => silent += 1,
                Some(verdict) => {
                    verdicts += 1;
                    decided += usize::from(verdict.came_true.is_some());
                    check_text(lesson, &verdict.sentence, true);
                    assert!(verdict.came_true.is_none_or(|i| i < lesson.predictions.len()));
                    // Logits that are not numbers answer something; of other figures nothing follows.
                    let counted = lesson.key == "missing-three";
                    assert!(numbers || counted || verdict.came_true.is_none(), "{}: {}", lesson.key, verdict.sentence);
                    check_claims(lesson, &runs.iter().collect::<Vec<_>>(), verdict.came_true, &verdict.sentence);
                }
            }
        }
    }
    println!(
        "{} outcomes: {verdicts} verdicts, {decided} of them decided; {silent} without a verdict",
        OUTCOMES * LESSONS.len()
    );
    assert!(verdicts > OUTCOMES && decided > OUTCOMES / 4);
}

#[test]
fn no_verdict_of_a_run_claims_what_its_figures_do_not_show() {
    let mut rng = ChaCha8Rng::seed_from_u64(15);
    let (mut verdicts, mut gains) = (0, 0);
    for i in 0..10_000 {
        let kind = KINDS[i % KINDS.len()];
        let lesson = &LESSONS[i % LESSONS.len()];
        let config = (lesson.runs)().swap_remove(0).config;
        let outcome = record(config, kind, &mut rng).outcome;
        for measure in [Measure::Auto, Measure::Nll] {
            let Some(verdict) = judge_by(&outcome, measure, &[]) else { continue };
            verdicts += 1;
            gains += usize::from(verdict.finding == Finding::Gain);
            if matches!(kind, Kind::NotANumber) {
                assert_eq!(verdict.finding, Finding::NoSignificantGain, "{}", verdict.sentence);
                continue;
            }
            for text in [&verdict.sentence, &verdict.detail].into_iter().chain(&verdict.cautions) {
                check_text(lesson, text, true);
            }
            let interval = verdict.gain.wider();
            match verdict.finding {
                Finding::Gain => assert!(interval.low > 0.0 && verdict.gain.p_value < 0.05, "{}", verdict.sentence),
                Finding::Loss => assert!(interval.high < 0.0 && verdict.gain.p_value < 0.05, "{}", verdict.sentence),
                Finding::NoSignificantGain => {}
            }
            // Where it is not called significant although its own interval leaves out 0, the reason is given.
            let compared = !verdict.sentence.starts_with("No comparison");
            if compared && verdict.finding == Finding::NoSignificantGain && (interval.low > 0.0 || interval.high < 0.0)
            {
                assert!(
                    verdict.detail.contains("By itself this comparison would be significant"),
                    "{}",
                    verdict.detail
                );
            }
        }
    }
    println!("{verdicts} verdicts, {gains} of them gains");
    assert!(verdicts > 5_000 && gains > 100);
}
