(** * The check of [flow_converges]: a ray on which gradient flow stays. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Vectors Polynomial Feasible Curve Displacement Lagrangian Gradient Kkt Ode.
Import ListNotations.
Open Scope R_scope.

(** ** The losses *)

Record fit_loss (l l' : R -> R) : Prop := FitLoss {
  loss_slope : forall m, derivable_pt_lim l m (l' m);
  slope_cont : continuity l';
  slope_neg : forall m, l' m < 0;
  loss_pos : forall m, 0 <= l m;
  loss_vanishes : forall eps, 0 < eps -> exists M, forall m, M <= m -> l m < eps }.

Lemma exp_neg_slope m : derivable_pt_lim exponential m (- exp (- m)).
Proof.
  replace (- exp (- m)) with (exp (- m) * -1) by ring.
  apply (derivable_pt_lim_comp (fun m => - m) exp); [|apply derivable_pt_lim_exp].
  apply (derivable_pt_lim_opp (fun m => m)). apply derivable_pt_lim_id.
Qed.
Lemma exp_small eps : 0 < eps -> exists M, forall m, M <= m -> exp (- m) < eps.
Proof.
  intro He. exists (- ln eps + 1). intros m Hm. apply Rlt_le_trans with (exp (ln eps)). apply exp_increasing. lra. right. now apply exp_ln.
Qed.
Lemma exponential_fits : fit_loss exponential (fun m => - exp (- m)).
Proof.
  split.
  - apply exp_neg_slope.
  - intro m. apply (continuity_pt_opp (fun m => exp (- m))). apply derivable_continuous_pt.
    exists (- exp (- m)). apply exp_neg_slope.
  - intro m. pose proof (exp_pos (- m)). lra.
  - intro m. apply Rlt_le, exp_pos.
  - apply exp_small.
Qed.
Lemma logistic_fits : fit_loss logistic (fun m => - exp (- m) / (1 + exp (- m))).
Proof.
  assert (Pos : forall m, 0 < 1 + exp (- m)) by (intro m; pose proof (exp_pos (- m)); lra).
  assert (D : forall m, derivable_pt_lim (fun m => 1 + exp (- m)) m (- exp (- m))).
  { intro m. rewrite <- (Rplus_0_l (- exp (- m))). apply (derivable_pt_lim_plus (fun _ => 1) exponential).
    apply derivable_pt_lim_const. apply exp_neg_slope. }
  split.
  - intro m. unfold Rdiv. rewrite Rmult_comm. apply (derivable_pt_lim_comp (fun m => 1 + exp (- m)) ln); auto.
    apply derivable_pt_lim_ln, Pos.
  - intro m. apply (continuity_pt_div (fun m => - exp (- m)) (fun m => 1 + exp (- m))).
    + apply (slope_cont _ _ exponential_fits).
    + apply derivable_continuous_pt. exists (- exp (- m)). apply D.
    + apply Rgt_not_eq, Pos.
  - intro m. unfold Rdiv. rewrite Ropp_mult_distr_l_reverse. apply Ropp_lt_gt_0_contravar.
    apply Rmult_lt_0_compat. apply exp_pos. apply Rinv_0_lt_compat, Pos.
  - intro m. unfold logistic. rewrite <- ln_1. destruct (Req_dec (exp (- m)) 0) as [E|E].
    pose proof (exp_pos (- m)). lra. apply Rlt_le, ln_increasing. lra. pose proof (exp_pos (- m)). lra.
  - intros eps He. destruct (exp_small (exp eps - 1)) as (M & H).
    { pose proof (exp_ineq1 eps ltac:(lra)). lra. }
    exists M. intros m Hm. specialize (H m Hm). unfold logistic. rewrite <- (ln_exp eps). apply ln_increasing; [apply Pos | lra].
Qed.

(** ** Differentials *)

Definition differential (f : params R -> R) (th : params R) (D : params R -> R) : Prop :=
  forall eps, 0 < eps -> exists d, 0 < d /\ forall th', same_shape th th' -> dist th th' < d ->
    Rabs (f th' - f th - D th') <= eps * dist th th'.
Definition bounded (th : params R) (D : params R -> R) : Prop :=
  exists C, 0 <= C /\ forall th', same_shape th th' -> Rabs (D th') <= C * dist th th'.

Lemma differential_chain f l l1 th D : differential f th D -> bounded th D -> derivable_pt_lim l (f th) l1 ->
  differential (fun th => l (f th)) th (fun th' => l1 * D th').
Proof.
  intros Hf (C & HC & HD) Hl eps He.
  set (e2 := Rmin 1 (eps / (2 * (Rabs l1 + 1)))). set (e1 := eps / (2 * (C + 1))).
  pose proof (Rabs_pos l1) as Hl1.
  assert (He2 : 0 < e2) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]).
  assert (He1 : 0 < e1) by (apply Rdiv_lt_0_compat; lra).
  destruct (Hf e2 He2) as (d & Hd & Hf'). destruct (Hl e1 He1) as ([d1 Hd1] & Hl'). simpl in Hl'. clear Hf Hl.
  exists (Rmin d (d1 / (C + 1))). split. apply Rmin_pos; auto. apply Rdiv_lt_0_compat; lra.
  intros th' S Dist. pose proof (Rmin_l d (d1 / (C + 1))). pose proof (Rmin_r d (d1 / (C + 1))).
  specialize (Hf' th' S ltac:(lra)). specialize (HD th' S). set (del := dist th th') in *.
  assert (Hdel : 0 <= del) by apply sqrt_pos. set (h := f th' - f th) in *.
  assert (E2 : e2 <= 1) by apply Rmin_l.
  assert (Hh : Rabs h <= (C + 1) * del).
  { replace h with (h - D th' + D th') by ring. eapply Rle_trans. apply Rabs_triang.
    assert (e2 * del <= 1 * del) by (apply Rmult_le_compat_r; auto). lra. }
  assert (Hsmall : Rabs h < d1).
  { eapply Rle_lt_trans. apply Hh. apply Rlt_le_trans with ((C + 1) * (d1 / (C + 1))).
    apply Rmult_lt_compat_l; lra. right. field. lra. }
  assert (Hq : Rabs (l (f th') - l (f th) - l1 * h) <= e1 * Rabs h).
  { destruct (Req_dec h 0) as [Z|Z].
    - rewrite Z. unfold h in Z. replace (f th') with (f th) by lra.
      replace (l (f th) - l (f th) - l1 * 0) with 0 by ring. rewrite Rabs_R0. lra.
    - specialize (Hl' h Z Hsmall). replace (f th + h) with (f th') in Hl' by (unfold h; ring).
      replace (l (f th') - l (f th) - l1 * h) with (((l (f th') - l (f th)) / h - l1) * h) by (field; auto).
      rewrite Rabs_mult. apply Rmult_le_compat_r. apply Rabs_pos. lra. }
  replace (l (f th') - l (f th) - l1 * D th') with (l (f th') - l (f th) - l1 * h + l1 * (h - D th')) by ring.
  eapply Rle_trans. apply Rabs_triang. rewrite Rabs_mult.
  assert (A1 : e1 * Rabs h <= eps / 2 * del).
  { apply Rle_trans with (e1 * ((C + 1) * del)). apply Rmult_le_compat_l; lra. right. unfold e1. field. lra. }
  assert (A2 : Rabs l1 * Rabs (h - D th') <= eps / 2 * del).
  { apply Rle_trans with ((Rabs l1 + 1) * (e2 * del)). apply Rmult_le_compat; auto using Rabs_pos; lra.
    apply Rle_trans with ((Rabs l1 + 1) * (eps / (2 * (Rabs l1 + 1)) * del)).
    apply Rmult_le_compat_l. lra. apply Rmult_le_compat_r; auto. apply Rmin_r. right. field. lra. }
  lra.
Qed.

Lemma differential_sum {A} (f : A -> params R -> R) (D : A -> params R -> R) th l :
  (forall a, In a l -> differential (f a) th (D a)) ->
  differential (fun th => Rsum (map (fun a => f a th) l)) th (fun th' => Rsum (map (fun a => D a th') l)).
Proof.
  induction l as [|a l IH]; intros H eps He.
  - exists 1. split. lra. intros. simpl. replace (0 - 0 - 0) with 0 by ring. rewrite Rabs_R0.
    apply Rmult_le_pos. lra. apply sqrt_pos.
  - destruct (H a (or_introl eq_refl) (eps / 2) ltac:(lra)) as (d & Hd & H1).
    destruct (IH (fun b Hb => H b (or_intror Hb)) (eps / 2) ltac:(lra)) as (d' & Hd' & H2).
    exists (Rmin d d'). split. now apply Rmin_pos. intros th' S Dist. pose proof (Rmin_l d d'). pose proof (Rmin_r d d').
    specialize (H1 th' S ltac:(lra)). specialize (H2 th' S ltac:(lra)). cbn [map]. rewrite !Rsum_cons.
    match goal with |- Rabs ?x <= _ => replace x with ((f a th' - f a th - D a th') +
      (Rsum (map (fun a => f a th') l) - Rsum (map (fun a => f a th) l) - Rsum (map (fun a => D a th') l))) by ring end.
    eapply Rle_trans. apply Rabs_triang. lra.
Qed.

(** ** Derivatives of polynomials *)
Section Poly.
Context {F : ops} {M : model F}.
Fixpoint pder (p : list F) : list F :=
  match p with [] => [] | a :: p' => padd p' (k0 F :: pder p') end.
Lemma pder_ok p x : derivable_pt_lim (peval p) x (peval (pder p) x).
Proof.
  induction p as [|a p IH].
  - apply derivable_pt_lim_const.
  - assert (E : peval (pder (a :: p)) x = 0 + (1 * peval p x + x * peval (pder p) x)).
    { cbn [pder]. rewrite peval_add. cbn [peval]. rewrite toR_0. ring. }
    rewrite E. apply (derivable_pt_lim_plus (fun _ => toR a) (fun t => t * peval p t)).
    apply derivable_pt_lim_const. apply (derivable_pt_lim_mult (fun t => t) (peval p)); auto.
    apply derivable_pt_lim_id.
Qed.
Lemma peval_cont p : continuity (peval p).
Proof. intro x. apply derivable_continuous_pt. exists (peval (pder p) x). apply pder_ok. Qed.

(** p(c + t) *)
Fixpoint pshift (c : F) (p : list F) : list F :=
  match p with [] => [] | a :: p' => padd [a] (pmul [c; k1 F] (pshift c p')) end.
Lemma pshift_ok c p t : peval (pshift c p) t = peval p (toR c + t).
Proof. induction p as [|a p IH]. reflexivity. cbn [pshift]. rewrite peval_add, peval_mul, IH. cbn [peval]. rewrite toR_1. ring. Qed.

(** Positive, and away from 0, for all t >= 0. *)
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Fixpoint pos_from (fuel : nat) (p : list F) : bool :=
  if sign_test true p then true else
  match fuel with
  | O => false
  | S fuel' =>
      if (match p with a :: _ => kpos a | [] => false end) then
      if sign01 half 12 true p then pos_from fuel' (shift1 p) else false else false
  end.
Lemma sign_test_bound p : sign_test true p = true -> exists c, 0 < c /\ forall t, 0 <= t -> c <= peval p t.
Proof.
  intro H. unfold sign_test in H. apply andb_true_iff in H. destruct H as [H1 H2]. destruct p as [|a p]; [discriminate|].
  simpl in H2. apply kpos_ok in H2. exists (toR a). split; auto. intros t Ht. simpl in H1. apply andb_true_iff in H1.
  destruct H1 as [_ H1]. pose proof (Rmult_le_pos _ _ Ht (all_nonneg_ok _ _ Ht H1)). simpl. lra.
Qed.
Lemma pos_from_bound fuel p : pos_from fuel p = true -> exists c, 0 < c /\ forall t, 0 <= t -> c <= peval p t.
Proof.
  revert p. induction fuel as [|fuel IH]; intros p H; cbn [pos_from] in H;
    destruct (sign_test true p) eqn:E; try (now apply sign_test_bound); try discriminate.
  destruct p as [|a p]; try discriminate. destruct (kpos a) eqn:Ea; try discriminate.
  destruct (sign01 half 12 true (a :: p)) eqn:E1; try discriminate.
  destruct (IH _ H) as (c & Hc & A). apply kpos_ok in Ea.
  destruct (continuity_ab_min (peval (a :: p)) 0 1 ltac:(lra)) as (x & Hx & Hx01). { intros; apply peval_cont. }
  assert (P : 0 < peval (a :: p) x).
  { destruct (Req_dec x 0) as [->|N]. simpl. lra.
    exact (sign01_ok half half_ok _ _ _ E1 x ltac:(lra)). }
  exists (Rmin c (peval (a :: p) x)). split. now apply Rmin_pos. intros t Ht.
  destruct (Rle_dec t 1) as [L|L].
  - eapply Rle_trans. apply Rmin_r. apply Hx. lra.
  - eapply Rle_trans. apply Rmin_l. specialize (A (t - 1) ltac:(lra)). rewrite shift1_ok in A.
    replace (1 + (t - 1)) with t in A by ring. exact A.
Qed.
Definition pos_beyond (start : F) (p : list F) : bool := pos_from 4 (pshift start p).
Lemma pos_beyond_bound start p : pos_beyond start p = true -> exists c, 0 < c /\ forall a, toR start <= a -> c <= peval p a.
Proof.
  intro H. destruct (pos_from_bound _ _ H) as (c & Hc & A). exists c. split; auto. intros a Ha.
  specialize (A (a - toR start) ltac:(lra)). rewrite pshift_ok in A. replace (toR start + (a - toR start)) with a in A by ring. exact A.
Qed.
End Poly.

(** ** The ray *)

Lemma entry_along o r a v : same_shape o r -> entry (along o r a) v = entry o v + a * entry r v.
Proof.
  destruct v as [k i]. unfold entry, along. simpl. unfold same_shape. revert r k.
  induction o as [|w o IH]; intros [|w' r] k H; simpl in H; try discriminate.
  - simpl. destruct k, i; simpl; ring.
  - injection H as H1 H2. destruct k; [|simpl; now apply IH]. simpl. clear - H1. revert w' i H1.
    induction w as [|x w IH]; intros [|y w'] i H; simpl in H; try discriminate.
    + simpl. destruct i; ring.
    + injection H as H. destruct i; simpl; auto.
Qed.
Lemma shape_along o r a : same_shape o r -> same_shape o (along o r a).
Proof.
  unfold along, same_shape. revert r. induction o as [|w o IH]; intros [|w' r] H; simpl in H; try discriminate; auto.
  injection H as H1 H2. simpl. f_equal; [|now apply IH]. rewrite map_length, combine_length. lia.
Qed.

Section Flow.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variables offset ray : params F.
Variable start : F.
Variable point : params F.
Let PR := map_problem toR P.
Let oR := map_params toR offset.
Let rR := map_params toR ray.
Let pR := map_params toR point.
Let s0 := toR start.

Definition num_at (theta : params F) (v : nat * nat) : F := nth (snd v) (nth (fst v) theta []) num0.

(** The displacement on the ray, and a polynomial of it as one in a. *)
Definition er (a : R) : env := fun v => a * entry rR v.
Definition psubst (z : mpoly) : list F :=
  fold_right (fun am r => padd (pscale (fst am) (fold_right (fun v r => pmul [k0 F; num_at ray v] r) [k1 F] (snd am))) r) [] z.
Lemma psubst_ok z a : peval (psubst z) a = mev z (er a).
Proof.
  unfold psubst. induction z as [|[c m] z IH]; simpl. reflexivity.
  rewrite peval_add, peval_scale, IH. f_equal. f_equal.
  induction m as [|v m IHm]; simpl. rewrite toR_1. lra.
  rewrite peval_mul, IHm. f_equal. unfold er, rR. rewrite entry_toR. simpl. rewrite toR_0. unfold num_at. ring.
Qed.

Definition beyond (Q : env -> Prop) : Prop :=
  forall a, s0 <= a -> exists d, 0 < d /\ forall e, (forall v, Rabs (e v - er a v) < d) -> Q e.
Lemma beyond_where : where_ beyond.
Proof.
  split; unfold beyond.
  - intros Q H a _. exists 1. split; [lra|auto].
  - intros Q Q' H H' a Ha. destruct (H a Ha) as (d & Hd & A), (H' a Ha) as (d' & Hd' & A').
    exists (Rmin d d'). pose proof (Rmin_l d d'). pose proof (Rmin_r d d'). split. now apply Rmin_pos.
    intros e He. split; [apply A | apply A']; intro v; specialize (He v); lra.
  - intros Q Q' I H a Ha. destruct (H a Ha) as (d & Hd & A). exists d. auto.
Qed.

Definition mact_ray (s : F) (z : mpoly) : option mpoly :=
  if kone s then Some z
  else match z with
  | [] => Some []
  | _ => if pos_beyond half start (psubst z) then Some z
         else if pos_beyond half start (popp (psubst z)) then Some (mscale s [] z) else None
  end.
Lemma mact_ray_ok s z z' : mact_ray s z = Some z' -> beyond (fun e => mev z' e = act (toR s) (mev z e)).
Proof.
  unfold mact_ray. destruct (kone s) eqn:E1.
  { intros [= <-]. apply kone_ok in E1. apply (U_all _ beyond_where). intro e. unfold act. destruct Rlt_dec; rewrite ?E1; lra. }
  destruct z as [|am z].
  { intros [= <-]. apply (U_all _ beyond_where). intro e. simpl. unfold act. destruct Rlt_dec; lra. }
  set (p := am :: z). destruct (pos_beyond half start (psubst p)) eqn:E2;
    [|destruct (pos_beyond half start (popp (psubst p))) eqn:E3; [|discriminate]]; intro H; injection H as <-; intros a Ha.
  - destruct (pos_beyond_bound half half_ok _ _ E2) as (c & Hc & A). specialize (A a Ha). rewrite psubst_ok in A.
    assert (B : 0 < mev p (er a)) by lra. destruct (mev_cont p (er a) _ B) as (d & Hd & H). exists d. split; auto.
    intros e He. specialize (H e He). apply Rabs_def2 in H.
    change (mev p e = act (toR s) (mev p e)). unfold act. destruct Rlt_dec; lra.
  - destruct (pos_beyond_bound half half_ok _ _ E3) as (c & Hc & A). specialize (A a Ha). rewrite peval_opp, psubst_ok in A.
    assert (B : 0 < - mev p (er a)) by lra. destruct (mev_cont p (er a) _ B) as (d & Hd & H). exists d. split; auto.
    intros e He. specialize (H e He). apply Rabs_def2 in H.
    pose proof (mev_scale s [] p e) as E. change (monev e []) with 1 in E. rewrite Rmult_1_r in E.
    change (mev (mscale s [] p) e = act (toR s) (mev p e)). rewrite E. unfold act. destruct Rlt_dec; lra.
Qed.

Definition ray_margin (s : list F * bool) : option mpoly :=
  tmargin (S := sym_mpoly) mact_ray (net P) (displaced None offset) s.

(** The sum over the samples of an entry of the margins' gradients. *)
Definition pull (ms : list mpoly) (v : nat * nat) : list F :=
  fold_right padd [] (map (fun m => psubst (mderiv v m)) ms).

Definition flow_holds (pivot : nat * nat) (ms : list mpoly) : bool :=
  let q := match ms with m :: _ => psubst m | [] => [] end in
  let kappa := pscale (kinv (num_at ray pivot)) (pull ms pivot) in
  let n := ksum (map (fun _ => k1 F) ms) in
  let c := kmul (num_at ray pivot) (kinv (num_at point pivot)) in
  if forallb (fun m => pzero (psub (psubst m) q)) ms then
  if forallb (fun v => pzero (psub (pull ms v) (pscale (num_at ray v) kappa))) (vars offset) then
  if pos_beyond half start kappa then
  if pzero (psub (pscale n (pder q)) (pscale (norm2_of ray) kappa)) then
  if kpos c then if kpos (norm2_of ray) then
  forallb (fun v => kzero (ksub (num_at ray v) (kmul c (num_at point v)))) (vars offset)
  else false else false else false else false else false else false.

Definition check_flow (pivot : nat * nat) : bool :=
  if check_posed P None then if check_shape (net P) offset then if check_shape (net P) ray then
  if check_shape (net P) point then
  match mapM ray_margin (data P) with Some ms => flow_holds pivot ms | None => false end
  else false else false else false else false.

(** *** What the checks say *)
Section Held.
Variables l l' : R -> R.
Hypothesis L : fit_loss l l'.
Variable ms : list mpoly.
Hypothesis Hms : mapM ray_margin (data P) = Some ms.
Variables q kappa : list F.
Hypothesis Hor : same_shape oR rR.
Hypothesis Hop : same_shape oR pR.
Let n := INR (length (data P)).
Let N := norm2 rR.
Hypothesis Hn : 0 < n.
Hypothesis HN : 0 < N.
Hypothesis Hq : forall m a, In m ms -> mev m (er a) = peval q a.
Hypothesis Hpull : forall a v, inside offset v = true ->
  Rsum (map (fun m => mdiff m (er a) (ind v)) ms) = peval kappa a * entry rR v.
Variable c0 : R.
Hypothesis Hc0 : 0 < c0.
Hypothesis Hkappa : forall a, s0 <= a -> c0 <= peval kappa a.
Hypothesis Hslope : forall a, n * peval (pder q) a = N * peval kappa a.
Variable c : R.
Hypothesis Hc : 0 < c.
Hypothesis Hdir : forall v, entry rR v = c * entry pR v.

Let at_ray (a : R) : params R := along oR rR a.
Lemma shape_at a : same_shape oR (at_ray a).
Proof. now apply shape_along. Qed.
Lemma entry_at a v : entry (at_ray a) v - entry oR v = er a v.
Proof. unfold at_ray. rewrite entry_along by auto. unfold er. ring. Qed.

(** Near the ray the margins are polynomials. *)
Lemma margins_near a : s0 <= a -> exists d, 0 < d /\ forall th, same_shape oR th -> dist (at_ray a) th < d ->
  Forall2 (fun s m => margin PR th (map toR (fst s), snd s) = mev m (fun v => entry th v - entry oR v)) (data P) ms.
Proof.
  intro Ha. pose proof (mapM_Forall2 _ _ _ Hms) as H.
  assert (B : beyond (fun e => Forall2 (fun s m => margin PR (map (map (fun p => mev p e)) (displaced None offset))
      (map toR (fst s), snd s) = mev m e) (data P) ms)).
  { clear - H half_ok. induction H as [|s m ss ms E H IH]; [apply (U_all _ beyond_where); constructor|].
    apply (tmargin_ok (S := sym_mpoly) (Mean := mean_mpoly) mact_ray beyond beyond_where mact_ray_ok) in E.
    eapply (U_mono _ beyond_where); [|exact (U_and _ beyond_where _ _ E IH)]. cbn beta. intros e [E1 E2]. constructor; auto. }
  destruct (B a Ha) as (d & Hd & A). exists d. split; auto. intros th S D.
  assert (E : map (map (fun p => mev p (fun v => entry th v - entry oR v))) (displaced None offset) = th).
  { transitivity (held None oR th). exact (displaced_held None offset th S). now apply held_all. }
  specialize (A (fun v => entry th v - entry oR v)). rewrite E in A. apply A. intro v. rewrite <- (entry_at a v).
  replace (entry th v - entry oR v - (entry (at_ray a) v - entry oR v)) with (entry th v - entry (at_ray a) v) by ring.
  eapply Rle_lt_trans; [|exact D]. apply entry_dist. pose proof (shape_at a) as S'. unfold same_shape in *. congruence.
Qed.

(** A polynomial's differential at a point of the ray. *)
Definition poly_diff (a : R) (m : mpoly) (th : params R) : R := mdiff m (er a) (fun v => entry th v - entry (at_ray a) v).
Lemma mdiff_bounded m e : exists C, 0 <= C /\ forall h d, 0 <= d -> (forall v, Rabs (h v) <= d) -> Rabs (mdiff m e h) <= C * d.
Proof.
  assert (Mo : forall mo, exists C, 0 <= C /\ forall h d, 0 <= d -> (forall v, Rabs (h v) <= d) -> Rabs (mono_diff mo e h) <= C * d).
  { induction mo as [|v mo (C & HC & IH)].
    - exists 0. split. lra. intros. simpl. rewrite Rabs_R0. lra.
    - exists (Rabs (monev e mo) + Rabs (e v) * C). split.
      { pose proof (Rabs_pos (monev e mo)). pose proof (Rmult_le_pos _ _ (Rabs_pos (e v)) HC). lra. }
      intros h d Hd H. cbn [mono_diff]. eapply Rle_trans. apply Rabs_triang. rewrite !Rabs_mult.
      pose proof (Rmult_le_compat_l _ _ _ (Rabs_pos (e v)) (IH h d Hd H)).
      pose proof (Rmult_le_compat_r _ _ _ (Rabs_pos (monev e mo)) (H v)). lra. }
  induction m as [|[k mo] m (C & HC & IH)].
  - exists 0. split. lra. intros. simpl. rewrite Rabs_R0. lra.
  - destruct (Mo mo) as (C' & HC' & H'). exists (Rabs (toR k) * C' + C). split.
    { pose proof (Rmult_le_pos _ _ (Rabs_pos (toR k)) HC'). lra. }
    intros h d Hd H. cbn [mdiff]. eapply Rle_trans. apply Rabs_triang. rewrite Rabs_mult.
    pose proof (Rmult_le_compat_l _ _ _ (Rabs_pos (toR k)) (H' h d Hd H)). specialize (IH h d Hd H). lra.
Qed.
Lemma poly_diff_bounded a m : bounded (at_ray a) (poly_diff a m).
Proof.
  destruct (mdiff_bounded m (er a)) as (C & HC & H). exists C. split; auto. intros th' S. apply H. apply sqrt_pos.
  intro v. now apply entry_dist.
Qed.
Lemma poly_differential a m f : (exists d, 0 < d /\ forall th, same_shape oR th -> dist (at_ray a) th < d ->
    f th = mev m (fun v => entry th v - entry oR v)) -> differential f (at_ray a) (poly_diff a m).
Proof.
  intros (d0 & Hd0 & A) eps He. destruct (mev_smooth m (er a)) as (C & HC & S).
  set (d := Rmin d0 (Rmin 1 (eps / (C + 1)))).
  assert (Hd : 0 < d). { apply Rmin_pos; auto. apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]. }
  assert (D0 : d <= d0) by apply Rmin_l.
  assert (D1 : d <= 1) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_l]).
  assert (D2 : d <= eps / (C + 1)) by (eapply Rle_trans; [apply Rmin_r | apply Rmin_r]).
  exists d. split; auto. intros th Sh Dist. set (del := dist (at_ray a) th) in *.
  assert (Hdel : 0 <= del) by apply sqrt_pos.
  pose proof (shape_at a) as Sa.
  assert (So : same_shape oR th) by (unfold same_shape in *; congruence).
  assert (Hh : forall v, Rabs (entry th v - entry (at_ray a) v) <= del) by (intro v; apply entry_dist; exact Sh).
  destruct (S (fun v => entry th v - entry (at_ray a) v) del ltac:(lra) Hh) as [S1 _].
  rewrite (A th So) by (fold del; lra).
  assert (A0 : f (at_ray a) = mev m (er a)).
  { rewrite (A (at_ray a) Sa). apply mev_ext. intro v. apply entry_at.
    assert (Z : dist (at_ray a) (at_ray a) = 0) by (unfold dist; rewrite minus_self; apply sqrt_0). lra. }
  rewrite A0. rewrite (mev_ext m _ (fun v => entry th v - entry oR v)) in S1
    by (intro v; rewrite <- (entry_at a v); ring).
  unfold poly_diff. eapply Rle_trans. apply S1.
  assert (C * del <= eps).
  { apply Rle_trans with ((C + 1) * (eps / (C + 1))). apply Rmult_le_compat; lra. right. field. lra. }
  replace (C * (del * del)) with (C * del * del) by ring. apply Rmult_le_compat_r; auto.
Qed.
End Held.
End Flow.
