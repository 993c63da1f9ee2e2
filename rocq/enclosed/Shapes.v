(** * Enclosed points: that a network is dense of depth 2, and that units share their directions. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible LayerNorms Chain Intervals System
  Solution TwoLayers TwoLayersKkt Point.
Import ListNotations.
Open Scope R_scope.

(** ** Dense, of depth 2 *)
Definition same_unit (a b : list (nat * nat)) : bool :=
  if Nat.eqb (length a) (length b) then forallb (fun xy =>
    if Nat.eqb (fst (fst xy)) (fst (snd xy)) then Nat.eqb (snd (fst xy)) (snd (snd xy)) else false) (combine a b)
  else false.
Lemma forallb_combine {A} (e : A * A -> bool) (l m : list A) : (forall a b, e (a, b) = true -> a = b) ->
  length l = length m ->
  forallb e (combine l m) = true -> l = m.
Proof.
  intro H. revert m. induction l as [|a l IH]; intros [|b m] L F; simpl in *; try discriminate; auto.
  apply andb_true_iff in F. destruct F as [F1 F2]. f_equal; auto.
Qed.
Lemma same_unit_ok a b : same_unit a b = true -> a = b.
Proof.
  unfold same_unit. destruct (Nat.eqb_spec (length a) (length b)) as [L|]; try discriminate.
  apply forallb_combine; auto.
  intros [x1 x2] [y1 y2]. cbn [fst snd]. destruct (Nat.eqb_spec x1 y1); try discriminate. intro E.
  apply Nat.eqb_eq in E. congruence.
Qed.
Definition same_units (a b : list (list (nat * nat))) : bool :=
  if Nat.eqb (length a) (length b) then forallb (fun xy => same_unit (fst xy) (snd xy)) (combine a b) else false.
Lemma same_units_ok a b : same_units a b = true -> a = b.
Proof.
  unfold same_units. destruct (Nat.eqb_spec (length a) (length b)) as [L|]; try discriminate.
  apply forallb_combine; auto.
  intros x y. apply same_unit_ok.
Qed.
Definition check_dense (P : problem Q) (h : nat) : bool :=
  match net P with
  | [l1; l2] =>
      if Nat.eqb (nparams l1) (h * inputs P) then if Nat.eqb (nparams l2) h then if kone (F := Qops) (slope l2) then
      if same_units (units l1) (dense (inputs P) h) then if same_units (units l2) (dense h 1) then Nat.ltb 0 (inputs P)
      else false else false else false else false else false
  | _ => false
  end.
Lemma check_dense_ok P h : check_dense P h = true ->
  net (real P) = two_layers (inputs P) h (Q2R (lower_rational P)) /\ (0 < inputs P)%nat.
Proof.
  unfold check_dense, lower_rational. cbn [real map_problem net].
  destruct (net P) as [|[s1 n1 u1] [|[s2 n2 u2] [|]]]; try discriminate.
  cbn [nparams units slope hd map map_layer].
  destruct (Nat.eqb_spec n1 (h * inputs P)) as [->|]; try discriminate.
  destruct (Nat.eqb_spec n2 h) as [->|]; try discriminate.
  destruct (kone _) eqn:E1; try discriminate. destruct (same_units u1 _) eqn:E2; try discriminate.
  destruct (same_units u2 _) eqn:E3; try discriminate.
  intro H. apply Nat.ltb_lt in H. split; auto. apply (kone_ok (F := Qops) (M := Qmodel)) in E1.
  change (Q2R s2 = 1) in E1.
  apply same_units_ok in E2, E3. subst. unfold two_layers, map_layer. cbn [slope nparams units]. now rewrite E1.
Qed.

(** ** Shares *)
Definition share_sum (j : nat) (l : list (option (nat * Q))) : Q :=
  fold_right (fun u acc => match u with Some (j',
    r) => if Nat.eqb j j' then Qred (r + acc) else acc | None => acc end) 0%Q l.
Lemma share_sum_ok j l : Q2R (share_sum j l) = Rsum (map (share_of j) (map (option_map (fun jr => (fst jr,
  Q2R (snd jr)))) l)).
Proof.
  induction l as [|u l IH]. apply RMicromega.Q2R_0. cbn [share_sum fold_right map]. rewrite Rsum_cons.
  destruct u as [[j' r]|]; cbn [option_map share_of fst snd].
  - destruct (Nat.eqb j j'). rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_plus. now rewrite <- IH. rewrite <- IH.
    unfold share_sum. ring.
  - rewrite <- IH. unfold share_sum. ring.
Qed.
Definition check_live (J : nat) (l : list (option (nat * Q))) : bool :=
  if forallb (fun u => match u with Some (j, r) => if Nat.ltb j J then qpos r else false | None => true end) l then
    forallb (fun j => Qeq_bool (share_sum j l) 1) (seq 0 J)
  else false.
Lemma check_live_ok J l : check_live J l = true ->
  let lR := map (option_map (fun jr : nat * Q => (fst jr, Q2R (snd jr)))) l in
  (forall j r, In (Some (j, r)) lR -> (j < J)%nat /\ 0 < r) /\ (forall j, (j < J)%nat ->
    Rsum (map (share_of j) lR) = 1).
Proof.
  unfold check_live. destruct (forallb _ l) eqn:E1; try discriminate. intro E2. set (lR := map _ l).
  rewrite forallb_forall in E1, E2. split.
  - intros j r H. unfold lR in H. apply in_map_iff in H. destruct H as ([[j' q]|] & E & Hu); try discriminate.
    simpl in E. injection E as <- <-.
    specialize (E1 _ Hu). cbn beta iota in E1. destruct (Nat.ltb_spec j' J); try discriminate. split; auto.
    exact (kpos_ok (F := Qops) (model := Qmodel) q E1).
  - intros j H. unfold lR. rewrite <- share_sum_ok. specialize (E2 j ltac:(apply in_seq; lia)). apply Qeq_bool_eq in E2.
    rewrite (Qeq_eqR _ _ E2). apply RMicromega.Q2R_1.
Qed.
