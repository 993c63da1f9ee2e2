(** * Dense networks of depth 2, given by their sizes: that they are well formed needs no computation.

    The checks of enclosed points read only the inputs, the samples and the lower slope. So they are run with a network
    without units, which Rocq need not write out. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Numbers Feasible Intervals System Solution OnBox Shapes Checked Optimum.
Import ListNotations.

Section Dense.
Variables (d h : nat) (low : Q) (samples : list (list Q * bool)).
Definition dense_problem : problem Q :=
  Problem d [Layer low (h * d) (dense d h); Layer 1%Q h (dense h 1)] samples.
Definition outline : problem Q := Problem d [Layer low 0 []] samples.

Lemma in_dense n k u c : In u (dense n k) -> In c u -> (fst c < n)%nat /\ (snd c < k * n)%nat.
Proof.
  intros Hu Hc. unfold dense in Hu. apply in_map_iff in Hu. destruct Hu as (o & <- & Ho). apply in_seq in Ho.
  apply in_map_iff in Hc. destruct Hc as (i & <- & Hi). apply in_seq in Hi. cbn [fst snd]. nia.
Qed.
Lemma length_dense n k : length (dense n k) = k.
Proof. unfold dense. now rewrite map_length, seq_length. Qed.
Lemma dense_fits n k : forallb (forallb (fun c => if Nat.ltb (fst c) n then Nat.ltb (snd c) (k * n) else false))
  (dense n k) = true.
Proof.
  apply forallb_forall. intros u Hu. apply forallb_forall. intros c Hc. destruct (in_dense n k u c Hu Hc) as [L1 L2].
  destruct (Nat.ltb_spec (fst c) n); [|lia]. now apply Nat.ltb_lt.
Qed.
Definition check_samples : bool :=
  if Nat.ltb 0 d then if Nat.ltb 0 h then if nonempty samples then
    forallb (fun s => Nat.eqb (length (fst s)) d) samples else false else false else false.
Lemma posed_dense : check_samples = true -> check_posed (F := Qops) dense_problem None = true.
Proof.
  unfold check_samples. destruct (Nat.ltb_spec 0 d); try discriminate. destruct (Nat.ltb_spec 0 h); try discriminate.
  destruct (nonempty samples) eqn:E1; try discriminate. intro E2.
  assert (Fits : check_fits d (net dense_problem) = true).
  { unfold dense_problem. cbn [net check_fits units nparams]. rewrite !length_dense, dense_fits.
    pose proof (dense_fits h 1) as D1. rewrite Nat.mul_1_l in D1. rewrite D1.
    destruct (dense d h) eqn:Dn; [|reflexivity]. pose proof (length_dense d h) as L. rewrite Dn in L. simpl in L. lia. }
  assert (If : forall b c : bool, b = true -> c = true -> (if b then c else false) = true) by (intros b c -> ->;
    reflexivity).
  unfold check_posed. apply If; [reflexivity|]. apply If; [exact E1|]. apply If; [exact Fits|]. apply If;
    [reflexivity|].
  apply If; [exact E2|]. reflexivity.
Qed.
Lemma same_units_refl l : same_units l l = true.
Proof.
  assert (G : forall (A : Type) (e : A * A -> bool) (m : list A), (forall a, e (a, a) = true) -> forallb e (combine m
    m) = true).
  { intros A e m He. induction m as [|a m IH]; cbn; auto. now rewrite He, IH. }
  unfold same_units. rewrite Nat.eqb_refl. apply G. intro u. cbn [fst snd]. unfold same_unit. rewrite Nat.eqb_refl.
    apply G.
  intro c. cbn [fst snd]. now rewrite !Nat.eqb_refl.
Qed.
Lemma dense_is_dense : check_samples = true -> check_dense dense_problem h = true.
Proof.
  unfold check_samples. destruct (Nat.ltb 0 d) eqn:E0; try discriminate. intros _. unfold check_dense, dense_problem.
  cbn [net nparams inputs slope units]. now rewrite !Nat.eqb_refl, !same_units_refl, E0.
Qed.
End Dense.

(** ** The check *)
Definition check_dense_enclosed (fine coarse : Z) (d h : nat) (low : Q) (samples : list (list Q * bool)) (E :
  enclosure Q)
    (Y : matrix) (theta : params Q) (distance : Q) (optima : list optimum) : bool :=
  let P := outline d low samples in
  if Nat.eqb (length (live E)) h then if check_samples d h samples then
  if check_but_network fine coarse P E Y theta distance then
    forallb (fun o => match o with
      | IsNotGlobal _ => check_optimum_of fine coarse (dense_problem d h low samples) E o
      | _ => check_optimum_of fine coarse P E o
      end) optima
  else false else false else false.

Theorem dense_enclosed_sound fine coarse d h low samples E Y theta distance optima :
  check_dense_enclosed fine coarse d h low samples E Y theta distance optima = true ->
  let P := dense_problem d h low samples in
  kkt_enclosed (real P) (real_enclosure E) (real_point theta) (Q2R distance) (fun p => meanings (real P) optima p).
Proof.
  unfold check_dense_enclosed. cbv zeta. destruct (Nat.eqb_spec (length (live E)) h) as [L|]; try discriminate.
  destruct (check_samples d h samples) eqn:E1; try discriminate.
  destruct (check_but_network fine coarse (outline d low samples) E Y theta distance) eqn:E2; try discriminate.
  intro E3. apply (kkt_enclosed_sound fine coarse _ E Y).
  assert (E4 : check_enclosed fine coarse (dense_problem d h low samples) E Y theta distance = true).
  { unfold check_enclosed. rewrite (posed_dense d h low samples E1), L, (dense_is_dense d h low samples E1). exact E2. }
  rewrite E4. unfold check_optima. rewrite forallb_forall in *. intros o Ho. specialize (E3 o Ho). destruct o; exact E3.
Qed.
