// The table of the collection: search, ranges, sorting, and what is chosen kept in the address. Rows come from collection-rows.js; the
// certificates are loaded when a selection is downloaded.
"use strict";
(() => {
  const NAMES = ["name", "id", "architecture", "activation", "depth", "shape", "samples", "units", "kinks", "active",
    "supporting", "ratio", "order", "verdict", "layers", "hypothesis", "breaks", "reasons", "finder", "date"];
  const NUMBERS = ["depth", "samples", "units", "kinks", "active", "supporting", "ratio", "order"];
  const CHOICES = ["architecture", "activation", "hypothesis", "verdict"];
  const COLUMNS = ["id", "architecture", "activation", "depth", "shape", "samples", "units", "kinks", "active",
    "supporting", "ratio", "order", "verdict"];
  const STEP = 100;
  const entries = ROWS.map((row) => {
    const entry = Object.fromEntries(NAMES.map((name, place) => [name, row[place]]));
    entry.text = [entry.shape, entry.verdict, entry.finder, entry.date, ...entry.reasons].join(" ").toLowerCase();
    return entry;
  });
  const form = document.getElementById("choose");
  const body = document.querySelector("#entries tbody");
  const count = document.getElementById("count");
  const more = document.getElementById("more");
  let [sort, shown, found] = ["", STEP, entries];

  for (const key of CHOICES) {
    for (const value of Array.from(new Set(entries.map((entry) => entry[key]))).sort()) {
      form.elements[key].add(new Option(value, value));
    }
  }
  const number = (value) => value === null ? "unknown" : Number.isInteger(value) ? String(value) : value.toPrecision(6);
  const words = (entry, key) => key === "order" && entry[key] === null && entry.verdict !== "unknown"
    ? "–" : NUMBERS.includes(key) ? number(entry[key]) : entry[key];
  const cell = (row, content) => {
    const td = row.insertCell();
    td.append(content);
    return td;
  };
  const link = (entry) => {
    const a = document.createElement("a");
    a.href = `certificates/${entry.name}.html`;
    a.title = entry.id;
    a.textContent = entry.id.slice(0, 12);
    return a;
  };
  const draw = () => {
    body.replaceChildren();
    for (const entry of found.slice(0, shown)) {
      const row = body.insertRow();
      cell(row, link(entry));
      for (const key of COLUMNS.slice(1)) {
        const td = cell(row, words(entry, key));
        if (NUMBERS.includes(key)) td.className = "number";
        if (key === "verdict") td.title = entry.layers.map((verdict, layer) => `layer ${layer}: ${verdict}`).join("; ");
      }
      const why = cell(row, entry.reasons[0]);
      if (entry.reasons.length > 1) {
        const details = document.createElement("details");
        const summary = document.createElement("summary");
        summary.textContent = `and ${entry.reasons.length - 1} more`;
        const list = document.createElement("ul");
        for (const reason of entry.reasons.slice(1)) list.appendChild(document.createElement("li")).textContent = reason;
        details.append(summary, list);
        why.append(" ", details);
      }
    }
    more.hidden = found.length <= shown;
    const all = `${entries.length} entries`;
    count.textContent = found.length === entries.length ? all : `${found.length} of ${all}`;
  };
  const apply = () => {
    const asked = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const choices = CHOICES.map((key) => [key, form.elements[key].value]).filter(([, value]) => value);
    const breaks = form.elements.breaks.value;
    const ranges = NUMBERS.map((key) => [key, form.elements[`least-${key}`].value, form.elements[`most-${key}`].value])
      .filter(([, least, most]) => least || most);
    // What is unknown is in no range.
    const within = (entry) => ([key, least, most]) =>
      entry[key] !== null && (!least || entry[key] >= Number(least)) && (!most || entry[key] <= Number(most));
    found = entries.filter((entry) =>
      choices.every(([key, value]) => entry[key] === value)
      && (!breaks || entry.breaks.includes(breaks))
      && ranges.every(within(entry))
      && asked.every((word) => entry.id.startsWith(word) || entry.text.includes(word)));
    if (sort) {
      const key = sort.replace("-", "");
      const sign = sort.startsWith("-") ? -1 : 1;
      const compare = (a, b) => NUMBERS.includes(key) ? a - b : a < b ? -1 : a > b ? 1 : 0;
      // What is unknown comes last, whichever way round.
      found.sort((a, b) => a[key] === null || b[key] === null
        ? (a[key] === null) - (b[key] === null) : sign * compare(a[key], b[key]));
    }
    for (const button of document.querySelectorAll("[data-sort]")) {
      const order = sort === button.dataset.sort ? "ascending" : sort === `-${button.dataset.sort}` ? "descending" : "none";
      button.closest("th").setAttribute("aria-sort", order);
    }
    shown = STEP;
    draw();
  };
  // The address holds what is chosen: collection.html?verdict=global&least-kinks=2&sort=-ratio
  const fields = () => Array.from(form.elements).filter((field) => field.name);
  const remember = () => {
    const chosen = new URLSearchParams();
    for (const field of fields()) if (field.value) chosen.set(field.name, field.value);
    if (sort) chosen.set("sort", sort);
    try {
      history.replaceState(null, "", chosen.size > 0 ? `?${chosen}` : location.pathname);
    } catch {
      // A browser that lets no page opened from a file change its address.
    }
  };
  const change = () => { apply(); remember(); };
  for (const [key, value] of new URLSearchParams(location.search)) {
    if (key === "sort") {
      if (COLUMNS.includes(value.replace("-", ""))) sort = value;
    } else if (form.elements[key]) {
      form.elements[key].value = value;
    }
  }
  document.getElementById("ranges").open = NUMBERS.some((key) => form.elements[`least-${key}`].value || form.elements[`most-${key}`].value);
  for (const button of document.querySelectorAll("[data-sort]")) {
    button.addEventListener("click", () => {
      const key = button.dataset.sort;
      sort = sort === key ? `-${key}` : sort === `-${key}` ? "" : key;
      change();
    });
  }
  form.addEventListener("input", change);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { sort = ""; change(); }));
  more.addEventListener("click", () => { shown += STEP; draw(); });

  const save = (name, type, text) => {
    const a = document.createElement("a");
    a.href = URL.createObjectURL(new Blob([text], { type }));
    a.download = name;
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 1000);
  };
  const quoted = (value) => `"${String(value).replaceAll('"', '""')}"`;
  const csv = () => {
    const keys = NAMES.slice(1);
    const value = (entry, key) => entry[key] === null ? "unknown" : Array.isArray(entry[key]) ? entry[key].join("; ") : entry[key];
    const rows = found.map((entry) => keys.map((key) => quoted(value(entry, key))).join(","));
    save("collection.csv", "text/csv", [keys.join(","), ...rows].join("\r\n") + "\r\n");
  };
  const lines = () => save("selection.jsonl", "application/jsonl", found.map((entry) => window.LINES[entry.name] + "\n").join(""));
  for (const button of document.querySelectorAll("[data-kind]")) {
    button.addEventListener("click", () => {
      if (button.dataset.kind === "csv") return csv();
      if (window.LINES) return lines();
      const script = document.createElement("script");
      script.src = "collection-lines.js";
      script.onload = lines;
      document.body.append(script);
    });
  }
  form.hidden = false;
  document.getElementById("download").hidden = false;
  document.getElementById("entries").hidden = false;
  apply();
})();
