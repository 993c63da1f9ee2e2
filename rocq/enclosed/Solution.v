(** * The test that the equations have exactly one solution in the box. *)

From Coq Require Import Reals QArith Qreals List Lra Lia PeanoNat.
From Margincert Require Import Claims Enclosed Lists Sums Intervals System Contraction.
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
Let S := IZR (scale bits).

(** ** Sums of intervals *)
Definition isum (l : list interval) : interval := fold_right add zero l.
Lemma isum_ok {A} (G : A -> interval) (g : A -> R) l : (forall a, In a l -> holds bits (G a) (g a)) ->
  holds bits (isum (map G l)) (Rsum (map g l)).
Proof.
  induction l as [|a l IH]; intro H. now apply zero_ok. cbn [map isum fold_right]. rewrite Rsum_cons.
  apply add_ok; auto. apply H. now left.
  apply IH. intros. apply H. now right.
Qed.
(** A sum of products, rounded once. *)
Definition raw_products {A} (f g : A -> interval) (l : list A) : Z * Z :=
  fold_right (fun a acc => let (x, y) := corners (f a) (g a) in (x + fst acc, y + snd acc)%Z) (0, 0)%Z l.
Definition products {A} (f g : A -> interval) (l : list A) : interval :=
  let s := raw_products f g l in (down bits (fst s), up bits (snd s)).
Lemma products_ok {A} (f g : A -> interval) (u v : A -> R) l :
  (forall a, In a l -> holds bits (f a) (u a) /\ holds bits (g a) (v a)) ->
  holds bits (products f g l) (Rsum (map (fun a => u a * v a) l)).
Proof.
  intro H. assert (Raw : IZR (fst (raw_products f g l)) <= Rsum (map (fun a => u a * v a) l) * (S * S) <=
    IZR (snd (raw_products f g l))).
  { induction l as [|a l IH]. unfold Rsum. simpl. lra. specialize (IH (fun b Hb => H b (or_intror Hb))).
    destruct (H a (or_introl eq_refl)) as [Hf Hg]. unfold raw_products in *. cbn [fold_right map]. rewrite Rsum_cons.
    destruct (f a) as [al au], (g a) as [bl bu]. pose proof (corners_ok al au bl bu _ _ Hf Hg) as K. fold S in K.
    destruct (corners (al, au) (bl, bu)) as [x y]. cbn [fst snd] in *. rewrite !plus_IZR.
    replace (u a * S * (v a * S)) with (u a * v a * (S * S)) in K by ring. lra. }
  unfold holds, products. cbn [fst snd]. fold S. pose proof (scale_R bits Hbits) as P. fold S in P.
  pose proof (down_ok bits Hbits (fst (raw_products f g l))) as D. fold S in D.
  pose proof (up_ok bits Hbits (snd (raw_products f g l))) as U. fold S in U.
  split; apply Rmult_le_reg_r with S; lra.
Qed.
Definition zsum (l : list Z) : Z := fold_right Z.add 0%Z l.
Lemma zsum_ok {A} (G : A -> Z) (g : A -> R) l : (forall a, In a l -> g a * S <= IZR (G a)) ->
  Rsum (map g l) * S <= IZR (zsum (map G l)).
Proof.
  induction l as [|a l IH]; intro H. simpl. unfold Rsum. simpl. lra. cbn [map zsum fold_right].
  rewrite Rsum_cons, plus_IZR.
  specialize (IH (fun b Hb => H b (or_intror Hb))). specialize (H a (or_introl eq_refl)). unfold zsum in IH. lra.
Qed.

(** ** Row sums of [1 - Y A] *)
Section Rows.
Variables (n : nat) (M N : nat -> nat -> interval) (m k : nat -> nat -> R).
Hypothesis HM : forall i j, (i < n)%nat -> (j < n)%nat -> holds bits (M i j) (m i j).
Hypothesis HN : forall i j, (i < n)%nat -> (j < n)%nat -> holds bits (N i j) (k i j).
Definition row_sum (i : nat) : Z :=
  zsum (map (fun j => size (add (if Nat.eqb i j then one bits else zero)
                                (opp (products (fun l => M i l) (fun l => N l j) (seq 0 n))))) (seq 0 n)).
Lemma row_sum_ok i : (i < n)%nat ->
  Rsum (map (fun j => Rabs ((if Nat.eqb i j then 1 else 0) - Rsum (map (fun l =>
    m i l * k l j) (seq 0 n)))) (seq 0 n)) * S <= IZR (row_sum i).
Proof.
  intro Hi. apply zsum_ok. intros j Hj. apply in_seq in Hj. apply size_ok; auto. unfold Rminus. apply add_ok; auto.
  - destruct Nat.eqb. now apply one_ok. now apply zero_ok.
  - apply opp_ok; auto. apply (products_ok (fun l => M i l) (fun l => N l j) (fun l => m i l) (fun l => k l j)).
    intros l Hl. apply in_seq in Hl. split. apply HM; lia. apply HN; lia.
Qed.
End Rows.

End Sums.

Section Zero.
(** Binary places for the values at the middle, and for matrices. *)
Variables (bits coarse : Z).
Hypothesis Hbits : (0 <= bits)%Z.
Hypothesis Hcoarse : (0 <= coarse)%Z.
Let S := IZR (scale bits).
Let C := IZR (scale coarse).

(** The middle and the radius of the box, the approximate inverse, the equations' values at the middle, and over the box
    with slopes. *)
Variables (c : list Q) (r : Q) (Y : list (list Q)).
Let n := length c.
Variables (values : list interval) (sloped_values : list (sloped_ring coarse c)).

Definition inverse_entry (Yi : list (list interval)) (i k : nat) : interval := nth k (nth i Yi []) zero.
Definition lower_end (A : list (list interval)) (i k : nat) : interval := let l :=
  fst (nth k (nth i A []) zero) in (l, l).

Definition check_zero : bool :=
  let F := values in let A := map snd sloped_values in
  let Yi := map (map (of_Q bits)) Y in let Yc := map (map (of_Q coarse)) Y in
  let rl := fst (of_Q bits r) in let ru := snd (of_Q bits r) in
  if Nat.eqb (length F) n then if (0 <? rl)%Z then
  if forallb (fun i =>
       let step := size (isum (map (fun k => mul bits (inverse_entry Yi i k) (nth k F zero)) (seq 0 n))) in
       let factor := row_sum coarse n (inverse_entry Yc) (inverse_entry A) i in
       if (factor <? scale coarse)%Z then (step * scale coarse + factor * ru <=? rl * scale coarse)%Z else false)
     (seq 0 n)
  then forallb (fun i => (row_sum coarse n (lower_end A) (inverse_entry Yc) i <? scale coarse)%Z) (seq 0 n)
  else false else false else false.

Let y i k := Q2R (nth k (nth i Y []) 0%Q).
Lemma inverse_ok b i k : (0 <= b)%Z -> holds b (inverse_entry (map (map (of_Q b)) Y) i k) (y i k).
Proof.
  intro Hb. unfold inverse_entry, y. change (@nil interval) with (map (of_Q b) []). rewrite map_nth.
  rewrite <- (of_Q_0 b), map_nth. now apply of_Q_ok.
Qed.

(** The equations. *)
Variable fs : list (list R -> R).
Hypothesis V : Forall2 (over bits (at_middle c)) values fs.
Hypothesis D : Forall2 (slopes_of coarse c r) sloped_values fs.
Let at_ x := map (fun f : list R -> R => f x) fs.

Lemma zero_radius : check_zero = true -> 0 < Q2R r.
Proof.
  unfold check_zero. destruct (Nat.eqb (length values) n); try discriminate.
  destruct (Z.ltb_spec 0 (fst (of_Q bits r))) as [H|]; try discriminate. intros _.
  pose proof (scale_R bits Hbits) as SP. pose proof (of_Q_ok bits Hbits r) as [R1 _]. apply IZR_lt in H.
  apply Rmult_lt_reg_r with (IZR (scale bits)); lra.
Qed.

Theorem zero_sound : check_zero = true -> exists xi, within (map Q2R c) (Q2R r) xi /\ (forall f, In f fs -> f xi = 0) /\
  forall xi', within (map Q2R c) (Q2R r) xi' -> (forall f, In f fs -> f xi' = 0) -> xi' = xi.
Proof.
  unfold check_zero. destruct (Nat.eqb_spec (length values) n) as [L|]; try discriminate.
  destruct (Z.ltb_spec 0 (fst (of_Q bits r))) as [Hrl|]; try discriminate.
  destruct forallb eqn:E1; try discriminate. intro E2.
  rewrite forallb_forall in E1, E2. pose proof (scale_R bits Hbits) as SP. fold S in SP.
  pose proof (scale_R coarse Hcoarse) as CP. fold C in CP.
  pose proof (of_Q_ok bits Hbits r) as [R1 R2]. fold S in R1, R2.
  assert (Hr : 0 <= Q2R r) by (apply IZR_lt in Hrl; nra).
  set (A := map snd sloped_values) in *.
  assert (Lf : length fs = n) by (rewrite <- L; symmetry; eapply Forall2_same_length; exact V).
  assert (Lg : length (A := sloped_ring coarse c) sloped_values = n) by (rewrite <- Lf; eapply Forall2_same_length; exact D).
  assert (At : forall x k, (k < n)%nat -> nth k (at_ x) 0 = nth k fs (fun _ => 0) x).
  { intros x k Hk. unfold at_. rewrite <- (map_nth (fun f : list R -> R => f x)). apply nth_indep. rewrite map_length. lia. }
  set (slopes := fun a : nat -> nat -> R => forall k j, (k < n)%nat -> (j < n)%nat ->
    holds coarse (inverse_entry A k j) (a k j)).
  assert (Q1 : 0 <= 1 - / C < 1).
  { assert (1 <= C) by (apply (IZR_le 1); pose proof (scale_positive coarse Hcoarse); lia).
    assert (/ C <= 1) by (rewrite <- Rinv_1; apply Rinv_le_contravar; lra). pose proof (Rinv_0_lt_compat C CP). lra. }
  destruct (krawczyk (map Q2R c) (Q2R r) (1 - / C) at_ y slopes Hr Q1) with
    (Z := fun k i => IZR (fst (nth i (nth k A []) zero)) / C) as (x & Hx & Zx & Ux); rewrite ?map_length; fold n.
  - intros x x' Hx Hx'.
    destruct (finite_choice (fun k s => (forall j, (j < n)%nat -> holds coarse (inverse_entry A k j) (s j)) /\
      nth k (at_ x) 0 - nth k (at_ x') 0 = Rsum (map (fun j =>
        s j * (nth j x 0 - nth j x' 0)) (seq 0 n))) n) as (a & Ha).
    { intros k Hk. destruct (Forall2_at _ _ _ (g0 (F := sloped_ring coarse c)) (fun _ => 0) k D ltac:(lia)) as (_ & _ & Sl).
      destruct (Sl x x' Hx Hx') as (s & S1 & S2). exists s. split.
      - intros j Hj. unfold inverse_entry, A.
        rewrite nth_indep with (d' := snd (g0 (F := sloped_ring coarse c))).
        2:{ rewrite map_length. change (k < length sloped_values)%nat. lia. }
        rewrite (map_nth snd). apply S1. exact Hj.
      - rewrite !At by auto. exact S2. }
    exists a. split. intros k j Hk Hj. now apply Ha. intros k Hk. now apply Ha.
  - intros a Ha i Hi. specialize (E1 i ltac:(apply in_seq; lia)). cbn beta zeta in E1.
    destruct (Z.ltb_spec (row_sum coarse n (inverse_entry (map (map (of_Q coarse)) Y)) (inverse_entry A) i) (scale
      coarse))
      as [F1|]; try discriminate.
    apply Z.leb_le, IZR_le in E1. rewrite plus_IZR, !mult_IZR in E1. fold C in E1.
    pose proof (row_sum_ok coarse Hcoarse n _ _ y a (fun i j _ _ => inverse_ok coarse i j Hcoarse) Ha i Hi) as B.
    set (fac := row_sum _ _ _ _ _) in *.
    set (K := Rsum (map (fun j => Rabs (defect (map Q2R c) y a i j)) (seq 0 n))).
    assert (BK : K * C <= IZR fac) by (unfold K, defect; rewrite map_length; exact B). clear B.
    assert (F2 : IZR fac <= C - 1) by (unfold C; rewrite <- minus_IZR; apply IZR_le; lia).
    assert (K1 : K <= 1 - / C).
    { apply Rmult_le_reg_r with C; auto. rewrite Rmult_minus_distr_r, Rinv_l, Rmult_1_l by lra.
      exact (Rle_trans _ _ _ BK F2). }
    split; auto.
    assert (St : Rabs (step (map Q2R c) (at_) y i) * S <= IZR (size (isum (map (fun k =>
      mul bits (inverse_entry (map (map (of_Q bits)) Y) i k) (nth k values zero)) (seq 0 n))))).
    { apply size_ok; auto. unfold step. rewrite map_length. fold n. apply isum_ok. intros k Hk. apply in_seq in Hk.
      apply mul_ok; auto. now apply inverse_ok.
      rewrite At by lia. rewrite <- (of_Q_0 bits). change (of_Q bits 0) with (g0 (F := interval_ring bits)).
      assert (Lk : (k < length values)%nat) by lia.
      exact (Forall2_at _ _ _ (g0 (F := interval_ring bits)) (fun _ => 0) k V Lk _ eq_refl). }
    set (stp := size _) in *. set (t := Rabs _) in *.
    assert (K0 : 0 <= IZR fac).
    { assert (0 <= K); [|eapply Rle_trans; [|exact BK]; apply Rmult_le_pos; lra]. apply Rsum_nonneg. intros z Hz.
      apply in_map_iff in Hz. destruct Hz as (j & <- & _).
      apply Rabs_pos. }
    assert (K2 : K * Q2R r * (C * S) <= IZR fac * IZR (snd (of_Q bits r))).
    { replace (K * Q2R r * (C * S)) with ((K * C) * (Q2R r * S)) by ring. apply Rmult_le_compat; try lra.
      - apply Rmult_le_pos; try lra. apply Rsum_nonneg. intros z Hz. apply in_map_iff in Hz.
        destruct Hz as (j & <- & _). apply Rabs_pos.
      - apply Rmult_le_pos; lra. }
    apply Rmult_le_reg_r with (C * S). now apply Rmult_lt_0_compat.
    assert (T1 : t * S * C <= IZR stp * C) by (apply Rmult_le_compat_r; lra).
    assert (R3 : IZR (fst (of_Q bits r)) * C <= Q2R r * S * C) by (apply Rmult_le_compat_r; lra).
    lra.
  - intros k Hk. specialize (E2 k ltac:(apply in_seq; lia)). apply Z.ltb_lt, IZR_lt in E2. fold C in E2.
    assert (HZ : forall i j, (i < n)%nat -> (j < n)%nat ->
      holds coarse (lower_end A i j) (IZR (fst (nth j (nth i A []) zero)) / C)).
    { intros i j _ _. unfold holds, lower_end. cbn [fst snd]. fold C. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra.
      lra. }
    pose proof (row_sum_ok coarse Hcoarse n _ _ _ y HZ (fun i j _ _ => inverse_ok coarse i j Hcoarse) k Hk) as B.
    fold C in B. apply Rmult_lt_reg_r with C; lra.
  - exists x. split; auto.
    assert (Sol : forall x, (forall k, (k < n)%nat -> nth k (at_ x) 0 = 0) <-> forall f, In f fs -> f x = 0).
    { intro x0. split; intro Hz.
      - intros f Hf. apply In_nth with (d := fun _ => 0) in Hf. destruct Hf as (k & Hk & <-). rewrite <- At by lia. apply Hz. lia.
      - intros k Hk. rewrite At by auto. apply Hz, nth_In. lia. }
    rewrite map_length in Zx, Ux. split. now apply Sol. intros x' Hx' Sx'. apply Ux; auto. now apply Sol.
Qed.
End Zero.

(** ** The equations of depth 2 *)
Section Test.
Variables (bits coarse : Z).
Hypothesis Hbits : (0 <= bits)%Z.
Hypothesis Hcoarse : (0 <= coarse)%Z.
Variables (P : problem Q) (E : enclosure Q) (Y : list (list Q)).
Let PR := real P.
Let ER := real_enclosure E.
Let c := centre E.
Let r := radius E.

Definition middle_values := gequations (F := interval_ring bits) P E (middle bits c) (looks (F := interval_ring bits) P E (middle bits c)).
Definition box_values :=
  gequations (F := sloped_ring coarse c) P E (variables coarse c r) (looks (F := sloped_ring coarse c) P E (variables coarse c r)).
Definition check_solution : bool := check_zero bits coarse c r Y middle_values box_values.

Theorem solution_sound : check_solution = true -> exists xi, within (centre ER) (radius ER) xi /\ solves PR ER xi /\
  forall xi', within (centre ER) (radius ER) xi' -> solves PR ER xi' -> xi' = xi.
Proof.
  intro H. destruct (zero_sound bits coarse Hbits Hcoarse c r Y middle_values box_values (functions P E)) as (xi & W & Z & U); auto.
  - apply (rel_equations (F := interval_ring bits) P E (middle bits c) (over_encloses bits Hbits (at_middle c))).
    intro k. now apply middle_ok.
  - apply (rel_equations (F := sloped_ring coarse c) P E (variables coarse c r) (slopes_encloses coarse Hcoarse c r)).
    intro k. now apply variables_ok.
  - assert (Sol : forall x, (forall f, In f (functions P E) -> f x = 0) <-> solves PR ER x).
    { intro x. unfold solves, PR, ER. rewrite functions_ok. split; intros S.
      - intros e He. apply in_map_iff in He. destruct He as (f & <- & Hf). now apply S.
      - intros f Hf. apply S. apply in_map_iff. now exists f. }
    exists xi. split; auto. split. now apply Sol. intros x' W' S'. apply U; auto. now apply Sol.
Qed.
End Test.
