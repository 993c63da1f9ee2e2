//! Certificates that hold.

use std::path::Path;

use margincert::kernel::certificate::Document;

/// The text of every file in `tests/fixtures`, by name.
pub fn fixtures() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let text = |path: &Path| std::fs::read_to_string(path).expect("text");
    files.iter().map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), text(path))).collect()
}

#[test]
fn every_claim_of_every_fixture_is_accepted() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 4, "only {} fixtures", fixtures.len());
    for (name, text) in fixtures {
        let document = Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let verdicts = document.check();
        assert!(verdicts.len() >= 3, "{name}");
        for (index, (verdict, (claim, _))) in verdicts.iter().zip(document.claims()).enumerate() {
            assert_eq!(*verdict, Ok(()), "{name}: claim {index}, {claim}");
        }
    }
}
