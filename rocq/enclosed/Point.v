(** * The point made from a solution of the equations is a KKT point. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Lists Vectors Sums Piece TwoLayers TwoLayersKkt.
Import ListNotations.
Open Scope R_scope.

Lemma Rsum_nth_seq {A} (f : A -> R) d l : Rsum (map f l) = Rsum (map (fun u => f (nth u l d)) (seq 0 (length l))).
Proof.
  induction l as [|a l IH]. reflexivity. cbn [length seq map]. rewrite !Rsum_cons, IH. cbn [nth]. f_equal.
  rewrite <- seq_shift, map_map. reflexivity.
Qed.
Lemma sgn_square b : sgn b * sgn b = 1.
Proof. destruct b; simpl; ring. Qed.
Lemma act_scale s c z : 0 <= c -> act s (c * z) = c * act s z.
Proof.
  intros [H|<-]; unfold act.
  - destruct (Rlt_dec (c * z) 0), (Rlt_dec z 0); try ring; exfalso; nra.
  - destruct Rlt_dec; lra.
Qed.
Lemma nth_concat_rows (rows : list (list R)) d u p : (forall r, In r rows -> length r = d) -> (p < d)%nat ->
  nth (u * d + p) (concat rows) 0 = nth p (nth u rows []) 0.
Proof.
  intros H Hp. revert u. induction rows as [|r rows IH]; intro u.
  { destruct u, p; simpl; auto; now destruct (_ + _)%nat. }
  cbn [concat]. assert (Lr : length r = d) by (apply H; now left). destruct u as [|u].
  - rewrite app_nth1 by (simpl; lia). reflexivity.
  - rewrite app_nth2 by (rewrite Lr; simpl; lia). rewrite Lr.
    replace (S u * d + p - d)%nat with (u * d + p)%nat by (simpl; lia).
    simpl nth. apply IH. intros r' Hr. apply H. now right.
Qed.

Fixpoint index (i : nat) (l : list nat) : nat :=
  match l with [] => 0 | a :: l' => if Nat.eqb a i then 0 else S (index i l') end.
Lemma index_nth l k : NoDup l -> (k < length l)%nat -> index (nth k l 0%nat) l = k.
Proof.
  revert k. induction l as [|a l IH]; intros k N H. simpl in H. lia. inversion N; subst. destruct k as [|k]; simpl.
  - now rewrite Nat.eqb_refl.
  - simpl in H. destruct (Nat.eqb_spec a (nth k l 0%nat)) as [E|E].
    + exfalso. apply H2. rewrite E. apply nth_In. lia.
    + rewrite IH; auto. lia.
Qed.

(** Preactivations on the active samples lie on their sides, and the slopes of held kinks between the activation's. *)
Definition on_sides (P : problem R) (E : enclosure R) (xi : list R) (s : R) : Prop :=
  forall c k, In c (directions E) -> (k < actives E)%nat ->
  match side_of c k with
  | Below => s = 1 \/ preactivation P E xi c (fst (active_sample P E k)) < 0
  | Above => s = 1 \/ 0 < preactivation P E xi c (fst (active_sample P E k))
  | Held n => s < nth n xi 0 < 1 \/ 1 < nth n xi 0 < s
  end.

Section Point.
Variables (P : problem R) (E : enclosure R) (xi : list R) (s : R).
Let d := inputs P.
Let h := length (live E).
Let m := actives E.
Let J := length (directions E).
Let dir := direction_of E.
Let vec := vector P E xi.
Let pre := preactivation P E xi.
Let mul := multiplier xi.
Let amt := amount E xi.
Let smp k := active_sample P E k.
Let slp (c : bool * list side) k := slope_on P xi (side_of c k).
Hypothesis Net : net P = two_layers d h s.
Hypothesis Hd : (0 < d)%nat.
Hypothesis Posed : posed P None.
Hypothesis Valid : forall k, (k < m)%nat -> (nth k (active E) 0 < length (data P))%nat.
Hypothesis Distinct : NoDup (active E).
Definition share_of (j : nat) (l : option (nat * R)) : R := match l with Some (j',
  r) => if Nat.eqb j j' then r else 0 | None => 0 end.
Hypothesis Live : forall j r, In (Some (j, r)) (live E) -> (j < J)%nat /\ 0 < r.
Hypothesis Shares : forall j, (j < J)%nat -> Rsum (map (share_of j) (live E)) = 1.
Hypothesis Solves : solves P E xi.
Hypothesis Multipliers : forall k, (k < m)%nat -> 0 < mul k.
Hypothesis Amounts : forall j, (j < J)%nat -> 0 < amt j.
Hypothesis Sides : forall c k, In c (directions E) -> (k < m)%nat ->
  match side_of c k with
  | Below => s = 1 \/ pre c (fst (smp k)) < 0
  | Above => s = 1 \/ 0 < pre c (fst (smp k))
  | Held n => s < nth n xi 0 < 1 \/ 1 < nth n xi 0 < s
  end.

Lemma lower_is : lower_slope P = s.
Proof. unfold lower_slope. rewrite Net. reflexivity. Qed.

Lemma dir_in j : (j < J)%nat -> In (dir j) (directions E).
Proof. intro H. now apply nth_In. Qed.

(** ** The equations *)
Lemma unit_vector_length c : In c (directions E) -> Rsum (map (fun p => vec c p * vec c p) (seq 0 d)) = 1.
Proof.
  intro H. assert (Q : unit_length P E xi c = 0).
  { apply Solves. unfold equations. apply in_or_app. left. now apply in_map. }
  unfold unit_length in Q. unfold vec, d. lra.
Qed.
Lemma held_zero c k n : In c (directions E) -> (k < m)%nat -> side_of c k = Held n -> pre c (fst (smp k)) = 0.
Proof.
  intros Hc Hk Hs. apply Solves. unfold equations. apply in_or_app. right. apply in_or_app. right.
  apply in_concat. exists (held_kinks P E xi c). split. now apply in_map. unfold held_kinks. apply in_concat.
  exists [pre c (fst (smp k))]. split; [|now left]. apply in_map_iff. exists k. rewrite Hs. split; auto. apply in_seq.
  unfold m in Hk. lia.
Qed.
Lemma act_on_side c k : In c (directions E) -> (k < m)%nat -> act s (pre c (fst (smp k))) =
  match side_of c k with Held _ => 0 | sd => slope_on P xi sd * pre c (fst (smp k)) end.
Proof.
  intros Hc Hk. pose proof (Sides c k Hc Hk) as S. pose proof (held_zero c k) as Z. unfold act.
  destruct (side_of c k) as [| |n]; cbn [slope_on]; rewrite ?lower_is.
  - destruct S as [->|S]; destruct Rlt_dec; lra.
  - destruct S as [->|S]; destruct Rlt_dec; lra.
  - rewrite (Z n) by auto. destruct Rlt_dec; lra.
Qed.

(** ** The units *)
Definition strength (l : option (nat * R)) : R := match l with Some (j, r) => sqrt (amt j * r) | None => 0 end.
Let w := concat (map (incoming P E xi) (live E)).
Let v := map (outgoing E xi) (live E).

Lemma strength_nonneg l : 0 <= strength l.
Proof. destruct l as [[j r]|]; simpl. apply sqrt_pos. lra. Qed.
Lemma length_w : length w = (h * d)%nat.
Proof.
  unfold w, h. generalize (live E). intro l0. induction l0 as [|l ls IH]. reflexivity. cbn [map concat length].
  rewrite app_length, IH.
  unfold incoming at 1. rewrite map_length, seq_length. reflexivity.
Qed.
Lemma nth_w u p : (u < h)%nat -> (p < d)%nat -> nth (u * d + p) w 0 =
  match nth u (live E) None with Some (j, r) => sqrt (amt j * r) * vec (dir j) p | None => 0 end.
Proof.
  intros Hu Hp. unfold w. rewrite nth_concat_rows; auto.
  - rewrite nth_indep with (d' := incoming P E xi None) by (now rewrite map_length). rewrite map_nth.
    unfold incoming. fold d. rewrite nth_map_seq by auto. reflexivity.
  - intros r Hr. apply in_map_iff in Hr. destruct Hr as (l & <- & _). unfold incoming.
    now rewrite map_length, seq_length.
Qed.
Lemma nth_v u : (u < h)%nat -> nth u v 0 = outgoing E xi (nth u (live E) None).
Proof.
  intro Hu. unfold v. rewrite nth_indep with (d' := outgoing E xi None) by (now rewrite map_length).
  now rewrite map_nth.
Qed.
Lemma hid_w x u : (u < h)%nat -> hid d w x u =
  match nth u (live E) None with Some (j, r) => sqrt (amt j * r) * pre (dir j) x | None => 0 end.
Proof.
  intro Hu. unfold hid. rewrite (Rsum_ext_in _ (fun p =>
    match nth u (live E) None with Some (j, r) => sqrt (amt j * r) * (vec (dir j) p * nth p x 0) | None => 0 end)).
  - destruct (nth u (live E) None) as [[j r]|]. unfold pre, preactivation. now rewrite Rsum_mult. now apply Rsum_zero.
  - intros p Hp. apply in_seq in Hp. rewrite nth_w by (auto; lia). destruct (nth u (live E) None) as [[j r]|]; ring.
Qed.

(** Sums over the units are sums over the directions. *)
Lemma by_direction (g : nat -> R) : Rsum (map (fun l => match l with Some (j, r) => r * g j | None => 0 end) (live E)) =
  Rsum (map g (seq 0 J)).
Proof.
  rewrite (Rsum_ext_in _ (fun l => Rsum (map (fun j => share_of j l * g j) (seq 0 J)))).
  - rewrite Rsum_swap. apply Rsum_ext_in. intros j Hj. apply in_seq in Hj.
    rewrite (Rsum_ext_in _ (fun l => g j * share_of j l)) by (intros; ring). rewrite Rsum_mult, Shares by lia. ring.
  - intros [[j r]|] Hl. 2:{ symmetry. apply Rsum_zero. intros. simpl. ring. }
    destruct (Live j r Hl) as [Hj _]. rewrite (Rsum_only _ J j).
    + destruct (Nat.ltb_spec j J); [|lia]. simpl. rewrite Nat.eqb_refl. reflexivity.
    + intros j' _ N. simpl. destruct (Nat.eqb_spec j' j); [congruence|ring].
Qed.

Lemma output_of x : Phi (net P) (point_of P E xi) x = Rsum (map (fun j =>
  sgn (fst (dir j)) * (amt j * act s (pre (dir j) x))) (seq 0 J)).
Proof.
  unfold point_of. fold w v. rewrite Net, Phi_two by auto. rewrite <- by_direction, (Rsum_nth_seq _ None). fold h.
  apply Rsum_ext_in. intros u Hu. apply in_seq in Hu. rewrite nth_v, hid_w by lia.
  assert (In1 : In (nth u (live E) None) (live E)) by (apply nth_In; unfold h in Hu; lia).
  destruct (nth u (live E) None) as [[j r]|]; simpl.
  - destruct (Live j r In1) as [Hj Hr]. fold dir. fold amt. rewrite act_scale by apply sqrt_pos.
    assert (Q : sqrt (amt j * r) * sqrt (amt j * r) = amt j * r).
    { apply sqrt_sqrt. apply Rmult_le_pos. left. now apply Amounts. lra. }
    match goal with |- ?e * ?q * (?q * ?a) = _ => replace (e * q * (q * a)) with (e * (q * q) * a) by ring end.
    rewrite Q. unfold dir. ring.
  - ring.
Qed.

Lemma numbered_sum (g : nat * (bool * list side) ->
  R) : Rsum (map g (numbered E)) = Rsum (map (fun j => g (j, dir j)) (seq 0 J)).
Proof.
  unfold numbered, dir, direction_of, J. generalize (directions E) as l. intro l.
  assert (G : forall i, Rsum (map g (combine (seq i (length l)) l)) = Rsum (map (fun j => g (i + j, nth j l (true,
    []))%nat) (seq 0 (length l)))).
  { induction l as [|c l IH]; intro i. reflexivity. cbn [length seq combine map]. rewrite !Rsum_cons, IH. cbn [nth].
    rewrite Nat.add_0_r. f_equal. rewrite <- (seq_shift _ 0), map_map. cbn [nth]. apply Rsum_ext_in. intros j _.
    now rewrite Nat.add_succ_r. }
  rewrite G. reflexivity.
Qed.

Lemma margin_active k : (k < m)%nat -> margin P (point_of P E xi) (smp k) = 1.
Proof.
  intro Hk. assert (T : tight P E xi k = 0).
  { apply Solves. unfold equations. apply in_or_app. right. apply in_or_app. left. apply in_map. apply in_seq.
    unfold m in Hk. lia. }
  unfold tight in T. rewrite numbered_sum in T. unfold margin. rewrite output_of.
  rewrite (Rsum_ext_in _ (fun j => contribution P E xi k (j, dir j))).
  - fold (smp k) in T. replace (Rsum _) with (sgn (snd (smp k))) by lra. apply sgn_square.
  - intros j Hj. apply in_seq in Hj. rewrite act_on_side by (auto; apply dir_in; lia). unfold contribution.
    cbn [fst snd].
    destruct (side_of (dir j) k); unfold amt, pre, smp; ring.
Qed.

Hypothesis Others : forall i, (i < length (data P))%nat -> ~ In i (active E) ->
  1 < sgn (snd (nth i (data P) ([], true))) *
      Rsum (map (fun j => sgn (fst (dir j)) * (amt j * act s (pre (dir j) (fst (nth i (data P) ([],
        true)))))) (seq 0 J)).

Lemma margins_of i : (i < length (data P))%nat -> let mg := margin P (point_of P E xi) (nth i (data P) ([], true)) in
  (In i (active E) -> mg = 1) /\ (~ In i (active E) -> 1 < mg).
Proof.
  intros Hi mg. split; intro H.
  - apply In_nth with (d := 0%nat) in H. destruct H as (k & Hk & E0). unfold mg. rewrite <- E0. now apply margin_active.
  - unfold mg, margin. rewrite output_of. now apply Others.
Qed.

Lemma feasible_of : feasible P None (point_of P E xi).
Proof.
  split; auto. split.
  - unfold shaped, point_of. fold w v. rewrite Net. simpl. rewrite length_w. unfold v. rewrite map_length. unfold h.
    reflexivity.
  - intros smp' Hs. apply In_nth with (d := ([], true)) in Hs. destruct Hs as (i & Hi & <-).
    destruct (margins_of i Hi) as [M1 M2]. destruct (in_dec Nat.eq_dec i (active E)) as [I|I].
    + rewrite M1 by auto. lra.
    + left. now apply M2.
Qed.

(** ** Stationarity *)
Definition lambda_of (i : nat) : R := Rsum (map (fun k =>
  if Nat.eqb (nth k (active E) 0%nat) i then mul k else 0) (seq 0 m)).
Definition sigma_of (i u : nat) : R :=
  match nth u (live E) None with Some (j, _) => slp (dir j) (index i (active E)) | None => 1 end.

Lemma over_active (F : nat -> R) : Rsum (map (fun i => lambda_of i * F i) (seq 0 (length (data P)))) =
  Rsum (map (fun k => mul k * F (nth k (active E) 0%nat)) (seq 0 m)).
Proof.
  unfold lambda_of.
  rewrite (Rsum_ext_in _ (fun i => Rsum (map (fun k =>
    F i * (if Nat.eqb (nth k (active E) 0%nat) i then mul k else 0)) (seq 0 m))))
    by (intros; rewrite Rsum_mult; ring).
  rewrite Rsum_swap. apply Rsum_ext_in. intros k Hk. apply in_seq in Hk.
  rewrite (Rsum_only _ _ (nth k (active E) 0%nat)).
  - rewrite Nat.eqb_refl. destruct (Nat.ltb_spec (nth k (active E) 0%nat) (length (data P))) as [|O]. ring.
    specialize (Valid k ltac:(lia)). lia.
  - intros i _ N. destruct (Nat.eqb_spec (nth k (active E) 0%nat) i); [congruence|ring].
Qed.
Lemma lambda_nonneg i : 0 <= lambda_of i.
Proof.
  apply Rsum_nonneg. intros a Ha. apply in_map_iff in Ha. destruct Ha as (k & <- & Hk). apply in_seq in Hk.
  destruct Nat.eqb; [left; apply Multipliers; lia|lra].
Qed.
Lemma lambda_active i : lambda_of i <> 0 -> exists k, (k < m)%nat /\ nth k (active E) 0%nat = i.
Proof.
  intro H. destruct (in_dec Nat.eq_dec i (active E)) as [I|I].
  - apply In_nth with (d := 0%nat) in I. exact I.
  - exfalso. apply H. apply Rsum_zero. intros k Hk. apply in_seq in Hk.
    destruct (Nat.eqb_spec (nth k (active E) 0%nat) i); auto.
    exfalso. apply I. subst. apply nth_In. unfold m, actives in *. lia.
Qed.

Lemma index_active k : (k < m)%nat -> index (nth k (active E) 0%nat) (active E) = k.
Proof. intro Hk. now apply index_nth. Qed.

Theorem point_kkt : kkt P None (point_of P E xi).
Proof.
  unfold point_of. fold w v. apply (stationary_kkt P h s Net Hd w v lambda_of sigma_of). apply feasible_of.
  - intros i Hi. split. apply lambda_nonneg. intro N. destruct (lambda_active i N) as (k & Hk & <-). split.
    now apply margin_active.
    intros u Hu. fold d. rewrite hid_w by auto. unfold sigma_of. rewrite index_active by auto.
    assert (In1 : In (nth u (live E) None) (live E)) by now apply nth_In.
    destruct (nth u (live E) None) as [[j r]|].
    + destruct (Live j r In1) as [Hj Hr]. assert (Pos : 0 < sqrt (amt j * r)) by (apply sqrt_lt_R0, Rmult_lt_0_compat;
        auto).
      pose proof (Sides (dir j) k (dir_in j Hj) Hk) as S. pose proof (held_zero (dir j) k) as Z. unfold slp.
      change (nth (nth k (active E) 0%nat) (data P) ([], true)) with (smp k). set (z := pre (dir j) (fst (smp k))) in *.
      unfold passes. destruct (side_of (dir j) k) as [| |n]; cbn [slope_on]; rewrite ?lower_is.
      * destruct S as [->|S]; repeat split; intros; try lra; nra.
      * destruct S as [->|S]; repeat split; intros; try lra; nra.
      * rewrite (Z n) by (auto using dir_in). repeat split; intros; lra.
    + unfold passes. repeat split; intros; lra.
  - intros u p Hu Hp. fold d in Hp |- *. rewrite nth_w by auto.
    rewrite (over_active (fun i => sgn (snd (nth i (data P) ([],
      true))) * (nth u v 0 * (sigma_of i u * nth p (fst (nth i (data P) ([], true))) 0)))).
    rewrite nth_v by auto. unfold sigma_of. destruct (nth u (live E) None) as [[j r]|]; cbn [outgoing].
    + unfold vec, vector. rewrite <- Rsum_mult. apply Rsum_ext_in. intros k Hk. apply in_seq in Hk.
      rewrite index_active by lia.
      fold dir. fold amt. unfold slp, mul, active_sample. ring.
    + symmetry. apply Rsum_zero. intros. ring.
  - intros u Hu. fold d. rewrite (over_active (fun i => sgn (snd (nth i (data P) ([],
      true))) * (sigma_of i u * hid d w (fst (nth i (data P) ([], true))) u))).
    rewrite nth_v by auto. unfold sigma_of.
    assert (In1 : In (nth u (live E) None) (live E)) by now apply nth_In.
    rewrite (Rsum_ext_in _ (fun k => match nth u (live E) None with
       | Some (j, r) => sqrt (amt j * r) * (mul k * (sgn (snd (smp k)) * (slp (dir j) k *
         pre (dir j) (fst (smp k))))) | None => 0 end)).
    2:{ intros k Hk. apply in_seq in Hk. rewrite hid_w, index_active by lia.
        destruct (nth u (live E) None) as [[j r]|]; unfold smp, active_sample; ring. }
    destruct (nth u (live E) None) as [[j r]|]; cbn [outgoing].
    + rewrite Rsum_mult. fold dir. fold amt. rewrite Rmult_comm. f_equal. destruct (Live j r In1) as [Hj _].
      rewrite (Rsum_ext_in _ (fun k => Rsum (map (fun p =>
        vec (dir j) p * (mul k * (sgn (snd (smp k)) * slp (dir j) k) * nth p (fst (smp k)) 0)) (seq 0 d)))).
      2:{ intros k _. unfold pre, preactivation. fold d.
          transitivity (mul k * (sgn (snd (smp k)) * slp (dir j) k) * Rsum (map (fun p =>
            vec (dir j) p * nth p (fst (smp k)) 0) (seq 0 d))).
          { unfold vec. ring. } rewrite <- Rsum_mult. apply Rsum_ext_in. intros; ring. }
      rewrite Rsum_swap.
      rewrite (Rsum_ext_in _ (fun p => sgn (fst (dir j)) * (vec (dir j) p * vec (dir j) p))).
      * rewrite Rsum_mult, unit_vector_length by now apply dir_in. ring.
      * intros p _. rewrite Rsum_mult.
        replace (sgn (fst (dir j)) * (vec (dir j) p * vec (dir j) p)) with
          (vec (dir j) p * (sgn (fst (dir j)) * vec (dir j) p)) by ring. f_equal.
        unfold vec, vector. rewrite <- Rsum_mult. apply Rsum_ext_in. intros k _. unfold mul, slp, smp.
        pose proof (sgn_square (fst (dir j))) as Q.
        match goal with |- ?a = ?e * (?e * ?b * ?c) => replace (e * (e * b * c)) with (e * e * (b * c)) by ring end.
        rewrite Q. ring.
    + symmetry. now apply Rsum_zero.
Qed.

(** Half the square norm is the sum of the amounts. *)
Lemma norm_of : norm2 (point_of P E xi) = 2 * Rsum (map amt (seq 0 J)).
Proof.
  assert (Row : forall l, In l (live E) -> Rsum (map (fun a => a * a) (incoming P E xi l)) = strength l * strength l).
  { intros l Hl. unfold incoming, strength. fold d. rewrite map_map. destruct l as [[j r]|].
    - destruct (Live j r Hl) as [Hj _].
      rewrite (Rsum_ext_in _ (fun p => sqrt (amt j * r) * sqrt (amt j * r) * (vec (dir j) p * vec (dir j) p))).
      rewrite Rsum_mult, unit_vector_length by now apply dir_in. ring. intros p _. unfold vec, dir, amt. ring.
    - rewrite Rsum_zero. ring. intros; ring. }
  assert (Sq : forall l, In l (live E) ->
    strength l * strength l = match l with Some (j, r) => r * amt j | None => 0 end).
  { intros [[j r]|] Hl; simpl. 2: ring. destruct (Live j r Hl) as [Hj Hr]. rewrite sqrt_sqrt. ring. apply Rmult_le_pos.
    left; auto. lra. }
  unfold point_of, norm2. cbn [map]. rewrite !Rsum_cons. unfold Rsum at 3. cbn [fold_right].
  rewrite map_map, Rsum_concat.
  rewrite (Rsum_ext_in _ (fun l => match l with Some (j, r) => r * amt j | None => 0 end)) by (intros l Hl;
    rewrite Row, Sq; auto).
  rewrite (Rsum_ext_in (fun l => outgoing E xi l * outgoing E xi l) (fun l => match l with Some (j,
    r) => r * amt j | None => 0 end)).
  - rewrite (by_direction amt). ring.
  - intros l Hl. rewrite <- Sq by auto. destruct l as [[j r]|]; simpl; [|ring]. fold dir. fold amt.
    pose proof (sgn_square (fst (dir j))) as Q.
    match goal with |- ?e * ?b * (?e * ?b) = _ => replace (e * b * (e * b)) with (e * e * (b * b)) by ring end.
    unfold dir in *. rewrite Q. ring.
Qed.
End Point.
