// Sends what waits, in batches, until the server has answered for each scan.
(() => {
  const door = (globalThis.door ??= {});
  const place = document.getElementById("door");
  const line = document.getElementById("queue");
  const MOST = 50;
  const SLOWEST = 30_000; // milliseconds between two tries
  const UNHEARD = 300_000; // milliseconds after which a quiet door asks whether it still is one
  let isSending = false;
  let wait = 1000;
  let timer = 0;
  let isAway = false;
  let isGone = false; // nothing is taken any more
  let isNobodys = false; // by this key: it was changed elsewhere, and the station may open here again
  let isEnding = false; // what was scanned before is still taken
  let heardAt = 0; // a page that opens asks at once

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
    heardAt = Date.now();
    if (response.status === 404 && door.isChangingKey?.() && (await door.changeKey())) return post(batch);
    // A proxy's page, or a network's that wants a sign-in, ends no station: what waits would be lost.
    const isOurs = response.headers.get("Content-Type")?.startsWith("application/json");
    if (isOurs && [404, 410].includes(response.status)) isGone = true;
    isNobodys = isGone && response.status === 404;
    if ([400, 413, 422].includes(response.status)) return null;
    if (!response.ok) throw new Error(response.status);
    return response.json();
  }

  async function send() {
    let size = MOST;
    for (;;) {
      if (door.wantsKey && (await door.changeKey())) door.wantsKey = false;
      const batch = await door.queue.oldest(size);
      if (!batch.length && Date.now() - heardAt < UNHEARD) return;
      const taken = await post(batch);
      if (taken) {
        await door.queue.remove(batch.map(([number]) => number));
        wait = 1000;
        isAway = false;
        isEnding = taken.is_revoked;
        door.wantsKey ||= Boolean(taken.wants_key) && !isEnding;
        door.count(taken.counts);
        taken.scans.forEach((answer) => door.answered(answer));
      } else size = await setAside(batch, size);
      await tell();
      if (!batch.length) return;
    }
  }

  // At the end nothing of the door stays on the phone: its scans, the masks of the last ten, the screen.
  // Where the key is nobody's, sealed scans do: whoever opens the station here again sends them.
  async function end() {
    for (const name of ["recent", "key"]) localStorage.removeItem(`door-${name}-${place.dataset.station}`);
    navigator.serviceWorker?.controller?.postMessage({ ended: location.href });
    if (door.isEnded || !isNobodys) await door.queue.drop();
    if (door.isEnded) line.textContent = place.dataset.gone;
    else location.reload();
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
      isAway = !isGone;
      door.unanswered();
    }
    isSending = false;
    await tell();
    const isDone = isGone || ((isEnding || door.isEnded) && !isAway && !(await door.queue.length()));
    if (isDone) return end();
    const isMore = (await door.queue.length()) > 0;
    if (isMore) wait = isAway ? Math.min(wait * 1.6, SLOWEST) : 200;
    timer = setTimeout(door.send, isMore ? wait * (0.8 + Math.random() * 0.4) : SLOWEST);
  };

  door.add = async (scan) => {
    await door.queue.add(scan);
    await tell();
    door.send();
  };

  // A page that was put away, or is gone back to, asks at once whether it still is a station.
  const ask = () => {
    if (document.hidden || Date.now() - heardAt < 1000) return;
    heardAt = 0;
    door.send();
  };
  globalThis.addEventListener("pageshow", (event) => event.persisted && ask());
  document.addEventListener("visibilitychange", ask);
  globalThis.addEventListener("online", () => {
    wait = 1000;
    door.send();
  });
  globalThis.addEventListener("offline", () => {
    isAway = true;
    tell();
  });
})();
