//! The atlas: a static site about accepted certificates, to be opened from the file system.
//!
//! [`page`] is a page about one certificate, [`index`] the page that leads to them, [`theorems`] the page about what no
//! certificate can prove, [`site`] puts them on disk. No page needs a script to be read, and none asks for anything but its own
//! files.

pub mod axis;
pub mod card;
pub mod collection;
pub mod conjectures;
mod data;
mod hyperplanes;
pub mod index;
pub mod names;
mod network;
pub mod page;
mod plot;
mod shell;
pub mod site;
pub mod theorems;
mod trajectory;

/// The style of all pages.
pub const STYLE: &str = include_str!("style.css");

/// The script that filters the index; without it the list is whole.
const FILTER: &str = include_str!("filter.js");

/// The script that runs the checker on a certificate's page.
pub const CHECK: &str = include_str!("check.js");

/// The checker as WebAssembly, which `web/build` makes from the kernel's sources.
pub const CHECKER: &str = include_str!("checker.js");

/// The playground: one page with the prover as WebAssembly in it, made by `web/build` too.
pub const PLAYGROUND: &str = include_str!("../../../docs/playground.html");
