(** * The check of [flow_converges]: a ray on which gradient flow stays. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Vectors Sums InnerProducts Nearby LipschitzNear Polynomial Feasible Curve Displacement
  Lagrangian Gradient PolynomialGradient CurveGradients Kkt PolynomialSigns.
From Margincert Require Export Ray.
Import ListNotations.
Open Scope R_scope.

Local Opaque pos_beyond.

Section Flow.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variables offset ray : params F.
Variable start : F.
Variable point : params F.
Let PR := map_problem toR P.
Let oR := map_params toR offset.
Let rR := map_params toR ray.
Let pR := map_params toR point.
Let s0 := toR start.

Definition num_at (theta : params F) (v : nat * nat) : F := nth (snd v) (nth (fst v) theta []) num0.

(** The displacement on the ray, and a polynomial of it as one in a. *)
Definition er (a : R) : env := fun v => a * entry rR v.
Definition ray_entry (v : nat * nat) : list F := [k0 F; num_at ray v].
Lemma ray_entry_ok v a : peval (ray_entry v) a = er a v.
Proof. unfold ray_entry, er, rR. rewrite entry_toR. cbn [peval]. rewrite toR_0. unfold num_at. ring. Qed.
Definition psubst (z : mpoly) : list F :=
  fold_right (fun am r => padd (pscale (fst am) (fold_right (fun v r => pmul (ray_entry v) r) [k1 F] (snd am))) r) [] z.
Lemma psubst_ok z a : peval (psubst z) a = mev z (er a).
Proof.
  unfold psubst. induction z as [|[c m] z IH]. reflexivity. cbn [fold_right mev fst snd].
  rewrite peval_add, peval_scale, IH. f_equal. f_equal.
  induction m as [|v m IHm]; cbn [fold_right monev]. cbn [peval]. rewrite toR_1. ring.
  rewrite peval_mul, IHm, ray_entry_ok. reflexivity.
Qed.

Definition beyond (Q : env -> Prop) : Prop :=
  forall a, s0 <= a -> exists d, 0 < d /\ forall e, (forall v, Rabs (e v - er a v) < d) -> Q e.
Lemma beyond_where : where_ beyond.
Proof.
  split; unfold beyond.
  - intros Q H a _. exists 1. split; [lra|auto].
  - intros Q Q' H H' a Ha. destruct (H a Ha) as (d & Hd & A), (H' a Ha) as (d' & Hd' & A').
    exists (Rmin d d'). pose proof (Rmin_l d d'). pose proof (Rmin_r d d'). split. now apply Rmin_pos.
    intros e He. split; [apply A | apply A']; intro v; specialize (He v); lra.
  - intros Q Q' I H a Ha. destruct (H a Ha) as (d & Hd & A). exists d. auto.
Qed.

Definition mact_ray (s : F) (z : mpoly) : option mpoly :=
  if kone s then Some z
  else match z with
  | [] => Some []
  | _ => if pos_beyond half start (psubst z) then Some z
         else if pos_beyond half start (popp (psubst z)) then Some (scaled s z) else None
  end.
Lemma mact_ray_ok s z z' : mact_ray s z = Some z' -> beyond (fun e => mev z' e = act (toR s) (mev z e)).
Proof.
  unfold mact_ray. destruct (kone s) eqn:E1.
  { intros [= <-]. apply kone_ok in E1. apply (U_all _ beyond_where). intro e. unfold act. destruct Rlt_dec; rewrite ?E1; lra. }
  destruct z as [|am z].
  { intros [= <-]. apply (U_all _ beyond_where). intro e. simpl. unfold act. destruct Rlt_dec; lra. }
  set (p := am :: z). destruct (pos_beyond half start (psubst p)) eqn:E2;
    [|destruct (pos_beyond half start (popp (psubst p))) eqn:E3; [|discriminate]]; intro H; injection H as <-; intros a Ha.
  - destruct (pos_beyond_bound half half_ok _ _ E2) as (c & Hc & A). specialize (A a Ha). rewrite psubst_ok in A.
    assert (B : 0 < mev p (er a)) by lra. destruct (mev_cont p (er a) _ B) as (d & Hd & H). exists d. split; auto.
    intros e He. specialize (H e He). apply Rabs_def2 in H.
    change (mev p e = act (toR s) (mev p e)). unfold act. destruct Rlt_dec; lra.
  - destruct (pos_beyond_bound half half_ok _ _ E3) as (c & Hc & A). specialize (A a Ha). rewrite peval_opp, psubst_ok in A.
    assert (B : 0 < - mev p (er a)) by lra. destruct (mev_cont p (er a) _ B) as (d & Hd & H). exists d. split; auto.
    intros e He. specialize (H e He). apply Rabs_def2 in H.
    change (mev (scaled s p) e = act (toR s) (mev p e)). rewrite mev_scaled. unfold act. destruct Rlt_dec; lra.
Qed.

Definition ray_margin (s : list F * bool) : option mpoly :=
  tmargin (S := sym_mpoly) mact_ray (net P) (displaced None offset) s.

(** The sum over the samples of an entry of the margins' gradients. *)
Definition pull (ms : list mpoly) (v : nat * nat) : list F :=
  fold_right padd [] (map (fun m => psubst (mderiv v m)) ms).

Definition all_entries (f : nat * nat -> bool) : bool := forallb (forallb (fun b => b)) (tab offset f).
Lemma all_entries_ok f v : all_entries f = true -> inside offset v = true -> f v = true.
Proof.
  destruct v as [k i]. unfold all_entries, inside, tab. simpl. intros H I. apply andb_true_iff in I. destruct I as [I1 I2].
  apply Nat.ltb_lt in I1. apply Nat.ltb_lt in I2. rewrite forallb_forall in H.
  specialize (H _ (nth_In _ [] (eq_ind_r (fun n => (k < n)%nat) I1 (length_mapi _ 0 offset)))).
  rewrite nth_mapi with (d := []) in H by auto. rewrite forallb_forall in H.
  specialize (H _ (nth_In _ true (eq_ind_r (fun n => (i < n)%nat) I2 (length_mapi _ 0 (nth k offset []))))).
  rewrite nth_mapi with (d := k0 F) in H by auto. exact H.
Qed.
Lemma pull_ok ms v a : peval (pull ms v) a = Rsum (map (fun m => mdiff m (er a) (ind v)) ms).
Proof.
  unfold pull. induction ms as [|m ms IH]. reflexivity. cbn [map fold_right].
  rewrite peval_add, IH, psubst_ok, mderiv_ok, Rsum_cons. reflexivity.
Qed.

Definition flow_holds (pivot : nat * nat) (ms : list mpoly) : bool :=
  let q := match ms with m :: _ => psubst m | [] => [] end in
  let kappa := pscale (kinv (num_at ray pivot)) (pull ms pivot) in
  let n := ksum (map (fun _ => k1 F) ms) in
  let c := kmul (num_at ray pivot) (kinv (num_at point pivot)) in
  if forallb (fun m => pzero (psub (psubst m) q)) ms then
  if all_entries (fun v => pzero (psub (pull ms v) (pscale (num_at ray v) kappa))) then
  if pos_beyond half start kappa then
  if pzero (psub (pscale n (pder q)) (pscale (norm2_of ray) kappa)) then
  if kpos c then if kpos (norm2_of ray) then
  all_entries (fun v => kzero (ksub (num_at ray v) (kmul c (num_at point v))))
  else false else false else false else false else false else false.

Definition check_flow (pivot : nat * nat) : bool :=
  if check_posed P None then if check_shape (net P) offset then if check_shape (net P) ray then
  if check_shape (net P) point then
  match mapM ray_margin (data P) with Some ms => flow_holds pivot ms | None => false end
  else false else false else false else false.

(** *** What the checks say *)
Section Held.
Variables l l' : R -> R.
Hypothesis L : fit_loss l l'.
Variable ms : list mpoly.
Hypothesis Hms : mapM ray_margin (data P) = Some ms.
Variables q kappa : list F.
Hypothesis Hor : same_shape oR rR.
Hypothesis Hop : same_shape oR pR.
Let n := INR (length (data P)).
Let N := norm2 rR.
Hypothesis Hn : 0 < n.
Hypothesis HN : 0 < N.
Hypothesis Hq : forall m a, In m ms -> mev m (er a) = peval q a.
Hypothesis Hpull : forall a v, inside offset v = true ->
  Rsum (map (fun m => mdiff m (er a) (ind v)) ms) = peval kappa a * entry rR v.
Variable c0 : R.
Hypothesis Hc0 : 0 < c0.
Hypothesis Hkappa : forall a, s0 <= a -> c0 <= peval kappa a.
Hypothesis Hslope : forall a, n * peval (pder q) a = N * peval kappa a.
Variable c : R.
Hypothesis Hc : 0 < c.
Hypothesis Hdir : forall v, entry rR v = c * entry pR v.

Let at_ray (a : R) : params R := along oR rR a.
Lemma shape_at a : same_shape oR (at_ray a).
Proof. now apply shape_along. Qed.
Lemma entry_at a v : entry (at_ray a) v - entry oR v = er a v.
Proof. unfold at_ray. rewrite entry_along by auto. unfold er. ring. Qed.

(** Near the ray the margins are polynomials. *)
Lemma margins_near a : s0 <= a -> exists d, 0 < d /\ forall th, same_shape oR th -> dist (at_ray a) th < d ->
  Forall2 (fun s m => margin PR th (map toR (fst s), snd s) = mev m (fun v => entry th v - entry oR v)) (data P) ms.
Proof.
  intro Ha. pose proof (mapM_Forall2 _ _ _ Hms) as H.
  assert (B : beyond (fun e => Forall2 (fun s m => margin PR (map (map (fun p => mev p e)) (displaced None offset))
      (map toR (fst s), snd s) = mev m e) (data P) ms)).
  { clear - H half_ok. induction H as [|s m ss ms E H IH]; [apply (U_all _ beyond_where); constructor|].
    apply (tmargin_ok (S := sym_mpoly) (Mean := mean_mpoly) mact_ray beyond beyond_where mact_ray_ok) in E.
    eapply (U_mono _ beyond_where); [|exact (U_and _ beyond_where _ _ E IH)]. cbn beta. intros e [E1 E2]. constructor; auto. }
  destruct (B a Ha) as (d & Hd & A). exists d. split; auto. intros th S D.
  assert (E : map (map (fun p => mev p (fun v => entry th v - entry oR v))) (displaced None offset) = th).
  { transitivity (held None oR th). exact (displaced_held None offset th S). now apply held_all. }
  specialize (A (fun v => entry th v - entry oR v)). rewrite E in A. apply A. intro v. rewrite <- (entry_at a v).
  replace (entry th v - entry oR v - (entry (at_ray a) v - entry oR v)) with (entry th v - entry (at_ray a) v) by ring.
  eapply Rle_lt_trans; [|exact D]. apply entry_dist. pose proof (shape_at a) as S'. unfold same_shape in *. congruence.
Qed.

Let sR (s : list F * bool) : list R * bool := (map toR (fst s), snd s).
Lemma samples_listed : data PR = map (fun sm => sR (fst sm)) (combine (data P) ms).
Proof.
  pose proof (mapM_Forall2 _ _ _ Hms) as H. change (data PR) with (map sR (data P)). revert H. clear. generalize (data P).
  intros ss H. induction H as [|s m ss mm E H IH]; [reflexivity|]. cbn [map combine fst]. now f_equal.
Qed.
Lemma margin_near a s m : s0 <= a -> In (s, m) (combine (data P) ms) -> exists d, 0 < d /\
  forall th, same_shape (at_ray a) th -> dist (at_ray a) th < d -> margin PR th (sR s) = mev m (fun v => entry th v - entry oR v).
Proof.
  intros Ha Hin. destruct (margins_near a Ha) as (d & Hd & A). exists d. split; auto. intros th S D.
  assert (So : same_shape oR th) by (pose proof (shape_at a); unfold same_shape in *; congruence).
  specialize (A th So D). clear - A Hin. induction A as [|s1 m1 ss mm H A IH]; [destruct Hin|]. destruct Hin as [[= -> ->]|Hin]; auto.
Qed.
Lemma margin_on_ray a s m : s0 <= a -> In (s, m) (combine (data P) ms) -> margin PR (at_ray a) (sR s) = peval q a.
Proof.
  intros Ha Hin. destruct (margin_near a s m Ha Hin) as (d & Hd & A). rewrite A; auto.
  - rewrite <- (Hq m a) by (eapply in_combine_r; exact Hin). apply mev_ext. apply entry_at.
  - reflexivity.
  - unfold dist. rewrite minus_self, sqrt_0. exact Hd.
Qed.
Lemma loss_on_ray a : s0 <= a -> loss l PR (at_ray a) = l (peval q a).
Proof.
  intro Ha. unfold loss. rewrite samples_listed, map_map, (Rsum_ext_in _ (fun _ => l (peval q a))).
  - rewrite Rsum_const, map_length. rewrite <- (map_length (fun sm => sR (fst sm))), <- samples_listed. unfold PR. simpl data.
    rewrite map_length. fold n. field. lra.
  - intros [s m] Hin. simpl. f_equal. exact (margin_on_ray a s m Ha Hin).
Qed.
Lemma shape_oR : map (@length R) oR = map (@length F) offset.
Proof. unfold oR, map_params. rewrite map_map. apply map_ext. intro. apply map_length. Qed.
Lemma sum_over_margins (f : mpoly -> R) : Rsum (map (fun sm => f (snd sm)) (combine (data P) ms)) = Rsum (map f ms).
Proof.
  pose proof (mapM_Forall2 _ _ _ Hms) as H. revert H. clear. generalize (data P). intros ss H.
  induction H as [|s m ss mm E H IH]; [reflexivity|].
  cbn [combine map snd]. now rewrite !Rsum_cons, IH.
Qed.

(** The gradient of the loss on the ray is a multiple of the ray. *)
Lemma gradient_on_ray a : s0 <= a ->
  is_gradient (loss l PR) (at_ray a) (map (map (Rmult (l' (peval q a) * peval kappa a / INR (length (data PR))))) rR).
Proof.
  intro Ha. set (shift := fun v => entry (at_ray a) v - entry oR v).
  apply (loss_gradient (fun sm => sR (fst sm)) (combine (data P) ms) l l' PR (at_ray a) (peval q a) rR (peval kappa a)
    (fun sm => grad offset (snd sm) shift) L samples_listed).
  - pose proof (shape_at a). unfold same_shape in *. congruence.
  - intros [s m] Hin. cbn [fst snd]. split. exact (margin_on_ray a s m Ha Hin).
    destruct (margin_near a s m Ha Hin) as (d & Hd & A). apply (polynomial_gradient offset m (entry oR) _ (at_ray a) d); auto.
    pose proof (shape_at a) as Sa. pose proof shape_oR. unfold same_shape in Sa. congruence.
  - intro v. rewrite (sum_over_margins (fun m => entry (grad offset m shift) v)).
    transitivity (Rsum (map (fun m => if inside offset v then mdiff m (er a) (ind v) else 0) ms)).
    { apply Rsum_ext_in. intros m _. change (grad offset m shift) with (tab offset (fun v => mdiff m shift (ind v))).
      rewrite entry_tab. destruct (inside offset v); auto. rewrite <- !mderiv_ok. apply mev_ext. apply entry_at. }
    destruct (inside offset v) eqn:I. now apply Hpull.
    rewrite Rsum_zero by auto. assert (Sr : map (@length R) rR = map (@length F) offset) by (rewrite <- shape_oR; symmetry; exact Hor).
    rewrite (entry_outside offset rR v Sr I). ring.
Qed.
Lemma smooth_near_ray a : s0 <= a -> lipschitz_gradient (loss l PR) (at_ray a).
Proof.
  intro Ha. apply (loss_lipschitz_gradient l l' PR (at_ray a) L). intros s Hs. rewrite samples_listed in Hs.
  apply in_map_iff in Hs. destruct Hs as ([s1 m] & <- & Hin). cbn [fst].
  apply (polynomial_lipschitz_gradient offset m (entry oR) (fun th => margin PR th (sR s1)) (at_ray a)).
  - pose proof (shape_at a) as Sa. pose proof shape_oR. unfold same_shape in Sa. congruence.
  - apply dist_close. exact (margin_near a s1 m Ha Hin).
Qed.

Lemma held_flow : posed PR None -> shaped (net PR) oR -> shaped (net PR) rR -> shaped (net PR) pR ->
  flow_converges l PR oR rR s0 pR.
Proof.
  apply (ray_flow l l' L PR oR rR pR s0 (peval q) (peval (pder q)) (peval kappa)) with (c0 := c0) (c := c); auto.
  - unfold PR. simpl. now rewrite map_length.
  - intro a. apply pder_ok.
  - apply peval_cont.
  - intro a. unfold PR. simpl. rewrite map_length. apply Hslope.
  - exact loss_on_ray.
  - exact gradient_on_ray.
  - exact smooth_near_ray.
Qed.
End Held.

Lemma count_ok {A} (l0 : list A) : toR (ksum (map (fun _ => k1 F) l0)) = INR (length l0).
Proof.
  induction l0 as [|x l0 IH]. apply toR_0. change (length (x :: l0)) with (S (length l0)). rewrite S_INR, <- IH.
  cbn [map ksum fold_right]. rewrite toR_add, toR_1. fold (ksum (map (fun _ : A => k1 F) l0)). ring.
Qed.

Theorem flow_sound l l' pivot : fit_loss l l' -> check_flow pivot = true -> flow_converges l PR oR rR s0 pR.
Proof.
  intros L. unfold check_flow. destruct (check_posed P None) eqn:E1; [|discriminate].
  destruct (check_shape (net P) offset) eqn:E2; [|discriminate]. destruct (check_shape (net P) ray) eqn:E3; [|discriminate].
  destruct (check_shape (net P) point) eqn:E4; [|discriminate]. destruct (mapM ray_margin (data P)) as [ms|] eqn:Hms; [|discriminate].
  unfold flow_holds. cbv zeta. set (q := match ms with m :: _ => psubst m | [] => [] end).
  set (kappa := pscale (kinv (num_at ray pivot)) (pull ms pivot)).
  set (c := kmul (num_at ray pivot) (kinv (num_at point pivot))).
  destruct (forallb _ ms) eqn:H1; [|discriminate]. rewrite forallb_forall in H1.
  match goal with |- (if ?b then _ else _) = _ -> _ => destruct b eqn:H2; [|discriminate] end.
  match goal with |- (if ?b then _ else _) = _ -> _ => destruct b eqn:H3; [|discriminate] end.
  match goal with |- (if ?b then _ else _) = _ -> _ => destruct b eqn:H4; [|discriminate] end.
  match goal with |- (if ?b then _ else _) = _ -> _ => destruct b eqn:H5; [|discriminate] end.
  match goal with |- (if ?b then _ else _) = _ -> _ => destruct b eqn:H6; [|discriminate] end.
  intro H7. apply kpos_ok in H5. apply kpos_ok in H6. rewrite norm2_of_ok in H6.
  apply posed_sound in E1. pose proof (check_shape_ok P offset toR E2) as S2. pose proof (check_shape_ok P ray toR E3) as S3.
  pose proof (check_shape_ok P point toR E4) as S4.
  fold PR in E1, S2, S3, S4. fold oR in S2. fold rR in S3. fold pR in S4.
  assert (Hor : same_shape oR rR) by (unfold same_shape, shaped in *; congruence).
  assert (Hop : same_shape oR pR) by (unfold same_shape, shaped in *; congruence).
  destruct (pos_beyond_bound half half_ok _ _ H3) as (c0 & Hc0 & Hk).
  assert (Len : length ms = length (data P)) by (pose proof (mapM_Forall2 _ _ _ Hms) as X; clear - X; induction X; simpl; congruence).
  assert (Hn : 0 < INR (length (data P))).
  { destruct E1 as [(_ & N & _) _]. unfold PR in N. simpl in N. destruct (data P); [contradiction N; reflexivity|].
    apply lt_0_INR. simpl. lia. }
  apply (held_flow l l' L ms Hms q kappa Hor Hop Hn H6) with (c0 := c0) (c := toR c); auto.
  - intros m a Hm. specialize (H1 m Hm). apply (pzero_ok _ a) in H1. rewrite peval_sub, psubst_ok in H1. lra.
  - intros a v Hv. pose proof (all_entries_ok _ v H2 Hv) as E. cbn beta in E. apply (pzero_ok _ a) in E.
    rewrite peval_sub, peval_scale, pull_ok in E. unfold rR. rewrite entry_toR. unfold num_at in E. lra.
  - intro a. apply (pzero_ok _ a) in H4. rewrite peval_sub, !peval_scale, count_ok, Len, norm2_of_ok in H4. fold rR in H4. lra.
  - intro v. destruct (inside offset v) eqn:I.
    + pose proof (all_entries_ok _ v H7 I) as E. cbn beta in E. apply kzero_ok in E. rewrite toR_sub, toR_mul in E.
      unfold rR, pR. rewrite !entry_toR. unfold num_at in E. lra.
    + rewrite (entry_outside offset rR v), (entry_outside offset pR v); auto; try ring;
        rewrite <- shape_oR; unfold same_shape in *; congruence.
Qed.
End Flow.
