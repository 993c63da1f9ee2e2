(** * A strict local optimum: valleys at all kinks, and a Lagrangian that curves up along what the constraints allow.

    Suppose that a feasible point at the distance [d] had no greater norm. The Lagrangian has gradient 0, so all margins
    are 1 up to terms of second order in [d], and what units at 0 take away from them is of second order. So the
    gradients of the margins, and of the preactivations at held kinks, vanish along the way up to second order. There
    the Lagrangian grows by a multiple of [d^2], but it may by terms of third order only. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Vectors Sums Forward Displacement Orders Piece Stationary PieceGradient TwoLayers TwoLayersKkt
  EnclosedParameters Sloped Valleys Expansion Definite SmallWhere PartOfNetwork.
Import ListNotations.
Open Scope R_scope.

Local Notation env := (nat * nat -> R).

(** ** The theorem *)
Section Curved.
Variables (P : problem R) (theta : params R) (active : list nat) (lambda : nat -> R) (sl : nat -> nat -> nat -> R).
(** The parameters that move; the held kinks: sample, layer, unit; the weight of the gradients' squares. *)
Variables (moves : nat * nat -> bool) (held : list (nat * nat * nat)) (penalty : R).
Let N := net P.
Let sample k := nth (nth k active 0%nat) (data P) ([], true).
Let input k := fst (sample k).
Let y k := sgn (snd (sample k)).
Let samples := seq 0 (length active).
Let V := filter moves (places theta).
Let mask (e : env) v := if moves v then e v else 0.
Definition moved_by (e : env) : params R := tab theta (fun v => entry theta v + mask e v).
Notation at_ := moved_by.

Definition wires_of (h : nat * nat * nat) : list (nat * nat) :=
  nth (snd h) (units (nth (snd (fst h)) N (Layer 0 0 []))) [].
Definition margin_gradient (k : nat) (v : nat * nat) : R := y k * first_derivative N (sl k) theta (input k) v.
Definition kink_gradient (h : nat * nat * nat) (v : nat * nat) : R :=
  first_derivative (part N (snd (fst h)) (wires_of h)) (slopes_below (sl (fst (fst h))) (snd (fst h))) theta (input (fst (fst h))) v.
Definition margin_curvature (k : nat) (v w : nat * nat) : R := y k * second_derivative N (sl k) theta (input k) v w.
(** Of twice the Lagrangian, with the penalty. *)
Definition curvature (v w : nat * nat) : R :=
  ((if Nat.eqb (fst v) (fst w) then if Nat.eqb (snd v) (snd w) then 1 else 0 else 0)
    - Rsum (map (fun k => lambda k * (margin_curvature k v w + margin_curvature k w v)) samples))
  - - penalty * (Rsum (map (fun k => margin_gradient k v * margin_gradient k w) samples) +
                 Rsum (map (fun h => kink_gradient h v * kink_gradient h w) held)).

Hypothesis Feasible : feasible P None theta.
Hypothesis Active : forall k, (k < length active)%nat -> In (sample k) (data P) /\ margin P theta (sample k) = 1 /\ 0 < lambda k /\
  passing (fun _ _ => passes) N theta (input k) (sl k).
Hypothesis Stationary : forall v, inside theta v = true -> entry theta v =
  Rsum (map (fun k => lambda k * (y k * derivative N (sl k) theta (input k) v)) samples).
Hypothesis Curves : exists mu, 0 < mu /\ forall e, mu * Rsum (map (fun v => e v * e v) V) <= quadratic curvature V e.

(** Near the point, a unit lowers its sample's margin on both sides. *)
Definition valley (k j u : nat) (s : R) : Prop :=
  exists d, 0 < d /\ near (fun e => y k * (1 - s) * passed_on N (sl k) (at_ e) j u <= - d).
Hypothesis Held : forall k j u, In (k, j, u) held -> (k < length active)%nat /\ exists l c, nth_error N j = Some l /\
  nth_error (units l) u = Some c /\ reads N theta (input k) j c = 0 /\ (slope l < sl k j u < 1 \/ 1 < sl k j u < slope l) /\
  valley k j u (slope l).
Hypothesis Zero : forall k j l u c, (k < length active)%nat -> nth_error N j = Some l -> nth_error (units l) u = Some c ->
  reads N theta (input k) j c = 0 ->
  (slope l = 1 /\ sl k j u = 1) \/ valley k j u (slope l) \/ rests N theta (sl k) (input k) j c \/
  (near (fun e => passed_on N (sl k) (at_ e) j u = 0) /\ forall j' u', In (k, j', u') held -> (j < j')%nat ->
    near (fun e => passed_on (part N j' (wires_of (k, j', u'))) (slopes_below (sl k) j') (at_ e) j u = 0)).

Lemma shape_theta : map (@length R) theta = map nparams N.
Proof. apply Feasible. Qed.
Lemma length_theta : length theta = length N.
Proof. exact (shaped_length P theta shape_theta). Qed.
Lemma mask_small v : small 1 (fun e => mask e v).
Proof.
  unfold mask. destruct (moves v). apply small_within. intros e d H. apply H. apply small_zero, (U_all _ near_where). reflexivity.
Qed.
Lemma at_moving : moving theta at_ (fun e => tab theta (mask e)).
Proof.
  split.
  - intro e. unfold moved_by, tab. rewrite !length_mapi. auto.
  - intros j i e. change (entry (at_ e) (j, i) = entry theta (j, i) + entry (tab theta (mask e)) (j, i)). unfold moved_by.
    rewrite !entry_tab. destruct (inside theta (j, i)) eqn:I; auto. rewrite (entry_outside theta theta) by auto. ring.
  - intros j i. apply (small_eq 1 (fun e => if inside theta (j, i) then mask e (j, i) else 0)).
    { intro e. symmetry. exact (entry_tab theta (mask e) (j, i)). }
    destruct inside. apply mask_small. apply small_zero, (U_all _ near_where). reflexivity.
Qed.
Lemma at_length e : length (at_ e) = length N.
Proof. unfold moved_by, tab. rewrite length_mapi. apply length_theta. Qed.
Lemma at_tends v : tends near (fun e => entry (at_ e) v) (entry theta v).
Proof.
  intros eps He. destruct v as [j i]. pose proof (moving_small _ _ _ at_moving j i) as S.
  eapply (U_mono _ near_where); [|exact (small_close _ eps He S)]. cbv beta. intros e B.
  change (entry (at_ e) (j, i)) with (nth i (nth j (at_ e) []) 0). rewrite (moving_by _ _ _ at_moving).
  replace (nth i (nth j theta []) 0 + nth i (nth j (tab theta (mask e)) []) 0 - entry theta (j, i)) with (nth i (nth j (tab theta (mask e)) []) 0); auto.
  unfold entry. cbn [fst snd]. ring.
Qed.

(** *** No unit raises a margin *)
Lemma sides_near k : (k < length active)%nat -> near (fun e => forall j l u c, nth_error N j = Some l -> nth_error (units l) u = Some c ->
  reads N theta (input k) j c = 0 \/ act (slope l) (reads N (at_ e) (input k) j c) = sl k j u * reads N (at_ e) (input k) j c).
Proof.
  intro Hk. apply (near_sides near near_where N theta (input k) (sl k) at_ (fun _ => input k)).
  - exact length_theta.
  - apply (U_all _ near_where). exact at_length.
  - exact at_tends.
  - intro i. apply (tends_const _ near_where).
  - apply (Active k Hk).
Qed.
Lemma convex_at k j l u c z : (k < length active)%nat -> nth_error N j = Some l -> nth_error (units l) u = Some c ->
  reads N theta (input k) j c = 0 -> 0 <= (act (slope l) z - sl k j u * z) * (1 - slope l).
Proof.
  intros Hk Hj Hu Z. destruct (Active k Hk) as (_ & _ & _ & Pass). specialize (Pass j l u c Hj Hu). cbv beta in Pass.
  change (preact (nth j theta []) (forward (firstn j N) theta (input k)) c) with (reads N theta (input k) j c) in Pass. rewrite Z in Pass.
  now apply passes_convex.
Qed.
Lemma adds_fall k : (k < length active)%nat -> near (fun e => forall j l u c, nth_error N j = Some l -> nth_error (units l) u = Some c ->
  y k * adds N (sl k) (at_ e) (input k) j u l c <= 0).
Proof.
  intro Hk. assert (All : near (fun e => forall j, In j (seq 0 (length N)) -> forall u, In u (seq 0 (length (units (nth j N (Layer 0 0 []))))) ->
    forall l c, nth_error N j = Some l -> nth_error (units l) u = Some c -> reads N theta (input k) j c = 0 -> y k * adds N (sl k) (at_ e) (input k) j u l c <= 0)).
  { apply (U_list _ near_where). intros j _. apply (U_list _ near_where). intros u _.
    destruct (nth_error N j) as [l|] eqn:Hj; [|apply (U_all _ near_where); discriminate].
    destruct (nth_error (units l) u) as [c|] eqn:Hu; [|apply (U_all _ near_where); intros e l' c [= <-]; congruence].
    destruct (Req_dec (reads N theta (input k) j c) 0) as [Z|NZ]; [|apply (U_all _ near_where); intros e l' c' [= <-] E; rewrite Hu in E; injection E as <-; contradiction].
    assert (G : near (fun e => y k * adds N (sl k) (at_ e) (input k) j u l c <= 0)).
    { unfold adds. destruct (Zero k j l u c Hk Hj Hu Z) as [[S1 S2]|[(d & Hd & F)|[Rs|[D _]]]].
      - apply (U_all _ near_where). intro e. rewrite S1, S2. replace (act 1 _) with (1 * reads N (at_ e) (input k) j c). lra.
        unfold act. now destruct Rlt_dec; rewrite ?Rmult_1_l.
      - eapply (U_mono _ near_where); [|exact F]. cbv beta. intros e Fe.
        pose proof (convex_at k j l u c (reads N (at_ e) (input k) j c) Hk Hj Hu Z) as C.
        set (z := reads N (at_ e) (input k) j c) in *. set (D := passed_on N (sl k) (at_ e) j u) in *.
        set (a := act (slope l) z - sl k j u * z) in *.
        assert (S1 : slope l <> 1) by (intro S1; rewrite S1 in Fe; lra).
        assert (Q : 0 < (1 - slope l) * (1 - slope l)) by (apply Rsqr_pos_lt; lra).
        assert (Q2 : y k * (a * D) * ((1 - slope l) * (1 - slope l)) = (a * (1 - slope l)) * (y k * (1 - slope l) * D)) by ring.
        assert (Q3 : (a * (1 - slope l)) * (y k * (1 - slope l) * D) <= 0) by nra. apply Rnot_lt_le. intro Hpos.
        pose proof (Rmult_lt_0_compat _ _ Hpos Q). lra.
      - eapply (U_mono _ near_where); [|exact (sides_near k Hk)]. cbv beta. intros e Se.
        rewrite (resting_adds N theta (sl k) (input k) (at_ e) j u l c Rs (at_length e) Se). lra.
      - eapply (U_mono _ near_where); [|exact D]. cbv beta. intros e ->. lra. }
    eapply (U_mono _ near_where); [|exact G]. cbv beta. intros e Ge l' c' [= <-] E _. rewrite Hu in E. injection E as <-. exact Ge. }
  eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ All (sides_near k Hk))]. cbv beta. intros e [A B] j l u c Hj Hu.
  destruct (B j l u c Hj Hu) as [Z|E].
  - apply (A j) with (l := l) (c := c); auto; apply in_seq.
    + assert (j < length N)%nat by (apply nth_error_Some; congruence). lia.
    + rewrite (nth_error_nth _ _ _ Hj). assert (u < length (units l))%nat by (apply nth_error_Some; congruence). lia.
  - unfold adds. rewrite E. lra.
Qed.

(** *** At a feasible point of no greater norm *)
Definition better (e : env) : Prop := satisfies P (at_ e) /\ norm2 (at_ e) <= norm2 theta.
Definition above (k : nat) (e : env) : R := y k * nth 0 (sloped N (sl k) (at_ e) (input k)) 0 - 1.
Lemma above_ok k : (k < length active)%nat -> near (fun e => better e -> 0 <= above k e /\
  forall j l u c, nth_error N j = Some l -> nth_error (units l) u = Some c -> Rabs (adds N (sl k) (at_ e) (input k) j u l c) <= above k e).
Proof.
  intro Hk. eapply (U_mono _ near_where); [|exact (adds_fall k Hk)]. cbv beta. intros e A [[_ F] _].
  destruct (Active k Hk) as (In' & _). specialize (F (sample k) In'). unfold margin, Phi in F. fold N in F.
  destruct (forward_below N (sl k) (at_ e) (input k) (y k)) as [B1 B2]; auto. rewrite at_length; auto.
  fold (y k) in F. fold (input k) in F. unfold above. split. lra.
  intros j l u c Hj Hu. specialize (B2 j l u c Hj Hu). specialize (A j l u c Hj Hu).
  assert (E : Rabs (adds N (sl k) (at_ e) (input k) j u l c) = Rabs (y k * adds N (sl k) (at_ e) (input k) j u l c)).
  { rewrite Rabs_mult. replace (Rabs (y k)) with 1. ring. unfold y, sgn. destruct (snd (sample k)); unfold Rabs; destruct Rcase_abs; lra. }
  rewrite E, Rabs_left1 by exact A. lra.
Qed.

(** The changes of first and second order of margins, and the rest. *)
Let rise k (e : env) := y k * first_change N (sl k) theta (tab theta (mask e)) (input k) 0.
Let bend k (e : env) := y k * second_change N (sl k) theta (tab theta (mask e)) (input k) 0.
Let rest k (e : env) := above k e - rise k e - bend k e.
Lemma one_at k : (k < length active)%nat -> y k * nth 0 (sloped N (sl k) theta (input k)) 0 = 1.
Proof.
  intro Hk. destruct (Active k Hk) as (_ & M & _ & Pass). rewrite <- M. unfold margin, Phi, y, input, N.
  now rewrite (passing_is_sloped (net P) theta _ (sl k)) by (auto using length_theta).
Qed.
Lemma orders k : (k < length active)%nat -> small 2 (bend k) /\ small 3 (rest k).
Proof.
  intro Hk. destruct (output_expansion N (sl k) theta at_ _ (input k) ltac:(rewrite length_theta; auto) at_moving) as (_ & B & C). split.
  - unfold bend. apply small_scale. exact B.
  - apply (small_scale 3 (y k)) in C. eapply small_eq; [|exact C]. intro e. cbv beta. unfold rest, above, rise, bend.
    rewrite <- (one_at k Hk). ring.
Qed.

Lemma rise_places k e : rise k e = Rsum (map (fun v => e v * margin_gradient k v) V).
Proof.
  unfold rise. rewrite first_change_places by (rewrite length_theta; auto). rewrite <- Rsum_mult. unfold V.
  rewrite <- (Rsum_where moves e (fun v => margin_gradient k v)). apply Rsum_ext_in. intros v _. unfold margin_gradient, mask. ring.
Qed.
Lemma norms e : norm2 (at_ e) = norm2 theta + 2 * Rsum (map (fun v => e v * entry theta v) V) + Rsum (map (fun v => e v * e v) V).
Proof.
  assert (Sh : map (@length R) (at_ e) = map (@length R) theta) by apply shape_tab.
  rewrite !norm2_dot, !(dot_dsum theta) by auto. rewrite !dsum_places. unfold V.
  rewrite <- (Rsum_where moves e (fun v => entry theta v)), <- (Rsum_where moves e e), <- Rsum_mult, <- !Rsum_plus.
  apply Rsum_ext_in. intros v Hv. apply in_places in Hv. unfold moved_by. rewrite entry_tab, Hv. unfold mask. destruct (moves v); ring.
Qed.
Lemma along_point e : Rsum (map (fun v => e v * entry theta v) V) = Rsum (map (fun k => lambda k * rise k e) samples).
Proof.
  rewrite (Rsum_ext_in (fun v => e v * entry theta v) (fun v => Rsum (map (fun k => lambda k * (e v * margin_gradient k v)) samples))).
  - rewrite Rsum_swap. apply Rsum_ext_in. intros k _. rewrite rise_places. apply Rsum_mult.
  - intros v Hv. unfold V in Hv. apply filter_In in Hv. destruct Hv as [Hv _]. apply in_places in Hv. rewrite (Stationary v Hv).
    rewrite <- Rsum_mult. apply Rsum_ext_in. intros k _. unfold margin_gradient, first_derivative.
    unfold inside in Hv. apply andb_true_iff in Hv. destruct Hv as [Hv _]. rewrite length_theta in Hv. rewrite Hv. ring.
Qed.

(** The norm does not grow, so what is above 1 is of second order. *)
Lemma weighted e : better e -> Rsum (map (fun v => e v * e v) V) + 2 * Rsum (map (fun k => lambda k * above k e) samples) <=
  2 * Rsum (map (fun k => lambda k * (bend k e + rest k e)) samples).
Proof.
  intros [_ Nn]. rewrite norms, along_point in Nn.
  assert (E : Rsum (map (fun k => lambda k * above k e) samples) =
    Rsum (map (fun k => lambda k * rise k e) samples) + Rsum (map (fun k => lambda k * (bend k e + rest k e)) samples)).
  { rewrite <- Rsum_plus. apply Rsum_ext_in. intros k _. unfold rest. ring. }
  lra.
Qed.
Lemma above_small k : (k < length active)%nat -> small_if better 2 (above k).
Proof.
  intro Hk. apply (small_if_le better 2 _ (fun e => / lambda k * Rsum (map (fun k => lambda k * (bend k e + rest k e)) samples))).
  - assert (A : near (fun e => forall k, In k samples -> better e -> 0 <= above k e)).
    { apply (U_list _ near_where). intros k' Hk'. apply in_seq in Hk'. eapply (U_mono _ near_where); [|exact (above_ok k' ltac:(lia))].
      cbv beta. intros e H B. apply (H B). }
    eapply (U_mono _ near_where); [|exact A]. cbv beta. intros e Ae B. pose proof (weighted e B) as Wt.
    assert (Sq := Rsum_squares e V). destruct (Active k Hk) as (_ & _ & Hl & _).
    assert (Part : lambda k * above k e <= Rsum (map (fun k => lambda k * above k e) samples)).
    { assert (I : In k samples) by (apply in_seq; lia). apply in_split in I. destruct I as (a & b & Eq).
      assert (G : forall l, incl l samples -> 0 <= Rsum (map (fun k => lambda k * above k e) l)).
      { intros l Il. apply Rsum_nonneg. intros r Hr. apply in_map_iff in Hr. destruct Hr as (k' & <- & Hk'). apply Il in Hk'.
        pose proof (Ae k' Hk' B). apply in_seq in Hk'. destruct (Active k' ltac:(lia)) as (_ & _ & Hl' & _). apply Rmult_le_pos; lra. }
      assert (Ga : 0 <= Rsum (map (fun k => lambda k * above k e) a)) by (apply G; rewrite Eq; intros q Hq; apply in_or_app; now left).
      assert (Gb : 0 <= Rsum (map (fun k => lambda k * above k e) b)) by (apply G; rewrite Eq; intros q Hq; apply in_or_app; right; now right).
      rewrite Eq, map_app, Rsum_app. cbn [map]. rewrite Rsum_cons. lra. }
    assert (A0 : 0 <= above k e) by (apply Ae; auto; apply in_seq; lia). rewrite Rabs_pos_eq by exact A0.
    eapply Rle_trans; [|apply Rle_abs]. apply Rmult_le_reg_l with (lambda k); auto. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. lra.
  - apply small_if_scale. apply (small_if_sum better 2 (fun k e => lambda k * (bend k e + rest k e))). intros k' Hk'. apply in_seq in Hk'.
    destruct (orders k' ltac:(lia)) as [O1 O2]. apply small_if_any, small_scale, small_plus; auto. apply small_weaken with 3%nat; auto.
Qed.
Lemma rise_small k : (k < length active)%nat -> small_if better 2 (rise k).
Proof.
  intro Hk. destruct (orders k Hk) as [O1 O2].
  apply (small_if_le better 2 _ (fun e => above k e + -1 * (bend k e + rest k e))).
  - apply (U_all _ near_where). intros e _. right. f_equal. unfold rest. ring.
  - apply small_if_plus. now apply above_small. apply small_if_scale, small_if_any, small_plus; auto. apply small_weaken with 3%nat; auto.
Qed.

(** So is what the units take away, and what held kinks read. *)
Lemma excess_small k j l u c : (k < length active)%nat -> nth_error N j = Some l -> nth_error (units l) u = Some c -> valley k j u (slope l) ->
  small_if better 2 (fun e => act (slope l) (reads N (at_ e) (input k) j c) - sl k j u * reads N (at_ e) (input k) j c).
Proof.
  intros Hk Hj Hu (d & Hd & F). apply (small_if_le better 2 _ (fun e => Rabs (1 - slope l) / d * above k e)).
  - eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ F (above_ok k Hk))]. cbv beta. intros e [Fe A] B. destruct (A B) as [A0 A1].
    specialize (A1 j l u c Hj Hu). unfold adds in A1. set (z := reads N (at_ e) (input k) j c) in *.
    set (a := act (slope l) z - sl k j u * z) in *. set (D := passed_on N (sl k) (at_ e) j u) in *. rewrite Rabs_mult in A1.
    assert (B1 : d <= Rabs (1 - slope l) * Rabs D).
    { rewrite <- Rabs_mult. replace (Rabs ((1 - slope l) * D)) with (Rabs (y k * (1 - slope l) * D)).
      rewrite Rabs_left1 by lra. lra. unfold y, sgn. destruct (snd (sample k)). f_equal; ring.
      rewrite <- (Rabs_Ropp ((1 - slope l) * D)). f_equal. ring. }
    assert (R0 : 0 <= Rabs (1 - slope l) / d * above k e).
    { apply Rmult_le_pos; auto. apply Rmult_le_pos. apply Rabs_pos. left. now apply Rinv_0_lt_compat. }
    rewrite (Rabs_pos_eq _ R0). apply Rmult_le_reg_r with d; auto.
    replace (Rabs (1 - slope l) / d * above k e * d) with (Rabs (1 - slope l) * above k e) by (field; lra).
    pose proof (Rabs_pos a). pose proof (Rabs_pos (1 - slope l)).
    apply Rle_trans with (Rabs a * (Rabs (1 - slope l) * Rabs D)). now apply Rmult_le_compat_l.
    replace (Rabs a * (Rabs (1 - slope l) * Rabs D)) with (Rabs (1 - slope l) * (Rabs a * Rabs D)) by ring. now apply Rmult_le_compat_l.
  - apply small_if_scale. now apply above_small.
Qed.
Lemma held_small k j u l c : In (k, j, u) held -> nth_error N j = Some l -> nth_error (units l) u = Some c ->
  small_if better 2 (fun e => reads N (at_ e) (input k) j c).
Proof.
  intros I Hj Hu. destruct (Held k j u I) as (Hk & l' & c' & Hj' & Hu' & _ & St & Va). rewrite Hj in Hj'. injection Hj' as <-.
  rewrite Hu in Hu'. injection Hu' as <-. set (s := slope l) in *. set (a := sl k j u) in *.
  set (m := Rmin (Rabs (1 - a)) (Rabs (s - a))).
  assert (Hm : 0 < m) by (apply Rmin_pos; apply Rabs_pos_lt; lra).
  apply (small_if_le better 2 _ (fun e => / m * (act s (reads N (at_ e) (input k) j c) - a * reads N (at_ e) (input k) j c))).
  - apply (U_all _ near_where). intros e _. set (z := reads N (at_ e) (input k) j c). rewrite Rabs_mult, (Rabs_pos_eq (/ m)).
    2:{ left. now apply Rinv_0_lt_compat. }
    apply Rmult_le_reg_l with m; auto. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. pose proof (Rabs_pos z). unfold act. destruct Rlt_dec.
    + replace (s * z - a * z) with ((s - a) * z) by ring. rewrite Rabs_mult. apply Rmult_le_compat_r; auto. apply Rmin_r.
    + replace (z - a * z) with ((1 - a) * z) by ring. rewrite Rabs_mult. apply Rmult_le_compat_r; auto. apply Rmin_l.
  - apply small_if_scale. now apply excess_small.
Qed.
(** The units of the network whose output is what a unit of layer [j] reads. *)
Lemma adds_part k j c i u l' c' : (j < length N)%nat -> nth_error (part N j c) i = Some l' -> nth_error (units l') u = Some c' ->
  (forall psi, adds (part N j c) (slopes_below (sl k) j) psi (input k) i u l' c' = 0) \/
  ((i < j)%nat /\ nth_error N i = Some l' /\ forall psi, adds (part N j c) (slopes_below (sl k) j) psi (input k) i u l' c' =
    (act (slope l') (reads N psi (input k) i c') - sl k i u * reads N psi (input k) i c') * passed_on (part N j c) (slopes_below (sl k) j) psi i u).
Proof.
  intros Lj Hi Hu. assert (Li : (i < S j)%nat) by (rewrite <- (length_part N j c) by lia; apply nth_error_Some; congruence).
  destruct (Nat.ltb_spec i j) as [L|L].
  - right. split; auto. rewrite part_before in Hi by lia. split; auto. intro psi. unfold adds, slopes_below at 1.
    destruct (Nat.ltb_spec i j); [|lia]. now rewrite reads_part by lia.
  - left. intro psi. unfold adds, slopes_below at 1. destruct (Nat.ltb_spec i j); [lia|]. replace i with j in * by lia.
    rewrite part_last in Hi by lia. injection Hi as <-. cbn [slope].
    replace (act 1 (reads (part N j c) psi (input k) j c')) with (1 * reads (part N j c) psi (input k) j c'). ring.
    unfold act. now destruct Rlt_dec; rewrite ?Rmult_1_l.
Qed.
Lemma kink_small k j u l c : In (k, j, u) held -> nth_error N j = Some l -> nth_error (units l) u = Some c ->
  small_if better 2 (fun e => Rsum (map (fun v => e v * kink_gradient (k, j, u) v) V)).
Proof.
  intros I Hj Hu. destruct (Held k j u I) as (Hk & l' & c' & Hj' & Hu' & Z & _). rewrite Hj in Hj'. injection Hj' as <-.
  rewrite Hu in Hu'. injection Hu' as <-. assert (Lj : (j < length N)%nat) by (apply nth_error_Some; congruence).
  assert (Ew : wires_of (k, j, u) = c).
  { unfold wires_of. cbn [fst snd]. rewrite (nth_error_nth _ _ _ Hj). now apply nth_error_nth. }
  set (n := part N j c). set (s := slopes_below (sl k) j).
  assert (Ln : length n = S j) by (apply length_part; lia).
  assert (Lth : (length n <= length theta)%nat) by (rewrite length_theta; lia).
  destruct (output_expansion n s theta at_ _ (input k) Lth at_moving) as (_ & B & C).
  set (all := fun psi => Rsum (map (fun i => Rsum (map (adds_at n s psi (input k) i) (seq 0 (length (units (nth i n (Layer 0 0 []))))))) (seq 0 (length n)))).
  assert (Out : forall psi, length psi = length N -> reads N psi (input k) j c = nth 0 (sloped n s psi (input k)) 0 + all psi).
  { intros psi Lp. rewrite <- (forward_part N psi (input k) j c) by (rewrite ?Lp; lia). apply forward_adds. fold n. rewrite Lp. lia. }
  (* at the point the kink reads 0 *)
  assert (Z0 : nth 0 (sloped n s theta (input k)) 0 = 0).
  { pose proof (Out theta length_theta) as O. rewrite Z in O. assert (A0 : all theta = 0); [|lra].
    unfold all. apply Rsum_zero. intros i _. apply Rsum_zero. intros u' _. unfold adds_at.
    destruct (nth_error n i) as [l'|] eqn:Ei; auto. destruct (nth_error (units l') u') as [c'|] eqn:Eu; auto.
    destruct (adds_part k j c i u' l' c' Lj Ei Eu) as [E|(Li & En & E)]; specialize (E theta); fold n s in E; rewrite E; auto.
    destruct (Active k Hk) as (_ & _ & _ & Pass). specialize (Pass i l' u' c' En Eu). cbv beta in Pass.
    change (preact (nth i theta []) (forward (firstn i N) theta (input k)) c') with (reads N theta (input k) i c') in Pass.
    rewrite (passes_slope _ _ _ Pass). ring. }
  apply (small_if_le better 2 _ (fun e => (reads N (at_ e) (input k) j c + -1 * all (at_ e)) + -1 *
    (second_change n s theta (tab theta (mask e)) (input k) 0 +
     (nth 0 (sloped n s (at_ e) (input k)) 0 - nth 0 (sloped n s theta (input k)) 0 - first_change n s theta (tab theta (mask e)) (input k) 0 -
      second_change n s theta (tab theta (mask e)) (input k) 0)))).
  { apply (U_all _ near_where). intros e _. right. f_equal. unfold kink_gradient. cbn [fst snd]. rewrite Ew. fold n s.
    transitivity (first_change n s theta (tab theta (mask e)) (input k) 0).
    - rewrite (first_change_places n s theta (input k) Lth). unfold V.
      rewrite <- (Rsum_where moves e (fun v => first_derivative n s theta (input k) v)). reflexivity.
    - rewrite (Out (at_ e) (at_length e)), Z0. ring. }
  apply small_if_plus.
  2:{ apply small_if_scale, small_if_any, small_plus; auto. apply small_weaken with 3%nat; auto. }
  apply small_if_plus. { exact (held_small k j u l c I Hj Hu). }
  apply small_if_scale. unfold all.
  apply (small_if_sum better 2 (fun i e => Rsum (map (adds_at n s (at_ e) (input k) i) (seq 0 (length (units (nth i n (Layer 0 0 [])))))))).
  intros i _. apply (small_if_sum better 2 (fun u' e => adds_at n s (at_ e) (input k) i u')). intros u' _. unfold adds_at.
  destruct (nth_error n i) as [l'|] eqn:Ei; [|apply small_if_any, small_zero, (U_all _ near_where); reflexivity].
  destruct (nth_error (units l') u') as [c'|] eqn:Eu; [|apply small_if_any, small_zero, (U_all _ near_where); reflexivity].
  destruct (adds_part k j c i u' l' c' Lj Ei Eu) as [E|(Li & En & E)]; fold n s in E.
  { apply small_if_any, small_zero, (U_all _ near_where). intro e. apply E. }
  set (excess := fun e => act (slope l') (reads N (at_ e) (input k) i c') - sl k i u' * reads N (at_ e) (input k) i c').
  assert (Ee : forall e, adds n s (at_ e) (input k) i u' l' c' = excess e * passed_on n s (at_ e) i u') by (intro e; apply E).
  destruct (Req_dec (reads N theta (input k) i c') 0) as [Zi|Ni].
  - destruct (Zero k i l' u' c' Hk En Eu Zi) as [[S1 S2]|[Va|[Rs|[_ D]]]].
    + apply small_if_any, small_zero, (U_all _ near_where). intro e. rewrite Ee. unfold excess. rewrite S1, S2. unfold act. destruct Rlt_dec; ring.
    + apply (small_if_le better 2 _ (fun e => excess e * passed_on n s (at_ e) i u')).
      { apply (U_all _ near_where). intros e _. right. f_equal. apply Ee. }
      apply (small_if_mult better 2 0). now apply excess_small. apply small_if_any. unfold passed_on.
      apply (small_sloped (skipn (S i) n) _ (skipn (S i) theta) _ (fun e => skipn (S i) (tab theta (mask e))) (fun _ => unit_vector u')).
      exact (moving_skip (S i) _ _ _ at_moving). intro. apply small_const.
    + apply small_if_any, small_zero. eapply (U_mono _ near_where); [|exact (sides_near k Hk)]. cbv beta. intros e Se.
      rewrite Ee. unfold excess. rewrite (resting_adds N theta (sl k) (input k) (at_ e) i u' l' c' Rs (at_length e) Se). ring.
    + apply small_if_any, small_zero. specialize (D j u I Li). rewrite Ew in D. eapply (U_mono _ near_where); [|exact D]. cbv beta. intros e De.
      rewrite Ee. fold n s in De. rewrite De. ring.
  - apply small_if_any, small_zero. eapply (U_mono _ near_where); [|exact (sides_near k Hk)]. cbv beta. intros e Se.
    rewrite Ee. unfold excess. destruct (Se i l' u' c' En Eu) as [Z'|E']; [contradiction|rewrite E'; ring].
Qed.

(** *** The end *)
Lemma curvature_form e : quadratic curvature V e = Rsum (map (fun v => e v * e v) V) - 2 * Rsum (map (fun k => lambda k * bend k e) samples) +
  penalty * (Rsum (map (fun k => rise k e * rise k e) samples) +
    Rsum (map (fun h => Rsum (map (fun v => e v * kink_gradient h v) V) * Rsum (map (fun v => e v * kink_gradient h v) V)) held)).
Proof.
  unfold curvature. rewrite quadratic_minus, quadratic_minus.
  rewrite quadratic_one by apply NoDup_filter, nodup_places.
  rewrite (quadratic_sum (fun k v w => lambda k * (margin_curvature k v w + margin_curvature k w v))).
  rewrite (Rsum_ext_in (fun k => quadratic (fun v w => lambda k * (margin_curvature k v w + margin_curvature k w v)) V e)
    (fun k => 2 * (lambda k * bend k e))).
  2:{ intros k _. rewrite (quadratic_scale (lambda k) (fun v w => margin_curvature k v w + margin_curvature k w v)), quadratic_twice.
      unfold bend. rewrite second_change_places by (rewrite length_theta; auto). rewrite <- (Rsum_mult (y k)).
      assert (E : Rsum (map (fun v => y k * (mask e v * Rsum (map (fun w => mask e w * second_derivative N (sl k) theta (input k) v w) (places theta)))) (places theta)) =
        Rsum (map (fun v => e v * Rsum (map (fun w => e w * margin_curvature k v w) V)) V)); [|rewrite E; ring].
      unfold V. rewrite <- (Rsum_where moves e (fun v => Rsum (map (fun w => e w * margin_curvature k v w) (filter moves (places theta))))).
      apply Rsum_ext_in. intros v _. rewrite <- (Rsum_where moves e (fun w => margin_curvature k v w)).
      rewrite <- Rmult_assoc, (Rmult_comm (y k)), Rmult_assoc, <- (Rsum_mult (y k)). unfold mask at 1. f_equal.
      apply Rsum_ext_in. intros w _. unfold margin_curvature, mask. ring. }
  rewrite Rsum_mult.
  rewrite (quadratic_scale (- penalty) (fun v w => Rsum (map (fun k => margin_gradient k v * margin_gradient k w) samples) +
    Rsum (map (fun h => kink_gradient h v * kink_gradient h w) held))), quadratic_plus, !quadratic_sum.
  rewrite (Rsum_ext_in (fun k => quadratic (fun v w => margin_gradient k v * margin_gradient k w) V e) (fun k => rise k e * rise k e)).
  2:{ intros k _. rewrite quadratic_square, <- rise_places. reflexivity. }
  rewrite (Rsum_ext_in (fun h => quadratic (fun v w => kink_gradient h v * kink_gradient h w) V e)
    (fun h => Rsum (map (fun v => e v * kink_gradient h v) V) * Rsum (map (fun v => e v * kink_gradient h v) V))) by (intros; apply quadratic_square).
  ring.
Qed.

Theorem curved : exists eps, 0 < eps /\ forall theta', satisfies P theta' ->
  (forall v, moves v = false -> entry theta' v = entry theta v) -> dist theta theta' < eps -> theta' <> theta -> norm2 theta < norm2 theta'.
Proof.
  destruct Curves as (mu & Hmu & Cu).
  set (bound := fun e => 2 * Rsum (map (fun k => lambda k * rest k e) samples) + penalty * (Rsum (map (fun k => rise k e * rise k e) samples) +
    Rsum (map (fun h => Rsum (map (fun v => e v * kink_gradient h v) V) * Rsum (map (fun v => e v * kink_gradient h v) V)) held))).
  assert (S3 : small_if better 3 bound).
  { apply small_if_plus.
    - apply small_if_scale. apply (small_if_sum better 3 (fun k e => lambda k * rest k e)). intros k Hk. apply in_seq in Hk.
      apply small_if_any, small_scale. apply (orders k). lia.
    - apply small_if_scale, small_if_plus.
      + apply (small_if_sum better 3 (fun k e => rise k e * rise k e)). intros k Hk. apply in_seq in Hk. apply small_if_weaken with 4%nat; auto.
        apply (small_if_mult better 2 2); apply rise_small; lia.
      + apply (small_if_sum better 3 (fun h e => Rsum (map (fun v => e v * kink_gradient h v) V) * Rsum (map (fun v => e v * kink_gradient h v) V))).
        intros [[k j] u] Ih. destruct (Held k j u Ih) as (_ & l & c & Hj & Hu & _). apply small_if_weaken with 4%nat; auto.
        apply (small_if_mult better 2 2); exact (kink_small k j u l c Ih Hj Hu). }
  assert (Fall : near (fun e => better e -> 0 <= Rsum (map (fun k => lambda k * above k e) samples))).
  { assert (A : near (fun e => forall k, In k samples -> better e -> 0 <= above k e)).
    { apply (U_list _ near_where). intros k' Hk'. apply in_seq in Hk'. eapply (U_mono _ near_where); [|exact (above_ok k' ltac:(lia))].
      cbv beta. intros e H B. apply (H B). }
    eapply (U_mono _ near_where); [|exact A]. cbv beta. intros e Ae B. apply Rsum_nonneg. intros r Hr. apply in_map_iff in Hr.
    destruct Hr as (k & <- & Hk). pose proof (Ae k Hk B). apply in_seq in Hk. destruct (Active k ltac:(lia)) as (_ & _ & Hl & _). apply Rmult_le_pos; lra. }
  destruct S3 as (C & HC & S3). destruct (U_and _ near_where _ _ S3 Fall) as (d0 & Hd0 & Near). clear S3 Fall.
  set (eps := Rmin (Rmin 1 d0) (mu / (C + 1))).
  assert (P1 : 0 < mu / (C + 1)) by (apply Rdiv_lt_0_compat; lra).
  assert (He : 0 < eps) by (apply Rmin_pos; auto; apply Rmin_pos; lra).
  exists eps. split; auto. intros theta' Sat Same D Ne. apply Rnot_le_lt. intro Le.
  assert (Sh : same_shape theta theta').
  { destruct Sat as [Sh' _]. unfold same_shape. now rewrite shape_theta. }
  set (e := fun v => entry theta' v - entry theta v).
  assert (At : at_ e = theta').
  { transitivity (tab theta (fun v => entry theta' v)).
    - apply tab_ext_in. intros v _. unfold mask. destruct (moves v) eqn:M. unfold e. ring. rewrite (Same v M). ring.
    - now apply tab_entries. }
  assert (Bd : forall v, Rabs (e v) <= dist theta theta') by (intro v; now apply entry_dist).
  set (d := dist theta theta') in *. assert (D0 : 0 <= d) by (eapply Rle_trans; [apply Rabs_pos|apply (Bd (0, 0)%nat)]).
  assert (E1 : eps <= 1) by (eapply Rle_trans; [apply Rmin_l|apply Rmin_l]).
  assert (E2 : eps <= d0) by (eapply Rle_trans; [apply Rmin_l|apply Rmin_r]).
  assert (E3 : eps <= mu / (C + 1)) by apply Rmin_r.
  assert (Be : better e) by (split; rewrite At; auto).
  destruct (Near e) as [N1 N2]. { intro v. specialize (Bd v). lra. }
  specialize (N1 Be d ltac:(lra) Bd). specialize (N2 Be). cbv beta in N1.
  assert (Sq : Rsum (map (fun v => e v * e v) V) = d * d).
  { unfold d, dist. rewrite sqrt_sqrt by apply norm2_nonneg.
    assert (Sm : map (@length R) (minus theta theta') = map (@length R) theta).
    { unfold minus. rewrite map_map. transitivity (map (fun ww : list R * list R => length (fst ww)) (combine theta theta')).
      - apply map_ext_in. intros [w w'] I. cbn [fst snd]. rewrite map_length, combine_length.
        assert (length w = length w'); [|lia]. clear - Sh I. unfold same_shape in Sh. revert theta' Sh I. induction theta as [|a t IH]; intros [|b t'] Sh I; try contradiction.
        injection Sh as S1 S2. destruct I as [[= <- <-]|I]; auto. eapply IH; eauto.
      - clear - Sh. unfold same_shape in Sh. revert theta' Sh. induction theta as [|a t IH]; intros [|b t'] Sh; try discriminate; auto.
        injection Sh as S1 S2. cbn [combine map fst]. f_equal. now apply IH. }
    rewrite norm2_dot, (dot_dsum theta) by auto. rewrite dsum_places. unfold V.
    rewrite <- (Rsum_where moves e e). apply Rsum_ext_in. intros v _. rewrite entry_minus by exact Sh. unfold e.
    destruct (moves v) eqn:M. ring. rewrite (Same v M). ring. }
  pose proof (Cu e) as Q. rewrite curvature_form, Sq in Q. pose proof (weighted e Be) as Wt. rewrite Sq in Wt.
  rewrite (Rsum_ext_in (fun k => lambda k * (bend k e + rest k e)) (fun k => lambda k * bend k e + lambda k * rest k e)) in Wt by (intros; ring).
  rewrite Rsum_plus in Wt.
  assert (Q2 : mu * (d * d) <= bound e) by (unfold bound; lra).
  assert (Q3 : mu * (d * d) <= C * d ^ 3) by (eapply Rle_trans; [exact Q2|]; eapply Rle_trans; [apply Rle_abs|exact N1]).
  destruct (Rle_lt_or_eq_dec 0 d D0) as [Dp|Dz].
  - assert (K : C * d < mu).
    { apply Rle_lt_trans with (C * (mu / (C + 1))). apply Rmult_le_compat_l; lra.
      replace (C * (mu / (C + 1))) with (mu - mu / (C + 1)) by (field; lra). lra. }
    assert (K2 : C * d * (d * d) < mu * (d * d)) by (apply Rmult_lt_compat_r; auto; now apply Rmult_lt_0_compat).
    replace (C * d ^ 3) with (C * d * (d * d)) in Q3 by ring. lra.
  - apply Ne. rewrite <- At. transitivity (tab theta (fun v => entry theta v)).
    + apply tab_ext_in. intros v _. unfold mask. specialize (Bd v). rewrite <- Dz in Bd. pose proof (Rabs_pos (e v)).
      assert (Z : Rabs (e v) = 0) by lra. destruct (Req_dec (e v) 0) as [->|Nz]. destruct (moves v); ring. now apply Rabs_no_R0 in Nz.
    + now apply tab_entries.
Qed.
End Curved.
