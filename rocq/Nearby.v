(** * Points near a point, in every entry and in distance; sums over all entries. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums InnerProducts.
Import ListNotations.
Open Scope R_scope.

(** ** Near a point *)
Definition close (theta : params R) (Q : params R -> Prop) : Prop :=
  exists d, 0 < d /\ forall psi, same_shape theta psi -> (forall v, Rabs (entry psi v - entry theta v) < d) -> Q psi.
Lemma close_where theta : where_ (close theta).
Proof.
  split; unfold close.
  - intros Q H. exists 1. split; [lra|auto].
  - intros Q Q' (d & Hd & H) (d' & Hd' & H'). exists (Rmin d d').
    pose proof (Rmin_l d d'). pose proof (Rmin_r d d'). split. now apply Rmin_pos.
    intros psi S He. split; [apply H | apply H']; auto; intro v; specialize (He v); lra.
  - intros Q Q' I (d & Hd & H). exists d. auto.
Qed.
Lemma close_dist theta Q : close theta Q -> exists d, 0 < d /\ forall psi, same_shape theta psi -> dist theta psi < d -> Q psi.
Proof.
  intros (d & Hd & H). exists d. split; auto. intros psi S D. apply H; auto. intro v.
  eapply Rle_lt_trans; [|exact D]. now apply entry_dist.
Qed.
(** What is true near a point is true near the points near it. *)
Lemma close_close theta Q : close theta Q -> close theta (fun psi => close psi Q).
Proof.
  intros (d & Hd & H). exists (d / 2). split. lra. intros psi S N. exists (d / 2). split. lra. intros phi S' N'. apply H.
  - unfold same_shape in *. congruence.
  - intro v. specialize (N v). specialize (N' v).
    replace (entry phi v - entry theta v) with ((entry phi v - entry psi v) + (entry psi v - entry theta v)) by ring.
    eapply Rle_lt_trans. apply Rabs_triang. lra.
Qed.
Lemma same_length (a b : params R) : same_shape a b -> length a = length b.
Proof. intro H. apply (f_equal (@length nat)) in H. now rewrite !map_length in H. Qed.
Lemma same_length_nth k (a b : params R) : same_shape a b -> length (nth k a []) = length (nth k b []).
Proof.
  intro H. rewrite <- (map_nth (@length R)), <- (map_nth (@length R) b). now rewrite H.
Qed.

Lemma same_entries a b : same_shape a b -> (forall v, entry a v = entry b v) -> a = b.
Proof.
  intros S H. apply nth_ext with (d := []) (d' := []). now apply same_length. intros k _.
  apply nth_ext with (d := 0) (d' := 0). now apply same_length_nth. intros i _. exact (H (k, i)).
Qed.

(** ** Sums over all parameters *)
Definition places (theta : params R) : list (nat * nat) :=
  concat (map (fun k => map (fun i => (k, i)) (seq 0 (length (nth k theta [])))) (seq 0 (length theta))).
Lemma mapi_seq {A B} (g : nat -> B) i (l : list A) : mapi (fun i _ => g i) i l = map g (seq i (length l)).
Proof. revert i. induction l; intro i; simpl; congruence. Qed.
Lemma mapi_nth_seq {A B} (g : nat -> A -> B) d (l : list A) i :
  mapi g i l = map (fun k => g (i + k)%nat (nth k l d)) (seq 0 (length l)).
Proof.
  revert i. induction l as [|a l IH]; intro i; simpl. reflexivity. rewrite Nat.add_0_r, IH. f_equal.
  rewrite <- (seq_shift _ 0), map_map. apply map_ext. intro k. rewrite Nat.add_succ_r. reflexivity.
Qed.
Lemma dsum_layers (theta : params R) h : dsum theta h =
  Rsum (map (fun k => Rsum (map (fun i => h (k, i)) (seq 0 (length (nth k theta []))))) (seq 0 (length theta))).
Proof.
  unfold dsum. rewrite (mapi_nth_seq _ []). apply Rsum_ext_in. intros k _. simpl. now rewrite mapi_seq.
Qed.
Lemma dsum_places (theta : params R) h : dsum theta h = Rsum (map h (places theta)).
Proof.
  rewrite dsum_layers. unfold places. rewrite Rsum_concat. apply Rsum_ext_in. intros k _. now rewrite map_map.
Qed.
Lemma in_places theta v : In v (places theta) <-> inside theta v = true.
Proof.
  unfold places, inside. destruct v as [k i]. rewrite in_concat. rewrite andb_true_iff, !Nat.ltb_lt. simpl. split.
  - intros (l & Hl & Hv). apply in_map_iff in Hl. destruct Hl as (k' & <- & Hk). apply in_seq in Hk.
    apply in_map_iff in Hv. destruct Hv as (i' & [= <- <-] & Hi). apply in_seq in Hi. lia.
  - intros [Hk Hi]. eexists. split. apply in_map_iff. exists k. split. reflexivity. apply in_seq. lia.
    apply in_map_iff. exists i. split. reflexivity. apply in_seq. lia.
Qed.
Lemma Rsum_bound {A} (f : A -> R) b l : (forall a, In a l -> Rabs (f a) <= b) -> Rabs (Rsum (map f l)) <= INR (length l) * b.
Proof.
  induction l as [|a l IH]; intro H. simpl. rewrite Rabs_R0. lra.
  cbn [map length]. rewrite Rsum_cons, S_INR. eapply Rle_trans. apply Rabs_triang.
  pose proof (H a (or_introl eq_refl)). specialize (IH (fun a' Ha => H a' (or_intror Ha))). lra.
Qed.

Lemma tab_shape {K} (a b : params R) (g : nat * nat -> K) : same_shape a b -> tab a g = tab b g.
Proof.
  unfold same_shape, tab. intro H.
  assert (G : forall k, mapi (fun k (w : list R) => mapi (fun i _ => g (k, i)) 0 w) k a = mapi (fun k (w : list R) => mapi (fun i _ => g (k, i)) 0 w) k b);
    [|apply G].
  revert b H. induction a as [|w a IH]; intros [|v b] H k; try discriminate. reflexivity.
  injection H as H1 H2. cbn [mapi]. rewrite (IH b) by auto. f_equal. rewrite !(mapi_seq (fun i => g (k, i))). congruence.
Qed.
(** What is near in each entry is near. *)
Lemma dist_entries theta eps : 0 < eps -> exists d, 0 < d /\ forall psi, same_shape theta psi ->
  (forall v, In v (places theta) -> Rabs (entry psi v - entry theta v) < d) -> dist theta psi < eps.
Proof.
  intro He. set (N0 := INR (length (places theta)) + 1).
  assert (HN : 1 <= N0) by (unfold N0; pose proof (pos_INR (length (places theta))); lra).
  assert (Hq : 0 < eps / N0) by (apply Rdiv_lt_0_compat; lra).
  exists (eps / N0). split; auto. intros psi S H. apply dist_lt; auto.
  assert (Sm : map (@length R) (minus theta psi) = map (@length R) theta) by (symmetry; now apply shape_minus).
  rewrite norm2_dot, (dot_dsum theta) by exact Sm. rewrite dsum_places.
  apply Rle_lt_trans with (INR (length (places theta)) * (eps / N0 * (eps / N0))).
  - eapply Rle_trans; [apply Rle_abs|]. apply Rsum_bound. intros v Hv. rewrite entry_minus by exact S.
    rewrite Rabs_mult. specialize (H v Hv). rewrite Rabs_minus_sym in H. apply Rmult_le_compat; try apply Rabs_pos; lra.
  - assert (E : N0 * (eps / N0) = eps) by (field; lra).
    replace (eps * eps) with (N0 * (eps / N0) * (N0 * (eps / N0))) by (rewrite E; ring).
    replace (N0 * (eps / N0) * (N0 * (eps / N0))) with (N0 * N0 * (eps / N0 * (eps / N0))) by ring.
    apply Rmult_lt_compat_r. now apply Rmult_lt_0_compat. unfold N0 in *. nra.
Qed.
Lemma dist_close theta (Q : params R -> Prop) : (exists d, 0 < d /\ forall psi, same_shape theta psi -> dist theta psi < d -> Q psi) -> close theta Q.
Proof.
  intros (d & Hd & H). destruct (dist_entries theta d Hd) as (d' & Hd' & N). exists d'. split; auto.
Qed.
