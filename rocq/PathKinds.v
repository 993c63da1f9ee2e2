(** * What kinds a path can have, and what size it has at the point: everywhere, or near the point. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Feasible CaseTree PathSizes Paths.
Import ListNotations.
Open Scope R_scope.

Section PathKinds.
Context {F : ops} {M : model F}.
Local Notation env := (nat * nat -> R).
Variable theta : params F.
Variable local : bool.
Local Notation region := (region theta local).
Let HU := region_where theta local.

Definition kindR (k : F * F) : R * R := (toR (fst k), toR (snd k)).
Definition weight_at (v : nat * nat) : F := nth (snd v) (nth (fst v) theta []) num0.

(** ** Signs *)

(** Near the point a weight that is not 0 there keeps its sign. *)
Definition signs_of (v : nat * nat) : list F :=
  let both := [kopp (k1 F); k1 F] in
  if local then if kpos (weight_at v) then [k1 F] else if kpos (kopp (weight_at v)) then [kopp (k1 F)] else both else both.

Lemma weight_near v : local = true -> tends region (fun e => e v) (toR (weight_at v)).
Proof.
  intros El eps He. exists eps. split; auto. intros e H. specialize (H El v). now rewrite entry_toR in H.
Qed.

Lemma signs_of_ok v : region (fun e => exists s, In s (signs_of v) /\ toR s = sign_of (e v)).
Proof.
  assert (Both : region (fun e => exists s, In s [kopp (k1 F); k1 F] /\ toR s = sign_of (e v))).
  { apply (U_all _ HU). intro e. unfold sign_of. destruct Rlt_dec; [exists (kopp (k1 F)) | exists (k1 F)]; split; simpl; auto.
    now rewrite toR_opp, toR_1. apply toR_1. }
  unfold signs_of. destruct local eqn:El; auto. rewrite <- El in *.
  destruct (kpos (weight_at v)) eqn:E1; [|destruct (kpos (kopp (weight_at v))) eqn:E2; auto].
  - apply kpos_ok in E1. eapply (U_mono _ HU); [|exact (weight_near v El _ E1)]. cbn beta. intros e He.
    exists (k1 F). split. now left. apply Rabs_def2 in He. unfold sign_of. destruct Rlt_dec; [lra|apply toR_1].
  - apply kpos_ok in E2. rewrite toR_opp in E2. eapply (U_mono _ HU); [|exact (weight_near v El _ E2)]. cbn beta. intros e He.
    exists (kopp (k1 F)). split. now left. apply Rabs_def2 in He. unfold sign_of.
    destruct Rlt_dec; [|lra]. now rewrite toR_opp, toR_1.
Qed.

(** ** Kinds *)

Definition same (a b : F * F) : bool := if kzero (ksub (fst a) (fst b)) then kzero (ksub (snd a) (snd b)) else false.
Lemma same_ok a b : same a b = true -> kindR a = kindR b.
Proof.
  unfold same, kindR. destruct (kzero _) eqn:E; try discriminate. intro H. apply kzero_ok in E. apply kzero_ok in H.
  rewrite toR_sub in E, H. f_equal; lra.
Qed.

Definition once (l : list (F * F)) : list (F * F) := fold_right (fun k r => if existsb (same k) r then r else k :: r) [] l.
Lemma once_ok l k : In k l -> exists k', In k' (once l) /\ kindR k' = kindR k.
Proof.
  induction l as [|a l IH]; intros H. contradiction. cbn [once fold_right]. fold (once l).
  assert (Tail : In k l -> exists k', In k' (if existsb (same a) (once l) then once l else a :: once l) /\ kindR k' = kindR k).
  { intro I. destruct (IH I) as (k' & I' & E). exists k'. split; auto. destruct existsb; auto. now right. }
  destruct H as [->|H]; auto. destruct (existsb (same k) (once l)) eqn:E.
  - apply existsb_exists in E. destruct E as (k' & I & S). exists k'. split; auto. symmetry. now apply same_ok.
  - exists k. split; auto. now left.
Qed.

Definition passed (s : F) (sk : F * (F * F)) : option (F * F) :=
  match num_act s (kmul (fst sk) (fst (snd sk))), num_act s (kmul (fst sk) (snd (snd sk))) with
  | Some a, Some b => Some (a, b)
  | _, _ => None
  end.
Fixpoint kinds (ws : list (F * (nat * nat))) : option (list (F * F)) :=
  match ws with
  | [] => Some [(k1 F, kopp (k1 F))]
  | w :: ws' =>
      match kinds ws' with
      | Some l => match mapM (passed (fst w)) (list_prod (signs_of (snd w)) l) with Some r => Some (once r) | None => None end
      | None => None
      end
  end.

Lemma passed_ok s sk k : passed s sk = Some k ->
  kindR k = (act (toR s) (toR (fst sk) * toR (fst (snd sk))), act (toR s) (toR (fst sk) * toR (snd (snd sk)))).
Proof.
  unfold passed. destruct num_act as [a|] eqn:E1; try discriminate.
  destruct (num_act s (kmul _ (snd _))) as [b|] eqn:E2; try discriminate.
  intros [= <-]. apply num_act_ok in E1. apply num_act_ok in E2. unfold here in E1, E2. simpl in E1, E2.
  unfold kindR. cbn [fst snd]. now rewrite E1, E2, !toR_mul.
Qed.

Lemma kinds_ok ws l : kinds ws = Some l -> region (fun e => exists k, In k l /\ kindR k = kind e (realw ws)).
Proof.
  revert l. induction ws as [|w ws IH]; intros l H; cbn [kinds] in H.
  - injection H as <-. apply (U_all _ HU). intro e. eexists. split. now left.
    unfold kindR, kind. simpl. now rewrite toR_opp, toR_1.
  - destruct (kinds ws) as [l'|]; try discriminate. destruct mapM as [r|] eqn:E; try discriminate. injection H as <-.
    eapply (U_mono _ HU); [|exact (U_and _ HU _ _ (signs_of_ok (snd w)) (IH _ eq_refl))]. cbn beta.
    intros e [(s & Is & Es) (k & Ik & Ek)].
    destruct (mapM_In _ _ _ (s, k) E) as (k' & Hk' & Ik'). now apply in_prod.
    destruct (once_ok r k' Ik') as (k'' & Ik'' & E''). exists k''. split; auto. rewrite E'', (passed_ok _ _ _ Hk').
    cbn [fst snd]. unfold kindR, kind in Ek. injection Ek as E1 E2. rewrite E1, E2, Es. reflexivity.
Qed.

(** ** Sizes *)

Definition absolute (a : F) : option F := if knonneg a then Some a else if kpos (kopp a) then Some (kopp a) else None.
Lemma absolute_ok a b : absolute a = Some b -> toR b = Rabs (toR a).
Proof.
  unfold absolute. destruct (knonneg a) eqn:E1; [|destruct (kpos (kopp a)) eqn:E2; try discriminate]; intros [= <-].
  - apply knonneg_ok in E1. now rewrite Rabs_right by lra.
  - apply kpos_ok in E2. rewrite toR_opp in *. now rewrite Rabs_left by lra.
Qed.
Fixpoint size_at (ws : list (F * (nat * nat))) : option F :=
  match ws with
  | [] => Some (k1 F)
  | w :: ws' =>
      match absolute (weight_at (snd w)), size_at ws' with Some a, Some b => Some (kmul a b) | _, _ => None end
  end.

Lemma size_near ws z : local = true -> size_at ws = Some z -> tends region (fun e => size e (realw ws)) (toR z).
Proof.
  intro El. revert z. induction ws as [|w ws IH]; intros z H; cbn [size_at] in H.
  - injection H as <-. rewrite toR_1. exact (tends_const _ HU 1).
  - destruct (absolute (weight_at (snd w))) as [a|] eqn:Ea; try discriminate. destruct (size_at ws) as [b|]; try discriminate.
    injection H as <-. rewrite toR_mul, (absolute_ok _ _ Ea).
    refine (tends_mult _ HU (fun e : env => Rabs (e (snd w))) (fun e => size e (realw ws)) _ _ _ (IH b eq_refl)).
    intros eps He. eapply (U_mono _ HU); [|exact (weight_near (snd w) El eps He)]. cbn beta. intros e Q.
    eapply Rle_lt_trans; [apply Rabs_triang_inv2|exact Q].
Qed.
End PathKinds.
