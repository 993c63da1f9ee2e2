//! What a shell and `man` are told of the command.

use std::fs;
use std::process::Command;

use crate::scratch::Scratch;

/// The subcommands, as the help lists them.
fn subcommands(scratch: &Scratch) -> Vec<String> {
    let help = scratch.run(&["--help"]).stdout;
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What a command is for may run on to the next line, which is indented further.
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|name| !name.is_empty());
    let names: Vec<String> = names.map(str::to_string).collect();
    assert!(names.len() > 10 && names.contains(&"certify".into()), "{help}");
    names
}

#[test]
fn completions_name_every_subcommand_and_option() {
    let scratch = Scratch::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = scratch.run(&["completions", shell]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{shell}");
        let wanted = subcommands(&scratch).into_iter().chain(["time-limit", "quiet", "compact"].map(String::from));
        for word in wanted {
            assert!(run.stdout.contains(&word), "{shell} does not complete {word}");
        }
    }
    assert_eq!(scratch.run(&["completions", "tcsh"]).status, 2);
}

/// Bash itself reads them, and completes with them.
#[test]
fn bash_completes() {
    let asks = "source completions; COMP_WORDS=(margincert cert); COMP_CWORD=1; _margincert margincert cert margincert; \
                echo ${COMPREPLY[@]}; COMP_WORDS=(margincert check --qu); COMP_CWORD=2; \
                _margincert margincert --qu check; echo ${COMPREPLY[@]}";
    if Command::new("bash").arg("--version").output().is_err() {
        eprintln!("no bash here: not tried");
        return;
    }
    let scratch = Scratch::new();
    scratch.write("completions", scratch.run(&["completions", "bash"]).stdout.as_bytes());
    let run = Command::new("bash").args(["-c", asks]).current_dir(scratch.path("")).output().expect("bash");
    assert_eq!(String::from_utf8_lossy(&run.stdout), "certify\n--quiet\n", "{run:?}");
}

#[test]
fn there_is_a_manual_page_for_each_subcommand() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("man1")).expect("a folder");
    let run = scratch.run(&["man", "man1"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run:?}");
    for name in subcommands(&scratch).into_iter().filter(|name| name != "help") {
        let page = fs::read_to_string(scratch.path("man1").join(format!("margincert-{name}.1")));
        assert!(page.is_ok_and(|page| page.contains(".SH SYNOPSIS")), "{name}");
    }
    let page = fs::read_to_string(scratch.path("man1/margincert.1")).expect("a page");
    assert!(page.contains(".TH margincert 1") && page.contains("Exit status"), "{page}");
    let check = fs::read_to_string(scratch.path("man1/margincert-check.1")).expect("a page");
    assert!(check.contains("\\-\\-instance") && check.contains("Exit status"), "{check}");
}

#[test]
fn manual_pages_need_a_folder() {
    let run = Scratch::new().run(&["man", "nowhere"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, "margincert: nowhere: there is no such folder; make it first\n");
}

#[test]
fn a_manual_page_that_cannot_be_written_is_named() {
    let scratch = Scratch::new();
    let taken = scratch.path("man1/margincert-check.1/inside");
    fs::create_dir_all(&taken).expect("a folder where a page would be");
    let run = scratch.run(&["man", "man1"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run:?}");
    assert!(run.stderr.contains("margincert-check.1: "), "{run:?}");
    let names = fs::read_dir(scratch.path("man1")).expect("a folder").filter_map(Result::ok);
    let other = names.map(|entry| entry.file_name()).find(|name| !name.to_string_lossy().ends_with(".1"));
    assert_eq!(other, None, "something was left behind");
}
