(** * Well-formed problems, feasible and infeasible points, non-zero weights and inputs, not a global optimum. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Forward Vectors.
Import ListNotations.
Open Scope R_scope.

Section Feasible.
Context {F : ops} {M : model F}.

(** ** Well-formed problems *)

Definition nonempty {A} (l : list A) : bool := match l with [] => false | _ => true end.
Lemma nonempty_ok {A} (l : list A) : nonempty l = true -> l <> [].
Proof. destruct l; discriminate. Qed.

Fixpoint check_fits {K} (width : nat) (n : list (layer K)) : bool :=
  match n with
  | [] => Nat.eqb width 1
  | l :: n' =>
      if nonempty (units l) then
        if forallb (forallb (fun c => if Nat.ltb (fst c) width then Nat.ltb (snd c) (nparams l) else false)) (units l)
        then check_fits (length (units l)) n' else false
      else false
  end.
Lemma check_fits_ok {K K'} (f : K -> K') width n :
  check_fits width n = true -> fits width (map (map_layer f) n).
Proof.
  revert width. induction n as [|l n IH]; intro width; cbn [check_fits map fits].
  - apply Nat.eqb_eq.
  - destruct (nonempty (units l)) eqn:E1; try discriminate. destruct forallb eqn:E2; try discriminate.
    intro H. split; [|split].
    + now apply nonempty_ok in E1.
    + intros u c Hu Hc. simpl in Hu. rewrite forallb_forall in E2. specialize (E2 u Hu). rewrite forallb_forall in E2.
      specialize (E2 c Hc). destruct (Nat.ltb_spec (fst c) width); try discriminate.
      apply Nat.ltb_lt in E2. simpl. auto.
    + now apply IH.
Qed.

Definition check_posed (P : problem F) (free : option nat) : bool :=
  if nonempty (net P) then if nonempty (data P) then
  if check_fits (inputs P) (net P) then if kone (slope (last (net P) (Layer (k0 F) 0 []))) then
  if forallb (fun s => Nat.eqb (length (fst s)) (inputs P)) (data P) then
    match free with None => true | Some l => Nat.ltb l (length (net P)) end
  else false else false else false else false else false.

Lemma last_map {A B} (f : A -> B) l d : last (map f l) (f d) = f (last l d).
Proof. induction l as [|a [|b l] IH]; auto. Qed.

Lemma posed_sound P free : check_posed P free = true -> posed (map_problem toR P) free.
Proof.
  unfold check_posed, posed, well_formed. destruct (nonempty (net P)) eqn:E1; try discriminate.
  destruct (nonempty (data P)) eqn:E2; try discriminate. destruct check_fits eqn:E3; try discriminate.
  destruct (kone _) eqn:E4; try discriminate. destruct forallb eqn:E5; try discriminate. intro H.
  apply nonempty_ok in E1. apply nonempty_ok in E2. split; [split; [|split; [|split; [|split]]]|]; simpl.
  - destruct (net P); congruence || discriminate.
  - destruct (data P); congruence || discriminate.
  - now apply check_fits_ok.
  - apply kone_ok in E4. rewrite <- E4, <- (toR_0 (F := F)). exact (f_equal slope (last_map (map_layer toR) (net P) (Layer (k0 F) 0 []))).
  - intros s Hs. apply in_map_iff in Hs. destruct Hs as (s0 & <- & Hs). simpl. rewrite map_length.
    rewrite forallb_forall in E5. now apply Nat.eqb_eq, E5.
  - destruct free; simpl; auto. rewrite map_length. now apply Nat.ltb_lt.
Qed.

(** ** Margins at the point *)

Definition margins (P : problem F) (theta : params F) : option (list F) :=
  tmargins (S := sym_num F) num_act P theta.

Definition check_shape {K K'} (n : list (layer K')) (theta : params K) : bool :=
  if list_eq_dec Nat.eq_dec (map (@length K) theta) (map nparams n) then true else false.

Lemma check_shape_ok (P : problem F) {K} (theta : params K) (f : K -> R) :
  check_shape (net P) theta = true -> shaped (net (map_problem toR P)) (map_params f theta).
Proof.
  unfold check_shape, shaped, map_params. destruct list_eq_dec; try discriminate. intros _. simpl.
  rewrite !map_map. transitivity (map (@length K) theta).
  - apply map_ext. intro. apply map_length.
  - rewrite e. apply map_ext. reflexivity.
Qed.

Lemma margins_ok (P : problem F) (theta : params F) ms : margins P theta = Some ms ->
  Forall2 (fun s m => margin (map_problem toR P) (map_params toR theta) (map toR (fst s), snd s) = toR m) (data P) ms.
Proof.
  unfold margins, tmargins. intro H. apply mapM_Forall2 in H.
  eapply Forall2_mono; [|exact H]. simpl. intros s m E.
  exact (tmargin_ok (S := sym_num F) num_act here here_where num_act_ok P theta s m E).
Qed.

Definition check_satisfies (P : problem F) (theta : params F) : bool :=
  if check_shape (net P) theta then
    match margins P theta with
    | Some ms => forallb (fun m => knonneg (ksub m (k1 F))) ms
    | None => false
    end
  else false.

Lemma satisfies_sound P theta : check_satisfies P theta = true -> satisfies (map_problem toR P) (map_params toR theta).
Proof.
  unfold check_satisfies. destruct (check_shape _ _) eqn:H1; try discriminate. intro H2.
  split. now apply check_shape_ok.
  destruct (margins P theta) as [ms|] eqn:E; try discriminate. apply margins_ok in E.
  rewrite forallb_forall in H2. simpl. intros s Hs. apply in_map_iff in Hs.
  destruct Hs as (s0 & <- & Hs). clear H1. induction E; simpl in *. tauto.
  destruct Hs as [<-|Hs]; [|apply IHE; auto].
  rewrite H. specialize (H2 y (or_introl eq_refl)). apply knonneg_ok in H2.
  rewrite toR_sub, toR_1 in H2. lra.
Qed.

Definition check_feasible (P : problem F) (free : option nat) (theta : params F) : bool :=
  if check_posed P free then check_satisfies P theta else false.

Theorem feasible_sound P free theta :
  check_feasible P free theta = true -> feasible (map_problem toR P) free (map_params toR theta).
Proof.
  unfold check_feasible. destruct check_posed eqn:E; try discriminate. intro H.
  split. now apply posed_sound. now apply satisfies_sound.
Qed.

Definition check_infeasible (P : problem F) (free : option nat) (theta : params F) (i : nat) : bool :=
  if check_posed P free then if check_shape (net P) theta then
    match nth_error (data P) i with
    | Some s => match tmargin (S := sym_num F) num_act (net P) theta s with
                | Some m => kpos (ksub (k1 F) m) | None => false end
    | None => false
    end else false else false.

Theorem infeasible_sound P free theta i :
  check_infeasible P free theta i = true -> infeasible (map_problem toR P) free (map_params toR theta).
Proof.
  unfold check_infeasible. destruct check_posed eqn:E1; try discriminate. destruct check_shape eqn:E2; try discriminate.
  destruct nth_error as [s|] eqn:E3; try discriminate. destruct tmargin as [m|] eqn:E4; try discriminate. intro H.
  split. now apply posed_sound. split. now apply check_shape_ok.
  exists (map toR (fst s), snd s). split.
  - simpl. apply in_map_iff. exists s. split; auto. eapply nth_error_In; eauto.
  - apply (tmargin_ok (S := sym_num F) num_act here here_where num_act_ok P theta s m) in E4.
    assert (E5 : margin (map_problem toR P) (map_params toR theta) (map toR (fst s), snd s) = toR m) by exact E4.
    rewrite E5.
    apply kpos_ok in H. rewrite toR_sub, toR_1 in H. lra.
Qed.

(** ** Non-zero weights and inputs *)

Definition knonzero (a : F) : bool := if kpos a then true else kpos (kopp a).
Lemma knonzero_ok a : knonzero a = true -> toR a <> 0.
Proof.
  unfold knonzero. destruct (kpos a) eqn:E; intro H.
  - apply kpos_ok in E. lra.
  - apply kpos_ok in H. rewrite toR_opp in H. lra.
Qed.

Definition num0 : F := t0 (S := sym_num F).
Fixpoint weights_nonzero (n : list (layer F)) (theta : params F) : bool :=
  match n, theta with
  | l :: (_ :: _) as n', w :: theta' =>
      if forallb (existsb (fun c => knonzero (nth (snd c) w num0))) (units l) then
        match n with _ :: n'' => weights_nonzero n'' theta' | [] => true end
      else false
  | _ :: _ :: _, [] => false
  | _, _ => true
  end.

Lemma nth_toR (w : list F) i : nth i (map toR w) 0 = toR (nth i w num0).
Proof.
  unfold num0, t0. simpl. rewrite <- (toR_0 (F := F)). apply map_nth.
Qed.
Lemma nth_map_params (theta : params F) k : nth k (map_params toR theta) [] = map toR (nth k theta []).
Proof. unfold map_params. change (@nil R) with (map (@toR F M) []) at 1. apply map_nth. Qed.
Lemma entry_toR (theta : params F) v : entry (map_params toR theta) v = toR (nth (snd v) (nth (fst v) theta []) num0).
Proof. unfold entry. rewrite nth_map_params. apply nth_toR. Qed.

Lemma weights_nonzero_ok n theta : weights_nonzero n theta = true ->
  forall k l u, nth_error n k = Some l -> (S k < length n)%nat -> In u (units l) ->
    exists c, In c u /\ toR (nth (snd c) (nth k theta []) num0) <> 0.
Proof.
  revert theta. induction n as [|l [|l' n] IH]; intros theta H k l0 u Hk Hlen Hu; simpl in Hlen; try lia.
  destruct theta as [|w theta]; [discriminate H|].
  cbn [weights_nonzero] in H. destruct forallb eqn:E; try discriminate.
  destruct k as [|k].
  - simpl in Hk. injection Hk as <-. rewrite forallb_forall in E. specialize (E u Hu).
    apply existsb_exists in E. destruct E as (c & Hc & E). exists c. split; auto. now apply knonzero_ok.
  - simpl in Hk. apply (IH theta H k l0 u Hk); auto. simpl. lia.
Qed.

Definition check_nonzero_weights (P : problem F) (theta : params F) : bool :=
  if check_posed P None then if check_shape (net P) theta then weights_nonzero (net P) theta else false else false.
Theorem nonzero_weights_sound P theta : check_nonzero_weights P theta = true ->
  nonzero_weights (map_problem toR P) (map_params toR theta).
Proof.
  unfold check_nonzero_weights. destruct check_posed eqn:E1; try discriminate. destruct check_shape eqn:E2; try discriminate.
  intro H. split. now apply posed_sound. split. now apply check_shape_ok.
  intros k l u Hk Hl Hu. simpl in Hk, Hl. rewrite nth_error_map in Hk. rewrite map_length in Hl.
  destruct (nth_error (net P) k) as [l0|] eqn:E; try discriminate. injection Hk as <-.
  destruct (weights_nonzero_ok _ _ H k l0 u E Hl Hu) as (c & Hc & Hn). exists c. split; auto.
  now rewrite entry_toR.
Qed.

Fixpoint inputs_nonzero (n : list (layer F)) (theta : params F) (x : list F) : bool :=
  match n, theta with
  | [], _ => true
  | [_], _ => true
  | l :: n', w :: theta' =>
      if forallb (fun u => knonzero (tpreact (S := sym_num F) w x u)) (units l) then
        match tlayer (S := sym_num F) num_act l w x with Some x' => inputs_nonzero n' theta' x' | None => false end
      else false
  | _, [] => false
  end.

Lemma inputs_nonzero_ok n theta x : inputs_nonzero n theta x = true ->
  forall k l u, nth_error n k = Some l -> (S k < length n)%nat -> In u (units l) ->
    preact (map toR (nth k theta [])) (forward (firstn k (map (map_layer toR) n)) (map (map toR) theta) (map toR x)) u <> 0.
Proof.
  revert theta x. induction n as [|l [|l' n] IH]; intros theta x H k l0 u Hk Hlen Hu; simpl in Hlen; try lia.
  destruct theta as [|w theta]; [discriminate H|].
  cbn [inputs_nonzero] in H. destruct forallb eqn:E; try discriminate.
  destruct (tlayer _ _ _ _) as [x'|] eqn:E2; try discriminate.
  destruct k as [|k].
  - simpl in Hk. injection Hk as <-. rewrite forallb_forall in E. specialize (E u Hu). apply knonzero_ok in E.
    simpl. change (toR (tpreact (S := sym_num F) w x u)) with (ev (S := sym_num F) (tpreact (S := sym_num F) w x u) tt) in E.
    rewrite ev_tpreact in E. exact E.
  - apply (tlayer_ok (S := sym_num F) num_act here here_where num_act_ok l w x x') in E2. unfold here in E2.
    simpl in Hk. specialize (IH theta x' H k l0 u Hk ltac:(simpl; lia) Hu).
    cbn [firstn map forward nth]. change (map toR w) with (at_ (S := sym_num F) tt w).
    change (map toR x) with (at_ (S := sym_num F) tt x). rewrite E2. exact IH.
Qed.

Definition check_nonzero_inputs (P : problem F) (theta : params F) : bool :=
  if check_posed P None then if check_shape (net P) theta then
    forallb (fun s => inputs_nonzero (net P) theta (fst s)) (data P) else false else false.
Theorem nonzero_inputs_sound P theta : check_nonzero_inputs P theta = true ->
  nonzero_inputs (map_problem toR P) (map_params toR theta).
Proof.
  unfold check_nonzero_inputs. destruct check_posed eqn:E1; try discriminate. destruct check_shape eqn:E2; try discriminate.
  intro H. split. now apply posed_sound. split. now apply check_shape_ok.
  intros k l u s Hk Hl Hu Hs. simpl in Hk, Hl, Hs. rewrite nth_error_map in Hk. rewrite map_length in Hl.
  destruct (nth_error (net P) k) as [l0|] eqn:E; try discriminate. injection Hk as <-.
  apply in_map_iff in Hs. destruct Hs as (s0 & <- & Hs). rewrite forallb_forall in H.
  rewrite nth_map_params. exact (inputs_nonzero_ok _ _ _ (H s0 Hs) k l0 u E Hl Hu).
Qed.

(** ** Not a global optimum: a better point *)

Definition norm2_of (theta : params F) : F := tnorm2 (S := sym_num F) theta.
Lemma norm2_of_ok theta : toR (norm2_of theta) = norm2 (map_params toR theta).
Proof. apply (ev_tnorm2 (S := sym_num F) (Mean := mean_num F M) theta tt). Qed.

Fixpoint same_from (k : nat) (free : option nat) (a b : params F) : bool :=
  match a, b with
  | v :: a', w :: b' =>
      if (if is_free free k then true else
            if Nat.eqb (length v) (length w) then forallb (fun xy => kzero (ksub (fst xy) (snd xy))) (combine v w)
            else false)
      then same_from (S k) free a' b' else false
  | [], [] => true
  | _, _ => false
  end.
Lemma same_from_ok k0 free a b : same_from k0 free a b = true ->
  forall k, is_free free (k0 + k) = false -> nth k (map_params toR b) [] = nth k (map_params toR a) [].
Proof.
  revert k0 b. induction a as [|v a IH]; intros k0 [|w b] H k Hk; try discriminate; auto.
  cbn [same_from] in H. destruct (if is_free free k0 then true else _) eqn:E; try discriminate.
  destruct k as [|k].
  - rewrite Nat.add_0_r in Hk. rewrite Hk in E. simpl. destruct (Nat.eqb_spec (length v) (length w)) as [L|]; try discriminate.
    clear - E L. revert w L E. induction v as [|x v IH]; intros [|y w] L E; simpl in *; try discriminate; auto.
    apply andb_true_iff in E. destruct E as [E1 E2]. apply kzero_ok in E1. rewrite toR_sub in E1.
    f_equal. lra. apply IH; auto.
  - simpl. rewrite Nat.add_succ_r in Hk. apply (IH (S k0) b H k Hk).
Qed.

Definition check_not_global (P : problem F) (free : option nat) (theta better : params F) : bool :=
  if check_posed P free then if check_shape (net P) theta then if check_satisfies P better then
  if same_from 0 free theta better then kpos (ksub (norm2_of theta) (norm2_of better))
  else false else false else false else false.

Theorem not_global_sound P free theta better : check_not_global P free theta better = true ->
  not_global_optimum (map_problem toR P) free (map_params toR theta).
Proof.
  unfold check_not_global. destruct check_posed eqn:E1; try discriminate. destruct check_shape eqn:E2; try discriminate.
  destruct check_satisfies eqn:E3; try discriminate. destruct same_from eqn:E4; try discriminate. intro H.
  split. now apply posed_sound. split. now apply check_shape_ok.
  exists (map_params toR better). split. now apply satisfies_sound. split.
  - intros k Hk. apply (same_from_ok 0 _ _ _ E4 k Hk).
  - apply kpos_ok in H. rewrite toR_sub, !norm2_of_ok in H. lra.
Qed.
End Feasible.
