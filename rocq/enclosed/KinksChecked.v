(** * The check that the slopes at kinks are those of Clarke subgradients, sample by sample.

    A unit at 0 is calm if its slope does not matter: it reads nothing, or nothing of what it passes on arrives, whatever
    the other units at 0 do. All others turn. The rows of their rates are independent, since the matrix of their inner
    products is positive definite. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Lists Vectors Sums Farkas Intervals System Solution Piece Stationary PieceGradient TwoLayers TwoLayersKkt
  EnclosedParameters Sloped Valleys Rates Directions KinkGradients ParameterSystem ParametersOnBox Definite.
Import ListNotations.
Open Scope R_scope.

Section Kinks.
Variable bits : Z.
Variables (P : problem Q) (D : description Q).
Notation F := (interval_ring bits).
Let PR := real P.
Let DR := real_description D.
Notation X := (numbers bits D).
Notation ZERO := (g0 (F := F)).

(** ** The slopes that a unit at 0 may have *)
Definition hull (a b : interval) : interval := (Z.min (fst a) (fst b), Z.max (snd a) (snd b)).
Definition units_of (j : nat) : list (list (nat * nat)) := units (glayer P j).
Definition some_slope (k j u : nat) : F :=
  if Nat.ltb u (length (units_of j)) then
    match gkind D k j u with
    | Negative => of_Q bits (slope (glayer P j))
    | Positive => one bits
    | _ => hull (of_Q bits (slope (glayer P j))) (one bits)
    end
  else one bits.

(** ** The check *)
Section Sample.
Variables (theta : list (list F)) (k : nat).
Definition given : list F := gsample (F := F) P (tight_sample D k).
Definition with_single (v : nat * nat) : list (list F) := upd (fst v) (gunit (F := F) (snd v)) theta.
Definition arrives (j u : nat) : F :=
  nth 0 (gsloped (skipn (S j) (net P)) (fun i => some_slope k (S j + i)) (skipn (S j) theta) (gunit (F := F) u)) ZERO.
Definition reads_with (j : nat) (c : list (nat * nat)) (v : nat * nat) : F :=
  gpreact (nth j (with_single v) []) (gsloped (firstn j (net P)) (some_slope k) (with_single v) given) c.
Definition all_places : list (nat * nat) :=
  flat_map (fun j => map (pair j) (seq 0 (length (nth j (unknowns D) [])))) (seq 0 (length (unknowns D))).
Definition is_calm (t : nat * nat) : bool :=
  match gkind D k (fst t) (snd t) with
  | Silent =>
      if is_zero (arrives (fst t) (snd t)) then true
      else forallb (fun v => if Nat.leb (fst v) (fst t) then is_zero (reads_with (fst t) (nth (snd t) (units_of (fst t)) []) v) else true) all_places
  | _ => false
  end.
Definition is_at_zero (s : kind) : bool := match s with Bent _ | Silent => true | _ => false end.
Definition bends (t : nat * nat) : bool :=
  if Nat.ltb (snd t) (length (units_of (fst t))) then negb (Qeq_bool (slope (glayer P (fst t))) 1) else false.
Definition units_at_zero : list (nat * nat) := filter bends (places_where is_at_zero (nth k (kinds D) [])).

(** Weights that no other connection has. *)
Definition own (t : nat * nat) : list (nat * nat) :=
  match gkind D k (fst t) (snd t) with
  | Silent => flat_map (fun c => if Nat.eqb (count_occ Nat.eq_dec (map snd (concat (units_of (fst t)))) (snd c)) 1 then [(fst t, snd c)] else [])
      (nth (snd t) (units_of (fst t)) [])
  | _ => []
  end.
Definition moving (turning : list (nat * nat)) : list (nat * nat) :=
  match turning with [] => [] | _ => free_places D ++ flat_map own turning end.
Definition is_place (v : nat * nat) : bool :=
  if Nat.ltb (fst v) (length (unknowns D)) then Nat.ltb (snd v) (length (nth (fst v) (unknowns D) [])) else false.
Definition entry_of_row (t v : nat * nat) : F :=
  if Nat.leb (fst v) (fst t) then greaches P D X (with_single v) k (fst t) (snd t) else ZERO.
Definition entries (V : list (nat * nat)) (t : nat * nat) : list interval := map (entry_of_row t) V.
Definition product (r s : list interval) : interval := isum (map (fun ab => mul bits (fst ab) (snd ab)) (combine r s)).
Fixpoint gram (rows : list (list interval)) : list (list interval) :=
  match rows with [] => [] | r :: rows' => map (product r) rows :: gram rows' end.
Fixpoint ordered (l : list (nat * nat)) : bool :=
  match l with [] => true | t :: l' => if forallb (fun t' => Nat.leb (fst t) (fst t')) l' then ordered l' else false end.
Definition check_kinks : bool :=
  let (calm, turning) := partition is_calm units_at_zero in
  let V := moving turning in
  if forallb is_place V then if ordered turning then
  if forallb (fun t => forallb (fun v => is_zero (entry_of_row t v)) V) calm then
    definite bits (length turning) (gram (map (entries V) turning))
  else false else false else false.
End Sample.
Definition check_all_kinks : bool := let theta := gparameters D X in forallb (check_kinks theta) (seq 0 (length (samples D))).

(** ** What that means *)
Hypothesis Hbits : (0 <= bits)%Z.

Lemma hull_left a b x : holds bits a x -> holds bits (hull a b) x.
Proof.
  intros [H1 H2]. unfold hull. split; cbn [fst snd].
  - eapply Rle_trans; [|exact H1]. apply IZR_le. lia.
  - eapply Rle_trans; [exact H2|]. apply IZR_le. lia.
Qed.
Lemma hull_right a b x : holds bits b x -> holds bits (hull a b) x.
Proof.
  intros [H1 H2]. unfold hull. split; cbn [fst snd].
  - eapply Rle_trans; [|exact H1]. apply IZR_le. lia.
  - eapply Rle_trans; [exact H2|]. apply IZR_le. lia.
Qed.

(** *** Inner products *)
Lemma product_ok {A} (G : A -> interval) (g : A -> R) (H : A -> interval) (h : A -> R) l :
  (forall a, In a l -> holds bits (G a) (g a) /\ holds bits (H a) (h a)) ->
  holds bits (product (map G l) (map H l)) (Rsum (map (fun a => g a * h a) l)).
Proof.
  intro HG. unfold product. induction l as [|a l IH]. exact (zero_ok bits).
  cbn [map combine isum fold_right fst snd]. rewrite Rsum_cons. destruct (HG a (or_introl eq_refl)).
  apply add_ok. now apply mul_ok. apply IH. intros b Hb. apply HG. now right.
Qed.
Lemma gram_ok {A} (rows : A -> list interval) (S : A -> A -> R) l :
  (forall a b, In a l -> In b l -> holds bits (product (rows a) (rows b)) (S a b)) -> triangle_holds bits S (gram (map rows l)) l.
Proof.
  induction l as [|a l IH]; intro H; cbn [map gram triangle_holds]; auto. split.
  - unfold row_holds. change (rows a :: map rows l) with (map rows (a :: l)). rewrite map_map.
    assert (G : forall m, incl m (a :: l) -> Forall2 (fun i w => holds bits i (S a w)) (map (fun b => product (rows a) (rows b)) m) m).
    { induction m as [|b m IHm]; intro Im; constructor. apply H. now left. apply Im. now left. apply IHm. intros c Hc. apply Im. now right. }
    exact (G (a :: l) (incl_refl _)).
  - apply IH. intros b c Hb Hc. apply H; now right.
Qed.
Lemma independent_rows (t : nat -> nat * nat) (r : nat * nat -> nat * nat -> R) (G : nat * nat -> list interval) (V : list (nat * nat)) N m :
  (forall a b, (a < N)%nat -> (b < N)%nat -> holds bits (product (G (t a)) (G (t b))) (Rsum (map (fun v => r (t a) v * r (t b) v) V))) ->
  definite bits m (gram (map (fun a => G (t a)) (seq 0 N))) = true ->
  forall e : nat -> R, (forall v, In v V -> Rsum (map (fun a => e a * r (t a) v) (seq 0 N)) = 0) -> forall a, (a < N)%nat -> e a = 0.
Proof.
  intros H Df e Z a Ha.
  destruct (definite_ok bits Hbits m (fun a b => Rsum (map (fun v => r (t a) v * r (t b) v) V)) _ (seq 0 N) Df) as (mu & Hmu & Q1).
  { apply (gram_ok (fun a => G (t a))). intros b c Hb Hc. apply in_seq in Hb, Hc. apply H; lia. }
  specialize (Q1 e).
  assert (Q0 : quadratic (fun a b => Rsum (map (fun v => r (t a) v * r (t b) v) V)) (seq 0 N) e = 0).
  { rewrite (quadratic_sum (fun v a b => r (t a) v * r (t b) v)). apply Rsum_zero. intros v Hv.
    rewrite (quadratic_square (fun a => r (t a) v)), (Z v Hv). ring. }
  rewrite Q0 in Q1. pose proof (Rsum_squares e (seq 0 N)) as S0.
  assert (Le : e a * e a <= Rsum (map (fun b => e b * e b) (seq 0 N))).
  { assert (K := Rsum_incl (fun b => e b * e b) [a] (seq 0 N) (fun b => Rle_0_sqr _) ltac:(repeat constructor; simpl; auto)
      ltac:(intros q [<-|[]]; apply in_seq; lia)). unfold Rsum in K at 1. simpl in K. lra. }
  assert (Rsum (map (fun b => e b * e b) (seq 0 N)) <= 0) by nra. nra.
Qed.
Lemma ordered_ok l : ordered l = true -> forall before t after, l = before ++ t :: after ->
  (forall t', In t' before -> (fst t' <= fst t)%nat) /\ (forall t', In t' after -> (fst t <= fst t')%nat).
Proof.
  induction l as [|a l IH]; intros O before t after E. { destruct before; discriminate. }
  cbn [ordered] in O. destruct forallb eqn:A; try discriminate. rewrite forallb_forall in A.
  destruct before as [|b before]; cbn [app] in E; injection E as -> E.
  - split. intros t' []. intros t' I. apply Nat.leb_le, A. now rewrite E.
  - destruct (IH O before t after E) as [I1 I2]. split; auto. intros t' [<-|I]; auto.
    apply Nat.leb_le, A. rewrite E. apply in_or_app. right. now left.
Qed.

Lemma in_first_part {A} (g : A -> bool) l yes no a : partition g l = (yes, no) -> In a yes -> g a = true.
Proof.
  revert yes no. induction l as [|b l IH]; intros yes no E I; cbn [partition] in E. { injection E as <- <-. destruct I. }
  destruct (partition g l) as [y n]. destruct (g b) eqn:G; injection E as <- <-; [destruct I as [<-|I]|]; eauto.
Qed.

(** *** At the solution *)
Variable xi : list R.
Hypothesis Inside : within (map Q2R (centres D)) (Q2R (reach D)) xi.
Hypothesis Ok : check_on_box bits P D = true.
Hypothesis Solved : solved PR DR xi.
Let par := parameters DR xi.
Hypothesis Shape : map (@length R) par = map nparams (net PR).
Let H := over_encloses bits Hbits (within (map Q2R (centres D)) (Q2R (reach D))).
Let known := spread_ok bits Hbits (centres D) (reach D).
Let Lt : length par = length (net PR).
Proof. apply (f_equal (@length nat)) in Shape. now rewrite !map_length in Shape. Qed.

Section At.
Variable k : nat.
Hypothesis Hk : (k < length (samples D))%nat.
Let x := fst (sample PR DR k).
Let theta := gparameters (F := F) D X.
Hypothesis Kinks : check_kinks theta k = true.

Lemma layer_ok j l : nth_error (net PR) j = Some l -> l = map_layer Q2R (glayer P j) /\ (j < length (net PR))%nat.
Proof.
  intro E. split; [|apply nth_error_Some; congruence]. rewrite <- (nth_layers P j). symmetry. now apply nth_error_nth.
Qed.
(** Slopes of sides, and 1 where there is no unit. *)
Definition clipped (sl : nat -> nat -> R) (j u : nat) : R := if Nat.ltb u (length (units_of j)) then sl j u else 1.
Lemma clipped_same n j0 sl psi y : (forall j l, nth_error n j = Some l -> units l = units_of (j0 + j)) ->
  sloped n (fun i => sl (j0 + i)%nat) psi y = sloped n (fun i => clipped sl (j0 + i)) psi y.
Proof.
  intro E. apply sloped_same. intros j l u c Hj Hu. left. unfold clipped. rewrite <- (E j l Hj).
  assert (u < length (units l))%nat by (apply nth_error_Some; congruence). destruct (Nat.ltb_spec u (length (units l))); [reflexivity|lia].
Qed.
Lemma net_units j l : nth_error (net PR) j = Some l -> units l = units_of j.
Proof. intro E. destruct (layer_ok j l E) as [-> _]. reflexivity. Qed.

Lemma unit_at j l u c : nth_error (net PR) j = Some l -> nth_error (units l) u = Some c ->
  let z := at_unit (net PR) par x j c in
  (forall n, kind_at DR k j u = Bent n -> slope l <> 1 /\ z = 0) /\
  match kind_at DR k j u with
  | Negative => slope l <> 1 -> z < 0
  | Positive => slope l <> 1 -> 0 < z
  | Bent _ | Silent => slope l <> 1 -> z = 0
  end.
Proof.
  intros Hj Hu z. destruct (unit_fact bits P D Hbits xi Inside Ok Solved k j l u c Hk Hj Hu) as (_ & _ & F3 & F4).
  fold PR DR par x in F3, F4. assert (E : preact (nth j par []) (sloped (firstn j (net PR)) (passed PR DR xi k) par x) c = z).
  { unfold z, at_unit. f_equal. symmetry. exact (forward_at bits P D Hbits xi Inside Ok Solved Lt k j Hk). }
  rewrite E in F3, F4. split.
  - intros m Em. split; [|now apply (F3 m)]. destruct (layer_ok j l Hj) as [-> Hj']. intro S1.
    assert (Lu : (u < length (units (glayer P j)))%nat) by (apply nth_error_Some; cbn [map_layer units] in Hu; congruence).
    assert (En : nth_error (net P) j = Some (glayer P j)).
    { unfold glayer. apply nth_error_nth'. unfold PR in Hj'. cbn [real map_problem net] in Hj'. now rewrite map_length in Hj'. }
    pose proof (unit_checked bits P D Ok k j (glayer P j) u Hk En Lu) as C. unfold check_unit in C.
    change (gkind D k j u) with (kind_at DR k j u) in C. rewrite Em in C. cbn [map_layer slope] in S1.
    assert (Q1 : Qeq_bool (slope (glayer P j)) 1 = true).
    { apply Qeq_bool_iff, eqR_Qeq. now rewrite RMicromega.Q2R_1. }
    rewrite Q1 in C. discriminate.
  - destruct (kind_at DR k j u); auto. intro S1. now apply F4.
Qed.
Lemma some_slope_ok sl : sides (net PR) par x sl -> forall j u, holds bits (some_slope k j u) (clipped sl j u).
Proof.
  intros Si j u. unfold some_slope, clipped. destruct (Nat.ltb_spec u (length (units_of j))) as [Lu|]; [|exact (one_ok bits)].
  destruct (nth_error (net PR) j) as [l|] eqn:Hj.
  2: { exfalso. apply nth_error_None in Hj. unfold units_of, glayer in Lu. unfold PR in Hj. cbn [real map_problem net] in Hj. rewrite map_length in Hj.
    rewrite nth_overflow in Lu by auto. simpl in Lu. lia. }
  assert (Eu := net_units j l Hj). destruct (nth_error (units l) u) as [c|] eqn:Hu; [|apply nth_error_None in Hu; rewrite Eu in Hu; lia].
  destruct (Si j l u c Hj Hu) as (C1 & C2 & C3). destruct (unit_at j l u c Hj Hu) as [_ K]. fold (at_unit (net PR) par x j c) in C1, C2, C3.
  destruct (layer_ok j l Hj) as [El _]. assert (Es : slope l = Q2R (slope (glayer P j))) by now rewrite El.
  assert (Hs : holds bits (of_Q bits (slope (glayer P j))) (slope l)) by (rewrite Es; now apply of_Q_ok).
  assert (Any : sl j u = 1 \/ sl j u = slope l).
  { destruct (Rtotal_order (at_unit (net PR) par x j c) 0) as [N|[N|N]]; auto. }
  change (gkind D k j u) with (kind_at DR k j u).
  destruct (Req_EM_T (slope l) 1) as [S1|S1].
  - assert (E1 : sl j u = 1) by (destruct Any; congruence). rewrite E1. rewrite S1 in Hs.
    destruct (kind_at DR k j u); auto; try exact (one_ok bits); apply hull_right; exact (one_ok bits).
  - specialize (S1 : slope l <> 1). destruct (kind_at DR k j u).
    + rewrite C2; auto.
    + rewrite C1 by auto. exact (one_ok bits).
    + destruct Any as [->| ->]. apply hull_right. exact (one_ok bits). now apply hull_left.
    + destruct Any as [->| ->]. apply hull_right. exact (one_ok bits). now apply hull_left.
Qed.

Lemma single_list u : rel_list (rel := over bits (within (map Q2R (centres D)) (Q2R (reach D)))) (gunit (F := F) u) (fun _ => unit_vector u).
Proof. exact (rel_gunit H u). Qed.
Lemma rel_single v : rel_lists (rel := over bits (within (map Q2R (centres D)) (Q2R (reach D)))) (with_single theta v)
  (fun z => upd (fst v) (unit_vector (snd v)) (parameters DR z)).
Proof. apply (rel_upd H (fst v) _ (fun _ => unit_vector (snd v))). apply single_list. exact (rel_parameters D X H known). Qed.

Lemma arrives_ok sl j u : sides (net PR) par x sl -> holds bits (arrives theta k j u) (passed_on (net PR) sl par j u).
Proof.
  intro Si. unfold arrives, passed_on. rewrite (clipped_same (skipn (S j) (net PR)) (S j)).
  2: { intros i l E. apply net_units. rewrite <- E. clear. revert i. generalize (S j). generalize (net PR).
    intros n m. revert n. induction m as [|m IH]; intros [|a n] i; auto. now destruct i. cbn [skipn Nat.add nth_error]. apply IH. }
  unfold PR at 1. cbn [real map_problem net]. rewrite skipn_map.
  refine (rel_sloped H (skipn (S j) (net P)) _ (fun _ i => clipped sl (S j + i)) _ (fun z => skipn (S j) (parameters DR z)) _
    (fun _ => unit_vector u) _ _ (single_list u) 0%nat xi Inside).
  - intros i v z _. now apply some_slope_ok.
  - destruct (rel_parameters D X H known) as [L Re]. split. { intro z. rewrite !skipn_length. f_equal. exact (L z). }
    intros a b. rewrite nth_rest. intros z Wz. rewrite nth_rest. exact (Re _ b z Wz).
Qed.
Lemma reads_with_ok sl j c v : sides (net PR) par x sl -> holds bits (reads_with theta k j c v) (read_with (net PR) sl par x v j c).
Proof.
  intro Si. unfold reads_with, read_with. change sl with (fun i => sl (0 + i)%nat). rewrite (clipped_same (firstn j (net PR)) 0).
  2: { intros i l E. apply net_units. now destruct (before_error _ _ _ _ E) as (_ & E' & _). }
  unfold PR at 1. cbn [real map_problem net Nat.add]. rewrite firstn_map.
  refine (rel_preact H _ (fun z => nth j (upd (fst v) (unit_vector (snd v)) (parameters DR z)) []) _
    (fun z => sloped (map (map_layer Q2R) (firstn j (net P))) (clipped sl) (upd (fst v) (unit_vector (snd v)) (parameters DR z)) x) c _ _ xi Inside).
  - apply (rel_single v).
  - apply (rel_sloped H (firstn j (net P)) _ (fun _ => clipped sl) _ (fun z => upd (fst v) (unit_vector (snd v)) (parameters DR z)) _ (fun _ => x)).
    + intros i u z _. now apply some_slope_ok.
    + apply rel_single.
    + exact (rel_given P D H k).
Qed.
Lemma entry_ok t v : (fst t < length (net PR))%nat -> holds bits (entry_of_row theta k t v) (row (net PR) par x (passed PR DR xi k) t v).
Proof.
  intro Ht. unfold row. rewrite rate_single; auto; try lia. 2: { intro m. exact (forward_at bits P D Hbits xi Inside Ok Solved Lt k m Hk). }
  unfold entry_of_row. destruct Nat.leb; [|exact (rel_0 H xi Inside)]. unfold greaches, read_with.
  assert (Er : reading (net PR) t = nth (snd t) (units_of (fst t)) []).
  { unfold reading, units_of, PR. now rewrite (nth_layers P). }
  rewrite Er. unfold PR at 1. cbn [real map_problem net]. rewrite firstn_map.
  refine (rel_preact H _ (fun z => nth (fst t) (upd (fst v) (unit_vector (snd v)) (parameters DR z)) []) _
    (fun z => sloped (map (map_layer Q2R) (firstn (fst t) (net P))) (passed PR DR z k) (upd (fst v) (unit_vector (snd v)) (parameters DR z)) x) _ _ _ xi Inside).
  - apply (rel_single v).
  - apply (rel_sloped H (firstn (fst t) (net P)) _ (fun z => passed PR DR z k) _ (fun z => upd (fst v) (unit_vector (snd v)) (parameters DR z)) _ (fun _ => x)).
    + intros i u. exact (rel_passed P D X H known k i u).
    + apply rel_single.
    + exact (rel_given P D H k).
Qed.

Theorem kinks_ok y f : (forall phi, same_shape par phi -> f phi = sgn y * Phi (net PR) phi x) ->
  clarke f par (gradient_with (net PR) par x y (slope_of PR DR xi k)).
Proof.
  intro Margin. pose proof Kinks as C. unfold check_kinks in C. destruct (partition (is_calm theta k) (units_at_zero k)) as [calm turning] eqn:Part.
  cbv zeta in C. set (V := moving k turning) in *. destruct (forallb is_place V) eqn:C1; try discriminate. destruct (ordered turning) eqn:C2; try discriminate.
  destruct (forallb (fun t => forallb _ V) calm) eqn:C3; try discriminate. rewrite forallb_forall in C1, C3.
  assert (InV : forall v, In v V -> Vectors.inside par v = true).
  { intros v Hv. specialize (C1 v Hv). unfold is_place in C1. unfold Vectors.inside, par, parameters. change (unknowns DR) with (unknowns D).
    rewrite map_length. destruct (Nat.ltb_spec (fst v) (length (unknowns D))); [|discriminate]. apply andb_true_iff. split; [reflexivity|].
    change (@nil R) with (map (fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end) []). now rewrite map_nth, map_length. }
  assert (AtZero : forall t, In t (units_at_zero k) -> (fst t < length (net PR))%nat /\ is_at_zero (gkind D k (fst t) (snd t)) = true).
  { intros t Ht. unfold units_at_zero in Ht. apply filter_In in Ht. destruct Ht as [Ht B]. destruct t as [j u]. cbn [fst snd] in *.
    apply (in_places_where is_at_zero Positive) in Ht; [|reflexivity]. split; [|exact Ht].
    unfold bends in B. cbn [fst snd] in B. destruct (Nat.ltb_spec u (length (units_of j))) as [Lu|]; [|discriminate].
    unfold PR. cbn [real map_problem net]. rewrite map_length. destruct (lt_dec j (length (net P))) as [|N]; auto. exfalso.
    unfold units_of, glayer in Lu. rewrite nth_overflow in Lu by lia. simpl in Lu. lia. }
  assert (Of : forall t, In t turning \/ In t calm <-> In t (units_at_zero k)).
  { intro t. pose proof (elements_in_partition _ _ Part t). tauto. }
  assert (CalmOnes : forall t, In t calm -> is_calm theta k t = true).
  { intros t Ht. exact (in_first_part _ _ _ _ t Part Ht). }
  apply (between_clarke (net PR) par x y f Shape Margin (passed PR DR xi k) V turning).
  - intros j l u c Hj Hu S. destruct (unit_at j l u c Hj Hu) as [B K]. unfold passed, slope_of.
    assert (El : layer_at PR j = l) by (unfold layer_at; now apply nth_error_nth). rewrite El. unfold slope_at.
    destruct (Req_EM_T (slope l) 1) as [S1|S1].
    + destruct (kind_at DR k j u) as [| |m|]; try (destruct Rlt_dec; congruence). exfalso. now apply (B m eq_refl).
    + destruct S as [S|S]; [congruence|]. destruct (kind_at DR k j u); specialize (K S1); try congruence; destruct Rlt_dec; auto; lra.
  - exact InV.
  - intros j l u c Hj Hu S1 Z. destruct (unit_at j l u c Hj Hu) as [_ K]. pose proof (net_units j l Hj) as Eu. destruct (layer_ok j l Hj) as [El Hj'].
    assert (Lu : (u < length (units l))%nat) by (apply nth_error_Some; congruence).
    assert (I : In (j, u) (units_at_zero k)).
    { unfold units_at_zero. apply filter_In. split.
      - apply (in_places_where is_at_zero Positive); [reflexivity|]. change (is_at_zero (kind_at DR k j u) = true).
        destruct (kind_at DR k j u); auto; specialize (K S1); lra.
      - unfold bends. cbn [fst snd]. rewrite <- Eu. destruct (Nat.ltb_spec u (length (units l))); [|lia]. apply negb_true_iff.
        destruct (Qeq_bool (slope (glayer P j)) 1) eqn:Q1; auto. exfalso. apply S1. rewrite El. cbn [map_layer slope].
        apply Qeq_bool_eq, Qeq_eqR in Q1. now rewrite Q1, RMicromega.Q2R_1. }
    apply Of in I. destruct I as [I|I]; auto. right. split.
    + intros v Hv. specialize (C3 _ I). rewrite forallb_forall in C3. specialize (C3 v Hv).
      apply (is_zero_ok bits Hbits _ _ C3). now apply entry_ok.
    + apply CalmOnes in I. unfold is_calm in I. cbn [fst snd] in I. destruct (gkind D k j u); try discriminate.
      destruct (is_zero (arrives theta k j u)) eqn:A.
      * left. intros sl Si. apply (is_zero_ok bits Hbits _ _ A). now apply arrives_ok.
      * right. intros sl Si v Iv Lv. rewrite forallb_forall in I. assert (Iv' : In v all_places).
        { unfold all_places. destruct v as [i p]. unfold Vectors.inside in Iv. cbn [fst snd] in Iv. apply andb_true_iff in Iv. destruct Iv as [I1 I2].
          apply Nat.ltb_lt in I1, I2. unfold par, parameters in I1, I2. change (unknowns DR) with (unknowns D) in I1, I2. rewrite map_length in I1.
          assert (I2' : (p < length (nth i (unknowns D) []))%nat).
          { change (@nil R) with (map (fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end) []) in I2.
            now rewrite map_nth, map_length in I2. }
          apply in_flat_map. exists i. split. apply in_seq. lia. apply in_map, in_seq. lia. }
        specialize (I v Iv'). destruct (Nat.leb_spec (fst v) j); [|lia]. apply (is_zero_ok bits Hbits _ _ I).
        rewrite <- Eu, (nth_error_nth _ _ _ Hu). now apply reads_with_ok.
  - now apply ordered_ok.
  - set (d := (0, 0)%nat) in *.
    assert (T : forall a, (a < length turning)%nat -> (fst (nth a turning d) < length (net PR))%nat).
    { intros a Ha. apply AtZero, Of. left. now apply nth_In. }
    apply (independent_rows (fun a => nth a turning d) (row (net PR) par x (passed PR DR xi k)) (entries theta k V) V (length turning) (length turning)).
    + intros a b Ha Hb. unfold entries. apply product_ok. intros v _. split; apply entry_ok; auto.
    + rewrite <- C. do 2 f_equal. rewrite <- (map_map (fun a => nth a turning d)). f_equal. clear.
      induction turning as [|t l IH]; auto. cbn [length seq map nth]. f_equal. rewrite <- seq_shift, map_map. exact IH.
  - intros j l u c Hj Hu. exact (kinks_pass bits P D Hbits xi Inside Ok Solved Lt k Hk j l u c Hj Hu).
Qed.
End At.
End Kinks.
