(** * Claims that follow from others about the same point. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Vectors LocalKkt BetterPoint.
Import ListNotations.
Open Scope R_scope.

(** ** In the same scope *)

Lemma local_of_global {P free theta} : global_optimum P free theta -> local_optimum P free theta.
Proof. intros [Hf H]. split; auto. exists 1. split. lra. auto. Qed.

Lemma not_global_of_not_local {P free theta} :
  feasible P free theta /\ ~ local_optimum P free theta -> not_global_optimum P free theta.
Proof.
  intros [[Hp Hf] H]. split; auto. split. exact (proj1 Hf).
  apply better_of_not_local; auto. now split.
Qed.

Lemma kkt_of_local_optimum {P free theta} : local_optimum P free theta -> kkt P free theta.
Proof. apply kkt_of_local. Qed.

Lemma not_local_of_not_kkt {P free theta} :
  feasible P free theta /\ ~ kkt P free theta -> feasible P free theta /\ ~ local_optimum P free theta.
Proof. intros [Hf H]. split; auto. intro L. apply H. now apply kkt_of_local. Qed.

(** ** From all layers to one, and back *)

Section Layers.
Context {K : Type} {f : K -> R} {P : problem K} {theta : params R}.
Local Notation PR := (map_problem f P).

(** That the layer is there: what exported files compute. *)
Definition has_layer (free : option nat) : bool :=
  match free with None => true | Some l => Nat.ltb l (length (net P)) end.

Lemma posed_of_all free : has_layer free = true -> posed PR None -> posed PR free.
Proof.
  intros H [Hw _]. split; auto. destruct free; simpl in *; auto. rewrite map_length. now apply Nat.ltb_lt.
Qed.

Lemma same_but_all free psi psi' : same_but free psi psi' -> same_but None psi psi'.
Proof. intros _ k Hk. discriminate Hk. Qed.

Lemma global_of_all {free} : has_layer free = true -> global_optimum PR None theta -> global_optimum PR free theta.
Proof.
  intros H [[Hp Hf] G]. split. split; auto. now apply posed_of_all.
  intros theta' H1 H2. apply G; auto. eapply same_but_all; eauto.
Qed.

Lemma local_of_all {free} : has_layer free = true -> local_optimum PR None theta -> local_optimum PR free theta.
Proof.
  intros H [[Hp Hf] (eps & He & G)]. split. split; auto. now apply posed_of_all.
  exists eps. split; auto. intros theta' H1 H2. apply G; auto. eapply same_but_all; eauto.
Qed.

Lemma all_of_posed free : posed PR free -> posed PR None.
Proof. intros [H _]. now split. Qed.

Lemma not_global_of_layer {free} : not_global_optimum PR free theta -> not_global_optimum PR None theta.
Proof.
  intros (Hp & Hs & theta' & H1 & H2 & H3). split. now apply all_of_posed in Hp. split; auto.
  exists theta'. repeat split; auto; try apply H1. eapply same_but_all; eauto.
Qed.

Lemma not_local_of_layer {free} : feasible PR free theta /\ ~ local_optimum PR free theta ->
  feasible PR None theta /\ ~ local_optimum PR None theta.
Proof.
  intros [[Hp Hf] H]. split. split; auto. now apply all_of_posed in Hp.
  intros (_ & eps & He & L). apply H. split. now split. exists eps. split; auto.
  intros theta' H1 H2. apply L; auto. eapply same_but_all; eauto.
Qed.
End Layers.
