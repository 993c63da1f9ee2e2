(** * Measure [margin]: the curve, scaled to the constraints, is better. *)

From Coq Require Import Reals List Lra Lia Bool.
From Margincert Require Import Claims Numbers Lists Forward Vectors Polynomial Feasible Curve.
Import ListNotations.
Open Scope R_scope.

(** ** Homogeneity *)
Lemma act_scale c s z : 0 < c -> act s (c * z) = c * act s z.
Proof.
  intro Hc. unfold act. destruct (Rlt_dec z 0), (Rlt_dec (c * z) 0); try ring.
  - exfalso. apply n. rewrite <- (Rmult_0_r c). now apply Rmult_lt_compat_l.
  - exfalso. apply n. rewrite <- (Rmult_0_r c) in r. now apply Rmult_lt_reg_l in r.
Qed.
Lemma act_0 s : act s 0 = 0.
Proof. unfold act. destruct Rlt_dec; ring. Qed.
Lemma act_times c s z : 0 <= c -> act s (c * z) = c * act s z.
Proof. intros [H | <-]. now apply act_scale. rewrite !Rmult_0_l. apply act_0. Qed.

Lemma preact_scale c k w x u : preact (map (Rmult c) w) (map (Rmult k) x) u = c * k * preact w x u.
Proof.
  unfold preact. rewrite <- Rsum_scale, map_map. f_equal. apply map_ext. intro e.
  rewrite !nth_scale. ring.
Qed.

Lemma forward_scale c n theta x k : 0 < c -> 0 < k -> length theta = length n ->
  forward n (map (map (Rmult c)) theta) (map (Rmult k) x) =
  map (Rmult (c ^ length n * k)) (forward n theta x).
Proof.
  intro Hc. revert theta x k. induction n as [|l n IH]; intros theta x k Hk Hl; destruct theta as [|w theta];
    simpl in *; try discriminate.
  - apply map_ext. intro. f_equal. ring.
  - assert (E : apply_layer l (map (Rmult c) w) (map (Rmult k) x) = map (Rmult (c * k)) (apply_layer l w x)).
    { unfold apply_layer. rewrite map_map. apply map_ext. intro u. rewrite preact_scale.
      apply act_scale. now apply Rmult_lt_0_compat. }
    rewrite E, IH; [| now apply Rmult_lt_0_compat | congruence].
    apply map_ext. intro. ring.
Qed.

Lemma margin_scale c P theta s : 0 < c -> length theta = length (net P) ->
  margin P (map (map (Rmult c)) theta) s = c ^ length (net P) * margin P theta s.
Proof.
  intros Hc Hl. unfold margin, Phi.
  replace (fst s) with (map (Rmult 1) (fst s)) at 1.
  - rewrite forward_scale by (auto; lra). rewrite Rmult_1_r, nth_scale. ring.
  - rewrite <- (map_id (fst s)) at 2. apply map_ext. intro. ring.
Qed.

(** ** Near 1, from below *)
Definition below1 (Q : R -> Prop) : Prop := exists d, 0 < d /\ forall q, 1 - d < q < 1 -> Q q.
Lemma below1_where : where_ below1.
Proof. apply (close_enough (fun d q => 1 - d < q < 1)). intros. lra. Qed.
Lemma below1_cont f x : continuity_pt f 1 -> x < f 1 -> below1 (fun q => x < f q).
Proof.
  intros C H. destruct (C (f 1 - x) ltac:(lra)) as (d & Hd & E). exists d. split; auto.
  intros q Hq. specialize (E q). simpl in E. unfold R_dist in E.
  assert (A : Rabs (f q - f 1) < f 1 - x).
  { apply E. split. split; [exact I|lra]. rewrite Rabs_left; lra. }
  apply Rabs_def2 in A. lra.
Qed.
Lemma below1_exists Q : below1 Q -> exists q, 0 < q < 1 /\ Q q.
Proof.
  intros (d & Hd & H). exists (1 - Rmin d 1 / 2). pose proof (Rmin_l d 1). pose proof (Rmin_r d 1).
  assert (0 < Rmin d 1) by (apply Rmin_pos; lra). split; [lra|]. apply H. lra.
Qed.

Section Scale.
Context {F : ops} {M : model F}.
Variable half : F.
Hypothesis half_ok : toR half = 1 / 2.
Variable P : problem F.
Variable theta : params F.
Variable cs : list (params F).
Variable u : F.

Fixpoint ppow (p : list F) (n : nat) : list F := match n with O => [k1 F] | S n => pmul p (ppow p n) end.
Lemma peval_pow p n t : peval (ppow p n) t = peval p t ^ n.
Proof. induction n. simpl. rewrite toR_1. lra. cbn [ppow]. rewrite peval_mul, IHn. reflexivity. Qed.

Let N := moving2 None theta cs.
Let N0 := norm2_of theta.

Definition check_not_local_margin : bool :=
  if check_feasible P None theta then if kpos u then if kpos N0 then if sign_on half u true N then
    match curve_margins half P None theta cs u with
    | Some ms => forallb (fun m => if sign_on half u true m then
        sign_on half u true (psub (pmul (pmul m m) (ppow [N0] (length (net P)))) (ppow N (length (net P)))) else false) ms
    | None => false
    end
  else false else false else false else false.

Lemma pow_lt_inv a b n : 0 <= a -> 0 <= b -> a ^ n < b ^ n -> a < b.
Proof.
  intros Ha Hb H. destruct (Rlt_le_dec a b); auto. exfalso.
  pose proof (pow_incr b a n (conj Hb r)). lra.
Qed.

Theorem not_local_margin_sound : check_not_local_margin = true ->
  feasible (map_problem toR P) None (map_params toR theta) /\
  ~ local_optimum (map_problem toR P) None (map_params toR theta).
Proof.
  unfold check_not_local_margin. destruct check_feasible eqn:Hf; try discriminate. destruct (kpos u) eqn:Hu; try discriminate.
  destruct (kpos N0) eqn:Hp0; try discriminate. destruct (sign_on half u true N) eqn:HN; try discriminate. intro Hm.
  apply feasible_sound in Hf. apply kpos_ok in Hu. apply kpos_ok in Hp0.
  apply (sign_on_ok half half_ok u Hu) in HN.
  destruct (curve_margins half P None theta cs u) as [ms|] eqn:E; try discriminate.
  apply curve_margins_ok in E; auto. rewrite forallb_forall in Hm.
  apply not_local_intro; auto. intros eps He.
  set (L := length (net P)) in *. set (n0 := toR N0) in *.
  assert (Hn0 : n0 = norm2 (map_params toR theta)) by apply norm2_of_ok.
  (* t so small that theta(t) and its norm are near *)
  destruct (run_near None theta cs (eps / 8) ltac:(lra)) as (d & Hd & Hnear).
  destruct (peval_near N (eps / 16) ltac:(lra)) as (d' & Hd' & Hnorm).
  assert (Hpn0 : peval N 0 = n0).
  { unfold N. rewrite <- moving2_ok, run_0. auto. }
  rewrite Hpn0 in Hnorm.
  assert (HT : exists t, 0 < t <= toR u /\ t < d /\ t < d').
  { exists (Rmin (Rmin (d / 2) (d' / 2)) (toR u)).
    pose proof (Rmin_l (Rmin (d / 2) (d' / 2)) (toR u)). pose proof (Rmin_r (Rmin (d / 2) (d' / 2)) (toR u)).
    pose proof (Rmin_l (d / 2) (d' / 2)). pose proof (Rmin_r (d / 2) (d' / 2)).
    repeat split; try lra. apply Rmin_pos; try lra. apply Rmin_pos; lra. }
  destruct HT as (t & Ht & Htd & Htd'). specialize (Hnear t ltac:(lra)). specialize (Hnorm t ltac:(lra)).
  specialize (E t Ht). specialize (HN t Ht). cbn [sgn_ok] in HN. set (n := peval N t) in *.
  assert (Hn : norm2 (run None theta cs t) = n) by apply moving2_ok.
  assert (Hm' : forall m, In m ms -> 0 < peval m t /\ n ^ L < peval m t * peval m t * n0 ^ L).
  { intros m Hin. specialize (Hm m Hin). destruct (sign_on half u true m) eqn:H1; try discriminate. rename Hm into H2.
    apply (sign_on_ok half half_ok u Hu) in H1. apply (sign_on_ok half half_ok u Hu) in H2.
    specialize (H1 t Ht). specialize (H2 t Ht). cbn [sgn_ok] in H1, H2.
    rewrite peval_sub, !peval_mul, !peval_pow in H2. cbn [peval] in H2. fold N0 n0 n in H2.
    rewrite Rmult_0_r, Rplus_0_r in H2. split; lra. }
  assert (Hn0nn : 0 <= n0) by (rewrite Hn0; apply norm2_nonneg).
  clear Hm. set (a := sqrt n0). set (b := sqrt n).
  assert (Ha : a * a = n0) by (apply sqrt_sqrt; auto).
  assert (Hb : b * b = n) by (apply sqrt_sqrt; lra).
  assert (Ha0 : 0 <= a) by apply sqrt_pos.
  assert (Hb0 : 0 < b) by (apply sqrt_lt_R0; auto).
  assert (Ha1 : 0 < a) by (apply sqrt_lt_R0; auto).
  set (r := a / b).
  assert (Hr : 0 < r) by (apply Rdiv_lt_0_compat; auto).
  assert (Hrb : r * b = a) by (unfold r; field; lra).
  assert (HQ : below1 (fun q => (forall m, In m ms -> 1 < (r * q) ^ L * peval m t) /\
      - (eps / 16) < - ((1 - q) * (1 - q) * n0))).
  { apply (U_and _ below1_where).
    - apply (U_list _ below1_where). intros m Hin. apply (below1_cont (fun q => (r * q) ^ L * peval m t)).
      + apply derivable_continuous_pt. reg.
      + rewrite Rmult_1_r. destruct (Hm' m Hin) as [H1 H2]. set (v := peval m t) in *.
        apply (pow_lt_inv _ _ 2); try lra.
        * apply Rmult_le_pos; [apply pow_le|]; lra.
        * rewrite pow1. replace ((r ^ L * v) ^ 2) with (v * v * (r * r) ^ L) by (rewrite Rpow_mult_distr; ring).
          apply Rmult_lt_reg_l with (n ^ L). apply pow_lt; lra.
          rewrite Rmult_1_r. replace (n ^ L * (v * v * (r * r) ^ L)) with (v * v * (n ^ L * (r * r) ^ L)) by ring.
          rewrite <- Rpow_mult_distr. replace (n * (r * r)) with n0; auto.
          rewrite <- Ha, <- Hb, <- Hrb. ring.
    - apply (below1_cont (fun q => - ((1 - q) * (1 - q) * n0))).
      + apply derivable_continuous_pt. reg.
      + replace (- ((1 - 1) * (1 - 1) * n0)) with 0 by ring. lra. }
  destruct (below1_exists _ HQ) as (q & Hq & Hqm & Hqn).
  assert (Hc : 0 < r * q) by (apply Rmult_lt_0_compat; lra).
  exists (map (map (Rmult (r * q))) (run None theta cs t)).
  assert (Hsh : shaped (net (map_problem toR P)) (run None theta cs t)) by apply run_shaped, Hf.
  split; [|split; [intros k Hk; discriminate Hk|split]].
  - split.
    + unfold shaped in *. rewrite <- Hsh. rewrite map_map. apply map_ext. intro. apply map_length.
    + intros s Hs. rewrite margin_scale; auto.
      * simpl. rewrite map_length. fold L. destruct (E s Hs) as (m & Hin & ->). apply Rlt_le, Hqm, Hin.
      * unfold shaped in Hsh. rewrite <- (map_length (@length R)), Hsh. apply map_length.
  - eapply Rle_lt_trans. apply minus_scale.
    { destruct Hf as [_ [Hf _]]. unfold shaped in *. congruence. }
    rewrite Hn.
    (* (1 - r q)^2 n = (b - q a)^2 <= 2 (b - a)^2 + 2 (1 - q)^2 n0, and (b - a)^2 <= |n - n0| *)
    assert (H1 : (1 - r * q) * (1 - r * q) * n = (b - q * a) * (b - q * a)).
    { rewrite <- Hb, <- Hrb. ring. }
    assert (H2 : (b - q * a) * (b - q * a) <= 2 * ((b - a) * (b - a)) + 2 * ((1 - q) * (1 - q) * n0)).
    { rewrite <- Ha. pose proof (Rle_0_sqr ((b - a) - (1 - q) * a)) as I2. unfold Rsqr in I2. nra. }
    assert (H3 : (b - a) * (b - a) <= Rabs (n - n0)).
    { rewrite <- Ha, <- Hb. replace (b * b - a * a) with ((b - a) * (b + a)) by ring.
      rewrite Rabs_mult, (Rabs_pos_eq (b + a)) by lra.
      replace ((b - a) * (b - a)) with (Rabs (b - a) * Rabs (b - a)).
      - apply Rmult_le_compat_l. apply Rabs_pos. unfold Rabs. destruct Rcase_abs; lra.
      - rewrite <- Rabs_mult. apply Rabs_pos_eq, Rle_0_sqr. }
    lra.
  - rewrite norm2_scale, Hn, <- Hn0.
    replace (r * q * (r * q) * n) with (q * q * n0) by (rewrite <- Ha, <- Hb, <- Hrb; ring).
    assert (q * q < 1) by nra. rewrite <- (Rmult_1_l n0) at 2. apply Rmult_lt_compat_r; auto.
Qed.
End Scale.
