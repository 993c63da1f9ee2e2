(** * Vectors of parameters: entries, tables, norms and inner products. *)

From Coq Require Import Reals List Lra Lia Bool.
From Margincert Require Import Claims Lists.
Import ListNotations.
Open Scope R_scope.

Lemma norm2_nonneg theta : 0 <= norm2 theta.
Proof.
  apply Rsum_nonneg. intros a H. apply in_map_iff in H. destruct H as (w & <- & _).
  apply Rsum_nonneg. intros a H. apply in_map_iff in H. destruct H as (x & <- & _). apply Rle_0_sqr.
Qed.

Lemma entry_norm2 theta v : entry theta v * entry theta v <= norm2 theta.
Proof.
  destruct v as [k i]. unfold entry, norm2. simpl.
  set (sq := fun w => Rsum (map (fun a => a * a) w)).
  assert (E0 : forall w, nth i w 0 * nth i w 0 <= sq w).
  { intro w. unfold sq. replace (nth i w 0 * nth i w 0) with (nth i (map (fun a => a * a) w) 0).
    - apply Rsum_nth. intros a H. apply in_map_iff in H. destruct H as (x & <- & _). apply Rle_0_sqr.
    - rewrite <- (Rmult_0_r 0) at 1. apply (map_nth (fun a => a * a)). }
  eapply Rle_trans. apply E0.
  replace (sq (nth k theta [])) with (nth k (map sq theta) 0) by apply (map_nth sq theta []).
  apply Rsum_nth. intros a H. apply in_map_iff in H. destruct H as (w & <- & _).
  apply Rsum_nonneg. intros a H. apply in_map_iff in H. destruct H as (x & <- & _). apply Rle_0_sqr.
Qed.

Lemma nth_minus_list (w w' : list R) i : length w = length w' ->
  nth i (map (fun aa => fst aa - snd aa) (combine w w')) 0 = nth i w 0 - nth i w' 0.
Proof.
  revert w' i. induction w; intros [|b w'] i H; simpl in *; try discriminate.
  - destruct i; lra.
  - destruct i; auto.
Qed.
Lemma entry_minus theta theta' v : map (@length R) theta = map (@length R) theta' ->
  entry (minus theta theta') v = entry theta v - entry theta' v.
Proof.
  destruct v as [k i]. unfold entry, minus. simpl. revert theta' k.
  induction theta as [|w th IH]; intros [|w' th'] k H; simpl in *; try discriminate.
  - destruct k, i; simpl; lra.
  - injection H as H1 H2. destruct k; auto. now apply nth_minus_list.
Qed.

Lemma entry_dist theta theta' v : map (@length R) theta = map (@length R) theta' ->
  Rabs (entry theta' v - entry theta v) <= dist theta theta'.
Proof.
  intro H. rewrite Rabs_minus_sym, <- entry_minus by auto. unfold dist.
  rewrite <- sqrt_Rsqr_abs. apply sqrt_le_1_alt. apply entry_norm2.
Qed.

Lemma dist_lt a b eps : 0 < eps -> norm2 (minus a b) < eps * eps -> dist a b < eps.
Proof.
  intros He H. unfold dist.
  pose proof (norm2_nonneg (minus a b)).
  rewrite <- (sqrt_square eps) by lra. apply sqrt_lt_1; auto. nra.
Qed.

(** ** Tables: vectors of the shape of [theta] *)

Section Tab.
(** A table of the shape of theta. *)
Definition tab {K K'} (theta : params K) (g : nat * nat -> K') : params K' :=
  mapi (fun k w => mapi (fun i _ => g (k, i)) 0 w) 0 theta.
Definition inside {K} (theta : params K) (v : nat * nat) : bool :=
  Nat.ltb (fst v) (length theta) && Nat.ltb (snd v) (length (nth (fst v) theta [])).

Lemma map_tab {K K' K''} (f : K' -> K'') (theta : params K) g :
  map (map f) (tab theta g) = tab theta (fun v => f (g v)).
Proof. unfold tab. rewrite map_mapi. apply mapi_ext. intros. apply map_mapi. Qed.
Lemma entry_tab {K} (theta : params K) g v : entry (tab theta g) v = if inside theta v then g v else 0.
Proof.
  destruct v as [k i]. unfold entry, tab, inside. simpl.
  destruct (Nat.ltb_spec k (length theta)).
  - rewrite nth_mapi with (d := []) by auto. simpl. destruct (Nat.ltb_spec i (length (nth k theta []))).
    + destruct (nth k theta []) as [|x w] eqn:E. simpl in *; lia.
      rewrite nth_mapi with (d := x) by auto. reflexivity.
    + apply nth_overflow. now rewrite length_mapi.
  - rewrite (nth_overflow (mapi _ _ _)) by now rewrite length_mapi. destruct i; reflexivity.
Qed.
Lemma shape_tab {K K'} (theta : params K) (g : nat * nat -> K') : map (@length K') (tab theta g) = map (@length K) theta.
Proof.
  unfold tab. rewrite map_mapi. transitivity (mapi (fun _ (w : list K) => length w) 0 theta).
  - apply mapi_ext. intros. apply length_mapi.
  - rewrite <- (mapi_id 0 theta) at 2. now rewrite map_mapi.
Qed.
Lemma minus_tab {K} (theta : params K) g g' : minus (tab theta g) (tab theta g') = tab theta (fun v => g v - g' v).
Proof.
  unfold minus, tab. rewrite combine_mapi, map_mapi. apply mapi_ext. intros k w. simpl.
  rewrite combine_mapi, map_mapi. apply mapi_ext. reflexivity.
Qed.
Lemma minus_self a : norm2 (minus a a) = 0.
Proof.
  unfold norm2, minus. induction a as [|w a IH]. reflexivity. cbn [combine map fst snd].
  rewrite Rsum_cons, IH, Rplus_0_r. clear. induction w as [|x w IH]. reflexivity. cbn [combine map fst snd].
  rewrite Rsum_cons, IH. ring.
Qed.
End Tab.

(** ** Sums over the entries *)
Section Dsum.
Context {K : Type}.
Variable theta : params K.
Definition dsum (h : nat * nat -> R) : R :=
  Rsum (mapi (fun k w => Rsum (mapi (fun i _ => h (k, i)) 0 w)) 0 theta).

Lemma dsum_ext h h' : (forall v, h v = h' v) -> dsum h = dsum h'.
Proof. intro H. unfold dsum. f_equal. apply mapi_ext. intros. f_equal. apply mapi_ext. intros. apply H. Qed.
Lemma dsum_lin c h h' : dsum (fun v => c * h v + h' v) = c * dsum h + dsum h'.
Proof.
  unfold dsum. rewrite <- Rsum_mapi_lin. f_equal. apply mapi_ext. intros. apply Rsum_mapi_lin.
Qed.
Lemma dsum_0 : dsum (fun _ => 0) = 0.
Proof. pose proof (dsum_lin 1 (fun _ => 0) (fun _ => 0)) as H. rewrite (dsum_ext _ (fun _ => 0)) in H. lra. intro; ring. Qed.
Lemma dsum_scale c h : dsum (fun v => c * h v) = c * dsum h.
Proof. rewrite <- (Rplus_0_r (c * dsum h)), <- dsum_0, <- dsum_lin. apply dsum_ext. intro; ring. Qed.
Lemma dsum_nonneg h : (forall v, 0 <= h v) -> 0 <= dsum h.
Proof.
  intro H. unfold dsum. apply Rsum_nonneg. intros a Ha.
  assert (G : forall (A : Type) (f : nat -> A -> R) i l, (forall i a, 0 <= f i a) -> forall x, In x (mapi f i l) -> 0 <= x).
  { intros A f i l Hf. revert i. induction l; intros i x; simpl. tauto. intros [<-|H0]; [apply Hf | eapply IHl; exact H0]. }
  eapply G; [|exact Ha]. intros k w. apply Rsum_nonneg. intros b Hb. eapply G; [|exact Hb]. intros; apply H.
Qed.
Lemma dot_dsum a b : map (@length R) a = map (@length K) theta -> map (@length R) b = map (@length K) theta ->
  dot a b = dsum (fun v => entry a v * entry b v).
Proof.
  intros Ha Hb. unfold dot, dsum. f_equal. symmetry.
  assert (La : length a = length theta) by (apply (f_equal (@length nat)) in Ha; now rewrite !map_length in Ha).
  assert (Lb : length b = length theta) by (apply (f_equal (@length nat)) in Hb; now rewrite !map_length in Hb).
  assert (Ra : forall k, length (nth k a []) = length (nth k theta [])).
  { intro k. change (length (nth k a [])) with ((@length R) (nth k a [])). rewrite <- (map_nth (@length R)), <- (map_nth (@length K)). now rewrite Ha. }
  assert (Rb : forall k, length (nth k b []) = length (nth k theta [])).
  { intro k. rewrite <- (map_nth (@length R)), <- (map_nth (@length K)). now rewrite Hb. }
  apply mapi_nth with (d := []) (d' := 0).
  - rewrite map_length, combine_length. lia.
  - intros k Hk. set (G := fun ww : list R * list R => Rsum (map (fun xy => fst xy * snd xy) (combine (fst ww) (snd ww)))).
    change 0 with (G ([], [])) at 1. rewrite map_nth, combine_nth by congruence. unfold G. cbn [fst snd]. f_equal.
    destruct (nth k theta []) as [|x w] eqn:Ew.
    + specialize (Ra k). rewrite Ew in Ra. destruct (nth k a []); [reflexivity|discriminate].
    + rewrite <- Ew in *. apply mapi_nth with (d := x) (d' := 0).
      * rewrite map_length, combine_length, Ra, Rb. lia.
      * intros i Hi. unfold entry. cbn [fst snd]. set (H := fun xy : R * R => fst xy * snd xy).
        replace 0 with (H (0, 0)) at 3 by (unfold H; simpl; ring). rewrite map_nth, combine_nth by (rewrite Ra, Rb; auto). reflexivity.
Qed.
End Dsum.

Lemma norm2_dot a : norm2 a = dot a a.
Proof.
  unfold norm2, dot. f_equal. induction a as [|w a IH]. reflexivity. cbn [combine map fst snd]. f_equal; auto.
  f_equal. clear. induction w as [|x w IH]. reflexivity. cbn [combine map fst snd]. f_equal; auto.
Qed.

(** ** Multiples *)

Lemma nth_scale c l i : nth i (map (Rmult c) l) 0 = c * nth i l 0.
Proof. rewrite <- (Rmult_0_r c) at 1. apply (map_nth (Rmult c)). Qed.

Lemma norm2_scale c theta : norm2 (map (map (Rmult c)) theta) = c * c * norm2 theta.
Proof.
  unfold norm2. rewrite <- Rsum_scale, !map_map. f_equal. apply map_ext. intro w.
  rewrite <- Rsum_scale, !map_map. f_equal. apply map_ext. intro. ring.
Qed.

Lemma Rsum_le2 {A} (f g h : A -> R) l : (forall a, f a <= g a + h a) ->
  Rsum (map f l) <= Rsum (map g l) + Rsum (map h l).
Proof. unfold Rsum. intro H. induction l; simpl. lra. specialize (H a). lra. Qed.

(** |a - c b|^2 <= 2 |a - b|^2 + 2 (1 - c)^2 |b|^2. *)
Lemma minus_scale c a b : map (@length R) a = map (@length R) b ->
  norm2 (minus a (map (map (Rmult c)) b)) <= 2 * norm2 (minus a b) + 2 * (1 - c) * (1 - c) * norm2 b.
Proof.
  revert b. induction a as [|w a IH]; intros [|v b] H; simpl in H; try discriminate.
  - unfold norm2; simpl. lra.
  - injection H as H1 H2. specialize (IH b H2). clear H2.
    assert (E : forall w v : list R, length w = length v ->
      Rsum (map (fun x => x * x) (map (fun ww => fst ww - snd ww) (combine w (map (Rmult c) v)))) <=
      2 * Rsum (map (fun x => x * x) (map (fun ww => fst ww - snd ww) (combine w v))) +
      2 * (1 - c) * (1 - c) * Rsum (map (fun x => x * x) v)).
    { clear. unfold Rsum. induction w as [|x w IH]; intros [|y v] H; simpl in *; try discriminate. lra.
      injection H as H. specialize (IH v H).
      assert (I : 0 <= (x - y - (1 - c) * y) * (x - y - (1 - c) * y)) by apply Rle_0_sqr.
      nra. }
    specialize (E w v H1).
    assert (cons : forall w th, norm2 (w :: th) = Rsum (map (fun x => x * x) w) + norm2 th) by reflexivity.
    unfold minus in *. simpl. rewrite !cons. nra.
Qed.


(** ** Vectors of which some layers are held *)

Lemma nth_held_from k0 free a b k : same_shape a b ->
  nth k (held_from k0 free a b) [] = if is_free free (k0 + k) then nth k b [] else nth k a [].
Proof.
  unfold same_shape. revert k0 b k. induction a as [|w a IH]; intros k0 [|w' b] k H; simpl in H; try discriminate.
  - simpl. destruct is_free, k; reflexivity.
  - injection H as H1 H2. destruct k as [|k]; simpl.
    + rewrite Nat.add_0_r. reflexivity.
    + rewrite (IH (S k0) b k H2). now rewrite Nat.add_succ_r.
Qed.
Lemma nth_held free a b k : same_shape a b ->
  nth k (held free a b) [] = if is_free free k then nth k b [] else nth k a [].
Proof. apply (nth_held_from 0). Qed.
Lemma length_held free a b : same_shape a b -> length (held free a b) = length a.
Proof.
  unfold held. generalize 0%nat. revert b. unfold same_shape. induction a as [|w a IH]; intros [|w' b] k H; simpl in *; try discriminate; auto.
  injection H as H1 H2. now rewrite IH.
Qed.
Lemma shape_held free a b : same_shape a b -> same_shape a (held free a b).
Proof.
  unfold held. generalize 0%nat. revert b. unfold same_shape. induction a as [|w a IH]; intros [|w' b] k H; simpl in *; try discriminate; auto.
  injection H as H1 H2. rewrite <- IH by auto. f_equal. destruct is_free; auto.
Qed.
Lemma held_all a b : same_shape a b -> held None a b = b.
Proof.
  unfold held. generalize 0%nat. revert b. unfold same_shape. induction a as [|w a IH]; intros [|w' b] k H; simpl in *; try discriminate; auto.
  injection H as H1 H2. now rewrite IH.
Qed.
Lemma held_same_but free a b : same_shape a b -> same_but free a b -> held free a b = b.
Proof.
  intros H S. assert (L : length a = length b).
  { unfold same_shape in H. apply (f_equal (@length nat)) in H. now rewrite !map_length in H. }
  apply nth_ext with (d := []) (d' := []). now rewrite length_held.
  intros k Hk. rewrite nth_held by auto. destruct (is_free free k) eqn:E; auto. symmetry. now apply S.
Qed.
Lemma same_but_held free a b : same_shape a b -> same_but free a (held free a b).
Proof. intros H k Hk. now rewrite nth_held, Hk. Qed.

(** ** Points on a line, multiples, and what lies outside *)

Lemma entry_along o r a v : same_shape o r -> entry (along o r a) v = entry o v + a * entry r v.
Proof.
  destruct v as [k i]. unfold entry, along. simpl. unfold same_shape. revert r k.
  induction o as [|w o IH]; intros [|w' r] k H; simpl in H; try discriminate.
  - simpl. destruct k, i; simpl; ring.
  - injection H as H1 H2. destruct k; [|simpl; now apply IH]. simpl. clear - H1. revert w' i H1.
    induction w as [|x w IH]; intros [|y w'] i H; simpl in H; try discriminate.
    + simpl. destruct i; ring.
    + injection H as H. destruct i; simpl; auto.
Qed.
Lemma shape_along o r a : same_shape o r -> same_shape o (along o r a).
Proof.
  unfold along, same_shape. revert r. induction o as [|w o IH]; intros [|w' r] H; simpl in H; try discriminate; auto.
  injection H as H1 H2. simpl. f_equal; [|now apply IH]. rewrite map_length, combine_length. lia.
Qed.

Lemma entry_scale c th v : entry (map (map (Rmult c)) th) v = c * entry th v.
Proof.
  destruct v as [k i]. unfold entry. simpl. change (@nil R) with (map (Rmult c) []) at 1. rewrite map_nth. apply nth_scale.
Qed.
Lemma entry_outside {K} (theta : params K) a v : map (@length R) a = map (@length K) theta -> inside theta v = false -> entry a v = 0.
Proof.
  destruct v as [k i]. unfold entry, inside. simpl. intros S I. apply andb_false_iff in I.
  assert (Lk : length (nth k a []) = length (nth k theta [])).
  { rewrite <- (map_nth (@length R)), <- (map_nth (@length K)). now rewrite S. }
  apply nth_overflow. rewrite Lk. destruct I as [I|I]; apply Nat.ltb_ge in I; auto.
  rewrite (nth_overflow theta) by auto. simpl. lia.
Qed.
