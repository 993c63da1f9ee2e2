//! Directions of negative curvature of the Lagrangian, in floats.

use crate::prove::search::Random;
use crate::prove::wiring::Pass;

use super::ground::{Ground, Pattern};
use crate::prove::least_squares::{Cone, TOLERANCE, add, dot, norm};

/// A multiplier for each active margin and each kink of a base pattern.
#[derive(Clone, Debug)]
pub struct Multipliers {
    pub margins: Vec<f64>,
    pub kinks: Vec<Vec<f64>>,
}

impl Multipliers {
    /// A combination of several, which must be of one shape.
    pub fn combination(family: &[Multipliers], weights: &[f64]) -> Option<Multipliers> {
        let mut sum = family.first()?.clone();
        sum.entries_mut().for_each(|x| *x = 0.0);
        for (member, weight) in family.iter().zip(weights) {
            sum.entries_mut().zip(member.entries()).for_each(|(x, y)| *x += weight * y);
        }
        Some(sum)
    }

    fn entries(&self) -> impl Iterator<Item = f64> + '_ {
        self.margins.iter().chain(self.kinks.iter().flatten()).copied()
    }

    fn entries_mut(&mut self) -> impl Iterator<Item = &mut f64> {
        self.margins.iter_mut().chain(self.kinks.iter_mut().flatten())
    }
}

/// The Lagrangian's Hessian on the parameters of a mask. Kinks that are `loud` keep the side of the base pattern; the
/// others take the side to which the direction moves them.
pub struct Curvature<'g, 'a, F> {
    ground: &'g Ground<'a, F>,
    base: &'g Pattern,
    loud: &'g Pattern,
    mask: &'g [bool],
    multipliers: &'g Multipliers,
    passes: Vec<Pass<f64>>,
}

/// A direction, the pattern it moves into, and the curvature there for a direction of length 1.
#[derive(Clone, Debug)]
pub struct Direction {
    pub direction: Vec<f64>,
    pub pattern: Pattern,
    pub curvature: f64,
}

impl<'g, 'a, F: crate::prove::field::ProofField> Curvature<'g, 'a, F> {
    /// Sets up the Hessian.
    pub fn new(
        ground: &'g Ground<'a, F>,
        (base, loud): (&'g Pattern, &'g Pattern),
        mask: &'g [bool],
        multipliers: &'g Multipliers,
    ) -> Self {
        let passes = (0..ground.active.len()).map(|sample| ground.pass(sample, base)).collect();
        Curvature { ground, base, loud, mask, multipliers, passes }
    }

    /// The Hessian times the direction, and the pattern; `tie` chooses the side of a kink that the direction leaves
    /// at zero.
    pub fn apply(&self, direction: &[f64], mut tie: impl FnMut() -> bool) -> (Vec<f64>, Pattern) {
        let ground = self.ground;
        let mut product = direction.to_vec();
        let mut pattern = self.base.clone();
        let size = norm(direction);
        for (place, sample) in ground.active.iter().enumerate() {
            let (lambda, mu) = (self.multipliers.margins[place], &self.multipliers.kinks[place]);
            let mut pass = self.passes[place].clone();
            let sides = &mut pattern[place];
            let tangents = ground.wiring.tangents(&ground.floats, &mut pass, direction, |of, change| {
                let kink = sample.kinks.iter().position(|&kink| kink == of)?;
                if self.loud[place][kink] {
                    return None;
                }
                sides[kink] = if change.abs() > TOLERANCE * size { *change > 0.0 } else { tie() };
                Some(ground.side_slope(of.0, sides[kink]))
            });
            let mut subtract = |of, factor: f64| {
                if factor != 0.0 {
                    let along = (&pass, tangents.as_slice());
                    let wiring = &ground.wiring;
                    wiring.add_hessian_vector(&mut product, &ground.floats, along, direction, (of, -factor));
                }
            };
            subtract(ground.output(), lambda * sample.y);
            for ((&of, &mu), &positive) in sample.kinks.iter().zip(mu).zip(&self.base[place]) {
                subtract(of, if positive { mu } else { -mu });
            }
        }
        self.restrict(&mut product);
        (product, pattern)
    }

    fn restrict(&self, vector: &mut [f64]) {
        vector.iter_mut().zip(self.mask).filter(|(_, kept)| !**kept).for_each(|(x, _)| *x = 0.0);
    }

    /// The curvature along a direction of any length, and the pattern.
    pub fn along(&self, direction: &[f64]) -> (f64, Pattern) {
        let (product, pattern) = self.apply(direction, || false);
        (dot(direction, &product) / dot(direction, direction).max(f64::MIN_POSITIVE), pattern)
    }

    /// An upper bound, roughly, on the size of the Hessian.
    pub fn size(&self, random: &mut Random) -> f64 {
        let mut direction: Vec<f64> = self.mask.iter().map(|_| random.float()).collect();
        let mut size: f64 = 1.0;
        for _ in 0..8 {
            self.restrict(&mut direction);
            let length = norm(&direction).max(f64::MIN_POSITIVE);
            direction.iter_mut().for_each(|x| *x /= length);
            direction = self.apply(&direction, || random.coin()).0;
            size = size.max(norm(&direction));
        }
        1.2 * size
    }

    /// Goes down from a start within the cone on the sphere, by projected power iteration.
    pub fn descend(&self, cone: &Cone, start: &[f64], size: f64, tie: impl FnMut() -> bool) -> Option<Direction> {
        let mut direction = start.to_vec();
        let mut tie = tie;
        let mut last = f64::INFINITY;
        for round in 0..200 {
            self.onto_sphere(cone, &mut direction)?;
            let product = match round {
                0 => self.apply(&direction, &mut tie).0,
                _ => self.apply(&direction, || false).0,
            };
            let curvature = dot(&direction, &product);
            if round > 2 && (last - curvature).abs() < 1e-10 * size {
                break;
            }
            last = curvature;
            add(&mut direction, -1.0 / size, &product);
        }
        self.onto_sphere(cone, &mut direction)?;
        let (curvature, pattern) = self.along(&direction);
        Some(Direction { direction, pattern, curvature })
    }

    /// Moves a direction into the cone and onto the sphere; `None` if nothing of it is left.
    fn onto_sphere(&self, cone: &Cone, direction: &mut [f64]) -> Option<()> {
        self.restrict(direction);
        cone.project(direction);
        let length = norm(direction);
        if length <= TOLERANCE {
            return None;
        }
        direction.iter_mut().for_each(|x| *x /= length);
        Some(())
    }
}
