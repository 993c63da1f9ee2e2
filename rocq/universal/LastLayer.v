(** * The last layer by itself: a global optimum at every KKT point, with or without kinks.

    The output is linear in the last layer, whatever the units before it do, and its slope, the outputs of these units, is
    continuous. So every subgradient has this part in the last layer. *)

From Coq Require Import Reals List Lra Lia PeanoNat.
From Margincert Require Import Claims Lists Forward Tends Vectors Sums Piece Stationary LayerOptimum.
Import ListNotations.
Open Scope R_scope.

(** ** The network is continuous *)
Section Limits.
Context {A : Type} (U : (A -> Prop) -> Prop) (HU : where_ U).

Lemma tends_apply l (v y : A -> list R) w x :
  (forall i, tends U (fun a => nth i (v a) 0) (nth i w 0)) -> (forall i, tends U (fun a => nth i (y a) 0) (nth i x 0)) ->
  forall i, tends U (fun a => nth i (apply_layer l (v a) (y a)) 0) (nth i (apply_layer l w x) 0).
Proof.
  intros Hv Hy i. unfold apply_layer.
  apply (tends_eq _ HU _ (fun a => match nth_error (units l) i with Some u => act (slope l) (preact (v a) (y a) u) | None => 0 end)).
  - apply (U_all _ HU). intro a. apply nth_map_units.
  - rewrite nth_map_units. destruct nth_error as [u|]; [|apply (tends_const _ HU)].
    apply (tends_act _ HU). now apply (tends_preact _ HU).
Qed.
Lemma tends_forward n (Psi : A -> params R) phi (Y : A -> list R) y :
  (length n <= length phi)%nat -> U (fun a => (length n <= length (Psi a))%nat) ->
  (forall v, tends U (fun a => entry (Psi a) v) (entry phi v)) -> (forall i, tends U (fun a => nth i (Y a) 0) (nth i y 0)) ->
  forall i, tends U (fun a => nth i (forward n (Psi a) (Y a)) 0) (nth i (forward n phi y) 0).
Proof.
  revert Psi phi Y y. induction n as [|l n IH]; intros Psi phi Y y Lp LP HP HY i. exact (HY i).
  destruct phi as [|v phi]; simpl in Lp; [lia|].
  apply (tends_eq _ HU _ (fun a => nth i (forward n (tl (Psi a)) (apply_layer l (hd [] (Psi a)) (Y a))) 0)).
  - eapply (U_mono _ HU); [|exact LP]. cbn beta. intros a La. destruct (Psi a); simpl in *; [lia|reflexivity].
  - simpl forward. apply IH. lia.
    + eapply (U_mono _ HU); [|exact LP]. cbn beta. intros a La. destruct (Psi a); simpl in *; lia.
    + intros [k j]. specialize (HP (S k, j)). eapply (tends_eq _ HU); [|exact HP]. apply (U_all _ HU). intro a. apply entry_tl.
    + apply tends_apply; auto. intro j. specialize (HP (0%nat, j)). eapply (tends_eq _ HU); [|exact HP].
      apply (U_all _ HU). intro a. apply nth_hd.
Qed.
End Limits.

(** ** The last layer *)
Lemma forward_last n l psi w x : length psi = S (length n) ->
  forward (n ++ [l]) (upd (length n) w psi) x = apply_layer l w (forward n psi x).
Proof.
  revert psi x. induction n as [|l0 n IH]; intros [|v psi] x L; simpl in L; try discriminate; simpl.
  - now destruct psi.
  - apply IH. congruence.
Qed.
Lemma linear_layer_combines l x a b u v w : slope l = 1 -> combines a b u v w ->
  combines a b (apply_layer l u x) (apply_layer l v x) (apply_layer l w x).
Proof.
  intros Hs H. unfold apply_layer. apply combines_map. intro c. rewrite !act_slope, Hs, !slope_linear, (preact_weights a b u v w) by auto. ring.
Qed.

Section Last.
Variables (P : problem R) (free : option nat) (theta : params R) (n : list (layer R)) (l : layer R).
Hypothesis Net : net P = n ++ [l].
Hypothesis Linear : slope l = 1.
Hypothesis Kkt : kkt P free theta.
Let k := length n.
Hypothesis Free : is_free free k = true.

Definition last_effect (a : list R) (s : list R * bool) : R := sgn (snd s) * nth 0 (apply_layer l a (forward n theta (fst s))) 0.

Lemma length_theta : length theta = S k.
Proof.
  destruct Kkt as [[_ [Sh _]] _]. apply shaped_length in Sh. rewrite Sh, Net, app_length. simpl. unfold k. lia.
Qed.
Lemma last_strict a s : length a = length (nth k theta []) ->
  strict (fun psi => margin P (held free theta psi) s) theta (layer_direction k a theta) (last_effect a s).
Proof.
  intros La eps He. pose proof (close_where theta) as W. pose proof length_theta as Lt.
  assert (T : tends (close theta) (fun psi => nth 0 (apply_layer l a (forward n (held free theta psi) (fst s))) 0)
    (nth 0 (apply_layer l a (forward n theta (fst s))) 0)).
  { apply (tends_apply _ W l (fun _ => a)). intro. apply (tends_const _ W). apply (tends_forward _ W).
    - rewrite Lt. unfold k. lia.
    - eapply (U_mono _ W); [|exact (length_held_close free theta)]. cbn beta. intros psi L. rewrite L, Lt. unfold k. lia.
    - apply tends_held.
    - intro. apply (tends_const _ W). }
  destruct (close_dist _ _ (T eps He)) as (d & Hd & H). exists d. split; auto. intros psi t S D Ht.
  specialize (H psi S D). unfold margin, Phi. rewrite Net. rewrite along_direction, upd_held by auto.
  set (phi := held free theta psi) in *.
  assert (Lphi : length phi = Datatypes.S k) by (unfold phi; rewrite length_held by exact S; exact Lt).
  assert (Ek : nth k phi [] = nth k psi []) by (unfold phi; rewrite nth_held by exact S; now rewrite Free).
  assert (Lk : length (nth k psi []) = length a) by (rewrite La; symmetry; apply same_length_nth; exact S).
  rewrite <- (upd_self k phi []) at 2. unfold k at 1 3. rewrite !forward_last by (unfold k in Lphi; auto).
  assert (C := linear_layer_combines l (forward n phi (fst s)) 1 t _ _ _ Linear (plus_times_ok (nth k psi []) t a Lk) 0%nat).
  fold k. rewrite C, Ek. unfold last_effect.
  match goal with |- Rabs ?z <= _ => replace z with (sgn (snd s) * (t * (nth 0 (apply_layer l a (forward n phi (fst s))) 0 -
    nth 0 (apply_layer l a (forward n theta (fst s))) 0))) by ring end.
  rewrite !Rabs_mult. assert (Es : Rabs (sgn (snd s)) = 1).
  { unfold sgn. destruct (snd s). apply Rabs_R1. rewrite Rabs_left; lra. }
  rewrite Es, (Rabs_pos_eq t) by lra. rewrite Rmult_1_l, Rmult_comm. apply Rmult_le_compat_r; lra.
Qed.

Theorem last_layer_global : global_optimum P (Some k) theta.
Proof.
  pose proof length_theta as Lt. pose proof Kkt as [[[WF _] [Sh F]] _].
  assert (Hk : (k < length (net P))%nat) by (rewrite Net, app_length; simpl; unfold k; lia).
  split. { split; split; auto. }
  intros theta' [Sh' F'] SB. assert (Lt' : length theta' = length theta).
  { apply shaped_length in Sh, Sh'. congruence. }
  assert (Ss : same_shape theta theta') by (unfold same_shape, shaped in *; congruence).
  set (w := nth k theta []). set (w' := nth k theta' []).
  assert (Lw : length w' = length w) by (symmetry; now apply same_length_nth).
  assert (Eth' : theta' = upd k w' theta) by (apply same_but_upd; auto).
  destruct (stationary P free theta Kkt) as (lambda & Hl & St).
  set (a := plus_times w' (-1) w).
  assert (La : length a = length w) by (unfold a; rewrite length_plus_times; auto).
  rewrite Eth'. apply farther_layer; auto. lia. fold w. fold a.
  assert (E : inner w a = weighted (data P) lambda (last_effect a)).
  { unfold w. rewrite <- dot_direction by lia. apply St.
    - now apply shape_direction.
    - intros v Hv. rewrite entry_direction by lia. destruct (Nat.eqb_spec (fst v) k) as [Q|]; auto. congruence.
    - intros s Hs. now apply last_strict. }
  rewrite E. apply (weighted_nonneg P theta); auto. intros s Hs Hm. specialize (F' s Hs).
  assert (C := linear_layer_combines l (forward n theta (fst s)) 1 (-1) w' w a Linear (plus_times_ok w' (-1) w Lw) 0%nat).
  unfold last_effect. rewrite C. unfold margin, Phi in F', Hm. rewrite Net in F', Hm. rewrite Eth' in F'.
  rewrite <- (upd_self k theta []) in Hm. unfold k in F', Hm. rewrite forward_last in F', Hm by (unfold k in Lt; auto).
  fold k in F', Hm. fold w in Hm. lra.
Qed.
End Last.

Theorem last_layer_optimum P free theta : kkt P free theta -> is_free free (length (net P) - 1) = true ->
  global_optimum P (Some (length (net P) - 1)%nat) theta.
Proof.
  intros K Fr. pose proof K as [[[(NE & _ & _ & Last & _) _] _] _].
  destruct (exists_last NE) as (n & l & E). assert (L : (length (net P) - 1)%nat = length n) by (rewrite E, app_length; simpl; lia).
  rewrite L in *. apply (last_layer_global P free theta n l); auto. rewrite E, last_last in Last. exact Last.
Qed.
