//! `margincert propose`: conjectures from what is on record.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::explore::{interruption, processors};
use super::output::{Colour, Output, Printable, diagnose};
use super::progress::Progress;
use super::values::seconds;
use super::{Failure, Status, status, values};
use crate::explore::conjecture::Conjecture;
use crate::explore::database::{Database, DatabaseError};
use crate::explore::library::Status as Standing;
use crate::explore::on_file;
use crate::explore::propose::{
    Limits, Origin, Proposal, Record, Sampling, Tallies, Tally, Theory, Vocabulary, Weakening, Witness, gather,
    propose, theorems_told, try_to_break,
};
use crate::files::{self, FileError};
use crate::kernel::certificate::Document;
use crate::prove::halt::Halt;
use crate::words::count;

const EXAMPLES: &str = "\
Examples:
  margincert propose                            from a fresh record
  margincert propose --known proofs --hunt 60   counts proofs, tries proposals
  margincert propose --rediscover               as if no theorem were known
  margincert propose --hunt 600 -o conjectures  writes what is left

A statement is proposed if no instance on record breaks it, if without any one of its assumptions some instance does, and if it follows \
neither from definitions and theorems on file nor from simpler proposals. It explains the instances on record of which what it assumes and \
what it concludes is certified. None of this proves it.";

/// Propose conjectures: tight, broken by nothing on record, implied by no theorem on file.
///
/// The record holds KKT points of censuses and other sources, and those of files and of a database.
#[derive(Debug, clap::Args)]
#[command(after_help = status::PROPOSE_HELP, after_long_help = format!("{EXAMPLES}\n\n{}", status::PROPOSE_HELP))]
pub struct Arguments {
    /// Certificates that go on record: files, collections (`*.jsonl`) and their entries, and folders, whose files are taken, but not the
    /// collections in them.
    #[arg(long, value_name = "PATH")]
    known: Vec<PathBuf>,

    /// A database of `explore` whose instances go on record.
    #[arg(long, value_name = "PATH")]
    db: Option<PathBuf>,

    /// Draw about so many instances from censuses, and so many from each of two other sources.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = values::whole::<usize>, allow_negative_numbers = true)]
    instances: usize,

    /// The seed of the drawing.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = values::whole::<u64>, allow_negative_numbers = true)]
    seed: u64,

    /// Hunt for so many seconds for counterexamples to what is proposed; what is found goes on record.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    hunt: Option<Duration>,

    /// The most assumptions of a statement, besides `kkt`.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=6), allow_negative_numbers = true)]
    assumptions: u8,

    /// The fewest instances that a statement has to explain, and that simpler proposals do not.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = values::whole::<u64>, allow_negative_numbers = true)]
    explained: u64,

    /// Take no theorem for known, and say which are found again.
    #[arg(long)]
    rediscover: bool,

    /// How many threads work [default: one a processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), allow_negative_numbers = true)]
    threads: Option<u16>,

    /// A folder to write each proposal to, as a file that `explore` reads; it is made if it is not there.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// What is known of statements before any is proposed.
struct Knowledge {
    theorems: Vec<(&'static str, Conjecture)>,
    open: Vec<(&'static str, Conjecture)>,
    refuted: Vec<Conjecture>,
}

impl Knowledge {
    fn on_file() -> Self {
        let (mut theorems, mut open, mut refuted) = (Vec::new(), Vec::new(), Vec::new());
        for (name, entry) in on_file::entries() {
            match entry.status {
                Standing::True => theorems.push((name, entry.conjecture)),
                Standing::False => refuted.push(entry.conjecture),
                Standing::Open => open.push((name, entry.conjecture)),
            }
        }
        Knowledge { theorems, open, refuted }
    }

    /// The open question on file that says the same.
    fn asked(&self, conjecture: &Conjecture) -> Option<&'static str> {
        let implies = |a: &Conjecture, b: &Conjecture| {
            let mut theory = Theory::definitions();
            theory.learn(a);
            theory.implies(b)
        };
        self.open.iter().find(|(_, open)| implies(open, conjecture) && implies(conjecture, open)).map(|(name, _)| *name)
    }
}

/// Why nothing is proposed.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Proposes what the arguments ask for.
pub fn run(arguments: Arguments) -> Result<Status, Failure> {
    match run_or_refuse(&arguments) {
        Ok(()) => Ok(Status::Accepted),
        Err(Refusal::Failure(failure)) => Err(failure),
        Err(refusal) => {
            diagnose(refusal);
            Ok(Status::Unreadable)
        }
    }
}

fn run_or_refuse(arguments: &Arguments) -> Result<(), Refusal> {
    let threads = arguments.threads.map_or_else(processors, usize::from);
    let mut record = Record::new(Vocabulary::default());
    let files = read_known(arguments, &mut record)?;
    let knowledge = Knowledge::on_file();
    let mut theory = Theory::definitions();
    if !arguments.rediscover {
        knowledge.theorems.iter().for_each(|(_, theorem)| theory.learn(theorem));
    }
    let progress = Progress::new(0);
    progress.at("drawing instances");
    gather(&mut record, &Sampling { instances: arguments.instances, seed: arguments.seed, threads }, &Halt::default());
    let limits = Limits { assumptions: arguments.assumptions.into(), explained: arguments.explained };
    let (proposals, tallies) = match arguments.hunt {
        None => (propose(&record, &theory, &knowledge.refuted, limits), None),
        Some(time) => {
            let tell = |broken: usize, proposed: usize| {
                progress.at(format!("{} broken, {} left", count(broken, "statement"), proposed));
            };
            let hunt = |halt: &_| try_to_break(&mut record, &theory, &knowledge.refuted, limits, threads, halt, &tell);
            let (proposals, tallies) = within(time, hunt);
            (proposals, Some(tallies))
        }
    };
    drop(progress);
    let told = Told { record: &record, files, knowledge: &knowledge, proposals: &proposals, tallies: tallies.as_ref() };
    let mut output = Output::stdout();
    match arguments.json {
        true => output.line(told.to_json(arguments.rediscover))?,
        false => told.to_people(&mut output, arguments.rediscover)?,
    }
    if let Some(folder) = &arguments.output {
        told.write(folder)?;
    }
    Ok(())
}

/// Does work under a switch that is thrown after some time, or by Ctrl-C.
fn within<T>(time: Duration, work: impl FnOnce(&Halt) -> T) -> T {
    let (halt, end, interrupted) = (Halt::default(), Instant::now() + time, interruption());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let is_over = || [&done, interrupted].iter().any(|flag| flag.load(Ordering::Relaxed));
            while Instant::now() < end && !is_over() {
                std::thread::sleep(Duration::from_millis(50).min(time));
            }
            halt.set();
        });
        let result = work(&halt);
        done.store(true, Ordering::Relaxed);
        result
    })
}

/// Puts on record what is in files and in the database; returns how many instances there were.
fn read_known(arguments: &Arguments, record: &mut Record) -> Result<usize, Refusal> {
    let vocabulary = record.vocabulary().clone();
    let before = record.len();
    let mut insert = |document: Document, origin: Origin| {
        // Of instances over number fields the sources' facts say nothing.
        if let Document::Rational(instance) = document
            && let Some(entry) = vocabulary.examine(instance, origin)
        {
            record.insert(entry);
        }
    };
    // A collection takes minutes, so a folder that holds one does not stand for it.
    let find = |path: &PathBuf| if path.is_dir() { files::find(path) } else { files::find_all(path) };
    for path in arguments.known.iter().flat_map(find) {
        let path = path?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        insert(files::read(&path)?, Origin::File(name));
    }
    if let Some(path) = &arguments.db {
        let database = Database::open_read_only(path)?;
        for file in database.export(&[])? {
            if let Ok(document) = Document::parse(&file.text) {
                insert(document, Origin::Database(file.name));
            }
        }
    }
    Ok(record.len() - before)
}

/// What is to be told.
struct Told<'a> {
    record: &'a Record,
    files: usize,
    knowledge: &'a Knowledge,
    proposals: &'a [Proposal],
    /// How far they were tried, if they were to be.
    tallies: Option<&'a Tallies>,
}

impl Told<'_> {
    fn tally(&self, proposal: &Proposal) -> Option<&Tally> {
        self.tallies?.get(&proposal.statement)
    }

    fn rediscovered(&self) -> Vec<&str> {
        theorems_told(self.proposals, &self.knowledge.theorems)
    }

    fn to_people(&self, output: &mut Output, rediscover: bool) -> Result<(), Failure> {
        output.line(format_args!(
            "{} on record, {} of them on file; {}",
            count(self.record.len(), "KKT instance"),
            self.files,
            count(self.proposals.len(), "proposal")
        ))?;
        for proposal in self.proposals {
            output.line("")?;
            let statement = proposal.conjecture.to_string();
            output.line(output.paint(Colour::Yellow, &Printable(&statement).to_string()).into_owned())?;
            self.lines(proposal).into_iter().try_for_each(|line| output.line(format_args!("  {line}")))?;
        }
        if rediscover {
            let told = self.rediscovered();
            output.line("")?;
            let theorems = count(self.knowledge.theorems.len(), "theorem");
            output.line(format_args!("Of {theorems} on file {} follow from these: {}", told.len(), told.join(", ")))?;
        }
        Ok(())
    }

    /// What is said of a proposal.
    fn lines(&self, proposal: &Proposal) -> Vec<String> {
        let mut lines = vec![format!("explains {}", count(proposal.explained as usize, "instance"))];
        let asked = self.knowledge.asked(&proposal.conjecture);
        lines.extend(asked.map(|name| format!("is asked on file: {name}")));
        lines.extend(self.tallies.map(|_| match self.tally(proposal) {
            Some(tally) => format!(
                "tried on {}: holds on {}, undecided on {}",
                count(tally.kkt as usize, "KKT instance"),
                tally.holds,
                tally.undecided
            ),
            None => "not tried: the hunt ended before its turn".into(),
        }));
        lines.extend(proposal.weakenings.iter().map(|weakening| {
            let smallest = &weakening.smallest;
            format!(
                "without `{}` broken by {} on record; the smallest, found {}: {}",
                weakening.without,
                count(weakening.broken as usize, "instance"),
                Printable(&smallest.origin.to_string()),
                smallest.extent
            )
        }));
        lines
    }

    fn to_json(&self, rediscover: bool) -> serde_json::Value {
        let proposals: Vec<_> = self.proposals.iter().map(|proposal| self.proposal_to_json(proposal)).collect();
        let mut told = json!({"instances": self.record.len(), "on_file": self.files, "proposals": proposals});
        if rediscover {
            told["rediscovered"] = json!(self.rediscovered());
        }
        told
    }

    fn proposal_to_json(&self, proposal: &Proposal) -> serde_json::Value {
        let weakening = |weakening: &Weakening| {
            let Witness { id, origin, extent, instance } = &weakening.smallest;
            json!({
                "without": weakening.without.to_string(),
                "broken": weakening.broken,
                "smallest": {
                    "id": id.to_string(),
                    "found": origin.to_string(),
                    "extent": extent.to_string(),
                    "instance": instance.to_text(),
                },
            })
        };
        let tried = |tally: &Tally| json!({"units": tally.units, "kkt": tally.kkt, "holds": tally.holds, "undecided": tally.undecided});
        json!({
            "conjecture": proposal.conjecture.to_string(),
            "explained": proposal.explained,
            "asked": self.knowledge.asked(&proposal.conjecture),
            "tried": self.tally(proposal).map(tried),
            "weakenings": proposal.weakenings.iter().map(weakening).collect::<Vec<_>>(),
        })
    }

    /// Writes each proposal to a file of its own, which may not be there yet.
    fn write(&self, folder: &Path) -> Result<(), Failure> {
        fs::create_dir_all(folder).map_err(|error| Failure::File(folder.into(), error))?;
        for proposal in self.proposals {
            let path = folder.join(format!("{}.conj", name(&proposal.conjecture)));
            let file = fs::File::options().write(true).create_new(true).open(&path);
            let written = file.and_then(|mut file| file.write_all(self.entry(proposal).as_bytes()));
            match written {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    diagnose(format_args!(
                        "{}: is there already, and is left as it is",
                        Printable(&path.to_string_lossy())
                    ));
                }
                Err(error) => return Err(Failure::File(path, error)),
            }
        }
        Ok(())
    }

    fn entry(&self, proposal: &Proposal) -> String {
        let mut text = format!("# title: Proposed: {}\n# status: open\n#\n", proposal.conjecture);
        let record = format!("Proposed from {}.", count(self.record.len(), "KKT instance"));
        for line in std::iter::once(record).chain(self.lines(proposal)) {
            text.push_str(&format!("# {line}\n"));
        }
        text.push_str(&format!("\n{}\n", proposal.conjecture));
        text
    }
}

/// The name of a file: the statement in letters and digits.
fn name(conjecture: &Conjecture) -> String {
    let text = conjecture.to_string().replace("kkt & ", "").replace('!', "not ").replace("<=", "at most");
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.fold("proposed".to_string(), |name, word| name + "-" + word)
}
