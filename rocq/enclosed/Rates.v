(** * How fast the values in a network change along a curve that leaves a point.

    A unit whose preactivation is 0 at the point turns: it passes on the activation of its rate. All others multiply by
    their slope. The rates are those of a linear network as long as no unit at 0 is touched. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Tends Sums Piece PieceGradient EnclosedParameters Sloped.
Import ListNotations.
Open Scope R_scope.

(** ** Functions of the time, to first order *)
Local Notation W := after_where.
Lemma tends_time : tends after (fun t => t) 0.
Proof. intros e He. exists e. split; auto. intros t Ht. rewrite Rminus_0_r, Rabs_pos_eq; lra. Qed.
Lemma after_positive (Q : R -> Prop) : (forall t, 0 < t -> Q t) -> after Q.
Proof. intro H. exists 1. split. lra. intros t Ht. apply H, Ht. Qed.
Definition first_order (f : R -> R) (a b : R) : Prop := tends after (fun t => (f t - a) / t) b.
Lemma first_order_ext f g a b : after (fun t => f t = g t) -> first_order f a b -> first_order g a b.
Proof.
  intros E H. apply (tends_eq _ W _ (fun t => (f t - a) / t)); auto. eapply (U_mono _ W); [|exact E]. cbv beta.
  intros t ->. reflexivity.
Qed.
Lemma first_order_const a : first_order (fun _ => a) a 0.
Proof.
  apply (tends_eq _ W _ (fun _ => 0)); [|apply (tends_const _ W)]. apply after_positive. intros t Ht. field. lra.
Qed.
Lemma first_order_value f a b : first_order f a b -> tends after f a.
Proof.
  intro H. apply (tends_eq _ W _ (fun t => a + t * ((f t - a) / t))). { apply after_positive. intros t Ht. field. lra. }
  assert (T : tends after (fun t => a + t * ((f t - a) / t)) (a + 0 * b)).
  { apply (tends_plus _ W). apply (tends_const _ W). apply (tends_mult _ W); auto. apply tends_time. }
  now rewrite Rmult_0_l, Rplus_0_r in T.
Qed.
Lemma first_order_plus f g a b a' b' : first_order f a b -> first_order g a' b' -> first_order (fun t => f t + g t) (a + a') (b + b').
Proof.
  intros H H'. apply (tends_eq _ W _ (fun t => (f t - a) / t + (g t - a') / t)); [|now apply (tends_plus _ W)].
  apply after_positive. intros t Ht. field. lra.
Qed.
Lemma first_order_mult f g a b a' b' : first_order f a b -> first_order g a' b' ->
  first_order (fun t => f t * g t) (a * a') (b * a' + a * b').
Proof.
  intros H H'. apply (tends_eq _ W _ (fun t => (f t - a) / t * g t + a * ((g t - a') / t))).
  { apply after_positive. intros t Ht. field. lra. }
  apply (tends_plus _ W); apply (tends_mult _ W); auto. exact (first_order_value _ _ _ H'). apply (tends_const _ W).
Qed.

Lemma act_scaled s k z : 0 < k -> act s (k * z) = k * act s z.
Proof. intro Hk. unfold act. destruct (Rlt_dec (k * z) 0), (Rlt_dec z 0); try ring; exfalso; nra. Qed.
(** What a unit passes on, if its preactivation is [z] and changes at the rate [r]. *)
Definition turned (s z r : R) : R := if Req_EM_T z 0 then act s r else slope_at s z * r.
Lemma first_order_act s f a b : first_order f a b -> first_order (fun t => act s (f t)) (act s a) (turned s a b).
Proof.
  intro H. unfold turned. destruct (Req_EM_T a 0) as [->|N].
  - replace (act s 0) with 0 by (unfold act; destruct Rlt_dec; lra).
    apply (tends_eq _ W _ (fun t => act s ((f t - 0) / t))); [|now apply (tends_act _ W)].
    apply after_positive. intros t Ht. assert (E : act s (f t) = t * act s ((f t - 0) / t)).
    { rewrite <- act_scaled by auto. f_equal. field. lra. }
    rewrite E. field. lra.
  - apply (first_order_ext (fun t => slope_at s a * f t)).
    { eapply (U_mono _ W); [|exact (near_slope _ W s f a (or_intror N) (first_order_value _ _ _ H))]. cbv beta. auto. }
    rewrite act_slope. replace (slope_at s a * b) with (0 * a + slope_at s a * b) by ring.
    apply first_order_mult; auto. apply first_order_const.
Qed.
Lemma first_order_sign f b : first_order f 0 b -> b <> 0 -> after (fun t => 0 < f t * b).
Proof.
  intros H N. eapply (U_mono _ W); [|exact (U_and _ W _ _ (H (Rabs b) (Rabs_pos_lt _ N)) (after_positive (fun t => 0 < t) (fun t Ht => Ht)))].
  cbv beta. intros t [K Ht]. set (r := (f t - 0) / t) in *. assert (E : f t = t * r) by (unfold r; field; lra). rewrite E.
  assert (0 < r * b); [|nra]. unfold Rabs in K. destruct (Rcase_abs (r - b)), (Rcase_abs b); nra.
Qed.

(** ** Rates *)

(** What a change [d] of the weights adds to the preactivation of a unit that reads [x]. *)
Definition pushes (d : nat -> R) (x : list R) (u : list (nat * nat)) : R := Rsum (map (fun c => d (snd c) * nth (fst c) x 0) u).
Definition next_rates (l : layer R) (w x : list R) (pass : nat -> R -> R) (d : nat -> R) (x' : list R) : list R :=
  mapi (fun u c => pass u (pushes d x c + preact w x' c)) 0 (units l).
(** The rates of what the last layer passes on, if the weights change at the rate [d] and the inputs at [x']; [pass] makes
    a unit's rate of its preactivation's. *)
Fixpoint rates (n : list (layer R)) (theta : params R) (x : list R) (pass : nat -> nat -> R -> R) (d : nat -> nat -> R)
    (x' : list R) : list R :=
  match n, theta with
  | l :: n', w :: theta' =>
      rates n' theta' (apply_layer l w x) (fun k => pass (S k)) (fun k => d (S k)) (next_rates l w x (pass 0%nat) (d 0%nat) x')
  | _, _ => x'
  end.
(** The rate of a preactivation in layer [j]. *)
Definition rate (n : list (layer R)) (theta : params R) (x : list R) (pass : nat -> nat -> R -> R) (d : nat -> nat -> R)
    (x' : list R) (j : nat) (c : list (nat * nat)) : R :=
  pushes (d j) (forward (firstn j n) theta x) c + preact (nth j theta []) (rates (firstn j n) theta x pass d x') c.
Definition at_unit (n : list (layer R)) (theta : params R) (x : list R) (j : nat) (c : list (nat * nat)) : R :=
  preact (nth j theta []) (forward (firstn j n) theta x) c.

Lemma nth_next l w x pass d x' u : nth u (next_rates l w x pass d x') 0 =
  match nth_error (units l) u with Some c => pass u (pushes d x c + preact w x' c) | None => 0 end.
Proof. apply (nth_mapi_error (fun u c => pass u (pushes d x c + preact w x' c))). Qed.
Lemma preact_ext w x y c : (forall i, nth i x 0 = nth i y 0) -> preact w x c = preact w y c.
Proof. intro H. unfold preact. apply Rsum_ext_in. intros a _. now rewrite H. Qed.
Lemma pushes_ext d d' x c : (forall p, d p = d' p) -> pushes d x c = pushes d' x c.
Proof. intro H. unfold pushes. apply Rsum_ext_in. intros a _. now rewrite H. Qed.
Lemma pushes_lin a b d e x c : pushes (fun p => a * d p + b * e p) x c = a * pushes d x c + b * pushes e x c.
Proof. unfold pushes. rewrite <- Rsum_lin. apply Rsum_ext_in. intros. ring. Qed.
Lemma rates_ext n theta x pass d d' x' : (forall j p, d j p = d' j p) -> rates n theta x pass d x' = rates n theta x pass d' x'.
Proof.
  revert theta x pass d d' x'. induction n as [|l n IH]; intros [|w theta] x pass d d' x' H; auto. cbn [rates].
  assert (E : next_rates l w x (pass 0%nat) (d 0%nat) x' = next_rates l w x (pass 0%nat) (d' 0%nat) x').
  { unfold next_rates. apply mapi_ext. intros u c. now rewrite (pushes_ext (d 0%nat) (d' 0%nat)) by auto. }
  rewrite E. apply IH. intros; apply H.
Qed.
Lemma rate_ext n theta x pass d d' x' j c : (forall j p, d j p = d' j p) -> rate n theta x pass d x' j c = rate n theta x pass d' x' j c.
Proof. intro H. unfold rate. now rewrite (rates_ext _ _ _ _ d d'), (pushes_ext (d j) (d' j)) by auto. Qed.

(** The layers before one. *)
Lemma before_error (n : list (layer R)) j i l : nth_error (firstn j n) i = Some l -> (i < j)%nat /\ nth_error n i = Some l /\ firstn i (firstn j n) = firstn i n.
Proof.
  revert j i. induction n as [|a n IH]; intros [|j] [|i] H; try discriminate.
  - repeat split; auto. lia.
  - cbn [firstn nth_error] in H. destruct (IH _ _ H) as (H1 & H2 & H3). repeat split; auto. lia. cbn [firstn]. now rewrite H3.
Qed.

(** Each unit passes its rate on as it is, or turns. *)
Definition turns (n : list (layer R)) (theta : params R) (x : list R) (pass : nat -> nat -> R -> R) : Prop :=
  forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c -> forall r, pass j u r = turned (slope l) (at_unit n theta x j c) r.
Lemma turns_before n theta x pass j : turns n theta x pass -> turns (firstn j n) theta x pass.
Proof.
  intros H i l u c Hi Hu r. destruct (before_error _ _ _ _ Hi) as (_ & Hi' & E). rewrite (H i l u c Hi' Hu). unfold at_unit. now rewrite E.
Qed.

(** *** Along a curve *)
Lemma first_order_preact (V X : R -> list R) w x d x' c : (forall p, first_order (fun t => nth p (V t) 0) (nth p w 0) (d p)) ->
  (forall i, first_order (fun t => nth i (X t) 0) (nth i x 0) (nth i x' 0)) ->
  first_order (fun t => preact (V t) (X t) c) (preact w x c) (pushes d x c + preact w x' c).
Proof.
  intros HV HX. unfold preact, pushes. induction c as [|a c IH].
  - cbn. rewrite Rplus_0_l. apply first_order_const.
  - cbn [map]. rewrite !Rsum_cons.
    match goal with |- first_order _ _ ?r => replace r with ((d (snd a) * nth (fst a) x 0 + nth (snd a) w 0 * nth (fst a) x' 0) +
      (Rsum (map (fun c0 => d (snd c0) * nth (fst c0) x 0) c) + Rsum (map (fun c0 => nth (snd c0) w 0 * nth (fst c0) x' 0) c))) by ring end.
    apply (first_order_ext (fun t => nth (snd a) (V t) 0 * nth (fst a) (X t) 0 + Rsum (map (fun c0 => nth (snd c0) (V t) 0 * nth (fst c0) (X t) 0) c))).
    { apply (U_all _ W). reflexivity. }
    apply first_order_plus; auto. now apply first_order_mult.
Qed.
Lemma first_order_forward n theta pass d x x' (Psi : R -> params R) (X : R -> list R) :
  (length n <= length theta)%nat -> (forall t, length (Psi t) = length theta) -> turns n theta x pass ->
  (forall j p, first_order (fun t => entry (Psi t) (j, p)) (entry theta (j, p)) (d j p)) ->
  (forall i, first_order (fun t => nth i (X t) 0) (nth i x 0) (nth i x' 0)) ->
  forall i, first_order (fun t => nth i (forward n (Psi t) (X t)) 0) (nth i (forward n theta x) 0) (nth i (rates n theta x pass d x') 0).
Proof.
  revert theta pass d x x' Psi X. induction n as [|l n IH]; intros [|w theta] pass d x x' Psi X L LP T HP HX i; simpl in L; try lia.
  { exact (HX i). } { exact (HX i). }
  apply (first_order_ext (fun t => nth i (forward n (tl (Psi t)) (apply_layer l (hd [] (Psi t)) (X t))) 0)).
  { apply (U_all _ W). intro t. specialize (LP t). destruct (Psi t); [discriminate|reflexivity]. }
  cbn [forward rates]. apply (IH theta (fun k => pass (S k)) (fun k => d (S k))).
  - lia.
  - intro t. specialize (LP t). destruct (Psi t); simpl in *; [discriminate|congruence].
  - intros j l' u c Hj Hu r. exact (T (S j) l' u c Hj Hu r).
  - intros j p. apply (first_order_ext (fun t => entry (Psi t) (S j, p))); [|exact (HP (S j) p)].
    apply (U_all _ W). intro t. symmetry. apply entry_tl.
  - intro u. rewrite nth_next. unfold apply_layer.
    apply (first_order_ext (fun t => match nth_error (units l) u with Some c => act (slope l) (preact (hd [] (Psi t)) (X t) c) | None => 0 end)).
    { apply (U_all _ W). intro t. symmetry. apply nth_map_units. }
    rewrite nth_map_units. destruct (nth_error (units l) u) as [c|] eqn:E; [|apply first_order_const].
    rewrite (T 0%nat l u c eq_refl E). apply first_order_act. apply first_order_preact; auto.
    intro p. apply (first_order_ext (fun t => entry (Psi t) (0%nat, p))); [|exact (HP 0%nat p)].
    apply (U_all _ W). intro t. symmetry. apply nth_hd.
Qed.
Lemma first_order_unit n theta pass d x (Psi : R -> params R) j c :
  (length n <= length theta)%nat -> (forall t, length (Psi t) = length theta) -> turns n theta x pass ->
  (forall j p, first_order (fun t => entry (Psi t) (j, p)) (entry theta (j, p)) (d j p)) ->
  first_order (fun t => at_unit n (Psi t) x j c) (at_unit n theta x j c) (rate n theta x pass d [] j c).
Proof.
  intros L LP T HP. unfold at_unit, rate. apply first_order_preact. exact (HP j).
  apply first_order_forward with (X := fun _ => x); auto.
  - rewrite firstn_length. lia.
  - now apply turns_before.
  - intro i. replace (nth i [] 0) with 0 by now destruct i. apply first_order_const.
Qed.

(** *** Linear rates *)
Definition linear (sl : nat -> nat -> R) (j u : nat) (r : R) : R := sl j u * r.
Lemma rates_linear n theta x sl a b d e x1 x2 x3 : combines a b x1 x2 x3 ->
  combines a b (rates n theta x (linear sl) d x1) (rates n theta x (linear sl) e x2) (rates n theta x (linear sl) (fun j p => a * d j p + b * e j p) x3).
Proof.
  revert theta x sl d e x1 x2 x3. induction n as [|l n IH]; intros [|w theta] x sl d e x1 x2 x3 H; auto. cbn [rates].
  apply (IH theta _ (fun k => sl (S k)) (fun k => d (S k)) (fun k => e (S k))). intro u. rewrite !nth_next.
  destruct nth_error as [c|]; [|ring]. rewrite (preact_input a b x1 x2 x3 w c H), pushes_lin. unfold linear. ring.
Qed.
Lemma rate_linear n theta x sl a b d e j c : rate n theta x (linear sl) (fun j p => a * d j p + b * e j p) [] j c =
  a * rate n theta x (linear sl) d [] j c + b * rate n theta x (linear sl) e [] j c.
Proof.
  unfold rate. rewrite pushes_lin.
  rewrite (preact_input a b _ _ _ (nth j theta []) c (rates_linear (firstn j n) theta x sl a b d e [] [] [] ltac:(intro i; destruct i; simpl; ring))). ring.
Qed.
Lemma rates_of_zero n theta x sl d x' y : (forall j p, (j < length n)%nat -> d j p = 0) -> (forall i, nth i x' 0 = nth i y 0) ->
  forall i, nth i (rates n theta x (linear sl) d x') 0 = nth i (sloped n sl theta y) 0.
Proof.
  revert theta x sl d x' y. induction n as [|l n IH]; intros [|w theta] x sl d x' y H E i; auto. cbn [rates]. rewrite sloped_cons.
  apply (IH theta (apply_layer l w x) (fun k => sl (S k))). { intros j p Hj. apply H. simpl. lia. }
  intro u. rewrite nth_next, nth_sloped. destruct nth_error as [c|]; auto. rewrite (preact_ext w x' y) by auto.
  unfold linear. replace (pushes (d 0%nat) x c) with 0; [ring|]. symmetry. unfold pushes. apply Rsum_zero. intros a _.
  rewrite H by (simpl; lia). ring.
Qed.

(** One parameter changes at the rate 1. *)
Definition single (v : nat * nat) (j p : nat) : R := if Nat.eqb j (fst v) then if Nat.eqb p (snd v) then 1 else 0 else 0.
Lemma pushes_single v x c : pushes (single v (fst v)) x c = preact (unit_vector (snd v)) x c.
Proof.
  unfold pushes, preact. apply Rsum_ext_in. intros a _. unfold single. now rewrite Nat.eqb_refl, nth_unit_vector.
Qed.
Lemma pushes_other v j x c : j <> fst v -> pushes (single v j) x c = 0.
Proof.
  intro N. unfold pushes. apply Rsum_zero. intros a _. unfold single. destruct (Nat.eqb_spec j (fst v)); [congruence|ring].
Qed.
Definition read_with (n : list (layer R)) (sl : nat -> nat -> R) (theta : params R) (x : list R) (v : nat * nat) (j : nat) (c : list (nat * nat)) : R :=
  let moved := upd (fst v) (unit_vector (snd v)) theta in preact (nth j moved []) (sloped (firstn j n) sl moved x) c.
Lemma rates_single n theta x sl i p x' : (i < length n)%nat -> (length n <= length theta)%nat ->
  (forall m, forward (firstn m n) theta x = sloped (firstn m n) sl theta x) -> (forall k, nth k x' 0 = 0) ->
  forall k, nth k (rates n theta x (linear sl) (single (i, p)) x') 0 = nth k (sloped n sl (upd i (unit_vector p) theta) x) 0.
Proof.
  revert theta x sl i x'. induction n as [|l n IH]; intros [|w theta] x sl i x' Hi L F Z k; simpl in Hi, L; try lia.
  assert (E : apply_layer l w x = sloped_layer l (sl 0%nat) w x) by exact (F 1%nat).
  assert (Zw : forall c, preact w x' c = 0).
  { intro c. unfold preact. apply Rsum_zero. intros a _. rewrite Z. ring. }
  destruct i as [|i]; cbn [rates upd]; rewrite sloped_cons.
  - apply (rates_of_zero n theta _ (fun k => sl (S k))). { intros j q _. reflexivity. }
    intro u. rewrite nth_next, nth_sloped. destruct nth_error as [c|]; auto. rewrite (pushes_single (0%nat, p)), Zw. unfold linear. cbn [snd]. ring.
  - rewrite <- E. apply (IH theta (apply_layer l w x) (fun k => sl (S k)) i); try lia.
    + intro m. specialize (F (S m)). cbn [firstn forward] in F. rewrite sloped_cons, <- E in F. exact F.
    + intro u. rewrite nth_next. destruct nth_error as [c|]; auto. rewrite (pushes_other (S i, p)), Zw by discriminate. unfold linear. ring.
Qed.
Lemma rate_single n theta x sl v j c : (j < length n)%nat -> (length n <= length theta)%nat ->
  (forall m, forward (firstn m n) theta x = sloped (firstn m n) sl theta x) ->
  rate n theta x (linear sl) (single v) [] j c = if Nat.leb (fst v) j then read_with n sl theta x v j c else 0.
Proof.
  intros Hj L F. assert (Zn : forall k, nth k (@nil R) 0 = 0) by now destruct k. unfold rate, read_with.
  assert (Len : length (firstn j n) = j) by (rewrite firstn_length; lia).
  assert (Zero : (j <= fst v)%nat -> preact (nth j theta []) (rates (firstn j n) theta x (linear sl) (single v) []) c = 0).
  { intro H. unfold preact. apply Rsum_zero. intros a _.
    rewrite (rates_of_zero (firstn j n) theta x sl (single v) [] []); auto.
    - rewrite sloped_zero by auto. ring.
    - intros i p Hi. rewrite Len in Hi. unfold single. destruct (Nat.eqb_spec i (fst v)); [lia|reflexivity]. }
  destruct (Nat.leb_spec (fst v) j) as [H|H].
  - rewrite nth_upd by lia. destruct (Nat.eqb_spec j (fst v)) as [->|N].
    + rewrite Zero, pushes_single, sloped_firstn_upd, F by lia. ring.
    + rewrite pushes_other by auto. rewrite Rplus_0_l. apply preact_ext. destruct v as [i p]. cbn [fst snd] in *.
      apply rates_single; auto; try lia. intro m. rewrite firstn_firstn. apply F.
  - rewrite Zero, pushes_other by lia. ring.
Qed.

(** *** A direction that touches no unit at 0 is added *)
Lemma rates_plus n theta x pass sl d e s x1 x2 x3 : turns n theta x pass ->
  (forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c ->
    (slope l = 1 \/ at_unit n theta x j c <> 0 -> sl j u = slope_at (slope l) (at_unit n theta x j c)) /\
    (slope l <> 1 -> at_unit n theta x j c = 0 -> rate n theta x (linear sl) e x2 j c = 0)) ->
  combines 1 s x1 x2 x3 ->
  combines 1 s (rates n theta x pass d x1) (rates n theta x (linear sl) e x2) (rates n theta x pass (fun j p => 1 * d j p + s * e j p) x3).
Proof.
  revert theta x pass sl d e x1 x2 x3. induction n as [|l n IH]; intros [|w theta] x pass sl d e x1 x2 x3 T H C; auto. cbn [rates].
  apply (IH theta _ (fun k => pass (S k)) (fun k => sl (S k)) (fun k => d (S k)) (fun k => e (S k))).
  - intros j l' u c Hj Hu r. exact (T (S j) l' u c Hj Hu r).
  - intros j l' u c Hj Hu. exact (H (S j) l' u c Hj Hu).
  - intro u. rewrite !nth_next. destruct (nth_error (units l) u) as [c|] eqn:E; [|ring].
    rewrite !(T 0%nat l u c eq_refl E), (preact_input 1 s x1 x2 x3 w c C), pushes_lin.
    destruct (H 0%nat l u c eq_refl E) as [H1 H2]. unfold rate in H2. cbn [firstn forward rates nth] in H2.
    set (z := at_unit (l :: n) (w :: theta) x 0 c) in *. set (r1 := pushes (d 0%nat) x c). set (r2 := pushes (e 0%nat) x c) in *.
    unfold turned, linear. destruct (Req_EM_T z 0) as [Z|N].
    + destruct (Req_EM_T (slope l) 1) as [S1|S1].
      * rewrite H1 by auto. rewrite S1, !act_slope, !slope_linear. ring.
      * specialize (H2 S1 Z). replace (1 * r1 + s * r2 + (1 * preact w x1 c + s * preact w x2 c)) with
          (r1 + preact w x1 c + s * (r2 + preact w x2 c)) by ring. rewrite H2, !Rmult_0_r, !Rplus_0_r. ring.
    + rewrite H1 by auto. ring.
Qed.
Lemma rate_plus n theta x pass sl d e s j c : turns n theta x pass ->
  (forall i l u c, (i < j)%nat -> nth_error n i = Some l -> nth_error (units l) u = Some c ->
    (slope l = 1 \/ at_unit n theta x i c <> 0 -> sl i u = slope_at (slope l) (at_unit n theta x i c)) /\
    (slope l <> 1 -> at_unit n theta x i c = 0 -> rate n theta x (linear sl) e [] i c = 0)) ->
  rate n theta x pass (fun j p => 1 * d j p + s * e j p) [] j c = rate n theta x pass d [] j c + s * rate n theta x (linear sl) e [] j c.
Proof.
  intros T H. assert (C : combines 1 s (rates (firstn j n) theta x pass d []) (rates (firstn j n) theta x (linear sl) e [])
    (rates (firstn j n) theta x pass (fun j p => 1 * d j p + s * e j p) [])).
  { apply rates_plus. now apply turns_before.
    - intros i l u c' Hi Hu. destruct (before_error _ _ _ _ Hi) as (Lt & Hi' & E). specialize (H i l u c' Lt Hi' Hu).
      unfold rate, at_unit in *. rewrite E. exact H.
    - intro i. destruct i; simpl; ring. }
  unfold rate. rewrite pushes_lin, (preact_input 1 s _ _ _ (nth j theta []) c C). ring.
Qed.
