(** * Numbers in Q(alpha).

    A number is a polynomial in alpha. The claims are about every alpha that is a root of the file's polynomial in
    the file's interval, and there is exactly one. The polynomial need not be irreducible: it is
    [cofactor * (x^d - tail)], where the cofactor has no root near alpha. *)

From Coq Require Import Reals List QArith Qreals Lra Lia Bool.
From Margincert Require Import Claims MeanValue Lists Numbers Forward Polynomial.
Import ListNotations.
Open Scope R_scope.

Definition half : Q := 1 # 2.
Lemma half_ok : Q2R half = 1 / 2.
Proof. unfold Q2R, half. simpl. field. Qed.

Definition qeval (p : list Q) (alpha : R) : R := peval (F := Qops) p alpha.
Lemma value_ok alpha p : value alpha p = qeval p alpha.
Proof. unfold value, qeval. induction p; simpl. reflexivity. now rewrite IHp. Qed.

Notation Qsign01 := (sign01 (F := Qops) half).
Definition no_root01 (p : list Q) : bool := if Qsign01 30 true p then true else Qsign01 30 true (popp (F := Qops) p).
Lemma no_root01_ok p : no_root01 p = true -> forall s, 0 < s <= 1 -> qeval p s <> 0.
Proof.
  unfold no_root01, qeval. destruct (Qsign01 30 true p) eqn:E; intros H s Hs.
  - pose proof (sign01_ok (F := Qops) (M := Qmodel) half half_ok _ _ _ E s Hs) as Q. simpl in Q. lra.
  - pose proof (sign01_ok (F := Qops) (M := Qmodel) half half_ok _ _ _ H s Hs) as Q. simpl in Q. rewrite peval_opp in Q. lra.
Qed.

(* Tactics must not compute these. *)
Local Opaque no_root01 sign01.
Local Ltac case_no_root H := match goal with |- context [no_root01 ?p] => destruct (no_root01 p) eqn:H; [|discriminate] end.

(** p(a + b s) *)
Fixpoint paff (a b : Q) (p : list Q) : list Q :=
  match p with [] => [] | c :: p' => padd (F := Qops) [c] (pmul (F := Qops) [a; b] (paff a b p')) end.
Lemma paff_ok a b p s : qeval (paff a b p) s = qeval p (Q2R a + Q2R b * s).
Proof.
  unfold qeval. induction p as [|c p IH]. reflexivity. cbn [paff]. rewrite peval_add, peval_mul, IH.
  cbn [peval]. change (@toR Qops Qmodel) with Q2R. ring.
Qed.

(** Intervals with rational ends around the root, from wide to narrow, and a factor [x^d - tail] of the polynomial that
    holds the root, with the cofactor. *)
Record refinement := Refinement { around : list (Q * Q); rtail : list Q; rcofactor : list Q }.

Definition modulus (tail : list Q) : list Q := psub (F := Qops) (repeat 0%Q (length tail) ++ [1%Q]) tail.
Definition qsub (a b : Q) : Q := ksub (F := Qops) a b.
Lemma qsub_ok a b : Q2R (qsub a b) = Q2R a - Q2R b.
Proof. apply (toR_sub (F := Qops) (M := Qmodel)). Qed.

(** The root is in an interval: there is none between it and the ends of the field's interval. *)
Definition check_around (f : field) (i : Q * Q) : bool :=
  if qpos (qsub (fst i) (root_above f)) then if qpos (qsub (root_below f) (snd i)) then if qpos (qsub (snd i) (fst i)) then
  if no_root01 (paff (root_above f) (qsub (fst i) (root_above f)) (polynomial f)) then
  no_root01 (paff (root_below f) (qsub (snd i) (root_below f)) (polynomial f))
  else false else false else false else false.

Definition check_field (f : field) (r : refinement) : bool :=
  if forallb (check_around f) (around r) then
  if pzero (F := Qops) (psub (F := Qops) (polynomial f) (pmul (F := Qops) (rcofactor r) (modulus (rtail r)))) then
  match around r with
  | i :: _ => no_root01 (paff (fst i) (qsub (snd i) (fst i)) (rcofactor r))
  | [] => false
  end else false else false.

Lemma monomial_ok d alpha : qeval (repeat 0%Q d ++ [1%Q]) alpha = alpha ^ d.
Proof.
  unfold qeval. induction d; simpl. change (@toR Qops Qmodel 1%Q) with (Q2R 1). rewrite RMicromega.Q2R_1. ring.
  rewrite IHd. change (@toR Qops Qmodel 0%Q) with (Q2R 0). rewrite RMicromega.Q2R_0. ring.
Qed.

Definition holds (alpha : R) (i : Q * Q) : Prop := Q2R (fst i) < alpha < Q2R (snd i).

Lemma check_around_ok f i alpha : check_around f i = true -> is_root f alpha -> holds alpha i.
Proof.
  unfold check_around, holds. destruct (qpos (qsub (fst i) _)) eqn:H1; [|discriminate].
  destruct (qpos (qsub (root_below f) _)) eqn:H2; [|discriminate]. destruct (qpos (qsub (snd i) (fst i))) eqn:H3; [|discriminate].
  case_no_root H4. intros H5 [Ha H0].
  apply (@kpos_ok Qops Qmodel) in H1. apply (@kpos_ok Qops Qmodel) in H2. apply (@kpos_ok Qops Qmodel) in H3.
  change (@toR Qops Qmodel) with Q2R in *. rewrite qsub_ok in H1, H2, H3. rewrite value_ok in H0.
  split.
  - apply Rnot_le_lt. intro C.
    apply (no_root01_ok _ H4 ((alpha - Q2R (root_above f)) / (Q2R (fst i) - Q2R (root_above f)))).
    + split. apply Rdiv_lt_0_compat; lra. apply Rmult_le_reg_r with (Q2R (fst i) - Q2R (root_above f)). lra.
      unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
    + rewrite paff_ok, qsub_ok. rewrite <- H0. f_equal. field. lra.
  - apply Rnot_le_lt. intro C.
    apply (no_root01_ok _ H5 ((Q2R (root_below f) - alpha) / (Q2R (root_below f) - Q2R (snd i)))).
    + split. apply Rdiv_lt_0_compat; lra. apply Rmult_le_reg_r with (Q2R (root_below f) - Q2R (snd i)). lra.
      unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
    + rewrite paff_ok, qsub_ok. rewrite <- H0. f_equal. field. lra.
Qed.

(** A polynomial without a root on an interval has none at [alpha]. *)
Lemma no_root_at p (i : Q * Q) alpha : no_root01 (paff (fst i) (qsub (snd i) (fst i)) p) = true -> holds alpha i -> qeval p alpha <> 0.
Proof.
  intros H [H1 H2].
  replace alpha with (Q2R (fst i) + Q2R (qsub (snd i) (fst i)) * ((alpha - Q2R (fst i)) / (Q2R (snd i) - Q2R (fst i)))).
  2:{ rewrite qsub_ok. field. lra. }
  rewrite <- paff_ok. apply no_root01_ok; auto. split. apply Rdiv_lt_0_compat; lra.
  apply Rmult_le_reg_r with (Q2R (snd i) - Q2R (fst i)). lra. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma check_field_ok f r alpha : check_field f r = true -> is_root f alpha ->
  (forall i, In i (around r) -> holds alpha i) /\ alpha ^ length (rtail r) = qeval (rtail r) alpha.
Proof.
  unfold check_field. destruct (forallb _ _) eqn:H1; [|discriminate]. destruct (pzero _) eqn:H6; [|discriminate].
  intros H7 Hr. rewrite forallb_forall in H1.
  assert (A : forall i, In i (around r) -> holds alpha i) by (intros i Hi; apply (check_around_ok f); auto).
  split; auto. destruct Hr as [Ha H0]. rewrite value_ok in H0.
  pose proof (pzero_ok (F := Qops) (M := Qmodel) _ alpha H6) as E. rewrite peval_sub, peval_mul in E.
  unfold qeval in H0. rewrite H0 in E.
  destruct (around r) as [|i rest]; [discriminate|].
  pose proof (no_root_at _ _ alpha H7 (A i (or_introl eq_refl))) as C.
  assert (Z : peval (F := Qops) (modulus (rtail r)) alpha = 0).
  { unfold qeval in C. apply Rmult_eq_reg_l with (peval (F := Qops) (rcofactor r) alpha); auto. lra. }
  unfold modulus in Z. rewrite peval_sub in Z. pose proof (monomial_ok (length (rtail r)) alpha) as Mo.
  unfold qeval in *. rewrite Mo in Z. lra.
Qed.

(** There is one root. *)
Fixpoint pderiv (p : list Q) : list Q :=
  match p with [] => [] | a :: p' => padd (F := Qops) p' (0%Q :: pderiv p') end.
Definition check_root (f : field) (r : refinement) : bool :=
  match around r with
  | i :: _ =>
      if check_around f i then
      if no_root01 (paff (fst i) (qsub (snd i) (fst i)) (pderiv (polynomial f))) then
      (let p := polynomial f in let v q x := fold_right (fun c acc => Qred (c + x * acc)%Q) 0%Q q in
       qpos (v (popp (F := Qops) p) (fst i)) && qpos (v p (snd i)) ||
       qpos (v p (fst i)) && qpos (v (popp (F := Qops) p) (snd i)))
      else false else false
  | [] => false
  end.
Lemma qvalue_ok q x : Q2R (fold_right (fun c acc => Qred (c + x * acc)%Q) 0%Q q) = qeval q (Q2R x).
Proof.
  unfold qeval. induction q as [|c q IH]. apply RMicromega.Q2R_0. cbn [fold_right peval].
  rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_plus, Q2R_mult, IH. reflexivity.
Qed.
Lemma qeval_cont p : continuity (qeval p).
Proof.
  unfold qeval. induction p as [|a p IHp]; intro x; simpl. apply continuity_const; intros ? ?; reflexivity.
  apply (continuity_pt_plus (fun _ => Q2R a) (fun t => t * peval (F := Qops) p t)).
  apply continuity_const; intros ? ?; reflexivity.
  apply (continuity_pt_mult (fun t => t)). apply derivable_continuous_pt, derivable_pt_id. apply IHp.
Qed.
Lemma pderiv_ok p x : derivable_pt_lim (qeval p) x (qeval (pderiv p) x).
Proof.
  unfold qeval. induction p as [|a p IH].
  - apply derivable_pt_lim_const.
  - assert (E : peval (F := Qops) (pderiv (a :: p)) x = 0 + (1 * peval (F := Qops) p x + x * peval (F := Qops) (pderiv p) x)).
    { cbn [pderiv]. rewrite peval_add. cbn [peval]. change (@toR Qops Qmodel 0%Q) with (Q2R 0). rewrite RMicromega.Q2R_0. ring. }
    rewrite E. apply (derivable_pt_lim_plus (fun _ => Q2R a) (fun t => t * peval (F := Qops) p t)).
    apply derivable_pt_lim_const. apply (derivable_pt_lim_mult (fun t => t) (peval (F := Qops) p)); auto.
    apply derivable_pt_lim_id.
Qed.
Theorem root_exists f r : check_root f r = true -> exists! alpha, is_root f alpha.
Proof.
  unfold check_root. destruct (around r) as [|i rest]; [discriminate|].
  destruct (check_around f i) eqn:Hi; [|discriminate]. case_no_root Hd.
  cbv zeta. intro H4. pose proof Hi as Hi'. unfold check_around in Hi.
  destruct (qpos (qsub (fst i) _)) eqn:H1; [|discriminate].
  destruct (qpos (qsub (root_below f) _)) eqn:H2; [|discriminate]. destruct (qpos (qsub (snd i) (fst i))) eqn:H3; [|discriminate].
  clear Hi. apply (@kpos_ok Qops Qmodel) in H1. apply (@kpos_ok Qops Qmodel) in H2. apply (@kpos_ok Qops Qmodel) in H3.
  change (@toR Qops Qmodel) with Q2R in *. rewrite qsub_ok in H1, H2, H3.
  assert (K : forall p, 0 < qeval (popp (F := Qops) p) (Q2R (fst i)) -> 0 < qeval p (Q2R (snd i)) ->
    exists z, Q2R (root_above f) < z < Q2R (root_below f) /\ qeval p z = 0).
  { intros p A B. unfold qeval in A. rewrite peval_opp in A. fold (qeval p (Q2R (fst i))) in A.
    destruct (IVT (qeval p) (Q2R (fst i)) (Q2R (snd i)) (qeval_cont p) ltac:(lra) ltac:(lra) B) as (z & Hz & Hz0).
    exists z. split; auto. lra. }
  assert (Ex : exists alpha, is_root f alpha).
  { unfold is_root. apply orb_true_iff in H4. destruct H4 as [H|H]; apply andb_true_iff in H; destruct H as [A B];
    apply (@kpos_ok Qops Qmodel) in A; apply (@kpos_ok Qops Qmodel) in B;
    change (@toR Qops Qmodel) with Q2R in *; rewrite qvalue_ok in A, B.
    - destruct (K _ A B) as (z & Hz & Hz0). exists z. rewrite value_ok. auto.
    - destruct (K (popp (F := Qops) (polynomial f))) as (z & Hz & Hz0); auto.
      + unfold qeval in *. rewrite !peval_opp, Ropp_involutive. auto.
      + exists z. split; auto. rewrite value_ok. unfold qeval in *. rewrite peval_opp in Hz0. lra. }
  destruct Ex as (alpha & Ha). exists alpha. split; auto. intros beta Hb.
  pose proof (check_around_ok f i alpha Hi' Ha) as Ia. pose proof (check_around_ok f i beta Hi' Hb) as Ib.
  assert (U : forall a b, is_root f a -> is_root f b -> holds a i -> holds b i -> ~ a < b).
  { intros a b [_ A] [_ B] Ha' Hb' L. rewrite value_ok in A, B.
    apply (stationary (qeval (polynomial f)) (qeval (pderiv (polynomial f))) a b L).
    - intros c _. apply pderiv_ok.
    - apply qeval_cont.
    - lra.
    - intros c Hc. apply (no_root_at _ i); auto. unfold holds in *; lra. }
  destruct (Rtotal_order alpha beta) as [L|[L|L]]; auto.
  - destruct (U alpha beta); auto.
  - destruct (U beta alpha); auto.
Qed.

Section Field.
Variable r : refinement.
Let d := length (rtail r).

Definition areduce (s : list Q) : list Q :=
  match skipn d s with
  | [l] => padd (F := Qops) (firstn d s) (pscale (F := Qops) l (rtail r))
  | _ => s
  end.
Definition amul (p q : list Q) : list Q :=
  fold_right (fun a acc => padd (F := Qops) (pscale (F := Qops) a q) (areduce (0%Q :: acc))) [] p.
Definition pos_on (i : Q * Q) (q : list Q) : bool := Qsign01 4 true (paff (fst i) (qsub (snd i) (fst i)) q).
Fixpoint pos_around (is : list (Q * Q)) (q : list Q) : bool :=
  match is with
  | [] => false
  | i :: is' => if pos_on i q then true else if pos_on i (popp (F := Qops) q) then false else pos_around is' q
  end.
Definition apos (q : list Q) : bool :=
  match q with
  | [] => false
  | [c] => qpos c
  | _ => pos_around (around r) q
  end.

(** The inverse, by Euclid's algorithm. Nothing is proved about it. *)
Fixpoint trim (p : list Q) : list Q :=
  match p with [] => [] | a :: p' => match trim p' with [] => if qzero a then [] else [a] | q => a :: q end end.
Fixpoint pdiv (fuel : nat) (a b : list Q) : list Q * list Q :=
  match fuel with
  | O => ([], a)
  | S fuel => let a := trim a in
      if Nat.ltb (length a) (length b) then ([], a) else
      let m := repeat 0%Q (length a - length b) ++ [Qred (last a 0%Q / last b 1%Q)%Q] in
      let (q, rem) := pdiv fuel (psub (F := Qops) a (pmul (F := Qops) m b)) b in (padd (F := Qops) m q, rem)
  end.
Fixpoint euclid (fuel : nat) (r0 s0 r1 s1 : list Q) : list Q :=
  match fuel with
  | O => []
  | S fuel => match trim r1 with
      | [] => []
      | [c] => pscale (F := Qops) (Qinv c) s1
      | r1' => let (q, rem) := pdiv (length r0) r0 r1' in
          euclid fuel r1' s1 rem (psub (F := Qops) s0 (pmul (F := Qops) q s1))
      end
  end.
Definition ainv (q : list Q) : list Q := euclid (S (S d)) (modulus (rtail r)) [] q [1%Q].

Definition Aops : ops :=
  Ops (list Q) [] [1%Q] (padd (F := Qops)) amul (popp (F := Qops)) ainv apos (pzero (F := Qops)).

Variable alpha : R.
Hypothesis Ha : forall i, In i (around r) -> holds alpha i.
Hypothesis Hred : alpha ^ d = qeval (rtail r) alpha.

Lemma split_ok n s : qeval s alpha = qeval (firstn n s) alpha + alpha ^ n * qeval (skipn n s) alpha.
Proof.
  unfold qeval. revert s. induction n; intros [|a s]; simpl; try ring. rewrite (IHn s). ring.
Qed.
Lemma areduce_ok s : qeval (areduce s) alpha = qeval s alpha.
Proof.
  rewrite (split_ok d s). unfold areduce. destruct (skipn d s) as [|l [|]] eqn:E.
  - rewrite (split_ok d s), E. reflexivity.
  - unfold qeval in *. rewrite peval_add, peval_scale, Hred. cbn [peval]. ring.
  - rewrite (split_ok d s), E. reflexivity.
Qed.
Lemma amul_ok p q : qeval (amul p q) alpha = qeval p alpha * qeval q alpha.
Proof.
  unfold qeval. induction p as [|a p IH]. simpl. ring.
  change (amul (a :: p) q) with (padd (F := Qops) (pscale (F := Qops) a q) (areduce (0%Q :: amul p q))).
  rewrite peval_add, peval_scale.
  pose proof (areduce_ok (0%Q :: amul p q)) as R. unfold qeval in R. rewrite R.
  cbn [peval]. rewrite IH. change (@toR Qops Qmodel 0%Q) with (Q2R 0). rewrite RMicromega.Q2R_0. ring.
Qed.
Lemma pos_on_ok i q : In i (around r) -> pos_on i q = true -> 0 < qeval q alpha.
Proof.
  intros Hi H. destruct (Ha i Hi) as [H1 H2]. unfold pos_on in H. set (s := (alpha - Q2R (fst i)) / (Q2R (snd i) - Q2R (fst i))).
  pose proof (sign01_ok (F := Qops) (M := Qmodel) half half_ok _ _ _ H s) as Q.
  fold (qeval (paff (fst i) (qsub (snd i) (fst i)) q) s) in Q. rewrite paff_ok, qsub_ok in Q.
  replace (Q2R (fst i) + (Q2R (snd i) - Q2R (fst i)) * s) with alpha in Q by (unfold s; field; lra).
  apply Q. unfold s. split. apply Rdiv_lt_0_compat; lra.
  apply Rmult_le_reg_r with (Q2R (snd i) - Q2R (fst i)). lra. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.
Lemma apos_ok q : apos q = true -> 0 < qeval q alpha.
Proof.
  assert (G : forall is, (forall i, In i is -> In i (around r)) -> pos_around is q = true -> 0 < qeval q alpha).
  { induction is as [|i is IH]; intros Hin H; [discriminate|]. cbn [pos_around] in H.
    destruct (pos_on i q) eqn:E. apply (pos_on_ok i); auto. apply Hin; now left.
    destruct (pos_on i (popp (F := Qops) q)); [discriminate|]. apply IH; auto. intros j Hj. apply Hin; now right. }
  unfold apos. destruct q as [|c [|]]; try discriminate.
  - intro H. apply (@kpos_ok Qops Qmodel) in H. unfold qeval. cbn [peval]. change (@toR Qops Qmodel) with Q2R in *. lra.
  - apply G. auto.
Qed.

Definition Amodel : model Aops.
Proof.
  refine (Model Aops (value alpha) _ _ _ _ _ _ _); cbn [K k0 k1 kadd kmul kopp kpos kzero Aops]; intros;
    rewrite ?value_ok.
  - reflexivity.
  - unfold qeval. simpl. change (@toR Qops Qmodel 1%Q) with (Q2R 1). rewrite RMicromega.Q2R_1. ring.
  - apply peval_add.
  - apply amul_ok.
  - apply peval_opp.
  - now apply apos_ok.
  - now apply pzero_ok.
Defined.
End Field.

Lemma ahalf_ok alpha : value alpha [half] = 1 / 2.
Proof. unfold value. simpl. rewrite half_ok. ring. Qed.

