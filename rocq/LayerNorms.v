(** * What layers of given norms can make of weighed samples, and how short a network can then be. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Sums Vectors.
Import ListNotations.
Open Scope R_scope.

(** ** Squares of vectors that are functions of the place *)

Definition square (d : nat) (f : nat -> R) : R := Rsum (map (fun i => f i * f i) (seq 0 d)).

Lemma square_ext d f g : (forall i, f i = g i) -> square d f = square d g.
Proof. intro H. apply Rsum_ext_in. intros i _. now rewrite H. Qed.

Lemma square_between d f g s : 0 <= s <= 1 ->
  square d (fun i => f i + s * g i) <= (1 - s) * square d f + s * square d (fun i => f i + g i).
Proof.
  intro H. unfold square. rewrite <- Rsum_lin. apply Rsum_le. intros i _.
  assert (0 <= s * (1 - s) * (g i * g i)) by (apply Rmult_le_pos; [nra | apply Rle_0_sqr]). nra.
Qed.

Definition inner_at (d : nat) (f g : nat -> R) : R := Rsum (map (fun i => f i * g i) (seq 0 d)).
Lemma square_plus d f g s : square d (fun i => f i + s * g i) = square d f + 2 * s * inner_at d f g + s * s * square d g.
Proof.
  unfold square, inner_at. rewrite <- !Rsum_mult, <- !Rsum_plus. apply Rsum_ext_in. intros. ring.
Qed.

(** ** The same parameter in several connections *)

Definition uses (u : list (list (nat * nat))) (p : nat) : nat := count_occ Nat.eq_dec (map snd (concat u)) p.

Lemma sum_at (f : nat -> R) n p : (p < n)%nat ->
  Rsum (map (fun q => if Nat.eq_dec p q then f q else 0) (seq 0 n)) = f p.
Proof.
  intro H. destruct (in_split p (seq 0 n)) as (l1 & l2 & E). apply in_seq. lia.
  pose proof (seq_NoDup n 0) as N. rewrite E in *. apply NoDup_remove_2 in N.
  rewrite map_app, Rsum_app. cbn [map]. rewrite Rsum_cons, !Rsum_zero.
  - destruct Nat.eq_dec; [lra|congruence].
  - intros q Hq. destruct Nat.eq_dec; auto. subst. exfalso. apply N, in_or_app. auto.
  - intros q Hq. destruct Nat.eq_dec; auto. subst. exfalso. apply N, in_or_app. auto.
Qed.

Lemma sum_by_uses (f : nat -> R) n ps : (forall p, In p ps -> (p < n)%nat) ->
  Rsum (map f ps) = Rsum (map (fun q => INR (count_occ Nat.eq_dec ps q) * f q) (seq 0 n)).
Proof.
  induction ps as [|p ps IH]; intro H.
  - cbn [map count_occ]. rewrite Rsum_zero; auto. intros. simpl. ring.
  - cbn [map]. rewrite Rsum_cons, IH by (intros; apply H; now right).
    rewrite <- (sum_at f n p) by (apply H; now left). rewrite <- Rsum_plus. apply Rsum_ext_in. intros q _.
    cbn [count_occ]. destruct Nat.eq_dec; [subst; rewrite S_INR|]; ring.
Qed.

Lemma uses_bound (f : nat -> R) n k ps : (forall p, 0 <= f p) -> (forall p, In p ps -> (p < n)%nat) ->
  (forall p, (p < n)%nat -> (count_occ Nat.eq_dec ps p <= k)%nat) ->
  Rsum (map f ps) <= INR k * Rsum (map f (seq 0 n)).
Proof.
  intros Hf Hp Hk. rewrite (sum_by_uses f n) by auto. rewrite <- Rsum_mult. apply Rsum_le. intros q Hq.
  apply Rmult_le_compat_r; auto. apply le_INR, Hk. apply in_seq in Hq. lia.
Qed.

Lemma sum_squares_seq (w : list R) n : length w = n ->
  Rsum (map (fun p => nth p w 0 * nth p w 0) (seq 0 n)) = Rsum (map (fun a => a * a) w).
Proof. intro H. now rewrite <- inner_seq, inner_squares by auto. Qed.

(** ** One layer *)

Definition slope_of (s z : R) : R := if Rlt_dec z 0 then s else 1.
Lemma act_slope_of s z : act s z = slope_of s z * z.
Proof. unfold act, slope_of. destruct Rlt_dec; ring. Qed.

(** Slopes, and factors of samples. *)
Definition within_one (t : R) : Prop := 0 <= t <= 1.

(** The parameters' squares, one for each connection. *)
Definition weight_squares (u : list (list (nat * nat))) (w : list R) : R :=
  Rsum (map (fun c => nth (snd c) w 0 * nth (snd c) w 0) (concat u)).

(** Where none is used more than [k] times; and more than once. *)
Lemma weight_squares_at_most k u w n : length w = n -> (forall v c, In v u -> In c v -> (snd c < n)%nat) ->
  (forall p, (p < n)%nat -> (uses u p <= k)%nat) -> weight_squares u w <= INR k * Rsum (map (fun a => a * a) w).
Proof.
  intros Hw Hp Hu. unfold weight_squares. rewrite <- (map_map snd (fun p => nth p w 0 * nth p w 0)).
  rewrite <- (sum_squares_seq w n) by auto. apply uses_bound; auto.
  - intro. apply Rle_0_sqr.
  - intros p H. apply in_map_iff in H. destruct H as (c & <- & H). apply in_concat in H.
    destruct H as (v & Hv & H). exact (Hp v c Hv H).
Qed.
Lemma once u w n : length w = n -> (forall v c, In v u -> In c v -> (snd c < n)%nat) ->
  (forall p, (p < n)%nat -> (uses u p <= 1)%nat) -> weight_squares u w <= Rsum (map (fun a => a * a) w).
Proof. intros Hw Hp Hu. rewrite <- (Rmult_1_l (Rsum _)). change 1 with (INR 1). now apply weight_squares_at_most with n. Qed.

(** The squares of one unit's parameters. *)
Definition row_squares (w : list R) (u : list (nat * nat)) : R := Rsum (map (fun c => nth (snd c) w 0 * nth (snd c) w 0) u).
Lemma weight_squares_rows us w : weight_squares us w = Rsum (map (row_squares w) us).
Proof. unfold weight_squares. rewrite <- (map_id us) at 1. apply Rsum_concat. Qed.

Section Bounded.
(** Samples, with a coefficient and what a layer reads for each, and the factors with which they may be weighed. *)
Context {A : Type}.
Variable samples : list A.
Variable coefficient : A -> R.
Variable K : (A -> R) -> Prop.

Definition weighed (s : A -> R) (h : A -> list R) (i : nat) : R :=
  Rsum (map (fun a => s a * coefficient a * nth i (h a) 0) samples).
Definition bounded (h : A -> list R) (d : nat) (B : R) : Prop := forall s, K s -> square d (weighed s h) <= B.

(** The same on what each of these units reads. *)
Definition rows_bounded (h : A -> list R) (us : list (list (nat * nat))) (B : R) : Prop := forall u s, In u us -> K s ->
  Rsum (map (fun c => weighed s h (fst c) * weighed s h (fst c)) u) <= B.

Lemma rows_of_bounded h d B us : bounded h d B -> (forall u c, In u us -> In c u -> (fst c < d)%nat) ->
  (forall u, In u us -> NoDup (map fst u)) -> rows_bounded h us B.
Proof.
  intros HB Hd Hn u s Hu HK. eapply Rle_trans; [|exact (HB s HK)]. unfold square.
  rewrite <- (map_map fst (fun i => weighed s h i * weighed s h i)). apply Rsum_incl; auto. intro. apply Rle_0_sqr.
  intros i Hi. apply in_map_iff in Hi. destruct Hi as (c & <- & Hc). apply in_seq. specialize (Hd u c Hu Hc). lia.
Qed.

(** A unit's part in the sum: its row applied to the sum of what it reads. *)
Lemma weighed_unit w h u (sigma s : A -> R) :
  Rsum (map (fun a => s a * coefficient a * (sigma a * preact w (h a) u)) samples) =
  Rsum (map (fun c => nth (snd c) w 0 * weighed (fun a => s a * sigma a) h (fst c)) u).
Proof.
  unfold weighed, preact. transitivity (Rsum (map (fun a => Rsum (map (fun c =>
    nth (snd c) w 0 * (s a * sigma a * coefficient a * nth (fst c) (h a) 0)) u)) samples)).
  - apply Rsum_ext_in. intros a _. rewrite <- Rmult_assoc, <- Rsum_mult. apply Rsum_ext_in. intros. ring.
  - rewrite Rsum_swap. apply Rsum_ext_in. intros c _. now rewrite Rsum_mult.
Qed.

Lemma unit_bound w h us B u (sigma : A -> R) s : rows_bounded h us B -> In u us -> K (fun a => s a * sigma a) ->
  let z := Rsum (map (fun a => s a * coefficient a * (sigma a * preact w (h a) u)) samples) in
  z * z <= row_squares w u * B.
Proof.
  intros HB Hu HK z. unfold z. rewrite weighed_unit. eapply Rle_trans. apply cauchy_schwarz.
  apply Rmult_le_compat_l. apply Rsum_squares. exact (HB u _ Hu HK).
Qed.

(** The sum of what a layer puts out, unit by unit. *)
Definition weighed_out (l : layer R) (w : list R) (h : A -> list R) (s : A -> R) (u : list (nat * nat)) : R :=
  Rsum (map (fun a => s a * coefficient a * (slope_of (slope l) (preact w (h a) u) * preact w (h a) u)) samples).

Lemma weighed_layer l w h s : square (length (units l)) (weighed s (fun a => apply_layer l w (h a))) =
  Rsum (map (fun u => weighed_out l w h s u * weighed_out l w h s u) (units l)).
Proof.
  set (out := weighed_out l w h s). unfold square. replace (length (units l)) with (length (map out (units l))) by apply map_length.
  transitivity (Rsum (map (fun i => nth i (map out (units l)) 0 * nth i (map out (units l)) 0) (seq 0 (length (map out (units l)))))).
  - apply Rsum_ext_in. intros i Hi. apply in_seq in Hi. rewrite map_length in Hi.
    assert (F : weighed s (fun a => apply_layer l w (h a)) i = nth i (map out (units l)) 0).
    { rewrite nth_indep with (d' := out []) by (rewrite map_length; lia). rewrite map_nth. unfold weighed, out, weighed_out.
      apply Rsum_ext_in. intros a _. f_equal. rewrite <- act_slope_of. unfold apply_layer.
      set (f := fun u => act (slope l) (preact w (h a) u)). change (nth i (map f (units l)) 0 = f (nth i (units l) [])).
      rewrite nth_indep with (d' := f []) by (rewrite map_length; lia). apply map_nth. }
    now rewrite F.
  - rewrite sum_squares_seq by reflexivity. now rewrite map_map.
Qed.

Lemma layer_bound l w h B : rows_bounded h (units l) B ->
  (forall u s, In u (units l) -> K s -> K (fun a => s a * slope_of (slope l) (preact w (h a) u))) ->
  bounded (fun a => apply_layer l w (h a)) (length (units l)) (B * weight_squares (units l) w).
Proof.
  intros HB HK s Hs. rewrite weighed_layer, weight_squares_rows, <- Rsum_mult. apply Rsum_le. intros u Hu.
  rewrite (Rmult_comm B).
  exact (unit_bound w h (units l) B u (fun a => slope_of (slope l) (preact w (h a) u)) s HB Hu (HK u s Hu Hs)).
Qed.

(** ** All layers *)

(** What is asked of layers: the slopes leave the factors among those allowed, no unit reads an input twice, and no
    parameter is used more often than said. *)
Fixpoint chainable (n : list (layer R)) (theta : params R) (h : A -> list R) (times : list nat) : Prop :=
  match n, theta, times with
  | [], _, _ => True
  | l :: n', w :: theta', k :: times' =>
      (forall u s, In u (units l) -> K s -> K (fun a => s a * slope_of (slope l) (preact w (h a) u))) /\
      (forall u, In u (units l) -> NoDup (map fst u)) /\
      (forall p, (p < nparams l)%nat -> (uses (units l) p <= k)%nat) /\
      chainable n' theta' (fun a => apply_layer l w (h a)) times'
  | _, _, _ => False
  end.

Definition squares (theta : params R) : list R := map (fun w => Rsum (map (fun a => a * a) w)) theta.

(** What the first of these layers reads, or the output. *)
Definition read_bounded (n : list (layer R)) (h : A -> list R) (B : R) : Prop :=
  match n with [] => bounded h 1 B | l :: _ => rows_bounded h (units l) B end.

Lemma chain_bound n theta h times d B : 0 <= B -> fits d n -> shaped n theta -> chainable n theta h times ->
  length times = length n -> read_bounded n h B ->
  bounded (fun a => forward n theta (h a)) 1 (B * product (map INR times) * product (squares theta)).
Proof.
  revert theta h times d B. induction n as [|l n IH]; intros [|w theta] h [|k times] d B HB0 Hf Hs Hc Ht HB;
    try discriminate Hs; try discriminate Ht.
  - simpl. intros s Hss. rewrite !Rmult_1_r. exact (HB s Hss).
  - destruct Hf as (_ & Hu & Hf). destruct Hc as (HK & _ & Hk & Hc). injection Hs as Hw Hs. injection Ht as Ht.
    pose proof (layer_bound l w h B HB HK) as L.
    assert (S : 0 <= Rsum (map (fun a => a * a) w)) by apply (Rsum_squares (fun a => a)).
    assert (W : weight_squares (units l) w <= INR k * Rsum (map (fun a => a * a) w)).
    { apply weight_squares_at_most with (nparams l); auto. intros u c Hu' Hc'. apply (Hu u c Hu' Hc'). }
    set (B' := B * (INR k * Rsum (map (fun a => a * a) w))).
    assert (HB' : 0 <= B'). { unfold B'. apply Rmult_le_pos; auto. apply Rmult_le_pos; auto. apply pos_INR. }
    assert (L' : bounded (fun a => apply_layer l w (h a)) (length (units l)) B').
    { intros s Hss. eapply Rle_trans. exact (L s Hss). apply Rmult_le_compat_l; auto. }
    assert (L'' : read_bounded n (fun a => apply_layer l w (h a)) B').
    { destruct n as [|l' n']; cbn [read_bounded].
      - simpl in Hf. rewrite <- Hf. exact L'.
      - destruct theta as [|w' theta']; [discriminate Hs|]. destruct times as [|k' times']; [discriminate Ht|].
        apply (rows_of_bounded _ (length (units l))); auto.
        + intros u c Hu' Hc'. exact (proj1 (proj1 (proj2 Hf) u c Hu' Hc')).
        + exact (proj1 (proj2 Hc)). }
    specialize (IH theta _ times _ B' HB' Hf Hs Hc Ht L'').
    intros s Hss. eapply Rle_trans. exact (IH s Hss). right. unfold B'.
    change (product (map INR (k :: times))) with (INR k * product (map INR times)).
    change (product (squares (w :: theta))) with (Rsum (map (fun a => a * a) w) * product (squares theta)). ring.
Qed.
End Bounded.

(** ** From the bound to the optimum *)

Lemma pow_le_reg n a b : (0 < n)%nat -> 0 <= a -> 0 <= b -> a ^ n <= b ^ n -> a <= b.
Proof.
  intros Hn Ha Hb H. destruct (Rle_lt_dec a b) as [|L]; auto. exfalso.
  assert (b ^ n < a ^ n); [|lra]. destruct n as [|n]; [lia|]. clear Hn H. induction n as [|n IH].
  - simpl. lra.
  - cbn [pow] in *. pose proof (pow_le b (S n) Hb). cbn [pow] in *. nra.
Qed.

Lemma norm2_squares theta : norm2 theta = Rsum (squares theta).
Proof. reflexivity. Qed.

(** [N] is the square of the multipliers' sum; the bound says that the point attains it. *)
Lemma as_long L psi N C r : (0 < L)%nat -> length psi = L -> 0 < N -> 0 < r -> 0 < C ->
  N <= N * INR L ^ L / (C * r ^ L) * C * product (squares psi) -> r <= norm2 psi.
Proof.
  intros Hl Hs HN Hr HC H.
  assert (HL : 0 < INR L) by (apply lt_0_INR; auto).
  assert (Hp : product (squares psi) <= (norm2 psi / INR L) ^ L).
  { replace L with (length (squares psi)) by (unfold squares; now rewrite map_length). rewrite norm2_squares.
    apply means. intros x Hx. apply in_map_iff in Hx. destruct Hx as (w & <- & _). apply (Rsum_squares (fun a => a)). }
  assert (HrL : 0 < r ^ L) by now apply pow_lt. assert (HLL : 0 < INR L ^ L) by now apply pow_lt.
  pose proof (norm2_nonneg psi) as H0.
  apply (pow_le_reg L); auto; try lra.
  assert (E : (norm2 psi / INR L) ^ L = norm2 psi ^ L / INR L ^ L).
  { unfold Rdiv. now rewrite Rpow_mult_distr, pow_inv. }
  rewrite E in Hp.
  assert (Q : N <= N / r ^ L * norm2 psi ^ L).
  { eapply Rle_trans. exact H.
    replace (N * INR L ^ L / (C * r ^ L) * C * product (squares psi)) with (N / r ^ L * (INR L ^ L * product (squares psi))) by (field; lra).
    apply Rmult_le_compat_l. apply Rlt_le, Rdiv_lt_0_compat; auto.
    apply Rle_trans with (INR L ^ L * (norm2 psi ^ L / INR L ^ L)). apply Rmult_le_compat_l; lra.
    right. field. lra. }
  apply Rmult_le_reg_l with (N / r ^ L). apply Rdiv_lt_0_compat; auto.
  replace (N / r ^ L * r ^ L) with N by (field; lra). exact Q.
Qed.

(** What the inequality of the means says of the root of a product. *)
Lemma root_of_product r xs : xs <> [] -> (forall x, In x xs -> 0 <= x) -> 0 <= r -> r ^ length xs <= product xs ->
  INR (length xs) * r <= Rsum xs.
Proof.
  intros Hn Hx Hr H. assert (HL : 0 < INR (length xs)).
  { apply lt_0_INR. destruct xs; [now destruct Hn|simpl; lia]. }
  assert (Q : r <= Rsum xs / INR (length xs)).
  { apply (pow_le_reg (length xs)); auto. now apply INR_lt.
    apply Rmult_le_pos. now apply Rsum_nonneg. now apply Rlt_le, Rinv_0_lt_compat.
    eapply Rle_trans. exact H. now apply means. }
  apply (Rmult_le_compat_l (INR (length xs))) in Q; [|lra].
  replace (INR (length xs) * (Rsum xs / INR (length xs))) with (Rsum xs) in Q by (field; lra). exact Q.
Qed.
