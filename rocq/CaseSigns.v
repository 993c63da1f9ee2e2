(** * Signs of polynomials in the parameters, within a case: from what is known to be at least 0, or from the point. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Feasible Displacement.
Import ListNotations.
Open Scope R_scope.

Section CaseSigns.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).

(** The parameters: those of free layers are variables. *)
Variable free : option nat.
Variable theta : params F.
Let thR := map_params toR theta.
Definition variables : params mpoly :=
  mapi (fun k w => mapi (fun i a => if is_free free k then [(k1 F, [(k, i)])] else mcst a) 0 w) 0 theta.

(** A polynomial's value at the point. *)
Definition at_point (p : mpoly) : F :=
  fold_right (fun am r => kadd (kmul (fst am)
    (fold_right (fun v r => kmul (nth (snd v) (nth (fst v) theta []) num0) r) (k1 F) (snd am))) r) (k0 F) p.
Lemma at_point_ok p : toR (at_point p) = mev p (entry thR).
Proof.
  unfold at_point. induction p as [|[a m] p IH]; cbn [fold_right mev]. apply toR_0.
  rewrite toR_add, toR_mul, IH. f_equal. f_equal. cbn [fst snd]. induction m as [|v m IHm]; cbn [fold_right monev]. apply toR_1.
  rewrite toR_mul, IHm. f_equal. symmetry. apply entry_toR.
Qed.

(** Whether only points near [theta] are looked at, and what is at least 0. *)
Variable local : bool.
Variable known : list mpoly.

Definition constant_sign (p : mpoly) : option bool :=
  match p with
  | [(c, [])] => if kpos c then Some true else if kpos (kopp c) then Some false else None
  | _ => None
  end.
(** The sign of [p / g], if that is a number. *)
Definition ratio_sign (p g : mpoly) : option bool :=
  match p, g with
  | (a, _) :: _, (b, _) :: _ =>
      if Nat.eqb (length p) (length g) then
      if mzero (msub (mscale b [] p) (mscale a [] g)) then
        let r := kmul a b in if kpos r then Some true else if kpos (kopp r) then Some false else None
      else None else None
  | _, _ => None
  end.
Fixpoint sign_among (p : mpoly) (gs : list mpoly) : option bool :=
  match gs with
  | [] => None
  | g :: gs' => match ratio_sign p g with Some b => Some b | None => sign_among p gs' end
  end.

Definition on_side (b : bool) (z : R) : Prop := if b then 0 <= z else z <= 0.

Lemma ratio_sign_ok p g b e : ratio_sign p g = Some b -> 0 <= mev g e -> on_side b (mev p e).
Proof.
  unfold ratio_sign. destruct p as [|[a m] p], g as [|[c n] g]; try discriminate.
  set (P := (a, m) :: p). set (G := (c, n) :: g). destruct Nat.eqb; try discriminate.
  destruct mzero eqn:E; try discriminate. apply (mzero_ok _ e) in E. rewrite mev_sub, !mev_scale in E.
  change (monev e []) with 1 in E. intros H Hg. cbv zeta in H.
  set (p' := mev P e) in *. set (g' := mev G e) in *.
  assert (E2 : toR c * toR c * p' = toR (kmul a c) * g') by (rewrite toR_mul; replace (toR c * toR c * p') with (toR c * (toR c * 1 * p')) by ring; replace (toR c * 1 * p') with (toR a * 1 * g') by lra; ring).
  destruct (kpos (kmul a c)) eqn:E3; [|destruct (kpos (kopp (kmul a c))) eqn:E4; try discriminate]; injection H as <-; simpl.
  - apply kpos_ok in E3. assert (0 < toR c * toR c) by (rewrite toR_mul in E3; nra).
    assert (0 <= toR c * toR c * p') by (rewrite E2; apply Rmult_le_pos; lra). nra.
  - apply kpos_ok in E4. rewrite toR_opp in E4. assert (0 < toR c * toR c) by (rewrite toR_mul in E4; nra).
    assert (0 <= - (toR c * toR c * p')) by (rewrite E2, Ropp_mult_distr_l; apply Rmult_le_pos; lra). nra.
Qed.

(** Whether each term has the sign that is wanted. *)
Definition term_signed (want : bool) (am : F * list (nat * nat)) : bool :=
  if kzero (fst am) then true else
  match snd am with
  | [] => if want then kpos (fst am) else kpos (kopp (fst am))
  | m => existsb (fun g => match g with
                           | [(b, n)] => match mcmp m n with
                                         | Eq => let r := kmul (fst am) b in if want then kpos r else kpos (kopp r)
                                         | _ => false end
                           | _ => false end) known
  end.
Definition signed (want : bool) (p : mpoly) : bool :=
  if forallb (term_signed want) p then true
  else if local then (if want then kpos (at_point p) else kpos (kopp (at_point p))) else false.

(** ** Why *)

Variable U : (env -> Prop) -> Prop.
Hypothesis HU : where_ U.
Hypothesis near_point : local = true -> forall p : mpoly, tends U (mev p) (toR (at_point p)).
Hypothesis known_ok : forall g, In g known -> U (fun e => 0 <= mev g e).

Lemma known_all : U (fun e => forall g, In g known -> 0 <= mev g e).
Proof. apply (U_list U HU). exact known_ok. Qed.

Lemma signed_ok want p : signed want p = true -> U (fun e => on_side want (mev p e)).
Proof.
  unfold signed. destruct forallb eqn:E.
  - intros _. eapply (U_mono _ HU); [|exact known_all]. cbn beta. intros e K.
    assert (T : forall am, In am p -> on_side want (toR (fst am) * monev e (snd am))).
    { intros [a m] H. rewrite forallb_forall in E. specialize (E _ H). unfold term_signed in E. cbn [fst snd] in *.
      destruct (kzero a) eqn:Ea. { apply kzero_ok in Ea. rewrite Ea. destruct want; simpl; lra. }
      destruct m as [|v m].
      - destruct want; apply kpos_ok in E; rewrite ?toR_opp in E; simpl; lra.
      - apply existsb_exists in E. destruct E as (g & Hg & E). specialize (K g Hg).
        destruct g as [|[b n] [|]]; try discriminate. destruct (mcmp (v :: m) n) eqn:Em; try discriminate.
        apply mcmp_eq in Em. subst n. cbv zeta in E. simpl mev in K. change (e v * monev e m) with (monev e (v :: m)) in K.
        set (mm := monev e (v :: m)) in *. destruct want; apply kpos_ok in E; rewrite ?toR_opp, toR_mul in E; simpl.
        + assert (0 <= (toR a * toR b) * (toR b * mm)) by (apply Rmult_le_pos; lra). assert (0 < toR b * toR b) by nra. nra.
        + assert (0 <= - (toR a * toR b) * (toR b * mm)) by (apply Rmult_le_pos; lra). assert (0 < toR b * toR b) by nra. nra. }
    clear E. induction p as [|[a m] p IH]. destruct want; simpl; lra. cbn [mev].
    pose proof (T (a, m) (or_introl eq_refl)) as T1. specialize (IH (fun am H => T am (or_intror H))). cbn [fst snd] in T1.
    destruct want; simpl in *; lra.
  - destruct local eqn:El; try discriminate. intro H. pose proof (near_point eq_refl p) as N. destruct want.
    + apply kpos_ok in H. eapply (U_mono _ HU); [|exact (N _ H)]. cbn beta. intros e He. apply Rabs_def2 in He. simpl. lra.
    + apply kpos_ok in H. rewrite toR_opp in H. eapply (U_mono _ HU); [|exact (N _ H)]. cbn beta. intros e He.
      apply Rabs_def2 in He. simpl. lra.
Qed.
End CaseSigns.
