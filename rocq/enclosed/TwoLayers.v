(** * Dense networks of depth 2: limits of gradients at kinks.

    On one sample the hidden units that are at their kink can leave it one by one, each to either side, along the
    sample's own input. So every choice of one of the two slopes a kink is a limit of gradients. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece Stationary DenseLinear PieceGradient.
Import ListNotations.
Open Scope R_scope.

Lemma nth_map_seq (g : nat -> R) n i : (i < n)%nat -> nth i (map g (seq 0 n)) 0 = g i.
Proof. intro H. rewrite nth_indep with (d' := g 0%nat) by now rewrite map_length, seq_length.
rewrite map_nth, seq_nth; auto. Qed.
Lemma Rsum_only (f : nat -> R) n k : (forall j, (j < n)%nat -> j <> k -> f j = 0) ->
  Rsum (map f (seq 0 n)) = if Nat.ltb k n then f k else 0.
Proof.
  intro H. induction n as [|n IH]. reflexivity. replace (S n) with (n + 1)%nat at 1 by lia.
  rewrite seq_app, map_app, Rsum_app, IH by (intros; apply H; lia). cbn [seq map Nat.add]. rewrite Rsum_cons.
  unfold Rsum at 1. cbn [fold_right].
  destruct (Nat.ltb_spec k n), (Nat.ltb_spec k (S n)); try lia.
  - rewrite (H n) by lia. ring.
  - replace n with k by lia. ring.
  - rewrite (H n) by lia. ring.
Qed.
Lemma mapi_ext_at {A B} (f g : nat -> A -> B) i l :
  (forall j a, nth_error l j = Some a -> f (i + j)%nat a = g (i + j)%nat a) -> mapi f i l = mapi g i l.
Proof.
  revert i. induction l as [|a l IH]; intros i H; simpl; auto. f_equal.
  - specialize (H 0%nat a eq_refl). now rewrite Nat.add_0_r in H.
  - apply IH. intros j b Hj. specialize (H (S j) b Hj). now rewrite Nat.add_succ_r in H.
Qed.
Lemma tab_ext_in {A B} (theta : params A) (f g : nat * nat -> B) :
  (forall v, inside theta v = true -> f v = g v) -> tab theta f = tab theta g.
Proof.
  intro H. unfold tab. apply mapi_ext_at. intros k w Hk. apply mapi_ext_at. intros i a Hi. apply H. unfold inside.
  simpl.
  apply andb_true_intro. rewrite (nth_error_nth _ _ [] Hk). split; apply Nat.ltb_lt; apply nth_error_Some; congruence.
Qed.

(** ** What a dense network of depth 2 computes *)
Section Dense.
Variables (d h : nat) (s : R).
Hypothesis Hd : (0 < d)%nat.
Definition two_layers : list (layer R) := [Layer s (h * d) (dense d h); Layer 1 h (dense h 1)].

(** The preactivation of hidden unit [u]. *)
Definition hid (w x : list R) (u : nat) : R := Rsum (map (fun p => nth (u * d + p) w 0 * nth p x 0) (seq 0 d)).

Lemma preact_hid w x u : preact w x (map (fun i => (i, u * d + i)%nat) (seq 0 d)) = hid w x u.
Proof. unfold preact, hid. now rewrite map_map. Qed.
Lemma output_two w v x : forward two_layers [w; v] x = [Rsum (map (fun u => nth u v 0 * act s (hid w x u)) (seq 0 h))].
Proof.
  unfold two_layers. cbn [forward]. unfold apply_layer at 1. cbn [units slope dense seq map]. f_equal.
  rewrite act_slope, slope_linear, Rmult_1_l. unfold preact. rewrite map_map. apply Rsum_ext_in. intros u Hu.
  apply in_seq in Hu.
  simpl fst. simpl snd. f_equal. unfold apply_layer, dense. cbn [units slope]. rewrite map_map.
  rewrite (map_ext _ (fun u => act s (hid w x u))) by (intro; now rewrite preact_hid). apply nth_map_seq. lia.
Qed.
Lemma Phi_two w v x : Phi two_layers [w; v] x = Rsum (map (fun u => nth u v 0 * act s (hid w x u)) (seq 0 h)).
Proof. unfold Phi. now rewrite output_two. Qed.
Lemma piece_two w v x w' v' y : nth 0 (piece two_layers [w; v] x [w'; v'] y) 0 =
  Rsum (map (fun u => nth u v' 0 * (slope_at s (hid w x u) * hid w' y u)) (seq 0 h)).
Proof.
  unfold two_layers. cbn [piece]. unfold piece_layer at 1. cbn [units slope dense seq map nth].
  rewrite slope_linear, Rmult_1_l. unfold preact. rewrite map_map. apply Rsum_ext_in. intros u Hu. apply in_seq in Hu.
  simpl fst. simpl snd. f_equal. unfold piece_layer, dense. cbn [units slope]. rewrite map_map.
  rewrite (map_ext _ (fun u => slope_at s (hid w x u) * hid w' y u)) by (intro; now rewrite !preact_hid).
  apply nth_map_seq. lia.
Qed.
Lemma hid_unit_vector x k u : hid (unit_vector k) x u = if Nat.eqb u (k / d) then nth (k mod d) x 0 else 0.
Proof.
  pose proof (Nat.div_mod k d ltac:(lia)) as E. pose proof (Nat.mod_upper_bound k d ltac:(lia)) as B. unfold hid.
  rewrite (Rsum_only _ d (k mod d)).
  - destruct (Nat.ltb_spec (k mod d) d); [|lia]. rewrite nth_unit_vector.
    destruct (Nat.eqb_spec (u * d + k mod d) k), (Nat.eqb_spec u (k / d)); subst; try lia; try ring; nia.
  - intros j Hj N. rewrite nth_unit_vector. destruct (Nat.eqb_spec (u * d + j) k) as [Q|]; [|ring]. exfalso.
    apply N. rewrite <- Q, Nat.add_comm, Nat.mod_add, Nat.mod_small; lia.
Qed.

(** ** Subgradients of the margin on a sample *)
Variables (w v : list R) (x : list R) (y : bool).
Hypothesis Lw : length w = (h * d)%nat.
Hypothesis Lv : length v = h.
Let theta := [w; v].
Let size := Rsum (map (fun p => nth p x 0 * nth p x 0) (seq 0 d)).
Hypothesis Nonzero : 0 < size.

(** The gradient that has the slope [sigma u] at the unit [u]. *)
Definition subgradient (w : list R) (sigma : nat -> R) : params R := tab [w; v] (fun a =>
  sgn y * match fst a with
          | O => nth (snd a / d) v 0 * (sigma (snd a / d)%nat * nth (snd a mod d) x 0)
          | S _ => sigma (snd a) * hid w x (snd a)
          end).

Lemma piece_gradient_two w' : length w' = (h * d)%nat ->
  piece_gradient two_layers [w'; v] x (sgn y) = subgradient w' (fun u => slope_at s (hid w' x u)).
Proof.
  intro Lw'. unfold piece_gradient, subgradient. apply tab_ext_in. intros [k i] I. unfold inside in I. simpl in I.
  f_equal.
  apply andb_true_iff in I. destruct I as [I1 I2]. apply Nat.ltb_lt in I1, I2.
  destruct k as [|[|k]]; [| |lia]; cbn [fst snd upd nth] in *; rewrite piece_two.
  - rewrite (Rsum_only _ h (i / d)).
    + destruct (Nat.ltb_spec (i / d) h) as [|O]. rewrite hid_unit_vector, Nat.eqb_refl. reflexivity.
      exfalso. pose proof (Nat.div_lt_upper_bound i d h ltac:(lia) ltac:(lia)). lia.
    + intros u Hu N. rewrite hid_unit_vector. destruct (Nat.eqb_spec u (i / d)); [congruence|ring].
  - rewrite (Rsum_only _ h i).
    + destruct (Nat.ltb_spec i h); [|lia]. rewrite nth_unit_vector, Nat.eqb_refl. ring.
    + intros u Hu N. rewrite nth_unit_vector. destruct (Nat.eqb_spec u i); [congruence|ring].
Qed.

(** Beside the point, where each unit at its kink has left it to the side of its slope. *)
Variable sigma : nat -> R.
Definition leaves (u : nat) : R := if Req_EM_T (hid w x u) 0 then if Req_EM_T (sigma u) 1 then 1 else -1 else 0.
Definition beside (t : R) : list R :=
  map (fun k => nth k w 0 + t * (leaves (k / d) * nth (k mod d) x 0)) (seq 0 (h * d)).
Lemma place_ok u p : (u < h)%nat -> (p < d)%nat ->
  ((u * d + p) / d = u /\ (u * d + p) mod d = p /\ u * d + p < h * d)%nat.
Proof.
  intros Hu Hp. rewrite (Nat.add_comm (u * d)), Nat.div_add, Nat.mod_add, Nat.div_small, Nat.mod_small by lia.
  repeat split; nia.
Qed.
Lemma hid_beside t u : (u < h)%nat -> hid (beside t) x u = hid w x u + t * (leaves u * size).
Proof.
  intro Hu. unfold hid, size. rewrite <- !Rsum_mult, <- Rsum_plus. apply Rsum_ext_in. intros p Hp. apply in_seq in Hp.
  destruct (place_ok u p Hu ltac:(lia)) as (E1 & E2 & E3). unfold beside. rewrite nth_map_seq by auto. rewrite E1, E2.
  ring.
Qed.

Definition chosen (z slope : R) : Prop := (0 < z -> slope = 1) /\ (z < 0 -> slope = s) /\ (z = 0 ->
  slope = 1 \/ slope = s).
Hypothesis Chosen : forall u, (u < h)%nat -> chosen (hid w x u) (sigma u).

Lemma slopes_beside t u : 0 < t -> (u < h)%nat ->
  slope_at s (hid (beside t) x u) = sigma u /\ (s = 1 \/ hid (beside t) x u <> 0).
Proof.
  intros Ht Hu. rewrite hid_beside by auto. destruct (Chosen u Hu) as (C1 & C2 & C3).
  assert (P : 0 < t * size) by now apply Rmult_lt_0_compat.
  unfold leaves, slope_at. destruct (Req_EM_T (hid w x u) 0) as [Z|Z].
  - rewrite Z, Rplus_0_l. destruct (Req_EM_T (sigma u) 1) as [O|O].
    + replace (t * (1 * size)) with (t * size) by ring. destruct Rlt_dec; split; auto; lra.
    + destruct (C3 Z) as [|E]; [contradiction|]. replace (t * (-1 * size)) with (- (t * size)) by ring.
      destruct Rlt_dec; split; auto; lra.
  - replace (hid w x u + t * (0 * size)) with (hid w x u) by ring.
    destruct (Rlt_dec (hid w x u) 0); split; auto; symmetry; [now apply C2 | apply C1; lra].
Qed.

Variable f : params R -> R.
Hypothesis Margin : forall phi, same_shape theta phi -> f phi = sgn y * Phi two_layers phi x.

Lemma shape_beside t : same_shape theta [beside t; v].
Proof. unfold same_shape, theta. simpl. unfold beside. now rewrite map_length, seq_length, Lw. Qed.

Lemma gradient_beside t : 0 < t -> is_gradient f [beside t; v] (subgradient (beside t) sigma).
Proof.
  intro Ht. assert (Lb : length (beside t) = (h * d)%nat) by (unfold beside; now rewrite map_length, seq_length).
  assert (E : subgradient (beside t) sigma = piece_gradient two_layers [beside t; v] x (sgn y)).
  { rewrite piece_gradient_two by auto. unfold subgradient. apply tab_ext_in. intros [k i] I. unfold inside in I.
    simpl in I.
    apply andb_true_iff in I. destruct I as [I1 I2]. apply Nat.ltb_lt in I1, I2. f_equal.
    destruct k as [|[|k]]; [| |lia]; cbn [fst snd nth] in *.
    - rewrite (proj1 (slopes_beside t (i / d) Ht ltac:(apply Nat.div_lt_upper_bound; lia))). reflexivity.
    - rewrite (proj1 (slopes_beside t i Ht ltac:(lia))). reflexivity. }
  rewrite E. apply piece_gradient_ok; auto. pose proof (close_where [beside t; v]) as W.
  assert (Sh : close [beside t; v] (fun phi => same_shape theta phi)).
  { exists 1. split. lra. intros phi Sp _. pose proof (shape_beside t) as Q. unfold same_shape in *. congruence. }
  assert (Off : off_kinks two_layers [beside t; v] x).
  { unfold two_layers. cbn [off_kinks slope units]. split; [|split; auto].
    destruct (Req_EM_T s 1) as [|N]; [now left|right]. intros u Hu. unfold dense in Hu. apply in_map_iff in Hu.
    destruct Hu as (j & <- & Hj). apply in_seq in Hj. rewrite preact_hid.
    destruct (slopes_beside t j Ht ltac:(lia)) as [_ [|]]; auto. }
  assert (N : close [beside t; v] (fun phi => forward two_layers phi x = piece two_layers [beside t; v] x phi x)).
  { apply (near_piece (close [beside t; v]) W two_layers [beside t; v] x (fun phi => phi) (fun _ => x)); auto.
    - eapply (U_mono _ W); [|exact Sh]. cbn beta. intros phi Sp. now rewrite <- (same_length _ _ Sp).
    - intros a eps He. exists eps. auto.
    - intro. apply (tends_const _ W). }
  eapply (U_mono _ W); [|exact (U_and _ W _ _ Sh N)]. cbn beta. intros phi [Sp H]. rewrite Margin by auto. unfold Phi.
  now rewrite H.
Qed.

Lemma norm2_two (g : nat * nat -> R) w' : length w' = (h * d)%nat -> norm2 (tab [w'; v] g) =
  Rsum (map (fun k => g (0%nat, k) * g (0%nat, k)) (seq 0 (h * d))) + Rsum (map (fun u => g (1%nat, u) * g (1%nat,
    u)) (seq 0 h)).
Proof.
  intro L. unfold norm2, tab. cbn [mapi map]. rewrite !Rsum_cons. unfold Rsum at 3. cbn [fold_right].
  rewrite !(mapi_seq (fun i => g (_, i))), !map_map, L, Lv. ring.
Qed.

Theorem subgradient_limiting : limiting_gradient f theta (subgradient w sigma).
Proof.
  split. { unfold same_shape, subgradient. now rewrite shape_tab. }
  intros eps He.
  set (C1 := Rsum (map (fun k => (leaves (k / d) * nth (k mod d) x 0) * (leaves (k / d) *
    nth (k mod d) x 0)) (seq 0 (h * d)))).
  set (C2 := Rsum (map (fun u => (sgn y * (sigma u * (leaves u * size))) * (sgn y * (sigma u * (leaves u *
    size)))) (seq 0 h))).
  assert (H1 : 0 <= C1) by apply (Rsum_squares (fun k => leaves (k / d) * nth (k mod d) x 0)).
  assert (H2 : 0 <= C2) by apply (Rsum_squares (fun u => sgn y * (sigma u * (leaves u * size)))).
  set (t := Rmin 1 (eps * eps / (C1 + C2 + 1))).
  assert (Hee : 0 < eps * eps) by now apply Rmult_lt_0_compat.
  assert (Ht : 0 < t) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]).
  assert (T1 : t <= 1) by apply Rmin_l.
  assert (T2 : t * (C1 + C2 + 1) <= eps * eps).
  { apply Rle_trans with (eps * eps / (C1 + C2 + 1) * (C1 + C2 + 1)). apply Rmult_le_compat_r. lra. apply Rmin_r.
    right. field. lra. }
  assert (Small : forall C, 0 <= C -> C <= C1 + C2 -> t * t * C < eps * eps).
  { intros C P Q. apply Rle_lt_trans with (t * C). rewrite Rmult_assoc. rewrite <- (Rmult_1_l (t * C)) at 2.
    apply Rmult_le_compat_r; auto. apply Rmult_le_pos; lra.
    apply Rlt_le_trans with (t * (C1 + C2 + 1)); auto. apply Rmult_lt_compat_l; lra. }
  exists [beside t; v], (subgradient (beside t) sigma). split. apply shape_beside. split; [|split].
  - apply dist_lt; auto. eapply Rle_lt_trans; [|apply (Small C1); lra]. right.
    unfold theta, minus. cbn [combine map fst snd]. unfold norm2. cbn [map]. rewrite !Rsum_cons. unfold Rsum at 3.
    cbn [fold_right].
    assert (Z : Rsum (map (fun a => a * a) (map (fun xy => fst xy - snd xy) (combine v v))) = 0).
    { clear. induction v as [|b l IH]. reflexivity. cbn [combine map fst snd]. rewrite Rsum_cons, IH. ring. }
    rewrite Z, !Rplus_0_r. unfold C1. rewrite <- Rsum_mult.
    assert (Ew : w = map (fun k => nth k w 0) (seq 0 (h * d))).
    { apply nth_ext with (d := 0) (d' := 0). now rewrite map_length, seq_length. intros k Hk.
      rewrite nth_map_seq; auto. lia. }
    rewrite Ew at 1. unfold beside. generalize (seq 0 (h * d)). clear. intro l.
    induction l as [|k l IH]. reflexivity. cbn [map combine fst snd]. rewrite !Rsum_cons, IH. ring.
  - now apply gradient_beside.
  - apply dist_lt; auto. eapply Rle_lt_trans; [|apply (Small C2); lra]. right. unfold subgradient.
    rewrite (tab_shape [beside t; v] [w; v]) by (symmetry; apply shape_beside). rewrite minus_tab, norm2_two by auto.
    cbn [fst snd].
    rewrite (Rsum_zero _ (seq 0 (h * d))) by (intros; ring). rewrite Rplus_0_l. unfold C2. rewrite <- Rsum_mult.
    apply Rsum_ext_in. intros u Hu. apply in_seq in Hu. rewrite hid_beside by lia. ring.
Qed.
End Dense.
