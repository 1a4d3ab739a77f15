// The newest run is at the right edge: start there, also after the table is swapped.
function showNewest(within) {
  for (const box of within.querySelectorAll(".lanes-wrap")) box.scrollLeft = box.scrollWidth;
}

showNewest(document);
document.addEventListener("htmx:afterSettle", (event) => showNewest(event.target));
