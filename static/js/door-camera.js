// The camera: this phone reads codes itself where it can, else the site reads its frames.
(() => {
  const door = (globalThis.door ??= {});
  const place = document.getElementById("door");
  const view = document.getElementById("view");
  const button = document.getElementById("camera");
  const photo = document.getElementById("photo");
  const FORMATS = ["qr_code", "data_matrix", "aztec", "pdf417", "code_128", "code_39", "itf"];
  const SEEN_FOR = 3000; // milliseconds in which the same code is the same card
  const BETWEEN = { phone: 120, site: 400 }; // milliseconds between two frames
  let stream = null;
  let last = { text: "", at: 0 };
  let lock = null;

  function found(texts) {
    for (const text of texts) {
      const now = Date.now();
      const isSame = text === last.text && now - last.at < SEEN_FOR;
      last = { text, at: now };
      if (!isSame) door.scanned(text);
    }
  }

  async function readBySite(picture, patience = 0) {
    const body = new FormData();
    body.append("photo", picture, "photo.jpg");
    for (let tries = 0; ; tries++) {
      const response = await fetch(place.dataset.decode, { method: "POST", body });
      if (![429, 503].includes(response.status) || tries === patience) return response.ok ? (await response.json()).texts : [];
      await new Promise((resolve) => setTimeout(resolve, 1000 * response.headers.get("Retry-After")));
    }
  }

  function frame() {
    const canvas = document.createElement("canvas");
    const scale = Math.min(1, 640 / Math.max(view.videoWidth, view.videoHeight));
    canvas.width = view.videoWidth * scale;
    canvas.height = view.videoHeight * scale;
    canvas.getContext("2d").drawImage(view, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.7));
  }

  async function detector() {
    if (!globalThis.BarcodeDetector) return null;
    const known = await BarcodeDetector.getSupportedFormats();
    const formats = FORMATS.filter((format) => known.includes(format));
    return formats.includes("qr_code") ? new BarcodeDetector({ formats }) : null;
  }

  async function watch() {
    const own = await detector();
    while (stream) {
      try {
        if (view.readyState >= 2 && !document.hidden) {
          found(own ? (await own.detect(view)).map((code) => code.rawValue) : await readBySite(await frame()));
        }
      } catch {
        // No network, or no picture yet: the next frame comes soon.
      }
      await new Promise((resolve) => setTimeout(resolve, own ? BETWEEN.phone : BETWEEN.site));
    }
  }

  async function start() {
    const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
    lock = await navigator.wakeLock?.request("screen").catch(() => null);
    watch();
  }

  function stop() {
    stream.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
    lock?.release();
  }

  if (door.canQueue && navigator.mediaDevices?.getUserMedia) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await (stream ? stop() : start());
      } catch {
        stream = null; // no camera, or not allowed: a photo still works
        photo.click();
      }
      button.setAttribute("aria-pressed", Boolean(stream));
    });
  }
  photo.addEventListener("change", async () => {
    if (!door.canQueue || !photo.files.length) return;
    try {
      const texts = await readBySite(photo.files[0], 2);
      if (texts.length) found(texts.slice(0, 1));
      else door.scanned("");
    } catch {
      door.scanned("");
    }
    photo.value = "";
  });

  // The screen and all it loads are kept, so that it opens without a network.
  if (navigator.serviceWorker && door.canQueue) {
    navigator.serviceWorker.register(place.dataset.worker);
    navigator.serviceWorker.ready.then((registration) => {
      const parts = performance.getEntriesByType("resource").map((part) => part.name);
      const own = parts.filter((name) => name.startsWith(location.origin) && !name.includes("/s/"));
      registration.active.postMessage({ keeping: [location.href, ...own] });
    });
  }
})();
