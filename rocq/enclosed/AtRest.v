(** * Units at rest: they read 0 near a point, since all that they read is 0 or the output of units that are off or at rest. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Sums Forward Piece TwoLayers TwoLayersKkt EnclosedParameters Sloped Valleys.
Import ListNotations.
Open Scope R_scope.

(** Whether what layer [j] reads is 0, from whether the inputs are. *)
Fixpoint resting (n : list (layer Q)) (kinds : nat -> nat -> kind) (zeros : list bool) (j : nat) : list bool :=
  match j, n with
  | S j', l :: n' =>
      resting n' (fun i => kinds (S i)) (mapi (fun u c =>
        if match kinds 0%nat u with Negative => Qeq_bool (slope l) 0 | _ => false end then true
        else forallb (fun a => nth (fst a) zeros true) c) 0 (units l)) j'
  | _, _ => zeros
  end.

Lemma reads_zeros (zeros : list bool) (w x : list R) c : (forall i, nth i zeros true = true -> nth i x 0 = 0) ->
  forallb (fun a : nat * nat => nth (fst a) zeros true) c = true -> preact w x c = 0.
Proof.
  intros Z A. rewrite forallb_forall in A. unfold preact. apply Rsum_zero. intros a Ha. rewrite (Z _ (A a Ha)). ring.
Qed.
Lemma act_at_zero s : act s 0 = 0.
Proof. unfold act. destruct Rlt_dec; lra. Qed.

(** Units that are off pass on 0. *)
Lemma resting_ok n kinds zeros psi x : (length n <= length psi)%nat -> (forall i, nth i zeros true = true -> nth i x 0 = 0) ->
  (forall j l u c, nth_error (map (map_layer Q2R) n) j = Some l -> nth_error (units l) u = Some c -> kinds j u = Negative -> slope l = 0 ->
    act (slope l) (reads (map (map_layer Q2R) n) psi x j c) = 0) ->
  forall j i, nth i (resting n kinds zeros j) true = true -> nth i (forward (firstn j (map (map_layer Q2R) n)) psi x) 0 = 0.
Proof.
  revert kinds zeros psi x. induction n as [|l n IH]; intros kinds zeros [|w psi] x L Z Off [|j] i; simpl in L; try lia; try exact (Z i).
  cbn [resting map firstn forward]. apply IH; [lia| |].
  - intros u Hu. unfold apply_layer. rewrite nth_map_units. cbn [map_layer units slope].
    rewrite (nth_mapi_error (fun u c => if match kinds 0%nat u with Negative => Qeq_bool (slope l) 0 | _ => false end then true
      else forallb (fun a => nth (fst a) zeros true) c)) in Hu.
    destruct (nth_error (units l) u) as [c|] eqn:E; auto.
    assert (Reads : forallb (fun a : nat * nat => nth (fst a) zeros true) c = true -> act (Q2R (slope l)) (preact w x c) = 0).
    { intro A. rewrite (reads_zeros zeros w x c Z A). apply act_at_zero. }
    destruct (kinds 0%nat u) eqn:K; auto. destruct (Qeq_bool (slope l) 0) eqn:Q0; auto.
    apply (Off 0%nat (map_layer Q2R l) u c eq_refl E K). apply Qeq_bool_eq, Qeq_eqR in Q0. cbn [map_layer slope]. now rewrite Q0, RMicromega.Q2R_0.
  - intros j' l' u c Hj Hu K S0. exact (Off (S j') l' u c Hj Hu K S0).
Qed.
