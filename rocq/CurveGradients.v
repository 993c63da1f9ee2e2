(** * Gradients just after leaving a point along a curve.

    There the margin is one polynomial; the gradients tend to that polynomial's gradient at the point. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Vectors Polynomial Feasible Curve Displacement Lagrangian Gradient PolynomialGradient.
Import ListNotations.
Open Scope R_scope.

Section Term.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Variable cs : list (params F).
Let PR := map_problem toR P.
Let thR := map_params toR theta.
Let run_ := run free theta cs.

(** The displacement on the curve. *)
Definition et (t : R) : env := fun v => entry (run_ t) v - entry thR v.
Definition esub (v : nat * nat) : list F := popp (nth (snd v) (nth (fst v) (moved free theta cs) []) []).
Lemma run_shape t : map (@length R) thR = map (@length R) (run_ t).
Proof.
  unfold run_, run, moving, thR, map_params.
  transitivity (map (@length R) (map (map (@toR F M)) (map (map fst) (entries free theta cs)))).
  now rewrite entries_fst. rewrite !map_map. apply map_ext. intro w. now rewrite !map_length.
Qed.
Lemma esub_ok v t : peval (esub v) t = et t v.
Proof.
  unfold et. assert (E : entry (minus thR (run_ t)) v = entry thR v - entry (run_ t) v) by apply entry_minus, run_shape.
  unfold thR at 1, run_ at 1 in E. rewrite run_moved in E. unfold esub. rewrite peval_opp.
  assert (E2 : entry (map (map (fun p => peval p t)) (moved free theta cs)) v =
     peval (nth (snd v) (nth (fst v) (moved free theta cs) []) []) t).
  { unfold entry. change (@nil R) with (map (fun p : list F => peval p t) []). rewrite map_nth.
    change 0 with ((fun p : list F => peval p t) []) at 1. apply map_nth. }
  rewrite E2 in E. lra.
Qed.

Definition msubst (z : mpoly) : list F :=
  fold_right (fun am r => padd (pscale (fst am) (fold_right (fun v r => pmul (esub v) r) [k1 F] (snd am))) r) [] z.
Lemma msubst_ok z t : peval (msubst z) t = mev z (et t).
Proof.
  unfold msubst. induction z as [|[a m] z IH]; simpl. reflexivity.
  rewrite peval_add, peval_scale, IH. f_equal. f_equal.
  induction m as [|v m IHm]; simpl. rewrite toR_1. lra. rewrite peval_mul, esub_ok, IHm. reflexivity.
Qed.

Lemma mev_cont z e0 eps : 0 < eps -> exists d, 0 < d /\ forall e, (forall v, Rabs (e v - e0 v) < d) ->
  Rabs (mev z e - mev z e0) < eps.
Proof.
  intro He. destruct (mev_smooth z e0) as (C & HC & H). set (d := Rmin 1 (eps / (C + 1))).
  assert (Hd : 0 < d) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]).
  exists d. split; auto. intros e Hv.
  destruct (H (fun v => e v - e0 v) d) as [_ H2].
  { split. lra. apply Rmin_l. } { intro v. left. auto. }
  rewrite (mev_ext z _ e) in H2 by (intro; ring). eapply Rle_lt_trans. apply H2.
  assert (d * (C + 1) <= eps).
  { apply Rle_trans with (eps / (C + 1) * (C + 1)). apply Rmult_le_compat_r. lra. apply Rmin_r. right. field. lra. }
  lra.
Qed.

(** Around the points of the curve. *)
Definition around (Q : env -> Prop) : Prop :=
  exists T, 0 < T /\ forall t, 0 < t < T -> exists d, 0 < d /\ forall e, (forall v, Rabs (e v - et t v) < d) -> Q e.
Lemma around_where : where_ around.
Proof.
  split; unfold around.
  - intros Q H. exists 1. split. lra. intros t _. exists 1. split; [lra|auto].
  - intros Q Q' (T & HT & H) (T' & HT' & H'). exists (Rmin T T'). split. now apply Rmin_pos.
    intros t Ht. pose proof (Rmin_l T T'). pose proof (Rmin_r T T').
    destruct (H t ltac:(lra)) as (d & Hd & A), (H' t ltac:(lra)) as (d' & Hd' & A').
    exists (Rmin d d'). pose proof (Rmin_l d d'). pose proof (Rmin_r d d'). split. now apply Rmin_pos.
    intros e He. split; [apply A | apply A']; intro v; specialize (He v); lra.
  - intros Q Q' I (T & HT & H). exists T. split; auto. intros t Ht. destruct (H t Ht) as (d & Hd & A). exists d. auto.
Qed.

(** The sign of a polynomial just after 0 is that of its first coefficient that is not 0. *)
Fixpoint sign_after (p : list F) : option bool :=
  match p with
  | [] => None
  | a :: p' => if kpos a then Some true else if kpos (kopp a) then Some false else if kzero a then sign_after p' else None
  end.
Lemma sign_after_ok p b : sign_after p = Some b ->
  exists T, 0 < T /\ forall t, 0 < t < T -> if b then 0 < peval p t else peval p t < 0.
Proof.
  induction p as [|a p IH]; simpl; try discriminate.
  destruct (kpos a) eqn:E1; [|destruct (kpos (kopp a)) eqn:E2; [|destruct (kzero a) eqn:E3; try discriminate]].
  - intros [= <-]. apply kpos_ok in E1. destruct (peval_near (a :: p) _ E1) as (d & Hd & H). exists d. split; auto.
    intros t Ht. specialize (H t Ht). apply Rabs_def2 in H. simpl in H. lra.
  - intros [= <-]. apply kpos_ok in E2. rewrite toR_opp in E2.
    destruct (peval_near (a :: p) _ E2) as (d & Hd & H). exists d. split; auto.
    intros t Ht. specialize (H t Ht). apply Rabs_def2 in H. simpl in H. lra.
  - intro H. apply kzero_ok in E3. destruct (IH H) as (T & HT & A). exists T. split; auto. intros t Ht.
    specialize (A t Ht). rewrite E3, Rplus_0_l. destruct b.
    + apply Rmult_lt_0_compat; lra.
    + rewrite <- (Rmult_0_r t). apply Rmult_lt_compat_l; lra.
Qed.

Definition mact_curve (s : F) (z : mpoly) : option mpoly :=
  if kone s then Some z
  else match z with
  | [] => Some []
  | _ => match sign_after (msubst z) with
         | Some true => Some z
         | Some false => Some (scaled s z)
         | None => None
         end
  end.

Lemma mact_curve_ok s z z' : mact_curve s z = Some z' ->
  around (fun e => mev z' e = act (toR s) (mev z e)).
Proof.
  unfold mact_curve, act. destruct (kone s) eqn:E1.
  { intros [= <-]. apply kone_ok in E1. apply (U_all _ around_where). intro e. destruct Rlt_dec; rewrite ?E1; lra. }
  destruct z as [|am z].
  { intros [= <-]. apply (U_all _ around_where). intro e. simpl. destruct Rlt_dec; lra. }
  set (p := am :: z). destruct (sign_after (msubst p)) as [b|] eqn:E2; try discriminate.
  apply sign_after_ok in E2. destruct E2 as (T & HT & E2). intro H. exists T. split; auto. intros t Ht.
  specialize (E2 t Ht). rewrite msubst_ok in E2. destruct b; injection H as <-.
  - destruct (mev_cont p (et t) _ E2) as (d & Hd & H). exists d. split; auto. intros e He. specialize (H e He).
    apply Rabs_def2 in H. change (mev p e = act (toR s) (mev p e)). unfold act. destruct Rlt_dec; lra.
  - assert (E3 : mev p (et t) < 0) by exact E2.
    assert (E4 : 0 < - mev p (et t)) by (apply Ropp_0_gt_lt_contravar; exact E3).
    destruct (mev_cont p (et t) _ E4) as (d & Hd & H). exists d. split; auto. intros e He. specialize (H e He).
    apply Rabs_def2 in H. change (mev (scaled s p) e = act (toR s) (mev p e)). rewrite mev_scaled. unfold act. destruct Rlt_dec; lra.
Qed.

Definition term_margin (s : list F * bool) : option mpoly :=
  tmargin (S := sym_mpoly) mact_curve (net P) (displaced free theta) s.
Definition term_grad (m : mpoly) (v : nat * nat) : F := mconst (mderiv v m).

Variable s : list F * bool.
Let sR : list R * bool := (map toR (fst s), snd s).
Variable m : mpoly.
Hypothesis Hm : term_margin s = Some m.
Let f := fun th => margin PR (held free thR th) sR.

Lemma gradients_on_curve : exists T, 0 < T /\ forall t, 0 < t < T -> is_gradient f (run_ t) (grad theta m (et t)).
Proof.
  pose proof Hm as H. unfold term_margin in H.
  apply (tmargin_ok (S := sym_mpoly) (Mean := mean_mpoly) mact_curve around around_where mact_curve_ok) in H.
  destruct H as (T & HT & H). exists T. split; auto. intros t Ht.
  destruct (H t Ht) as (d0 & Hd0 & A). clear H.
  assert (A' : forall th, map (@length R) thR = map (@length R) th -> dist (run_ t) th < d0 ->
    f th = mev m (fun v => entry th v - entry thR v)).
  { intros th S D. unfold f.
    assert (E : map (map (fun p => mev p (fun v => entry th v - entry thR v))) (displaced free theta) = held free thR th)
      by exact (displaced_held free theta th S).
    rewrite <- E. apply A. intro v. unfold et.
    replace (entry th v - entry thR v - (entry (run_ t) v - entry thR v)) with (entry th v - entry (run_ t) v) by ring.
    eapply Rle_lt_trans; [|exact D]. apply entry_dist. rewrite <- (run_shape t). exact S. }
  apply (polynomial_gradient theta m (entry thR) f (run_ t) d0); auto.
  - rewrite <- run_shape. unfold thR, map_params. rewrite map_map. apply map_ext. intro w. apply map_length.
  - intros th S. apply A'. rewrite (run_shape t). exact S.
Qed.

Lemma mconst_ok z : toR (mconst z) = mev z (fun _ => 0).
Proof.
  induction z as [|[a mo] z IH]; simpl. apply toR_0. destruct mo as [|v mo]; simpl.
  rewrite toR_add, IH. ring. rewrite IH. ring.
Qed.

Lemma term_limit : limiting_gradient f thR (tab theta (fun v => toR (term_grad m v))).
Proof.
  split. { unfold same_shape. rewrite shape_tab. unfold thR, map_params. rewrite map_map. apply map_ext. intro; apply map_length. }
  intros eps He.
  set (D := tab theta (fun v => msub (mcst (mconst (mderiv v m))) (mderiv v m))).
  set (N := tnorm2 (S := sym_mpoly) D).
  assert (HN : forall e, mev N e = norm2 (minus (tab theta (fun v => toR (term_grad m v))) (grad theta m e))).
  { intro e. transitivity (norm2 (map (map (fun p => mev p e)) D)).
    exact (ev_tnorm2 (S := sym_mpoly) (Mean := mean_mpoly) D e). f_equal.
    change (grad theta m e) with (tab theta (fun v => mdiff m e (ind v))). rewrite minus_tab.
    unfold D. rewrite map_tab. unfold tab. apply mapi_ext. intros k w. apply mapi_ext. intros i a.
    rewrite mev_sub, mev_cst, mderiv_ok. reflexivity. }
  assert (N0 : toR (mconst N) = 0).
  { rewrite mconst_ok, HN. change (grad theta m (fun _ => 0)) with (tab theta (fun v => mdiff m (fun _ => 0) (ind v))).
    rewrite minus_tab. unfold norm2, tab. rewrite map_mapi.
    transitivity (Rsum (mapi (fun _ (_ : list F) => 0) 0 theta)).
    - f_equal. apply mapi_ext. intros k w. rewrite map_mapi.
      transitivity (Rsum (mapi (fun _ (_ : F) => 0) 0 w)).
      + f_equal. apply mapi_ext. intros i a. unfold term_grad. rewrite mconst_ok, mderiv_ok. ring.
      + generalize 0%nat. induction w as [|x w IHw]; intro n; cbn [mapi]. reflexivity. rewrite Rsum_cons, IHw. ring.
    - generalize 0%nat. clear. induction theta as [|w th IH]; intro n; cbn [mapi]. reflexivity. rewrite Rsum_cons, IH. ring. }
  destruct (mev_close N (eps * eps) (Rmult_lt_0_compat _ _ He He)) as (d & Hd & HC). rewrite N0 in HC.
  set (d1 := Rmin d eps). assert (Hd1 : 0 < d1) by (apply Rmin_pos; auto).
  destruct (run_near free theta cs (d1 * d1) (Rmult_lt_0_compat _ _ Hd1 Hd1)) as (dt & Hdt & Hnear).
  destruct gradients_on_curve as (T & HT & HG).
  set (t := Rmin (dt / 2) (T / 2)).
  assert (Ht : 0 < t < T /\ t < dt).
  { unfold t. pose proof (Rmin_l (dt / 2) (T / 2)). pose proof (Rmin_r (dt / 2) (T / 2)).
    assert (0 < Rmin (dt / 2) (T / 2)) by (apply Rmin_pos; lra). repeat split; lra. }
  destruct Ht as [Ht Htd]. specialize (Hnear t ltac:(lra)). apply dist_lt in Hnear; auto.
  fold thR run_ in Hnear.
  exists (run_ t), (grad theta m (et t)). split; [apply run_shape|split; [|split]].
  - pose proof (Rmin_r d eps). fold d1 in H. unfold thR, run_ in *. lra.
  - now apply HG.
  - apply dist_lt; auto. rewrite <- HN.
    assert (B : forall v, Rabs (et t v) < d).
    { intro v. unfold et. eapply Rle_lt_trans. apply entry_dist, run_shape.
      pose proof (Rmin_l d eps). fold d1 in H. unfold thR, run_ in *. lra. }
    specialize (HC _ B). apply Rabs_def2 in HC. lra.
Qed.
End Term.
