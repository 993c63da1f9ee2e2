//! The command `margincert`; everything is in the library, see `margincert::cli`.

fn main() -> std::process::ExitCode {
    margincert::cli::main()
}
