(** * Functions of the parameters that are Lipschitz continuous near a point.

    Sums, products and compositions of such functions are again such functions. So are the outputs of a network with
    slopes that are held, and what they are derived from. *)

From Coq Require Import Reals List Lra Lia.
From Margincert Require Import Claims Lists Forward Vectors Sums InnerProducts Nearby.
Import ListNotations.
Open Scope R_scope.

(** Two points near [theta], and a bound on how far apart their entries are. *)
Record pair := Pair { one : params R; other : params R; apart : R }.
Definition near_pair (theta : params R) (d : R) (p : pair) : Prop :=
  same_shape theta (one p) /\ same_shape theta (other p) /\
  (forall v, Rabs (entry (one p) v - entry theta v) < d) /\ (forall v, Rabs (entry (other p) v - entry theta v) < d) /\
  0 <= apart p /\ forall v, Rabs (entry (one p) v - entry (other p) v) <= apart p.
Definition pairs (theta : params R) (Q : pair -> Prop) : Prop := exists d, 0 < d /\ forall p, near_pair theta d p -> Q p.
Lemma pairs_where theta : where_ (pairs theta).
Proof.
  apply (close_enough (near_pair theta)). intros d d' p L (S & S' & N & N' & A). split; auto. split; auto.
  split; [|split]; auto; intro v; [specialize (N v) | specialize (N' v)]; lra.
Qed.
Lemma pairs_close theta Q : close theta Q -> pairs theta (fun p => Q (one p) /\ Q (other p)).
Proof. intros (d & Hd & H). exists d. split; auto. intros p (S & S' & N & N' & _). auto. Qed.

Definition lipschitz_near (theta : params R) (f : params R -> R) : Prop :=
  exists K, 0 <= K /\ pairs theta (fun p =>
    Rabs (f (one p) - f (other p)) <= K * apart p /\ Rabs (f (one p)) <= K /\ Rabs (f (other p)) <= K /\ 0 <= apart p).

Section Near.
Variable theta : params R.
Local Notation lipschitz := (lipschitz_near theta).
Local Notation W := (pairs_where theta).

Lemma lipschitz_eq f g : close theta (fun psi => f psi = g psi) -> lipschitz g -> lipschitz f.
Proof.
  intros E (K & HK & H). exists K. split; auto. eapply (U_mono _ W); [|exact (U_and _ W _ _ (pairs_close _ _ E) H)]. cbn beta.
  intros p [[-> ->] A]. exact A.
Qed.
Lemma apart_pos : pairs theta (fun p => 0 <= apart p).
Proof. exists 1. split. lra. intros p (_ & _ & _ & _ & A & _). exact A. Qed.
Lemma lipschitz_const c : lipschitz (fun _ => c).
Proof.
  exists (Rabs c). split. apply Rabs_pos. eapply (U_mono _ W); [|exact apart_pos]. cbn beta. intros p A.
  rewrite Rminus_eq_0, Rabs_R0. pose proof (Rmult_le_pos _ _ (Rabs_pos c) A). repeat split; auto; lra.
Qed.
Lemma lipschitz_entry v : lipschitz (fun psi => entry psi v).
Proof.
  exists (Rabs (entry theta v) + 1). pose proof (Rabs_pos (entry theta v)) as P. split. lra.
  exists 1. split. lra. intros p (_ & _ & N & N' & A & B). specialize (N v). specialize (N' v). specialize (B v).
  assert (Q : forall x, Rabs (x - entry theta v) < 1 -> Rabs x <= Rabs (entry theta v) + 1).
  { intros x Hx. replace x with (entry theta v + (x - entry theta v)) by ring. eapply Rle_trans. apply Rabs_triang. lra. }
  pose proof (Rmult_le_pos _ _ P A). repeat split; auto. lra.
Qed.
Lemma lipschitz_plus f g : lipschitz f -> lipschitz g -> lipschitz (fun psi => f psi + g psi).
Proof.
  intros (K & HK & H) (K' & HK' & H'). exists (K + K'). split. lra.
  eapply (U_mono _ W); [|exact (U_and _ W _ _ H H')]. cbn beta. intros p [(A & B & C & D) (A' & B' & C' & _)].
  replace (f (one p) + g (one p) - (f (other p) + g (other p))) with
    ((f (one p) - f (other p)) + (g (one p) - g (other p))) by ring.
  repeat split; auto; (eapply Rle_trans; [apply Rabs_triang|]); lra.
Qed.
Lemma lipschitz_mult f g : lipschitz f -> lipschitz g -> lipschitz (fun psi => f psi * g psi).
Proof.
  intros (K & HK & H) (K' & HK' & H'). exists (2 * K * K'). assert (KK := Rmult_le_pos _ _ HK HK'). split. lra.
  eapply (U_mono _ W); [|exact (U_and _ W _ _ H H')]. cbn beta. intros p [(A & B & C & D) (A' & B' & C' & _)].
  assert (M : forall x y, Rabs x <= K -> Rabs y <= K' -> Rabs (x * y) <= 2 * K * K').
  { intros x y Hx Hy. rewrite Rabs_mult. pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos x) (Rabs_pos y) Hx Hy). lra. }
  repeat split; auto.
  replace (f (one p) * g (one p) - f (other p) * g (other p)) with
    (f (one p) * (g (one p) - g (other p)) + (f (one p) - f (other p)) * g (other p)) by ring.
  eapply Rle_trans. apply Rabs_triang. rewrite !Rabs_mult.
  pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos _) (Rabs_pos _) B A').
  pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos _) (Rabs_pos _) A C'). lra.
Qed.
Lemma lipschitz_sum {B} (f : B -> params R -> R) l : (forall b, In b l -> lipschitz (f b)) ->
  lipschitz (fun psi => Rsum (map (fun b => f b psi) l)).
Proof.
  induction l as [|b l IH]; intro H. apply (lipschitz_const 0).
  apply (lipschitz_plus (f b)). apply H. now left. apply IH. intros; apply H; now right.
Qed.

(** A function of a number that is Lipschitz continuous on each half-line to the right. *)
Definition lipschitz_above (h : R -> R) : Prop :=
  forall A, exists K, 0 <= K /\ forall x y, A <= x -> A <= y -> Rabs (h x - h y) <= K * Rabs (x - y).
Lemma lipschitz_comp h f : lipschitz_above h -> lipschitz f -> lipschitz (fun psi => h (f psi)).
Proof.
  intros Hh (K & HK & H). destruct (Hh (- K)) as (K' & HK' & L). assert (KK := Rmult_le_pos _ _ HK' HK).
  exists (K' * K + (Rabs (h 0) + K' * K)). pose proof (Rabs_pos (h 0)). split. lra.
  eapply (U_mono _ W); [|exact H]. cbn beta. intros p (A & B & C & D).
  assert (Low : forall x, Rabs x <= K -> - K <= x) by (intros x Hx; pose proof (Rle_abs (- x)) as Q; rewrite Rabs_Ropp in Q; lra).
  assert (M : forall x, Rabs x <= K -> Rabs (h x) <= K' * K + (Rabs (h 0) + K' * K)).
  { intros x Hx. replace (h x) with (h 0 + (h x - h 0)) by ring. eapply Rle_trans. apply Rabs_triang.
    assert (Q := L x 0 (Low x Hx) ltac:(lra)). rewrite Rminus_0_r in Q. pose proof (Rmult_le_compat_l _ _ _ HK' Hx). lra. }
  repeat split; auto.
  eapply Rle_trans. apply L; auto. pose proof (Rmult_le_compat_l _ _ _ HK' A).
  assert (0 <= (Rabs (h 0) + K' * K) * apart p) by (apply Rmult_le_pos; auto; lra). lra.
Qed.

(** Near enough, one bound serves for all entries. *)
Lemma lipschitz_all {B} (f : B -> params R -> R) l : (forall b, In b l -> lipschitz (f b)) ->
  exists K, 0 <= K /\ pairs theta (fun p => forall b, In b l -> Rabs (f b (one p) - f b (other p)) <= K * apart p).
Proof.
  induction l as [|b l IH]; intro H.
  - exists 0. split. lra. apply (U_all _ W). intros p b [].
  - destruct (H b (or_introl eq_refl)) as (K & HK & A). destruct (IH (fun b' Hb => H b' (or_intror Hb))) as (K' & HK' & A').
    exists (K + K'). split. lra. eapply (U_mono _ W); [|exact (U_and _ W _ _ A A')]. cbn beta.
    intros p [(A1 & _ & _ & A4) A2] b' [<-|Hb]; [|specialize (A2 b' Hb)];
      pose proof (Rmult_le_pos _ _ HK A4); pose proof (Rmult_le_pos _ _ HK' A4); lra.
Qed.
End Near.

(** Near the point the function has a gradient, each entry of which is Lipschitz continuous. *)
Definition lipschitz_gradient (f : params R -> R) (theta : params R) : Prop :=
  exists g : params R -> nat * nat -> R, close theta (fun psi => is_gradient f psi (tab theta (g psi))) /\
    forall v, lipschitz_near theta (fun psi => g psi v).
