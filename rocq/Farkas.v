(** * Farkas' lemma: a vector is a combination of others with multipliers that are not negative, or some direction says no. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Polynomial Feasible Curve Margin Displacement Lagrangian Gradient CurveGradients Kkt KinkSides.
Import ListNotations.
Open Scope R_scope.

Local Notation var := (nat * nat)%type.
Local Notation env := (var -> R).
Local Notation mpoly := (list (R * list var)).

Lemma all_zero_or_not {A} (b : A -> R) l : (forall a, In a l -> b a = 0) \/ exists a, In a l /\ b a <> 0.
Proof.
  induction l as [|a l [Z|(a' & Ha & N)]]. left. intros a []. 2:{ right. exists a'. split; auto. now right. }
  destruct (Req_dec (b a) 0) as [E|N].
  - left. intros a' [<-|Ha]; auto.
  - right. exists a. split; auto. now left.
Qed.

Section Farkas.
Variable V : list var.
Definition over (g x : env) : R := Rsum (map (fun v => g v * x v) V).
Definition combined (lambda : list R) (gs : list env) (v : var) : R :=
  Rsum (map (fun lg => fst lg * snd lg v) (combine lambda gs)).

Lemma over_lin a b g h x : over (fun v => a * g v + b * h v) x = a * over g x + b * over h x.
Proof. unfold over. rewrite <- Rsum_lin. apply Rsum_ext_in. intros. ring. Qed.
Lemma over_lin_r a b g x y : over g (fun v => a * x v + b * y v) = a * over g x + b * over g y.
Proof. unfold over. rewrite <- Rsum_lin. apply Rsum_ext_in. intros. ring. Qed.

Theorem farkas gs b :
  (exists lambda, length lambda = length gs /\ (forall l, In l lambda -> 0 <= l) /\ forall v, In v V -> b v = combined lambda gs v) \/
  (exists x, (forall g, In g gs -> 0 <= over g x) /\ over b x < 0).
Proof.
  remember (length gs) as n eqn:En. revert gs En b. induction n as [|n IH]; intros gs En b.
  { destruct gs; try discriminate. destruct (all_zero_or_not b V) as [Z|(v & Hv & Z)].
    - left. exists []. split; auto. split. intros l []. intros v Hv. unfold combined. simpl. auto.
    - right. exists (fun v => - b v). split. intros g []. unfold over.
      assert (Pos : 0 < Rsum (map (fun v => b v * b v) V)).
      { clear - Hv Z. induction V as [|w l IH]; [destruct Hv|]. cbn [map]. rewrite Rsum_cons.
        pose proof (Rsum_squares b l). pose proof (Rle_0_sqr (b w)) as Q. unfold Rsqr in Q. destruct Hv as [->|Hv].
        - assert (0 < b v * b v) by (destruct (Rtotal_order (b v) 0) as [L|[L|L]]; nra). lra.
        - specialize (IH Hv). lra. }
      rewrite (Rsum_ext_in _ (fun v => -1 * (b v * b v))) by (intros; ring). rewrite Rsum_mult. lra. }
  destruct gs as [|g gs]; try discriminate. injection En as En.
  destruct (IH gs En b) as [(lambda & Hl & H0 & Hb)|(x & Hx & Hb)].
  { left. exists (0 :: lambda). split. simpl. congruence. split. intros l [<-|Hin]; auto. lra.
    intros v Hv. rewrite (Hb v Hv). unfold combined. cbn [combine map]. rewrite Rsum_cons. simpl. ring. }
  destruct (Rle_dec 0 (over g x)) as [Hg|Hg].
  { right. exists x. split; auto. intros h [<-|Hin]; auto. }
  (* scaled so that the first is -1 there *)
  set (k := / - over g x). assert (Hk : 0 < k) by (apply Rinv_0_lt_compat; lra).
  set (x0 := fun v => k * x v + 0 * x v).
  assert (X0 : forall h, over h x0 = k * over h x) by (intro h; unfold x0; rewrite over_lin_r; ring).
  assert (G0 : over g x0 = -1) by (rewrite X0; unfold k; field; lra).
  assert (P0 : forall h, In h gs -> 0 <= over h x0) by (intros h Hin; rewrite X0; apply Rmult_le_pos; auto; lra).
  assert (B0 : over b x0 < 0) by (rewrite X0; nra).
  set (turned := fun h : env => fun v => 1 * h v + over h x0 * g v).
  destruct (IH (map turned gs) ltac:(now rewrite map_length) (turned b)) as [(lambda & Hl & H0 & Hc)|(y & Hy & Hc)].
  - left. exists ((Rsum (map (fun lh => fst lh * over (snd lh) x0) (combine lambda gs)) - over b x0) :: lambda).
    split. simpl. congruence. split.
    + intros l [<-|Hin]; auto. apply Rplus_le_le_0_compat; [|lra]. apply Rsum_nonneg. intros a Ha. apply in_map_iff in Ha.
      destruct Ha as ([l h] & <- & Hin). pose proof (in_combine_l _ _ _ _ Hin). pose proof (in_combine_r _ _ _ _ Hin).
      apply Rmult_le_pos; simpl; auto.
    + intros v Hv. specialize (Hc v Hv). unfold turned at 1 in Hc. unfold combined in *. cbn [combine map]. rewrite Rsum_cons. cbn [fst snd].
      assert (E : Rsum (map (fun lg => fst lg * snd lg v) (combine lambda (map turned gs))) =
        Rsum (map (fun lg => fst lg * snd lg v) (combine lambda gs)) +
        Rsum (map (fun lh => fst lh * over (snd lh) x0) (combine lambda gs)) * g v).
      { clear. revert gs. induction lambda as [|l lambda IH]; intros [|h gs]; cbn [combine map]; try (simpl; ring).
        rewrite !Rsum_cons, IH. cbn [fst snd]. unfold turned at 1. ring. }
      rewrite E in Hc. lra.
  - right. exists (fun v => 1 * y v + over g y * x0 v). split.
    + intros h [<-|Hin]; rewrite over_lin_r. rewrite G0. lra.
      specialize (Hy (turned h) (in_map _ _ _ Hin)). unfold turned in Hy. rewrite over_lin in Hy. lra.
    + rewrite over_lin_r. unfold turned in Hc. rewrite over_lin in Hc. lra.
Qed.
End Farkas.
