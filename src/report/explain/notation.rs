//! The names that explanations use.

use crate::kernel::exact::OrderedField;
use crate::kernel::network::{Layer, Scope, Weights};
use crate::report::formula::{Formula, Operator, integer, letter, name, row};

/// The point.
pub fn point() -> Formula {
    name(r"\tilde\theta", "θ̃")
}

/// The point, or the layer of it that is free.
pub fn free_point(scope: Scope) -> Formula {
    match scope {
        Scope::All => point(),
        Scope::Layer(layer) => point().sub(integer(layer)),
    }
}

/// A sum over the samples, with index `i`.
pub fn sum(terms: impl IntoIterator<Item = Formula>) -> Formula {
    row(std::iter::once(name(r"\textstyle\sum", "Σ").sub(letter("i"))).chain(terms))
}

/// A letter with the index `i`.
pub fn of_sample(base: &str) -> Formula {
    letter(base).sub(letter("i"))
}

/// The multiplier of sample `i`.
pub fn lambda() -> Formula {
    name(r"\lambda", "λ").sub(letter("i"))
}

/// The network's output at these parameters, on this input.
pub fn output(parameters: Formula, input: Formula) -> Formula {
    let arguments = row([parameters, Formula::Operator(Operator::Semicolon), input]);
    row([name(r"\Phi", "Φ"), arguments.paren()])
}

/// A parameter vector.
pub fn theta() -> Formula {
    name(r"\theta", "θ")
}

/// The point of a curve at `t`.
pub fn theta_of(variable: &str) -> Formula {
    row([theta(), letter(variable).paren()])
}

/// A multiplier of the problem.
pub fn multiplier(sample: usize) -> Formula {
    name(r"\lambda", "λ").sub(integer(sample))
}

/// A dual variable of a support vector machine or of a cell.
pub fn mu(sample: usize) -> Formula {
    name(r"\mu", "μ").sub(integer(sample))
}

/// A sample's input.
pub fn input(sample: usize) -> Formula {
    letter("x").sub(integer(sample))
}

/// A sample's label.
pub fn label(sample: usize) -> Formula {
    letter("y").sub(integer(sample))
}

/// A sample's margin.
pub fn margin(sample: usize) -> Formula {
    letter("m").sub(integer(sample))
}

/// A sample's gradient, or the element of its Clarke subdifferential.
pub fn gradient(sample: usize) -> Formula {
    letter("g").sub(integer(sample))
}

/// A unit's preactivation.
pub fn preactivation(layer: usize, unit: usize) -> Formula {
    letter("z").sub(indices(&[layer, unit]))
}

/// A layer's weights, or the vector of all parameters.
pub fn free_parameters(scope: Scope) -> Formula {
    match scope {
        Scope::All => theta(),
        Scope::Layer(layer) => theta().sub(integer(layer)),
    }
}

/// Indices next to one another, with commas where they would be misread.
pub fn indices(numbers: &[usize]) -> Formula {
    if numbers.iter().all(|number| *number < 10) {
        return Formula::Integer(numbers.iter().map(usize::to_string).collect());
    }
    let comma = || Formula::Operator(Operator::Comma);
    let parts = numbers.iter().enumerate().flat_map(|(k, number)| {
        let separator = (k > 0).then(comma);
        separator.into_iter().chain([integer(*number)])
    });
    row(parts)
}

/// A parameter: `w` with the layer, and then unit and input (dense), unit (diagonal), filter and place (convolution) or the
/// parameter's index (template).
pub fn parameter<F: OrderedField>(layer: usize, shape: &Layer<F>, index: usize) -> Formula {
    let place = match shape.weights() {
        Weights::Dense { .. } => vec![layer, index / shape.inputs(), index % shape.inputs()],
        Weights::Convolution { patches, .. } => {
            let length = patches.first().map_or(1, Vec::len).max(1);
            vec![layer, index / length, index % length]
        }
        Weights::Diagonal | Weights::Template { .. } => vec![layer, index],
    };
    letter("w").sub(indices(&place))
}
