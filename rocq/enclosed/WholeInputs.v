(** * Directions and their preactivations, with the samples in integers over one denominator [D].

    A vector is enclosed [D] times, and a preactivation [D * D] times: from the lower ends of the vector's entries, and
    the greatest of their widths. So a sample costs one multiplication of a short integer for each input. *)

From Coq Require Import Reals ZArith QArith Qreals List Lra Lia PeanoNat.
From Margincert Require Import Claims Enclosed Lists Sums Contraction Intervals System Gram GramSystem.
Import ListNotations.
Open Scope R_scope.

(** ** Sums of multiples *)
Section Multiples.
Variable bits : Z.
Definition times (n : Z) (a : interval) : interval :=
  match n with Zneg _ => (n * snd a, n * fst a) | _ => (n * fst a, n * snd a) end%Z.
Lemma times_ok n a x : holds bits a x -> holds bits (times n a) (IZR n * x).
Proof.
  intros [H1 H2]. unfold holds, times. destruct n as [|n|n]; cbn [fst snd]; rewrite ?mult_IZR, ?Rmult_assoc.
  - lra.
  - assert (0 < IZR (Zpos n)) by (apply IZR_lt; lia). split; apply Rmult_le_compat_l; lra.
  - assert (IZR (Zneg n) < 0) by (apply IZR_lt; lia). split; apply Rmult_le_compat_neg_l; lra.
Qed.
(** These multiples, beside what is there. *)
Fixpoint add_times (c : interval) (ns : list Z) (acc : list interval) : list interval :=
  match acc, ns with
  | a :: acc', n :: ns' => match n with Z0 => a | _ => add (times n c) a end :: add_times c ns' acc'
  | _, _ => acc
  end.
Lemma length_add_times c ns acc : length (add_times c ns acc) = length acc.
Proof. revert ns. induction acc as [|a acc IH]; intros [|n ns]; cbn [add_times length]; auto. Qed.
Lemma add_times_ok c ns acc x p y : (p < length acc)%nat -> holds bits c x -> holds bits (nth p acc zero) y ->
  holds bits (nth p (add_times c ns acc) zero) (IZR (nth p ns 0%Z) * x + y).
Proof.
  revert ns p. induction acc as [|a acc IH]; intros [|n ns] [|p] Hp Hc Hy; cbn [length] in Hp; try lia;
    cbn [add_times nth] in *.
  - now rewrite Rmult_0_l, Rplus_0_l.
  - now rewrite Rmult_0_l, Rplus_0_l.
  - destruct n. now rewrite Rmult_0_l, Rplus_0_l. apply add_ok; auto. now apply times_ok. apply add_ok; auto.
    now apply times_ok.
  - apply IH; auto. lia.
Qed.
End Multiples.

Definition widest (l : list interval) : Z := fold_right (fun a acc => Z.max (snd a - fst a) acc) 0%Z l.
Lemma widest_ok l p : (snd (nth p l zero) - fst (nth p l zero) <= widest l)%Z.
Proof.
  revert p. induction l as [|a l IH]; intro p.
  - destruct p; cbn; lia.
  - unfold widest in *. destruct p as [|p]; cbn [nth fold_right]; [|specialize (IH p)]; lia.
Qed.
Definition sizes (ns : list Z) : Z := fold_right (fun n acc => Z.abs n + acc)%Z 0%Z ns.
Lemma sizes_nonneg ns : (0 <= sizes ns)%Z.
Proof. unfold sizes. induction ns as [|a ns IH]; cbn [fold_right]; lia. Qed.
Lemma sizes_ok ns n : Rsum (map (fun p => Rabs (IZR (nth p ns 0%Z))) (seq 0 n)) <= IZR (sizes ns).
Proof.
  revert n. induction ns as [|a ns IH]; intro n.
  - right. apply Rsum_zero. intros p _. destruct p; apply Rabs_R0.
  - destruct n as [|n]. exact (IZR_le 0 _ (sizes_nonneg (a :: ns))). cbn [seq map].
    rewrite Rsum_cons, <- seq_shift, map_map. unfold sizes in *. cbn [nth fold_right]. rewrite plus_IZR, abs_IZR.
    apply Rplus_le_compat_l. apply IH.
Qed.

Section Views.
Variables (bits : Z) (P : problem Q) (E : enclosure Q).
Let PR := real P.
Let ER := real_enclosure E.
Let m := length (active E).
Notation F := (interval_ring bits).
Variable X : list F.

Definition inputs_over : BinNums.positive := common (map fst (data P)).
(** That denominator, computed once. *)
Variable over : BinNums.positive.
Definition whole_inputs (i : nat) : list Z := map (whole over) (fst (nth i (data P) ([], true))).
Definition whole_active : list (list Z) := map whole_inputs (active E).

(** A direction, the lower ends of the entries of its vector, and how much greater they may be. *)
Record view := View { viewed : bool * list side; lows : list Z; width : Z }.
Definition whole_vector (rows : list (list Z)) (d : bool * list side) : list interval :=
  fold_right (fun kn acc => add_times (gcoefficient (F := F) P E X d (fst kn)) (snd kn) acc)
    (map (fun _ => zero) (seq 0 (inputs P))) (combine (seq 0 m) rows).
Definition view_of (rows : list (list Z)) (d : bool * list side) : view :=
  let v := whole_vector rows d in View d (map fst v) (widest v).
Definition views : list view := let rows := whole_active in map (view_of rows) (directions E).
(** The preactivation on a sample. *)
Definition seen_on (v : view) (ns : list Z) : interval :=
  let t := zdot ns (lows v) in let e := (width v * sizes ns)%Z in (t - e, t + e)%Z.

(** ** What they enclose *)
Hypothesis Hbits : (0 <= bits)%Z.
Variable xi : list R.
Hypothesis Unknowns : forall k, holds bits (nth k X (g0 (F := F))) (nth k xi 0).
Hypothesis Over : over = inputs_over.
Let D := IZR (Zpos over).

Lemma whole_input i p : IZR (nth p (whole_inputs i) 0%Z) = nth p (fst (nth i (data PR) ([], true))) 0 * D.
Proof.
  unfold PR. rewrite data_nth. cbn [fst]. unfold whole_inputs. set (x := fst (nth i (data P) ([], true))).
  rewrite <- RMicromega.Q2R_0, (map_nth Q2R x 0%Q p), (map_nth (whole over) x 0%Q p : nth p _ 0%Z = _).
  apply whole_ok. rewrite Over. destruct (nth_in_or_default p x 0%Q) as [I|E0].
  - destruct (nth_in_or_default i (data P) ([], true)) as [Is|Es].
    + apply (common_divides _ x); auto. unfold x. now apply in_map.
    + unfold x in I. rewrite Es in I. destruct I.
  - rewrite E0, divides_is. apply Z.eqb_eq, Z.mod_1_r.
Qed.
Lemma nth_whole_active k p : (k < m)%nat ->
  IZR (nth p (nth k whole_active []) 0%Z) = nth p (fst (active_sample PR ER k)) 0 * D.
Proof.
  intro Hk. unfold whole_active. rewrite nth_indep with (d' := whole_inputs 0) by now rewrite map_length.
  rewrite map_nth. apply whole_input.
Qed.

Lemma vector_in d p : vector PR ER xi d p =
  Rsum (map (fun k => coefficient_at P E d k xi * nth p (fst (active_sample PR ER k)) 0) (seq 0 m)).
Proof.
  unfold vector. apply Rsum_ext_in. intros k _. unfold coefficient_at. fold PR ER. ring.
Qed.
Lemma length_whole_vector rows d : length (whole_vector rows d) = inputs P.
Proof.
  unfold whole_vector. generalize (combine (seq 0 m) rows) as l. intro l. induction l as [|a l IH]; cbn [fold_right].
  now rewrite map_length, seq_length. now rewrite length_add_times.
Qed.
Lemma whole_vector_ok d p : (p < inputs P)%nat ->
  holds bits (nth p (whole_vector whole_active d) zero) (D * vector PR ER xi d p).
Proof.
  intro Hp. rewrite vector_in. unfold whole_vector.
  assert (C : forall k, holds bits (gcoefficient (F := F) P E X d k) (coefficient_at P E d k xi)).
  { intro k. apply (rel_coefficient P E X (over_encloses bits Hbits (eq xi))); [|reflexivity].
    intros n x <-. apply Unknowns. }
  assert (L : length whole_active = m) by apply map_length.
  assert (G : forall n0 rows, (forall k, (k < length rows)%nat -> nth p (nth k rows []) 0%Z =
      nth p (nth (n0 + k) whole_active []) 0%Z) -> (n0 + length rows <= m)%nat ->
    let v := fold_right (fun kn acc => add_times (gcoefficient (F := F) P E X d (fst kn)) (snd kn) acc)
      (map (fun _ => zero) (seq 0 (inputs P))) (combine (seq n0 (length rows)) rows) in
    length v = inputs P /\ holds bits (nth p v zero) (D * Rsum (map (fun k => coefficient_at P E d k xi *
      nth p (fst (active_sample PR ER k)) 0) (seq n0 (length rows))))).
  { intros n0 rows. revert n0. induction rows as [|row rows IH]; intros n0 Same Le; cbv zeta.
    - cbn [length seq combine fold_right map]. rewrite map_length, seq_length. split; auto.
      rewrite nth_map_seq_at by auto. unfold Rsum. cbn [fold_right]. rewrite Rmult_0_r. apply zero_ok.
    - cbn [length seq combine fold_right map fst snd] in *. rewrite Rsum_cons.
      destruct (IH (S n0)) as [Lv Hv]; [|lia|].
      { intros k Hk. specialize (Same (S k) ltac:(lia)). rewrite Nat.add_succ_r in Same. exact Same. }
      split. rewrite length_add_times. exact Lv.
      specialize (Same 0%nat ltac:(lia)). cbn [nth] in Same. rewrite Nat.add_0_r in Same.
      rewrite Rmult_plus_distr_l.
      replace (D * (coefficient_at P E d n0 xi * nth p (fst (active_sample PR ER n0)) 0)) with
        (IZR (nth p row 0%Z) * coefficient_at P E d n0 xi) by (rewrite Same, nth_whole_active by lia; ring).
      apply add_times_ok; auto. rewrite Lv. exact Hp. }
  destruct (G 0%nat whole_active) as [_ H]. auto. lia. rewrite L in H. exact H.
Qed.

(** The preactivation, [D * D] times. *)
Lemma seen_on_ok d x ns : (forall p, IZR (nth p ns 0%Z) = nth p x 0 * D) ->
  holds bits (seen_on (view_of whole_active d) ns) (D * D * preactivation PR ER xi d x).
Proof.
  intro Hn. unfold seen_on, view_of. cbn [lows width]. set (v := whole_vector whole_active d).
  set (W := widest v). assert (W0 : (0 <= W)%Z) by (pose proof (widest_ok v (length v)) as H; rewrite nth_overflow in H
    by auto; cbn in H; exact H).
  set (S := IZR (scale bits)).
  set (e := fun p => D * vector PR ER xi d p * S - IZR (nth p (map fst v) 0%Z)).
  assert (He : forall p, (p < inputs P)%nat -> 0 <= e p <= IZR W).
  { intros p Hp. destruct (whole_vector_ok d p Hp) as [H1 H2]. fold v S in H1, H2.
    pose proof (widest_ok v p) as H3. apply IZR_le in H3. rewrite minus_IZR in H3. fold W in H3. unfold e.
    replace (nth p (map fst v) 0%Z) with (fst (nth p v zero)) by (symmetry; exact (map_nth fst v zero p)). lra. }
  assert (Pre : D * D * preactivation PR ER xi d x * S =
    Rsum (map (fun p => IZR (nth p ns 0%Z) * IZR (nth p (map fst v) 0%Z)) (seq 0 (inputs P))) +
    Rsum (map (fun p => IZR (nth p ns 0%Z) * e p) (seq 0 (inputs P)))).
  { unfold preactivation. rewrite <- Rsum_plus. change (inputs PR) with (inputs P).
    rewrite (Rmult_comm _ S), <- !Rsum_mult. apply Rsum_ext_in. intros p _. rewrite Hn. unfold e. ring. }
  assert (Lv : length v = inputs P) by apply length_whole_vector.
  assert (Z1 : IZR (zdot ns (map fst v)) =
    Rsum (map (fun p => IZR (nth p ns 0%Z) * IZR (nth p (map fst v) 0%Z)) (seq 0 (inputs P)))).
  { rewrite zdot_ok. destruct (Nat.le_ge_cases (length ns) (inputs P)) as [L|L].
    - replace (inputs P) with (length ns + (inputs P - length ns))%nat by lia. rewrite seq_app, map_app, Rsum_app.
      rewrite (Rsum_zero _ (seq (0 + _) _)). ring. intros p Hp. apply in_seq in Hp.
        rewrite (nth_overflow ns) by lia. ring.
    - replace (length ns) with (inputs P + (length ns - inputs P))%nat at 1 by lia. rewrite seq_app, map_app, Rsum_app.
      rewrite (Rsum_zero _ (seq (0 + _) _)). ring. intros p Hp. apply in_seq in Hp.
      rewrite (nth_overflow (map fst v)). ring. rewrite map_length. eapply Nat.le_trans. apply Nat.eq_le_incl, Lv.
        lia. }
  assert (Z2 : Rabs (Rsum (map (fun p => IZR (nth p ns 0%Z) * e p) (seq 0 (inputs P)))) <= IZR (W * sizes ns)).
  { eapply Rle_trans. apply Rsum_abs.
    apply Rle_trans with (Rsum (map (fun p => IZR W * Rabs (IZR (nth p ns 0%Z))) (seq 0 (inputs P)))).
    - apply Rsum_le. intros p Hp. apply in_seq in Hp. rewrite Rabs_mult, Rmult_comm.
      apply Rmult_le_compat_r. apply Rabs_pos. rewrite Rabs_pos_eq; apply He; lia.
    - rewrite Rsum_mult, mult_IZR. apply Rmult_le_compat_l. now apply (IZR_le 0).
      apply sizes_ok. }
  unfold holds. cbn [fst snd]. fold S. rewrite Pre, minus_IZR, plus_IZR, Z1.
  apply Rabs_def2 in Z2 || (unfold Rabs in Z2; destruct Rcase_abs in Z2; lra).
Qed.
Lemma views_nth j : (j < length (directions E))%nat ->
  nth_error views j = Some (view_of whole_active (direction_of ER j)).
Proof.
  intro Hj. unfold views. cbv zeta. rewrite nth_error_map. unfold direction_of.
    change (directions ER) with (directions E).
  rewrite (nth_error_nth' _ (true, [])) by exact Hj. reflexivity.
Qed.
End Views.
