// The exact checker of margincert in Node: the WebAssembly that every atlas has. It reads no file and asks for nothing.
"use strict";
const { gunzipSync } = require("node:zlib");
require("./checker.js");

const { version, wasm } = globalThis.margincertChecker;
const bytes = gunzipSync(Buffer.from(wasm, "base64"));
const { memory, input, check: run, output, output_length: length } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;

/** Checks every claim of a certificate: see index.d.ts. */
const check = (certificate) => {
  if (typeof certificate !== "string") {
    throw new TypeError("check expects a certificate's JSON as a string: numbers that were parsed are no longer exact");
  }
  const document = new TextEncoder().encode(certificate);
  const place = input(document.length);
  new Uint8Array(memory.buffer, place, document.length).set(document);
  run();
  const answer = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length())));
  if (answer.unreadable !== undefined) throw new SyntaxError(answer.unreadable);
  // A document that claims nothing has nothing that could be accepted.
  const accepted = answer.claims.length > 0 && answer.claims.every((claim) => claim.accepted);
  return { title: answer.title, accepted, claims: answer.claims };
};

module.exports = { check, version };
