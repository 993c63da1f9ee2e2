//! Text from anywhere as LaTeX: what LaTeX gives a meaning is escaped, and what a plain pdflatex has no letter for is spelled.

/// Text with every character that LaTeX gives a meaning escaped, and others spelled. Of a character that has no spelling here
/// the code point is printed, so that nothing is lost and everything compiles.
///
/// ```
/// use margincert::report::latex::escape;
///
/// assert_eq!(escape("50 % of x_1 − ε"), r"50 \% of x\_1 \ensuremath{-} \ensuremath{\varepsilon}");
/// assert_eq!(escape("漢"), r"\texttt{U+6F22}");
/// ```
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let accent = rest.peek().and_then(|mark| accent(*mark)).filter(|_| c.is_ascii_alphabetic());
        if let Some(accent) = accent {
            rest.next();
            out.push_str(&format!("\\{accent}{{{c}}}"));
            continue;
        }
        match c {
            '\\' => out.push_str(r"\textbackslash{}"),
            '{' | '}' | '$' | '&' | '#' | '%' | '_' => {
                out.push('\\');
                out.push(c);
            }
            '^' => out.push_str(r"\textasciicircum{}"),
            '~' => out.push_str(r"\textasciitilde{}"),
            '<' => out.push_str(r"\textless{}"),
            '>' => out.push_str(r"\textgreater{}"),
            '|' => out.push_str(r"\textbar{}"),
            '"' => out.push_str("''"),
            '-' => out.push_str("-{}"),
            '`' => out.push_str(r"\`{}"),
            '\'' => out.push_str("'{}"),
            c if c.is_control() => out.push(' '),
            c if c.is_ascii() || is_in_every_font(c) => out.push(c),
            c => match spelling(c) {
                Some((spelling, Mode::Math)) => out.push_str(&format!(r"\ensuremath{{{spelling}}}")),
                Some((spelling, Mode::Text)) => out.push_str(spelling),
                None => out.push_str(&format!(r"\texttt{{U+{:04X}}}", c as u32)),
            },
        }
    }
    out
}

/// Whether a plain pdflatex has the character in its default font.
fn is_in_every_font(c: char) -> bool {
    ('À'..='ž').contains(&c) && c.is_alphabetic() && !"ÐðÞþĐđĦħĸŊŋŦŧĿŀŉſĄąĘęĮįŲų".contains(c)
}

/// The accent that a combining mark puts on the letter before it.
fn accent(mark: char) -> Option<char> {
    Some(match mark {
        '\u{300}' => '`',
        '\u{301}' => '\'',
        '\u{302}' => '^',
        '\u{303}' => '~',
        '\u{304}' => '=',
        '\u{306}' => 'u',
        '\u{307}' => '.',
        '\u{308}' => '"',
        '\u{30A}' => 'r',
        '\u{30B}' => 'H',
        '\u{30C}' => 'v',
        '\u{327}' => 'c',
        _ => return None,
    })
}

#[derive(Clone, Copy)]
enum Mode {
    Math,
    Text,
}

fn spelling(c: char) -> Option<(&'static str, Mode)> {
    let find = |list: &'static [(char, &'static str)]| list.iter().find(|(known, _)| *known == c).map(|(_, s)| *s);
    find(MATH).map(|spelling| (spelling, Mode::Math)).or_else(|| find(TEXT).map(|spelling| (spelling, Mode::Text)))
}

/// Every character beyond ASCII that is printed as itself or spelled.
pub fn known() -> impl Iterator<Item = char> {
    let letters = ('\u{80}'..='\u{17F}').filter(|c| is_in_every_font(*c));
    letters.chain(MATH.iter().chain(TEXT).map(|(c, _)| *c))
}

/// What is spelled in text.
const TEXT: &[(char, &str)] = &[
    ('\u{A0}', "~"),
    ('\u{AD}', r"\-"),
    ('\u{2009}', r"\,"),
    ('\u{200B}', ""),
    ('\u{202F}', r"\,"),
    ('\u{FEFF}', ""),
    ('‐', "-{}"),
    ('‑', r"\mbox{-}"),
    ('‒', "--{}"),
    ('–', "--{}"),
    ('—', "---{}"),
    ('‘', "`{}"),
    ('’', "'{}"),
    ('‚', ",{}"),
    ('“', "``{}"),
    ('”', "''{}"),
    ('…', r"\dots{}"),
    ('•', r"\textbullet{}"),
    ('§', r"\S{}"),
    ('¶', r"\P{}"),
    ('†', r"\dag{}"),
    ('‡', r"\ddag{}"),
    ('©', r"\copyright{}"),
    ('£', r"\pounds{}"),
    ('¡', "!`{}"),
    ('¿', "?`{}"),
];

/// What is spelled as a formula.
const MATH: &[(char, &str)] = &[
    ('α', r"\alpha"),
    ('β', r"\beta"),
    ('γ', r"\gamma"),
    ('δ', r"\delta"),
    ('ε', r"\varepsilon"),
    ('ϵ', r"\epsilon"),
    ('ζ', r"\zeta"),
    ('η', r"\eta"),
    ('θ', r"\theta"),
    ('ϑ', r"\vartheta"),
    ('ι', r"\iota"),
    ('κ', r"\kappa"),
    ('λ', r"\lambda"),
    ('μ', r"\mu"),
    ('µ', r"\mu"),
    ('ν', r"\nu"),
    ('ξ', r"\xi"),
    ('ο', "o"),
    ('π', r"\pi"),
    ('ρ', r"\rho"),
    ('ς', r"\varsigma"),
    ('σ', r"\sigma"),
    ('τ', r"\tau"),
    ('υ', r"\upsilon"),
    ('φ', r"\varphi"),
    ('ϕ', r"\phi"),
    ('χ', r"\chi"),
    ('ψ', r"\psi"),
    ('ω', r"\omega"),
    ('Α', r"\mathrm{A}"),
    ('Β', r"\mathrm{B}"),
    ('Γ', r"\Gamma"),
    ('Δ', r"\Delta"),
    ('Ε', r"\mathrm{E}"),
    ('Ζ', r"\mathrm{Z}"),
    ('Η', r"\mathrm{H}"),
    ('Θ', r"\Theta"),
    ('Ι', r"\mathrm{I}"),
    ('Κ', r"\mathrm{K}"),
    ('Λ', r"\Lambda"),
    ('Μ', r"\mathrm{M}"),
    ('Ν', r"\mathrm{N}"),
    ('Ξ', r"\Xi"),
    ('Ο', r"\mathrm{O}"),
    ('Π', r"\Pi"),
    ('Ρ', r"\mathrm{P}"),
    ('Σ', r"\Sigma"),
    ('Τ', r"\mathrm{T}"),
    ('Υ', r"\Upsilon"),
    ('Φ', r"\Phi"),
    ('Χ', r"\mathrm{X}"),
    ('Ψ', r"\Psi"),
    ('Ω', r"\Omega"),
    ('⁰', "{}^0"),
    ('¹', "{}^1"),
    ('²', "{}^2"),
    ('³', "{}^3"),
    ('⁴', "{}^4"),
    ('⁵', "{}^5"),
    ('⁶', "{}^6"),
    ('⁷', "{}^7"),
    ('⁸', "{}^8"),
    ('⁹', "{}^9"),
    ('⁺', "{}^+"),
    ('⁻', "{}^-"),
    ('ⁿ', "{}^n"),
    ('ᵀ', r"{}^\top"),
    ('₀', "{}_0"),
    ('₁', "{}_1"),
    ('₂', "{}_2"),
    ('₃', "{}_3"),
    ('₄', "{}_4"),
    ('₅', "{}_5"),
    ('₆', "{}_6"),
    ('₇', "{}_7"),
    ('₈', "{}_8"),
    ('₉', "{}_9"),
    ('₊', "{}_+"),
    ('₋', "{}_-"),
    ('ᵢ', "{}_i"),
    ('ⱼ', "{}_j"),
    ('ₖ', "{}_k"),
    ('ₗ', "{}_l"),
    ('ₘ', "{}_m"),
    ('ₙ', "{}_n"),
    ('¬', r"\neg"),
    ('°', r"{}^\circ"),
    ('±', r"\pm"),
    ('∓', r"\mp"),
    ('·', r"\cdot"),
    ('×', r"\times"),
    ('÷', r"\div"),
    ('−', "-"),
    ('∗', r"\ast"),
    ('∘', r"\circ"),
    ('∙', r"\bullet"),
    ('½', r"\tfrac12"),
    ('¼', r"\tfrac14"),
    ('¾', r"\tfrac34"),
    ('⅓', r"\tfrac13"),
    ('⅔', r"\tfrac23"),
    ('‖', r"\|"),
    ('∣', r"\mid"),
    ('∥', r"\parallel"),
    ('′', "{}'"),
    ('″', "{}''"),
    ('ℓ', r"\ell"),
    ('ℂ', r"\mathbb{C}"),
    ('ℕ', r"\mathbb{N}"),
    ('ℚ', r"\mathbb{Q}"),
    ('ℝ', r"\mathbb{R}"),
    ('ℤ', r"\mathbb{Z}"),
    ('←', r"\leftarrow"),
    ('→', r"\rightarrow"),
    ('↔', r"\leftrightarrow"),
    ('↦', r"\mapsto"),
    ('⇐', r"\Leftarrow"),
    ('⇒', r"\Rightarrow"),
    ('⇔', r"\Leftrightarrow"),
    ('∀', r"\forall"),
    ('∃', r"\exists"),
    ('∂', r"\partial"),
    ('∅', r"\emptyset"),
    ('∇', r"\nabla"),
    ('∈', r"\in"),
    ('∉', r"\notin"),
    ('∏', r"\prod"),
    ('∑', r"\sum"),
    ('√', r"\surd"),
    ('∝', r"\propto"),
    ('∞', r"\infty"),
    ('∧', r"\wedge"),
    ('∨', r"\vee"),
    ('∩', r"\cap"),
    ('∪', r"\cup"),
    ('∫', r"\int"),
    ('∼', r"\sim"),
    ('≅', r"\cong"),
    ('≈', r"\approx"),
    ('≠', r"\ne"),
    ('≡', r"\equiv"),
    ('≤', r"\le"),
    ('≥', r"\ge"),
    ('≪', r"\ll"),
    ('≫', r"\gg"),
    ('⊂', r"\subset"),
    ('⊃', r"\supset"),
    ('⊆', r"\subseteq"),
    ('⊇', r"\supseteq"),
    ('⊕', r"\oplus"),
    ('⊗', r"\otimes"),
    ('⊤', r"\top"),
    ('⊥', r"\bot"),
    ('⟨', r"\langle"),
    ('⟩', r"\rangle"),
];
