(** * Optimality by a bound on what layers of the point's norm can make of the samples together: [chain], and
    [linear_chain], which is the case without activations. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Nearby Feasible LayerNorms SampleSums SameSlopes OneUnit.
Import ListNotations.
Open Scope R_scope.

Section Check.
Context {F : ops} {M : model F}.
Local Notation zeros := (zeros (F := F)).

Definition chain_vector (a : (list F * bool) * F) : list F :=
  map (kmul (kmul (snd a) (tsgn (S := sym_num F) (snd (fst a))))) (fst (fst a)).
Definition chain_supports (P : problem F) (mu : list F) : list ((list F * bool) * F) :=
  filter (fun a => negb (kzero (snd a))) (combine (data P) mu).
(** What each unit of the first layer reads, once. *)
Definition first_rows (P : problem F) : list (list nat) :=
  match net P with [] => [] | l :: _ => nodup (list_eq_dec Nat.eq_dec) (map (map fst) (units l)) end.

Fixpoint distinct (l : list nat) : bool :=
  match l with [] => true | a :: l' => if existsb (Nat.eqb a) l' then false else distinct l' end.
Definition most_uses (l : layer F) : nat := fold_right Nat.max 1%nat (map (uses (units l)) (seq 0 (nparams l))).

(** [uniform]: each unit has the same slope on all these samples; then it may be negative. *)
Definition check_bound (uniform : bool) (P : problem F) (theta : params F) (mu : list F) : bool :=
  let supports := chain_supports P mu in
  let total := ksum (map snd supports) in
  let times := map most_uses (net P) in
  let depth := length (net P) in
  let bound := kmul (kmul total total) (kpow (knat depth) depth) in
  let factor := kmul (fold_right kmul (k1 F) (map knat times)) (kpow (norm2_of theta) depth) in
  let small q := knonneg (ksub bound (kmul q factor)) in
  let vectors := map chain_vector supports in
  let row_small row :=
    let picked := map (pick row) vectors in
    if uniform then small (sum_square (zeros row) picked) else parts_small row small picked in
  if check_feasible P None theta then
  if forallb (fun a => kpos (snd a)) supports then if kpos total then
  if forallb (fun l => forallb (fun u => distinct (map fst u)) (units l)) (net P) then
  if forallb (fun l => if knonneg (if uniform then kadd (k1 F) (slope l) else slope l) then knonneg (ksub (k1 F) (slope l)) else false) (net P) then
    forallb row_small (first_rows P)
  else false else false else false else false else false.

Definition all_linear (P : problem F) : bool := forallb (fun l => kone (slope l)) (net P).
(** Whether near the point each unit has the same slope on all supporting samples. *)
Definition alike (P : problem F) (theta : params F) (mu : list F) : bool :=
  same_slopes (net P) theta (map (fun a => map (fun x => (x, kzero x)) (fst (fst a))) (chain_supports P mu)).
Definition one_sample (P : problem F) (mu : list F) : bool := match chain_supports P mu with [_] => true | _ => false end.
(** Whether each unit that bends is alone in its layer, and all supporting samples have one label. *)
Definition one_unit (P : problem F) (mu : list F) : bool :=
  if forallb (fun l => if knonneg (slope l) then if kone (slope l) then true else Nat.eqb (length (units l)) 1 else false) (net P) then
    match chain_supports P mu with
    | [] => false
    | a :: rest => forallb (fun b => Bool.eqb (snd (fst b)) (snd (fst a))) rest
    end
  else false.
Definition one_slope (P : problem F) (mu : list F) : bool :=
  if all_linear P then true else if one_sample P mu then true else one_unit P mu.
Definition check_chain (P : problem F) (theta : params F) (mu : list F) : bool := check_bound (one_slope P mu) P theta mu.
Definition check_local_chain (P : problem F) (theta : params F) (mu : list F) : bool :=
  check_bound (if one_slope P mu then true else alike P theta mu) P theta mu.

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

Lemma times_ok l : toR (fold_right kmul (k1 F) (map knat l)) = product (map INR l).
Proof. induction l as [|k l IH]; simpl. apply toR_1. now rewrite toR_mul, IH, knat_ok. Qed.

Definition gentle (uniform : bool) (n : list (layer F)) : Prop :=
  forall l, In l n -> (if uniform then -1 else 0) <= toR (slope l) <= 1.
Definition plain (n : list (layer F)) : Prop := forall l u, In l n -> In u (units l) -> NoDup (map fst u).

(** Factors for each sample on its own. *)
Lemma chainable_freely {A} (n : list (layer F)) theta (h : A -> list R) :
  shaped (map (map_layer toR) n) theta -> gentle false n -> plain n ->
  chainable (fun s => forall a, within_one (s a)) (map (map_layer toR) n) theta h (map most_uses n).
Proof.
  revert theta h. induction n as [|l n IH]; intros [|w theta] h Hs HQ Hn; try discriminate Hs. exact I.
  injection Hs as Hw Hs. cbn [map chainable]. split; [|split; [|split]].
  - intros u s _ Hss a. specialize (HQ l (or_introl eq_refl)). specialize (Hss a). unfold within_one, slope_of in *.
    cbn [map_layer slope]. destruct Rlt_dec; nra.
  - intros u Hu. apply (Hn l u). now left. exact Hu.
  - intros p Hp. now apply most_uses_ok.
  - apply IH; auto. intros l' Hl'. apply HQ. now right. intros l' u Hl'. apply Hn. now right.
Qed.

(** One factor for all samples. *)
Definition common {A} (samples : list A) (s : A -> R) : Prop :=
  exists t, -1 <= t <= 1 /\ forall a, In a samples -> s a = t.

Lemma chainable_together {A} (samples : list A) (n : list (layer F)) theta (h : A -> list R) :
  shaped (map (map_layer toR) n) theta -> gentle true n -> plain n -> agree_on samples (map (map_layer toR) n) theta h ->
  chainable (common samples) (map (map_layer toR) n) theta h (map most_uses n).
Proof.
  revert theta h. induction n as [|l n IH]; intros [|w theta] h Hs HQ Hn Ha; try discriminate Hs. exact I.
  injection Hs as Hw Hs. destruct Ha as [Ha Ha']. cbn [map chainable]. split; [|split; [|split]].
  - intros u s Hu (t & Ht & Hst). destruct (Ha u Hu) as (t' & Ht' & Hu'). exists (t * t'). split.
    + specialize (HQ l (or_introl eq_refl)). cbn [map_layer slope] in Ht'. destruct Ht' as [-> | ->]; nra.
    + intros a Hin. now rewrite Hst, Hu'.
  - intros u Hu. apply (Hn l u). now left. exact Hu.
  - intros p Hp. now apply most_uses_ok.
  - apply IH; auto. intros l' Hl'. apply HQ. now right. intros l' u Hl'. apply Hn. now right.
Qed.

Lemma linear_agrees {A} (samples : list A) (n : list (layer F)) theta (h : A -> list R) :
  forallb (fun l => kone (slope l)) n = true -> length theta = length n ->
  agree_on samples (map (map_layer toR) n) theta h.
Proof.
  revert theta h. induction n as [|l n IH]; intros [|w theta] h H Hl; try discriminate Hl; cbn [map agree_on]; auto.
  cbn [forallb] in H. apply andb_prop in H. destruct H as [H H']. split; [|apply IH; auto].
  intros u _. exists 1. split; auto. intros a _. apply kone_ok in H. cbn [map_layer slope]. unfold slope_of.
  destruct Rlt_dec; lra.
Qed.

(** A sum over what a unit reads, by places. *)
Lemma sum_of_row (f : nat -> R) (u : list (nat * nat)) :
  Rsum (map (fun c => f (fst c)) u) = Rsum (map (fun i => f (nth i (map fst u) 0%nat)) (seq 0 (length (map fst u)))).
Proof.
  rewrite <- (map_map fst f), <- (map_map (fun i => nth i (map fst u) 0%nat) f). f_equal. f_equal.
  generalize (map fst u). intro l. induction l as [|a l IH]. reflexivity. cbn [length seq map nth]. f_equal.
  rewrite <- seq_shift, map_map. exact IH.
Qed.

Section Samples.
Variable P : problem F.
Variable mu : list F.
Let supports := chain_supports P mu.
Definition read_of (a : (list F * bool) * F) : list R := map toR (fst (fst a)).

Theorem bound_sound uniform theta : check_bound uniform P theta mu = true ->
  feasible (map_problem toR P) None (map_params toR theta) /\
  (kpos (ksum (map snd supports)) = true /\
   forall a, In a supports -> length (fst (fst a)) = inputs P) /\
  forall theta', satisfies (map_problem toR P) theta' ->
    (uniform = true -> agree_on supports (map (map_layer toR) (net P)) theta' read_of) ->
    norm2 (map_params toR theta) <= norm2 theta'.
Proof.
  unfold check_bound. fold supports. set (total := ksum (map snd supports)).
  set (times := map most_uses (net P)). set (depth := length (net P)).
  set (bound := kmul (kmul total total) _). set (factor := kmul _ (kpow (norm2_of theta) depth)).
  set (small := fun q => knonneg (ksub bound (kmul q factor))).
  destruct check_feasible eqn:Ef; try discriminate. destruct (forallb (fun a => kpos _) _) eqn:Ep; try discriminate.
  destruct (kpos total) eqn:Et; try discriminate. destruct (forallb (fun l => forallb _ _) _) eqn:En; try discriminate.
  destruct (forallb (fun l => if knonneg _ then _ else _) _) eqn:Es; try discriminate.
  intro H. apply feasible_sound in Ef. split; auto. rename Ef into Hfeas. pose proof Hfeas as [[Hw _] [Hs0 Hm0]].
  assert (Hsup : forall a, In a supports -> In (fst a) (data P) /\ 0 < toR (snd a)).
  { intros a Ha. rewrite forallb_forall in Ep. split. 2: now apply kpos_ok, Ep.
    apply filter_In in Ha. destruct a, Ha as [Ha _]. eapply in_combine_l; eauto. }
  assert (Hlen : forall a, In a supports -> length (fst (fst a)) = inputs P).
  { intros a Ha. destruct (Hsup a Ha) as [Hd _]. destruct Hw as (_ & _ & _ & _ & Hx).
    specialize (Hx (map toR (fst (fst a)), snd (fst a))). simpl in Hx. rewrite map_length in Hx. apply Hx.
    apply in_map_iff. now exists (fst a). }
  split; [now split|]. intros theta' [Hs Hm] Hagree.
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
  { unfold factor. rewrite toR_mul, kpow_ok, norm2_of_ok, times_ok. reflexivity. }
  assert (Hsmall : forall q, small q = true -> toR q <= B).
  { intros q Hq. apply knonneg_ok in Hq. rewrite toR_sub, toR_mul, Hb, Hf in Hq. unfold B.
    apply Rmult_le_reg_r with (C * r ^ depth). apply Rmult_lt_0_compat; auto.
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r. lra. apply Rgt_not_eq, Rmult_lt_0_compat; auto. }
  set (coefficient := fun a : (list F * bool) * F => toR (snd a) * sgn (snd (fst a))).
  assert (Hvec : forall a i, vec (chain_vector a) i = coefficient a * nth i (read_of a) 0).
  { intros a i. unfold vec, chain_vector, coefficient, read_of. rewrite map_map.
    rewrite (map_ext _ (fun x => toR (snd a) * sgn (snd (fst a)) * toR x)).
    2: { intro x. rewrite !toR_mul. f_equal. f_equal. unfold tsgn, sgn. simpl.
         destruct (snd (fst a)); rewrite ?toR_opp, toR_1; ring. }
    rewrite <- (map_map toR (fun x => toR (snd a) * sgn (snd (fst a)) * x)). apply nth_scale. }
  assert (Hgentle : gentle uniform (net P)).
  { intros l Hl. rewrite forallb_forall in Es. specialize (Es l Hl). destruct (knonneg (if uniform then _ else _)) eqn:E0; try discriminate.
    apply knonneg_ok in E0. apply knonneg_ok in Es. rewrite toR_sub, toR_1 in Es. destruct uniform; [rewrite toR_add, toR_1 in E0|]; lra. }
  assert (Hplain : plain (net P)).
  { intros l u Hl Hu. apply distinct_ok. rewrite forallb_forall in En. specialize (En l Hl). rewrite forallb_forall in En. auto. }
  (* What one unit reads, with factors that are allowed. *)
  assert (Row : forall row, In row (first_rows P) -> forall s, (if uniform then common supports s else forall a, within_one (s a)) ->
    row_square supports coefficient read_of row s <= B).
  { intros row Hrow s Hss. rewrite forallb_forall in H. specialize (H row Hrow). cbv zeta in H. rewrite map_map in H.
    destruct uniform; [|now apply (parts_ok supports chain_vector coefficient read_of Hvec row small B Hsmall)].
    set (vector := fun a => pick row (chain_vector a)) in *. set (d := length row).
    assert (Hzl : length (zeros row) = d) by (unfold zeros; now rewrite map_length).
    assert (Hvl : forall a, In a supports -> length (vector a) = d) by (intros; unfold vector, pick; now rewrite map_length).
    destruct Hss as (t & Ht & Hst).
    rewrite (row_square_picked supports chain_vector coefficient read_of Hvec row s (fun _ => t)) by (intros; symmetry; auto).
    pose proof (Rle_trans _ _ _ (Req_le _ _ (sum_square_ok d vector (fun _ => 1) supports (zeros row) Hzl Hvl (fun _ => eq_refl)))
      (Hsmall _ H)) as T.
    set (g := fun i => vec (zeros row) i + Rsum (map (fun a => 1 * vec (vector a) i) supports)) in T. fold d.
    unfold square at 1. rewrite (Rsum_ext_in _ (fun i => t * t * (g i * g i))).
    2: { intros i _. unfold g. rewrite zeros_ok, !Rplus_0_l, (Rsum_mult t), (Rsum_mult 1). unfold vector. ring. }
    rewrite Rsum_mult. fold (square d g). 
    pose proof (Rsum_squares g (seq 0 d)) as G. fold (square d g) in G.
    assert (Tt : t * t <= 1) by nra. eapply Rle_trans; [|exact T]. rewrite <- (Rmult_1_l (square d g)) at 2.
    now apply Rmult_le_compat_r. }
  (* Whichever factors are allowed, the output is bounded. *)
  assert (Done : forall Q : ((list F * bool) * F -> R) -> Prop, Q (fun _ => 1) ->
    chainable Q (map (map_layer toR) (net P)) theta' read_of times ->
    (forall s, Q s -> if uniform then common supports s else forall a, within_one (s a)) -> r <= norm2 theta').
  { intros Q Q1 Hc HQ.
    assert (Hfit : fits (inputs P) (map (map_layer toR) (net P))) by apply Hw.
    assert (Hlt : length times = length (map (map_layer toR) (net P))) by (unfold times; now rewrite !map_length).
    assert (Hbd : read_bounded supports coefficient Q (map (map_layer toR) (net P)) read_of B).
    { unfold depth in Hdepth. unfold first_rows in Row. destruct (net P) as [|l n]; [simpl in Hdepth; lia|].
      intros u s Hu Hss. cbn [map_layer units] in Hu. rewrite (sum_of_row (fun i => weighed supports coefficient s read_of i * weighed supports coefficient s read_of i)).
      apply (Row (map fst u)); [|exact (HQ s Hss)]. apply nodup_In, in_map, Hu. }
    pose proof (chain_bound supports coefficient Q _ theta' read_of times (inputs P) B HB Hfit Hs Hc Hlt Hbd (fun _ => 1) Q1) as Hout.
    unfold square in Hout. cbn [seq map] in Hout. fold C in Hout.
    set (z := weighed supports coefficient (fun _ => 1) _ 0) in Hout.
    assert (Hz : S <= z).
    { unfold S, z, weighed. apply Rsum_le. intros a Ha. destruct (Hsup a Ha) as [Hd Hp].
      assert (M1 : 1 <= margin (map_problem toR P) theta' (map toR (fst (fst a)), snd (fst a))).
      { apply Hm. simpl. apply in_map_iff. now exists (fst a). }
      unfold margin, Phi in M1. simpl in M1. unfold coefficient, read_of. rewrite Rmult_1_l, Rmult_assoc.
      rewrite <- (Rmult_1_r (toR (snd a))) at 1. apply Rmult_le_compat_l; lra. }
    assert (Hlp : length theta' = depth).
    { apply (f_equal (@length nat)) in Hs. rewrite !map_length in Hs. simpl in Hs. now rewrite map_length in Hs. }
    apply (as_long depth theta' N C r); auto. assert (Hzz : N <= z * z) by (apply Rmult_le_compat; lra).
    cbn [Rsum fold_right] in Hout. fold B. lra. }
  destruct uniform.
  - apply (Done (common supports)); auto.
    + exists 1. split; auto; lra.
    + now apply chainable_together; auto.
  - apply (Done (fun s => forall a, within_one (s a))); auto.
    + intros a. unfold within_one. lra.
    + now apply chainable_freely.
Qed.
End Samples.

Lemma alone_agrees {A} (a : A) (n : list (layer R)) theta (h : A -> list R) : length theta = length n -> agree_on [a] n theta h.
Proof.
  revert theta h. induction n as [|l n IH]; intros [|w theta] h H; try discriminate H; cbn [agree_on]; auto. split; [|apply IH; auto].
  intros u _. exists (slope_of (slope l) (preact w (h a) u)). split.
  - unfold slope_of. destruct Rlt_dec; auto.
  - intros b [<-|[]]. reflexivity.
Qed.
Lemma one_sample_agrees P mu theta' : one_sample P mu = true -> length theta' = length (net P) ->
  agree_on (chain_supports P mu) (map (map_layer toR) (net P)) theta' read_of.
Proof.
  unfold one_sample. destruct chain_supports as [|a [|b l]]; intros H Hl; try discriminate. apply alone_agrees. now rewrite map_length.
Qed.

Lemma one_unit_agrees P mu theta' : one_unit P mu = true -> satisfies (map_problem toR P) theta' ->
  length theta' = length (net P) -> agree_on (chain_supports P mu) (map (map_layer toR) (net P)) theta' read_of.
Proof.
  unfold one_unit. intros H [_ Hm] Hl. destruct forallb eqn:E in H; try discriminate. rewrite forallb_forall in E.
  destruct (chain_supports P mu) as [|a0 rest] eqn:Es; try discriminate. rewrite forallb_forall in H.
  assert (K : forall l, In l (map (map_layer toR) (net P)) -> 0 <= slope l /\ (slope l = 1 \/ length (units l) = 1%nat)).
  { intros l Hin. apply in_map_iff in Hin. destruct Hin as (l' & <- & Hin). specialize (E l' Hin).
    destruct (knonneg (slope l')) eqn:E1; try discriminate. apply knonneg_ok in E1. cbn [map_layer slope units]. split; auto.
    destruct (kone (slope l')) eqn:E2. left. now apply kone_ok. right. now apply PeanoNat.Nat.eqb_eq. }
  apply (narrow_agrees _ (sgn (snd (fst a0)))).
  - intros l Hin. now apply K.
  - intros l Hin. now apply K.
  - now rewrite map_length.
  - intros a Ha. assert (Hy : snd (fst a) = snd (fst a0)).
    { destruct Ha as [<-|Ha]; auto. apply Bool.eqb_prop. now apply H. }
    assert (Hd : In (fst a) (data P)).
    { rewrite <- Es in Ha. apply filter_In in Ha. destruct a, Ha as [Ha _]. eapply in_combine_l; eauto. }
    assert (M1 : 1 <= margin (map_problem toR P) theta' (map toR (fst (fst a)), snd (fst a))).
    { apply Hm. simpl. apply in_map_iff. now exists (fst a). }
    unfold margin, Phi in M1. simpl in M1. rewrite <- Hy. unfold read_of. lra.
Qed.

Lemma one_slope_agrees P mu theta' : one_slope P mu = true -> satisfies (map_problem toR P) theta' ->
  length theta' = length (net P) -> agree_on (chain_supports P mu) (map (map_layer toR) (net P)) theta' read_of.
Proof.
  unfold one_slope. intros E Hs Hl. destruct (all_linear P) eqn:El; [now apply linear_agrees|].
  destruct (one_sample P mu) eqn:E1; [now apply one_sample_agrees|now apply one_unit_agrees].
Qed.

Lemma length_of_shaped (P : problem F) (theta' : params R) : shaped (net (map_problem toR P)) theta' -> length theta' = length (net P).
Proof. intro H. apply (f_equal (@length nat)) in H. rewrite !map_length in H. simpl in H. now rewrite map_length in H. Qed.

Theorem chain_sound P theta mu : check_chain P theta mu = true ->
  global_optimum (map_problem toR P) None (map_params toR theta).
Proof.
  intro H. destruct (bound_sound P mu _ theta H) as (Hf & _ & Hb). split; auto. intros theta' Hs _. apply Hb; auto.
  intro E. apply one_slope_agrees; auto. exact (length_of_shaped _ _ (proj1 Hs)).
Qed.

Theorem local_chain_sound P theta mu : check_local_chain P theta mu = true ->
  local_optimum (map_problem toR P) None (map_params toR theta).
Proof.
  intro H. destruct (bound_sound P mu _ theta H) as (Hf & (Ht & Hlen) & Hb). clear H. set (thR := map_params toR theta) in *.
  assert (A : (if one_slope P mu then true else alike P theta mu) = true ->
    close thR (fun theta' => satisfies (map_problem toR P) theta' -> length theta' = length (net P) ->
      agree_on (chain_supports P mu) (map (map_layer toR) (net P)) theta' read_of)).
  { destruct (one_slope P mu) eqn:Eo.
    - intros _. apply (U_all _ (close_where thR)). intros theta' Hs Hl. now apply one_slope_agrees.
    - intro E. assert (Hl : close thR (fun theta' => length theta' = length (net P))).
      { exists 1. split; [lra|]. intros theta' Hs _. destruct Hf as [_ [Hsh _]]. apply length_of_shaped in Hsh. fold thR in Hsh.
        rewrite <- Hsh. apply (f_equal (@length nat)) in Hs. now rewrite !map_length in Hs. }
      eapply (U_mono _ (close_where thR)); [|eapply (same_slopes_ok (close thR) (close_where thR) (chain_supports P mu) (net P) theta _
        (fun _ => read_of) (fun theta' => theta') E); auto].
      + cbn beta. auto.
      + intro Z. rewrite Z in Ht. apply kpos_ok in Ht. simpl in Ht. rewrite toR_0 in Ht. lra.
      + clear. induction (chain_supports P mu) as [|a l IH]; constructor; auto. intro i. unfold read_of.
        assert (Q : forall x : list F, nth i (map toR x) 0 = toR (fst (nth i (map (fun a => (a, kzero a)) x) nothing)) /\
          (snd (nth i (map (fun a => (a, kzero a)) x) nothing) = true -> nth i (map toR x) 0 = 0)).
        { intro x. revert i. induction x as [|b x IHx]; intros [|i]; cbn [map nth fst snd nothing]; try (split; auto; symmetry; apply toR_0).
          split; auto. apply kzero_ok. apply IHx. }
        destruct (Q (fst (fst a))) as [Q1 Q2]. rewrite <- Q1. split. apply (tends_const _ (close_where thR)).
        intro K. apply (U_all _ (close_where thR)). intros _. auto.
      + intros j i eps He. exists eps. split; auto. intros theta' _ D. specialize (D (j, i)). unfold entry in D. cbn [fst snd] in D.
        assert (Q : nth j thR [] = map toR (nth j theta [])) by apply nth_map_params. now rewrite Q in D. }
  destruct (if one_slope P mu then true else _).
  - destruct (close_dist _ _ (A eq_refl)) as (d & Hd & A'). split; auto. exists d. split; auto. intros theta' Hs _ Hdist. apply Hb; auto. intros _.
    apply A'; auto.
    + destruct Hf as [_ [Hsh _]], Hs as [Hs _]. unfold same_shape, shaped in *. congruence.
    + apply length_of_shaped, Hs.
  - split; auto. exists 1. split; [lra|]. intros theta' Hs _ _. apply Hb; auto. discriminate.
Qed.
End Check.
