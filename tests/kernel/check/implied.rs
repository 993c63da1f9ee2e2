//! Claims by earlier claims: every pair of properties and scopes.

use margincert::kernel::certificate::Certificate;
use margincert::kernel::check::Property::{
    GlobalOptimum, Kkt, LocalOptimum, NotGlobalOptimum, NotKkt, NotLocalOptimum,
};
use margincert::kernel::check::*;

use super::super::support::*;
use super::no_such_layer;

fn implied(property: Property, layer: Option<usize>, claim_index: usize) -> Claim<Q> {
    Claim::Implied(Implied { property, layer, claim_index })
}

type Row = (Property, &'static [Property], &'static [Property], &'static [Property]);

/// What a property of the whole implies of the whole, of a layer; what one of a layer implies of that layer, of the whole.
const ROWS: [Row; 6] = [
    (GlobalOptimum, &[GlobalOptimum, LocalOptimum, Kkt], &[GlobalOptimum, LocalOptimum, Kkt], &[]),
    (LocalOptimum, &[LocalOptimum, Kkt], &[LocalOptimum, Kkt], &[]),
    (Kkt, &[Kkt], &[], &[]),
    (NotKkt, &[NotKkt, NotLocalOptimum, NotGlobalOptimum], &[], &[NotLocalOptimum, NotGlobalOptimum]),
    (NotLocalOptimum, &[NotLocalOptimum, NotGlobalOptimum], &[], &[NotLocalOptimum, NotGlobalOptimum]),
    (NotGlobalOptimum, &[NotGlobalOptimum], &[], &[NotGlobalOptimum]),
];

#[test]
fn exactly_these_follow() {
    for (premise, same, narrower, wider) in ROWS {
        for property in Property::ALL {
            for (from, to, expected) in [
                (None, None, same.contains(&property)),
                (Some(1), Some(1), same.contains(&property)),
                (None, Some(1), narrower.contains(&property)),
                (Some(1), None, wider.contains(&property)),
                (Some(0), Some(1), false),
            ] {
                let wanted = Implied { property, layer: to, claim_index: 0 };
                let found = wanted.follows_from(&implied(premise, from, 0));
                assert_eq!(found, expected, "{property:?} of {to:?} from {premise:?} of {from:?}");
            }
        }
    }
}

fn local(multipliers: &str) -> Claim<Q> {
    let by = Method::Lagrangian(Lagrangian { multipliers: row(multipliers) });
    Claim::LocalOptimum(margincert::kernel::check::LocalOptimum { layer: None, by })
}

fn verdicts(claims: Vec<Claim<Q>>) -> Vec<Result<(), Rejection<Q>>> {
    let certificate = Certificate { claims, ..Certificate::instance(None, local_not_global()) };
    certificate.check().into_iter().map(verdict).collect()
}

fn rejection(error: Rejection<Q>) -> Result<(), Rejection<Q>> {
    Err(error)
}

#[test]
fn an_accepted_earlier_claim_is_needed() {
    let kkt = implied(Kkt, Some(0), 1);
    assert_eq!(verdicts(vec![local("1 1"), implied(LocalOptimum, Some(0), 0), kkt.clone()]), [Ok(()), Ok(()), Ok(())]);
    // What rests on a rejected claim falls with it, however indirectly.
    let fallen = verdicts(vec![local("1 2"), implied(LocalOptimum, Some(0), 0), kkt]);
    assert!(fallen[0].is_err());
    assert_eq!(fallen[1], rejection(Rejection::NotAccepted { claim_index: 0 }));
    assert_eq!(fallen[2], rejection(Rejection::NotAccepted { claim_index: 1 }));
    let circle = verdicts(vec![implied(LocalOptimum, None, 1), implied(LocalOptimum, None, 0)]);
    assert_eq!(circle[0], rejection(Rejection::NotEarlier { claim_index: 1, earlier: 0 }));
    assert_eq!(circle[1], rejection(Rejection::NotAccepted { claim_index: 0 }));
}

#[test]
fn other_scopes_and_stronger_claims_do_not_follow() {
    let wrong = |claim| verdicts(vec![local("1 1"), claim]).remove(1);
    let (premise, premise_layer) = ("local_optimum", None);
    let does_not = rejection(Rejection::DoesNotFollow { claim_index: 0, premise, premise_layer });
    assert_eq!(wrong(implied(GlobalOptimum, None, 0)), does_not);
    assert_eq!(wrong(implied(LocalOptimum, Some(2), 0)), rejection(no_such_layer(2, 2)));
}

#[test]
fn by_itself_it_proves_nothing() {
    assert!(check(&local_not_global(), &implied(LocalOptimum, Some(0), 0)).is_err());
}
