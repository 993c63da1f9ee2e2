(** * Networks in which every unit on a way to the output reads one input: sums of paths. *)

From Coq Require Import Reals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Numbers Lists Sums Forward Vectors Feasible Margin CaseTree PathSizes.
Import ListNotations.
Open Scope R_scope.

(** The input that a path reads, and its weights from the last to the first: the slope of the unit, and the place of the
    parameter. *)
Definition path (K : Type) := (nat * list (K * (nat * nat)))%type.

(** ** What a path makes of its input *)

Section Made.
Variable e : nat * nat -> R.

Definition carried (ws : list (R * (nat * nat))) (x : R) : R := fold_right (fun w y => act (fst w) (e (snd w) * y)) x ws.

(** The same if each weight is replaced by its sign. *)
Definition sign_of (a : R) : R := if Rlt_dec a 0 then -1 else 1.
Definition signed (ws : list (R * (nat * nat))) (x : R) : R :=
  fold_right (fun w y => act (fst w) (sign_of (e (snd w)) * y)) x ws.

(** The product of the weights' absolute values; what the signs make of 1 and of -1. *)
Definition size (ws : list (R * (nat * nat))) : R := sizes (map (fun w => e (snd w)) ws).
Definition kind (ws : list (R * (nat * nat))) : R * R := (signed ws 1, signed ws (-1)).
(** What is made of a number by a path of this kind and of size 1. *)
Definition made (k : R * R) (x : R) : R := if Rlt_dec x 0 then - x * snd k else x * fst k.

Lemma signed_times c ws x : 0 <= c -> signed ws (c * x) = c * signed ws x.
Proof.
  intro H. induction ws as [|w ws IH]; cbn [signed fold_right]. reflexivity.
  unfold signed in *. rewrite IH, <- act_times by auto. f_equal. ring.
Qed.
Lemma carried_signed ws x : carried ws x = size ws * signed ws x.
Proof.
  unfold size, sizes, product. induction ws as [|w ws IH]; cbn [carried signed fold_right map]. ring.
  unfold carried, signed in *. rewrite IH. fold (signed ws x). set (S := fold_right Rmult 1 _).
  assert (HS : 0 <= S) by apply sizes_nonneg.
  rewrite <- act_times by (apply Rmult_le_pos; auto; apply Rabs_pos). f_equal.
  unfold sign_of. destruct Rlt_dec; [rewrite Rabs_left by auto | rewrite Rabs_right by lra]; ring.
Qed.
Lemma carried_ok ws x : carried ws x = size ws * made (kind ws) x.
Proof.
  rewrite carried_signed. f_equal. unfold made, kind. cbn [fst snd]. destruct Rlt_dec.
  - rewrite <- signed_times by lra. f_equal. ring.
  - rewrite <- signed_times by lra. f_equal. ring.
Qed.
Lemma carried_0 ws : carried ws 0 = 0.
Proof. rewrite carried_ok. unfold made. destruct Rlt_dec; ring. Qed.
End Made.

(** ** The paths of a network *)

Lemma forward_next n l k theta x : nth_error n k = Some l -> length theta = length n ->
  forward (firstn (S k) n) theta x = apply_layer l (nth k theta []) (forward (firstn k n) theta x).
Proof.
  revert k theta x. induction n as [|l' n IH]; intros [|k] [|w theta] x H L; try discriminate.
  - injection H as ->. cbn [firstn forward nth]. now destruct n, theta.
  - cbn [nth_error] in H. injection L as L. exact (IH k theta _ H L).
Qed.

Section Network.
Context {F : ops} {M : model F}.
Variable P : problem F.

(** The path that ends in unit [u] after [k] layers: [None] if a unit on it reads several, and [Some None] if one
    reads nothing. *)
Fixpoint path_to (k u : nat) : option (option (path F)) :=
  match k with
  | O => Some (Some (u, []))
  | S k' =>
      match nth_error (net P) k' with
      | None => None
      | Some l =>
          match nth u (units l) [] with
          | [] => Some None
          | [c] => match path_to k' (fst c) with
                   | Some (Some p) => Some (Some (fst p, (slope l, (k', snd c)) :: snd p))
                   | r => r
                   end
          | _ => None
          end
      end
  end.
(** The paths to the last unit, in the order in which it reads them. *)
Definition paths : option (list (path F)) :=
  match length (net P) with
  | O => None
  | S k =>
      match nth_error (net P) k with
      | None => None
      | Some l =>
          match mapM (fun c => match path_to k (fst c) with
                               | Some (Some p) => Some (Some (fst p, (slope l, (k, snd c)) :: snd p))
                               | r => r
                               end) (nth 0 (units l) []) with
          | Some found => Some (somes found)
          | None => None
          end
      end
  end.

Definition realw (ws : list (F * (nat * nat))) : list (R * (nat * nat)) := map (fun w => (toR (fst w), snd w)) ws.

Section At.
Variables (theta : params R) (x : list R).
Hypothesis Hlen : length theta = length (net P).
Let N := map (map_layer toR) (net P).
Let output (p : path F) : R := carried (entry theta) (realw (snd p)) (nth (fst p) x 0).
Let output_of (o : option (path F)) : R := match o with Some p => output p | None => 0 end.

Lemma nth_apply_layer l w y u : nth u (apply_layer l w y) 0 = act (slope l) (preact w y (nth u (units l) [])).
Proof.
  unfold apply_layer. rewrite <- (act_0 (slope l)) at 1.
  change 0 with (preact w y []) at 1. apply (map_nth (fun c => act (slope l) (preact w y c))).
Qed.

Lemma path_to_ok k u o : path_to k u = Some o -> nth u (forward (firstn k N) theta x) 0 = output_of o.
Proof.
  revert u o. induction k as [|k IH]; intros u o H; cbn [path_to] in H.
  - injection H as <-. reflexivity.
  - destruct (nth_error (net P) k) as [l|] eqn:El; try discriminate.
    assert (EN : nth_error N k = Some (map_layer toR l)) by (unfold N; now rewrite nth_error_map, El).
    rewrite (forward_next N _ k theta x EN) by (unfold N; now rewrite map_length). rewrite nth_apply_layer.
    cbn [map_layer units slope]. destruct (nth u (units l) []) as [|c [|c' r]]; try discriminate.
    + injection H as <-. apply act_0.
    + destruct (path_to k (fst c)) as [[p|]|] eqn:E; try discriminate; specialize (IH _ _ E); injection H as <-;
        unfold preact; cbn [map]; unfold Rsum; cbn [fold_right]; rewrite IH, Rplus_0_r; unfold output_of, output.
      * reflexivity.
      * now rewrite Rmult_0_r, act_0.
Qed.

(** The network is the sum of its paths. *)
Lemma paths_ok ps : paths = Some ps -> slope (last N (Layer 0 0 [])) = 1 -> Phi N theta x = Rsum (map output ps).
Proof.
  unfold paths, Phi. case_eq (length (net P)); [discriminate|]. intros k Ek H Hs.
  destruct (nth_error (net P) k) as [l|] eqn:El; try discriminate.
  destruct (mapM _ _) as [found|] eqn:Ef; try discriminate. injection H as <-.
  assert (EN : nth_error N k = Some (map_layer toR l)) by (unfold N; now rewrite nth_error_map, El).
  assert (LN : length N = S k) by (unfold N; now rewrite map_length).
  rewrite <- (firstn_all N) at 1. rewrite LN, (forward_next N _ k theta x EN) by congruence. rewrite nth_apply_layer.
  assert (Es : toR (slope l) = 1).
  { rewrite <- Hs. apply nth_error_split in EN. destruct EN as (a & b & E & La). rewrite E in LN |- *.
    destruct b as [|b0 b]; [|rewrite app_length in LN; simpl in LN; lia]. now rewrite last_last. }
  cbn [map_layer units slope]. rewrite Es.
  replace (act 1 _) with (preact (nth k theta []) (forward (firstn k N) theta x) (nth 0 (units l) [])).
  2:{ unfold act. destruct Rlt_dec; ring. }
  unfold preact. apply mapM_Forall2 in Ef. induction Ef as [|c o cs os E Ef IH]. reflexivity.
  cbn [map somes]. rewrite Rsum_cons, IH.
  destruct (path_to k (fst c)) as [[p|]|] eqn:Ep; try discriminate; injection E as <-; rewrite (path_to_ok _ _ _ Ep);
    unfold output_of; cbn [somes map].
  - rewrite Rsum_cons. f_equal. unfold output, realw. cbn [map fst snd]. fold (realw (snd p)).
    change (carried (entry theta) ((toR (slope l), (k, snd c)) :: realw (snd p)) (nth (fst p) x 0)) with
      (act (toR (slope l)) (nth (snd c) (nth k theta []) 0 * carried (entry theta) (realw (snd p)) (nth (fst p) x 0))).
    rewrite Es. unfold act. destruct Rlt_dec; ring.
  - ring.
Qed.
End At.
End Network.
