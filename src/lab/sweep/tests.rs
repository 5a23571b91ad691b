use super::*;
use crate::config::Task;

fn sweep(x: Axis, y: Axis) -> (Sweep, Config) {
    let config = Config::for_task(Task::Mnist);
    (Sweep::over(x, y, &config), config)
}

#[test]
fn students_train_for_steps_that_the_page_can_be_set_to() {
    let (sweep, config) = sweep(Axis::Temperature, Axis::SoftWeight);
    for (wished, taken) in [(50, 60), (60, 60), (1, 20), (9_999, 5_000)] {
        let sweep = Sweep { steps: wished, ..sweep.clone() };
        let cell = sweep.cell(&config, 0, 0);
        assert_eq!((Sweep::steps(wished), cell.student_steps), (taken, taken));
        assert!(sweep.jobs(&config, Limits::CPU, 2).iter().all(|p| p.job.config.student_steps == taken));
        // As it goes into the link and comes back.
        let (back, notices) = crate::link::parse_settings(&crate::link::format(&cell));
        assert!(notices.is_empty() && back.student_steps == taken);
    }
}

#[test]
fn trained_students_are_never_compared_with_others_half_way() {
    let (sweep, config) = sweep(Axis::Temperature, Axis::SoftWeight);
    let jobs = sweep.jobs(&config, Limits::CPU, 8);
    let [first, second, ..] = &jobs[..] else { panic!("several jobs") };
    assert!(first.job.baseline && !second.job.baseline && first.group == second.group);
    let mut grid = Grid::new(sweep, &jobs);
    let received = |planned: &Planned, accuracy: f64| {
        let arms = planned.cells.len() + usize::from(planned.job.baseline);
        vec![Metrics { accuracy, ..Metrics::default() }; arms * grid.sweep.replicates]
    };
    let (half, whole, late) = (received(first, 0.6), received(first, 0.8), received(second, 0.81));
    let at = second.cells[0];
    grid.take(first, &Metrics::default(), &half, false);
    grid.take(second, &Metrics::default(), &late, true);
    let cell = grid.cell(at.0, at.1).unwrap();
    assert!(cell.done && cell.gain.is_none() && grid.best().is_none(), "{cell:?}");
    grid.take(first, &Metrics::default(), &whole, true);
    assert!((grid.cell(at.0, at.1).unwrap().gain.unwrap().mean - 1.0).abs() < 1e-9);
}

#[test]
fn every_cell_is_in_exactly_one_job_with_its_own_settings() {
    for (_, x, y) in Sweep::OFFERED {
        let (sweep, config) = sweep(x, y);
        let jobs = sweep.jobs(&config, Limits::CPU, 2);
        let mut seen = vec![0; sweep.xs.len() * sweep.ys.len()];
        for planned in &jobs {
            assert_eq!(planned.cells.len(), planned.job.config.extra_arms.len());
            for (&(cx, cy), supervision) in planned.cells.iter().zip(&planned.job.config.extra_arms) {
                seen[cy * sweep.xs.len() + cx] += 1;
                let cell = sweep.cell(&config, cx, cy);
                assert_eq!(cell.distilled, *supervision);
                assert_eq!(
                    (cell.student_hidden, cell.transfer_size, cell.label_noise),
                    (
                        planned.job.config.student_hidden,
                        planned.job.config.transfer_size,
                        planned.job.config.label_noise
                    )
                );
            }
        }
        assert!(seen.iter().all(|&n| n == 1), "{x:?} {y:?}: {seen:?}");
    }
}

#[test]
fn every_group_has_one_baseline_and_every_teacher_one_trainer_that_comes_first() {
    for (_, x, y) in Sweep::OFFERED {
        let (sweep, config) = sweep(x, y);
        let jobs = sweep.jobs(&config, Limits::CPU, 2);
        let groups = jobs.iter().map(|p| p.group).max().unwrap() + 1;
        for group in 0..groups {
            assert_eq!(jobs.iter().filter(|p| p.group == group && p.job.baseline).count(), 1);
        }
        let mut known = Vec::new();
        for planned in &jobs {
            let first = !known.contains(&planned.teacher);
            assert!(first || !planned.job.share);
            known.push(planned.teacher);
        }
        let noises = if y == Axis::LabelNoise { 5 } else { 1 };
        assert_eq!(jobs.iter().map(|p| p.teacher).max().unwrap() + 1, noises);
    }
}

#[test]
fn a_sweep_fits_settings_that_differ_in_what_it_sets_itself() {
    let (sweep, config) = sweep(Axis::Temperature, Axis::SoftWeight);
    let used = sweep.cell(&config, 2, 3);
    assert!(sweep.fits(&config, &used));
    assert!(!sweep.fits(&config, &Config { student_hidden: 7, ..used }));
}

#[test]
fn what_does_not_fit_is_split() {
    let (sweep, config) = sweep(Axis::Temperature, Axis::SoftWeight);
    let in_job = |p: &Planned| p.cells.len() + usize::from(p.job.baseline);
    let arms = |jobs: &[Planned]| jobs.iter().map(in_job).max().unwrap();
    let roomy = sweep.jobs(&config, Limits::CPU, 1);
    let (tensor, total) = bytes(&roomy[0].job.config);
    let tight = sweep.jobs(&config, Limits { tensor: 3 * tensor, total: 100 * total }, 1);
    assert!(arms(&roomy) > 3 && arms(&tight) == 3);
    let nothing = sweep.jobs(&config, Limits { tensor: 0, total: 0 }, 1);
    assert_eq!(arms(&nothing), 2, "one student beside its baseline is tried whatever the limit");
}

#[test]
fn a_grid_fills_and_knows_its_best_cell() {
    let (sweep, config) = sweep(Axis::Temperature, Axis::StudentHidden);
    let jobs = sweep.jobs(&config, Limits::CPU, 2);
    let mut grid = Grid::new(sweep.clone(), &jobs);
    assert_eq!((grid.filled(), grid.best()), (0, None));
    let metrics = |accuracy: f64| Metrics { accuracy, ..Metrics::default() };
    for planned in &jobs {
        let arms = planned.cells.len() + usize::from(planned.job.baseline);
        let students: Vec<Metrics> = (0..sweep.replicates * arms)
            .map(|i| metrics(0.5 + 0.01 * (i % arms) as f64 + 0.001 * (i / arms) as f64))
            .collect();
        grid.take(planned, &metrics(0.9), &students, true);
    }
    assert_eq!(grid.filled(), 36);
    let cell = grid.cell(0, 0).unwrap();
    let gain = cell.gain.unwrap();
    assert!((gain.mean - 1.0).abs() < 1e-9 && gain.pairs == 3, "{gain:?}");
    assert!((grid.baseline(0, 0).unwrap() - 50.1).abs() < 1e-9);
    assert!(grid.best().is_some());
    assert_eq!(grid.teachers, [Some(90.0)]);
}

#[test]
fn cells_that_do_not_differ_from_the_best_are_ties() {
    let (mut sweep, config) = sweep(Axis::Temperature, Axis::StudentHidden);
    sweep.replicates = 5;
    let jobs = sweep.jobs(&config, Limits::CPU, 1);
    let mut grid = Grid::new(sweep.clone(), &jobs);
    assert_eq!(grid.ties(), [false; 36]);
    // The first row's cells scatter around 80 %, the others are far below.
    let scatter = [0.0, 0.004, -0.003, 0.002, -0.004];
    for planned in &jobs {
        let baseline = usize::from(planned.job.baseline);
        let arms = planned.cells.len() + baseline;
        let students: Vec<Metrics> = (0..sweep.replicates * arms)
            .map(|i| {
                let (replicate, arm) = (i / arms, i % arms);
                let cell = arm.checked_sub(baseline).map(|place| planned.cells[place]);
                let accuracy = match cell {
                    Some((x, 0)) => 0.8 + scatter[(replicate + x) % 5],
                    Some(_) => 0.6 + scatter[replicate],
                    None => 0.5 + 0.5 * scatter[replicate],
                };
                Metrics { accuracy, ..Metrics::default() }
            })
            .collect();
        grid.take(planned, &Metrics::default(), &students, true);
    }
    let ties = grid.ties();
    assert_eq!(ties[..6], [true; 6], "{ties:?}");
    assert_eq!(ties[6..], [false; 30], "{ties:?}");
}

#[test]
fn transfer_sets_that_the_data_cannot_give_are_left_out() {
    let sweep = Sweep::over(Axis::Temperature, Axis::TransferSize, &Config::for_task(Task::Moons));
    let of = |available| sweep.clone().within(available).ys;
    assert_eq!(of(0), sweep.ys, "not known");
    assert_eq!(of(5_000), sweep.ys);
    let usual = [10.0, 20.0, 50.0, 100.0, 300.0, 1_000.0];
    assert_eq!((sweep.ys.as_slice(), of(855)), (&usual[..], vec![10.0, 20.0, 50.0, 100.0, 300.0, 850.0]));
    assert_eq!(of(100), [10.0, 20.0, 50.0, 100.0]);
    assert_eq!(of(4), [10.0], "one is always left");
    let across = Sweep::over(Axis::TransferSize, Axis::Temperature, &Config::for_task(Task::Own)).within(1_218);
    assert_eq!(across.xs, [50.0, 100.0, 200.0, 500.0, 1_210.0]);
    assert_eq!(across.ys.len(), 6);
}
