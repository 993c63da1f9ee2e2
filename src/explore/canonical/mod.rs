//! One name for an instance and everything that differs from it by a symmetry.
//!
//! A symmetry renames and turns things so that the conditions `y Phi(theta; x) >= 1` remain the same conditions, on the same parameters with other names and
//! signs. Then every claim about the point remains as true or false as it was, and so does what the language of conjectures says. These are all of them
//! that permute and change signs whatever the numbers are, unless a leaky layer has slope 1 or -1, whose further ones are not counted:
//!
//! - the order of samples, of inputs, and of the hidden units of a layer;
//! - the sign of an input, with the weights that read it;
//! - the sign of a linear hidden unit, with its incoming and outgoing weights: `-z` is what it makes of `-z`. No other unit has this symmetry: a
//!   leaky one of slope 1 is not counted as linear anywhere;
//! - the sign of the output, with the last layer and all labels;
//! - of each sample by itself: `(x, y)` and `(-x, -y)`, if all hidden layers are linear. Then `Phi(theta; -x) = -Phi(theta; x)`. A ReLU or a leaky layer breaks this for
//!   every wiring: where inputs and weights are positive, every preactivation changes its sign with `x`, and the slopes change with it. For such networks all
//!   samples may be turned at once, which is the symmetry of all inputs and the output together.
//!
//! A diagonal layer ties units to inputs, a filter ties them to one another, and what a shared parameter reads can only be turned together: only what leaves the
//! list of connections one of the same network is a symmetry. How connections are written down does not count, so a diagonal layer is the template that
//! has its connections. It does count whether a layer is written as dense or as a convolution, which the language tells apart.
//!
//! The instance becomes a relational structure in which symmetries are the isomorphisms: see `structure.rs`. Its canonical labelling is found
//! by colour refinement, individualisation and backtracking, pruned by the automorphisms met on the way (McKay and Piperno, *Practical graph
//! isomorphism, II*, 2014). The structure so labelled, written down, is the canonical form; its hash is the content id.

mod label;
mod structure;

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::kernel::certificate::Certificate;
use crate::kernel::exact::Rational;
use crate::kernel::problem::Problem;

pub use label::{MAX_LEAVES, MAX_LOOKS};
use structure::Structure;

/// The most numbers and connections of which the symmetries are looked for: the lists for them take a kilobyte each.
pub const MAX_SIZE: u64 = 100_000;

/// A name for the content of an instance: network, data and point, up to symmetry. Claims and title do not count.
///
/// It is the first half of the SHA-256 hash of the canonical form, printed as 32 hexadecimal digits.
///
/// ```
/// use margincert::explore::canonical::ContentId;
/// use margincert::kernel::certificate::Document;
///
/// let instance = |x: &str, w: &str, v: &str| {
///     let text = format!(r#"{{
///         "format": "margincert/1",
///         "network": {{"inputs": 2, "layers": [
///             {{"weights": "dense", "outputs": 2, "activation": "relu"}},
///             {{"weights": "dense", "outputs": 1, "activation": "linear"}}
///         ]}},
///         "data": [{{"x": {x}, "y": 1}}],
///         "point": [{w}, {v}]
///     }}"#);
///     match Document::parse(&text) {
///         Ok(Document::Rational(instance)) => ContentId::of(&instance.problem),
///         other => panic!("{other:?}"),
///     }
/// };
/// let id = instance("[1, 2]", "[3, 4, 5, 6]", "[7, 8]");
/// // Hidden units and inputs swapped, the sign of an input flipped.
/// assert_eq!(id, instance("[2, -1]", "[6, -5, 4, -3]", "[8, 7]"));
/// // The sign of a ReLU unit cannot be.
/// assert_ne!(id, instance("[1, 2]", "[-3, -4, 5, 6]", "[-7, 8]"));
/// assert_ne!(id, instance("[1, 2]", "[3, 4, 5, 6]", "[8, 7]"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId([u8; 16]);

impl ContentId {
    /// The id of an instance.
    ///
    /// Exact for every instance whose search tree has at most [`MAX_LEAVES`] leaves, which the automorphisms keep small, and takes at most
    /// [`MAX_LOOKS`] looks at places in its lists, if it has at most [`MAX_SIZE`] numbers and connections. Beyond, it is still an id of
    /// this instance alone, but a symmetric copy may have another one. Once the work that asks for it is halted it is no id of anything.
    pub fn of(problem: &Problem<Rational>) -> Self {
        Self::hash(&form(problem).0)
    }

    /// The id of an instance, if it is exact: no instance that is equal up to symmetry has another.
    pub fn exact(problem: &Problem<Rational>) -> Option<Self> {
        let (form, is_exact) = form(problem);
        is_exact.then(|| Self::hash(&form))
    }

    fn hash(form: &str) -> Self {
        let hash = Sha256::digest(form.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        ContentId(id)
    }
}

/// The canonical form as text, equal for two instances only if a symmetry takes one to the other, and whether it is that of every
/// symmetric copy.
fn form(problem: &Problem<Rational>) -> (String, bool) {
    if problem.size() > MAX_SIZE {
        let instance = Certificate::instance(None, problem.clone());
        return (instance.to_text(), false);
    }
    let structure = Structure::of(problem);
    let (tuples, is_exact) = label::canonical(&structure);
    (structure.write(&tuples), is_exact)
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentId({self})")
    }
}

/// A text that is no content id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a content id has 32 hexadecimal digits")]
pub struct NoContentId;

impl FromStr for ContentId {
    type Err = NoContentId;

    fn from_str(text: &str) -> Result<Self, NoContentId> {
        let mut id = [0; 16];
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
            return Err(NoContentId);
        }
        for (byte, place) in id.iter_mut().zip((0..32).step_by(2)) {
            *byte = u8::from_str_radix(&text[place..place + 2], 16).map_err(|_| NoContentId)?;
        }
        Ok(ContentId(id))
    }
}
