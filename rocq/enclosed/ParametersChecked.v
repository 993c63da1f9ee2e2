(** * The check of [kkt_enclosed] by parameters. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible LayerNorms Chain Intervals System Solution
  Piece TwoLayers Point Shapes EnclosedParameters Sloped DenseKinks ParameterSystem.
Import ListNotations.
Open Scope R_scope.

(** ** Dense networks *)
Fixpoint check_dense_from (width : nat) (n : list (layer Q)) : bool :=
  match n with
  | [] => true
  | l :: n' =>
      let h := length (units l) in
      if Nat.ltb 0 width then if same_units (units l) (dense width h) then
      if Nat.eqb (nparams l) (h * width) then check_dense_from h n' else false else false else false
  end.
Lemma check_dense_from_ok width n : check_dense_from width n = true -> dense_from width (map (map_layer Q2R) n).
Proof.
  revert width. induction n as [|l n IH]; intros width H; cbn [map dense_from]; auto. cbn [check_dense_from] in H. cbv zeta in H.
  destruct (Nat.ltb_spec 0 width); try discriminate. destruct same_units eqn:E; try discriminate. apply same_units_ok in E.
  destruct (Nat.eqb_spec (nparams l) (length (units l) * width)) as [N|]; try discriminate.
  cbn [map_layer units nparams]. repeat split; auto.
Qed.

Lemma in_numbered {A} (n : list A) i j l : nth_error n j = Some l -> In ((i + j)%nat, l) (combine (seq i (length n)) n).
Proof.
  revert i j. induction n as [|a n IH]; intros i [|j] E; try discriminate.
  - injection E as ->. left. now rewrite Nat.add_0_r.
  - right. rewrite Nat.add_succ_r, <- Nat.add_succ_l. now apply IH.
Qed.

(** ** Over the box *)
Section Box.
Variable bits : Z.
Variables (P : problem Q) (D : description Q).
Notation F := (interval_ring bits).
Let PR := real P.
Let DR := real_description D.
Definition numbers : list F := spread bits (centres D) (reach D).
Notation X := numbers.
Notation at_X n := (nth n X (g0 (F := F))).

Definition check_unit (theta : list (list F)) (k j : nat) (l : layer Q) (u : nat) : bool :=
  if Qeq_bool (slope l) 1 then match gkind D k j u with Bent _ => false | _ => true end
  else
    let z := greaches P D X theta k j u in
    match gkind D k j u with
    | Negative => positive (opp z)
    | Positive => positive z
    | Silent => is_zero z
    | Bent n =>
        let lower := of_Q bits (slope l) in
        if positive (add (at_X n) (opp lower)) then positive (add (one bits) (opp (at_X n)))
        else if positive (add lower (opp (at_X n))) then positive (add (at_X n) (opp (one bits))) else false
    end.
Definition check_units (theta : list (list F)) : bool :=
  forallb (fun k => forallb (fun jl => forallb (check_unit theta k (fst jl) (snd jl)) (seq 0 (length (units (snd jl)))))
    (combine (seq 0 (length (net P))) (net P))) (seq 0 (length (samples D))).
Definition check_weights : bool := forallb (fun k => positive (gweight D X k)) (seq 0 (length (samples D))).
(** The point is stationary in the parameters that are 0, too. *)
Definition check_zeros (theta : list (list F)) : bool :=
  forallb (fun v => is_zero (gstationary P D X theta v)) (places_where (fun o => negb (is_unknown o)) (unknowns D)).

Definition iactivated (s z : interval) : interval := add (part_above z) (mul bits s (opp (part_above (opp z)))).
Fixpoint iforward (n : list (layer Q)) (theta : list (list F)) (x : list F) : list F :=
  match n, theta with
  | l :: n', w :: theta' => iforward n' theta' (map (fun c => iactivated (of_Q bits (slope l)) (gpreact w x c)) (units l))
  | _, _ => x
  end.
Definition check_above (theta : list (list F)) (i : nat) : bool :=
  positive (add (gsgn (F := F) (snd (nth i (data P) ([], true))) (nth 0 (iforward (net P) theta (gsample (F := F) P i)) (g0 (F := F))))
                (opp (one bits))).
Definition check_all_above (theta : list (list F)) : bool :=
  forallb (fun i => if existsb (Nat.eqb i) (samples D) then true else check_above theta i) (seq 0 (length (data P))).
Definition check_on_box : bool :=
  let theta := gparameters D X in
  if check_weights then if check_units theta then if check_zeros theta then check_all_above theta else false else false else false.

(** *** What that means *)
Hypothesis Hbits : (0 <= bits)%Z.
Variable xi : list R.
Hypothesis Inside : within (map Q2R (centres D)) (Q2R (reach D)) xi.
Hypothesis Ok : check_on_box = true.
Let H := over_encloses bits Hbits (within (map Q2R (centres D)) (Q2R (reach D))).
Let known := spread_ok bits Hbits (centres D) (reach D).
Let theta := gparameters D X.

Lemma box_ok : check_weights = true /\ check_units theta = true /\ check_zeros theta = true /\ check_all_above theta = true.
Proof.
  pose proof Ok as B. unfold check_on_box in B. fold theta in B. cbv zeta in B. destruct check_weights; try discriminate.
  destruct (check_units theta); try discriminate. destruct (check_zeros theta); try discriminate. auto.
Qed.
Lemma unknown_ok n : holds bits (at_X n) (nth n xi 0).
Proof. apply (known n). exact Inside. Qed.
Lemma weights_positive k : (k < length (samples D))%nat -> 0 < weight_at DR xi k.
Proof.
  intro Hk. destruct box_ok as [W _]. unfold check_weights in W. rewrite forallb_forall in W.
  apply (positive_ok bits Hbits (gweight D X k)). apply W, in_seq. lia. apply (rel_weight D X known k). exact Inside.
Qed.
Lemma zeros_stationary j p : (j < length (unknowns D))%nat -> (p < length (nth j (unknowns D) []))%nat ->
  nth p (nth j (unknowns D) []) None = None -> stationary PR DR xi (j, p) = 0.
Proof.
  intros Hj Hp E. destruct box_ok as (_ & _ & Z & _). unfold check_zeros in Z. rewrite forallb_forall in Z.
  apply (is_zero_ok bits Hbits (gstationary P D X theta (j, p))).
  - apply Z. apply (in_places_where _ (Some 0%nat)); [reflexivity|].
    rewrite nth_indep with (d' := None) by exact Hp. now rewrite E.
  - apply (rel_stationary P D X H known). exact Inside.
Qed.
Lemma unit_checked k j l u : (k < length (samples D))%nat -> nth_error (net P) j = Some l -> (u < length (units l))%nat ->
  check_unit theta k j l u = true.
Proof.
  intros Hk Hj Hu. destruct box_ok as (_ & U & _ & _). unfold check_units in U. rewrite forallb_forall in U.
  specialize (U k ltac:(apply in_seq; lia)). rewrite forallb_forall in U. specialize (U (j, l)).
  rewrite forallb_forall in U. apply U; [|apply in_seq; cbn [fst snd]; lia]. exact (in_numbered _ 0 _ _ Hj).
Qed.

Lemma iactivated_ok (s z : interval) (a b : R) : holds bits s a -> holds bits z b -> holds bits (iactivated s z) (act a b).
Proof.
  intros Hs Hz. assert (E : act a b = Rmax 0 b + a * - Rmax 0 (- b)).
  { unfold act, Rmax. destruct (Rlt_dec b 0), (Rle_dec 0 b), (Rle_dec 0 (- b)); try lra; replace b with 0 by lra; ring. }
  rewrite E. unfold iactivated. apply add_ok. now apply part_above_ok.
  apply mul_ok; auto. apply opp_ok. apply part_above_ok; auto. now apply opp_ok.
Qed.
Lemma iforward_ok n th (Th : params R) x (Y : list R) : length Th = length th ->
  (forall k i, holds bits (nth i (nth k th []) (g0 (F := F))) (nth i (nth k Th []) 0)) ->
  (forall i, holds bits (nth i x (g0 (F := F))) (nth i Y 0)) ->
  forall i, holds bits (nth i (iforward n th x) (g0 (F := F))) (nth i (forward (map (map_layer Q2R) n) Th Y) 0).
Proof.
  revert th Th x Y. induction n as [|l n IH]; intros [|w th] [|W Th] x Y L HT HY; try discriminate; auto.
  cbn [map iforward forward]. apply IH. { now injection L. } { intros k i. exact (HT (S k) i). }
  intro i. unfold apply_layer. cbn [map_layer units slope].
  assert (Pre : forall c, holds bits (gpreact w x c) (preact W Y c)).
  { intro c. refine (rel_preact H w (fun _ => W) x (fun _ => Y) c _ _ xi Inside); intros p x' _; [exact (HT 0%nat p) | exact (HY p)]. }
  rewrite nth_map_units. destruct (nth_error (units l) i) as [c|] eqn:E.
  - rewrite (nth_error_nth _ i (x := iactivated (of_Q bits (slope l)) (gpreact w x c))).
    apply iactivated_ok; auto. now apply of_Q_ok. now rewrite nth_error_map, E.
  - apply nth_error_None in E. rewrite nth_overflow by now rewrite map_length. apply (rel_0 H xi Inside).
Qed.
Lemma others_above i : (i < length (data PR))%nat -> ~ In i (samples D) ->
  1 < margin PR (parameters DR xi) (nth i (data PR) ([], true)).
Proof.
  intros Hi N. destruct box_ok as (_ & _ & _ & A). unfold check_all_above in A. rewrite forallb_forall in A.
  unfold PR in Hi. cbn [real map_problem data] in Hi. rewrite map_length in Hi. specialize (A i ltac:(apply in_seq; lia)).
  destruct (existsb (Nat.eqb i) (samples D)) eqn:E.
  { apply existsb_exists in E. destruct E as (j & Hj & E). apply Nat.eqb_eq in E. subst. contradiction. }
  unfold check_above in A. unfold margin, Phi.
  assert (Dn : nth i (data PR) ([], true) = (map Q2R (fst (nth i (data P) ([], true))), snd (nth i (data P) ([], true)))) by exact (data_nth P i).
  rewrite Dn. cbn [fst snd].
  assert (Out : holds bits (nth 0 (iforward (net P) theta (gsample (F := F) P i)) (g0 (F := F)))
    (nth 0 (forward (net PR) (parameters DR xi) (map Q2R (fst (nth i (data P) ([], true))))) 0)).
  { apply iforward_ok.
    - destruct (rel_parameters D X H known) as [Le _]. apply Le.
    - intros k p. destruct (rel_parameters D X H known) as [_ Re]. exact (Re k p xi Inside).
    - intro p. pose proof (rel_sample P H i p xi Inside) as S. cbn beta in S. rewrite (data_nth P i) in S. exact S. }
  assert (Sg : holds bits (gsgn (F := F) (snd (nth i (data P) ([], true))) (nth 0 (iforward (net P) theta (gsample (F := F) P i)) (g0 (F := F))))
    (sgn (snd (nth i (data P) ([], true))) * nth 0 (forward (net PR) (parameters DR xi) (map Q2R (fst (nth i (data P) ([], true))))) 0)).
  { exact (rel_sgn H _ _ (fun _ => nth 0 (forward (net PR) (parameters DR xi) (map Q2R (fst (nth i (data P) ([], true))))) 0)
      (fun x' _ => Out) xi Inside). }
  pose proof (positive_ok bits Hbits _ _ A (add_ok bits _ _ _ _ Sg (opp_ok bits _ _ (one_ok bits)))) as Q1. cbn [fst snd] in *. lra.
Qed.

(** ** At a solution *)
Hypothesis Solved : solved PR DR xi.
Let par := parameters DR xi.

Lemma unit_fact k j l u c : (k < length (samples D))%nat -> nth_error (net PR) j = Some l -> nth_error (units l) u = Some c ->
  let z := preact (nth j par []) (sloped (firstn j (net PR)) (passed PR DR xi k) par (fst (sample PR DR k))) c in
  act (slope l) z = passed PR DR xi k j u * z /\ passes (slope l) z (slope_of PR DR xi k j u) /\
  (forall n, kind_at DR k j u = Bent n -> z = 0) /\
  (slope l <> 1 -> match kind_at DR k j u with
    | Negative => z < 0
    | Positive => 0 < z
    | Bent n => z = 0 /\ (slope l < nth n xi 0 < 1 \/ 1 < nth n xi 0 < slope l)
    | Silent => z = 0
    end).
Proof.
  intros Hk Hj Hu z.
  assert (exists q, nth_error (net P) j = Some q /\ l = map_layer Q2R q) as (q & Hq & ->).
  { unfold PR in Hj. cbn [real map_problem net] in Hj. rewrite nth_error_map in Hj. destruct (nth_error (net P) j) as [q|]; try discriminate.
    injection Hj as <-. eauto. }
  cbn [map_layer units slope] in *. assert (Lu : (u < length (units q))%nat) by (apply nth_error_Some; congruence).
  pose proof (unit_checked k j q u Hk Hq Lu) as C. unfold check_unit in C.
  assert (LA : layer_at PR j = map_layer Q2R q).
  { unfold layer_at, PR. apply nth_error_nth. cbn [real map_problem net]. now rewrite nth_error_map, Hq. }
  assert (Z : z = reaches_unit PR DR xi k j u).
  { unfold z, reaches_unit. rewrite LA. cbn [map_layer units]. now rewrite (nth_error_nth _ _ _ Hu). }
  pose proof (rel_reaches P D X H known k j u xi Inside) as R1. fold theta in R1. cbn beta in R1. fold PR DR in R1. rewrite <- Z in R1.
  change (gkind D k j u) with (kind_at DR k j u) in C. unfold passed, slope_of. rewrite LA. cbn [map_layer slope].
  destruct Solved as (_ & _ & Held). specialize (Held k j u).
  assert (A1 : forall a, act 1 a = 1 * a) by (intro a; unfold act; destruct Rlt_dec; ring).
  destruct (Qeq_bool (slope q) 1) eqn:E1.
  - apply Qeq_bool_eq in E1. apply Qeq_eqR in E1. rewrite RMicromega.Q2R_1 in E1. rewrite E1.
    destruct (kind_at DR k j u); try discriminate; (split; [apply A1|split; [|split; [discriminate|congruence]]]);
      unfold passes; repeat split; intros; lra.
  - destruct (kind_at DR k j u) as [| |n|].
    + pose proof (positive_ok bits Hbits _ _ C (opp_ok bits _ _ R1)) as N. assert (N' : z < 0) by lra.
      split; [|split; [|split; [discriminate|auto]]].
      * unfold act. destruct Rlt_dec; lra.
      * unfold passes. repeat split; intros; lra.
    + pose proof (positive_ok bits Hbits _ _ C R1) as N. split; [|split; [|split; [discriminate|auto]]].
      * unfold act. destruct Rlt_dec; lra.
      * unfold passes. repeat split; intros; lra.
    + assert (Z0 : z = 0) by (rewrite Z; now apply (Held n)). clear Held.
      pose proof (unknown_ok n) as U. assert (L : holds bits (of_Q bits (slope q)) (Q2R (slope q))) by now apply of_Q_ok.
      assert (B : Q2R (slope q) < nth n xi 0 < 1 \/ 1 < nth n xi 0 < Q2R (slope q)).
      { destruct (positive (add (at_X n) (opp (of_Q bits (slope q))))) eqn:P1.
        - left. pose proof (positive_ok bits Hbits _ _ P1 (add_ok bits _ _ _ _ U (opp_ok bits _ _ L))).
          pose proof (positive_ok bits Hbits _ _ C (add_ok bits _ _ _ _ (one_ok bits) (opp_ok bits _ _ U))). lra.
        - destruct (positive (add (of_Q bits (slope q)) (opp (at_X n)))) eqn:P2; try discriminate. right.
          pose proof (positive_ok bits Hbits _ _ P2 (add_ok bits _ _ _ _ L (opp_ok bits _ _ U))).
          pose proof (positive_ok bits Hbits _ _ C (add_ok bits _ _ _ _ U (opp_ok bits _ _ (one_ok bits)))). lra. }
      split; [|split; [|split; [auto|auto]]].
      * rewrite Z0. unfold act. destruct Rlt_dec; lra.
      * unfold passes. repeat split; intros; lra.
    + assert (Z0 : z = 0) by (apply (is_zero_ok bits Hbits _ _ C R1)). split; [|split; [|split; [discriminate|auto]]].
      * rewrite Z0. unfold act. destruct Rlt_dec; lra.
      * unfold passes. repeat split; intros; lra.
Qed.
Hypothesis Par_length : length par = length (net PR).

Lemma forward_at k j : (k < length (samples D))%nat ->
  forward (firstn j (net PR)) par (fst (sample PR DR k)) = sloped (firstn j (net PR)) (passed PR DR xi k) par (fst (sample PR DR k)).
Proof.
  intro Hk. apply forward_is_sloped; auto. intros i l u c Hi Hu. now apply (unit_fact k i l u c).
Qed.
Lemma margin_tight k : (k < length (samples D))%nat -> margin PR par (sample PR DR k) = 1.
Proof.
  intro Hk. destruct Solved as (_ & M & _). specialize (M k Hk). unfold margin, Phi, output in *.
  rewrite <- (firstn_all (net PR)) at 1. rewrite forward_at, firstn_all by auto. fold par in M. lra.
Qed.
Lemma kinks_pass k : (k < length (samples D))%nat -> passing (fun _ _ => passes) (net PR) par (fst (sample PR DR k)) (slope_of PR DR xi k).
Proof. intros Hk j l u c Hj Hu. rewrite forward_at by auto. now apply (unit_fact k j l u c). Qed.
Lemma kinds_described : as_described PR DR xi.
Proof.
  split. intros k Hk. now apply weights_positive.
  intros k j l u c Hk Hj Hu N z. unfold z. fold par. rewrite forward_at by exact Hk. now apply (unit_fact k j l u c).
Qed.
Lemma effect_is k v : (k < length (samples D))%nat -> effect PR DR xi k v = derivative (net PR) (slope_of PR DR xi k) par (fst (sample PR DR k)) v.
Proof.
  intro Hk. unfold effect, derivative. fold par. f_equal. apply sloped_same. intros j l u c Hj Hu.
  destruct (Nat.ltb_spec j (fst v)) as [L|]; [|now left].
  unfold passed. destruct (kind_at DR k j u) as [| |n|] eqn:E; try (now left). right.
  rewrite sloped_firstn_upd by lia.
  assert (NU : forall {A} (a d : A) l m j, j <> m -> nth j (upd m a l) d = nth j l d).
  { intros A a d. induction l0 as [|b l0 IH]; intros [|m] [|j'] Hm; simpl in *; auto; try lia; apply IH; lia. }
  rewrite NU by lia.
  rewrite (sloped_same (firstn j (net PR)) _ (passed PR DR xi k) par).
  - now apply (unit_fact k j l u c) with (n := n).
  - intros i l' u' c' Hi _. left. assert (i < length (firstn j (net PR)))%nat by (apply nth_error_Some; congruence).
    rewrite firstn_length in H0. destruct (Nat.ltb_spec i (fst v)); [reflexivity|lia].
Qed.
End Box.

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
Variables (P : problem Q) (D : description Q) (Y : list (list Q)) (theta : params Q).
Let PR := real P.
Let DR := real_description D.

Definition check_solved (bits : Z) : bool :=
  check_zero fine bits (centres D) (reach D) Y
    (gsystem (F := interval_ring fine) P D (middle fine (centres D)) (gparameters (F := interval_ring fine) D (middle fine (centres D))))
    (gsystem (F := sloped_ring bits (centres D)) P D (variables bits (centres D) (reach D)) (gparameters (F := sloped_ring bits (centres D)) D (variables bits (centres D) (reach D)))).
Definition check_parameters : bool :=
  if (0 <=? fine)%Z then if (0 <=? coarse)%Z then if check_posed (F := Qops) P None then
  if check_dense_from (inputs P) (net P) then if check_shape (net P) (unknowns D) then if check_shape (net P) theta then
  if knonneg (F := Qops) (reach D) then if check_places D theta then if distinct (samples D) then if forallb (fun i => Nat.ltb i (length (data P))) (samples D) then
  if (if check_solved coarse then true else check_solved fine) then
    if check_on_box coarse P D then true else check_on_box fine P D
  else false else false else false else false else false else false else false else false else false else false else false.

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
  destruct check_posed eqn:E1; try discriminate. destruct check_dense_from eqn:E2; try discriminate.
  destruct (check_shape (net P) (unknowns D)) eqn:E3; try discriminate. destruct (check_shape (net P) theta) eqn:E4; try discriminate.
  destruct (knonneg (F := Qops) (reach D)) eqn:E5; try discriminate. destruct (check_places D theta) eqn:E6; try discriminate.
  destruct (distinct (samples D)) eqn:E7; try discriminate. destruct (forallb _ (samples D)) eqn:E8; try discriminate.
  destruct (if check_solved coarse then true else check_solved fine) eqn:E9; try discriminate. intros E10 His.
  assert (exists bits, (0 <= bits)%Z /\ check_solved bits = true) as (bits & Hb & Sol).
  { destruct (check_solved coarse) eqn:E; [exists coarse | exists fine]; auto. }
  assert (exists b, (0 <= b)%Z /\ check_on_box b P D = true) as (b & Hbb & Box).
  { destruct (check_on_box coarse P D) eqn:E; [exists coarse | exists fine]; auto. }
  clear E9 E10. apply (posed_sound (F := Qops) (M := Qmodel)) in E1. apply check_dense_from_ok in E2.
  apply (knonneg_ok (F := Qops) (M := Qmodel)) in E5. apply distinct_ok in E7. rewrite forallb_forall in E8.
  destruct (zero_sound fine bits Hf Hb (centres D) (reach D) Y
    (gsystem (F := interval_ring fine) P D (middle fine (centres D)) (gparameters (F := interval_ring fine) D (middle fine (centres D))))
    (gsystem (F := sloped_ring bits (centres D)) P D (variables bits (centres D) (reach D)) (gparameters (F := sloped_ring bits (centres D)) D (variables bits (centres D) (reach D))))
    (system P D)) as (xi & W & Z & U); auto.
  { apply (rel_system (F := interval_ring fine) P D (middle fine (centres D)) (over_encloses fine Hf (at_middle (centres D)))). intro k. now apply middle_ok. }
  { apply (rel_system (F := sloped_ring bits (centres D)) P D (variables bits (centres D) (reach D)) (slopes_encloses bits Hb (centres D) (reach D))). intro k.
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
  split; auto. exists xi. split; auto. split; auto. split. { intros xi' W' S'. apply U; auto. now apply system_ok. }
  fold par. split; [|split; [|split; [|split; [auto|now apply His]]]].
  - apply (dense_kkt PR par (fun i => Rsum (map (fun k => if Nat.eqb (nth k (samples D) 0%nat) i then weight_at DR xi k else 0) (seq 0 (length (samples D)))))
      (fun i => slope_of PR DR xi (index i (samples D)))).
    + exact E2.
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
        exact (Slopes xi Facts k Hk).
    + intros v I. rewrite (over_listed (samples D) (weight_at DR xi) (fun i => sgn (snd (nth i (data PR) ([], true))) *
        derivative (net PR) (slope_of PR DR xi (index i (samples D))) par (fst (nth i (data PR) ([], true))) v) (length (data PR)) Valid).
      etransitivity; [exact (Stationary xi Facts v I)|]. apply Rsum_ext_in. intros k Hk. apply in_seq in Hk. rewrite index_nth by (auto; lia). reflexivity.
  - intros [j p].
    assert (Lu : map (@length (option nat)) (unknowns D) = map (@length Q) theta).
    { unfold check_shape in E3, E4. destruct list_eq_dec as [e|]; try discriminate. destruct list_eq_dec as [e'|] in E4; try discriminate. congruence. }
    assert (C : check_place D (nth p (nth j (unknowns D) []) None) (nth p (nth j theta []) 0%Q) = true).
    { unfold check_places in E6.
      assert (L1 : length (unknowns D) = length theta) by (apply (f_equal (@length nat)) in Lu; now rewrite !map_length in Lu).
      pose proof (forallb_at _ _ _ [] [] j E6 L1 eq_refl) as R1. cbn [fst snd] in R1.
      apply (forallb_at (fun oq => check_place D (fst oq) (snd oq)) _ _ None 0%Q p R1); [|reflexivity].
      rewrite <- (map_nth (@length (option nat))), <- (map_nth (@length Q)). now rewrite Lu. }
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
