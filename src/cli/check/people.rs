//! One aligned line a document, reasons below, and a summary, for people.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Examined, Standing, Unexamined, Verdict};
use crate::cli::Failure;
use crate::cli::output::{Colour, Output, Printable, diagnose, duration};
use crate::files::{FileError, collection};
use crate::words::{count, count_of};

/// The longest reason that is shown whole; exact numbers can run to pages.
const REASON_LENGTH: usize = 2000;

/// With less room than this for a title none is shown.
const SHORTEST_TITLE: usize = 12;

/// The column of paths is not made wider than this.
const PATH_WIDTH: usize = 60;

/// Writes for people, and counts.
pub struct Reporter {
    /// Whether to write of what is wrong only.
    quiet: bool,
    path_width: usize,
    accepted: usize,
    rejected: usize,
    elsewhere: usize,
    unexamined: usize,
    claims: usize,
    rejected_claims: usize,
    /// The collection whose entries are being counted: those that are accepted are told on one line.
    collection: Option<Counted>,
}

/// The entries of a collection, and of those that are accepted the claims and the time.
struct Counted {
    file: PathBuf,
    entries: usize,
    accepted: usize,
    claims: usize,
    elapsed: Duration,
}

impl Reporter {
    /// Measures the paths, for alignment.
    pub fn new(documents: &[Result<PathBuf, FileError>], quiet: bool) -> Self {
        let width = |document: &Result<PathBuf, FileError>| {
            let path = document.as_ref().unwrap_or_else(|error| &error.path);
            let path = collection::split(path).map_or(path.as_path(), |(file, _)| file);
            Printable(&path.to_string_lossy()).to_string().chars().count()
        };
        let path_width = documents.iter().map(width).max().unwrap_or(0).min(PATH_WIDTH);
        let (accepted, rejected, elsewhere, unexamined, claims, rejected_claims) = Default::default();
        let collection = None;
        Reporter { quiet, path_width, accepted, rejected, elsewhere, unexamined, claims, rejected_claims, collection }
    }

    /// Counts the next document if it is an entry of a collection, and tells of the collection before if that is over.
    fn count_entries(&mut self, output: &mut Output, next: Option<&Path>) -> Result<(), Failure> {
        let file = next.and_then(collection::split).map(|(file, _)| file);
        let before = self.collection.take_if(|counted| file != Some(counted.file.as_path()));
        if let Some(file) = file {
            let new = || Counted { file: file.into(), entries: 0, accepted: 0, claims: 0, elapsed: Duration::ZERO };
            self.collection.get_or_insert_with(new).entries += 1;
        }
        match before {
            Some(counted) if counted.accepted > 0 && !self.quiet => self.tell_of_collection(output, &counted),
            _ => Ok(()),
        }
    }

    fn tell_of_collection(&self, output: &mut Output, counted: &Counted) -> Result<(), Failure> {
        let path = Printable(&counted.file.to_string_lossy()).to_string();
        let (width, time) = (self.path_width, duration(counted.elapsed));
        let entries = count_of(counted.entries, "entry", "entries");
        let entries = match counted.accepted {
            accepted if accepted == counted.entries => entries,
            accepted => format!("{accepted} of {entries}"),
        };
        let told = format!("{entries}, {}", count(counted.claims, "claim"));
        output.line(format_args!("{}  {path:width$}  {time:>9}  {told}", output.paint(Colour::Green, "accepted  ")))
    }

    fn examined(&mut self, output: &mut Output, document: &Examined) -> Result<(), Failure> {
        let rejected = document.verdicts.iter().filter(|verdict| verdict.rejection.is_some()).count();
        self.claims += document.verdicts.len();
        self.rejected_claims += rejected;
        let (word, colour) = if rejected == 0 {
            self.accepted += 1;
            if let Some(counted) = &mut self.collection {
                counted.accepted += 1;
                counted.claims += document.verdicts.len();
                counted.elapsed += document.elapsed;
            }
            if self.quiet || self.collection.is_some() {
                return Ok(());
            }
            ("accepted  ", Colour::Green)
        } else {
            self.rejected += 1;
            ("REJECTED  ", Colour::Red)
        };
        let path = Printable(&document.path.to_string_lossy()).to_string();
        let (width, time) = (self.path_width, duration(document.elapsed));
        let line = format!("  {path:width$}  {time:>9}  {}", short_names(&document.verdicts));
        let used = word.len() + line.chars().count();
        let room = output.width().map_or(usize::MAX, |width| width.saturating_sub(used));
        let title = title(document, room);
        output.line(format_args!("{}{line}{}", output.paint(colour, word), output.paint(Colour::Faint, &title)))?;
        for (index, Verdict { claim, layer, rejection, .. }) in document.verdicts.iter().enumerate() {
            if let Some(reason) = rejection {
                let layer = layer.map_or(String::new(), |layer| format!(", layer {layer}"));
                output.line(format_args!("    claim {index}, {claim}{layer}: {}", shortened(reason)))?;
            }
        }
        Ok(())
    }
}

impl super::Reporter for Reporter {
    fn document(&mut self, output: &mut Output, document: &Result<Examined, Unexamined>) -> Result<(), Failure> {
        let path = document.as_ref().map_or_else(|unexamined| unexamined.path(), |examined| &examined.path);
        self.count_entries(output, Some(path))?;
        match document {
            Ok(examined) => self.examined(output, examined),
            Err(unexamined) => {
                match unexamined {
                    Unexamined::Elsewhere { .. } => self.elsewhere += 1,
                    _ => self.unexamined += 1,
                }
                diagnose(unexamined);
                let path = unexamined.path().to_string_lossy();
                let word = match unexamined {
                    Unexamined::File(_) => output.paint(Colour::Yellow, "UNREADABLE"),
                    Unexamined::NoClaims(_) => output.paint(Colour::Yellow, "NO CLAIM  "),
                    Unexamined::Elsewhere { .. } => output.paint(Colour::Red, "ELSEWHERE "),
                };
                output.line(format_args!("{word}  {}", Printable(&path)))
            }
        }
    }

    fn end(&mut self, output: &mut Output, elapsed: Duration) -> Result<(), Failure> {
        self.count_entries(output, None)?;
        if self.quiet {
            return Ok(());
        }
        let certificates = self.accepted + self.rejected;
        let mut summary = format!("{}, {}: ", count(certificates, "certificate"), count(self.claims, "claim"));
        if self.rejected_claims == 0 {
            summary.push_str(if self.claims == 0 { "nothing was checked" } else { "all accepted" });
        } else {
            let claims = count(self.rejected_claims, "claim");
            summary.push_str(&format!("{claims} rejected in {}", count(self.rejected, "certificate")));
        }
        if self.elsewhere > 0 {
            summary.push_str(&format!("; {} about another instance", count(self.elsewhere, "certificate")));
        }
        if self.unexamined > 0 {
            summary.push_str(&format!("; {} could not be checked", count(self.unexamined, "path")));
        }
        let (rejected, unexamined) = (self.rejected + self.elsewhere > 0, self.unexamined > 0);
        let colour = if rejected {
            Colour::Red
        } else if unexamined {
            Colour::Yellow
        } else {
            Colour::Green
        };
        let summary = output.paint(colour, &summary);
        output.line("")?;
        output.line(format_args!("{summary}  ({})", duration(elapsed)))
    }
}

/// The title, unless the file is named for it, cut to the room that is left on the line.
fn title(document: &Examined, room: usize) -> String {
    let is_name = |title: &&str| document.path.file_stem().is_some_and(|stem| stem == *title);
    let title = document.title.as_deref().filter(|title| !is_name(title)).map(|title| Printable(title).to_string());
    let Some(title) = title.filter(|_| room >= 2 + SHORTEST_TITLE) else {
        return String::new();
    };
    match title.char_indices().nth(room - 2) {
        None => format!("  {title}"),
        Some(_) => format!("  {}...", title.chars().take(room - 5).collect::<String>()),
    }
}

/// The accepted claims by short names, those about layers as `local[0,1]`, each once.
fn short_names(verdicts: &[Verdict]) -> String {
    let mut names: Vec<(String, Vec<String>)> = Vec::new();
    for Verdict { claim, layer, standing, rejection } in verdicts {
        if rejection.is_none() {
            let name = match standing.filter(|standing| *standing != Standing::Kkt) {
                None => short_name(claim).to_string(),
                Some(standing) => format!("{} ({})", short_name(claim), standing.name()),
            };
            // Claims about all layers and about single ones are told apart by whether there is a list.
            let same = names.iter_mut().find(|(other, layers)| *other == name && layers.is_empty() == layer.is_none());
            let layer = layer.map(|layer| layer.to_string());
            match same {
                Some((_, layers)) => layers.extend(layer.filter(|layer| !layers.contains(layer))),
                None => names.push((name, layer.into_iter().collect())),
            }
        }
    }
    let text = |(name, layers): (String, Vec<String>)| match layers.as_slice() {
        [] => name,
        layers => format!("{name}[{}]", layers.join(",")),
    };
    if names.is_empty() { "none accepted".into() } else { names.into_iter().map(text).collect::<Vec<_>>().join(", ") }
}

fn short_name(claim: &str) -> &str {
    match claim {
        "nonzero_weights" => "weights",
        "nonzero_inputs" => "inputs",
        "kkt" => "KKT",
        "approximate_kkt" => "nearly KKT",
        "kkt_enclosed" => "KKT enclosed",
        "not_kkt" => "not KKT",
        "local_optimum" => "local",
        "not_local_optimum" => "not local",
        "global_optimum" => "global",
        "not_global_optimum" => "not global",
        "flow_converges" => "flow",
        name => name,
    }
}

/// The reason, safe to show and not longer than [`REASON_LENGTH`].
fn shortened(reason: &str) -> String {
    let reason = Printable(reason).to_string();
    match reason.char_indices().nth(REASON_LENGTH) {
        None => reason,
        Some((end, _)) => {
            format!("{}... ({} characters; --json gives all)", &reason[..end], reason.chars().count())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(claim: &'static str, layer: Option<usize>) -> Verdict {
        Verdict { claim, layer, standing: None, rejection: None }
    }

    #[test]
    fn short_names_gather_layers_and_leave_out_what_is_rejected() {
        let verdicts = [
            accepted("feasible", None),
            accepted("global_optimum", Some(0)),
            accepted("kkt", None),
            accepted("global_optimum", None),
            accepted("global_optimum", Some(2)),
            accepted("global_optimum", None),
            Verdict { claim: "not_kkt", layer: None, standing: None, rejection: Some("why".into()) },
        ];
        assert_eq!(short_names(&verdicts), "feasible, global[0,2], KKT, global");
        assert_eq!(short_names(&verdicts[6..]), "none accepted");
        let enclosed = |standing| [Verdict { standing: Some(standing), ..accepted("kkt_enclosed", None) }];
        assert_eq!(short_names(&enclosed(Standing::Global)), "KKT enclosed (global)");
        assert_eq!(short_names(&enclosed(Standing::LocalNotGlobal)), "KKT enclosed (local, not global)");
        assert_eq!(short_names(&enclosed(Standing::Kkt)), "KKT enclosed", "nothing is said of its optimality");
    }

    #[test]
    fn titles_are_cut_to_the_room_on_the_line() {
        let elapsed = Duration::ZERO;
        let titled =
            |title: &str| Examined { path: "f/a.json".into(), title: Some(title.into()), verdicts: vec![], elapsed };
        let long = titled("0123456789 é 0123456789");
        assert_eq!(title(&long, usize::MAX), "  0123456789 é 0123456789");
        assert_eq!(title(&long, 25), "  0123456789 é 0123456789");
        assert_eq!(title(&long, 17), "  0123456789 é...");
        assert_eq!(title(&long, 13), "");
        assert_eq!(title(&titled("a"), usize::MAX), "", "the file is named for it");
        assert_eq!(title(&titled("b"), 14), "  b");
    }

    #[test]
    fn long_reasons_are_cut_at_a_character() {
        assert_eq!(shortened("é\u{7}"), "é\\u{7}");
        let long = shortened(&"é".repeat(REASON_LENGTH + 5));
        assert!(long.ends_with("é... (2005 characters; --json gives all)"), "{long}");
    }
}
