(** * The test that the equations have exactly one solution in the box. *)

From Coq Require Import Reals QArith Qreals List Lra Lia PeanoNat.
From Margincert Require Import Claims Enclosed Lists Sums Intervals System Contraction Choices Gram GramSystem.
Import ListNotations.
Open Scope R_scope.

Lemma Forall2_at {A B} (R1 : A -> B -> Prop) l m a b k : Forall2 R1 l m -> (k < length l)%nat ->
  R1 (nth k l a) (nth k m b).
Proof. intro H. revert k. induction H; intros [|k] Hk; simpl in *; auto; try lia. apply IHForall2. lia. Qed.
Lemma Forall2_same_length {A B} (R1 : A -> B -> Prop) l m : Forall2 R1 l m -> length l = length m.
Proof. induction 1; simpl; congruence. Qed.
Lemma finite_choice (Q : nat -> (nat -> R) -> Prop) n : (forall k, (k < n)%nat -> exists s, Q k s) ->
  exists A : nat -> nat -> R, forall k, (k < n)%nat -> Q k (A k).
Proof.
  induction n as [|n IH]; intro H. exists (fun _ _ => 0). intros; lia.
  destruct IH as (A & HA). { intros k Hk. apply H. lia. } destruct (H n ltac:(lia)) as (s & Hs).
  exists (fun k => if Nat.eqb k n then s else A k). intros k Hk. destruct (Nat.eqb_spec k n) as [->|]; auto. apply HA.
  lia.
Qed.

Section Sums.
Variable bits : Z.
Hypothesis Hbits : (0 <= bits)%Z.

(** ** Sums of intervals *)
Definition isum (l : list interval) : interval := fold_right add zero l.
Lemma isum_ok {A} (G : A -> interval) (g : A -> R) l : (forall a, In a l -> holds bits (G a) (g a)) ->
  holds bits (isum (map G l)) (Rsum (map g l)).
Proof.
  induction l as [|a l IH]; intro H. now apply zero_ok. cbn [map isum fold_right]. rewrite Rsum_cons.
  apply add_ok; auto. apply H. now left.
  apply IH. intros. apply H. now right.
Qed.
End Sums.

(** ** Slopes with fewer places *)
Definition fewer_slopes (k : Z) (a : interval * list interval) : interval * list interval :=
  (fewer k (fst a), map (fewer k) (snd a)).
Lemma fewer_slopes_ok bits k c r l fs : (0 <= bits)%Z -> (0 <= k)%Z ->
  Forall2 (slopes_of (bits + k) c r) l fs -> Forall2 (slopes_of bits c r) (map (fewer_slopes k) l) fs.
Proof.
  intros Hb Hk H. induction H as [|a f l fs (V & L & S) _ IH]; cbn [map]; constructor; auto.
  split; [|split]; cbn [fewer_slopes fst snd].
  - intros x Hx. now apply fewer_ok, V.
  - now rewrite map_length.
  - intros x y Hx Hy. destruct (S x y Hx Hy) as (s & S1 & S2). exists s. split; auto. intros j Hj.
    rewrite <- (fewer_zero k), map_nth. now apply fewer_ok, S1.
Qed.

(** ** Matrices of integers *)
Definition zsum (l : list Z) : Z := fold_right Z.add 0%Z l.
Definition columns (n : nat) (M : list (list Z)) : list (list Z) :=
  map (fun j => map (fun row => nth j row 0%Z) M) (seq 0 n).
(** The sum of the distances between a row of [unit] times the identity and a row of products. *)
Definition gap (n : nat) (unit : Z) (i : nat) (product : nat -> Z) : Z :=
  zsum (map (fun j => Z.abs ((if Nat.eqb i j then unit else 0) - product j)) (seq 0 n)).
Lemma nth_columns n M j l : (j < n)%nat -> nth l (nth j (columns n M) []) 0%Z = nth j (nth l M []) 0%Z.
Proof.
  intro Hj. unfold columns. rewrite nth_map_seq_at by auto.
  transitivity (nth l (map (fun row => nth j row 0%Z) M) (nth j [] 0%Z)). f_equal. now destruct j.
  apply (map_nth (fun row => nth j row 0%Z)).
Qed.
Lemma gap_ok n unit i product : IZR (gap n unit i product) =
  Rsum (map (fun j => Rabs ((if Nat.eqb i j then 1 else 0) * IZR unit - IZR (product j))) (seq 0 n)).
Proof.
  unfold gap. generalize (seq 0 n) as l. intro l. induction l as [|j l IH]. reflexivity.
  cbn [map zsum fold_right]. rewrite Rsum_cons, plus_IZR, abs_IZR, minus_IZR. unfold zsum in IH. rewrite IH.
  f_equal. f_equal. destruct Nat.eqb; ring.
Qed.
Lemma zsum_sum {A} (G : A -> Z) l : IZR (zsum (map G l)) = Rsum (map (fun a => IZR (G a)) l).
Proof. induction l as [|a l IH]. reflexivity. cbn [map zsum fold_right]. rewrite Rsum_cons, plus_IZR.
  unfold zsum in IH. now rewrite IH. Qed.

Lemma sum_of_places {A} (f : A -> R) d l : Rsum (map f l) = Rsum (map (fun u => f (nth u l d)) (seq 0 (length l))).
Proof.
  induction l as [|a l IH]. reflexivity. cbn [length seq map]. rewrite !Rsum_cons, IH. cbn [nth]. f_equal.
  rewrite <- seq_shift, map_map. reflexivity.
Qed.

(** An approximate inverse: its entries are multiples of [1 / 2 ^ places], of [size + 1] hexadecimal digits each, from
    which half of their range is taken. *)
Record matrix := Matrix { matrix_places : Z; matrix_size : nat; matrix_rows : list digits }.
Definition entries (Y : matrix) : list (list Z) :=
  let half := (8 * 16 ^ Z.of_nat (matrix_size Y))%Z in
  map (fun row => map (fun a => a - half)%Z (numbers (matrix_size Y) row)) (matrix_rows Y).

Section Zero.
(** Binary places for the values at the middle, and for slopes. *)
Variables (bits coarse : Z).
Hypothesis Hbits : (0 <= bits)%Z.
Hypothesis Hcoarse : (0 <= coarse)%Z.
Let S := IZR (scale bits).
Let C := IZR (scale coarse).

(** The middle and the radius of the box, the approximate inverse, the equations' values at the middle, and over the box
    with slopes. *)
Variables (c : list Q) (r : Q) (Y : matrix).
Let n := length c.
Variables (values : list interval) (sloped_values : list (sloped_ring coarse)).

(** The slopes are split into lower ends and widths; of the first the products with [Y] are computed exactly. *)
Definition check_zero : bool :=
  let A := map snd sloped_values in
  let lower := map (map fst) A in
  let widths := map (fun row => zsum (map (fun a => snd a - fst a) row))%Z A in
  let low_values := map fst values in let value_widths := map (fun a => snd a - fst a)%Z values in
  let M := entries Y in
  let unit := (2 ^ matrix_places Y * scale coarse)%Z in
  let of_lower := columns n lower in
  let rl := fst (of_Q bits r) in let ru := snd (of_Q bits r) in
  if Nat.eqb (length values) n then if (0 <? rl)%Z then if (0 <=? matrix_places Y)%Z then
  if Nat.eqb (length M) n then if forallb (fun row => Nat.eqb (length row) n) M then
    forallb (fun i =>
       let row := nth i M [] in let sizes := map Z.abs row in
       let step := (Z.abs (zdot row low_values) + zdot sizes value_widths)%Z in
       let factor := (gap n unit i (fun j => zdot row (nth j of_lower [])) + zdot sizes widths)%Z in
       if (factor <? unit)%Z then (step * unit + factor * ru * 2 ^ matrix_places Y <=? rl * unit * 2 ^ matrix_places
         Y)%Z
       else false) (seq 0 n)
  else false else false else false else false else false.

(** The equations. *)
Variable fs : list (list R -> R).
Hypothesis V : Forall2 (over bits (at_middle c)) values fs.
Hypothesis D : Forall2 (slopes_of coarse c r) sloped_values fs.
Let at_ x := map (fun f : list R -> R => f x) fs.

Lemma zero_radius : check_zero = true -> 0 < Q2R r.
Proof.
  unfold check_zero. cbv zeta. destruct (Nat.eqb (length values) n); try discriminate.
  destruct (Z.ltb_spec 0 (fst (of_Q bits r))) as [H|]; try discriminate. intros _.
  pose proof (scale_R bits Hbits) as SP. pose proof (of_Q_ok bits Hbits r) as [R1 _]. apply IZR_lt in H.
  apply Rmult_lt_reg_r with (IZR (scale bits)); lra.
Qed.

Let P := IZR (2 ^ matrix_places Y).
Let M := entries Y.
Let y i k := IZR (nth k (nth i M []) 0%Z) / P.
Let A := map snd sloped_values.
Let a_ k j := nth j (nth k A []) zero.
Let lower := map (map fst) A.

Section Parts.
Hypothesis HP : 0 < P.
Hypothesis LM : length M = n.
Hypothesis Lrow : forall row, In row M -> length row = n.
Let C0 : 0 < C := scale_R coarse Hcoarse.
Lemma lower_entry k j : nth j (nth k lower []) 0%Z = fst (a_ k j).
Proof.
  unfold lower, a_. change (@nil Z) with (map (@fst Z Z) []). rewrite (map_nth (map fst)).
  change 0%Z with (fst zero) at 1. apply map_nth.
Qed.
Lemma row_length i : (i < n)%nat -> length (nth i M []) = n.
Proof. intro Hi. apply Lrow, nth_In. now rewrite LM. Qed.
Lemma row_dot i l : (i < n)%nat -> IZR (zdot (nth i M []) l) = P * Rsum (map (fun k => y i k * IZR (nth k l 0%Z)) (seq
  0 n)).
Proof.
  intro Hi. rewrite zdot_ok, row_length, <- Rsum_mult by auto. apply Rsum_ext_in. intros k _. unfold y. field. lra.
Qed.
Lemma sizes_dot i l : (i < n)%nat ->
  IZR (zdot (map Z.abs (nth i M [])) l) = P * Rsum (map (fun k => Rabs (y i k) * IZR (nth k l 0%Z)) (seq 0 n)).
Proof.
  intro Hi. rewrite zdot_ok, map_length, row_length, <- Rsum_mult by auto. apply Rsum_ext_in. intros k _.
  change 0%Z with (Z.abs 0) at 1. rewrite map_nth, abs_IZR. unfold y, Rdiv.
  rewrite Rabs_mult, (Rabs_pos_eq (/ P)) by (left; now apply Rinv_0_lt_compat). field. lra.
Qed.

(** A row of [1 - Y a], for slopes [a] that the intervals enclose. *)
Lemma factor_ok a i : (forall k j, (k < n)%nat -> (j < n)%nat -> holds coarse (a_ k j) (a k j)) ->
  (forall k, (k < n)%nat -> (length (nth k A []) <= n)%nat) -> (i < n)%nat ->
  Rsum (map (fun j => Rabs ((if Nat.eqb i j then 1 else 0) - Rsum (map (fun k => y i k * a k j) (seq 0 n)))) (seq 0
    n)) * (P * C) <=
  IZR (gap n (2 ^ matrix_places Y * scale coarse) i (fun j => zdot (nth i M []) (nth j (columns n lower) [])) +
       zdot (map Z.abs (nth i M [])) (map (fun row => zsum (map (fun a => snd a - fst a) row))%Z A)).
Proof.
  intros Ha La Hi. rewrite plus_IZR, gap_ok, sizes_dot, mult_IZR by auto. fold P C.
  set (W := fun k => IZR (zsum (map (fun a : interval => (snd a - fst a)%Z) (nth k A [])))).
  assert (Ew : forall k, IZR (nth k (map (fun row : list interval => zsum (map (fun a => (snd a - fst a)%Z) row)) A)
    0%Z) = W k).
  { intro k. unfold W. f_equal.
    exact (map_nth (fun row : list interval => zsum (map (fun a => (snd a - fst a)%Z) row)) A [] k). }
  set (e := fun k j => a k j * C - IZR (fst (a_ k j))).
  assert (He : forall k j, (k < n)%nat -> (j < n)%nat -> 0 <= e k j <= IZR (snd (a_ k j) - fst (a_ k j))).
  { intros k j Hk Hj. destruct (Ha k j Hk Hj). unfold e. rewrite minus_IZR. fold C in H, H0. lra. }
  apply Rle_trans with (Rsum (map (fun j =>
    Rabs ((if Nat.eqb i j then 1 else 0) * (P * C) - IZR (zdot (nth i M []) (nth j (columns n lower) []))) +
    P * Rsum (map (fun k => Rabs (y i k) * e k j) (seq 0 n))) (seq 0 n))).
  - rewrite Rmult_comm, <- Rsum_mult. apply Rsum_le. intros j Hj. apply in_seq in Hj.
    rewrite <- (Rabs_pos_eq (P * C)) at 1 by (left; now apply Rmult_lt_0_compat). rewrite <- Rabs_mult.
    replace (P * C * ((if Nat.eqb i j then 1 else 0) - Rsum (map (fun k => y i k * a k j) (seq 0 n)))) with
      ((if Nat.eqb i j then 1 else 0) * (P * C) - IZR (zdot (nth i M []) (nth j (columns n lower) [])) +
       - (P * Rsum (map (fun k => y i k * e k j) (seq 0 n)))).
    + eapply Rle_trans. apply Rabs_triang. apply Rplus_le_compat_l.
      rewrite Rabs_Ropp, Rabs_mult, (Rabs_pos_eq P) by lra.
      apply Rmult_le_compat_l. lra. eapply Rle_trans. apply Contraction.Rsum_abs. apply Rsum_le. intros k Hk.
        apply in_seq in Hk.
      rewrite Rabs_mult. apply Rmult_le_compat_l. apply Rabs_pos. rewrite Rabs_pos_eq; [lra|]. apply He; lia.
    + rewrite row_dot by auto.
      assert (Q1 : C * Rsum (map (fun k => y i k * a k j) (seq 0 n)) =
        Rsum (map (fun k => y i k * IZR (nth k (nth j (columns n lower) []) 0%Z)) (seq 0 n)) +
        Rsum (map (fun k => y i k * e k j) (seq 0 n))).
      { rewrite <- Rsum_mult, <- Rsum_plus. apply Rsum_ext_in. intros k _. rewrite nth_columns, lower_entry by lia.
        unfold e. ring. }
      rewrite Rmult_minus_distr_l, (Rmult_assoc P C (Rsum _)), Q1. ring.
  - rewrite Rsum_plus. apply Rplus_le_compat_l. rewrite Rsum_mult. apply Rmult_le_compat_l. lra. rewrite Rsum_swap.
    apply Rsum_le. intros k Hk. apply in_seq in Hk. rewrite Rsum_mult, Ew. apply Rmult_le_compat_l. apply Rabs_pos.
    unfold W. rewrite zsum_sum, (sum_of_places _ zero). specialize (La k ltac:(lia)).
      set (len := length (nth k A [])) in *.
    replace n with (len + (n - len))%nat at 1 by lia. rewrite seq_app, map_app, Rsum_app.
    match goal with |- _ <= ?b => rewrite <- (Rplus_0_r b) end. apply Rplus_le_compat.
    + apply Rsum_le. intros j Hj. apply in_seq in Hj. fold (a_ k j). apply He; lia.
    + rewrite <- (Rsum_zero (fun _ => 0) (seq (0 + len) (n - len))) by auto. apply Rsum_le. intros j Hj.
      apply in_seq in Hj.
      destruct (He k j ltac:(lia) ltac:(lia)) as [_ E1]. revert E1. unfold a_ at 1 2.
        rewrite nth_overflow by (unfold len in *; lia). auto.
Qed.
Lemma step_ok f i : (forall k, (k < n)%nat -> holds bits (nth k values zero) (f k)) -> (i < n)%nat ->
  Rabs (Rsum (map (fun k => y i k * f k) (seq 0 n))) * (P * S) <=
  IZR (Z.abs (zdot (nth i M []) (map fst values)) + zdot (map Z.abs (nth i M [])) (map (fun a => snd a - fst a)%Z
    values)).
Proof.
  intros Hf Hi. pose proof (scale_R bits Hbits) as S0. fold S in S0.
    rewrite plus_IZR, abs_IZR, row_dot, sizes_dot by auto.
  rewrite <- (Rabs_pos_eq (P * S)) by (left; now apply Rmult_lt_0_compat). rewrite <- Rabs_mult.
  set (low := fun k => IZR (fst (nth k values zero))). set (e := fun k => f k * S - low k).
  assert (Low : forall k, IZR (nth k (map fst values) 0%Z) = low k).
  { intro k. exact (f_equal IZR (map_nth fst values zero k)). }
  replace (Rsum (map (fun k => y i k * f k) (seq 0 n)) * (P * S)) with
    (P * Rsum (map (fun k => y i k * IZR (nth k (map fst values) 0%Z)) (seq 0 n)) + P * Rsum (map (fun k => y i k * e
      k) (seq 0 n))).
  - eapply Rle_trans. apply Rabs_triang. apply Rplus_le_compat_l. rewrite Rabs_mult, (Rabs_pos_eq P) by lra.
    apply Rmult_le_compat_l. lra. eapply Rle_trans. apply Contraction.Rsum_abs. apply Rsum_le. intros k Hk.
      apply in_seq in Hk.
    rewrite Rabs_mult. apply Rmult_le_compat_l. apply Rabs_pos. destruct (Hf k ltac:(lia)) as [F1 F2]. fold S in F1, F2.
    assert (Wd : IZR (nth k (map (fun a : interval => (snd a - fst a)%Z) values) 0%Z) = IZR (snd (nth k values zero))
      - low k).
    { unfold low. rewrite <- minus_IZR. exact (f_equal IZR (map_nth (fun a : interval => (snd a - fst a)%Z) values
      zero k)). }
    eapply Rle_trans; [|right; symmetry; exact Wd]. change (low k <= f k * S) in F1. unfold e.
      rewrite Rabs_pos_eq by lra. apply Rplus_le_compat_r. exact F2.
  - rewrite <- Rmult_plus_distr_l, <- Rsum_plus, (Rmult_comm _ (P * S)), Rmult_assoc. f_equal. rewrite <- Rsum_mult.
    apply Rsum_ext_in. intros k _. unfold e. rewrite Low. ring.
Qed.
End Parts.

Theorem zero_sound : check_zero = true -> exists xi, within (map Q2R c) (Q2R r) xi /\ (forall f, In f fs -> f xi = 0) /\
  forall xi', within (map Q2R c) (Q2R r) xi' -> (forall f, In f fs -> f xi' = 0) -> xi' = xi.
Proof.
  unfold check_zero. cbv zeta. fold A M. fold lower. destruct (Nat.eqb_spec (length values) n) as [L|];
    try discriminate.
  destruct (Z.ltb_spec 0 (fst (of_Q bits r))) as [Hrl|]; try discriminate.
  destruct (Z.leb_spec 0 (matrix_places Y)) as [Hpl|]; try discriminate.
  destruct (Nat.eqb_spec (length M) n) as [LM|]; try discriminate.
  match goal with |- (if ?a then _ else _) = true -> _ => destruct a eqn:E0; try discriminate end.
  intro E1.
  rewrite forallb_forall in E0, E1. pose proof (scale_R bits Hbits) as SP. fold S in SP.
  assert (Lrow : forall row, In row M -> length row = n) by (intros row I; apply Nat.eqb_eq; now apply E0).
  assert (HP : 0 < P) by (apply IZR_lt, Z.pow_pos_nonneg; lia).
  pose proof (scale_R coarse Hcoarse) as CP. fold C in CP.
  pose proof (of_Q_ok bits Hbits r) as [R1 R2]. fold S in R1, R2.
  assert (Hr : 0 <= Q2R r) by (apply IZR_lt in Hrl; nra).
  assert (Lf : length fs = n) by (rewrite <- L; symmetry; eapply Forall2_same_length; exact V).
  assert (Lg : length (A := sloped_ring coarse) sloped_values = n) by (rewrite <- Lf; eapply Forall2_same_length;
    exact D).
  assert (At : forall x k, (k < n)%nat -> nth k (at_ x) 0 = nth k fs (fun _ => 0) x).
  { intros x k Hk. unfold at_. rewrite <- (map_nth (fun f : list R -> R => f x)). apply nth_indep.
    rewrite map_length. lia. }
  assert (An : forall k, (k < n)%nat -> nth k A [] = snd (nth k sloped_values (g0 (F := sloped_ring coarse)))).
  { intros k Hk. unfold A. rewrite nth_indep with (d' := snd (g0 (F := sloped_ring coarse))).
    2:{ rewrite map_length. change (k < length sloped_values)%nat. lia. } apply (map_nth snd). }
  assert (La : forall k, (k < n)%nat -> (length (nth k A []) <= n)%nat).
  { intros k Hk. rewrite An by auto.
    now destruct (Forall2_at _ _ _ (g0 (F := sloped_ring coarse)) (fun _ => 0) k D ltac:(lia)) as (_ & Le & _). }
  set (slopes := fun a : nat -> nat -> R => forall k j, (k < n)%nat -> (j < n)%nat -> holds coarse (a_ k j) (a k j)).
  assert (PC : 0 < P * C) by now apply Rmult_lt_0_compat.
  assert (U : IZR (2 ^ matrix_places Y * scale coarse) = P * C) by apply mult_IZR.
  assert (PC1 : 1 <= P * C) by (rewrite <- U; apply (IZR_le 1);
    assert (0 < 2 ^ matrix_places Y * scale coarse)%Z by (apply lt_IZR; rewrite U; exact PC); lia).
  assert (Q1 : 0 <= 1 - / (P * C) < 1).
  { assert (/ (P * C) <= 1) by (rewrite <- Rinv_1; apply Rinv_le_contravar; lra). pose proof (Rinv_0_lt_compat _ PC).
    lra. }
  destruct (krawczyk (map Q2R c) (Q2R r) (1 - / (P * C)) at_ y slopes Hr Q1) as (x & Hx & Zx & Ux);
    rewrite ?map_length; fold n.
  - intros x x' Hx Hx'.
    destruct (finite_choice (fun k s => (forall j, (j < n)%nat -> holds coarse (a_ k j) (s j)) /\
      nth k (at_ x) 0 - nth k (at_ x') 0 = Rsum (map (fun j =>
        s j * (nth j x 0 - nth j x' 0)) (seq 0 n))) n) as (a & Ha).
    { intros k Hk. destruct (Forall2_at _ _ _ (g0 (F := sloped_ring coarse)) (fun _ => 0) k D ltac:(lia)) as (_ & _ &
      Sl).
      destruct (Sl x x' Hx Hx') as (s & S1 & S2). exists s. split.
      - intros j Hj. unfold a_. rewrite An by auto. apply S1. exact Hj.
      - rewrite !At by auto. exact S2. }
    exists a. split. intros k j Hk Hj. now apply Ha. intros k Hk. now apply Ha.
  - intros a Ha i Hi. specialize (E1 i ltac:(apply in_seq; lia)). cbn beta zeta in E1.
    pose proof (factor_ok HP LM Lrow a i Ha La Hi) as B. set (fac := (gap _ _ _ _ + _)%Z) in *.
    destruct (Z.ltb_spec fac (2 ^ matrix_places Y * scale coarse)) as [F1|]; try discriminate.
    apply Z.leb_le, IZR_le in E1. rewrite plus_IZR, !mult_IZR in E1. fold P C in E1.
    set (K := Rsum (map (fun j => Rabs (defect (map Q2R c) y a i j)) (seq 0 n))).
    assert (BK : K * (P * C) <= IZR fac) by (unfold K, defect; rewrite map_length; exact B). clear B.
    assert (F2 : IZR fac <= P * C - 1) by (rewrite <- U, <- minus_IZR; apply IZR_le; lia).
    assert (K1 : K <= 1 - / (P * C)).
    { apply Rmult_le_reg_r with (P * C); auto. rewrite Rmult_minus_distr_r, Rinv_l, Rmult_1_l by lra.
      exact (Rle_trans _ _ _ BK F2). }
    split; auto.
    assert (St : Rabs (step (map Q2R c) (at_) y i) * (P * S) <= IZR (Z.abs (zdot (nth i M []) (map fst values)) +
      zdot (map Z.abs (nth i M [])) (map (fun a => snd a - fst a)%Z values))).
    { unfold step. rewrite map_length. fold n. apply (step_ok HP LM Lrow (fun k => nth k (at_ (map Q2R c)) 0) i); auto.
      intros k Hk. rewrite At by lia. rewrite <- (of_Q_0 bits).
        change (of_Q bits 0) with (g0 (F := interval_ring bits)).
      assert (Lk : (k < length values)%nat) by lia.
      exact (Forall2_at _ _ _ (g0 (F := interval_ring bits)) (fun _ => 0) k V Lk _ eq_refl). }
    set (stp := (Z.abs _ + _)%Z) in *. set (t := Rabs _) in *.
    assert (K00 : 0 <= K).
    { apply Rsum_nonneg. intros z Hz. apply in_map_iff in Hz. destruct Hz as (j & <- & _). apply Rabs_pos. }
    assert (K2 : K * Q2R r * (P * C * S) <= IZR fac * IZR (snd (of_Q bits r))).
    { replace (K * Q2R r * (P * C * S)) with ((K * (P * C)) * (Q2R r * S)) by ring.
      apply Rmult_le_compat; try lra; apply Rmult_le_pos; lra. }
    apply Rmult_le_reg_r with (P * C * S * P). repeat apply Rmult_lt_0_compat; auto.
    assert (T1 : t * (P * S) * (P * C) <= IZR stp * (P * C)) by (apply Rmult_le_compat_r; lra).
    assert (T2 : K * Q2R r * (P * C * S) * P <= IZR fac * IZR (snd (of_Q bits r)) * P) by (apply Rmult_le_compat_r;
      lra).
    assert (R3 : IZR (fst (of_Q bits r)) * (P * C * P) <= Q2R r * S * (P * C * P)).
    { apply Rmult_le_compat_r; auto. left. repeat apply Rmult_lt_0_compat; auto. }
    fold K. lra.
  - exists x. split; auto.
    assert (Sol : forall x, (forall k, (k < n)%nat -> nth k (at_ x) 0 = 0) <-> forall f, In f fs -> f x = 0).
    { intro x0. split; intro Hz.
      - intros f Hf. apply In_nth with (d := fun _ => 0) in Hf. destruct Hf as (k & Hk & <-). rewrite <- At by lia.
        apply Hz. lia.
      - intros k Hk. rewrite At by auto. apply Hz, nth_In. lia. }
    rewrite map_length in Zx, Ux. split. now apply Sol. intros x' Hx' Sx'. apply Ux; auto. now apply Sol.
Qed.
End Zero.

(** ** The equations of depth 2 *)
Section Test.
Variables (bits coarse : Z).
Hypothesis Hbits : (0 <= bits)%Z.
Hypothesis Hcoarse : (0 <= coarse)%Z.
Variables (P : problem Q) (E : enclosure Q) (Y : matrix).
Let PR := real P.
Let ER := real_enclosure E.
Let c := centre E.
Let r := radius E.

Definition middle_values := gram_equations (F := interval_ring bits) P E (middle bits c).
Definition box_values :=
  gram_equations (F := sloped_ring coarse) P E (variables coarse c r).
(** The product with the approximate inverse takes longest: there slopes have fewer places. *)
Definition check_solution : bool :=
  if (8 <=? coarse)%Z then check_zero bits (coarse - 8) c r Y middle_values (map (fewer_slopes 8) box_values) else
    false.
Lemma solution_zero : check_solution = true -> (8 <= coarse)%Z /\
  check_zero bits (coarse - 8) c r Y middle_values (map (fewer_slopes 8) box_values) = true.
Proof. unfold check_solution. destruct (Z.leb_spec 8 coarse); [auto|discriminate]. Qed.

Theorem solution_sound : check_solution = true -> exists xi, within (centre ER) (radius ER) xi /\ solves PR ER xi /\
  forall xi', within (centre ER) (radius ER) xi' -> solves PR ER xi' -> xi' = xi.
Proof.
  intro H. apply solution_zero in H. destruct H as [H8 H]. assert (H0 : (0 <= coarse - 8)%Z) by lia.
  destruct (zero_sound bits (coarse - 8) Hbits H0 c r Y middle_values (map (fewer_slopes 8) box_values) (functions P E))
    as (xi & W & Z & U); auto.
  - apply (rel_gram_equations (F := interval_ring bits) P E (middle bits c) (over_encloses bits Hbits (at_middle c))).
    intro k. now apply middle_ok.
  - apply fewer_slopes_ok; [exact H0|lia|]. replace (coarse - 8 + 8)%Z with coarse by ring.
    apply (rel_gram_equations (F := sloped_ring coarse) P E (variables coarse c r) (slopes_encloses coarse Hcoarse c
    r)).
    intro k. now apply variables_ok.
  - assert (Sol : forall x, (forall f, In f (functions P E) -> f x = 0) <-> solves PR ER x).
    { intro x. unfold solves, PR, ER. rewrite functions_ok. split; intros S.
      - intros e He. apply in_map_iff in He. destruct He as (f & <- & Hf). now apply S.
      - intros f Hf. apply S. apply in_map_iff. now exists f. }
    exists xi. split; auto. split. now apply Sol. intros x' W' S'. apply U; auto. now apply Sol.
Qed.
End Test.
