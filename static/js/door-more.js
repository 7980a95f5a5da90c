// What is still to be asked of whoever was scanned: the year of birth on big keys, a phone, a name.
(() => {
  const door = (globalThis.door ??= {});
  const form = document.getElementById("more");
  const told = document.getElementById("told");
  const digits = document.getElementById("digits");
  const INPUT_MODES = { year: "none", phone: "tel" };
  const isName = (text) => /\p{L}{2}/u.test(text) && !/[\d|]/.test(text) && text.length < 80;
  const isNamed = (text) => /\p{L}{2}/u.test(text) && /(^|\D)(19|20)\d\d(\D|$)/.test(text) && text.length < 80;
  const FITS = {
    year: (text) => /^(19|20)\d\d$/.test(text) || isNamed(text),
    phone: (text) => /^\+?[\d\s.()-]{8,16}$/.test(text) && text.replaceAll(/\D/g, "").length < 12,
    name: (text) => isName(text) || isNamed(text),
    marks: (text) => isName(text) || isNamed(text),
  };

  // Whether a text is what is wanted now, and no card of somebody else.
  door.isWanted = (text, wanted) => Boolean(FITS[wanted]?.(text));

  door.want = (wanted = "") => {
    if (form.dataset.wanted !== wanted) told.value = "";
    form.dataset.wanted = wanted;
    form.hidden = !wanted;
    digits.hidden = wanted !== "year";
    form.classList.toggle("keyed", wanted === "year");
    told.inputMode = INPUT_MODES[wanted] ?? "text";
  };

  function tell() {
    const text = told.value.trim();
    const isCard = text.includes("|") || text.replaceAll(/\D/g, "").length > 12;
    if (!door.isWanted(text, form.dataset.wanted) && !isCard) return told.select();
    told.value = "";
    door.scanned(text, !text.includes("|")); // a reader may have written here
  }

  digits.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key) return;
    told.value = key.id === "erase" ? told.value.slice(0, -1) : (told.value + key.value).slice(0, 4);
    if (told.value.length === 4) tell();
  });
  form.addEventListener("submit", (event) => {
    if (!door.canQueue) return;
    event.preventDefault();
    if (event.submitter?.id === "no-phone") door.hasNoPhone();
    else tell();
  });
})();
