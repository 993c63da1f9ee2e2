//! A drawing of a network with its weights at the point.

use maud::{Markup, html};

use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::Problem;
use crate::report::explain::notation;
use crate::report::formula::Notation;
use crate::report::text;

/// More units or connections than this are not drawn.
const DRAWN: (usize, usize) = (60, 200);
/// With more connections than this the weights are told only by their tooltips.
const LABELLED: usize = 40;
/// Weights of more characters than this run into one another where there are more than a few connections.
const SHORT: usize = 12;
/// So many connections leave room for long weights.
const LONG_LABELLED: usize = 8;

const COLUMN: f64 = 160.0;
/// A drawing is shrunk this far to fit a narrow page, where the style sheet enlarges its words, and scrolls beyond.
const LEAST_SCALE: f64 = 0.55;
const ROW: f64 = 84.0;
const RADIUS: f64 = 19.0;
const MARGIN: f64 = 40.0;

/// The network in small, without weights and words; or nothing for one that is too large to be seen.
pub fn thumbnail<F: OrderedField>(problem: &Problem<F>) -> Option<Markup> {
    const BOX: (f64, f64) = (120.0, 60.0);
    let network = problem.network();
    let widths: Vec<usize> =
        std::iter::once(network.inputs()).chain(network.layers().iter().map(|layer| layer.outputs())).collect();
    let connections: usize = network.layers().iter().map(|layer| layer.connection_count()).sum();
    if widths.iter().max().is_none_or(|most| *most > 8) || widths.len() > 9 || connections > DRAWN.1 {
        return None;
    }
    let place = |column: usize, unit: usize| {
        let x = BOX.0 * (column as f64 + 0.5) / widths.len() as f64;
        (x, BOX.1 * (unit as f64 + 0.5) / widths[column] as f64)
    };
    // One path for each sign keeps a list of thousands small.
    let mut paths = [String::new(), String::new(), String::new()];
    for (l, layer) in network.layers().iter().enumerate() {
        for (unit, row) in layer.incoming().iter().enumerate() {
            for connection in row {
                let path = match problem.point().layers()[l][connection.parameter].sign() {
                    Sign::Positive => &mut paths[0],
                    Sign::Negative => &mut paths[1],
                    Sign::Zero => &mut paths[2],
                };
                let ((x1, y1), (x2, y2)) = (place(l, connection.unit), place(l + 1, unit));
                path.push_str(&format!("M{x1:.0} {y1:.0}L{x2:.0} {y2:.0}"));
            }
        }
    }
    let nodes = widths.iter().enumerate().flat_map(|(column, &count)| (0..count).map(move |unit| (column, unit)));
    let dots: String =
        nodes.map(|(column, unit)| place(column, unit)).map(|(x, y)| format!("M{x:.0} {y:.0}h0")).collect();
    Some(html! {
        svg.network.thumbnail viewBox=(format!("0 0 {} {}", BOX.0, BOX.1)) width=(BOX.0) height=(BOX.1) aria-hidden="true" {
            @for (path, class) in paths.iter().zip(["edge positive", "edge negative", "edge zero"]) {
                @if !path.is_empty() { path class=(class) d=(path) {} }
            }
            path.dots d=(dots) {}
        }
    })
}

/// The drawing, or nothing for a network that is too large to be seen.
pub fn drawing<F: OrderedField>(problem: &Problem<F>, numbers: &Notation) -> Option<Markup> {
    let network = problem.network();
    let widths: Vec<usize> =
        std::iter::once(network.inputs()).chain(network.layers().iter().map(|layer| layer.outputs())).collect();
    let connections: usize = network.layers().iter().map(|layer| layer.connection_count()).sum();
    if widths.iter().sum::<usize>() > DRAWN.0 || connections > DRAWN.1 {
        return None;
    }
    let tallest = widths.iter().copied().max().unwrap_or(1);
    let height = 2.0 * MARGIN + ROW * (tallest - 1) as f64;
    let width = 2.0 * MARGIN + COLUMN * (widths.len() - 1) as f64;
    let place = |column: usize, unit: usize| {
        let top = height / 2.0 - ROW * (widths[column] - 1) as f64 / 2.0;
        (MARGIN + COLUMN * column as f64, top + ROW * unit as f64)
    };
    let edges = network.layers().iter().enumerate().flat_map(|(l, layer)| {
        let rows = layer.incoming().iter().enumerate();
        rows.flat_map(move |(unit, row)| row.iter().map(move |connection| (l, layer, unit, *connection)))
    });
    let (mut lines, mut labels, mut longest) = (Vec::new(), Vec::new(), 0);
    for (l, layer, unit, connection) in edges {
        let weight = &problem.point().layers()[l][connection.parameter];
        let value = text::formula(&numbers.number(weight));
        let name = text::formula(&notation::parameter(l, layer, connection.parameter));
        let class = match weight.sign() {
            Sign::Positive => "edge positive",
            Sign::Negative => "edge negative",
            Sign::Zero => "edge zero",
        };
        let ((x1, y1), (x2, y2)) = (place(l, connection.unit), place(l + 1, unit));
        lines.push(html! {
            line class=(class) x1=(x1) y1=(y1) x2=(x2) y2=(y2) { title { (name) " = " (value) } }
        });
        // Labels of lines that cross sit at different places along them.
        let along = if connection.unit % 2 == unit % 2 { 0.36 } else { 0.64 };
        let along = if layer.incoming()[unit].len() == 1 { 0.5 } else { along };
        let (x, y) = (x1 + along * (x2 - x1), y1 + along * (y2 - y1) + 4.0);
        longest = longest.max(value.chars().count());
        labels.push(html! { text.weight x=(x) y=(y) { (value) } });
    }
    let show_labels = connections <= LABELLED && (longest <= SHORT || connections <= LONG_LABELLED);
    let nodes = widths.iter().enumerate().flat_map(|(column, &count)| (0..count).map(move |unit| (column, unit)));
    let last = widths.len() - 1;
    Some(html! {
        div.scroll tabindex="0" role="group" aria-label="Drawing of the network" {
            svg.network viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height) role="img"
                style=(format!("min-width: {:.0}px", LEAST_SCALE * width)) aria-labelledby="network-title network-description" {
                title id="network-title" { "The network with its weights" }
                desc id="network-description" {
                    "Units in columns from the inputs on the left to the output on the right, with a line for each \
                     connection. The proof below lists every weight."
                }
                @for line in lines { (line) }
                @for (column, unit) in nodes {
                    @let (x, y) = place(column, unit);
                    @let shape = if column == 0 { "unit input" } else if column == last { "unit output" } else { "unit hidden" };
                    circle class=(shape) cx=(x) cy=(y) r=(RADIUS) {}
                    text.unit-name x=(x) y=(y + 5.0) {
                        @if column == 0 { "x" tspan.index dy="4" { (unit) } }
                        @else if column == last { "Φ" }
                        @else { "z" tspan.index dy="4" { (column - 1) (unit) } }
                    }
                }
                @if show_labels { @for label in labels { (label) } }
            }
        }
    })
}
