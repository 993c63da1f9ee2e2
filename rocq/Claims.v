(** * What the theorems say.

    Everything a reader has to believe is in this file; the rest of the folder is proofs, which Rocq checks. It can
    be read in ten minutes. Nothing here is computed with: these are definitions about the real numbers.
    [Absurd.v] shows, lemma by lemma, that the odd cases (no sample, no layer, wrong lengths, an index out of
    range, a layer that is not there) satisfy no claim. *)

From Coq Require Import Reals QArith Qreals List.
From Margincert Require Exponential.
Import ListNotations.
Open Scope R_scope.

(** ** Networks and samples *)

(** A layer has one list of parameters. A unit is the list of its connections [(input, parameter)]: it sums
    parameter times input. Dense, diagonal, convolutional and template layers differ in these lists only. [slope] is
    the activation's slope for negative inputs: 1 is linear, 0 is ReLU, anything else leaky ReLU.
    [K] is the type of numbers: files are written over the rationals, the claims are about [K = R]. *)
Record layer (K : Type) := Layer { slope : K; nparams : nat; units : list (list (nat * nat)) }.
Arguments Layer {K}. Arguments slope {K}. Arguments nparams {K}. Arguments units {K}.

(** The number of inputs, the layers from the first to the last, the samples with labels ([true] is +1). *)
Record problem (K : Type) := Problem { inputs : nat; net : list (layer K); data : list (list K * bool) }.
Arguments Problem {K}. Arguments inputs {K}. Arguments net {K}. Arguments data {K}.

(** The parameters of a network: one list of numbers a layer. Points, gradients and directions are of this kind. *)
Definition params (K : Type) := list (list K).

Definition Rsum (l : list R) : R := fold_right Rplus 0 l.

Definition act (s z : R) : R := if Rlt_dec z 0 then s * z else z.

Definition preact (w x : list R) (u : list (nat * nat)) : R :=
  Rsum (map (fun c => nth (snd c) w 0 * nth (fst c) x 0) u).

Definition apply_layer (l : layer R) (w x : list R) : list R :=
  map (fun u => act (slope l) (preact w x u)) (units l).

Fixpoint forward (n : list (layer R)) (theta : params R) (x : list R) : list R :=
  match n, theta with
  | l :: n', w :: theta' => forward n' theta' (apply_layer l w x)
  | _, _ => x
  end.

(** What the network computes, and the margin of a sample. *)
Definition Phi (n : list (layer R)) (theta : params R) (x : list R) : R := nth 0 (forward n theta x) 0.

Definition sgn (y : bool) : R := if y then 1 else -1.

Definition margin (P : problem R) (theta : params R) (s : list R * bool) : R :=
  sgn (snd s) * Phi (net P) theta (fst s).

(** [nth] reads 0 where there is nothing, so problems must be well formed: there are samples and layers, each sample
    has as many entries as there are inputs, each connection names an input and a parameter that are there, and the
    last layer is one linear unit. *)
Fixpoint fits {K} (width : nat) (n : list (layer K)) : Prop :=
  match n with
  | [] => width = 1%nat
  | l :: n' =>
      units l <> [] /\
      (forall u c, In u (units l) -> In c u -> (fst c < width)%nat /\ (snd c < nparams l)%nat) /\
      fits (length (units l)) n'
  end.

Definition well_formed (P : problem R) : Prop :=
  net P <> [] /\ data P <> [] /\ fits (inputs P) (net P) /\ slope (last (net P) (Layer 0 0 [])) = 1 /\
  forall s, In s (data P) -> length (fst s) = inputs P.

(** ** Vectors of parameters *)

(** Entry [(k, i)] is parameter [i] of layer [k]. *)
Definition entry (theta : params R) (v : nat * nat) : R := nth (snd v) (nth (fst v) theta []) 0.

Definition same_shape (a b : params R) : Prop := map (@length R) a = map (@length R) b.

(** The inner product, the squared Euclidean norm, the difference and the distance. *)
Definition dot (a b : params R) : R :=
  Rsum (map (fun ww => Rsum (map (fun xy => fst xy * snd xy) (combine (fst ww) (snd ww)))) (combine a b)).

Definition norm2 (theta : params R) : R := Rsum (map (fun w => Rsum (map (fun a => a * a) w)) theta).

Definition minus (a b : params R) : params R :=
  map (fun ww => map (fun xy => fst xy - snd xy) (combine (fst ww) (snd ww))) (combine a b).

Definition dist (a b : params R) : R := sqrt (norm2 (minus a b)).

(** ** The problem: minimise [norm2 theta] subject to margins of at least 1 *)

Definition shaped {A K} (n : list (layer A)) (theta : params K) : Prop :=
  map (@length K) theta = map nparams n.

Definition satisfies (P : problem R) (theta : params R) : Prop :=
  shaped (net P) theta /\ forall s, In s (data P) -> 1 <= margin P theta s.

(** Which parameters are free: all ([None]), or those of one layer ([Some l]), the others being held at a point. *)
Definition layer_exists (P : problem R) (free : option nat) : Prop :=
  match free with None => True | Some l => (l < length (net P))%nat end.

Definition is_free (free : option nat) (k : nat) : bool :=
  match free with None => true | Some l => Nat.eqb k l end.

Definition same_but (free : option nat) (theta theta' : params R) : Prop :=
  forall k, is_free free k = false -> nth k theta' [] = nth k theta [].

(** [theta] with its free layers taken from [theta']. *)
Fixpoint held_from (k : nat) (free : option nat) (theta theta' : params R) : params R :=
  match theta, theta' with
  | w :: th, w' :: th' => (if is_free free k then w' else w) :: held_from (S k) free th th'
  | _, _ => []
  end.
Definition held := held_from 0.

Definition posed (P : problem R) (free : option nat) : Prop := well_formed P /\ layer_exists P free.

(** ** The claims *)

Definition feasible (P : problem R) (free : option nat) (theta : params R) : Prop :=
  posed P free /\ satisfies P theta.

Definition infeasible (P : problem R) (free : option nat) (theta : params R) : Prop :=
  posed P free /\ shaped (net P) theta /\ exists s, In s (data P) /\ margin P theta s < 1.

Definition local_optimum (P : problem R) (free : option nat) (theta : params R) : Prop :=
  feasible P free theta /\
  exists eps, 0 < eps /\ forall theta', satisfies P theta' -> same_but free theta theta' -> dist theta theta' < eps ->
    norm2 theta <= norm2 theta'.

Definition global_optimum (P : problem R) (free : option nat) (theta : params R) : Prop :=
  feasible P free theta /\
  forall theta', satisfies P theta' -> same_but free theta theta' -> norm2 theta <= norm2 theta'.

(** The point itself need not be feasible here. *)
Definition not_global_optimum (P : problem R) (free : option nat) (theta : params R) : Prop :=
  posed P free /\ shaped (net P) theta /\
  exists theta', satisfies P theta' /\ same_but free theta theta' /\ norm2 theta' < norm2 theta.

(** Every hidden unit has a non-zero incoming weight; a non-zero preactivation on every sample. *)
Definition nonzero_weights (P : problem R) (theta : params R) : Prop :=
  posed P None /\ shaped (net P) theta /\
  forall k l u, nth_error (net P) k = Some l -> (S k < length (net P))%nat -> In u (units l) ->
    exists c, In c u /\ entry theta (k, snd c) <> 0.

Definition nonzero_inputs (P : problem R) (theta : params R) : Prop :=
  posed P None /\ shaped (net P) theta /\
  forall k l u s, nth_error (net P) k = Some l -> (S k < length (net P))%nat -> In u (units l) -> In s (data P) ->
    preact (nth k theta []) (forward (firstn k (net P)) theta (fst s)) u <> 0.

(** ** Changes of an input *)

(** The input [x] plus [z]. *)
Definition changed (x z : list R) : list R := map (fun ab => fst ab + snd ab) (combine x z).

(** The output on sample [i] has the sign of its label, and on the sample plus [z] the other one. *)
Definition adversarial (P : problem R) (theta : params R) (i : nat) (z : list R) : Prop :=
  posed P None /\ shaped (net P) theta /\ length z = inputs P /\
  exists s, nth_error (data P) i = Some s /\ 0 < margin P theta s /\ margin P theta (changed (fst s) z, snd s) < 0.

(** On every sample plus any [z] that is not longer than the radius the output has the sign of the label. *)
Definition robust (P : problem R) (theta : params R) (radius2 : R) : Prop :=
  posed P None /\ shaped (net P) theta /\ 0 < radius2 /\
  forall s z, In s (data P) -> length z = inputs P -> Rsum (map (fun a => a * a) z) <= radius2 ->
    0 < margin P theta (changed (fst s) z, snd s).

(** ** Karush-Kuhn-Tucker points, with Clarke's subdifferential *)

(** The Frechet gradient. *)
Definition is_gradient (f : params R -> R) (theta g : params R) : Prop :=
  same_shape theta g /\
  forall eps, 0 < eps -> exists d, 0 < d /\ forall theta', same_shape theta theta' -> dist theta theta' < d ->
    Rabs (f theta' - f theta - dot g (minus theta' theta)) <= eps * dist theta theta'.

(** A limit of gradients at points of differentiability that tend to [theta]. All such points count. *)
Definition limiting_gradient (f : params R -> R) (theta g : params R) : Prop :=
  same_shape theta g /\
  forall eps, 0 < eps -> exists theta' g',
    same_shape theta theta' /\ dist theta theta' < eps /\ is_gradient f theta' g' /\ dist g g' < eps.

(** [v -> sum of c * entry g v] over a list of pairs [(c, g)]. *)
Definition combination (terms : list (R * params R)) (v : nat * nat) : R :=
  Rsum (map (fun t => fst t * entry (snd t) v) terms).

(** Clarke's subdifferential: the convex combinations of limiting gradients (Clarke 1983, Theorem 2.5.1). *)
Definition clarke (f : params R -> R) (theta g : params R) : Prop :=
  same_shape theta g /\
  exists terms : list (R * params R),
    (forall t, In t terms -> 0 <= fst t /\ limiting_gradient f theta (snd t)) /\
    Rsum (map fst terms) = 1 /\ forall v, entry g v = combination terms v.

(** There is one pair [(lambda_i, g_i)] a sample, in order: [lambda_i >= 0], and if it is not 0, the margin is 1 and
    [g_i] a subgradient of the margin as a function of the free layers; their combination is the point. *)
Definition kkt (P : problem R) (free : option nat) (theta : params R) : Prop :=
  feasible P free theta /\
  exists terms : list (R * params R),
    Forall2 (fun s t => 0 <= fst t /\ (fst t <> 0 ->
      margin P theta s = 1 /\ clarke (fun theta' => margin P (held free theta theta') s) theta (snd t)))
      (data P) terms /\
    forall v, is_free free (fst v) = true -> entry theta v = combination terms v.

(** Up to [epsilon] in the combination and [delta] in complementarity (Lyu and Li 2020, Definition C.4). *)
Definition approximate_kkt (P : problem R) (free : option nat) (theta : params R) (epsilon delta : R) : Prop :=
  feasible P free theta /\
  exists (terms : list (R * params R)) (rest : params R), same_shape theta rest /\ sqrt (norm2 rest) <= epsilon /\
    Forall2 (fun s t => 0 <= fst t /\ fst t * (margin P theta s - 1) <= delta /\ (fst t <> 0 ->
      clarke (fun theta' => margin P (held free theta theta') s) theta (snd t))) (data P) terms /\
    forall v, is_free free (fst v) = true -> entry theta v = combination terms v + entry rest v.

(** ** Gradient flow on the exponential and the logistic loss *)

Definition exponential (m : R) : R := exp (- m).
(** The logarithm of [1 + exp (- m)]. (The standard library's [ln] rests on one more axiom than its [exp].) *)
Definition logistic (m : R) : R := proj1_sig (Exponential.logistic_exists m : {l | exp l = 1 + exp (- m)}).
Definition loss (l : R -> R) (P : problem R) (theta : params R) : R :=
  Rsum (map (fun s => l (margin P theta s)) (data P)) / INR (length (data P)).

(** Gradient flow from [theta0] for all times, through points where the loss is differentiable. *)
Definition gradient_flow (f : params R -> R) (theta0 : params R) (theta : R -> params R) : Prop :=
  theta 0 = theta0 /\ (forall t, same_shape theta0 (theta t)) /\
  (forall v eps, 0 < eps ->
    exists d, 0 < d /\ forall t, 0 <= t < d -> Rabs (entry (theta t) v - entry theta0 v) < eps) /\
  forall t, 0 < t -> exists g, is_gradient f (theta t) g /\
    forall v, derivable_pt_lim (fun t => entry (theta t) v) t (- entry g v).

Definition tends_to (h : R -> R) (x : R) : Prop :=
  forall eps, 0 < eps -> exists T, forall t, T <= t -> Rabs (h t - x) < eps.

(** The flow drives the loss to 0 and converges in direction to the point. *)
Definition reaches (l : R -> R) (P : problem R) (theta : R -> params R) (limit : params R) : Prop :=
  tends_to (fun t => loss l P (theta t)) 0 /\
  forall v, tends_to (fun t => entry (theta t) v / sqrt (norm2 (theta t))) (entry limit v / sqrt (norm2 limit)).

(** The point [offset + a * ray]. *)
Definition along (offset ray : params R) (a : R) : params R :=
  map (fun ww => map (fun xy => fst xy + a * snd xy) (combine (fst ww) (snd ww))) (combine offset ray).

(** There is one gradient flow from [offset + start * ray], and no other. It stays on the ray and reaches the direction of
    the point. *)
Definition flow_converges (l : R -> R) (P : problem R) (offset ray : params R) (start : R) (point : params R) : Prop :=
  posed P None /\ shaped (net P) offset /\ shaped (net P) ray /\ shaped (net P) point /\ 0 < norm2 point /\
  exists theta, gradient_flow (loss l P) (along offset ray start) theta /\ reaches l P theta point /\
    (forall t, 0 <= t -> exists a, start <= a /\ theta t = along offset ray a) /\
    forall theta', gradient_flow (loss l P) (along offset ray start) theta' -> forall t, 0 <= t -> theta' t = theta t.

(** ** From the numbers of a file to the real numbers *)

Definition map_layer {K K'} (f : K -> K') (l : layer K) : layer K' := Layer (f (slope l)) (nparams l) (units l).
Definition map_problem {K K'} (f : K -> K') (P : problem K) : problem K' :=
  Problem (inputs P) (map (map_layer f) (net P)) (map (fun s => (map f (fst s), snd s)) (data P)).
Definition map_params {K K'} (f : K -> K') (theta : params K) : params K' := map (map f) theta.

(** A rational number; a number [a0 + a1 alpha + a2 alpha^2 + ...] of Q(alpha), where [alpha] is the root of a
    polynomial (lowest coefficient first) in an open interval. *)
Definition real : problem Q -> problem R := map_problem Q2R.
Definition real_point : params Q -> params R := map_params Q2R.
Definition value (alpha : R) (a : list Q) : R := fold_right (fun c r => Q2R c + alpha * r) 0 a.
Record field := Field { polynomial : list Q; root_above : Q; root_below : Q }.
Definition is_root (f : field) (alpha : R) : Prop :=
  Q2R (root_above f) < alpha < Q2R (root_below f) /\ value alpha (polynomial f) = 0.
Definition at_alpha (alpha : R) : problem (list Q) -> problem R := map_problem (value alpha).
Definition point_at (alpha : R) : params (list Q) -> params R := map_params (value alpha).

(** The connections of the file format's layers. *)
Definition dense (inputs outputs : nat) : list (list (nat * nat)) :=
  map (fun o => map (fun i => (i, o * inputs + i)%nat) (seq 0 inputs)) (seq 0 outputs).
Definition diagonal (n : nat) : list (list (nat * nat)) := map (fun i => [(i, i)]) (seq 0 n).
Definition convolution (k filters : nat) (patches : list (list nat)) : list (list (nat * nat)) :=
  flat_map (fun f => map (fun patch => combine patch (seq (f * k) k)) patches) (seq 0 filters).
Definition template (entries : list (list (option nat))) : list (list (nat * nat)) :=
  map (fun row => flat_map (fun ie => match snd ie with Some p => [(fst ie, p)] | None => [] end)
                           (combine (seq 0 (length row)) row)) entries.
