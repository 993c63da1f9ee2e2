(** * Dense ReLU networks of every depth: a KKT point with dead units that is no local optimum.

    Let [a (1 - s) = 4], where [s < 1] is the slope. The samples are [(a, 1)] and [(-a, 1)]. A dead unit of the first layer gets
    the weights [(-t, 0)], and the weight [t] to the unit that is live; the live unit's [(0, 1)] become
    [((1 + s) t^2 / 2, 1 - 3 t^2 / 2)]. Then both margins are [1 + t^2 / 2], and the square norm changes by
    [- t^2 + O(t^4)]. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece Stationary DenseLinear PieceGradient DiagonalDeep Families.
Import ListNotations.
Open Scope R_scope.

Notation wide s := (Layer s 4 (dense 2 2)).
Notation last_layer := (Layer 1 2 (dense 2 1)).
Notation tail_net s j := (repeat (wide s) j ++ [last_layer]).
Notation tail_path j := (repeat [1; 0; 0; 0] j ++ [[1; 0]]).

Lemma apply_wide s w x y : apply_layer (wide s) w [x; y] =
  [act s (nth 0 w 0 * x + nth 1 w 0 * y); act s (nth 2 w 0 * x + nth 3 w 0 * y)].
Proof. unfold apply_layer, preact, Rsum. simpl. now rewrite !Rplus_0_r. Qed.
Lemma act_zero s : act s 0 = 0.
Proof. unfold act. destruct Rlt_dec; lra. Qed.

Lemma forward_tail s j x y : s = 1 \/ 0 < x -> forward (tail_net s j) (tail_path j) [x; y] = [x].
Proof.
  intro H. revert y. induction j as [|j IH]; intro y; simpl repeat.
  - simpl. rewrite apply_last. simpl. f_equal. ring.
  - cbn [app forward]. rewrite apply_wide. cbn [nth].
    replace (act s (1 * x + 0 * y)) with x. apply IH.
    replace (1 * x + 0 * y) with x by ring. destruct H as [->|H]. now rewrite act_linear. now rewrite act_positive.
Qed.
Lemma effect_tail j k i : (k <= j)%nat -> (i < length (nth k (tail_path j) []))%nat ->
  forward (tail_net 1 j) (upd k (unit_vector i) (tail_path j)) [1; 0] = [nth i (nth k (tail_path j) []) 0].
Proof.
  revert k. induction j as [|j IH]; intros k Hk Hi; simpl repeat in *.
  - replace k with 0%nat in * by lia. simpl in Hi. simpl. rewrite apply_last, !nth_unit_vector.
    destruct i as [|[|]]; try lia; simpl; f_equal; ring.
  - cbn [app] in *. destruct k as [|k]; cbn [upd forward nth] in *; rewrite apply_wide, !act_linear.
    + rewrite !nth_unit_vector. simpl in Hi. rewrite forward_tail by auto.
      destruct i as [|[|[|[|]]]]; try lia; simpl; f_equal; ring.
    + cbn [nth]. replace (1 * 1 + 0 * 0) with 1 by ring. replace (0 * 1 + 0 * 0) with 0 by ring. apply IH; auto. lia.
Qed.
Lemma positive_tail s j t x y : 0 < t -> 0 < x -> 0 < y ->
  positive_units (tail_net s j) (repeat [1; 0; t; 0] j ++ [[1; 0]]) [x; y].
Proof.
  intros Ht. revert x y. induction j as [|j IH]; intros x y Hx Hy; simpl repeat; cbn [app positive_units].
  - split; auto. intros u [<-|[]]. unfold preact, Rsum. simpl. lra.
  - assert (0 < t * x) by now apply Rmult_lt_0_compat. split.
    + intros u [<-|[<-|[]]]; unfold preact, Rsum; simpl; lra.
    + rewrite apply_wide. cbn [nth]. rewrite !act_positive by lra. apply IH; lra.
Qed.

Lemma linearised_tail s j : linearised (tail_net s j) = tail_net 1 j.
Proof. unfold linearised. rewrite map_app. f_equal. induction j; simpl; congruence. Qed.
Lemma shaped_tail s j t : shaped (tail_net s j) (repeat [1; 0; t; 0] j ++ [[1; 0]]).
Proof. unfold shaped. rewrite !map_app. f_equal. induction j; simpl; congruence. Qed.
Lemma norm2_cons w theta : norm2 (w :: theta) = Rsum (map (fun x => x * x) w) + norm2 theta.
Proof. reflexivity. Qed.
Lemma minus_cons w v a b : minus (w :: a) (v :: b) = map (fun xy => fst xy - snd xy) (combine w v) :: minus a b.
Proof. reflexivity. Qed.
Lemma dist_tail j t : norm2 (minus (tail_path j) (repeat [1; 0; t; 0] j ++ [[1; 0]])) = INR j * (t * t).
Proof.
  induction j as [|j IH]; cbn [repeat app].
  - unfold norm2, Rsum. simpl. ring.
  - rewrite minus_cons, norm2_cons, IH, S_INR. unfold Rsum. simpl. ring.
Qed.

Section Dead.
Variables (s : R) (j : nat).
Hypothesis Slope : s < 1.
Let a := 4 / (1 - s).
Let P := Problem 2 (wide s :: tail_net s j) [([a; 1], true); ([- a; 1], true)].
Let theta := [0; 1; 0; 0] :: tail_path j.

Lemma a_ok : a * (1 - s) = 4.
Proof. unfold a. field. lra. Qed.
Lemma a_positive : 0 < a.
Proof. unfold a. apply Rdiv_lt_0_compat; lra. Qed.

Lemma dead_well_formed : well_formed P.
Proof.
  split; [|split; [|split; [|split]]]; unfold P; cbn [net data inputs].
  - discriminate.
  - discriminate.
  - assert (W : forall n, fits 2 n -> fits 2 (wide s :: n)).
    { intros n H. split; [discriminate|]. split; auto.
      intros u c [<-|[<-|[]]] [<-|[<-|[]]]; simpl; lia. }
    apply W. induction j as [|i IH]; cbn [repeat app]; [|now apply W].
    split; [discriminate|]. split; [|reflexivity]. intros u c [<-|[]] [<-|[<-|[]]]; simpl; lia.
  - change (wide s :: tail_net s j) with ((wide s :: repeat (wide s) j) ++ [last_layer]). now rewrite last_last.
  - intros s' [<-|[<-|[]]]; reflexivity.
Qed.
Lemma dead_shaped : shaped (net P) theta.
Proof. unfold shaped. pose proof (shaped_tail s j 0) as H. unfold shaped in H. simpl in *. now rewrite H. Qed.
Lemma dead_margin s' : In s' (data P) -> margin P theta s' = 1.
Proof.
  intros [<-|[<-|[]]]; unfold margin, Phi, P, theta; cbn [net fst snd sgn forward]; rewrite apply_wide; cbn [nth];
  match goal with |- context [act s ?z :: _] => replace z with 1 by ring end; rewrite act_positive, forward_tail by (try right; lra); simpl; ring.
Qed.
Lemma dead_feasible : feasible P None theta.
Proof.
  split. { split. apply dead_well_formed. exact I. }
  split. apply dead_shaped. intros s' Hs. rewrite dead_margin by auto. lra.
Qed.

Theorem dead_kkt : kkt P None theta.
Proof.
  apply (positive_kkt P theta dead_shaped [1 / 2; 1 / 2]); [apply dead_feasible | | |].
  - constructor; [|constructor; [|constructor]]; (split; [lra|intros _; apply dead_margin]); simpl; auto.
  - intros s' Hs eps He. set (n := INR j + 1). assert (Hn : 1 <= n) by (unfold n; pose proof (pos_INR j); lra).
    set (t := eps / (2 * n)). assert (Ht : 0 < t) by (apply Rdiv_lt_0_compat; lra).
    assert (Et : t * n = eps / 2) by (unfold t; field; lra).
    exists ([0; 1; 0; t] :: repeat [1; 0; t; 0] j ++ [[1; 0]]). split; [|split].
    + pose proof (shaped_tail s j t) as H. pose proof (shaped_tail s j 0) as H0. unfold shaped, same_shape, theta in *. simpl. congruence.
    + apply dist_lt; auto. unfold theta. rewrite minus_cons, norm2_cons, dist_tail. unfold Rsum. simpl.
      apply Rle_lt_trans with (t * n * (t * n)).
      * assert (n * (t * t) <= n * n * (t * t)); [|unfold n in *; lra].
        apply Rmult_le_compat_r. apply Rle_0_sqr. rewrite <- (Rmult_1_r n) at 1. apply Rmult_le_compat_l; lra.
      * rewrite Et. nra.
    + destruct Hs as [<-|[<-|[]]]; unfold P; cbn [net fst positive_units]; (split;
      [intros u [<-|[<-|[]]]; unfold preact, Rsum; simpl; lra
      |rewrite apply_wide; cbn [nth]; rewrite !act_positive by lra; apply positive_tail; lra]).
  - assert (Z : mix (inputs P) (data P) [1 / 2; 1 / 2] = [0; 1]).
    { unfold mix, weighted, Rsum, P. simpl. f_equal; [ring | f_equal; field]. }
    rewrite Z. intros k i Hk Hi. unfold P, theta, Phi in *. cbn [net linearised map slope nparams units].
    change (map (fun l : layer R => Layer 1 (nparams l) (units l)) (tail_net s j)) with (linearised (tail_net s j)).
    rewrite linearised_tail. unfold entry. simpl fst. simpl snd. destruct k as [|k]; cbn [upd forward nth] in *.
    + simpl in Hi. rewrite apply_wide, !act_linear, !nth_unit_vector, forward_tail by auto.
      destruct i as [|[|[|[|]]]]; try lia; simpl; ring.
    + rewrite apply_wide, !act_linear. cbn [nth]. replace (0 * 0 + 1 * 1) with 1 by ring. replace (0 * 0 + 0 * 1) with 0 by ring.
      simpl in Hk. rewrite app_length, repeat_length in Hk. simpl in Hk. rewrite effect_tail by (auto; lia). reflexivity.
Qed.

(** The tail with the weight [t] from the dead unit to the live one. *)
Definition revived_tail (t : R) : params R :=
  match j with O => [[1; t]] | S i => [1; t; 0; 0] :: tail_path i end.
Lemma forward_revived t x y : 0 < x + t * y -> forward (tail_net s j) (revived_tail t) [x; y] = [x + t * y].
Proof.
  intro H. unfold revived_tail. destruct j as [|i]; cbn [repeat app forward].
  - rewrite apply_last. simpl. f_equal. ring.
  - rewrite apply_wide. cbn [nth]. replace (1 * x + t * y) with (x + t * y) by ring. rewrite act_positive by auto. apply forward_tail. auto.
Qed.
Lemma shaped_revived t : shaped (tail_net s j) (revived_tail t).
Proof.
  unfold revived_tail. destruct j as [|i]; unfold shaped; simpl; auto. pose proof (shaped_tail s i 0) as H. unfold shaped in H.
  simpl in *. now rewrite H.
Qed.
Lemma norm2_revived t : norm2 (revived_tail t) = norm2 (tail_path j) + t * t.
Proof. unfold revived_tail. destruct j as [|i]; cbn [repeat app]; rewrite !norm2_cons; unfold norm2, Rsum; simpl; ring. Qed.
Lemma dist_revived t : norm2 (minus (tail_path j) (revived_tail t)) = t * t.
Proof.
  unfold revived_tail. destruct j as [|i]; cbn [repeat app]; rewrite minus_cons, norm2_cons.
  - unfold norm2, Rsum. simpl. ring.
  - rewrite minus_self. unfold Rsum. simpl. ring.
Qed.

Theorem dead_not_local : ~ local_optimum P None theta.
Proof.
  intros [_ (eps & He & H)]. pose proof a_positive as Ha. pose proof a_ok as Ea.
  set (b := (1 + s) / 2). set (K := Rabs (a * b) + b * b + 4).
  assert (HK : 4 <= K) by (unfold K; pose proof (Rabs_pos (a * b)); pose proof (Rle_0_sqr b) as Q; unfold Rsqr in Q; lra).
  set (t := Rmin (eps / 2) (/ (2 * K))).
  assert (Ht : 0 < t) by (apply Rmin_pos; [lra | apply Rinv_0_lt_compat; lra]).
  assert (T1 : t <= eps / 2) by apply Rmin_l.
  assert (T2 : t * K <= 1 / 2).
  { apply Rle_trans with (/ (2 * K) * K). apply Rmult_le_compat_r. lra. apply Rmin_r. right. field. lra. }
  assert (T3 : t * 4 <= t * K) by (apply Rmult_le_compat_l; lra).
  set (q := t * t). assert (Hq : 0 < q) by (apply Rmult_lt_0_compat; auto).
  assert (Q1 : q * K <= 1 / 2 * t) by (unfold q; replace (t * t * K) with (t * K * t) by ring; apply Rmult_le_compat_r; lra).
  assert (Q2 : q * K < 1 / 2) by lra.
  assert (Q3 : Rabs (a * b) * q <= q * K).
  { rewrite Rmult_comm. apply Rmult_le_compat_l. lra. unfold K. pose proof (Rle_0_sqr b) as Q. unfold Rsqr in Q. lra. }
  assert (Q4 : (b * b + 9 / 4) * q <= q * K).
  { rewrite Rmult_comm. apply Rmult_le_compat_l. lra. unfold K. pose proof (Rabs_pos (a * b)). lra. }
  assert (Q5 : 4 * q <= q * K) by (rewrite (Rmult_comm 4); apply Rmult_le_compat_l; lra).
  set (theta' := [b * q; 1 - 3 / 2 * q; - t; 0] :: revived_tail t).
  assert (AB : a * b - s * a = 2 /\ a - a * b = 2).
  { unfold b. split; lra. }
  destruct AB as [AB1 AB2].
  assert (Hab : - (1 / 2) < a * b * q < 1 / 2).
  { assert (Z : Rabs (a * b * q) < 1 / 2) by (rewrite Rabs_mult, (Rabs_pos_eq q) by lra; lra). apply Rabs_def2 in Z. lra. }
  assert (Sat : satisfies P theta').
  { split.
    - unfold shaped. pose proof (shaped_revived t) as Q. unfold shaped in Q. simpl in *. now rewrite Q.
    - assert (M1 : a * b * q + t * (s * (- t * a)) = 2 * q) by (unfold q; replace 2 with (a * b - s * a) by lra; ring).
      assert (M2 : - (a * b * q) + t * (t * a) = 2 * q) by (unfold q; replace 2 with (a - a * b) by lra; ring).
      assert (Hta : 0 < t * a) by (now apply Rmult_lt_0_compat).
      intros s' [<-|[<-|[]]]; unfold margin, Phi, P, theta'; cbn [net fst snd sgn forward]; rewrite apply_wide; cbn [nth].
      + assert (E2 : act s (- t * a + 0 * 1) = s * (- t * a)) by (unfold act; destruct Rlt_dec; lra).
        rewrite E2, act_positive by lra. rewrite forward_revived by lra. simpl. lra.
      + assert (E2 : act s (- t * - a + 0 * 1) = t * a) by (unfold act; destruct Rlt_dec; lra).
        rewrite E2, act_positive by lra. rewrite forward_revived by lra. simpl. lra. }
  assert (Norm : norm2 theta' < norm2 theta).
  { unfold theta', theta. rewrite !norm2_cons, norm2_revived. fold q. unfold Rsum. simpl.
    assert ((b * b + 9 / 4) * q * q < 1 * q) by (apply Rmult_lt_compat_r; lra).
    replace (- t * - t) with q by (unfold q; ring). lra. }
  assert (Near : dist theta theta' < eps).
  { apply dist_lt; auto. unfold theta', theta. rewrite minus_cons, norm2_cons, dist_revived. fold q. unfold Rsum. simpl.
    assert ((b * b + 9 / 4) * q * q < 1 * q) by (apply Rmult_lt_compat_r; lra).
    assert (q <= eps / 2 * (eps / 2)) by (apply Rmult_le_compat; lra).
    assert (0 < eps * eps) by (now apply Rmult_lt_0_compat).
    replace ((0 - - t) * (0 - - t)) with q by (unfold q; ring). lra. }
  specialize (H _ Sat ltac:(intros k Hk; discriminate Hk) Near). lra.
Qed.
End Dead.

Theorem dead_unit_no_local_optimum s L : s < 1 -> (2 <= L)%nat ->
  kkt (dead_unit s L) None (one_path L) /\ ~ local_optimum (dead_unit s L) None (one_path L).
Proof.
  intros Hs H. destruct L as [|[|j]]; try lia. unfold dead_unit, one_path.
  replace (S (S j) - 1)%nat with (S j) by lia. replace (S (S j) - 2)%nat with j by lia.
  split. now apply dead_kkt. now apply dead_not_local.
Qed.
