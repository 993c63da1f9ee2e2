//! The atlas: a static site about accepted certificates, to be opened from the file system.
//!
//! [`page`] is a page about one certificate, [`index`] the page that leads to them, [`site`] puts them on disk. No page needs a
//! script to be read, and none asks for anything but its own files.

pub mod card;
mod data;
pub mod index;
pub mod names;
mod network;
pub mod page;
mod plot;
mod shell;
pub mod site;
mod trajectory;

/// The style of all pages.
pub const STYLE: &str = include_str!("style.css");

/// The script that filters the index; without it the list is whole.
const FILTER: &str = include_str!("filter.js");
