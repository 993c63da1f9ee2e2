(** * Each layer by itself: an optimum at every KKT point off the kinks.

    The output is linear in a layer, on a piece, so with the multipliers of the KKT point
    [theta_k . (theta'_k - theta_k) = sum of lambda_i (m_i' - m_i) >= 0] for each feasible [theta'] on the piece. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece Stationary Classes.
Import ListNotations.
Open Scope R_scope.

Lemma weighted_nonneg P theta lambda D : multipliers P theta lambda ->
  (forall s, In s (data P) -> margin P theta s = 1 -> 0 <= D s) -> 0 <= weighted (data P) lambda D.
Proof.
  unfold multipliers, weighted. intro F2. induction F2 as [|s l ss ls [H1 H2] F2 IH]; intro H. simpl. lra.
  cbn [combine map]. rewrite Rsum_cons. cbn [fst snd].
  specialize (IH (fun s' Hs => H s' (or_intror Hs))).
  destruct (Req_dec l 0) as [->|Hn]; [lra|].
  pose proof (Rmult_le_pos _ _ H1 (H s (or_introl eq_refl) (H2 Hn))). lra.
Qed.
Lemma weighted_combines {A} (ss : list A) lambda a b (D E G : A -> R) : (forall s, In s ss -> G s = a * D s + b * E s) ->
  weighted ss lambda G = a * weighted ss lambda D + b * weighted ss lambda E.
Proof.
  intro H. unfold weighted. rewrite <- Rsum_lin. apply Rsum_ext_in. intros [s l] Hin. simpl.
  rewrite H by (apply in_combine_l in Hin; exact Hin). ring.
Qed.
Lemma weighted_ext {A} (ss : list A) lambda (D E : A -> R) : (forall s, In s ss -> D s = E s) ->
  weighted ss lambda D = weighted ss lambda E.
Proof. intro H. rewrite (weighted_combines ss lambda 1 0 E E D). ring. intros s Hs. rewrite H by auto. ring. Qed.

Lemma norm2_upd k a theta : (k < length theta)%nat ->
  norm2 (upd k a theta) = norm2 theta - inner (nth k theta []) (nth k theta []) + inner a a.
Proof.
  revert k. induction theta as [|w th IH]; intros [|k] H; simpl in H; try lia; cbn [upd nth]; rewrite !norm2_inner; cbn [map];
    rewrite !Rsum_cons.
  - ring.
  - specialize (IH k ltac:(lia)). rewrite !norm2_inner in IH. rewrite IH. ring.
Qed.

Lemma same_but_upd k theta theta' : length theta = length theta' -> same_but (Some k) theta theta' ->
  theta' = upd k (nth k theta' []) theta.
Proof.
  intros L H. apply nth_ext with (d := []) (d' := []). now rewrite length_upd. intros j Hj.
  destruct (Nat.ltb_spec k (length theta)) as [Hk|Hk].
  - rewrite nth_upd by auto. destruct (Nat.eqb_spec j k) as [->|E]; auto. apply H. simpl. now apply Nat.eqb_neq.
  - rewrite upd_beyond by lia. apply H. simpl. apply Nat.eqb_neq. lia.
Qed.

(** A layer from which every better one would have to be reached against the gradient of the norm. *)
Lemma farther_layer k theta w' : (k < length theta)%nat -> length w' = length (nth k theta []) ->
  0 <= inner (nth k theta []) (plus_times w' (-1) (nth k theta [])) -> norm2 theta <= norm2 (upd k w' theta).
Proof.
  intros Hk Lw Q. rewrite norm2_upd by auto. set (w := nth k theta []) in *. set (a := plus_times w' (-1) w) in *.
  assert (Ha : combines 1 (-1) w' w a) by (apply plus_times_ok; auto).
  assert (La : length a = length w) by (unfold a; rewrite length_plus_times; auto).
  assert (N : inner w' w' = inner w w + 2 * inner w a + inner a a).
  { rewrite (inner_seq (length w) w' w'), (inner_seq (length w) w w), (inner_seq (length w) w a), (inner_seq (length w) a a) by auto.
    rewrite <- Rsum_mult, <- !Rsum_plus. apply Rsum_ext_in. intros p _. rewrite (Ha p). ring. }
  pose proof (inner_nonneg a). lra.
Qed.

Section Layer.
Variables (P : problem R) (free : option nat) (theta : params R) (k : nat).
Hypothesis Kkt : kkt P free theta.
Hypothesis Free : is_free free k = true.
Hypothesis Exists : (k < length (net P))%nat.
Hypothesis Off : forall s, In s (data P) -> off_kinks (net P) theta (fst s).

Lemma layer_bound theta' : satisfies P theta' -> same_but (Some k) theta theta' ->
  (forall s, In s (data P) -> forward (net P) theta' (fst s) = piece (net P) theta (fst s) theta' (fst s)) ->
  norm2 theta <= norm2 theta'.
Proof.
  intros [Sh' F'] SB E.
  destruct (layer_stationary P free theta Kkt Off) as (lambda & Hl & St).
  pose proof Kkt as [[_ [Sh F]] _].
  assert (Lt : length theta = length (net P)) by now apply shaped_length.
  assert (Lt' : length theta' = length (net P)) by now apply shaped_length.
  assert (Ss : same_shape theta theta') by (unfold same_shape, shaped in *; congruence).
  set (w := nth k theta []) in *. set (w' := nth k theta' []) in *.
  assert (Lw : length w = length w') by now apply same_length_nth.
  set (a := plus_times w' (-1) w).
  assert (Ha : combines 1 (-1) w' w a) by (apply plus_times_ok; auto).
  assert (La : length a = length w) by (unfold a; rewrite length_plus_times; auto).
  assert (Eth' : theta' = upd k w' theta) by (apply same_but_upd; auto; congruence).
  assert (Q : 0 <= inner w a).
  { unfold w. rewrite (St k a Free Exists La). apply (weighted_nonneg P theta); auto. intros s Hs Hm.
    pose proof (piece_in_layer (net P) theta (fst s) theta (fst s) k 1 (-1) w' w a Exists Lt Lt Ha 0%nat) as R.
    unfold layer_effect. rewrite R. unfold w. rewrite upd_self, piece_self, <- Eth', <- E by auto.
    specialize (F' s Hs). unfold margin, Phi in F', Hm. lra. }
  rewrite Eth'. apply farther_layer; auto. lia.
Qed.

Lemma feasible_layer : feasible P (Some k) theta.
Proof. destruct Kkt as [[[W _] S] _]. split; auto. split; auto. Qed.

Theorem layer_local : local_optimum P (Some k) theta.
Proof.
  split. apply feasible_layer.
  pose proof Kkt as [[_ [Sh _]] _]. assert (Lt : length theta = length (net P)) by now apply shaped_length.
  destruct (piece_nearby (net P) theta (data P) Lt) as (d & Hd & H); auto. exists d. split; auto. intros theta' S SB D.
  apply layer_bound; auto. apply H; auto. destruct S as [Sh' _]. unfold same_shape, shaped in *. congruence.
Qed.

Theorem layer_global : linear P -> global_optimum P (Some k) theta.
Proof.
  intro Lin. split. apply feasible_layer.
  pose proof Kkt as [[_ [Sh _]] _]. intros theta' S SB. apply layer_bound; auto. intros s _. symmetry.
  destruct S as [Sh' _]. apply piece_linear; auto using shaped_length.
Qed.
End Layer.

(** Non-zero inputs leave no kinks: the last layer is linear. *)
Lemma nonzero_off_kinks P theta : nonzero_inputs P theta -> forall s, In s (data P) -> off_kinks (net P) theta (fst s).
Proof.
  intros [[[N [_ [_ [Last _]]]] _] [Sh H]] s Hs.
  assert (G : forall k l u, nth_error (net P) k = Some l -> (S k < length (net P))%nat -> In u (units l) ->
    preact (nth k theta []) (forward (firstn k (net P)) theta (fst s)) u <> 0) by eauto.
  clear H Hs Sh. revert G N Last. generalize (net P) theta (fst s). clear. induction l as [|l n IH]; intros theta x G N Last.
  congruence. destruct theta as [|w theta]; simpl; auto. destruct n as [|l' n].
  - split. left. exact Last. simpl. auto.
  - split.
    + right. intros u Hu. apply (G 0%nat l u); auto. simpl. lia.
    + apply IH; try discriminate; auto. intros k l0 u Hk Hlt Hu. apply (G (S k) l0 u Hk); auto. simpl in *. lia.
Qed.
