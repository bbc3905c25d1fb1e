// A long select becomes searchable by name or pinyin initials (data-initials on its options).
const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

for (const select of document.querySelectorAll("select[data-combobox]")) {
  if (!window.TomSelect) break;
  const combo = new window.TomSelect(select, {
    searchField: ["text", "initials"],
    maxOptions: 500,
    selectOnTab: true,
    allowEmptyOption: false,
    render: {
      no_results: () => {
        const line = document.createElement("div");
        line.className = "no-results";
        line.textContent = words.noMatch;
        return line;
      },
    },
  });
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) combo.control_input.setAttribute(name, select.getAttribute(name));
  }
  combo.on("change", () => combo.blur());
}
