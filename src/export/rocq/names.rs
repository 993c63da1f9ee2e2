//! Names of files that are names of Rocq modules too.

use std::collections::HashSet;

/// The longest name, leaving room for a number.
const LENGTH: usize = 100;

/// A name for each text: letters, digits and `_` only, a letter first, no two alike even where case does not count.
///
/// ```
/// let names = margincert::export::rocq::module_names(["fc-relu", "fc relu", "3", "é"]);
/// assert_eq!(names, ["fc_relu", "fc_relu_2", "certificate_3", "certificate__"]);
/// ```
pub fn module_names<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut taken = HashSet::new();
    let unique = |text| {
        let base = module_name(text);
        let numbered = (2..).map(|n| format!("{base}_{n}"));
        let mut candidates = std::iter::once(base.clone()).chain(numbered);
        let name = candidates.find(|name| taken.insert(name.to_lowercase()));
        name.unwrap_or(base)
    };
    texts.into_iter().map(unique).collect()
}

fn module_name(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = text.chars().map(safe).take(LENGTH).collect();
    match name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => name,
        false => format!("certificate_{name}"),
    }
}
