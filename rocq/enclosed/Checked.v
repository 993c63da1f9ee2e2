(** * The check of [kkt_enclosed], but for optimality. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible LayerNorms SampleSums Chain
  Intervals System
  Solution TwoLayers TwoLayersKkt Point Shapes OnBox Distance.
Import ListNotations.
Open Scope R_scope.

(** ** The check *)
Section Check.
(** Binary places for the values at the solution, and for the rest. What is not shown with few is tried with more. *)
Variables (fine coarse : Z).
Variables (P : problem Q) (E : enclosure Q) (Y : matrix) (theta : params Q) (distance : Q).
Let PR := real P.
Let ER := real_enclosure E.
Fixpoint some_places (check : Z -> bool) (l : list Z) : bool :=
  match l with [] => false | b :: l' => if (if (0 <=? b)%Z then check b else false) then true else some_places check
    l' end.
(** All but that the network is dense and the problem well formed: it reads only the inputs, the samples and the lower
    slope. *)
Definition check_but_network : bool :=
  if (0 <=? fine)%Z then if (0 <=? coarse)%Z then
  if distinct (active E) then if forallb (fun i => Nat.ltb i (length (data P))) (active E) then
  if check_live (J E) (live E) then
  if some_places (fun b => check_solution fine b P E Y) [coarse - 8; coarse; fine]%Z then
  if (if check_box coarse P E then true else check_box fine P E) then
    some_places (fun b => check_distance b P E (unknowns_over b E) theta distance) [(3 * fine + coarse) / 4; fine]%Z
  else false else false else false else false else false else false else false.
Definition check_enclosed : bool :=
  if check_posed (F := Qops) P None then if check_dense P (length (live E)) then check_but_network else false else
    false.

Hypothesis Ok : check_enclosed = true.
Let s := Q2R (lower_rational P).

Record parts : Prop := {
  Hfine : (0 <= fine)%Z; Hposed : posed PR None; Hnet : net PR = two_layers (inputs PR) (length (live ER)) s;
    Hinputs : (0 < inputs PR)%nat;
  Hdistinct : NoDup (active ER); Hvalid : forall k, (k < m E)%nat -> (nth k (active ER) 0 < length (data PR))%nat;
  Hlive : forall j r, In (Some (j, r)) (live ER) -> (j < J E)%nat /\ 0 < r;
  Hshares : forall j, (j < J E)%nat -> Rsum (map (share_of j) (live ER)) = 1;
  Hsolution : exists bits, (0 <= bits)%Z /\ check_solution fine bits P E Y = true;
  Hbox : exists bits, (0 <= bits)%Z /\ check_box bits P E = true;
  Hdistance : exists bits, (0 <= bits)%Z /\
    check_distance bits P E (unknowns_over bits E) theta distance = true }.
Lemma some_places_ok check l : some_places check l = true -> exists b, (0 <= b)%Z /\ check b = true.
Proof.
  induction l as [|b l IH]; cbn [some_places]; [discriminate|]. destruct (Z.leb_spec 0 b); auto.
  destruct (check b) eqn:E1; eauto.
Qed.
Lemma parts_ok : parts.
Proof.
  pose proof Ok as H. unfold check_enclosed in H.
  destruct check_posed eqn:E1; try discriminate. destruct check_dense eqn:E2; try discriminate.
  unfold check_but_network in H. destruct (Z.leb_spec 0 fine); try discriminate.
  destruct (Z.leb_spec 0 coarse); try discriminate.
  destruct (distinct _) eqn:E3; try discriminate.
  destruct (forallb _ (active E)) eqn:E4; try discriminate. destruct check_live eqn:E5; try discriminate.
  destruct (some_places (fun b => check_solution fine b P E Y) _) eqn:E6; try discriminate.
  destruct (if check_box coarse P E then true else check_box fine P E) eqn:E7; try discriminate.
  apply check_dense_ok in E2. destruct E2 as [E2 E2']. apply check_live_ok in E5. destruct E5 as [E5 E5'].
  split; auto.
  - exact (posed_sound (F := Qops) (M := Qmodel) P None E1).
  - unfold ER. cbn [real_enclosure map_enclosure live]. rewrite map_length. exact E2.
  - now apply distinct_ok.
  - intros k Hk. rewrite forallb_forall in E4. change (active ER) with (active E). unfold PR.
    cbn [real map_problem data]. rewrite map_length.
    apply Nat.ltb_lt, E4. now apply nth_In.
  - now apply some_places_ok in E6.
  - destruct (check_box coarse P E) eqn:E8; [exists coarse|exists fine]; auto.
  - now apply some_places_ok in H.
Qed.

Variable xi : list R.
Hypothesis Inside : within (centre ER) (radius ER) xi.
Hypothesis Solves : solves PR ER xi.

Lemma multipliers_ok k : (k < m E)%nat -> 0 < multiplier xi k.
Proof. destruct (Hbox parts_ok) as (b & Hb & B). now apply (multipliers_positive b P E Hb xi Inside B). Qed.
Lemma amounts_ok j : (j < J E)%nat -> 0 < amount ER xi j.
Proof. destruct (Hbox parts_ok) as (b & Hb & B). now apply (amounts_positive b P E Hb xi Inside B). Qed.
Lemma all_sides : on_sides PR ER xi s.
Proof. destruct (Hbox parts_ok) as (b & Hb & B). now apply (sides_ok b P E Hb xi Inside B). Qed.
Lemma all_others i : (i < length (data PR))%nat -> ~ In i (active ER) ->
  1 < sgn (snd (nth i (data PR) ([], true))) *
      Rsum (map (fun j => sgn (fst (direction_of ER j)) * (amount ER xi j *
        act s (preactivation PR ER xi (direction_of ER j) (fst (nth i (data PR) ([], true)))))) (seq 0 (J E))).
Proof. destruct (Hbox parts_ok) as (b & Hb & B). now apply (others_ok b P E Hb xi Inside B). Qed.

Let K := point_kkt PR ER xi s (Hnet parts_ok) (Hinputs parts_ok) (Hposed parts_ok) (Hvalid parts_ok) (Hdistinct
  parts_ok)
  (Hlive parts_ok) (Hshares parts_ok) Solves multipliers_ok amounts_ok all_sides all_others.
Theorem is_kkt : kkt PR None (point_of PR ER xi).
Proof. exact K. Qed.
Lemma is_feasible : feasible PR None (point_of PR ER xi).
Proof. apply K. Qed.
Lemma half_norm : norm2 (point_of PR ER xi) = 2 * Rsum (map (amount ER xi) (seq 0 (J E))).
Proof.
  exact (norm_of PR ER xi (Hinputs parts_ok) (Hlive parts_ok) (Hshares parts_ok) Solves amounts_ok).
Qed.

Lemma point_near : shaped (net PR) (real_point theta) /\ dist (real_point theta) (point_of PR ER xi) <= Q2R distance.
Proof.
  destruct (Hdistance parts_ok) as (b & Hb & D).
  exact (distance_ok b P E _ xi theta distance (unknown b E Hb xi Inside) amounts_ok (Hlive parts_ok) (Hnet
    parts_ok) D).
Qed.
Lemma signs_ok : signs PR ER xi.
Proof.
  split; [|split]. exact multipliers_ok. exact amounts_ok.
  assert (L : lower_slope PR = s) by apply lower_at. rewrite L. destruct (Req_dec s 1) as [|N]; [now left|right].
  intros c k Hc Hk. pose proof (all_sides c k Hc Hk) as S.
  pose proof (held_zero PR ER xi (Hinputs parts_ok) Solves c k) as Z.
  destruct (side_of c k) as [| |n]. destruct S; [contradiction|auto]. destruct S; [contradiction|auto]. split; auto.
  apply (Z n); auto.
Qed.
Lemma margins_all i : (i < length (data PR))%nat ->
  let mg := margin PR (point_of PR ER xi) (nth i (data PR) ([], true)) in
  (In i (active ER) -> mg = 1) /\ (~ In i (active ER) -> 1 < mg).
Proof.
  apply (margins_of PR ER xi s (Hnet parts_ok) (Hinputs parts_ok) (Hlive parts_ok) (Hshares parts_ok) Solves
    amounts_ok all_sides all_others).
Qed.
End Check.

Theorem enclosed_sound fine coarse P E Y theta distance (is : params R ->
  Prop) : check_enclosed fine coarse P E Y theta distance = true ->
  (forall xi, within (centre (real_enclosure E)) (radius (real_enclosure E)) xi ->
    solves (real P) (real_enclosure E) xi ->
     is (point_of (real P) (real_enclosure E) xi)) ->
  kkt_enclosed (real P) (real_enclosure E) (real_point theta) (Q2R distance) is.
Proof.
  intros Ok His. pose proof (parts_ok fine coarse P E Y theta distance Ok) as Pa.
  destruct (Hsolution _ _ _ _ _ _ Pa) as (places & Hp & Sol).
  destruct (solution_sound fine places (Hfine _ _ _ _ _ _ Pa) Hp P E Y Sol) as (xi & W & S & U).
  destruct (point_near fine coarse P E Y theta distance Ok xi W) as [Sh D]; auto. split; auto. split.
  { split. exact (Hdistinct _ _ _ _ _ _ Pa). split.
    destruct (solution_zero _ _ _ _ _ Sol) as [_ Sol0].
    exact (zero_radius fine (places - 8) (Hfine _ _ _ _ _ _ Pa) _ _ _ _ _ Sol0).
    intros j r I. unfold real_enclosure, map_enclosure. cbn [directions]. exact (Hlive _ _ _ _ _ _ Pa j r I). }
  exists xi.
  repeat (split; [now auto|]).
  split. now apply (is_kkt fine coarse P E Y theta distance Ok). split; auto. split.
  now apply (signs_ok fine coarse P E Y theta distance Ok).
  split; [|now apply His]. intros i Hi. now apply (margins_all fine coarse P E Y theta distance Ok).
Qed.
