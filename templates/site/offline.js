// Keeps the files of this version, so that the page opens without a network once it was loaded.
const KEPT = "symbolic-VERSION";

// The page itself was fetched before this watches, so it is fetched here; Python's files come later, as the page asks.
const PAGE = ["./", "index.html", "style.css", "page.js", "worker.js"];

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(PAGE)));
});
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("symbolic-") && name !== KEPT) await caches.delete(name);
  await clients.claim();
})()));
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || !event.request.url.startsWith(self.registration.scope)) return;
  event.respondWith((async () => {
    const kept = await caches.open(KEPT);
    try {
      const fresh = await fetch(event.request);
      if (fresh.ok) await kept.put(event.request, fresh.clone());
      return fresh;
    } catch (problem) {
      const found = await kept.match(event.request, { ignoreSearch: true });
      if (found) return found;
      throw problem;
    }
  })());
});
