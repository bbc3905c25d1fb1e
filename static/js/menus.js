// Menus are details elements. Here they close on Escape, on a click elsewhere, and when a sibling opens, and stay on
// the screen.
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

// A panel that would reach out of the screen is moved back into it, also when the screen changes.
const INSET = 8;

function keepInside(menu) {
  const panel = menu.querySelector(".menu-panel");
  if (!panel) return;
  panel.style.translate = "";
  const { left, right } = panel.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  if (left < 0) panel.style.translate = `${Math.ceil(INSET - left)}px`;
  else if (right > width) panel.style.translate = `${Math.floor(Math.max(width - INSET - right, INSET - left))}px`;
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details.menu[open]")) keepInside(event.target);
}, true);
new ResizeObserver(() => open().forEach(keepInside)).observe(document.documentElement);

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
