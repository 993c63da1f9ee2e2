(** * Quadratic functions over choices, in integers: a bound by a tree.

    Such a function has a variable for each place: 0 or 1 at an open place, between -1 and 0 at a slack one.
    A tree tells the choices at open places apart one by one. A leaf has a value for each slack place, and bounds what
    is left open all at once, as docs/mathematics.md says under "Global optimum, every width". *)

From Coq Require Import ZArith Hexadecimal List.
From Margincert Require Import Lists Decimals Gram.
Import ListNotations.

(** ** Evidence *)

(** Hexadecimal digits, which Rocq reads fast. *)
Inductive digits := Digits (u : Hexadecimal.uint).
Definition digits_of (n : Number.uint) : option digits :=
  match n with Number.UIntHexadecimal u => Some (Digits u) | Number.UIntDecimal _ => None end.
Definition of_digits (d : digits) : Number.uint := let (u) := d in Number.UIntHexadecimal u.
Declare Scope digits_scope.
Delimit Scope digits_scope with digits.
Bind Scope digits_scope with digits.
Number Notation digits digits_of of_digits : digits_scope.

Fixpoint numerals (u : Hexadecimal.uint) : list Z :=
  match u with
  | Nil => []
  | D0 u => 0 :: numerals u | D1 u => 1 :: numerals u | D2 u => 2 :: numerals u | D3 u => 3 :: numerals u
  | D4 u => 4 :: numerals u | D5 u => 5 :: numerals u | D6 u => 6 :: numerals u | D7 u => 7 :: numerals u
  | D8 u => 8 :: numerals u | D9 u => 9 :: numerals u | Da u => 10 :: numerals u | Db u => 11 :: numerals u
  | Dc u => 12 :: numerals u | Dd u => 13 :: numerals u | De u => 14 :: numerals u | Df u => 15 :: numerals u
  end%Z.
(** Numbers of [size + 1] digits each. *)
Definition numbers (size : nat) (d : digits) : list Z := let (u) := d in grouped 16 size size 0 (numerals u).

(** How far the slack places are from 0, in [16 ^ (size + 1) - 1]ths. *)
Inductive slack_values := Values (size : nat) (deficits : digits).
(** A leaf names values by their place in a list: many leaves share them. *)
Inductive choice_tree := Split (k : nat) (above below : choice_tree) | Bound (values : N) | Live (j : nat).
Inductive bounded_tree := Tree (values : list slack_values) (nodes : choice_tree).

(** ** The check *)

(** What a place adds: its linear coefficient; and where it is open, the greatest sum of the coefficients of its
    products with itself and with open places. *)
Inductive place := Closed | Slack (b : Z) | Open (b own : Z).

Definition away (above : bool) (r : Z) (p : place) : place :=
  match p with
  | Closed => Closed
  | Slack b => if above then Slack (b + Z.double r) else p
  | Open b own =>
      Open (if above then b + Z.double r else b)%Z (match r with Zpos _ => own - r | _ => own end)%Z
  end.
Fixpoint all_away (above : bool) (row : list Z) (ps : list place) : list place :=
  match row, ps with r :: row', p :: ps' => away above r p :: all_away above row' ps' | _, _ => [] end.
Fixpoint close (k : nat) (above : bool) (row : list Z) (ps : list place) : list place :=
  match row, ps with
  | r :: row', p :: ps' =>
      match k with O => Closed :: all_away above row' ps' | S k' => away above r p :: close k' above row' ps' end
  | _, _ => []
  end.

(** The numbers of the slack places at their places, and 0 elsewhere. *)
Fixpoint at_slack (gs : list Z) (ps : list place) : list Z :=
  match ps with
  | [] => []
  | Slack _ :: ps' => match gs with [] => 0%Z :: at_slack [] ps' | g :: gs' => g :: at_slack gs' ps' end
  | _ :: ps' => 0%Z :: at_slack gs ps'
  end.
(** The sum of the rows times these numbers. Multiples by one digit are looked up. *)
Definition multiples (row : list Z) : list (list Z) :=
  map (fun g => map (Z.mul g) row) [0; 1; 2; 3; 4; 5; 6; 7; 8; 9; 10; 11; 12; 13; 14; 15]%Z.
Definition multiple (g : Z) (row : list Z) (table : list (list Z)) : list Z :=
  match g with Zpos p => if (g <? 16)%Z then nth (Pos.to_nat p) table [] else map (Z.mul g) row | _ => map (Z.mul g)
    row end.
Fixpoint add_row (row acc : list Z) : list Z :=
  match row, acc with r :: row', a :: acc' => (r + a)%Z :: add_row row' acc' | _, _ => [] end.
Fixpoint combined (gs : list Z) (rows : list (list Z)) (tables : list (list (list Z))) (acc : list Z) : list Z :=
  match gs, rows, tables with
  | g :: gs', row :: rows', table :: tables' =>
      combined gs' rows' tables' (match g with Z0 => acc | _ => add_row (multiple g row table) acc end)
  | _, _, _ => acc
  end.

(** What leaves with the same values share: these in parts of a unit, the rows' sums, and the product of both. *)
Record prepared := Prepared { leaf_unit : Z; leaf_values : list Z; leaf_sums : list Z; leaf_square : Z }.
Definition fits (l : prepared) : bool :=
  forallb (fun g => if (0 <=? g)%Z then (g <=? leaf_unit l)%Z else false) (leaf_values l).

(** What the places contribute, over [unit]. *)
Fixpoint excess (unit : Z) (gs ts : list Z) (ps : list place) : Z :=
  match gs, ts, ps with
  | g :: gs', t :: ts', p :: ps' =>
      match p with
      | Closed => excess unit gs' ts' ps'
      | Slack b => match g with Z0 => excess unit gs' ts' ps' | _ => excess unit gs' ts' ps' - g * b end
      | Open b own =>
          match unit * (b + own) - Z.double t with Zpos x => Zpos x + excess unit gs' ts' ps' | _ => excess unit
            gs' ts' ps' end
      end%Z
  | _, _, _ => 0%Z
  end.

Section Tree.
(** The coefficients of products, row by row, with their multiples; the bound; and what is asked of live leaves, given
    the choices so far. *)
Variables (rows : list (list Z)) (tables : list (list (list Z))) (limit : Z) (live : list (nat * bool) -> nat -> bool).

Definition prepare (start : list place) (values : slack_values) : prepared :=
  let (size, deficits) := values in
  let gs := at_slack (numbers size deficits) start in
  let ts := combined gs rows tables (map (fun _ => 0%Z) rows) in
  Prepared (16 ^ Z.of_nat (S size) - 1) gs ts (zdot gs ts).
Definition check_leaf (s : Z) (ps : list place) (l : prepared) : bool :=
  let unit := leaf_unit l in
  (unit * (unit * s + excess unit (leaf_values l) (leaf_sums l) ps) + leaf_square l <=? unit * unit * limit)%Z.

Section Nodes.
Variable ready : list prepared.
Fixpoint check_choices (s : Z) (ps : list place) (case : list (nat * bool)) (t : choice_tree) : bool :=
  match t with
  | Split k a b =>
      match nth k ps Closed with
      | Open x _ =>
          let row := nth k rows [] in
          if check_choices (s + x + nth k row 0)%Z (close k true row ps) ((k, true) :: case) a
          then check_choices s (close k false row ps) ((k, false) :: case) b else false
      | _ => false
      end
  | Bound values => match nth_error ready (N.to_nat values) with Some l => check_leaf s ps l | None => false end
  | Live j => live case j
  end.
End Nodes.
Definition check_tree (s : Z) (start : list place) (t : bounded_tree) : bool :=
  let (values, nodes) := t in
  let ready := map (prepare start) values in
  if forallb fits ready then check_choices ready s start [] nodes else false.
End Tree.
