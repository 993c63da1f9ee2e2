(** * What is checked of enclosed points over the box: signs, sides and margins. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible LayerNorms Chain Intervals System
  Solution TwoLayers TwoLayersKkt Point Shapes WholeInputs.
Import ListNotations.
Open Scope R_scope.

(** ** Everything that is checked over the box *)
Section Box.
Variable bits : Z.
Variables (P : problem Q) (E : enclosure Q).
Let PR := real P.
Let ER := real_enclosure E.
Let box := within (centre ER) (radius ER).
Notation F := (interval_ring bits).
Definition J := length (directions E).
Definition m := length (active E).
(** The unknowns, which are computed once. *)
Section Given.
Variable X : list F.
(** The samples' denominator, which is computed once, too. *)
Variable over : BinNums.positive.
Definition table : list (looked (F := F)) := looks (F := F) P E X.
Notation at_X n := (nth n X (g0 (F := F))).

Definition lower : interval := of_Q bits (lower_rational P).
Definition check_side (rows : list (list Z)) (v : view) (k : nat) : bool :=
  match side_of (viewed v) k with
  | Below => if Qeq_bool (lower_rational P) 1 then true else positive (opp (seen_on v (nth k rows [])))
  | Above => if Qeq_bool (lower_rational P) 1 then true else positive (seen_on v (nth k rows []))
  | Held n =>
      let x := at_X n in
      if positive (add x (opp lower)) then positive (add (one bits) (opp x))
      else if positive (add lower (opp x)) then positive (add x (opp (one bits))) else false
  end.
Definition check_signs (vs : list view) : bool :=
  let rows := whole_active P E over in
  if forallb (fun k => positive (at_X k)) (seq 0 m) then if forallb (fun j => positive (at_X (m + j))) (seq 0 J) then
    forallb (fun v => forallb (check_side rows v) (seq 0 m)) vs
  else false else false.

(** The activation over an interval. *)
Definition iact (z : interval) : interval := add (part_above z) (mul bits lower (opp (part_above (opp z)))).
Definition output_share (ns : list Z) (jv : nat * view) : interval :=
  gsgn (F := F) (fst (viewed (snd jv))) (mul bits (at_X (m + fst jv)) (iact (seen_on (snd jv) ns))).
(** All is multiplied by the square of the samples' denominator. *)
Definition check_other (vs : list view) (i : nat) : bool :=
  let ns := whole_inputs P over i in
  let one := (Zpos over * Zpos over * scale bits)%Z in
  positive (add (gsgn (F := F) (snd (nth i (data P) ([], true)))
    (gsum (F := F) (map (output_share ns) (combine (seq 0 (length vs)) vs)))) (opp (one, one))).
Definition check_others (vs : list view) : bool :=
  forallb (fun i => if existsb (Nat.eqb i) (active E) then true else check_other vs i) (seq 0 (length (data P))).
End Given.

Definition unknowns_over : list F := spread bits (centre E) (radius E).
Definition check_box : bool :=
  let X := unknowns_over in let over := inputs_over P in let vs := views bits P E X over in
  if check_signs X over vs then check_others X over vs else false.

(** ** What that means *)
Hypothesis Hbits : (0 <= bits)%Z.
Notation X := unknowns_over.
Notation at_X n := (nth n X (g0 (F := F))).
Let s := Q2R (lower_rational P).
Variable xi : list R.
Hypothesis Inside : box xi.
Hypothesis Solves : solves PR ER xi.

Lemma inside_ok : within (map Q2R (centre E)) (Q2R (radius E)) xi.
Proof. exact Inside. Qed.
Let H := over_encloses bits Hbits (within (map Q2R (centre E)) (Q2R (radius E))).
Let unknowns := spread_ok bits Hbits (centre E) (radius E).
Lemma unknown k : holds bits (at_X k) (nth k xi 0).
Proof. apply (unknowns k). exact Inside. Qed.
Lemma looked_box d : which (look (F := F) P E X (gactive (F := F) P E) d) = d /\
  (forall p, (p < inputs P)%nat -> holds bits (nth p (its_vector (look (F := F) P E X (gactive (F :=
    F) P E) d)) (g0 (F := F))) (vector PR ER xi d p)) /\
  (forall k, (k < m)%nat -> holds bits (nth k (preactivations (look (F := F) P E X (gactive (F :=
    F) P E) d)) (g0 (F := F)))
     (preactivation PR ER xi d (fst (active_sample PR ER k)))) /\
  forall i, holds bits (gdot (F := F) P (its_vector (look (F := F) P E X (gactive (F := F) P E) d)) (gsample (F :=
    F) P i))
     (preactivation PR ER xi d (fst (nth i (data PR) ([], true)))).
Proof.
  destruct (looked_at P E X H unknowns d) as (E1 & E2 & E3). split; auto. split; [|split].
  - intros p Hp. rewrite E2. apply (rel_vector P E X H unknowns d p Hp). exact Inside.
  - intros k Hk. apply (E3 k Hk). exact Inside.
  - intro i. rewrite E2. apply (rel_preactivation P E X H unknowns d). 2: exact Inside. intros p _.
    apply (rel_sample P H).
Qed.
Lemma table_nth j : (j < J)%nat -> nth_error (table X) j = Some (look (F := F) P E X (gactive (F :=
  F) P E) (direction_of ER j)).
Proof.
  intro Hj. unfold table, looks. rewrite nth_error_map. unfold direction_of. change (directions ER) with (directions E).
  rewrite (nth_error_nth' _ (true, [])) by exact Hj. reflexivity.
Qed.

Let one := inputs_over P.
Let over := IZR (Zpos one).
Let over_positive : 0 < over * over.
Proof. assert (0 < over) by (apply IZR_lt; reflexivity). now apply Rmult_lt_0_compat. Qed.
Lemma seen_active d k : (k < m)%nat ->
  holds bits (seen_on (view_of bits P E X (whole_active P E one) d) (nth k (whole_active P E one) []))
    (over * over * preactivation PR ER xi d (fst (active_sample PR ER k))).
Proof.
  intro Hk. apply (seen_on_ok bits P E X one Hbits xi unknown eq_refl). intro p.
    now apply (nth_whole_active P E one eq_refl).
Qed.

Hypothesis Hbox : check_box = true.
Lemma box_parts : check_signs X one (views bits P E X one) = true /\ check_others X one (views bits P E X one) = true.
Proof. pose proof Hbox as B. unfold check_box in B. cbv zeta in B. fold one in B.
destruct (check_signs X one (views bits P E X one)); try discriminate. auto. Qed.
Lemma multipliers_positive k : (k < m)%nat -> 0 < multiplier xi k.
Proof.
  intro Hk. pose proof (proj1 box_parts) as S. unfold check_signs in S.
  destruct (forallb _ (seq 0 m)) eqn:E1 in S; try discriminate.
  rewrite forallb_forall in E1. apply (positive_ok bits Hbits (at_X k)). apply E1, in_seq. lia. apply unknown.
Qed.
Lemma amounts_positive j : (j < J)%nat -> 0 < amount ER xi j.
Proof.
  intro Hj. pose proof (proj1 box_parts) as S. unfold check_signs in S.
  destruct (forallb _ (seq 0 m)) in S; try discriminate. destruct (forallb _ (seq 0 J)) eqn:E1 in S; try discriminate.
  rewrite forallb_forall in E1. apply (positive_ok bits Hbits (at_X (m + j))). apply E1, in_seq. lia. apply unknown.
Qed.
Lemma sides_ok : on_sides PR ER xi s.
Proof.
  intros c k Hc Hk. change (k < m)%nat in Hk. pose proof (proj1 box_parts) as S. unfold check_signs in S.
  destruct (forallb _ (seq 0 m)) in S; try discriminate. destruct (forallb _ (seq 0 J)) in S; try discriminate.
  rewrite forallb_forall in S. specialize (S (view_of bits P E X (whole_active P E one) c) ltac:(unfold views; now
    apply in_map)).
  rewrite forallb_forall in S. specialize (S k ltac:(apply in_seq; lia)). unfold check_side in S.
  pose proof (seen_active c k Hk) as E3. cbn [view_of viewed] in S. pose proof Hbits as B.
    pose proof over_positive as O.
  set (t := preactivation PR ER xi c (fst (active_sample PR ER k))) in *.
  assert (L : holds bits lower s) by now apply of_Q_ok.
  assert (One : Qeq_bool (lower_rational P) 1 = true -> s = 1).
  { intro Q1. apply Qeq_bool_eq in Q1. unfold s. rewrite (Qeq_eqR _ _ Q1). apply RMicromega.Q2R_1. }
  destruct (side_of c k) as [| |n].
  - destruct (Qeq_bool (lower_rational P) 1); [left; auto|right].
    pose proof (positive_ok bits B _ _ S (opp_ok bits _ _ E3)). nra.
  - destruct (Qeq_bool (lower_rational P) 1); [left; auto|right]. pose proof (positive_ok bits B _ _ S E3). nra.
  - cbv zeta in S. pose proof (unknown n) as U.
    destruct (positive (add (at_X n) (opp lower))) eqn:P1.
    + left. pose proof (positive_ok bits B _ _ P1 (add_ok bits _ _ _ _ U (opp_ok bits _ _ L))).
      pose proof (positive_ok bits B _ _ S (add_ok bits _ _ _ _ (one_ok bits) (opp_ok bits _ _ U))). lra.
    + destruct (positive (add lower (opp (at_X n)))) eqn:P2; try discriminate. right.
      pose proof (positive_ok bits B _ _ P2 (add_ok bits _ _ _ _ L (opp_ok bits _ _ U))).
      pose proof (positive_ok bits B _ _ S (add_ok bits _ _ _ _ U (opp_ok bits _ _ (one_ok bits)))). lra.
Qed.

Lemma act_parts z : act s z = Rmax 0 z + s * - Rmax 0 (- z).
Proof. unfold act, Rmax. destruct (Rlt_dec z 0), (Rle_dec 0 z), (Rle_dec 0 (- z)); try lra; replace z with 0 by lra;
  ring. Qed.
Lemma iact_ok z x : holds bits z x -> holds bits (iact z) (act s x).
Proof.
  intro Hz. pose proof Hbits as B. rewrite act_parts. unfold iact. apply add_ok. now apply part_above_ok.
  apply mul_ok; auto. now apply of_Q_ok. apply opp_ok. apply part_above_ok; auto. now apply opp_ok.
Qed.

Lemma over_views (G : nat * view -> interval) (g : nat -> R) :
  (forall j, (j < J)%nat -> holds bits (G (j, view_of bits P E X (whole_active P E one) (direction_of ER j))) (g j)) ->
  holds bits (gsum (F := F) (map G (combine (seq 0 (length (views bits P E X one))) (views bits P E X one))))
    (Rsum (map g (seq 0 J))).
Proof.
  intro HG. assert (L : length (views bits P E X one) = J) by apply map_length. rewrite L.
  assert (Gen : forall t j0, (forall j, (j < length t)%nat ->
    exists l, nth_error t j = Some l /\ holds bits (G (j0 + j, l)%nat) (g (j0 + j)%nat)) ->
    holds bits (gsum (F := F) (map G (combine (seq j0 (length t)) t))) (Rsum (map g (seq j0 (length t))))).
  { induction t as [|l t IH]; intros j0 Ht.
    - apply zero_ok.
    - cbn [length seq combine map gsum fold_right]. rewrite Rsum_cons. apply add_ok.
      + destruct (Ht 0%nat ltac:(simpl; lia)) as (l' & [= <-] & Hl). rewrite Nat.add_0_r in Hl. exact Hl.
      + apply IH. intros j Hj. destruct (Ht (S j) ltac:(simpl; lia)) as (l' & El & Hl). exists l'.
        rewrite Nat.add_succ_r in Hl. auto. }
  rewrite <- L. apply Gen. intros j Hj. rewrite L in Hj. eexists. split. apply views_nth; exact Hj. now apply HG.
Qed.
Lemma act_times c z : 0 < c -> act s (c * z) = c * act s z.
Proof. intro Hc. apply act_scale. lra. Qed.

Lemma others_ok i : (i < length (data PR))%nat -> ~ In i (active ER) ->
  1 < sgn (snd (nth i (data PR) ([], true))) *
      Rsum (map (fun j => sgn (fst (direction_of ER j)) * (amount ER xi j *
        act s (preactivation PR ER xi (direction_of ER j) (fst (nth i (data PR) ([], true)))))) (seq 0 J)).
Proof.
  intros Hi N. pose proof (proj2 box_parts) as O. unfold check_others in O. rewrite forallb_forall in O.
  unfold PR in Hi. cbn [real map_problem data] in Hi. rewrite map_length in Hi.
  specialize (O i ltac:(apply in_seq; lia)). cbn beta in O.
  destruct (existsb (Nat.eqb i) (active E)) eqn:X1.
  { exfalso. apply existsb_exists in X1. destruct X1 as (i' & I & Q1). apply Nat.eqb_eq in Q1. subst. apply N. exact I.
    }
  unfold check_other in O. cbv zeta in O. pose proof Hbits as B.
  set (sum := Rsum _). set (y := sgn (snd (nth i (data PR) ([], true)))).
  match type of O with positive ?a = true => assert (A : holds bits a (over * over * (y * sum) + - (over * over))) end.
  { assert (Sg : forall b a x, holds bits a x -> holds bits (gsgn (F := F) b a) (sgn b * x)).
    { intros b a x Ha. unfold gsgn, sgn. destruct b. now rewrite Rmult_1_l. replace (-1 * x) with (- x) by ring.
      now apply opp_ok. }
    apply add_ok; [|apply opp_ok; unfold holds; cbn [fst snd]; rewrite !mult_IZR; fold over; lra].
    replace (over * over * (y * sum)) with (sgn (snd (nth i (data P) ([], true))) * (over * over * sum)).
    2:{ unfold y, PR. rewrite data_nth. cbn [snd]. ring. }
    apply Sg. unfold sum. rewrite <- Rsum_mult. apply over_views. intros j Hj. unfold output_share.
    cbn [view_of viewed fst snd].
    match goal with |- holds _ _ (_ * (?e * (?a * ?t))) =>
      replace (over * over * (e * (a * t))) with (e * (a * (over * over * t))) by ring end.
    apply Sg. apply mul_ok; auto. apply unknown. rewrite <- act_times by exact over_positive. apply iact_ok.
    apply (seen_on_ok bits P E X one Hbits xi unknown eq_refl). intro p. now apply whole_input. }
  pose proof (positive_ok bits B _ _ O A) as Pos. pose proof over_positive. nra.
Qed.
End Box.
