(** * As many equations as unknowns have exactly one solution in a box: the test of Krawczyk.

    Distances are measured in each coordinate, so that only the completeness of the real numbers is used. The map
    [x -> x - Y f(x)] takes the box into itself and brings points closer together (Banach). No derivative appears: it
    is enough that [f(x) - f(y) = A (x - y)] with a matrix [A] that may depend on [x] and [y]. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Enclosed Lists Sums Dimension.
Import ListNotations.
Open Scope R_scope.

Local Notation coord x i := (nth i x 0).

Lemma within_centre c r : 0 <= r -> within c r c.
Proof. intro H. split; auto. intros i _. now rewrite Rminus_eq_0, Rabs_R0. Qed.

Lemma Rsum_abs {A} (f : A -> R) l : Rabs (Rsum (map f l)) <= Rsum (map (fun a => Rabs (f a)) l).
Proof.
  induction l as [|a l IH]. simpl. rewrite Rabs_R0. lra. cbn [map]. rewrite !Rsum_cons.
  eapply Rle_trans. apply Rabs_triang. lra.
Qed.

(** ** Banach's fixed point theorem *)
Section Banach.
Variables (c : list R) (r q : R) (T : list R -> list R).
Hypothesis Hr : 0 <= r.
Hypothesis Hq : 0 <= q < 1.
Hypothesis Self : forall x, within c r x -> within c r (T x).
Hypothesis Closer : forall x y b, within c r x -> within c r y -> 0 <= b ->
  (forall j, (j < length c)%nat -> Rabs (coord x j - coord y j) <= b) ->
  forall i, (i < length c)%nat -> Rabs (coord (T x) i - coord (T y) i) <= q * b.

Fixpoint orbit (m : nat) (x : list R) : list R := match m with O => x | S m' => T (orbit m' x) end.

Lemma orbit_within m x : within c r x -> within c r (orbit m x).
Proof. intro H. induction m; simpl; auto. Qed.
Lemma orbit_add m k x : orbit (m + k) x = orbit m (orbit k x).
Proof. induction m; simpl; congruence. Qed.
Lemma orbit_closer m x y b : within c r x -> within c r y -> 0 <= b ->
  (forall j, (j < length c)%nat -> Rabs (coord x j - coord y j) <= b) ->
  forall i, (i < length c)%nat -> Rabs (coord (orbit m x) i - coord (orbit m y) i) <= q ^ m * b.
Proof.
  intros Hx Hy Hb H. induction m as [|m IH]; intros i Hi; cbn [orbit pow].
  - rewrite Rmult_1_l. auto.
  - rewrite Rmult_assoc. apply Closer; auto using orbit_within. apply Rmult_le_pos; auto. apply pow_le. lra.
Qed.
Lemma powers_vanish b eps : 0 <= b -> 0 < eps -> exists N, forall m, (N <= m)%nat -> q ^ m * b < eps.
Proof.
  intros Hb He. assert (Hd : 0 < eps / (b + 1)) by (apply Rdiv_lt_0_compat; lra).
  destruct (pow_lt_1_zero q ltac:(rewrite Rabs_pos_eq; lra) _ Hd) as (N & H). exists N. intros m Hm.
  specialize (H m Hm). rewrite Rabs_pos_eq in H by (apply pow_le; lra).
  apply Rle_lt_trans with (q ^ m * (b + 1)). apply Rmult_le_compat_l. apply pow_le; lra. lra.
  apply Rlt_le_trans with (eps / (b + 1) * (b + 1)). apply Rmult_lt_compat_r; lra. right. field. lra.
Qed.
Lemma zero_if_small x : (forall eps, 0 < eps -> Rabs x < eps) -> x = 0.
Proof.
  intro H. destruct (Req_dec x 0) as [|N]; auto. pose proof (H (Rabs x) (Rabs_pos_lt x N)). lra.
Qed.

Lemma fixed_point_unique x y : within c r x -> within c r y -> T x = x -> T y = y -> x = y.
Proof.
  intros Hx Hy Ex Ey. apply nth_ext with (d := 0) (d' := 0). destruct Hx, Hy; congruence.
  intros i Hi. apply Rminus_diag_uniq, zero_if_small. intros eps He.
  assert (Hi' : (i < length c)%nat) by (destruct Hx; congruence).
  assert (D : forall j, (j < length c)%nat -> Rabs (coord x j - coord y j) <= 2 * r).
  { intros j Hj. destruct Hx as [_ Hx], Hy as [_ Hy]. specialize (Hx j Hj). specialize (Hy j Hj).
    replace (coord x j - coord y j) with ((coord x j - coord c j) - (coord y j - coord c j)) by ring.
    eapply Rle_trans. apply Rabs_triang. rewrite Rabs_Ropp. lra. }
  destruct (powers_vanish (2 * r) eps ltac:(lra) He) as (N & HN).
  assert (Fix : forall z m, T z = z -> orbit m z = z) by (intros z m E; induction m as [|m IH]; simpl; congruence).
  pose proof (orbit_closer N x y (2 * r) Hx Hy ltac:(lra) D i Hi') as Q. rewrite !Fix in Q by auto.
  specialize (HN N (le_n _)). lra.
Qed.

Theorem fixed_point : exists x, within c r x /\ T x = x.
Proof.
  set (u := fun i m => coord (orbit m c) i).
  assert (C0 : within c r c) by (apply within_centre; auto).
  assert (Close : forall i m k, (i < length c)%nat -> Rabs (u i (m + k)%nat - u i m) <= q ^ m * r).
  { intros i m k Hi. unfold u. rewrite orbit_add. apply orbit_closer; auto. now apply orbit_within.
    intros j Hj. now apply (orbit_within k c C0). }
  assert (Lim : forall i, (i < length c)%nat -> exists l, Un_cv (u i) l).
  { intros i Hi. destruct (R_complete (u i)) as (l & Hl); [|eauto].
    intros eps He. destruct (powers_vanish r (eps / 2) Hr ltac:(lra)) as (N & HN). exists N. intros m k Hm Hk.
    unfold R_dist. pose proof (Close i N (m - N)%nat Hi) as A. pose proof (Close i N (k - N)%nat Hi) as B.
    replace (N + (m - N))%nat with m in A by lia. replace (N + (k - N))%nat with k in B by lia.
    specialize (HN N (le_n _)). replace (u i m - u i k) with ((u i m - u i N) - (u i k - u i N)) by ring.
    eapply Rle_lt_trans. apply Rabs_triang. rewrite Rabs_Ropp. lra. }
  assert (Pick : exists x, length x = length c /\ forall i, (i < length c)%nat -> Un_cv (u i) (coord x i)).
  { clear - Lim. clearbody u. revert Lim. generalize (length c) as n. intro n. revert u.
    induction n as [|n IH]; intros u Lim.
    - exists []. split; auto. intros i Hi. lia.
    - destruct (IH (fun i => u (S i))) as (x & Lx & Hx). { intros i Hi. apply Lim. lia. }
      destruct (Lim 0%nat ltac:(lia)) as (l & Hl). exists (l :: x). split. simpl. congruence.
      intros [|i] Hi; simpl; auto. apply Hx. lia. }
  destruct Pick as (x & Lx & Hx). exists x.
  assert (Near : forall i m, (i < length c)%nat -> Rabs (u i m - coord x i) <= q ^ m * r).
  { intros i m Hi. apply Rnot_lt_le. intro Hlt. set (g := Rabs (u i m - coord x i) - q ^ m * r).
    destruct (Hx i Hi g ltac:(unfold g; lra)) as (N & HN). specialize (HN (m + N)%nat ltac:(lia)). unfold R_dist in HN.
    pose proof (Close i m N Hi) as A. unfold g in HN.
    assert (Rabs (u i m - coord x i) <= Rabs (u i (m + N)%nat - u i m) + Rabs (u i (m + N)%nat - coord x i)); [|lra].
    replace (u i m - coord x i) with (- (u i (m + N)%nat - u i m) + (u i (m + N)%nat - coord x i)) by ring.
    eapply Rle_trans. apply Rabs_triang. rewrite Rabs_Ropp. lra. }
  assert (W : within c r x).
  { split; auto. intros i Hi. specialize (Near i 0%nat Hi). unfold u in Near. simpl in Near.
    rewrite Rabs_minus_sym. lra. }
  split; auto. apply nth_ext with (d := 0) (d' := 0). destruct (Self x W) as [L _]. congruence.
  intros i Hi. assert (Hi' : (i < length c)%nat) by (destruct (Self x W) as [L _]; congruence).
  apply Rminus_diag_uniq, zero_if_small. intros eps He.
  destruct (powers_vanish (2 * r) eps ltac:(lra) He) as (N & HN). specialize (HN N (le_n _)).
  assert (P : 0 <= q ^ N * r) by (apply Rmult_le_pos; auto; apply pow_le; lra).
  pose proof (Closer x (orbit N c) (q ^ N * r) W (orbit_within N c C0) P) as A.
  specialize (A ltac:(intros j Hj; rewrite Rabs_minus_sym; now apply Near) i Hi').
  pose proof (Near i (S N) Hi') as B. unfold u in B. cbn [orbit pow] in B.
  replace (coord (T x) i - coord x i) with
    ((coord (T x) i - coord (T (orbit N c)) i) + (coord (T (orbit N c)) i - coord x i)) by ring.
  eapply Rle_lt_trans. apply Rabs_triang.
  assert (q * (q ^ N * r) <= q ^ N * r). { rewrite <- (Rmult_1_l (q ^ N * r)) at 2. apply Rmult_le_compat_r; lra. }
  lra.
Qed.
End Banach.

Lemma greatest (v : nat -> R) n : (0 < n)%nat -> exists m, (m < n)%nat /\ forall k, (k < n)%nat ->
  Rabs (v k) <= Rabs (v m).
Proof.
  induction n as [|n IH]; intro H. lia. destruct n as [|n].
  - exists 0%nat. split. lia. intros k Hk. replace k with 0%nat by lia. lra.
  - destruct IH as (m & Hm & HM). lia. destruct (Rle_lt_dec (Rabs (v (S n))) (Rabs (v m))).
    + exists m. split. lia. intros k Hk. destruct (Nat.eq_dec k (S n)) as [->|]; auto. apply HM. lia.
    + exists (S n). split. lia. intros k Hk. destruct (Nat.eq_dec k (S n)) as [->|]. lra.
      specialize (HM k ltac:(lia)). lra.
Qed.

(** ** Krawczyk's test *)
Section Krawczyk.
Variables (c : list R) (r q : R) (f : list R -> list R).
Let n := length c.
(** [Y i k], and the slopes of [f] between two points: row [k], column [j]. *)
Variable Y : nat -> nat -> R.
Variable slopes : (nat -> nat -> R) -> Prop.
Hypothesis Hr : 0 <= r.
Hypothesis Hq : 0 <= q < 1.
Hypothesis Sloped : forall x y, within c r x -> within c r y -> exists A, slopes A /\
  forall k, (k < n)%nat -> coord (f x) k - coord (f y) k = Rsum (map (fun j =>
    A k j * (coord x j - coord y j)) (seq 0 n)).
Definition step i := Rsum (map (fun k => Y i k * coord (f c) k) (seq 0 n)).
Definition defect (A : nat -> nat -> R) i j :=
  (if Nat.eqb i j then 1 else 0) - Rsum (map (fun k => Y i k * A k j) (seq 0 n)).
Hypothesis Contracts : forall A, slopes A -> forall i, (i < n)%nat ->
  Rsum (map (fun j => Rabs (defect A i j)) (seq 0 n)) <= q /\
  Rabs (step i) + Rsum (map (fun j => Rabs (defect A i j)) (seq 0 n)) * r <= r.
Definition newton (x : list R) : list R :=
  map (fun i => coord x i - Rsum (map (fun k => Y i k * coord (f x) k) (seq 0 n))) (seq 0 n).
Lemma coord_seq (g : nat -> R) i : (i < n)%nat -> coord (map g (seq 0 n)) i = g i.
Proof. intro H. rewrite nth_indep with (d' := g 0%nat) by now rewrite map_length, seq_length.
rewrite map_nth, seq_nth; auto. Qed.
Lemma identity (v : nat -> R) i : (i < n)%nat ->
  Rsum (map (fun j => (if Nat.eqb i j then 1 else 0) * v j) (seq 0 n)) = v i.
Proof.
  intro H. transitivity (Rsum (map (fun j => if Nat.eqb i j then v j else 0) (seq 0 n))).
  { apply Rsum_ext_in. intros j _. destruct Nat.eqb; ring. }
  assert (G : forall m s, Rsum (map (fun j =>
    if Nat.eqb i j then v j else 0) (seq s m)) = if Nat.leb s i then if Nat.ltb i (s + m) then v i else 0 else 0).
  { induction m as [|m IH]; intro s; cbn [seq map]; rewrite ?Rsum_cons, ?IH.
    - unfold Rsum. simpl. destruct (Nat.leb_spec s i), (Nat.ltb_spec i (s + 0)); auto; lia.
    - destruct (Nat.eqb_spec i s), (Nat.leb_spec s i), (Nat.leb_spec (S s) i), (Nat.ltb_spec i (s + S m)),
        (Nat.ltb_spec i (S s + m));
        subst; try lia; ring. }
  rewrite G. simpl. destruct (Nat.ltb_spec i n); auto. lia.
Qed.

Lemma newton_difference x y i : (i < n)%nat -> within c r x -> within c r y -> exists A, slopes A /\
  coord (newton x) i - coord (newton y) i = Rsum (map (fun j => defect A i j * (coord x j - coord y j)) (seq 0 n)).
Proof.
  intros Hi Hx Hy. destruct (Sloped x y Hx Hy) as (A & HA & E). exists A. split; auto.
  unfold newton. rewrite !coord_seq by auto. unfold defect.
  transitivity (Rsum (map (fun j => 1 * ((if Nat.eqb i j then 1 else 0) * (coord x j - coord y j)) +
     -1 * (Rsum (map (fun k => Y i k * A k j * (coord x j - coord y j)) (seq 0 n)))) (seq 0 n))).
  - rewrite Rsum_lin, identity, Rsum_swap by auto.
    assert (D : Rsum (map (fun k => Y i k * coord (f x) k) (seq 0 n)) - Rsum (map (fun k =>
      Y i k * coord (f y) k) (seq 0 n)) =
      Rsum (map (fun k => Rsum (map (fun j => Y i k * A k j * (coord x j - coord y j)) (seq 0 n))) (seq 0 n))).
    { match goal with |- ?a - ?b = _ => replace (a - b) with (1 * a + -1 * b) by ring end. rewrite <- Rsum_lin.
      apply Rsum_ext_in.
      intros k Hk. apply in_seq in Hk.
      replace (1 * (Y i k * coord (f x) k) + -1 * (Y i k * coord (f y) k)) with
        (Y i k * (coord (f x) k - coord (f y) k)) by ring.
      rewrite E by lia. rewrite <- Rsum_mult. apply Rsum_ext_in. intros. ring. }
    lra.
  - apply Rsum_ext_in. intros j _. rewrite <- Rsum_mult.
    assert (M : Rsum (map (fun k => Y i k * A k j * (coord x j - coord y j)) (seq 0 n)) =
      Rsum (map (fun k => Y i k * A k j) (seq 0 n)) * (coord x j - coord y j)).
    { rewrite Rmult_comm, <- Rsum_mult. apply Rsum_ext_in. intros; ring. }
    rewrite Rsum_mult, M. ring.
Qed.

Lemma newton_bound A x y i b : (i < n)%nat -> slopes A -> 0 <= b -> (forall j, (j < n)%nat ->
  Rabs (coord x j - coord y j) <= b) ->
  Rabs (Rsum (map (fun j => defect A i j * (coord x j - coord y j)) (seq 0 n))) <= Rsum (map (fun j =>
    Rabs (defect A i j)) (seq 0 n)) * b.
Proof.
  intros Hi HA Hb H. eapply Rle_trans. apply Rsum_abs. rewrite Rmult_comm, <- Rsum_mult. apply Rsum_le. intros j Hj.
  apply in_seq in Hj. rewrite Rabs_mult, Rmult_comm. apply Rmult_le_compat_r. apply Rabs_pos. apply H. lia.
Qed.

(** A matrix near the identity maps only 0 to 0; so do [Y] and [A], then, as their product is near it. *)
Lemma vanishing (N : nat -> nat -> R) (v : nat -> R) :
  (forall k, (k < n)%nat -> Rsum (map (fun j => Rabs (N k j)) (seq 0 n)) < 1) ->
  (forall k, (k < n)%nat -> v k = Rsum (map (fun j => N k j * v j) (seq 0 n))) -> forall k, (k < n)%nat -> v k = 0.
Proof.
  intros Small E k Hk. destruct (greatest v n ltac:(lia)) as (m & Hm & HM). specialize (Small m Hm).
  assert (B : Rabs (v m) <= Rsum (map (fun j => Rabs (N m j)) (seq 0 n)) * Rabs (v m)).
  { rewrite (E m Hm) at 1. eapply Rle_trans. apply Rsum_abs. rewrite Rmult_comm, <- Rsum_mult. apply Rsum_le.
    intros j Hj.
    apply in_seq in Hj. rewrite Rabs_mult, Rmult_comm. apply Rmult_le_compat_r. apply Rabs_pos. apply HM. lia. }
  pose proof (Rabs_pos (v m)) as P.
  assert (Rabs (v m) = 0).
  { destruct P as [P|P]; auto. exfalso.
    assert (Q : Rsum (map (fun j => Rabs (N m j)) (seq 0 n)) * Rabs (v m) < 1 * Rabs (v m)) by
      (apply Rmult_lt_compat_r; auto). lra. }
  specialize (HM k Hk). pose proof (Rabs_pos (v k)). destruct (Req_dec (v k) 0) as [|Nz]; auto.
  pose proof (Rabs_pos_lt _ Nz). lra.
Qed.
Lemma product_injective A (u : nat -> R) : slopes A ->
  (forall i, (i < n)%nat -> Rsum (map (fun k => Y i k * Rsum (map (fun j => A k j * u j) (seq 0 n))) (seq 0 n)) = 0) ->
  forall j, (j < n)%nat -> u j = 0.
Proof.
  intros HA H0. apply (vanishing (defect A)).
  - intros k Hk. eapply Rle_lt_trans; [apply (proj1 (Contracts A HA k Hk))|apply Hq].
  - intros i Hi. unfold defect.
    rewrite (Rsum_ext_in _ (fun j => 1 * ((if Nat.eqb i j then 1 else 0) * u j) +
      -1 * Rsum (map (fun k => Y i k * (A k j * u j)) (seq 0 n)))).
    + rewrite Rsum_lin, identity, Rsum_swap by auto.
      rewrite (Rsum_ext_in _ (fun k => Y i k * Rsum (map (fun j => A k j * u j) (seq 0 n)))).
      rewrite H0 by auto. ring. intros k _. apply Rsum_mult.
    + intros j _. rewrite (Rsum_ext_in (fun k => Y i k * (A k j * u j)) (fun k => u j * (Y i k * A k j))) by (intros;
      ring).
      rewrite Rsum_mult. ring.
Qed.
Lemma kernel_of_inverse (v : nat -> R) : (forall i, (i < n)%nat -> Rsum (map (fun j => Y i j * v j) (seq 0 n)) = 0) ->
  forall k, (k < n)%nat -> v k = 0.
Proof.
  intro H0. destruct (Sloped c c (within_centre c r Hr) (within_centre c r Hr)) as (A & HA & _).
  assert (Inj : forall u, (forall k, (k < n)%nat -> Rsum (map (fun j => A k j * u j) (seq 0 n)) = 0) ->
    forall j, (j < n)%nat -> u j = 0).
  { intros u Hu. apply (product_injective A u HA). intros i Hi. apply Rsum_zero. intros k Hk. apply in_seq in Hk.
    rewrite Hu by lia. ring. }
  destruct (onto n A Inj v) as (u & Hu).
  assert (U : forall j, (j < n)%nat -> u j = 0).
  { apply (product_injective A u HA). intros i Hi. rewrite <- (H0 i Hi). apply Rsum_ext_in. intros k Hk.
    apply in_seq in Hk.
    rewrite Hu by lia. reflexivity. }
  intros k Hk. rewrite <- (Hu k Hk). apply Rsum_zero. intros j Hj. apply in_seq in Hj. rewrite U by lia. ring.
Qed.

Theorem krawczyk : exists x, within c r x /\ (forall k, (k < n)%nat -> coord (f x) k = 0) /\
  forall y, within c r y -> (forall k, (k < n)%nat -> coord (f y) k = 0) -> y = x.
Proof.
  assert (Len : forall x, length (newton x) = n) by (intro; unfold newton; now rewrite map_length, seq_length).
  assert (Self : forall x, within c r x -> within c r (newton x)).
  { intros x Hx. split. apply Len. intros i Hi. fold n in Hi.
    destruct (newton_difference x c i Hi Hx (within_centre c r Hr)) as (A & HA & E).
    replace (coord (newton x) i - coord c i) with ((coord (newton x) i - coord (newton c) i) + - step i).
    2:{ unfold newton at 2. rewrite coord_seq by auto. unfold step. ring. }
    rewrite E. eapply Rle_trans. apply Rabs_triang. rewrite Rabs_Ropp.
    pose proof (newton_bound A x c i r Hi HA Hr (proj2 Hx)). destruct (Contracts A HA i Hi). lra. }
  assert (Closer : forall x y b, within c r x -> within c r y -> 0 <= b ->
    (forall j, (j < length c)%nat -> Rabs (coord x j - coord y j) <= b) ->
    forall i, (i < length c)%nat -> Rabs (coord (newton x) i - coord (newton y) i) <= q * b).
  { intros x y b Hx Hy Hb H i Hi. fold n in Hi. destruct (newton_difference x y i Hi Hx Hy) as (A & HA & E). rewrite E.
    eapply Rle_trans. apply newton_bound; eauto. apply Rmult_le_compat_r; auto. now apply Contracts. }
  destruct (fixed_point c r q newton Hr Hq Self Closer) as (x & Hx & Ex). exists x. split; auto. split.
  - apply (kernel_of_inverse (fun k => coord (f x) k)). intros i Hi.
    assert (E := coord_seq (fun i => coord x i - Rsum (map (fun k => Y i k * coord (f x) k) (seq 0 n))) i Hi).
    change (coord (newton x) i = coord x i - Rsum (map (fun k => Y i k * coord (f x) k) (seq 0 n))) in E.
    rewrite Ex in E. lra.
  - intros y Hy H0. apply (fixed_point_unique c r q newton Hr Hq Self Closer); auto.
    apply nth_ext with (d := 0) (d' := 0). rewrite Len. destruct Hy; auto. rewrite Len. intros i Hi.
    unfold newton. rewrite coord_seq by auto. rewrite (Rsum_zero _ (seq 0 n)). ring.
    intros k Hk. apply in_seq in Hk. rewrite H0 by lia. ring.
Qed.
End Krawczyk.
