//! Existing links keep their meaning: `tests/golden/links.json` holds links and the settings they stand for. A failure
//! means that a link somebody has saved would now set something else.
//!
//! `RECORD=1 cargo test --no-default-features --test links` adds links of [`LINKS`] that the file lacks; entries are never
//! rewritten.

use serde_json::{Map, Value, json};
use softlabel::link;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/links.json");

/// Every kind of key at least once, as the page writes it.
const LINKS: &[&str] = &[
    "",
    "t=5&alpha=0.8&n=50&hidden=8&noise=0.2&seed=3",
    "task=moons&device=cpu",
    "task=mnist&method=reverse_kl&t2=off&steps=300&replicates=3",
    "task=spiral&arms=hint~jsd,t2:off,t:4.5,beta:0.3&assistants=64,16",
    "task=blobs&without=1,3&points=-30,120,0~5,5,3",
    "task=names&context=4&n=500",
    "task=rings&layers=2&teacher=32&epochs=10",
    "noise_kind=similar&noise=0.3&arms=none",
    "shift=other&shift_share=0.95&production=blurred&production_by=0.4",
    "pool=2000&mixup=0.5&optimizer=sgd",
    "ensemble=3&teacher_smoothing=0.1&generations=2&second=on",
    "lesson=missing-three",
    "lesson=few-labels&run=2&seed=7",
    "lesson=temperature&t=9",
    "hide=bench,more&fix=task,noise&theme=dark&size=large&wait=300",
    "embed=soft,verdict,train&example=3",
    "panel=sweep",
    "arms=top_k_other,k:2~jsd_normalised,beta:0.2~all_labels&method=jsd_normalised&beta=0.9",
    "present",
    "lesson=few-labels&present=3",
];

fn read(hash: &str) -> Value {
    let link = link::parse(hash);
    assert_eq!(link.notices, Vec::<String>::new(), "#{hash}");
    json!({
        "config": serde_json::to_value(&link.config).expect("settings are plain data"),
        "lesson": link.lesson,
        "presentation": link.presentation.words(),
    })
}

/// Lists in `lost` what differs from the record; keys added since do not count.
fn holds(then: &Value, now: &Value, at: &str, lost: &mut Vec<String>) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (key, value) in then {
                holds(value, now.get(key).unwrap_or(&Value::Null), &format!("{at}/{key}"), lost);
            }
        }
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => {
            for (i, (then, now)) in then.iter().zip(now).enumerate() {
                holds(then, now, &format!("{at}/{i}"), lost);
            }
        }
        (then, now) if then == now => {}
        (then, now) => lost.push(format!("{at}: was {then}, is {now}")),
    }
}

#[test]
fn recorded_links_keep_their_meaning() {
    let text = std::fs::read_to_string(FILE).unwrap_or_else(|_| "{}".into());
    let mut golden: Map<String, Value> = serde_json::from_str(&text).expect("the golden file is JSON");
    if std::env::var_os("RECORD").is_some() {
        for &hash in LINKS {
            golden.entry(hash).or_insert_with(|| read(hash));
        }
        let text = serde_json::to_string_pretty(&golden).expect("JSON can be written");
        std::fs::write(FILE, text + "\n").expect("the golden file can be written");
    }
    let mut lost = Vec::new();
    for (hash, then) in &golden {
        holds(then, &read(hash), &format!("#{hash}"), &mut lost);
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
    for hash in LINKS {
        assert!(golden.contains_key(*hash), "#{hash} is not in the golden file yet: RECORD=1 adds it");
    }
}

#[test]
fn the_page_writes_links_that_it_reads_back() {
    for hash in LINKS {
        let link = link::parse(hash);
        let open = link.lesson.and_then(softlabel::lab::lessons::lesson);
        let again = link::parse(&link::format_all(open, &link.config, &link.presentation));
        assert_eq!(again, link, "#{hash}");
    }
}
