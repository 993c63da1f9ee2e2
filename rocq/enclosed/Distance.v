(** * The distance of an enclosed point from given weights, in integers.

    Weights are multiples of [1 / N], for one denominator [N]; vectors are enclosed [D] times, where [D] is the samples'
    denominator. Both are compared in parts of [1 / (2 ^ extra D N)], so that nothing is divided. *)

From Coq Require Import Reals ZArith QArith Qreals List Lra Lia PeanoNat.
From Margincert Require Import Claims Enclosed Lists Vectors Sums Contraction Intervals System Gram Solution TwoLayers
  TwoLayersKkt Point WholeInputs.
Import ListNotations.
Open Scope R_scope.

Section Distance.
Variables (bits : Z) (P : problem Q) (E : enclosure Q).
Let PR := real P.
Let ER := real_enclosure E.
Let m := length (active E).
Let J := length (directions E).
Notation F := (interval_ring bits).
Variable X : list F.
Notation at_X n := (nth n X (g0 (F := F))).
(** The denominators, and binary places beyond them. *)
Variables (over N : BinNums.positive) (extra : Z).

(** Parts of a weight, and of one. *)
Definition parts_of_weight : Z := (2 ^ extra * Zpos over)%Z.
Definition parts_of_one : Z := (parts_of_weight * Zpos N)%Z.

(** The products of a square root and numbers, given by other numbers and how far they may be from these. *)
Definition products (root : interval) (zs : list (Z * Z)) : list (Z * Z) :=
  let middle := Z.shiftr (Zpos N * (fst root + snd root)) (bits - extra - 1) in
  let half := (Z.shiftr (Zpos N * (snd root - fst root)) (bits - extra - 1) + 2)%Z in
  let greatest := (Z.abs middle + half)%Z in
  map (fun za : Z * Z => let (z, away) := za in
    (Z.shiftr (middle * z) (bits + 2), Z.shiftr (away * greatest + half * Z.abs z) (bits + 2) + 2)%Z) zs.
Definition with_middle (a : interval) : Z * Z := let z := Z.div2 (fst a + snd a) in (z, snd a - z)%Z.
(** A unit's outgoing weight, and its incoming ones. *)
Definition weights_of (vs : list (bool * list interval)) (u : option (nat * Q)) : list (Z * Z) :=
  match u with
  | Some (j, r) =>
      let v := nth j vs (true, []) in
      let one := (Zpos over * scale bits)%Z in
      products (root bits (mul bits (at_X (m + j)) (of_Q bits r)))
        ((if fst v then one else - one, 0)%Z :: map with_middle (snd v))
  | None => map (fun _ => (0, 0)%Z) (seq 0 (S (inputs P)))
  end.
Definition vectors : list (bool * list interval) :=
  let rows := whole_active P E over in map (fun d => (fst d, whole_vector bits P E X rows d)) (directions E).
Definition square_distance (qs : list Q) (l : list (Z * Z)) : Z :=
  zsum (map (fun qa => let t := Z.abs (parts_of_weight * whole N (fst qa) - fst (snd qa)) + snd (snd qa) in t * t)%Z
    (combine qs l)).
Definition check_weights (w v : list Q) (distance : Q) : bool :=
  let us := let vs := vectors in map (weights_of vs) (live E) in
  let most := (Qnum distance * parts_of_one / Zpos (Qden distance))%Z in
  if (0 <=? extra)%Z then if (extra + 2 <=? bits)%Z then
  if Nat.eqb (length w) (length (live E) * inputs P) then if Nat.eqb (length v) (length (live E)) then
  if (0 <? most)%Z then
    (square_distance w (concat (map (@tl _) us)) + square_distance v (map (hd (0, 0)%Z) us) <=? most * most)%Z
  else false else false else false else false else false.

(** ** What that means *)
Hypothesis Hextra : (0 <= extra)%Z.
Hypothesis Hbits : (extra + 2 <= bits)%Z.
Variable xi : list R.
Hypothesis Unknowns : forall k, holds bits (at_X k) (nth k xi 0).
Let U := IZR parts_of_one.
Definition is_near (a : Z * Z) (x : R) : Prop := Rabs (IZR (fst a) - U * x) <= IZR (snd a).

Lemma shifted z k : (0 <= k)%Z -> IZR (Z.shiftr z k) * IZR (2 ^ k) <= IZR z < (IZR (Z.shiftr z k) + 1) * IZR (2 ^ k).
Proof.
  intro Hk. rewrite Z.shiftr_div_pow2 by auto. assert (P2 : (0 < 2 ^ k)%Z) by (apply Z.pow_pos_nonneg; lia).
  rewrite <- (plus_IZR _ 1), <- !mult_IZR. pose proof (Z_div_mod_eq_full z (2 ^ k)).
  pose proof (Z.mod_pos_bound z (2 ^ k) P2). split; [apply IZR_le|apply IZR_lt]; lia.
Qed.
Lemma product_near sigma r rd zeta z d : Rabs (sigma - r) <= rd -> Rabs (zeta - z) <= d ->
  Rabs (sigma * zeta - r * z) <= d * (Rabs r + rd) + rd * Rabs z.
Proof.
  intros S Z. replace (sigma * zeta - r * z) with ((zeta - z) * sigma + (sigma - r) * z) by ring.
  eapply Rle_trans. apply Rabs_triang. rewrite !Rabs_mult.
  assert (B : Rabs sigma <= Rabs r + rd).
  { replace sigma with (r + (sigma - r)) at 1 by ring. eapply Rle_trans. apply Rabs_triang. lra. }
  apply Rplus_le_compat; apply Rmult_le_compat; auto using Rabs_pos; apply Rle_refl.
Qed.
Lemma products_ok rt zs s p x : holds bits rt s -> (p < length zs)%nat ->
  Rabs (IZR (Zpos over) * x * IZR (scale bits) - IZR (fst (nth p zs (0, 0)%Z))) <= IZR (snd (nth p zs (0, 0)%Z)) ->
  is_near (nth p (products rt zs) (0, 0)%Z) (s * x).
Proof.
  intros [R1 R2] Hp Hx. unfold products. cbv zeta. set (r := Z.shiftr (Zpos N * (fst rt + snd rt)) _).
  set (rd := (Z.shiftr (Zpos N * (snd rt - fst rt)) _ + 2)%Z).
  match goal with |- is_near (nth p (map ?g zs) _) _ => set (h := g) end.
  rewrite nth_indep with (d' := h (0, 0)%Z) by (rewrite map_length; exact Hp). rewrite (map_nth h). unfold h. clear h.
  destruct (nth p zs (0, 0)%Z) as [z away]. cbn [fst snd] in Hx. set (e := (away * (Z.abs r + rd) + rd * Z.abs z)%Z).
  unfold is_near. cbn [fst snd].
  set (f := IZR (2 ^ extra)). assert (F0 : 0 < f) by (apply IZR_lt, Z.pow_pos_nonneg; lia).
  assert (Two : 2 * IZR (scale bits) = IZR (2 ^ (bits - extra - 1)) * (f * 4)).
  { unfold scale, f. replace bits with (bits - extra - 1 + extra + 1)%Z at 1 by ring.
    rewrite !Z.pow_add_r, !mult_IZR by lia. change (2 ^ 1)%Z with 2%Z. ring. }
  assert (Big : IZR (2 ^ (bits + 2)) = IZR (scale bits) * 4).
  { unfold scale. rewrite Z.pow_add_r, mult_IZR by lia. reflexivity. }
  pose proof (scale_R bits ltac:(lia)) as S0. set (S := IZR (scale bits)) in *.
  set (T := IZR (2 ^ (bits - extra - 1))) in *. assert (T0 : 0 < T) by (apply IZR_lt, Z.pow_pos_nonneg; lia).
  set (n := IZR (Zpos N)). assert (N0 : 0 < n) by (apply IZR_lt; reflexivity).
  pose proof (shifted (Zpos N * (fst rt + snd rt)) (bits - extra - 1) ltac:(lia)) as L1. fold r T in L1.
  pose proof (shifted (Zpos N * (snd rt - fst rt)) (bits - extra - 1) ltac:(lia)) as H1. fold T in H1.
  rewrite mult_IZR, plus_IZR in L1. rewrite mult_IZR, minus_IZR in H1. fold n in L1, H1.
  set (sigma := n * s * (f * 4)).
  assert (Sg : Rabs (sigma - IZR r) <= IZR rd).
  { assert (A1 : n * IZR (fst rt) <= n * (s * S)) by (apply Rmult_le_compat_l; lra).
    assert (A2 : n * (s * S) <= n * IZR (snd rt)) by (apply Rmult_le_compat_l; lra).
    assert (A3 : 2 * (n * (s * S)) = sigma * T).
    { unfold sigma. transitivity (n * s * (2 * S)). ring. rewrite Two. ring. }
    unfold rd. rewrite plus_IZR. set (h := IZR (Z.shiftr (Zpos N * (snd rt - fst rt)) (bits - extra - 1))) in *.
    assert (B1 : (sigma - IZR r) * T <= (h + 2) * T) by lra.
    assert (B2 : - (h + 2) * T <= (sigma - IZR r) * T) by lra.
    apply Rmult_le_reg_r in B1, B2; auto. unfold Rabs. destruct Rcase_abs; lra. }
  set (zeta := IZR (Zpos over) * x * S).
  pose proof (product_near sigma (IZR r) (IZR rd) zeta (IZR z) (IZR away) Sg Hx) as Near.
  assert (Ee : IZR away * (Rabs (IZR r) + IZR rd) + IZR rd * Rabs (IZR z) = IZR e).
  { unfold e. rewrite plus_IZR, !mult_IZR, plus_IZR, !abs_IZR. reflexivity. }
  rewrite Ee in Near.
  pose proof (shifted (r * z) (bits + 2) ltac:(lia)) as A1. pose proof (shifted e (bits + 2) ltac:(lia)) as A2.
  rewrite Big in A1, A2. rewrite mult_IZR in A1. set (a := IZR (Z.shiftr (r * z) (bits + 2))) in *.
  rewrite plus_IZR. set (b := IZR (Z.shiftr e (bits + 2))) in *.
  assert (Ux : U * (s * x) * (S * 4) = sigma * zeta).
  { unfold U, parts_of_one, parts_of_weight, sigma, zeta. rewrite !mult_IZR. fold n f. ring. }
  assert (S2 : 0 < S * 4) by lra.
  apply Rmult_le_reg_r with (S * 4); auto. rewrite <- (Rabs_pos_eq (S * 4)) at 1 by lra. rewrite <- Rabs_mult.
  rewrite Rmult_minus_distr_r, Ux. unfold Rabs in *. destruct (Rcase_abs (a * (S * 4) - sigma * zeta)),
    (Rcase_abs (sigma * zeta - IZR r * IZR z)); lra.
Qed.

Hypothesis Amounts : forall j, (j < J)%nat -> 0 < amount ER xi j.
Hypothesis Hlive : forall j r, In (Some (j, r)) (live ER) -> (j < J)%nat /\ 0 < r.
Let vs := vectors.
Hypothesis Over : over = inputs_over P.
Let B0 : (0 <= bits)%Z. Proof. lia. Qed.
Lemma live_rational j r : In (Some (j, r)) (live E) -> (j < J)%nat /\ 0 < Q2R r.
Proof.
  intro I. apply Hlive. unfold ER. cbn [real_enclosure map_enclosure live].
  apply in_map_iff. exists (Some (j, r)). split; auto.
Qed.
Lemma root_of_amount j r : (j < J)%nat -> 0 < Q2R r ->
  holds bits (root bits (mul bits (at_X (m + j)) (of_Q bits r))) (sqrt (amount ER xi j * Q2R r)).
Proof. intros Hj Hr. apply root_of_product; auto. exact (Unknowns (m + j)). now apply of_Q_ok. Qed.
Lemma weights_near u : In u (live E) ->
  let uR := option_map (fun jr : nat * Q => (fst jr, Q2R (snd jr))) u in
  is_near (hd (0, 0)%Z (weights_of vs u)) (outgoing ER xi uR) /\
  Forall2 is_near (tl (weights_of vs u)) (incoming PR ER xi uR).
Proof.
  intro Hu. cbv zeta. destruct u as [[j r]|]; cbn [option_map fst snd].
  - destruct (live_rational j r Hu) as [Hj Hr]. cbn [weights_of].
    set (v := whole_vector bits P E X (whole_active P E over) (direction_of ER j)).
    assert (V : nth j vs (true, []) = (fst (direction_of ER j), v)).
    { unfold vs, vectors, direction_of. cbv zeta.
      set (g := fun d : bool * list side => (fst d, whole_vector bits P E X (whole_active P E over) d)).
      rewrite nth_indep with (d' := g (true, [])) by (rewrite map_length; exact Hj). exact (map_nth g _ _ j). }
    rewrite V. cbn [fst snd]. set (rt := root _ _). pose proof (root_of_amount j r Hj Hr) as Hrt. fold rt in Hrt.
    set (D := Zpos over). set (one := (D * scale bits)%Z).
    set (zs := (if fst (direction_of ER j) then one else - one, 0)%Z :: map with_middle v).
    assert (Lv : length v = inputs P) by apply length_whole_vector.
    assert (Lz : length zs = S (inputs P)) by (unfold zs; cbn [length]; now rewrite map_length, Lv).
    assert (Len : length (products rt zs) = S (inputs P)) by (unfold products; now rewrite map_length).
    assert (At : forall p x, (p < length zs)%nat ->
      Rabs (IZR D * x * IZR (scale bits) - IZR (fst (nth p zs (0, 0)%Z))) <= IZR (snd (nth p zs (0, 0)%Z)) ->
      is_near (nth p (products rt zs) (0, 0)%Z) (sqrt (amount ER xi j * Q2R r) * x)).
    { intros p x Hp Hx. now apply products_ok. }
    split.
    + specialize (At 0%nat (sgn (fst (direction_of ER j))) ltac:(cbn; lia)).
      assert (Hd0 : forall l : list (Z * Z), hd (0, 0)%Z l = nth 0 l (0, 0)%Z) by (intros [|]; reflexivity).
      rewrite Hd0. cbn [outgoing]. rewrite Rmult_comm. apply At. unfold zs. cbn [nth fst snd].
      match goal with |- Rabs ?a <= _ => replace a with 0 end. rewrite Rabs_R0. apply Rle_refl.
      unfold one. destruct (fst (direction_of ER j)); cbn [sgn]; rewrite ?opp_IZR, mult_IZR; ring.
    + cbn [incoming].
      assert (Tl : forall l : list (Z * Z), length l = S (inputs P) ->
        tl l = map (fun p => nth (S p) l (0, 0)%Z) (seq 0 (inputs P))).
      { intros [|a l] L; try discriminate L. cbn [tl]. injection L as L. rewrite <- L.
        apply nth_ext with (d := (0, 0)%Z) (d' := (0, 0)%Z). now rewrite map_length, seq_length.
        intros i Hi. now rewrite nth_map_seq_at. }
      rewrite Tl by exact Len. apply Forall2_maps. intros p Hp. apply in_seq in Hp.
      change (inputs PR) with (inputs P) in Hp. cbn [fst snd].
      apply At. lia. unfold zs. cbn [nth].
      change (0, 0)%Z with (with_middle zero). rewrite map_nth. unfold with_middle. cbn [fst snd].
      destruct (whole_vector_ok bits P E X over B0 xi Unknowns Over (direction_of ER j) p ltac:(lia)) as [V1 V2].
      fold v PR ER D in V1, V2. destruct (nth p v zero) as [l u]. cbn [fst snd] in *. set (z := Z.div2 (l + u)).
      assert (Z1 : (2 * z <= l + u <= 2 * z + 1)%Z).
      { unfold z. rewrite Z.div2_div. pose proof (Z_div_mod_eq_full (l + u) 2).
        pose proof (Z.mod_pos_bound (l + u) 2 eq_refl). lia. }
      destruct Z1 as [Z1 Z2]. apply IZR_le in Z1, Z2. rewrite plus_IZR, mult_IZR in Z1.
        rewrite !plus_IZR, mult_IZR in Z2.
      rewrite minus_IZR. unfold Rabs. destruct Rcase_abs; lra.
  - cbn [weights_of outgoing incoming]. cbn [seq map hd tl]. rewrite <- seq_shift, map_map.
    assert (Z0 : is_near (0, 0)%Z 0) by (unfold is_near; cbn [fst snd]; rewrite Rmult_0_r, Rminus_0_r, Rabs_R0; lra).
    split; auto. apply Forall2_maps. intros p _. exact Z0.
Qed.

Lemma square_distance_ok qs l x : (forall q, In q qs -> divides N q = true) -> Forall2 is_near l x ->
  Rsum (map (fun a => a * a) (map (fun xy => fst xy - snd xy) (combine (map Q2R qs) x))) * (U * U) <=
  IZR (square_distance qs l).
Proof.
  intros Dv Hl. revert qs Dv. induction Hl as [|a b l x Ha Hl IH]; intros [|q qs] Dv; try (unfold square_distance, zsum,
    Rsum; simpl; lra).
  cbn [combine map square_distance zsum fold_right fst snd]. rewrite Rsum_cons, plus_IZR, mult_IZR.
  specialize (IH qs ltac:(intros; apply Dv; now right)). specialize (Dv q (or_introl eq_refl)).
  rewrite plus_IZR, abs_IZR, minus_IZR, mult_IZR, (whole_ok N q Dv). unfold is_near in Ha. set (t := Q2R q - b) in *.
  set (z := Rabs _ + _) at 1 2.
  assert (T : Rabs (t * U) <= z).
  { unfold z, t. replace ((Q2R q - b) * U) with ((IZR parts_of_weight * (Q2R q * IZR (Zpos N)) - IZR (fst a)) +
      (IZR (fst a) - U * b)).
    - eapply Rle_trans. apply Rabs_triang. apply Rplus_le_compat; [apply Rle_refl|exact Ha].
    - unfold U, parts_of_one. rewrite mult_IZR. ring. }
  assert (Sq : t * t * (U * U) <= z * z).
  { replace (t * t * (U * U)) with (Rabs (t * U) * Rabs (t * U)).
    - apply Rmult_le_compat; auto using Rabs_pos.
    - rewrite <- Rabs_mult, Rabs_pos_eq by apply Rle_0_sqr. ring. }
  unfold square_distance, zsum in IH. lra.
Qed.
End Distance.

(** ** The whole check *)
(** So many places beyond the denominators that the distance is some millions of parts. *)
Definition extra_places (bits : Z) (over N : BinNums.positive) (distance : Q) : Z :=
  let parts := (Qnum distance * (Zpos over * Zpos N) / Zpos (Qden distance))%Z in
  let wanted := if (0 <? parts)%Z then (24 - Z.log2 parts)%Z
    else (25 + Z.log2 (Zpos (Qden distance) / (Zpos over * Zpos N * Z.max 1 (Qnum distance))))%Z in
  Z.max 0 (Z.min (bits - 2) wanted).
Definition check_distance (bits : Z) (P : problem Q) (E : enclosure Q) (X : list (interval_ring bits)) (theta :
  params Q)
    (distance : Q) : bool :=
  match theta with
  | [w; v] =>
      let over := inputs_over P in let N := common theta in
      check_weights bits P E X over N (extra_places bits over N distance) w v distance
  | _ => false
  end.

Theorem distance_ok bits P E (X : list (interval_ring bits)) xi theta distance :
  (forall k, holds bits (nth k X (g0 (F := interval_ring bits))) (nth k xi 0)) ->
  (forall j, (j < length (directions E))%nat -> 0 < amount (real_enclosure E) xi j) ->
  (forall j r, In (Some (j, r)) (live (real_enclosure E)) -> (j < length (directions E))%nat /\ 0 < r) ->
  net (real P) = two_layers (inputs P) (length (live (real_enclosure E))) (Q2R (lower_rational P)) ->
  check_distance bits P E X theta distance = true ->
  shaped (net (real P)) (real_point theta) /\
  dist (real_point theta) (point_of (real P) (real_enclosure E) xi) <= Q2R distance.
Proof.
  intros Hx Amounts Hlive Net. destruct theta as [|w [|v [|]]] eqn:Th; try discriminate.
  cbn [check_distance]. rewrite <- Th. cbv zeta. set (over := inputs_over P). set (N := common theta).
  set (extra := extra_places _ _ _ _). unfold check_weights. cbv zeta.
  set (us := map _ (live E)). set (most := (_ / _)%Z).
  destruct (Z.leb_spec 0 extra) as [He|]; try discriminate.
  destruct (Z.leb_spec (extra + 2) bits) as [Hb|]; try discriminate.
  destruct (Nat.eqb_spec (length w) (length (live E) * inputs P)) as [Lw|]; try discriminate.
  destruct (Nat.eqb_spec (length v) (length (live E))) as [Lv|]; try discriminate.
  destruct (Z.ltb_spec 0 most) as [M0|]; try discriminate. intro D. apply Z.leb_le, IZR_le in D.
  split.
  { assert (Ll : length (live (real_enclosure E)) = length (live E)) by apply map_length. unfold shaped.
    rewrite Net, Th, Ll. cbn. rewrite !map_length, Lw, Lv. reflexivity. }
  set (U := IZR (parts_of_one over N extra)). assert (U0 : 0 < U).
  { apply IZR_lt. unfold parts_of_one, parts_of_weight. pose proof (Z.pow_pos_nonneg 2 extra ltac:(lia) He). lia. }
  assert (Near : Forall2 (is_near over N extra) (concat (map (@tl _) us))
      (concat (map (incoming (real P) (real_enclosure E) xi) (live (real_enclosure E)))) /\
    Forall2 (is_near over N extra) (map (hd (0, 0)%Z) us) (map (outgoing (real_enclosure E) xi) (live
      (real_enclosure E)))).
  { unfold us. cbn [real_enclosure map_enclosure live]. rewrite !map_map. split; [apply Forall2_concat|];
      apply Forall2_maps; intros u Hu; now apply (weights_near bits P E X over N extra He Hb xi Hx Amounts Hlive
        eq_refl u Hu). }
  destruct Near as [Rows Outs].
  assert (Dv : forall q, In q w \/ In q v -> divides N q = true).
  { intros q [I|I]; [apply (common_divides theta w)|apply (common_divides theta v)]; auto; rewrite Th; cbn; auto. }
  pose proof (square_distance_ok over N extra w _ _ (fun q I => Dv q (or_introl I)) Rows) as Sum1.
  pose proof (square_distance_ok over N extra v _ _ (fun q I => Dv q (or_intror I)) Outs) as Sum2.
  fold U in Sum1, Sum2. rewrite plus_IZR, mult_IZR in D. set (n1 := Rsum _) in Sum1. set (n2 := Rsum _) in Sum2.
  assert (N2 : norm2 (minus (real_point theta) (point_of (real P) (real_enclosure E) xi)) = n1 + n2).
  { rewrite Th. unfold real_point, map_params, point_of, minus, norm2, n1, n2. cbn [map combine fst snd].
    rewrite !Rsum_cons. unfold Rsum at 3. cbn [fold_right]. ring. }
  assert (Most : IZR most <= Q2R distance * U).
  { unfold most, U, Q2R. set (d := Zpos (Qden distance)). assert (D0 : 0 < IZR d) by (apply IZR_lt; reflexivity).
    apply Rmult_le_reg_r with (IZR d); auto.
    replace (IZR (Qnum distance) * / IZR d * IZR (parts_of_one over N extra) * IZR d) with
      (IZR (Qnum distance) * IZR (parts_of_one over N extra)) by (field; lra).
    rewrite <- !mult_IZR. apply IZR_le. rewrite Z.mul_comm. apply Z.mul_div_le. reflexivity. }
  apply IZR_lt in M0. assert (P2 : 0 < Q2R distance) by nra.
  unfold dist. rewrite N2. rewrite <- (sqrt_square (Q2R distance)) by lra. apply sqrt_le_1_alt.
  apply Rmult_le_reg_r with (U * U). now apply Rmult_lt_0_compat.
  assert (Q1 : IZR most * IZR most <= Q2R distance * U * (Q2R distance * U)) by (apply Rmult_le_compat; lra).
  lra.
Qed.
