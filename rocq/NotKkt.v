(** * Not a KKT point: a direction that no gradient near the point opposes.

    No theorem about differentiability almost everywhere is used: a point of differentiability near the given one is
    looked at along the direction, where the margin is one of finitely many polynomials just after the start. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Tends Vectors Polynomial Feasible Curve Displacement Lagrangian Gradient CurveGradients Kkt KinkSides LastKinks.
Import ListNotations.
Open Scope R_scope.

Section Check.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Variable dir : nat * nat -> F.
Let PR := map_problem toR P.
Let thR := map_params toR theta.
(** The direction, of the shape of theta. *)
Let dR := tab theta (fun v => toR (dir v)).
Let d : nat * nat -> R := entry dR.

Fixpoint mono_dir (m : list (nat * nat)) : mpoly :=
  match m with [] => [] | v :: m' =>
    madd (if inside theta v then [(dir v, m')] else []) (mscale (k1 F) [v] (mono_dir m')) end.
Definition mdir (p : mpoly) : mpoly := fold_right (fun am r => madd (mscale (fst am) [] (mono_dir (snd am))) r) [] p.
Lemma mdir_ok p e : mev (mdir p) e = mdiff p e d.
Proof.
  assert (Mo : forall m, mev (mono_dir m) e = mono_diff m e d).
  { induction m as [|v m IH]. reflexivity. cbn [mono_dir mono_diff]. rewrite mev_add, mev_scale, IH, toR_1.
    unfold d, dR. rewrite entry_tab. destruct (inside theta v); simpl; ring. }
  induction p as [|[a m] p IH]. reflexivity. cbn [mdir fold_right mdiff fst snd]. rewrite mev_add, mev_scale, Mo.
  fold (mdir p). rewrite IH. change (monev e []) with 1. ring.
Qed.

Definition nmargins (s : list F * bool) : list mpoly :=
  map (fun out => tmul (s := sym_mpoly) (tsgn (S := sym_mpoly) (snd s)) (nth 0 out (t0 (S := sym_mpoly))))
    (nforward (net P) (displaced free theta) (map (tk (s := sym_mpoly)) (fst s))).

Lemma nmargins_ok s : near (fun e => exists m, In m (nmargins s) /\ along d e (fun e' =>
  margin PR (map (map (fun p => mev p e')) (displaced free theta)) (map toR (fst s), snd s) = mev m e')).
Proof.
  eapply (U_mono _ near_where); [|exact (nforward_ok d (net P) (displaced free theta) (map (tk (s := sym_mpoly)) (fst s)))].
  cbn beta. intros e (out & Ho & A). eexists. split. unfold nmargins. apply in_map. exact Ho.
  eapply (U_mono _ (along_where d e)); [|exact A]. cbn beta. intros e' H. unfold margin, Phi. simpl fst. simpl snd.
  change (mev (tmul (s := sym_mpoly) (tsgn (S := sym_mpoly) (snd s)) (nth 0 out (t0 (S := sym_mpoly)))) e')
    with (mev (mmul (tsgn (S := sym_mpoly) (snd s)) (nth 0 out (t0 (S := sym_mpoly)))) e').
  rewrite mev_mul. f_equal.
  - unfold tsgn, sgn. simpl tk. rewrite mev_cst. destruct (snd s). now rewrite toR_1. now rewrite toR_opp, toR_1.
  - transitivity (nth 0 (at_ (S := sym_mpoly) (Mean := mean_mpoly) e' out) 0);
      [|exact (nth_at (S := sym_mpoly) (Mean := mean_mpoly) e' out 0)].
    rewrite <- H, (at_k (S := sym_mpoly) (Mean := mean_mpoly)). reflexivity.
Qed.

(** Each kink of the last hidden layer takes its worse side; only if that does not settle it are all choices of sides
    gone through, as kinks that go together may need. *)
Definition opposes (s : list F * bool) : bool :=
  if never_falls (fun p => mconst (mdir p)) (if snd s then k1 F else kopp (k1 F)) (net P) (displaced free theta)
    (map (tk (s := sym_mpoly)) (fst s)) then true
  else forallb (fun m => knonneg (mconst (mdir m))) (nmargins s).
Lemma opposes_ok s m : opposes s = true -> In m (nmargins s) -> 0 <= toR (mconst (mdir m)).
Proof.
  assert (D0 : forall p, toR (mconst (mdir p)) = mdiff p (fun _ => 0) d) by (intro; rewrite mconst_ok; apply mdir_ok).
  unfold opposes. destruct never_falls eqn:E; intros H Hm.
  - unfold nmargins in Hm. apply in_map_iff in Hm. destruct Hm as (out & <- & Ho). rewrite D0.
    change (0 <= mdiff (mmul (mcst (if snd s then k1 F else kopp (k1 F))) (nth 0 out (t0 (S := sym_mpoly)))) (fun _ => 0) d).
    rewrite mdiff_cst_mul. exact (never_falls_ok d _ D0 _ _ _ _ E out Ho).
  - rewrite forallb_forall in H. apply knonneg_ok. now apply H.
Qed.

Lemma shape_d : map (@length R) dR = map (@length F) theta.
Proof. apply shape_tab. Qed.
Lemma shape_th : map (@length R) thR = map (@length F) theta.
Proof. unfold thR, map_params. rewrite map_map. apply map_ext. intro. apply map_length. Qed.

Lemma limit_dot s g : opposes s = true ->
  limiting_gradient (fun th => margin PR (held free thR th) (map toR (fst s), snd s)) thR g -> 0 <= dot g dR.
Proof.
  intros Hop [Shape Hg]. set (f := fun th => margin PR (held free thR th) (map toR (fst s), snd s)) in *.
  apply Rnot_lt_le. intro Neg. set (eta := - dot g dR). assert (Heta : 0 < eta) by (unfold eta; lra).
  set (N := norm2 dR). assert (HN : 0 <= N) by apply norm2_nonneg.
  assert (A2 : near (fun e => forall m, In m (nmargins s) -> - (eta / 4) < mdiff m e d)).
  { apply (U_list _ near_where). intros m Hm. pose proof (opposes_ok s m Hop Hm) as Hge.
    eapply (U_mono _ near_where); [|apply (mev_close (mdir m) (eta / 4) ltac:(lra))]. cbn beta. intros e He.
    rewrite mdir_ok in He. apply Rabs_def2 in He. lra. }
  destruct (U_and _ near_where _ _ (nmargins_ok s) A2) as (d1 & Hd1 & A). clear A2.
  (* |dot a d| <= norm2 a / (2 kappa) + kappa / 2 N *)
  set (kappa := eta / (4 * (N + 1))).
  assert (Hk : 0 < kappa) by (apply Rdiv_lt_0_compat; lra).
  assert (HkN : kappa * N <= eta / 4).
  { apply Rle_trans with (kappa * (N + 1)). apply Rmult_le_compat_l; lra. right. unfold kappa. field. lra. }
  set (eps := Rmin d1 (Rmin 1 (kappa * eta / 4))).
  assert (Heps : 0 < eps). { apply Rmin_pos; auto. apply Rmin_pos. lra. apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; assumption|lra]. }
  destruct (Hg eps Heps) as (th & g' & Sh & Dth & [Sg' Grad] & Dg).
  assert (E1 : eps <= d1) by apply Rmin_l.
  assert (E2 : eps <= 1) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_l]).
  assert (E3 : eps <= kappa * eta / 4) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_r]).
  assert (Shth : map (@length R) th = map (@length F) theta) by (rewrite <- shape_th; symmetry; exact Sh).
  assert (Shg' : map (@length R) g' = map (@length F) theta) by (rewrite <- Shth; symmetry; exact Sg').
  set (e := fun v => entry th v - entry thR v).
  destruct (A e) as [(m & Hm & (t0 & Ht0 & Al)) Hdiff].
  { intro v. eapply Rle_lt_trans. apply entry_dist. exact Sh. lra. }
  specialize (Hdiff m Hm).
  (* the points th + t d *)
  set (pt := fun t => tab theta (fun v => entry th v + t * d v)).
  assert (Epth : forall t v, entry (pt t) v = entry th v + t * d v).
  { intros t v. unfold pt. rewrite entry_tab. destruct (inside theta v) eqn:I; auto.
    assert (Z1 : d v = 0) by (unfold d, dR; rewrite entry_tab, I; reflexivity).
    assert (Z2 : entry th v = 0).
    { destruct v as [k i]. unfold entry. simpl. unfold inside in I. simpl in I. apply andb_false_iff in I.
      assert (Lk : length (nth k th []) = length (nth k theta [])).
      { rewrite <- (map_nth (@length R)), <- (map_nth (@length F)). now rewrite Shth. }
      apply nth_overflow. destruct I as [I|I]; apply Nat.ltb_ge in I; rewrite Lk; auto.
      rewrite (nth_overflow theta) by auto. simpl. lia. }
    rewrite Z1, Z2. ring. }
  assert (Spt : forall t, map (@length R) (pt t) = map (@length F) theta) by (intro; apply shape_tab).
  assert (Fpt : forall t, 0 <= t < t0 -> f (pt t) = mev m (fun v => e v + t * d v)).
  { intros t Ht. rewrite <- (Al t Ht). unfold f. f_equal. symmetry.
    transitivity (map (map (fun p => mev p (fun v => entry (pt t) v - entry thR v))) (displaced free theta));
      [|apply (displaced_held free theta); unfold same_shape; rewrite Spt; exact shape_th].
    apply map_ext. intro w. apply map_ext. intro p. apply mev_ext. intro v. rewrite Epth. unfold e, thR. ring. }
  assert (Spp : forall t, map (@length R) (pt t) = map (@length R) th) by (intro; rewrite Spt; auto).
  assert (Emin : forall t v, entry (minus (pt t) th) v = t * d v).
  { intros t v. rewrite entry_minus by auto. rewrite Epth. ring. }
  assert (Smin : forall t, map (@length R) (minus (pt t) th) = map (@length F) theta).
  { intro t. unfold minus. rewrite map_map. rewrite <- Shth. specialize (Spp t). revert Spp. generalize (pt t) th.
    clear. induction p as [|w a IH]; intros [|w' b] H; simpl in *; try discriminate; auto.
    injection H as H1 H2. f_equal; auto. rewrite map_length, combine_length. lia. }
  assert (Dot : forall t, dot g' (minus (pt t) th) = t * dot g' dR).
  { intro t. rewrite (dot_dsum theta) by auto. rewrite (dot_dsum theta g' dR) by (auto; apply shape_d).
    rewrite <- dsum_scale. apply dsum_ext. intro v. rewrite Emin. unfold d. ring. }
  assert (Dist : forall t, 0 <= t -> dist th (pt t) = t * sqrt N).
  { intros t Ht. unfold dist.
    assert (Q : norm2 (minus th (pt t)) = t * t * N).
    { assert (S2 : map (@length R) (minus th (pt t)) = map (@length F) theta).
      { unfold minus. rewrite map_map. rewrite <- Shth. specialize (Spp t). revert Spp. generalize (pt t) th.
        clear. intros p q. revert p. induction q as [|w a IH]; intros [|w' b] H; simpl in *; try discriminate; auto.
        injection H as H1 H2. f_equal; auto. rewrite map_length, combine_length. lia. }
      unfold N. rewrite !norm2_dot, (dot_dsum theta), (dot_dsum theta dR dR) by (auto; apply shape_d).
      rewrite <- dsum_scale. apply dsum_ext. intro v. rewrite entry_minus by (symmetry; apply Spp). rewrite Epth. unfold d. ring. }
    rewrite Q, sqrt_mult by (auto; apply Rle_0_sqr). rewrite sqrt_square by auto. reflexivity. }
  destruct (mev_smooth m e) as (C & HC & Sm).
  (* bounds of |d v| *)
  assert (Bd : forall v, Rabs (d v) <= sqrt N).
  { intro v. rewrite <- sqrt_Rsqr_abs. apply sqrt_le_1_alt. apply entry_norm2. }
  set (b := sqrt N). assert (Hb : 0 <= b) by apply sqrt_pos.
  destruct (Grad (eta / (4 * (b + 1))) ltac:(apply Rdiv_lt_0_compat; lra)) as (d2 & Hd2 & G2).
  (* t *)
  set (t := Rmin (t0 / 2) (Rmin (d2 / (2 * (b + 1))) (Rmin (/ (b + 1)) (eta / (8 * (C * b * b + 1)))))).
  assert (CB : 0 <= C * b * b) by (apply Rmult_le_pos; auto; apply Rmult_le_pos; auto).
  assert (Ht : 0 < t).
  { repeat apply Rmin_pos; try (apply Rdiv_lt_0_compat; lra). apply Rinv_0_lt_compat. lra. }
  assert (T1 : t <= t0 / 2) by apply Rmin_l.
  assert (T2 : t <= d2 / (2 * (b + 1))) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_l]).
  assert (T3 : t <= / (b + 1)).
  { eapply Rle_trans; [apply Rmin_r|]. eapply Rle_trans; [apply Rmin_r|]. apply Rmin_l. }
  assert (T4 : t <= eta / (8 * (C * b * b + 1))).
  { eapply Rle_trans; [apply Rmin_r|]. eapply Rle_trans; [apply Rmin_r|]. apply Rmin_r. }
  assert (Tb1 : t * (b + 1) <= 1).
  { apply Rle_trans with (/ (b + 1) * (b + 1)). apply Rmult_le_compat_r; lra. right. field. lra. }
  assert (Tb2 : t * (b + 1) <= d2 / 2).
  { apply Rle_trans with (d2 / (2 * (b + 1)) * (b + 1)). apply Rmult_le_compat_r; lra. right. field. lra. }
  assert (Tb4 : t * (C * b * b) <= eta / 8).
  { apply Rle_trans with (eta / (8 * (C * b * b + 1)) * (C * b * b + 1)).
    apply Rmult_le_compat; try lra. right. field. lra. }
  specialize (G2 (pt t) ltac:(unfold same_shape; symmetry; apply Spp)).
  rewrite (Dist t ltac:(lra)) in G2. fold b in G2. specialize (G2 ltac:(lra)).
  rewrite Dot in G2.
  destruct (Sm (fun v => t * d v) (t * b)) as [S1 _].
  { split. apply Rmult_le_pos; lra. lra. }
  { intro v. rewrite Rabs_mult, (Rabs_pos_eq t) by lra. apply Rmult_le_compat_l. lra. apply Bd. }
  rewrite <- (Fpt t ltac:(lra)) in S1.
  assert (F0 : mev m e = f th).
  { rewrite (mev_ext m e (fun v => e v + 0 * d v)) by (intro; ring). rewrite <- (Al 0 ltac:(lra)). unfold f. f_equal.
    transitivity (map (map (fun p => mev p (fun v => entry th v - entry thR v))) (displaced free theta)); [|exact (displaced_held free theta th Sh)].
    apply map_ext. intro w. apply map_ext. intro p. apply mev_ext. intro v. unfold e, thR. ring. }
  rewrite F0 in S1.
  assert (Lin : mdiff m e (fun v => t * d v) = t * mdiff m e d).
  { rewrite (mdiff_ext m e _ (fun v => t * d v + (fun _ => 0) v)) by (intro; ring). rewrite mdiff_lin.
    rewrite (mdiff_0 m e (fun _ => 0)) by auto. ring. }
  rewrite Lin in S1.
  (* t (dot g' d) >= t mdiff - eta/4 t - eta/8 t *)
  assert (B1 : eta / (4 * (b + 1)) * (t * b) <= eta / 4 * t).
  { replace (eta / 4 * t) with (eta / (4 * (b + 1)) * (t * (b + 1))) by (field; lra).
    apply Rmult_le_compat_l. apply Rlt_le, Rdiv_lt_0_compat; lra. apply Rmult_le_compat_l; lra. }
  assert (B2 : C * (t * b * (t * b)) <= eta / 8 * t).
  { replace (C * (t * b * (t * b))) with (t * (C * b * b) * t) by ring. apply Rmult_le_compat_r; lra. }
  assert (Low : - (eta * 5 / 8) < dot g' dR).
  { assert (Abs1 : f (pt t) - f th - t * dot g' dR <= eta / 4 * t).
    { eapply Rle_trans; [apply Rle_abs|]. eapply Rle_trans; [exact G2 | exact B1]. }
    assert (Abs2 : t * mdiff m e d - (f (pt t) - f th) <= eta / 8 * t).
    { eapply Rle_trans; [|exact B2]. eapply Rle_trans; [|exact S1]. rewrite <- Rabs_Ropp. eapply Rle_trans; [|apply Rle_abs]. lra. }
    assert (X : t * (mdiff m e d - eta * 3 / 8) <= t * dot g' dR) by lra.
    apply Rmult_le_reg_l in X; auto. lra. }
  (* and dot g d is near dot g' d *)
  assert (Shg : map (@length R) g = map (@length F) theta) by (rewrite <- shape_th; symmetry; exact Shape).
  assert (Ng : norm2 (minus g g') < eps * eps).
  { unfold dist in Dg. assert (S0 : 0 <= sqrt (norm2 (minus g g'))) by apply sqrt_pos.
    rewrite <- (sqrt_sqrt (norm2 (minus g g'))) by apply norm2_nonneg. nra. }
  assert (Smg : map (@length R) (minus g g') = map (@length F) theta).
  { unfold minus. rewrite map_map. rewrite <- Shg. assert (H : map (@length R) g = map (@length R) g') by congruence.
    clear - H. revert g' H. induction g as [|w a IH]; intros [|w' b] H; simpl in *; try discriminate; auto.
    injection H as H1 H2. f_equal; auto. rewrite map_length, combine_length. lia. }
  assert (Diff : dot g' dR - dot g dR <= norm2 (minus g g') / (2 * kappa) + kappa / 2 * N).
  { unfold N. rewrite !norm2_dot, (dot_dsum theta (minus g g')), (dot_dsum theta dR dR), (dot_dsum theta g' dR), (dot_dsum theta g dR)
      by (auto; apply shape_d).
    assert (Pos : 0 <= dsum theta (fun v => / (2 * kappa) * ((entry (minus g g') v + kappa * d v) * (entry (minus g g') v + kappa * d v)))).
    { apply dsum_nonneg. intro v. apply Rmult_le_pos. apply Rlt_le, Rinv_0_lt_compat. lra. apply Rle_0_sqr. }
    rewrite (dsum_ext theta _ (fun v => / (2 * kappa) * (entry (minus g g') v * entry (minus g g') v) +
      (kappa / 2 * (entry dR v * entry dR v) + (-1 * (entry g' v * entry dR v) + entry g v * entry dR v)))) in Pos.
    - rewrite !dsum_lin in Pos. unfold Rdiv at 1. lra.
    - intro v. rewrite entry_minus by congruence. unfold d. field. lra. }
  assert (Ng2 : norm2 (minus g g') / (2 * kappa) <= eta / 8).
  { apply Rmult_le_reg_r with (2 * kappa). lra. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
    assert (eps * eps <= eps) by (rewrite <- (Rmult_1_l eps) at 3; apply Rmult_le_compat_r; lra). lra. }
  unfold eta in *. lra.
Qed.

Lemma combination_nonneg (terms : list (R * params R)) :
  (forall t, In t terms -> 0 <= fst t /\ (fst t <> 0 -> 0 <= dsum theta (fun v => entry (snd t) v * d v))) ->
  0 <= dsum theta (fun v => combination terms v * d v).
Proof.
  intros H. induction terms as [|t ts IH].
  - rewrite (dsum_ext theta _ (fun _ => 0)). rewrite dsum_0. lra. intro; unfold combination; simpl; ring.
  - rewrite (dsum_ext theta _ (fun v => fst t * (entry (snd t) v * d v) + combination ts v * d v))
      by (intro; unfold combination; cbn [map]; rewrite Rsum_cons; ring).
    rewrite dsum_lin. destruct (H t (or_introl eq_refl)) as [H1 H2].
    specialize (IH (fun w Hw => H w (or_intror Hw))).
    destruct (Req_dec (fst t) 0) as [->|Hn]. lra.
    pose proof (Rmult_le_pos _ _ H1 (H2 Hn)). lra.
Qed.
End Check.

Section NotKktCheck.
Context {F : ops} {M : model F}.
Variable P : problem F.
Variable free : option nat.
Variables theta direction : params F.
Let PR := map_problem toR P.
Let thR := map_params toR theta.
Definition dir (v : nat * nat) : F := if is_free free (fst v) then nth (snd v) (nth (fst v) direction []) (k0 F) else k0 F.

Definition check_not_kkt : bool :=
  if check_feasible P free theta then
  if kpos (kopp (ksum (mapi (fun k w => ksum (mapi (fun i a => kmul a (dir (k, i))) 0 w)) 0 theta))) then
  match margins P theta with
  | Some ms => forallb (fun sm => if kpos (ksub (snd sm) (k1 F)) then true else opposes P free theta dir (fst sm)) (combine (data P) ms)
  | None => false
  end
  else false else false.

Theorem not_kkt_sound : check_not_kkt = true -> feasible PR free thR /\ ~ kkt PR free thR.
Proof.
  unfold check_not_kkt. destruct check_feasible eqn:Hf; try discriminate. destruct (kpos _) eqn:Hd; try discriminate.
  intro Hs. apply feasible_sound in Hf. fold PR thR in Hf.
  split; auto. intros [_ (terms & Ht & Hc)]. apply kpos_ok in Hd.
  destruct (margins P theta) as [ms|] eqn:Ems; try discriminate. apply margins_ok in Ems. rewrite forallb_forall in Hs.
  assert (Hnn : 0 <= dsum theta (fun v => entry thR v * entry (tab theta (fun v => toR (dir v))) v)).
  { rewrite (dsum_ext theta _ (fun v => combination terms v * entry (tab theta (fun v => toR (dir v))) v)).
    2:{ intro v. destruct (is_free free (fst v)) eqn:Ef. now rewrite (Hc v Ef).
        rewrite entry_tab. unfold dir. rewrite Ef, toR_0. destruct inside; ring. }
    apply combination_nonneg. intros t Hin.
    assert (Hx : exists s, In s (data PR) /\ 0 <= fst t /\ (fst t <> 0 -> margin PR thR s = 1 /\
        clarke (fun th => margin PR (held free thR th) s) thR (snd t))).
    { clear - Ht Hin. induction Ht as [|s t0 ss ts H Ht IH]; [destruct Hin|]. destruct Hin as [->|Hin]. exists s. simpl; tauto.
      destruct (IH Hin) as (s' & ? & ?). exists s'. simpl; tauto. }
    destruct Hx as (s & Hdata & Hl & Hx). split; auto. intro Hn. destruct (Hx Hn) as (Hm & Shg & ts & Hts & _ & Hcomb).
    rewrite (dsum_ext theta _ (fun v => combination ts v * entry (tab theta (fun v => toR (dir v))) v))
      by (intro v; now rewrite Hcomb).
    apply combination_nonneg. intros wv Hwv. destruct (Hts wv Hwv) as [Hw Hlim]. split; auto. intros _.
    unfold PR in Hdata. simpl in Hdata. apply in_map_iff in Hdata. destruct Hdata as (s0 & <- & Hs0).
    assert (Hop : opposes P free theta dir s0 = true).
    { assert (Hx2 : exists m, In (s0, m) (combine (data P) ms) /\ margin PR thR (map toR (fst s0), snd s0) = toR m).
      { clear - Ems Hs0. induction Ems; simpl in Hs0. tauto. destruct Hs0 as [->|Hs0].
        exists y. simpl. auto. destruct (IHEms Hs0) as (m & ? & ?). exists m. simpl. auto. }
      destruct Hx2 as (m & Hin2 & Em). specialize (Hs _ Hin2). simpl in Hs.
      destruct (kpos (ksub m (k1 F))) eqn:E; auto. apply kpos_ok in E. rewrite toR_sub, toR_1 in E. lra. }
    pose proof (limit_dot P free theta dir s0 (snd wv) Hop Hlim) as Q.
    rewrite (dot_dsum theta) in Q. exact Q.
    - destruct Hlim as [Sh _]. rewrite <- (shape_th theta). symmetry. exact Sh.
    - apply shape_tab. }
  rewrite toR_opp, ksum_ok, map_mapi in Hd.
  assert (E : dsum theta (fun v => entry thR v * entry (tab theta (fun v => toR (dir v))) v) =
    Rsum (mapi (fun k w => toR (ksum (mapi (fun i a => kmul a (dir (k, i))) 0 w))) 0 theta)).
  { unfold dsum. f_equal. apply mapi_nth with (d := []) (d' := 0).
    - now rewrite length_mapi.
    - intros k Hk. rewrite nth_mapi with (d := []) by auto. rewrite ksum_ok, map_mapi. f_equal.
      destruct (nth k theta []) as [|x w] eqn:Ew. reflexivity. rewrite <- Ew.
      apply mapi_nth with (d := x) (d' := 0). now rewrite length_mapi. intros i Hi.
      rewrite nth_mapi with (d := x) by auto. rewrite toR_mul, entry_tab. unfold inside. simpl fst. simpl snd.
      destruct (Nat.ltb_spec k (length theta)); [|lia]. destruct (Nat.ltb_spec i (length (nth k theta []))); [|lia].
      simpl. f_equal. unfold entry, thR, map_params. simpl. change (@nil R) with (map (@toR F M) []) at 1. rewrite map_nth.
      rewrite (nth_indep _ 0 (toR x)) by (rewrite map_length; auto). apply map_nth. }
  rewrite E in Hnn. lra.
Qed.
End NotKktCheck.
