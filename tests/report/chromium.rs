//! The atlas in a real browser: it says nothing on the console, asks for nothing but its own files, and filters.

use std::fs;
use std::process::Command;

use crate::scratch::{Scratch, argument};
use crate::tools;

/// What came of a visit: the page after its script has run, the browser's log, and the log of the network.
struct Visit {
    page: String,
    log: String,
    requests: String,
}

fn visit(scratch: &Scratch, address: &str) -> Visit {
    let network = scratch.path("network.json");
    let _ = fs::remove_file(&network);
    let mut command = Command::new("chromium");
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]);
    // The browser's own services reach nothing either; a page's request is still noted.
    command.arg("--host-resolver-rules=MAP * ~NOTFOUND");
    command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    command.args(["--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom"]);
    command.arg(format!("--user-data-dir={}", scratch.path("profile").display()));
    command.arg(format!("--log-net-log={}", network.display()));
    let output = command.arg(address).output().expect("it runs");
    Visit {
        page: String::from_utf8_lossy(&output.stdout).into_owned(),
        log: String::from_utf8_lossy(&output.stderr).into_owned(),
        requests: fs::read_to_string(&network).unwrap_or_default(),
    }
}

/// The origins of pages that asked the network for something; the browser's own services have none.
fn foreign_requests(requests: &str) -> Vec<&str> {
    let initiator = requests.split("\"initiator\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    initiator.filter(|from| *from != "not an origin").collect()
}

#[test]
fn a_page_that_is_not_quiet_is_noticed() {
    if !tools::has("chromium", "looking at the atlas") {
        return;
    }
    let scratch = Scratch::new();
    scratch.write("loud.html", "<img src=\"http://example.invalid/x.png\"><script>console.log('loud')</script>");
    let visit = visit(&scratch, &format!("file://{}", scratch.path("loud.html").display()));
    assert!(visit.log.contains("CONSOLE") && !foreign_requests(&visit.requests).is_empty(), "{}", visit.log);
}

#[test]
fn the_atlas_is_quiet_and_its_filters_work() {
    if !tools::has("chromium", "looking at the atlas") {
        return;
    }
    let scratch = Scratch::new();
    let run = scratch.run(&["atlas", &argument("proofs/paper"), "-o", "out"]);
    assert_eq!(run.status, 0, "{run:?}");
    let address = |name: &str| format!("file://{}/{name}", scratch.path("out").display());

    let cards = |page: &str| {
        let list =
            page.split_once("id=\"list\"").and_then(|(_, rest)| rest.split_once("</section>")).expect("a list").0;
        let cards: Vec<String> = list.split("<li data-").skip(1).map(str::to_string).collect();
        let shown = cards.iter().filter(|card| !card.split('>').next().is_some_and(|tag| tag.contains("hidden")));
        (cards.len(), shown.cloned().collect::<Vec<_>>())
    };
    let check = |name: &str| {
        let visit = visit(&scratch, &address(name));
        assert!(!visit.log.contains("CONSOLE"), "{name}: {}", visit.log);
        assert_eq!(foreign_requests(&visit.requests), Vec::<&str>::new(), "{name}");
        assert!(visit.page.contains("<footer>"), "{name}: {}", visit.log);
        visit.page
    };

    let page = check("index.html");
    let (total, shown) = cards(&page);
    assert!(total > 100 && shown.len() == total, "{total}, {}", shown.len());
    assert!(!page.split_once("id=\"filters\"").expect("a form").1.split('>').next().expect("a tag").contains("hidden"));

    let (_, shown) = cards(&check("index.html?architecture=fully-connected&activation=relu&depth=2&verdict=not-local"));
    let expected = shown.iter().all(|card| {
        card.starts_with(
            "architecture=\"fully-connected\" data-activation=\"relu\" data-depth=\"2\" data-verdict=\"not-local\"",
        )
    });
    assert!(!shown.is_empty() && shown.len() < total && expected, "{shown:?}");

    let (_, shown) = cards(&check("index.html?q=DEAD+wide&hypothesis=general"));
    let expected = shown.iter().all(|card| card.to_lowercase().contains("dead") && card.contains("wide"));
    assert!(!shown.is_empty() && shown.len() < total && expected, "{shown:?}");

    let (_, shown) = cards(&check("index.html?q=no+such+words"));
    assert!(shown.is_empty(), "{shown:?}");

    for name in ["fc-relu-dead-neuron", "convolution-relu", "diagonal-deep-algebraic-relu-5"] {
        check(&format!("certificates/{name}.html"));
    }
}
