(** * Inner products of parameters, and points on a line. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Vectors Sums.
Import ListNotations.
Open Scope R_scope.

(** ** Inner products of parameters *)

Lemma same_shape_cons w a v b : same_shape (w :: a) (v :: b) -> length w = length v /\ same_shape a b.
Proof. unfold same_shape. simpl. intro H. injection H. auto. Qed.
Lemma dot_cons w a v b : dot (w :: a) (v :: b) = inner w v + dot a b.
Proof. reflexivity. Qed.
Lemma inner_app a b c d : length a = length c -> inner (a ++ b) (c ++ d) = inner a c + inner b d.
Proof.
  revert c. induction a as [|x a IH]; intros [|y c] H; try discriminate; unfold inner in *; simpl.
  - rewrite Rplus_0_l. reflexivity.
  - rewrite IH by (simpl in H; congruence). ring.
Qed.
Lemma dot_flat a b : same_shape a b -> dot a b = inner (concat a) (concat b).
Proof.
  revert b. induction a as [|w a IH]; intros [|v b] H; try discriminate. reflexivity.
  apply same_shape_cons in H. destruct H as [H1 H2]. rewrite dot_cons. simpl concat. rewrite inner_app, IH; auto.
Qed.
Lemma length_concat_shape (a b : params R) : same_shape a b -> length (concat a) = length (concat b).
Proof.
  revert b. induction a as [|w a IH]; intros [|v b] H; try discriminate. reflexivity.
  apply same_shape_cons in H. destruct H as [H1 H2]. simpl. rewrite !app_length, (IH b); auto.
Qed.
Lemma dot_cauchy_schwarz a b : same_shape a b -> Rabs (dot a b) <= sqrt (norm2 a) * sqrt (norm2 b).
Proof.
  intro H. rewrite <- sqrt_mult by apply norm2_nonneg. rewrite <- sqrt_Rsqr_abs. apply sqrt_le_1_alt.
  rewrite !norm2_dot, !dot_flat by (try reflexivity; auto). apply inner_cauchy_schwarz. now apply length_concat_shape.
Qed.
Lemma inner_scale t w v : inner w (map (Rmult t) v) = t * inner w v.
Proof.
  unfold inner. revert v. induction w as [|x w IH]; intros [|y v]; simpl; try ring. rewrite IH. ring.
Qed.
Lemma dot_scale t g d : dot g (map (map (Rmult t)) d) = t * dot g d.
Proof.
  revert d. induction g as [|w g IH]; intros [|v d]; try (unfold dot; simpl; ring).
  cbn [map]. rewrite !dot_cons, IH, inner_scale. ring.
Qed.
Lemma dot_minus a b d : same_shape a b -> same_shape a d -> dot (minus a b) d = dot a d - dot b d.
Proof.
  revert b d. induction a as [|w a IH]; intros [|v b] [|u d] H1 H2; try discriminate. unfold dot; simpl; ring.
  apply same_shape_cons in H1, H2. destruct H1 as [H1 H1'], H2 as [H2 H2'].
  change (minus (w :: a) (v :: b)) with (map (fun xy => fst xy - snd xy) (combine w v) :: minus a b).
  rewrite !dot_cons, IH by auto.
  assert (E : inner (map (fun xy => fst xy - snd xy) (combine w v)) u = inner w u - inner v u); [|rewrite E; ring].
  clear - H1 H2. unfold inner. revert v u H1 H2. induction w as [|x w IH]; intros [|y v] [|z u] H1 H2; try discriminate.
  - simpl. ring.
  - simpl in *. rewrite IH by congruence. ring.
Qed.
Lemma shape_minus a b : same_shape a b -> same_shape a (minus a b).
Proof.
  revert b. induction a as [|w a IH]; intros [|v b] H; try discriminate. reflexivity.
  apply same_shape_cons in H. destruct H as [H1 H2]. specialize (IH b H2). unfold same_shape in *. simpl.
  rewrite map_length, combine_length, <- H1, Nat.min_id. f_equal. exact IH.
Qed.

(** ** Points on a line *)
Lemma along_minus a d t : same_shape a d -> minus (along a d t) a = map (map (Rmult t)) d.
Proof.
  revert d. induction a as [|w a IH]; intros [|v d] H; try discriminate. reflexivity.
  apply same_shape_cons in H. destruct H as [H1 H2]. specialize (IH d H2). unfold minus, along in *. simpl. f_equal; auto.
  clear - H1. revert v H1. induction w as [|x w IH]; intros [|y v] H; try discriminate; simpl. reflexivity.
  f_equal. ring. apply IH. simpl in H. congruence.
Qed.
Lemma minus_along a d t : same_shape a d -> minus a (along a d t) = map (map (Rmult (- t))) d.
Proof.
  revert d. induction a as [|w a IH]; intros [|v d] H; try discriminate. reflexivity.
  apply same_shape_cons in H. destruct H as [H1 H2]. specialize (IH d H2). unfold minus, along in *. simpl. f_equal; auto.
  clear - H1. revert v H1. induction w as [|x w IH]; intros [|y v] H; try discriminate; simpl. reflexivity.
  f_equal. ring. apply IH. simpl in H. congruence.
Qed.
Lemma dist_along a d t : same_shape a d -> 0 <= t -> dist a (along a d t) = t * sqrt (norm2 d).
Proof.
  intros H Ht. unfold dist. rewrite minus_along, norm2_scale by auto.
  replace (- t * - t * norm2 d) with (t * t * norm2 d) by ring.
  rewrite sqrt_mult by (try apply Rle_0_sqr; apply norm2_nonneg). now rewrite sqrt_square.
Qed.

Lemma dist_sym a b : same_shape a b -> dist a b = dist b a.
Proof.
  intro H. unfold dist. f_equal. pose proof (shape_minus a b H) as S. pose proof (shape_minus b a ltac:(symmetry; exact H)) as S'.
  rewrite !norm2_dot, !(dot_dsum a) by (unfold same_shape in *; congruence). apply dsum_ext. intro v.
  rewrite !entry_minus by (auto; symmetry; exact H). ring.
Qed.
