(** * The check that the Lagrangian curves up, in intervals, and that no unit at 0 raises a margin near the point. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Lists Vectors Sums Forward Displacement Orders Intervals System Solution
  Piece PieceGradient TwoLayers TwoLayersKkt EnclosedParameters Sloped ParameterSystem ParametersOnBox ParametersChecked Valleys ValleysChecked Expansion Definite PartOfNetwork Curvature.
Import ListNotations.
Open Scope R_scope.

(** ** Which parameters move *)

(** Hidden units without a free parameter, and the places of their weights. *)
Definition all_fixed (D : description Q) (l : list (nat * nat)) : bool :=
  forallb (fun v => match nth (snd v) (nth (fst v) (unknowns D) []) None with None => true | Some _ => false end) l.
Definition weights_of (P : problem Q) (j u : nat) : list (nat * nat) :=
  map (fun c => (j, snd c)) (nth u (units (glayer P j)) []) ++
  flat_map (fun v => flat_map (fun c => if Nat.eqb (fst c) u then [(S j, snd c)] else []) v) (units (glayer P (S j))).
Definition weights_that_stay (P : problem Q) (D : description Q) : list (nat * nat) :=
  flat_map (fun j => flat_map (fun u => let l := weights_of P j u in if all_fixed D l then l else []) (seq 0 (length (units (glayer P j)))))
    (seq 0 (length (net P) - 1)).
Definition is_place (v w : nat * nat) : bool := if Nat.eqb (fst v) (fst w) then Nat.eqb (snd v) (snd w) else false.

Section Curvature.
Variable bits : Z.
Variables (P : problem Q) (D : description Q).
(** The weights that stay 0; the weight of the gradients' squares. *)
Variables (still : list (nat * nat)) (penalty : Q).
Notation F := (interval_ring bits).
Let PR := real P.
Let DR := real_description D.
Notation X := (numbers bits D).
Notation one := (of_rational (r := F) 1%Q).
Notation none := (g0 (F := F)).
Notation sum := (gsum (F := F)).
Notation times := (rmul (r := F)).
Definition moves (v : nat * nat) : bool := negb (existsb (is_place v) still).
Definition moving_places : list (nat * nat) :=
  filter moves (concat (map (fun k => map (fun i => (k, i)) (seq 0 (length (nth k (unknowns D) [])))) (seq 0 (length (unknowns D))))).

(** The box, widened by the radius wherever a parameter moves. *)
Definition around_point : list (list F) :=
  mapi (fun k w => mapi (fun i a => if moves (k, i) then add a (around bits 0 (reach D)) else a) 0 w) 0 (gparameters D X).

(** *** Derivatives of networks *)
Definition gfirst (n : list (layer Q)) (sl : nat -> nat -> F) (theta : list (list F)) (x : list F) (v : nat * nat) : F :=
  if Nat.ltb (fst v) (length n) then nth 0 (gsloped n sl (upd (fst v) (gunit (F := F) (snd v)) theta) x) none else none.
Definition gsecond (n : list (layer Q)) (sl : nat -> nat -> F) (theta : list (list F)) (x : list F) (v w : nat * nat) : F :=
  if Nat.ltb (fst v) (length n) then if Nat.ltb (fst w) (fst v) then
    nth 0 (gsloped n sl (upd (fst v) (gunit (F := F) (snd v)) (upd (fst w) (gunit (F := F) (snd w)) theta)) x) none else none else none.
Definition gwires (h : nat * nat * nat) : list (nat * nat) := nth (snd h) (units (glayer P (snd (fst h)))) [].
Definition gpart (h : nat * nat * nat) : list (layer Q) := firstn (snd (fst h)) (net P) ++ [Layer 1%Q 0 [gwires h]].
Definition gslopes_below (h : nat * nat * nat) (i u : nat) : F := if Nat.ltb i (snd (fst h)) then gslope_of P D X (fst (fst h)) i u else one.

Definition gmargin_gradient (k : nat) (v : nat * nat) : F :=
  gsgn (F := F) (tight_label P D k) (gfirst (net P) (gslope_of P D X k) (gparameters D X) (gsample (F := F) P (tight_sample D k)) v).
Definition gkink_gradient (h : nat * nat * nat) (v : nat * nat) : F :=
  gfirst (gpart h) (gslopes_below h) (gparameters D X) (gsample (F := F) P (tight_sample D (fst (fst h)))) v.
Definition gmargin_curvature (k : nat) (v w : nat * nat) : F :=
  gsgn (F := F) (tight_label P D k) (gsecond (net P) (gslope_of P D X k) (gparameters D X) (gsample (F := F) P (tight_sample D k)) v w).

(** *** The matrix, from a column of gradients a place *)
Definition column (v : nat * nat) : list F :=
  map (fun k => gmargin_gradient k v) (seq 0 (length (samples D))) ++ map (fun h => gkink_gradient h v) (held_places D).
Definition gcurvature (vc wd : (nat * nat) * list F) : F :=
  add (add (if is_place (fst vc) (fst wd) then one else none)
        (opp (sum (map (fun k => times (gweight D X k) (add (gmargin_curvature k (fst vc) (fst wd)) (gmargin_curvature k (fst wd) (fst vc))))
          (seq 0 (length (samples D)))))))
      (times (of_Q bits penalty) (sum (map (fun ab => times (fst ab) (snd ab)) (combine (snd vc) (snd wd))))).
Fixpoint triangle (l : list ((nat * nat) * list F)) : list (list interval) :=
  match l with [] => [] | vc :: l' => map (gcurvature vc) (vc :: l') :: triangle l' end.

(** *** The check *)
(** What a unit that is 0 passes on does not reach the held kinks of its sample above it. *)
Definition check_unheard (theta : list (list F)) (k j u : nat) : bool :=
  forallb (fun h => if Nat.eqb (fst (fst h)) k then if Nat.ltb j (snd (fst h)) then
    is_zero (nth 0 (gsloped (skipn (S j) (gpart h)) (fun i => gslopes_below h (S j + i)) (skipn (S j) theta) (gunit (F := F) u)) none)
    else true else true) (held_places D).
Definition check_silent (theta : list (list F)) (k j : nat) (l : layer Q) (u : nat) : bool :=
  match gkind D k j u with
  | Silent => if check_rest P D k j u then true else if is_zero (gpassed_on bits P D theta k j u) then check_unheard theta k j u else true
  | _ => true
  end.
Definition check_all_silent (theta : list (list F)) : bool :=
  forallb (fun k => forallb (fun jl => forallb (check_silent theta k (fst jl) (snd jl)) (seq 0 (length (units (snd jl)))))
    (combine (seq 0 (length (net P))) (net P))) (seq 0 (length (samples D))).
(** Held kinks are where the network has units that are not linear. *)
Definition check_held : bool :=
  forallb (fun h => match nth_error (net P) (snd (fst h)) with
    | Some l => if Nat.ltb (snd h) (length (units l)) then negb (Qeq_bool (slope l) 1) else false
    | None => false
    end) (held_places D).
Definition check_curvature : bool :=
  if qpos (reach D) then if check_held then
  let theta := around_point in
  if check_valleys bits P D theta 0 then if check_all_silent theta then
    let columns := map (fun v => (v, column v)) moving_places in
    definite bits (length columns) (triangle columns)
  else false else false else false else false.

(** ** What that means *)
Hypothesis Hbits : (0 <= bits)%Z.
Variable xi : list R.
Hypothesis Facts : at_solution P D xi.
Let W := Inside P D xi Facts.
Let H := over_encloses bits Hbits (within (map Q2R (centres D)) (Q2R (reach D))).
Let known := spread_ok bits Hbits (centres D) (reach D).
Let par := parameters DR xi.
Let sl := slope_of PR DR xi.
Let x k := fst (sample PR DR k).

Lemma par_rows k : nth k par [] = map (fun o => match o with Some n => nth n xi 0 | None => 0 end) (nth k (unknowns D) []).
Proof.
  unfold par, parameters. change (unknowns DR) with (unknowns D).
  change (@nil R) with (map (fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end) []). apply map_nth.
Qed.
Lemma moving_places_ok : moving_places = filter moves (places par).
Proof.
  unfold moving_places, places. f_equal. f_equal. assert (L : length par = length (unknowns D)) by (unfold par, parameters; apply map_length).
  rewrite L. apply map_ext. intro k. rewrite par_rows, map_length. reflexivity.
Qed.

Lemma first_ok n s S k v : (forall j u, over bits (within (map Q2R (centres D)) (Q2R (reach D))) (s j u) (fun xi => S xi j u)) ->
  holds bits (gfirst n s (gparameters D X) (gsample (F := F) P (tight_sample D k)) v) (first_derivative (map (map_layer Q2R) n) (S xi) par (x k) v).
Proof.
  intro HS. unfold gfirst, first_derivative, derivative. rewrite map_length. destruct Nat.ltb; [|apply (rel_0 H xi W)].
  refine (rel_sloped H n s S _ (fun xi => upd (fst v) (repeat 0 (snd v) ++ [1]) (parameters DR xi)) _ (fun _ => x k) HS _ (rel_given P D H k) 0%nat xi W).
  apply (rel_upd H (fst v) _ (fun _ => repeat 0 (snd v) ++ [1])). apply (rel_gunit H). apply (rel_parameters D X H known).
Qed.
Lemma second_ok k v w : holds bits (gsecond (net P) (gslope_of P D X k) (gparameters D X) (gsample (F := F) P (tight_sample D k)) v w)
  (second_derivative (net PR) (sl k) par (x k) v w).
Proof.
  unfold gsecond, second_derivative. assert (L : length (net PR) = length (net P)) by (unfold PR; cbn [real map_problem net]; apply map_length).
  rewrite L. destruct Nat.ltb; [|apply (rel_0 H xi W)]. destruct Nat.ltb; [|apply (rel_0 H xi W)].
  refine (rel_sloped H (net P) _ (fun xi => slope_of PR DR xi k) _ (fun xi => upd (fst v) (unit_vector (snd v)) (upd (fst w) (unit_vector (snd w)) (parameters DR xi))) _ (fun _ => x k)
    (rel_slope_of P D X H known k) _ (rel_given P D H k) 0%nat xi W).
  apply (rel_upd H (fst v) _ (fun _ => unit_vector (snd v))). apply (rel_gunit H).
  apply (rel_upd H (fst w) _ (fun _ => unit_vector (snd w))). apply (rel_gunit H). apply (rel_parameters D X H known).
Qed.
Lemma signed_ok k g z : holds bits g z -> holds bits (gsgn (F := F) (tight_label P D k) g) (sgn (snd (sample PR DR k)) * z).
Proof.
  intro Hg. change (snd (sample PR DR k)) with (snd (sample (real P) (real_description D) k)). rewrite <- (label_of P D k).
  exact (rel_sgn H _ _ (fun _ => z) (fun _ _ => Hg) xi W).
Qed.
Lemma part_ok h : map (map_layer Q2R) (gpart h) = part (net PR) (snd (fst h)) (wires_of PR h).
Proof.
  unfold gpart, part, wires_of, gwires. rewrite map_app, <- firstn_map. f_equal. cbn [map]. f_equal. unfold map_layer. cbn [slope nparams units].
  rewrite RMicromega.Q2R_1. f_equal. f_equal. unfold PR. now rewrite (nth_layers P).
Qed.
Lemma slopes_below_ok h i u : over bits (within (map Q2R (centres D)) (Q2R (reach D))) (gslopes_below h i u)
  (fun xi => slopes_below (slope_of PR DR xi (fst (fst h))) (snd (fst h)) i u).
Proof.
  unfold gslopes_below, slopes_below. destruct Nat.ltb. apply (rel_slope_of P D X H known). apply (rel_1 H).
Qed.
Lemma margin_gradient_ok k v : holds bits (gmargin_gradient k v) (margin_gradient PR par (samples D) sl k v).
Proof.
  unfold gmargin_gradient, margin_gradient. apply signed_ok.
  exact (first_ok (net P) _ (fun xi => slope_of PR DR xi k) k v (rel_slope_of P D X H known k)).
Qed.
Lemma margin_curvature_ok k v w : holds bits (gmargin_curvature k v w) (margin_curvature PR par (samples D) sl k v w).
Proof. unfold gmargin_curvature, margin_curvature. apply signed_ok. exact (second_ok k v w). Qed.
Lemma kink_gradient_ok h v : holds bits (gkink_gradient h v) (kink_gradient PR par (samples D) sl h v).
Proof.
  unfold gkink_gradient, kink_gradient. rewrite <- part_ok.
  exact (first_ok (gpart h) _ (fun xi => slopes_below (slope_of PR DR xi (fst (fst h))) (snd (fst h))) (fst (fst h)) v (slopes_below_ok h)).
Qed.
Lemma gsum_holds {A} (G : A -> F) (g : A -> R) l : (forall a, In a l -> holds bits (G a) (g a)) -> holds bits (sum (map G l)) (Rsum (map g l)).
Proof. intro E. exact (rel_sum H G (fun a _ => g a) l (fun a Ha _ _ => E a Ha) xi W). Qed.
Lemma columns_ok v w : holds bits (sum (map (fun ab => times (fst ab) (snd ab)) (combine (column v) (column w))))
  (Rsum (map (fun k => margin_gradient PR par (samples D) sl k v * margin_gradient PR par (samples D) sl k w) (seq 0 (length (samples D)))) +
   Rsum (map (fun h => kink_gradient PR par (samples D) sl h v * kink_gradient PR par (samples D) sl h w) (held_places D))).
Proof.
  assert (E : combine (column v) (column w) = map (fun a : nat + nat * nat * nat => match a with
      inl k => (gmargin_gradient k v, gmargin_gradient k w) | inr h => (gkink_gradient h v, gkink_gradient h w) end)
      (map inl (seq 0 (length (samples D))) ++ map inr (held_places D))).
  { unfold column. rewrite map_app, !map_map. generalize (seq 0 (length (samples D))). intro l. induction l as [|k l IH]; cbn [map app combine]; [|now rewrite IH].
    induction (held_places D) as [|h hs IH]; cbn [map combine]; [reflexivity|now rewrite IH]. }
  rewrite E, map_map. set (g := fun a : nat + nat * nat * nat => match a with
      inl k => margin_gradient PR par (samples D) sl k v * margin_gradient PR par (samples D) sl k w
    | inr h => kink_gradient PR par (samples D) sl h v * kink_gradient PR par (samples D) sl h w end).
  replace (_ + _) with (Rsum (map g (map inl (seq 0 (length (samples D))) ++ map inr (held_places D)))).
  - apply gsum_holds. intros [k|h] _; cbn [fst snd]; apply mul_ok; auto using margin_gradient_ok, kink_gradient_ok.
  - rewrite map_app, Rsum_app, !map_map. reflexivity.
Qed.
Lemma gcurvature_ok v w : holds bits (gcurvature (v, column v) (w, column w))
  (curvature PR par (samples D) (weight_at DR xi) sl (held_places D) (Q2R penalty) v w).
Proof.
  unfold gcurvature, curvature. cbn [fst snd].
  match goal with |- holds _ _ (?a - ?s - - ?p * ?t) => replace (a - s - - p * t) with ((a + - s) + p * t) by ring end.
  apply add_ok.
  - apply add_ok.
    + unfold is_place. destruct Nat.eqb; [|apply (rel_0 H xi W)]. destruct Nat.eqb. apply (rel_1 H xi W). apply (rel_0 H xi W).
    + apply opp_ok. apply gsum_holds. intros k _. apply mul_ok; auto. exact (rel_weight D X known k xi W).
      apply add_ok; apply margin_curvature_ok.
  - apply mul_ok; auto. now apply of_Q_ok. apply columns_ok.
Qed.
Lemma triangle_ok V : triangle_holds bits (curvature PR par (samples D) (weight_at DR xi) sl (held_places D) (Q2R penalty))
  (triangle (map (fun v => (v, column v)) V)) V.
Proof.
  induction V as [|v V IH]; cbn [map triangle triangle_holds]; auto. split; auto. unfold row_holds.
  change (gcurvature (v, column v) (v, column v) :: map (gcurvature (v, column v)) (map (fun v => (v, column v)) V)) with
    (map (gcurvature (v, column v)) (map (fun v => (v, column v)) (v :: V))).
  rewrite map_map. generalize (v :: V). intro l. induction l as [|w l IHl]; cbn [map]; constructor; auto. apply gcurvature_ok.
Qed.

(** *** Near the point *)
Notation at_ := (moved_by par moves).
Lemma around_holds : 0 < Q2R (reach D) -> near (fun e => length (at_ e) = length around_point /\
  forall k i, holds bits (nth i (nth k around_point []) none) (nth i (nth k (at_ e) []) 0)).
Proof.
  intro Reach. exists (Q2R (reach D)). split; auto. intros e He. destruct (parameters_hold bits P D Hbits xi Facts) as [L HT]. fold DR par in L, HT.
  split. { unfold moved_by, tab, around_point. rewrite !length_mapi. exact L. }
  intros k i. unfold around_point.
  assert (G : nth i (nth k (mapi (fun k w => mapi (fun i a => if moves (k, i) then add a (around bits 0 (reach D)) else a) 0 w) 0 (gparameters D X)) []) none =
    if inside par (k, i) then (if moves (k, i) then add (nth i (nth k (gparameters D X) []) none) (around bits 0 (reach D)) else nth i (nth k (gparameters D X) []) none) else none).
  { unfold inside. cbn [fst snd]. rewrite L, par_rows, map_length. destruct (Nat.ltb_spec k (length (gparameters D X))) as [Hk|Hk].
    - rewrite nth_mapi with (d := []) by auto. cbn [Nat.add].
      assert (Lk : length (nth k (gparameters D X) []) = length (nth k (unknowns D) [])).
      { unfold gparameters. change (@nil F) with (map (fun o : option nat => match o with Some n => nth n X none | None => none end) []). now rewrite map_nth, map_length. }
      simpl. destruct (Nat.ltb_spec i (length (nth k (unknowns D) []))) as [Hi|Hi].
      + rewrite nth_mapi with (d := none) by (eapply Nat.lt_le_trans; [exact Hi|apply Nat.eq_le_incl; symmetry; exact Lk]). reflexivity.
      + apply nth_overflow. rewrite length_mapi. eapply Nat.le_trans; [apply Nat.eq_le_incl; exact Lk|exact Hi].
    - rewrite (nth_overflow (mapi _ _ _)) by now rewrite length_mapi. simpl. now destruct i. }
  refine (eq_ind_r (fun a => holds bits a (nth i (nth k (at_ e) []) 0)) _ G). clear G.
  change (nth i (nth k (at_ e) []) 0) with (entry (at_ e) (k, i)). unfold moved_by. rewrite entry_tab.
  destruct (inside par (k, i)); [|apply (rel_0 H xi W)]. destruct (moves (k, i)).
  - apply add_ok. exact (HT k i). apply around_ok; auto. rewrite RMicromega.Q2R_0, Rminus_0_r. left. apply He.
  - rewrite Rplus_0_r. exact (HT k i).
Qed.

Lemma silent_checked theta k j l u : check_all_silent theta = true -> (k < length (samples D))%nat -> nth_error (net P) j = Some l ->
  (u < length (units l))%nat -> check_silent theta k j l u = true.
Proof.
  intros C Hk El Hu. unfold check_all_silent in C. rewrite forallb_forall in C. specialize (C k ltac:(apply in_seq; lia)).
  rewrite forallb_forall in C. specialize (C (j, l) (in_numbered _ 0 _ _ El)). cbn [fst snd] in C.
  rewrite forallb_forall in C. apply C, in_seq. lia.
Qed.
Lemma in_net j l : nth_error (net PR) j = Some l -> exists q, nth_error (net P) j = Some q /\ l = map_layer Q2R q.
Proof.
  unfold PR. cbn [real map_problem net]. rewrite nth_error_map. destruct (nth_error (net P) j) as [q|]; try discriminate. intros [= <-]. eauto.
Qed.

(** Each unit at 0 of an active sample is linear, a valley, or of no effect. *)
Lemma valley_near k j l u c : 0 < Q2R (reach D) -> check_valleys bits P D around_point 0 = true -> check_all_silent around_point = true ->
  (k < length (samples D))%nat -> nth_error (net PR) j = Some l -> nth_error (units l) u = Some c -> reads (net PR) par (x k) j c = 0 ->
  (slope l = 1 /\ sl k j u = 1) \/ (slope l <> 1 /\ (valley PR par (samples D) sl moves k j u (slope l) \/
  (gkind D k j u = Silent /\ rests (net PR) par (sl k) (x k) j c) \/
  (gkind D k j u = Silent /\ near (fun e => passed_on (net PR) (sl k) (at_ e) j u = 0) /\ forall j' u', In (k, j', u') (held_places D) -> (j < j')%nat ->
    near (fun e => passed_on (part (net PR) j' (wires_of PR (k, j', u'))) (slopes_below (sl k) j') (at_ e) j u = 0)))).
Proof.
  intros Reach C1 C2 Hk Hj Hu Z. destruct (valley_cases bits P D Hbits xi Facts around_point 0 k j l u c C1 Hk (Nat.le_0_l j) Hj Hu Z) as [E|[N1 E]]; auto.
  right. split; auto. pose proof (scale_R bits Hbits) as SR.
  destruct E as [Rs|[(Kd & Nr & Zr)|E]]; auto.
  - right. right. split; auto. split.
    + eapply (U_mono _ near_where); [|exact (around_holds Reach)]. cbv beta. intros e [L HT].
      exact (is_zero_ok bits Hbits _ _ Zr (passed_on_ok bits P D Hbits xi Facts around_point (at_ e) k j u L HT)).
    + intros j' u' Ih Lj. destruct (in_net j l Hj) as (q & Eq & ->). cbn [map_layer units] in Hu.
      assert (Lu : (u < length (units q))%nat) by (apply nth_error_Some; congruence).
      pose proof (silent_checked _ _ _ _ _ C2 Hk Eq Lu) as Sc. unfold check_silent in Sc. rewrite Kd, Nr, Zr in Sc.
      unfold check_unheard in Sc. rewrite forallb_forall in Sc. specialize (Sc (k, j', u') Ih). cbn [fst snd] in Sc.
      rewrite Nat.eqb_refl in Sc. destruct (Nat.ltb_spec j j'); [|lia].
      eapply (U_mono _ near_where); [|exact (around_holds Reach)]. cbv beta. intros e [L HT]. apply (is_zero_ok bits Hbits _ _ Sc).
      unfold passed_on. change (part (net PR) j' (wires_of PR (k, j', u'))) with (part (net PR) (snd (fst (k, j', u'))) (wires_of PR (k, j', u'))).
      rewrite <- (part_ok (k, j', u')), skipn_map.
      refine (rel_sloped H (skipn (S j) (gpart (k, j', u'))) _ (fun xi i => slopes_below (slope_of PR DR xi k) j' (S j + i)) _ (fun _ => skipn (S j) (at_ e)) _
        (fun _ => unit_vector u) _ _ _ 0%nat xi W).
      * intros i v. exact (slopes_below_ok (k, j', u') (S j + i) v).
      * split. intros _. now rewrite !skipn_length, L. intros a b x' _. rewrite !nth_rest. apply HT.
      * apply (rel_gunit H).
  - left. exists (Rabs (1 - slope l) / IZR (scale bits)). split.
    + apply Rmult_lt_0_compat. apply Rabs_pos_lt. lra. now apply Rinv_0_lt_compat.
    + eapply (U_mono _ near_where); [|exact (around_holds Reach)]. cbv beta. intros e [L HT]. apply E.
      exact (passed_on_ok bits P D Hbits xi Facts around_point (at_ e) k j u L HT).
Qed.

Theorem curvature_ok : check_curvature = true -> exists eps, 0 < eps /\ forall theta', satisfies PR theta' ->
  (forall v, moves v = false -> entry theta' v = entry par v) -> dist par theta' < eps -> theta' <> par -> norm2 par < norm2 theta'.
Proof.
  unfold check_curvature. destruct (qpos (reach D)) eqn:E1; try discriminate.
  destruct check_held eqn:E2; try discriminate. cbv zeta. destruct (check_valleys bits P D around_point 0) eqn:E3; try discriminate.
  destruct (check_all_silent around_point) eqn:E4; try discriminate. intro E5.
  assert (Reach : 0 < Q2R (reach D)) by exact (kpos_ok (F := Qops) (model := Qmodel) (reach D) E1). unfold check_held in E2. rewrite forallb_forall in E2.
  apply (curved PR par (samples D) (weight_at DR xi) sl moves (held_places D) (Q2R penalty)).
  - exact (Feasible P D xi Facts).
  - intros k Hk. destruct (Tight P D xi Facts k Hk) as [T1 T2]. split; [exact T1|]. split; [exact T2|]. split.
    + now apply (Described P D xi Facts).
    + exact (Slopes P D xi Facts k Hk).
  - exact (Stationary P D xi Facts).
  - rewrite <- moving_places_ok. exact (definite_ok bits Hbits _ _ _ _ E5 (triangle_ok moving_places)).
  - intros k j u I. pose proof I as I'. apply in_held_places in I'. destruct I' as (Hk & n & Kd). split; auto.
    specialize (E2 (k, j, u) I). cbn [fst snd] in E2. destruct (nth_error (net P) j) as [q|] eqn:Eq; try discriminate.
    destruct (Nat.ltb_spec u (length (units q))) as [Lu|]; try discriminate. apply negb_true_iff in E2.
    assert (N1 : Q2R (slope q) <> 1).
    { intro E. rewrite <- RMicromega.Q2R_1 in E. apply eqR_Qeq, Qeq_bool_iff in E. congruence. }
    destruct (nth_error (units q) u) as [c|] eqn:Eu; [|apply nth_error_None in Eu; lia].
    assert (Hj : nth_error (net PR) j = Some (map_layer Q2R q)) by (unfold PR; cbn [real map_problem net]; now rewrite nth_error_map, Eq).
    exists (map_layer Q2R q), c. split; [exact Hj|]. split; [exact Eu|].
    destruct (Described P D xi Facts) as (_ & Des). specialize (Des k j _ u c Hk Hj Eu N1). change (real_description D) with DR in Des.
    change (kind_at DR k j u) with (gkind D k j u) in Des. rewrite Kd in Des. destruct Des as [Z B].
    split; [exact Z|]. split.
    { unfold sl, slope_of. change (kind_at DR k j u) with (gkind D k j u). rewrite Kd. exact B. }
    destruct (valley_near k j _ u c Reach E3 E4 Hk Hj Eu Z) as [[S1 _]|[_ [V|[[Kd' _]|[Kd' _]]]]]; auto; [contradiction|congruence|congruence].
  - intros k j l u c Hk Hj Hu Z. destruct (valley_near k j l u c Reach E3 E4 Hk Hj Hu Z) as [E|[_ [V|[[_ V]|(_ & V)]]]]; auto.
Qed.
End Curvature.
