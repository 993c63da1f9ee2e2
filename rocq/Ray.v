(** * A ray on which gradient flow stays, and runs to infinity.

    On the ray all margins are one function, and the gradient of the loss is a multiple of the ray. So the flow obeys a
    scalar differential equation, whose solution [Ode.v] gives for all times. Near the ray the loss has a Lipschitz
    continuous gradient, so that there is no other flow ([OneFlow.v]). *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Vectors MeanValue Sums InnerProducts Nearby LipschitzNear OneFlow Ode.
From Margincert Require Export Losses.
Import ListNotations.
Open Scope R_scope.

(** ** The ray *)

Section Ray.
Variables l l' : R -> R.
Hypothesis L : fit_loss l l'.
Variable P : problem R.
Variables o r p : params R.
Variable s0 : R.
Variables q dq kappa : R -> R.
Hypothesis Hor : same_shape o r.
Hypothesis Hop : same_shape o p.
Let n := INR (length (data P)).
Let N := norm2 r.
Hypothesis Hn : 0 < n.
Hypothesis HN : 0 < N.
Hypothesis Hq : forall a, derivable_pt_lim q a (dq a).
Hypothesis Hcont : continuity kappa.
Variable c0 : R.
Hypothesis Hc0 : 0 < c0.
Hypothesis Hkappa : forall a, s0 <= a -> c0 <= kappa a.
Hypothesis Hslope : forall a, n * dq a = N * kappa a.
Variable c : R.
Hypothesis Hc : 0 < c.
Hypothesis Hdir : forall v, entry r v = c * entry p v.

Definition pace (a : R) : R := l' (q a) * kappa a / n.
Hypothesis loss_on_ray : forall a, s0 <= a -> loss l P (along o r a) = l (q a).
Hypothesis loss_gradient : forall a, s0 <= a -> is_gradient (loss l P) (along o r a) (map (map (Rmult (pace a))) r).

Hypothesis loss_smooth : forall a, s0 <= a -> lipschitz_gradient (loss l P) (along o r a).

Let at_ray (a : R) : params R := along o r a.
Lemma shape_at a : same_shape o (at_ray a).
Proof. now apply shape_along. Qed.
Lemma q_cont : continuity q.
Proof. intro a. apply derivable_continuous_pt. exists (dq a). apply Hq. Qed.

(** The speed on the ray, the same before the start as at the start. *)
Definition clamp (x : R) : R := (x + s0 + Rabs (x - s0)) / 2.
Lemma clamp_ge x : s0 <= clamp x.
Proof. unfold clamp, Rabs. destruct Rcase_abs; lra. Qed.
Lemma clamp_id x : s0 <= x -> clamp x = x.
Proof. intro H. unfold clamp. rewrite Rabs_pos_eq by lra. lra. Qed.
Lemma clamp_cont : continuity clamp.
Proof.
  intro x. apply (continuity_pt_mult (fun x => x + s0 + Rabs (x - s0)) (fun _ => / 2)).
  - apply (continuity_pt_plus (fun x => x + s0) (fun x => Rabs (x - s0))).
    + apply derivable_continuous_pt. reg.
    + apply (continuity_pt_comp (fun x => x - s0) Rabs). apply derivable_continuous_pt. reg. apply Rcontinuity_abs.
  - apply continuity_const. intros ? ?. reflexivity.
Qed.
Definition speed (x : R) : R := - pace (clamp x).
Lemma speed_pos x : 0 < speed x.
Proof.
  unfold speed, pace. pose proof (slope_neg _ _ L (q (clamp x))) as H1. pose proof (Hkappa _ (clamp_ge x)) as H2.
  replace (- (l' (q (clamp x)) * kappa (clamp x) / n)) with (- l' (q (clamp x)) * kappa (clamp x) * / n)
    by (unfold Rdiv; ring).
  repeat apply Rmult_lt_0_compat; try lra. now apply Rinv_0_lt_compat.
Qed.
Lemma speed_cont : continuity speed.
Proof.
  intro x. unfold speed, pace. apply (continuity_pt_opp (fun x => l' (q (clamp x)) * kappa (clamp x) / n)).
  apply (continuity_pt_mult (fun x => l' (q (clamp x)) * kappa (clamp x)) (fun _ => / n)).
  - apply (continuity_pt_mult (fun x => l' (q (clamp x))) (fun x => kappa (clamp x))).
    + apply (continuity_pt_comp (fun x => q (clamp x)) l'); [|apply (slope_cont _ _ L)].
      apply (continuity_pt_comp clamp q). apply clamp_cont. apply q_cont.
    + apply (continuity_pt_comp clamp kappa). apply clamp_cont. apply Hcont.
  - apply continuity_const. intros ? ?. reflexivity.
Qed.
Definition potential (x : R) : R := l (q x) / N.
Lemma potential_ok x : s0 <= x -> derivable_pt_lim potential x (- speed x).
Proof.
  intro H. unfold speed. rewrite clamp_id by auto. rewrite Ropp_involutive.
  assert (E : pace x = (l' (q x) * dq x) * / N + l (q x) * 0).
  { unfold pace. pose proof (Hslope x) as S. replace (kappa x) with (n * dq x / N) by (rewrite S; field; lra). field. lra. }
  rewrite E. apply (derivable_pt_lim_mult (fun x => l (q x)) (fun _ => / N)).
  - apply (derivable_pt_lim_comp (q) l). apply Hq. apply (loss_slope _ _ L).
  - apply derivable_pt_lim_const.
Qed.
Lemma potential_pos x : s0 <= x -> 0 <= potential x.
Proof.
  intros _. unfold potential. apply Rmult_le_pos. apply (loss_pos _ _ L). apply Rlt_le, Rinv_0_lt_compat; auto.
Qed.
Definition a_of (t : R) : R := solution speed potential s0 speed_cont speed_pos potential_ok potential_pos t.

(** The margin grows without bound. *)
Lemma margin_grows A : exists B, s0 <= B /\ forall a, B <= a -> A <= q a.
Proof.
  set (k := N * c0 / n). assert (Hk : 0 < k).
  { unfold k. apply Rmult_lt_0_compat. apply Rmult_lt_0_compat; auto. now apply Rinv_0_lt_compat. }
  exists (s0 + Rabs (A - q s0) / k + 1).
  assert (Pk : 0 <= Rabs (A - q s0) / k) by (apply Rmult_le_pos; [apply Rabs_pos | apply Rlt_le, Rinv_0_lt_compat; auto]).
  split; [lra|]. intros a Ha.
  assert (G : k * (a - s0) <= q a - q s0).
  { apply (slope_at_least q dq); auto. lra. intros x Hx. apply Rmult_le_reg_l with n; auto. rewrite Hslope.
    pose proof (Hkappa x ltac:(lra)). replace (n * k) with (N * c0) by (unfold k; field; lra). apply Rmult_le_compat_l; lra. }
  assert (K : Rabs (A - q s0) <= k * (a - s0)).
  { apply Rle_trans with (k * (Rabs (A - q s0) / k)). right. field. lra. apply Rmult_le_compat_l; lra. }
  pose proof (Rle_abs (A - q s0)). lra.
Qed.

(** The direction tends to that of the point. *)
Lemma norm2_at a : norm2 (at_ray a) = norm2 o + 2 * a * dot o r + a * a * N.
Proof.
  pose proof (shape_at a) as Sa. unfold N.
  assert (So : map (@length R) o = map (@length R) o) by reflexivity.
  rewrite !norm2_dot, !(dot_dsum o) by (auto; unfold same_shape in *; congruence).
  rewrite (dsum_ext o _ (fun v => (a * a) * (entry r v * entry r v) + ((2 * a) * (entry o v * entry r v) + entry o v * entry o v))).
  - rewrite !dsum_lin. ring.
  - intro v. unfold at_ray. rewrite entry_along by auto. ring.
Qed.
Lemma norm2_point : N = c * c * norm2 p.
Proof.
  unfold N. assert (Spr : map (@length R) p = map (@length R) r) by (unfold same_shape in *; congruence).
  rewrite !norm2_dot, !(dot_dsum r) by auto. rewrite <- dsum_scale. apply dsum_ext. intro v. rewrite !Hdir. ring.
Qed.
Definition tilt (v : nat * nat) (s : R) : R :=
  (entry r v + s * entry o v) / sqrt (N + 2 * s * dot o r + s * s * norm2 o).
Lemma tilt_cont v : continuity_pt (tilt v) 0.
Proof.
  assert (Z : N + 2 * 0 * dot o r + 0 * 0 * norm2 o = N) by ring.
  apply (continuity_pt_div (fun s => entry r v + s * entry o v) (fun s => sqrt (N + 2 * s * dot o r + s * s * norm2 o))).
  - apply derivable_continuous_pt. reg.
  - apply (continuity_pt_comp (fun s => N + 2 * s * dot o r + s * s * norm2 o) sqrt).
    apply derivable_continuous_pt. reg. apply continuity_pt_sqrt. cbn beta. rewrite Z. lra.
  - cbn beta. rewrite Z. apply Rgt_not_eq, sqrt_lt_R0. auto.
Qed.
Lemma tilt_start v : tilt v 0 = entry p v / sqrt (norm2 p).
Proof.
  unfold tilt. replace (N + 2 * 0 * dot o r + 0 * 0 * norm2 o) with (c * c * norm2 p) by (rewrite <- norm2_point; ring).
  assert (Hp : 0 < norm2 p). { apply Rmult_lt_reg_l with (c * c). now apply Rmult_lt_0_compat. rewrite <- norm2_point. lra. }
  rewrite sqrt_mult by (try apply Rle_0_sqr; lra). rewrite sqrt_square by lra. rewrite Hdir.
  pose proof (sqrt_lt_R0 _ Hp). field. lra.
Qed.
Lemma direction_at a v : 0 < a -> entry (at_ray a) v / sqrt (norm2 (at_ray a)) = tilt v (/ a).
Proof.
  intro Ha. unfold tilt. rewrite norm2_at. unfold at_ray at 1. rewrite entry_along by auto.
  replace (norm2 o + 2 * a * dot o r + a * a * N) with (a * a * (N + 2 * / a * dot o r + / a * / a * norm2 o)) by (field; lra).
  assert (Nn : 0 <= N + 2 * / a * dot o r + / a * / a * norm2 o).
  { apply Rmult_le_reg_l with (a * a). now apply Rmult_lt_0_compat. rewrite Rmult_0_r.
    replace (a * a * (N + 2 * / a * dot o r + / a * / a * norm2 o)) with (norm2 o + 2 * a * dot o r + a * a * N) by (field; lra).
    rewrite <- norm2_at. apply norm2_nonneg. }
  rewrite sqrt_mult by (auto; apply Rle_0_sqr). rewrite sqrt_square by lra.
  set (S := sqrt (N + 2 * / a * dot o r + / a * / a * norm2 o)).
  replace (entry o v + a * entry r v) with (a * (entry r v + / a * entry o v)) by (field; lra).
  unfold Rdiv. rewrite Rinv_mult. replace (a * (entry r v + / a * entry o v) * (/ a * / S)) with
    (a * / a * ((entry r v + / a * entry o v) * / S)) by ring. rewrite Rinv_r by lra. ring.
Qed.

Theorem ray_flow : posed P None -> shaped (net P) o -> shaped (net P) r -> shaped (net P) p ->
  flow_converges l P o r s0 p.
Proof.
  intros H1 H2 H3 H4.
  assert (Hp : 0 < norm2 p). { apply Rmult_lt_reg_l with (c * c). now apply Rmult_lt_0_compat. rewrite <- norm2_point. lra. }
  assert (Sol : forall t, 0 <= t -> s0 <= a_of t) by (intros t Ht; apply solution_ok; auto).
  split; auto. split; auto. split; auto. split; auto. split; auto.
  set (flow := fun t => at_ray (a_of t)). assert (Flow : gradient_flow (loss l P) (along o r s0) flow).
  { unfold flow. split; [|split; [|split]].
    + unfold a_of. rewrite solution_start. reflexivity.
    + intro t. pose proof (shape_at (a_of t)) as A. pose proof (shape_at s0) as B. fold (at_ray s0).
      unfold same_shape in *. congruence.
    + intros v eps He. set (e := eps / (Rabs (entry r v) + 1)). pose proof (Rabs_pos (entry r v)).
      assert (Hee : 0 < e) by (apply Rdiv_lt_0_compat; lra).
      destruct (solution_near speed potential s0 speed_cont speed_pos potential_ok potential_pos 0 e ltac:(lra) Hee) as (d & Hd & A).
      exists d. split; auto. intros t Ht. specialize (A t ltac:(lra)). rewrite Rminus_0_r, Rabs_pos_eq in A by lra.
      specialize (A ltac:(lra)). rewrite solution_start in A. fold (a_of t) in A.
      unfold at_ray. rewrite !entry_along by auto.
      replace (entry o v + a_of t * entry r v - (entry o v + s0 * entry r v)) with ((a_of t - s0) * entry r v) by ring.
      rewrite Rabs_mult. apply Rle_lt_trans with (e * Rabs (entry r v)).
      * apply Rmult_le_compat_r; lra.
      * apply Rlt_le_trans with (e * (Rabs (entry r v) + 1)). apply Rmult_lt_compat_l; lra. right. unfold e. field. lra.
    + intros t Ht. exists (map (map (Rmult (pace (a_of t)))) r). split. apply loss_gradient, Sol. lra.
      intro v. rewrite entry_scale.
      apply (local_derivative _ (fun t => entry o v + a_of t * entry r v)).
      { exists 1. split; [lra|]. intros y _. unfold at_ray. now rewrite entry_along. }
      pose proof (solution_slope speed potential s0 speed_cont speed_pos potential_ok potential_pos t Ht) as D. fold a_of in D. fold (a_of t) in D.
      unfold speed in D. rewrite clamp_id in D by (apply Sol; lra).
      replace (- (pace (a_of t) * entry r v)) with (0 + (- pace (a_of t) * entry r v + a_of t * 0)) by ring.
      apply (derivable_pt_lim_plus (fun _ => entry o v) (fun t => a_of t * entry r v)).
      apply derivable_pt_lim_const. apply (derivable_pt_lim_mult a_of (fun _ => entry r v)); [exact D|].
      apply derivable_pt_lim_const. }
  exists flow. split; auto. split; [|split].
  - split.
    + intros eps He. destruct (loss_vanishes _ _ L eps He) as (Mg & HM). destruct (margin_grows Mg) as (B & HB & HG).
      destruct (solution_grows speed potential s0 speed_cont speed_pos potential_ok potential_pos B) as (T & HT & A).
      exists T. intros t Ht. specialize (A t Ht). fold (a_of t) in A. unfold flow.
      rewrite loss_on_ray by (apply Sol; lra). rewrite Rminus_0_r, Rabs_pos_eq by apply (loss_pos _ _ L).
      apply HM, HG. lra.
    + intros v eps He. destruct (tilt_cont v eps He) as (d & Hd & C).
      destruct (solution_grows speed potential s0 speed_cont speed_pos potential_ok potential_pos (Rmax 1 (/ d))) as (T & HT & A).
      exists T. intros t Ht. specialize (A t Ht). fold (a_of t) in A. unfold flow.
      pose proof (Rmax_l 1 (/ d)). pose proof (Rmax_r 1 (/ d)). pose proof (Rinv_0_lt_compat d Hd).
      rewrite direction_at by lra. rewrite <- tilt_start. apply C. split. split. exact I.
      * apply Rlt_not_eq, Rinv_0_lt_compat. lra.
      * simpl. unfold R_dist. rewrite Rminus_0_r, Rabs_pos_eq by (apply Rlt_le, Rinv_0_lt_compat; lra).
        rewrite <- (Rinv_inv d). apply Rinv_lt_contravar; [|lra]. apply Rmult_lt_0_compat; lra.
  - intros t Ht. exists (a_of t). split; auto.
  - intros theta' Other t Ht. apply (one_flow (loss l P) (along o r s0) flow theta'); auto.
    intros t' Ht'. apply loss_smooth, Sol; auto.
Qed.
End Ray.
