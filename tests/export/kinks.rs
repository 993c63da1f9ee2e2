//! `not_kkt` in Rocq where a sample has several kinks.

use crate::command::{compiles_and_no_other, export};
use crate::rocq::{compile, is_ready};
use crate::scratch::Scratch;

#[test]
fn kinks_whose_sides_go_together_are_one_choice() {
    if !is_ready() {
        return;
    }
    let scratch = Scratch::new();
    let run = export(&scratch, "tests/export/certificates/not-kkt-tied-kinks.json");
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    let others = [
        // On one side both are on or both are off, and what they add is 0.
        ("([1; 1; (-1)], true)", "([1; 1; 1], true)"),
        ("[[(-1); 1]; [0; 0; 0]]", "[[(-1); (1 # 2)]; [0; 0; 0]]"),
    ];
    compiles_and_no_other(&scratch, "tied kinks", "out/not_kkt_tied_kinks.v", &others);
}

/// One sample, on which the first unit is 1 and all others have a kink: half of these feed the output by 1 and rise along
/// the direction, the others feed it by -1 and fall. Or the last one does not: it feeds the output by 1, and falls.
fn many_kinks(pairs: usize, last_loses: bool) -> String {
    let mut outputs = [", 1, -1"].repeat(pairs).concat();
    if last_loses {
        outputs.truncate(outputs.len() - ", -1".len());
        outputs += ", 1";
    }
    let (kinks, direction) = (", 0, 1".repeat(2 * pairs), ", 1, -1, -1, -1".repeat(pairs));
    let held = ", 0".repeat(2 * pairs);
    format!(
        r#"{{"format": "margincert/1", "network": {{"inputs": 2, "layers": [
            {{"weights": "dense", "outputs": {}, "activation": "relu"}},
            {{"weights": "dense", "outputs": 1, "activation": "linear"}}]}},
          "data": [{{"x": [1, 0], "y": 1}}], "point": [[1, 0{kinks}], [1{outputs}]],
          "claims": [{{"claim": "not_kkt", "direction": [[0, 0{direction}], [0{held}]]}}]}}"#,
        2 * pairs + 1
    )
}

/// To go through all choices of their sides would take an hour.
#[test]
fn each_of_many_kinks_takes_its_worse_side() {
    if !is_ready() {
        return;
    }
    let scratch = Scratch::new();
    scratch.write("many.json", &many_kinks(12, false));
    let run = scratch.run(&["export", "--rocq", "many.json", "-o", "out"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    compile(&scratch.path("out/many.v")).expect("the theorem");

    // The kernel refuses this one, so the file is made from that of its twin.
    scratch.write("loses.json", &many_kinks(2, true));
    assert_eq!(scratch.run(&["check", "loses.json"]).status, 1);
    scratch.write("few.json", &many_kinks(2, false));
    let run = scratch.run(&["export", "--rocq", "few.json", "-o", "out"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    compiles_and_no_other(&scratch, "many kinks", "out/few.v", &[("[1; 1; (-1); 1; (-1)]", "[1; 1; (-1); 1; 1]")]);
}
