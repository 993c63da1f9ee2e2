(** * Optimality by [cases]: several trees, each for some units of the first free layer. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Feasible Displacement Margin Lagrangian Gradient CurveGradients Kkt Backward Masked CaseSigns CasePass CaseTree CaseOneTree.
Import ListNotations.
Open Scope R_scope.

Section Cases.
Context {F : ops} {M : model F}.
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Variable local : bool.
Local Notation region := (region theta local).
Local Notation region_where := (region_where theta local).
Local Notation params_at := (params_at free theta).
Local Notation margin_at := (margin_at P free theta).
Local Notation weighed_margins := (weighed_margins P free theta).
Local Notation places := (places free theta).
Local Notation half_norm := (half_norm half free theta).
Local Notation half_norm_ok := (half_norm_ok half half_ok free theta).
Local Notation tree_least := (tree_least half P free theta local).
Local Notation tree_least_ok := (tree_least_ok half P free theta local).
Local Notation audible := (audible P free theta).
Local Notation needed := (needed half free theta).
Local Notation no_better := (no_better half P free theta local).
Local Notation weighed_at_least := (weighed_at_least P free theta).
Local Notation netR := (netR P).

Section Shaped.
Hypothesis Hlen : length theta = length (net P).
Local Notation length_params := (length_params P free theta Hlen).
Local Notation margin_audible := (margin_audible P free theta Hlen).

Definition member (u : nat) (us : list nat) : bool := existsb (Nat.eqb u) us.
Definition layer_here : nat := first_free free.
Definition of_units (us : list nat) (k u : nat) : bool :=
  if audible k u then (if Nat.eqb k layer_here then member u us else true) else false.
(** The parameters of the units' connections. *)
Definition owns (us : list nat) (v : nat * nat) : bool :=
  if Nat.eqb (fst v) layer_here then
    match nth_error (net P) layer_here with
    | Some hidden => existsb (fun u => existsb (fun iu => Nat.eqb (snd iu) (snd v)) (nth u (units hidden) [])) us
    | None => false
    end
  else if Nat.eqb (fst v) (S layer_here) then
    match nth_error (net P) (S layer_here) with
    | Some next => existsb (existsb (fun iu => if member (fst iu) us then Nat.eqb (snd iu) (snd v) else false)) (units next)
    | None => false
    end
  else false.

(** ** That each unit that bends later depends on the units of one tree at most *)

Definition is_null (k p : nat) : bool := if is_free free k then false else kzero (nth p (nth k theta []) num0).
(** For each tree, the outputs that may differ from 0, if those of the layer before may. *)
Definition reached (k : nat) (l : layer F) (r : list bool) : list bool :=
  map (existsb (fun iu => if nth (fst iu) r false then negb (is_null k (snd iu)) else false)) (units l).
Fixpoint apart (k : nat) (n : list (layer F)) (rs : list (list bool)) : bool :=
  match n with
  | [] => true
  | l :: n' =>
      let rs' := map (reached k l) rs in
      if (if kone (slope l) then true else
          forallb (fun u => Nat.leb (length (filter (fun r => nth u r false) rs')) 1) (seq 0 (length (units l))))
      then apart (S k) n' rs' else false
  end.

Fixpoint leasts (common : list F) (trees : list (list nat * tree F)) : option (list F) :=
  match trees with
  | [] => Some []
  | (us, t) :: trees' =>
      match tree_least (of_units us) (owns us) true common false t with
      | Some m => match leasts common trees' with Some ms => Some (ksub m (fsum common) :: ms) | None => None end
      | None => None
      end
  end.

Definition check_blocks (common : list F) (trees : list (list nat * tree F)) : bool :=
  let times (f : list nat -> bool) := length (filter (fun b => f (fst b)) trees) in
  match nth_error (net P) layer_here with
  | Some hidden =>
      let places_here := seq 0 (length (units hidden)) in
      if forallb knonneg common then
      if forallb (fun u => Nat.eqb (times (member u)) 1) places_here then
      if forallb (fun v => Nat.leb (times (fun us => owns us v)) 1) places then
      if apart (S layer_here) (skipn (S layer_here) (net P)) (map (fun b => map (fun u => member u (fst b)) places_here) trees) then
        match leasts common trees with
        | Some ms => knonneg (ksub (kadd (fsum common) (fsum ms)) needed)
        | None => false
        end
      else false else false else false else false
  | None => false
  end.

Lemma Rsum_times {A} (f : A -> bool) q l : Rsum (map (fun a => if f a then q else 0) l) = INR (length (filter f l)) * q.
Proof.
  induction l as [|a l IH]. simpl. ring. cbn [map filter]. rewrite Rsum_cons, IH. destruct (f a); [|ring].
  cbn [length]. rewrite S_INR. ring.
Qed.

Lemma preact_sum {A} (X : A -> list R) (l : list A) Y w c : (forall i, Rsum (map (fun a => nth i (X a) 0) l) = nth i Y 0) ->
  Rsum (map (fun a => preact w (X a) c) l) = preact w Y c.
Proof.
  intro H. unfold preact. induction c as [|iu c IH].
  - apply Rsum_zero. reflexivity.
  - cbn [map]. rewrite Rsum_cons, <- IH, <- H, <- Rsum_mult, <- Rsum_plus. reflexivity.
Qed.

Lemma act_sum {A} s (z : A -> R) (f : A -> bool) ts : (length (filter f ts) <= 1)%nat ->
  (forall a, In a ts -> f a = false -> z a = 0) -> Rsum (map (fun a => act s (z a)) ts) = act s (Rsum (map z ts)).
Proof.
  induction ts as [|a ts IH]; intros H Hz; cbn [map filter] in *. symmetry. apply act_0.
  rewrite !Rsum_cons. destruct (f a) eqn:E.
  - assert (Zero : forall b, In b ts -> z b = 0).
    { intros b Hb. apply Hz. now right. destruct (f b) eqn:Eb; auto. cbn [length] in H.
      assert (In b (filter f ts)) by (apply filter_In; auto). destruct (filter f ts); [contradiction|]. simpl in H. lia. }
    rewrite !Rsum_zero; auto. now rewrite !Rplus_0_r. intros b Hb. rewrite (Zero b Hb). apply act_0.
  - rewrite (Hz a (or_introl eq_refl) E), act_0, !Rplus_0_l. apply IH; auto. intros; apply Hz; auto. now right.
Qed.

Lemma reached_ok {A} (r : A -> list bool) (X : A -> list R) k l (v : params R) e a u c :
  v = skipn k (params_at e) -> (forall i, nth i (r a) false = false -> nth i (X a) 0 = 0) ->
  nth_error (units l) u = Some c -> nth u (reached k l (r a)) false = false -> preact (hd [] v) (X a) c = 0.
Proof.
  intros Hv HX Hc H. unfold reached in H.
  assert (E : existsb (fun iu => if nth (fst iu) (r a) false then negb (is_null k (snd iu)) else false) c = false).
  { assert (Hu : (u < length (units l))%nat) by (apply nth_error_Some; congruence). revert H.
    set (f := existsb _). intro H. rewrite (nth_indep _ false (f [])) in H by (now rewrite map_length). rewrite map_nth in H.
    now rewrite (nth_error_nth _ _ _ Hc) in H. }
  apply Rsum_zero. intros iu Hi. destruct (nth (fst iu) (r a) false) eqn:En.
  - assert (is_null k (snd iu) = true) as N.
    { destruct (is_null k (snd iu)) eqn:Z; auto. assert (existsb (fun iu => if nth (fst iu) (r a) false then negb (is_null k (snd iu)) else false) c = true);
      [|congruence]. apply existsb_exists. exists iu. split; auto. now rewrite En, Z. }
    unfold is_null in N. destruct (is_free free k) eqn:Ek; try discriminate. rewrite Hv, hd_skipn, held_weight by auto.
    rewrite (kzero_ok _ N). ring.
  - rewrite (HX _ En). ring.
Qed.

(** From the layer after on: what the trees' units contribute adds up. *)
Lemma apart_ok {A} (ts : list A) (m : A -> nat -> nat -> bool) (m0 : nat -> nat -> bool) e k n v (r : A -> list bool) X Y :
  apart k n (map r ts) = true -> v = skipn k (params_at e) -> length v = length n ->
  (forall a j u, (k <= j)%nat -> m a j u = m0 j u) ->
  (forall i, Rsum (map (fun a => nth i (X a) 0) ts) = nth i Y 0) ->
  (forall a i, In a ts -> nth i (r a) false = false -> nth i (X a) 0 = 0) ->
  Rsum (map (fun a => nth 0 (masked (m a) k (map (map_layer toR) n) v (X a)) 0) ts) = nth 0 (masked m0 k (map (map_layer toR) n) v Y) 0.
Proof.
  revert k v r X Y. induction n as [|l n IH]; intros k v r X Y H Hv Hl Hm HX Hr.
  { cbn [map masked]. apply HX. }
  destruct v as [|w v]; [discriminate Hl|]. cbn [apart] in H. rewrite map_map in H.
  destruct (if kone (slope l) then true else _) eqn:E in H; try discriminate. cbn [map masked].
  destruct (skipn_next _ _ _ _ (eq_sym Hv)) as [_ Hv'].
  assert (Zero : forall a u c, In a ts -> nth_error (units l) u = Some c -> nth u (reached k l (r a)) false = false ->
    preact w (X a) c = 0).
  { intros a u c Ha Hc Hu. change w with (hd [] (w :: v)). apply (reached_ok r X k l (w :: v) e a u c); auto. }
  apply (IH (S k) v (fun a => reached k l (r a))); auto.
  - intros a j u Hj. apply Hm. lia.
  - intro u. rewrite nth_masked. cbn [map_layer units slope]. destruct (nth_error (units l) u) as [c|] eqn:Ec.
    2: { apply Rsum_zero. intros a _. rewrite nth_masked. cbn [map_layer units]. now rewrite Ec. }
    rewrite (Rsum_ext_in _ (fun a => if m0 k u then act (toR (slope l)) (preact w (X a) c) else 0)).
    2: { intros a _. rewrite nth_masked. cbn [map_layer units slope]. now rewrite Ec, Hm. }
    destruct (m0 k u); [|now apply Rsum_zero]. rewrite <- (preact_sum X ts Y w c HX).
    destruct (kone (slope l)) eqn:E1.
    + apply kone_ok in E1. rewrite (Rsum_ext_in _ (fun a => preact w (X a) c)).
      * unfold act. destruct Rlt_dec; rewrite ?E1; ring.
      * intros a _. unfold act. destruct Rlt_dec; rewrite ?E1; ring.
    + apply (act_sum _ _ (fun a => nth u (reached k l (r a)) false)).
      * rewrite forallb_forall in E. specialize (E u). rewrite <- (map_length (fun a => reached k l (r a))).
        assert (Hu : (u < length (units l))%nat) by (apply nth_error_Some; congruence).
        specialize (E ltac:(apply in_seq; lia)). apply Nat.leb_le in E. clear - E. rewrite map_length.
        assert (Q : length (filter (fun r0 : list bool => nth u r0 false) (map (fun a => reached k l (r a)) ts)) =
          length (filter (fun a => nth u (reached k l (r a)) false) ts)); [|lia].
        clear. induction ts as [|a ts IHt]; auto. cbn [map filter]. destruct (nth u _ false); simpl; congruence.
      * intros a Ha Hf. eapply Zero; eauto.
  - intros a u Ha Hu. rewrite nth_masked. cbn [map_layer units slope]. destruct (nth_error (units l) u) as [c|] eqn:Ec; auto.
    destruct (m a k u); auto. rewrite (Zero a u c Ha Ec Hu). apply act_0.
Qed.

Lemma of_units_elsewhere us k u : k <> layer_here -> of_units us k u = audible k u.
Proof. intro H. unfold of_units. destruct (Nat.eqb_spec k layer_here); [contradiction|]. now destruct (audible k u). Qed.

(** From the first layer on. *)
Lemma split_from (trees : list (list nat * tree F)) hidden e k n v X : nth_error (net P) layer_here = Some hidden ->
  (forall u, (u < length (units hidden))%nat -> length (filter (fun b => member u (fst b)) trees) = 1%nat) ->
  apart (S layer_here) (skipn (S layer_here) (net P)) (map (fun b => map (fun u => member u (fst b)) (seq 0 (length (units hidden)))) trees) = true ->
  (k <= layer_here)%nat -> n = skipn k (net P) -> v = skipn k (params_at e) -> length v = length n ->
  Rsum (map (fun b => nth 0 (masked (of_units (fst b)) k (map (map_layer toR) n) v X) 0) trees) =
    nth 0 (masked audible k (map (map_layer toR) n) v X) 0.
Proof.
  intros Hh Once Ha. revert k v X. induction n as [|l n IH]; intros k v X Hk Hn Hv Hl.
  { assert (Z : (layer_here < length (net P))%nat) by (apply nth_error_Some; congruence).
    apply (f_equal (@length _)) in Hn. rewrite skipn_length in Hn. simpl in Hn. lia. }
  destruct v as [|w v]; [discriminate Hl|]. cbn [map masked].
  destruct (skipn_next _ _ _ _ (eq_sym Hn)) as [Hn0 Hn']. destruct (skipn_next _ _ _ _ (eq_sym Hv)) as [_ Hv'].
  destruct (Nat.eq_dec k layer_here) as [->|Hne].
  - rewrite Hh in Hn0. injection Hn0 as <-. rewrite <- Hn' in *.
    set (X' := fun b : list nat * tree F => masked_layer (of_units (fst b)) layer_here (map_layer toR hidden) w X).
    rewrite (Rsum_ext_in _ (fun b => nth 0 (masked (of_units (fst b)) (S layer_here) (map (map_layer toR) (skipn (S layer_here) (net P))) v (X' b)) 0))
      by reflexivity.
    apply (apart_ok trees (fun b => of_units (fst b)) audible e _ _ _
      (fun b => map (fun u => member u (fst b)) (seq 0 (length (units hidden)))) X'); auto.
    + intros b j u Hj. apply of_units_elsewhere. lia.
    + intro u. unfold X'. rewrite nth_masked. cbn [map_layer units slope]. destruct (nth_error (units hidden) u) as [c|] eqn:Ec.
      2: { apply Rsum_zero. intros b _. rewrite nth_masked. cbn [map_layer units]. now rewrite Ec. }
      set (z := act (toR (slope hidden)) (preact w X c)).
      rewrite (Rsum_ext_in _ (fun b => if member u (fst b) then (if audible layer_here u then z else 0) else 0)).
      * rewrite (Rsum_times (fun b : list nat * tree F => member u (fst b))).
        assert (Hu : (u < length (units hidden))%nat) by (apply nth_error_Some; congruence).
        rewrite (Once u Hu). simpl. ring.
      * intros b _. rewrite nth_masked. cbn [map_layer units slope]. rewrite Ec. unfold of_units. rewrite Nat.eqb_refl.
        destruct (audible layer_here u), (member u (fst b)); reflexivity.
    + intros b u _ Hu. unfold X'. rewrite nth_masked. cbn [map_layer units slope].
      destruct (nth_error (units hidden) u) as [c|] eqn:Ec; auto.
      assert (Hlt : (u < length (units hidden))%nat) by (apply nth_error_Some; congruence).
      unfold of_units. rewrite Nat.eqb_refl. destruct (audible layer_here u); auto.
      rewrite (nth_indep _ false (member 0 (fst b))) in Hu by (now rewrite map_length, seq_length).
      rewrite (map_nth (fun u => member u (fst b))), seq_nth in Hu by auto. cbn [Nat.add] in Hu. now rewrite Hu.
  - rewrite (Rsum_ext_in _ (fun b => nth 0 (masked (of_units (fst b)) (S k) (map (map_layer toR) n) v (masked_layer audible k (map_layer toR l) w X)) 0)).
    + apply IH; auto. lia.
    + intros b _. f_equal. f_equal. apply mapi_ext. intros u c. now rewrite of_units_elsewhere.
Qed.

Lemma check_blocks_parts common trees : check_blocks common trees = true -> exists hidden ms,
  nth_error (net P) layer_here = Some hidden /\ (forall l, In l common -> 0 <= toR l) /\
  (forall u, (u < length (units hidden))%nat -> length (filter (fun b => member u (fst b)) trees) = 1%nat) /\
  (forall v, In v places -> (length (filter (fun b => owns (fst b) v) trees) <= 1)%nat) /\
  apart (S layer_here) (skipn (S layer_here) (net P)) (map (fun b => map (fun u => member u (fst b)) (seq 0 (length (units hidden)))) trees) = true /\
  leasts common trees = Some ms /\ toR needed <= toR (fsum common) + toR (fsum ms).
Proof.
  unfold check_blocks. destruct (nth_error (net P) layer_here) as [hidden|]; try discriminate. cbv zeta.
  destruct (forallb knonneg common) eqn:E1; try discriminate. destruct (forallb (fun u => _) (seq _ _)) eqn:E2; try discriminate.
  destruct (forallb _ places) eqn:E3; try discriminate. destruct apart eqn:E4; try discriminate.
  destruct leasts as [ms|] eqn:E5; try discriminate. intro H. apply knonneg_ok in H. rewrite toR_sub, toR_add in H.
  rewrite forallb_forall in E1, E2, E3. exists hidden, ms. repeat split; auto.
  - intros l Hl. now apply knonneg_ok, E1.
  - intros u Hu. apply Nat.eqb_eq, E2, in_seq. lia.
  - intros v Hv. apply Nat.leb_le, E3, Hv.
  - lra.
Qed.

Lemma margins_split common trees i e : check_blocks common trees = true ->
  Rsum (map (fun b => margin_at (of_units (fst b)) i e) trees) = margin_at every i e.
Proof.
  intro H. destruct (check_blocks_parts _ _ H) as (hidden & ms & Hh & _ & Once & _ & Ha & _). rewrite <- margin_audible.
  unfold margin_at. destruct (nth_error (data P) i) as [s|]; [|now apply Rsum_zero]. rewrite Rsum_mult. f_equal.
  apply (split_from trees hidden e 0 (net P) (params_at e)); auto. lia.
  pose proof (length_params e) as L. unfold netR in L. now rewrite map_length in L.
Qed.

Lemma norms_split common trees e : check_blocks common trees = true ->
  Rsum (map (fun b => mev (half_norm (owns (fst b))) e) trees) <= mev (half_norm whole) e.
Proof.
  intro H. destruct (check_blocks_parts _ _ H) as (_ & _ & _ & _ & _ & Ev & _).
  rewrite (Rsum_ext_in _ (fun b => 1 / 2 * Rsum (map (fun v => if owns (fst b) v then e v * e v else 0) places))).
  2: { intros b _. apply half_norm_ok. }
  rewrite Rsum_mult, half_norm_ok. apply Rmult_le_compat_l. lra.
  rewrite (Rsum_swap (fun (b : list nat * tree F) v => if owns (fst b) v then e v * e v else 0)). apply Rsum_le. intros v Hv.
  rewrite (Rsum_times (fun b : list nat * tree F => owns (fst b) v)). unfold whole.
  specialize (Ev v Hv). apply le_INR in Ev. simpl in Ev. rewrite <- (Rmult_1_l (e v * e v)) at 2.
  apply Rmult_le_compat_r; auto. apply Rle_0_sqr.
Qed.

Lemma leasts_ok common trees ms : leasts common trees = Some ms -> length common = length (data P) ->
  region (fun e => Rsum (map (fun b => weighed_margins (of_units (fst b)) 0 common e) trees) + toR (fsum ms) <=
    Rsum (map (fun b => mev (half_norm (owns (fst b))) e) trees)).
Proof.
  intros H Hc. revert ms H. induction trees as [|[us t] trees IH]; intros ms H; cbn [leasts] in H.
  - injection H as <-. apply (U_all _ region_where). intro e. simpl. rewrite toR_0. lra.
  - destruct tree_least as [m|] eqn:E in H; try discriminate. destruct leasts as [ms'|] eqn:E2; try discriminate. injection H as <-.
    eapply (U_mono _ region_where); [|exact (U_and _ region_where _ _ (tree_least_ok _ _ _ _ _ _ _ E Hc) (IH _ eq_refl))]. cbn beta.
    intros e [(lambda & Ho & _ & _ & Hv) IHe]. rewrite (Ho eq_refl) in Hv. cbn [map]. rewrite !Rsum_cons. cbn [fst].
    assert (Ef : toR (fsum (ksub m (fsum common) :: ms')) = toR m - Rsum (map toR common) + toR (fsum ms')).
    { change (fsum (ksub m (fsum common) :: ms')) with (kadd (ksub m (fsum common)) (fsum ms')). now rewrite toR_add, toR_sub, fsum_ok. }
    rewrite Ef. lra.
Qed.

Lemma weighed_split {A} (mask : A -> nat -> nat -> bool) l i0 common e :
  (forall i, Rsum (map (fun a => margin_at (mask a) i e) l) = margin_at every i e) ->
  Rsum (map (fun a => weighed_margins (mask a) i0 common e) l) = weighed_margins every i0 common e.
Proof.
  intro H. unfold weighed_margins. revert i0. induction common as [|c common IH]; intro i0; cbn [mapi].
  - now apply Rsum_zero.
  - rewrite Rsum_cons, <- H, <- IH, <- Rsum_mult, <- Rsum_plus. apply Rsum_ext_in. intros a _. apply Rsum_cons.
Qed.

Lemma blocks_sound common trees : check_blocks common trees = true -> length common = length (data P) -> no_better.
Proof.
  intros H Hc. assert (Hs : forall i e, Rsum (map (fun b => margin_at (of_units (fst b)) i e) trees) = margin_at every i e)
    by (intros; eapply margins_split; eauto).
  assert (Hn : forall e, Rsum (map (fun b => mev (half_norm (owns (fst b))) e) trees) <= mev (half_norm whole) e)
    by (intro; eapply norms_split; eauto).
  destruct (check_blocks_parts _ _ H) as (_ & ms & _ & Ec & _ & _ & _ & El & Hle). clear H.
  unfold needed in Hle. rewrite at_point_ok, fsum_ok in Hle.
  eapply (U_mono _ region_where); [|exact (leasts_ok _ _ _ El Hc)]. cbn beta. intros e He Hm.
  rewrite (weighed_split (fun b : list nat * tree F => of_units (fst b)) trees 0 common e) in He by (intro; apply Hs).
  pose proof (weighed_at_least every 0 common e Ec ltac:(simpl; rewrite Hc; exact Hm)).
  specialize (Hn e). lra.
Qed.

End Shaped.
End Cases.
