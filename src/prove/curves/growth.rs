//! Dead units that can grow, in exact numbers: floats do not see a gain of one part in a billion.
//!
//! Let a unit read `h_i` and feed one unit, on whose preactivation the weighted margins depend by `beta_i`, its weights `w` and `v` being 0.
//! Along `(w, v) t` the Lagrangian falls at second order if `|w|^2 + v^2 < 2 v g(w)`, with `g(w) = sum beta_i act(w . h_i)`; for the best `v`
//! if `|w| < |g(w)|`. On the side of each sample where `w` lies, `g` has the gradient `sum beta_i slope_i h_i`, and going
//! there again and again ends, where it ends, at a `w` with `g(w) = |w|^2`: a gain if `|w| > 1`.

use crate::kernel::check::Kkt;
use crate::kernel::exact::Sign;
use crate::kernel::network::{Connection, output_derivatives};
use crate::prove::field::ProofField;
use crate::prove::linear_algebra::dot;
use crate::prove::search::Search;

use super::Best;
use super::cell::Cell;
use super::ground::{Ground, Pattern, signed};

/// How many units and units that they feed are looked at.
const PLACES: usize = 8;
/// How often a direction is replaced by the gradient there.
const STEPS: usize = 12;
/// How many random starts there are beside the samples.
const STARTS: usize = 8;
/// The tolerances with which directions are rounded, as powers of 1/10.
const DIGITS: [i32; 6] = [2, 4, 6, 8, 11, 14];

/// Looks for dead units that gain by growing, with the multipliers of the KKT evidence.
pub fn search<F: ProofField>(ground: &Ground<'_, F>, kkt: &Kkt<F>, best: &mut Best<F>, search: &mut Search) {
    let layers = ground.problem.network().layers();
    let point = ground.problem.point().layers();
    let is_zero = |layer: usize, row: &[Connection]| row.iter().all(|c| point[layer][c.parameter].is_zero());
    let mut tried = 0;
    for layer in 0..layers.len().saturating_sub(1) {
        let next = &layers[layer + 1];
        for unit in 0..layers[layer].outputs() {
            let (row, column) = (&layers[layer].incoming()[unit], &next.outgoing()[unit]);
            if layers[layer].activation().is_linear() || !is_zero(layer, row) || !is_zero(layer + 1, column) {
                continue;
            }
            for &into in column {
                let place = Place { ground, layer, unit, into };
                if place.grow(kkt, best, search) || search.check().is_err() || tried >= PLACES {
                    return;
                }
                tried += 1;
            }
            // Dead units of a layer are alike where they read and feed alike.
            if layers[layer].is_dense() && next.is_dense() {
                break;
            }
        }
    }
}

/// A dead unit, and a unit that it feeds.
struct Place<'g, 'a, F> {
    ground: &'g Ground<'a, F>,
    layer: usize,
    unit: usize,
    into: Connection,
}

/// What the unit reads of an active sample, parameter by parameter, and how the weighted margins depend on what it feeds.
struct Reading<F> {
    h: Vec<F>,
    beta: F,
}

impl<F: ProofField> Place<'_, '_, F> {
    fn grow(&self, kkt: &Kkt<F>, best: &mut Best<F>, search: &mut Search) -> bool {
        let readings = self.readings(kkt);
        let mut starts: Vec<Vec<F>> = readings.iter().map(|reading| reading.h.clone()).collect();
        let width = readings.first().map_or(0, |reading| reading.h.len());
        for _ in 0..STARTS {
            starts.push((0..width).map(|_| F::integer(search.random().integer(100))).collect());
        }
        let mut seen: Vec<Vec<F>> = Vec::new();
        for positive in [true, false] {
            for start in &starts {
                if search.check().is_err() {
                    return false;
                }
                let Some(w) = self.settle(&readings, positive, start.clone()) else { continue };
                if seen.contains(&w) {
                    continue;
                }
                seen.push(w.clone());
                let (w, v) = self.shortened(&readings, positive, w);
                let accepted = best.accepted;
                self.complete(&readings, &w, v, best, search);
                if best.accepted > accepted {
                    return true;
                }
            }
        }
        false
    }

    fn readings(&self, kkt: &Kkt<F>) -> Vec<Reading<F>> {
        let (problem, network) = (self.ground.problem, self.ground.problem.network());
        let reading = |index: usize| {
            let (sample, trace) = (&problem.samples()[index], &problem.traces()[index]);
            let seed = sample.y.times(kkt.multipliers[index].clone());
            let derivatives = output_derivatives(network, problem.point().layers(), &trace.slopes, seed, 0);
            let mut h = vec![F::zero(); network.layers()[self.layer].parameters()];
            for connection in &network.layers()[self.layer].incoming()[self.unit] {
                let input = &trace.inputs[self.layer][connection.unit];
                h[connection.parameter] = h[connection.parameter].clone() + input;
            }
            Reading { h, beta: derivatives[self.layer + 1][self.into.unit].clone() }
        };
        self.ground.active.iter().map(|sample| reading(sample.index)).collect()
    }

    /// `+-sum beta_i slope_i h_i`, the gradient of `+-g` where `w` lies.
    fn gradient(&self, readings: &[Reading<F>], positive: bool, w: &[F]) -> Vec<F> {
        let activation = self.ground.problem.network().layers()[self.layer].activation();
        let mut sum = vec![F::zero(); w.len()];
        for Reading { h, beta } in readings {
            let factor = signed(beta.clone() * &activation.slope(dot(h, w).sign()), positive);
            sum.iter_mut().zip(h).for_each(|(s, x)| s.add_product(&factor, x));
        }
        sum
    }

    /// A direction of gain that is its own gradient, if going on from a start comes to one.
    fn settle(&self, readings: &[Reading<F>], positive: bool, start: Vec<F>) -> Option<Vec<F>> {
        let mut w = start;
        for _ in 0..STEPS {
            let next = self.gradient(readings, positive, &w);
            if next == w {
                return (dot(&w, &w) > F::one()).then_some(w);
            }
            w = next;
        }
        None
    }

    /// Short numbers near a direction of gain, with the outgoing weight, that gain as well.
    fn shortened(&self, readings: &[Reading<F>], positive: bool, w: Vec<F>) -> (Vec<F>, F) {
        let gain = |w: &[F]| dot(&self.gradient(readings, positive, w), w);
        for digits in DIGITS {
            let tolerance = 10f64.powi(-digits);
            let near = |value: &F| if value.is_zero() { Some(F::zero()) } else { F::near(value.to_f64(), tolerance) };
            let Some(short) = w.iter().map(near).collect::<Option<Vec<F>>>() else { continue };
            let g = gain(&short);
            let Some(v) = near(&g) else { continue };
            let spent = dot(&short, &short) + &(v.clone() * &v);
            if spent < v.clone() * &g + &(v.clone() * &g) {
                return (short, signed(v, positive));
            }
        }
        let v = signed(gain(&w), positive);
        (w, v)
    }

    /// Looks for what repays a curve that begins in the direction.
    fn complete(&self, readings: &[Reading<F>], w: &[F], v: F, best: &mut Best<F>, search: &Search) {
        let ground = self.ground;
        let mut direction = vec![F::zero(); ground.theta.len()];
        let mut mask = ground.live.clone();
        let hidden = ground.wiring.range(self.layer).start;
        for connection in &ground.problem.network().layers()[self.layer].incoming()[self.unit] {
            direction[hidden + connection.parameter] = w[connection.parameter].clone();
            mask[hidden + connection.parameter] = true;
        }
        let outgoing = ground.wiring.range(self.layer + 1).start + self.into.parameter;
        direction[outgoing] = v;
        mask[outgoing] = true;
        let side = |place: usize, kink: (usize, usize)| {
            kink == (self.layer, self.unit) && dot(&readings[place].h, w).sign() == Sign::Positive
        };
        let sides = ground.active.iter().enumerate();
        let pattern: Pattern =
            sides.map(|(place, sample)| sample.kinks.iter().map(|kink| side(place, *kink)).collect()).collect();
        let cell = Cell::new(ground, &pattern, &mask);
        best.complete(ground, &cell, std::slice::from_ref(&direction), search);
    }
}
