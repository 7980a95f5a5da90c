// Changes this station's key: made here and kept until it is taken, so that a lost answer loses nothing.
(() => {
  const door = (globalThis.door ??= {});
  const place = document.getElementById("door");
  const form = document.getElementById("change-key");
  const said = form.querySelector("[role=status]");
  const MADE = `door-key-${place.dataset.station}`;

  function made() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const key = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    localStorage.setItem(MADE, localStorage.getItem(MADE) ?? key);
    return localStorage.getItem(MADE);
  }

  // Everything that has the key in it gets the new one: what is sent, the forms, the address.
  function goOnWith(key) {
    const withKey = (address) => address.replace(/(^|\/\/[^/]+)\/s\/[^/]+\//, `$1/s/${key}/`);
    const former = location.href;
    for (const name of ["scans", "decode", "key"]) place.dataset[name] = withKey(place.dataset[name]);
    for (const sent of document.querySelectorAll("form[action*='/s/']"))
      sent.setAttribute("action", withKey(sent.getAttribute("action")));
    for (const next of document.querySelectorAll("[name=next][value*='/s/']")) next.value = withKey(next.value);
    history.replaceState(history.state, "", withKey(former));
    navigator.serviceWorker?.controller?.postMessage({ moved: [former, location.href] });
    localStorage.removeItem(MADE);
    delete place.dataset.wantsKey;
    said.textContent = said.dataset.done;
  }

  door.isChangingKey = () => localStorage.getItem(MADE) !== null;

  door.changeKey = async () => {
    const key = made();
    const body = new URLSearchParams({ new: key });
    const headers = { Accept: "application/json" };
    const response = await fetch(place.dataset.key, { method: "POST", body, headers });
    // The page of a network that wants a sign-in is no answer of ours, however well it was.
    const isTaken = response.ok && (await response.json()).key === key;
    if (isTaken) goOnWith(key);
    else if (response.status === 422) localStorage.removeItem(MADE);
    return isTaken;
  };

  if (!door.canQueue) return; // the form does it
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    door.wantsKey = true;
    said.textContent = said.dataset.later;
    door.send();
  });
  door.wantsKey = Boolean(place.dataset.wantsKey) || door.isChangingKey();
})();
