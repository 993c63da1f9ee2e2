//! Every link of an atlas leads to a file of the atlas, and to a place on the page where it names one.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::scratch::{Scratch, argument};

/// The values of an attribute on a page.
pub fn attribute<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let opening = format!(" {name}=\"");
    page.split(&opening as &str).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The pages of an atlas of the whole catalogue, by their path in it.
fn pages(scratch: &Scratch) -> HashMap<PathBuf, String> {
    let run = scratch.run(&["atlas", &argument("proofs/paper"), "-o", "out"]);
    assert_eq!(run.status, 0, "{run:?}");
    let certificates = fs::read_dir(scratch.path("out/certificates")).expect("pages").map(|page| page.expect("a page"));
    let paths = certificates.map(|page| Path::new("certificates").join(page.file_name()));
    let paths = paths.chain(["index.html", "theorems.html"].map(PathBuf::from));
    paths.map(|path| (path.clone(), fs::read_to_string(scratch.path("out").join(path)).expect("a page"))).collect()
}

fn resolve(from: &Path, link: &str) -> PathBuf {
    let mut path = from.parent().map(Path::to_path_buf).unwrap_or_default();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{link} leaves the atlas"),
            Component::Normal(part) => path.push(part),
            _ => panic!("{link} leaves the atlas"),
        }
    }
    path
}

#[test]
fn links_lead_somewhere_and_no_page_loads_from_elsewhere() {
    let scratch = Scratch::new();
    let pages = pages(&scratch);
    assert!(pages.len() > 100, "{}", pages.len());
    let mut linked = BTreeSet::new();
    for (from, page) in &pages {
        for link in attribute(page, "href").into_iter().filter(|link| *link != "data:,") {
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let path = if file.is_empty() { from.clone() } else { resolve(from, file) };
            assert!(scratch.path("out").join(&path).is_file(), "{}: {link}", from.display());
            if !fragment.is_empty() {
                assert!(attribute(&pages[&path], "id").contains(&fragment), "{}: {link}", from.display());
            }
            linked.insert(path);
        }
        for source in attribute(page, "src") {
            assert!(scratch.path("out").join(resolve(from, source)).is_file(), "{}: {source}", from.display());
        }
        assert!(!page.contains("url(") && !page.contains("@import"));
        let ids = attribute(page, "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{}: an id twice", from.display());
        for reference in attribute(page, "aria-labelledby").iter().flat_map(|list| list.split(' ')) {
            assert!(ids.contains(&reference), "{}: no {reference}", from.display());
        }
    }
    assert!(pages.keys().all(|page| linked.contains(page)), "a page that no link leads to");
    let styles = scratch.read("out/style.css");
    assert!(!styles.contains("url(") && !styles.contains("@import"));
}

#[test]
fn pages_have_landmarks_headings_in_order_and_named_drawings() {
    let scratch = Scratch::new();
    for (path, page) in pages(&scratch) {
        for landmark in [
            "<html lang=\"en\">",
            "<header>",
            "<main id=\"content\">",
            "<footer>",
            "<nav aria-label=",
            "name=\"viewport\"",
        ] {
            assert!(page.contains(landmark), "{}: no {landmark}", path.display());
        }
        let levels = page.match_indices("<h").filter_map(|(at, _)| page[at + 2..].chars().next()?.to_digit(10));
        let levels: Vec<u32> = levels.collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{}", path.display());
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{}: {levels:?}", path.display());
        for drawing in page.split("<svg ").skip(1).filter_map(|rest| rest.split('>').next()) {
            assert!(
                drawing.contains("aria-hidden") || drawing.contains("role=\"img\"") && drawing.contains("aria-label"),
                "{}: {drawing}",
                path.display()
            );
        }
        let headers = page.matches("<th ").count();
        assert_eq!(page.matches("<th scope=").count(), headers, "{}", path.display());
    }
}
