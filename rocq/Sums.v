(** * Sums over lists, inner products of lists, and the inequalities of Cauchy-Schwarz and of the means. *)

From Coq Require Import Reals List Lra Lia Permutation PeanoNat.
From Margincert Require Import Claims Lists.
Import ListNotations.
Open Scope R_scope.

(** ** Sums *)

Lemma Rsum_ext_in {A} (f g : A -> R) l : (forall a, In a l -> f a = g a) -> Rsum (map f l) = Rsum (map g l).
Proof. intro H. f_equal. now apply map_ext_in. Qed.

Lemma Rsum_lin {A} a b (f g : A -> R) l :
  Rsum (map (fun x => a * f x + b * g x) l) = a * Rsum (map f l) + b * Rsum (map g l).
Proof. induction l as [|x l IH]; cbn [map]. simpl. ring. rewrite !Rsum_cons, IH. ring. Qed.

Lemma Rsum_mult {A} a (f : A -> R) l : Rsum (map (fun x => a * f x) l) = a * Rsum (map f l).
Proof. induction l as [|x l IH]; cbn [map]. simpl. ring. rewrite !Rsum_cons, IH. ring. Qed.

Lemma Rsum_plus {A} (f g : A -> R) l : Rsum (map (fun x => f x + g x) l) = Rsum (map f l) + Rsum (map g l).
Proof. induction l as [|x l IH]; cbn [map]. simpl. ring. rewrite !Rsum_cons, IH. ring. Qed.

Lemma Rsum_zero {A} (f : A -> R) l : (forall a, In a l -> f a = 0) -> Rsum (map f l) = 0.
Proof.
  induction l as [|x l IH]; intro H; cbn [map]. reflexivity.
  rewrite Rsum_cons, (H x (or_introl eq_refl)), IH. ring. intros; apply H; now right.
Qed.

Lemma Rsum_const {A} y (l : list A) : Rsum (map (fun _ => y) l) = INR (length l) * y.
Proof. induction l as [|x l IH]. simpl. ring. cbn [map length]. rewrite Rsum_cons, IH, S_INR. ring. Qed.

Lemma Rsum_le {A} (f g : A -> R) l : (forall a, In a l -> f a <= g a) -> Rsum (map f l) <= Rsum (map g l).
Proof.
  induction l as [|x l IH]; intro H; cbn [map]. apply Rle_refl. rewrite !Rsum_cons.
  apply Rplus_le_compat. apply H; now left. apply IH. intros; apply H; now right.
Qed.

Lemma Rsum_app l m : Rsum (l ++ m) = Rsum l + Rsum m.
Proof. induction l as [|x l IH]. simpl. ring. cbn [app]. rewrite !Rsum_cons, IH. ring. Qed.

Lemma Rsum_concat {A B} (f : B -> R) (g : A -> list B) l :
  Rsum (map f (concat (map g l))) = Rsum (map (fun a => Rsum (map f (g a))) l).
Proof. induction l as [|x l IH]. reflexivity. cbn [map concat]. now rewrite map_app, Rsum_app, IH. Qed.

Lemma Rsum_swap {A B} (f : A -> B -> R) l m :
  Rsum (map (fun a => Rsum (map (f a) m)) l) = Rsum (map (fun b => Rsum (map (fun a => f a b) l)) m).
Proof.
  induction l as [|x l IH]; cbn [map].
  - symmetry. apply Rsum_zero. reflexivity.
  - rewrite Rsum_cons, IH, <- Rsum_plus. reflexivity.
Qed.

Lemma Rsum_squares {A} (f : A -> R) l : 0 <= Rsum (map (fun a => f a * f a) l).
Proof. apply Rsum_nonneg. intros x H. apply in_map_iff in H. destruct H as (y & <- & _). apply Rle_0_sqr. Qed.

(** A sum over distinct places is part of the sum over all. *)
Lemma Rsum_incl {A} (f : A -> R) l m : (forall a, 0 <= f a) -> NoDup l -> incl l m -> Rsum (map f l) <= Rsum (map f m).
Proof.
  intros Hf. revert m. induction l as [|x l IH]; intros m N I.
  - apply Rsum_nonneg. intros y H. apply in_map_iff in H. destruct H as (z & <- & _). apply Hf.
  - inversion N; subst. destruct (in_split x m (I x (or_introl eq_refl))) as (m1 & m2 & ->).
    rewrite map_app, Rsum_app. cbn [map]. rewrite !Rsum_cons.
    assert (J : incl l (m1 ++ m2)).
    { intros y Hy. assert (Q : In y (m1 ++ x :: m2)) by (apply I; now right).
      apply in_app_or in Q. apply in_or_app. destruct Q as [Q|[<-|Q]]; auto. contradiction. }
    specialize (IH _ H2 J). rewrite map_app, Rsum_app in IH. lra.
Qed.

(** ** Cauchy-Schwarz *)

Lemma le_of_squares a b : 0 <= b -> a * a <= b * b -> a <= b.
Proof. intros Hb H. destruct (Rle_lt_dec a b); auto. nra. Qed.

Lemma cauchy_schwarz {A} (f g : A -> R) l :
  Rsum (map (fun a => f a * g a) l) * Rsum (map (fun a => f a * g a) l) <=
  Rsum (map (fun a => f a * f a) l) * Rsum (map (fun a => g a * g a) l).
Proof.
  induction l as [|x l IH]; cbn [map]. simpl. lra. rewrite !Rsum_cons.
  pose proof (Rsum_squares f l) as HF. pose proof (Rsum_squares g l) as HG.
  set (S := Rsum (map (fun a => f a * g a) l)) in *. set (F := Rsum (map (fun a => f a * f a) l)) in *.
  set (G := Rsum (map (fun a => g a * g a) l)) in *. set (p := f x). set (q := g x).
  assert (K : 2 * (S * (p * q)) <= F * (q * q) + G * (p * p)).
  { apply le_of_squares.
    - pose proof (Rle_0_sqr p). pose proof (Rle_0_sqr q). unfold Rsqr in *.
      apply Rplus_le_le_0_compat; apply Rmult_le_pos; auto.
    - pose proof (Rle_0_sqr (F * (q * q) - G * (p * p))) as Q. unfold Rsqr in Q.
      assert (E : S * S * ((p * q) * (p * q)) <= F * G * ((p * q) * (p * q))).
      { apply Rmult_le_compat_r; auto. apply Rle_0_sqr. }
      lra. }
  lra.
Qed.

(** ** The inner product of two lists *)

Definition inner (a b : list R) : R := Rsum (map (fun xy => fst xy * snd xy) (combine a b)).

Lemma inner_seq n a b : length a = n -> length b = n ->
  inner a b = Rsum (map (fun p => nth p a 0 * nth p b 0) (seq 0 n)).
Proof.
  intros Ha Hb. unfold inner. revert a b Ha Hb. induction n as [|n IH]; intros [|x a] [|y b] Ha Hb; try discriminate.
  reflexivity. cbn [combine map seq]. rewrite !Rsum_cons. cbn [fst snd nth]. f_equal.
  rewrite <- seq_shift, map_map. cbn [nth]. apply IH; simpl in *; congruence.
Qed.

Lemma inner_nonneg a : 0 <= inner a a.
Proof.
  unfold inner. apply Rsum_nonneg. intros x H. apply in_map_iff in H. destruct H as ([y z] & <- & H).
  assert (y = z); [|subst; apply Rle_0_sqr]. induction a as [|b a IH]; simpl in H. tauto.
  destruct H as [H|H]; [congruence|auto].
Qed.

Lemma inner_squares a : inner a a = Rsum (map (fun x => x * x) a).
Proof. unfold inner. induction a as [|x a IH]. reflexivity. cbn [combine map]. rewrite !Rsum_cons, IH. reflexivity. Qed.

Lemma norm2_inner theta : norm2 theta = Rsum (map (fun w => inner w w) theta).
Proof. unfold norm2. apply Rsum_ext_in. intros. symmetry. apply inner_squares. Qed.

Lemma inner_sym a b : length a = length b -> inner a b = inner b a.
Proof. intro H. rewrite (inner_seq (length a) a b), (inner_seq (length a) b a) by auto. apply Rsum_ext_in. intros. ring. Qed.

(** [z = a x + b y], entry by entry; lists are read as 0 beyond their ends. *)
Definition combines (a b : R) (x y z : list R) : Prop := forall i, nth i z 0 = a * nth i x 0 + b * nth i y 0.

Definition plus_times (x : list R) (t : R) (y : list R) : list R := map (fun xy => fst xy + t * snd xy) (combine x y).
Lemma length_plus_times x t y : length x = length y -> length (plus_times x t y) = length x.
Proof. intro H. unfold plus_times. rewrite map_length, combine_length. lia. Qed.
Lemma plus_times_ok x t y : length x = length y -> combines 1 t x y (plus_times x t y).
Proof.
  unfold plus_times. revert y. induction x as [|a x IH]; intros [|b y] H i; try discriminate.
  - destruct i; simpl; ring.
  - destruct i; simpl. ring. apply IH. simpl in H. congruence.
Qed.

Lemma inner_combines a b x y z w : length x = length w -> length y = length w -> length z = length w ->
  combines a b x y z -> inner w z = a * inner w x + b * inner w y.
Proof.
  intros Hx Hy Hz H. rewrite (inner_seq (length w) w z), (inner_seq (length w) w x), (inner_seq (length w) w y) by auto.
  rewrite <- Rsum_lin. apply Rsum_ext_in. intros i _. rewrite (H i). ring.
Qed.

Lemma inner_cauchy_schwarz a b : length a = length b -> inner a b * inner a b <= inner a a * inner b b.
Proof.
  intro H. rewrite (inner_seq (length a) a b), (inner_seq (length a) a a), (inner_seq (length a) b b) by auto.
  apply cauchy_schwarz.
Qed.

(** ** The arithmetic and the geometric mean *)

Definition product (l : list R) : R := fold_right Rmult 1 l.

Lemma bernoulli n x : -1 <= x -> 1 + INR n * x <= (1 + x) ^ n.
Proof.
  intro H. induction n as [|n IH]. simpl. lra.
  rewrite S_INR. cbn [pow]. pose proof (pos_INR n).
  assert (K : (1 + x) * (1 + INR n * x) <= (1 + x) * (1 + x) ^ n) by (apply Rmult_le_compat_l; lra).
  pose proof (Rle_0_sqr x). unfold Rsqr in *. nra.
Qed.

Lemma weighted_means n a b : 0 <= a -> 0 <= b -> a ^ n * b <= ((INR n * a + b) / INR (S n)) ^ (S n).
Proof.
  intros Ha Hb. rewrite S_INR. pose proof (pos_INR n) as Hn. set (m := INR n + 1) in *.
  assert (Hm : 0 < m) by (unfold m; lra).
  destruct (Req_dec a 0) as [->|Hna].
  - destruct n as [|n].
    + simpl in *. unfold m. simpl. right. field.
    + rewrite pow_i by lia. rewrite Rmult_0_l. apply pow_le. apply Rmult_le_pos.
      rewrite Rmult_0_r. lra. apply Rlt_le, Rinv_0_lt_compat, Hm.
  - assert (Hpos : 0 < a) by lra. set (x := (b - a) / (m * a)).
    assert (Hma : 0 < m * a) by (apply Rmult_lt_0_compat; auto).
    assert (Ex : x * (m * a) = b - a) by (unfold x; field; split; lra).
    assert (Hx : -1 <= x).
    { apply Rmult_le_reg_r with (m * a); auto. rewrite Ex. assert (a <= m * a) by (unfold m; nra). lra. }
    assert (E : (INR n * a + b) / m = a * (1 + x)).
    { apply Rmult_eq_reg_r with m; [|lra]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
      replace (a * (1 + x) * m) with (m * a + x * (m * a)) by ring. rewrite Ex. unfold m. ring. }
    rewrite E, Rpow_mult_distr. pose proof (bernoulli (S n) x Hx) as B. rewrite S_INR in B. fold m in B.
    assert (Q : a ^ n * b = a ^ S n * (1 + m * x)).
    { cbn [pow]. replace (a * a ^ n * (1 + m * x)) with (a ^ n * (a + x * (m * a))) by ring. rewrite Ex. ring. }
    rewrite Q. apply Rmult_le_compat_l; auto. apply pow_le. lra.
Qed.

Lemma means l : (forall x, In x l -> 0 <= x) -> product l <= (Rsum l / INR (length l)) ^ (length l).
Proof.
  induction l as [|b l IH]; intro H. simpl. lra.
  assert (Hl : forall x, In x l -> 0 <= x) by (intros; apply H; now right).
  assert (Hb : 0 <= b) by (apply H; now left). specialize (IH Hl).
  pose proof (Rsum_nonneg l Hl) as HS.
  destruct l as [|c l'].
  - simpl. unfold Rsum. simpl. right. field.
  - set (l := c :: l') in *. assert (Hn : 0 < INR (length l)) by (apply lt_0_INR; simpl; lia).
    set (a := Rsum l / INR (length l)) in *.
    assert (Ha : 0 <= a) by (apply Rmult_le_pos; auto; apply Rlt_le, Rinv_0_lt_compat, Hn).
    pose proof (weighted_means (length l) a b Ha Hb) as W.
    assert (E : INR (length l) * a = Rsum l) by (unfold a; field; lra). rewrite E in W.
    change (length (b :: l)) with (S (length l)). rewrite Rsum_cons, (Rplus_comm b).
    eapply Rle_trans; [|exact W]. change (product (b :: l)) with (b * product l). rewrite Rmult_comm.
    apply Rmult_le_compat_r; auto.
Qed.
