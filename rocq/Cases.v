(** * Optimality by [cases]: a convex bound for each case of a tree, or for each case of several trees. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Feasible Displacement Lagrangian Gradient Kkt CasePass.
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
  split; unfold region.
  - intros Q H. exists 1. split; [lra|auto].
  - intros Q Q' (d & Hd & H) (d' & Hd' & H'). exists (Rmin d d').
    pose proof (Rmin_l d d'). pose proof (Rmin_r d d'). split. now apply Rmin_pos.
    intros e He. split; [apply H | apply H']; intros El v; specialize (He El v); lra.
  - intros Q Q' I (d & Hd & H). exists d. auto.
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
      | Some D => if Nat.eqb (length D) (length (fst s)) then
          Some (fold_right (fun Da r => madd (scaled (snd Da) (fst Da)) r) [] (combine D (fst s))) else None
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
Fixpoint chosen (open : list (nat * nat * nat * F)) (i k u : nat) : option F :=
  match open with
  | [] => None
  | (i', k', u', c) :: open' =>
      if Nat.eqb i i' then if Nat.eqb k k' then if Nat.eqb u u' then Some c else chosen open' i k u else chosen open' i k u
      else chosen open' i k u
  end.

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
    unfold linear_in. clear - L. revert L. generalize (fst s). intro xs. revert xs. induction D as [|q D IH]; intros [|a xs] L; try discriminate. reflexivity.
    cbn [length seq map combine fold_right]. rewrite Rsum_cons, mev_add, mev_scaled, <- seq_shift, map_map.
    rewrite <- (IH xs) by (simpl in L; lia). cbn [nth fst snd]. f_equal. ring.
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

(** ** One tree *)

Definition every (k u : nat) : bool := true.
(** Whether a unit after the free layer has held outgoing weights that are all 0. Its output does not matter. *)
Definition mute (k u : nat) : bool :=
  match free with
  | None => false
  | Some l =>
      if Nat.leb l k then
        match nth_error (net P) (S k) with
        | Some next => forallb (forallb (fun iu =>
            if Nat.eqb (fst iu) u then kzero (nth (snd iu) (nth (S k) theta []) num0) else true)) (units next)
        | None => false
        end
      else false
  end.
Definition audible (k u : nat) : bool := negb (mute k u).
Definition whole (v : nat * nat) : bool := true.
(** Half the norm of the point's free parameters. *)
Definition needed : F := at_point theta (half_norm whole).

Definition check_tree (common : list F) (t : tree F) : bool :=
  match tree_least audible whole false common true t with
  | Some m => knonneg (ksub m needed)
  | None => false
  end.

(** What is to be shown: near the point, or everywhere, no feasible parameters have a smaller norm. *)
Definition no_better : Prop :=
  region (fun e => (forall i, (i < length (data P))%nat -> 1 <= margin_at every i e) ->
    mev (half_norm whole) (entry thR) <= mev (half_norm whole) e).

Lemma weighed_at_least mask i0 lambda e : (forall l, In l lambda -> 0 <= toR l) ->
  (forall i, (i < i0 + length lambda)%nat -> 1 <= margin_at mask i e) -> Rsum (map toR lambda) <= weighed_margins mask i0 lambda e.
Proof.
  unfold weighed_margins. revert i0. induction lambda as [|l lambda IH]; intros i0 H Hm. apply Rle_refl.
  cbn [map mapi]. rewrite !Rsum_cons. apply Rplus_le_compat.
  - rewrite <- (Rmult_1_r (toR l)) at 1. apply Rmult_le_compat_l. apply H. now left. apply Hm. simpl. lia.
  - apply IH. intros; apply H; now right. intros i Hi. apply Hm. simpl. lia.
Qed.

(** *** What mute units do not change *)

Lemma skipn_next {A} (L : list A) k a r : skipn k L = a :: r -> nth_error L k = Some a /\ skipn (S k) L = r.
Proof. revert L. induction k as [|k IH]; intros [|b L] H; try discriminate H. now injection H as -> ->. exact (IH L H). Qed.
Lemma hd_skipn {A} (L : list A) k d : hd d (skipn k L) = nth k L d.
Proof. revert L. induction k as [|k IH]; intros [|b L]; auto. exact (IH L). Qed.

Lemma held_weight e k p : is_free free k = false -> nth p (nth k (params_at e) []) 0 = toR (nth p (nth k theta []) num0).
Proof.
  intro Hk. unfold params_at. change (@nil R) with (real e []). rewrite map_nth, nth_real. unfold th, variables.
  destruct (Nat.lt_ge_cases k (length theta)) as [L|L].
  - rewrite (nth_mapi _ _ []) by auto. cbn [Nat.add]. rewrite Hk. destruct (Nat.lt_ge_cases p (length (nth k theta []))) as [L'|L'].
    + rewrite (nth_mapi _ _ num0) by auto. apply mev_cst.
    + rewrite !nth_overflow by (rewrite ?length_mapi; auto). symmetry. apply toR_0.
  - rewrite (nth_overflow (mapi _ 0 theta)) by (now rewrite length_mapi). rewrite (nth_overflow theta) by auto.
    destruct p; symmetry; apply toR_0.
Qed.

Definition netR : list (layer R) := map (map_layer toR) (net P).

(** No unit of the next layer reads this output with a weight that is not 0. *)
Definition unheard (n : list (layer R)) (v : params R) (i : nat) : Prop :=
  match n with
  | l :: _ => forall c iu, In c (units l) -> In iu c -> fst iu = i -> nth (snd iu) (hd [] v) 0 = 0
  | [] => False
  end.
Lemma mute_parts k u : mute k u = true -> is_free free (S k) = false /\ exists next, nth_error (net P) (S k) = Some next /\
  forall c iu, In c (units next) -> In iu c -> fst iu = u -> toR (nth (snd iu) (nth (S k) theta []) num0) = 0.
Proof.
  unfold mute. generalize free. intros o H. destruct o as [l|]; try discriminate. destruct (Nat.leb_spec l k) as [L|]; try discriminate.
  destruct (nth_error (net P) (S k)) as [next|]; try discriminate. split.
  - unfold is_free. apply Nat.eqb_neq. lia.
  - exists next. split; auto. intros c iu Hc Hi Hu. rewrite forallb_forall in H. specialize (H c Hc).
    rewrite forallb_forall in H. specialize (H iu Hi). destruct (Nat.eqb_spec (fst iu) u); [|contradiction]. now apply kzero_ok.
Qed.
Lemma mute_unheard e k u : mute k u = true -> unheard (skipn (S k) netR) (skipn (S k) (params_at e)) u.
Proof.
  intro H. destruct (mute_parts k u H) as (Hf & next & En & Hn).
  assert (En' : nth_error netR (S k) = Some (map_layer toR next)) by (unfold netR; now rewrite nth_error_map, En).
  unfold unheard. destruct (skipn (S k) netR) as [|l' n'] eqn:Es.
  - assert (Z : (S k < length netR)%nat) by (apply nth_error_Some; congruence).
    apply (f_equal (@length _)) in Es. rewrite skipn_length in Es. simpl in Es. lia.
  - destruct (skipn_next _ _ _ _ Es) as [E1 _]. rewrite E1 in En'. injection En' as ->. cbn [map_layer units].
    intros c iu Hc Hi Hu. rewrite hd_skipn, held_weight by auto. exact (Hn c iu Hc Hi Hu).
Qed.

Lemma preact_unheard l n v X Y c : (forall i, nth i X 0 = nth i Y 0 \/ unheard (l :: n) v i) -> In c (units l) ->
  preact (hd [] v) X c = preact (hd [] v) Y c.
Proof.
  intros H Hc. unfold preact. f_equal. apply map_ext_in. intros iu Hi. destruct (H (fst iu)) as [-> | U]; auto.
  rewrite (U c iu Hc Hi eq_refl). ring.
Qed.

Lemma masked_audible e k n v X Y : n = skipn k netR -> v = skipn k (params_at e) -> length v = length n ->
  (forall i, nth i X 0 = nth i Y 0 \/ unheard n v i) ->
  nth 0 (masked audible k n v X) 0 = nth 0 (masked every k n v Y) 0.
Proof.
  revert k v X Y. induction n as [|l n IH]; intros k v X Y Hn Hv Hl H.
  - cbn [masked]. destruct (H 0%nat) as [|[]]; auto.
  - destruct v as [|w v]; [discriminate Hl|]. cbn [masked].
    destruct (skipn_next _ _ _ _ (eq_sym Hn)) as [_ Hn']. destruct (skipn_next _ _ _ _ (eq_sym Hv)) as [_ Hv'].
    apply IH; auto. intro u. rewrite !(nth_masked _ k l w). destruct (nth_error (units l) u) as [c|] eqn:Ec; [|now left].
    unfold audible, every. destruct (mute k u) eqn:Em; cbn [negb].
    + right. rewrite <- Hn', <- Hv'. now apply mute_unheard.
    + left. f_equal. apply (preact_unheard l n (w :: v)); auto. eapply nth_error_In; eauto.
Qed.

Section Shaped.
Hypothesis Hlen : length theta = length (net P).
Lemma length_params e : length (params_at e) = length netR.
Proof. unfold params_at, th, variables, netR. now rewrite !map_length, length_mapi. Qed.
Lemma margin_audible i e : margin_at audible i e = margin_at every i e.
Proof.
  unfold margin_at. destruct (nth_error (data P) i) as [s|]; auto. f_equal.
  apply (masked_audible e); auto. apply length_params.
Qed.

Lemma tree_sound common t : check_tree common t = true -> length common = length (data P) -> no_better.
Proof.
  unfold check_tree. destruct tree_least as [m|] eqn:E; try discriminate. intros H Hc. apply knonneg_ok in H.
  unfold needed in H. rewrite toR_sub, at_point_ok in H. fold thR in H.
  eapply (U_mono _ region_where); [|exact (tree_least_ok _ _ _ _ _ _ _ E Hc)]. cbn beta.
  intros e (lambda & _ & Hl & H0 & Hv) Hm.
  pose proof (weighed_at_least audible 0 lambda e H0 ltac:(intros; rewrite margin_audible; apply Hm; simpl in *; lia)). lra.
Qed.

(** ** A tree for some units each of the first free layer *)

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

(** *** That each unit that bends later depends on the units of one tree at most *)

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

Lemma act_0 s : act s 0 = 0.
Proof. unfold act. destruct Rlt_dec; ring. Qed.
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
  unfold needed in Hle. rewrite at_point_ok, fsum_ok in Hle. fold thR in Hle.
  eapply (U_mono _ region_where); [|exact (leasts_ok _ _ _ El Hc)]. cbn beta. intros e He Hm.
  rewrite (weighed_split (fun b : list nat * tree F => of_units (fst b)) trees 0 common e) in He by (intro; apply Hs).
  pose proof (weighed_at_least every 0 common e Ec ltac:(simpl; rewrite Hc; exact Hm)).
  specialize (Hn e). lra.
Qed.

End Shaped.

(** ** The whole check *)

(** Trees for all units together or for some each. *)
Fixpoint with_units (trees : list (option (list nat) * tree F)) : option (list (list nat * tree F)) :=
  match trees with
  | [] => Some []
  | (Some us, t) :: trees' => match with_units trees' with Some r => Some ((us, t) :: r) | None => None end
  | (None, _) :: _ => None
  end.
Definition check_cases (common : list F) (trees : list (option (list nat) * tree F)) : bool :=
  if check_feasible P free theta then if Nat.eqb (length common) (length (data P)) then
    match trees with
    | [(None, t)] => check_tree common t
    | _ => match with_units trees with Some blocks => check_blocks common blocks | None => false end
    end
  else false else false.

Lemma Rsum_filter {A} (f : A -> R) p l : Rsum (map f l) = Rsum (map f (filter p l)) + Rsum (map f (filter (fun a => negb (p a)) l)).
Proof.
  induction l as [|a l IH]. simpl. ring. cbn [map filter]. rewrite Rsum_cons, IH. destruct (p a); cbn [negb map]; rewrite Rsum_cons; ring.
Qed.
Lemma norm2_places a : same_shape thR a -> same_but free thR a ->
  norm2 a = 2 * mev (half_norm whole) (entry a) + Rsum (map (fun v => entry thR v * entry thR v) (filter (fun v => negb (is_free free (fst v))) (vars theta))).
Proof.
  intros Hs Hb. assert (Hs' : map (@length R) a = map (@length F) theta).
  { unfold same_shape in Hs. rewrite <- Hs. unfold thR, map_params. rewrite map_map. apply map_ext. intro. apply map_length. }
  rewrite norm2_dot, (dot_dsum theta a a Hs' Hs'), <- Rsum_vars, half_norm_ok, (Rsum_filter _ (fun v => is_free free (fst v))).
  f_equal. unfold places, whole. lra. apply Rsum_ext_in. intros v Hv. apply filter_In in Hv. destruct Hv as [_ Hv].
  apply negb_true_iff in Hv. unfold entry. now rewrite (Hb _ Hv).
Qed.

Theorem cases_bound common trees : check_cases common trees = true -> feasible PR free thR /\
  exists d, 0 < d /\ forall theta', satisfies PR theta' -> same_but free thR theta' -> (local = true -> dist thR theta' < d) ->
    norm2 thR <= norm2 theta'.
Proof.
  unfold check_cases. destruct check_feasible eqn:Hf; try discriminate. apply feasible_sound in Hf. fold PR thR in Hf.
  destruct (Nat.eqb_spec (length common) (length (data P))) as [Hc|]; try discriminate. intro H. split; auto.
  assert (Hlen : length theta = length (net P)).
  { destruct Hf as [_ [Hsh _]]. apply (f_equal (@length nat)) in Hsh. unfold thR, map_params in Hsh. simpl in Hsh. now rewrite !map_length in Hsh. }
  assert (N : no_better).
  { assert (G : match with_units trees with Some blocks => check_blocks common blocks | None => false end = true -> no_better).
    { destruct with_units as [blocks|]; [|discriminate]. intro B. exact (blocks_sound Hlen common blocks B Hc). }
    destruct trees as [|[[us|] t] [|b trees]]; try (exact (G H)). exact (tree_sound Hlen common t H Hc). }
  destruct N as (d & Hd & N). exists d. split; auto. intros theta' [Hsh Hm] Hb Hdist.
  assert (Hs : same_shape thR theta').
  { destruct Hf as [_ [Hf _]]. unfold shaped in *. unfold same_shape. congruence. }
  rewrite (norm2_places theta' Hs Hb), (norm2_places thR eq_refl (fun k _ => eq_refl)).
  assert (mev (half_norm whole) (entry thR) <= mev (half_norm whole) (entry theta')); [|lra].
  apply N.
  - intros El v. eapply Rle_lt_trans; [|exact (Hdist El)]. now apply entry_dist.
  - intros i Hi. unfold margin_at. destruct (nth_error (data P) i) as [s|] eqn:E; [|apply nth_error_None in E; lia].
    rewrite masked_all by reflexivity. rewrite (params_at_ok theta' Hs Hb).
    specialize (Hm (map toR (fst s), snd s)). unfold margin, Phi in Hm. simpl in Hm. apply Hm. apply in_map_iff. exists s. split; auto.
    eapply nth_error_In; eauto.
Qed.
End Cases.

Section Sound.
Context {F : ops} {M : model F}.
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.

Definition check_local_cases P free theta common trees := check_cases half P free theta true common trees.
Definition check_global_cases P free theta common trees := check_cases half P free theta false common trees.

Theorem local_cases_sound P free theta common trees : check_local_cases P free theta common trees = true ->
  local_optimum (map_problem toR P) free (map_params toR theta).
Proof.
  intro H. destruct (cases_bound half half_ok P free theta true common trees H) as (Hf & d & Hd & N).
  split; auto. exists d. split; auto.
Qed.
Theorem global_cases_sound P free theta common trees : check_global_cases P free theta common trees = true ->
  global_optimum (map_problem toR P) free (map_params toR theta).
Proof.
  intro H. destruct (cases_bound half half_ok P free theta false common trees H) as (Hf & d & Hd & N).
  split; auto. intros theta' H1 H2. apply N; auto. discriminate.
Qed.
End Sound.
