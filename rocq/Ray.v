(** * A ray on which gradient flow stays, and runs to infinity.

    On the ray all margins are one function, and the gradient of the loss is a multiple of the ray. So the flow obeys a
    scalar differential equation, whose solution [Ode.v] gives for all times. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Vectors MeanValue Exponential Antiderivative Ode.
Import ListNotations.
Open Scope R_scope.

(** ** The losses *)

Record fit_loss (l l' : R -> R) : Prop := FitLoss {
  loss_slope : forall m, derivable_pt_lim l m (l' m);
  slope_cont : continuity l';
  slope_neg : forall m, l' m < 0;
  loss_pos : forall m, 0 <= l m;
  loss_vanishes : forall eps, 0 < eps -> exists M, forall m, M <= m -> l m < eps }.

Lemma exp_neg_slope m : derivable_pt_lim exponential m (- exp (- m)).
Proof.
  replace (- exp (- m)) with (exp (- m) * -1) by ring.
  apply (derivable_pt_lim_comp (fun m => - m) exp); [|apply derivable_pt_lim_exp].
  apply (derivable_pt_lim_opp (fun m => m)). apply derivable_pt_lim_id.
Qed.
Lemma exp_small eps : 0 < eps -> exists M, forall m, M <= m -> exp (- m) < eps.
Proof.
  intro He. destruct (logarithm eps He) as (x & E). exists (- x + 1). intros m Hm. rewrite <- E. apply exp_grows. lra.
Qed.
Lemma exponential_fits : fit_loss exponential (fun m => - exp (- m)).
Proof.
  split.
  - apply exp_neg_slope.
  - intro m. apply (continuity_pt_opp (fun m => exp (- m))). apply derivable_continuous_pt.
    exists (- exp (- m)). apply exp_neg_slope.
  - intro m. pose proof (exp_pos (- m)). lra.
  - intro m. apply Rlt_le, exp_pos.
  - apply exp_small.
Qed.

Lemma logistic_ok m : exp (logistic m) = 1 + exp (- m).
Proof. unfold logistic. exact (proj2_sig (logistic_exists m)). Qed.
Lemma one_more_pos m : 0 < 1 + exp (- m).
Proof. pose proof (exp_pos (- m)). lra. Qed.
Lemma one_more_slope m : derivable_pt_lim (fun m => 1 + exp (- m)) m (- exp (- m)).
Proof.
  rewrite <- (Rplus_0_l (- exp (- m))). apply (derivable_pt_lim_plus (fun _ => 1) exponential).
  apply derivable_pt_lim_const. apply exp_neg_slope.
Qed.
Definition fall (m : R) : R := exp (- m) / (1 + exp (- m)).
Lemma fall_cont : continuity fall.
Proof.
  intro m. apply (continuity_pt_div (fun m => exp (- m)) (fun m => 1 + exp (- m))).
  - apply derivable_continuous_pt. exists (- exp (- m)). apply exp_neg_slope.
  - apply derivable_continuous_pt. exists (- exp (- m)). apply one_more_slope.
  - apply Rgt_not_eq, one_more_pos.
Qed.
Lemma fall_pos m : 0 < fall m.
Proof. apply Rdiv_lt_0_compat. apply exp_pos. apply one_more_pos. Qed.
Lemma fall_nonneg m : 0 <= fall m.
Proof. apply Rlt_le, fall_pos. Qed.
Lemma fall_bounded a b : exists M, forall m, a <= m <= b -> fall m <= M.
Proof.
  exists 1. intros m _. pose proof (one_more_pos m). apply Rmult_le_reg_r with (1 + exp (- m)); auto. unfold fall, Rdiv.
  rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.
(** Up to a constant, the logistic loss is minus the antiderivative of [fall]. *)
Definition fallen : R -> R := anti fall fall_nonneg fall_bounded 0.
Lemma fallen_ok m : derivable_pt_lim fallen m (fall m).
Proof. exact (anti_ok fall fall_cont fall_nonneg fall_bounded 0 m). Qed.
Lemma logistic_fallen m : logistic m = logistic 0 - fallen m.
Proof.
  set (g := fun m => (1 + exp (- m)) * exp (fallen m)).
  assert (D : forall m, derivable_pt_lim g m 0).
  { intro x. replace 0 with (- exp (- x) * exp (fallen x) + (1 + exp (- x)) * (exp (fallen x) * fall x)).
    2:{ unfold fall. field. apply Rgt_not_eq, one_more_pos. }
    apply (derivable_pt_lim_mult (fun m => 1 + exp (- m)) (fun m => exp (fallen m))). apply one_more_slope.
    apply (derivable_pt_lim_comp fallen exp). apply fallen_ok. apply derivable_pt_lim_exp. }
  assert (E : g m = g 0).
  { destruct (Rle_lt_dec 0 m) as [L|L]; [symmetry|]; apply no_slope; intros; auto; lra. }
  unfold g in E. rewrite <- !logistic_ok, <- !exp_plus in E. apply exp_one_to_one in E.
  assert (Z : fallen 0 = 0) by apply anti_start. lra.
Qed.
Lemma logistic_fits : fit_loss logistic (fun m => - fall m).
Proof.
  split.
  - intro m. apply (local_derivative _ (fun m => logistic 0 - fallen m)).
    + exists 1. split; [lra|]. intros y _. apply logistic_fallen.
    + rewrite <- (Rminus_0_l (fall m)). apply (derivable_pt_lim_minus (fun _ => logistic 0) fallen).
      apply derivable_pt_lim_const. apply fallen_ok.
  - intro m. apply (continuity_pt_opp fall). apply fall_cont.
  - intro m. pose proof (fall_pos m). lra.
  - intro m. apply Rlt_le, exp_less. rewrite exp_0, logistic_ok. pose proof (exp_pos (- m)). lra.
  - intros eps He. pose proof (exp_above eps ltac:(lra)) as A. destruct (exp_small eps He) as (M & H).
    exists M. intros m Hm. specialize (H m Hm). apply exp_less. rewrite logistic_ok. lra.
Qed.

(** ** Differentials *)

Definition differential (f : params R -> R) (th : params R) (D : params R -> R) : Prop :=
  forall eps, 0 < eps -> exists d, 0 < d /\ forall th', same_shape th th' -> dist th th' < d ->
    Rabs (f th' - f th - D th') <= eps * dist th th'.
Definition bounded (th : params R) (D : params R -> R) : Prop :=
  exists C, 0 <= C /\ forall th', same_shape th th' -> Rabs (D th') <= C * dist th th'.

Lemma differential_chain f l l1 th D : differential f th D -> bounded th D -> derivable_pt_lim l (f th) l1 ->
  differential (fun th => l (f th)) th (fun th' => l1 * D th').
Proof.
  intros Hf (C & HC & HD) Hl eps He.
  set (e2 := Rmin 1 (eps / (2 * (Rabs l1 + 1)))). set (e1 := eps / (2 * (C + 1))).
  pose proof (Rabs_pos l1) as Hl1.
  assert (He2 : 0 < e2) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]).
  assert (He1 : 0 < e1) by (apply Rdiv_lt_0_compat; lra).
  destruct (Hf e2 He2) as (d & Hd & Hf'). destruct (Hl e1 He1) as ([d1 Hd1] & Hl'). simpl in Hl'. clear Hf Hl.
  exists (Rmin d (d1 / (C + 1))). split. apply Rmin_pos; auto. apply Rdiv_lt_0_compat; lra.
  intros th' S Dist. pose proof (Rmin_l d (d1 / (C + 1))). pose proof (Rmin_r d (d1 / (C + 1))).
  specialize (Hf' th' S ltac:(lra)). specialize (HD th' S). set (del := dist th th') in *.
  assert (Hdel : 0 <= del) by apply sqrt_pos. set (h := f th' - f th) in *.
  assert (E2 : e2 <= 1) by apply Rmin_l.
  assert (Hh : Rabs h <= (C + 1) * del).
  { replace h with (h - D th' + D th') by ring. eapply Rle_trans. apply Rabs_triang.
    assert (e2 * del <= 1 * del) by (apply Rmult_le_compat_r; auto). lra. }
  assert (Hsmall : Rabs h < d1).
  { eapply Rle_lt_trans. apply Hh. apply Rlt_le_trans with ((C + 1) * (d1 / (C + 1))).
    apply Rmult_lt_compat_l; lra. right. field. lra. }
  assert (Hq : Rabs (l (f th') - l (f th) - l1 * h) <= e1 * Rabs h).
  { destruct (Req_dec h 0) as [Z|Z].
    - rewrite Z. unfold h in Z. replace (f th') with (f th) by lra.
      replace (l (f th) - l (f th) - l1 * 0) with 0 by ring. rewrite Rabs_R0. lra.
    - specialize (Hl' h Z Hsmall). replace (f th + h) with (f th') in Hl' by (unfold h; ring).
      replace (l (f th') - l (f th) - l1 * h) with (((l (f th') - l (f th)) / h - l1) * h) by (field; auto).
      rewrite Rabs_mult. apply Rmult_le_compat_r. apply Rabs_pos. lra. }
  replace (l (f th') - l (f th) - l1 * D th') with (l (f th') - l (f th) - l1 * h + l1 * (h - D th')) by ring.
  eapply Rle_trans. apply Rabs_triang. rewrite Rabs_mult.
  assert (A1 : e1 * Rabs h <= eps / 2 * del).
  { apply Rle_trans with (e1 * ((C + 1) * del)). apply Rmult_le_compat_l; lra. right. unfold e1. field. lra. }
  assert (A2 : Rabs l1 * Rabs (h - D th') <= eps / 2 * del).
  { apply Rle_trans with ((Rabs l1 + 1) * (e2 * del)). apply Rmult_le_compat; auto using Rabs_pos; lra.
    apply Rle_trans with ((Rabs l1 + 1) * (eps / (2 * (Rabs l1 + 1)) * del)).
    apply Rmult_le_compat_l. lra. apply Rmult_le_compat_r; auto. apply Rmin_r. right. field. lra. }
  lra.
Qed.

Lemma differential_sum {A} (f : A -> params R -> R) (D : A -> params R -> R) th l :
  (forall a, In a l -> differential (f a) th (D a)) ->
  differential (fun th => Rsum (map (fun a => f a th) l)) th (fun th' => Rsum (map (fun a => D a th') l)).
Proof.
  induction l as [|a l IH]; intros H eps He.
  - exists 1. split. lra. intros. simpl. replace (0 - 0 - 0) with 0 by ring. rewrite Rabs_R0.
    apply Rmult_le_pos. lra. apply sqrt_pos.
  - destruct (H a (or_introl eq_refl) (eps / 2) ltac:(lra)) as (d & Hd & H1).
    destruct (IH (fun b Hb => H b (or_intror Hb)) (eps / 2) ltac:(lra)) as (d' & Hd' & H2).
    exists (Rmin d d'). split. now apply Rmin_pos. intros th' S Dist. pose proof (Rmin_l d d'). pose proof (Rmin_r d d').
    specialize (H1 th' S ltac:(lra)). specialize (H2 th' S ltac:(lra)). cbn [map]. rewrite !Rsum_cons.
    match goal with |- Rabs ?x <= _ => replace x with ((f a th' - f a th - D a th') +
      (Rsum (map (fun a => f a th') l) - Rsum (map (fun a => f a th) l) - Rsum (map (fun a => D a th') l))) by ring end.
    eapply Rle_trans. apply Rabs_triang. lra.
Qed.

Lemma sum_fst {A B} (X : A -> R) (la : list A) (lb : list B) : length lb = length la ->
  Rsum (map (fun ab => X (fst ab)) (combine la lb)) = Rsum (map X la).
Proof.
  revert lb. induction la as [|a la IH]; intros [|b lb] H; simpl in H; try discriminate; auto.
  injection H as H. cbn [combine map]. now rewrite !Rsum_cons, IH.
Qed.
Lemma sum_snd {A B} (X : B -> R) (la : list A) (lb : list B) : length lb = length la ->
  Rsum (map (fun ab => X (snd ab)) (combine la lb)) = Rsum (map X lb).
Proof.
  revert lb. induction la as [|a la IH]; intros [|b lb] H; simpl in H; try discriminate; auto.
  injection H as H. cbn [combine map]. now rewrite !Rsum_cons, IH.
Qed.

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
  exists (fun t => at_ray (a_of t)). split; [|split].
  - split; [|split; [|split]].
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
      apply derivable_pt_lim_const.
  - split.
    + intros eps He. destruct (loss_vanishes _ _ L eps He) as (Mg & HM). destruct (margin_grows Mg) as (B & HB & HG).
      destruct (solution_grows speed potential s0 speed_cont speed_pos potential_ok potential_pos B) as (T & HT & A).
      exists T. intros t Ht. specialize (A t Ht). fold (a_of t) in A.
      rewrite loss_on_ray by (apply Sol; lra). rewrite Rminus_0_r, Rabs_pos_eq by apply (loss_pos _ _ L).
      apply HM, HG. lra.
    + intros v eps He. destruct (tilt_cont v eps He) as (d & Hd & C).
      destruct (solution_grows speed potential s0 speed_cont speed_pos potential_ok potential_pos (Rmax 1 (/ d))) as (T & HT & A).
      exists T. intros t Ht. specialize (A t Ht). fold (a_of t) in A.
      pose proof (Rmax_l 1 (/ d)). pose proof (Rmax_r 1 (/ d)). pose proof (Rinv_0_lt_compat d Hd).
      rewrite direction_at by lra. rewrite <- tilt_start. apply C. split. split. exact I.
      * apply Rlt_not_eq, Rinv_0_lt_compat. lra.
      * simpl. unfold R_dist. rewrite Rminus_0_r, Rabs_pos_eq by (apply Rlt_le, Rinv_0_lt_compat; lra).
        rewrite <- (Rinv_inv d). apply Rinv_lt_contravar; [|lra]. apply Rmult_lt_0_compat; lra.
  - intros t Ht. exists (a_of t). split; auto.
Qed.
End Ray.
