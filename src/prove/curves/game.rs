//! A matrix game, solved roughly by fictitious play (Brown 1951; Robinson 1951).

/// How many rounds are played.
const ROUNDS: usize = 1000;

/// Mixed strategies of the row player, who makes the payoff small, and of the column player, who makes it great.
pub struct Strategies {
    pub rows: Vec<f64>,
    pub columns: Vec<f64>,
}

/// Plays the game. There must be at least one row and one column.
pub fn play(payoffs: &[Vec<f64>]) -> Strategies {
    let width = payoffs.first().map_or(0, Vec::len);
    let (mut rows, mut columns) = (vec![0.0; payoffs.len()], vec![0.0; width]);
    // What each pure strategy would have earned against the other player's choices so far.
    let (mut of_rows, mut of_columns) = (vec![0.0; payoffs.len()], vec![0.0; width]);
    for _ in 0..ROUNDS {
        let row = place_of_least(of_rows.iter().copied());
        rows[row] += 1.0 / ROUNDS as f64;
        of_columns.iter_mut().zip(&payoffs[row]).for_each(|(sum, payoff)| *sum += payoff);
        let column = place_of_least(of_columns.iter().map(|sum| -sum));
        columns[column] += 1.0 / ROUNDS as f64;
        of_rows.iter_mut().zip(payoffs).for_each(|(sum, payoffs)| *sum += payoffs[column]);
    }
    Strategies { rows, columns }
}

fn place_of_least(values: impl Iterator<Item = f64>) -> usize {
    values.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(place, _)| place)
}
