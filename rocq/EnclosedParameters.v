(** * What is said of an enclosed KKT point of a network of any depth and kind, in its parameters.

    The KKT point itself is never written down: some equations are, of which it is shown that they have exactly one
    solution in a box. Like [Claims.v] and [Enclosed.v], this is to be believed. *)

From Coq Require Import Reals List QArith Qreals.
From Margincert Require Import Claims Enclosed Lists.
Import ListNotations.
Open Scope R_scope.

(** What the preactivation of a unit is on an active sample: negative, positive, or 0 at a held kink, where the slope is
    the unknown [n]; or 0 because of weights that are 0. *)
Inductive kind := Negative | Positive | Bent (n : nat) | Silent.

(** The active samples; for each of them, by layer and unit, the kinds ([Positive] where nothing is listed); for each
    parameter the unknown that it is, or nothing if it is 0; the middle and the radius of the box. The unknowns are, in
    this order, parameters, a multiplier for each active sample, and slopes. *)
Record description (K : Type) := Description {
  samples : list nat;
  kinds : list (list (list kind));
  unknowns : list (list (option nat));
  centres : list K;
  reach : K }.
Arguments Description {K}. Arguments samples {K}. Arguments kinds {K}. Arguments unknowns {K}.
Arguments centres {K}. Arguments reach {K}.

Definition real_description (D : description Q) : description R :=
  Description (samples D) (kinds D) (unknowns D) (map Q2R (centres D)) (Q2R (reach D)).

(** What a network computes if the unit [u] of layer [k] multiplies its preactivation by [slopes k u]. *)
Fixpoint sloped (n : list (layer R)) (slopes : nat -> nat -> R) (theta : params R) (x : list R) : list R :=
  match n, theta with
  | l :: n', w :: theta' =>
      sloped n' (fun k => slopes (S k)) theta' (mapi (fun u c => slopes 0%nat u * preact w x c) 0 (units l))
  | _, _ => x
  end.

(** The derivative of its output by parameter [(k, i)]: the output with the [i]-th unit vector in place of layer [k]. *)
Definition derivative (n : list (layer R)) (slopes : nat -> nat -> R) (theta : params R) (x : list R) (v : nat * nat) : R :=
  nth 0 (sloped n slopes (upd (fst v) (repeat 0 (snd v) ++ [1]) theta) x) 0.

Section Described.
Variables (P : problem R) (D : description R) (xi : list R).

Definition count : nat := length (samples D).
Definition sample (k : nat) : list R * bool := nth (nth k (samples D) 0%nat) (data P) ([], true).
Definition layer_at (j : nat) : layer R := nth j (net P) (Layer 0 0 []).

Definition is_unknown (o : option nat) : bool := match o with Some _ => true | None => false end.
Definition weight_at (k : nat) : R := nth (length (filter is_unknown (concat (unknowns D))) + k) xi 0.
Definition parameters : params R :=
  map (map (fun o => match o with Some n => nth n xi 0 | None => 0 end)) (unknowns D).

Definition kind_at (k j u : nat) : kind := nth u (nth j (nth k (kinds D) []) []) Positive.
Definition slope_of (k j u : nat) : R :=
  match kind_at k j u with Negative | Silent => slope (layer_at j) | Positive => 1 | Bent n => nth n xi 0 end.
(** Forwards a held kink passes 0 on. *)
Definition passed (k j u : nat) : R := match kind_at k j u with Bent _ => 0 | _ => slope_of k j u end.

(** How the margin of an active sample changes with a parameter, up to the label's sign. *)
Definition effect (k : nat) (v : nat * nat) : R :=
  derivative (net P) (fun j u => if Nat.ltb j (fst v) then passed k j u else slope_of k j u) parameters (fst (sample k)) v.
Definition output (k : nat) : R := nth 0 (sloped (net P) (passed k) parameters (fst (sample k))) 0.
Definition reaches_unit (k j u : nat) : R :=
  preact (nth j parameters []) (sloped (firstn j (net P)) (passed k) parameters (fst (sample k))) (nth u (units (layer_at j)) []).

(** The equations: the point is stationary in each parameter that is an unknown; the margins are 1; the preactivations at
    held kinks are 0. *)
Definition stationary (v : nat * nat) : R :=
  entry parameters v - Rsum (map (fun k => weight_at k * (sgn (snd (sample k)) * effect k v)) (seq 0 count)).
Definition solved : Prop :=
  (forall j p n, nth p (nth j (unknowns D) []) None = Some n -> stationary (j, p) = 0) /\
  (forall k, (k < count)%nat -> sgn (snd (sample k)) * output k - 1 = 0) /\
  (forall k j u n, (k < count)%nat -> kind_at k j u = Bent n -> reaches_unit k j u = 0).

(** Multipliers are positive. In layers that are not linear the preactivations are of their kinds, and slopes at held kinks
    strictly between the activation's two. *)
Definition as_described : Prop :=
  (forall k, (k < count)%nat -> 0 < weight_at k) /\
  forall k j l u c, (k < count)%nat -> nth_error (net P) j = Some l -> nth_error (units l) u = Some c -> slope l <> 1 ->
    let z := preact (nth j parameters []) (forward (firstn j (net P)) parameters (fst (sample k))) c in
    match kind_at k j u with
    | Negative => z < 0
    | Positive => 0 < z
    | Bent n => z = 0 /\ (slope l < nth n xi 0 < 1 \/ 1 < nth n xi 0 < slope l)
    | Silent => z = 0
    end.
End Described.

(** The active samples are distinct, the box has an inside, and there is no unknown that is not there. *)
Definition proper_description (D : description R) : Prop :=
  NoDup (samples D) /\ 0 < reach D /\
  forall n, In (Some n) (concat (unknowns D)) -> (n < length (centres D))%nat.

(** There is exactly one solution in the box. Its parameters are a KKT point that is 0 where [theta] is, and elsewhere at
    most the radius away from it; its margins are 1 on the active samples, and above 1 on all others; it is as
    described; and the point [is] this or that. *)
Definition kkt_enclosed_by_parameters (P : problem R) (D : description R) (theta : params R) (is : params R -> Prop) : Prop :=
  shaped (net P) theta /\ proper_description D /\ exists xi, within (centres D) (reach D) xi /\ solved P D xi /\
    (forall xi', within (centres D) (reach D) xi' -> solved P D xi' -> xi' = xi) /\
    let point := parameters D xi in
    kkt P None point /\
    (forall v, Rabs (entry point v - entry theta v) <= reach D /\ (entry theta v = 0 -> entry point v = 0)) /\
    as_described P D xi /\
    (forall i, (i < length (data P))%nat ->
      let m := margin P point (nth i (data P) ([], true)) in
      (In i (samples D) -> m = 1) /\ (~ In i (samples D) -> 1 < m)) /\
    is point.

(** Hidden unit [u] of layer [j] has no weight but 0. *)
Definition zero_unit (P : problem R) (theta : params R) (j u : nat) : Prop :=
  (S j < length (net P))%nat /\ (u < length (units (layer_at P j)))%nat /\
  (forall c, In c (nth u (units (layer_at P j)) []) -> entry theta (j, snd c) = 0) /\
  forall v c, In v (units (layer_at P (S j))) -> In c v -> fst c = u -> entry theta (S j, snd c) = 0.
Definition zero_units_stay (P : problem R) (theta theta' : params R) : Prop :=
  forall j u, zero_unit P theta j u -> zero_unit P theta' j u.

(** No other feasible point nearby has as small a norm, among those that [count]. *)
Definition strict_local_optimum (P : problem R) (count : params R -> Prop) (theta : params R) : Prop :=
  feasible P None theta /\ exists eps, 0 < eps /\ forall theta', satisfies P theta' -> count theta' -> dist theta theta' < eps ->
    theta' <> theta -> norm2 theta < norm2 theta'.
