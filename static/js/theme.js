// Theme buttons (data-theme-set="light|dark|auto", data-theme-flip), the folding sidebar and its place.
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

// A long menu shows where one is. Its own scroll position only: the page stays where it is.
function showWhere() {
  const here = document.querySelector(".side-link[aria-current]"), list = here?.closest(".side-nav");
  if (!list) return;
  const below = here.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
  if (below > 0) list.scrollTop += below + list.clientHeight / 3;
}
showWhere();
