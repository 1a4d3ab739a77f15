// A text field that offers places while one types; the plain field works without this file. The keyboard and the
// roles follow the combobox pattern of the ARIA Authoring Practices: focus stays in the field.
const parts = (combo) => ({
  input: combo.querySelector("input"),
  pop: combo.querySelector(".pop"),
  list: combo.querySelector("[role=listbox]"),
  told: combo.querySelector("[role=status]"),
});

function choose(combo, option) {
  const { input, list } = parts(combo);
  for (const each of list.children) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

function close(combo) {
  const { input, pop, list, told } = parts(combo);
  pop.hidden = true;
  list.replaceChildren(); // the options' ids may stand in one list at a time
  told.textContent = "";
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function open(combo) {
  const { input, pop, list, told } = parts(combo);
  if (!input.value.trim() || document.activeElement !== input) return close(combo);
  const count = list.children.length;
  pop.hidden = false;
  input.setAttribute("aria-expanded", String(count > 0));
  told.textContent = count ? `${count} ${count === 1 ? "place" : "places"}` : "No place of the country begins like this.";
}

function take(combo, option) {
  const { input } = parts(combo);
  input.value = option.dataset.name;
  close(combo);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function onKey(event) {
  const combo = event.currentTarget.closest(".combo");
  const { list } = parts(combo);
  const options = [...list.children];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length) choose(combo, options[(at + step + (at < 0 && step < 0) + options.length) % options.length]);
  else if (event.key === "Enter" && at >= 0) take(combo, options[at]);
  else if (event.key === "Escape" && !parts(combo).pop.hidden) close(combo);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

for (const combo of document.querySelectorAll(".combo")) {
  const { input, list } = parts(combo);
  const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries({ ...roles, autocomplete: "off" })) input.setAttribute(name, value);
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", () => close(combo));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(combo, option);
  });
  combo.addEventListener("htmx:configRequest", (event) => {
    const country = combo.closest("form").elements[combo.dataset.country];
    event.detail.parameters.q = input.value;
    event.detail.parameters.country = country.value;
  });
  combo.addEventListener("htmx:afterSwap", () => open(combo));
}
