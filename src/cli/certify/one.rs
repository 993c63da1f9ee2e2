//! One instance: its certificate and the account of what was found.

use std::path::Path;

use super::{Arguments, Certified, certify, colour, json, status_of};
use crate::cli::output::{Output, Printable, diagnose};
use crate::cli::{Failure, Status};
use crate::prove::certify::Account;

/// Certifies the instance at a path.
pub fn run(path: &Path, arguments: &Arguments) -> Result<Status, Failure> {
    let certified = certify(path, arguments.output.as_deref(), arguments);
    let status = status_of(&certified);
    let mut output = Output::stdout();
    match certified {
        certified if arguments.json => output.line(json::object(path, &certified))?,
        Err(error) => diagnose(error),
        Ok(Certified { account, certificate: None }) if !arguments.quiet => for_people(&mut output, &account)?,
        Ok(Certified { certificate: None, .. }) => {}
        Ok(Certified { account, certificate: Some(certificate) }) => {
            output.line(certificate.trim_end())?;
            if !arguments.quiet {
                account.to_string().lines().for_each(diagnose);
            }
        }
    }
    Ok(status)
}

fn for_people(output: &mut Output, account: &Account) -> Result<(), Failure> {
    for (place, line) in account.to_string().lines().enumerate() {
        let line = Printable(line).to_string();
        if place == 0 {
            output.line(output.paint(colour(account.verdict()), &line).into_owned())?;
        } else {
            output.line(line)?;
        }
    }
    Ok(())
}
