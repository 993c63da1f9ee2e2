(** * The exponential grows, and has an inverse.

    The standard library's [ln] assumes [classic], as does its lemma that [exp] grows. These do not. *)

From Coq Require Import Reals Lra.
From Margincert Require Import MeanValue.
Open Scope R_scope.

Lemma exp_grows x y : x < y -> exp x < exp y.
Proof.
  intro L. apply (positive_slope exp exp); auto. intros. apply derivable_pt_lim_exp. intros. apply exp_pos.
Qed.
Lemma exp_one_to_one x y : exp x = exp y -> x = y.
Proof.
  intro E. destruct (Rtotal_order x y) as [L|[L|L]]; auto; apply exp_grows in L; lra.
Qed.
Lemma exp_less x y : exp x < exp y -> x < y.
Proof. intro L. apply Rnot_le_lt. intros [K| ->]; [apply exp_grows in K|]; lra. Qed.
Lemma exp_above x : 0 <= x -> 1 + x <= exp x.
Proof.
  intro L. pose proof (slope_at_least exp exp 0 x ltac:(intros; apply derivable_pt_lim_exp) 1 L) as A.
  rewrite exp_0 in A. assert (1 * (x - 0) <= exp x - 1); [|lra]. apply A. intros y [[K| <-] _].
  - apply exp_grows in K. rewrite exp_0 in K. lra.
  - rewrite exp_0. lra.
Qed.

(** The logarithm of [x]. *)
Lemma logarithm x : 0 < x -> {l | exp l = x}.
Proof.
  intro Hx. assert (C : continuity (fun l => exp l - x)).
  { intro l. apply (continuity_pt_minus exp (fun _ => x)). apply derivable_continuous_pt, derivable_pt_exp.
    apply continuity_const. intros ? ?. reflexivity. }
  pose proof (Rinv_0_lt_compat x Hx) as Hi.
  destruct (IVT (fun l => exp l - x) (- (/ x + 1)) (x + 1) C) as (l & _ & E).
  - lra.
  - rewrite exp_Ropp. pose proof (exp_above (/ x + 1) ltac:(lra)) as A.
    assert (/ exp (/ x + 1) < x); [|lra]. rewrite <- (Rinv_inv x) at 2. apply Rinv_lt_contravar; [|lra].
    apply Rmult_lt_0_compat. lra. apply exp_pos.
  - pose proof (exp_above (x + 1) ltac:(lra)). lra.
  - exists l. lra.
Qed.
Lemma logistic_exists m : {l | exp l = 1 + exp (- m)}.
Proof. apply logarithm. pose proof (exp_pos (- m)). lra. Qed.
