//! What every page has around its content.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::report::provenance::VERSION;

/// The script of a page, which it can be read without.
pub enum Script {
    /// A file of the site.
    File(&'static str),
    /// In the page.
    Inline(&'static str),
}

/// A page of the site: `root` leads from it to the folder of the site.
pub fn page(title: &str, root: &str, content: Markup, script: Option<Script>) -> String {
    let style = html! { link rel="stylesheet" href={ (root) "style.css" }; };
    let nav = html! {
        nav aria-label="Atlas" {
            a href={ (root) "index.html" } { "Atlas of certificates" }
            " "
            a href={ (root) "theorems.html" } { "Theorems" }
            " "
            a href={ (root) "playground.html" } { "Playground" }
        }
    };
    let script = match script {
        None => html! {},
        Some(Script::File(name)) => html! { script src={ (root) (name) } {} },
        Some(Script::Inline(source)) => html! { script { (PreEscaped(source)) } },
    };
    whole(title, style, nav, content, script)
}

/// A page that needs nothing beside it.
pub fn alone(title: &str, content: Markup, scripts: &[&str]) -> String {
    let style = html! { style { (PreEscaped(super::STYLE)) } };
    let nav = html! { p { "Certificate" } };
    let script = html! { @for script in scripts { script { (PreEscaped(script)) } } };
    whole(title, style, nav, content, script)
}

fn whole(title: &str, style: Markup, nav: Markup, content: Markup, script: Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="data:,";
                (style)
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header { (nav) }
                main id="content" { (content) }
                footer {
                    p {
                        "Printed by " code { "margincert " (VERSION) } " from claims that passed its exact checker."
                    }
                }
                (script)
            }
        }
    };
    page.into_string()
}
