(** * Global optimality by a bound on what layers of the point's norm can make of the samples together: [chain], and
    [linear_chain], which is the case without activations. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Vectors Feasible LayerNorms.
Import ListNotations.
Open Scope R_scope.

Section Check.
Context {F : ops} {M : model F}.

Fixpoint knat (n : nat) : F := match n with O => k0 F | S n' => kadd (k1 F) (knat n') end.
Lemma knat_ok n : toR (knat n) = INR n.
Proof. induction n as [|n IH]. apply toR_0. cbn [knat]. rewrite toR_add, toR_1, IH, S_INR. ring. Qed.
Fixpoint kpow (a : F) (n : nat) : F := match n with O => k1 F | S n' => kmul a (kpow a n') end.
Lemma kpow_ok a n : toR (kpow a n) = toR a ^ n.
Proof. induction n as [|n IH]; cbn [kpow pow]. apply toR_1. now rewrite toR_mul, IH. Qed.
Definition ksum (l : list F) : F := fold_right kadd (k0 F) l.
Lemma ksum_ok l : toR (ksum l) = Rsum (map toR l).
Proof. induction l as [|a l IH]. apply toR_0. cbn [map ksum fold_right]. rewrite toR_add, Rsum_cons. now rewrite <- IH. Qed.
Definition kdot (a b : list F) : F := ksum (map (fun xy => kmul (fst xy) (snd xy)) (combine a b)).
Lemma kdot_ok d a b : length a = d -> length b = d ->
  toR (kdot a b) = Rsum (map (fun i => nth i (map toR a) 0 * nth i (map toR b) 0) (seq 0 d)).
Proof.
  intros Ha Hb. rewrite <- inner_seq by (now rewrite map_length). unfold kdot, inner. rewrite ksum_ok, map_map.
  revert b d Ha Hb. induction a as [|x a IH]; intros [|y b] d Ha Hb; simpl in Ha, Hb; subst; try discriminate; auto.
  cbn [combine map]. rewrite !Rsum_cons, toR_mul. cbn [fst snd]. f_equal. eapply IH; eauto.
Qed.
Definition vadd (a b : list F) : list F := map (fun xy => kadd (fst xy) (snd xy)) (combine a b).
Lemma length_vadd d a b : length a = d -> length b = d -> length (vadd a b) = d.
Proof. intros. unfold vadd. rewrite map_length, combine_length. lia. Qed.
Lemma nth_vadd a b i : length a = length b ->
  nth i (map toR (vadd a b)) 0 = nth i (map toR a) 0 + nth i (map toR b) 0.
Proof.
  revert b i. induction a as [|x a IH]; intros [|y b] i H; try discriminate.
  - destruct i; simpl; ring.
  - destruct i; cbn [vadd combine map nth fst snd]. apply toR_add. apply IH. simpl in H. congruence.
Qed.

(** ** The greatest norm of a part of the samples: at a corner, as the square of a norm is convex *)

Section Norms.
Variable d : nat.
(** That a squared norm is small enough. *)
Variable small : F -> bool.

Fixpoint corners_small (v : list F) (vectors : list (list F)) : bool :=
  match vectors with
  | [] => small (kdot v v)
  | a :: rest => if corners_small v rest then corners_small (vadd v a) rest else false
  end.

Definition obtuse_none (vectors : list (list F)) (v : list F) : bool := forallb (fun a => knonneg (kdot v a)) vectors.

Fixpoint total_small (v : list F) (vectors : list (list F)) : bool :=
  match vectors with [] => small (kdot v v) | a :: rest => total_small (vadd v a) rest end.

(** Where no two vectors form an obtuse angle, all of them together are the longest. *)
Fixpoint sum_small (v : list F) (vectors : list (list F)) : bool :=
  match vectors with
  | [] => small (kdot v v)
  | a :: rest => if obtuse_none rest a then sum_small (vadd v a) rest else false
  end.

Definition vec (v : list F) (i : nat) : R := nth i (map toR v) 0.

Variable B : R.
Hypothesis small_ok : forall v, length v = d -> small (kdot v v) = true -> square d (vec v) <= B.

Lemma corners_ok {A} (vector : A -> list F) s samples v : corners_small v (map vector samples) = true ->
  length v = d -> (forall a, In a samples -> length (vector a) = d) -> (forall a, 0 <= s a <= 1) ->
  square d (fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= B.
Proof.
  intros H Hv Hd Hs. revert v Hv H. induction samples as [|a samples IH]; intros v Hv H; cbn [map corners_small] in H.
  - rewrite (square_ext d _ (vec v)). now apply small_ok. intro. simpl. ring.
  - destruct (corners_small v _) eqn:E in H; try discriminate.
    assert (Ha : length (vector a) = d) by (apply Hd; now left).
    assert (Hd' : forall a, In a samples -> length (vector a) = d) by (intros; apply Hd; now right).
    pose proof (IH Hd' v Hv E) as B0. pose proof (IH Hd' _ (length_vadd d v (vector a) Hv Ha) H) as B1.
    set (rest := fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) in *.
    rewrite (square_ext d _ (fun i => rest i + s a * vec (vector a) i)).
    + eapply Rle_trans. apply square_between, Hs.
      assert (B1' : square d (fun i => rest i + vec (vector a) i) <= B).
      { eapply Rle_trans; [|exact B1]. right. apply square_ext. intro i. unfold rest, vec at 4.
        rewrite nth_vadd by congruence. fold (vec v i). fold (vec (vector a) i). ring. }
      specialize (Hs a). nra.
    + intro i. unfold rest. cbn [map]. rewrite Rsum_cons. ring.
Qed.

Lemma total_ok {A} (vector : A -> list F) s samples v : total_small v (map vector samples) = true ->
  length v = d -> (forall a, In a samples -> length (vector a) = d) -> (forall a, s a = 1) ->
  square d (fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= B.
Proof.
  intros H Hv Hd Hs. revert v Hv H. induction samples as [|a samples IH]; intros v Hv H; cbn [map total_small] in H.
  - rewrite (square_ext d _ (vec v)). now apply small_ok. intro. simpl. ring.
  - assert (Ha : length (vector a) = d) by (apply Hd; now left).
    eapply Rle_trans; [|exact (IH (fun a Hi => Hd a (or_intror Hi)) _ (length_vadd d v (vector a) Hv Ha) H)].
    right. apply square_ext. intro i. unfold vec at 3. rewrite nth_vadd by congruence. fold (vec v i). fold (vec (vector a) i).
    cbn [map]. rewrite Rsum_cons, Hs. ring.
Qed.

Lemma sum_ok {A} (vector : A -> list F) s samples v : sum_small v (map vector samples) = true ->
  length v = d -> (forall a, In a samples -> length (vector a) = d) -> (forall a, 0 <= s a <= 1) ->
  (forall a, In a samples -> 0 <= inner_at d (vec v) (vec (vector a))) ->
  square d (fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= B.
Proof.
  intros H Hv Hd Hs. revert v Hv H. induction samples as [|a samples IH]; intros v Hv H Hp; cbn [map sum_small] in H.
  - rewrite (square_ext d _ (vec v)). now apply small_ok. intro. simpl. ring.
  - destruct (obtuse_none _ _) eqn:E in H; try discriminate.
    assert (Ha : length (vector a) = d) by (apply Hd; now left).
    assert (Hd' : forall a, In a samples -> length (vector a) = d) by (intros; apply Hd; now right).
    assert (Hr : forall b, In b samples -> 0 <= inner_at d (vec (vector a)) (vec (vector b))).
    { intros b Hb. unfold obtuse_none in E. rewrite forallb_forall in E. unfold inner_at, vec.
      rewrite <- kdot_ok; auto. apply knonneg_ok, E, in_map, Hb. }
    assert (Hv' : forall i, vec (vadd v (vector a)) i = vec v i + vec (vector a) i).
    { intro i. unfold vec. apply nth_vadd. congruence. }
    assert (IHv : square d (fun i => vec (vadd v (vector a)) i + Rsum (map (fun a => s a * vec (vector a) i) samples)) <= B).
    { apply IH; auto. now apply length_vadd. intros b Hb. unfold inner_at.
      rewrite (Rsum_ext_in _ (fun i => 1 * (vec v i * vec (vector b) i) + 1 * (vec (vector a) i * vec (vector b) i))).
      2: { intros i _. rewrite Hv'. ring. }
      rewrite Rsum_lin. pose proof (Hp b (or_intror Hb)). pose proof (Hr b Hb). unfold inner_at in *. lra. }
    eapply Rle_trans; [|exact IHv].
    set (rest := fun i => vec v i + Rsum (map (fun a => s a * vec (vector a) i) samples)).
    rewrite (square_ext d (fun i => vec v i + _) (fun i => rest i + s a * vec (vector a) i)).
    rewrite (square_ext d (fun i => vec (vadd v _) i + _) (fun i => rest i + 1 * vec (vector a) i)).
    + rewrite !square_plus. pose proof (Hs a) as Hsa.
      assert (0 <= inner_at d rest (vec (vector a))).
      { unfold inner_at, rest.
        rewrite (Rsum_ext_in _ (fun i => 1 * (vec v i * vec (vector a) i) +
          1 * Rsum (map (fun b => s b * (vec (vector a) i * vec (vector b) i)) samples))).
        2: { intros i _. rewrite Rmult_plus_distr_r, !Rmult_1_l. f_equal. rewrite Rmult_comm, <- Rsum_mult.
             apply Rsum_ext_in. intros. ring. }
        rewrite Rsum_lin, (Rsum_swap (fun i b => s b * (vec (vector a) i * vec (vector b) i))).
        pose proof (Hp a (or_introl eq_refl)) as P0. unfold inner_at in P0.
        assert (0 <= Rsum (map (fun b => Rsum (map (fun i => s b * (vec (vector a) i * vec (vector b) i)) (seq 0 d))) samples)); [|lra].
        apply Rsum_nonneg. intros x Hx. apply in_map_iff in Hx. destruct Hx as (b & <- & Hb). rewrite Rsum_mult.
        apply Rmult_le_pos. apply Hs. now apply Hr. }
      pose proof (Rsum_squares (vec (vector a)) (seq 0 d)) as Q. fold (square d (vec (vector a))) in Q.
      pose proof (Rmult_le_compat_r _ _ _ H0 (proj2 Hsa)). assert (E1 : s a * s a <= 1) by nra.
      pose proof (Rmult_le_compat_r _ _ _ Q E1). lra.
    + intro i. rewrite Hv'. unfold rest. ring.
    + intro i. unfold rest. cbn [map]. rewrite Rsum_cons. ring.
Qed.
End Norms.

(** ** The whole check *)

Definition chain_vector (a : (list F * bool) * F) : list F :=
  map (kmul (kmul (snd a) (tsgn (S := sym_num F) (snd (fst a))))) (fst (fst a)).
Definition chain_supports (P : problem F) (mu : list F) : list ((list F * bool) * F) :=
  filter (fun a => negb (kzero (snd a))) (combine (data P) mu).

Fixpoint distinct (l : list nat) : bool :=
  match l with [] => true | a :: l' => if existsb (Nat.eqb a) l' then false else distinct l' end.
Definition most_uses (l : layer F) : nat := fold_right Nat.max 1%nat (map (uses (units l)) (seq 0 (nparams l))).

Definition check_chain (P : problem F) (theta : params F) (mu : list F) : bool :=
  let supports := chain_supports P mu in
  let total := ksum (map snd supports) in
  let times := map most_uses (net P) in
  let depth := length (net P) in
  let bound := kmul (kmul total total) (kpow (knat depth) depth) in
  let factor := kmul (fold_right kmul (k1 F) (map knat times)) (kpow (norm2_of theta) depth) in
  let small q := knonneg (ksub bound (kmul q factor)) in
  let vectors := map chain_vector supports in
  let zero := map (fun _ => k0 F) (seq 0 (inputs P)) in
  if check_feasible P None theta then
  if forallb (fun a => kpos (snd a)) supports then if kpos total then
  if forallb (fun l => forallb (fun u => distinct (map fst u)) (units l)) (net P) then
  if forallb (fun l => kone (slope l)) (net P) then total_small small zero vectors
  else if forallb (fun l => if knonneg (slope l) then knonneg (ksub (k1 F) (slope l)) else false) (net P) then
    if sum_small small zero vectors then true else corners_small small zero vectors
  else false else false else false else false else false.

Lemma distinct_ok l : distinct l = true -> NoDup l.
Proof.
  induction l as [|a l IH]; cbn [distinct]; intro H. constructor.
  destruct existsb eqn:E; try discriminate. constructor; auto. intro I.
  assert (existsb (Nat.eqb a) l = true); [|congruence]. apply existsb_exists. exists a. split; auto. apply Nat.eqb_refl.
Qed.
Lemma most_uses_ok l p : (p < nparams l)%nat -> (uses (units l) p <= most_uses l)%nat.
Proof.
  intro H. unfold most_uses. assert (I : In (uses (units l) p) (map (uses (units l)) (seq 0 (nparams l)))).
  { apply in_map, in_seq. lia. }
  induction (map (uses (units l)) (seq 0 (nparams l))) as [|x r IH]; simpl in *. tauto.
  destruct I as [->|I]. lia. specialize (IH I). lia.
Qed.
Lemma most_uses_positive l : (1 <= most_uses l)%nat.
Proof. unfold most_uses. induction (map _ _) as [|x r IH]; simpl; lia. Qed.

Lemma product_positive l : (forall k, In k l -> (1 <= k)%nat) -> 0 < product (map INR l).
Proof.
  induction l as [|k l IH]; intro H. simpl. lra. change (0 < INR k * product (map INR l)). apply Rmult_lt_0_compat.
  - apply lt_0_INR. specialize (H k (or_introl eq_refl)). lia.
  - apply IH. intros; apply H; now right.
Qed.

Lemma chainable_pointwise {A} (Q : R -> Prop) (n : list (layer F)) theta (h : A -> list R) :
  shaped (map (map_layer toR) n) theta ->
  (forall l z t, In l n -> Q t -> Q (t * slope_of (toR (slope l)) z)) ->
  (forall l u, In l n -> In u (units l) -> NoDup (map fst u)) ->
  chainable (fun s => forall a, Q (s a)) (map (map_layer toR) n) theta h (map most_uses n).
Proof.
  revert theta h. induction n as [|l n IH]; intros [|w theta] h Hs HQ Hn; try discriminate Hs. exact I.
  injection Hs as Hw Hs. cbn [map chainable]. split; [|split; [|split]].
  - intros u s _ Hss a. apply HQ. now left. apply Hss.
  - intros u Hu. apply (Hn l u). now left. exact Hu.
  - intros p Hp. now apply most_uses_ok.
  - apply IH; auto. intros; apply HQ; auto. now right. intros; apply (Hn l0 u); auto. now right.
Qed.

Theorem chain_sound P theta mu : check_chain P theta mu = true ->
  global_optimum (map_problem toR P) None (map_params toR theta).
Proof.
  unfold check_chain. set (supports := chain_supports P mu). set (total := ksum (map snd supports)).
  set (times := map most_uses (net P)). set (depth := length (net P)).
  set (bound := kmul (kmul total total) _). set (factor := kmul _ (kpow (norm2_of theta) depth)).
  set (small := fun q => knonneg (ksub bound (kmul q factor))). set (zero := map (fun _ => k0 F) _).
  destruct check_feasible eqn:Ef; try discriminate. destruct (forallb (fun a => kpos _) _) eqn:Ep; try discriminate.
  destruct (kpos total) eqn:Et; try discriminate. destruct (forallb (fun l => forallb _ _) _) eqn:En; try discriminate.
  intro H. apply feasible_sound in Ef. split; auto. intros theta' [Hs Hm] _.
  destruct Ef as [[Hw _] [Hs0 Hm0]].
  assert (Hsup : forall a, In a supports -> In (fst a) (data P) /\ 0 < toR (snd a)).
  { intros a Ha. rewrite forallb_forall in Ep. split. 2: now apply kpos_ok, Ep.
    apply filter_In in Ha. destruct a, Ha as [Ha _]. eapply in_combine_l; eauto. }
  assert (Hlen : forall a, In a supports -> length (fst (fst a)) = inputs P).
  { intros a Ha. destruct (Hsup a Ha) as [Hd _]. destruct Hw as (_ & _ & _ & _ & Hx).
    specialize (Hx (map toR (fst (fst a)), snd (fst a))). simpl in Hx. rewrite map_length in Hx. apply Hx.
    apply in_map_iff. now exists (fst a). }
  assert (Hdepth : (0 < depth)%nat).
  { unfold depth. destruct Hw as (Hn & _). simpl in Hn. destruct (net P). now destruct Hn. simpl. lia. }
  pose proof (norm2_nonneg (map_params toR theta)) as Hr0.
  destruct (Req_dec (norm2 (map_params toR theta)) 0) as [Hz|Hz].
  { rewrite Hz. apply norm2_nonneg. }
  set (r := norm2 (map_params toR theta)) in *. assert (Hr : 0 < r) by lra. clear Hz Hr0.
  set (C := product (map INR times)).
  assert (HC : 0 < C).
  { unfold C. apply product_positive. intros k Hk. apply in_map_iff in Hk. destruct Hk as (l & <- & _).
    apply most_uses_positive. }
  apply kpos_ok in Et. unfold total in Et. rewrite ksum_ok, map_map in Et.
  set (S := Rsum (map (fun a => toR (snd a)) supports)) in *.
  assert (HLL : 0 < INR depth ^ depth) by (apply pow_lt, lt_0_INR; auto).
  assert (HrL : 0 < r ^ depth) by now apply pow_lt.
  set (N := S * S). assert (HN : 0 < N) by (apply Rmult_lt_0_compat; auto).
  set (B := N * INR depth ^ depth / (C * r ^ depth)).
  assert (HB : 0 <= B). { apply Rlt_le, Rdiv_lt_0_compat; apply Rmult_lt_0_compat; auto. }
  assert (Hb : toR bound = N * INR depth ^ depth).
  { unfold bound, total. rewrite !toR_mul, kpow_ok, knat_ok, ksum_ok, map_map. reflexivity. }
  assert (Hf : toR factor = C * r ^ depth).
  { unfold factor. rewrite toR_mul, kpow_ok, norm2_of_ok. fold r. f_equal. unfold C.
    clear. induction times as [|k l IH]; simpl. apply toR_1. now rewrite toR_mul, IH, knat_ok. }
  assert (Hsmall : forall v, length v = inputs P -> small (kdot v v) = true -> square (inputs P) (vec v) <= B).
  { intros v Hv Hq. apply knonneg_ok in Hq. rewrite toR_sub, toR_mul, (kdot_ok (inputs P)), Hb, Hf in Hq by auto.
    change (0 <= N * INR depth ^ depth - square (inputs P) (vec v) * (C * r ^ depth)) in Hq. unfold B.
    apply Rmult_le_reg_r with (C * r ^ depth). apply Rmult_lt_0_compat; auto.
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r. lra. apply Rgt_not_eq, Rmult_lt_0_compat; auto. }
  set (coefficient := fun a : (list F * bool) * F => toR (snd a) * sgn (snd (fst a))).
  set (h := fun a : (list F * bool) * F => map toR (fst (fst a))).
  assert (Hvec : forall a i, vec (chain_vector a) i = coefficient a * nth i (h a) 0).
  { intros a i. unfold vec, chain_vector, coefficient, h. rewrite map_map.
    rewrite (map_ext _ (fun x => toR (snd a) * sgn (snd (fst a)) * toR x)).
    2: { intro x. rewrite !toR_mul. f_equal. f_equal. unfold tsgn, sgn. simpl.
         destruct (snd (fst a)); rewrite ?toR_opp, toR_1; ring. }
    rewrite <- (map_map toR (fun x => toR (snd a) * sgn (snd (fst a)) * x)). apply nth_scale. }
  assert (Hzero : forall i, vec zero i = 0).
  { intro i. unfold vec, zero. rewrite map_map. generalize (seq 0 (inputs P)). intro l. revert i.
    induction l as [|x l IH]; intros [|i]; simpl; auto. apply toR_0. }
  assert (Hzl : length zero = inputs P) by (unfold zero; now rewrite map_length, seq_length).
  assert (Hvl : forall a, In a supports -> length (chain_vector a) = inputs P).
  { intros a Ha. unfold chain_vector. rewrite map_length. auto. }
  (* Whichever factors are allowed, the samples are bounded, and so is the output. *)
  assert (Done : forall Q : R -> Prop, Q 1 ->
    (forall l z t, In l (net P) -> Q t -> Q (t * slope_of (toR (slope l)) z)) ->
    (forall s, (forall a, Q (s a)) ->
      square (inputs P) (fun i => vec zero i + Rsum (map (fun a => s a * vec (chain_vector a) i) supports)) <= B) ->
    r <= norm2 theta').
  { intros Q Q1 HQ HsQ.
    assert (Hbd : bounded supports coefficient (fun s => forall a, Q (s a)) h (inputs P) B).
    { intros s Hss. eapply Rle_trans; [|exact (HsQ s Hss)]. right. apply square_ext. intro i. unfold weighed.
      rewrite Hzero, Rplus_0_l. apply Rsum_ext_in. intros a _. rewrite Hvec. ring. }
    assert (Hn : forall l u, In l (net P) -> In u (units l) -> NoDup (map fst u)).
    { intros l u Hl Hu. apply distinct_ok. rewrite forallb_forall in En. specialize (En l Hl). rewrite forallb_forall in En. auto. }
    pose proof (chainable_pointwise Q (net P) theta' h Hs HQ Hn) as Hc.
    assert (Hfit : fits (inputs P) (map (map_layer toR) (net P))) by apply Hw.
    assert (Hlt : length (map most_uses (net P)) = length (map (map_layer toR) (net P))) by now rewrite !map_length.
    pose proof (chain_bound supports coefficient _ _ theta' h (map most_uses (net P)) (inputs P) B HB Hfit Hs Hc Hlt Hbd
      (fun _ => 1) (fun _ => Q1)) as Hout.
    unfold square in Hout. cbn [seq map] in Hout. fold times in Hout. fold C in Hout.
    set (z := weighed supports coefficient (fun _ => 1) _ 0) in Hout.
    assert (Hz : S <= z).
    { unfold S, z, weighed. apply Rsum_le. intros a Ha. destruct (Hsup a Ha) as [Hd Hp].
      assert (M1 : 1 <= margin (map_problem toR P) theta' (map toR (fst (fst a)), snd (fst a))).
      { apply Hm. simpl. apply in_map_iff. now exists (fst a). }
      unfold margin, Phi in M1. simpl in M1. unfold coefficient, h. rewrite Rmult_1_l, Rmult_assoc.
      rewrite <- (Rmult_1_r (toR (snd a))) at 1. apply Rmult_le_compat_l; lra. }
    assert (Hlp : length theta' = depth).
    { apply (f_equal (@length nat)) in Hs. rewrite !map_length in Hs. simpl in Hs. now rewrite map_length in Hs. }
    apply (as_long depth theta' N C r); auto. assert (Hzz : N <= z * z) by (apply Rmult_le_compat; lra).
    cbn [Rsum fold_right] in Hout. fold B. lra. }
  destruct (forallb (fun l => kone (slope l)) (net P)) eqn:El.
  - apply (Done (fun t => t = 1)); auto.
    + intros l z t Hl ->. rewrite forallb_forall in El. specialize (El l Hl). apply kone_ok in El. rewrite El.
      unfold slope_of. destruct Rlt_dec; ring.
    + intros s Hss. now apply (total_ok (inputs P) small B Hsmall chain_vector s supports zero).
  - destruct (forallb (fun l => if knonneg _ then _ else _) (net P)) eqn:E01; try discriminate.
    apply (Done (fun t => 0 <= t <= 1)). lra.
    + intros l z t Hl Ht. rewrite forallb_forall in E01. specialize (E01 l Hl). destruct (knonneg (slope l)) eqn:E0; try discriminate.
      apply knonneg_ok in E0. apply knonneg_ok in E01. rewrite toR_sub, toR_1 in E01. unfold slope_of. destruct Rlt_dec; nra.
    + intros s Hss. destruct (sum_small small zero _) eqn:Es.
      * apply (sum_ok (inputs P) small B Hsmall chain_vector s supports zero); auto. intros a _. unfold inner_at.
        right. symmetry. apply Rsum_zero. intros i _. rewrite Hzero. ring.
      * now apply (corners_ok (inputs P) small B Hsmall chain_vector s supports zero).
Qed.
End Check.
