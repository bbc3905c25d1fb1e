// Runs before the first paint, so neither the theme nor the folded sidebar flickers.
(() => {
  const root = document.documentElement;
  root.dataset.js = "";
  const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const choice = read("theme");
    root.dataset.themeChoice = choice || "auto";
    root.dataset.bsTheme = choice || (dark.matches ? "dark" : "light");
  };
  apply();
  dark.addEventListener("change", apply);
  root.addEventListener("theme:apply", apply);
  if (read("side") === "narrow") root.dataset.side = "narrow";
})();
