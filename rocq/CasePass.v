(** * A network within a case: what [cases] knows of each unit, and a polynomial that is at least the margin.

    Forwards each unit is given a slope on the sample: that of its side, where the case says on which side of its kink it
    is, or else one that the evidence chooses between its two. Backwards the margin is bounded by what is linear in the
    outputs of each layer: a unit whose side is open may be replaced by its multiple, where that cannot lower the
    margin. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Feasible Displacement Backward Masked CaseSigns.
Import ListNotations.
Open Scope R_scope.

Section CasePass.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).

(** The parameters: those of free layers are variables. *)
Variable free : option nat.
Variable theta : params F.
Let thR := map_params toR theta.

(** Whether only points near [theta] are looked at, and which units. *)
Variable local : bool.
Variable mask : nat -> nat -> bool.
(** What the case says of this sample's units; what is at least 0; the slopes that the evidence chooses. *)
Variable facts : list (nat * nat * bool).
Variable known : list mpoly.
Variable slopes : nat -> nat -> option F.
(** Whether signs are concluded in layers after the first free one, too. *)
Variable deep : bool.
Local Notation at_point := (at_point theta).
Local Notation signed := (signed theta local known).

(** ** Forwards *)

Definition opreact (w : list mpoly) (x : list (option mpoly)) (c : list (nat * nat)) : option mpoly :=
  match mapM (fun iu => match nth (fst iu) x (Some []) with
                        | Some p => Some (mmul (nth (snd iu) w []) p) | None => None end) c with
  | Some l => Some (fold_right madd [] l)
  | None => None
  end.

Definition first_free : nat := match free with Some l => l | None => 0 end.
(** Whether all outputs of the layer before are polynomials. *)
Definition clear (x : list (option mpoly)) : bool := forallb (fun p => match p with Some _ => true | None => false end) x.
(** The side of a unit's kink, from its preactivation in the case and at the point. The evidence has multipliers for the
    polynomials that these rules lead to. So in layers after the first free one nothing more is concluded, though it
    might, unless the evidence is [deep]. *)
Definition side (k u : nat) (x : list (option mpoly)) (z : option mpoly) (z0 : F) : option bool :=
  match (if local then (if kpos z0 then Some true else if kpos (kopp z0) then Some false else None) else None) with
  | Some b => Some b
  | None =>
      match find (fun f => if Nat.eqb (fst (fst f)) k then Nat.eqb (snd (fst f)) u else false) facts with
      | Some f => Some (snd f)
      | None => match z with
                | Some p => match constant_sign p with
                            | Some b => Some b
                            | None => if (if Nat.eqb k first_free then true else if deep then clear x else false)
                                      then sign_among p known else None end
                | None => None end
      end
  end.

(** Its slope, whether the output is that multiple of the preactivation, and the output, if it is a polynomial. *)
Definition decide (k u : nat) (s : F) (x : list (option mpoly)) (z : option mpoly) (z0 : F) : F * bool * option mpoly :=
  if mask k u then
    if kone s then (k1 F, true, z)
    else if (match z with Some p => mzero p | None => false end) then (k0 F, true, Some [])
    else match side k u x z z0 with
         | Some true => (k1 F, true, z)
         | Some false => (s, true, match z with Some p => Some (scaled s p) | None => None end)
         | None => (match slopes k u with Some c => c | None => s end, false, None)
         end
  else (k0 F, true, Some []).

Definition step (k : nat) (l : layer F) (w : list mpoly) (x : list (option mpoly)) (w0 x0 : list F) : list (F * bool * option mpoly) :=
  mapi (fun u c => decide k u (slope l) x (opreact w x c) (tpreact (S := sym_num F) w0 x0 c)) 0 (units l).

(** At the point, where that matters. *)
Fixpoint outputs (k u : nat) (s : F) (us : list (list (nat * nat))) (w0 x0 : list F) : option (list F) :=
  match us with
  | [] => Some []
  | c :: us' =>
      match (if mask k u then num_act s (tpreact (S := sym_num F) w0 x0 c) else Some (k0 F)) with
      | Some a => match outputs k (S u) s us' w0 x0 with Some r => Some (a :: r) | None => None end
      | None => None
      end
  end.
Definition next (k : nat) (l : layer F) (w0 x0 : list F) : option (list F) :=
  if local then outputs k 0 (slope l) (units l) w0 x0 else Some [].

(** ** Backwards *)

(** Whether the unit may be replaced by its multiple, if the margin changes with its output as [D] says. *)
Definition allowed (s : F) (d : F * bool * option mpoly) (D : mpoly) : bool :=
  let c := fst (fst d) in
  if snd (fst d) then true
  else if (if knonneg (ksub c s) then knonneg (ksub (k1 F) c) else false) then signed false D
  else if (if knonneg (ksub s c) then knonneg (ksub c (k1 F)) else false) then signed true D
  else false.

Variable y : bool.

Fixpoint pass (k : nat) (n : list (layer F)) (th : params mpoly) (th0 : params F) (x : list (option mpoly)) (x0 : list F)
  : option (list mpoly) :=
  match n, th, th0 with
  | [], _, _ => Some [tsgn (S := sym_mpoly) y]
  | l :: n', w :: th', w0 :: th0' =>
      match next k l w0 x0 with
      | None => None
      | Some x0' =>
          let ds := step k l w x w0 x0 in
          match pass (S k) n' th' th0' (map snd ds) x0' with
          | None => None
          | Some D =>
              if Nat.eqb (length D) (length ds) then
              if forallb (fun dD => allowed (slope l) (fst dD) (snd dD)) (combine ds D) then
              if forallb (forallb (fun iu => Nat.ltb (fst iu) (length x))) (units l) then
                Some (pull (combine (units l) (map (fun dD => scaled (fst (fst (fst dD))) (snd dD)) (combine ds D))) w (length x))
              else None else None else None
          end
      end
  | _, _, _ => None
  end.

(** The preactivation of unit [u], [j] layers further on, if it is a polynomial. *)
Fixpoint exact_at (j u k : nat) (n : list (layer F)) (th : params mpoly) (th0 : params F) (x : list (option mpoly)) (x0 : list F)
  {struct n} : option mpoly :=
  match n, th, th0 with
  | l :: n', w :: th', w0 :: th0' =>
      match j with
      | O => match nth_error (units l) u with Some c => opreact w x c | None => None end
      | S j' => match next k l w0 x0 with
                | Some x0' => exact_at j' u (S k) n' th' th0' (map snd (step k l w x w0 x0)) x0'
                | None => None end
      end
  | _, _, _ => None
  end.
(** Its value at the point. *)
Fixpoint number_at (j u k : nat) (n : list (layer F)) (th0 : params F) (x0 : list F) {struct n} : option F :=
  match n, th0 with
  | l :: n', w0 :: th0' =>
      match j with
      | O => match nth_error (units l) u with Some c => Some (tpreact (S := sym_num F) w0 x0 c) | None => None end
      | S j' => match next k l w0 x0 with Some x0' => number_at j' u (S k) n' th0' x0' | None => None end
      end
  | _, _ => None
  end.

(** ** Why *)

Variable U : (env -> Prop) -> Prop.
Hypothesis HU : where_ U.
Hypothesis near_point : local = true -> forall p : mpoly, tends U (mev p) (toR (at_point p)).
(** The preactivations of the whole network on the sample. *)
Variable Z : nat -> nat -> env -> R.
Hypothesis facts_ok : forall k u b, In (k, u, b) facts -> U (fun e => on_side b (Z k u e)).
Hypothesis known_ok : forall g, In g known -> U (fun e => 0 <= mev g e).

Local Notation known_all := (known_all known U HU known_ok).
Local Notation signed_ok := (signed_ok theta local known U HU near_point known_ok).

(** What a list of polynomials, some of which are not there, says of the outputs of a layer. *)
Definition exact (x : list (option mpoly)) (X : list R) (e : env) : Prop :=
  forall i p, nth i x (Some []) = Some p -> mev p e = nth i X 0.

Lemma opreact_ok w x c z X e : opreact w x c = Some z -> exact x X e -> mev z e = preact (real e w) X c.
Proof.
  unfold opreact, preact. destruct mapM as [l|] eqn:E; try discriminate. intros [= <-] H. apply mapM_Forall2 in E.
  induction E as [|iu p c l E0 E IH]. reflexivity. cbn [fold_right map]. rewrite Rsum_cons, mev_add, IH. f_equal.
  destruct (nth (fst iu) x (Some [])) as [q|] eqn:Eq; try discriminate. injection E0 as <-.
  rewrite mev_mul, (H _ _ Eq), nth_real. reflexivity.
Qed.

(** The value that is near the point what is computed at it. *)
Definition follows (X : env -> list R) (x0 : list F) : Prop :=
  local = true -> forall i, tends U (fun e => nth i (X e) 0) (nth i (map toR x0) 0).
Definition follow (th : params mpoly) (th0 : params F) : Prop :=
  Forall2 (Forall2 (fun p a => toR (at_point p) = toR a)) th th0.

Lemma follow_row w w0 : Forall2 (fun p a => toR (at_point p) = toR a) w w0 -> follows (fun e => real e w) w0.
Proof.
  intros H El i. apply (tends_eq U HU _ (mev (nth i w []))). { apply (U_all _ HU). intro e. apply nth_real. }
  assert (E : nth i (map toR w0) 0 = toR (at_point (nth i w []))).
  { revert i. induction H as [|p a w w0 H0 H IH]; intros [|i]; simpl; auto; symmetry; apply toR_0. }
  rewrite E. now apply near_point.
Qed.

Lemma preact_num w0 x0 c : toR (tpreact (S := sym_num F) w0 x0 c) = preact (map toR w0) (map toR x0) c.
Proof. exact (ev_tpreact (S := sym_num F) (Mean := mean_num F M) w0 x0 c tt). Qed.

Lemma preact_follows X x0 w w0 c : local = true -> follows X x0 -> Forall2 (fun p a => toR (at_point p) = toR a) w w0 ->
  tends U (fun e => preact (real e w) (X e) c) (toR (tpreact (S := sym_num F) w0 x0 c)).
Proof.
  intros El HX Hw. rewrite preact_num.
  apply (tends_preact U HU (fun e => real e w) X). exact (follow_row w w0 Hw El). exact (HX El).
Qed.

Lemma num_act_value (s z a : F) : num_act s z = Some a -> toR a = act (toR s) (toR z).
Proof. exact (num_act_ok s z a). Qed.

Lemma next_ok k l w w0 X x0 x0' : next k l w0 x0 = Some x0' -> follows X x0 -> Forall2 (fun p a => toR (at_point p) = toR a) w w0 ->
  follows (fun e => masked_layer mask k (map_layer toR l) (real e w) (X e)) x0'.
Proof.
  intros H HX Hw El i. unfold next in H. rewrite El in H.
  apply (tends_eq U HU _ (fun e => match nth_error (units l) i with
    Some c => if mask k i then act (toR (slope l)) (preact (real e w) (X e) c) else 0 | None => 0 end)).
  { apply (U_all _ HU). intro e. apply (nth_masked mask k (map_layer toR l)). }
  assert (E : nth i (map toR x0') 0 = match nth_error (units l) i with
    Some c => if mask k (0 + i) then act (toR (slope l)) (toR (tpreact (S := sym_num F) w0 x0 c)) else 0 | None => 0 end).
  { revert x0' H i. generalize 0%nat. induction (units l) as [|c us IH]; intros u x0' H i; cbn [outputs] in H.
    - injection H as <-. destruct i; reflexivity.
    - destruct (if mask k u then _ else _) as [a|] eqn:Ea; try discriminate.
      destruct outputs as [r|] eqn:Er in H; try discriminate. injection H as <-. destruct i as [|i]; cbn [map nth nth_error].
      + rewrite Nat.add_0_r. destruct (mask k u). now apply num_act_value. injection Ea as <-. apply toR_0.
      + rewrite (IH _ _ Er i). now rewrite Nat.add_succ_r. }
  rewrite E. simpl. destruct nth_error as [c|]; [|apply (tends_const U HU)].
  destruct (mask k i); [|apply (tends_const U HU)]. apply (tends_act U HU). now apply preact_follows.
Qed.

Lemma side_ok k u x z z0 b zR : side k u x z z0 = Some b -> (forall e, zR e = Z k u e) ->
  (forall p, z = Some p -> U (fun e => mev p e = zR e)) -> (local = true -> tends U zR (toR z0)) -> U (fun e => on_side b (zR e)).
Proof.
  unfold side. intros H HZ Hz Ht. destruct (if local then _ else _) as [b'|] eqn:E in H.
  { injection H as ->. destruct local; try discriminate. specialize (Ht eq_refl).
    destruct (kpos z0) eqn:E1; [|destruct (kpos (kopp z0)) eqn:E2; try discriminate]; injection E as <-.
    - apply kpos_ok in E1. eapply (U_mono _ HU); [|exact (Ht _ E1)]. cbn beta. intros e He. apply Rabs_def2 in He. simpl. lra.
    - apply kpos_ok in E2. rewrite toR_opp in E2. eapply (U_mono _ HU); [|exact (Ht _ E2)]. cbn beta. intros e He.
      apply Rabs_def2 in He. simpl. lra. }
  clear E. destruct find as [f|] eqn:Ef in H.
  { injection H as <-. apply find_some in Ef. destruct Ef as [Hf Ef]. destruct f as [[k' u'] b]. cbn [fst snd] in *.
    destruct (Nat.eqb_spec k' k) as [->|]; try discriminate. apply Nat.eqb_eq in Ef. subst u'.
    eapply (U_mono _ HU); [|exact (facts_ok _ _ _ Hf)]. cbn beta. intros e. now rewrite HZ. }
  destruct z as [p|]; try discriminate. specialize (Hz p eq_refl).
  destruct (constant_sign p) as [b'|] eqn:Ec; [|destruct (if Nat.eqb k first_free then true else _); try discriminate].
  { injection H as ->. eapply (U_mono _ HU); [|exact Hz]. cbn beta. intros e <-. destruct p as [|[c [|]] [|]]; try discriminate.
    simpl in *. destruct (kpos c) eqn:E1; [|destruct (kpos (kopp c)) eqn:E2; try discriminate]; injection Ec as <-; simpl.
    apply kpos_ok in E1. lra. apply kpos_ok in E2. rewrite toR_opp in E2. lra. }
  eapply (U_mono _ HU); [|exact (U_and _ HU _ _ Hz known_all)]. cbn beta. intros e [<- K].
  clear - H K. induction known as [|g gs IH]; cbn [sign_among] in H; try discriminate.
  destruct (ratio_sign p g) as [b'|] eqn:E.
  - injection H as ->. eapply ratio_sign_ok; eauto. apply K. now left.
  - apply IH; auto. intros; apply K; now right.
Qed.

(** What is decided of a unit. *)
Definition decided (d : F * bool * option mpoly) (z out : R) (e : env) : Prop :=
  (snd (fst d) = true -> out = toR (fst (fst d)) * z) /\ (forall p, snd d = Some p -> mev p e = out).

Lemma decide_ok k u s x z z0 zR : (forall e, zR e = Z k u e) ->
  (forall p, z = Some p -> U (fun e => mev p e = zR e)) -> (local = true -> tends U zR (toR z0)) ->
  U (fun e => decided (decide k u s x z z0) (zR e) (if mask k u then act (toR s) (zR e) else 0) e).
Proof.
  intros HZ Hz Ht. unfold decide, decided. destruct (mask k u).
  2: { apply (U_all _ HU). intro e. cbn [fst snd]. rewrite toR_0. split. intros _. ring. intros p [= <-]. reflexivity. }
  assert (Hz' : U (fun e => forall p, z = Some p -> mev p e = zR e)).
  { destruct z as [p|]. eapply (U_mono _ HU); [|exact (Hz p eq_refl)]. cbn beta. intros e He q [= <-]. exact He.
    apply (U_all _ HU). discriminate. }
  destruct (kone s) eqn:E1.
  { apply kone_ok in E1. eapply (U_mono _ HU); [|exact Hz']. cbn beta. intros e He. cbn [fst snd]. rewrite E1, toR_1.
    assert (A : act 1 (zR e) = zR e) by (unfold act; destruct Rlt_dec; lra). rewrite A. split; auto. intros _. ring. }
  destruct (match z with Some p => mzero p | None => false end) eqn:E2.
  { destruct z as [p|]; try discriminate. eapply (U_mono _ HU); [|exact Hz']. cbn beta. intros e He. cbn [fst snd].
    specialize (He p eq_refl). rewrite (mzero_ok p e E2) in He.
    assert (A : act (toR s) (zR e) = 0) by (rewrite <- He; unfold act; destruct Rlt_dec; lra). rewrite A, toR_0. split.
    intros _. ring. intros q [= <-]. reflexivity. }
  destruct (side k u x z z0) as [b|] eqn:E3.
  2: { apply (U_all _ HU). intro e. cbn [fst snd]. split; discriminate. }
  apply (side_ok _ _ _ _ _ _ zR) in E3; auto.
  eapply (U_mono _ HU); [|exact (U_and _ HU _ _ Hz' E3)]. cbn beta. intros e [He Hs]. destruct b; cbn [fst snd on_side] in *.
  - assert (A : act (toR s) (zR e) = zR e) by (unfold act; destruct Rlt_dec; lra). rewrite A, toR_1. split; auto. intros _. ring.
  - assert (A : act (toR s) (zR e) = toR s * zR e).
    { unfold act; destruct Rlt_dec; auto. replace (zR e) with 0 by lra. ring. }
    rewrite A. split; auto. intros p Hp. destruct z as [q|]; try discriminate. injection Hp as <-.
    rewrite mev_scaled. f_equal. now apply He.
Qed.

(** The state before a layer: from here on the network computes what it computes as a whole. *)
Definition goes_on (k : nat) (n : list (layer F)) (th : params mpoly) (X : env -> list R) : Prop :=
  forall e j u, Z (k + j) u e = preact_at mask j u k (map (map_layer toR) n) (map (real e) th) (X e).

Lemma goes_on_next k l n w th X : goes_on k (l :: n) (w :: th) X ->
  goes_on (S k) n th (fun e => masked_layer mask k (map_layer toR l) (real e w) (X e)).
Proof. intros H e j u. specialize (H e (S j) u). rewrite Nat.add_succ_r in H. exact H. Qed.

Lemma step_ok k l w x w0 x0 n th X : goes_on k (l :: n) (w :: th) X -> U (fun e => exact x (X e) e) ->
  follows X x0 -> Forall2 (fun p a => toR (at_point p) = toR a) w w0 ->
  U (fun e => forall u c d, nth_error (units l) u = Some c -> nth_error (step k l w x w0 x0) u = Some d ->
    decided d (preact (real e w) (X e) c) (nth u (masked_layer mask k (map_layer toR l) (real e w) (X e)) 0) e).
Proof.
  intros HZ Hx HX Hw.
  assert (One : forall u c, nth_error (units l) u = Some c ->
    U (fun e => decided (decide k u (slope l) x (opreact w x c) (tpreact (S := sym_num F) w0 x0 c)) (preact (real e w) (X e) c)
      (if mask k u then act (toR (slope l)) (preact (real e w) (X e) c) else 0) e)).
  { intros u c Hc. apply (decide_ok k u (slope l) _ _ _ (fun e => preact (real e w) (X e) c)).
    - intro e. specialize (HZ e 0%nat u). rewrite Nat.add_0_r in HZ. simpl in HZ. rewrite Hc in HZ. auto.
    - intros p Hp. eapply (U_mono _ HU); [|exact Hx]. cbn beta. intros e He. eapply opreact_ok; eauto.
    - intro El. now apply preact_follows. }
  assert (All : U (fun e => forall u, In u (seq 0 (length (units l))) -> forall c, nth_error (units l) u = Some c ->
    decided (decide k u (slope l) x (opreact w x c) (tpreact (S := sym_num F) w0 x0 c)) (preact (real e w) (X e) c)
      (if mask k u then act (toR (slope l)) (preact (real e w) (X e) c) else 0) e)).
  { apply (U_list U HU). intros u _. destruct (nth_error (units l) u) as [c|] eqn:Ec.
    - eapply (U_mono _ HU); [|exact (One u c Ec)]. cbn beta. intros e He c' [= <-]. exact He.
    - apply (U_all _ HU). discriminate. }
  eapply (U_mono _ HU); [|exact All]. cbn beta. clear. intros e A u c d Hc Hd.
  assert (Hu : (u < length (units l))%nat) by (apply nth_error_Some; congruence).
  specialize (A u ltac:(apply in_seq; lia) c Hc). rewrite (nth_masked mask k (map_layer toR l)). simpl. rewrite Hc.
  unfold step in Hd.
  assert (Ed : nth_error (mapi (fun u c => decide k u (slope l) x (opreact w x c) (tpreact (S := sym_num F) w0 x0 c)) 0 (units l)) u =
    Some (decide k u (slope l) x (opreact w x c) (tpreact (S := sym_num F) w0 x0 c))).
  { rewrite (nth_error_nth' _ (k0 F, true, None)) by (now rewrite length_mapi). f_equal.
    rewrite (nth_mapi _ _ c) by auto. simpl. now rewrite (nth_error_nth _ _ _ Hc). }
  rewrite Ed in Hd. injection Hd as <-. exact A.
Qed.

Lemma step_exact k l w x w0 x0 e X :
  (forall u c d, nth_error (units l) u = Some c -> nth_error (step k l w x w0 x0) u = Some d ->
    decided d (preact (real e w) X c) (nth u (masked_layer mask k (map_layer toR l) (real e w) X) 0) e) ->
  exact (map snd (step k l w x w0 x0)) (masked_layer mask k (map_layer toR l) (real e w) X) e.
Proof.
  intros H u p Hp. destruct (nth_error (step k l w x w0 x0) u) as [d|] eqn:Ed.
  - assert (Hu : (u < length (units l))%nat).
    { assert (u < length (step k l w x w0 x0))%nat by (apply nth_error_Some; congruence). unfold step in H0. now rewrite length_mapi in H0. }
    destruct (nth_error (units l) u) as [c|] eqn:Ec; [|apply nth_error_None in Ec; lia].
    destruct (H u c d Ec Ed) as [_ H2]. apply H2.
    rewrite <- Hp. symmetry. apply nth_error_nth. now rewrite nth_error_map, Ed.
  - apply nth_error_None in Ed. rewrite nth_overflow in Hp by (now rewrite map_length). injection Hp as <-.
    symmetry. apply nth_overflow. unfold masked_layer. rewrite length_mapi. unfold step in Ed. rewrite length_mapi in Ed. exact Ed.
Qed.

Theorem exact_at_ok j u k n th th0 x x0 X p : exact_at j u k n th th0 x x0 = Some p -> goes_on k n th X ->
  U (fun e => exact x (X e) e) -> follows X x0 -> follow th th0 -> U (fun e => mev p e = Z (k + j) u e).
Proof.
  revert j k th th0 x x0 X. induction n as [|l n IH]; intros j k [|w th] [|w0 th0] x x0 X H HZ Hx HX Hth; try discriminate.
  inversion Hth as [|? ? ? ? Hw Hth']; subst. cbn [exact_at] in H. destruct j as [|j].
  - destruct (nth_error (units l) u) as [c|] eqn:Ec; try discriminate. eapply (U_mono _ HU); [|exact Hx]. cbn beta. intros e He.
    rewrite (HZ e 0%nat u). simpl. rewrite Ec. eapply opreact_ok; eauto.
  - destruct next as [x0'|] eqn:En in H; try discriminate. rewrite Nat.add_succ_r.
    apply (IH j (S k) th th0 _ x0' (fun e => masked_layer mask k (map_layer toR l) (real e w) (X e)) H); auto.
    + now apply (goes_on_next k l n w th X).
    + eapply (U_mono _ HU); [|exact (step_ok k l w x w0 x0 n th X HZ Hx HX Hw)]. cbn beta. intros e He. now apply step_exact.
    + eapply next_ok; eauto.
Qed.

Theorem number_at_ok j u k n th th0 x0 X p : local = true -> number_at j u k n th0 x0 = Some p -> goes_on k n th X ->
  follows X x0 -> follow th th0 -> tends U (Z (k + j) u) (toR p).
Proof.
  intro El. revert j k th th0 x0 X. induction n as [|l n IH]; intros j k [|w th] [|w0 th0] x0 X H HZ HX Hth; try discriminate;
    inversion Hth as [|? ? ? ? Hw Hth']; subst. cbn [number_at] in H. destruct j as [|j].
  - destruct (nth_error (units l) u) as [c|] eqn:Ec; try discriminate. injection H as <-.
    apply (tends_eq U HU _ (fun e => preact (real e w) (X e) c)).
    + apply (U_all _ HU). intro e. rewrite (HZ e 0%nat u). simpl. now rewrite Ec.
    + now apply preact_follows.
  - destruct next as [x0'|] eqn:En in H; try discriminate. rewrite Nat.add_succ_r.
    apply (IH j (S k) th th0 x0' (fun e => masked_layer mask k (map_layer toR l) (real e w) (X e)) H); auto.
    + now apply (goes_on_next k l n w th X).
    + eapply next_ok; eauto.
Qed.

Lemma allowed_ok s d D : allowed s d D = true -> snd (fst d) = false ->
  U (fun e => forall z, mev D e * act (toR s) z <= mev D e * (toR (fst (fst d)) * z)).
Proof.
  unfold allowed. intros H Hd. rewrite Hd in H. set (c := fst (fst d)) in *.
  destruct (if knonneg (ksub c s) then _ else _) eqn:E.
  - destruct (knonneg (ksub c s)) eqn:E1; try discriminate. apply knonneg_ok in E1. apply knonneg_ok in E.
    rewrite toR_sub in E1. rewrite toR_sub, toR_1 in E. eapply (U_mono _ HU); [|exact (signed_ok false D H)]. cbn beta.
    intros e He z. simpl in He. assert (L : toR c * z <= act (toR s) z) by (unfold act; destruct Rlt_dec; nra). nra.
  - clear E. destruct (if knonneg (ksub s c) then _ else _) eqn:E; try discriminate.
    destruct (knonneg (ksub s c)) eqn:E1; try discriminate. apply knonneg_ok in E1. apply knonneg_ok in E.
    rewrite toR_sub in E1. rewrite toR_sub, toR_1 in E. eapply (U_mono _ HU); [|exact (signed_ok true D H)]. cbn beta.
    intros e He z. simpl in He. assert (L : act (toR s) z <= toR c * z) by (unfold act; destruct Rlt_dec; nra). nra.
Qed.

Theorem pass_ok k n th th0 x x0 X D : pass k n th th0 x x0 = Some D -> goes_on k n th X ->
  U (fun e => exact x (X e) e) -> follows X x0 -> follow th th0 ->
  U (fun e => sgn y * nth 0 (masked mask k (map (map_layer toR) n) (map (real e) th) (X e)) 0 <= linear_in D (X e) e).
Proof.
  revert k th th0 x x0 X D. induction n as [|l n IH]; intros k th th0 x x0 X D H HZ Hx HX Hth.
  { injection H as <-. apply (U_all _ HU). intro e. simpl. unfold linear_in. simpl. rewrite Rplus_0_r. right. f_equal.
    unfold tsgn, sgn. simpl. rewrite mev_cst. destruct y; now rewrite ?toR_opp, toR_1. }
  destruct th as [|w th]; try discriminate. destruct th0 as [|w0 th0]; try discriminate. inversion Hth as [|? ? ? ? Hw Hth']; subst.
  cbn [pass] in H. destruct next as [x0'|] eqn:En in H; try discriminate.
  set (ds := step k l w x w0 x0) in *. destruct pass as [D'|] eqn:Ep in H; try discriminate.
  destruct (Nat.eqb_spec (length D') (length ds)) as [Ln|]; try discriminate.
  destruct forallb eqn:Ea in H; try discriminate. destruct (forallb (forallb _) _) eqn:Ei in H; try discriminate.
  injection H as <-. rewrite forallb_forall in Ea.
  pose proof (step_ok k l w x w0 x0 n th X HZ Hx HX Hw) as St. fold ds in St.
  set (X' := fun e => masked_layer mask k (map_layer toR l) (real e w) (X e)).
  assert (Hx' : U (fun e => exact (map snd ds) (X' e) e)).
  { eapply (U_mono _ HU); [|exact St]. cbn beta. intros e He. now apply step_exact. }
  specialize (IH (S k) th th0 (map snd ds) x0' X' D' Ep (goes_on_next k l n w th X HZ) Hx'
    ltac:(eapply next_ok; eauto) Hth').
  assert (Al : U (fun e => forall dD, In dD (combine ds D') -> snd (fst (fst dD)) = false ->
    forall z, mev (snd dD) e * act (toR (slope l)) z <= mev (snd dD) e * (toR (fst (fst (fst dD))) * z))).
  { apply (U_list U HU). intros dD Hd. specialize (Ea dD Hd). destruct (snd (fst (fst dD))) eqn:E.
    - apply (U_all _ HU). discriminate.
    - eapply (U_mono _ HU); [|exact (allowed_ok _ _ _ Ea E)]. cbn beta. auto. }
  eapply (U_mono _ HU); [|exact (U_and _ HU _ _ (U_and _ HU _ _ St Al) IH)]. cbn beta. clear IH St Al Hx' Ea HZ Hx HX.
  intros e [[St Al] IH]. cbn [map masked]. eapply Rle_trans. exact IH. clear IH.
  assert (Lu : length ds = length (units l)) by (unfold ds, step; apply length_mapi).
  rewrite pull_ok.
  2: { intros cD iu Hc Hi. destruct cD as [c D0]. apply in_combine_l in Hc. rewrite forallb_forall in Ei. specialize (Ei c Hc).
       rewrite forallb_forall in Ei. now apply Nat.ltb_lt, Ei. }
  (* unit by unit *)
  assert (Each : forall u c d D0, nth_error (units l) u = Some c -> nth_error ds u = Some d -> nth_error D' u = Some D0 ->
    mev D0 e * nth u (X' e) 0 <= mev (scaled (fst (fst d)) D0) e * preact (real e w) (X e) c).
  { intros u c d D0 Hc Hd HD. destruct (St u c d Hc Hd) as [S1 _]. fold (X' e) in S1. rewrite mev_scaled.
    destruct (snd (fst d)) eqn:E. rewrite (S1 eq_refl). right. ring.
    assert (Hin : In (d, D0) (combine ds D')).
    { apply nth_error_In with u. clear - Hd HD. revert u D' Hd HD. induction ds as [|a l' IH]; intros [|u] [|b m]; simpl; intros; try discriminate.
      congruence. eapply IH; eauto. }
    unfold X'. rewrite (nth_masked mask k (map_layer toR l)). simpl. rewrite Hc.
    (* an open unit is looked at *)
    assert (Em : mask k u = true).
    { assert (Ed : d = decide k u (slope l) x (opreact w x c) (tpreact (S := sym_num F) w0 x0 c)).
      { assert (Hu : (u < length (units l))%nat) by (apply nth_error_Some; congruence).
        unfold ds, step in Hd. apply (nth_error_nth _ _ (k0 F, true, None)) in Hd. rewrite (nth_mapi _ _ c) in Hd by auto.
        simpl in Hd. now rewrite (nth_error_nth _ _ _ Hc) in Hd. }
      rewrite Ed in E. unfold decide in E. destruct (mask k u); auto. }
    rewrite Em. eapply Rle_trans. exact (Al (d, D0) Hin E _). right. cbn [fst snd]. ring. }
  unfold linear_in. clear - Each Lu Ln. clearbody ds. fold (X' e) in *. generalize dependent (X' e). intro Y. clear X'. revert ds D' Lu Ln Y.
  induction (units l) as [|c us IH]; intros [|d ds] [|D0 D'] Lu Ln Y Each; try discriminate. apply Rle_refl.
  cbn [combine map length seq]. rewrite !Rsum_cons. apply Rplus_le_compat.
  - specialize (Each 0%nat c d D0 eq_refl eq_refl eq_refl). exact Each.
  - rewrite <- seq_shift, map_map. simpl in Lu, Ln.
    eapply Rle_trans; [|apply (IH ds D' ltac:(lia) ltac:(lia) (tl Y))].
    + right. apply Rsum_ext_in. intros i _. cbn [nth]. destruct Y; destruct i; reflexivity.
    + intros u c' d' D1 H1 H2 H3. specialize (Each (S u) c' d' D1 H1 H2 H3). destruct Y; simpl in *; auto. destruct u; auto.
Qed.
End CasePass.
