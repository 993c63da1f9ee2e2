(** * Kinks that raise a margin by terms of third order at most.

    On a sample each unit is given a slope: that of its side where its preactivation is not 0 at the point, and one that
    the evidence chooses at a kink. With these slopes the network computes a polynomial. From the last layer down, units
    are replaced by their multiples. That cannot lower the margin near the point where the sign of the margin's
    derivative by what the unit passes on fits the activation, convex or concave. Otherwise the kink must be faint: the
    preactivation vanishes with some order, the derivative with another, and they add up to 3 at least. Then the margin
    is at most the polynomial, but for terms of third order. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Feasible Displacement Lagrangian Orders Backward.
Import ListNotations.
Open Scope R_scope.

Section Harmless.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).
Variable free : option nat.

(** ** Forwards: values at the point, and orders with which they vanish *)

Definition reading := (F * order)%type.
Definition absent : reading := (k0 F, None).
Definition weight (moves : bool) (a : F) : reading :=
  (a, if kzero a then if moves then Some 1%nat else None else Some 0%nat).

(** Sums of products. *)
Definition sum_orders (w x : list reading) (c : list (nat * nat)) : order :=
  fold_right (fun iu o => least_order (sum_order (snd (nth (snd iu) w absent)) (snd (nth (fst iu) x absent))) o) None c.

(** A unit on a sample: its connections, the order of its preactivation, its slope, whether its output is that multiple of
    the preactivation near the point, and its output. *)
Record neuron :=
  Neuron { wires : list (nat * nat); preactivation_order : order; factor : F; exact : bool; output : reading }.

(** [still]: neither the layer's weights nor its inputs move. *)
Definition neuron_at (s : F) (slope : option F) (still : bool) (w x : list reading) (c : list (nat * nat)) : option neuron :=
  let z := tpreact (S := sym_num F) (map fst w) (map fst x) c in
  match num_act s z with
  | None => None
  | Some a =>
      let o := if kzero z then if still then None else option_map (Nat.max 1) (sum_orders w x c) else Some 0%nat in
      let '(f, is_exact) :=
        if kone s then (k1 F, true) else if kpos z then (k1 F, true) else if kpos (kopp z) then (s, true)
        else (match slope with Some f => f | None => s end, match o with None => true | Some _ => false end) in
      let is_off := if kzero s then kpos (kopp z) else false in
      Some (Neuron c o f is_exact (a, if is_off then None else o))
  end.

(** ** Backwards: which units may be replaced *)

Definition between (a c b : F) : bool := if knonneg (ksub c a) then knonneg (ksub b c) else false.
Definition faint (o : order) (D : mpoly) : bool :=
  match o with Some k => forallb (fun am => Nat.leb 3 (k + length (snd am))) D | None => true end.
(** Whether the unit may be replaced by its multiple, if the margin changes with its output as [D] says. *)
Definition harmless (s : F) (d : neuron) (D : mpoly) : bool :=
  if exact d then true
  else if (if between s (factor d) (k1 F) then kpos (kopp (mconst D)) else false) then true
  else if (if between (k1 F) (factor d) s then kpos (mconst D) else false) then true
  else faint (preactivation_order d) D.

Section Pass.
Variable slopes : nat -> nat -> option F.
Variable y : bool.

Fixpoint replaced (k : nat) (rest : bool) (n : list (layer F)) (th : params mpoly) (th0 : params F) (x : list reading)
  : option (list mpoly) :=
  match n, th, th0 with
  | [], _, _ => Some [tsgn (S := sym_mpoly) y]
  | l :: n', w :: th', w0 :: th0' =>
      let moves := is_free free k in
      let still := if moves then false else rest in
      let weights := map (weight moves) w0 in
      match mapM (fun uc => neuron_at (slope l) (slopes k (fst uc)) still weights x (snd uc)) (mapi pair 0 (units l)) with
      | None => None
      | Some ds =>
          match replaced (S k) still n' th' th0' (map output ds) with
          | None => None
          | Some D =>
              if Nat.eqb (length D) (length ds) then
              if forallb (fun dD => harmless (slope l) (fst dD) (snd dD)) (combine ds D) then
              if forallb (forallb (fun iu => Nat.ltb (fst iu) (length x))) (units l) then
                Some (pull (map (fun dD => (wires (fst dD), scaled (factor (fst dD)) (snd dD))) (combine ds D)) w (length x))
              else None else None else None
          end
      end
  | _, _, _ => None
  end.
End Pass.

(** A polynomial that the margin exceeds by terms of third order at most. *)
Definition margin_above (P : problem F) (theta : params F) (slopes : nat -> nat -> option F) (s : list F * bool) : option mpoly :=
  match replaced slopes (snd s) 0 true (net P) (displaced free theta) theta (map (weight false) (fst s)) with
  | Some D => if Nat.eqb (length D) (length (fst s)) then Some (at_inputs D (fst s)) else None
  | None => None
  end.

(** ** Why *)

Definition reads (x : list reading) (X : env -> list R) : Prop :=
  forall i, small 1 (fun e => nth i (X e) 0 - toR (fst (nth i x absent))) /\
            vanishes (snd (nth i x absent)) (fun e => nth i (X e) 0).
Definition rests (x : list reading) (X : env -> list R) : Prop :=
  forall e i, nth i (X e) 0 = toR (fst (nth i x absent)).

Definition displaces (moves : bool) (p : mpoly) (a : F) : Prop :=
  forall e, if moves then exists v, mev p e = toR a + e v else mev p e = toR a.
Fixpoint displaced_from (k : nat) (th : params mpoly) (th0 : params F) : Prop :=
  match th, th0 with
  | [], [] => True
  | w :: th', w0 :: th0' => Forall2 (displaces (is_free free k)) w w0 /\ displaced_from (S k) th' th0'
  | _, _ => False
  end.

Lemma displaced_displaces theta : displaced_from 0 (displaced free theta) theta.
Proof.
  unfold displaced. generalize 0%nat at 1 3. induction theta as [|w th IH]; intro k; cbn [mapi displaced_from]; auto.
  split; auto. generalize 0%nat. induction w as [|a w IHw]; intro i; cbn [mapi]; constructor; auto.
  intro e. destruct (is_free free k).
  - exists (k, i). rewrite mev_add, mev_cst. simpl. rewrite toR_1. ring.
  - apply mev_cst.
Qed.

Lemma weights_rest w w0 : Forall2 (displaces false) w w0 -> rests (map (weight false) w0) (fun e => real e w).
Proof.
  intros H e i. rewrite nth_real. revert i. induction H as [|p a w w0 H0 H IH]; intros [|i]; cbn [map nth].
  - symmetry. apply toR_0.
  - symmetry. apply toR_0.
  - exact (H0 e).
  - apply IH.
Qed.
Lemma weights_read moves w w0 : Forall2 (displaces moves) w w0 -> reads (map (weight moves) w0) (fun e => real e w).
Proof.
  intros H i. set (p := nth i w []). set (r := nth i (map (weight moves) w0) absent).
  assert (V : forall e, mev p e = nth i (real e w) 0) by (intro; symmetry; apply nth_real).
  enough (small 1 (fun e => mev p e - toR (fst r)) /\ vanishes (snd r) (mev p)) as [S O].
  { split; [eapply small_ext; [|exact S] | eapply vanishes_ext; [|exact O]]; apply (U_all _ near_where); intro e;
      now rewrite V. }
  assert (E : (p = [] /\ r = absent) \/ exists a, r = weight moves a /\ displaces moves p a).
  { unfold p, r. clear - H. revert i. induction H as [|p a w w0 H0 H IH]; intros [|i]; cbn [map nth]; auto. right. eauto. }
  clearbody p r. clear - E. destruct E as [[-> ->]|(a & -> & Ha)]; cbn [absent weight fst snd].
  - split; [apply small_zero | unfold vanishes]; apply (U_all _ near_where); intro e; simpl; rewrite ?toR_0; ring.
  - assert (S : small 1 (fun e => mev p e - toR a)).
    { apply small_within. intros e d He. specialize (Ha e). destruct moves.
      - destruct Ha as (v & ->). replace (toR a + e v - toR a) with (e v) by ring. apply He.
      - rewrite Ha, Rminus_eq_0, Rabs_R0. eapply Rle_trans; [apply Rabs_pos | apply (He (0, 0)%nat)]. }
    split; auto. destruct (kzero a) eqn:Z.
    + apply kzero_ok in Z. destruct moves; cbn [vanishes].
      * eapply small_ext; [|exact S]. apply (U_all _ near_where). intro e. rewrite Z. ring.
      * apply (U_all _ near_where). intro e. rewrite (Ha e). exact Z.
    + apply (small_ext 0 (fun e => (mev p e - toR a) + toR a)). { apply (U_all _ near_where). intro e. ring. }
      apply small_plus. apply small_weaken with 1%nat; auto. apply small_const.
Qed.

Lemma sum_reads w x W X c : reads w W -> reads x X ->
  small 1 (fun e => preact (W e) (X e) c - toR (tpreact (S := sym_num F) (map fst w) (map fst x) c)) /\
  vanishes (sum_orders w x c) (fun e => preact (W e) (X e) c).
Proof.
  intros HW HX. induction c as [|iu c [IH1 IH2]].
  - split; [apply small_zero | unfold vanishes; cbn [sum_orders fold_right]]; apply (U_all _ near_where); intro e;
      unfold preact, tpreact, t0; simpl; rewrite ?toR_0; unfold t0; simpl; rewrite ?toR_0; ring.
  - destruct (HW (snd iu)) as [W1 W2], (HX (fst iu)) as [X1 X2].
    set (a := toR (fst (nth (snd iu) w absent))) in *. set (b := toR (fst (nth (fst iu) x absent))) in *.
    assert (E : toR (tpreact (S := sym_num F) (map fst w) (map fst x) (iu :: c)) =
      a * b + toR (tpreact (S := sym_num F) (map fst w) (map fst x) c)).
    { unfold tpreact. cbn [map tsum fold_right]. cbn [sym_num tadd tmul]. rewrite toR_add, toR_mul. unfold a, b.
      change (t0 (S := sym_num F)) with (fst absent). now rewrite !map_nth. }
    split.
    + eapply small_ext with (f := fun e =>
        ((nth (snd iu) (W e) 0 - a) * (nth (fst iu) (X e) 0 - b) +
         (a * (nth (fst iu) (X e) 0 - b) + b * (nth (snd iu) (W e) 0 - a))) +
        (preact (W e) (X e) c - toR (tpreact (S := sym_num F) (map fst w) (map fst x) c))).
      { apply (U_all _ near_where). intro e. rewrite E. unfold preact. cbn [map]. rewrite Rsum_cons. ring. }
      apply small_plus; auto. apply small_plus; [|apply small_plus; now apply small_scale].
      apply small_weaken with (1 + 1)%nat. lia. now apply small_mult.
    + apply (vanishes_ext _ (fun e => nth (snd iu) (W e) 0 * nth (fst iu) (X e) 0 + preact (W e) (X e) c)).
      { apply (U_all _ near_where). intro e. reflexivity. }
      apply vanishes_plus; auto. now apply vanishes_mult.
Qed.
Lemma sum_rests w x W X c : rests w W -> rests x X ->
  forall e, preact (W e) (X e) c = toR (tpreact (S := sym_num F) (map fst w) (map fst x) c).
Proof.
  intros HW HX e. assert (V : forall (l : list reading) i, nth i (map toR (map fst l)) 0 = toR (fst (nth i l absent))).
  { intros l i. rewrite map_map, <- (toR_0 (F := F)). exact (map_nth (fun r : reading => toR (fst r)) l absent i). }
  transitivity (preact (map toR (map fst w)) (map toR (map fst x)) c).
  - unfold preact. f_equal. apply map_ext. intro iu. now rewrite HW, HX, !V.
  - symmetry. exact (ev_tpreact (S := sym_num F) (Mean := mean_num F M) (map fst w) (map fst x) c tt).
Qed.

(** What a neuron says of its unit's preactivation. *)
Record describes (s : F) (still : bool) (d : neuron) (z : env -> R) : Prop := {
  order_ok : vanishes (preactivation_order d) z;
  exact_ok : exact d = true -> near (fun e => act (toR s) (z e) = toR (factor d) * z e);
  output_close : small 1 (fun e => act (toR s) (z e) - toR (fst (output d)));
  output_order : vanishes (snd (output d)) (fun e => act (toR s) (z e));
  output_rests : still = true -> forall e, act (toR s) (z e) = toR (fst (output d)) }.

Lemma act_small s k z : small k z -> small k (fun e => act s (z e)).
Proof.
  intro H. apply (small_same k _ (fun e => (Rabs s + 1) * z e)); [|now apply small_scale]. intro e.
  pose proof (act_lipschitz s (z e) 0) as L. assert (A0 : act s 0 = 0) by (unfold act; destruct Rlt_dec; lra).
  rewrite A0, !Rminus_0_r in L. rewrite Rabs_mult, (Rabs_pos_eq (Rabs s + 1)) by (pose proof (Rabs_pos s); lra). exact L.
Qed.
Lemma act_vanishes s o z : vanishes o z -> vanishes o (fun e => act s (z e)).
Proof.
  intro H. destruct o as [k|]. now apply act_small. eapply (U_mono _ near_where); [|exact H]. cbn beta. intros e ->.
  unfold act. destruct Rlt_dec; lra.
Qed.

Lemma neuron_ok s slope still w x c d W X : neuron_at s slope still w x c = Some d -> reads w W -> reads x X ->
  (still = true -> rests w W /\ rests x X) -> wires d = c /\ describes s still d (fun e => preact (W e) (X e) c).
Proof.
  unfold neuron_at. intros H HW HX Rest. destruct (sum_reads w x W X c HW HX) as [S O].
  assert (St : still = true -> forall e, preact (W e) (X e) c = toR (tpreact (S := sym_num F) (map fst w) (map fst x) c)).
  { intro E. destruct (Rest E). now apply sum_rests. }
  set (z0 := tpreact _ _ c) in *. set (z := fun e => preact (W e) (X e) c) in *.
  change (small 1 (fun e => z e - toR z0)) in S. change (still = true -> forall e, z e = toR z0) in St.
  destruct (num_act s z0) as [a|] eqn:Ea; try discriminate.
  assert (Ha : toR a = act (toR s) (toR z0)) by exact (num_act_ok s z0 a Ea).
  set (o := if kzero z0 then _ else _) in *.
  assert (Ho : vanishes o z).
  { unfold o. destruct (kzero z0) eqn:Z; cbn [vanishes].
    - apply kzero_ok in Z. assert (S1 : small 1 z).
      { eapply small_ext; [|exact S]. apply (U_all _ near_where). intro e. rewrite Z. ring. }
      destruct still.
      + apply (U_all _ near_where). intro e. now rewrite St.
      + destruct (sum_orders w x c) as [k|]; cbn [option_map vanishes]; auto. destruct (Nat.max_spec 1 k) as [[_ ->]|[_ ->]]; auto.
    - apply (small_ext 0 (fun e => (z e - toR z0) + toR z0)). { apply (U_all _ near_where). intro e. ring. }
      apply small_plus. apply small_weaken with 1%nat; auto. apply small_const. }
  assert (Above : kpos z0 = true -> near (fun e => 0 < z e)).
  { intro P. apply kpos_ok in P. eapply (U_mono _ near_where); [|exact (small_close _ _ P S)]. cbn beta. intros e L.
    apply Rabs_def2 in L. lra. }
  assert (Below : kpos (kopp z0) = true -> near (fun e => z e < 0)).
  { intro P. apply kpos_ok in P. eapply (U_mono _ near_where); [|exact (small_close _ _ P S)]. cbn beta. intros e L.
    apply Rabs_def2 in L. rewrite toR_opp in L. lra. }
  assert (Close : small 1 (fun e => act (toR s) (z e) - toR a)).
  { apply (small_same 1 _ (fun e => (Rabs (toR s) + 1) * (z e - toR z0))); [|now apply small_scale]. intro e.
    rewrite Ha, Rabs_mult, (Rabs_pos_eq (Rabs (toR s) + 1)) by (pose proof (Rabs_pos (toR s)); lra). apply act_lipschitz. }
  assert (Off : vanishes (if (if kzero s then kpos (kopp z0) else false) then None else o) (fun e => act (toR s) (z e))).
  { destruct (kzero s) eqn:Es; [destruct (kpos (kopp z0)) eqn:P|]; try now apply act_vanishes. apply kzero_ok in Es.
    eapply (U_mono _ near_where); [|exact (Below eq_refl)]. cbn beta. intros e L. unfold act. destruct Rlt_dec; rewrite ?Es; lra. }
  assert (Exact : forall f b, (f, b) = (if kone s then (k1 F, true) else if kpos z0 then (k1 F, true) else
      if kpos (kopp z0) then (s, true)
      else (match slope with Some f => f | None => s end, match o with None => true | Some _ => false end)) ->
    b = true -> near (fun e => act (toR s) (z e) = toR f * z e)).
  { intros f b. destruct (kone s) eqn:E1; [|destruct (kpos z0) eqn:E2; [|destruct (kpos (kopp z0)) eqn:E3]]; intros [= -> ->] Eb.
    - apply kone_ok in E1. apply (U_all _ near_where). intro e. rewrite toR_1, E1. unfold act. destruct Rlt_dec; lra.
    - eapply (U_mono _ near_where); [|exact (Above eq_refl)]. cbn beta. intros e L. rewrite toR_1. unfold act. destruct Rlt_dec; lra.
    - eapply (U_mono _ near_where); [|exact (Below eq_refl)]. cbn beta. intros e L. unfold act. destruct Rlt_dec; lra.
    - destruct o; try discriminate. eapply (U_mono _ near_where); [|exact Ho]. cbn beta. intros e ->. unfold act.
      destruct Rlt_dec; lra. }
  destruct (if kone s then _ else _) as [f b]. injection H as <-. split; auto. split; cbn [preactivation_order exact factor output fst snd]; auto.
  - intro Eb. exact (Exact f b eq_refl Eb).
  - intros Es e. now rewrite St, Ha.
Qed.

Lemma between_ok a c b : between a c b = true -> toR a <= toR c <= toR b.
Proof.
  unfold between. destruct (knonneg (ksub c a)) eqn:E; try discriminate. intro E2. apply knonneg_ok in E. apply knonneg_ok in E2.
  rewrite toR_sub in E, E2. lra.
Qed.

Lemma harmless_ok s still d D z : harmless s d D = true -> describes s still d z ->
  at_most_cubic (fun e => mev D e * (act (toR s) (z e) - toR (factor d) * z e)).
Proof.
  unfold harmless. intros H [Ho He _ _ _]. destruct (exact d).
  { apply cubic_of_negative. eapply (U_mono _ near_where); [|exact (He eq_refl)]. cbn beta. intros e ->. lra. }
  destruct (if between s (factor d) (k1 F) then _ else false) eqn:E1.
  { destruct (between s (factor d) (k1 F)) eqn:B; try discriminate. apply between_ok in B. rewrite toR_1 in B. apply kpos_ok in E1.
    apply cubic_of_negative. eapply (U_mono _ near_where); [|exact (mev_close D _ E1)]. cbn beta. intros e L. apply Rabs_def2 in L.
    rewrite toR_opp in L. assert (toR (factor d) * z e <= act (toR s) (z e)) by (unfold act; destruct Rlt_dec; nra). nra. }
  destruct (if between (k1 F) (factor d) s then _ else false) eqn:E2.
  { destruct (between (k1 F) (factor d) s) eqn:B; try discriminate. apply between_ok in B. rewrite toR_1 in B. apply kpos_ok in E2.
    apply cubic_of_negative. eapply (U_mono _ near_where); [|exact (mev_close D _ E2)]. cbn beta. intros e L. apply Rabs_def2 in L.
    assert (act (toR s) (z e) <= toR (factor d) * z e) by (unfold act; destruct Rlt_dec; nra). nra. }
  clear E1 E2. unfold faint in H. destruct (preactivation_order d) as [k|].
  - rewrite forallb_forall in H. apply cubic_of_small. apply small_weaken with (3 - k + k)%nat. lia. apply small_mult.
    + apply small_polynomial. intros am Ha. specialize (H am Ha). apply Nat.leb_le in H. lia.
    + apply (small_plus k _ (fun e => - (toR (factor d) * z e))). now apply act_small. now apply small_opp, small_scale.
  - apply cubic_of_negative. eapply (U_mono _ near_where); [|exact Ho]. cbn beta. intros e ->. unfold act. destruct Rlt_dec; lra.
Qed.

Theorem replaced_ok slopes y k rest n th th0 x X D : replaced slopes y k rest n th th0 x = Some D ->
  displaced_from k th th0 -> reads x X -> (rest = true -> rests x X) ->
  at_most_cubic (fun e => sgn y * nth 0 (forward (map (map_layer toR) n) (map (real e) th) (X e)) 0 - linear_in D (X e) e).
Proof.
  revert k rest th th0 x X D. induction n as [|l n IH]; intros k rest th th0 x X D H Hth HX Rest.
  { injection H as <-. apply cubic_of_negative, (U_all _ near_where). intro e. cbn [map forward]. unfold linear_in. simpl.
    unfold tsgn. simpl. rewrite mev_cst, Rplus_0_r. unfold sgn. destruct y; rewrite ?toR_opp, toR_1; lra. }
  destruct th as [|w th]; try discriminate. destruct th0 as [|w0 th0]; try discriminate. destruct Hth as [Hw Hth].
  cbn [replaced] in H. cbv zeta in H. set (moves := is_free free k) in *. set (still := if moves then false else rest) in *.
  destruct mapM as [ds|] eqn:Em in H; try discriminate. destruct replaced as [D'|] eqn:Er in H; try discriminate.
  destruct (Nat.eqb_spec (length D') (length ds)) as [L|]; try discriminate.
  destruct (forallb _ (combine ds D')) eqn:Eh in H; try discriminate. destruct (forallb _ (units l)) eqn:Ei in H; try discriminate.
  injection H as <-. apply mapM_Forall2 in Em. rewrite forallb_forall in Eh, Ei.
  assert (Wires : map wires ds = units l).
  { transitivity (map snd (mapi pair 0 (units l))); [|rewrite map_mapi; apply mapi_id].
    clear - Em. induction Em as [|uc d l0 ds E _ IHm]; auto. cbn [map]. f_equal; auto. unfold neuron_at in E.
    destruct num_act in E; try discriminate. destruct (if kone _ then _ else _) in E. now injection E as <-. }
  set (Z := fun (d : neuron) (e : env) => preact (real e w) (X e) (wires d)).
  assert (Each : forall d, In d ds -> describes (slope l) still d (Z d)).
  { intros d Hd. apply In_nth_error in Hd. destruct Hd as (i & Hi).
    assert (exists uc, neuron_at (slope l) (slopes k (fst uc)) still (map (weight moves) w0) x (snd uc) = Some d) as (uc & E).
    { clear - Em Hi. revert i Hi. induction Em as [|uc d' l0 ds E _ IHm]; intros [|i] Hi; try discriminate.
      injection Hi as <-. eauto. eauto. }
    apply neuron_ok with (W := fun e => real e w) (X := X) in E; auto using weights_read.
    - destruct E as [<- E]. exact E.
    - unfold still. intro St. destruct moves; try discriminate. split; auto. now apply weights_rest. }
  set (X' := fun e => apply_layer (map_layer toR l) (real e w) (X e)).
  assert (EX : forall e, X' e = map (fun d => act (toR (slope l)) (Z d e)) ds).
  { intro e. unfold X', apply_layer, Z. cbn [map_layer slope units]. rewrite <- Wires, map_map. reflexivity. }
  assert (Out : forall i, (exists d, In d ds /\ nth i (map output ds) absent = output d /\
      forall e, nth i (X' e) 0 = act (toR (slope l)) (Z d e)) \/
    (nth i (map output ds) absent = absent /\ forall e, nth i (X' e) 0 = 0)).
  { intro i. destruct (nth_error ds i) as [d|] eqn:Ed.
    - left. exists d. split. eapply nth_error_In; eauto. split.
      + apply nth_error_nth. now rewrite nth_error_map, Ed.
      + intro e. rewrite EX. apply nth_error_nth. now rewrite nth_error_map, Ed.
    - right. apply nth_error_None in Ed. split. apply nth_overflow. now rewrite map_length.
      intro e. rewrite EX. apply nth_overflow. now rewrite map_length. }
  assert (HX' : reads (map output ds) X').
  { intro i. destruct (Out i) as [(d & Hd & -> & E)|[-> E]].
    - destruct (Each d Hd) as [_ _ O1 O2 _]. split.
      + eapply small_ext; [|exact O1]. apply (U_all _ near_where). intro e. now rewrite E.
      + eapply vanishes_ext; [|exact O2]. apply (U_all _ near_where). intro e. now rewrite E.
    - cbn [absent fst snd vanishes]. split; [apply small_zero|]; apply (U_all _ near_where); intro e; rewrite E, ?toR_0; ring. }
  assert (Rest' : still = true -> rests (map output ds) X').
  { intros St e i. destruct (Out i) as [(d & Hd & -> & E)|[-> E]]; rewrite E.
    - now apply (output_rests _ _ _ _ (Each d Hd)).
    - symmetry. apply toR_0. }
  specialize (IH (S k) still th th0 (map output ds) X' D' Er Hth HX' Rest').
  assert (Sum : at_most_cubic (fun e => Rsum (map (fun dD =>
      mev (snd dD) e * (act (toR (slope l)) (Z (fst dD) e) - toR (factor (fst dD)) * Z (fst dD) e)) (combine ds D')))).
  { apply (cubic_sum (fun dD e => mev (snd dD) e * (act (toR (slope l)) (Z (fst dD) e) - toR (factor (fst dD)) * Z (fst dD) e))).
    intros [d p] Hd. cbn [fst snd]. apply (harmless_ok _ still). exact (Eh _ Hd). apply Each. eapply in_combine_l; eauto. }
  eapply cubic_ext; [|exact (cubic_plus _ _ IH Sum)]. cbn beta. intro e. cbn [map forward]. fold (X' e).
  rewrite pull_ok, map_map.
  2:{ intros cD iu Hc Hi. apply in_map_iff in Hc. destruct Hc as ([d p] & <- & Hd). cbn [fst snd] in Hi.
      apply in_combine_l in Hd. assert (Hu : In (wires d) (units l)) by (rewrite <- Wires; now apply in_map).
      specialize (Ei _ Hu). rewrite forallb_forall in Ei. now apply Nat.ltb_lt, Ei. }
  rewrite EX at 2. rewrite (linear_in_outputs (fun d => act (toR (slope l)) (Z d e))) by auto. cbn [fst snd].
  rewrite (Rsum_ext_in (fun dD => mev (snd dD) e * (act (toR (slope l)) (Z (fst dD) e) - toR (factor (fst dD)) * Z (fst dD) e))
    (fun dD => 1 * (mev (snd dD) e * act (toR (slope l)) (Z (fst dD) e)) +
               -1 * (mev (scaled (factor (fst dD)) (snd dD)) e * preact (real e w) (X e) (wires (fst dD))))).
  - rewrite Rsum_lin. ring.
  - intros dD _. rewrite mev_scaled. unfold Z. ring.
Qed.

Theorem margin_above_ok P theta slopes s p : margin_above P theta slopes s = Some p ->
  at_most_cubic (fun e => margin (map_problem toR P) (map (map (fun q => mev q e)) (displaced free theta)) (map toR (fst s), snd s) - mev p e).
Proof.
  unfold margin_above. destruct replaced as [D|] eqn:E; try discriminate.
  destruct (Nat.eqb_spec (length D) (length (fst s))) as [L|]; try discriminate. intros [= <-].
  assert (Input : rests (map (weight false) (fst s)) (fun _ => map toR (fst s))).
  { intros e i. transitivity (nth i (map (fun r : reading => toR (fst r)) (map (weight false) (fst s))) 0).
    - now rewrite map_map.
    - rewrite <- (toR_0 (F := F)). exact (map_nth (fun r : reading => toR (fst r)) _ absent i). }
  apply replaced_ok with (X := fun _ => map toR (fst s)) in E; auto using displaced_displaces.
  - eapply cubic_ext; [|exact E]. cbn beta. intro e. rewrite at_inputs_ok by auto. reflexivity.
  - intro i. split.
    + apply small_zero, (U_all _ near_where). intro e. rewrite (Input e i). ring.
    + eapply vanishes_ext with (f := fun _ => toR (fst (nth i (map (weight false) (fst s)) absent))).
      { apply (U_all _ near_where). intro e. now rewrite (Input e i). }
      destruct (nth_in_or_default i (map (weight false) (fst s)) absent) as [I|E0].
      * apply in_map_iff in I. destruct I as (a & <- & _). cbn [weight fst snd]. destruct (kzero a) eqn:Z; cbn [vanishes].
        apply kzero_ok in Z. apply (U_all _ near_where). intros _. exact Z. apply small_const.
      * rewrite E0. apply (U_all _ near_where). intros _. apply toR_0.
Qed.
End Harmless.
