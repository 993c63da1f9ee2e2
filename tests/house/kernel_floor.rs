//! The trusted floor stands on its own: what its files name, that each is compiled, and how long they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::source::{lines_of_code, repository, rust_files, words};

const KERNEL: &str = "src/kernel";

/// The most lines of code that the kernel may have, without comments and blank lines.
const BUDGET: usize = 6_881;

/// The kernel's modules; each uses only itself and those before it.
const ORDER: [&str; 6] = ["exact", "network", "problem", "enclosure", "check", "certificate"];

/// The crates that the kernel may use.
const CRATES: [&str; 7] = ["std", "core", "num_bigint", "num_integer", "num_traits", "serde", "serde_json"];

/// Modules of the standard library that reach outside, or that a checker has no use for.
const FORBIDDEN_STD: [&str; 11] = ["env", "fs", "io", "net", "os", "process", "path", "ptr", "thread", "time", "panic"];

/// Words that have no place in the kernel: floats, panics, unsafe code, other files.
const FORBIDDEN: [&str; 16] = [
    "f32",
    "f64",
    "unsafe",
    "extern",
    "unwrap",
    "expect",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "dbg",
    "assert_eq",
    "assert_ne",
    "include",
    "include_str",
    "include_bytes",
];

/// The modules of a file of the kernel, outermost first: `check/kkt.rs` is `["check", "kkt"]`.
fn modules(file: &Path) -> Vec<String> {
    let path = file.with_extension("");
    let mut modules: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if modules.last().is_some_and(|last| last == "mod") {
        modules.pop();
    }
    modules
}

/// What a file of the kernel names that it must not, each with the words around it.
fn trespasses(modules: &[String], known: &BTreeSet<String>, text: &str) -> Vec<String> {
    let words = words(text);
    let word = |place: usize| words.get(place).map_or("", String::as_str);
    let before = |place: usize, back: usize| place.checked_sub(back).map_or("", word);
    let rank = |name: &str| ORDER.iter().position(|floor| *floor == name);
    let (imported, foreign) = (imported(&words), foreign_crates());
    let own_rank = modules.first().map(|module| rank(module).expect("a module of the list"));
    // Whether a file may name a module (or a group of modules) right below the kernel.
    let reaches = |place: usize| match word(place) {
        // The kernel's own list of modules.
        name if own_rank.is_none() => rank(name).is_some(),
        name => rank(name).is_some_and(|rank| Some(rank) <= own_rank),
    };
    let mut found = Vec::new();
    for place in 0..words.len() {
        let mut refuse = |why: &str| {
            let around = words[place.saturating_sub(3)..(place + 5).min(words.len())].join(" ");
            found.push(format!("{why}: {around}"));
        };
        let this = word(place);
        if FORBIDDEN.contains(&this) {
            refuse("has no place in the kernel");
        }
        // A method may have a crate's name.
        if foreign.contains(this) && before(place, 1) != "." {
            refuse("is another crate");
        }
        if this == "path" && before(place, 1) == "[" && before(place, 2) == "#" {
            refuse("takes a module from another place");
        }
        let is_name = this.starts_with(|c: char| c.is_lowercase() || c == '_');
        let is_turbofish = word(place + 2) == "<";
        let begins_path = word(place + 1) == "::" && before(place, 1) != "::" && !is_turbofish;
        // What a macro is given is a plain word where it is given.
        let is_variable = before(place, 1) == "$" && this != "crate";
        let is_whole_use = before(place, 1) == "use" && word(place + 1) != "::";
        if !is_name || is_variable || !(begins_path || is_whole_use) {
            continue;
        }
        match this {
            "crate" if word(place + 2) != "kernel" => refuse("leaves the kernel"),
            "crate" if word(place + 3) == "::" && !reaches(place + 4) => refuse("uses a later module"),
            "crate" => {}
            "super" => {
                let climbed = (0..).take_while(|step| word(place + 2 * step) == "super").count();
                let next = place + 2 * climbed;
                match modules.len().checked_sub(climbed) {
                    None => refuse("leaves the kernel"),
                    Some(0) if !reaches(next) => refuse("uses a later module, or a group of modules"),
                    Some(_) => {}
                }
            }
            "std" | "core" if FORBIDDEN_STD.contains(&word(place + 2)) => refuse("reaches outside"),
            "std" | "core" if word(place + 2) == "{" => refuse("uses a group of the standard library's modules"),
            name if CRATES.contains(&name) || known.contains(name) || imported.contains(name) || is_primitive(name) => {
            }
            "self" => {}
            _ => refuse("names a crate or module that is not on the list"),
        }
    }
    // A `super` inside a group would be counted from the group's start.
    let climbs_in_group = |place: &usize| {
        word(*place) == "super" && word(place + 1) == "::" && ["{", ","].contains(&before(*place, 1)) && {
            let statement = words[..*place].iter().rposition(|word| word == ";" || word == "use");
            statement.is_some_and(|start| words[start] == "use")
        }
    };
    found.extend((0..words.len()).filter(climbs_in_group).map(|place| format!("climbs in a group: word {place}")));
    found
}

/// The package's dependencies that are not the kernel's.
fn foreign_crates() -> BTreeSet<String> {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).expect("the manifest");
    let lines = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let names = lines.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once(" = "));
    let names = names.map(|(name, _)| name.replace('-', "_"));
    names.filter(|name| !CRATES.contains(&name.as_str())).collect()
}

/// What the `use` statements bring in, each word but their first, which is looked at where it stands.
fn imported(words: &[String]) -> BTreeSet<&str> {
    let uses = words.split(|word| word == ";").filter_map(|statement| {
        let start = statement.iter().rposition(|word| word == "use")?;
        statement.get(start + 2..)
    });
    uses.flatten().map(String::as_str).collect()
}

fn is_primitive(name: &str) -> bool {
    const PRIMITIVES: [&str; 12] =
        ["i32", "i64", "i128", "isize", "u8", "u32", "u64", "u128", "usize", "bool", "char", "str"];
    PRIMITIVES.contains(&name)
}

fn read(file: &Path) -> String {
    fs::read_to_string(repository().join(KERNEL).join(file)).expect("a source file")
}

/// The names of all modules of the kernel.
fn known_modules() -> BTreeSet<String> {
    rust_files(KERNEL).iter().flat_map(|file| modules(file)).collect()
}

#[test]
fn the_kernel_names_nothing_outside_itself_but_its_few_crates() {
    let known = known_modules();
    let found: Vec<String> = rust_files(KERNEL)
        .iter()
        .flat_map(|file| {
            let trespasses = trespasses(&modules(file), &known, &read(file));
            trespasses.into_iter().map(|what| format!("{}: {what}", file.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn each_way_out_of_the_kernel_is_noticed() {
    let known = known_modules();
    let refuses = |file: &str, text: &str| {
        assert!(!trespasses(&modules(Path::new(file)), &known, text).is_empty(), "{file}: {text}");
    };
    refuses("check/kkt.rs", "use crate::prove::linear_algebra;");
    refuses("check/kkt.rs", "use crate::{kernel::exact, prove};");
    refuses("check/kkt.rs", "fn f() { crate::prove::f() }");
    refuses("check/kkt.rs", "use super::super::super::prove;");
    refuses("check/kkt.rs", "use super::super::certificate::Document;");
    refuses("check/kkt.rs", "use crate::kernel::certificate::Document;");
    refuses("check/kkt.rs", "use crate::kernel::{exact, certificate};");
    refuses("check/kkt.rs", "use super::{super::super::prove};");
    refuses("problem.rs", "use super::super::prove;");
    refuses("problem.rs", "use super::check::Claim;");
    refuses("problem.rs", "use super::{exact, check};");
    refuses("exact/rational.rs", "use rand::Rng;");
    refuses("exact/rational.rs", "use rand;");
    refuses("exact/rational.rs", "use rand::Rng as _; fn f() { rand::random() }");
    refuses("exact/rational.rs", "fn f() { rand::random::<u8>() }");
    refuses("exact/rational.rs", "fn f() -> u8 { rand::random() }");
    refuses("exact/rational.rs", "macro_rules! m { () => { rand::random() }; }");
    refuses("exact/rational.rs", "macro_rules! m { ($c:ident) => { $c::f() }; } fn f() { m!(clap) }");
    refuses("exact/rational.rs", "use std::fs::File;");
    refuses("exact/rational.rs", "use std::{fs, fmt};");
    refuses("exact/rational.rs", "fn f() { std::time::Instant::now(); }");
    refuses("exact/rational.rs", "fn f(x: f64) {}");
    refuses("exact/rational.rs", "fn f(x: Option<u8>) -> u8 { x.unwrap() }");
    refuses("exact/rational.rs", "#[path = \"../../prove/mod.rs\"] mod prove;");
    refuses("mod.rs", "use super::prove;");

    let allows = |file: &str, text: &str| {
        let found = trespasses(&modules(Path::new(file)), &known, text);
        assert!(found.is_empty(), "{file}: {found:?}");
    };
    allows("check/kkt.rs", "use super::{Checked, premises}; use crate::kernel::exact::{Sign, OrderedField};");
    allows("check/kkt.rs", "use super::super::network::Scope; use std::collections::BTreeMap;");
    allows(
        "check/kkt.rs",
        "// use crate::prove;\n/// [`x`](crate::prove)\nfn f() -> &'static str { \"rand::random\" }",
    );
    allows("exact/rational.rs", "use std::fmt; fn f(f: &mut fmt::Formatter<'_>) { g(\"1\".parse::<u8>()) }");
    allows("problem.rs", "use super::exact::Sign; fn f() -> usize { usize::MAX }");
    allows("mod.rs", "pub mod exact;");
}

#[test]
fn every_file_of_the_kernel_is_declared_by_its_parent() {
    for file in rust_files(KERNEL) {
        let mut path = modules(&file);
        let Some(name) = path.pop() else {
            continue;
        };
        let parent: std::path::PathBuf = path.iter().collect::<std::path::PathBuf>().join("mod.rs");
        let words = words(&read(&parent));
        let declared = words.windows(3).any(|w| w[0] == "mod" && w[1] == name && w[2] == ";");
        assert!(declared, "{} is not declared in {}", file.display(), parent.display());
    }
}

#[test]
fn the_kernel_keeps_to_its_budget() {
    let lines: usize = rust_files(KERNEL).iter().map(|file| lines_of_code(&read(file))).sum();
    assert!(lines > 1000, "only {lines} lines were counted");
    assert!(lines <= BUDGET, "the kernel has {lines} lines of code; its budget is {BUDGET}");
}

/// What each kind of work costs stands in one table.
#[test]
fn charges_are_made_of_the_table_of_costs() {
    let is_bare = |line: &str| {
        let charges = line.split(['(', ' ']).collect::<Vec<_>>();
        let is_charge = |word: &str| ["charge", "afford"].contains(&word.rsplit(['.', '!']).next().unwrap_or(word));
        let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
        charges.windows(2).any(|pair| is_charge(pair[0]) && is_number(pair[1])) && !line.contains("cost::")
    };
    assert!(is_bare("        charge(500);") && is_bare("if !afford(1000 + 60 * last as u64) {"));
    assert!(!is_bare("charge(cost::ENTRY)") && !is_bare("if !self.can_afford(3, other) {"));
    for file in rust_files(KERNEL) {
        let text = read(&file);
        let bare: Vec<&str> = text.lines().filter(|line| is_bare(line)).collect();
        assert!(bare.is_empty(), "{}: {bare:?}", file.display());
    }
}

#[test]
fn comments_and_blank_lines_are_not_counted() {
    assert_eq!(lines_of_code("//! Doc.\n\nfn f() { // why\n    // why\n    1;\n}\n"), 3);
}
