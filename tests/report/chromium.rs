//! The atlas in a real browser: it is quiet, asks for nothing but its own files, fits the window, filters, and can be used by keyboard.

use std::fs;

use crate::browser::Browser;
use crate::scratch::{Scratch, argument};
use crate::tools;

pub const CONTRAST: &str = include_str!("contrast.js");
const COUNT: &str = "document.getElementById('count').textContent";

/// The labels of plots that lie beyond their edges.
const CUT: &str = "[...document.querySelectorAll('svg.plot text')].filter(text => {
    const box = text.getBBox(), edge = text.ownerSVGElement.viewBox.baseVal;
    return box.x < 0 || box.y < 0 || box.x + box.width > edge.width || box.y + box.height > edge.height;
}).map(text => text.textContent).join('; ')";

/// An atlas of the whole catalogue with trials, and a browser; or nothing where there is no browser.
fn atlas() -> Option<(Scratch, Browser, String)> {
    if !tools::has("chromium", "looking at the atlas") {
        return None;
    }
    let scratch = Scratch::new();
    let run = scratch.run(&["atlas", &argument("proofs/paper"), "-o", "out", "--trials", "1"]);
    assert_eq!(run.status, 0, "{run:?}");
    let root = format!("file://{}/", scratch.path("out").display());
    Some((scratch, Browser::new(), root))
}

/// Nothing on the console, and no request beyond the site.
pub fn assert_quiet(browser: &Browser, root: &str, page: &str) {
    assert_eq!(browser.noise(), Vec::<String>::new(), "{page}");
    let requests = browser.requests();
    let own = |address: &String| address.starts_with(root) || address == "data:,";
    assert!(!requests.is_empty() && requests.iter().all(own), "{page}: {requests:?}");
}

#[test]
fn a_page_that_is_not_quiet_is_noticed() {
    let Some((scratch, mut browser, root)) = atlas() else { return };
    scratch.write("loud.html", "<script>console.log('loud')</script>");
    browser.open(&format!("file://{}", scratch.path("loud.html").display()), 360, "light");
    assert!(!browser.noise().is_empty());
    scratch.write("asking.html", "<img src=\"http://example.invalid/x.png\">");
    browser.open(&format!("file://{}", scratch.path("asking.html").display()), 360, "light");
    assert!(browser.requests().iter().any(|address| !address.starts_with(&root)), "{:?}", browser.requests());
    scratch.write("pale.html", "<p style='color: #999'>pale</p>");
    browser.open(&format!("file://{}", scratch.path("pale.html").display()), 360, "light");
    assert!(browser.text(CONTRAST).starts_with("P 2.8"), "{}", browser.text(CONTRAST));
}

#[test]
fn every_page_is_quiet_and_fits_a_phone_and_a_desk() {
    let Some((scratch, mut browser, root)) = atlas() else { return };
    let pages = fs::read_dir(scratch.path("out/certificates")).expect("pages");
    let pages = pages.map(|page| format!("certificates/{}", page.expect("a page").file_name().to_string_lossy()));
    let pages: Vec<String> = pages.chain(["index.html".to_string(), "theorems.html".to_string()]).collect();
    assert!(pages.len() > 100, "{}", pages.len());
    for (place, page) in pages.iter().rev().enumerate() {
        // All pages on a phone; some on a desk too.
        for (width, scheme) in [(360, "dark"), (1280, "light")].into_iter().take(if place % 10 == 0 { 2 } else { 1 }) {
            browser.open(&format!("{root}{page}"), width, scheme);
            assert_quiet(&browser, &root, page);
            assert_eq!(browser.text(CUT), "", "{page}: a label of a plot is cut");
            let extent = browser.evaluate("document.documentElement.scrollWidth");
            assert_eq!(extent, width, "{page} is wider than the window");
            if place % 10 == 0 {
                assert_eq!(browser.text(CONTRAST), "", "{page}, {width}, {scheme}");
            }
        }
    }
}

#[test]
fn search_and_filters_work_by_typing_and_clicking() {
    let Some((_scratch, mut browser, root)) = atlas() else { return };
    let index = format!("{root}index.html");
    browser.open(&index, 1280, "light");
    let all = browser.text(COUNT);
    let total: usize = all.strip_suffix(" certificates").expect("a count").parse().expect("a number");
    let shown = |browser: &mut Browser| {
        let cards = "[...document.querySelectorAll('.cards > li')].filter(e => e.offsetParent).map(e => e.textContent)";
        let cards = browser.evaluate(cards).as_array().cloned().unwrap_or_default();
        cards.iter().map(|card| card.as_str().expect("text").to_lowercase()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&mut browser).len(), total);

    browser.click("input[name=q]");
    browser.write("DEAD wide");
    let cards = shown(&mut browser);
    assert!(!cards.is_empty() && cards.len() < total, "{cards:?}");
    assert!(cards.iter().all(|card| card.contains("dead") && card.contains("wide")), "{cards:?}");
    assert_eq!(browser.text(COUNT), format!("{} of {total} certificates", cards.len()));
    browser.write(" no such words");
    assert!(shown(&mut browser).is_empty());
    browser.click("button[type=reset]");
    browser.settle();
    assert_eq!((shown(&mut browser).len(), browser.text(COUNT)), (total, all));

    // Each list is chosen from by keyboard: what is shown has the value chosen, and some card is left out.
    for key in ["architecture", "activation", "depth", "verdict", "hypothesis"] {
        browser.evaluate(&format!("document.querySelector('select[name={key}]').focus()"));
        // No certificate has the first depth, and all have the first hypothesis.
        for _ in 0..if ["depth", "hypothesis"].contains(&key) { 2 } else { 1 } {
            browser.press("ArrowDown", 40, None);
        }
        let value = browser.text(&format!("document.querySelector('select[name={key}]').value"));
        let fits = "[...document.querySelectorAll('.cards > li')].every(e => \
                    !e.hidden === e.dataset.KEY.split(' ').includes('VALUE'))";
        assert_eq!(browser.evaluate(&fits.replace("KEY", key).replace("VALUE", &value)), true, "{key}: {value}");
        let left = shown(&mut browser).len();
        assert!(!value.is_empty() && left > 0 && left < total, "{key}: {value}, {left}");
        // The address tells what is chosen, and leads to the same list again.
        let address = browser.text("location.href");
        assert!(address.ends_with(&format!("?{key}={}", value.replace('+', "%2B"))), "{address}");
        browser.open(&address, 1280, "light");
        assert_eq!(shown(&mut browser).len(), left, "{address}");
        browser.click("button[type=reset]");
        browser.settle();
        assert_eq!(browser.text("location.search"), "");
    }
    assert_quiet(&browser, &root, "index.html");

    browser.open(&format!("{index}?q=dead&depth=2&activation=relu"), 1280, "light");
    let cards = shown(&mut browser);
    assert!(
        !cards.is_empty() && cards.iter().all(|card| card.contains("dead") && card.contains("depth 2")),
        "{cards:?}"
    );
}

#[test]
fn links_lead_there_and_back() {
    let Some((_scratch, mut browser, root)) = atlas() else { return };
    browser.open(&format!("{root}index.html"), 360, "light");
    browser.follow("td a[href^='theorems.html#theorem-']");
    assert!(browser.text("document.querySelector(location.hash).textContent").starts_with("Theorem "));
    browser.open(&format!("{root}index.html"), 360, "light");
    let target = browser.text("document.querySelector('.outcomes a[href^=certificates]').href");
    browser.follow(".outcomes a[href^=certificates]");
    assert_eq!(browser.text("location.href"), target);
    browser.follow("header a");
    assert_eq!(browser.text("location.href"), format!("{root}index.html"));
}

#[test]
fn without_a_script_everything_can_be_read() {
    let Some((_scratch, mut browser, root)) = atlas() else { return };
    browser.call("Emulation.setScriptExecutionDisabled", serde_json::json!({"value": true}));
    browser.open(&format!("{root}index.html"), 360, "light");
    let nodes = browser.accessible();
    let has = |role: &str| nodes.iter().filter(|(found, _)| found == role).count();
    assert!(has("listitem") > 100 && has("searchbox") == 0 && has("table") == 2, "{}", has("listitem"));
}

#[test]
fn keyboard_and_screen_reader_find_their_way() {
    let Some((_scratch, mut browser, root)) = atlas() else { return };
    for page in ["index.html", "certificates/fc-relu-dead-neuron.html", "certificates/convolution-relu.html"] {
        for width in [360, 1280] {
            browser.open(&format!("{root}{page}"), width, "light");
            let nodes = browser.accessible();
            for landmark in ["banner", "main", "contentinfo", "navigation"] {
                assert!(nodes.iter().any(|(role, _)| role == landmark), "{page}: no {landmark}");
            }
            for (role, name) in &nodes {
                let needs_a_name = ["link", "button", "searchbox", "combobox", "image", "region", "heading", "table"];
                assert!(!needs_a_name.contains(&role.as_str()) || !name.is_empty(), "{page}: a nameless {role}");
            }
            if page == "index.html" {
                // Stacked or not, a table is told as a table.
                let count = |wanted: &str| nodes.iter().filter(|(role, _)| role == wanted).count();
                assert!(count("search") == 1 && count("table") == 2 && count("rowheader") > 20, "{width}");
                assert!(count("columnheader") == 12 && count("cell") > 100, "{width}");
            }
            // The first key leads to a link past the header, in sight and with a mark.
            browser.press("Tab", 9, None);
            assert_eq!(browser.text("document.activeElement.className"), "skip", "{page}");
            assert_eq!(browser.evaluate("document.activeElement.getBoundingClientRect().x >= 0"), true);
            assert_eq!(browser.text("getComputedStyle(document.activeElement).outlineStyle"), "solid");
            browser.press("Enter", 13, Some("\r"));
            assert_eq!(browser.text("location.hash"), "#content");
        }
    }
}

/// Presses the button that checks the certificate on the page, and waits for the verdict.
fn verdict(browser: &mut Browser) -> String {
    browser.click("#check-run");
    browser.text(
        "new Promise(done => { const look = () => { const text = document.getElementById('check-verdict').textContent; \
         if (text && !text.startsWith('Checking')) done(text); else setTimeout(look, 20); }; look(); })",
    )
}

#[test]
fn the_checker_in_the_page_accepts_what_stands_there_and_rejects_what_is_changed() {
    let Some((_scratch, mut browser, root)) = atlas() else { return };
    browser.open(&format!("{root}certificates/fc-relu-dead-neuron.html"), 360, "dark");
    let accepted = verdict(&mut browser);
    assert!(accepted.starts_with("Accepted: every one of 6 claims"), "{accepted}");
    assert_eq!(browser.evaluate("document.querySelectorAll('#check-claims .accepted').length"), 6);
    let change = |from: &str, to: &str| {
        format!(
            "(() => {{ const text = document.getElementById('check-text'); text.value = text.value.replace({from:?}, {to:?}); }})()"
        )
    };
    // One multiplier is another.
    let multipliers = "/\"multipliers\": \\[\"(\\d+)/";
    browser.evaluate(&change("X", "X").replace("\"X\", \"X\"", &format!("{multipliers}, '\"multipliers\": [\"1$1'")));
    let rejected = verdict(&mut browser);
    assert!(rejected.starts_with("Rejected: "), "{rejected}");
    let reasons =
        browser.text("[...document.querySelectorAll('#check-claims .rejected')].map(e => e.textContent).join('; ')");
    assert!(reasons.contains("rejected: kkt: stationarity fails"), "{reasons}");
    browser.evaluate("document.getElementById('check-text').value = '{\"format\": \"<b>x</b>\"'");
    let refused = verdict(&mut browser);
    assert!(refused.starts_with("Not a certificate: line 1"), "{refused}");
    browser.evaluate("document.getElementById('check-reset').click()");
    assert!(verdict(&mut browser).starts_with("Accepted"));
    // Nothing was asked for but the checker's own file, and what the page made itself.
    assert_eq!(browser.noise(), Vec::<String>::new());
    let requests = browser.requests();
    let own = |address: &String| address.starts_with(&root) || address == "data:," || address.starts_with("blob:null/");
    assert!(requests.iter().any(|address| address.ends_with("checker.js")) && requests.iter().all(own), "{requests:?}");
}

/// The same checker is asked about the whole catalogue, without the pages, in `speed.rs` and `node.rs`.
#[test]
fn the_checker_in_the_page_accepts_every_fifth_page_of_the_catalogue() {
    let Some((scratch, mut browser, root)) = atlas() else { return };
    let pages = fs::read_dir(scratch.path("out/certificates")).expect("pages");
    let mut names: Vec<_> =
        pages.map(|page| page.expect("a page").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let mut checked = 0;
    for name in names.iter().step_by(5) {
        browser.open(&format!("{root}certificates/{name}"), 1280, "light");
        let accepted = verdict(&mut browser);
        assert!(accepted.starts_with("Accepted: every one of "), "{name}: {accepted}");
        checked += 1;
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn a_page_by_itself_checks_itself() {
    if !tools::has("chromium", "looking at a page") {
        return;
    }
    let scratch = Scratch::new();
    let run = scratch.run(&["explain", &argument("proofs/paper/convolution-relu.json"), "--format", "html"]);
    scratch.write("alone.html", &run.stdout);
    let mut browser = Browser::new();
    let address = format!("file://{}", scratch.path("alone.html").display());
    browser.open(&address, 360, "light");
    assert!(verdict(&mut browser).starts_with("Accepted: "));
    assert_eq!(browser.noise(), Vec::<String>::new());
    let own = |asked: &String| *asked == address || asked == "data:," || asked.starts_with("blob:null/");
    assert!(browser.requests().iter().all(own), "{:?}", browser.requests());
}
