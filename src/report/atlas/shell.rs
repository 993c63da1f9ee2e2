//! What every page has around its content.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page: `root` leads from it to the folder of the site.
pub fn page(title: &str, root: &str, content: Markup, script: Option<&str>) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href={ (root) "style.css" };
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    nav aria-label="Atlas" { a href={ (root) "index.html" } { "Atlas of certificates" } }
                }
                main id="content" { (content) }
                footer {
                    p { "Printed from claims that passed the exact checker of " code { "margincert" } "." }
                }
                @if let Some(script) = script { script { (PreEscaped(script)) } }
            }
        }
    };
    page.into_string()
}
