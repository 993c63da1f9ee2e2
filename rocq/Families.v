(** * Instances of every depth, for the negative universal theorems. *)

From Coq Require Import Reals List.
From Margincert Require Import Claims.
Import ListNotations.
Open Scope R_scope.

(** A diagonal network of two paths that are added up, of depth [L], with one sample; all weights are 1/2. *)
Definition diagonal_deep (s : R) (L : nat) : problem R :=
  Problem 2 (repeat (Layer s 2 (diagonal 2)) (L - 1) ++ [Layer 1 2 (dense 2 1)]) [([2 ^ (L - 1); 2 ^ (L - 1)], true)].
Definition halves (L : nat) : params R := repeat [1 / 2; 1 / 2] L.
Definition zeros (L : nat) : params R := repeat [0; 0] L.

(** A dense network of width 2 and depth [L], with two samples. The first unit of each layer reads the first unit of the
    layer before, with the weight 1; in the first layer it reads the second input. All other weights are 0. *)
Definition dead_unit (s : R) (L : nat) : problem R :=
  Problem 2 (repeat (Layer s 4 (dense 2 2)) (L - 1) ++ [Layer 1 2 (dense 2 1)])
    [([4 / (1 - s); 1], true); ([- (4 / (1 - s)); 1], true)].
Definition one_path (L : nat) : params R := [0; 1; 0; 0] :: repeat [1; 0; 0; 0] (L - 2) ++ [[1; 0]].

(** From [asleep L] along [one_path L] the other units have negative preactivations. *)
Definition asleep (L : nat) : params R := [0; 0; 0; -1] :: repeat [0; 0; -1; 0] (L - 2) ++ [[0; 0]].

(** A convolution with one filter over two patches, diagonal layers above it, and a sum: of depth [L], with one sample. *)
Definition shared_filter (s : R) (L : nat) : problem R :=
  Problem 4 (Layer s 2 (convolution 2 1 [[0; 1]; [2; 3]]%nat) :: repeat (Layer s 2 (diagonal 2)) (L - 2) ++ [Layer 1 2 (dense 2 1)])
    [([1; sqrt 2 / 4; -1; sqrt 2 / 4], true)].
Definition filter_point (L : nat) : params R := [0; sqrt 2] :: repeat [1; 1] (L - 1).
