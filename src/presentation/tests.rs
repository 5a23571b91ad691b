use super::*;

fn pairs(hash: &str) -> Vec<(String, String)> {
    let pair = |part: &str| part.split_once('=').map(|(k, v)| (k.to_string(), v.to_string()));
    hash.split('&').filter_map(pair).collect()
}

#[test]
fn what_is_written_is_read_back() {
    let shown = Presentation {
        example: 4,
        panel: Some("sweep"),
        theme: Some(Theme::Dark),
        hidden: vec!["bench", "more"],
        fixed: vec!["task", "noise"],
        embed: vec!["soft", "verdict"],
        large: true,
        wait_at: Some(0),
        measure: Measure::MacroF1,
        slide: Some(2),
    };
    let mut notices = Vec::new();
    assert_eq!(Presentation::read(&pairs(&shown.words().join("&")), &mut notices), shown);
    assert_eq!(notices, Vec::<String>::new());
    assert_eq!(Presentation::default().words(), Vec::<String>::new());
}

#[test]
fn unknown_words_are_reported_and_left_out() {
    let hash = "hide=sweep,cellar&fix=n,x&embed=moon&panel=roof&theme=red&size=huge&wait=soon&example=0&judge=taste";
    let mut notices = Vec::new();
    let read = Presentation::read(&pairs(hash), &mut notices);
    assert_eq!(notices.len(), 9, "{notices:?}");
    assert_eq!(read, Presentation { hidden: vec!["sweep"], fixed: vec!["n"], ..Presentation::default() });
}

#[test]
fn an_impossible_example_is_reported() {
    for (value, place, notices_expected) in
        [("1", 0, 0), ("12", 11, 0), ("13", 0, 1), ("99", 0, 1), ("-1", 0, 1), ("two", 0, 1)]
    {
        let mut notices = Vec::new();
        let read = Presentation::read(&pairs(&format!("example={value}")), &mut notices);
        assert_eq!((read.example, notices.len()), (place, notices_expected), "{value}: {notices:?}");
        assert!(notices.iter().all(|n| n.contains(&format!("“{value}”")) && n.contains("1 to 12")), "{notices:?}");
    }
}

#[test]
fn present_alone_is_the_first_slide() {
    for (value, slide, notices_expected) in
        [("", Some(0), 0), ("1", Some(0), 0), ("4", Some(3), 0), ("0", None, 1), ("100", None, 1), ("now", None, 1)]
    {
        let mut notices = Vec::new();
        let read = Presentation::read(&[(PRESENT.into(), value.into())], &mut notices);
        assert_eq!((read.slide, notices.len()), (slide, notices_expected), "{value}: {notices:?}");
    }
    assert_eq!(Presentation { slide: Some(0), ..Presentation::default() }.words(), ["present"]);
}

#[test]
fn nothing_is_hidden_unless_asked_for() {
    assert_eq!(Presentation::default().rules(), "");
    let lecture = Presentation { hidden: vec!["sweep"], fixed: vec!["noise"], ..Presentation::default() };
    assert_eq!(lecture.rules(), ".p-sweep,[data-knob=\"noise\"]{display:none!important}");
    let frame = Presentation { embed: vec!["soft"], ..Presentation::default() };
    assert!(!frame.rules().contains(".p-soft,") && frame.rules().contains(".p-verdict"));
}

#[test]
fn words_of_panels_and_of_controls_are_each_unique() {
    let unique = |mut keys: Vec<&str>| {
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        keys.len() == all
    };
    assert!(unique(PANELS.iter().map(|p| p.key).collect()));
    assert!(unique(controls().map(|(key, _)| key).collect()));
    assert!(controls().all(|(key, _)| !key.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_')));
}
