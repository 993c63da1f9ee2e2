(** * What the weights of a path have to measure for their product: the bound of a case by its ends.

    Let [q] be the sum of the squares of [n] numbers, and [t] the product of their absolute values. Then
    [1/2 q - z t] is at least [n/2 s^2 - z s^n], where [s^n = t]. As a function of [t] that is concave, so that between
    two ends it is least at one of them. The ends are given by [s]: nobody takes a root. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Sums.
Import ListNotations.
Open Scope R_scope.

(** ** The tangent of [y^(n/2)], in [y = s^2] *)

Lemma tangent_below m x s : 0 <= x -> 0 <= s ->
  INR (S (S m)) * (s ^ m * (x * x)) <= 2 * x ^ S (S m) + INR m * s ^ S (S m).
Proof.
  intros Hx Hs. induction m as [|m IH]. simpl. lra.
  assert (X : 0 <= x ^ S m) by (now apply pow_le). assert (Y : 0 <= s ^ m) by (now apply pow_le).
  apply (Rmult_le_compat_l s) in IH; auto. rewrite !S_INR in *. cbn [pow] in *.
  set (a := x ^ m) in *. set (b := s ^ m) in *.
  assert (G : 0 <= (x - s) * (2 * (x * (x * a)) - s * b * (x + s))).
  { assert (U : 0 <= s * b) by now apply Rmult_le_pos.
    destruct (Rle_lt_dec s x) as [L|L].
    - assert (B : b <= a) by (apply pow_incr; lra). assert (C : s * b <= x * a) by (apply Rmult_le_compat; lra).
      assert (s * b * (x + s) <= x * a * (x + x)) by (apply Rmult_le_compat; lra). apply Rmult_le_pos; lra.
    - assert (B : a <= b) by (apply pow_incr; lra). assert (0 <= a) by now apply pow_le.
      assert (C : x * a <= s * b) by (apply Rmult_le_compat; lra).
      assert (x * a * (x + x) <= s * b * (x + s)) by (apply Rmult_le_compat; lra).
      replace ((x - s) * (2 * (x * (x * a)) - s * b * (x + s))) with ((s - x) * (s * b * (x + s) - x * a * (x + x))) by ring.
      apply Rmult_le_pos; lra. }
  lra.
Qed.

(** ** The bound at the exact size *)

(** The least of [1/2 q - z t]. *)
Definition bound (n : nat) (z s : R) : R := INR n / 2 * (s * s) - z * s ^ n.

Section Between.
Variables (m : nat) (z : R).
Let n := S (S m).

Lemma bound_below a s : 0 <= a <= s -> z * s ^ m <= 1 -> bound n z a <= bound n z s.
Proof.
  intros H Hz. unfold bound, n in *. pose proof (tangent_below m a s ltac:(lra) ltac:(lra)) as T. rewrite !S_INR in *.
  assert (P : a ^ S (S m) <= s ^ S (S m)) by (apply pow_incr; lra).
  assert (Q : a * a <= s * s) by nra. pose proof (pos_INR m) as I.
  destruct (Rle_lt_dec z 0) as [N|N].
  - assert (z * s ^ S (S m) <= z * a ^ S (S m)) by (apply Rmult_le_compat_neg_l; lra).
    assert ((INR m + 1 + 1) / 2 * (a * a) <= (INR m + 1 + 1) / 2 * (s * s)) by (apply Rmult_le_compat_l; lra). lra.
  - assert (D : 2 * (s ^ S (S m) - a ^ S (S m)) <= (INR m + 1 + 1) * (s ^ m * (s * s - a * a))).
    { cbn [pow] in *. lra. }
    apply (Rmult_le_compat_l z) in D; [|lra].
    assert (F : z * s ^ m * ((INR m + 1 + 1) * (s * s - a * a)) <= 1 * ((INR m + 1 + 1) * (s * s - a * a))).
    { apply Rmult_le_compat_r; auto. apply Rmult_le_pos; lra. }
    lra.
Qed.

Lemma bound_above s b : 0 <= s <= b -> 1 <= z * s ^ m -> bound n z b <= bound n z s.
Proof.
  intros H Hz. unfold bound, n in *. pose proof (tangent_below m b s ltac:(lra) ltac:(lra)) as T. rewrite !S_INR in *.
  pose proof (pos_INR m) as I. assert (Q : s * s <= b * b) by nra. pose proof (pow_le s m ltac:(lra)) as Y.
  assert (N : 0 <= z) by (destruct (Rle_lt_dec 0 z); auto; nra).
  assert (D : (INR m + 1 + 1) * (s ^ m * (b * b - s * s)) <= 2 * (b ^ S (S m) - s ^ S (S m))) by (cbn [pow] in *; lra).
  apply (Rmult_le_compat_l z) in D; auto.
  assert (F : 1 * ((INR m + 1 + 1) * (b * b - s * s)) <= z * s ^ m * ((INR m + 1 + 1) * (b * b - s * s))).
  { apply Rmult_le_compat_r; auto. apply Rmult_le_pos; lra. }
  lra.
Qed.
End Between.

(** ** The root of a product *)

Lemma root n t : (0 < n)%nat -> 0 <= t -> exists s, 0 <= s /\ s ^ n = t.
Proof.
  intros Hn Ht. destruct (IVT_cor (fun s => s ^ n - t) 0 (1 + t)) as (s & Hs & E).
  - apply continuity_minus. apply derivable_continuous, derivable_pow. apply continuity_const. now intros x y.
  - lra.
  - rewrite pow_i by auto. pose proof (bernoulli n t ltac:(lra)) as B.
    assert (t <= INR n * t). { rewrite <- (Rmult_1_l t) at 1. apply Rmult_le_compat_r; auto. apply (le_INR 1). lia. }
    assert (0 <= t * ((1 + t) ^ n - t)) by (apply Rmult_le_pos; lra). lra.
  - exists s. split; lra.
Qed.

Lemma pow_le_inv n a b : (0 < n)%nat -> 0 <= a -> 0 <= b -> a ^ n <= b ^ n -> a <= b.
Proof.
  intros Hn Ha Hb H. destruct (Rle_lt_dec a b) as [|L]; auto. exfalso.
  assert (b ^ n < a ^ n); [|lra]. destruct n as [|n]; [lia|]. clear Hn H. induction n as [|n IH]. simpl. lra.
  cbn [pow] in *. apply Rmult_le_0_lt_compat; auto. apply Rmult_le_pos; auto. now apply pow_le.
Qed.

(** ** The bound of the weights *)

Definition sizes (l : list R) : R := product (map Rabs l).
Lemma sizes_nonneg l : 0 <= sizes l.
Proof.
  unfold sizes, product. induction l as [|x l IH]; cbn [map fold_right]. lra. apply Rmult_le_pos; auto. apply Rabs_pos.
Qed.

Lemma sizes_square l : sizes l * sizes l = product (map (fun x => x * x) l).
Proof.
  unfold sizes, product. induction l as [|x l IH]; cbn [map fold_right]. ring. rewrite <- IH.
  pose proof (Rsqr_abs x) as Q. unfold Rsqr in Q. rewrite Q. ring.
Qed.

(** The inequality of the means. *)
Lemma squares_of_size l s : l <> [] -> 0 <= s -> s ^ length l = sizes l ->
  INR (length l) * (s * s) <= Rsum (map (fun x => x * x) l).
Proof.
  intros Hl Hs E. assert (Hn : (0 < length l)%nat) by (destruct l; [contradiction|simpl; lia]).
  pose proof (lt_0_INR _ Hn) as In.
  assert (N : 0 <= Rsum (map (fun x => x * x) l)) by (apply (Rsum_squares (fun x => x))).
  pose proof (means (map (fun x => x * x) l)) as Q. rewrite map_length in Q.
  rewrite <- sizes_square, <- E, <- Rpow_mult_distr in Q.
  apply pow_le_inv in Q; auto.
  - apply (Rmult_le_compat_l (INR (length l))) in Q; [|lra].
    replace (INR (length l) * (_ / INR (length l))) with (Rsum (map (fun x => x * x) l)) in Q by (field; lra). exact Q.
  - nra.
  - apply Rmult_le_pos; auto. apply Rlt_le, Rinv_0_lt_compat, In.
  - intros x Hx. apply in_map_iff in Hx. destruct Hx as (y & <- & _). apply Rle_0_sqr.
Qed.

(** Half the squares less [z] times the size, where that lies between two ends, or after one if nothing falls there. *)
Definition falls_nowhere (n : nat) (z : R) : Prop := z <= 0 \/ (n = 2%nat /\ z <= 1).

Theorem path_bound l z c a : (2 <= length l)%nat -> 0 <= a -> a ^ length l <= sizes l ->
  c <= bound (length l) z a ->
  (exists b, 0 <= b /\ sizes l <= b ^ length l /\ c <= bound (length l) z b) \/ falls_nowhere (length l) z ->
  c <= 1 / 2 * Rsum (map (fun x => x * x) l) - z * sizes l.
Proof.
  intros Hl Ha HA Hca Hb. destruct (root (length l) (sizes l)) as (s & Hs & E). lia. apply sizes_nonneg.
  assert (B : bound (length l) z s <= 1 / 2 * Rsum (map (fun x => x * x) l) - z * sizes l).
  { assert (l <> []) by (destruct l; [simpl in Hl; lia|discriminate]). pose proof (squares_of_size l s ltac:(auto) Hs E).
    unfold bound. rewrite E. lra. }
  eapply Rle_trans; [|exact B]. rewrite <- E in HA. apply pow_le_inv in HA; auto; try lia.
  destruct (length l) as [|[|m]]; try lia.
  assert (Rising : z * s ^ m <= 1 -> c <= bound (S (S m)) z s).
  { intro R. eapply Rle_trans; [exact Hca|]. apply bound_below; auto. }
  destruct Hb as [(b & Hb & HB & Hcb) | [Z | [Em Z]]].
  - rewrite <- E in HB. apply pow_le_inv in HB; auto; try lia.
    destruct (Rle_lt_dec (z * s ^ m) 1); auto. eapply Rle_trans; [exact Hcb|]. apply bound_above; auto. lra.
  - apply Rising. pose proof (pow_le s m Hs). nra.
  - apply Rising. injection Em as ->. simpl. lra.
Qed.
