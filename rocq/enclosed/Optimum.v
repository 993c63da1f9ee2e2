(** * The checks of what an enclosed KKT point is: a local optimum or not, a global one for every width or not. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible Intervals System Solution TwoLayers
  TwoLayersKkt
  Point Bounds Shapes OnBox Checked Choices SlopeTrees SlopeBounds NotLocal LastLayer.
Import ListNotations.
Open Scope R_scope.

(** What is claimed of the point, with the evidence. *)
Inductive optimum := IsLocal | IsLayerLocal (layer : nat) | IsGlobal (positive negative : bounded_tree)
  | IsNotLocal (moves : list (list Q * Q)) | IsNotGlobal (better : params Q).

Definition meaning (P : problem R) (o : optimum) (p : params R) : Prop :=
  match o with
  | IsLocal => local_optimum P None p
  | IsLayerLocal l => local_optimum P (Some l) p
  | IsGlobal _ _ => optimal_for_every_width P p
  | IsNotLocal _ => ~ local_optimum P None p
  | IsNotGlobal _ => not_global_optimum P None p
  end.
Fixpoint meanings (P : problem R) (l : list optimum) (p : params R) : Prop :=
  match l with [] => True | [o] => meaning P o p | o :: l' => meaning P o p /\ meanings P l' p end.

Section Optimum.
Variables (P : problem Q) (E : enclosure Q).
Let PR := real P.
Let ER := real_enclosure E.
Let low := lower_rational P.
Let s := Q2R low.
Let m := length (active E).
Let J := length (directions E).

(** ** Local *)
Definition no_ridge (d : bool * list side) (k : nat) : bool :=
  match side_of d k with
  | Held _ => if qpos (1 - low) then xorb (fst d) (glabel P E k) else if qpos (low - 1) then negb (xorb (fst d)
    (glabel P E k)) else false
  | _ => true
  end.
Definition no_ridges : bool := forallb (fun d => forallb (no_ridge d) (seq 0 m)) (directions E).
Definition check_local : bool :=
  if forallb (fun u => match u with Some _ => true | None => false end) (live E) then no_ridges else false.
(** The last layer alone reads no kink, and in the first alone units that are 0 pass nothing on. *)
Definition check_layer (l : nat) : bool := match l with 0%nat => no_ridges | 1%nat => true | _ => false end.

(** ** Not global *)
Section Over.
Variable bits : Z.
Notation F := (interval_ring bits).
Variable X : list F.
Notation at_X n := (nth n X (g0 (F := F))).

Definition check_not_global (better : params Q) : bool :=
  if check_satisfies (F := Qops) P better then
    (snd (of_Q bits (norm2_of (F := Qops) better)) <? 2 * fst (isum (map (fun j => at_X (m + j)) (seq 0 J))))%Z
  else false.

Definition check_optimum (o : optimum) : bool :=
  match o with IsLocal => check_local | IsLayerLocal l => check_layer l | IsGlobal a b => check_trees P E bits
    (unknowns_over (guarded bits) E) a b
    | IsNotLocal moves => check_not_local P E bits moves | IsNotGlobal better => check_not_global better end.
End Over.

(** ** What that means *)
Variables (fine coarse : Z) (Y : matrix) (theta : params Q) (distance : Q).
Hypothesis Ok : check_enclosed fine coarse P E Y theta distance = true.
Let Pa := parts_ok fine coarse P E Y theta distance Ok.
Variable xi : list R.
Hypothesis Inside : within (centre ER) (radius ER) xi.
Hypothesis Solves : solves PR ER xi.
Let point := point_of PR ER xi.
Let Net := Hnet _ _ _ _ _ _ Pa.
Let Hd := Hinputs _ _ _ _ _ _ Pa.
Let Valid := Hvalid _ _ _ _ _ _ Pa.
Let Alive := Hlive _ _ _ _ _ _ Pa.
Let Shares := Hshares _ _ _ _ _ _ Pa.
Let Mult := multipliers_ok fine coarse P E Y theta distance Ok xi Inside.
Let Amts := amounts_ok fine coarse P E Y theta distance Ok xi Inside.
Let Sides := all_sides fine coarse P E Y theta distance Ok xi Inside.
Let Feas := is_feasible fine coarse P E Y theta distance Ok xi Inside Solves.

Lemma without_ridges free : no_ridges = true -> layer_exists PR free ->
  (forall u theta', (u < length (live ER))%nat -> nth u (live ER) None = None -> same_but free point theta' ->
    nth u (nth 1 theta' []) 0 = 0) ->
  local_optimum PR free point.
Proof.
  unfold no_ridges. intro E2. rewrite forallb_forall in E2. intros Le Quiet.
  apply (local PR ER xi s Net Hd Valid Alive Shares Solves Mult Amts Sides Feas); auto.
  - intros c k n Hc Hk Hs. specialize (E2 c Hc). rewrite forallb_forall in E2.
    specialize (E2 k ltac:(apply in_seq; split; [lia|exact Hk])).
    unfold no_ridge in E2. rewrite Hs in E2.
    assert (L : glabel P E k = snd (active_sample PR ER k)) by apply label_at. rewrite signs_product, <- L.
    destruct (qpos (1 - low)) eqn:Q1; [|destruct (qpos (low - 1)) eqn:Q2; try discriminate].
    + left. apply (kpos_ok (F := Qops) (model := Qmodel)) in Q1. change (0 < Q2R (1 - low)) in Q1.
      rewrite Q2R_minus, RMicromega.Q2R_1 in Q1.
      rewrite E2. split; auto. unfold s. lra.
    + right. apply (kpos_ok (F := Qops) (model := Qmodel)) in Q2. change (0 < Q2R (low - 1)) in Q2.
      rewrite Q2R_minus, RMicromega.Q2R_1 in Q2.
      apply negb_true_iff in E2. rewrite E2. split; auto. unfold s. lra.
Qed.
Lemma local_ok : check_local = true -> local_optimum PR None point.
Proof.
  unfold check_local. destruct (forallb _ (live E)) eqn:E1; try discriminate. rewrite forallb_forall in E1. intro E2.
  apply without_ridges; auto. exact I. intros u theta' Hu Hl _. exfalso.
  assert (I : In (nth u (live ER) None) (live ER)) by now apply nth_In. rewrite Hl in I. unfold ER in I.
  cbn [real_enclosure map_enclosure live] in I.
  apply in_map_iff in I. destruct I as (u' & Q1 & I). specialize (E1 u' I). destruct u'; discriminate.
Qed.
Lemma layer_ok l : check_layer l = true -> local_optimum PR (Some l) point.
Proof.
  destruct l as [|[|l]]; cbn [check_layer]; try discriminate; intro E2.
  - apply without_ridges; auto. pose proof (f_equal (@length _) Net) as L. cbn in L |- *. lia.
    intros u theta' Hu Hl But. rewrite (But 1%nat eq_refl). unfold point, point_of. cbn [nth].
    rewrite (nth_v ER xi u Hu), Hl. reflexivity.
  - assert (L : (length (net PR) - 1)%nat = 1%nat) by exact (f_equal (fun n => (length n - 1)%nat) Net).
    assert (K : kkt PR None point) by exact (is_kkt fine coarse P E Y theta distance Ok xi Inside Solves).
    pose proof (last_layer_optimum PR None point K eq_refl) as G. rewrite L in G. destruct G as [Fe G].
    split; auto. exists 1. split; [lra|]. intros theta' Sa But _. now apply G.
Qed.

Section Sound.
Variable bits : Z.
Hypothesis Hbits : (0 <= bits)%Z.
Notation F := (interval_ring bits).
Notation X := (unknowns_over bits E).
Notation at_X n := (nth n X (g0 (F := F))).
Lemma at_unknown k : holds bits (at_X k) (nth k xi 0).
Proof. exact (unknown bits E Hbits xi Inside k). Qed.

Lemma not_global_ok better : check_not_global bits X better = true -> not_global_optimum PR None point.
Proof.
  unfold check_not_global. destruct check_satisfies eqn:E1; try discriminate. intro E2. apply Z.ltb_lt, IZR_lt in E2.
  apply (satisfies_sound (F := Qops) (M := Qmodel)) in E1. change (satisfies PR (real_point better)) in E1.
  pose proof Feas as [Po [Sh _]]. split; auto. split; auto. exists (real_point better). split; auto. split.
  intros k Hk; discriminate.
  assert (HN : norm2 point = 2 * Rsum (map (amount ER xi) (seq 0 J))) by
    exact (half_norm fine coarse P E Y theta distance Ok xi Inside Solves).
  rewrite HN.
  assert (S : holds bits (isum (map (fun j => at_X (m + j)) (seq 0 J))) (Rsum (map (amount ER xi) (seq 0 J)))).
  { apply isum_ok. intros j _. apply at_unknown. }
  destruct S as [S _]. pose proof (of_Q_ok bits Hbits (norm2_of (F := Qops) better)) as [_ N].
  assert (NE : Q2R (norm2_of (F := Qops) better) = norm2 (real_point better)) by exact (norm2_of_ok (F := Qops) (M :=
    Qmodel) better).
  rewrite NE in N. rewrite mult_IZR in E2. pose proof (scale_R bits Hbits) as SR.
  apply Rmult_lt_reg_r with (IZR (scale bits)); auto. lra.
Qed.

End Sound.

Lemma global_ok bits a b : (0 <= bits)%Z -> check_trees P E bits (unknowns_over (guarded bits) E) a b = true ->
  optimal_for_every_width PR point.
Proof.
  intros Hb H. apply (every_width PR ER xi s Net Hd Valid Alive Shares Solves Mult Amts Feas). intros e w He.
  assert (Hg : (0 <= guarded bits)%Z) by (unfold guarded; lia).
  assert (G : forall e, weighed PR ER xi s (sgn e) w <= sqrt (square PR w)).
  { intro e'. exact (trees_ok P E bits xi Hb _ (fun k => unknown (guarded bits) E Hg xi Inside k) Net Hd Solves Mult
    Sides
      (trees_convex P E bits _ a b H) a b e' w H). }
  destruct He as [-> | ->]. exact (G true). exact (G false).
Qed.
Lemma optimum_ok bits o : (0 <= bits)%Z -> check_optimum bits (unknowns_over bits E) o = true -> meaning PR o point.
Proof.
  intros Hb H. destruct o; cbn [meaning check_optimum] in *. now apply local_ok. now apply layer_ok.
  eapply global_ok; eauto.
  now apply (not_local_ok P E fine coarse Y theta distance Ok xi Inside Solves bits Hb moves).
  eapply not_global_ok; eauto.
Qed.
End Optimum.

(** ** The check with optimality *)
Definition check_optimum_of (fine coarse : Z) (P : problem Q) (E : enclosure Q) (o : optimum) : bool :=
  if check_optimum P E coarse (unknowns_over coarse E) o then true else check_optimum P E fine (unknowns_over fine E) o.
Definition check_optima (fine coarse : Z) (P : problem Q) (E : enclosure Q) (l : list optimum) : bool :=
  forallb (check_optimum_of fine coarse P E) l.

Theorem kkt_enclosed_sound fine coarse P E Y theta distance l :
  (if check_enclosed fine coarse P E Y theta distance then check_optima fine coarse P E l else false) = true ->
  kkt_enclosed (real P) (real_enclosure E) (real_point theta) (Q2R distance) (fun p => meanings (real P) l p).
Proof.
  destruct check_enclosed eqn:Ok; try discriminate. intro H.
  apply (enclosed_sound fine coarse P E Y theta distance _ Ok). intros xi W S.
  assert (All : forall o, In o l -> meaning (real P) o (point_of (real P) (real_enclosure E) xi)).
  { intros o Ho. unfold check_optima in H. rewrite forallb_forall in H. specialize (H o Ho).
    unfold check_optimum_of in H. assert (B : (0 <= fine)%Z /\ (0 <= coarse)%Z).
    { unfold check_enclosed in Ok. destruct check_posed in Ok; try discriminate.
      destruct check_dense in Ok; try discriminate. unfold check_but_network in Ok. destruct (Z.leb_spec 0 fine); try discriminate.
      destruct (Z.leb_spec 0 coarse); try discriminate. auto. }
    destruct (check_optimum P E coarse (unknowns_over coarse E) o) eqn:C.
    - apply (optimum_ok P E fine coarse Y theta distance Ok xi W S coarse o); tauto.
    - apply (optimum_ok P E fine coarse Y theta distance Ok xi W S fine o); tauto. }
  clear H. induction l as [|o [|o' l] IH]. exact I. apply All. now left. split. apply All. now left. apply IH.
  intros; apply All. now right.
Qed.
