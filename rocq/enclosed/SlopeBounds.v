(** * The trees of [SlopeTrees.v] show that no unit contributes more than its norm. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Contraction Intervals System Solution
  TwoLayers TwoLayersKkt
  Point Bounds Gram Choices ChoiceBounds SlopeTrees.
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

Local Notation active_inputs := (SlopeTrees.active_inputs P E).
Local Notation weighed_products := (SlopeTrees.weighed_products P E).
Local Notation proper_products := (SlopeTrees.proper_products P E).
Local Notation check_sign := (SlopeTrees.check_sign P E).
Local Notation at_rest := (SlopeTrees.at_rest P E).
Local Notation places := (SlopeTrees.places P E).
Let smp k := active_sample PR ER k.
Let t_of (w : nat -> R) k := Rsum (map (fun p => nth p (fst (smp k)) 0 * w p) (seq 0 d)).
Hypothesis Convex : s <= 1.

Lemma label_here k : sgn (snd (smp k)) = sgn (glabel P E k).
Proof. exact (label_sgn P E k). Qed.

(** The products of the weighed samples. *)
Definition product_of (i k : nat) : R :=
  multiplier xi i * sgn (glabel P E i) * (multiplier xi k * sgn (glabel P E k)) *
  Rsum (map (fun p => nth p (fst (smp i)) 0 * nth p (fst (smp k)) 0) (seq 0 d)).
Let M := weighed_products bits X.
Let A := map (map fst) M.
Let entry i k := nth k (nth i A []) 0%Z.
Let over (f : nat -> R) := Rsum (map f (seq 0 m)).

Lemma nth_inputs k : (k < m)%nat -> map Q2R (nth k active_inputs []) = fst (smp k).
Proof.
  intro Hk. unfold smp, active_sample, PR. rewrite data_nth. cbn [fst]. f_equal. unfold active_inputs.
  change (active ER) with (active E).
  rewrite nth_indep with (d' := (fun i => fst (nth i (data P) ([], true))) 0%nat) by now rewrite map_length.
  now rewrite (map_nth (fun i => fst (nth i (data P) ([], true)))).
Qed.
Lemma nth_input k p : (k < m)%nat -> Q2R (nth p (nth k active_inputs []) 0%Q) = nth p (fst (smp k)) 0.
Proof. intro Hk. rewrite <- nth_inputs, <- RMicromega.Q2R_0 by auto. symmetry. apply map_nth. Qed.
Lemma length_A : length A = m /\ forall row, In row A -> length row = m.
Proof.
  unfold A, M, weighed_products. cbv zeta. rewrite !map_length. unfold weighed_samples. split.
  now rewrite map_length, seq_length. intros row I. apply in_map_iff in I. destruct I as (row' & <- & I).
  apply in_map_iff in I. destruct I as (a & <- & _). now rewrite !map_length, seq_length.
Qed.
Lemma entry_at i k : (i < m)%nat -> (k < m)%nat -> exists a, entry i k = fst a /\ In a (nth i M []) /\
  a = weighed_product bits (common active_inputs) (glabel P E i, at_X i, map (whole (common active_inputs)) (nth i
    active_inputs []))
    (glabel P E k, at_X k, map (whole (common active_inputs)) (nth k active_inputs [])).
Proof.
  intros Hi Hk. eexists. split; [|split; [|reflexivity]].
  - unfold entry, A. change (@nil Z) with (map (@fst Z Z) []). rewrite map_nth. unfold M, weighed_products. cbv zeta.
    unfold weighed_samples. rewrite map_map, nth_map_seq_at, !map_map, nth_map_seq_at by auto. reflexivity.
  - unfold M, weighed_products. cbv zeta. unfold weighed_samples at 2. rewrite map_map, nth_map_seq_at by auto.
    apply in_map. unfold weighed_samples. apply in_map_iff. exists k. split; auto. apply in_seq. lia.
Qed.
Lemma wider_least row z : (z <= wider row z)%Z.
Proof. induction row as [|a row IH]; cbn [wider fold_right]. lia. unfold wider in IH. lia. Qed.
Lemma wider_in row z a : In a row -> (snd a - fst a <= wider row z)%Z.
Proof.
  induction row as [|b row IH]; intros []; cbn [wider fold_right].
  - subst. lia.
  - specialize (IH H). unfold wider in IH. lia.
Qed.
Lemma width_ok a row : In row M -> In a row -> (snd a - fst a <= greatest_width M)%Z.
Proof.
  unfold greatest_width. generalize M as l. intro l. induction l as [|row' l IH]; intros [] Ha; cbn [fold_right].
  - subst. now apply wider_in.
  - specialize (IH H Ha). pose proof (wider_least row' (fold_right wider 0%Z l)). lia.
Qed.
Lemma width_nonneg : (0 <= greatest_width M)%Z.
Proof.
  unfold greatest_width. generalize M as l. intro l. induction l as [|row l IH]; cbn [fold_right]. lia.
  pose proof (wider_least row (fold_right wider 0%Z l)). lia.
Qed.

Section Proper.
Hypothesis Proper : proper_products M = true.
Lemma proper_parts : (forall x, In x active_inputs -> length x = d /\ forallb (divides (common active_inputs)) x =
  true) /\
  forall i k, (i < m)%nat -> (k < m)%nat -> entry i k = entry k i.
Proof.
  pose proof Proper as Pr. unfold proper_products in Pr. cbv zeta in Pr. destruct (forallb _ active_inputs) eqn:E1;
    try discriminate.
  rewrite forallb_forall in E1, Pr. split.
  - intros x I. specialize (E1 x I). destruct (Nat.eqb_spec (length x) (inputs P)); try discriminate. auto.
  - intros i k Hi Hk. specialize (Pr i ltac:(apply in_seq; lia)). rewrite forallb_forall in Pr.
    specialize (Pr k ltac:(apply in_seq; lia)). now apply Z.eqb_eq.
Qed.
Lemma product_ok i k : (i < m)%nat -> (k < m)%nat ->
  IZR (entry i k) <= product_of i k * IZR (scale bits) <= IZR (entry i k) + IZR (greatest_width M).
Proof.
  intros Hi Hk. destruct (entry_at i k Hi Hk) as (a & Ea & Ia & Va).
  assert (Im : In (nth i M []) M).
  { apply nth_In. pose proof (proj1 length_A) as L. unfold A in L. rewrite map_length in L.
    exact (eq_ind_r (fun n => (i < n)%nat) Hi L). }
  pose proof (width_ok a _ Im Ia) as Wd. apply IZR_le in Wd. rewrite minus_IZR in Wd. rewrite Ea.
  assert (H : holds bits a (product_of i k)).
  { rewrite Va. unfold weighed_product. cbv zeta. apply fewer_ok; [exact Hbits|lia|].
    assert (Hg : (0 <= guarded bits)%Z) by (unfold guarded; lia).
    assert (In_ : forall k, (k < m)%nat -> In (nth k active_inputs []) active_inputs).
    { intros l Hl. apply nth_In. unfold active_inputs. now rewrite map_length. }
    destruct proper_parts as [Pp _]. destruct (Pp _ (In_ i Hi)) as [Li Di]. destruct (Pp _ (In_ k Hk)) as [Lk Dk].
    assert (Sg : forall b a x, holds (guarded bits) a x -> holds (guarded bits) (gsgn (F := F) b a) (sgn b * x)).
    { intros b a' x Ha. unfold gsgn, sgn. destruct b. now rewrite Rmult_1_l. replace (-1 * x) with (- x) by ring.
      now apply opp_ok. }
    replace (product_of i k) with (sgn (negb (xorb (glabel P E i) (glabel P E k))) * (multiplier xi i * multiplier xi
      k *
      Q2R (inner_product (common active_inputs) (map (whole (common active_inputs)) (nth i active_inputs []))
        (map (whole (common active_inputs)) (nth k active_inputs []))))).
    - apply Sg. apply mul_ok; auto. apply mul_ok; auto; apply Unknowns. now apply of_Q_ok.
    - rewrite (inner_product_ok _ _ _ d) by auto. unfold product_of.
      rewrite (Rsum_ext_in (fun p => nth p (fst (smp i)) 0 * nth p (fst (smp k)) 0)
        (fun p => Q2R (nth p (nth i active_inputs []) 0%Q) * Q2R (nth p (nth k active_inputs []) 0%Q))).
      + destruct (glabel P E i), (glabel P E k); cbn [xorb negb sgn]; ring.
      + intros p _. now rewrite !nth_input. }
  destruct H as [H1 H2]. lra.
Qed.

(** The square of the norm, with slopes. *)
Lemma square_of (c : nat -> R) e : e * e = 1 ->
  Rsum (map (fun p => Rsum (map (fun k => multiplier xi k * (sgn (snd (smp k)) * (e * c k)) * nth p (fst (smp k)) 0)
    (seq 0 m)) *
    Rsum (map (fun k => multiplier xi k * (sgn (snd (smp k)) * (e * c k)) * nth p (fst (smp k)) 0) (seq 0 m))) (seq 0
      d)) =
  over (fun i => c i * over (fun k => c k * product_of i k)).
Proof.
  intro He. unfold over.
  rewrite (Rsum_ext_in _ (fun p => Rsum (map (fun i => Rsum (map (fun k => c i * (c k * (multiplier xi i * sgn (glabel
    P E i) *
    (multiplier xi k * sgn (glabel P E k)) * (nth p (fst (smp i)) 0 * nth p (fst (smp k)) 0)))) (seq 0 m))) (seq 0
      m)))).
  - rewrite Rsum_swap. apply Rsum_ext_in. intros i _. rewrite Rsum_swap, <- Rsum_mult. apply Rsum_ext_in. intros k _.
    rewrite !Rsum_mult. unfold product_of. ring.
  - intros p _. set (f := fun k => multiplier xi k * (sgn (snd (smp k)) * (e * c k)) * nth p (fst (smp k)) 0).
    rewrite <- (Rsum_mult (Rsum (map f (seq 0 m))) f). apply Rsum_ext_in. intros i _.
    rewrite (Rmult_comm _ (f i)), <- (Rsum_mult (f i) f). apply Rsum_ext_in. intros k _. unfold f. rewrite !label_here.
    transitivity (e * e * (c i * (c k * (multiplier xi i * sgn (glabel P E i) *
    (multiplier xi k * sgn (glabel P E k)) * (nth p (fst (smp i)) 0 * nth p (fst (smp k)) 0))))); [ring|].
      rewrite He. ring.
Qed.

(** ** One sign *)
Lemma absolute_sum (x : nat -> R) a : 0 <= a -> (forall i, (i < m)%nat -> Rabs (x i) <= a) -> over (fun i => Rabs (x
  i)) <= INR m * a.
Proof.
  intros Ha H. unfold over. apply Rle_trans with (Rsum (map (fun _ => a) (seq 0 m))).
  - apply Rsum_le. intros i Hi. apply in_seq in Hi. apply H. lia.
  - right. now rewrite Rsum_const, seq_length.
Qed.
Lemma over_abs (f : nat -> R) : over f <= over (fun i => Rabs (f i)).
Proof. apply Rsum_le. intros i _. apply RRle_abs. Qed.

(** Replacing the products by the lower ends costs at most this. *)
Lemma rounded (x : nat -> R) a : 0 <= a -> (forall i, (i < m)%nat -> Rabs (x i) <= a) ->
  over (fun i => x i * over (fun k => x k * product_of i k)) * IZR (scale bits) <=
  over (fun i => x i * over (fun k => x k * IZR (entry i k))) + INR m * INR m * (a * a) * IZR (greatest_width M).
Proof.
  intros Ha Hx. set (g := IZR (greatest_width M)). assert (G : 0 <= g) by (apply (IZR_le 0), width_nonneg).
  set (e := fun i k => product_of i k * IZR (scale bits) - IZR (entry i k)).
  assert (He : forall i k, (i < m)%nat -> (k < m)%nat -> 0 <= e i k <= g).
  { intros i k Hi Hk. pose proof (product_ok i k Hi Hk). unfold e, g. lra. }
  apply Rle_trans with (over (fun i => x i * over (fun k => x k * IZR (entry i k))) +
    over (fun i => Rabs (x i) * (INR m * a * g))).
  - unfold over at 1 3 5. rewrite Rmult_comm, <- Rsum_mult, <- Rsum_plus. apply Rsum_le. intros i Hi.
    apply in_seq in Hi.
    assert (S1 : IZR (scale bits) * (x i * over (fun k => x k * product_of i k)) =
      x i * over (fun k => x k * IZR (entry i k)) + x i * over (fun k => x k * e i k)).
    { rewrite <- Rmult_plus_distr_l. unfold over. rewrite <- Rsum_plus.
      rewrite (Rmult_comm (IZR _)), Rmult_assoc. f_equal. rewrite (Rmult_comm _ (IZR _)), <- Rsum_mult.
        apply Rsum_ext_in. intros k _. unfold e. ring. }
    rewrite S1. apply Rplus_le_compat_l. eapply Rle_trans. apply RRle_abs. rewrite Rabs_mult.
    apply Rmult_le_compat_l. apply Rabs_pos. unfold over. eapply Rle_trans. apply Contraction.Rsum_abs.
    apply Rle_trans with (over (fun k => g * Rabs (x k))).
    + apply Rsum_le. intros k Hk. apply in_seq in Hk. rewrite Rabs_mult, Rmult_comm. apply Rmult_le_compat_r.
      apply Rabs_pos.
      rewrite Rabs_pos_eq; apply He; lia.
    + unfold over. rewrite Rsum_mult. pose proof (absolute_sum x a Ha Hx) as B. unfold over in B.
      apply Rle_trans with (g * (INR m * a)). now apply Rmult_le_compat_l. right. ring.
  - apply Rplus_le_compat_l. unfold over. rewrite (Rsum_ext_in _ (fun i => INR m * a * g * Rabs (x i))) by (intros;
    ring).
    rewrite Rsum_mult. pose proof (absolute_sum x a Ha Hx) as B. unfold over in B.
    assert (C0 : 0 <= INR m * a * g) by (repeat apply Rmult_le_pos; auto; apply pos_INR).
    apply Rle_trans with (INR m * a * g * (INR m * a)). now apply Rmult_le_compat_l. right. ring.
Qed.

Let num := Qnum low.
Let den := Zpos (Qden low).
Let rise := (den - num)%Z.
Let rest e i := IZR (nth i (at_rest e) 0%Z).
Lemma length_rest e : length (at_rest e) = m.
Proof. unfold at_rest. now rewrite map_length, seq_length. Qed.
Lemma rest_at e i : (i < m)%nat -> rest e i = if xorb (glabel P E i) e then IZR den else IZR num.
Proof. intro Hi. unfold rest, at_rest. rewrite nth_map_seq_at by auto. fold num den. now destruct xorb. Qed.
Lemma nth_A i : (i < m)%nat -> length (nth i A []) = m.
Proof. intro Hi. apply length_A. apply nth_In. rewrite (proj1 length_A). exact Hi. Qed.
Lemma dot_rest e i : (i < m)%nat -> IZR (zdot (at_rest e) (nth i A [])) = over (fun k => rest e k * IZR (entry i k)).
Proof. intro Hi. rewrite zdot_ok, length_rest. reflexivity. Qed.

Let rows := map (map (Z.mul (rise * rise))) A.
Lemma rows_at i k : nth k (nth i rows []) 0%Z = (rise * rise * entry i k)%Z.
Proof.
  unfold rows. change (@nil Z) with (map (Z.mul (rise * rise)) []) at 1. rewrite map_nth.
  transitivity (nth k (map (Z.mul (rise * rise)) (nth i A [])) (rise * rise * 0)%Z). f_equal. ring. apply map_nth.
Qed.
Lemma nth_places e i : (i < m)%nat -> exists own,
  nth i (places e A) Closed = (if xorb (glabel P E i) e then Slack (2 * rise * zdot (at_rest e) (nth i A []))
    else Open (2 * rise * zdot (at_rest e) (nth i A [])) own) /\
  own = (rise * rise * (entry i i + fold_right (fun ya acc => if xorb (fst ya) e then acc else Z.max 0 (snd ya) + acc)
      (- Z.max 0 (entry i i)) (combine (map (glabel P E) (seq 0 m)) (nth i A []))))%Z.
Proof.
  intro Hi. eexists. split; [|reflexivity]. unfold places. cbv zeta.
    rewrite (nth_mapi _ _ []) by (now rewrite (proj1 length_A)).
  cbn [Nat.add]. reflexivity.
Qed.
Lemma length_places e : length (places e A) = m.
Proof. unfold places. cbv zeta. rewrite length_mapi. apply length_A. Qed.
Lemma open_sum e (z : Z) row : length row = m ->
  IZR (fold_right (fun ya acc => if xorb (fst ya) e then acc else Z.max 0 (snd ya) + acc)%Z z
    (combine (map (glabel P E) (seq 0 m)) row)) =
  IZR z + over (fun k => if xorb (glabel P E k) e then 0 else Rmax 0 (IZR (nth k row 0%Z))).
Proof.
  intro L. assert (N : combine (map (glabel P E) (seq 0 m)) row = map (fun k => (glabel P E k, nth k row 0%Z)) (seq 0
    m)).
  { apply nth_ext with (d := (true, 0%Z)) (d' := (true, 0%Z)). rewrite combine_length, !map_length, seq_length. lia.
    intros k Hk. rewrite combine_length, map_length, seq_length in Hk.
      rewrite combine_nth by (now rewrite map_length, seq_length).
    rewrite !nth_map_seq_at by lia. reflexivity. }
  rewrite N. unfold over. generalize (seq 0 m) as l. intro l. induction l as [|k l IH]; cbn [map fold_right].
  - unfold Rsum. simpl. ring.
  - rewrite Rsum_cons. cbn [fst snd]. destruct (xorb (glabel P E k) e). rewrite IH. ring.
    rewrite plus_IZR, IH, IZR_max. ring.
Qed.
Lemma places_own e : owns rows (places e A).
Proof.
  intros i b own Hi Ei. unfold rows in Hi. rewrite map_length, (proj1 length_A) in Hi.
  destruct (nth_places e i Hi) as (own' & E1 & E2). rewrite E1 in Ei. destruct (xorb (glabel P E i) e) eqn:X1;
    try discriminate.
  injection Ei as _ <-. rewrite E2. rewrite !mult_IZR, plus_IZR, open_sum, opp_IZR, IZR_max by now apply nth_A.
  unfold rows at 1 3. rewrite map_length, (proj1 length_A). rewrite !rows_at, !mult_IZR.
  set (rr := IZR rise * IZR rise). assert (RR : 0 <= rr) by apply Rle_0_sqr.
  rewrite (Rsum_ext_in _ (fun k => rr * ((if xorb (glabel P E k) e then 0 else Rmax 0 (IZR (entry i k))) +
    - (if Nat.eqb k i then Rmax 0 (IZR (entry i k)) else 0)))).
  - rewrite Rsum_mult, Rsum_plus. fold (over (fun k => if xorb (glabel P E k) e then 0 else Rmax 0 (IZR (entry i k)))).
    rewrite (Rsum_ext_in (fun a => - (if Nat.eqb a i then Rmax 0 (IZR (entry i a)) else 0))
      (fun a => -1 * (if Nat.eqb a i then Rmax 0 (IZR (entry i a)) else 0))) by (intros; ring).
    rewrite Rsum_mult, (Rsum_only _ m i).
    + destruct (Nat.ltb_spec i m); [|lia]. rewrite Nat.eqb_refl. unfold entry. right. ring.
    + intros k _ N. destruct (Nat.eqb_spec k i); [congruence|ring].
  - intros k Hk. apply in_seq in Hk. destruct (nth_places e k ltac:(lia)) as (ownk & -> & _).
    rewrite rows_at, !mult_IZR. fold rr.
    assert (Mx : Rmax 0 (rr * IZR (entry i k)) = rr * Rmax 0 (IZR (entry i k))).
    { unfold Rmax. destruct (Rle_dec 0 (rr * IZR (entry i k))), (Rle_dec 0 (IZR (entry i k))); try nra; ring. }
    destruct (Nat.eqb_spec k i) as [->|N].
    + rewrite X1. cbn [is_open]. ring.
    + destruct (xorb (glabel P E k) e); cbn [is_open]; rewrite ?Mx; ring.
Qed.

Lemma places_value e z : value rows (zdot (at_rest e) (map (zdot (at_rest e)) A)) (places e A) z =
  over (fun i => (rest e i + IZR rise * z i) * over (fun k => (rest e k + IZR rise * z k) * IZR (entry i k))).
Proof.
  assert (Lr : length rows = m) by (unfold rows; rewrite map_length; apply length_A). unfold value. rewrite Lr.
  assert (S0 : IZR (zdot (at_rest e) (map (zdot (at_rest e)) A)) =
    over (fun i => rest e i * over (fun k => rest e k * IZR (entry i k)))).
  { rewrite zdot_ok, length_rest. apply Rsum_ext_in. intros i Hi. apply in_seq in Hi. fold (rest e i). f_equal.
    rewrite nth_indep with (d' := zdot (at_rest e) []) by (rewrite map_length, (proj1 length_A); lia).
    rewrite map_nth. apply dot_rest. lia. }
  rewrite S0. unfold over. set (mixed := fun i => IZR rise * z i * Rsum (map (fun k => rest e k * IZR (entry i k))
    (seq 0 m))).
  rewrite (Rsum_ext_in (fun i => z i * IZR (linear (nth i (places e A) Closed)))
    (fun i => 2 * mixed i)).
  2:{ intros i Hi. apply in_seq in Hi. destruct (nth_places e i ltac:(lia)) as (own & -> & _).
      replace (linear _) with (2 * rise * zdot (at_rest e) (nth i A []))%Z by (destruct xorb; reflexivity).
      rewrite !mult_IZR, dot_rest by lia. unfold mixed, over. ring. }
  rewrite (Rsum_ext_in (fun i => z i * Rsum (map (fun k => z k * IZR (nth k (nth i rows []) 0%Z)) (seq 0 m)))
    (fun i => IZR rise * z i * Rsum (map (fun k => IZR rise * z k * IZR (entry i k)) (seq 0 m)))).
  2:{ intros i _. rewrite (Rmult_comm (IZR rise)), Rmult_assoc. f_equal. rewrite <- Rsum_mult. apply Rsum_ext_in.
    intros k _.
      rewrite rows_at, !mult_IZR. ring. }
  rewrite (Rsum_ext_in (fun i => (rest e i + IZR rise * z i) * Rsum (map (fun k => (rest e k + IZR rise * z k) * IZR
    (entry i k)) (seq 0 m)))
    (fun i => (rest e i * Rsum (map (fun k => rest e k * IZR (entry i k)) (seq 0 m)) +
       Rsum (map (fun k => rest e i * (IZR rise * z k * IZR (entry i k))) (seq 0 m))) +
      (mixed i +
       IZR rise * z i * Rsum (map (fun k => IZR rise * z k * IZR (entry i k)) (seq 0 m))))).
  2:{ intros i _. rewrite (Rsum_ext_in (fun k => (rest e k + IZR rise * z k) * IZR (entry i k))
        (fun k => rest e k * IZR (entry i k) + IZR rise * z k * IZR (entry i k))) by (intros; ring).
      rewrite Rsum_plus, Rsum_mult. unfold mixed. ring. }
  rewrite !Rsum_plus, (Rsum_swap (fun i k => rest e i * (IZR rise * z k * IZR (entry i k)))).
  rewrite (Rsum_ext_in (fun k => Rsum (map (fun i => rest e i * (IZR rise * z k * IZR (entry i k))) (seq 0 m)))
    mixed).
  - rewrite (Rsum_mult 2 mixed). ring.
  - intros k Hk. apply in_seq in Hk. unfold mixed. rewrite <- Rsum_mult. apply Rsum_ext_in. intros i Hi.
    apply in_seq in Hi.
    rewrite (proj2 proper_parts i k) by lia. ring.
Qed.

Theorem sign_ok e t w : check_sign bits M e t = true -> weighed PR ER xi s (sgn e) w <= sqrt (square PR w).
Proof.
  unfold check_sign. cbv zeta. fold A. fold num den rise. fold rows. set (most := Z.max (Z.abs num) den).
  set (limit := (den * den * scale bits - Z.of_nat m * Z.of_nat m * (most * most) * greatest_width M)%Z).
  assert (Lr : length rows = m) by (unfold rows; rewrite map_length; apply length_A).
  assert (Den : 0 < IZR den) by (apply IZR_lt; reflexivity).
  assert (Low : s * IZR den = IZR num).
  { unfold s, Q2R, num, den. rewrite Rmult_assoc, Rinv_l by (apply IZR_neq; lia). ring. }
  assert (Rise : IZR rise = IZR den - IZR num) by (unfold rise; apply minus_IZR).
  apply (tree_ok rows (map multiples rows) limit (check_live_leaf P E e) eq_refl) with (side := t_of w)
    (s0 := zdot (at_rest e) (map (zdot (at_rest e)) A)) (start := places e A).
  - intros row I. rewrite Lr. unfold rows in I. apply in_map_iff in I. destruct I as (row' & <- & I).
    rewrite map_length.
    now apply length_A.
  - intros i k Hi Hk. rewrite Lr in Hi, Hk. rewrite !rows_at. f_equal. now apply proper_parts.
  - intros case j Hc. now apply (live_leaf_ok P E xi Net Hd Solves Multipliers Sides Convex).
  - intros z Hz B. set (x := fun i => rest e i + IZR rise * z i). set (c := fun i => x i / IZR den).
    rewrite places_value in B. change (over (fun i => x i * over (fun k => x k * IZR (entry i k))) <= IZR limit) in B.
    assert (Range : forall i, (i < m)%nat -> (xorb (glabel P E i) e = true -> s <= c i <= 1) /\
      (xorb (glabel P E i) e = false -> c i = 1 /\ 0 <= t_of w i \/ c i = s /\ t_of w i <= 0)).
    { intros i Hi. specialize (Hz i). rewrite Lr in Hz. specialize (Hz Hi).
      destruct (nth_places e i Hi) as (own & Pi & _).
      rewrite Pi in Hz. unfold c, x. rewrite rest_at by auto. destruct (xorb (glabel P E i) e); (split; [|intro];
        try discriminate).
      - intros _. replace ((IZR den + IZR rise * z i) / IZR den) with (1 + (1 - s) * z i).
        + nra.
        + rewrite Rise, <- Low. field. lra.
      - destruct Hz as [[-> T]|[-> T]]; [left|right]; (split; [|exact T]).
        + rewrite Rise. field. lra.
        + rewrite <- Low. field. lra. }
    assert (Most : forall i, (i < m)%nat -> Rabs (x i) <= IZR most).
    { intros i Hi. destruct (Range i Hi) as [R1 R2]. assert (Xc : x i = c i * IZR den) by (unfold c; field; lra).
      assert (Mx : IZR num <= IZR most /\ - IZR num <= IZR most /\ IZR den <= IZR most).
      { rewrite <- opp_IZR. unfold most. repeat split; apply IZR_le; lia. }
      assert (C1 : s <= c i <= 1).
      { destruct (xorb (glabel P E i) e). now apply R1. destruct R2 as [[-> _]|[-> _]]; auto; lra. }
      rewrite Xc. assert (IZR num <= c i * IZR den <= IZR den) by (rewrite <- Low; split; nra).
      unfold Rabs. destruct Rcase_abs; lra. }
    apply (leaf_bound PR ER xi s Hd Multipliers (sgn e) w c).
    + intros k Hk t'. fold (smp k). rewrite label_here.
      match goal with |- ?l * (?e * ?a) <= ?l * (?e * ?b) => replace (l * (e * a)) with (l * e * a) by ring;
        replace (l * (e * b)) with (l * e * b) by ring end.
      rewrite signs_product. change t' with (t_of w k). clear t'. set (t' := t_of w k) in *.
      destruct (Range k Hk) as [R1 R2]. destruct (xorb (glabel P E k) e).
      * specialize (R1 eq_refl). pose proof (convex_above P (c k) t' R1) as Above.
        change (Q2R (lower_rational P)) with s in Above. lra.
      * specialize (R2 eq_refl). fold t' in R2. unfold act. destruct R2 as [[-> T]|[-> T]], (Rlt_dec t' 0); try lra.
        replace t' with 0 by lra. lra.
    + rewrite square_of by apply sgn_square. change (actives ER) with m. fold d.
      assert (M0 : 0 <= IZR most) by (apply (IZR_le 0); unfold most; lia).
      pose proof (rounded x (IZR most) M0 Most) as Ro. pose proof (scale_R bits Hbits) as SR.
      unfold limit in B. rewrite minus_IZR, !mult_IZR, <- !INR_IZR_INZ in B.
      assert (Sq : over (fun i => c i * over (fun k => c k * product_of i k)) * (IZR den * IZR den) =
        over (fun i => x i * over (fun k => x k * product_of i k))).
      { unfold over. rewrite Rmult_comm, <- Rsum_mult. apply Rsum_ext_in. intros i _.
        rewrite (Rsum_ext_in (fun k => x k * product_of i k) (fun k => IZR den * (c k * product_of i k)))
          by (intros; unfold c; field; lra).
        rewrite Rsum_mult. unfold c at 1. field. lra. }
      apply Rmult_le_reg_r with (IZR den * IZR den * IZR (scale bits)). repeat apply Rmult_lt_0_compat; auto.
      rewrite <- Rmult_assoc, Sq. lra.
  - split.
    + rewrite Lr. apply length_places.
    + apply places_own.
    + intros ? [].
    + intros i Hi. rewrite Lr in Hi. destruct (nth_places e i Hi) as (own & Pi & _). rewrite Pi. destruct xorb; auto.
    + intros z _. unfold value. f_equal; [f_equal|]; apply Rsum_ext_in; intros i _.
      * ring.
      * rewrite Rplus_0_l. f_equal. apply Rsum_ext_in. intros; ring.
Qed.
End Proper.

Lemma trees_ok positive negative e w : check_trees P E bits X positive negative = true ->
  weighed PR ER xi s (sgn e) w <= sqrt (square PR w).
Proof.
  unfold check_trees. fold low. destruct (Qle_bool low 1); try discriminate. cbv zeta. fold M.
  destruct (proper_products M) eqn:Pr; try discriminate. destruct (check_sign bits M true positive) eqn:E1;
    try discriminate.
  intro E2. destruct e. exact (sign_ok Pr true positive w E1). exact (sign_ok Pr false negative w E2).
Qed.
End Trees.
