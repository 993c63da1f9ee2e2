(** * Where the universal theorems end: without a hypothesis they are false.

    And what the classes hold: dense networks share nothing, convolutions do. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Vectors Sums Piece Stationary Classes Families DepthTwo DenseLinear PieceGradient DiagonalDeep DeadUnit Absurd.
Import ListNotations.
Open Scope R_scope.

(** ** The classes *)
Lemma dense_parameters width m : map snd (concat (dense width m)) = seq 0 (m * width).
Proof.
  assert (R : forall o, map snd (row width o) = seq (o * width) width).
  { intro o. unfold row. rewrite map_map. cbn [snd]. generalize (o * width)%nat as k. clear.
    induction width as [|n IH]; intro k; simpl. reflexivity. rewrite Nat.add_0_r. f_equal.
    rewrite <- (IH (S k)), <- (seq_shift n 0), map_map. apply map_ext. intro. lia. }
  rewrite dense_rows. induction m as [|m IH]. reflexivity.
  replace (S m) with (m + 1)%nat at 1 by lia. rewrite seq_app, map_app, concat_app, map_app, IH. simpl seq. cbn [map concat].
  rewrite app_nil_r, R.
  assert (E : forall k, k = (m * width + width)%nat -> seq 0 (m * width) ++ seq (m * width) width = seq 0 k) by (intros k ->; now rewrite seq_app).
  apply E. ring.
Qed.
Lemma dense_shares_nothing P : dense_network P -> no_sharing P.
Proof.
  unfold dense_network, no_sharing. generalize (inputs P) as width. induction (net P) as [|l n IH]; intros width D l' Hl. destruct Hl.
  destruct D as (Du & _ & D). destruct Hl as [<-|Hl]; [|now apply (IH _ D)]. split.
  - rewrite Du, dense_parameters. apply seq_NoDup.
  - intros u Hu. rewrite Du, dense_rows in Hu. apply in_map_iff in Hu. destruct Hu as (o & <- & _).
    unfold row. rewrite map_map. simpl. rewrite map_id. apply seq_NoDup.
Qed.
Lemma convolution_shares P l k : In l (net P) -> units l = convolution (S k) 1 [seq 0 (S k); seq 1 (S k)] -> ~ no_sharing P.
Proof.
  intros Hl E H. destruct (H l Hl) as [N _]. rewrite E in N. simpl in N. inversion N as [|a b Ha Hb]; subst. apply Ha.
  rewrite app_nil_r, map_app. apply in_or_app. right. now left.
Qed.
Lemma two_paths_share_nothing s L : no_sharing (diagonal_deep s L).
Proof.
  intros l Hl. unfold diagonal_deep in Hl. cbn [net] in Hl. apply in_app_or in Hl. destruct Hl as [Hl|[<-|[]]].
  - apply repeat_spec in Hl. subst l. simpl. split.
    + repeat constructor; simpl; intuition lia.
    + intros u [<-|[<-|[]]]; repeat constructor; simpl; auto.
  - simpl. split.
    + repeat constructor; simpl; intuition lia.
    + intros u [<-|[]]; repeat constructor; simpl; intuition lia.
Qed.
Lemma two_paths_linear L : linear (diagonal_deep 1 L).
Proof.
  intros l Hl. unfold diagonal_deep in Hl. cbn [net] in Hl. apply in_app_or in Hl. destruct Hl as [Hl|[<-|[]]]; auto.
  apply repeat_spec in Hl. now subst l.
Qed.
Lemma dead_unit_dense s L : dense_network (dead_unit s L).
Proof.
  unfold dense_network, dead_unit. cbn [net inputs]. induction (L - 1)%nat as [|j IH]; simpl; auto.
Qed.
Lemma two_paths_depth s L : (1 <= L)%nat -> length (net (diagonal_deep s L)) = L.
Proof. intro H. unfold diagonal_deep. cbn [net]. rewrite app_length, repeat_length. simpl. lia. Qed.
Lemma dead_unit_depth s L : (1 <= L)%nat -> length (net (dead_unit s L)) = L.
Proof. intro H. unfold dead_unit. cbn [net]. rewrite app_length, repeat_length. simpl. lia. Qed.

Lemma not_local_not_global P free theta : ~ local_optimum P free theta -> ~ global_optimum P free theta.
Proof. intros H G. apply H. now apply global_is_local. Qed.

(** ** The hypotheses *)

(** 1 needs that the network is linear, *)
Lemma dense_relu_is_not_global : exists P theta, dense_network P /\ kkt P None theta /\ ~ global_optimum P None theta.
Proof.
  exists (dead_unit 0 2), (one_path 2). destruct (dead_unit_no_local_optimum 0 2) as [K N]; [lra | lia |].
  split. apply dead_unit_dense. split; auto. now apply not_local_not_global.
Qed.
(** and that it is dense; 2 needs the depth 2. *)
Lemma diagonal_linear_is_not_global : exists P theta, linear P /\ no_sharing P /\ nonzero_weights P theta /\ kkt P None theta /\
  ~ global_optimum P None theta.
Proof.
  exists (diagonal_deep 1 3), (halves 3). destruct (diagonal_deep_no_local_optimum 1 3) as (W & _ & K & N); [lia|].
  split. apply two_paths_linear. split. apply two_paths_share_nothing. split; auto. split; auto. now apply not_local_not_global.
Qed.
(** 3 needs non-zero inputs, *)
Lemma depth_2_relu_is_not_local : exists P theta, length (net P) = 2%nat /\ no_sharing P /\ kkt P None theta /\ ~ local_optimum P None theta.
Proof.
  exists (dead_unit 0 2), (one_path 2). destruct (dead_unit_no_local_optimum 0 2) as [K N]; [lra | lia |].
  split. apply dead_unit_depth. lia. split; auto. apply dense_shares_nothing, dead_unit_dense.
Qed.
(** and the depth 2. *)
Lemma deep_relu_is_not_local : exists P theta, no_sharing P /\ nonzero_inputs P theta /\ kkt P None theta /\ ~ local_optimum P None theta.
Proof.
  exists (diagonal_deep 0 3), (halves 3). destruct (diagonal_deep_no_local_optimum 0 3) as (_ & I & K & N); [lia|].
  split; auto. apply two_paths_share_nothing.
Qed.

(** 2 needs non-zero weights: of two paths that compute [x_1] and [2 x_2] at equal weights, the worse one is in use. *)
Lemma depth_2_linear_is_not_global : exists P theta, length (net P) = 2%nat /\ linear P /\ no_sharing P /\ kkt P None theta /\
  ~ global_optimum P None theta.
Proof.
  set (P := Problem 2 (repeat (path 1) 1 ++ [last_layer]) [([1; 2], true)]). set (theta := [[1; 0]; [1; 0]]).
  assert (Phi_ok : forall a b c d x y, forward (net P) [[a; b]; [c; d]] [x; y] = [c * (a * x) + d * (b * y)]).
  { intros. unfold P. cbn [net repeat app forward]. now rewrite apply_path, apply_last, !act_linear. }
  assert (Sh : shaped (net P) theta) by reflexivity.
  assert (M : margin P theta ([1; 2], true) = 1).
  { unfold margin, Phi, theta. cbn [fst snd sgn]. rewrite Phi_ok. simpl. ring. }
  assert (Fe : feasible P None theta).
  { split. { split. now apply well_formed_paths. exact I. } split; auto. intros s [<-|[]]. rewrite M. lra. }
  exists P, theta. split; [reflexivity|]. split; [|split; [|split]].
  - intros l [<-|[<-|[]]]; reflexivity.
  - apply (two_paths_share_nothing 1 2).
  - apply (positive_kkt P theta Sh [1]); auto.
    + constructor; [|constructor]. split; [lra|]. intros _. exact M.
    + intros s [<-|[]] eps He. exists [[1; eps / 2]; [1; eps / 2]]. split; [reflexivity|]. split.
      * apply dist_lt; auto. unfold theta, norm2, Rsum. simpl. nra.
      * assert (0 < eps / 2 * (eps / 2)) by (apply Rmult_lt_0_compat; lra).
        unfold P. cbn [net repeat app positive_units fst]. rewrite apply_path, !act_linear. split; [|split; auto].
        intros u [<-|[<-|[]]]; unfold preact, Rsum; simpl; lra. intros u [<-|[]]; unfold preact, Rsum; simpl; lra.
    + assert (Z : mix (inputs P) (data P) [1] = [1; 2]).
      { unfold mix, weighted, Rsum, P. simpl. f_equal; [ring | f_equal; ring]. }
      rewrite Z. intros k i Hk Hi. unfold Phi. change (linearised (net P)) with (net P).
      destruct k as [|[|]]; simpl in Hk, Hi; try lia; destruct i as [|[|]]; try lia; unfold entry, theta;
        cbn [upd fst snd nth unit_vector repeat app]; unfold P; cbn [net repeat app forward];
        rewrite apply_path, apply_last, !act_linear; simpl; ring.
  - intros [_ G]. assert (S : satisfies P [[0; 4 / 5]; [0; 4 / 5]]).
    { split; [reflexivity|]. intros s [<-|[]]. unfold margin, Phi. cbn [fst snd sgn]. rewrite Phi_ok. simpl. lra. }
    specialize (G _ S ltac:(intros k Hk; discriminate Hk)). unfold theta, norm2, Rsum in G. simpl in G. lra.
Qed.
