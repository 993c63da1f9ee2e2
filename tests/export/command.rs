//! The command, and its files against files that people have read. `MARGINCERT_BLESS=1 cargo test` writes them anew.

use std::fs;
use std::path::Path;

use crate::rocq::{compile, is_ready};
use crate::scratch::{Run, Scratch, argument, repository};

/// Over the rationals with a kink, over a number field, by cells, and enclosed.
const SHOWN: [&str; 4] = [
    "paper/fc-relu-dead-neuron",
    "paper/diagonal-deep-algebraic-relu-3",
    "paper/fc-relu-local-cells",
    "trained/iris-relu-setosa-virginica",
];

pub fn export(scratch: &Scratch, certificate: &str) -> Run {
    scratch.run(&["export", "--rocq", &argument(certificate), "-o", "out"])
}

fn module(name: &str) -> String {
    let stem = Path::new(name).file_name().expect("a name").to_string_lossy().replace('-', "_");
    format!("{stem}.v")
}

#[test]
fn files_are_as_read() {
    for name in SHOWN {
        let scratch = Scratch::new();
        let run = export(&scratch, &format!("proofs/{name}.json"));
        assert!(matches!(run.status, 0 | 3), "{run:?}");
        let found = scratch.read(&format!("out/{}", module(name)));
        let golden = repository("tests/export/golden").join(module(name));
        if std::env::var_os("MARGINCERT_BLESS").is_some() {
            fs::write(&golden, &found).expect("a golden file");
            continue;
        }
        let expected = fs::read_to_string(&golden).unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
        let differs = |(a, b): &(&str, &str)| a != b;
        let line = expected.lines().zip(found.lines()).enumerate().find(|(_, pair)| differs(pair));
        assert!(expected == found, "{name} differs, first at (line, (expected, found)) {line:#?}");
    }
}

#[test]
fn files_compile_and_assume_what_the_real_numbers_do() {
    if !is_ready() {
        return;
    }
    for name in SHOWN {
        let scratch = Scratch::new();
        export(&scratch, &format!("proofs/{name}.json"));
        let printed =
            compile(&scratch.path("out").join(module(name))).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_rests_on_the_real_numbers(&printed);
    }
}

/// `Print Assumptions` has named the axioms of Rocq's real numbers, and no others.
fn assert_rests_on_the_real_numbers(printed: &str) {
    assert!(printed.starts_with("Axioms:"), "{printed}");
    let known = ["sig_forall_dec", "sig_not_dec", "functional_extensionality_dep"];
    for axiom in printed.lines().filter(|line| !line.starts_with(' ') && *line != "Axioms:") {
        let name = axiom.split(' ').next().unwrap_or("");
        assert!(known.iter().any(|known| name.rsplit('.').next() == Some(*known)), "{printed}");
    }
}

#[test]
fn a_file_of_another_hand_is_not_replaced() {
    let scratch = Scratch::new();
    let (certificate, file) = ("proofs/paper/fc-linear-not-kkt.json", "out/fc_linear_not_kkt.v");
    scratch.write(file, "(* mine *)");
    let run = export(&scratch, certificate);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("was not written by margincert export"), "{run:?}");
    assert_eq!(scratch.read(file), "(* mine *)");
    fs::remove_file(scratch.path(file)).expect("the file");
    for _ in 0..2 {
        let run = export(&scratch, certificate);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "its own file is replaced");
        assert!(run.stdout.starts_with("1 file with "), "{run:?}");
    }
}

/// Compiles what was exported, and sees that it does not compile with any of these texts in place of another.
pub fn compiles_and_no_other(scratch: &Scratch, name: &str, file: &str, changes: &[(&str, &str)]) {
    let printed = compile(&scratch.path(file)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_rests_on_the_real_numbers(&printed);
    // Lines are broken anywhere.
    let text = scratch.read(file).replace("\n  ", " ");
    for (says, other) in changes {
        assert!(text.contains(says), "{says}: {text}");
        scratch.write(file, &text.replace(says, other));
        assert!(compile(&scratch.path(file)).is_err(), "{name}: {other} has the proof of {says}");
    }
}

#[test]
fn what_is_said_of_an_enclosed_point_compiles_and_nothing_else() {
    if !is_ready() {
        return;
    }
    let cases: [(&str, &[(&str, &str)]); 4] = [
        (
            "layer",
            &[
                ("local_optimum (real instance) (Some 0%nat) p", "local_optimum (real instance) None p"),
                ("[IsLayerLocal 0; IsLayerLocal 1]", "[IsLayerLocal 0; IsLayerLocal 2]"),
            ],
        ),
        (
            "global",
            &[
                (
                    "(fun p => local_optimum (real instance) None p)",
                    "(fun p => ~ local_optimum (real instance) None p)",
                ),
                ("optimal_for_every_width (real instance)", "not_global_optimum (real instance) None"),
            ],
        ),
        (
            "ridge",
            &[("(fun p => ~ local_optimum (real instance) None p)", "(fun p => local_optimum (real instance) None p)")],
        ),
        (
            "dead-unit",
            &[
                (
                    "(fun p => ~ local_optimum (real instance) None p)",
                    "(fun p => local_optimum (real instance) None p)",
                ),
                ("(fun p => not_global_optimum (real instance) None p)", "(fun p => True)"),
            ],
        ),
    ];
    for (name, statements) in cases {
        let scratch = Scratch::new();
        let run = export(&scratch, &format!("tests/nearby/enclosed-{name}.json"));
        assert_eq!(run.status, 0, "{run:?}");
        let file = format!("out/enclosed_{}.v", name.replace('-', "_"));
        compiles_and_no_other(&scratch, name, &file, statements);
    }
}

/// Each leaf of a tree over the slopes has to hold, each split to be one, and the inverse to be near enough.
#[test]
fn a_tree_over_slopes_compiles_and_no_other() {
    if !is_ready() {
        return;
    }
    let scratch = Scratch::new();
    let run = export(&scratch, "proofs/trained/iris-relu-setosa-versicolor.json");
    assert_eq!(run.status, 0, "{run:?}");
    let changes = [
        ("[Values 0 0xff]", "[Values 0 0x00]"),
        ("[Values 0 0xff]", "[]"),
        ("(Live 1) (Bound 0)) (Bound 1)", "(Live 1) (Bound 1)) (Bound 0)"),
        ("(Split 2 (Live 0) (Bound 0))", "(Live 0)"),
        ("(Split 2 (Live 0)", "(Split 2 (Live 1)"),
        ("(Split 1 (Split 0", "(Split 1 (Split 1"),
        (": matrix := Matrix 11 ", ": matrix := Matrix 10 "),
    ];
    compiles_and_no_other(&scratch, "a tree", "out/iris_relu_setosa_versicolor.v", &changes);
}

#[test]
fn that_an_enclosed_point_of_any_depth_is_no_local_optimum_compiles_and_nothing_else() {
    if !is_ready() {
        return;
    }
    // Of a held kink the slope, the side of a unit, the box, what is said of the point, and the curve.
    let not_local =
        ("(fun p => ~ local_optimum (real instance) None p)", "(fun p => local_optimum (real instance) None p)");
    let ridge: &[(&str, &str)] = &[
        ("Positive; Negative]", "Positive; Positive]"),
        ("(3 # 4)] (1", "(2 # 4)] (1"),
        ("1000000).", "2)."),
        not_local,
        ("[DescendsAlong [[0; 0; 0; 0]", "[DescendsAlong [[1; 0; 0; 0]"),
    ];
    let dead_unit: &[(&str, &str)] = &[
        ("Positive; Silent]", "Positive; Negative]"),
        ("Some 0; Some 1; None", "Some 0; None; Some 1"),
        ("(fun p => not_global_optimum (real instance) None p)", "(fun p => False)"),
        not_local,
        ("[DescendsAlong [[0; 0; 1", "[DescendsAlong [[1; 0; 1"),
        ("[DescendsAlong [[0; 0; 1", "[DescendsAlong [[0; 0; 0"),
    ];
    for (name, others) in [("ridge", ridge), ("dead-unit", dead_unit)] {
        let scratch = Scratch::new();
        let run = export(&scratch, &format!("tests/nearby/enclosed-deep-{name}.json"));
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
        compiles_and_no_other(&scratch, name, &format!("out/enclosed_deep_{}.v", name.replace('-', "_")), others);
    }
}

#[test]
fn that_an_enclosed_point_of_any_depth_is_a_local_optimum_compiles_and_nothing_else() {
    if !is_ready() {
        return;
    }
    let layer = |layer| format!("(fun p => local_optimum (real instance) (Some {layer}%nat) p)");
    let layers = [layer(0), layer(1)];
    // Without the penalty the Lagrangian does not curve up; there is no fourth layer; a unit that is 0 may take over a
    // share of another.
    let local: &[(&str, &str)] = &[
        ("[StrictlyLocal 1]", "[StrictlyLocal 0]"),
        (&layers[0], &layers[1]),
        ("[LayerIsLocal 2]", "[LayerIsLocal 3]"),
    ];
    let live: &[(&str, &str)] = &[
        ("[StrictlyLocalOfLiveUnits 1]", "[StrictlyLocalOfLiveUnits 0]"),
        ("(zero_units_stay (real instance) p)", "(fun _ => True)"),
        ("[StrictlyLocalOfLiveUnits 1]", "[StrictlyLocal 1]"),
    ];
    for (name, others) in [("local", local), ("live", live)] {
        let scratch = Scratch::new();
        let run = export(&scratch, &format!("tests/nearby/enclosed-deep-{name}.json"));
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
        compiles_and_no_other(&scratch, name, &format!("out/enclosed_deep_{name}.v"), others);
    }
}

#[test]
fn what_is_said_of_an_enclosed_point_of_a_network_that_is_not_dense_compiles_and_nothing_else() {
    if !is_ready() {
        return;
    }
    let [not_local, local] =
        ["(fun p => ~ local_optimum (real instance) None p", "(fun p => local_optimum (real instance) None p"];
    // The kind of a unit, a slope, what is said; a penalty, a filter's weight that is 0; the filter that comes to life.
    let sparse: &[(&str, &str)] = &[
        ("[Bent 9; Positive]", "[Negative; Positive]"),
        ("[Bent 9; Positive]", "[Silent; Positive]"),
        ("(3 # 4)] (1", "(2 # 4)] (1"),
        (not_local, local),
    ];
    let shared: &[(&str, &str)] = &[
        ("[Positive; Positive]", "[Positive; Negative]"),
        ("[[Some 0; None]", "[[None; Some 0]"),
        ("[StrictlyLocal 1", "[StrictlyLocal 0"),
    ];
    let filter: &[(&str, &str)] =
        &[("[DescendsAlong [[0; 0; 0; 1]", "[DescendsAlong [[0; 0; 1; 0]"), (not_local, local)];
    let diagonal: &[(&str, &str)] = &[("[StrictlyLocal 1]", "[StrictlyLocal 0]"), ("[1; (-1)]", "[1; 1]")];
    let trained: &[(&str, &str)] = &[("[[0; 0; (82092797", "[[1; 0; (82092797")];
    let cases = [
        ("tests/nearby/enclosed-deep-sparse", sparse),
        ("tests/nearby/enclosed-deep-shared", shared),
        ("tests/nearby/enclosed-deep-filter", filter),
        ("tests/nearby/enclosed-deep-diagonal", diagonal),
        ("proofs/trained/gaussian-relu-convolution", trained),
    ];
    for (name, others) in cases {
        let scratch = Scratch::new();
        let run = export(&scratch, &format!("{name}.json"));
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
        compiles_and_no_other(&scratch, name, &format!("out/{}", module(name)), others);
    }
}

#[test]
fn bounds_for_each_label_compile_and_no_others() {
    if !is_ready() {
        return;
    }
    // A label without multipliers, and a longer last layer; two samples that make a longer vector together, and an
    // acute angle; over a number field a longer last layer, and longer samples.
    let cases: [(&str, [(&str, &str); 2]); 3] = [
        ("depth-two", [("[1; 2].", "[1; 0]."), ("[1; (-1); 0]]", "[1; (-2); 0]]")]),
        ("several-samples", [("(-6 # 5)", "(6 # 5)"), ("(1 # 2); 0; 3]", "(1 # 2); 1; 3]")]),
        ("shared-filter", [("[[1]; [(-1)]]", "[[2]; [(-1)]]"), ("[0; (1 # 2)]", "[0; (51 # 100)]")]),
    ];
    for (name, others) in cases {
        let scratch = Scratch::new();
        let run = export(&scratch, &format!("tests/export/certificates/chain-by-label-{name}.json"));
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
        let file = format!("out/chain_by_label_{}.v", name.replace('-', "_"));
        compiles_and_no_other(&scratch, name, &file, &others);
    }
}

#[test]
fn a_bound_by_layers_of_one_unit_compiles_and_no_other() {
    if !is_ready() {
        return;
    }
    let scratch = Scratch::new();
    let run = export(&scratch, "tests/export/certificates/chain-one-unit-a-layer.json");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    // Shorter multipliers, another label, and a longer point.
    let others = [
        ("[(1 # 2); (1 # 2)]", "[(1 # 2); 0]"),
        ("([1; (-3)], true)", "([1; (-3)], false)"),
        ("[[1; 0]; [1]", "[[2; 0]; [1]"),
    ];
    compiles_and_no_other(&scratch, "one unit", "out/chain_one_unit_a_layer.v", &others);
}

#[test]
fn a_bound_by_slopes_below_zero_compiles_and_no_other() {
    if !is_ready() {
        return;
    }
    let scratch = Scratch::new();
    let run = export(&scratch, "tests/fixtures/chain-negative-slope.json");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    // No multiplier, a longer sample, and a longer point.
    let others = [
        ("[1].", "[0]."),
        ("([1; 0], true)", "([2; 0], true)"),
        ("[1; 0; 0; 0]; [1; 0; 0; 0]", "[2; 0; 0; 0]; [1; 0; 0; 0]"),
    ];
    compiles_and_no_other(&scratch, "slopes below zero", "out/chain_negative_slope.v", &others);
}

#[test]
fn sums_of_paths_compile_and_no_others() {
    if !is_ready() {
        return;
    }
    // Near the point: the other side of a size, and too large a multiplier in all cases, and for one kind. Everywhere:
    // a case that has no bound, one for the other path, and a longer point.
    let cases: [(&str, [(&str, &str); 3]); 2] = [
        (
            "near-the-point",
            [
                ("[(1 # 8)] false", "[(1 # 8)] true"),
                ("list (list Q) := [[(1 # 2)]]", "list (list Q) := [[1]]"),
                ("([(1 # 3)], [(-1)]) (PathCases.Case None)", "([(1 # 3)], [(-1)]) (PathCases.Case (Some [[9]]))"),
            ],
        ),
        (
            "that-end-early",
            [
                ("PathCases.Case (Some [0; 0])", "PathCases.Case None"),
                ("PathCases.Size 0 1 (PathCases.Size 1 1", "PathCases.Size 0 1 (PathCases.Size 0 1"),
                ("[[1; 1]; [1; 0; 1]", "[[1; 1]; [1; (1 # 9); 1]"),
            ],
        ),
    ];
    for (name, others) in cases {
        let scratch = Scratch::new();
        let run = export(&scratch, &format!("tests/export/certificates/paths-{name}.json"));
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
        let file = format!("out/paths_{}.v", name.replace('-', "_"));
        compiles_and_no_other(&scratch, name, &file, &others);
    }
}

#[test]
fn groups_of_samples_at_right_angles_are_looked_at_one_by_one() {
    if !is_ready() {
        return;
    }
    let scratch = Scratch::new();
    let run = export(&scratch, "tests/export/certificates/chain-samples-at-right-angles.json");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    let others = [
        // Out of balance the point is longer than it need be; and two samples hang together that did not.
        ("[1; 1; 1; 1; 1; 1]", "[1; 1; 1; 1; 1; 2]"),
        ("[([1; 0; 0;", "[([1; (1 # 9); 0;"),
    ];
    compiles_and_no_other(&scratch, "right angles", "out/chain_samples_at_right_angles.v", &others);
}

#[test]
fn units_that_are_rotated_beside_kinks_compile_and_no_others() {
    if !is_ready() {
        return;
    }
    let scratch = Scratch::new();
    let run = export(&scratch, "tests/export/certificates/second-order-kinks-modulo-symmetry.json");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    let others = [
        // A kink that raises the margin to second order; and a rotation that turns a unit that is on into one that bends.
        ("(4 # 5); 0]].", "(4 # 5); 1]]."),
        ("((0, 0), (0, 1))", "((0, 0), (0, 2))"),
    ];
    compiles_and_no_other(&scratch, "rotated", "out/second_order_kinks_modulo_symmetry.v", &others);
}

#[test]
fn a_claim_without_a_theorem_is_named() {
    let scratch = Scratch::new();
    // It has more parameters than Rocq is asked to compute with.
    let run = export(&scratch, "tests/export/certificates/enclosed-idle-inputs.json");
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("claim 0, kkt_enclosed, is not shown: it has 83 parameters"), "{run:?}");
    let text = scratch.read("out/enclosed_idle_inputs.v");
    assert!(text.contains("(* Claim 0, kkt_enclosed, is not shown here"), "{text}");
    assert!(!text.contains("Theorem"), "{text}");
}

#[test]
fn a_rejected_certificate_is_left_out() {
    let scratch = Scratch::new();
    let run = export(&scratch, "tests/traps/better-is-infeasible.json");
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("left out"), "{run:?}");
    assert!(!scratch.path("out").exists());
}
