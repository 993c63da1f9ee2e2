(** * The universal theorems: about all KKT points of a class of networks, and about every depth.

    They are theorems of Vardi, Shamir and Srebro, "On Margin Maximization in Linear and ReLU Networks" (NeurIPS 2022),
    or go beyond it where a comment says so. The definitions are those of [Claims.v], [Classes.v] and [Families.v]; the
    proofs are in [universal/]. The numbers are those of docs/mathematics.md. *)

From Coq Require Import Reals List.
Import ListNotations.
From Margincert Require Import Claims Classes Families Piece LayerOptimum LastLayer DepthTwo DenseLinear DiagonalDeep DeadUnit FamilyFlows SharedFilter.
Open Scope R_scope.

(** ** Positive: KKT points that are optimal *)

(** 1. Section 3: fully connected linear networks of any depth. *)
Theorem dense_linear_is_global P theta :
  linear P -> dense_network P -> kkt P None theta -> global_optimum P None theta.
Proof. apply dense_linear_global. Qed.

(** 2. Section 4: linear networks of depth 2 without sharing, such as diagonal ones, with non-zero weights. *)
Theorem depth_2_linear_is_global P theta :
  length (net P) = 2%nat -> linear P -> no_sharing P -> nonzero_weights P theta -> kkt P None theta ->
  global_optimum P None theta.
Proof. intros D Lin NS W K. apply depth_two_global; auto. intros s _. now apply off_kinks_linear. Qed.

(** 3. Sections 3 and 4: ReLU networks of depth 2 without sharing, dense or sparse, with non-zero inputs.
    4. Beyond the paper: leaky ReLU. The theorem holds for every slope. *)
Theorem depth_2_is_local P theta :
  length (net P) = 2%nat -> no_sharing P -> nonzero_inputs P theta -> kkt P None theta -> local_optimum P None theta.
Proof.
  intros D NS I K. apply depth_two_local; auto. now apply inputs_need_weights. now apply nonzero_off_kinks.
Qed.

(** 5. Section 5: each layer of a linear network of any depth, sparsity and sharing, the other layers being held.
    [free] is [None] for a KKT point of the whole problem, or [Some k] for one of the layer's own problem. *)
Theorem linear_layer_is_global P free theta k :
  linear P -> kkt P free theta -> is_free free k = true -> (k < length (net P))%nat -> global_optimum P (Some k) theta.
Proof. intros Lin K Fr E. apply (layer_global P free); auto. intros s _. now apply off_kinks_linear. Qed.

(** 6. Section 5: each layer of a ReLU network of any depth, sparsity and sharing, with non-zero inputs.
    7. Beyond the paper: leaky ReLU, and layers of different activations. The theorem holds for all slopes. *)
Theorem layer_is_local P free theta k :
  nonzero_inputs P theta -> kkt P free theta -> is_free free k = true -> (k < length (net P))%nat ->
  local_optimum P (Some k) theta.
Proof. intros I K Fr E. apply (layer_local P free); auto. now apply nonzero_off_kinks. Qed.

(** Beyond the seven: the last layer of any network, of any activations, with or without kinks. *)
Theorem last_layer_is_global P free theta :
  kkt P free theta -> is_free free (length (net P) - 1) = true -> global_optimum P (Some (length (net P) - 1)%nat) theta.
Proof. apply last_layer_optimum. Qed.

(** ** Negative: for every depth a KKT point that is no local optimum *)

(** Section 3: fully connected ReLU networks of depth 2, and of every depth above. [s] is the slope for negative inputs:
    0 is ReLU. That leaky ReLU is no better is beyond the paper. *)
Theorem dead_unit_is_not_local s L :
  s < 1 -> (2 <= L)%nat -> kkt (dead_unit s L) None (one_path L) /\ ~ local_optimum (dead_unit s L) None (one_path L).
Proof. apply dead_unit_no_local_optimum. Qed.

(** Section 4: diagonal networks of every depth above 2, linear (slope 1), ReLU or leaky ReLU, with non-zero weights and
    inputs. *)
Theorem diagonal_deep_is_not_local s L :
  (3 <= L)%nat ->
  nonzero_weights (diagonal_deep s L) (halves L) /\ nonzero_inputs (diagonal_deep s L) (halves L) /\
  kkt (diagonal_deep s L) None (halves L) /\ ~ local_optimum (diagonal_deep s L) None (halves L).
Proof. apply diagonal_deep_no_local_optimum. Qed.

(** Section 4: convolutional networks of depth 2, linear, ReLU or leaky ReLU, with non-zero weights and inputs. That diagonal
    layers above do not help, at any depth, is beyond the paper. *)
Theorem shared_filter_is_not_local s L :
  (2 <= L)%nat ->
  nonzero_weights (shared_filter s L) (filter_point L) /\ nonzero_inputs (shared_filter s L) (filter_point L) /\
  kkt (shared_filter s L) None (filter_point L) /\ ~ local_optimum (shared_filter s L) None (filter_point L).
Proof. apply shared_filter_no_local_optimum. Qed.

(** Sections 3 and 4: gradient flow, on the exponential or the logistic loss, reaches these points in direction, from the
    initial parameters [asleep L + one_path L], [zeros L + halves L] and [zeros + filter_point L]. *)
Theorem dead_unit_is_reached l L :
  l = exponential \/ l = logistic -> (2 <= L)%nat ->
  flow_converges l (dead_unit 0 L) (asleep L) (one_path L) 1 (one_path L).
Proof. apply dead_unit_flow. Qed.

Theorem diagonal_deep_is_reached l s L :
  l = exponential \/ l = logistic -> (1 <= L)%nat ->
  flow_converges l (diagonal_deep s L) (zeros L) (halves L) 1 (halves L).
Proof. apply diagonal_deep_flow. Qed.

Theorem shared_filter_is_reached l s L :
  l = exponential \/ l = logistic -> (2 <= L)%nat ->
  flow_converges l (shared_filter s L) ([0; 0] :: zeros (L - 1)) (filter_point L) 1 (filter_point L).
Proof. apply shared_filter_flow. Qed.

Print Assumptions dense_linear_is_global.
Print Assumptions depth_2_linear_is_global.
Print Assumptions depth_2_is_local.
Print Assumptions linear_layer_is_global.
Print Assumptions layer_is_local.
Print Assumptions last_layer_is_global.
Print Assumptions dead_unit_is_not_local.
Print Assumptions diagonal_deep_is_not_local.
Print Assumptions shared_filter_is_not_local.
Print Assumptions dead_unit_is_reached.
Print Assumptions diagonal_deep_is_reached.
Print Assumptions shared_filter_is_reached.
