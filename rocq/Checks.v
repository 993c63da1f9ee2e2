(** * The checks of each claim, over the rationals and over Q(alpha): what exported files apply. *)

From Coq Require Import Reals List QArith Qreals.
From Margincert Require Import Claims Lists Numbers Forward Polynomial Feasible Curve Margin Lagrangian CurveGradients Kkt Chain ChainByLabel Robust SidePatterns Cells Cases SecondOrder Rotations Symmetry SymmetryWithKinks NotKkt Ode PolynomialSigns Flow Algebraic Implied Enclosed.
From Margincert Require Checked Optimum DenseNetwork EnclosedParameters ParametersOptimum PathCases PathOptimum.
Import ListNotations.

Module OverQ.
Theorem feasible_ok P free theta : check_feasible (F := Qops) P free theta = true ->
  feasible (real P) free (real_point theta).
Proof. apply (feasible_sound (F := Qops) (M := Qmodel)). Qed.
Theorem infeasible_ok P free theta i : check_infeasible (F := Qops) P free theta i = true ->
  infeasible (real P) free (real_point theta).
Proof. apply (infeasible_sound (F := Qops) (M := Qmodel)). Qed.
Theorem nonzero_weights_ok P theta : check_nonzero_weights (F := Qops) P theta = true ->
  nonzero_weights (real P) (real_point theta).
Proof. apply (nonzero_weights_sound (F := Qops) (M := Qmodel)). Qed.
Theorem nonzero_inputs_ok P theta : check_nonzero_inputs (F := Qops) P theta = true ->
  nonzero_inputs (real P) (real_point theta).
Proof. apply (nonzero_inputs_sound (F := Qops) (M := Qmodel)). Qed.
Theorem adversarial_ok P theta i z : check_adversarial (F := Qops) P theta i z = true ->
  adversarial (real P) (real_point theta) i (map Q2R z).
Proof. apply (adversarial_sound (F := Qops) (M := Qmodel)). Qed.
Theorem robust_ok P theta radius2 : check_robust (F := Qops) P theta radius2 = true ->
  robust (real P) (real_point theta) (Q2R radius2).
Proof. apply (robust_sound (F := Qops) (M := Qmodel)). Qed.
Theorem kkt_ok P free theta evidence : check_kkt (F := Qops) P free theta evidence = true ->
  kkt (real P) free (real_point theta).
Proof. apply (kkt_sound (F := Qops) (M := Qmodel)). Qed.
Theorem approximate_kkt_ok P free theta epsilon delta evidence : check_approximate_kkt (F := Qops) P free theta epsilon delta evidence = true ->
  approximate_kkt (real P) free (real_point theta) (Q2R epsilon) (Q2R delta).
Proof. apply (approximate_kkt_sound (F := Qops) (M := Qmodel)). Qed.
Theorem not_kkt_ok P free theta direction : check_not_kkt (F := Qops) P free theta direction = true ->
  feasible (real P) free (real_point theta) /\ ~ kkt (real P) free (real_point theta).
Proof. apply (not_kkt_sound (F := Qops) (M := Qmodel)). Qed.
Theorem not_local_by_norm_ok P free theta curve until : check_not_local_norm (F := Qops) half P free theta curve until = true ->
  feasible (real P) free (real_point theta) /\ ~ local_optimum (real P) free (real_point theta).
Proof. apply (not_local_norm_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem not_local_by_margin_ok P theta curve until : check_not_local_margin (F := Qops) half P theta curve until = true ->
  feasible (real P) None (real_point theta) /\ ~ local_optimum (real P) None (real_point theta).
Proof. apply (not_local_margin_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem not_global_ok P free theta better : check_not_global (F := Qops) P free theta better = true ->
  not_global_optimum (real P) free (real_point theta).
Proof. apply (not_global_sound (F := Qops) (M := Qmodel)). Qed.
Theorem local_by_lagrangian_ok P free theta lambda : check_local_lagrangian (F := Qops) half P free theta lambda = true ->
  local_optimum (real P) free (real_point theta).
Proof. apply (local_lagrangian_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem global_by_lagrangian_ok P free theta lambda : check_global_lagrangian (F := Qops) half P free theta lambda = true ->
  global_optimum (real P) free (real_point theta).
Proof. apply (global_lagrangian_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem global_by_chain_ok P theta mu : check_chain (F := Qops) P theta mu = true ->
  global_optimum (real P) None (real_point theta).
Proof. apply (chain_sound (F := Qops) (M := Qmodel)). Qed.
Theorem local_by_chain_ok P theta mu : check_local_chain (F := Qops) P theta mu = true ->
  local_optimum (real P) None (real_point theta).
Proof. apply (local_chain_sound (F := Qops) (M := Qmodel)). Qed.
Theorem global_by_label_ok P theta mu : check_chain_by_label (F := Qops) P theta mu = true ->
  global_optimum (real P) None (real_point theta).
Proof. apply (by_label_sound (F := Qops) (M := Qmodel)). Qed.
Theorem local_by_label_ok P theta mu : check_chain_by_label (F := Qops) P theta mu = true ->
  local_optimum (real P) None (real_point theta).
Proof. apply (local_by_label_sound (F := Qops) (M := Qmodel)). Qed.
Theorem global_by_cells_ok P theta lambda cells : check_cells_global (F := Qops) half P theta lambda cells = true ->
  global_optimum (real P) None (real_point theta).
Proof. apply (cells_global_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem local_by_cells_ok P theta lambda cells : check_cells_local (F := Qops) half P theta lambda cells = true ->
  local_optimum (real P) None (real_point theta).
Proof. apply (cells_local_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem local_by_cases_ok P free theta lambda trees : check_local_cases (F := Qops) half P free theta lambda trees = true ->
  local_optimum (real P) free (real_point theta).
Proof. apply (local_cases_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem global_by_cases_ok P free theta lambda trees : check_global_cases (F := Qops) half P free theta lambda trees = true ->
  global_optimum (real P) free (real_point theta).
Proof. apply (global_cases_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem local_by_paths_ok P theta lambda cases : PathOptimum.check_local_paths (F := Qops) half P theta lambda cases = true ->
  local_optimum (real P) None (real_point theta).
Proof. apply (PathOptimum.local_paths_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem global_by_paths_ok P theta lambda cases : PathOptimum.check_global_paths (F := Qops) half P theta lambda cases = true ->
  global_optimum (real P) None (real_point theta).
Proof. apply (PathOptimum.global_paths_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem local_by_second_order_ok P free theta lambda penalty c slopes :
  check_second_order (F := Qops) half P free theta lambda penalty c slopes = true ->
  local_optimum (real P) free (real_point theta).
Proof. apply (second_order_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem local_by_symmetry_ok P theta lambda penalty c rotations : check_symmetric (F := Qops) half P theta lambda penalty c rotations = true ->
  local_optimum (real P) None (real_point theta).
Proof. apply (symmetric_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem local_by_symmetry_with_kinks_ok P theta lambda penalty c slopes rotations :
  check_symmetric_with_kinks (F := Qops) half P theta lambda penalty c slopes rotations = true ->
  local_optimum (real P) None (real_point theta).
Proof. apply (symmetric_with_kinks_sound (F := Qops) (M := Qmodel) half half_ok). Qed.
Theorem flow_ok P point offset ray start pivot : check_flow (F := Qops) half P offset ray start point pivot = true ->
  flow_converges exponential (real P) (real_point offset) (real_point ray) (Q2R start) (real_point point) /\
  flow_converges logistic (real P) (real_point offset) (real_point ray) (Q2R start) (real_point point).
Proof.
  intro H. split.
  - exact (flow_sound (F := Qops) (M := Qmodel) half half_ok P offset ray start point _ _ pivot exponential_fits H).
  - exact (flow_sound (F := Qops) (M := Qmodel) half half_ok P offset ray start point _ _ pivot logistic_fits H).
Qed.
Theorem kkt_enclosed_ok d h low samples theta distance E fine coarse inverse optima :
  DenseNetwork.check_dense_enclosed fine coarse d h low samples E inverse theta distance optima = true ->
  let P := real (DenseNetwork.dense_problem d h low samples) in
  kkt_enclosed P (real_enclosure E) (real_point theta) (Q2R distance) (fun p => Optimum.meanings P optima p).
Proof. apply DenseNetwork.dense_enclosed_sound. Qed.
Theorem kkt_enclosed_by_parameters_ok P theta D fine coarse inverse optima :
  ParametersOptimum.check_enclosed_by_parameters fine coarse P D inverse theta optima = true ->
  EnclosedParameters.kkt_enclosed_by_parameters (real P) (EnclosedParameters.real_description D) (real_point theta)
    (fun p => ParametersOptimum.all_say (real P) optima p).
Proof. apply ParametersOptimum.enclosed_by_parameters_sound. Qed.
End OverQ.

Module OverAlpha.
Section Field.
Variables (f : field) (r : refinement).
Hypothesis Hf : check_field f r = true.
Variable alpha : R.
Hypothesis Ha : is_root f alpha.
Let Mo := Amodel r alpha (proj1 (check_field_ok f r alpha Hf Ha)) (proj2 (check_field_ok f r alpha Hf Ha)).

Theorem feasible_ok P free theta : check_feasible (F := Aops r) P free theta = true ->
  feasible (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (feasible_sound (F := Aops r) (M := Mo)). Qed.
Theorem infeasible_ok P free theta i : check_infeasible (F := Aops r) P free theta i = true ->
  infeasible (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (infeasible_sound (F := Aops r) (M := Mo)). Qed.
Theorem nonzero_weights_ok P theta : check_nonzero_weights (F := Aops r) P theta = true ->
  nonzero_weights (at_alpha alpha P) (point_at alpha theta).
Proof. apply (nonzero_weights_sound (F := Aops r) (M := Mo)). Qed.
Theorem nonzero_inputs_ok P theta : check_nonzero_inputs (F := Aops r) P theta = true ->
  nonzero_inputs (at_alpha alpha P) (point_at alpha theta).
Proof. apply (nonzero_inputs_sound (F := Aops r) (M := Mo)). Qed.
Theorem adversarial_ok P theta i z : check_adversarial (F := Aops r) P theta i z = true ->
  adversarial (at_alpha alpha P) (point_at alpha theta) i (map (value alpha) z).
Proof. apply (adversarial_sound (F := Aops r) (M := Mo)). Qed.
Theorem robust_ok P theta radius2 : check_robust (F := Aops r) P theta radius2 = true ->
  robust (at_alpha alpha P) (point_at alpha theta) (value alpha radius2).
Proof. apply (robust_sound (F := Aops r) (M := Mo)). Qed.
Theorem kkt_ok P free theta evidence : check_kkt (F := Aops r) P free theta evidence = true ->
  kkt (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (kkt_sound (F := Aops r) (M := Mo)). Qed.
Theorem approximate_kkt_ok P free theta epsilon delta evidence : check_approximate_kkt (F := Aops r) P free theta epsilon delta evidence = true ->
  approximate_kkt (at_alpha alpha P) free (point_at alpha theta) (value alpha epsilon) (value alpha delta).
Proof. apply (approximate_kkt_sound (F := Aops r) (M := Mo)). Qed.
Theorem not_kkt_ok P free theta direction : check_not_kkt (F := Aops r) P free theta direction = true ->
  feasible (at_alpha alpha P) free (point_at alpha theta) /\ ~ kkt (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (not_kkt_sound (F := Aops r) (M := Mo)). Qed.
Theorem not_local_by_norm_ok P free theta curve until : check_not_local_norm (F := Aops r) [half] P free theta curve until = true ->
  feasible (at_alpha alpha P) free (point_at alpha theta) /\ ~ local_optimum (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (not_local_norm_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem not_local_by_margin_ok P theta curve until : check_not_local_margin (F := Aops r) [half] P theta curve until = true ->
  feasible (at_alpha alpha P) None (point_at alpha theta) /\ ~ local_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (not_local_margin_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem not_global_ok P free theta better : check_not_global (F := Aops r) P free theta better = true ->
  not_global_optimum (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (not_global_sound (F := Aops r) (M := Mo)). Qed.
Theorem local_by_lagrangian_ok P free theta lambda : check_local_lagrangian (F := Aops r) [half] P free theta lambda = true ->
  local_optimum (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (local_lagrangian_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem global_by_lagrangian_ok P free theta lambda : check_global_lagrangian (F := Aops r) [half] P free theta lambda = true ->
  global_optimum (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (global_lagrangian_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem global_by_chain_ok P theta mu : check_chain (F := Aops r) P theta mu = true ->
  global_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (chain_sound (F := Aops r) (M := Mo)). Qed.
Theorem local_by_chain_ok P theta mu : check_local_chain (F := Aops r) P theta mu = true ->
  local_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (local_chain_sound (F := Aops r) (M := Mo)). Qed.
Theorem global_by_label_ok P theta mu : check_chain_by_label (F := Aops r) P theta mu = true ->
  global_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (by_label_sound (F := Aops r) (M := Mo)). Qed.
Theorem local_by_label_ok P theta mu : check_chain_by_label (F := Aops r) P theta mu = true ->
  local_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (local_by_label_sound (F := Aops r) (M := Mo)). Qed.
Theorem global_by_cells_ok P theta lambda cells : check_cells_global (F := Aops r) [half] P theta lambda cells = true ->
  global_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (cells_global_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem local_by_cells_ok P theta lambda cells : check_cells_local (F := Aops r) [half] P theta lambda cells = true ->
  local_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (cells_local_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem local_by_cases_ok P free theta lambda trees : check_local_cases (F := Aops r) [half] P free theta lambda trees = true ->
  local_optimum (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (local_cases_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem global_by_cases_ok P free theta lambda trees : check_global_cases (F := Aops r) [half] P free theta lambda trees = true ->
  global_optimum (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (global_cases_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem local_by_paths_ok P theta lambda cases : PathOptimum.check_local_paths (F := Aops r) [half] P theta lambda cases = true ->
  local_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (PathOptimum.local_paths_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem global_by_paths_ok P theta lambda cases : PathOptimum.check_global_paths (F := Aops r) [half] P theta lambda cases = true ->
  global_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (PathOptimum.global_paths_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem local_by_second_order_ok P free theta lambda penalty c slopes :
  check_second_order (F := Aops r) [half] P free theta lambda penalty c slopes = true ->
  local_optimum (at_alpha alpha P) free (point_at alpha theta).
Proof. apply (second_order_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem local_by_symmetry_ok P theta lambda penalty c rotations : check_symmetric (F := Aops r) [half] P theta lambda penalty c rotations = true ->
  local_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (symmetric_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem local_by_symmetry_with_kinks_ok P theta lambda penalty c slopes rotations :
  check_symmetric_with_kinks (F := Aops r) [half] P theta lambda penalty c slopes rotations = true ->
  local_optimum (at_alpha alpha P) None (point_at alpha theta).
Proof. apply (symmetric_with_kinks_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha)). Qed.
Theorem flow_ok P point offset ray start pivot : check_flow (F := Aops r) [half] P offset ray start point pivot = true ->
  flow_converges exponential (at_alpha alpha P) (point_at alpha offset) (point_at alpha ray) (value alpha start) (point_at alpha point) /\
  flow_converges logistic (at_alpha alpha P) (point_at alpha offset) (point_at alpha ray) (value alpha start) (point_at alpha point).
Proof.
  intro H. split.
  - exact (flow_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha) P offset ray start point _ _ pivot exponential_fits H).
  - exact (flow_sound (F := Aops r) (M := Mo) [half] (ahalf_ok alpha) P offset ray start point _ _ pivot logistic_fits H).
Qed.
End Field.
End OverAlpha.
