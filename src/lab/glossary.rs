//! The words of the field as this page uses them, each in a sentence or two.

/// One term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its key, short: the page names it by this.
    pub key: &'static str,
    /// The term.
    pub term: &'static str,
    /// How one asks for it: `What is …?`.
    pub question: &'static str,
    /// What it means here.
    pub text: &'static str,
}

const fn term(key: &'static str, term: &'static str, question: &'static str, text: &'static str) -> Term {
    Term { key, term, question, text }
}

/// All of them, from the teacher to the measures.
pub const GLOSSARY: &[Term] = &[
    term(
        "teacher",
        "teacher",
        "What is a teacher?",
        "The larger network, trained first and on many labelled examples. Its answers are what the student learns from.",
    ),
    term(
        "student",
        "student",
        "What is a student?",
        "The smaller network that is to do the work in the end. It learns from few examples, with or without the teacher’s help.",
    ),
    term(
        "hard-label",
        "hard label",
        "What is a hard label?",
        "The one right class and nothing else: all of the probability on “shirt”, none on what looks like a shirt.",
    ),
    term(
        "soft-label",
        "soft label",
        "What is a soft label?",
        "The teacher’s probability for every class. It tells how sure the teacher is, and which other classes it finds similar.",
    ),
    term(
        "logits",
        "logits",
        "What are logits?",
        "The raw scores a network gives the classes, before softmax turns them into probabilities. Only their differences count.",
    ),
    term(
        "temperature",
        "temperature T",
        "What is the temperature T?",
        "The number that logits are divided by before softmax. Above 1 it flattens the probabilities, so that small ones show; below 1 it sharpens them.",
    ),
    term(
        "soft-weight",
        "soft weight α",
        "What is the soft weight α?",
        "The share of the loss that comes from the soft labels; the hard labels have 1 − α. At α = 1 the student sees the teacher alone.",
    ),
    term(
        "transfer-set",
        "transfer set",
        "What is a transfer set?",
        "The examples on which the student learns from the teacher. If they are unlike what comes later, the student learns the wrong part of the teacher.",
    ),
    term(
        "production",
        "production distribution",
        "What is the production distribution?",
        "The inputs that the student will really meet in use. Here the test set stands for it.",
    ),
    term(
        "dark-knowledge",
        "dark knowledge",
        "What is dark knowledge?",
        "What the teacher knows beyond the right answer: how it shares out the small probabilities among the wrong ones. Hard labels leave it out.",
    ),
    term(
        "agreement",
        "agreement",
        "What is agreement?",
        "How often the student gives the teacher’s answer, right or wrong; also called fidelity. A student can be accurate and still disagree.",
    ),
    term(
        "kl",
        "KL to teacher",
        "What is KL to teacher?",
        "The Kullback–Leibler divergence of the student’s probabilities from the teacher’s, averaged over the test set, in nats. 0 means the same probabilities.",
    ),
    term(
        "ece",
        "ECE",
        "What is ECE?",
        "Expected calibration error: how far a network’s confidence is from its accuracy, on average. One that says 80\u{a0}% should be right in 80 of 100 cases.",
    ),
    term(
        "capacity-gap",
        "capacity gap",
        "What is a capacity gap?",
        "The distance in size between teacher and student. Where it is wide, a better teacher can make a worse student, which cannot follow it.",
    ),
    term(
        "assistant",
        "teacher assistant",
        "What is a teacher assistant?",
        "A network of a size between the two: it learns from the teacher, and then teaches the student.",
    ),
    term(
        "born-again",
        "born-again",
        "What is a born-again network?",
        "A student as large as its teacher, trained on the teacher’s soft labels. It often does a little better than the teacher did.",
    ),
    term(
        "smoothing",
        "label smoothing",
        "What is label smoothing?",
        "A hard label with a share ε of it spread evenly over all classes. Soft in form, but it says nothing about which classes are similar.",
    ),
    term(
        "arm",
        "arm",
        "What is an arm?",
        "One student with its own supervision. All arms of a replicate have the same images, batches and first weights, so that only the supervision differs.",
    ),
    term(
        "argmax",
        "argmax",
        "What is argmax?",
        "The class with the highest probability, and nothing else. A student of that name learns from the teacher’s answers, without its doubts.",
    ),
    term(
        "replicate",
        "replicate",
        "What is a replicate?",
        "An independent repetition of the experiment, with its own sample, batches and first weights. The interval of the verdict comes from them.",
    ),
    term(
        "entropy",
        "entropy",
        "What is entropy?",
        "How spread out a set of probabilities is: 0 when all of it is on one class, greatest when all classes have the same.",
    ),
    term(
        "nll",
        "NLL",
        "What is NLL?",
        "Negative log-likelihood: minus the logarithm of the probability that the true class was given. It punishes being sure and wrong.",
    ),
    term(
        "brier",
        "Brier",
        "What is the Brier score?",
        "The squared distance of the probabilities from the truth, summed over the classes: 0 is perfect, 2 is sure and wrong.",
    ),
    term(
        "bias",
        "bias of a class",
        "What is the bias of a class?",
        "The number that a network’s last layer adds to a class’s logit, whatever the input. Raising it makes the network answer that class more often.",
    ),
    term(
        "nats",
        "nats",
        "What are nats?",
        "The unit of information when logarithms are natural ones. One nat is 1.44 bits.",
    ),
];

/// The term of that key.
pub fn find(key: &str) -> Option<&'static Term> {
    GLOSSARY.iter().find(|term| term.key == key)
}

/// The term that a column of a results table is about.
pub fn of_column(header: &str) -> Option<&'static Term> {
    GLOSSARY.iter().find(|term| term.term.eq_ignore_ascii_case(header))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sources below a folder of `src/`.
    fn sources(folder: &str) -> Vec<String> {
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder)];
        let mut texts = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "rs") {
                    texts.push(std::fs::read_to_string(path).unwrap());
                }
            }
        }
        texts
    }

    /// The keys that panels refer to: those in `keys=&["…", …]` and `key="…"`.
    fn keys_in_panels() -> Vec<String> {
        let quoted = |list: &str| list.split('"').skip(1).step_by(2).map(str::to_string).collect::<Vec<_>>();
        let mut keys = Vec::new();
        for text in sources("ui") {
            for list in text.split("keys=&[").skip(1) {
                keys.extend(quoted(list.split(']').next().unwrap()));
            }
            for key in text.split("<Term key=\"").skip(1) {
                keys.extend(key.split('"').next().map(str::to_string));
            }
        }
        keys
    }

    #[test]
    fn panels_refer_to_terms_that_exist() {
        let keys = keys_in_panels();
        assert!(keys.len() >= 10, "the panels' keys are found: {keys:?}");
        for key in keys {
            assert!(find(&key).is_some(), "a panel refers to {key:?}");
        }
    }

    #[test]
    fn every_term_is_referred_to_by_a_panel_or_a_column() {
        let (keys, texts) = (keys_in_panels(), sources("ui/text").concat().to_lowercase());
        for term in GLOSSARY {
            let column = format!("\"{}\"", term.term.to_lowercase());
            assert!(keys.iter().any(|key| key == term.key) || texts.contains(&column), "{}", term.key);
        }
    }

    #[test]
    fn no_term_is_explained_by_itself() {
        for term in GLOSSARY {
            let name = term.term.to_lowercase();
            let text = term.text.to_lowercase();
            let definition = text.split(". ").next().unwrap();
            assert!(
                !definition.split(|c: char| !c.is_alphanumeric()).any(|word| word == name),
                "{}: {definition}",
                term.key
            );
            assert!(
                term.question.to_lowercase().contains(name.split(' ').next().unwrap().trim_end_matches('s')),
                "{}",
                term.key
            );
        }
    }

    #[test]
    fn explanations_are_short_and_whole_sentences() {
        for term in GLOSSARY {
            assert!((40..=170).contains(&term.text.chars().count()), "{}: {}", term.key, term.text.chars().count());
            assert!(term.text.ends_with('.') && term.text.matches(". ").count() <= 1, "{}", term.key);
            assert!(term.question.starts_with("What ") && term.question.ends_with('?'), "{}", term.key);
        }
    }

    #[test]
    fn keys_are_unique_and_can_be_ids() {
        for (i, term) in GLOSSARY.iter().enumerate() {
            assert_eq!(GLOSSARY.iter().position(|other| other.key == term.key), Some(i));
            assert!(term.key.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        }
    }

    #[test]
    fn columns_lead_to_their_terms() {
        assert_eq!(of_column("Agreement").map(|t| t.key), Some("agreement"));
        assert_eq!(of_column("KL to teacher").map(|t| t.key), Some("kl"));
        assert_eq!(of_column("ECE").map(|t| t.key), Some("ece"));
        assert_eq!(of_column("Latency"), None);
    }
}
