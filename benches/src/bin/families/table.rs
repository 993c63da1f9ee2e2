//! The table that is printed.

use std::collections::BTreeMap;
use std::time::Duration;

use margincert::prove::certify::{Account, Answer, Question};
use margincert_benches::median;

/// What came of one family.
pub struct Row {
    name: &'static str,
    decided: usize,
    global: usize,
    layers: usize,
    times: Vec<Duration>,
    verdicts: BTreeMap<&'static str, usize>,
}

impl Row {
    pub fn new(name: &'static str) -> Self {
        Row { name, decided: 0, global: 0, layers: 0, times: Vec::new(), verdicts: BTreeMap::new() }
    }

    /// How many questions are open: of instances, global ones, and of layers.
    pub fn open(&self) -> usize {
        3 * self.times.len() - self.decided - self.global - self.layers
    }

    pub fn add(&mut self, account: &Account, time: Duration) {
        let settled = |wanted: fn(Question) -> bool| {
            let mut steps = account.steps().iter().filter(|step| wanted(step.question));
            steps.all(|step| !matches!(step.answer, Answer::Open { .. }))
        };
        let of_layer = |question| {
            use Question::{Global, Kkt, Local};
            matches!(question, Kkt { layer: Some(_) } | Local { layer: Some(_) } | Global { layer: Some(_) })
        };
        self.decided += usize::from(account.decided());
        self.global += usize::from(settled(|question| question == Question::Global { layer: None }));
        self.layers += usize::from(settled(of_layer));
        self.times.push(time);
        *self.verdicts.entry(account.headline()).or_default() += 1;
    }
}

/// All families together.
pub struct Tally(Row);

impl Tally {
    pub fn new() -> Self {
        println!("| family | instances | decided | global | layers | median ms | longest ms |");
        println!("|---|--:|--:|--:|--:|--:|--:|");
        Tally(Row::new("all"))
    }

    pub fn add(&mut self, row: &Row) {
        print_row(row);
        self.0.decided += row.decided;
        self.0.global += row.global;
        self.0.layers += row.layers;
        self.0.times.extend(&row.times);
        row.verdicts.iter().for_each(|(verdict, count)| *self.0.verdicts.entry(verdict).or_default() += count);
    }

    pub fn print(&self, elapsed: Duration) {
        print_row(&self.0);
        println!();
        self.0.verdicts.iter().for_each(|(verdict, count)| println!("{count} {verdict}"));
        println!("{:.0} s on the clock", elapsed.as_secs_f64());
    }
}

fn print_row(row: &Row) {
    if row.times.is_empty() {
        return;
    }
    let milliseconds = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
    let longest = row.times.iter().max().copied().unwrap_or_default();
    println!(
        "| {} | {} | {} | {} | {} | {} | {} |",
        row.name,
        row.times.len(),
        row.decided,
        row.global,
        row.layers,
        milliseconds(median(row.times.clone())),
        milliseconds(longest)
    );
}
