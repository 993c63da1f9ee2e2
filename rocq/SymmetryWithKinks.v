(** * Local optimality of the second order, modulo rotations of units, where other units have kinks.

    Near the point a supporting sample's margin is, at each point, one of finitely many polynomials: one for each choice
    of sides of its kinks. All of them are the same along a rotation, as their derivatives along it are 0 identically.
    The margin is continuous along the rotation and has finitely many values there, so it is constant. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Nearby Feasible Displacement Lagrangian
  Gradient CurveGradients Kkt KinkSides NotKkt SecondOrder Rotations Symmetry.
From Margincert Require LastLayer.
Import ListNotations.
Open Scope R_scope.

Local Notation var := (nat * nat)%type.
Local Notation env := (var -> R).

(** ** Continuous functions with finitely many values *)

Lemma between_not_in (l : list R) : forall a b, a < b -> exists v, a < v < b /\ ~ In v l.
Proof.
  induction l as [|x l IH]; intros a b H.
  - exists ((a + b) / 2). split. lra. intros [].
  - destruct (IH a b H) as (v & Hv & N). destruct (Req_dec v x) as [->|D].
    + destruct (IH a x ltac:(lra)) as (w & Hw & N'). exists w. split. lra. intros [E|I]; [lra|contradiction].
    + exists v. split; auto. intros [E|I]; [congruence|contradiction].
Qed.

Lemma constant (f : R -> R) l a b : a <= b -> continuity f -> (forall x, a <= x <= b -> In (f x) l) -> f a = f b.
Proof.
  intros H C V. destruct (Req_dec (f a) (f b)) as [|N]; auto. exfalso.
  assert (exists v, ~ In v l /\ (f a - v) * (f b - v) <= 0) as (v & Nv & S).
  { destruct (Rtotal_order (f a) (f b)) as [L|[E|L]]; [|contradiction|].
    - destruct (between_not_in l _ _ L) as (v & Hv & Nv). exists v. split; auto. nra.
    - destruct (between_not_in l _ _ L) as (v & Hv & Nv). exists v. split; auto. nra. }
  destruct (IVT_cor (fun x => f x - v) a b) as (z & Hz & E); auto.
  - apply (continuity_minus f (fct_cte v)). exact C. apply continuity_const. intros x y. reflexivity.
  - apply Nv. replace v with (f z) by lra. now apply V.
Qed.

(** ** A small angle *)
Lemma small_turn x y : 0 < y <= 1 -> Rabs x <= y -> Rabs (sin x) <= y /\ Rabs (cos x - 1) <= y.
Proof.
  intros Hy Hx.
  assert (Pos : forall z, 0 < z <= y -> 0 <= sin z <= y /\ 0 <= 1 - cos z <= y).
  { intros z Hz. destruct (small_angle z ltac:(lra)) as [S C]. pose proof (COS_bound z).
    split; [lra|]. split; [lra|]. nra. }
  destruct (Rtotal_order x 0) as [L|[->|L]].
  - rewrite Rabs_left in Hx by auto. destruct (Pos (- x) ltac:(lra)) as [S C]. rewrite sin_neg in S. rewrite cos_neg in C.
    split; apply Rabs_le; lra.
  - rewrite sin_0, cos_0, Rminus_eq_0, Rabs_R0. lra.
  - rewrite Rabs_pos_eq in Hx by lra. destruct (Pos x ltac:(lra)) as [S C]. split; apply Rabs_le; lra.
Qed.

Section Kinks.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list var)).
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variable theta : params F.
Variable lambda : list F.
Variables rho c : F.
Variable slopes : list (nat * nat * nat * F).
Variable rotations : list (list (var * var)).
Let PR := map_problem toR P.
Let thR := map_params toR theta.

(** The polynomials of the supporting samples, for all sides of their kinks. *)
Definition all_sides : list (F * mpoly) :=
  flat_map (fun isl => map (fun m => (k1 F, m)) (nmargins P None theta (fst (snd isl)))) (placed_supports P lambda).
Definition check_symmetric_with_kinks : bool :=
  if check_second_order_with half P None theta rho c (margins_above P None theta lambda slopes) (tangents half theta rotations) then
  if distinct_vars (vars theta) then forallb (check_rotation theta all_sides) rotations else false
  else false.

Let e (psi : params R) : env := fun v => entry psi v - entry thR v.
Let real_sample (isl : nat * ((list F * bool) * F)) : list R * bool := (map toR (fst (fst (snd isl))), snd (fst (snd isl))).

Lemma sides_near : exists d1, 0 < d1 /\ forall psi, same_shape thR psi -> (forall v, Rabs (e psi v) < d1) ->
  forall isl, In isl (placed_supports P lambda) ->
  exists m, In m (nmargins P None theta (fst (snd isl))) /\ margin PR psi (real_sample isl) = mev m (e psi).
Proof.
  destruct (U_list near near_where (placed_supports P lambda) _
    (fun isl _ => nmargins_ok P None theta (fun _ => k0 F) (fst (snd isl)))) as (d1 & Hd1 & N).
  exists d1. split; auto. intros psi Hs He isl Hi. destruct (N (e psi) He isl Hi) as (m & Hm & T & HT & A). exists m. split; auto.
  specialize (A 0 ltac:(lra)). cbn beta in A.
  assert (E0 : forall p : mpoly, mev p (fun v => e psi v + 0 * entry (tab theta (fun _ => toR (k0 F))) v) = mev p (e psi)).
  { intro p. apply mev_ext. intro. ring. }
  rewrite E0 in A. rewrite <- A. unfold PR, real_sample. f_equal. symmetry.
  transitivity (map (map (fun p => mev p (e psi))) (displaced None theta)).
  - apply map_ext. intro w. apply map_ext. intro p. apply E0.
  - apply (displaced_ok None theta psi Hs). intros k Hk. discriminate Hk.
Qed.

Section One.
Variable ps : list (var * var).
Hypothesis Hps : check_rotation theta all_sides ps = true.
Variable psi : params R.
Hypothesis Hs : same_shape thR psi.

Lemma entry_continuous v : continuity (fun x => entry (rotate theta ps x psi) v).
Proof.
  intro x. assert (D : derivable_pt_lim (fun x => rotated ps (cos x) (sin x) (entry psi) v) x
    (turn ps (rotated ps (cos x) (sin x) (entry psi)) v)) by (apply rotated_derivative; apply (planes theta all_sides ps Hps)).
  assert (C : continuity_pt (fun x => rotated ps (cos x) (sin x) (entry psi) v) x)
    by (apply derivable_continuous_pt; eexists; exact D).
  intros eps He. destruct (C eps He) as (d & Hd & H). exists d. split; auto. intros x' Hx'. specialize (H x' Hx').
  rewrite !(entry_rotate theta all_sides ps Hps) by exact Hs. exact H.
Qed.

Lemma margin_continuous s : shaped (net PR) thR -> continuity (fun x => margin PR (rotate theta ps x psi) s).
Proof.
  intros Sh x. set (U := fun Q : R -> Prop => exists d, 0 < d /\ forall a, Rabs (a - x) < d -> Q a).
  assert (HU : where_ U) by (apply (close_enough (fun d a => Rabs (a - x) < d)); intros; lra).
  assert (Cont : forall f, continuity_pt f x -> tends U f (f x)).
  { intros f C eps He. destruct (C eps He) as (d & Hd & H). exists d. split; auto. intros a Ha.
    destruct (Req_dec a x) as [->|N]. now rewrite Rminus_eq_0, Rabs_R0.
    apply (H a). split; [|exact Ha]. split. exact I. congruence. }
  assert (Len : forall y, (length (net PR) <= length (rotate theta ps y psi))%nat).
  { intro y. assert (S : map (@length R) (rotate theta ps y psi) = map nparams (net PR)).
    { rewrite <- Sh. symmetry. apply (shape_rotate theta ps y psi). }
    apply (f_equal (@length nat)) in S. rewrite !map_length in S. lia. }
  assert (T : tends U (fun y => margin PR (rotate theta ps y psi) s) (margin PR (rotate theta ps x psi) s)).
  { unfold margin, Phi. apply (tends_mult U HU). apply (tends_const U HU).
    apply (LastLayer.tends_forward U HU (net PR) (fun y => rotate theta ps y psi) (rotate theta ps x psi) (fun _ => fst s) (fst s)).
    - apply Len.
    - apply (U_all _ HU). intro. apply Len.
    - intro v. apply (Cont (fun y => entry (rotate theta ps y psi) v)), entry_continuous.
    - intro i. apply (tends_const U HU). }
  intros eps He. destruct (T eps He) as (d & Hd & H). exists d. split; auto. intros a [_ Ha]. exact (H a Ha).
Qed.

(** Along a rotation that stays near the point margins do not change. *)
Lemma margin_rotates d1 phi : shaped (net PR) thR ->
  (forall psi, same_shape thR psi -> (forall v, Rabs (e psi v) < d1) -> forall isl, In isl (placed_supports P lambda) ->
    exists m, In m (nmargins P None theta (fst (snd isl))) /\ margin PR psi (real_sample isl) = mev m (e psi)) ->
  (forall x, Rabs x <= Rabs phi -> forall v, Rabs (e (rotate theta ps x psi) v) < d1) ->
  forall isl, In isl (placed_supports P lambda) ->
  margin PR (rotate theta ps phi psi) (real_sample isl) = margin PR (rotate theta ps 0 psi) (real_sample isl).
Proof.
  intros Sh Sides Path isl Hi. set (f := fun x => margin PR (rotate theta ps x psi) (real_sample isl)).
  set (l := map (fun m => mev m (e psi)) (nmargins P None theta (fst (snd isl)))).
  assert (V : forall x, Rabs x <= Rabs phi -> In (f x) l).
  { intros x Hx. destruct (Sides (rotate theta ps x psi) (shape_rotate theta ps x psi) (Path x Hx) isl Hi) as (m & Hm & E).
    unfold f. rewrite E. apply in_map_iff. exists m. split; auto. symmetry.
    apply (polynomial_rotate theta all_sides ps Hps x psi (k1 F, m) Hs). unfold all_sides. apply in_flat_map. exists isl.
    split; auto. now apply in_map. }
  change (f phi = f 0). destruct (Rle_lt_dec 0 phi) as [L|L].
  - symmetry. apply (constant f l); auto. now apply margin_continuous. intros x Hx. apply V. rewrite !Rabs_pos_eq; lra.
  - apply (constant f l); try lra. now apply margin_continuous. intros x Hx. apply V. rewrite (Rabs_left phi) by auto.
    destruct (Req_dec x 0) as [->|]. rewrite Rabs_R0. lra. rewrite Rabs_left; lra.
Qed.

(** A small rotation moves little. *)
Lemma little y x v N : 0 < y <= 1 -> Rabs x <= y -> norm2 psi <= N ->
  Rabs (entry (rotate theta ps x psi) v - entry psi v) <= 2 * y * (N + 1).
Proof.
  intros Hy Hx HN. rewrite (entry_rotate theta all_sides ps Hps) by exact Hs.
  assert (A : forall w, Rabs (entry psi w) <= N + 1).
  { intro w. pose proof (entry_norm2 psi w). apply Rabs_le. nra. }
  assert (HN1 : 0 <= N + 1) by (eapply Rle_trans; [apply Rabs_pos|apply (A v)]).
  destruct (small_turn x y Hy Hx) as [S C].
  assert (Two : forall a b s t, Rabs a <= y -> Rabs b <= y -> Rabs s <= N + 1 -> Rabs t <= N + 1 -> Rabs (a * s + b * t) <= 2 * y * (N + 1)).
  { intros a b s t Ha Hb Hs' Ht. eapply Rle_trans. apply Rabs_triang. rewrite !Rabs_mult.
    replace (2 * y * (N + 1)) with (y * (N + 1) + y * (N + 1)) by ring.
    apply Rplus_le_compat; apply Rmult_le_compat; auto using Rabs_pos. }
  assert (Same : forall a b : var, {a = b} + {a <> b}) by (decide equality; apply Nat.eq_dec).
  destruct (in_dec Same v (flat ps)) as [I|O].
  - apply in_flat_map in I. destruct I as ([a b] & Hab & I).
    destruct (rotated_in ps (cos x) (sin x) (entry psi) a b ltac:(apply (planes theta all_sides ps Hps)) Hab) as [Ra Rb].
    destruct I as [<-|[<-|[]]]; cbn [fst snd].
    + rewrite Ra. replace (cos x * entry psi a - sin x * entry psi b - entry psi a) with
        ((cos x - 1) * entry psi a + - sin x * entry psi b) by ring. apply Two; auto. now rewrite Rabs_Ropp.
    + rewrite Rb. replace (sin x * entry psi a + cos x * entry psi b - entry psi b) with
        (sin x * entry psi a + (cos x - 1) * entry psi b) by ring. now apply Two.
  - rewrite rotated_off by auto. rewrite Rminus_eq_0, Rabs_R0. apply Rmult_le_pos; lra.
Qed.
End One.

(** The points that are as long as [th], not further away than [r], and feasible for the supporting samples. *)
Definition like (th : params R) (r : R) (psi : params R) : Prop :=
  same_shape thR psi /\ norm2 psi = norm2 th /\ dist thR psi <= r /\
  forall isl, In isl (placed_supports P lambda) -> 1 <= margin PR psi (real_sample isl).

(** Some are, but for an arbitrarily little, nearest to the point. *)
Lemma some_nearest th r eta : like th r th -> 0 < eta ->
  ~ forall psi, like th r psi -> ~ forall psi', like th r psi' -> norm2 (minus thR psi) <= norm2 (minus thR psi') + eta.
Proof.
  intros Hth He No. set (q := fun psi => norm2 (minus thR psi)).
  destruct (completeness (fun a => exists psi, like th r psi /\ a = - q psi)) as (m & Up & Low).
  { exists 0. intros a (psi & _ & ->). pose proof (norm2_nonneg (minus thR psi)). unfold q. lra. }
  { exists (- q th). exists th. auto. }
  assert (B : is_upper_bound (fun a => exists psi, like th r psi /\ a = - q psi) (m - eta)).
  { intros a (psi & Hl & ->). apply Rnot_lt_le. intro L. apply (No psi Hl). intros psi' Hl'.
    assert (- q psi' <= m) by (apply Up; exists psi'; auto). unfold q in *. lra. }
  apply Low in B. lra.
Qed.

Theorem symmetric_with_kinks_sound : check_symmetric_with_kinks = true -> local_optimum PR None thR.
Proof.
  unfold check_symmetric_with_kinks, check_second_order_with. destruct check_feasible eqn:Hf; try discriminate.
  destruct (kpos c) eqn:Hc; try discriminate. destruct (knonneg rho) eqn:Hrho; try discriminate.
  destruct margins_above as [ms|] eqn:E; try discriminate.
  destruct (forallb (fun lm => kzero _) ms) eqn:Hz; try discriminate. destruct nonneg_form eqn:Hform; try discriminate.
  destruct (distinct_vars (vars theta)) eqn:Hv; try discriminate. intro Hr. rewrite forallb_forall in Hr.
  apply feasible_sound in Hf. fold PR thR in Hf. apply kpos_ok in Hc. apply knonneg_ok in Hrho. split; auto.
  pose proof Hf as [_ [ShT _]].
  (* the samples' polynomials are what [growth] asks for *)
  assert (Above : (forall lm, In lm ms -> 0 < toR (fst lm)) /\ exists slack, 0 <= slack /\ near (fun x => forall d, 0 <= d <= 1 ->
    (forall v, Rabs (x v) <= d) -> forall lm, In lm ms -> exists isl, In isl (placed_supports P lambda) /\
    margin PR (map (map (fun p => mev p x)) (displaced None theta)) (real_sample isl) <= mev (snd lm) x + slack * d ^ 3)).
  { exact (margins_above_placed P None theta lambda slopes ms E). }
  destruct Above as (Hpos & slack & Hslack & d' & Hd' & A).
  destruct (growth half half_ok None theta rho c ms (tangents half theta rotations) slack Hpos Hslack Hz Hform Hc Hrho) as (d & K & Hd & HK & G).
  destruct sides_near as (d1 & Hd1 & Sides).
  set (d0 := Rmin (Rmin d 1) (Rmin (toR c / (K + 1)) (Rmin d' d1))).
  assert (Hd0 : 0 < d0) by (repeat apply Rmin_pos; auto; try lra; apply Rdiv_lt_0_compat; lra).
  assert (E1 : d0 <= d) by (eapply Rle_trans; [apply Rmin_l|apply Rmin_l]).
  assert (E2 : d0 <= 1) by (eapply Rle_trans; [apply Rmin_l|apply Rmin_r]).
  assert (E3 : d0 <= toR c / (K + 1)) by (eapply Rle_trans; [apply Rmin_r|apply Rmin_l]).
  assert (E4 : d0 <= d') by (eapply Rle_trans; [apply Rmin_r|eapply Rle_trans; [apply Rmin_r|apply Rmin_l]]).
  assert (E5 : d0 <= d1) by (eapply Rle_trans; [apply Rmin_r|eapply Rle_trans; [apply Rmin_r|apply Rmin_r]]).
  exists (d0 / 4). split. lra.
  intros th [Hsh Hm] _ Hdist. assert (Hdel : 0 <= dist thR th) by apply sqrt_pos.
  assert (Shape : same_shape thR th) by (unfold same_shape, shaped in *; congruence).
  apply Rnot_lt_le. intro Less.
  assert (Hq : forall psi, norm2 (minus thR psi) = dist thR psi * dist thR psi) by (intro; symmetry; apply sqrt_sqrt, norm2_nonneg).
  assert (Hlike : like th (d0 / 2) th).
  { split; auto. split; auto. split. lra. intros isl Hi. apply Hm. unfold PR, real_sample. cbn [map_problem data].
    apply in_map_iff. exists (fst (snd isl)). split; auto. now apply (placed_supports_ok P lambda). }
  set (N := norm2 th + norm2 thR).
  assert (HN : 0 <= N) by (unfold N; pose proof (norm2_nonneg th); pose proof (norm2_nonneg thR); lra).
  set (cost := Rsum (map (fun ps => (1 + INR (length ps) * N) * (1 + INR (length ps) * N)) rotations)).
  assert (Hcost : 0 <= cost).
  { apply Rsum_nonneg. intros a Ha. apply in_map_iff in Ha. destruct Ha as (ps & <- & _). apply Rle_0_sqr. }
  set (gap := norm2 thR - norm2 th). assert (Hgap : 0 < gap) by (unfold gap; lra).
  set (y := Rmin (Rmin 1 (d0 / 8)) (Rmin (gap / (2 * (cost + 1))) (d0 / (8 * (N + 1))))).
  assert (Hy : 0 < y) by (repeat apply Rmin_pos; try lra; apply Rdiv_lt_0_compat; lra).
  assert (Y1 : y <= 1) by (eapply Rle_trans; [apply Rmin_l|apply Rmin_l]).
  assert (Y2 : y <= d0 / 8) by (eapply Rle_trans; [apply Rmin_l|apply Rmin_r]).
  assert (Y3 : y * (cost + 1) <= gap / 2).
  { apply Rle_trans with (gap / (2 * (cost + 1)) * (cost + 1)). apply Rmult_le_compat_r. lra.
    eapply Rle_trans; [apply Rmin_r|apply Rmin_l]. right. field. lra. }
  assert (Y4 : 2 * y * (N + 1) <= d0 / 4).
  { apply Rle_trans with (2 * (d0 / (8 * (N + 1))) * (N + 1)). apply Rmult_le_compat_r. lra. apply Rmult_le_compat_l. lra.
    eapply Rle_trans; [apply Rmin_r|apply Rmin_r]. right. field. lra. }
  apply (some_nearest th (d0 / 2) (y * y) Hlike); [nra|]. intros psi (Sp & Np & Rp & Mp) Best.
  assert (Dp0 : 0 <= dist thR psi) by apply sqrt_pos.
  assert (Dp : dist thR psi < d0 / 2) by (pose proof (Best th Hlike) as B; rewrite !Hq in B; nra).
  assert (T : mev (tangents half theta rotations) (e psi) <= 1 / 2 * (y * y * cost)).
  { unfold tangents. rewrite mev_scale, half_ok. change (monev (e psi) []) with 1. rewrite Rmult_1_r. apply Rmult_le_compat_l. lra.
    unfold cost. assert (Each : forall ps, In ps rotations -> Rabs (mev (tangent theta ps) (e psi)) <= y * (1 + INR (length ps) * N)).
    { intros ps Hps. specialize (Hr ps Hps). apply (almost_orthogonal theta all_sides ps Hr Hv); auto. unfold N, thR in *. lra.
      intros phi Hphi. fold thR. destruct (Rle_lt_dec (dist thR (rotate theta ps phi psi)) (d0 / 2)) as [In_|Out].
      - apply Best. split. apply shape_rotate. split. now rewrite (norm_rotate theta all_sides ps Hr Hv). split; auto.
        intros isl Hi. rewrite (margin_rotates ps Hr psi Sp d1 phi); auto.
        + rewrite (same_entries (rotate theta ps 0 psi) psi); auto.
          { pose proof (shape_rotate theta ps 0 psi) as Sr. unfold same_shape, thR in *. congruence. }
          intro v. rewrite (entry_rotate theta all_sides ps Hr) by auto. rewrite cos_0, sin_0. apply rotated_still.
        + intros x Hx v. assert (B : Rabs (entry (rotate theta ps x psi) v - entry psi v) <= 2 * y * (N + 1)).
          { apply (little ps Hr psi Sp); auto; try lra. rewrite Np. unfold N. pose proof (norm2_nonneg thR). lra. }
          pose proof (entry_dist thR psi v Sp) as B0. unfold e.
          replace (entry (rotate theta ps x psi) v - entry thR v) with
            ((entry (rotate theta ps x psi) v - entry psi v) + (entry psi v - entry thR v)) by ring.
          eapply Rle_lt_trans. apply Rabs_triang. lra.
      - rewrite !Hq. nra. }
    clear - Each. clearbody y N. induction rotations as [|ps l IH]. simpl. lra. cbn [fold_right map].
    rewrite Rsum_cons, mev_add, mev_mul. specialize (IH (fun p Hp => Each p (or_intror Hp))). specialize (Each ps (or_introl eq_refl)).
    set (t := mev (tangent theta ps) (e psi)) in *. set (b := 1 + INR (length ps) * N) in *.
    assert (t * t <= (y * b) * (y * b)).
    { replace (t * t) with (Rabs t * Rabs t) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
      apply Rmult_le_compat; auto using Rabs_pos. }
    lra. }
  specialize (G psi Sp ltac:(intros k Hk; discriminate Hk) ltac:(fold thR; lra)). cbv zeta in G. fold thR in G. fold (e psi) in G.
  assert (Margins : forall lm, In lm ms -> 1 <= mev (snd lm) (e psi) + slack * dist thR psi ^ 3).
  { intros lm Hlm. assert (Be : forall v, Rabs (e psi v) <= dist thR psi) by (intro v; now apply entry_dist).
    destruct (A (e psi)) with (d := dist thR psi) (lm := lm) as (isl & Hi & Ms); auto; try lra.
    - intro v. specialize (Be v). lra.
    - assert (Hpsi : map (map (fun p => mev p (e psi))) (displaced None theta) = psi).
      { apply (displaced_ok None theta psi Sp). intros k Hk. discriminate Hk. }
      rewrite Hpsi in Ms. specialize (Mp isl Hi). lra. }
  specialize (G Margins).
  assert (0 <= dist thR psi * dist thR psi * (toR c - K * dist thR psi)).
  { apply Rmult_le_pos. apply Rle_0_sqr.
    assert ((K + 1) * dist thR psi <= toR c).
    { apply Rle_trans with ((K + 1) * (toR c / (K + 1))). apply Rmult_le_compat_l; lra. right. field. lra. }
    lra. }
  rewrite Np in G. assert (y * y * cost <= y * cost) by (apply Rmult_le_compat_r; nra). unfold gap in *. nra.
Qed.
End Kinks.
