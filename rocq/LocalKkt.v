(** * A local optimum is a KKT point, in Clarke's sense.

    The network is one of finitely many polynomials where no preactivation vanishes, unless it vanishes identically. If
    the point is no combination of the gradients of those polynomials that count at the point, some direction makes the
    norm smaller and opposes none of them (Farkas). A curve that leaves in this direction, and bends so that it meets no
    kink at once, is followed; its points are scaled, which raises all margins a little. They are feasible and better. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat Classical.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Polynomial Feasible Curve Margin Displacement Lagrangian Gradient Kkt NotKkt.
Import ListNotations.
Open Scope R_scope.

Local Notation var := (nat * nat)%type.
Local Notation env := (var -> R).
Local Notation mpoly := (list (R * list var)).

(** ** Farkas' lemma *)

Section Farkas.
Variable V : list var.
Definition over (g x : env) : R := Rsum (map (fun v => g v * x v) V).
Definition combined (lambda : list R) (gs : list env) (v : var) : R :=
  Rsum (map (fun lg => fst lg * snd lg v) (combine lambda gs)).

Lemma over_lin a b g h x : over (fun v => a * g v + b * h v) x = a * over g x + b * over h x.
Proof. unfold over. rewrite <- Rsum_lin. apply Rsum_ext_in. intros. ring. Qed.
Lemma over_lin_r a b g x y : over g (fun v => a * x v + b * y v) = a * over g x + b * over g y.
Proof. unfold over. rewrite <- Rsum_lin. apply Rsum_ext_in. intros. ring. Qed.

Theorem farkas gs b :
  (exists lambda, length lambda = length gs /\ (forall l, In l lambda -> 0 <= l) /\ forall v, In v V -> b v = combined lambda gs v) \/
  (exists x, (forall g, In g gs -> 0 <= over g x) /\ over b x < 0).
Proof.
  remember (length gs) as n eqn:En. revert gs En b. induction n as [|n IH]; intros gs En b.
  { destruct gs; try discriminate. destruct (classic (forall v, In v V -> b v = 0)) as [Z|Z].
    - left. exists []. split; auto. split. intros l []. intros v Hv. unfold combined. simpl. auto.
    - right. exists (fun v => - b v). split. intros g []. apply not_all_ex_not in Z. destruct Z as (v & Z).
      apply imply_to_and in Z. destruct Z as [Hv Z]. unfold over.
      assert (Pos : 0 < Rsum (map (fun v => b v * b v) V)).
      { clear - Hv Z. induction V as [|w l IH]; [destruct Hv|]. cbn [map]. rewrite Rsum_cons.
        pose proof (Rsum_squares b l). pose proof (Rle_0_sqr (b w)) as Q. unfold Rsqr in Q. destruct Hv as [->|Hv].
        - assert (0 < b v * b v) by (destruct (Rtotal_order (b v) 0) as [L|[L|L]]; nra). lra.
        - specialize (IH Hv). lra. }
      rewrite (Rsum_ext_in _ (fun v => -1 * (b v * b v))) by (intros; ring). rewrite Rsum_mult. lra. }
  destruct gs as [|g gs]; try discriminate. injection En as En.
  destruct (IH gs En b) as [(lambda & Hl & H0 & Hb)|(x & Hx & Hb)].
  { left. exists (0 :: lambda). split. simpl. congruence. split. intros l [<-|Hin]; auto. lra.
    intros v Hv. rewrite (Hb v Hv). unfold combined. cbn [combine map]. rewrite Rsum_cons. simpl. ring. }
  destruct (Rle_dec 0 (over g x)) as [Hg|Hg].
  { right. exists x. split; auto. intros h [<-|Hin]; auto. }
  (* scaled so that the first is -1 there *)
  set (k := / - over g x). assert (Hk : 0 < k) by (apply Rinv_0_lt_compat; lra).
  set (x0 := fun v => k * x v + 0 * x v).
  assert (X0 : forall h, over h x0 = k * over h x) by (intro h; unfold x0; rewrite over_lin_r; ring).
  assert (G0 : over g x0 = -1) by (rewrite X0; unfold k; field; lra).
  assert (P0 : forall h, In h gs -> 0 <= over h x0) by (intros h Hin; rewrite X0; apply Rmult_le_pos; auto; lra).
  assert (B0 : over b x0 < 0) by (rewrite X0; nra).
  set (turned := fun h : env => fun v => 1 * h v + over h x0 * g v).
  destruct (IH (map turned gs) ltac:(now rewrite map_length) (turned b)) as [(lambda & Hl & H0 & Hc)|(y & Hy & Hc)].
  - left. exists ((Rsum (map (fun lh => fst lh * over (snd lh) x0) (combine lambda gs)) - over b x0) :: lambda).
    split. simpl. congruence. split.
    + intros l [<-|Hin]; auto. apply Rplus_le_le_0_compat; [|lra]. apply Rsum_nonneg. intros a Ha. apply in_map_iff in Ha.
      destruct Ha as ([l h] & <- & Hin). pose proof (in_combine_l _ _ _ _ Hin). pose proof (in_combine_r _ _ _ _ Hin).
      apply Rmult_le_pos; simpl; auto.
    + intros v Hv. specialize (Hc v Hv). unfold turned at 1 in Hc. unfold combined in *. cbn [combine map]. rewrite Rsum_cons. cbn [fst snd].
      assert (E : Rsum (map (fun lg => fst lg * snd lg v) (combine lambda (map turned gs))) =
        Rsum (map (fun lg => fst lg * snd lg v) (combine lambda gs)) +
        Rsum (map (fun lh => fst lh * over (snd lh) x0) (combine lambda gs)) * g v).
      { clear. revert gs. induction lambda as [|l lambda IH]; intros [|h gs]; cbn [combine map]; try (simpl; ring).
        rewrite !Rsum_cons, IH. cbn [fst snd]. unfold turned at 1. ring. }
      rewrite E in Hc. lra.
  - right. exists (fun v => 1 * y v + over g y * x0 v). split.
    + intros h [<-|Hin]; rewrite over_lin_r. rewrite G0. lra.
      specialize (Hy (turned h) (in_map _ _ _ Hin)). unfold turned in Hy. rewrite over_lin in Hy. lra.
    + rewrite over_lin_r. unfold turned in Hc. rewrite over_lin in Hc. lra.
Qed.
End Farkas.

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

Definition after (Q : R -> Prop) : Prop := exists T, 0 < T /\ forall t, 0 < t < T -> Q t.
Lemma after_where : where_ after.
Proof.
  split; unfold after.
  - intros Q H. exists 1. split; [lra|auto].
  - intros Q Q' (d & Hd & H) (d' & Hd' & H'). exists (Rmin d d').
    pose proof (Rmin_l d d'). pose proof (Rmin_r d d'). split. now apply Rmin_pos.
    intros t Ht. split; [apply H | apply H']; lra.
  - intros Q Q' I (d & Hd & H). exists d. auto.
Qed.
Lemma after_exists Q : after Q -> exists t, 0 < t < 1 /\ Q t.
Proof.
  intros (T & HT & H). exists (Rmin (1 / 2) (T / 2)). pose proof (Rmin_l (1 / 2) (T / 2)). pose proof (Rmin_r (1 / 2) (T / 2)).
  assert (0 < Rmin (1 / 2) (T / 2)) by (apply Rmin_pos; lra). split. lra. apply H. lra.
Qed.
Lemma after_small d : 0 < d -> after (fun t => 0 < t < d).
Proof. intro H. exists d. split; auto. Qed.

(** The part of a list with a property. *)
Lemma part {A} (Q : A -> Prop) l : exists l', forall a, In a l' <-> In a l /\ Q a.
Proof.
  induction l as [|a l (l' & IH)]. exists []. simpl. tauto. destruct (classic (Q a)).
  - exists (a :: l'). intro b. simpl. rewrite IH. intuition (subst; auto).
  - exists l'. intro b. rewrite IH. simpl. intuition (subst; tauto).
Qed.

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

Lemma generic (zs : list mpoly) : exists th, same_shape theta th /\ forall z, In z zs -> null z \/ val z th <> 0.
Proof.
  induction zs as [|z zs (th & S & H)]. { exists theta. split. reflexivity. intros z []. }
  destruct (classic (null z)) as [N|N]. { exists th. split; auto. intros y [<-|Hy]; auto. }
  apply not_all_ex_not in N. destruct N as (th1 & N). apply imply_to_and in N. destruct N as [S1 N].
  set (d := fun v => shift th1 v - shift th v). set (line := fun t => moved_by (fun v => shift th v + t * d v)).
  assert (Sh : forall t v, shift (line t) v = shift th v + t * d v).
  { intros t v. apply shift_moved_by. intro I. unfold d. rewrite !shift_outside by auto. ring. }
  assert (A : after (fun t => forall y, In y (z :: zs) -> null y \/ val y (line t) <> 0)).
  { apply (U_list _ after_where). intros y Hy. destruct (restrict (F := Rops) y (shift th) d) as (p & Hp).
    assert (Hl : forall t, val y (line t) = peval (F := Rops) p t) by (intro t; rewrite <- Hp; apply val_ext; auto).
    destruct (classic (null y)) as [Ny|Ny]. { apply (U_all _ after_where). auto. }
    destruct (poly_after p) as [Z|(T & HT & [Q|Q])].
    - exfalso. destruct Hy as [<-|Hy].
      + apply N. assert (E : val z th1 = val z (line 1)).
        { rewrite (val_ext z (line 1) (shift th1)); auto. intro v. rewrite Sh. unfold d. ring. }
        now rewrite E, Hl, Z.
      + destruct (H y Hy) as [|Hn]; auto. apply Hn. assert (E : val y th = val y (line 0)).
        { rewrite (val_ext y (line 0) (shift th)); auto. intro v. rewrite Sh. ring. }
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

(** *** Gradients *)

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
  intros Sp Hd0 A. split.
  - unfold same_shape in *. rewrite <- Sp. change (grad (F := Rops) theta m (shift p)) with (tab theta (fun v => mdiff (F := Rops) m (shift p) (ind v))).
    now rewrite shape_tab.
  - intros eps He. destruct (mev_smooth (F := Rops) m (shift p)) as (C & HC & S).
    set (d := Rmin d0 (Rmin 1 (eps / (C + 1)))).
    assert (Hd : 0 < d). { apply Rmin_pos; auto. apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]. }
    assert (D0 : d <= d0) by apply Rmin_l.
    assert (D1 : d <= 1) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_l]).
    assert (D2 : d <= eps / (C + 1)) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_r]).
    exists d. split; auto. intros th Sh Dist. set (del := dist p th) in *.
    assert (Hdel : 0 <= del) by apply sqrt_pos. assert (ShR : same_shape theta th) by (unfold same_shape in *; congruence).
    assert (Hh : forall v, Rabs (entry th v - entry p v) <= del) by (intro v; apply entry_dist; exact Sh).
    destruct (S (fun v => entry th v - entry p v) del ltac:(lra) Hh) as [S1 _].
    rewrite (A th ShR) by (fold del; lra). rewrite (A p Sp).
    2:{ assert (Z : dist p p = 0) by (unfold dist; rewrite minus_self; apply sqrt_0). lra. }
    rewrite (mev_ext (F := Rops) m _ (shift th)) in S1 by (intro v; unfold shift; ring). rewrite (dot_grad (F := Rops)).
    + rewrite (mdiff_ext (F := Rops) m _ (entry (minus th p)) (fun v => entry th v - entry p v)).
      2:{ intro v. apply entry_minus. symmetry. exact Sh. }
      eapply Rle_trans. apply S1.
      assert (C * del <= eps).
      { apply Rle_trans with ((C + 1) * (eps / (C + 1))). apply Rmult_le_compat; lra. right. field. lra. }
      replace (C * (del * del)) with (C * del * del) by ring. apply Rmult_le_compat_r; auto.
    + pose proof (shape_difference th p ShR Sp). unfold same_shape in H. exact H.
Qed.

Hypothesis psi_near : forall d, 0 < d -> after (fun t => forall v, Rabs (shift (psi t) v) < d).

Lemma limiting_where f m : along_curve (fun th => f th = val m th) -> limiting_gradient f theta (grad (F := Rops) theta m (fun _ => 0)).
Proof.
  intro H. assert (Sg : forall e, same_shape theta (grad (F := Rops) theta m e)).
  { intro e. unfold same_shape. change (grad (F := Rops) theta m e) with (tab theta (fun v => mdiff (F := Rops) m e (ind v))). now rewrite shape_tab. }
  split. apply Sg. intros eps He. destruct (dist_small eps He) as (d & Hd & Small).
  assert (G : exists d', 0 < d' /\ forall e, (forall v, Rabs (e v) < d') -> forall v, In v (vars (F := Rops) theta) ->
    Rabs (mev (F := Rops) (mderiv (F := Rops) v m) (fun _ => 0) - mev (F := Rops) (mderiv (F := Rops) v m) e) < d).
  { apply (U_list near near_where). intros v _. destruct (mev_cont (F := Rops) (mderiv (F := Rops) v m) (fun _ => 0) d Hd) as (d' & Hd' & C).
    exists d'. split; auto. intros e B. rewrite Rabs_minus_sym. apply C. intro w. now rewrite Rminus_0_r. }
  destruct G as (d' & Hd' & G).
  destruct (after_exists _ (U_and _ after_where _ _ (psi_near (Rmin d d') ltac:(now apply Rmin_pos)) H)) as (t & Ht & B & d0 & Hd0 & A).
  pose proof (Rmin_l d d'). pose proof (Rmin_r d d').
  exists (psi t), (grad (F := Rops) theta m (shift (psi t))). split; auto. split; [|split].
  - apply Small; auto. reflexivity. intros v _. rewrite Rabs_minus_sym. specialize (B v). unfold shift in B. lra.
  - now apply (gradient_where f m (psi t) d0).
  - apply Small; auto. intros v Hv. change (grad (F := Rops) theta m) with (fun e => tab theta (fun v => mdiff (F := Rops) m e (ind v))). cbn beta.
    rewrite !entry_tab, <- !mderiv_ok. destruct (inside theta v); [|rewrite Rminus_eq_0, Rabs_R0; auto].
    apply G; auto. intro w. specialize (B w). lra.
Qed.
End Along.
End Point.

(** ** What networks do along curves, and when free layers are scaled *)

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

Section LocalKkt.
Variable P : problem R.
Variable free : option nat.
Variable theta : params R.

(** The margin as a function of the free layers. *)
Definition margin_of (s : list R * bool) (th : params R) : R := margin P (held free theta th) s.

Definition start : params mpoly := displaced (F := Rops) free theta.
Definition margin_ways (s : list R * bool) : list mpoly :=
  map (fun out => mmul (F := Rops) (mcst (F := Rops) (sgn (snd s))) (nth 0 out []))
    (network_ways (net P) start (map (mcst (F := Rops)) (fst s))).

Lemma margin_way (W : (params R -> Prop) -> Prop) (HW : where_ W) s :
  W (fun th => same_shape theta th) ->
  (forall z, In z (preactivations (net P) start (map (mcst (F := Rops)) (fst s))) -> decided theta W z) ->
  exists m, In m (margin_ways s) /\ W (fun th => margin_of s th = val theta m th).
Proof.
  intros HS H. destruct (network_way theta W HW _ _ _ H) as (out & Ho & A). eexists. split. unfold margin_ways. apply in_map. exact Ho.
  eapply (U_mono _ HW); [|exact (U_and _ HW _ _ HS A)]. cbn beta. intros th [S E].
  assert (E1 : map (at_all theta th) start = held free theta th).
  { pose proof (displaced_held (F := Rops) (M := Rmodel) free theta th) as D. rewrite params_id in D. exact (D S). }
  assert (E2 : at_all theta th (map (mcst (F := Rops)) (fst s)) = fst s).
  { unfold at_all. rewrite map_map. rewrite <- (map_id (fst s)) at 2. apply map_ext. intro a. exact (mev_cst (F := Rops) a (shift theta th)). }
  rewrite E1, E2 in E. transitivity (sgn (snd s) * nth 0 (at_all theta th out) 0).
  { exact (f_equal (fun l => sgn (snd s) * nth 0 l 0) E). }
  unfold val at 1. rewrite (mev_mul (F := Rops)), (mev_cst (F := Rops)). f_equal.
  unfold at_all. exact (map_nth (fun p => val theta p th) out [] 0%nat).
Qed.

(** ** From multipliers of gradients to multipliers of samples *)

Lemma regroup (ds : list (list R * bool)) (Gs : list (list (params R))) lambda :
  Forall2 (fun s G => forall g, In g G -> margin P theta s = 1 /\ limiting_gradient (margin_of s) theta g) ds Gs ->
  length lambda = length (concat Gs) -> (forall l, In l lambda -> 0 <= l) ->
  exists terms, Forall2 (fun s t => 0 <= fst t /\ (fst t <> 0 -> margin P theta s = 1 /\
    clarke (fun th => margin P (held free theta th) s) theta (snd t))) ds terms /\
    forall v, combined lambda (map (fun g => entry g) (concat Gs)) v = combination terms v.
Proof.
  intro H. revert lambda. induction H as [|s G ds Gs HG H IH]; intros lambda L0 Hl.
  { exists []. split. constructor. intro v. destruct lambda; [reflexivity|discriminate]. }
  cbn [concat] in L0. rewrite app_length in L0.
  set (mine := firstn (length G) lambda). set (rest := skipn (length G) lambda).
  assert (Lm : length mine = length G) by (unfold mine; rewrite firstn_length; lia).
  assert (Em : lambda = mine ++ rest) by (symmetry; apply firstn_skipn).
  destruct (IH rest) as (terms & HF & Hc).
  { unfold rest. rewrite skipn_length. lia. }
  { intros l Hin. apply Hl. rewrite Em. apply in_or_app. now right. }
  assert (Pm : forall l, In l mine -> 0 <= l) by (intros l Hin; apply Hl; rewrite Em; apply in_or_app; now left).
  clearbody mine rest. set (total := Rsum mine). assert (Ht : 0 <= total) by now apply Rsum_nonneg.
  assert (Split : forall v, combined lambda (map (fun g => entry g) (concat (G :: Gs))) v =
    combined mine (map (fun g => entry g) G) v + combined rest (map (fun g => entry g) (concat Gs)) v).
  { intro v. rewrite Em. cbn [concat]. rewrite map_app. unfold combined. clear - Lm. revert G Lm.
    induction mine as [|l mine IHm]; intros [|g G] Lm; try discriminate. simpl. ring.
    cbn [app map combine]. rewrite !Rsum_cons. rewrite IHm by (simpl in Lm; lia). ring. }
  set (g := tab theta (fun v => / total * combined mine (map (fun g => entry g) G) v)).
  exists ((total, g) :: terms). split.
  - constructor; auto. cbn [fst snd]. split; auto. intro Hn. assert (Hp : 0 < total) by lra.
    assert (Ne : G <> []). { intros ->. destruct mine; [|discriminate]. unfold total in Hn. simpl in Hn. congruence. }
    split. { destruct G as [|g0 G]; [congruence|]. apply (HG g0). now left. }
    split. { unfold same_shape, g. now rewrite shape_tab. }
    exists (combine (map (Rmult (/ total)) mine) G). split; [|split].
    + intros [c g0] Hin. pose proof (in_combine_l _ _ _ _ Hin) as Hc0. pose proof (in_combine_r _ _ _ _ Hin) as Hg0. cbn [fst snd].
      apply in_map_iff in Hc0. destruct Hc0 as (l & <- & Hl0). split; [|apply HG; auto].
      apply Rmult_le_pos; auto. apply Rlt_le, Rinv_0_lt_compat. lra.
    + assert (E : map fst (combine (map (Rmult (/ total)) mine) G) = map (Rmult (/ total)) mine).
      { clearbody total. clear - Lm. revert G Lm. induction mine as [|l mine IHm]; intros [|g0 G] Lm; try discriminate; auto.
        cbn [map combine fst]. f_equal. apply IHm. simpl in Lm. lia. }
      rewrite E, Rsum_scale. fold total. field. lra.
    + intro v. unfold g. rewrite entry_tab.
      assert (E : combination (combine (map (Rmult (/ total)) mine) G) v = / total * combined mine (map (fun g => entry g) G) v).
      { unfold combination, combined. rewrite <- Rsum_mult. clearbody total. clear. revert G. induction mine as [|l mine IHm]; intros [|g0 G]; auto.
        cbn [map combine]. rewrite !Rsum_cons, IHm. cbn [fst snd]. ring. }
      destruct (inside theta v) eqn:I; auto. rewrite E.
      assert (Z : combined mine (map (fun g => entry g) G) v = 0).
      { unfold combined. apply Rsum_zero. intros [l e] Hin. apply in_combine_r, in_map_iff in Hin. destruct Hin as (g0 & <- & Hg0).
        destruct (HG g0 Hg0) as [_ [S _]]. cbn [fst snd]. rewrite (entry_outside theta g0 v (eq_sym S) I). ring. }
      rewrite Z. ring.
  - intro v. rewrite Split, Hc. unfold combination. cbn [map]. rewrite Rsum_cons. cbn [fst snd]. f_equal.
    unfold g. rewrite entry_tab. destruct (inside theta v) eqn:I.
    + destruct (Req_dec total 0) as [Z|Z]; [|field; auto]. rewrite Z. rewrite Rmult_0_l. unfold combined. apply Rsum_zero.
      intros [l e] Hin. apply in_combine_l in Hin. cbn [fst snd].
      assert (l = 0); [|subst; ring]. clear - Hin Z Pm. fold (Rsum mine) in *. unfold total in Z.
      apply Rle_antisym; auto. rewrite <- Z. apply In_nth with (d := 0) in Hin. destruct Hin as (i & _ & <-). apply Rsum_nth. auto.
    + rewrite Rmult_0_r. unfold combined. apply Rsum_zero. intros [l e] Hin. apply in_combine_r, in_map_iff in Hin.
      destruct Hin as (g0 & <- & Hg0). destruct (HG g0 Hg0) as [_ [S _]]. cbn [fst snd].
      rewrite (entry_outside theta g0 v (eq_sym S) I). ring.
Qed.

(** ** The points of the curve, with their free layers scaled *)

Lemma inside_vars v : inside theta v = true -> In v (vars (F := Rops) theta).
Proof.
  unfold inside, vars. destruct v as [k i]. cbn [fst snd]. intro H. apply andb_true_iff in H. destruct H as [Hk Hi].
  apply Nat.ltb_lt in Hk. apply Nat.ltb_lt in Hi. apply in_concat.
  exists (mapi (fun i _ => (k, i)) 0 (nth k theta [])). split.
  - replace (mapi (fun i _ => (k, i)) 0 (nth k theta [])) with (nth k (mapi (fun k w => mapi (fun i (_ : R) => (k, i)) 0 w) 0 theta) [])
      by (now rewrite (nth_mapi _ theta [])).
    apply nth_In. now rewrite length_mapi.
  - replace (k, i) with (nth i (mapi (fun i (_ : R) => (k, i)) 0 (nth k theta [])) (0%nat, 0%nat)) by (now rewrite (nth_mapi _ (nth k theta []) 0)).
    apply nth_In. now rewrite length_mapi.
Qed.
Lemma vars_inside v : In v (vars (F := Rops) theta) -> inside theta v = true.
Proof.
  unfold vars, inside. intro H. apply in_concat in H. destruct H as (l & Hl & Hv). apply In_nth with (d := []) in Hl.
  destruct Hl as (k & Hk & <-). rewrite length_mapi in Hk. rewrite (nth_mapi _ theta []) in Hv by auto. simpl in Hv.
  apply In_nth with (d := (0%nat, 0%nat)) in Hv. destruct Hv as (i & Hi & <-). rewrite length_mapi in Hi.
  rewrite (nth_mapi _ (nth k theta []) 0) by auto. simpl. apply andb_true_iff. split; now apply Nat.ltb_lt.
Qed.

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
  0 <= margin_of s th -> c * margin_of s th <= margin P (grown 0 free c (held free theta th)) s.
Proof.
  intros Hc S L Hl Hn H0. destruct (growth_factor_ge 0 free c (net P) Hc) as [_ G].
  assert (Hg : c <= growth_factor 0 free c (net P)).
  { destruct free as [l|]. apply (G l Hl). simpl. apply Nat.eqb_refl. apply (G 0%nat). destruct (net P); [congruence|simpl; lia]. reflexivity. }
  assert (E : margin P (grown 0 free c (held free theta th)) s = growth_factor 0 free c (net P) * margin_of s th).
  { unfold margin_of, margin, Phi.
    rewrite <- (map_one (fst s)) at 1. rewrite grown_forward by (try lra; rewrite length_held by exact S; exact L).
    rewrite nth_scale. ring. }
  rewrite E. now apply Rmult_le_compat_r.
Qed.

Lemma entries_bounded th : exists B, 0 <= B /\ forall v, Rabs (entry th v) <= B.
Proof.
  pose proof (norm2_nonneg th). exists (1 + norm2 th). split. lra. intro v. pose proof (entry_norm2 th v) as Q.
  apply Rabs_le. split; nra.
Qed.

Lemma sum_filter (g x : env) (p : var -> bool) l :
  Rsum (map (fun v => g v * (if p v then x v else 0)) l) = Rsum (map (fun v => g v * x v) (filter p l)).
Proof.
  induction l as [|v l IH]. reflexivity. cbn [map filter]. rewrite Rsum_cons, IH. destruct (p v); cbn [map]; rewrite ?Rsum_cons; ring.
Qed.

(** ** The theorem *)

Lemma no_direction eps (x : env) : posed P free -> shaped (net P) theta -> 0 < eps ->
  (forall th, satisfies P th -> same_but free theta th -> dist theta th < eps -> norm2 theta <= norm2 th) ->
  (forall s, In s (data P) -> 1 <= margin P theta s) ->
  (forall s m, In s (data P) -> In m (margin_ways s) -> margin P theta s = 1 ->
    limiting_gradient (margin_of s) theta (grad (F := Rops) theta m (fun _ => 0)) ->
    0 <= over (filter (fun v => is_free free (fst v)) (vars (F := Rops) theta)) (entry (grad (F := Rops) theta m (fun _ => 0))) x) ->
  0 <= over (filter (fun v => is_free free (fst v)) (vars (F := Rops) theta)) (entry theta) x.
Proof.
  intros [Hw Hl] Hsh Heps Opt Hm Hx. set (vs := vars (F := Rops) theta) in *. set (V := filter _ vs) in *. apply Rnot_lt_le. intro Hb.
  assert (Lth : length theta = length (net P)).
  { unfold shaped in Hsh. apply (f_equal (@length nat)) in Hsh. now rewrite !map_length in Hsh. }
  (* the curve *)
  set (dd := tab theta (fun v => if is_free free (fst v) then x v else 0)). set (d := entry dd).
  assert (D0 : forall v, inside theta v = false -> d v = 0) by (intros v I; unfold d, dd; now rewrite entry_tab, I).
  destruct (generic theta (flat_map (fun s => preactivations (net P) start (map (mcst (F := Rops)) (fst s))) (data P))) as (thq & Sq & Hq).
  set (q := fun v => shift theta thq v - d v).
  assert (Q0 : forall v, inside theta v = false -> q v = 0) by (intros v I; unfold q; rewrite D0, (shift_outside theta thq) by auto; ring).
  set (psi := fun t => moved_by theta (fun v => t * d v + t * t * q v)).
  assert (Sp : forall t, same_shape theta (psi t)) by (intro; apply shape_moved_by).
  assert (Shift : forall t v, shift theta (psi t) v = t * d v + t * t * q v).
  { intros t v. apply shift_moved_by. intro I. rewrite D0, Q0 by auto. ring. }
  destruct (entries_bounded dd) as (B1 & HB1 & Bd). destruct (entries_bounded thq) as (B2 & HB2 & Bq). destruct (entries_bounded theta) as (B3 & HB3 & Bt).
  set (B := B1 + B2 + B3). assert (HB : 0 <= B) by (unfold B; lra).
  assert (BD : forall v, Rabs (d v) <= B) by (intro v; eapply Rle_trans; [apply Bd | unfold B; lra]).
  assert (BT : forall v, Rabs (entry theta v) <= B) by (intro v; eapply Rle_trans; [apply Bt | unfold B; lra]).
  assert (BQ : forall v, Rabs (q v) <= B).
  { intro v. unfold q, shift, Rminus. eapply Rle_trans. apply Rabs_triang. rewrite Rabs_Ropp. eapply Rle_trans.
    apply Rplus_le_compat_r, Rabs_triang. rewrite Rabs_Ropp. specialize (Bd v). specialize (Bq v). specialize (Bt v). fold (d v) in Bd. unfold B. lra. }
  assert (Step : forall t v, 0 < t < 1 -> Rabs (t * d v + t * t * q v) <= t * (2 * B)).
  { intros t v Ht. eapply Rle_trans. apply Rabs_triang. rewrite !Rabs_mult, (Rabs_pos_eq t) by lra. specialize (BD v). specialize (BQ v).
    pose proof (Rabs_pos (d v)). pose proof (Rabs_pos (q v)).
    assert (t * Rabs (d v) <= t * B) by (apply Rmult_le_compat_l; lra).
    assert (t * t * Rabs (q v) <= t * 1 * B) by (apply Rmult_le_compat; nra). lra. }
  assert (Near : forall dl, 0 < dl -> after (fun t => forall v, Rabs (shift theta (psi t) v) < dl)).
  { intros dl Hdl. eapply (U_mono _ after_where); [|exact (U_and _ after_where _ _ (after_small 1 ltac:(lra))
      (after_small (dl / (2 * B + 1)) ltac:(apply Rdiv_lt_0_compat; lra)))]. cbn beta.
    intros t [H1 H2] v. rewrite Shift. eapply Rle_lt_trans. apply Step. lra.
    assert (t * (2 * B + 1) < dl).
    { apply Rlt_le_trans with (dl / (2 * B + 1) * (2 * B + 1)). apply Rmult_lt_compat_r; lra. right. field. lra. }
    lra. }
  (* the margins on the curve *)
  assert (Cont : forall s, tends after (fun t => margin_of s (psi t)) (margin P theta s)).
  { intro s. unfold margin_of, margin, Phi. apply (tends_mult after after_where (fun _ => sgn (snd s))). apply (tends_const after after_where).
    apply (tends_network after after_where (net P) (fun t => held free theta (psi t)) theta (fun _ => fst s)).
    - intro t. rewrite length_held by apply Sp. exact Lth.
    - exact Lth.
    - intros v dl Hdl. eapply (U_mono _ after_where); [|exact (Near dl Hdl)]. cbn beta. intros t N. unfold entry at 1.
      rewrite nth_held by apply Sp. specialize (N v). unfold shift, entry at 1 in N. destruct (is_free free (fst v)); auto.
      unfold entry. rewrite Rminus_eq_0, Rabs_R0. exact Hdl.
    - intro i. apply (tends_const after after_where). }
  assert (Low : forall s, In s (data P) -> exists C, 0 <= C /\ after (fun t => 1 - C * (t * t) <= margin_of s (psi t))).
  { intros s Hs. destruct (Req_dec (margin P theta s) 1) as [M1|M1].
    2: { exists 0. split. lra. specialize (Hm s Hs). eapply (U_mono _ after_where); [|exact (Cont s (margin P theta s - 1) ltac:(lra))].
         cbn beta. intros t Ht. apply Rabs_def2 in Ht. lra. }
    destruct (margin_way (along_curve theta psi) (along_curve_where theta psi) s) as (m & Hin & Agree).
    { apply (U_all _ after_where). intro t. exists 1. split. lra. auto. }
    { intros z Hz. destruct (bent z d q) as (p & Hp).
      assert (Vz : forall t, val theta z (psi t) = peval (F := Rops) p t) by (intro t; rewrite <- Hp; apply val_ext, Shift).
      apply (curve_decides theta psi Sp z p Vz). destruct (Hq z) as [N|N].
      - apply in_flat_map. exists s. auto.
      - now left.
      - right. intro Z. apply N. rewrite <- Z. rewrite (val_ext theta z (psi 1) (shift theta thq)). reflexivity.
        intro v. rewrite Shift. unfold q. ring. }
    pose proof (limiting_where theta psi Sp Near (margin_of s) m Agree) as Lim. specialize (Hx s m Hs Hin M1 Lim).
    assert (Eq : after (fun t => margin_of s (psi t) = mev (F := Rops) m (fun v => t * d v + t * t * q v))).
    { eapply (U_mono _ after_where); [|exact Agree]. cbn beta. intros t (d0 & Hd0 & A). rewrite (A (psi t) (Sp t)).
      - apply val_ext, Shift.
      - unfold dist. rewrite minus_self, sqrt_0. exact Hd0. }
    destruct (mev_smooth (F := Rops) m (fun _ => 0)) as (C & HC & Sm).
    set (m0 := mev (F := Rops) m (fun _ => 0)) in *.
    set (D1 := mdiff (F := Rops) m (fun _ => 0) d). set (D2 := mdiff (F := Rops) m (fun _ => 0) q).
    assert (Expand : forall t, 0 < t < 1 -> t * (2 * B) <= 1 ->
      Rabs (mev (F := Rops) m (fun v => t * d v + t * t * q v) - m0 - (t * D1 + t * t * D2)) <= C * (t * (2 * B) * (t * (2 * B)))).
    { intros t Ht Hs1. assert (0 <= t * (2 * B)) by (apply Rmult_le_pos; lra).
      destruct (Sm (fun v => t * d v + t * t * q v) (t * (2 * B)) ltac:(lra) ltac:(intro v; apply Step; lra)) as [S1 _].
      rewrite (mev_ext (F := Rops) m _ (fun v => t * d v + t * t * q v)) in S1 by (intro v; ring).
      rewrite mdiff_lin in S1. rewrite (mdiff_ext (F := Rops) m (fun _ => 0) (fun v => t * t * q v) (fun v => t * t * q v + (fun _ => 0) v)) in S1 by (intro v; ring).
      rewrite mdiff_lin, (mdiff_0 (F := Rops) m (fun _ => 0) (fun _ => 0)), Rplus_0_r in S1 by auto. exact S1. }
    (* its value at the point *)
    assert (E0 : m0 = 1).
    { apply Rminus_diag_uniq. destruct (Req_dec (m0 - 1) 0) as [|Hn]; auto. exfalso. apply Rabs_pos_lt in Hn. set (gap := Rabs (m0 - 1)) in *.
      destruct (mev_cont (F := Rops) m (fun _ => 0) (gap / 2) ltac:(lra)) as (d1 & Hd1 & C1).
      destruct (after_exists _ (U_and _ after_where _ _ (U_and _ after_where _ _ Eq (Near d1 Hd1)) (Cont s (gap / 2) ltac:(lra)))) as (t & Ht & [E N] & K).
      rewrite M1, E in K. fold m0 in C1. specialize (C1 (fun v => t * d v + t * t * q v)).
      specialize (C1 ltac:(intro v; rewrite Rminus_0_r, <- Shift; apply N)). rewrite Rabs_minus_sym in C1.
      pose proof (Rabs_triang (m0 - mev (F := Rops) m (fun v => t * d v + t * t * q v)) (mev (F := Rops) m (fun v => t * d v + t * t * q v) - 1)) as T.
      replace (m0 - mev (F := Rops) m (fun v => t * d v + t * t * q v) + (mev (F := Rops) m (fun v => t * d v + t * t * q v) - 1)) with (m0 - 1) in T by ring.
      fold gap in T. lra. }
    (* its derivative *)
    assert (HD1 : 0 <= D1).
    { assert (E1 : D1 = over V (entry (grad (F := Rops) theta m (fun _ => 0))) x); [|now rewrite E1].
      unfold D1, d. rewrite <- (dot_grad (F := Rops) theta m (fun _ => 0) dd) by (unfold dd; now rewrite shape_tab).
      rewrite (dot_dsum theta).
      - rewrite <- (Rsum_vars (F := Rops) theta). fold vs. unfold over, V. rewrite <- (sum_filter _ x). apply Rsum_ext_in.
        intros v Hv. f_equal. unfold dd. rewrite entry_tab. now rewrite (vars_inside v Hv).
      - change (grad (F := Rops) theta m (fun _ => 0)) with (tab theta (fun v => mdiff (F := Rops) m (fun _ => 0) (ind v))). now rewrite shape_tab.
      - unfold dd. now rewrite shape_tab. }
    exists (Rabs D2 + C * (4 * (B * B))). split. { pose proof (Rabs_pos D2). assert (0 <= C * (4 * (B * B))) by (apply Rmult_le_pos; nra). lra. }
    eapply (U_mono _ after_where); [|exact (U_and _ after_where _ _ Eq (U_and _ after_where _ _ (after_small 1 ltac:(lra))
      (after_small (1 / (2 * B + 1)) ltac:(apply Rdiv_lt_0_compat; lra))))]. cbn beta. intros t [-> [T1 T2]].
    assert (T3 : t * (2 * B) <= 1).
    { assert (t * (2 * B + 1) < 1); [|lra]. apply Rlt_le_trans with (1 / (2 * B + 1) * (2 * B + 1)). apply Rmult_lt_compat_r; lra. right. field. lra. }
    specialize (Expand t ltac:(lra) T3). rewrite E0 in Expand.
    assert (A1 : - (C * (t * (2 * B) * (t * (2 * B)))) <= mev (F := Rops) m (fun v => t * d v + t * t * q v) - 1 - (t * D1 + t * t * D2)).
    { apply Ropp_le_cancel. rewrite Ropp_involutive. eapply Rle_trans; [|exact Expand]. rewrite <- Rabs_Ropp. apply Rle_abs. }
    assert (A2 : 0 <= t * D1) by (apply Rmult_le_pos; lra).
    assert (A3 : - (t * t * Rabs D2) <= t * t * D2).
    { assert (t * t * - D2 <= t * t * Rabs D2); [|lra]. apply Rmult_le_compat_l. nra. rewrite <- Rabs_Ropp. apply Rle_abs. }
    replace (C * (t * (2 * B) * (t * (2 * B)))) with (C * (4 * (B * B)) * (t * t)) in A1 by ring. lra. }
  assert (All : exists C, 0 <= C /\ after (fun t => forall s, In s (data P) -> 1 - C * (t * t) <= margin_of s (psi t))).
  { clear - Low. induction (data P) as [|s ds IH]. { exists 0. split. lra. apply (U_all _ after_where). intros t s []. }
    destruct IH as (C1 & H1 & A1). { intros s' Hs. apply Low. now right. }
    destruct (Low s (or_introl eq_refl)) as (C2 & H2 & A2). exists (C1 + C2). split. lra.
    eapply (U_mono _ after_where); [|exact (U_and _ after_where _ _ A1 A2)]. cbn beta. intros t [Q1 Q2] s' [<-|Hs].
    - assert (0 <= C1 * (t * t)) by (apply Rmult_le_pos; nra). lra.
    - specialize (Q1 s' Hs). assert (0 <= C2 * (t * t)) by (apply Rmult_le_pos; nra). lra. }
  destruct All as (C & HC & All).
  (* the points *)
  set (A := Rsum (map (fun v => entry theta v * entry theta v) V)). assert (HA : 0 <= A) by apply Rsum_squares.
  set (b := over V (entry theta) x) in *. set (eta := - b / (2 * (A + 1))).
  assert (Heta : 0 < eta) by (apply Rdiv_lt_0_compat; lra).
  assert (Slope : eta * A + b <= b / 2).
  { assert (E1 : eta * (A + 1) = - b / 2) by (unfold eta; field; lra). nra. }
  set (chi := fun t => grown 0 free (1 + eta * t) (held free theta (psi t))).
  assert (Shc : forall t, same_shape theta (chi t)).
  { intro t. unfold same_shape, chi. rewrite <- shape_grown. apply shape_held, Sp. }
  assert (Ec : forall t v, entry (chi t) v = if is_free free (fst v) then (1 + eta * t) * (entry theta v + (t * d v + t * t * q v)) else entry theta v).
  { intros t v. unfold chi. rewrite entry_grown. unfold entry at 1. rewrite nth_held by apply Sp. destruct (is_free free (fst v)).
    - f_equal. fold (entry (psi t) v). rewrite <- Shift. unfold shift. ring.
    - apply Rmult_1_l. }
  (* how far they are *)
  set (r := fun t v => q v + eta * d v + t * (eta * q v)). set (w := fun t v => eta * entry theta v + d v + t * r t v).
  assert (Ew : forall t v, (1 + eta * t) * (entry theta v + (t * d v + t * t * q v)) = entry theta v + t * w t v) by (intros; unfold w, r; ring).
  set (R0 := B + eta * B + eta * B). set (W0 := eta * B + B + R0).
  assert (HR0 : 0 <= R0) by (unfold R0; nra). assert (HW0 : 0 <= W0) by (unfold W0; nra).
  assert (Br : forall t v, 0 < t < 1 -> Rabs (r t v) <= R0).
  { intros t v Ht. unfold r, R0. eapply Rle_trans. apply Rabs_triang. apply Rplus_le_compat.
    - eapply Rle_trans. apply Rabs_triang. apply Rplus_le_compat. apply BQ. rewrite Rabs_mult, (Rabs_pos_eq eta) by lra. apply Rmult_le_compat_l. lra. apply BD.
    - rewrite !Rabs_mult, (Rabs_pos_eq eta), (Rabs_pos_eq t) by lra. specialize (BQ v). pose proof (Rabs_pos (q v)).
      assert (eta * Rabs (q v) <= eta * B) by (apply Rmult_le_compat_l; lra). assert (0 <= eta * Rabs (q v)) by (apply Rmult_le_pos; lra). nra. }
  assert (Bw : forall t v, 0 < t < 1 -> Rabs (w t v) <= W0).
  { intros t v Ht. unfold w, W0. eapply Rle_trans. apply Rabs_triang. apply Rplus_le_compat.
    - eapply Rle_trans. apply Rabs_triang. apply Rplus_le_compat; [|apply BD]. rewrite Rabs_mult, (Rabs_pos_eq eta) by lra. apply Rmult_le_compat_l. lra. apply BT.
    - rewrite Rabs_mult, (Rabs_pos_eq t) by lra. specialize (Br t v Ht). pose proof (Rabs_pos (r t v)). nra. }
  destruct (dist_small theta eps Heps) as (d1 & Hd1 & Small).
  set (n := INR (length V)). assert (Hn : 0 <= n) by apply pos_INR. set (K := 2 * B * R0 + W0 * W0). assert (HK : 0 <= K) by (unfold K; nra).
  destruct (after_exists _ (U_and _ after_where _ _ All (U_and _ after_where _ _ (after_small 1 ltac:(lra)) (U_and _ after_where _ _
    (after_small (d1 / (W0 + 1)) ltac:(apply Rdiv_lt_0_compat; lra)) (U_and _ after_where _ _
    (after_small (eta / (C * (1 + eta) + eta + 1)) ltac:(apply Rdiv_lt_0_compat; nra))
    (after_small (- b / (n * K + 1)) ltac:(apply Rdiv_lt_0_compat; nra))))))) as (t & _ & Mt & T1 & T2 & T3 & T4).
  assert (T2' : t * (W0 + 1) < d1).
  { apply Rlt_le_trans with (d1 / (W0 + 1) * (W0 + 1)). apply Rmult_lt_compat_r; lra. right. field. lra. }
  assert (T3' : t * (C * (1 + eta) + eta + 1) < eta).
  { apply Rlt_le_trans with (eta / (C * (1 + eta) + eta + 1) * (C * (1 + eta) + eta + 1)). apply Rmult_lt_compat_r; nra. right. field. nra. }
  assert (T4' : t * (n * K + 1) < - b).
  { apply Rlt_le_trans with (- b / (n * K + 1) * (n * K + 1)). apply Rmult_lt_compat_r; nra. right. field. nra. }
  assert (Better : norm2 theta <= norm2 (chi t)).
  { apply Opt.
    - split. { unfold shaped in *. rewrite <- Hsh. symmetry. apply Shc. }
      intros s Hs. specialize (Mt s Hs). assert (C * (t * t) <= C * t) by (apply Rmult_le_compat_l; nra).
      assert (X1 : t * (C * (1 + eta)) < eta) by nra. assert (X2 : C * t < eta) by nra.
      assert (X3 : C * t * (1 + eta) < eta) by lra.
      assert (M0 : 0 <= margin_of s (psi t)).
      { assert (C * t < 1). { apply Rmult_lt_reg_r with (1 + eta). lra. lra. } lra. }
      eapply Rle_trans; [|apply (grown_margin (1 + eta * t)); auto; try apply Hw; nra].
      apply Rle_trans with ((1 + eta * t) * (1 - C * (t * t))); [|apply Rmult_le_compat_l; [nra | exact Mt]].
      assert (X4 : C * t * (1 + eta * t) <= eta). { eapply Rle_trans; [|apply Rlt_le, X3]. apply Rmult_le_compat_l; nra. }
      assert (X5 : t * (C * t * (1 + eta * t)) <= t * eta) by (apply Rmult_le_compat_l; lra). lra.
    - intros k Hk. unfold chi. rewrite nth_grown, Hk, map_one, nth_held, Hk by apply Sp. reflexivity.
    - apply Small; auto. reflexivity. intros v _. rewrite Rabs_minus_sym, Ec. destruct (is_free free (fst v)).
      + rewrite Ew. replace (entry theta v + t * w t v - entry theta v) with (t * w t v) by ring.
        rewrite Rabs_mult, (Rabs_pos_eq t) by lra. specialize (Bw t v ltac:(lra)).
        assert (t * Rabs (w t v) <= t * W0) by (apply Rmult_le_compat_l; lra). lra.
      + rewrite Rminus_eq_0, Rabs_R0. exact Hd1. }
  rewrite (norm2_of_vars theta theta eq_refl), (norm2_of_vars theta (chi t) (Shc t)) in Better. fold vs in Better.
  assert (Part : forall f : env, Rsum (map (fun v => f v) vs) = Rsum (map (fun v => f v) V) + Rsum (map (fun v => f v) (filter (fun v => negb (is_free free (fst v))) vs))).
  { intro f. unfold V. clear. induction vs as [|v l IH]. simpl. ring. cbn [map filter]. rewrite Rsum_cons, IH.
    destruct (is_free free (fst v)); cbn [negb map]; rewrite Rsum_cons; ring. }
  rewrite (Part (fun v => entry theta v * entry theta v)), (Part (fun v => entry (chi t) v * entry (chi t) v)) in Better.
  rewrite (Rsum_ext_in (fun v => entry (chi t) v * entry (chi t) v) (fun v => entry theta v * entry theta v)
    (filter (fun v => negb (is_free free (fst v))) vs)) in Better.
  2: { intros v Hv. apply filter_In in Hv. destruct Hv as [_ Hv]. apply negb_true_iff in Hv. now rewrite Ec, Hv. }
  assert (Sum : Rsum (map (fun v => entry (chi t) v * entry (chi t) v) V) <=
    Rsum (map (fun v => 1 * (entry theta v * entry theta v) + 1 * (2 * t * (eta * (entry theta v * entry theta v) + 1 * (entry theta v * x v)) + t * t * K)) V)).
  { apply Rsum_le. intros v Hv. apply filter_In in Hv. destruct Hv as [Hv Hfree].
    assert (Ed : d v = x v) by (unfold d, dd; rewrite entry_tab, (vars_inside v Hv), Hfree; reflexivity).
    rewrite Ec, Hfree, Ew. specialize (Br t v ltac:(lra)). specialize (Bw t v ltac:(lra)). pose proof (BT v) as Bth.
    set (th := entry theta v) in *. set (ww := w t v) in *.
    assert (E1 : ww = eta * th + x v + t * r t v) by (unfold ww, w; rewrite Ed; reflexivity).
    assert (E2 : 2 * th * r t v <= 2 * B * R0).
    { assert (Rabs (th * r t v) <= B * R0) by (rewrite Rabs_mult; apply Rmult_le_compat; auto using Rabs_pos).
      pose proof (Rle_abs (th * r t v)). lra. }
    assert (E3 : ww * ww <= W0 * W0).
    { replace (ww * ww) with (Rabs ww * Rabs ww) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr). apply Rmult_le_compat; auto using Rabs_pos. }
    replace ((th + t * ww) * (th + t * ww)) with (th * th + 2 * t * (th * ww) + t * t * (ww * ww)) by ring.
    rewrite E1 at 1. assert (0 <= t * t) by nra.
    assert (t * t * (2 * th * r t v) <= t * t * (2 * B * R0)) by (apply Rmult_le_compat_l; auto).
    assert (t * t * (ww * ww) <= t * t * (W0 * W0)) by (apply Rmult_le_compat_l; auto). unfold K. lra. }
  rewrite Rsum_lin in Sum.
  rewrite (Rsum_ext_in (fun v => 2 * t * (eta * (entry theta v * entry theta v) + 1 * (entry theta v * x v)) + t * t * K)
    (fun v => 2 * t * (eta * (entry theta v * entry theta v) + 1 * (entry theta v * x v)) + 1 * (t * t * K)) V) in Sum by (intros; ring).
  rewrite (Rsum_lin (2 * t) 1 (fun v => eta * (entry theta v * entry theta v) + 1 * (entry theta v * x v)) (fun _ => t * t * K)), Rsum_lin, Rsum_const in Sum.
  fold n in Sum. fold A in Sum, Better. fold (over V (entry theta) x) in Sum. fold b in Sum.
  assert (t * (2 * (eta * A + 1 * b) + t * (n * K)) < 0); [|lra].
  assert (2 * (eta * A + 1 * b) + t * (n * K) < 0) by lra. nra.
Qed.

Theorem kkt_of_local : local_optimum P free theta -> kkt P free theta.
Proof.
  intros [Hf (eps & Heps & Opt)]. split; auto. destruct Hf as [Hp [Hsh Hm]].
  set (vs := vars (F := Rops) theta). set (V := filter (fun v => is_free free (fst v)) vs).
  set (g0 := fun m => grad (F := Rops) theta m (fun _ => 0)).
  assert (HG : exists Gs, Forall2 (fun s G => (forall g, In g G -> margin P theta s = 1 /\ limiting_gradient (margin_of s) theta g) /\
    (forall m, In m (margin_ways s) -> margin P theta s = 1 -> limiting_gradient (margin_of s) theta (g0 m) -> In (g0 m) G)) (data P) Gs).
  { induction (data P) as [|s ds IH]. exists []; constructor. destruct IH as (Gs & IH). { intros s' Hs. apply Hm. now right. }
    destruct (part (fun g => margin P theta s = 1 /\ limiting_gradient (margin_of s) theta g) (map g0 (margin_ways s))) as (G & HG).
    exists (G :: Gs). constructor; auto. split.
    - intros g Hg. apply HG in Hg. tauto.
    - intros m Hin H1 H2. apply HG. split; auto. now apply in_map. }
  destruct HG as (Gs & HG).
  destruct (farkas V (map (fun g => entry g) (concat Gs)) (entry theta)) as [(lambda & L0 & Lp & Hb)|(x & Hx & Hb)].
  - rewrite map_length in L0. destruct (regroup (data P) Gs lambda) as (terms & HF & Hc); auto.
    { eapply Forall2_mono; [|exact HG]. cbn beta. intros s G [H _]. exact H. }
    exists terms. split; auto. intros v Hv. destruct (inside theta v) eqn:I.
    + rewrite <- Hc. apply Hb. apply filter_In. split; auto. now apply inside_vars.
    + rewrite (entry_outside theta theta v eq_refl I). symmetry. unfold combination. apply Rsum_zero. intros t Ht.
      destruct (Req_dec (fst t) 0) as [->|Hn]. ring.
      assert (S : exists s, 0 <= fst t /\ (fst t <> 0 -> margin P theta s = 1 /\ clarke (fun th => margin P (held free theta th) s) theta (snd t))).
      { clear - HF Ht. induction HF as [|s t0 ss ts H HF IH]; [destruct Ht|]. destruct Ht as [->|Ht]; eauto. }
      destruct S as (s & _ & S). destruct (S Hn) as [_ [Sg _]]. rewrite (entry_outside theta (snd t) v (eq_sym Sg) I). ring.
  - exfalso. apply (Rlt_not_le _ _ Hb). apply (no_direction eps x Hp Hsh Heps Opt Hm). intros s m Hs Hin M1 Lim.
    apply Hx. change (In (entry (g0 m)) (map (fun g => entry g) (concat Gs))). apply in_map. apply in_concat.
    assert (S : exists G, In G Gs /\ In (g0 m) G).
    { clear - HG Hs Hin M1 Lim. induction HG as [|s0 G ss Gs H HG IH]; [destruct Hs|]. destruct Hs as [->|Hs].
      - exists G. split. now left. now apply H.
      - destruct (IH Hs) as (G' & ? & ?). exists G'. split; auto. now right. }
    destruct S as (G & HGi & Hg). eauto.
Qed.
End LocalKkt.
