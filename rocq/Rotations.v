(** * Rotations of planes by one angle: sums that they keep, and their derivatives. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims MeanValue Lists Sums Displacement Gradient.
Import ListNotations.
Open Scope R_scope.

Local Notation var := (nat * nat)%type.
Local Notation env := (var -> R).

(** ** Rotations of planes *)

(** The two coordinates of each plane. *)
Definition flat (ps : list (var * var)) : list var := flat_map (fun p => [fst p; snd p]) ps.

(** The coordinates of [x], rotated by the angle with this cosine and sine. *)
Fixpoint rotated (ps : list (var * var)) (c s : R) (x : env) (v : var) : R :=
  match ps with
  | [] => x v
  | (a, b) :: ps' =>
      if veq v a then c * x a - s * x b else if veq v b then s * x a + c * x b else rotated ps' c s x v
  end.

Lemma rotated_off ps c s x v : ~ In v (flat ps) -> rotated ps c s x v = x v.
Proof.
  induction ps as [|[a b] ps IH]; intro H; auto. cbn [rotated flat flat_map app fst snd] in *.
  destruct (veq v a) eqn:E. { apply veq_eq in E. subst. destruct H. now left. }
  destruct (veq v b) eqn:E2. { apply veq_eq in E2. subst. destruct H. right. now left. }
  apply IH. intro I. apply H. right. now right.
Qed.

Lemma flat_cons a b ps : NoDup (flat ((a, b) :: ps)) ->
  veq b a = false /\ ~ In a (flat ps) /\ ~ In b (flat ps) /\ NoDup (flat ps).
Proof.
  cbn [flat flat_map app fst snd]. fold (flat ps). intro N. inversion N as [|? ? Na N2]; subst. inversion N2 as [|? ? Nb N3]; subst.
  repeat split; auto.
  - destruct (veq b a) eqn:E; auto. apply veq_eq in E. subst. destruct Na. now left.
  - intro I. apply Na. now right.
Qed.

Lemma rotated_still ps x v : rotated ps 1 0 x v = x v.
Proof.
  induction ps as [|[a b] ps IH]; auto. cbn [rotated].
  destruct (veq v a) eqn:E. { apply veq_eq in E. subst. ring. }
  destruct (veq v b) eqn:E2; auto. apply veq_eq in E2. subst. ring.
Qed.

(** In its planes. *)
Lemma rotated_in ps c s x a b : NoDup (flat ps) -> In (a, b) ps ->
  rotated ps c s x a = c * x a - s * x b /\ rotated ps c s x b = s * x a + c * x b.
Proof.
  intros N. induction ps as [|[a' b'] ps IH]; intros []; [injection H as -> -> | ]; destruct (flat_cons _ _ _ N) as (E & Na & Nb & N').
  - cbn [rotated]. rewrite !veq_refl, E. auto.
  - specialize (IH N' H). cbn [rotated].
    assert (Ia : In a (flat ps)) by (apply in_flat_map; exists (a, b); simpl; auto).
    assert (Ib : In b (flat ps)) by (apply in_flat_map; exists (a, b); simpl; auto).
    assert (Off : forall v, In v (flat ps) -> veq v a' = false /\ veq v b' = false).
    { intros v Hv. split; [destruct (veq v a') eqn:Q | destruct (veq v b') eqn:Q]; auto; apply veq_eq in Q; subst; contradiction. }
    destruct (Off a Ia) as [-> ->], (Off b Ib) as [-> ->]. exact IH.
Qed.

Lemma swap_one (f : env) (a : var) r l : NoDup l -> In a l ->
  Rsum (map (fun v => if veq v a then r else f v) l) = Rsum (map f l) + (r - f a).
Proof.
  induction l as [|v l IH]; intros N I; [destruct I|]. inversion N as [|? ? Nv N']; subst. cbn [map]. rewrite !Rsum_cons.
  destruct (veq v a) eqn:E.
  - apply veq_eq in E. subst v. rewrite (Rsum_ext_in (fun v => if veq v a then r else f v) f). ring.
    intros v Hv. destruct (veq v a) eqn:E; auto. apply veq_eq in E. subst. contradiction.
  - destruct I as [->|I]. rewrite veq_refl in E. discriminate. rewrite IH by auto. ring.
Qed.

(** A sum over all coordinates changes in the planes only. *)
Lemma rotated_sum (G : var -> R -> R) ps c s x l : NoDup l -> NoDup (flat ps) -> incl (flat ps) l ->
  Rsum (map (fun v => G v (rotated ps c s x v)) l) = Rsum (map (fun v => G v (x v)) l) +
  Rsum (map (fun p => (G (fst p) (c * x (fst p) - s * x (snd p)) - G (fst p) (x (fst p))) +
                      (G (snd p) (s * x (fst p) + c * x (snd p)) - G (snd p) (x (snd p)))) ps).
Proof.
  intros Nl. induction ps as [|[a b] ps IH]; intros N I. simpl (map _ []). simpl (Rsum []). rewrite Rplus_0_r. reflexivity.
  destruct (flat_cons _ _ _ N) as (E & Na & Nb & N').
  set (A := c * x a - s * x b). set (B := s * x a + c * x b).
  rewrite (Rsum_ext_in _ (fun v => if veq v a then G a A else if veq v b then G b B else G v (rotated ps c s x v))).
  2: { intros v _. cbn [rotated]. destruct (veq v a) eqn:E1. apply veq_eq in E1. now subst.
       destruct (veq v b) eqn:E2; auto. apply veq_eq in E2. now subst. }
  assert (Ia : In a l) by (apply I; now left). assert (Ib : In b l) by (apply I; right; now left).
  rewrite (swap_one (fun v => if veq v b then G b B else G v (rotated ps c s x v)) a (G a A)) by auto.
  rewrite (swap_one (fun v => G v (rotated ps c s x v)) b (G b B)) by auto.
  rewrite IH by (auto; intros v Hv; apply I; right; now right).
  assert (E' : veq a b = false). { destruct (veq a b) eqn:Q; auto. apply veq_eq in Q. subst. now rewrite veq_refl in E. }
  rewrite E', !rotated_off by auto. cbn [map fst snd]. rewrite Rsum_cons. cbn [fst snd]. unfold A, B. ring.
Qed.

(** ** Along the rotation *)

Definition turn (ps : list (var * var)) (y : env) (v : var) : R :=
  Rsum (map (fun p => ind (fst p) v * - y (snd p) + ind (snd p) v * y (fst p)) ps).

Lemma ind_other a v : veq a v = false -> ind a v = 0.
Proof. unfold ind. now intros ->. Qed.
Lemma veq_sym v w : veq v w = veq w v.
Proof.
  destruct (veq v w) eqn:E; [apply veq_eq in E; subst; now rewrite veq_refl|].
  destruct (veq w v) eqn:E2; auto. apply veq_eq in E2. subst. now rewrite veq_refl in E.
Qed.
Lemma turn_off ps y v : ~ In v (flat ps) -> turn ps y v = 0.
Proof.
  intro H. unfold turn. apply Rsum_zero. intros p Hp.
  assert (O : forall w, In w [fst p; snd p] -> ind w v = 0).
  { intros w Hw. apply ind_other. destruct (veq w v) eqn:E; auto. apply veq_eq in E. subst. destruct H. apply in_flat_map. eauto. }
  rewrite (O (fst p)), (O (snd p)) by (simpl; auto). ring.
Qed.

Lemma rotated_derivative ps x v phi : NoDup (flat ps) ->
  derivable_pt_lim (fun phi => rotated ps (cos phi) (sin phi) x v) phi (turn ps (rotated ps (cos phi) (sin phi) x) v).
Proof.
  intro N.
  assert (T : turn ps (rotated ps (cos phi) (sin phi) x) v = Rsum (map (fun p =>
    ind (fst p) v * - (sin phi * x (fst p) + cos phi * x (snd p)) + ind (snd p) v * (cos phi * x (fst p) - sin phi * x (snd p))) ps)).
  { apply Rsum_ext_in. intros [a b] Hp. cbn [fst snd]. destruct (rotated_in ps (cos phi) (sin phi) x a b N Hp) as [-> ->]. reflexivity. }
  rewrite T. clear T. induction ps as [|[a b] ps IH]. apply derivable_pt_lim_const.
  destruct (flat_cons _ _ _ N) as (E & Na & Nb & N'). cbn [map]. rewrite Rsum_cons. cbn [fst snd].
  assert (Z : In v [a; b] -> Rsum (map (fun p => ind (fst p) v * - (sin phi * x (fst p) + cos phi * x (snd p)) +
    ind (snd p) v * (cos phi * x (fst p) - sin phi * x (snd p))) ps) = 0).
  { intro Hv. apply Rsum_zero. intros p Hp.
    assert (O : forall w, In w [fst p; snd p] -> ind w v = 0).
    { intros w Hw. apply ind_other. destruct (veq w v) eqn:Q; auto. apply veq_eq in Q. subst w.
      assert (In v (flat ps)) by (apply in_flat_map; eauto). destruct Hv as [<-|[<-|[]]]; contradiction. }
    rewrite (O (fst p)), (O (snd p)) by (simpl; auto). ring. }
  cbn [rotated]. destruct (veq v a) eqn:E1.
  - apply veq_eq in E1. subst v. rewrite Z by (now left). unfold ind. rewrite veq_refl, E.
    replace (1 * - (sin phi * x a + cos phi * x b) + 0 * (cos phi * x a - sin phi * x b) + 0)
      with ((- sin phi * x a + cos phi * 0) - (cos phi * x b + sin phi * 0)) by ring.
    apply (derivable_pt_lim_minus (fun phi => cos phi * x a) (fun phi => sin phi * x b)).
    + apply (derivable_pt_lim_mult cos (fun _ => x a)). apply derivable_pt_lim_cos. apply derivable_pt_lim_const.
    + apply (derivable_pt_lim_mult sin (fun _ => x b)). apply derivable_pt_lim_sin. apply derivable_pt_lim_const.
  - destruct (veq v b) eqn:E2.
    + apply veq_eq in E2. subst v. rewrite Z by (right; now left). unfold ind. rewrite veq_refl, (veq_sym a b), E.
      replace (0 * - (sin phi * x a + cos phi * x b) + 1 * (cos phi * x a - sin phi * x b) + 0)
        with ((cos phi * x a + sin phi * 0) + (- sin phi * x b + cos phi * 0)) by ring.
      apply (derivable_pt_lim_plus (fun phi => sin phi * x a) (fun phi => cos phi * x b)).
      * apply (derivable_pt_lim_mult sin (fun _ => x a)). apply derivable_pt_lim_sin. apply derivable_pt_lim_const.
      * apply (derivable_pt_lim_mult cos (fun _ => x b)). apply derivable_pt_lim_cos. apply derivable_pt_lim_const.
    + rewrite (ind_other a v), (ind_other b v), !Rmult_0_l, !Rplus_0_l by (rewrite veq_sym; auto). now apply IH.
Qed.

(** Between the sine, the cosine and the angle. *)
Lemma small_angle y : 0 < y <= 1 -> y / 2 <= sin y <= y /\ 1 - cos y <= y * y / 2.
Proof.
  intro Hy.
  assert (S1 : forall z, 0 <= z -> sin z <= z).
  { intros z Hz. pose proof (slope_at_most sin cos 0 z ltac:(intros; apply derivable_pt_lim_sin) 1 Hz) as A.
    rewrite sin_0 in A. assert (sin z - 0 <= 1 * (z - 0)); [|lra]. apply A. intros x _. apply COS_bound. }
  assert (C : forall z, 0 <= z -> 1 - cos z <= z * z / 2).
  { intros z Hz. assert (A : 0 * (z - 0) <= cos z - 1 + z * z / 2).
    { replace (cos z - 1 + z * z / 2) with (cos z + z * z / 2 - (cos 0 + 0 * 0 / 2)) by (rewrite cos_0; field).
      apply (slope_at_least (fun z => cos z + z * z / 2) (fun z => - sin z + z)); auto.
      - intros x _. apply (derivable_pt_lim_plus cos (fun z => z * z / 2)). apply derivable_pt_lim_cos.
        replace x with ((1 * x + x * 1) * / 2 + x * x * 0) at 2 by field.
        apply (derivable_pt_lim_mult (fun z => z * z) (fun _ => / 2)); [|apply derivable_pt_lim_const].
        apply (derivable_pt_lim_mult (fun z => z) (fun z => z)); apply derivable_pt_lim_id.
      - intros x Hx. specialize (S1 x ltac:(lra)). lra. }
    lra. }
  split; [split|]; [|apply S1; lra|apply C; lra].
  pose proof (slope_at_least sin cos 0 y ltac:(intros; apply derivable_pt_lim_sin) (1 / 2) ltac:(lra)) as A.
  rewrite sin_0 in A. assert (1 / 2 * (y - 0) <= sin y - 0); [|lra]. apply A. intros z Hz. specialize (C z ltac:(lra)). nra.
Qed.
