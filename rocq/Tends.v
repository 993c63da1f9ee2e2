(** * Small positive times, and limits along a filter. *)

From Coq Require Import Reals List Lra.
From Margincert Require Import Claims Forward.
Import ListNotations.
Open Scope R_scope.

(** Small positive times; and 0 with them. *)
Definition after (Q : R -> Prop) : Prop := exists T, 0 < T /\ forall t, 0 < t < T -> Q t.
Lemma after_where : where_ after.
Proof. apply (close_enough (fun T t => 0 < t < T)). intros. lra. Qed.
Definition upto (Q : R -> Prop) : Prop := exists T, 0 < T /\ forall t, 0 <= t < T -> Q t.
Lemma upto_where : where_ upto.
Proof. apply (close_enough (fun T t => 0 <= t < T)). intros. lra. Qed.

(** An activation is Lipschitz continuous. *)
Lemma act_lipschitz s a b : Rabs (act s a - act s b) <= (Rabs s + 1) * Rabs (a - b).
Proof.
  unfold act. pose proof (Rabs_pos s). destruct (Rlt_dec a 0), (Rlt_dec b 0).
  - rewrite <- Rmult_minus_distr_l, Rabs_mult. apply Rmult_le_compat_r. apply Rabs_pos. lra.
  - eapply Rle_trans. apply Rabs_triang. rewrite Rabs_Ropp, Rabs_mult, (Rabs_left a), (Rabs_right b), (Rabs_left (a - b)) by lra.
    assert (Rabs s * - a <= Rabs s * - (a - b)) by (apply Rmult_le_compat_l; lra). lra.
  - eapply Rle_trans. apply Rabs_triang. rewrite Rabs_Ropp, Rabs_mult, (Rabs_right a), (Rabs_left b), (Rabs_right (a - b)) by lra.
    assert (Rabs s * - b <= Rabs s * (a - b)) by (apply Rmult_le_compat_l; lra). lra.
  - pose proof (Rabs_pos (a - b)). assert (0 <= Rabs s * Rabs (a - b)) by (apply Rmult_le_pos; auto). lra.
Qed.

Section Limits.
Context {A : Type} (U : (A -> Prop) -> Prop) (HU : where_ U).

Definition tends (f : A -> R) (r : R) : Prop := forall eps, 0 < eps -> U (fun a => Rabs (f a - r) < eps).
Lemma tends_eq f g r : U (fun a => f a = g a) -> tends g r -> tends f r.
Proof.
  intros E H eps He. eapply (U_mono _ HU); [|exact (U_and _ HU _ _ E (H eps He))]. cbn beta. intros a [-> Q]. exact Q.
Qed.
Lemma tends_const r : tends (fun _ => r) r.
Proof. intros eps He. apply (U_all _ HU). intros _. rewrite Rminus_eq_0, Rabs_R0. exact He. Qed.
Lemma tends_plus f g r s : tends f r -> tends g s -> tends (fun a => f a + g a) (r + s).
Proof.
  intros Hf Hg eps He.
  eapply (U_mono _ HU); [|exact (U_and _ HU _ _ (Hf (eps / 2) ltac:(lra)) (Hg (eps / 2) ltac:(lra)))]. cbn beta.
  intros a [H1 H2]. replace (f a + g a - (r + s)) with ((f a - r) + (g a - s)) by ring.
  eapply Rle_lt_trans. apply Rabs_triang. lra.
Qed.
Lemma tends_mult f g r s : tends f r -> tends g s -> tends (fun a => f a * g a) (r * s).
Proof.
  intros Hf Hg eps He. set (B := Rabs r + Rabs s + 1).
  assert (HB : 0 < B) by (unfold B; pose proof (Rabs_pos r); pose proof (Rabs_pos s); lra).
  set (d := Rmin 1 (eps / B)).
  assert (Hd : 0 < d) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; auto]).
  assert (D1 : d <= 1) by apply Rmin_l.
  assert (D2 : d * B <= eps).
  { apply Rle_trans with (eps / B * B). apply Rmult_le_compat_r. lra. apply Rmin_r. right. field. lra. }
  eapply (U_mono _ HU); [|exact (U_and _ HU _ _ (Hf d Hd) (Hg d Hd))]. cbn beta. intros a [H1 H2].
  replace (f a * g a - r * s) with ((f a - r) * s + ((f a - r) * (g a - s) + r * (g a - s))) by ring.
  eapply Rle_lt_trans. apply Rabs_triang.
  eapply Rle_lt_trans. apply Rplus_le_compat_l, Rabs_triang. rewrite !Rabs_mult.
  pose proof (Rabs_pos r). pose proof (Rabs_pos s). pose proof (Rabs_pos (f a - r)). pose proof (Rabs_pos (g a - s)).
  assert (Rabs (f a - r) * Rabs s <= d * Rabs s) by (apply Rmult_le_compat_r; lra).
  assert (Rabs r * Rabs (g a - s) <= Rabs r * d) by (apply Rmult_le_compat_l; lra).
  assert (Rabs (f a - r) * Rabs (g a - s) < d * 1) by (apply Rmult_le_0_lt_compat; lra).
  unfold B in D2. lra.
Qed.
Lemma tends_preact (v y : A -> list R) w x u :
  (forall i, tends (fun a => nth i (v a) 0) (nth i w 0)) -> (forall i, tends (fun a => nth i (y a) 0) (nth i x 0)) ->
  tends (fun a => preact (v a) (y a) u) (preact w x u).
Proof.
  intros Hv Hy. unfold preact. induction u as [|c u IH]. exact (tends_const 0).
  exact (tends_plus _ _ _ _ (tends_mult _ _ _ _ (Hv (snd c)) (Hy (fst c))) IH).
Qed.

Lemma tends_act s f r : tends f r -> tends (fun a => act s (f a)) (act s r).
Proof.
  intros H eps He. set (B := Rabs s + 1). assert (HB : 0 < B) by (unfold B; pose proof (Rabs_pos s); lra).
  eapply (U_mono _ HU); [|exact (H (eps / B) ltac:(apply Rdiv_lt_0_compat; auto))]. cbn beta. intros a Ha.
  eapply Rle_lt_trans. apply act_lipschitz. apply Rlt_le_trans with (B * (eps / B)).
  - apply Rmult_lt_compat_l; auto.
  - right. field. lra.
Qed.
End Limits.
