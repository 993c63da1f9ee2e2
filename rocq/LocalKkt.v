(** * A local optimum is a KKT point, in Clarke's sense.

    The network is one of finitely many polynomials where no preactivation vanishes, unless it vanishes identically. If
    the point is no combination of the gradients of those polynomials that count at the point, some direction makes the
    norm smaller and opposes none of them (Farkas). A curve that leaves in this direction, and bends so that it meets no
    kink at once, is followed; its points are scaled, which raises all margins a little. They are feasible and better. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Polynomial Feasible Curve Margin Displacement Lagrangian Gradient CurveGradients Kkt KinkSides Farkas DensePoints Grown Ways.
Import ListNotations.
Open Scope R_scope.

Local Notation var := (nat * nat)%type.
Local Notation env := (var -> R).
Local Notation mpoly := (list (R * list var)).

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

(** ** The parameters, one by one *)

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
    beside theta (margin_of s) m ->
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
    pose proof (beside_along theta psi Sp Near (margin_of s) m Agree) as Lim. specialize (Hx s m Hs Hin M1 Lim).
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
      eapply Rle_trans; [|apply (grown_margin P free theta (1 + eta * t)); auto; try apply Hw; nra].
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
    (forall m, In m (margin_ways s) -> margin P theta s = 1 -> beside theta (margin_of s) m -> In (g0 m) G)) (data P) Gs).
  { induction (data P) as [|s ds IH]. exists []; constructor. destruct IH as (Gs & IH). { intros s' Hs. apply Hm. now right. }
    destruct (part (fun m => margin P theta s = 1 /\ beside theta (margin_of s) m) (margin_ways s)) as (G & HG).
    { intro m. apply stable_and. apply stable_eq. apply beside_stable. }
    exists (map g0 G :: Gs). constructor; auto. split.
    - intros g Hg. apply in_map_iff in Hg. destruct Hg as (m & <- & Hm1). apply HG in Hm1. destruct Hm1 as (_ & M1 & B).
      split; auto. now apply limiting_beside.
    - intros m Hin H1 H2. apply in_map, HG. auto. }
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
