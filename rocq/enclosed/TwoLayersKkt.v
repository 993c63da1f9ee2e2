(** * Dense networks of depth 2: any slopes between the two at kinks make a Clarke subgradient, and when a point is a KKT
    point. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece Stationary DenseLinear PieceGradient TwoLayers.
Import ListNotations.
Open Scope R_scope.

(** ** Combinations of two choices a place *)
Fixpoint mixtures (l : list (R * R * R)) : list (R * list R) :=
  match l with
  | [] => [(1, [])]
  | (t, a, b) :: l' => map (fun cg => (t * fst cg, a :: snd cg)) (mixtures l') ++
                       map (fun cg => ((1 - t) * fst cg, b :: snd cg)) (mixtures l')
  end.
Lemma mixtures_sum l : Rsum (map fst (mixtures l)) = 1.
Proof.
  induction l as [|[[t a] b] l IH]. simpl. ring. cbn [mixtures]. rewrite map_app, Rsum_app, !map_map. cbn [fst].
  rewrite !(Rsum_mult _ fst), IH. ring.
Qed.
Lemma mixtures_part l cg : (forall x, In x l -> 0 <= fst (fst x) <= 1) -> In cg (mixtures l) ->
  0 <= fst cg /\ forall k x, nth_error l k = Some x -> nth k (snd cg) 0 = snd (fst x) \/ nth k (snd cg) 0 = snd x.
Proof.
  revert cg. induction l as [|[[t a] b] l IH]; intros cg H I.
  - destruct I as [<-|[]]. simpl. split. lra. intros [|k]; discriminate.
  - assert (Ht : 0 <= t <= 1) by apply (H (t, a, b) (or_introl eq_refl)).
    cbn [mixtures] in I. apply in_app_or in I. destruct I as [I|I]; apply in_map_iff in I; destruct I as (cg' & <- & I);
    destruct (IH cg' (fun x Hx => H x (or_intror Hx)) I) as [P Q]; cbn [fst snd]; (split; [apply Rmult_le_pos; lra|]);
    (intros [|k] x Hk; [injection Hk as <-; simpl; auto | apply (Q k x Hk)]).
Qed.
Lemma mixtures_mean l k x : nth_error l k = Some x ->
  Rsum (map (fun cg => fst cg * nth k (snd cg) 0) (mixtures l)) = fst (fst x) * snd (fst x) + (1 - fst (fst x)) * snd x.
Proof.
  revert k. induction l as [|[[t a] b] l IH]; intros k H. destruct k; discriminate.
  cbn [mixtures]. rewrite map_app, Rsum_app, !map_map. cbn [fst snd]. destruct k as [|k].
  - injection H as <-. cbn [nth fst snd].
    assert (E : forall c e, Rsum (map (fun cg : R * list R => c * fst cg * e) (mixtures l)) = c * e).
    { intros c e. rewrite <- (Rmult_1_r (c * e)), <- (mixtures_sum l), <- Rsum_mult. apply Rsum_ext_in. intros. ring. }
    rewrite !E. ring.
  - simpl in H. cbn [nth]. rewrite <- (IH k H). set (S := Rsum _) at 3.
    assert (E : forall c, Rsum (map (fun cg : R * list R => c * fst cg * nth k (snd cg) 0) (mixtures l)) = c * S).
    { intro c. unfold S. rewrite <- Rsum_mult. apply Rsum_ext_in. intros. ring. }
    rewrite !E. ring.
Qed.

(** ** Any slopes between the two at kinks *)
Section Clarke.
Variables (d h : nat) (s : R).
Hypothesis Hd : (0 < d)%nat.

Definition passes (z slope : R) : Prop :=
  (0 < z -> slope = 1) /\ (z < 0 -> slope = s) /\ (z = 0 -> s <= slope <= 1 \/ 1 <= slope <= s).

Variables (w v : list R) (x : list R) (y : bool) (sigma : nat -> R) (f : params R -> R).
Hypothesis Lw : length w = (h * d)%nat.
Hypothesis Lv : length v = h.
Hypothesis Nonzero : 0 < Rsum (map (fun p => nth p x 0 * nth p x 0) (seq 0 d)).
Hypothesis Passes : forall u, (u < h)%nat -> passes (hid d w x u) (sigma u).
Hypothesis Margin : forall phi, same_shape [w; v] phi -> f phi = sgn y * Phi (two_layers d h s) phi x.

Definition part (u : nat) : R * R * R :=
  let z := hid d w x u in
  if Rlt_dec 0 z then (1, 1, 1) else if Rlt_dec z 0 then (1, s, s)
  else (if Req_EM_T s 1 then 1 else (sigma u - s) / (1 - s), 1, s).
Lemma part_ok u : (u < h)%nat -> let p := part u in 0 <= fst (fst p) <= 1 /\
  chosen s (hid d w x u) (snd (fst p)) /\ chosen s (hid d w x u) (snd p) /\
  sigma u = fst (fst p) * snd (fst p) + (1 - fst (fst p)) * snd p.
Proof.
  intro Hu. destruct (Passes u Hu) as (P1 & P2 & P3). unfold part, chosen.
  destruct (Rlt_dec 0 (hid d w x u)) as [A|A]; cbn [fst snd].
  { rewrite P1 by auto. repeat split; intros; lra. }
  destruct (Rlt_dec (hid d w x u) 0) as [B|B]; cbn [fst snd].
  { rewrite P2 by auto. repeat split; intros; try lra. }
  assert (Z : hid d w x u = 0) by lra. specialize (P3 Z). destruct (Req_EM_T s 1) as [->|N].
  - repeat split; intros; try lra.
  - assert (E : (sigma u - s) / (1 - s) * (1 - s) = sigma u - s) by (field; lra).
    set (t := (sigma u - s) / (1 - s)) in *.
    repeat split; intros; try lra; auto; destruct P3 as [P3|P3]; nra.
Qed.

Theorem subgradient_clarke : clarke f [w; v] (subgradient d v x y w sigma).
Proof.
  split. { unfold same_shape, subgradient. now rewrite shape_tab. }
  set (l := map part (seq 0 h)).
  assert (Hl : forall u, (u < h)%nat -> nth_error l u = Some (part u)).
  { intros u Hu. unfold l. rewrite nth_error_map. rewrite (nth_error_nth' (seq 0 h) 0%nat) by now rewrite seq_length.
    rewrite seq_nth by auto. reflexivity. }
  assert (Ht : forall p, In p l -> 0 <= fst (fst p) <= 1).
  { intros p Hp. unfold l in Hp. apply in_map_iff in Hp. destruct Hp as (u & <- & Hu). apply in_seq in Hu.
    apply part_ok. lia. }
  exists (map (fun cg => (fst cg, subgradient d v x y w (fun u => nth u (snd cg) 0))) (mixtures l)). split; [|split].
  - intros t Hin. apply in_map_iff in Hin. destruct Hin as (cg & <- & Hcg).
    destruct (mixtures_part l cg Ht Hcg) as [P Q]. cbn [fst snd].
    split; auto. apply (subgradient_limiting d h s Hd w v x y Lw Lv Nonzero); auto.
    intros u Hu. destruct (part_ok u Hu) as (_ & C1 & C2 & _). destruct (Q u _ (Hl u Hu)) as [->| ->]; auto.
  - rewrite map_map. apply mixtures_sum.
  - intros [k i]. unfold combination. rewrite map_map. cbn [fst snd]. unfold subgradient. rewrite entry_tab.
    destruct (inside [w; v] (k, i)) eqn:I.
    2:{ symmetry. apply Rsum_zero. intros cg _. rewrite entry_tab, I. ring. }
    rewrite (Rsum_ext_in _ (fun cg => fst cg * (sgn y * match k with
       | O => nth (i / d) v 0 * (nth (i / d) (snd cg) 0 * nth (i mod d) x 0) | S _ =>
         nth i (snd cg) 0 * hid d w x i end))).
    2:{ intros cg _. rewrite entry_tab, I. reflexivity. }
    unfold inside in I. simpl in I. apply andb_true_iff in I. destruct I as [I1 I2]. apply Nat.ltb_lt in I1, I2.
    destruct k as [|[|k]]; [| |lia]; cbn [fst snd nth] in *.
    + assert (Hu : (i / d < h)%nat) by (apply Nat.div_lt_upper_bound; lia). destruct (part_ok _ Hu) as (_ & _ & _ & ->).
      rewrite <- (mixtures_mean l _ _ (Hl _ Hu)).
      set (S := Rsum (map (fun cg => fst cg * nth (i / d) (snd cg) 0) (mixtures l))).
      replace (sgn y * (nth (i / d) v 0 * (S * nth (i mod d) x 0))) with
        ((sgn y * nth (i / d) v 0 * nth (i mod d) x 0) * S) by ring.
      unfold S. rewrite <- Rsum_mult. apply Rsum_ext_in. intros; ring.
    + assert (Hu : (i < h)%nat) by lia. destruct (part_ok _ Hu) as (_ & _ & _ & ->).
      rewrite <- (mixtures_mean l _ _ (Hl _ Hu)).
      set (S := Rsum (map (fun cg => fst cg * nth i (snd cg) 0) (mixtures l))).
      replace (sgn y * (S * hid d w x i)) with ((sgn y * hid d w x i) * S) by ring.
      unfold S. rewrite <- Rsum_mult. apply Rsum_ext_in. intros; ring.
Qed.
End Clarke.

(** ** Stationary points *)
Section Kkt.
Variables (P : problem R) (h : nat) (s : R).
Let d := inputs P.
Hypothesis Net : net P = two_layers d h s.
Hypothesis Hd : (0 < d)%nat.
Variables (w v : list R) (lambda : nat -> R) (sigma : nat -> nat -> R).
Hypothesis Feasible : feasible P None [w; v].
Let sample i := nth i (data P) ([], true).
Let places := seq 0 (length (data P)).
Hypothesis Multipliers : forall i, (i < length (data P))%nat -> 0 <= lambda i /\ (lambda i <> 0 ->
  margin P [w; v] (sample i) = 1 /\ forall u, (u < h)%nat -> passes s (hid d w (fst (sample i)) u) (sigma i u)).
Hypothesis Incoming : forall u p, (u < h)%nat -> (p < d)%nat -> nth (u * d + p) w 0 =
  Rsum (map (fun i => lambda i * (sgn (snd (sample i)) * (nth u v 0 * (sigma i u * nth p (fst (sample i)) 0)))) places).
Hypothesis Outgoing : forall u, (u < h)%nat -> nth u v 0 =
  Rsum (map (fun i => lambda i * (sgn (snd (sample i)) * (sigma i u * hid d w (fst (sample i)) u))) places).

Lemma input_not_zero x b : margin P [w; v] (x, b) = 1 -> 0 < Rsum (map (fun p => nth p x 0 * nth p x 0) (seq 0 d)).
Proof.
  intro M. destruct (Rle_lt_or_eq_dec _ _ (Rsum_squares (fun p => nth p x 0) (seq 0 d))) as [|Z]; auto. exfalso.
  assert (Z2 : forall p, (p < d)%nat -> nth p x 0 = 0).
  { intros p Hp. assert (Q := Rsum_incl (fun p => nth p x 0 * nth p x 0) [p] (seq 0 d) (fun p => Rle_0_sqr _)
      ltac:(repeat constructor; simpl; auto) ltac:(intros q [<-|[]]; apply in_seq; lia)).
    rewrite <- Z in Q. unfold Rsum in Q. simpl in Q. nra. }
  unfold margin in M. cbn [fst snd] in M. rewrite Net, Phi_two in M by auto.
  assert (H0 : forall u, hid d w x u = 0).
  { intro u. unfold hid. apply Rsum_zero. intros p Hp. apply in_seq in Hp. rewrite Z2 by lia. ring. }
  rewrite Rsum_zero in M. lra. intros u _. rewrite H0. replace (act s 0) with 0 by (unfold act; destruct Rlt_dec; lra).
  ring.
Qed.

Theorem stationary_kkt : kkt P None [w; v].
Proof.
  split; auto.
  assert (Sh : length w = (h * d)%nat /\ length v = h).
  { destruct Feasible as [_ [Sh _]]. unfold shaped in Sh. rewrite Net in Sh. simpl in Sh. injection Sh. auto. }
  destruct Sh as [Lw Lv].
  set (g := fun i => subgradient d v (fst (sample i)) (snd (sample i)) w (sigma i)).
  exists (map (fun i => (lambda i, g i)) places). split.
  - assert (D : data P = map sample places).
    { unfold places, sample. apply nth_ext with (d := ([], true)) (d' := ([], true)).
      now rewrite map_length, seq_length.
      intros i Hi. rewrite nth_indep with (l := map _ _) (d' := nth 0 (data P) ([], true)) by now rewrite map_length,
        seq_length.
      rewrite (map_nth (fun i => nth i (data P) ([], true))), seq_nth by auto. reflexivity. }
    rewrite D at 1. clear D. assert (B : forall i, In i places -> (i < length (data P))%nat).
    { intros i Hi. apply in_seq in Hi. lia. }
    revert B. generalize places. intros l B.
    induction l as [|i l IH]; cbn [map]; constructor; [|apply IH; intros; apply B; now right].
    cbn [fst snd]. destruct (Multipliers i (B i (or_introl eq_refl))) as [M0 M1]. split; auto. intro N.
    destruct (M1 N) as [M2 M3]. split; auto.
    unfold g. destruct (sample i) as [x b] eqn:E. cbn [fst snd] in *. apply (subgradient_clarke d h s); auto.
    + now apply (input_not_zero x b).
    + intros phi S. rewrite held_all by auto. unfold margin. cbn [fst snd]. now rewrite Net.
  - intros [k j] _. unfold combination. rewrite map_map. cbn [fst snd]. unfold g.
    destruct (inside [w; v] (k, j)) eqn:I.
    2:{ rewrite Rsum_zero.
        - unfold inside in I. unfold entry. simpl in *. apply andb_false_iff in I.
          destruct I as [I|I]; apply Nat.ltb_ge in I.
          + destruct k as [|[|[|k]]]; try lia; destruct j; reflexivity.
          + now apply nth_overflow.
        - intros i _. unfold subgradient. rewrite entry_tab, I. ring. }
    rewrite (Rsum_ext_in _ (fun i => lambda i * (sgn (snd (sample i)) * match k with
       | O => nth (j / d) v 0 * (sigma i (j / d)%nat * nth (j mod d) (fst (sample i)) 0) | S _ =>
         sigma i j * hid d w (fst (sample i)) j end))).
    2:{ intros i _. unfold subgradient. rewrite entry_tab, I. reflexivity. }
    unfold inside in I. simpl in I. apply andb_true_iff in I. destruct I as [I1 I2]. apply Nat.ltb_lt in I1, I2.
    unfold entry.
    destruct k as [|[|k]]; [| |lia]; cbn [fst snd nth] in *.
    + pose proof (Nat.div_mod j d ltac:(lia)) as E. rewrite <- Incoming.
      * f_equal. lia.
      * apply Nat.div_lt_upper_bound; lia.
      * apply Nat.mod_upper_bound. lia.
    + apply Outgoing. lia.
Qed.
End Kkt.
