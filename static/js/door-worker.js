// Opens the scanning screen when there is no network, after it was open once with one.
const KEPT = "door-1";
const PATIENCE = 3000; // milliseconds
const SCREEN = /^\/s\/[^/]+\/$/; // not the pages by which a phone is paired

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => event.waitUntil(told(event.data)));

// Told what to keep, that a station's address is another one now, or that a station ended.
async function told({ moved, ended, keeping = [] }) {
  const kept = await caches.open(KEPT);
  if (ended) await kept.delete(ended);
  if (moved) await kept.put(moved[0], Response.redirect(moved[1]));
  const addresses = moved ? [moved[1]] : keeping;
  await Promise.all(addresses.map((address) => keep(kept, new Request(address)).catch(() => null)));
}

async function keep(kept, request) {
  const response = await fetch(request);
  if (response.ok) await kept.put(request.url, response.clone());
  else if ([404, 410].includes(response.status)) await kept.delete(request.url);
  return response;
}

async function quickly(request) {
  const kept = await caches.open(KEPT);
  const known = await kept.match(request.url);
  if (known?.status === 302) return known;
  const fresh = keep(kept, request);
  if (!known) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(known), PATIENCE));
  // A key that is nobody's any more: the page itself goes on with the new one, or clears the phone.
  const isSound = ({ status }) => status < 500 && status !== 404;
  const sound = fresh.then((response) => (isSound(response) ? response : known));
  return Promise.race([sound.catch(() => known), late]);
}

async function keptFirst(request) {
  const kept = await caches.open(KEPT);
  const known = await kept.match(request.url);
  const fresh = keep(kept, request);
  if (!known) return fresh;
  fresh.catch(() => null);
  return known;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (SCREEN.test(address.pathname)) event.respondWith(quickly(request));
  } else if (!address.pathname.startsWith("/s/")) event.respondWith(keptFirst(request));
});
