(** * Optimality at depth 2 by [cells]: what one hidden unit can contribute, pattern by pattern. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Vectors Feasible Displacement Lagrangian LayerNorms
  SampleSums Chain SidePatterns.
Import ListNotations.
Open Scope R_scope.

Section Cells.
Context {F : ops} {M : model F}.
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.

Local Notation supported := (list ((list F * bool) * F)).

(** ** One cell *)

Section OneCell.
Variable width : nat.
Variable slope : F.

Definition side_slope (b : bool) : F := if b then k1 F else slope.
Definition ksgn (b : bool) (a : F) : F := if b then a else kopp a.
Lemma ksgn_ok b a : toR (ksgn b a) = sgn b * toR a.
Proof. unfold ksgn, sgn. destruct b; rewrite ?toR_opp; ring. Qed.

(** [sum (sign lambda_i y_i slope(s_i) + mu_i s_i) x_i], where the [mu_i] are not negative. *)
Fixpoint cell_vector (sign : bool) (samples : supported) (pattern : list bool) (mu : list F) : option (list F) :=
  match samples, pattern, mu with
  | [], [], [] => Some (map (fun _ => k0 F) (seq 0 width))
  | a :: samples', b :: pattern', m :: mu' =>
      if knonneg m then
        match cell_vector sign samples' pattern' mu' with
        | Some v =>
            let c := kadd (ksgn sign (ksgn (snd (fst a)) (kmul (snd a) (side_slope b)))) (ksgn b m) in
            Some (vadd (map (kmul c) (fst (fst a))) v)
        | None => None
        end
      else None
  | _, _, _ => None
  end.

Definition cell_ok (samples : supported) (cell : list bool * list F) : bool :=
  match cell with
  | (sign :: pattern, mu) =>
      match cell_vector sign samples pattern mu with
      | Some v => knonneg (ksub (k1 F) (kdot v v))
      | None => false
      end
  | _ => false
  end.

(** What a unit with weights [w] makes of a sample, and what its cell's vector bounds. *)
Variable u : list (nat * nat).
Variable w : list R.
Local Notation z a := (preact w (map toR (fst (fst a))) u).
Definition functional (f : nat -> R) : R := Rsum (map (fun c => nth (snd c) w 0 * f (fst c)) u).

Lemma act_on_side x b : on_side x b -> act (toR slope) x = toR (side_slope b) * x.
Proof.
  unfold on_side, act, sgn. destruct b; intro H; simpl; destruct Rlt_dec; rewrite ?toR_1; try lra; try ring.
  replace x with 0 by lra. ring.
Qed.

Lemma cell_vector_ok sign samples pattern mu v : cell_vector sign samples pattern mu = Some v ->
  (forall a, In a samples -> length (fst (fst a)) = width) -> Forall2 (fun a b => on_side (z a) b) samples pattern ->
  length v = width /\
  sgn sign * Rsum (map (fun a => toR (snd a) * sgn (snd (fst a)) * act (toR slope) (z a)) samples) <= functional (vec v).
Proof.
  intros H Hl Hp. revert mu v H. induction Hp as [|a b samples pattern Hb _ IH]; intros mu v H.
  - destruct mu; try discriminate. injection H as <-. split. now rewrite map_length, seq_length.
    simpl. right. unfold functional. rewrite Rsum_zero. ring. intros c _. unfold vec. rewrite map_map.
    replace (nth (fst c) (map (fun _ => toR (k0 F)) (seq 0 width)) 0) with 0. ring.
    rewrite toR_0. generalize (seq 0 width) (fst c). intro l. induction l as [|x l IHl]; intros [|i]; simpl; auto.
  - destruct mu as [|m mu]; try discriminate. cbn [cell_vector] in H. destruct (knonneg m) eqn:Em; try discriminate.
    destruct (cell_vector sign samples pattern mu) as [v'|] eqn:E; try discriminate. injection H as <-.
    specialize (IH (fun a Ha => Hl a (or_intror Ha)) mu v' E). destruct IH as [L IH].
    assert (La : length (fst (fst a)) = width) by (apply Hl; now left).
    set (c := kadd _ _). split.
    { apply length_vadd; auto. now rewrite map_length. }
    cbn [map]. rewrite Rsum_cons.
    assert (Fv : functional (vec (vadd (map (kmul c) (fst (fst a))) v')) = toR c * z a + functional (vec v')).
    { unfold functional, preact. rewrite <- (Rmult_1_l (Rsum (map (fun c => nth (snd c) w 0 * vec v' (fst c)) u))).
      rewrite <- Rsum_lin. apply Rsum_ext_in. intros x _. unfold vec at 1. rewrite nth_vadd by (rewrite map_length; congruence).
      fold (vec v' (fst x)). rewrite map_map. rewrite (map_ext _ (fun y => toR c * toR y)) by (intro; apply toR_mul).
      rewrite <- (map_map toR (Rmult (toR c))), nth_scale. ring. }
    rewrite Fv. unfold c. rewrite toR_add, !ksgn_ok, toR_mul, (act_on_side _ b Hb). apply knonneg_ok in Em.
    unfold on_side in Hb. pose proof (Rmult_le_pos _ _ Em Hb). lra.
Qed.

Lemma unit_contribution samples bits mu v : cell_ok samples (bits, mu) = true ->
  (forall a, In a samples -> length (fst (fst a)) = width) -> NoDup (map fst u) -> (forall c, In c u -> (fst c < width)%nat) ->
  Forall2 (fun x b => on_side x b) (v :: map (fun a => z a) samples) bits ->
  Rsum (map (fun a => toR (snd a) * sgn (snd (fst a)) * (v * act (toR slope) (z a))) samples) <=
  (v * v + Rsum (map (fun c => nth (snd c) w 0 * nth (snd c) w 0) u)) / 2.
Proof.
  intros H Hl Hn Hd Hs. inversion Hs as [|x sign l pattern Hv Hp]; subst. cbn [cell_ok] in H.
  destruct cell_vector as [vector|] eqn:E in H; try discriminate.
  assert (Hp' : Forall2 (fun a b => on_side (z a) b) samples pattern).
  { clear - Hp. remember (map (fun a => z a) samples) as zs. revert samples Heqzs.
    induction Hp; intros [|a samples] Hz; try discriminate; constructor; injection Hz as -> ->; auto. }
  destruct (cell_vector_ok sign samples pattern mu vector E Hl Hp') as [Lv B].
  apply knonneg_ok in H. rewrite toR_sub, toR_1, (kdot_ok width) in H by auto.
  change (0 <= 1 - square width (vec vector)) in H.
  set (W := Rsum (map (fun c => nth (snd c) w 0 * nth (snd c) w 0) u)).
  assert (HW : 0 <= W) by apply (Rsum_squares (fun c => nth (snd c) w 0)).
  assert (C : functional (vec vector) * functional (vec vector) <= W).
  { unfold functional. eapply Rle_trans. apply (cauchy_schwarz (fun c => nth (snd c) w 0) (fun c => vec vector (fst c))).
    fold W. rewrite <- (Rmult_1_r W) at 2. apply Rmult_le_compat_l; auto.
    apply Rle_trans with (square width (vec vector)); [|lra]. unfold square.
    rewrite <- (map_map fst (fun i => vec vector i * vec vector i)). apply Rsum_incl; auto. intro. apply Rle_0_sqr.
    intros i Hi. apply in_map_iff in Hi. destruct Hi as (c & <- & Hc). apply in_seq. specialize (Hd c Hc). lia. }
  set (X := Rsum (map (fun a => toR (snd a) * sgn (snd (fst a)) * act (toR slope) (z a)) samples)) in *.
  assert (EX : Rsum (map (fun a => toR (snd a) * sgn (snd (fst a)) * (v * act (toR slope) (z a))) samples) = v * X).
  { unfold X. rewrite <- Rsum_mult. apply Rsum_ext_in. intros. ring. }
  rewrite EX. unfold on_side in Hv.
  assert (V : v * X = (sgn sign * v) * (sgn sign * X)) by (unfold sgn; destruct sign; ring).
  assert (V2 : (sgn sign * v) * (sgn sign * v) = v * v) by (unfold sgn; destruct sign; ring).
  pose proof (Rmult_le_compat_l _ _ _ Hv B) as Q.
  pose proof (Rle_0_sqr (sgn sign * v - functional (vec vector))) as S. unfold Rsqr in S. nra.
Qed.
End OneCell.

(** ** All units *)

Section Network.
Variables hidden output : layer F.
Variable out : list (nat * nat).
Variable theta : params F.
Variable P : problem F.
Variable lambda : list F.
Let samples := chain_supports P lambda.

(** The shape of the network, and that the multipliers' sum is at least half the squared norm. *)
Definition check_two_layers : bool :=
  if forallb (fun u => distinct (map fst u)) (units hidden) then if Nat.eqb (most_uses hidden) 1 then
  if distinct (map fst out) then if Nat.eqb (most_uses output) 1 then
  if forallb (fun a => knonneg (snd a)) samples then
    knonneg (ksub (ksum (map snd samples)) (kmul half (norm2_of theta)))
  else false else false else false else false else false.

Hypothesis Hnet : net P = [hidden; output].
Hypothesis Hout : units output = [out].

Lemma two_layers_bound w v : check_two_layers = true -> well_formed (map_problem toR P) ->
  satisfies (map_problem toR P) [w; v] ->
  (forall c, In c out -> exists bits mu, cell_ok (inputs P) (slope hidden) samples (bits, mu) = true /\
    Forall2 (fun x b => on_side x b)
      (nth (snd c) v 0 :: map (fun a => preact w (map toR (fst (fst a))) (nth (fst c) (units hidden) [])) samples) bits) ->
  norm2 (map_params toR theta) <= norm2 [w; v].
Proof.
  unfold check_two_layers. destruct (forallb (fun u => distinct _) _) eqn:E1; try discriminate.
  destruct (Nat.eqb_spec (most_uses hidden) 1) as [E2|]; try discriminate. destruct (distinct _) eqn:E3; try discriminate.
  destruct (Nat.eqb_spec (most_uses output) 1) as [E4|]; try discriminate. destruct (forallb (fun a => knonneg _) _) eqn:E5; try discriminate.
  intros E6 Hw [Hs Hm] Hc.
  destruct Hw as (_ & _ & Hfit & Hlin & Hx). cbn [map_problem net inputs] in Hfit, Hlin, Hs. rewrite Hnet in Hfit, Hlin, Hs.
  cbn [map fits map_layer units nparams slope last] in Hfit, Hlin. destruct Hfit as (_ & Hu1 & _ & Hu2 & _). rewrite Hout in Hu2.
  injection Hs as Hlw Hlv.
  assert (Hsup : forall a, In a samples -> In (fst a) (data P) /\ 0 <= toR (snd a)).
  { intros a Ha. rewrite forallb_forall in E5. split. 2: now apply knonneg_ok, E5.
    apply filter_In in Ha. destruct a, Ha as [Ha _]. eapply in_combine_l; eauto. }
  assert (Hlen : forall a, In a samples -> length (fst (fst a)) = inputs P).
  { intros a Ha. destruct (Hsup a Ha) as [Hd _].
    specialize (Hx (map toR (fst (fst a)), snd (fst a))). simpl in Hx. rewrite map_length in Hx. apply Hx.
    apply in_map_iff. now exists (fst a). }
  set (unit_of := fun c : nat * nat => nth (fst c) (units hidden) []).
  set (W := fun u : list (nat * nat) => Rsum (map (fun c => nth (snd c) w 0 * nth (snd c) w 0) u)).
  (* The margins, weighed, are the units' contributions. *)
  assert (Margins : forall a, In a samples -> margin (map_problem toR P) [w; v] (map toR (fst (fst a)), snd (fst a)) =
    Rsum (map (fun c => sgn (snd (fst a)) * (nth (snd c) v 0 * act (toR (slope hidden)) (preact w (map toR (fst (fst a))) (unit_of c)))) out)).
  { intros a Ha. unfold margin, Phi. cbn [map_problem net fst snd]. rewrite Hnet. cbn [map forward]. unfold apply_layer at 1.
    cbn [map_layer units slope]. rewrite Hout. cbn [map nth]. rewrite Hlin.
    assert (A1 : forall x, act 1 x = x) by (intro x; unfold act; destruct Rlt_dec; ring). rewrite A1.
    unfold preact at 1. rewrite <- Rsum_mult. apply Rsum_ext_in. intros c Hcin. f_equal. f_equal.
    unfold apply_layer. cbn [map_layer units slope]. set (f := fun u => act (toR (slope hidden)) (preact w (map toR (fst (fst a))) u)).
    change (nth (fst c) (map f (units hidden)) 0 = f (unit_of c)). destruct (Hu2 out c (or_introl eq_refl) Hcin) as [Hin _].
    rewrite nth_indep with (d' := f []) by (now rewrite map_length). apply map_nth. }
  assert (Sum : Rsum (map (fun a => toR (snd a)) samples) <=
    Rsum (map (fun c => (nth (snd c) v 0 * nth (snd c) v 0 + W (unit_of c)) / 2) out)).
  { apply Rle_trans with (Rsum (map (fun a => Rsum (map (fun c => toR (snd a) * sgn (snd (fst a)) *
      (nth (snd c) v 0 * act (toR (slope hidden)) (preact w (map toR (fst (fst a))) (unit_of c)))) out)) samples)).
    - apply Rsum_le. intros a Ha. destruct (Hsup a Ha) as [Hd Hp].
      assert (M1 : 1 <= margin (map_problem toR P) [w; v] (map toR (fst (fst a)), snd (fst a))).
      { apply Hm. simpl. apply in_map_iff. now exists (fst a). }
      rewrite (Margins a Ha) in M1. pose proof (Rmult_le_compat_l _ _ _ Hp M1) as Q. rewrite <- Rsum_mult in Q.
      rewrite Rmult_1_r in Q. eapply Rle_trans. exact Q. right. apply Rsum_ext_in. intros. ring.
    - rewrite Rsum_swap. apply Rsum_le. intros c Hcin. destruct (Hc c Hcin) as (bits & mu & Hok & Hsides).
      destruct (Hu2 out c (or_introl eq_refl) Hcin) as [Hin _].
      assert (Iu : In (unit_of c) (units hidden)) by (apply nth_In; auto).
      apply (unit_contribution (inputs P) (slope hidden) (unit_of c) w samples bits mu); auto.
      + apply distinct_ok. rewrite forallb_forall in E1. auto.
      + intros c' Hc'. apply (Hu1 (unit_of c) c' Iu Hc'). }
  (* Each parameter counts once. *)
  assert (WB : Rsum (map (fun c => W (unit_of c)) out) <= Rsum (map (fun x => x * x) w)).
  { apply Rle_trans with (weight_squares (units hidden) w).
    - unfold weight_squares. rewrite <- (map_id (units hidden)), Rsum_concat.
      set (g := fun j => W (nth j (units hidden) [])).
      apply Rle_trans with (Rsum (map g (seq 0 (length (units hidden))))).
      + change (Rsum (map (fun c => g (fst c)) out) <= Rsum (map g (seq 0 (length (units hidden))))).
        rewrite <- (map_map fst g). apply Rsum_incl.
        * intro j. apply (Rsum_squares (fun c : nat * nat => nth (snd c) w 0)).
        * now apply distinct_ok.
        * intros j Hj. apply in_map_iff in Hj. destruct Hj as (c & <- & Hcin).
          destruct (Hu2 out c (or_introl eq_refl) Hcin) as [Hin _]. apply in_seq. lia.
      + right. unfold g. rewrite <- (map_map (fun j => nth j (units hidden) []) W). f_equal. rewrite ?map_id. f_equal.
        clear. induction (units hidden) as [|u l IH]; simpl; auto. f_equal. now rewrite <- seq_shift, map_map.
    - apply (once (units hidden) w (nparams hidden)); auto.
      + intros u c Hu Hcin. apply (Hu1 u c Hu Hcin).
      + intros p Hp. rewrite <- E2. now apply most_uses_ok. }
  assert (VB : Rsum (map (fun c => nth (snd c) v 0 * nth (snd c) v 0) out) <= Rsum (map (fun x => x * x) v)).
  { pose proof (once (units output) v (nparams output) Hlv) as Q. rewrite Hout in Q. unfold weight_squares in Q. cbn [concat] in Q.
    rewrite app_nil_r in Q. apply Q.
    - intros u c Hu Hcin. apply (Hu2 u c Hu Hcin).
    - intros p Hp. rewrite <- Hout, <- E4. now apply most_uses_ok. }
  apply knonneg_ok in E6. rewrite toR_sub, toR_mul, norm2_of_ok, half_ok, ksum_ok, map_map in E6.
  assert (Half : Rsum (map (fun c => (nth (snd c) v 0 * nth (snd c) v 0 + W (unit_of c)) / 2) out) =
    / 2 * Rsum (map (fun c => nth (snd c) v 0 * nth (snd c) v 0) out) + / 2 * Rsum (map (fun c => W (unit_of c)) out)).
  { rewrite <- Rsum_lin. apply Rsum_ext_in. intros. field. }
  assert (N : norm2 [w; v] = Rsum (map (fun x => x * x) w) + Rsum (map (fun x => x * x) v)).
  { unfold norm2. cbn [map]. rewrite !Rsum_cons. simpl. ring. }
  rewrite N. lra.
Qed.
End Network.

(** ** Every pattern that is allowed has its cell *)

(** The cells, in the order of the patterns. *)
Definition cover (width : nat) (slope : F) (samples : supported) (sides : list (option bool)) (cells : list (list F)) : bool :=
  let wanted := patterns sides in
  if Nat.eqb (length wanted) (length cells) then forallb (cell_ok width slope samples) (combine wanted cells) else false.

Lemma in_combine_first {A B} (a : A) (l : list A) (m : list B) : length l = length m -> In a l -> exists b, In (a, b) (combine l m).
Proof.
  revert m. induction l as [|x l IH]; intros [|y m] H I; simpl in *; try discriminate; try tauto.
  destruct I as [->|I]. exists y. now left. destruct (IH m) as (b & Hb); auto. exists b. now right.
Qed.

Lemma cover_ok width slope samples sides cells xs : cover width slope samples sides cells = true ->
  Forall2 (fun x side => forall b, side = Some b -> on_side x b) xs sides ->
  exists bits mu, cell_ok width slope samples (bits, mu) = true /\ Forall2 (fun x b => on_side x b) xs bits.
Proof.
  unfold cover. destruct (Nat.eqb_spec (length (patterns sides)) (length cells)) as [L|]; try discriminate. intros H Hs.
  destruct (Forall2_choose (fun side b => allows side b) (fun x b => on_side x b) sides xs) as (bits & H1 & H2).
  { clear - Hs. induction Hs as [|x side xs sides H _ IH]; constructor; auto. now apply some_side. }
  exists bits. destruct (in_combine_first bits _ cells L (patterns_complete _ _ H1)) as (mu & Hmu).
  exists mu. split; auto. rewrite forallb_forall in H. now apply H.
Qed.

Lemma shaped_two {A B : layer F} (P : problem F) (theta' : params R) : net P = [A; B] -> shaped (net (map_problem toR P)) theta' ->
  exists w v, theta' = [w; v].
Proof.
  intros Hn Hs. unfold shaped in Hs. simpl in Hs. rewrite Hn in Hs. destruct theta' as [|w [|v [|]]]; try discriminate Hs. now exists w, v.
Qed.

(** What both kinds of optimality ask: a feasible point of a network of two layers, and of the cells what [cells_ok] says of the
    hidden layer and the one unit of the last. *)
Definition check_two (P : problem F) (theta : params F) (lambda : list F) (cells_ok : layer F -> list (nat * nat) -> bool) : bool :=
  if check_feasible P None theta then
  match net P with
  | [hidden; output] =>
      match units output with
      | [out] => if check_two_layers hidden output out theta P lambda then cells_ok hidden out else false
      | _ => false
      end
  | _ => false
  end else false.

Lemma check_two_ok P theta lambda cells_ok : check_two P theta lambda cells_ok = true ->
  feasible (map_problem toR P) None (map_params toR theta) /\ exists hidden output out, net P = [hidden; output] /\
  units output = [out] /\ check_two_layers hidden output out theta P lambda = true /\ cells_ok hidden out = true.
Proof.
  unfold check_two. destruct check_feasible eqn:Ef; try discriminate.
  destruct (net P) as [|hidden [|output [|]]]; try discriminate. destruct (units output) as [|out [|]] eqn:Eo; try discriminate.
  destruct check_two_layers eqn:E2; try discriminate. intro H. split. now apply feasible_sound. now exists hidden, output, out.
Qed.

(** ** Global optimality: all patterns *)

Definition check_cells_global (P : problem F) (theta : params F) (lambda : list F) (cells : list (list F)) : bool :=
  let samples := chain_supports P lambda in
  check_two P theta lambda (fun hidden _ =>
    cover (inputs P) (slope hidden) samples (repeat None (S (length samples))) cells).

Theorem cells_global_sound P theta lambda cells : check_cells_global P theta lambda cells = true ->
  global_optimum (map_problem toR P) None (map_params toR theta).
Proof.
  intro Checked. destruct (check_two_ok _ _ _ _ Checked) as (Ef & hidden & output & out & En & Eo & E2 & H).
  split; auto. intros theta' Hs _.
  destruct (shaped_two P theta' En (proj1 Hs)) as (w & v & ->).
  apply (two_layers_bound hidden output out theta P lambda En Eo w v E2); auto. apply Ef.
  intros c _. apply (cover_ok _ _ _ _ _ _ H).
  cbn [repeat]. constructor. discriminate.
  clear. induction (chain_supports P lambda) as [|a l IH]; cbn [map length repeat]; constructor. discriminate. exact IH.
Qed.

(** ** Local optimality: what is not 0 at the point keeps its side *)

Local Notation mpoly := (list (F * list (nat * nat))).

Definition side_near (p : mpoly) : option bool :=
  if kpos (mconst p) then Some true else if kpos (kopp (mconst p)) then Some false else None.
Lemma side_near_ok p : near (fun e => forall b, side_near p = Some b -> on_side (mev p e) b).
Proof.
  unfold side_near, on_side, sgn. destruct (kpos (mconst p)) eqn:E; [|destruct (kpos (kopp (mconst p))) eqn:E'].
  - apply kpos_ok in E. eapply (U_mono _ near_where); [|exact (mev_close p _ E)]. cbn beta. intros e H b [= <-].
    apply Rabs_def2 in H. lra.
  - apply kpos_ok in E'. eapply (U_mono _ near_where); [|exact (mev_close p _ E')]. cbn beta. intros e H b [= <-].
    apply Rabs_def2 in H. rewrite toR_opp in H. lra.
  - apply (U_all _ near_where). discriminate.
Qed.

(** The outgoing weight of a connection, and the preactivations of the unit that it comes from, near the point. *)
Definition near_point (theta : params F) (samples : supported) (hidden : layer F) (c : nat * nat) : list mpoly :=
  let moving := displaced None theta in
  let w := nth 0 moving [] in
  let u := nth (fst c) (units hidden) [] in
  nth (snd c) (nth 1 moving []) (mcst (k0 F)) ::
  map (fun a => tpreact (S := sym_mpoly) w (map mcst (fst (fst a))) u) samples.

Definition check_cells_local (P : problem F) (theta : params F) (lambda : list F) (cells : list (list (list F))) : bool :=
  let samples := chain_supports P lambda in
  check_two P theta lambda (fun hidden out =>
    if Nat.eqb (length out) (length cells) then
      forallb (fun x => cover (inputs P) (slope hidden) samples
                 (map side_near (near_point theta samples hidden (fst x))) (snd x)) (combine out cells)
    else false).

Theorem cells_local_sound P theta lambda cells : check_cells_local P theta lambda cells = true ->
  local_optimum (map_problem toR P) None (map_params toR theta).
Proof.
  unfold check_cells_local. set (samples := chain_supports P lambda). intro Checked.
  destruct (check_two_ok _ _ _ _ Checked) as (Ef & hidden & output & out & En & Eo & E2 & H). cbn beta in H.
  destruct (Nat.eqb_spec (length out) (length cells)) as [L|]; try discriminate. split; auto.
  assert (N : near (fun e => forall c, In c out -> forall p, In p (near_point theta samples hidden c) ->
    forall b, side_near p = Some b -> on_side (mev p e) b)).
  { apply (U_list near near_where). intros c _. apply (U_list near near_where). intros p _. apply side_near_ok. }
  destruct N as (d & Hd & N). exists d. split; auto. intros theta' Hs Hsame Hdist.
  destruct (shaped_two P theta' En (proj1 Hs)) as (w & v & ->).
  set (e := fun x => entry [w; v] x - entry (map_params toR theta) x).
  assert (Shape : same_shape (map_params toR theta) [w; v]).
  { destruct Ef as [_ [Hf _]], Hs as [Hs _]. unfold same_shape, shaped in *. congruence. }
  assert (He : forall x, Rabs (e x) < d).
  { intro x. eapply Rle_lt_trans; [|exact Hdist]. now apply entry_dist. }
  pose proof (displaced_ok None theta [w; v] Shape Hsame) as D. fold e in D.
  specialize (N e He).
  apply (two_layers_bound hidden output out theta P lambda En Eo w v E2); auto. apply Ef.
  intros c Hc. destruct (in_combine_first c out cells L Hc) as (own & Hown).
  rewrite forallb_forall in H. specialize (H _ Hown). cbn [fst snd] in H.
  apply (cover_ok _ _ _ _ _ _ H). specialize (N c Hc).
  assert (Dw : map (fun p => mev p e) (nth 0 (displaced None theta) []) = w).
  { rewrite <- (map_nth (map (fun p => mev p e))), D. reflexivity. }
  assert (Dv : map (fun p => mev p e) (nth 1 (displaced None theta) []) = v).
  { rewrite <- (map_nth (map (fun p => mev p e))), D. reflexivity. }
  assert (V : nth (snd c) v 0 :: map (fun a => preact w (map toR (fst (fst a))) (nth (fst c) (units hidden) [])) samples =
              map (fun p => mev p e) (near_point theta samples hidden c)).
  { unfold near_point. cbn [map]. f_equal.
    - rewrite <- Dv at 1. rewrite <- (toR_0 (F := F)) at 1. rewrite <- (mev_cst (k0 F) e).
      apply (map_nth (fun p => mev p e)).
    - rewrite map_map. apply map_ext. intro a.
      pose proof (ev_tpreact (S := sym_mpoly) (Mean := mean_mpoly) (nth 0 (displaced None theta) []) (map mcst (fst (fst a)))
        (nth (fst c) (units hidden) []) e) as Q.
      change (mev (tpreact (S := sym_mpoly) (nth 0 (displaced None theta) []) (map mcst (fst (fst a))) (nth (fst c) (units hidden) [])) e =
        preact (map (fun p => mev p e) (nth 0 (displaced None theta) [])) (at_ (S := sym_mpoly) e (map mcst (fst (fst a))))
          (nth (fst c) (units hidden) [])) in Q.
      rewrite Dw in Q. rewrite Q. f_equal. symmetry. apply (at_k (S := sym_mpoly) (Mean := mean_mpoly) e (fst (fst a))). }
  fold samples. rewrite V. clear - N. induction (near_point theta samples hidden c) as [|p l IH]; cbn [map]; constructor.
  - apply N. now left.
  - apply IH. intros q Hq. apply N. now right.
Qed.
End Cells.
