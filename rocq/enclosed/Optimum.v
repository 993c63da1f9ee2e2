(** * The checks of what an enclosed KKT point is: a local optimum or not, a global one for every width or not. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Feasible Intervals System Solution TwoLayers TwoLayersKkt
  Point Bounds Shapes OnBox Checked NotLocal LastLayer.
Import ListNotations.
Open Scope R_scope.

(** A proof that [sum of lambda_k y_k e act(w . x_k) <= |w|] for all [w]: the sides of samples with [y_k = e] are told
    apart one by one, and in a leaf those that are left all at once. The other samples have slopes of the leaf's own;
    or the leaf is that of a direction. *)
Inductive slope_tree := Split (k : nat) (above below : slope_tree) | Bound (slopes : list Q) | Live (j : nat).

(** What is claimed of the point, with the evidence. *)
Inductive optimum := IsLocal | IsLayerLocal (layer : nat) | IsGlobal (positive negative : slope_tree)
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

(** ** Global *)
(** For every choice of a coefficient for each vector, the sum has at most the norm 1. *)
Fixpoint all_short (terms : list (list interval * list interval)) (sum : list interval) : bool :=
  match terms with
  | [] => (snd (isum (map (fun p => let a := nth p sum zero in mul bits a a) (seq 0 (inputs P)))) <=? scale bits)%Z
  | (cs, x) :: terms' =>
      forallb (fun c => all_short terms' (map (fun p =>
        add (nth p sum zero) (mul bits c (nth p x zero))) (seq 0 (inputs P)))) cs
  end.

Definition decided (case : list (nat * bool)) (k : nat) : option bool :=
  option_map snd (find (fun kb => Nat.eqb (fst kb) k) case).
Definition choices (e : bool) (case : list (nat * bool)) (slopes : list Q) (k : nat) : list Q :=
  if xorb (glabel P E k) e then [nth k slopes low]
  else match decided case k with Some true => [1%Q] | Some false => [low] | None => [low; 1%Q] end.
Definition check_live_leaf (e : bool) (case : list (nat * bool)) (j : nat) : bool :=
  if Nat.ltb j J then
    if Qeq_bool low 1 then true
    else let d := nth j (directions E) (true, []) in
      if xorb (fst d) e then false
      else forallb (fun k => if xorb (glabel P E k) e then true
             else match side_of d k, decided case k with Above, Some true => true | Below, Some false => true | _,
               _ => false end) (seq 0 m)
  else false.
Fixpoint check_tree (xs : list (list interval)) (e : bool) (case : list (nat * bool)) (t : slope_tree) : bool :=
  match t with
  | Split k a b => if check_tree xs e ((k, true) :: case) a then check_tree xs e ((k, false) :: case) b else false
  | Bound slopes =>
      if forallb (fun k => if xorb (glabel P E k) e then let c :=
        nth k slopes low in if Qle_bool low c then Qle_bool c 1 else false else true) (seq 0 m) then
        all_short (map (fun k => (map (fun c => mul bits (at_X k) (gsgn (F := F) (glabel P E k) (gsgn (F :=
          F) e (of_Q bits c)))) (choices e case slopes k),
                                  nth k xs [])) (seq 0 m)) (map (fun _ => zero) (seq 0 (inputs P)))
      else false
  | Live j => check_live_leaf e case j
  end.
Definition check_global (positive negative : slope_tree) : bool :=
  let xs := gactive (F := F) P E in
  if Qle_bool low 1 then if check_tree xs true [] positive then check_tree xs false [] negative else false else false.
Definition check_optimum (o : optimum) : bool :=
  match o with IsLocal => check_local | IsLayerLocal l => check_layer l | IsGlobal a b => check_global a b
    | IsNotLocal moves => check_not_local P E bits moves | IsNotGlobal better => check_not_global better end.
End Over.

(** ** What that means *)
Variables (fine coarse : Z) (Y : list (list Q)) (theta : params Q) (distance : Q).
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

Lemma low_Q a b : Qle_bool a b = true -> Q2R a <= Q2R b.
Proof. intro H. apply Qle_Rle. now apply Qle_bool_iff. Qed.
Lemma signs_product a b : sgn a * sgn b = if xorb a b then -1 else 1.
Proof. destruct a, b; simpl; ring. Qed.

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

Lemma all_short_ok terms (reals : list (R * (nat -> R))) sum z :
  Forall2 (fun t c => (exists i, In i (fst t) /\ holds bits i (fst c)) /\ forall p, (p < inputs P)%nat ->
    holds bits (nth p (snd t) zero) (snd c p)) terms reals ->
  (forall p, (p < inputs P)%nat -> holds bits (nth p sum zero) (z p)) -> all_short bits terms sum = true ->
  Rsum (map (fun p => (z p + Rsum (map (fun c => fst c * snd c p) reals)) * (z p + Rsum (map (fun c =>
    fst c * snd c p) reals))) (seq 0 (inputs P))) <= 1.
Proof.
  intro H. revert sum z. induction H as [|[cs x] [c f] terms reals [(i & Hi & Hc) Hx] H IH]; intros sum z Hs A.
  - cbn [all_short] in A. apply Z.leb_le, IZR_le in A.
    assert (S : holds bits (isum (map (fun p => let a :=
      nth p sum zero in mul bits a a) (seq 0 (inputs P)))) (Rsum (map (fun p => z p * z p) (seq 0 (inputs P))))).
    { apply isum_ok. intros p Hp. apply in_seq in Hp. cbv zeta. apply mul_ok; auto; apply Hs; lia. }
    destruct S as [_ S]. pose proof (scale_R bits Hbits) as SR. apply Rmult_le_reg_r with (IZR (scale bits)); auto.
    rewrite Rmult_1_l.
    rewrite (Rsum_ext_in _ (fun p => z p * z p)) by (intros; unfold Rsum; simpl; ring). lra.
  - cbn [all_short] in A. rewrite forallb_forall in A. specialize (A i Hi). cbn [fst snd] in *.
    pose proof (fun Hs' => IH _ (fun p => z p + c * f p) Hs' A) as IH'.
    rewrite (Rsum_ext_in _ (fun p => (z p + c * f p + Rsum (map (fun c =>
      fst c * snd c p) reals)) * (z p + c * f p + Rsum (map (fun c => fst c * snd c p) reals)))).
    + apply IH'. intros p Hp. rewrite nth_map_seq_at by auto. apply add_ok. now apply Hs. apply mul_ok; auto.
    + intros p _. cbn [map]. rewrite Rsum_cons. cbn [fst snd]. ring.
Qed.

Let smp k := active_sample PR ER k.
Let t_of (w : nat -> R) k := Rsum (map (fun p => nth p (fst (smp k)) 0 * w p) (seq 0 (inputs P))).
Definition lies (w : nat -> R) (kb : nat * bool) : Prop :=
  if snd kb then 0 <= t_of w (fst kb) else t_of w (fst kb) <= 0.

Lemma decided_ok w case k b : (forall kb, In kb case -> lies w kb) -> decided case k = Some b -> lies w (k, b).
Proof.
  unfold decided. intros H. destruct (find _ case) as [[k' b']|] eqn:Fd; try discriminate. intros [= <-].
  apply find_some in Fd.
  destruct Fd as [I Q1]. simpl in Q1. apply Nat.eqb_eq in Q1. subst. exact (H _ I).
Qed.
Lemma label_sgn k : sgn (snd (smp k)) = sgn (glabel P E k).
Proof. f_equal. symmetry. apply label_at. Qed.

Hypothesis Convex : s <= 1.
Lemma convex_above c t : s <= c <= 1 -> c * t <= act s t.
Proof. intro H. unfold act. destruct Rlt_dec; nra. Qed.

Lemma tree_ok xs e w t case : xs = gactive (F := F) P E -> (forall kb, In kb case -> lies w kb) ->
  check_tree bits X xs e case t = true ->
  weighed PR ER xi s (sgn e) w <= sqrt (square PR w).
Proof.
  intros ->. revert case. induction t as [k a IHa b IHb|slopes|j]; intros case Hc; cbn [check_tree].
  - destruct (check_tree bits X _ e ((k, true) :: case) a) eqn:Ea; try discriminate. intro Eb.
    destruct (Rle_lt_dec 0 (t_of w k)) as [T|T].
    + apply (IHa ((k, true) :: case) ltac:(intros kb [<-|I]; [exact T|auto]) Ea).
    + apply (IHb ((k, false) :: case) ltac:(intros kb [<-|I]; [unfold lies; cbn [fst snd]; lra|auto]) Eb).
  - destruct (forallb _ (seq 0 m)) eqn:E1; try discriminate. intro E2. rewrite forallb_forall in E1.
    set (c := fun k => if xorb (glabel P E k) e then Q2R (nth k slopes low) else if Rle_lt_dec 0 (t_of w k) then 1
      else s).
    assert (Cs : forall k, (k < m)%nat -> exists q, In q (choices e case slopes k) /\
      Q2R q = match decided case k with Some b => if xorb (glabel P E k) e then c k else if b then 1 else s | None =>
        c k end).
    { intros k Hk. unfold choices, c. destruct (xorb (glabel P E k) e).
      - exists (nth k slopes low). split. now left. destruct (decided case k); reflexivity.
      - destruct (decided case k) as [[|]|].
        + exists 1%Q. split. now left. apply RMicromega.Q2R_1.
        + exists low. split. now left. reflexivity.
        + destruct (Rle_lt_dec 0 (t_of w k)). exists 1%Q. split. right; now left. apply RMicromega.Q2R_1. exists low.
          split. now left. reflexivity. }
    set (c' := fun k => match decided case k with Some b =>
      if xorb (glabel P E k) e then c k else if b then 1 else s | None => c k end).
    apply (leaf_bound PR ER xi s Hd Mult (sgn e) w c').
    + intros k Hk t. fold (smp k). rewrite label_sgn.
      match goal with |- ?l * (?e * ?a) <= ?l * (?e * ?b) => replace (l * (e * a)) with (l * e * a) by ring;
        replace (l * (e * b)) with (l * e * b) by ring end.
      rewrite signs_product. change t with (t_of w k). clear t. set (t := t_of w k). unfold c', c.
      specialize (E1 k ltac:(apply in_seq; split; [lia|exact Hk])). cbv zeta in E1.
      pose proof (decided_ok w case k) as D.
      destruct (xorb (glabel P E k) e).
      * destruct (Qle_bool low (nth k slopes low)) eqn:Q1; try discriminate. apply low_Q in Q1, E1.
        rewrite RMicromega.Q2R_1 in E1.
        pose proof (convex_above (Q2R (nth k slopes low)) t (conj Q1 E1)). destruct (decided case k); lra.
      * destruct (decided case k) as [b|].
        -- specialize (D b Hc eq_refl). unfold lies in D. cbn [fst snd] in D. fold t in D. unfold act.
           destruct b, (Rlt_dec t 0); try lra. replace t with 0 by lra. lra.
        -- fold t. unfold act. destruct (Rle_lt_dec 0 t), (Rlt_dec t 0); lra.
    + pose proof (all_short_ok (map (fun k => (map (fun c => mul bits (at_X k) (gsgn (F :=
        F) (glabel P E k) (gsgn (F := F) e (of_Q bits c)))) (choices e case slopes k),
                                  nth k (gactive (F := F) P E) [])) (seq 0 m))
        (map (fun k => (multiplier xi k * (sgn (snd (smp k)) * (sgn e * c' k)),
          fun p => nth p (fst (smp k)) 0)) (seq 0 m))
        (map (fun _ => zero) (seq 0 (inputs P))) (fun _ => 0)) as A.
      match type of A with ?x -> ?y -> ?z -> _ => assert (A1 : x); [|assert (A2 : y); [|specialize (A A1 A2 E2)]] end.
      * apply Forall2_maps. intros k Hk. apply in_seq in Hk. cbn [fst snd]. split.
        -- destruct (Cs k ltac:(lia)) as (q & Iq & Vq). eexists. split. apply in_map_iff. exists q. split. reflexivity.
           exact Iq.
           fold (c' k) in Vq. rewrite <- Vq, label_sgn.
           assert (Sg : forall b a x, holds bits a x -> holds bits (gsgn (F := F) b a) (sgn b * x)).
           { intros b a x Ha. unfold gsgn, sgn. destruct b. now rewrite Rmult_1_l. replace (-1 * x) with (- x) by ring.
             now apply opp_ok. }
           apply mul_ok; auto. apply at_unknown. apply Sg, Sg. now apply of_Q_ok.
        -- intros p Hp. rewrite <- (of_Q_0 bits). apply (active_at P E (over_encloses bits Hbits (within (map Q2R
             (centre E)) (Q2R (radius E)))) k p ltac:(unfold gactives; lia) xi). exact Inside.
      * intros p Hp. rewrite nth_map_seq_at by auto. now apply zero_ok.
      * eapply Rle_trans; [|exact A]. right. apply Rsum_ext_in. intros p _. rewrite map_map. cbn [fst snd].
        rewrite Rplus_0_l. reflexivity.
  - unfold check_live_leaf. destruct (Nat.ltb_spec j J) as [Hj|]; try discriminate.
    assert (I : In (direction_of ER j) (directions ER)) by now apply nth_In.
    pose proof (unit_vector_length PR ER xi Solves _ I) as U. set (d := direction_of ER j) in *.
    destruct (Qeq_bool low 1) eqn:Q1.
    + intros _. apply Qeq_bool_eq in Q1. assert (S1 : s = 1) by (unfold s; rewrite (Qeq_eqR _ _ Q1);
        apply RMicromega.Q2R_1).
      apply (leaf_bound PR ER xi s Hd Mult (sgn e) w (fun _ => 1)).
      * intros k Hk t. unfold act. rewrite S1. destruct Rlt_dec; lra.
      * right. etransitivity; [|exact U]. apply Rsum_ext_in. intros p _.
        assert (V : Rsum (map (fun k => multiplier xi k * (sgn (snd (active_sample PR ER k)) * (sgn e * 1)) *
          nth p (fst (active_sample PR ER k)) 0) (seq 0 (actives ER))) =
          sgn e * sgn (fst d) * vector PR ER xi d p).
        { unfold vector. rewrite <- Rsum_mult. apply Rsum_ext_in. intros k Hk. apply in_seq in Hk.
          assert (Sl : slope_on PR xi (side_of d k) = 1).
          { pose proof (Sides d k I (proj2 Hk)) as Sd. destruct (side_of d k); cbn [slope_on]; auto.
            rewrite (lower_is PR ER s Net). exact S1. unfold s, low in S1. lra. }
          rewrite Sl. pose proof (sgn_square (fst d)) as Q2.
          match goal with |- ?a = ?x * ?y * (?y * ?z * ?n) =>
            replace (x * y * (y * z * n)) with (y * y * (x * z * n)) by ring end. rewrite Q2. ring. }
        etransitivity. exact (f_equal2 Rmult V V). pose proof (sgn_square (fst d)) as Q2.
        pose proof (sgn_square e) as Q3.
        match goal with |- ?x * ?y * ?v * (?x * ?y * ?v) = _ =>
          replace (x * y * v * (x * y * v)) with ((x * x) * (y * y) * (v * v)) by ring end. rewrite Q2, Q3. ring.
    + change (nth j (directions E) (true, [])) with d. destruct (xorb (fst d) e) eqn:Q2; try discriminate. intro E1.
      rewrite forallb_forall in E1.
      assert (Fe : fst d = e) by (destruct (fst d), e; auto; discriminate).
      apply (leaf_bound PR ER xi s Hd Mult (sgn e) w (fun k => slope_on PR xi (side_of d k))).
      * intros k Hk t. fold (smp k). rewrite label_sgn.
        match goal with |- ?l * (?e * ?a) <= ?l * (?e * ?b) => replace (l * (e * a)) with (l * e * a) by ring;
          replace (l * (e * b)) with (l * e * b) by ring end.
        rewrite signs_product. change t with (t_of w k). clear t. set (t := t_of w k).
        specialize (E1 k ltac:(apply in_seq; split; [lia|exact Hk])). pose proof (Sides d k I Hk) as Sd.
        change (Q2R (lower_rational P)) with s in Sd. pose proof (decided_ok w case k) as D.
        assert (LS : lower_slope PR = s) by apply lower_at.
        destruct (xorb (glabel P E k) e).
        -- assert (B : s <= slope_on PR xi (side_of d k) <= 1) by (destruct (side_of d k); cbn [slope_on];
             rewrite ?LS; lra).
           pose proof (convex_above _ t B). lra.
        -- destruct (side_of d k); destruct (decided case k) as [[|]|]; try discriminate; cbn [slope_on]; rewrite ?LS.
           ++ specialize (D false Hc eq_refl). unfold lies in D. cbn [fst snd] in D. fold t in D. unfold act.
              destruct Rlt_dec; try lra. replace t with 0 by lra. lra.
           ++ specialize (D true Hc eq_refl). unfold lies in D. cbn [fst snd] in D. fold t in D. unfold act.
              destruct Rlt_dec; lra.
      * right. etransitivity; [|exact U]. apply Rsum_ext_in. intros p _.
        assert (V : Rsum (map (fun k => multiplier xi k * (sgn (snd (active_sample PR ER k)) * (sgn e *
          slope_on PR xi (side_of d k))) * nth p (fst (active_sample PR ER k)) 0) (seq 0 (actives ER))) =
          vector PR ER xi d p).
        { unfold vector. rewrite Fe. apply Rsum_ext_in. intros k _. ring. }
        etransitivity. exact (f_equal2 Rmult V V). reflexivity.
Qed.
End Sound.

Lemma global_ok bits a b : (0 <= bits)%Z -> check_global bits (unknowns_over bits E) a b = true ->
  optimal_for_every_width PR point.
Proof.
  intros Hb H. unfold check_global in H. cbv zeta in H. destruct (Qle_bool low 1) eqn:Q1; try discriminate.
  apply low_Q in Q1. rewrite RMicromega.Q2R_1 in Q1.
  destruct (check_tree bits _ _ true [] a) eqn:Ta; try discriminate.
  apply (every_width PR ER xi s Net Hd Valid Alive Shares Solves Mult Amts Feas). intros e w [-> | ->].
  - apply (tree_ok bits Hb Q1 _ true w a [] eq_refl ltac:(intros ? []) Ta).
  - apply (tree_ok bits Hb Q1 _ false w b [] eq_refl ltac:(intros ? []) H).
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
Definition check_optima (fine coarse : Z) (P : problem Q) (E : enclosure Q) (l : list optimum) : bool :=
  forallb (fun o => if check_optimum P E coarse (unknowns_over coarse E) o then true else check_optimum P E fine
    (unknowns_over fine E) o) l.

Theorem kkt_enclosed_sound fine coarse P E Y theta distance l :
  (if check_enclosed fine coarse P E Y theta distance then check_optima fine coarse P E l else false) = true ->
  kkt_enclosed (real P) (real_enclosure E) (real_point theta) (Q2R distance) (fun p => meanings (real P) l p).
Proof.
  destruct check_enclosed eqn:Ok; try discriminate. intro H.
  apply (enclosed_sound fine coarse P E Y theta distance _ Ok). intros xi W S.
  assert (All : forall o, In o l -> meaning (real P) o (point_of (real P) (real_enclosure E) xi)).
  { intros o Ho. unfold check_optima in H. rewrite forallb_forall in H. specialize (H o Ho).
    assert (B : (0 <= fine)%Z /\ (0 <= coarse)%Z).
    { unfold check_enclosed in Ok. destruct (Z.leb_spec 0 fine); try discriminate.
      destruct (Z.leb_spec 0 coarse); try discriminate. auto. }
    destruct (check_optimum P E coarse (unknowns_over coarse E) o) eqn:C.
    - apply (optimum_ok P E fine coarse Y theta distance Ok xi W S coarse o); tauto.
    - apply (optimum_ok P E fine coarse Y theta distance Ok xi W S fine o); tauto. }
  clear H. induction l as [|o [|o' l] IH]. exact I. apply All. now left. split. apply All. now left. apply IH.
  intros; apply All. now right.
Qed.
