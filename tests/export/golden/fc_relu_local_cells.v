(* Written by margincert export --rocq.
   Dense ReLU network of depth 2 with kinks: a local optimum by cells, not a global one
   G. Vardi, O. Shamir, N. Srebro, On Margin Maximization in Linear and ReLU Networks, NeurIPS 2022, arXiv:2110.02732
   companion to Section 3 (fully connected networks): in depth 2 with ReLU a KKT point may be a local and not a global optimum
   A companion of the paper's results: every neuron has a kink on a supporting sample, so non-zero inputs fail, yet the point is locally optimal.
   Check it with: coqc -Q rocq Margincert FILE *)

From Coq Require Import QArith Reals List.
From Margincert Require Import Claims Algebraic CaseTree Checks Implied.
Import ListNotations.
Open Scope Q_scope.

(** * The problem and the point *)

Definition instance : problem Q := Problem 3%nat [Layer 0 9%nat (dense 3 3)%nat; Layer 1 3%nat (dense 3
  1)%nat] [([(4 # 5); (3 # 5); 0], true); ([(-4 # 5); (3 # 5); 0], true); ([0; 0; 1], false)].
Definition point : params Q := [[(4 # 5); (3 # 5); 0; (-4 # 5); (3 # 5); 0; 0; 0; 1]; [1; 1; (-1)]].

(** * What is shown *)

Definition feasible_0 : Prop := feasible (real instance) None (real_point point).
Definition nonzero_weights_1 : Prop := nonzero_weights (real instance) (real_point point).
Definition kkt_2 : Prop := kkt (real instance) None (real_point point).
Definition local_optimum_3 : Prop := local_optimum (real instance) None (real_point point).
Definition not_global_optimum_4 : Prop := not_global_optimum (real instance) None (real_point point).
Definition offset_5 : params Q := [[0; 0; (-1); 0; 0; (-1); 0; (-1); 0]; [0; 0; 0]].
Definition ray_5 : params Q := [[(4 # 5); (3 # 5); 0; (-4 # 5); (3 # 5); 0; 0; 0; 1]; [1; 1; (-1)]].
Definition start_5 : Q := 1.
Definition flow_converges_5 : Prop := flow_converges exponential (real instance) (real_point offset_5)
  (real_point ray_5) (Q2R start_5) (real_point point) /\ flow_converges logistic (real instance) (real_point
  offset_5) (real_point ray_5) (Q2R start_5) (real_point point).
Definition global_optimum_6 : Prop := global_optimum (real instance) (Some 1%nat) (real_point point).

(** * Evidence and proofs *)

Theorem feasible_0_shown : feasible_0.
Proof. apply (OverQ.feasible_ok instance None point). vm_cast_no_check (eq_refl true). Qed.

Theorem nonzero_weights_1_shown : nonzero_weights_1.
Proof. apply (OverQ.nonzero_weights_ok instance point). vm_cast_no_check (eq_refl true). Qed.

Definition terms_2 : list (Q * list (Q * list (params Q))) := [(1, [(1, [[[0; 0; 0; 0; 0; 0; 0; (-1); 0]; [0;
  0; 0]]])]); (1, [(1, [[[0; 0; 0; 0; 0; 0; 0; (-1); 0]; [0; 0; 0]]])]); (1, [(1, [[[0; 0; (-1); 0; 0; (-1);
  0; 0; 0]; [0; 0; 0]]])])].
Theorem kkt_2_shown : kkt_2.
Proof. apply (OverQ.kkt_ok instance None point terms_2). vm_cast_no_check (eq_refl true). Qed.

Definition multipliers_3 : list Q := [1; 1; 1].
Definition cells_3 : list (list (list Q)) := [[[0; 0; 0]; [0; 0; 1]]; [[0; 0; 0]; [0; 0; 1]]; [[0; 0; 0]; [0;
  1; 0]; [1; 0; 0]; [1; 1; 0]]].
Theorem local_optimum_3_shown : local_optimum_3.
Proof. apply (OverQ.local_by_cells_ok instance point multipliers_3 cells_3). vm_cast_no_check (eq_refl true).
  Qed.

Definition better_4 : params Q := [[0; (4 # 3); 0; 0; 0; 0; 0; 0; 1]; [(4 # 3); 0; (-1)]].
Theorem not_global_optimum_4_shown : not_global_optimum_4.
Proof. apply (OverQ.not_global_ok instance None point better_4). vm_cast_no_check (eq_refl true). Qed.

Definition pivot_5 : nat * nat := (0, 0)%nat.
Theorem flow_converges_5_shown : flow_converges_5.
Proof. apply (OverQ.flow_ok instance point offset_5 ray_5 start_5 pivot_5). vm_cast_no_check (eq_refl true).
  Qed.

Definition multipliers_6 : list Q := [1; 1; 1].
Theorem global_optimum_6_shown : global_optimum_6.
Proof. apply (OverQ.global_by_lagrangian_ok instance (Some 1%nat) point multipliers_6). vm_cast_no_check
  (eq_refl true). Qed.

Definition all_claims := (feasible_0_shown, nonzero_weights_1_shown, kkt_2_shown, local_optimum_3_shown,
  not_global_optimum_4_shown, flow_converges_5_shown, global_optimum_6_shown).
Print Assumptions all_claims.
