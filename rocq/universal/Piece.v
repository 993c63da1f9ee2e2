(** * A network on one activation piece.

    [piece n theta x psi y] is the output for the parameters [psi] and the input [y], each unit having the slope that it
    has for the parameters [theta] and the input [x]. It is linear in [y] and in each layer of [psi], and where no
    preactivation vanishes it is what the network computes near [theta]. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums.
From Margincert Require Export Tends.
Import ListNotations.
Open Scope R_scope.

Definition slope_at (s z : R) : R := if Rlt_dec z 0 then s else 1.
Lemma act_slope s z : act s z = slope_at s z * z.
Proof. unfold act, slope_at. destruct Rlt_dec; ring. Qed.
Lemma slope_linear z : slope_at 1 z = 1.
Proof. unfold slope_at. now destruct Rlt_dec. Qed.
Lemma slope_positive s z : 0 < z -> slope_at s z = 1.
Proof. intro H. unfold slope_at. destruct Rlt_dec; lra. Qed.

Definition piece_layer (l : layer R) (w x v y : list R) : list R :=
  map (fun u => slope_at (slope l) (preact w x u) * preact v y u) (units l).
Fixpoint piece (n : list (layer R)) (theta : params R) (x : list R) (psi : params R) (y : list R) : list R :=
  match n, theta, psi with
  | l :: n', w :: theta', v :: psi' => piece n' theta' (apply_layer l w x) psi' (piece_layer l w x v y)
  | _, _, _ => y
  end.

Lemma piece_layer_self l w x : piece_layer l w x w x = apply_layer l w x.
Proof. unfold piece_layer, apply_layer. apply map_ext. intro. symmetry. apply act_slope. Qed.
Lemma piece_self n theta x : piece n theta x theta x = forward n theta x.
Proof.
  revert theta x. induction n as [|l n IH]; intros [|w theta] x; auto. simpl. rewrite piece_layer_self. apply IH.
Qed.

(** ** Replacing a layer *)
Lemma length_upd {A} k (a : A) l : length (upd k a l) = length l.
Proof. revert l. induction k; intros [|b l]; simpl; auto. Qed.
Lemma nth_upd {A} k (a : A) l d j : (k < length l)%nat -> nth j (upd k a l) d = if Nat.eqb j k then a else nth j l d.
Proof.
  revert l j. induction k as [|k IH]; intros [|b l] j H; simpl in H; try lia; destruct j as [|j]; simpl; auto.
  apply IH. lia.
Qed.
Lemma upd_beyond {A} k (a : A) l : (length l <= k)%nat -> upd k a l = l.
Proof. revert k. induction l as [|b l IH]; intros [|k] H; simpl in *; auto; try lia. rewrite IH by lia. reflexivity. Qed.
Lemma upd_self {A} k (l : list A) d : upd k (nth k l d) l = l.
Proof. revert l. induction k as [|k IH]; intros [|b l]; simpl; auto. now rewrite IH. Qed.
Lemma upd_upd {A} k (a b : A) l : upd k a (upd k b l) = upd k a l.
Proof. revert l. induction k as [|k IH]; intros [|c l]; simpl; auto. now rewrite IH. Qed.
Lemma map_upd {A B} (f : A -> B) k a l : map f (upd k a l) = upd k (f a) (map f l).
Proof. revert l. induction k as [|k IH]; intros [|c l]; simpl; auto. now rewrite IH. Qed.

(** ** Linearity *)
Lemma preact_input a b x y z w u : combines a b x y z -> preact w z u = a * preact w x u + b * preact w y u.
Proof.
  intro H. unfold preact. rewrite <- Rsum_lin. apply Rsum_ext_in. intros c _. rewrite (H (fst c)). ring.
Qed.
Lemma preact_weights a b v w z x u : combines a b v w z -> preact z x u = a * preact v x u + b * preact w x u.
Proof.
  intro H. unfold preact. rewrite <- Rsum_lin. apply Rsum_ext_in. intros c _. rewrite (H (snd c)). ring.
Qed.
Lemma nth_map_units {A} (f : A -> R) l i : nth i (map f l) 0 = match nth_error l i with Some u => f u | None => 0 end.
Proof. revert i. induction l as [|u l IH]; intros [|i]; simpl; auto. Qed.
Lemma combines_map {A} a b (f g h : A -> R) l : (forall u, h u = a * f u + b * g u) ->
  combines a b (map f l) (map g l) (map h l).
Proof. intros H i. rewrite !nth_map_units. destruct nth_error; auto. ring. Qed.
Lemma piece_input n theta x psi a b y y' z : combines a b y y' z ->
  combines a b (piece n theta x psi y) (piece n theta x psi y') (piece n theta x psi z).
Proof.
  revert theta x psi y y' z. induction n as [|l n IH]; intros [|w theta] x [|v psi] y y' z H; simpl; auto.
  apply IH. apply combines_map. intro u. rewrite (preact_input a b y y' z) by auto. ring.
Qed.
Lemma piece_in_layer n theta x psi y k a b u v w : (k < length n)%nat -> length theta = length n -> length psi = length n ->
  combines a b u v w ->
  combines a b (piece n theta x (upd k u psi) y) (piece n theta x (upd k v psi) y) (piece n theta x (upd k w psi) y).
Proof.
  revert k theta x psi y. induction n as [|l n IH]; intros k [|wt theta] x [|p psi] y Hk Ht Hp H; simpl in *; try lia.
  destruct k as [|k]; simpl.
  - apply piece_input. apply combines_map. intro c. rewrite (preact_weights a b u v w) by auto. ring.
  - apply IH; auto; lia.
Qed.

(** ** Limits: along any filter *)
Section Limits.
Context {A : Type} (U : (A -> Prop) -> Prop) (HU : where_ U).

Local Notation tends := (Tends.tends U).
Local Notation tends_eq := (Tends.tends_eq U HU).
Local Notation tends_const := (Tends.tends_const U HU).
Local Notation tends_plus := (Tends.tends_plus U HU).
Local Notation tends_mult := (Tends.tends_mult U HU).
Local Notation tends_preact := (Tends.tends_preact U HU).

Lemma entry_tl psi k i : entry (tl psi) (k, i) = entry psi (S k, i).
Proof. unfold entry. simpl. destruct psi; simpl; auto. destruct k; reflexivity. Qed.
Lemma nth_hd i (psi : params R) : nth i (hd [] psi) 0 = entry psi (0%nat, i).
Proof. now destruct psi. Qed.

Lemma tends_layer l w x (v y : A -> list R) v0 y0 :
  (forall i, tends (fun a => nth i (v a) 0) (nth i v0 0)) -> (forall i, tends (fun a => nth i (y a) 0) (nth i y0 0)) ->
  forall i, tends (fun a => nth i (piece_layer l w x (v a) (y a)) 0) (nth i (piece_layer l w x v0 y0) 0).
Proof.
  intros Hv Hy i. unfold piece_layer.
  apply (tends_eq _ (fun a => match nth_error (units l) i with
    | Some u => slope_at (slope l) (preact w x u) * preact (v a) (y a) u | None => 0 end)).
  - apply (U_all _ HU). intro a. apply nth_map_units.
  - rewrite nth_map_units. destruct nth_error as [u|]; [|apply tends_const].
    apply tends_mult. apply tends_const. now apply tends_preact.
Qed.

Lemma tends_piece n theta x (Psi : A -> params R) phi (Y : A -> list R) y :
  length theta = length n -> length phi = length n -> U (fun a => length (Psi a) = length n) ->
  (forall v, tends (fun a => entry (Psi a) v) (entry phi v)) -> (forall i, tends (fun a => nth i (Y a) 0) (nth i y 0)) ->
  forall i, tends (fun a => nth i (piece n theta x (Psi a) (Y a)) 0) (nth i (piece n theta x phi y) 0).
Proof.
  revert theta x Psi phi Y y. induction n as [|l n IH]; intros theta x Psi phi Y y Lt Lp LP HP HY i.
  { destruct theta, phi; try discriminate. exact (HY i). }
  destruct theta as [|w theta], phi as [|v phi]; try discriminate. simpl in Lt, Lp.
  apply (tends_eq _ (fun a => nth i (piece n theta (apply_layer l w x) (tl (Psi a)) (piece_layer l w x (hd [] (Psi a)) (Y a))) 0)).
  - eapply (U_mono _ HU); [|exact LP]. cbn beta. intros a La. destruct (Psi a); [discriminate|]. reflexivity.
  - simpl piece. apply IH; auto.
    + eapply (U_mono _ HU); [|exact LP]. cbn beta. intros a La. destruct (Psi a); simpl in *; [discriminate|congruence].
    + intros [k j]. specialize (HP (S k, j)). eapply tends_eq; [|exact HP]. apply (U_all _ HU). intro a. apply entry_tl.
    + apply tends_layer; auto. intro j. specialize (HP (0%nat, j)). eapply tends_eq; [|exact HP].
      apply (U_all _ HU). intro a. apply nth_hd.
Qed.

(** ** No kinks: near the point the network runs on the piece *)
Fixpoint off_kinks (n : list (layer R)) (theta : params R) (x : list R) : Prop :=
  match n, theta with
  | l :: n', w :: theta' =>
      (slope l = 1 \/ forall u, In u (units l) -> preact w x u <> 0) /\ off_kinks n' theta' (apply_layer l w x)
  | _, _ => True
  end.

Lemma near_slope s (f : A -> R) r : s = 1 \/ r <> 0 -> tends f r -> U (fun a => act s (f a) = slope_at s r * f a).
Proof.
  intros [->|Hr] H.
  - apply (U_all _ HU). intro a. now rewrite act_slope, !slope_linear.
  - eapply (U_mono _ HU); [|exact (H (Rabs r) (Rabs_pos_lt _ Hr))]. cbn beta. intros a Ha.
    rewrite act_slope. f_equal. unfold slope_at.
    unfold Rabs in Ha. destruct (Rcase_abs r), (Rcase_abs (f a - r)), (Rlt_dec (f a) 0), (Rlt_dec r 0); lra.
Qed.

Lemma near_piece n theta x (Psi : A -> params R) (Y : A -> list R) :
  length theta = length n -> U (fun a => length (Psi a) = length n) ->
  (forall v, tends (fun a => entry (Psi a) v) (entry theta v)) -> (forall i, tends (fun a => nth i (Y a) 0) (nth i x 0)) ->
  off_kinks n theta x -> U (fun a => forward n (Psi a) (Y a) = piece n theta x (Psi a) (Y a)).
Proof.
  revert theta x Psi Y. induction n as [|l n IH]; intros theta x Psi Y Lt LP HP HY K.
  { apply (U_all _ HU). reflexivity. }
  destruct theta as [|w theta]; try discriminate. simpl in Lt. destruct K as [K1 K2].
  assert (Hw : forall i, tends (fun a => nth i (hd [] (Psi a)) 0) (nth i w 0)).
  { intro j. specialize (HP (0%nat, j)). eapply tends_eq; [|exact HP]. apply (U_all _ HU). intro a. apply nth_hd. }
  assert (E : U (fun a => forall u, In u (units l) ->
    act (slope l) (preact (hd [] (Psi a)) (Y a) u) = slope_at (slope l) (preact w x u) * preact (hd [] (Psi a)) (Y a) u)).
  { apply (U_list _ HU). intros u Hu. apply near_slope. destruct K1; auto. now apply tends_preact. }
  assert (R : U (fun a => forward n (tl (Psi a)) (piece_layer l w x (hd [] (Psi a)) (Y a)) =
    piece n theta (apply_layer l w x) (tl (Psi a)) (piece_layer l w x (hd [] (Psi a)) (Y a)))).
  { apply IH; auto.
    - eapply (U_mono _ HU); [|exact LP]. cbn beta. intros a La. destruct (Psi a); simpl in *; [discriminate|congruence].
    - intros [k j]. specialize (HP (S k, j)). eapply tends_eq; [|exact HP]. apply (U_all _ HU). intro a. apply entry_tl.
    - rewrite <- piece_layer_self. apply tends_layer; auto. }
  eapply (U_mono _ HU); [|exact (U_and _ HU _ _ LP (U_and _ HU _ _ E R))]. cbn beta. intros a (La & Ea & Ra).
  destruct (Psi a) as [|v psi]; [discriminate|]. simpl in *. rewrite <- Ra. f_equal.
  unfold apply_layer, piece_layer. apply map_ext_in. exact Ea.
Qed.
End Limits.

(** ** Linear networks have one piece, and so have positive units *)
Lemma piece_linear n theta x psi y : (forall l, In l n -> slope l = 1) -> length theta = length n -> length psi = length n ->
  piece n theta x psi y = forward n psi y.
Proof.
  revert theta x psi y. induction n as [|l n IH]; intros [|w theta] x [|v psi] y Hl Ht Hp; try discriminate; auto.
  simpl in *. assert (E : piece_layer l w x v y = apply_layer l v y).
  { unfold piece_layer, apply_layer. apply map_ext. intro u. rewrite act_slope, (Hl l (or_introl eq_refl)), !slope_linear. ring. }
  rewrite E. apply IH; auto.
Qed.

Definition linearised (n : list (layer R)) : list (layer R) := map (fun l => Layer 1 (nparams l) (units l)) n.
Fixpoint positive_units (n : list (layer R)) (theta : params R) (x : list R) : Prop :=
  match n, theta with
  | l :: n', w :: theta' => (forall u, In u (units l) -> 0 < preact w x u) /\ positive_units n' theta' (apply_layer l w x)
  | _, _ => True
  end.
Lemma piece_positive n theta x psi y : positive_units n theta x -> length theta = length n -> length psi = length n ->
  piece n theta x psi y = forward (linearised n) psi y.
Proof.
  revert theta x psi y. induction n as [|l n IH]; intros [|w theta] x [|v psi] y K Ht Hp; try discriminate; auto.
  simpl in *. destruct K as [K1 K2]. rewrite <- (IH _ _ _ _ K2) by auto. f_equal.
  unfold piece_layer, apply_layer. apply map_ext_in. intros u Hu. simpl.
  rewrite act_slope, slope_linear, slope_positive; auto.
Qed.
Lemma positive_off_kinks n theta x : positive_units n theta x -> off_kinks n theta x.
Proof.
  revert theta x. induction n as [|l n IH]; intros [|w theta] x K; simpl in *; auto. destruct K as [K1 K2]. split; auto.
  right. intros u Hu. specialize (K1 u Hu). lra.
Qed.
Lemma off_kinks_linear n theta x : (forall l, In l n -> slope l = 1) -> off_kinks n theta x.
Proof.
  revert theta x. induction n as [|l n IH]; intros [|w theta] x H; simpl; auto. split.
  left. apply H. now left. apply IH. intros; apply H; now right.
Qed.
