(** * Dense linear networks of any depth: every KKT point is a global optimum.

    Put [z = sum of lambda_i y_i x_i] and let [M] be the sum of the multipliers. Stationarity says that
    [theta_k . A] is the output on [z] when [A] takes the place of layer [k]. With [A = theta_k] each layer has the square
    norm [M]. With [A] the outer product of the activations [h] after and before the layer, [|h_k|^2 = M |h_(k-1)|^2],
    so [M^2 = M^L |z|^2]. For every feasible point [M <= output on z], whose square is at most the product of the layers'
    square norms times [|z|^2]. By the inequality of the means [M <= |theta'|^2 / L], and [|theta|^2 = L M]. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece Stationary Classes LayerOptimum.
Import ListNotations.
Open Scope R_scope.

(** ** Dense layers *)
Definition outer (b h : list R) : list R := concat (map (fun x => map (Rmult x) h) b).

Lemma length_outer b h : length (outer b h) = (length b * length h)%nat.
Proof. unfold outer. induction b as [|x b IH]; simpl; auto. now rewrite app_length, map_length, IH. Qed.
Lemma nth_outer b h o i : (i < length h)%nat -> nth (o * length h + i) (outer b h) 0 = nth o b 0 * nth i h 0.
Proof.
  intro Hi. unfold outer. revert o. induction b as [|x b IH]; intros o; simpl.
  - destruct o; simpl; rewrite ?Rmult_0_l; now destruct (_ + _)%nat || now destruct i.
  - destruct o as [|o]; simpl.
    + rewrite app_nth1 by now rewrite map_length. apply nth_scale.
    + rewrite app_nth2 by (rewrite map_length; lia). rewrite map_length.
      replace (length h + o * length h + i - length h)%nat with (o * length h + i)%nat by lia. apply IH.
Qed.

Definition row (width o : nat) : list (nat * nat) := map (fun i => (i, o * width + i)%nat) (seq 0 width).
Lemma dense_rows width m : dense width m = map (row width) (seq 0 m).
Proof. reflexivity. Qed.
Lemma preact_row width o w x : preact w x (row width o) = Rsum (map (fun i => nth (o * width + i) w 0 * nth i x 0) (seq 0 width)).
Proof. unfold preact, row. now rewrite map_map. Qed.

Lemma nth_dense l width w x o : slope l = 1 -> units l = dense width (length (units l)) -> (o < length (units l))%nat ->
  nth o (apply_layer l w x) 0 = preact w x (row width o).
Proof.
  intros Hs Hu Ho. unfold apply_layer. rewrite nth_map_units.
  assert (E : nth_error (units l) o = Some (row width o)).
  { rewrite Hu, dense_rows. rewrite nth_error_map.
    assert (Q : nth_error (seq 0 (length (units l))) o = Some o).
    { rewrite (nth_error_nth' _ 0%nat) by now rewrite seq_length. now rewrite seq_nth. }
    now rewrite Q. }
  rewrite E, Hs, act_slope, slope_linear. ring.
Qed.

(** A sum over all parameters of a dense layer, row by row. *)
Lemma dense_sum (f : nat -> R) width m :
  Rsum (map f (seq 0 (m * width))) = Rsum (map (fun o => Rsum (map (fun i => f (o * width + i)%nat) (seq 0 width))) (seq 0 m)).
Proof.
  induction m as [|m IH]. reflexivity.
  replace (S m * width)%nat with (m * width + width)%nat by lia.
  rewrite seq_app, map_app, Rsum_app, IH. replace (S m) with (m + 1)%nat by lia. rewrite seq_app, map_app, Rsum_app. simpl.
  rewrite Rplus_0_r. f_equal. f_equal.
  assert (G : forall k, map f (seq k width) = map (fun i => f (k + i)%nat) (seq 0 width)).
  { clear. intro k. rewrite <- (map_map (fun i => (k + i)%nat) f). f_equal.
    revert k. induction width as [|n IH]; intro k; simpl. reflexivity. rewrite Nat.add_0_r. f_equal.
    rewrite <- (seq_shift n 0), map_map. rewrite (IH (S k)). apply map_ext. intro. lia. }
  apply G.
Qed.

Section Layer.
Variables (l : layer R) (width : nat) (w x : list R).
Hypothesis Slope : slope l = 1.
Hypothesis Units : units l = dense width (length (units l)).
Hypothesis Lw : length w = (length (units l) * width)%nat.
Hypothesis Lx : length x = width.
Let m := length (units l).
Let h := apply_layer l w x.

Lemma length_h : length h = m.
Proof. unfold h, apply_layer. apply map_length. Qed.
Lemma inner_outer b : length b = m -> inner w (outer b x) = inner b h.
Proof.
  intro Lb. rewrite (inner_seq (m * width) w (outer b x)) by (auto; rewrite length_outer; congruence).
  rewrite dense_sum, (inner_seq m b h) by (auto; apply length_h).
  apply Rsum_ext_in. intros o Ho. apply in_seq in Ho. unfold h. rewrite (nth_dense l width) by (auto; unfold m in Ho; lia).
  rewrite preact_row, <- Rsum_mult. apply Rsum_ext_in. intros i Hi. apply in_seq in Hi.
  rewrite <- Lx, nth_outer by lia. ring.
Qed.
Lemma apply_outer b : length b = m -> combines (inner x x) 0 b b (apply_layer l (outer b x) x).
Proof.
  intros Lb o. destruct (Nat.ltb_spec o m) as [Ho|Ho].
  - rewrite (nth_dense l width) by auto. rewrite preact_row.
    rewrite (inner_seq width x x) by auto. rewrite Rmult_0_l, Rplus_0_r, Rmult_comm, <- Rsum_mult. apply Rsum_ext_in.
    intros i Hi. apply in_seq in Hi. rewrite <- Lx, nth_outer by lia. ring.
  - rewrite !nth_overflow; auto. ring. now rewrite Lb. unfold apply_layer. rewrite map_length. exact Ho.
Qed.
(** The operator norm is at most the Frobenius norm. *)
Lemma frobenius : inner h h <= inner w w * inner x x.
Proof.
  rewrite (inner_seq m h h) by apply length_h. rewrite (inner_seq (m * width) w w) by auto. rewrite dense_sum.
  rewrite Rmult_comm, <- Rsum_mult. apply Rsum_le. intros o Ho. apply in_seq in Ho. unfold h.
  rewrite (nth_dense l width) by (auto; unfold m in Ho; lia). rewrite preact_row.
  eapply Rle_trans. apply cauchy_schwarz. rewrite (inner_seq width x x) by auto. right. ring.
Qed.
End Layer.

(** ** Along the network *)
Lemma forward_combines n theta a b x y z : (forall l, In l n -> slope l = 1) -> length theta = length n ->
  combines a b x y z -> combines a b (forward n theta x) (forward n theta y) (forward n theta z).
Proof.
  intros Hl Lt H. rewrite <- !(piece_linear n theta x theta) by auto. now apply piece_input.
Qed.

Definition layer_norms (theta : params R) : R := product (map (fun w => inner w w) theta).

Lemma output_bound n width theta x : dense_from width n -> (forall l, In l n -> slope l = 1) -> shaped n theta ->
  length x = width -> fits width n ->
  Phi n theta x * Phi n theta x <= layer_norms theta * inner x x.
Proof.
  intros D Hl Sh Lx F. unfold Phi, layer_norms. revert width theta x D Sh Lx F.
  induction n as [|l n IH]; intros width theta x D Sh Lx F; destruct theta as [|w theta]; try discriminate.
  - simpl in F. simpl. destruct x as [|x0 [|]]; simpl in Lx; try (exfalso; congruence). unfold inner. simpl. right. ring.
  - destruct D as (Du & Dn & D). destruct F as (_ & _ & F). unfold shaped in Sh. injection Sh as Lw Sh.
    simpl. eapply Rle_trans. apply (IH (fun l' H => Hl l' (or_intror H)) (length (units l)) theta (apply_layer l w x) D Sh); auto.
    { unfold apply_layer. apply map_length. }
    rewrite (Rmult_comm (inner w w)), Rmult_assoc. apply Rmult_le_compat_l.
    + clear. induction theta as [|v th IH]; simpl. lra. apply Rmult_le_pos; auto. apply inner_nonneg.
    + apply (frobenius l width); auto. apply Hl. now left. congruence.
Qed.

(** The square of the output on [z], if each layer is stationary. *)
Lemma output_square n width theta z : dense_from width n -> (forall l, In l n -> slope l = 1) -> shaped n theta ->
  length z = width -> fits width n ->
  (forall k a, (k < length n)%nat -> length a = length (nth k theta []) -> inner (nth k theta []) a = Phi n (upd k a theta) z) ->
  Phi n theta z * Phi n theta z = Phi n theta z ^ length n * inner z z.
Proof.
  unfold Phi. revert width theta z. induction n as [|l n IH]; intros width theta z D Hl Sh Lz F St; destruct theta as [|w theta]; try discriminate.
  - simpl in F. simpl. destruct z as [|x0 [|]]; simpl in Lz; try (exfalso; congruence). unfold inner. simpl. ring.
  - destruct D as (Du & Dn & D). destruct F as (_ & _ & F). unfold shaped in Sh. injection Sh as Lw Sh.
    assert (Hs : slope l = 1) by (apply Hl; now left).
    assert (Lw' : length w = (length (units l) * width)%nat) by congruence.
    set (h := apply_layer l w z). assert (Lh : length h = length (units l)) by (unfold h, apply_layer; apply map_length).
    assert (E := IH (length (units l)) theta h D (fun l' H => Hl l' (or_intror H)) Sh Lh F).
    simpl. fold h. rewrite E.
    2:{ intros k a Hk La. apply (St (S k) a). simpl. lia. exact La. }
    assert (S0 := St 0%nat (outer h z) ltac:(simpl; lia)). cbn [nth upd] in S0. rewrite length_outer, Lz, Lh in S0.
    specialize (S0 (eq_sym Lw')). rewrite (inner_outer l width) in S0 by auto. fold h in S0. cbn [forward] in S0.
    assert (A : combines (inner z z) 0 h h (apply_layer l (outer h z) z)) by (eapply apply_outer; eauto).
    assert (Lt : length theta = length n) by (apply (f_equal (@length nat)) in Sh; now rewrite !map_length in Sh).
    assert (C := forward_combines n theta _ _ _ _ _ (fun l' H => Hl l' (or_intror H)) Lt A 0%nat). rewrite C in S0. rewrite S0. ring.
Qed.

(** The weighted sum of the samples. *)
Definition mix (width : nat) (samples : list (list R * bool)) (lambda : list R) : list R :=
  map (fun j => weighted samples lambda (fun s => sgn (snd s) * nth j (fst s) 0)) (seq 0 width).
Lemma nth_mix width samples lambda j : (forall s, In s samples -> length (fst s) = width) ->
  nth j (mix width samples lambda) 0 = weighted samples lambda (fun s => sgn (snd s) * nth j (fst s) 0).
Proof.
  intro H. unfold mix. destruct (Nat.ltb_spec j width) as [Hj|Hj].
  - set (f := fun j => weighted samples lambda (fun s => sgn (snd s) * nth j (fst s) 0)).
    rewrite (nth_indep _ 0 (f 0%nat)) by (rewrite map_length, seq_length; auto). rewrite map_nth. unfold f. now rewrite seq_nth.
  - rewrite nth_overflow by (rewrite map_length, seq_length; auto). symmetry. unfold weighted. apply Rsum_zero.
    intros [s l] Hin. apply in_combine_l in Hin. simpl. rewrite nth_overflow. ring. now rewrite (H s Hin).
Qed.
Lemma output_mix n psi width samples lambda : (forall l, In l n -> slope l = 1) -> length psi = length n ->
  (forall s, In s samples -> length (fst s) = width) ->
  weighted samples lambda (fun s => sgn (snd s) * nth 0 (forward n psi (fst s)) 0) = nth 0 (forward n psi (mix width samples lambda)) 0.
Proof.
  intros Hl Lp H.
  assert (G : forall zs, (forall j, nth j zs 0 = weighted samples lambda (fun s => sgn (snd s) * nth j (fst s) 0)) ->
    weighted samples lambda (fun s => sgn (snd s) * nth 0 (forward n psi (fst s)) 0) = nth 0 (forward n psi zs) 0).
  2:{ apply G. intro j. now apply nth_mix. }
  clear H. revert lambda. unfold weighted. induction samples as [|s ss IH]; intros [|l ls] zs Hz; cbn [combine map fst snd] in *;
    try (assert (Q := forward_combines n psi 0 0 zs zs zs Hl Lp ltac:(intro i; rewrite (Hz i); unfold Rsum; simpl; ring) 0%nat);
         rewrite Q; unfold Rsum; simpl; ring).
  set (zt := map (fun j => nth j zs 0 - l * (sgn (snd s) * nth j (fst s) 0)) (seq 0 (length zs + length (fst s)))).
  assert (Hzt : forall j, nth j zt 0 = Rsum (map (fun sl => snd sl * (sgn (snd (fst sl)) * nth j (fst (fst sl)) 0)) (combine ss ls))).
  { intro j. assert (E : nth j zt 0 = nth j zs 0 - l * (sgn (snd s) * nth j (fst s) 0)).
    { unfold zt. set (f := fun j => nth j zs 0 - l * (sgn (snd s) * nth j (fst s) 0)).
      destruct (Nat.ltb_spec j (length zs + length (fst s))) as [Hj|Hj].
      - rewrite (nth_indep _ 0 (f 0%nat)) by (rewrite map_length, seq_length; auto). rewrite map_nth, seq_nth by auto. reflexivity.
      - rewrite nth_overflow by (rewrite map_length, seq_length; auto). rewrite !nth_overflow by lia. ring. }
    rewrite E, (Hz j), Rsum_cons. ring. }
  rewrite Rsum_cons. rewrite (IH ls zt Hzt).
  assert (Q := forward_combines n psi (l * sgn (snd s)) 1 (fst s) zt zs Hl Lp
    ltac:(intro i; rewrite (Hz i), (Hzt i), Rsum_cons; ring) 0%nat). rewrite Q. ring.
Qed.

Theorem dense_linear_global P theta : linear P -> dense_network P -> kkt P None theta -> global_optimum P None theta.
Proof.
  intros Lin Dense Kkt. pose proof Kkt as [Fe _]. split; auto. intros theta' [Sh' F'] _.
  pose proof Fe as [[(NE & ND & Fits & _ & Len) _] [Sh F]].
  assert (Lt : length theta = length (net P)) by now apply shaped_length.
  destruct (layer_stationary P None theta Kkt) as (lambda & Hl & St).
  { intros s _. now apply off_kinks_linear. }
  set (z := mix (inputs P) (data P) lambda). set (n := net P) in *.
  assert (Lz : length z = inputs P) by (unfold z, mix; now rewrite map_length, seq_length).
  assert (Mix : forall psi, length psi = length n -> weighted (data P) lambda (margin P psi) = Phi n psi z).
  { intros psi Lp. unfold Phi, z. rewrite <- (output_mix n psi (inputs P)) by auto. reflexivity. }
  assert (St' : forall k a, (k < length n)%nat -> length a = length (nth k theta []) -> inner (nth k theta []) a = Phi n (upd k a theta) z).
  { intros k a Hk La. rewrite (St k a eq_refl Hk La), <- Mix by (rewrite length_upd; auto). apply weighted_ext.
    intros s _. unfold layer_effect, margin, Phi. fold n. rewrite piece_linear; auto. now rewrite length_upd. }
  set (M := Phi n theta z).
  assert (Norm : forall w, In w theta -> inner w w = M).
  { intros w Hw. destruct (In_nth _ _ [] Hw) as (k & Hk & <-). rewrite St' by (auto; lia). now rewrite upd_self. }
  assert (Total : norm2 theta = INR (length n) * M).
  { rewrite norm2_inner, (Rsum_ext_in _ (fun _ => M) theta) by auto. now rewrite Rsum_const, Lt. }
  assert (Better : M <= Phi n theta' z).
  { unfold M. rewrite <- !Mix by (auto; now apply shaped_length). apply Rminus_le.
    assert (Q : 0 <= weighted (data P) lambda (fun s => 1 * margin P theta' s + -1 * margin P theta s)).
    { apply (weighted_nonneg P theta); auto. intros s Hs Hm. specialize (F' s Hs). lra. }
    rewrite (weighted_combines (data P) lambda 1 (-1) (margin P theta') (margin P theta)) in Q by auto. lra. }
  assert (Ln : (0 < length n)%nat) by (destruct n; [congruence|simpl; lia]).
  assert (Mpos : 0 <= M).
  { rewrite <- (Norm (nth 0 theta [])). apply inner_nonneg. apply nth_In. lia. }
  destruct (Req_dec M 0) as [M0|M0].
  { rewrite Total, M0, Rmult_0_r. apply norm2_nonneg. }
  assert (Sq : M * M = M ^ length n * inner z z) by (apply (output_square n (inputs P)); auto).
  assert (Bd := output_bound n (inputs P) theta' z Dense Lin Sh' Lz Fits).
  set (S' := norm2 theta'). assert (HS : 0 <= S') by apply norm2_nonneg. set (L := length n) in *.
  assert (HL : 0 < INR L) by (apply lt_0_INR; auto).
  assert (Mean : layer_norms theta' <= (S' / INR L) ^ L).
  { assert (Lt' : length theta' = L) by now apply shaped_length.
    unfold layer_norms, S'. rewrite norm2_inner, <- Lt'.
    rewrite <- (map_length (fun w => inner w w) theta'). apply means. intros x Hx. apply in_map_iff in Hx.
    destruct Hx as (w & <- & _). apply inner_nonneg. }
  assert (Key : M ^ L <= (S' / INR L) ^ L).
  { assert (Zp : 0 < inner z z).
    { destruct (Rle_lt_or_eq_dec _ _ (inner_nonneg z)) as [|E]; auto. rewrite <- E in Sq. nra. }
    apply Rmult_le_reg_r with (inner z z); auto. rewrite <- Sq.
    apply Rle_trans with (Phi n theta' z * Phi n theta' z). apply Rmult_le_compat; auto.
    eapply Rle_trans. exact Bd. apply Rmult_le_compat_r; auto. lra. }
  assert (Fin : M <= S' / INR L).
  { destruct (Rle_lt_dec M (S' / INR L)) as [|C]; auto. exfalso.
    assert (0 <= S' / INR L) by (apply Rmult_le_pos; auto; apply Rlt_le, Rinv_0_lt_compat, HL).
    assert (Strict : forall k, (0 < k)%nat -> (S' / INR L) ^ k < M ^ k).
    { induction k as [|k IH]; intro Hk. lia. destruct k as [|k]. simpl. lra.
      specialize (IH ltac:(lia)). change ((S' / INR L) * (S' / INR L) ^ S k < M * M ^ S k).
      apply Rmult_le_0_lt_compat; auto. now apply pow_le. }
    specialize (Strict L Ln). lra. }
  rewrite Total. apply Rle_trans with (INR L * (S' / INR L)). apply Rmult_le_compat_l; lra. right. field. lra.
Qed.
