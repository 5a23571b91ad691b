//! Tables as people bring them: what is right for each, and that no file whatever ends in a panic.

use rand::RngExt;
use softlabel::data::card::{Choices, DataCard, Role};
use softlabel::data::example::Form;
use softlabel::data::table::{read_with, read_with_teacher, split::split_groups};
use softlabel::data::{Dataset, rng};

fn case(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/tables/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn read(name: &str) -> (Dataset, DataCard) {
    let (table, card) = read_with(&case(name), &Choices::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    (table.dataset(1), card)
}

fn columns(data: &Dataset) -> &[String] {
    let Form::Numbers(columns) = &data.form else { panic!("not a table") };
    columns
}

fn warning<'a>(card: &'a DataCard, part: &str) -> &'a softlabel::data::card::Warning {
    card.warnings.iter().find(|w| w.text.contains(part)).unwrap_or_else(|| panic!("no “{part}” in {:?}", card.warnings))
}

const IRIS: [&str; 4] = ["sepal_length", "sepal_width", "petal_length", "petal_width"];

#[test]
fn iris_is_iris_however_it_is_written() {
    let (plain, _) = read("28_pipe.csv");
    for (name, format) in [
        ("28_pipe.csv", "Text separated by vertical bars, UTF-8"),
        ("03_sep_line.csv", "Text separated by semicolons, UTF-8"),
        ("06_utf16_nobom.csv", "Text separated by commas, UTF-16 without a mark"),
        ("04_pandas_index.csv", "Text separated by commas, UTF-8"),
    ] {
        let (data, card) = read(name);
        assert_eq!(card.format, format, "{name}");
        assert_eq!((card.rows, columns(&data)), (150, &IRIS.map(String::from)[..]), "{name}");
        assert_eq!(
            card.classes,
            [("setosa".into(), 50), ("versicolor".into(), 50), ("virginica".into(), 50)],
            "{name}"
        );
        assert_eq!(data, plain, "{name}");
        assert!(card.warnings.is_empty(), "{name}: {:?}", card.warnings);
    }
    assert_eq!(read("03_sep_line.csv").1.notes, ["Its first line (sep=) names the separator."]);
    let (_, card) = read("04_pandas_index.csv");
    assert_eq!((card.columns[0].role, card.columns[0].note.as_str()), (Role::Ignored, "it numbers the rows"));
}

#[test]
fn a_first_row_of_data_is_kept_and_one_click_says_otherwise() {
    let (data, card) = read("iris_noheader.csv");
    assert_eq!((card.rows, data.train.len() + data.test.len(), card.header), (150, 150, Some(false)));
    assert_eq!(columns(&data)[0], "Column 1");
    let (name, choices) = warning(&card, "Row 1 looks like data").remedy.clone().expect("a remedy");
    let (_, otherwise) = read_with(&case("iris_noheader.csv"), &choices).expect("a table");
    assert_eq!(
        (name.as_str(), otherwise.rows, otherwise.columns[0].name.as_str()),
        ("Row 1 names the columns", 149, "5.1")
    );
}

#[test]
fn json_lines_are_a_table() {
    let (data, card) = read("31_jsonl.jsonl");
    assert_eq!((card.format.as_str(), card.rows), ("JSON, an object for each row, UTF-8", 100));
    assert_eq!(
        (columns(&data), data.classes.as_slice()),
        (&["a".to_string(), "b".into()][..], &["x".to_string(), "y".into()][..])
    );
}

#[test]
fn labels_alike_but_for_case_are_two_classes_and_can_be_kept_apart() {
    let (data, card) = read("14_mixed_case_labels.csv");
    assert_eq!(
        card.classes.iter().map(|(name, rows)| (name.to_lowercase(), *rows)).collect::<Vec<_>>(),
        [("no".into(), 200), ("yes".into(), 200)]
    );
    assert_eq!(data.classes.len(), 2);
    let (_, choices) = warning(&card, "alike but for case").remedy.clone().expect("a remedy");
    let (_, apart) = read_with(&case("14_mixed_case_labels.csv"), &choices).expect("a table");
    assert_eq!(apart.classes.len(), 5);
}

#[test]
fn the_column_of_labels_is_told_by_what_is_in_it() {
    let (data, card) = read("21_label_first_no_name.csv");
    assert_eq!((card.columns[0].role, columns(&data)), (Role::Label, &["a".to_string(), "b".into()][..]));
    assert_eq!(card.classes, [("no".into(), 100), ("yes".into(), 100)]);
}

#[test]
fn rows_without_a_label_are_the_unlabelled_pool() {
    let (data, card) = read("20_unlabelled_rows.csv");
    assert_eq!((card.rows, card.unlabelled), (400, 340));
    assert_eq!((data.train.len(), data.test.len(), data.unlabelled.len()), (48, 12, 340));
    assert_eq!(data.unlabelled.numbers.len(), 2 * 340);
}

#[test]
fn the_teachers_probabilities_are_the_teacher_and_no_inputs() {
    let (data, card) = read("19_teacher_probs.csv");
    assert_eq!((columns(&data), data.dimensions), (&["a".to_string(), "b".into()][..], 2));
    let roles: Vec<Role> = card.columns.iter().map(|column| column.role).collect();
    assert_eq!(roles, [Role::Number, Role::Number, Role::Label, Role::Probability, Role::Probability]);
    let teacher = card.teacher.expect("a teacher");
    // 322 of 400 rows, counted with Python; Wilson's interval.
    assert!(teacher.contains("right on 80.5\u{a0}% (76.3 to 84.1\u{a0}%) of the 400 rows"), "{teacher}");
    let given = data.given.expect("a given teacher");
    assert!(given.has_truth);
    assert_eq!((given.train.len(), given.test.len()), (2 * data.train.len(), 2 * data.test.len()));
    let right = |logits: &[f32], labels: &[u8]| {
        logits.chunks(2).zip(labels).filter(|(row, label)| (row[1] > row[0]) == (**label == 1)).count()
    };
    assert_eq!(right(&given.train, &data.train.labels) + right(&given.test, &data.test.labels), 322);
}

#[test]
fn rows_that_nearly_repeat_are_warned_of_and_can_be_kept_together() {
    let (leaking, card) = read("10_group_leak.csv");
    let (name, choices) = warning(&card, "nearly repeat").remedy.clone().expect("a remedy");
    assert_eq!(name, "Keep the runs together");
    let (table, together) = read_with(&case("10_group_leak.csv"), &choices).expect("a table");
    assert!(together.warnings.is_empty(), "{:?}", together.warnings);
    // How far the nearest training row is from each test row, in standard deviations.
    let farthest = |data: &Dataset| -> f32 {
        let mut nearest: Vec<f32> = data
            .test
            .numbers
            .chunks(3)
            .map(|row| {
                let to = |other: &[f32]| row.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
                data.train.numbers.chunks(3).map(to).fold(f32::INFINITY, f32::min).sqrt()
            })
            .collect();
        nearest.sort_unstable_by(f32::total_cmp);
        nearest[nearest.len() / 2]
    };
    let whole = table.dataset(1);
    assert!(farthest(&leaking) < 0.05 && farthest(&whole) > 0.2, "{} {}", farthest(&leaking), farthest(&whole));
    assert!((90..=150).contains(&whole.test.len()), "{}", whole.test.len());
}

#[test]
fn a_column_of_groups_keeps_them_whole() {
    let text: String = (0..200).map(|i| format!("\n{},{}.5,{}", i / 5, i * 7 % 13, ["no", "yes"][i / 5 % 2])).collect();
    let (_, card) = read_with(format!("patient,size,label{text}").as_bytes(), &Choices::default()).expect("a table");
    assert_eq!(card.columns[0].role, Role::Group);
    assert!(card.notes.iter().any(|note| note.starts_with("Rows of one group")));
    let groups: Vec<u32> = (0..200).map(|i| i / 5).collect();
    let labels: Vec<u8> = (0..200).map(|i| (i / 5 % 2) as u8).collect();
    let test = split_groups(&labels, 2, &groups, 3);
    assert_eq!(test.iter().filter(|t| **t).count(), 40);
    // Two groups only are not enough for both classes in both parts.
    let text: String = (0..40).map(|i| format!("\n{},{}.5,{}", i / 20, i * 7 % 13, ["no", "yes"][i / 20])).collect();
    let choices = Choices::default().with_role("site", Role::Group);
    let error = read_with(format!("site,size,label{text}").as_bytes(), &choices).expect_err("too few groups");
    assert!(error.to_string().contains("too few groups"), "{error}");
}

#[test]
fn logits_in_a_file_of_arrays_are_the_teacher_of_a_tables_rows() {
    let table: String =
        (0..60).map(|i| format!("\n{}.5,{},{}", i * 7 % 13, i % 5, ["a", "b", "c", "d"][i % 4])).collect();
    let table = format!("u,v,label{table}");
    let mut all = Vec::new();
    for name in ["teacher_logits.npy", "teacher_logits.npz", "teacher_logits.safetensors"] {
        let (read, card) = read_with_teacher(table.as_bytes(), &case(name), &Choices::default())
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        let data = read.dataset(1);
        assert_eq!((data.dimensions, data.classes.len(), card.rows), (2, 4, 60), "{name}");
        let given = data.given.expect("a teacher");
        assert_eq!(given.train.len() + given.test.len(), 240);
        all.push((given.train.clone(), given.test.clone()));
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "the same logits in every format");
    // The first row of the file, by its bytes.
    let bytes = case("teacher_logits.safetensors");
    let first: Vec<f32> =
        bytes[bytes.len() - 960..][..16].chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
    assert!(all[0].0.chunks(4).chain(all[0].1.chunks(4)).any(|row| row == first));
    let short: String = table.lines().take(51).collect::<Vec<_>>().join("\n");
    let error =
        read_with_teacher(short.as_bytes(), &case("teacher_logits.npy"), &Choices::default()).expect_err("other rows");
    assert!(error.to_string().contains("it has 60 rows, and the table 50"), "{error}");
    let alone = read_with(&case("teacher_logits.npz"), &Choices::default()).expect_err("no inputs");
    assert!(alone.to_string().contains("no array “x”"), "{alone}");
}

#[test]
fn a_german_spreadsheet_is_read() {
    let rows: String = (0..60)
        .map(|i| format!("\r\n1.{:03},{};{},5 %;{}.3.2024;{}", i, i % 10, i, i % 28 + 1, ["ja", "nein"][i % 2]))
        .collect();
    let text = format!("Größe;Anteil;Tag;gut{rows}");
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let (table, card) = read_with(&latin, &Choices::default()).expect("a table");
    let roles: Vec<Role> = card.columns.iter().map(|column| column.role).collect();
    assert_eq!(roles, [Role::Number, Role::Number, Role::Date, Role::Label]);
    assert_eq!(card.columns[0].name, "Größe");
    let data = table.dataset(1);
    let largest = |d: usize| {
        data.train
            .numbers
            .iter()
            .skip(d)
            .step_by(5)
            .zip(std::iter::repeat(data.moments[d]))
            .map(|(z, (m, s))| f64::from(*z) * s + m)
            .fold(f64::NEG_INFINITY, f64::max)
    };
    assert!((1_050.0..1_060.0).contains(&largest(0)), "{}", largest(0));
    assert!((0.5..0.6).contains(&largest(1)), "{}", largest(1));
}

#[test]
fn no_file_whatever_ends_in_a_panic() {
    let names = [
        "03_sep_line.csv",
        "04_pandas_index.csv",
        "06_utf16_nobom.csv",
        "10_group_leak.csv",
        "14_mixed_case_labels.csv",
        "19_teacher_probs.csv",
        "20_unlabelled_rows.csv",
        "21_label_first_no_name.csv",
        "28_pipe.csv",
        "31_jsonl.jsonl",
        "iris_noheader.csv",
        "teacher_logits.npz",
        "teacher_logits.npy",
        "teacher_logits.safetensors",
    ];
    // Some lines of each from the beginning and from the end: quick to read, with every class.
    let files: Vec<Vec<u8>> = names
        .iter()
        .map(|name| {
            let whole = case(name);
            let lines: Vec<&[u8]> = whole.split_inclusive(|&b| b == b'\n').collect();
            if lines.len() < 100 || whole.contains(&0) {
                return whole;
            }
            [&lines[..60], &lines[lines.len() - 30..]].concat().concat()
        })
        .collect();
    let special: [&[u8]; 16] = [
        b",",
        b"\n",
        b"\"",
        b";",
        b"\r\n",
        b"#",
        b"\0",
        b"\xff\xfe",
        b"1e999",
        b"-",
        b"NaN",
        b"{",
        b"[",
        b"p_yes",
        b",,,,,,",
        b"%",
    ];
    let mut rng = rng::stream(7, "mutations", 0);
    let mut pick = |n: usize| rng.random_range(0..n.max(1) as u32) as usize;
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..10_000 {
        let mut bytes = files[pick(files.len())].clone();
        for _ in 0..=pick(3) {
            let (at, length) = (pick(bytes.len() + 1), pick(40));
            let end = (at + length).min(bytes.len());
            match pick(6) {
                0 if at < bytes.len() && bytes[at].is_ascii_digit() => bytes[at] = b'0' + pick(10) as u8,
                0 if at < bytes.len() => bytes[at] ^= 1 << pick(8),
                1 => drop(bytes.drain(at..end)),
                2 => drop(bytes.splice(at..at, special[pick(special.len())].iter().copied())),
                3 => bytes.truncate(bytes.len() - at / 8),
                4 => {
                    let copy = bytes[at..end].to_vec();
                    let to = pick(bytes.len() + 1);
                    drop(bytes.splice(to..to, copy));
                }
                _ => drop(bytes.splice(at..end, special[pick(special.len())].iter().copied())),
            }
        }
        let choices = match pick(6) {
            0 => Choices { header: Some(pick(2) == 0), case_matters: true, runs_together: true, ..Choices::default() },
            1 => ["a", "b", "label", "p_no", "Column 1"]
                .into_iter()
                .fold(Choices::default(), |choices, name| choices.with_role(name, Role::ALL[pick(Role::ALL.len())])),
            _ => Choices::default(),
        };
        match read_with(&bytes, &choices) {
            Ok((table, card)) => {
                taken += 1;
                let data = table.dataset(3);
                assert_eq!(data.train.numbers.len(), data.train.len() * data.dimensions);
                assert!(
                    data.train
                        .numbers
                        .iter()
                        .chain(&data.test.numbers)
                        .chain(&data.unlabelled.numbers)
                        .all(|z| z.is_finite())
                );
                assert!(!data.train.is_empty() && !data.test.is_empty() && !card.format.is_empty());
            }
            Err(error) => {
                refused += 1;
                let sentence = error.to_string();
                assert!(sentence.ends_with(['.', '?', '!', '”']) && sentence.len() > 20, "{sentence}");
            }
        }
    }
    println!("{taken} read, {refused} refused");
    assert!(taken > 300 && refused > 500, "{taken} {refused}");
}
