(** * Symmetric matrices known up to intervals: elimination shows that they are positive definite. *)

From Coq Require Import Reals ZArith QArith Qreals List Lra Lia.
From Margincert Require Import Claims Lists Sums Intervals.
Import ListNotations.
Open Scope R_scope.

(** ** Quadratic forms over a list of places *)
Section Quadratic.
Context {A : Type}.
Fixpoint quadratic (S : A -> A -> R) (V : list A) (e : A -> R) : R :=
  match V with
  | [] => 0
  | v :: V' => S v v * (e v * e v) + 2 * (e v * Rsum (map (fun w => S v w * e w) V')) + quadratic S V' e
  end.
Lemma quadratic_minus S T V e : quadratic (fun v w => S v w - T v w) V e = quadratic S V e - quadratic T V e.
Proof.
  induction V as [|v V IH]; cbn [quadratic]. ring. rewrite IH.
  rewrite (Rsum_ext_in (fun w => (S v w - T v w) * e w) (fun w => 1 * (S v w * e w) + (-1) * (T v w * e w))) by (intros; ring).
  rewrite Rsum_lin. ring.
Qed.
Lemma quadratic_product (r : A -> R) c V e : quadratic (fun v w => r v * r w * c) V e = c * (Rsum (map (fun w => r w * e w) V) * Rsum (map (fun w => r w * e w) V)).
Proof.
  induction V as [|v V IH]; cbn [quadratic map]. unfold Rsum. simpl. ring. rewrite IH, Rsum_cons.
  rewrite (Rsum_ext_in (fun w => r v * r w * c * e w) (fun w => (r v * c) * (r w * e w))) by (intros; ring). rewrite Rsum_mult. ring.
Qed.

Lemma quadratic_scale c T V e : quadratic (fun v w => c * T v w) V e = c * quadratic T V e.
Proof.
  induction V as [|v V IH]; cbn [quadratic]. ring. rewrite IH.
  rewrite (Rsum_ext_in (fun w => c * T v w * e w) (fun w => c * (T v w * e w))) by (intros; ring). rewrite Rsum_mult. ring.
Qed.
Lemma quadratic_plus S T V e : quadratic (fun v w => S v w + T v w) V e = quadratic S V e + quadratic T V e.
Proof.
  induction V as [|v V IH]; cbn [quadratic]. ring. rewrite IH.
  rewrite (Rsum_ext_in (fun w => (S v w + T v w) * e w) (fun w => 1 * (S v w * e w) + 1 * (T v w * e w))) by (intros; ring).
  rewrite Rsum_lin. ring.
Qed.
(** Forms of other kinds. *)
Lemma quadratic_twice (T : A -> A -> R) V' e : quadratic (fun v w => T v w + T w v) V' e =
  2 * Rsum (map (fun v => e v * Rsum (map (fun w => e w * T v w) V')) V').
Proof.
  induction V' as [|v V' IH]; cbn [quadratic map]. unfold Rsum. simpl. ring. rewrite IH, !Rsum_cons. clear IH.
  rewrite (Rsum_ext_in (fun a => e a * Rsum (e v * T a v :: map (fun w => e w * T a w) V'))
    (fun a => e v * (e a * T a v) + e a * Rsum (map (fun w => e w * T a w) V'))) by (intros; rewrite Rsum_cons; ring).
  rewrite (Rsum_ext_in (fun w => (T v w + T w v) * e w) (fun w => 1 * (e w * T v w) + 1 * (e w * T w v))) by (intros; ring).
  rewrite Rsum_lin, Rsum_plus, Rsum_mult. ring.
Qed.
Lemma quadratic_sum {B} (T : B -> A -> A -> R) l V' e : quadratic (fun v w => Rsum (map (fun b => T b v w) l)) V' e =
  Rsum (map (fun b => quadratic (T b) V' e) l).
Proof.
  induction V' as [|v V' IH]; cbn [quadratic]. symmetry. now apply Rsum_zero. rewrite IH.
  rewrite (Rsum_ext_in (fun w => Rsum (map (fun b => T b v w) l) * e w) (fun w => Rsum (map (fun b => T b v w * e w) l))).
  2:{ intros w _. rewrite Rmult_comm, <- Rsum_mult. apply Rsum_ext_in. intros; ring. }
  rewrite Rsum_swap, !Rsum_plus, Rmult_comm, <- !Rsum_mult. f_equal. f_equal. apply Rsum_ext_in. intros; ring.
Qed.
Lemma quadratic_square (g : A -> R) V' e : quadratic (fun v w => g v * g w) V' e =
  Rsum (map (fun v => e v * g v) V') * Rsum (map (fun v => e v * g v) V').
Proof.
  pose proof (quadratic_product g 1 V' e) as Q. rewrite Rmult_1_l in Q.
  rewrite (Rsum_ext_in (fun v => e v * g v) (fun v => g v * e v)) by (intros; ring). rewrite <- Q. clear Q.
  assert (G : forall S T : A -> A -> R, (forall v w, S v w = T v w) -> quadratic S V' e = quadratic T V' e).
  { intros S T E. induction V' as [|v l IH]; cbn [quadratic]; auto. rewrite IH, E. do 4 f_equal. apply Rsum_ext_in. intros; now rewrite E. }
  apply G. intros. ring.
Qed.
End Quadratic.
Lemma quadratic_one e V' : NoDup V' -> quadratic (fun v w : nat * nat => if Nat.eqb (fst v) (fst w) then if Nat.eqb (snd v) (snd w) then 1 else 0 else 0) V' e =
  Rsum (map (fun v => e v * e v) V').
Proof.
  induction 1 as [|v V' Ni ND IH]; cbn [quadratic map]; auto. rewrite IH, Rsum_cons, !Nat.eqb_refl, (Rsum_zero _ V'). ring.
  intros w Hw. destruct (Nat.eqb_spec (fst v) (fst w)), (Nat.eqb_spec (snd v) (snd w)); try ring. exfalso. apply Ni.
  destruct v, w. cbn [fst snd] in *. now subst.
Qed.

Section Elimination.
Context {A : Type}.
(** What is left when [v] is eliminated. *)
Definition eliminated (S : A -> A -> R) (v : A) (a b : A) : R := S a b - S v a * S v b * / S v v.
Lemma quadratic_eliminated S v V e : S v v <> 0 -> quadratic S (v :: V) e =
  S v v * ((e v + / S v v * Rsum (map (fun w => S v w * e w) V)) * (e v + / S v v * Rsum (map (fun w => S v w * e w) V))) +
  quadratic (eliminated S v) V e.
Proof.
  intro N. unfold eliminated. rewrite quadratic_minus, quadratic_product. cbn [quadratic]. field. exact N.
Qed.
End Elimination.

Section Definite.
Variable bits : Z.
Hypothesis Hbits : (0 <= bits)%Z.
Notation holds := (holds bits).
Notation scale := (scale bits).

(** The reciprocals of positive numbers. *)
Definition reciprocal (a : interval) : interval := (scale * scale / snd a, - (- (scale * scale) / fst a))%Z.
Lemma reciprocal_ok a x : positive a = true -> holds a x -> holds (reciprocal a) (/ x).
Proof.
  intros P H. pose proof (positive_ok bits Hbits a x P H) as Hx. unfold positive in P. apply Z.ltb_lt in P. destruct a as [l u].
  unfold Intervals.holds, reciprocal in *. cbn [fst snd] in *. destruct H as [H1 H2]. pose proof (scale_R bits Hbits) as SR.
  assert (L : 0 < IZR l) by now apply IZR_lt. assert (U : (0 < u)%Z) by (apply lt_IZR; nra).
  assert (E : / x * IZR scale * (x * IZR scale) = IZR (scale * scale)) by (rewrite mult_IZR; field; lra).
  assert (Q : 0 < / x * IZR scale) by (apply Rmult_lt_0_compat; auto; now apply Rinv_0_lt_compat).
  pose proof (IZR_le _ _ (Z.mul_div_le (scale * scale) u U)) as D1. rewrite mult_IZR in D1.
  pose proof (IZR_le _ _ (Z.mul_div_le (- (scale * scale)) l P)) as D2. rewrite mult_IZR, opp_IZR in D2. rewrite opp_IZR.
  set (a := IZR (scale * scale / u)) in *. set (b := IZR (- (scale * scale) / l)) in *. rewrite <- E in D1, D2.
  assert (0 < IZR u) by now apply IZR_lt. split.
  - apply Rmult_le_reg_l with (IZR u); auto. eapply Rle_trans. exact D1. rewrite (Rmult_comm (IZR u)). apply Rmult_le_compat_l; lra.
  - apply Rmult_le_reg_l with (IZR l); auto. rewrite (Rmult_comm (IZR l) (/ x * IZR scale)).
    apply Rle_trans with (/ x * IZR scale * (x * IZR scale)). apply Rmult_le_compat_l; lra. lra.
Qed.

(** The upper triangle, row by row. *)
Fixpoint minus_multiple (f : interval) (r row : list interval) : list interval :=
  match r, row with a :: r', b :: row' => add b (opp (mul bits f a)) :: minus_multiple f r' row' | _, _ => [] end.
Fixpoint eliminate (f r : list interval) (rows : list (list interval)) : list (list interval) :=
  match f, r, rows with
  | fi :: f', _ :: r', row :: rows' => minus_multiple fi r row :: eliminate f' r' rows'
  | _, _, _ => []
  end.
(** Elimination meets positive pivots only. [n] is the number of rows. *)
Fixpoint definite (n : nat) (rows : list (list interval)) : bool :=
  match rows with
  | [] => true
  | [] :: _ => false
  | (p :: r) :: rows' =>
      if positive p then
        match n with
        | O => false
        | S n' => let q := reciprocal p in definite n' (eliminate (map (fun a => mul bits a q) r) r rows')
        end
      else false
  end.

Section Places.
Context {A : Type}.
Definition row_holds (S : A -> A -> R) (v : A) (row : list interval) (V : list A) : Prop := Forall2 (fun a w => holds a (S v w)) row V.
Fixpoint triangle_holds (S : A -> A -> R) (rows : list (list interval)) (V : list A) : Prop :=
  match rows, V with
  | [], [] => True
  | row :: rows', v :: V' => row_holds S v row V /\ triangle_holds S rows' V'
  | _, _ => False
  end.

Lemma minus_multiple_ok S v w f r row V : holds f (S v w * / S v v) -> row_holds S v r V -> row_holds S w row V ->
  row_holds (eliminated S v) w (minus_multiple f r row) V.
Proof.
  intros Hf Hr. revert row. induction Hr as [|a x r V Ha Hr IH]; intros row Hrow; inversion Hrow; subst; constructor.
  - unfold eliminated. replace (S w x - S v w * S v x * / S v v) with (S w x + - (S v w * / S v v * S v x)) by ring.
    apply add_ok; auto. apply opp_ok. now apply mul_ok.
  - now apply IH.
Qed.
Lemma eliminate_ok S v f r rows V : Forall2 (fun a w => holds a (S v w * / S v v)) f V -> row_holds S v r V -> triangle_holds S rows V ->
  triangle_holds (eliminated S v) (eliminate f r rows) V.
Proof.
  intro Hf. revert r rows. induction Hf as [|fi w f V Hfi Hf IH]; intros r rows Hr Ht.
  - inversion Hr. destruct rows; [exact I|contradiction].
  - inversion Hr as [|a x r' V' Ha Hr']. subst. destruct rows as [|row rows]; [contradiction|]. destruct Ht as [T1 T2].
    cbn [eliminate triangle_holds]. split. now apply minus_multiple_ok. now apply IH.
Qed.

Theorem definite_ok n S rows V : definite n rows = true -> triangle_holds S rows V ->
  exists mu, 0 < mu /\ forall e, mu * Rsum (map (fun v => e v * e v) V) <= quadratic S V e.
Proof.
  revert S rows V. induction n as [|n IH]; intros S [|row rows] [|v V] D T; try contradiction;
    try (exists 1; split; [lra|intro; simpl; unfold Rsum; simpl; lra]);
    cbn [definite] in D; destruct row as [|p r]; try discriminate; destruct (positive p) eqn:P; try discriminate.
  destruct T as [T1 T2]. inversion T1 as [|a x r' V' Hp Hr]. subst.
  pose proof (positive_ok bits Hbits p _ P Hp) as Pv. set (s := S v v) in *.
  destruct (IH (eliminated S v) _ V D) as (mu & Hmu & Q).
  { apply eliminate_ok; auto. fold s. clear - Hr Hp P Hbits. induction Hr as [|a w r V Ha Hr IH]; constructor; auto.
    apply mul_ok; auto. now apply reciprocal_ok. }
  clear IH D T1 T2 Hp P. set (L := fun e => Rsum (map (fun w => S v w * e w) V)).
  set (B := Rsum (map (fun w => S v w * S v w) V) * (/ s * / s)).
  assert (HB : 0 <= B).
  { unfold B. apply Rmult_le_pos. apply Rsum_squares. apply Rle_0_sqr. }
  set (m := Rmin (s / 2) (mu / (2 * B + 1))). assert (Hm : 0 < m).
  { apply Rmin_pos; apply Rdiv_lt_0_compat; lra. }
  assert (M1 : m <= s / 2) by apply Rmin_l.
  assert (M2 : m * (2 * B + 1) <= mu).
  { apply Rle_trans with (mu / (2 * B + 1) * (2 * B + 1)). apply Rmult_le_compat_r. lra. apply Rmin_r. right. field. lra. }
  exists m. split; auto. intro e. rewrite (quadratic_eliminated S v V e) by (fold s; lra). fold s. fold (L e).
  specialize (Q e). cbn [map]. rewrite Rsum_cons. set (E := Rsum (map (fun w => e w * e w) V)) in *.
  assert (HE : 0 <= E) by apply Rsum_squares. set (b := / s * L e).
  assert (Hb : b * b <= B * E).
  { unfold b, B. replace (/ s * L e * (/ s * L e)) with (L e * L e * (/ s * / s)) by ring.
    replace (Rsum (map (fun w => S v w * S v w) V) * (/ s * / s) * E) with (Rsum (map (fun w => S v w * S v w) V) * E * (/ s * / s)) by ring.
    apply Rmult_le_compat_r. apply Rle_0_sqr. apply cauchy_schwarz. }
  assert (Ev : e v * e v <= 2 * ((e v + b) * (e v + b)) + 2 * (b * b)).
  { pose proof (Rle_0_sqr (e v + 2 * b)) as K. unfold Rsqr in K. lra. }
  assert (K1 : m * (e v * e v + E) <= m * (2 * ((e v + b) * (e v + b)) + (2 * B + 1) * E)) by (apply Rmult_le_compat_l; lra).
  assert (K2 : m * 2 * ((e v + b) * (e v + b)) <= s * ((e v + b) * (e v + b))) by (apply Rmult_le_compat_r; [apply Rle_0_sqr|lra]).
  assert (K3 : m * (2 * B + 1) * E <= mu * E) by (apply Rmult_le_compat_r; lra).
  lra.
Qed.
End Places.
End Definite.
