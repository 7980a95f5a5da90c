// Scans that this phone holds until they are sent: sealed at once, so that nobody reads them here.
(() => {
  const door = (globalThis.door ??= {});
  const { station, point } = document.getElementById("door").dataset;
  const encoder = new TextEncoder();
  const P256 = { name: "ECDH", namedCurve: "P-256" };

  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const textOf = (bytes) =>
    btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  function joined(...parts) {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  // One pair of keys for as long as the page is open; its private half is never stored.
  async function agree() {
    const theirs = bytesOf(point);
    const pair = await crypto.subtle.generateKey(P256, false, ["deriveBits"]);
    const ours = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const server = await crypto.subtle.importKey("raw", theirs, P256, false, []);
    const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, pair.privateKey, 256);
    const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const info = joined(encoder.encode("stations: queue"), ours, theirs);
    const way = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
    const key = await crypto.subtle.deriveKey(
      way, material, { name: "AES-GCM", length: 256 }, false, ["encrypt"],
    );
    return { ours, key };
  }

  let agreed = null;
  door.seal = async (id, said) => {
    agreed ??= agree();
    const { ours, key } = await agreed;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const way = { name: "AES-GCM", iv, additionalData: encoder.encode(id) };
    const content = encoder.encode(JSON.stringify(said));
    const box = new Uint8Array(await crypto.subtle.encrypt(way, key, content));
    return textOf(joined(Uint8Array.of(1), ours, iv, box));
  };

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open(`door-${station}`, 1);
    request.onupgradeneeded = () => {
      for (const name of ["waiting", "aside"])
        request.result.createObjectStore(name, { autoIncrement: true });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  async function within(name, mode, act) {
    const store = (await opened).transaction(name, mode, { durability: "strict" }).objectStore(name);
    return new Promise((resolve, reject) => {
      const request = act(store);
      store.transaction.oncomplete = () => resolve(request.result);
      store.transaction.onabort = () => reject(store.transaction.error);
    });
  }

  door.queue = {
    add: (scan, name = "waiting") => within(name, "readwrite", (store) => store.add(scan)),
    length: (name = "waiting") => within(name, "readonly", (store) => store.count()),
    remove: (numbers) =>
      within("waiting", "readwrite", (store) => {
        let last = store.count();
        for (const number of numbers) last = store.delete(number);
        return last;
      }),
    // The oldest scans, as pairs of number and scan.
    async oldest(most) {
      const numbers = await within("waiting", "readonly", (store) => store.getAllKeys(null, most));
      const scans = await within("waiting", "readonly", (store) => store.getAll(null, most));
      return numbers.map((number, place) => [number, scans[place]]);
    },
    async drop() {
      (await opened).close();
      indexedDB.deleteDatabase(`door-${station}`);
    },
  };

  door.canQueue = Boolean(globalThis.isSecureContext && globalThis.indexedDB && crypto.subtle);
})();
