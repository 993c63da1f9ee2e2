(** * What the trees of [Choices.v] show of a quadratic function. *)

From Coq Require Import Reals ZArith List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Sums System Gram TwoLayers Choices.
Import ListNotations.
Open Scope R_scope.

Section Tree.
Variables (rows : list (list Z)) (tables : list (list (list Z))) (limit : Z) (live : list (nat * bool) -> nat -> bool).
Let m := length rows.
Local Notation check_leaf := (Choices.check_leaf limit).
Local Notation check_choices := (Choices.check_choices rows limit live).

Hypothesis Tables : tables = map multiples rows.
Hypothesis Square : forall row, In row rows -> length row = m.
Let entry i k := nth k (nth i rows []) 0%Z.
Hypothesis Symmetric : forall i k, (i < m)%nat -> (k < m)%nat -> entry i k = entry k i.
Let r i k := IZR (entry i k).
Definition linear (p : place) : Z := match p with Closed => 0 | Slack b => b | Open b _ => b end.
Definition is_open (p : place) : bool := match p with Open _ _ => true | _ => false end.
Let over (f : nat -> R) := Rsum (map f (seq 0 m)).

Lemma over_ext f g : (forall i, (i < m)%nat -> f i = g i) -> over f = over g.
Proof. intro H. apply Rsum_ext_in. intros i Hi. apply in_seq in Hi. apply H. lia. Qed.
Lemma over_plus f g : over (fun i => f i + g i) = over f + over g.
Proof. apply Rsum_plus. Qed.
Lemma over_mult a f : over (fun i => a * f i) = a * over f.
Proof. apply Rsum_mult. Qed.
Lemma over_swap f : over (fun i => over (f i)) = over (fun k => over (fun i => f i k)).
Proof. apply Rsum_swap. Qed.
Lemma over_le f g : (forall i, (i < m)%nat -> f i <= g i) -> over f <= over g.
Proof. intro H. apply Rsum_le. intros i Hi. apply in_seq in Hi. apply H. lia. Qed.
Lemma over_one k f : (k < m)%nat -> over (fun i => if Nat.eqb i k then f i else 0) = f k.
Proof.
  intro Hk. unfold over. rewrite (Rsum_only _ m k).
  - destruct (Nat.ltb_spec k m); [|lia]. now rewrite Nat.eqb_refl.
  - intros i _ N. destruct (Nat.eqb_spec i k); [congruence|reflexivity].
Qed.

(** The function of the places that are not closed. *)
Definition value (s : Z) (ps : list place) (z : nat -> R) : R :=
  IZR s + over (fun i => z i * IZR (linear (nth i ps Closed))) + over (fun i => z i * over (fun k => z k * r i k)).
Definition supported (ps : list place) (z : nat -> R) : Prop :=
  forall i, (i < m)%nat -> nth i ps Closed = Closed -> z i = 0.
Definition owns (ps : list place) : Prop := forall i b own, (i < m)%nat -> nth i ps Closed = Open b own ->
  r i i + over (fun k => if is_open (nth k ps Closed) then if Nat.eqb k i then 0 else Rmax 0 (r i k) else 0) <= IZR own.

Lemma away_is above a p : away above a p =
  match p with
  | Closed => Closed
  | Slack b => Slack (if above then b + 2 * a else b)
  | Open b own => Open (if above then b + 2 * a else b) (own - Z.max 0 a)
  end%Z.
Proof.
  destruct p as [|b|b own]; cbn [away]; [reflexivity|now destruct above|]. f_equal. destruct a; lia.
Qed.
Lemma nth_all_away above row ps i : length row = length ps ->
  nth i (all_away above row ps) Closed = away above (nth i row 0%Z) (nth i ps Closed).
Proof. revert ps i. induction row as [|a row IH]; intros [|p ps] [|i] L; try discriminate L; cbn; auto. Qed.
Lemma nth_close_row k above row ps i : length row = length ps -> (k < length row)%nat ->
  nth i (close k above row ps) Closed = if Nat.eqb i k then Closed else away above (nth i row 0%Z) (nth i ps Closed).
Proof.
  revert k ps i. induction row as [|a row IH]; intros [|k] [|p ps] [|i] L Hk; try discriminate L; cbn in *; try
    lia; auto.
  - apply nth_all_away. congruence.
  - apply IH. congruence. lia.
Qed.
Lemma nth_close k above ps i : length ps = m -> (k < m)%nat ->
  nth i (close k above (nth k rows []) ps) Closed =
  if Nat.eqb i k then Closed else away above (entry k i) (nth i ps Closed).
Proof.
  intros L Hk. assert (Lr : length (nth k rows []) = m) by (apply Square, nth_In; exact Hk).
  apply nth_close_row; congruence.
Qed.
Lemma length_close k above ps : length ps = m -> (k < m)%nat -> length (close k above (nth k rows []) ps) = m.
Proof.
  intros L Hk. assert (Lr : length (nth k rows []) = m) by (apply Square, nth_In; exact Hk). rewrite <- L in Lr |- *.
  rewrite <- L in Hk. rewrite <- Lr in Hk. clear L. revert Lr Hk. generalize (nth k rows []) as row. intro row. clear.
  revert k ps. induction row as [|a row IH]; intros [|k] [|p ps] L Hk; cbn in *; try lia.
  - f_equal. injection L as L. clear - L. revert ps L. induction row as [|a row IH]; intros [|p ps] L; cbn in *;
    auto; lia.
  - f_equal. apply IH; lia.
Qed.

Lemma value_above k ps s b own z : length ps = m -> (k < m)%nat -> nth k ps Closed = Open b own ->
  supported (close k true (nth k rows []) ps) z ->
  value s ps (fun i => (if Nat.eqb i k then 1 else 0) + z i) =
  value (s + b + entry k k) (close k true (nth k rows []) ps) z.
Proof.
  intros L Hk Eb Sz. unfold value. rewrite !plus_IZR. fold (r k k).
  assert (Zk : z k = 0) by (apply Sz; auto; rewrite nth_close, Nat.eqb_refl by auto; reflexivity).
  rewrite (over_ext _ (fun i => (if Nat.eqb i k then IZR (linear (nth i ps Closed)) else 0) +
    z i * IZR (linear (nth i ps Closed)))) by (intros i _; destruct Nat.eqb; ring).
  rewrite over_plus, (over_one k (fun i => IZR (linear (nth i ps Closed)))), Eb by auto. cbn [linear].
  assert (In1 : forall i, over (fun k0 => ((if Nat.eqb k0 k then 1 else 0) + z k0) * r i k0) =
    r i k + over (fun k0 => z k0 * r i k0)).
  { intro i. rewrite (over_ext _ (fun k0 => (if Nat.eqb k0 k then r i k0 else 0) + z k0 * r i k0))
      by (intros; destruct Nat.eqb; ring). now rewrite over_plus, (over_one k (r i)). }
  rewrite (over_ext (fun i => ((if Nat.eqb i k then 1 else 0) + z i) * _)
    (fun i => (if Nat.eqb i k then r i k + over (fun k0 => z k0 * r i k0) else 0) +
              (z i * r i k + z i * over (fun k0 => z k0 * r i k0)))).
  2:{ intros i _. rewrite In1. destruct Nat.eqb; ring. }
  rewrite !over_plus, (over_one k (fun i => r i k + over (fun k0 => z k0 * r i k0))) by auto.
  rewrite (over_ext (fun i => z i * IZR (linear (nth i (close _ _ _ _) Closed)))
    (fun i => z i * IZR (linear (nth i ps Closed)) + 2 * (z i * r k i))).
  - rewrite over_plus, over_mult.
    rewrite (over_ext (fun i => z i * r i k) (fun i => z i * r k i)); [ring|].
    intros i Hi. unfold r. now rewrite Symmetric.
  - intros i Hi. rewrite nth_close by auto. destruct (Nat.eqb_spec i k) as [->|]; [rewrite Zk; ring|].
    unfold r. destruct (nth i ps Closed) eqn:Ei; rewrite ?away_is; cbn [linear].
    + rewrite (Sz i Hi). ring. rewrite nth_close, Ei by auto. now destruct Nat.eqb.
    + rewrite plus_IZR, mult_IZR. ring.
    + rewrite plus_IZR, mult_IZR. ring.
Qed.
Lemma value_below k ps s z : length ps = m -> (k < m)%nat -> supported (close k false (nth k rows []) ps) z ->
  value s ps z = value s (close k false (nth k rows []) ps) z.
Proof.
  intros L Hk Sz. unfold value. f_equal. f_equal. apply over_ext. intros i Hi. rewrite nth_close by auto.
  destruct (Nat.eqb_spec i k) as [->|].
  - rewrite (Sz k) by (auto; rewrite nth_close, Nat.eqb_refl by auto; reflexivity). ring.
  - now destruct (nth i ps Closed).
Qed.
Lemma owns_close k above ps b own : length ps = m -> (k < m)%nat -> nth k ps Closed = Open b own -> owns ps ->
  owns (close k above (nth k rows []) ps).
Proof.
  intros L Hk Eb O i b' own' Hi Ei. rewrite nth_close in Ei by auto. destruct (Nat.eqb_spec i k) as [->|N];
    try discriminate.
  rewrite away_is in Ei. destruct (nth i ps Closed) as [| |bi owni] eqn:Ep; try discriminate. injection Ei as _ <-.
  specialize (O i bi owni Hi Ep). rewrite minus_IZR.
  assert (M : IZR (Z.max 0 (entry k i)) = Rmax 0 (r i k)).
  { unfold r. rewrite (Symmetric i k) by auto. destruct (Z.max_spec 0 (entry k i)) as [[A ->]|[A ->]].
    - apply IZR_lt in A. rewrite Rmax_right; lra.
    - apply IZR_le in A. rewrite Rmax_left; lra. }
  rewrite M.
  rewrite (over_ext _ (fun l => (if Nat.eqb l k then Rmax 0 (r i l) else 0) +
    (if is_open (nth l (close k above (nth k rows []) ps) Closed) then if Nat.eqb l i then 0 else Rmax 0 (r i l) else
      0))) in O.
  - rewrite over_plus, (over_one k (fun l => Rmax 0 (r i l))) in O by auto. lra.
  - intros l Hl. rewrite nth_close by auto. destruct (Nat.eqb_spec l k) as [->|].
    + rewrite Eb. cbn [is_open]. destruct (Nat.eqb_spec k i); [congruence|ring].
    + destruct (nth l ps Closed); rewrite ?away_is; cbn [is_open]; ring.
Qed.

(** ** Leaves *)
Lemma length_at_slack gs ps : length (at_slack gs ps) = length ps.
Proof. revert gs. induction ps as [|[| |] ps IH]; intro gs; cbn [at_slack length]; auto. destruct gs; cbn [length];
  auto. Qed.
Lemma at_slack_zero gs ps i : (match nth i ps Closed with Slack _ => False | _ => True end) ->
  nth i (at_slack gs ps) 0%Z = 0%Z.
Proof.
  revert gs i. induction ps as [|p ps IH]; intros gs [|i] H; cbn [at_slack nth] in *; auto.
  - now destruct p.
  - destruct p; try apply IH; auto. destruct gs; apply IH; auto.
Qed.
Lemma multiple_ok g row : multiple g row (multiples row) = map (Z.mul g) row.
Proof.
  unfold multiple. destruct g as [|p|p]; auto. destruct (Z.ltb_spec (Zpos p) 16) as [H|]; auto.
  destruct p as [p|p|]; [destruct p as [p|p|]; [destruct p as [p|p|]; [destruct p| destruct p|]|destruct p as [p|p|];
    [destruct p|destruct p|]|]|destruct p as [p|p|]; [destruct p as [p|p|];
      [destruct p|destruct p|]|destruct p as [p|p|];
    [destruct p|destruct p|]|]|]; try reflexivity; lia.
Qed.
Lemma add_row_nth row acc i : length row = length acc -> nth i (add_row row acc) 0%Z = (nth i row 0 + nth i acc 0)%Z.
Proof.
  revert acc i. induction row as [|a row IH]; intros [|b acc] [|i] L; try discriminate L; auto. cbn [add_row nth]. auto.
Qed.
Lemma length_add_row row acc : length row = length acc -> length (add_row row acc) = length acc.
Proof. revert acc. induction row as [|a row IH]; intros [|b acc] L; try discriminate L; auto. cbn in *. auto. Qed.
Lemma combined_ok gs rs acc : (forall row, In row rs -> length row = length acc) -> length gs = length rs ->
  length (combined gs rs (map multiples rs) acc) = length acc /\
  forall i, IZR (nth i (combined gs rs (map multiples rs) acc) 0%Z) =
  IZR (nth i acc 0%Z) + Rsum (map (fun h => IZR (nth h gs 0%Z) * IZR (nth i (nth h rs []) 0%Z)) (seq 0 (length rs))).
Proof.
  revert gs acc. induction rs as [|row rs IH]; intros [|g gs] acc Sq L; try discriminate L.
  - cbn [combined length seq map]. split; auto. intros. unfold Rsum. simpl. ring.
  - cbn [combined length seq map]. rewrite multiple_ok.
    assert (Lr : length row = length acc) by (apply Sq; now left).
    set (acc' := match g with Z0 => acc | _ => add_row (map (Z.mul g) row) acc end).
    assert (La : length acc' = length acc).
    { unfold acc'. destruct g; auto; apply length_add_row; now rewrite map_length. }
    destruct (IH gs acc') as [Len At]; [intros row' I; rewrite La; apply Sq; now right | simpl in L; lia |].
    split. congruence. intros i. rewrite At. rewrite Rsum_cons, <- seq_shift, map_map. cbn [nth].
    assert (Ea : IZR (nth i acc' 0%Z) = IZR g * IZR (nth i row 0%Z) + IZR (nth i acc 0%Z)).
    { rewrite <- mult_IZR, <- plus_IZR. f_equal. unfold acc'.
      assert (M : forall x, nth i (map (Z.mul x) row) 0%Z = (x * nth i row 0)%Z).
      { intro x. transitivity (nth i (map (Z.mul x) row) (x * 0)%Z). f_equal. ring. apply map_nth. }
      destruct g; [ring| |]; (rewrite add_row_nth by now rewrite map_length); now rewrite M. }
    rewrite Ea. ring.
Qed.

(** What a place contributes to the excess. *)
Definition contributes (unit g t : Z) (p : place) : Z :=
  match p with Closed => 0 | Slack b => - (g * b) | Open b own => Z.max 0 (unit * (b + own) - 2 * t) end%Z.
Lemma excess_ok unit gs ts ps : length gs = m -> length ts = m -> length ps = m ->
  IZR (excess unit gs ts ps) = over (fun i => IZR (contributes unit (nth i gs 0%Z) (nth i ts 0%Z) (nth i ps Closed))).
Proof.
  unfold over. generalize m as n. intro n. revert gs ts ps.
  induction n as [|n IH]; intros [|g gs] [|t ts] [|p ps] Lg Lt Lp; try discriminate. reflexivity.
  cbn [seq map]. rewrite Rsum_cons, <- seq_shift, map_map. cbn [nth]. rewrite <- IH by (simpl in *; lia).
    rewrite <- plus_IZR.
  f_equal. destruct p as [|b|b own]; cbn [excess contributes]; [ring| |]. destruct g; ring.
  rewrite (Z.double_spec t). destruct (unit * (b + own) - 2 * t)%Z; reflexivity.
Qed.

(** Values at slack places, and what is computed of them. *)
Variable start : list place.
Record is_prepared (l : prepared) : Prop := IsPrepared {
  unit_positive : (0 < leaf_unit l)%Z;
  values_length : length (leaf_values l) = m;
  values_slack : forall i, (match nth i start Closed with Slack _ => False | _ => True end) ->
    nth i (leaf_values l) 0%Z = 0%Z;
  values_fit : forall g, In g (leaf_values l) -> (0 <= g <= leaf_unit l)%Z;
  sums_length : length (leaf_sums l) = m;
  sums_are : forall i, IZR (nth i (leaf_sums l) 0%Z) = over (fun h => IZR (nth h (leaf_values l) 0%Z) * r h i);
  square_is : IZR (leaf_square l) =
    over (fun i => IZR (nth i (leaf_values l) 0%Z) * IZR (nth i (leaf_sums l) 0%Z)) }.
Lemma prepare_ok values : length start = m -> fits (prepare rows tables start values) = true ->
  is_prepared (prepare rows tables start values).
Proof.
  intros L F. destruct values as [size deficits]. unfold fits in F. rewrite forallb_forall in F. cbn [prepare] in *.
  set (gs := at_slack (numbers size deficits) start) in *.
  set (ts := combined gs rows tables (map (fun _ => 0%Z) rows)) in *. cbn [leaf_unit leaf_values] in F.
  assert (Lg : length gs = m) by (unfold gs; rewrite length_at_slack; exact L).
  assert (Lt : length ts = m /\ forall i, IZR (nth i ts 0%Z) = over (fun h => IZR (nth h gs 0%Z) * r h i)).
  { destruct (combined_ok gs rows (map (fun _ => 0%Z) rows)) as [Lc At]; rewrite ?map_length; auto.
    unfold ts. rewrite Tables. split. now rewrite Lc, map_length. intro i. rewrite At.
    replace (nth i (map (fun _ => 0%Z) rows) 0%Z) with 0%Z.
    - unfold over, r, entry. fold m. ring.
    - generalize rows. clear. intro l. revert i. induction l; intros [|i]; cbn [map nth]; auto. }
  split; cbn [leaf_unit leaf_values leaf_sums leaf_square]; auto; try apply Lt.
  - rewrite Nat2Z.inj_succ. pose proof (Z.pow_gt_1 16 (Z.succ (Z.of_nat size)) ltac:(lia)). lia.
  - intros i. apply at_slack_zero.
  - intros g I. specialize (F g I). destruct (Z.leb_spec 0 g); try discriminate. now apply Z.leb_le in F.
  - rewrite zdot_ok, Lg. reflexivity.
Qed.

Lemma leaf_bounded l s ps o : is_prepared l -> length ps = m -> owns ps ->
  (forall i, (i < m)%nat -> if is_open (nth i ps Closed) then o i = 0 \/ o i = 1 else o i = 0) ->
  (forall i, (i < m)%nat -> (match nth i ps Closed with Slack _ => False | _ => True end) ->
    nth i (leaf_values l) 0%Z = 0%Z) ->
  let D := IZR (leaf_unit l) in
  D * D * value s ps (fun i => o i - IZR (nth i (leaf_values l) 0%Z) / D) <=
  IZR (leaf_unit l * (leaf_unit l * s + excess (leaf_unit l) (leaf_values l) (leaf_sums l) ps) + leaf_square l).
Proof.
  intros [Hu Lg _ _ Lt Et0 Sq] L Own Ho Hg. cbv zeta. set (unit := leaf_unit l) in *. set (gs := leaf_values l) in *.
  set (ts := leaf_sums l) in *. set (D := IZR unit). assert (HD : 0 < D) by now apply IZR_lt.
  set (g := fun i => IZR (nth i gs 0%Z)). set (T := fun i => over (fun h => g h * r h i)).
  assert (Et : forall i, IZR (nth i ts 0%Z) = T i) by exact Et0.
  assert (Goal1 : IZR (unit * (unit * s + excess unit gs ts ps) + leaf_square l) =
    D * D * IZR s + over (fun i => D * IZR (contributes unit (nth i gs 0%Z) (nth i ts 0%Z) (nth i ps Closed)) +
      g i * T i)).
  { rewrite plus_IZR, mult_IZR, plus_IZR, mult_IZR, excess_ok, Sq, over_plus, over_mult by auto. fold D.
    rewrite (over_ext (fun i => IZR (nth i gs 0%Z) * IZR (nth i ts 0%Z)) (fun i => g i * T i)). ring.
    intros i _. now rewrite Et. }
  rewrite Goal1. clear Goal1.
  assert (V : value s ps (fun i => o i - g i / D) = IZR s + over (fun i =>
    (o i - g i / D) * IZR (linear (nth i ps Closed)) + o i * over (fun k => o k * r i k) + (g i / D - 2 * o i) * (T i
      / D))).
  { unfold value. rewrite !over_plus. rewrite Rplus_assoc. f_equal. rewrite Rplus_assoc. f_equal.
    rewrite (over_ext _ (fun i => o i * over (fun k => o k * r i k) + (- (o i * (T i / D)) +
      over (fun k => - (g i / D * (o k * r i k))) + g i / D * (T i / D)))).
    - rewrite !over_plus. rewrite (over_swap (fun i k => - (g i / D * (o k * r i k)))).
      rewrite (over_ext (fun k => over (fun i => - (g i / D * (o k * r i k)))) (fun k => - (o k * (T k / D)))).
      + rewrite (over_ext (fun i => (g i / D - 2 * o i) * (T i / D)) (fun i => g i / D * (T i / D) + 2 * - (o i * (T i
        / D))))
          by (intros; ring). rewrite over_plus, over_mult. ring.
      + intros k _. rewrite (over_ext _ (fun i => - (o k / D) * (g i * r i k))) by (intros; field; lra).
        rewrite over_mult. fold (T k). field. lra.
    - intros i Hi. assert (Sym : over (fun k => g k * r i k) = T i).
      { apply over_ext. intros k Hk. unfold r. now rewrite Symmetric. }
      rewrite (over_ext (fun k => (o k - g k / D) * r i k) (fun k => o k * r i k + - / D * (g k * r i k)))
        by (intros; field; lra). rewrite over_plus, over_mult, Sym.
      rewrite (over_ext (fun k => - (g i / D * (o k * r i k))) (fun k => - (g i / D) * (o k * r i k))) by (intros;
        ring).
      rewrite over_mult. field. lra. }
  fold g. change (fun i => o i - IZR (nth i gs 0%Z) / D) with (fun i => o i - g i / D). rewrite V, Rmult_plus_distr_l.
  apply Rplus_le_compat_l. rewrite <- over_mult. apply over_le. intros i Hi.
  pose proof Ho as All. specialize (Ho i Hi). specialize (Own i). specialize (Hg i Hi). unfold contributes. fold (g i).
  specialize (Et i). destruct (nth i ps Closed) as [|b|b own] eqn:Ei; cbn [is_open linear] in *.
  - rewrite Ho. unfold g. rewrite Hg by exact I. right. field. lra.
  - rewrite Ho, opp_IZR, mult_IZR. fold (g i). right. field. lra.
  - unfold g. rewrite Hg by exact I. specialize (Own b own Hi eq_refl).
    assert (Q : o i * over (fun k => o k * r i k) <= o i * IZR own).
    { destruct Ho as [-> | Ho1]; [lra|]. rewrite Ho1, !Rmult_1_l. eapply Rle_trans; [|exact Own].
      rewrite <- (over_one i (fun k => r i k) Hi), <- over_plus. apply over_le. intros k Hk.
      destruct (Nat.eqb_spec k i) as [->|N].
      - rewrite Ei, Ho1. cbn [is_open]. lra.
      - pose proof (Rmax_l 0 (r i k)). pose proof (Rmax_r 0 (r i k)). clear Own.
        pose proof (All k Hk) as Hok.
        destruct (is_open (nth k ps Closed)). destruct Hok as [-> | ->]; lra. rewrite Hok. lra. }
    assert (Z2 : Rmax 0 (D * (IZR b + IZR own) - 2 * T i) = IZR (Z.max 0 (unit * (b + own) - 2 * nth i ts 0%Z))).
    { assert (Z1 : IZR (unit * (b + own) - 2 * nth i ts 0%Z) = D * (IZR b + IZR own) - 2 * T i).
      { rewrite minus_IZR, !mult_IZR, plus_IZR, Et. reflexivity. }
      rewrite <- Z1. destruct (Z.max_spec 0 (unit * (b + own) - 2 * nth i ts 0%Z)) as [[A ->]|[A ->]].
      - apply IZR_lt in A. rewrite Rmax_right; lra.
      - apply IZR_le in A. rewrite Rmax_left; lra. }
    rewrite <- Z2. clear Z2. set (M := D * (IZR b + IZR own) - 2 * T i).
    assert (DM : D * (o i * M) <= D * Rmax 0 M).
    { apply Rmult_le_compat_l. lra. destruct Ho as [-> | ->]. rewrite Rmult_0_l. apply Rmax_l. rewrite Rmult_1_l.
      apply Rmax_r. }
    replace (D * D * ((o i - 0 / D) * IZR b + o i * over (fun k => o k * r i k) + (0 / D - 2 * o i) * (T i / D)))
      with (D * D * (o i * IZR b + o i * over (fun k => o k * r i k)) - D * (2 * (o i * T i))) by (field; lra).
    apply Rle_trans with (D * D * (o i * IZR b + o i * IZR own) - D * (2 * (o i * T i))).
    + unfold Rminus. apply Rplus_le_compat_r. apply Rmult_le_compat_l. apply Rle_0_sqr. apply Rplus_le_compat_l.
      exact Q.
    + unfold M in *. lra.
Qed.

(** ** The whole tree *)

(** What is to be shown; on which side of each place its argument lies; and a function of all places. *)
Variables (Shown : Prop) (side : nat -> R) (s0 : Z).
Definition lies (kb : nat * bool) : Prop := if snd kb then 0 <= side (fst kb) else side (fst kb) <= 0.
(** The choices are those of the sides, and the values of slack places those of a leaf. *)
Definition chosen_by_sides (z : nat -> R) : Prop := forall i, (i < m)%nat ->
  match nth i start Closed with
  | Open _ _ => z i = 1 /\ 0 <= side i \/ z i = 0 /\ side i <= 0
  | Slack _ => -1 <= z i <= 0
  | Closed => z i = 0
  end.
Hypothesis By_live : forall case j, (forall kb, In kb case -> lies kb) -> live case j = true -> Shown.
Hypothesis By_bound : forall z, chosen_by_sides z -> value s0 start z <= IZR limit -> Shown.

(** A node: the choices so far, and what is left. *)
Record node (s : Z) (ps : list place) (case : list (nat * bool)) (made : nat -> R) : Prop := Node {
  node_length : length ps = m;
  node_owns : owns ps;
  node_case : forall kb, In kb case -> lies kb;
  node_place : forall i, (i < m)%nat ->
    match nth i ps Closed with
    | Open _ _ => made i = 0 /\ is_open (nth i start Closed) = true
    | Slack _ => made i = 0 /\ match nth i start Closed with Slack _ => True | _ => False end
    | Closed => match nth i start Closed with
                | Open _ _ => made i = 1 /\ 0 <= side i \/ made i = 0 /\ side i <= 0
                | Slack _ => False
                | Closed => made i = 0
                end
    end;
  node_value : forall z, supported ps z -> value s0 start (fun i => made i + z i) = value s ps z }.

Lemma leaf_ok s ps case made l : is_prepared l -> node s ps case made -> check_leaf s ps l = true -> Shown.
Proof.
  intros Hl [L O C Pl V] H. unfold Choices.check_leaf in H. cbv zeta in H. apply Z.leb_le, IZR_le in H.
  rewrite (mult_IZR (_ * _)), mult_IZR in H.
  pose proof (values_slack l Hl) as Sl. pose proof (values_fit l Hl) as Fit. pose proof (values_length l Hl) as Lg.
  assert (UR : 0 < IZR (leaf_unit l)) by apply IZR_lt, Hl. set (D := IZR (leaf_unit l)) in *.
  set (o := fun i => if is_open (nth i ps Closed) then if Rle_lt_dec 0 (side i) then 1 else 0 else 0).
  assert (Z0 : forall i, (i < m)%nat -> (match nth i ps Closed with Slack _ => False | _ => True end) ->
    nth i (leaf_values l) 0%Z = 0%Z).
  { intros i Hi Hp. apply Sl. specialize (Pl i Hi). destruct (nth i ps Closed); try contradiction.
    now destruct (nth i start Closed). destruct Pl as [_ Pl]. now destruct (nth i start Closed). }
  pose proof (leaf_bounded l s ps o Hl L O) as B. cbv zeta in B. fold D in B.
  assert (G : forall i, (i < m)%nat -> -1 <= - (IZR (nth i (leaf_values l) 0%Z) / D) <= 0).
  { intros i Hi. specialize (Fit (nth i (leaf_values l) 0%Z) ltac:(apply nth_In; lia)). destruct Fit as [A E1].
    apply IZR_le in A, E1. fold D in E1.
    assert (0 <= IZR (nth i (leaf_values l) 0%Z) / D <= 1); [|lra]. split.
    - apply Rmult_le_pos; auto. left. now apply Rinv_0_lt_compat.
    - apply Rmult_le_reg_r with D; auto. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra. }
  apply (By_bound (fun i => made i + (o i - IZR (nth i (leaf_values l) 0%Z) / D))).
  - intros i Hi. specialize (Pl i Hi). specialize (G i Hi). specialize (Z0 i Hi). unfold o in *.
    destruct (nth i ps Closed) eqn:Ei; cbn [is_open] in *.
    + rewrite Z0 by exact I. destruct (nth i start Closed); try contradiction; unfold Rdiv; rewrite Rmult_0_l;
        replace (made i + (0 - 0)) with (made i) by ring; auto.
    + destruct Pl as [-> Pl]. destruct (nth i start Closed); try contradiction. lra.
    + destruct Pl as [-> Pl]. rewrite Z0 by exact I. destruct (nth i start Closed); try discriminate.
      unfold Rdiv. rewrite Rmult_0_l. destruct (Rle_lt_dec 0 (side i)); [left|right]; lra.
  - rewrite V.
    + apply Rmult_le_reg_l with (D * D). now apply Rmult_lt_0_compat. eapply Rle_trans; [apply B | exact H].
      * intros i _. unfold o. destruct (is_open _); auto. destruct Rle_lt_dec; auto.
      * exact Z0.
    + intros i Hi Ei. unfold o. rewrite Ei. cbn [is_open]. rewrite Z0 by (auto; now rewrite Ei). unfold Rdiv. ring.
Qed.

Section Nodes.
Variable ready : list prepared.
Hypothesis Ready : forall l, In l ready -> is_prepared l.
Lemma choices_ok t s ps case made : node s ps case made -> check_choices ready s ps case t = true -> Shown.
Proof.
  revert s ps case made. induction t as [k a IHa b IHb|values|j]; intros s ps case made N; cbn [check_choices].
  - destruct (nth k ps Closed) as [| |x own] eqn:Ek; try discriminate.
    destruct N as [L O C Pl V].
    assert (Hk : (k < m)%nat).
    { destruct (Nat.lt_ge_cases k m); auto. rewrite nth_overflow in Ek by lia. discriminate. }
    destruct (check_choices _ _ _ ((k, true) :: case) a) eqn:Ea; try discriminate. intro Eb.
    pose proof (Pl k Hk) as Pk. rewrite Ek in Pk. destruct Pk as [Mk Sk].
    assert (Kind : forall above made', (forall i, i <> k -> made' i = made i) ->
      (made' k = 1 /\ 0 <= side k \/ made' k = 0 /\ side k <= 0) -> forall i, (i < m)%nat ->
      match nth i (close k above (nth k rows []) ps) Closed with
      | Open _ _ => made' i = 0 /\ is_open (nth i start Closed) = true
      | Slack _ => made' i = 0 /\ match nth i start Closed with Slack _ => True | _ => False end
      | Closed => match nth i start Closed with
                  | Open _ _ => made' i = 1 /\ 0 <= side i \/ made' i = 0 /\ side i <= 0
                  | Slack _ => False
                  | Closed => made' i = 0
                  end
      end).
    { intros above made' Same New i Hi. rewrite nth_close by auto. destruct (Nat.eqb_spec i k) as [->|Ne].
      - destruct (nth k start Closed); try discriminate. exact New.
      - specialize (Pl i Hi). rewrite <- (Same i Ne) in Pl. rewrite away_is. destruct (nth i ps Closed); exact Pl. }
    destruct (Rle_lt_dec 0 (side k)) as [T|T].
    + apply (IHa _ _ _ (fun i => made i + if Nat.eqb i k then 1 else 0)) in Ea; auto. split.
      * now apply length_close.
      * eapply owns_close; eauto.
      * intros kb [<-|I]; [exact T|auto].
      * apply Kind.
        -- intros i Ne. destruct (Nat.eqb_spec i k); [contradiction|]. ring.
        -- left. rewrite Nat.eqb_refl, Mk. split; [ring|exact T].
      * intros z Sz. transitivity (value s ps (fun i => (if Nat.eqb i k then 1 else 0) + z i));
        [|now apply (value_above k ps s x own z)].
        rewrite <- V.
        -- unfold value. f_equal; [f_equal|]; apply over_ext; intros i _.
           ++ ring.
           ++ rewrite Rplus_assoc. f_equal. apply over_ext. intros; ring.
        -- intros i Hi Ei. assert (Ne : i <> k) by (intros ->; congruence). destruct (Nat.eqb_spec i k);
          [contradiction|].
           rewrite (Sz i Hi). ring. rewrite nth_close, Ei by auto. now destruct Nat.eqb.
    + apply (IHb _ _ _ made) in Eb; auto. split.
      * now apply length_close.
      * eapply owns_close; eauto.
      * intros kb [<-|I]; [unfold lies; cbn [fst snd]; lra|auto].
      * apply Kind; auto. right. split; [exact Mk|lra].
      * intros z Sz. rewrite <- (value_below k ps s z) by auto. apply V.
        intros i Hi Ei. apply (Sz i Hi). rewrite nth_close, Ei by auto. now destruct Nat.eqb.
  - destruct (nth_error ready (N.to_nat values)) as [l|] eqn:El; try discriminate. apply nth_error_In in El.
    apply (leaf_ok s ps case made); auto.
  - apply By_live. apply N.
Qed.
End Nodes.
Lemma tree_ok t : node s0 start [] (fun _ => 0) -> check_tree rows tables limit live s0 start t = true -> Shown.
Proof.
  destruct t as [values nodes]. intro N. cbn [check_tree]. destruct (forallb fits _) eqn:F; try discriminate.
  rewrite forallb_forall in F. apply choices_ok with (made := fun _ => 0); auto.
  intros l I. specialize (F l I). apply in_map_iff in I. destruct I as (v & <- & _). apply prepare_ok; auto. apply N.
Qed.
End Tree.
