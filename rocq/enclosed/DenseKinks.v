(** * Dense networks of any depth: Clarke's subgradients at kinks, and when a point is a KKT point.

    On one sample the units that are at their kink can leave it, each to either side, along what their layer reads: the
    last layers' weights are moved first, then those of the layers before, so little that the later units stay on their
    sides. So every choice of one of the two slopes a kink is a limit of gradients. The gradient is affine in each slope,
    and so every choice of slopes between the two is a combination of such limits. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece Stationary DenseLinear PieceGradient TwoLayers EnclosedParameters Sloped.
Import ListNotations.
Open Scope R_scope.

(** Each layer is dense, the first one with so many inputs. *)
Fixpoint dense_from (width : nat) (n : list (layer R)) : Prop :=
  match n with
  | [] => True
  | l :: n' => (0 < width)%nat /\ units l = dense width (length (units l)) /\
               nparams l = (length (units l) * width)%nat /\ dense_from (length (units l)) n'
  end.

Lemma dense_unit width h u c : nth_error (dense width h) u = Some c ->
  (u < h)%nat /\ c = map (fun i => (i, u * width + i)%nat) (seq 0 width).
Proof.
  unfold dense. intro H. assert (Hu : (u < h)%nat).
  { assert (u < length (map (fun o => map (fun i => (i, o * width + i)%nat) (seq 0 width)) (seq 0 h)))%nat by (apply nth_error_Some; congruence).
    now rewrite map_length, seq_length in H0. }
  split; auto. rewrite nth_error_map, (nth_error_nth' _ 0%nat) in H by now rewrite seq_length.
  rewrite seq_nth in H by auto. now injection H as <-.
Qed.

(** ** What only zeros reach *)
Lemma act_zero s : act s 0 = 0.
Proof. unfold act. destruct Rlt_dec; lra. Qed.
Lemma forward_zero n theta x : (forall i, nth i x 0 = 0) -> forall i, nth i (forward n theta x) 0 = 0.
Proof.
  revert theta x. induction n as [|l n IH]; intros [|w theta] x H i; auto. cbn [forward]. apply IH. intro j.
  unfold apply_layer. rewrite nth_map_units. destruct nth_error as [c|]; auto.
  replace (preact w x c) with 0. apply act_zero. symmetry. unfold preact. apply Rsum_zero. intros p _. rewrite H. ring.
Qed.

(** ** Leaving kinks *)

(** Lists near [x]. *)
Definition near_list (x : list R) (Q : list R -> Prop) : Prop :=
  exists d, 0 < d /\ forall x', (length x' = length x /\ forall i, Rabs (nth i x' 0 - nth i x 0) < d) -> Q x'.
Lemma near_list_where x : where_ (near_list x).
Proof.
  apply (close_enough (fun d x' => length x' = length x /\ forall i, Rabs (nth i x' 0 - nth i x 0) < d)).
  intros d d' x' L [H1 H2]. split; auto. intro i. specialize (H2 i). lra.
Qed.

Lemma leave n theta x sl width : dense_from width n -> length x = width -> map (@length R) theta = map nparams n ->
  passing (fun _ _ => chosen) n theta x sl -> nth 0 (forward n theta x) 0 <> 0 -> forall eps, 0 < eps ->
  exists theta', same_shape theta theta' /\ (forall v, Rabs (entry theta' v - entry theta v) < eps) /\
    near_list x (fun x' => agrees n theta' x' sl /\ off_kinks n theta' x').
Proof.
  revert theta x sl width. induction n as [|l n IH]; intros theta x sl width Hd Lx Sh Pass Out eps He.
  { destruct theta; try discriminate. exists []. split. reflexivity. split.
    - intros [k i]. unfold entry. simpl. destruct k, i; simpl; rewrite Rminus_eq_0, Rabs_R0; exact He.
    - apply (U_all _ (near_list_where x)). split; simpl; auto. }
  destruct theta as [|w theta]; try discriminate. injection Sh as Lw Sh. destruct Hd as (Hw & Du & Dn & Hd).
  set (h := length (units l)) in *. set (s := slope l). set (x1 := apply_layer l w x).
  assert (Lx1 : length x1 = h) by (unfold x1, apply_layer; apply map_length).
  cbn [forward] in Out. fold x1 in Out.
  destruct (IH theta x1 (fun k => sl (S k)) h Hd Lx1 Sh) with (eps := eps) as (th' & S' & E' & d & Hdp & Q); auto.
  { exact (passing_rest _ _ _ _ _ _ _ Pass). }
  pose proof (passing_first _ _ _ _ _ _ _ Pass) as First. fold s in First.
  set (size := Rsum (map (fun p => nth p x 0 * nth p x 0) (seq 0 width))).
  assert (Nz : 0 < size).
  { destruct (Rle_lt_or_eq_dec _ _ (Rsum_squares (fun p => nth p x 0) (seq 0 width))) as [|Z]; auto. exfalso. apply Out.
    change (nth 0 (forward (l :: n) (w :: theta) x) 0 = 0). apply forward_zero. intro p.
    destruct (lt_dec p width) as [Hp|Hp]; [|apply nth_overflow; lia].
    assert (K := Rsum_incl (fun p => nth p x 0 * nth p x 0) [p] (seq 0 width) (fun p => Rle_0_sqr _)
      ltac:(repeat constructor; simpl; auto) ltac:(intros q [<-|[]]; apply in_seq; lia)).
    rewrite <- Z in K. unfold Rsum in K. simpl in K. nra. }
  assert (Unit : forall u c, nth_error (units l) u = Some c -> (u < h)%nat /\ forall w x, preact w x c = hid width w x u).
  { intros u c Hu. rewrite Du in Hu. apply dense_unit in Hu. destruct Hu as [Hu ->]. split; auto. intros. apply preact_hid. }
  assert (Chosen : forall u, (u < h)%nat -> chosen s (hid width w x u) (sl 0%nat u)).
  { intros u Hu. destruct (nth_error (units l) u) as [c|] eqn:Ec; [|apply nth_error_None in Ec; unfold h in Hu; lia].
    destruct (Unit u c Ec) as [_ P]. rewrite <- P. now apply First. }
  set (moved := beside width h w x (sl 0%nat)).
  assert (Lm : forall t, length (moved t) = length w).
  { intro t. unfold moved, beside. rewrite map_length, seq_length. lia. }
  (* how far the layer is moved *)
  assert (T : after (fun t => (forall j, In j (seq 0 (h * width)) -> Rabs (nth j (moved t) 0 - nth j w 0) < eps) /\
    forall u, In u (seq 0 h) -> Rabs (act s (hid width (moved t) x u) - act s (hid width w x u)) < d / 2)).
  { assert (Zero : tends after (fun t => t) 0).
    { intros e0 He0. exists e0. split; auto. intros t Ht. rewrite Rminus_0_r, Rabs_pos_eq; lra. }
    apply (U_and _ after_where).
    - apply (U_list _ after_where). intros j Hj. apply in_seq in Hj.
      assert (C : tends after (fun t => t * (leaves width w x (sl 0%nat) (j / width) * nth (j mod width) x 0))
        (0 * (leaves width w x (sl 0%nat) (j / width) * nth (j mod width) x 0))).
      { apply (tends_mult _ after_where); auto. apply (tends_const _ after_where). }
      eapply (U_mono _ after_where); [|exact (C eps He)]. cbn beta. intros t B. unfold moved, beside.
      rewrite nth_map_seq by lia. rewrite Rmult_0_l, Rminus_0_r in B.
      match goal with |- Rabs ?a < _ => replace a with (t * (leaves width w x (sl 0%nat) (j / width) * nth (j mod width) x 0)) by ring end.
      exact B.
    - apply (U_list _ after_where). intros u Hu. apply in_seq in Hu.
      apply (tends_act _ after_where); [|lra].
      apply (tends_eq _ after_where _ (fun t => hid width w x u + t * (leaves width w x (sl 0%nat) u * size))).
      { apply (U_all _ after_where). intro t. apply (hid_beside width h Hw w (repeat 0 h) x (eq_trans Lw Dn) (repeat_length 0 h)). lia. }
      assert (C : tends after (fun t => hid width w x u + t * (leaves width w x (sl 0%nat) u * size))
        (hid width w x u + 0 * (leaves width w x (sl 0%nat) u * size))).
      { apply (tends_plus _ after_where). apply (tends_const _ after_where). apply (tends_mult _ after_where); auto.
        apply (tends_const _ after_where). }
      now rewrite Rmult_0_l, Rplus_0_r in C. }
  destruct T as (T & HT & Small). destruct (Small (T / 2) ltac:(lra)) as [Sm1 Sm2]. set (t := T / 2) in *.
  assert (Ht : 0 < t) by (unfold t; lra). clear Small.
  exists (moved t :: th'). split. { unfold same_shape in *. simpl. now rewrite Lm, S'. }
  split.
  { intros [[|k] i]. 2: exact (E' (k, i)). unfold entry. cbn [fst snd nth].
    destruct (lt_dec i (h * width)) as [Hi|Hi]. apply Sm1, in_seq. lia.
    rewrite !nth_overflow by (rewrite ?Lm; lia). rewrite Rminus_eq_0, Rabs_R0. exact He. }
  pose proof (near_list_where x) as W.
  assert (Pre : forall c, tends (near_list x) (fun x' => preact (moved t) x' c) (preact (moved t) x c)).
  { intro c. apply (tends_preact _ W). intro. apply (tends_const _ W). intros i e0 He0. exists e0. split; auto.
    intros x' [_ B]. apply B. }
  assert (N1 : near_list x (fun x' => forall u, In u (seq 0 h) -> forall c, nth_error (units l) u = Some c ->
    slope_at s (preact (moved t) x' c) = sl 0%nat u /\ (s = 1 \/ preact (moved t) x' c <> 0) /\
    Rabs (act s (preact (moved t) x' c) - act s (hid width w x u)) < d)).
  { apply (U_list _ W). intros u Hu. apply in_seq in Hu.
    destruct (nth_error (units l) u) as [c|] eqn:Ec; [|apply (U_all _ W); discriminate].
    destruct (Unit u c Ec) as [Hu' P].
    destruct (slopes_beside width h s Hw w (repeat 0 h) x (eq_trans Lw Dn) (repeat_length 0 h) Nz (sl 0%nat) Chosen t u Ht Hu') as [B1 B2].
    fold (moved t) in B1, B2. rewrite <- P in B1, B2.
    assert (N2 := tends_act _ W s _ _ (Pre c) (d / 2) ltac:(lra)).
    assert (N3 : near_list x (fun x' => slope_at s (preact (moved t) x' c) = sl 0%nat u /\ (s = 1 \/ preact (moved t) x' c <> 0))).
    { destruct B2 as [S1|B2].
      - apply (U_all _ W). intro x'. split; auto. rewrite <- B1, S1, !slope_linear. reflexivity.
      - eapply (U_mono _ W); [|exact (Pre c (Rabs (preact (moved t) x c)) (Rabs_pos_lt _ B2))]. cbn beta. intros x' B.
        unfold slope_at in *. unfold Rabs in B.
        destruct (Rcase_abs (preact (moved t) x c)), (Rcase_abs (preact (moved t) x' c - preact (moved t) x c)),
          (Rlt_dec (preact (moved t) x' c) 0), (Rlt_dec (preact (moved t) x c) 0); split; auto; try lra; right; lra. }
    eapply (U_mono _ W); [|exact (U_and _ W _ _ N2 N3)]. cbn beta. intros x' [D1 [D2 D3]] c' [= <-]. repeat split; auto.
    specialize (Sm2 u ltac:(apply in_seq; lia)). rewrite <- P in Sm2.
    replace (act s (preact (moved t) x' c) - act s (hid width w x u)) with
      ((act s (preact (moved t) x' c) - act s (preact (moved t) x c)) + (act s (preact (moved t) x c) - act s (hid width w x u))) by ring.
    eapply Rle_lt_trans. apply Rabs_triang. lra. }
  eapply (U_mono _ W); [|exact N1]. cbn beta. intros x' A.
  assert (A' : forall u c, nth_error (units l) u = Some c ->
    slope_at s (preact (moved t) x' c) = sl 0%nat u /\ (s = 1 \/ preact (moved t) x' c <> 0) /\
    Rabs (act s (preact (moved t) x' c) - act s (preact w x c)) < d).
  { intros u c Hu. destruct (Unit u c Hu) as [Hu' P]. rewrite (P w x). apply (A u); auto. apply in_seq. lia. }
  destruct (Q (apply_layer l (moved t) x')) as [Q1 Q2].
  { split. unfold x1, apply_layer. now rewrite !map_length. intro u. unfold x1, apply_layer. rewrite !nth_map_units.
    destruct (nth_error (units l) u) as [c|] eqn:Ec; [|rewrite Rminus_eq_0, Rabs_R0; exact Hdp]. now apply (A' u c). }
  split; cbn [agrees off_kinks]; (split; [|assumption]).
  - intros u c Hu. now apply (A' u c).
  - destruct (Req_EM_T s 1) as [|N]; [now left|right]. intros c Hc. apply In_nth_error in Hc. destruct Hc as (u & Hu).
    destruct (A' u c Hu) as (_ & [|] & _); auto.
Qed.

(** ** Limits of gradients *)

Section Subgradients.
Variables (n : list (layer R)) (theta : params R) (x : list R) (y : bool) (width : nat) (f : params R -> R).
Hypothesis Dense : dense_from width n.
Hypothesis Length : length x = width.
Hypothesis Shape : map (@length R) theta = map nparams n.
Hypothesis Output : nth 0 (forward n theta x) 0 <> 0.
Hypothesis Margin : forall phi, same_shape theta phi -> f phi = sgn y * Phi n phi x.

Definition gradient_with (sl : nat -> nat -> R) : params R := tab theta (fun v => sgn y * derivative n sl theta x v).

Lemma lengths : length theta = length n.
Proof. apply (f_equal (@length nat)) in Shape. now rewrite !map_length in Shape. Qed.

Lemma gradient_near psi sl : same_shape theta psi -> agrees n psi x sl -> off_kinks n psi x ->
  is_gradient f psi (tab theta (fun v => sgn y * derivative n sl psi x v)).
Proof.
  intros S Ag Off. pose proof lengths as Lt. assert (Lp : length psi = length n) by (rewrite <- (same_length _ _ S); auto).
  assert (E : tab theta (fun v => sgn y * derivative n sl psi x v) = piece_gradient n psi x (sgn y)).
  { unfold piece_gradient. rewrite (tab_shape theta psi) by auto. unfold tab. apply mapi_ext. intros k w.
    apply mapi_ext. intros i _. unfold derivative. cbn [fst snd]. now rewrite (piece_sloped n psi x sl). }
  rewrite E. apply piece_gradient_ok; auto. pose proof (close_where psi) as W.
  assert (Sh : close psi (fun phi => same_shape theta phi)).
  { exists 1. split. lra. intros phi Sp _. unfold same_shape in *. congruence. }
  assert (N : close psi (fun phi => forward n phi x = piece n psi x phi x)).
  { apply (near_piece (close psi) W n psi x (fun phi => phi) (fun _ => x)); auto.
    - eapply (U_mono _ W); [|exact Sh]. cbn beta. intros phi Sp. now rewrite <- (same_length _ _ Sp).
    - intros v eps He. exists eps. auto.
    - intro. apply (tends_const _ W). }
  eapply (U_mono _ W); [|exact (U_and _ W _ _ Sh N)]. cbn beta. intros phi [Sp H]. rewrite Margin by auto. unfold Phi.
  now rewrite H.
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

Lemma chosen_limiting sl : passing (fun _ _ => chosen) n theta x sl -> limiting_gradient f theta (gradient_with sl).
Proof.
  intro Pass. apply (limiting_if_near f theta (fun psi v => sgn y * derivative n sl psi x v)).
  - intros eps He. destruct (leave n theta x sl width Dense Length Shape Pass Output eps He) as (psi & S & E & d & Hd & N).
    destruct (N x) as [Ag Off]. { split; auto. intro i. rewrite Rminus_eq_0, Rabs_R0. exact Hd. }
    exists psi. split; auto. split; auto. now apply gradient_near.
  - intros v I. now apply tends_derivative.
Qed.

(** ** Slopes between the two *)

Lemma clarke_mix t g1 g2 g : 0 <= t <= 1 -> clarke f theta g1 -> clarke f theta g2 -> same_shape theta g ->
  (forall v, entry g v = t * entry g1 v + (1 - t) * entry g2 v) -> clarke f theta g.
Proof.
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
Hypothesis Dense : dense_from (inputs P) (net P).
Hypothesis Feasible : feasible P None theta.
Hypothesis Multipliers : forall i, (i < length (data P))%nat -> 0 <= lambda i /\ (lambda i <> 0 ->
  margin P theta (sample i) = 1 /\ passing (fun _ _ => passes) (net P) theta (fst (sample i)) (sigma i)).
Hypothesis Stationary : forall v, inside theta v = true -> entry theta v =
  Rsum (map (fun i => lambda i * (sgn (snd (sample i)) * derivative (net P) (sigma i) theta (fst (sample i)) v)) samples).

Theorem dense_kkt : kkt P None theta.
Proof.
  split; auto. destruct Feasible as [[(_ & _ & _ & _ & Len) _] [Sh _]].
  set (g := fun i => gradient_with (net P) theta (fst (sample i)) (snd (sample i)) (sigma i)).
  exists (map (fun i => (lambda i, g i)) samples). split.
  - assert (D : data P = map sample samples).
    { unfold samples, sample. apply nth_ext with (d := ([], true)) (d' := ([], true)). now rewrite map_length, seq_length.
      intros i Hi. rewrite nth_indep with (l := map _ _) (d' := nth 0 (data P) ([], true)) by now rewrite map_length, seq_length.
      rewrite (map_nth (fun i => nth i (data P) ([], true))), seq_nth by auto. reflexivity. }
    rewrite D at 1. clear D. assert (B : forall i, In i samples -> (i < length (data P))%nat).
    { intros i Hi. apply in_seq in Hi. lia. }
    revert B. generalize samples. intros l B. induction l as [|i l IH]; cbn [map]; constructor; [|apply IH; intros; apply B; now right].
    cbn [fst snd]. destruct (Multipliers i (B i (or_introl eq_refl))) as [M0 M1]. split; auto. intro N.
    destruct (M1 N) as [M2 M3]. split; auto. unfold g.
    assert (Hs : In (sample i) (data P)) by (apply nth_In, B; now left).
    apply (between_clarke (net P) theta (fst (sample i)) (snd (sample i)) (inputs P)); auto.
    + intro Z. unfold margin, Phi in M2. rewrite Z, Rmult_0_r in M2. lra.
    + intros phi S. rewrite held_all by auto. reflexivity.
  - intros v _. unfold combination. rewrite map_map. cbn [fst snd]. unfold g, gradient_with.
    destruct (inside theta v) eqn:I.
    + rewrite (Stationary v I). apply Rsum_ext_in. intros i _. rewrite entry_tab, I. reflexivity.
    + rewrite (entry_outside theta theta v eq_refl I). symmetry. apply Rsum_zero. intros i _. rewrite entry_tab, I. ring.
Qed.
End Kkt.
