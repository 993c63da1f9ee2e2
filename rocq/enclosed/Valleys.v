(** * A network, and the same with given slopes: what units at 0 add or take away.

    Units whose preactivation is 0 at a point have some slope between the activation's two. Near the point the network
    computes what it does with these slopes, plus [act z - slope * z] times the derivative of the output by what the unit
    passes on, for each such unit. If all these terms lower the margins (the units are _valleys_), margins are at most
    those with slopes, which are linear in each layer. So a KKT point's layers are local optima by themselves. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece Stationary LayerOptimum PieceGradient TwoLayers TwoLayersKkt EnclosedParameters Sloped.
Import ListNotations.
Open Scope R_scope.

Lemma nth_rest {A} n (l : list A) i d : nth i (skipn n l) d = nth (n + i) l d.
Proof. revert l. induction n as [|n IH]; intros [|a l]; simpl; auto. now destruct i. Qed.

Lemma seq_first {A} (f : nat -> A) n : map f (seq 0 (S n)) = f 0%nat :: map (fun m => f (S m)) (seq 0 n).
Proof. cbn [seq map]. f_equal. now rewrite <- seq_shift, map_map. Qed.

Lemma tab_entries theta psi : same_shape theta psi -> tab theta (fun v => entry psi v) = psi.
Proof.
  intro Sh. apply nth_ext with (d := []) (d' := []). unfold tab. rewrite length_mapi. exact (same_length _ _ Sh). intros k Hk.
  assert (Lk : length (nth k (tab theta (fun v => entry psi v)) []) = length (nth k psi [])).
  { pose proof (shape_tab theta (fun v => entry psi v)) as S. rewrite Sh in S. rewrite <- (map_nth (@length R)), <- (map_nth (@length R)). now rewrite S. }
  apply nth_ext with (d := 0) (d' := 0); auto. intros i Hi. change (entry (tab theta (fun v => entry psi v)) (k, i) = entry psi (k, i)).
  rewrite entry_tab. destruct (inside theta (k, i)) eqn:I; auto. symmetry. now apply (entry_outside theta).
Qed.

(** ** The difference, unit by unit *)

(** The derivative of the output by what unit [u] of layer [j] passes on, and what the unit adds. *)
Definition passed_on (n : list (layer R)) (sl : nat -> nat -> R) (psi : params R) (j u : nat) : R :=
  nth 0 (sloped (skipn (S j) n) (fun i => sl (S j + i)%nat) (skipn (S j) psi) (unit_vector u)) 0.
Definition reads (n : list (layer R)) (psi : params R) (x : list R) (j : nat) (c : list (nat * nat)) : R :=
  preact (nth j psi []) (forward (firstn j n) psi x) c.
Definition adds (n : list (layer R)) (sl : nat -> nat -> R) (psi : params R) (x : list R) (j u : nat) (l : layer R)
    (c : list (nat * nat)) : R :=
  (act (slope l) (reads n psi x j c) - sl j u * reads n psi x j c) * passed_on n sl psi j u.

Lemma sloped_spread n sl psi y : nth 0 (sloped n sl psi y) 0 =
  Rsum (map (fun u => nth u y 0 * nth 0 (sloped n sl psi (unit_vector u)) 0) (seq 0 (length y))).
Proof.
  apply (linear_units (fun y => nth 0 (sloped n sl psi y) 0)). intros a b u v w H. now apply (sloped_input n sl psi a b u v w).
Qed.

Definition adds_at (n : list (layer R)) (sl : nat -> nat -> R) (psi : params R) (x : list R) (j u : nat) : R :=
  match nth_error n j with
  | Some l => match nth_error (units l) u with Some c => adds n sl psi x j u l c | None => 0 end
  | None => 0
  end.
Lemma forward_adds n sl psi x : (length n <= length psi)%nat -> nth 0 (forward n psi x) 0 = nth 0 (sloped n sl psi x) 0 +
  Rsum (map (fun j => Rsum (map (adds_at n sl psi x j) (seq 0 (length (units (nth j n (Layer 0 0 []))))))) (seq 0 (length n))).
Proof.
  revert sl psi x. induction n as [|l n IH]; intros sl [|w psi] x L; simpl in L; try lia.
  { cbn. ring. } { cbn. ring. }
  cbn [forward length]. rewrite (IH (fun k => sl (S k))) by lia. rewrite seq_first, Rsum_cons, sloped_cons. cbn [nth].
  rewrite (sloped_spread _ _ _ (apply_layer l w x)), (sloped_spread _ _ _ (sloped_layer l (sl 0%nat) w x)).
  unfold apply_layer at 2, sloped_layer at 2. rewrite map_length, length_mapi.
  assert (E : forall a b c d : R, a = b + c -> a + d = b + (c + d)) by (intros; lra). apply E. rewrite <- Rsum_plus.
  apply Rsum_ext_in. intros u _. unfold apply_layer. rewrite nth_map_units, nth_sloped. unfold adds_at. cbn [nth_error].
  destruct (nth_error (units l) u) as [c|]; [|ring].
  unfold adds, reads, passed_on. cbn [nth firstn forward skipn Nat.add]. ring.
Qed.

(** If no unit raises the margin, it is at most that with slopes, by at least what each unit takes away. *)
Lemma forward_below n sl psi x s : (length n <= length psi)%nat ->
  (forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c -> s * adds n sl psi x j u l c <= 0) ->
  s * nth 0 (forward n psi x) 0 <= s * nth 0 (sloped n sl psi x) 0 /\
  forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c ->
    s * nth 0 (forward n psi x) 0 <= s * nth 0 (sloped n sl psi x) 0 + s * adds n sl psi x j u l c.
Proof.
  intros L H. assert (N : forall j u, s * adds_at n sl psi x j u <= 0).
  { intros j u. unfold adds_at. destruct (nth_error n j) eqn:Ej; [|lra]. destruct (nth_error (units _) u) eqn:Eu; [|lra]. eauto. }
  assert (Neg : forall {A} (f : A -> R) l, (forall b, f b <= 0) -> Rsum (map f l) <= 0).
  { intros A f l F. induction l as [|b l IH]; cbn [map]. unfold Rsum. simpl. lra. rewrite Rsum_cons. specialize (F b). lra. }
  assert (One : forall {A} (f : A -> R) l a, (forall b, f b <= 0) -> In a l -> Rsum (map f l) <= f a).
  { intros A f l a F. induction l as [|b l IH]; [intros []|]. cbn [map]. rewrite Rsum_cons. intros [->|I].
    - specialize (Neg A f l F). lra.
    - specialize (IH I). specialize (F b). lra. }
  rewrite (forward_adds n sl psi x L), Rmult_plus_distr_l, <- Rsum_mult.
  rewrite (Rsum_ext_in _ (fun j => Rsum (map (fun u => s * adds_at n sl psi x j u) (seq 0 (length (units (nth j n (Layer 0 0 []))))))))
    by (intros; symmetry; apply Rsum_mult).
  assert (N2 : forall j, Rsum (map (fun u => s * adds_at n sl psi x j u) (seq 0 (length (units (nth j n (Layer 0 0 [])))))) <= 0).
  { intro j. apply (Neg _ (fun u => s * adds_at n sl psi x j u)), N. }
  split.
  - pose proof (Neg _ _ (seq 0 (length n)) N2) as Q. cbv beta in Q. lra.
  - intros j l u c Hj Hu. pose proof (One _ _ (seq 0 (length n)) j N2) as B1. cbv beta in B1.
    pose proof (One _ (fun u => s * adds_at n sl psi x j u) (seq 0 (length (units (nth j n (Layer 0 0 []))))) u (N j)) as B2. cbv beta in B2.
    unfold adds_at at 2 in B2. rewrite Hj, Hu in B2.
    specialize (B1 ltac:(apply in_seq; assert (j < length n)%nat by (apply nth_error_Some; congruence); lia)).
    specialize (B2 ltac:(apply in_seq; rewrite (nth_error_nth _ _ _ Hj); assert (u < length (units l))%nat by (apply nth_error_Some; congruence); lia)). lra.
Qed.

(** ** Near a point *)
Section Limits.
Context {A : Type} (U : (A -> Prop) -> Prop) (HU : where_ U).

(** Units that are not at 0 keep their slopes. *)
Lemma near_sides n theta x sl (Psi : A -> params R) (Y : A -> list R) :
  length theta = length n -> U (fun a => length (Psi a) = length n) ->
  (forall v, tends U (fun a => entry (Psi a) v) (entry theta v)) -> (forall i, tends U (fun a => nth i (Y a) 0) (nth i x 0)) ->
  passing (fun _ _ => passes) n theta x sl ->
  U (fun a => forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c ->
    reads n theta x j c = 0 \/ act (slope l) (reads n (Psi a) (Y a) j c) = sl j u * reads n (Psi a) (Y a) j c).
Proof.
  revert theta x sl Psi Y. induction n as [|l n IH]; intros theta x sl Psi Y Lt LP HP HY Pass.
  { apply (U_all _ HU). intros a [|j]; discriminate. }
  destruct theta as [|w theta]; try discriminate. simpl in Lt.
  assert (Hw : forall i, tends U (fun a => nth i (hd [] (Psi a)) 0) (nth i w 0)).
  { intro j. specialize (HP (0%nat, j)). eapply (tends_eq _ HU); [|exact HP]. apply (U_all _ HU). intro a. apply nth_hd. }
  pose proof (passing_first _ _ _ _ _ _ _ Pass) as First.
  assert (E : U (fun a => forall u, In u (seq 0 (length (units l))) -> forall c, nth_error (units l) u = Some c ->
    preact w x c = 0 \/ act (slope l) (preact (hd [] (Psi a)) (Y a) c) = sl 0%nat u * preact (hd [] (Psi a)) (Y a) c)).
  { apply (U_list _ HU). intros u _. destruct (nth_error (units l) u) as [c|] eqn:Ec; [|apply (U_all _ HU); discriminate].
    assert (Pre : tends U (fun a => preact (hd [] (Psi a)) (Y a) c) (preact w x c)) by now apply (tends_preact _ HU).
    destruct (First u c Ec) as (F1 & F2 & _). destruct (Req_dec (preact w x c) 0) as [Z|N].
    { apply (U_all _ HU). intros a c' [= <-]. now left. }
    eapply (U_mono _ HU); [|exact (near_slope _ HU (slope l) _ _ (or_intror N) Pre)]. cbn beta. intros a Ha c' [= <-]. right. rewrite Ha. f_equal.
    unfold slope_at. destruct Rlt_dec. symmetry. auto. symmetry. apply F1. lra. }
  assert (R : U (fun a => forall j l' u c, nth_error n j = Some l' -> nth_error (units l') u = Some c ->
    reads n theta (apply_layer l w x) j c = 0 \/
    act (slope l') (reads n (tl (Psi a)) (apply_layer l (hd [] (Psi a)) (Y a)) j c) = sl (S j) u * reads n (tl (Psi a)) (apply_layer l (hd [] (Psi a)) (Y a)) j c)).
  { apply (IH theta (apply_layer l w x) (fun k => sl (S k))); auto.
    - eapply (U_mono _ HU); [|exact LP]. cbn beta. intros a La. destruct (Psi a); simpl in *; [discriminate|congruence].
    - intros [k j]. specialize (HP (S k, j)). eapply (tends_eq _ HU); [|exact HP]. apply (U_all _ HU). intro a. apply entry_tl.
    - intro i. apply (tends_eq _ HU _ (fun a => match nth_error (units l) i with
        Some c => act (slope l) (preact (hd [] (Psi a)) (Y a) c) | None => 0 end)).
      { apply (U_all _ HU). intro a. unfold apply_layer. apply nth_map_units. }
      unfold apply_layer. rewrite nth_map_units. destruct nth_error; [|apply (tends_const _ HU)].
      apply (tends_act _ HU). now apply (tends_preact _ HU).
    - exact (passing_rest _ _ _ _ _ _ _ Pass). }
  eapply (U_mono _ HU); [|exact (U_and _ HU _ _ LP (U_and _ HU _ _ E R))]. cbn beta. intros a (La & Ea & Ra) [|j] l' u c Hj Hu.
  - injection Hj as <-. unfold reads. cbn [nth firstn forward]. destruct (Psi a) as [|v psi]; [discriminate|]. cbn [hd] in Ea.
    apply (Ea u); auto. apply in_seq. assert (u < length (units l))%nat by (apply nth_error_Some; congruence). lia.
  - destruct (Psi a) as [|v psi]; [discriminate|]. exact (Ra j l' u c Hj Hu).
Qed.
End Limits.

(** The units that are not at 0 at [theta] have their slopes at [psi]; a unit is at rest if then it always reads 0. *)
Definition on_sides (n : list (layer R)) (theta : params R) (sl : nat -> nat -> R) (x : list R) (psi : params R) : Prop :=
  forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c ->
    reads n theta x j c = 0 \/ act (slope l) (reads n psi x j c) = sl j u * reads n psi x j c.
Definition rests (n : list (layer R)) (theta : params R) (sl : nat -> nat -> R) (x : list R) (j : nat) (c : list (nat * nat)) : Prop :=
  forall psi, length psi = length n -> on_sides n theta sl x psi -> reads n psi x j c = 0.
Lemma resting_adds n theta sl x psi j u l c : rests n theta sl x j c -> length psi = length n -> on_sides n theta sl x psi ->
  act (slope l) (reads n psi x j c) - sl j u * reads n psi x j c = 0.
Proof. intros H L S. rewrite (H psi L S). unfold act. destruct Rlt_dec; [lra|ring]. Qed.

(** The signs of what a unit at 0 adds. *)
Lemma passes_convex s z sl : passes s 0 sl -> 0 <= (act s z - sl * z) * (1 - s).
Proof.
  intros (_ & _ & B). specialize (B eq_refl). unfold act. destruct Rlt_dec.
  - replace (s * z - sl * z) with (- z * (sl - s)) by ring. destruct B.
    + apply Rmult_le_pos. apply Rmult_le_pos; lra. lra.
    + replace (- z * (sl - s) * (1 - s)) with (- z * (s - sl) * (s - 1)) by ring. apply Rmult_le_pos. apply Rmult_le_pos; lra. lra.
  - replace (z - sl * z) with (z * (1 - sl)) by ring. destruct B.
    + apply Rmult_le_pos. apply Rmult_le_pos; lra. lra.
    + replace (z * (1 - sl) * (1 - s)) with (z * (sl - 1) * (s - 1)) by ring. apply Rmult_le_pos. apply Rmult_le_pos; lra. lra.
Qed.

(** ** A layer by itself *)
Section Layer.
Variables (P : problem R) (theta : params R) (active : list nat) (lambda : nat -> R) (sl : nat -> nat -> nat -> R) (m : nat).
Let sample k := nth (nth k active 0%nat) (data P) ([], true).
Let samples := seq 0 (length active).
Hypothesis Feasible : feasible P None theta.
Hypothesis Exists : (m < length (net P))%nat.
Hypothesis Active : forall k, (k < length active)%nat -> In (sample k) (data P) /\ margin P theta (sample k) = 1 /\ 0 <= lambda k /\
  passing (fun _ _ => passes) (net P) theta (fst (sample k)) (sl k).
Hypothesis Stationary : forall v, inside theta v = true -> entry theta v =
  Rsum (map (fun k => lambda k * (sgn (snd (sample k)) * derivative (net P) (sl k) theta (fst (sample k)) v)) samples).
Hypothesis Valley : forall k j l u c, (k < length active)%nat -> (m <= j)%nat -> nth_error (net P) j = Some l -> nth_error (units l) u = Some c ->
  reads (net P) theta (fst (sample k)) j c = 0 -> rests (net P) theta (sl k) (fst (sample k)) j c \/
  sgn (snd (sample k)) * (1 - slope l) * passed_on (net P) (sl k) theta j u <= 0 /\ (slope l = 1 -> sl k j u = 1).

Lemma layer_is_local : local_optimum P (Some m) theta.
Proof.
  destruct Feasible as [[Wf _] [Sh F]]. split. { repeat split; auto; apply Wf. }
  assert (Lt : length theta = length (net P)) by now apply shaped_length.
  pose proof (close_where theta) as W.
  assert (Near : close theta (fun psi => forall k, In k samples -> forall j l u c, nth_error (net P) j = Some l -> nth_error (units l) u = Some c ->
    reads (net P) theta (fst (sample k)) j c = 0 \/
    act (slope l) (reads (net P) psi (fst (sample k)) j c) = sl k j u * reads (net P) psi (fst (sample k)) j c)).
  { apply (U_list _ W). intros k Hk. apply in_seq in Hk. apply (near_sides _ W _ theta _ _ (fun psi => psi) (fun _ => fst (sample k))); auto.
    - exists 1. split. lra. intros psi S _. rewrite <- (same_length _ _ S). exact Lt.
    - intros v eps He. exists eps. auto.
    - intro i. apply (tends_const _ W).
    - apply Active. lia. }
  apply close_dist in Near. destruct Near as (eps & He & Near). exists eps. split; auto. intros theta' [Sh' F'] Same Dist.
  assert (Ss : same_shape theta theta') by (unfold same_shape, shaped in *; congruence).
  specialize (Near theta' Ss Dist). assert (Lt' : length theta' = length (net P)) by now apply shaped_length.
  set (w := nth m theta []) in *. set (w' := nth m theta' []) in *.
  assert (Lw : length w = length w') by now apply same_length_nth.
  assert (Eth' : theta' = upd m w' theta) by (apply same_but_upd; auto; congruence).
  (* with slopes the margins are at least those of the network *)
  assert (Psi : forall k, In k samples -> 1 <= sgn (snd (sample k)) * nth 0 (sloped (net P) (sl k) theta' (fst (sample k))) 0).
  { intros k Hk. pose proof Hk as Hk'. apply in_seq in Hk'. destruct (Active k ltac:(lia)) as (In' & _ & _ & Pass).
    eapply Rle_trans. apply (F' (sample k) In'). unfold margin, Phi. apply forward_below; [lia|]. intros j l u c Hj Hu. unfold adds.
    destruct (lt_dec j m) as [Lj|Lj].
    - assert (E : reads (net P) theta' (fst (sample k)) j c = reads (net P) theta (fst (sample k)) j c).
      { unfold reads. rewrite Eth'. rewrite nth_upd by lia. destruct (Nat.eqb_spec j m); [lia|]. f_equal. clear - Lj.
        revert Lj. generalize (fst (sample k)) as x, theta as th, m as m', j as i. induction (net P) as [|l0 n IH]; intros x th m' i Lj.
        { now rewrite firstn_nil. } destruct i as [|i]; auto. destruct th as [|a th]. { destruct m'; auto. }
        destruct m' as [|m']; [lia|]. cbn [firstn upd forward]. apply IH. lia. }
      rewrite E. specialize (Pass j l u c Hj Hu). fold (reads (net P) theta (fst (sample k)) j c) in Pass.
      rewrite (passes_slope _ _ _ Pass). lra.
    - destruct (Near k Hk j l u c Hj Hu) as [Z|E]; [|rewrite E; lra].
      assert (EP : passed_on (net P) (sl k) theta' j u = passed_on (net P) (sl k) theta j u).
      { unfold passed_on. f_equal. f_equal. rewrite Eth'. clear - Lj. assert (G : forall m' i (th : params R), (m' < i)%nat -> skipn i (upd m' w' th) = skipn i th).
        { induction m' as [|m' IH]; intros [|i] [|a th] H; try lia; auto. cbn [upd skipn]. apply IH. lia. } apply G. lia. }
      rewrite EP. destruct (Valley k j l u c ltac:(lia) ltac:(lia) Hj Hu Z) as [Rs|[V1 V2]].
      { rewrite (resting_adds (net P) theta (sl k) (fst (sample k)) theta' j u l c Rs Lt' (Near k Hk)). lra. }
      specialize (Pass j l u c Hj Hu). fold (reads (net P) theta (fst (sample k)) j c) in Pass. rewrite Z in Pass.
      set (z := reads (net P) theta' (fst (sample k)) j c).
      pose proof (passes_convex (slope l) z _ Pass) as C. set (D := passed_on (net P) (sl k) theta j u) in *. set (y := sgn (snd (sample k))) in *.
      set (e := act (slope l) z - sl k j u * z) in *. destruct (Req_dec (slope l) 1) as [S1|S1].
      + replace e with 0; [lra|]. unfold e. rewrite (V2 S1), S1. unfold act. destruct Rlt_dec; ring.
      + assert (Q : 0 < (1 - slope l) * (1 - slope l)) by (apply Rsqr_pos_lt; lra).
        assert (Q2 : y * (e * D) * ((1 - slope l) * (1 - slope l)) = (e * (1 - slope l)) * (y * (1 - slope l) * D)) by ring.
        assert (Q3 : (e * (1 - slope l)) * (y * (1 - slope l) * D) <= 0) by nra. apply Rnot_lt_le. intro Hpos.
        pose proof (Rmult_lt_0_compat _ _ Hpos Q). lra. }
  (* at the point they are 1 *)
  assert (One : forall k, In k samples -> sgn (snd (sample k)) * nth 0 (sloped (net P) (sl k) theta (fst (sample k))) 0 = 1).
  { intros k Hk. apply in_seq in Hk. destruct (Active k ltac:(lia)) as (_ & M & _ & Pass). unfold margin, Phi in M. rewrite <- M. do 2 f_equal.
    now rewrite (passing_is_sloped (net P) theta _ (sl k)). }
  rewrite Eth'. apply farther_layer; [lia|now symmetry|]. fold w. set (a := plus_times w' (-1) w).
  assert (Ha : combines 1 (-1) w' w a) by (apply plus_times_ok; auto).
  assert (La : length a = length w) by (unfold a; rewrite length_plus_times; auto).
  assert (Layers : forall k b, nth 0 (sloped (net P) (sl k) (upd m b theta) (fst (sample k))) 0 =
    Rsum (map (fun p => nth p b 0 * derivative (net P) (sl k) theta (fst (sample k)) (m, p)) (seq 0 (length b)))).
  { intros k b. unfold derivative. cbn [fst snd]. change (fun p => nth p b 0 * nth 0 (sloped (net P) (sl k) (upd m (repeat 0 p ++ [1]) theta) (fst (sample k))) 0)
      with (fun p => nth p b 0 * (fun b => nth 0 (sloped (net P) (sl k) (upd m b theta) (fst (sample k))) 0) (unit_vector p)).
    apply (linear_units (fun b => nth 0 (sloped (net P) (sl k) (upd m b theta) (fst (sample k))) 0)). intros c d b1 b2 b3 H.
    apply (sloped_in_layer (net P) (sl k) theta (fst (sample k)) m c d b1 b2 b3); auto. lia. }
  rewrite (inner_seq (length w)) by auto.
  rewrite (Rsum_ext_in _ (fun p => Rsum (map (fun k => lambda k * (sgn (snd (sample k)) * (nth p a 0 * derivative (net P) (sl k) theta (fst (sample k)) (m, p)))) samples))).
  2:{ intros p Hp. apply in_seq in Hp. change (nth p w 0) with (entry theta (m, p)). rewrite Stationary.
      2:{ unfold inside. cbn [fst snd]. apply andb_true_iff. split; apply Nat.ltb_lt. lia. fold w. lia. }
      rewrite Rmult_comm, <- Rsum_mult. apply Rsum_ext_in. intros; ring. }
  rewrite Rsum_swap. apply Rsum_nonneg. intros r Hr. apply in_map_iff in Hr. destruct Hr as (k & <- & Hk).
  pose proof (Psi k Hk) as A1. pose proof (One k Hk) as A2. rewrite Eth' in A1. rewrite <- (upd_self m theta []) in A2. fold w in A2.
  rewrite Layers in A1, A2. rewrite <- Lw in A1. apply in_seq in Hk. destruct (Active k ltac:(lia)) as (_ & _ & Pos & _).
  rewrite (Rsum_ext_in _ (fun p => lambda k * (sgn (snd (sample k)) * (nth p w' 0 * derivative (net P) (sl k) theta (fst (sample k)) (m, p)) +
    (-1) * (sgn (snd (sample k)) * (nth p w 0 * derivative (net P) (sl k) theta (fst (sample k)) (m, p)))))).
  2:{ intros p _. rewrite (Ha p). ring. }
  rewrite Rsum_mult, Rsum_plus, !Rsum_mult. apply Rmult_le_pos; auto. lra.
Qed.
End Layer.
