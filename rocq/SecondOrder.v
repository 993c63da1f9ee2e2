(** * Local optimality of the second order, any depth.

    Of the supporting samples polynomials are needed that their margins exceed by terms of third order at most. Without
    kinks the margin is such a polynomial itself. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Vectors Feasible Curve Displacement Lagrangian Gradient CurveGradients Kkt Orders Harmless.
Import ListNotations.
Open Scope R_scope.

Section SecondOrder.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Variable lambda : list F.
Variables rho c : F.
Let PR := map_problem toR P.
Let thR := map_params toR theta.

(** Terms of degree below, and from, j. *)
Definition low (j : nat) (p : mpoly) : mpoly := filter (fun am => Nat.ltb (length (snd am)) j) p.
Definition high (j : nat) (p : mpoly) : mpoly := filter (fun am => negb (Nat.ltb (length (snd am)) j)) p.
Lemma low_high j p e : mev p e = mev (low j p) e + mev (high j p) e.
Proof.
  unfold low, high. induction p as [|[a m] p IH]; simpl. lra.
  destruct (Nat.ltb (length m) j); simpl; rewrite IH; lra.
Qed.
Lemma monev_pow e m d j : 0 <= d <= 1 -> (forall v, Rabs (e v) <= d) -> (j <= length m)%nat -> Rabs (monev e m) <= d ^ j.
Proof.
  intros Hd H. revert j. induction m as [|v m IH]; intros j Hj; simpl in *.
  - replace j with 0%nat by lia. simpl. rewrite Rabs_R1. lra.
  - rewrite Rabs_mult. destruct j as [|j].
    + simpl. rewrite <- (Rmult_1_r 1). apply Rmult_le_compat; auto using Rabs_pos.
      specialize (H v). lra. apply (IH 0%nat). lia.
    + simpl. apply Rmult_le_compat; auto using Rabs_pos. apply IH. lia.
Qed.
Lemma high_bound j p e d : 0 <= d <= 1 -> (forall v, Rabs (e v) <= d) ->
  Rabs (mev (high j p) e) <= msize (high j p) * d ^ j.
Proof.
  intros Hd H. unfold high. induction p as [|[a m] p IH]; simpl. rewrite Rabs_R0. lra.
  destruct (Nat.ltb_spec (length m) j) as [L|L]; simpl; auto.
  eapply Rle_trans. apply Rabs_triang. rewrite Rmult_plus_distr_r. apply Rplus_le_compat; auto.
  rewrite Rabs_mult. apply Rmult_le_compat_l. apply Rabs_pos. now apply monev_pow.
Qed.

Definition active (m : mpoly) : mpoly := msub m (mcst (k1 F)).
Definition squares (ms : list (F * mpoly)) : mpoly :=
  fold_right (fun lm r => let l := low 2 (active (snd lm)) in madd (mmul l l) r) [] ms.
(** The variable of an entry, 0 if it is not free. *)
Definition moves (v : nat * nat) : mpoly := if is_free free (fst v) then [(k1 F, [v])] else [].
Definition euclid2 : mpoly := tnorm2 (S := sym_mpoly) (tab theta moves).

(** The form that must not be negative; [extra] is what may be added to it. *)
Definition second_order_form (ms : list (F * mpoly)) (extra : mpoly) : mpoly :=
  msub (madd (madd (low 3 (excess free theta half ms)) (mscale (kmul half rho) [] (squares ms))) extra) (mscale c [] euclid2).
Definition check_second_order_with (margins : option (list (F * mpoly))) (extra : mpoly) : bool :=
  if check_feasible P free theta then if kpos c then if knonneg rho then
  match margins with
  | Some ms =>
      if forallb (fun lm => kzero (mconst (active (snd lm)))) ms then nonneg_form (vars theta) (second_order_form ms extra)
      else false
  | None => false
  end
  else false else false else false.

(** The supporting samples with their places, and their polynomials, where [slopes] says by sample, layer and unit which
    slopes kinks are given. *)
Variable slopes : list (nat * nat * nat * F).
Definition placed_supports : list (nat * ((list F * bool) * F)) :=
  filter (fun isl => kpos (snd (snd isl))) (combine (seq 0 (length lambda)) (combine (data P) lambda)).
Definition margins_above : option (list (F * mpoly)) :=
  mapM (fun isl => match margin_above free P theta (chosen slopes (fst isl)) (fst (snd isl)) with
                   | Some m => Some (snd (snd isl), m) | None => None end) placed_supports.
Definition check_second_order : bool := check_second_order_with margins_above [].

Lemma euclid2_ok th : same_shape thR th -> same_but free thR th ->
  mev euclid2 (fun v => entry th v - entry thR v) = norm2 (minus thR th).
Proof.
  intros H Hbut. unfold same_shape in H. transitivity (norm2 (map (map (fun p => mev p (fun v => entry th v - entry thR v))) (tab theta moves))).
  exact (ev_tnorm2 (S := sym_mpoly) (Mean := mean_mpoly) _ _).
  rewrite map_tab.
  (* entry by entry, up to the sign *)
  assert (E : minus th thR = tab theta (fun v => mev (moves v) (fun v => entry th v - entry thR v))).
  { symmetry. unfold tab.
    assert (Hl : length theta = length (minus th thR)).
    { transitivity (length (map (@length R) thR)). unfold thR, map_params. now rewrite !map_length.
      rewrite H. unfold minus. rewrite !map_length, combine_length.
      apply (f_equal (@length nat)) in H. rewrite !map_length in H. lia. }
    assert (Hnth : forall k, nth k thR [] = map toR (nth k theta [])).
    { intro k. unfold thR, map_params. change (@nil R) with (map (@toR F M) []) at 1. apply map_nth. }
    assert (Hrow : forall k, length (nth k th []) = length (nth k theta [])).
    { intro k. rewrite <- (map_length toR (nth k theta [])), <- Hnth.
      change (length (nth k th [])) with ((@length R) (nth k th [])). rewrite <- !(map_nth (@length R)). now rewrite H. }
    apply mapi_nth with (d := []) (d' := []); auto. intros k Hk.
    assert (Hmin : nth k (minus th thR) [] = map (fun aa => fst aa - snd aa) (combine (nth k th []) (nth k thR []))).
    { unfold minus. change (@nil R) with ((fun ww : list R * list R => map (fun aa => fst aa - snd aa) (combine (fst ww) (snd ww))) ([], [])) at 1.
      rewrite map_nth. rewrite combine_nth. reflexivity. apply (f_equal (@length nat)) in H. rewrite !map_length in H. auto. }
    apply mapi_nth with (d := k0 F) (d' := 0).
    - rewrite Hmin, map_length, combine_length, Hnth, map_length, Hrow. lia.
    - intros i Hi. rewrite Hmin, nth_minus_list. unfold moves. cbn [fst].
      destruct (is_free free k) eqn:Ef. simpl. rewrite toR_1. unfold entry. simpl. ring.
      simpl. rewrite (Hbut k Ef). ring.
      rewrite Hnth, map_length. apply Hrow. }
  rewrite <- E. clear E.
  unfold norm2, minus. clear - H. fold (Rsum). revert H. generalize thR. intro a. revert th.
  induction a as [|w a IH]; intros [|w' th] H; simpl in H; try discriminate. reflexivity.
  injection H as H1 H2. cbn [combine map fst snd]. rewrite !Rsum_cons, (IH th H2). f_equal. clear - H1.
  revert w' H1. induction w as [|x w IH]; intros [|y w'] H; simpl in H; try discriminate. reflexivity.
  injection H as H. cbn [combine map fst snd]. rewrite !Rsum_cons, (IH w' H). ring.
Qed.

(** How the norm grows where the supporting samples' polynomials are at least 1, but for terms of third order. *)
Lemma growth ms extra slack : (forall lm, In lm ms -> 0 < toR (fst lm)) -> 0 <= slack ->
  forallb (fun lm => kzero (mconst (active (snd lm)))) ms = true -> nonneg_form (vars theta) (second_order_form ms extra) = true ->
  0 < toR c -> 0 <= toR rho -> exists d K, 0 < d /\ 0 <= K /\ forall th, same_shape thR th -> same_but free thR th -> dist thR th < d ->
    let e := fun v => entry th v - entry thR v in
    (forall lm, In lm ms -> 1 <= mev (snd lm) e + slack * dist thR th ^ 3) ->
    dist thR th * dist thR th * (toR c - K * dist thR th) <= 1 / 2 * norm2 th - 1 / 2 * norm2 thR + mev extra e.
Proof.
  intros A1 Hslack Hz Hform Hc Hrho. rewrite forallb_forall in Hz.
  (* rho a_i <= lambda_i *)
  assert (E2 : near (fun e => forall lm, In lm ms -> toR rho * mev (active (snd lm)) e <= toR (fst lm))).
  { apply (U_list _ near_where). intros lm Hlm. specialize (Hz lm Hlm). specialize (A1 lm Hlm). apply kzero_ok in Hz.
    eapply (U_mono _ near_where); [|apply (mev_close (active (snd lm)) (toR (fst lm) / (toR rho + 1)))].
    - cbn beta. intros e He. rewrite Hz, Rminus_0_r in He. apply Rabs_def2 in He.
      apply Rle_trans with (toR rho * (toR (fst lm) / (toR rho + 1))). apply Rmult_le_compat_l; lra.
      apply Rle_trans with ((toR rho + 1) * (toR (fst lm) / (toR rho + 1))).
      apply Rmult_le_compat_r. apply Rlt_le, Rdiv_lt_0_compat; lra. lra. right. field. lra.
    - apply Rdiv_lt_0_compat; lra. }
  destruct E2 as (d & Hd & A).
  set (ex := excess free theta half ms) in *.
  set (RR := msize (high 3 ex)).
  set (B := Rsum (map (fun lm => msize (high 2 (active (snd lm))) * msize (high 2 (active (snd lm)))) ms)).
  set (B2 := Rsum (map (fun lm => toR (fst lm) * slack + toR rho * (slack * slack)) ms)).
  assert (HB2 : 0 <= B2).
  { apply Rsum_nonneg. intros a Ha. apply in_map_iff in Ha. destruct Ha as (lm & <- & Hlm). specialize (A1 lm Hlm).
    apply Rplus_le_le_0_compat; apply Rmult_le_pos; auto; try lra. apply Rle_0_sqr. }
  assert (HR : 0 <= RR) by apply msize_nonneg.
  assert (HB : 0 <= B).
  { apply Rsum_nonneg. intros a Ha. apply in_map_iff in Ha. destruct Ha as (lm & <- & _). apply Rle_0_sqr. }
  assert (HrB : 0 <= toR rho * B) by (apply Rmult_le_pos; auto).
  exists (Rmin d 1), (RR + toR rho * B + B2). split. apply Rmin_pos; auto; lra. split. lra.
  intros th Shape Hbut Hdist e Hm. set (del := dist thR th) in *.
  assert (Hdel : 0 <= del) by apply sqrt_pos.
  assert (D0 : del < d) by (eapply Rlt_le_trans; [apply Hdist | apply Rmin_l]).
  assert (D1 : del <= 1) by (apply Rlt_le; eapply Rlt_le_trans; [apply Hdist | apply Rmin_r]).
  assert (He : forall v, Rabs (e v) <= del) by (intro v; apply entry_dist; exact Shape).
  assert (Hth : map (map (fun p => mev p e)) (displaced free theta) = th).
  { exact (displaced_ok free theta th Shape Hbut). }
  pose proof (A e ltac:(intro v; specialize (He v); lra)) as A2. clear A.
  pose proof (nonneg_form_ok _ _ e Hform) as Q. unfold second_order_form in Q. fold ex in Q.
  rewrite mev_sub, !mev_add, !mev_scale, toR_mul, half_ok in Q. change (monev e []) with 1 in Q.
  pose proof (euclid2_ok th Shape Hbut) as EU. fold e in EU. rewrite EU in Q.
  assert (Hdd : norm2 (minus thR th) = del * del) by (symmetry; apply sqrt_sqrt, norm2_nonneg).
  rewrite Hdd in Q.
  pose proof (low_high 3 ex e) as LH. pose proof (high_bound 3 ex e del ltac:(lra) He) as HB3. fold RR in HB3.
  (* the excess *)
  assert (Ex : mev ex e = 1 / 2 * norm2 th - Rsum (map (fun lm => toR (fst lm) * mev (active (snd lm)) e) ms) - 1 / 2 * norm2 thR).
  { unfold ex, excess. rewrite !mev_sub, mev_scale, mev_cst, toR_mul, norm2_of_ok, half_ok. change (monev e []) with 1.
    assert (N : mev (tnorm2 (S := sym_mpoly) (displaced free theta)) e = norm2 (map (map (fun p => mev p e)) (displaced free theta)))
      by exact (ev_tnorm2 (S := sym_mpoly) (Mean := mean_mpoly) (displaced free theta) e).
    rewrite N, Hth. fold thR.
    assert (S : mev (fold_right (fun lm r => madd (mscale (fst lm) [] (msub (snd lm) (mcst (k1 F)))) r) [] ms) e =
      Rsum (map (fun lm => toR (fst lm) * mev (active (snd lm)) e) ms)).
    { clear. induction ms as [|lm ms IH]. reflexivity. cbn [fold_right map]. rewrite Rsum_cons, mev_add, mev_scale, IH.
      unfold active. change (monev e []) with 1. ring. }
    rewrite S. ring. }
  (* the squares *)
  assert (Hd3 : 0 <= del ^ 3) by now apply pow_le.
  assert (D3 : del ^ 3 <= 1) by (rewrite <- (pow1 3); apply pow_incr; lra).
  assert (Sq : toR rho / 2 * mev (squares ms) e <=
    Rsum (map (fun lm => toR (fst lm) * mev (active (snd lm)) e) ms) + toR rho * B * (del ^ 4) + B2 * del ^ 3).
  { unfold B, B2. clear - A1 A2 Hrho He Hdel D1 Hm Hslack Hd3 D3. induction ms as [|lm ms IH]. simpl. lra.
    cbn [squares fold_right map]. rewrite !Rsum_cons, mev_add, mev_mul.
    specialize (IH (fun l H => A1 l (or_intror H)) (fun l H => Hm l (or_intror H)) (fun l H => A2 l (or_intror H))).
    pose proof (A1 lm (or_introl eq_refl)) as L. specialize (A2 lm (or_introl eq_refl)).
    specialize (Hm lm (or_introl eq_refl)). clear A1.
    assert (Ha : - (slack * del ^ 3) <= mev (active (snd lm)) e) by (unfold active; rewrite mev_sub, mev_cst, toR_1; lra).
    pose proof (low_high 2 (active (snd lm)) e) as LH. pose proof (high_bound 2 (active (snd lm)) e del ltac:(lra) He) as HB.
    set (a := mev (active (snd lm)) e) in *. set (l := mev (low 2 (active (snd lm))) e) in *.
    set (h := mev (high 2 (active (snd lm))) e) in *. set (S := msize (high 2 (active (snd lm)))) in *.
    assert (Hh : h * h <= S * S * del ^ 4).
    { replace (S * S * del ^ 4) with ((S * del ^ 2) * (S * del ^ 2)) by ring.
      replace (h * h) with (Rabs h * Rabs h) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
      apply Rmult_le_compat; auto using Rabs_pos. }
    assert (Hl : l * l <= 2 * (a * a) + 2 * (h * h)).
    { replace l with (a - h) by lra. pose proof (Rle_0_sqr (a + h)) as S2. unfold Rsqr in S2. lra. }
    assert (H1 : toR rho / 2 * (l * l) <= toR rho / 2 * (2 * (a * a) + 2 * (h * h))) by (apply Rmult_le_compat_l; lra).
    (* where [a] is negative, it is small *)
    assert (H2 : toR rho * a * a <= toR (fst lm) * a + (toR (fst lm) * slack + toR rho * (slack * slack)) * del ^ 3).
    { set (q := del ^ 3) in *. destruct (Rle_lt_dec 0 a) as [N|N].
      - assert (toR rho * a * a <= toR (fst lm) * a) by (apply Rmult_le_compat_r; lra).
        assert (0 <= (toR (fst lm) * slack + toR rho * (slack * slack)) * q); [|lra]. apply Rmult_le_pos; auto.
        apply Rplus_le_le_0_compat; apply Rmult_le_pos; auto; try lra. apply Rle_0_sqr.
      - assert (Q1 : a * a <= slack * q * (slack * q)).
        { replace (a * a) with (- a * - a) by ring. apply Rmult_le_compat; lra. }
        assert (Q2 : slack * q * (slack * q) <= slack * slack * q).
        { replace (slack * q * (slack * q)) with (slack * slack * (q * q)) by ring. apply Rmult_le_compat_l.
          apply Rle_0_sqr. rewrite <- (Rmult_1_r q) at 3. apply Rmult_le_compat_l; auto. }
        assert (Q3 : toR rho * (a * a) <= toR rho * (slack * slack * q)) by (apply Rmult_le_compat_l; lra).
        assert (Q4 : toR (fst lm) * - (slack * q) <= toR (fst lm) * a) by (apply Rmult_le_compat_l; lra). lra. }
    assert (H3 : toR rho * (h * h) <= toR rho * (S * S * del ^ 4)) by (apply Rmult_le_compat_l; lra).
    fold (squares ms). lra. }
  set (sum := Rsum (map (fun lm => toR (fst lm) * mev (active (snd lm)) e) ms)) in *.
  assert (HB3' : - (RR * del ^ 3) <= mev (high 3 ex) e).
  { apply Ropp_le_cancel. rewrite Ropp_involutive. eapply Rle_trans; [|apply HB3]. rewrite <- Rabs_Ropp. apply Rle_abs. }
  assert (D4 : toR rho * B * del ^ 4 <= toR rho * B * del ^ 3).
  { apply Rmult_le_compat_l; auto. replace (del ^ 4) with (del * del ^ 3) by ring.
    rewrite <- (Rmult_1_l (del ^ 3)) at 2. apply Rmult_le_compat_r; auto. }
  fold ex in Q. replace (del * del * (toR c - (RR + toR rho * B + B2) * del))
    with (toR c * (del * del) - RR * del ^ 3 - toR rho * B * del ^ 3 - B2 * del ^ 3) by ring. lra.
Qed.

Lemma placed_supports_ok isl : In isl placed_supports -> 0 < toR (snd (snd isl)) /\ In (fst (snd isl)) (data P).
Proof.
  intro H. apply filter_In in H. destruct H as [H K]. split. now apply kpos_ok. destruct isl as [i [s l]].
  apply in_combine_r in H. now apply in_combine_l in H.
Qed.
(** Supporting samples have margins that exceed the polynomials by terms of third order at most. *)
Lemma margins_above_placed ms : margins_above = Some ms -> (forall lm, In lm ms -> 0 < toR (fst lm)) /\
  exists slack, 0 <= slack /\ near (fun e => forall d, 0 <= d <= 1 -> (forall v, Rabs (e v) <= d) -> forall lm, In lm ms ->
    exists isl, In isl placed_supports /\ margin PR (map (map (fun p => mev p e)) (displaced free theta))
      (map toR (fst (fst (snd isl))), snd (fst (snd isl))) <= mev (snd lm) e + slack * d ^ 3).
Proof.
  intro H. unfold margins_above in H. apply mapM_Forall2 in H.
  assert (Hs : incl placed_supports placed_supports) by (intros x I; exact I). revert Hs H. generalize placed_supports at 1 3.
  intros l Hs H. induction H as [|isl lm l ms E _ IH].
  { split. intros lm []. exists 0. split. lra. apply (U_all _ near_where). intros e d _ _ lm []. }
  destruct (IH (fun x I => Hs x (or_intror I))) as [P1 (C & HC & N)]. clear IH. pose proof (Hs isl (or_introl eq_refl)) as Q.
  destruct (placed_supports_ok isl Q) as [Q1 Q2].
  destruct margin_above as [m|] eqn:Em in E; try discriminate. injection E as <-.
  apply margin_above_ok in Em. fold PR in Em. destruct Em as (C' & HC' & N'). split.
  { intros lm' [<-|I]; auto. }
  exists (C + C'). split. lra. eapply (U_mono _ near_where); [|exact (U_and _ near_where _ _ N N')]. cbn beta.
  intros e [B B'] d Hd He. assert (D3 : 0 <= d ^ 3) by (apply pow_le; lra).
  assert (0 <= C * d ^ 3) by now apply Rmult_le_pos. assert (0 <= C' * d ^ 3) by now apply Rmult_le_pos.
  intros lm' [<-|I]; cbn [snd fst].
  - exists isl. split; auto. specialize (B' d Hd He). cbn beta in B'. lra.
  - destruct (B d Hd He lm' I) as (s & Is & Ms). exists s. split; auto. lra.
Qed.
Lemma margins_above_ok ms : margins_above = Some ms -> (forall lm, In lm ms -> 0 < toR (fst lm)) /\
  exists slack, 0 <= slack /\ near (fun e => forall d, 0 <= d <= 1 -> (forall v, Rabs (e v) <= d) -> forall lm, In lm ms ->
    exists s, In s (data PR) /\ margin PR (map (map (fun p => mev p e)) (displaced free theta)) s <= mev (snd lm) e + slack * d ^ 3).
Proof.
  intro H. destruct (margins_above_placed ms H) as (Hp & slack & Hs & N). split; auto. exists slack. split; auto.
  eapply (U_mono _ near_where); [|exact N]. cbn beta. intros e A d Hd He lm Hlm. destruct (A d Hd He lm Hlm) as (isl & Hi & B).
  eexists. split; [|exact B]. unfold PR. cbn [map_problem data]. apply in_map_iff. exists (fst (snd isl)). split; auto.
  now apply placed_supports_ok.
Qed.

Theorem second_order_sound : check_second_order = true -> local_optimum PR free thR.
Proof.
  unfold check_second_order, check_second_order_with. destruct check_feasible eqn:Hf; try discriminate.
  destruct (kpos c) eqn:Hc; try discriminate. destruct (knonneg rho) eqn:Hrho; try discriminate.
  destruct margins_above as [ms|] eqn:E; try discriminate. destruct forallb eqn:Hz; try discriminate. intro H.
  apply feasible_sound in Hf. fold PR thR in Hf. apply kpos_ok in Hc. apply knonneg_ok in Hrho. split; auto.
  apply margins_above_ok in E. destruct E as (Hpos & slack & Hslack & d' & Hd' & E).
  destruct (growth ms [] slack Hpos Hslack Hz H Hc Hrho) as (d & K & Hd & HK & G).
  set (eps := Rmin (Rmin (Rmin d 1) (d' / 2)) (toR c / (K + 1))). exists eps.
  split. { repeat apply Rmin_pos; try lra. apply Rdiv_lt_0_compat; lra. }
  intros th [Hsh Hm] Hbut Hdist. set (del := dist thR th) in *. assert (Hdel : 0 <= del) by apply sqrt_pos.
  assert (D : del < Rmin (Rmin d 1) (d' / 2)) by (eapply Rlt_le_trans; [exact Hdist | apply Rmin_l]).
  assert (D2 : del <= toR c / (K + 1)) by (apply Rlt_le; eapply Rlt_le_trans; [exact Hdist | apply Rmin_r]).
  pose proof (Rmin_l (Rmin d 1) (d' / 2)). pose proof (Rmin_r (Rmin d 1) (d' / 2)). pose proof (Rmin_l d 1). pose proof (Rmin_r d 1).
  assert (Shape : map (@length R) thR = map (@length R) th).
  { destruct Hf as [_ [Hf _]]. unfold shaped in *. congruence. }
  assert (Hth : map (map (fun p => mev p (fun v => entry th v - entry thR v))) (displaced free theta) = th)
    by exact (displaced_ok free theta th Shape Hbut).
  assert (He : forall v, Rabs (entry th v - entry thR v) <= del) by (intro v; apply entry_dist; exact Shape).
  specialize (G th Shape Hbut ltac:(fold del; lra)). cbv zeta in G. simpl (mev []) in G. fold del in G.
  assert (Margins : forall lm, In lm ms -> 1 <= mev (snd lm) (fun v => entry th v - entry thR v) + slack * del ^ 3).
  { intros lm Hlm. destruct (E (fun v => entry th v - entry thR v)) with (d := del) (lm := lm) as (s & Is & Ms); auto; try lra.
    - intro v. specialize (He v). lra.
    - rewrite Hth in Ms. specialize (Hm s Is). lra. }
  specialize (G Margins).
  assert ((K + 1) * del <= toR c).
  { apply Rle_trans with ((K + 1) * (toR c / (K + 1))). apply Rmult_le_compat_l; lra. right. field. lra. }
  assert (0 <= del * del * (toR c - K * del)) by (apply Rmult_le_pos; [apply Rle_0_sqr | lra]). lra.
Qed.
End SecondOrder.
