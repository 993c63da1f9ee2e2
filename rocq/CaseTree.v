(** * Trees of cases: a convex bound for each case, and the least of these bounds. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Feasible Displacement Lagrangian Gradient CurveGradients Kkt Backward Masked CaseSigns CasePass.
Import ListNotations.
Open Scope R_scope.

(** ** Evidence *)

(** What is split by its sign: the preactivation of a unit on a sample, or a parameter. *)
Inductive split := Kink (sample layer unit : nat) | Weight (layer parameter : nat).

(** A tree of cases. *)
Inductive tree {K : Type} :=
  (** Multipliers of the samples, where the case has some of its own; one for each split on the way, from the root;
      products of two of these; the slopes of units that no split decides. *)
  | Leaf (own : option (list K)) (signs : list K) (products : list (nat * nat * K)) (open : list (nat * nat * nat * K))
  (** At most 0, and at least 0. *)
  | Fork (s : split) (below above : tree)
  (** Near the point it keeps its sign: [true] is positive. *)
  | Keep (s : split) (positive : bool) (t : tree).
Arguments tree : clear implicits.

Section Cases.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Variable local : bool.
Let PR := map_problem toR P.
Let thR := map_params toR theta.
Let th := variables free theta.

(** ** Where *)

Definition region (Q : env -> Prop) : Prop :=
  exists d, 0 < d /\ forall e, (local = true -> forall v, Rabs (e v - entry thR v) < d) -> Q e.
Lemma region_where : where_ region.
Proof.
  apply (close_enough (fun d e => local = true -> forall v, Rabs (e v - entry thR v) < d)).
  intros d d' e L H El v. specialize (H El v). lra.
Qed.
Lemma near_point : local = true -> forall p : mpoly, tends region (mev p) (toR (at_point theta p)).
Proof.
  intros El p eps He. rewrite at_point_ok. destruct (mev_cont p (entry thR) eps He) as (d & Hd & H).
  exists d. split; auto.
Qed.
Lemma follow_variables : follow theta th theta.
Proof.
  unfold follow, th, variables. assert (One : forall k w i, (forall j, nth j w num0 = nth (i + j) (nth k theta []) num0) ->
    Forall2 (fun p a => toR (at_point theta p) = toR a)
      (mapi (fun i a => if is_free free k then [(k1 F, [(k, i)])] else mcst a) i w) w).
  { intros k w. induction w as [|a w IH]; intros i H; constructor.
    - specialize (H 0%nat). rewrite Nat.add_0_r in H. simpl in H. rewrite at_point_ok. destruct is_free.
      + simpl. rewrite entry_toR. cbn [fst snd]. rewrite <- H, toR_1. ring.
      + apply mev_cst.
    - apply IH. intro j. specialize (H (S j)). simpl in H. now rewrite Nat.add_succ_r in H. }
  assert (All : forall k0 t, (forall k, nth k t [] = nth (k0 + k) theta []) ->
    Forall2 (Forall2 (fun p a => toR (at_point theta p) = toR a))
      (mapi (fun k w => mapi (fun i a => if is_free free k then [(k1 F, [(k, i)])] else mcst a) 0 w) k0 t) t).
  { intros k0 t. revert k0. induction t as [|w t IH]; intros k0 H; constructor.
    - apply One. intro j. specialize (H 0%nat). rewrite Nat.add_0_r in H. simpl in H. now rewrite <- H.
    - apply IH. intro k. specialize (H (S k)). simpl in H. now rewrite Nat.add_succ_r in H. }
  apply All. reflexivity.
Qed.

(** The parameters with these entries. *)
Definition params_at (e : env) : params R := map (real e) th.
Lemma params_at_ok theta' : same_shape thR theta' -> same_but free thR theta' -> params_at (entry theta') = theta'.
Proof.
  intros Hs Hb. unfold params_at, th, variables. rewrite map_mapi.
  assert (Hlen : length theta = length theta').
  { unfold same_shape in Hs. apply (f_equal (@length nat)) in Hs. rewrite !map_length in Hs. unfold thR, map_params in Hs. now rewrite map_length in Hs. }
  apply mapi_nth with (d := []) (d' := []); auto. intros k Hk. unfold real. rewrite map_mapi.
  assert (Hnth : nth k thR [] = map toR (nth k theta [])) by apply nth_map_params.
  assert (Hk' : length (nth k theta []) = length (nth k theta' [])).
  { assert (E : nth k (map (@length R) thR) 0%nat = nth k (map (@length R) theta') 0%nat) by (f_equal; exact Hs).
    change 0%nat with (length (@nil R)) in E. rewrite !map_nth, Hnth, map_length in E. auto. }
  apply mapi_nth with (d := num0) (d' := 0); auto. intros i Hi.
  destruct (is_free free k) eqn:Ef.
  - simpl. rewrite toR_1. unfold entry. simpl. ring.
  - rewrite mev_cst, (Hb k Ef), Hnth, <- nth_toR. reflexivity.
Qed.

(** ** A case *)

Section Tree.
(** The units that are looked at, and the parameters in the norm. *)
Variable mask : nat -> nat -> bool.
Variable block : nat * nat -> bool.
(** Whether signs are concluded in layers after the first free one, too. *)
Variable deep : bool.

(** The margin of a sample, and a unit's preactivation on it. *)
Definition margin_at (i : nat) (e : env) : R :=
  match nth_error (data P) i with
  | Some s => sgn (snd s) * nth 0 (masked mask 0 (map (map_layer toR) (net P)) (params_at e) (map toR (fst s))) 0
  | None => 0
  end.
Definition preact_on (i k u : nat) (e : env) : R :=
  match nth_error (data P) i with
  | Some s => preact_at mask k u 0 (map (map_layer toR) (net P)) (params_at e) (map toR (fst s))
  | None => 0
  end.
Definition split_value (s : split) (e : env) : R :=
  match s with
  | Kink i k u => preact_on i k u e
  | Weight k p => nth p (nth k (params_at e) []) 0
  end.
(** The splits on the way to a case, from the root, with their sides. *)
Definition on_way (way : list (split * bool)) (e : env) : Prop :=
  forall sb, In sb way -> on_side (snd sb) (split_value (fst sb) e).

Definition facts_of (i : nat) (way : list (split * bool)) : list (nat * nat * bool) :=
  flat_map (fun sb => match fst sb with
                      | Kink j k u => if Nat.eqb j i then [(k, u, snd sb)] else []
                      | Weight _ _ => [] end) way.
Definition oriented (b : bool) (p : mpoly) : mpoly := if b then p else scaled (kopp (k1 F)) p.

Section Known.
Variable way : list (split * bool).
Variable known : list mpoly.
Variable slopes : nat -> nat -> nat -> option F.

Definition kink_poly (facts : bool) (i k u : nat) : option mpoly :=
  match nth_error (data P) i with
  | Some s => exact_at free local mask (if facts then facts_of i way else []) known (slopes i) deep k u 0 (net P) th theta
                (map (fun a => Some (mcst a)) (fst s)) (fst s)
  | None => None
  end.
(** What a split says is at least 0. *)
Definition condition (facts : bool) (sb : split * bool) : option mpoly :=
  match fst sb with
  | Weight k p => Some (oriented (snd sb) (nth p (nth k th []) []))
  | Kink i k u =>
      if (if facts then true else Nat.eqb k (first_free free)) then
        match kink_poly facts i k u with Some p => Some (oriented (snd sb) p) | None => None end
      else None
  end.
Definition margin_bound (i : nat) : option mpoly :=
  match nth_error (data P) i with
  | Some s =>
      match pass free theta local mask (facts_of i way) known (slopes i) deep (snd s) 0 (net P) th theta (map (fun a => Some (mcst a)) (fst s)) (fst s) with
      | Some D => if Nat.eqb (length D) (length (fst s)) then Some (at_inputs D (fst s)) else None
      | None => None
      end
  | None => None
  end.
End Known.

(** The sum of multiples of the margins. *)
Fixpoint bounds (way : list (split * bool)) (known : list mpoly) (slopes : nat -> nat -> nat -> option F) (i : nat) (lambda : list F)
  : option mpoly :=
  match lambda with
  | [] => Some []
  | l :: lambda' =>
      match bounds way known slopes (S i) lambda' with
      | None => None
      | Some r =>
          if kzero l then Some r else if kpos l then
          match margin_bound way known slopes i with Some p => Some (madd (scaled l p) r) | None => None end
          else None
      end
  end.

Fixpoint somes {A} (l : list (option A)) : list A :=
  match l with [] => [] | Some a :: l' => a :: somes l' | None :: l' => somes l' end.
Definition places : list (nat * nat) := filter (fun v => is_free free (fst v)) (vars theta).
Definition half_norm : mpoly := fold_right (fun v r => if block v then madd [(half, [v; v])] r else r) [] places.

Fixpoint signs_sum (signs : list F) (conditions : list (option mpoly)) : option mpoly :=
  match signs, conditions with
  | m :: signs', c :: conditions' =>
      match signs_sum signs' conditions' with
      | None => None
      | Some r => if kzero m then Some r else if kpos m then
          match c with Some g => Some (madd (scaled m g) r) | None => None end else None
      end
  | _, _ => Some []
  end.
Fixpoint products_sum (products : list (nat * nat * F)) (conditions : list (option mpoly)) : option mpoly :=
  match products with
  | [] => Some []
  | (a, b, n) :: products' =>
      match products_sum products' conditions with
      | None => None
      | Some r => if kzero n then Some r else if kpos n then
          match nth a conditions None, nth b conditions None with
          | Some g, Some h => Some (madd (scaled n (mmul g h)) r)
          | _, _ => None
          end else None
      end
  end.

(** The least value of half the norm minus the margins' and the conditions' multiples. *)
Definition leaf_least (way : list (split * bool)) (lambda signs : list F) (products : list (nat * nat * F))
  (open : list (nat * nat * nat * F)) : option F :=
  let first := map (condition way [] (chosen open) false) way in
  let known := somes first in
  let conditions := map (fun sc => match snd sc with Some g => Some g | None => condition way known (chosen open) true (fst sc) end)
                        (combine way first) in
  match bounds way known (chosen open) 0 lambda, signs_sum signs conditions, products_sum products conditions with
  | Some b, Some s, Some q => least_value places (msub half_norm (madd b (madd s q)))
  | _, _, _ => None
  end.

Definition number_on (i k u : nat) : option F :=
  match nth_error (data P) i with
  | Some s => number_at local mask k u 0 (net P) theta (fst s)
  | None => None
  end.
(** Whether it has this sign near the point. *)
Definition keeps (s : split) (b : bool) : bool :=
  if local then
    match (match s with Kink i k u => number_on i k u | Weight k p => Some (at_point theta (nth p (nth k th []) [])) end) with
    | Some z => if b then kpos z else kpos (kopp z)
    | None => false
    end
  else false.

(** The least values of all cases, each with the sum of its multipliers. *)
Variable common : list F.
Variable owning : bool.
Definition fsum (l : list F) : F := fold_right kadd (k0 F) l.
Lemma fsum_ok l : toR (fsum l) = Rsum (map toR l).
Proof. induction l as [|a l IH]. apply toR_0. cbn [map fsum fold_right]. rewrite toR_add, Rsum_cons. now rewrite <- IH. Qed.
Fixpoint values (way : list (split * bool)) (t : tree F) : option (list F) :=
  match t with
  | Leaf own signs products open =>
      match own with
      | None => match leaf_least way common signs products open with Some c => Some [kadd c (fsum common)] | None => None end
      | Some lambda =>
          if owning then if Nat.eqb (length lambda) (length (data P)) then
            match leaf_least way lambda signs products open with Some c => Some [kadd c (fsum lambda)] | None => None end
          else None else None
      end
  | Fork s below above =>
      match values (way ++ [(s, false)]) below with
      | Some l => match values (way ++ [(s, true)]) above with Some r => Some (l ++ r) | None => None end
      | None => None
      end
  | Keep s b t' => if keeps s b then values (way ++ [(s, b)]) t' else None
  end.

(** *** Why *)

Lemma oriented_ok b p e : on_side b (mev p e) -> 0 <= mev (oriented b p) e.
Proof. unfold oriented, on_side. destruct b; auto. rewrite mev_scaled, toR_opp, toR_1. lra. Qed.

Lemma exact_input xs e : exact (map (fun a => Some (mcst a)) xs) (map toR xs) e.
Proof.
  intros i p H. revert i H. induction xs as [|a xs IH]; intros [|i] H; simpl in *; try (injection H as <-; try reflexivity; apply mev_cst).
  now apply IH.
Qed.
Lemma follows_input U (HU : where_ U) xs : follows local U (fun _ : env => map toR xs) xs.
Proof. intros _ i. apply (tends_const U HU). Qed.

(** Where the case holds. *)
Definition within (way : list (split * bool)) (known : list mpoly) (Q : env -> Prop) : Prop :=
  region (fun e => on_way way e -> (forall g, In g known -> 0 <= mev g e) -> Q e).
Lemma within_where way known : where_ (within way known).
Proof.
  unfold within. split.
  - intros Q H. apply (U_all _ region_where). auto.
  - intros Q Q' H H'. eapply (U_mono _ region_where); [|exact (U_and _ region_where _ _ H H')]. cbn beta. intuition.
  - intros Q Q' I H. eapply (U_mono _ region_where); [|exact H]. cbn beta. intuition.
Qed.
Lemma within_near way known : local = true -> forall p : mpoly, tends (within way known) (mev p) (toR (at_point theta p)).
Proof.
  intros El p eps He. unfold within. eapply (U_mono _ region_where); [|exact (near_point El p eps He)]. cbn beta. auto.
Qed.
Lemma within_known way known g : In g known -> within way known (fun e => 0 <= mev g e).
Proof. intro H. apply (U_all _ region_where). auto. Qed.
Lemma within_facts way known i k u b : In (k, u, b) (facts_of i way) -> within way known (fun e => on_side b (preact_on i k u e)).
Proof.
  intro H. apply (U_all _ region_where). intros e Hw _. unfold facts_of in H. apply in_flat_map in H. destruct H as (sb & Hs & H).
  specialize (Hw sb Hs). destruct sb as [[j k' u'|] b']; cbn [fst snd] in *; [|contradiction].
  destruct (Nat.eqb_spec j i) as [->|]; [|contradiction]. destruct H as [H|[]]. injection H as <- <- <-. exact Hw.
Qed.
Lemma goes_on_from_start i s : nth_error (data P) i = Some s ->
  goes_on mask (preact_on i) 0 (net P) th (fun _ => map toR (fst s)).
Proof. intros H e j u. unfold preact_on. now rewrite H. Qed.

Lemma kink_poly_ok way known slopes (facts : bool) i k u p : kink_poly way known slopes facts i k u = Some p ->
  within way known (fun e => mev p e = preact_on i k u e).
Proof.
  unfold kink_poly. destruct (nth_error (data P) i) as [s|] eqn:E; try discriminate. intro H.
  apply (exact_at_ok free theta local mask (if facts then facts_of i way else []) known (slopes i) deep (within way known) (within_where way known)
    (within_near way known) (preact_on i)
    (fun k u b H => within_facts way known i k u b ltac:(destruct facts; [exact H | destruct H]))
    (within_known way known) k u 0 (net P) th theta _ (fst s) (fun _ => map toR (fst s)) p H).
  - now apply goes_on_from_start.
  - apply (U_all _ (within_where way known)). intro e. apply exact_input.
  - apply follows_input, within_where.
  - apply follow_variables.
Qed.

Lemma condition_ok way known slopes facts sb g : In sb way -> condition way known slopes facts sb = Some g ->
  within way known (fun e => 0 <= mev g e).
Proof.
  intros Hin. unfold condition. destruct sb as [[i k u|k p] b]; cbn [fst snd].
  - destruct (if facts then true else _); try discriminate.
    destruct kink_poly as [q|] eqn:E; try discriminate. intros [= <-]. apply kink_poly_ok in E.
    unfold within in *. eapply (U_mono _ region_where); [|exact E]. cbn beta. intros e He Hw Hk. apply oriented_ok.
    rewrite (He Hw Hk). exact (Hw _ Hin).
  - intros [= <-]. apply (U_all _ region_where). intros e Hw _. apply oriented_ok.
    specialize (Hw _ Hin). cbn [fst snd split_value] in Hw. unfold params_at in Hw.
    change (@nil R) with (real e []) in Hw. rewrite map_nth, nth_real in Hw. exact Hw.
Qed.

Lemma margin_bound_ok way known slopes i p : margin_bound way known slopes i = Some p ->
  within way known (fun e => margin_at i e <= mev p e).
Proof.
  unfold margin_bound, margin_at. destruct (nth_error (data P) i) as [s|] eqn:E; try discriminate.
  destruct pass as [D|] eqn:Ep; try discriminate. destruct (Nat.eqb_spec (length D) (length (fst s))) as [L|]; try discriminate.
  intros [= <-].
  apply (pass_ok free theta local mask (facts_of i way) known (slopes i) deep (snd s) (within way known) (within_where way known)
    (within_near way known) (preact_on i) (within_facts way known i) (within_known way known) 0 (net P) th theta _ (fst s)
    (fun _ => map toR (fst s)) D) in Ep.
  - eapply (U_mono _ (within_where way known)); [|exact Ep]. cbn beta. intros e He. eapply Rle_trans. exact He. right.
    now apply at_inputs_ok.
  - now apply goes_on_from_start.
  - apply (U_all _ (within_where way known)). intro e. apply exact_input.
  - apply follows_input, within_where.
  - apply follow_variables.
Qed.

(** Multiples of the margins. *)
Definition weighed_margins (i : nat) (lambda : list F) (e : env) : R := Rsum (mapi (fun i l => toR l * margin_at i e) i lambda).

Lemma bounds_ok way known slopes i lambda b : bounds way known slopes i lambda = Some b ->
  within way known (fun e => weighed_margins i lambda e <= mev b e /\ forall l, In l lambda -> 0 <= toR l).
Proof.
  pose proof (within_where way known) as HW. revert i b. induction lambda as [|l lambda IH]; intros i b H; cbn [bounds] in H.
  - injection H as <-. apply (U_all _ HW). intro e. split. apply Rle_refl. intros l [].
  - destruct bounds as [r|] eqn:E in H; try discriminate. specialize (IH _ _ E). unfold weighed_margins in *. cbn [mapi].
    destruct (kzero l) eqn:E0.
    + injection H as <-. apply kzero_ok in E0. eapply (U_mono _ HW); [|exact IH]. cbn beta. intros e [H1 H2]. split.
      rewrite Rsum_cons, E0. lra. intros l' [<-|Hl]; auto. lra.
    + destruct (kpos l) eqn:E1; try discriminate. apply kpos_ok in E1. destruct margin_bound as [p|] eqn:Em; try discriminate.
      injection H as <-. apply margin_bound_ok in Em.
      eapply (U_mono _ HW); [|exact (U_and _ HW _ _ Em IH)]. cbn beta. intros e [H0 [H1 H2]]. split.
      * rewrite Rsum_cons, mev_add, mev_scaled. apply Rplus_le_compat; auto. apply Rmult_le_compat_l; lra.
      * intros l' [<-|Hl]; auto. lra.
Qed.

Lemma signs_sum_ok signs conditions s e : signs_sum signs conditions = Some s ->
  (forall g, In (Some g) conditions -> 0 <= mev g e) -> 0 <= mev s e.
Proof.
  revert conditions s. induction signs as [|m signs IH]; intros [|c conditions] s H Hc; cbn [signs_sum] in H;
    try (injection H as <-; simpl; lra).
  destruct signs_sum as [r|] eqn:E in H; try discriminate. specialize (IH _ _ E (fun g Hg => Hc g (or_intror Hg))).
  destruct (kzero m). now injection H as <-. destruct (kpos m) eqn:Em; try discriminate. apply kpos_ok in Em.
  destruct c as [g|]; try discriminate. injection H as <-. rewrite mev_add, mev_scaled. specialize (Hc g (or_introl eq_refl)).
  pose proof (Rmult_le_pos _ _ (Rlt_le _ _ Em) Hc). lra.
Qed.
Lemma products_sum_ok products conditions s e : products_sum products conditions = Some s ->
  (forall g, In (Some g) conditions -> 0 <= mev g e) -> 0 <= mev s e.
Proof.
  intros H Hc. revert s H. induction products as [|[[a b] n] products IH]; intros s H; cbn [products_sum] in H.
  { injection H as <-. simpl. lra. }
  destruct products_sum as [r|] eqn:E in H; try discriminate. specialize (IH _ E).
  destruct (kzero n). now injection H as <-. destruct (kpos n) eqn:En; try discriminate. apply kpos_ok in En.
  assert (G : forall a g, nth a conditions None = Some g -> 0 <= mev g e).
  { intros a' g' Hg. apply Hc. rewrite <- Hg. apply nth_In. destruct (Nat.lt_ge_cases a' (length conditions)) as [|L]; auto.
    rewrite nth_overflow in Hg by auto. discriminate. }
  destruct (nth a conditions None) as [g|] eqn:Ea; try discriminate. destruct (nth b conditions None) as [h|] eqn:Eb; try discriminate.
  injection H as <-. rewrite mev_add, mev_scaled, mev_mul.
  pose proof (Rmult_le_pos _ _ (G _ _ Ea) (G _ _ Eb)). pose proof (Rmult_le_pos _ _ (Rlt_le _ _ En) H). lra.
Qed.

Lemma somes_In {A} (l : list (option A)) a : In a (somes l) -> In (Some a) l.
Proof. induction l as [|[b|] l IH]; simpl; intuition congruence. Qed.

Lemma leaf_least_ok way lambda signs products open c : leaf_least way lambda signs products open = Some c ->
  region (fun e => on_way way e -> weighed_margins 0 lambda e + toR c <= mev half_norm e /\ forall l, In l lambda -> 0 <= toR l).
Proof.
  unfold leaf_least. set (first := map (condition way [] (chosen open) false) way). set (known := somes first).
  set (conditions := map _ (combine way first)). destruct bounds as [b|] eqn:Eb; try discriminate.
  destruct signs_sum as [s|] eqn:Es; try discriminate. destruct products_sum as [q|] eqn:Eq; try discriminate. intro H.
  apply bounds_ok in Eb.
  (* what the splits say at once *)
  assert (K : region (fun e => on_way way e -> forall g, In g known -> 0 <= mev g e)).
  { assert (K0 : region (fun e => forall sb, In sb way -> on_way way e -> forall g, condition way [] (chosen open) false sb = Some g -> 0 <= mev g e)).
    { apply (U_list _ region_where). intros sb Hs. destruct (condition way [] (chosen open) false sb) as [g|] eqn:E.
      - pose proof (condition_ok _ _ _ _ _ _ Hs E) as C. unfold within in C.
        eapply (U_mono _ region_where); [|exact C]. cbn beta. intros e He Hw g' [= <-]. apply He; auto. intros g' [].
      - apply (U_all _ region_where). discriminate. }
    eapply (U_mono _ region_where); [|exact K0]. cbn beta. intros e He Hw g Hg. apply somes_In, in_map_iff in Hg.
    destruct Hg as (sb & E & Hs). eapply He; eauto. }
  (* and what they say when all that is known *)
  assert (C : region (fun e => forall sb, In sb way -> on_way way e -> (forall g, In g known -> 0 <= mev g e) ->
    forall g, condition way known (chosen open) true sb = Some g -> 0 <= mev g e)).
  { apply (U_list _ region_where). intros sb Hs. destruct (condition way known (chosen open) true sb) as [g|] eqn:E.
    - pose proof (condition_ok _ _ _ _ _ _ Hs E) as C. unfold within in C.
      eapply (U_mono _ region_where); [|exact C]. cbn beta. intros e He Hw Hk g' [= <-]. auto.
    - apply (U_all _ region_where). discriminate. }
  eapply (U_mono _ region_where); [|exact (U_and _ region_where _ _ (U_and _ region_where _ _ K C) Eb)]. cbn beta.
  intros e [[K' C'] B] Hw. specialize (K' Hw). destruct (B Hw K') as [B1 B2]. split; auto.
  assert (G : forall g, In (Some g) conditions -> 0 <= mev g e).
  { intros g Hg. apply in_map_iff in Hg. destruct Hg as ([sb o] & E & Hs). cbn [fst snd] in E. destruct o as [g'|].
    - injection E as ->. apply K'. apply in_combine_r in Hs. unfold known. clear - Hs. induction first as [|[x|] l IH]; simpl in *; intuition congruence.
    - apply in_combine_l in Hs. eapply C'; eauto. }
  pose proof (signs_sum_ok _ _ _ e Es G). pose proof (products_sum_ok _ _ _ e Eq G).
  pose proof (least_value_ok _ _ _ e H) as L. rewrite mev_sub, !mev_add in L. lra.
Qed.

Lemma keeps_ok s b : keeps s b = true -> region (fun e => on_side b (split_value s e)).
Proof.
  unfold keeps. destruct local eqn:El; try discriminate. intro H.
  destruct (match s with Kink i k u => _ | Weight k p => _ end) as [z|] eqn:E; try discriminate.
  assert (T : tends region (split_value s) (toR z)).
  { destruct s as [i k u|k p].
    - unfold number_on in E. destruct (nth_error (data P) i) as [s|] eqn:Es; try discriminate.
      exact (number_at_ok theta local mask region region_where near_point (preact_on i) k u 0 (net P) th theta (fst s)
        (fun _ => map toR (fst s)) z El E (goes_on_from_start i s Es) (follows_input _ region_where _) follow_variables).
    - injection E as <-. eapply (tends_eq _ region_where); [|apply (near_point El)]. apply (U_all _ region_where). intro e.
      cbn [split_value]. unfold params_at. change (@nil R) with (real e []). rewrite map_nth. apply nth_real. }
  destruct b; apply kpos_ok in H; rewrite ?toR_opp in H; eapply (U_mono _ region_where); [|exact (T _ H)| |exact (T _ H)]; cbn beta;
    intros e He; apply Rabs_def2 in He; simpl; lra.
Qed.

Lemma values_ok way t vs : values way t = Some vs -> length common = length (data P) ->
  region (fun e => on_way way e -> exists v lambda, In v vs /\ (owning = false -> lambda = common) /\ length lambda = length (data P) /\
    (forall l, In l lambda -> 0 <= toR l) /\ weighed_margins 0 lambda e + toR v - Rsum (map toR lambda) <= mev half_norm e).
Proof.
  intros H Hcl. revert way vs H. induction t as [own signs products open|s below IHb above IHa|s b t IH]; intros way vs H; cbn [values] in H.
  - assert (L : forall own' c, leaf_least way own' signs products open = Some c -> (owning = false -> own' = common) ->
      length own' = length (data P) ->
      region (fun e => on_way way e -> exists v lambda, In v [kadd c (fsum own')] /\ (owning = false -> lambda = common) /\
        length lambda = length (data P) /\
        (forall l, In l lambda -> 0 <= toR l) /\ weighed_margins 0 lambda e + toR v - Rsum (map toR lambda) <= mev half_norm e)).
    { intros own' c E Ho Hl. apply leaf_least_ok in E. eapply (U_mono _ region_where); [|exact E]. cbn beta. intros e He Hw.
      destruct (He Hw) as [H1 H2]. exists (kadd c (fsum own')), own'. repeat split; auto. now left.
      rewrite toR_add, fsum_ok. lra. }
    destruct own as [lambda|].
    + destruct owning eqn:Eo; try discriminate. destruct (Nat.eqb_spec (length lambda) (length (data P))); try discriminate.
      destruct leaf_least as [c|] eqn:E in H; try discriminate. injection H as <-. apply (L lambda c E); auto. discriminate.
    + destruct leaf_least as [c|] eqn:E in H; try discriminate. injection H as <-. now apply (L common c E).
  - destruct (values (way ++ [(s, false)]) below) as [l|] eqn:E1; try discriminate.
    destruct (values (way ++ [(s, true)]) above) as [r|] eqn:E2; try discriminate. injection H as <-.
    eapply (U_mono _ region_where); [|exact (U_and _ region_where _ _ (IHb _ _ E1) (IHa _ _ E2))]. cbn beta. intros e [Hb Ha] Hw.
    destruct (Rle_dec (split_value s e) 0) as [D|D].
    + destruct Hb as (v & lambda & Hin & Hr).
      { intros sb Hs. apply in_app_or in Hs. destruct Hs as [Hs|[<-|[]]]; auto. }
      exists v, lambda. split; auto. apply in_or_app. now left.
    + destruct Ha as (v & lambda & Hin & Hr).
      { intros sb Hs. apply in_app_or in Hs. destruct Hs as [Hs|[<-|[]]]; auto. simpl. lra. }
      exists v, lambda. split; auto. apply in_or_app. now right.
  - destruct (keeps s b) eqn:Ek; try discriminate. apply keeps_ok in Ek.
    eapply (U_mono _ region_where); [|exact (U_and _ region_where _ _ Ek (IH _ _ H))]. cbn beta. intros e [Hk Ht] Hw. apply Ht.
    intros sb Hs. apply in_app_or in Hs. destruct Hs as [Hs|[<-|[]]]; auto.
Qed.

(** The least of the values. *)
Definition minimum (vs : list F) : option F :=
  match vs with
  | [] => None
  | v :: r =>
      let m := fold_right (fun a b => if kpos (ksub b a) then a else b) v r in
      if forallb (fun a => knonneg (ksub a m)) vs then Some m else None
  end.
Lemma minimum_ok vs m v : minimum vs = Some m -> In v vs -> toR m <= toR v.
Proof.
  unfold minimum. destruct vs as [|v0 r]; try discriminate. cbv zeta. destruct forallb eqn:E; try discriminate. intros [= <-] Hv.
  rewrite forallb_forall in E. specialize (E v Hv). apply knonneg_ok in E. rewrite toR_sub in E. lra.
Qed.
Definition tree_least (t : tree F) : option F := match values [] t with Some vs => minimum vs | None => None end.

Lemma tree_least_ok t m : tree_least t = Some m -> length common = length (data P) ->
  region (fun e => exists lambda, (owning = false -> lambda = common) /\ length lambda = length (data P) /\
    (forall l, In l lambda -> 0 <= toR l) /\ weighed_margins 0 lambda e + toR m - Rsum (map toR lambda) <= mev half_norm e).
Proof.
  unfold tree_least. destruct values as [vs|] eqn:E; try discriminate. intros H Hc.
  eapply (U_mono _ region_where); [|exact (values_ok _ _ _ E Hc)]. cbn beta. intros e He.
  destruct He as (v & lambda & Hin & Ho & Hl & H0 & Hv). intros sb []. exists lambda. repeat split; auto.
  pose proof (minimum_ok _ _ _ H Hin). lra.
Qed.

Lemma half_norm_ok e : mev half_norm e = 1 / 2 * Rsum (map (fun v => if block v then e v * e v else 0) places).
Proof.
  unfold half_norm. induction places as [|v l IH]. simpl. ring. cbn [fold_right map]. rewrite Rsum_cons. destruct (block v).
  - rewrite mev_add, IH. simpl. rewrite half_ok. ring.
  - rewrite IH. ring.
Qed.
End Tree.
End Cases.
