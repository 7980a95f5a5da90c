// The last ten scans, each of which can be taken back; only masks are remembered here.
(() => {
  const door = (globalThis.door ??= {});
  const place = document.getElementById("door");
  const list = document.getElementById("recent");
  const NAME = `door-recent-${place.dataset.station}`;
  const MOST = 10;
  const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "Asia/Ho_Chi_Minh" };
  let recent = JSON.parse(localStorage.getItem(NAME) ?? "[]");

  const wordOf = (state) => {
    const word = document.querySelector(`#verdict .word [data-for~="${state}"]`);
    return word ? word.textContent : state;
  };

  function row(scan) {
    const item = document.createElement("li");
    const said = document.createElement("span");
    const time = new Date(scan.at).toLocaleTimeString("vi", CLOCK);
    said.textContent = [time, scan.who, wordOf(scan.state)].filter(Boolean).join(" · ");
    item.dataset.state = scan.state;
    item.append(said);
    if (!["undone", "refused", "doubled"].includes(scan.state)) {
      const undo = document.createElement("button");
      undo.type = "button";
      undo.className = "button second";
      undo.textContent = place.dataset.undo;
      undo.setAttribute("aria-label", `${place.dataset.undo} ${said.textContent}`);
      undo.addEventListener("click", () => door.undo(scan));
      item.append(undo);
    }
    return item;
  }

  function draw() {
    list.replaceChildren(...recent.map(row));
    document.getElementById("nobody").hidden = recent.length > 0;
    localStorage.setItem(NAME, JSON.stringify(recent));
  }

  door.remember = (scan) => {
    const before = recent.find((one) => one.id === scan.id);
    if (before) Object.assign(before, scan, { who: scan.who || before.who });
    else recent = [scan, ...recent].slice(0, MOST);
    draw();
  };
  door.isRecent = (id) => recent.some((one) => one.id === id);
  draw();
})();
