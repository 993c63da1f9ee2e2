(** * Polynomials in the parameters' displacements. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward.
Import ListNotations.
Open Scope R_scope.

Section MPoly.
Context {F : ops} {M : model F}.

(** A variable: (layer, parameter). A monomial: its variables, in order, with repetitions. *)
Local Notation var := (nat * nat)%type.
Local Notation mono := (list var).
Local Notation mpoly := (list (F * mono)).
Local Notation env := (var -> R).

Definition vcmp (v w : var) : comparison :=
  match Nat.compare (fst v) (fst w) with Eq => Nat.compare (snd v) (snd w) | c => c end.
Fixpoint lexcmp (m n : mono) : comparison :=
  match m, n with
  | [], [] => Eq | [], _ => Lt | _, [] => Gt
  | v :: m', w :: n' => match vcmp v w with Eq => lexcmp m' n' | c => c end
  end.
Definition mcmp (m n : mono) : comparison :=
  match Nat.compare (length m) (length n) with Eq => lexcmp m n | c => c end.
Lemma vcmp_eq v w : vcmp v w = Eq -> v = w.
Proof.
  destruct v, w. unfold vcmp. simpl. destruct (Nat.compare_spec n n1); try discriminate.
  destruct (Nat.compare_spec n0 n2); try discriminate. congruence.
Qed.
Lemma lexcmp_eq m n : lexcmp m n = Eq -> m = n.
Proof.
  revert n. induction m; destruct n; simpl; try discriminate; auto.
  destruct (vcmp a p) eqn:E; try discriminate. apply vcmp_eq in E. intro H. f_equal; auto.
Qed.
Lemma mcmp_eq m n : mcmp m n = Eq -> m = n.
Proof. unfold mcmp. destruct Nat.compare; try discriminate. apply lexcmp_eq. Qed.

Fixpoint minsert (v : var) (m : mono) : mono :=
  match m with
  | [] => [v]
  | w :: m' => match vcmp v w with Gt => w :: minsert v m' | _ => v :: m end
  end.
Definition mprod (m n : mono) : mono := fold_right minsert n m.

Definition monev (e : env) (m : mono) : R := fold_right (fun v r => e v * r) 1 m.
Lemma monev_insert e v m : monev e (minsert v m) = e v * monev e m.
Proof. induction m; simpl. reflexivity. destruct vcmp; simpl; rewrite ?IHm; ring. Qed.
Lemma monev_prod e m n : monev e (mprod m n) = monev e m * monev e n.
Proof. induction m; simpl. ring. rewrite monev_insert. fold (mprod m n). rewrite IHm. ring. Qed.

Fixpoint mev (p : mpoly) (e : env) : R :=
  match p with [] => 0 | (a, m) :: p' => toR a * monev e m + mev p' e end.

Fixpoint madd (p : mpoly) : mpoly -> mpoly :=
  match p with
  | [] => fun q => q
  | (a, m) :: p' =>
      fix aux (q : mpoly) : mpoly :=
        match q with
        | [] => p
        | (b, n) :: q' =>
            match mcmp m n with
            | Eq => let c := kadd a b in if kzero c then madd p' q' else (c, m) :: madd p' q'
            | Lt => (a, m) :: madd p' q
            | Gt => (b, n) :: aux q'
            end
        end
  end.
Lemma mev_add p q e : mev (madd p q) e = mev p e + mev q e.
Proof.
  revert q. induction p as [|[a m] p IH]; intro q. simpl. lra.
  induction q as [|[b n] q IHq]. simpl. lra.
  simpl in *. destruct (mcmp m n) eqn:E.
  - apply mcmp_eq in E. subst n. destruct (kzero (kadd a b)) eqn:Z; simpl; rewrite IH.
    + apply kzero_ok in Z. rewrite toR_add in Z. replace (toR b) with (- toR a) by lra. ring.
    + rewrite toR_add. ring.
  - simpl. rewrite IH. simpl. ring.
  - simpl. rewrite IHq. ring.
Qed.
Definition mscale (a : F) (m : mono) (q : mpoly) : mpoly :=
  map (fun bn => (kmul a (fst bn), mprod m (snd bn))) q.
Lemma mev_scale a m q e : mev (mscale a m q) e = toR a * monev e m * mev q e.
Proof.
  induction q as [|[b n] q IH]; simpl. ring. rewrite IH, toR_mul, monev_prod. ring.
Qed.
Definition mmul (p q : mpoly) : mpoly := fold_right (fun am r => madd (mscale (fst am) (snd am) q) r) [] p.
Lemma mev_mul p q e : mev (mmul p q) e = mev p e * mev q e.
Proof.
  induction p as [|[a m] p IH]; simpl. ring. rewrite mev_add, mev_scale. simpl in *. rewrite IH. ring.
Qed.
Definition mcst (c : F) : mpoly := if kzero c then [] else [(c, [])].
Lemma mev_cst c e : mev (mcst c) e = toR c.
Proof. unfold mcst. destruct (kzero c) eqn:E; simpl. apply kzero_ok in E. lra. lra. Qed.
Definition msub (p q : mpoly) : mpoly := madd p (mscale (kopp (k1 F)) [] q).
Lemma mev_sub p q e : mev (msub p q) e = mev p e - mev q e.
Proof. unfold msub. rewrite mev_add, mev_scale, toR_opp, toR_1. simpl. ring. Qed.

Definition sym_mpoly : syms F := Syms F mpoly mcst madd mmul.
Global Instance mean_mpoly : meaning sym_mpoly env.
Proof.
  refine (Meaning F M sym_mpoly env mev _ _ _); intros.
  apply mev_cst. apply mev_add. apply mev_mul.
Defined.

(** ** Non-negative everywhere: completing squares. The choice of [l] needs no proof. *)
Definition veq (v w : var) : bool := match vcmp v w with Eq => true | _ => false end.
Fixpoint without (v : var) (m : mono) : option mono :=
  match m with
  | [] => None
  | w :: m' => if veq v w then Some m' else match without v m' with Some r => Some (w :: r) | None => None end
  end.
Definition square_coef (v : var) (p : mpoly) : F :=
  fold_right (fun am r => match mcmp (snd am) [v; v] with Eq => fst am | _ => r end) (k0 F) p.
Definition square_form (v : var) (a : F) (p : mpoly) : mpoly :=
  let h := kinv (kadd a a) in
  fold_right (fun am r => match without v (snd am) with
    | Some m => madd [(if match m with [w] => veq v w | _ => false end then k1 F else kmul h (fst am), m)] r
    | None => r end) [] p.

Fixpoint mconst (p : mpoly) : F :=
  match p with [] => k0 F | (a, []) :: p' => kadd a (mconst p') | _ :: p' => mconst p' end.

(** The least value of a quadratic polynomial, if squares can be completed until nothing but a constant is left. *)
Fixpoint least_value (vars : list var) (p : mpoly) : option F :=
  match vars with
  | [] => if forallb (fun am => match snd am with [] => true | _ => kzero (fst am) end) p then Some (mconst p) else None
  | v :: vars' =>
      let a := square_coef v p in
      if kpos a then
        let l := square_form v a p in
        least_value vars' (msub p (mscale a [] (mmul l l)))
      else least_value vars' p
  end.
Lemma least_value_ok vars p c e : least_value vars p = Some c -> toR c <= mev p e.
Proof.
  revert p. induction vars as [|v vars IH]; simpl; intros p H.
  - destruct forallb eqn:E in H; try discriminate. injection H as <-. induction p as [|[a m] p IHp]; simpl in *. rewrite toR_0. lra.
    apply andb_true_iff in E. destruct E as [H1 H2]. specialize (IHp H2). destruct m.
    + rewrite toR_add. simpl. lra.
    + apply kzero_ok in H1. rewrite H1. lra.
  - destruct (kpos (square_coef v p)) eqn:E; auto.
    apply IH in H. apply kpos_ok in E. rewrite mev_sub, mev_scale, mev_mul in H. simpl in H.
    pose proof (Rle_0_sqr (mev (square_form v (square_coef v p) p) e)) as Q. unfold Rsqr in Q.
    pose proof (Rmult_le_pos _ _ (Rlt_le _ _ E) Q). lra.
Qed.

Definition nonneg_form (vars : list var) (p : mpoly) : bool :=
  match least_value vars p with Some c => knonneg c | None => false end.
Lemma nonneg_form_ok vars p e : nonneg_form vars p = true -> 0 <= mev p e.
Proof.
  unfold nonneg_form. destruct least_value as [c|] eqn:E; [|discriminate]. intro H. apply knonneg_ok in H.
  pose proof (least_value_ok _ _ _ e E). lra.
Qed.

(** ** Zero *)
Definition mzero (p : mpoly) : bool := forallb (fun am => kzero (fst am)) p.
Lemma mzero_ok p e : mzero p = true -> mev p e = 0.
Proof.
  unfold mzero. induction p as [|[a m] p IH]; intro H; simpl in *; auto. apply andb_true_iff in H. destruct H as [H1 H2].
  apply kzero_ok in H1. rewrite H1, IH by auto. ring.
Qed.

(** ** Near 0 *)
Definition near (Q : env -> Prop) : Prop := exists d, 0 < d /\ forall e, (forall v, Rabs (e v) < d) -> Q e.
Lemma near_where : where_ near.
Proof. apply (close_enough (fun d e => forall v, Rabs (e v) < d)). intros d d' e L H v. specialize (H v). lra. Qed.

Fixpoint msize (p : mpoly) : R := match p with [] => 0 | (a, m) :: p' => Rabs (toR a) + msize p' end.
Lemma monev_bound e m d : 0 <= d <= 1 -> (forall v, Rabs (e v) <= d) -> Rabs (monev e m) <= 1.
Proof.
  intros Hd H. induction m; simpl. rewrite Rabs_R1; lra.
  rewrite Rabs_mult. rewrite <- (Rmult_1_r 1). apply Rmult_le_compat; auto using Rabs_pos.
  specialize (H a). lra.
Qed.
Lemma mev_near p e d : 0 <= d <= 1 -> (forall v, Rabs (e v) <= d) ->
  Rabs (mev p e - toR (mconst p)) <= msize p * d.
Proof.
  intros Hd H. induction p as [|[a m] p IH].
  - simpl. rewrite toR_0, Rminus_0_r, Rabs_R0. lra.
  - destruct m as [|v m].
    + simpl. rewrite toR_add. replace (toR a * 1 + mev p e - (toR a + toR (mconst p))) with (mev p e - toR (mconst p)) by ring.
      pose proof (Rmult_le_pos _ _ (Rabs_pos (toR a)) (proj1 Hd)). lra.
    + cbn [mev mconst msize]. replace (toR a * monev e (v :: m) + mev p e - toR (mconst p))
        with (toR a * monev e (v :: m) + (mev p e - toR (mconst p))) by ring.
      eapply Rle_trans. apply Rabs_triang. rewrite Rmult_plus_distr_r. apply Rplus_le_compat; auto.
      rewrite Rabs_mult. apply Rmult_le_compat_l. apply Rabs_pos. simpl. rewrite Rabs_mult.
      rewrite <- (Rmult_1_r d). apply Rmult_le_compat; auto using Rabs_pos. eapply monev_bound; eauto.
Qed.
Lemma msize_nonneg p : 0 <= msize p.
Proof. induction p as [|[a m] p IH]; simpl. lra. pose proof (Rabs_pos (toR a)). lra. Qed.
Lemma mev_close p eps : 0 < eps -> near (fun e => Rabs (mev p e - toR (mconst p)) < eps).
Proof.
  intro He. pose proof (msize_nonneg p) as Hs. set (d := Rmin 1 (eps / (msize p + 1))).
  assert (Hd : 0 < d) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]).
  assert (Hd1 : d <= 1) by apply Rmin_l.
  exists d. split; auto. intros e H. eapply Rle_lt_trans.
  - apply (mev_near p e d). lra. intro v. left. auto.
  - apply Rlt_le_trans with ((msize p + 1) * d). nra.
    apply Rle_trans with ((msize p + 1) * (eps / (msize p + 1))).
    apply Rmult_le_compat_l. lra. apply Rmin_r. right. field. lra.
Qed.

(** A multiple; nothing is left of a multiple by 0, so that what only dead units feed is seen to be 0 identically. *)
Definition scaled (s : F) (z : mpoly) : mpoly := if kzero s then [] else mscale s [] z.
Lemma mev_scaled s z e : mev (scaled s z) e = toR s * mev z e.
Proof.
  unfold scaled. destruct (kzero s) eqn:E.
  - apply kzero_ok in E. rewrite E. simpl. ring.
  - rewrite mev_scale. change (monev e []) with 1. ring.
Qed.

Definition mact_near (s : F) (z : mpoly) : option mpoly :=
  if kone s then Some z
  else match z with
  | [] => Some []
  | _ => let c := mconst z in
      if kpos c then Some z else if kpos (kopp c) then Some (scaled s z) else None
  end.
Lemma mact_near_ok s z z' : mact_near s z = Some z' ->
  near (fun e => mev z' e = act (toR s) (mev z e)).
Proof.
  unfold mact_near, act. destruct (kone s) eqn:E1.
  { intros [= <-]. apply kone_ok in E1. apply (U_all _ near_where). intro e. destruct Rlt_dec; rewrite ?E1; lra. }
  destruct z as [|am z].
  { intros [= <-]. apply (U_all _ near_where). intro e. simpl. destruct Rlt_dec; lra. }
  set (p := am :: z). destruct (kpos (mconst p)) eqn:E2; [|destruct (kpos (kopp (mconst p))) eqn:E3; try discriminate];
  intros [= <-].
  - apply kpos_ok in E2. eapply (U_mono _ near_where); [|apply (mev_close p _ E2)]. cbn beta.
    intros e H. apply Rabs_def2 in H. destruct Rlt_dec; lra.
  - apply kpos_ok in E3. eapply (U_mono _ near_where); [|apply (mev_close p _ E3)]. cbn beta.
    intros e H. apply Rabs_def2 in H. rewrite toR_opp in *.
    change (mev (scaled s p) e = act (toR s) (mev p e)). rewrite mev_scaled. unfold act. destruct Rlt_dec; lra.
Qed.

(** ** Everywhere *)
Definition everywhere (Q : env -> Prop) : Prop := forall e, Q e.
Lemma everywhere_where : where_ everywhere.
Proof. split; unfold everywhere; auto. Qed.
Definition mact_all (s : F) (z : mpoly) : option mpoly :=
  if kone s then Some z
  else match z with
  | [] => Some []
  | [(c, [])] => if kpos c then Some z else if kpos (kopp c) then Some (scaled s z) else None
  | _ => None
  end.
Lemma mact_all_ok s z z' : mact_all s z = Some z' ->
  everywhere (fun e => mev z' e = act (toR s) (mev z e)).
Proof.
  unfold mact_all, act. destruct (kone s) eqn:E1.
  { intros [= <-] e. apply kone_ok in E1. destruct Rlt_dec; rewrite ?E1; lra. }
  destruct z as [|[c [|]] [|]]; try discriminate.
  { intros [= <-] e. simpl. destruct Rlt_dec; lra. }
  destruct (kpos c) eqn:E2; [|destruct (kpos (kopp c)) eqn:E3; try discriminate]; intros [= <-] e.
  - apply kpos_ok in E2. simpl. destruct Rlt_dec; lra.
  - apply kpos_ok in E3. rewrite toR_opp in E3. rewrite mev_scaled. simpl. destruct Rlt_dec; lra.
Qed.
End MPoly.
