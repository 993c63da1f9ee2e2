//! How wide bounds may be, so that an instance is drawn in seconds and a run stays below some hundred megabytes.

use super::{Architecture, Bounds};
use crate::explore::hunt::DRAWS;
use crate::kernel::network::MAX_LAYERS;

/// The most connections of a network. The prover's matrices have so many rows and columns.
pub const MAX_CONNECTIONS: usize = 2048;
/// The most inputs. All convolutions over them are gone through, and names do not depend on their order.
pub const MAX_INPUTS: usize = 128;
/// The most numbers of a dataset: inputs times samples. They are solved for together, by exact elimination.
pub const MAX_DATA: usize = 1024;
/// The greatest height. All rationals up to it are listed.
pub const MAX_HEIGHT: u32 = 100;

/// Bounds that let an instance become so large that drawing it would take minutes, or all memory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooWide {
    /// Connections.
    #[error(
        "the bounds are too wide: a network may have {0} connections, and {MAX_CONNECTIONS} is the most that can be searched; lower the upper bound of width, depth or inputs"
    )]
    Connections(usize),
    /// Layers: the bounds have none that are possible.
    #[error("no network has {0} layers or more: {MAX_LAYERS} is the most that the format allows")]
    Depth(usize),
    /// Inputs.
    #[error(
        "the bounds are too wide: a sample may have {0} inputs, and {MAX_INPUTS} is the most that can be searched; lower the upper bound of inputs"
    )]
    Inputs(usize),
    /// Numbers of the data.
    #[error(
        "the bounds are too wide: samples times inputs may be {0}, and {MAX_DATA} is the most that can be searched; lower the upper bound of samples or inputs"
    )]
    Data(usize),
    /// Numerators and denominators.
    #[error("the bounds are too wide: the height is {0}, and {MAX_HEIGHT} is the most that can be searched; lower it")]
    Height(u32),
}

impl Bounds {
    /// Whether instances within the bounds can be drawn. Where sizes are too large the sources draw none, and they choose no number that is higher
    /// than [`MAX_HEIGHT`]. A census has limits of its own.
    ///
    /// ```
    /// use margincert::explore::bounds::{Bounds, TooWide};
    ///
    /// assert_eq!(Bounds::default().check(), Ok(()));
    /// assert_eq!(Bounds { samples: 1..=1000, ..Bounds::default() }.check(), Err(TooWide::Data(4000)));
    /// ```
    ///
    /// # Errors
    /// [`TooWide`], with what may become too large.
    pub fn check(&self) -> Result<(), TooWide> {
        let data = self.inputs.end().saturating_mul(*self.samples.end());
        let connections = self.max_parameters();
        if *self.depth.start() > MAX_LAYERS {
            Err(TooWide::Depth(*self.depth.start()))
        } else if self.height > MAX_HEIGHT {
            Err(TooWide::Height(self.height))
        } else if *self.inputs.end() > MAX_INPUTS {
            Err(TooWide::Inputs(*self.inputs.end()))
        } else if data > MAX_DATA {
            Err(TooWide::Data(data))
        } else if connections > MAX_CONNECTIONS {
            Err(TooWide::Connections(connections))
        } else {
            Ok(())
        }
    }

    /// How many instances a unit of work should draw within these bounds, so that one is seldom longer than some seconds.
    pub fn draws(&self) -> u32 {
        fewer(DRAWS, self.max_parameters())
    }

    /// No network within the bounds has more parameters.
    pub fn max_parameters(&self) -> usize {
        self.architectures.iter().map(|kind| self.connections(*kind)).max().unwrap_or(0)
    }

    /// The connections of the largest network, if it is wired so.
    fn connections(&self, kind: Architecture) -> usize {
        let (inputs, width, depth) = (*self.inputs.end(), *self.width.end(), *self.depth.end());
        match kind {
            Architecture::Diagonal => depth.saturating_mul(inputs.min(width)),
            // As if every layer were dense: the others have no more.
            Architecture::Dense | Architecture::Sparse | Architecture::Convolution => {
                let hidden = depth.saturating_sub(2).saturating_mul(width).saturating_mul(width);
                inputs.saturating_mul(width).saturating_add(hidden).saturating_add(width)
            }
        }
    }
}

/// So many of what is done to instances, or fewer to large ones: most of it takes about the third power of the number of parameters. At least 1.
pub(in crate::explore) fn fewer(count: u32, parameters: usize) -> u32 {
    let cube = |size: usize| u64::try_from(size).map_or(u64::MAX, |size| size.saturating_pow(3));
    let small = cube(Bounds::default().max_parameters());
    let most = u64::from(count) * small / cube(parameters).max(small);
    u32::try_from(most).unwrap_or(count).max(1)
}
