(** * Attacks on the definitions of [Enclosed.v]: each odd case is shown to be excluded. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Enclosed Lists Vectors Sums Absurd.
Import ListNotations.
Open Scope R_scope.

Section Excluded.
Variables (P : problem R) (E : enclosure R) (theta : params R) (distance : R) (is : params R -> Prop).
Hypothesis H : kkt_enclosed P E theta distance is.

(** There is a KKT point, and it is what it is said to be. *)
Lemma enclosed_is_there : exists p, kkt P None p /\ dist theta p <= distance /\ is p.
Proof. destruct H as (_ & _ & xi & _ & _ & _ & K & D & _ & _ & I). eauto. Qed.

Lemma distance_not_negative : 0 <= distance.
Proof. destruct enclosed_is_there as (p & _ & D & _). eapply Rle_trans; [apply sqrt_pos | exact D]. Qed.

(** An active sample that is not there. *)
Lemma active_in_range i : In i (active E) -> (i < length (data P))%nat.
Proof.
  intro I. destruct (Nat.lt_ge_cases i (length (data P))) as [|O]; auto. exfalso.
  destruct H as (_ & _ & xi & _ & S & _). apply In_nth with (d := 0%nat) in I. destruct I as (k & Hk & Ek).
  assert (T : tight P E xi k = 0).
  { apply S. unfold equations. apply in_or_app. right. apply in_or_app. left. apply in_map. apply in_seq.
    unfold actives. lia. }
  assert (X : active_sample P E k = ([], true)) by (unfold active_sample; rewrite Ek; now apply nth_overflow).
  unfold tight in T. rewrite X in T. cbn [fst snd sgn] in T. rewrite Rsum_zero in T. lra.
  intros [j c] _. unfold contribution. cbn [fst snd]. rewrite X. cbn [fst].
  assert (Z : preactivation P E xi c [] = 0).
  { unfold preactivation. apply Rsum_zero. intros p _. destruct p; simpl; ring. }
  rewrite Z. destruct (side_of c k); ring.
Qed.

(** No active sample: nothing would hold the point. *)
Lemma some_sample_is_active : active E <> [].
Proof.
  intro N. destruct H as (_ & _ & xi & _ & _ & _ & [F (terms & F2 & C)] & _ & _ & M & _).
  assert (D : forall s, In s (data P) -> margin P (point_of P E xi) s <> 1).
  { intros s Hs. apply In_nth with (d := ([], true)) in Hs. destruct Hs as (i & Hi & <-). destruct (M i Hi) as [_ M2].
    assert (O : ~ In i (active E)) by (rewrite N; intros []). specialize (M2 O). lra. }
  apply (zero_is_not_feasible P (point_of P E xi) None); auto. intro v. rewrite (C v eq_refl). unfold combination.
  apply Rsum_zero.
  clear - F2 D. induction F2 as [|s t ss ts [_ H1] F2 IH]; intros u Hu; [destruct Hu|].
  destruct Hu as [<-|Hu].
  - destruct (Req_dec (fst t) 0) as [Z|Z]; [rewrite Z; ring|]. exfalso. apply (D s (or_introl eq_refl)). now apply H1.
  - apply IH; auto. intros s' Hs. apply D. now right.
Qed.

(** No direction: no unit would raise the active samples' margins to 1. *)
Lemma some_direction_is_there : directions E <> [].
Proof.
  intro N. pose proof some_sample_is_active as A. destruct H as (_ & _ & xi & _ & S & _).
  assert (T : tight P E xi 0 = 0).
  { apply S. unfold equations. apply in_or_app. right. apply in_or_app. left. apply in_map. apply in_seq.
    unfold actives. destruct (active E); [congruence | simpl; lia]. }
  unfold tight, numbered in T. rewrite N in T. cbn [length seq combine map] in T.
  unfold Rsum in T. cbn [fold_right] in T. destruct (snd (active_sample P E 0)); cbn [sgn] in T; lra.
Qed.

(** A radius of 0, or a negative one: the only point of the box would be the only solution, or none. *)
Lemma radius_positive : 0 < radius E.
Proof. destruct H as (_ & (_ & R & _) & _). exact R. Qed.

(** An active sample that is listed twice: of its two multipliers only the sum would count. *)
Lemma active_once i j : (i < length (active E))%nat -> (j < length (active E))%nat ->
  nth i (active E) 0%nat = nth j (active E) 0%nat -> i = j.
Proof. destruct H as (_ & (N & _) & _). intros Hi Hj. now apply NoDup_nth. Qed.

(** A live unit whose direction is not in the list, or whose share is not positive. *)
Lemma unit_has_direction j r : In (Some (j, r)) (live E) -> (j < length (directions E))%nat /\ 0 < r.
Proof. destruct H as (_ & (_ & _ & L) & _). apply L. Qed.

(** A network of another depth than 2, or units that are not there. *)
Lemma enclosed_has_two_layers : length (net P) = 2%nat.
Proof.
  destruct H as (_ & _ & xi & _ & _ & _ & [[_ [S _]] _] & _). apply (f_equal (@length nat)) in S.
  rewrite !map_length in S. symmetry. exact S.
Qed.
Lemma every_unit_is_described l l' : net P = [l; l'] -> length (live E) = nparams l'.
Proof.
  intro N. destruct H as (_ & _ & xi & _ & _ & _ & [[_ [S _]] _] & _). unfold shaped in S. rewrite N in S.
  unfold point_of in S. cbn [map] in S. injection S as _ S. now rewrite map_length in S.
Qed.
End Excluded.

(** No hidden unit: then nothing is feasible, so that such a network is no rival of an optimum for every width. *)
Lemma no_units_no_rival P theta : data P <> [] -> ~ satisfies (of_width P 0) theta.
Proof.
  intros N [S M]. destruct (data P) as [|s d] eqn:D; [congruence|].
  specialize (M s ltac:(cbn [of_width data]; rewrite D; now left)).
  destruct theta as [|w [|w' [|]]]; try discriminate S. revert M. unfold margin, Phi.
  cbn [of_width net forward nth apply_layer units dense map seq]. unfold act, preact. cbn [map Rsum fold_right slope].
  destruct Rlt_dec; lra.
Qed.
