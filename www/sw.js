// Softlabel without a network: keeps what the page is made of and every data file that was used, and answers from there.
//
// A service worker. `scripts/place-offline` writes three lines above, so that no two versions have the same file:
//   VERSION  names the build; index.html has it too
//   SHELL    what a visit needs, relative to the page; the engine is the one that engine-…/worker.js would choose
//   DATA     the data files, with their checksums in the address
//
// A version is kept whole or not at all. A new one waits until no tab shows the old one, or until the reader asks for it
// (src/ui/app/service_worker.rs). Data files are kept apart: an update does not fetch them again.

const SCOPE = new URL(registration.scope);
// Copies of the page under other paths of the same origin keep their own.
const PREFIX = `softlabel ${SCOPE.pathname} `;
const SHELL_CACHE = PREFIX + VERSION;
const DATA_CACHE = `${PREFIX}data`;
const address = (path) => new URL(path, SCOPE).href;

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));

async function install() {
  const cache = await caches.open(SHELL_CACHE);
  // Under a name with a hash in it there is only ever one content; all others are asked for anew.
  const request = (path) => new Request(address(path), { cache: /-[0-9a-f]{8}/.test(path) ? "default" : "no-cache" });
  await cache.addAll(SHELL.map(request));
  const page = await (await cache.match(address("./"))).text();
  if (!page.includes(VERSION)) throw new Error("The server gave parts of two versions; the next visit tries again.");
}

async function activate() {
  // The version before stays for tabs that still show it.
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && ![SHELL_CACHE, DATA_CACHE].includes(name));
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
  const data = await caches.open(DATA_CACHE);
  const wanted = DATA.map(address);
  for (const { url } of await data.keys()) if (!wanted.includes(url)) await data.delete(url);
  await clients.claim();
}

addEventListener("message", (event) => {
  if (event.data === "activate") skipWaiting();
  // What a page fetched before this worker could see it.
  if (event.data.keep) event.waitUntil(Promise.all(event.data.keep.map((url) => answer(event, new Request(url)))));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(SCOPE.href)) return;
  const home = [SCOPE.pathname, `${SCOPE.pathname}index.html`].includes(url.pathname);
  // Another page than ours.
  if (request.mode === "navigate" && !home) return;
  event.respondWith(answer(event, request, home ? SCOPE.href : url.href));
});

/** What is kept, else what the server says, which is kept from then on. */
async function answer(event, request, url = request.url) {
  // The engine asks so for a file whose checksum was wrong: what is kept is of no use.
  if (request.cache !== "reload") {
    const shell = await caches.open(SHELL_CACHE);
    const options = { ignoreVary: true };
    const kept = (await shell.match(url, options)) ?? (await caches.match(url, options));
    if (kept) return kept;
  }
  const response = await fetch(request);
  if (response.status === 200) {
    const cache = await caches.open(DATA.some((path) => address(path) === url) ? DATA_CACHE : SHELL_CACHE);
    // Where there is no room, the page works as long as there is a network.
    event.waitUntil(cache.put(url, response.clone()).catch(() => {}));
  }
  return response;
}
