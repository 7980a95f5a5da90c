// Enter goes to the next field, as in a spreadsheet; from the last one it stores the lines.
(() => {
  const form = document.getElementById("lines");
  const fields = [...form.querySelectorAll("input:not([type=hidden])")];
  form.addEventListener("keydown", (event) => {
    const place = fields.indexOf(event.target);
    if (event.key !== "Enter" || place < 0 || event.ctrlKey) return;
    const next = fields[place + 1];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select();
  });
  const first = form.querySelector("[aria-invalid]") ?? fields.find((field) => !field.value);
  const summary = document.getElementById("error-summary");
  if (!summary && first) first.focus();
})();
