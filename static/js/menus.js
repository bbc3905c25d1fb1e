// Menus are details elements. Here they close on Escape, on a click elsewhere, and when a sibling opens.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  if (event.target.closest("[data-menu-close]")) event.target.closest("details").open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  for (const details of document.querySelectorAll("details.menu[open], details.verb[open]")) {
    details.open = false;
    details.querySelector("summary").focus();
  }
});

// One verb at a time; the first field of a freshly opened one takes the cursor.
document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!(details instanceof HTMLDetailsElement) || !details.open || !details.dataset.group) return;
  for (const other of document.querySelectorAll(`details[data-group="${details.dataset.group}"][open]`)) {
    if (other !== details) other.open = false;
  }
  details.querySelector("form .form-control, form .form-select, form .choice input")?.focus({ preventScroll: true });
  details.scrollIntoView({ block: "nearest" });
}, true);
