// Sends what waits, in batches, until the server has answered for each scan.
(() => {
  const door = (globalThis.door ??= {});
  const place = document.getElementById("door");
  const line = document.getElementById("queue");
  const MOST = 50;
  const SLOWEST = 30_000; // milliseconds between two tries
  let isSending = false;
  let wait = 1000;
  let timer = 0;
  let isAway = false;
  let isGone = false;

  async function tell() {
    const [waiting, aside] = await Promise.all([door.queue.length(), door.queue.length("aside")]);
    const said = place.dataset;
    const parts = [`${waiting} ${said.waiting}`];
    if (isAway) parts.push(said.away);
    if (aside) parts.push(`${aside} ${said.aside}`);
    line.textContent = isGone ? said.gone : parts.join(" · ");
    line.classList.toggle("away", isAway || isGone || aside > 0);
    line.dataset.waiting = waiting;
  }

  // Where a batch is not taken as it is, the scan at fault is found and put aside.
  async function setAside(batch, size) {
    if (batch.length > 1) return Math.ceil(size / 2);
    const [[number, scan]] = batch;
    await door.queue.add(scan, "aside");
    await door.queue.remove([number]);
    return MOST;
  }

  async function post(batch) {
    const scans = batch.map(([, scan]) => scan);
    const response = await fetch(place.dataset.scans, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ sent_at: new Date().toISOString(), scans }),
      signal: AbortSignal.timeout?.(20_000),
    });
    if (response.status === 410 || response.status === 404) isGone = true;
    if ([400, 413, 422].includes(response.status)) return null;
    if (!response.ok) throw new Error(response.status);
    return response.json();
  }

  async function send() {
    let size = MOST;
    for (;;) {
      const batch = await door.queue.oldest(size);
      if (!batch.length || isGone) return;
      const taken = await post(batch);
      if (taken) {
        await door.queue.remove(batch.map(([number]) => number));
        wait = 1000;
        isAway = false;
        isGone = taken.is_revoked;
        door.count(taken.counts);
        taken.scans.forEach((answer) => door.answered(answer));
      } else size = await setAside(batch, size);
      await tell();
    }
  }

  async function sendAlone() {
    // Two pages of one station would only send twice what counts once.
    if (navigator.locks) {
      await navigator.locks.request(`door-${place.dataset.station}`, { ifAvailable: true }, (lock) => lock && send());
    } else await send();
  }

  door.send = async () => {
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    try {
      await sendAlone();
    } catch {
      isAway = true;
      door.unanswered();
    }
    isSending = false;
    await tell();
    if (isGone) return;
    const isMore = (await door.queue.length()) > 0;
    if (isMore) wait = isAway ? Math.min(wait * 1.6, SLOWEST) : 200;
    timer = setTimeout(door.send, isMore ? wait * (0.8 + Math.random() * 0.4) : SLOWEST);
  };

  door.add = async (scan) => {
    await door.queue.add(scan);
    await tell();
    door.send();
  };

  globalThis.addEventListener("online", () => {
    wait = 1000;
    door.send();
  });
  globalThis.addEventListener("offline", () => {
    isAway = true;
    tell();
  });
})();
