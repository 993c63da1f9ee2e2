(** * Gradient flow reaches the KKT points of the families of every depth.

    On the ray the product of the live weights grows. What the dead units would need lies off the ray, and they stay dead. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Vectors Forward Ray Sums Piece Stationary DenseLinear PieceGradient DiagonalDeep DeadUnit FlowOnRay Families.
Import ListNotations.
Open Scope R_scope.

Lemma tabulated theta (g : nat * nat -> R) v : map (@length R) theta = map (@length R) theta ->
  (forall k i, (k < length theta)%nat -> (i < length (nth k theta []))%nat -> g (k, i) = entry theta (k, i)) ->
  entry (tab theta g) v = entry theta v.
Proof.
  intros _ H. rewrite entry_tab. destruct (inside theta v) eqn:I.
  - destruct v as [k i]. unfold inside in I. apply andb_true_iff in I. destruct I as [I1 I2]. apply Nat.ltb_lt in I1, I2. now apply H.
  - symmetry. destruct v as [k i]. unfold inside in I. unfold entry. simpl in *. apply andb_false_iff in I.
    destruct I as [I|I]; apply Nat.ltb_ge in I. rewrite (nth_overflow theta) by auto. now destruct i. now apply nth_overflow.
Qed.

(** ** Diagonal networks *)
Section Diagonal.
Variables (l l' : R -> R) (s : R) (m : nat).
Hypothesis Fit : fit_loss l l'.
Let P := Problem 2 (repeat (Layer s 2 (diagonal 2)) m ++ [Layer 1 2 (dense 2 1)]) [([2 ^ m; 2 ^ m], true)].
Let zeros := repeat [0; 0] (S m).
Let ray := repeat [1 / 2; 1 / 2] (S m).

Lemma along_repeat a n : along (repeat [0; 0] n) (repeat [1 / 2; 1 / 2] n) a = repeat [a / 2; a / 2] n.
Proof.
  induction n as [|n IH]; cbn [repeat]. reflexivity. unfold along in *. cbn [combine map fst snd] in *. rewrite IH. f_equal. f_equal. field. f_equal. field.
Qed.

Lemma diagonal_flow : flow_converges l P zeros ray 1 ray.
Proof.
  assert (Sz : shaped (net P) zeros) by now apply shaped_paths.
  assert (Sr : shaped (net P) ray) by now apply shaped_paths.
  assert (H2 : 0 < 2 ^ m) by (apply pow_lt; lra).
  assert (N : norm2 ray = INR (S m) / 2) by (unfold ray; rewrite norm2_repeat; field).
  assert (Pos : 0 < INR (S m)) by (apply lt_0_INR; lia).
  apply (power_flow l l' P zeros ray (fun a s' => positive_gradient P (along zeros ray a) s' (along zeros ray a)) (S m)); auto; try lia.
  - split. now apply well_formed_paths. exact I.
  - lra.
  - intros a s' Ha [<-|[]]. unfold zeros, ray. rewrite along_repeat. split.
    + unfold P. rewrite paths_margin by lra. field.
    + apply positive_gradient_ok; [now apply shaped_paths|reflexivity|]. apply positive_paths; simpl; lra.
  - intros a s' Ha [<-|[]]. unfold zeros, ray. rewrite along_repeat. apply positive_off_kinks, positive_paths; simpl; lra.
  - intros a v Ha. rewrite N. change (INR (length (data P))) with 1. change (data P) with [([2 ^ m; 2 ^ m], true)].
    unfold Rsum. cbn [map fold_right]. rewrite Rplus_0_r. replace (S m - 1)%nat with m by lia.
    replace (1 * INR (S m) * a ^ m / (INR (S m) / 2)) with (2 * a ^ m) by (field; lra).
    unfold zeros, ray. rewrite along_repeat. unfold positive_gradient. rewrite <- entry_scale.
    assert (Sh : same_shape (repeat [a / 2; a / 2] (S m)) (map (map (Rmult (2 * a ^ m))) (repeat [1 / 2; 1 / 2] (S m)))).
    { unfold same_shape. rewrite map_map. clear. induction (S m) as [|n IH]; simpl in *; congruence. }
    rewrite (tab_shape _ _ _ Sh). apply tabulated; auto. intros k i Hk Hi.
    rewrite entry_scale. rewrite map_length, repeat_length in Hk.
    assert (E : nth k (map (map (Rmult (2 * a ^ m))) (repeat [1 / 2; 1 / 2] (S m))) [] = map (Rmult (2 * a ^ m)) [1 / 2; 1 / 2]).
    { assert (Q : In (nth k (map (map (Rmult (2 * a ^ m))) (repeat [1 / 2; 1 / 2] (S m))) []) (map (map (Rmult (2 * a ^ m))) (repeat [1 / 2; 1 / 2] (S m))))
        by (apply nth_In; now rewrite map_length, repeat_length).
      apply in_map_iff in Q. destruct Q as (w & <- & Hw). apply repeat_spec in Hw. now rewrite Hw. }
    assert (E' : nth k (repeat [1 / 2; 1 / 2] (S m)) [] = [1 / 2; 1 / 2]).
    { assert (Q : In (nth k (repeat [1 / 2; 1 / 2] (S m)) []) (repeat [1 / 2; 1 / 2] (S m))) by (apply nth_In; now rewrite repeat_length).
      now apply repeat_spec in Q. }
    rewrite E in Hi. simpl in Hi. unfold P. cbn [net fst snd]. rewrite linearised_paths, effect_paths by (cbn; lia).
    unfold entry. cbn [fst snd nth]. rewrite E'.
    assert (Z : 2 ^ m * (a / 2) ^ m = a ^ m) by (rewrite <- Rpow_mult_distr; f_equal; field).
    destruct i as [|[|]]; try lia; cbn [nth sgn]; rewrite Z; field.
Qed.
End Diagonal.

(** ** Dense ReLU networks *)
Section DeadRelu.
Variables (l l' : R -> R) (j : nat).
Hypothesis Fit : fit_loss l l'.
Let a4 := 4 / (1 - 0).
Let P := Problem 2 (wide 0 :: tail_net 0 j) [([a4; 1], true); ([- a4; 1], true)].
Let tail_at a := repeat [a; 0; -1; 0] j ++ [[a; 0]].
Let offset := [0; 0; 0; -1] :: repeat [0; 0; -1; 0] j ++ [[0; 0]].
Let ray := [0; 1; 0; 0] :: tail_path j.
Let at_ a := [0; a; 0; -1] :: tail_at a.

Lemma along_dead a : along offset ray a = at_ a.
Proof.
  unfold along, offset, ray, at_, tail_at. cbn [combine map fst snd]. f_equal.
  - f_equal; [ring|]. f_equal; [ring|]. f_equal; [ring|]. f_equal. ring.
  - induction j as [|i IH]; cbn [repeat app combine map fst snd].
    + f_equal. f_equal; [ring|]. f_equal. ring.
    + rewrite IH. f_equal. f_equal; [ring|]. f_equal; [ring|]. f_equal; [ring|]. f_equal. ring.
Qed.
Lemma shaped_dead u v w z : shaped (net P) ([u; v; w; z] :: tail_at 0).
Proof.
  unfold shaped, P, tail_at. cbn [net map nparams]. f_equal. rewrite !map_app. f_equal. induction j; simpl; congruence.
Qed.
Lemma shape_tail_at a : map (@length R) (tail_at a) = map (@length R) (tail_at 0).
Proof. unfold tail_at. rewrite !map_app. f_equal. induction j; simpl; congruence. Qed.

(** A unit that is live beside one that is dead. *)
Lemma apply_live w x y : 0 < nth 0 w 0 * x + nth 1 w 0 * y -> nth 2 w 0 * x + nth 3 w 0 * y < 0 ->
  apply_layer (wide 0) w [x; y] = [nth 0 w 0 * x + nth 1 w 0 * y; 0].
Proof.
  intros H1 H2. rewrite apply_wide, act_positive by auto. f_equal. f_equal. unfold act. destruct Rlt_dec; lra.
Qed.
Lemma piece_live w x y v x' y' : 0 < nth 0 w 0 * x + nth 1 w 0 * y -> nth 2 w 0 * x + nth 3 w 0 * y < 0 ->
  piece_layer (wide 0) w [x; y] v [x'; y'] = [nth 0 v 0 * x' + nth 1 v 0 * y'; 0].
Proof.
  intros H1 H2. unfold piece_layer, preact, Rsum. simpl map. rewrite !Rplus_0_r. f_equal.
  - rewrite slope_positive by auto. ring.
  - f_equal. unfold slope_at. destruct Rlt_dec as [|N]; [ring|]. destruct N. exact H2.
Qed.
Lemma piece_last w x y v x' y' : piece_layer last_layer w [x; y] v [x'; y'] = [nth 0 v 0 * x' + nth 1 v 0 * y'].
Proof.
  unfold piece_layer, preact, Rsum. simpl map. rewrite slope_linear. f_equal. ring.
Qed.

Lemma off_kinks_tail i a x : 0 < a -> 0 < x -> off_kinks (tail_net 0 i) (repeat [a; 0; -1; 0] i ++ [[a; 0]]) [x; 0].
Proof.
  intro Ha. revert x. induction i as [|i IH]; intros x Hx; cbn [repeat app off_kinks].
  - split; auto.
  - assert (0 < a * x) by now apply Rmult_lt_0_compat. split.
    + right. intros u [<-|[<-|[]]]; unfold preact, Rsum; simpl; lra.
    + rewrite apply_live by (cbn [nth]; lra). cbn [nth]. apply IH. lra.
Qed.
Lemma piece_tail i a x x' y' : 0 < a -> 0 < x ->
  piece (tail_net 0 i) (repeat [a; 0; -1; 0] i ++ [[a; 0]]) [x; 0] (repeat [a; 0; -1; 0] i ++ [[a; 0]]) [x'; y'] = [a ^ S i * x'].
Proof.
  intro Ha. revert x x' y'. induction i as [|i IH]; intros x x' y' Hx; cbn [repeat app piece].
  - rewrite piece_last. cbn [nth]. f_equal. simpl. ring.
  - assert (0 < a * x) by now apply Rmult_lt_0_compat.
    rewrite apply_live, piece_live by (cbn [nth]; lra). cbn [nth]. rewrite IH by lra. f_equal. simpl. ring.
Qed.
Lemma piece_effect i a x k p : 0 < a -> 0 < x -> (k <= i)%nat -> (p < length (nth k (tail_path i) []))%nat ->
  piece (tail_net 0 i) (repeat [a; 0; -1; 0] i ++ [[a; 0]]) [x; 0]
    (upd k (unit_vector p) (repeat [a; 0; -1; 0] i ++ [[a; 0]])) [x; 0] = [a ^ i * x * nth p (nth k (tail_path i) []) 0].
Proof.
  intro Ha. revert x k. induction i as [|i IH]; intros x k Hx Hk Hp; cbn [repeat app] in *.
  - replace k with 0%nat in * by lia. cbn [upd piece]. rewrite piece_last, !nth_unit_vector. simpl in Hp.
    destruct p as [|[|]]; try lia; simpl; f_equal; ring.
  - assert (0 < a * x) by now apply Rmult_lt_0_compat.
    destruct k as [|k]; cbn [upd piece nth] in *; rewrite apply_live, piece_live by (cbn [nth]; lra); cbn [nth].
    + rewrite !nth_unit_vector, piece_tail by lra. simpl in Hp.
      destruct p as [|[|[|[|]]]]; try lia; simpl; f_equal; ring.
    + replace (a * x + 0 * 0) with (a * x) by ring. rewrite IH by (auto; lia). f_equal. simpl. ring.
Qed.

Lemma a4_ok : a4 = 4.
Proof. unfold a4. field. Qed.
Lemma off_kinks_dead a s' : 1 <= a -> In s' (data P) -> off_kinks (net P) (at_ a) (fst s').
Proof.
  intros Ha Hs. pose proof a4_ok as E4. unfold P, at_. cbn [net]. destruct Hs as [<-|[<-|[]]]; cbn [fst off_kinks];
    (split; [right; intros u [<-|[<-|[]]]; unfold preact, Rsum; simpl; rewrite ?E4; lra
            |rewrite apply_live by (cbn [nth]; rewrite ?E4; lra); cbn [nth]; replace (_ + _) with a by ring; apply off_kinks_tail; lra]).
Qed.

Lemma dead_flow : flow_converges l P offset ray 1 ray.
Proof.
  assert (So : shaped (net P) offset) by apply shaped_dead.
  assert (Sr : shaped (net P) ray).
  { unfold shaped, ray, P. cbn [net map nparams]. f_equal. apply (shaped_tail 0 j 0). }
  assert (Sa : forall a, shaped (net P) (at_ a)).
  { intro a. pose proof (shaped_dead 0 a 0 (-1)) as H. unfold shaped, at_ in *. cbn [map] in *. now rewrite shape_tail_at. }
  assert (N : norm2 ray = INR (S (S j))).
  { assert (T : norm2 (tail_path j) = INR (S j)).
    { clear. induction j as [|i IH]; cbn [repeat app]; rewrite norm2_cons.
      - unfold norm2, Rsum. simpl. ring.
      - rewrite IH, !S_INR. unfold Rsum. simpl. ring. }
    unfold ray. rewrite norm2_cons, T, (S_INR (S j)). unfold Rsum. simpl. ring. }
  assert (Pos : 0 < INR (S (S j))) by (apply lt_0_INR; lia).
  apply (power_flow l l' P offset ray (fun a s' => piece_gradient (net P) (at_ a) (fst s') (sgn (snd s'))) (S (S j))); auto; try lia.
  - split; [|exact I]. apply (dead_well_formed 0 j); lra.
  - lra.
  - intros a s' Ha Hs. rewrite along_dead. assert (Lt := shaped_length _ _ (Sa a)). split.
    + unfold margin, Phi. rewrite <- piece_self. unfold P, at_ at 1 2. cbn [net].
      unfold at_. destruct Hs as [<-|[<-|[]]]; cbn [fst snd sgn piece];
        rewrite apply_live, piece_live by (cbn [nth]; rewrite ?a4_ok; lra); cbn [nth];
        (replace (0 * _ + a * 1) with a by ring); unfold tail_at; rewrite piece_tail by lra; simpl; ring.
    + apply piece_gradient_ok; auto. pose proof (close_where (at_ a)) as W.
      eapply (U_mono _ W); [|apply (near_piece _ W (net P) (at_ a) (fst s') (fun phi => phi) (fun _ => fst s')); auto].
      * cbn beta. intros phi H. unfold margin, Phi. now rewrite H.
      * exists 1. split. lra. intros phi Sp _. rewrite <- (same_length _ _ Sp). exact Lt.
      * intros v eps He. exists eps. auto.
      * intro. apply (tends_const _ W).
      * now apply off_kinks_dead.
  - intros a s' Ha Hs. rewrite along_dead. now apply off_kinks_dead.
  - intros a v Ha. rewrite N. change (INR (length (data P))) with (INR 2).
    replace (S (S j) - 1)%nat with (S j) by lia.
    replace (INR 2 * INR (S (S j)) * a ^ S j / INR (S (S j))) with (2 * a ^ S j) by (simpl (INR 2); field; lra).
    rewrite <- entry_scale.
    assert (Sh : same_shape (at_ a) (map (map (Rmult (2 * a ^ S j))) ray)).
    { pose proof (Sa a) as H. unfold shaped, same_shape in *. rewrite H, <- Sr, map_map. apply map_ext. intro. symmetry. apply map_length. }
    rewrite <- (tabulated (map (map (Rmult (2 * a ^ S j))) ray)
      (fun v => Rsum (map (fun s' => sgn (snd s') * nth 0 (piece (net P) (at_ a) (fst s') (upd (fst v) (unit_vector (snd v)) (at_ a)) (fst s')) 0) (data P)))); auto.
    + rewrite <- (tab_shape _ _ _ Sh), entry_tab. change (data P) with [([a4; 1], true); ([- a4; 1], true)].
      unfold Rsum. cbn [map fold_right].
      unfold piece_gradient. rewrite !entry_tab. destruct (inside (at_ a) v); [reflexivity|ring].
    + intros k i Hk Hi. rewrite entry_scale. rewrite map_length in Hk. change (data P) with [([a4; 1], true); ([- a4; 1], true)].
      assert (Hi' : (i < length (nth k ray []))%nat).
      { revert Hi. change (@nil R) with (map (Rmult (2 * a ^ S j)) []) at 1. rewrite map_nth, map_length. auto. }
      unfold P. cbn [map fst snd sgn net]. unfold Rsum. cbn [fold_right]. unfold ray in Hk, Hi'. unfold at_, entry, ray. cbn [fst snd].
      destruct k as [|k]; cbn [upd piece nth] in *; rewrite !apply_live, !piece_live by (cbn [nth]; rewrite ?a4_ok; lra); cbn [nth].
      * rewrite !nth_unit_vector. replace (0 * a4 + a * 1) with a by ring. replace (0 * - a4 + a * 1) with a by ring.
        unfold tail_at. rewrite !piece_tail by lra. simpl in Hi'. destruct i as [|[|[|[|]]]]; try lia; simpl; ring.
      * replace (0 * a4 + a * 1) with a by ring. replace (0 * - a4 + a * 1) with a by ring.
        simpl in Hk. rewrite app_length, repeat_length in Hk. simpl in Hk.
        unfold tail_at. rewrite !piece_effect by (auto; lra || lia). simpl. ring.
Qed.
End DeadRelu.

(** ** The theorems *)
Lemma losses_fit l : l = exponential \/ l = logistic -> exists l', fit_loss l l'.
Proof. intros [-> | ->]. eexists. apply exponential_fits. eexists. apply logistic_fits. Qed.

Theorem diagonal_deep_flow l s L : l = exponential \/ l = logistic -> (1 <= L)%nat ->
  flow_converges l (diagonal_deep s L) (zeros L) (halves L) 1 (halves L).
Proof.
  intros Hl H. destruct (losses_fit l Hl) as (l' & Fit). destruct L as [|m]; [lia|].
  unfold diagonal_deep, zeros, halves. replace (S m - 1)%nat with m by lia. now apply (diagonal_flow l l').
Qed.

Theorem dead_unit_flow l L : l = exponential \/ l = logistic -> (2 <= L)%nat ->
  flow_converges l (dead_unit 0 L) (asleep L) (one_path L) 1 (one_path L).
Proof.
  intros Hl H. destruct (losses_fit l Hl) as (l' & Fit). destruct L as [|[|j]]; try lia.
  unfold dead_unit, asleep, one_path. replace (S (S j) - 1)%nat with (S j) by lia. replace (S (S j) - 2)%nat with j by lia.
  now apply (dead_flow l l').
Qed.
