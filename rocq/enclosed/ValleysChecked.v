(** * The check that units at 0 raise no margin, over a box of parameters; a layer by itself. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Lists Intervals System Solution
  PieceGradient TwoLayers TwoLayersKkt EnclosedParameters Sloped ParameterSystem ParametersOnBox ParametersChecked Valleys AtRest.
Import ListNotations.
Open Scope R_scope.

Section Valleys.
Variable bits : Z.
Variables (P : problem Q) (D : description Q).
Notation F := (interval_ring bits).
Let PR := real P.
Let DR := real_description D.
Notation X := (numbers bits D).

(** ** What units at 0 pass on *)
Definition gpassed_on (theta : list (list F)) (k j u : nat) : F :=
  nth 0 (gsloped (skipn (S j) (net P)) (fun i => gslope_of P D X k (S j + i)) (skipn (S j) theta)
           (repeat (g0 (F := F)) u ++ [of_rational (r := F) 1%Q])) (g0 (F := F)).
(** Whether all that a unit reads is at rest. *)
Definition check_rest (k j u : nat) : bool :=
  let reads := resting (net P) (gkind D k) (map (fun a => Qeq_bool a 0) (fst (nth (tight_sample D k) (data P) ([], true)))) j in
  forallb (fun a => nth (fst a) reads true) (nth u (units (glayer P j)) []).
(** A unit at 0 lowers the margin on both sides; one that is not held may also be at rest, or pass on nothing. *)
Definition check_valley (theta : list (list F)) (k j : nat) (l : layer Q) (u : nat) : bool :=
  if Qeq_bool (slope l) 1 then true
  else
    let d := gpassed_on theta k j u in
    let e := gsgn (F := F) (tight_label P D k) d in
    let falls := if Qle_bool (slope l) 1 then positive (opp e) else positive e in
    match gkind D k j u with
    | Negative | Positive => true
    | Bent _ => falls
    | Silent => if check_rest k j u then true else if is_zero d then true else falls
    end.
Definition check_valleys (theta : list (list F)) (first : nat) : bool :=
  forallb (fun k => forallb (fun jl =>
    if Nat.ltb (fst jl) first then true else forallb (check_valley theta k (fst jl) (snd jl)) (seq 0 (length (units (snd jl)))))
    (combine (seq 0 (length (net P))) (net P))) (seq 0 (length (samples D))).

(** ** What that means *)
Hypothesis Hbits : (0 <= bits)%Z.
Variable xi : list R.
Hypothesis Facts : at_solution P D xi.
Let W := Inside P D xi Facts.
Let H := over_encloses bits Hbits (within (map Q2R (centres D)) (Q2R (reach D))).
Let known := spread_ok bits Hbits (centres D) (reach D).
Let par := parameters DR xi.

Lemma passed_on_ok theta psi k j u : length psi = length theta ->
  (forall k i, holds bits (nth i (nth k theta []) (g0 (F := F))) (nth i (nth k psi []) 0)) ->
  holds bits (gpassed_on theta k j u) (passed_on (net PR) (slope_of PR DR xi k) psi j u).
Proof.
  intros L HT. unfold gpassed_on, passed_on. unfold PR at 1. cbn [real map_problem net]. rewrite skipn_map.
  refine (rel_sloped H (skipn (S j) (net P)) _ (fun xi i => slope_of PR DR xi k (S j + i)) _ (fun _ => skipn (S j) psi) _
    (fun _ => unit_vector u) _ _ _ 0%nat xi W).
  - intros i v. apply (rel_slope_of P D X H known).
  - split. intros _. now rewrite !skipn_length, L. intros a b x _. rewrite !nth_rest. apply HT.
  - intros i x Wx. unfold unit_vector. assert (NV : forall {A} (z o : A) m i', nth i' (repeat z m ++ [o]) z = if Nat.eqb i' m then o else z).
    { intros A z o. induction m as [|m IH]; intros [|i']; simpl; auto. now destruct i'. }
    rewrite !NV. destruct Nat.eqb. apply (rel_1 H x Wx). apply (rel_0 H x Wx).
Qed.
Lemma parameters_hold : length par = length (gparameters D X) /\
  forall k i, holds bits (nth i (nth k (gparameters D X) []) (g0 (F := F))) (nth i (nth k par []) 0).
Proof.
  destruct (rel_parameters D X H known) as [L R]. split. apply L. intros k i. exact (R k i xi W).
Qed.

Lemma valley_checked theta first k j l u : check_valleys theta first = true -> (k < length (samples D))%nat -> (first <= j)%nat ->
  nth_error (net P) j = Some l -> (u < length (units l))%nat -> check_valley theta k j l u = true.
Proof.
  intros C Hk Hj El Hu. unfold check_valleys in C. rewrite forallb_forall in C. specialize (C k ltac:(apply in_seq; lia)).
  rewrite forallb_forall in C. specialize (C (j, l) (in_numbered _ 0 _ _ El)). cbn [fst snd] in C.
  destruct (Nat.ltb_spec j first); [lia|]. rewrite forallb_forall in C. apply C, in_seq. lia.
Qed.
Lemma rest_ok k j l u c : (k < length (samples D))%nat -> nth_error (net PR) j = Some l -> nth_error (units l) u = Some c ->
  check_rest k j u = true -> rests (net PR) par (slope_of PR DR xi k) (fst (sample PR DR k)) j c.
Proof.
  intros Hk Hj Hu C psi L S. unfold check_rest in C. cbv zeta in C.
  assert (Ec : nth u (units (glayer P j)) [] = c).
  { assert (E : l = map_layer Q2R (glayer P j)) by (rewrite <- (nth_layers P j); symmetry; now apply nth_error_nth).
    rewrite E in Hu. cbn [map_layer units] in Hu. now apply nth_error_nth. }
  rewrite Ec in C. apply (reads_zeros (resting (net P) (gkind D k) (map (fun a => Qeq_bool a 0) (fst (nth (tight_sample D k) (data P) ([], true)))) j)); [|exact C].
  apply (resting_ok (net P) (gkind D k)).
  - rewrite L. unfold PR. cbn [real map_problem net]. rewrite map_length. lia.
  - intros i Hi. unfold sample. change (samples DR) with (samples D). fold (tight_sample D k). unfold PR. rewrite (data_nth P). cbn [fst].
    rewrite <- RMicromega.Q2R_0, map_nth. change true with ((fun a => Qeq_bool a 0) 0%Q) in Hi. rewrite map_nth in Hi.
    apply Qeq_bool_eq, Qeq_eqR in Hi. exact Hi.
  - intros i l' u' c' Hi Hu' K S0. destruct (S i l' u' c' Hi Hu') as [Z|E].
    + exfalso. destruct (Described P D xi Facts) as (_ & Des). assert (N1 : slope l' <> 1) by lra.
      specialize (Des k i l' u' c' Hk Hi Hu' N1). change (real_description D) with DR in Des. change (gkind D k i u') with (kind_at DR k i u') in K.
      rewrite K in Des. unfold reads in Z. unfold par in Z. cbv zeta in Des. change (real P) with PR in Des. lra.
    + assert (Sl : slope_of PR DR xi k i u' = 0).
      { unfold slope_of. change (kind_at DR k i u') with (gkind D k i u'). rewrite K. unfold layer_at. rewrite (nth_error_nth _ _ _ Hi). exact S0. }
      etransitivity; [exact E|]. rewrite Sl. ring.
Qed.
(** A unit at 0 that passed the check: it is at rest, or passes on nothing, or lowers the margin by so much at least. *)
Lemma valley_cases theta first k j l u c : check_valleys theta first = true -> (k < length (samples D))%nat -> (first <= j)%nat ->
  nth_error (net PR) j = Some l -> nth_error (units l) u = Some c -> reads (net PR) par (fst (sample PR DR k)) j c = 0 ->
  (slope l = 1 /\ slope_of PR DR xi k j u = 1) \/ (slope l <> 1 /\
    ((gkind D k j u = Silent /\ rests (net PR) par (slope_of PR DR xi k) (fst (sample PR DR k)) j c) \/
     (gkind D k j u = Silent /\ check_rest k j u = false /\ is_zero (gpassed_on theta k j u) = true) \/
     forall d, holds bits (gpassed_on theta k j u) d -> sgn (snd (sample PR DR k)) * (1 - slope l) * d <= - (Rabs (1 - slope l) / IZR (scale bits)))).
Proof.
  intros C Hk Hj El Hu Z. pose proof El as El'. unfold PR in El'. cbn [real map_problem net] in El'. rewrite nth_error_map in El'.
  destruct (nth_error (net P) j) as [q|] eqn:Eq; try discriminate. injection El' as <-. cbn [map_layer slope units] in *.
  assert (Lu : (u < length (units q))%nat) by (apply nth_error_Some; congruence).
  pose proof (valley_checked _ _ _ _ _ _ C Hk Hj Eq Lu) as V. unfold check_valley in V.
  assert (Pass : passes (Q2R (slope q)) (reads (net PR) par (fst (sample PR DR k)) j c) (slope_of PR DR xi k j u))
    by exact (Slopes P D xi Facts k Hk j _ u c El Hu).
  rewrite Z in Pass. destruct Pass as (_ & _ & B). specialize (B eq_refl).
  destruct (Qeq_bool (slope q) 1) eqn:E1.
  { left. apply Qeq_bool_eq, Qeq_eqR in E1. rewrite RMicromega.Q2R_1 in E1. rewrite E1 in B |- *. split; auto. destruct B; lra. }
  assert (N1 : Q2R (slope q) <> 1).
  { intro E. rewrite <- RMicromega.Q2R_1 in E. apply eqR_Qeq, Qeq_bool_iff in E. congruence. }
  right. split; auto. assert (Des : match kind_at DR k j u with
    | Negative => reads (net PR) par (fst (sample PR DR k)) j c < 0
    | Positive => 0 < reads (net PR) par (fst (sample PR DR k)) j c
    | _ => True
    end).
  { destruct (Described P D xi Facts) as (_ & Des). specialize (Des k j _ u c Hk El Hu N1). change (real_description D) with DR in Des.
    destruct (kind_at DR k j u); auto; exact Des. }
  rewrite Z in Des. change (gkind D k j u) with (kind_at DR k j u) in *.
  assert (Falls : (if Qle_bool (slope q) 1 then positive (opp (gsgn (F := F) (tight_label P D k) (gpassed_on theta k j u)))
    else positive (gsgn (F := F) (tight_label P D k) (gpassed_on theta k j u))) = true ->
    forall d, holds bits (gpassed_on theta k j u) d -> sgn (snd (sample PR DR k)) * (1 - Q2R (slope q)) * d <= - (Rabs (1 - Q2R (slope q)) / IZR (scale bits))).
  { intros Fa d Pd. set (y := sgn (snd (sample PR DR k))).
    assert (Sg : holds bits (gsgn (F := F) (tight_label P D k) (gpassed_on theta k j u)) (y * d)).
    { unfold y. change (snd (sample PR DR k)) with (snd (sample (real P) (real_description D) k)). rewrite <- (label_of P D k).
      exact (rel_sgn H _ _ (fun _ => d) (fun _ _ => Pd) xi W). }
    pose proof (scale_R bits Hbits) as SR. replace (y * (1 - Q2R (slope q)) * d) with (y * d * (1 - Q2R (slope q))) by ring.
    assert (One : forall a z, positive a = true -> holds bits a z -> / IZR (scale bits) <= z).
    { intros a z Pa [Ha _]. unfold positive in Pa. apply Z.ltb_lt in Pa. assert (1 <= IZR (fst a)) by (apply (IZR_le 1); lia).
      apply Rmult_le_reg_r with (IZR (scale bits)); auto. rewrite Rinv_l by lra. lra. }
    unfold Rdiv. destruct (Qle_bool (slope q) 1) eqn:E2.
    - apply Qle_bool_iff, Qle_Rle in E2. rewrite RMicromega.Q2R_1 in E2. pose proof (One _ _ Fa (opp_ok bits _ _ Sg)) as B1.
      rewrite Rabs_pos_eq by lra. rewrite <- Ropp_mult_distr_r_reverse, Rmult_comm. apply Rmult_le_compat_l; lra.
    - assert (E3 : 1 < Q2R (slope q)).
      { rewrite <- RMicromega.Q2R_1. apply Qlt_Rlt. apply Qnot_le_lt. intro Le. apply Qle_bool_iff in Le. congruence. }
      pose proof (One _ _ Fa Sg) as B1. rewrite Rabs_left by lra.
      assert (0 <= (y * d - / IZR (scale bits)) * (Q2R (slope q) - 1)) by (apply Rmult_le_pos; lra). lra. }
  destruct (kind_at DR k j u) as [| |n|]; try lra; auto.
  destruct (check_rest k j u) eqn:Er. { left. split; auto. exact (rest_ok k j _ u c Hk El Hu Er). }
  destruct (is_zero (gpassed_on theta k j u)) eqn:E0; auto.
Qed.
Lemma valley_ok theta psi first k j l u c : check_valleys theta first = true -> length psi = length theta ->
  (forall k i, holds bits (nth i (nth k theta []) (g0 (F := F))) (nth i (nth k psi []) 0)) ->
  (k < length (samples D))%nat -> (first <= j)%nat -> nth_error (net PR) j = Some l -> nth_error (units l) u = Some c ->
  reads (net PR) par (fst (sample PR DR k)) j c = 0 -> rests (net PR) par (slope_of PR DR xi k) (fst (sample PR DR k)) j c \/
  sgn (snd (sample PR DR k)) * (1 - slope l) * passed_on (net PR) (slope_of PR DR xi k) psi j u <= 0 /\
  (slope l = 1 -> slope_of PR DR xi k j u = 1).
Proof.
  intros C L HT Hk Hj El Hu Z. pose proof (passed_on_ok theta psi k j u L HT) as Pd.
  destruct (valley_cases theta first k j l u c C Hk Hj El Hu Z) as [[-> E]|[N1 [[_ E]|[[_ [_ E]]|E]]]]; auto; right.
  - split; [lra|auto].
  - rewrite (is_zero_ok bits Hbits _ _ E Pd). split; [lra|intro; contradiction].
  - specialize (E _ Pd). split; [|intro; contradiction]. pose proof (scale_R bits Hbits) as SR.
    assert (0 <= Rabs (1 - slope l) / IZR (scale bits)); [|lra]. apply Rmult_le_pos. apply Rabs_pos. left. now apply Rinv_0_lt_compat.
Qed.

Lemma layer_ok m : (m < length (net P))%nat -> check_valleys (gparameters D X) m = true -> local_optimum PR (Some m) par.
Proof.
  intros Hm C. destruct parameters_hold as [L HT].
  apply (layer_is_local PR par (samples D) (weight_at DR xi) (slope_of PR DR xi) m).
  - exact (Feasible P D xi Facts).
  - unfold PR. cbn [real map_problem net]. now rewrite map_length.
  - intros k Hk. destruct (Tight P D xi Facts k Hk) as [T1 T2]. split; [exact T1|]. split; [exact T2|]. split.
    + left. now apply (Described P D xi Facts).
    + exact (Slopes P D xi Facts k Hk).
  - exact (Stationary P D xi Facts).
  - intros k j l u c Hk Hj El Hu Z. exact (valley_ok _ par m k j l u c C L HT Hk Hj El Hu Z).
Qed.
End Valleys.
