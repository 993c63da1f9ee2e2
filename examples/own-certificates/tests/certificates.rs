fn main() {
    margincert::harness::run("certificates")
}
