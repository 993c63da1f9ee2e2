//! The page about the entries of a collection: one table, which a script searches, sorts and hands out.
//!
//! The rows are data in a script of their own, and certificates in another that is loaded when a selection is downloaded, so that a page opens at once with
//! thousands of entries, from the file system too.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::shell::{self, Script};
use crate::files::collection::Entry;
use crate::kernel::check::{Claim, Evidence, NonzeroWeights};
use crate::kernel::exact::OrderedField;
use crate::kernel::network::Scope;
use crate::prove::rounding::to_f64s;
use crate::report::accepted::{Accepted, Reader};
use crate::report::provenance::VERSION;
use crate::report::table::Summary;
use crate::report::table::class::Hypothesis;
use crate::report::table::facts::Verdict;
use crate::words::count_of;

/// The page's file in the site, and those of its script, its rows and the certificates.
pub const PAGE: &str = "collection.html";
/// Its script.
pub const SCRIPT: (&str, &str) = ("collection.js", include_str!("collection.js"));
/// The rows.
pub const ROWS: &str = "collection-rows.js";
/// The entries as they stand in the collection.
pub const LINES: &str = "collection-lines.js";

/// An entry of a collection on the page: all that was computed of it. What is not known is null.
pub struct Row {
    /// The name of its files.
    name: String,
    values: Value,
}

/// Reads an accepted certificate as an entry with this name, and with the names of the conjectures that it breaks.
pub struct RowOf<'e> {
    /// What stands beside it.
    pub entry: &'e Entry,
    /// The name of its files.
    pub name: &'e str,
    /// The names of the conjectures that it breaks.
    pub breaks: &'e [&'e str],
}

impl Reader for RowOf<'_> {
    type Output = Row;

    fn read<F: OrderedField>(&self, accepted: &Accepted<'_, F>) -> Row {
        let summary = Summary::of(accepted, self.name);
        let problem = &accepted.certificate().problem;
        let kinks: usize = (0..problem.samples().len()).map(|sample| problem.kinks(sample, Scope::All).len()).sum();
        let active = (0..problem.samples().len()).filter(|&sample| problem.is_active(sample)).count();
        let supporting = accepted.claims().find_map(|claim| match claim {
            Claim::Kkt(kkt) if kkt.layer.is_none() => {
                Some(kkt.multipliers.iter().filter(|multiplier| !multiplier.is_zero()).count())
            }
            _ => None,
        });
        let order = accepted.claims().find_map(|claim| match claim {
            Claim::NotLocalOptimum(claim) if claim.layer.is_none() => Some(claim.curve.coefficients().len()),
            _ => None,
        });
        let verdict = summary.facts.verdict();
        let norm = problem.point().norm_squared(Scope::All);
        let ratio = accepted.claims().find_map(|claim| match claim {
            Claim::NotGlobalOptimum(claim) if claim.layer.is_none() => {
                let ratio = norm.clone() * claim.better.norm_squared(Scope::All).reciprocal()?;
                to_f64s(&[ratio]).first().copied()
            }
            _ => None,
        });
        let ratio = if verdict == Verdict::Global { Some(1.0) } else { ratio };
        let hypothesis = match () {
            () if summary.satisfies(Hypothesis::NonzeroInputs) => "non-zero inputs",
            () if summary.satisfies(Hypothesis::NonzeroWeights) => "non-zero weights",
            () if NonzeroWeights.holds(problem).is_err() => "a dead unit",
            () => "none claimed",
        };
        let hidden: usize = summary.widths[1..summary.widths.len() - 1].iter().sum();
        let layers: Vec<&str> = summary.layers.iter().map(|facts| facts.verdict().name()).collect();
        let values = json!([
            self.name,
            self.entry.id,
            summary.class.architecture.name(),
            summary.class.activations.name(),
            summary.depth,
            summary.shape(),
            summary.samples,
            hidden,
            kinks,
            active,
            supporting,
            ratio,
            order,
            if verdict == Verdict::Open { "unknown" } else { verdict.name() },
            layers,
            hypothesis,
            self.breaks,
            self.entry.reasons,
            self.entry.finder,
            self.entry.date,
        ]);
        Row { name: self.name.into(), values }
    }
}

/// The script with the rows, in the order given.
pub fn rows(rows: &[Row]) -> String {
    let rows: Vec<String> = rows.iter().map(|row| row.values.to_string()).collect();
    format!("\"use strict\";\nconst ROWS = [\n{}\n];\n", rows.join(",\n")).replace("</", "<\\/")
}

/// The script with the lines of the collection, by the names of the entries.
pub fn lines(rows: &[Row], lines: &[String]) -> String {
    let lines = rows.iter().zip(lines).map(|(row, line)| format!("{}: {}", json!(row.name), json!(line)));
    format!("\"use strict\";\nwindow.LINES = {{\n{}\n}};\n", lines.collect::<Vec<_>>().join(",\n"))
        .replace("</", "<\\/")
}

/// The columns of the table: a key for the address, what is written above, and whether it is a number.
const COLUMNS: [(&str, &str, bool); 13] = [
    ("id", "id", false),
    ("architecture", "network", false),
    ("activation", "activation", false),
    ("depth", "depth", true),
    ("shape", "shape", false),
    ("samples", "samples", true),
    ("units", "hidden units", true),
    ("kinks", "kinks", true),
    ("active", "active", true),
    ("supporting", "supporting", true),
    ("ratio", "norm² over a better point’s", true),
    ("order", "order of the curve", true),
    ("verdict", "verdict", false),
];

/// The page; `conjectures` are the names of those that some entry breaks.
pub fn page(count: usize, conjectures: &[String]) -> String {
    let content = html! {
        h1 { "Collection" }
        p {
            (count_of(count, "instance", "instances")) ", no two equal up to symmetry, each with a certificate that the checker has accepted and a reason to be here. "
            "A number that no claim settles is shown as “unknown”. The address keeps what is chosen, so that a selection can be cited: "
            "margincert " (VERSION) ", collection, with the address and the ids, which depend on the instance alone."
        }
        noscript { p { strong { "This table needs JavaScript." } " The command " code { "margincert table --detail" } " prints it without." } }
        form #choose hidden {
            label.wide { "search" input type="search" name="q" placeholder="id, shape or words of a reason"; }
            (choice("architecture"))
            (choice("activation"))
            (choice("hypothesis"))
            (choice("verdict"))
            label { "breaks"
                select name="breaks" {
                    option value="" { "any" }
                    @for name in conjectures { option value=(name) { (name) } }
                }
            }
            details #ranges class="wide" {
                summary { "Sizes, from and to" }
                div {
                    @for (key, text, _) in COLUMNS.iter().filter(|(_, _, is_number)| *is_number) {
                        label.range { (text)
                            span {
                                input type="number" step="any" name={ "least-" (key) } placeholder="from" aria-label={ (text) ", from" };
                                input type="number" step="any" name={ "most-" (key) } placeholder="to" aria-label={ (text) ", to" };
                            }
                        }
                    }
                }
            }
            button type="reset" { "Show all" }
        }
        p #count role="status" {}
        p #download hidden {
            "Download what is shown: "
            button type="button" data-kind="jsonl" { "certificates (JSON lines, as in the collection)" } " "
            button type="button" data-kind="csv" { "table (CSV)" }
        }
        div.rows {
            table #entries hidden {
                thead { tr {
                    @for (key, text, _) in COLUMNS { th scope="col" { button type="button" data-sort=(key) { (text) } } }
                    th scope="col" { "why it is here" }
                } }
                tbody {}
            }
        }
        p { button #more type="button" hidden { "Show more" } }
        script src=(ROWS) {}
    };
    shell::page("Collection", "", content, Some(Script::File(SCRIPT.0)))
}

/// A choice whose options the script takes from the rows.
fn choice(key: &str) -> Markup {
    html! { label { (key) select name=(key) { option value="" { "any" } } } }
}
