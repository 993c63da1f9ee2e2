(** * How fast functions of the displacement vanish at the point. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Displacement.
Import ListNotations.
Open Scope R_scope.

Local Notation env := (nat * nat -> R).

(** ** [O(d^k)] for displacements of at most [d], near the point *)

(** What holds of all displacements in a neighbourhood, whatever bounds them. *)
Definition bounded_by (f : env -> R) (C : R) (k : nat) (e : env) : Prop :=
  forall d, 0 <= d <= 1 -> (forall v, Rabs (e v) <= d) -> f e <= C * d ^ k.
Definition small (k : nat) (f : env -> R) : Prop :=
  exists C, 0 <= C /\ near (bounded_by (fun e => Rabs (f e)) C k).
(** At most a multiple of [d^3]; it may be as negative as it likes. *)
Definition at_most_cubic (f : env -> R) : Prop := exists C, 0 <= C /\ near (bounded_by f C 3).

Lemma small_ext k f g : near (fun e => f e = g e) -> small k f -> small k g.
Proof.
  intros E (C & HC & H). exists C. split; auto. eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ E H)].
  cbn beta. intros e [E0 B] d Hd He. rewrite <- E0. now apply B.
Qed.
Lemma small_zero k f : near (fun e => f e = 0) -> small k f.
Proof.
  intro E. exists 0. split. lra. eapply (U_mono _ near_where); [|exact E]. cbn beta. intros e E0 d _ _.
  rewrite E0, Rabs_R0. lra.
Qed.
Lemma small_weaken j k f : (j <= k)%nat -> small k f -> small j f.
Proof.
  intros L (C & HC & H). exists C. split; auto. eapply (U_mono _ near_where); [|exact H]. cbn beta. intros e B d Hd He.
  eapply Rle_trans. exact (B d Hd He). apply Rmult_le_compat_l; auto. replace k with (j + (k - j))%nat by lia.
  rewrite pow_add. rewrite <- (Rmult_1_r (d ^ j)) at 2. apply Rmult_le_compat_l. apply pow_le; lra.
  rewrite <- (pow1 (k - j)). apply pow_incr. lra.
Qed.
Lemma small_plus k f g : small k f -> small k g -> small k (fun e => f e + g e).
Proof.
  intros (C & HC & H) (C' & HC' & H'). exists (C + C'). split. lra.
  eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ H H')]. cbn beta. intros e [B B'] d Hd He.
  eapply Rle_trans. apply Rabs_triang. rewrite Rmult_plus_distr_r. apply Rplus_le_compat; auto.
Qed.
Lemma small_mult i j f g : small i f -> small j g -> small (i + j) (fun e => f e * g e).
Proof.
  intros (C & HC & H) (C' & HC' & H'). exists (C * C'). split. now apply Rmult_le_pos.
  eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ H H')]. cbn beta. intros e [B B'] d Hd He.
  rewrite Rabs_mult, pow_add. replace (C * C' * (d ^ i * d ^ j)) with (C * d ^ i * (C' * d ^ j)) by ring.
  apply Rmult_le_compat; auto using Rabs_pos.
Qed.
Lemma small_const r : small 0 (fun _ => r).
Proof.
  exists (Rabs r). split. apply Rabs_pos. apply (U_all _ near_where). intros e d _ _. simpl. rewrite Rmult_1_r. lra.
Qed.
Lemma small_scale k r f : small k f -> small k (fun e => r * f e).
Proof. exact (small_mult 0 k _ _ (small_const r)). Qed.
Lemma small_opp k f : small k f -> small k (fun e => - f e).
Proof.
  intro H. apply (small_ext _ (fun e => -1 * f e)). { apply (U_all _ near_where). intro. ring. } now apply small_scale.
Qed.
Lemma small_same k f g : (forall e, Rabs (f e) <= Rabs (g e)) -> small k g -> small k f.
Proof.
  intros L (C & HC & H). exists C. split; auto. eapply (U_mono _ near_where); [|exact H]. cbn beta. intros e B d Hd He.
  eapply Rle_trans. apply L. now apply B.
Qed.
Lemma small_within f : (forall e d, (forall v, Rabs (e v) <= d) -> Rabs (f e) <= d) -> small 1 f.
Proof.
  intro H. exists 1. split. lra. apply (U_all _ near_where). intros e d _ He. simpl. specialize (H e d He). lra.
Qed.
(** What is small of first order is as small as one likes close to the point. *)
Lemma small_close f eps : 0 < eps -> small 1 f -> near (fun e => Rabs (f e) < eps).
Proof.
  intros He (C & HC & d0 & Hd0 & H). set (d := Rmin (Rmin 1 (d0 / 2)) (eps / (2 * (C + 1)))).
  assert (P : 0 < eps / (2 * (C + 1))) by (apply Rdiv_lt_0_compat; lra).
  assert (Hd : 0 < d) by (apply Rmin_pos; auto; apply Rmin_pos; lra).
  assert (D1 : d <= 1) by (eapply Rle_trans; [apply Rmin_l | apply Rmin_l]).
  assert (D2 : d <= d0 / 2) by (eapply Rle_trans; [apply Rmin_l | apply Rmin_r]).
  assert (D3 : d <= eps / (2 * (C + 1))) by apply Rmin_r.
  exists d. split; auto. intros e Hv. eapply Rle_lt_trans.
  - apply (H e) with (d := d). intro v. specialize (Hv v). lra. lra. intro v. left. apply Hv.
  - apply Rle_lt_trans with ((C + 1) * (eps / (2 * (C + 1)))).
    + simpl. rewrite Rmult_1_r. apply Rmult_le_compat; lra.
    + replace ((C + 1) * (eps / (2 * (C + 1)))) with (eps / 2) by (field; lra). lra.
Qed.

Lemma cubic_of_small f : small 3 f -> at_most_cubic f.
Proof.
  intros (C & HC & H). exists C. split; auto. eapply (U_mono _ near_where); [|exact H]. cbn beta. intros e B d Hd He.
  eapply Rle_trans. apply Rle_abs. now apply B.
Qed.
Lemma cubic_of_negative f : near (fun e => f e <= 0) -> at_most_cubic f.
Proof.
  intro H. exists 0. split. lra. eapply (U_mono _ near_where); [|exact H]. cbn beta. intros e L d _ _. lra.
Qed.
Lemma cubic_plus f g : at_most_cubic f -> at_most_cubic g -> at_most_cubic (fun e => f e + g e).
Proof.
  intros (C & HC & H) (C' & HC' & H'). exists (C + C'). split. lra.
  eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ H H')]. cbn beta. intros e [B B'] d Hd He.
  specialize (B d Hd He). specialize (B' d Hd He). lra.
Qed.
Lemma cubic_ext f g : (forall e, f e = g e) -> at_most_cubic f -> at_most_cubic g.
Proof.
  intros E (C & HC & H). exists C. split; auto. eapply (U_mono _ near_where); [|exact H]. cbn beta. intros e B d Hd He.
  rewrite <- E. now apply B.
Qed.
Lemma cubic_sum {A} (f : A -> env -> R) l : (forall a, In a l -> at_most_cubic (f a)) ->
  at_most_cubic (fun e => Rsum (map (fun a => f a e) l)).
Proof.
  induction l as [|a l IH]; intro H.
  - apply cubic_of_negative. apply (U_all _ near_where). intro. simpl. lra.
  - apply (cubic_plus (f a) (fun e => Rsum (map (fun a => f a e) l))). apply H. now left. apply IH. intros. apply H.
    now right.
Qed.

(** ** Orders: [None] is that of what is 0 near the point *)

Definition order := option nat.
Definition sum_order (a b : order) : order :=
  match a, b with Some i, Some j => Some (i + j)%nat | _, _ => None end.
Definition least_order (a b : order) : order :=
  match a, b with Some i, Some j => Some (Nat.min i j) | None, o => o | o, None => o end.
Definition vanishes (o : order) (f : env -> R) : Prop :=
  match o with Some k => small k f | None => near (fun e => f e = 0) end.

Lemma vanishes_small o k f : (forall j, o = Some j -> (k <= j)%nat) -> vanishes o f -> small k f.
Proof.
  intros L H. destruct o as [j|]. apply small_weaken with j; auto. now apply small_zero.
Qed.
Lemma vanishes_ext o f g : near (fun e => f e = g e) -> vanishes o f -> vanishes o g.
Proof.
  intros E H. destruct o as [k|]. now apply (small_ext k f).
  eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ E H)]. cbn beta. intros e [<- Z]. exact Z.
Qed.
Lemma vanishes_plus a b f g : vanishes a f -> vanishes b g -> vanishes (least_order a b) (fun e => f e + g e).
Proof.
  intros Ha Hb. destruct a as [i|], b as [j|]; cbn [least_order vanishes] in *.
  - apply small_plus; [apply small_weaken with i | apply small_weaken with j]; auto; lia.
  - apply small_plus; auto. now apply small_zero.
  - apply small_plus; auto. now apply small_zero.
  - eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ Ha Hb)]. cbn beta. intros e [-> ->]. ring.
Qed.
Lemma vanishes_mult a b f g : vanishes a f -> vanishes b g -> vanishes (sum_order a b) (fun e => f e * g e).
Proof.
  intros Ha Hb. destruct a as [i|], b as [j|]; cbn [sum_order vanishes] in *.
  - now apply small_mult.
  - eapply (U_mono _ near_where); [|exact Hb]. cbn beta. intros e ->. ring.
  - eapply (U_mono _ near_where); [|exact Ha]. cbn beta. intros e ->. ring.
  - eapply (U_mono _ near_where); [|exact Ha]. cbn beta. intros e ->. ring.
Qed.

(** ** Polynomials *)
Section Polynomials.
Context {F : ops} {M : model F}.

Lemma small_monomial m : small (length m) (fun e => monev e m).
Proof.
  induction m as [|v m IH]. exact (small_const 1).
  exact (small_mult 1 _ _ _ (small_within (fun e => e v) (fun e d He => He v)) IH).
Qed.
Lemma small_polynomial (p : list (F * list (nat * nat))) k : (forall am, In am p -> (k <= length (snd am))%nat) ->
  small k (mev p).
Proof.
  induction p as [|[a m] p IH]; intro H.
  - apply small_zero, (U_all _ near_where). reflexivity.
  - apply (small_plus k (fun e => toR a * monev e m) (mev p)).
    + apply small_scale. apply small_weaken with (length m). exact (H (a, m) (or_introl eq_refl)). apply small_monomial.
    + apply IH. intros. apply H. now right.
Qed.
End Polynomials.
