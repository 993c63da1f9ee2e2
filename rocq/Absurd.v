(** * Attacks on the definitions: each odd case is shown to be excluded. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Vectors.
Import ListNotations.
Open Scope R_scope.

Section Absurd.
Variable P : problem R.
Variable free : option nat.
Variable theta : params R.

(** ** Ill-formed problems satisfy no claim: every claim says that the problem is posed *)

Lemma no_samples : data P = [] -> ~ posed P free.
Proof. intros H [(_ & N & _) _]. auto. Qed.
Lemma no_layers : net P = [] -> ~ posed P free.
Proof. intros H [(N & _) _]. auto. Qed.
Lemma missing_layer l : (length (net P) <= l)%nat -> ~ posed P (Some l).
Proof. intros H [_ N]. simpl in N. lia. Qed.
Lemma wrong_sample s : In s (data P) -> length (fst s) <> inputs P -> ~ posed P free.
Proof. intros H N [(_ & _ & _ & _ & A) _]. auto. Qed.
Lemma last_layer_not_linear : slope (last (net P) (Layer 0 0 [])) <> 1 -> ~ posed P free.
Proof. intros H [(_ & _ & _ & A & _) _]. auto. Qed.
Lemma input_out_of_range l n u c : net P = l :: n -> In u (units l) -> In c u -> (inputs P <= fst c)%nat -> ~ posed P free.
Proof. intros E Hu Hc H [(_ & _ & A & _) _]. rewrite E in A. destruct A as (_ & A & _). specialize (A u c Hu Hc). lia. Qed.
Lemma fits_parts {K} width (n : list (layer K)) : fits width n ->
  forall l u c, In l n -> In u (units l) -> In c u -> (snd c < nparams l)%nat.
Proof.
  revert width. induction n as [|l n IH]; intros width H l0 u c Hl Hu Hc. destruct Hl.
  destruct H as (_ & A & B). destruct Hl as [<-|Hl]. now apply (A u c Hu Hc). apply (IH _ B l0 u c); auto.
Qed.
Lemma parameter_out_of_range l u c : In l (net P) -> In u (units l) -> In c u -> (nparams l <= snd c)%nat -> ~ posed P free.
Proof. intros Hl Hu Hc H [(_ & _ & A & _) _]. pose proof (fits_parts _ _ A l u c Hl Hu Hc). lia. Qed.
Lemma layer_without_units l : In l (net P) -> units l = [] -> ~ posed P free.
Proof.
  intros Hl H [(_ & _ & A & _) _]. revert A. generalize (inputs P). induction (net P) as [|l0 n IH]; intros w A.
  destruct Hl. destruct A as (N & _ & B). destruct Hl as [->|Hl]; [auto | apply (IH Hl _ B)].
Qed.
Lemma two_outputs l : length (units l) = 2%nat -> net P = [l] -> ~ posed P free.
Proof. intros H E [(_ & _ & A & _) _]. rewrite E in A. destruct A as (_ & _ & A). simpl in A. lia. Qed.

(** ** Points of another shape are not feasible *)

Lemma wrong_shape : map (@length R) theta <> map nparams (net P) -> ~ feasible P free theta.
Proof. intros H [_ [S _]]. auto. Qed.
Lemma missing_parameters : (length theta < length (net P))%nat -> ~ feasible P free theta.
Proof. intros H [_ [S _]]. apply (f_equal (@length nat)) in S. rewrite !map_length in S. lia. Qed.

(** ** A network of a posed problem computes one number from each sample: nothing is read where nothing is *)

Lemma fits_output width n th x : fits width n -> shaped n th -> length x = width -> length (forward n th x) = 1%nat.
Proof.
  revert width th x. induction n as [|l n IH]; intros width th x A S L; simpl.
  - simpl in A. congruence.
  - destruct th as [|w th]; [discriminate|]. destruct A as (_ & _ & A). unfold shaped in S. injection S as _ S.
    apply (IH _ th _ A S). unfold apply_layer. apply map_length.
Qed.
Lemma one_output s : posed P free -> shaped (net P) theta -> In s (data P) ->
  exists z, forward (net P) theta (fst s) = [z] /\ Phi (net P) theta (fst s) = z.
Proof.
  intros [(_ & _ & A & _ & L) _] S Hs. pose proof (fits_output _ _ _ _ A S (L s Hs)) as H.
  unfold Phi. destruct (forward _ _ _) as [|z [|]]; try discriminate. exists z. auto.
Qed.

(** ** No trivial optimum or KKT point *)

Lemma preact_zero w x u : (forall i, nth i w 0 = 0) -> preact w x u = 0.
Proof. intro H. unfold preact, Rsum. induction u as [|c u IH]; simpl. reflexivity. rewrite H, IH. ring. Qed.
Lemma forward_zero n th x : n <> [] -> length th = length n -> (forall v, entry th v = 0) ->
  forall i, nth i (forward n th x) 0 = 0.
Proof.
  intros N. revert th x. induction n as [|l n IH]; intros [|w th] x L Z i; try congruence; try discriminate.
  simpl. destruct n as [|l' n].
  - destruct th; try discriminate. simpl. unfold apply_layer.
    assert (A : forall u, act (slope l) (preact w x u) = 0).
    { intro u. rewrite preact_zero by (intro j; apply (Z (0%nat, j))). unfold act. destruct Rlt_dec; lra. }
    revert i. induction (units l) as [|u us IHu]; intros [|i]; simpl; auto.
  - apply IH. discriminate. simpl in *. congruence. intros [k j]. apply (Z (S k, j)).
Qed.
Lemma zero_is_not_feasible fr : (forall v, entry theta v = 0) -> ~ feasible P fr theta.
Proof.
  intros Z [[(N & D & _) _] [S H]]. destruct (data P) as [|s ss]; [auto|].
  assert (L : length theta = length (net P)).
  { apply (f_equal (@length nat)) in S. now rewrite !map_length in S. }
  specialize (H s (or_introl eq_refl)). unfold margin, Phi in H. rewrite (forward_zero _ _ _ N L Z) in H. lra.
Qed.
(** A KKT point of the whole problem has a positive multiplier. *)
Lemma kkt_has_support : kkt P None theta -> exists terms : list (R * params R),
  length terms = length (data P) /\ (forall v, entry theta v = combination terms v) /\
  exists t, In t terms /\ 0 < fst t.
Proof.
  intros [Hf (terms & F2 & C)]. exists terms. split; [clear C; induction F2; simpl; congruence|]. split; auto.
  assert (NN : forall t, In t terms -> 0 <= fst t).
  { clear C. induction F2 as [|s t ss ts H F2 IH]; intros t0 Ht; [destruct Ht|].
    destruct Ht as [<-|Ht]; [tauto | auto]. }
  destruct (Exists_dec (fun t : R * params R => 0 < fst t) terms) as [E|E].
  - intro t. destruct (Rlt_dec 0 (fst t)); auto.
  - apply Exists_exists in E. destruct E as (t & Ht & Hp). eauto.
  - exfalso. apply (zero_is_not_feasible None); auto. intro v. rewrite C by reflexivity. unfold combination.
    clear - E NN. induction terms as [|t ts IH]. reflexivity. cbn [map]. rewrite Rsum_cons, IH.
    + assert (Z : fst t = 0).
      { pose proof (NN t (or_introl eq_refl)) as H. destruct (Rle_lt_or_eq_dec _ _ H); auto.
        exfalso. apply E. apply Exists_cons_hd. lra. }
      rewrite Z. ring.
    + intros t0 Ht. apply NN. now right.
    + intro H. apply E. now apply Exists_cons_tl.
Qed.
(** A global optimum is a local one, and neither is improved. *)
Lemma global_is_local : global_optimum P free theta -> local_optimum P free theta.
Proof. intros [F G]. split; auto. exists 1. split; [lra|]. auto. Qed.
Lemma not_global_is_no_optimum : not_global_optimum P free theta -> ~ global_optimum P free theta.
Proof. intros (_ & _ & th & S & B & L) [_ G]. specialize (G th S B). lra. Qed.
Lemma infeasible_is_not_feasible : infeasible P free theta -> ~ feasible P free theta.
Proof. intros (_ & _ & s & Hs & L) [_ [_ F]]. specialize (F s Hs). lra. Qed.
End Absurd.

(** ** Where the function is differentiable, its gradient is a subgradient in Clarke's sense *)
Lemma dist_self a : dist a a = 0.
Proof. unfold dist. rewrite minus_self. apply sqrt_0. Qed.
Lemma gradient_is_clarke f theta g : is_gradient f theta g -> clarke f theta g.
Proof.
  intro H. pose proof H as [S _]. split; auto. exists [(1, g)]. split; [|split].
  - intros t [<-|[]]. simpl. split; [lra|]. split; auto. intros eps He. exists theta, g.
    rewrite !dist_self. repeat split; auto. apply H.
  - simpl. lra.
  - intro v. unfold combination. simpl. ring.
Qed.

(** ** Nearly a KKT point: what is one exactly is one with tolerances of 0, and below 0 there are none *)

Lemma kkt_is_approximate P free theta : kkt P free theta -> approximate_kkt P free theta 0 0.
Proof.
  intros [Hf (terms & Ht & Hc)]. split; auto. exists terms, (minus theta theta).
  assert (S : map (@length R) theta = map (@length R) (minus theta theta)).
  { unfold minus. clear. induction theta as [|w theta IH]; simpl; auto. rewrite <- IH, map_length, combine_length, Nat.min_id. reflexivity. }
  split; auto. split; [rewrite minus_self, sqrt_0; lra|]. split.
  - eapply Forall2_mono; [|exact Ht]. cbn beta. intros s t [H0 H1]. split; auto. split; [|tauto].
    destruct (Req_dec (fst t) 0) as [Z|N]; [rewrite Z; lra|]. destruct (H1 N) as [-> _]. lra.
  - intros v Hv. rewrite entry_minus, (Hc v Hv) by auto. ring.
Qed.

Lemma tolerances_are_not_negative P free theta epsilon delta : approximate_kkt P free theta epsilon delta ->
  0 <= epsilon /\ 0 <= delta.
Proof.
  intros ([[(_ & Hd & _) _] [_ Hm]] & terms & rest & _ & He & Ht & _). split.
  - eapply Rle_trans; [apply sqrt_pos | exact He].
  - destruct (data P) as [|s ss]; [congruence|]. specialize (Hm s (or_introl eq_refl)).
    inversion Ht as [|s0 t ss0 ts (H0 & H1 & _) _]; subst. nra.
Qed.

(** ** Optimal in each layer is not optimal *)

(** What holds for all layers holds for each. The other way round it is false: two weights whose product has to be 1. *)
Definition two_weights : problem R := Problem 1 [Layer 1 1 [[(0, 0)%nat]]; Layer 1 1 [[(0, 0)%nat]]] [([1], true)].
Lemma two_weights_margin a b : margin two_weights [[a]; [b]] ([1], true) = a * b.
Proof. unfold margin, Phi, act, preact. cbn. unfold act, preact. cbn. repeat destruct Rlt_dec; lra. Qed.
Lemma two_weights_posed free : layer_exists two_weights free -> posed two_weights free.
Proof.
  intro H. split; auto. split; [discriminate|]. split; [discriminate|]. split; [|split].
  - cbn. repeat split; try discriminate; destruct H0 as [<-|[]], H1 as [<-|[]]; cbn; lia.
  - reflexivity.
  - intros s [<-|[]]. reflexivity.
Qed.
Lemma two_weights_satisfied theta : satisfies two_weights theta -> exists a b, theta = [[a]; [b]] /\ 1 <= a * b.
Proof.
  intros [S M]. unfold shaped in S. destruct theta as [|[|a [|]] [|[|b [|]] [|]]]; try discriminate S.
  exists a, b. split; auto. specialize (M _ (or_introl eq_refl)). now rewrite two_weights_margin in M.
Qed.
Lemma two_weights_feasible a b free : layer_exists two_weights free -> 1 <= a * b -> feasible two_weights free [[a]; [b]].
Proof.
  intros H Hab. split. now apply two_weights_posed. split. reflexivity. intros s [<-|[]]. now rewrite two_weights_margin.
Qed.
Lemma optimal_in_each_layer_only : exists P theta, (forall l, (l < length (net P))%nat -> global_optimum P (Some l) theta) /\
  not_global_optimum P None theta.
Proof.
  exists two_weights, [[2]; [1 / 2]]. split.
  - intros l Hl. split. apply two_weights_feasible; [exact Hl | lra]. intros theta' S B.
    destruct (two_weights_satisfied theta' S) as (a & b & -> & Hab). unfold norm2, Rsum. cbn.
    destruct l as [|[|l]]; cbn in Hl; [|  |lia].
    + specialize (B 1%nat eq_refl). injection B as ->. nra.
    + specialize (B 0%nat eq_refl). injection B as ->. nra.
  - split. now apply two_weights_posed. split. reflexivity. exists [[1]; [1]]. split; [|split].
    + apply (two_weights_feasible 1 1 None). exact I. lra.
    + intros k Hk. discriminate Hk.
    + unfold norm2, Rsum. cbn. lra.
Qed.

(** ** Changes of an input: no sample out of range, none by 0, and none within a radius in which there is none *)

Lemma changed_by_zero x z : length x = length z -> (forall a, In a z -> a = 0) -> changed x z = x.
Proof.
  unfold changed. revert z. induction x as [|a x IH]; intros [|b z] L Z; try discriminate; auto.
  cbn [combine map fst snd]. rewrite (Z b), IH by (simpl in *; auto). f_equal. ring.
Qed.
Lemma no_change_is_adversarial P theta i z : (forall a, In a z -> a = 0) -> ~ adversarial P theta i z.
Proof.
  intros Z ([(_ & _ & _ & _ & A) _] & _ & L & s & Hs & B & N). apply nth_error_In in Hs.
  rewrite changed_by_zero in N by (auto; rewrite (A s Hs); congruence). destruct s. simpl in *. lra.
Qed.
Lemma no_sample_is_adversarial P theta i z : (length (data P) <= i)%nat -> ~ adversarial P theta i z.
Proof. intros H (_ & _ & _ & s & Hs & _). apply nth_error_None in H. congruence. Qed.
Lemma robust_is_right P theta radius2 s : robust P theta radius2 -> In s (data P) -> 0 < margin P theta s.
Proof.
  intros ([(_ & _ & _ & _ & A) _] & _ & H & R) Hs. set (z := map (fun _ => 0) (fst s)).
  assert (Z : forall a, In a z -> a = 0) by (intros a Ha; apply in_map_iff in Ha; destruct Ha as (? & <- & _); auto).
  assert (L : length z = length (fst s)) by apply map_length.
  specialize (R s z Hs). rewrite changed_by_zero in R by (auto; congruence). rewrite <- surjective_pairing in R. apply R.
  - rewrite L. auto.
  - replace (Rsum (map (fun a => a * a) z)) with 0; [lra|]. unfold z. rewrite map_map. clear.
    induction (fst s) as [|a x IH]; cbn [map]; auto. rewrite Rsum_cons, <- IH. ring.
Qed.
Lemma adversarial_is_beyond P theta radius2 i z : robust P theta radius2 -> adversarial P theta i z ->
  radius2 < Rsum (map (fun a => a * a) z).
Proof.
  intros (_ & _ & _ & R) (_ & _ & L & s & Hs & _ & N). destruct (Rlt_le_dec radius2 (Rsum (map (fun a => a * a) z))); auto.
  exfalso. specialize (R s z (nth_error_In _ _ Hs) L r). lra.
Qed.
