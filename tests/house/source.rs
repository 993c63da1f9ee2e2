//! Rust source files as flat lists of words, for tests that ask what a file uses.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The repository's folder.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every `.rs` file below a folder of the repository, as paths relative to that folder.
pub fn rust_files(folder: &str) -> Vec<PathBuf> {
    fn search(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                search(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = repository().join(folder);
    let mut found = Vec::new();
    search(&root, &mut found);
    found.sort();
    found.into_iter().map(|path| path.strip_prefix(&root).expect("below the root").to_path_buf()).collect()
}

/// The file's words: identifiers, literals and signs, without comments; `::` is one word.
pub fn words(text: &str) -> Vec<String> {
    fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    words.push(open.into());
                    flatten(group.stream(), words);
                    words.push(close.into());
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => match tokens.peek() {
                    Some(TokenTree::Punct(next)) if next.as_char() == ':' => {
                        tokens.next();
                        words.push("::".into());
                    }
                    _ => words.push(":".into()),
                },
                token => words.push(token.to_string()),
            }
        }
    }
    let mut words = Vec::new();
    flatten(text.parse().expect("a Rust source file"), &mut words);
    words
}

/// The number of lines that are neither blank nor comment.
pub fn lines_of_code(text: &str) -> usize {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}
