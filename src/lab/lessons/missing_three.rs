//! Lesson 3: a class that the transfer set leaves out (Hinton et al. 2015, §3).

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Task};
use crate::lab::lessons::evidence::unclear;
use crate::lab::number_format::{decimals, per_cent, tenths};
use crate::lab::verdict::signed;

/// The class left out.
pub const MISSING: usize = 3;

pub(super) const LESSON: Lesson = Lesson {
    key: "missing-three",
    title: "The 3 nobody showed it",
    line: "A student that has never seen a 3. Can it know one?",
    question: "No 3 is in the transfer set, as an image or as a label. The teacher knows 3s, and now and then thinks of \
               one when it sees a 5 or an 8. How many 3s of the test set will the distilled student know, once its bias \
               for that class is set right?",
    predictions: &["Nearly none: below 10\u{a0}%", "Some: 10 to 60\u{a0}%", "Most of them: above 60\u{a0}%"],
    runs: || {
        let mut config = Config { left_out: vec![MISSING], transfer_size: 10_000, ..Config::for_task(Task::Mnist) };
        config.distilled.temperature = 2.0;
        config.extra_arms.clear();
        config.replicates = 3;
        vec![LessonRun { name: "Without 3s", config }]
    },
    judge,
    paper: Some(
        "Hinton et al. (2015, §3) on MNIST, teacher 1,200 + 1,200 units, student 800 + 800, all 60,000 images but the 3s: \
         206 test errors, 133 of them on the 1,010 threes; with the bias of class 3 raised by 3.5, 109 errors and 14 on threes \
         (98.6\u{a0}% of them right). The best bias is chosen on the test set there; here it is chosen on one half of it and measured on the other.",
    ),
    record: RECORD,
    next: &[
        Next { what: "Leave out the 7s and 8s: only what resembles them is left", change: |c| c.left_out = vec![7, 8] },
        Next { what: "A wider student, 128 units", change: |c| c.student_hidden = 128 },
        Next { what: "T = 8 shows more of what 3s are like", change: |c| c.distilled.temperature = 8.0 },
    ],
    bigger: |c| {
        c.student_steps = 3_000;
        c.student_hidden = 128;
    },
    watch: "bias",
    seconds: 4,
};

const RECORD: &str = "Of the 3s nobody had shown it the distilled student knew 54 to 63\u{a0}% as trained and 82 to 86\u{a0}% with a bias chosen on other examples (+1.9 to +2.3), more than 60\u{a0}% beyond chance in all five; the hard-label student none, and 0 to 15\u{a0}%. The paper’s student, at 98.6\u{a0}%, has fifty times the parameters and six times the images.";

fn judge(runs: &[&RunRecord]) -> Judgement {
    let [run] = runs else { return Judgement::default() };
    let class = run.config().left_out.first().copied().unwrap_or(MISSING);
    let mut rows = Vec::new();
    for (who, arm) in [("Hard labels", Arm::Hard), ("Soft labels", Arm::Distilled)] {
        let Some(b) = run.with_bias(arm, class) else { continue };
        let name = run.classes.get(class).map_or("", String::as_str);
        rows.push(row(format!("{who}: {name}s right, as trained"), per_cent(b.class)));
        rows.push(row(format!("{who}: {name}s right with the best bias ({})", signed(b.bias)), per_cent(b.class_best)));
        rows.push(row(
            format!("{who}: all digits, as trained and with that bias"),
            format!("{} and {}", tenths(b.all), per_cent(b.all_best)),
        ));
    }
    Judgement::new(rows, true, || {
        let (hard, soft) = (run.with_bias(Arm::Hard, class)?, run.with_bias(Arm::Distilled, class)?);
        let whole = |per_cent| decimals(per_cent, 0);
        // Over replicates and over the test examples of the class, which are few.
        let found = soft.estimate()?;
        let interval = found.wider();
        let (came_true, which) = match (interval.low, interval.high) {
            (_, high) if high < 10.0 => (Some(0), String::new()),
            (low, high) if low >= 10.0 && high <= 60.0 => (Some(1), String::new()),
            (low, _) if low > 60.0 => (Some(2), String::new()),
            _ => (None, format!(" Which of the predictions holds is {}.", unclear(&found))),
        };
        LessonVerdict::new(
            came_true,
            format!(
                "Never shown a {class}, the distilled student knows {}\u{a0}% of them as trained and {}\u{a0}% ({} to {}\u{a0}%) with \
                 its bias for that class raised by {}; the hard-label student {}\u{a0}% and {}\u{a0}%.{which} (Each bias is chosen \
                 on one half of the test set and measured on the other.)",
                whole(soft.class),
                whole(soft.class_best),
                whole(interval.low.max(0.0)),
                whole(interval.high.min(100.0)),
                tenths(soft.bias),
                whole(hard.class),
                whole(hard.class_best),
            ),
        )
    })
}
