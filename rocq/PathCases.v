(** * Optimality by [paths]: a tree of cases by how large each path is, and of which kind. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Feasible Lagrangian SampleSums Chain
  CaseTree PathSizes Paths PathKinds.
Import ListNotations.
Open Scope R_scope.

(** ** Evidence *)

(** A path is named by its place among those that the last unit reads. *)
Inductive path_tree {K : Type} :=
  (** Multipliers of the samples, where the case has some of its own. *)
  | Case (own : option (list K))
  (** A path of this size at most, and at least. *)
  | Size (path : nat) (size : K) (within beyond : path_tree)
  (** Near the point it is on this side of the size: [true] is beyond. *)
  | Stays (path : nat) (size : K) (is_beyond : bool) (t : path_tree)
  (** A path of this kind, and of another. *)
  | Kind (path : nat) (kind : K * K) (this other : path_tree).
Arguments path_tree : clear implicits.

(** What is known of a path in a case. *)
Inductive fact {K : Type} := AtMost (size : K) | AtLeast (size : K) | Is (kind : K * K) | IsNot (kind : K * K).
Arguments fact : clear implicits.

Section PathCases.
Context {F : ops} {M : model F}.
Local Notation env := (nat * nat -> R).
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variable theta : params F.
Variable local : bool.
Let PR := map_problem toR P.
Let thR := map_params toR theta.
Local Notation region := (region theta local).
Let HU := region_where theta local.

(** ** A path in a case *)

Definition holds (e : env) (ws : list (F * (nat * nat))) (f : fact F) : Prop :=
  match f with
  | AtMost r => size e (realw ws) <= toR r ^ length ws
  | AtLeast r => toR r ^ length ws <= size e (realw ws)
  | Is k => kind e (realw ws) = kindR k
  | IsNot k => kind e (realw ws) <> kindR k
  end.

Definition differs (a b : F * F) : bool :=
  if knonzero (ksub (fst a) (fst b)) then true else knonzero (ksub (snd a) (snd b)).
Lemma differs_ok a b : differs a b = true -> kindR a <> kindR b.
Proof.
  unfold differs, kindR. destruct (knonzero (ksub (fst a) (fst b))) eqn:E.
  - intros _ [= Q _]. apply knonzero_ok in E. rewrite toR_sub in E. lra.
  - intros H [= _ Q]. apply knonzero_ok in H. rewrite toR_sub in H. lra.
Qed.
Definition possible (facts : list (fact F)) (k : F * F) : bool :=
  forallb (fun f => match f with Is k' => negb (differs k k') | IsNot k' => negb (same k k') | _ => true end) facts.

(** The greatest lower end, and the least upper one. *)
Definition lower_end (facts : list (fact F)) : F :=
  fold_right (fun f a => match f with AtLeast r => if kpos (ksub r a) then r else a | _ => a end) (k0 F) facts.
Definition upper_end (facts : list (fact F)) : option F :=
  fold_right (fun f a => match f with
                         | AtMost r => match a with Some b => if kpos (ksub b r) then Some r else a | None => Some r end
                         | _ => a end) None facts.

Definition bound_at (n : nat) (z s : F) : F := ksub (kmul (kmul (knat n) half) (kmul s s)) (kmul z (kpow s n)).
Lemma bound_at_ok n z s : toR (bound_at n z s) = PathSizes.bound n (toR z) (toR s).
Proof.
  unfold bound_at, PathSizes.bound. rewrite toR_sub, !toR_mul, knat_ok, half_ok, kpow_ok. field.
Qed.
Definition no_fall (n : nat) (z : F) : bool :=
  if knonneg (kopp z) then true else if Nat.eqb n 2 then knonneg (ksub (k1 F) z) else false.
Definition at_ends (facts : list (fact F)) (n : nat) (z : F) : option (list F) :=
  match upper_end facts with
  | Some u => Some [bound_at n z (lower_end facts); bound_at n z u]
  | None => if no_fall n z then Some [bound_at n z (lower_end facts)] else None
  end.

(** What the weighed samples ask of a path: factors for what it makes of 1 and of -1. *)
Fixpoint asked (i : nat) (samples : list (list F * bool * F)) : option (F * F) :=
  match samples with
  | [] => Some (k0 F, k0 F)
  | (x, y, l) :: samples' =>
      match asked i samples' with
      | None => None
      | Some (a, b) =>
          let t := kmul (if y then l else kopp l) (nth i x (k0 F)) in
          if knonneg (nth i x (k0 F)) then Some (kadd a t, b) else
          if kpos (kopp (nth i x (k0 F))) then Some (a, ksub b t) else None
      end
  end.
Definition wanted (i : nat) (samples : list (list F * bool * F)) (k : R * R) : R :=
  Rsum (map (fun s => toR (snd s) * (sgn (snd (fst s)) * made k (toR (nth i (fst (fst s)) (k0 F))))) samples).

(** The squares of a path's weights; what the weighed margins owe to the path. *)
Definition squares (e : env) (p : path F) : R := Rsum (map (fun w => e (snd w) * e (snd w)) (snd p)).
Definition owed (samples : list (list F * bool * F)) (e : env) (p : path F) : R :=
  wanted (fst p) samples (kind e (realw (snd p))) * size e (realw (snd p)).
Definition share (samples : list (list F * bool * F)) (e : env) (p : path F) : R := 1 / 2 * squares e p - owed samples e p.

Definition least (facts : list (fact F)) (pk : path F * list (F * F)) (samples : list (list F * bool * F)) : option F :=
  match asked (fst (fst pk)) samples with
  | None => None
  | Some (a, b) =>
      match mapM (fun k => at_ends facts (length (snd (fst pk))) (kadd (kmul a (fst k)) (kmul b (snd k))))
                 (filter (possible facts) (snd pk)) with
      | Some vs => minimum (concat vs)
      | None => None
      end
  end.

Lemma possible_ok e ws facts k : (forall f, In f facts -> holds e ws f) -> kindR k = kind e (realw ws) ->
  possible facts k = true.
Proof.
  intros H E. apply forallb_forall. intros f Hf. specialize (H f Hf).
  destruct f as [r|r|k'|k']; auto; cbn [holds] in H; rewrite <- E in H.
  - destruct (differs k k') eqn:D; auto. now apply differs_ok in D.
  - destruct (same k k') eqn:D; auto. now apply same_ok in D.
Qed.

(** Sizes in facts are checked to be at least 0. *)
Definition known (e : env) (ws : list (F * (nat * nat))) (f : fact F) : Prop :=
  holds e ws f /\ match f with AtMost r | AtLeast r => 0 <= toR r | _ => True end.
Definition sound (e : env) (ws : list (F * (nat * nat))) (facts : list (fact F)) : Prop :=
  forall f, In f facts -> known e ws f.

Lemma lower_end_ok e ws facts : (0 < length ws)%nat -> sound e ws facts ->
  0 <= toR (lower_end facts) /\ toR (lower_end facts) ^ length ws <= size e (realw ws).
Proof.
  intros Hn. induction facts as [|f facts IH]; intro H; cbn [lower_end fold_right].
  - rewrite toR_0, pow_i by auto. split. lra. apply sizes_nonneg.
  - fold (lower_end facts). assert (T : sound e ws facts) by (intros g Hg; apply H; now right).
    destruct (H f (or_introl eq_refl)) as [H1 H2]. destruct f as [r|r|k|k]; auto. cbn [holds] in H1. destruct kpos; auto.
Qed.
Lemma upper_end_ok e ws facts u : sound e ws facts -> upper_end facts = Some u ->
  0 <= toR u /\ size e (realw ws) <= toR u ^ length ws.
Proof.
  revert u. induction facts as [|f facts IH]; intros u H E; cbn [upper_end fold_right] in E. discriminate.
  fold (upper_end facts) in E. assert (T : sound e ws facts) by (intros g Hg; apply H; now right).
  destruct (H f (or_introl eq_refl)) as [H1 H2]. destruct f as [r|r|k|k]; auto. cbn [holds] in H1.
  destruct (upper_end facts) as [b|]; [destruct kpos|]; try (injection E as <-; auto); auto.
Qed.
Lemma no_fall_ok n z : no_fall n z = true -> falls_nowhere n (toR z).
Proof.
  unfold no_fall, falls_nowhere. destruct (knonneg (kopp z)) eqn:E.
  - intros _. apply knonneg_ok in E. rewrite toR_opp in E. left. lra.
  - destruct (Nat.eqb_spec n 2); try discriminate. intro H. apply knonneg_ok in H. rewrite toR_sub, toR_1 in H.
    right. split; auto. lra.
Qed.

Lemma at_ends_ok e ws facts z vs c : (2 <= length ws)%nat -> sound e ws facts -> at_ends facts (length ws) z = Some vs ->
  (forall v, In v vs -> c <= toR v) ->
  c <= 1 / 2 * Rsum (map (fun w => e (snd w) * e (snd w)) ws) - toR z * size e (realw ws).
Proof.
  intros Hn Hs H Hc. destruct (lower_end_ok e ws facts ltac:(lia) Hs) as [L1 L2].
  assert (Len : length (map (fun w => e (snd w)) (realw ws)) = length ws) by (unfold realw; now rewrite !map_length).
  replace (map (fun w => e (snd w) * e (snd w)) ws) with (map (fun x => x * x) (map (fun w => e (snd w)) (realw ws)))
    by (unfold realw; now rewrite !map_map).
  unfold size in *. rewrite <- Len in *. unfold at_ends in H.
  apply path_bound with (a := toR (lower_end facts)); auto.
  - rewrite <- bound_at_ok. apply Hc.
    destruct (upper_end facts); [|destruct no_fall; [|discriminate]]; injection H as <-; now left.
  - destruct (upper_end facts) as [u|] eqn:Eu.
    + left. destruct (upper_end_ok e ws facts u Hs Eu) as [U1 U2]. exists (toR u). rewrite Len in *. repeat split; auto.
      rewrite <- bound_at_ok. apply Hc. injection H as <-. right. now left.
    + right. destruct no_fall eqn:En; [|discriminate]. now apply no_fall_ok.
Qed.

Lemma asked_ok i samples a b k : asked i samples = Some (a, b) -> wanted i samples k = toR a * fst k + toR b * snd k.
Proof.
  revert a b. induction samples as [|[[x y] l] samples IH]; intros a b H; cbn [asked] in H.
  - injection H as <- <-. unfold wanted. simpl. rewrite toR_0. ring.
  - destruct (asked i samples) as [[a' b']|]; try discriminate. specialize (IH _ _ eq_refl). unfold wanted in *.
    cbn [map fst snd]. rewrite Rsum_cons, IH. clear IH. cbv zeta in H. set (xi := nth i x (k0 F)) in *.
    assert (T : toR (kmul (if y then l else kopp l) xi) = toR l * (sgn y * toR xi)).
    { rewrite toR_mul. unfold sgn. destruct y; rewrite ?toR_opp; ring. }
    unfold made. destruct (knonneg xi) eqn:E1; [|destruct (kpos (kopp xi)) eqn:E2; try discriminate]; injection H as <- <-.
    + apply knonneg_ok in E1. rewrite toR_add, T. destruct Rlt_dec; [lra|ring].
    + apply kpos_ok in E2. rewrite toR_opp in E2. rewrite toR_sub, T. destruct Rlt_dec; [ring|lra].
Qed.

Lemma least_ok e facts p ks samples m k : (2 <= length (snd p))%nat -> sound e (snd p) facts ->
  In k ks -> kindR k = kind e (realw (snd p)) -> least facts (p, ks) samples = Some m ->
  toR m <= share samples e p.
Proof.
  intros Hn Hs Hk Ek. unfold least. cbn [fst snd]. destruct asked as [[a b]|] eqn:Ea; try discriminate.
  destruct mapM as [vs|] eqn:Em; try discriminate. intro H. unfold share, squares, owed.
  rewrite (asked_ok _ _ _ _ _ Ea), <- Ek. unfold kindR. cbn [fst snd].
  rewrite <- !toR_mul, <- toR_add. destruct (mapM_In _ _ _ k Em) as (v & Ev & Iv).
  { apply filter_In. split; auto. apply (possible_ok e (snd p)); auto. intros f Hf. now apply Hs. }
  apply (at_ends_ok e (snd p) facts _ v); auto. intros c Hc. apply (minimum_ok _ _ _ H). apply in_concat. eauto.
Qed.

(** ** A case *)

Section Table.
(** The paths, each with the kinds that it can have. *)
Variable table : list (path F * list (F * F)).
Variable common : list F.

Definition way := list (nat * fact F).
Definition facts_on (w : way) (i : nat) : list (fact F) := flat_map (fun jf => if Nat.eqb (fst jf) i then [snd jf] else []) w.

Fixpoint leasts (w : way) (i : nat) (t : list (path F * list (F * F))) (samples : list (list F * bool * F)) : option (list F) :=
  match t with
  | [] => Some []
  | pk :: t' =>
      match least (facts_on w i) pk samples, leasts w (S i) t' samples with
      | Some m, Some ms => Some (m :: ms)
      | _, _ => None
      end
  end.
Definition needed : F := kmul half (norm2_of theta).
Definition check_case (w : way) (lambda : list F) : bool :=
  if Nat.eqb (length lambda) (length (data P)) then if forallb knonneg lambda then
    match leasts w 0 table (combine (data P) lambda) with
    | Some ms => knonneg (ksub (kadd (fsum lambda) (fsum ms)) needed)
    | None => false
    end
  else false else false.

Fixpoint check_path_tree (w : way) (t : path_tree F) : bool :=
  match t with
  | Case own => check_case w (match own with Some lambda => lambda | None => common end)
  | Size i r within beyond =>
      if knonneg r then
      if check_path_tree ((i, AtMost r) :: w) within then check_path_tree ((i, AtLeast r) :: w) beyond
      else false else false
  | Stays i r is_beyond t' =>
      if local then if knonneg r then
        match nth_error table i with
        | Some (p, _) =>
            match size_at theta (snd p) with
            | Some z =>
                let above := ksub z (kpow r (length (snd p))) in
                if kpos (if is_beyond then above else kopp above)
                then check_path_tree ((i, if is_beyond then AtLeast r else AtMost r) :: w) t' else false
            | None => false
            end
        | None => false
        end
      else false else false
  | Kind i k this other =>
      if check_path_tree ((i, Is k) :: w) this then check_path_tree ((i, IsNot k) :: w) other else false
  end.

Definition on_way (w : way) (e : env) : Prop :=
  forall i f p ks, In (i, f) w -> nth_error table i = Some (p, ks) -> known e (snd p) f.
Definition kinds_right (e : env) : Prop :=
  forall p ks, In (p, ks) table -> (2 <= length (snd p))%nat /\ exists k, In k ks /\ kindR k = kind e (realw (snd p)).

Definition bounded (e : env) : Prop :=
  exists lambda, length lambda = length (data P) /\ (forall l, In l lambda -> 0 <= toR l) /\
    toR needed <= Rsum (map toR lambda) + Rsum (map (fun pk => share (combine (data P) lambda) e (fst pk)) table).

Lemma leasts_ok w e samples : kinds_right e -> on_way w e ->
  forall t i ms, (forall j, nth_error t j = nth_error table (i + j)) -> leasts w i t samples = Some ms ->
    Rsum (map toR ms) <= Rsum (map (fun pk => share samples e (fst pk)) t).
Proof.
  intros Hk Hw. induction t as [|[p ks] t IH]; intros i ms Ht H; cbn [leasts] in H. injection H as <-. apply Rle_refl.
  destruct least as [m|] eqn:E; try discriminate. destruct (leasts w (S i) t samples) as [ms'|] eqn:E'; try discriminate.
  injection H as <-. cbn [map]. rewrite !Rsum_cons.
  pose proof (Ht 0%nat) as H0. rewrite Nat.add_0_r in H0. cbn [nth_error] in H0.
  apply Rplus_le_compat.
  - destruct (Hk p ks) as (Hn & k & Ik & Ek). eapply nth_error_In; eauto.
    apply (least_ok e (facts_on w i) p ks samples m k); auto.
    intros f Hf. unfold facts_on in Hf. apply in_flat_map in Hf. destruct Hf as ((j & g) & I & Hg). cbn [fst snd] in Hg.
    destruct (Nat.eqb_spec j i) as [->|]; [|contradiction]. destruct Hg as [->|[]]. eauto.
  - apply (IH (S i) ms'); auto. intro j. rewrite Nat.add_succ_comm, <- (Ht (S j)). reflexivity.
Qed.

Lemma check_case_ok w lambda e : check_case w lambda = true -> kinds_right e -> on_way w e -> bounded e.
Proof.
  unfold check_case. destruct (Nat.eqb_spec (length lambda) (length (data P))) as [L|]; try discriminate.
  destruct forallb eqn:E0; try discriminate. destruct leasts as [ms|] eqn:E; try discriminate. intros H Hk Hw.
  exists lambda. split; auto. split.
  - intros l Hl. rewrite forallb_forall in E0. apply knonneg_ok, E0, Hl.
  - apply knonneg_ok in H. rewrite toR_sub, toR_add, !fsum_ok in H.
    pose proof (leasts_ok w e _ Hk Hw table 0 ms (fun j => eq_refl) E). lra.
Qed.

Lemma on_way_cons i f w e : on_way w e ->
  (forall p ks, nth_error table i = Some (p, ks) -> known e (snd p) f) ->
  on_way ((i, f) :: w) e.
Proof. intros Hw H j g p ks [[= <- <-]|I] Hj; eauto. Qed.

Lemma kind_dec (a b : R * R) : {a = b} + {a <> b}.
Proof.
  destruct a as [a1 a2], b as [b1 b2].
  destruct (Req_EM_T a1 b1) as [->|], (Req_EM_T a2 b2) as [->|]; [left; auto|right..]; congruence.
Qed.

Lemma check_path_tree_ok t : forall w, check_path_tree w t = true -> region (fun e => kinds_right e -> on_way w e -> bounded e).
Proof.
  induction t as [own|i r within IH1 beyond IH2|i r b t IH|i k this IH1 other IH2]; intros w H; cbn [check_path_tree] in H.
  - apply (U_all _ HU). intros e. exact (check_case_ok w _ e H).
  - destruct (knonneg r) eqn:Er; try discriminate. apply knonneg_ok in Er.
    destruct (check_path_tree ((i, AtMost r) :: w) within) eqn:E1; try discriminate.
    eapply (U_mono _ HU); [|exact (U_and _ HU _ _ (IH1 _ E1) (IH2 _ H))]. cbn beta. intros e [H1 H2] Hk Hw.
    destruct (nth_error table i) as [[p ks]|] eqn:Ei.
    + destruct (Rle_lt_dec (size e (realw (snd p))) (toR r ^ length (snd p))); [apply H1 | apply H2]; auto;
        apply on_way_cons; auto; intros p' ks' [= <- <-]%(eq_trans (eq_sym Ei)); unfold known; cbn [holds]; split; auto; lra.
    + apply H1; auto. apply on_way_cons; auto. congruence.
  - assert (El : local = true) by (destruct local; [reflexivity|discriminate]). rewrite El in H.
    destruct (knonneg r) eqn:Er; try discriminate. apply knonneg_ok in Er.
    destruct (nth_error table i) as [[p ks]|] eqn:Ei; try discriminate.
    destruct (size_at theta (snd p)) as [z|] eqn:Ez; try discriminate.
    cbv zeta in H. destruct (kpos _) eqn:Ek; try discriminate.
    apply kpos_ok in Ek. pose proof (size_near theta local (snd p) z El Ez _ Ek) as T.
    eapply (U_mono _ HU); [|exact (U_and _ HU _ _ T (IH _ H))]. cbn beta. intros e [Q He] Hk Hw. apply He; auto.
    apply on_way_cons; auto. intros p' ks' [= <- <-]%(eq_trans (eq_sym Ei)). apply Rabs_def2 in Q.
    unfold known. destruct b; cbn [holds]; rewrite ?toR_opp, toR_sub, kpow_ok in *; split; auto; lra.
  - destruct (check_path_tree ((i, Is k) :: w) this) eqn:E1; try discriminate.
    eapply (U_mono _ HU); [|exact (U_and _ HU _ _ (IH1 _ E1) (IH2 _ H))]. cbn beta. intros e [H1 H2] Hk Hw.
    destruct (nth_error table i) as [[p ks]|] eqn:Ei.
    + destruct (kind_dec (kind e (realw (snd p))) (kindR k)); [apply H1 | apply H2]; auto; apply on_way_cons; auto;
        intros p' ks' [= <- <-]%(eq_trans (eq_sym Ei)); split; auto.
    + apply H1; auto. apply on_way_cons; auto. congruence.
Qed.
End Table.
End PathCases.
