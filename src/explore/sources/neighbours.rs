//! Neighbours of known instances: one or two small changes, after which the point is a KKT point again.

use super::choices::Choices;
use super::constructed::{Constructed, Construction};
use super::draft::Draft;
use super::evidence;
use super::numbers::{norm_squared, positive_numbers, ratio, square_root};
use super::{shapes, slack};
use crate::explore::bounds::{ActivationKind, Bounds};
use crate::kernel::certificate::Certificate;
use crate::kernel::exact::{OrderedField, Rational};
use crate::kernel::network::{Activation, Weights};
use num_traits::Zero;

/// Neighbours of given instances within bounds, as a strategy.
///
/// A change adds a unit (dead, or half of one that is there), a sample (one that is there again, or one with room to spare)
/// or a layer, takes a sample away, swaps the activation, or moves a number of the data. Where the point is then no KKT point, or
/// the bounds are left, other changes are tried. The claims of the given instances are not looked at.
///
/// ```
/// use margincert::explore::bounds::Bounds;
/// use margincert::explore::sources::{inverse, neighbours};
///
/// let bounds = Bounds::default();
/// let known = inverse(bounds.clone()).draw(1).expect("an instance");
/// let near = neighbours(vec![known.clone()], bounds).draw(1).expect("a neighbour");
/// assert_ne!(near.problem, known.problem);
/// assert!(near.check()[0].is_ok());
/// ```
pub fn neighbours(known: Vec<Certificate<Rational>>, bounds: Bounds) -> Constructed<Neighbours> {
    Constructed::new(Neighbours { known: known.into(), bounds: bounds.normalised() })
}

/// The construction behind [`neighbours`].
#[derive(Clone, Debug)]
pub struct Neighbours {
    known: std::sync::Arc<[Certificate<Rational>]>,
    bounds: Bounds,
}

impl Construction for Neighbours {
    type Value = Certificate<Rational>;

    fn build(&self, choices: &mut Choices) -> Option<Certificate<Rational>> {
        if self.known.is_empty() || self.bounds.check().is_err() {
            return None;
        }
        let known = &choices.pick(&self.known).problem;
        let mut draft = Draft::of(known);
        for _ in 0..1 + choices.below(2) {
            self.change(&mut draft, choices)?;
        }
        let problem = draft.problem()?;
        if problem == *known || !self.bounds.admits(&problem) {
            return None;
        }
        evidence::search(problem)
    }
}

impl Neighbours {
    fn change(&self, draft: &mut Draft, choices: &mut Choices) -> Option<()> {
        match choices.below(8) {
            0 => self.repeat_sample(draft, choices),
            1 => self.add_slack_sample(draft, choices),
            2 => self.drop_sample(draft, choices),
            3 => self.move_number(draft, choices),
            4 => self.add_dead_unit(draft, choices),
            5 => self.split_unit(draft, choices),
            6 => self.add_layer(draft),
            _ => self.swap_activation(draft, choices),
        }
    }

    fn repeat_sample(&self, draft: &mut Draft, choices: &mut Choices) -> Option<()> {
        let sample = choices.pick(&draft.samples).clone();
        draft.samples.push(sample);
        Some(())
    }

    fn add_slack_sample(&self, draft: &mut Draft, choices: &mut Choices) -> Option<()> {
        let network = draft.network()?;
        draft.samples.push(slack::draw(&network, &draft.point, self.bounds.height, choices)?);
        Some(())
    }

    fn drop_sample(&self, draft: &mut Draft, choices: &mut Choices) -> Option<()> {
        let place = choices.below(draft.samples.len());
        draft.samples.remove(place);
        (!draft.samples.is_empty()).then_some(())
    }

    fn move_number(&self, draft: &mut Draft, choices: &mut Choices) -> Option<()> {
        let sample = choices.below(draft.samples.len());
        let entry = choices.below(draft.inputs);
        let size = choices.pick(&positive_numbers(self.bounds.height)).clone();
        let step = if choices.chance(1, 2) { -size } else { size };
        draft.samples[sample].x[entry] += &step;
        Some(())
    }

    /// With weights 0 on all sides; where everything is diagonal, with an input of its own.
    fn add_dead_unit(&self, draft: &mut Draft, choices: &mut Choices) -> Option<()> {
        let hidden = draft.layers.len() - 1;
        if draft.is_diagonal() {
            for l in 0..hidden {
                draft.point[l].push(Rational::zero());
            }
            draft.point[hidden].push(Rational::zero());
            draft.inputs += 1;
            for sample in &mut draft.samples {
                sample.x.push(choices.integer(self.bounds.height));
            }
            return Some(());
        }
        draft.insert_unit(choices.below(hidden), None)
    }

    /// Replaces a unit by two that do the same together: with incoming weights `w` and outgoing weights `v` it becomes the pair
    /// `(a w, a v)`, `(b w, b v)` with `a^2 + b^2 = 1`.
    fn split_unit(&self, draft: &mut Draft, choices: &mut Choices) -> Option<()> {
        let layer = choices.below(draft.layers.len() - 1);
        let Weights::Dense { outputs } = draft.layers[layer].0 else { return None };
        let unit = choices.below(outputs);
        let (a, b) = *choices.pick(&[(3, 4), (4, 3)]);
        draft.insert_unit(layer, Some((unit, ratio(a, 5), ratio(b, 5))))
    }

    /// After the last layer, which becomes a hidden one of one unit; where everything is diagonal, before it. Each layer of a
    /// KKT point has the same norm, so that the new weights and the scale of the data are given.
    fn add_layer(&self, draft: &mut Draft) -> Option<()> {
        let hidden = draft.layers.len() - 1;
        let activation = draft.layers[0].1.clone();
        if draft.is_diagonal() {
            let sizes: Vec<Rational> = draft.point[hidden].iter().map(Rational::abs).collect();
            for sample in &mut draft.samples {
                for (entry, size) in sample.x.iter_mut().zip(&sizes) {
                    size.reciprocal().iter().for_each(|inverse| *entry *= inverse);
                }
            }
            draft.layers.insert(hidden, (Weights::Diagonal, activation));
            draft.point.insert(hidden, sizes);
            return Some(());
        }
        let weight = square_root(&norm_squared(draft.point[hidden].iter()))?;
        let inverse = weight.reciprocal()?;
        draft.samples.iter_mut().flat_map(|sample| &mut sample.x).for_each(|entry| *entry *= &inverse);
        draft.layers[hidden].1 = activation;
        draft.layers.push((Weights::Dense { outputs: 1 }, Activation::Linear));
        draft.point.push(vec![weight]);
        Some(())
    }

    fn swap_activation(&self, draft: &mut Draft, choices: &mut Choices) -> Option<()> {
        let activations = shapes::activations(&self.bounds);
        if activations.is_empty() {
            return None;
        }
        let activation = choices.pick(&activations).clone();
        let hidden = draft.layers.len() - 1;
        let may_differ = hidden > 1 && self.bounds.activations.contains(&ActivationKind::Mixed);
        let layers = match choices.chance(usize::from(may_differ), 2) {
            true => {
                let layer = choices.below(hidden);
                layer..layer + 1
            }
            false => 0..hidden,
        };
        draft.layers[layers].iter_mut().for_each(|layer| layer.1 = activation.clone());
        Some(())
    }
}
