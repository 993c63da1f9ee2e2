//! The command that goes on with a run.

/// This process's command line with `--resume`, as one would type it.
pub fn command() -> String {
    let mut words: Vec<String> = vec!["margincert".into()];
    words.extend(crate::cli::given_words().map(|word| quoted(&word.to_string_lossy())));
    if !words.iter().any(|word| word == "--resume") {
        words.push("--resume".into());
    }
    words.join(" ")
}

/// A word as a shell takes it.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_where_a_shell_would_take_them_apart() {
        assert_eq!(quoted("--shard=0/4"), "--shard=0/4");
        assert_eq!(quoted("kkt -> local_optimum"), "'kkt -> local_optimum'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
