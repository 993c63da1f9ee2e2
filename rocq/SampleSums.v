(** * Parts of weighed samples, and how long what they add up to can be.

    The greatest norm is that of a corner, and of all of them where no two make an obtuse angle. Groups at right angles
    are looked at one by one. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat Permutation.
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

(** ** The greatest norm of a part of the samples *)

Section Norms.
Variable d : nat.

Definition vec (v : list F) (i : nat) : R := nth i (map toR v) 0.
Lemma kdot_square v : length v = d -> toR (kdot v v) = square d (vec v).
Proof. intro H. now rewrite (kdot_ok d). Qed.

Fixpoint sum_square (v : list F) (vectors : list (list F)) : F :=
  match vectors with [] => kdot v v | a :: rest => sum_square (vadd v a) rest end.

Lemma sum_square_ok {A} (vector : A -> list F) s samples v : length v = d ->
  (forall a, In a samples -> length (vector a) = d) -> (forall a, s a = 1) ->
  square d (fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) = toR (sum_square v (map vector samples)).
Proof.
  intros Hv Hd Hs. revert v Hv. induction samples as [|a samples IH]; intros v Hv; cbn [map sum_square].
  - rewrite kdot_square by auto. apply square_ext. intro. simpl. ring.
  - assert (Ha : length (vector a) = d) by (apply Hd; now left).
    rewrite <- (IH (fun a Hi => Hd a (or_intror Hi)) _ (length_vadd d v (vector a) Hv Ha)).
    apply square_ext. intro i. change (vec (vadd v (vector a)) i) with (nth i (map toR (vadd v (vector a))) 0).
    rewrite nth_vadd by congruence. fold (vec v i). fold (vec (vector a) i). rewrite Rsum_cons, Hs. ring.
Qed.

(** The greater of two numbers. *)
Definition greater (p q : F) : option F :=
  if knonneg (ksub p q) then Some p else if knonneg (ksub q p) then Some q else None.
Lemma greater_ok p q r : greater p q = Some r -> toR p <= toR r /\ toR q <= toR r.
Proof.
  unfold greater. destruct (knonneg (ksub p q)) eqn:E; [|destruct (knonneg (ksub q p)) eqn:E'; [|discriminate]];
    intros [= <-]; [apply knonneg_ok in E; rewrite toR_sub in E|apply knonneg_ok in E'; rewrite toR_sub in E']; lra.
Qed.

(** It is at a corner, as the square of a norm is convex. *)
Fixpoint at_corners (v : list F) (vectors : list (list F)) : option F :=
  match vectors with
  | [] => Some (kdot v v)
  | a :: rest =>
      match at_corners v rest, at_corners (vadd v a) rest with Some p, Some q => greater p q | _, _ => None end
  end.

Lemma at_corners_ok {A} (vector : A -> list F) s samples : (forall a, In a samples -> length (vector a) = d) ->
  (forall a, 0 <= s a <= 1) -> forall v q, at_corners v (map vector samples) = Some q -> length v = d ->
  square d (fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= toR q.
Proof.
  intros Hd Hs. induction samples as [|a samples IH]; intros v q H Hv; cbn [map at_corners] in H.
  - injection H as <-. rewrite kdot_square by auto. right. apply square_ext. intro. simpl. ring.
  - destruct (at_corners v _) as [p0|] eqn:E0; [|discriminate].
    destruct (at_corners (vadd v _) _) as [p1|] eqn:E1; [|discriminate].
    apply greater_ok in H. destruct H as [G0 G1].
    assert (Ha : length (vector a) = d) by (apply Hd; now left).
    assert (Hd' : forall a, In a samples -> length (vector a) = d) by (intros; apply Hd; now right).
    pose proof (IH Hd' v p0 E0 Hv) as B0. pose proof (IH Hd' _ p1 E1 (length_vadd d v (vector a) Hv Ha)) as B1.
    set (rest := fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) in *.
    rewrite (square_ext d _ (fun i => rest i + s a * vec (vector a) i)).
    + eapply Rle_trans. apply square_between, Hs.
      assert (B1' : square d (fun i => rest i + vec (vector a) i) <= toR p1).
      { eapply Rle_trans; [|exact B1]. right. apply square_ext. intro i. unfold rest, vec at 4.
        rewrite nth_vadd by congruence. fold (vec v i). fold (vec (vector a) i). ring. }
      specialize (Hs a). nra.
    + intro i. unfold rest. cbn [map]. rewrite Rsum_cons. ring.
Qed.

(** Where no two vectors form an obtuse angle, all of them together are the longest. *)
Definition obtuse_none (vectors : list (list F)) (v : list F) : bool := forallb (fun a => knonneg (kdot v a)) vectors.
Fixpoint all_together (v : list F) (vectors : list (list F)) : option F :=
  match vectors with
  | [] => Some (kdot v v)
  | a :: rest => if obtuse_none rest a then all_together (vadd v a) rest else None
  end.

Lemma all_together_ok {A} (vector : A -> list F) s samples v q : all_together v (map vector samples) = Some q ->
  length v = d -> (forall a, In a samples -> length (vector a) = d) -> (forall a, 0 <= s a <= 1) ->
  (forall a, In a samples -> 0 <= inner_at d (vec v) (vec (vector a))) ->
  square d (fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= toR q.
Proof.
  intros H Hv Hd Hs. revert v Hv H. induction samples as [|a samples IH]; intros v Hv H Hp; cbn [map all_together] in H.
  - injection H as <-. rewrite kdot_square by auto. right. apply square_ext. intro. simpl. ring.
  - destruct (obtuse_none _ _) eqn:E in H; try discriminate.
    assert (Ha : length (vector a) = d) by (apply Hd; now left).
    assert (Hd' : forall a, In a samples -> length (vector a) = d) by (intros; apply Hd; now right).
    assert (Hr : forall b, In b samples -> 0 <= inner_at d (vec (vector a)) (vec (vector b))).
    { intros b Hb. unfold obtuse_none in E. rewrite forallb_forall in E. unfold inner_at, vec.
      rewrite <- kdot_ok; auto. apply knonneg_ok, E, in_map, Hb. }
    assert (Hv' : forall i, vec (vadd v (vector a)) i = vec v i + vec (vector a) i).
    { intro i. unfold vec. apply nth_vadd. congruence. }
    assert (IHv : square d (fun i => vec (vadd v (vector a)) i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= toR q).
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

Lemma Rsum_perm l m : Permutation l m -> Rsum l = Rsum m.
Proof. induction 1; rewrite ?Rsum_cons; lra. Qed.

(** ** Groups at right angles: what they add up to is at right angles, too *)

(** The vectors that hang together with some, directly or by others, and the rest. *)
Fixpoint grow (fuel : nat) (border found rest : list (list F)) : list (list F) * list (list F) :=
  match fuel with
  | O => (border ++ found, rest)
  | S fuel' =>
      let (more, left) := partition (fun b => existsb (fun a => negb (kzero (kdot a b))) border) rest in
      match more with [] => (border ++ found, left) | _ => grow fuel' more (border ++ found) left end
  end.
Lemma grow_ok fuel : forall border found rest g others, grow fuel border found rest = (g, others) ->
  Permutation (border ++ found ++ rest) (g ++ others).
Proof.
  induction fuel as [|fuel IH]; intros border found rest g others H; cbn [grow] in H.
  - injection H as <- <-. rewrite <- app_assoc. apply Permutation_refl.
  - destruct partition as [more left] eqn:E.
    assert (Q : Permutation rest (more ++ left)).
    { clear H. revert more left E. induction rest as [|b rest IHr]; intros more left E; cbn [partition] in E.
      - injection E as <- <-. apply perm_nil.
      - destruct partition as [m l]. specialize (IHr m l eq_refl). destruct existsb; injection E as <- <-.
        + now apply perm_skip.
        + eapply perm_trans. apply perm_skip, IHr. apply Permutation_middle. }
    assert (Q' : Permutation (border ++ found ++ rest) (more ++ (border ++ found) ++ left)).
    { rewrite (app_assoc border), (app_assoc more). eapply perm_trans. apply Permutation_app_head, Q.
      rewrite app_assoc. apply Permutation_app_tail, Permutation_app_comm. }
    eapply perm_trans. exact Q'. destruct more as [|b more]; [|now apply (IH _ _ _ _ _ H)].
    injection H as <- <-. apply Permutation_refl.
Qed.

Definition at_right_angles (g others : list (list F)) : bool :=
  forallb (fun a => forallb (fun b => kzero (kdot a b)) others) g.

(** The greatest square, group by group. [z] is 0. *)
Fixpoint greatest (fuel : nat) (z : list F) (vectors : list (list F)) : option F :=
  match vectors, fuel with
  | [], _ => Some (k0 F)
  | a :: rest, S fuel' =>
      let (g, others) := grow fuel [a] [] rest in
      if at_right_angles g others then
        match match all_together z g with Some q => Some q | None => at_corners z g end, greatest fuel' z others with
        | Some p, Some q => Some (kadd p q)
        | _, _ => None
        end
      else None
  | _, O => None
  end.

Lemma greatest_ok {A} (vector : A -> list F) s z : length z = d -> (forall i, vec z i = 0) -> (forall a, 0 <= s a <= 1) ->
  forall fuel samples q, greatest fuel z (map vector samples) = Some q ->
  (forall a, In a samples -> length (vector a) = d) ->
  square d (fun i => Rsum (map (fun a => s a * vec (vector a) i) samples)) <= toR q.
Proof.
  intros Hz Z Hs. set (part := fun samples i => Rsum (map (fun a => s a * vec (vector a) i) samples)).
  change (forall fuel samples q, greatest fuel z (map vector samples) = Some q ->
    (forall a, In a samples -> length (vector a) = d) -> square d (part samples) <= toR q).
  induction fuel as [|fuel IH]; intros samples q H Hd.
  - destruct samples; [|discriminate H]. injection H as <-. rewrite toR_0. right. apply Rsum_zero. intros. unfold part. simpl. ring.
  - destruct samples as [|a samples].
    { injection H as <-. rewrite toR_0. right. apply Rsum_zero. intros. unfold part. simpl. ring. }
    cbn [map greatest] in H. destruct (grow (S fuel) _ _ _) as [g others] eqn:E.
    apply grow_ok in E. change ([vector a] ++ [] ++ map vector samples) with (map vector (a :: samples)) in E.
    apply Permutation_sym, Permutation_map_inv in E. destruct E as (l & El & Pl).
    symmetry in El. apply map_eq_app in El. destruct El as (gs & os & -> & Hg & Ho). subst g others.
    assert (Hin : forall b, In b (gs ++ os) -> length (vector b) = d).
    { intros b Hb. apply Hd. apply (Permutation_in _ (Permutation_sym Pl) Hb). }
    destruct (at_right_angles _ _) eqn:Er; [|discriminate].
    assert (G : forall p, match all_together z (map vector gs) with Some q => Some q | None => at_corners z (map vector gs) end = Some p ->
      square d (part gs) <= toR p).
    { intros p Hp. assert (Hl : forall b, In b gs -> length (vector b) = d) by (intros; apply Hin, in_or_app; now left).
      rewrite (square_ext d (part gs) (fun i => vec z i + part gs i)) by (intro; rewrite Z; ring).
      destruct (all_together z _) eqn:Ea.
      - injection Hp as <-. apply (all_together_ok vector s gs z _ Ea); auto. intros b _. right. symmetry. apply Rsum_zero.
        intros. rewrite Z. ring.
      - apply (at_corners_ok vector s gs Hl Hs z p Hp Hz). }
    destruct (match all_together z _ with Some _ => _ | None => _ end) as [p|]; [|discriminate].
    specialize (G p eq_refl). destruct (greatest fuel z _) as [r|] eqn:Eg; [|discriminate]. injection H as <-.
    apply IH in Eg; [|intros; apply Hin, in_or_app; now right].
    rewrite (square_ext d (part (a :: samples)) (fun i => part gs i + 1 * part os i)).
    2: { intro i. unfold part. rewrite (Rsum_perm _ _ (Permutation_map _ Pl)), map_app, Rsum_app. ring. }
    rewrite square_plus, toR_add.
    assert (I : inner_at d (part gs) (part os) = 0); [|rewrite I; lra].
    unfold inner_at, part.
    rewrite (Rsum_ext_in _ (fun i => Rsum (map (fun b => Rsum (map (fun c => s b * s c * (vec (vector b) i * vec (vector c) i)) os)) gs))).
    2: { intros i _. rewrite Rmult_comm, <- Rsum_mult. apply Rsum_ext_in. intros b _. rewrite Rmult_comm, <- Rsum_mult.
         apply Rsum_ext_in. intros c _. ring. }
    rewrite Rsum_swap. apply Rsum_zero. intros b Hb. rewrite Rsum_swap. apply Rsum_zero. intros c Hc. rewrite Rsum_mult.
    unfold at_right_angles in Er. rewrite forallb_forall in Er. specialize (Er _ (in_map vector _ _ Hb)).
    rewrite forallb_forall in Er. specialize (Er _ (in_map vector _ _ Hc)). apply kzero_ok in Er.
    rewrite (kdot_ok d) in Er by (apply Hin, in_or_app; auto). fold (vec (vector b)) in Er. unfold vec in *. rewrite Er. ring.
Qed.
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
Hypothesis small_ok : forall q, small q = true -> toR q <= B.

(** Whether what any part of the vectors adds up to is small enough. *)
Definition parts_small (vectors : list (list F)) : bool :=
  match greatest (length vectors) (zeros row) vectors with Some q => small q | None => false end.

Lemma parts_ok s : parts_small (map (fun a => pick row (vector a)) samples) = true ->
  (forall a, within_one (s a)) -> row_square s <= B.
Proof.
  unfold parts_small. intros H Hs. destruct greatest as [q|] eqn:E; [|discriminate]. apply small_ok in H.
  assert (Hz : length (zeros row) = length row) by (unfold zeros; now rewrite map_length).
  assert (Hv : forall a, In a samples -> length (pick row (vector a)) = length row) by (intros; unfold pick; now rewrite map_length).
  eapply Rle_trans; [|exact H]. rewrite (row_square_picked s s) by auto.
  eapply Rle_trans; [|exact (greatest_ok _ (fun a => pick row (vector a)) s (zeros row) Hz (zeros_ok row) Hs _ _ _ E Hv)].
  right. apply square_ext. intro i. rewrite zeros_ok. ring.
Qed.
End Row.
End Sums.
