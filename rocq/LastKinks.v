(** * The least derivative of a margin over all sides of the kinks in the last hidden layer.

    A network's output adds up over the units of the layer before. So where a single layer follows that has slope one,
    each of these units takes its worse side by itself, and their choices are not gone through one with another. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Vectors Polynomial Feasible Displacement Lagrangian Gradient CurveGradients Kkt KinkSides.
Import ListNotations.
Open Scope R_scope.

Section LastKinks.
Context {F : ops} {M : model F}.
Local Notation mpoly := (list (F * list (nat * nat))).
Local Notation env := (nat * nat -> R).

(** ** Derivatives of sums and multiples *)
Lemma mdiff_add p q (e h : env) : mdiff (madd p q) e h = mdiff p e h + mdiff q e h.
Proof.
  revert q. induction p as [|[a m] p IH]; intro q. simpl. lra.
  induction q as [|[b n] q IHq]. simpl. lra.
  simpl in *. destruct (mcmp m n) eqn:E.
  - apply mcmp_eq in E. subst n. destruct (kzero (kadd a b)) eqn:Z; simpl; rewrite IH.
    + apply kzero_ok in Z. rewrite toR_add in Z. replace (toR b) with (- toR a) by lra. ring.
    + rewrite toR_add. ring.
  - simpl. rewrite IH. simpl. ring.
  - simpl. rewrite IHq. ring.
Qed.
Lemma mdiff_times a q (e h : env) : mdiff (mscale a [] q) e h = toR a * mdiff q e h.
Proof. induction q as [|[b n] q IH]; simpl. ring. change (map _ q) with (mscale a [] q). rewrite IH, toR_mul. change (mprod [] n) with n. ring. Qed.
Lemma mdiff_cst_mul a q (e h : env) : mdiff (mmul (mcst a) q) e h = toR a * mdiff q e h.
Proof.
  unfold mcst. destruct (kzero a) eqn:E.
  - apply kzero_ok in E. rewrite E. simpl. ring.
  - unfold mmul. cbn [fold_right fst snd]. rewrite mdiff_add, mdiff_times. simpl. ring.
Qed.

(** The derivative at the point in a direction, computed. *)
Variable h : env.
Variable derivative : mpoly -> F.
Hypothesis derivative_ok : forall p, toR (derivative p) = mdiff p (fun _ => 0) h.
Local Notation D p := (mdiff p (fun _ => 0) h).
Local Notation zero := (t0 (S := sym_mpoly)).

Lemma D_zero : D zero = 0.
Proof. unfold t0. simpl. unfold mcst. destruct kzero; simpl; ring. Qed.
Lemma D_sum (l : list mpoly) : D (tsum (S := sym_mpoly) l) = Rsum (map (fun p => D p) l).
Proof.
  induction l as [|p l IH]. exact D_zero. cbn [map]. rewrite Rsum_cons, <- IH. exact (mdiff_add p _ _ h).
Qed.

(** ** What a unit may compute, whatever is known of other sides *)
Definition options (s : F) (z : mpoly) : list mpoly :=
  if kone s then [z]
  else match z with
  | [] => [[]]
  | _ => let c := mconst z in
      if kpos c then [z] else if kpos (kopp c) then [scaled s z] else [z; scaled s z]
  end.
Lemma choices_options s known z c : In c (choices s known z) -> In (fst c) (options s z).
Proof.
  unfold choices, options. destruct (kone s). { intros [<-|[]]. now left. }
  destruct z as [|am z0]. { intros [<-|[]]. now left. }
  cbv zeta. destruct kpos. { intros [<-|[]]. now left. }
  destruct kpos. { intros [<-|[]]. now left. }
  destruct known_side as [b|].
  - intros [<-|[]]. destruct b; simpl; auto.
  - intros [<-|[<-|[]]]; simpl; auto.
Qed.
Lemma nunits_options s zs : forall known out, In out (nunits s known zs) ->
  Forall2 (fun z p => In p (options s z)) zs out.
Proof.
  induction zs as [|z zs IH]; intros known out H; cbn [nunits] in H.
  - destruct H as [<-|[]]. constructor.
  - apply in_flat_map in H. destruct H as (c & Hc & H). apply in_map_iff in H. destruct H as (out' & <- & H).
    constructor. now apply (choices_options s known). now apply (IH (snd c)).
Qed.
Lemma option_of_unit s zs out : Forall2 (fun z p => In p (options s z)) zs out ->
  forall j, In (nth j out zero) (nth j (map (options s) zs) [zero]).
Proof. induction 1; intros [|j]; simpl; auto. Qed.

(** ** The least of finitely many values *)
Definition lesser (a b : F) : F := if kpos (ksub a b) then b else a.
Fixpoint least (l : list F) : F :=
  match l with [] => k0 F | a :: l' => match l' with [] => a | _ => lesser a (least l') end end.
(** That signs are decided is not known of all numbers here. *)
Definition has_least (l : list F) : bool := let m := least l in forallb (fun a => knonneg (ksub a m)) l.
Lemma least_ok l a : has_least l = true -> In a l -> toR (least l) <= toR a.
Proof.
  unfold has_least. cbv zeta. rewrite forallb_forall. intros H Ha. apply H in Ha. apply knonneg_ok in Ha.
  rewrite toR_sub in Ha. lra.
Qed.

(** ** The check

    All choices are gone through in the layers before the last hidden one. *)
Definition changes (label : F) (w : list mpoly) (inputs : list (list mpoly)) (c : nat * nat) : list F :=
  map (fun p => kmul label (derivative (mmul (nth (snd c) w zero) p))) (nth (fst c) inputs [zero]).
Definition sum_never_falls (changes : list (list F)) : bool :=
  if forallb has_least changes then knonneg (ksum (map least changes)) else false.
Fixpoint never_falls (label : F) (n : list (layer F)) (theta : params mpoly) (x : list mpoly) : bool :=
  match n, theta with
  | l :: n', w :: theta' =>
      match n', theta' with
      | [l'], [w'] =>
          match units l' with
          | [] => false
          | u :: _ =>
              let inputs := map (options (slope l)) (map (tpreact (S := sym_mpoly) w x) (units l)) in
              if kone (slope l') then sum_never_falls (map (changes label w' inputs) u) else false
          end
      | _, _ => forallb (never_falls label n' theta') (nlayer l w x)
      end
  | _, _ => false
  end.

Lemma output_never_falls label w' x u inputs : (forall j, In (nth j x zero) (nth j inputs [zero])) ->
  sum_never_falls (map (changes label w' inputs) u) = true ->
  0 <= toR label * D (tpreact (S := sym_mpoly) w' x u).
Proof.
  intros Hx H. unfold sum_never_falls in H. destruct forallb eqn:E; [|discriminate].
  apply knonneg_ok in H. rewrite ksum_ok in H. eapply Rle_trans. exact H. clear H.
  unfold tpreact. rewrite D_sum. induction u as [|c u IH]. { simpl. lra. }
  cbn [map forallb] in E. apply andb_true_iff in E. destruct E as [E1 E2].
  cbn [map]. rewrite !Rsum_cons, Rmult_plus_distr_l. apply Rplus_le_compat; [|exact (IH E2)].
  eapply Rle_trans. apply (least_ok _ (kmul label (derivative (mmul (nth (snd c) w' zero) (nth (fst c) x zero)))) E1).
  unfold changes. apply (in_map (fun p => kmul label (derivative (mmul (nth (snd c) w' zero) p)))). apply Hx.
  rewrite toR_mul, derivative_ok. right. reflexivity.
Qed.

Lemma never_falls_ok label n : forall theta x, never_falls label n theta x = true ->
  forall out, In out (nforward n theta x) -> 0 <= toR label * D (nth 0 out zero).
Proof.
  induction n as [|l n IH]; intros theta x H out Ho; [discriminate|]. destruct theta as [|w theta]; [discriminate|].
  cbn [nforward] in Ho. apply in_flat_map in Ho. destruct Ho as (x' & Hx & Ho).
  assert (Step : forallb (never_falls label n theta) (nlayer l w x) = true -> 0 <= toR label * D (nth 0 out zero)).
  { intro Q. rewrite forallb_forall in Q. exact (IH theta x' (Q x' Hx) out Ho). }
  cbn [never_falls] in H. destruct n as [|l' [|]]; try (apply Step; exact H).
  destruct theta as [|w' [|]]; try (apply Step; exact H). clear Step IH.
  destruct (units l') as [|u us] eqn:Eu; [discriminate|]. cbv zeta in H. destruct (kone (slope l')) eqn:E1; [|discriminate].
  cbn [nforward] in Ho. apply in_flat_map in Ho. destruct Ho as (y & Hy & [<-|[]]).
  unfold nlayer in Hy. rewrite Eu in Hy. cbn [map] in Hy. apply nunits_options in Hy.
  inversion Hy as [|z p zs ps Hp _]; subst. cbn [nth]. unfold options in Hp. rewrite E1 in Hp. destruct Hp as [<-|[]].
  apply (output_never_falls label w' x' u _) in H. exact H.
  apply option_of_unit. unfold nlayer in Hx. now apply nunits_options in Hx.
Qed.
End LastKinks.
