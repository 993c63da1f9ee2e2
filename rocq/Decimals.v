(** * Fractions over one denominator, with decimal digits: exported files of many numbers are read faster so. *)

From Coq Require Import ZArith QArith List.
Import ListNotations.

Definition decimal_of (n : Number.int) : option Decimal.int :=
  match n with Number.IntDecimal d => Some d | Number.IntHexadecimal _ => None end.
Definition of_decimal (d : Decimal.int) : Number.int := Number.IntDecimal d.
Declare Scope decimal_scope.
Delimit Scope decimal_scope with decimal.
Number Notation Decimal.int decimal_of of_decimal : decimal_scope.

(** [n] over [d]. *)
Definition in_parts (d : positive) (n : Decimal.int) : Q := Z.of_int n # d.

(** ** Many short numbers *)

(** A row of digits, as in [07_12_00]. *)
Inductive figures := Figures (u : Decimal.uint).
Definition figures_of (n : Number.uint) : option figures :=
  match n with Number.UIntDecimal u => Some (Figures u) | Number.UIntHexadecimal _ => None end.
Definition of_figures (f : figures) : Number.uint := let (u) := f in Number.UIntDecimal u.
Declare Scope figures_scope.
Delimit Scope figures_scope with figures.
Bind Scope figures_scope with figures.
Number Notation figures figures_of of_figures : figures_scope.

Fixpoint each_figure (u : Decimal.uint) : list Z :=
  match u with
  | Decimal.Nil => []
  | Decimal.D0 u => 0 :: each_figure u | Decimal.D1 u => 1 :: each_figure u | Decimal.D2 u => 2 :: each_figure u
  | Decimal.D3 u => 3 :: each_figure u | Decimal.D4 u => 4 :: each_figure u | Decimal.D5 u => 5 :: each_figure u
  | Decimal.D6 u => 6 :: each_figure u | Decimal.D7 u => 7 :: each_figure u | Decimal.D8 u => 8 :: each_figure u
  | Decimal.D9 u => 9 :: each_figure u
  end%Z.
(** Numbers of [size + 1] digits each in a base; [left] digits are missing from the one begun. *)
Fixpoint grouped (base : Z) (size left : nat) (begun : Z) (l : list Z) : list Z :=
  match l with
  | [] => []
  | d :: l' =>
      let begun := (base * begun + d)%Z in
      match left with
      | O => begun :: grouped base size size 0 l'
      | S left' => grouped base size left' begun l'
      end
  end.
(** Numbers of so many digits each, over [d]. *)
Definition all_in_parts (d : positive) (length : nat) (f : figures) : list Q :=
  let (u) := f in let size := pred length in map (fun n => n # d) (grouped 10 size size 0 (each_figure u)).
