(** * One layer backwards: from how a margin changes with a layer's outputs to how it changes with its inputs. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Displacement.
Import ListNotations.
Open Scope R_scope.

Section Backward.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).

(** The values of polynomials. *)
Definition real (e : env) (th : list mpoly) : list R := map (fun p => mev p e) th.
Lemma nth_real e w i : nth i (real e w) 0 = mev (nth i w []) e.
Proof. unfold real. change 0 with ((fun p : mpoly => mev p e) []) at 1. apply (map_nth (fun p : mpoly => mev p e)). Qed.

(** The weights with which a unit reads an input. *)
Definition weights_from (w : list mpoly) (c : list (nat * nat)) (i : nat) : mpoly :=
  fold_right (fun iu r => if Nat.eqb (fst iu) i then madd (nth (snd iu) w []) r else r) [] c.
(** How the margin changes with the layer's inputs, from how it changes with its outputs. *)
Definition pull (l : list (list (nat * nat) * mpoly)) (w : list mpoly) (width : nat) : list mpoly :=
  map (fun i => fold_right (fun cD r => madd (mmul (weights_from w (fst cD) i) (snd cD)) r) [] l) (seq 0 width).

(** The sum of what is pulled back, times the inputs. *)
Definition linear_in (D : list mpoly) (X : list R) (e : env) : R :=
  Rsum (map (fun i => mev (nth i D []) e * nth i X 0) (seq 0 (length D))).

Lemma weights_from_ok w c width X e : (forall iu, In iu c -> (fst iu < width)%nat) ->
  preact (real e w) X c = Rsum (map (fun i => mev (weights_from w c i) e * nth i X 0) (seq 0 width)).
Proof.
  intro H. unfold preact. induction c as [|iu c IH].
  - cbn [map weights_from fold_right]. symmetry. apply Rsum_zero. intros. simpl. ring.
  - cbn [map]. rewrite Rsum_cons, (IH (fun v Hv => H v (or_intror Hv))). clear IH.
    rewrite (Rsum_ext_in (fun i => mev (weights_from w (iu :: c) i) e * nth i X 0)
      (fun i => (if Nat.eqb (fst iu) i then nth (snd iu) (real e w) 0 * nth (fst iu) X 0 else 0) + mev (weights_from w c i) e * nth i X 0)).
    2: { intros i _. cbn [weights_from fold_right]. fold (weights_from w c i).
         destruct (Nat.eqb_spec (fst iu) i) as [<-|]. rewrite mev_add, nth_real. ring. ring. }
    rewrite Rsum_plus. f_equal. specialize (H iu (or_introl eq_refl)). set (q := nth (snd iu) (real e w) 0 * nth (fst iu) X 0).
    replace width with (fst iu + (1 + (width - fst iu - 1)))%nat by lia. rewrite seq_app, map_app, Rsum_app. cbn [Nat.add seq map].
    rewrite Rsum_cons, Nat.eqb_refl, !Rsum_zero. ring.
    + intros i Hi. apply in_seq in Hi. destruct (Nat.eqb_spec (fst iu) i); auto. lia.
    + intros i Hi. apply in_seq in Hi. destruct (Nat.eqb_spec (fst iu) i); auto. lia.
Qed.

Lemma pull_ok l w width X e : (forall cD iu, In cD l -> In iu (fst cD) -> (fst iu < width)%nat) ->
  linear_in (pull l w width) X e = Rsum (map (fun cD => mev (snd cD) e * preact (real e w) X (fst cD)) l).
Proof.
  intro H. unfold linear_in, pull. rewrite map_length, seq_length.
  rewrite (Rsum_ext_in _ (fun i => Rsum (map (fun cD => mev (snd cD) e * (mev (weights_from w (fst cD) i) e * nth i X 0)) l))).
  - rewrite (Rsum_swap (fun i cD => mev (snd cD) e * (mev (weights_from w (fst cD) i) e * nth i X 0))).
    apply Rsum_ext_in. intros cD Hc. rewrite Rsum_mult. f_equal. symmetry. apply weights_from_ok. intros iu Hi. eapply H; eauto.
  - intros i Hi. apply in_seq in Hi.
    set (f := fun i => fold_right (fun cD r => madd (mmul (weights_from w (fst cD) i) (snd cD)) r) [] l).
    assert (E : nth i (map f (seq 0 width)) [] = f i).
    { rewrite (nth_indep _ [] (f 0%nat)) by (rewrite map_length, seq_length; lia). rewrite map_nth, seq_nth by lia. reflexivity. }
    rewrite E. unfold f. clear. induction l as [|cD l IH]. simpl. ring.
    cbn [fold_right map]. rewrite Rsum_cons, mev_add, mev_mul, <- IH. ring.
Qed.

(** What is linear in the outputs of units. *)
Lemma linear_in_outputs {A} (f : A -> R) l D e : length D = length l ->
  linear_in D (map f l) e = Rsum (map (fun aD => mev (snd aD) e * f (fst aD)) (combine l D)).
Proof.
  unfold linear_in. revert D. induction l as [|a l IH]; intros [|q D] L; try discriminate. reflexivity.
  cbn [length seq map combine]. rewrite !Rsum_cons, <- seq_shift, map_map. cbn [nth fst snd]. f_equal. apply IH.
  simpl in L. lia.
Qed.

(** At the first layer the inputs are numbers. *)
Definition at_inputs (D : list mpoly) (x : list F) : mpoly :=
  fold_right (fun Da r => madd (scaled (snd Da) (fst Da)) r) [] (combine D x).
Lemma at_inputs_ok D x e : length D = length x -> linear_in D (map toR x) e = mev (at_inputs D x) e.
Proof.
  unfold linear_in, at_inputs. revert x. induction D as [|q D IH]; intros [|a x] L; try discriminate. reflexivity.
  cbn [length seq map combine fold_right]. rewrite Rsum_cons, mev_add, mev_scaled, <- seq_shift, map_map.
  rewrite <- (IH x) by (simpl in L; lia). cbn [nth fst snd]. f_equal. ring.
Qed.
End Backward.
