(** * What a unit reads, as the output of a network: the layers before it, and one unit that is linear. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Forward Sloped Valleys.
Import ListNotations.
Open Scope R_scope.

Definition part (n : list (layer R)) (j : nat) (c : list (nat * nat)) : list (layer R) := firstn j n ++ [Layer 1 0 [c]].
Definition slopes_below (sl : nat -> nat -> R) (j : nat) (i u : nat) : R := if Nat.ltb i j then sl i u else 1.
Lemma forward_part n psi x j c : (j < length n)%nat -> (j < length psi)%nat -> nth 0 (forward (part n j c) psi x) 0 = reads n psi x j c.
Proof.
  unfold part, reads. revert psi x j. induction n as [|l n IH]; intros [|w psi] x [|j] L Lp; simpl in L, Lp; try lia.
  - cbn. unfold act. now destruct Rlt_dec; rewrite ?Rmult_1_l.
  - cbn [firstn app forward nth]. apply IH; lia.
Qed.
Lemma part_before n j c i : (i < j)%nat -> (j <= length n)%nat -> nth_error (part n j c) i = nth_error n i.
Proof.
  intros Hi Hj. unfold part. rewrite nth_error_app1 by (rewrite firstn_length; lia). revert i n Hi Hj. induction j as [|j IH]; intros [|i] [|l n] Hi Hj; simpl in *; auto; try lia.
  apply IH; lia.
Qed.
Lemma part_last n j c : (j <= length n)%nat -> nth_error (part n j c) j = Some (Layer 1 0 [c]).
Proof. intro Hj. unfold part. rewrite nth_error_app2 by (rewrite firstn_length; lia). rewrite firstn_length. now replace (j - Nat.min j (length n))%nat with 0%nat by lia. Qed.
Lemma length_part n j c : (j <= length n)%nat -> length (part n j c) = S j.
Proof. intro Hj. unfold part. rewrite app_length, firstn_length. simpl. lia. Qed.
Lemma reads_part n j c psi x i c' : (i <= j)%nat -> (j <= length n)%nat -> reads (part n j c) psi x i c' = reads n psi x i c'.
Proof.
  intros Hi Hj. unfold reads, part. do 2 f_equal. rewrite firstn_app, firstn_firstn, firstn_length.
  replace (Nat.min i j) with i by lia. replace (i - Nat.min j (length n))%nat with 0%nat by lia. simpl. apply app_nil_r.
Qed.
