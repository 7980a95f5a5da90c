// Brings the parts of the door together: a text becomes a sealed scan, an answer a verdict.
(() => {
  const door = globalThis.door;
  const place = document.getElementById("door");
  const sentence = document.getElementById("sentence");
  const questions = document.getElementById("questions");
  const ways = document.querySelectorAll("[name=way]");
  const WAY = "door-way";
  const PATIENCE = 1500; // milliseconds after which an answer is waited for no longer
  if (!door.canQueue) return; // the page stays the plain form it is

  let current = null; // the newest scan, with what its card said while it may be added to
  let chain = Promise.resolve();
  const wayNow = () => [...ways].find((way) => way.checked).value;
  const isPhone = (text) => /^\+?[\d\s.()-]{8,16}$/.test(text);
  const isNamed = (text) => /\p{L}{2}/u.test(text) && /(^|\P{Nd})\p{Nd}{4}(\P{Nd}|$)/u.test(text) && text.length <= 120;
  const isPassport = (text) => /^[A-Z]{1,2}\d{6,8}$/i.test(text.replaceAll(" ", ""));
  const isCard = (text) => text.includes("|") || (text.match(/\p{Nd}/gu) ?? []).length >= 8;
  // Digits without their card are any ware's; twenty are our own card.
  const isAlone = (text) => /^\+?[\d\s.()-]+$/.test(text) && text.replaceAll(/\D/g, "").length < 20;
  // EAN, UPC or ITF: the last digit checks the others.
  const isGoods = (text) => {
    const digits = [...text.replaceAll(/\D/g, "")].reverse();
    const sum = digits.reduce((total, digit, place) => total + digit * (place % 2 ? 3 : 1), 0);
    return [8, 12, 13, 14].includes(digits.length) && sum % 10 === 0;
  };
  const isReceipt = (text) => /^https?:\/\/[^/]+\/r\/[\w-]+\/?$/i.test(text);
  const isPoster = (text) => /^https?:\/\/[^/]+\/v\//i.test(text);

  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };

  function want(wanted) {
    if (current) current.wanted = wanted;
    door.want(wanted);
  }

  // One after another: a burst is sealed and kept in its order, and none is left out.
  function keep(scan) {
    const said = structuredClone(scan.said);
    chain = chain.then(async () => {
      const sealed = await door.seal(scan.id, said);
      await door.add({ id: scan.id, at: scan.at, direction: scan.direction, sealed });
    }).catch(() => door.show("refused", place.dataset.aside));
    return chain;
  }

  function newScan(text, isTyped) {
    const said = { text, is_typed: isTyped, told: [], no_phone: false, answers: null };
    current = { id: newId(), at: new Date().toISOString(), direction: wayNow(), said, isAnswered: false };
    const mine = current;
    door.want("");
    door.remember({ id: mine.id, at: mine.at, state: "kept", who: "", direction: mine.direction });
    keep(mine).then(() => setTimeout(() => {
      if (mine === current && !mine.isAnswered) door.unanswered();
    }, PATIENCE));
  }

  door.scanned = (text, isTyped = false) => {
    if (isTyped && door.isWanted(text, current?.wanted)) door.told(text);
    else if (!isTyped && isAlone(text)) door.show("refused", sentence.dataset[isGoods(text) ? "goods" : "alone"]);
    else if (isPoster(text)) door.show("refused", sentence.dataset.poster);
    else if (isCard(text) || isPhone(text) || isNamed(text) || isReceipt(text) || (isTyped && isPassport(text)))
      newScan(text, isTyped);
    else door.show("refused", sentence.dataset.unknown);
  };

  // Something more of the newest scan; without network the next thing is asked at once.
  door.told = (text) => {
    if (!current) return;
    current.said.told.push(text);
    current.asked = current.wanted;
    want("");
    keep(current);
  };
  door.hasNoPhone = () => {
    if (!current) return;
    current.said.no_phone = true;
    want("");
    keep(current);
  };

  door.answered = (answer) => {
    const { id, at, result, who, direction } = answer;
    if (door.isRecent(id)) door.remember({ id, at, state: result, who, direction });
    if (current?.id !== id) return;
    current.isAnswered = true;
    // What was told amiss is told again; the scan itself is noted.
    if (result === "refused" && current.said.told.length) {
      current.said.told.pop();
      want(current.asked);
    } else want(answer.wanted);
    door.show(result, answer.sentence, who);
    const isNoted = !["refused", "doubled", "undone"].includes(result);
    if (current.direction === "auto" && isNoted)
      document.getElementById(direction === "in" ? "turn-out" : "turn-in").hidden = false;
  };

  // No answer came: what was scanned is safe here, and the person on duty asks by themselves.
  door.unanswered = () => {
    if (!current || current.isAnswered || current.isShown) return;
    current.isShown = true;
    if (isPhone(current.said.text) && !current.said.told.length) want("year");
    door.show(current.direction === "out" ? "left" : "kept", sentence.dataset.kept);
  };

  door.undo = async (scan) => {
    await chain;
    const { id, at, direction } = scan;
    door.remember({ id, at, state: "undone", who: scan.who, direction });
    await door.add({ id, at, direction, undo: true });
    if (current?.id === id) {
      current = null;
      door.want("");
    }
    door.show("undone");
  };

  questions.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!current) return;
    const ticked = event.submitter?.id === "none" ? new FormData() : new FormData(questions);
    const answers = { symptoms: ticked.getAll("symptoms") };
    for (const name of ["travelled", "case_contact", "area_contact", "symptomatic_contact"])
      answers[name] = ticked.has(name);
    Object.assign(current.said, { answers });
    Object.assign(current, { isAnswered: false, isShown: false });
    keep(current);
  });
  // The same scan the other way round, or of somebody who went in although told not to.
  document.getElementById("amend").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!current) return;
    const { name, value } = event.submitter;
    if (name === "way") current.direction = value;
    const { id, at, direction } = current;
    Object.assign(current, { isAnswered: false, isShown: false });
    chain = chain.then(() => door.add({ id, at, direction, let_in: name === "let_in" }));
  });
  ways.forEach((way) => {
    way.checked = way.value === (localStorage.getItem(WAY) ?? "in");
    way.addEventListener("change", () => localStorage.setItem(WAY, way.value));
  });
  door.send();
})();
