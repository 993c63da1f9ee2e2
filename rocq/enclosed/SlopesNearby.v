(** * The slopes that units have near a curve that leaves a point, and slopes that do not matter.

    A curve can be bent so that along it each preactivation has one sign or is 0 all around. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Tends Vectors Sums Polynomial Displacement Lagrangian CurveGradients Kkt KinkSides Ways
  Piece Stationary PieceGradient EnclosedParameters Sloped Valleys Rates.
Import ListNotations.
Open Scope R_scope.

Local Notation var := (nat * nat)%type.
Local Notation env := (var -> R).
Local Notation mpoly := (list (R * list var)).
Local Notation sym := (sym_mpoly (F := Rops)).

(** ** A bent curve *)
Lemma bent_curve theta (d : env) (zs : list mpoly) : (forall v, inside theta v = false -> d v = 0) ->
  exists (psi : R -> params R) (q : env), (forall t, same_shape theta (psi t)) /\
    (forall t v, entry (psi t) v = entry theta v + (t * d v + t * t * q v)) /\
    (forall eps, 0 < eps -> after (fun t => forall v, Rabs (entry (psi t) v - entry theta v) < eps)) /\
    forall z, In z zs -> decided theta (along_curve theta psi) z.
Proof.
  intro D0. destruct (generic theta zs) as (th & S & H). set (q := fun v => shift theta th v - d v).
  set (psi := fun t => moved_by theta (fun v => t * d v + t * t * q v)). exists psi, q.
  assert (Q0 : forall v, inside theta v = false -> q v = 0) by (intros v I; unfold q; rewrite D0, (shift_outside theta th) by auto; ring).
  assert (Sp : forall t, same_shape theta (psi t)) by (intro; apply shape_moved_by).
  assert (Shift : forall t v, shift theta (psi t) v = t * d v + t * t * q v).
  { intros t v. apply shift_moved_by. intro I. rewrite D0, Q0 by auto. ring. }
  split; auto. split. { intros t v. rewrite <- Shift. unfold shift. ring. } split.
  - intros eps He. assert (A : after (fun t => forall v, In v (places theta) -> Rabs (entry (psi t) v - entry theta v) < eps)).
    { apply (U_list _ after_where). intros v _. pose proof tends_time as T.
      assert (C : tends after (fun t => t * d v + t * t * q v) (0 * d v + 0 * 0 * q v)).
      { apply (tends_plus _ after_where); apply (tends_mult _ after_where); auto; try apply (tends_const _ after_where).
        now apply (tends_mult _ after_where). }
      eapply (U_mono _ after_where); [|exact (C eps He)]. cbv beta. intros t B. rewrite <- Shift in B. unfold shift in B.
      match type of B with Rabs ?a < _ => replace a with (entry (psi t) v - entry theta v) in B by ring end. exact B. }
    eapply (U_mono _ after_where); [|exact A]. cbv beta. intros t B v. destruct (inside theta v) eqn:I.
    + apply B. now apply in_places.
    + change (Rabs (shift theta (psi t) v) < eps). rewrite (shift_outside theta (psi t) v) by auto. now rewrite Rabs_R0.
  - intros z Hz. destruct (bent z d q) as (p & Hp).
    assert (Vz : forall t, val theta z (psi t) = peval (F := Rops) p t) by (intro t; rewrite <- Hp; apply val_ext, Shift).
    apply (curve_decides theta psi Sp z p Vz). destruct (H z Hz) as [N|N]; auto.
    right. intro Z. apply N. rewrite <- Z. rewrite (val_ext theta z (psi 1) (shift theta th)). reflexivity.
    intro v. rewrite Shift. unfold q. ring.
Qed.

(** ** The slopes along it *)
Section Decided.
Variables (theta : params R) (W : (params R -> Prop) -> Prop).
Hypothesis HW : where_ W.
Notation values psi l := (at_all theta psi l).

Lemma unit_slopes s w x us : (forall c, In c us -> decided theta W (tpreact (S := sym) w x c)) ->
  exists sl, W (fun psi => forall u c, nth_error us u = Some c -> slope_at s (preact (values psi w) (values psi x) c) = sl u).
Proof.
  induction us as [|c us IH]; intro H.
  { exists (fun _ => 1). apply (U_all _ HW). intros psi [|u] c E; discriminate. }
  destruct IH as (sl & A). { intros c' Hc. apply H. now right. }
  assert (One : exists r, W (fun psi => slope_at s (preact (values psi w) (values psi x) c) = r)).
  { assert (V : forall psi, preact (values psi w) (values psi x) c = val theta (tpreact (S := sym) w x c) psi).
    { intro psi. symmetry. exact (ev_tpreact (S := sym) (Mean := mean_mpoly) w x c (shift theta psi)). }
    destruct (H c (or_introl eq_refl)) as [K|[K|K]]; [exists 1|exists 1|exists s];
      (eapply (U_mono _ HW); [|exact K]); cbv beta; intros psi Z; unfold slope_at; rewrite V; destruct Rlt_dec; auto; lra. }
  destruct One as (r & B). exists (fun u => match u with O => r | S u' => sl u' end).
  eapply (U_mono _ HW); [|exact (U_and _ HW _ _ A B)]. cbv beta. intros psi [A' B'] [|u] c' E.
  - now injection E as <-.
  - now apply A'.
Qed.
Lemma slopes_decided n th x : (forall z, In z (preactivations n th x) -> decided theta W z) ->
  exists sl, W (fun psi => agrees n (map (at_all theta psi) th) (values psi x) sl).
Proof.
  revert th x. induction n as [|l n IH]; intros [|w th] x H; try (exists (fun _ _ => 1); apply (U_all _ HW); intro; exact I).
  cbn [preactivations] in H.
  assert (First : forall c, In c (units l) -> decided theta W (tpreact (S := sym) w x c)).
  { intros c Hc. apply H, in_or_app. left. now apply in_map. }
  destruct (unit_slopes (slope l) w x (units l) First) as (s0 & A0).
  destruct (layer_way theta W HW l w x First) as (x' & Hx & Ax).
  destruct (IH th x') as (sl & A). { intros z Hz. apply H, in_or_app. right. apply in_flat_map. eauto. }
  exists (fun k => match k with O => s0 | S k' => sl k' end).
  eapply (U_mono _ HW); [|exact (U_and _ HW _ _ A0 (U_and _ HW _ _ Ax A))]. cbv beta. intros psi (B0 & Bx & B).
  cbn [map agrees]. split; auto. rewrite Bx. exact B.
Qed.
End Decided.

Lemma agrees_at n psi x sl : (length n <= length psi)%nat -> agrees n psi x sl ->
  forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c -> slope_at (slope l) (at_unit n psi x j c) = sl j u.
Proof.
  revert psi x sl. induction n as [|a n IH]; intros [|w psi] x sl L A [|j] l u c Hj Hu; simpl in L; try discriminate; try lia; destruct A as [A1 A2].
  - injection Hj as <-. exact (A1 u c Hu).
  - exact (IH psi (apply_layer a w x) (fun k => sl (S k)) ltac:(lia) A2 j l u c Hj Hu).
Qed.
Lemma agrees_forward n psi x sl : length psi = length n -> agrees n psi x sl -> forward n psi x = sloped n sl psi x.
Proof. intros L A. rewrite <- piece_self. now apply piece_sloped. Qed.

(** ** Slopes that do not matter: the unit reads 0, or nothing of what it passes on arrives *)
Lemma sloped_swap n sl sl' psi x :
  (forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c ->
    sl' j u = sl j u \/ preact (nth j psi []) (sloped (firstn j n) sl' psi x) c = 0 \/ passed_on n sl psi j u = 0) ->
  nth 0 (sloped n sl' psi x) 0 = nth 0 (sloped n sl psi x) 0.
Proof.
  revert sl sl' psi x. induction n as [|l n IH]; intros sl sl' [|w psi] x H; auto. rewrite !sloped_cons.
  rewrite (IH (fun k => sl (S k)) (fun k => sl' (S k))).
  2: { intros j l' u c Hj Hu. exact (H (S j) l' u c Hj Hu). }
  rewrite (sloped_spread _ _ _ (sloped_layer l (sl' 0%nat) w x)), (sloped_spread _ _ _ (sloped_layer l (sl 0%nat) w x)).
  unfold sloped_layer at 2 4. rewrite !length_mapi. apply Rsum_ext_in. intros u _. rewrite !nth_sloped.
  destruct (nth_error (units l) u) as [c|] eqn:E; auto. destruct (H 0%nat l u c eq_refl E) as [->|[Z|Z]]; auto.
  - cbn [nth firstn sloped] in Z. rewrite Z. ring.
  - unfold passed_on in Z. cbn [skipn Nat.add] in Z. rewrite Z. ring.
Qed.
