(** * The forward pass over any kind of symbolic numbers.

    [T] stands for functions of [A] (numbers: of nothing; polynomials in the curve's [t];
    polynomials in the parameters). [U] says where the signs of preactivations are as
    the pass found them: "for every t in (0, u]", "near the point", "everywhere". *)

From Coq Require Import Reals List Lra Lia.
From Margincert Require Import Claims Numbers Lists.
Import ListNotations.
Open Scope R_scope.

Record where_ {A : Type} (U : (A -> Prop) -> Prop) : Prop := Where {
  U_all : forall P : A -> Prop, (forall a, P a) -> U P;
  U_and : forall P Q : A -> Prop, U P -> U Q -> U (fun a => P a /\ Q a);
  U_mono : forall P Q : A -> Prop, (forall a, P a -> Q a) -> U P -> U Q }.

(** "For all that are [close] enough": what is as close as [d] is as close as anything greater. *)
Lemma close_enough {A} (close : R -> A -> Prop) : (forall d d' a, d <= d' -> close d a -> close d' a) ->
  where_ (fun Q => exists d, 0 < d /\ forall a, close d a -> Q a).
Proof.
  intro Mono. split.
  - intros Q H. exists 1. split; [lra|auto].
  - intros Q Q' (d & Hd & H) (d' & Hd' & H'). exists (Rmin d d'). split. now apply Rmin_pos.
    intros a Ha. split; [apply H | apply H']; apply (Mono (Rmin d d')); auto using Rmin_l, Rmin_r.
  - intros Q Q' I (d & Hd & H). exists d. auto.
Qed.

Record syms (F : ops) := Syms {
  T :> Type;
  tk : F -> T;
  tadd : T -> T -> T; tmul : T -> T -> T }.
Arguments tk {F s}. Arguments tadd {F s}. Arguments tmul {F s}.

Class meaning {F : ops} {M : model F} (S : syms F) (A : Type) := Meaning {
  ev : S -> A -> R;
  ev_k : forall c a, ev (tk c) a = toR c;
  ev_add : forall p q a, ev (tadd p q) a = ev p a + ev q a;
  ev_mul : forall p q a, ev (tmul p q) a = ev p a * ev q a }.

Section Forward.
Context {F : ops} {S : syms F}.
Variable tact : F -> S -> option S.
Context {M : model F} {A : Type} {Mean : meaning S A}.
Variable U : (A -> Prop) -> Prop.
Hypothesis HU : where_ U.
Hypothesis tact_ok : forall s z z', tact s z = Some z' -> U (fun a => ev z' a = act (toR s) (ev z a)).

Definition t0 : S := tk (k0 F).
Lemma ev_0 a : ev t0 a = 0.
Proof. unfold t0. rewrite ev_k. apply toR_0. Qed.

Definition tsum (l : list S) : S := fold_right tadd t0 l.
Lemma ev_tsum l a : ev (tsum l) a = Rsum (map (fun p => ev p a) l).
Proof. induction l; simpl. apply ev_0. rewrite ev_add, IHl. reflexivity. Qed.

Definition tpreact (w x : list S) (u : list (nat * nat)) : S :=
  tsum (map (fun c => tmul (nth (snd c) w t0) (nth (fst c) x t0)) u).

Definition tlayer (l : layer F) (w x : list S) : option (list S) :=
  mapM (fun u => tact (slope l) (tpreact w x u)) (units l).

Fixpoint tforward (n : list (layer F)) (theta : params S) (x : list S) : option (list S) :=
  match n, theta with
  | l :: n', w :: theta' =>
      match tlayer l w x with Some x' => tforward n' theta' x' | None => None end
  | _, _ => Some x
  end.

Definition at_ (a : A) (l : list S) : list R := map (fun p => ev p a) l.

Lemma nth_at a l i : nth i (at_ a l) 0 = ev (nth i l t0) a.
Proof. unfold at_. rewrite <- (ev_0 a) at 1. apply (map_nth (fun p => ev p a)). Qed.

Lemma ev_tpreact w x u a : ev (tpreact w x u) a = preact (at_ a w) (at_ a x) u.
Proof.
  unfold tpreact, preact. rewrite ev_tsum, map_map. f_equal. apply map_ext. intro c.
  rewrite ev_mul, !nth_at. reflexivity.
Qed.

Lemma tlayer_ok l w x out : tlayer l w x = Some out ->
  U (fun a => apply_layer (map_layer toR l) (at_ a w) (at_ a x) = at_ a out).
Proof.
  unfold tlayer, apply_layer. simpl. revert out. induction (units l) as [|u us IH]; simpl; intros out H.
  - injection H as <-. apply (U_all _ HU). reflexivity.
  - destruct (tact (slope l) (tpreact w x u)) eqn:E; try discriminate.
    destruct (mapM _ us) eqn:E2; try discriminate. injection H as <-.
    apply tact_ok in E. specialize (IH _ eq_refl).
    eapply (U_mono _ HU); [| exact (U_and _ HU _ _ E IH)].
    simpl. intros a [H1 H2]. rewrite H2, H1, ev_tpreact. reflexivity.
Qed.

Lemma tforward_ok n theta x out : tforward n theta x = Some out ->
  U (fun a => forward (map (map_layer toR) n) (map (at_ a) theta) (at_ a x) = at_ a out).
Proof.
  revert theta x. induction n as [|l n IH]; simpl; intros theta x H.
  - injection H as <-. apply (U_all _ HU). reflexivity.
  - destruct theta as [|w theta]. injection H as <-. apply (U_all _ HU). reflexivity.
    destruct (tlayer l w x) eqn:E; try discriminate.
    apply tlayer_ok in E. specialize (IH _ _ H).
    eapply (U_mono _ HU); [| exact (U_and _ HU _ _ E IH)].
    simpl. intros a [H1 H2]. rewrite H1. exact H2.
Qed.

(** The margin of a sample. *)
Definition tsgn (y : bool) : S := tk (if y then k1 F else kopp (k1 F)).
Definition tmargin (n : list (layer F)) (theta : params S) (s : list F * bool) : option S :=
  match tforward n theta (map tk (fst s)) with
  | Some out => Some (tmul (tsgn (snd s)) (nth 0 out t0))
  | None => None
  end.

Lemma at_k a (l : list F) : at_ a (map tk l) = map toR l.
Proof. unfold at_. rewrite map_map. apply map_ext. intro. apply ev_k. Qed.

Lemma tmargin_ok (P : problem F) theta s m : tmargin (net P) theta s = Some m ->
  U (fun a => margin (map_problem toR P) (map (at_ a) theta) (map toR (fst s), snd s) = ev m a).
Proof.
  unfold tmargin, margin, Phi. simpl. destruct tforward eqn:E; try discriminate. intros [= <-].
  apply tforward_ok in E. eapply (U_mono _ HU); [| exact E]. simpl. intros a H.
  rewrite at_k in H. rewrite H, ev_mul. f_equal.
  - unfold tsgn, sgn. rewrite ev_k. destruct (snd s). now rewrite toR_1. now rewrite toR_opp, toR_1.
  - apply nth_at.
Qed.

Definition tmargins (P : problem F) (theta : params S) : option (list S) :=
  mapM (tmargin (net P) theta) (data P).

Definition tdot (v w : list S) : S := tsum (map (fun ab => tmul (fst ab) (snd ab)) (combine v w)).
Definition tnorm2 (theta : params S) : S := tsum (map (fun w => tsum (map (fun p => tmul p p) w)) theta).
Lemma ev_tnorm2 theta a : ev (tnorm2 theta) a = norm2 (map (at_ a) theta).
Proof.
  unfold tnorm2, norm2. rewrite ev_tsum, !map_map. f_equal. apply map_ext. intro w.
  rewrite ev_tsum. unfold at_. rewrite !map_map. f_equal. apply map_ext. intro p. apply ev_mul.
Qed.

End Forward.

(** All of a list of facts hold somewhere. *)
Lemma U_list {A B} (U : (A -> Prop) -> Prop) (HU : where_ U) (l : list B) (P : B -> A -> Prop) :
  (forall b, In b l -> U (P b)) -> U (fun a => forall b, In b l -> P b a).
Proof.
  induction l as [|b l IH]; simpl; intro H.
  - apply (U_all _ HU). tauto.
  - eapply (U_mono _ HU); [| apply (U_and _ HU); [apply (H b); tauto | apply IH; intros; apply H; tauto]].
    simpl. intros a [H1 H2] b' [<-|Hb]; auto.
Qed.

(** Numbers themselves: the pass at the point. *)
Definition sym_num (F : ops) : syms F := Syms F F (fun c => c) kadd kmul.
Global Instance mean_num (F : ops) (M : model F) : meaning (sym_num F) unit.
Proof.
  refine (Meaning F M (sym_num F) unit (fun p _ => toR p) _ _ _); intros; simpl.
  reflexivity. apply toR_add. apply toR_mul.
Defined.

Definition here (P : unit -> Prop) : Prop := P tt.
Lemma here_where : where_ here.
Proof. split; unfold here; intuition. Qed.

Definition num_act {F : ops} (s z : F) : option F :=
  if kone s then Some z else if knonneg z then Some z else if kpos (kopp z) then Some (kmul s z) else None.

Lemma num_act_ok {F : ops} {M : model F} (s z z' : F) : num_act s z = Some z' ->
  here (fun a => ev (S := sym_num F) z' a = act (toR s) (ev (S := sym_num F) z a)).
Proof.
  unfold num_act, here, act. simpl. destruct (kone s) eqn:E0.
  { intros [= <-]. apply kone_ok in E0. destruct Rlt_dec; rewrite ?E0; lra. }
  destruct (knonneg z) eqn:E; [|destruct (kpos (kopp z)) eqn:E2; try discriminate].
  - intros [= <-]. apply knonneg_ok in E. destruct Rlt_dec; lra.
  - intros [= <-]. apply kpos_ok in E2. rewrite toR_opp in E2. rewrite toR_mul.
    destruct Rlt_dec; lra.
Qed.

