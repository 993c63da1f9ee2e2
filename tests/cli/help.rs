//! Help and wrong usage.

use crate::scratch::Scratch;

#[test]
fn help_names_the_subcommands_and_the_exit_statuses() {
    let run = Scratch::new().run(&["--help"]);
    assert_eq!(run.status, 0);
    assert!(run.stdout.contains("check") && run.stdout.contains("Exit status:"), "{}", run.stdout);
    assert_eq!(run.stderr, "");
}

#[test]
fn help_of_check_has_examples_the_format_of_json_and_the_exit_statuses() {
    let run = Scratch::new().run(&["check", "--help"]);
    assert_eq!(run.status, 0);
    for part in ["Examples:", "--json", "[default: proofs]", "\"verdict\", \"reason\"", "Exit status:"] {
        assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
    }
}

#[test]
fn help_of_new_has_the_exit_statuses_and_says_when_a_file_is_replaced() {
    for help in ["-h", "--help"] {
        let run = Scratch::new().run(&["new", help]);
        assert_eq!(run.status, 0);
        for part in ["Exit status:", "replaced only with --force"] {
            assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
        }
    }
}

#[test]
fn version_is_printed() {
    let run = Scratch::new().run(&["--version"]);
    assert_eq!((run.status, run.stdout), (0, format!("margincert {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn wrong_usage_has_status_2_and_says_so_on_standard_error() {
    for arguments in [&[][..], &["chekc"], &["check", "--jsn"]] {
        let run = Scratch::new().run(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains("Usage:"), "{}", run.stderr);
    }
}
