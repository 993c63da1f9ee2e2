(** * Functions of a displacement that are small where a condition holds. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Forward Displacement Orders.
Import ListNotations.
Open Scope R_scope.

Local Notation env := (nat * nat -> R).

Definition small_if (Q : env -> Prop) (k : nat) (f : env -> R) : Prop :=
  exists C, 0 <= C /\ near (fun e => Q e -> bounded_by (fun e => Rabs (f e)) C k e).
Section SmallIf.
Variable Q : env -> Prop.
Lemma small_if_any k f : small k f -> small_if Q k f.
Proof. intros (C & HC & H). exists C. split; auto. eapply (U_mono _ near_where); [|exact H]. auto. Qed.
Lemma small_if_le k f g : near (fun e => Q e -> Rabs (f e) <= Rabs (g e)) -> small_if Q k g -> small_if Q k f.
Proof.
  intros E (C & HC & H). exists C. split; auto. eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ E H)].
  cbn beta. intros e [E0 B] q d Hd He. eapply Rle_trans. exact (E0 q). exact (B q d Hd He).
Qed.
Lemma small_if_plus k f g : small_if Q k f -> small_if Q k g -> small_if Q k (fun e => f e + g e).
Proof.
  intros (C & HC & H) (C' & HC' & H'). exists (C + C'). split. lra.
  eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ H H')]. cbn beta. intros e [B B'] q d Hd He.
  eapply Rle_trans. apply Rabs_triang. rewrite Rmult_plus_distr_r. apply Rplus_le_compat; [apply B|apply B']; auto.
Qed.
Lemma small_if_mult i j f g : small_if Q i f -> small_if Q j g -> small_if Q (i + j) (fun e => f e * g e).
Proof.
  intros (C & HC & H) (C' & HC' & H'). exists (C * C'). split. now apply Rmult_le_pos.
  eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ H H')]. cbn beta. intros e [B B'] q d Hd He.
  rewrite Rabs_mult, pow_add. replace (C * C' * (d ^ i * d ^ j)) with (C * d ^ i * (C' * d ^ j)) by ring.
  apply Rmult_le_compat; auto using Rabs_pos. apply B; auto. apply B'; auto.
Qed.
Lemma small_if_scale k r f : small_if Q k f -> small_if Q k (fun e => r * f e).
Proof. exact (small_if_mult 0 k _ _ (small_if_any _ _ (small_const r))). Qed.
Lemma small_if_sum {A} k (f : A -> env -> R) l : (forall a, In a l -> small_if Q k (f a)) ->
  small_if Q k (fun e => Rsum (map (fun a => f a e) l)).
Proof.
  induction l as [|a l IH]; intro H.
  - apply small_if_any, small_zero, (U_all _ near_where). intro. reflexivity.
  - apply (small_if_plus k (f a) (fun e => Rsum (map (fun a => f a e) l))). apply H. now left. apply IH. intros. apply H. now right.
Qed.
Lemma small_if_weaken j k f : (j <= k)%nat -> small_if Q k f -> small_if Q j f.
Proof.
  intros L (C & HC & H). exists C. split; auto. eapply (U_mono _ near_where); [|exact H]. cbn beta. intros e B q d Hd He.
  eapply Rle_trans. exact (B q d Hd He). apply Rmult_le_compat_l; auto. replace k with (j + (k - j))%nat by lia.
  rewrite pow_add. rewrite <- (Rmult_1_r (d ^ j)) at 2. apply Rmult_le_compat_l. apply pow_le; lra.
  rewrite <- (pow1 (k - j)). apply pow_incr. lra.
Qed.
End SmallIf.
