(** * The checks of what a point enclosed by its parameters is: a local optimum, as a whole or in a layer, or none; no
    global one. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible Intervals System Solution
  EnclosedParameters ParameterSystem ParametersOnBox ParametersChecked ValleysChecked CurvatureChecked Departure.
Import ListNotations.
Open Scope R_scope.

(** What is claimed of the point, with the evidence. *)
Inductive parameters_optimum :=
  StrictlyLocal (penalty : Q) | StrictlyLocalOfLiveUnits (penalty : Q) | LayerIsLocal (layer : nat) |
  DescendsAlong (omega delta : params Q) | ShorterIs (better : params Q).

Definition says (P : problem R) (o : parameters_optimum) (p : params R) : Prop :=
  match o with
  | StrictlyLocal _ => strict_local_optimum P (fun _ => True) p
  | StrictlyLocalOfLiveUnits _ => strict_local_optimum P (zero_units_stay P p) p
  | LayerIsLocal m => local_optimum P (Some m) p
  | DescendsAlong _ _ => ~ local_optimum P None p
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

(** ** A shorter point *)
Definition norm2_over (theta : list (list F)) : interval := gsum (F := F) (map (fun w => gsum (F := F) (map (fun a => rmul (r := F) a a) w)) theta).
(** Whether this point is feasible and shorter. *)
Definition check_better (better : params Q) : bool :=
  if check_satisfies (F := Qops) P better then
    positive (add (norm2_over (gparameters D X)) (opp (of_Q bits (norm2_of (F := Qops) better))))
  else false.

Definition check_optimum (o : parameters_optimum) : bool :=
  match o with
  | StrictlyLocal penalty => check_curvature bits P D [] penalty
  | StrictlyLocalOfLiveUnits penalty => check_curvature bits P D (weights_that_stay P D) penalty
  | LayerIsLocal m => if Nat.ltb m (length (net P)) then check_valleys bits P D (gparameters D X) m else false
  | DescendsAlong omega delta => check_curve bits P D omega delta
  | ShorterIs better => check_better better
  end.

(** The same, but that the intervals of the unknowns are computed once, and not wherever they are used. *)
Definition check_optimum_once (o : parameters_optimum) : bool := ltac:(
  let unfolded := eval cbv beta delta [check_optimum check_curvature check_valleys check_valley gpassed_on check_all_silent check_silent
    check_unheard around_point column gcurvature gmargin_gradient gkink_gradient gmargin_curvature gslopes_below check_better
    triangle] in (check_optimum o) in
  let shared := eval pattern (numbers bits D) in unfolded in exact shared).
Lemma computed_once o : check_optimum_once o = check_optimum o.
Proof. reflexivity. Qed.

(** ** What that means *)
Hypothesis Hbits : (0 <= bits)%Z.
Variable xi : list R.
Hypothesis Facts : at_solution P D xi.
Let W := Inside P D xi Facts.
Let H := over_encloses bits Hbits (within (map Q2R (centres D)) (Q2R (reach D))).
Let known := spread_ok bits Hbits (centres D) (reach D).
Let par := parameters DR xi.
Let Sh : shaped (net PR) par := proj1 (proj2 (Feasible P D xi Facts)).

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

Lemma fixed_is_zero l v : all_fixed D l = true -> In v l -> entry par v = 0.
Proof.
  intros A I. unfold all_fixed in A. rewrite forallb_forall in A. specialize (A v I). unfold entry.
  change (nth (fst v) par []) with (nth (fst v) (parameters (real_description D) xi) []). rewrite (par_rows D xi (fst v)). pose proof (map_nth (fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end)
    (nth (fst v) (unknowns D) []) None (snd v)) as E. cbv beta iota in E. rewrite E.
  destruct (nth (snd v) (nth (fst v) (unknowns D) []) None); [discriminate|reflexivity].
Qed.
Lemma stay_ok theta' v : zero_units_stay PR par theta' -> moves (weights_that_stay P D) v = false -> entry theta' v = entry par v.
Proof.
  intros Zs M. unfold moves in M. apply negb_false_iff, existsb_exists in M. destruct M as (w & I & E).
  assert (v = w) as ->.
  { unfold is_place in E. destruct (Nat.eqb_spec (fst v) (fst w)); [|discriminate]. apply Nat.eqb_eq in E. destruct v, w. cbn [fst snd] in *. now subst. }
  clear E. unfold weights_that_stay in I. apply in_flat_map in I. destruct I as (j & Ij & I). apply in_seq in Ij.
  apply in_flat_map in I. destruct I as (u & Iu & I). apply in_seq in Iu. destruct (all_fixed D (weights_of P j u)) eqn:A; [|contradiction].
  rewrite (fixed_is_zero _ _ A I). assert (Units : forall j, units (layer_at PR j) = units (glayer P j)).
  { intro i. unfold layer_at, PR. now rewrite (nth_layers P). }
  assert (In1 : forall c, In c (nth u (units (glayer P j)) []) -> In (j, snd c) (weights_of P j u)).
  { intros c Hc. unfold weights_of. apply in_or_app. left. apply (in_map (fun c : nat * nat => (j, snd c))). exact Hc. }
  assert (In2 : forall r c, In r (units (glayer P (S j))) -> In c r -> fst c = u -> In (S j, snd c) (weights_of P j u)).
  { intros r c Hr Hc Eu. unfold weights_of. apply in_or_app. right. apply in_flat_map. exists r. split; auto.
    apply in_flat_map. exists c. split; auto. rewrite Eu, Nat.eqb_refl. now left. }
  assert (Zu : zero_unit PR par j u).
  { split. { unfold PR. cbn [real map_problem net]. rewrite map_length. lia. }
    rewrite !Units. split; [lia|]. split; [intros c Hc|intros r c Hr Hc Eu]; apply (fixed_is_zero _ _ A); eauto. }
  apply Zs in Zu. destruct Zu as (_ & _ & Z1 & Z2). rewrite !Units in Z1, Z2. unfold weights_of in I. apply in_app_or in I. destruct I as [I|I].
  - apply in_map_iff in I. destruct I as (c & <- & Hc). now apply Z1.
  - apply in_flat_map in I. destruct I as (r & Hr & I). apply in_flat_map in I. destruct I as (c & Hc & I).
    destruct (Nat.eqb_spec (fst c) u) as [Eu|]; [|contradiction]. destruct I as [<-|[]]. now apply (Z2 r c).
Qed.

Lemma optimum_ok o : check_optimum o = true -> says PR o par.
Proof.
  destruct o as [p|p|m|omega delta|better]; cbn [check_optimum says].
  - intro C. split. exact (Feasible P D xi Facts). destruct (curvature_ok bits P D [] p Hbits xi Facts C) as (eps & He & K).
    exists eps. split; auto. intros theta' S _. apply K; auto. intros v M. discriminate.
  - intro C. split. exact (Feasible P D xi Facts). destruct (curvature_ok bits P D _ p Hbits xi Facts C) as (eps & He & K).
    exists eps. split; auto. intros theta' S Z. apply K; auto. intros v M. now apply stay_ok.
  - destruct (Nat.ltb_spec m (length (net P))) as [Hm|]; try discriminate. intro C. exact (layer_ok bits P D Hbits xi Facts m Hm C).
  - intro C. exact (curve_ok bits Hbits P D omega delta xi Facts C).
  - apply better_ok.
Qed.
End Optimum.

(** ** The whole claim *)
Definition check_enclosed_by_parameters (fine coarse : Z) (P : problem Q) (D : description Q) (Y : matrix) (theta : params Q)
    (optima : list parameters_optimum) : bool :=
  if check_parameters fine coarse P D Y theta then
    forallb (fun o => if check_optimum_once coarse P D o then true else check_optimum_once fine P D o) optima
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
  { intros o Ho. specialize (O o Ho). cbv beta in O. rewrite !computed_once in O. destruct (check_optimum coarse P D o) eqn:E1.
    - exact (optimum_ok coarse P D Hc xi Facts o E1).
    - exact (optimum_ok fine P D Hf xi Facts o O). }
  clear O. induction optima as [|o [|o' l] IH]; simpl; auto.
  - apply One. now left.
  - split. apply One. now left. apply IH. intros; apply One; now right.
Qed.
