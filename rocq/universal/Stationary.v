(** * What a KKT point satisfies where no unit is at its kink: stationarity in each layer.

    Strict derivatives along a direction are those of all subgradients in Clarke's sense. A layer moves the output
    of a piece linearly, which gives the derivative. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece.
From Margincert Require Export InnerProducts Nearby.
Import ListNotations.
Open Scope R_scope.

(** ** Strict derivatives along a direction *)
Definition strict (f : params R -> R) (theta d : params R) (D : R) : Prop :=
  forall eps, 0 < eps -> exists del, 0 < del /\ forall psi t, same_shape theta psi -> dist theta psi < del -> 0 < t < del ->
    Rabs (f (along psi d t) - f psi - t * D) <= eps * t.

Lemma strict_limiting f theta d D g : same_shape theta d -> strict f theta d D -> limiting_gradient f theta g ->
  dot g d = D.
Proof.
  intros Sd HS [Sg HG]. apply Rminus_diag_uniq. destruct (Req_dec (dot g d - D) 0) as [|Hn]; auto. exfalso.
  set (b := sqrt (norm2 d)). assert (Hb : 0 <= b) by apply sqrt_pos.
  set (eps := Rabs (dot g d - D) / (4 * (b + 1))).
  assert (He : 0 < eps) by (apply Rdiv_lt_0_compat; [now apply Rabs_pos_lt | lra]).
  assert (Ee : Rabs (dot g d - D) = 4 * (b + 1) * eps) by (unfold eps; field; lra).
  destruct (HS eps He) as (del & Hdel & S1).
  destruct (HG (Rmin eps del) ltac:(now apply Rmin_pos)) as (th & g' & Sth & Dth & [Sg' Grad] & Dg).
  destruct (Grad eps He) as (d2 & Hd2 & G2).
  set (t := Rmin (del / 2) (d2 / (2 * (b + 1)))).
  assert (Ht : 0 < t) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]).
  assert (T1 : t < del) by (unfold t; pose proof (Rmin_l (del / 2) (d2 / (2 * (b + 1)))); lra).
  assert (T2 : t * b < d2).
  { assert (t * (b + 1) <= d2 / 2).
    { apply Rle_trans with (d2 / (2 * (b + 1)) * (b + 1)). apply Rmult_le_compat_r. lra. apply Rmin_r. right. field. lra. }
    lra. }
  assert (Sthd : same_shape th d) by (unfold same_shape in *; congruence).
  assert (Sgd : same_shape g d) by (unfold same_shape in *; congruence).
  assert (Sgg : same_shape g g') by (unfold same_shape in *; congruence).
  specialize (S1 th t Sth ltac:(pose proof (Rmin_r eps del); lra) ltac:(lra)).
  specialize (G2 (along th d t) ltac:(now apply shape_along)).
  rewrite dist_along, along_minus, dot_scale in G2 by (auto; lra). fold b in G2. specialize (G2 T2).
  assert (Q1 : Rabs (dot g' d - D) <= eps * (1 + b)).
  { apply Rmult_le_reg_l with t; auto. rewrite <- (Rabs_pos_eq t) at 1 by lra. rewrite <- Rabs_mult.
    replace (t * (dot g' d - D)) with ((f (along th d t) - f th - t * D) - (f (along th d t) - f th - t * dot g' d)) by ring.
    eapply Rle_trans. apply Rabs_triang. rewrite Rabs_Ropp. lra. }
  assert (Q2 : Rabs (dot g d - dot g' d) <= eps * b).
  { rewrite <- dot_minus by auto. eapply Rle_trans. apply dot_cauchy_schwarz.
    { pose proof (shape_minus g g' Sgg). unfold same_shape in *. congruence. }
    fold b. apply Rmult_le_compat_r; auto. apply Rlt_le. eapply Rlt_le_trans. exact Dg. apply Rmin_l. }
  assert (Q3 : Rabs (dot g d - D) <= eps * b + eps * (1 + b)).
  { replace (dot g d - D) with ((dot g d - dot g' d) + (dot g' d - D)) by ring. eapply Rle_trans. apply Rabs_triang. lra. }
  rewrite Ee in Q3. nra.
Qed.

Lemma dsum_combination (theta d : params R) (terms : list (R * params R)) :
  dsum theta (fun v => combination terms v * entry d v) =
  Rsum (map (fun t => fst t * dsum theta (fun v => entry (snd t) v * entry d v)) terms).
Proof.
  induction terms as [|t ts IH].
  - rewrite (dsum_ext theta _ (fun _ => 0)). apply dsum_0. intro. unfold combination. simpl. ring.
  - cbn [map]. rewrite Rsum_cons, <- IH, <- dsum_lin. apply dsum_ext. intro v. unfold combination. cbn [map].
    rewrite Rsum_cons. ring.
Qed.

Lemma strict_clarke f theta d D g : same_shape theta d -> strict f theta d D -> clarke f theta g ->
  dsum theta (fun v => entry g v * entry d v) = D.
Proof.
  intros Sd HS [Sg (terms & Ht & Hsum & He)].
  rewrite (dsum_ext theta _ (fun v => combination terms v * entry d v)) by (intro v; now rewrite He).
  rewrite dsum_combination. rewrite (Rsum_ext_in _ (fun t => D * fst t)).
  - rewrite Rsum_mult, Hsum. ring.
  - intros t Hin. destruct (Ht t Hin) as [_ L]. rewrite <- dot_dsum.
    + rewrite (strict_limiting f theta d D) by auto. ring.
    + destruct L as [L _]. symmetry. exact L.
    + symmetry. exact Sd.
Qed.

(** ** Stationarity along a direction *)

(** The sum of [lambda_i * D s_i]. *)
Definition weighted {A} (samples : list A) (lambda : list R) (D : A -> R) : R :=
  Rsum (map (fun sl => snd sl * D (fst sl)) (combine samples lambda)).
Definition multipliers (P : problem R) (theta : params R) (lambda : list R) : Prop :=
  Forall2 (fun s l => 0 <= l /\ (l <> 0 -> margin P theta s = 1)) (data P) lambda.

Lemma stationary P free theta : kkt P free theta -> exists lambda, multipliers P theta lambda /\
  forall d D, same_shape theta d -> (forall v, is_free free (fst v) = false -> entry d v = 0) ->
    (forall s, In s (data P) -> strict (fun psi => margin P (held free theta psi) s) theta d (D s)) ->
    dot theta d = weighted (data P) lambda D.
Proof.
  intros [_ (terms & F2 & C)]. exists (map fst terms). split.
  - unfold multipliers. clear C. induction F2 as [|s t ss ts H F2 IH]; constructor; auto. tauto.
  - intros d D Sd Z HS. rewrite (dot_dsum theta) by (auto; symmetry; exact Sd).
    rewrite (dsum_ext theta _ (fun v => combination terms v * entry d v)).
    2:{ intro v. destruct (is_free free (fst v)) eqn:E. now rewrite C. rewrite Z by auto. ring. }
    rewrite dsum_combination. clear C. unfold weighted.
    induction F2 as [|s t ss ts H F2 IH]. reflexivity.
    cbn [map combine fst snd]. rewrite !Rsum_cons, IH by (intros; apply HS; now right). cbn [fst snd].
    f_equal. destruct (Req_dec (fst t) 0) as [->|Hn]. ring. f_equal.
    destruct H as [_ H]. destruct (H Hn) as [_ Hc]. apply (strict_clarke _ _ _ _ _ Sd (HS s (or_introl eq_refl)) Hc).
Qed.

(** ** The direction of one layer *)
Definition layer_direction (k : nat) (a : list R) (theta : params R) : params R := upd k a (map (map (fun _ => 0)) theta).

Lemma shape_direction k a theta : length a = length (nth k theta []) -> same_shape theta (layer_direction k a theta).
Proof.
  unfold same_shape, layer_direction. intro H. rewrite map_upd, H. clear H.
  assert (E : map (@length R) (map (map (fun _ => 0)) theta) = map (@length R) theta).
  { rewrite map_map. apply map_ext. intro. apply map_length. }
  rewrite E. change (length (nth k theta [])) with ((@length R) (nth k theta [])). rewrite <- (map_nth (@length R)).
  symmetry. apply upd_self.
Qed.
Lemma inner_zero w : inner w (map (fun _ => 0) w) = 0.
Proof. unfold inner. induction w as [|x w IH]; simpl. reflexivity. rewrite IH. ring. Qed.
Lemma dot_zero theta : dot theta (map (map (fun _ => 0)) theta) = 0.
Proof. induction theta as [|w th IH]. reflexivity. cbn [map]. rewrite dot_cons, inner_zero, IH. ring. Qed.
Lemma dot_direction k a theta : (k < length theta)%nat -> dot theta (layer_direction k a theta) = inner (nth k theta []) a.
Proof.
  unfold layer_direction. revert k. induction theta as [|w th IH]; intros [|k] H; simpl in H; try lia; cbn [map upd nth]; rewrite dot_cons.
  - rewrite dot_zero. ring.
  - rewrite inner_zero, IH by lia. ring.
Qed.
Lemma entry_direction k a theta v : (k < length theta)%nat ->
  entry (layer_direction k a theta) v = if Nat.eqb (fst v) k then nth (snd v) a 0 else 0.
Proof.
  intro H. unfold entry, layer_direction. rewrite nth_upd by now rewrite map_length. destruct Nat.eqb; auto.
  change (@nil R) with (map (fun _ : R => 0) []). rewrite map_nth. generalize (nth (fst v) theta []). intro w.
  generalize (snd v). clear. induction w as [|x w IH]; intros [|i]; simpl; auto.
Qed.
Lemma along_zero psi theta t : same_shape theta psi -> along psi (map (map (fun _ => 0)) theta) t = psi.
Proof.
  revert psi. induction theta as [|w th IH]; intros [|v psi] H; try discriminate. reflexivity.
  apply same_shape_cons in H. destruct H as [H1 H2]. unfold along in *. simpl. rewrite IH by auto. f_equal.
  clear - H1. revert v H1. induction w as [|x w IH]; intros [|y v] H; try discriminate; simpl. reflexivity.
  rewrite IH by (simpl in H; congruence). f_equal. ring.
Qed.
Lemma along_direction k a theta psi t : same_shape theta psi ->
  along psi (layer_direction k a theta) t = upd k (plus_times (nth k psi []) t a) psi.
Proof.
  unfold layer_direction. revert k psi. induction theta as [|w th IH]; intros k [|v psi] H; try discriminate.
  { destruct k; reflexivity. }
  apply same_shape_cons in H. destruct H as [H1 H2]. destruct k as [|k]; cbn [map upd nth].
  - change (along (v :: psi) (a :: map (map (fun _ => 0)) th) t) with (plus_times v t a :: along psi (map (map (fun _ => 0)) th) t).
    now rewrite along_zero.
  - change (along (v :: psi) (map (fun _ => 0) w :: upd k a (map (map (fun _ => 0)) th)) t)
      with (plus_times v t (map (fun _ => 0) w) :: along psi (upd k a (map (map (fun _ => 0)) th)) t).
    rewrite IH by auto. f_equal. pose proof (along_zero [v] [w] t) as E.
    assert (S : same_shape [w] [v]) by (unfold same_shape; simpl; congruence).
    specialize (E S). unfold along in E. simpl in E. injection E as E. exact E.
Qed.

(** ** Near a point *)

(** Near a point, a network is its piece there on every sample without a kink. *)
Lemma piece_nearby {B} n theta (samples : list (list R * B)) : length theta = length n ->
  (forall s, In s samples -> off_kinks n theta (fst s)) -> exists d, 0 < d /\ forall psi, same_shape theta psi -> dist theta psi < d ->
  forall s, In s samples -> forward n psi (fst s) = piece n theta (fst s) psi (fst s).
Proof.
  intros Lt K. pose proof (close_where theta) as W. apply close_dist. apply (U_list _ W). intros s Hs.
  apply (near_piece _ W n theta (fst s) (fun psi => psi) (fun _ => fst s)); auto.
  - exists 1. split. lra. intros psi S _. rewrite <- (same_length _ _ S). exact Lt.
  - intros v eps He. exists eps. auto.
  - intro i. apply (tends_const _ W).
Qed.
Lemma tends_held free theta v : tends (close theta) (fun psi => entry (held free theta psi) v) (entry theta v).
Proof.
  apply (tends_eq _ (close_where theta) _ (fun psi => if is_free free (fst v) then entry psi v else entry theta v)).
  - exists 1. split. lra. intros psi S _. unfold entry. rewrite nth_held by exact S. destruct is_free; reflexivity.
  - destruct is_free; [|apply (tends_const _ (close_where theta))]. intros eps He. exists eps. auto.
Qed.
Lemma length_held_close free theta : close theta (fun psi => length (held free theta psi) = length theta).
Proof. exists 1. split. lra. intros psi S _. now apply length_held. Qed.

(** ** The derivative along a layer *)

(** Of sample [s], on the piece of the point: what the layer [a] in the place of layer [k] gives. *)
Definition layer_effect (P : problem R) (theta : params R) (k : nat) (a : list R) (s : list R * bool) : R :=
  sgn (snd s) * nth 0 (piece (net P) theta (fst s) (upd k a theta) (fst s)) 0.

Lemma upd_held free theta psi k a : same_shape theta psi -> is_free free k = true ->
  held free theta (upd k a psi) = upd k a (held free theta psi).
Proof.
  unfold held. change (is_free free k) with (is_free free (0 + k)). generalize 0%nat. revert psi k.
  induction theta as [|w th IH]; intros [|v psi] k j S H; try discriminate. destruct k; reflexivity.
  apply same_shape_cons in S. destruct S as [_ S]. destruct k as [|k]; simpl.
  - rewrite Nat.add_0_r in H. now rewrite H.
  - rewrite IH; auto. rewrite <- Nat.add_succ_comm in H. exact H.
Qed.

Lemma layer_strict P free theta k a s : length theta = length (net P) -> (k < length (net P))%nat ->
  length a = length (nth k theta []) -> is_free free k = true -> off_kinks (net P) theta (fst s) ->
  strict (fun psi => margin P (held free theta psi) s) theta (layer_direction k a theta) (layer_effect P theta k a s).
Proof.
  intros Lt Hk La Hf K eps He. pose proof (close_where theta) as W.
  assert (N := near_piece (close theta) W (net P) theta (fst s) (held free theta) (fun _ => fst s) Lt).
  assert (LH : close theta (fun psi => length (held free theta psi) = length (net P))).
  { rewrite <- Lt. apply length_held_close. }
  specialize (N LH (tends_held free theta) (fun i => tends_const _ W _) K).
  assert (T : tends (close theta) (fun psi => nth 0 (piece (net P) theta (fst s) (upd k a (held free theta psi)) (fst s)) 0)
    (nth 0 (piece (net P) theta (fst s) (upd k a theta) (fst s)) 0)).
  { apply (tends_piece _ W); auto.
    - now rewrite length_upd.
    - eapply (U_mono _ W); [|exact LH]. cbn beta. intros psi L. rewrite length_upd. lia.
    - intro v. apply (tends_eq _ W _ (fun psi => if Nat.eqb (fst v) k then nth (snd v) a 0 else entry (held free theta psi) v)).
      + eapply (U_mono _ W); [|exact LH]. cbn beta. intros psi L. unfold entry.
        rewrite nth_upd by lia. destruct Nat.eqb; reflexivity.
      + unfold entry at 2. rewrite nth_upd by lia. destruct Nat.eqb. apply (tends_const _ W).
        exact (tends_held free theta v).
    - intro. apply (tends_const _ W). }
  destruct N as (d1 & Hd1 & N). destruct (T eps He) as (d2 & Hd2 & T2). clear T.
  set (B := sqrt (norm2 (layer_direction k a theta))). assert (HB : 0 <= B) by apply sqrt_pos.
  set (del := Rmin (Rmin (d1 / 2) d2) (d1 / (2 * (B + 1)))).
  assert (Hdel : 0 < del) by (repeat apply Rmin_pos; try lra; apply Rdiv_lt_0_compat; lra).
  assert (E1 : del <= d1 / 2) by (eapply Rle_trans; [apply Rmin_l | apply Rmin_l]).
  assert (E2 : del <= d2) by (eapply Rle_trans; [apply Rmin_l | apply Rmin_r]).
  assert (E3 : del * (B + 1) <= d1 / 2).
  { apply Rle_trans with (d1 / (2 * (B + 1)) * (B + 1)). apply Rmult_le_compat_r. lra. apply Rmin_r. right. field. lra. }
  exists del. split; auto. intros psi t S D Ht.
  assert (Sd : same_shape psi (layer_direction k a theta)).
  { pose proof (shape_direction k a theta La). unfold same_shape in *. congruence. }
  assert (near_psi : forall v, Rabs (entry psi v - entry theta v) < del).
  { intro v. eapply Rle_lt_trans; [|exact D]. now apply entry_dist. }
  assert (near_moved : forall v, Rabs (entry (along psi (layer_direction k a theta) t) v - entry theta v) < d1).
  { intro v. assert (Q : Rabs (entry (along psi (layer_direction k a theta) t) v - entry psi v) <= t * B).
    { unfold B. rewrite <- (dist_along psi) by (auto; lra). apply entry_dist. now apply shape_along. }
    assert (t * B <= del * (B + 1)) by (apply Rmult_le_compat; lra).
    replace (entry (along psi (layer_direction k a theta) t) v - entry theta v) with
      ((entry (along psi (layer_direction k a theta) t) v - entry psi v) + (entry psi v - entry theta v)) by ring.
    eapply Rle_lt_trans. apply Rabs_triang. specialize (near_psi v). lra. }
  assert (Sm : same_shape theta (along psi (layer_direction k a theta) t)).
  { pose proof (shape_along psi _ t Sd). unfold same_shape in *. congruence. }
  unfold margin, Phi.
  rewrite (N _ Sm near_moved), (N psi S ltac:(intro v; specialize (near_psi v); lra)).
  assert (T3 := T2 psi S ltac:(intro v; specialize (near_psi v); lra)). clear T2 N.
  rewrite along_direction by auto. rewrite upd_held by auto. set (phi := held free theta psi) in *.
  assert (Ek : nth k phi [] = nth k psi []) by (unfold phi; rewrite nth_held by auto; now rewrite Hf).
  assert (Lphi : length phi = length (net P)) by (unfold phi; rewrite length_held by auto; auto).
  assert (Lk : length (nth k psi []) = length a) by (rewrite La; symmetry; apply same_length_nth; exact S).
  pose proof (piece_in_layer (net P) theta (fst s) phi (fst s) k 1 t _ _ _ Hk Lt Lphi (plus_times_ok (nth k psi []) t a Lk) 0%nat) as Q.
  rewrite Q. rewrite <- Ek, upd_self. unfold layer_effect.
  match goal with |- Rabs ?z <= _ => replace z with (sgn (snd s) * (t * (nth 0 (piece (net P) theta (fst s) (upd k a phi) (fst s)) 0 -
    nth 0 (piece (net P) theta (fst s) (upd k a theta) (fst s)) 0))) by ring end.
  rewrite !Rabs_mult. assert (Es : Rabs (sgn (snd s)) = 1).
  { unfold sgn. destruct (snd s). apply Rabs_R1. rewrite Rabs_left; lra. }
  rewrite Es, (Rabs_pos_eq t) by lra. rewrite Rmult_1_l, Rmult_comm. apply Rmult_le_compat_r; lra.
Qed.

Lemma shaped_length (P : problem R) (theta : params R) : shaped (net P) theta -> length theta = length (net P).
Proof. intro H. unfold shaped in H. apply (f_equal (@length nat)) in H. now rewrite !map_length in H. Qed.

(** At a KKT point off all kinks each free layer is the weighted sum of its gradients. *)
Theorem layer_stationary P free theta : kkt P free theta -> (forall s, In s (data P) -> off_kinks (net P) theta (fst s)) ->
  exists lambda, multipliers P theta lambda /\
    forall k a, is_free free k = true -> (k < length (net P))%nat -> length a = length (nth k theta []) ->
      inner (nth k theta []) a = weighted (data P) lambda (layer_effect P theta k a).
Proof.
  intros Hk K. pose proof Hk as [[_ [Sh _]] _]. apply shaped_length in Sh.
  destruct (stationary P free theta Hk) as (lambda & Hl & H). exists lambda. split; auto.
  intros k a Hf Hlt La. rewrite <- dot_direction by lia. apply H.
  - now apply shape_direction.
  - intros v Hv. rewrite entry_direction by lia. destruct (Nat.eqb_spec (fst v) k) as [E|]; auto. congruence.
  - intros s Hs. apply layer_strict; auto.
Qed.
