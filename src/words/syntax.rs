//! What is wrong with text that is not JSON, and the slip behind it where that is certain.

/// What `serde_json` says, for people: without the place, which the reader's error tells, and without its jargon.
pub(super) fn in_words(said: &str) -> String {
    let what = said.rfind(" at line ").map_or(said, |end| &said[..end]);
    match what {
        "EOF while parsing a list" => "the document ends inside a list",
        "EOF while parsing an object" => "the document ends inside an object",
        "EOF while parsing a string" => "the document ends inside a string",
        "EOF while parsing a value" => "the document ends where a value is expected",
        "expected ident" => "expected `true`, `false` or `null`",
        "key must be a string" => "expected a key between double quotes",
        "trailing characters" => "something follows the end of the document",
        "expected value" | "trailing comma" => "expected a value",
        other => other,
    }
    .into()
}

/// The slip behind a syntax error, from the text before the place of the error and the text from there on.
pub(super) fn slip(before: &str, after: &str) -> Option<&'static str> {
    let follows_comma = before.trim_end().ends_with(',');
    match after.as_bytes() {
        _ if before.is_empty() && after.starts_with('\u{feff}') => {
            Some("the file begins with a byte order mark; save it as UTF-8 without one")
        }
        [b']' | b'}', ..] if follows_comma => Some("a comma stands after the last entry"),
        [b'\'', ..] => Some("text stands between double quotes, not single ones"),
        [b'/', b'/' | b'*', ..] | [b'#', ..] => Some("JSON has no comments"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::kernel::certificate::Document;

    fn said(text: &str) -> String {
        Document::parse(text).expect_err("it is not JSON").to_string()
    }

    #[test]
    fn slips_are_named_and_the_place_is_told_once() {
        let cases = [
            (
                "{\"a\": [1,\n 2, ]}",
                "line 2, column 5: not JSON: expected a value; a comma stands after the last entry",
            ),
            (
                "{\"a\": 1,\n}",
                "line 2, column 1: not JSON: expected a key between double quotes; a comma stands after the last entry",
            ),
            (
                "{'a': 1}",
                "line 1, column 2: not JSON: expected a key between double quotes; text stands between double quotes, not single ones",
            ),
            (
                "{\"a\": 'b'}",
                "line 1, column 7: not JSON: expected a value; text stands between double quotes, not single ones",
            ),
            (
                "{\"a\": 1, // one\n \"b\": 2}",
                "line 1, column 10: not JSON: expected a key between double quotes; JSON has no comments",
            ),
            ("# one\n{}", "line 1, column 1: not JSON: expected a value; JSON has no comments"),
            (
                "\u{feff}{}",
                "line 1, column 1: not JSON: expected a value; the file begins with a byte order mark; save it as UTF-8 without one",
            ),
            ("{a: 1}", "line 1, column 2: not JSON: expected a key between double quotes"),
            (
                "{\"a\": \"'\", }",
                "line 1, column 12: not JSON: expected a key between double quotes; a comma stands after the last entry",
            ),
            ("{\"a\": ", "line 1, column 6: not JSON: the document ends where a value is expected"),
            ("{} {}", "line 1, column 4: not JSON: something follows the end of the document"),
        ];
        for (text, expected) in cases {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn an_empty_document_is_called_one() {
        for text in ["", " \n\t\n"] {
            assert_eq!(said(text), "line 1, column 1: expected an object: a certificate, found an empty document");
        }
    }
}
