(** * The check that an enclosed KKT point is no local optimum: the moves of [Descent.v], over the box. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible Intervals System Solution TwoLayers TwoLayersKkt
  Point Shapes OnBox Checked Descent.
Import ListNotations.
Open Scope R_scope.

Section NotLocal.
Variables (P : problem Q) (E : enclosure Q).
Let PR := real P.
Let ER := real_enclosure E.
Let low := lower_rational P.
Let s := Q2R low.
Let d := inputs P.
Let h := length (live E).
Let m := length (active E).
Let J := length (directions E).
Notation unit := (option (nat * Q) * (list Q * Q))%type.

Section Over.
Variable bits : Z.
Notation F := (interval_ring bits).
Variables (X : list F) (t : list (looked (F := F))) (xs : list (list F)).
Notation at_X n := (nth n X (g0 (F := F))).
Let act_over := iact bits P.
Definition length_of (jr : nat * Q) : interval := root bits (mul bits (at_X (m + fst jr)) (of_Q bits (snd jr))).
Definition looked_of (j : nat) : looked (F := F) := nth j t (Looked (true, []) [] []).
Definition step_in (row : list Q) (k : nat) : interval := gdot (F := F) P (map (of_Q bits) row) (nth k xs []).

Definition first_over (k : nat) (u : unit) : interval :=
  let (unit, move) := u in let (row, out) := move in
  match unit with
  | Some jr =>
      let l := looked_of (fst jr) in let delta := step_in row k in let r := length_of jr in
      let kept := if Qeq_bool low 1 then delta
        else match side_of (which l) k with Below => mul bits (of_Q bits low) delta | Above => delta | Held _ =>
          act_over delta end in
      let now := match side_of (which l) k with Held _ => zero | _ => act_over (nth k (preactivations l) (g0 (F :=
        F))) end in
      mul bits r (add (mul bits (of_Q bits out) now) (gsgn (F := F) (fst (which l)) kept))
  | None => mul bits (of_Q bits out) (act_over (step_in row k))
  end.
Definition norm_over (u : unit) : interval :=
  let (unit, move) := u in let (row, out) := move in
  match unit with
  | Some jr =>
      let l := looked_of (fst jr) in
      let turn := add (isum (map (fun p => mul bits (nth p (its_vector l) (g0 (F :=
        F))) (of_Q bits (nth p row 0%Q))) (seq 0 d))) (gsgn (F := F) (fst (which l)) (of_Q bits out)) in
      mul bits (length_of jr) (add turn turn)
  | None => add (isum (map (fun p => let a := of_Q bits (nth p row 0%Q) in mul bits a a) (seq 0 d))) (let b :=
    of_Q bits out in mul bits b b)
  end.
Definition check_moves (moves : list (list Q * Q)) : bool :=
  if Nat.eqb (length moves) h then if forallb (fun mv => Nat.eqb (length (fst mv)) d) moves then
    let us := combine (live E) moves in
    if forallb (fun k => positive (gsgn (F :=
      F) (glabel P E k) (isum (map (first_over k) us)))) (seq 0 m) then positive (opp (isum (map norm_over us))) else
        false
  else false else false.
End Over.
Definition check_not_local (bits : Z) (moves : list (list Q * Q)) : bool :=
  let X := unknowns_over bits E in check_moves bits X (table bits P E X) (gactive (F := interval_ring bits) P E) moves.

Variables (fine coarse : Z) (Y : matrix) (theta : params Q) (distance : Q).
Hypothesis Ok : check_enclosed fine coarse P E Y theta distance = true.
Let Pa := parts_ok fine coarse P E Y theta distance Ok.
Variable xi : list R.
Hypothesis Inside : within (centre ER) (radius ER) xi.
Hypothesis Solves : solves PR ER xi.
Let point := point_of PR ER xi.
Let Net := Hnet _ _ _ _ _ _ Pa.
Let Hd := Hinputs _ _ _ _ _ _ Pa.
Let Alive := Hlive _ _ _ _ _ _ Pa.
Let Amts := amounts_ok fine coarse P E Y theta distance Ok xi Inside.
Let Sides := all_sides fine coarse P E Y theta distance Ok xi Inside.
Let Feas := is_feasible fine coarse P E Y theta distance Ok xi Inside Solves.

Variable bits : Z.
Hypothesis Hbits : (0 <= bits)%Z.
Notation F := (interval_ring bits).
Notation X := (unknowns_over bits E).
Notation T := (table bits P E X).
Notation xs := (gactive (F := F) P E).
Variable moves : list (list Q * Q).
Hypothesis Checked : check_not_local bits moves = true.

Let us := combine (live E) moves.
Let a := concat (map (fun mv => map Q2R (fst mv)) moves).
Let b := map (fun mv : list Q * Q => Q2R (snd mv)) moves.
Let w := concat (map (incoming PR ER xi) (live ER)).
Let v := map (outgoing ER xi) (live ER).
Definition is_alive (u : nat) : bool := match nth u (live E) None with Some _ => true | None => false end.

Lemma moves_parts : length moves = h /\ (forall mv, In mv moves -> length (fst mv) = d) /\
  (forall k, (k < m)%nat -> positive (gsgn (F :=
    F) (glabel P E k) (isum (map (first_over bits X T xs k) us))) = true) /\
  positive (opp (isum (map (norm_over bits X T) us))) = true.
Proof.
  pose proof Checked as C. unfold check_not_local, check_moves in C. cbv zeta in C.
  destruct (Nat.eqb_spec (length moves) h) as [L|]; try discriminate.
  destruct (forallb _ moves) eqn:E1; try discriminate. destruct (forallb _ (seq 0 m)) eqn:E2; try discriminate.
  rewrite forallb_forall in E1, E2.
  repeat split; auto. intros mv I. apply Nat.eqb_eq. now apply E1. intros k Hk. apply E2. apply in_seq. lia.
Qed.
Lemma live_at u : nth u (live ER) None = option_map (fun jr => (fst jr, Q2R (snd jr))) (nth u (live E) None).
Proof. exact (map_nth (option_map (fun jr : nat * Q => (fst jr, Q2R (snd jr)))) (live E) None u). Qed.
Lemma nth_a u p : (u < h)%nat -> (p < d)%nat -> nth (u * d + p) a 0 = Q2R (nth p (fst (nth u moves ([], 0%Q))) 0%Q).
Proof.
  intros Hu Hp. destruct moves_parts as (L & R1 & _). unfold a. rewrite nth_concat_rows; auto.
  - change (@nil R) with (map Q2R (fst (@nil Q, 0%Q))) at 1.
    rewrite (map_nth (fun mv => map Q2R (fst mv))), <- RMicromega.Q2R_0. apply map_nth.
  - intros r Hr. apply in_map_iff in Hr. destruct Hr as (mv & <- & I). rewrite map_length. auto.
Qed.
Lemma nth_b u : nth u b 0 = Q2R (snd (nth u moves ([], 0%Q))).
Proof. unfold b. rewrite <- RMicromega.Q2R_0 at 1.
apply (map_nth (fun mv : list Q * Q => Q2R (snd mv)) moves ([], 0%Q)). Qed.
Lemma live_unit u jr : (u < h)%nat -> nth u (live E) None = Some jr -> (fst jr < J)%nat /\ 0 < Q2R (snd jr).
Proof.
  intros Hu Hl. apply Alive. assert (I : In (nth u (live ER) None) (live ER)).
  { apply nth_In. unfold ER. cbn [real_enclosure map_enclosure live]. now rewrite map_length. }
  rewrite live_at, Hl in I. exact I.
Qed.
Lemma looked_at_j j : (j < J)%nat -> looked_of bits T j = look (F := F) P E X xs (direction_of ER j).
Proof. intro Hj. unfold looked_of. apply nth_error_nth. exact (table_nth bits P E j Hj). Qed.
Lemma length_ok jr : (fst jr < J)%nat -> 0 < Q2R (snd jr) ->
  holds bits (length_of bits X jr) (sqrt (amount ER xi (fst jr) * Q2R (snd jr))).
Proof.
  intros Hj Hr. apply root_of_product; auto. exact (unknown bits E Hbits xi Inside (m + fst jr)). now apply of_Q_ok.
Qed.
Lemma step_ok u k : (u < h)%nat -> (k < m)%nat ->
  holds bits (step_in bits xs (fst (nth u moves ([], 0%Q))) k) (hid d a (fst (active_sample PR ER k)) u).
Proof.
  intros Hu Hk. unfold step_in, hid.
  refine (rel_dot (F := F) P (over_encloses bits Hbits (within (map Q2R (centre E)) (Q2R (radius E))))
    (map (of_Q bits) (fst (nth u moves ([], 0%Q)))) (nth k xs [])
    (fun p _ => nth (u * d + p) a 0) (fun p _ => nth p (fst (active_sample PR ER k)) 0) _ _ xi Inside).
  - intros p Hp x _. rewrite nth_a by auto. unfold g0. cbn [of_rational interval_ring]. rewrite map_nth.
    now apply of_Q_ok.
  - intros p Hp. apply (active_at P E (over_encloses bits Hbits _)). exact Hk.
Qed.
Lemma act_over_ok z x : holds bits z x -> holds bits (iact bits P z) (act s x).
Proof. exact (iact_ok bits P Hbits z x). Qed.
Lemma sgn_ok e z x : holds bits z x -> holds bits (gsgn (F := F) e z) (sgn e * x).
Proof. intro Ha. unfold gsgn, sgn. destruct e. now rewrite Rmult_1_l. replace (-1 * x) with (- x) by ring.
now apply opp_ok. Qed.
Lemma unit_at u : (u < h)%nat -> nth u us (None, ([], 0%Q)) = (nth u (live E) None, nth u moves ([], 0%Q)).
Proof. intro Hu. unfold us. apply combine_nth. destruct moves_parts as (L & _). rewrite L. reflexivity. Qed.
Lemma over_units (G : unit -> interval) (g : nat -> R) : (forall u, (u < h)%nat ->
  holds bits (G (nth u (live E) None, nth u moves ([], 0%Q))) (g u)) ->
  holds bits (isum (map G us)) (Rsum (map g (seq 0 h))).
Proof.
  intro H. assert (Eus : us = map (fun u => nth u us (None, ([], 0%Q))) (seq 0 h)).
  { assert (L : length us = h) by (unfold us; rewrite combine_length; destruct moves_parts as (L & _); rewrite L;
      unfold h; lia).
    apply nth_ext with (d := (None, ([], 0%Q))) (d' := nth 0 us (None, ([], 0%Q))). now rewrite map_length, seq_length.
    intros u Hu. rewrite (map_nth (fun u => nth u us (None, ([], 0%Q)))), seq_nth by lia. reflexivity. }
  rewrite Eus, map_map. apply isum_ok. intros u Hu. apply in_seq in Hu. rewrite unit_at by lia. apply H. lia.
Qed.
Lemma hid_live x u : (u < h)%nat -> hid d w x u = match nth u (live E) None with
  Some jr => sqrt (amount ER xi (fst jr) * Q2R (snd jr)) *
    preactivation PR ER xi (direction_of ER (fst jr)) x | None => 0 end.
Proof.
  intro Hu. etransitivity. apply (hid_w PR ER xi); auto. unfold ER at 1. cbn [real_enclosure map_enclosure live].
  now rewrite map_length.
  rewrite live_at. destruct (nth u (live E) None) as [[j r]|]; reflexivity.
Qed.
Lemma out_live u : (u < h)%nat -> nth u v 0 = match nth u (live E) None with
  Some jr => sgn (fst (direction_of ER (fst jr))) * sqrt (amount ER xi (fst jr) * Q2R (snd jr)) | None => 0 end.
Proof.
  intro Hu. etransitivity. apply (nth_v ER xi); auto. unfold ER at 1. cbn [real_enclosure map_enclosure live].
  now rewrite map_length.
  rewrite live_at. destruct (nth u (live E) None) as [[j r]|]; reflexivity.
Qed.
Lemma in_live u p : (u < h)%nat -> (p < d)%nat -> nth (u * d + p) w 0 = match nth u (live E) None with
  Some jr => sqrt (amount ER xi (fst jr) * Q2R (snd jr)) * vector PR ER xi (direction_of ER (fst jr)) p | None => 0 end.
Proof.
  intros Hu Hp. etransitivity. apply (nth_w PR ER xi); auto. unfold ER at 1. cbn [real_enclosure map_enclosure live].
  now rewrite map_length.
  rewrite live_at. destruct (nth u (live E) None) as [[j r]|]; reflexivity.
Qed.

Lemma first_ok k u : (k < m)%nat -> (u < h)%nat ->
  holds bits (first_over bits X T xs k (nth u (live E) None, nth u moves ([],
    0%Q))) (first d s w v is_alive a b (fst (active_sample PR ER k)) u).
Proof.
  intros Hk Hu. set (x := fst (active_sample PR ER k)). unfold first, first_over, is_alive.
  rewrite hid_live, out_live, nth_b by auto.
  pose proof (step_ok u k Hu Hk) as St. destruct (nth u moves ([], 0%Q)) as [row out]. cbn [fst snd] in *. fold x in St.
  destruct (nth u (live E) None) as [jr|] eqn:Hl.
  - destruct (live_unit u jr Hu Hl) as [Hj Hr]. rewrite looked_at_j by auto. set (c := direction_of ER (fst jr)).
    destruct (looked_box bits P E Hbits xi Inside c) as (W & _ & Pre & _). rewrite W. specialize (Pre k Hk).
    fold x in Pre.
    set (z := preactivation PR ER xi c x) in *. pose proof (length_ok jr Hj Hr) as Len. set (r := sqrt _) in *.
    assert (Pos : 0 < r) by (apply sqrt_lt_R0, Rmult_lt_0_compat; auto).
    set (delta := hid d a x u) in *.
    assert (I : In c (directions ER)) by now apply nth_In.
    pose proof (Sides c k I Hk) as Sd. change (Q2R (lower_rational P)) with s in Sd. fold x in Sd. fold z in Sd.
    pose proof (held_zero PR ER xi Hd Solves c k) as Hz.
    rewrite act_scale by lra.
    replace (Q2R out * (r * act s z) + sgn (fst c) * r * act_toward s (r * z) delta) with
      (r * (Q2R out * act s z + sgn (fst c) * act_toward s (r * z) delta)) by ring.
    apply mul_ok; auto. apply add_ok.
    + apply mul_ok; auto. now apply of_Q_ok. destruct (side_of c k) as [| |n]; try (now apply act_over_ok).
      assert (Z0 : z = 0) by (apply (Hz n); auto). rewrite Z0.
      replace (act s 0) with 0 by (unfold act; destruct Rlt_dec; lra). now apply zero_ok.
    + apply sgn_ok. destruct (Qeq_bool low 1) eqn:Q1.
      * apply Qeq_bool_eq in Q1. assert (S1 : s = 1) by (unfold s; rewrite (Qeq_eqR _ _ Q1); apply RMicromega.Q2R_1).
        replace (act_toward s (r * z) delta) with delta; auto. unfold act_toward, act. rewrite S1.
        destruct (Rlt_dec 0 (r * z)), (Rlt_dec (r * z) 0), (Rlt_dec delta 0); lra.
      * assert (S1 : s <> 1).
        { intro S1. apply Bool.not_true_iff_false in Q1. apply Q1. apply Qeq_bool_iff. apply eqR_Qeq.
          now rewrite RMicromega.Q2R_1. }
        unfold act_toward. destruct (side_of c k) as [| |n].
        -- destruct Sd as [|Sd]; [contradiction|]. assert (Z2 : z < 0) by exact Sd.
           assert (0 < r * - z) by (apply Rmult_lt_0_compat; lra).
           destruct (Rlt_dec 0 (r * z)), (Rlt_dec (r * z) 0); try lra.
           apply mul_ok; auto. now apply of_Q_ok.
        -- destruct Sd as [|Sd]; [contradiction|]. assert (Z2 : 0 < z) by exact Sd.
           assert (0 < r * z) by (apply Rmult_lt_0_compat; lra). destruct (Rlt_dec 0 (r * z)); try lra. auto.
        -- assert (Z0 : z = 0) by (apply (Hz n); auto). rewrite Z0, Rmult_0_r. destruct (Rlt_dec 0 0); [lra|].
           now apply act_over_ok.
  - apply mul_ok; auto. now apply of_Q_ok. now apply act_over_ok.
Qed.

Lemma norm_ok u : (u < h)%nat -> holds bits (norm_over bits X T (nth u (live E) None, nth u moves ([], 0%Q)))
  (if is_alive u then 2 * (Rsum (map (fun p =>
    nth (u * d + p) w 0 * nth (u * d + p) a 0) (seq 0 d)) + nth u v 0 * nth u b 0)
   else Rsum (map (fun p => nth (u * d + p) a 0 * nth (u * d + p) a 0) (seq 0 d)) + nth u b 0 * nth u b 0).
Proof.
  intro Hu. pose proof (fun p Hp => nth_a u p Hu Hp) as A. unfold norm_over, is_alive. rewrite out_live, nth_b by auto.
  destruct (nth u moves ([], 0%Q)) as [row out]. cbn [fst snd] in *. destruct (nth u (live E) None) as [jr|] eqn:Hl.
  - destruct (live_unit u jr Hu Hl) as [Hj Hr]. rewrite looked_at_j by auto. set (c := direction_of ER (fst jr)).
    destruct (looked_box bits P E Hbits xi Inside c) as (W & Vec & _). rewrite W.
    pose proof (length_ok jr Hj Hr) as Len. set (r := sqrt _) in *.
    set (turn := Rsum (map (fun p => vector PR ER xi c p * Q2R (nth p row 0%Q)) (seq 0 d)) + sgn (fst c) * Q2R out).
    replace (2 * (Rsum (map (fun p => nth (u * d + p) w 0 * nth (u * d + p) a 0) (seq 0 d)) + sgn (fst c) * r *
      Q2R out)) with (r * (turn + turn)).
    + assert (Tn : holds bits (add (isum (map (fun p => mul bits (nth p (its_vector (look (F :=
        F) P E X xs c)) (g0 (F := F))) (of_Q bits (nth p row 0%Q))) (seq 0 d)))
        (gsgn (F := F) (fst c) (of_Q bits out))) turn).
      { apply add_ok. apply isum_ok. intros p Hp. apply in_seq in Hp. apply mul_ok; auto. apply Vec. exact (proj2 Hp).
        now apply of_Q_ok. apply sgn_ok. now apply of_Q_ok. }
      apply mul_ok; auto. now apply add_ok.
    + unfold turn. assert (Q1 : Rsum (map (fun p =>
        nth (u * d + p) w 0 * nth (u * d + p) a 0) (seq 0 d)) = r * Rsum (map (fun p =>
          vector PR ER xi c p * Q2R (nth p row 0%Q)) (seq 0 d))).
      { rewrite <- Rsum_mult. apply Rsum_ext_in. intros p Hp. apply in_seq in Hp.
        rewrite (in_live u p Hu (proj2 Hp)), Hl, A by exact (proj2 Hp). unfold r, c. ring. }
      rewrite Q1. ring.
  - apply add_ok.
    + apply isum_ok. intros p Hp. apply in_seq in Hp. rewrite A by exact (proj2 Hp). cbv zeta.
      apply mul_ok; auto; now apply of_Q_ok.
    + cbv zeta. apply mul_ok; auto; now apply of_Q_ok.
Qed.

Theorem not_local_ok : ~ local_optimum PR None point.
Proof.
  destruct moves_parts as (L & R1 & Fi & No). unfold point, point_of. fold w v.
  assert (Hh : length (live ER) = h) by (unfold ER; cbn [real_enclosure map_enclosure live]; now rewrite map_length).
  apply (descends PR d h s w v is_alive a b); auto.
  - rewrite <- Hh. exact Net.
  - unfold w. etransitivity. apply (length_w PR ER xi). now rewrite Hh.
  - unfold v. now rewrite map_length.
  - intros u p Hu Al Hp. rewrite in_live by auto. unfold is_alive in Al.
    destruct (nth u (live E) None); [discriminate|reflexivity].
  - intros u Hu Al. rewrite out_live by auto. unfold is_alive in Al.
    destruct (nth u (live E) None); [discriminate|reflexivity].
  - intros x Hx Mx. apply In_nth with (d := ([], true)) in Hx. destruct Hx as (i & Hi & <-).
    destruct (margins_all fine coarse P E Y theta distance Ok xi Inside Solves i Hi) as [_ M2].
    destruct (in_dec Nat.eq_dec i (active ER)) as [I|I].
    2:{ exfalso. specialize (M2 I). change (1 < margin PR [w; v] (nth i (data PR) ([], true))) in M2. rewrite Mx in M2.
        exact (Rlt_irrefl _ M2). }
    apply In_nth with (d := 0%nat) in I. destruct I as (k & Hk & <-).
    change (nth (nth k (active ER) 0%nat) (data PR) ([], true)) with (active_sample PR ER k).
    assert (Lb : snd (active_sample PR ER k) = glabel P E k) by (symmetry; apply label_at).
    rewrite Lb. apply (positive_ok bits Hbits _ _ (Fi k Hk)). apply sgn_ok. apply over_units. intros u Hu.
    now apply first_ok.
  - unfold norm_first. assert (N : holds bits (opp (isum (map (norm_over bits X T) us))) (- norm_first d h w v
      is_alive a b)).
    { apply opp_ok. apply over_units. exact norm_ok. }
    pose proof (positive_ok bits Hbits _ _ No N) as Q1. unfold norm_first in Q1. lra.
Qed.
End NotLocal.
