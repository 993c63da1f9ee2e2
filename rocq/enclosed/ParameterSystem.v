(** * The equations in the parameters over any kind of numbers, and what they enclose. *)

From Coq Require Import Reals QArith Qreals List Lra Lia Bool PeanoNat.
From Margincert Require Import Claims Enclosed Lists Sums Intervals System EnclosedParameters Sloped.
Import ListNotations.
Open Scope R_scope.

(** ** Places in lists of lists *)
Definition places_where {A} (is : A -> bool) (l : list (list A)) : list (nat * nat) :=
  concat (mapi (fun j row => concat (mapi (fun p a => if is a then [(j, p)] else []) 0 row)) 0 l).
Lemma in_places_where {A} (is : A -> bool) d l j p : is d = false ->
  (In (j, p) (places_where is l) <-> is (nth p (nth j l []) d) = true).
Proof.
  intro Hd. unfold places_where.
  assert (Row : forall (row : list A) (i j0 j p : nat), In (j, p) (concat (mapi (fun p a => if is a then [(j0, p)] else []) i row)) <->
    j = j0 /\ exists q, p = (i + q)%nat /\ is (nth q row d) = true).
  { clear - Hd. induction row as [|a row IH]; intros i j0 j p; cbn [mapi concat].
    - split. intros []. intros (_ & q & _ & E). destruct q; simpl in E; congruence.
    - rewrite in_app_iff, IH. split.
      + intros [I|(-> & q & -> & E)]; [|split; auto; exists (S q); split; auto; lia].
        destruct (is a) eqn:Ea; [|destruct I]. destruct I as [[= <- <-]|[]]. split; auto. exists 0%nat. split. lia. exact Ea.
      + intros (-> & [|q] & -> & E); cbn [nth] in E.
        * left. rewrite E. left. f_equal. lia.
        * right. split; auto. exists q. split; auto. lia. }
  assert (All : forall (l : list (list A)) (i : nat), In (j, p) (concat (mapi (fun j row => concat (mapi (fun p a => if is a then [(j, p)] else []) 0 row)) i l)) <->
    exists q, j = (i + q)%nat /\ is (nth p (nth q l []) d) = true).
  { clear l. induction l as [|row l IH]; intro i; cbn [mapi concat].
    - split. intros []. intros (q & _ & E). destruct q, p; simpl in E; congruence.
    - rewrite in_app_iff, IH, Row. split.
      + intros [(-> & q & -> & E)|(q & -> & E)]; [exists 0%nat | exists (S q)]; (split; [lia|exact E]).
      + intros ([|q] & -> & E); [left|right].
        * split. lia. exists p. auto.
        * exists q. split; auto. lia. }
  rewrite All. split. intros (q & -> & E). exact E. intro E. exists j. auto.
Qed.

Lemma nth_map_map {A B} (g : A -> B) d l k i : nth i (nth k (map (map g) l) []) (g d) = g (nth i (nth k l []) d).
Proof. change (@nil B) with (map g []). rewrite (map_nth (map g)). apply map_nth. Qed.

Section Generic.
Context {F : ring}.
Variables (P : problem Q) (D : description Q).
(** The unknowns. *)
Variable X : list F.
Let PR := real P.
Let DR := real_description D.

(** ** Networks with given slopes *)
Definition gpreact (w x : list F) (u : list (nat * nat)) : F :=
  gsum (map (fun c => rmul (nth (snd c) w g0) (nth (fst c) x g0)) u).
Definition gsloped_layer (l : layer Q) (sl : nat -> F) (w x : list F) : list F :=
  mapi (fun u c => rmul (sl u) (gpreact w x c)) 0 (units l).
Fixpoint gsloped (n : list (layer Q)) (sl : nat -> nat -> F) (theta : list (list F)) (x : list F) : list F :=
  match n, theta with
  | l :: n', w :: theta' => gsloped n' (fun k => sl (S k)) theta' (gsloped_layer l (sl 0%nat) w x)
  | _, _ => x
  end.

(** ** The equations *)
Definition gparameters : list (list F) :=
  map (map (fun o => match o with Some n => nth n X g0 | None => g0 end)) (unknowns D).
Definition gkind (k j u : nat) : kind := nth u (nth j (nth k (kinds D) []) []) Positive.
Definition glayer (j : nat) : layer Q := nth j (net P) (Layer 0%Q 0 []).
Definition gslope_of (k j u : nat) : F :=
  match gkind k j u with
  | Negative | Silent => of_rational (slope (glayer j)) | Positive => of_rational 1%Q | Bent n => nth n X g0
  end.
Definition gpassed (k j u : nat) : F := match gkind k j u with Bent _ => g0 | _ => gslope_of k j u end.
Definition gweight (k : nat) : F := nth (length (filter is_unknown (concat (unknowns D))) + k) X g0.
Definition tight_sample (k : nat) : nat := nth k (samples D) 0%nat.
Definition tight_label (k : nat) : bool := snd (nth (tight_sample k) (data P) ([], true)).

Definition geffect (theta : list (list F)) (k : nat) (v : nat * nat) : F :=
  nth 0 (gsloped (net P) (fun j u => if Nat.ltb j (fst v) then gpassed k j u else gslope_of k j u)
           (upd (fst v) (repeat g0 (snd v) ++ [of_rational 1%Q]) theta) (gsample P (tight_sample k))) g0.
Definition gstationary (theta : list (list F)) (v : nat * nat) : F :=
  radd (nth (snd v) (nth (fst v) theta []) g0)
       (ropp (gsum (map (fun k => rmul (gweight k) (gsgn (tight_label k) (geffect theta k v))) (seq 0 (length (samples D)))))).
Definition gmargin (theta : list (list F)) (k : nat) : F :=
  radd (gsgn (tight_label k) (nth 0 (gsloped (net P) (gpassed k) theta (gsample P (tight_sample k))) g0))
       (ropp (of_rational 1%Q)).
Definition greaches (theta : list (list F)) (k j u : nat) : F :=
  gpreact (nth j theta []) (gsloped (firstn j (net P)) (gpassed k) theta (gsample P (tight_sample k))) (nth u (units (glayer j)) []).

(** The parameters that are unknowns, and the held kinks. *)
Definition is_bent (s : kind) : bool := match s with Bent _ => true | _ => false end.
Definition free_places : list (nat * nat) := places_where is_unknown (unknowns D).
Definition held_places : list (nat * nat * nat) :=
  flat_map (fun k => map (fun ju => (k, fst ju, snd ju)) (places_where is_bent (nth k (kinds D) []))) (seq 0 (length (samples D))).
Definition gsystem (theta : list (list F)) : list F :=
  map (gstationary theta) free_places ++ map (gmargin theta) (seq 0 (length (samples D))) ++
  map (fun h => greaches theta (fst (fst h)) (snd (fst h)) (snd h)) held_places.

(** The same as functions of the unknowns. *)
Definition system : list (list R -> R) :=
  map (fun v xi => stationary PR DR xi v) free_places ++
  map (fun k xi => sgn (snd (sample PR DR k)) * output PR DR xi k - 1) (seq 0 (length (samples D))) ++
  map (fun h xi => reaches_unit PR DR xi (fst (fst h)) (snd (fst h)) (snd h)) held_places.

(** ** What they enclose *)
Context {inside : list R -> Prop} {rel : F -> (list R -> R) -> Prop}.
Hypothesis H : encloses F inside rel.
Hypothesis Unknowns : forall n, rel (nth n X g0) (fun xi => nth n xi 0).

Definition rel_list (a : list F) (f : list R -> list R) : Prop := forall i, rel (nth i a g0) (fun xi => nth i (f xi) 0).
Definition rel_lists (a : list (list F)) (f : list R -> params R) : Prop :=
  (forall xi, length (f xi) = length a) /\ forall k, rel_list (nth k a []) (fun xi => nth k (f xi) []).

Lemma rel_preact w W x Y u : rel_list w W -> rel_list x Y -> rel (gpreact w x u) (fun xi => preact (W xi) (Y xi) u).
Proof.
  intros HW HY. apply (rel_sum H (fun c => rmul (nth (snd c) w g0) (nth (fst c) x g0)) (fun c xi => nth (snd c) (W xi) 0 * nth (fst c) (Y xi) 0)).
  intros c _. apply (rel_mul H). apply HW. apply HY.
Qed.
Lemma rel_sloped_layer l sl Sl w W x Y : (forall u, rel (sl u) (fun xi => Sl xi u)) -> rel_list w W -> rel_list x Y ->
  rel_list (gsloped_layer l sl w x) (fun xi => sloped_layer (map_layer Q2R l) (Sl xi) (W xi) (Y xi)).
Proof.
  intros HS HW HY i. unfold gsloped_layer. rewrite nth_mapi_error.
  apply (rel_ext H _ (fun xi => match nth_error (units l) i with Some c => Sl xi i * preact (W xi) (Y xi) c | None => 0 end)).
  - intros xi _. symmetry. apply (nth_sloped (map_layer Q2R l)).
  - destruct nth_error; [|apply (rel_0 H)]. apply (rel_mul H); auto. now apply rel_preact.
Qed.
Lemma rel_sloped n sl Sl theta Th x Y : (forall k u, rel (sl k u) (fun xi => Sl xi k u)) -> rel_lists theta Th -> rel_list x Y ->
  rel_list (gsloped n sl theta x) (fun xi => sloped (map (map_layer Q2R) n) (Sl xi) (Th xi) (Y xi)).
Proof.
  revert sl Sl theta Th x Y. induction n as [|l n IH]; intros sl Sl theta Th x Y HS [HL HT] HY. exact HY.
  destruct theta as [|w theta].
  - intro i. apply (rel_ext H _ (fun xi => nth i (Y xi) 0)); [|apply HY]. intros xi _. specialize (HL xi).
    destruct (Th xi); [reflexivity|discriminate].
  - cbn [gsloped].
    assert (Q1 := IH (fun k => sl (S k)) (fun xi k => Sl xi (S k)) theta (fun xi => tl (Th xi)) (gsloped_layer l (sl 0%nat) w x)
      (fun xi => sloped_layer (map_layer Q2R l) (Sl xi 0%nat) (hd [] (Th xi)) (Y xi)) (fun k u => HS (S k) u)).
    intro i. eapply (rel_ext H); [|apply Q1].
    + intros xi _. cbn beta. specialize (HL xi). destruct (Th xi); [discriminate|]. reflexivity.
    + split.
      * intro xi. cbn beta. specialize (HL xi). destruct (Th xi); [discriminate|]. simpl in *. congruence.
      * intros k j. specialize (HT (S k) j). eapply (rel_ext H); [|exact HT]. intros xi _. cbn beta. specialize (HL xi).
        destruct (Th xi); [discriminate|]. reflexivity.
    + apply rel_sloped_layer; auto. intro j. specialize (HT 0%nat j). eapply (rel_ext H); [|exact HT]. intros xi _. cbn beta.
      specialize (HL xi). destruct (Th xi); [discriminate|]. reflexivity.
Qed.

Lemma rel_parameters : rel_lists gparameters (fun xi => parameters DR xi).
Proof.
  split. { intro xi. unfold gparameters, parameters. rewrite !map_length. reflexivity. }
  intros k i. unfold gparameters, parameters. change (unknowns DR) with (unknowns D).
  apply (rel_ext H _ (fun xi => match nth i (nth k (unknowns D) []) None with Some n => nth n xi 0 | None => 0 end)).
  - intros xi _. symmetry. exact (nth_map_map (fun o : option nat => match o with Some n => nth n xi 0 | None => 0 end) None _ k i).
  - assert (E := nth_map_map (fun o : option nat => match o with Some n => nth n X g0 | None => g0 end) None (unknowns D) k i).
    cbv beta iota in E. rewrite E. destruct (nth i (nth k (unknowns D) []) None). apply Unknowns. apply (rel_0 H).
Qed.

Lemma nth_layers j : nth j (net PR) (Layer 0 0 []) = map_layer Q2R (glayer j).
Proof.
  unfold glayer. rewrite <- (map_nth (map_layer Q2R)). unfold PR, real. cbn [map_problem net].
  assert (E : map_layer Q2R (Layer 0%Q 0 []) = Layer 0 0 []) by (unfold map_layer; simpl; now rewrite RMicromega.Q2R_0).
  now rewrite E.
Qed.
Lemma rel_slope_of k j u : rel (gslope_of k j u) (fun xi => slope_of PR DR xi k j u).
Proof.
  unfold gslope_of, slope_of. change (kind_at DR k j u) with (gkind k j u).
  assert (L : rel (of_rational (slope (glayer j))) (fun _ => slope (layer_at PR j))).
  { apply (rel_ext H _ (fun _ => Q2R (slope (glayer j)))). intros _ _. unfold layer_at. now rewrite nth_layers. apply (rel_const H). }
  destruct (gkind k j u); auto. apply (rel_1 H).
Qed.
Lemma rel_passed k j u : rel (gpassed k j u) (fun xi => passed PR DR xi k j u).
Proof.
  unfold gpassed, passed. change (kind_at DR k j u) with (gkind k j u). pose proof (rel_slope_of k j u).
  destruct (gkind k j u); auto. apply (rel_0 H).
Qed.
Lemma rel_given k : rel_list (gsample P (tight_sample k)) (fun _ => fst (sample PR DR k)).
Proof. intro p. apply (rel_sample P H (tight_sample k) p). Qed.
Lemma label_of k : tight_label k = snd (sample PR DR k).
Proof. unfold tight_label, sample. rewrite (data_nth P). reflexivity. Qed.
Lemma rel_weight k : rel (gweight k) (fun xi => weight_at DR xi k).
Proof. apply Unknowns. Qed.

(** A layer's weights replaced, by one that is 1 for example. *)
Definition gunit (p : nat) : list F := repeat g0 p ++ [of_rational 1%Q].
Lemma rel_gunit p : rel_list (gunit p) (fun _ => repeat 0 p ++ [1]).
Proof.
  assert (NV : forall {A} (z o : A) m i', nth i' (repeat z m ++ [o]) z = if Nat.eqb i' m then o else z).
  { intros A z o. induction m as [|m IH]; intros [|i']; simpl; auto. now destruct i'. }
  intro i. unfold gunit. rewrite NV. apply (rel_ext H _ (fun _ => if Nat.eqb i p then 1 else 0)). { intros xi _. now rewrite NV. }
  destruct Nat.eqb. apply (rel_1 H). apply (rel_0 H).
Qed.
Lemma rel_upd m a A theta Th : rel_list a A -> rel_lists theta Th -> rel_lists (upd m a theta) (fun xi => upd m (A xi) (Th xi)).
Proof.
  intros HA [L R].
  assert (LU : forall {A} j (a : A) l, length (upd j a l) = length l).
  { intros A' j a'. induction j; intros [|b l]; simpl; auto. }
  split. { intro xi. now rewrite !LU. }
  intros j i. destruct (lt_dec m (length theta)) as [Hv|Hv].
  - assert (NU : forall {A} (a d : A) l m j, (m < length l)%nat -> nth j (upd m a l) d = if Nat.eqb j m then a else nth j l d).
    { intros A' a' d. induction l as [|b l IH]; intros [|m'] [|j'] Hm; simpl in *; auto; try lia. apply IH. lia. }
    rewrite NU by auto. apply (rel_ext H _ (fun xi => nth i (if Nat.eqb j m then A xi else nth j (Th xi) []) 0)).
    { intros xi _. rewrite NU; auto. now rewrite (L xi). }
    destruct (Nat.eqb j m). apply HA. apply R.
  - assert (OU : forall {A} (a : A) l m, (length l <= m)%nat -> upd m a l = l).
    { intros A' a'. induction l as [|b l IH]; intros [|m'] Hm; simpl in *; auto; try lia. f_equal. apply IH. lia. }
    rewrite OU by lia. apply (rel_ext H _ (fun xi => nth i (nth j (Th xi) []) 0)); [|apply R].
    intros xi _. rewrite OU; auto. rewrite (L xi). lia.
Qed.
Lemma rel_effect k v : rel (geffect gparameters k v) (fun xi => effect PR DR xi k v).
Proof.
  unfold geffect, effect, derivative.
  apply (rel_sloped (net P) _ (fun xi j u => if Nat.ltb j (fst v) then passed PR DR xi k j u else slope_of PR DR xi k j u) _
    (fun xi => upd (fst v) (repeat 0 (snd v) ++ [1]) (parameters DR xi))).
  - intros j u. destruct Nat.ltb. apply rel_passed. apply rel_slope_of.
  - apply (rel_upd (fst v) _ (fun _ => repeat 0 (snd v) ++ [1])). apply rel_gunit. apply rel_parameters.
  - apply rel_given.
Qed.
Lemma rel_stationary v : rel (gstationary gparameters v) (fun xi => stationary PR DR xi v).
Proof.
  unfold gstationary, stationary. apply (rel_ext H _ (fun xi => entry (parameters DR xi) v + - Rsum (map (fun k =>
    weight_at DR xi k * (sgn (snd (sample PR DR k)) * effect PR DR xi k v)) (seq 0 (length (samples D)))))). { intros; unfold Rminus; reflexivity. }
  apply (rel_add H). apply rel_parameters. apply (rel_opp H).
  apply (rel_sum H _ (fun k xi => weight_at DR xi k * (sgn (snd (sample PR DR k)) * effect PR DR xi k v))).
  intros k _. apply (rel_mul H). apply rel_weight. rewrite label_of. apply (rel_sgn H). apply rel_effect.
Qed.
Lemma rel_margin k : rel (gmargin gparameters k) (fun xi => sgn (snd (sample PR DR k)) * output PR DR xi k - 1).
Proof.
  unfold gmargin. apply (rel_ext H _ (fun xi => sgn (snd (sample PR DR k)) * output PR DR xi k + - (1))). { intros; unfold Rminus; reflexivity. }
  apply (rel_add H).
  - rewrite label_of. apply (rel_sgn H). unfold output.
    apply (rel_sloped (net P) _ (fun xi => passed PR DR xi k) _ (parameters DR)). intros; apply rel_passed. apply rel_parameters.
    apply rel_given.
  - apply (rel_opp H). apply (rel_1 H).
Qed.
Lemma rel_reaches k j u : rel (greaches gparameters k j u) (fun xi => reaches_unit PR DR xi k j u).
Proof.
  unfold greaches, reaches_unit. apply (rel_ext H _ (fun xi => preact (nth j (parameters DR xi) [])
    (sloped (map (map_layer Q2R) (firstn j (net P))) (passed PR DR xi k) (parameters DR xi) (fst (sample PR DR k))) (nth u (units (glayer j)) []))).
  { intros xi _. rewrite <- firstn_map. unfold layer_at. rewrite nth_layers. reflexivity. }
  apply (rel_preact _ (fun xi => nth j (parameters DR xi) []) _
    (fun xi => sloped (map (map_layer Q2R) (firstn j (net P))) (passed PR DR xi k) (parameters DR xi) (fst (sample PR DR k)))).
  - apply rel_parameters.
  - apply (rel_sloped (firstn j (net P)) _ (fun xi => passed PR DR xi k) _ (parameters DR)). intros; apply rel_passed.
    apply rel_parameters. apply rel_given.
Qed.
Theorem rel_system : Forall2 rel (gsystem gparameters) system.
Proof.
  unfold gsystem, system. repeat apply Forall2_app; apply Forall2_maps; intros a _.
  apply rel_stationary. apply rel_margin. apply rel_reaches.
Qed.
End Generic.

(** The equations hold exactly where the functions are 0. *)
Lemma in_free_places D j p : In (j, p) (free_places D) <-> exists n, nth p (nth j (unknowns D) []) None = Some n.
Proof.
  unfold free_places. rewrite (in_places_where is_unknown None) by reflexivity.
  destruct (nth p (nth j (unknowns D) []) None); simpl; split; eauto; try discriminate. intros (n & E). discriminate.
Qed.
Lemma in_held_places D k j u : In (k, j, u) (held_places D) <-> (k < length (samples D))%nat /\ exists n, gkind D k j u = Bent n.
Proof.
  unfold held_places. rewrite in_flat_map. unfold gkind. split.
  - intros (k' & Hk & I). apply in_seq in Hk. apply in_map_iff in I. destruct I as ([j' u'] & [= -> <- <-] & I).
    apply (in_places_where is_bent Positive) in I; [|reflexivity]. cbn [fst snd]. split. lia.
    destruct (nth u' _ _); try discriminate. eauto.
  - intros (Hk & n & E). exists k. split. apply in_seq. lia. apply in_map_iff. exists (j, u). split; auto.
    apply (in_places_where is_bent Positive); [reflexivity|]. now rewrite E.
Qed.
Lemma system_ok P D xi : (forall f, In f (system P D) -> f xi = 0) <-> solved (real P) (real_description D) xi.
Proof.
  unfold system, solved, count. change (samples (real_description D)) with (samples D).
  change (unknowns (real_description D)) with (unknowns D). split.
  - intro S. split; [|split].
    + intros j p n E. apply (S (fun xi => stationary (real P) (real_description D) xi (j, p))). apply in_or_app. left.
      apply in_map_iff. exists (j, p). split; auto. apply in_free_places. eauto.
    + intros k Hk. apply (S (fun xi => sgn (snd (sample (real P) (real_description D) k)) * output (real P) (real_description D) xi k - 1)).
      apply in_or_app. right. apply in_or_app. left. apply in_map_iff. exists k. split; auto. apply in_seq. lia.
    + intros k j u n Hk E. apply (S (fun xi => reaches_unit (real P) (real_description D) xi k j u)).
      apply in_or_app. right. apply in_or_app. right. apply in_map_iff. exists (k, j, u). split; auto.
      apply in_held_places. eauto.
  - intros (S1 & S2 & S3) f Hf. apply in_app_or in Hf. destruct Hf as [Hf|Hf]; [|apply in_app_or in Hf; destruct Hf as [Hf|Hf]];
      apply in_map_iff in Hf; destruct Hf as (a & <- & Ha).
    + destruct a as [j p]. apply in_free_places in Ha. destruct Ha as (n & E). eapply S1; eauto.
    + apply S2. apply in_seq in Ha. lia.
    + destruct a as [[k j] u]. apply in_held_places in Ha. destruct Ha as (Hk & n & E). eapply S3; eauto.
Qed.
