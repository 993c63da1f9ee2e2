(** * Rules for gradients: sums, and functions of a number after functions of the parameters.

    Where the gradients are Lipschitz continuous near a point, so are those that the rules give. *)

From Coq Require Import Reals List Lra Lia.
From Margincert Require Import Claims Lists Forward Vectors Sums InnerProducts Nearby LipschitzNear.
Import ListNotations.
Open Scope R_scope.

Lemma gradient_eq f f' theta g : (forall th, f th = f' th) -> is_gradient f' theta g -> is_gradient f theta g.
Proof.
  intros E [S G]. split; auto. intros eps He. destruct (G eps He) as (d & Hd & H). exists d. split; auto.
  intros th Sh D. rewrite !E. now apply H.
Qed.

(** ** Sums *)

Lemma gradient_const c theta g : same_shape theta g -> (forall v, entry g v = 0) -> is_gradient (fun _ => c) theta g.
Proof.
  intros S Z. split; auto. intros eps He. exists 1. split. lra. intros th Sh _.
  assert (Sm : map (@length R) (minus th theta) = map (@length R) theta).
  { pose proof (shape_minus th theta ltac:(symmetry; exact Sh)). unfold same_shape in *. congruence. }
  rewrite (dot_dsum theta) by (auto; symmetry; exact S). rewrite (dsum_ext theta _ (fun _ => 0)), dsum_0 by (intro v; rewrite Z; ring).
  replace (c - c - 0) with 0 by ring. rewrite Rabs_R0. apply Rmult_le_pos. lra. apply sqrt_pos.
Qed.
Lemma gradient_plus f f' theta g g' h : is_gradient f theta g -> is_gradient f' theta g' -> same_shape theta h ->
  (forall v, entry h v = entry g v + entry g' v) -> is_gradient (fun th => f th + f' th) theta h.
Proof.
  intros [S G] [S' G'] Sh E. split; auto. intros eps He.
  destruct (G (eps / 2) ltac:(lra)) as (d & Hd & H), (G' (eps / 2) ltac:(lra)) as (d' & Hd' & H').
  exists (Rmin d d'). split. now apply Rmin_pos. intros th St Dist. pose proof (Rmin_l d d'). pose proof (Rmin_r d d').
  specialize (H th St ltac:(lra)). specialize (H' th St ltac:(lra)).
  assert (Sm : map (@length R) (minus th theta) = map (@length R) theta).
  { pose proof (shape_minus th theta ltac:(symmetry; exact St)). unfold same_shape in *. congruence. }
  assert (Q : dot h (minus th theta) = dot g (minus th theta) + dot g' (minus th theta)).
  { rewrite !(dot_dsum theta) by (auto; symmetry; assumption).
    rewrite (dsum_ext theta _ (fun v => 1 * (entry g v * entry (minus th theta) v) + entry g' v * entry (minus th theta) v)), dsum_lin.
    ring. intro v. rewrite E. ring. }
  rewrite Q. match goal with |- Rabs ?x <= _ => replace x with
    ((f th - f theta - dot g (minus th theta)) + (f' th - f' theta - dot g' (minus th theta))) by ring end.
  eapply Rle_trans. apply Rabs_triang. lra.
Qed.
Lemma gradient_sum {A} (f : A -> params R -> R) (g : A -> params R) theta l h : (forall a, In a l -> is_gradient (f a) theta (g a)) ->
  same_shape theta h -> (forall v, entry h v = Rsum (map (fun a => entry (g a) v) l)) ->
  is_gradient (fun th => Rsum (map (fun a => f a th) l)) theta h.
Proof.
  revert h. induction l as [|a l IH]; intros h H S E. exact (gradient_const 0 theta h S E).
  set (k := tab theta (fun v => Rsum (map (fun a => entry (g a) v) l))).
  assert (Sk : same_shape theta k) by (unfold same_shape, k; now rewrite shape_tab).
  assert (Ek : forall v, entry k v = Rsum (map (fun a => entry (g a) v) l)).
  { intro v. unfold k. rewrite entry_tab. destruct (inside theta v) eqn:I; auto. symmetry. apply Rsum_zero.
    intros b Hb. destruct (H b (or_intror Hb)) as [Sb _]. apply (entry_outside theta); auto. }
  apply (gradient_plus (f a) (fun th => Rsum (map (fun a => f a th) l)) theta (g a) k); auto.
  - apply H. now left.
  - apply IH; auto. intros; apply H; now right.
  - intro v. rewrite E, Ek. reflexivity.
Qed.

(** ** The chain rule *)

Lemma gradient_comp l l1 f theta g : is_gradient f theta g -> derivable_pt_lim l (f theta) l1 ->
  is_gradient (fun th => l (f th)) theta (map (map (Rmult l1)) g).
Proof.
  intros [S Hf] Hl. split. { unfold same_shape in *. rewrite S, map_map. apply map_ext. intro. now rewrite map_length. }
  intros eps He. set (C := sqrt (norm2 g)). assert (HC : 0 <= C) by apply sqrt_pos.
  set (e2 := Rmin 1 (eps / (2 * (Rabs l1 + 1)))). set (e1 := eps / (2 * (C + 1))).
  pose proof (Rabs_pos l1) as Hl1.
  assert (He2 : 0 < e2) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; lra]).
  assert (He1 : 0 < e1) by (apply Rdiv_lt_0_compat; lra).
  destruct (Hf e2 He2) as (d & Hd & Hf'). destruct (Hl e1 He1) as ([d1 Hd1] & Hl'). simpl in Hl'. clear Hf Hl.
  exists (Rmin d (d1 / (C + 1))). split. apply Rmin_pos; auto. apply Rdiv_lt_0_compat; lra.
  intros th S' Dist. pose proof (Rmin_l d (d1 / (C + 1))). pose proof (Rmin_r d (d1 / (C + 1))).
  assert (Sm : same_shape theta (minus th theta)).
  { pose proof (shape_minus th theta ltac:(symmetry; exact S')). unfold same_shape in *. congruence. }
  assert (HD : Rabs (dot g (minus th theta)) <= C * dist theta th).
  { rewrite (dist_sym theta th S'). unfold C, dist. apply dot_cauchy_schwarz. unfold same_shape in *. congruence. }
  assert (Q : dot (map (map (Rmult l1)) g) (minus th theta) = l1 * dot g (minus th theta)).
  { rewrite !(dot_dsum theta) by (try rewrite map_map, (map_ext _ (@length R)) by (intro; apply map_length); symmetry; assumption).
    rewrite <- dsum_scale. apply dsum_ext. intro v. rewrite entry_scale. ring. }
  rewrite Q. specialize (Hf' th S' ltac:(lra)). set (D := dot g (minus th theta)) in *. set (del := dist theta th) in *.
  assert (Hdel : 0 <= del) by apply sqrt_pos. set (h := f th - f theta) in *.
  assert (E2 : e2 <= 1) by apply Rmin_l.
  assert (Hh : Rabs h <= (C + 1) * del).
  { replace h with (h - D + D) by ring. eapply Rle_trans. apply Rabs_triang.
    assert (e2 * del <= 1 * del) by (apply Rmult_le_compat_r; auto). lra. }
  assert (Hsmall : Rabs h < d1).
  { eapply Rle_lt_trans. apply Hh. apply Rlt_le_trans with ((C + 1) * (d1 / (C + 1))).
    apply Rmult_lt_compat_l; lra. right. field. lra. }
  assert (Hq : Rabs (l (f th) - l (f theta) - l1 * h) <= e1 * Rabs h).
  { destruct (Req_dec h 0) as [Z|Z].
    - rewrite Z. unfold h in Z. replace (f th) with (f theta) by lra.
      replace (l (f theta) - l (f theta) - l1 * 0) with 0 by ring. rewrite Rabs_R0. lra.
    - specialize (Hl' h Z Hsmall). replace (f theta + h) with (f th) in Hl' by (unfold h; ring).
      replace (l (f th) - l (f theta) - l1 * h) with (((l (f th) - l (f theta)) / h - l1) * h) by (field; auto).
      rewrite Rabs_mult. apply Rmult_le_compat_r. apply Rabs_pos. lra. }
  replace (l (f th) - l (f theta) - l1 * D) with (l (f th) - l (f theta) - l1 * h + l1 * (h - D)) by ring.
  eapply Rle_trans. apply Rabs_triang. rewrite Rabs_mult.
  assert (A1 : e1 * Rabs h <= eps / 2 * del).
  { apply Rle_trans with (e1 * ((C + 1) * del)). apply Rmult_le_compat_l; lra. right. unfold e1. field. lra. }
  assert (A2 : Rabs l1 * Rabs (h - D) <= eps / 2 * del).
  { apply Rle_trans with ((Rabs l1 + 1) * (e2 * del)). apply Rmult_le_compat; auto using Rabs_pos; lra.
    apply Rle_trans with ((Rabs l1 + 1) * (eps / (2 * (Rabs l1 + 1)) * del)).
    apply Rmult_le_compat_l. lra. apply Rmult_le_compat_r; auto. apply Rmin_r. right. field. lra. }
  lra.
Qed.
Lemma gradient_over f n theta g : is_gradient f theta g -> is_gradient (fun th => f th / n) theta (map (map (Rmult (/ n))) g).
Proof.
  intro H. apply (gradient_comp (fun x => x / n)); auto.
  replace (/ n) with (1 * / n + f theta * 0) by ring. apply (derivable_pt_lim_mult (fun x => x) (fun _ => / n)).
  apply derivable_pt_lim_id. apply derivable_pt_lim_const.
Qed.

(** ** Lipschitz continuous gradients *)
Section Lipschitz.
Variable theta : params R.
Local Notation W := (close_where theta).

Lemma close_shape : close theta (fun psi => same_shape theta psi).
Proof. exists 1. split; [lra|auto]. Qed.
Lemma lipschitz_gradient_sum {A} (f : A -> params R -> R) l : (forall a, In a l -> lipschitz_gradient (f a) theta) ->
  lipschitz_gradient (fun th => Rsum (map (fun a => f a th) l)) theta.
Proof.
  assert (St : forall g : nat * nat -> R, same_shape theta (tab theta g)) by (intro; unfold same_shape; now rewrite shape_tab).
  induction l as [|a l IH]; intro H.
  - exists (fun _ _ => 0). split; [|intro; apply lipschitz_const]. eapply (U_mono _ W); [|exact close_shape]. cbn beta.
    intros psi S. apply (gradient_const 0). { pose proof (St (fun _ => 0)). unfold same_shape in *. congruence. }
    intro v. rewrite entry_tab. now destruct inside.
  - destruct (H a (or_introl eq_refl)) as (g & G & L), (IH (fun b Hb => H b (or_intror Hb))) as (g' & G' & L').
    exists (fun psi v => g psi v + g' psi v). split; [|intro v; now apply lipschitz_plus].
    eapply (U_mono _ W); [|exact (U_and _ W _ _ close_shape (U_and _ W _ _ G G'))]. cbn beta. intros psi (S & H1 & H2).
    apply (gradient_plus (f a) _ psi (tab theta (g psi)) (tab theta (g' psi))); auto.
    + pose proof (St (fun v => g psi v + g' psi v)). unfold same_shape in *. congruence.
    + intro v. rewrite !entry_tab. destruct inside; ring.
Qed.
Lemma lipschitz_gradient_comp l l' f : (forall x, derivable_pt_lim l x (l' x)) -> lipschitz_above l' ->
  lipschitz_near theta f -> lipschitz_gradient f theta -> lipschitz_gradient (fun th => l (f th)) theta.
Proof.
  intros D Ll Lf (g & G & L). exists (fun psi v => l' (f psi) * g psi v). split.
  - eapply (U_mono _ W); [|exact G]. cbn beta. intros psi H. rewrite <- (map_tab (Rmult (l' (f psi))) theta (g psi)).
    now apply gradient_comp.
  - intro v. apply lipschitz_mult; auto. now apply lipschitz_comp.
Qed.
Lemma lipschitz_gradient_over f n : lipschitz_gradient f theta -> lipschitz_gradient (fun th => f th / n) theta.
Proof.
  intros (g & G & L). exists (fun psi v => / n * g psi v). split.
  - eapply (U_mono _ W); [|exact G]. cbn beta. intros psi H. rewrite <- (map_tab (Rmult (/ n)) theta (g psi)). now apply gradient_over.
  - intro v. apply lipschitz_mult; auto. apply lipschitz_const.
Qed.
End Lipschitz.
