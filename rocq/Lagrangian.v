(** * Optimality by the Lagrangian: depth 2, or one layer. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Vectors Feasible Displacement.
Import ListNotations.
Open Scope R_scope.

Section Lagrangian.
Context {F : ops} {M : model F}.
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Variable lambda : list F.
Local Notation mpoly := (list (F * list (nat * nat))).
Let PR := map_problem toR P.
Let thR := map_params toR theta.

(** The parameters theta + e, with e zero off the free layers. *)
Definition displaced : params mpoly :=
  mapi (fun k w => mapi (fun i a =>
    if is_free free k then madd (mcst a) [(k1 F, [(k, i)])] else mcst a) 0 w) 0 theta.

Lemma displaced_held theta' : same_shape thR theta' ->
  map (map (fun p => mev p (fun v => entry theta' v - entry thR v))) displaced = held free thR theta'.
Proof.
  intros Hs. unfold displaced. rewrite map_mapi.
  assert (Hlen : length theta = length (held free thR theta')).
  { rewrite length_held by auto. unfold thR, map_params. now rewrite map_length. }
  apply mapi_nth with (d := []) (d' := []); auto. intros k Hk. rewrite map_mapi.
  assert (Hnth : nth k thR [] = map toR (nth k theta [])) by apply nth_map_params.
  assert (Hk' : length (nth k theta' []) = length (nth k theta [])).
  { assert (E : nth k (map (@length R) thR) 0%nat = nth k (map (@length R) theta') 0%nat) by (f_equal; exact Hs).
    change 0%nat with (length (@nil R)) in E. rewrite !map_nth, Hnth, map_length in E. auto. }
  rewrite nth_held by auto.
  apply mapi_nth with (d := k0 F) (d' := 0).
  - destruct is_free; auto. now rewrite Hnth, map_length.
  - intros i Hi.
    assert (Hni : nth i (nth k thR []) 0 = toR (nth i (nth k theta []) (k0 F))).
    { rewrite Hnth. rewrite <- (toR_0 (F:=F)). apply map_nth. }
    destruct (is_free free k) eqn:Ef.
    + rewrite mev_add, mev_cst. simpl. unfold entry. simpl. rewrite Hni, toR_1. ring.
    + rewrite mev_cst. auto.
Qed.

Lemma displaced_ok theta' : same_shape thR theta' -> same_but free thR theta' ->
  map (map (fun p => mev p (fun v => entry theta' v - entry thR v))) displaced = theta'.
Proof. intros H1 H2. rewrite displaced_held by auto. now apply held_same_but. Qed.

Definition vars : list (nat * nat) := concat (mapi (fun k w => mapi (fun i _ => (k, i)) 0 w) 0 theta).

(** Sums over the entries. *)
Lemma Rsum_vars (h : nat * nat -> R) : Rsum (map h vars) = dsum theta h.
Proof.
  unfold vars, dsum. generalize 0%nat at 2 4. induction theta as [|w t IH]; intro k. reflexivity.
  cbn [mapi concat]. rewrite map_app, Rsum_app, Rsum_cons, IH. f_equal. now rewrite map_mapi.
Qed.
Lemma norm2_vars a : same_shape thR a -> norm2 a = Rsum (map (fun v => entry a v * entry a v) vars).
Proof.
  intro H. assert (H' : map (@length R) a = map (@length F) theta).
  { unfold same_shape in H. rewrite <- H. unfold thR, map_params. rewrite map_map. apply map_ext. intro. apply map_length. }
  now rewrite norm2_dot, (dot_dsum theta a a H' H'), <- Rsum_vars.
Qed.

Definition supports : list ((list F * bool) * F) := filter (fun sl => kpos (snd sl)) (combine (data P) lambda).

Variable act_ : F -> mpoly -> option mpoly.
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.

Definition support_margins : option (list (F * mpoly)) :=
  mapM (fun sl => match tmargin (S := sym_mpoly) act_ (net P) displaced (fst sl) with
                  | Some m => Some (snd sl, m) | None => None end) supports.

(** 1/2 |theta|^2 - sum lambda_i m_i, minus its bound. *)
Definition excess (ms : list (F * mpoly)) : mpoly :=
  msub (msub (mscale half [] (tnorm2 (S := sym_mpoly) displaced))
             (fold_right (fun lm r => madd (mscale (fst lm) [] (msub (snd lm) (mcst (k1 F)))) r) [] ms))
       (mcst (kmul half (norm2_of theta))).

Definition check_lagrangian : bool :=
  if check_feasible P free theta then
    match support_margins with
    | Some ms => nonneg_form vars (excess ms)
    | None => false
    end
  else false.

Variable U : ((nat * nat -> R) -> Prop) -> Prop.
Hypothesis HU : where_ U.
Hypothesis act_ok : forall s z z', act_ s z = Some z' -> U (fun e => mev z' e = act (toR s) (mev z e)).

Lemma support_margins_ok ms : support_margins = Some ms ->
  U (fun e => forall lm, In lm ms -> 0 < toR (fst lm) /\
     exists s, In s (data PR) /\ margin PR (map (map (fun p => mev p e)) displaced) s = mev (snd lm) e).
Proof.
  intro H. unfold support_margins in H. apply mapM_Forall2 in H.
  assert (Hs : forall sl, In sl supports -> 0 < toR (snd sl) /\ In (fst sl) (data P)).
  { intros sl Hsl. apply filter_In in Hsl. destruct Hsl as [H1 H2]. split. now apply kpos_ok.
    destruct sl. apply in_combine_l in H1. auto. }
  induction H as [|sl lm sls ms E H IH].
  - apply (U_all _ HU). simpl. tauto.
  - destruct tmargin as [m|] eqn:Em in E; try discriminate. injection E as <-.
    destruct (Hs sl (or_introl eq_refl)) as [H1 H2].
    apply (tmargin_ok (S := sym_mpoly) (Mean := mean_mpoly) act_ U HU act_ok) in Em.
    specialize (IH (fun sl' H' => Hs sl' (or_intror H'))).
    eapply (U_mono _ HU); [|exact (U_and _ HU _ _ Em IH)]. cbn beta.
    intros e [E1 E2] lm [<-|Hlm]; auto. simpl. split; auto.
    exists (map toR (fst (fst sl)), snd (fst sl)). split; [|exact E1].
    unfold PR, map_problem. simpl. apply in_map_iff. exists (fst sl). auto.
Qed.

Lemma lagrangian_bound : check_lagrangian = true ->
  feasible PR free thR /\
  U (fun e => forall theta', theta' = map (map (fun p => mev p e)) displaced ->
     satisfies PR theta' -> norm2 thR <= norm2 theta').
Proof.
  unfold check_lagrangian. destruct check_feasible eqn:Hf; try discriminate. intro H.
  apply feasible_sound in Hf. split; auto.
  destruct support_margins as [ms|] eqn:E; try discriminate. apply support_margins_ok in E.
  eapply (U_mono _ HU); [|exact E]. cbn beta. clear E. intros e E theta' -> [_ Hm].
  pose proof (nonneg_form_ok _ _ e H) as Q. unfold excess in Q.
  rewrite !mev_sub, mev_scale, mev_cst, toR_mul, norm2_of_ok, half_ok in Q. simpl monev in Q.
  assert (N : mev (tnorm2 (S := sym_mpoly) displaced) e = norm2 (map (map (fun p => mev p e)) displaced))
    by exact (ev_tnorm2 (S := sym_mpoly) (Mean := mean_mpoly) displaced e).
  assert (Sum : 0 <= mev (fold_right (fun lm r => madd (mscale (fst lm) [] (msub (snd lm) (mcst (k1 F)))) r) [] ms) e).
  { clear - E Hm. induction ms as [|lm ms IH]; simpl. lra.
    rewrite mev_add, mev_scale, mev_sub, mev_cst, toR_1. simpl monev.
    destruct (E lm (or_introl eq_refl)) as (L & s & Hs & Em).
    specialize (IH (fun l H => E l (or_intror H))). specialize (Hm s Hs). rewrite Em in Hm.
    assert (0 <= toR (fst lm) * (mev (snd lm) e - 1)) by (apply Rmult_le_pos; lra). lra. }
  unfold thR. rewrite N in Q. lra.
Qed.
End Lagrangian.

Section Sound.
Context {F : ops} {M : model F}.
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.

Definition check_local_lagrangian P free theta (lambda : list F) :=
  check_lagrangian P free theta lambda mact_near half.
Definition check_global_lagrangian P free theta (lambda : list F) :=
  check_lagrangian P free theta lambda mact_all half.

Theorem local_lagrangian_sound P free theta lambda : check_local_lagrangian P free theta lambda = true ->
  local_optimum (map_problem toR P) free (map_params toR theta).
Proof.
  intro H. apply (lagrangian_bound _ _ _ _ _ half half_ok near near_where mact_near_ok) in H.
  destruct H as (Hf & eps & He & H). split; auto. exists eps. split; auto.
  intros theta' Hf' Hs Hd. apply (H (fun v => entry theta' v - entry (map_params toR theta) v)); auto.
  - intro v. eapply Rle_lt_trans; [|exact Hd]. apply entry_dist.
    destruct Hf as [_ [Hf _]], Hf' as [Hf' _]. unfold shaped in *. congruence.
  - symmetry. apply displaced_ok; auto.
    destruct Hf as [_ [Hf _]], Hf' as [Hf' _]. unfold same_shape, shaped in *. congruence.
Qed.

Theorem global_lagrangian_sound P free theta lambda : check_global_lagrangian P free theta lambda = true ->
  global_optimum (map_problem toR P) free (map_params toR theta).
Proof.
  intro H. apply (lagrangian_bound _ _ _ _ _ half half_ok everywhere everywhere_where mact_all_ok) in H.
  destruct H as (Hf & H). split; auto. intros theta' Hf' Hs.
  apply (H (fun v => entry theta' v - entry (map_params toR theta) v)); auto.
  symmetry. apply displaced_ok; auto.
  destruct Hf as [_ [Hf _]], Hf' as [Hf' _]. unfold same_shape, shaped in *. congruence.
Qed.
End Sound.
