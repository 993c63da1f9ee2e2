(** * What derivatives say about growth.

    The standard library's mean value theorem assumes [classic]. These inequalities do not, and suffice. *)

From Coq Require Import Reals Lra.
Open Scope R_scope.

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

(** Near a point with a positive derivative the function is less before, and greater after. *)
Lemma around_positive f x l : derivable_pt_lim f x l -> 0 < l ->
  exists d, 0 < d /\ forall y, Rabs (y - x) < d -> (x < y -> f x < f y) /\ (y < x -> f y < f x).
Proof.
  intros H Hl. destruct (H l Hl) as ([d Hd] & A). simpl in A. exists d. split; auto. intros y Hy.
  assert (Q : y <> x -> 0 < (f y - f x) / (y - x)).
  { intro N. specialize (A (y - x) ltac:(lra) Hy). replace (x + (y - x)) with y in A by ring. apply Rabs_def2 in A. lra. }
  split; intro L; specialize (Q ltac:(lra)).
  - assert (0 < (f y - f x) / (y - x) * (y - x)) by (apply Rmult_lt_0_compat; lra).
    replace ((f y - f x) / (y - x) * (y - x)) with (f y - f x) in * by (field; lra). lra.
  - assert (0 < (f y - f x) / (y - x) * (x - y)) by (apply Rmult_lt_0_compat; lra).
    replace ((f y - f x) / (y - x) * (x - y)) with (f x - f y) in * by (field; lra). lra.
Qed.

(** The points up to which the function stays above its first value reach to the end. *)
Lemma rising f a b : a <= b -> (forall x, a <= x <= b -> exists l, derivable_pt_lim f x l /\ 0 < l) -> f a <= f b.
Proof.
  intros L H. set (S := fun x => a <= x <= b /\ forall y, a <= y <= x -> f a <= f y).
  destruct (completeness S) as (s & Up & Least).
  { exists b. intros x [Hx _]. lra. }
  { exists a. split. lra. intros y Hy. replace y with a by lra. lra. }
  assert (S1 : a <= s). { apply Up. split. lra. intros y Hy. replace y with a by lra. lra. }
  assert (S2 : s <= b). { apply Least. intros x [Hx _]. lra. }
  destruct (H s ltac:(lra)) as (l & Hl & Hp). destruct (around_positive f s l) as (d & Hd & A); auto.
  assert (At : f a <= f s).
  { apply Rnot_lt_le. intro C. assert (s <= s - d); [|lra]. apply Least. intros x Hx. apply Rnot_lt_le. intro K.
    pose proof (Up x Hx) as B. destruct Hx as [Hx Hy]. specialize (Hy x ltac:(lra)). destruct B as [B| ->]; [|lra].
    destruct (A x) as [_ A2]. rewrite Rabs_left; lra. specialize (A2 B). lra. }
  assert (Before : forall y, a <= y < s -> f a <= f y).
  { intros y Hy. apply Rnot_lt_le. intro C. assert (s <= y); [|lra]. apply Least. intros x [Hx Hxy].
    apply Rnot_lt_le. intro K. specialize (Hxy y ltac:(lra)). lra. }
  destruct (Req_dec s b) as [<- |N]; auto. exfalso. set (z := Rmin b (s + d / 2)).
  assert (Z1 : z <= b) by apply Rmin_l. assert (Z2 : z <= s + d / 2) by apply Rmin_r.
  assert (Z3 : s < z) by (apply Rmin_glb_lt; lra).
  assert (z <= s); [|lra]. apply Up. split. lra. intros y Hy. destruct (Rtotal_order y s) as [K|[-> |K]]; auto.
  - apply Before. lra.
  - destruct (A y) as [A1 _]. rewrite Rabs_pos_eq; lra. specialize (A1 K). lra.
Qed.

Lemma positive_slope_weak f D a b : a <= b -> (forall x, a <= x <= b -> derivable_pt_lim f x (D x)) ->
  (forall x, a <= x <= b -> 0 < D x) -> f a <= f b.
Proof. intros L H Hp. apply rising; eauto. Qed.
Lemma not_rising f a b : a < b -> (forall x, a <= x <= b -> exists l, derivable_pt_lim f x l /\ l <= 0) -> f b <= f a.
Proof.
  intros L H. apply Rnot_lt_le. intro C. set (k := (f b - f a) / (2 * (b - a))).
  assert (E : k * (b - a) = (f b - f a) / 2) by (unfold k; field; lra).
  assert (Hk : 0 < k) by (apply Rdiv_lt_0_compat; lra).
  assert (Q : k * a - f a <= k * b - f b); [|lra]. apply (rising (fun x => k * x - f x)); [lra|].
  intros x Hx. destruct (H x Hx) as (l & Hl & Hn). exists (k * 1 - l). split; [|lra].
  apply (derivable_pt_lim_minus (fun x => k * x) f); auto. apply (derivable_pt_lim_scal (fun x => x) k). apply derivable_pt_lim_id.
Qed.

Section Growth.
Variables f D : R -> R.
Variables a b : R.
Hypothesis H : forall x, a <= x <= b -> derivable_pt_lim f x (D x).

Lemma minus_line m x : a <= x <= b -> derivable_pt_lim (fun x => f x - m * x) x (D x - m).
Proof.
  intro Hx. apply (derivable_pt_lim_minus f (fun x => m * x)); auto.
  pose proof (derivable_pt_lim_scal (fun x => x) m x 1 (derivable_pt_lim_id x)) as E. rewrite Rmult_1_r in E. exact E.
Qed.

(** Where the derivative is at least [m], the function grows at least as fast. *)
Lemma slope_at_least m : a <= b -> (forall x, a <= x <= b -> m <= D x) -> m * (b - a) <= f b - f a.
Proof.
  intros [L| <-] Hm; [|lra]. apply Rnot_lt_le. intro C. set (k := (m * (b - a) - (f b - f a)) / (2 * (b - a))).
  assert (Hk : 0 < k) by (apply Rdiv_lt_0_compat; lra).
  assert (E : k * (b - a) = (m * (b - a) - (f b - f a)) / 2) by (unfold k; field; lra).
  assert (P : f a - (m - k) * a <= f b - (m - k) * b).
  { apply (positive_slope_weak (fun x => f x - (m - k) * x) (fun x => D x - (m - k))). lra.
    intros x Hx. now apply minus_line. intros x Hx. specialize (Hm x Hx). lra. }
  lra.
Qed.
Lemma slope_at_most M : a <= b -> (forall x, a <= x <= b -> D x <= M) -> f b - f a <= M * (b - a).
Proof.
  intros [L| <-] HM; [|lra]. apply Rnot_lt_le. intro C. set (k := ((f b - f a) - M * (b - a)) / (2 * (b - a))).
  assert (Hk : 0 < k) by (apply Rdiv_lt_0_compat; lra).
  assert (E : k * (b - a) = ((f b - f a) - M * (b - a)) / 2) by (unfold k; field; lra).
  assert (P : - (f a - (M + k) * a) <= - (f b - (M + k) * b)).
  { apply (positive_slope_weak (fun x => - (f x - (M + k) * x)) (fun x => - (D x - (M + k)))). lra.
    intros x Hx. apply (derivable_pt_lim_opp (fun x => f x - (M + k) * x)). now apply minus_line.
    intros x Hx. specialize (HM x Hx). lra. }
  lra.
Qed.
End Growth.

Lemma positive_slope f D a b : a < b -> (forall x, a <= x <= b -> derivable_pt_lim f x (D x)) ->
  (forall x, a <= x <= b -> 0 < D x) -> f a < f b.
Proof.
  intros L H Hp. destruct (around_positive f a (D a)) as (d & Hd & A). apply H; lra. apply Hp; lra.
  set (z := Rmin b (a + d / 2)). assert (Z1 : z <= b) by apply Rmin_l. assert (Z2 : z <= a + d / 2) by apply Rmin_r.
  assert (Z3 : a < z) by (apply Rmin_glb_lt; lra).
  destruct (A z) as [A1 _]. rewrite Rabs_pos_eq; lra. specialize (A1 Z3). eapply Rlt_le_trans. exact A1.
  apply (positive_slope_weak f D); auto; intros x Hx; [apply H | apply Hp]; lra.
Qed.

Lemma same_derivative f g D a b : a <= b -> (forall x, a <= x <= b -> derivable_pt_lim f x (D x)) ->
  (forall x, a <= x <= b -> derivable_pt_lim g x (D x)) -> f b - f a = g b - g a.
Proof.
  intros L Hf Hg.
  assert (H : forall x, a <= x <= b -> derivable_pt_lim (fun x => f x - g x) x (D x - D x)).
  { intros x Hx. apply (derivable_pt_lim_minus f g); auto. }
  pose proof (slope_at_least _ _ a b H 0 L ltac:(intros; lra)). pose proof (slope_at_most _ _ a b H 0 L ltac:(intros; lra)). lra.
Qed.
Lemma no_slope f a b : a <= b -> (forall x, a <= x <= b -> derivable_pt_lim f x 0) -> f a = f b.
Proof.
  intros L H. pose proof (same_derivative f (fun _ => 0) (fun _ => 0) a b L H ltac:(intros; apply derivable_pt_lim_const)). lra.
Qed.

(** Between two points at which a function is the same, a derivative that is continuous vanishes somewhere. *)
Lemma stationary f D a b : a < b -> (forall x, a <= x <= b -> derivable_pt_lim f x (D x)) -> continuity D -> f a = f b ->
  ~ forall x, a <= x <= b -> D x <> 0.
Proof.
  assert (Rising : forall f D : R -> R, a < b -> (forall x, a <= x <= b -> derivable_pt_lim f x (D x)) -> continuity D ->
    f a = f b -> 0 < D a -> ~ forall x, a <= x <= b -> D x <> 0).
  { clear f D. intros f D L H C E P N. assert (f a < f b); [|lra]. apply (positive_slope f D); auto.
    intros x Hx. apply Rnot_le_lt. intros [K|K]; [|now apply (N x)].
    destruct (Req_dec a x) as [->|Ne]. lra.
    destruct (IVT (fun x => - D x) a x) as (z & Hz & Z); try lra.
    - apply (continuity_opp D). exact C.
    - apply (N z); lra. }
  intros L H C E N. destruct (Rtotal_order (D a) 0) as [S|[S|S]]; [|apply (N a); lra|].
  - apply (Rising (fun x => - f x) (fun x => - D x)); auto; try lra.
    + intros x Hx. apply (derivable_pt_lim_opp f). auto.
    + apply (continuity_opp D). exact C.
    + intros x Hx K. apply (N x); lra.
  - apply (Rising f D); auto.
Qed.
