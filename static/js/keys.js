// Single-key shortcuts. Off inside fields and dialogs, never with Ctrl, Alt or Meta, and off by the person's choice.
const dialog = document.getElementById("keys");
const links = { o: "overview", t: "review", i: "images", r: "runs" };
// Keys that press what is marked with this name: in a list, that of the row one stands on.
const presses = { a: "allow", f: "flag", n: "not-ours", l: "later", o: "open", 1: "slide", 2: "side", 3: "blink" };
// Keys that may be held down; what a held key decides, it decides once.
const held = ["arrowleft", "arrowright", "j", "k"];
let chord = "";
let row = "";

function follow(selector) {
  const found = document.querySelector(selector);
  found?.click();
  return Boolean(found);
}

// N and P walk through the changes of a comparison, J and K through the matches of a list.
function step(name, by) {
  const rows = [...document.querySelectorAll(`[data-${name}]`)];
  const at = rows.findIndex((each) => each.hasAttribute("data-on"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  rows[at]?.removeAttribute("data-on");
  next?.setAttribute("data-on", "");
  next?.scrollIntoView({ block: "center" });
  return next;
}

function walk(by) {
  if (follow(`[data-key=${by > 0 ? "next" : "previous"}]`)) return;
  const next = step("row", by);
  row = next?.id ?? "";
  next?.querySelector(".t")?.focus({ preventScroll: true });
}

function press(name) {
  const inList = document.querySelector("[data-row]");
  const scope = inList ? document.querySelector("[data-row][data-on]") : document;
  const found = scope?.querySelector(`[data-key=${name}]`);
  found?.click();
  return Boolean(found);
}

function slide(by) {
  const slider = document.querySelector(".cmp[data-mode=slide] input");
  if (!slider) return false;
  slider.value = Number(slider.value) + by;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

const actions = {
  g: () => (chord = "g"),
  c: () => follow("[data-key=watch]"),
  d: () => follow("[data-key=compare]"),
  n: () => press("not-ours") || step("change", 1),
  p: () => step("change", -1),
  j: () => walk(1),
  k: () => walk(-1),
  z: () => follow("[data-key=undo]"),
  arrowleft: () => slide(-4),
  arrowright: () => slide(4),
  "/": () => document.querySelector("input[type=search]")?.focus(),
  "?": () => dialog.showModal(),
};

function isOff(event) {
  const typing = event.target.matches("input:not([type=range], [type=checkbox]), select, textarea, [contenteditable]");
  const off = document.body.dataset.shortcuts === "off";
  return off || typing || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]");
}

// Whether the key did something here; arrows scroll where there is nothing to slide.
function act(key, target) {
  if (key.startsWith("arrow")) return !target.matches("input") && actions[key]?.();
  const action = actions[key] ?? (presses[key] && (() => press(presses[key])));
  action?.();
  return Boolean(action);
}

document.addEventListener("keydown", (event) => {
  if (isOff(event)) return;
  const key = event.key.toLowerCase();
  if (event.repeat && !held.includes(key)) return;
  if (chord) {
    chord = "";
    if (links[key]) follow(`[data-go=${links[key]}]`);
  } else if (act(key, event.target)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) dialog.showModal();
});

// What has just happened stays in sight for a while; Z takes it back after that, too.
function fade() {
  for (const toast of document.querySelectorAll(".toast:not([data-old])"))
    setTimeout(() => toast.setAttribute("data-old", ""), 8000);
}

fade();
document.addEventListener("htmx:afterSettle", fade);

// A list that was swapped for its newer state: one stands on the same match still.
document.addEventListener("htmx:afterSettle", () => {
  if (row) document.getElementById(row)?.setAttribute("data-on", "");
});
