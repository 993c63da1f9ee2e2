(** * Patterns: a side for each place; where none is prescribed, both are enumerated. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims.
Import ListNotations.
Open Scope R_scope.

Fixpoint patterns (sides : list (option bool)) : list (list bool) :=
  match sides with
  | [] => [[]]
  | Some b :: rest => map (cons b) (patterns rest)
  | None :: rest => map (cons false) (patterns rest) ++ map (cons true) (patterns rest)
  end.

Definition allows (side : option bool) (b : bool) : Prop := match side with Some b' => b = b' | None => True end.

Lemma patterns_complete sides bits : Forall2 allows sides bits -> In bits (patterns sides).
Proof.
  induction 1 as [|side b sides bits H _ IH]. now left. destruct side as [b'|]; cbn [patterns].
  - simpl in H. subst. now apply in_map.
  - apply in_or_app. destruct b; [right|left]; now apply in_map.
Qed.

(** A number lies on a side, the boundary belonging to both. *)
Definition on_side (x : R) (b : bool) : Prop := 0 <= sgn b * x.
Lemma some_side (side : option bool) x : (forall b, side = Some b -> on_side x b) -> exists b, allows side b /\ on_side x b.
Proof.
  intro H. destruct side as [b|]. exists b. split; simpl; auto.
  destruct (Rle_lt_dec 0 x); [exists true|exists false]; split; simpl; auto; unfold on_side, sgn; lra.
Qed.

Lemma Forall2_choose {A B C} (P : A -> C -> Prop) (Q : B -> C -> Prop) l m :
  Forall2 (fun a b => exists c, P a c /\ Q b c) l m -> exists cs, Forall2 P l cs /\ Forall2 Q m cs.
Proof.
  induction 1 as [|a b l m (c & H1 & H2) _ (cs & IH1 & IH2)]. exists []. split; constructor.
  exists (c :: cs). split; constructor; auto.
Qed.
