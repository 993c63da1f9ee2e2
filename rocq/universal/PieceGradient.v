(** * The gradient where no unit is at its kink, and its limits: how a point is shown to be a KKT point.

    The parameter [i] of layer [k] moves the output by what the unit vector [i] in the place of layer [k] gives. From one
    point to another the layers are exchanged one after the other. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece Stationary LayerOptimum DenseLinear.
From Margincert Require Export InnerProducts Nearby.
Import ListNotations.
Open Scope R_scope.

(** ** Linear functions of a layer *)
Definition unit_vector (p : nat) : list R := repeat 0 p ++ [1].
Lemma nth_unit_vector p i : nth i (unit_vector p) 0 = if Nat.eqb i p then 1 else 0.
Proof.
  unfold unit_vector. revert i. induction p as [|p IH]; intros [|i]; simpl; auto. now destruct i.
Qed.
Lemma nth_firstn_0 (d : list R) m i : nth i (firstn m d) 0 = if Nat.ltb i m then nth i d 0 else 0.
Proof.
  revert d i. induction m as [|m IH]; intros d i. simpl. destruct i; reflexivity.
  destruct d as [|x d]. simpl. destruct i; now destruct Nat.ltb.
  destruct i as [|i]. reflexivity. simpl. rewrite IH. reflexivity.
Qed.
Lemma linear_units (H : list R -> R) : (forall a b u v w, combines a b u v w -> H w = a * H u + b * H v) ->
  forall d, H d = Rsum (map (fun p => nth p d 0 * H (unit_vector p)) (seq 0 (length d))).
Proof.
  intros HL d. assert (G : forall m, H (firstn m d) = Rsum (map (fun p => nth p d 0 * H (unit_vector p)) (seq 0 m))).
  { induction m as [|m IH].
    - rewrite (HL 0 0 [] [] (firstn 0 d)). simpl. ring. intro i. simpl. destruct i; ring.
    - replace (S m) with (m + 1)%nat by lia. rewrite seq_app, map_app, Rsum_app, <- IH. simpl seq. cbn [map]. rewrite Rsum_cons.
      unfold Rsum at 1. cbn [fold_right]. rewrite (HL 1 (nth m d 0) (firstn m d) (unit_vector m)). ring.
      intro i. rewrite !nth_firstn_0, nth_unit_vector.
      destruct (Nat.ltb_spec i (m + 1)), (Nat.ltb_spec i m), (Nat.eqb_spec i m); subst; try lia; ring. }
  rewrite <- G, firstn_all. reflexivity.
Qed.

(** ** The gradient of a piece *)
Section Gradient.
Variables (n : list (layer R)) (theta : params R) (x : list R) (c : R) (phi : params R).
Hypothesis Lt : length theta = length n.
Hypothesis Lphi : length phi = length n.
Let F psi := c * nth 0 (piece n theta x psi x) 0.
Definition gradient_of_piece : params R := tab phi (fun v => c * nth 0 (piece n theta x (upd (fst v) (unit_vector (snd v)) phi) x) 0).

(** The first [k] layers of [psi], the others of [phi]. *)
Definition mixed (k : nat) (psi : params R) : params R := firstn k psi ++ skipn k phi.
Lemma length_mixed k psi : length psi = length n -> length (mixed k psi) = length n.
Proof. intro L. unfold mixed. rewrite app_length, firstn_length, skipn_length. lia. Qed.
Lemma nth_mixed k psi j : length psi = length n -> (k <= length n)%nat ->
  nth j (mixed k psi) [] = if Nat.ltb j k then nth j psi [] else nth j phi [].
Proof.
  intros L Hk. unfold mixed. destruct (Nat.ltb_spec j k).
  - rewrite app_nth1 by (rewrite firstn_length; lia). rewrite <- (firstn_skipn k psi) at 2.
    rewrite app_nth1; auto. rewrite firstn_length. lia.
  - rewrite app_nth2 by (rewrite firstn_length; lia). rewrite firstn_length, Nat.min_l by lia.
    rewrite <- (firstn_skipn k phi) at 2. rewrite (app_nth2 (firstn k phi)) by (rewrite firstn_length; lia).
    rewrite firstn_length, Nat.min_l by lia. reflexivity.
Qed.
Lemma layer_linear k chi y : (k < length n)%nat -> length chi = length n -> forall a b u v w, combines a b u v w ->
  c * nth 0 (piece n theta x (upd k w chi) y) 0 = a * (c * nth 0 (piece n theta x (upd k u chi) y) 0) + b * (c * nth 0 (piece n theta x (upd k v chi) y) 0).
Proof.
  intros Hk Lp a b u v w H. rewrite (piece_in_layer n theta x chi y k a b u v w Hk Lt Lp H 0%nat). ring.
Qed.
Lemma exchange psi : same_shape phi psi -> F psi - F phi =
  dsum phi (fun v => (entry psi v - entry phi v) * F (upd (fst v) (unit_vector (snd v)) (mixed (fst v) psi))).
Proof.
  intro Sh. assert (Lp : length psi = length n) by (rewrite <- (same_length _ _ Sh); auto).
  assert (G : forall m, (m <= length n)%nat -> F (mixed m psi) - F phi =
    Rsum (map (fun k => Rsum (map (fun i => (entry psi (k, i) - entry phi (k, i)) * F (upd k (unit_vector i) (mixed k psi)))
      (seq 0 (length (nth k phi []))))) (seq 0 m))).
  { induction m as [|m IH]; intro Hm. unfold mixed. simpl. ring.
    replace (S m) with (m + 1)%nat at 2 by lia. rewrite seq_app, map_app, Rsum_app, <- IH by lia. simpl seq. cbn [map].
    rewrite Rsum_cons. unfold Rsum at 2. cbn [fold_right]. rewrite Rplus_0_r.
    set (w := nth m phi []). set (w' := nth m psi []).
    assert (Lw : length w' = length w) by (symmetry; apply same_length_nth; exact Sh).
    set (d := plus_times w' (-1) w). assert (Ld : length d = length w) by (unfold d; rewrite length_plus_times; auto).
    assert (Hd : combines 1 (-1) w' w d) by (apply plus_times_ok; auto).
    assert (Lm := length_mixed m psi Lp).
    assert (E1 : mixed (S m) psi = upd m w' (mixed m psi)).
    { apply nth_ext with (d := []) (d' := []). now rewrite length_upd, !length_mixed.
      intros j _. rewrite nth_upd by lia. rewrite !nth_mixed by (auto; lia).
      destruct (Nat.ltb_spec j (S m)), (Nat.ltb_spec j m), (Nat.eqb_spec j m); subst; try lia; auto. }
    assert (E2 : mixed m psi = upd m w (mixed m psi)).
    { rewrite <- (upd_self m (mixed m psi) []) at 1. f_equal. rewrite nth_mixed by (auto; lia). now rewrite Nat.ltb_irrefl. }
    assert (Q := layer_linear m (mixed m psi) x ltac:(lia) Lm 1 (-1) w' w d Hd). fold (F (upd m d (mixed m psi))) in Q.
    rewrite <- E1, <- E2 in Q. fold (F (mixed (S m) psi)) in Q. fold (F (mixed m psi)) in Q.
    replace (F (mixed (S m) psi) - F phi) with (F (mixed m psi) - F phi + F (upd m d (mixed m psi))) by lra.
    f_equal. rewrite (linear_units (fun d => F (upd m d (mixed m psi)))).
    - rewrite Ld. apply Rsum_ext_in. intros i _. f_equal. rewrite (Hd i). unfold entry, w, w'. simpl. ring.
    - apply layer_linear; auto; lia. }
  specialize (G (length n) (le_n _)). rewrite dsum_layers. cbn [fst snd]. rewrite Lphi, <- G. unfold mixed. rewrite firstn_all2 by lia. rewrite skipn_all2 by lia.
  now rewrite app_nil_r.
Qed.

Lemma tends_exchanged v : inside phi v = true ->
  tends (close phi) (fun psi => F (upd (fst v) (unit_vector (snd v)) (mixed (fst v) psi))) (F (upd (fst v) (unit_vector (snd v)) phi)).
Proof.
  intro I. unfold inside in I. apply andb_true_iff in I. destruct I as [I _]. apply Nat.ltb_lt in I. destruct v as [k i]. simpl in *.
  pose proof (close_where phi) as W. unfold F. apply (tends_mult _ W). apply (tends_const _ W).
  assert (LP : close phi (fun psi => length psi = length n)).
  { exists 1. split. lra. intros psi S _. rewrite <- (same_length _ _ S). exact Lphi. }
  apply (tends_piece _ W); auto.
  - now rewrite length_upd.
  - eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi L. rewrite length_upd. now apply length_mixed.
  - intro v. apply (tends_eq _ W _ (fun psi => if Nat.eqb (fst v) k then nth (snd v) (unit_vector i) 0
      else if Nat.ltb (fst v) k then entry psi v else entry phi v)).
    + eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi L. unfold entry. rewrite nth_upd by (rewrite length_mixed; lia).
      rewrite nth_mixed by lia. destruct Nat.eqb; auto. now destruct Nat.ltb.
    + unfold entry at 3. rewrite nth_upd by lia. destruct Nat.eqb. apply (tends_const _ W).
      destruct Nat.ltb; [|apply (tends_const _ W)]. intros eps He. exists eps. split; auto. intros psi _ H. apply H.
  - intro. apply (tends_const _ W).
Qed.

Theorem gradient_of_piece_ok f : (close phi (fun psi => f psi = F psi)) -> is_gradient f phi gradient_of_piece.
Proof.
  intro N. pose proof (close_where phi) as W. split.
  { unfold same_shape, gradient_of_piece. now rewrite shape_tab. }
  intros eps He. set (N0 := INR (length (places phi)) + 1).
  assert (HN : 0 < N0) by (unfold N0; pose proof (pos_INR (length (places phi))); lra).
  assert (T : close phi (fun psi => forall v, In v (places phi) ->
    Rabs (F (upd (fst v) (unit_vector (snd v)) (mixed (fst v) psi)) - F (upd (fst v) (unit_vector (snd v)) phi)) < eps / N0)).
  { apply (U_list _ W). intros v Hv. apply tends_exchanged. now apply in_places. now apply Rdiv_lt_0_compat. }
  assert (Self : f phi = F phi).
  { destruct N as (d & Hd & N). apply N. reflexivity. intro v. rewrite Rminus_eq_0, Rabs_R0. exact Hd. }
  destruct (close_dist _ _ (U_and _ W _ _ N T)) as (d & Hd & H). exists d. split; auto. intros psi S D.
  destruct (H psi S D) as [E B]. rewrite E, Self. clear H.
  assert (Sm : map (@length R) (minus psi phi) = map (@length R) phi).
  { unfold same_shape in S. rewrite S. symmetry. apply shape_minus. symmetry. exact S. }
  rewrite (dot_dsum phi) by (auto; unfold gradient_of_piece; apply shape_tab).
  rewrite exchange by auto.
  match goal with |- Rabs (?a - ?b) <= _ => replace (a - b) with (1 * a + -1 * b) by ring end.
  rewrite !dsum_places, <- Rsum_lin. eapply Rle_trans. apply (Rsum_bound _ (dist phi psi * (eps / N0))).
  - intros v Hv. rewrite entry_minus by (symmetry; exact S). unfold gradient_of_piece. rewrite entry_tab.
    assert (I := proj1 (in_places phi v) Hv). rewrite I. fold (F (upd (fst v) (unit_vector (snd v)) phi)).
    match goal with |- Rabs ?a <= _ => replace a with ((entry psi v - entry phi v) *
      (F (upd (fst v) (unit_vector (snd v)) (mixed (fst v) psi)) - F (upd (fst v) (unit_vector (snd v)) phi))) by ring end.
    rewrite Rabs_mult. apply Rmult_le_compat; try apply Rabs_pos. now apply entry_dist. left. now apply B.
  - replace (INR (length (places phi)) * (dist phi psi * (eps / N0))) with (eps * dist phi psi * (INR (length (places phi)) / N0))
      by (field; lra).
    rewrite <- (Rmult_1_r (eps * dist phi psi)) at 2. apply Rmult_le_compat_l.
    + apply Rmult_le_pos. lra. apply sqrt_pos.
    + apply Rmult_le_reg_r with N0; auto. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. unfold N0. lra.
Qed.
End Gradient.

(** At the point itself. *)
Definition piece_gradient n theta x c : params R :=
  tab theta (fun v => c * nth 0 (piece n theta x (upd (fst v) (unit_vector (snd v)) theta) x) 0).
Theorem piece_gradient_ok n theta x c (Lt : length theta = length n) f :
  close theta (fun psi => f psi = c * nth 0 (piece n theta x psi x) 0) -> is_gradient f theta (piece_gradient n theta x c).
Proof. exact (gradient_of_piece_ok n theta x c theta Lt Lt f). Qed.

(** ** Limits of gradients *)

Lemma limiting_if_near f theta (g : params R -> nat * nat -> R) :
  (forall eps, 0 < eps -> exists psi, same_shape theta psi /\ (forall v, Rabs (entry psi v - entry theta v) < eps) /\
    is_gradient f psi (tab theta (g psi))) ->
  (forall v, inside theta v = true -> tends (close theta) (fun psi => g psi v) (g theta v)) ->
  limiting_gradient f theta (tab theta (g theta)).
Proof.
  intros A T. pose proof (close_where theta) as W.
  assert (Sh : forall h : nat * nat -> R, same_shape theta (tab theta h)) by (intro; unfold same_shape; now rewrite shape_tab).
  split; auto. intros eps He.
  destruct (dist_entries theta eps He) as (d1 & Hd1 & N1). destruct (dist_entries (tab theta (g theta)) eps He) as (d2 & Hd2 & N2).
  assert (C : close theta (fun psi => forall v, In v (places theta) -> Rabs (g psi v - g theta v) < d2)).
  { apply (U_list _ W). intros v Hv. apply in_places in Hv. now apply T. }
  destruct C as (d3 & Hd3 & C). destruct (A (Rmin d1 d3) ltac:(now apply Rmin_pos)) as (psi & S & E & G).
  pose proof (Rmin_l d1 d3). pose proof (Rmin_r d1 d3).
  exists psi, (tab theta (g psi)). split; auto. split; [|split; auto].
  - apply N1; auto. intros v _. specialize (E v). lra.
  - apply N2. { pose proof (Sh (g theta)). pose proof (Sh (g psi)). unfold same_shape in *. congruence. }
    intros v Hv. apply in_places in Hv.
    assert (I : inside theta v = true).
    { revert Hv. unfold inside. pose proof (Sh (g theta)) as Q. rewrite <- (same_length _ _ Q), <- (same_length_nth (fst v) _ _ Q). auto. }
    rewrite !entry_tab, I. apply C; auto.
    + intro u. specialize (E u). lra.
    + now apply in_places.
Qed.

(** ** Limits of gradients where all units are positive *)
Section Positive.
Variables (P : problem R) (theta : params R).
Hypothesis Shaped : shaped (net P) theta.
Let lin := linearised (net P).

Definition positive_gradient (s : list R * bool) (psi : params R) : params R :=
  tab theta (fun v => sgn (snd s) * nth 0 (forward lin (upd (fst v) (unit_vector (snd v)) psi) (fst s)) 0).

(** Points near by where all units are positive on the sample. *)
Definition approached (s : list R * bool) : Prop :=
  forall eps, 0 < eps -> exists psi, same_shape theta psi /\ dist theta psi < eps /\ positive_units (net P) psi (fst s).

Lemma positive_gradient_ok s psi : same_shape theta psi -> positive_units (net P) psi (fst s) ->
  is_gradient (fun psi => margin P psi s) psi (positive_gradient s psi).
Proof.
  intros S Pos. assert (Lt := shaped_length _ _ Shaped). assert (Lp : length psi = length (net P)) by (rewrite <- (same_length _ _ S); auto).
  assert (E : positive_gradient s psi = piece_gradient (net P) psi (fst s) (sgn (snd s))).
  { unfold positive_gradient, piece_gradient. rewrite (tab_shape theta psi) by auto. unfold tab. apply mapi_ext. intros k w.
    apply mapi_ext. intros i _. simpl. rewrite piece_positive; auto. now rewrite length_upd. }
  rewrite E. apply piece_gradient_ok; auto. pose proof (close_where psi) as W.
  eapply (U_mono _ W); [|apply (near_piece (close psi) W (net P) psi (fst s) (fun phi => phi) (fun _ => fst s)); auto].
  - cbn beta. intros phi H. unfold margin, Phi. now rewrite H.
  - exists 1. split. lra. intros phi Sp _. rewrite <- (same_length _ _ Sp). exact Lp.
  - intros v eps He. exists eps. auto.
  - intro. apply (tends_const _ W).
  - now apply positive_off_kinks.
Qed.

Lemma tends_positive s v : (fst v < length theta)%nat -> tends (close theta) (fun psi => sgn (snd s) * nth 0 (forward lin (upd (fst v) (unit_vector (snd v)) psi) (fst s)) 0)
  (sgn (snd s) * nth 0 (forward lin (upd (fst v) (unit_vector (snd v)) theta) (fst s)) 0).
Proof.
  intro Hv. assert (Lt := shaped_length _ _ Shaped). pose proof (close_where theta) as W.
  apply (tends_mult _ W). apply (tends_const _ W). assert (Ll : length lin = length (net P)) by (unfold lin, linearised; apply map_length).
  assert (Sl : forall l, In l lin -> slope l = 1).
  { intros l Hl. unfold lin, linearised in Hl. apply in_map_iff in Hl. destruct Hl as (l' & <- & _). reflexivity. }
  assert (LP : close theta (fun psi => length psi = length (net P))).
  { exists 1. split. lra. intros psi S _. rewrite <- (same_length _ _ S). exact Lt. }
  rewrite <- (piece_linear lin theta (fst s)) by (rewrite ?length_upd; auto; congruence).
  eapply (tends_eq _ W).
  2:{ apply (tends_piece _ W lin theta (fst s) (fun psi => upd (fst v) (unit_vector (snd v)) psi) _ (fun _ => fst s)).
    - congruence.
    - rewrite length_upd. congruence.
    - eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi L. rewrite length_upd. congruence.
    - intro u. apply (tends_eq _ W _ (fun psi => if Nat.eqb (fst u) (fst v) then nth (snd u) (unit_vector (snd v)) 0 else entry psi u)).
      + eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi L. unfold entry. rewrite nth_upd by lia. now destruct Nat.eqb.
      + unfold entry at 2. rewrite nth_upd by lia. destruct Nat.eqb. apply (tends_const _ W).
        intros eps He. exists eps. split; auto. intros psi _ H. apply H.
    - intro. apply (tends_const _ W). }
  eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi L. rewrite piece_linear; auto; rewrite ?length_upd; congruence.
Qed.

Lemma positive_limiting s : approached s -> limiting_gradient (fun psi => margin P psi s) theta (positive_gradient s theta).
Proof.
  intro A. apply (limiting_if_near _ theta
    (fun psi v => sgn (snd s) * nth 0 (forward lin (upd (fst v) (unit_vector (snd v)) psi) (fst s)) 0)).
  - intros eps He. destruct (A eps He) as (psi & S & D & Pos). exists psi. split; auto. split.
    + intro v. eapply Rle_lt_trans; [|exact D]. now apply entry_dist.
    + now apply positive_gradient_ok.
  - intros v I. unfold inside in I. apply andb_true_iff in I. destruct I as [I _]. apply Nat.ltb_lt in I. now apply tends_positive.
Qed.

(** Samples are approached by positive units, and the linear network is stationary: a KKT point. *)
Theorem positive_kkt lambda : feasible P None theta -> multipliers P theta lambda ->
  (forall s, In s (data P) -> approached s) ->
  (forall k i, (k < length theta)%nat -> (i < length (nth k theta []))%nat ->
    entry theta (k, i) = Phi lin (upd k (unit_vector i) theta) (mix (inputs P) (data P) lambda)) ->
  kkt P None theta.
Proof.
  intros F Ml A St. split; auto. exists (map (fun sl => (snd sl, positive_gradient (fst sl) theta)) (combine (data P) lambda)).
  pose proof F as [[(_ & _ & _ & _ & Len) _] _]. assert (Lt := shaped_length _ _ Shaped).
  split.
  - unfold multipliers in Ml. generalize dependent lambda. intros lambda F2 _. revert lambda F2 A. generalize (data P). clear - Shaped.
    intros ss ls F2 A. induction F2 as [|s l ss ls [H1 H2] F2 IH]; simpl; constructor; simpl.
    + split; auto. intro Hn. split; auto.
      assert (L := positive_limiting s (A s (or_introl eq_refl))). split. apply L.
      exists [(1, positive_gradient s theta)]. split; [|split].
      * intros t [<-|[]]. simpl. split. lra. destruct L as [L1 L2]. split; auto. intros eps He.
        destruct (L2 eps He) as (th' & g' & S & D & [G1 G2] & Dg). exists th', g'. repeat split; auto.
        intros e2 He2. destruct (G2 e2 He2) as (d & Hd & G3). exists d. split; auto. intros th2 S2 D2.
        rewrite !held_all by (unfold same_shape in *; congruence). now apply G3.
      * simpl. lra.
      * intro v. unfold combination. simpl. ring.
    + apply IH. intros s' Hs. apply A. now right.
  - intros [k i] _. unfold combination. rewrite map_map. cbn [fst snd].
    assert (E : Rsum (map (fun sl => snd sl * entry (positive_gradient (fst sl) theta) (k, i)) (combine (data P) lambda)) =
      if inside theta (k, i) then entry theta (k, i) else 0).
    { unfold positive_gradient. destruct (inside theta (k, i)) eqn:I.
      - rewrite (Rsum_ext_in _ (fun sl => snd sl * (sgn (snd (fst sl)) * nth 0 (forward lin (upd k (unit_vector i) theta) (fst (fst sl))) 0))).
        + unfold inside in I. apply andb_true_iff in I. destruct I as [I1 I2]. apply Nat.ltb_lt in I1, I2. simpl in I1, I2.
          rewrite St by auto. unfold Phi. rewrite <- (output_mix lin _ (inputs P)); auto.
          * intros l Hl. unfold lin, linearised in Hl. apply in_map_iff in Hl. destruct Hl as (l' & <- & _). reflexivity.
          * rewrite length_upd. unfold lin, linearised. rewrite map_length. exact Lt.
        + intros sl _. now rewrite entry_tab, I.
      - apply Rsum_zero. intros sl _. rewrite entry_tab, I. ring. }
    rewrite E. destruct (inside theta (k, i)) eqn:I; auto. unfold inside in I. unfold entry. simpl in *.
    apply andb_false_iff in I. destruct I as [I|I]; apply Nat.ltb_ge in I.
    + rewrite (nth_overflow theta) by auto. now destruct i.
    + now apply nth_overflow.
Qed.
End Positive.

(** All units positive: all inputs are non-zero. *)
Lemma positive_preact n theta x k l u : positive_units n theta x -> length theta = length n ->
  nth_error n k = Some l -> In u (units l) -> 0 < preact (nth k theta []) (forward (firstn k n) theta x) u.
Proof.
  revert theta x k. induction n as [|l0 n IH]; intros [|w theta] x k K Lt Hk Hu; try discriminate. destruct k; discriminate.
  simpl in K. destruct K as [K1 K2]. destruct k as [|k]; simpl in *.
  - injection Hk as ->. auto.
  - apply IH; auto.
Qed.
