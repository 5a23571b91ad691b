//! The map in `src/lib.rs` against the code: which module imports which, that no files of a folder form a circle, and that
//! the libraries of one side are not used on the other.
//!
//! A file's imports are the paths that begin with `crate`, `super` or `self`, in `use` declarations and elsewhere, tests
//! aside. A path counts for the file that it ends in. A parent that only declares or re-exports its children does not import
//! them for this purpose; a child may import its parent, if the parent does not import that child for its own use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Imports by module path: `ui::app::engine` -> `{ui::app::context, …}`.
type Graph = BTreeMap<String, BTreeSet<String>>;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file of the library below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            if entry.file_name().is_none_or(|name| name != "bin") {
                found.extend(files(&entry));
            }
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            found.push(entry);
        }
    }
    found
}

/// `src/ui/app/mod.rs` -> `ui::app`; empty for `lib.rs`.
fn module(file: &Path) -> String {
    let relative = file.strip_prefix(source()).expect("a file below src").with_extension("");
    let mut parts: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod" || (last == "lib" && parts.len() == 1)) {
        parts.pop();
    }
    parts.join("::")
}

/// The code without comments, texts of string literals, and the inline module of tests at its end.
fn code(text: &str) -> String {
    let text = text.find("#[cfg(test)]\nmod tests {").map_or(text, |end| &text[..end]);
    let text = text.find("#[cfg(test)]\npub(in crate::ui) mod tests").map_or(text, |end| &text[..end]);
    let (mut out, mut rest) = (String::new(), text);
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("'\"'") {
            3
        } else if c == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c: char| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |end| end + 2)
        } else {
            out.push(c);
            c.len_utf8()
        };
        rest = &rest[skip..];
    }
    out
}

/// The leaves of a tree of imports: `a::{b, c::{d, self}}` -> `a::b`, `a::c::d`, `a::c`.
fn leaves(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let path = tree.split(" as ").next().unwrap_or_default().trim();
        return vec![path.trim_end_matches("::self").trim_end_matches("::*").to_string()];
    };
    let (prefix, body) = (&tree[..open], &tree[open + 1..tree.rfind('}').unwrap_or(tree.len())]);
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (i, c) in body.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&body[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&body[start..]);
    let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(|part| leaves(&format!("{prefix}{}", part.trim()))).collect()
}

/// All paths of a file that begin with `crate`, `super` or `self`, re-exports of its own children left out.
fn paths(code: &str) -> Vec<String> {
    let (mut found, mut elsewhere) = (Vec::new(), String::new());
    let mut rest = code;
    while let Some(at) = rest.find("use ").filter(|_| true) {
        let begins_statement = rest[..at].trim_end().ends_with([';', '}', '{', ']', ')'])
            || rest[..at].trim_end().is_empty()
            || rest[..at].trim_end().ends_with("pub");
        let end = rest[at..].find(';').map_or(rest.len(), |end| at + end);
        if begins_statement {
            elsewhere.push_str(&rest[..at]);
            let tree = rest[at + 4..end].split_whitespace().collect::<Vec<_>>().join(" ");
            found.extend(leaves(&tree).into_iter().map(|leaf| leaf.replace(' ', "")));
            rest = &rest[end..];
        } else {
            elsewhere.push_str(&rest[..at + 4]);
            rest = &rest[at + 4..];
        }
    }
    elsewhere.push_str(rest);
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let inline = elsewhere.split(|c: char| !word(c)).map(|path| path.trim_matches(':').to_string());
    found.extend(inline.filter(|path| path.contains("::")));
    found.retain(|path| ["crate", "super", "self"].iter().any(|root| path.starts_with(&format!("{root}::"))));
    found
}

/// The module that a path in `of` ends in, if it is one of `modules`.
fn target(path: &str, of: &str, modules: &BTreeSet<String>) -> Option<String> {
    let mut base: Vec<&str> = of.split("::").filter(|part| !part.is_empty()).collect();
    let mut parts = path.split("::").peekable();
    match parts.peek() {
        Some(&"crate") => {
            base.clear();
            parts.next();
        }
        Some(&"self") => {
            parts.next();
        }
        _ => {
            while parts.peek() == Some(&"super") {
                base.pop();
                parts.next();
            }
        }
    }
    base.extend(parts);
    while !base.is_empty() && !modules.contains(&base.join("::")) {
        base.pop();
    }
    let found = base.join("::");
    (!found.is_empty() && found != of).then_some(found)
}

fn graph() -> Graph {
    let files = files(&source());
    let modules: BTreeSet<String> = files.iter().map(|file| module(file)).collect();
    files
        .iter()
        .filter(|file| file.file_name().is_none_or(|name| name != "tests.rs"))
        .map(|file| {
            let of = module(file);
            let text = std::fs::read_to_string(file).expect("a readable file");
            let found = paths(&code(&text)).iter().filter_map(|path| target(path, &of, &modules)).collect();
            (of, found)
        })
        .collect()
}

/// A circle in the graph, if there is one: its modules in order.
fn circle(graph: &Graph) -> Option<Vec<String>> {
    fn visit<'a>(
        at: &'a str,
        graph: &'a Graph,
        trail: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<String>> {
        if let Some(start) = trail.iter().position(|&module| module == at) {
            return Some(trail[start..].iter().map(ToString::to_string).collect());
        }
        if !done.insert(at) {
            return None;
        }
        trail.push(at);
        let found = graph.get(at).into_iter().flatten().find_map(|next| visit(next, graph, trail, done));
        trail.pop();
        found
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|start| visit(start, graph, &mut Vec::new(), &mut done))
}

/// The table in `lib.rs`: each module and what it may import.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(source().join("lib.rs")).expect("lib.rs");
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | ")).skip(1);
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let allowed = cells[2].split(',').map(str::trim).filter(|name| !name.is_empty()).map(ToString::to_string);
        (cells[0].trim_matches(['[', ']', '`']).to_string(), allowed.collect())
    })
    .collect()
}

fn top(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

#[test]
fn modules_import_what_the_table_in_lib_rs_allows() {
    let table = table();
    assert!(table.len() > 10, "the table in lib.rs was not found");
    let mut wrong = Vec::new();
    let graph = graph();
    for (of, imports) in graph.iter().filter(|(of, _)| !of.is_empty()) {
        let Some(allowed) = table.get(top(of)) else {
            wrong.push(format!("{} is not in the table of lib.rs", top(of)));
            continue;
        };
        for import in imports.iter().filter(|import| top(import) != top(of) && !allowed.contains(top(import))) {
            wrong.push(format!("{of} imports {import}, which the table of lib.rs does not allow"));
        }
    }
    for module in table.keys().filter(|module| !graph.keys().any(|of| top(of) == *module)) {
        wrong.push(format!("the table of lib.rs names {module}, which is not there"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_itself_has_no_circle() {
    assert_eq!(circle(&table()), None);
}

#[test]
fn no_files_form_a_circle() {
    assert_eq!(circle(&graph()), None);
}

#[test]
fn folders_of_the_page_import_only_what_stands_below_them() {
    const LAYERS: [&[&str]; 6] = [&["shell"], &["panels"], &["widgets"], &["app", "text"], &["state"], &["browser"]];
    let layer = |module: &str| {
        let folder = module.split("::").nth(1)?;
        LAYERS.iter().position(|names| names.contains(&folder))
    };
    let mut wrong = Vec::new();
    for (of, imports) in graph().iter().filter(|(of, _)| top(of) == "ui") {
        for import in imports.iter().filter(|import| top(import) == "ui") {
            let same = of.split("::").nth(1) == import.split("::").nth(1);
            if let (Some(from), Some(to)) = (layer(of), layer(import))
                && !same
                && from >= to
            {
                wrong.push(format!("{of} imports {import}, which does not stand below it"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_side_keeps_to_its_libraries() {
    const PAGE: [&str; 4] = ["leptos", "gloo", "web_sys", "idb"];
    let mut wrong = Vec::new();
    for file in files(&source()) {
        let (of, text) = (module(&file), std::fs::read_to_string(&file).expect("a readable file"));
        let forbidden: &[&str] = match top(&of) {
            "engine" | "data" | "lab" | "chart" | "losses" | "experiment" => &PAGE,
            "ui" | "link" | "config" | "protocol" | "files" | "export" | "runs" | "presentation" => &["burn", "cubecl"],
            _ => &[],
        };
        let pure: &[&str] =
            if matches!(top(&of), "data" | "lab" | "chart" | "losses" | "experiment") { &["burn"] } else { &[] };
        let text = code(&text);
        for library in forbidden.iter().chain(pure) {
            let used = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            if used.into_iter().any(|word| word.strip_prefix(library).is_some_and(|rest| rest.starts_with("::"))) {
                wrong.push(format!("{of} uses {library}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_are_read_from_code_alone() {
    let text = "// use crate::comment::X;\nuse crate::a::{self, b::{C, D as E}};\npub use super::f::G;\nfn h() { crate::i::j(); \
                \"crate::text::K\"; super::l::m() }\n#[cfg(test)]\nmod tests {\n use crate::test::N;\n}";
    let mut found = paths(&code(text));
    found.sort();
    let wanted = ["crate::a", "crate::a::b::C", "crate::a::b::D", "crate::i::j", "super::f::G", "super::l::m"];
    assert_eq!(found, wanted);
}

#[test]
fn paths_end_in_the_nearest_module() {
    let modules: BTreeSet<String> = ["a", "a::b", "a::c", "d"].map(String::from).into();
    let ends = |path, of| target(path, of, &modules);
    assert_eq!(ends("crate::a::b::Type", "d").as_deref(), Some("a::b"));
    assert_eq!(ends("super::c::function", "a::b").as_deref(), Some("a::c"));
    assert_eq!(ends("super::Type", "a::b").as_deref(), Some("a"));
    assert_eq!(ends("self::Type", "a::b"), None);
}

#[test]
fn a_circle_is_found() {
    let edge = |from: &str, to: &[&str]| (from.to_string(), to.iter().map(ToString::to_string).collect());
    let mut graph: Graph = [edge("a", &["b"]), edge("b", &["c"]), edge("c", &[])].into();
    assert_eq!(circle(&graph), None);
    graph.insert("c".into(), ["b".to_string()].into());
    assert_eq!(circle(&graph), Some(vec!["b".into(), "c".into()]));
}
