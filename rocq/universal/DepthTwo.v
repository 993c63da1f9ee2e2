(** * Depth 2 without sharing: KKT points whose hidden units have non-zero weights are optimal, off the kinks.

    Let the hidden unit [j] have the incoming weights [w_j] and the outgoing weight [v_j], and put
    [z_j = sum of lambda_i y_i s_ij x_i]. Stationarity is [w_j = v_j z_j] and [v_j = w_j . z_j], so [|z_j| = 1] if [w_j] is
    not 0. Then [sum of lambda_i m_i(theta') = sum of v'_j (w'_j . z_j) <= 1/2 |theta'|^2] on the piece. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece Stationary Classes LayerOptimum.
Import ListNotations.
Open Scope R_scope.

(** ** Vectors that are given at the parameters of one unit, and 0 elsewhere *)
Section Placed.
Variable f : nat * nat -> R.
Definition place (u : list (nat * nat)) (p : nat) : R := Rsum (map (fun e => if Nat.eqb (snd e) p then f e else 0) u).
Definition placed (n : nat) (u : list (nat * nat)) : list R := map (place u) (seq 0 n).

Lemma place_out u p : (forall e, In e u -> snd e <> p) -> place u p = 0.
Proof. intro H. apply Rsum_zero. intros e He. destruct (Nat.eqb_spec (snd e) p); auto. now destruct (H e He). Qed.
Lemma place_in u e : NoDup (map snd u) -> In e u -> place u (snd e) = f e.
Proof.
  unfold place. induction u as [|c u IH]; intros N H; simpl in N. destruct H. inversion N; subst. cbn [map]. rewrite Rsum_cons.
  destruct H as [->|H].
  - rewrite Nat.eqb_refl. fold (place u (snd e)). rewrite place_out. ring. intros e' He E. apply H2. rewrite <- E. now apply in_map.
  - rewrite IH by auto. destruct (Nat.eqb_spec (snd c) (snd e)) as [E|]; [|ring].
    destruct H2. rewrite E. now apply in_map.
Qed.
Lemma nth_placed n u p : (p < n)%nat -> nth p (placed n u) 0 = place u p.
Proof.
  intro H. unfold placed. rewrite (nth_indep _ 0 (place u 0)) by (rewrite map_length, seq_length; auto).
  rewrite map_nth. f_equal. rewrite seq_nth; lia.
Qed.
Lemma length_placed n u : length (placed n u) = n.
Proof. unfold placed. now rewrite map_length, seq_length. Qed.

Lemma Rsum_delta (g : nat -> R) m i n : (i <= m < i + n)%nat -> Rsum (map (fun p => if Nat.eqb m p then g p else 0) (seq i n)) = g m.
Proof.
  revert i. induction n as [|n IH]; intros i H. lia. cbn [seq map]. rewrite Rsum_cons.
  destruct (Nat.eqb_spec m i) as [<-|E].
  - rewrite Rsum_zero. ring. intros p Hp. apply in_seq in Hp. destruct (Nat.eqb_spec m p); auto. lia.
  - rewrite IH by lia. ring.
Qed.
Lemma inner_placed w u : (forall e, In e u -> (snd e < length w)%nat) ->
  inner w (placed (length w) u) = Rsum (map (fun e => nth (snd e) w 0 * f e) u).
Proof.
  intro H. rewrite (inner_seq (length w)) by (auto; apply length_placed).
  rewrite (Rsum_ext_in _ (fun p => Rsum (map (fun e => if Nat.eqb (snd e) p then nth p w 0 * f e else 0) u))).
  - rewrite Rsum_swap. apply Rsum_ext_in. intros e He. apply (Rsum_delta (fun p => nth p w 0 * f e)). specialize (H e He). lia.
  - intros p Hp. apply in_seq in Hp. rewrite nth_placed by lia. unfold place. rewrite <- Rsum_mult. apply Rsum_ext_in.
    intros e _. destruct Nat.eqb; ring.
Qed.
End Placed.

Lemma Rsum_one {A} (F : A -> R) (g : A -> nat) l a : NoDup (map g l) -> In a l ->
  (forall b, In b l -> g b <> g a -> F b = 0) -> Rsum (map F l) = F a.
Proof.
  induction l as [|b l IH]; intros N Ha H. destruct Ha. simpl in N. inversion N; subst. cbn [map]. rewrite Rsum_cons.
  destruct Ha as [->|Ha].
  - rewrite Rsum_zero. ring. intros b Hb. apply H. now right. intro E. apply H2. rewrite <- E. now apply in_map.
  - rewrite IH by (auto; intros; apply H; auto; now right). rewrite (H b). ring. now left.
    intro E. apply H2. rewrite E. now apply in_map.
Qed.

(** ** Units without sharing *)
Lemma nodup_left {A} (l m : list A) : NoDup (l ++ m) -> NoDup l.
Proof.
  induction l as [|b l IH]; simpl; intro N. constructor. inversion N; subst. constructor; auto. intro H. apply H1. apply in_or_app. auto.
Qed.
Lemma nodup_right {A} (l m : list A) : NoDup (l ++ m) -> NoDup m.
Proof. induction l as [|b l IH]; simpl; intro N; auto. inversion N; subst; auto. Qed.
Lemma unit_nodup {A} (us : list (list A)) (g : A -> nat) j : NoDup (map g (concat us)) -> NoDup (map g (nth j us [])).
Proof.
  revert j. induction us as [|u us IH]; intros j N. destruct j; constructor. simpl in N. rewrite map_app in N.
  destruct j as [|j]; simpl. apply (nodup_left _ _ N). apply IH. apply (nodup_right _ _ N).
Qed.
Lemma nodup_app_disjoint {A} (l m : list A) a : NoDup (l ++ m) -> In a l -> In a m -> False.
Proof.
  induction l as [|b l IH]; simpl; intros N Hl Hm. auto. inversion N; subst. destruct Hl as [->|Hl]; auto.
  apply H1. apply in_or_app. auto.
Qed.
Lemma in_unit_concat {A} (us : list (list A)) j e : In e (nth j us []) -> In e (concat us).
Proof.
  revert j. induction us as [|u us IH]; intros [|j] H; simpl in *; auto; try tauto; apply in_or_app; eauto.
Qed.
Lemma units_disjoint {A} (us : list (list A)) (g : A -> nat) i j e e' : NoDup (map g (concat us)) -> i <> j ->
  In e (nth i us []) -> In e' (nth j us []) -> g e <> g e'.
Proof.
  revert i j. induction us as [|u us IH]; intros i j N D He He' E. destruct i; destruct He.
  simpl in N. rewrite map_app in N.
  destruct i as [|i], j as [|j]; simpl in *; try congruence.
  - apply (nodup_app_disjoint _ _ (g e) N). now apply in_map. rewrite E. apply in_map. eapply in_unit_concat; eauto.
  - apply (nodup_app_disjoint _ _ (g e') N). now apply in_map. rewrite <- E. apply in_map. eapply in_unit_concat; eauto.
  - apply (IH i j (nodup_right _ _ N)) with (1 := fun H => D (f_equal S H)) (2 := He) (3 := He') (4 := E).
Qed.

Lemma nodup_app {A} (l m : list A) : NoDup l -> NoDup m -> (forall a, In a l -> In a m -> False) -> NoDup (l ++ m).
Proof.
  induction l as [|b l IH]; simpl; intros Nl Nm H; auto. inversion Nl; subst. constructor.
  - intro I. apply in_app_or in I. destruct I; eauto.
  - apply IH; auto. intros a Ha. apply H. auto.
Qed.

Lemma weighted_sum {A B} (ss : list A) lambda (f : B -> A -> R) l :
  weighted ss lambda (fun s => Rsum (map (fun c => f c s) l)) = Rsum (map (fun c => weighted ss lambda (f c)) l).
Proof.
  unfold weighted. rewrite <- Rsum_swap. apply Rsum_ext_in. intros sl _. symmetry. apply Rsum_mult.
Qed.
Lemma weighted_mult {A} (ss : list A) lambda a (D : A -> R) : weighted ss lambda (fun s => a * D s) = a * weighted ss lambda D.
Proof. rewrite (weighted_combines ss lambda a 0 D D). ring. intros; ring. Qed.

Section DepthTwo.
Variables (P : problem R) (l1 l2 : layer R) (w v : list R) (out : list (nat * nat)) (lambda : list R).
Hypothesis Net : net P = [l1; l2].
Hypothesis Out : units l2 = [out].
Hypothesis Last : slope l2 = 1.
Hypothesis NoDup1 : NoDup (map snd (concat (units l1))).
Hypothesis NoDup2 : NoDup (map snd out).
Hypothesis NoDupIn : NoDup (map fst out).
Hypothesis Range1 : forall e, In e (concat (units l1)) -> (snd e < length w)%nat.
Hypothesis Range2 : forall c, In c out -> (snd c < length v)%nat.
Hypothesis Mult : multipliers P [w; v] lambda.
Hypothesis Stat1 : forall a, length a = length w -> inner w a = weighted (data P) lambda (layer_effect P [w; v] 0 a).
Hypothesis Stat2 : forall b, length b = length v -> inner v b = weighted (data P) lambda (layer_effect P [w; v] 1 b).

Let u j := nth j (units l1) [].
Let s_at j x := slope_at (slope l1) (preact w x (u j)).
Let z j (e : nat * nat) : R := weighted (data P) lambda (fun s => sgn (snd s) * (s_at j (fst s) * nth (fst e) (fst s) 0)).
Let q a j := Rsum (map (fun e => nth (snd e) a 0 * z j e) (u j)).
Let form a b := Rsum (map (fun c => nth (snd c) b 0 * q a (fst c)) out).

Lemma hidden x a y j : nth j (piece_layer l1 w x a y) 0 = s_at j x * preact a y (u j).
Proof.
  unfold piece_layer, s_at, u. rewrite nth_map_units. destruct (nth_error (units l1) j) as [t|] eqn:E.
  - now rewrite (nth_error_nth _ _ [] E).
  - apply nth_error_None in E. rewrite (nth_overflow (units l1)) by auto. unfold preact. simpl. ring.
Qed.
Lemma output x a b y : nth 0 (piece (net P) [w; v] x [a; b] y) 0 =
  Rsum (map (fun c => nth (snd c) b 0 * (s_at (fst c) x * preact a y (u (fst c)))) out).
Proof.
  rewrite Net. simpl. unfold piece_layer at 1. rewrite Out, Last. simpl. rewrite slope_linear, Rmult_1_l.
  unfold preact at 1. apply Rsum_ext_in. intros c _. now rewrite hidden.
Qed.
Lemma form_ok a b : weighted (data P) lambda (fun s => sgn (snd s) * nth 0 (piece (net P) [w; v] (fst s) [a; b] (fst s)) 0) = form a b.
Proof.
  rewrite (weighted_ext _ _ _ (fun s => Rsum (map (fun c => nth (snd c) b 0 *
    Rsum (map (fun e => nth (snd e) a 0 * (sgn (snd s) * (s_at (fst c) (fst s) * nth (fst e) (fst s) 0))) (u (fst c)))) out))).
  - rewrite weighted_sum. apply Rsum_ext_in. intros c _. rewrite weighted_mult, weighted_sum. f_equal.
    apply Rsum_ext_in. intros e _. apply weighted_mult.
  - intros s _. rewrite output, <- Rsum_mult. apply Rsum_ext_in. intros c _. unfold preact.
    match goal with |- ?g * (?n * (?t * ?r)) = _ => replace (g * (n * (t * r))) with (n * (g * t * r)) by ring end.
    f_equal. rewrite <- Rsum_mult. apply Rsum_ext_in. intros e _. ring.
Qed.
Lemma stat1 a : length a = length w -> inner w a = form a v.
Proof. intro H. rewrite Stat1, <- form_ok by auto. reflexivity. Qed.
Lemma stat2 b : length b = length v -> inner v b = form w b.
Proof. intro H. rewrite Stat2, <- form_ok by auto. reflexivity. Qed.

Lemma form_placed f c : In c out -> form (placed f (length w) (u (fst c))) v =
  nth (snd c) v 0 * Rsum (map (fun e => f e * z (fst c) e) (u (fst c))).
Proof.
  intro Hc. unfold form. set (a := placed f (length w) (u (fst c))).
  assert (InR : forall j e, In e (u j) -> (snd e < length w)%nat) by (intros j e He; apply Range1; eapply in_unit_concat; eauto).
  rewrite (Rsum_one _ fst out c NoDupIn Hc).
  - f_equal. unfold q. apply Rsum_ext_in. intros e He. f_equal. unfold a. rewrite nth_placed by (eapply InR; eauto).
    apply place_in; auto. now apply unit_nodup.
  - intros c' Hc' D. replace (q a (fst c')) with 0. ring. symmetry. unfold q. apply Rsum_zero. intros e He.
    unfold a. rewrite nth_placed by (eapply InR; eauto). rewrite place_out. ring.
    intros e' He'. apply (units_disjoint (units l1) snd (fst c) (fst c')); auto.
Qed.

(** A unit that feeds the output and has a weight that is not 0 has [|z_j| = 1]. *)
Lemma unit_norm c e : In c out -> In e (u (fst c)) -> nth (snd e) w 0 <> 0 ->
  Rsum (map (fun e => z (fst c) e * z (fst c) e) (u (fst c))) = 1.
Proof.
  intros Hc He Hn. set (v0 := nth (snd c) v 0). set (j := fst c) in *.
  assert (InR : forall e, In e (u j) -> (snd e < length w)%nat) by (intros e' He'; apply Range1; eapply in_unit_concat; eauto).
  assert (E1 : v0 = q w j).
  { set (b := placed (fun _ => 1) (length v) [c]).
    assert (Q : inner v b = v0).
    { unfold b. rewrite inner_placed. unfold v0. simpl. ring. intros c' [<-|[]]. auto. }
    rewrite <- Q, stat2 by apply length_placed. unfold form. rewrite (Rsum_one _ snd out c NoDup2 Hc).
    - unfold b. rewrite nth_placed by auto. rewrite (place_in _ [c] c). unfold j. ring. repeat constructor. simpl. auto. now left.
    - intros c' Hc' D. unfold b. rewrite nth_placed by auto. rewrite place_out. ring. intros c2 [<-|[]] E. congruence. }
  assert (E2 : forall f, Rsum (map (fun e => nth (snd e) w 0 * f e) (u j)) = v0 * Rsum (map (fun e => f e * z j e) (u j))).
  { intro f. rewrite <- inner_placed by auto. rewrite stat1 by apply length_placed. now apply form_placed. }
  assert (Ez := E2 (z j)). fold (q w j) in Ez. rewrite <- E1 in Ez.
  assert (Ew := E2 (fun e => nth (snd e) w 0)). cbn beta in Ew. fold (q w j) in Ew. rewrite <- E1 in Ew.
  assert (Pos : 0 < Rsum (map (fun e => nth (snd e) w 0 * nth (snd e) w 0) (u j))).
  { apply Rlt_le_trans with (nth (snd e) w 0 * nth (snd e) w 0). nra.
    pose proof (Rsum_incl (fun e => nth (snd e) w 0 * nth (snd e) w 0) [e] (u j) (fun e => Rle_0_sqr _)
      ltac:(repeat constructor; simpl; auto) ltac:(intros e' [<-|[]]; auto)) as Q. simpl in Q. unfold Rsum in *. simpl in Q. lra. }
  assert (v0 <> 0) by (intro E; rewrite E in Ew; lra).
  apply Rmult_eq_reg_l with v0; auto. lra.
Qed.

Hypothesis Norms : forall c, In c out -> Rsum (map (fun e => z (fst c) e * z (fst c) e) (u (fst c))) <= 1.

Lemma squares_part (l : list nat) (a : list R) : NoDup l -> (forall p, In p l -> (p < length a)%nat) ->
  Rsum (map (fun p => nth p a 0 * nth p a 0) l) <= inner a a.
Proof.
  intros N H. rewrite (inner_seq (length a) a a) by auto. apply Rsum_incl; auto.
  intro. apply Rle_0_sqr. intros p Hp. apply in_seq. specialize (H p Hp). lia.
Qed.

Lemma form_bound a b : length a = length w -> length b = length v -> 2 * form a b <= inner a a + inner b b.
Proof.
  intros La Lb.
  set (sq := fun j => Rsum (map (fun e => nth (snd e) a 0 * nth (snd e) a 0) (u j))).
  assert (H1 : 2 * form a b <= Rsum (map (fun c => nth (snd c) b 0 * nth (snd c) b 0) out) + Rsum (map (fun c => sq (fst c)) out)).
  { unfold form. rewrite <- Rsum_mult, <- Rsum_plus. apply Rsum_le. intros c Hc.
    assert (CS : q a (fst c) * q a (fst c) <= sq (fst c)).
    { unfold q. eapply Rle_trans. apply (cauchy_schwarz (fun e => nth (snd e) a 0) (z (fst c))).
      pose proof (Norms c Hc). pose proof (Rsum_squares (fun e => nth (snd e) a 0) (u (fst c))) as Q. fold (sq (fst c)) in *.
      rewrite <- (Rmult_1_r (sq (fst c))) at 2. apply Rmult_le_compat_l; auto. }
    pose proof (Rle_0_sqr (nth (snd c) b 0 - q a (fst c))) as Q. unfold Rsqr in Q. lra. }
  assert (H2 : Rsum (map (fun c => nth (snd c) b 0 * nth (snd c) b 0) out) <= inner b b).
  { rewrite <- (map_map snd (fun p => nth p b 0 * nth p b 0)). apply squares_part; auto.
    intros p Hp. apply in_map_iff in Hp. destruct Hp as (c & <- & Hc). rewrite Lb. auto. }
  assert (H3 : Rsum (map (fun c => sq (fst c)) out) <= inner a a).
  { unfold sq. rewrite <- (Rsum_concat (fun e => nth (snd e) a 0 * nth (snd e) a 0) (fun c : nat * nat => u (fst c))).
    rewrite <- (map_map snd (fun p => nth p a 0 * nth p a 0)). apply squares_part.
    - clear - NoDupIn NoDup1. induction out as [|c o IH]. constructor. simpl in NoDupIn. inversion NoDupIn; subst.
      simpl. rewrite map_app. apply nodup_app; auto. now apply unit_nodup.
      intros p Hp Hq. apply in_map_iff in Hp. destruct Hp as (e & <- & He).
      apply in_map_iff in Hq. destruct Hq as (e' & E & He'). apply in_concat in He'. destruct He' as (m & Hm & He').
      apply in_map_iff in Hm. destruct Hm as (c' & <- & Hc').
      apply (units_disjoint (units l1) snd (fst c) (fst c') e e'); auto. intro D. apply H1. rewrite D. now apply in_map.
    - intros p Hp. apply in_map_iff in Hp. destruct Hp as (e & <- & He). rewrite La. apply Range1.
      apply in_concat in He. destruct He as (m & Hm & He). apply in_map_iff in Hm. destruct Hm as (c & <- & _).
      eapply in_unit_concat; eauto. }
  lra.
Qed.

Lemma piece_bound a b : length a = length w -> length b = length v ->
  (forall s, In s (data P) -> 1 <= sgn (snd s) * nth 0 (piece (net P) [w; v] (fst s) [a; b] (fst s)) 0) ->
  norm2 [w; v] <= norm2 [a; b].
Proof.
  intros La Lb H.
  assert (N : forall x y, norm2 [x; y] = inner x x + inner y y) by (intros; rewrite norm2_inner; unfold Rsum; simpl; ring).
  assert (Q : form w v <= form a b).
  { rewrite <- (form_ok a b), <- (form_ok w v). apply Rminus_le.
    match goal with |- ?x - ?y <= 0 => cut (0 <= y - x); [lra|] end.
    match goal with |- 0 <= weighted ?ss ?l ?D - weighted _ _ ?E =>
      assert (R : weighted ss l (fun s => 1 * D s + -1 * E s) = 1 * weighted ss l D + -1 * weighted ss l E) by (now apply weighted_combines) end.
    match type of R with ?x = _ => cut (0 <= x); [lra|] end. clear R.
    apply (weighted_nonneg P [w; v]); auto. intros s Hs Hm. specialize (H s Hs).
    rewrite piece_self. unfold margin, Phi in Hm. lra. }
  pose proof (form_bound a b La Lb). rewrite !N, (stat1 w), (stat2 v) by auto. lra.
Qed.
End DepthTwo.

(** ** The theorems *)
Section Theorems.
Variables (P : problem R) (theta : params R).
Hypothesis Depth : length (net P) = 2%nat.
Hypothesis NoSharing : no_sharing P.
Hypothesis Kkt : kkt P None theta.
Hypothesis Weights : nonzero_weights P theta.
Hypothesis Off : forall s, In s (data P) -> off_kinks (net P) theta (fst s).

Lemma depth_two_bound theta' : satisfies P theta' ->
  (forall s, In s (data P) -> forward (net P) theta' (fst s) = piece (net P) theta (fst s) theta' (fst s)) ->
  norm2 theta <= norm2 theta'.
Proof.
  intros [Sh' F'] E. destruct (layer_stationary P None theta Kkt Off) as (lambda & Hl & St).
  pose proof Kkt as [[[(_ & _ & Fits & Last & _) _] [Sh _]] _].
  assert (W : forall l u, nth_error (net P) 0 = Some l -> In u (units l) -> exists c, In c u /\ entry theta (0%nat, snd c) <> 0).
  { intros l u Hl1 Hu. destruct Weights as (_ & _ & H). apply (H 0%nat l u); auto. lia. }
  unfold no_sharing in NoSharing.
  destruct (net P) as [|l1 [|l2 [|]]] eqn:Net; try discriminate.
  unfold shaped in Sh, Sh'. destruct theta as [|w [|v [|]]]; try discriminate. destruct theta' as [|a [|b [|]]]; try discriminate.
  simpl in Sh, Sh'. injection Sh as Lw Lv. injection Sh' as La Lb.
  simpl in Fits, Last. destruct Fits as (_ & R1 & _ & R2 & Len).
  destruct (units l2) as [|out [|]] eqn:Out; try discriminate.
  assert (ND1 := proj1 (NoSharing l1 (or_introl eq_refl))).
  destruct (NoSharing l2 (or_intror (or_introl eq_refl))) as [ND2 NDin].
  rewrite Out in ND2, NDin. simpl in ND2. rewrite app_nil_r in ND2. specialize (NDin out (or_introl eq_refl)).
  assert (Range1 : forall e, In e (concat (units l1)) -> (snd e < length w)%nat).
  { intros e He. apply in_concat in He. destruct He as (u & Hu & He). rewrite Lw. apply (R1 u e Hu He). }
  assert (Range2 : forall c, In c out -> (snd c < length v)%nat).
  { intros c Hc. rewrite Lv. apply (R2 out c (or_introl eq_refl) Hc). }
  assert (St1 : forall a, length a = length w -> inner w a = weighted (data P) lambda (layer_effect P [w; v] 0 a)).
  { intros a0 H. apply (St 0%nat a0); auto. simpl. lia. }
  assert (St2 : forall b, length b = length v -> inner v b = weighted (data P) lambda (layer_effect P [w; v] 1 b)).
  { intros b0 H. apply (St 1%nat b0); auto. }
  apply (piece_bound P l1 l2 w v out lambda); auto; try congruence.
  - intros c Hc. destruct (R2 out c (or_introl eq_refl) Hc) as [Rc _].
    destruct (W l1 (nth (fst c) (units l1) []) eq_refl (nth_In _ _ Rc)) as (e & He & Hn).
    right. apply (unit_norm P l1 l2 w v out lambda) with (e := e); auto.
  - intros s Hs. rewrite Net, <- E by auto. specialize (F' s Hs). unfold margin, Phi in F'. rewrite Net in F'. exact F'.
Qed.

Theorem depth_two_local : local_optimum P None theta.
Proof.
  pose proof Kkt as [F _]. split; auto. destruct F as [_ [Sh _]].
  assert (Lt : length theta = length (net P)) by now apply shaped_length.
  destruct (piece_nearby (net P) theta (data P) Lt) as (d & Hd & H); auto. exists d. split; auto. intros theta' S SB D.
  apply depth_two_bound; auto. apply H; auto. destruct S as [Sh' _]. unfold same_shape, shaped in *. congruence.
Qed.

Theorem depth_two_global : linear P -> global_optimum P None theta.
Proof.
  intro Lin. pose proof Kkt as [F _]. split; auto. destruct F as [_ [Sh _]]. intros theta' S SB.
  apply depth_two_bound; auto. intros s _. symmetry. destruct S as [Sh' _]. apply piece_linear; auto using shaped_length.
Qed.
End Theorems.

(** Non-zero inputs need non-zero weights. *)
Lemma inputs_need_weights P theta : nonzero_inputs P theta -> nonzero_weights P theta.
Proof.
  intros [Po [Sh H]]. split; auto. split; auto. intros k l u Hk Hlt Hu.
  destruct Po as [(_ & D & _) _]. destruct (data P) as [|s ss] eqn:E; [congruence|].
  specialize (H k l u s Hk Hlt Hu (or_introl eq_refl)).
  destruct (Exists_dec (fun c : nat * nat => entry theta (k, snd c) <> 0) u) as [X|X].
  - intro c. destruct (Req_EM_T (entry theta (k, snd c)) 0); [right|left]; auto.
  - apply Exists_exists in X. destruct X as (c & Hc & Hn). eauto.
  - exfalso. apply H. unfold preact. apply Rsum_zero. intros c Hc.
    destruct (Req_EM_T (entry theta (k, snd c)) 0) as [Z|Z].
    + unfold entry in Z. simpl in Z. rewrite Z. ring.
    + destruct X. apply Exists_exists. eauto.
Qed.
