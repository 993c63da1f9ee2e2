(** * Clarke's subgradients at kinks, and when a point is a KKT point; for networks of any kind.

    On one sample, some of the units that are at 0 turn: the parameters can change at rates that move each of them to a
    side of choice. The slopes of the others do not matter. So every choice of one of the two slopes a kink is a limit of
    gradients. The gradient is affine in each slope, and so every choice of slopes between the two is a combination of
    such limits. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Tends Vectors Sums Displacement Lagrangian CurveGradients Kkt KinkSides Ways Piece Stationary
  PieceGradient TwoLayers TwoLayersKkt EnclosedParameters Sloped Valleys Rates Directions SlopesNearby.
Import ListNotations.
Open Scope R_scope.

(** Units multiply by the slopes of their sides. *)
Lemma chosen_pass n theta x sl : length theta = length n -> passing (fun _ _ => chosen) n theta x sl ->
  forall m, forward (firstn m n) theta x = sloped (firstn m n) sl theta x.
Proof.
  revert theta x sl. induction n as [|l n IH]; intros [|w theta] x sl L H [|m]; try discriminate; auto. cbn [firstn forward]. rewrite sloped_cons.
  assert (E : apply_layer l w x = sloped_layer l (sl 0%nat) w x).
  { unfold apply_layer, sloped_layer. rewrite <- (mapi_id 0 (units l)) at 1. rewrite map_mapi. apply mapi_ext_at. intros u c Hu. cbn [Nat.add].
    destruct (passing_first _ _ _ _ _ _ _ H u c Hu) as (C1 & C2 & _). unfold act. destruct Rlt_dec; [now rewrite C2|].
    destruct (Req_EM_T (preact w x c) 0) as [->|]; [ring|rewrite C1 by lra; ring]. }
  rewrite <- E. apply IH. now injection L. exact (passing_rest _ _ _ _ _ _ _ H).
Qed.

Section Subgradients.
Variables (n : list (layer R)) (theta : params R) (x : list R) (y : bool) (f : params R -> R).
Hypothesis Shape : map (@length R) theta = map nparams n.
Hypothesis Margin : forall phi, same_shape theta phi -> f phi = sgn y * Phi n phi x.

Definition gradient_with (sl : nat -> nat -> R) : params R := tab theta (fun v => sgn y * derivative n sl theta x v).

Lemma lengths : length theta = length n.
Proof. apply (f_equal (@length nat)) in Shape. now rewrite !map_length in Shape. Qed.

(** ** Gradients nearby *)
Lemma gradient_near psi sl : same_shape theta psi -> close psi (fun phi => agrees n phi x sl) ->
  is_gradient f psi (tab theta (fun v => sgn y * derivative n sl psi x v)).
Proof.
  intros S N. pose proof lengths as Lt. assert (Lp : length psi = length n) by (rewrite <- (same_length _ _ S); auto).
  assert (Ag : agrees n psi x sl).
  { destruct N as (d & Hd & A). apply A. reflexivity. intro v. now rewrite Rminus_eq_0, Rabs_R0. }
  assert (E : tab theta (fun v => sgn y * derivative n sl psi x v) = piece_gradient n psi x (sgn y)).
  { unfold piece_gradient. rewrite (tab_shape theta psi) by auto. unfold tab. apply mapi_ext. intros k w.
    apply mapi_ext. intros i _. unfold derivative. cbn [fst snd]. now rewrite (piece_sloped n psi x sl). }
  rewrite E. apply piece_gradient_ok; auto. pose proof (close_where psi) as W.
  assert (Sh : close psi (fun phi => same_shape psi phi)) by (exists 1; split; [lra|auto]).
  eapply (U_mono _ W); [|exact (U_and _ W _ _ Sh N)]. cbn beta. intros phi [Sp A].
  assert (Lphi : length phi = length n) by (rewrite <- (same_length _ _ Sp); auto).
  rewrite Margin by (unfold same_shape in *; congruence). unfold Phi.
  rewrite (agrees_forward n phi x sl), (piece_sloped n psi x sl) by auto. reflexivity.
Qed.
Lemma tends_derivative sl v : inside theta v = true ->
  tends (close theta) (fun psi => sgn y * derivative n sl psi x v) (sgn y * derivative n sl theta x v).
Proof.
  intro I. pose proof lengths as Lt. pose proof (close_where theta) as W. unfold inside in I. apply andb_true_iff in I.
  destruct I as [I _]. apply Nat.ltb_lt in I.
  assert (LP : close theta (fun psi => length psi = length n)).
  { exists 1. split. lra. intros psi S _. rewrite <- (same_length _ _ S). exact Lt. }
  apply (tends_mult _ W). apply (tends_const _ W). unfold derivative. apply (tends_sloped _ W).
  - now rewrite length_upd.
  - eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi L. now rewrite length_upd.
  - intro u. apply (tends_eq _ W _ (fun psi => if Nat.eqb (fst u) (fst v) then nth (snd u) (unit_vector (snd v)) 0 else entry psi u)).
    + eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi L. unfold entry. rewrite nth_upd by lia. now destruct Nat.eqb.
    + unfold entry at 2. rewrite nth_upd by lia. destruct Nat.eqb. apply (tends_const _ W).
      intros eps He. exists eps. split; auto. intros psi _ H. apply H.
Qed.

(** ** Units whose slope does not matter *)
Definition sides (sl : nat -> nat -> R) : Prop := passing (fun _ _ => chosen) n theta x sl.
Lemma sides_pass sl : sides sl -> forall m, forward (firstn m n) theta x = sloped (firstn m n) sl theta x.
Proof. apply chosen_pass, lengths. Qed.
Definition without_effect (j u : nat) : Prop := forall sl, sides sl -> passed_on n sl theta j u = 0.
Definition reads_nothing (j : nat) (c : list (nat * nat)) : Prop :=
  forall sl, sides sl -> forall v, inside theta v = true -> (fst v <= j)%nat -> read_with n sl theta x v j c = 0.

Lemma same_gradient sl sl' : sides sl -> sides sl' ->
  (forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c ->
    sl' j u = sl j u \/ at_unit n theta x j c = 0 /\ (without_effect j u \/ reads_nothing j c)) ->
  gradient_with sl' = gradient_with sl.
Proof.
  intros Si Si' H. pose proof lengths as Lt. unfold gradient_with. apply tab_ext_in. intros [i p] I. f_equal. unfold derivative.
  assert (Hi : (i < length theta)%nat) by (unfold inside in I; apply andb_true_iff in I; now apply Nat.ltb_lt).
  cbn [fst snd]. apply sloped_swap. intros j l u c Hj Hu. destruct (H j l u c Hj Hu) as [E|[Z Q]]; auto.
  right. destruct (le_lt_dec i j) as [L|L].
  - destruct Q as [Q|Q].
    + right. unfold passed_on. assert (E : forall w (l : params R) a b, (a <= b)%nat -> skipn (S b) (upd a w l) = skipn (S b) l).
      { intros w l0 a. revert l0. induction a as [|a IH]; intros [|w0 l0] [|b] Lab; auto; try lia. cbn [upd skipn]. apply (IH l0 b). lia. }
      rewrite E by auto. exact (Q sl Si).
    + left. exact (Q sl' Si' (i, p) I L).
  - left. rewrite sloped_firstn_upd by lia. rewrite nth_upd by lia. destruct (Nat.eqb_spec j i); [lia|].
    rewrite <- sides_pass by auto. exact Z.
Qed.

(** ** Limits of gradients *)
Variables (passes_on : nat -> nat -> R) (V turning : list (nat * nat)).
Hypothesis Elsewhere : forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c ->
  slope l = 1 \/ at_unit n theta x j c <> 0 -> passes_on j u = slope_at (slope l) (at_unit n theta x j c).
Hypothesis Inside : forall v, In v V -> inside theta v = true.
Hypothesis Others : forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c -> slope l <> 1 -> at_unit n theta x j c = 0 ->
  In (j, u) turning \/ (forall v, In v V -> row n theta x passes_on (j, u) v = 0) /\ (without_effect j u \/ reads_nothing j c).
Hypothesis Ordered : forall before t after, turning = before ++ t :: after ->
  (forall t', In t' before -> (fst t' <= fst t)%nat) /\ (forall t', In t' after -> (fst t <= fst t')%nat).
Hypothesis Independent : forall e : nat -> R,
  (forall v, In v V -> Rsum (map (fun k => e k * row n theta x passes_on (nth k turning (0, 0)%nat) v) (seq 0 (length turning))) = 0) ->
  forall k, (k < length turning)%nat -> e k = 0.

Lemma chosen_limiting sl : sides sl -> limiting_gradient f theta (gradient_with sl).
Proof.
  intro Si. pose proof lengths as Lt.
  set (pass := fun (j u : nat) (r : R) => match nth_error n j with
    | Some l => match nth_error (units l) u with Some c => turned (slope l) (at_unit n theta x j c) r | None => 0 end | None => 0 end).
  assert (Turns : turns n theta x pass) by (intros j l u c Hj Hu r; unfold pass; now rewrite Hj, Hu).
  destruct (rates_at_will n theta x pass passes_on V turning Turns Elsewhere) with
    (tau := fun t : nat * nat => if Req_EM_T (sl (fst t) (snd t)) 1 then 1 else -1) as (a & Ha); auto.
  { intros j l u c Hj Hu S1 Z. destruct (Others j l u c Hj Hu S1 Z) as [T|[T _]]; auto. }
  set (d := fun v : nat * nat => changing V a (fst v) (snd v)).
  assert (D0 : forall v, inside theta v = false -> d v = 0).
  { intros [j p] I. unfold d, changing. apply Rsum_zero. intros [j' p'] Hv. apply Inside in Hv. unfold single. cbn [fst snd].
    destruct (Nat.eqb_spec j j') as [->|]; [|ring]. destruct (Nat.eqb_spec p p') as [->|]; [congruence|ring]. }
  set (start := displaced (F := Rops) None theta). set (x0 := map (mcst (F := Rops)) x).
  destruct (bent_curve theta d (preactivations n start x0) D0) as (psi & q & Sp & Ev & Near & Dec).
  pose proof (along_curve_where theta psi) as W.
  destruct (slopes_decided theta (along_curve theta psi) W n start x0 Dec) as (sl' & A).
  assert (B : along_curve theta psi (fun th => agrees n th x sl')).
  { assert (Sh : along_curve theta psi (fun th => same_shape theta th)).
    { apply (U_all _ after_where). intro t. exists 1. split; [lra|auto]. }
    eapply (U_mono _ W); [|exact (U_and _ W _ _ Sh A)]. cbv beta. intros th [S E].
    assert (E1 : map (at_all theta th) start = th).
    { pose proof (displaced_held (F := Rops) (M := Rmodel) None theta th) as D. rewrite params_id in D. specialize (D S).
      rewrite held_all in D by auto. exact D. }
    assert (E2 : at_all theta th x0 = x).
    { unfold at_all, x0. rewrite map_map. rewrite <- (map_id x) at 2. apply map_ext. intro b. exact (mev_cst (F := Rops) b (shift theta th)). }
    rewrite E1, E2 in E. exact E. }
  clear A. assert (Here : after (fun t => agrees n (psi t) x sl')).
  { eapply (U_mono _ after_where); [|exact B]. cbv beta. intros t (d0 & Hd0 & K). apply K; auto. unfold dist. now rewrite minus_self, sqrt_0. }
  assert (Lp : forall t, length (psi t) = length theta) by (intro t; symmetry; exact (same_length _ _ (Sp t))).
  assert (Rate : forall j c, first_order (fun t => at_unit n (psi t) x j c) (at_unit n theta x j c) (rate n theta x pass (changing V a) [] j c)).
  { intros j c. apply first_order_unit; auto; [lia|]. intros i p.
    apply (tends_eq _ after_where _ (fun t => d (i, p) + t * q (i, p))).
    - apply after_positive. intros t Ht. rewrite Ev. field. lra.
    - replace (changing V a i p) with (d (i, p) + 0 * q (i, p)) by (unfold d; cbn [fst snd]; ring).
      apply (tends_plus _ after_where). apply (tends_const _ after_where). apply (tends_mult _ after_where).
      exact tends_time. apply (tends_const _ after_where). }
  (* the slopes along the curve *)
  assert (Slope : forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c -> forall Q : R -> Prop,
    after (fun t => Q (at_unit n (psi t) x j c)) -> exists z, Q z /\ sl' j u = slope_at (slope l) z).
  { intros j l u c Hj Hu Q HQ. destruct (after_exists _ (U_and _ after_where _ _ HQ Here)) as (t & _ & Qt & At).
    exists (at_unit n (psi t) x j c). split; auto. symmetry. apply (agrees_at n (psi t) x sl'); auto. rewrite Lp. lia. }
  assert (Off : forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c -> at_unit n theta x j c <> 0 ->
    sl' j u = slope_at (slope l) (at_unit n theta x j c)).
  { intros j l u c Hj Hu N. pose proof (first_order_value _ _ _ (Rate j c)) as T.
    destruct (Slope j l u c Hj Hu (fun z => Rabs (z - at_unit n theta x j c) < Rabs (at_unit n theta x j c)) (T _ (Rabs_pos_lt _ N))) as (z & Hz & ->).
    unfold slope_at, Rabs in *. destruct (Rcase_abs (at_unit n theta x j c)), (Rcase_abs (z - at_unit n theta x j c)),
      (Rlt_dec z 0), (Rlt_dec (at_unit n theta x j c) 0); auto; lra. }
  assert (Si' : sides sl').
  { intros j l u c Hj Hu. fold (at_unit n theta x j c). unfold chosen.
    destruct (Req_EM_T (at_unit n theta x j c) 0) as [Z|N].
    - rewrite Z. repeat split; intro K; try lra. destruct (Slope j l u c Hj Hu (fun _ => True)) as (z & _ & ->).
      apply (U_all _ after_where); auto. unfold slope_at. destruct Rlt_dec; auto.
    - rewrite (Off j l u c Hj Hu N). unfold slope_at. repeat split; intro K; destruct Rlt_dec; auto; lra. }
  rewrite <- (same_gradient sl sl' Si Si').
  - apply (limiting_if_near f theta (fun psi v => sgn y * derivative n sl' psi x v)).
    + intros eps He. destruct (after_exists _ (U_and _ after_where _ _ (Near eps He) B)) as (t & _ & Nt & d0 & Hd0 & K).
      exists (psi t). split; auto. split; auto. apply gradient_near; auto.
      destruct (dist_small theta d0 Hd0) as (d1 & Hd1 & Small). exists d1. split; auto. intros phi S E.
      assert (S' : same_shape theta phi) by (specialize (Sp t); unfold same_shape in *; congruence).
      apply K; auto. apply Small; auto. intros v _. rewrite Rabs_minus_sym. apply E.
    + intros v I. now apply tends_derivative.
  - intros j l u c Hj Hu. pose proof (Si j l u c Hj Hu) as (C1 & C2 & C3). fold (at_unit n theta x j c) in C1, C2, C3.
    destruct (Req_EM_T (at_unit n theta x j c) 0) as [Z|N].
    2: { left. rewrite (Off j l u c Hj Hu N). unfold slope_at. destruct Rlt_dec; [rewrite C2; auto|rewrite C1; auto; lra]. }
    destruct (Req_EM_T (slope l) 1) as [S1|S1].
    { left. destruct (Si' j l u c Hj Hu) as (_ & _ & C3'). fold (at_unit n theta x j c) in C3'. specialize (C3 Z). specialize (C3' Z). lra. }
    destruct (Others j l u c Hj Hu S1 Z) as [T|[_ T]]; [|auto]. left.
    assert (Rd : reading n (j, u) = c) by (unfold reading; cbn [fst snd]; now rewrite (nth_error_nth _ _ _ Hj), (nth_error_nth _ _ _ Hu)).
    specialize (Ha (j, u) T). rewrite Rd in Ha. cbn [fst snd] in Ha. pose proof (Rate j c) as Fo. rewrite Ha, Z in Fo.
    destruct (Slope j l u c Hj Hu (fun z => 0 < z * (if Req_EM_T (sl j u) 1 then 1 else -1))
      (first_order_sign _ _ Fo ltac:(destruct Req_EM_T; lra))) as (z & Hz & ->).
    specialize (C3 Z). unfold slope_at. destruct (Req_EM_T (sl j u) 1), (Rlt_dec z 0); lra.
Qed.

(** ** Slopes between the two *)

Lemma clarke_mix t g1 g2 g : 0 <= t <= 1 -> clarke f theta g1 -> clarke f theta g2 -> same_shape theta g ->
  (forall v, entry g v = t * entry g1 v + (1 - t) * entry g2 v) -> clarke f theta g.
  intros Ht (_ & ts1 & P1 & S1 & C1) (_ & ts2 & P2 & S2 & C2) Sh E. split; auto.
  exists (map (fun a => (t * fst a, snd a)) ts1 ++ map (fun a => ((1 - t) * fst a, snd a)) ts2). split; [|split].
  - intros a Ha. apply in_app_or in Ha. destruct Ha as [Ha|Ha]; apply in_map_iff in Ha; destruct Ha as (b & <- & Hb); cbn [fst snd].
    + destruct (P1 b Hb). split; auto. apply Rmult_le_pos; lra.
    + destruct (P2 b Hb). split; auto. apply Rmult_le_pos; lra.
  - rewrite map_app, Rsum_app, !map_map. cbn [fst]. rewrite !(Rsum_mult _ fst), S1, S2. ring.
  - intro v. rewrite E, C1, C2. unfold combination. rewrite map_app, Rsum_app, !map_map. cbn [fst snd].
    rewrite <- !Rsum_mult. f_equal; apply Rsum_ext_in; intros; ring.
Qed.

Definition override (sl : nat -> nat -> R) (k0 u0 : nat) (c : R) (k u : nat) : R :=
  if Nat.eqb k k0 then if Nat.eqb u u0 then c else sl k u else sl k u.
Lemma override_at sl k0 u0 c : override sl k0 u0 c k0 u0 = c.
Proof. unfold override. now rewrite !Nat.eqb_refl. Qed.
Lemma override_off sl k0 u0 c k u : (k, u) <> (k0, u0) -> override sl k0 u0 c k u = sl k u.
Proof. intro H. unfold override. destruct (Nat.eqb_spec k k0), (Nat.eqb_spec u u0); auto. subst. contradiction. Qed.

Lemma gradient_mix sl k0 u0 a b t : sl k0 u0 = t * a + (1 - t) * b -> forall v,
  entry (gradient_with sl) v = t * entry (gradient_with (override sl k0 u0 a)) v + (1 - t) * entry (gradient_with (override sl k0 u0 b)) v.
Proof.
  intros E v. unfold gradient_with. rewrite !entry_tab. destruct (inside theta v); [|ring]. unfold derivative.
  rewrite (sloped_slope n sl (override sl k0 u0 a) (override sl k0 u0 b) t _ x k0 u0); [ring| |].
  - intros k u H. now rewrite !override_off.
  - now rewrite !override_at.
Qed.

Theorem between_clarke sl : passing (fun _ _ => passes) n theta x sl -> clarke f theta (gradient_with sl).
Proof.
  assert (G : forall L sl, passing (fun k u s z c => passes s z c /\ (In (k, u) L \/ chosen s z c)) n theta x sl ->
    clarke f theta (gradient_with sl)).
  { clear sl. induction L as [|[k0 u0] L IH]; intros sl Pass.
    - split. { unfold same_shape, gradient_with. now rewrite shape_tab. }
      exists [(1, gradient_with sl)]. split; [|split].
      + intros a [<-|[]]. simpl. split. lra. apply chosen_limiting. intros k l u c Hk Hu.
        destruct (Pass k l u c Hk Hu) as [_ [[]|C]]. exact C.
      + simpl. lra.
      + intro v. unfold combination. simpl. ring.
    - (* a unit that is not at its kink is on the list for nothing *)
      assert (Drop : (forall l c, nth_error n k0 = Some l -> nth_error (units l) u0 = Some c ->
        preact (nth k0 theta []) (forward (firstn k0 n) theta x) c <> 0) -> clarke f theta (gradient_with sl)).
      { intro N. apply IH. intros k l u c Hk Hu. destruct (Pass k l u c Hk Hu) as [P [[I|I]|C]]; auto.
        injection I as <- <-. specialize (N l c Hk Hu). split; auto. right. destruct P as (P1 & P2 & _).
        unfold chosen. repeat split; auto. intro Z. contradiction. }
      destruct (nth_error n k0) as [l0|] eqn:Ek; [|apply Drop; discriminate].
      destruct (nth_error (units l0) u0) as [c0|] eqn:Eu; [|apply Drop; intros l c [= <-]; congruence].
      set (z0 := preact (nth k0 theta []) (forward (firstn k0 n) theta x) c0). set (s0 := slope l0).
      destruct (Req_EM_T z0 0) as [Z|N]; [|apply Drop; intros l c [= <-]; rewrite Eu; intros [= <-]; exact N].
      destruct (Pass k0 l0 u0 c0 Ek Eu) as [(_ & _ & P3) _]. fold z0 s0 in P3. specialize (P3 Z). clear Drop.
      set (t := if Req_EM_T s0 1 then 1 else (sl k0 u0 - s0) / (1 - s0)).
      assert (Ht : 0 <= t <= 1 /\ sl k0 u0 = t * 1 + (1 - t) * s0).
      { unfold t. destruct (Req_EM_T s0 1) as [E|N]. split; lra.
        assert (E : (sl k0 u0 - s0) / (1 - s0) * (1 - s0) = sl k0 u0 - s0) by (field; lra).
        set (q := (sl k0 u0 - s0) / (1 - s0)) in *. split; [|lra]. destruct P3 as [P3|P3]; split; nra. }
      destruct Ht as [Ht E].
      assert (Part : forall a, a = 1 \/ a = s0 -> clarke f theta (gradient_with (override sl k0 u0 a))).
      { intros a Ha. apply IH. intros k l u c Hk Hu. destruct (Pass k l u c Hk Hu) as [P I].
        destruct (Nat.eq_dec k k0) as [->|Nk]; [destruct (Nat.eq_dec u u0) as [->|Nu]|].
        - rewrite Ek in Hk. injection Hk as <-. rewrite Eu in Hu. injection Hu as <-. rewrite override_at. fold z0 s0.
          rewrite Z. split.
          + unfold passes. split; [|split]; intro Q; lra.
          + right. unfold chosen. repeat split; intros; try lra; auto.
        - rewrite override_off by congruence. split; auto. destruct I as [[I|I]|C]; auto. congruence.
        - rewrite override_off by congruence. split; auto. destruct I as [[I|I]|C]; auto. congruence. }
      apply (clarke_mix t (gradient_with (override sl k0 u0 1)) (gradient_with (override sl k0 u0 s0))); auto.
      + unfold same_shape, gradient_with. now rewrite shape_tab.
      + now apply gradient_mix. }
  intro Pass. apply (G (flat_map (fun k => map (pair k) (seq 0 (length (units (nth k n (Layer 0 0 [])))))) (seq 0 (length n)))).
  intros k l u c Hk Hu. split. exact (Pass k l u c Hk Hu). left. apply in_flat_map. exists k. split.
  - apply in_seq. assert (k < length n)%nat by (apply nth_error_Some; congruence). lia.
  - rewrite (nth_error_nth _ _ _ Hk). apply in_map, in_seq.
    assert (u < length (units l))%nat by (apply nth_error_Some; congruence). lia.
Qed.
End Subgradients.

(** ** Stationary points *)
Section Kkt.
Variables (P : problem R) (theta : params R) (lambda : nat -> R) (sigma : nat -> nat -> nat -> R).
Let sample i := nth i (data P) ([], true).
Let samples := seq 0 (length (data P)).
Hypothesis Feasible : feasible P None theta.
Hypothesis Multipliers : forall i, (i < length (data P))%nat -> 0 <= lambda i /\ (lambda i <> 0 ->
  margin P theta (sample i) = 1 /\ clarke (fun phi => margin P (held None theta phi) (sample i)) theta
    (gradient_with (net P) theta (fst (sample i)) (snd (sample i)) (sigma i))).
Hypothesis Stationary : forall v, inside theta v = true -> entry theta v =
  Rsum (map (fun i => lambda i * (sgn (snd (sample i)) * derivative (net P) (sigma i) theta (fst (sample i)) v)) samples).

Theorem kkt_of_subgradients : kkt P None theta.
Proof.
  split; auto.
  set (g := fun i => gradient_with (net P) theta (fst (sample i)) (snd (sample i)) (sigma i)).
  exists (map (fun i => (lambda i, g i)) samples). split.
  - assert (D : data P = map sample samples).
    { unfold samples, sample. apply nth_ext with (d := ([], true)) (d' := ([], true)). now rewrite map_length, seq_length.
      intros i Hi. rewrite nth_indep with (l := map _ _) (d' := nth 0 (data P) ([], true)) by now rewrite map_length, seq_length.
      rewrite (map_nth (fun i => nth i (data P) ([], true))), seq_nth by auto. reflexivity. }
    rewrite D at 1. clear D. assert (B : forall i, In i samples -> (i < length (data P))%nat).
    { intros i Hi. apply in_seq in Hi. lia. }
    revert B. generalize samples. intros l B. induction l as [|i l IH]; cbn [map]; constructor; [|apply IH; intros; apply B; now right].
    cbn [fst snd]. destruct (Multipliers i (B i (or_introl eq_refl))) as [M0 M1]. split; auto.
  - intros v _. unfold combination. rewrite map_map. cbn [fst snd]. unfold g, gradient_with.
    destruct (inside theta v) eqn:I.
    + rewrite (Stationary v I). apply Rsum_ext_in. intros i _. rewrite entry_tab, I. reflexivity.
    + rewrite (entry_outside theta theta v eq_refl I). symmetry. apply Rsum_zero. intros i _. rewrite entry_tab, I. ring.
Qed.
End Kkt.
