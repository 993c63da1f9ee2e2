(** * Fractions over one denominator, with decimal digits: exported files of many numbers are read faster so. *)

From Coq Require Import ZArith QArith.

Definition decimal_of (n : Number.int) : option Decimal.int :=
  match n with Number.IntDecimal d => Some d | Number.IntHexadecimal _ => None end.
Definition of_decimal (d : Decimal.int) : Number.int := Number.IntDecimal d.
Declare Scope decimal_scope.
Delimit Scope decimal_scope with decimal.
Number Notation Decimal.int decimal_of of_decimal : decimal_scope.

(** [n] over [d]. *)
Definition in_parts (d : positive) (n : Decimal.int) : Q := Z.of_int n # d.
