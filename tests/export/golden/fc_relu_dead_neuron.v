(* Written by margincert export --rocq.
   Dense ReLU network of depth 2: gradient flow reaches a KKT point that is not a local optimum
   G. Vardi, O. Shamir, N. Srebro, On Margin Maximization in Linear and ReLU Networks, NeurIPS 2022, arXiv:2110.02732
   Section 3 (fully connected networks): in depth 2 with ReLU, gradient flow may converge to a KKT point that is not a local optimum
   A small rational instance that realises the result. The second neuron is dead: it moves at order t against the first input, and the first neuron repays at order t^2.
   Check it with: coqc -Q rocq Margincert FILE *)

From Coq Require Import QArith Reals List.
From Margincert Require Import Claims Algebraic CaseTree Checks Implied.
Import ListNotations.
Open Scope Q_scope.

(** * The problem and the point *)

Definition instance : problem Q := Problem 2%nat [Layer 0 4%nat (dense 2 2)%nat; Layer 1 2%nat (dense 2
  1)%nat] [([1; (1 # 4)], true); ([(-1); (1 # 4)], true)].
Definition point : params Q := [[0; 2; 0; 0]; [2; 0]].

(** * What is shown *)

Definition feasible_0 : Prop := feasible (real instance) None (real_point point).
Definition kkt_1 : Prop := kkt (real instance) None (real_point point).
Definition not_local_optimum_2 : Prop := feasible (real instance) None (real_point point) /\ ~ local_optimum
  (real instance) None (real_point point).
Definition not_global_optimum_3 : Prop := not_global_optimum (real instance) None (real_point point).
Definition offset_4 : params Q := [[0; 0; 0; (-2)]; [0; 2]].
Definition ray_4 : params Q := [[0; 2; 0; 0]; [2; 0]].
Definition start_4 : Q := 3.
Definition flow_converges_4 : Prop := flow_converges exponential (real instance) (real_point offset_4)
  (real_point ray_4) (Q2R start_4) (real_point point) /\ flow_converges logistic (real instance) (real_point
  offset_4) (real_point ray_4) (Q2R start_4) (real_point point).
Definition global_optimum_5 : Prop := global_optimum (real instance) (Some 1%nat) (real_point point).

(** * Evidence and proofs *)

Theorem feasible_0_shown : feasible_0.
Proof. apply (OverQ.feasible_ok instance None point). vm_cast_no_check (eq_refl true). Qed.

Definition terms_1 : list (Q * list (Q * list (params Q))) := [(2, [(1, [[[0; 0; 0; 1]; [0; 0]]])]); (2, [(1,
  [[[0; 0; 0; 1]; [0; 0]]])])].
Theorem kkt_1_shown : kkt_1.
Proof. apply (OverQ.kkt_ok instance None point terms_1). vm_cast_no_check (eq_refl true). Qed.

Definition curve_2 : list (params Q) := [[[0; 0; (-1); 0]; [0; 1]]; [[(1 # 4); (-3 # 8); 0; 0]; [(-3 # 8);
  0]]].
Definition until_2 : Q := 1.
Theorem not_local_optimum_2_shown : not_local_optimum_2.
Proof. apply (OverQ.not_local_by_norm_ok instance None point curve_2 until_2). vm_cast_no_check (eq_refl
  true). Qed.

Definition better_3 : params Q := [[1; 0; (-1); 0]; [1; 1]].
Theorem not_global_optimum_3_shown : not_global_optimum_3.
Proof. apply (OverQ.not_global_ok instance None point better_3). vm_cast_no_check (eq_refl true). Qed.

Definition pivot_4 : nat * nat := (0, 1)%nat.
Theorem flow_converges_4_shown : flow_converges_4.
Proof. apply (OverQ.flow_ok instance point offset_4 ray_4 start_4 pivot_4). vm_cast_no_check (eq_refl true).
  Qed.

Definition multipliers_5 : list Q := [2; 2].
Theorem global_optimum_5_shown : global_optimum_5.
Proof. apply (OverQ.global_by_lagrangian_ok instance (Some 1%nat) point multipliers_5). vm_cast_no_check
  (eq_refl true). Qed.

Definition all_claims := (feasible_0_shown, kkt_1_shown, not_local_optimum_2_shown,
  not_global_optimum_3_shown, flow_converges_4_shown, global_optimum_5_shown).
Print Assumptions all_claims.
