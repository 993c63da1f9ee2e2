//! A bar while the run goes on and a short report at its end, for people.

use std::time::Duration;

use super::{Refusal, Settled, Task, resume, tally::Tally};
use crate::cli::Failure;
use crate::cli::output::{Colour, Output, Printable, diagnose};
use crate::cli::progress::Progress;
use crate::explore::conjecture::Conjecture;
use crate::explore::database::{Database, Summary};
use crate::explore::run::{Ended, Event, Outcome};

/// Of the counterexamples so many are listed.
const SHOWN: usize = 10;

/// The language of conjectures.
const LANGUAGE: &str = "\
A conjecture is a formula of facts about a network, its samples and a point,
claimed of every instance:

  kkt & nonzero_inputs & depth == 2 -> local_optimum

Connectives, tightest first:  !   &   |   ->   and parentheses.

Facts:
  feasible               every margin is at least 1
  kkt                    the point is a KKT point
  nonzero_weights        every hidden unit has a non-zero incoming weight
  nonzero_inputs         every hidden unit's preactivation is non-zero on every
                         sample
  local_optimum          no feasible point near by has a smaller norm
  global_optimum         no feasible point at all has a smaller norm
  strict_local_optimum   every other feasible point near by has a greater norm
  flat_direction         a curve leads from the point along which neither the
                         norm nor any sample's output changes
  within_factor(2)       no feasible point's squared norm is less than half the
                         point's; a product of sizes, too, as in
                         within_factor(2 * samples)
  flow_converges         gradient flow from some start converges to the
                         direction of the point
  unique_multipliers     the point is a KKT point with only one vector of
                         multipliers
  strictly_complementary   some multipliers are positive on every sample with
                         margin 1

Of one layer alone, the others held; layers are numbered from 0:
  local_optimum(layer 0)   (last layer)   (every layer)   (some layer)
  and so for global_optimum

Networks:
  dense   diagonal   sparse   convolution   overlapping   no_sharing
  linear   relu   leaky   leaky(1/10)   mixed_activations   mixed_wirings
                         each is said of every hidden layer, so that a network
                         whose layers differ is none of linear, relu and leaky,
                         and !leaky is true of it even if one of them is leaky
  equal_units            two hidden units of a layer have the same weights,
                         incoming and outgoing; linear ones up to sign
  collinear_units        incoming weights of two of them are positive multiples
                         of each other; of linear ones any multiples

Data (of linear networks, where (x, y) and (-x, -y) are one condition, turned so
that all labels are 1):
  equal_labels           all samples have one label
  symmetric_data         with every sample (x, y) there is (-x, -y)
  linearly_separable     some u has y (u . x) > 0 for every sample
  orthogonally_separable   the product of two samples is positive if their
                         labels are equal, and not if they differ
  nearly_orthogonal(2)   ||x_i||^2 is at least 2 times the sum of |x_i . x_j|
                         over the other samples

Sizes, compared with an integer or another size by ==  !=  <  <=  >  >= :
  depth   inputs   samples   width   filters   parameters
  support                parameters that are not 0
  kinks                  hidden units with preactivation 0 on a sample
  height                 of the numbers
  active                 samples with margin 1
  supporting             those with a positive multiplier in some multipliers
  live                   hidden units with an incoming weight that is not 0
  dead                   the other hidden units
Of one layer:
  width(layer 0)   (last layer)
  and so for parameters, support, kinks, live, dead
  rank(layer 0)          the rank of its weights";

/// Prints what a conjecture may say.
pub fn language(output: &mut Output) -> Result<(), Failure> {
    output.line(LANGUAGE)
}

/// Writes for people.
pub struct Reporter {
    progress: Option<Progress>,
    has_told_of_stop: bool,
}

impl Reporter {
    /// Before a run.
    pub fn new() -> Self {
        Reporter { progress: None, has_told_of_stop: false }
    }

    fn tell(&self, text: impl std::fmt::Display) {
        match &self.progress {
            Some(progress) => progress.suspend(|| diagnose(text)),
            None => diagnose(text),
        }
    }
}

impl super::Reporter for Reporter {
    fn begin(&mut self, _: &mut Output, _: &Task, before: &Summary, _: &Database) -> Result<(), Refusal> {
        if before.done > 0 && !before.is_complete() {
            diagnose(format_args!("{} of {} units are done; going on", before.done, before.units));
        }
        let progress = Progress::new(0);
        progress.done(before.done, before.units);
        progress.at("units");
        self.progress = Some(progress);
        Ok(())
    }

    fn event(&mut self, _: &mut Output, event: &Event<'_>, tally: &Tally) -> Result<(), Failure> {
        match event {
            Event::Recorded(_) | Event::Waiting => {
                if let Some(progress) = &self.progress {
                    progress.done(tally.done, tally.units);
                    progress.at(message(tally));
                }
                if super::interruption_is_set() && !std::mem::replace(&mut self.has_told_of_stop, true) {
                    self.tell("what is under way has two seconds to finish, and is else given up; Ctrl-C again leaves at once");
                }
            }
            Event::Repeated => self.tell(
                "another process does the same run on this database, and both do the same units; --shard divides the work between them",
            ),
            Event::Failed { unit, message } => self.tell(format_args!(
                "unit {unit} failed, which is an error in this program; the rest goes on: {message}"
            )),
        }
        Ok(())
    }

    fn settled(&mut self, output: &mut Output, conjecture: &Conjecture, settled: &Settled) -> Result<(), Failure> {
        let (verdict, colour) = match settled.proved {
            true => ("PROVED by its form", Colour::Green),
            false => ("NOTHING TRIED", Colour::Yellow),
        };
        output.line(format_args!("{}  {}", output.paint(colour, verdict), Printable(&conjecture.to_string())))?;
        output.line("")?;
        output.line(format_args!("  {}", settled.why))
    }

    fn end(
        &mut self,
        output: &mut Output,
        task: &Task,
        outcome: &Outcome,
        contradictions: &[String],
        tally: &Tally,
    ) -> Result<(), Failure> {
        // The bar goes before the report comes.
        self.progress = None;
        let Outcome { ended, summary } = outcome;
        let counts = &summary.counts;
        let (verdict, colour) = verdict(task, outcome, contradictions);
        output.line(format_args!("{}  {}", output.paint(colour, &verdict), Printable(&task.run.conjecture)))?;
        output.line("")?;
        if task.run.is_proved_by(summary) {
            output.line(format_args!(
                "  There is no counterexample among all {} KKT instances of these bounds that meet what the hypothesis says of",
                counts.instances
            ))?;
            output.line("  sizes, wiring and activations, each counted once up to symmetry. Of other instances this says nothing.")?;
        }
        for id in contradictions.iter().take(SHOWN) {
            output.line(format_args!("  on record   {id}  breaks it, and was not found by this run"))?;
        }
        if *ended == Ended::Complete && counts.tried() == 0 {
            output
                .line("  The source drew no instance to which the conjecture applies; try another, or other bounds.")?;
        }
        finds(output, summary)?;
        let kkt = format!("{} at KKT points", counts.kkt);
        let broken = if counts.broken > 0 { format!(", {} break it", counts.broken) } else { String::new() };
        output.line(format_args!(
            "  instances   {} ({kkt}): {} hold{broken}, {} vacuous, {} undecided",
            counts.instances, counts.holds, counts.vacuous, counts.undecided
        ))?;
        output.line(format_args!("  bounds      {}", task.run.bounds))?;
        let shard = if task.plan.shard.count() > 1 { format!(" of shard {}", task.plan.shard) } else { String::new() };
        output.line(format_args!(
            "  run         {} in {}: {} of {} units{shard} done; source {}, seed {}",
            task.run.id(),
            Printable(&task.database.to_string_lossy()),
            summary.done,
            summary.units,
            task.run.source,
            task.run.seed
        ))?;
        output.line(format_args!(
            "  time        {}, {:.0} KKT points a second",
            span(tally.start.elapsed()),
            tally.rate()
        ))?;
        let why = match ended {
            Ended::Complete => return next_steps(output, task, summary),
            Ended::Stopped => "stopped",
            Ended::TimeLimit => "the time was up",
            Ended::Failed => "units failed",
        };
        output.line("")?;
        output.line(format_args!("{}; to go on:", output.paint(Colour::Yellow, why)))?;
        output.line(format_args!("  {}", Printable(&resume::command())))
    }
}

fn verdict(task: &Task, outcome: &Outcome, contradictions: &[String]) -> (String, Colour) {
    let (verdict, colour) = match outcome.ended {
        _ if !outcome.summary.finds.is_empty() => ("BROKEN", Colour::Red),
        _ if !contradictions.is_empty() => ("BROKEN by an instance on record", Colour::Red),
        _ if task.run.is_proved_by(&outcome.summary) => {
            return (format!("PROVED within bounds [{}]", task.run.bounds), Colour::Green);
        }
        Ended::Complete if outcome.summary.units == 0 => ("nothing to do in this shard", Colour::Green),
        Ended::Complete if outcome.summary.counts.tried() == 0 => ("NOTHING TRIED", Colour::Yellow),
        Ended::Complete => ("no counterexample", Colour::Green),
        _ => ("no counterexample yet", Colour::Yellow),
    };
    (verdict.into(), colour)
}

fn finds(output: &mut Output, summary: &Summary) -> Result<(), Failure> {
    let finds = &summary.finds;
    for (place, find) in finds.iter().take(SHOWN).enumerate() {
        let label = if place == 0 { "found" } else { "" };
        output.line(format_args!("  {label:10}  {}  {}", find.instance, find.extent))?;
    }
    if finds.len() > SHOWN {
        output.line(format_args!("              and {} more", finds.len() - SHOWN))?;
    }
    Ok(())
}

/// What to do with the finds.
fn next_steps(output: &mut Output, task: &Task, summary: &Summary) -> Result<(), Failure> {
    let Some(smallest) = summary.finds.first() else { return Ok(()) };
    let db = match task.database.to_str() {
        Some(crate::explore::database::DEFAULT_PATH) => String::new(),
        _ => format!(" --db {}", resume::quoted(&task.database.to_string_lossy())),
    };
    let short: String = smallest.instance.chars().take(8).collect();
    output.line("")?;
    output.line("To see the smallest, or to write certificates to a folder:")?;
    output.line(format_args!("  margincert db show {short}{db}"))?;
    output.line(format_args!("  margincert db export {} -o found{db}", task.run.id()))
}

/// What the bar says.
fn message(tally: &Tally) -> String {
    let counts = &tally.counts;
    let left = tally.time_left().map_or(String::new(), |left| format!(", {} left", span(left)));
    format!(
        "units, {} drafts, {} instances judged, {} KKT points on record ({:.0}/s), {} broken, {} distinct, {} undecided{left}",
        tally.drafts(),
        tally.judged(),
        counts.kkt,
        tally.rate(),
        counts.broken,
        tally.distinct(),
        counts.undecided
    )
}

/// A time as people say it.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..100 => format!("{seconds} s"),
        100..6000 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{:.1} h", time.as_secs_f64() / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::conjecture::Size;

    #[test]
    fn every_fact_that_is_listed_is_one() {
        // Every word of the language stands in the text, and every example there is read.
        let words: Vec<&str> = LANGUAGE.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
        for (word, _) in crate::explore::conjecture::Atom::WORDS {
            assert!(words.contains(&word), "{word}");
        }
        for size in Size::ALL {
            assert!(words.contains(&size.name()), "{}", size.name());
        }
        let of_layers = ["width", "parameters", "support", "kinks", "live", "dead", "rank"];
        let formulas = of_layers.map(|size| format!("{size}(layer 0) <= {size}(last layer)")).into_iter();
        let formulas = formulas.chain(
            [
                "nearly_orthogonal(2)",
                "within_factor(2)",
                "within_factor(2 * samples)",
                "leaky(1/10)",
                "samples <= inputs",
            ]
            .map(String::from),
        );
        let formulas = formulas.chain(crate::explore::conjecture::Atom::WORDS.map(|(word, _)| word.to_string()));
        for formula in formulas {
            assert!(formula.parse::<Conjecture>().is_ok(), "{formula}");
        }
        for layers in ["layer 0", "last layer", "every layer", "some layer"] {
            assert!(LANGUAGE.contains(layers) && format!("global_optimum({layers})").parse::<Conjecture>().is_ok());
        }
    }

    #[test]
    fn the_language_fits_a_terminal_of_80_columns() {
        assert_eq!(LANGUAGE.lines().find(|line| line.chars().count() > 80), None);
    }

    #[test]
    fn times_are_short() {
        let spans = [400, 9_400, 40_000, 130_000, 7_200_000].map(|millis| span(Duration::from_millis(millis)));
        assert_eq!(spans, ["0.4 s", "9.4 s", "40 s", "3 min", "2.0 h"]);
    }
}
