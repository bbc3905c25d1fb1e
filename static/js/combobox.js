// A long select becomes searchable by name or pinyin initials (data-initials on its options).
// Options with data-system are offered only while that system, or none, is chosen.
const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

function settings() {
  return {
    searchField: ["text", "initials"],
    maxOptions: 500,
    refreshThrottle: 0,
    render: {
      no_results: () => Object.assign(document.createElement("div"), { className: "no-results", textContent: words.noMatch }),
    },
  };
}

function enhance(select) {
  const label = select.labels?.[0]?.firstChild?.textContent || select.name;
  const combo = new window.TomSelect(select, settings());
  select.setAttribute("aria-label", label);
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) combo.control_input.setAttribute(name, select.getAttribute(name));
  }
  // Tab takes what was searched for and moves on; Tab without a search only moves on.
  combo.control_input.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || !combo.isOpen) return;
    if (combo.inputValue() && combo.activeOption) combo.setValue(combo.activeOption.dataset.value);
    combo.close();
  }, true);
  return combo;
}

function follow(module, system) {
  const all = Object.values(module.options);
  const groups = { ...module.optgroups };
  const narrow = () => {
    const chosen = module.getValue();
    const fitting = all.filter((option) => !system.value || !option.system || option.system === system.value);
    module.clear(true);
    module.clearOptions();
    for (const [id, group] of Object.entries(groups)) module.addOptionGroup(id, group);
    module.addOptions(fitting);
    if (fitting.some((option) => option.value === chosen)) module.setValue(chosen, true);
  };
  system.addEventListener("change", narrow);
  if (system.value) narrow();
}

if (window.TomSelect) {
  const combos = [...document.querySelectorAll("select[data-combobox]")].map(enhance);
  for (const combo of combos) {
    const system = combo.input.form?.elements.system;
    if (system && system !== combo.input && Object.values(combo.options).some((option) => option.system)) follow(combo, system);
  }
}
