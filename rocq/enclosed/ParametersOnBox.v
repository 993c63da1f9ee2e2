(** * What is checked over the box of a point enclosed by its parameters: weights, sides, margins.

    And what follows at the solution of the equations. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Lists Vectors Sums Intervals System Solution Piece TwoLayers TwoLayersKkt EnclosedParameters Sloped
  ParameterSystem.
Import ListNotations.
Open Scope R_scope.

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

