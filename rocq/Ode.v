(** * The differential equation a' = F(a), with F positive: it has a solution for all times if F is the speed at which
    something non-negative decreases. *)

From Coq Require Import Reals Lra.
From Margincert Require Import MeanValue Antiderivative.
Open Scope R_scope.

Section Ode.
Variables F V : R -> R.
Variable s : R.
Hypothesis F_cont : continuity F.
Hypothesis F_pos : forall x, 0 < F x.
Hypothesis V_ok : forall x, s <= x -> derivable_pt_lim V x (- F x).
Hypothesis V_pos : forall x, s <= x -> 0 <= V x.

Let invF := fun x => / F x.
Lemma invF_cont : continuity invF.
Proof. intro x. exact (continuity_pt_inv F x (F_cont x) (Rgt_not_eq _ _ (F_pos x))). Qed.
Lemma invF_nonneg x : 0 <= invF x.
Proof. apply Rlt_le, Rinv_0_lt_compat, F_pos. Qed.
Lemma invF_bounded a b : exists M, forall x, a <= x <= b -> invF x <= M.
Proof.
  destruct (positive_below F a b F_cont) as (m & Hm & H). { intros; apply F_pos. }
  exists (/ m). intros x Hx. apply Rinv_le_contravar; auto.
Qed.
(** The time at which the solution is at [x]. *)
Definition clock (x : R) : R := anti invF invF_nonneg invF_bounded s x.
Lemma clock_ok x : derivable_pt_lim clock x (/ F x).
Proof. exact (anti_ok invF invF_cont invF_nonneg invF_bounded s x). Qed.
Lemma clock_cont : continuity clock.
Proof. intro x. apply derivable_continuous_pt. exists (/ F x). apply clock_ok. Qed.
Lemma clock_start : clock s = 0.
Proof. apply anti_start. Qed.
Lemma clock_incr x y : x < y -> clock x < clock y.
Proof.
  intro L. apply (positive_slope clock (fun x => / F x)); auto. intros c _. apply clock_ok.
  intros c _. apply Rinv_0_lt_compat, F_pos.
Qed.
Lemma clock_less x y : clock x < clock y -> x < y.
Proof.
  intro H. apply Rnot_le_lt. intros [L|E]. apply clock_incr in L. lra. subst. lra.
Qed.
(** x + 1/x >= 2, so the clock runs on. *)
Lemma clock_far x : s <= x -> 2 * (x - s) - V s <= clock x.
Proof.
  intros [L|<-]. 2:{ rewrite clock_start. pose proof (V_pos s ltac:(lra)). lra. }
  assert (A : 0 * (x - s) <= clock x - 2 * x - V x - (clock s - 2 * s - V s)).
  { apply (slope_at_least (fun y => clock y - 2 * y - V y) (fun y => / F y - 2 - - F y)); [|lra|].
    - intros c Hc. apply (derivable_pt_lim_minus (fun y => clock y - 2 * y) V); [|apply V_ok; lra].
      apply (minus_line clock (fun y => / F y) c c); [|lra]. intros y _. apply clock_ok.
    - intros c Hc. pose proof (F_pos c). replace (/ F c - 2 - - F c) with ((F c - 1) * (F c - 1) * / F c) by (field; lra).
      apply Rmult_le_pos. apply Rle_0_sqr. now apply Rlt_le, Rinv_0_lt_compat. }
  rewrite clock_start in A. pose proof (V_pos x ltac:(lra)). lra.
Qed.

Definition far (t : R) : R := s + (Rabs t + V s + 2).
(** The value at time t >= 0: where the clock shows t. *)
Lemma value_at t : 0 <= t -> {x | s <= x /\ clock x = t}.
Proof.
  intro Ht. destruct (IVT (fun x => clock x - t) (s - 1) (far t)) as (x & Hx & E).
  - intro x. apply (continuity_pt_minus clock (fun _ => t)). apply clock_cont. apply continuity_const. intros ? ?; reflexivity.
  - unfold far. pose proof (Rabs_pos t). pose proof (V_pos s ltac:(lra)). lra.
  - pose proof (clock_incr (s - 1) s ltac:(lra)). rewrite clock_start in H. lra.
  - pose proof (V_pos s ltac:(lra)). pose proof (Rabs_pos_eq t Ht) as A.
    pose proof (clock_far (far t) ltac:(unfold far; lra)) as B. unfold far in *. rewrite A in *. lra.
  - exists x. split; [|lra]. apply Rnot_lt_le. intro L. apply clock_incr in L. rewrite clock_start in L. lra.
Qed.
Definition solution (t : R) : R := match Rle_dec 0 t with left H => proj1_sig (value_at t H) | right _ => s end.
Lemma solution_ok t : 0 <= t -> s <= solution t /\ clock (solution t) = t.
Proof. intro H. unfold solution. destruct Rle_dec; [|contradiction]. exact (proj2_sig (value_at t r)). Qed.

Lemma solution_start : solution 0 = s.
Proof.
  destruct (solution_ok 0 ltac:(lra)) as [H E]. destruct H as [L|]; auto.
  apply clock_incr in L. rewrite clock_start in L. lra.
Qed.
Lemma solution_near t eps : 0 <= t -> 0 < eps ->
  exists d, 0 < d /\ forall t', 0 <= t' -> Rabs (t' - t) < d -> Rabs (solution t' - solution t) < eps.
Proof.
  intros Ht He. destruct (solution_ok t Ht) as [H E]. set (a := solution t) in *.
  pose proof (clock_incr (a - eps) a ltac:(lra)). pose proof (clock_incr a (a + eps) ltac:(lra)).
  exists (Rmin (clock a - clock (a - eps)) (clock (a + eps) - clock a)).
  split. apply Rmin_pos; lra. intros t' Ht' D. destruct (solution_ok t' Ht') as [H' E'].
  pose proof (Rmin_l (clock a - clock (a - eps)) (clock (a + eps) - clock a)).
  pose proof (Rmin_r (clock a - clock (a - eps)) (clock (a + eps) - clock a)).
  apply Rabs_def2 in D. apply Rabs_def1.
  - assert (solution t' < a + eps) by (apply clock_less; lra). lra.
  - assert (a - eps < solution t') by (apply clock_less; lra). lra.
Qed.
(** Where the speed is almost constant, so is the slope of the clock. *)
Lemma clock_near lo hi a b : 0 < lo -> a < b -> (forall c, a <= c <= b -> lo <= F c <= hi) ->
  lo * (clock b - clock a) <= b - a <= hi * (clock b - clock a).
Proof.
  intros Hlo L H. assert (Hhi : 0 < hi) by (pose proof (H a ltac:(lra)); lra).
  assert (D : forall c, a <= c <= b -> derivable_pt_lim clock c (/ F c)) by (intros; apply clock_ok).
  assert (A1 : / hi * (b - a) <= clock b - clock a).
  { apply (slope_at_least _ _ _ _ D). lra. intros c Hc. apply Rinv_le_contravar. apply F_pos. now apply H. }
  assert (A2 : clock b - clock a <= / lo * (b - a)).
  { apply (slope_at_most _ _ _ _ D). lra. intros c Hc. apply Rinv_le_contravar. auto. now apply H. }
  split.
  - replace (b - a) with (lo * (/ lo * (b - a))) by (field; lra). apply Rmult_le_compat_l; lra.
  - replace (b - a) with (hi * (/ hi * (b - a))) by (field; lra). apply Rmult_le_compat_l; lra.
Qed.
Lemma solution_slope t : 0 < t -> derivable_pt_lim solution t (F (solution t)).
Proof.
  intros Ht eps He. set (a := solution t). pose proof (F_pos a) as P.
  set (e := Rmin (eps / 2) (F a / 2)). assert (Hepos : 0 < e) by (apply Rmin_pos; lra).
  assert (E1 : e <= eps / 2) by apply Rmin_l. assert (E2 : e <= F a / 2) by apply Rmin_r.
  destruct (F_cont a e Hepos) as (eta & Heta & C). simpl in C. unfold R_dist in C.
  assert (Speed : forall c, Rabs (c - a) < eta -> F a - e <= F c <= F a + e).
  { intros c Hc. destruct (Req_dec c a) as [->|N]. lra. assert (A : Rabs (F c - F a) < e) by (apply C; repeat split; auto).
    apply Rabs_def2 in A. lra. }
  destruct (solution_near t eta ltac:(lra) Heta) as (d & Hd & N).
  assert (Hm : 0 < Rmin d t) by (apply Rmin_pos; lra). exists (mkposreal _ Hm). intros h Hn Hh. simpl in Hh.
  pose proof (Rmin_l d t). pose proof (Rmin_r d t).
  assert (Hth : 0 <= t + h) by (apply Rabs_def2 in Hh; lra).
  destruct (solution_ok t ltac:(lra)) as [_ E]. destruct (solution_ok (t + h) Hth) as [_ E'].
  specialize (N (t + h) Hth). replace (t + h - t) with h in N by ring. specialize (N ltac:(lra)). fold a in E, N.
  fold a. set (b := solution (t + h)) in *. apply Rabs_def2 in N.
  assert (Q : Rabs ((b - a) / h - F a) <= e); [|lra]. apply Rabs_le.
  destruct (Rtotal_order a b) as [L|[L|L]].
  - pose proof (clock_incr a b L). assert (K : (F a - e) * (clock b - clock a) <= b - a <= (F a + e) * (clock b - clock a)).
    { apply clock_near; auto. lra. intros c Hc. apply Speed. apply Rabs_def1; lra. }
    replace (clock b - clock a) with h in K by lra. pose proof (quotient_between _ h _ _ ltac:(lra) K). unfold Rdiv. lra.
  - exfalso. apply Hn. rewrite L in E. lra.
  - pose proof (clock_incr b a L). assert (K : (F a - e) * (clock a - clock b) <= a - b <= (F a + e) * (clock a - clock b)).
    { apply clock_near; auto. lra. intros c Hc. apply Speed. apply Rabs_def1; lra. }
    replace (clock a - clock b) with (- h) in K by lra. pose proof (quotient_between _ (- h) _ _ ltac:(lra) K).
    replace ((b - a) / h) with ((a - b) * / - h) by (field; lra). lra.
Qed.
Lemma solution_grows A : exists T, 0 <= T /\ forall t, T <= t -> A < solution t.
Proof.
  exists (Rmax 0 (clock A + 1)). split. apply Rmax_l. intros t Ht. pose proof (Rmax_l 0 (clock A + 1)).
  pose proof (Rmax_r 0 (clock A + 1)). destruct (solution_ok t ltac:(lra)) as [_ E]. apply clock_less. lra.
Qed.
End Ode.
