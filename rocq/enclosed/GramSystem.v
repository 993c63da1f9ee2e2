(** * The equations of depth 2 again, with the data in them only through the samples' inner products.

    With [c_k = e lambda_k y_k s_k] the preactivation on the active sample [l] is the sum of [c_k x_k . x_l], and the
    square norm of the vector is the sum of [c_k] times the preactivation on [k]. *)

From Coq Require Import Reals QArith Qreals List Lra Lia PeanoNat.
From Margincert Require Import Claims Enclosed Lists Sums Intervals System Gram.
Import ListNotations.
Open Scope R_scope.

Section Generic.
Context {F : ring}.
Variables (P : problem Q) (E : enclosure Q) (X : list F).
Let PR := real P.
Let ER := real_enclosure E.
Let m := length (active E).

(** The entries of the active samples that count, and their inner products. *)
Definition active_rows : list (list Q) :=
  map (fun i => firstn (inputs P) (fst (nth i (data P) ([], true)))) (active E).
Definition inner_products : list (list F) :=
  let d := common active_rows in let xs := map (map (whole d)) active_rows in
  map (fun x => map (fun x' => of_rational (inner_product d x x')) xs) xs.

(** A direction with the coefficients of its vector, and its preactivations on the active samples. *)
Definition seen (products : list (list F)) (d : bool * list side) : (bool * list side) * list F * list F :=
  let cs := map (gcoefficient P E X d) (seq 0 m) in (d, cs, map (gproducts m cs) products).
Definition all_seen : list ((bool * list side) * list F * list F) :=
  let products := inner_products in map (seen products) (directions E).
Definition as_looked (v : (bool * list side) * list F * list F) : looked (F := F) := Looked (fst (fst v)) [] (snd v).
Definition gram_equations : list F :=
  let vs := all_seen in let ls := map as_looked vs in
  map (fun v => radd (gproducts m (snd (fst v)) (snd v)) (ropp (of_rational 1%Q))) vs ++
  map (gtight P E X ls) (seq 0 m) ++ concat (map (gheld E) ls).

(** ** What they enclose *)
Context {inside : list R -> Prop} {rel : F -> (list R -> R) -> Prop}.
Hypothesis H : encloses F inside rel.
Hypothesis Unknowns : forall n, rel (nth n X g0) (fun xi => nth n xi 0).

Let smp k := active_sample PR ER k.
Definition inner_at (k l : nat) : R :=
  Rsum (map (fun p => nth p (fst (smp k)) 0 * nth p (fst (smp l)) 0) (seq 0 (inputs P))).

Lemma nth_firstn {A} (l : list A) d n p : (p < n)%nat -> nth p (firstn n l) d = nth p l d.
Proof. revert n p. induction l as [|a l IH]; intros [|n] [|p] Hp; try lia; cbn; auto. apply IH. lia. Qed.
Lemma active_row k : (k < m)%nat -> nth k active_rows [] = firstn (inputs P) (fst (nth (nth k (active E) 0%nat) (data
  P) ([], true))).
Proof.
  intro Hk. unfold active_rows.
  rewrite nth_indep with (d' := (fun i => firstn (inputs P) (fst (nth i (data P) ([], true)))) 0%nat) by now rewrite
    map_length.
  now rewrite (map_nth (fun i => firstn (inputs P) (fst (nth i (data P) ([], true))))).
Qed.
Lemma nth_sample k p : nth p (fst (smp k)) 0 = Q2R (nth p (fst (nth (nth k (active E) 0%nat) (data P) ([], true))) 0%Q).
Proof.
  unfold smp, active_sample, PR. rewrite data_nth. cbn [fst]. change (active ER) with (active E).
  rewrite <- RMicromega.Q2R_0. apply map_nth.
Qed.
Lemma length_products : length inner_products = m /\ forall k, (k < m)%nat -> length (nth k inner_products []) = m.
Proof.
  unfold inner_products. cbv zeta. rewrite !map_length. unfold active_rows at 1. rewrite map_length. split; auto.
  intros k Hk. rewrite nth_indep with (d' := (fun x => map (fun x' => of_rational (inner_product (common active_rows)
    x x'))
    (map (map (whole (common active_rows))) active_rows)) []) by (rewrite !map_length; unfold active_rows;
      now rewrite map_length).
  rewrite (map_nth (fun x => map (fun x' => of_rational (inner_product (common active_rows) x x')) _)).
  rewrite !map_length. unfold active_rows. now rewrite map_length.
Qed.
Lemma rel_product k l : (k < m)%nat -> (l < m)%nat -> rel (nth l (nth k inner_products []) g0) (fun _ => inner_at k l).
Proof.
  intros Hk Hl. set (d := common active_rows).
  assert (La : length active_rows = m) by (unfold active_rows; now rewrite map_length).
  assert (E1 : nth l (nth k inner_products []) g0 =
    of_rational (inner_product d (map (whole d) (nth k active_rows [])) (map (whole d) (nth l active_rows [])))).
  { unfold inner_products. cbv zeta. fold d. rewrite map_map.
    rewrite nth_indep with (d' := (fun x => map (fun x' => of_rational (inner_product d (map (whole d) x) x'))
      (map (map (whole d)) active_rows)) []) by (rewrite map_length; congruence).
    rewrite (map_nth (fun x => map (fun x' => of_rational (inner_product d (map (whole d) x) x')) _)), map_map.
    rewrite nth_indep with (d' := (fun x => of_rational (inner_product d (map (whole d) (nth k active_rows [])) (map
      (whole d) x))) [])
      by (rewrite map_length; congruence).
    now rewrite (map_nth (fun x => of_rational (inner_product d (map (whole d) (nth k active_rows [])) (map (whole d)
      x)))). }
  rewrite E1. apply (rel_ext H _ (fun _ => Q2R (inner_product d (map (whole d) (nth k active_rows [])) (map (whole d)
    (nth l active_rows []))))).
  2: apply (rel_const H). intros _ _.
  assert (Dv : forall k, (k < m)%nat -> forallb (divides d) (nth k active_rows []) = true).
  { intros k' Hk'. apply forallb_forall. intros q Hq. apply (common_divides active_rows (nth k' active_rows [])); auto.
    apply nth_In. congruence. }
  rewrite inner_product_ok with (n := length (nth k active_rows [])) by auto. unfold inner_at.
  assert (Len : (length (nth k active_rows []) <= inputs P)%nat) by (rewrite active_row by auto;
    apply firstn_le_length).
  replace (inputs P) with (length (nth k active_rows []) + (inputs P - length (nth k active_rows [])))%nat at 1 by lia.
  rewrite seq_app, map_app, Rsum_app, (Rsum_zero _ (seq (0 + _) _)), Rplus_0_r.
  - apply Rsum_ext_in. intros p Hp. apply in_seq in Hp. rewrite !nth_sample.
    rewrite (active_row k), (active_row l) by auto. rewrite !nth_firstn by lia. reflexivity.
  - intros p Hp. apply in_seq in Hp. rewrite nth_sample.
    rewrite <- (nth_firstn _ _ (inputs P)), <- active_row by (auto; lia). rewrite nth_overflow by lia.
    rewrite RMicromega.Q2R_0. ring.
Qed.

(** The coefficients, and what the vector is in them. *)
Definition coefficient_at (d : bool * list side) (k : nat) (xi : list R) : R :=
  sgn (fst d) * (multiplier xi k * (sgn (snd (smp k)) * slope_on PR xi (side_of d k))).
Lemma rel_coefficient d k : rel (gcoefficient P E X d k) (coefficient_at d k).
Proof.
  unfold gcoefficient. apply (rel_sgn H). apply (rel_mul H). apply Unknowns. unfold smp. rewrite label_at.
    apply (rel_sgn H).
  apply (rel_slope P X H Unknowns).
Qed.
Lemma preactivation_in d xi (x : nat -> R) : Rsum (map (fun p => vector PR ER xi d p * x p) (seq 0 (inputs P))) =
  Rsum (map (fun k => coefficient_at d k xi * Rsum (map (fun p => nth p (fst (smp k)) 0 * x p) (seq 0 (inputs P))))
    (seq 0 m)).
Proof.
  rewrite (Rsum_ext_in _ (fun p => Rsum (map (fun k => coefficient_at d k xi * (nth p (fst (smp k)) 0 * x p)) (seq 0
    m)))).
  - rewrite Rsum_swap. apply Rsum_ext_in. intros k _. apply Rsum_mult.
  - intros p _. unfold vector. rewrite Rmult_comm, <- Rsum_mult. apply Rsum_ext_in. intros k _.
    unfold coefficient_at, smp. ring.
Qed.
Lemma seen_at d : let v := seen inner_products d in
  (forall k, (k < m)%nat -> rel (nth k (snd (fst v)) g0) (coefficient_at d k)) /\
  forall k, (k < m)%nat -> rel (nth k (snd v) g0) (fun xi => preactivation PR ER xi d (fst (smp k))).
Proof.
  cbv zeta. unfold seen. cbn [fst snd]. destruct length_products as [Lp Lr].
  split.
  - intros k Hk. rewrite nth_map_seq_at by auto. apply rel_coefficient.
  - intros k Hk. rewrite nth_indep with (d' := gproducts m (map (gcoefficient P E X d) (seq 0 m)) []) by (rewrite
    map_length; lia).
    rewrite map_nth. apply (rel_ext H _ (fun xi => Rsum (map (fun l => coefficient_at d l xi * inner_at k l) (seq 0
      m)))).
    + intros xi _. unfold preactivation. rewrite preactivation_in. apply Rsum_ext_in. intros l _. unfold inner_at.
      f_equal. apply Rsum_ext_in. intros; ring.
    + apply (rel_products H _ _ _ (coefficient_at d) (fun l _ => inner_at k l)).
      * intros l Hl. rewrite nth_map_seq_at by auto. apply rel_coefficient.
      * intros l Hl. now apply rel_product.
Qed.
Lemma rel_unit d : let v := seen inner_products d in
  rel (radd (gproducts m (snd (fst v)) (snd v)) (ropp (of_rational 1%Q))) (fun xi => unit_length PR ER xi d).
Proof.
  cbv zeta. destruct (seen_at d) as (Rc & Rp).
  apply (rel_ext H _ (fun xi => Rsum (map (fun k => coefficient_at d k xi * preactivation PR ER xi d (fst (smp k)))
    (seq 0 m)) + - (1))).
  - intros xi _. unfold unit_length, Rminus. f_equal. change (inputs PR) with (inputs P). rewrite preactivation_in.
    apply Rsum_ext_in. intros k _. f_equal. unfold preactivation. apply Rsum_ext_in. intros; ring.
  - apply (rel_add H). now apply (rel_products H). apply (rel_opp H). apply (rel_1 H).
Qed.
Theorem rel_gram_equations : Forall2 rel gram_equations (functions P E).
Proof.
  unfold gram_equations, functions. cbv zeta. unfold all_seen. cbv zeta. rewrite !map_map.
  apply Forall2_app; [|apply Forall2_app].
  - apply Forall2_maps. intros d _. apply rel_unit.
  - apply Forall2_maps. intros k Hk. apply in_seq in Hk. apply (rel_tight_of P E X H Unknowns); [exact (proj2 Hk)|].
    intros d _. cbn [as_looked which preactivations]. split; [reflexivity|]. apply seen_at. exact (proj2 Hk).
  - apply Forall2_concat. apply Forall2_maps. intros d _. unfold gheld, held_functions.
    apply Forall2_concat. apply Forall2_maps. intros k Hk. apply in_seq in Hk. destruct (seen_at d) as (_ & Rp).
    change (which (as_looked (seen inner_products d))) with d. destruct (side_of d k); constructor; [|constructor].
      apply Rp. exact (proj2 Hk).
Qed.
End Generic.
