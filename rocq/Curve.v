(** * Not a local optimum: a curve of better feasible points. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Vectors Polynomial Feasible.
Import ListNotations.
Open Scope R_scope.

Section Curve.
Context {F : ops} {M : model F}.
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Variable cs : list (params F).
Variable u : F.

(** The entries of theta(t): the number at 0, and the rest of the polynomial. *)
Definition entries : params (F * list F) :=
  mapi (fun k w => mapi (fun i a =>
    (a, if is_free free k then map (fun c => nth i (nth k c []) (k0 F)) cs else [])) 0 w) 0 theta.

Definition moving : params (list F) := map (map (fun e => fst e :: snd e)) entries.
Definition moved : params (list F) := map (map (fun e => k0 F :: popp (snd e))) entries.

Definition run (t : R) : params R := map (map (fun p => peval p t)) moving.

Lemma entries_fst : map (map fst) entries = theta.
Proof.
  unfold entries. rewrite map_mapi. transitivity (mapi (fun _ (w : list F) => w) 0 theta); [|apply mapi_id].
  apply mapi_ext. intros k w. rewrite map_mapi. apply mapi_id.
Qed.

Lemma run_shaped : shaped (net (map_problem toR P)) (map_params toR theta) ->
  forall t, shaped (net (map_problem toR P)) (run t).
Proof.
  unfold shaped, map_params. intros <- t. rewrite <- entries_fst at 1. unfold run, moving.
  rewrite !map_map. apply map_ext. intro w. now rewrite !map_length.
Qed.

Lemma run_moved t : minus (map_params toR theta) (run t) = map (map (fun p => peval p t)) moved.
Proof.
  unfold map_params. rewrite <- entries_fst at 1. unfold minus, run, moving, moved.
  rewrite !map_map. induction entries as [|w ws IH]; simpl. reflexivity. f_equal; auto.
  clear IH. induction w as [|e w IH]; simpl. reflexivity. f_equal; auto.
  rewrite peval_opp, toR_0. ring.
Qed.

Lemma run_same_but t : same_but free (map_params toR theta) (run t).
Proof.
  intros k Hk.
  destruct (Nat.lt_ge_cases k (length theta)) as [H|H].
  2:{ rewrite !nth_overflow; auto; unfold run, moving, entries, map_params;
      rewrite ?map_length, ?length_mapi; auto. }
  unfold run, moving, map_params.
  change (@nil R) with (map (fun p : list F => peval p t) []) at 1. rewrite map_nth.
  change (@nil (list F)) with (map (fun e : F * list F => fst e :: snd e) []). rewrite map_nth.
  change (@nil R) with (map (@toR F M) []). rewrite map_nth.
  unfold entries. rewrite nth_mapi with (d := []) by auto. simpl.
  rewrite map_map, map_mapi. transitivity (map (@toR F M) (mapi (fun _ a => a) 0 (nth k theta []))).
  - rewrite map_mapi. apply mapi_ext. intros i a. simpl. rewrite Hk. simpl. lra.
  - now rewrite mapi_id.
Qed.

Lemma moved_0 : norm2 (map (map (fun p => peval p 0)) moved) = 0.
Proof.
  unfold norm2, moved. rewrite !map_map. induction entries as [|w ws IH]; simpl. reflexivity.
  rewrite IH, Rplus_0_r. clear. induction w as [|e w IH]; simpl. reflexivity.
  rewrite IH, toR_0. lra.
Qed.

Definition moved2 : list F := tnorm2 (S := sym_poly) moved.
Lemma moved2_ok t : norm2 (minus (map_params toR theta) (run t)) = peval moved2 t.
Proof. rewrite run_moved. symmetry. apply (ev_tnorm2 (S := sym_poly) (Mean := mean_poly)). Qed.

Lemma run_near eps : 0 < eps -> exists d, 0 < d /\ forall t, 0 < t < d ->
  norm2 (minus (map_params toR theta) (run t)) < eps.
Proof.
  intro He. destruct (peval_near moved2 eps He) as (d & Hd & H). exists d. split; auto.
  intros t Ht. specialize (H t Ht).
  assert (E : peval moved2 0 = 0) by exact (eq_trans (ev_tnorm2 (S := sym_poly) (Mean := mean_poly) moved 0) moved_0).
  rewrite E, Rminus_0_r in H. rewrite moved2_ok. apply Rle_lt_trans with (2 := H), Rle_abs.
Qed.

Definition moving2 : list F := tnorm2 (S := sym_poly) moving.
Lemma moving2_ok t : norm2 (run t) = peval moving2 t.
Proof. symmetry. apply (ev_tnorm2 (S := sym_poly) (Mean := mean_poly)). Qed.

Lemma run_0 : run 0 = map_params toR theta.
Proof.
  transitivity (map (map (@toR F M)) (map (map fst) entries)); [|now rewrite entries_fst].
  unfold run, moving. rewrite !map_map. apply map_ext. intro w.
  rewrite !map_map. apply map_ext. intro e. simpl. lra.
Qed.

Definition curve_margins : option (list (list F)) :=
  tmargins (S := sym_poly) (poly_act half u) P moving.

Lemma curve_margins_ok ms : 0 < toR u -> curve_margins = Some ms ->
  on u (fun t => forall s, In s (data (map_problem toR P)) ->
    exists m, In m ms /\ margin (map_problem toR P) (run t) s = peval m t).
Proof.
  intros Hu H. unfold curve_margins, tmargins in H.
  assert (E : on u (fun t => forall s, In s (data P) -> exists m, In m ms /\
     margin (map_problem toR P) (run t) (map toR (fst s), snd s) = peval m t)).
  { apply (U_list _ (on_where u)). intros s Hs.
    destruct (mapM_In _ _ _ _ H Hs) as (m & E & Hm).
    apply (tmargin_ok (S := sym_poly) (Mean := mean_poly) (poly_act half u) (on u) (on_where u) (poly_act_ok half half_ok u Hu)) in E.
    intros t Ht. exists m. split; auto. apply (E t Ht). }
  intros t Ht s Hs. simpl in Hs. apply in_map_iff in Hs. destruct Hs as (s0 & <- & Hs).
  apply (E t Ht s0 Hs).
Qed.

(** ** Measure [norm] *)

Definition check_not_local_norm : bool :=
  if check_feasible P free theta then if kpos u then if sign_on half u true (psub [norm2_of theta] moving2) then
    match curve_margins with
    | Some ms => forallb (fun m => sign_on half u false (psub m [k1 F])) ms
    | None => false
    end
  else false else false else false.

(** What each measure has to provide. *)
Lemma not_local_intro : feasible (map_problem toR P) free (map_params toR theta) ->
  (forall eps, 0 < eps -> exists theta', satisfies (map_problem toR P) theta' /\
     same_but free (map_params toR theta) theta' /\ norm2 (minus (map_params toR theta) theta') < eps /\
     norm2 theta' < norm2 (map_params toR theta)) ->
  feasible (map_problem toR P) free (map_params toR theta) /\
  ~ local_optimum (map_problem toR P) free (map_params toR theta).
Proof.
  intros Hf H. split; auto. intros (_ & eps & He & L).
  destruct (H (eps * eps) (Rmult_lt_0_compat _ _ He He)) as (th & H1 & H2 & H3 & H4).
  exact (Rlt_not_le _ _ H4 (L th H1 H2 (dist_lt _ _ _ He H3))).
Qed.

Theorem not_local_norm_sound : check_not_local_norm = true ->
  feasible (map_problem toR P) free (map_params toR theta) /\
  ~ local_optimum (map_problem toR P) free (map_params toR theta).
Proof.
  unfold check_not_local_norm. destruct check_feasible eqn:Hf; try discriminate. destruct (kpos u) eqn:Hu; try discriminate.
  destruct (sign_on half u true _) eqn:Hn; try discriminate. intro Hm.
  apply feasible_sound in Hf. apply kpos_ok in Hu.
  apply (sign_on_ok half half_ok u Hu) in Hn.
  destruct curve_margins as [ms|] eqn:E; try discriminate. apply curve_margins_ok in E; auto.
  rewrite forallb_forall in Hm.
  apply not_local_intro; auto. intros eps He.
  destruct (run_near eps He) as (d & Hd & Hnear).
  set (t := Rmin (d / 2) (toR u)).
  assert (Ht : 0 < t <= toR u /\ t < d).
  { unfold t. pose proof (Rmin_l (d / 2) (toR u)). pose proof (Rmin_r (d / 2) (toR u)).
    repeat split; try lra. apply Rmin_pos; lra. }
  destruct Ht as [Ht Htd].
  exists (run t). split; [|split; [|split]].
  - split. apply run_shaped, Hf. intros s Hs. destruct (E t Ht s Hs) as (m & Hmm & ->).
    specialize (Hm m Hmm). apply (sign_on_ok half half_ok u Hu) in Hm. specialize (Hm t Ht).
    simpl in Hm. rewrite peval_sub in Hm. simpl in Hm. rewrite toR_1 in Hm. lra.
  - apply run_same_but.
  - apply Hnear. lra.
  - specialize (Hn t Ht). simpl in Hn. rewrite peval_sub in Hn. simpl in Hn.
    rewrite norm2_of_ok in Hn. rewrite moving2_ok. lra.
Qed.

End Curve.

