(** * The exponential and the logistic loss: their slopes, and the gradient of the loss of a network. *)

From Coq Require Import Reals List Lra Lia.
From Margincert Require Import Claims Lists Forward Vectors MeanValue Exponential Antiderivative Sums InnerProducts Nearby
  LipschitzNear GradientRules.
Import ListNotations.
Open Scope R_scope.

(** ** The losses *)

Record fit_loss (l l' : R -> R) : Prop := FitLoss {
  loss_slope : forall m, derivable_pt_lim l m (l' m);
  slope_cont : continuity l';
  slope_lipschitz : lipschitz_above l';
  slope_neg : forall m, l' m < 0;
  loss_pos : forall m, 0 <= l m;
  loss_vanishes : forall eps, 0 < eps -> exists M, forall m, M <= m -> l m < eps }.

Lemma lipschitz_by_slope h h' K A : 0 <= K -> (forall m, A <= m -> derivable_pt_lim h m (h' m) /\ - K <= h' m <= K) ->
  forall x y, A <= x -> A <= y -> Rabs (h x - h y) <= K * Rabs (x - y).
Proof.
  intros HK H.
  assert (Up : forall x y, A <= x -> x <= y -> Rabs (h x - h y) <= K * Rabs (x - y)).
  { intros x y Hx L. rewrite (Rabs_minus_sym x), (Rabs_pos_eq (y - x)) by lra.
    pose proof (slope_at_least h h' x y ltac:(intros; apply H; lra) (- K) L ltac:(intros; apply H; lra)).
    pose proof (slope_at_most h h' x y ltac:(intros; apply H; lra) K L ltac:(intros; apply H; lra)).
    rewrite Rabs_minus_sym. apply Rabs_le. lra. }
  intros x y Hx Hy. destruct (Rle_lt_dec x y). now apply Up. rewrite (Rabs_minus_sym (h x)), (Rabs_minus_sym x). apply Up; lra.
Qed.

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
  - intro A. exists (exp (- A)). split. apply Rlt_le, exp_pos.
    apply (lipschitz_by_slope _ (fun m => exp (- m))). apply Rlt_le, exp_pos. intros m Hm. split.
    + replace (exp (- m)) with (- - exp (- m)) by ring. apply (derivable_pt_lim_opp exponential). apply exp_neg_slope.
    + pose proof (exp_pos (- m)). assert (exp (- m) <= exp (- A)); [|lra].
      destruct Hm as [L| ->]; [|lra]. left. apply exp_grows. lra.
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
  - intro A. exists 1. split. lra. apply (lipschitz_by_slope _ (fun m => exp (- m) / (1 + exp (- m))²)). lra. intros m _. split.
    + pose proof (one_more_pos m). replace (exp (- m) / (1 + exp (- m))²) with
        (- ((- exp (- m) * (1 + exp (- m)) - - exp (- m) * exp (- m)) / (1 + exp (- m))²)) by (unfold Rsqr; field; lra).
      apply (derivable_pt_lim_opp fall). apply (derivable_pt_lim_div exponential (fun m => 1 + exp (- m))).
      apply exp_neg_slope. apply one_more_slope. lra.
    + pose proof (exp_pos (- m)) as P. assert (S : 0 < (1 + exp (- m))²) by (unfold Rsqr; nra).
      pose proof (Rdiv_lt_0_compat _ _ P S). split; [lra|]. apply Rmult_le_reg_r with (1 + exp (- m))²; auto.
      unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. unfold Rsqr. nra.
  - intro m. pose proof (fall_pos m). lra.
  - intro m. apply Rlt_le, exp_less. rewrite exp_0, logistic_ok. pose proof (exp_pos (- m)). lra.
  - intros eps He. pose proof (exp_above eps ltac:(lra)) as A. destruct (exp_small eps He) as (M & H).
    exists M. intros m Hm. specialize (H m Hm). apply exp_less. rewrite logistic_ok. lra.
Qed.

(** ** The loss of a network *)

(** Samples are listed by whatever they come with. Where their margins are the same, and the sum of their gradients is a
    multiple of a vector, so is the gradient of the loss. *)
Lemma loss_gradient {B} (sample : B -> list R * bool) ss l l' P psi m r kappa (G : B -> params R) : fit_loss l l' ->
  data P = map sample ss -> same_shape psi r ->
  (forall b, In b ss -> margin P psi (sample b) = m /\ is_gradient (fun th => margin P th (sample b)) psi (G b)) ->
  (forall v, Rsum (map (fun b => entry (G b) v) ss) = kappa * entry r v) ->
  is_gradient (loss l P) psi (map (map (Rmult (l' m * kappa / INR (length (data P))))) r).
Proof.
  intros L E Sr H Sum.
  apply (gradient_eq _ (fun th => Rsum (map (fun b => l (margin P th (sample b))) ss) / INR (length ss))).
  { intro th. unfold loss. now rewrite E, map_length, map_map. }
  rewrite E, map_length.
  assert (Shape : forall c, same_shape psi (map (map (Rmult c)) r)).
  { intro c. unfold same_shape in *. rewrite Sr, map_map. apply map_ext. intro. symmetry. apply map_length. }
  assert (D : is_gradient (fun th => Rsum (map (fun b => l (margin P th (sample b))) ss)) psi (map (map (Rmult (l' m * kappa))) r)).
  { apply (gradient_sum (fun b th => l (margin P th (sample b))) (fun b => map (map (Rmult (l' m))) (G b))); auto.
    - intros b Hb. destruct (H b Hb) as [Em Hg]. apply (gradient_comp l); auto. rewrite Em. apply (loss_slope _ _ L).
    - intro v. rewrite (Rsum_ext_in _ (fun b => l' m * entry (G b) v)) by (intros; apply entry_scale).
      rewrite Rsum_mult, Sum, entry_scale. ring. }
  pose proof (gradient_over _ (INR (length ss)) _ _ D) as Q.
  replace (map (map (Rmult (l' m * kappa / INR (length ss)))) r) with
    (map (map (Rmult (/ INR (length ss)))) (map (map (Rmult (l' m * kappa))) r)); auto.
  rewrite map_map. apply map_ext. intro w. rewrite map_map. apply map_ext. intro. unfold Rdiv. ring.
Qed.

Lemma loss_lipschitz_gradient l l' P theta : fit_loss l l' ->
  (forall s, In s (data P) -> lipschitz_gradient (fun th => margin P th s) theta /\ lipschitz_near theta (fun th => margin P th s)) ->
  lipschitz_gradient (loss l P) theta.
Proof.
  intros L H. apply (lipschitz_gradient_over theta (fun th => Rsum (map (fun s => l (margin P th s)) (data P)))).
  apply (lipschitz_gradient_sum theta (fun s th => l (margin P th s))). intros s Hs. destruct (H s Hs) as [H1 H2].
  apply (lipschitz_gradient_comp theta l l'); auto. apply (loss_slope _ _ L). apply (slope_lipschitz _ _ L).
Qed.
