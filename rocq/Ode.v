(** * The differential equation a' = F(a), with F positive: it has a solution for all times if F is the speed at which
    something non-negative decreases. *)

From Coq Require Import Reals Lra.
Open Scope R_scope.

(** ** A continuous function has an antiderivative on the whole line *)

Lemma local_derivative f g x l : (exists d, 0 < d /\ forall y, Rabs (y - x) < d -> f y = g y) ->
  derivable_pt_lim g x l -> derivable_pt_lim f x l.
Proof.
  intros (d & Hd & E) H eps He. destruct (H eps He) as (d' & A).
  assert (Hm : 0 < Rmin d d') by (apply Rmin_pos; auto; apply cond_pos). exists (mkposreal _ Hm). intros h Hn Hh. simpl in Hh.
  pose proof (Rmin_l d d'). pose proof (Rmin_r d d').
  rewrite (E (x + h)), (E x).
  - apply A; auto. lra.
  - replace (x - x) with 0 by ring. now rewrite Rabs_R0.
  - replace (x + h - x) with h by ring. lra.
Qed.

Lemma constant_of_derivative f g D a b : a <= b -> (forall x, a <= x <= b -> derivable_pt_lim f x (D x)) ->
  (forall x, a <= x <= b -> derivable_pt_lim g x (D x)) -> f b - f a = g b - g a.
Proof.
  intros [L|<-] Hf Hg; [|lra].
  destruct (MVT_cor2 (fun x => f x - g x) (fun x => D x - D x) a b L) as (c & Hc & _).
  - intros c Hc. apply (derivable_pt_lim_minus f g); auto.
  - lra.
Qed.

Section Antiderivative.
Variable f : R -> R.
Hypothesis Hf : continuity f.

Definition wide (b : R) : -(Rabs b) <= Rabs b.
Proof. pose proof (Rabs_pos b). lra. Defined.
Definition cont (b x : R) (H : -(Rabs b) <= x <= Rabs b) : continuity_pt f x := Hf x.
Definition part (b : R) : R -> R := primitive (wide b) (FTC_P1 (wide b) (cont b)).
Lemma part_ok b x : Rabs x <= Rabs b -> derivable_pt_lim (part b) x (f x).
Proof.
  intro H. apply RiemannInt_P28. split.
  - pose proof (Rle_abs (- x)) as A. rewrite Rabs_Ropp in A. lra.
  - pose proof (Rle_abs x). lra.
Qed.
Lemma part_same b c x : Rabs x <= Rabs b -> Rabs x <= Rabs c -> part b x - part b 0 = part c x - part c 0.
Proof.
  intros Hb Hc. assert (A : forall y, Rabs y <= Rabs x -> Rabs y <= Rabs b /\ Rabs y <= Rabs c) by (intros; lra).
  destruct (Rle_dec 0 x) as [L|L].
  - apply constant_of_derivative with (D := f); auto; intros y Hy; apply part_ok; apply A;
      rewrite !Rabs_pos_eq; lra.
  - assert (E : part b 0 - part b x = part c 0 - part c x).
    { apply constant_of_derivative with (D := f); try lra; intros y Hy; apply part_ok; apply A;
      rewrite (Rabs_left1 y), (Rabs_left1 x); lra. }
    lra.
Qed.
Definition anti (x : R) : R := part (Rabs x + 1) x - part (Rabs x + 1) 0.
Lemma anti_ok x : derivable_pt_lim anti x (f x).
Proof.
  apply local_derivative with (g := fun y => part (Rabs x + 2) y - part (Rabs x + 2) 0).
  - exists 1. split; [lra|]. intros y Hy. unfold anti. pose proof (Rabs_pos x). pose proof (Rabs_pos y).
    assert (Rabs y <= Rabs x + 1).
    { replace y with (y - x + x) by ring. eapply Rle_trans. apply Rabs_triang. lra. }
    apply part_same; rewrite (Rabs_pos_eq (_ + _)); lra.
  - rewrite <- (Rminus_0_r (f x)).
    apply (derivable_pt_lim_minus (part (Rabs x + 2)) (fun _ => part (Rabs x + 2) 0)).
    + apply part_ok. pose proof (Rabs_pos x). rewrite (Rabs_pos_eq (_ + _)); lra.
    + apply derivable_pt_lim_const.
Qed.
End Antiderivative.

(** ** The equation *)

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
Definition clock (x : R) : R := anti invF invF_cont x - anti invF invF_cont s.
Lemma clock_ok x : derivable_pt_lim clock x (/ F x).
Proof.
  rewrite <- (Rminus_0_r (/ F x)).
  apply (derivable_pt_lim_minus (anti invF invF_cont) (fun _ => anti invF invF_cont s)).
  exact (anti_ok invF invF_cont x). apply derivable_pt_lim_const.
Qed.
Lemma clock_cont : continuity clock.
Proof. intro x. apply derivable_continuous_pt. exists (/ F x). apply clock_ok. Qed.
Lemma clock_start : clock s = 0.
Proof. unfold clock. ring. Qed.
Lemma clock_mean x y : x < y -> exists c, clock y - clock x = / F c * (y - x) /\ x < c < y.
Proof. intro L. apply (MVT_cor2 clock (fun x => / F x)); auto. intros c _. apply clock_ok. Qed.
Lemma clock_incr x y : x < y -> clock x < clock y.
Proof.
  intro L. destruct (clock_mean x y L) as (c & E & _). pose proof (Rinv_0_lt_compat _ (F_pos c)) as P.
  pose proof (Rmult_lt_0_compat (/ F c) (y - x) P ltac:(lra)). lra.
Qed.
Lemma clock_less x y : clock x < clock y -> x < y.
Proof.
  intro H. apply Rnot_le_lt. intros [L|E]. apply clock_incr in L. lra. subst. lra.
Qed.
(** x + 1/x >= 2, so the clock runs on. *)
Lemma clock_far x : s <= x -> 2 * (x - s) - V s <= clock x.
Proof.
  intros [L|<-]. 2:{ rewrite clock_start. pose proof (V_pos s ltac:(lra)). lra. }
  destruct (MVT_cor2 (fun y => clock y - 2 * y - V y) (fun y => / F y - 2 - - F y) s x L) as (c & E & Hc).
  - intros c Hc. apply (derivable_pt_lim_minus (fun y => clock y - 2 * y) V); [|apply V_ok; lra].
    apply (derivable_pt_lim_minus clock (fun y => 2 * y)). apply clock_ok.
    assert (D : derivable_pt_lim (fun y => 2 * y) c (2 * 1)) by (apply (derivable_pt_lim_scal (fun y => y)); apply derivable_pt_lim_id).
    rewrite Rmult_1_r in D. exact D.
  - rewrite clock_start in E. pose proof (F_pos c) as P.
    assert (A : 0 <= / F c - 2 - - F c).
    { replace (/ F c - 2 - - F c) with ((F c - 1) * (F c - 1) * / F c) by (field; lra).
      apply Rmult_le_pos. apply Rle_0_sqr. apply Rlt_le, Rinv_0_lt_compat, P. }
    pose proof (Rmult_le_pos _ _ A (Rlt_le _ _ (Rlt_Rminus _ _ L))). pose proof (V_pos x ltac:(lra)). lra.
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
Lemma solution_slope t : 0 < t -> derivable_pt_lim solution t (F (solution t)).
Proof.
  intros Ht eps He. set (a := solution t).
  destruct (F_cont a eps He) as (eta & Heta & C). simpl in C. unfold R_dist in C.
  destruct (solution_near t eta ltac:(lra) Heta) as (d & Hd & N).
  assert (Hm : 0 < Rmin d t) by (apply Rmin_pos; lra). exists (mkposreal _ Hm). intros h Hn Hh. simpl in Hh.
  pose proof (Rmin_l d t). pose proof (Rmin_r d t).
  assert (Hth : 0 <= t + h) by (apply Rabs_def2 in Hh; lra).
  destruct (solution_ok t ltac:(lra)) as [_ E]. destruct (solution_ok (t + h) Hth) as [_ E'].
  specialize (N (t + h) Hth). replace (t + h - t) with h in N by ring. specialize (N ltac:(lra)). fold a in E, N.
  set (b := solution (t + h)) in *.
  assert (M : exists c, h = / F c * (b - a) /\ Rabs (c - a) < eta).
  { apply Rabs_def2 in N. destruct (Rtotal_order a b) as [L|[L|L]].
    - destruct (clock_mean a b L) as (c & Ec & Hc). exists c. split. lra. apply Rabs_def1; lra.
    - exfalso. apply Hn. rewrite L in E. lra.
    - destruct (clock_mean b a L) as (c & Ec & Hc). exists c. split. lra. apply Rabs_def1; lra. }
  destruct M as (c & Eh & Hc). pose proof (F_pos c) as P.
  replace ((b - a) / h) with (F c).
  - destruct (Req_dec c a) as [->|Hca]. replace (F a - F a) with 0 by ring. rewrite Rabs_R0. auto.
    apply C. split; auto. split. exact I. auto.
  - assert (b - a <> 0). { intro Z. apply Hn. rewrite Eh, Z. ring. } rewrite Eh at 1. field. lra.
Qed.
Lemma solution_grows A : exists T, 0 <= T /\ forall t, T <= t -> A < solution t.
Proof.
  exists (Rmax 0 (clock A + 1)). split. apply Rmax_l. intros t Ht. pose proof (Rmax_l 0 (clock A + 1)).
  pose proof (Rmax_r 0 (clock A + 1)). destruct (solution_ok t ltac:(lra)) as [_ E]. apply clock_less. lra.
Qed.
End Ode.
