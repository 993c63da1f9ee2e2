(** * Parts of weighed samples, and how long what they add up to can be: the greatest norm is that of a corner, and of all of
    them where no two make an obtuse angle. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Vectors LayerNorms.
Import ListNotations.
Open Scope R_scope.

Section Sums.
Context {F : ops} {M : model F}.

Fixpoint knat (n : nat) : F := match n with O => k0 F | S n' => kadd (k1 F) (knat n') end.
Lemma knat_ok n : toR (knat n) = INR n.
Proof. induction n as [|n IH]. apply toR_0. cbn [knat]. rewrite toR_add, toR_1, IH, S_INR. ring. Qed.
Fixpoint kpow (a : F) (n : nat) : F := match n with O => k1 F | S n' => kmul a (kpow a n') end.
Lemma kpow_ok a n : toR (kpow a n) = toR a ^ n.
Proof. induction n as [|n IH]; cbn [kpow pow]. apply toR_1. now rewrite toR_mul, IH. Qed.
Definition ksum (l : list F) : F := fold_right kadd (k0 F) l.
Lemma ksum_ok l : toR (ksum l) = Rsum (map toR l).
Proof. induction l as [|a l IH]. apply toR_0. cbn [map ksum fold_right]. rewrite toR_add, Rsum_cons. now rewrite <- IH. Qed.
Definition kdot (a b : list F) : F := ksum (map (fun xy => kmul (fst xy) (snd xy)) (combine a b)).
Lemma kdot_ok d a b : length a = d -> length b = d ->
  toR (kdot a b) = Rsum (map (fun i => nth i (map toR a) 0 * nth i (map toR b) 0) (seq 0 d)).
Proof.
  intros Ha Hb. rewrite <- inner_seq by (now rewrite map_length). unfold kdot, inner. rewrite ksum_ok, map_map.
  revert b d Ha Hb. induction a as [|x a IH]; intros [|y b] d Ha Hb; simpl in Ha, Hb; subst; try discriminate; auto.
  cbn [combine map]. rewrite !Rsum_cons, toR_mul. cbn [fst snd]. f_equal. eapply IH; eauto.
Qed.
Definition vadd (a b : list F) : list F := map (fun xy => kadd (fst xy) (snd xy)) (combine a b).
Lemma length_vadd d a b : length a = d -> length b = d -> length (vadd a b) = d.
Proof. intros. unfold vadd. rewrite map_length, combine_length. lia. Qed.
Lemma nth_vadd a b i : length a = length b ->
  nth i (map toR (vadd a b)) 0 = nth i (map toR a) 0 + nth i (map toR b) 0.
Proof.
  revert b i. induction a as [|x a IH]; intros [|y b] i H; try discriminate.
  - destruct i; simpl; ring.
  - destruct i; cbn [vadd combine map nth fst snd]. apply toR_add. apply IH. simpl in H. congruence.
Qed.

(** ** The greatest norm of a part of the samples: at a corner, as the square of a norm is convex *)

Section Norms.
Variable d : nat.
(** That a squared norm is small enough. *)
Variable small : F -> bool.

Fixpoint corners_small (v : list F) (vectors : list (list F)) : bool :=
  match vectors with
  | [] => small (kdot v v)
  | a :: rest => if corners_small v rest then corners_small (vadd v a) rest else false
  end.

Definition obtuse_none (vectors : list (list F)) (v : list F) : bool := forallb (fun a => knonneg (kdot v a)) vectors.

Fixpoint total_small (v : list F) (vectors : list (list F)) : bool :=
  match vectors with [] => small (kdot v v) | a :: rest => total_small (vadd v a) rest end.

(** Where no two vectors form an obtuse angle, all of them together are the longest. *)
Fixpoint sum_small (v : list F) (vectors : list (list F)) : bool :=
  match vectors with
  | [] => small (kdot v v)
  | a :: rest => if obtuse_none rest a then sum_small (vadd v a) rest else false
  end.

Definition vec (v : list F) (i : nat) : R := nth i (map toR v) 0.

Variable B : R.
Hypothesis small_ok : forall v, length v = d -> small (kdot v v) = true -> square d (vec v) <= B.

Lemma corners_ok {A} (vector : A -> list F) s samples v : corners_small v (map vector samples) = true ->
  length v = d -> (forall a, In a samples -> length (vector a) = d) -> (forall a, 0 <= s a <= 1) ->
  square d (fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= B.
Proof.
  intros H Hv Hd Hs. revert v Hv H. induction samples as [|a samples IH]; intros v Hv H; cbn [map corners_small] in H.
  - rewrite (square_ext d _ (vec v)). now apply small_ok. intro. simpl. ring.
  - destruct (corners_small v _) eqn:E in H; try discriminate.
    assert (Ha : length (vector a) = d) by (apply Hd; now left).
    assert (Hd' : forall a, In a samples -> length (vector a) = d) by (intros; apply Hd; now right).
    pose proof (IH Hd' v Hv E) as B0. pose proof (IH Hd' _ (length_vadd d v (vector a) Hv Ha) H) as B1.
    set (rest := fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) in *.
    rewrite (square_ext d _ (fun i => rest i + s a * vec (vector a) i)).
    + eapply Rle_trans. apply square_between, Hs.
      assert (B1' : square d (fun i => rest i + vec (vector a) i) <= B).
      { eapply Rle_trans; [|exact B1]. right. apply square_ext. intro i. unfold rest, vec at 4.
        rewrite nth_vadd by congruence. fold (vec v i). fold (vec (vector a) i). ring. }
      specialize (Hs a). nra.
    + intro i. unfold rest. cbn [map]. rewrite Rsum_cons. ring.
Qed.

Lemma total_ok {A} (vector : A -> list F) s samples v : total_small v (map vector samples) = true ->
  length v = d -> (forall a, In a samples -> length (vector a) = d) -> (forall a, s a = 1) ->
  square d (fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= B.
Proof.
  intros H Hv Hd Hs. revert v Hv H. induction samples as [|a samples IH]; intros v Hv H; cbn [map total_small] in H.
  - rewrite (square_ext d _ (vec v)). now apply small_ok. intro. simpl. ring.
  - assert (Ha : length (vector a) = d) by (apply Hd; now left).
    eapply Rle_trans; [|exact (IH (fun a Hi => Hd a (or_intror Hi)) _ (length_vadd d v (vector a) Hv Ha) H)].
    right. apply square_ext. intro i. unfold vec at 3. rewrite nth_vadd by congruence. fold (vec v i). fold (vec (vector a) i).
    cbn [map]. rewrite Rsum_cons, Hs. ring.
Qed.

Lemma sum_ok {A} (vector : A -> list F) s samples v : sum_small v (map vector samples) = true ->
  length v = d -> (forall a, In a samples -> length (vector a) = d) -> (forall a, 0 <= s a <= 1) ->
  (forall a, In a samples -> 0 <= inner_at d (vec v) (vec (vector a))) ->
  square d (fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= B.
Proof.
  intros H Hv Hd Hs. revert v Hv H. induction samples as [|a samples IH]; intros v Hv H Hp; cbn [map sum_small] in H.
  - rewrite (square_ext d _ (vec v)). now apply small_ok. intro. simpl. ring.
  - destruct (obtuse_none _ _) eqn:E in H; try discriminate.
    assert (Ha : length (vector a) = d) by (apply Hd; now left).
    assert (Hd' : forall a, In a samples -> length (vector a) = d) by (intros; apply Hd; now right).
    assert (Hr : forall b, In b samples -> 0 <= inner_at d (vec (vector a)) (vec (vector b))).
    { intros b Hb. unfold obtuse_none in E. rewrite forallb_forall in E. unfold inner_at, vec.
      rewrite <- kdot_ok; auto. apply knonneg_ok, E, in_map, Hb. }
    assert (Hv' : forall i, vec (vadd v (vector a)) i = vec v i + vec (vector a) i).
    { intro i. unfold vec. apply nth_vadd. congruence. }
    assert (IHv : square d (fun i => vec (vadd v (vector a)) i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= B).
    { apply IH; auto. now apply length_vadd. intros b Hb. unfold inner_at.
      rewrite (Rsum_ext_in _ (fun i => 1 * (vec v i * vec (vector b) i) + 1 * (vec (vector a) i * vec (vector b) i))).
      2: { intros i _. rewrite Hv'. ring. }
      rewrite Rsum_lin. pose proof (Hp b (or_intror Hb)). pose proof (Hr b Hb). unfold inner_at in *. lra. }
    eapply Rle_trans; [|exact IHv].
    set (rest := fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)).
    rewrite (square_ext d (fun i => vec v i + _) (fun i => rest i + s a * vec (vector a) i)).
    rewrite (square_ext d (fun i => vec (vadd v _) i + _) (fun i => rest i + 1 * vec (vector a) i)).
    + rewrite !square_plus. pose proof (Hs a) as Hsa.
      assert (0 <= inner_at d rest (vec (vector a))).
      { unfold inner_at, rest.
        rewrite (Rsum_ext_in _ (fun i => 1 * (vec v i * vec (vector a) i) +
          1 * Rsum (map (fun b => s b * (vec (vector a) i * vec (vector b) i)) samples))).
        2: { intros i _. rewrite Rmult_plus_distr_r, !Rmult_1_l. f_equal. rewrite Rmult_comm, <- Rsum_mult.
             apply Rsum_ext_in. intros. ring. }
        rewrite Rsum_lin, (Rsum_swap (fun i b => s b * (vec (vector a) i * vec (vector b) i))).
        pose proof (Hp a (or_introl eq_refl)) as P0. unfold inner_at in P0.
        assert (0 <= Rsum (map (fun b => Rsum (map (fun i => s b * (vec (vector a) i * vec (vector b) i)) (seq 0 d))) samples)); [|lra].
        apply Rsum_nonneg. intros x Hx. apply in_map_iff in Hx. destruct Hx as (b & <- & Hb). rewrite Rsum_mult.
        apply Rmult_le_pos. apply Hs. now apply Hr. }
      pose proof (Rsum_squares (vec (vector a)) (seq 0 d)) as Q. fold (square d (vec (vector a))) in Q.
      pose proof (Rmult_le_compat_r _ _ _ H0 (proj2 Hsa)). assert (E1 : s a * s a <= 1) by nra.
      pose proof (Rmult_le_compat_r _ _ _ Q E1). lra.
    + intro i. rewrite Hv'. unfold rest. ring.
    + intro i. unfold rest. cbn [map]. rewrite Rsum_cons. ring.
Qed.

(** Whichever of the two shows it. *)
Definition parts_small (v : list F) (vectors : list (list F)) : bool :=
  if sum_small v vectors then true else corners_small v vectors.
End Norms.

(** The entries that a unit reads. *)
Definition pick (row : list nat) (x : list F) : list F := map (fun i => nth i x (k0 F)) row.
Definition zeros (row : list nat) : list F := map (fun _ => k0 F) row.
Lemma zeros_ok row i : vec (zeros row) i = 0.
Proof.
  unfold vec, zeros. rewrite map_map. revert i. induction row as [|x l IH]; intros [|i]; simpl; auto. apply toR_0.
Qed.

(** The sum of weighed samples on what one unit reads, as the checks compute it. *)
Section Row.
Context {A : Type}.
Variable samples : list A.
Variable vector : A -> list F.
Variable coefficient : A -> R.
Variable read : A -> list R.
Hypothesis Hvec : forall a i, vec (vector a) i = coefficient a * nth i (read a) 0.
Variable row : list nat.

Definition row_square (s : A -> R) : R :=
  Rsum (map (fun i => weighed samples coefficient s read (nth i row 0%nat) * weighed samples coefficient s read (nth i row 0%nat))
    (seq 0 (length row))).

Lemma row_square_picked s t : (forall a, In a samples -> t a = s a) -> row_square s =
  square (length row) (fun i => vec (zeros row) i + Rsum (map (fun a => t a * vec (pick row (vector a)) i) samples)).
Proof.
  intro Ht. unfold row_square, square. apply Rsum_ext_in. intros i Hi. apply in_seq in Hi.
  assert (W : weighed samples coefficient s read (nth i row 0%nat) =
    vec (zeros row) i + Rsum (map (fun a => t a * vec (pick row (vector a)) i) samples)).
  { rewrite zeros_ok, Rplus_0_l. unfold weighed. apply Rsum_ext_in. intros a Ha. rewrite Ht, Rmult_assoc, <- Hvec by auto.
    f_equal. unfold vec, pick. rewrite map_map. symmetry.
    rewrite (nth_indep _ 0 (toR (nth 0%nat (vector a) (k0 F)))) by (rewrite map_length; lia).
    rewrite (map_nth (fun j => toR (nth j (vector a) (k0 F)))). rewrite <- (toR_0 (F := F)). symmetry. apply map_nth. }
  now rewrite W.
Qed.

Variables (small : F -> bool) (B : R).
Hypothesis small_ok : forall d v, length v = d -> small (kdot v v) = true -> square d (vec v) <= B.

Lemma parts_ok s : parts_small small (zeros row) (map (fun a => pick row (vector a)) samples) = true ->
  (forall a, within_one (s a)) -> row_square s <= B.
Proof.
  unfold parts_small. intros H Hs. rewrite (row_square_picked s s) by auto.
  assert (Hz : length (zeros row) = length row) by (unfold zeros; now rewrite map_length).
  assert (Hv : forall a, In a samples -> length (pick row (vector a)) = length row) by (intros; unfold pick; now rewrite map_length).
  destruct (sum_small small _ _) eqn:E.
  - apply (sum_ok _ small B (small_ok _) (fun a => pick row (vector a)) s samples (zeros row)); auto. intros a _. unfold inner_at.
    right. symmetry. apply Rsum_zero. intros i _. rewrite zeros_ok. ring.
  - now apply (corners_ok _ small B (small_ok _) (fun a => pick row (vector a)) s samples (zeros row)).
Qed.
End Row.
End Sums.
