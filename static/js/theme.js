// Theme buttons (data-theme-set="light|dark|auto", data-theme-flip) and the folding sidebar.
const root = document.documentElement;

function keep(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch { /* private mode: the choice lasts for this page only */ }
}

function mark() {
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === root.dataset.themeChoice));
  }
  for (const button of document.querySelectorAll("[data-side-fold]")) {
    button.setAttribute("aria-expanded", String(root.dataset.side !== "narrow"));
  }
}

document.addEventListener("click", (event) => {
  const set = event.target.closest("[data-theme-set]");
  const flip = event.target.closest("[data-theme-flip]");
  if (set || flip) {
    const choice = set ? set.dataset.themeSet : root.dataset.bsTheme === "dark" ? "light" : "dark";
    keep("theme", choice === "auto" ? null : choice);
    root.dispatchEvent(new Event("theme:apply"));
    mark();
  }
  if (event.target.closest("[data-side-fold]")) {
    if (root.dataset.side === "narrow") delete root.dataset.side;
    else root.dataset.side = "narrow";
    keep("side", root.dataset.side);
    mark();
  }
});

mark();
