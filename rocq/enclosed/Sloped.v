(** * A network whose units have given slopes: linear in its inputs, in each layer's weights, and in each slope. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Forward Vectors Sums Piece TwoLayers TwoLayersKkt EnclosedParameters.
Import ListNotations.
Open Scope R_scope.

Definition sloped_layer (l : layer R) (sl : nat -> R) (v y : list R) : list R :=
  mapi (fun u c => sl u * preact v y c) 0 (units l).
Lemma sloped_cons l n sl v psi y :
  sloped (l :: n) sl (v :: psi) y = sloped n (fun k => sl (S k)) psi (sloped_layer l (sl 0%nat) v y).
Proof. reflexivity. Qed.

Lemma nth_sloped l sl v y u : nth u (sloped_layer l sl v y) 0 =
  match nth_error (units l) u with Some c => sl u * preact v y c | None => 0 end.
Proof. apply (nth_mapi_error (fun u c => sl u * preact v y c)). Qed.

Lemma sloped_ext n sl sl' psi y : (forall k u, sl k u = sl' k u) -> sloped n sl psi y = sloped n sl' psi y.
Proof.
  revert sl sl' psi y. induction n as [|l n IH]; intros sl sl' [|v psi] y H; auto. rewrite !sloped_cons.
  assert (E : sloped_layer l (sl 0%nat) v y = sloped_layer l (sl' 0%nat) v y).
  { unfold sloped_layer. apply mapi_ext. intros. now rewrite H. }
  rewrite E. now apply IH.
Qed.

(** ** Linear *)

Lemma combines_layer a b l sl v v' v'' y y' y'' :
  (forall c, preact v'' y'' c = a * preact v y c + b * preact v' y' c) ->
  combines a b (sloped_layer l sl v y) (sloped_layer l sl v' y') (sloped_layer l sl v'' y'').
Proof. intros H i. rewrite !nth_sloped. destruct nth_error; [rewrite H|]; ring. Qed.
Lemma sloped_input n sl psi a b y y' z : combines a b y y' z ->
  combines a b (sloped n sl psi y) (sloped n sl psi y') (sloped n sl psi z).
Proof.
  revert sl psi y y' z. induction n as [|l n IH]; intros sl [|v psi] y y' z H; auto. rewrite !sloped_cons.
  apply IH, combines_layer. intro c. now apply preact_input.
Qed.
(** In the weights of one layer. *)
Lemma sloped_in_layer n sl psi y k a b u v w : (length n <= length psi)%nat -> (k < length n)%nat -> combines a b u v w ->
  combines a b (sloped n sl (upd k u psi) y) (sloped n sl (upd k v psi) y) (sloped n sl (upd k w psi) y).
Proof.
  revert sl psi y k. induction n as [|l n IH]; intros sl [|p psi] y [|k] L Hk H; simpl in L, Hk; try lia; cbn [upd]; rewrite !sloped_cons.
  - apply sloped_input, combines_layer. intro c. now apply preact_weights.
  - apply IH; auto; lia.
Qed.
(** What only zeros reach. *)
Lemma sloped_zero n sl psi x : (forall i, nth i x 0 = 0) -> forall i, nth i (sloped n sl psi x) 0 = 0.
Proof.
  revert sl psi x. induction n as [|l n IH]; intros sl [|w psi] x Z i; auto. rewrite sloped_cons. apply IH. intro u.
  rewrite nth_sloped. destruct nth_error as [c|]; auto. replace (preact w x c) with 0. ring. symmetry. unfold preact.
  apply Rsum_zero. intros a _. rewrite Z. ring.
Qed.
(** In the slope of one unit. *)
Lemma sloped_slope n sl sl1 sl2 t psi y k0 u0 :
  (forall k u, (k, u) <> (k0, u0) -> sl1 k u = sl k u /\ sl2 k u = sl k u) ->
  sl k0 u0 = t * sl1 k0 u0 + (1 - t) * sl2 k0 u0 ->
  combines t (1 - t) (sloped n sl1 psi y) (sloped n sl2 psi y) (sloped n sl psi y).
Proof.
  revert sl sl1 sl2 psi y k0. induction n as [|l n IH]; intros sl sl1 sl2 [|v psi] y k0 H E; try (intro i; simpl; ring).
  rewrite !sloped_cons. destruct k0 as [|k0].
  - assert (T1 : sloped n (fun k => sl1 (S k)) psi (sloped_layer l (sl1 0%nat) v y) =
      sloped n (fun k => sl (S k)) psi (sloped_layer l (sl1 0%nat) v y)).
    { apply sloped_ext. intros k u. apply (H (S k) u). discriminate. }
    assert (T2 : sloped n (fun k => sl2 (S k)) psi (sloped_layer l (sl2 0%nat) v y) =
      sloped n (fun k => sl (S k)) psi (sloped_layer l (sl2 0%nat) v y)).
    { apply sloped_ext. intros k u. apply (H (S k) u). discriminate. }
    rewrite T1, T2. apply sloped_input. intro u. rewrite !nth_sloped. destruct nth_error as [c|]; [|ring].
    destruct (Nat.eq_dec u u0) as [->|N]. rewrite E. ring.
    destruct (H 0%nat u) as [-> ->]. congruence. ring.
  - assert (L : forall sl', (forall u, sl' 0%nat u = sl 0%nat u) -> sloped_layer l (sl' 0%nat) v y = sloped_layer l (sl 0%nat) v y).
    { intros sl' Q. unfold sloped_layer. apply mapi_ext. intros. now rewrite Q. }
    rewrite (L sl1), (L sl2) by (intro u; now apply (H 0%nat u)). apply (IH _ _ _ _ _ k0).
    + intros k u N. apply (H (S k) u). congruence.
    + exact E.
Qed.

(** ** Limits *)
Section Limits.
Context {A : Type} (U : (A -> Prop) -> Prop) (HU : where_ U).
Lemma tends_sloped n sl (Psi : A -> params R) phi y :
  length phi = length n -> U (fun a => length (Psi a) = length n) -> (forall v, tends U (fun a => entry (Psi a) v) (entry phi v)) ->
  forall i, tends U (fun a => nth i (sloped n sl (Psi a) y) 0) (nth i (sloped n sl phi y) 0).
Proof.
  intros Lp LP HP. enough (G : forall Y, (forall i, tends U (fun a => nth i (Y a) 0) (nth i y 0)) ->
    forall i, tends U (fun a => nth i (sloped n sl (Psi a) (Y a)) 0) (nth i (sloped n sl phi y) 0)).
  { apply G. intro. apply (tends_const _ HU). }
  revert sl Psi phi y Lp LP HP. induction n as [|l n IH]; intros sl Psi phi y Lp LP HP Y HY i.
  { destruct phi; try discriminate. exact (HY i). }
  destruct phi as [|v phi]; try discriminate. simpl in Lp.
  apply (tends_eq _ HU _ (fun a => nth i (sloped n (fun k => sl (S k)) (tl (Psi a)) (sloped_layer l (sl 0%nat) (hd [] (Psi a)) (Y a))) 0)).
  { eapply (U_mono _ HU); [|exact LP]. cbn beta. intros a La. destruct (Psi a); [discriminate|]. reflexivity. }
  rewrite sloped_cons.
  apply (IH (fun k => sl (S k)) (fun a => tl (Psi a)) phi (sloped_layer l (sl 0%nat) v y)
    ltac:(lia)) with (Y := fun a => sloped_layer l (sl 0%nat) (hd [] (Psi a)) (Y a)).
  - eapply (U_mono _ HU); [|exact LP]. cbn beta. intros a La. destruct (Psi a); simpl in *; [discriminate|congruence].
  - intros [k j]. specialize (HP (S k, j)). eapply (tends_eq _ HU); [|exact HP]. apply (U_all _ HU). intro a. apply entry_tl.
  - intro j. apply (tends_eq _ HU _ (fun a => match nth_error (units l) j with
      Some c => sl 0%nat j * preact (hd [] (Psi a)) (Y a) c | None => 0 end)).
    { apply (U_all _ HU). intro a. apply nth_sloped. }
    rewrite nth_sloped. destruct nth_error as [c|]; [|apply (tends_const _ HU)].
    apply (tends_mult _ HU). apply (tends_const _ HU). apply (tends_preact _ HU); auto.
    intro p. specialize (HP (0%nat, p)). eapply (tends_eq _ HU); [|exact HP]. apply (U_all _ HU). intro a. apply nth_hd.
Qed.
End Limits.

(** ** The slopes that units have *)

(** A condition on each unit's place, activation, preactivation and slope. *)
Definition passing (ok : nat -> nat -> R -> R -> R -> Prop) (n : list (layer R)) (theta : params R) (x : list R)
    (sl : nat -> nat -> R) : Prop :=
  forall k l u c, nth_error n k = Some l -> nth_error (units l) u = Some c ->
    ok k u (slope l) (preact (nth k theta []) (forward (firstn k n) theta x) c) (sl k u).
Lemma passing_first ok l n w theta x sl : passing ok (l :: n) (w :: theta) x sl ->
  forall u c, nth_error (units l) u = Some c -> ok 0%nat u (slope l) (preact w x c) (sl 0%nat u).
Proof. intros H u c Hu. exact (H 0%nat l u c eq_refl Hu). Qed.
Lemma passing_rest ok l n w theta x sl : passing ok (l :: n) (w :: theta) x sl ->
  passing (fun k => ok (S k)) n theta (apply_layer l w x) (fun k => sl (S k)).
Proof. intros H k l' u c Hk Hu. exact (H (S k) l' u c Hk Hu). Qed.

Fixpoint agrees (n : list (layer R)) (theta : params R) (x : list R) (sl : nat -> nat -> R) : Prop :=
  match n, theta with
  | l :: n', w :: theta' =>
      (forall u c, nth_error (units l) u = Some c -> slope_at (slope l) (preact w x c) = sl 0%nat u) /\
      agrees n' theta' (apply_layer l w x) (fun k => sl (S k))
  | _, _ => True
  end.
Lemma piece_sloped n theta x sl psi y : length theta = length n -> agrees n theta x sl ->
  piece n theta x psi y = sloped n sl psi y.
Proof.
  revert theta x sl psi y. induction n as [|l n IH]; intros [|w theta] x sl psi y L H; try discriminate; auto.
  destruct psi as [|v psi]; auto. destruct H as [H1 H2]. rewrite sloped_cons. cbn [piece].
  assert (E : piece_layer l w x v y = sloped_layer l (sl 0%nat) v y).
  { unfold piece_layer, sloped_layer. rewrite <- (mapi_id 0 (units l)) at 1. rewrite map_mapi. apply mapi_ext_at.
    intros u c Hu. cbn [Nat.add]. now rewrite (H1 u c Hu). }
  rewrite E. apply IH; auto.
Qed.

(** ** A network whose units have the slopes that they act with, or pass nothing on *)
Lemma forward_is_sloped n theta x sl : length theta = length n ->
  (forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c ->
    let z := preact (nth j theta []) (sloped (firstn j n) sl theta x) c in act (slope l) z = sl j u * z) ->
  forall j, forward (firstn j n) theta x = sloped (firstn j n) sl theta x.
Proof.
  revert theta x sl. induction n as [|l n IH]; intros [|w theta] x sl L H [|j]; try discriminate; auto.
  cbn [firstn forward]. rewrite sloped_cons.
  assert (E : apply_layer l w x = sloped_layer l (sl 0%nat) w x).
  { unfold apply_layer, sloped_layer. rewrite <- (mapi_id 0 (units l)) at 1. rewrite map_mapi. apply mapi_ext_at.
    intros u c Hu. exact (H 0%nat l u c eq_refl Hu). }
  rewrite E. apply IH; auto. intros j' l' u c Hj Hu. exact (H (S j') l' u c Hj Hu).
Qed.
Lemma sloped_same n sl sl' psi x :
  (forall j l u c, nth_error n j = Some l -> nth_error (units l) u = Some c ->
    sl j u = sl' j u \/ preact (nth j psi []) (sloped (firstn j n) sl psi x) c = 0) ->
  sloped n sl psi x = sloped n sl' psi x.
Proof.
  revert sl sl' psi x. induction n as [|l n IH]; intros sl sl' [|w psi] x H; auto. rewrite !sloped_cons.
  assert (E : sloped_layer l (sl 0%nat) w x = sloped_layer l (sl' 0%nat) w x).
  { unfold sloped_layer. apply mapi_ext_at. intros u c Hu. cbn [Nat.add].
    destruct (H 0%nat l u c eq_refl Hu) as [->|Z]; auto. cbn [nth firstn sloped] in Z. rewrite Z. ring. }
  rewrite <- E. apply IH. intros j l' u c Hj Hu. exact (H (S j) l' u c Hj Hu).
Qed.
Lemma sloped_firstn_upd j m n sl psi w x : (j <= m)%nat -> sloped (firstn j n) sl (upd m w psi) x = sloped (firstn j n) sl psi x.
Proof.
  revert j m sl psi x. induction n as [|l n IH]; intros [|j] [|m] sl [|v psi] x L; auto; try lia. cbn [firstn upd].
  rewrite !sloped_cons. apply IH. lia.
Qed.

Lemma passes_slope s z sl : passes s z sl -> act s z = sl * z.
Proof.
  intros (P1 & P2 & _). unfold act. destruct (Rlt_dec z 0); [now rewrite P2|].
  destruct (Req_dec z 0) as [->|]; [ring|rewrite P1 by lra; ring].
Qed.
Lemma passing_is_sloped n theta x sl : length theta = length n -> passing (fun _ _ => passes) n theta x sl ->
  forward n theta x = sloped n sl theta x.
Proof.
  revert theta x sl. induction n as [|l n IH]; intros [|w theta] x sl L H; try discriminate; auto.
  cbn [forward]. rewrite sloped_cons.
  assert (E : apply_layer l w x = sloped_layer l (sl 0%nat) w x).
  { unfold apply_layer, sloped_layer. rewrite <- (mapi_id 0 (units l)) at 1. rewrite map_mapi. apply mapi_ext_at.
    intros u c Hu. apply passes_slope. exact (passing_first _ _ _ _ _ _ _ H u c Hu). }
  rewrite <- E. apply IH. now injection L. exact (passing_rest _ _ _ _ _ _ _ H).
Qed.
