// Narrows the list of certificates. Without this script the list is whole and the form stays hidden.
"use strict";
(() => {
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const cards = Array.from(document.querySelectorAll("#list > li"), (card) => ({
    card,
    text: card.textContent.toLowerCase(),
  }));
  const keys = ["architecture", "activation", "depth", "verdict", "hypothesis"];
  const apply = () => {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = keys.map((key) => [key, form.elements[key].value]).filter(([, value]) => value);
    let shown = 0;
    for (const { card, text } of cards) {
      const has = ([key, value]) => card.dataset[key].split(" ").includes(value);
      const fits = wanted.every(has) && words.every((word) => text.includes(word));
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    const total = `${cards.length} certificate${cards.length === 1 ? "" : "s"}`;
    count.textContent = shown === cards.length ? total : `${shown} of ${total}`;
  };
  // A link may carry a search: index.html?q=dead&depth=2
  for (const [key, value] of new URLSearchParams(location.search)) {
    if (key === "q" || keys.includes(key)) form.elements[key].value = value;
  }
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  form.hidden = false;
  apply();
})();
