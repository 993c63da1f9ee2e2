(** * What a network can compute near a point, just after leaving it in a direction.

    Each unit that has a kink at the point is on one of two sides there. The sides of units of one layer whose
    preactivations are multiples of one another go together. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Tends Vectors Polynomial Feasible Curve Displacement Lagrangian Gradient CurveGradients Kkt.
Import ListNotations.
Open Scope R_scope.

(** Real polynomials: the sign just after 0. *)
Definition Rops : ops := Ops R 0 1 Rplus Rmult Ropp Rinv (fun _ => false) (fun _ => false).
Global Instance Rmodel : model Rops.
Proof. refine (Model Rops (fun x => x) _ _ _ _ _ _ _); simpl; auto; discriminate. Defined.


Lemma sign_after_0 (p : list R) :
  upto (fun t => 0 <= peval (F := Rops) p t) \/ upto (fun t => peval (F := Rops) p t <= 0).
Proof.
  induction p as [|a p IH].
  - left. exists 1. split. lra. intros. simpl. lra.
  - destruct (total_order_T a 0) as [[Ha|Ha]|Ha].
    + right. destruct (peval_near (F := Rops) (a :: p) (- a) ltac:(lra)) as (d & Hd & H). exists d. split; auto.
      intros t Ht. destruct (Req_dec t 0) as [->|Hn]. simpl. lra. specialize (H t ltac:(lra)). apply Rabs_def2 in H.
      simpl in *. lra.
    + subst. destruct IH as [(d & Hd & H)|(d & Hd & H)]; [left|right]; exists d; split; auto; intros t Ht;
        specialize (H t Ht); simpl; nra.
    + left. destruct (peval_near (F := Rops) (a :: p) a ltac:(lra)) as (d & Hd & H). exists d. split; auto.
      intros t Ht. destruct (Req_dec t 0) as [->|Hn]. simpl. lra. specialize (H t ltac:(lra)). apply Rabs_def2 in H.
      simpl in *. lra.
Qed.

Section Sides.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).

Lemma restrict (z : mpoly) (e d : env) :
  exists p : list R, forall t, mev z (fun v => e v + t * d v) = peval (F := Rops) p t.
Proof.
  assert (Mono : forall m, exists p : list R, forall t, monev (fun v => e v + t * d v) m = peval (F := Rops) p t).
  { induction m as [|v m (p & IH)].
    - exists [1]. intro t. simpl. ring.
    - exists (pmul (F := Rops) [e v; d v] p). intro t. rewrite (peval_mul (F := Rops)). cbn [monev fold_right].
      change (fold_right (fun (v0 : nat * nat) (r : R) => (e v0 + t * d v0) * r) 1 m) with (monev (fun v => e v + t * d v) m).
      rewrite IH. simpl. ring. }
  induction z as [|[a m] z (p & IH)].
  - exists []. reflexivity.
  - destruct (Mono m) as (q & Hq). exists (padd (F := Rops) (pscale (F := Rops) (toR a) q) p). intro t.
    rewrite (peval_add (F := Rops)), (peval_scale (F := Rops)). cbn [mev]. rewrite IH, Hq. reflexivity.
Qed.

Variable d : env.
Definition along (e : env) (Q : env -> Prop) : Prop := upto (fun t => Q (fun v => e v + t * d v)).
Lemma along_where e : where_ (along e).
Proof.
  split; unfold along; intros.
  - apply (U_all _ upto_where). auto.
  - now apply (U_and _ upto_where).
  - eapply (U_mono _ upto_where); [|exact H0]. cbn beta. auto.
Qed.

(** The sides of a polynomial's unit just after the start. *)
Definition on_side (b : bool) (z : mpoly) (e : env) : Prop :=
  along e (fun e => if b then 0 <= mev z e else mev z e <= 0).

Lemma some_side z e : exists b, on_side b z e.
Proof.
  destruct (restrict z e d) as (p & Hp). destruct (sign_after_0 p) as [H|H]; [exists true|exists false];
    (eapply (U_mono _ upto_where); [|exact H]); cbn beta; intros t Ht; now rewrite Hp.
Qed.

Lemma mev_along z e eps : 0 < eps -> along e (fun e' => Rabs (mev z e' - mev z e) < eps).
Proof.
  intro He. destruct (restrict z e d) as (p & Hp). destruct (peval_near (F := Rops) p eps He) as (d0 & Hd0 & H).
  assert (E0 : mev z e = peval (F := Rops) p 0) by (rewrite <- Hp; apply mev_ext; intro; ring).
  exists d0. split; auto. intros t Ht. rewrite Hp, E0. destruct (Req_dec t 0) as [->|Hn].
  replace (peval (F := Rops) p 0 - peval (F := Rops) p 0) with 0 by ring. rewrite Rabs_R0. auto. apply H. lra.
Qed.

(** What a unit computes on a side. *)
Definition taken (s : F) (b : bool) (z : mpoly) : mpoly := if b then z else scaled s z.
Lemma taken_ok s b z e : on_side b z e -> along e (fun e => mev (taken s b z) e = act (toR s) (mev z e)).
Proof.
  unfold taken, on_side. destruct b; intro H; (eapply (U_mono _ (along_where e)); [|exact H]); cbn beta; intros e' H';
    unfold act; destruct Rlt_dec; rewrite ?mev_scaled; try lra.
  replace (mev z e') with 0 by lra. ring.
Qed.

Lemma multiple_nonneg a c x y : 0 < a * c -> c * x = a * y -> 0 <= y -> 0 <= x.
Proof.
  intros H E Hy. assert (Q : c * c * x = a * c * y) by (transitivity (c * (c * x)); [ring|rewrite E; ring]).
  assert (C : 0 < c * c) by (apply Rsqr_pos_lt; intros ->; lra). apply Rmult_le_reg_l with (c * c). exact C.
  rewrite Q, Rmult_0_r. apply Rmult_le_pos; lra.
Qed.

(** ** Sides that go together

    Where one preactivation is a multiple of another, the side of the one tells that of the other. Shared weights can
    make it so. *)
Definition same_side (z z' : mpoly) : option bool :=
  match z, z' with
  | (a, _) :: _, (b, _) :: _ =>
      if mzero (msub (mscale b [] z) (mscale a [] z')) then
        if kpos (kmul a b) then Some true else if kpos (kopp (kmul a b)) then Some false else None
      else None
  | _, _ => None
  end.

Lemma same_side_ok z z' same b e : same_side z z' = Some same -> on_side b z' e -> on_side (Bool.eqb same b) z e.
Proof.
  destruct z as [|[a m] z0]; [discriminate|]. destruct z' as [|[c n] z0']; [discriminate|].
  set (z := (a, m) :: z0). set (z' := (c, n) :: z0').
  change (same_side z z') with (if mzero (msub (mscale c [] z) (mscale a [] z')) then
    if kpos (kmul a c) then Some true else if kpos (kopp (kmul a c)) then Some false else None else None).
  destruct mzero eqn:E; [|discriminate]. intros H Side.
  assert (Eq : forall e, toR c * mev z e = toR a * mev z' e).
  { intro e'. apply (mzero_ok _ e') in E. rewrite mev_sub, !mev_scale in E. change (monev e' []) with 1 in E. lra. }
  clearbody z z'. unfold on_side in *.
  destruct (kpos (kmul a c)) eqn:E1; [|destruct (kpos (kopp (kmul a c))) eqn:E2; [|discriminate]]; injection H as <-;
    [apply kpos_ok in E1; rewrite toR_mul in E1|apply kpos_ok in E2; rewrite toR_opp, toR_mul in E2];
    (destruct b; simpl; (eapply (U_mono _ (along_where e)); [|exact Side]); cbn beta; intros e' S; specialize (Eq e')).
  - exact (multiple_nonneg _ _ _ _ E1 Eq S).
  - apply Ropp_le_cancel. rewrite Ropp_0. apply (multiple_nonneg (toR a) (toR c) _ (- mev z' e')); nra.
  - apply Ropp_le_cancel. rewrite Ropp_0. apply (multiple_nonneg (- toR a) (toR c) _ (mev z' e')); nra.
  - apply (multiple_nonneg (- toR a) (toR c) _ (- mev z' e')); nra.
Qed.

(** Polynomials whose sides have been chosen. *)
Definition chosen := list (mpoly * bool).
Definition hold (known : chosen) (e : env) : Prop := forall c, In c known -> on_side (snd c) (fst c) e.

Fixpoint known_side (known : chosen) (z : mpoly) : option bool :=
  match known with
  | [] => None
  | (z', b) :: known' => match same_side z z' with Some same => Some (Bool.eqb same b) | None => known_side known' z end
  end.
Lemma known_side_ok known z b e : known_side known z = Some b -> hold known e -> on_side b z e.
Proof.
  induction known as [|[z' c] known IH]; simpl; [discriminate|]. intros H K.
  destruct (same_side z z') eqn:E.
  - injection H as <-. apply (same_side_ok z z'); auto. exact (K (z', c) (or_introl eq_refl)).
  - apply IH; auto. intros q Hq. apply K. now right.
Qed.

(** All that a unit may compute near the point, and what sides have been chosen then. *)
Definition choices (s : F) (known : chosen) (z : mpoly) : list (mpoly * chosen) :=
  if kone s then [(z, known)]
  else match z with
  | [] => [([], known)]
  | _ => let c := mconst z in
      if kpos c then [(z, known)] else if kpos (kopp c) then [(scaled s z, known)]
      else match known_side known z with
      | Some b => [(taken s b z, known)]
      | None => map (fun b => (taken s b z, (z, b) :: known)) [true; false]
      end
  end.

Lemma choices_ok s known z : near (fun e => hold known e -> exists c, In c (choices s known z) /\
  along e (fun e => mev (fst c) e = act (toR s) (mev z e)) /\ hold (snd c) e).
Proof.
  unfold choices. destruct (kone s) eqn:E1.
  { apply (U_all _ near_where). intros e K. eexists. split. now left. split; [|exact K].
    apply (U_all _ (along_where e)). intro e'. apply kone_ok in E1. unfold act. simpl. destruct Rlt_dec; rewrite ?E1; lra. }
  destruct z as [|am z0] eqn:Ez.
  { apply (U_all _ near_where). intros e K. eexists. split. now left. split; [|exact K].
    apply (U_all _ (along_where e)). intro e'. simpl. unfold act. destruct Rlt_dec; lra. }
  rewrite <- Ez in *. clear Ez am z0. cbv zeta.
  destruct (kpos (mconst z)) eqn:E2; [|destruct (kpos (kopp (mconst z))) eqn:E3].
  - apply kpos_ok in E2. eapply (U_mono _ near_where); [|apply (mev_close z _ E2)]. cbn beta. intros e He K.
    apply Rabs_def2 in He. eexists. split. now left. split; [|exact K]. apply (taken_ok s true).
    eapply (U_mono _ (along_where e)); [|apply (mev_along z e (mev z e)); lra]. cbn beta. intros e' H'.
    apply Rabs_def2 in H'. lra.
  - apply kpos_ok in E3. rewrite toR_opp in E3. eapply (U_mono _ near_where); [|apply (mev_close z _ E3)]. cbn beta.
    intros e He K. apply Rabs_def2 in He. eexists. split. now left. split; [|exact K]. apply (taken_ok s false).
    eapply (U_mono _ (along_where e)); [|apply (mev_along z e (- mev z e)); lra]. cbn beta. intros e' H'.
    apply Rabs_def2 in H'. lra.
  - apply (U_all _ near_where). intros e K. destruct (known_side known z) as [b|] eqn:Ek.
    + eexists. split. now left. split; [|exact K]. apply taken_ok. exact (known_side_ok known z b e Ek K).
    + destruct (some_side z e) as (b & Hb). exists (taken s b z, (z, b) :: known). split.
      { apply (in_map (fun b => (taken s b z, (z, b) :: known))). destruct b; simpl; auto. }
      split. apply taken_ok. exact Hb. intros c [<-|Hc]; [exact Hb|exact (K c Hc)].
Qed.

(** The units of a layer, one after the other. *)
Fixpoint nunits (s : F) (known : chosen) (zs : list mpoly) : list (list mpoly) :=
  match zs with
  | [] => [[]]
  | z :: zs' => flat_map (fun c => map (cons (fst c)) (nunits s (snd c) zs')) (choices s known z)
  end.

Definition nlayer (l : layer F) (w x : list mpoly) : list (list mpoly) :=
  nunits (slope l) [] (map (tpreact (S := sym_mpoly) w x) (units l)).
Fixpoint nforward (n : list (layer F)) (theta : params mpoly) (x : list mpoly) : list (list mpoly) :=
  match n, theta with
  | l :: n', w :: theta' => flat_map (nforward n' theta') (nlayer l w x)
  | _, _ => [x]
  end.

Local Notation ev_at := (at_ (S := sym_mpoly) (Mean := mean_mpoly)).

Lemma nunits_ok s zs : forall known, near (fun e => hold known e -> exists out, In out (nunits s known zs) /\
  along e (fun e => map (act (toR s)) (ev_at e zs) = ev_at e out)).
Proof.
  induction zs as [|z zs IH]; intro known.
  { apply (U_all _ near_where). intros e _. exists []. split. now left. apply (U_all _ (along_where e)). reflexivity. }
  assert (A : near (fun e => forall c, In c (choices s known z) -> hold (snd c) e -> exists out,
    In out (nunits s (snd c) zs) /\ along e (fun e => map (act (toR s)) (ev_at e zs) = ev_at e out))).
  { apply (U_list _ near_where). intros c _. apply IH. }
  eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ (choices_ok s known z) A)]. cbn beta.
  intros e [B C] K. destruct (B K) as (c & Hc & Ac & Kc). destruct (C c Hc Kc) as (out & Ho & Ao).
  exists (fst c :: out). split.
  - cbn [nunits]. apply in_flat_map. exists c. split; auto. now apply in_map.
  - eapply (U_mono _ (along_where e)); [|exact (U_and _ (along_where e) _ _ Ac Ao)]. cbn beta. intros e' [H1 H2].
    change (ev_at e' (fst c :: out)) with (mev (fst c) e' :: ev_at e' out). rewrite H1, <- H2. reflexivity.
Qed.

Lemma nlayer_ok l w x : near (fun e => exists out, In out (nlayer l w x) /\
  along e (fun e => apply_layer (map_layer toR l) (ev_at e w) (ev_at e x) = ev_at e out)).
Proof.
  eapply (U_mono _ near_where); [|exact (nunits_ok (slope l) (map (tpreact (S := sym_mpoly) w x) (units l)) [])].
  cbn beta. intros e H. destruct H as (out & Ho & Ao). { intros c []. }
  exists out. split; [exact Ho|]. eapply (U_mono _ (along_where e)); [|exact Ao]. cbn beta. intros e' <-.
  unfold apply_layer, at_. simpl units. rewrite !map_map. apply map_ext. intro u.
  change (slope (map_layer toR l)) with (toR (slope l)). f_equal.
  symmetry. exact (ev_tpreact (S := sym_mpoly) (Mean := mean_mpoly) w x u e').
Qed.

Lemma nforward_ok n theta x : near (fun e => exists out, In out (nforward n theta x) /\
  along e (fun e => forward (map (map_layer toR) n) (map (ev_at e) theta) (ev_at e x) = ev_at e out)).
Proof.
  revert theta x. induction n as [|l n IH]; intros theta x.
  { apply (U_all _ near_where). intro e. exists x. split. now left. apply (U_all _ (along_where e)). reflexivity. }
  destruct theta as [|w theta].
  { apply (U_all _ near_where). intro e. exists x. split. now left. apply (U_all _ (along_where e)). reflexivity. }
  assert (A : near (fun e => forall x', In x' (nlayer l w x) -> exists out, In out (nforward n theta x') /\
    along e (fun e => forward (map (map_layer toR) n) (map (ev_at e) theta) (ev_at e x') = ev_at e out))).
  { apply (U_list _ near_where). intros x' _. apply IH. }
  eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ (nlayer_ok l w x) A)]. cbn beta.
  intros e [(x' & Hx & Ax) B]. destruct (B x' Hx) as (out & Ho & Ao). exists out. split.
  - cbn [nforward]. apply in_flat_map. exists x'. auto.
  - eapply (U_mono _ (along_where e)); [|exact (U_and _ (along_where e) _ _ Ax Ao)]. cbn beta.
    intros e' [H1 H2]. simpl. rewrite H1. exact H2.
Qed.
End Sides.
