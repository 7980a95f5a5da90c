// Turns a long <select data-search> into a field that finds its options while you type.
(() => {
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const fold = (text) =>
    text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d")
      .split(/[^a-z0-9]+/).filter(Boolean);

  function readOptions(select) {
    return [...select.options].filter((option) => option.value).map((option) => {
      const { label, dataset } = option.parentNode;
      const text = label && !("plain" in dataset) ? `${option.text}, ${label}` : option.text;
      return { value: option.value, text, words: fold(text) };
    });
  }

  function searchable(select) {
    const options = readOptions(select);
    const input = make("input", { id: select.id, autocomplete: "off", spellcheck: false });
    const list = make("ul", { id: `${select.id}-list`, tabIndex: -1 });
    const status = make("p", { className: "hint" });
    const rows = list.children;
    let active = -1;

    const chosen = () => options.find((option) => option.value === select.value);
    const label = () => (chosen() || { text: "" }).text;
    const matches = () => {
      if (input.value === label()) return options;
      const typed = fold(input.value);
      return options.filter(({ words }) =>
        typed.every((part) => words.some((word) => word.startsWith(part))));
    };
    const show = (visible) => {
      list.hidden = !visible;
      active = -1;
      input.setAttribute("aria-expanded", String(visible));
      input.removeAttribute("aria-activedescendant");
    };
    const pick = (value) => {
      if (select.value !== value) {
        select.value = value;
        select.dispatchEvent(new Event("change", { bubbles: true }));
      }
    };
    const choose = (row) => {
      pick(row.dataset.value);
      input.value = label();
      show(false);
    };
    const mark = (index) => {
      active = (index + rows.length) % rows.length;
      [...rows].forEach((row, at) => row.setAttribute("aria-selected", String(at === active)));
      input.setAttribute("aria-activedescendant", rows[active].id);
      rows[active].scrollIntoView({ block: "nearest" });
    };
    const open = () => {
      const found = matches();
      list.replaceChildren(...found.map((option, at) => {
        const row = make("li", { id: `${list.id}-${at}`, textContent: option.text });
        row.dataset.value = option.value;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", String(option === chosen()));
        return row;
      }));
      status.textContent = found.length ? "" : select.dataset.none;
      show(found.length > 0);
    };

    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => {
      open();
      // Leaves room for the list above a phone's keyboard.
      if (matchMedia("(pointer: coarse)").matches) input.parentNode.scrollIntoView();
    });
    input.addEventListener("input", () => { pick(""); open(); });
    input.addEventListener("blur", () => {
      const found = matches();
      if (!select.value && input.value.trim() && found.length === 1) pick(found[0].value);
      if (select.value) input.value = label();
      show(false);
    });
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        if (list.hidden) open();
        if (rows.length) mark(active < 0 && step < 0 ? -1 : active + step);
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        if (active >= 0 || rows.length === 1) choose(rows[Math.max(active, 0)]);
      } else if (event.key === "Escape") show(false);
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", ({ target }) => target.dataset.value && choose(target));

    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-autocomplete", "list");
    input.placeholder = select.dataset.search;
    input.value = label();
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", select.labels[0].textContent);
    status.setAttribute("role", "status");
    select.removeAttribute("id");
    select.hidden = true;
    const box = make("div", { className: "combo" });
    select.before(box);
    box.append(input, list, status);
    show(false);
  }

  document.querySelectorAll("select[data-search]").forEach(searchable);
})();
