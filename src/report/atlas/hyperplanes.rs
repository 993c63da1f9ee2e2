//! A drawing of samples in the plane with the hyperplanes of an enclosed KKT point's directions.
//!
//! Data with a third input that is the same for every sample, which stands for a bias, are in the plane too.

use maud::{Markup, html};

use crate::kernel::check::KktEnclosed;
use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::problem::{Label, Problem};
use crate::prove::rounding::to_f64s;

/// More samples or directions than this are not drawn.
const DRAWN: (usize, usize) = (200, 24);

/// Half the side of the square, in the drawing's units.
const HALF: f64 = 220.0;

/// Where a number beside a thing stands.
const BESIDE: f64 = 12.0;

/// From the plane to the drawing.
struct View {
    centre: [f64; 2],
    scale: f64,
}

/// Where a unit's preactivation is 0: `normal . x + offset = 0`, in the drawing's coordinates, with a normal of length 1 toward the
/// positive side.
struct Hyperplane {
    normal: [f64; 2],
    offset: f64,
    sign: Label,
}

/// The drawing, or nothing where the data are not in the plane or there are too many things to draw.
pub fn drawing<F: OrderedField>(problem: &Problem<F>, evidence: &KktEnclosed<F>) -> Option<Markup> {
    let samples: Vec<Vec<f64>> = problem.samples().iter().map(|sample| to_f64s(&sample.x)).collect();
    if samples.len() > DRAWN.0 || evidence.directions.len() > DRAWN.1 {
        return None;
    }
    // A constant input moves the lines away from the origin.
    let constant = match problem.network().inputs() {
        2 => None,
        3 => Some(samples.first()?[2]).filter(|constant| samples.iter().all(|x| x[2] == *constant && *constant != 0.0)),
        _ => return None,
    };
    if constant.is_none() && problem.network().inputs() == 3 {
        return None;
    }
    let view = View::of(&samples, constant.is_some());
    let is_linear = problem.network().layers()[0].activation().is_linear();
    let lines = hyperplanes(problem, evidence, constant.unwrap_or(0.0), &view);
    let held = |place: usize| evidence.directions.iter().any(|direction| direction.pattern[place] == Sign::Zero);
    let side = 2.0 * HALF;
    Some(html! {
        figure {
            svg.samples viewBox=(format!("{} {} {side} {side}", -HALF, -HALF)) width=(side) height=(side) role="img"
                aria-labelledby="hyperplanes-title hyperplanes-description" {
                title id="hyperplanes-title" { "The samples and the directions of the KKT point" }
                desc id="hyperplanes-description" {
                    (samples.len()) " samples in the plane, marked + or − by their labels, and a line for each direction of the \
                     live units, where their preactivation is 0. An arrow points to the side where it is positive. The samples \
                     on the margin have a thick ring and a number."
                }
                @if constant.is_none() {
                    line.axis x1=(-HALF) y1="0" x2=(HALF) y2="0" {}
                    line.axis x1="0" y1=(-HALF) x2="0" y2=(HALF) {}
                }
                @for (j, line) in lines.iter().enumerate() {
                    @if let Some(drawing) = line.as_ref().and_then(|line| line.drawing(j, lines.len())) { (drawing) }
                }
                @for (place, x) in samples.iter().enumerate() {
                    @let [x, y] = view.place(x);
                    @let is_positive = problem.samples()[place].y == Label::Positive;
                    @let mark = if is_positive { "+" } else { "−" };
                    @let active = evidence.active.binary_search(&place).ok();
                    g.sample.plus[is_positive].minus[!is_positive].active[active.is_some()] {
                        title {
                            "sample " (place) ", label " (mark) "1"
                            @if let Some(active) = active {
                                ", on the margin"
                                @if held(active) && !is_linear { ", at a held kink" }
                            }
                        }
                        circle cx=(number(x)) cy=(number(y)) r="8" {}
                        text x=(number(x)) y=(number(y + 4.5)) { (mark) }
                        @if active.is_some() {
                            text.index x=(number(x + BESIDE)) y=(number(y - 0.7 * BESIDE)) { (place) }
                        }
                    }
                }
            }
            figcaption {
                "The KKT point: a line for each direction, where the preactivation of its units is 0, with an arrow to the positive \
                 side; solid where the outgoing weights are positive, dashed where they are negative. Samples with a thick ring and \
                 their number are on the margin"
                @if !is_linear { "; those on a line are held kinks" }
                "."
            }
        }
    })
}

/// The lines of the directions; nothing for one whose line is nowhere in the plane.
fn hyperplanes<F: OrderedField>(
    problem: &Problem<F>,
    evidence: &KktEnclosed<F>,
    constant: f64,
    view: &View,
) -> Vec<Option<Hyperplane>> {
    let inputs = problem.network().inputs();
    let weights = to_f64s(&problem.point().layers()[0]);
    let line = |unit: usize, sign: Label| {
        let w = &weights[unit * inputs..(unit + 1) * inputs];
        let size = w[0].hypot(w[1]);
        let offset = w.get(2).map_or(0.0, |bias| bias * constant) + w[0] * view.centre[0] + w[1] * view.centre[1];
        let line = Hyperplane { normal: [w[0] / size, -w[1] / size], offset: offset * view.scale / size, sign };
        (size > 0.0 && line.offset.is_finite()).then_some(line)
    };
    evidence.directions.iter().map(|direction| line(*direction.units.first()?, direction.sign)).collect()
}

impl View {
    /// Shows all samples; around the origin if the lines pass through it.
    fn of(samples: &[Vec<f64>], is_free: bool) -> Self {
        let range = |axis: usize| {
            let fold = samples.iter().map(|x| x[axis]);
            let (low, high) = (fold.clone().fold(f64::INFINITY, f64::min), fold.fold(f64::NEG_INFINITY, f64::max));
            if is_free { (low, high) } else { (-low.abs().max(high.abs()), low.abs().max(high.abs())) }
        };
        let (a, b) = (range(0), range(1));
        let extent = (a.1 - a.0).max(b.1 - b.0) / 2.0;
        let scale = if extent > 0.0 { 0.86 * HALF / extent } else { 1.0 };
        View { centre: [(a.0 + a.1) / 2.0, (b.0 + b.1) / 2.0], scale }
    }

    fn place(&self, x: &[f64]) -> [f64; 2] {
        [self.scale * (x[0] - self.centre[0]), -self.scale * (x[1] - self.centre[1])]
    }
}

impl Hyperplane {
    /// The line within the square, with an arrow to the positive side. The arrows of many lines stand at different places.
    fn drawing(&self, j: usize, lines: usize) -> Option<Markup> {
        let [a, b] = self.normal;
        // The points of the line are `foot + t (-b, a)`.
        let foot = [-self.offset * a, -self.offset * b];
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        for (from, along) in [(foot[0], -b), (foot[1], a)] {
            if along.abs() < 1e-12 {
                if from.abs() > HALF {
                    return None;
                }
                continue;
            }
            let ends = [(-HALF - from) / along, (HALF - from) / along];
            low = low.max(ends[0].min(ends[1]));
            high = high.min(ends[0].max(ends[1]));
        }
        if low >= high {
            return None;
        }
        let at = |t: f64| [foot[0] - t * b, foot[1] + t * a];
        let (from, to) = (at(low), at(high));
        // Near one end, so that arrows do not crowd where lines cross.
        let share = 0.06 + 0.18 * j as f64 / lines as f64;
        let root = at(low + share * (high - low));
        let tip = [root[0] + 22.0 * a, root[1] + 22.0 * b];
        let head = |side: f64| [tip[0] - 8.0 * a - side * 4.0 * b, tip[1] - 8.0 * b + side * 4.0 * a];
        let corners = [tip, head(1.0), head(-1.0)].map(|[x, y]| format!("{x:.2},{y:.2}")).join(" ");
        let is_positive = self.sign == Label::Positive;
        let class = if is_positive { "hyperplane" } else { "hyperplane negative" };
        let sign = if is_positive { "positive" } else { "negative" };
        Some(html! {
            g class=(class) {
                title { "direction " (j) ", outgoing weights " (sign) }
                line x1=(number(from[0])) y1=(number(from[1])) x2=(number(to[0])) y2=(number(to[1])) {}
                line.arrow x1=(number(root[0])) y1=(number(root[1])) x2=(number(tip[0])) y2=(number(tip[1])) {}
                polygon points=(corners) {}
                text x=(number(tip[0] + BESIDE * a)) y=(number(tip[1] + BESIDE * b + 4.0)) { (j) }
            }
        })
    }
}

fn number(value: f64) -> String {
    format!("{value:.2}")
}
