(** * Intervals whose ends are integers over a power of two. Every operation rounds outward. *)

From Coq Require Import Reals ZArith QArith Qreals List Lra Lia.
Import ListNotations.
Open Scope R_scope.

Definition interval := (Z * Z)%type.

Section Intervals.
(** The number of binary places. *)
Variable bits : Z.
Hypothesis Hbits : (0 <= bits)%Z.
Definition scale : Z := (2 ^ bits)%Z.
Definition holds (a : interval) (x : R) : Prop := IZR (fst a) <= x * IZR scale <= IZR (snd a).

Lemma scale_positive : (0 < scale)%Z.
Proof. unfold scale. apply Z.pow_pos_nonneg; lia. Qed.
Lemma scale_R : 0 < IZR scale.
Proof. apply IZR_lt, scale_positive. Qed.

(** ** Rounding *)
Definition down (z : Z) : Z := Z.shiftr z bits.
Definition up (z : Z) : Z := (- down (- z))%Z.
Lemma down_ok z : IZR (down z) * IZR scale <= IZR z.
Proof.
  unfold down. rewrite Z.shiftr_div_pow2 by auto. fold scale. rewrite <- mult_IZR. apply IZR_le. rewrite Z.mul_comm.
  apply Z.mul_div_le, scale_positive.
Qed.
Lemma up_ok z : IZR z <= IZR (up z) * IZR scale.
Proof. unfold up. rewrite opp_IZR. pose proof (down_ok (- z)) as H. rewrite opp_IZR in H. lra. Qed.

(** ** Rational numbers *)
Definition of_Q (q : Q) : interval :=
  match q with
  | 0 # _ => (0, 0)
  | n # 1 => let a := Z.shiftl n bits in (a, a)
  | n # d => let (a, b) := Z.div_eucl (Z.shiftl n bits) (Zpos d) in (a, match b with Z0 => a | _ => a + 1 end)
  end%Z.
Lemma of_Q_ends q : let n := (Qnum q * scale)%Z in
  (fst (of_Q q) * Zpos (Qden q) <= n <= snd (of_Q q) * Zpos (Qden q))%Z.
Proof.
  cbv zeta. destruct q as [n d]. cbn [Qnum Qden].
  assert (G : forall n, let (a, b) := Z.div_eucl (Z.shiftl n bits) (Zpos d) in
    (a * Zpos d <= n * scale <= (match b with Z0 => a | _ => a + 1 end) * Zpos d)%Z).
  { intro k. rewrite Z.shiftl_mul_pow2 by auto. fold scale.
    pose proof (Z_div_mod (k * scale) (Zpos d) ltac:(lia)) as Dm. destruct (Z.div_eucl (k * scale) (Zpos d)) as [a b].
    destruct Dm as [E1 E2]. destruct b; nia. }
  destruct n as [|n|n]; [cbn [of_Q fst snd]; lia | |]; (destruct d as [d|d|];
    [match goal with |- context [of_Q (?k # _)] => specialize (G k) end; cbn [of_Q]; destruct Z.div_eucl; exact G
    |match goal with |- context [of_Q (?k # _)] => specialize (G k) end; cbn [of_Q]; destruct Z.div_eucl; exact G
    |cbn [of_Q fst snd]; rewrite Z.shiftl_mul_pow2 by auto; fold scale; lia]).
Qed.
Lemma of_Q_ok q : holds (of_Q q) (Q2R q).
Proof.
  unfold holds. pose proof (of_Q_ends q) as [L U]. apply IZR_le in L, U. rewrite !mult_IZR in L, U. unfold Q2R.
  assert (D : 0 < IZR (Zpos (Qden q))) by (apply IZR_lt; lia).
  replace (IZR (Qnum q) * / IZR (Zpos (Qden q)) * IZR scale) with (IZR (Qnum q) * IZR scale / IZR (Zpos (Qden q)))
    by (field; lra).
  split; apply Rmult_le_reg_r with (IZR (Zpos (Qden q))); auto; unfold Rdiv; rewrite Rmult_assoc, Rinv_l,
    Rmult_1_r; lra.
Qed.

(** The numbers at most [r] away from [c]. *)
Definition around (c r : Q) : interval := let (l, u) := of_Q c in let e := snd (of_Q r) in (l - e, u + e)%Z.
Lemma around_ok c r x : Rabs (x - Q2R c) <= Q2R r -> holds (around c r) x.
Proof.
  intro H. unfold around, holds. pose proof (of_Q_ok c) as [C1 C2]. pose proof (of_Q_ok r) as [_ R2].
  destruct (of_Q c) as [l u]. cbn [fst snd] in *. rewrite minus_IZR, plus_IZR. pose proof scale_R as S.
  assert (A : Q2R c - Q2R r <= x <= Q2R c + Q2R r) by (unfold Rabs in H; destruct Rcase_abs in H; lra).
  assert ((Q2R c - Q2R r) * IZR scale <= x * IZR scale <= (Q2R c + Q2R r) * IZR scale) by (split;
    apply Rmult_le_compat_r; lra).
  lra.
Qed.

(** ** Operations *)
Definition zero : interval := (0, 0)%Z.
Lemma zero_ok : holds zero 0.
Proof. unfold holds, zero. cbn [fst snd]. lra. Qed.
Lemma of_Q_0 : of_Q 0 = zero.
Proof. reflexivity. Qed.
Definition one : interval := (scale, scale).
Lemma one_ok : holds one 1.
Proof. unfold holds, one. cbn [fst snd]. lra. Qed.
Definition add (a b : interval) : interval := (fst a + fst b, snd a + snd b)%Z.
Lemma add_ok a b x y : holds a x -> holds b y -> holds (add a b) (x + y).
Proof. unfold holds, add. cbn [fst snd]. rewrite !plus_IZR. lra. Qed.
Definition opp (a : interval) : interval := (- snd a, - fst a)%Z.
Lemma opp_ok a x : holds a x -> holds (opp a) (- x).
Proof. unfold holds, opp. cbn [fst snd]. rewrite !opp_IZR. lra. Qed.

(** Products: two multiplications where a sign is known. *)
Definition corners (a b : interval) : Z * Z :=
  let (al, au) := a in let (bl, bu) := b in
  if (0 <=? al)%Z then ((if (0 <=? bl)%Z then al * bl else au * bl)%Z, (if (0 <=? bu)%Z then au * bu else al * bu)%Z)
  else if (au <=? 0)%Z then ((if (0 <=? bu)%Z then al * bu else au * bu)%Z,
    (if (0 <=? bl)%Z then au * bl else al * bl)%Z)
  else (Z.min (al * bu) (au * bl), Z.max (al * bl) (au * bu))%Z.
Lemma corners_ok al au bl bu X Y : IZR al <= X <= IZR au -> IZR bl <= Y <= IZR bu ->
  IZR (fst (corners (al, au) (bl, bu))) <= X * Y <= IZR (snd (corners (al, au) (bl, bu))).
Proof.
  intros HX HY. unfold corners.
  destruct (Z.leb_spec 0 al) as [A|A]; [|destruct (Z.leb_spec au 0) as [B|B]]; cbn [fst snd].
  - apply IZR_le in A. split.
    + destruct (Z.leb_spec 0 bl) as [C|C]; rewrite mult_IZR; [apply IZR_le in C|apply IZR_lt in C]; nra.
    + destruct (Z.leb_spec 0 bu) as [C|C]; rewrite mult_IZR; [apply IZR_le in C|apply IZR_lt in C]; nra.
  - apply IZR_lt in A. apply IZR_le in B. split.
    + destruct (Z.leb_spec 0 bu) as [C|C]; rewrite mult_IZR; [apply IZR_le in C|apply IZR_lt in C]; nra.
    + destruct (Z.leb_spec 0 bl) as [C|C]; rewrite mult_IZR; [apply IZR_le in C|apply IZR_lt in C]; nra.
  - apply IZR_lt in A. apply IZR_lt in B.
    pose proof (IZR_le _ _ (Z.le_min_l (al * bu) (au * bl))) as M1.
    pose proof (IZR_le _ _ (Z.le_min_r (al * bu) (au * bl))) as M2.
    pose proof (IZR_le _ _ (Z.le_max_l (al * bl) (au * bu))) as M3.
    pose proof (IZR_le _ _ (Z.le_max_r (al * bl) (au * bu))) as M4.
    rewrite mult_IZR in M1, M2, M3, M4. split.
    + destruct (Rle_lt_dec 0 Y). apply Rle_trans with (IZR al * Y); nra. apply Rle_trans with (IZR au * Y); nra.
    + destruct (Rle_lt_dec 0 Y). apply Rle_trans with (IZR au * Y); nra. apply Rle_trans with (IZR al * Y); nra.
Qed.
Definition is_zero (a : interval) : bool := match a with (Z0, Z0) => true | _ => false end.
Lemma is_zero_ok a x : is_zero a = true -> holds a x -> x = 0.
Proof.
  destruct a as [l u]. unfold is_zero. destruct l; try discriminate. destruct u; try discriminate. intros _ [H1 H2].
  cbn [fst snd] in *. pose proof scale_R. nra.
Qed.
Definition mul (a b : interval) : interval :=
  if is_zero a then zero else if is_zero b then zero else let (l, u) := corners a b in (down l, up u).
Lemma mul_ok a b x y : holds a x -> holds b y -> holds (mul a b) (x * y).
Proof.
  intros Ha Hb. unfold mul. destruct (is_zero a) eqn:Ea.
  { rewrite (is_zero_ok a x) by auto. rewrite Rmult_0_l. apply zero_ok. }
  destruct (is_zero b) eqn:Eb.
  { rewrite (is_zero_ok b y) by auto. rewrite Rmult_0_r. apply zero_ok. }
  destruct a as [al au], b as [bl bu]. pose proof (corners_ok al au bl bu _ _ Ha Hb) as C.
  destruct (corners (al, au) (bl, bu)) as [l u]. cbn [fst snd] in *. unfold holds. cbn [fst snd].
  pose proof scale_R as S.
  pose proof (down_ok l) as D. pose proof (up_ok u) as U.
  replace (x * IZR scale * (y * IZR scale)) with (x * y * IZR scale * IZR scale) in C by ring.
  split; apply Rmult_le_reg_r with (IZR scale); lra.
Qed.

(** The greatest absolute value, over the scale. *)
Definition size (a : interval) : Z := Z.max (Z.abs (fst a)) (Z.abs (snd a)).
Lemma size_ok a x : holds a x -> Rabs x * IZR scale <= IZR (size a).
Proof.
  intros [H1 H2]. unfold size. rewrite <- (Rabs_pos_eq (IZR scale)) by (left; apply scale_R). rewrite <- Rabs_mult.
  pose proof (IZR_le _ _ (Z.le_max_l (Z.abs (fst a)) (Z.abs (snd a)))) as M1.
  pose proof (IZR_le _ _ (Z.le_max_r (Z.abs (fst a)) (Z.abs (snd a)))) as M2. rewrite !abs_IZR in M1, M2.
  unfold Rabs in *. destruct (Rcase_abs (x * IZR scale)), (Rcase_abs (IZR (fst a))), (Rcase_abs (IZR (snd a))); lra.
Qed.

(** Signs. *)
Definition positive (a : interval) : bool := (0 <? fst a)%Z.
Lemma positive_ok a x : positive a = true -> holds a x -> 0 < x.
Proof. unfold positive. intros H [H1 _]. apply Z.ltb_lt, IZR_lt in H. pose proof scale_R. nra. Qed.

(** The members that are not negative, and 0. *)
Definition part_above (a : interval) : interval := (Z.max 0 (fst a), Z.max 0 (snd a)).
Lemma IZR_max a b : IZR (Z.max a b) = Rmax (IZR a) (IZR b).
Proof.
  destruct (Z.max_spec a b) as [[L ->]|[L ->]]; apply IZR_lt in L || apply IZR_le in L; unfold Rmax; destruct Rle_dec;
    lra.
Qed.
Lemma part_above_ok a x : holds a x -> holds (part_above a) (Rmax 0 x).
Proof.
  intros [H1 H2]. unfold holds, part_above. cbn [fst snd]. rewrite !IZR_max. pose proof scale_R as S.
  replace (Rmax 0 x * IZR scale) with (Rmax 0 (x * IZR scale)).
  2:{ unfold Rmax. destruct (Rle_dec 0 x), (Rle_dec 0 (x * IZR scale)); try lra; nra. }
  unfold Rmax. destruct (Rle_dec 0 (IZR (fst a))), (Rle_dec 0 (x * IZR scale)), (Rle_dec 0 (IZR (snd a))); lra.
Qed.

(** Square roots of members that are not negative. *)
Definition root (a : interval) : interval := (Z.sqrt (Z.shiftl (Z.max 0 (fst a)) bits),
  Z.sqrt (Z.shiftl (Z.max 0 (snd a)) bits) + 1)%Z.
Lemma root_ok a x : 0 <= x -> holds a x -> holds (root a) (sqrt x).
Proof.
  intros Hx [H1 H2]. unfold holds, root. rewrite !Z.shiftl_mul_pow2 by auto. fold scale. cbn [fst snd].
  pose proof scale_R as S. pose proof scale_positive as SZ.
  assert (Sq : sqrt x * IZR scale * (sqrt x * IZR scale) = x * IZR scale * IZR scale).
  { replace (sqrt x * IZR scale * (sqrt x * IZR scale)) with (sqrt x * sqrt x * IZR scale * IZR scale) by ring.
    rewrite sqrt_sqrt; auto. }
  assert (P : 0 <= sqrt x * IZR scale) by (apply Rmult_le_pos; [apply sqrt_pos|lra]).
  assert (Px : 0 <= x * IZR scale) by (apply Rmult_le_pos; lra).
  split.
  - destruct (Z.sqrt_spec (Z.max 0 (fst a) * scale) ltac:(nia)) as [L _]. apply IZR_le in L.
    rewrite !mult_IZR, IZR_max in L.
    assert (M : Rmax 0 (IZR (fst a)) <= x * IZR scale) by (apply Rmax_lub; auto).
    pose proof (IZR_le _ _ (Z.sqrt_nonneg (Z.max 0 (fst a) * scale))) as N.
    apply Rnot_lt_le. intro Hlt. assert (sqrt x * IZR scale * (sqrt x * IZR scale) < IZR (Z.sqrt (Z.max 0 (fst a) *
      scale)) * IZR (Z.sqrt (Z.max 0 (fst a) * scale)))
      by (apply Rmult_le_0_lt_compat; lra). nra.
  - destruct (Z.sqrt_spec (Z.max 0 (snd a) * scale) ltac:(nia)) as [_ U]. apply IZR_lt in U. rewrite <- Z.add_1_r in U.
    rewrite !mult_IZR, IZR_max in U.
    set (t := IZR (Z.sqrt (Z.max 0 (snd a) * scale) + 1)) in *.
    assert (M : x * IZR scale <= Rmax 0 (IZR (snd a))) by (eapply Rle_trans; [exact H2 | apply Rmax_r]).
    assert (T : 0 <= t) by (apply (IZR_le 0); pose proof (Z.sqrt_nonneg (Z.max 0 (snd a) * scale)); lia).
    apply Rnot_lt_le. intro Hlt. assert (t * t < sqrt x * IZR scale * (sqrt x * IZR scale)) by
      (apply Rmult_le_0_lt_compat; lra). nra.
Qed.
Lemma root_of_product a b x y : 0 < x -> 0 < y -> holds a x -> holds b y -> holds (root (mul a b)) (sqrt (x * y)).
Proof. intros Hx Hy Ha Hb. apply root_ok. apply Rmult_le_pos; lra. now apply mul_ok. Qed.
End Intervals.

(** With [k] places less. *)
Definition fewer (k : Z) (a : interval) : interval := (down k (fst a), up k (snd a)).
Lemma fewer_ok bits k a x : (0 <= bits)%Z -> (0 <= k)%Z -> holds (bits + k) a x -> holds bits (fewer k a) x.
Proof.
  intros Hb Hk [H1 H2]. unfold holds, fewer. cbn [fst snd].
  assert (S : IZR (scale (bits + k)) = IZR (scale bits) * IZR (scale k)).
  { unfold scale. rewrite Z.pow_add_r by lia. apply mult_IZR. }
  rewrite S in H1, H2. pose proof (down_ok k Hk (fst a)) as D. pose proof (up_ok k Hk (snd a)) as U.
  assert (P0 : 0 < IZR (scale k)) by (apply scale_R; lia). split; apply Rmult_le_reg_r with (IZR (scale k)); lra.
Qed.
Lemma fewer_zero k : fewer k zero = zero.
Proof. unfold fewer, up, down, zero. cbn [fst snd Z.opp]. now rewrite Z.shiftr_0_l. Qed.
