(** * What is checked of enclosed points over the box: signs, sides, margins, and the distance. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible LayerNorms Chain Intervals System
  Solution TwoLayers TwoLayersKkt Point Shapes.
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
Definition table : list (looked (F := F)) := looks (F := F) P E X.
Notation at_X n := (nth n X (g0 (F := F))).

Definition lower : interval := of_Q bits (lower_rational P).
Definition check_side (l : looked (F := F)) (k : nat) : bool :=
  match side_of (which l) k with
  | Below => if Qeq_bool (lower_rational P) 1 then true else positive (opp (nth k (preactivations l) (g0 (F := F))))
  | Above => if Qeq_bool (lower_rational P) 1 then true else positive (nth k (preactivations l) (g0 (F := F)))
  | Held n =>
      let x := at_X n in
      if positive (add x (opp lower)) then positive (add (one bits) (opp x))
      else if positive (add lower (opp x)) then positive (add x (opp (one bits))) else false
  end.
Definition check_signs (t : list (looked (F := F))) : bool :=
  if forallb (fun k => positive (at_X k)) (seq 0 m) then if forallb (fun j => positive (at_X (m + j))) (seq 0 J) then
    forallb (fun l => forallb (check_side l) (seq 0 m)) t
  else false else false.

(** The activation over an interval. *)
Definition iact (z : interval) : interval := add (part_above z) (mul bits lower (opp (part_above (opp z)))).
Definition output_share (x : list F) (jl : nat * looked (F := F)) : interval :=
  gsgn (F := F) (fst (which (snd jl))) (mul bits (at_X (m + fst jl)) (iact (gdot (F := F) P (its_vector (snd jl)) x))).
Definition check_other (t : list (looked (F := F))) (i : nat) : bool :=
  let x := gsample (F := F) P i in
  positive (add (gsgn (F := F) (snd (nth i (data P) ([],
    true))) (gsum (F := F) (map (output_share x) (combine (seq 0 (length t)) t)))) (opp (one bits))).
Definition check_others (t : list (looked (F := F))) : bool :=
  forallb (fun i => if existsb (Nat.eqb i) (active E) then true else check_other t i) (seq 0 (length (data P))).

(** The distance. *)
Definition irow (t : list (looked (F := F))) (u : option (nat * Q)) : list interval :=
  match u with
  | Some (j, r) =>
      let s := root bits (mul bits (at_X (m + j)) (of_Q bits r)) in let z := nth j (map its_vector t) [] in
      map (fun p => mul bits s (nth p z (g0 (F := F)))) (seq 0 (inputs P))
  | None => map (fun _ => zero) (seq 0 (inputs P))
  end.
Definition iout (u : option (nat * Q)) : interval :=
  match u with Some (j, r) => gsgn (F := F) (fst (nth j (directions E) (true,
    []))) (root bits (mul bits (at_X (m + j)) (of_Q bits r))) | None => zero end.
Definition square_distance (qs : list Q) (l : list interval) : Z :=
  zsum (map (fun qa => let t := size (add (of_Q bits (fst qa)) (opp (snd qa))) in t * t)%Z (combine qs l)).
Definition check_distance (t : list (looked (F := F))) (theta : params Q) (distance : Q) : bool :=
  match theta with
  | [w; v] =>
      let d := fst (of_Q bits distance) in
      if Nat.eqb (length w) (length (live E) * inputs P) then if Nat.eqb (length v) (length (live E)) then
      if (0 <? d)%Z then
        (square_distance w (concat (map (irow t) (live E))) + square_distance v (map iout (live E)) <=? d * d)%Z
      else false else false else false
  | _ => false
  end.

Lemma check_distance_parts t theta distance : check_distance t theta distance = true -> exists w v, theta = [w; v] /\
  length w = (length (live E) * inputs P)%nat /\ length v = length (live E) /\ (0 < fst (of_Q bits distance))%Z /\
  (square_distance w (concat (map (irow t) (live E))) + square_distance v (map iout (live E)) <=
   fst (of_Q bits distance) * fst (of_Q bits distance))%Z.
Proof.
  unfold check_distance. destruct theta as [|w [|v [|]]]; try discriminate.
  destruct (Nat.eqb_spec (length w) (length (live E) * inputs P)); try discriminate.
  destruct (Nat.eqb_spec (length v) (length (live E))); try discriminate.
  destruct (Z.ltb_spec 0 (fst (of_Q bits distance))); try discriminate. intro D. apply Z.leb_le in D. exists w, v. auto.
Qed.
End Given.

(** Signs, sides and margins. *)
Definition unknowns_over : list F := spread bits (centre E) (radius E).
Definition check_box : bool :=
  let X := unknowns_over in let t := table X in if check_signs X t then check_others X t else false.
Definition check_near (theta : params Q) (distance : Q) : bool :=
  let X := unknowns_over in check_distance X (table X) theta distance.


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

Hypothesis Hbox : check_box = true.
Lemma box_parts : check_signs X (table X) = true /\ check_others X (table X) = true.
Proof. pose proof Hbox as B. unfold check_box in B. cbv zeta in B.
destruct (check_signs X (table X)); try discriminate. auto. Qed.
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
Lemma sides_ok c k : In c (directions ER) -> (k < m)%nat ->
  match side_of c k with
  | Below => s = 1 \/ preactivation PR ER xi c (fst (active_sample PR ER k)) < 0
  | Above => s = 1 \/ 0 < preactivation PR ER xi c (fst (active_sample PR ER k))
  | Held n => s < nth n xi 0 < 1 \/ 1 < nth n xi 0 < s
  end.
Proof.
  intros Hc Hk. pose proof (proj1 box_parts) as S. unfold check_signs in S.
  destruct (forallb _ (seq 0 m)) in S; try discriminate. destruct (forallb _ (seq 0 J)) in S; try discriminate.
  rewrite forallb_forall in S. specialize (S (look (F := F) P E X (gactive (F := F) P E) c) ltac:(unfold table, looks;
    now apply in_map)).
  rewrite forallb_forall in S. specialize (S k ltac:(apply in_seq; lia)). unfold check_side in S.
  destruct (looked_box c) as (E1 & _ & E3 & _). specialize (E3 k Hk). rewrite E1 in S. pose proof Hbits as B.
  assert (L : holds bits lower s) by now apply of_Q_ok.
  assert (One : Qeq_bool (lower_rational P) 1 = true -> s = 1).
  { intro Q1. apply Qeq_bool_eq in Q1. unfold s. rewrite (Qeq_eqR _ _ Q1). apply RMicromega.Q2R_1. }
  destruct (side_of c k) as [| |n].
  - destruct (Qeq_bool (lower_rational P) 1); [left; auto|right].
    pose proof (positive_ok bits B _ _ S (opp_ok bits _ _ E3)). lra.
  - destruct (Qeq_bool (lower_rational P) 1); [left; auto|right]. exact (positive_ok bits B _ _ S E3).
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

Lemma over_table (G : nat * looked (F := F) -> interval) (g : nat -> R) :
  (forall j, (j < J)%nat -> holds bits (G (j, look (F := F) P E X (gactive (F := F) P E) (direction_of ER j))) (g j)) ->
  holds bits (gsum (F := F) (map G (combine (seq 0 (length (table X))) (table X)))) (Rsum (map g (seq 0 J))).
Proof.
  intro HG. assert (L : length (table X) = J) by (unfold table, looks; apply map_length). rewrite L.
  assert (Gen : forall t j0, (forall j, (j < length t)%nat ->
    exists l, nth_error t j = Some l /\ holds bits (G (j0 + j, l)%nat) (g (j0 + j)%nat)) ->
    holds bits (gsum (F := F) (map G (combine (seq j0 (length t)) t))) (Rsum (map g (seq j0 (length t))))).
  { induction t as [|l t IH]; intros j0 Ht.
    - apply zero_ok.
    - cbn [length seq combine map gsum fold_right]. rewrite Rsum_cons. apply add_ok.
      + destruct (Ht 0%nat ltac:(simpl; lia)) as (l' & [= <-] & Hl). rewrite Nat.add_0_r in Hl. exact Hl.
      + apply IH. intros j Hj. destruct (Ht (S j) ltac:(simpl; lia)) as (l' & El & Hl). exists l'.
        rewrite Nat.add_succ_r in Hl. auto. }
  rewrite <- L. apply Gen. intros j Hj. rewrite L in Hj. eexists. split. now apply table_nth. now apply HG.
Qed.

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
  match type of O with positive ?a = true =>
    assert (A : holds bits a (sgn (snd (nth i (data P) ([],
      true))) * Rsum (map (fun j => sgn (fst (direction_of ER j)) * (amount ER xi j *
        act s (preactivation PR ER xi (direction_of ER j) (fst (nth i (data PR) ([],
          true)))))) (seq 0 J)) + - (1))) end.
  { assert (Sg : forall b a x, holds bits a x -> holds bits (gsgn (F := F) b a) (sgn b * x)).
    { intros b a x Ha. unfold gsgn, sgn. destruct b. now rewrite Rmult_1_l. replace (-1 * x) with (- x) by ring.
      now apply opp_ok. }
    apply add_ok; [|apply opp_ok, one_ok]. apply Sg. apply over_table. intros j Hj. unfold output_share. cbn [fst snd].
    destruct (looked_box (direction_of ER j)) as (-> & _ & _ & Pre). apply Sg. apply mul_ok; auto. apply unknown.
    now apply iact_ok. }
  pose proof (positive_ok bits B _ _ O A) as Pos. unfold PR at 1. rewrite data_nth. cbn [snd]. lra.
Qed.

(** ** The distance *)
Lemma square_distance_ok qs l x : Forall2 (holds bits) l x ->
  Rsum (map (fun a => a * a) (map (fun xy =>
    fst xy - snd xy) (combine (map Q2R qs) x))) * (IZR (scale bits) * IZR (scale bits)) <=
  IZR (square_distance qs l).
Proof.
  intro Hl. revert qs. induction Hl as [|a b l x Ha Hl IH]; intros [|q qs]; try (unfold square_distance, zsum, Rsum;
    simpl; lra).
  cbn [combine map square_distance zsum fold_right fst snd]. rewrite Rsum_cons, plus_IZR, mult_IZR. specialize (IH qs).
  assert (T : holds bits (add (of_Q bits q) (opp a)) (Q2R q - b)) by (apply add_ok;
    [now apply of_Q_ok | now apply opp_ok]).
  apply size_ok in T; auto. set (z := IZR (size _)) in *. set (t := Q2R q - b) in *.
  pose proof (scale_R bits Hbits) as S.
  assert (Q1 : Rabs t * IZR (scale bits) * (Rabs t * IZR (scale bits)) <= z * z).
  { apply Rmult_le_compat; auto; apply Rmult_le_pos; try apply Rabs_pos; lra. }
  assert (Q2 : Rabs t * Rabs t = t * t) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
  replace (Rabs t * IZR (scale bits) * (Rabs t * IZR (scale bits))) with
    (Rabs t * Rabs t * (IZR (scale bits) * IZR (scale bits))) in Q1 by ring.
  rewrite Q2 in Q1. unfold square_distance, zsum in IH. lra.
Qed.
Hypothesis Amounts : forall j, (j < J)%nat -> 0 < amount ER xi j.
Hypothesis Hlive : forall j r, In (Some (j, r)) (live ER) -> (j < J)%nat /\ 0 < r.
Lemma root_amount j r : (j < J)%nat -> 0 < Q2R r ->
  holds bits (root bits (mul bits (at_X (m + j)) (of_Q bits r))) (sqrt (amount ER xi j * Q2R r)).
Proof.
  intros Hj Hr. apply root_ok; auto. apply Rmult_le_pos. left. now apply Amounts. lra.
  apply mul_ok; auto. apply unknown. now apply of_Q_ok.
Qed.
Lemma live_Q j r : In (Some (j, r)) (live E) -> (j < J)%nat /\ 0 < Q2R r.
Proof.
  intro I. apply Hlive. unfold ER. cbn [real_enclosure map_enclosure live].
  apply in_map_iff. exists (Some (j, r)). split; auto.
Qed.
Hypothesis Net : net PR = two_layers (inputs PR) (length (live ER)) s.
Lemma distance_ok theta distance : check_distance X (table X) theta distance = true ->
  shaped (net PR) (real_point theta) /\ dist (real_point theta) (point_of PR ER xi) <= Q2R distance.
Proof.
  intro D0. destruct (check_distance_parts _ _ _ _ D0) as (w & v & Th & Lw & Lv & Ed & D).
  split.
  { assert (Ll : length (live ER) = length (live E)) by apply map_length. unfold shaped. rewrite Net, Th, Ll.
    cbn. rewrite !map_length, Lw, Lv. reflexivity. }
  assert (Rows : Forall2 (holds bits) (concat (map (irow X (table X)) (live E))) (concat (map (incoming PR ER xi)
    (live ER)))).
  { unfold ER at 2. cbn [real_enclosure map_enclosure live]. rewrite map_map. apply Forall2_concat. apply Forall2_maps.
    intros u Hu.
    unfold incoming. destruct u as [[j r]|]; cbn [irow option_map fst snd].
    - destruct (live_Q j r Hu) as [Hj Hr]. apply Forall2_maps. intros p Hp. apply in_seq in Hp. apply mul_ok; auto.
      now apply root_amount.
      destruct (looked_box (direction_of ER j)) as (_ & Vec & _).
      assert (N : nth j (map its_vector (table X)) [] = its_vector (look (F := F) P E X (gactive (F :=
        F) P E) (direction_of ER j))).
      { apply nth_error_nth. rewrite nth_error_map, table_nth by auto. reflexivity. }
      rewrite N. apply Vec. exact (proj2 Hp).
    - apply Forall2_maps. intros p _. now apply zero_ok. }
  assert (Outs : Forall2 (holds bits) (map (iout X) (live E)) (map (outgoing ER xi) (live ER))).
  { unfold ER at 2. cbn [real_enclosure map_enclosure live]. rewrite map_map. apply Forall2_maps. intros u Hu.
    destruct u as [[j r]|]; cbn [iout option_map outgoing fst snd].
    - destruct (live_Q j r Hu) as [Hj Hr]. change (direction_of ER j) with (nth j (directions E) (true, [])).
      pose proof (root_amount j r Hj Hr) as Q1.
      unfold gsgn, sgn. destruct (fst (nth j (directions E) (true, []))). now rewrite Rmult_1_l.
      replace (-1 * sqrt (amount ER xi j * Q2R r)) with (- sqrt (amount ER xi j * Q2R r)) by ring. now apply opp_ok.
    - now apply zero_ok. }
  pose proof (square_distance_ok w _ _ Rows) as Sum1. pose proof (square_distance_ok v _ _ Outs) as Sum2.
  apply IZR_le in D. apply IZR_lt in Ed. rewrite plus_IZR, mult_IZR in D.
  pose proof (of_Q_ok bits Hbits distance) as [D2 _].
  set (n1 := Rsum _) in Sum1. set (n2 := Rsum _) in Sum2. pose proof (scale_R bits Hbits) as S.
  assert (N : norm2 (minus (real_point theta) (point_of PR ER xi)) = n1 + n2).
  { rewrite Th. unfold real_point, map_params, point_of, minus, norm2, n1, n2. cbn [map combine fst snd].
    rewrite !Rsum_cons. unfold Rsum at 3. cbn [fold_right]. ring. }
  set (S2 := IZR (scale bits)) in *. assert (P2 : 0 < Q2R distance) by nra.
  unfold dist. rewrite N. rewrite <- (sqrt_square (Q2R distance)) by lra. apply sqrt_le_1_alt.
  apply Rmult_le_reg_r with (S2 * S2). now apply Rmult_lt_0_compat.
  set (d := IZR (fst (of_Q bits distance))) in *.
  assert (Q1 : d * d <= Q2R distance * S2 * (Q2R distance * S2)) by (apply Rmult_le_compat; lra).
  lra.
Qed.
End Box.
