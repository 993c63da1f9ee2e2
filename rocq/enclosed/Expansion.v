(** * A network with given slopes near a point: up to second order in its parameters.

    It is linear in each layer. So a change of the parameters changes the output by that in one layer at a time, by that
    in two layers at a time, and by terms of third order. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Lists Vectors Sums Forward Displacement Orders Piece PieceGradient EnclosedParameters Sloped Valleys.
Import ListNotations.
Open Scope R_scope.

Local Notation env := (nat * nat -> R).

Lemma small_sum {A} k (f : A -> env -> R) l : (forall a, In a l -> small k (f a)) -> small k (fun e => Rsum (map (fun a => f a e) l)).
Proof.
  induction l as [|a l IH]; intro H.
  - apply small_zero, (U_all _ near_where). intro. reflexivity.
  - apply (small_plus k (f a) (fun e => Rsum (map (fun a => f a e) l))). apply H. now left. apply IH. intros. apply H. now right.
Qed.
Lemma small_eq k f g : (forall e, f e = g e) -> small k f -> small k g.
Proof. intro E. apply small_ext, (U_all _ near_where), E. Qed.

(** ** Changes in one layer, in two layers *)
Definition first_change (n : list (layer R)) sl (th dl : params R) (x : list R) (i : nat) : R :=
  Rsum (map (fun m => nth i (sloped n sl (upd m (nth m dl []) th) x) 0) (seq 0 (length n))).
Definition second_change (n : list (layer R)) sl (th dl : params R) (x : list R) (i : nat) : R :=
  Rsum (map (fun m => Rsum (map (fun m' =>
    nth i (sloped n sl (upd m (nth m dl []) (upd m' (nth m' dl []) th)) x) 0) (seq 0 m))) (seq 0 (length n))).

(** What moves. *)
Record moving (th : params R) (W dl : env -> params R) : Prop := Moving {
  moving_length : forall e, length (W e) = length th /\ length (dl e) = length th;
  moving_by : forall j i e, nth i (nth j (W e) []) 0 = nth i (nth j th []) 0 + nth i (nth j (dl e) []) 0;
  moving_small : forall j i, small 1 (fun e => nth i (nth j (dl e) []) 0) }.
Lemma moving_rest w th W dl : moving (w :: th) W dl -> moving th (fun e => tl (W e)) (fun e => tl (dl e)).
Proof.
  intros [L B Sm]. split.
  - intro e. destruct (L e) as [L1 L2]. destruct (W e), (dl e); try discriminate. simpl in *. lia.
  - intros j i e. specialize (B (S j) i e). destruct (L e) as [L1 L2]. destruct (W e), (dl e); try discriminate. exact B.
  - intros j i. specialize (Sm (S j) i). eapply small_eq; [|exact Sm]. intro e. destruct (L e) as [_ L2].
    destruct (dl e); [discriminate|reflexivity].
Qed.

Lemma small_preact i j k (V Y : env -> list R) c : (k <= i + j)%nat ->
  (forall p, small i (fun e => nth p (V e) 0)) -> (forall p, small j (fun e => nth p (Y e) 0)) -> small k (fun e => preact (V e) (Y e) c).
Proof.
  intros L HV HY. unfold preact. apply (small_sum k (fun a e => nth (snd a) (V e) 0 * nth (fst a) (Y e) 0)). intros a _.
  apply small_weaken with (i + j)%nat; auto. apply (small_mult i j (fun e => nth (snd a) (V e) 0) (fun e => nth (fst a) (Y e) 0)); auto.
Qed.

Lemma plus_layer l (s : nat -> R) w y v z out i : (forall c, preact w y c + preact v z c = out c) ->
  nth i (mapi (fun u c => s u * out c) 0 (units l)) 0 = nth i (sloped_layer l s w y) 0 + nth i (sloped_layer l s v z) 0.
Proof.
  intro H. rewrite !nth_sloped. rewrite (nth_mapi_error (fun u c => s u * out c)). destruct nth_error; [|ring]. rewrite <- H. ring.
Qed.

Lemma expansion n sl th W dl x (X A B : env -> list R) : (length n <= length th)%nat -> moving th W dl ->
  (forall i, small 1 (fun e => nth i (A e) 0)) -> (forall i, small 2 (fun e => nth i (B e) 0)) ->
  (forall i, small 3 (fun e => nth i (X e) 0 - nth i x 0 - nth i (A e) 0 - nth i (B e) 0)) ->
  forall i,
  small 1 (fun e => nth i (sloped n sl th (A e)) 0 + first_change n sl th (dl e) x i) /\
  small 2 (fun e => nth i (sloped n sl th (B e)) 0 + first_change n sl th (dl e) (A e) i + second_change n sl th (dl e) x i) /\
  small 3 (fun e => nth i (sloped n sl (W e) (X e)) 0 - nth i (sloped n sl th x) 0 -
    (nth i (sloped n sl th (A e)) 0 + first_change n sl th (dl e) x i) -
    (nth i (sloped n sl th (B e)) 0 + first_change n sl th (dl e) (A e) i + second_change n sl th (dl e) x i)).
Proof.
  revert sl th W dl x X A B. induction n as [|l n IH]; intros sl th W dl x X A B L M HA HB HX i.
  { unfold first_change, second_change. simpl. split; [|split].
    - eapply small_eq; [|exact (HA i)]. intro e. simpl. ring.
    - eapply small_eq; [|exact (HB i)]. intro e. simpl. ring.
    - eapply small_eq; [|exact (HX i)]. intro e. simpl. ring. }
  destruct th as [|w th]; [simpl in L; lia|]. set (s := sl 0%nat). set (v := fun e => hd [] (dl e)).
  assert (Vs : forall p, small 1 (fun e => nth p (v e) 0)).
  { intro p. eapply small_eq; [|exact (moving_small _ _ _ M 0%nat p)]. intro e. unfold v. now destruct (dl e). }
  assert (Ws : forall p, small 0 (fun _ => nth p w 0)) by (intro; apply small_const).
  assert (Xs : forall p, small 0 (fun _ => nth p x 0)) by (intro; apply small_const).
  set (x' := sloped_layer l s w x).
  set (A' := fun e => mapi (fun u c => s u * (preact (v e) x c + preact w (A e) c)) 0 (units l)).
  set (B' := fun e => mapi (fun u c => s u * (preact (v e) (A e) c + preact w (B e) c)) 0 (units l)).
  set (X' := fun e => sloped_layer l s (hd [] (W e)) (X e)).
  assert (HA' : forall i, small 1 (fun e => nth i (A' e) 0)).
  { intro u. apply (small_eq 1 (fun e => match nth_error (units l) u with Some c => s u * (preact (v e) x c + preact w (A e) c) | None => 0 end)).
    { intro e. unfold A'. rewrite (nth_mapi_error (fun u c => s u * (preact (v e) x c + preact w (A e) c))). reflexivity. }
    destruct nth_error as [c|]; [|apply small_zero, (U_all _ near_where); reflexivity].
    apply small_scale, small_plus. apply (small_preact 1 0 1 v (fun _ => x)); auto. apply (small_preact 0 1 1 (fun _ => w) A); auto. }
  assert (HB' : forall i, small 2 (fun e => nth i (B' e) 0)).
  { intro u. apply (small_eq 2 (fun e => match nth_error (units l) u with Some c => s u * (preact (v e) (A e) c + preact w (B e) c) | None => 0 end)).
    { intro e. unfold B'. rewrite (nth_mapi_error (fun u c => s u * (preact (v e) (A e) c + preact w (B e) c))). reflexivity. }
    destruct nth_error as [c|]; [|apply small_zero, (U_all _ near_where); reflexivity].
    apply small_scale, small_plus. apply (small_preact 1 1 2 v A); auto. apply (small_preact 0 2 2 (fun _ => w) B); auto. }
  assert (HX' : forall i, small 3 (fun e => nth i (X' e) 0 - nth i x' 0 - nth i (A' e) 0 - nth i (B' e) 0)).
  { intro u. apply (small_eq 3 (fun e => match nth_error (units l) u with Some c => s u * Rsum (map (fun p =>
      nth (snd p) w 0 * (nth (fst p) (X e) 0 - nth (fst p) x 0 - nth (fst p) (A e) 0 - nth (fst p) (B e) 0) +
      nth (snd p) (v e) 0 * ((nth (fst p) (X e) 0 - nth (fst p) x 0 - nth (fst p) (A e) 0 - nth (fst p) (B e) 0) + nth (fst p) (B e) 0)) c) | None => 0 end)).
    { intro e. unfold X', x', A', B'. rewrite !nth_sloped, (nth_mapi_error (fun u c => s u * (preact (v e) x c + preact w (A e) c))),
        (nth_mapi_error (fun u c => s u * (preact (v e) (A e) c + preact w (B e) c))).
      destruct nth_error as [c|]; [|ring]. unfold preact.
      assert (We : forall p, nth p (hd [] (W e)) 0 = nth p w 0 + nth p (v e) 0).
      { intro p. pose proof (moving_by _ _ _ M 0%nat p e) as E. unfold v. destruct (moving_length _ _ _ M e) as [L1 L2].
        destruct (W e), (dl e); try discriminate. exact E. }
      rewrite <- !Rmult_minus_distr_l. f_equal. induction c as [|p c IHc]. unfold Rsum. simpl. ring.
      cbn [map]. rewrite !Rsum_cons, We. rewrite IHc. ring. }
    destruct nth_error as [c|]; [|apply small_zero, (U_all _ near_where); reflexivity]. apply small_scale.
    apply (small_sum 3 (fun p e => nth (snd p) w 0 * (nth (fst p) (X e) 0 - nth (fst p) x 0 - nth (fst p) (A e) 0 - nth (fst p) (B e) 0) +
      nth (snd p) (v e) 0 * ((nth (fst p) (X e) 0 - nth (fst p) x 0 - nth (fst p) (A e) 0 - nth (fst p) (B e) 0) + nth (fst p) (B e) 0))).
    intros p _. apply small_plus. apply small_scale, HX.
    apply (small_mult 1 2 (fun e => nth (snd p) (v e) 0)); auto. apply small_plus; auto.
    apply small_weaken with 3%nat; auto. }
  destruct (IH (fun k => sl (S k)) th (fun e => tl (W e)) (fun e => tl (dl e)) x' X' A' B' ltac:(simpl in L; lia) (moving_rest _ _ _ _ M) HA' HB' HX' i)
    as (I1 & I2 & I3). clear IH.
  (* the same terms, once the first layer is put before *)
  assert (Split : forall e y z o, (forall c, preact (v e) y c + preact w z c = o c) ->
    nth i (sloped n (fun k => sl (S k)) th (mapi (fun u c => s u * o c) 0 (units l))) 0 =
    nth i (sloped (l :: n) sl (v e :: th) y) 0 + nth i (sloped (l :: n) sl (w :: th) z) 0).
  { intros e y z o H. rewrite !sloped_cons. fold s.
    rewrite (sloped_input n (fun k => sl (S k)) th 1 1 (sloped_layer l s (v e) y) (sloped_layer l s w z)). ring.
    intro u. rewrite (plus_layer l s (v e) y w z o) by exact H. ring. }
  assert (Dl : forall e m, nth m (tl (dl e)) [] = nth (S m) (dl e) []).
  { intros e m. destruct (dl e). now destruct m. reflexivity. }
  assert (D0 : forall e, nth 0 (dl e) [] = v e) by (intro e; unfold v; now destruct (dl e)).
  assert (E1 : forall e, nth i (sloped n (fun k => sl (S k)) th (A' e)) 0 + first_change n (fun k => sl (S k)) th (tl (dl e)) x' i =
    nth i (sloped (l :: n) sl (w :: th) (A e)) 0 + first_change (l :: n) sl (w :: th) (dl e) x i).
  { intro e. unfold A', first_change. rewrite (Split e x (A e)) by reflexivity. cbn [length]. rewrite seq_first, Rsum_cons. cbn [upd]. rewrite D0.
    rewrite (Rsum_ext_in (fun m => nth i (sloped (l :: n) sl (w :: upd m (nth (S m) (dl e) []) th) x) 0)
      (fun m => nth i (sloped n (fun k => sl (S k)) (upd m (nth m (tl (dl e)) []) th) x') 0)). ring.
    intros m _. rewrite Dl. reflexivity. }
  assert (E2 : forall e, nth i (sloped n (fun k => sl (S k)) th (B' e)) 0 + first_change n (fun k => sl (S k)) th (tl (dl e)) (A' e) i +
      second_change n (fun k => sl (S k)) th (tl (dl e)) x' i =
    nth i (sloped (l :: n) sl (w :: th) (B e)) 0 + first_change (l :: n) sl (w :: th) (dl e) (A e) i + second_change (l :: n) sl (w :: th) (dl e) x i).
  { intro e. unfold B', first_change, second_change. rewrite (Split e (A e) (B e)) by reflexivity. cbn [length]. rewrite !seq_first, !Rsum_cons. cbn [upd].
    rewrite D0. cbn [seq map]. change (Rsum []) with 0.
    rewrite (Rsum_ext_in (fun m => nth i (sloped n (fun k => sl (S k)) (upd m (nth m (tl (dl e)) []) th) (A' e)) 0)
      (fun m => nth i (sloped (l :: n) sl (v e :: upd m (nth (S m) (dl e) []) th) x) 0 + nth i (sloped (l :: n) sl (w :: upd m (nth (S m) (dl e) []) th) (A e)) 0)).
    2:{ intros m _. rewrite Dl, !sloped_cons. fold s.
        rewrite (sloped_input n (fun k => sl (S k)) (upd m (nth (S m) (dl e) []) th) 1 1 (sloped_layer l s (v e) x) (sloped_layer l s w (A e))). ring.
        intro u. unfold A'. rewrite (plus_layer l s (v e) x w (A e) (fun c => preact (v e) x c + preact w (A e) c)) by reflexivity. ring. }
    rewrite Rsum_plus.
    rewrite (Rsum_ext_in (fun m => Rsum (map (fun m' => nth i (sloped (l :: n) sl (upd (S m) (nth (S m) (dl e) []) (upd m' (nth m' (dl e) []) (w :: th))) x) 0) (seq 0 (S m))))
      (fun m => nth i (sloped (l :: n) sl (v e :: upd m (nth (S m) (dl e) []) th) x) 0 +
        Rsum (map (fun m' => nth i (sloped n (fun k => sl (S k)) (upd m (nth m (tl (dl e)) []) (upd m' (nth m' (tl (dl e)) []) th)) x') 0) (seq 0 m)))).
    2:{ intros m _. rewrite seq_first, Rsum_cons. cbn [upd]. rewrite D0. f_equal. apply Rsum_ext_in. intros m' _. rewrite !Dl. reflexivity. }
    rewrite Rsum_plus. ring. }
  split; [|split].
  - exact (small_eq _ _ _ E1 I1).
  - exact (small_eq _ _ _ E2 I2).
  - eapply small_eq; [|exact I3]. intro e. cbv beta. rewrite E1, E2. destruct (moving_length _ _ _ M e) as [L1 _].
    unfold X', x'. rewrite (sloped_cons l n sl w th x). fold s. destruct (W e) as [|w0 We]; [discriminate|]. cbn [hd tl]. rewrite sloped_cons. reflexivity.
Qed.
(** On given inputs. *)
Theorem output_expansion n sl th W dl x : (length n <= length th)%nat -> moving th W dl ->
  small 1 (fun e => first_change n sl th (dl e) x 0) /\ small 2 (fun e => second_change n sl th (dl e) x 0) /\
  small 3 (fun e => nth 0 (sloped n sl (W e) x) 0 - nth 0 (sloped n sl th x) 0 - first_change n sl th (dl e) x 0 - second_change n sl th (dl e) x 0).
Proof.
  intros L M. assert (Z : forall k i, small k (fun _ => nth i (@nil R) 0)).
  { intros k i. apply small_zero, (U_all _ near_where). intros _. now destruct i. }
  destruct (expansion n sl th W dl x (fun _ => x) (fun _ => []) (fun _ => []) L M (Z 1%nat) (Z 2%nat)) with (i := 0%nat) as (I1 & I2 & I3).
  { intro i. apply small_zero, (U_all _ near_where). intros _. destruct i; simpl; ring. }
  assert (N : forall i, nth i (@nil R) 0 = 0) by (intros [|]; reflexivity).
  assert (F0 : forall e, first_change n sl th (dl e) [] 0 = 0).
  { intro e. unfold first_change. apply Rsum_zero. intros m _. now apply sloped_zero. }
  split; [|split].
  - eapply small_eq; [|exact I1]. intro e. cbv beta. rewrite (sloped_zero n sl th []) by exact N. ring.
  - eapply small_eq; [|exact I2]. intro e. cbv beta. rewrite (sloped_zero n sl th []), F0 by exact N. ring.
  - eapply small_eq; [|exact I3]. intro e. cbv beta. rewrite (sloped_zero n sl th []), F0 by exact N. ring.
Qed.

(** ** The same as sums over the places of parameters *)

Lemma nodup_places theta : NoDup (places theta).
Proof.
  assert (App : forall {A} (a b : list A), NoDup a -> NoDup b -> (forall x, In x a -> ~ In x b) -> NoDup (a ++ b)).
  { intros A a b Ha Hb D. induction Ha as [|x a N Ha IH]; auto. constructor.
    - intro I. apply in_app_or in I. destruct I as [I|I]; [contradiction|]. exact (D x (or_introl eq_refl) I).
    - apply IH. intros y Hy. apply D. now right. }
  unfold places. pose proof (seq_NoDup (length theta) 0) as N. induction N as [|k l N Hl IH]; cbn [map concat]. constructor.
  apply App; auto.
  - pose proof (seq_NoDup (length (nth k theta [])) 0) as M. revert M. generalize (seq 0 (length (nth k theta []))). intros is M.
    induction M as [|i is Ni M IHi]; cbn [map]; constructor; auto. intro I. apply in_map_iff in I. destruct I as (j & [= ->] & I). contradiction.
  - intros v Iv I. apply in_map_iff in Iv. destruct Iv as (i & <- & _). apply in_concat in I. destruct I as (row & Ir & I).
    apply in_map_iff in Ir. destruct Ir as (k' & <- & Ik). apply in_map_iff in I. destruct I as (i' & [= -> _] & _). contradiction.
Qed.
Lemma Rsum_where {A} (m : A -> bool) (e g : A -> R) l :
  Rsum (map (fun v => (if m v then e v else 0) * g v) l) = Rsum (map (fun v => e v * g v) (filter m l)).
Proof.
  induction l as [|v l IH]; auto. cbn [map filter]. rewrite Rsum_cons, IH. destruct (m v); [cbn [map]; rewrite Rsum_cons|]; ring.
Qed.

Section Places.
Variables (n : list (layer R)) (sl : nat -> nat -> R) (th : params R) (x : list R).
Hypothesis L : (length n <= length th)%nat.

(** The derivative by one parameter; by two, the first in a later layer. *)
Definition first_derivative (v : nat * nat) : R := if Nat.ltb (fst v) (length n) then derivative n sl th x v else 0.
Definition second_derivative (v w : nat * nat) : R :=
  if Nat.ltb (fst v) (length n) then if Nat.ltb (fst w) (fst v) then
    nth 0 (sloped n sl (upd (fst v) (unit_vector (snd v)) (upd (fst w) (unit_vector (snd w)) th)) x) 0 else 0 else 0.

Lemma row_of_tab f k : (k < length th)%nat -> length (nth k (tab th f) []) = length (nth k th []) /\
  forall i, (i < length (nth k th []))%nat -> nth i (nth k (tab th f) []) 0 = f (k, i).
Proof.
  intro Hk. split.
  - pose proof (shape_tab th f) as S. rewrite <- (map_nth (@length R)), <- (map_nth (@length R)). now rewrite S.
  - intros i Hi. change (entry (tab th f) (k, i) = f (k, i)). rewrite entry_tab. unfold inside. cbn [fst snd].
    destruct (Nat.ltb_spec k (length th)), (Nat.ltb_spec i (length (nth k th []))); simpl; auto; lia.
Qed.
Lemma first_beyond (g : nat -> R) : Rsum (map (fun k => if Nat.ltb k (length n) then g k else 0) (seq 0 (length th))) = Rsum (map g (seq 0 (length n))).
Proof.
  replace (length th) with (length n + (length th - length n))%nat by lia. rewrite seq_app, map_app, Rsum_app.
  rewrite (Rsum_zero _ (seq (0 + length n) _)).
  - rewrite Rplus_0_r. apply Rsum_ext_in. intros k Hk. apply in_seq in Hk. destruct (Nat.ltb_spec k (length n)); auto; lia.
  - intros k Hk. apply in_seq in Hk. destruct (Nat.ltb_spec k (length n)); auto; lia.
Qed.
Lemma first_change_places f : first_change n sl th (tab th f) x 0 = Rsum (map (fun v => f v * first_derivative v) (places th)).
Proof.
  rewrite <- dsum_places, dsum_layers. unfold first_change. rewrite <- first_beyond. apply Rsum_ext_in. intros k Hk. apply in_seq in Hk.
  destruct (Nat.ltb_spec k (length n)) as [Lk|Lk].
  - destruct (row_of_tab f k ltac:(lia)) as [R1 R2].
    rewrite (linear_units (fun b => nth 0 (sloped n sl (upd k b th) x) 0)).
    + rewrite R1. apply Rsum_ext_in. intros i Hi. apply in_seq in Hi. rewrite R2 by lia. unfold first_derivative, derivative.
      cbn [fst snd]. destruct (Nat.ltb_spec k (length n)); [reflexivity|lia].
    + intros a b u v w H. now apply (sloped_in_layer n sl th x k a b u v w).
  - symmetry. apply Rsum_zero. intros i _. unfold first_derivative. cbn [fst]. destruct (Nat.ltb_spec k (length n)); [lia|ring].
Qed.
Lemma second_change_places f : second_change n sl th (tab th f) x 0 =
  Rsum (map (fun v => f v * Rsum (map (fun w => f w * second_derivative v w) (places th))) (places th)).
Proof.
  rewrite <- dsum_places, dsum_layers. unfold second_change. rewrite <- first_beyond. apply Rsum_ext_in. intros k Hk. apply in_seq in Hk.
  destruct (Nat.ltb_spec k (length n)) as [Lk|Lk].
  2:{ symmetry. apply Rsum_zero. intros i _. rewrite (Rsum_zero _ (places th)). ring. intros w _. unfold second_derivative. cbn [fst].
      destruct (Nat.ltb_spec k (length n)); [lia|ring]. }
  destruct (row_of_tab f k ltac:(lia)) as [R1 R2].
  assert (Inner : forall i, (i < length (nth k th []))%nat -> Rsum (map (fun w => f w * second_derivative (k, i) w) (places th)) =
    Rsum (map (fun m' => nth 0 (sloped n sl (upd k (unit_vector i) (upd m' (nth m' (tab th f) []) th)) x) 0) (seq 0 k))).
  { intros i Hi. rewrite <- dsum_places, dsum_layers. replace (length th) with (k + (length th - k))%nat by lia. rewrite seq_app, map_app, Rsum_app.
    rewrite (Rsum_zero _ (seq (0 + k) _)), Rplus_0_r.
    - apply Rsum_ext_in. intros m' Hm. apply in_seq in Hm. destruct (row_of_tab f m' ltac:(lia)) as [Q1 Q2].
      assert (Com : forall b c, upd k b (upd m' c th) = upd m' c (upd k b th)).
      { intros b c. apply nth_ext with (d := []) (d' := []). now rewrite !length_upd. intros j _.
        rewrite !nth_upd by (rewrite ?length_upd; lia). destruct (Nat.eqb_spec j k), (Nat.eqb_spec j m'); auto; lia. }
      rewrite (linear_units (fun c => nth 0 (sloped n sl (upd k (unit_vector i) (upd m' c th)) x) 0)).
      + rewrite Q1. apply Rsum_ext_in. intros i' Hi'. apply in_seq in Hi'. rewrite Q2 by lia. unfold second_derivative. cbn [fst snd].
        destruct (Nat.ltb_spec k (length n)), (Nat.ltb_spec m' k); try lia. reflexivity.
      + intros a b u v w H. rewrite !Com. apply (sloped_in_layer n sl (upd k (unit_vector i) th) x m' a b u v w); auto; rewrite ?length_upd; lia.
    - intros m' Hm. apply in_seq in Hm. apply Rsum_zero. intros i' _. unfold second_derivative. cbn [fst]. destruct (Nat.ltb_spec m' k); [lia|].
      destruct Nat.ltb; ring. }
  rewrite (Rsum_ext_in (fun i => f (k, i) * Rsum (map (fun w => f w * second_derivative (k, i) w) (places th)))
    (fun i => Rsum (map (fun m' => f (k, i) * nth 0 (sloped n sl (upd k (unit_vector i) (upd m' (nth m' (tab th f) []) th)) x) 0) (seq 0 k)))).
  2:{ intros i Hi. apply in_seq in Hi. rewrite Inner by lia. symmetry. apply Rsum_mult. }
  rewrite Rsum_swap. apply Rsum_ext_in. intros m' Hm. apply in_seq in Hm.
  rewrite (linear_units (fun b => nth 0 (sloped n sl (upd k b (upd m' (nth m' (tab th f) []) th)) x) 0)).
  - rewrite R1. apply Rsum_ext_in. intros i Hi. apply in_seq in Hi. rewrite R2 by lia. reflexivity.
  - intros a b u v w H. apply (sloped_in_layer n sl (upd m' (nth m' (tab th f) []) th) x k a b u v w); auto. rewrite length_upd. exact L.
Qed.
End Places.

(** ** Networks whose parameters move *)
Lemma small_sloped n sl th W dl (Y : env -> list R) : moving th W dl -> (forall i, small 0 (fun e => nth i (Y e) 0)) ->
  forall i, small 0 (fun e => nth i (sloped n sl (W e) (Y e)) 0).
Proof.
  revert sl th W dl Y. induction n as [|l n IH]; intros sl th W dl Y M HY i. exact (HY i).
  destruct th as [|w th].
  { eapply small_eq; [|exact (HY i)]. intro e. destruct (moving_length _ _ _ M e) as [L _]. destruct (W e); [reflexivity|discriminate]. }
  apply (small_eq 0 (fun e => nth i (sloped n (fun k => sl (S k)) (tl (W e)) (sloped_layer l (sl 0%nat) (hd [] (W e)) (Y e))) 0)).
  { intro e. destruct (moving_length _ _ _ M e) as [L _]. destruct (W e); [discriminate|reflexivity]. }
  apply (IH _ th _ (fun e => tl (dl e))). exact (moving_rest _ _ _ _ M). intro u.
  apply (small_eq 0 (fun e => match nth_error (units l) u with Some c => sl 0%nat u * preact (hd [] (W e)) (Y e) c | None => 0 end)).
  { intro e. symmetry. apply nth_sloped. }
  destruct nth_error as [c|]; [|apply small_const]. apply small_scale. apply (small_preact 0 0 0 (fun e => hd [] (W e)) Y); auto.
  intro p. apply (small_eq 0 (fun e => nth p w 0 + nth p (nth 0 (dl e) []) 0)).
  { intro e. rewrite <- (moving_by _ _ _ M 0%nat p e : _ = nth p w 0 + _). destruct (moving_length _ _ _ M e) as [L _]. destruct (W e); [discriminate|reflexivity]. }
  apply small_plus. apply small_const. apply small_weaken with 1%nat; auto. apply (moving_small _ _ _ M).
Qed.
Lemma moving_skip k th W dl : moving th W dl -> moving (skipn k th) (fun e => skipn k (W e)) (fun e => skipn k (dl e)).
Proof.
  intros [L B Sm]. split.
  - intro e. rewrite !skipn_length. destruct (L e). split; congruence.
  - intros j i e. rewrite !nth_rest. apply B.
  - intros j i. eapply small_eq; [|exact (Sm (k + j)%nat i)]. intro e. cbv beta. now rewrite nth_rest.
Qed.
