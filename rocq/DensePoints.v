(** * All parameters can be searched.

    Of countably many points one with a property can be found if not none has it and the property follows from its double
    negation: the axioms of the real numbers say so. Rational parameters are countable and everywhere, so a point that
    has an open property can be found, too. This is what the proofs take in the place of [classic]. *)

From Coq Require Import Reals ClassicalDedekindReals List Lra Lia PeanoNat Cantor.
From Margincert Require Import Claims Forward.
Import ListNotations.
Open Scope R_scope.

Definition stable (Q : Prop) : Prop := ~ ~ Q -> Q.

Lemma stable_or Q : stable Q -> Q \/ ~ Q.
Proof. intro S. destruct (sig_not_dec Q); auto. Qed.
Lemma stable_lt a b : stable (a < b).
Proof. intro N. destruct (Rlt_dec a b); auto. contradiction. Qed.
Lemma stable_eq (a b : R) : stable (a = b).
Proof. intro N. destruct (Req_dec a b); auto. contradiction. Qed.
Lemma stable_not (Q : Prop) : stable (~ Q).
Proof. intros N H. apply N. intro K. contradiction. Qed.
Lemma stable_and Q Q' : stable Q -> stable Q' -> stable (Q /\ Q').
Proof. intros S S' N. split; [apply S | apply S']; intro K; apply N; intros [? ?]; contradiction. Qed.
Lemma stable_all {A} (Q : A -> Prop) : (forall a, stable (Q a)) -> stable (forall a, Q a).
Proof. intros S N a. apply S. intro K. apply N. intro H. now apply K. Qed.

Lemma found (Q : nat -> Prop) : (forall n, stable (Q n)) -> ~ (forall n, ~ Q n) -> exists n, Q n.
Proof.
  intros S N. destruct (sig_forall_dec (fun n => ~ Q n)) as [(n & H)|H].
  - intro n. destruct (sig_not_dec (Q n)); [now right | now left].
  - exists n. now apply S.
  - contradiction.
Qed.

(** ** Rational numbers, and lists of them *)

Definition number (n : nat) : R :=
  let (p, c) := of_nat n in let (a, b) := of_nat p in (INR a - INR b) / INR (S c).
Lemma number_dense x d : 0 < d -> exists n, Rabs (number n - x) < d.
Proof.
  intro Hd. destruct (archimed_cor1 d Hd) as (N & HN & PN). destruct N as [|c]; [lia|]. clear PN.
  assert (Hc : 0 < INR (S c)) by (apply lt_0_INR; lia). set (k := INR (S c)) in *. set (z := up (x * k)).
  destruct (archimed (x * k)) as [A1 A2]. fold z in A1, A2.
  exists (to_nat (to_nat (Z.to_nat z, Z.to_nat (- z)), c)). unfold number. rewrite !cancel_of_to. fold k.
  assert (E : INR (Z.to_nat z) - INR (Z.to_nat (- z)) = IZR z).
  { rewrite !INR_IZR_INZ, <- minus_IZR. f_equal. lia. }
  rewrite E. replace (IZR z / k - x) with ((IZR z - x * k) * / k) by (field; lra).
  pose proof (Rinv_0_lt_compat k Hc). rewrite Rabs_pos_eq by (apply Rmult_le_pos; lra).
  assert ((IZR z - x * k) * / k <= 1 * / k) by (apply Rmult_le_compat_r; lra). lra.
Qed.

Fixpoint numbers (len n : nat) : list R :=
  match len with O => [] | S len => let (a, m) := of_nat n in number a :: numbers len m end.
Fixpoint points (shape : list nat) (n : nat) : params R :=
  match shape with [] => [] | len :: shape => let (a, m) := of_nat n in numbers len a :: points shape m end.

Lemma length_numbers len n : length (numbers len n) = len.
Proof. revert n. induction len as [|len IH]; intro n; simpl; auto. destruct of_nat. simpl. now rewrite IH. Qed.
Lemma shape_points shape n : map (@length R) (points shape n) = shape.
Proof.
  revert n. induction shape as [|len shape IH]; intro n; simpl; auto. destruct of_nat. simpl. now rewrite length_numbers, IH.
Qed.
Lemma numbers_dense w d : 0 < d -> exists n, forall i, Rabs (nth i (numbers (length w) n) 0 - nth i w 0) < d.
Proof.
  intro Hd. induction w as [|x w (m & IH)].
  - exists 0%nat. intros [|i]; simpl; rewrite Rminus_0_r, Rabs_R0; auto.
  - destruct (number_dense x d Hd) as (a & Ha). exists (to_nat (a, m)). cbn [length numbers]. rewrite cancel_of_to.
    intros [|i]; simpl; auto.
Qed.

Section Near.
Variable theta : params R.

(** All parameters of this shape that are close enough to [p]. *)
Definition nearby (p : params R) (Q : params R -> Prop) : Prop :=
  exists d, 0 < d /\ forall th, same_shape theta th /\ (forall v, Rabs (entry th v - entry p v) < d) -> Q th.
Lemma nearby_where p : where_ (nearby p).
Proof.
  apply (close_enough (fun d th => same_shape theta th /\ forall v, Rabs (entry th v - entry p v) < d)).
  intros d d' th L [S H]. split; auto. intro v. eapply Rlt_le_trans; [apply H | exact L].
Qed.

Definition point (n : nat) : params R := points (map (@length R) theta) n.
Lemma shape_point n : same_shape theta (point n).
Proof. symmetry. apply shape_points. Qed.
Lemma point_dense p d : same_shape theta p -> 0 < d -> exists n, forall v, Rabs (entry (point n) v - entry p v) < d.
Proof.
  unfold same_shape, point. intros S Hd. rewrite S. clear S. induction p as [|w p (m & IH)].
  - exists 0%nat. intros [[|k] [|i]]; unfold entry; simpl; rewrite Rminus_0_r, Rabs_R0; auto.
  - destruct (numbers_dense w d Hd) as (a & Ha). exists (to_nat (a, m)). cbn [map points]. rewrite cancel_of_to.
    intros [[|k] i]. exact (Ha i). exact (IH (k, i)).
Qed.

Theorem open_found (Q : params R -> Prop) : (forall p, stable (Q p)) -> (forall p, same_shape theta p -> Q p -> nearby p Q) ->
  ~ (forall p, same_shape theta p -> ~ Q p) -> exists p, same_shape theta p /\ Q p.
Proof.
  intros S O N. destruct (found (fun n => Q (point n))) as (n & H); auto.
  - intro None. apply N. intros p Sp H. destruct (O p Sp H) as (d & Hd & A). destruct (point_dense p d Sp Hd) as (n & Hn).
    apply (None n). apply A. split; auto. apply shape_point.
  - exists (point n). split; auto. apply shape_point.
Qed.
End Near.
