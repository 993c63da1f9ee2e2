(** * The check of [kkt_enclosed] by parameters. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible LayerNorms Chain Intervals System Solution
  Piece TwoLayers TwoLayersKkt Point EnclosedParameters Sloped KinkGradients ParameterSystem ParametersOnBox KinksChecked.
Import ListNotations.
Open Scope R_scope.

(** ** Sums over samples, and over active samples *)
Lemma over_listed (l : list nat) (mu : nat -> R) (G : nat -> R) n : (forall k, (k < length l)%nat -> (nth k l 0 < n)%nat) ->
  Rsum (map (fun i => Rsum (map (fun k => if Nat.eqb (nth k l 0%nat) i then mu k else 0) (seq 0 (length l))) * G i) (seq 0 n)) =
  Rsum (map (fun k => mu k * G (nth k l 0%nat)) (seq 0 (length l))).
Proof.
  intro V. rewrite (Rsum_ext_in _ (fun i => Rsum (map (fun k => G i * (if Nat.eqb (nth k l 0%nat) i then mu k else 0)) (seq 0 (length l)))))
    by (intros; rewrite Rsum_mult; ring).
  rewrite Rsum_swap. apply Rsum_ext_in. intros k Hk. apply in_seq in Hk. rewrite (Rsum_only _ _ (nth k l 0%nat)).
  - rewrite Nat.eqb_refl. destruct (Nat.ltb_spec (nth k l 0%nat) n) as [|O]. ring. specialize (V k ltac:(lia)). lia.
  - intros i _ N. destruct (Nat.eqb_spec (nth k l 0%nat) i); [congruence|ring].
Qed.
Lemma forallb_at {A B} (f : A * B -> bool) l m d d' i : forallb f (combine l m) = true -> length l = length m -> f (d, d') = true ->
  f (nth i l d, nth i m d') = true.
Proof.
  intros H L H0. rewrite <- combine_nth by auto. rewrite forallb_forall in H.
  destruct (nth_in_or_default i (combine l m) (d, d')) as [I|E]. now apply H. now rewrite E.
Qed.

(** ** The check *)
Definition check_place (D : description Q) (o : option nat) (q : Q) : bool :=
  match o with
  | Some n => if Nat.ltb n (length (centres D)) then if Qeq_bool (nth n (centres D) 0%Q) q then negb (Qeq_bool q 0) else false else false
  | None => Qeq_bool q 0
  end.
Definition check_places (D : description Q) (theta : params Q) : bool :=
  forallb (fun rows => forallb (fun oq => check_place D (fst oq) (snd oq)) (combine (fst rows) (snd rows))) (combine (unknowns D) theta).

Section Check.
Variables (fine coarse : Z).
Variables (P : problem Q) (D : description Q) (Y : matrix) (theta : params Q).
Let PR := real P.
Let DR := real_description D.

Definition check_solved (bits : Z) : bool :=
  check_zero fine bits (centres D) (reach D) Y
    (gsystem (F := interval_ring fine) P D (middle fine (centres D)) (gparameters (F := interval_ring fine) D (middle fine (centres D))))
    (gsystem (F := sloped_ring bits) P D (variables bits (centres D) (reach D)) (gparameters (F := sloped_ring bits) D (variables bits (centres D) (reach D)))).
Definition check_parameters : bool :=
  if (0 <=? fine)%Z then if (0 <=? coarse)%Z then if check_posed (F := Qops) P None then
  if check_shape (net P) (unknowns D) then if check_shape (net P) theta then
  if knonneg (F := Qops) (reach D) then if check_places D theta then if distinct (samples D) then if forallb (fun i => Nat.ltb i (length (data P))) (samples D) then
  if (if check_solved coarse then true else check_solved fine) then
    if check_on_box coarse P D then check_all_kinks coarse P D else if check_on_box fine P D then check_all_kinks fine P D else false
  else false else false else false else false else false else false else false else false else false else false.

(** What is known of the solution; what is said of optimality follows from it. *)
Record at_solution (xi : list R) : Prop := {
  Inside : within (centres DR) (reach DR) xi;
  Feasible : feasible PR None (parameters DR xi);
  Tight : forall k, (k < length (samples D))%nat -> In (sample PR DR k) (data PR) /\ margin PR (parameters DR xi) (sample PR DR k) = 1;
  Above : forall i, (i < length (data PR))%nat -> ~ In i (samples D) -> 1 < margin PR (parameters DR xi) (nth i (data PR) ([], true));
  Described : as_described PR DR xi;
  Slopes : forall k, (k < length (samples D))%nat ->
    passing (fun _ _ => passes) (net PR) (parameters DR xi) (fst (sample PR DR k)) (slope_of PR DR xi k);
  Stationary : forall v, inside (parameters DR xi) v = true -> entry (parameters DR xi) v = Rsum (map (fun k =>
    weight_at DR xi k * (sgn (snd (sample PR DR k)) * derivative (net PR) (slope_of PR DR xi k) (parameters DR xi) (fst (sample PR DR k)) v))
    (seq 0 (length (samples D)))) }.

Variable is : params R -> Prop.
Theorem parameters_sound : check_parameters = true -> (forall xi, at_solution xi -> is (parameters DR xi)) ->
  kkt_enclosed_by_parameters PR DR (real_point theta) is.
Proof.
  unfold check_parameters. destruct (Z.leb_spec 0 fine) as [Hf|]; try discriminate. destruct (Z.leb_spec 0 coarse) as [Hc|]; try discriminate.
  destruct check_posed eqn:E1; try discriminate.
  destruct (check_shape (net P) (unknowns D)) eqn:E3; try discriminate. destruct (check_shape (net P) theta) eqn:E4; try discriminate.
  destruct (knonneg (F := Qops) (reach D)) eqn:E5; try discriminate. destruct (check_places D theta) eqn:E6; try discriminate.
  destruct (distinct (samples D)) eqn:E7; try discriminate. destruct (forallb _ (samples D)) eqn:E8; try discriminate.
  destruct (if check_solved coarse then true else check_solved fine) eqn:E9; try discriminate. intros E10 His.
  assert (exists bits, (0 <= bits)%Z /\ check_solved bits = true) as (bits & Hb & Sol).
  { destruct (check_solved coarse) eqn:E; [exists coarse | exists fine]; auto. }
  assert (exists b, (0 <= b)%Z /\ check_on_box b P D = true /\ check_all_kinks b P D = true) as (b & Hbb & Box & Kinks).
  { destruct (check_on_box coarse P D) eqn:E; [exists coarse; auto|]. destruct (check_on_box fine P D) eqn:E'; [exists fine; auto|discriminate]. }
  clear E9 E10. apply (posed_sound (F := Qops) (M := Qmodel)) in E1.
  apply (knonneg_ok (F := Qops) (M := Qmodel)) in E5. apply distinct_ok in E7. rewrite forallb_forall in E8.
  destruct (zero_sound fine bits Hf Hb (centres D) (reach D) Y
    (gsystem (F := interval_ring fine) P D (middle fine (centres D)) (gparameters (F := interval_ring fine) D (middle fine (centres D))))
    (gsystem (F := sloped_ring bits) P D (variables bits (centres D) (reach D)) (gparameters (F := sloped_ring bits) D (variables bits (centres D) (reach D))))
    (system P D)) as (xi & W & Z & U); auto.
  { apply (rel_system (F := interval_ring fine) P D (middle fine (centres D)) (over_encloses fine Hf (at_middle (centres D)))). intro k. now apply middle_ok. }
  { apply (rel_system (F := sloped_ring bits) P D (variables bits (centres D) (reach D)) (slopes_encloses bits Hb (centres D) (reach D))). intro k.
    now apply variables_ok. }
  assert (S : solved PR DR xi) by now apply system_ok.
  set (par := parameters DR xi).
  assert (ShP : shaped (net PR) par).
  { exact (check_shape_ok (F := Qops) (M := Qmodel) P (unknowns D) (fun o => match o with Some n => nth n xi 0 | None => 0 end) E3). }
  assert (ShT : shaped (net PR) (real_point theta)) by exact (check_shape_ok (F := Qops) (M := Qmodel) P theta Q2R E4).
  assert (Lp : length par = length (net PR)).
  { unfold shaped in ShP. apply (f_equal (@length nat)) in ShP. now rewrite !map_length in ShP. }
  assert (Row : forall j, nth j par [] = map (fun o => match o with Some n => nth n xi 0 | None => 0 end) (nth j (unknowns D) [])).
  { intro j. unfold par, parameters. change (unknowns DR) with (unknowns D).
    change (@nil R) with (map (fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end) []). apply map_nth. }
  assert (Entry : forall j p, entry par (j, p) = match nth p (nth j (unknowns D) []) None with Some n => nth n xi 0 | None => 0 end).
  { intros j p. unfold entry. cbn [fst snd]. rewrite Row.
    exact (map_nth (fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end) (nth j (unknowns D) []) None p). }
  assert (Valid : forall k, (k < length (samples D))%nat -> (nth k (samples D) 0 < length (data PR))%nat).
  { intros k Hk. unfold PR. cbn [real map_problem data]. rewrite map_length. apply Nat.ltb_lt, E8. now apply nth_In. }
  assert (Margins : forall i, (i < length (data PR))%nat -> let m := margin PR par (nth i (data PR) ([], true)) in
    (In i (samples DR) -> m = 1) /\ (~ In i (samples DR) -> 1 < m)).
  { intros i Hi m. change (samples DR) with (samples D). split; intro I.
    - apply In_nth with (d := 0%nat) in I. destruct I as (k & Hk & <-). exact (margin_tight b P D Hbb xi W Box S Lp k Hk).
    - exact (others_above b P D Hbb xi W Box i Hi I). }
  assert (Stat : forall v, inside par v = true -> stationary PR DR xi v = 0).
  { intros [j p] I. unfold inside in I. cbn [fst snd] in I. apply andb_true_iff in I. destruct I as [I1 I2]. apply Nat.ltb_lt in I1, I2.
    unfold par, parameters in I1. rewrite map_length in I1. change (unknowns DR) with (unknowns D) in I1.
    rewrite Row, map_length in I2. destruct (nth p (nth j (unknowns D) []) None) as [n|] eqn:E.
    - destruct S as (S1 & _). eapply S1. exact E.
    - exact (zeros_stationary b P D Hbb xi W Box j p I1 I2 E). }
  assert (Feas : feasible PR None par).
  { split; auto. split; auto. intros s Hs. apply In_nth with (d := ([], true)) in Hs. destruct Hs as (i & Hi & <-).
    destruct (Margins i Hi) as [M1 M2]. destruct (in_dec Nat.eq_dec i (samples D)) as [I|I]; [rewrite M1 by auto; lra | left; auto]. }
  assert (Facts : at_solution xi).
  { split; auto.
    - intros k Hk. split. apply nth_In. now apply Valid. exact (margin_tight b P D Hbb xi W Box S Lp k Hk).
    - intros i Hi N. exact (others_above b P D Hbb xi W Box i Hi N).
    - exact (kinds_described b P D Hbb xi W Box S Lp).
    - intros k Hk. exact (kinks_pass b P D Hbb xi W Box S Lp k Hk).
    - intros v I. specialize (Stat v I). unfold stationary in Stat. fold par in Stat |- *.
      rewrite (Rsum_ext_in _ (fun k => weight_at DR xi k * (sgn (snd (sample PR DR k)) * effect PR DR xi k v))).
      + unfold count in Stat. change (samples DR) with (samples D) in Stat. lra.
      + intros k Hk. apply in_seq in Hk. assert (Ef := effect_is b P D Hbb xi W Box S Lp k v ltac:(lia)).
        change (effect PR DR xi k v) with (effect (real P) (real_description D) xi k v). rewrite Ef. reflexivity. }
  assert (Place : forall j p, check_place D (nth p (nth j (unknowns D) []) None) (nth p (nth j theta []) 0%Q) = true).
  { intros j p.
    assert (Lu : map (@length (option nat)) (unknowns D) = map (@length Q) theta).
    { unfold check_shape in E3, E4. destruct list_eq_dec as [e|]; try discriminate. destruct list_eq_dec as [e'|] in E4; try discriminate. congruence. }
    unfold check_places in E6.
      assert (L1 : length (unknowns D) = length theta) by (apply (f_equal (@length nat)) in Lu; now rewrite !map_length in Lu).
      pose proof (forallb_at _ _ _ [] [] j E6 L1 eq_refl) as R1. cbn [fst snd] in R1.
      apply (forallb_at (fun oq => check_place D (fst oq) (snd oq)) _ _ None 0%Q p R1); [|reflexivity].
      rewrite <- (map_nth (@length (option nat))), <- (map_nth (@length Q)). now rewrite Lu. }
  split; auto. split.
  { split. exact E7. split. exact (zero_radius fine bits Hf (centres D) (reach D) _ _ _ Sol). intros n I.
    change (unknowns DR) with (unknowns D) in I. unfold DR. cbn [real_description centres]. rewrite map_length.
    apply in_concat in I. destruct I as (row & Hr & Hn). apply In_nth with (d := []) in Hr. destruct Hr as (j & _ & <-).
    apply In_nth with (d := None) in Hn. destruct Hn as (p & _ & Hp). specialize (Place j p). rewrite Hp in Place.
    cbn [check_place] in Place. destruct (Nat.ltb_spec n (length (centres D))); auto. discriminate. }
  exists xi. split; auto. split; auto. split. { intros xi' W' S'. apply U; auto. now apply system_ok. }
  fold par. split; [|split; [|split; [|split; [auto|now apply His]]]].
  - apply (kkt_of_subgradients PR par (fun i => Rsum (map (fun k => if Nat.eqb (nth k (samples D) 0%nat) i then weight_at DR xi k else 0) (seq 0 (length (samples D)))))
      (fun i => slope_of PR DR xi (index i (samples D)))).
    + exact Feas.
    + intros i Hi. split.
      * apply Rsum_nonneg. intros a Ha. apply in_map_iff in Ha. destruct Ha as (k & <- & Hk). apply in_seq in Hk.
        destruct Nat.eqb; [|lra]. left. apply (weights_positive b P D Hbb xi W Box). lia.
      * intro N. assert (exists k, (k < length (samples D))%nat /\ nth k (samples D) 0%nat = i) as (k & Hk & <-).
        { destruct (in_dec Nat.eq_dec i (samples D)) as [I|I].
          - apply In_nth with (d := 0%nat) in I. exact I.
          - exfalso. apply N. apply Rsum_zero. intros k Hk. apply in_seq in Hk.
            destruct (Nat.eqb_spec (nth k (samples D) 0%nat) i); auto. exfalso. apply I. subst. apply nth_In. lia. }
        rewrite index_nth by auto. split. exact (margin_tight b P D Hbb xi W Box S Lp k Hk).
        unfold check_all_kinks in Kinks. rewrite forallb_forall in Kinks. specialize (Kinks k ltac:(apply in_seq; lia)).
        apply (kinks_ok b P D Hbb xi W Box S ShP k Hk Kinks). intros phi Sp. rewrite held_all by exact Sp. reflexivity.
    + intros v I. rewrite (over_listed (samples D) (weight_at DR xi) (fun i => sgn (snd (nth i (data PR) ([], true))) *
        derivative (net PR) (slope_of PR DR xi (index i (samples D))) par (fst (nth i (data PR) ([], true))) v) (length (data PR)) Valid).
      etransitivity; [exact (Stationary xi Facts v I)|]. apply Rsum_ext_in. intros k Hk. apply in_seq in Hk. rewrite index_nth by (auto; lia). reflexivity.
  - intros [j p].
    pose proof (Place j p) as C.
    assert (T : entry (real_point theta) (j, p) = Q2R (nth p (nth j theta []) 0%Q)) by exact (entry_toR (F := Qops) (M := Qmodel) theta (j, p)).
    rewrite Entry, T. unfold check_place in C. destruct (nth p (nth j (unknowns D) []) None) as [n|].
    + destruct (Nat.ltb_spec n (length (centres D))) as [Hn|]; try discriminate.
      destruct (Qeq_bool (nth n (centres D) 0%Q) _) eqn:Q1; try discriminate. apply Qeq_bool_eq, Qeq_eqR in Q1. rewrite <- Q1.
      destruct W as [_ W]. rewrite map_length in W. specialize (W n Hn).
      rewrite <- RMicromega.Q2R_0 in W at 2. rewrite map_nth in W. split. exact W.
      intro Z0. exfalso. rewrite Q1, <- RMicromega.Q2R_0 in Z0. apply eqR_Qeq in Z0. apply Qeq_bool_iff in Z0. rewrite Z0 in C. discriminate.
    + apply Qeq_bool_eq, Qeq_eqR in C. rewrite RMicromega.Q2R_0 in C. rewrite C, Rminus_eq_0, Rabs_R0. split; auto.
  - exact (Described xi Facts).
Qed.
End Check.
