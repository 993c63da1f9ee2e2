//! A drawing of two-dimensional samples with the first layer's directions and half-planes.

use maud::{Markup, html};

use crate::kernel::exact::OrderedField;
use crate::kernel::problem::{Label, Problem};
use crate::prove::rounding::to_f64s;

/// More samples or units than this are not drawn.
const DRAWN: usize = 64;

/// Half the side of the square, in the drawing's units.
const HALF: f64 = 170.0;

/// The drawing, or nothing where the inputs are not two numbers or there are too many things to draw.
pub fn drawing<F: OrderedField>(problem: &Problem<F>) -> Option<Markup> {
    let layer = problem.network().layers().first()?;
    if problem.network().inputs() != 2 || problem.samples().len() > DRAWN || layer.outputs() > DRAWN {
        return None;
    }
    let samples: Vec<(Vec<f64>, Label)> = problem.samples().iter().map(|s| (to_f64s(&s.x), s.y)).collect();
    let extent = samples.iter().flat_map(|(x, _)| x).fold(0.0_f64, |most, value| most.max(value.abs()));
    let scale = if extent > 0.0 { 0.82 * HALF / extent } else { 1.0 };
    let weights = to_f64s(&problem.point().layers()[0]);
    let direction = |row: &Vec<crate::kernel::network::Connection>| {
        let mut w = [0.0; 2];
        row.iter().for_each(|connection| w[connection.unit] = weights[connection.parameter]);
        let norm = w[0].hypot(w[1]);
        (norm > 0.0).then(|| [w[0] / norm, w[1] / norm])
    };
    let directions: Vec<Option<[f64; 2]>> = layer.incoming().iter().map(direction).collect();
    let is_linear = layer.activation().is_linear();
    let dead = directions.iter().filter(|direction| direction.is_none()).count();
    let side = 2.0 * HALF;
    Some(html! {
        svg.samples viewBox=(format!("{} {} {side} {side}", -HALF, -HALF)) width=(side) height=(side) role="img"
            aria-labelledby="samples-title samples-description" {
            title id="samples-title" { "The samples and the first layer's units" }
            desc id="samples-description" {
                (samples.len()) " samples in the plane, marked + or − by their labels. An arrow for each unit of layer 0 \
                 points along its weights"
                @if !is_linear { "; the shaded half-plane is where its preactivation is positive" }
                "."
            }
            line.axis x1=(-HALF) y1="0" x2=(HALF) y2="0" {}
            line.axis x1="0" y1=(-HALF) x2="0" y2=(HALF) {}
            @if !is_linear {
                @for w in directions.iter().flatten() { polygon.half-plane points=(half_plane(*w)) {} }
            }
            @for (unit, w) in directions.iter().enumerate() {
                @if let Some([a, b]) = w { (arrow(unit, *a, *b)) }
            }
            @for (place, (x, label)) in samples.iter().enumerate() {
                @let (x, y) = (scale * x[0], -scale * x[1]);
                @let (class, sign) = if *label == Label::Positive { ("sample plus", "+") } else { ("sample minus", "−") };
                g class=(class) {
                    title { "sample " (place) ", label " (sign) "1" }
                    circle cx=(x) cy=(y) r="9" {}
                    text x=(x) y=(y + 4.5) { (sign) }
                }
            }
        }
        figcaption.legend {
            span {
                svg.samples.swatch viewBox="-20 -10 40 20" width="40" height="20" aria-hidden="true" {
                    g.direction { line x1="-16" y1="0" x2="10" y2="0" {} polygon points="16,0 7,-4 7,4" {} }
                }
                "the weights of a unit of layer 0"
            }
            @if !is_linear {
                span {
                    svg.samples.swatch viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" {
                        rect.half-plane x="0" y="0" width="20" height="20" {}
                    }
                    "where a unit's preactivation is positive, darker for several"
                }
            }
            span { "+ and −: samples with label 1 and −1" }
        }
        @if dead > 0 { p.note { (dead) @if dead == 1 { " unit has no direction: all its weights are 0." } @else { " units have no direction: all their weights are 0." } } }
    })
}

fn arrow(unit: usize, a: f64, b: f64) -> Markup {
    let length = 0.6 * HALF;
    let (x, y) = (length * a, -length * b);
    // The head: back from the tip, to both sides.
    let head = |side: f64| (x - 9.0 * a + side * 4.0 * b, y + 9.0 * b + side * 4.0 * a);
    let ((x1, y1), (x2, y2)) = (head(1.0), head(-1.0));
    html! {
        g.direction {
            title { "unit " (unit) }
            line x1="0" y1="0" x2=(x) y2=(y) {}
            polygon points=(format!("{x:.2},{y:.2} {x1:.2},{y1:.2} {x2:.2},{y2:.2}")) {}
            text x=(x + 14.0 * a) y=(y - 14.0 * b + 4.0) { "w" tspan.index dy="4" { (unit) } }
        }
    }
}

/// The part of the square where `w . x > 0`, as the corners of a polygon in the drawing's coordinates.
fn half_plane([a, b]: [f64; 2]) -> String {
    let corners = [(-HALF, -HALF), (HALF, -HALF), (HALF, HALF), (-HALF, HALF)];
    let value = |(x, y): (f64, f64)| a * x - b * y;
    let mut kept = Vec::new();
    for (k, &corner) in corners.iter().enumerate() {
        let next = corners[(k + 1) % 4];
        let (here, there) = (value(corner), value(next));
        if here >= 0.0 {
            kept.push(corner);
        }
        if (here > 0.0) != (there > 0.0) && here != there {
            let part = here / (here - there);
            kept.push((corner.0 + part * (next.0 - corner.0), corner.1 + part * (next.1 - corner.1)));
        }
    }
    kept.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect::<Vec<_>>().join(" ")
}
