//! Verdicts on standard output, diagnostics on standard error.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};
use std::io::{self, IsTerminal, Write as _};
use std::time::Duration;

use super::Failure;

/// What takes lines in place of standard output.
type Taker = Box<dyn FnMut(&str)>;

/// Standard output, written line by line. Its reader may leave before the end (`margincert ... | head`): what follows is
/// then dropped, and the run goes on to its true exit status. Or whatever takes lines in its place.
pub struct Output {
    taker: Option<Taker>,
    has_reader: bool,
    is_coloured: bool,
    width: Option<usize>,
}

/// The colour of a word.
#[derive(Clone, Copy)]
pub enum Colour {
    /// For what is accepted.
    Green,
    /// For what is rejected.
    Red,
    /// For what could not be judged.
    Yellow,
    /// For what matters less.
    Faint,
}

impl Output {
    /// Standard output of this process: coloured on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    pub fn stdout() -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let refused = set("NO_COLOR").is_some() || set("TERM").is_some_and(|terminal| terminal == "dumb");
        let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0.into());
        Output { taker: None, has_reader: true, is_coloured: io::stdout().is_terminal() && !refused, width }
    }

    /// Hands each line on.
    pub fn to(taker: impl FnMut(&str) + 'static) -> Self {
        Output { taker: Some(Box::new(taker)), has_reader: true, is_coloured: false, width: None }
    }

    /// The columns of the terminal, if this output is one.
    pub fn width(&self) -> Option<usize> {
        self.width
    }

    /// Writes a line.
    ///
    /// # Errors
    /// When it cannot be written though there is a reader.
    pub fn line(&mut self, line: impl Display) -> Result<(), Failure> {
        if let Some(take) = &mut self.taker {
            take(&line.to_string());
        } else if self.has_reader {
            match writeln!(io::stdout(), "{line}") {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.has_reader = false,
                result => result.map_err(Failure::Output)?,
            }
        }
        Ok(())
    }

    /// The text in a colour, if this output has colours.
    pub fn paint<'t>(&self, colour: Colour, text: &'t str) -> Cow<'t, str> {
        let code = match colour {
            Colour::Green => "32",
            Colour::Red => "1;31",
            Colour::Yellow => "33",
            Colour::Faint => "2",
        };
        if self.is_coloured && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m").into() } else { text.into() }
    }
}

/// Writes a diagnostic to standard error.
pub fn diagnose(problem: impl Display) {
    // If even that fails there is nowhere left to say so; the exit status still tells.
    let _ = writeln!(io::stderr(), "margincert: {}", Printable(&problem.to_string()));
}

/// Text from a file or a path, safe to show: control characters, which could steer a terminal, are escaped.
pub struct Printable<'t>(pub &'t str);

impl Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .chars()
            .try_for_each(|c| if c.is_control() { write!(f, "{}", c.escape_default()) } else { f.write_char(c) })
    }
}

/// A time with two or three digits.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        _ if seconds < 0.0995 => format!("{:.2} ms", seconds * 1e3),
        _ if seconds < 0.9995 => format!("{:.0} ms", seconds * 1e3),
        _ if seconds < 99.95 => format!("{seconds:.1} s"),
        _ => format!("{seconds:.0} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        let written = [17, 99_499, 99_600, 999_400, 1_000_000, 61_040_000, 250_000_000];
        let written = written.map(|micros| duration(Duration::from_micros(micros)));
        assert_eq!(written, ["0.02 ms", "99.50 ms", "100 ms", "999 ms", "1.0 s", "61.0 s", "250 s"]);
    }
}
