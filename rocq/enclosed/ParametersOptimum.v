(** * The checks of what a point enclosed by its parameters is: a layer's local optimum, no global one. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible Intervals System Solution
  Piece PieceGradient TwoLayers EnclosedParameters Sloped ParameterSystem ParametersChecked Valleys.
Import ListNotations.
Open Scope R_scope.

(** What is claimed of the point, with the evidence. *)
Inductive parameters_optimum := LayerIsLocal (layer : nat) | ShorterIs (better : params Q).

Definition says (P : problem R) (o : parameters_optimum) (p : params R) : Prop :=
  match o with
  | LayerIsLocal m => local_optimum P (Some m) p
  | ShorterIs _ => not_global_optimum P None p
  end.
Fixpoint all_say (P : problem R) (l : list parameters_optimum) (p : params R) : Prop :=
  match l with [] => True | [o] => says P o p | o :: l' => says P o p /\ all_say P l' p end.

Section Optimum.
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
(** A unit at 0 lowers the margin on both sides; one that is not held may also pass on nothing. *)
Definition check_valley (theta : list (list F)) (k j : nat) (l : layer Q) (u : nat) : bool :=
  if Qeq_bool (slope l) 1 then true
  else
    let d := gpassed_on theta k j u in
    let e := gsgn (F := F) (tight_label P D k) d in
    let falls := if Qle_bool (slope l) 1 then positive (opp e) else positive e in
    match gkind D k j u with
    | Negative | Positive => true
    | Bent _ => falls
    | Silent => if is_zero d then true else falls
    end.
Definition check_valleys (theta : list (list F)) (first : nat) : bool :=
  forallb (fun k => forallb (fun jl =>
    if Nat.ltb (fst jl) first then true else forallb (check_valley theta k (fst jl) (snd jl)) (seq 0 (length (units (snd jl)))))
    (combine (seq 0 (length (net P))) (net P))) (seq 0 (length (samples D))).

(** ** A shorter point *)
Definition norm2_over (theta : list (list F)) : interval := gsum (F := F) (map (fun w => gsum (F := F) (map (fun a => rmul (r := F) a a) w)) theta).
(** Whether this point is feasible and shorter. *)
Definition check_better (better : params Q) : bool :=
  if check_satisfies (F := Qops) P better then
    positive (add (norm2_over (gparameters D X)) (opp (of_Q bits (norm2_of (F := Qops) better))))
  else false.

Definition check_optimum (o : parameters_optimum) : bool :=
  match o with
  | LayerIsLocal m => if Nat.ltb m (length (net P)) then check_valleys (gparameters D X) m else false
  | ShorterIs better => check_better better
  end.

(** ** What that means *)
Hypothesis Hbits : (0 <= bits)%Z.
Variable xi : list R.
Hypothesis Facts : at_solution P D xi.
Let W := Inside P D xi Facts.
Let H := over_encloses bits Hbits (within (map Q2R (centres D)) (Q2R (reach D))).
Let known := spread_ok bits Hbits (centres D) (reach D).
Let par := parameters DR xi.
Let Sh : shaped (net PR) par := proj1 (proj2 (Feasible P D xi Facts)).

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
Lemma valley_ok theta psi first k j l u c : check_valleys theta first = true -> length psi = length theta ->
  (forall k i, holds bits (nth i (nth k theta []) (g0 (F := F))) (nth i (nth k psi []) 0)) ->
  (k < length (samples D))%nat -> (first <= j)%nat -> nth_error (net PR) j = Some l -> nth_error (units l) u = Some c ->
  reads (net PR) par (fst (sample PR DR k)) j c = 0 ->
  sgn (snd (sample PR DR k)) * (1 - slope l) * passed_on (net PR) (slope_of PR DR xi k) psi j u <= 0 /\
  (slope l = 1 -> slope_of PR DR xi k j u = 1).
Proof.
  intros C L HT Hk Hj El Hu Z. unfold PR in El. cbn [real map_problem net] in El. rewrite nth_error_map in El.
  destruct (nth_error (net P) j) as [q|] eqn:Eq; try discriminate. injection El as <-. cbn [map_layer slope units] in *.
  assert (Lu : (u < length (units q))%nat) by (apply nth_error_Some; congruence).
  pose proof (valley_checked _ _ _ _ _ _ C Hk Hj Eq Lu) as V. unfold check_valley in V.
  assert (LA : layer_at PR j = map_layer Q2R q).
  { unfold layer_at, PR. apply nth_error_nth. cbn [real map_problem net]. now rewrite nth_error_map, Eq. }
  assert (El : nth_error (net PR) j = Some (map_layer Q2R q)) by (unfold PR; cbn [real map_problem net]; now rewrite nth_error_map, Eq).
  assert (Pass : passes (Q2R (slope q)) (reads (net PR) par (fst (sample PR DR k)) j c) (slope_of PR DR xi k j u))
    by exact (Slopes P D xi Facts k Hk j _ u c El Hu).
  rewrite Z in Pass. destruct Pass as (_ & _ & B). specialize (B eq_refl).
  destruct (Qeq_bool (slope q) 1) eqn:E1.
  { apply Qeq_bool_eq, Qeq_eqR in E1. rewrite RMicromega.Q2R_1 in E1. rewrite E1 in B |- *. split; [lra|]. intros _. destruct B; lra. }
  assert (N1 : Q2R (slope q) <> 1).
  { intro E. rewrite <- RMicromega.Q2R_1 in E. apply eqR_Qeq, Qeq_bool_iff in E. congruence. }
  split; [|intro; contradiction].
  pose proof (passed_on_ok theta psi k j u L HT) as Pd. set (d := passed_on (net PR) (slope_of PR DR xi k) psi j u) in *.
  set (y := sgn (snd (sample PR DR k))).
  assert (Sg : holds bits (gsgn (F := F) (tight_label P D k) (gpassed_on theta k j u)) (y * d)).
  { unfold y. change (snd (sample PR DR k)) with (snd (sample (real P) (real_description D) k)). rewrite <- (label_of P D k). exact (rel_sgn H _ _ (fun _ => d) (fun _ _ => Pd) xi W). }
  assert (Des : match kind_at DR k j u with
    | Negative => reads (net PR) par (fst (sample PR DR k)) j c < 0
    | Positive => 0 < reads (net PR) par (fst (sample PR DR k)) j c
    | _ => True
    end).
  { destruct (Described P D xi Facts) as (_ & Des). specialize (Des k j _ u c Hk El Hu N1). change (real_description D) with DR in Des.
    destruct (kind_at DR k j u); auto; exact Des. }
  rewrite Z in Des.
  change (gkind D k j u) with (kind_at DR k j u) in V.
  assert (Falls : (if Qle_bool (slope q) 1 then positive (opp (gsgn (F := F) (tight_label P D k) (gpassed_on theta k j u)))
    else positive (gsgn (F := F) (tight_label P D k) (gpassed_on theta k j u))) = true -> y * (1 - Q2R (slope q)) * d <= 0).
  { intro Fa. replace (y * (1 - Q2R (slope q)) * d) with (y * d * (1 - Q2R (slope q))) by ring.
    destruct (Qle_bool (slope q) 1) eqn:E2.
    - apply Qle_bool_iff, Qle_Rle in E2. rewrite RMicromega.Q2R_1 in E2. pose proof (positive_ok bits Hbits _ _ Fa (opp_ok bits _ _ Sg)). nra.
    - assert (E3 : 1 < Q2R (slope q)).
      { rewrite <- RMicromega.Q2R_1. apply Qlt_Rlt. apply Qnot_le_lt. intro Le. apply Qle_bool_iff in Le. congruence. }
      pose proof (positive_ok bits Hbits _ _ Fa Sg). nra. }
  destruct (kind_at DR k j u) as [| |n|]; try lra; auto.
  destruct (is_zero (gpassed_on theta k j u)) eqn:E0; auto. rewrite (is_zero_ok bits Hbits _ _ E0 Pd). lra.
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

Lemma norm_over : holds bits (norm2_over (gparameters D X)) (norm2 par).
Proof.
  set (G := fun o : option nat => match o with Some n => nth n X (g0 (F := F)) | None => g0 (F := F) end).
  set (g := fun (o : option nat) (xi : list R) => match o with Some n => nth n xi 0 | None => 0 end).
  assert (E1 : norm2_over (gparameters D X) = gsum (F := F) (map (fun row => gsum (F := F) (map (fun o => rmul (r := F) (G o) (G o)) row)) (unknowns D))).
  { unfold norm2_over, gparameters. rewrite map_map. f_equal. apply map_ext. intro row. now rewrite map_map. }
  assert (E2 : norm2 par = Rsum (map (fun row => Rsum (map (fun o => g o xi * g o xi) row)) (unknowns D))).
  { unfold norm2, par, parameters. rewrite map_map. f_equal. apply map_ext. intro row. now rewrite map_map. }
  rewrite E1, E2.
  refine (rel_sum H _ (fun row xi => Rsum (map (fun o => g o xi * g o xi) row)) (unknowns D) _ xi W). intros row _.
  apply (rel_sum H (fun o => rmul (r := F) (G o) (G o)) (fun o xi => g o xi * g o xi)). intros o _.
  apply (rel_mul H); destruct o; try apply known; apply (rel_0 H).
Qed.
Lemma better_ok better : check_better better = true -> not_global_optimum PR None par.
Proof.
  unfold check_better. destruct check_satisfies eqn:E; try discriminate. intro B. split. { exact (proj1 (Feasible P D xi Facts)). }
  split; [exact Sh|]. exists (real_point better). apply (satisfies_sound (F := Qops) (M := Qmodel)) in E. split; auto. split. { intros k Hk. discriminate. }
  assert (N : holds bits (of_Q bits (norm2_of (F := Qops) better)) (norm2 (real_point better))).
  { assert (Q1 := norm2_of_ok (F := Qops) (M := Qmodel) better). change (Q2R (norm2_of (F := Qops) better) = norm2 (real_point better)) in Q1.
    rewrite <- Q1. now apply of_Q_ok. }
  pose proof (positive_ok bits Hbits _ _ B (add_ok bits _ _ _ _ norm_over (opp_ok bits _ _ N))). lra.
Qed.

Lemma optimum_ok o : check_optimum o = true -> says PR o par.
Proof.
  destruct o as [m|better]; cbn [check_optimum says].
  - destruct (Nat.ltb_spec m (length (net P))); try discriminate. now apply layer_ok.
  - apply better_ok.
Qed.
End Optimum.

(** ** The whole claim *)
Definition check_enclosed_by_parameters (fine coarse : Z) (P : problem Q) (D : description Q) (Y : list (list Q)) (theta : params Q)
    (optima : list parameters_optimum) : bool :=
  if check_parameters fine coarse P D Y theta then
    forallb (fun o => if check_optimum coarse P D o then true else check_optimum fine P D o) optima
  else false.
Theorem enclosed_by_parameters_sound fine coarse P D Y theta optima :
  check_enclosed_by_parameters fine coarse P D Y theta optima = true ->
  kkt_enclosed_by_parameters (real P) (real_description D) (real_point theta) (fun p => all_say (real P) optima p).
Proof.
  unfold check_enclosed_by_parameters. destruct check_parameters eqn:E; try discriminate. intro O.
  apply (parameters_sound fine coarse P D Y theta _ E). intros xi Facts.
  pose proof E as C. unfold check_parameters in C. destruct (Z.leb_spec 0 fine) as [Hf|]; try discriminate.
  destruct (Z.leb_spec 0 coarse) as [Hc|]; try discriminate. clear C E. rewrite forallb_forall in O.
  assert (One : forall o, In o optima -> says (real P) o (parameters (real_description D) xi)).
  { intros o Ho. specialize (O o Ho). cbv beta in O. destruct (check_optimum coarse P D o) eqn:E1.
    - exact (optimum_ok coarse P D Hc xi Facts o E1).
    - exact (optimum_ok fine P D Hf xi Facts o O). }
  clear O. induction optima as [|o [|o' l] IH]; simpl; auto.
  - apply One. now left.
  - split. apply One. now left. apply IH. intros; apply One; now right.
Qed.
