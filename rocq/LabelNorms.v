(** * What layers of given norms can make of the samples of each of the two labels, if hidden units are ReLU. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Sums LayerNorms.
Import ListNotations.
Open Scope R_scope.

(** ** What a row makes of two vectors that form no acute angle *)

Lemma apart {A} (w p q : A -> R) (l : list A) P Q : 0 < P -> 0 < Q ->
  let along f := Rsum (map (fun a => w a * f a) l) in
  Rsum (map (fun a => p a * p a) l) <= P -> Rsum (map (fun a => q a * q a) l) <= Q ->
  Rsum (map (fun a => p a * q a) l) <= 0 -> 0 <= along p -> 0 <= along q ->
  along p * along p / P + along q * along q / Q <= Rsum (map (fun a => w a * w a) l).
Proof.
  intros HP HQ along Hp Hq Hpq Ha Hb. set (a := along p) in *. set (b := along q) in *.
  set (s := a / P). set (t := b / Q).
  assert (Hs : 0 <= s) by (apply Rmult_le_pos; auto; apply Rlt_le, Rinv_0_lt_compat, HP).
  assert (Ht : 0 <= t) by (apply Rmult_le_pos; auto; apply Rlt_le, Rinv_0_lt_compat, HQ).
  assert (Ea : a = s * P) by (unfold s; field; lra). assert (Eb : b = t * Q) by (unfold t; field; lra).
  replace (a * a / P) with (s * a) by (unfold s; field; lra). replace (b * b / Q) with (t * b) by (unfold t; field; lra).
  (* The vector to compare [w] with. *)
  pose proof (cauchy_schwarz w (fun x => s * p x + t * q x) l) as C. cbn beta in C.
  set (pp := Rsum (map (fun a => p a * p a) l)) in *. set (qq := Rsum (map (fun a => q a * q a) l)) in *.
  set (pq := Rsum (map (fun a => p a * q a) l)) in *. set (ww := Rsum (map (fun a => w a * w a) l)) in *.
  assert (E1 : Rsum (map (fun x => w x * (s * p x + t * q x)) l) = s * a + t * b).
  { unfold a, b, along. rewrite <- Rsum_lin. apply Rsum_ext_in. intros. ring. }
  assert (E2 : Rsum (map (fun x => (s * p x + t * q x) * (s * p x + t * q x)) l) = s * s * pp + 2 * (s * t) * pq + t * t * qq).
  { unfold pp, pq, qq. rewrite <- !Rsum_mult, <- !Rsum_plus. apply Rsum_ext_in. intros. ring. }
  rewrite E1, E2 in C.
  assert (T : s * s * pp + 2 * (s * t) * pq + t * t * qq <= s * a + t * b).
  { assert (s * s * pp <= s * s * P) by (apply Rmult_le_compat_l; auto; apply Rle_0_sqr).
    assert (t * t * qq <= t * t * Q) by (apply Rmult_le_compat_l; auto; apply Rle_0_sqr).
    assert (0 <= s * t) by now apply Rmult_le_pos. assert (0 <= s * t * - pq) by (apply Rmult_le_pos; lra).
    rewrite Ea, Eb. lra. }
  assert (W : 0 <= ww) by apply Rsum_squares.
  destruct (Rle_lt_dec (s * a + t * b) 0). lra.
  apply Rmult_le_reg_r with (s * a + t * b); auto. eapply Rle_trans. exact C. now apply Rmult_le_compat_l.
Qed.

(** ** Hidden outputs of ReLU units, and sums over some units *)

Lemma relu_nonneg l w x i : slope l = 0 -> 0 <= nth i (apply_layer l w x) 0.
Proof.
  intro Hl. unfold apply_layer. destruct (nth_in_or_default i (map (fun u => act (slope l) (preact w x u)) (units l)) 0) as [H| ->]; [|lra].
  apply in_map_iff in H. destruct H as (u & <- & _). rewrite Hl. unfold act. destruct Rlt_dec; lra.
Qed.

Lemma nth_layer l w x i : (i < length (units l))%nat ->
  nth i (apply_layer l w x) 0 = act (slope l) (preact w x (nth i (units l) [])).
Proof.
  intro Hi. unfold apply_layer. set (f := fun u => act (slope l) (preact w x u)).
  rewrite nth_indep with (d' := f []) by (rewrite map_length; lia). apply (map_nth f).
Qed.

Lemma Rsum_kept {A} (f : A -> R) keep l : (forall a, keep a = false -> f a <= 0) ->
  Rsum (map f l) <= Rsum (map f (filter keep l)).
Proof.
  intro H. induction l as [|a l IH]; cbn [map filter]. lra. rewrite Rsum_cons. specialize (H a).
  destruct (keep a); cbn [map]; rewrite ?Rsum_cons. lra. specialize (H eq_refl). lra.
Qed.

Lemma Rsum_two_parts {A} (f : A -> R) keep keep' l : (forall a, 0 <= f a) -> (forall a, keep a = true -> keep' a = false) ->
  Rsum (map f (filter keep l)) + Rsum (map f (filter keep' l)) <= Rsum (map f l).
Proof.
  intros Hf H. induction l as [|a l IH]; cbn [map filter]. simpl. lra. rewrite Rsum_cons. specialize (Hf a). specialize (H a).
  destruct (keep a); [rewrite H by auto|destruct (keep' a)]; cbn [map]; rewrite ?Rsum_cons; lra.
Qed.

Lemma Rsum_at_most_0 {A} (f : A -> R) l : (forall a, In a l -> f a <= 0) -> Rsum (map f l) <= 0.
Proof. intro H. eapply Rle_trans. apply (Rsum_le f (fun _ => 0)); auto. right. now apply Rsum_zero. Qed.

Lemma Rsum_places {A} (f : A -> R) d l : Rsum (map (fun i => f (nth i l d)) (seq 0 (length l))) = Rsum (map f l).
Proof.
  f_equal. induction l as [|a l IH]. reflexivity. cbn [length seq map nth]. f_equal. now rewrite <- seq_shift, map_map.
Qed.

Lemma row_squares_nonneg w u : 0 <= row_squares w u.
Proof. apply (Rsum_squares (fun c => nth (snd c) w 0)). Qed.

(** Factors for each sample on its own. *)
Definition freely {A} (s : A -> R) : Prop := forall a, within_one (s a).

Lemma slope_within z : within_one (slope_of 0 z).
Proof. unfold within_one, slope_of. destruct Rlt_dec; lra. Qed.

(** ** The last two layers: the samples of one label have the units of its sign to themselves *)

(** That a weight of the last layer has the sign of the label. *)
Definition own (y : bool) (w : list R) (c : nat * nat) : bool := if Rlt_dec 0 (sgn y * nth (snd c) w 0) then true else false.

Section LastLayers.
Variables (l : layer R) (w out : list R) (u : list (nat * nat)).
Hypothesis relu : slope l = 0.
Hypothesis inside : forall c, In c u -> (fst c < length (units l))%nat.

Definition out_part (y : bool) : R := Rsum (map (fun c => nth (snd c) out 0 * nth (snd c) out 0) (filter (own y out) u)).
Definition hidden_part (y : bool) : R :=
  Rsum (map (fun c => row_squares w (nth (fst c) (units l) [])) (filter (own y out) u)).

Lemma out_part_nonneg y : 0 <= out_part y.
Proof. apply (Rsum_squares (fun c => nth (snd c) out 0)). Qed.
Lemma hidden_part_nonneg y : 0 <= hidden_part y.
Proof. apply Rsum_nonneg. intros x H. apply in_map_iff in H. destruct H as (c & <- & _). apply row_squares_nonneg. Qed.

Lemma never_both c : own true out c = true -> own false out c = false.
Proof. unfold own, sgn. destruct Rlt_dec; try discriminate. destruct Rlt_dec; auto. lra. Qed.

Lemma out_parts : out_part true + out_part false <= row_squares out u.
Proof. apply Rsum_two_parts. intro. apply Rle_0_sqr. apply never_both. Qed.

Lemma hidden_parts : NoDup (map fst u) -> hidden_part true + hidden_part false <= weight_squares (units l) w.
Proof.
  intro N. eapply Rle_trans. apply Rsum_two_parts. intro. apply row_squares_nonneg. apply never_both.
  rewrite weight_squares_rows, <- (Rsum_places (row_squares w) []).
  rewrite <- (map_map fst (fun i => row_squares w (nth i (units l) []))). apply Rsum_incl; auto.
  - intro. apply row_squares_nonneg.
  - intros i H. apply in_map_iff in H. destruct H as (c & <- & H). apply in_seq. specialize (inside c H). lia.
Qed.

Lemma label_bound {A} (samples : list A) (mu : A -> R) (h : A -> list R) y B : (forall a, In a samples -> 0 <= mu a) ->
  rows_bounded samples mu freely h (units l) B ->
  (forall a, In a samples -> 1 <= sgn y * preact out (apply_layer l w (h a)) u) ->
  Rsum (map mu samples) * Rsum (map mu samples) <= out_part y * (hidden_part y * B).
Proof.
  intros Hmu HB Hm. set (S := Rsum (map mu samples)).
  set (H := fun c : nat * nat => Rsum (map (fun a => mu a * nth (fst c) (apply_layer l w (h a)) 0) samples)).
  set (U := filter (own y out) u).
  assert (HS : 0 <= S). { apply Rsum_nonneg. intros x Hx. apply in_map_iff in Hx. destruct Hx as (a & <- & Ha). auto. }
  set (v := fun c : nat * nat => sgn y * nth (snd c) out 0).
  assert (Step : S <= Rsum (map (fun c => v c * H c) U)).
  { apply Rle_trans with (Rsum (map (fun a => mu a * Rsum (map (fun c => v c * nth (fst c) (apply_layer l w (h a)) 0) U)) samples)).
    - apply Rsum_le. intros a Ha. rewrite <- (Rmult_1_r (mu a)) at 1. apply Rmult_le_compat_l; auto.
      eapply Rle_trans; [exact (Hm a Ha)|]. unfold preact. rewrite <- Rsum_mult.
      eapply Rle_trans; [|apply (Rsum_kept _ (own y out))].
      + right. apply Rsum_ext_in. intros c _. unfold v. ring.
      + intros c. unfold own, v. destruct Rlt_dec; try discriminate. intros _.
        pose proof (relu_nonneg l w (h a) (fst c) relu). nra.
    - right. unfold H. rewrite (Rsum_ext_in (fun c => v c * _) (fun c => Rsum (map (fun a => v c * (mu a * nth (fst c) (apply_layer l w (h a)) 0)) samples)))
        by (intros; symmetry; apply Rsum_mult).
      rewrite <- Rsum_swap. apply Rsum_ext_in. intros a _. rewrite <- Rsum_mult. apply Rsum_ext_in. intros. ring. }
  assert (Q : S * S <= Rsum (map (fun c => v c * H c) U) * Rsum (map (fun c => v c * H c) U)) by (apply Rmult_le_compat; auto).
  eapply Rle_trans. exact Q. eapply Rle_trans. apply cauchy_schwarz.
  assert (V : Rsum (map (fun c => v c * v c) U) = out_part y).
  { apply Rsum_ext_in. intros c _. unfold v, sgn. destruct y; ring. }
  rewrite V. apply Rmult_le_compat_l. apply out_part_nonneg.
  unfold hidden_part. rewrite (Rmult_comm _ B), <- Rsum_mult. apply Rsum_le. intros c Hc. apply filter_In in Hc. destruct Hc as [Hc _].
  rewrite (Rmult_comm B). set (r := nth (fst c) (units l) []).
  assert (Hr : In r (units l)) by (apply nth_In; auto).
  pose proof (unit_bound samples mu freely w h (units l) B r (fun a => slope_of (slope l) (preact w (h a) r)) (fun _ => 1) HB Hr) as Z.
  cbv zeta in Z. replace (H c) with (Rsum (map (fun a => 1 * mu a * (slope_of (slope l) (preact w (h a) r) * preact w (h a) r)) samples)).
  apply Z. intro a. rewrite Rmult_1_l, relu. apply slope_within.
  unfold H. apply Rsum_ext_in. intros a _. rewrite nth_layer, act_slope_of by auto. fold r. ring.
Qed.
End LastLayers.

(** ** The first of three layers: what it puts out for the two labels *)

Section FirstLayer.
Context {A : Type}.
Variables (l : layer R) (w : list R) (mu : A -> R) (h : A -> list R).
Hypothesis relu : slope l = 0.

(** The squared norm of all the samples' outputs together. *)
Definition together (samples : list A) : R :=
  square (length (units l)) (weighed samples mu (fun _ => 1) (fun a => apply_layer l w (h a))).

(** No part of the samples makes more. *)
Lemma together_bounds samples : (forall a, In a samples -> 0 <= mu a) ->
  bounded samples mu freely (fun a => apply_layer l w (h a)) (length (units l)) (together samples).
Proof.
  intros Hmu s Hs. apply Rsum_le. intros i _.
  assert (0 <= weighed samples mu s (fun a => apply_layer l w (h a)) i <= weighed samples mu (fun _ => 1) (fun a => apply_layer l w (h a)) i).
  { split.
    - apply Rsum_nonneg. intros x Hx. apply in_map_iff in Hx. destruct Hx as (a & <- & Ha).
      apply Rmult_le_pos; [apply Rmult_le_pos; auto; apply Hs|now apply relu_nonneg].
    - apply Rsum_le. intros a Ha. apply Rmult_le_compat_r. now apply relu_nonneg.
      apply Rmult_le_compat_r; auto. apply Hs. }
  apply Rmult_le_compat; lra.
Qed.

Lemma both_labels pos neg P N : 0 < P -> 0 < N ->
  (forall a, In a pos \/ In a neg -> 0 <= mu a) ->
  rows_bounded pos mu freely h (units l) P -> rows_bounded neg mu freely h (units l) N ->
  (forall u a b, In u (units l) -> In a pos -> In b neg ->
     Rsum (map (fun c => nth (fst c) (h a) 0 * nth (fst c) (h b) 0) u) <= 0) ->
  together pos / P + together neg / N <= weight_squares (units l) w.
Proof.
  intros HP HN Hmu BP BN Hapart. unfold together. rewrite !weighed_layer, weight_squares_rows.
  unfold Rdiv. rewrite (Rmult_comm _ (/ P)), (Rmult_comm _ (/ N)), <- Rsum_lin. apply Rsum_le. intros u Hu.
  set (on := fun a => 1 * slope_of (slope l) (preact w (h a) u)).
  assert (Hon : freely on) by (intro a; unfold on; rewrite Rmult_1_l, relu; apply slope_within).
  assert (Q : forall samples, (forall a, In a samples -> 0 <= mu a) -> 0 <= weighed_out samples mu l w h (fun _ => 1) u).
  { intros samples Hs. apply Rsum_nonneg. intros x Hx. apply in_map_iff in Hx. destruct Hx as (a & <- & Ha).
    rewrite Rmult_1_l. apply Rmult_le_pos; auto. rewrite <- act_slope_of, relu. unfold act. destruct Rlt_dec; lra. }
  pose proof (Q pos (fun a H => Hmu a (or_introl H))) as QP. pose proof (Q neg (fun a H => Hmu a (or_intror H))) as QN.
  unfold weighed_out in *. rewrite !weighed_unit in *. fold on in QP, QN. fold on.
  pose proof (apart (fun c => nth (snd c) w 0) (fun c => weighed pos mu on h (fst c)) (fun c => weighed neg mu on h (fst c)) u P N HP HN
    (BP u on Hu Hon) (BN u on Hu Hon)) as Z. cbv zeta in Z. unfold Rdiv in Z. rewrite (Rmult_comm _ (/ P)), (Rmult_comm _ (/ N)) in Z.
  apply Z; auto.
  unfold weighed. rewrite (Rsum_ext_in _ (fun c => Rsum (map (fun a => Rsum (map (fun b =>
    on a * mu a * (on b * mu b) * (nth (fst c) (h a) 0 * nth (fst c) (h b) 0)) neg)) pos))).
  2: { intros c _. rewrite Rmult_comm, <- Rsum_mult. apply Rsum_ext_in. intros a _. rewrite Rmult_comm, <- Rsum_mult.
       apply Rsum_ext_in. intros b _. ring. }
  rewrite Rsum_swap. apply Rsum_at_most_0. intros a Ha. rewrite Rsum_swap. apply Rsum_at_most_0. intros b Hb. rewrite Rsum_mult.
  assert (0 <= on a * mu a * (on b * mu b)).
  { pose proof (Hon a). pose proof (Hon b). unfold within_one in *.
    apply Rmult_le_pos; apply Rmult_le_pos; try tauto; apply Hmu; auto. }
  eapply Rle_trans. apply Rmult_le_compat_l; [assumption|exact (Hapart u a b Hu Ha Hb)]. right. ring.
Qed.
End FirstLayer.
