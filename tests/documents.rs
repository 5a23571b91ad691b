//! What `docs/teaching.md` and `CITATION.cff` say of the project is so: every quotation stands where it is taken from, every
//! link opens without a notice, and version and licence are the package's.

use softlabel::config::Config;
use softlabel::lab::glossary::GLOSSARY;
use softlabel::lab::lessons::LESSONS;
use softlabel::link;
use softlabel::ui::text::intro::intro;

const TEACHING: &str = include_str!("../docs/teaching.md");
const LESSON_RECORDS: &str = include_str!("../docs/lessons.md");
const CITATION: &str = include_str!("../CITATION.cff");

/// Spaces of any kind and length as one.
fn plain(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '\u{a0}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Quotations, a paragraph each.
fn quotations() -> Vec<String> {
    let quoted = TEACHING.lines().filter_map(|line| line.trim_start().strip_prefix("> "));
    quoted.map(plain).collect()
}

#[test]
fn every_quotation_of_the_lesson_plans_stands_in_its_source() {
    let mut sources = vec![plain(LESSON_RECORDS), plain(&intro(&Config::default(), 10_000, 200))];
    sources.extend(LESSONS.iter().map(|lesson| plain(lesson.record)));
    sources.extend(GLOSSARY.iter().map(|term| plain(term.text)));
    let quotations = quotations();
    assert!(quotations.len() >= 12, "{} quotations", quotations.len());
    for quotation in quotations {
        assert!(
            sources.iter().any(|source| source.contains(&quotation)),
            "no lesson, term or introduction says: {quotation}"
        );
    }
}

#[test]
fn every_link_of_the_lesson_plans_opens_without_a_notice() {
    let links: Vec<&str> = TEACHING.split('`').skip(1).step_by(2).filter(|code| code.starts_with('#')).collect();
    assert!(links.len() >= 15, "{} links", links.len());
    for hash in links {
        assert_eq!(link::parse(hash).notices, Vec::<String>::new(), "{hash}");
    }
}

#[test]
fn the_citation_has_the_packages_version_and_licence() {
    let of = |key: &str| CITATION.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
    assert_eq!(of("version:"), Some(env!("CARGO_PKG_VERSION")));
    assert_eq!(of("cff-version:"), Some("1.2.0"));
    for licence in env!("CARGO_PKG_LICENSE").split(" OR ") {
        assert!(CITATION.contains(&format!("- {licence}\n")), "{licence}");
    }
    assert!(of("title:").is_some_and(|title| title.contains("Softlabel")));
}
