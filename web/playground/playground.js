// The playground: a form for an instance, the drawings of the module, and the prover in a worker of its own that can be stopped.
"use strict";
(() => {
  const find = (name) => document.getElementById(name);
  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  // ---- The module, in workers. Everything in `work` runs there.
  const work = () => {
    let exports = null;
    const answer = async (data) => {
      if (data.packed) {
        const bytes = Uint8Array.from(atob(data.packed), (c) => c.charCodeAt(0));
        const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
        const imports = { page: { milliseconds: () => performance.now() } };
        exports = (await WebAssembly.instantiate(await new Response(stream).arrayBuffer(), imports)).instance.exports;
        return { ready: true };
      }
      const document = new TextEncoder().encode(data.text);
      const at = exports.input(document.length);
      new Uint8Array(exports.memory.buffer, at, document.length).set(document);
      exports[data.call](...data.parameters);
      const found = new Uint8Array(exports.memory.buffer, exports.output(), exports.output_length());
      return { answer: JSON.parse(new TextDecoder().decode(found)) };
    };
    // What goes wrong in a promise would reach nobody: it is told like an answer.
    onmessage = ({ data }) => answer(data).then(postMessage, (error) => postMessage({ failed: String(error) }));
  };
  class Service {
    constructor() { this.start(); }
    start() {
      const source = URL.createObjectURL(new Blob([`(${work})()`], { type: "text/javascript" }));
      this.worker = new Worker(source);
      URL.revokeObjectURL(source);
      this.waiting = null;
      this.ready = new Promise((resolve, reject) => { this.waiting = { resolve, reject }; });
      const worker = this.worker;
      const failed = () => { if (worker === this.worker) this.waiting.reject(new Error("the module came to an early end")); };
      worker.onmessage = ({ data }) => {
        if (data.failed !== undefined) failed();
        else if (worker === this.worker) this.waiting.resolve(data.answer);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        failed();
      };
      worker.postMessage({ packed: globalThis.margincertModule });
      this.ready.catch(() => {});
    }
    /// One call at a time: the caller waits for the answer before the next.
    async call(call, text, ...parameters) {
      await this.ready;
      const answer = new Promise((resolve, reject) => { this.waiting = { resolve, reject }; });
      this.worker.postMessage({ call, text, parameters });
      return answer;
    }
    /// Ends the call under way, which rejects, and begins anew.
    stop() {
      this.worker.terminate();
      this.waiting.reject(new Error("stopped"));
      this.start();
    }
  }

  // ---- The instance. The text is the truth; the form shows and changes it.
  const text = find("text");
  let instance = null;
  const numberText = (value) => (Array.isArray(value) ? `[${value.map(numberText).join(", ")}]` : String(value));
  const readNumber = (typed) => {
    const list = typed.trim().match(/^\[(.*)\]$/s);
    return list ? list[1].split(",").map(readNumber) : typed.trim();
  };
  const write = (document) => {
    // Lists of numbers stay on one line.
    const short = (value) => Array.isArray(value) && JSON.stringify(value).length < 80;
    const print = (value, indent) => {
      if (value === null || typeof value !== "object" || short(value)) return JSON.stringify(value).replaceAll(",", ", ");
      const inner = `${indent}  `;
      const items = Array.isArray(value)
        ? value.map((item) => inner + print(item, inner))
        : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${print(item, inner)}`);
      const [open, close] = Array.isArray(value) ? "[]" : "{}";
      return items.length === 0 ? open + close : `${open}\n${items.join(",\n")}\n${indent}${close}`;
    };
    return `${print(document, "")}\n`;
  };
  const units = (layer, inputs) => ({
    dense: () => layer.outputs,
    diagonal: () => inputs,
    convolution: () => (layer.filters ?? 1) * layer.patches.length,
    template: () => layer.entries.length,
  })[layer.weights]();
  /// For each layer its inputs, its units, and how its parameters are laid out: rows of a table.
  const shapes = ({ network }) => {
    let inputs = network.inputs;
    return network.layers.map((layer) => {
      const shape = { layer, inputs, outputs: units(layer, inputs) };
      if (layer.weights === "dense") [shape.rows, shape.columns] = [layer.outputs, inputs];
      else if (layer.weights === "diagonal") [shape.rows, shape.columns] = [1, inputs];
      else if (layer.weights === "convolution") [shape.rows, shape.columns] = [layer.filters ?? 1, layer.patches[0].length];
      else [shape.rows, shape.columns] = [1, 1 + Math.max(-1, ...layer.entries.flat().filter((entry) => entry !== null))];
      inputs = shape.outputs;
      return shape;
    });
  };
  /// Weights that keep their place in the table where a layer grows or shrinks; new ones are 0.
  const resize = (before) => {
    const after = shapes(instance);
    instance.point = after.map((shape, l) => {
      const old = before[l], weights = instance.point[l] ?? [];
      const at = (row, column) => (old && row < old.rows && column < old.columns ? weights[row * old.columns + column] : undefined);
      return Array.from({ length: shape.rows * shape.columns }, (_, k) => at(Math.floor(k / shape.columns), k % shape.columns) ?? "0");
    });
    for (const sample of instance.data) {
      sample.x = Array.from({ length: instance.network.inputs }, (_, k) => sample.x[k] ?? "0");
    }
  };
  const change = (edit, { whole = false } = {}) => {
    const before = whole ? shapes(instance) : null;
    edit();
    if (whole) resize(before);
    delete instance.claims;
    text.value = write(instance);
    if (whole) show();
    draw();
  };

  // ---- The form.
  const field = (label, value, set, properties = {}) => {
    const input = element("input", { value, ariaLabel: label, type: "text", autocomplete: "off", spellcheck: false, ...properties });
    input.addEventListener("input", () => change(() => set(input.value)));
    return input;
  };
  const choice = (options, value, set, label) => {
    const select = element("select", { ariaLabel: label ?? "" });
    for (const [key, name] of options) select.append(element("option", { value: key, textContent: name }));
    select.value = value;
    select.addEventListener("change", () => set(select.value));
    return select;
  };
  const table = (rows) => element("div", { className: "grid" }, element("table", {}, element("tbody", {}, ...rows)));
  const activation = (layer) => (typeof layer.activation === "string" ? layer.activation : "leaky_relu");
  const showLayers = () => {
    const last = instance.network.layers.length - 1;
    find("layers").replaceChildren(...instance.network.layers.map((layer, l) => {
      const parts = [element("span", { textContent: l === last ? `Layer ${l}, the output` : `Layer ${l}` })];
      const kinds = [["dense", "dense"], ["diagonal", "diagonal"]];
      if (!kinds.some(([kind]) => kind === layer.weights)) kinds.push([layer.weights, layer.weights]);
      if (l < last) {
        parts.push(element("label", {}, "Weights", choice(kinds, layer.weights, (kind) => change(() => {
          const inputs = shapes(instance)[l].inputs;
          for (const key of ["outputs", "patches", "filters", "entries"]) delete layer[key];
          layer.weights = kind;
          if (kind === "dense") layer.outputs = inputs;
        }, { whole: true }))));
        if (layer.weights === "dense") {
          const count = element("input", { type: "number", min: 1, max: 50, value: layer.outputs, inputMode: "numeric" });
          count.addEventListener("change", () => {
            const wanted = Math.min(50, Math.max(1, Math.round(count.valueAsNumber || 1)));
            change(() => { layer.outputs = wanted; }, { whole: true });
          });
          parts.push(element("label", {}, "Units", count));
        }
        const named = [["linear", "linear"], ["relu", "ReLU"], ["leaky_relu", "leaky ReLU"]];
        parts.push(element("label", {}, "Activation", choice(named, activation(layer), (kind) => change(() => {
          layer.activation = kind === "leaky_relu" ? { leaky_relu: "1/2" } : kind;
        }, { whole: true }))));
        if (activation(layer) === "leaky_relu") {
          parts.push(element("label", {}, "Slope", field(`slope of layer ${l}`, numberText(layer.activation.leaky_relu), (typed) => {
            layer.activation = { leaky_relu: readNumber(typed) };
          })));
        }
        if (last > 0) {
          const remove = element("button", { type: "button", textContent: "Remove", ariaLabel: `Remove layer ${l}` });
          remove.addEventListener("click", () => change(() => {
            instance.network.layers.splice(l, 1);
            instance.point.splice(l, 1);
          }, { whole: true }));
          parts.push(remove);
        }
      }
      return element("div", { className: "layer" }, ...parts);
    }));
  };
  const showWeights = () => {
    find("weights").replaceChildren(...shapes(instance).map(({ layer, rows, columns }, l) => {
      const row = (r) => {
        const name = layer.weights === "dense" ? `unit ${r}` : layer.weights === "convolution" ? `filter ${r}` : "weights";
        const cell = (c) => element("td", {}, field(`layer ${l}, ${name}, weight ${c}`, numberText(instance.point[l]?.[r * columns + c] ?? ""), (typed) => {
          instance.point[l][r * columns + c] = readNumber(typed);
        }));
        return element("tr", {}, element("th", { scope: "row", textContent: name }), ...Array.from({ length: columns }, (_, c) => cell(c)));
      };
      return element("div", {}, element("p", { className: "note", textContent: `Layer ${l}` }), table(Array.from({ length: rows }, (_, r) => row(r))));
    }));
  };
  const showData = () => {
    const row = (sample, i) => {
      const cells = sample.x.map((value, k) => element("td", {}, field(`sample ${i}, input ${k}`, numberText(value), (typed) => {
        sample.x[k] = readNumber(typed);
      })));
      const label = choice([["1", "+1"], ["-1", "−1"]], String(sample.y), (value) => change(() => { sample.y = Number(value); }), `label of sample ${i}`);
      const remove = element("button", { type: "button", textContent: "×", ariaLabel: `Remove sample ${i}`, disabled: instance.data.length === 1 });
      remove.addEventListener("click", () => change(() => instance.data.splice(i, 1), { whole: true }));
      return element("tr", {}, element("th", { scope: "row", textContent: `x${i}` }), ...cells, element("td", {}, label), element("td", {}, remove));
    };
    find("data").replaceChildren(table(instance.data.map(row)));
  };
  const small = () => shapes(instance).every(({ rows, columns }) => rows * columns <= 200) && instance.data.length <= 100;
  /// Fills the form from the instance; of a document that the form cannot show only the text is left.
  const show = () => {
    let fits = false;
    try {
      fits = small();
      if (fits) {
        find("inputs").value = instance.network.inputs;
        showLayers();
        showWeights();
        showData();
      }
    } catch {
      fits = false;
    }
    for (const name of ["shape", "point", "samples-form"]) find(name).hidden = !fits;
    if (!fits) find("source").open = true;
  };
  const read = () => {
    try {
      instance = JSON.parse(text.value);
      delete instance.claims;
    } catch {
      instance = null;
    }
    show();
    draw();
  };

  // ---- Drawing, checking and proving.
  const drawer = new Service(), prover = new Service();
  let drawing = false, again = false;
  const problem = (words) => { find("problem").textContent = words; };
  const draw = async () => {
    compare();
    if (drawing) { again = true; return; }
    drawing = true;
    do {
      again = false;
      const answer = await drawer.call("draw", text.value).catch(() => ({ unreadable: "the drawing came to an early end" }));
      problem(answer.unreadable ?? "");
      find("drawing").classList.toggle("stale", answer.unreadable !== undefined);
      if (answer.html !== undefined) find("drawing").innerHTML = answer.html;
    } while (again);
    drawing = false;
  };
  // The text that the verdict is about. When it has been changed, the page says that the verdict is not about the change.
  let judged = null;
  const compare = () => {
    const changed = judged !== null && text.value !== judged;
    find("before").hidden = !changed;
    for (const name of ["verdict", "result"]) find(name).classList.toggle("stale", changed);
  };
  const verdict = (words, kind = "") => {
    find("verdict").textContent = words;
    find("verdict").className = kind;
    compare();
  };
  const kinds = { global_optimum: "good", local_optimum: "good", not_local_optimum: "bad", not_kkt: "bad", infeasible: "bad" };
  let certificate = "", address = null, clock = null;
  const rest = () => {
    clearInterval(clock);
    find("certify").disabled = false;
    find("stop").hidden = true;
  };
  const certify = async () => {
    const seconds = Math.min(600, Math.max(1, find("seconds").valueAsNumber || 10));
    find("certify").disabled = true;
    find("stop").hidden = false;
    find("result").hidden = true;
    const start = performance.now();
    judged = text.value;
    verdict("Looking for proofs …");
    clearInterval(clock);
    clock = setInterval(() => {
      // A screen reader is not told every second.
      document.title = `${Math.round((performance.now() - start) / 1e3)} s – margincert playground`;
    }, 1000);
    let answer;
    try {
      answer = await prover.call("certify", text.value, seconds);
    } catch (error) {
      rest();
      document.title = "margincert playground";
      if (error.message !== "stopped") { verdict(`No verdict: ${error.message}.`, "bad"); prover.stop(); }
      else verdict("Stopped before there was a verdict.");
      return;
    }
    rest();
    document.title = "margincert playground";
    if (answer.unreadable !== undefined) return verdict(`Not an instance: ${answer.unreadable}`, "bad");
    if (answer.failed !== undefined) return verdict(`An error in this program: ${answer.failed}`, "bad");
    const time = ((performance.now() - start) / 1e3).toFixed(2);
    verdict(`The point is ${answer.verdict}. Found in ${time} s${answer.decided ? "" : "; the rest is open"}.`, kinds[answer.key] ?? "middling");
    find("steps").replaceChildren(...answer.steps.map((step) => element("tr", {},
      element("th", { scope: "row", textContent: step.question }),
      element("td", { textContent: step.answer.replaceAll("`", "") }),
      element("td", { textContent: step.milliseconds.toFixed(1) }))));
    certificate = answer.certificate;
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(new Blob([certificate], { type: "application/json" }));
    find("download").href = address;
    find("checked").textContent = "";
    find("checked").className = "";
    find("findings").innerHTML = answer.html ?? "";
    find("check-again").hidden = find("download").hidden = answer.html === null;
    find("result").hidden = false;
  };
  find("form").addEventListener("submit", (event) => { event.preventDefault(); certify(); });
  find("stop").addEventListener("click", () => prover.stop());
  find("check-again").addEventListener("click", async () => {
    const start = performance.now();
    const { claims } = await drawer.call("check", certificate);
    const accepted = claims.filter((claim) => claim.accepted).length;
    find("checked").textContent = `Accepted: ${accepted} of ${claims.length} claims, in ${(performance.now() - start).toFixed(1)} ms.`;
    find("checked").className = accepted === claims.length ? "good" : "bad";
  });
  text.addEventListener("input", read);
  find("file").addEventListener("change", async ({ target }) => {
    if (target.files.length === 0) return;
    text.value = await target.files[0].text();
    read();
  });
  find("inputs").addEventListener("change", ({ target }) => {
    const wanted = Math.min(50, Math.max(1, Math.round(target.valueAsNumber || 1)));
    change(() => { instance.network.inputs = wanted; }, { whole: true });
  });
  find("add-layer").addEventListener("click", () => {
    const before = shapes(instance), { layers } = instance.network;
    const inputs = before[before.length - 1].inputs;
    change(() => {
      layers.splice(layers.length - 1, 0, { weights: "dense", outputs: inputs, activation: "relu" });
      instance.point.splice(layers.length - 2, 0, Array.from({ length: inputs * inputs }, (_, k) => (k % (inputs + 1) === 0 ? "1" : "0")));
    });
    show();
  });
  find("add-sample").addEventListener("click", () => change(() => {
    instance.data.push({ x: Array.from({ length: instance.network.inputs }, () => "0"), y: 1 });
  }, { whole: true }));
  const examples = [...document.querySelectorAll("script[type='application/json']")];
  const load = (example) => {
    instance = JSON.parse(example.textContent);
    delete instance.claims;
    text.value = write(instance);
    judged = null;
    verdict("");
    find("result").hidden = true;
    show();
    draw();
  };
  for (const [place, example] of examples.entries()) find("example").append(element("option", { value: place, textContent: example.dataset.title }));
  find("example").addEventListener("change", ({ target }) => load(examples[target.value]));
  // Beside an atlas there is a way back to it.
  find("atlas-link").hidden = !/\/playground\.html$/.test(location.pathname) || /\/docs\/playground\.html$/.test(location.pathname);
  find("form").hidden = false;
  load(examples[0]);
  certify();
})();
