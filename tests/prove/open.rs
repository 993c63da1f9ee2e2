//! Small instances, each of a kind that the prover once left open. `open/` holds them.

use std::path::Path;
use std::time::Duration;

use margincert::files;
use margincert::kernel::certificate::Document;
use margincert::prove::certify::{Prover, Topic, Verdict};

/// More than any of them needs without optimisation, beside other work.
const LIMIT: Duration = Duration::from_secs(600);

/// Those that once took longer than the prover has by default, and what stands for that limit where nothing is optimised, which takes
/// a dozen times as long.
const BY_DEFAULT: [&str; 1] = ["fields-heavy-020-degree8-L2k3"];
const DEFAULT_WITHOUT_OPTIMISATION: Duration = Duration::from_secs(60);

/// Each file with a verdict that is true of it; where it is a local optimum it may be a global one too.
const TRUE: [(&str, Verdict); 42] = [
    ("borderline-002-L3", Verdict::GlobalOptimum),
    ("borderline-1e-12-L2", Verdict::NotLocalOptimum),
    ("borderline-1e-12-L3", Verdict::NotLocalOptimum),
    ("chain-001-L6", Verdict::GlobalOptimum),
    ("clarke-joint-000-notkkt", Verdict::NotKkt),
    ("conv-overlap-corner", Verdict::GlobalOptimum),
    ("conv-overlap-relu-002-n3d1", Verdict::GlobalOptimum),
    ("conv-relu-004-P2k3f1", Verdict::GlobalOptimum),
    ("conv-stride-one-filter", Verdict::GlobalOptimum),
    ("conv-three-live-patches", Verdict::LocalOptimum),
    ("cross-polytope-012-p9q1d0", Verdict::LocalOptimum),
    ("cross-polytope-013-p9q4d0", Verdict::GlobalOptimum),
    ("dead-simplex-depth3-000-k1", Verdict::GlobalOptimum),
    ("deep-two-labels-000-opposite", Verdict::GlobalOptimum),
    ("depth-one-001", Verdict::GlobalOptimum),
    ("diagonal-deep-relu-dead-000-L3", Verdict::GlobalOptimum),
    ("diagonal-deep-relu-dead-001-faint", Verdict::LocalOptimum),
    ("fields-heavy-020-degree8-L2k3", Verdict::NotLocalOptimum),
    ("ill-scaled-004-input-1e6-L2", Verdict::NotLocalOptimum),
    ("kinks-between-007-n18", Verdict::LocalOptimum),
    ("kinks-between-008-n32", Verdict::LocalOptimum),
    ("like-dense-000-patch", Verdict::GlobalOptimum),
    ("many-multipliers-005-n14d2L2-wide", Verdict::GlobalOptimum),
    ("many-multipliers-good-001-n6", Verdict::GlobalOptimum),
    ("near-orthogonal-005-n12", Verdict::LocalOptimum),
    ("near-orthogonal-dead-004-n12", Verdict::LocalOptimum),
    ("not-kkt-kinks-010-kinks17L2", Verdict::NotKkt),
    ("not-kkt-outside-003-kinks17", Verdict::NotKkt),
    ("one-unit-000-L2k2", Verdict::LocalOptimum),
    ("one-weight-shared-by-a-hair", Verdict::GlobalOptimum),
    ("rank-one-live-000-L3k2", Verdict::GlobalOptimum),
    ("reads-zero-000-L2relu", Verdict::GlobalOptimum),
    ("scaled-down-024-1e-6-deep-counterexample", Verdict::NotLocalOptimum),
    ("scaled-up-018-1e8-dead-simplex-depth2", Verdict::NotLocalOptimum),
    ("scaled-up-025-1e3-dead-simplex-depth3", Verdict::NotLocalOptimum),
    ("scaled-up-053-1e8-diagonal-deep-linear", Verdict::GlobalOptimum),
    ("slope-one-001-L3", Verdict::GlobalOptimum),
    ("sparse-relu-002-k2", Verdict::GlobalOptimum),
    ("sparse-relu-007-k3", Verdict::NotLocalOptimum),
    ("sparse-relu-two-units", Verdict::GlobalOptimum),
    ("symmetric-data-009-n20d2", Verdict::GlobalOptimum),
    ("weights-1000-beside-1", Verdict::NotLocalOptimum),
];

#[test]
fn each_has_its_verdict() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/prove/open");
    let found = files::find(&folder).into_iter().filter_map(Result::ok).count();
    assert_eq!(found, TRUE.len(), "a file without a verdict, or the other way round");
    for (name, verdict) in TRUE {
        let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).expect(name);
        let document = Document::parse(&text).expect(name);
        let topics = match verdict {
            Verdict::LocalOptimum => vec![Topic::Kkt, Topic::Local],
            _ => Topic::ALL.to_vec(),
        };
        let limit = if BY_DEFAULT.contains(&name) { DEFAULT_WITHOUT_OPTIMISATION } else { LIMIT };
        let (certificate, account) = Prover::new().time_limit(Some(limit)).topics(topics).certify(&document);
        let is_stronger = (verdict, account.verdict()) == (Verdict::LocalOptimum, Verdict::GlobalOptimum);
        assert!(account.verdict() == verdict || is_stronger, "{name}: {account}");
        assert!(certificate.check().iter().all(Result::is_ok), "{name}");
    }
}
