(** * A continuous function that is not negative has an antiderivative: the area below it.

    The area is the least upper bound of the areas of steps below the function. The standard library's integral assumes
    [classic]; this one does not. *)

From Coq Require Import Reals Lra.
From Margincert Require Import MeanValue.
Open Scope R_scope.

(** ** Steps *)

Section Antiderivative.
Variable f : R -> R.
Hypothesis Hf : continuity f.
Hypothesis f_nonneg : forall x, 0 <= f x.
Hypothesis f_bounded : forall a b, exists M, forall x, a <= x <= b -> f x <= M.

(** From [a] to [b], below [f], with the area [v]. *)
Inductive steps (a : R) : R -> R -> Prop :=
| no_step : steps a a 0
| one_more b c m v : steps a b v -> b <= c -> (forall x, b <= x <= c -> m <= f x) -> steps a c (v + m * (c - b)).

Lemma steps_forward a b v : steps a b v -> a <= b.
Proof. intro H. induction H; lra. Qed.
Lemma steps_join a b c v w : steps a b v -> steps b c w -> steps a c (v + w).
Proof.
  intros H K. induction K as [|b' c m w K IH L Hm]. now rewrite Rplus_0_r. rewrite <- Rplus_assoc. now constructor.
Qed.
Lemma one_step a b m : a <= b -> (forall x, a <= x <= b -> m <= f x) -> steps a b (m * (b - a)).
Proof. intros L H. rewrite <- (Rplus_0_l (m * (b - a))). constructor; auto. constructor. Qed.
Lemma steps_split a c v : steps a c v -> forall b, a <= b <= c -> exists v1 v2, steps a b v1 /\ steps b c v2 /\ v = v1 + v2.
Proof.
  intro H. induction H as [|b' c m v H IH L Hm]; intros b Hb.
  - replace b with a by lra. exists 0, 0. repeat split; try constructor. lra.
  - destruct (Rle_dec b b') as [K|K].
    + destruct (IH b ltac:(lra)) as (v1 & v2 & H1 & H2 & E). exists v1, (v2 + m * (c - b')). split; auto. split. now constructor. lra.
    + exists (v + m * (b - b')), (m * (c - b)). split; [|split].
      * constructor; auto. lra. intros x Hx. apply Hm. lra.
      * apply one_step. lra. intros x Hx. apply Hm. lra.
      * lra.
Qed.
Lemma steps_below a b v M : steps a b v -> (forall x, a <= x <= b -> f x <= M) -> v <= M * (b - a).
Proof.
  intro H. induction H as [|b c m v H IH L Hm]; intro HM. lra. pose proof (steps_forward _ _ _ H).
  assert (v <= M * (b - a)) by (apply IH; intros x Hx; apply HM; lra).
  assert (m <= M). { apply Rle_trans with (f b). apply Hm. lra. apply HM. lra. }
  assert (m * (c - b) <= M * (c - b)) by (apply Rmult_le_compat_r; lra). lra.
Qed.

(** ** Their least upper bound *)

Lemma some_steps a b : a <= b -> exists v, steps a b v.
Proof. intro L. exists (0 * (b - a)). apply one_step; auto. Qed.
Lemma steps_bounded a b : bound (steps a b).
Proof. destruct (f_bounded a b) as (M & HM). exists (M * (b - a)). intros v Hv. now apply steps_below. Qed.
Definition area (a b : R) : R :=
  match Rle_dec a b with left L => proj1_sig (completeness _ (steps_bounded a b) (some_steps a b L)) | right _ => 0 end.
Lemma area_ok a b : a <= b -> is_lub (steps a b) (area a b).
Proof. intro L. unfold area. destruct Rle_dec; [|contradiction]. apply proj2_sig. Qed.

Lemma area_between a b m M : a <= b -> (forall x, a <= x <= b -> m <= f x <= M) -> m * (b - a) <= area a b <= M * (b - a).
Proof.
  intros L H. destruct (area_ok a b L) as [Up Least]. split.
  - apply Up. apply one_step; auto. intros x Hx. apply H; auto.
  - apply Least. intros v Hv. apply steps_below; auto. intros x Hx. apply H; auto.
Qed.
Lemma area_add a b c : a <= b <= c -> area a c = area a b + area b c.
Proof.
  intros [L1 L2]. destruct (area_ok a b L1) as [Up1 Least1]. destruct (area_ok b c L2) as [Up2 Least2].
  destruct (area_ok a c ltac:(lra)) as [Up Least]. apply Rle_antisym.
  - apply Least. intros v Hv. destruct (steps_split a c v Hv b (conj L1 L2)) as (v1 & v2 & H1 & H2 & ->).
    apply Rplus_le_compat; auto.
  - assert (A : area a b <= area a c - area b c); [|lra]. apply Least1. intros v Hv.
    assert (B : area b c <= area a c - v); [|lra]. apply Least2. intros w Hw.
    assert (v + w <= area a c); [|lra]. apply Up. now apply steps_join with b.
Qed.

Lemma quotient_between A k lo hi : 0 < k -> lo * k <= A <= hi * k -> lo <= A * / k <= hi.
Proof.
  intros Hk H. pose proof (Rinv_0_lt_compat k Hk). assert (E : forall z, z = z * k * / k) by (intro; field; lra).
  rewrite (E lo), (E hi). split; apply Rmult_le_compat_r; lra.
Qed.
Lemma area_slope c x : c < x -> derivable_pt_lim (area c) x (f x).
Proof.
  intros L eps He. destruct (Hf x (eps / 2) ltac:(lra)) as (d & Hd & C). simpl in C. unfold R_dist in C.
  assert (Hm : 0 < Rmin d (x - c)) by (apply Rmin_pos; lra). exists (mkposreal _ Hm). intros h Hn Hh. simpl in Hh.
  pose proof (Rmin_l d (x - c)). pose proof (Rmin_r d (x - c)). apply Rabs_def2 in Hh.
  assert (B : forall y, Rabs (y - x) <= Rabs h -> f x - eps / 2 <= f y <= f x + eps / 2).
  { intros y Hy. destruct (Req_dec y x) as [->|N]. lra. assert (A : Rabs (f y - f x) < eps / 2).
    { apply C. split. split. exact I. congruence. eapply Rle_lt_trans. exact Hy. apply Rabs_def1; lra. }
    apply Rabs_def2 in A. lra. }
  assert (Q : Rabs ((area c (x + h) - area c x) / h - f x) <= eps / 2); [|lra].
  destruct (Rlt_le_dec h 0) as [N|N].
  - rewrite (area_add c (x + h) x) by lra.
    assert (K : (f x - eps / 2) * (x - (x + h)) <= area (x + h) x <= (f x + eps / 2) * (x - (x + h))).
    { apply area_between. lra. intros y Hy. apply B. rewrite Rabs_left1, (Rabs_left h); lra. }
    apply Rabs_le. replace ((area c (x + h) - (area c (x + h) + area (x + h) x)) / h) with (area (x + h) x * / - h) by (field; lra).
    replace (x - (x + h)) with (- h) in K by ring. pose proof (quotient_between _ (- h) _ _ ltac:(lra) K). lra.
  - rewrite (area_add c x (x + h)) by lra.
    assert (K : (f x - eps / 2) * (x + h - x) <= area x (x + h) <= (f x + eps / 2) * (x + h - x)).
    { apply area_between. lra. intros y Hy. apply B. rewrite !Rabs_pos_eq; lra. }
    apply Rabs_le. replace ((area c x + area x (x + h) - area c x) / h) with (area x (x + h) * / h) by (field; lra).
    replace (x + h - x) with h in K by ring. assert (0 < h) by lra. pose proof (quotient_between _ h _ _ H1 K). lra.
Qed.

(** The area from [s], negative before [s]. *)
Variable s : R.
Definition anti (x : R) : R := area (Rmin x s) x - area (Rmin x s) s.
Lemma anti_from c x : c <= x -> c <= s -> anti x = area c x - area c s.
Proof.
  intros H K. unfold anti. assert (A : c <= Rmin x s) by now apply Rmin_glb. pose proof (Rmin_l x s). pose proof (Rmin_r x s).
  rewrite (area_add c (Rmin x s) x), (area_add c (Rmin x s) s) by lra. ring.
Qed.
Lemma anti_ok x : derivable_pt_lim anti x (f x).
Proof.
  pose proof (Rmin_l x s). pose proof (Rmin_r x s).
  apply local_derivative with (g := fun y => area (Rmin x s - 1) y - area (Rmin x s - 1) s).
  - exists 1. split; [lra|]. intros y Hy. apply Rabs_def2 in Hy. apply anti_from; [|lra]. destruct (Rle_dec x s).
    rewrite Rmin_left; lra. rewrite Rmin_right; lra.
  - rewrite <- (Rminus_0_r (f x)).
    apply (derivable_pt_lim_minus (area (Rmin x s - 1)) (fun _ => area (Rmin x s - 1) s)).
    apply area_slope. lra. apply derivable_pt_lim_const.
Qed.
Lemma anti_start : anti s = 0.
Proof. unfold anti. ring. Qed.
End Antiderivative.

(** ** Continuous functions that are positive stay away from 0 on an interval *)

Lemma positive_below f a b : continuity f -> (forall x, a <= x <= b -> 0 < f x) ->
  exists m, 0 < m /\ forall x, a <= x <= b -> m <= f x.
Proof.
  intros Hf Pos. destruct (Rlt_le_dec b a) as [L|L]. { exists 1. split; [lra|]. intros x Hx. lra. }
  (* [m] is the infimum *)
  destruct (completeness (fun r => exists x, a <= x <= b /\ r = - f x)) as (m & Up & Least).
  { exists 0. intros r (x & Hx & ->). specialize (Pos x Hx). lra. }
  { exists (- f a), a. split; auto. lra. }
  assert (Below : forall x, a <= x <= b -> - m <= f x).
  { intros x Hx. assert (- f x <= m); [|lra]. apply Up. now exists x. }
  exists (- m). split; auto. apply Rnot_le_lt. intro Z.
  assert (None : forall k, 0 < k -> ~ forall x, a <= x <= b -> k <= f x).
  { intros k Hk K. assert (m <= - k); [|lra]. apply Least. intros r (x & Hx & ->). specialize (K x Hx). lra. }
  (* how far it is positive *)
  set (S := fun x => a <= x <= b /\ exists k, 0 < k /\ forall y, a <= y <= x -> k <= f y).
  assert (Sa : S a). { split. lra. exists (f a). split. apply Pos. lra. intros y Hy. replace y with a by lra. lra. }
  destruct (completeness S) as (s & SUp & SLeast).
  { exists b. intros x [Hx _]. lra. } { now exists a. }
  assert (S1 : a <= s) by now apply SUp. assert (S2 : s <= b) by (apply SLeast; intros x [Hx _]; lra).
  pose proof (Pos s (conj S1 S2)) as Ps. destruct (Hf s (f s / 2) ltac:(lra)) as (d & Hd & C). simpl in C. unfold R_dist in C.
  assert (Around : forall y, Rabs (y - s) < d -> f s / 2 <= f y).
  { intros y Hy. destruct (Req_dec y s) as [->|N]. lra.
    assert (A : Rabs (f y - f s) < f s / 2) by (apply C; repeat split; auto). apply Rabs_def2 in A. lra. }
  assert (s <= s - d); [|lra]. apply SLeast. intros x Hx. apply Rnot_lt_le. intro K.
  pose proof (SUp x Hx) as B. destruct Hx as [Hx (k & Hk & Hxy)].
  (* from [x] a little beyond [s] *)
  set (z := Rmin b (s + d / 2)). assert (Z1 : z <= b) by apply Rmin_l. assert (Z2 : z <= s + d / 2) by apply Rmin_r.
  assert (H0 : 0 < Rmin k (f s / 2)) by (apply Rmin_pos; auto; lra).
  assert (Far : forall y, a <= y <= z -> Rmin k (f s / 2) <= f y).
  { intros y Hy. destruct (Rle_lt_dec y x) as [Y|Y].
    - eapply Rle_trans. apply Rmin_l. apply Hxy. lra.
    - eapply Rle_trans. apply Rmin_r. apply Around. apply Rabs_def1; lra. }
  destruct (Req_dec s b) as [E|E].
  - apply (None _ H0). intros y Hy. apply Far. unfold z. rewrite Rmin_left; lra.
  - assert (Z3 : s < z) by (apply Rmin_glb_lt; lra). assert (z <= s); [|lra]. apply SUp. split. lra. eauto.
Qed.
