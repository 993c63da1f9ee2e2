//! Every certificate in `proofs/`, one named test a file.

fn main() {
    margincert::harness::run("proofs")
}
