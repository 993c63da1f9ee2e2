//! Rocq's checkers and the kernel on the same claims, true and false: traps, and certificates with one number changed.
//!
//! What Rocq accepts is true. So a claim that the kernel accepts and Rocq refuses is a gap of Rocq's checker or a hole in
//! the kernel, and stops the build; one that only Rocq accepts shows that the kernel asks for more than it needs, and
//! must be rejected for a reason that is on a list.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::path::PathBuf;

use margincert::export::rocq::{PREAMBLE, verdicts_for_tests};
use margincert::kernel::certificate::Document;

use crate::rocq::{compile, is_ready};
use crate::scratch::{Scratch, repository};

/// Certificates in one file for Rocq: most of the time of a short file is spent on loading libraries.
const BATCH: usize = 150;

/// Numbers that take the place of another, by how often something has been replaced before.
const INSTEAD: [&str; 7] = ["0", "1", "-1", "1/2", "2", "101/100", "99/100"];

/// Every document that can be read among the texts, under a name for Rocq that begins as is said.
fn documents<N: Display>(texts: impl IntoIterator<Item = (N, String)>) -> Vec<(String, Document)> {
    let read = texts.into_iter().filter_map(|(name, text)| Some((name, Document::parse_bytes(text.as_bytes()).ok()?)));
    read.enumerate().map(|(i, (name, document))| (format!("{name}{i}"), document)).collect()
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(repository(folder)).expect("a folder").map(|entry| entry.expect("a file").path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    files.sort();
    files
}

/// The certificate's name, the claim's, the kernel's reason, and whether Rocq accepts.
type Verdict = (String, &'static str, Result<(), String>, bool);

/// What the kernel and Rocq say to each claim.
fn verdicts(documents: &[(String, Document)]) -> Vec<Verdict> {
    let mut all = Vec::new();
    for batch in documents.chunks(BATCH) {
        let module = |(name, document): &(String, Document)| match document {
            Document::Rational(certificate) => verdicts_for_tests(certificate, name),
            Document::Algebraic(certificate) => verdicts_for_tests(certificate, name),
        };
        let text: String = std::iter::once(PREAMBLE.to_string()).chain(batch.iter().map(module)).collect();
        let scratch = Scratch::new();
        let file = scratch.path("agreement.v");
        fs::write(&file, text).expect("a file");
        let printed = compile(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let said: BTreeMap<(&str, usize), bool> = printed
            .lines()
            .filter_map(|line| {
                let [name, index, verdict] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
                Some(((name, index.parse().ok()?), verdict == "accepted"))
            })
            .collect();
        for (name, document) in batch {
            let claims: Vec<&'static str> = match document {
                Document::Rational(certificate) => certificate.claims.iter().map(|claim| claim.name()).collect(),
                Document::Algebraic(certificate) => certificate.claims.iter().map(|claim| claim.name()).collect(),
            };
            for (index, (claim, verdict)) in claims.into_iter().zip(document.check()).enumerate() {
                if let Some(&accepted) = said.get(&(name.as_str(), index)) {
                    all.push((name.clone(), claim, verdict.map_err(|reason| reason.to_string()), accepted));
                }
            }
        }
    }
    all
}

/// How the names of certificates begin whose changed number stands in an inverse.
const INVERSE: &str = "inverse";

/// The kernel's reasons that are about the form of the evidence, or ask for more than the claim needs.
const FORM: &[&str] = &[
    // Rocq ignores what evidence says of held layers.
    "but only layer",
    // Rocq also accepts units whose sign does not depend on the free layers.
    "must be linear",
    // It goes through the patterns of `cells` in its own order, and takes networks that are not dense, or linear.
    "for a global optimum no cell names one",
    "repeats an earlier one",
    "has a pattern of",
    "the method needs depth 2 and dense layers",
    // Whatever is split, its two branches cover everything; and multipliers for no split are not read.
    "splits no free parameter and no non-linear unit",
    "for 1 split on the way",
    // Rocq finds the least value of a case's function wherever it is.
    "the gradient is 0 neither at the point nor at 0",
    // It compares connections, so that a template that spells out a dense layer is one.
    "the network is not dense of depth 2",
    // Then the whole point can shrink, so it is indeed no local optimum.
    "but no sample is active",
    // It follows another curve, on which a unit that the new one feeds may leave 0.
    "whose preactivation is 0 on sample",
    // It leaves the sample out of the Lagrangian, and shows the claim without it.
    "which is negative",
];

fn agree(documents: &[(String, Document)]) -> Vec<Verdict> {
    let verdicts = verdicts(documents);
    let count = |wanted: bool| verdicts.iter().filter(|(.., accepted)| *accepted == wanted).count();
    eprintln!("{} claims: Rocq accepts {}, refuses {}", verdicts.len(), count(true), count(false));
    // Rocq rounds an approximate inverse, and slopes, more than the kernel does.
    let is_gap = |name: &str, claim: &str| name.starts_with(INVERSE) && claim == "kkt_enclosed";
    let only_kernel = |(name, claim, kernel, rocq): &&Verdict| kernel.is_ok() && !rocq && !is_gap(name, claim);
    let only_kernel: Vec<_> = verdicts.iter().filter(only_kernel).collect();
    let is_form = |reason: &String| FORM.iter().any(|form| reason.contains(form));
    let only_rocq = |(_, _, kernel, rocq): &&(_, _, Result<(), String>, bool)| {
        *rocq && kernel.as_ref().is_err_and(|reason| !is_form(reason))
    };
    let only_rocq: Vec<_> = verdicts.iter().filter(only_rocq).collect();
    assert!(only_kernel.is_empty(), "the kernel accepts what Rocq refuses: {only_kernel:#?}");
    assert!(only_rocq.is_empty(), "Rocq accepts what the kernel rejects, for a reason not on the list: {only_rocq:#?}");
    verdicts
}

/// Of the one, the equations hold, and only the slope that it is given is not that of a Clarke subgradient. Of the other
/// it holds that the point is a KKT point, but not that it is no local optimum.
#[test]
fn on_enclosed_points_that_only_kinks_make_other_than_claimed() {
    if is_ready() {
        let names = [
            "enclosed-deep-slope-that-follows-a-held-kink",
            "enclosed-deep-unit-that-feeds-a-loose-one-through-a-linear-one",
        ];
        let trap = |name| fs::read_to_string(repository(&format!("tests/traps/{name}.json"))).expect("a trap");
        let verdicts = verdicts(&documents(names.map(|name| ("trap", trap(name)))));
        let [(_, "kkt_enclosed", Err(_), false), (_, "kkt_enclosed", Err(_), false)] = &verdicts[..] else {
            panic!("{verdicts:?}")
        };
    }
}

/// The traps whose claims are true: only their evidence is not as the kernel asks for it. Whatever other trap Rocq
/// accepted would be news: its claim may be false, and then there is a hole in `rocq/`.
const TRUE_TRAPS: [&str; 13] = [
    "cases_split_of_a_held_weight",
    "cases_too_many_signs",
    "cells_global_with_unit",
    "cells_on_diagonal_layer",
    "cells_one_repeated",
    "cells_pattern_too_long",
    "cells_pattern_too_short",
    "cells_with_linear_layer",
    "enclosed_deep_unit_that_feeds_a_loose_one",
    "enclosed_template_layer",
    "lagrangian_global_leaky_of_slope_one",
    "margin_measure_no_active_sample",
    "selection_leaves_its_layer",
];

#[test]
#[ignore = "takes a minute; run by .ci/rocq"]
fn on_traps() {
    if !is_ready() {
        return;
    }
    let trap = |path: &PathBuf| {
        let stem = path.file_stem().expect("a name").to_string_lossy().replace('-', "_");
        (stem + "_", fs::read_to_string(path).unwrap_or_default())
    };
    let verdicts = agree(&documents(files("tests/traps").iter().map(trap)));
    let only_rocq = verdicts.iter().filter(|(_, _, kernel, rocq)| kernel.is_err() && *rocq);
    let names = only_rocq.map(|(name, ..)| name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_'));
    assert_eq!(names.collect::<Vec<_>>(), TRUE_TRAPS);
}

#[test]
#[ignore = "takes some minutes; run by .ci/rocq"]
fn on_certificates_with_one_number_changed() {
    if !is_ready() {
        return;
    }
    let mut mutants = Vec::new();
    let enclosed = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("enclosed"));
    let paths = files("proofs/paper").into_iter().chain(files("tests/fixtures"));
    let paths = paths.chain(files("tests/export/certificates"));
    let paths = paths.chain(files("tests/nearby").into_iter().filter(enclosed));
    for (index, path) in paths.enumerate() {
        let mut text = fs::read_to_string(path).expect("a file");
        // No certificate there claims to be near a KKT point only.
        if index % 2 == 1 {
            let nearly = r#""claim": "approximate_kkt", "epsilon": "1/10", "delta": "1/100", "multipliers""#;
            text = text.replace(r#""claim": "kkt", "multipliers""#, nearly);
        }
        // Small ones, so that many can be tried.
        if text.len() > 6000 {
            continue;
        }
        let begin = text.find("\"data\"").expect("samples");
        let numbers = text[begin..].match_indices('"').map(|(place, _)| begin + place).collect::<Vec<_>>();
        let is_number = |&(from, to): &(usize, usize)| {
            to > from + 1 && text[from + 1..to].chars().all(|c| c.is_ascii_digit() || "-/.".contains(c))
        };
        let places = numbers.windows(2).map(|pair| (pair[0], pair[1])).filter(is_number);
        for (count, (from, to)) in places.enumerate().step_by(9) {
            let instead = INSTEAD[(count / 9 + mutants.len()) % INSTEAD.len()];
            let in_inverse = text[..from].rfind("\":").is_some_and(|end| text[..end].ends_with("\"inverse"));
            let name = if in_inverse { INVERSE } else { "m" };
            mutants.push((name, format!("{}\"{instead}{}", &text[..from], &text[to..])));
        }
    }
    let mutants = documents(mutants);
    let step = mutants.len().div_ceil(500);
    agree(&mutants.into_iter().step_by(step).collect::<Vec<_>>());
}
