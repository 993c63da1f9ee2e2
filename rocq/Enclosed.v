(** * What is said of a KKT point that is enclosed, and never written down.

    The network is dense of depth 2. Its live hidden units are grouped into directions, those of one direction having
    parallel incoming weights and outgoing weights of one sign. The KKT point is made from the solution of some
    equations, of which it is shown that there is exactly one in a box. Like [Claims.v], this is to be believed;
    [enclosed/Excluded.v] shows that the odd cases are excluded. *)

From Coq Require Import Reals List QArith Qreals.
From Margincert Require Import Claims.
Import ListNotations.
Open Scope R_scope.

(** Where the preactivation of a direction lies on an active sample: below 0, above 0, or exactly at 0, a held kink.
    Then the slope there is the unknown with the number [n]. *)
Inductive side := Below | Above | Held (n : nat).

(** The active samples; for each direction the sign of the outgoing weights, and one side an active sample; for each
    hidden unit its direction and its share of it, or nothing if all its weights are 0; the middle and the radius of
    the box. *)
Record enclosure (K : Type) := Enclosure {
  active : list nat;
  directions : list (bool * list side);
  live : list (option (nat * K));
  centre : list K;
  radius : K }.
Arguments Enclosure {K}. Arguments active {K}. Arguments directions {K}. Arguments live {K}.
Arguments centre {K}. Arguments radius {K}.

Definition map_enclosure {K K'} (f : K -> K') (E : enclosure K) : enclosure K' :=
  Enclosure (active E) (directions E) (map (option_map (fun jr => (fst jr, f (snd jr)))) (live E))
    (map f (centre E)) (f (radius E)).
Definition real_enclosure : enclosure Q -> enclosure R := map_enclosure Q2R.

(** The lists of the length of [c] that are at most [r] away from it in each place. *)
Definition within (c : list R) (r : R) (x : list R) : Prop :=
  length x = length c /\ forall i, (i < length c)%nat -> Rabs (nth i x 0 - nth i c 0) <= r.

Section Enclosed.
Variables (P : problem R) (E : enclosure R).

(** The unknowns are, in this order, a multiplier for each active sample, an amount for each direction (the sum of the
    squares of its outgoing weights), and the slopes at held kinks. *)
Variable xi : list R.

Definition actives : nat := length (active E).
Definition active_sample (k : nat) : list R * bool := nth (nth k (active E) 0%nat) (data P) ([], true).
Definition multiplier (k : nat) : R := nth k xi 0.
Definition amount (j : nat) : R := nth (actives + j) xi 0.

(** The slope of the hidden layer for negative inputs, and the slope on a side. *)
Definition lower_slope : R := slope (hd (Layer 0 0 []) (net P)).
Definition slope_on (s : side) : R := match s with Below => lower_slope | Above => 1 | Held n => nth n xi 0 end.
Definition side_of (d : bool * list side) (k : nat) : side := nth k (snd d) Below.

(** The vector [z] of a direction, to which the incoming weights of its units are parallel: the sum of
    [e lambda_k y_k s_k x_k] over the active samples, [e] being the direction's sign and [s_k] the slope. Entry [p] of
    it, and its preactivation on a sample. *)
Definition vector (d : bool * list side) (p : nat) : R :=
  Rsum (map (fun k => sgn (fst d) * (multiplier k * (sgn (snd (active_sample k)) * slope_on (side_of d k))) *
                      nth p (fst (active_sample k)) 0) (seq 0 actives)).
Definition preactivation (d : bool * list side) (x : list R) : R :=
  Rsum (map (fun p => vector d p * nth p x 0) (seq 0 (inputs P))).

(** The equations: each vector has the length 1; each active sample has the margin 1; at held kinks the preactivation
    is 0. All left sides are to be 0. *)
Definition unit_length (d : bool * list side) : R :=
  Rsum (map (fun p => vector d p * vector d p) (seq 0 (inputs P))) - 1.
Definition contribution (k : nat) (jd : nat * (bool * list side)) : R :=
  match side_of (snd jd) k with
  | Held _ => 0
  | s => sgn (fst (snd jd)) * (amount (fst jd) * (slope_on s * preactivation (snd jd) (fst (active_sample k))))
  end.
Definition numbered : list (nat * (bool * list side)) := combine (seq 0 (length (directions E))) (directions E).
Definition tight (k : nat) : R := Rsum (map (contribution k) numbered) - sgn (snd (active_sample k)).
Definition held_kinks (d : bool * list side) : list R :=
  concat (map (fun k => match side_of d k with
                        | Held _ => [preactivation d (fst (active_sample k))]
                        | _ => []
                        end) (seq 0 actives)).
Definition equations : list R :=
  map unit_length (directions E) ++ map tight (seq 0 actives) ++ concat (map held_kinks (directions E)).
Definition solves : Prop := forall e, In e equations -> e = 0.

(** The point: a unit with the share [r] of a direction has [sqrt (amount r)] times the vector as incoming weights, and
    this number with the direction's sign as outgoing weight. *)
Definition direction_of (j : nat) : bool * list side := nth j (directions E) (true, []).
Definition incoming (unit : option (nat * R)) : list R :=
  map (fun p => match unit with
                | Some (j, r) => sqrt (amount j * r) * vector (direction_of j) p
                | None => 0
                end) (seq 0 (inputs P)).
Definition outgoing (unit : option (nat * R)) : R :=
  match unit with Some (j, r) => sgn (fst (direction_of j)) * sqrt (amount j * r) | None => 0 end.
Definition point_of : params R := [concat (map incoming (live E)); map outgoing (live E)].

(** Multipliers and amounts are positive. Unless the network is linear, preactivations lie on their sides, and the
    slopes at held kinks are strictly between the activation's two. *)
Definition signs : Prop :=
  (forall k, (k < actives)%nat -> 0 < multiplier k) /\
  (forall j, (j < length (directions E))%nat -> 0 < amount j) /\
  (lower_slope = 1 \/ forall d k, In d (directions E) -> (k < actives)%nat ->
    let z := preactivation d (fst (active_sample k)) in
    match side_of d k with
    | Below => z < 0
    | Above => 0 < z
    | Held n => z = 0 /\ (lower_slope < nth n xi 0 < 1 \/ 1 < nth n xi 0 < lower_slope)
    end).
End Enclosed.

(** The active samples are distinct, the box has an inside, and each live unit has a positive share of a direction that is
    there. *)
Definition proper_enclosure (E : enclosure R) : Prop :=
  NoDup (active E) /\ 0 < radius E /\ forall j r, In (Some (j, r)) (live E) -> (j < length (directions E))%nat /\ 0 < r.

(** There is exactly one solution in the box. The point made from it is a KKT point at most [distance] away from
    [theta]; its margins are 1 on the active samples, and above 1 on all others; the signs are as they should be; and
    the point [is] this or that. *)
Definition kkt_enclosed (P : problem R) (E : enclosure R) (theta : params R) (distance : R)
    (is : params R -> Prop) : Prop :=
  shaped (net P) theta /\ proper_enclosure E /\ exists xi, within (centre E) (radius E) xi /\ solves P E xi /\
    (forall xi', within (centre E) (radius E) xi' -> solves P E xi' -> xi' = xi) /\
    let point := point_of P E xi in
    kkt P None point /\ dist theta point <= distance /\ signs P E xi /\
    (forall i, (i < length (data P))%nat ->
      let m := margin P point (nth i (data P) ([], true)) in
      (In i (active E) -> m = 1) /\ (~ In i (active E) -> 1 < m)) /\
    is point.

(** The same network with another number of hidden units. *)
Definition of_width (P : problem R) (width : nat) : problem R :=
  Problem (inputs P)
    [Layer (lower_slope P) (width * inputs P) (dense (inputs P) width); Layer 1 width (dense width 1)] (data P).

(** No feasible point has a smaller norm, nor has one of a network of any other width. *)
Definition optimal_for_every_width (P : problem R) (theta : params R) : Prop :=
  global_optimum P None theta /\
  forall width theta', satisfies (of_width P width) theta' -> norm2 theta <= norm2 theta'.
