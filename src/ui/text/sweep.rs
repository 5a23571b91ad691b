//! Sentences of a sweep: its plan, its progress and results, and each cell. Pure.

use crate::config::{Config, parameter, thousands};
use crate::lab::number_format::{compared, decimals, per_cent, tenths};
use crate::lab::sweep::{Axis, Planned, Sweep};
use crate::lab::verdict::{Finding, signed};
use crate::ui::state::sweep::SweepRun;
use crate::ui::text::arms;
use crate::ui::text::units::wait;
use std::collections::BTreeSet;

/// Tick label: a value on an axis, without its unit.
pub fn tick(axis: Axis, value: f64) -> String {
    let shown = axis.show(value);
    let unit = parameter(axis.key()).map_or("", |parameter| parameter.unit);
    shown.trim_end_matches(unit).trim_end().to_string()
}

/// Title of an axis with its unit: `Transfer set size, examples`.
pub fn axis(axis: Axis) -> String {
    match parameter(axis.key())
        .map(|parameter| parameter.unit)
        .filter(|unit| !unit.is_empty() && !axis.name().ends_with(unit))
    {
        Some(unit) => format!("{}, {unit}", axis.name()),
        None => axis.name().to_string(),
    }
}

fn count(n: usize, one: &str, more: &str) -> String {
    format!("{} {}", thousands(n as f64), if n == 1 { one } else { more })
}

/// A measured duration; unlike [`wait`], not rounded up to a second.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 0.05 => "less than 0.1 s".into(),
        s if s < 9.95 => format!("{} s", decimals(s, 1)),
        s => wait(s),
    }
}

/// Work that a sweep takes: students, baselines, teachers, jobs and memory.
pub fn plan(sweep: &Sweep, base: &Config, jobs: &[Planned], workers: usize) -> String {
    let own_teachers = jobs.iter().filter(|p| p.job.trains_own()).count();
    let shared_teachers: BTreeSet<usize> = jobs.iter().filter(|p| !p.job.trains_own()).map(|p| p.teacher).collect();
    let teachers = own_teachers + shared_teachers.len();
    let baselines = jobs.iter().filter(|p| p.job.baseline).count() * sweep.replicates;
    let most = jobs.iter().map(Planned::bytes).max().unwrap_or(0) as f64 / 1e6;
    let most = if most < 1.0 { "1".to_string() } else { format!("{most:.0}") };
    let workers = workers.min(jobs.len()).max(1);
    let side_by_side = if workers > 1 { format!(", {workers} of them side by side") } else { String::new() };
    let varied = |wanted: Axis| [sweep.x, sweep.y].contains(&wanted);
    let method = || format!(", {}", arms::inline(crate::config::Options::label(base.distilled.method)));
    let method = if varied(Axis::Method) { String::new() } else { method() };
    let columns_alike = varied(Axis::Temperature) && !varied(Axis::Method) && !base.distilled.method.has_temperature();
    let mut note =
        if columns_alike { " This method has no temperature: the columns will be the same." } else { "" }.to_string();
    note.push_str(&fewer(sweep, base));
    format!(
        "{} and {} as baselines, {} steps each, from {}: cut into {}{side_by_side}, so that a part needs at most about \
         {most} MB beside the data. Everything that the sweep does not vary is as set above (seed {}{method}).{note}",
        count(sweep.students(), "student", "students"),
        count(baselines, "hard-label student", "hard-label students"),
        thousands(sweep.steps as f64),
        count(teachers, "teacher", "teachers"),
        count(jobs.len(), "part", "parts"),
        base.seed,
    )
}

/// Which of the usual transfer sets a sweep leaves out, because there are no more examples; a sentence with a space before it.
fn fewer(sweep: &Sweep, base: &Config) -> String {
    let usual = Sweep::over(sweep.x, sweep.y, base);
    let axes = [("Columns", sweep.x, &sweep.xs, usual.xs), ("Rows", sweep.y, &sweep.ys, usual.ys)];
    let cut = axes.into_iter().find(|(_, axis, values, usual)| {
        *axis == Axis::TransferSize && usual.last().zip(values.last()).is_some_and(|(usual, last)| usual > last)
    });
    cut.map_or_else(String::new, |(what, _, values, _)| {
        format!(
            " {what} of more than {} examples are left out: beside the validation set there are no more.",
            thousands(values.last().copied().unwrap_or_default())
        )
    })
}

/// The two values of a cell's settings: `Temperature 3.0, Soft weight 0.50`.
pub fn place(sweep: &Sweep, (x, y): (usize, usize)) -> String {
    let of = |axis: Axis, value: Option<&f64>| {
        format!("{} {}", axis.name(), value.map_or_else(String::new, |v| tick(axis, *v)))
    };
    format!("{}, {}", of(sweep.x, sweep.xs.get(x)), of(sweep.y, sweep.ys.get(y)))
}

/// A gain as shown in its cell; a large gain in a narrow cell has no decimals.
pub fn gain(mean: f64, narrow: bool) -> String {
    if narrow && mean.abs() >= 9.95 { signed(mean.round()).trim_end_matches(".0").to_string() } else { signed(mean) }
}

/// A cell as text: its settings, accuracies, gain with interval, and agreement.
pub fn cell(run: &SweepRun, at: (usize, usize)) -> String {
    let place = place(&run.grid.sweep, at);
    let Some(cell) = run.grid.cell(at.0, at.1) else {
        let why = if run.running() { "not measured yet" } else { "not measured" };
        return format!("{place}: {why}.");
    };
    let mut text = format!("{place}: ");
    if let (Some(gain), Some(hard)) = (cell.gain, run.grid.baseline(at.0, at.1)) {
        let (accuracy, hard) = compared(cell.accuracy, hard, gain.mean);
        let covers_zero = if gain.finding() == Finding::NoSignificantGain { ", which includes 0" } else { "" };
        text.push_str(&format!(
            "{accuracy} right, hard labels {hard}: {} points (95\u{a0}% interval {} to {}{covers_zero})",
            signed(gain.mean),
            signed(gain.low),
            signed(gain.high),
        ));
    } else {
        text.push_str(&format!("{} right", per_cent(cell.accuracy)));
    }
    text.push_str(&format!("; agrees with the teacher on {}", per_cent(cell.agreement)));
    text.push_str(match (cell.done, run.running()) {
        (true, _) => ".",
        (false, true) => ". Still training.",
        (false, false) => ", half way: it was not trained to the end.",
    });
    text
}

/// Caption of the map: progress, accuracy of the teachers, and the largest gain.
pub fn caption(run: &SweepRun) -> String {
    let (nx, ny) = run.size();
    let (filled, all) = (run.grid.filled(), nx * ny);
    let mut text = if run.preview {
        return format!("Nothing run yet: each of the {all} cells will show the gain over the hard-label student.");
    } else if run.running() {
        let left = run.left().map_or_else(String::new, |s| format!(", about {} left", wait(s)));
        format!("{filled} of {all} cells done{left}.")
    } else if filled == all {
        format!("All {all} cells done in {}.", duration(run.seconds))
    } else if run.stopped {
        format!("Stopped: {filled} of {all} cells done.")
    } else {
        format!("{filled} of {all} cells done; the others failed.")
    };
    let teachers: Vec<f64> = run.grid.teachers.iter().flatten().copied().collect();
    match teachers.as_slice() {
        [] => {}
        [one] => text.push_str(&format!(" The teacher is right on {}.", per_cent(*one))),
        several => {
            let low = several.iter().copied().fold(f64::INFINITY, f64::min);
            let high = several.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            text.push_str(&format!(" The teachers are right on {} to {}.", tenths(low), per_cent(high)));
        }
    }
    let best = run.grid.best().and_then(|(x, y, cell)| Some(((x, y), cell.gain?)));
    if let Some((at, gain)) = best {
        let so_far = if run.running() { "so far" } else { "of all measured" };
        let covers_zero = match gain.finding() {
            Finding::NoSignificantGain => ", an interval that includes 0",
            _ => "",
        };
        text.push_str(&format!(
            " The largest gain {so_far}: {} points at {} (95\u{a0}% interval {} to {}{covers_zero}).",
            signed(gain.mean),
            place(&run.grid.sweep, at),
            signed(gain.low),
            signed(gain.high),
        ));
        let ties = run.grid.ties().into_iter().filter(|&tie| tie).count();
        // A cell without its hard-label students has no gain.
        let compared = run.cells().into_iter().flatten().filter(|cell| cell.done && cell.gain.is_some()).count();
        if !run.running() && compared > 1 {
            let which = if compared < filled { "could be compared" } else { "is done" };
            text.push_str(&match ties {
                ..=1 => format!(" Every other cell that {which} is significantly behind it (Holm)."),
                2 => " One other cell is not significantly behind it (Holm).".into(),
                n => format!(" {} other cells are not significantly behind it (Holm).", n - 1),
            });
        }
        if !run.running() && compared < filled {
            let without = count(filled - compared, "cell has", "cells have");
            text.push_str(&format!(
                " {without} nothing to be compared with: the hard-label students were not trained."
            ));
        }
        text.push_str(
            " Measured on a validation set, held out of the training examples: the best of many is partly luck, so confirm it with \
             a new seed on the test set (“Use these settings”, then Train).",
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Task;
    use crate::lab::sweep::Limits;
    use crate::ui::state::sweep::tests::{measured, run};

    #[test]
    fn units_are_in_the_axis_title_not_in_the_ticks() {
        assert_eq!(tick(Axis::TransferSize, 10_000.0), "10,000");
        assert_eq!(tick(Axis::LabelNoise, 0.3), "30\u{a0}%");
        assert_eq!(tick(Axis::Method, 3.0), "Argmax");
        assert_eq!(axis(Axis::TransferSize), "Transfer set size, examples");
        assert_eq!(axis(Axis::Temperature), "Temperature");
        assert_eq!(axis(Axis::StudentHidden), "Student hidden units");
    }

    #[test]
    fn a_large_gain_in_a_narrow_cell_has_no_decimals() {
        let shown =
            [(12.37, true), (-24.6, true), (4.26, true), (12.37, false)].map(|(mean, narrow)| gain(mean, narrow));
        assert_eq!(shown, ["+12", "−25", "+4.3", "+12.4"]);
    }

    #[test]
    fn the_plan_counts_students_teachers_and_jobs() {
        let run = run();
        let sentence = plan(&run.grid.sweep, &run.base, run.queue.jobs(), 2);
        assert!(sentence.contains("108 students") && sentence.contains("3 hard-label students"), "{sentence}");
        assert!(sentence.contains("from 1 teacher:") && sentence.contains("2 of them side by side"), "{sentence}");
    }

    #[test]
    fn the_plan_names_only_settings_that_are_not_varied() {
        let config = Config::for_task(Task::Moons);
        for (_, x, y) in Sweep::OFFERED {
            let sweep = Sweep::over(x, y, &config);
            let sentence = plan(&sweep, &config, &sweep.jobs(&config, Limits::CPU, 2), 2);
            let varies_method = [x, y].contains(&Axis::Method);
            assert_eq!(sentence.contains("(seed 1)."), varies_method, "{sentence}");
            assert_eq!(sentence.contains("(seed 1, soft labels, forward KL)."), !varies_method, "{sentence}");
        }
    }

    #[test]
    fn the_plan_says_which_transfer_sets_there_are_too_few_examples_for() {
        let config = Config::for_task(Task::Fashion);
        let all = Sweep::over(Axis::Temperature, Axis::TransferSize, &config);
        let sentence = |sweep: &Sweep| plan(sweep, &config, &sweep.jobs(&config, Limits::CPU, 2), 2);
        assert!(!sentence(&all).contains("left out"));
        let cut = sentence(&all.clone().within(8_500));
        assert!(cut.contains("Rows of more than 8,500 examples are left out"), "{cut}");
        assert!(!sentence(&Sweep::over(Axis::Temperature, Axis::SoftWeight, &config).within(50)).contains("left out"));
    }

    /// What a caption of 10,000 made-up sweeps says is computed again from their figures.
    #[test]
    fn a_caption_claims_nothing_that_the_cells_do_not_show() {
        use crate::experiment::Metrics;
        use crate::lab::comparison::{Comparison, holm, paired};
        use crate::protocol::JobNews;
        use rand::{RngExt, SeedableRng};
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(16);
        let config = Config::for_task(Task::Moons);
        let (mut alone, mut tied) = (0, 0);
        for i in 0..10_000 {
            let (_, x, y) = Sweep::OFFERED[i % Sweep::OFFERED.len()];
            let mut sweep = Sweep::over(x, y, &config);
            // A small corner of it, with other numbers of replicates.
            sweep.xs.truncate(1 + i % 3);
            sweep.ys.truncate(1 + i / 3 % 3);
            sweep.replicates = [2, 3, 5, 8][i % 4];
            let mut run = SweepRun::new(sweep, config.clone(), Limits::CPU, 1);
            let spread = [0.0, 1e-4, 0.01, 0.3][rng.random_range(0..4_usize)];
            let not_a_number = i % 50 == 0;
            let planned = run.queue.jobs().to_vec();
            let mut students: Vec<Vec<f64>> = Vec::new();
            for job in &planned {
                let arms = job.cells.len() + usize::from(job.job.baseline);
                let level: Vec<f64> =
                    (0..arms).map(|_| [0.0, 0.5, rng.random(), 1.0][rng.random_range(0..4_usize)]).collect();
                let of = |s: usize, rng: &mut rand_chacha::ChaCha8Rng| {
                    let accuracy = (level[s % arms] + spread * (rng.random::<f64>() - 0.5)).clamp(0.0, 1.0);
                    if not_a_number && rng.random::<bool>() { f64::NAN } else { accuracy }
                };
                students.push((0..arms * run.grid.sweep.replicates).map(|s| of(s, &mut rng)).collect());
            }
            // Some jobs are not done, or half way.
            let mut done = vec![false; planned.len()];
            while let Some(job) = run.queue.begin() {
                let at = job.id as usize;
                let fate = rng.random_range(0..8_usize);
                if fate == 0 {
                    run.failed(job.id, "it failed", true);
                    continue;
                }
                done[at] = fate > 1;
                let metrics = |accuracy: &f64| Metrics { accuracy: *accuracy, agreement: 0.5, ..Metrics::default() };
                let news = JobNews::Measured {
                    teacher: Metrics { accuracy: 0.9, ..Metrics::default() },
                    students: students[at].iter().map(metrics).collect(),
                    done: done[at],
                };
                run.receive(job.id, news);
                if !done[at] {
                    run.failed(job.id, "it failed", true);
                }
            }
            let text = caption(&run);
            for impossible in ["NaN", "inf", "-0", "−0.0"] {
                assert!(!text.contains(impossible), "{impossible}: {text}");
            }
            // Gains of the cells that are done, in a way of its own.
            let arm = |at: usize, arm: usize| -> Vec<f64> {
                let arms = planned[at].cells.len() + usize::from(planned[at].job.baseline);
                students[at].iter().skip(arm).step_by(arms).map(|accuracy| 100.0 * accuracy).collect()
            };
            let mut gains: Vec<((usize, usize), Vec<f64>, crate::lab::comparison::Paired)> = Vec::new();
            for (at, job) in planned.iter().enumerate().filter(|(at, _)| done[*at]) {
                let Some(base) =
                    (0..planned.len()).find(|&b| planned[b].group == job.group && planned[b].job.baseline && done[b])
                else {
                    continue;
                };
                for (i, &cell) in job.cells.iter().enumerate() {
                    let (own, hard) = (arm(at, i + usize::from(job.job.baseline)), arm(base, 0));
                    let gain = paired(&own, &hard).filter(|gain| gain.mean.is_finite());
                    let each = own.iter().zip(&hard).map(|(own, hard)| own - hard).collect();
                    gains.extend(gain.map(|gain| (cell, each, gain)));
                }
            }
            let largest = gains.iter().map(|(.., gain)| gain.mean).fold(f64::NEG_INFINITY, f64::max);
            assert_eq!(text.contains("The largest gain"), !gains.is_empty(), "{text}");
            if gains.is_empty() {
                continue;
            }
            assert!(
                text.contains(&format!("The largest gain of all measured: {} points at", signed(largest))),
                "{text}"
            );
            // Of the cells with that gain the one named comes first in the grid.
            let named = gains.iter().filter(|(.., gain)| gain.mean == largest).min_by_key(|((x, y), ..)| (*y, *x));
            let (cell, of_best, gain) = named.expect("one has it");
            assert!(text.contains(&place(&run.grid.sweep, *cell)), "{text}");
            let interval = format!("{} to {}", signed(gain.low), signed(gain.high));
            assert!(text.contains(&interval), "{interval}: {text}");
            assert_eq!(text.contains("an interval that includes 0"), gain.low <= 0.0 && gain.high >= 0.0, "{text}");
            let others: Vec<Comparison> = gains
                .iter()
                .filter(|(at, ..)| at != cell)
                .filter_map(|(_, each, _)| Comparison::of(of_best, each, None))
                .collect();
            let not_behind = holm(&others).into_iter().filter(|finding| *finding != Finding::Gain).count();
            let without = run.grid.filled() - gains.len();
            assert_eq!(text.contains("nothing to be compared with"), without > 0, "{text}");
            if gains.len() > 1 {
                let words = match not_behind {
                    0 if without > 0 => {
                        "Every other cell that could be compared is significantly behind it".to_string()
                    }
                    0 => "Every other cell that is done is significantly behind it".into(),
                    1 => "One other cell is not significantly behind it".into(),
                    n => format!("{n} other cells are not significantly behind it"),
                };
                assert!(text.contains(&words), "{words}: {text}");
            }
            alone += usize::from(not_behind == 0);
            tied += usize::from(not_behind > 1);
        }
        assert!(alone > 500 && tied > 500, "{alone} {tied}");
    }

    #[test]
    fn short_durations_are_not_rounded_up() {
        let shown = [0.01, 0.42, 1.0, 9.94, 9.96, 83.0].map(duration);
        assert_eq!(shown, ["less than 0.1 s", "0.4 s", "1.0 s", "9.9 s", "10 s", "1 min 20 s"]);
    }

    #[test]
    fn accuracies_match_the_difference_shown_beside_them() {
        let shown = |accuracy: f64, hard: f64| compared(accuracy, hard, accuracy - hard);
        assert_eq!(shown(87.74, 87.66), ("87.74\u{a0}%".into(), "87.66\u{a0}%".into()));
        assert_eq!(shown(72.13, 70.1), ("72.1\u{a0}%".into(), "70.1\u{a0}%".into()));
        assert_eq!(shown(70.1, 72.13), ("70.1\u{a0}%".into(), "72.1\u{a0}%".into()));
        assert_eq!(shown(87.7, 87.7), ("87.7\u{a0}%".into(), "87.7\u{a0}%".into()));
        assert_eq!(shown(87.66, 87.64), ("87.66\u{a0}%".into(), "87.64\u{a0}%".into()));
    }

    #[test]
    fn an_empty_map_has_no_results() {
        let run = run();
        assert_eq!(caption(&run), "0 of 36 cells done.");
        assert_eq!(cell(&run, (0, 0)), "Temperature 1.0, Soft weight 0.10: not measured yet.");
    }

    #[test]
    fn a_full_map_names_its_best_cell_with_its_interval() {
        let mut run = run();
        while let Some(job) = run.queue.begin() {
            let news = measured(&run, job.id, true);
            run.receive(job.id, news);
        }
        run.seconds = 61.0;
        let sentence = caption(&run);
        assert!(sentence.starts_with("All 36 cells done in 1 min"), "{sentence}");
        assert!(
            sentence.contains("The teacher is right on 90.0\u{a0}%") && sentence.contains("partly luck"),
            "{sentence}"
        );
        let first = cell(&run, (0, 0));
        assert!(
            first.contains("72.1\u{a0}% right") && first.contains("hard labels 70.1\u{a0}%: +2.0 points"),
            "{first}"
        );
    }

    #[test]
    fn a_preview_is_described_as_not_run() {
        let run = run();
        let preview = SweepRun::preview(run.grid.sweep.clone(), run.base.clone());
        assert!(!preview.running() && caption(&preview).starts_with("Nothing run yet"));
    }

    #[test]
    fn a_stopped_sweep_is_described_as_stopped() {
        let mut run = run();
        run.stopped = true;
        assert_eq!(caption(&run), "Stopped: 0 of 36 cells done.");
    }
}
