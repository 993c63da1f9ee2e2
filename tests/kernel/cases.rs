//! Certificates of claims that an earlier checker could not accept.

use margincert::kernel::certificate::Document;

#[test]
fn each_is_accepted() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kernel/cases");
    let files = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let files: Vec<_> = files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    assert_eq!(files.len(), 2);
    for file in files {
        let document = Document::parse(&std::fs::read_to_string(&file).expect("a file")).expect("a certificate");
        let verdicts = document.check();
        assert!(!verdicts.is_empty() && verdicts.iter().all(Result::is_ok), "{}: {verdicts:?}", file.display());
    }
}
