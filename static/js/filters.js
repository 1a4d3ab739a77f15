// Filter forms send themselves when a choice changes; without this file they have an Apply button.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && !event.target.matches("input[type=search], input[type=text]")) form.requestSubmit();
});

// An empty filter is left out of the address.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-autosubmit]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
