(** * Networks of which the free layers are scaled. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Vectors Margin.
Import ListNotations.
Open Scope R_scope.

(** The free layers times a number. *)
Definition grown (k0 : nat) (free : option nat) (c : R) (theta : params R) : params R :=
  mapi (fun k w => map (Rmult (if is_free free k then c else 1)) w) k0 theta.
Fixpoint growth_factor (k0 : nat) (free : option nat) (c : R) {A} (n : list A) : R :=
  match n with [] => 1 | _ :: n' => (if is_free free k0 then c else 1) * growth_factor (S k0) free c n' end.

Lemma grown_forward k0 free c n theta x k : 0 < c -> 0 < k -> length theta = length n ->
  forward n (grown k0 free c theta) (map (Rmult k) x) = map (Rmult (growth_factor k0 free c n * k)) (forward n theta x).
Proof.
  intro Hc. revert k0 theta x k. induction n as [|l n IH]; intros k0 [|w theta] x k Hk L; try discriminate.
  - simpl. now rewrite Rmult_1_l.
  - cbn [grown mapi forward growth_factor]. set (r := if is_free free k0 then c else 1).
    assert (Hr : 0 < r) by (unfold r; destruct is_free; lra).
    assert (E : apply_layer l (map (Rmult r) w) (map (Rmult k) x) = map (Rmult (r * k)) (apply_layer l w x)).
    { unfold apply_layer. rewrite map_map. apply map_ext. intro u. rewrite preact_scale. apply act_scale. now apply Rmult_lt_0_compat. }
    rewrite E. fold (grown (S k0) free c theta). rewrite IH; [|now apply Rmult_lt_0_compat|now simpl in L; injection L].
    apply map_ext. intro z. ring.
Qed.
Lemma growth_factor_ge k0 free c {A} (n : list A) : 1 <= c ->
  1 <= growth_factor k0 free c n /\ (forall j, (j < length n)%nat -> is_free free (k0 + j) = true -> c <= growth_factor k0 free c n).
Proof.
  intro Hc. revert k0. induction n as [|a n IH]; intro k0; cbn [growth_factor length]. { split. lra. intros; lia. }
  destruct (IH (S k0)) as [H1 H2]. set (r := growth_factor (S k0) free c n) in *.
  pose proof (Rmult_le_compat_l c 1 r ltac:(lra) H1) as H3. split.
  - destruct is_free; lra.
  - intros [|j] Hj Hf.
    + rewrite Nat.add_0_r in Hf. rewrite Hf. lra.
    + rewrite Nat.add_succ_r in Hf. specialize (H2 j ltac:(lia) Hf). destruct (is_free free k0); [lra|]. rewrite Rmult_1_l. exact H2.
Qed.

Section Grown.
Variable P : problem R.
Variable free : option nat.
Variable theta : params R.

Lemma nth_grown c th k : nth k (grown 0 free c th) [] = map (Rmult (if is_free free k then c else 1)) (nth k th []).
Proof.
  unfold grown. destruct (Nat.lt_ge_cases k (length th)) as [L|L].
  - now rewrite (nth_mapi _ th []).
  - rewrite !nth_overflow; auto. now rewrite length_mapi.
Qed.
Lemma entry_grown c th v : entry (grown 0 free c th) v = (if is_free free (fst v) then c else 1) * entry th v.
Proof. unfold entry. rewrite nth_grown. apply nth_scale. Qed.
Lemma shape_grown c th : same_shape th (grown 0 free c th).
Proof.
  unfold same_shape, grown. generalize 0%nat. induction th as [|w th IH]; intro k; cbn [mapi map]; auto. now rewrite map_length, <- IH.
Qed.
Lemma map_one (l : list R) : map (Rmult 1) l = l.
Proof. rewrite <- (map_id l) at 2. apply map_ext. intro. apply Rmult_1_l. Qed.

Lemma grown_margin c th s : 1 <= c -> same_shape theta th -> length theta = length (net P) -> layer_exists P free -> net P <> [] ->
  0 <= margin P (held free theta th) s -> c * margin P (held free theta th) s <= margin P (grown 0 free c (held free theta th)) s.
Proof.
  intros Hc S L Hl Hn H0. destruct (growth_factor_ge 0 free c (net P) Hc) as [_ G].
  assert (Hg : c <= growth_factor 0 free c (net P)).
  { destruct free as [l|]. apply (G l Hl). simpl. apply Nat.eqb_refl. apply (G 0%nat). destruct (net P); [congruence|simpl; lia]. reflexivity. }
  assert (E : margin P (grown 0 free c (held free theta th)) s = growth_factor 0 free c (net P) * margin P (held free theta th) s).
  { unfold margin, Phi.
    rewrite <- (map_one (fst s)) at 1. rewrite grown_forward by (try lra; rewrite length_held by exact S; exact L).
    rewrite nth_scale. ring. }
  rewrite E. now apply Rmult_le_compat_r.
Qed.
End Grown.
