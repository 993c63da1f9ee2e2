(** * Near a point: units whose slopes there are the same on several samples. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Tends LayerNorms.
Import ListNotations.
Open Scope R_scope.

Section SameSlopes.
Context {F : ops} {M : model F}.

(** What a layer reads on a sample: numbers, each with whether it is 0 near the point too. *)
Notation state := (list (F * bool)).
Definition nothing : F * bool := (k0 F, true).
Definition numbers (x : state) : list F := map fst x.

(** Whether the slope is 1, and the output; nothing on a kink. Where all that a unit reads is 0 nearby, so is it. *)
Definition pass_unit (s : F) (w : list F) (x : state) (u : list (nat * nat)) : option (bool * (F * bool)) :=
  let z := tpreact (S := sym_num F) w (numbers x) u in
  if forallb (fun c => snd (nth (fst c) x nothing)) u then Some (true, nothing)
  else if kone s then Some (true, (z, false))
  else if kpos z then Some (true, (z, false))
  else if kpos (kopp z) then Some (false, (kmul s z, kzero s))
  else None.
Definition pass_layer (l : layer F) (w : list F) (x : state) : option (list (bool * (F * bool))) :=
  mapM (pass_unit (slope l) w x) (units l).

Fixpoint equal_flags (a b : list bool) : bool :=
  match a, b with
  | [], [] => true
  | p :: a', q :: b' => if Bool.eqb p q then equal_flags a' b' else false
  | _, _ => false
  end.
Lemma equal_flags_ok a b : equal_flags a b = true -> a = b.
Proof.
  revert b. induction a as [|p a IH]; intros [|q b]; cbn [equal_flags]; try discriminate; auto.
  destruct (Bool.eqb p q) eqn:E; try discriminate. apply eqb_prop in E. subst. intro H. f_equal. auto.
Qed.

Fixpoint same_slopes (n : list (layer F)) (theta : params F) (xs : list state) : bool :=
  match n, theta with
  | [], _ => true
  | l :: n', w :: theta' =>
      match mapM (pass_layer l w) xs with
      | Some [] => true
      | Some (y :: ys) =>
          if forallb (fun y' => equal_flags (map fst y') (map fst y)) ys
          then same_slopes n' theta' (map (map snd) (y :: ys)) else false
      | None => false
      end
  | _, _ => false
  end.

(** ** Why *)

Context {E A : Type}.
Variable U : (E -> Prop) -> Prop.
Hypothesis HU : where_ U.

Lemma tends_sign (f : E -> R) (z : F) : tends U f (toR z) ->
  (kpos z = true -> U (fun e => 0 < f e)) /\ (kpos (kopp z) = true -> U (fun e => f e < 0)).
Proof.
  intro H. split; intro K.
  - apply kpos_ok in K. eapply (U_mono _ HU); [|exact (H _ K)]. cbn beta. intros e He. apply Rabs_def2 in He. lra.
  - apply kpos_ok in K. rewrite toR_opp in K. eapply (U_mono _ HU); [|exact (H _ K)]. cbn beta. intros e He.
    apply Rabs_def2 in He. lra.
Qed.

(** [x] says what [X] is near the point. *)
Definition says (x : state) (X : E -> list R) : Prop := forall i,
  tends U (fun e => nth i (X e) 0) (toR (fst (nth i x nothing))) /\
  (snd (nth i x nothing) = true -> U (fun e => nth i (X e) 0 = 0)).
Definition tends_to_row (W : E -> list R) (w : list F) : Prop :=
  forall i, tends U (fun e => nth i (W e) 0) (nth i (map toR w) 0).

Lemma says_numbers x X i : says x X -> tends U (fun e => nth i (X e) 0) (nth i (map toR (numbers x)) 0).
Proof.
  intro H. destruct (H i) as [H1 _]. unfold numbers. rewrite map_map.
  assert (Q : nth i (map (fun a : F * bool => toR (fst a)) x) 0 = toR (fst (nth i x nothing))); [|now rewrite Q].
  rewrite <- (map_nth (fun a : F * bool => toR (fst a)) x nothing i).
  apply f_equal. simpl. symmetry. apply toR_0.
Qed.

Lemma preact_zero w X u : (forall c, In c u -> nth (fst c) X 0 = 0) -> preact w X u = 0.
Proof.
  unfold preact. induction u as [|c u IH]; intro H. reflexivity. cbn [map]. rewrite Rsum_cons, IH, (H c (or_introl eq_refl)).
  ring. intros; apply H; now right.
Qed.

Lemma pass_unit_ok s w x u b v W X : pass_unit s w x u = Some (b, v) -> tends_to_row W w -> says x X ->
  U (fun e => slope_of (toR s) (preact (W e) (X e) u) = if b then 1 else toR s) /\
  tends U (fun e => act (toR s) (preact (W e) (X e) u)) (toR (fst v)) /\
  (snd v = true -> U (fun e => act (toR s) (preact (W e) (X e) u) = 0)).
Proof.
  unfold pass_unit. set (z := tpreact _ _ _). intros H HW HX.
  assert (Z : tends U (fun e => preact (W e) (X e) u) (toR z)).
  { assert (Q : toR z = preact (map toR w) (map toR (numbers x)) u)
      by exact (ev_tpreact (S := sym_num F) (Mean := mean_num F M) w (numbers x) u tt).
    rewrite Q. apply (tends_preact U HU). exact HW. intro i. now apply says_numbers. }
  destruct forallb eqn:E0.
  { injection H as <- <-. rewrite forallb_forall in E0.
    assert (N : U (fun e => preact (W e) (X e) u = 0)).
    { assert (Q : U (fun e => forall c, In c u -> nth (fst c) (X e) 0 = 0)).
      { apply (U_list U HU). intros c Hc. apply (proj2 (HX (fst c))). exact (E0 c Hc). }
      eapply (U_mono _ HU); [|exact Q]. cbn beta. intro e. apply preact_zero. }
    assert (Out : U (fun e => act (toR s) (preact (W e) (X e) u) = 0)).
    { eapply (U_mono _ HU); [|exact N]. cbn beta. intros e ->. unfold act. destruct Rlt_dec; lra. }
    split; [|split].
    - eapply (U_mono _ HU); [|exact N]. cbn beta. intros e ->. unfold slope_of. destruct Rlt_dec; lra.
    - cbn [fst nothing]. rewrite toR_0. apply (tends_eq U HU _ (fun _ => 0)); auto. apply (tends_const U HU).
    - auto. }
  clear E0. destruct (kone s) eqn:E1.
  { injection H as <- <-. apply kone_ok in E1. split; [|split; [|discriminate]].
    - apply (U_all _ HU). intro e. unfold slope_of. destruct Rlt_dec; lra.
    - apply (tends_eq U HU _ (fun e => preact (W e) (X e) u)); auto. apply (U_all _ HU). intro e.
      unfold act. destruct Rlt_dec; rewrite ?E1; lra. }
  destruct (tends_sign _ _ Z) as [P N]. destruct (kpos z) eqn:E2; [|destruct (kpos (kopp z)) eqn:E3; try discriminate].
  - injection H as <- <-. specialize (P eq_refl). split; [|split; [|discriminate]].
    + eapply (U_mono _ HU); [|exact P]. cbn beta. intros e He. unfold slope_of. destruct Rlt_dec; lra.
    + apply (tends_eq U HU _ (fun e => preact (W e) (X e) u)); auto.
      eapply (U_mono _ HU); [|exact P]. cbn beta. intros e He. unfold act. destruct Rlt_dec; lra.
  - injection H as <- <-. specialize (N eq_refl).
    assert (Out : U (fun e => act (toR s) (preact (W e) (X e) u) = toR s * preact (W e) (X e) u)).
    { eapply (U_mono _ HU); [|exact N]. cbn beta. intros e He. unfold act. destruct Rlt_dec; lra. }
    split; [|split].
    + eapply (U_mono _ HU); [|exact N]. cbn beta. intros e He. unfold slope_of. destruct Rlt_dec; lra.
    + apply (tends_eq U HU _ (fun e => toR s * preact (W e) (X e) u)); auto. cbn [fst]. rewrite toR_mul.
      apply (tends_mult U HU). apply (tends_const U HU). exact Z.
    + cbn [snd]. intro K. apply kzero_ok in K. eapply (U_mono _ HU); [|exact Out]. cbn beta. intros e ->. rewrite K. ring.
Qed.

Lemma pass_layer_ok l w x ys W X : pass_layer l w x = Some ys -> tends_to_row W w -> says x X ->
  U (fun e => Forall2 (fun u b => slope_of (toR (slope l)) (preact (W e) (X e) u) = if b : bool then 1 else toR (slope l))
                      (units l) (map fst ys)) /\
  says (map snd ys) (fun e => apply_layer (map_layer toR l) (W e) (X e)).
Proof.
  unfold pass_layer, apply_layer. cbn [map_layer units slope]. intros H HW HX. apply mapM_Forall2 in H.
  induction H as [|u [b v] us ys Hu H [IH1 IH2]].
  - split. apply (U_all _ HU). constructor. intro i. cbn [map]. split.
    + apply (tends_eq U HU _ (fun _ => 0)). apply (U_all _ HU). intros e. now destruct i.
      replace (toR _) with 0 by (destruct i; symmetry; apply toR_0). apply (tends_const U HU).
    + intros _. apply (U_all _ HU). intros e. now destruct i.
  - destruct (pass_unit_ok _ _ _ _ _ _ W X Hu HW HX) as (H1 & H2 & H3). split.
    + eapply (U_mono _ HU); [|exact (U_and _ HU _ _ H1 IH1)]. cbn beta. intros e [Q1 Q2]. now constructor.
    + intros [|i]; cbn [map nth]. split; auto. apply IH2.
Qed.

(** ** All layers, and all samples *)

Fixpoint agree_on (samples : list A) (n : list (layer R)) (theta : params R) (h : A -> list R) : Prop :=
  match n, theta with
  | [], _ => True
  | l :: n', w :: theta' =>
      (forall u, In u (units l) -> exists t, (t = 1 \/ t = slope l) /\
        forall a, In a samples -> slope_of (slope l) (preact w (h a) u) = t) /\
      agree_on samples n' theta' (fun a => apply_layer l w (h a))
  | _, _ => False
  end.

Theorem same_slopes_ok samples n theta xs (H : E -> A -> list R) (T : E -> params R) :
  same_slopes n theta xs = true -> samples <> [] -> Forall2 (fun a x => says x (fun e => H e a)) samples xs ->
  (forall j, tends_to_row (fun e => nth j (T e) []) (nth j theta [])) -> U (fun e => length (T e) = length n) ->
  U (fun e => agree_on samples (map (map_layer toR) n) (T e) (H e)).
Proof.
  intros HS Hne. revert theta xs H T HS. induction n as [|l n IH]; intros [|w theta] xs H T HS HX HT HL;
    try discriminate HS; try (apply (U_all _ HU); intro e; exact I).
  cbn [same_slopes] in HS. destruct mapM as [[|y ys]|] eqn:Em in HS; try discriminate.
  { apply mapM_Forall2 in Em. inversion Em; subst. inversion HX; subst. now destruct Hne. }
  destruct (forallb _ ys) eqn:Ef; try discriminate. rewrite forallb_forall in Ef. apply mapM_Forall2 in Em.
  set (W := fun e => nth 0 (T e) []). assert (HW : tends_to_row W w) by exact (HT 0%nat).
  (* layer by layer *)
  assert (L : Forall2 (fun a y => U (fun e => Forall2 (fun u b => slope_of (toR (slope l)) (preact (W e) (H e a) u) =
      if b : bool then 1 else toR (slope l)) (units l) (map fst y)) /\
    says (map snd y) (fun e => apply_layer (map_layer toR l) (W e) (H e a))) samples (y :: ys)).
  { clear - HX Em HW HU. revert HX Em. generalize (y :: ys). intros zs HX. revert zs. induction HX as [|a x as_ xs0 Hx HX IH]; intros zs Em;
      inversion Em; subst; constructor; auto. eapply pass_layer_ok; eauto. }
  assert (Flags : forall y', In y' (y :: ys) -> map fst y' = map fst y).
  { intros y' [<-|Hy]; auto. now apply equal_flags_ok, Ef. }
  assert (Here : U (fun e => forall a, In a samples -> Forall2 (fun u b => slope_of (toR (slope l)) (preact (W e) (H e a) u) =
      if b : bool then 1 else toR (slope l)) (units l) (map fst y))).
  { apply (U_list U HU). intros a Ha. clear - L Flags Ha. revert L Flags. generalize (y :: ys). intros zs L Flags.
    induction L as [|a' y' as_ zs [H1 _] L IHL]. destruct Ha. destruct Ha as [->|Ha].
    - rewrite <- (Flags y' (or_introl eq_refl)). exact H1.
    - apply IHL; auto. intros; apply Flags; now right. }
  assert (Rest : U (fun e => agree_on samples (map (map_layer toR) n) (tl (T e)) (fun a => apply_layer (map_layer toR l) (W e) (H e a)))).
  { apply (IH theta (map (map snd) (y :: ys)) (fun e a => apply_layer (map_layer toR l) (W e) (H e a)) (fun e => tl (T e)) HS).
    - clear - L. revert L. generalize (y :: ys). intros zs L. induction L as [|a y' as_ zs [_ H2] L IHL]; constructor; auto.
    - intros j i. specialize (HT (S j) i). cbn [nth] in HT. eapply (tends_eq U HU); [|exact HT]. apply (U_all _ HU). intro e.
      destruct (T e) as [|v r]; [now destruct j|reflexivity].
    - eapply (U_mono _ HU); [|exact HL]. cbn beta. intros e He. destruct (T e); simpl in *; lia. }
  eapply (U_mono _ HU); [|exact (U_and _ HU _ _ (U_and _ HU _ _ Here Rest) HL)]. cbn beta. clear - y.
  intros e [[Q1 Q2] Q3]. unfold W in *. destruct (T e) as [|v r]; [discriminate Q3|]. cbn [tl nth map agree_on] in *. split; auto.
  intros u Hu. cbn [map_layer units slope] in *.
  assert (exists b : bool, forall a, In a samples -> slope_of (toR (slope l)) (preact v (H e a) u) = if b then 1 else toR (slope l)) as [b Hb].
  { clear Q2 Q3. apply In_nth_error in Hu. destruct Hu as [i Hi]. exists (nth i (map fst y) true). intros a Ha.
    specialize (Q1 a Ha). clear Ha. revert i Hi. induction Q1 as [|u0 b0 us bs H0 Q1 IHQ]; intros [|i] Hi; try discriminate.
    - injection Hi as ->. exact H0.
    - exact (IHQ i Hi). }
  exists (if b then 1 else toR (slope l)). split; auto. destruct b; auto.
Qed.
End SameSlopes.
