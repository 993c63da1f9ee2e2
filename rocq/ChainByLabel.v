(** * Optimality by a bound on norms for each label: [chain] by label, for ReLU networks of depth 2 and 3. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Vectors Feasible LayerNorms LabelNorms SampleSums Chain.
Import ListNotations.
Open Scope R_scope.

(** ** The check *)

Section Check.
Context {F : ops} {M : model F}.

(** The squares of the weights of this sign in the last layer. *)
Definition own_squares (theta : params F) (y : bool) : F :=
  ksum (map (fun a => kmul a a) (filter (fun a => kpos (kmul (tsgn (S := sym_num F) y) a)) (last theta []))).

Definition of_label (P : problem F) (mu : list F) (y : bool) : list ((list F * bool) * F) :=
  filter (fun a => Bool.eqb (snd (fst a)) y) (chain_supports P mu).
Definition scaled (a : (list F * bool) * F) : list F := map (kmul (snd a)) (fst (fst a)).

(** That no layer of the point's norms makes more of the samples of this label. *)
Definition check_label (P : problem F) (theta : params F) (mu : list F) (y : bool) : bool :=
  let size := own_squares theta y in
  if kzero size then true else
  let samples := of_label P mu y in
  let total := ksum (map snd samples) in
  let factor := kmul (fold_right kmul (k1 F) (map knat (map most_uses (net P)))) (kpow size (length (net P))) in
  let small q := knonneg (ksub (kmul total total) (kmul q factor)) in
  if kpos size then if kpos total then
    forallb (fun row => parts_small row small (map (pick row) (map scaled samples))) (first_rows P)
  else false else false.

(** That on these inputs no two samples of unlike labels form an acute angle. *)
Definition no_acute_angle (P : problem F) (mu : list F) (row : list nat) : bool :=
  forallb (fun a => forallb (fun b => knonneg (kopp (kdot (pick row (fst (fst a))) (pick row (fst (fst b))))))
    (of_label P mu false)) (of_label P mu true).

Definition check_chain_by_label (P : problem F) (theta : params F) (mu : list F) : bool :=
  let depth := length (net P) in
  if check_feasible P None theta then
  if forallb (fun a => kpos (snd a)) (chain_supports P mu) then
  if forallb (fun l => forallb (fun u => distinct (map fst u)) (units l)) (net P) then
  if forallb (fun l => kzero (slope l)) (removelast (net P)) then
  if match depth with 2%nat => true | 3%nat => forallb (no_acute_angle P mu) (first_rows P) | _ => false end then
  if knonneg (ksub (kmul (knat depth) (kadd (own_squares theta true) (own_squares theta false))) (norm2_of theta)) then
  if check_label P theta mu true then check_label P theta mu false
  else false else false else false else false else false else false else false.

Definition weight_of (a : (list F * bool) * F) : R := toR (snd a).

Lemma own_squares_nonneg theta y : 0 <= toR (own_squares theta y).
Proof.
  unfold own_squares. rewrite ksum_ok, map_map. apply Rsum_nonneg. intros x H. apply in_map_iff in H.
  destruct H as (a & <- & _). rewrite toR_mul. apply Rle_0_sqr.
Qed.

Lemma scaled_ok a i : vec (scaled a) i = weight_of a * nth i (read_of a) 0.
Proof.
  unfold vec, scaled, weight_of, read_of. rewrite map_map, (map_ext _ (fun x => toR (snd a) * toR x)) by (intro; apply toR_mul).
  rewrite <- (map_map toR (Rmult (toR (snd a)))). apply nth_scale.
Qed.

(** What [check_label] says: of some of the label's samples, all or none. *)
Lemma check_label_ok P theta mu y l n : check_label P theta mu y = true -> net P = l :: n ->
  exists samples B, incl samples (of_label P mu y) /\ 0 < B /\
    rows_bounded samples weight_of freely read_of (units l) B /\
    product (map INR (map most_uses (net P))) * toR (own_squares theta y) ^ length (net P) * B <=
      Rsum (map weight_of samples) * Rsum (map weight_of samples).
Proof.
  unfold check_label. set (samples := of_label P mu y). set (size := own_squares theta y).
  set (C := product (map INR (map most_uses (net P)))). intros H Hn.
  destruct (kzero size) eqn:Ez.
  { exists [], 1. split; [intros a []|]. split; [lra|]. split.
    - intros u s _ _. unfold weighed. cbn [map]. rewrite Rsum_zero. lra. intros. simpl. ring.
    - apply kzero_ok in Ez. rewrite Ez, Hn. right. simpl. ring. }
  destruct (kpos size) eqn:Ep; try discriminate. destruct (kpos _) eqn:Et in H; try discriminate.
  set (small := fun q : F => knonneg (ksub _ (kmul q _))) in H. apply kpos_ok in Ep. apply kpos_ok in Et. rewrite ksum_ok, map_map in Et.
  change (fun x : list F * bool * F => toR (snd x)) with weight_of in Et. set (S := Rsum (map weight_of samples)) in *.
  assert (HC : 0 < C).
  { apply product_positive. intros k Hk. apply in_map_iff in Hk. destruct Hk as (m & <- & _). apply most_uses_positive. }
  set (f := C * toR size ^ length (net P)). assert (Hf : 0 < f) by (apply Rmult_lt_0_compat; auto; now apply pow_lt).
  assert (HS : 0 < S * S) by now apply Rmult_lt_0_compat.
  exists samples, (S * S / f). split; [apply incl_refl|]. split; [now apply Rdiv_lt_0_compat|]. split.
  2: { change (f * (S * S / f) <= S * S). right. field. lra. }
  assert (Hsmall : forall q, small q = true -> toR q <= S * S / f).
  { intros q Hq. apply knonneg_ok in Hq. rewrite toR_sub, !toR_mul, times_ok, kpow_ok, ksum_ok, map_map in Hq.
    change (0 <= S * S - toR q * f) in Hq.
    apply Rmult_le_reg_r with f; auto. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra. }
  intros u s Hu Hs. rewrite forallb_forall in H. specialize (H (map fst u)). rewrite map_map in H.
  rewrite (sum_of_row (fun i => weighed samples weight_of s read_of i * weighed samples weight_of s read_of i)).
  apply (parts_ok samples scaled weight_of read_of scaled_ok (map fst u) small (S * S / f) Hsmall s); auto.
  apply H. unfold first_rows. rewrite Hn. apply nodup_In, in_map, Hu.
Qed.

Lemma no_acute_angle_ok P mu (u : list (nat * nat)) a b : (forall a, In a (chain_supports P mu) -> length (fst (fst a)) = inputs P) ->
  (forall c, In c u -> (fst c < inputs P)%nat) ->
  no_acute_angle P mu (map fst u) = true -> In a (of_label P mu true) -> In b (of_label P mu false) ->
  Rsum (map (fun c => nth (fst c) (read_of a) 0 * nth (fst c) (read_of b) 0) u) <= 0.
Proof.
  intros Hlen Hin H Ha Hb. unfold no_acute_angle in H. rewrite forallb_forall in H. specialize (H a Ha).
  rewrite forallb_forall in H. specialize (H b Hb). apply knonneg_ok in H.
  rewrite toR_opp, (kdot_ok (length (map fst u))) in H by (unfold pick; now rewrite map_length).
  rewrite (sum_of_row (fun i => nth i (read_of a) 0 * nth i (read_of b) 0)).
  assert (E : forall x i, (i < length (map fst u))%nat ->
    nth i (map toR (pick (map fst u) x)) 0 = nth (nth i (map fst u) 0%nat) (map toR x) 0).
  { intros x i Hi. unfold pick. rewrite map_map.
    rewrite (nth_indep _ 0 (toR (nth 0%nat x (k0 F)))) by (now rewrite map_length).
    rewrite (map_nth (fun j => toR (nth j x (k0 F)))). rewrite <- (toR_0 (F := F)). symmetry. apply map_nth. }
  rewrite (Rsum_ext_in _ (fun i => nth (nth i (map fst u) 0%nat) (read_of a) 0 * nth (nth i (map fst u) 0%nat) (read_of b) 0)) in H.
  lra. intros i Hi. apply in_seq in Hi. now rewrite !E by lia.
Qed.

(** *** What the inequality of the means says of one label, and what both labels have in a layer *)

Lemma without_factor B a b z : 0 < B -> a * B <= b -> b <= z * B -> a <= z.
Proof. intros HB H H'. apply Rmult_le_reg_r with B; lra. Qed.

Lemma two_means a b r x y : 0 < a -> 0 < b -> 0 <= r -> 0 <= x -> 0 <= y -> a * (b * 1) * r ^ 2 <= x * y ->
  2 * r <= x / a + y / b.
Proof.
  intros Ha Hb Hr Hx Hy H. assert (Q : INR 2 * r <= Rsum [x / a; y / b]); [|simpl in Q; lra].
  apply (root_of_product r [x / a; y / b]); auto. discriminate.
  - intros q [<-|[<-|[]]]; apply Rmult_le_pos; auto; now apply Rlt_le, Rinv_0_lt_compat.
  - apply Rmult_le_reg_l with (a * (b * 1)). apply Rmult_lt_0_compat; lra. eapply Rle_trans. exact H.
    right. unfold product. simpl. field. lra.
Qed.
Lemma three_means a b c r x y z : 0 < a -> 0 < b -> 0 < c -> 0 <= r -> 0 <= x -> 0 <= y -> 0 <= z ->
  a * (b * (c * 1)) * r ^ 3 <= x * y * z -> 3 * r <= x / a + y / b + z / c.
Proof.
  intros Ha Hb Hc Hr Hx Hy Hz H. assert (Q : INR 3 * r <= Rsum [x / a; y / b; z / c]); [|simpl in Q; lra].
  apply (root_of_product r [x / a; y / b; z / c]); auto. discriminate.
  - intros q [<-|[<-|[<-|[]]]]; apply Rmult_le_pos; auto; now apply Rlt_le, Rinv_0_lt_compat.
  - apply Rmult_le_reg_l with (a * (b * (c * 1))). apply Rmult_lt_0_compat; auto. apply Rmult_lt_0_compat; lra.
    eapply Rle_trans. exact H. right. unfold product. simpl. field. lra.
Qed.

Lemma shares k x y q : 0 < k -> x + y <= k * q -> x / k + y / k <= q.
Proof. intros Hk H. apply Rmult_le_reg_l with k; auto. replace (k * (x / k + y / k)) with (x + y) by (field; lra). exact H. Qed.

Lemma one_unit {K} (l : layer K) : fits (length (units l)) (@nil (layer K)) -> exists u, units l = [u].
Proof. intro H. simpl in H. destruct (units l) as [|u [|]]; try discriminate. now exists u. Qed.

Lemma uses_positive l : 0 < INR (most_uses (F := F) l).
Proof. apply lt_0_INR. apply most_uses_positive. Qed.

(** What a layer's squares add up to, by the unit's connections. *)
Lemma layer_squares (l : layer F) (w : list R) d n : fits d (map_layer toR l :: n) -> length w = nparams l ->
  weight_squares (units l) w <= INR (most_uses l) * Rsum (map (fun a => a * a) w).
Proof.
  intros (_ & Hu & _) Hw. apply weight_squares_at_most with (nparams l); auto.
  - intros v c Hv Hc. exact (proj2 (Hu v c Hv Hc)).
  - intros p Hp. now apply most_uses_ok.
Qed.

Theorem by_label_sound P theta mu : check_chain_by_label P theta mu = true ->
  global_optimum (map_problem toR P) None (map_params toR theta).
Proof.
  unfold check_chain_by_label. destruct check_feasible eqn:Ef; try discriminate.
  destruct (forallb (fun a => kpos _) _) eqn:Ep; try discriminate. destruct (forallb (fun l => forallb _ _) _) eqn:En; try discriminate.
  destruct (forallb (fun l => kzero _) _) eqn:Er; try discriminate. destruct (match length _ with O => _ | _ => _ end) eqn:Ed; try discriminate.
  destruct (knonneg _) eqn:El; try discriminate. destruct (check_label P theta mu true) eqn:Et; try discriminate. intro Eneg.
  apply feasible_sound in Ef. split; auto. pose proof Ef as [[Hw _] _]. clear Ef.
  destruct Hw as (_ & _ & Hfit & Hlast & Hx). cbn [map_problem net inputs] in Hfit, Hlast, Hx.
  assert (Hsup : forall a, In a (chain_supports P mu) -> In (fst a) (data P) /\ 0 < weight_of a).
  { intros a Ha. rewrite forallb_forall in Ep. split. 2: now apply kpos_ok, Ep.
    apply filter_In in Ha. destruct a, Ha as [Ha _]. eapply in_combine_l; eauto. }
  assert (Hlen : forall a, In a (chain_supports P mu) -> length (fst (fst a)) = inputs P).
  { intros a Ha. destruct (Hsup a Ha) as [Hd _]. specialize (Hx (map toR (fst (fst a)), snd (fst a))). simpl in Hx.
    rewrite map_length in Hx. apply Hx. apply in_map_iff. now exists (fst a). }
  assert (Hof : forall y a, In a (of_label P mu y) -> In a (chain_supports P mu) /\ snd (fst a) = y).
  { intros y a Ha. apply filter_In in Ha. destruct Ha as [Ha E]. split; auto. now apply eqb_prop. }
  intros theta' [Hs Hm] _. cbn [map_problem net] in Hs.
  assert (Hmargin : forall y a, In a (of_label P mu y) -> 1 <= sgn y * Phi (map (map_layer toR) (net P)) theta' (read_of a)).
  { intros y a Ha. destruct (Hof y a Ha) as [Ha' <-]. apply (Hm (map toR (fst (fst a)), snd (fst a))). simpl.
    apply in_map_iff. exists (fst a). split; auto. now apply Hsup. }
  assert (Hmu : forall y a, In a (of_label P mu y) -> 0 <= weight_of a) by (intros y a Ha; apply Rlt_le, Hsup, (Hof y), Ha).
  set (rp := toR (own_squares theta true)) in *. set (rn := toR (own_squares theta false)) in *.
  assert (Hrp : 0 <= rp) by apply own_squares_nonneg. assert (Hrn : 0 <= rn) by apply own_squares_nonneg.
  apply knonneg_ok in El. rewrite toR_sub, toR_mul, knat_ok, toR_add, norm2_of_ok in El. fold rp rn in El.
  assert (Goal' : INR (length (net P)) * (rp + rn) <= norm2 theta'); [|unfold map_params in *; lra]. clear El.
  assert (Hplain : plain (net P)).
  { intros l u Hl Hu. apply distinct_ok. rewrite forallb_forall in En. specialize (En l Hl). rewrite forallb_forall in En. auto. }
  destruct (net P) as [|l1 [|l2 [|l3 [|]]]] eqn:Net; try discriminate Ed.
  - (* Two layers. *)
    destruct theta' as [|w1 [|w2 [|]]]; try discriminate Hs. injection Hs as Hw1 Hw2.
    destruct (check_label_ok P theta mu true l1 [l2] Et Net) as (sp & BP & Ip & HBP & Rp & Kp).
    destruct (check_label_ok P theta mu false l1 [l2] Eneg Net) as (sn & BN & In_ & HBN & Rn & Kn).
    rewrite Net in Kp, Kn. cbn [map length] in Kp, Kn. unfold product in Kp, Kn. cbn [fold_right] in Kp, Kn. fold rp in Kp. fold rn in Kn.
    cbn [map last slope map_layer] in Hlast, Hfit. pose proof Hfit as (_ & Hu1 & Hfit2). pose proof Hfit2 as (_ & Hu2 & Hone).
    destruct (one_unit _ Hone) as [u Hu]. cbn [map_layer units] in Hu, Hu1, Hu2, Hfit2.
    assert (Hrelu : slope (map_layer toR l1) = 0).
    { cbn [removelast forallb] in Er. apply andb_prop in Er. apply kzero_ok, Er. }
    assert (Hin : forall c, In c u -> (fst c < length (units (map_layer toR l1)))%nat).
    { intros c Hc. apply (Hu2 u c); auto. rewrite Hu. now left. }
    assert (Label : forall y samples B, incl samples (of_label P mu y) -> rows_bounded samples weight_of freely read_of (units l1) B ->
      Rsum (map weight_of samples) * Rsum (map weight_of samples) <=
      out_part w2 u y * (hidden_part (map_layer toR l1) w1 w2 u y * B)).
    { intros y samples B I HB. apply (label_bound (map_layer toR l1) w1 w2 u Hrelu Hin samples weight_of read_of y B).
      - intros a Ha. apply (Hmu y), I, Ha.
      - exact HB.
      - intros a Ha. eapply Rle_trans. exact (Hmargin y a (I a Ha)). right. unfold Phi. cbn [map forward].
        rewrite (nth_layer (map_layer toR l2) w2) by (cbn [map_layer units]; rewrite Hu; simpl; lia).
        cbn [map_layer units slope]. rewrite Hu, Hlast. cbn [nth]. unfold act. destruct Rlt_dec; ring. }
    pose proof (without_factor BP _ _ (hidden_part (map_layer toR l1) w1 w2 u true * out_part w2 u true) HBP Kp) as Tp.
    pose proof (without_factor BN _ _ (hidden_part (map_layer toR l1) w1 w2 u false * out_part w2 u false) HBN Kn) as Tn.
    apply two_means in Tp; auto using uses_positive, hidden_part_nonneg, out_part_nonneg.
    2: { pose proof (Label true sp BP Ip Rp). lra. }
    apply two_means in Tn; auto using uses_positive, hidden_part_nonneg, out_part_nonneg.
    2: { pose proof (Label false sn BN In_ Rn). lra. }
    assert (N : NoDup (map fst u)) by (apply (Hplain l2); [right; now left|rewrite Hu; now left]).
    pose proof (hidden_parts (map_layer toR l1) w1 w2 u Hin N) as Qh. cbn [map_layer units] in Qh.
    pose proof (layer_squares l1 w1 _ _ Hfit Hw1) as Q1.
    pose proof (layer_squares l2 w2 _ _ Hfit2 Hw2) as Q2. rewrite weight_squares_rows, Hu in Q2. cbn [map] in Q2.
    rewrite Rsum_cons in Q2. cbn [Rsum fold_right] in Q2. pose proof (out_parts w2 u) as Qo.
    pose proof (shares _ _ _ _ (uses_positive l1) (Rle_trans _ _ _ Qh Q1)) as S1.
    assert (Q2' : out_part w2 u true + out_part w2 u false <= INR (most_uses l2) * Rsum (map (fun a => a * a) w2)) by lra.
    pose proof (shares _ _ _ _ (uses_positive l2) Q2') as S2.
    unfold norm2. cbn [map length]. rewrite !Rsum_cons. cbn [Rsum fold_right]. replace (INR 2) with 2 by (simpl; ring). lra.
  - (* Three layers. *)
    destruct theta' as [|w1 [|w2 [|w3 [|]]]]; try discriminate Hs. injection Hs as Hw1 Hw2 Hw3.
    destruct (check_label_ok P theta mu true l1 [l2; l3] Et Net) as (sp & BP & Ip & HBP & Rp & Kp).
    destruct (check_label_ok P theta mu false l1 [l2; l3] Eneg Net) as (sn & BN & In_ & HBN & Rn & Kn).
    rewrite Net in Kp, Kn. cbn [map length] in Kp, Kn. unfold product in Kp, Kn. cbn [fold_right] in Kp, Kn. fold rp in Kp. fold rn in Kn.
    cbn [map last slope map_layer] in Hlast, Hfit. pose proof Hfit as (_ & Hu1 & Hfit2). pose proof Hfit2 as (_ & Hu2 & Hfit3).
    pose proof Hfit3 as (_ & Hu3 & Hone).
    destruct (one_unit _ Hone) as [u Hu]. cbn [map_layer units] in Hu, Hu1, Hu2, Hu3, Hfit2, Hfit3.
    assert (Hrelu : slope (map_layer toR l1) = 0 /\ slope (map_layer toR l2) = 0).
    { cbn [removelast forallb] in Er. apply andb_prop in Er. destruct Er as [E1 E2]. apply andb_prop in E2. split; apply kzero_ok. apply E1. apply E2. }
    destruct Hrelu as [Hrelu1 Hrelu2].
    assert (Hin : forall c, In c u -> (fst c < length (units (map_layer toR l2)))%nat).
    { intros c Hc. apply (Hu3 u c); auto. rewrite Hu. now left. }
    set (first := fun a => apply_layer (map_layer toR l1) w1 (read_of a)).
    set (made := together (map_layer toR l1) w1 weight_of read_of).
    assert (Label : forall y samples B, 0 < B -> incl samples (of_label P mu y) ->
      Rsum (map weight_of samples) * Rsum (map weight_of samples) <=
      made samples / B * hidden_part (map_layer toR l2) w2 w3 u y * out_part w3 u y * B).
    { intros y samples B HB I.
      apply Rle_trans with (out_part w3 u y * (hidden_part (map_layer toR l2) w2 w3 u y * made samples)); [|right; field; lra].
      apply (label_bound (map_layer toR l2) w2 w3 u Hrelu2 Hin samples weight_of first y (made samples)).
      - intros a Ha. apply (Hmu y), I, Ha.
      - apply rows_of_bounded with (length (units l1)).
        + apply together_bounds; auto. intros a Ha. apply (Hmu y), I, Ha.
        + intros v c Hv Hc. apply (Hu2 v c Hv Hc).
        + intros v Hv. apply (Hplain l2); auto. right. now left.
      - intros a Ha. eapply Rle_trans. exact (Hmargin y a (I a Ha)). right. unfold Phi. cbn [map forward]. fold (first a).
        rewrite (nth_layer (map_layer toR l3) w3) by (cbn [map_layer units]; rewrite Hu; simpl; lia).
        cbn [map_layer units slope]. rewrite Hu, Hlast. cbn [nth]. unfold act. destruct Rlt_dec; ring. }
    assert (Hmade : forall samples B, 0 < B -> 0 <= made samples / B).
    { intros samples B HB. apply Rmult_le_pos. apply (Rsum_squares (fun i => _ i)). now apply Rlt_le, Rinv_0_lt_compat. }
    pose proof (without_factor BP _ _ _ HBP Kp (Label true sp BP HBP Ip)) as Tp.
    pose proof (without_factor BN _ _ _ HBN Kn (Label false sn BN HBN In_)) as Tn.
    apply three_means in Tp; auto using uses_positive, hidden_part_nonneg, out_part_nonneg.
    apply three_means in Tn; auto using uses_positive, hidden_part_nonneg, out_part_nonneg.
    assert (N : NoDup (map fst u)) by (apply (Hplain l3); [right; right; now left|rewrite Hu; now left]).
    assert (Qm : made sp / BP + made sn / BN <= weight_squares (units (map_layer toR l1)) w1).
    { apply both_labels; auto.
      - intros a [Ha|Ha]. apply (Hmu true), Ip, Ha. apply (Hmu false), In_, Ha.
      - intros v a b Hv Ha Hb. apply (no_acute_angle_ok P mu); auto. intros c Hc. apply (Hu1 v c Hv Hc).
        cbn [length] in Ed. rewrite forallb_forall in Ed. apply Ed. unfold first_rows. rewrite Net. apply nodup_In, in_map, Hv. }
    pose proof (hidden_parts (map_layer toR l2) w2 w3 u Hin N) as Qh. cbn [map_layer units] in Qh, Qm.
    pose proof (layer_squares l1 w1 _ _ Hfit Hw1) as Q1.
    pose proof (layer_squares l2 w2 _ _ Hfit2 Hw2) as Q2.
    pose proof (layer_squares l3 w3 _ _ Hfit3 Hw3) as Q3. rewrite weight_squares_rows, Hu in Q3. cbn [map] in Q3.
    rewrite Rsum_cons in Q3. cbn [Rsum fold_right] in Q3. pose proof (out_parts w3 u) as Qo.
    pose proof (shares _ _ _ _ (uses_positive l1) (Rle_trans _ _ _ Qm Q1)) as S1.
    pose proof (shares _ _ _ _ (uses_positive l2) (Rle_trans _ _ _ Qh Q2)) as S2.
    assert (Q3' : out_part w3 u true + out_part w3 u false <= INR (most_uses l3) * Rsum (map (fun a => a * a) w3)) by lra.
    pose proof (shares _ _ _ _ (uses_positive l3) Q3') as S3.
    unfold norm2. cbn [map length]. rewrite !Rsum_cons. cbn [Rsum fold_right]. replace (INR 3) with 3 by (simpl; ring). lra.
Qed.

Theorem local_by_label_sound P theta mu : check_chain_by_label P theta mu = true ->
  local_optimum (map_problem toR P) None (map_params toR theta).
Proof. intro H. destruct (by_label_sound P theta mu H) as [Hf Hg]. split; auto. exists 1. split; [lra|]. auto. Qed.
End Check.
