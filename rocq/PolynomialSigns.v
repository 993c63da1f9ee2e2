(** * Derivatives of polynomials, and polynomials that stay positive beyond a number. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Antiderivative Numbers Lists Polynomial.
Import ListNotations.
Open Scope R_scope.

Section Poly.
Context {F : ops} {M : model F}.
Fixpoint pder (p : list F) : list F :=
  match p with [] => [] | a :: p' => padd p' (k0 F :: pder p') end.
Lemma pder_ok p x : derivable_pt_lim (peval p) x (peval (pder p) x).
Proof.
  induction p as [|a p IH].
  - apply derivable_pt_lim_const.
  - assert (E : peval (pder (a :: p)) x = 0 + (1 * peval p x + x * peval (pder p) x)).
    { cbn [pder]. rewrite peval_add. cbn [peval]. rewrite toR_0. ring. }
    rewrite E. apply (derivable_pt_lim_plus (fun _ => toR a) (fun t => t * peval p t)).
    apply derivable_pt_lim_const. apply (derivable_pt_lim_mult (fun t => t) (peval p)); auto.
    apply derivable_pt_lim_id.
Qed.
Lemma peval_cont p : continuity (peval p).
Proof. intro x. apply derivable_continuous_pt. exists (peval (pder p) x). apply pder_ok. Qed.

(** p(c + t) *)
Fixpoint pshift (c : F) (p : list F) : list F :=
  match p with [] => [] | a :: p' => padd [a] (pmul [c; k1 F] (pshift c p')) end.
Lemma pshift_ok c p t : peval (pshift c p) t = peval p (toR c + t).
Proof. induction p as [|a p IH]. reflexivity. cbn [pshift]. rewrite peval_add, peval_mul, IH. cbn [peval]. rewrite toR_1. ring. Qed.

(* Tactics must not compute these. *)
Local Opaque sign01 sign_test.

(** Positive, and away from 0, for all t >= 0. *)
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Fixpoint pos_from (fuel : nat) (p : list F) : bool :=
  if sign_test true p then true else
  match fuel with
  | O => false
  | S fuel' =>
      if (match p with a :: _ => kpos a | [] => false end) then
      if sign01 half 12 true p then pos_from fuel' (shift1 p) else false else false
  end.
Lemma sign_test_bound p : sign_test true p = true -> exists c, 0 < c /\ forall t, 0 <= t -> c <= peval p t.
Proof.
  Local Transparent sign_test. intro H. unfold sign_test in H. apply andb_true_iff in H. destruct H as [H1 H2]. destruct p as [|a p]; [discriminate|].
  simpl in H2. apply kpos_ok in H2. exists (toR a). split; auto. intros t Ht. simpl in H1. apply andb_true_iff in H1.
  destruct H1 as [_ H1]. pose proof (Rmult_le_pos _ _ Ht (all_nonneg_ok _ _ Ht H1)). simpl. lra.
Qed.
Local Opaque sign_test.
Lemma pos_from_bound fuel p : pos_from fuel p = true -> exists c, 0 < c /\ forall t, 0 <= t -> c <= peval p t.
Proof.
  revert p. induction fuel as [|fuel IH]; intros p H; cbn [pos_from] in H; destruct (sign_test true p) eqn:E.
  { now apply sign_test_bound. } { discriminate H. } { now apply sign_test_bound. }
  destruct p as [|a p]; [discriminate H|]. destruct (kpos a) eqn:Ea; [|discriminate H].
  destruct (sign01 half 12 true (a :: p)) eqn:E1; [|discriminate H].
  destruct (IH _ H) as (c & Hc & A). apply kpos_ok in Ea.
  destruct (positive_below (peval (a :: p)) 0 1 (peval_cont _)) as (m & Hm & B).
  { intros x Hx. destruct (Req_dec x 0) as [->|N]. simpl. lra. exact (sign01_ok half half_ok _ _ _ E1 x ltac:(lra)). }
  exists (Rmin c m). split. now apply Rmin_pos. intros t Ht. destruct (Rle_dec t 1) as [L|L].
  - eapply Rle_trans. apply Rmin_r. apply B. lra.
  - eapply Rle_trans. apply Rmin_l. specialize (A (t - 1) ltac:(lra)). rewrite shift1_ok in A.
    replace (1 + (t - 1)) with t in A by ring. exact A.
Qed.
Definition pos_beyond (start : F) (p : list F) : bool := pos_from 4 (pshift start p).
Lemma pos_beyond_bound start p : pos_beyond start p = true -> exists c, 0 < c /\ forall a, toR start <= a -> c <= peval p a.
Proof.
  intro H. destruct (pos_from_bound _ _ H) as (c & Hc & A). exists c. split; auto. intros a Ha.
  assert (X : 0 <= a - toR start) by (unfold Rminus; apply Rplus_le_reg_r with (toR start); rewrite Rplus_assoc, Rplus_opp_l, Rplus_0_l, Rplus_0_r; exact Ha). specialize (A _ X). rewrite pshift_ok in A. replace (toR start + (a - toR start)) with a in A by ring. exact A.
Qed.
End Poly.
