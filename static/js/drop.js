// Drag and drop for file fields; the plain file input inside works without this file.
function describe(zone, files) {
  const line = zone.querySelector("[data-drop-name]");
  if (line && files.length) line.textContent = [...files].map((file) => file.name).join(", ");
}

function hover(event, on) {
  const zone = event.target.closest?.("[data-drop]");
  if (!zone) return;
  event.preventDefault();
  zone.classList.toggle("over", on);
}

document.addEventListener("dragover", (event) => hover(event, true));
document.addEventListener("dragleave", (event) => hover(event, false));

document.addEventListener("drop", (event) => {
  const zone = event.target.closest?.("[data-drop]");
  if (!zone) return;
  hover(event, false);
  const input = zone.querySelector("input[type=file]");
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  const zone = event.target.closest("[data-drop]");
  if (zone) describe(zone, event.target.files);
});
