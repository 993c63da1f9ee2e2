(** * What changes of an input do to the sign of the output: [adversarial], by computing, and [robust], by a bound on how
    far the output can move. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Vectors Feasible LayerNorms SampleSums Chain.
Import ListNotations.
Open Scope R_scope.

(** ** How far a layer can move apart what two inputs make of it *)

(** The square of the distance of two lists, of which so many entries count. *)
Definition apart (d : nat) (x y : list R) : R := square d (fun i => nth i x 0 - nth i y 0).

Lemma apart_nonneg d x y : 0 <= apart d x y.
Proof. apply (Rsum_squares (fun i => nth i x 0 - nth i y 0)). Qed.

Lemma apart_map {A} (f g : A -> R) l :
  apart (length l) (map f l) (map g l) = Rsum (map (fun a => (f a - g a) * (f a - g a)) l).
Proof.
  unfold apart, square. induction l as [|a l IH]. reflexivity.
  cbn [length seq map]. rewrite !Rsum_cons. f_equal. rewrite <- seq_shift, map_map. exact IH.
Qed.

Lemma preact_apart d w x y u : (forall c, In c u -> (fst c < d)%nat) -> NoDup (map fst u) ->
  (preact w x u - preact w y u) * (preact w x u - preact w y u) <=
  Rsum (map (fun c => nth (snd c) w 0 * nth (snd c) w 0) u) * apart d x y.
Proof.
  intros Hd Hn. set (g := fun i => nth i x 0 - nth i y 0).
  assert (E : preact w x u - preact w y u = Rsum (map (fun c => nth (snd c) w 0 * g (fst c)) u)).
  { unfold preact, g. induction u as [|c u IH]; cbn [map]. simpl. ring.
    rewrite !Rsum_cons, <- IH; [ring| |]. intros; apply Hd; now right. now inversion Hn. }
  rewrite E. eapply Rle_trans. apply cauchy_schwarz. apply Rmult_le_compat_l. apply Rsum_squares.
  unfold apart, square. fold g. rewrite <- (map_map fst (fun i => g i * g i)). apply Rsum_incl; auto.
  - intro. apply Rle_0_sqr.
  - intros i Hi. apply in_map_iff in Hi. destruct Hi as (c & <- & Hc). apply in_seq. specialize (Hd c Hc). lia.
Qed.

(** An activation with slope [s], where [k] is at least 1 and at least [s^2]. *)
Lemma act_apart s k a b : 1 <= k -> s * s <= k -> (act s a - act s b) * (act s a - act s b) <= k * ((a - b) * (a - b)).
Proof.
  intros H1 Hs. assert (Sk : s <= k) by nra.
  pose proof (Rle_0_sqr a) as Qa. pose proof (Rle_0_sqr b) as Qb. unfold Rsqr in *.
  pose proof (Rle_0_sqr (a - b)) as Q. unfold Rsqr in Q.
  assert (A1 : s * s * (a * a) <= k * (a * a)) by (apply Rmult_le_compat_r; lra).
  assert (B1 : s * s * (b * b) <= k * (b * b)) by (apply Rmult_le_compat_r; lra).
  assert (A2 : 1 * (a * a) <= k * (a * a)) by (apply Rmult_le_compat_r; lra).
  assert (B2 : 1 * (b * b) <= k * (b * b)) by (apply Rmult_le_compat_r; lra).
  assert (D1 : s * s * ((a - b) * (a - b)) <= k * ((a - b) * (a - b))) by (apply Rmult_le_compat_r; lra).
  assert (D2 : 1 * ((a - b) * (a - b)) <= k * ((a - b) * (a - b))) by (apply Rmult_le_compat_r; lra).
  unfold act. destruct (Rlt_dec a 0) as [Ha|Ha], (Rlt_dec b 0) as [Hb|Hb].
  - replace ((s * a - s * b) * (s * a - s * b)) with (s * s * ((a - b) * (a - b))) by ring. exact D1.
  - assert (P : 0 <= - a * b) by (apply Rmult_le_pos; lra).
    assert (P1 : s * (- a * b) <= k * (- a * b)) by (apply Rmult_le_compat_r; lra). lra.
  - assert (P : 0 <= a * - b) by (apply Rmult_le_pos; lra).
    assert (P1 : s * (a * - b) <= k * (a * - b)) by (apply Rmult_le_compat_r; lra). lra.
  - lra.
Qed.

Lemma layer_apart l w d x y k : 1 <= k -> slope l * slope l <= k ->
  (forall u c, In u (units l) -> In c u -> (fst c < d)%nat) -> (forall u, In u (units l) -> NoDup (map fst u)) ->
  apart (length (units l)) (apply_layer l w x) (apply_layer l w y) <= k * weight_squares (units l) w * apart d x y.
Proof.
  intros H1 Hs Hd Hn. unfold apply_layer. rewrite apart_map.
  assert (W : weight_squares (units l) w =
    Rsum (map (fun u => Rsum (map (fun c => nth (snd c) w 0 * nth (snd c) w 0) u)) (units l))).
  { unfold weight_squares. rewrite <- (map_id (units l)) at 1. apply Rsum_concat. }
  rewrite W. replace (k * Rsum (map (fun u => Rsum (map (fun c => nth (snd c) w 0 * nth (snd c) w 0) u)) (units l)) * apart d x y)
    with (k * apart d x y * Rsum (map (fun u => Rsum (map (fun c => nth (snd c) w 0 * nth (snd c) w 0) u)) (units l))) by ring.
  rewrite <- Rsum_mult. apply Rsum_le. intros u Hu.
  eapply Rle_trans. apply (act_apart (slope l) k); auto.
  pose proof (preact_apart d w x y u (fun c => Hd u c Hu) (Hn u Hu)) as Q.
  apply Rle_trans with (k * (Rsum (map (fun c => nth (snd c) w 0 * nth (snd c) w 0) u) * apart d x y)).
  - apply Rmult_le_compat_l; lra.
  - right. ring.
Qed.

(** ** A changed input *)

Lemma nth_changed x z i : length x = length z -> nth i (changed x z) 0 = nth i x 0 + nth i z 0.
Proof.
  unfold changed. revert z i. induction x as [|a x IH]; intros [|b z] i H; try discriminate.
  - destruct i; simpl; ring.
  - destruct i; cbn [combine map nth fst snd]. reflexivity. apply IH. simpl in H. congruence.
Qed.

Lemma apart_changed d x z : length x = d -> length z = d -> apart d (changed x z) x = Rsum (map (fun a => a * a) z).
Proof.
  intros Hx Hz. rewrite <- (sum_squares_seq z d Hz). unfold apart. apply square_ext. intro i.
  rewrite nth_changed by congruence. ring.
Qed.

Section Check.
Context {F : ops} {M : model F}.

Definition kadds (x z : list F) : list F := map (fun ab => kadd (fst ab) (snd ab)) (combine x z).
Lemma kadds_ok x z : map toR (kadds x z) = changed (map toR x) (map toR z).
Proof.
  unfold kadds, changed. revert z. induction x as [|a x IH]; intros [|b z]; try reflexivity.
  cbn [combine map fst snd]. now rewrite toR_add, IH.
Qed.

Definition margin_of (P : problem F) (theta : params F) (s : list F * bool) : option F :=
  tmargin (S := sym_num F) num_act (net P) theta s.
Lemma margin_of_ok P theta s m : margin_of P theta s = Some m ->
  margin (map_problem toR P) (map_params toR theta) (map toR (fst s), snd s) = toR m.
Proof. intro H. exact (tmargin_ok (S := sym_num F) num_act here here_where num_act_ok P theta s m H). Qed.

(** ** A change of sign *)

Definition check_adversarial (P : problem F) (theta : params F) (i : nat) (z : list F) : bool :=
  if check_posed P None then if check_shape (net P) theta then if Nat.eqb (length z) (inputs P) then
    match nth_error (data P) i with
    | Some s =>
        match margin_of P theta s, margin_of P theta (kadds (fst s) z, snd s) with
        | Some before, Some after => if kpos before then kpos (kopp after) else false
        | _, _ => false
        end
    | None => false
    end else false else false else false.

Theorem adversarial_sound P theta i z : check_adversarial P theta i z = true ->
  adversarial (map_problem toR P) (map_params toR theta) i (map toR z).
Proof.
  unfold check_adversarial. destruct check_posed eqn:E1; try discriminate. destruct check_shape eqn:E2; try discriminate.
  destruct (Nat.eqb_spec (length z) (inputs P)) as [E3|]; try discriminate.
  destruct nth_error as [s|] eqn:E4; try discriminate.
  destruct (margin_of P theta s) as [a|] eqn:E5; try discriminate.
  destruct (margin_of P theta (kadds _ _, _)) as [b|] eqn:E6; try discriminate.
  destruct (kpos a) eqn:E7; try discriminate. intro E8.
  split. now apply posed_sound. split. now apply check_shape_ok. split. now rewrite map_length.
  exists (map toR (fst s), snd s). split.
  - simpl. now rewrite nth_error_map, E4.
  - apply margin_of_ok in E5, E6. cbn [fst snd] in *. rewrite kadds_ok in E6.
    apply kpos_ok in E7, E8. rewrite toR_opp in E8. split; [rewrite E5 | rewrite E6]; lra.
Qed.

(** ** A bound on how far the output can move *)

(** The greater of 1 and the slope's square. *)
Definition steepness (s : F) : option F :=
  if knonneg (ksub (k1 F) (kmul s s)) then Some (k1 F)
  else if knonneg (ksub (kmul s s) (k1 F)) then Some (kmul s s) else None.
Lemma steepness_ok s k : steepness s = Some k -> 1 <= toR k /\ toR s * toR s <= toR k.
Proof.
  unfold steepness. destruct knonneg eqn:E; [|destruct (knonneg (ksub _ _)) eqn:E2 in |- *; try discriminate].
  - intros [= <-]. apply knonneg_ok in E. rewrite toR_sub, toR_mul, toR_1 in *. lra.
  - intros [= <-]. apply knonneg_ok in E2. rewrite toR_sub, toR_mul, toR_1 in *. lra.
Qed.

Definition kweight_squares (u : list (list (nat * nat))) (w : list F) : F :=
  ksum (map (fun c => kmul (nth (snd c) w (k0 F)) (nth (snd c) w (k0 F))) (concat u)).
Lemma kweight_squares_ok u w : toR (kweight_squares u w) = weight_squares u (map toR w).
Proof.
  unfold kweight_squares, weight_squares. rewrite ksum_ok, map_map. apply Rsum_ext_in. intros c _.
  rewrite toR_mul, <- toR_0. now rewrite !map_nth.
Qed.

(** The square of a Lipschitz constant. *)
Fixpoint stretch (n : list (layer F)) (theta : params F) : option F :=
  match n, theta with
  | [], _ => Some (k1 F)
  | l :: n', w :: theta' =>
      match steepness (slope l), stretch n' theta' with
      | Some k, Some rest => Some (kmul (kmul k (kweight_squares (units l) w)) rest)
      | _, _ => None
      end
  | _, [] => None
  end.

Lemma stretch_ok n theta d k x y : stretch n theta = Some k -> fits d (map (map_layer toR) n) ->
  (forall l u, In l n -> In u (units l) -> NoDup (map fst u)) ->
  0 <= toR k /\ apart 1 (forward (map (map_layer toR) n) (map_params toR theta) x)
                        (forward (map (map_layer toR) n) (map_params toR theta) y) <= toR k * apart d x y.
Proof.
  revert theta d k x y. induction n as [|l n IH]; intros [|w theta] d k x y H Hf Hn; try discriminate H.
  - injection H as <-. simpl in Hf. subst. rewrite toR_1. cbn [map forward map_params]. lra.
  - injection H as <-. simpl in Hf. subst. rewrite toR_1. cbn [map forward map_params]. lra.
  - cbn [stretch] in H. destruct steepness as [s|] eqn:E1; try discriminate.
    destruct (stretch n theta) as [rest|] eqn:E2; try discriminate. injection H as <-.
    apply steepness_ok in E1. destruct E1 as [S1 S2]. destruct Hf as (_ & Hu & Hf).
    cbn [map_layer units] in Hu. rewrite !toR_mul, kweight_squares_ok.
    set (l' := map_layer toR l). set (w' := map toR w).
    assert (L : apart (length (units l')) (apply_layer l' w' x) (apply_layer l' w' y) <=
                toR s * weight_squares (units l') w' * apart d x y).
    { apply layer_apart; auto. intros u c H1 H2. apply (Hu u c H1 H2). intros u H1. apply (Hn l u). now left. exact H1. }
    destruct (IH theta _ rest (apply_layer l' w' x) (apply_layer l' w' y) E2 Hf (fun l0 u H1 => Hn l0 u (or_intror H1))) as [R0 R1].
    assert (W : 0 <= weight_squares (units l) w') by apply (Rsum_squares (fun c : nat * nat => nth (snd c) w' 0)).
    split. { repeat apply Rmult_le_pos; lra. }
    cbn [map forward map_params]. eapply Rle_trans. exact R1.
    apply Rle_trans with (toR rest * (toR s * weight_squares (units l') w' * apart d x y)).
    apply Rmult_le_compat_l; auto. right. cbn [l' map_layer units]. ring.
Qed.

(** That a margin is positive and its square above the bound. *)
Definition above (bound m : F) : bool := if kpos m then kpos (ksub (kmul m m) bound) else false.

Definition check_robust (P : problem F) (theta : params F) (radius2 : F) : bool :=
  if check_posed P None then if check_shape (net P) theta then
  if forallb (fun l => forallb (fun u => distinct (map fst u)) (units l)) (net P) then if kpos radius2 then
    match stretch (net P) theta, margins P theta with
    | Some k, Some ms => forallb (above (kmul radius2 k)) ms
    | _, _ => false
    end else false else false else false else false.

Theorem robust_sound P theta radius2 : check_robust P theta radius2 = true ->
  robust (map_problem toR P) (map_params toR theta) (toR radius2).
Proof.
  unfold check_robust. destruct check_posed eqn:E1; try discriminate. destruct check_shape eqn:E2; try discriminate.
  destruct forallb eqn:E3; try discriminate. destruct (kpos radius2) eqn:E4; try discriminate.
  destruct stretch as [k|] eqn:E5; try discriminate. destruct margins as [ms|] eqn:E6; try discriminate. intro E7.
  apply posed_sound in E1. apply kpos_ok in E4. apply margins_ok in E6.
  assert (Hn : forall l u, In l (net P) -> In u (units l) -> NoDup (map fst u)).
  { intros l u Hl Hu. rewrite forallb_forall in E3. specialize (E3 l Hl). rewrite forallb_forall in E3.
    apply distinct_ok, E3, Hu. }
  split. exact E1. split. now apply check_shape_ok. split. exact E4.
  destruct E1 as [(_ & _ & Hf & _ & Hl) _]. intros s z Hs Hz Hr.
  assert (B : exists m, above (kmul radius2 k) m = true /\ margin (map_problem toR P) (map_params toR theta) s = toR m).
  { rewrite forallb_forall in E7. clear - E6 E7 Hs. simpl in Hs. induction E6 as [|s0 m data ms H _ IH]; simpl in Hs. tauto.
    destruct Hs as [<-|Hs]. exists m. split; auto. apply E7. now left. apply IH; auto. intros; apply E7; now right. }
  destruct B as (m & A & Hm). unfold above in A. destruct (kpos m) eqn:E8; try discriminate.
  apply kpos_ok in E8, A. rewrite toR_sub, !toR_mul in A. rewrite <- Hm in *. clear Hm m.
  destruct (stretch_ok (net P) theta _ k (changed (fst s) z) (fst s) E5 Hf Hn) as [K0 K].
  rewrite (apart_changed _ _ _ (Hl s Hs) Hz) in K.
  assert (K' : toR k * Rsum (map (fun a => a * a) z) <= toR k * toR radius2) by (apply Rmult_le_compat_l; lra).
  unfold margin in *. cbn [fst snd]. unfold Phi in *. change (net (map_problem toR P)) with (map (map_layer toR) (net P)) in *.
  set (a := nth 0 (forward _ _ (fst s)) 0) in *. set (b := nth 0 (forward _ _ (changed (fst s) z)) 0).
  assert (D : (b - a) * (b - a) <= toR k * toR radius2).
  { eapply Rle_trans; [|eapply Rle_trans; [exact K | exact K']]. unfold apart, square.
    cbn [seq map]. rewrite Rsum_cons. fold a b. change (Rsum []) with 0. lra. }
  destruct (Rle_lt_dec (sgn (snd s) * b) 0) as [N|]; auto. exfalso.
  unfold sgn in *. destruct (snd s); nra.
Qed.
End Check.
