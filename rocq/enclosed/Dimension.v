(** * A square matrix that maps only 0 to 0 reaches every vector. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Sums.
Import ListNotations.
Open Scope R_scope.

Lemma nonzero_or_all_zero (f : nat -> R) n : (exists p, (p < n)%nat /\ f p <> 0) \/ forall p, (p < n)%nat -> f p = 0.
Proof.
  induction n as [|n [(p & Hp & N)|Z]]. right; intros; lia.
  - left. exists p. split; auto.
  - destruct (Req_dec (f n) 0) as [E|N].
    + right. intros p Hp. destruct (Nat.eq_dec p n) as [->|]; auto. apply Z. lia.
    + left. exists n. split; auto.
Qed.
Lemma Rsum_last (f : nat -> R) n : Rsum (map f (seq 0 (S n))) = Rsum (map f (seq 0 n)) + f n.
Proof. rewrite seq_S, map_app, Rsum_app. f_equal. unfold Rsum. simpl. ring. Qed.

(** One vector more than there are coordinates. *)
Lemma dependence n (V : nat -> nat -> R) : exists c, (exists j, (j <= n)%nat /\ c j <> 0) /\
  forall i, (i < n)%nat -> Rsum (map (fun j => c j * V j i) (seq 0 (S n))) = 0.
Proof.
  revert V. induction n as [|n IH]; intro V.
  { exists (fun _ => 1). split. exists 0%nat. split; [lia|exact R1_neq_R0]. intros; lia. }
  destruct (nonzero_or_all_zero (V (S n)) (S n)) as [(q & Hq & Nq)|Z].
  - set (W := fun j i => V j i - V j q / V (S n) q * V (S n) i).
    destruct (IH (fun j i => W j (if Nat.ltb i q then i else S i))) as (c & (j & Hj & Nj) & Hc).
    set (e := Rsum (map (fun j => c j * (V j q / V (S n) q)) (seq 0 (S n)))).
    exists (fun j => if Nat.ltb j (S n) then c j else - e). split.
    + exists j. split. lia. destruct (Nat.ltb_spec j (S n)); [auto|lia].
    + intros i Hi. rewrite Rsum_last. destruct (Nat.ltb_spec (S n) (S n)); [lia|].
      assert (E : Rsum (map (fun j => (if Nat.ltb j (S n) then c j else - e) * V j i) (seq 0 (S n))) =
        Rsum (map (fun j => c j * W j i) (seq 0 (S n))) + e * V (S n) i).
      { unfold e. rewrite (Rmult_comm (Rsum _)), <- Rsum_mult, <- Rsum_plus. apply Rsum_ext_in. intros k Hk.
        apply in_seq in Hk.
        destruct (Nat.ltb_spec k (S n)); [|lia]. unfold W. ring. }
      rewrite E. replace (Rsum (map (fun j => c j * W j i) (seq 0 (S n)))) with 0; [ring|]. symmetry.
      destruct (Nat.eq_dec i q) as [->|Ni].
      * apply Rsum_zero. intros k _. unfold W. field. exact Nq.
      * destruct (Nat.lt_ge_cases i q) as [L|G].
        -- rewrite <- (Hc i) by lia. destruct (Nat.ltb_spec i q); [reflexivity|lia].
        -- rewrite <- (Hc (i - 1)%nat) by lia. destruct (Nat.ltb_spec (i - 1) q); [lia|].
           now replace (S (i - 1)) with i by lia.
  - exists (fun j => if Nat.eqb j (S n) then 1 else 0). split.
    + exists (S n). rewrite Nat.eqb_refl. split; [lia|exact R1_neq_R0].
    + intros i Hi. rewrite Rsum_last, Z by auto. rewrite Rsum_zero. ring.
      intros k Hk. apply in_seq in Hk. destruct (Nat.eqb_spec k (S n)); [lia|ring].
Qed.

Theorem onto n (A : nat -> nat -> R) :
  (forall u : nat -> R, (forall i, (i < n)%nat -> Rsum (map (fun j => A i j * u j) (seq 0 n)) = 0) ->
    forall j, (j < n)%nat -> u j = 0) ->
  forall w : nat -> R, exists u, forall i, (i < n)%nat -> Rsum (map (fun j => A i j * u j) (seq 0 n)) = w i.
Proof.
  intros Inj w. destruct (dependence n (fun j i => if Nat.ltb j n then A i j else w i)) as (c & (j & Hj & Nj) & Hc).
  assert (Hc' : forall i, (i < n)%nat -> Rsum (map (fun j => A i j * c j) (seq 0 n)) + c n * w i = 0).
  { intros i Hi. rewrite <- (Hc i Hi), Rsum_last. destruct (Nat.ltb_spec n n); [lia|]. f_equal. apply Rsum_ext_in.
    intros k Hk. apply in_seq in Hk. destruct (Nat.ltb_spec k n); [ring|lia]. }
  destruct (Req_dec (c n) 0) as [E|N].
  - exfalso. apply Nj. destruct (Nat.eq_dec j n) as [->|]; auto. apply Inj; [|lia]. intros i Hi.
    specialize (Hc' i Hi). rewrite E in Hc'. lra.
  - exists (fun j => - / c n * c j). intros i Hi. specialize (Hc' i Hi).
    rewrite (Rsum_ext_in _ (fun j => - / c n * (A i j * c j))) by (intros; ring). rewrite Rsum_mult.
    replace (Rsum (map (fun j => A i j * c j) (seq 0 n))) with (- (c n * w i)) by lra. field. exact N.
Qed.
