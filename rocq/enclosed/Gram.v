(** * Inner products of samples, in integers over one denominator. *)

From Coq Require Import Reals ZArith QArith Qreals List Lra Lia Bool.
From Margincert Require Import Claims Lists Sums System.
Import ListNotations.
Open Scope R_scope.

(** A multiple of all denominators. *)
Definition joined (a b : positive) : positive :=
  if Pos.eqb a b then a else match b with xH => a | _ =>
    if (Zpos a mod Zpos b =? 0)%Z then a else Z.to_pos (Z.lcm (Zpos a) (Zpos b)) end.
Definition common (xs : list (list Q)) : positive :=
  fold_right (fun x acc => fold_right (fun q acc => joined acc (Qden q)) acc x) 1%positive xs.

Lemma joined_ok a b : ((Zpos a | Zpos (joined a b)) /\ (Zpos b | Zpos (joined a b)))%Z.
Proof.
  unfold joined. destruct (Pos.eqb_spec a b) as [->|_]. split; apply Z.divide_refl.
  assert (G : ((Zpos a | Zpos (if (Zpos a mod Zpos b =? 0)%Z then a else Z.to_pos (Z.lcm (Zpos a) (Zpos b)))) /\
    (Zpos b | Zpos (if (Zpos a mod Zpos b =? 0)%Z then a else Z.to_pos (Z.lcm (Zpos a) (Zpos b)))))%Z).
  { destruct (Z.eqb_spec (Zpos a mod Zpos b) 0) as [E0|_].
    - split. apply Z.divide_refl. apply Z.mod_divide; auto. lia.
    - assert (0 < Z.lcm (Zpos a) (Zpos b))%Z.
      { pose proof (Z.lcm_nonneg (Zpos a) (Zpos b)). assert (Z.lcm (Zpos a) (Zpos b) <> 0)%Z; [|lia].
        intro L0. apply Z.lcm_eq_0 in L0. lia. }
      rewrite Z2Pos.id by auto. split. apply Z.divide_lcm_l. apply Z.divide_lcm_r. }
  destruct b; auto. split. apply Z.divide_refl. apply Z.divide_1_l.
Qed.

Section Over.
Variable d : positive.
Definition divides (q : Q) : bool := if Pos.eqb d (Qden q) then true else (Zpos d mod Zpos (Qden q) =? 0)%Z.
Definition whole (q : Q) : Z :=
  match Qnum q with Z0 => 0 | n => if Pos.eqb d (Qden q) then n else n * (Zpos d / Zpos (Qden q)) end%Z.
Lemma divides_is q : divides q = (Zpos d mod Zpos (Qden q) =? 0)%Z.
Proof. unfold divides. destruct (Pos.eqb_spec d (Qden q)) as [->|]; auto. now rewrite Z_mod_same_full. Qed.
Lemma whole_ok q : divides q = true -> IZR (whole q) = Q2R q * IZR (Zpos d).
Proof.
  rewrite divides_is. intro H. apply Z.eqb_eq in H.
  assert (W : whole q = (Qnum q * (Zpos d / Zpos (Qden q)))%Z).
  { unfold whole. destruct (Pos.eqb_spec d (Qden q)) as [<-|]. rewrite Z_div_same_full by lia. destruct (Qnum q); lia.
    destruct (Qnum q); reflexivity. }
  rewrite W, mult_IZR. unfold Q2R. apply Z.div_exact in H; [|lia]. rewrite H at 2. rewrite mult_IZR. field.
  apply IZR_neq. lia.
Qed.
End Over.

Lemma common_divides xs x q : In x xs -> In q x -> divides (common xs) q = true.
Proof.
  intros Hx Hq. rewrite divides_is. apply Z.eqb_eq, Z.mod_divide. lia.
  assert (Step : forall y z, ((Zpos z | Zpos (fold_right (fun q acc => joined acc (Qden q)) z y))%Z /\
    forall q, In q y -> (Zpos (Qden q) | Zpos (fold_right (fun q acc => joined acc (Qden q)) z y))%Z)).
  { intros y z. induction y as [|b y [IH1 IH2]]; cbn [fold_right].
    - split. apply Z.divide_refl. intros ? [].
    - destruct (joined_ok (fold_right (fun q acc => joined acc (Qden q)) z y) (Qden b)) as [J1 J2]. split.
      + eapply Z.divide_trans; eauto.
      + intros q' [<-|I]; auto. eapply Z.divide_trans; eauto. }
  unfold common. induction xs as [|y xs IH]; [destruct Hx|]. cbn [fold_right].
  destruct (Step y (fold_right (fun x acc => fold_right (fun q acc => joined acc (Qden q)) acc x) 1%positive xs)) as
    [S1 S2].
  destruct Hx as [->|Hx]; auto. eapply Z.divide_trans; [apply IH; exact Hx|exact S1].
Qed.

(** The sum of products. Positive and negative ones are added up by themselves: differences take longer. *)
Fixpoint zdot_from (a b : list Z) (above below : BinNums.positive) : Z :=
  match a, b with
  | x :: a', y :: b' =>
      match x, y with
      | Zpos x, Zpos y => zdot_from a' b' (Pos.add (Pos.mul x y) above) below
      | Zneg x, Zneg y => zdot_from a' b' (Pos.add (Pos.mul x y) above) below
      | Zpos x, Zneg y => zdot_from a' b' above (Pos.add (Pos.mul x y) below)
      | Zneg x, Zpos y => zdot_from a' b' above (Pos.add (Pos.mul x y) below)
      | _, _ => zdot_from a' b' above below
      end
  | _, _ => Z.pos_sub above below
  end.
Definition zdot (a b : list Z) : Z := zdot_from a b 1 1.
Lemma zdot_from_is a b above below : IZR (zdot_from a b above below) = IZR (Zpos above) - IZR (Zpos below) +
  Rsum (map (fun p => IZR (nth p a 0%Z) * IZR (nth p b 0%Z)) (seq 0 (length a))).
Proof.
  assert (End_ : forall p n, IZR (Z.pos_sub p n) = IZR (Zpos p) - IZR (Zpos n)).
  { intros p n. rewrite <- minus_IZR. reflexivity. }
  revert b above below. induction a as [|x a IH]; intros b above below.
  { cbn [zdot_from length seq map]. rewrite End_. unfold Rsum. cbn [fold_right]. ring. }
  cbn [length seq map]. rewrite Rsum_cons, <- seq_shift, map_map. destruct b as [|y b].
  - cbn [zdot_from nth]. rewrite End_, Rsum_zero. ring. intros p _. destruct p; ring.
  - cbn [nth]. destruct x as [|x|x], y as [|y|y]; cbn [zdot_from]; rewrite IH, ?Pos2Z.inj_add, ?Pos2Z.inj_mul,
    ?plus_IZR,
      ?mult_IZR, <- ?Pos2Z.opp_pos, ?opp_IZR; ring.
Qed.
Lemma zdot_ok a b : IZR (zdot a b) = Rsum (map (fun p => IZR (nth p a 0%Z) * IZR (nth p b 0%Z)) (seq 0 (length a))).
Proof. unfold zdot. rewrite zdot_from_is. ring. Qed.

(** The inner product of two samples, exactly. *)
Definition inner_product (d : positive) (a b : list Z) : Q := zdot a b # (d * d).
Lemma inner_product_ok d x y n : forallb (divides d) x = true -> forallb (divides d) y = true -> length x = n ->
  Q2R (inner_product d (map (whole d) x) (map (whole d) y)) =
  Rsum (map (fun p => Q2R (nth p x 0%Q) * Q2R (nth p y 0%Q)) (seq 0 n)).
Proof.
  intros Hx Hy L. unfold inner_product, Q2R at 1. cbn [Qnum Qden]. rewrite zdot_ok, map_length, L.
  assert (D : IZR (Zpos d) <> 0) by (apply IZR_neq; lia).
  assert (At : forall l p, forallb (divides d) l = true -> IZR (nth p (map (whole d) l) 0%Z) = Q2R (nth p l 0%Q) * IZR
    (Zpos d)).
  { intros l p H. rewrite (map_nth (whole d) l 0%Q p : nth p (map (whole d) l) 0%Z = _). rewrite forallb_forall in H.
    destruct (nth_in_or_default p l 0%Q) as [I|E]. now apply whole_ok, H. rewrite E, RMicromega.Q2R_0.
      change (whole d 0%Q) with 0%Z. ring. }
  rewrite (Rsum_ext_in _ (fun p => IZR (Zpos d) * IZR (Zpos d) * (Q2R (nth p x 0%Q) * Q2R (nth p y 0%Q)))).
  - rewrite Rsum_mult, Pos2Z.inj_mul, mult_IZR. field. auto.
  - intros p _. rewrite !At by auto. ring.
Qed.
