(** * Gradient flow on a ray on which the margins' gradients add up to a multiple of the ray. *)

From Coq Require Import Reals List Lra Lia.
From Margincert Require Import Claims Lists Vectors Ray Sums Piece Stationary.
Import ListNotations.
Open Scope R_scope.

Lemma dot_combination {A} (G : A -> params R) (ss : list A) psi r kappa d : same_shape psi r -> same_shape psi d ->
  (forall s, In s ss -> same_shape psi (G s)) ->
  (forall v, Rsum (map (fun s => entry (G s) v) ss) = kappa * entry r v) ->
  Rsum (map (fun s => dot (G s) d) ss) = kappa * dot r d.
Proof.
  intros Sr Sd SG H. rewrite (dot_dsum psi) by (symmetry; auto). rewrite <- dsum_scale.
  transitivity (dsum psi (fun v => Rsum (map (fun s => entry (G s) v) ss) * entry d v)).
  - clear H. induction ss as [|s ss IH].
    + rewrite (dsum_ext psi _ (fun _ => 0)) by (intro; simpl; ring). now rewrite dsum_0.
    + cbn [map]. rewrite Rsum_cons, IH by (intros; apply SG; now right).
      rewrite (dot_dsum psi) by (symmetry; auto; apply SG; now left).
      rewrite <- (Rmult_1_l (dsum psi (fun v => entry (G s) v * entry d v))), <- dsum_lin. apply dsum_ext. intro v.
      rewrite Rsum_cons. ring.
  - apply dsum_ext. intro v. rewrite H. ring.
Qed.

Lemma loss_gradient_of_margins l l' P psi m r kappa (G : list R * bool -> params R) : fit_loss l l' -> data P <> [] ->
  same_shape psi r ->
  (forall s, In s (data P) -> margin P psi s = m /\ is_gradient (fun th => margin P th s) psi (G s)) ->
  (forall v, Rsum (map (fun s => entry (G s) v) (data P)) = kappa * entry r v) ->
  is_gradient (loss l P) psi (map (map (Rmult (l' m * kappa / INR (length (data P))))) r).
Proof.
  intros L ND Sr HG Hsum.
  assert (Hn : 0 < INR (length (data P))) by (destruct (data P); [congruence|apply lt_0_INR; simpl; lia]).
  set (n := INR (length (data P))) in *. split.
  { unfold same_shape in *. rewrite Sr, map_map. apply map_ext. intro. now rewrite map_length. }
  assert (Df : differential (fun th => Rsum (map (fun s => l (margin P th s)) (data P))) psi
    (fun th => Rsum (map (fun s => l' m * dot (G s) (minus th psi)) (data P)))).
  { apply (differential_sum (fun s th => l (margin P th s)) (fun s th => l' m * dot (G s) (minus th psi))).
    intros s Hs. destruct (HG s Hs) as [Em [Sg Hg]]. apply (differential_chain (fun th => margin P th s) l).
    - exact Hg.
    - exists (sqrt (norm2 (G s))). split. apply sqrt_pos. intros th S.
      assert (D : dist psi th = sqrt (norm2 (minus th psi))).
      { unfold dist. f_equal. rewrite !norm2_dot.
        rewrite !(dot_dsum psi) by (symmetry; first [apply shape_minus; exact S | unfold same_shape in *; rewrite S; apply shape_minus; symmetry; exact S]).
        apply dsum_ext. intro v. rewrite !entry_minus by (auto; symmetry; exact S). ring. }
      rewrite D. apply dot_cauchy_schwarz. pose proof (shape_minus th psi ltac:(symmetry; exact S)). unfold same_shape in *. congruence.
    - rewrite Em. apply (loss_slope _ _ L). }
  intros eps He. destruct (Df (eps * n) ltac:(now apply Rmult_lt_0_compat)) as (d & Hd & B). exists d. split; auto.
  intros th S D. specialize (B th S D). cbn beta in B.
  assert (Sm : same_shape psi (minus th psi)).
  { pose proof (shape_minus th psi ltac:(symmetry; exact S)). unfold same_shape in *. congruence. }
  rewrite Rsum_mult, (dot_combination G (data P) psi r kappa) in B; auto.
  2:{ intros s Hs. destruct (HG s Hs) as [_ [Sg _]]. exact Sg. }
  assert (E : dot (map (map (Rmult (l' m * kappa / n))) r) (minus th psi) = l' m * kappa / n * dot r (minus th psi)).
  { rewrite !(dot_dsum psi); try (symmetry; auto; fail).
    - rewrite <- dsum_scale. apply dsum_ext. intro v. rewrite entry_scale. ring.
    - unfold same_shape in *. rewrite Sr, map_map. apply map_ext. intro. now rewrite map_length. }
  rewrite E. unfold loss. fold n.
  match type of B with Rabs (?X - ?Y - ?Z) <= _ =>
    match goal with |- Rabs ?W <= _ => replace W with ((X - Y - Z) * / n) by (field; lra) end end.
  rewrite Rabs_mult, (Rabs_pos_eq (/ n)) by (apply Rlt_le, Rinv_0_lt_compat; auto).
  apply Rmult_le_reg_r with n; auto. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Section Ray.
Variables (l l' : R -> R) (P : problem R) (o r : params R) (G : R -> list R * bool -> params R) (L : nat).
Hypothesis Fit : fit_loss l l'.
Hypothesis Posed : posed P None.
Hypothesis Shape_o : shaped (net P) o.
Hypothesis Shape_r : shaped (net P) r.
Hypothesis Norm : 0 < norm2 r.
(** On the ray the margins are [a^L], with gradients that add up to [kappa r]. *)
Let n := INR (length (data P)).
Let kappa (a : R) : R := n * INR L * a ^ (L - 1) / norm2 r.
Hypothesis Margins : forall a s, 1 <= a -> In s (data P) ->
  margin P (along o r a) s = a ^ L /\ is_gradient (fun th => margin P th s) (along o r a) (G a s).
Hypothesis Sums : forall a v, 1 <= a -> Rsum (map (fun s => entry (G a s) v) (data P)) = kappa a * entry r v.
Hypothesis Depth : (0 < L)%nat.

Theorem power_flow : flow_converges l P o r 1 r.
Proof.
  pose proof Posed as [(_ & ND & _) _].
  assert (Hn : 0 < n) by (unfold n; destruct (data P); [congruence|apply lt_0_INR; simpl; lia]).
  assert (HL : 0 < INR L) by (apply lt_0_INR; auto).
  assert (So : same_shape o r) by (unfold same_shape, shaped in *; congruence).
  assert (K0 : 0 < n * INR L / norm2 r) by (apply Rdiv_lt_0_compat; auto; now apply Rmult_lt_0_compat).
  apply (ray_flow l l' Fit P o r r 1 (fun a => a ^ L) (fun a => INR L * a ^ (L - 1)) kappa) with (c0 := n * INR L / norm2 r) (c := 1); auto.
  - intro a. replace (L - 1)%nat with (pred L) by lia. apply derivable_pt_lim_pow.
  - intro a. unfold kappa. apply derivable_continuous_pt. reg.
  - intros a Ha. unfold kappa. assert (1 <= a ^ (L - 1)) by (apply pow_R1_Rle; auto).
    replace (n * INR L * a ^ (L - 1) / norm2 r) with (n * INR L / norm2 r * a ^ (L - 1)) by (field; lra).
    rewrite <- (Rmult_1_r (n * INR L / norm2 r)) at 1. apply Rmult_le_compat_l; lra.
  - intro a. unfold kappa, n. field. lra.
  - lra.
  - intro v. ring.
  - intros a Ha. unfold loss. rewrite (Rsum_ext_in _ (fun _ => l (a ^ L))).
    + rewrite Rsum_const. fold n. field. lra.
    + intros s Hs. destruct (Margins a s Ha Hs) as [-> _]. reflexivity.
  - intros a Ha. unfold pace. apply (loss_gradient_of_margins l l' P (along o r a) (a ^ L) r (kappa a) (G a)); auto.
    pose proof (shape_along o r a So). unfold same_shape in *. congruence.
Qed.
End Ray.
