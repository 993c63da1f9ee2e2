(** * A shared filter, at every depth: a KKT point with non-zero weights and inputs that is no local optimum.

    The filter [(0, r)], where [r^2 = 2], becomes [(t, r (1 - t^2))], and the weights of the last layer [1 + t] and [1 - t].
    The margin becomes [1 + t^2], and the square norm changes by [- t^2 + 2 t^4]. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Vectors Ray Sums Piece Stationary DepthTwo DenseLinear PieceGradient DiagonalDeep FlowOnRay FamilyFlows Families.
Import ListNotations.
Open Scope R_scope.

Notation filter s := (Layer s 2 (convolution 2 1 [[0; 1]; [2; 3]]%nat)).
Notation paths s j := (repeat (path s) j ++ [last_layer]).
Local Definition root := sqrt 2.
Local Definition sample : list R := [1; root / 4; -1; root / 4].

Lemma root_square : root * root = 2.
Proof. apply sqrt_sqrt. lra. Qed.
Lemma root_positive : 0 < root.
Proof. apply sqrt_lt_R0. lra. Qed.
Lemma root_half a : a * root * (root / 4) = a / 2.
Proof. replace (a * root * (root / 4)) with (a * (root * root) / 4) by field. rewrite root_square. field. Qed.

Lemma apply_filter s w x0 x1 x2 x3 : apply_layer (filter s) w [x0; x1; x2; x3] =
  [act s (nth 0 w 0 * x0 + nth 1 w 0 * x1); act s (nth 0 w 0 * x2 + nth 1 w 0 * x3)].
Proof. unfold apply_layer, preact, Rsum. simpl. now rewrite !Rplus_0_r. Qed.
Lemma forward_ones s j p q x y : 0 < x -> 0 < y ->
  forward (paths s j) (repeat [1; 1] j ++ [[p; q]]) [x; y] = [p * x + q * y].
Proof.
  revert x y. induction j as [|j IH]; intros x y Hx Hy; cbn [repeat app forward].
  - rewrite apply_last. reflexivity.
  - rewrite apply_path. cbn [nth]. rewrite !Rmult_1_l, !act_positive by auto. now apply IH.
Qed.
Lemma ones_last (v : list R) j : repeat v (S j) = repeat v j ++ [v].
Proof. induction j as [|j IH]; simpl in *; congruence. Qed.
Lemma linearised_filter s j : linearised (filter s :: paths s j) = filter 1 :: paths 1 j.
Proof.
  change (linearised (filter s :: paths s j)) with (filter 1 :: linearised (paths s j)). now rewrite linearised_paths.
Qed.

Section Filter.
Variables (s : R) (j : nat).
Let P := Problem 4 (filter s :: paths s j) [(sample, true)].
Let point a := [0; a * root] :: repeat [a; a] (S j).

Lemma shaped_point a : shaped (net P) (point a).
Proof. pose proof (shaped_paths s j [a; a] eq_refl) as H. unfold shaped, P, point in *. cbn [net map]. now rewrite H. Qed.
Lemma filter_well_formed : well_formed P.
Proof.
  pose proof (well_formed_paths s j [0; 0] eq_refl) as (_ & _ & F & La & _). unfold P.
  split; [|split; [|split; [|split]]]; cbn [net data inputs] in *; try discriminate.
  - split; [discriminate|]. split; [|exact F]. intros u c [<-|[<-|[]]] [<-|[<-|[]]]; simpl; lia.
  - destruct j; exact La.
  - intros s' [<-|[]]. reflexivity.
Qed.
Lemma filter_forward a s' : 0 < a -> In s' (data P) ->
  positive_units (net P) (point a) (fst s') /\ margin P (point a) s' = a ^ S (S j).
Proof.
  intros Ha [<-|[]]. pose proof (root_half a) as Rh. split.
  - unfold P, point, sample. cbn [net fst positive_units]. split.
    + intros u [<-|[<-|[]]]; unfold preact, Rsum; simpl; lra.
    + rewrite apply_filter. cbn [nth]. rewrite !act_positive by lra. apply positive_paths; lra.
  - unfold margin, Phi, P, point, sample. cbn [net fst snd sgn forward]. rewrite apply_filter. cbn [nth].
    rewrite !act_positive by lra. rewrite forward_paths by (right; lra). cbn [nth]. rewrite Rh. simpl. field.
Qed.
(** What each parameter contributes on the sample, times [c]. *)
Lemma filter_effect a c k i : (k < S (S j))%nat -> (i < length (nth k (point 1) []))%nat ->
  c * nth 0 (forward (filter 1 :: paths 1 j) (upd k (unit_vector i) (point a)) sample) 0 = c * a ^ S j / 2 * entry (point 1) (k, i).
Proof.
  intros Hk Hi. unfold point, sample, entry in *. cbn [fst snd]. destruct k as [|k]; cbn [upd forward nth] in *; rewrite apply_filter, !act_linear.
  - rewrite !nth_unit_vector, forward_paths by auto. cbn [nth]. simpl in Hi. destruct i as [|[|]]; try lia; simpl; field.
  - cbn [nth]. rewrite effect_paths.
    2: lia. 2:{ assert (Q : In (nth k (repeat [1; 1] (S j)) []) (repeat [1; 1] (S j))) by (apply nth_In; rewrite repeat_length; lia).
      apply repeat_spec in Q. rewrite Q in Hi. exact Hi. }
    assert (E : nth k (repeat [1; 1] (S j)) [] = [1; 1]).
    { assert (Q : In (nth k (repeat [1; 1] (S j)) []) (repeat [1; 1] (S j))) by (apply nth_In; rewrite repeat_length; lia).
      now apply repeat_spec in Q. }
    rewrite E in *. simpl in Hi. pose proof (root_half a) as Rh.
    destruct i as [|[|]]; try lia; cbn [nth]; rewrite Rh; simpl; field.
Qed.

Lemma filter_feasible : feasible P None (point 1).
Proof.
  split. { split. apply filter_well_formed. exact I. }
  split. apply shaped_point. intros s' Hs. destruct (filter_forward 1 s' ltac:(lra) Hs) as [_ ->]. rewrite pow1. lra.
Qed.
Lemma filter_kkt : kkt P None (point 1).
Proof.
  apply (positive_kkt P (point 1) (shaped_point 1) [2]); [apply filter_feasible | | |].
  - constructor; [|constructor]. split. lra. intros _. destruct (filter_forward 1 (sample, true) ltac:(lra) ltac:(now left)) as [_ ->]. apply pow1.
  - intros s' Hs eps He. exists (point 1). split; [reflexivity|]. split. unfold dist. rewrite minus_self, sqrt_0. exact He.
    destruct (filter_forward 1 s' ltac:(lra) Hs) as [Q _]. exact Q.
  - intros k i Hk Hi. unfold Phi. rewrite <- (output_mix _ _ (inputs P)).
    + unfold weighted, Rsum, P. cbn [data net combine map fold_right fst snd sgn]. rewrite linearised_filter.
      pose proof (filter_effect 1 (2 * 1) k i ltac:(unfold point in Hk; simpl in Hk; rewrite repeat_length in Hk; exact Hk) Hi) as E.
      rewrite pow1 in E. lra.
    + intros l Hl. unfold linearised in Hl. apply in_map_iff in Hl. destruct Hl as (l' & <- & _). reflexivity.
    + rewrite length_upd. unfold linearised. rewrite map_length. apply shaped_length, shaped_point.
    + intros s' [<-|[]]. reflexivity.
Qed.
Lemma filter_inputs : nonzero_inputs P (point 1).
Proof.
  destruct filter_feasible as [Po _]. split; auto. split. apply shaped_point. intros k l u s' Hk Hlt Hu Hs.
  apply Rgt_not_eq. apply (positive_preact (net P) (point 1) _ k l u); auto.
  - destruct (filter_forward 1 s' ltac:(lra) Hs) as [Q _]. exact Q.
  - apply shaped_length, shaped_point.
Qed.

Theorem filter_not_local : ~ local_optimum P None (point 1).
Proof.
  intros [_ (eps & He & H)]. set (t := Rmin (eps / 4) (1 / 4)).
  assert (Ht : 0 < t) by (apply Rmin_pos; lra). assert (T1 : t <= eps / 4) by apply Rmin_l. assert (T2 : t <= 1 / 4) by apply Rmin_r.
  set (q := t * t). assert (Hq : 0 < q) by (apply Rmult_lt_0_compat; auto).
  assert (Q1 : q <= 1 / 4 * t) by (apply Rmult_le_compat_r; lra).
  set (theta' := [t; (1 - q) * root] :: repeat [1; 1] j ++ [[1 + t; 1 - t]]).
  assert (Ep : point 1 = [0; 1 * root] :: repeat [1; 1] j ++ [[1; 1]]) by (unfold point; now rewrite ones_last).
  assert (Sat : satisfies P theta').
  { split.
    - pose proof (shaped_point 1) as Q. rewrite Ep in Q. unfold shaped, theta' in *. rewrite <- Q. cbn [map]. now rewrite !map_app.
    - intros s' [<-|[]]. unfold margin, Phi, P, theta', sample. cbn [net fst snd sgn forward]. rewrite apply_filter. cbn [nth].
      pose proof (root_half (1 - q)) as Rh. rewrite !Rh, !act_positive by lra. rewrite forward_ones by lra. cbn [nth].
      replace (1 * ((1 + t) * (t * 1 + (1 - q) / 2) + (1 - t) * (t * -1 + (1 - q) / 2))) with (1 - q + 2 * (t * t)) by field. fold q. lra. }
  assert (App : forall c d, norm2 (c ++ d) = norm2 c + norm2 d).
  { intros c d. unfold norm2. now rewrite map_app, Rsum_app. }
  assert (R2 : forall a, a * root * (a * root) = 2 * (a * a)).
  { intro a. replace (a * root * (a * root)) with (root * root * (a * a)) by ring. now rewrite root_square. }
  assert (Norm : norm2 theta' < norm2 (point 1)).
  { rewrite Ep. unfold theta'.
    change (norm2 ([t; (1 - q) * root] :: repeat [1; 1] j ++ [[1 + t; 1 - t]])) with
      (norm2 ([[t; (1 - q) * root]] ++ repeat [1; 1] j ++ [[1 + t; 1 - t]])).
    change (norm2 ([0; 1 * root] :: repeat [1; 1] j ++ [[1; 1]])) with (norm2 ([[0; 1 * root]] ++ repeat [1; 1] j ++ [[1; 1]])).
    rewrite !App.
    assert (N2 : forall a b, norm2 [[a; b]] = a * a + b * b) by (intros; unfold norm2, Rsum; simpl; ring).
    rewrite !N2, !R2. assert (0 < q * (1 - 2 * q)) by (apply Rmult_lt_0_compat; lra).
    replace ((1 + t) * (1 + t) + (1 - t) * (1 - t)) with (2 + 2 * q) by (unfold q; ring). fold q. lra. }
  assert (Near : dist (point 1) theta' < eps).
  { apply dist_lt; auto. rewrite Ep. unfold theta'.
    assert (Mn : norm2 (minus ([0; 1 * root] :: repeat [1; 1] j ++ [[1; 1]]) ([t; (1 - q) * root] :: repeat [1; 1] j ++ [[1 + t; 1 - t]])) =
      q + 2 * (q * q) + 2 * q).
    { assert (Tl : norm2 (minus (repeat [1; 1] j ++ [[1; 1]]) (repeat [1; 1] j ++ [[1 + t; 1 - t]])) = 2 * q).
      { clear - q. induction j as [|i IH]; cbn [repeat app].
        - unfold norm2, Rsum, q. simpl. ring.
        - change (minus ([1; 1] :: repeat [1; 1] i ++ [[1; 1]]) ([1; 1] :: repeat [1; 1] i ++ [[1 + t; 1 - t]])) with
            ([1 - 1; 1 - 1] :: minus (repeat [1; 1] i ++ [[1; 1]]) (repeat [1; 1] i ++ [[1 + t; 1 - t]])).
          change (norm2 ([1 - 1; 1 - 1] :: minus (repeat [1; 1] i ++ [[1; 1]]) (repeat [1; 1] i ++ [[1 + t; 1 - t]]))) with
            (Rsum [(1 - 1) * (1 - 1); (1 - 1) * (1 - 1)] + norm2 (minus (repeat [1; 1] i ++ [[1; 1]]) (repeat [1; 1] i ++ [[1 + t; 1 - t]]))).
          rewrite IH. unfold Rsum. simpl. ring. }
      match goal with |- norm2 (minus (_ :: ?c) (_ :: ?d)) = _ =>
        change (norm2 (minus ([0; 1 * root] :: c) ([t; (1 - q) * root] :: d))) with
          (Rsum [(0 - t) * (0 - t); (1 * root - (1 - q) * root) * (1 * root - (1 - q) * root)] + norm2 (minus c d)) end.
      rewrite Tl. unfold Rsum. cbn [fold_right].
      replace (1 * root - (1 - q) * root) with (q * root) by ring. rewrite R2. unfold q. ring. }
    rewrite Mn. assert (q * q <= 1 / 4 * q) by (apply Rmult_le_compat_r; lra).
    assert (q <= eps / 4 * (eps / 4)) by (apply Rmult_le_compat; lra). assert (0 < eps * eps) by (now apply Rmult_lt_0_compat). lra. }
  specialize (H _ Sat ltac:(intros k Hk; discriminate Hk) Near). lra.
Qed.

Variables (l l' : R -> R).
Hypothesis Fit : fit_loss l l'.
Lemma along_point a : along (point 0) (point 1) a = point a.
Proof.
  unfold along, point. cbn [combine map fst snd]. f_equal.
  - f_equal; [ring|]. f_equal. ring.
  - induction (S j) as [|i IH]; cbn [repeat combine map fst snd]. reflexivity. rewrite IH. f_equal. f_equal; [ring|]. f_equal. ring.
Qed.
Theorem filter_flow : flow_converges l P (point 0) (point 1) 1 (point 1).
Proof.
  assert (N : norm2 (point 1) = 2 * INR (S (S j))).
  { unfold point. change (norm2 ([0; 1 * root] :: repeat [1; 1] (S j))) with (Rsum [0 * 0; 1 * root * (1 * root)] + norm2 (repeat [1; 1] (S j))).
    rewrite norm2_repeat, (S_INR (S j)). unfold Rsum. cbn [fold_right].
    replace (1 * root * (1 * root)) with (root * root) by ring. rewrite root_square. ring. }
  assert (Pos : 0 < INR (S (S j))) by (apply lt_0_INR; lia).
  apply (power_flow l l' P (point 0) (point 1) (fun a s' => positive_gradient P (point a) s' (point a)) (S (S j))); auto; try lia.
  - split. apply filter_well_formed. exact I.
  - apply shaped_point.
  - apply shaped_point.
  - lra.
  - intros a s' Ha Hs. rewrite along_point. destruct (filter_forward a s' ltac:(lra) Hs) as [Q ->]. split; auto.
    apply positive_gradient_ok; auto. apply shaped_point. reflexivity.
  - intros a s' Ha Hs. rewrite along_point. destruct (filter_forward a s' ltac:(lra) Hs) as [Q _]. now apply positive_off_kinks.
  - intros a v Ha. rewrite N. change (INR (length (data P))) with 1. replace (S (S j) - 1)%nat with (S j) by lia.
    replace (1 * INR (S (S j)) * a ^ S j / (2 * INR (S (S j)))) with (a ^ S j / 2) by (field; lra).
    unfold Rsum. change (data P) with [(sample, true)]. cbn [map fold_right]. rewrite Rplus_0_r, <- entry_scale.
    assert (Sh : same_shape (point a) (map (map (Rmult (a ^ S j / 2))) (point 1))).
    { pose proof (shaped_point a) as H1. pose proof (shaped_point 1) as H2. unfold shaped, same_shape in *.
      rewrite H1, <- H2, map_map. apply map_ext. intro. symmetry. apply map_length. }
    unfold positive_gradient. rewrite (tab_shape _ _ _ Sh). apply tabulated; auto. intros k i Hk Hi.
    rewrite map_length in Hk. change (length (point 1)) with (S (length (repeat [1; 1] (S j)))) in Hk. rewrite repeat_length in Hk.
    assert (Hi' : (i < length (nth k (point 1) []))%nat).
    { revert Hi. change (@nil R) with (map (Rmult (a ^ S j / 2)) []) at 1. rewrite map_nth, map_length. auto. }
    rewrite entry_scale. unfold P. cbn [net fst snd sgn]. rewrite linearised_filter, (filter_effect a 1) by auto. field.
Qed.
End Filter.

Theorem shared_filter_no_local_optimum s L : (2 <= L)%nat ->
  nonzero_weights (shared_filter s L) (filter_point L) /\ nonzero_inputs (shared_filter s L) (filter_point L) /\
  kkt (shared_filter s L) None (filter_point L) /\ ~ local_optimum (shared_filter s L) None (filter_point L).
Proof.
  intro H. destruct L as [|[|j]]; try lia. unfold shared_filter, filter_point.
  replace (S (S j) - 2)%nat with j by lia. replace (S (S j) - 1)%nat with (S j) by lia.
  replace [0; sqrt 2] with [0; 1 * root] by (f_equal; f_equal; unfold root; ring).
  split; [|split; [|split]].
  - apply inputs_need_weights, filter_inputs.
  - apply filter_inputs.
  - apply filter_kkt.
  - apply filter_not_local.
Qed.
Theorem shared_filter_flow l s L : l = exponential \/ l = logistic -> (2 <= L)%nat ->
  flow_converges l (shared_filter s L) ([0; 0] :: zeros (L - 1)) (filter_point L) 1 (filter_point L).
Proof.
  intros Hl H. destruct (losses_fit l Hl) as (l' & Fit). destruct L as [|[|j]]; try lia. unfold shared_filter, filter_point, zeros.
  replace (S (S j) - 2)%nat with j by lia. replace (S (S j) - 1)%nat with (S j) by lia.
  replace [0; sqrt 2] with [0; 1 * root] by (f_equal; f_equal; unfold root; ring).
  replace [0; 0] with [0; 0 * root] at 1 by (f_equal; f_equal; ring).
  apply (filter_flow s j l l' Fit).
Qed.
