//! Reports: explanations, tables, the atlas.

mod browser;
mod chromium;
mod collection;
mod enclosed;
mod golden;
mod guide;
mod hostile;
mod latex;
mod limits;
mod links;
mod node;
mod not_kkt;
mod playground;
#[path = "../support/process.rs"]
mod process;
mod progress;
mod rejected;
mod scale;
#[path = "../support/scratch.rs"]
mod scratch;
mod site;
mod small;
mod speed;
mod tables;
mod tools;
mod trials;
