(** * [global_optimum] and [local_optimum] by [paths]. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Vectors Feasible Displacement Lagrangian CaseTree PathSizes Paths PathKinds PathCases.
Import ListNotations.
Open Scope R_scope.

Section PathOptimum.
Context {F : ops} {M : model F}.
Local Notation env := (nat * nat -> R).
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variable theta : params F.
Variable local : bool.
Let PR := map_problem toR P.
Let thR := map_params toR theta.
Local Notation region := (region theta local).
Let HU := region_where theta local.
Local Notation bounded := (bounded half P theta).

(** ** The check *)

Definition places_of (p : path F) : list (nat * nat) := map snd (snd p).
Definition among (v : nat * nat) (l : list (nat * nat)) : bool := existsb (veq v) l.
Fixpoint all_different (l : list (nat * nat)) : bool :=
  match l with [] => true | v :: l' => if among v l' then false else all_different l' end.

Definition with_kinds (p : path F) : option (path F * list (F * F)) :=
  match kinds theta local (snd p) with Some ks => Some (p, ks) | None => None end.
Definition check_paths (common : list F) (t : path_tree F) : bool :=
  if check_feasible P None theta then
    match paths P with
    | Some ps =>
        if forallb (fun p => Nat.leb 2 (length (snd p))) ps then
        if all_different (concat (map places_of ps)) then
        if forallb (fun v => among v (vars theta)) (concat (map places_of ps)) then
          match mapM with_kinds ps with
          | Some table => check_path_tree half P theta local table common [] t
          | None => false
          end
        else false else false else false
    | None => false
    end
  else false.

(** ** Why *)

Lemma among_ok v l : among v l = true <-> In v l.
Proof.
  unfold among. rewrite existsb_exists. unfold veq. split.
  - intros (w & I & E). destruct (vcmp v w) eqn:C; try discriminate. apply vcmp_eq in C. now subst.
  - intro I. exists v. split; auto. destruct v as [a b]. unfold vcmp. cbn [fst snd]. now rewrite !Nat.compare_refl.
Qed.
Lemma all_different_ok l : all_different l = true -> NoDup l.
Proof.
  induction l as [|v l IH]; cbn [all_different]; intro H. constructor.
  destruct (among v l) eqn:E; try discriminate. constructor; auto. intro I. apply among_ok in I. congruence.
Qed.

(** Different weights measure no more than all. *)
Lemma norm_of_paths ps a : all_different (concat (map places_of ps)) = true ->
  forallb (fun v => among v (vars theta)) (concat (map places_of ps)) = true -> same_shape thR a ->
  Rsum (map (squares (entry a)) ps) <= norm2 a.
Proof.
  intros D I Hs. rewrite (norm2_vars theta a Hs).
  rewrite (Rsum_ext_in _ (fun p => Rsum (map (fun v => entry a v * entry a v) (places_of p)))).
  2:{ intros p _. unfold places_of, squares. now rewrite map_map. }
  rewrite <- Rsum_concat. apply Rsum_incl.
  - intro. apply Rle_0_sqr.
  - now apply all_different_ok.
  - intros v Hv. rewrite forallb_forall in I. apply among_ok, I, Hv.
Qed.

(** The sum of the margins, each times its multiplier. *)
Definition weighed (theta' : params R) (samples : list (list F * bool * F)) : R :=
  Rsum (map (fun s => toR (snd s) * margin PR theta' (map toR (fst (fst s)), snd (fst s))) samples).

(** The weighed margins are what the paths owe, each times its size. *)
Lemma margins_of_paths ps theta' samples : paths P = Some ps -> length theta' = length (net P) ->
  slope (last (net PR) (Layer 0 0 [])) = 1 -> weighed theta' samples = Rsum (map (owed samples (entry theta')) ps).
Proof.
  intros Hp Hlen Hs. set (e := entry theta').
  set (part := fun (s : list F * bool * F) (p : path F) =>
    toR (snd s) * (sgn (snd (fst s)) * made (kind e (realw (snd p))) (toR (nth (fst p) (fst (fst s)) (k0 F)))) * size e (realw (snd p))).
  unfold weighed. rewrite (Rsum_ext_in _ (fun s => Rsum (map (part s) ps))).
  - rewrite (Rsum_swap part). apply Rsum_ext_in. intros p _. unfold owed, wanted. rewrite Rmult_comm, <- Rsum_mult.
    apply Rsum_ext_in. intros s _. unfold part. ring.
  - intros s _. unfold margin. cbn [fst snd]. unfold PR. cbn [net map_problem].
    rewrite (paths_ok P theta' (map toR (fst (fst s))) Hlen ps Hp Hs), <- !Rsum_mult. apply Rsum_ext_in. intros p _.
    rewrite carried_ok. fold e. unfold part.
    replace (nth (fst p) (map toR (fst (fst s))) 0) with (toR (nth (fst p) (fst (fst s)) (k0 F))). ring.
    rewrite <- (toR_0 (F := F)). symmetry. apply map_nth.
Qed.

Lemma weighed_at_least theta' samples lambda : length lambda = length samples -> (forall l, In l lambda -> 0 <= toR l) ->
  (forall s, In s samples -> 1 <= margin PR theta' (map toR (fst s), snd s)) ->
  Rsum (map toR lambda) <= weighed theta' (combine samples lambda).
Proof.
  unfold weighed. revert lambda. induction samples as [|s samples IH]; intros [|l lambda] L H0 Hm; try discriminate. apply Rle_refl.
  cbn [combine map fst snd]. rewrite !Rsum_cons. apply Rplus_le_compat.
  - rewrite <- (Rmult_1_r (toR l)) at 1. apply Rmult_le_compat_l. apply H0. now left. apply Hm. now left.
  - apply IH. now injection L. intros; apply H0; now right. intros; apply Hm; now right.
Qed.

Lemma with_kinds_ok ps table : mapM with_kinds ps = Some table ->
  map fst table = ps /\
  region (fun e => forall pk, In pk table -> exists k, In k (snd pk) /\ kindR k = kind e (realw (snd (fst pk)))).
Proof.
  intro H. split.
  - apply mapM_Forall2 in H. induction H as [|p pk ps table E _ IH]. reflexivity. cbn [map]. f_equal; auto.
    unfold with_kinds in E. destruct kinds; try discriminate. now injection E as <-.
  - apply (U_list _ HU). intros pk I. destruct (mapM_In_inv _ _ _ _ H I) as (p & _ & E). unfold with_kinds in E.
    destruct (kinds theta local (snd p)) as [ks|] eqn:Ek; try discriminate. injection E as <-.
    exact (kinds_ok theta local _ _ Ek).
Qed.

Theorem paths_bound common t : check_paths common t = true -> feasible PR None thR /\
  exists d, 0 < d /\ forall theta', satisfies PR theta' -> (local = true -> dist thR theta' < d) -> norm2 thR <= norm2 theta'.
Proof.
  unfold check_paths. destruct check_feasible eqn:Hf; try discriminate. apply feasible_sound in Hf. fold PR thR in Hf.
  destruct (paths P) as [ps|] eqn:Ep; try discriminate.
  destruct (forallb (fun p => Nat.leb 2 (length (snd p))) ps) eqn:E2; try discriminate.
  destruct all_different eqn:Ed; try discriminate.
  destruct (forallb (fun v => among v (vars theta)) _) eqn:Ei; try discriminate.
  destruct (mapM with_kinds ps) as [table|] eqn:Et; try discriminate. intro H. split; auto.
  destruct (with_kinds_ok ps table Et) as [Em Hk].
  destruct (U_and _ HU _ _ Hk (check_path_tree_ok half half_ok P theta local table common t [] H)) as (d & Hd & N).
  exists d. split; auto. intros theta' [Hsh Hm] Hdist.
  destruct Hf as [[(_ & _ & _ & Hlast & _) _] [Hsh0 _]].
  assert (Hs : same_shape thR theta') by (unfold same_shape, shaped in *; congruence).
  destruct (N (entry theta')) as [N1 N2].
  { intros El v. eapply Rle_lt_trans; [|exact (Hdist El)]. now apply entry_dist. }
  destruct N2 as (lambda & Ll & L0 & B).
  - intros p ks I. split.
    + rewrite forallb_forall in E2. apply Nat.leb_le, E2. rewrite <- Em. now apply (in_map fst _ (p, ks)).
    + exact (N1 (p, ks) I).
  - intros i f p ks [].
  - assert (Hlen : length theta' = length (net P)).
    { unfold shaped, PR, map_problem in Hsh. cbn [net] in Hsh. apply (f_equal (@length nat)) in Hsh. now rewrite !map_length in Hsh. }
    pose proof (norm_of_paths ps theta' Ed Ei Hs) as Q. set (samples := combine (data P) lambda) in *.
    pose proof (margins_of_paths ps theta' samples Ep Hlen Hlast) as W.
    assert (G : Rsum (map toR lambda) <= weighed theta' samples).
    { apply weighed_at_least; auto. intros s I. apply Hm. unfold PR. cbn [data map_problem]. apply in_map_iff. exists s. auto. }
    rewrite <- (map_map fst (share samples (entry theta'))), Em in B.
    unfold needed in B. rewrite toR_mul, half_ok, norm2_of_ok in B. fold thR in B.
    assert (S : Rsum (map (share samples (entry theta')) ps) =
      1 / 2 * Rsum (map (squares (entry theta')) ps) + -1 * Rsum (map (owed samples (entry theta')) ps)).
    { rewrite <- Rsum_lin. apply Rsum_ext_in. intros p _. unfold share. ring. }
    lra.
Qed.
End PathOptimum.

Section Sound.
Context {F : ops} {M : model F}.
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.

Definition check_local_paths P theta common t := check_paths half P theta true common t.
Definition check_global_paths P theta common t := check_paths half P theta false common t.

Theorem local_paths_sound P theta common t : check_local_paths P theta common t = true ->
  local_optimum (map_problem toR P) None (map_params toR theta).
Proof.
  intro H. destruct (paths_bound half half_ok P theta true common t H) as (Hf & d & Hd & N).
  split; auto. exists d. split; auto.
Qed.
Theorem global_paths_sound P theta common t : check_global_paths P theta common t = true ->
  global_optimum (map_problem toR P) None (map_params toR theta).
Proof.
  intro H. destruct (paths_bound half half_ok P theta false common t H) as (Hf & d & Hd & N).
  split; auto. intros theta' H1 _. apply N; auto. discriminate.
Qed.
End Sound.
