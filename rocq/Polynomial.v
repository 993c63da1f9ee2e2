(** * Polynomials in one variable, and their signs on (0, u]. *)

From Coq Require Import Reals List Lra Lia.
From Margincert Require Import Claims Numbers Lists Forward.
Import ListNotations.
Open Scope R_scope.

Section Poly.
Context {F : ops} {M : model F}.
Local Notation poly := (list F).

Fixpoint peval (p : poly) (t : R) : R :=
  match p with [] => 0 | a :: p' => toR a + t * peval p' t end.

Fixpoint padd (p q : poly) : poly :=
  match p, q with
  | [], _ => q | _, [] => p
  | a :: p', b :: q' => kadd a b :: padd p' q'
  end.
Definition pscale (c : F) (p : poly) : poly := map (kmul c) p.
Fixpoint pmul (p q : poly) : poly :=
  match p with
  | [] => []
  | a :: p' => match q with [] => [] | _ => padd (pscale a q) (k0 F :: pmul p' q) end
  end.
Definition popp (p : poly) : poly := map kopp p.
Definition psub p q := padd p (popp q).
Definition pconst (c : F) : poly := if kzero c then [] else [c].

Lemma peval_add p q t : peval (padd p q) t = peval p t + peval q t.
Proof.
  revert q. induction p; destruct q; simpl; try lra. rewrite toR_add, IHp. lra.
Qed.
Lemma peval_scale c p t : peval (pscale c p) t = toR c * peval p t.
Proof. induction p; simpl. lra. rewrite toR_mul, IHp. lra. Qed.
Lemma peval_mul p q t : peval (pmul p q) t = peval p t * peval q t.
Proof.
  induction p; simpl. lra. destruct q as [|b q]. simpl; lra.
  rewrite peval_add, peval_scale. cbn [peval]. rewrite IHp, toR_0. simpl. lra.
Qed.
Lemma peval_opp p t : peval (popp p) t = - peval p t.
Proof. induction p; simpl. lra. rewrite toR_opp, IHp. lra. Qed.
Lemma peval_sub p q t : peval (psub p q) t = peval p t - peval q t.
Proof. unfold psub. rewrite peval_add, peval_opp. lra. Qed.
Lemma peval_const c t : peval (pconst c) t = toR c.
Proof. unfold pconst. destruct (kzero c) eqn:E; simpl. apply kzero_ok in E. lra. lra. Qed.

Definition pzero (p : poly) : bool := forallb kzero p.
Lemma pzero_ok p t : pzero p = true -> peval p t = 0.
Proof.
  induction p; simpl. reflexivity. intro H. apply Bool.andb_true_iff in H. destruct H as [H1 H2].
  apply kzero_ok in H1. rewrite IHp; auto. lra.
Qed.

(** [moeb [] p] is (1+y)^(n-1) p(1/(1+y)), n the length of p. *)
Fixpoint moeb (acc p : poly) : poly :=
  match p with
  | [] => acc
  | a :: p' => moeb (padd (padd acc (k0 F :: acc)) [a]) p'
  end.
Lemma moeb_ok p acc y : 0 <= y -> let x := / (1 + y) in
  x ^ length p * peval (moeb acc p) y = peval acc y + x * peval p x.
Proof.
  intros Hy x. revert acc. induction p; intro acc; simpl. lra.
  rewrite Rmult_assoc, IHp, !peval_add. simpl. rewrite toR_0.
  assert (x * (1 + y) = 1) by (unfold x; field; lra).
  replace (x * (peval acc y + (0 + y * peval acc y) + (toR a + y * 0) + x * peval p x))
    with (x * (1 + y) * peval acc y + x * toR a + x * (x * peval p x)) by ring.
  rewrite H. lra.
Qed.

Definition all_nonneg (p : poly) : bool := forallb knonneg p.
Lemma all_nonneg_ok p t : 0 <= t -> all_nonneg p = true -> 0 <= peval p t.
Proof.
  intros Ht. induction p; simpl. lra. intro H. apply Bool.andb_true_iff in H. destruct H as [H1 H2].
  apply knonneg_ok in H1. specialize (IHp H2). pose proof (Rmult_le_pos _ _ Ht IHp). lra.
Qed.
(** All coefficients >= 0, and the constant one > 0 if [strict]. *)
Definition sign_test (strict : bool) (p : poly) : bool :=
  all_nonneg p && (negb strict || match p with a :: _ => kpos a | [] => false end).

Definition sgn_ok (strict : bool) (v : R) : Prop := if strict then 0 < v else 0 <= v.

Lemma sign_test_ok strict p t : 0 <= t -> sign_test strict p = true -> sgn_ok strict (peval p t).
Proof.
  unfold sign_test, sgn_ok. intros Ht H. apply Bool.andb_true_iff in H. destruct H as [H1 H2].
  pose proof (all_nonneg_ok _ _ Ht H1). destruct strict; auto. simpl in H2.
  destruct p; try discriminate. apply kpos_ok in H2. simpl in *.
  apply Bool.andb_true_iff in H1. destruct H1 as [_ H1].
  pose proof (Rmult_le_pos _ _ Ht (all_nonneg_ok _ _ Ht H1)). lra.
Qed.

(** p(c s), p(1 + s). *)
Fixpoint stretch (c : F) (p : poly) : poly :=
  match p with [] => [] | a :: p' => a :: pscale c (stretch c p') end.
Lemma stretch_ok c p s : peval (stretch c p) s = peval p (toR c * s).
Proof. induction p; simpl. reflexivity. rewrite peval_scale, IHp. lra. Qed.
Fixpoint shift1 (p : poly) : poly :=
  match p with [] => [] | a :: p' => let q := shift1 p' in padd [a] (padd q (k0 F :: q)) end.
Lemma shift1_ok p s : peval (shift1 p) s = peval p (1 + s).
Proof.
  induction p. reflexivity. cbn [shift1]. rewrite !peval_add. cbn [peval].
  rewrite IHp, toR_0. lra.
Qed.

Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.

(** The sign on (0, 1], with halving. *)
Fixpoint sign01 (fuel : nat) (strict : bool) (p : poly) : bool :=
  (* [if], not [||]: the virtual machine evaluates all arguments of a function *)
  if sign_test strict (moeb [] p) then true else
  match fuel with
  | O => false
  | S fuel' =>
      let q := stretch half p in
      if sign01 fuel' strict q then sign01 fuel' strict (shift1 q) else false
  end.

Lemma sign01_ok fuel strict p : sign01 fuel strict p = true ->
  forall t, 0 < t <= 1 -> sgn_ok strict (peval p t).
Proof.
  assert (base : forall p, sign_test strict (moeb [] p) = true ->
    forall t, 0 < t <= 1 -> sgn_ok strict (peval p t)).
  { clear p. intros p H t [Ht0 Ht1]. assert (Hy : 0 <= / t - 1).
    { pose proof (Rinv_le_contravar t 1 Ht0 Ht1). rewrite Rinv_1 in H0. lra. }
    pose proof (moeb_ok p [] _ Hy) as E. simpl in E.
    replace (/ (1 + (/ t - 1))) with t in E by (field; lra).
    pose proof (sign_test_ok _ _ _ Hy H) as S.
    pose proof (pow_lt t (length p) Ht0) as Hp.
    unfold sgn_ok in *. destruct strict.
    - pose proof (Rmult_lt_0_compat _ _ Hp S). rewrite E, Rplus_0_l in H0.
      apply Rmult_lt_reg_l with t; lra.
    - pose proof (Rmult_le_pos _ _ (Rlt_le _ _ Hp) S). rewrite E, Rplus_0_l in H0.
      apply Rmult_le_reg_l with t; lra. }
  revert p. induction fuel; intros p H; cbn [sign01] in H;
    destruct (sign_test strict (moeb [] p)) eqn:E; auto; try discriminate.
  cbv zeta in H. destruct (sign01 fuel strict (stretch half p)) eqn:H1; try discriminate.
  rename H into H2. intros t Ht.
  destruct (Rle_dec t (1 / 2)).
  - specialize (IHfuel _ H1 (2 * t)). rewrite stretch_ok, half_ok in IHfuel.
    replace (1 / 2 * (2 * t)) with t in IHfuel by field. apply IHfuel. lra.
  - specialize (IHfuel _ H2 (2 * t - 1)). rewrite shift1_ok, stretch_ok, half_ok in IHfuel.
    replace (1 / 2 * (1 + (2 * t - 1))) with t in IHfuel by field. apply IHfuel. lra.
Qed.

Variable u : F.
Hypothesis u_pos : 0 < toR u.

Definition on (P : R -> Prop) : Prop := forall t, 0 < t <= toR u -> P t.

Lemma on_where : where_ on.
Proof. split; unfold on; intros; auto. Qed.

Definition sign_on (strict : bool) (p : poly) : bool := sign01 12 strict (stretch u p).
Lemma sign_on_ok strict p : sign_on strict p = true -> on (fun t => sgn_ok strict (peval p t)).
Proof.
  intros H t Ht. pose proof (sign01_ok _ _ _ H (t / toR u)) as E.
  rewrite stretch_ok in E. replace (toR u * (t / toR u)) with t in E by (field; lra).
  apply E. unfold Rdiv. split.
  - apply Rmult_lt_0_compat; [|apply Rinv_0_lt_compat]; lra.
  - apply Rmult_le_reg_r with (toR u); auto. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Definition sym_poly : syms F := Syms F poly pconst padd pmul.
Global Instance mean_poly : meaning sym_poly R.
Proof.
  refine (Meaning F M sym_poly R peval _ _ _); intros.
  apply peval_const. apply peval_add. apply peval_mul.
Defined.

Definition poly_act (s : F) (z : poly) : option poly :=
  if kone s then Some z
  else if pzero z then Some []
  else if sign_on true z then Some z
  else if sign_on true (popp z) then Some (pscale s z) else None.

Lemma poly_act_ok s z z' : poly_act s z = Some z' ->
  on (fun t => peval z' t = act (toR s) (peval z t)).
Proof.
  unfold poly_act, act. destruct (kone s) eqn:E1; [| destruct (pzero z) eqn:E2; [|
    destruct (sign_on true z) eqn:E3; [| destruct (sign_on true (popp z)) eqn:E4; [|discriminate]]]];
  intros [= <-].
  - apply kone_ok in E1. intros t _. destruct Rlt_dec; rewrite ?E1; lra.
  - intros t _. rewrite (pzero_ok z t E2). simpl. destruct Rlt_dec; lra.
  - apply sign_on_ok in E3. intros t Ht. specialize (E3 t Ht). simpl in E3. destruct Rlt_dec; lra.
  - apply sign_on_ok in E4. intros t Ht. specialize (E4 t Ht). simpl in E4. rewrite peval_opp in E4.
    rewrite peval_scale. destruct Rlt_dec; lra.
Qed.

(** Near 0 a polynomial is near its constant coefficient. *)
Lemma peval_near p eps : 0 < eps -> exists d, 0 < d /\ forall t, 0 < t < d ->
  Rabs (peval p t - peval p 0) < eps.
Proof.
  intro He. assert (C : continuity_pt (peval p) 0).
  { clear. induction p; simpl.
    - apply continuity_const. intros ? ?. reflexivity.
    - apply (continuity_pt_plus (fun _ => toR a) (fun t => t * peval p t)).
      apply continuity_const. intros ? ?. reflexivity.
      apply (continuity_pt_mult (fun t => t) (peval p)); auto.
      apply derivable_continuous_pt, derivable_pt_id. }
  destruct (C eps He) as (d & Hd & H). exists d. split; auto. intros t Ht.
  apply (H t). split. split; [exact I|lra]. simpl. unfold R_dist. rewrite Rminus_0_r.
  rewrite Rabs_pos_eq; lra.
Qed.

End Poly.
