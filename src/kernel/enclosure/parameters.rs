//! The equations of a KKT point of a network of any depth, in its parameters.

use super::{Dual, Equations, Interval};
use crate::kernel::exact::{OrderedField, Rational, Sign, charge, cost, is_faulted};
use crate::kernel::network::{Connection, Network};
use crate::kernel::problem::Label;

/// The system for the *free* parameters `theta_p`, the multipliers `lambda_i` of the active samples, and the slope `s_k` of each held
/// kink, in this order; all other parameters are 0. Kinks are ordered by sample, layer and unit. With `Phi_i` what the network computes
/// on sample `i` if each hidden unit multiplies its preactivation by its slope, the equations are, in this order,
///
/// - `theta_p - sum_i lambda_i y_i dPhi_i/dtheta_p = 0` for each free parameter,
/// - `y_i Phi_i - 1 = 0` for each active sample, where a held kink passes 0 on,
/// - the preactivation at each held kink, where lower ones pass 0 on, is 0.
///
/// In the derivatives too what a held kink passes on is 0, and its slope `s_k` occurs only in what passes through it backwards.
#[derive(Clone, Debug)]
pub struct ParameterSystem<'a, F> {
    network: &'a Network<F>,
    /// The active samples.
    samples: Vec<(Vec<Interval>, Label)>,
    /// Whether a parameter is free, by layer.
    free: Vec<Vec<bool>>,
    /// The sign of each preactivation, by active sample, hidden layer and unit: zero where the kink is held.
    patterns: Vec<Vec<Vec<Option<Sign>>>>,
    /// The slopes of each layer's activation, for negative and for positive preactivations.
    sides: Vec<[Interval; 2]>,
    /// Whether held kinks pass on their slope times the preactivation, and not 0.
    is_linearised: bool,
}

/// What a network computes on an active sample, forwards and backwards.
#[derive(Clone, Debug)]
pub struct Pass {
    /// `inputs[l]`: what layer `l` reads.
    pub inputs: Vec<Vec<Dual>>,
    /// `preactivations[l]`: what its units compute.
    pub preactivations: Vec<Vec<Dual>>,
    /// `slopes[l]`: the slopes of its units; 1 in the last layer.
    pub slopes: Vec<Vec<Dual>>,
    /// `by_output[l]`: the derivative of the network's output by what each unit of layer `l` passes on.
    pub by_output: Vec<Vec<Dual>>,
}

impl Pass {
    /// The derivative of the network's output by the preactivation of a unit.
    pub fn by_preactivation(&self, layer: usize, unit: usize) -> Dual {
        self.slopes[layer][unit].times(&self.by_output[layer][unit])
    }
}

impl<'a, F: OrderedField> ParameterSystem<'a, F> {
    /// The system of some active samples. `free` has the shape of the network's parameters, `patterns` one list a sample, with a list
    /// for each hidden layer and a sign for each of its units; without one it has the slope for negative ones. `sides` has the slopes of
    /// each layer's activation.
    pub fn new(
        network: &'a Network<F>,
        samples: Vec<(Vec<Interval>, Label)>,
        free: Vec<Vec<bool>>,
        patterns: Vec<Vec<Vec<Option<Sign>>>>,
        sides: &[[Rational; 2]],
    ) -> Self {
        let sides = sides.iter().map(|sides| sides.each_ref().map(Interval::of)).collect();
        let system = ParameterSystem { network, samples, free, patterns, sides, is_linearised: false };
        system.charge_for_passes();
        system
    }

    /// What is kept of each pass, for each unit: four numbers with their derivatives.
    fn charge_for_passes(&self) {
        charge(8 * cost::INTERVAL * self.samples.len() as u64 * units(self.network));
    }

    /// The same with held kinks that pass on their slope times the preactivation, and with these parameters free. Its
    /// derivative by the parameters is the Hessian of the Lagrangian `1/2||theta||^2 - sum_i lambda_i (y_i Psi_i - 1)`, then the gradients of
    /// `y_i Psi_i` and of the held kinks' preactivations; `Psi_i` is the output if every unit multiplies by its slope.
    pub fn linearised(&self, free: Vec<Vec<bool>>) -> Self {
        self.charge_for_passes();
        ParameterSystem { free, is_linearised: true, ..self.clone() }
    }

    /// The parameters, the multipliers, and the slopes of held kinks, of all unknowns.
    pub fn parts<T: Clone>(&self, unknowns: &[T], zero: &T) -> (Vec<Vec<T>>, Vec<T>, Vec<T>) {
        let mut unknowns = unknowns.iter().cloned();
        let mut next = |free: &bool| if *free { unknowns.next() } else { None }.unwrap_or_else(|| zero.clone());
        let parameters = self.free.iter().map(|layer| layer.iter().map(&mut next).collect()).collect();
        let multipliers = self.samples.iter().map(|_| next(&true)).collect();
        (parameters, multipliers, unknowns.collect())
    }

    /// The unknowns, of all parameters, the multipliers, and the slopes of held kinks.
    pub fn unknowns<T: Clone>(&self, parameters: &[Vec<T>], multipliers: &[T], held: &[T]) -> Vec<T> {
        let free = parameters.iter().flatten().zip(self.free.iter().flatten()).filter(|(_, free)| **free);
        free.map(|(parameter, _)| parameter).chain(multipliers).chain(held).cloned().collect()
    }

    /// What the network computes on each active sample. All of them, unless the budget of work ends meanwhile.
    pub fn passes(&self, parameters: &[Vec<Dual>], held: &[Dual]) -> Vec<Pass> {
        let mut held = held.iter();
        let samples = self.samples.iter().zip(&self.patterns).take_while(|_| !is_faulted());
        samples.map(|((x, _), pattern)| self.pass(parameters, x, pattern, &mut held)).collect()
    }

    fn pass<'b>(
        &self,
        parameters: &[Vec<Dual>],
        x: &[Interval],
        pattern: &[Vec<Option<Sign>>],
        held: &mut impl Iterator<Item = &'b Dual>,
    ) -> Pass {
        charge(cost::UNIT * units(self.network));
        let layers = self.network.layers();
        let mut pass = Pass { inputs: vec![], preactivations: vec![], slopes: vec![], by_output: vec![] };
        let mut inputs: Vec<Dual> = x.iter().cloned().map(Dual::constant).collect();
        for (l, (layer, weights)) in layers.iter().zip(parameters).enumerate() {
            let pair = |connection: &'a Connection| (&weights[connection.parameter], &inputs[connection.unit]);
            let row = |row: &'a Vec<Connection>| Dual::dot(row.iter().map(pair));
            let preactivations: Vec<Dual> = layer.incoming().iter().map(row).collect();
            let (mut slopes, mut outputs) = (Vec::new(), Vec::new());
            for (unit, preactivation) in preactivations.iter().enumerate() {
                let side = pattern.get(l).and_then(|units| units[unit]);
                let is_held = side == Some(Sign::Zero);
                let given = || Dual::constant(self.sides[l][usize::from(side == Some(Sign::Positive))].clone());
                let slope = if is_held { held.next().cloned().unwrap_or_else(Dual::zero) } else { given() };
                let passes = !is_held || self.is_linearised;
                outputs.push(if passes { slope.times(preactivation) } else { Dual::zero() });
                slopes.push(slope);
            }
            pass.inputs.push(std::mem::replace(&mut inputs, outputs));
            pass.preactivations.push(preactivations);
            pass.slopes.push(slopes);
        }
        let mut above = vec![Dual::one()];
        for (l, layer) in layers.iter().enumerate().rev() {
            pass.by_output.insert(0, above);
            let by = pass.slopes[l].iter().zip(&pass.by_output[0]).map(|(slope, by)| slope.times(by));
            let by: Vec<Dual> = by.collect();
            let pair = |connection: &'a Connection| (&parameters[l][connection.parameter], &by[connection.unit]);
            let row = |row: &'a Vec<Connection>| Dual::dot(row.iter().map(pair));
            above = layer.outgoing().iter().map(row).collect();
        }
        pass
    }

    /// `theta_p - sum_i lambda_i y_i dPhi_i/dtheta_p` for every parameter, free or not.
    pub fn residuals(&self, parameters: &[Vec<Dual>], multipliers: &[Dual], passes: &[Pass]) -> Vec<Vec<Dual>> {
        let mut residuals = parameters.to_vec();
        for (l, layer) in self.network.layers().iter().enumerate() {
            charge(cost::CONNECTION * layer.connection_count() as u64);
            for (unit, row) in layer.incoming().iter().enumerate() {
                if is_faulted() {
                    return residuals;
                }
                let weights = multipliers.iter().zip(&self.samples).zip(passes);
                let weights: Vec<Dual> = weights
                    .map(|((lambda, (_, y)), pass)| signed(*y, &lambda.times(&pass.by_preactivation(l, unit))))
                    .collect();
                for connection in row {
                    let read = passes.iter().map(|pass| &pass.inputs[l][connection.unit]);
                    let residual = &mut residuals[l][connection.parameter];
                    *residual = residual.minus(&Dual::dot(weights.iter().zip(read)));
                }
            }
        }
        residuals
    }
}

impl<F: OrderedField> Equations for ParameterSystem<'_, F> {
    fn left_sides(&self, unknowns: &[Dual]) -> Vec<Dual> {
        let (parameters, multipliers, held) = self.parts(unknowns, &Dual::zero());
        let passes = self.passes(&parameters, &held);
        if is_faulted() {
            return Vec::new();
        }
        let residuals = self.residuals(&parameters, &multipliers, &passes);
        let is_free = self.free.iter().flatten();
        let mut equations: Vec<Dual> =
            residuals.into_iter().flatten().zip(is_free).filter(|(_, free)| **free).map(|(left, _)| left).collect();
        for ((_, y), pass) in self.samples.iter().zip(&passes) {
            let output = pass.preactivations.last().and_then(|last| last.first()).cloned().unwrap_or_else(Dual::zero);
            equations.push(signed(*y, &output).minus(&Dual::one()));
        }
        for (pattern, pass) in self.patterns.iter().zip(&passes) {
            let units = pattern.iter().flatten().zip(pass.preactivations.iter().flatten());
            equations.extend(units.filter(|(side, _)| **side == Some(Sign::Zero)).map(|(_, left)| left.clone()));
        }
        equations
    }
}

fn units<F: OrderedField>(network: &Network<F>) -> u64 {
    network.layers().iter().map(|layer| layer.inputs() + layer.outputs()).sum::<usize>() as u64
}

fn signed(y: Label, value: &Dual) -> Dual {
    if y == Label::Positive { value.clone() } else { value.negated() }
}
