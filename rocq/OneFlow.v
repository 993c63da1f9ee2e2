(** * Gradient flow from a point is unique, as long as the gradient is Lipschitz continuous near it.

    The squared distance [h] of two flows has [h' <= c h] where both are near one point, so it stays 0 for a while if it
    is 0; the last time up to which it is 0 would be one after which it still is. *)

From Coq Require Import Reals List Lra Lia.
From Margincert Require Import Claims Lists Forward Tends Vectors MeanValue Exponential Sums InnerProducts Nearby LipschitzNear.
Import ListNotations.
Open Scope R_scope.

(** ** A function has one gradient *)
Lemma no_gap a b : same_shape a b -> norm2 (minus a b) = 0 -> a = b.
Proof.
  intros S Z. apply same_entries; auto. intro v. pose proof (entry_norm2 (minus a b) v) as Q. rewrite Z, entry_minus in Q by auto.
  apply Rminus_diag_uniq. apply Rsqr_0_uniq. apply Rle_antisym; [exact Q|apply Rle_0_sqr].
Qed.
Lemma one_gradient f theta g g' : is_gradient f theta g -> is_gradient f theta g' -> g = g'.
Proof.
  intros [S G] [S' G']. assert (Sg : same_shape g g') by (unfold same_shape in *; congruence). apply no_gap; auto.
  set (d := minus g g'). assert (Sd : same_shape g d) by now apply shape_minus.
  assert (St : same_shape theta d) by (unfold same_shape in *; congruence).
  pose proof (norm2_nonneg d) as N. set (b := sqrt (norm2 d)). assert (Hb : 0 <= b) by apply sqrt_pos.
  assert (Eb : b * b = norm2 d) by now apply sqrt_sqrt.
  destruct (Req_dec b 0) as [Z|Z]. rewrite <- Eb, Z. ring. exfalso.
  assert (He : 0 < b / 4) by lra. destruct (G _ He) as (d1 & Hd1 & G1), (G' _ He) as (d2 & Hd2 & G2). clear G G'.
  set (m := Rmin d1 d2). assert (Hm : 0 < m) by now apply Rmin_pos. assert (M1 : m <= d1) by apply Rmin_l.
  assert (M2 : m <= d2) by apply Rmin_r. set (t := m / (2 * b)). assert (Ht : 0 < t) by (apply Rdiv_lt_0_compat; lra).
  assert (Tb : t * b = m / 2) by (unfold t; field; lra).
  specialize (G1 (along theta d t) ltac:(now apply shape_along)). specialize (G2 (along theta d t) ltac:(now apply shape_along)).
  rewrite dist_along, along_minus, dot_scale in G1, G2 by (auto; lra). fold b in G1, G2.
  specialize (G1 ltac:(lra)). specialize (G2 ltac:(lra)).
  assert (D : dot g d - dot g' d = b * b) by (rewrite Eb, norm2_dot; change (dot d d) with (dot (minus g g') d); now rewrite dot_minus).
  set (F := f (along theta d t) - f theta) in *.
  assert (Q : Rabs (t * (b * b)) <= 2 * (b / 4 * (t * b))).
  { rewrite <- D. replace (t * (dot g d - dot g' d)) with ((F - t * dot g' d) - (F - t * dot g d)) by ring.
    eapply Rle_trans. apply Rabs_triang. rewrite Rabs_Ropp. lra. }
  assert (P : 0 < t * (b * b)) by (apply Rmult_lt_0_compat; auto; nra). rewrite Rabs_pos_eq in Q by lra. nra.
Qed.

(** ** Derivatives of sums *)
Lemma derivable_sum {B} (h : B -> R -> R) (h' : B -> R) l t : (forall b, In b l -> derivable_pt_lim (h b) t (h' b)) ->
  derivable_pt_lim (fun t => Rsum (map (fun b => h b t) l)) t (Rsum (map h' l)).
Proof.
  induction l as [|b l IH]; intro H. apply derivable_pt_lim_const. cbn [map]. rewrite Rsum_cons.
  apply (derivable_pt_lim_plus (h b)). apply H. now left. apply IH. intros; apply H; now right.
Qed.

(** ** What is true for a while after a time *)
Definition from (T : R) (Q : R -> Prop) : Prop := exists d, 0 < d /\ forall t, T <= t < T + d -> Q t.
Lemma from_where T : where_ (from T).
Proof. apply (close_enough (fun d t => T <= t < T + d)). intros. lra. Qed.

Lemma derivable_tends h t l : derivable_pt_lim h t l -> forall eps, 0 < eps -> exists d, 0 < d /\
  forall s, Rabs (s - t) < d -> Rabs (h s - h t) < eps.
Proof.
  intros H eps He. destruct (derivable_continuous_pt h t (exist _ l H) eps He) as (d & Hd & A). exists d. split; auto.
  intros s Hs. destruct (Req_dec s t) as [->|N]. now rewrite Rminus_eq_0, Rabs_R0. apply A. repeat split; auto.
Qed.

(** ** One flow *)

Section Flows.
Variables (f : params R -> R) (start : params R) (theta eta : R -> params R).
Hypothesis Theta : gradient_flow f start theta.
Hypothesis Eta : gradient_flow f start eta.
Hypothesis Tame : forall t, 0 <= t -> lipschitz_gradient f (theta t).

Let moved (t : R) (v : nat * nat) : R := entry (eta t) v + -1 * entry (theta t) v.
Definition gap (t : R) : R := Rsum (map (fun v => moved t v * moved t v) (places start)).

Lemma flow_shape phi : gradient_flow f start phi -> forall t, same_shape start (phi t).
Proof. intros (_ & S & _). exact S. Qed.
Lemma gap_norm t : gap t = norm2 (minus (eta t) (theta t)).
Proof.
  pose proof (flow_shape _ Theta t) as S. pose proof (flow_shape _ Eta t) as S'.
  assert (Se : same_shape (eta t) (theta t)) by (unfold same_shape in *; congruence).
  assert (Sm : map (@length R) (minus (eta t) (theta t)) = map (@length R) start).
  { pose proof (shape_minus _ _ Se). unfold same_shape in *. congruence. }
  rewrite norm2_dot, (dot_dsum start), dsum_places by exact Sm. apply Rsum_ext_in. intros v _. unfold moved.
  rewrite entry_minus by exact Se. ring.
Qed.
Lemma gap_zero t : gap t = 0 -> eta t = theta t.
Proof.
  rewrite gap_norm. apply no_gap. pose proof (flow_shape _ Theta t). pose proof (flow_shape _ Eta t).
  unfold same_shape in *. congruence.
Qed.
Lemma gap_nonneg t : 0 <= gap t.
Proof. rewrite gap_norm. apply norm2_nonneg. Qed.
Lemma gap_start : gap 0 = 0.
Proof. rewrite gap_norm. destruct Theta as [-> _], Eta as [-> _]. apply minus_self. Qed.

Lemma flow_from phi T v : gradient_flow f start phi -> 0 <= T -> tends (from T) (fun t => entry (phi t) v) (entry (phi T) v).
Proof.
  intros (P0 & _ & PR & PD) HT eps He. destruct HT as [HT| <-].
  - destruct (PD T HT) as (g & _ & D). destruct (derivable_tends _ _ _ (D v) eps He) as (d & Hd & A).
    exists d. split; auto. intros t Ht. apply A. rewrite Rabs_pos_eq; lra.
  - destruct (PR v eps He) as (d & Hd & A). exists d. split; auto. intros t Ht. rewrite P0. apply A. lra.
Qed.
Lemma gap_from T : 0 <= T -> tends (from T) gap (gap T).
Proof.
  intro HT. unfold gap. pose proof (from_where T) as W. induction (places start) as [|v l IH]. apply (tends_const _ W 0).
  assert (M : tends (from T) (fun t => moved t v) (moved T v)).
  { apply (tends_plus _ W). now apply flow_from. apply (tends_mult _ W). apply (tends_const _ W). now apply flow_from. }
  apply (tends_plus _ W); auto. now apply (tends_mult _ W).
Qed.
Lemma gap_slope t g g' : 0 < t -> (forall v, derivable_pt_lim (fun t => entry (theta t) v) t (- g v)) ->
  (forall v, derivable_pt_lim (fun t => entry (eta t) v) t (- g' v)) ->
  derivable_pt_lim gap t (Rsum (map (fun v => 2 * moved t v * (g v - g' v)) (places start))).
Proof.
  intros Ht D D'. apply (derivable_sum (fun v t => moved t v * moved t v)). intros v _.
  assert (M : derivable_pt_lim (fun t => moved t v) t (- g' v + (0 * entry (theta t) v + -1 * - g v))).
  { apply (derivable_pt_lim_plus (fun t => entry (eta t) v)); auto.
    apply (derivable_pt_lim_mult (fun _ => -1)); auto. apply derivable_pt_lim_const. }
  replace (2 * moved t v * (g v - g' v)) with ((- g' v + (0 * entry (theta t) v + -1 * - g v)) * moved t v +
    moved t v * (- g' v + (0 * entry (theta t) v + -1 * - g v))) by ring.
  now apply (derivable_pt_lim_mult (fun t => moved t v)).
Qed.

(** For a while after a time at which the flows are at one point, they still are. *)
Lemma gap_stays T : 0 <= T -> gap T = 0 -> exists d, 0 < d /\ forall t, T < t < T + d -> gap t = 0.
Proof.
  intros HT Z. assert (E0 := gap_zero T Z). destruct (Tame T HT) as (g & G & L). pose proof (from_where T) as W.
  destruct (lipschitz_all (theta T) (fun v psi => g psi v) (places start) (fun v _ => L v)) as (K & HK & dp & Hdp & A).
  destruct G as (dg & Hdg & G). set (r := Rmin dp dg). assert (Hr : 0 < r) by now apply Rmin_pos.
  assert (R1 : r <= dp) by apply Rmin_l. assert (R2 : r <= dg) by apply Rmin_r.
  pose proof (flow_shape _ Theta) as S. pose proof (flow_shape _ Eta) as S'.
  assert (Near : forall phi, gradient_flow f start phi -> from T (fun t => forall v, Rabs (entry (phi t) v - entry (phi T) v) < r)).
  { intros phi Hp. eapply (U_mono _ W); [|exact (U_list _ W (places start) (fun v t => Rabs (entry (phi t) v - entry (phi T) v) < r)
      (fun v _ => flow_from phi T v Hp HT r Hr))]. cbn beta. intros t Ht v. destruct (inside start v) eqn:I.
    - apply Ht. now apply in_places.
    - pose proof (flow_shape _ Hp t) as St. pose proof (flow_shape _ Hp T) as ST.
      rewrite !(entry_outside start) by (auto; symmetry; assumption). now rewrite Rminus_eq_0, Rabs_R0. }
  destruct (U_and _ W _ _ (Near theta Theta) (Near eta Eta)) as (d & Hd & B). exists d. split; auto. clear Near.
  set (N := INR (length (places start))). assert (HN : 0 <= N) by apply pos_INR. set (c := 2 * K * N).
  assert (Hc : 0 <= c) by (unfold c; apply Rmult_le_pos; auto; lra).
  assert (Sh : forall t, same_shape (theta T) (theta t) /\ same_shape (theta T) (eta t)).
  { intro t. pose proof (S T). pose proof (S t). pose proof (S' t). unfold same_shape in *. split; congruence. }
  assert (Slope : forall t, T < t < T + d -> exists D, derivable_pt_lim gap t D /\ D <= c * gap t).
  { intros t Ht. destruct (B t ltac:(lra)) as [B1 B2]. rewrite E0 in B2. destruct (Sh t) as [Sh1 Sh2].
    pose proof (G _ Sh1 ltac:(intro v; specialize (B1 v); lra)) as G1. pose proof (G _ Sh2 ltac:(intro v; specialize (B2 v); lra)) as G2.
    destruct Theta as (_ & _ & _ & DT), Eta as (_ & _ & _ & DE).
    destruct (DT t ltac:(lra)) as (g1 & Q1 & D1), (DE t ltac:(lra)) as (g2 & Q2 & D2).
    rewrite (one_gradient _ _ _ _ Q1 G1) in D1. rewrite (one_gradient _ _ _ _ Q2 G2) in D2. clear Q1 Q2 g1 g2.
    eexists. split. { exact (gap_slope t _ _ ltac:(lra) D1 D2). }
    set (e := sqrt (gap t)). assert (He : 0 <= e) by apply sqrt_pos.
    assert (Ee : e * e = gap t) by (apply sqrt_sqrt, gap_nonneg).
    assert (M : forall v, Rabs (moved t v) <= e).
    { intro v. unfold moved, e. rewrite gap_norm. replace (entry (eta t) v + -1 * entry (theta t) v) with (entry (eta t) v - entry (theta t) v) by ring.
      pose proof (entry_dist (eta t) (theta t) v) as Q. rewrite Rabs_minus_sym. apply Q.
      destruct (Sh t) as [X Y]. unfold same_shape in *. congruence. }
    assert (NP : near_pair (theta T) dp (Pair (theta t) (eta t) e)).
    { unfold near_pair. cbn [one other apart]. split; [exact Sh1|]. split; [exact Sh2|]. split; [intro v; specialize (B1 v); lra|].
      split; [intro v; specialize (B2 v); lra|]. split; auto. intro v. specialize (M v). unfold moved in M. rewrite Rabs_minus_sym.
      replace (entry (eta t) v - entry (theta t) v) with (entry (eta t) v + -1 * entry (theta t) v) by ring. exact M. }
    specialize (A _ NP). cbn [one other apart] in A.
    eapply Rle_trans; [apply Rle_abs|]. eapply Rle_trans. apply (Rsum_bound _ (2 * (e * (K * e)))).
    - intros v Hv. rewrite !entry_tab. apply in_places in Hv. assert (I : inside (theta T) v = true).
      { revert Hv. unfold inside. rewrite (same_length _ _ (S T)), (same_length_nth (fst v) _ _ (S T)). auto. }
      rewrite I, !Rabs_mult, (Rabs_pos_eq 2) by lra. rewrite Rmult_assoc. apply Rmult_le_compat_l; [lra|].
      apply Rmult_le_compat; auto using Rabs_pos. apply A. now apply in_places.
    - fold N. rewrite <- Ee. unfold c. right. ring. }
  intros t Ht. apply Rle_antisym; [|apply gap_nonneg]. apply Rnot_lt_le. intro P.
  set (h := fun s => gap s * exp (- c * s)).
  assert (Fall : forall u, T < u < t -> h t <= h u).
  { intros u Hu.
    assert (X : forall s, u <= s <= t -> exists D, derivable_pt_lim h s D /\ D <= 0).
    { intros s Hs. destruct (Slope s ltac:(lra)) as (D & HD & HD'). exists (D * exp (- c * s) + gap s * (exp (- c * s) * (- c * 1))).
      split.
      - apply (derivable_pt_lim_mult gap (fun s => exp (- c * s))); auto.
        apply (derivable_pt_lim_comp (fun s => - c * s) exp); [|apply derivable_pt_lim_exp].
        apply (derivable_pt_lim_scal (fun s => s) (- c)). apply derivable_pt_lim_id.
      - pose proof (exp_pos (- c * s)) as Pe.
        replace (D * exp (- c * s) + gap s * (exp (- c * s) * (- c * 1))) with ((D - c * gap s) * exp (- c * s)) by ring.
        rewrite <- (Rmult_0_l (exp (- c * s))). apply Rmult_le_compat_r; lra. }
    apply (not_rising h u t); auto. lra. }
  destruct (gap_from T HT (gap t * exp (- c * t))) as (d' & Hd' & C).
  { apply Rmult_lt_0_compat; auto. apply exp_pos. }
  set (u := Rmin (T + d' / 2) ((T + t) / 2)). assert (U1 : u <= T + d' / 2) by apply Rmin_l.
  assert (U2 : u <= (T + t) / 2) by apply Rmin_r. assert (U3 : T < u) by (apply Rmin_glb_lt; lra).
  specialize (C u ltac:(lra)). rewrite Z, Rminus_0_r, Rabs_pos_eq in C by apply gap_nonneg.
  specialize (Fall u ltac:(lra)). unfold h in Fall.
  assert (exp (- c * u) <= 1).
  { rewrite <- exp_0. destruct (Req_dec (c * u) 0) as [Q|Q]. right. f_equal. lra. left. apply exp_grows.
    assert (0 <= c * u) by (apply Rmult_le_pos; lra). lra. }
  pose proof (gap_nonneg u). assert (gap u * exp (- c * u) <= gap u * 1) by (apply Rmult_le_compat_l; lra). lra.
Qed.

Theorem one_flow t : 0 <= t -> eta t = theta t.
Proof.
  intro H0. apply gap_zero. destruct (Req_dec (gap t) 0) as [|Ne]; auto. exfalso.
  set (Q := fun s => 0 <= s <= t /\ forall u, 0 <= u <= s -> gap u = 0).
  destruct (completeness Q) as (T & Up & Least).
  { exists t. intros s [Hs _]. lra. }
  { exists 0. split. lra. intros u Hu. replace u with 0 by lra. apply gap_start. }
  assert (T0 : 0 <= T). { apply Up. split. lra. intros u Hu. replace u with 0 by lra. apply gap_start. }
  assert (T1 : T <= t). { apply Least. intros s [Hs _]. lra. }
  assert (Before : forall s, 0 <= s < T -> gap s = 0).
  { intros s Hs. destruct (Req_dec (gap s) 0) as [|N]; auto. exfalso. assert (T <= s); [|lra]. apply Least. intros x [Hx Hz].
    apply Rnot_lt_le. intro Lt. apply N, Hz. lra. }
  assert (At : gap T = 0).
  { destruct T0 as [T0| <-]; [|apply gap_start]. destruct (Req_dec (gap T) 0) as [|N]; auto. exfalso.
    destruct Theta as (_ & _ & _ & DT), Eta as (_ & _ & _ & DE). destruct (DT T T0) as (g1 & _ & D1), (DE T T0) as (g2 & _ & D2).
    destruct (derivable_tends _ _ _ (gap_slope T _ _ T0 D1 D2) (Rabs (gap T)) ltac:(now apply Rabs_pos_lt)) as (d & Hd & C).
    set (s := Rmax 0 (T - d / 2)). assert (S1 : 0 <= s) by apply Rmax_l. assert (S2 : T - d / 2 <= s) by apply Rmax_r.
    assert (S3 : s < T) by (apply Rmax_lub_lt; lra). specialize (C s ltac:(rewrite Rabs_left; lra)).
    rewrite Before in C by lra. rewrite Rminus_0_l, Rabs_Ropp in C. lra. }
  destruct (Req_dec T t) as [->|N]; auto.
  destruct (gap_stays T T0 At) as (d & Hd & Stays). set (z := Rmin t (T + d / 2)).
  assert (Z1 : z <= t) by apply Rmin_l. assert (Z2 : z <= T + d / 2) by apply Rmin_r. assert (Z3 : T < z) by (apply Rmin_glb_lt; lra).
  assert (z <= T); [|lra]. apply Up. split. lra. intros u Hu. destruct (Rtotal_order u T) as [L|[->|L]]; auto.
  - apply Before. lra.
  - apply Stays. lra.
Qed.
End Flows.
