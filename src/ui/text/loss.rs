//! Notes on the loss of a supervision, shown beside its formula. Pure.

use crate::config::{Method, Optimizer, Supervision, TSquared, TemperatureSchedule, WeightSchedule};
use crate::lab::gradient::Parts;

/// The factor T² of the soft term; `None` where the term has none.
pub fn t_squared(supervision: &Supervision) -> Option<f64> {
    let t = f64::from(supervision.temperature);
    (supervision.method.has_temperature() && supervision.t_squared == TSquared::On).then_some(t * t)
}

/// Decimals to show of the soft term so that its product with T² is right to three decimals.
pub fn soft_digits(supervision: &Supervision) -> usize {
    3 + t_squared(supervision).map_or(0, |t2| t2.log10().ceil().max(0.0) as usize)
}

/// Note on a method that degenerates with two classes; `None` for other methods and class counts.
pub fn two_class_note(method: Method, classes: usize) -> Option<&'static str> {
    match method {
        _ if classes != 2 => None,
        Method::Permuted => Some(
            "With two classes there is one other class, and nothing to shuffle: this is the forward KL. On a task with more \
             classes it is a control.",
        ),
        Method::Dkd => Some(
            "With two classes there is nothing to tell beyond the label: the second part is always 0, and the first is the whole KL.",
        ),
        _ => None,
    }
}

/// Note on what β does to the size of the gradient; `None` of other methods.
pub fn beta_note(supervision: &Supervision) -> Option<String> {
    let beta = f64::from(supervision.beta);
    let size = beta * (1.0 - beta);
    match supervision.method {
        Method::Jsd => Some(format!(
            "β = {beta:.2}, in GKD’s form: near the teacher this divergence and its gradient are β (1 − β) = {size:.4} times those \
             of KL, {:.1} times smaller. Beside hard labels that acts as a smaller α does; the normalised form takes it back.",
            1.0 / size
        )),
        Method::JsdNormalised => Some(format!(
            "β = {beta:.2}: GKD’s form divided by β (1 − β) = {size:.4}, so that near the teacher its gradient is that of KL and α \
             means the same at every β."
        )),
        _ => None,
    }
}

/// The supervision at a step, with the schedules of temperature and soft weight applied.
pub fn at_step(supervision: &Supervision, step: usize, steps: usize) -> Supervision {
    Supervision {
        temperature: supervision.temperature_at(step, steps),
        soft_weight: supervision.soft_weight_at(step, steps),
        ..supervision.clone()
    }
}

/// Note on the current α of a supervision with its schedules applied; `None` where the method has no α. `given` is the
/// supervision as it is set.
pub fn alpha_note(supervision: &Supervision, given: &Supervision) -> Option<String> {
    if !supervision.method.asks_teacher() {
        return None;
    }
    let alpha = supervision.soft_weight;
    let effect = match alpha {
        1.0 => "only the soft term counts",
        0.0 if given.without_teacher() => "only the hard labels count: nothing is distilled",
        0.0 => "only the hard term counts at this step",
        _ => "both count",
    };
    let schedule = match supervision.weight_schedule {
        WeightSchedule::Linear => format!(
            " It goes from {:.2} at the first step to {:.2} at the last.",
            given.soft_weight, supervision.soft_weight_end
        ),
        WeightSchedule::Constant => String::new(),
    };
    Some(format!(
        "α = {alpha:.2} weighs the soft term and 1 − α = {:.2} the hard one: {effect}.{schedule}",
        1.0 - alpha
    ))
}

/// Note on the current T and the factor T², of a supervision with its schedules applied; `given` is the supervision as it is set.
pub fn temperature_note(supervision: &Supervision, given: &Supervision, optimizer: Optimizer) -> String {
    let t = supervision.temperature;
    let schedule = match supervision.temperature_schedule {
        TemperatureSchedule::Linear => format!(" T goes to {:.1} over the steps.", supervision.temperature_end),
        TemperatureSchedule::Constant => String::new(),
    };
    if !supervision.method.has_temperature() {
        let subject = match supervision.method {
            Method::LogitMse => "Logit matching has no temperature",
            Method::Smoothing => "Label smoothing has neither teacher nor temperature",
            Method::AllLabels => "Hard labels have neither teacher nor temperature",
            _ => "An answer has no temperature",
        };
        return format!("{subject}: T only changes what you see.");
    }
    // A temperature below 1 sharpens, so its effects are reversed.
    let on = supervision.t_squared == TSquared::On;
    let note = match (t * t, on) {
        (1.0, true) => "At T = 1 nothing is softened, and the factor T² = 1 changes nothing.".into(),
        (1.0, false) => "T² is off; at T = 1 that changes nothing.".into(),
        (t2, true) if t2 > 1.0 => format!(
            "Softening by T makes the soft term’s gradient about T² times smaller; the factor T² = {t2:.2} takes that back, so \
             that α means the same at every T."
        ),
        (t2, true) => format!(
            "Sharpening by T makes the soft term’s gradient about 1/T² = {:.2} times larger; the factor T² = {t2:.2} makes it \
             smaller again, so that α means the same at every T.",
            1.0 / t2
        ),
        (t2, false) => {
            let (times, size) = if t2 > 1.0 { (t2, "smaller") } else { (1.0 / t2, "larger") };
            format!(
                "T² is off: the soft term’s gradient is about {times:.1} times {size} than at T = 1, so that α means something different at every T."
            )
        }
    };
    note + &schedule + t_squared_note(supervision, given, optimizer)
}

/// Where the factor T² does not do what is said of it.
fn t_squared_note(supervision: &Supervision, given: &Supervision, optimizer: Optimizer) -> &'static str {
    let always_soft =
        given.soft_weight == 1.0 && (given.weight_schedule == WeightSchedule::Constant || given.soft_weight_end == 1.0);
    let constant = given.temperature_schedule == TemperatureSchedule::Constant;
    match supervision.method {
        _ if supervision.temperature == 1.0 && constant => "",
        // Adam divides each gradient by its own running size: a constant factor of the whole loss cancels.
        _ if always_soft && constant && optimizer == Optimizer::Adam => {
            " Here α is 1 throughout and the optimizer is Adam, whose steps do not depend on the size of the whole loss: the factor cancels, \
             and matters only where hard labels count too."
        }
        Method::Dkd => {
            " In DKD the gradients of both parts shrink about as 1/T², and the factor takes that back for both; what each weighs \
             against the other is set by their own weights."
        }
        Method::TopK => {
            " Of the top classes alone this does not hold: they are scaled up to 100\u{a0}% and the others are wanted at 0 at every T, so \
             that at a high T the gradient shrinks as 1/T only. The factor T² makes it grow about as T."
        }
        _ => "",
    }
}

/// Note on the targets of a method that does not use the teacher's soft labels as they are.
pub fn target_note(method: Method) -> Option<&'static str> {
    match method {
        Method::Sampled => Some(
            "The students see labels drawn from the teacher, once for each example; the number shown is for its whole \
             distribution, which many draws approach.",
        ),
        Method::Permuted => Some(
            "The students see the teacher’s probabilities with those of the other classes shuffled, a new order for each \
             example; the number shown is for the unshuffled ones.",
        ),
        Method::Hint => Some(
            "At first there is no loss on the answers at all: the student’s hidden layer imitates the teacher’s, through a \
             regressor that is thrown away. The formula is what comes after.",
        ),
        Method::TopK => Some("The teacher’s other classes are taken as 0, and the rest scaled up to 100\u{a0}%."),
        Method::TopKOther => Some(
            "What the teacher does not tell, it leaves to all its other classes together: they stand as one class. How the student \
             shares that out among them counts for nothing.",
        ),
        Method::Argmax => Some("The teacher’s answer stands where the label would; its doubts are lost."),
        Method::AllLabels => {
            Some("No teacher is asked: the hard labels of every example that it learned from take its place.")
        }
        Method::Smoothing => {
            Some("No teacher is asked: every class gets the same small share, whatever it looks like.")
        }
        _ => None,
    }
}

/// The gradient's decomposition as text: shares of the terms and the angle between them.
pub fn decomposition(parts: &Parts, supervision: &Supervision) -> String {
    match supervision.method {
        Method::AllLabels => return "There is no soft term: all of the gradient comes from the hard labels.".into(),
        method if !method.asks_teacher() => {
            return "Label smoothing has no soft term: all of the gradient comes from the smoothed labels.".into();
        }
        _ => {}
    }
    let share = |s: f64| format!("{:.0}\u{a0}%", 100.0 * s);
    let mut text =
        format!("The soft term makes up {} of the student’s gradient, once α has weighted both.", share(parts.share));
    match parts.share_without {
        Some(without) if supervision.soft_weight < 1.0 && supervision.soft_weight > 0.0 => {
            text.push_str(&format!(" Without T² it would be {}.", share(without)));
        }
        Some(_) => text.push_str(&format!(
            " T² = {:.2} sets its length; with α at {:.0} that does not change the share.",
            supervision.temperature * supervision.temperature,
            supervision.soft_weight,
        )),
        None => {}
    }
    text.push_str(match parts.cosine {
        c if c > 0.5 => " The two terms pull in much the same direction.",
        c if c > 0.1 => " The two terms pull partly in the same direction.",
        c if c >= -0.1 => " The two terms pull in unrelated directions.",
        _ => " The two terms pull against each other.",
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shown_soft_term_times_t_squared_gives_the_shown_loss() {
        for (temperature, soft) in
            [(0.5, 0.812_345), (1.0, 0.812_345), (4.0, 0.016_52), (7.3, 0.004_449), (20.0, 0.001_237_4)]
        {
            let supervision = Supervision { temperature, ..Supervision::of(Method::ForwardKl) };
            let shown: f64 = format!("{soft:.*}", soft_digits(&supervision)).parse().unwrap();
            let t2 = f64::from(temperature).powi(2);
            assert!((shown * t2 - soft * t2).abs() <= 0.000_51, "T = {temperature}: {shown}");
        }
        assert_eq!(soft_digits(&Supervision::of(Method::Argmax)), 3, "no T², no more digits");
    }

    #[test]
    fn methods_that_degenerate_with_two_classes_have_a_note() {
        assert!(two_class_note(Method::Permuted, 2).is_some() && two_class_note(Method::Dkd, 2).is_some());
        assert!(two_class_note(Method::Permuted, 10).is_none() && two_class_note(Method::ForwardKl, 2).is_none());
    }

    #[test]
    fn what_beta_does_to_the_gradient_is_the_ratio_of_the_losses_themselves() {
        use crate::lab::loss_terms::terms;
        let (teacher, student) = ([1.0, 0.2, -0.7], [1.002, 0.199, -0.703]);
        let soft = |supervision: &Supervision| terms(supervision, &teacher, &student, 0).soft;
        let kl = soft(&Supervision::of(Method::ForwardKl));
        for beta in [0.05, 0.3, 0.5, 0.95] {
            let gkd = Supervision { beta, ..Supervision::of(Method::Jsd) };
            let normalised = Supervision { beta, ..Supervision::of(Method::JsdNormalised) };
            let said = format!("{:.4} times", soft(&gkd) / kl);
            let note = beta_note(&gkd).unwrap();
            assert!(note.contains(&said), "{said}: {note}");
            assert!((soft(&normalised) / kl - 1.0).abs() < 1e-2 && beta_note(&normalised).is_some());
        }
        assert!(beta_note(&Supervision::of(Method::ForwardKl)).is_none());
    }

    #[test]
    fn every_method_has_its_notes() {
        for &method in <Method as crate::config::Options>::ALL {
            let supervision = Supervision::of(method);
            assert!(temperature_note(&supervision, &supervision, Optimizer::Sgd).ends_with('.'));
            assert_eq!(alpha_note(&supervision, &supervision).is_some(), method.asks_teacher());
            assert_eq!(t_squared(&supervision).is_some(), method.has_temperature());
        }
        assert!(target_note(Method::Hint).is_some() && target_note(Method::ForwardKl).is_none());
    }

    #[test]
    fn schedules_are_applied_at_a_step() {
        let supervision = Supervision {
            temperature: 5.0,
            temperature_schedule: TemperatureSchedule::Linear,
            ..Supervision::of(Method::ForwardKl)
        };
        assert_eq!(at_step(&supervision, 100, 101).temperature, 1.0);
        assert!(temperature_note(&supervision, &supervision, Optimizer::Sgd).contains("T goes to 1.0"));
    }

    #[test]
    fn a_temperature_below_1_is_described_as_sharpening() {
        let note = |temperature, t_squared| {
            let supervision = Supervision { temperature, t_squared, ..Supervision::of(Method::ForwardKl) };
            temperature_note(&supervision, &supervision, Optimizer::Sgd)
        };
        assert!(note(3.0, TSquared::On).contains("T² times smaller; the factor T² = 9.00 takes that back"));
        let sharp = note(0.9, TSquared::On);
        assert!(sharp.contains("1.23 times larger; the factor T² = 0.81 makes it smaller again"), "{sharp}");
        assert!(
            note(1.0, TSquared::On).contains("changes nothing") && note(1.0, TSquared::Off).contains("changes nothing")
        );
        assert!(note(2.0, TSquared::Off).contains("about 4.0 times smaller than at T = 1"));
        assert!(note(0.5, TSquared::Off).contains("about 4.0 times larger than at T = 1"));
    }

    #[test]
    fn the_decomposition_describes_the_effect_of_t_squared() {
        let parts = Parts { soft: 2.0, hard: 1.0, cosine: 0.3, share: 0.67, share_without: Some(0.18) };
        let half = Supervision { soft_weight: 0.5, ..Supervision::of(Method::ForwardKl) };
        assert!(
            decomposition(&parts, &half).contains("67\u{a0}%") && decomposition(&parts, &half).contains("18\u{a0}%")
        );
        let whole = Supervision::of(Method::ForwardKl);
        assert!(decomposition(&Parts { share: 1.0, ..parts }, &whole).contains("does not change the share"));
    }

    #[test]
    fn under_adam_at_alpha_1_the_factor_cancels_and_is_said_to() {
        let cancels = |soft_weight, end: Option<f32>, optimizer| {
            let supervision = Supervision {
                soft_weight,
                weight_schedule: if end.is_some() { WeightSchedule::Linear } else { WeightSchedule::Constant },
                soft_weight_end: end.unwrap_or(0.0),
                ..Supervision::of(Method::ForwardKl)
            };
            temperature_note(&at_step(&supervision, 0, 10), &supervision, optimizer).contains("cancels")
        };
        assert!(cancels(1.0, None, Optimizer::Adam) && cancels(1.0, Some(1.0), Optimizer::Adam));
        assert!(!cancels(1.0, None, Optimizer::Sgd), "there it scales the step");
        assert!(!cancels(0.5, None, Optimizer::Adam) && !cancels(1.0, Some(0.0), Optimizer::Adam));
    }

    #[test]
    fn notes_on_alpha_agree_with_the_step_and_the_schedule() {
        let falling = Supervision {
            weight_schedule: WeightSchedule::Linear,
            soft_weight_end: 0.0,
            ..Supervision::of(Method::ForwardKl)
        };
        let note = |step| alpha_note(&at_step(&falling, step, 101), &falling).unwrap();
        assert!(
            note(0).contains("only the soft term counts") && note(0).contains("from 1.00 at the first step to 0.00")
        );
        assert!(note(50).contains("both count"));
        assert!(note(100).contains("only the hard term counts at this step"), "{}", note(100));
        let nothing = Supervision { soft_weight: 0.0, ..Supervision::of(Method::ForwardKl) };
        assert!(alpha_note(&nothing, &nothing).unwrap().contains("nothing is distilled"));
    }
}
