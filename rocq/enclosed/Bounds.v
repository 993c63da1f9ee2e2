(** * What makes the enclosed point an optimum: no unit contributes more than its norm.

    The multipliers sum to half the square norm of the point. So it is enough that each unit, with the incoming weights
    [w] and the outgoing weight [v], has [sum of lambda_k y_k v act(w . x_k) <= 1/2 (|w|^2 + v^2)]. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Lists Forward Vectors Sums Piece Stationary TwoLayers TwoLayersKkt Point.
Import ListNotations.
Open Scope R_scope.

Lemma Rsum_rows (f : nat -> R) h d : Rsum (map f (seq 0 (h * d))) = Rsum (map (fun u => Rsum (map (fun p =>
  f (u * d + p)%nat) (seq 0 d))) (seq 0 h)).
Proof.
  induction h as [|h IH]. reflexivity. replace (S h * d)%nat with (h * d + d)%nat by (simpl; lia).
  replace (S h) with (h + 1)%nat by lia.
  rewrite !seq_app, !map_app, !Rsum_app, IH. f_equal. cbn [seq map Nat.add]. rewrite Rsum_cons. unfold Rsum at 2.
  cbn [fold_right].
  rewrite Rplus_0_r. generalize (h * d)%nat as a. intro a. clear. induction d as [|d IH]. reflexivity.
  replace (S d) with (d + 1)%nat by lia. rewrite !seq_app, !map_app, !Rsum_app, IH. f_equal.
Qed.
Lemma squares_seq (w : list R) n : length w = n ->
  Rsum (map (fun a => a * a) w) = Rsum (map (fun i => nth i w 0 * nth i w 0) (seq 0 n)).
Proof. intros <-. apply (Rsum_nth_seq (fun a => a * a) 0). Qed.

Section Bounds.
Variables (P : problem R) (E : enclosure R) (xi : list R) (s : R).
Let d := inputs P.
Let h := length (live E).
Let m := actives E.
Let J := length (directions E).
Let dir := direction_of E.
Let vec := vector P E xi.
Let pre := preactivation P E xi.
Let mul := multiplier xi.
Let amt := amount E xi.
Let smp k := active_sample P E k.
Let lab k := sgn (snd (smp k)).
Let slp (c : bool * list side) k := slope_on P xi (side_of c k).
Hypothesis Net : net P = two_layers d h s.
Hypothesis Hd : (0 < d)%nat.
Hypothesis Valid : forall k, (k < m)%nat -> (nth k (active E) 0 < length (data P))%nat.
Hypothesis Live : forall j r, In (Some (j, r)) (live E) -> (j < J)%nat /\ 0 < r.
Hypothesis Shares : forall j, (j < J)%nat -> Rsum (map (share_of j) (live E)) = 1.
Hypothesis Solves : solves P E xi.
Hypothesis Multipliers : forall k, (k < m)%nat -> 0 < mul k.
Hypothesis Amounts : forall j, (j < J)%nat -> 0 < amt j.
Hypothesis Sides : forall c k, In c (directions E) -> (k < m)%nat ->
  match side_of c k with
  | Below => s = 1 \/ pre c (fst (smp k)) < 0
  | Above => s = 1 \/ 0 < pre c (fst (smp k))
  | Held n => s < nth n xi 0 < 1 \/ 1 < nth n xi 0 < s
  end.

(** The weight of sample [k] in the direction [c], and what a unit makes of sample [k]. *)
Lemma vector_dot c (x : nat -> R) : Rsum (map (fun p => vec c p * x p) (seq 0 d)) =
  sgn (fst c) * Rsum (map (fun k => mul k * (lab k * (slp c k * Rsum (map (fun p =>
    nth p (fst (smp k)) 0 * x p) (seq 0 d))))) (seq 0 m)).
Proof.
  rewrite (Rsum_ext_in _ (fun p => Rsum (map (fun k =>
    sgn (fst c) * (mul k * (lab k * (slp c k * (nth p (fst (smp k)) 0 * x p))))) (seq 0 m)))).
  - rewrite Rsum_swap, <- Rsum_mult. apply Rsum_ext_in. intros k _. rewrite !Rsum_mult. ring.
  - intros p _. unfold vec, vector. rewrite (Rmult_comm _ (x p)), <- Rsum_mult. apply Rsum_ext_in. intros k _.
    unfold mul, lab, slp, smp. ring.
Qed.

Lemma multipliers_sum : Rsum (map mul (seq 0 m)) = Rsum (map amt (seq 0 J)).
Proof.
  rewrite (Rsum_ext_in _ (fun k => Rsum (map (fun j =>
    mul k * (lab k * (sgn (fst (dir j)) * (amt j * (slp (dir j) k * pre (dir j) (fst (smp k))))))) (seq 0 J)))).
  - rewrite Rsum_swap. apply Rsum_ext_in. intros j Hj. apply in_seq in Hj.
    pose proof (vector_dot (dir j) (vec (dir j))) as V.
    assert (U : Rsum (map (fun p => vec (dir j) p * vec (dir j) p) (seq 0 d)) = 1) by
      (apply (unit_vector_length P E xi Solves); apply nth_In; unfold J in Hj; lia).
    rewrite U in V. transitivity (amt j * 1); [|ring]. rewrite V.
    match goal with |- _ = ?a * (?e * ?r) => replace (a * (e * r)) with ((a * e) * r) by ring end. rewrite <- Rsum_mult.
    apply Rsum_ext_in. intros k _.
    replace (Rsum (map (fun p => nth p (fst (smp k)) 0 * vec (dir j) p) (seq 0 d))) with (pre (dir j) (fst (smp k)))
      by (unfold pre, preactivation; apply Rsum_ext_in; intros; unfold vec; ring). ring.
  - intros k Hk. apply in_seq in Hk.
    assert (T : tight P E xi k = 0).
    { apply Solves. unfold equations. apply in_or_app. right. apply in_or_app. left. apply in_map. apply in_seq.
      unfold m in Hk. lia. }
    unfold tight in T. rewrite numbered_sum in T.
    assert (Q : lab k * lab k = 1) by apply sgn_square.
    rewrite (Rsum_ext_in _ (fun j => mul k * lab k * contribution P E xi k (j, direction_of E j))).
    + rewrite Rsum_mult.
      assert (T2 : Rsum (map (fun j => contribution P E xi k (j,
        direction_of E j)) (seq 0 J)) = lab k) by (unfold lab, smp, J; lra).
      rewrite T2, Rmult_assoc, Q. ring.
    + intros j Hj. apply in_seq in Hj. unfold contribution. cbn [fst snd].
      pose proof (held_zero P E xi Hd Solves (dir j) k) as Z. unfold slp, pre, amt, dir, smp in *.
      destruct (side_of (direction_of E j) k) as [| |n] eqn:Sd; try ring. rewrite (Z n); auto. ring. apply nth_In.
      unfold J in Hj. lia. lia.
Qed.

(** ** One unit *)
Definition weighed (e : R) (w : nat -> R) : R :=
  Rsum (map (fun k => mul k * (lab k * (e * act s (Rsum (map (fun p =>
    nth p (fst (smp k)) 0 * w p) (seq 0 d)))))) (seq 0 m)).
Definition square (w : nat -> R) : R := Rsum (map (fun p => w p * w p) (seq 0 d)).

(** With slopes [c] that bound the activation, and a vector of norm at most 1. *)
Lemma leaf_bound e w (c : nat -> R) :
  (forall k, (k < m)%nat -> let t := Rsum (map (fun p =>
    nth p (fst (smp k)) 0 * w p) (seq 0 d)) in lab k * (e * act s t) <= lab k * (e * (c k * t))) ->
  Rsum (map (fun p => Rsum (map (fun k => mul k * (lab k * (e * c k)) * nth p (fst (smp k)) 0) (seq 0 m)) *
                      Rsum (map (fun k => mul k * (lab k * (e * c k)) *
                        nth p (fst (smp k)) 0) (seq 0 m))) (seq 0 d)) <= 1 ->
  weighed e w <= sqrt (square w).
Proof.
  intros Hc Hn. set (z := fun p => Rsum (map (fun k =>
    mul k * (lab k * (e * c k)) * nth p (fst (smp k)) 0) (seq 0 m))) in *.
  assert (W : weighed e w <= Rsum (map (fun p => z p * w p) (seq 0 d))).
  { unfold weighed. apply Rle_trans with (Rsum (map (fun k => mul k * (lab k * (e * (c k * Rsum (map (fun p =>
      nth p (fst (smp k)) 0 * w p) (seq 0 d)))))) (seq 0 m))).
    - apply Rsum_le. intros k Hk. apply in_seq in Hk. apply Rmult_le_compat_l. left. apply Multipliers. lia. apply Hc.
      lia.
    - right. symmetry. rewrite (Rsum_ext_in _ (fun p => Rsum (map (fun k =>
        mul k * (lab k * (e * (c k * (nth p (fst (smp k)) 0 * w p))))) (seq 0 m)))).
      + rewrite Rsum_swap. apply Rsum_ext_in. intros k _. rewrite !Rsum_mult. reflexivity.
      + intros p _. unfold z. rewrite (Rmult_comm _ (w p)), <- Rsum_mult. apply Rsum_ext_in. intros k _. ring. }
  eapply Rle_trans. exact W. apply le_of_squares. apply sqrt_pos. rewrite sqrt_sqrt by apply (Rsum_squares w).
  eapply Rle_trans. apply cauchy_schwarz. fold (square w). pose proof (Rsum_squares w (seq 0 d)) as Q.
  fold (square w) in Q.
  rewrite <- (Rmult_1_l (square w)) at 2. apply Rmult_le_compat_r; auto.
Qed.

(** ** All units *)
Lemma weighed_positive e w v : 0 <= v -> weighed e w <= sqrt (square w) -> weighed (v * e) w <= (v * v + square w) / 2.
Proof.
  intros Hv H. assert (S : weighed (v * e) w = v * weighed e w).
  { unfold weighed. rewrite <- Rsum_mult. apply Rsum_ext_in. intros; ring. }
  rewrite S. pose proof (Rsum_squares w (seq 0 d)) as Q. fold (square w) in Q. pose proof (sqrt_sqrt _ Q) as R.
  set (r := sqrt (square w)) in *.
  assert (v * weighed e w <= v * r) by now apply Rmult_le_compat_l. pose proof (Rle_0_sqr (v - r)) as T.
  unfold Rsqr in T. lra.
Qed.

Lemma units_bound width theta' : satisfies (Problem d (two_layers d width s) (data P)) theta' ->
  (forall w v, theta' = [w; v] -> forall u, (u < width)%nat ->
     weighed (nth u v 0) (fun p => nth (u * d + p) w 0) <= (nth u v 0 * nth u v 0 + square (fun p =>
       nth (u * d + p) w 0)) / 2) ->
  norm2 (point_of P E xi) <= norm2 theta'.
Proof.
  intros [Sh Ma] H. unfold shaped in Sh. cbn [net two_layers map nparams] in Sh.
  destruct theta' as [|w [|v [|]]]; try discriminate. simpl in Sh. injection Sh as Lw Lv. specialize (H w v eq_refl).
  rewrite (norm_of P E xi Hd Live Shares Solves Amounts). fold J amt. rewrite <- multipliers_sum.
  assert (N : norm2 [w; v] = Rsum (map (fun u => nth u v 0 * nth u v 0 + square (fun p =>
    nth (u * d + p) w 0)) (seq 0 width))).
  { unfold norm2. cbn [map]. rewrite !Rsum_cons. unfold Rsum at 3. cbn [fold_right].
    rewrite (squares_seq w (width * d)), (squares_seq v width), Rsum_rows, Rsum_plus by auto. unfold square. ring. }
  rewrite N. clear N.
  assert (M : Rsum (map mul (seq 0 m)) <= Rsum (map (fun u => weighed (nth u v 0) (fun p =>
    nth (u * d + p) w 0)) (seq 0 width))).
  { unfold weighed. rewrite Rsum_swap. apply Rsum_le. intros k Hk. apply in_seq in Hk.
    rewrite Rsum_mult. rewrite <- (Rmult_1_r (mul k)) at 1. apply Rmult_le_compat_l. left. apply Multipliers. lia.
    assert (I : In (smp k) (data P)) by (apply nth_In; apply Valid; lia).
    specialize (Ma (smp k) I). unfold margin in Ma. cbn [net] in Ma. rewrite Phi_two in Ma by auto. fold (lab k) in Ma.
    eapply Rle_trans. exact Ma. rewrite <- Rsum_mult. right. apply Rsum_ext_in. intros u _. f_equal. f_equal. f_equal.
    unfold hid.
    apply Rsum_ext_in. intros; ring. }
  assert (B : 2 * Rsum (map (fun u => weighed (nth u v 0) (fun p => nth (u * d + p) w 0)) (seq 0 width)) <=
    Rsum (map (fun u => nth u v 0 * nth u v 0 + square (fun p => nth (u * d + p) w 0)) (seq 0 width))).
  { rewrite <- Rsum_mult. apply Rsum_le. intros u Hu. apply in_seq in Hu. specialize (H u ltac:(lia)). lra. }
  lra.
Qed.

Hypothesis Feasible : feasible P None (point_of P E xi).

Theorem every_width : (forall e w, e = 1 \/ e = -1 -> weighed e w <= sqrt (square w)) ->
  optimal_for_every_width P (point_of P E xi).
Proof.
  intro H.
  assert (G : forall width theta', satisfies (Problem d (two_layers d width s) (data P)) theta' ->
    norm2 (point_of P E xi) <= norm2 theta').
  { intros width theta' S. apply (units_bound width theta' S). intros w v _ u Hu.
    destruct (Rle_lt_dec 0 (nth u v 0)) as [Hv|Hv].
    - pose proof (weighed_positive 1 _ _ Hv (H 1 (fun p => nth (u * d + p) w 0) ltac:(auto))) as Q.
      now rewrite Rmult_1_r in Q.
    - pose proof (weighed_positive (-1) _ (- nth u v 0) ltac:(lra) (H (-1) (fun p =>
        nth (u * d + p) w 0) ltac:(auto))) as Q.
      replace (- nth u v 0 * -1) with (nth u v 0) in Q by ring.
      replace (- nth u v 0 * - nth u v 0) with (nth u v 0 * nth u v 0) in Q by ring. exact Q. }
  split.
  - split; auto. intros theta' [Sh Ma] _. apply (G h). split.
    + unfold shaped in *. rewrite Net in Sh. exact Sh.
    + intros x Hx. specialize (Ma x Hx). unfold margin in *. rewrite Net in Ma. exact Ma.
  - intros width theta' S. apply (G width). unfold of_width in S. rewrite (lower_is P E s Net) in S. exact S.
Qed.

(** ** Near the point *)
Hypothesis NoRidge : forall c k n, In c (directions E) -> (k < m)%nat -> side_of c k = Held n ->
  (s < 1 /\ sgn (fst c) * lab k = -1) \/ (1 < s /\ sgn (fst c) * lab k = 1).

Let w0 := concat (map (incoming P E xi) (live E)).
Let v0 := map (outgoing E xi) (live E).

Lemma hid_point x u j r : (u < h)%nat -> nth u (live E) None = Some (j, r) ->
  hid d w0 x u = sqrt (amt j * r) * pre (dir j) x /\ nth u v0 0 = sgn (fst (dir j)) * sqrt (amt j * r) /\
    0 < sqrt (amt j * r) /\ (j < J)%nat.
Proof.
  intros Hu Hl. assert (I : In (Some (j, r)) (live E)) by (rewrite <- Hl; now apply nth_In).
  destruct (Live j r I) as [Hj Hr].
  split; [|split; [|split]]; auto.
  - unfold w0, d. etransitivity. apply hid_w; auto. rewrite Hl. reflexivity.
  - unfold v0. etransitivity. apply nth_v; auto. rewrite Hl. reflexivity.
  - apply sqrt_lt_R0, Rmult_lt_0_compat; auto.
Qed.

Definition keeps (psi : params R) (u : nat) : Prop :=
  forall j r, nth u (live E) None = Some (j, r) -> 0 < sgn (fst (dir j)) * nth u (nth 1 psi []) 0 /\
    forall k, (k < m)%nat -> let t := hid d (nth 0 psi []) (fst (smp k)) u in
      match side_of (dir j) k with Below => s = 1 \/ t < 0 | Above => s = 1 \/ 0 < t | Held _ => True end.

Lemma sgn_cases b : sgn b = 1 \/ sgn b = -1.
Proof. destruct b; auto. Qed.

Lemma near_keeps : close (point_of P E xi) (fun psi => forall u, In u (seq 0 h) -> keeps psi u).
Proof.
  pose proof (close_where (point_of P E xi)) as W. apply (U_list _ W). intros u Hu. apply in_seq in Hu.
  destruct (nth u (live E) None) as [[j r]|] eqn:Hl.
  2:{ apply (U_all _ W). intros psi j r Q. rewrite Hl in Q. discriminate. }
  destruct (hid_point [] u j r ltac:(lia) Hl) as (_ & Hv & Hs & Hj).
  assert (TE : forall a i, tends (close (point_of P E xi)) (fun psi =>
    nth i (nth a psi []) 0) (nth i (nth a (point_of P E xi) []) 0)).
  { intros a i eps He. exists eps. split; auto. intros psi _ D. apply (D (a, i)). }
  assert (A : close (point_of P E xi) (fun psi => 0 < sgn (fst (dir j)) * nth u (nth 1 psi []) 0)).
  { eapply (U_mono _ W); [|exact (TE 1%nat u (sqrt (amt j * r)) Hs)]. cbn beta. intros psi D. unfold point_of in D.
    cbn [nth] in D. fold v0 in D. rewrite Hv in D.
    apply Rabs_def2 in D. destruct (sgn_cases (fst (dir j))) as [Q|Q]; rewrite Q in *; lra. }
  assert (B : close (point_of P E xi) (fun psi => forall k, In k (seq 0 m) ->
    let t := hid d (nth 0 psi []) (fst (smp k)) u in
      match side_of (dir j) k with Below => s = 1 \/ t < 0 | Above => s = 1 \/ 0 < t | Held _ => True end)).
  { apply (U_list _ W). intros k Hk. apply in_seq in Hk. pose proof (Sides (dir j) k (nth_In _ _ Hj) ltac:(lia)) as S.
    destruct (hid_point (fst (smp k)) u j r ltac:(lia) Hl) as (Hh & _).
    assert (TH : tends (close (point_of P E xi)) (fun psi =>
      hid d (nth 0 psi []) (fst (smp k)) u) (hid d w0 (fst (smp k)) u)).
    { apply (tends_eq _ W _ (fun psi => preact (nth 0 psi []) (fst (smp k)) (map (fun i => (i,
        u * d + i)%nat) (seq 0 d)))).
      - apply (U_all _ W). intro. now rewrite preact_hid.
      - rewrite <- preact_hid. apply (tends_preact _ W (fun psi => nth 0 psi []) (fun _ =>
          fst (smp k)) w0 (fst (smp k))).
        intro i. exact (TE 0%nat i). intro i. apply (tends_const _ W). }
    destruct (side_of (dir j) k) as [| |n].
    - destruct S as [S|S]. apply (U_all _ W). auto. assert (N : hid d w0 (fst (smp k)) u < 0) by (rewrite Hh; nra).
      eapply (U_mono _ W); [|exact (TH (- hid d w0 (fst (smp k)) u) ltac:(lra))]. cbn beta. intros psi D.
      apply Rabs_def2 in D. right. lra.
    - destruct S as [S|S]. apply (U_all _ W). auto. assert (N : 0 < hid d w0 (fst (smp k)) u) by (rewrite Hh; nra).
      eapply (U_mono _ W); [|exact (TH (hid d w0 (fst (smp k)) u) N)]. cbn beta. intros psi D. apply Rabs_def2 in D.
      right. lra.
    - apply (U_all _ W). auto. }
  eapply (U_mono _ W); [|exact (U_and _ W _ _ A B)]. cbn beta. intros psi [A1 B1] j' r' Hl'. rewrite Hl in Hl'.
  injection Hl' as <- <-. split; auto.
  intros k Hk. apply B1. apply in_seq. lia.
Qed.

(** Units that are 0 pass nothing on: there are none, say, or the outgoing weights are held. *)
Theorem local free : layer_exists P free ->
  (forall u theta', (u < h)%nat -> nth u (live E) None = None -> same_but free (point_of P E xi) theta' ->
    nth u (nth 1 theta' []) 0 = 0) ->
  local_optimum P free (point_of P E xi).
Proof.
  intros Le Quiet. split. { destruct Feasible as [[Wf _] Sat]. split; [split|]; auto. }
  destruct (close_dist _ _ near_keeps) as (eps & He & H). exists eps. split; auto.
  intros theta' [Sh Ma] But D.
  assert (Same : same_shape (point_of P E xi) theta').
  { destruct Feasible as [_ [Sp _]]. unfold same_shape, shaped in *. congruence. }
  specialize (H theta' Same D). apply (units_bound h theta').
  { split. unfold shaped in *. rewrite Net in Sh. exact Sh. intros x Hx. specialize (Ma x Hx). unfold margin in *.
    rewrite Net in Ma. exact Ma. }
  intros w v -> u Hu. destruct (nth u (live E) None) as [[j r]|] eqn:Hl.
  2:{ specialize (Quiet u [w; v] Hu Hl But). cbn [nth] in Quiet. rewrite Quiet. unfold weighed.
      rewrite (Rsum_ext_in _ (fun _ => 0 * 0)) by (intros; ring). rewrite Rsum_mult.
      assert (Q : 0 <= square (fun p => nth (u * d + p) w 0)) by exact (Rsum_squares _ _). lra. }
  destruct (H u ltac:(apply in_seq; lia) j r Hl) as [Hv Hk].
  cbn [nth] in Hv, Hk.
  destruct (hid_point [] u j r Hu Hl) as (_ & _ & _ & Hj).
  set (e := sgn (fst (dir j))) in *. set (b := nth u v 0) in *.
  assert (Ee : b = (e * b) * e). { unfold e. pose proof (sgn_square (fst (dir j))) as Q.
  replace (sgn (fst (dir j)) * b * sgn (fst (dir j))) with (sgn (fst (dir j)) * sgn (fst (dir j)) * b) by ring.
  rewrite Q. ring. }
  assert (Eb : b * b = (e * b) * (e * b)).
  { unfold e. pose proof (sgn_square (fst (dir j))) as Q.
    replace (sgn (fst (dir j)) * b * (sgn (fst (dir j)) * b)) with
      (sgn (fst (dir j)) * sgn (fst (dir j)) * (b * b)) by ring. rewrite Q. ring. }
  rewrite Ee at 1. rewrite Eb. apply weighed_positive. lra. apply (leaf_bound e _ (fun k => slp (dir j) k)).
  - intros k Hkm t. specialize (Hk k Hkm). cbv zeta in Hk.
    assert (Et : hid d w (fst (smp k)) u = t) by (unfold hid, t; apply Rsum_ext_in; intros; ring). rewrite Et in Hk.
    pose proof (Sides (dir j) k (nth_In _ _ Hj) Hkm) as S. pose proof (NoRidge (dir j) k) as NR. unfold slp, act.
    destruct (side_of (dir j) k) as [| |n]; cbn [slope_on]; rewrite ?(lower_is P E s Net).
    + destruct Hk as [->|Hk]; destruct Rlt_dec; try lra.
    + destruct Hk as [->|Hk]; destruct Rlt_dec; try lra.
    + specialize (NR n (nth_In _ _ Hj) Hkm eq_refl).
      destruct NR as [[Hs1 Q]|[Hs1 Q]]; fold e in Q; destruct Rlt_dec; destruct S as [S|S]; try lra;
      match goal with |- lab k * (e * ?a) <= lab k * (e * ?b) =>
        replace (lab k * (e * a)) with ((e * lab k) * a) by ring;
          replace (lab k * (e * b)) with ((e * lab k) * b) by ring end;
      rewrite Q; nra.
  - right. rewrite <- (unit_vector_length P E xi Solves (dir j)) by now apply nth_In.
    apply Rsum_ext_in. intros p _. assert (V : Rsum (map (fun k =>
      mul k * (lab k * (e * slp (dir j) k)) * nth p (fst (smp k)) 0) (seq 0 m)) = vector P E xi (dir j) p).
    { unfold vector. apply Rsum_ext_in. intros k _. unfold e, mul, lab, slp, smp. ring. }
    now rewrite V.
Qed.
End Bounds.
