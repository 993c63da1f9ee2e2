(** * Lists: a map that knows the place, sums, and maps that may fail. *)

From Coq Require Import Reals List Lra Lia.
From Margincert Require Import Claims.
Import ListNotations.
Open Scope R_scope.

(** ** The map that knows the place *)

Fixpoint mapi {A B} (f : nat -> A -> B) (i : nat) (l : list A) : list B :=
  match l with [] => [] | a :: l' => f i a :: mapi f (S i) l' end.

Lemma map_mapi {A B C} (g : B -> C) (f : nat -> A -> B) i l :
  map g (mapi f i l) = mapi (fun i a => g (f i a)) i l.
Proof. revert i. induction l; intro i; simpl; congruence. Qed.
Lemma mapi_ext {A B} (f g : nat -> A -> B) i l : (forall i a, f i a = g i a) -> mapi f i l = mapi g i l.
Proof. intro H. revert i. induction l; intro i; simpl; congruence. Qed.
Lemma mapi_id {A} i (l : list A) : mapi (fun _ a => a) i l = l.
Proof. revert i. induction l; intro i; simpl; congruence. Qed.
Lemma nth_mapi {A B} (f : nat -> A -> B) l d d' k i : (k < length l)%nat ->
  nth k (mapi f i l) d' = f (i + k)%nat (nth k l d).
Proof.
  revert i k. induction l; intros i k H; simpl in *. lia.
  destruct k. now rewrite Nat.add_0_r. rewrite IHl by lia. f_equal. lia.
Qed.
Lemma length_mapi {A B} (f : nat -> A -> B) i l : length (mapi f i l) = length l.
Proof. revert i. induction l; intro i; simpl; congruence. Qed.

Lemma mapi_nth {A B} (f : nat -> A -> B) (l : list A) (l' : list B) d d' : length l = length l' ->
  (forall i, (i < length l)%nat -> f i (nth i l d) = nth i l' d') -> mapi f 0 l = l'.
Proof.
  intros Hl H. apply nth_ext with (d := d') (d' := d').
  - now rewrite length_mapi.
  - rewrite length_mapi. intros i Hi. rewrite nth_mapi with (d := d) by auto. now apply H.
Qed.

Lemma combine_mapi {A B C} (f : nat -> A -> B) (g : nat -> A -> C) i l :
  combine (mapi f i l) (mapi g i l) = mapi (fun i a => (f i a, g i a)) i l.
Proof. revert i. induction l; intro i; simpl; congruence. Qed.
Lemma nth_mapi_error {A B} (f : nat -> A -> B) l u d :
  nth u (mapi f 0 l) d = match nth_error l u with Some a => f u a | None => d end.
Proof.
  destruct (nth_error l u) as [a|] eqn:E.
  - rewrite (nth_mapi f l a d u 0) by (apply nth_error_Some; congruence). simpl. f_equal. now apply nth_error_nth.
  - apply nth_overflow. rewrite length_mapi. now apply nth_error_None.
Qed.

(** ** Sums *)

Lemma Rsum_cons a l : Rsum (a :: l) = a + Rsum l.
Proof. reflexivity. Qed.

Lemma Rsum_nonneg l : (forall a, In a l -> 0 <= a) -> 0 <= Rsum l.
Proof.
  unfold Rsum. induction l; simpl; intro H. lra.
  pose proof (H a (or_introl eq_refl)). specialize (IHl (fun b Hb => H b (or_intror Hb))). lra.
Qed.
Lemma Rsum_nth l i : (forall a, In a l -> 0 <= a) -> nth i l 0 <= Rsum l.
Proof.
  revert i. unfold Rsum. induction l; intros i H; simpl. destruct i; lra.
  pose proof (H a (or_introl eq_refl)).
  assert (H' : forall b, In b l -> 0 <= b) by (intros; apply H; simpl; auto).
  pose proof (Rsum_nonneg l H') as Q. unfold Rsum in Q. destruct i. lra. specialize (IHl i H'). lra.
Qed.

Lemma Rsum_scale c l : Rsum (map (Rmult c) l) = c * Rsum l.
Proof. unfold Rsum. induction l; simpl. lra. rewrite IHl. lra. Qed.

Lemma Rsum_mapi_lin {A} (f g : nat -> A -> R) c i l :
  Rsum (mapi (fun i a => c * f i a + g i a) i l) = c * Rsum (mapi f i l) + Rsum (mapi g i l).
Proof. revert i. induction l; intro i. simpl. ring. cbn [mapi]. rewrite !Rsum_cons, IHl. ring. Qed.

(** ** Maps that may fail *)

Fixpoint mapM {A B} (f : A -> option B) (l : list A) : option (list B) :=
  match l with
  | [] => Some []
  | a :: l' => match f a, mapM f l' with Some b, Some bs => Some (b :: bs) | _, _ => None end
  end.

Lemma mapM_Forall2 {A B} (f : A -> option B) l l' : mapM f l = Some l' ->
  Forall2 (fun a b => f a = Some b) l l'.
Proof.
  revert l'. induction l; simpl; intros l' H.
  - injection H as <-. constructor.
  - destruct (f a) eqn:E; try discriminate. destruct (mapM f l) eqn:E2; try discriminate.
    injection H as <-. constructor; auto.
Qed.

Lemma Forall2_mono {A B} (P Q : A -> B -> Prop) l l' :
  (forall a b, P a b -> Q a b) -> Forall2 P l l' -> Forall2 Q l l'.
Proof. induction 2; constructor; auto. Qed.

Lemma mapM_In {A B} (f : A -> option B) l l' a : mapM f l = Some l' -> In a l ->
  exists b, f a = Some b /\ In b l'.
Proof.
  intros H. apply mapM_Forall2 in H. induction H; simpl; intros [].
  - subst. eauto.
  - destruct IHForall2 as (b & ? & ?); eauto.
Qed.

Lemma mapM_In_inv {A B} (f : A -> option B) l l' b : mapM f l = Some l' -> In b l' ->
  exists a, In a l /\ f a = Some b.
Proof.
  intros H. apply mapM_Forall2 in H. induction H; simpl; intros [].
  - subst. eauto.
  - destruct IHForall2 as (x' & ? & ?); eauto.
Qed.

(** ** What is listed for three numbers *)

Fixpoint chosen {A} (l : list (nat * nat * nat * A)) (i k u : nat) : option A :=
  match l with
  | [] => None
  | (i', k', u', a) :: l' =>
      if Nat.eqb i i' then if Nat.eqb k k' then if Nat.eqb u u' then Some a else chosen l' i k u else chosen l' i k u
      else chosen l' i k u
  end.

(** ** With [a] in place [k] *)

Fixpoint upd {A} (k : nat) (a : A) (l : list A) : list A :=
  match k, l with
  | _, [] => []
  | O, _ :: l' => a :: l'
  | S k', b :: l' => b :: upd k' a l'
  end.
