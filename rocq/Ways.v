(** * Curves that leave a point and meet no kink at once, and what a network is along them.

    The network is one of finitely many polynomials where no preactivation vanishes, unless it vanishes identically. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Polynomial Feasible Curve Margin Displacement Lagrangian Gradient PolynomialGradient CurveGradients Kkt KinkSides DensePoints.
Import ListNotations.
Open Scope R_scope.

Local Notation var := (nat * nat)%type.
Local Notation env := (var -> R).
Local Notation mpoly := (list (R * list var)).

(** ** Polynomials just after 0, and points at which many polynomials do not vanish *)

Lemma poly_after (p : list R) : (forall t, peval (F := Rops) p t = 0) \/
  exists T, 0 < T /\ ((forall t, 0 < t < T -> 0 < peval (F := Rops) p t) \/ (forall t, 0 < t < T -> peval (F := Rops) p t < 0)).
Proof.
  induction p as [|a p IH]. now left. destruct (Rtotal_order a 0) as [L|[->|L]].
  - right. destruct (peval_near (F := Rops) (a :: p) (- a) ltac:(lra)) as (d & Hd & H). exists d. split; auto. right.
    intros t Ht. specialize (H t Ht). apply Rabs_def2 in H. simpl in *. lra.
  - destruct IH as [Z|(T & HT & [H|H])].
    + left. intro t. simpl. rewrite Z. ring.
    + right. exists T. split; auto. left. intros t Ht. specialize (H t Ht). simpl. rewrite Rplus_0_l. apply Rmult_lt_0_compat; lra.
    + right. exists T. split; auto. right. intros t Ht. specialize (H t Ht). simpl. nra.
  - right. destruct (peval_near (F := Rops) (a :: p) a ltac:(lra)) as (d & Hd & H). exists d. split; auto. left.
    intros t Ht. specialize (H t Ht). apply Rabs_def2 in H. simpl in *. lra.
Qed.

Lemma bent (z : mpoly) (d q : env) :
  exists p : list R, forall t, mev (F := Rops) z (fun v => t * d v + t * t * q v) = peval (F := Rops) p t.
Proof.
  assert (Mono : forall m, exists p : list R, forall t, monev (fun v => t * d v + t * t * q v) m = peval (F := Rops) p t).
  { induction m as [|v m (p & IH)].
    - exists [1]. intro t. simpl. ring.
    - exists (pmul (F := Rops) [0; d v; q v] p). intro t. rewrite (peval_mul (F := Rops)). cbn [monev fold_right].
      change (fold_right (fun (v0 : var) (r : R) => (t * d v0 + t * t * q v0) * r) 1 m) with (monev (fun v => t * d v + t * t * q v) m).
      rewrite IH. simpl. ring. }
  induction z as [|[a m] z (p & IH)].
  - exists []. reflexivity.
  - destruct (Mono m) as (r & Hr). exists (padd (F := Rops) (pscale (F := Rops) a r) p). intro t.
    rewrite (peval_add (F := Rops)), (peval_scale (F := Rops)). cbn [mev]. rewrite IH, Hr. reflexivity.
Qed.

Lemma after_exists Q : after Q -> exists t, 0 < t < 1 /\ Q t.
Proof.
  intros (T & HT & H). exists (Rmin (1 / 2) (T / 2)). pose proof (Rmin_l (1 / 2) (T / 2)). pose proof (Rmin_r (1 / 2) (T / 2)).
  assert (0 < Rmin (1 / 2) (T / 2)) by (apply Rmin_pos; lra). split. lra. apply H. lra.
Qed.
Lemma after_small d : 0 < d -> after (fun t => 0 < t < d).
Proof. intro H. exists d. split; auto. Qed.

(** The part of a list with a property. *)
Lemma part {A} (Q : A -> Prop) l : (forall a, stable (Q a)) -> exists l', forall a, In a l' <-> In a l /\ Q a.
Proof.
  intro S. induction l as [|a l (l' & IH)]. exists []. simpl. tauto. destruct (stable_or _ (S a)).
  - exists (a :: l'). intro b. simpl. rewrite IH. intuition (subst; auto).
  - exists l'. intro b. rewrite IH. simpl. intuition (subst; tauto).
Qed.

(** All lists with an entry from each of the lists that [f] gives. *)
Fixpoint mapL {A B} (f : A -> list B) (l : list A) : list (list B) :=
  match l with [] => [[]] | a :: l' => flat_map (fun b => map (cons b) (mapL f l')) (f a) end.

Section Point.
Variable theta : params R.

Lemma params_id : map_params (@toR Rops Rmodel) theta = theta.
Proof. unfold map_params. rewrite <- (map_id theta) at 2. apply map_ext. intro. apply map_id. Qed.

(** The displacement, and parameters displaced. *)
Definition shift (th : params R) (v : var) : R := entry th v - entry theta v.
Definition moved_by (h : env) : params R := tab theta (fun v => entry theta v + h v).
Lemma shape_moved_by h : same_shape theta (moved_by h).
Proof. unfold same_shape, moved_by. now rewrite shape_tab. Qed.
Lemma shift_outside th v : same_shape theta th -> inside theta v = false -> shift th v = 0.
Proof.
  intros S I. unfold shift. rewrite (entry_outside theta th v (eq_sym S) I), (entry_outside theta theta v eq_refl I). ring.
Qed.
Lemma shift_moved_by h v : (inside theta v = false -> h v = 0) -> shift (moved_by h) v = h v.
Proof.
  intro Z. unfold shift, moved_by. rewrite entry_tab. destruct (inside theta v) eqn:E. ring.
  rewrite (entry_outside theta theta v eq_refl E), Z by auto. ring.
Qed.
Definition val (p : mpoly) (th : params R) : R := mev (F := Rops) p (shift th).
Lemma val_ext p th h : (forall v, shift th v = h v) -> val p th = mev (F := Rops) p h.
Proof. intro H. unfold val. now apply mev_ext. Qed.

Lemma val_cont p psi eps : same_shape theta psi -> 0 < eps ->
  exists d, 0 < d /\ forall th, same_shape theta th -> dist psi th < d -> Rabs (val p th - val p psi) < eps.
Proof.
  intros Sp He. destruct (mev_cont (F := Rops) p (shift psi) eps He) as (d & Hd & H). exists d. split; auto.
  intros th S D. apply H. intro v. unfold shift. replace (entry th v - entry theta v - (entry psi v - entry theta v)) with (entry th v - entry psi v) by ring.
  eapply Rle_lt_trans; [|exact D]. apply entry_dist. unfold same_shape in *. congruence.
Qed.

(** Vanishes for all parameters. *)
Definition null (p : mpoly) : Prop := forall th, same_shape theta th -> val p th = 0.

Lemma val_nearby z p (Q : R -> Prop) : same_shape theta p -> (exists eps, 0 < eps /\ forall a, Rabs (a - val z p) < eps -> Q a) ->
  nearby theta p (fun th => Q (val z th)).
Proof.
  intros Sp (eps & He & H). destruct (mev_cont (F := Rops) z (shift p) eps He) as (d & Hd & C). exists d. split; auto.
  intros th [S Hn]. apply H. apply C. intro v. unfold shift.
  replace (entry th v - entry theta v - (entry p v - entry theta v)) with (entry th v - entry p v) by ring. apply Hn.
Qed.
Lemma null_or_not z : null z \/ exists th, same_shape theta th /\ val z th <> 0.
Proof.
  destruct (stable_or (null z)) as [N|N]; auto. { do 2 (apply stable_all; intro). apply stable_eq. }
  right. apply open_found.
  - intro p. apply stable_not.
  - intros p Sp H. apply (val_nearby z p (fun a => a <> 0) Sp). exists (Rabs (val z p)). split. now apply Rabs_pos_lt.
    intros a Ha E. subst a. rewrite Rminus_0_l, Rabs_Ropp in Ha. lra.
  - intro K. apply N. intros th S. apply stable_eq. exact (K th S).
Qed.

Lemma generic (zs : list mpoly) : exists th, same_shape theta th /\ forall z, In z zs -> null z \/ val z th <> 0.
Proof.
  induction zs as [|z zs (th & S & H)]. { exists theta. split. reflexivity. intros z []. }
  destruct (null_or_not z) as [N|(th1 & S1 & N)]. { exists th. split; auto. intros y [<-|Hy]; auto. }
  set (d := fun v => shift th1 v - shift th v). set (line := fun t => moved_by (fun v => shift th v + t * d v)).
  assert (Sh : forall t v, shift (line t) v = shift th v + t * d v).
  { intros t v. apply shift_moved_by. intro I. unfold d. rewrite !shift_outside by auto. ring. }
  assert (A : after (fun t => forall y, In y (z :: zs) -> null y \/ val y (line t) <> 0)).
  { apply (U_list _ after_where). intros y Hy. destruct (restrict (F := Rops) y (shift th) d) as (p & Hp).
    assert (Hl : forall t, val y (line t) = peval (F := Rops) p t) by (intro t; rewrite <- Hp; apply val_ext; auto).
    assert (Ny : null y \/ val y th <> 0 \/ y = z) by (destruct Hy as [<-|Hy]; [|destruct (H y Hy)]; auto).
    destruct Ny as [Ny|Ny]. { apply (U_all _ after_where). auto. }
    destruct (poly_after p) as [Z|(T & HT & [Q|Q])].
    - exfalso. destruct Ny as [Ny| ->].
      + apply Ny. assert (E : val y th = val y (line 0)).
        { rewrite (val_ext y (line 0) (shift th)); auto. intro v. rewrite Sh. ring. }
        now rewrite E, Hl, Z.
      + apply N. assert (E : val z th1 = val z (line 1)).
        { rewrite (val_ext z (line 1) (shift th1)); auto. intro v. rewrite Sh. unfold d. ring. }
        now rewrite E, Hl, Z.
    - exists T. split; auto. intros t Ht. right. rewrite Hl. specialize (Q t Ht). lra.
    - exists T. split; auto. intros t Ht. right. rewrite Hl. specialize (Q t Ht). lra. }
  destruct (after_exists _ A) as (t & _ & Ht). exists (line t). split; auto. apply shape_moved_by.
Qed.

(** ** The polynomials that a network may be *)

Definition ways (s : R) (z : mpoly) : list mpoly := [[]; z; scaled (F := Rops) s z].
Local Notation sym := (sym_mpoly (F := Rops)).
Definition layer_ways (l : layer R) (w x : list mpoly) : list (list mpoly) :=
  mapL (fun u => ways (slope l) (tpreact (S := sym) w x u)) (units l).
Fixpoint network_ways (n : list (layer R)) (th : params mpoly) (x : list mpoly) : list (list mpoly) :=
  match n, th with
  | l :: n', w :: th' => flat_map (network_ways n' th') (layer_ways l w x)
  | _, _ => [x]
  end.
(** All preactivations on these ways. *)
Fixpoint preactivations (n : list (layer R)) (th : params mpoly) (x : list mpoly) : list mpoly :=
  match n, th with
  | l :: n', w :: th' => map (tpreact (S := sym) w x) (units l) ++ flat_map (preactivations n' th') (layer_ways l w x)
  | _, _ => []
  end.

Section Way.
Variable W : (params R -> Prop) -> Prop.
Hypothesis HW : where_ W.
Definition decided (z : mpoly) : Prop := W (fun th => val z th = 0) \/ W (fun th => 0 < val z th) \/ W (fun th => val z th < 0).
Definition at_all (th : params R) (l : list mpoly) : list R := map (fun p => val p th) l.

Lemma unit_way s z : decided z -> exists z', In z' (ways s z) /\ W (fun th => val z' th = act s (val z th)).
Proof.
  intros [H|[H|H]].
  - exists []. split. now left. eapply (U_mono _ HW); [|exact H]. cbn beta. intros th ->. unfold val, act. simpl. destruct Rlt_dec; lra.
  - exists z. split. right; now left. eapply (U_mono _ HW); [|exact H]. cbn beta. intros th L. unfold act. destruct Rlt_dec; lra.
  - exists (scaled (F := Rops) s z). split. right; right; now left. eapply (U_mono _ HW); [|exact H]. cbn beta. intros th L.
    unfold val in *. rewrite mev_scaled. unfold act. destruct Rlt_dec; simpl; lra.
Qed.
Lemma layer_way l w x : (forall u, In u (units l) -> decided (tpreact (S := sym) w x u)) ->
  exists out, In out (layer_ways l w x) /\ W (fun th => apply_layer l (at_all th w) (at_all th x) = at_all th out).
Proof.
  unfold layer_ways, apply_layer. induction (units l) as [|u us IH]; intro H.
  - exists []. split. now left. apply (U_all _ HW). reflexivity.
  - destruct (unit_way (slope l) _ (H u (or_introl eq_refl))) as (z & Hz & Az).
    destruct (IH (fun u' Hu => H u' (or_intror Hu))) as (out & Ho & Ao). exists (z :: out). split.
    + cbn [mapL]. apply in_flat_map. exists z. split; auto. now apply in_map.
    + eapply (U_mono _ HW); [|exact (U_and _ HW _ _ Az Ao)]. cbn beta. intros th [H1 H2]. cbn [map]. rewrite H2. cbn [at_all map]. f_equal.
      rewrite H1. f_equal. symmetry. exact (ev_tpreact (S := sym) (Mean := mean_mpoly) w x u (shift th)).
Qed.
Lemma network_way n th x : (forall z, In z (preactivations n th x) -> decided z) ->
  exists out, In out (network_ways n th x) /\ W (fun psi => forward n (map (at_all psi) th) (at_all psi x) = at_all psi out).
Proof.
  revert th x. induction n as [|l n IH]; intros [|w th] x H; try (exists x; split; [now left | apply (U_all _ HW); reflexivity]).
  cbn [preactivations] in H. destruct (layer_way l w x) as (x' & Hx & Ax).
  { intros u Hu. apply H, in_or_app. left. now apply in_map. }
  destruct (IH th x') as (out & Ho & Ao). { intros z Hz. apply H, in_or_app. right. apply in_flat_map. eauto. }
  exists out. split. cbn [network_ways]. apply in_flat_map. eauto.
  eapply (U_mono _ HW); [|exact (U_and _ HW _ _ Ax Ao)]. cbn beta. intros psi [H1 H2]. simpl. rewrite H1. exact H2.
Qed.
End Way.

(** ** Gradients *)

Lemma norm2_of_vars c : same_shape theta c -> norm2 c = Rsum (map (fun v => entry c v * entry c v) (vars (F := Rops) theta)).
Proof. intro H. apply (norm2_vars (F := Rops) (M := Rmodel) theta c). rewrite params_id. exact H. Qed.

Lemma shape_difference a b : same_shape theta a -> same_shape theta b -> same_shape theta (minus a b).
Proof.
  unfold same_shape, minus. intros Ha Hb. rewrite map_map, Ha. rewrite Ha in Hb. clear Ha. revert b Hb.
  induction a as [|w a IH]; intros [|w' b] H; simpl in *; try discriminate; auto.
  injection H as H1 H2. f_equal; auto. rewrite map_length, combine_length. lia.
Qed.

Lemma dist_small eps : 0 < eps -> exists d, 0 < d /\ forall a b, same_shape theta a -> same_shape theta b ->
  (forall v, In v (vars (F := Rops) theta) -> Rabs (entry a v - entry b v) < d) -> dist a b < eps.
Proof.
  intro He. set (n := INR (length (vars (F := Rops) theta))). assert (Hn : 0 <= n) by apply pos_INR.
  exists (Rmin 1 (eps * eps / (n + 1))).
  assert (Hd : 0 < Rmin 1 (eps * eps / (n + 1))) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; nra]).
  split; auto. intros a b Ha Hb H. apply dist_lt; auto. rewrite norm2_of_vars by now apply shape_difference.
  set (d := Rmin 1 (eps * eps / (n + 1))) in *. assert (D1 : d <= 1) by apply Rmin_l.
  assert (D2 : d * (n + 1) <= eps * eps).
  { apply Rle_trans with (eps * eps / (n + 1) * (n + 1)). apply Rmult_le_compat_r. lra. apply Rmin_r. right. field. lra. }
  apply Rle_lt_trans with (n * d); [|lra]. unfold n. rewrite <- Rsum_const. apply Rsum_le. intros v Hv.
  rewrite entry_minus by (unfold same_shape in *; congruence). specialize (H v Hv).
  replace ((entry a v - entry b v) * (entry a v - entry b v)) with (Rabs (entry a v - entry b v) * Rabs (entry a v - entry b v))
    by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
  pose proof (Rabs_pos (entry a v - entry b v)). nra.
Qed.

Lemma gradient_where f m p d0 : same_shape theta p -> 0 < d0 ->
  (forall th, same_shape theta th -> dist p th < d0 -> f th = val m th) -> is_gradient f p (grad (F := Rops) theta m (shift p)).
Proof.
  intros Sp Hd0 A. apply (polynomial_gradient (F := Rops) theta m (entry theta) f p d0); auto.
  intros th S. apply A. unfold same_shape in *. congruence.
Qed.

(** Arbitrarily near the point there are others around which [f] is the polynomial [m]. *)
Definition beside (f : params R -> R) (m : mpoly) : Prop :=
  forall eps, 0 < eps -> exists p, same_shape theta p /\ (forall v, Rabs (shift p v) < eps) /\
    nearby theta p (fun th => f th = val m th).

Lemma beside_stable f m : stable (beside f m).
Proof.
  intros N eps He.
  set (Q := fun n => let (a, b) := Cantor.of_nat n in (forall v, Rabs (shift (point theta a) v) < eps) /\
    forall th, same_shape theta th /\ (forall v, Rabs (entry th v - entry (point theta a) v) < / INR (S b)) -> f th = val m th).
  destruct (found Q) as (n & H).
  - intro n. unfold Q. destruct Cantor.of_nat. apply stable_and.
    + apply stable_all. intro. apply stable_lt.
    + do 2 (apply stable_all; intro). apply stable_eq.
  - intro None. apply N. intro B. destruct (B (eps / 2) ltac:(lra)) as (p & Sp & Hp & d & Hd & A).
    destruct (point_dense theta p (Rmin (d / 2) (eps / 2)) Sp ltac:(apply Rmin_pos; lra)) as (a & Ha).
    destruct (archimed_cor1 (d / 2) ltac:(lra)) as ([|b] & Hb & Pb). lia. apply (None (Cantor.to_nat (a, b))). unfold Q. rewrite Cantor.cancel_of_to.
    pose proof (Rmin_l (d / 2) (eps / 2)). pose proof (Rmin_r (d / 2) (eps / 2)). split.
    + intro v. specialize (Ha v). specialize (Hp v). unfold shift in *.
      replace (entry (point theta a) v - entry theta v) with ((entry (point theta a) v - entry p v) + (entry p v - entry theta v)) by ring.
      eapply Rle_lt_trans. apply Rabs_triang. lra.
    + intros th [S Hn]. apply A. split; auto. intro v. specialize (Ha v). specialize (Hn v).
      replace (entry th v - entry p v) with ((entry th v - entry (point theta a) v) + (entry (point theta a) v - entry p v)) by ring.
      eapply Rle_lt_trans. apply Rabs_triang. lra.
  - unfold Q in H. destruct (Cantor.of_nat n) as [a b]. destruct H as [H A]. exists (point theta a). split. apply shape_point. split; auto.
    exists (/ INR (S b)). split; auto. apply Rinv_0_lt_compat, lt_0_INR. lia.
Qed.

Lemma limiting_beside f m : beside f m -> limiting_gradient f theta (grad (F := Rops) theta m (fun _ => 0)).
Proof.
  intro H. assert (Sg : forall e, same_shape theta (grad (F := Rops) theta m e)).
  { intro e. unfold same_shape. change (grad (F := Rops) theta m e) with (tab theta (fun v => mdiff (F := Rops) m e (ind v))). now rewrite shape_tab. }
  split. apply Sg. intros eps He. destruct (dist_small eps He) as (d & Hd & Small).
  assert (G : exists d', 0 < d' /\ forall e, (forall v, Rabs (e v) < d') -> forall v, In v (vars (F := Rops) theta) ->
    Rabs (mev (F := Rops) (mderiv (F := Rops) v m) (fun _ => 0) - mev (F := Rops) (mderiv (F := Rops) v m) e) < d).
  { apply (U_list near near_where). intros v _. destruct (mev_cont (F := Rops) (mderiv (F := Rops) v m) (fun _ => 0) d Hd) as (d' & Hd' & C).
    exists d'. split; auto. intros e B. rewrite Rabs_minus_sym. apply C. intro w. now rewrite Rminus_0_r. }
  destruct G as (d' & Hd' & G).
  destruct (H (Rmin d d') ltac:(now apply Rmin_pos)) as (p & Sp & B & d0 & Hd0 & A).
  pose proof (Rmin_l d d'). pose proof (Rmin_r d d').
  exists p, (grad (F := Rops) theta m (shift p)). split; auto. split; [|split].
  - apply Small; auto. reflexivity. intros v _. rewrite Rabs_minus_sym. specialize (B v). unfold shift in B. lra.
  - apply (gradient_where f m p d0); auto. intros th S Dist. apply A. split; auto. intro v.
    eapply Rle_lt_trans; [|exact Dist]. apply entry_dist. unfold same_shape in *. congruence.
  - apply Small; auto. intros v Hv. change (grad (F := Rops) theta m) with (fun e => tab theta (fun v => mdiff (F := Rops) m e (ind v))). cbn beta.
    rewrite !entry_tab, <- !mderiv_ok. destruct (inside theta v); [|rewrite Rminus_eq_0, Rabs_R0; auto].
    apply G; auto. intro w. specialize (B w). lra.
Qed.

(** ** Along a curve *)

Section Along.
Variable psi : R -> params R.
Definition along_curve (Q : params R -> Prop) : Prop :=
  after (fun t => exists d, 0 < d /\ forall th, same_shape theta th -> dist (psi t) th < d -> Q th).
Lemma along_curve_where : where_ along_curve.
Proof.
  unfold along_curve. split.
  - intros Q H. apply (U_all _ after_where). intro t. exists 1. split; [lra|auto].
  - intros Q Q' H H'. eapply (U_mono _ after_where); [|exact (U_and _ after_where _ _ H H')]. cbn beta.
    intros t [(d & Hd & A) (d' & Hd' & A')]. exists (Rmin d d'). pose proof (Rmin_l d d'). pose proof (Rmin_r d d').
    split. now apply Rmin_pos. intros th S D. split; [apply A | apply A']; auto; lra.
  - intros Q Q' I H. eapply (U_mono _ after_where); [|exact H]. cbn beta. intros t (d & Hd & A). exists d. auto.
Qed.
Hypothesis shape_psi : forall t, same_shape theta (psi t).
Lemma curve_decides z p : (forall t, val z (psi t) = peval (F := Rops) p t) -> null z \/ val z (psi 1) <> 0 -> decided along_curve z.
Proof.
  intros Hp [N|N].
  - left. apply (U_all _ after_where). intro t. exists 1. split. lra. auto.
  - destruct (poly_after p) as [Z|(T & HT & [Q|Q])].
    + destruct N. now rewrite Hp, Z.
    + right. left. exists T. split; auto. intros t Ht. specialize (Q t Ht). rewrite <- Hp in Q.
      destruct (val_cont z (psi t) _ (shape_psi t) Q) as (d & Hd & H). exists d. split; auto. intros th S D.
      specialize (H th S D). apply Rabs_def2 in H. lra.
    + right. right. exists T. split; auto. intros t Ht. specialize (Q t Ht). rewrite <- Hp in Q.
      destruct (val_cont z (psi t) (- val z (psi t)) (shape_psi t) ltac:(lra)) as (d & Hd & H). exists d. split; auto. intros th S D.
      specialize (H th S D). apply Rabs_def2 in H. lra.
Qed.
Hypothesis psi_near : forall d, 0 < d -> after (fun t => forall v, Rabs (shift (psi t) v) < d).
Lemma beside_along f m : along_curve (fun th => f th = val m th) -> beside f m.
Proof.
  intros H eps He. destruct (after_exists _ (U_and _ after_where _ _ (psi_near eps He) H)) as (t & _ & B & d & Hd & A).
  exists (psi t). split; auto. split; auto. destruct (dist_small d Hd) as (d' & Hd' & Small). exists d'. split; auto.
  intros th [S Hn]. apply A; auto. apply Small; auto. intros v _. rewrite Rabs_minus_sym. apply Hn.
Qed.
End Along.
End Point.

(** ** What networks do along curves *)

Lemma tends_network {A} (U : (A -> Prop) -> Prop) (HU : where_ U) n (Theta : A -> params R) theta (X : A -> list R) x :
  (forall a, length (Theta a) = length n) -> length theta = length n ->
  (forall v, tends U (fun a => entry (Theta a) v) (entry theta v)) -> (forall i, tends U (fun a => nth i (X a) 0) (nth i x 0)) ->
  forall i, tends U (fun a => nth i (forward n (Theta a) (X a)) 0) (nth i (forward n theta x) 0).
Proof.
  revert Theta theta X x. induction n as [|l n IH]; intros Theta theta X x LT Lt HT HX i.
  { apply (tends_eq U HU _ (fun a => nth i (X a) 0)). { apply (U_all _ HU). intro a. specialize (LT a). destruct (Theta a); [reflexivity|discriminate]. }
    destruct theta; [|discriminate]. apply HX. }
  destruct theta as [|w theta]; [discriminate|].
  apply (tends_eq U HU _ (fun a => nth i (forward n (tl (Theta a)) (apply_layer l (hd [] (Theta a)) (X a))) 0)).
  { apply (U_all _ HU). intro a. specialize (LT a). destruct (Theta a); [discriminate|reflexivity]. }
  simpl forward. apply IH.
  - intro a. specialize (LT a). destruct (Theta a); simpl in *; [discriminate|congruence].
  - simpl in Lt. congruence.
  - intros [k j]. specialize (HT (S k, j)). eapply (tends_eq U HU); [|exact HT]. apply (U_all _ HU). intro a.
    unfold entry. simpl. destruct (Theta a); simpl; auto. destruct k; reflexivity.
  - intro j. unfold apply_layer.
    apply (tends_eq U HU _ (fun a => match nth_error (units l) j with Some u => act (slope l) (preact (hd [] (Theta a)) (X a) u) | None => 0 end)).
    { apply (U_all _ HU). intro a. destruct (nth_error (units l) j) as [u|] eqn:E.
      - apply nth_error_nth. now rewrite nth_error_map, E.
      - apply nth_overflow. rewrite map_length. now apply nth_error_None. }
    assert (E0 : nth j (map (fun u => act (slope l) (preact w x u)) (units l)) 0 =
      match nth_error (units l) j with Some u => act (slope l) (preact w x u) | None => 0 end).
    { destruct (nth_error (units l) j) as [u|] eqn:E.
      - apply nth_error_nth. now rewrite nth_error_map, E.
      - apply nth_overflow. rewrite map_length. now apply nth_error_None. }
    rewrite E0. destruct nth_error as [u|]; [|apply (tends_const U HU)]. apply (tends_act U HU).
    apply (tends_preact U HU (fun a => hd [] (Theta a)) X w x u); auto. intro p. specialize (HT (0%nat, p)).
    eapply (tends_eq U HU); [|exact HT]. apply (U_all _ HU). intro a. unfold entry. simpl. destruct (Theta a); reflexivity.
Qed.
