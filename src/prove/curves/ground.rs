//! What a search for curves looks at: the active samples, their kinks, and which parameters are worth moving.

use crate::kernel::exact::{OrderedField, Sign};
use crate::kernel::network::Scope;
use crate::kernel::problem::{Label, Problem, Sample};
use crate::prove::field::ProofField;
use crate::prove::wiring::{Pass, Place, Wiring};

/// For each active sample and each of its kinks, whether the unit moves to its positive side.
pub type Pattern = Vec<Vec<bool>>;

/// The point in floats and in exact numbers, with the samples that constrain it.
pub struct Ground<'a, F> {
    pub problem: &'a Problem<F>,
    pub scope: Scope,
    pub wiring: Wiring,
    pub theta: Vec<F>,
    pub floats: Vec<f64>,
    pub active: Vec<ActiveSample>,
    /// Every sample, label first.
    pub samples: Vec<(f64, Vec<f64>)>,
    /// The free parameters that some active margin or some parameter's own size depends on to first order.
    pub live: Vec<bool>,
    /// Free parameters that are zero and without effect by themselves, grouped by joint effect: the incoming and
    /// outgoing weights of a dead unit make one group.
    pub groups: Vec<Vec<usize>>,
}

/// A sample of margin 1.
pub struct ActiveSample {
    pub index: usize,
    pub y: f64,
    pub x: Vec<f64>,
    /// What the network computes at the point; at kinks the slopes mean nothing.
    pub pass: Pass<f64>,
    pub kinks: Vec<Place>,
}

impl<'a, F: ProofField> Ground<'a, F> {
    /// Looks at a problem.
    pub fn new(problem: &'a Problem<F>, scope: Scope) -> Self {
        let wiring = Wiring::new(problem.network());
        let theta = Wiring::flatten(problem.point().layers());
        let floats: Vec<f64> = theta.iter().map(F::to_f64).collect();
        let indices = (0..problem.samples().len()).filter(|&i| problem.is_active(i));
        let active: Vec<ActiveSample> = indices.map(|index| ActiveSample::new(problem, scope, index)).collect();
        let sample = |sample: &Sample<F>| (sign(sample.y), sample.x.iter().map(F::to_f64).collect());
        let samples = problem.samples().iter().map(sample).collect();
        let (live, groups) = (Vec::new(), Vec::new());
        let mut ground = Ground { problem, scope, wiring, theta, floats, active, samples, live, groups };
        ground.sort_parameters();
        ground
    }

    /// The number of layers.
    pub fn depth(&self) -> usize {
        self.wiring.depth()
    }

    /// The output unit.
    pub fn output(&self) -> Place {
        (self.depth() - 1, 0)
    }

    /// The pass of an active sample with the slopes of a pattern at its kinks.
    pub fn pass(&self, sample: usize, pattern: &Pattern) -> Pass<f64> {
        let sample_pattern = &pattern[sample];
        let sample = &self.active[sample];
        let mut pass = sample.pass.clone();
        for (&(layer, unit), &positive) in sample.kinks.iter().zip(sample_pattern) {
            pass.slopes[layer][unit] = self.side_slope(layer, positive);
        }
        pass
    }

    /// The slope on a side, as a float.
    pub fn side_slope(&self, layer: usize, positive: bool) -> f64 {
        self.wiring.slope(layer, if positive { Sign::Positive } else { Sign::Negative })
    }

    /// The same side for every kink.
    pub fn uniform(&self, positive: bool) -> Pattern {
        self.active.iter().map(|sample| vec![positive; sample.kinks.len()]).collect()
    }

    /// Finds the parameters that matter alone, and those that matter only together. Structure decides, so that no
    /// accidental cancellation hides an effect: all numbers are replaced by their sizes, and kinks let everything pass.
    fn sort_parameters(&mut self) {
        let count = self.wiring.parameters();
        let sizes: Vec<f64> = self.floats.iter().map(|v| v.abs()).collect();
        let passes: Vec<Pass<f64>> = self.active.iter().map(|sample| self.sizes_pass(sample, &sizes)).collect();
        let mut effect = vec![0.0; count];
        for pass in &passes {
            let gradient = self.wiring.gradient(&sizes, pass, self.output());
            effect.iter_mut().zip(gradient).for_each(|(e, g)| *e += g);
        }
        let mut free = vec![false; count];
        for layer in self.scope.layers(self.depth()) {
            self.wiring.range(layer).for_each(|p| free[p] = true);
        }
        self.live = (0..count).map(|p| free[p] && (sizes[p] > 0.0 || effect[p] > 0.0)).collect();
        let dead: Vec<usize> = (0..count).filter(|&p| free[p] && !self.live[p]).collect();
        // Connected components of "has a joint effect of second order".
        let mut group_of: Vec<Option<usize>> = vec![None; count];
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for &p in &dead {
            let joint = self.joint_effect(&sizes, &passes, p);
            let mut members: Vec<usize> = dead.iter().copied().filter(|&q| q == p || joint[q] > 0.0).collect();
            let mut touched: Vec<usize> = members.iter().filter_map(|&q| group_of[q]).collect();
            touched.sort_unstable();
            touched.dedup();
            let alone = members.len() == 1 && !(0..count).any(|q| self.live[q] && joint[q] > 0.0);
            if alone && touched.is_empty() {
                continue;
            }
            touched.iter().for_each(|&g| members.append(&mut groups[g]));
            members.sort_unstable();
            members.dedup();
            members.iter().for_each(|&q| group_of[q] = Some(groups.len()));
            groups.push(members);
        }
        groups.retain(|group| !group.is_empty());
        self.groups = groups;
    }

    fn sizes_pass(&self, sample: &ActiveSample, sizes: &[f64]) -> Pass<f64> {
        let x: Vec<f64> = sample.x.iter().map(|v| v.abs()).collect();
        self.wiring.forward(sizes, &x, |(layer, unit), _| match sample.kinks.contains(&(layer, unit)) {
            true => 1.0,
            false => sample.pass.slopes[layer][unit].abs(),
        })
    }

    /// The second derivatives with respect to one parameter and each other, in sizes.
    fn joint_effect(&self, sizes: &[f64], passes: &[Pass<f64>], parameter: usize) -> Vec<f64> {
        let mut direction = vec![0.0; sizes.len()];
        direction[parameter] = 1.0;
        let mut joint = vec![0.0; sizes.len()];
        for pass in passes {
            let mut pass = pass.clone();
            let tangents = self.wiring.tangents(sizes, &mut pass, &direction, |_, _| None);
            let of = (self.output(), 1.0);
            self.wiring.add_hessian_vector(&mut joint, sizes, (&pass, tangents.as_slice()), &direction, of);
        }
        joint
    }
}

impl ActiveSample {
    fn new<F: ProofField>(problem: &Problem<F>, scope: Scope, index: usize) -> Self {
        let (trace, sample) = (&problem.traces()[index], &problem.samples()[index]);
        let floats =
            |layers: &[Vec<F>]| layers.iter().map(|layer| layer.iter().map(F::to_f64).collect()).collect::<Vec<_>>();
        let pass = Pass {
            inputs: floats(&trace.inputs),
            preactivations: floats(&trace.preactivations),
            slopes: floats(&trace.slopes),
        };
        ActiveSample {
            index,
            y: sign(sample.y),
            x: pass.inputs[0].clone(),
            pass,
            kinks: problem.kinks(index, scope).into_iter().map(|kink| (kink.layer, kink.unit)).collect(),
        }
    }
}

/// The label as a number.
fn sign(label: Label) -> f64 {
    if label == Label::Positive { 1.0 } else { -1.0 }
}

/// The side as a sign.
pub fn side(positive: bool) -> Sign {
    if positive { Sign::Positive } else { Sign::Negative }
}

/// `-value` for the negative side, `value` for the positive one.
pub fn signed<F: OrderedField>(value: F, positive: bool) -> F {
    if positive { value } else { -value }
}
