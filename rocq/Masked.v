(** * A network of which only some units are looked at; the outputs of the others are 0. *)

From Coq Require Import Reals List.
From Margincert Require Import Claims Lists.
Import ListNotations.
Open Scope R_scope.

Section Masked.
Variable mask : nat -> nat -> bool.

Definition masked_layer (k : nat) (l : layer R) (w x : list R) : list R :=
  mapi (fun u c => if mask k u then act (slope l) (preact w x c) else 0) 0 (units l).
Fixpoint masked (k : nat) (n : list (layer R)) (theta : params R) (x : list R) : list R :=
  match n, theta with
  | l :: n', w :: theta' => masked (S k) n' theta' (masked_layer k l w x)
  | _, _ => x
  end.
(** The preactivation of unit [u], [j] layers further on. *)
Fixpoint preact_at (j u k : nat) (n : list (layer R)) (theta : params R) (x : list R) {struct n} : R :=
  match n, theta with
  | l :: n', w :: theta' =>
      match j with
      | O => match nth_error (units l) u with Some c => preact w x c | None => 0 end
      | S j' => preact_at j' u (S k) n' theta' (masked_layer k l w x)
      end
  | _, _ => 0
  end.

Lemma nth_masked k l w x u : nth u (masked_layer k l w x) 0 =
  match nth_error (units l) u with Some c => if mask k u then act (slope l) (preact w x c) else 0 | None => 0 end.
Proof. apply (nth_mapi_error (fun u c => if mask k u then act (slope l) (preact w x c) else 0)). Qed.
End Masked.

Lemma masked_all mask k n theta x : (forall k u, mask k u = true) -> masked mask k n theta x = forward n theta x.
Proof.
  intro H. revert k theta x. induction n as [|l n IH]; intros k [|w theta] x; simpl; auto. rewrite IH. f_equal.
  unfold masked_layer, apply_layer. rewrite <- (mapi_id 0 (units l)) at 2. rewrite map_mapi. apply mapi_ext.
  intros u c. now rewrite H.
Qed.
