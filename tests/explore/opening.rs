//! Files that are no database, or not this program's, or cannot be had: each is refused with words that help, and left as it is.

use std::fs;
use std::path::Path;

use margincert::explore::database::{Database, DatabaseError, Kept, Problem};
use margincert::kernel::certificate::Document;

use crate::scratch::Scratch;
use crate::synthetic::{Synthetic, content, plan, synthetic_run, work_on};

/// Opens a file in every way, and expects each to be refused alike.
fn refused(path: &Path, is_expected: fn(&Problem) -> bool) -> DatabaseError {
    let before = fs::read(path).ok();
    let ways = [Database::create, Database::open, Database::open_read_only];
    let errors = ways.map(|open| open(path).expect_err("it is refused"));
    for error in &errors {
        assert!(is_expected(&error.problem), "{error:?}");
        assert!(error.to_string().starts_with(&*path.to_string_lossy()), "{error}");
    }
    assert_eq!(fs::read(path).ok(), before, "it is left as it was");
    let [_, _, last] = errors;
    last
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let folder = Scratch::new();
    let path = folder.path("notes.txt");
    fs::write(&path, "Dear diary, today I proved a theorem. ".repeat(100)).expect("a file");
    let error = refused(&path, |problem| matches!(problem, Problem::NotADatabase));
    assert!(error.to_string().contains("--db PATH"), "{error}");
}

#[test]
fn the_database_of_another_program_is_left_as_it_is() {
    let folder = Scratch::new();
    let path = folder.path("other.db");
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection.execute_batch("CREATE TABLE birds (name TEXT); PRAGMA user_version = 1").expect("a table");
    drop(connection);
    refused(&path, |problem| matches!(problem, Problem::OfAnotherProgram(0)));
}

#[test]
fn the_database_of_a_later_version_is_left_as_it_is() {
    let folder = Scratch::new();
    let path = folder.path("later.db");
    drop(Database::create(&path).expect("a database"));
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection.execute_batch("PRAGMA user_version = 7; PRAGMA journal_mode = DELETE").expect("a pragma");
    drop(connection);
    let error = refused(&path, |problem| matches!(problem, Problem::Later(7)));
    assert!(error.to_string().contains("later version of margincert (its schema is 7"), "{error}");
}

/// Ids and counts have another meaning there, so nothing but certificates is taken over, under their new ids.
#[test]
fn of_the_database_of_an_earlier_version_the_certificates_are_taken_over() {
    let folder = Scratch::new();
    let path = folder.path("earlier.db");
    let text = fs::read_to_string("proofs/found/diagonal-depth2-linear.json").expect("a certificate");
    let kept = Kept::checked(&Document::parse(&text).expect("it can be read")).expect("it is accepted");
    let mut database = Database::create(&path).expect("a database");
    database.import(std::slice::from_ref(&kept)).expect("it can be written");
    drop(database);
    assert!(matches!(Database::of_earlier(&path).expect_err("it is not").problem, Problem::NotEarlier));
    let connection = rusqlite::Connection::open(&path).expect("a database");
    let renamed =
        "PRAGMA foreign_keys = OFF; UPDATE instances SET id = 'old'; UPDATE certificates SET instance = 'old';
                   PRAGMA user_version = 1; PRAGMA journal_mode = DELETE";
    connection.execute_batch(renamed).expect("another id");
    drop(connection);
    let error = refused(&path, |problem| matches!(problem, Problem::Earlier(1)));
    assert!(error.to_string().contains("`margincert db merge OLD --db NEW` takes its certificates over"), "{error}");
    let certificates = Database::of_earlier(&path).expect("certificates");
    assert_eq!(certificates, [kept]);
}

#[test]
fn a_place_where_there_can_be_no_file_is_said_to_be_one() {
    let folder = Scratch::new();
    refused(&folder.path(""), |problem| matches!(problem, Problem::CannotOpen(_)));
    let error = Database::create(&folder.path("no/such/folder.db")).expect_err("there is no folder");
    assert!(matches!(error.problem, Problem::CannotOpen(_)), "{error:?}");
}

#[test]
fn a_database_that_is_not_there_is_made_only_for_recording() {
    let folder = Scratch::new();
    let path = folder.path("new.db");
    for open in [Database::open, Database::open_read_only] {
        assert!(matches!(open(&path).expect_err("there is none").problem, Problem::Missing));
        assert!(!path.exists());
    }
    fs::write(&path, "").expect("an empty file");
    assert!(matches!(Database::open_read_only(&path).expect_err("it is empty").problem, Problem::Missing));
    assert!(Database::create(&path).expect("a database").runs().expect("no runs").is_empty());
}

#[test]
fn damage_is_noticed_wherever_it_is_and_never_taken_for_content() {
    let folder = Scratch::new();
    let path = folder.path("sound.db");
    let mut database = Database::create(&path).expect("a database");
    work_on(&mut database, &Synthetic::new(), &plan());
    content(&database);
    drop(database);
    let sound = fs::read(&path).expect("a file");
    assert!(!folder.path("sound.db-wal").exists(), "all is in one file");
    // Page after page is overwritten; the first one with its header kept and without.
    let damaged = folder.path("damaged.db");
    let pages = sound.len() / 4096;
    assert!(pages > 8, "{pages} pages");
    for page in 0..pages {
        let mut bytes = sound.clone();
        let start = if page == 0 { 100 } else { page * 4096 };
        bytes[start..(page + 1) * 4096]
            .iter_mut()
            .enumerate()
            .for_each(|(i, byte)| *byte = byte.wrapping_add(i as u8 | 1));
        fs::write(&damaged, &bytes).expect("a file");
        let verified = Database::open_read_only(&damaged).and_then(|database| database.verify(&|_, _| ()));
        match verified {
            Ok(verified) => assert!(!verified.defects.is_empty(), "page {page} is damaged unnoticed"),
            Err(error) => assert!(matches!(error.problem, Problem::Damaged(_)), "page {page}: {error:?}"),
        }
    }
    // A file cut short.
    fs::write(&damaged, &sound[..sound.len() / 2]).expect("a file");
    let verified = Database::open_read_only(&damaged).and_then(|database| database.verify(&|_, _| ()));
    assert!(verified.is_err_and(|error| matches!(error.problem, Problem::Damaged(_))));
}

#[test]
fn the_page_about_the_database_names_every_column_and_its_questions_can_be_asked() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/database.md")).expect("a page");
    let folder = Scratch::new();
    let mut database = folder.create("page.db");
    work_on(&mut database, &Synthetic::new(), &plan());
    let connection = rusqlite::Connection::open(database.path()).expect("a database");
    let sql = "SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
               WHERE tables.type IN ('table', 'view')";
    let mut statement = connection.prepare(sql).expect("a question");
    let columns = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("an answer");
    let columns: Vec<(String, String)> = columns.collect::<Result<_, _>>().expect("an answer");
    assert!(columns.len() > 30, "{columns:?}");
    for (table, column) in columns {
        // `finds` and `undecided` have one section.
        let name = if table == "undecided" { "finds" } else { &table };
        let section = page.split(&format!("\n`{name}`")).nth(1).unwrap_or_else(|| panic!("no section on {name}"));
        let section = section.split("\n\n`").next().unwrap_or_default();
        assert!(section.contains(&format!("`{column}`")), "{table}.{column}");
    }
    let questions = page.split("```sql\n").nth(1).and_then(|rest| rest.split("```").next()).expect("questions");
    for question in questions.split_inclusive(';').filter(|text| text.contains(';')) {
        let mut statement = connection.prepare(question).unwrap_or_else(|error| panic!("{question}: {error}"));
        let rows = statement.query_map([], |_| Ok(())).expect("an answer").count();
        assert!(rows > 0, "{question}");
    }
}

#[test]
fn whoever_closes_a_database_last_leaves_no_file_beside_it() {
    let folder = Scratch::new();
    let path = folder.path("tidy.db");
    let beside = || ["tidy.db-wal", "tidy.db-shm"].iter().filter(|name| folder.path(name).exists()).count();
    let read = || {
        let database = Database::open_read_only(&path).expect("it is there");
        assert!(database.runs().expect("it can be read").is_empty());
        database
    };
    drop(Database::create(&path).expect("a database"));
    assert_eq!(beside(), 0);
    drop(read());
    assert_eq!(beside(), 0);
    let (first, second) = (read(), read());
    drop(first);
    assert_eq!(second.runs().expect("it can be read"), []);
    drop(second);
    assert_eq!(beside(), 0);
    // It reads only, though it could write.
    assert!(read().begin(&synthetic_run(), 1, false).is_err());
}
