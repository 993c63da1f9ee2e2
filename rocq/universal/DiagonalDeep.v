(** * Diagonal networks of every depth above 2: a KKT point with positive weights that is no local optimum.

    With the weights [c (1 + u) / 2] on the one path and [c (1 - u) / 2] on the other the margin is
    [c^L ((1 + u)^L + (1 - u)^L) / 2], at least [(1 - L u^2 / 2) (1 + L (L - 1) u^2 / 2) >= 1] for [c = 1 - u^2 / 2], and the
    square norm is [L c^2 (1 + u^2) / 2 < L / 2]. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece Stationary DepthTwo DenseLinear PieceGradient Families.
Import ListNotations.
Open Scope R_scope.

(** ** The even and the odd part of [(1 + u)^n] *)
Definition even_part (u : R) (n : nat) : R := ((1 + u) ^ n + (1 - u) ^ n) / 2.
Definition odd_part (u : R) (n : nat) : R := ((1 + u) ^ n - (1 - u) ^ n) / 2.
Lemma parts_bound u n : 0 <= u ->
  1 + INR n * (INR n - 1) / 2 * (u * u) <= even_part u n /\ INR n * u <= odd_part u n.
Proof.
  intro Hu. induction n as [|n [IH1 IH2]].
  - unfold even_part, odd_part. simpl. lra.
  - assert (E : even_part u (S n) = even_part u n + u * odd_part u n) by (unfold even_part, odd_part; simpl; field).
    assert (O : odd_part u (S n) = odd_part u n + u * even_part u n) by (unfold even_part, odd_part; simpl; field).
    rewrite E, O, S_INR. clear E O. set (N := INR n) in *. set (f := even_part u n) in *. set (g := odd_part u n) in *.
    assert (HN : 0 <= N) by apply pos_INR.
    assert (H1 : u * (N * u) <= u * g) by (apply Rmult_le_compat_l; auto).
    split. lra.
    assert (F : 1 <= f).
    { destruct n as [|n].
      - unfold f, even_part. simpl. lra.
      - assert (0 <= N * (N - 1) / 2 * (u * u)); [|lra]. assert (1 <= N) by (unfold N; rewrite S_INR; pose proof (pos_INR n); lra).
        apply Rmult_le_pos; [|nra]. apply Rmult_le_pos; [|lra]. apply Rmult_le_pos; lra. }
    assert (u * 1 <= u * f) by (apply Rmult_le_compat_l; auto). lra.
Qed.

(** ** The network *)
Notation path s := (Layer s 2 (diagonal 2)).
Notation last_layer := (Layer 1 2 (dense 2 1)).

Lemma act_positive s z : 0 < z -> act s z = z.
Proof. intro H. unfold act. destruct Rlt_dec; lra. Qed.
Lemma act_linear z : act 1 z = z.
Proof. unfold act. destruct Rlt_dec; lra. Qed.
Lemma apply_path s w x y : apply_layer (path s) w [x; y] = [act s (nth 0 w 0 * x); act s (nth 1 w 0 * y)].
Proof. unfold apply_layer, preact, Rsum. simpl. now rewrite !Rplus_0_r. Qed.
Lemma apply_last w x y : apply_layer last_layer w [x; y] = [nth 0 w 0 * x + nth 1 w 0 * y].
Proof. unfold apply_layer, preact, Rsum. simpl. now rewrite act_linear, Rplus_0_r. Qed.

Lemma forward_paths s m a b x y : s = 1 \/ (0 < a /\ 0 < b /\ 0 < x /\ 0 < y) ->
  forward (repeat (path s) m ++ [last_layer]) (repeat [a; b] (S m)) [x; y] = [a * (a ^ m * x) + b * (b ^ m * y)].
Proof.
  revert x y. induction m as [|m IH]; intros x y H.
  - simpl forward. rewrite apply_last. simpl. f_equal. ring.
  - change (repeat (path s) (S m) ++ [last_layer]) with (path s :: (repeat (path s) m ++ [last_layer])).
    change (repeat [a; b] (S (S m))) with ([a; b] :: repeat [a; b] (S m)). cbn [forward]. rewrite apply_path. cbn [nth].
    assert (E : act s (a * x) = a * x /\ act s (b * y) = b * y).
    { destruct H as [->|(Ha & Hb & Hx & Hy)]. split; apply act_linear. split; apply act_positive; now apply Rmult_lt_0_compat. }
    destruct E as [-> ->]. rewrite IH.
    + f_equal. simpl. ring.
    + destruct H as [->|(Ha & Hb & Hx & Hy)]; [left | right]; auto. repeat split; auto; now apply Rmult_lt_0_compat.
Qed.
Lemma positive_paths s m h x y : 0 < h -> 0 < x -> 0 < y ->
  positive_units (repeat (path s) m ++ [last_layer]) (repeat [h; h] (S m)) [x; y].
Proof.
  intro Hh. revert x y. induction m as [|m IH]; intros x y Hx Hy;
    (assert (Px : 0 < h * x) by (now apply Rmult_lt_0_compat)); (assert (Py : 0 < h * y) by (now apply Rmult_lt_0_compat)).
  - simpl. split; auto. intros u [<-|[]]. unfold preact, Rsum. simpl. lra.
  - change (repeat (path s) (S m) ++ [last_layer]) with (path s :: (repeat (path s) m ++ [last_layer])).
    change (repeat [h; h] (S (S m))) with ([h; h] :: repeat [h; h] (S m)). cbn [positive_units]. split.
    + intros u [<-|[<-|[]]]; unfold preact, Rsum; simpl; lra.
    + rewrite apply_path. cbn [nth]. rewrite !act_positive by lra. apply IH; lra.
Qed.
Lemma effect_paths m k i h x y : (k <= m)%nat -> (i < 2)%nat ->
  forward (repeat (path 1) m ++ [last_layer]) (upd k (unit_vector i) (repeat [h; h] (S m))) [x; y] =
  [nth i [x; y] 0 * h ^ m].
Proof.
  revert k x y. induction m as [|m IH]; intros k x y Hk Hi.
  - replace k with 0%nat by lia. simpl upd. simpl forward. rewrite apply_last, !nth_unit_vector.
    destruct i as [|[|]]; try lia; simpl; f_equal; ring.
  - change (repeat (path 1) (S m) ++ [last_layer]) with (path 1 :: (repeat (path 1) m ++ [last_layer])).
    change (repeat [h; h] (S (S m))) with ([h; h] :: repeat [h; h] (S m)). destruct k as [|k]; cbn [upd forward]; rewrite apply_path.
    + rewrite !nth_unit_vector, !act_linear, forward_paths by auto. destruct i as [|[|]]; try lia; simpl; f_equal; ring.
    + rewrite !act_linear. cbn [nth]. rewrite IH by lia. destruct i as [|[|]]; try lia; simpl; f_equal; ring.
Qed.

Lemma linearised_paths s m : linearised (repeat (path s) m ++ [last_layer]) = repeat (path 1) m ++ [last_layer].
Proof. unfold linearised. rewrite map_app. f_equal. induction m; simpl; congruence. Qed.
Lemma shaped_paths s m (w : list R) : length w = 2%nat -> shaped (repeat (path s) m ++ [last_layer]) (repeat w (S m)).
Proof.
  intro H. unfold shaped. rewrite map_app. induction m as [|m IH]. simpl. now rewrite H.
  change (repeat w (S (S m))) with (w :: repeat w (S m)). cbn [map]. rewrite IH, H. reflexivity.
Qed.
Lemma well_formed_paths s m x : length x = 2%nat ->
  well_formed (Problem 2 (repeat (path s) m ++ [last_layer]) [(x, true)]).
Proof.
  intro H. split; [|split; [|split; [|split]]]; simpl.
  - now destruct m.
  - discriminate.
  - induction m as [|m IH]; simpl.
    + split; [discriminate|]. split; auto. intros u c [<-|[]] [<-|[<-|[]]]; simpl; lia.
    + split; [discriminate|]. split; auto. intros u c [<-|[<-|[]]] [<-|[]]; simpl; lia.
  - now rewrite last_last.
  - intros s' [<-|[]]. exact H.
Qed.

Lemma norm2_repeat a b n : norm2 (repeat [a; b] n) = INR n * (a * a + b * b).
Proof.
  induction n as [|n IH]. unfold norm2, Rsum. simpl. ring.
  rewrite S_INR. change (norm2 (repeat [a; b] (S n))) with (Rsum [a * a; b * b] + norm2 (repeat [a; b] n)).
  rewrite IH. unfold Rsum. simpl. ring.
Qed.
Lemma minus_repeat a b c d n : minus (repeat [a; b] n) (repeat [c; d] n) = repeat [a - c; b - d] n.
Proof. unfold minus. induction n as [|n IH]; simpl in *; congruence. Qed.
Lemma halves_pow z m : z / 2 * ((z / 2) ^ m * 2 ^ m) = z * z ^ m / 2.
Proof. rewrite <- Rpow_mult_distr. replace (z / 2 * 2) with z by field. field. Qed.

Section Deep.
Variables (s : R) (m : nat).
Let L := S m.
Let P := Problem 2 (repeat (path s) m ++ [last_layer]) [([2 ^ m; 2 ^ m], true)].
Let theta := repeat [1 / 2; 1 / 2] L.

Lemma paths_margin a b : 0 < a -> 0 < b -> margin P (repeat [a / 2; b / 2] L) ([2 ^ m; 2 ^ m], true) = (a ^ L + b ^ L) / 2.
Proof.
  intros Ha Hb. assert (H2 : 0 < 2 ^ m) by (apply pow_lt; lra).
  unfold margin, Phi, P, L. cbn [net fst snd sgn]. rewrite forward_paths by (right; repeat split; auto; lra).
  cbn [nth]. rewrite !halves_pow. simpl. field.
Qed.
Lemma paths_satisfy a b : 0 < a -> 0 < b -> 2 <= a ^ L + b ^ L -> satisfies P (repeat [a / 2; b / 2] L).
Proof.
  intros Ha Hb H. split. now apply shaped_paths. intros s' [<-|[]]. rewrite paths_margin by auto. lra.
Qed.
Lemma paths_feasible : feasible P None theta.
Proof.
  split. { split. now apply well_formed_paths. exact I. }
  unfold theta. apply paths_satisfy; try lra. rewrite pow1. lra.
Qed.
Lemma paths_kkt : kkt P None theta.
Proof.
  assert (Sh : shaped (net P) theta) by now apply shaped_paths.
  assert (H2 : 0 < 2 ^ m) by (apply pow_lt; lra).
  apply (positive_kkt P theta Sh [1 / 2]); [apply paths_feasible | | |].
  - constructor; [|constructor]. split. lra. intros _. unfold theta. rewrite paths_margin by lra. rewrite pow1. field.
  - intros s' [<-|[]] eps He. exists theta. split; [reflexivity|]. split.
    unfold dist. rewrite minus_self, sqrt_0. exact He. apply positive_paths; lra.
  - intros k i Hk Hi. unfold theta, L in Hk. rewrite repeat_length in Hk.
    assert (E : nth k theta [] = [1 / 2; 1 / 2]).
    { assert (Q : In (nth k theta []) theta) by (apply nth_In; unfold theta, L; now rewrite repeat_length).
      apply repeat_spec in Q. exact Q. }
    unfold entry. simpl fst. simpl snd. rewrite E in *. simpl in Hi. unfold Phi. unfold P at 1. cbn [net inputs data].
    rewrite linearised_paths. unfold mix, weighted, Rsum. simpl map. cbn [fold_right].
    unfold theta, L. rewrite effect_paths by lia. cbn [nth].
    assert (Z : 2 ^ m * (1 / 2) ^ m = 1) by (rewrite <- Rpow_mult_distr; replace (2 * (1 / 2)) with 1 by field; apply pow1).
    destruct i as [|[|]]; try lia; simpl;
    match goal with |- ?l = ?r => replace r with (1 / 2 * (2 ^ m * (1 / 2) ^ m)) by ring; rewrite Z; ring end.
Qed.
Lemma paths_inputs : nonzero_inputs P theta.
Proof.
  assert (Sh : shaped (net P) theta) by now apply shaped_paths.
  destruct paths_feasible as [Po _]. split; auto. split; auto. intros k l u s' Hk Hlt Hu [<-|[]].
  apply Rgt_not_eq. apply (positive_preact (net P) theta _ k l u); auto.
  - assert (0 < 2 ^ m) by (apply pow_lt; lra). apply positive_paths; lra.
  - now apply shaped_length.
Qed.

Hypothesis Deep : (2 <= m)%nat.

Theorem paths_not_local : ~ local_optimum P None theta.
Proof.
  intros [_ (eps & He & H)]. set (N := INR L).
  assert (HN : 3 <= N).
  { unfold N, L. replace 3 with (INR 3) by (simpl; lra). apply le_INR. lia. }
  set (u := Rmin (/ N) (eps / (2 * N))).
  assert (Hu : 0 < u) by (apply Rmin_pos; [apply Rinv_0_lt_compat | apply Rdiv_lt_0_compat]; lra).
  assert (U1 : u * N <= 1).
  { apply Rle_trans with (/ N * N). apply Rmult_le_compat_r. lra. apply Rmin_l. right. field. lra. }
  assert (U2 : u * N <= eps / 2).
  { apply Rle_trans with (eps / (2 * N) * N). apply Rmult_le_compat_r. lra. apply Rmin_r. right. field. lra. }
  assert (U3 : u <= 1 / 3) by nra.
  set (c := 1 - u * u / 2).
  assert (Hc : 0 < c <= 1) by (unfold c; nra).
  assert (A : 0 < c * (1 + u)) by (apply Rmult_lt_0_compat; lra).
  assert (B : 0 < c * (1 - u)) by (apply Rmult_lt_0_compat; lra).
  assert (Sat : satisfies P (repeat [c * (1 + u) / 2; c * (1 - u) / 2] L)).
  { apply paths_satisfy; auto. rewrite !Rpow_mult_distr.
    assert (E : c ^ L * (1 + u) ^ L + c ^ L * (1 - u) ^ L = 2 * (c ^ L * even_part u L)) by (unfold even_part; field).
    rewrite E. destruct (parts_bound u L ltac:(lra)) as [F _]. fold N in F.
    pose proof (bernoulli L (- (u * u / 2)) ltac:(nra)) as Bn. fold N in Bn.
    replace (1 + - (u * u / 2)) with c in Bn by (unfold c; ring).
    set (q := u * u) in *. assert (Q1 : 0 <= q) by (unfold q; nra). assert (Q2 : q * (N * N) <= 1).
    { unfold q. replace (u * u * (N * N)) with ((u * N) * (u * N)) by ring. apply Rle_trans with (1 * 1); [|lra].
      apply Rmult_le_compat; auto; apply Rmult_le_pos; lra. }
    assert (Q3 : q * N <= 1 / 3) by nra.
    assert (G : (1 + N * - (q / 2)) * (1 + N * (N - 1) / 2 * q) <= c ^ L * even_part u L).
    { assert (0 <= N * (N - 1) / 2 * q).
      { apply Rmult_le_pos; auto. apply Rmult_le_pos; [|lra]. apply Rmult_le_pos; lra. }
      apply Rmult_le_compat; lra. }
    assert (K : 0 <= q * N * ((N - 2) - q * (N * (N - 1)) / 2)).
    { apply Rmult_le_pos. apply Rmult_le_pos; lra. assert (q * (N * (N - 1)) <= q * (N * N)); [|lra].
      apply Rmult_le_compat_l; auto. apply Rmult_le_compat_l; lra. }
    lra. }
  assert (Norm : norm2 (repeat [c * (1 + u) / 2; c * (1 - u) / 2] L) < norm2 theta).
  { unfold theta. rewrite !norm2_repeat. fold N. apply Rmult_lt_compat_l. lra.
    assert (c * c * (1 + u * u) < 1).
    { unfold c. set (q := u * u). assert (0 < q) by (unfold q; nra). assert (q <= 1) by (unfold q; nra).
      assert (0 < q * q * (3 - q)). { apply Rmult_lt_0_compat. nra. lra. } lra. }
    nra. }
  assert (Near : dist theta (repeat [c * (1 + u) / 2; c * (1 - u) / 2] L) < eps).
  { apply dist_lt; auto. unfold theta. rewrite minus_repeat, norm2_repeat. fold N.
    assert (S2 : 0 <= u * u <= u * (1 / 3)) by (split; [apply Rmult_le_pos | apply Rmult_le_compat_l]; lra).
    assert (S3 : 0 <= u * u * u <= u * u * (1 / 3)) by (split; [apply Rmult_le_pos | apply Rmult_le_compat_l]; lra).
    assert (X : (1 / 2 - c * (1 + u) / 2) * (1 / 2 - c * (1 + u) / 2) <= u * u / 4).
    { set (e := u - u * u / 2 - u * u * u / 2). replace (1 / 2 - c * (1 + u) / 2) with (- e / 2) by (unfold e, c; field).
      assert (e * e <= u * u) by (apply Rmult_le_compat; unfold e; lra). lra. }
    assert (Y : (1 / 2 - c * (1 - u) / 2) * (1 / 2 - c * (1 - u) / 2) <= u * u * 9 / 16).
    { set (e := u + u * u / 2 - u * u * u / 2). replace (1 / 2 - c * (1 - u) / 2) with (e / 2) by (unfold e, c; field).
      assert (e * e <= 3 / 2 * u * (3 / 2 * u)) by (apply Rmult_le_compat; unfold e; lra). lra. }
    apply Rle_lt_trans with (N * (u * u)). apply Rmult_le_compat_l; lra.
    assert (N * (u * u) <= (u * N) * (u * N)) by nra.
    assert ((u * N) * (u * N) <= eps / 2 * (eps / 2)); [|nra].
    apply Rmult_le_compat; auto; apply Rmult_le_pos; lra. }
  specialize (H _ Sat ltac:(intros k Hk; discriminate Hk) Near). lra.
Qed.
End Deep.

Theorem diagonal_deep_no_local_optimum s L : (3 <= L)%nat ->
  nonzero_weights (diagonal_deep s L) (halves L) /\ nonzero_inputs (diagonal_deep s L) (halves L) /\
  kkt (diagonal_deep s L) None (halves L) /\ ~ local_optimum (diagonal_deep s L) None (halves L).
Proof.
  intro H. destruct L as [|m]; [lia|]. unfold diagonal_deep, halves. replace (S m - 1)%nat with m by lia.
  split; [|split; [|split]].
  - apply inputs_need_weights, paths_inputs.
  - apply paths_inputs.
  - apply paths_kkt.
  - apply paths_not_local. lia.
Qed.
