(** * The check of [kkt].

    A term of a selection is a curve from the point. Just after leaving the point it runs where the margin is one
    polynomial; the gradients there tend to that polynomial's gradient at the point. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Vectors Polynomial Feasible Curve Displacement Lagrangian Gradient.
Import ListNotations.
Open Scope R_scope.

Section Term.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Variable cs : list (params F).
Let PR := map_problem toR P.
Let thR := map_params toR theta.
Let run_ := run free theta cs.

(** The displacement on the curve. *)
Definition et (t : R) : env := fun v => entry (run_ t) v - entry thR v.
Definition esub (v : nat * nat) : list F := popp (nth (snd v) (nth (fst v) (moved free theta cs) []) []).
Lemma run_shape t : map (@length R) thR = map (@length R) (run_ t).
Proof.
  unfold run_, run, moving, thR, map_params.
  transitivity (map (@length R) (map (map (@toR F M)) (map (map fst) (entries free theta cs)))).
  now rewrite entries_fst. rewrite !map_map. apply map_ext. intro w. now rewrite !map_length.
Qed.
Lemma esub_ok v t : peval (esub v) t = et t v.
Proof.
  unfold et. assert (E : entry (minus thR (run_ t)) v = entry thR v - entry (run_ t) v) by apply entry_minus, run_shape.
  unfold thR at 1, run_ at 1 in E. rewrite run_moved in E. unfold esub. rewrite peval_opp.
  assert (E2 : entry (map (map (fun p => peval p t)) (moved free theta cs)) v =
     peval (nth (snd v) (nth (fst v) (moved free theta cs) []) []) t).
  { unfold entry. change (@nil R) with (map (fun p : list F => peval p t) []). rewrite map_nth.
    change 0 with ((fun p : list F => peval p t) []) at 1. apply map_nth. }
  rewrite E2 in E. lra.
Qed.

Definition msubst (z : mpoly) : list F :=
  fold_right (fun am r => padd (pscale (fst am) (fold_right (fun v r => pmul (esub v) r) [k1 F] (snd am))) r) [] z.
Lemma msubst_ok z t : peval (msubst z) t = mev z (et t).
Proof.
  unfold msubst. induction z as [|[a m] z IH]; simpl. reflexivity.
  rewrite peval_add, peval_scale, IH. f_equal. f_equal.
  induction m as [|v m IHm]; simpl. rewrite toR_1. lra. rewrite peval_mul, esub_ok, IHm. reflexivity.
Qed.

Lemma mev_ext z e e' : (forall v, e v = e' v) -> mev z e = mev z e'.
Proof.
  intro H. assert (forall m, monev e m = monev e' m) by (induction m; simpl; congruence).
  induction z as [|[a m] z IH]; simpl; congruence.
Qed.
Lemma mev_cont z e0 eps : 0 < eps -> exists d, 0 < d /\ forall e, (forall v, Rabs (e v - e0 v) < d) ->
  Rabs (mev z e - mev z e0) < eps.
Proof.
  intro He. destruct (mev_smooth z e0) as (C & HC & H). set (d := Rmin 1 (eps / (C + 1))).
  assert (Hd : 0 < d) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]).
  exists d. split; auto. intros e Hv.
  destruct (H (fun v => e v - e0 v) d) as [_ H2].
  { split. lra. apply Rmin_l. } { intro v. left. auto. }
  rewrite (mev_ext z _ e) in H2 by (intro; ring). eapply Rle_lt_trans. apply H2.
  assert (d * (C + 1) <= eps).
  { apply Rle_trans with (eps / (C + 1) * (C + 1)). apply Rmult_le_compat_r. lra. apply Rmin_r. right. field. lra. }
  lra.
Qed.

(** Around the points of the curve. *)
Definition around (Q : env -> Prop) : Prop :=
  exists T, 0 < T /\ forall t, 0 < t < T -> exists d, 0 < d /\ forall e, (forall v, Rabs (e v - et t v) < d) -> Q e.
Lemma around_where : where_ around.
Proof.
  split; unfold around.
  - intros Q H. exists 1. split. lra. intros t _. exists 1. split; [lra|auto].
  - intros Q Q' (T & HT & H) (T' & HT' & H'). exists (Rmin T T'). split. now apply Rmin_pos.
    intros t Ht. pose proof (Rmin_l T T'). pose proof (Rmin_r T T').
    destruct (H t ltac:(lra)) as (d & Hd & A), (H' t ltac:(lra)) as (d' & Hd' & A').
    exists (Rmin d d'). pose proof (Rmin_l d d'). pose proof (Rmin_r d d'). split. now apply Rmin_pos.
    intros e He. split; [apply A | apply A']; intro v; specialize (He v); lra.
  - intros Q Q' I (T & HT & H). exists T. split; auto. intros t Ht. destruct (H t Ht) as (d & Hd & A). exists d. auto.
Qed.

(** The sign of a polynomial just after 0 is that of its first coefficient that is not 0. *)
Fixpoint sign_after (p : list F) : option bool :=
  match p with
  | [] => None
  | a :: p' => if kpos a then Some true else if kpos (kopp a) then Some false else if kzero a then sign_after p' else None
  end.
Lemma sign_after_ok p b : sign_after p = Some b ->
  exists T, 0 < T /\ forall t, 0 < t < T -> if b then 0 < peval p t else peval p t < 0.
Proof.
  induction p as [|a p IH]; simpl; try discriminate.
  destruct (kpos a) eqn:E1; [|destruct (kpos (kopp a)) eqn:E2; [|destruct (kzero a) eqn:E3; try discriminate]].
  - intros [= <-]. apply kpos_ok in E1. destruct (peval_near (a :: p) _ E1) as (d & Hd & H). exists d. split; auto.
    intros t Ht. specialize (H t Ht). apply Rabs_def2 in H. simpl in H. lra.
  - intros [= <-]. apply kpos_ok in E2. rewrite toR_opp in E2.
    destruct (peval_near (a :: p) _ E2) as (d & Hd & H). exists d. split; auto.
    intros t Ht. specialize (H t Ht). apply Rabs_def2 in H. simpl in H. lra.
  - intro H. apply kzero_ok in E3. destruct (IH H) as (T & HT & A). exists T. split; auto. intros t Ht.
    specialize (A t Ht). rewrite E3, Rplus_0_l. destruct b.
    + apply Rmult_lt_0_compat; lra.
    + rewrite <- (Rmult_0_r t). apply Rmult_lt_compat_l; lra.
Qed.

Definition mact_curve (s : F) (z : mpoly) : option mpoly :=
  if kone s then Some z
  else match z with
  | [] => Some []
  | _ => match sign_after (msubst z) with
         | Some true => Some z
         | Some false => Some (scaled s z)
         | None => None
         end
  end.

Lemma mact_curve_ok s z z' : mact_curve s z = Some z' ->
  around (fun e => mev z' e = act (toR s) (mev z e)).
Proof.
  unfold mact_curve, act. destruct (kone s) eqn:E1.
  { intros [= <-]. apply kone_ok in E1. apply (U_all _ around_where). intro e. destruct Rlt_dec; rewrite ?E1; lra. }
  destruct z as [|am z].
  { intros [= <-]. apply (U_all _ around_where). intro e. simpl. destruct Rlt_dec; lra. }
  set (p := am :: z). destruct (sign_after (msubst p)) as [b|] eqn:E2; try discriminate.
  apply sign_after_ok in E2. destruct E2 as (T & HT & E2). intro H. exists T. split; auto. intros t Ht.
  specialize (E2 t Ht). rewrite msubst_ok in E2. destruct b; injection H as <-.
  - destruct (mev_cont p (et t) _ E2) as (d & Hd & H). exists d. split; auto. intros e He. specialize (H e He).
    apply Rabs_def2 in H. change (mev p e = act (toR s) (mev p e)). unfold act. destruct Rlt_dec; lra.
  - assert (E3 : mev p (et t) < 0) by exact E2.
    assert (E4 : 0 < - mev p (et t)) by (apply Ropp_0_gt_lt_contravar; exact E3).
    destruct (mev_cont p (et t) _ E4) as (d & Hd & H). exists d. split; auto. intros e He. specialize (H e He).
    apply Rabs_def2 in H. change (mev (scaled s p) e = act (toR s) (mev p e)). rewrite mev_scaled. unfold act. destruct Rlt_dec; lra.
Qed.

Definition term_margin (s : list F * bool) : option mpoly :=
  tmargin (S := sym_mpoly) mact_curve (net P) (displaced free theta) s.
Definition term_grad (m : mpoly) (v : nat * nat) : F := mconst (mderiv v m).

Variable s : list F * bool.
Let sR : list R * bool := (map toR (fst s), snd s).
Variable m : mpoly.
Hypothesis Hm : term_margin s = Some m.
Let f := fun th => margin PR (held free thR th) sR.

Lemma gradients_on_curve : exists T, 0 < T /\ forall t, 0 < t < T -> is_gradient f (run_ t) (grad theta m (et t)).
Proof.
  pose proof Hm as H. unfold term_margin in H.
  apply (tmargin_ok (S := sym_mpoly) (Mean := mean_mpoly) mact_curve around around_where mact_curve_ok) in H.
  destruct H as (T & HT & H). exists T. split; auto. intros t Ht.
  destruct (H t Ht) as (d0 & Hd0 & A). clear H.
  assert (A' : forall th, map (@length R) thR = map (@length R) th -> dist (run_ t) th < d0 ->
    f th = mev m (fun v => entry th v - entry thR v)).
  { intros th S D. unfold f.
    assert (E : map (map (fun p => mev p (fun v => entry th v - entry thR v))) (displaced free theta) = held free thR th)
      by exact (displaced_held free theta th S).
    rewrite <- E. apply A. intro v. unfold et.
    replace (entry th v - entry thR v - (entry (run_ t) v - entry thR v)) with (entry th v - entry (run_ t) v) by ring.
    eapply Rle_lt_trans; [|exact D]. apply entry_dist. rewrite <- (run_shape t). exact S. }
  split.
  - unfold same_shape. rewrite <- run_shape. change (grad theta m (et t)) with (tab theta (fun v => mdiff m (et t) (ind v))).
    rewrite shape_tab. unfold thR, map_params. rewrite map_map.
    apply map_ext. intro w. apply map_length.
  - intros eps He. destruct (mev_smooth m (et t)) as (C & HC & S).
    set (d := Rmin d0 (Rmin 1 (eps / (C + 1)))).
    assert (Hd : 0 < d).
    { apply Rmin_pos; auto. apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]. }
    assert (D0 : d <= d0) by apply Rmin_l.
    assert (D1 : d <= 1) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_l]).
    assert (D2 : d <= eps / (C + 1)) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_r]).
    exists d. split; auto. intros th Sh Dist. set (del := dist (run_ t) th) in *.
    assert (Hdel : 0 <= del) by apply sqrt_pos.
    assert (ShR : map (@length R) thR = map (@length R) th) by (rewrite (run_shape t); exact Sh).
    assert (Hh : forall v, Rabs (entry th v - entry (run_ t) v) <= del) by (intro v; apply entry_dist; exact Sh).
    destruct (S (fun v => entry th v - entry (run_ t) v) del ltac:(lra) Hh) as [S1 _].
    rewrite (A' th ShR) by (fold del; lra).
    rewrite (A' (run_ t) (run_shape t)).
    2:{ assert (Z : dist (run_ t) (run_ t) = 0).
        { unfold dist. rewrite minus_self. apply sqrt_0. }
        lra. }
    rewrite (mev_ext m _ (fun v => entry th v - entry thR v)) in S1 by (intro v; unfold et; ring).
    rewrite dot_grad.
    + rewrite (mdiff_ext m _ (entry (minus th (run_ t))) (fun v => entry th v - entry (run_ t) v)).
      2:{ intro v. apply entry_minus. symmetry. exact Sh. }
      eapply Rle_trans. apply S1.
      assert (C * del <= eps).
      { apply Rle_trans with ((C + 1) * (eps / (C + 1))). apply Rmult_le_compat; lra. right. field. lra. }
      replace (C * (del * del)) with (C * del * del) by ring. apply Rmult_le_compat_r; auto.
    + unfold minus. rewrite map_map. transitivity (map (@length R) thR).
      { unfold thR, map_params. rewrite map_map. apply map_ext. intro. now rewrite map_length. }
      rewrite (run_shape t). clear - Sh. unfold same_shape in Sh. revert Sh. generalize (run_ t). intro a. revert th.
      induction a as [|w a IH]; intros [|w' th] H; simpl in *; try discriminate; auto.
      injection H as H1 H2. f_equal; auto. rewrite map_length, combine_length. lia.
Qed.

Lemma mconst_ok z : toR (mconst z) = mev z (fun _ => 0).
Proof.
  induction z as [|[a mo] z IH]; simpl. apply toR_0. destruct mo as [|v mo]; simpl.
  rewrite toR_add, IH. ring. rewrite IH. ring.
Qed.

Lemma term_limit : limiting_gradient f thR (tab theta (fun v => toR (term_grad m v))).
Proof.
  split. { unfold same_shape. rewrite shape_tab. unfold thR, map_params. rewrite map_map. apply map_ext. intro; apply map_length. }
  intros eps He.
  set (D := tab theta (fun v => msub (mcst (mconst (mderiv v m))) (mderiv v m))).
  set (N := tnorm2 (S := sym_mpoly) D).
  assert (HN : forall e, mev N e = norm2 (minus (tab theta (fun v => toR (term_grad m v))) (grad theta m e))).
  { intro e. transitivity (norm2 (map (map (fun p => mev p e)) D)).
    exact (ev_tnorm2 (S := sym_mpoly) (Mean := mean_mpoly) D e). f_equal.
    change (grad theta m e) with (tab theta (fun v => mdiff m e (ind v))). rewrite minus_tab.
    unfold D. rewrite map_tab. unfold tab. apply mapi_ext. intros k w. apply mapi_ext. intros i a.
    rewrite mev_sub, mev_cst, mderiv_ok. reflexivity. }
  assert (N0 : toR (mconst N) = 0).
  { rewrite mconst_ok, HN. change (grad theta m (fun _ => 0)) with (tab theta (fun v => mdiff m (fun _ => 0) (ind v))).
    rewrite minus_tab. unfold norm2, tab. rewrite map_mapi.
    transitivity (Rsum (mapi (fun _ (_ : list F) => 0) 0 theta)).
    - f_equal. apply mapi_ext. intros k w. rewrite map_mapi.
      transitivity (Rsum (mapi (fun _ (_ : F) => 0) 0 w)).
      + f_equal. apply mapi_ext. intros i a. unfold term_grad. rewrite mconst_ok, mderiv_ok. ring.
      + generalize 0%nat. induction w as [|x w IHw]; intro n; cbn [mapi]. reflexivity. rewrite Rsum_cons, IHw. ring.
    - generalize 0%nat. clear. induction theta as [|w th IH]; intro n; cbn [mapi]. reflexivity. rewrite Rsum_cons, IH. ring. }
  destruct (mev_close N (eps * eps) (Rmult_lt_0_compat _ _ He He)) as (d & Hd & HC). rewrite N0 in HC.
  set (d1 := Rmin d eps). assert (Hd1 : 0 < d1) by (apply Rmin_pos; auto).
  destruct (run_near free theta cs (d1 * d1) (Rmult_lt_0_compat _ _ Hd1 Hd1)) as (dt & Hdt & Hnear).
  destruct gradients_on_curve as (T & HT & HG).
  set (t := Rmin (dt / 2) (T / 2)).
  assert (Ht : 0 < t < T /\ t < dt).
  { unfold t. pose proof (Rmin_l (dt / 2) (T / 2)). pose proof (Rmin_r (dt / 2) (T / 2)).
    assert (0 < Rmin (dt / 2) (T / 2)) by (apply Rmin_pos; lra). repeat split; lra. }
  destruct Ht as [Ht Htd]. specialize (Hnear t ltac:(lra)). apply dist_lt in Hnear; auto.
  fold thR run_ in Hnear.
  exists (run_ t), (grad theta m (et t)). split; [apply run_shape|split; [|split]].
  - pose proof (Rmin_r d eps). fold d1 in H. unfold thR, run_ in *. lra.
  - now apply HG.
  - apply dist_lt; auto. rewrite <- HN.
    assert (B : forall v, Rabs (et t v) < d).
    { intro v. unfold et. eapply Rle_lt_trans. apply entry_dist, run_shape.
      pose proof (Rmin_l d eps). fold d1 in H. unfold thR, run_ in *. lra. }
    specialize (HC _ B). apply Rabs_def2 in HC. lra.
Qed.
End Term.


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
