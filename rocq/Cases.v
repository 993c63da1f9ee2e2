(** * [global_optimum] and [local_optimum] by [cases]: one tree, or several. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Feasible Displacement Lagrangian Gradient CurveGradients Kkt Backward Masked CaseSigns CasePass CaseTree CaseOneTree CaseSeveralTrees.
Import ListNotations.
Open Scope R_scope.

Section Cases.
Context {F : ops} {M : model F}.
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Variable local : bool.
Let PR := map_problem toR P.
Let thR := map_params toR theta.

Local Notation params_at_ok := (params_at_ok free theta).
Local Notation margin_at := (margin_at P free theta).
Local Notation places := (places free theta).
Local Notation half_norm := (half_norm half free theta).
Local Notation half_norm_ok := (half_norm_ok half half_ok free theta).
Local Notation no_better := (no_better half P free theta local).
Local Notation check_tree := (check_tree half P free theta local).
Local Notation tree_sound := (tree_sound half P free theta local).
Local Notation check_blocks := (check_blocks half P free theta local).
Local Notation blocks_sound := (blocks_sound half half_ok P free theta local).

(** Trees for all units together or for some each. *)
Fixpoint with_units (trees : list (option (list nat) * tree F)) : option (list (list nat * tree F)) :=
  match trees with
  | [] => Some []
  | (Some us, t) :: trees' => match with_units trees' with Some r => Some ((us, t) :: r) | None => None end
  | (None, _) :: _ => None
  end.
Definition check_cases (common : list F) (trees : list (option (list nat) * tree F)) : bool :=
  if check_feasible P free theta then if Nat.eqb (length common) (length (data P)) then
    match trees with
    | [(None, t)] => check_tree common t
    | _ => match with_units trees with Some blocks => check_blocks common blocks | None => false end
    end
  else false else false.

Lemma Rsum_filter {A} (f : A -> R) p l : Rsum (map f l) = Rsum (map f (filter p l)) + Rsum (map f (filter (fun a => negb (p a)) l)).
Proof.
  induction l as [|a l IH]. simpl. ring. cbn [map filter]. rewrite Rsum_cons, IH. destruct (p a); cbn [negb map]; rewrite Rsum_cons; ring.
Qed.
Lemma norm2_places a : same_shape thR a -> same_but free thR a ->
  norm2 a = 2 * mev (half_norm whole) (entry a) + Rsum (map (fun v => entry thR v * entry thR v) (filter (fun v => negb (is_free free (fst v))) (vars theta))).
Proof.
  intros Hs Hb. assert (Hs' : map (@length R) a = map (@length F) theta).
  { unfold same_shape in Hs. rewrite <- Hs. unfold thR, map_params. rewrite map_map. apply map_ext. intro. apply map_length. }
  rewrite norm2_dot, (dot_dsum theta a a Hs' Hs'), <- Rsum_vars, half_norm_ok, (Rsum_filter _ (fun v => is_free free (fst v))).
  f_equal. unfold places, whole. lra. apply Rsum_ext_in. intros v Hv. apply filter_In in Hv. destruct Hv as [_ Hv].
  apply negb_true_iff in Hv. unfold entry. now rewrite (Hb _ Hv).
Qed.

Theorem cases_bound common trees : check_cases common trees = true -> feasible PR free thR /\
  exists d, 0 < d /\ forall theta', satisfies PR theta' -> same_but free thR theta' -> (local = true -> dist thR theta' < d) ->
    norm2 thR <= norm2 theta'.
Proof.
  unfold check_cases. destruct check_feasible eqn:Hf; try discriminate. apply feasible_sound in Hf. fold PR thR in Hf.
  destruct (Nat.eqb_spec (length common) (length (data P))) as [Hc|]; try discriminate. intro H. split; auto.
  assert (Hlen : length theta = length (net P)).
  { destruct Hf as [_ [Hsh _]]. apply (f_equal (@length nat)) in Hsh. unfold thR, map_params in Hsh. simpl in Hsh. now rewrite !map_length in Hsh. }
  assert (N : no_better).
  { assert (G : match with_units trees with Some blocks => check_blocks common blocks | None => false end = true -> no_better).
    { destruct with_units as [blocks|]; [|discriminate]. intro B. exact (blocks_sound Hlen common blocks B Hc). }
    destruct trees as [|[[us|] t] [|b trees]]; try (exact (G H)). exact (tree_sound Hlen common t H Hc). }
  destruct N as (d & Hd & N). exists d. split; auto. intros theta' [Hsh Hm] Hb Hdist.
  assert (Hs : same_shape thR theta').
  { destruct Hf as [_ [Hf _]]. unfold shaped in *. unfold same_shape. congruence. }
  rewrite (norm2_places theta' Hs Hb), (norm2_places thR eq_refl (fun k _ => eq_refl)).
  assert (mev (half_norm whole) (entry thR) <= mev (half_norm whole) (entry theta')); [|lra].
  apply N.
  - intros El v. eapply Rle_lt_trans; [|exact (Hdist El)]. now apply entry_dist.
  - intros i Hi. unfold margin_at. destruct (nth_error (data P) i) as [s|] eqn:E; [|apply nth_error_None in E; lia].
    rewrite masked_all by reflexivity. rewrite (params_at_ok theta' Hs Hb).
    specialize (Hm (map toR (fst s), snd s)). unfold margin, Phi in Hm. simpl in Hm. apply Hm. apply in_map_iff. exists s. split; auto.
    eapply nth_error_In; eauto.
Qed.
End Cases.

Section Sound.
Context {F : ops} {M : model F}.
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.

Definition check_local_cases P free theta common trees := check_cases half P free theta true common trees.
Definition check_global_cases P free theta common trees := check_cases half P free theta false common trees.

Theorem local_cases_sound P free theta common trees : check_local_cases P free theta common trees = true ->
  local_optimum (map_problem toR P) free (map_params toR theta).
Proof.
  intro H. destruct (cases_bound half half_ok P free theta true common trees H) as (Hf & d & Hd & N).
  split; auto. exists d. split; auto.
Qed.
Theorem global_cases_sound P free theta common trees : check_global_cases P free theta common trees = true ->
  global_optimum (map_problem toR P) free (map_params toR theta).
Proof.
  intro H. destruct (cases_bound half half_ok P free theta false common trees H) as (Hf & d & Hd & N).
  split; auto. intros theta' H1 H2. apply N; auto. discriminate.
Qed.
End Sound.
