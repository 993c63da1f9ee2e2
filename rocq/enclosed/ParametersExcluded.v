(** * Attacks on the definitions of [EnclosedParameters.v]: each odd case is shown to be excluded. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Enclosed Lists Vectors Sums Absurd EnclosedParameters Sloped.
Import ListNotations.
Open Scope R_scope.

Section Excluded.
Variables (P : problem R) (D : description R) (theta : params R) (is : params R -> Prop).
Hypothesis H : kkt_enclosed_by_parameters P D theta is.

(** There is a KKT point, and it is what it is said to be. *)
Lemma point_is_there : exists p, kkt P None p /\ (forall v, Rabs (entry p v - entry theta v) <= reach D) /\ is p.
Proof. destruct H as (_ & _ & xi & _ & _ & _ & K & N & _ & _ & I). exists (parameters D xi). split; auto. split; auto. intro v. apply N. Qed.

(** A radius of 0, or a negative one: the only point of the box would be the only solution, or none. *)
Lemma reach_positive : 0 < reach D.
Proof. destruct H as (_ & (_ & R & _) & _). exact R. Qed.

(** An active sample that is listed twice: of its two multipliers only the sum would count. *)
Lemma sample_once i j : (i < length (samples D))%nat -> (j < length (samples D))%nat ->
  nth i (samples D) 0%nat = nth j (samples D) 0%nat -> i = j.
Proof. destruct H as (_ & (N & _) & _). intros Hi Hj. now apply NoDup_nth. Qed.

(** A parameter that is an unknown which is not there: it would be 0. *)
Lemma unknown_is_there n : In (Some n) (concat (unknowns D)) -> (n < length (centres D))%nat.
Proof. destruct H as (_ & (_ & _ & U) & _). apply U. Qed.

(** An active sample that is not there. *)
Lemma sample_in_range i : In i (samples D) -> (i < length (data P))%nat.
Proof.
  intro I. destruct (Nat.lt_ge_cases i (length (data P))) as [|O]; auto. exfalso.
  destruct H as (_ & _ & xi & _ & (_ & M & _) & _). apply In_nth with (d := 0%nat) in I. destruct I as (k & Hk & Ek).
  specialize (M k Hk). assert (X : sample P D k = ([], true)) by (unfold sample; rewrite Ek; now apply nth_overflow).
  unfold output in M. rewrite X in M. cbn [fst snd] in M. rewrite sloped_zero in M; [lra|]. intro p. now destruct p.
Qed.

(** No active sample: nothing would hold the point. *)
Lemma some_sample_is_listed : samples D <> [].
Proof.
  intro N. destruct H as (_ & _ & xi & _ & _ & _ & [F (terms & F2 & C)] & _ & _ & M & _).
  assert (O : forall s, In s (data P) -> margin P (parameters D xi) s <> 1).
  { intros s Hs. apply In_nth with (d := ([], true)) in Hs. destruct Hs as (i & Hi & <-). destruct (M i Hi) as [_ M2].
    assert (O : ~ In i (samples D)) by (rewrite N; intros []). specialize (M2 O). lra. }
  apply (zero_is_not_feasible P (parameters D xi) None); auto. intro v. rewrite (C v eq_refl). unfold combination.
  apply Rsum_zero.
  clear - F2 O. induction F2 as [|s t ss ts [_ H1] F2 IH]; intros u Hu; [destruct Hu|].
  destruct Hu as [<-|Hu].
  - destruct (Req_dec (fst t) 0) as [Z|Z]; [rewrite Z; ring|]. exfalso. apply (O s (or_introl eq_refl)). now apply H1.
  - apply IH; auto. intros s' Hs. apply O. now right.
Qed.

(** No parameter is an unknown: the point would be 0, and no margin above 0. *)
Lemma some_parameter_is_unknown : filter is_unknown (concat (unknowns D)) <> [].
Proof.
  intro N. destruct H as (_ & _ & xi & _ & _ & _ & [F _] & _).
  apply (zero_is_not_feasible P (parameters D xi) None); auto. intros [k i].
  assert (Z : nth i (nth k (unknowns D) []) None = None).
  { destruct (nth_in_or_default k (unknowns D) []) as [Hk | ->]; [|destruct i; reflexivity].
    destruct (nth_in_or_default i (nth k (unknowns D) []) None) as [Hi | ->]; [|reflexivity].
    destruct (nth i (nth k (unknowns D) []) None) as [n|]; [exfalso|reflexivity].
    assert (I : In (Some n) (filter is_unknown (concat (unknowns D)))).
    { apply filter_In. split; [|reflexivity]. apply in_concat. eauto. }
    rewrite N in I. exact I. }
  unfold entry, parameters. cbn [fst snd].
  set (f := fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end).
  change (@nil R) with (map f []). rewrite map_nth. change 0 with (f None) at 1. rewrite map_nth, Z. reflexivity.
Qed.

(** Places of unknowns of another shape than the network's. *)
Lemma every_parameter_is_described : map (@length (option nat)) (unknowns D) = map nparams (net P).
Proof.
  destruct H as (_ & _ & xi & _ & _ & _ & [[_ [S _]] _] & _). unfold shaped, parameters in S. rewrite map_map in S. rewrite <- S.
  apply map_ext. intro row. symmetry. apply map_length.
Qed.
End Excluded.

(** A strict local optimum is a local optimum, and one of all points is one of those at which units that are 0 stay so.
    The point itself is such a point. *)
Lemma strict_is_local P theta : strict_local_optimum P (fun _ => True) theta -> local_optimum P None theta.
Proof.
  intros (F & eps & He & K). split; auto. exists eps. split; auto. intros theta' S _ D.
  destruct (list_eq_dec (list_eq_dec Req_EM_T) theta' theta) as [->|N]. lra. left. now apply K.
Qed.
Lemma strict_of_live P theta : strict_local_optimum P (fun _ => True) theta -> strict_local_optimum P (zero_units_stay P theta) theta.
Proof. intros (F & eps & He & K). split; auto. exists eps. split; auto. Qed.
Lemma point_counts P theta : zero_units_stay P theta theta.
Proof. intros j u Z. exact Z. Qed.
