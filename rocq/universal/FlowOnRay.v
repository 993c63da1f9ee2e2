(** * Gradient flow on a ray on which the margins' gradients add up to a multiple of the ray.

    Off the kinks the network is a piece, whose gradient is Lipschitz continuous. *)

From Coq Require Import Reals List Lra Lia.
From Margincert Require Import Claims Lists Forward Vectors LipschitzNear GradientRules Ray Sums Piece Stationary PieceGradient.
Import ListNotations.
Open Scope R_scope.

(** ** Pieces *)
Section Pieces.
Variable theta : params R.
Local Notation lipschitz := (lipschitz_near theta).
Local Notation W := (close_where theta).

Lemma lipschitz_preact (v y : params R -> list R) u : (forall i, lipschitz (fun psi => nth i (v psi) 0)) ->
  (forall i, lipschitz (fun psi => nth i (y psi) 0)) -> lipschitz (fun psi => preact (v psi) (y psi) u).
Proof.
  intros Hv Hy. apply (lipschitz_sum theta (fun c psi => nth (snd c) (v psi) 0 * nth (fst c) (y psi) 0)). intros c _.
  now apply lipschitz_mult.
Qed.
Lemma lipschitz_piece n base x (Psi : params R -> params R) (Y : params R -> list R) : length base = length n ->
  close theta (fun psi => length (Psi psi) = length n) -> (forall v, lipschitz (fun psi => entry (Psi psi) v)) ->
  (forall i, lipschitz (fun psi => nth i (Y psi) 0)) -> forall i, lipschitz (fun psi => nth i (piece n base x (Psi psi) (Y psi)) 0).
Proof.
  revert base x Psi Y. induction n as [|l n IH]; intros [|w base] x Psi Y Lb LP HP HY i; try discriminate.
  { apply (lipschitz_eq theta _ (fun psi => nth i (Y psi) 0)); auto. apply (U_all _ W). intro psi. now destruct (Psi psi). }
  apply (lipschitz_eq theta _ (fun psi => nth i (piece n base (apply_layer l w x) (tl (Psi psi)) (piece_layer l w x (hd [] (Psi psi)) (Y psi))) 0)).
  { eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi Lpsi. now destruct (Psi psi). }
  apply IH.
  - simpl in Lb. congruence.
  - eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi Lpsi. destruct (Psi psi); simpl in *; congruence.
  - intros [k j]. apply (lipschitz_eq theta _ (fun psi => entry (Psi psi) (S k, j))); auto. apply (U_all _ W). intro. apply entry_tl.
  - intro j. unfold piece_layer.
    apply (lipschitz_eq theta _ (fun psi => match nth_error (units l) j with
      | Some u => slope_at (slope l) (preact w x u) * preact (hd [] (Psi psi)) (Y psi) u | None => 0 end)).
    + apply (U_all _ W). intro. apply nth_map_units.
    + destruct nth_error as [u|]; [|apply lipschitz_const]. apply lipschitz_mult. apply lipschitz_const. apply lipschitz_preact; auto.
      intro k. apply (lipschitz_eq theta _ (fun psi => entry (Psi psi) (0%nat, k))); auto. apply (U_all _ W). intro. apply nth_hd.
Qed.

Lemma margin_off_kinks P s : length theta = length (net P) -> off_kinks (net P) theta (fst s) ->
  lipschitz_gradient (fun psi => margin P psi s) theta /\ lipschitz (fun psi => margin P psi s).
Proof.
  intros Lt K. set (F := fun psi => sgn (snd s) * nth 0 (piece (net P) theta (fst s) psi (fst s)) 0).
  assert (LP : close theta (fun psi => length psi = length (net P))).
  { eapply (U_mono _ W); [|exact (close_shape theta)]. cbn beta. intros psi S. rewrite <- (same_length _ _ S). exact Lt. }
  assert (E : close theta (fun psi => margin P psi s = F psi)).
  { eapply (U_mono _ W); [|apply (near_piece _ W (net P) theta (fst s) (fun psi => psi) (fun _ => fst s)); auto].
    - cbn beta. intros psi H. unfold margin, Phi, F. now rewrite H.
    - intros v eps He. exists eps. auto.
    - intro. apply (tends_const _ W). }
  assert (Input : forall i, lipschitz (fun _ => nth i (fst s) 0)) by (intro; apply lipschitz_const).
  split.
  - exists (fun psi v => F (upd (fst v) (unit_vector (snd v)) psi)). split.
    + eapply (U_mono _ W); [|exact (U_and _ W _ _ (close_shape theta) (close_close _ _ E))]. cbn beta. intros psi [S C].
      rewrite (tab_shape theta psi) by exact S.
      apply (gradient_of_piece_ok (net P) theta (fst s) (sgn (snd s)) psi); auto. rewrite <- (same_length _ _ S). exact Lt.
    + intros [k i]. unfold F. apply lipschitz_mult. apply lipschitz_const. cbn [fst snd]. apply lipschitz_piece; auto.
      * eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi L. now rewrite length_upd.
      * intro u. destruct (Nat.ltb_spec k (length (net P))) as [Hk|Hk].
        -- apply (lipschitz_eq theta _ (fun psi => if Nat.eqb (fst u) k then nth (snd u) (unit_vector i) 0 else entry psi u)).
           ++ eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi L. unfold entry. rewrite nth_upd by lia. now destruct Nat.eqb.
           ++ destruct Nat.eqb. apply lipschitz_const. apply lipschitz_entry.
        -- apply (lipschitz_eq theta _ (fun psi => entry psi u)); [|apply lipschitz_entry].
           eapply (U_mono _ W); [|exact LP]. cbn beta. intros psi L. rewrite upd_beyond by lia. reflexivity.
  - apply (lipschitz_eq theta _ F E). unfold F. apply lipschitz_mult. apply lipschitz_const. apply lipschitz_piece; auto.
    apply lipschitz_entry.
Qed.
End Pieces.

(** ** The ray *)
Section Ray.
Variables (l l' : R -> R) (P : problem R) (o r : params R) (G : R -> list R * bool -> params R) (L : nat).
Hypothesis Fit : fit_loss l l'.
Hypothesis Posed : posed P None.
Hypothesis Shape_o : shaped (net P) o.
Hypothesis Shape_r : shaped (net P) r.
Hypothesis Norm : 0 < norm2 r.
(** On the ray the margins are [a^L], with gradients that add up to [kappa r]. *)
Let n := INR (length (data P)).
Let kappa (a : R) : R := n * INR L * a ^ (L - 1) / norm2 r.
Hypothesis Margins : forall a s, 1 <= a -> In s (data P) ->
  margin P (along o r a) s = a ^ L /\ is_gradient (fun th => margin P th s) (along o r a) (G a s).
Hypothesis Off : forall a s, 1 <= a -> In s (data P) -> off_kinks (net P) (along o r a) (fst s).
Hypothesis Sums : forall a v, 1 <= a -> Rsum (map (fun s => entry (G a s) v) (data P)) = kappa a * entry r v.
Hypothesis Depth : (0 < L)%nat.

Theorem power_flow : flow_converges l P o r 1 r.
Proof.
  pose proof Posed as [(_ & ND & _) _].
  assert (Hn : 0 < n) by (unfold n; destruct (data P); [congruence|apply lt_0_INR; simpl; lia]).
  assert (HL : 0 < INR L) by (apply lt_0_INR; auto).
  assert (So : same_shape o r) by (unfold same_shape, shaped in *; congruence).
  assert (K0 : 0 < n * INR L / norm2 r) by (apply Rdiv_lt_0_compat; auto; now apply Rmult_lt_0_compat).
  apply (ray_flow l l' Fit P o r r 1 (fun a => a ^ L) (fun a => INR L * a ^ (L - 1)) kappa) with (c0 := n * INR L / norm2 r) (c := 1); auto.
  - intro a. replace (L - 1)%nat with (pred L) by lia. apply derivable_pt_lim_pow.
  - intro a. unfold kappa. apply derivable_continuous_pt. reg.
  - intros a Ha. unfold kappa. assert (1 <= a ^ (L - 1)) by (apply pow_R1_Rle; auto).
    replace (n * INR L * a ^ (L - 1) / norm2 r) with (n * INR L / norm2 r * a ^ (L - 1)) by (field; lra).
    rewrite <- (Rmult_1_r (n * INR L / norm2 r)) at 1. apply Rmult_le_compat_l; lra.
  - intro a. unfold kappa, n. field. lra.
  - lra.
  - intro v. ring.
  - intros a Ha. unfold loss. rewrite (Rsum_ext_in _ (fun _ => l (a ^ L))).
    + rewrite Rsum_const. fold n. field. lra.
    + intros s Hs. destruct (Margins a s Ha Hs) as [-> _]. reflexivity.
  - intros a Ha. unfold pace. apply (loss_gradient (fun s => s) (data P) l l' P (along o r a) (a ^ L) r (kappa a) (G a)); auto.
    + symmetry. apply map_id.
    + pose proof (shape_along o r a So). unfold same_shape in *. congruence.
  - intros a Ha. apply (loss_lipschitz_gradient l l' P _ Fit). intros s Hs. apply margin_off_kinks; auto.
    rewrite <- (same_length _ _ (shape_along o r a So)). exact (shaped_length P o Shape_o).
Qed.
End Ray.
