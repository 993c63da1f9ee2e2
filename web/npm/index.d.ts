/** What the checker says of a claim. */
export interface Verdict {
  /** The claim's name, as in the certificate: `"kkt"`, `"local_optimum"` … */
  claim: string;
  /** The layer that it is about, counted from 0; `null` for all of them. */
  layer: number | null;
  accepted: boolean;
  /** Why it is rejected, with the place and the values. */
  reason: string | null;
}

export interface Checked {
  title: string | null;
  /** Whether every claim is accepted, and there is one. */
  accepted: boolean;
  /** In the order of the certificate. */
  claims: Verdict[];
}

/**
 * Checks every claim of a certificate in exact arithmetic.
 *
 * @param certificate The text of the JSON file, not what `JSON.parse` made of it.
 * @throws {SyntaxError} What is wrong with a text that is no certificate, and where.
 * @example
 * const { check } = require("margincert");
 * const { accepted, claims } = check(require("node:fs").readFileSync("certificate.json", "utf8"));
 */
export function check(certificate: string): Checked;

/** The version of margincert that the checker is of. */
export const version: string;
