(** * What makes the enclosed point no local optimum: a curve of better points.

    Unit [u] has a move: a list of incoming weights [a] and an outgoing weight [b]. A live unit moves to [w + t a],
    [v + t b]. One that is 0 wakes up as [sqrt t a], [sqrt t b]. For small [t > 0] all outputs are quadratic in [t]; so
    if the active margins and the norm change in the right direction to first order, there are better points as near as
    one likes. Since all first-order conditions are strict, nothing has to be solved exactly. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Lists Forward Tends Vectors Sums Piece Stationary TwoLayers TwoLayersKkt Point Bounds.
Import ListNotations.
Open Scope R_scope.

(** ** Small positive times *)
Lemma soon_small a b : 0 < b -> after (fun t => t * a < b).
Proof.
  intro Hb. set (c := Rabs a + 1). assert (Hc : 0 < c) by (unfold c; pose proof (Rabs_pos a); lra).
  exists (b / c). split. now apply Rdiv_lt_0_compat. intros t Ht.
  apply Rle_lt_trans with (t * c). apply Rmult_le_compat_l. lra. unfold c. pose proof (Rle_abs a). lra.
  apply Rlt_le_trans with (b / c * c). apply Rmult_lt_compat_r; lra. right. field. lra.
Qed.

Lemma soon_positive : after (fun t => 0 < t).
Proof. exists 1. split. lra. intros; lra. Qed.
Lemma place_at d h u p : (u < h)%nat -> (p < d)%nat -> ((u * d + p) / d = u /\ u * d + p < h * d)%nat.
Proof. intros Hu Hp. rewrite (Nat.add_comm (u * d)), Nat.div_add, Nat.div_small by lia. split; nia. Qed.

(** The derivative of the activation to the side of [delta]. *)
Definition act_toward (s z delta : R) : R :=
  if Rlt_dec 0 z then delta else if Rlt_dec z 0 then s * delta else act s delta.
Lemma act_moves s z delta : after (fun t => act s (z + t * delta) = act s z + t * act_toward s z delta).
Proof.
  unfold act_toward. destruct (Rlt_dec 0 z) as [A|A]; [|destruct (Rlt_dec z 0) as [B|B]].
  - eapply (U_mono _ after_where); [|exact (soon_small (- delta) z A)]. cbn beta. intros t Ht. unfold act.
    destruct (Rlt_dec (z + t * delta) 0), (Rlt_dec z 0); lra.
  - eapply (U_mono _ after_where); [|exact (soon_small delta (- z) ltac:(lra))]. cbn beta. intros t Ht. unfold act.
    destruct (Rlt_dec (z + t * delta) 0), (Rlt_dec z 0); lra.
  - assert (Z : z = 0) by lra. subst. exists 1. split. lra. intros t Ht. rewrite !Rplus_0_l.
    rewrite act_scale by lra. assert (Z : act s 0 = 0) by (unfold act; destruct Rlt_dec; lra). rewrite Z. ring.
Qed.

Section Descent.
Variables (P : problem R) (d h : nat) (s : R) (w v : list R) (alive : nat -> bool) (a b : list R).
Hypothesis Net : net P = two_layers d h s.
Hypothesis Hd : (0 < d)%nat.
Hypothesis Lw : length w = (h * d)%nat.
Hypothesis Lv : length v = h.
Hypothesis Dead : forall u p, (u < h)%nat -> alive u = false -> (p < d)%nat -> nth (u * d + p) w 0 = 0.
Hypothesis Dead' : forall u, (u < h)%nat -> alive u = false -> nth u v 0 = 0.

Definition rate (t : R) (u : nat) : R := if alive u then t else sqrt t.
Definition moved_in (t : R) : list R := map (fun k => nth k w 0 + rate t (k / d) * nth k a 0) (seq 0 (h * d)).
Definition moved_out (t : R) : list R := map (fun u => nth u v 0 + rate t u * nth u b 0) (seq 0 h).

Lemma hid_moved t x u : (u < h)%nat -> hid d (moved_in t) x u = hid d w x u + rate t u * hid d a x u.
Proof.
  intro Hu. unfold hid. rewrite <- Rsum_mult, <- Rsum_plus. apply Rsum_ext_in. intros p Hp. apply in_seq in Hp.
  destruct (place_at d h u p Hu ltac:(lia)) as (E1 & E3). unfold moved_in. rewrite nth_map_seq by auto. rewrite E1.
  ring.
Qed.

(** What unit [u] adds to the output, to first order and to second. *)
Definition first (x : list R) (u : nat) : R :=
  if alive u then nth u b 0 * act s (hid d w x u) + nth u v 0 * act_toward s (hid d w x u) (hid d a x u)
  else nth u b 0 * act s (hid d a x u).
Definition second (x : list R) (u : nat) : R :=
  if alive u then nth u b 0 * act_toward s (hid d w x u) (hid d a x u) else 0.

Lemma unit_moves x u : (u < h)%nat -> after (fun t => nth u (moved_out t) 0 * act s (hid d (moved_in t) x u) =
  nth u v 0 * act s (hid d w x u) + (t * first x u + t * (t * second x u))).
Proof.
  intro Hu. unfold first, second. destruct (alive u) eqn:Al.
  - eapply (U_mono _ after_where); [|exact (act_moves s (hid d w x u) (hid d a x u))]. cbn beta. intros t E.
    rewrite hid_moved by auto. unfold moved_out. rewrite nth_map_seq by auto. unfold rate. rewrite Al, E. ring.
  - exists 1. split. lra. intros t Ht. rewrite hid_moved by auto. unfold moved_out. rewrite nth_map_seq by auto.
    unfold rate. rewrite Al.
    rewrite (Dead' u Hu Al). assert (Z : hid d w x u = 0).
    { unfold hid. apply Rsum_zero. intros p Hp. apply in_seq in Hp. rewrite (Dead u p Hu Al) by lia. ring. }
    rewrite Z, Rplus_0_l, Rplus_0_l, act_scale by apply sqrt_pos.
    assert (Q : sqrt t * sqrt t = t) by (apply sqrt_sqrt; lra).
    replace (sqrt t * nth u b 0 * (sqrt t * act s (hid d a x u))) with
      (sqrt t * sqrt t * (nth u b 0 * act s (hid d a x u))) by ring. rewrite Q. ring.
Qed.
Lemma output_moves x : after (fun t => Phi (net P) [moved_in t; moved_out t] x = Phi (net P) [w; v] x +
  (t * Rsum (map (first x) (seq 0 h)) + t * (t * Rsum (map (second x) (seq 0 h))))).
Proof.
  assert (U : after (fun t => forall u, In u (seq 0 h) -> nth u (moved_out t) 0 * act s (hid d (moved_in t) x u) =
    nth u v 0 * act s (hid d w x u) + (t * first x u + t * (t * second x u)))).
  { apply (U_list _ after_where). intros u Hu. apply in_seq in Hu. apply unit_moves. lia. }
  eapply (U_mono _ after_where); [|exact U]. cbn beta. intros t E. rewrite Net, !Phi_two by auto.
  rewrite (Rsum_ext_in _ _ _ E), !Rsum_plus, !Rsum_mult. reflexivity.
Qed.

(** The squares. *)
Definition norm_first : R :=
  Rsum (map (fun u => if alive u then 2 * (Rsum (map (fun p =>
    nth (u * d + p) w 0 * nth (u * d + p) a 0) (seq 0 d)) + nth u v 0 * nth u b 0)
                      else Rsum (map (fun p => nth (u * d + p) a 0 * nth (u * d + p) a 0) (seq 0 d)) + nth u b 0 *
                        nth u b 0) (seq 0 h)).
Definition norm_second : R :=
  Rsum (map (fun u => if alive u then Rsum (map (fun p =>
    nth (u * d + p) a 0 * nth (u * d + p) a 0) (seq 0 d)) + nth u b 0 * nth u b 0 else 0) (seq 0 h)).
Lemma norm_rows w' v' : length w' = (h * d)%nat -> length v' = h -> norm2 [w'; v'] =
  Rsum (map (fun u => Rsum (map (fun p =>
    nth (u * d + p) w' 0 * nth (u * d + p) w' 0) (seq 0 d)) + nth u v' 0 * nth u v' 0) (seq 0 h)).
Proof.
  intros L1 L2. unfold norm2. cbn [map]. rewrite !Rsum_cons. unfold Rsum at 3. cbn [fold_right].
  rewrite (squares_seq w' (h * d)), (squares_seq v' h), Rsum_rows, Rsum_plus by auto. ring.
Qed.
Lemma norm_moves t : 0 < t -> norm2 [moved_in t; moved_out t] = norm2 [w; v] + (t * norm_first + t * (t * norm_second)).
Proof.
  intro Ht. rewrite !norm_rows by (auto; unfold moved_in, moved_out; now rewrite map_length, seq_length).
  unfold norm_first, norm_second. rewrite <- !Rsum_mult, <- !Rsum_plus. apply Rsum_ext_in. intros u Hu.
  apply in_seq in Hu.
  assert (Q : sqrt t * sqrt t = t) by (apply sqrt_sqrt; lra).
  assert (I : Rsum (map (fun p => nth (u * d + p) (moved_in t) 0 * nth (u * d + p) (moved_in t) 0) (seq 0 d)) =
    Rsum (map (fun p => nth (u * d + p) w 0 * nth (u * d + p) w 0) (seq 0 d)) +
    (2 * rate t u * Rsum (map (fun p => nth (u * d + p) w 0 * nth (u * d + p) a 0) (seq 0 d)) +
     rate t u * rate t u * Rsum (map (fun p => nth (u * d + p) a 0 * nth (u * d + p) a 0) (seq 0 d)))).
  { rewrite <- !Rsum_mult, <- !Rsum_plus. apply Rsum_ext_in. intros p Hp. apply in_seq in Hp.
    destruct (place_at d h u p ltac:(lia) ltac:(lia)) as (E1 & E3). unfold moved_in. rewrite nth_map_seq by auto.
    rewrite E1. ring. }
  rewrite I. unfold moved_out. rewrite nth_map_seq by lia. unfold rate. destruct (alive u) eqn:Al. ring.
  rewrite (Dead' u ltac:(lia) Al). rewrite (Rsum_zero (fun p => nth (u * d + p) w 0 * nth (u * d + p) a 0)).
  2:{ intros p Hp. apply in_seq in Hp. rewrite (Dead u p ltac:(lia) Al) by lia. ring. }
  rewrite (Rsum_zero (fun p => nth (u * d + p) w 0 * nth (u * d + p) w 0)).
  2:{ intros p Hp. apply in_seq in Hp. rewrite (Dead u p ltac:(lia) Al) by lia. ring. }
  replace ((0 + sqrt t * nth u b 0) * (0 + sqrt t * nth u b 0)) with
    (sqrt t * sqrt t * (nth u b 0 * nth u b 0)) by ring. rewrite Q. ring.
Qed.
Lemma distance_moves t : 0 < t -> norm2 (minus [w; v] [moved_in t; moved_out t]) =
  Rsum (map (fun u => rate t u * rate t u * (Rsum (map (fun p =>
    nth (u * d + p) a 0 * nth (u * d + p) a 0) (seq 0 d)) + nth u b 0 * nth u b 0)) (seq 0 h)).
Proof.
  intro Ht.
  assert (M : forall x n (g : nat -> R), length x = n ->
    map (fun xy => fst xy - snd xy) (combine x (map (fun k => nth k x 0 + g k) (seq 0 n))) = map (fun k =>
      - g k) (seq 0 n)).
  { intros x n g L. apply nth_ext with (d := 0) (d' := 0). rewrite !map_length, combine_length, map_length, seq_length.
    lia.
    intros k Hk. rewrite map_length, combine_length, map_length, seq_length in Hk.
    rewrite nth_minus_list by now rewrite map_length, seq_length. rewrite !nth_map_seq by lia. ring. }
  unfold minus. cbn [combine map fst snd]. unfold moved_in, moved_out. rewrite !M by auto.
  rewrite norm_rows by now rewrite map_length, seq_length. apply Rsum_ext_in. intros u Hu. apply in_seq in Hu.
  rewrite (nth_map_seq _ h u) by lia. rewrite Rmult_plus_distr_l. f_equal; [|ring]. rewrite <- Rsum_mult.
  apply Rsum_ext_in. intros p Hp. apply in_seq in Hp.
  destruct (place_at d h u p ltac:(lia) ltac:(lia)) as (E1 & E3). rewrite nth_map_seq by auto. rewrite E1. ring.
Qed.

Hypothesis Feasible : feasible P None [w; v].
Hypothesis Margins : forall x, In x (data P) -> margin P [w;
  v] x = 1 -> 0 < sgn (snd x) * Rsum (map (first (fst x)) (seq 0 h)).
Hypothesis Norm : norm_first < 0.

Theorem descends : ~ local_optimum P None [w; v].
Proof.
  intros [_ (eps & He & L)].
  assert (A : after (fun t => forall x, In x (data P) -> 1 <= margin P [moved_in t; moved_out t] x)).
  { apply (U_list _ after_where). intros x Hx. set (D := sgn (snd x) * Rsum (map (first (fst x)) (seq 0 h))).
    set (C := sgn (snd x) * Rsum (map (second (fst x)) (seq 0 h))).
    assert (M : after (fun t => margin P [moved_in t; moved_out t] x = margin P [w; v] x + (t * D + t * (t * C)))).
    { eapply (U_mono _ after_where); [|exact (output_moves (fst x))]. cbn beta. intros t E. unfold margin, D, C.
      rewrite E. ring. }
    assert (M0 : 1 <= margin P [w; v] x) by (apply Feasible; auto).
    destruct (Rle_lt_or_eq_dec _ _ M0) as [M1|M1].
    - pose proof (soon_small (Rabs D + Rabs C) _ (Rlt_Rminus _ _ M1)) as S1.
      eapply (U_mono _ after_where); [|exact (U_and _ after_where _ _ M (U_and _ after_where _ _ S1 (U_and _ after_where _
        _ soon_positive (soon_small 1 1 Rlt_0_1))))].
      cbn beta. intros t (E & S2 & Ht & S3). rewrite E. clear E. pose proof (Rabs_pos C).
      pose proof (Rle_abs (- D)) as AD. rewrite Rabs_Ropp in AD.
      pose proof (Rle_abs (- C)) as AC. rewrite Rabs_Ropp in AC.
      assert (t * - D <= t * Rabs D) by (apply Rmult_le_compat_l; lra).
      assert (t * - C <= t * Rabs C) by (apply Rmult_le_compat_l; lra).
      assert (0 <= t * Rabs C) by (apply Rmult_le_pos; lra).
      assert (t * (t * Rabs C) <= 1 * (t * Rabs C)) by (apply Rmult_le_compat_r; lra).
      assert (t * (t * - C) <= t * (t * Rabs C)) by (apply Rmult_le_compat_l; lra). lra.
    - assert (HD : 0 < D) by (apply Margins; auto).
      eapply (U_mono _ after_where); [|exact (U_and _ after_where _ _ M (U_and _ after_where _ _ soon_positive
        (soon_small (- C) _ HD)))].
      cbn beta. intros t (E & Ht & S2). rewrite E, <- M1. assert (0 <= t * (D + t * C)) by (apply Rmult_le_pos; lra).
      lra. }
  set (size := Rsum (map (fun u => Rsum (map (fun p =>
    nth (u * d + p) a 0 * nth (u * d + p) a 0) (seq 0 d)) + nth u b 0 * nth u b 0) (seq 0 h))).
  assert (B : after (fun t => t * size < eps * eps)) by (apply soon_small; now apply Rmult_lt_0_compat).
  assert (N : after (fun t => t * norm_second < - norm_first)) by (apply soon_small; lra).
  destruct (U_and _ after_where _ _ (U_and _ after_where _ _ A B) (U_and _ after_where _ _ N (U_and _ after_where _ _
    soon_positive (soon_small 1 1 Rlt_0_1)))) as (T & HT & All).
  destruct (All (T / 2) ltac:(lra)) as ((A1 & B1) & N1 & Ht & T1). set (t := T / 2) in *. clear All A B N.
  assert (Sh : satisfies P [moved_in t; moved_out t]).
  { split; auto. unfold shaped. rewrite Net. simpl. unfold moved_in, moved_out. now rewrite !map_length, !seq_length. }
  assert (Near : dist [w; v] [moved_in t; moved_out t] < eps).
  { apply dist_lt; auto. rewrite distance_moves by auto. eapply Rle_lt_trans; [|exact B1]. unfold size.
    rewrite <- Rsum_mult. apply Rsum_le. intros u _.
    apply Rmult_le_compat_r.
    - apply Rplus_le_le_0_compat. apply (Rsum_squares (fun p => nth (u * d + p) a 0)). apply Rle_0_sqr.
    - unfold rate. destruct (alive u). rewrite <- (Rmult_1_r t) at 3. apply Rmult_le_compat_l; lra.
      rewrite sqrt_sqrt; lra. }
  specialize (L _ Sh ltac:(intros k Hk; discriminate Hk) Near). rewrite norm_moves in L by auto.
  assert (t * (norm_first + t * norm_second) < 0).
  { rewrite <- (Rmult_0_r t). apply Rmult_lt_compat_l; lra. }
  lra.
Qed.
End Descent.
