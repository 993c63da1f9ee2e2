(** * The bound of a global optimum: no unit contributes more than its norm, by a tree over the slopes.

    Let [e] be the sign of a unit's outgoing weight. Samples with the label [e] are open places: the slope there is the
    lower one or 1. The others are slack: any slope between the two will do, and the leaf names it. The square norm of
    the sum of [lambda_k y_k e c_k x_k] is then a quadratic function in the sense of [Choices.v]. Its coefficients are
    the lower ends of intervals; all widths go into the bound at once. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Contraction Intervals System Solution
  TwoLayers TwoLayersKkt
  Point Bounds Gram Choices ChoiceBounds.
Import ListNotations.
Open Scope R_scope.

Section Trees.
Variables (P : problem Q) (E : enclosure Q).
Let PR := real P.
Let ER := real_enclosure E.
Let low := lower_rational P.
Let s := Q2R low.
Let m := length (active E).
Let J := length (directions E).

Definition decided (case : list (nat * bool)) (k : nat) : option bool :=
  option_map snd (find (fun kb => Nat.eqb (fst kb) k) case).
Definition check_live_leaf (e : bool) (case : list (nat * bool)) (j : nat) : bool :=
  if Nat.ltb j J then
    if Qeq_bool low 1 then true
    else let d := nth j (directions E) (true, []) in
      if xorb (fst d) e then false
      else forallb (fun k => if xorb (glabel P E k) e then true
             else match side_of d k, decided case k with Above, Some true => true | Below, Some false => true | _,
               _ => false end) (seq 0 m)
  else false.

Section Over.
(** Binary places of the coefficients, and of the unknowns and products before they are rounded. *)
Variable bits : Z.
Definition guarded : Z := (bits + 16)%Z.
Notation F := (interval_ring guarded).
Variable X : list F.
Notation at_X n := (nth n X (g0 (F := F))).

(** The inner products of [lambda_k y_k x_k]. *)
Definition active_inputs : list (list Q) := map (fun i => fst (nth i (data P) ([], true))) (active E).
Definition weighed_product (d : BinNums.positive) (a b : bool * interval * list Z) : interval :=
  let '(ya, la, xa) := a in let '(yb, lb, xb) := b in
  let w := gsgn (F := F) (negb (xorb ya yb)) (mul guarded (mul guarded la lb) (of_Q guarded (inner_product d xa xb))) in
  fewer 16 w.
Definition weighed_samples (d : BinNums.positive) : list (bool * interval * list Z) :=
  map (fun k => (glabel P E k, at_X k, map (whole d) (nth k active_inputs []))) (seq 0 m).
Definition weighed_products : list (list interval) :=
  let d := common active_inputs in let l := weighed_samples d in map (fun a => map (weighed_product d a) l) l.
Definition proper_products (M : list (list interval)) : bool :=
  let d := common active_inputs in
  if forallb (fun x => if Nat.eqb (length x) (inputs P) then forallb (divides d) x else false) active_inputs then
    let A := map (map fst) M in
    forallb (fun i => forallb (fun k => nth k (nth i A []) 0 =? nth i (nth k A []) 0)%Z (seq 0 m)) (seq 0 m)
  else false.
Definition wider (row : list interval) (width : Z) : Z := fold_right (fun a acc => Z.max (snd a - fst a) acc) width row.
Definition greatest_width (M : list (list interval)) : Z := fold_right wider 0%Z M.

(** Numerator and denominator of the lower slope, and the difference of the slopes. *)
Let num := Qnum low.
Let den := Zpos (Qden low).
Let rise := (den - num)%Z.
Definition at_rest (e : bool) : list Z := map (fun k => if xorb (glabel P E k) e then den else num) (seq 0 m).
Definition places (e : bool) (A : list (list Z)) : list place :=
  let c := at_rest e in
  let ys := map (glabel P E) (seq 0 m) in
  mapi (fun i row =>
    let b := (2 * rise * zdot c row)%Z in
    if xorb (glabel P E i) e then Slack b
    else Open b (rise * rise * (nth i row 0 + fold_right (fun ya acc => if xorb (fst ya) e then acc
      else Z.max 0 (snd ya) + acc) (- Z.max 0 (nth i row 0)) (combine ys row)))%Z) 0 A.
Definition check_sign (M : list (list interval)) (e : bool) (t : bounded_tree) : bool :=
  let A := map (map fst) M in
  let c := at_rest e in
  let most := Z.max (Z.abs num) den in
  let rows := map (map (Z.mul (rise * rise))) A in
  let limit := (den * den * scale bits - Z.of_nat m * Z.of_nat m * (most * most) * greatest_width M)%Z in
  check_tree rows (map multiples rows) limit (check_live_leaf e) (zdot c (map (zdot c) A)) (places e A) t.
Definition check_trees (positive negative : bounded_tree) : bool :=
  if Qle_bool low 1 then
    let M := weighed_products in
    if proper_products M then if check_sign M true positive then check_sign M false negative else false else false
  else false.
End Over.

(** ** What that means *)
Variables (bits : Z) (xi : list R).
Hypothesis Hbits : (0 <= bits)%Z.
Notation F := (interval_ring (guarded bits)).
Variable X : list F.
Notation at_X n := (nth n X (g0 (F := F))).
Hypothesis Unknowns : forall k, holds (guarded bits) (at_X k) (nth k xi 0).
Let d := inputs P.
Let h := length (live E).
Hypothesis Net : net PR = two_layers (inputs PR) (length (live ER)) s.
Hypothesis Hd : (0 < inputs PR)%nat.
Hypothesis Solves : solves PR ER xi.
Hypothesis Multipliers : forall k, (k < m)%nat -> 0 < multiplier xi k.
Hypothesis Sides : on_sides PR ER xi s.

Lemma low_Q a b : Qle_bool a b = true -> Q2R a <= Q2R b.
Proof. intro H. apply Qle_Rle. now apply Qle_bool_iff. Qed.
Lemma trees_convex positive negative : check_trees bits X positive negative = true -> s <= 1.
Proof.
  unfold check_trees. destruct (Qle_bool low 1) eqn:Q1; try discriminate. intros _. apply low_Q in Q1.
  now rewrite RMicromega.Q2R_1 in Q1.
Qed.
Lemma signs_product a b : sgn a * sgn b = if xorb a b then -1 else 1.
Proof. destruct a, b; simpl; ring. Qed.
Let smp k := active_sample PR ER k.
Let t_of (w : nat -> R) k := Rsum (map (fun p => nth p (fst (smp k)) 0 * w p) (seq 0 d)).
Lemma label_sgn k : sgn (snd (smp k)) = sgn (glabel P E k).
Proof. f_equal. symmetry. apply label_at. Qed.
Lemma decided_in case k b : decided case k = Some b -> In (k, b) case.
Proof.
  unfold decided. destruct (find _ case) as [[k' b']|] eqn:Fd; try discriminate. intros [= <-].
  apply find_some in Fd. destruct Fd as [I Q1]. simpl in Q1. apply Nat.eqb_eq in Q1. now subst.
Qed.
Hypothesis Convex : s <= 1.
Lemma convex_above c t : s <= c <= 1 -> c * t <= act s t.
Proof. intro H. unfold act. destruct Rlt_dec; nra. Qed.

Lemma live_leaf_ok e w case j : (forall kb, In kb case -> lies (t_of w) kb) -> check_live_leaf e case j = true ->
  weighed PR ER xi s (sgn e) w <= sqrt (square PR w).
Proof.
  intro Hc. unfold check_live_leaf. destruct (Nat.ltb_spec j J) as [Hj|]; try discriminate.
  assert (D : forall k b, decided case k = Some b -> lies (t_of w) (k, b)) by (intros k b Q; apply Hc;
    now apply decided_in).
  assert (I : In (direction_of ER j) (directions ER)) by now apply nth_In.
  pose proof (unit_vector_length PR ER xi Solves _ I) as U. set (dj := direction_of ER j) in *.
  destruct (Qeq_bool low 1) eqn:Q1.
  - intros _. apply Qeq_bool_eq in Q1. assert (S1 : s = 1) by (unfold s; rewrite (Qeq_eqR _ _ Q1);
      apply RMicromega.Q2R_1).
    apply (leaf_bound PR ER xi s Hd Multipliers (sgn e) w (fun _ => 1)).
    + intros k Hk t. unfold act. rewrite S1. destruct Rlt_dec; lra.
    + right. etransitivity; [|exact U]. apply Rsum_ext_in. intros p _.
      assert (V : Rsum (map (fun k => multiplier xi k * (sgn (snd (active_sample PR ER k)) * (sgn e * 1)) *
        nth p (fst (active_sample PR ER k)) 0) (seq 0 (actives ER))) =
        sgn e * sgn (fst dj) * vector PR ER xi dj p).
      { unfold vector. rewrite <- Rsum_mult. apply Rsum_ext_in. intros k Hk. apply in_seq in Hk.
        assert (Sl : slope_on PR xi (side_of dj k) = 1).
        { pose proof (Sides dj k I (proj2 Hk)) as Sd. destruct (side_of dj k); cbn [slope_on]; auto.
          rewrite (lower_is PR ER s Net). exact S1. lra. }
        rewrite Sl. pose proof (sgn_square (fst dj)) as Q2.
        match goal with |- ?a = ?x * ?y * (?y * ?z * ?n) =>
          replace (x * y * (y * z * n)) with (y * y * (x * z * n)) by ring end. rewrite Q2. ring. }
      etransitivity. exact (f_equal2 Rmult V V). pose proof (sgn_square (fst dj)) as Q2.
      pose proof (sgn_square e) as Q3.
      match goal with |- ?x * ?y * ?v * (?x * ?y * ?v) = _ =>
        replace (x * y * v * (x * y * v)) with ((x * x) * (y * y) * (v * v)) by ring end. rewrite Q2, Q3. ring.
  - change (nth j (directions E) (true, [])) with dj. destruct (xorb (fst dj) e) eqn:Q2; try discriminate. intro E1.
    rewrite forallb_forall in E1.
    assert (Fe : fst dj = e) by (destruct (fst dj), e; auto; discriminate).
    apply (leaf_bound PR ER xi s Hd Multipliers (sgn e) w (fun k => slope_on PR xi (side_of dj k))).
    + intros k Hk t. fold (smp k). rewrite label_sgn.
      match goal with |- ?l * (?e * ?a) <= ?l * (?e * ?b) => replace (l * (e * a)) with (l * e * a) by ring;
        replace (l * (e * b)) with (l * e * b) by ring end.
      rewrite signs_product. change t with (t_of w k). clear t. set (t := t_of w k).
      specialize (E1 k ltac:(apply in_seq; split; [lia|exact Hk])). pose proof (Sides dj k I Hk) as Sd.
      change (Q2R (lower_rational P)) with s in Sd. specialize (D k).
      assert (LS : lower_slope PR = s) by apply lower_at.
      destruct (xorb (glabel P E k) e).
      * assert (B : s <= slope_on PR xi (side_of dj k) <= 1) by (destruct (side_of dj k); cbn [slope_on];
           rewrite ?LS; lra).
         pose proof (convex_above _ t B). lra.
      * destruct (side_of dj k); destruct (decided case k) as [[|]|]; try discriminate; cbn [slope_on]; rewrite ?LS.
         -- specialize (D false eq_refl). unfold lies in D. cbn [fst snd] in D. fold t in D. unfold act.
            destruct Rlt_dec; try lra. replace t with 0 by lra. lra.
         -- specialize (D true eq_refl). unfold lies in D. cbn [fst snd] in D. fold t in D. unfold act.
            destruct Rlt_dec; lra.
    + right. etransitivity; [|exact U]. apply Rsum_ext_in. intros p _.
      assert (V : Rsum (map (fun k => multiplier xi k * (sgn (snd (active_sample PR ER k)) * (sgn e *
        slope_on PR xi (side_of dj k))) * nth p (fst (active_sample PR ER k)) 0) (seq 0 (actives ER))) =
        vector PR ER xi dj p).
      { unfold vector. rewrite Fe. apply Rsum_ext_in. intros k _. ring. }
      etransitivity. exact (f_equal2 Rmult V V). reflexivity.
Qed.

End Trees.
