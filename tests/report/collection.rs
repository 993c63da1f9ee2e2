//! The page of a collection in a real browser: what is asked for is shown, in the order asked for, and the address keeps it.

use std::fs;

use margincert::explore::canonical::ContentId;
use margincert::files::collection::line;
use margincert::kernel::certificate::Document;

use crate::browser::Browser;
use crate::chromium::{CONTRAST, assert_quiet};
use crate::scratch::{Scratch, repository};
use crate::small::certificate;
use crate::tools;

/// So many entries of the collection that ships, and one that claims no hypothesis though it has no dead unit.
const ENTRIES: usize = 41;

/// The texts of a column, from top to bottom.
fn column(browser: &mut Browser, place: usize) -> Vec<String> {
    let cells =
        format!("[...document.querySelectorAll('#entries tbody tr')].map(row => row.cells[{place}].textContent)");
    let cells = browser.evaluate(&cells);
    cells.as_array().expect("a list").iter().map(|cell| cell.as_str().expect("text").to_string()).collect()
}

fn units(browser: &mut Browser) -> Vec<usize> {
    column(browser, 6).iter().map(|cell| cell.parse().expect("a number")).collect()
}

#[test]
fn entries_are_found_by_word_choice_and_range_and_sorted() {
    if !tools::has("chromium", "looking at a collection") {
        return;
    }
    let small = certificate("small", "4");
    let Ok(Document::Rational(read)) = Document::parse(&small) else { panic!("{small}") };
    let id = ContentId::of(&read.problem).to_string();
    let shipped = fs::read_to_string(repository("proofs/collection.jsonl")).expect("the collection");
    let shipped = shipped.lines().step_by(30).take(ENTRIES - 1).map(str::to_string);
    let own = line(&id, "a test", "2026-11-27", &["it is <b>small</b>".into()], &small).expect("JSON");
    let lines: Vec<String> = shipped.chain([own]).collect();
    let scratch = Scratch::new();
    scratch.write("c.jsonl", &(lines.join("\n") + "\n"));
    let run = scratch.run(&["atlas", "c.jsonl", "-o", "out"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));

    let root = format!("file://{}/", scratch.path("out").display());
    let page = format!("{root}collection.html");
    let mut browser = Browser::new();
    let count = |browser: &mut Browser| browser.text("document.getElementById('count').textContent");
    for (width, scheme) in [(360, "dark"), (1280, "light")] {
        browser.open(&page, width, scheme);
        assert_quiet(&browser, &root, "collection.html");
        assert_eq!(browser.evaluate("document.documentElement.scrollWidth"), width);
        assert_eq!(browser.text(CONTRAST), "", "{width}, {scheme}");
        assert_eq!(count(&mut browser), format!("{ENTRIES} entries"));
    }

    browser.click("input[name=q]");
    browser.write("SMALL it");
    assert_eq!(count(&mut browser), format!("1 of {ENTRIES} entries"));
    assert_eq!(column(&mut browser, 0), [&id[..12]]);
    assert!(column(&mut browser, 13)[0].contains("<b>small</b>"), "words are no markup");
    assert_eq!(browser.text("location.search"), "?q=SMALL+it");
    browser.click("button[type=reset]");
    browser.settle();
    assert_eq!(count(&mut browser), format!("{ENTRIES} entries"));

    browser.click("button[data-sort=units]");
    let ascending = units(&mut browser);
    assert!(ascending.is_sorted() && ascending.len() == ENTRIES && ascending[0] < ascending[ENTRIES - 1]);
    browser.click("button[data-sort=units]");
    assert!(units(&mut browser).iter().rev().is_sorted());
    assert_eq!(browser.text("document.querySelector('[aria-sort=descending]').textContent"), "hidden units");

    browser.open(&format!("{page}?least-units=2&most-units=2&sort=-kinks"), 1280, "light");
    let found = units(&mut browser);
    assert!(!found.is_empty() && found.len() < ENTRIES && found.iter().all(|units| *units == 2), "{found:?}");
    browser.open(&format!("{page}?hypothesis=none+claimed"), 1280, "light");
    assert_eq!(column(&mut browser, 0), [&id[..12]]);
    browser.open(&format!("{page}?hypothesis=a+dead+unit"), 1280, "light");
    assert!(!column(&mut browser, 0).contains(&id[..12].to_string()));
    browser.follow("#entries tbody a");
    assert!(browser.text("location.href").starts_with(&format!("{root}certificates/")));
}
