// The one field: what readers type in bursts, with or without Enter, and what people type.
(() => {
  const door = (globalThis.door ??= {});
  const field = document.getElementById("field");
  const keys = document.getElementById("keys");
  const form = document.getElementById("scan");
  const SILENCE = 80; // milliseconds after which a reader has said everything
  const QUICK = 50; // milliseconds between characters; nobody types that fast
  const HOLDS_FOCUS = "input, textarea, select, button, summary, a, video";
  let last = 0; // when the last character came, by the clock of the keys
  let quick = 0; // characters that came at once, or hard on the one before
  let length = 0;
  let timer = 0;

  // Two cards that a reader ran together, where it is certain.
  function apart(text) {
    const digits = text.replaceAll(/\s/g, "");
    if (/^\d{40}$/.test(digits)) return [digits.slice(0, 20), digits.slice(20)];
    return text.split(/(?<=\|\d{8})(?=\d{12}\|)/);
  }

  // A reader's burst is mostly quick; of what somebody types, few characters are.
  const isTyped = () => quick * 2 < field.value.length;

  function finish() {
    clearTimeout(timer);
    const text = field.value;
    const byHand = isTyped();
    field.value = "";
    last = quick = length = 0;
    for (const part of text.split(/[\r\n\t]+/).flatMap(apart))
      if (part.trim()) door.scanned(part.trim(), byHand);
  }

  const isWhole = (text) =>
    text.split("|").length > 4 || /^\d{20}$/.test(text) || /^https?:\/\/\S+$/i.test(text);

  field.addEventListener("input", (event) => {
    const added = field.value.length - length;
    length = field.value.length;
    if (length <= 1) quick = last = 0;
    if (added > 1) quick += added;
    else if (added === 1 && event.timeStamp - last < QUICK) quick += 1;
    last = event.timeStamp;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!isTyped() && isWhole(field.value.trim())) finish();
    }, SILENCE);
  });

  // What is typed while nothing, or only a button, has the focus is meant for the field.
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches?.("input:not([type=radio], [type=checkbox], [type=file])");
    if (event.target === field && ["Enter", "Tab"].includes(event.key) && field.value) {
      event.preventDefault();
      finish();
    } else if (!isTyping && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
      field.focus({ preventScroll: true });
    }
  }, true);

  const back = () => {
    const active = document.activeElement;
    if (!active || active === document.body || !active.matches(HOLDS_FOCUS)) {
      field.focus({ preventScroll: true });
    }
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("details, label.photo, #told, #more label")) setTimeout(() => field.focus({ preventScroll: true }));
  });
  document.addEventListener("visibilitychange", back);
  field.addEventListener("blur", () => setTimeout(back, 50));

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    finish();
    field.focus();
  });

  // On a phone the keyboard stays away until it is asked for: readers need none.
  if (matchMedia("(pointer: coarse)").matches) {
    field.inputMode = "none";
    keys.hidden = false;
    keys.addEventListener("click", () => {
      const isWanted = field.inputMode === "none";
      field.inputMode = isWanted ? "text" : "none";
      keys.setAttribute("aria-pressed", isWanted);
      field.blur();
      field.focus();
    });
  }
  field.focus({ preventScroll: true });
})();
