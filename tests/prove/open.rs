//! Small instances, each of a kind that the prover once left open. `open/` holds them.

use std::path::Path;
use std::time::Duration;

use margincert::files;
use margincert::kernel::certificate::Document;
use margincert::prove::certify::{Prover, Topic, Verdict};

/// Each file with a verdict that is true of it; where it is a local optimum it may be a global one too.
const TRUE: [(&str, Verdict); 23] = [
    ("borderline-002-L3", Verdict::GlobalOptimum),
    ("borderline-1e-12-L2", Verdict::NotLocalOptimum),
    ("borderline-1e-12-L3", Verdict::NotLocalOptimum),
    ("chain-001-L6", Verdict::GlobalOptimum),
    ("conv-overlap-corner", Verdict::GlobalOptimum),
    ("conv-overlap-relu-002-n3d1", Verdict::GlobalOptimum),
    ("conv-relu-004-P2k3f1", Verdict::GlobalOptimum),
    ("cross-polytope-012-p9q1d0", Verdict::LocalOptimum),
    ("dead-simplex-depth3-000-k1", Verdict::GlobalOptimum),
    ("depth-one-001", Verdict::GlobalOptimum),
    ("diagonal-deep-relu-dead-000-L3", Verdict::GlobalOptimum),
    ("diagonal-deep-relu-dead-001-faint", Verdict::LocalOptimum),
    ("ill-scaled-004-input-1e6-L2", Verdict::NotLocalOptimum),
    ("like-dense-000-patch", Verdict::GlobalOptimum),
    ("many-multipliers-good-001-n6", Verdict::GlobalOptimum),
    ("near-orthogonal-005-n12", Verdict::LocalOptimum),
    ("near-orthogonal-dead-004-n12", Verdict::LocalOptimum),
    ("one-unit-000-L2k2", Verdict::LocalOptimum),
    ("one-weight-shared-by-a-hair", Verdict::GlobalOptimum),
    ("rank-one-live-000-L3k2", Verdict::GlobalOptimum),
    ("slope-one-001-L3", Verdict::GlobalOptimum),
    ("sparse-relu-002-k2", Verdict::GlobalOptimum),
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
        let (certificate, account) =
            Prover::new().time_limit(Some(Duration::from_secs(60))).topics(topics).certify(&document);
        let is_stronger = (verdict, account.verdict()) == (Verdict::LocalOptimum, Verdict::GlobalOptimum);
        assert!(account.verdict() == verdict || is_stronger, "{name}: {account}");
        assert!(certificate.check().iter().all(Result::is_ok), "{name}");
    }
}
