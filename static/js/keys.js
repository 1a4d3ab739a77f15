// Single-key shortcuts. Off inside fields and dialogs, never with Ctrl, Alt or Meta, and off by the person's choice.
const dialog = document.getElementById("keys");
const links = { o: "overview", i: "images", r: "runs" };
let chord = "";

function follow(selector) {
  document.querySelector(selector)?.click();
}

// N and P walk through the changes of a comparison.
function step(by) {
  const rows = [...document.querySelectorAll("[data-change]")];
  const at = rows.findIndex((row) => row.hasAttribute("data-on"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  rows[at]?.removeAttribute("data-on");
  next?.setAttribute("data-on", "");
  next?.scrollIntoView({ block: "center" });
}

const actions = {
  g: () => (chord = "g"),
  c: () => follow("[data-key=watch]"),
  d: () => follow("[data-key=compare]"),
  n: () => step(1),
  p: () => step(-1),
  "/": () => document.querySelector("input[type=search]")?.focus(),
  "?": () => dialog.showModal(),
};

function isOff(event) {
  const typing = event.target.matches("input, select, textarea, [contenteditable]");
  const off = document.body.dataset.shortcuts === "off";
  return off || typing || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (isOff(event)) return;
  const key = event.key.toLowerCase();
  if (chord) {
    chord = "";
    if (links[key]) follow(`[data-go=${links[key]}]`);
  } else if (actions[key]) {
    event.preventDefault();
    actions[key]();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) dialog.showModal();
});
