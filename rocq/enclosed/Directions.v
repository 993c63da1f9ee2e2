(** * Directions in which units that are at 0 change at given rates.

    It is enough that the rows of their linear rates are independent: the units are gone through from the first layer to
    the last, and each gets a direction that changes no earlier one. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Sums Farkas Piece EnclosedParameters Sloped Rates.
Import ListNotations.
Open Scope R_scope.

Local Notation var := (nat * nat)%type.

(** ** A direction that one row feels, and the others do not *)
Lemma combined_app l1 l2 (g1 g2 : list (var -> R)) v : length l1 = length g1 ->
  combined (l1 ++ l2) (g1 ++ g2) v = combined l1 g1 v + combined l2 g2 v.
Proof.
  unfold combined. revert g1. induction l1 as [|a l1 IH]; intros [|g g1] L; try discriminate; cbn [app combine map].
  - unfold Rsum at 2. simpl. ring.
  - rewrite !Rsum_cons, IH by (simpl in L; lia). ring.
Qed.
Lemma combined_opposite l (g : list (var -> R)) v : combined l (map (fun h v => - h v) g) v = - combined l g v.
Proof.
  unfold combined. revert g. induction l as [|a l IH]; intros [|h g]; cbn [map combine]; try (unfold Rsum; simpl; ring).
  rewrite !Rsum_cons, IH. cbn [fst snd]. ring.
Qed.
Lemma combined_minus l1 l2 (g : list (var -> R)) v : length l1 = length g -> length l2 = length g ->
  combined (map (fun ab => fst ab - snd ab) (combine l1 l2)) g v = combined l1 g v - combined l2 g v.
Proof.
  unfold combined. revert l2 g. induction l1 as [|a l1 IH]; intros [|b l2] [|h g] L1 L2; try discriminate; cbn [map combine].
  - unfold Rsum. simpl. ring.
  - rewrite !Rsum_cons, IH by (simpl in *; lia). cbn [fst snd]. ring.
Qed.

Lemma felt_by_one (V : list var) (rows : list (var -> R)) (r : var -> R) :
  ~ (exists mu, length mu = length rows /\ forall v, In v V -> r v = combined mu rows v) ->
  exists y, (forall g, In g rows -> over V g y = 0) /\ over V r y = 1.
Proof.
  intro N. set (opposite := map (fun (h : var -> R) v => - h v) rows).
  destruct (farkas V (rows ++ opposite) r) as [(lambda & L & _ & E)|(y & Hy & Hr)].
  - exfalso. apply N. unfold opposite in L. rewrite app_length, map_length in L.
    set (l1 := firstn (length rows) lambda). set (l2 := skipn (length rows) lambda).
    assert (L1 : length l1 = length rows) by (unfold l1; rewrite firstn_length; lia).
    assert (L2 : length l2 = length rows) by (unfold l2; rewrite skipn_length; lia).
    exists (map (fun ab => fst ab - snd ab) (combine l1 l2)). split. { rewrite map_length, combine_length. lia. }
    intros v Hv. rewrite (E v Hv), <- (firstn_skipn (length rows) lambda). fold l1 l2. unfold opposite.
    rewrite combined_app, combined_opposite, combined_minus by auto. ring.
  - assert (O : forall g, over V (fun v => - g v) y = - over V g y).
    { intro g. unfold over. rewrite (Rsum_ext_in _ (fun v => -1 * (g v * y v))) by (intros; ring). rewrite Rsum_mult. ring. }
    exists (fun v => / over V r y * y v + 0 * y v). split.
    + intros g Hg. rewrite over_lin_r. assert (H1 := Hy g (in_or_app _ _ _ (or_introl Hg))).
      assert (H2 : 0 <= over V (fun v => - g v) y).
      { apply Hy, in_or_app. right. unfold opposite. exact (in_map (fun (h : var -> R) v => - h v) _ _ Hg). }
      rewrite O in H2. replace (over V g y) with 0 by lra. ring.
    + rewrite over_lin_r. field. lra.
Qed.

(** ** Units, one after the other *)
Section Turning.
Variables (n : list (layer R)) (theta : params R) (x : list R) (pass : nat -> nat -> R -> R) (sl : nat -> nat -> R).
(** The parameters that change, and the units that get rates. *)
Variables (V turning : list var).
Definition reading (t : var) : list (nat * nat) := nth (snd t) (units (nth (fst t) n (Layer 0 0 []))) [].
Definition row (t v : var) : R := rate n theta x (linear sl) (single v) [] (fst t) (reading t).
Hypothesis Turns : turns n theta x pass.
Hypothesis Elsewhere : forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c ->
  slope l = 1 \/ at_unit n theta x j c <> 0 -> sl j u = slope_at (slope l) (at_unit n theta x j c).
Hypothesis Others : forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c -> slope l <> 1 -> at_unit n theta x j c = 0 ->
  In (j, u) turning \/ forall v, In v V -> row (j, u) v = 0.
Hypothesis Ordered : forall before t after, turning = before ++ t :: after ->
  (forall t', In t' before -> (fst t' <= fst t)%nat) /\ (forall t', In t' after -> (fst t <= fst t')%nat).
Hypothesis Independent : forall e : nat -> R,
  (forall v, In v V -> Rsum (map (fun k => e k * row (nth k turning (0, 0)%nat) v) (seq 0 (length turning))) = 0) ->
  forall k, (k < length turning)%nat -> e k = 0.

(** The parameters of [V] change at the rates [a]. *)
Definition changing (a : var -> R) (j p : nat) : R := Rsum (map (fun v => a v * single v j p) V).
Lemma rate_changing a t : rate n theta x (linear sl) (changing a) [] (fst t) (reading t) = over V (row t) a.
Proof.
  clear Others Independent Ordered. unfold changing, over. induction V as [|v l IH]; cbn [map].
  - assert (Z : rate n theta x (linear sl) (fun _ _ => 0) [] (fst t) (reading t) = 0).
    { rewrite (rate_ext _ _ _ _ _ (fun j p => 0 * (fun _ _ => 0) j p + 0 * (fun _ _ => 0) j p)) by (intros; ring).
      rewrite rate_linear. ring. }
    exact Z.
  - rewrite Rsum_cons, <- IH.
    rewrite (rate_ext _ _ _ _ _ (fun j p => a v * single v j p + 1 * (fun j p => Rsum (map (fun v => a v * single v j p) l)) j p))
      by (intros; rewrite Rsum_cons; ring).
    rewrite rate_linear. unfold row. ring.
Qed.

Lemma not_combined before t after : turning = before ++ t :: after ->
  ~ (exists mu, length mu = length (map row before) /\ forall v, In v V -> row t v = combined mu (map row before) v).
Proof.
  intros E (mu & L & H). rewrite map_length in L. set (m := length before) in *.
  set (e := fun k => if Nat.ltb k m then - nth k mu 0 else if Nat.eqb k m then 1 else 0).
  assert (Em : e m = 0).
  { apply Independent. 2: { rewrite E, app_length. simpl. unfold m. lia. }
    intros v Hv. rewrite E, app_length, seq_app, map_app, Rsum_app. fold m. cbn [length seq]. rewrite Nat.add_0_l. cbn [map].
    rewrite Rsum_cons.
    assert (P1 : Rsum (map (fun k => e k * row (nth k (before ++ t :: after) (0, 0)%nat) v) (seq 0 m)) = - combined mu (map row before) v).
    { rewrite (Rsum_ext_in _ (fun k => -1 * (nth k mu 0 * row (nth k before (0, 0)%nat) v))).
      - rewrite Rsum_mult. assert (P : Rsum (map (fun k => nth k mu 0 * row (nth k before (0, 0)%nat) v) (seq 0 m)) = combined mu (map row before) v).
        { clear - L. unfold m in *. clear m. unfold combined. revert mu L. induction before as [|b l IH]; intros [|a mu] L; try discriminate; auto.
          cbn [length]. cbn [seq map combine]. rewrite !Rsum_cons. cbn [fst snd nth]. f_equal. rewrite <- seq_shift, map_map. apply IH. simpl in L. lia. }
        rewrite P. ring.
      - intros k Hk. apply in_seq in Hk. rewrite app_nth1 by (fold m; lia). unfold e. destruct (Nat.ltb_spec k m); [ring|lia]. }
    assert (P2 : Rsum (map (fun k => e k * row (nth k (before ++ t :: after) (0, 0)%nat) v) (seq (S m) (length after))) = 0).
    { apply Rsum_zero. intros k Hk. apply in_seq in Hk. unfold e. destruct (Nat.ltb_spec k m); [lia|].
      destruct (Nat.eqb_spec k m); [lia|ring]. }
    rewrite P1, P2. rewrite app_nth2 by (fold m; lia). fold m. rewrite Nat.sub_diag. cbn [nth].
    rewrite <- (H v Hv). unfold e. rewrite Nat.ltb_irrefl, Nat.eqb_refl. ring. }
  unfold e in Em. rewrite Nat.ltb_irrefl, Nat.eqb_refl in Em. lra.
Qed.

Theorem rates_at_will tau : exists a, forall t, In t turning -> rate n theta x pass (changing a) [] (fst t) (reading t) = tau t.
Proof.
  assert (G : forall before after, turning = before ++ after ->
    exists a, forall t, In t before -> rate n theta x pass (changing a) [] (fst t) (reading t) = tau t).
  { induction before as [|t before IH] using rev_ind; intros after E. { exists (fun _ => 0). intros t []. }
    rewrite <- app_assoc in E. cbn [app] in E. destruct (IH _ E) as (a & Ha).
    destruct (felt_by_one V (map row before) (row t) (not_combined before t after E)) as (y & Hy & Ht).
    set (s := tau t - rate n theta x pass (changing a) [] (fst t) (reading t)).
    exists (fun v => 1 * a v + s * y v). intros t' I.
    assert (Le : (fst t' <= fst t)%nat).
    { apply in_app_or in I. destruct I as [I|[<-|[]]]; auto. now apply (Ordered before t after E). }
    rewrite (rate_ext _ _ _ _ _ (fun j p => 1 * changing a j p + s * changing y j p)).
    2: { intros j p. unfold changing. rewrite <- Rsum_lin. apply Rsum_ext_in. intros. ring. }
    rewrite (rate_plus _ _ _ _ sl), rate_changing; auto.
    - apply in_app_or in I. destruct I as [I|[<-|[]]].
      + rewrite (Hy (row t')) by now apply in_map. rewrite Ha by auto. ring.
      + rewrite Ht. unfold s. ring.
    - intros i l u c Hi Hl Hu. split. { now apply Elsewhere. }
      intros S1 Z. replace c with (reading (i, u)).
      2: { unfold reading. cbn [fst snd]. now rewrite (nth_error_nth _ _ _ Hl), (nth_error_nth _ _ _ Hu). }
      rewrite (rate_changing y (i, u) : rate _ _ _ _ _ _ i _ = _).
      destruct (Others i l u c Hl Hu S1 Z) as [T|T].
      + rewrite E in T. apply in_app_or in T. destruct T as [T|T].
        * apply Hy. now apply in_map.
        * exfalso. destruct T as [T|T]; [apply (f_equal fst) in T|destruct (Ordered before t after E) as [_ O]; specialize (O _ T)]; cbn [fst] in *; lia.
      + unfold over. apply Rsum_zero. intros v Hv. rewrite T by auto. ring. }
  destruct (G turning [] (eq_sym (app_nil_r turning))) as (a & Ha). exists a. exact Ha.
Qed.
End Turning.
