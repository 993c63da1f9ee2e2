(* Written by margincert export --rocq.
   Diagonal ReLU network of depth 3, unscaled data: not a local optimum although all weights and inputs are non-zero
   G. Vardi, O. Shamir, N. Srebro, On Margin Maximization in Linear and ReLU Networks, NeurIPS 2022, arXiv:2110.02732
   Section 4 (networks with sparse or shared weights): for every depth above 2, linear or ReLU, gradient flow may converge to a KKT point that is not a local optimum although all weights and inputs are non-zero
   A small algebraic instance that realises the result. Every weight is 2^(-1/3).
   Check it with: coqc -Q rocq Margincert FILE *)

From Coq Require Import QArith Reals List.
From Margincert Require Import Claims Algebraic CaseTree Checks Implied.
Import ListNotations.
Open Scope Q_scope.

(** * The problem and the point *)

Definition the_field : field := Field [(-2); 0; 0; 1] 1 2.
Definition instance : problem (list Q) := Problem 2%nat [Layer [] 2%nat (diagonal 2)%nat; Layer [] 2%nat
  (diagonal 2)%nat; Layer [1] 2%nat (dense 2 1)%nat] [([[1]; [1]], true)].
Definition point : params (list Q) := [[[0; 0; (1 # 2)]; [0; 0; (1 # 2)]]; [[0; 0; (1 # 2)]; [0; 0; (1 # 2)]];
  [[0; 0; (1 # 2)]; [0; 0; (1 # 2)]]].

(** * What is shown *)

Definition feasible_0 : Prop := forall alpha, is_root the_field alpha -> feasible (at_alpha alpha instance)
  None (point_at alpha point).
Definition nonzero_weights_1 : Prop := forall alpha, is_root the_field alpha -> nonzero_weights (at_alpha
  alpha instance) (point_at alpha point).
Definition nonzero_inputs_2 : Prop := forall alpha, is_root the_field alpha -> nonzero_inputs (at_alpha alpha
  instance) (point_at alpha point).
Definition kkt_3 : Prop := forall alpha, is_root the_field alpha -> kkt (at_alpha alpha instance) None
  (point_at alpha point).
Definition not_local_optimum_4 : Prop := forall alpha, is_root the_field alpha -> feasible (at_alpha alpha
  instance) None (point_at alpha point) /\ ~ local_optimum (at_alpha alpha instance) None (point_at alpha
  point).
Definition not_global_optimum_5 : Prop := forall alpha, is_root the_field alpha -> not_global_optimum
  (at_alpha alpha instance) None (point_at alpha point).
Definition offset_6 : params (list Q) := [[[]; []]; [[]; []]; [[]; []]].
Definition ray_6 : params (list Q) := [[[0; 0; (1 # 2)]; [0; 0; (1 # 2)]]; [[0; 0; (1 # 2)]; [0; 0; (1 # 2)]];
  [[0; 0; (1 # 2)]; [0; 0; (1 # 2)]]].
Definition start_6 : (list Q) := [1].
Definition flow_converges_6 : Prop := forall alpha, is_root the_field alpha -> flow_converges exponential
  (at_alpha alpha instance) (point_at alpha offset_6) (point_at alpha ray_6) (value alpha start_6) (point_at
  alpha point) /\ flow_converges logistic (at_alpha alpha instance) (point_at alpha offset_6) (point_at alpha
  ray_6) (value alpha start_6) (point_at alpha point).
Definition local_optimum_7 : Prop := forall alpha, is_root the_field alpha -> local_optimum (at_alpha alpha
  instance) (Some 0%nat) (point_at alpha point).
Definition local_optimum_8 : Prop := forall alpha, is_root the_field alpha -> local_optimum (at_alpha alpha
  instance) (Some 1%nat) (point_at alpha point).
Definition global_optimum_9 : Prop := forall alpha, is_root the_field alpha -> global_optimum (at_alpha alpha
  instance) (Some 2%nat) (point_at alpha point).

(** * Evidence and proofs *)

Definition refined : refinement := Refinement [((5159 # 4096), (2581 # 2048)); ((24955307424053389552994659781
  # 19807040628566084398385987584), (99821229696213558211978639127 # 79228162514264337593543950336))] [2; 0;
  0] [1].
Lemma the_field_ok : check_field the_field refined = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
Theorem alpha_is_unique : exists! alpha, is_root the_field alpha.
Proof. apply (root_exists the_field refined). vm_cast_no_check (eq_refl true). Qed.

Theorem feasible_0_shown : feasible_0.
Proof. intros alpha H. apply (OverAlpha.feasible_ok the_field refined the_field_ok alpha H instance None
  point). vm_cast_no_check (eq_refl true). Qed.

Theorem nonzero_weights_1_shown : nonzero_weights_1.
Proof. intros alpha H. apply (OverAlpha.nonzero_weights_ok the_field refined the_field_ok alpha H instance
  point). vm_cast_no_check (eq_refl true). Qed.

Theorem nonzero_inputs_2_shown : nonzero_inputs_2.
Proof. intros alpha H. apply (OverAlpha.nonzero_inputs_ok the_field refined the_field_ok alpha H instance
  point). vm_cast_no_check (eq_refl true). Qed.

Definition terms_3 : list ((list Q) * list ((list Q) * list (params (list Q)))) := [([0; 1], [([1], [])])].
Theorem kkt_3_shown : kkt_3.
Proof. intros alpha H. apply (OverAlpha.kkt_ok the_field refined the_field_ok alpha H instance None point
  terms_3). vm_cast_no_check (eq_refl true). Qed.

Definition curve_4 : list (params (list Q)) := [[[[1]; [(-1)]]; [[1]; [(-1)]]; [[1]; [(-1)]]]].
Definition until_4 : (list Q) := [(1 # 2)].
Theorem not_local_optimum_4_shown : not_local_optimum_4.
Proof. intros alpha H. apply (OverAlpha.not_local_by_margin_ok the_field refined the_field_ok alpha H instance
  point curve_4 until_4). vm_cast_no_check (eq_refl true). Qed.

Definition better_5 : params (list Q) := [[[1]; []]; [[1]; []]; [[1]; []]].
Theorem not_global_optimum_5_shown : not_global_optimum_5.
Proof. intros alpha H. apply (OverAlpha.not_global_ok the_field refined the_field_ok alpha H instance None
  point better_5). vm_cast_no_check (eq_refl true). Qed.

Definition pivot_6 : nat * nat := (0, 0)%nat.
Theorem flow_converges_6_shown : flow_converges_6.
Proof. intros alpha H. apply (OverAlpha.flow_ok the_field refined the_field_ok alpha H instance point offset_6
  ray_6 start_6 pivot_6). vm_cast_no_check (eq_refl true). Qed.

Definition multipliers_7 : list (list Q) := [[0; 1]].
Theorem local_optimum_7_shown : local_optimum_7.
Proof. intros alpha H. apply (OverAlpha.local_by_lagrangian_ok the_field refined the_field_ok alpha H instance
  (Some 0%nat) point multipliers_7). vm_cast_no_check (eq_refl true). Qed.

Definition multipliers_8 : list (list Q) := [[0; 1]].
Theorem local_optimum_8_shown : local_optimum_8.
Proof. intros alpha H. apply (OverAlpha.local_by_lagrangian_ok the_field refined the_field_ok alpha H instance
  (Some 1%nat) point multipliers_8). vm_cast_no_check (eq_refl true). Qed.

Definition multipliers_9 : list (list Q) := [[0; 1]].
Theorem global_optimum_9_shown : global_optimum_9.
Proof. intros alpha H. apply (OverAlpha.global_by_lagrangian_ok the_field refined the_field_ok alpha H
  instance (Some 2%nat) point multipliers_9). vm_cast_no_check (eq_refl true). Qed.

Definition all_claims := (feasible_0_shown, nonzero_weights_1_shown, nonzero_inputs_2_shown, kkt_3_shown,
  not_local_optimum_4_shown, not_global_optimum_5_shown, flow_converges_6_shown, local_optimum_7_shown,
  local_optimum_8_shown, global_optimum_9_shown).
Print Assumptions all_claims.
