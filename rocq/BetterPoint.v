(** * What is no local optimum is no global one: a better point can be found.

    If no point were better, the point would be a global optimum, and a local one. So it is false that there is none. A
    better point, with its free layers scaled up a little, has margins above 1 and still a smaller norm. That is an open
    condition, so a search finds such a point. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Displacement Lagrangian Gradient KinkSides DensePoints Grown Ways.
From Margincert Require LastLayer.
Import ListNotations.
Open Scope R_scope.

Section Better.
Variable P : problem R.
Variable free : option nat.
Variable theta : params R.

Lemma tends_above {A} (U : (A -> Prop) -> Prop) (HU : where_ U) f r a : tends U f r -> a < r -> U (fun x => a < f x).
Proof.
  intros T L. eapply (U_mono _ HU); [|exact (T (r - a) ltac:(lra))]. cbn beta. intros x H. apply Rabs_def2 in H. lra.
Qed.
Lemma tends_below {A} (U : (A -> Prop) -> Prop) (HU : where_ U) f r a : tends U f r -> r < a -> U (fun x => f x < a).
Proof.
  intros T L. eapply (U_mono _ HU); [|exact (T (a - r) ltac:(lra))]. cbn beta. intros x H. apply Rabs_def2 in H. lra.
Qed.

Section Near.
Variable p : params R.
Hypothesis Sp : same_shape theta p.
Let U := nearby theta p.
Let HU : where_ U := nearby_where theta p.
Lemma shapes_nearby : U (fun th => same_shape theta th).
Proof. exists 1. split. lra. intros th [S _]. exact S. Qed.
Lemma tends_entry v : tends U (fun th => entry (held free theta th) v) (entry (held free theta p) v).
Proof.
  intros eps He. exists eps. split; auto. intros th [S H]. unfold entry at 1 2. rewrite !nth_held by auto.
  destruct (is_free free (fst v)). apply (H v). now rewrite Rminus_eq_0, Rabs_R0.
Qed.
Lemma tends_margin s : length theta = length (net P) ->
  tends U (fun th => margin P (held free theta th) s) (margin P (held free theta p) s).
Proof.
  intro L. unfold margin, Phi. apply (tends_mult U HU). apply (tends_const U HU).
  apply (LastLayer.tends_forward U HU (net P) (fun th => held free theta th) (held free theta p) (fun _ => fst s) (fst s)).
  - rewrite length_held by exact Sp. lia.
  - eapply (U_mono _ HU); [|exact shapes_nearby]. cbn beta. intros th S. rewrite length_held by exact S. lia.
  - apply tends_entry.
  - intro i. apply (tends_const U HU).
Qed.
Lemma tends_norm2 : tends U (fun th => norm2 (held free theta th)) (norm2 (held free theta p)).
Proof.
  set (sum := fun th => Rsum (map (fun v => entry (held free theta th) v * entry (held free theta th) v) (vars (F := Rops) theta))).
  assert (E : forall th, same_shape theta th -> norm2 (held free theta th) = sum th).
  { intros th S. apply (norm2_of_vars theta). now apply shape_held. }
  rewrite (E p Sp). apply (tends_eq U HU _ sum).
  { eapply (U_mono _ HU); [|exact shapes_nearby]. exact E. }
  unfold sum. clear E sum. induction (vars (F := Rops) theta) as [|v l IH]. exact (tends_const U HU 0).
  cbn [map]. unfold Rsum. cbn [fold_right]. apply (tends_plus U HU); [|exact IH]. apply (tends_mult U HU); apply tends_entry.
Qed.
End Near.

Lemma norm2_grown c th : 1 <= c -> norm2 (grown 0 free c th) <= c * c * norm2 th.
Proof.
  intro Hc. rewrite (norm2_of_vars th th eq_refl), (norm2_of_vars th _ (shape_grown free c th)), <- Rsum_mult.
  apply Rsum_le. intros v _. rewrite entry_grown. pose proof (Rle_0_sqr (entry th v)) as Q. unfold Rsqr in Q.
  set (x := entry th v) in *. assert (1 <= c * c) by nra.
  assert (1 * (x * x) <= c * c * (x * x)) by (apply Rmult_le_compat_r; lra). destruct (is_free free (fst v)); lra.
Qed.

Theorem better_of_not_local : feasible P free theta -> ~ local_optimum P free theta ->
  exists theta', satisfies P theta' /\ same_but free theta theta' /\ norm2 theta' < norm2 theta.
Proof.
  intros Hf NotLocal. pose proof Hf as [[Hw Hl] [Hsh _]].
  assert (Lth : length theta = length (net P)).
  { unfold shaped in Hsh. apply (f_equal (@length nat)) in Hsh. now rewrite !map_length in Hsh. }
  destruct (open_found theta (fun th =>
    (forall s, In s (data P) -> 1 < margin P (held free theta th) s) /\ norm2 (held free theta th) < norm2 theta)) as (p & Sp & Mp & Np).
  - intro p. apply stable_and; [|apply stable_lt]. do 2 (apply stable_all; intro). apply stable_lt.
  - intros p Sp [M N]. apply (U_and _ (nearby_where theta p)).
    + apply (U_list _ (nearby_where theta p)). intros s Hs. apply (tends_above _ (nearby_where theta p) _ _ _ (tends_margin p Sp s Lth)).
      now apply M.
    + exact (tends_below _ (nearby_where theta p) _ _ _ (tends_norm2 p Sp) N).
  - intro None. apply NotLocal. split; auto. exists 1. split. lra. intros th [Sth Mth] Same _. apply Rnot_lt_le. intro Less.
    assert (Shape : same_shape theta th) by (unfold same_shape, shaped in *; congruence).
    pose proof (held_same_but free theta th Shape Same) as Held. pose proof (norm2_nonneg th) as N0.
    set (a := norm2 th) in *. set (b := norm2 theta) in *. set (e := (b - a) / (4 * (b + 1))).
    assert (He : 0 < e) by (apply Rdiv_lt_0_compat; lra).
    assert (E : e * (4 * (b + 1)) = b - a) by (unfold e; field; lra).
    assert (E1 : e <= 1). { apply Rnot_lt_le. intro K. nra. }
    assert (Small : (1 + e) * (1 + e) * a < b).
    { assert (e * a <= e * b) by (apply Rmult_le_compat_l; lra). assert (0 <= e * a) by (apply Rmult_le_pos; lra).
      assert (e * (e * a) <= 1 * (e * a)) by (apply Rmult_le_compat_r; lra). lra. }
    set (big := grown 0 free (1 + e) th).
    assert (Sb : same_shape theta big). { pose proof (shape_grown free (1 + e) th). unfold same_shape, big in *. congruence. }
    assert (HeldB : held free theta big = big).
    { apply held_same_but; auto. intros k Hk. unfold big. rewrite nth_grown, Hk, map_one. now apply Same. }
    apply (None big Sb). rewrite HeldB. split.
    + intros s Hs. specialize (Mth s Hs).
      pose proof (grown_margin P free theta (1 + e) th s ltac:(lra) Shape Lth Hl (proj1 Hw)) as G. rewrite Held in G. fold big in G.
      specialize (G ltac:(lra)). nra.
    + eapply Rle_lt_trans. apply norm2_grown. lra. exact Small.
  - exists (held free theta p). split; [|split; auto].
    + split. { pose proof (shape_held free theta p Sp). unfold same_shape, shaped in *. congruence. }
      intros s Hs. apply Rlt_le. auto.
    + now apply same_but_held.
Qed.
End Better.
