// Shows what belongs to the chosen kind: its own fields, and only the questions that make sense for it.
const form = document.querySelector("form[data-kinds]");
const prompts = JSON.parse(document.getElementById("prompts")?.textContent || "{}");
const label = form?.querySelector("label[for$=description]");
const usual = label?.firstChild.textContent;

function show() {
  const kind = form.querySelector("input[name=kind]:checked")?.value || "incident";
  for (const part of form.querySelectorAll("[data-for-kind]")) {
    part.hidden = part.dataset.forKind !== kind;
    part.disabled = part.hidden;
  }
  for (const part of form.querySelectorAll("[data-shown-for]")) part.hidden = !part.dataset.shownFor.split(" ").includes(kind);
  if (label) label.firstChild.textContent = prompts[kind] || usual;
}

if (form) {
  form.addEventListener("change", (event) => { if (event.target.name === "kind") show(); });
  show();
}
