(** * Networks in which each unit that bends is alone in its layer: monotone functions of it, so that it has one slope on
    all samples of one label whose margins are positive. *)

From Coq Require Import Reals List Lra Lia Bool.
From Margincert Require Import Claims Numbers Lists Sums Forward LayerNorms SameSlopes.
Import ListNotations.
Open Scope R_scope.

(** Each layer is linear or has one unit. *)
Definition narrow (n : list (layer R)) : Prop := forall l, In l n -> slope l = 1 \/ length (units l) = 1%nat.
Definition rising (n : list (layer R)) : Prop := forall l, In l n -> 0 <= slope l.

Definition times (t : R) (v : list R) : list R := map (Rmult t) v.

Lemma nth_times t v i : nth i (times t v) 0 = t * nth i v 0.
Proof. unfold times. rewrite <- (Rmult_0_r t) at 1. apply map_nth. Qed.

Lemma preact_times t w v u : preact w (times t v) u = t * preact w v u.
Proof.
  unfold preact. rewrite <- Rsum_mult. f_equal. apply map_ext. intro c. rewrite nth_times. ring.
Qed.

Lemma act_1 z : act 1 z = z.
Proof. unfold act. destruct Rlt_dec; ring. Qed.

(** An activation that rises keeps weak signs. *)
Lemma act_signs s a b : 0 <= s -> 0 < act s a * act s b -> 0 < a * b.
Proof. unfold act. intro Hs. destruct (Rlt_dec a 0), (Rlt_dec b 0); nra. Qed.

(** On the line through a vector, values of one sign come from one side. *)
Lemma one_side n : forall theta v e t t', narrow n -> rising n ->
  0 < e * nth 0 (forward n theta (times t v)) 0 -> 0 < e * nth 0 (forward n theta (times t' v)) 0 -> 0 < t * t'.
Proof.
  assert (Base : forall v e t t', 0 < e * nth 0 (times t v) 0 -> 0 < e * nth 0 (times t' v) 0 -> 0 < t * t').
  { intros v e t t'. rewrite !nth_times. set (x := nth 0 v 0). intros A B.
    assert (P : 0 < (e * x) * (e * x) * (t * t')) by (replace ((e * x) * (e * x) * (t * t')) with ((e * (t * x)) * (e * (t' * x))) by ring; now apply Rmult_lt_0_compat).
    destruct (Rlt_le_dec 0 (t * t')) as [|C]; [assumption|]. exfalso. pose proof (Rle_0_sqr (e * x)) as Sq. unfold Rsqr in Sq. nra. }
  induction n as [|l n IH]; intros theta v e t t' N M; [exact (Base v e t t')|].
  destruct theta as [|w theta]; [exact (Base v e t t')|]. cbn [forward].
  assert (N' : narrow n) by (intros l' H; apply N; now right). assert (M' : rising n) by (intros l' H; apply M; now right).
  specialize (M l (or_introl eq_refl)). destruct (N l (or_introl eq_refl)) as [E|E].
  - assert (Q : forall r, apply_layer l w (times r v) = times r (apply_layer l w v)).
    { intro r. unfold apply_layer, times. rewrite map_map. apply map_ext. intro u. rewrite E, !act_1.
      fold (times r v). apply preact_times. }
    rewrite !Q. now apply IH.
  - destruct (units l) as [|u [|u' r]] eqn:Eu; try discriminate E.
    assert (Q : forall r, apply_layer l w (times r v) = times (act (slope l) (r * preact w v u)) [1]).
    { intro r. unfold apply_layer, times. rewrite Eu. cbn [map]. fold (times r v). rewrite preact_times. f_equal. ring. }
    rewrite !Q. intros A B. specialize (IH theta [1] e _ _ N' M' A B). apply act_signs in IH; auto.
    destruct (Rlt_le_dec 0 (t * t')) as [|C]; auto. exfalso.
    assert (0 <= preact w v u * preact w v u) by nra. nra.
Qed.

Section Samples.
Context {A : Type}.

(** So samples on which the network has one sign find each unit on one side. *)
Theorem narrow_agrees (samples : list A) e n : forall theta (h : A -> list R), narrow n -> rising n -> length theta = length n ->
  (forall a, In a samples -> 0 < e * nth 0 (forward n theta (h a)) 0) -> agree_on samples n theta h.
Proof.
  induction n as [|l n IH]; intros [|w theta] h N M L P; try discriminate L; cbn [agree_on]; auto. cbn [forward] in P. split.
  - intros u Hu. assert (M' := M l (or_introl eq_refl)). destruct (N l (or_introl eq_refl)) as [E|E].
    { exists 1. split; auto. intros a _. rewrite E. unfold slope_of. now destruct Rlt_dec. }
    destruct (units l) as [|u1 [|u2 r]] eqn:Eu; try discriminate E. destruct Hu as [<-|[]].
    set (z := fun a => preact w (h a) u1).
    assert (Q : forall a, apply_layer l w (h a) = times (act (slope l) (z a)) [1]).
    { intro a. unfold apply_layer, times. rewrite Eu. cbn [map]. f_equal. fold (z a). ring. }
    assert (S : forall a b, In a samples -> In b samples -> 0 < z a * z b).
    { intros a b Ha Hb. pose proof (P a Ha) as Pa. pose proof (P b Hb) as Pb. rewrite Q in Pa, Pb.
      apply (act_signs (slope l)); auto. apply (one_side n theta [1] e); auto; intros l' H; [apply N|apply M]; now right. }
    destruct samples as [|a0 samples]; [exists 1; split; auto; intros a []|].
    exists (slope_of (slope l) (z a0)). split. unfold slope_of. destruct Rlt_dec; auto.
    intros a Ha. fold (z a). specialize (S a a0 Ha (or_introl eq_refl)). unfold slope_of. destruct (Rlt_dec (z a) 0), (Rlt_dec (z a0) 0); auto; nra.
  - apply IH; auto; intros l' H; [apply N|apply M]; now right.
Qed.
End Samples.
