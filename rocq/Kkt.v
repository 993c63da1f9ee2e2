(** * The check of [kkt].

    A term of a selection is a curve from the point. Just after leaving the point it runs where the margin is one
    polynomial; the gradients there tend to that polynomial's gradient at the point. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Vectors Polynomial Feasible Curve Displacement Lagrangian Gradient CurveGradients.
Import ListNotations.
Open Scope R_scope.

Section Kkt.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Let PR := map_problem toR P.
Let thR := map_params toR theta.

(** A term: its weight and its curve. *)
Definition kkt_term := (F * list (params F))%type.

Definition ksum (l : list F) : F := fold_right kadd (k0 F) l.
Lemma ksum_ok l : toR (ksum l) = Rsum (map toR l).
Proof. induction l. apply toR_0. cbn [ksum fold_right map]. rewrite toR_add, Rsum_cons. now f_equal. Qed.

Definition term_ok (s : list F * bool) (t : kkt_term) : option (F * mpoly) :=
  if knonneg (fst t) then
    match term_margin P free theta (snd t) s with Some m => Some (fst t, m) | None => None end
  else None.

(** Which margins a sample with a positive multiplier may have. *)
Variable tight : F -> F -> bool.

(** A sample with its margin, its multiplier and its terms; the outcome is the multiplier and the polynomials. *)
Definition sample_ok (x : (list F * bool) * F * (F * list kkt_term)) : option (F * list (F * mpoly)) :=
  let '(s, mg, (lam, ts)) := x in
  if kzero lam then Some (k0 F, []) else
  if kpos lam then if tight lam mg then
    match mapM (term_ok s) ts with
    | Some l => if kone (ksum (map fst l)) then Some (lam, l) else None
    | None => None
    end
  else None else None.

Definition sample_grad (l : list (F * mpoly)) (v : nat * nat) : F :=
  ksum (map (fun wm => kmul (fst wm) (term_grad (snd wm) v)) l).

(** What is left of the point when the combination is taken from it, in the free layers. *)
Definition residual (res : list (F * list (F * mpoly))) : params F :=
  mapi (fun k w => mapi (fun i a => if is_free free k then
    ksub a (ksum (map (fun lg => kmul (fst lg) (sample_grad (snd lg) (k, i))) res)) else k0 F) 0 w) 0 theta.

Definition check_combination (ev : list (F * list kkt_term)) : option (params F) :=
  if check_feasible P free theta then if Nat.eqb (length ev) (length (data P)) then
    match margins P theta with
    | Some ms =>
        match mapM sample_ok (combine (combine (data P) ms) ev) with
        | Some res => Some (residual res)
        | None => None
        end
    | None => None
    end
  else None else None.

Lemma same_tab {K K' K''} (th : params K) (g : nat * nat -> K') (f : K -> K'') :
  map (@length K'') (map (map f) th) = map (@length K') (tab th g).
Proof. rewrite shape_tab, map_map. apply map_ext. intro. apply map_length. Qed.

Lemma term_clarke s (t : kkt_term) wm : term_ok s t = Some wm ->
  0 <= toR (fst wm) /\
  limiting_gradient (fun th => margin PR (held free thR th) (map toR (fst s), snd s)) thR
    (tab theta (fun v => toR (term_grad (snd wm) v))).
Proof.
  unfold term_ok. destruct t as [w cs]. cbn [fst snd]. destruct (knonneg w) eqn:E; try discriminate.
  apply knonneg_ok in E.
  destruct term_margin as [m|] eqn:Em; try discriminate. intros [= <-]. split; auto.
  exact (term_limit P free theta cs s m Em).
Qed.

Lemma by_sample {A B C D} (Q : A -> B -> Prop) (f : A * B * C -> option D) la lb lc ld :
  Forall2 Q la lb -> length lc = length la -> mapM f (combine (combine la lb) lc) = Some ld ->
  Forall2 (fun a d => exists b c, Q a b /\ f (a, b, c) = Some d) la ld.
Proof.
  intros H. revert lc ld. induction H as [|a b la lb Hab H IH]; intros [|c lc] ld L E; try discriminate.
  - injection E as <-. constructor.
  - cbn [combine mapM] in E. destruct (f (a, b, c)) as [d|] eqn:Ef; try discriminate.
    destruct (mapM f (combine (combine la lb) lc)) as [ld'|] eqn:El; try discriminate. injection E as <-.
    constructor. exists b, c. auto. apply (IH lc); auto.
Qed.

Lemma shape_residual res : same_shape thR (map_params toR (residual res)).
Proof.
  unfold same_shape, thR, map_params, residual. rewrite !map_map, map_mapi.
  transitivity (mapi (fun _ (w : list F) => length w) 0 theta).
  - rewrite <- (mapi_id 0 theta) at 1. rewrite map_mapi. apply mapi_ext. intros. apply map_length.
  - apply mapi_ext. intros. now rewrite map_length, length_mapi.
Qed.

Lemma combination_sound ev r : check_combination ev = Some r ->
  feasible PR free thR /\ same_shape thR (map_params toR r) /\
  exists terms : list (R * params R),
    Forall2 (fun s t => 0 <= fst t /\ (fst t <> 0 ->
      (exists lam mg, tight lam mg = true /\ toR lam = fst t /\ toR mg = margin PR thR s) /\
      clarke (fun theta' => margin PR (held free thR theta') s) thR (snd t))) (data PR) terms /\
    forall v, is_free free (fst v) = true -> entry thR v = combination terms v + entry (map_params toR r) v.
Proof.
  unfold check_combination. destruct check_feasible eqn:Hf; try discriminate. apply feasible_sound in Hf. fold PR thR in Hf.
  destruct (Nat.eqb_spec (length ev) (length (data P))) as [Hlen|]; try discriminate.
  destruct (margins P theta) as [ms|] eqn:Ems; try discriminate. apply margins_ok in Ems. fold PR thR in Ems.
  destruct mapM as [res|] eqn:Er; try discriminate. intros [= <-].
  split; auto. split. apply shape_residual.
  set (G := fun (l : list (F * mpoly)) => tab theta (fun v => toR (sample_grad l v))).
  exists (map (fun lg => (toR (fst lg), G (snd lg))) res).
  split.
  - pose proof (by_sample _ _ _ _ _ _ Ems Hlen Er) as B. unfold PR at 1. simpl data. clear - B.
    induction B as [|s [lam l] data res (mg & [lam1 ts] & Em & E) B IH]; constructor; auto. clear IH B.
    cbn [fst snd]. cbn [sample_ok] in E.
    destruct (kzero lam1) eqn:Ez; [injection E as <- <-; rewrite toR_0; split; [lra|congruence]|].
    destruct (kpos lam1) eqn:Epos; try discriminate. apply kpos_ok in Epos.
    destruct (tight lam1 mg) eqn:Emg; try discriminate.
    destruct (mapM (term_ok s) ts) as [l1|] eqn:El; try discriminate.
    destruct (kone (ksum (map fst l1))) eqn:Eone; try discriminate. apply kone_ok in Eone.
    injection E as <- <-. split; [lra|]. intros _. split; [exists lam1, mg; auto|].
    split. apply same_tab.
    exists (map (fun wm => (toR (fst wm), tab theta (fun v => toR (term_grad (snd wm) v)))) l1).
    split; [|split].
    + intros wv Hwv. apply in_map_iff in Hwv. destruct Hwv as (wm & <- & Hwm). simpl.
      destruct (mapM_In_inv _ _ _ _ El Hwm) as (x & _ & Ex). apply (term_clarke s x wm Ex).
    + rewrite map_map. simpl. rewrite ksum_ok, map_map in Eone. exact Eone.
    + intro v. unfold G, combination. rewrite entry_tab, map_map. simpl.
      erewrite map_ext; [|intro wm; rewrite entry_tab; reflexivity].
      unfold sample_grad. rewrite ksum_ok, map_map.
      destruct (inside theta v).
      * f_equal. apply map_ext. intro. apply toR_mul.
      * clear. induction l1. reflexivity. cbn [map]. rewrite Rsum_cons, <- IHl1. ring.
  - intros v Hfree. unfold combination. rewrite map_map. simpl.
    erewrite map_ext; [|intro lg; unfold G; rewrite entry_tab; reflexivity].
    unfold thR. rewrite !entry_toR. unfold num0, t0. cbn [tk sym_num].
    destruct v as [k i]. simpl in Hfree. unfold inside, residual. cbn [fst snd].
    destruct (Nat.ltb_spec k (length theta)) as [Hk|Hk]; [destruct (Nat.ltb_spec i (length (nth k theta []))) as [Hi|Hi]|]; simpl andb.
    + rewrite nth_mapi with (d := []) by auto. rewrite nth_mapi with (d := k0 F) by auto. simpl Nat.add. rewrite Hfree.
      rewrite toR_sub, ksum_ok, map_map. simpl. erewrite (map_ext (fun lg => toR (kmul _ _))); [|intro lg; apply toR_mul]. lra.
    + rewrite nth_mapi with (d := []) by auto. rewrite !nth_overflow by (rewrite ?length_mapi; auto). rewrite toR_0.
      clear. induction res. simpl. ring. cbn [map]. rewrite Rsum_cons. lra.
    + rewrite (nth_overflow theta), (nth_overflow (mapi _ _ _)) by (rewrite ?length_mapi; auto).
      replace (nth i (@nil F) (k0 F)) with (k0 F) by now destruct i.
      rewrite toR_0. clear. induction res. simpl. ring. cbn [map]. rewrite Rsum_cons. lra.
Qed.
End Kkt.

Section Claims.
Context {F : ops} {M : model F}.

Definition check_kkt P free theta (ev : list (F * list kkt_term)) : bool :=
  match check_combination P free theta (fun _ margin => kone margin) ev with
  | Some r => forallb (forallb kzero) r
  | None => false
  end.

Lemma entry_zero (r : params F) v : forallb (forallb kzero) r = true -> entry (map_params toR r) v = 0.
Proof.
  intro H. rewrite entry_toR. unfold num0, t0. cbn [tk sym_num].
  destruct (nth_in_or_default (fst v) r []) as [I|E]. 2: { rewrite E. destruct (snd v); apply toR_0. }
  rewrite forallb_forall in H. specialize (H _ I). rewrite forallb_forall in H.
  destruct (nth_in_or_default (snd v) (nth (fst v) r []) (k0 F)) as [J|E]. now apply kzero_ok, H. rewrite E. apply toR_0.
Qed.

Theorem kkt_sound P free theta ev : check_kkt P free theta ev = true ->
  kkt (map_problem toR P) free (map_params toR theta).
Proof.
  unfold check_kkt. destruct check_combination as [r|] eqn:E; try discriminate. intro H.
  apply combination_sound in E. destruct E as (Hf & _ & terms & Ht & Hc). split; auto. exists terms. split.
  - eapply Forall2_mono; [|exact Ht]. cbn beta. intros s t [H0 H1]. split; auto. intro Hn.
    destruct (H1 Hn) as ((lam & mg & Hk & _ & Hm) & Hg). split; auto. rewrite <- Hm. now apply kone_ok.
  - intros v Hv. rewrite (Hc v Hv), entry_zero by auto. ring.
Qed.

Definition check_approximate_kkt P free theta (epsilon delta : F) (ev : list (F * list kkt_term)) : bool :=
  if knonneg epsilon then if knonneg delta then
  match check_combination P free theta (fun lam margin => knonneg (ksub delta (kmul lam (ksub margin (k1 F))))) ev with
  | Some r => knonneg (ksub (kmul epsilon epsilon) (norm2_of r))
  | None => false
  end else false else false.

Theorem approximate_kkt_sound P free theta epsilon delta ev : check_approximate_kkt P free theta epsilon delta ev = true ->
  approximate_kkt (map_problem toR P) free (map_params toR theta) (toR epsilon) (toR delta).
Proof.
  unfold check_approximate_kkt. destruct (knonneg epsilon) eqn:Ee; try discriminate. destruct (knonneg delta) eqn:Ed; try discriminate.
  destruct check_combination as [r|] eqn:E; try discriminate. intro H.
  apply knonneg_ok in Ee. apply knonneg_ok in Ed. apply knonneg_ok in H. rewrite toR_sub, toR_mul, norm2_of_ok in H.
  apply combination_sound in E. destruct E as (Hf & Hs & terms & Ht & Hc). split; auto.
  exists terms, (map_params toR r). split; auto. split; [|split; [|exact Hc]].
  - rewrite <- (sqrt_square (toR epsilon)) by auto. apply sqrt_le_1_alt. lra.
  - eapply Forall2_mono; [|exact Ht]. cbn beta. intros s t [H0 H1]. split; auto.
    destruct (Req_dec (fst t) 0) as [Z|Hn].
    + rewrite Z. split. lra. congruence.
    + destruct (H1 Hn) as ((lam & mg & Hk & Hl & Hm) & Hg). apply knonneg_ok in Hk.
      rewrite toR_sub, toR_mul, toR_sub, toR_1, Hl, Hm in Hk. split. lra. auto.
Qed.
End Claims.
