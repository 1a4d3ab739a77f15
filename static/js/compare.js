// The compare stage: slide, side by side, blink. Without this file the pictures stand side by side.
const MODES = ["slide", "side", "blink"];

function show(stage, mode) {
  stage.dataset.mode = mode;
  for (const button of document.querySelectorAll("[data-cmp]"))
    button.setAttribute("aria-pressed", String(button.dataset.cmp === mode));
}

function slide(input) {
  input.closest(".cmp").style.setProperty("--x", `${input.value}%`);
}

// The mode that was chosen last is kept from match to match.
function ready() {
  const stage = document.querySelector(".cmp:has(input)");
  if (!stage || stage.dataset.ready) return;
  stage.dataset.ready = "yes";
  const kept = sessionStorage.getItem("compare");
  show(stage, MODES.includes(kept) ? kept : "slide");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-cmp]");
  const stage = document.querySelector(".cmp:has(input)");
  if (!button || !stage) return;
  sessionStorage.setItem("compare", button.dataset.cmp);
  show(stage, button.dataset.cmp);
});

document.addEventListener("input", (event) => {
  if (event.target.matches(".cmp input")) slide(event.target);
});

// After a decision the next match is swapped in: the focus goes to its head, as it does when a page is opened.
document.addEventListener("htmx:afterSettle", () => {
  ready();
  if (document.activeElement === document.body) document.getElementById("match-h")?.focus({ preventScroll: true });
});

ready();
