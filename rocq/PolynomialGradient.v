(** * The gradient of a function that is a polynomial in the displacement near a point. *)

From Coq Require Import Reals List Lra Lia.
From Margincert Require Import Claims Numbers Lists Forward Vectors Displacement Gradient Sums InnerProducts Nearby LipschitzNear.
Import ListNotations.
Open Scope R_scope.

Section Polynomial.
Context {F : ops} {M : model F} {K : Type}.
Local Notation mpoly := (list (F * list (nat * nat))).
Variables (shape : params K) (m : mpoly) (c : nat * nat -> R) (f : params R -> R).
Let shift (p : params R) : nat * nat -> R := fun v => entry p v - c v.

Theorem polynomial_gradient p d0 : map (@length R) p = map (@length K) shape -> 0 < d0 ->
  (forall th, same_shape p th -> dist p th < d0 -> f th = mev m (shift th)) -> is_gradient f p (grad shape m (shift p)).
Proof.
  intros Sp Hd0 A. change (grad shape m (shift p)) with (tab shape (fun v => mdiff m (shift p) (ind v))). split.
  { unfold same_shape. rewrite Sp. symmetry. apply shape_tab. }
  intros eps He. destruct (mev_smooth m (shift p)) as (C & HC & S). set (d := Rmin d0 (Rmin 1 (eps / (C + 1)))).
  assert (Hd : 0 < d). { apply Rmin_pos; auto. apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]. }
  assert (D0 : d <= d0) by apply Rmin_l.
  assert (D1 : d <= 1) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_l]).
  assert (D2 : d <= eps / (C + 1)) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_r]).
  exists d. split; auto. intros th Sh Dist. set (del := dist p th) in *. assert (Hdel : 0 <= del) by apply sqrt_pos.
  destruct (S (fun v => entry th v - entry p v) del ltac:(lra) (fun v => entry_dist p th v Sh)) as [S1 _].
  rewrite (A th Sh) by (fold del; lra). rewrite (A p eq_refl).
  2:{ assert (Z : dist p p = 0) by (unfold dist; rewrite minus_self; apply sqrt_0). lra. }
  rewrite (mev_ext m _ (shift th)) in S1 by (intro v; unfold shift; ring).
  assert (Sm : map (@length R) (minus th p) = map (@length K) shape).
  { pose proof (shape_minus th p ltac:(symmetry; exact Sh)). unfold same_shape in *. congruence. }
  change (tab shape (fun v => mdiff m (shift p) (ind v))) with (grad shape m (shift p)). rewrite dot_grad by (symmetry; exact Sm).
  rewrite (mdiff_ext m _ (entry (minus th p)) (fun v => entry th v - entry p v)).
  2:{ intro v. apply entry_minus. symmetry. exact Sh. }
  eapply Rle_trans. apply S1.
  assert (C * del <= eps).
  { apply Rle_trans with ((C + 1) * (eps / (C + 1))). apply Rmult_le_compat; lra. right. field. lra. }
  replace (C * (del * del)) with (C * del * del) by ring. apply Rmult_le_compat_r; auto.
Qed.

Lemma polynomial_lipschitz theta (z : mpoly) : lipschitz_near theta (fun psi => mev z (shift psi)).
Proof.
  induction z as [|[a mo] z IH]. apply (lipschitz_const theta 0). cbn [mev].
  apply lipschitz_plus; auto. apply lipschitz_mult. apply lipschitz_const.
  induction mo as [|v mo IHm]. apply (lipschitz_const theta 1). apply (lipschitz_mult theta (fun psi => shift psi v)); auto.
  apply (lipschitz_plus theta (fun psi => entry psi v) (fun _ => - c v)). apply lipschitz_entry. apply lipschitz_const.
Qed.

Theorem polynomial_lipschitz_gradient theta : map (@length R) theta = map (@length K) shape ->
  close theta (fun psi => f psi = mev m (shift psi)) -> lipschitz_gradient f theta /\ lipschitz_near theta f.
Proof.
  intros St E. split.
  - exists (fun psi v => mev (mderiv v m) (shift psi)). split; [|intros v; apply polynomial_lipschitz].
    assert (Len : close theta (fun psi => same_shape theta psi)) by (exists 1; split; [lra|auto]).
    eapply (U_mono _ (close_where theta)); [|exact (U_and _ (close_where theta) _ _ Len (close_close _ _ E))]. cbn beta.
    intros psi [S C]. destruct (close_dist _ _ C) as (d & Hd & A).
    assert (Sp : map (@length R) psi = map (@length K) shape) by (unfold same_shape in S; congruence).
    pose proof (polynomial_gradient psi d Sp Hd A) as G.
    assert (T : grad shape m (shift psi) = tab theta (fun v => mev (mderiv v m) (shift psi))); [|now rewrite <- T].
    change (grad shape m (shift psi)) with (tab shape (fun v => mdiff m (shift psi) (ind v))). apply same_entries.
    { unfold same_shape. rewrite !shape_tab. congruence. }
    intro v. rewrite !entry_tab, mderiv_ok.
    assert (I : inside shape v = inside theta v); [|now rewrite I].
    unfold inside. assert (Lk : length shape = length theta).
    { apply (f_equal (@length nat)) in St. now rewrite !map_length in St. }
    rewrite Lk. f_equal. rewrite <- (map_nth (@length K)), <- (map_nth (@length R)). now rewrite St.
  - apply (lipschitz_eq theta _ _ E). apply polynomial_lipschitz.
Qed.
End Polynomial.
