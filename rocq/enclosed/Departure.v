(** * No local optimum: a curve along which all margins rise and the norm falls.

    The parameters are [theta + t omega + t^2 delta], [t > 0] being small. Each number that the network computes is
    [a + b t + c t^2] up to what is smaller than [t^2]; [omega] moves weights that are 0 only. Where a unit at 0 has [b = 0],
    its activation is that of [c]. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Lists Vectors Sums Forward Intervals System Solution Piece Stationary PieceGradient LastLayer
  TwoLayers TwoLayersKkt EnclosedParameters Sloped Rates ParameterSystem ParametersOnBox ParametersChecked Valleys ValleysChecked.
Import ListNotations.
Open Scope R_scope.

(** ** Numbers along the curve *)
Definition second_order (f : R -> R) (a b c : R) : Prop := tends after (fun t => (f t - a - b * t) / (t * t)) c.
Local Notation W := after_where.
Lemma second_order_ext f g a b c : after (fun t => f t = g t) -> second_order f a b c -> second_order g a b c.
Proof.
  intros E H. apply (tends_eq _ W _ (fun t => (f t - a - b * t) / (t * t))); auto.
  eapply (U_mono _ W); [|exact E]. cbv beta. intros t ->. reflexivity.
Qed.
Lemma second_order_polynomial a b c : second_order (fun t => a + b * t + c * (t * t)) a b c.
Proof.
  apply (tends_eq _ W _ (fun _ => c)); [|apply (tends_const _ W)]. apply after_positive. intros t Ht. field. lra.
Qed.
Lemma second_order_plus f g a b c a' b' c' : second_order f a b c -> second_order g a' b' c' ->
  second_order (fun t => f t + g t) (a + a') (b + b') (c + c').
Proof.
  intros Hf Hg. eapply (tends_eq _ W); [|exact (tends_plus _ W _ _ _ _ Hf Hg)]. apply after_positive. intros t Ht. field. lra.
Qed.
Lemma second_order_mult f g a b c a' b' c' : second_order f a b c -> second_order g a' b' c' ->
  second_order (fun t => f t * g t) (a * a') (a * b' + b * a') (a * c' + c * a' + b * b').
Proof.
  intros Hf Hg. set (F := fun t => (f t - a - b * t) / (t * t)) in *. set (G := fun t => (g t - a' - b' * t) / (t * t)) in *.
  assert (L : tends after (fun t => (a * G t + F t * a' + b * b') + (t * (b * G t + F t * b') + t * (t * (F t * G t))))
    ((a * c' + c * a' + b * b') + (0 * (b * c' + c * b') + 0 * (0 * (c * c'))))).
  { repeat first [apply (tends_plus _ W) | apply (tends_mult _ W) | exact Hf | exact Hg | exact tends_time | apply (tends_const _ W)]. }
  replace ((a * c' + c * a' + b * b') + (0 * (b * c' + c * b') + 0 * (0 * (c * c')))) with (a * c' + c * a' + b * b') in L by ring.
  eapply (tends_eq _ W); [|exact L]. apply after_positive. intros t Ht. unfold F, G. field. lra.
Qed.
Lemma second_order_scale k f a b c : second_order f a b c -> second_order (fun t => k * f t) (k * a) (k * b) (k * c).
Proof.
  intro H. eapply (tends_eq _ W); [|exact (tends_mult _ W _ _ _ _ (tends_const _ W k) H)]. apply after_positive. intros t Ht. field. lra.
Qed.
Lemma second_order_value f a b c : second_order f a b c -> tends after f a.
Proof.
  intro H. assert (L : tends after (fun t => a + t * (b + t * ((f t - a - b * t) / (t * t)))) (a + 0 * (b + 0 * c))).
  { repeat first [apply (tends_plus _ W) | apply (tends_mult _ W) | exact H | exact tends_time | apply (tends_const _ W)]. }
  replace (a + 0 * (b + 0 * c)) with a in L by ring. eapply (tends_eq _ W); [|exact L]. apply after_positive. intros t Ht. field. lra.
Qed.

(** Activations: away from 0, at 0 with [b = 0], and at 0 with [c = 0]. *)
Lemma act_away s f a b c : s = 1 \/ a <> 0 -> second_order f a b c ->
  second_order (fun t => act s (f t)) (slope_at s a * a) (slope_at s a * b) (slope_at s a * c).
Proof.
  intros N H. apply (second_order_ext (fun t => slope_at s a * f t)); [|now apply second_order_scale].
  eapply (U_mono _ W); [|exact (near_slope _ W s f a N (second_order_value _ _ _ _ H))]. cbv beta. intros t ->. reflexivity.
Qed.
Lemma act_second s f c : second_order f 0 0 c -> second_order (fun t => act s (f t)) 0 0 (act s c).
Proof.
  intro H. eapply (tends_eq _ W); [|exact (tends_act _ W s _ _ H)]. apply after_positive. intros t Ht. cbv beta.
  assert (E : f t = t * t * ((f t - 0 - 0 * t) / (t * t))) by (field; lra). rewrite E at 1.
  rewrite act_scaled by now apply Rmult_lt_0_compat. field. lra.
Qed.
Lemma act_first s f b : second_order f 0 b 0 -> second_order (fun t => act s (f t)) 0 (act s b) 0.
Proof.
  intros H eps He. set (B := Rabs s + 1). assert (HB : 0 < B) by (unfold B; pose proof (Rabs_pos s); lra).
  specialize (H (eps / B) ltac:(now apply Rdiv_lt_0_compat)). eapply (U_mono _ W); [|exact (U_and _ W _ _ H (after_positive _ (fun t Ht => Ht)))].
  cbv beta. intros t [Ht Pt]. rewrite Rminus_0_r in *. set (r := (f t - 0 - b * t) / (t * t)) in *.
  assert (T : 0 < t * t) by now apply Rmult_lt_0_compat.
  assert (E : f t - b * t = r * (t * t)) by (unfold r; field; lra).
  replace ((act s (f t) - 0 - act s b * t) / (t * t)) with ((act s (f t) - act s (b * t)) * / (t * t)).
  2:{ rewrite (Rmult_comm b t), act_scaled by auto. field. lra. }
  rewrite Rabs_mult, (Rabs_pos_eq (/ (t * t))) by (left; now apply Rinv_0_lt_compat).
  apply Rle_lt_trans with (B * Rabs (f t - b * t) * / (t * t)).
  - apply Rmult_le_compat_r. left; now apply Rinv_0_lt_compat. apply act_lipschitz.
  - rewrite E, Rabs_mult, (Rabs_pos_eq (t * t)) by lra. replace (B * (Rabs r * (t * t)) * / (t * t)) with (B * Rabs r) by (field; lra).
    apply Rlt_le_trans with (B * (eps / B)). now apply Rmult_lt_compat_l. right. field. lra.
Qed.

(** ** The same in intervals *)
Section Curve.
Variable bits : Z.
Hypothesis Hbits : (0 <= bits)%Z.
Notation interval := Intervals.interval.
Definition curved : Type := interval * interval * interval.
Definition flat (a : interval) : curved := (a, zero, zero).
Definition curved_add (x y : curved) : curved :=
  let '(a, b, c) := x in let '(a', b', c') := y in (add a a', add b b', add c c').
Definition curved_mul (x y : curved) : curved :=
  let '(a, b, c) := x in let '(a', b', c') := y in
  (mul bits a a', add (mul bits a b') (mul bits b a'), add (add (mul bits a c') (mul bits c a')) (mul bits b b')).
Definition curved_opp (x : curved) : curved := let '(a, b, c) := x in (opp a, opp b, opp c).
Definition curved_ring : ring := Ring curved (fun q => flat (of_Q bits q)) curved_add curved_mul curved_opp.

(** Functions of the time, as the only entry of a list. *)
Definition on_curve (f : list R -> R) (t : R) : R := f [t].
Definition times_of (l : list R) : Prop := exists t, 0 <= t /\ l = [t].
Definition along_curve (x : curved_ring) (f : list R -> R) : Prop :=
  holds bits (fst (fst x)) (f [0]) /\ exists b c, holds bits (snd (fst x)) b /\ holds bits (snd x) c /\ second_order (on_curve f) (f [0]) b c.
Lemma along_encloses : encloses curved_ring times_of along_curve.
Proof.
  split.
  - intros x f g E (H1 & b & c & H2 & H3 & S). rewrite (E [0]) in H1, S by (exists 0; split; [lra|auto]). split; auto. exists b, c. split; auto. split; auto.
    eapply second_order_ext; [|exact S]. apply after_positive. intros t Ht. apply E. exists t. split; [lra|auto].
  - intro q. split. now apply of_Q_ok. exists 0, 0. split; [|split]; try apply zero_ok; auto.
    eapply second_order_ext; [|apply (second_order_polynomial (Q2R q) 0 0)]. apply after_positive. intros t _. unfold on_curve. ring.
  - intros [[a b] c] [[a' b'] c'] f g (H1 & p & q & H2 & H3 & S) (H1' & p' & q' & H2' & H3' & S'). cbn in *. split. now apply add_ok.
    exists (p + p'), (q + q'). split; [|split]; try (now apply add_ok). exact (second_order_plus _ _ _ _ _ _ _ _ S S').
  - intros [[a b] c] [[a' b'] c'] f g (H1 & p & q & H2 & H3 & S) (H1' & p' & q' & H2' & H3' & S'). cbn in *. split. now apply mul_ok.
    exists (f [0] * p' + p * g [0]), (f [0] * q' + q * g [0] + p * p'). split; [|split].
    + apply add_ok; apply mul_ok; auto.
    + apply add_ok; [apply add_ok|]; apply mul_ok; auto.
    + exact (second_order_mult _ _ _ _ _ _ _ _ S S').
  - intros [[a b] c] f (H1 & p & q & H2 & H3 & S). cbn in *. split. now apply opp_ok. exists (- p), (- q). split; [|split]; try (now apply opp_ok).
    pose proof (second_order_scale (-1) _ _ _ _ S) as S'. replace (- f [0]) with (-1 * f [0]) by ring. replace (- p) with (-1 * p) by ring.
    replace (- q) with (-1 * q) by ring. eapply second_order_ext; [|exact S']. apply after_positive. intros t _. unfold on_curve. ring.
Qed.

(** A unit whose preactivation has this kind; whether that could be told. *)
Definition scaled_by (s : Q) (z : curved) : curved := curved_mul (flat (of_Q bits s)) z.
Definition unit_along (s : Q) (k : kind) (z : curved) : bool * curved :=
  if Qeq_bool s 1 then (true, z)
  else match k with
    | Positive => (true, z)
    | Negative => (true, scaled_by s z)
    | Bent _ | Silent =>
        if is_zero (snd (fst z)) then (true, (zero, zero, iactivated bits (of_Q bits s) (snd z)))
        else if is_zero (snd z) then (true, (zero, iactivated bits (of_Q bits s) (snd (fst z)), zero))
        else (false, z)
    end.
Lemma along_near x f g : along_curve x f -> f [0] = g [0] -> after (fun t => f [t] = g [t]) -> along_curve x g.
Proof.
  intros (H1 & b & c & H2 & H3 & S) E0 E. split. now rewrite <- E0. exists b, c. split; auto. split; auto. rewrite <- E0.
  exact (second_order_ext _ _ _ _ _ E S).
Qed.
Lemma unit_along_ok s k z f : along_curve z f -> fst (unit_along s k z) = true ->
  (Q2R s <> 1 -> match k with Negative => f [0] < 0 | Positive => 0 < f [0] | _ => f [0] = 0 end) ->
  along_curve (snd (unit_along s k z)) (fun l => act (Q2R s) (f l)).
Proof.
  intros Z Ok Side. unfold unit_along in *. pose proof Z as (H1 & b & c & H2 & H3 & S).
  destruct (Qeq_bool s 1) eqn:E1.
  { apply Qeq_bool_eq, Qeq_eqR in E1. rewrite RMicromega.Q2R_1 in E1. apply (rel_ext along_encloses z f); auto.
    intros l _. rewrite E1. unfold act. destruct Rlt_dec; ring. }
  assert (N1 : Q2R s <> 1). { intro E. rewrite <- RMicromega.Q2R_1 in E. apply eqR_Qeq, Qeq_bool_iff in E. congruence. }
  specialize (Side N1). pose proof (second_order_value _ _ _ _ S) as V.
  assert (A0 : act (Q2R s) 0 = 0) by (unfold act; destruct Rlt_dec; lra).
  assert (At0 : f [0] = 0 -> forall r, r = (if is_zero (snd (fst z)) then (true, (zero, zero, iactivated bits (of_Q bits s) (snd z)))
      else if is_zero (snd z) then (true, (zero, iactivated bits (of_Q bits s) (snd (fst z)), zero)) else (false, z)) -> fst r = true ->
    along_curve (snd r) (fun l => act (Q2R s) (f l))).
  { intros Z0 r -> Okr. destruct (is_zero (snd (fst z))) eqn:Eb; [|destruct (is_zero (snd z)) eqn:Ec; [|discriminate]].
    - apply (is_zero_ok bits Hbits) with (x := b) in Eb; auto. subst b. unfold along_curve. cbn [fst snd]. rewrite Z0, A0. split. apply zero_ok.
      exists 0, (act (Q2R s) c). split; [apply zero_ok|]. split. apply iactivated_ok; auto. now apply of_Q_ok.
      rewrite Z0 in S. exact (act_second (Q2R s) _ c S).
    - apply (is_zero_ok bits Hbits) with (x := c) in Ec; auto. subst c. unfold along_curve. cbn [fst snd]. rewrite Z0, A0. split. apply zero_ok.
      exists (act (Q2R s) b), 0. split; [|split; [apply zero_ok|]]. apply iactivated_ok; auto. now apply of_Q_ok.
      rewrite Z0 in S. exact (act_first (Q2R s) _ b S). }
  destruct k as [| |n|]; [| |exact (At0 Side _ eq_refl Ok)|exact (At0 Side _ eq_refl Ok)].
  - apply (along_near (scaled_by s z) (fun l => Q2R s * f l)).
    + exact (rel_mul along_encloses _ _ _ _ (rel_const along_encloses s) Z).
    + unfold act. destruct Rlt_dec; lra.
    + eapply (U_mono _ W); [|exact (near_slope _ W (Q2R s) _ _ (or_intror (Rlt_not_eq _ _ Side)) V)]. cbv beta. intros t E.
      unfold on_curve in E. rewrite E. unfold slope_at. destruct Rlt_dec; lra.
  - apply (along_near z f); auto.
    + unfold act. destruct Rlt_dec; lra.
    + eapply (U_mono _ W); [|exact (near_slope _ W (Q2R s) _ _ (or_intror (Rgt_not_eq _ _ Side)) V)]. cbv beta. intros t E.
      unfold on_curve in E. rewrite E. unfold slope_at. destruct Rlt_dec; lra.
Qed.

(** ** A network along the curve *)
Variables (P : problem Q) (D : description Q).
(** What moves in proportion to [t], and to [t^2]. *)
Variables (omega delta : params Q).
Notation F := curved_ring.
Let PR := real P.
Let DR := real_description D.
Notation X := (numbers bits D).
Notation at_place l k i := (nth i (nth k l []) 0%Q).
Definition parameters_along : list (list F) :=
  mapi (fun k w => mapi (fun i a => (a, of_Q bits (at_place omega k i), of_Q bits (at_place delta k i)) : F) 0 w) 0 (gparameters (F := interval_ring bits) D X).
Fixpoint along (k j : nat) (n : list (layer Q)) (theta : list (list F)) (x : list F) : bool * list F :=
  match n, theta with
  | l :: n', w :: theta' =>
      let y := mapi (fun u c => unit_along (slope l) (gkind D k j u) (gpreact w x c)) 0 (units l) in
      let (ok, out) := along k (S j) n' theta' (map snd y) in
      (if forallb fst y then ok else false, out)
  | _, _ => (true, x)
  end.
Lemma along_ok k : forall n j theta x Th Y, rel_lists (rel := along_curve) theta Th -> rel_list (rel := along_curve) x Y -> fst (along k j n theta x) = true ->
  (forall i l u c, nth_error n i = Some l -> nth_error (units l) u = Some c -> Q2R (slope l) <> 1 ->
    let z := preact (nth i (Th [0]) []) (forward (firstn i (map (map_layer Q2R) n)) (Th [0]) (Y [0])) c in
    match gkind D k (j + i) u with Negative => z < 0 | Positive => 0 < z | _ => z = 0 end) ->
  rel_list (rel := along_curve) (snd (along k j n theta x)) (fun l => forward (map (map_layer Q2R) n) (Th l) (Y l)).
Proof.
  induction n as [|l n IH]; intros j theta x Th Y [HL HT] HY Ok Side; [exact HY|].
  destruct theta as [|w theta].
  { intro i. apply (rel_ext along_encloses _ (fun l => nth i (Y l) 0)); [|apply HY]. intros t _. specialize (HL t). destruct (Th t); [reflexivity|discriminate]. }
  cbn [along] in *. set (y := mapi _ 0 (units l)) in *. destruct (along k (S j) n theta (map snd y)) as [ok out] eqn:E. cbn [fst snd] in *.
  destruct (forallb fst y) eqn:Oy; try discriminate. rewrite forallb_forall in Oy.
  assert (Hd : forall t, nth 0 (Th t) [] = hd [] (Th t)) by (intro t; now destruct (Th t)).
  assert (Pre : forall c, along_curve (gpreact (F := F) w x c) (fun t => preact (hd [] (Th t)) (Y t) c)).
  { intro c. apply (rel_preact along_encloses w (fun t => hd [] (Th t))); auto. intro p. specialize (HT 0%nat p).
    apply (rel_ext along_encloses _ (fun t => nth p (nth 0 (Th t) []) 0)); auto. intros t _. now rewrite Hd. }
  assert (Hy : rel_list (rel := along_curve) (map snd y) (fun t => apply_layer (map_layer Q2R l) (hd [] (Th t)) (Y t))).
  { intro u. apply (rel_ext along_encloses _ (fun t => match nth_error (units l) u with Some c => act (Q2R (slope l)) (preact (hd [] (Th t)) (Y t) c) | None => 0 end)).
    { intros t _. unfold apply_layer. rewrite nth_map_units. reflexivity. }
    unfold y. rewrite map_mapi. rewrite (nth_mapi_error (fun u c => snd (unit_along (slope l) (gkind D k j u) (gpreact w x c)))).
    destruct (nth_error (units l) u) as [c|] eqn:Eu; [|apply (rel_0 along_encloses)].
    apply (unit_along_ok (slope l) (gkind D k j u) (gpreact w x c) (fun t => preact (hd [] (Th t)) (Y t) c)); auto.
    - apply Oy. unfold y. assert (nth_error (mapi (fun u c => unit_along (slope l) (gkind D k j u) (gpreact w x c)) 0 (units l)) u =
        Some (unit_along (slope l) (gkind D k j u) (gpreact w x c))); [|now apply nth_error_In in H].
      clear - Eu. assert (G : forall (g : nat -> list (nat * nat) -> bool * curved) i m u c, nth_error m u = Some c -> nth_error (mapi g i m) u = Some (g (i + u)%nat c)).
      { intros g i m. revert i. induction m as [|a m IHm]; intros i [|u'] c' H; try discriminate; cbn [mapi nth_error].
        injection H as ->. now rewrite Nat.add_0_r. rewrite (IHm (S i) u' c' H). now rewrite Nat.add_succ_r. }
      exact (G _ 0%nat _ _ _ Eu).
    - intro N1. specialize (Side 0%nat l u c eq_refl Eu N1). rewrite Nat.add_0_r in Side. cbn [firstn forward map] in Side. rewrite Hd in Side. exact Side. }
  pose proof (IH (S j) theta (map snd y) (fun t => tl (Th t)) (fun t => apply_layer (map_layer Q2R l) (hd [] (Th t)) (Y t))) as I.
  rewrite E in I. cbn [fst snd] in I. intro i. eapply (rel_ext along_encloses); [|apply I]; auto.
  - intros t _. cbn beta. specialize (HL t). destruct (Th t); [discriminate|reflexivity].
  - split. intro t. specialize (HL t). destruct (Th t); [discriminate|]. simpl in *. congruence.
    intros a b. specialize (HT (S a) b). eapply (rel_ext along_encloses); [|exact HT]. intros t _. cbn beta. specialize (HL t). destruct (Th t); [discriminate|reflexivity].
  - intros i' l' u c Hi Hu N1. specialize (Side (S i') l' u c Hi Hu N1). cbv zeta in Side |- *. rewrite Nat.add_succ_r in Side.
    specialize (HL [0]). destruct (Th [0]) as [|w0 T0]; [discriminate|]. exact Side.
Qed.

(** *** The check *)
Definition check_rises (k : nat) : bool :=
  let (ok, out) := along k 0 (net P) parameters_along (gsample (F := F) P (tight_sample D k)) in
  if ok then
    let m := nth 0 out (g0 (F := F)) in
    if is_zero (snd (fst m)) then positive (gsgn (F := interval_ring bits) (tight_label P D k) (snd m)) else false
  else false.
(** Half of how the squared norm changes. *)
Definition change_of_norm : interval :=
  gsum (F := interval_ring bits) (mapi (fun k w => gsum (F := interval_ring bits) (mapi (fun i a =>
    add (mul bits a (mul bits (of_Q bits 2) (of_Q bits (at_place delta k i)))) (mul bits (of_Q bits (at_place omega k i)) (of_Q bits (at_place omega k i)))) 0 w)) 0
    (gparameters (F := interval_ring bits) D X)).
Definition check_curve : bool :=
  if forallb (fun v => Qeq_bool (at_place omega (fst v) (snd v)) 0) (free_places D) then
  if positive (opp change_of_norm) then forallb check_rises (seq 0 (length (samples D))) else false else false.

(** *** What that means *)
Variable xi : list R.
Hypothesis Facts : at_solution P D xi.
Let par := parameters DR xi.
Let om v := Q2R (at_place omega (fst v) (snd v)).
Let de v := Q2R (at_place delta (fst v) (snd v)).
Let moved (l : list R) : params R := tab par (fun v => entry par v + (hd 0 l * om v + hd 0 l * hd 0 l * de v)).
Lemma moved_shape l : same_shape par (moved l).
Proof. unfold same_shape, moved. now rewrite shape_tab. Qed.
Lemma moved_at_0 : moved [0] = par.
Proof.
  unfold moved. rewrite <- (tab_entries par par eq_refl) at 2. apply tab_ext_in. intros v _. cbn [hd]. ring.
Qed.
Lemma parameters_along_ok : rel_lists (rel := along_curve) parameters_along moved.
Proof.
  destruct (parameters_hold bits P D Hbits xi Facts) as [L HT]. fold DR par in L, HT. split.
  { intro l. unfold moved, tab, parameters_along. rewrite !length_mapi. exact L. }
  intros k i. assert (Rows : forall k, length (nth k (gparameters (F := interval_ring bits) D X) []) = length (nth k par [])).
  { intro m. unfold gparameters, par, parameters. change (unknowns DR) with (unknowns D).
    change (@nil (interval_ring bits)) with (map (fun o : option nat => match o with Some n => nth n X (g0 (F := interval_ring bits)) | None => g0 (F := interval_ring bits) end) []).
    change (@nil R) with (map (fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end) []). now rewrite !map_nth, !map_length. }
  apply (rel_ext along_encloses _ (fun l => if inside par (k, i) then entry par (k, i) + (hd 0 l * om (k, i) + hd 0 l * hd 0 l * de (k, i)) else 0)).
  { intros l _. change (nth i (nth k (moved l) []) 0) with (entry (moved l) (k, i)). unfold moved. now rewrite entry_tab. }
  unfold parameters_along. unfold inside. cbn [fst snd]. destruct (Nat.ltb_spec k (length par)) as [Hk|Hk].
  - rewrite nth_mapi with (d := []) by (eapply Nat.lt_le_trans; [exact Hk|apply Nat.eq_le_incl; exact L]). cbn [Nat.add andb]. destruct (Nat.ltb_spec i (length (nth k par []))) as [Hi|Hi].
    + rewrite nth_mapi with (d := g0 (F := interval_ring bits)) by (eapply Nat.lt_le_trans; [exact Hi|apply Nat.eq_le_incl; symmetry; apply Rows]). cbn [Nat.add]. split; cbn [fst snd hd].
      * replace (entry par (k, i) + (0 * om (k, i) + 0 * 0 * de (k, i))) with (entry par (k, i)) by ring. exact (HT k i).
      * exists (om (k, i)), (de (k, i)). split; [now apply of_Q_ok|]. split; [now apply of_Q_ok|].
        replace (entry par (k, i) + (0 * om (k, i) + 0 * 0 * de (k, i))) with (entry par (k, i)) by ring.
        eapply second_order_ext; [|apply (second_order_polynomial (entry par (k, i)) (om (k, i)) (de (k, i)))].
        apply after_positive. intros t _. unfold on_curve. cbn [hd]. ring.
    + rewrite (nth_overflow (mapi _ _ _)) by (rewrite length_mapi; eapply Nat.le_trans; [apply Nat.eq_le_incl, Rows|exact Hi]). apply (rel_0 along_encloses).
  - rewrite (nth_overflow (mapi _ _ _)) by (rewrite length_mapi; eapply Nat.le_trans; [apply Nat.eq_le_incl; symmetry; exact L|exact Hk]). destruct i; apply (rel_0 along_encloses).
Qed.
Lemma margins_rise k : (k < length (samples D))%nat -> check_rises k = true -> after (fun t => 1 < margin PR (moved [t]) (sample PR DR k)).
Proof.
  intros Hk C. unfold check_rises in C. destruct (along k 0 (net P) parameters_along (gsample (F := F) P (tight_sample D k))) as [ok out] eqn:E.
  destruct ok; try discriminate. destruct (is_zero (snd (fst (nth 0 out (g0 (F := F)))))) eqn:E1; try discriminate.
  pose proof (along_ok k (net P) 0 parameters_along (gsample (F := F) P (tight_sample D k)) moved (fun _ => fst (sample PR DR k)) parameters_along_ok
    (rel_given P D along_encloses k)) as A. rewrite E in A. cbn [fst snd] in A.
  specialize (A eq_refl). assert (Des : forall i l u c, nth_error (net P) i = Some l -> nth_error (units l) u = Some c -> Q2R (slope l) <> 1 ->
    let z := preact (nth i (moved [0]) []) (forward (firstn i (map (map_layer Q2R) (net P))) (moved [0]) (fst (sample PR DR k))) c in
    match gkind D k (0 + i) u with Negative => z < 0 | Positive => 0 < z | _ => z = 0 end).
  { intros i l u c Hi Hu N1. rewrite moved_at_0. assert (Hj : nth_error (net PR) i = Some (map_layer Q2R l)) by (unfold PR; cbn [real map_problem net]; now rewrite nth_error_map, Hi).
    destruct (Described P D xi Facts) as (_ & Ds). specialize (Ds k i _ u c Hk Hj Hu N1). cbv zeta in Ds |- *. cbn [Nat.add].
    change (gkind D k i u) with (kind_at DR k i u). change (real_description D) with DR in Ds. destruct (kind_at DR k i u); auto; try exact Ds. apply Ds. }
  specialize (A Des 0%nat). destruct A as (_ & b & c & H2 & H3 & S). apply (is_zero_ok bits Hbits _ b E1) in H2. subst b.
  set (y := sgn (snd (sample PR DR k))) in *. assert (T : y * nth 0 (forward (net PR) par (fst (sample PR DR k))) 0 = 1) by exact (proj2 (Tight P D xi Facts k Hk)).
  assert (Pos : 0 < y * c).
  { refine (positive_ok bits Hbits _ _ C _). unfold y. change (snd (sample PR DR k)) with (snd (sample (real P) (real_description D) k)). rewrite <- (label_of P D k).
    exact (rel_sgn (over_encloses bits Hbits (fun _ => True)) _ _ (fun _ => c) (fun _ _ => H3) [] I). }
  apply (second_order_scale y) in S. specialize (S (y * c) Pos). eapply (U_mono _ W); [|exact (U_and _ W _ _ S (after_positive _ (fun t Ht => Ht)))].
  cbv beta. intros t [B Pt]. unfold margin, Phi. fold y. unfold on_curve in B.
  change (forward (map (map_layer Q2R) (net P))) with (forward (net PR)) in B. rewrite moved_at_0 in B.
  rewrite T in B.
  set (m := y * nth 0 (forward (net PR) (moved [t]) (fst (sample PR DR k))) 0) in *.
  assert (T2 : 0 < t * t) by now apply Rmult_lt_0_compat. assert (Q : 0 < (m - 1 - y * 0 * t) / (t * t)).
  { unfold Rabs in B. destruct Rcase_abs; lra. }
  assert (Q2 : (m - 1 - y * 0 * t) / (t * t) * (t * t) = m - 1) by (field; lra). pose proof (Rmult_lt_0_compat _ _ Q T2). lra.
Qed.
Lemma gsum_mapi {A} (G : nat -> A -> interval) (g : nat -> A -> R) l i : (forall i a, holds bits (G i a) (g i a)) ->
  holds bits (gsum (F := interval_ring bits) (mapi G i l)) (Rsum (mapi g i l)).
Proof.
  intro E. revert i. induction l as [|a l IH]; intro i; cbn [mapi].
  - exact (rel_0 (over_encloses bits Hbits (fun _ => True)) [] I).
  - rewrite Rsum_cons. exact (add_ok bits _ _ _ _ (E i a) (IH (S i))).
Qed.
Lemma change_of_norm_ok : holds bits change_of_norm (dsum par (fun v => entry par v * (2 * de v) + om v * om v)).
Proof.
  pose proof (spread_ok bits Hbits (centres D) (reach D)) as known. pose proof (Inside P D xi Facts) as Wi.
  unfold change_of_norm. set (G := fun o : option nat => match o with Some n => nth n X (g0 (F := interval_ring bits)) | None => g0 (F := interval_ring bits) end).
  set (g := fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end).
  assert (MM : forall {A B C'} (f : nat -> B -> C') (h : A -> B) i l, mapi f i (map h l) = mapi (fun i a => f i (h a)) i l).
  { intros A B C' f h i l. revert i. induction l; intro i; cbn [mapi map]; auto. now rewrite IHl. }
  assert (E : dsum par (fun v => entry par v * (2 * de v) + om v * om v) =
    Rsum (mapi (fun k row => Rsum (mapi (fun i o => g o * (2 * de (k, i)) + om (k, i) * om (k, i)) 0 row)) 0 (unknowns D))).
  { unfold dsum, par at 2, parameters. change (unknowns DR) with (unknowns D). rewrite MM. f_equal. apply mapi_ext_at. intros k row Hk. f_equal. rewrite MM.
    apply mapi_ext_at. intros i o Hi. cbn [Nat.add]. f_equal. f_equal. unfold entry, par, parameters. cbn [fst snd]. change (unknowns DR) with (unknowns D).
    change (@nil R) with (map g []). rewrite map_nth, (nth_error_nth _ _ _ Hk). change 0 with (g None). rewrite map_nth. now rewrite (nth_error_nth _ _ _ Hi). }
  rewrite E. unfold gparameters. rewrite MM. apply gsum_mapi. intros k row. rewrite MM. apply gsum_mapi. intros i o.
  assert (Ho : holds bits (G o) (g o)).
  { destruct o as [n|]. exact (known n xi Wi). exact (rel_0 (over_encloses bits Hbits (fun _ => True)) [] I). }
  apply add_ok; apply mul_ok; auto; try (now apply of_Q_ok). apply mul_ok; auto; try (now apply of_Q_ok).
  replace 2 with (Q2R 2) by (unfold Q2R; simpl; lra). now apply of_Q_ok.
Qed.

Theorem curve_ok : check_curve = true -> ~ local_optimum PR None par.
Proof.
  unfold check_curve. destruct forallb eqn:E1; try discriminate. destruct (positive (opp change_of_norm)) eqn:E2; try discriminate. intro E3.
  rewrite forallb_forall in E1, E3. pose proof (positive_ok bits Hbits _ _ E2 (opp_ok bits _ _ change_of_norm_ok)) as Falls.
  intros (_ & eps & He & K). set (S := dsum par (fun v => entry par v * (2 * de v) + om v * om v)) in *.
  assert (Om : forall v, entry par v * om v = 0).
  { intro v. destruct v as [j p]. unfold om. cbn [fst snd]. destruct (nth p (nth j (unknowns D) []) None) as [n|] eqn:Eu.
    - assert (Iv : In (j, p) (free_places D)) by (apply in_free_places; eauto). specialize (E1 _ Iv). cbn [fst snd] in E1.
      apply Qeq_bool_eq, Qeq_eqR in E1. rewrite E1, RMicromega.Q2R_0. ring.
    - replace (entry par (j, p)) with 0. ring. unfold entry, par, parameters. cbn [fst snd]. change (unknowns DR) with (unknowns D).
      change (@nil R) with (map (fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end) []). rewrite map_nth.
      pose proof (map_nth (fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end) (nth j (unknowns D) []) None p) as Q. cbv beta iota in Q.
      rewrite Q, Eu. reflexivity. }
  set (R1 := dsum par (fun v => 2 * (om v * de v))). set (R2 := dsum par (fun v => de v * de v)).
  assert (Norm : forall t, norm2 (moved [t]) = norm2 par + t * t * (S + (t * R1 + t * t * R2))).
  { intro t. assert (Sh : map (@length R) (moved [t]) = map (@length R) par) by (symmetry; apply moved_shape).
    rewrite !norm2_dot, !(dot_dsum par) by auto. unfold S, R1, R2. rewrite <- !(dsum_scale par t), <- !(dsum_scale par (t * t)).
    rewrite !dsum_places. rewrite <- !Rsum_plus. rewrite <- Rsum_mult, <- Rsum_plus. apply Rsum_ext_in. intros v Hv. apply in_places in Hv.
    unfold moved. rewrite entry_tab, Hv. cbn [hd]. pose proof (Om v) as O.
    replace ((entry par v + (t * om v + t * t * de v)) * (entry par v + (t * om v + t * t * de v))) with
      (entry par v * entry par v + t * t * (entry par v * (2 * de v) + om v * om v + (t * (2 * (om v * de v)) + t * t * (de v * de v))) + 2 * t * (entry par v * om v)) by ring.
    rewrite O. ring. }
  assert (Fall : after (fun t => norm2 (moved [t]) < norm2 par)).
  { assert (L : tends after (fun t => S + (t * R1 + t * t * R2)) (S + (0 * R1 + 0 * 0 * R2))).
    { repeat first [apply (tends_plus _ W) | apply (tends_mult _ W) | exact tends_time | apply (tends_const _ W)]. }
    specialize (L (- S) Falls). eapply (U_mono _ W); [|exact (U_and _ W _ _ L (after_positive _ (fun t Ht => Ht)))]. cbv beta. intros t [B Pt]. rewrite Norm.
    assert (T2 : 0 < t * t) by now apply Rmult_lt_0_compat. assert (Q : S + (t * R1 + t * t * R2) < 0) by (unfold Rabs in B; destruct Rcase_abs; lra). nra. }
  assert (Te : forall v, tends after (fun t => entry (moved [t]) v) (entry par v)).
  { intro v. apply (tends_eq _ W _ (fun t => if inside par v then entry par v + (t * om v + t * t * de v) else 0)).
    { apply after_positive. intros t _. unfold moved. rewrite entry_tab. reflexivity. }
    destruct (inside par v) eqn:Iv.
    - assert (L : tends after (fun t => entry par v + (t * om v + t * t * de v)) (entry par v + (0 * om v + 0 * 0 * de v))).
      { repeat first [apply (tends_plus _ W) | apply (tends_mult _ W) | exact tends_time | apply (tends_const _ W)]. }
      replace (entry par v + (0 * om v + 0 * 0 * de v)) with (entry par v) in L by ring. exact L.
    - rewrite (entry_outside par par) by auto. apply (tends_const _ W). }
  destruct (Feasible P D xi Facts) as [_ [Sh F']]. fold PR DR par in Sh, F'.
  assert (Lp : length par = length (net PR)) by exact (shaped_length PR par Sh).
  assert (Rise : after (fun t => forall s, In s (data PR) -> 1 <= margin PR (moved [t]) s)).
  { apply (U_list _ W). intros s Hs. apply In_nth with (d := ([], true)) in Hs. destruct Hs as (i & Hi & <-).
    destruct (in_dec Nat.eq_dec i (samples D)) as [Ii|Ni].
    - apply In_nth with (d := 0%nat) in Ii. destruct Ii as (k & Hk & <-).
      eapply (U_mono _ W); [|exact (margins_rise k Hk (E3 k ltac:(apply in_seq; lia)))]. cbv beta. intros t B. left. exact B.
    - pose proof (Above P D xi Facts i Hi Ni) as Ab. fold PR DR par in Ab.
      assert (L : tends after (fun t => margin PR (moved [t]) (nth i (data PR) ([], true))) (margin PR par (nth i (data PR) ([], true)))).
      { unfold margin, Phi. apply (tends_mult _ W). apply (tends_const _ W). apply (tends_forward after W (net PR) (fun t => moved [t]) par (fun _ => fst (nth i (data PR) ([], true)))); auto.
        + rewrite Lp. auto.
        + apply after_positive. intros t _. unfold moved, tab. rewrite length_mapi, Lp. auto.
        + intro q. apply (tends_const _ W). }
      specialize (L (margin PR par (nth i (data PR) ([], true)) - 1) ltac:(lra)). eapply (U_mono _ W); [|exact L]. cbv beta. intros t B.
      unfold Rabs in B. destruct Rcase_abs; lra. }
  destruct (dist_entries par eps He) as (d & Hd & Near).
  assert (Close : after (fun t => forall v, In v (places par) -> Rabs (entry (moved [t]) v - entry par v) < d)).
  { apply (U_list _ W). intros v _. exact (Te v d Hd). }
  destruct (U_and _ W _ _ Fall (U_and _ W _ _ Rise Close)) as (T & HT & All). destruct (All (T / 2) ltac:(lra)) as (A1 & A2 & A3).
  assert (Sat : satisfies PR (moved [T / 2])).
  { split; auto. unfold shaped. rewrite <- Sh. symmetry. apply moved_shape. }
  specialize (K (moved [T / 2]) Sat ltac:(discriminate) (Near _ (moved_shape _) A3)). lra.
Qed.
End Curve.
