//! Tables as they are brought, and what is made of them.

use super::error::Fault;
use super::*;
use crate::data::Dataset;
use crate::data::card::Role;
use crate::data::example::Form;

/// A table of two columns and two classes, with rows put in place of others (by their number).
fn table(header: &str, replaced: &[(usize, &str)]) -> String {
    let mut lines = vec![header.to_string()];
    for row in 2..42 {
        let own = replaced.iter().find(|(r, _)| *r == row).map(|(_, line)| (*line).to_string());
        lines.push(
            own.unwrap_or_else(|| format!("{}.5,{},{}", row, row % 7, if row % 2 == 0 { "even" } else { "odd" })),
        );
    }
    lines.join("\n")
}

fn error(text: &str) -> TableError {
    read(text.as_bytes()).unwrap_err()
}

fn columns(data: &Dataset) -> &[String] {
    let Form::Numbers(columns) = &data.form else { panic!("not a table") };
    columns
}

fn data(text: &str) -> Dataset {
    read(text.as_bytes()).unwrap().dataset(1)
}

fn card(text: &str) -> DataCard {
    read_with(text.as_bytes(), &Choices::default()).unwrap().1
}

#[test]
fn a_table_becomes_a_task() {
    let text = table("width,height,kind", &[]);
    let data = data(&text);
    assert_eq!((data.train.len(), data.test.len(), data.dimensions), (32, 8, 2));
    assert_eq!(data.classes, ["even", "odd"]);
    assert_eq!(columns(&data), ["width", "height"]);
    let mean: f32 = data.train.numbers.iter().step_by(2).sum::<f32>() / 32.0;
    assert!(mean.abs() < 1e-5);
    assert_ne!(data.train, read(text.as_bytes()).unwrap().dataset(2).train);
}

#[test]
fn labels_may_stand_anywhere_by_name_and_other_separators_do() {
    let text = table("a,Class,b", &[]).replace("even", "9").replace("odd", "8");
    assert_eq!(columns(&data(&text)), ["a", "b"]);
    // Points of a plane, as most people name their columns.
    for header in ["x,y,label", "x,y,colour"] {
        assert_eq!(columns(&data(&table(header, &[]))), ["x", "y"]);
    }
    assert_eq!(columns(&data(&table("a,b,y", &[]))), ["a", "b"]);
    for (from, to) in [(",", ";"), (",", "\t"), (",", "|")] {
        assert_eq!(columns(&data(&table("width,height,kind", &[]).replace(from, to))), ["width", "height"]);
    }
    let marked = format!("\u{feff}{}\r\n", table("width,height,kind", &[]).replace('\n', "\r\n"));
    assert_eq!(columns(&data(&marked))[0], "width");
}

#[test]
fn all_faults_are_reported_at_once_with_row_and_column() {
    let bad = error(&table("width,height,kind", &[(7, "1,abc,odd"), (9, "wide,2,odd"), (11, "inf,2,odd")]));
    let TableError::Faults(faults) = &bad else { panic!("{bad:?}") };
    assert_eq!(faults.count, 3);
    assert!(faults.listed.contains(&Fault::Number { row: 7, column: "height".into(), cell: "abc".into() }));
    let text = bad.to_string();
    assert!(
        text.contains("Row 7, column “height”: “abc” is not a number.") && text.contains("Row 9, column “width”"),
        "{text}"
    );
    assert!(text.contains("“inf”") && text.ends_with("Correct them or leave the rows out."), "{text}");
    assert!(error(&table("w,h,k", &[(9, "1,2")])).to_string().contains("Row 9 has 2 cells where there are 3 columns."));
    assert_eq!(error(&table("w,h,k", &[(3, "1,2,rare")])), TableError::Rare { class: "rare".into(), found: 1 });
    let many: Vec<(usize, String)> = (2..30).map(|row| (row, "1".to_string())).collect();
    let many: Vec<(usize, &str)> = many.iter().map(|(row, line)| (*row, line.as_str())).collect();
    let text = error(&table("w,h,k", &many)).to_string();
    assert_eq!(text.matches("Row ").count(), 10, "{text}");
    assert!(text.contains("There are 18 more faults."), "{text}");
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts_them() {
    let windows = |text: String| text.replace('\n', "\r\n");
    let row = |text: &str| -> u64 {
        let TableError::Faults(faults) = error(text) else { panic!() };
        let Fault::Number { row, .. } = faults.listed[0] else { panic!() };
        row
    };
    assert_eq!(row(&table("w,h,k", &[(5, ""), (9, "1,x,odd")])), 9, "a blank line");
    assert_eq!(row(&windows(table("w,h,k", &[(9, "1,x,odd")]))), 9, "lines that end as on Windows");
    assert_eq!(row(&windows(table("w,h,k", &[(7, ""), (8, ""), (9, "1,x,odd")]))), 9, "after two blank lines");
    let quoted = table("w,h,k", &[(5, "1,2,\"odd\""), (6, "1,2,\"even\n\""), (9, "1,x,odd")]);
    assert_eq!(row(&quoted), 9, "after a cell of two lines");
    assert_eq!(row(&format!("sep=,\n{}", table("w,h,k", &[(9, "1,x,odd")]))), 10, "after the line of the separator");
    assert_eq!(row(&format!("# one\n# two\n{}", table("w,h,k", &[(9, "1,x,odd")]))), 11, "after comments");
}

#[test]
fn tables_that_are_none_are_refused() {
    assert_eq!(error(""), TableError::Empty);
    assert_eq!(error("a,k\n1,x\n2,y"), TableError::Rows(2));
    assert_eq!(TableError::Rows(200_000).to_string(), "There are 200,000 rows of examples; 20 to 100,000 are taken.");
    assert_eq!(error(&table("w,h,k", &[]).replace("even", "odd")), TableError::OneClass("k".into()));
    let many: String = (0..40).map(|i| format!("\n1.5,{i}")).collect();
    assert_eq!(error(&format!("a,label{many}")), TableError::Classes { column: "label".into(), found: 40 });
    let only: String = (0..40).map(|i| format!("\n{}", i % 2)).collect();
    assert_eq!(error(&format!("only{only}")), TableError::NoInputs);
    assert_eq!(read(&vec![b'1'; MAX_BYTES + 1]), Err(TableError::Bytes(MAX_BYTES + 1)));
    assert_eq!(read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Err(TableError::Encoding));
    assert!(matches!(read(b"PK\x03\x04\0\0\0\0"), Err(TableError::Arrays(_))));
    assert_eq!(error(&table("w,h,k", &[(9, "1,2,\"odd")])), TableError::Quotation(9));
    let wide: Vec<String> = (0..2_049).map(|i| format!("c{i}")).collect();
    assert_eq!(error(&wide.join(",")), TableError::Columns(2_049));
}

#[test]
fn an_unclosed_quotation_is_reported_with_its_row() {
    assert_eq!(error(&table("w,\"h,k", &[])), TableError::Quotation(1));
    let whole = table("w,h,k", &[]).replace("odd", "\"the \"\"odd\"\" ones\"");
    assert_eq!(data(&whole).classes, ["even", "the \"odd\" ones"]);
}

#[test]
fn a_column_constant_in_training_does_not_explode_in_the_test() {
    let labels: Vec<u8> = (0..40).map(|i| i % 2).collect();
    let tested = split::split(&labels, 2, 1).iter().position(|t| *t).unwrap();
    let text: String = (0..40).map(|i| format!("\n{},{i}.5,{}", if i == tested { 1e9 } else { 3.0 }, i % 2)).collect();
    let data = data(&format!("a,b,k{text}"));
    assert!(data.train.numbers.iter().step_by(2).all(|z| *z == 0.0));
    assert!(data.test.numbers.iter().step_by(2).any(|z| *z == 1.0));
    assert!(data.test.numbers.iter().step_by(2).all(|z| z.abs() <= 1.0));
}

#[test]
fn every_column_has_a_role_and_can_be_given_another() {
    let text: String = (0..60)
        .map(|i| {
            format!(
                "\n{i},{}.5,{},{},2024-01-{:02},same,word{i},{},{}",
                i * 7 % 11,
                ["red", "blue", "green"][i % 3],
                ["yes", "no"][i % 2],
                i % 28 + 1,
                i / 4,
                ["a", "b"][i / 2 % 2]
            )
        })
        .collect();
    let text = format!("id,size,colour,sold,day,unit,title,patient_id,kind{text}");
    let (_, card) = read_with(text.as_bytes(), &Choices::default()).unwrap();
    let roles: Vec<Role> = card.columns.iter().map(|column| column.role).collect();
    use Role::{Category, Date, Group, Ignored, Label, Number, YesNo};
    assert_eq!(roles, [Ignored, Number, Category, YesNo, Date, Ignored, Ignored, Group, Label]);
    assert_eq!(card.columns[0].note, "it numbers the rows");
    let inputs: Vec<usize> = card.columns.iter().map(|column| column.inputs).collect();
    assert_eq!(inputs, [0, 1, 3, 1, 3, 0, 0, 0, 0]);
    let choices =
        Choices::default().with_role("colour", Label).with_role("kind", Ignored).with_role("patient_id", Number);
    let (table, card) = read_with(text.as_bytes(), &choices).unwrap();
    assert_eq!(table.dataset(1).classes, ["blue", "green", "red"]);
    assert_eq!((card.columns[8].role, card.columns[7].role), (Ignored, Number));
    assert_eq!(card.choices, choices);
}

#[test]
fn missing_values_are_counted_and_said() {
    let text = table("width,height,kind", &[(4, ",1,even"), (6, "NA,1,even"), (7, "1,?,odd")]);
    let (table, card) = read_with(text.as_bytes(), &Choices::default()).unwrap();
    assert!(card.columns[0].note.starts_with("2 missing: the median"), "{:?}", card.columns);
    let data = table.dataset(1);
    assert_eq!(columns(&data), ["width", "width is missing", "height", "height is missing"]);
    assert!(data.train.numbers.iter().all(|z| z.is_finite()));
}

#[test]
fn an_input_that_gives_the_label_away_is_warned_of_and_can_be_left_out() {
    let text: String =
        (0..40).map(|i| format!("\n{}.5,{},{}", i * 7 % 13, ["n", "p"][i % 2], ["no", "yes"][i % 2])).collect();
    let text = format!("size,approved,label{text}");
    let card = card(&text);
    let warning = card.warnings.iter().find(|w| w.text.contains("“approved” alone tells")).expect("a warning");
    let (_, choices) = warning.remedy.clone().unwrap();
    assert_eq!(columns(&read_with(text.as_bytes(), &choices).unwrap().0.dataset(1)), ["size"]);
}

#[test]
fn a_given_teacher_is_never_an_input() {
    let row = |i: usize| format!("\n{}.5,{},{}", i * 7 % 13, ["no", "yes"][i % 2], [0.9, 0.25][i % 2]);
    for (header, given) in [("size,label,p_yes", 1), ("size,label,prob(yes)", 1), ("size,label,yes_probability", 1)] {
        let text = format!("{header}{}", (0..40).map(row).collect::<String>());
        let (table, card) = read_with(text.as_bytes(), &Choices::default()).unwrap();
        let data = table.dataset(1);
        assert_eq!(columns(&data), ["size"], "{header}");
        assert_eq!(card.columns.iter().filter(|column| column.role == Role::Probability).count(), given);
        let teacher = data.given.expect("a teacher");
        for (logits, label) in teacher.train.chunks(2).zip(&data.train.labels) {
            let yes = if *label == 1 { 0.25_f32 } else { 0.9 };
            assert!((logits[1] - yes.ln()).abs() < 1e-5 && (logits[0] - (1.0 - yes).ln()).abs() < 1e-5);
        }
        assert!(card.teacher.unwrap().contains("right on 0.0\u{a0}%"));
    }
}

#[test]
fn probabilities_of_any_sum_and_zeros_make_a_teacher() {
    let rows = |line: &dyn Fn(usize) -> String| {
        (0..40).map(|i| format!("\n{}.5,{},{}", i * 7 % 13, ["no", "yes"][i % 2], line(i))).collect::<String>()
    };
    let (table, card) = read_with(
        format!("a,label,p_no,p_yes{}", rows(&|i| ["0.9,0.9", "0,1", "0.4,0.6", "0.5,0.25"][i % 4].to_string()))
            .as_bytes(),
        &Choices::default(),
    )
    .unwrap();
    let said = card.teacher.unwrap();
    assert!(
        said.contains("20 rows’ probabilities do not sum to 1") && said.contains("10 rows’ probabilities are below"),
        "{said}"
    );
    let given = table.dataset(1).given.unwrap();
    for row in given.train.chunks(2).chain(given.test.chunks(2)) {
        assert!(
            (row.iter().map(|z| z.exp()).sum::<f32>() - 1.0).abs() < 1e-5 && row.iter().all(|z| *z >= -14.0),
            "{row:?}"
        );
    }
    // Per cent, log-probabilities and logits.
    for (header, line, expected) in [
        ("a,label,p_no,p_yes", "25,75", 0.75_f32.ln()),
        ("a,label,logprob_no,logprob_yes", "-1.3862944,-0.2876821", 0.75_f32.ln()),
        ("a,label,logit_no,logit_yes", "-1.5,2.5", 2.5),
    ] {
        let table = read(format!("{header}{}", rows(&|_| line.to_string())).as_bytes()).unwrap();
        let given = table.dataset(1).given.expect(header);
        assert!(given.train.chunks(2).all(|row| (row[1] - expected).abs() < 1e-5), "{header}");
    }
    // What is no probability is named, and a cell that is empty leaves its row out.
    let bad = error(&format!("a,label,p_no,p_yes{}", rows(&|i| if i == 3 { "0.5,x" } else { "0.5,0.5" }.to_string())));
    assert!(bad.to_string().contains("Row 5, column “p_yes”"), "{bad}");
    let (table, card) = read_with(
        format!("a,label,p_no,p_yes{}", rows(&|i| if i < 4 { "," } else { "0.5,0.5" }.to_string())).as_bytes(),
        &Choices::default(),
    )
    .unwrap();
    let data = table.dataset(1);
    assert_eq!(data.train.len() + data.test.len(), 36);
    assert!(card.teacher.unwrap().contains("4 rows without its answer are left out."));
}

#[test]
fn a_teacher_without_labels_gives_them_and_answers_are_a_teacher_too() {
    let text: String = (0..40).map(|i| format!("\n{}.5,{}", i * 7 % 13, ["0.9,0.1", "0.2,0.8"][i % 2])).collect();
    let (table, card) = read_with(format!("a,p_cat,p_dog{text}").as_bytes(), &Choices::default()).unwrap();
    let data = table.dataset(1);
    assert_eq!((data.classes.as_slice(), data.dimensions), (&["cat".to_string(), "dog".into()][..], 1));
    assert!(!data.given.unwrap().has_truth && card.teacher.unwrap().contains("No row has a true label"));
    let text: String =
        (0..40).map(|i| format!("\n{}.5,{},{}", i * 7 % 13, ["x", "y"][i % 2], ["x", "y"][i / 2 % 2])).collect();
    let (table, card) = read_with(format!("a,label,teacher_label{text}").as_bytes(), &Choices::default()).unwrap();
    let data = table.dataset(1);
    assert_eq!((columns(&data), card.columns[2].role), (&["a".to_string()][..], Role::Answer));
    assert!(data.given.unwrap().train.chunks(2).all(|row| row[0].max(row[1]) > -1e-5));
}
