(** * The classes of networks that the universal theorems are about. *)

From Coq Require Import Reals List.
From Margincert Require Import Claims.
Import ListNotations.
Open Scope R_scope.

(** Every unit is linear. *)
Definition linear (P : problem R) : Prop := forall l, In l (net P) -> slope l = 1.

(** Every layer is dense: each unit reads all inputs of its layer, by parameters of its own. *)
Fixpoint dense_from (width : nat) (n : list (layer R)) : Prop :=
  match n with
  | [] => True
  | l :: n' => units l = dense width (length (units l)) /\ nparams l = (length (units l) * width)%nat /\
               dense_from (length (units l)) n'
  end.
Definition dense_network (P : problem R) : Prop := dense_from (inputs P) (net P).

(** No parameter is the weight of two connections, and a unit reads an input at most once. Connections may be missing. *)
Definition no_sharing (P : problem R) : Prop :=
  forall l, In l (net P) -> NoDup (map snd (concat (units l))) /\ forall u, In u (units l) -> NoDup (map fst u).
