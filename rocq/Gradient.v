(** * Gradients of polynomials in the displacement. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Vectors Displacement.
Import ListNotations.
Open Scope R_scope.

(** ** Derivatives of polynomials *)
Section Deriv.
Context {F : ops} {M : model F}.
Local Notation var := (nat * nat)%type.
Local Notation mono := (list var).
Local Notation mpoly := (list (F * mono)).
Local Notation env := (var -> R).

Fixpoint mono_diff (m : mono) (e h : env) : R :=
  match m with [] => 0 | v :: m' => h v * monev e m' + e v * mono_diff m' e h end.
Fixpoint mdiff (p : mpoly) (e h : env) : R :=
  match p with [] => 0 | (a, m) :: p' => toR a * mono_diff m e h + mdiff p' e h end.

(** f(e + h) = f(e) + D h + O(h^2) *)
Definition smooth (f : env -> R) (e : env) (D : env -> R) : Prop :=
  exists C, 0 <= C /\ forall h d, 0 <= d <= 1 -> (forall v, Rabs (h v) <= d) ->
    Rabs (f (fun v => e v + h v) - f e - D h) <= C * (d * d) /\
    Rabs (f (fun v => e v + h v) - f e) <= C * d.

Lemma mono_smooth m e : smooth (fun e => monev e m) e (mono_diff m e).
Proof.
  induction m as [|v m (C & HC & IH)].
  - exists 0. split. lra. intros h d Hd H. simpl.
    replace (1 - 1 - 0) with 0 by ring. replace (1 - 1) with 0 by ring. rewrite Rabs_R0. nra.
  - set (E := Rabs (e v)). set (N := Rabs (monev e m)).
    assert (HE : 0 <= E) by apply Rabs_pos. assert (HN : 0 <= N) by apply Rabs_pos.
    exists ((E + 1) * C + C + N). split. nra.
    intros h d Hd H. destruct (IH h d Hd H) as [H1 H2]. clear IH. simpl.
    set (A := monev (fun v0 => e v0 + h v0) m) in *. set (B := monev e m) in *. set (D := mono_diff m e h) in *.
    pose proof (H v) as Hv.
    split.
    + replace ((e v + h v) * A - e v * B - (h v * B + e v * D)) with (e v * (A - B - D) + h v * (A - B)) by ring.
      eapply Rle_trans. apply Rabs_triang. rewrite !Rabs_mult. fold E.
      assert (E * Rabs (A - B - D) <= E * (C * (d * d))) by (apply Rmult_le_compat_l; auto).
      assert (Rabs (h v) * Rabs (A - B) <= d * (C * d)).
      { apply Rmult_le_compat; auto using Rabs_pos. }
      assert (0 <= N * (d * d)) by (apply Rmult_le_pos; auto; apply Rle_0_sqr).
      assert (0 <= C * (d * d)) by (apply Rmult_le_pos; auto; apply Rle_0_sqr). lra.
    + replace ((e v + h v) * A - e v * B) with (e v * (A - B) + (h v * (A - B) + h v * B)) by ring.
      eapply Rle_trans. apply Rabs_triang.
      eapply Rle_trans. apply Rplus_le_compat_l, Rabs_triang. rewrite !Rabs_mult. fold E N.
      assert (E * Rabs (A - B) <= E * (C * d)) by (apply Rmult_le_compat_l; auto).
      assert (Rabs (h v) * Rabs (A - B) <= 1 * (C * d)).
      { apply Rmult_le_compat; auto using Rabs_pos. lra. }
      assert (Rabs (h v) * N <= d * N) by (apply Rmult_le_compat_r; auto).
      assert (0 <= C * d) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma mev_smooth p e : smooth (mev p) e (mdiff p e).
Proof.
  induction p as [|[a m] p (C & HC & IH)].
  - exists 0. split. lra. intros h d Hd H. simpl.
    replace (0 - 0 - 0) with 0 by ring. replace (0 - 0) with 0 by ring. rewrite Rabs_R0. nra.
  - destruct (mono_smooth m e) as (C' & HC' & H'). set (A := Rabs (toR a)).
    assert (HA : 0 <= A) by apply Rabs_pos.
    exists (A * C' + C). split. nra. intros h d Hd H.
    destruct (IH h d Hd H) as [H1 H2]. destruct (H' h d Hd H) as [H3 H4]. clear IH H'. simpl.
    split.
    + match goal with |- Rabs ?x <= _ => replace x with
        (toR a * (monev (fun v => e v + h v) m - monev e m - mono_diff m e h) +
         (mev p (fun v => e v + h v) - mev p e - mdiff p e h)) by ring end.
      eapply Rle_trans. apply Rabs_triang. rewrite Rabs_mult. fold A.
      pose proof (Rmult_le_compat_l A _ _ HA H3). lra.
    + match goal with |- Rabs ?x <= _ => replace x with
        (toR a * (monev (fun v => e v + h v) m - monev e m) +
         (mev p (fun v => e v + h v) - mev p e)) by ring end.
      eapply Rle_trans. apply Rabs_triang. rewrite Rabs_mult. fold A.
      pose proof (Rmult_le_compat_l A _ _ HA H4). lra.
Qed.

(** The partial derivative, as a polynomial. *)
Fixpoint mono_deriv (v : var) (m : mono) : mpoly :=
  match m with
  | [] => []
  | w :: m' => madd (if veq v w then [(k1 F, m')] else []) (mscale (k1 F) [w] (mono_deriv v m'))
  end.
Fixpoint mderiv (v : var) (p : mpoly) : mpoly :=
  match p with [] => [] | (a, m) :: p' => madd (mscale a [] (mono_deriv v m)) (mderiv v p') end.

Definition ind (v : var) : env := fun w => if veq v w then 1 else 0.
Lemma mono_deriv_ok v m e : mev (mono_deriv v m) e = mono_diff m e (ind v).
Proof.
  induction m as [|w m IH]. reflexivity. cbn [mono_deriv mono_diff]. rewrite mev_add, mev_scale, IH, toR_1.
  unfold ind at 2. destruct (veq v w); simpl; rewrite ?toR_1; ring.
Qed.
Lemma mderiv_ok v p e : mev (mderiv v p) e = mdiff p e (ind v).
Proof.
  induction p as [|[a m] p IH]. reflexivity. cbn [mderiv mdiff]. rewrite mev_add, mev_scale, IH, mono_deriv_ok.
  simpl. ring.
Qed.

Lemma mono_diff_lin m e h h' c : mono_diff m e (fun v => c * h v + h' v) = c * mono_diff m e h + mono_diff m e h'.
Proof. induction m; simpl. ring. rewrite IHm. ring. Qed.
Lemma mdiff_lin p e h h' c : mdiff p e (fun v => c * h v + h' v) = c * mdiff p e h + mdiff p e h'.
Proof. induction p as [|[a m] p IH]; simpl. ring. rewrite IH, mono_diff_lin. ring. Qed.
Lemma mono_diff_ext m e h h' : (forall v, h v = h' v) -> mono_diff m e h = mono_diff m e h'.
Proof. intro H. induction m; simpl; congruence. Qed.
Lemma mdiff_ext p e h h' : (forall v, h v = h' v) -> mdiff p e h = mdiff p e h'.
Proof. intro H. induction p as [|[a m] p IH]; simpl; auto. rewrite IH, (mono_diff_ext m e h h'); auto. Qed.
Lemma mdiff_0 p e h : (forall v, h v = 0) -> mdiff p e h = 0.
Proof.
  intro H. pose proof (mdiff_lin p e h h 1). rewrite (mdiff_ext p e _ h) in H0. lra.
  intro v. rewrite H. ring.
Qed.

Lemma mev_ext z e e' : (forall v, e v = e' v) -> mev z e = mev z e'.
Proof.
  intro H. assert (forall m, monev e m = monev e' m) by (induction m; simpl; congruence).
  induction z as [|[a m] z IH]; simpl; congruence.
Qed.

(** The gradient at e, of the shape of theta. *)
Definition grad {K} (theta : params K) (p : mpoly) (e : env) : params R :=
  mapi (fun k w => mapi (fun i _ => mdiff p e (ind (k, i))) 0 w) 0 theta.

Lemma veq_refl v : veq v v = true.
Proof.
  destruct v. unfold veq, vcmp. simpl. now rewrite !Nat.compare_refl.
Qed.
Lemma veq_eq v w : veq v w = true -> v = w.
Proof. unfold veq. destruct (vcmp v w) eqn:E; try discriminate. intros _. now apply vcmp_eq. Qed.

(** sum of D (ind (k, i)) h_ki = D h *)
Lemma dot_grad {K} (theta : params K) p e h : map (@length K) theta = map (@length R) h ->
  dot (grad theta p e) h = mdiff p e (entry h).
Proof.
  intro Hs. unfold grad.
  (* one row *)
  assert (Row : forall k (w : list K) (r : list R) i0, length w = length r ->
    Rsum (map (fun xy => fst xy * snd xy) (combine (mapi (fun i _ => mdiff p e (ind (k, i))) i0 w) r)) =
    mdiff p e (fun v => if Nat.eqb (fst v) k then if Nat.leb i0 (snd v) then nth (snd v - i0) r 0 else 0 else 0)).
  { intros k w. induction w as [|x w IH]; intros [|y r] i0 H; simpl in H; try discriminate.
    - simpl. symmetry. apply mdiff_0. intro v. destruct Nat.eqb, Nat.leb; auto. destruct (snd v - i0)%nat; auto.
    - injection H as H. specialize (IH r (S i0) H). simpl. unfold Rsum in *. simpl. rewrite IH.
      rewrite Rmult_comm, <- mdiff_lin. apply mdiff_ext. intros [k' i']. unfold ind. simpl fst. simpl snd.
      destruct (veq (k, i0) (k', i')) eqn:Ev.
      + apply veq_eq in Ev. injection Ev as <- <-. rewrite Nat.eqb_refl, Nat.leb_refl, Nat.sub_diag.
        destruct (Nat.leb_spec (S i0) i0); [lia|]. lra.
      + destruct (Nat.eqb_spec k' k) as [->|]; [|lra].
        destruct (Nat.leb_spec (S i0) i'), (Nat.leb_spec i0 i'); try lia; try lra.
        * replace (i' - i0)%nat with (S (i' - S i0)) by lia. lra.
        * assert (i' = i0) by lia. subst. rewrite veq_refl in Ev. discriminate. }
  assert (All : forall (th : params K) (h : params R) k0, map (@length K) th = map (@length R) h ->
    dot (mapi (fun k w => mapi (fun i _ => mdiff p e (ind (k, i))) 0 w) k0 th) h =
    mdiff p e (fun v => if Nat.leb k0 (fst v) then nth (snd v) (nth (fst v - k0) h []) 0 else 0)).
  { clear Hs theta h. induction th as [|w th IH]; intros [|r h] k0 H; simpl in H; try discriminate.
    - simpl. symmetry. apply mdiff_0. intro v. destruct Nat.leb; auto. destruct (fst v - k0)%nat; destruct (snd v); auto.
    - injection H as H1 H2. specialize (IH h (S k0) H2). unfold dot in *. cbn [mapi combine map fst snd].
      rewrite Rsum_cons, IH, Row by auto.
      rewrite <- (Rmult_1_l (mdiff p e _)) at 1. rewrite <- mdiff_lin. apply mdiff_ext. intros [k' i']. simpl fst. simpl snd.
      rewrite Nat.sub_0_r. destruct (Nat.eqb_spec k' k0) as [->|].
      + rewrite Nat.leb_refl, Nat.sub_diag. destruct (Nat.leb_spec (S k0) k0); [lia|]. simpl. lra.
      + destruct (Nat.leb_spec (S k0) k'), (Nat.leb_spec k0 k'); try lia; simpl.
        * replace (k' - k0)%nat with (S (k' - S k0)) by lia. lra.
        * lra. }
  rewrite All by auto. apply mdiff_ext. intros [k i]. simpl. now rewrite Nat.sub_0_r.
Qed.
End Deriv.
