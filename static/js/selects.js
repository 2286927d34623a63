// select[data-select] becomes searchable; with the attribute multiple it takes several.
import TomSelect from "tom-select/base";
import removeButton from "tom-select/plugins/remove_button/plugin.js";

TomSelect.define("remove_button", removeButton);

export function enhanceSelects(element) {
  const found = [...element.querySelectorAll("select[data-select]")];
  if (element.matches?.("select[data-select]")) found.push(element);
  for (const select of found) {
    if (select.tomselect) continue;
    new TomSelect(select, { plugins: select.multiple ? ["remove_button"] : [], maxOptions: 500, allowEmptyOption: true });
    // its label now belongs to the search field; the select itself only carries the value
    select.setAttribute("aria-hidden", "true");
  }
}
