(** * Optimality by [cases]: one tree for all units. Units of later layers whose output nothing reads are left out. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Tends Vectors Feasible Displacement Lagrangian Gradient CurveGradients Kkt Backward Masked CaseSigns CasePass CaseTree.
Import ListNotations.
Open Scope R_scope.

Section Cases.
Context {F : ops} {M : model F}.
Variable half : F.
Variable P : problem F.
Variable free : option nat.
Variable theta : params F.
Variable local : bool.
Let thR := map_params toR theta.
Let th := variables free theta.

Local Notation region := (region theta local).
Local Notation region_where := (region_where theta local).
Local Notation params_at := (params_at free theta).
Local Notation margin_at := (margin_at P free theta).
Local Notation weighed_margins := (weighed_margins P free theta).
Local Notation half_norm := (half_norm half free theta).
Local Notation tree_least := (tree_least half P free theta local).
Local Notation tree_least_ok := (tree_least_ok half P free theta local).

Definition every (k u : nat) : bool := true.
(** Whether a unit after the free layer has held outgoing weights that are all 0. Its output does not matter. *)
Definition mute (k u : nat) : bool :=
  match free with
  | None => false
  | Some l =>
      if Nat.leb l k then
        match nth_error (net P) (S k) with
        | Some next => forallb (forallb (fun iu =>
            if Nat.eqb (fst iu) u then kzero (nth (snd iu) (nth (S k) theta []) num0) else true)) (units next)
        | None => false
        end
      else false
  end.
Definition audible (k u : nat) : bool := negb (mute k u).
Definition whole (v : nat * nat) : bool := true.
(** Half the norm of the point's free parameters. *)
Definition needed : F := at_point theta (half_norm whole).

Definition check_tree (common : list F) (t : tree F) : bool :=
  match tree_least audible whole false common true t with
  | Some m => knonneg (ksub m needed)
  | None => false
  end.

(** What is to be shown: near the point, or everywhere, no feasible parameters have a smaller norm. *)
Definition no_better : Prop :=
  region (fun e => (forall i, (i < length (data P))%nat -> 1 <= margin_at every i e) ->
    mev (half_norm whole) (entry thR) <= mev (half_norm whole) e).

Lemma weighed_at_least mask i0 lambda e : (forall l, In l lambda -> 0 <= toR l) ->
  (forall i, (i < i0 + length lambda)%nat -> 1 <= margin_at mask i e) -> Rsum (map toR lambda) <= weighed_margins mask i0 lambda e.
Proof.
  unfold weighed_margins. revert i0. induction lambda as [|l lambda IH]; intros i0 H Hm. apply Rle_refl.
  cbn [map mapi]. rewrite !Rsum_cons. apply Rplus_le_compat.
  - rewrite <- (Rmult_1_r (toR l)) at 1. apply Rmult_le_compat_l. apply H. now left. apply Hm. simpl. lia.
  - apply IH. intros; apply H; now right. intros i Hi. apply Hm. simpl. lia.
Qed.

(** *** What mute units do not change *)

Lemma skipn_next {A} (L : list A) k a r : skipn k L = a :: r -> nth_error L k = Some a /\ skipn (S k) L = r.
Proof. revert L. induction k as [|k IH]; intros [|b L] H; try discriminate H. now injection H as -> ->. exact (IH L H). Qed.
Lemma hd_skipn {A} (L : list A) k d : hd d (skipn k L) = nth k L d.
Proof. revert L. induction k as [|k IH]; intros [|b L]; auto. exact (IH L). Qed.

Lemma held_weight e k p : is_free free k = false -> nth p (nth k (params_at e) []) 0 = toR (nth p (nth k theta []) num0).
Proof.
  intro Hk. unfold params_at. change (@nil R) with (real e []). rewrite map_nth, nth_real. unfold th, variables.
  destruct (Nat.lt_ge_cases k (length theta)) as [L|L].
  - rewrite (nth_mapi _ _ []) by auto. cbn [Nat.add]. rewrite Hk. destruct (Nat.lt_ge_cases p (length (nth k theta []))) as [L'|L'].
    + rewrite (nth_mapi _ _ num0) by auto. apply mev_cst.
    + rewrite !nth_overflow by (rewrite ?length_mapi; auto). symmetry. apply toR_0.
  - rewrite (nth_overflow (mapi _ 0 theta)) by (now rewrite length_mapi). rewrite (nth_overflow theta) by auto.
    destruct p; symmetry; apply toR_0.
Qed.

Definition netR : list (layer R) := map (map_layer toR) (net P).

(** No unit of the next layer reads this output with a weight that is not 0. *)
Definition unheard (n : list (layer R)) (v : params R) (i : nat) : Prop :=
  match n with
  | l :: _ => forall c iu, In c (units l) -> In iu c -> fst iu = i -> nth (snd iu) (hd [] v) 0 = 0
  | [] => False
  end.
Lemma mute_parts k u : mute k u = true -> is_free free (S k) = false /\ exists next, nth_error (net P) (S k) = Some next /\
  forall c iu, In c (units next) -> In iu c -> fst iu = u -> toR (nth (snd iu) (nth (S k) theta []) num0) = 0.
Proof.
  unfold mute. generalize free. intros o H. destruct o as [l|]; try discriminate. destruct (Nat.leb_spec l k) as [L|]; try discriminate.
  destruct (nth_error (net P) (S k)) as [next|]; try discriminate. split.
  - unfold is_free. apply Nat.eqb_neq. lia.
  - exists next. split; auto. intros c iu Hc Hi Hu. rewrite forallb_forall in H. specialize (H c Hc).
    rewrite forallb_forall in H. specialize (H iu Hi). destruct (Nat.eqb_spec (fst iu) u); [|contradiction]. now apply kzero_ok.
Qed.
Lemma mute_unheard e k u : mute k u = true -> unheard (skipn (S k) netR) (skipn (S k) (params_at e)) u.
Proof.
  intro H. destruct (mute_parts k u H) as (Hf & next & En & Hn).
  assert (En' : nth_error netR (S k) = Some (map_layer toR next)) by (unfold netR; now rewrite nth_error_map, En).
  unfold unheard. destruct (skipn (S k) netR) as [|l' n'] eqn:Es.
  - assert (Z : (S k < length netR)%nat) by (apply nth_error_Some; congruence).
    apply (f_equal (@length _)) in Es. rewrite skipn_length in Es. simpl in Es. lia.
  - destruct (skipn_next _ _ _ _ Es) as [E1 _]. rewrite E1 in En'. injection En' as ->. cbn [map_layer units].
    intros c iu Hc Hi Hu. rewrite hd_skipn, held_weight by auto. exact (Hn c iu Hc Hi Hu).
Qed.

Lemma preact_unheard l n v X Y c : (forall i, nth i X 0 = nth i Y 0 \/ unheard (l :: n) v i) -> In c (units l) ->
  preact (hd [] v) X c = preact (hd [] v) Y c.
Proof.
  intros H Hc. unfold preact. f_equal. apply map_ext_in. intros iu Hi. destruct (H (fst iu)) as [-> | U]; auto.
  rewrite (U c iu Hc Hi eq_refl). ring.
Qed.

Lemma masked_audible e k n v X Y : n = skipn k netR -> v = skipn k (params_at e) -> length v = length n ->
  (forall i, nth i X 0 = nth i Y 0 \/ unheard n v i) ->
  nth 0 (masked audible k n v X) 0 = nth 0 (masked every k n v Y) 0.
Proof.
  revert k v X Y. induction n as [|l n IH]; intros k v X Y Hn Hv Hl H.
  - cbn [masked]. destruct (H 0%nat) as [|[]]; auto.
  - destruct v as [|w v]; [discriminate Hl|]. cbn [masked].
    destruct (skipn_next _ _ _ _ (eq_sym Hn)) as [_ Hn']. destruct (skipn_next _ _ _ _ (eq_sym Hv)) as [_ Hv'].
    apply IH; auto. intro u. rewrite !(nth_masked _ k l w). destruct (nth_error (units l) u) as [c|] eqn:Ec; [|now left].
    unfold audible, every. destruct (mute k u) eqn:Em; cbn [negb].
    + right. rewrite <- Hn', <- Hv'. now apply mute_unheard.
    + left. f_equal. apply (preact_unheard l n (w :: v)); auto. eapply nth_error_In; eauto.
Qed.

Section Shaped.
Hypothesis Hlen : length theta = length (net P).
Lemma length_params e : length (params_at e) = length netR.
Proof. unfold params_at, th, variables, netR. now rewrite !map_length, length_mapi. Qed.
Lemma margin_audible i e : margin_at audible i e = margin_at every i e.
Proof.
  unfold margin_at. destruct (nth_error (data P) i) as [s|]; auto. f_equal.
  apply (masked_audible e); auto. apply length_params.
Qed.

Lemma tree_sound common t : check_tree common t = true -> length common = length (data P) -> no_better.
Proof.
  unfold check_tree. destruct tree_least as [m|] eqn:E; try discriminate. intros H Hc. apply knonneg_ok in H.
  unfold needed in H. rewrite toR_sub, at_point_ok in H. fold thR in H.
  eapply (U_mono _ region_where); [|exact (tree_least_ok _ _ _ _ _ _ _ E Hc)]. cbn beta.
  intros e (lambda & _ & Hl & H0 & Hv) Hm.
  pose proof (weighed_at_least audible 0 lambda e H0 ltac:(intros; rewrite margin_audible; apply Hm; simpl in *; lia)). lra.
Qed.
End Shaped.
End Cases.
