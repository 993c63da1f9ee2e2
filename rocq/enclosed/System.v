(** * The equations over any kind of numbers, and how intervals enclose them and their slopes.

    The equations are evaluated three times: at the middle of the box, over the box, and over the box with slopes. The
    slopes of [f] enclose numbers [s k] with [f x - f y = sum of s k (x k - y k)], for any two points [x], [y] of the
    box: for a product [f g] they are [f x (g x - g y) + g y (f x - f y)]. *)

From Coq Require Import Reals QArith Qreals List Lra Lia PeanoNat.
From Margincert Require Import Claims Enclosed Lists Sums Intervals.
Import ListNotations.
Open Scope R_scope.

(** ** Numbers *)
Record ring := Ring { C :> Type; of_rational : Q -> C; radd : C -> C -> C; rmul : C -> C -> C; ropp : C -> C }.
Arguments of_rational {r}. Arguments radd {r}. Arguments rmul {r}. Arguments ropp {r}.

(** A number encloses a function of the unknowns. *)
Record encloses (F : ring) (inside : list R -> Prop) (rel : F -> (list R -> R) -> Prop) : Prop := Encloses {
  rel_ext : forall a f g, (forall x, inside x -> f x = g x) -> rel a f -> rel a g;
  rel_const : forall q, rel (of_rational q) (fun _ => Q2R q);
  rel_add : forall a b f g, rel a f -> rel b g -> rel (radd a b) (fun x => f x + g x);
  rel_mul : forall a b f g, rel a f -> rel b g -> rel (rmul a b) (fun x => f x * g x);
  rel_opp : forall a f, rel a f -> rel (ropp a) (fun x => - f x) }.
Arguments rel_ext {F inside rel}. Arguments rel_const {F inside rel}. Arguments rel_add {F inside rel}.
Arguments rel_mul {F inside rel}. Arguments rel_opp {F inside rel}.

Lemma nth_map_seq_at {A} (g : nat -> A) n i e : (i < n)%nat -> nth i (map g (seq 0 n)) e = g i.
Proof. intro H. rewrite nth_indep with (d' := g 0%nat) by now rewrite map_length, seq_length.
rewrite map_nth, seq_nth; auto. Qed.

(** ** The equations *)
Section Generic.
Context {F : ring}.
Variables (P : problem Q) (E : enclosure Q).
(** The unknowns. *)
Variable X : list F.
Let PR := real P.
Let ER := real_enclosure E.

Definition g0 : F := of_rational 0%Q.
Definition gsum (l : list F) : F := fold_right radd g0 l.
Definition gsgn (b : bool) (a : F) : F := if b then a else ropp a.
Definition gsample (i : nat) : list F := map of_rational (fst (nth i (data P) ([], true))).
Definition gactive : list (list F) := map gsample (active E).
Definition glabel (k : nat) : bool := snd (nth (nth k (active E) 0%nat) (data P) ([], true)).
Definition gactives : nat := length (active E).
Definition lower_rational : Q := slope (hd (Layer 0%Q 0 []) (net P)).
Definition gslope (s : side) : F :=
  match s with Below => of_rational lower_rational | Above => of_rational 1%Q | Held n => nth n X g0 end.
Definition gcoefficient (d : bool * list side) (k : nat) : F :=
  gsgn (fst d) (rmul (nth k X g0) (gsgn (glabel k) (gslope (side_of d k)))).
(** The sum of so many products, of pairs of entries. The second factor of a product is multiplied by the first: it is
    the shorter number where [b] is a sample. *)
Fixpoint gproducts (n : nat) (a b : list F) : F :=
  match n with O => g0 | S n' => radd (rmul (hd g0 b) (hd g0 a)) (gproducts n' (tl a) (tl b)) end.
Definition gdot (a b : list F) : F := gproducts (inputs P) a b.
Definition gvector (xs : list (list F)) (d : bool * list side) : list F :=
  let cs := map (gcoefficient d) (seq 0 gactives) in
  map (fun p => gproducts gactives cs (map (fun x => nth p x g0) xs)) (seq 0 (inputs P)).

(** A direction, its vector, and its preactivations on the active samples. *)
Record looked := Looked { which : bool * list side; its_vector : list F; preactivations : list F }.
Definition look (xs : list (list F)) (d : bool * list side) : looked :=
  let z := gvector xs d in Looked d z (map (fun k => gdot z (nth k xs [])) (seq 0 gactives)).
Definition looks : list looked := let xs := gactive in map (look xs) (directions E).

Definition gcontribution (k : nat) (jl : nat * looked) : F :=
  match side_of (which (snd jl)) k with
  | Held _ => g0
  | s => gsgn (fst (which (snd jl))) (rmul (nth (gactives +
    fst jl) X g0) (rmul (gslope s) (nth k (preactivations (snd jl)) g0)))
  end.
Definition gtight (ls : list looked) (k : nat) : F :=
  radd (gsum (map (gcontribution k) (combine (seq 0 (length ls)) ls))) (ropp (gsgn (glabel k) (of_rational 1%Q))).
Definition gheld (l : looked) : list F :=
  concat (map (fun k => match side_of (which l) k with Held _ => [nth k (preactivations l) g0] | _ =>
    [] end) (seq 0 gactives)).
(** ** What they enclose *)
Context {inside : list R -> Prop} {rel : F -> (list R -> R) -> Prop}.
Hypothesis H : encloses F inside rel.
Hypothesis Unknowns : forall n, rel (nth n X g0) (fun xi => nth n xi 0).

Lemma rel_0 : rel g0 (fun _ => 0).
Proof. apply (rel_ext H _ (fun _ => Q2R 0)). intros; apply RMicromega.Q2R_0. apply (rel_const H). Qed.
Lemma rel_1 : rel (of_rational 1%Q) (fun _ => 1).
Proof. apply (rel_ext H _ (fun _ => Q2R 1)). intros; apply RMicromega.Q2R_1. apply (rel_const H). Qed.
Lemma rel_sum {A} (G : A -> F) (g : A -> list R -> R) l : (forall a, In a l -> rel (G a) (g a)) ->
  rel (gsum (map G l)) (fun x => Rsum (map (fun a => g a x) l)).
Proof.
  induction l as [|a l IH]; intro Ha. apply rel_0. cbn [map gsum fold_right].
  apply (rel_ext H _ (fun x => g a x + Rsum (map (fun a => g a x) l))). intros; now rewrite Rsum_cons.
  apply (rel_add H). apply Ha. now left. apply IH. intros; apply Ha; now right.
Qed.
Lemma rel_sgn b a f : rel a f -> rel (gsgn b a) (fun x => sgn b * f x).
Proof.
  intro Ha. unfold gsgn, sgn. destruct b.
  - apply (rel_ext H _ f); auto. intros; ring.
  - apply (rel_ext H _ (fun x => - f x)). intros; ring. now apply (rel_opp H).
Qed.

Lemma data_nth i : nth i (data PR) ([], true) = (map Q2R (fst (nth i (data P) ([], true))), snd (nth i (data P) ([],
  true))).
Proof. unfold PR. cbn [real map_problem data].
rewrite <- (map_nth (fun s : list Q * bool => (map Q2R (fst s), snd s))). reflexivity. Qed.
Lemma rel_sample i p : rel (nth p (gsample i) g0) (fun _ => nth p (fst (nth i (data PR) ([], true))) 0).
Proof.
  rewrite data_nth. cbn [fst]. unfold gsample, g0. rewrite map_nth.
  apply (rel_ext H _ (fun _ => Q2R (nth p (fst (nth i (data P) ([], true))) 0%Q))).
  - intros _ _. rewrite <- RMicromega.Q2R_0. symmetry. apply map_nth.
  - apply (rel_const H).
Qed.
Lemma active_at k p : (k < gactives)%nat ->
  rel (nth p (nth k gactive []) g0) (fun _ => nth p (fst (active_sample PR ER k)) 0).
Proof.
  intro Hk. unfold gactive. rewrite nth_indep with (d' := gsample 0) by now rewrite map_length. rewrite map_nth.
  apply rel_sample.
Qed.
Lemma label_at k : glabel k = snd (active_sample PR ER k).
Proof. unfold active_sample. rewrite data_nth. reflexivity. Qed.
Lemma lower_at : lower_slope PR = Q2R lower_rational.
Proof. unfold lower_slope, lower_rational, PR. cbn [real map_problem net]. destruct (net P); simpl; auto.
now rewrite RMicromega.Q2R_0. Qed.
Lemma rel_slope s : rel (gslope s) (fun xi => slope_on PR xi s).
Proof.
  destruct s; cbn [gslope slope_on]. apply (rel_ext H _ (fun _ => Q2R lower_rational)). intros; now rewrite lower_at.
  apply (rel_const H).
  apply rel_1. apply Unknowns.
Qed.
Lemma rel_products n a b f g : (forall p, (p < n)%nat -> rel (nth p a g0) (f p)) -> (forall p, (p < n)%nat ->
  rel (nth p b g0) (g p)) -> rel (gproducts n a b) (fun x => Rsum (map (fun p => f p x * g p x) (seq 0 n))).
Proof.
  revert a b f g. induction n as [|n IH]; intros a b f g Ha Hb. apply rel_0.
  apply (rel_ext H _ (fun x => g 0%nat x * f 0%nat x + Rsum (map (fun p => f (S p) x * g (S p) x) (seq 0 n)))).
  - intros x _. cbn [seq map]. rewrite Rsum_cons, <- seq_shift, map_map. ring.
  - assert (Hd : forall l : list F, hd g0 l = nth 0 l g0) by (intros [|]; reflexivity).
    assert (Tl : forall (l : list F) p, nth p (tl l) g0 = nth (S p) l g0) by (intros [|] [|]; reflexivity).
    cbn [gproducts]. rewrite !Hd. apply (rel_add H). apply (rel_mul H). apply Hb. lia. apply Ha. lia.
    apply IH; intros p Hp; rewrite Tl. apply Ha. lia. apply Hb. lia.
Qed.
Lemma rel_dot a b f g : (forall p, (p < inputs P)%nat -> rel (nth p a g0) (f p)) -> (forall p, (p < inputs P)%nat ->
  rel (nth p b g0) (g p)) ->
  rel (gdot a b) (fun x => Rsum (map (fun p => f p x * g p x) (seq 0 (inputs P)))).
Proof. apply rel_products. Qed.
Lemma rel_vector d p : (p < inputs P)%nat -> rel (nth p (gvector gactive d) g0) (fun xi => vector PR ER xi d p).
Proof.
  intro Hp. unfold gvector. rewrite nth_map_seq_at by auto. unfold vector. change (actives ER) with gactives.
  apply (rel_products _ _ _ (fun k xi => sgn (fst d) * (multiplier xi k * (sgn (snd (active_sample PR ER k)) *
    slope_on PR xi (side_of d k)))) (fun k _ => nth p (fst (active_sample PR ER k)) 0)); intros k Hk.
  - rewrite nth_map_seq_at by lia. unfold gcoefficient. apply rel_sgn. apply (rel_mul H). apply Unknowns.
    rewrite label_at. apply rel_sgn. apply rel_slope.
  - assert (L : length gactive = gactives) by apply map_length.
    rewrite nth_indep with (d' := (fun x : list F => nth p x g0) []) by (rewrite map_length; lia).
    rewrite (map_nth (fun x : list F => nth p x g0)). now apply active_at.
Qed.
Lemma rel_preactivation d x f : (forall p, (p < inputs P)%nat -> rel (nth p x g0) (fun _ => nth p f 0)) ->
  rel (gdot (gvector gactive d) x) (fun xi => preactivation PR ER xi d f).
Proof.
  intro Hx. unfold preactivation. apply (rel_dot _ _ (fun p xi => vector PR ER xi d p) (fun p _ => nth p f 0)); auto.
  intros p Hp. now apply rel_vector.
Qed.
Lemma looked_at d : which (look gactive d) = d /\ its_vector (look gactive d) = gvector gactive d /\
  forall k, (k < gactives)%nat -> rel (nth k (preactivations (look gactive d)) g0) (fun xi =>
    preactivation PR ER xi d (fst (active_sample PR ER k))).
Proof.
  unfold look. cbn [which its_vector preactivations]. repeat split. intros k Hk. rewrite nth_map_seq_at by auto.
  apply rel_preactivation. intros p Hp. now apply active_at.
Qed.

(** The equations as functions of the unknowns. *)
Definition held_functions (d : bool * list side) : list (list R -> R) :=
  concat (map (fun k => match side_of d k with Held _ => [fun xi =>
    preactivation PR ER xi d (fst (active_sample PR ER k))] | _ => [] end) (seq 0 gactives)).
Definition functions : list (list R -> R) :=
  map (fun d xi => unit_length PR ER xi d) (directions E) ++ map (fun k xi => tight PR ER xi k) (seq 0 gactives) ++
  concat (map held_functions (directions E)).
Lemma functions_ok xi : equations PR ER xi = map (fun f => f xi) functions.
Proof.
  unfold equations, functions. rewrite !map_app, !map_map. change (directions ER) with (directions E).
  change (actives ER) with gactives.
  f_equal. f_equal. rewrite concat_map, !map_map. f_equal. apply map_ext. intro d. unfold held_kinks, held_functions.
  rewrite concat_map, map_map. f_equal. apply map_ext. intro k. now destruct (side_of d k).
Qed.

Lemma Forall2_maps {A B D} (R1 : B -> D -> Prop) (f : A -> B) (g : A -> D) l : (forall a, In a l -> R1 (f a) (g a)) ->
  Forall2 R1 (map f l) (map g l).
Proof. induction l as [|a l IH]; intro Ha; cbn [map]; constructor. apply Ha. now left. apply IH. intros. apply Ha.
now right. Qed.
Lemma Forall2_concat {A B} (R1 : A -> B -> Prop) l l' : Forall2 (Forall2 R1) l l' -> Forall2 R1 (concat l) (concat l').
Proof. induction 1; simpl. constructor. now apply Forall2_app. Qed.

Lemma rel_tight_of (view : bool * list side -> looked) k : (k < gactives)%nat ->
  (forall d, In d (directions E) -> which (view d) = d /\
     rel (nth k (preactivations (view d)) g0) (fun xi => preactivation PR ER xi d (fst (active_sample PR ER k)))) ->
  rel (gtight (map view (directions E)) k) (fun xi => tight PR ER xi k).
Proof.
  intros Hk View. unfold gtight, tight. apply (rel_ext H _ (fun xi =>
    Rsum (map (contribution PR ER xi k) (numbered ER)) + - (sgn (snd (active_sample PR ER k)) * 1))).
  { intros; ring. }
  apply (rel_add H).
  - unfold numbered. change (directions ER) with (directions E). rewrite map_length.
    generalize (seq 0 (length (directions E))) as js. revert View.
    generalize (directions E) as ds. intros ds View js.
    assert (G : rel (gsum (map (gcontribution k) (combine js (map view ds))))
      (fun xi => Rsum (map (contribution PR ER xi k) (combine js ds)))); [|exact G].
    revert js View. induction ds as [|d ds IH]; intros [|j js] View; cbn [combine map gsum fold_right]; try apply rel_0.
    apply (rel_ext H _ (fun xi => contribution PR ER xi k (j,
      d) + Rsum (map (contribution PR ER xi k) (combine js ds)))).
    { intros; now rewrite Rsum_cons. }
    apply (rel_add H); [|apply IH; intros; apply View; now right]. unfold gcontribution, contribution. cbn [fst snd].
    destruct (View d (or_introl eq_refl)) as (-> & Pre).
    destruct (side_of d k) as [| |n]; try apply rel_0; apply rel_sgn; apply (rel_mul H); try apply Unknowns;
      apply (rel_mul H); try (now apply Pre).
    exact (rel_slope Below). exact (rel_slope Above).
  - apply (rel_opp H). rewrite label_at. apply rel_sgn. apply rel_1.
Qed.
End Generic.

(** ** Intervals *)
Section Enclosing.
Variable bits : Z.
Hypothesis Hbits : (0 <= bits)%Z.
Definition interval_ring : ring := Ring interval (of_Q bits) add (mul bits) opp.
Definition over (inside : list R -> Prop) (a : interval_ring) (f : list R -> R) : Prop := forall x, inside x ->
  holds bits a (f x).
Lemma over_encloses inside : encloses interval_ring inside (over inside).
Proof.
  split; unfold over; simpl.
  - intros a f g E0 Ha x Hx. rewrite <- E0; auto.
  - intros q x _. now apply of_Q_ok.
  - intros a b f g Ha Hb x Hx. apply add_ok; auto.
  - intros a b f g Ha Hb x Hx. apply mul_ok; auto.
  - intros a f Ha x Hx. apply opp_ok; auto.
Qed.

(** ** Intervals with slopes *)
Variables (c : list Q) (r : Q).
Let n := length c.
Let box := within (map Q2R c) (Q2R r).
(** What is missing at the end of a list is 0. *)
Fixpoint zip (f : interval -> interval -> interval) (a b : list interval) : list interval :=
  match a, b with
  | [], _ => map (f zero) b
  | _, [] => map (fun x => f x zero) a
  | x :: a', y :: b' => f x y :: zip f a' b'
  end.
Lemma nth_zip f a b i : f zero zero = zero -> nth i (zip f a b) zero = f (nth i a zero) (nth i b zero).
Proof.
  intro F0. revert b i. induction a as [|x a IH]; intros [|y b] i; cbn [zip].
  - destruct i; symmetry; exact F0.
  - transitivity (nth i (map (f zero) (y :: b)) (f zero zero)). now rewrite F0. rewrite map_nth. now destruct i.
  - transitivity (nth i (map (fun x => f x zero) (x :: a)) (f zero zero)). now rewrite F0.
    rewrite (map_nth (fun x => f x zero)). now destruct i.
  - destruct i as [|i]; cbn [nth]; auto.
Qed.
Lemma length_zip f a b : length (zip f a b) = Nat.max (length a) (length b).
Proof.
  revert b. induction a as [|x a IH]; intros [|y b]; cbn [zip length]; rewrite ?map_length; auto. cbn [Nat.max].
    now rewrite IH.
Qed.

Definition sloped := (interval * list interval)%type.
Definition constant (q : Q) : sloped := (of_Q bits q, []).
Definition sadd (a b : sloped) : sloped := (add (fst a) (fst b), zip add (snd a) (snd b)).
Definition sopp (a : sloped) : sloped := (opp (fst a), map opp (snd a)).
Definition smul (a b : sloped) : sloped :=
  (mul bits (fst a) (fst b), zip (fun s t => add (mul bits (fst a) t) (mul bits (fst b) s)) (snd a) (snd b)).
Definition sloped_ring : ring := Ring sloped constant sadd smul sopp.

Definition slopes_of (a : sloped) (f : list R -> R) : Prop :=
  (forall x, box x -> holds bits (fst a) (f x)) /\ (length (snd a) <= n)%nat /\
  forall x y, box x -> box y -> exists s : nat -> R, (forall k, (k < n)%nat -> holds bits (nth k (snd a) zero) (s k)) /\
    f x - f y = Rsum (map (fun k => s k * (nth k x 0 - nth k y 0)) (seq 0 n)).

Lemma slopes_encloses : encloses sloped_ring box slopes_of.
Proof.
  split; unfold slopes_of; cbn [of_rational radd rmul ropp sloped_ring C].
  - intros a f g E0 (Ha & La & Sa). split; [|split]; auto.
    + intros x Hx. rewrite <- E0; auto.
    + intros x y Hx Hy. destruct (Sa x y Hx Hy) as (s & S1 & S2). exists s. split; auto. rewrite <- !E0; auto.
  - intro q. split; [|split]. intros x _. now apply of_Q_ok. apply Nat.le_0_l.
    intros x y _ _. exists (fun _ => 0). split. intros k Hk. cbn [snd constant]. destruct k; now apply zero_ok.
    rewrite Rsum_zero. ring. intros; ring.
  - intros a b f g (Ha & La & Sa) (Hb & Lb & Sb). split; [|split]; unfold sadd; cbn [fst snd].
    + intros x Hx. apply add_ok; auto.
    + rewrite length_zip. lia.
    + intros x y Hx Hy. destruct (Sa x y Hx Hy) as (s & S1 & S2). destruct (Sb x y Hx Hy) as (t & T1 & T2).
      exists (fun k => s k + t k). split.
      * intros k Hk. rewrite nth_zip by reflexivity. apply add_ok; auto.
      * replace (f x + g x - (f y + g y)) with ((f x - f y) + (g x - g y)) by ring. rewrite S2, T2, <- Rsum_plus.
        apply Rsum_ext_in. intros; ring.
  - intros a b f g (Ha & La & Sa) (Hb & Lb & Sb). split; [|split]; unfold smul; cbn [fst snd].
    + intros x Hx. apply mul_ok; auto.
    + rewrite length_zip. lia.
    + intros x y Hx Hy. destruct (Sa x y Hx Hy) as (s & S1 & S2). destruct (Sb x y Hx Hy) as (t & T1 & T2).
      exists (fun k => f x * t k + g y * s k). split.
      * intros k Hk. rewrite nth_zip.
        2:{ unfold mul. destruct (is_zero (fst a)), (is_zero (fst b)); reflexivity. }
        apply add_ok; apply mul_ok; auto.
      * replace (f x * g x - f y * g y) with (f x * (g x - g y) + g y * (f x - f y)) by ring.
        rewrite S2, T2, <- Rsum_lin. apply Rsum_ext_in. intros; ring.
  - intros a f (Ha & La & Sa). split; [|split]; unfold sopp; cbn [fst snd].
    + intros x Hx. apply opp_ok; auto.
    + now rewrite map_length.
    + intros x y Hx Hy. destruct (Sa x y Hx Hy) as (s & S1 & S2). exists (fun k => - s k). split.
      * intros k Hk. change zero with (opp zero). rewrite map_nth. apply opp_ok; auto.
      * replace (- f x - - f y) with (-1 * (f x - f y)) by ring. rewrite S2, <- Rsum_mult. apply Rsum_ext_in.
        intros; ring.
Qed.

(** The unknowns: at the middle, over the box, and with slopes. *)
Definition middle : list interval := map (of_Q bits) c.
Definition spread : list interval := map (fun q => around bits q r) c.
Definition variables : list sloped :=
  map (fun k => (around bits (nth k c 0%Q) r,
    map (fun j => if Nat.eqb k j then one bits else zero) (seq 0 (S k)))) (seq 0 n).
Definition at_middle (x : list R) : Prop := x = map Q2R c.

Lemma middle_ok k : over at_middle (nth k middle (g0 (F := interval_ring))) (fun xi => nth k xi 0).
Proof.
  intros x ->. unfold middle, g0. cbn [of_rational interval_ring]. rewrite map_nth, <- RMicromega.Q2R_0, map_nth.
  now apply of_Q_ok.
Qed.
Lemma near_centre x k : box x -> (k < n)%nat -> holds bits (around bits (nth k c 0%Q) r) (nth k x 0).
Proof.
  intros [L B] Hk. apply around_ok; auto. rewrite map_length in B. specialize (B k Hk).
  rewrite <- (RMicromega.Q2R_0) in B at 2. rewrite map_nth in B. exact B.
Qed.
Lemma far_zero x k : box x -> (n <= k)%nat -> nth k x 0 = 0.
Proof. intros [L _] Hk. apply nth_overflow. rewrite map_length in L. fold n in L. lia. Qed.
Lemma spread_ok k : over box (nth k spread (g0 (F := interval_ring))) (fun xi => nth k xi 0).
Proof.
  intros x Hx. destruct (Nat.lt_ge_cases k n) as [Hk|Hk].
  - unfold spread. rewrite nth_indep with (d' := around bits 0%Q r) by now rewrite map_length.
    rewrite (map_nth (fun q => around bits q r)).
    now apply near_centre.
  - rewrite far_zero by auto. rewrite nth_overflow by (unfold spread; now rewrite map_length).
    rewrite <- RMicromega.Q2R_0. now apply of_Q_ok.
Qed.
Lemma variables_ok k : slopes_of (nth k variables (g0 (F := sloped_ring))) (fun xi => nth k xi 0).
Proof.
  destruct (Nat.lt_ge_cases k n) as [Hk|Hk].
  - unfold variables. rewrite nth_map_seq_at by auto. split; [|split]; cbn [fst snd].
    + intros x Hx. now apply near_centre.
    + rewrite map_length, seq_length. lia.
    + intros x y _ _. exists (fun j => if Nat.eqb k j then 1 else 0). split.
      * intros j Hj. destruct (Nat.lt_ge_cases j (S k)) as [Hjk|Hjk].
        -- rewrite nth_map_seq_at by auto. destruct Nat.eqb. now apply one_ok. now apply zero_ok.
        -- rewrite nth_overflow by (rewrite map_length, seq_length; lia). destruct (Nat.eqb_spec k j); [lia|].
          now apply zero_ok.
      * assert (G : forall N s, Rsum (map (fun j =>
          (if Nat.eqb k j then 1 else 0) * (nth j x 0 - nth j y 0)) (seq s N)) =
          if Nat.leb s k then if Nat.ltb k (s + N) then nth k x 0 - nth k y 0 else 0 else 0).
        { induction N as [|N IH]; intro s; cbn [seq map]; rewrite ?Rsum_cons, ?IH.
          - unfold Rsum. simpl. destruct (Nat.leb_spec s k), (Nat.ltb_spec k (s + 0)); auto; lia.
          - destruct (Nat.eqb_spec k s), (Nat.leb_spec s k), (Nat.leb_spec (S s) k), (Nat.ltb_spec k (s + S N)),
              (Nat.ltb_spec k (S s + N));
              subst; try lia; ring. }
        rewrite G. simpl. destruct (Nat.ltb_spec k n); [reflexivity|lia].
  - rewrite nth_overflow by (unfold variables; now rewrite map_length, seq_length).
    apply (rel_ext slopes_encloses _ (fun _ => Q2R 0)).
    + intros x Hx. rewrite RMicromega.Q2R_0. symmetry. now apply far_zero.
    + apply (rel_const slopes_encloses).
Qed.
End Enclosing.
