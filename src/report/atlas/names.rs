//! File names that are safe on every system and in every link.

use std::collections::HashSet;

/// The longest name, leaving room for an extension and a number.
const LENGTH: usize = 100;

/// A name for each text: letters, digits, `.`, `_` and `-` only, no two alike even where case does not count.
///
/// ```
/// let names = margincert::report::atlas::names::file_names(["a/b c.d", "A/B c.d", "../..", "con"]);
/// assert_eq!(names, ["a-b-c.d", "A-B-c.d-2", "certificate", "certificate-con"]);
/// ```
pub fn file_names<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut taken = HashSet::new();
    let unique = |text| {
        let base = file_name(text);
        let numbered = (2..).map(|n| format!("{base}-{n}"));
        let mut candidates = std::iter::once(base.clone()).chain(numbered);
        let name = candidates.find(|name| taken.insert(name.to_lowercase()));
        name.unwrap_or(base)
    };
    texts.into_iter().map(unique).collect()
}

fn file_name(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let name: String = text.chars().map(safe).take(LENGTH).collect();
    let name = name.trim_matches(['.', '-']).to_string();
    // Names that Windows keeps for devices, with or without an extension.
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let numbered = |port: &str| stem.strip_prefix(port).is_some_and(|n| n.len() == 1 && n != "0");
    let is_device = ["con", "prn", "aux", "nul"].contains(&stem.as_str()) || numbered("com") || numbered("lpt");
    match (name.is_empty(), is_device) {
        (true, _) => "certificate".into(),
        (_, true) => format!("certificate-{name}"),
        _ => name,
    }
}
