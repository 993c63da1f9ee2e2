//! The playground in a real browser: it certifies its examples and what is typed in, can be stopped, and asks for nothing.

use crate::browser::Browser;
use crate::scratch::{Scratch, repository};
use crate::tools;

/// The playground opened, its first example certified; or nothing where there is no browser.
fn playground() -> Option<(Browser, String)> {
    if !tools::has("chromium", "looking at the playground") {
        return None;
    }
    let address = format!("file://{}", repository("docs/playground.html").display());
    let mut browser = Browser::new();
    browser.open(&address, 1280, "light");
    Some((browser, address))
}

/// Waits until an element's text begins with one of these.
fn wait(browser: &mut Browser, element: &str, beginnings: &[&str]) -> String {
    let look = format!(
        "new Promise(done => {{ const look = () => {{ const text = document.getElementById('{element}').textContent; \
         if ({beginnings:?}.some(words => text.startsWith(words))) done(text); else setTimeout(look, 20); }}; look(); }})"
    );
    browser.text(&look)
}

fn verdict(browser: &mut Browser) -> String {
    wait(browser, "verdict", &["The point is", "Not an instance", "No verdict", "Stopped", "An error"])
}

/// Chooses an option as a reader does, which tells the page.
fn choose(browser: &mut Browser, selector: &str, value: &str) {
    browser.evaluate(&format!(
        "(() => {{ const e = document.querySelector({selector:?}); e.value = {value:?}; \
         e.dispatchEvent(new Event('input', {{bubbles: true}})); e.dispatchEvent(new Event('change', {{bubbles: true}})); }})()"
    ));
}

fn assert_quiet(browser: &Browser, address: &str) {
    assert_eq!(browser.noise(), Vec::<String>::new());
    let own = |asked: &String| asked == address || asked == "data:," || asked.starts_with("blob:null/");
    assert!(browser.requests().iter().all(own), "{:?}", browser.requests());
}

#[test]
fn every_example_is_certified_and_what_is_found_passes_the_checker() {
    let Some((mut browser, address)) = playground() else { return };
    let expected = [
        "a KKT point, not a local optimum",
        "a local optimum",
        "a KKT point, not a local optimum",
        "a KKT point, not a local optimum",
        "a global optimum",
        "a KKT point, not a local optimum",
    ];
    let count = browser.evaluate("document.querySelectorAll('#example option').length");
    assert_eq!(count, expected.len());
    for (place, expected) in expected.iter().enumerate() {
        if place > 0 {
            choose(&mut browser, "#example", &place.to_string());
            browser.click("#certify");
        }
        let verdict = verdict(&mut browser);
        assert!(verdict.starts_with(&format!("The point is {expected}.")), "example {place}: {verdict}");
        browser.click("#download + button");
        let checked = wait(&mut browser, "checked", &["Accepted"]);
        let numbers: Vec<&str> = checked.split(' ').filter(|word| word.parse::<usize>().is_ok()).collect();
        assert!(numbers[0] == numbers[1] && numbers[0] != "0", "{checked}");
        assert!(browser.text("document.getElementById('findings').textContent").contains("Karush-Kuhn-Tucker"));
        assert_eq!(browser.evaluate("!!document.querySelector('#drawing svg.network')"), true);
    }
    // What is offered to be kept is the certificate itself.
    let kept = browser.text("fetch(document.getElementById('download').href).then(answer => answer.text())");
    let document = margincert::kernel::certificate::Document::parse(&kept).expect("a certificate");
    assert!(document.check().len() > 3 && document.check().iter().all(Result::is_ok));
    assert_quiet(&browser, &address);
}

#[test]
fn what_is_typed_in_is_drawn_and_certified() {
    let Some((mut browser, address)) = playground() else { return };
    verdict(&mut browser);
    // One unit on one sample, typed as a document; then twice the weight, typed into the form.
    let instance = r#"{"format": "margincert/1", "network": {"inputs": 1, "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]},
        "data": [{"x": ["1/2"], "y": 1}], "point": [["2"]]}"#;
    choose(&mut browser, "#text", instance);
    browser.click("#certify");
    assert!(wait(&mut browser, "verdict", &["The point is a g"]).starts_with("The point is a global optimum."));
    browser.click("#weights input");
    browser.evaluate("document.querySelector('#weights input').select()");
    browser.write("1/3");
    assert!(browser.text("document.getElementById('text').value").contains("\"1/3\""));
    wait(&mut browser, "drawing", &["The network"]);
    // Until it is certified again, what is shown is about the instance before.
    let is_stale =
        "!document.getElementById('before').hidden && document.getElementById('verdict').classList.contains('stale')";
    assert_eq!(browser.evaluate(is_stale), true);
    browser.press("Enter", 13, Some("\r"));
    assert!(wait(&mut browser, "verdict", &["The point is inf"]).starts_with("The point is infeasible."));
    assert_eq!(browser.evaluate(is_stale), false);
    // What cannot be read is said beside the form, with the place.
    browser.click("#weights input");
    browser.evaluate("document.querySelector('#weights input').select()");
    browser.write("1e5");
    let problem = wait(&mut browser, "problem", &["line"]);
    assert!(problem.contains("point[0][0]"), "{problem}");
    assert_quiet(&browser, &address);
}

#[test]
fn layers_and_samples_come_and_go_in_the_form() {
    let Some((mut browser, address)) = playground() else { return };
    verdict(&mut browser);
    let shape = |browser: &mut Browser| {
        browser.text("(d => [d.network.layers.length, d.point.map(w => w.length), d.data.length].join(' '))(JSON.parse(document.getElementById('text').value))")
    };
    let before = shape(&mut browser);
    browser.click("#add-layer");
    browser.click("#add-sample");
    let after = shape(&mut browser);
    assert_ne!(before, after);
    assert_eq!(wait(&mut browser, "problem", &[""]), "");
    browser.click("button[aria-label='Remove layer 1']");
    browser.click("#data tr:last-child button");
    assert_eq!(shape(&mut browser), before);
    choose(&mut browser, "#inputs", "3");
    assert!(browser.text("document.getElementById('data').innerHTML").contains("input 2"));
    assert_quiet(&browser, &address);
}

#[test]
fn a_search_can_be_stopped_and_another_begun() {
    let Some((mut browser, address)) = playground() else { return };
    verdict(&mut browser);
    // A wide network at a kink on every sample takes more than a moment.
    let weights = "\"1\", \"-1\", \"2\", \"-2\", \"1\", \"-1\", \"2\", \"-2\"";
    let rows = [weights; 8].join(", ");
    let sample = |k: usize| {
        let x: Vec<String> =
            (0..8).map(|i| format!("\"{}\"", if i == k || i == (k + 1) % 8 { 1 } else { 0 })).collect();
        format!("{{\"x\": [{}], \"y\": 1}}", x.join(", "))
    };
    let data: Vec<String> = (0..8).map(sample).collect();
    let layer = |outputs: usize, activation: &str| {
        format!("{{\"weights\": \"dense\", \"outputs\": {outputs}, \"activation\": \"{activation}\"}}")
    };
    let instance = format!(
        "{{\"format\": \"margincert/1\", \"network\": {{\"inputs\": 8, \"layers\": [{}, {}, {}]}}, \"data\": [{}], \"point\": [[{rows}], [{rows}], [{weights}]]}}",
        layer(8, "relu"),
        layer(8, "relu"),
        layer(1, "linear"),
        data.join(", "),
    );
    choose(&mut browser, "#text", &instance);
    choose(&mut browser, "#seconds", "600");
    browser.evaluate("document.getElementById('certify').click()");
    browser.evaluate("document.getElementById('stop').click()");
    // The search may be faster than the second click: then it has come to the truth, and to nothing else.
    let said = wait(&mut browser, "verdict", &["Stopped", "The point"]);
    assert!(said == "Stopped before there was a verdict." || said.starts_with("The point is infeasible."), "{said}");
    choose(&mut browser, "#example", "0");
    browser.click("#certify");
    assert!(verdict(&mut browser).starts_with("The point is a KKT point, not a local optimum."));
    assert_quiet(&browser, &address);
}

#[test]
fn hostile_text_stays_text() {
    let Some((mut browser, address)) = playground() else { return };
    verdict(&mut browser);
    let hostile = "</script><img src=x onerror=document.title='broken'><script>document.title='broken'</script>";
    for key in ["title", "source"] {
        let instance = format!(
            "(() => {{ const e = document.getElementById('text'); const d = JSON.parse(e.value); d[{key:?}] = {hostile:?}; \
             e.value = JSON.stringify(d); e.dispatchEvent(new Event('input')); }})()"
        );
        browser.evaluate(&instance);
        browser.evaluate("document.getElementById('verdict').textContent = ''");
        browser.click("#certify");
        assert!(verdict(&mut browser).starts_with("The point is"));
    }
    assert!(browser.text("document.getElementById('findings').textContent").contains("onerror"));
    browser.evaluate(&format!("(() => {{ const e = document.getElementById('text'); e.value = {hostile:?}; e.dispatchEvent(new Event('input')); }})()"));
    assert!(wait(&mut browser, "problem", &["line"]).starts_with("line 1"));
    assert_ne!(browser.text("document.title"), "broken");
    assert_quiet(&browser, &address);
}

#[test]
fn it_fits_a_phone_and_a_desk_in_light_and_dark() {
    let Some((mut browser, address)) = playground() else { return };
    for width in [360, 1280] {
        for scheme in ["light", "dark"] {
            browser.open(&address, width, scheme);
            verdict(&mut browser);
            assert_eq!(browser.evaluate("document.documentElement.scrollWidth"), width, "{scheme}");
            assert_eq!(browser.text(include_str!("contrast.js")), "", "{width} {scheme}");
        }
    }
}

#[test]
fn no_page_has_a_serious_fault_that_axe_knows() {
    let axe = repository("target/axe/node_modules/axe-core/axe.min.js");
    let is_required = std::env::var("CI").is_ok_and(|value| value == "true");
    if !axe.is_file() && !is_required {
        eprintln!("skipped: {} is missing; .ci/run installs it", axe.display());
        return;
    }
    let Some((mut browser, address)) = playground() else { return };
    let axe = std::fs::read_to_string(axe).expect("axe-core, which .ci/run installs");
    let scratch = Scratch::new();
    let paper = crate::scratch::argument("proofs/paper");
    assert_eq!(scratch.run(&["atlas", &paper, "-o", "out"]).status, 0);
    let site = |page: &str| format!("file://{}", scratch.path(&format!("out/{page}")).display());
    let pages = [address, site("index.html"), site("theorems.html"), site("certificates/fc-relu-dead-neuron.html")];
    for page in pages {
        browser.open(&page, 1280, "light");
        if page.ends_with("docs/playground.html") {
            verdict(&mut browser);
        }
        browser.evaluate(&axe);
        let faults = browser.text(
            "axe.run().then(({violations}) => violations.filter(({impact}) => ['serious', 'critical'].includes(impact))
                .map(({id, nodes}) => `${id}: ${nodes.map(node => node.html).join(' ')}`).join('; '))",
        );
        assert_eq!(faults, "", "{page}");
    }
}
