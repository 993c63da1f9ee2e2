(** * Local optimality of the second order, modulo rotations of units into each other.

    A rotation turns pairs of parameters, all by the same angle. It does not change the norm. That it does not change the
    polynomials of the supporting samples is seen from their derivatives along it, which are 0 identically. Of all points
    of the same norm and with the same values of these polynomials some are, but for an arbitrarily little, nearest to
    the point. Their displacements are almost orthogonal to the tangents of the rotations. So the second-order condition
    is needed there only. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims MeanValue Numbers Lists Sums Forward Vectors Feasible Displacement Lagrangian Gradient CurveGradients Kkt SecondOrder Rotations.
Import ListNotations.
Open Scope R_scope.

Local Notation var := (nat * nat)%type.
Local Notation env := (var -> R).

Section Symmetry.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list var)).
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variable theta : params F.
Variable lambda : list F.
Variables rho c : F.
(** The planes of each rotation. *)
Variable rotations : list (list (var * var)).
Let PR := map_problem toR P.
Let thR := map_params toR theta.

Definition number (v : var) : F := nth (snd v) (nth (fst v) theta []) num0.
Lemma number_ok v : toR (number v) = entry thR v.
Proof. symmetry. apply entry_toR. Qed.

(** ** The check *)

Fixpoint distinct_vars (l : list var) : bool :=
  match l with [] => true | v :: l' => if existsb (veq v) l' then false else distinct_vars l' end.
Lemma distinct_vars_ok l : distinct_vars l = true -> NoDup l.
Proof.
  induction l as [|a l IH]; cbn [distinct_vars]; intro H. constructor.
  destruct existsb eqn:E; try discriminate. constructor; auto. intro I.
  assert (existsb (veq a) l = true); [|congruence]. apply existsb_exists. exists a. split; auto. apply veq_refl.
Qed.

(** The derivative of a polynomial in the displacement along the rotation. *)
Definition coordinate (v : var) : mpoly := madd (mcst (number v)) [(k1 F, [v])].
Definition along_rotation (ps : list (var * var)) (p : mpoly) : mpoly :=
  fold_right (fun ab r => madd (msub (mmul (coordinate (fst ab)) (mderiv (snd ab) p)) (mmul (coordinate (snd ab)) (mderiv (fst ab) p))) r) [] ps.
(** The tangent at the point, times the displacement. *)
Definition tangent (ps : list (var * var)) : mpoly :=
  fold_right (fun ab r => madd [(kopp (number (snd ab)), [fst ab])] (madd [(number (fst ab), [snd ab])] r)) [] ps.
Definition tangents : mpoly := mscale half [] (fold_right (fun ps r => madd (mmul (tangent ps) (tangent ps)) r) [] rotations).

Definition check_rotation (ms : list (F * mpoly)) (ps : list (var * var)) : bool :=
  if distinct_vars (flat ps) then if forallb (fun v => existsb (veq v) (vars theta)) (flat ps) then
    forallb (fun lm => mzero (along_rotation ps (snd lm))) ms
  else false else false.
Definition check_symmetric : bool :=
  if check_second_order_with half P None theta rho c (support_margins P None theta lambda mact_near) tangents then if distinct_vars (vars theta) then
    match support_margins P None theta lambda mact_near with
    | Some ms => forallb (check_rotation ms) rotations
    | None => false
    end
  else false else false.

(** ** Why *)

Lemma coordinate_ok v e : mev (coordinate v) e = entry thR v + e v.
Proof. unfold coordinate. rewrite mev_add, mev_cst, number_ok. simpl. rewrite toR_1. ring. Qed.

Lemma along_rotation_ok ps p e : mev (along_rotation ps p) e = mdiff p e (turn ps (fun v => entry thR v + e v)).
Proof.
  induction ps as [|[a b] ps IH].
  - symmetry. apply mdiff_0. reflexivity.
  - cbn [along_rotation fold_right fst snd]. fold (along_rotation ps p). rewrite mev_add, mev_sub, !mev_mul, IH, !mderiv_ok, !coordinate_ok.
    rewrite (mdiff_ext p e (turn ((a, b) :: ps) (fun v => entry thR v + e v)) (fun v => (- (entry thR b + e b)) * ind a v +
      ((entry thR a + e a) * ind b v + turn ps (fun v => entry thR v + e v) v))).
    + rewrite !mdiff_lin. ring.
    + intro v. unfold turn. cbn [map]. rewrite Rsum_cons. cbn [fst snd]. ring.
Qed.

Lemma tangent_ok ps e : mev (tangent ps) e =
  Rsum (map (fun p => entry thR (fst p) * e (snd p) - entry thR (snd p) * e (fst p)) ps).
Proof.
  induction ps as [|[a b] ps IH]. reflexivity. cbn [tangent fold_right map fst snd]. fold (tangent ps).
  rewrite Rsum_cons, !mev_add, IH. simpl. rewrite toR_opp, !number_ok. ring.
Qed.

(** A polynomial along a path. *)
Lemma mono_path (E : R -> env) (D : env) phi m : (forall v, derivable_pt_lim (fun phi => E phi v) phi (D v)) ->
  derivable_pt_lim (fun phi => monev (E phi) m) phi (mono_diff m (E phi) D).
Proof.
  intro H. induction m as [|v m IH]. apply derivable_pt_lim_const. cbn [mono_diff].
  exact (derivable_pt_lim_mult (fun phi => E phi v) (fun phi => monev (E phi) m) phi _ _ (H v) IH).
Qed.
Lemma mev_path (E : R -> env) (D : env) phi (p : mpoly) : (forall v, derivable_pt_lim (fun phi => E phi v) phi (D v)) ->
  derivable_pt_lim (fun phi => mev p (E phi)) phi (mdiff p (E phi) D).
Proof.
  intro H. induction p as [|[a m] p IH]. apply derivable_pt_lim_const. cbn [mdiff].
  apply (derivable_pt_lim_plus (fun phi => toR a * monev (E phi) m) (fun phi => mev p (E phi))); auto.
  apply (derivable_pt_lim_scal (fun phi => monev (E phi) m)). now apply mono_path.
Qed.

(** The rotated parameters. *)
Definition rotate (ps : list (var * var)) (phi : R) (psi : params R) : params R :=
  tab theta (rotated ps (cos phi) (sin phi) (entry psi)).

Section One.
Variable ms : list (F * mpoly).
Variable ps : list (var * var).
Hypothesis Hps : check_rotation ms ps = true.
Hypothesis Hvars : distinct_vars (vars theta) = true.

Lemma planes : NoDup (flat ps) /\ incl (flat ps) (vars theta) /\ forall lm, In lm ms -> mzero (along_rotation ps (snd lm)) = true.
Proof.
  unfold check_rotation in Hps. destruct distinct_vars eqn:E1 in Hps; try discriminate.
  destruct forallb eqn:E2 in Hps; try discriminate. split; [|split].
  - now apply distinct_vars_ok.
  - intros v Hv. rewrite forallb_forall in E2. specialize (E2 v Hv). apply existsb_exists in E2. destruct E2 as (w & Hw & E).
    apply veq_eq in E. now subst.
  - rewrite forallb_forall in Hps. exact Hps.
Qed.

Lemma in_vars v : In v (vars theta) -> inside theta v = true.
Proof.
  unfold vars, inside. intro H. apply in_concat in H. destruct H as (l & Hl & Hv). apply In_nth with (d := []) in Hl.
  destruct Hl as (k & Hk & <-). rewrite length_mapi in Hk. rewrite (nth_mapi _ theta []) in Hv by auto. simpl in Hv.
  apply In_nth with (d := (0%nat, 0%nat)) in Hv. destruct Hv as (i & Hi & <-). rewrite length_mapi in Hi.
  rewrite (nth_mapi _ (nth k theta []) (k0 F)) by auto. simpl. apply andb_true_iff. split; now apply Nat.ltb_lt.
Qed.

Lemma entry_rotate phi psi v : same_shape thR psi -> entry (rotate ps phi psi) v = rotated ps (cos phi) (sin phi) (entry psi) v.
Proof.
  intro Hs. unfold rotate. rewrite entry_tab. destruct (inside theta v) eqn:E; auto.
  rewrite rotated_off.
  - symmetry. apply (entry_outside theta); auto. unfold same_shape in Hs. rewrite <- Hs. unfold thR, map_params.
    rewrite map_map. apply map_ext. intro. apply map_length.
  - intro I. apply planes in I. apply in_vars in I. congruence.
Qed.

Lemma shape_rotate phi psi : same_shape thR (rotate ps phi psi).
Proof.
  unfold same_shape, rotate. rewrite shape_tab. unfold thR, map_params. rewrite map_map. apply map_ext. intro. apply map_length.
Qed.

Lemma norm_rotate phi psi : same_shape thR psi -> norm2 (rotate ps phi psi) = norm2 psi.
Proof.
  intro Hs. rewrite (norm2_vars theta) by apply shape_rotate. rewrite (norm2_vars theta psi Hs).
  rewrite (Rsum_ext_in _ (fun v => rotated ps (cos phi) (sin phi) (entry psi) v * rotated ps (cos phi) (sin phi) (entry psi) v))
    by (intros v _; now rewrite entry_rotate).
  rewrite (rotated_sum (fun _ r => r * r)); try apply planes; [|now apply distinct_vars_ok].
  rewrite (Rsum_zero _ ps). ring. intros p _. pose proof (sin2_cos2 phi) as T. unfold Rsqr in T.
  set (s := sin phi) in *. set (t := cos phi) in *. set (a := entry psi (fst p)). set (b := entry psi (snd p)).
  replace ((t * a - s * b) * (t * a - s * b) - a * a + ((s * a + t * b) * (s * a + t * b) - b * b))
    with ((s * s + t * t - 1) * (a * a + b * b)) by ring. rewrite T. ring.
Qed.

(** How the distance to the point changes. *)
Definition cosines (psi : params R) : R :=
  Rsum (map (fun p => entry psi (fst p) * entry thR (fst p) + entry psi (snd p) * entry thR (snd p)) ps).
Definition sines (psi : params R) : R :=
  Rsum (map (fun p => entry psi (fst p) * entry thR (snd p) - entry psi (snd p) * entry thR (fst p)) ps).
Lemma distance_rotate phi psi : same_shape thR psi ->
  norm2 (minus thR (rotate ps phi psi)) = norm2 (minus thR psi) - 2 * ((cos phi - 1) * cosines psi + sin phi * sines psi).
Proof.
  intro Hs. assert (Sm : forall a, same_shape thR a -> norm2 (minus thR a) =
    Rsum (map (fun v => (entry thR v - entry a v) * (entry thR v - entry a v)) (vars theta))).
  { intros a Ha. rewrite (norm2_vars theta).
    - apply Rsum_ext_in. intros v _. now rewrite entry_minus.
    - unfold same_shape in *. unfold minus. rewrite map_map. fold thR. clear - Ha. revert Ha. generalize thR. intro t. revert a.
      induction t as [|w t IH]; intros [|w' a] H; simpl in *; try discriminate; auto.
      injection H as H1 H2. f_equal; auto. rewrite map_length, combine_length. lia. }
  rewrite !Sm by (auto; apply shape_rotate).
  rewrite (Rsum_ext_in _ (fun v => (entry thR v - rotated ps (cos phi) (sin phi) (entry psi) v) * (entry thR v - rotated ps (cos phi) (sin phi) (entry psi) v)))
    by (intros v _; now rewrite entry_rotate).
  rewrite (rotated_sum (fun v r => (entry thR v - r) * (entry thR v - r))); try apply planes; [|now apply distinct_vars_ok].
  transitivity (Rsum (map (fun v => (entry thR v - entry psi v) * (entry thR v - entry psi v)) (vars theta)) +
    -2 * ((cos phi - 1) * cosines psi + sin phi * sines psi)); [|ring]. f_equal.
  unfold cosines, sines. rewrite <- !Rsum_mult, <- Rsum_plus, <- Rsum_mult.
  apply Rsum_ext_in. intros p _. pose proof (sin2_cos2 phi) as T. unfold Rsqr in T.
  set (s := sin phi) in *. set (t := cos phi) in *. set (a := entry psi (fst p)). set (b := entry psi (snd p)).
  set (x := entry thR (fst p)). set (y := entry thR (snd p)).
  replace ((x - (t * a - s * b)) * (x - (t * a - s * b)) - (x - a) * (x - a) + ((y - (s * a + t * b)) * (y - (s * a + t * b)) - (y - b) * (y - b)))
    with ((s * s + t * t - 1) * (a * a + b * b) + -2 * ((t - 1) * (a * x + b * y) + s * (a * y - b * x))) by ring.
  rewrite T. ring.
Qed.

Lemma tangent_sines psi : mev (tangent ps) (fun v => entry psi v - entry thR v) = - sines psi.
Proof.
  rewrite tangent_ok. unfold sines.
  replace (- Rsum (map (fun p => entry psi (fst p) * entry thR (snd p) - entry psi (snd p) * entry thR (fst p)) ps))
    with (-1 * Rsum (map (fun p => entry psi (fst p) * entry thR (snd p) - entry psi (snd p) * entry thR (fst p)) ps)) by ring.
  rewrite <- Rsum_mult. apply Rsum_ext_in. intros p _. ring.
Qed.

Lemma polynomial_rotate phi psi lm : same_shape thR psi -> In lm ms ->
  mev (snd lm) (fun v => entry (rotate ps phi psi) v - entry thR v) = mev (snd lm) (fun v => entry psi v - entry thR v).
Proof.
  intros Hs Hlm. destruct planes as (N & _ & Z). specialize (Z lm Hlm).
  set (E := fun phi v => rotated ps (cos phi) (sin phi) (entry psi) v - entry thR v).
  set (f := fun phi => mev (snd lm) (E phi)).
  assert (D : forall phi, derivable_pt_lim f phi 0).
  { intro x. unfold f.
    assert (D0 : mdiff (snd lm) (E x) (turn ps (rotated ps (cos x) (sin x) (entry psi))) = 0).
    { rewrite <- (mzero_ok _ (E x) Z), along_rotation_ok. apply mdiff_ext. intro v. unfold turn. apply Rsum_ext_in.
      intros p _. unfold E. f_equal; f_equal; [f_equal|]; ring. }
    rewrite <- D0. apply (mev_path E (turn ps (rotated ps (cos x) (sin x) (entry psi)))). intro v. unfold E.
    rewrite <- (Rminus_0_r (turn ps _ v)).
    apply (derivable_pt_lim_minus (fun phi => rotated ps (cos phi) (sin phi) (entry psi) v) (fun _ => entry thR v)).
    now apply rotated_derivative. apply derivable_pt_lim_const. }
  assert (C : forall x y, x < y -> f x = f y).
  { intros x y L. apply no_slope. lra. intros; apply D. }
  assert (E0 : f 0 = mev (snd lm) (fun v => entry psi v - entry thR v)).
  { unfold f. apply mev_ext. intro v. unfold E. rewrite cos_0, sin_0. f_equal.
    apply rotated_still. }
  rewrite <- E0. transitivity (f phi).
  - unfold f. apply mev_ext. intro v. unfold E. now rewrite entry_rotate.
  - destruct (Rtotal_order 0 phi) as [L|[<-|L]]; auto. symmetry. now apply C.
Qed.

(** Where no rotation comes nearer by more than [y * y], the tangent is almost orthogonal. *)
Lemma almost_orthogonal psi y N : same_shape thR psi -> 0 < y <= 1 -> norm2 psi + norm2 thR <= N ->
  (forall phi, Rabs phi <= y -> norm2 (minus thR psi) <= norm2 (minus thR (rotate ps phi psi)) + y * y) ->
  Rabs (mev (tangent ps) (fun v => entry psi v - entry thR v)) <= y * (1 + INR (length ps) * N).
Proof.
  intros Hs Hy HN H. rewrite tangent_sines, Rabs_Ropp. destruct (small_angle y Hy) as [[S _] C].
  assert (Ry : Rabs y <= y) by (rewrite Rabs_pos_eq; lra).
  pose proof (H y Ry) as H1. pose proof (H (- y) ltac:(now rewrite Rabs_Ropp)) as H2. rewrite !distance_rotate in H1, H2 by auto. rewrite cos_neg, sin_neg in H2.
  set (alpha := cosines psi) in *. set (beta := sines psi) in *.
  assert (A : Rabs alpha <= INR (length ps) * N).
  { unfold alpha, cosines. clear - HN. induction ps as [|p l IH]. simpl. rewrite Rabs_R0. lra.
    cbn [map length]. rewrite Rsum_cons, S_INR. eapply Rle_trans. apply Rabs_triang. rewrite Rmult_plus_distr_r, Rmult_1_l, (Rplus_comm _ N).
    apply Rplus_le_compat; auto.
    pose proof (entry_norm2 psi (fst p)). pose proof (entry_norm2 psi (snd p)).
    pose proof (entry_norm2 thR (fst p)). pose proof (entry_norm2 thR (snd p)).
    set (a := entry psi (fst p)) in *. set (b := entry psi (snd p)) in *. set (x := entry thR (fst p)) in *. set (z := entry thR (snd p)) in *.
    pose proof (Rle_0_sqr (a + x)) as Q1. pose proof (Rle_0_sqr (a - x)) as Q2. pose proof (Rle_0_sqr (b + z)) as Q3.
    pose proof (Rle_0_sqr (b - z)) as Q4. unfold Rsqr in *. apply Rabs_le. split; lra. }
  assert (HC : 0 <= 1 - cos y) by (pose proof (COS_bound y); lra).
  assert (B : (1 - cos y) * Rabs alpha <= y * y / 2 * (INR (length ps) * N)).
  { apply Rmult_le_compat; auto. apply Rabs_pos. }
  assert (B2 : (1 - cos y) * alpha <= (1 - cos y) * Rabs alpha) by (apply Rmult_le_compat_l; auto; apply Rle_abs).
  assert (Q : sin y * Rabs beta <= y * y / 2 * (1 + INR (length ps) * N)).
  { unfold Rabs. destruct (Rcase_abs beta); lra. }
  assert (Q2 : y / 2 * Rabs beta <= sin y * Rabs beta) by (apply Rmult_le_compat_r; auto; apply Rabs_pos).
  apply Rmult_le_reg_l with (y / 2). lra. lra.
Qed.
End One.

Theorem symmetric_sound : check_symmetric = true -> local_optimum PR None thR.
Proof.
  unfold check_symmetric, check_second_order_with. destruct check_feasible eqn:Hf; try discriminate.
  destruct (kpos c) eqn:Hc; try discriminate. destruct (knonneg rho) eqn:Hrho; try discriminate.
  destruct support_margins as [ms|] eqn:E; try discriminate.
  destruct (forallb (fun lm => kzero _) ms) eqn:Hz; try discriminate. destruct nonneg_form eqn:Hform; try discriminate.
  destruct (distinct_vars (vars theta)) eqn:Hv; try discriminate. intro Hr. rewrite forallb_forall in Hr.
  apply feasible_sound in Hf. fold PR thR in Hf. apply kpos_ok in Hc. apply knonneg_ok in Hrho. split; auto.
  apply (support_margins_ok _ _ _ _ _ near near_where mact_near_ok) in E. fold PR in E. destruct E as (d' & Hd' & E).
  assert (Hpos : forall lm, In lm ms -> 0 < toR (fst lm)).
  { intros lm Hlm. destruct (E (fun _ => 0)) with (lm := lm) as [L _]; auto. intro. rewrite Rabs_R0. exact Hd'. }
  destruct (growth half half_ok None theta rho c ms tangents 0 Hpos (Rle_refl 0) Hz Hform Hc Hrho) as (d & K & Hd & HK & G).
  set (d0 := Rmin d (toR c / (K + 1))).
  assert (Hd0 : 0 < d0) by (apply Rmin_pos; auto; apply Rdiv_lt_0_compat; lra).
  set (eps := Rmin (d0 / 2) d'). exists eps. split. { apply Rmin_pos; lra. }
  intros th [Hsh Hm] _ Hdist. assert (Hdel : 0 <= dist thR th) by apply sqrt_pos.
  assert (D1 : dist thR th < d0 / 2) by (eapply Rlt_le_trans; [exact Hdist | apply Rmin_l]).
  assert (D2 : dist thR th < d') by (eapply Rlt_le_trans; [exact Hdist | apply Rmin_r]).
  assert (Shape : same_shape thR th). { destruct Hf as [_ [Hf _]]. unfold same_shape, shaped in *. congruence. }
  apply Rnot_lt_le. intro Less.
  (* the displacement, and all points like [th] *)
  set (e := fun psi : params R => fun v => entry psi v - entry thR v).
  set (like := fun psi => same_shape thR psi /\ norm2 psi = norm2 th /\
    forall lm, In lm ms -> mev (snd lm) (e psi) = mev (snd lm) (e th)).
  set (q := fun psi => norm2 (minus thR psi)).
  assert (Hq : forall psi, q psi = dist thR psi * dist thR psi) by (intro; symmetry; apply sqrt_sqrt, norm2_nonneg).
  assert (Hlike : like th) by (repeat split; auto).
  assert (Margins : forall lm, In lm ms -> 1 <= mev (snd lm) (e th)).
  { intros lm Hlm. destruct (E (e th)) with (lm := lm) as (_ & s & Hs & Em); auto.
    { intro v. eapply Rle_lt_trans. now apply entry_dist. exact D2. }
    assert (Hth : map (map (fun p => mev p (e th))) (displaced None theta) = th).
    { apply (displaced_ok None theta th Shape). intros k Hk. discriminate Hk. }
    rewrite <- Em, Hth. auto. }
  (* the infimum of the distances *)
  destruct (completeness (fun r => exists psi, like psi /\ r = - q psi)) as (m & Up & Low).
  { exists 0. intros r (psi & _ & ->). pose proof (norm2_nonneg (minus thR psi)). unfold q. lra. }
  { exists (- q th). exists th. auto. }
  assert (Near : forall eta, 0 < eta -> ~ forall psi, like psi -> ~ forall psi', like psi' -> q psi <= q psi' + eta).
  { intros eta He No. assert (B : is_upper_bound (fun r => exists psi, like psi /\ r = - q psi) (m - eta)).
    { intros r (psi & Hl & ->). apply Rnot_lt_le. intro L. apply (No psi Hl). intros psi' Hl'.
      assert (- q psi' <= m) by (apply Up; exists psi'; auto). lra. }
    apply Low in B. lra. }
  set (N := norm2 th + norm2 thR).
  set (cost := Rsum (map (fun ps => (1 + INR (length ps) * N) * (1 + INR (length ps) * N)) rotations)).
  assert (Hcost : 0 <= cost).
  { apply Rsum_nonneg. intros a Ha. apply in_map_iff in Ha. destruct Ha as (ps & <- & _). apply Rle_0_sqr. }
  set (gap := norm2 thR - norm2 th). assert (Hgap : 0 < gap) by (unfold gap; lra).
  set (y := Rmin (Rmin 1 (d0 / 2)) (gap / (2 * (cost + 1)))).
  assert (Hy : 0 < y). { apply Rmin_pos. apply Rmin_pos; lra. apply Rdiv_lt_0_compat; lra. }
  assert (Y1 : y <= 1) by (eapply Rle_trans; [apply Rmin_l | apply Rmin_l]).
  assert (Y2 : y <= d0 / 2) by (eapply Rle_trans; [apply Rmin_l | apply Rmin_r]).
  assert (Y3 : y * (cost + 1) <= gap / 2).
  { apply Rle_trans with (gap / (2 * (cost + 1)) * (cost + 1)). apply Rmult_le_compat_r. lra. apply Rmin_r. right. field. lra. }
  apply (Near (y * y)); [nra|]. intros psi (Sp & Np & Pp) Best.
  assert (Dp : dist thR psi < d0).
  { pose proof (Best th Hlike) as B. rewrite !Hq in B. assert (0 <= dist thR psi) by apply sqrt_pos. nra. }
  assert (T : mev tangents (e psi) <= 1 / 2 * (y * y * cost)).
  { unfold tangents. rewrite mev_scale, half_ok. change (monev (e psi) []) with 1. rewrite Rmult_1_r. apply Rmult_le_compat_l. lra.
    unfold cost. assert (Each : forall ps, In ps rotations -> Rabs (mev (tangent ps) (e psi)) <= y * (1 + INR (length ps) * N)).
    { intros ps Hps. specialize (Hr ps Hps). apply (almost_orthogonal ms ps Hr Hv); auto. unfold N. lra.
      intros phi _. apply Best. split; [|split].
      - apply shape_rotate.
      - rewrite (norm_rotate ms ps Hr Hv) by auto. exact Np.
      - intros lm Hlm. rewrite <- (Pp lm Hlm). apply (polynomial_rotate ms ps Hr); auto. }
    clear - Each. clearbody y N. induction rotations as [|ps l IH]. simpl. lra. cbn [fold_right map].
    rewrite Rsum_cons, mev_add, mev_mul. specialize (IH (fun p Hp => Each p (or_intror Hp))). specialize (Each ps (or_introl eq_refl)).
    set (t := mev (tangent ps) (e psi)) in *. set (b := 1 + INR (length ps) * N) in *.
    assert (t * t <= (y * b) * (y * b)).
    { replace (t * t) with (Rabs t * Rabs t) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
      apply Rmult_le_compat; auto using Rabs_pos. }
    lra. }
  assert (D3 : dist thR psi < d) by (eapply Rlt_le_trans; [exact Dp | apply Rmin_l]).
  assert (D4 : dist thR psi <= toR c / (K + 1)) by (apply Rlt_le; eapply Rlt_le_trans; [exact Dp | apply Rmin_r]).
  specialize (G psi Sp ltac:(intros k Hk; discriminate Hk) D3). cbv zeta in G. fold thR in G. fold (e psi) in G.
  specialize (G ltac:(intros lm Hlm; rewrite (Pp lm Hlm), Rmult_0_l, Rplus_0_r; auto)).
  assert (0 <= dist thR psi * dist thR psi * (toR c - K * dist thR psi)).
  { apply Rmult_le_pos. apply Rle_0_sqr. assert (0 <= dist thR psi) by apply sqrt_pos.
    assert ((K + 1) * dist thR psi <= toR c).
    { apply Rle_trans with ((K + 1) * (toR c / (K + 1))). apply Rmult_le_compat_l; lra. right. field. lra. }
    lra. }
  rewrite Np in G. assert (y * y * cost <= y * cost) by (apply Rmult_le_compat_r; nra). unfold gap in *. nra.
Qed.
End Symmetry.
