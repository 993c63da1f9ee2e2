// Narrows the list of certificates, and keeps what is chosen in the address. Without this script the list is whole and the form
// stays hidden.
"use strict";
(() => {
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const groups = Array.from(document.querySelectorAll(".group"), (group) => ({
    group,
    number: group.querySelector(".number"),
    cards: Array.from(group.querySelectorAll(".cards > li"), (card) => ({ card, text: card.textContent.toLowerCase() })),
  }));
  const total = groups.reduce((sum, { cards }) => sum + cards.length, 0);
  const keys = ["architecture", "activation", "depth", "verdict", "hypothesis"];
  const apply = () => {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = keys.map((key) => [key, form.elements[key].value]).filter(([, value]) => value);
    let shown = 0;
    for (const { group, number, cards } of groups) {
      let here = 0;
      for (const { card, text } of cards) {
        const has = ([key, value]) => card.dataset[key].split(" ").includes(value);
        const fits = wanted.every(has) && words.every((word) => text.includes(word));
        card.hidden = !fits;
        here += fits ? 1 : 0;
      }
      group.hidden = here === 0;
      number.textContent = here;
      shown += here;
    }
    const all = `${total} certificate${total === 1 ? "" : "s"}`;
    count.textContent = shown === total ? all : `${shown} of ${all}`;
  };
  // The address holds what is chosen: index.html?q=dead&depth=2
  const remember = () => {
    const chosen = new URLSearchParams();
    for (const key of ["q", ...keys]) if (form.elements[key].value) chosen.set(key, form.elements[key].value);
    const query = chosen.size > 0 ? `?${chosen}` : location.pathname;
    try {
      history.replaceState(null, "", query + location.hash);
    } catch {
      // A browser that lets no page opened from a file change its address.
    }
  };
  for (const [key, value] of new URLSearchParams(location.search)) {
    if (key === "q" || keys.includes(key)) form.elements[key].value = value;
  }
  form.addEventListener("input", () => { apply(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
  form.hidden = false;
  apply();
})();
