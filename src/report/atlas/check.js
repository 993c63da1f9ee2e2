// Checks the certificate on this page, as it stands in the text field, with the exact checker compiled to WebAssembly. It runs in a
// worker of the reader's own browser, which loads the checker from a file beside the page and sends nothing. Without this
// script the page is whole, and this part of it hidden.
"use strict";
(() => {
  const part = document.getElementById("check");
  if (!part || !globalThis.Worker || !globalThis.WebAssembly || !globalThis.DecompressionStream) return;
  const find = (name) => document.getElementById(`check-${name}`);
  const [run, stop, verdict, claims, text, file, reset] =
    ["run", "stop", "verdict", "claims", "text", "file", "reset"].map(find);

  // The checker's script, loaded when it is first asked for.
  const loadChecker = () => new Promise((resolve, reject) => {
    if (globalThis.margincertChecker) return resolve(globalThis.margincertChecker);
    const script = document.createElement("script");
    script.src = part.dataset.checker;
    script.onload = () => resolve(globalThis.margincertChecker);
    script.onerror = () => reject(new Error("the file checker.js is missing"));
    document.head.append(script);
  });

  // Everything in here runs in the worker.
  const work = () => {
    const answer = async ({ packed, text }) => {
      const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      const { instance } = await WebAssembly.instantiate(await new Response(stream).arrayBuffer(), {});
      const { memory, input, check, output, output_length: length } = instance.exports;
      const document = new TextEncoder().encode(text);
      const start = performance.now();
      const place = input(document.length);
      new Uint8Array(memory.buffer, place, document.length).set(document);
      check();
      const elapsed = performance.now() - start;
      const found = new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length()));
      return { answer: JSON.parse(found), elapsed };
    };
    // What goes wrong in a promise would reach nobody: it is told like an answer.
    onmessage = ({ data }) => answer(data).then(postMessage, (error) => postMessage({ failed: String(error) }));
  };

  let worker = null;
  const end = () => {
    worker?.terminate();
    worker = null;
    stop.hidden = true;
    run.disabled = false;
  };
  const say = (words, kind) => {
    verdict.textContent = words;
    verdict.className = kind ?? "";
  };
  const show = (answer, elapsed) => {
    const time = `${elapsed < 10 ? elapsed.toFixed(1) : Math.round(elapsed)} ms`;
    if (answer.unreadable !== undefined) return say(`Not a certificate: ${answer.unreadable}`, "bad");
    const total = answer.claims.length;
    const rejected = answer.claims.filter((claim) => !claim.accepted).length;
    if (total === 0) return say("The document makes no claim, so there is nothing to check.", "bad");
    say(rejected === 0
      ? `Accepted: every one of ${total} claims, in ${time}, by the checker in this browser.`
      : `Rejected: ${rejected} of ${total} claims, in ${time}, by the checker in this browser.`,
      rejected === 0 ? "good" : "bad");
    claims.replaceChildren(...answer.claims.map((claim) => {
      const item = document.createElement("li");
      const name = document.createElement("code");
      name.textContent = claim.claim;
      const layer = claim.layer === null ? "" : `, layer ${claim.layer}`;
      item.append(claim.accepted ? "accepted: " : "rejected: ", name, claim.accepted ? layer : `${layer}: ${claim.reason}`);
      item.className = claim.accepted ? "accepted" : "rejected";
      return item;
    }));
  };
  const begin = async () => {
    end();
    run.disabled = true;
    stop.hidden = false;
    claims.replaceChildren();
    say("Checking …");
    try {
      const { wasm } = await loadChecker();
      const source = URL.createObjectURL(new Blob([`(${work})()`], { type: "text/javascript" }));
      const mine = worker = new Worker(source);
      URL.revokeObjectURL(source);
      const failed = () => {
        if (mine !== worker) return;
        end();
        say("Not checked: the checker came to an early end, which says nothing about the certificate.", "bad");
      };
      mine.onmessage = ({ data }) => {
        if (data.failed !== undefined) return failed();
        if (mine !== worker) return;
        end();
        show(data.answer, data.elapsed);
      };
      mine.onerror = (event) => {
        event.preventDefault();
        failed();
      };
      mine.postMessage({ packed: wasm, text: text.value });
    } catch (error) {
      end();
      say(`Not checked: ${error.message}.`, "bad");
    }
  };
  const whole = text.value;
  run.addEventListener("click", begin);
  stop.addEventListener("click", () => {
    end();
    say("Stopped before there was an answer.");
  });
  reset.addEventListener("click", () => {
    text.value = whole;
    say("");
    claims.replaceChildren();
  });
  file.addEventListener("change", async () => {
    if (file.files.length === 0) return;
    text.value = await file.files[0].text();
    begin();
  });
  part.hidden = false;
})();
