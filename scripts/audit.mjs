// Serves dist/ compressed and with the headers of dist/_headers, has Lighthouse audit it, prints the scores, and fails below
// the least. Called by scripts/audit, which says where Lighthouse is and where the reports go.

import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";

const LEAST = 95;
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const { LIGHTHOUSE, REPORTS } = process.env;
const CHROME = "--headless=new --no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const TYPES = {
  html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", wasm: "application/wasm",
  svg: "image/svg+xml", png: "image/png", txt: "text/plain; charset=utf-8", webmanifest: "application/manifest+json",
};

/** The rules of `_headers`: a pattern on a line of its own, its headers indented below. */
function rules() {
  const all = [];
  for (const line of readFileSync("dist/_headers", "utf8").split("\n")) {
    if (line.startsWith("/")) all.push({ pattern: new RegExp(`^${line.trim().replace(/[.]/g, "\\.").replaceAll("*", ".*")}$`), headers: {} });
    const [, name, value] = line.match(/^\s+([\w-]+):\s*(.*)$/) ?? [];
    if (name) all.at(-1).headers[name] = value;
  }
  return all;
}

const headers = rules();
const packed = new Map();
const server = createServer((request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  const file = `dist${path.endsWith("/") ? `${path}index.html` : path}`;
  if (path.includes("..") || !statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end("not found");
  const type = TYPES[file.split(".").pop()];
  for (const rule of headers.filter((rule) => rule.pattern.test(path))) response.setHeaders(new Map(Object.entries(rule.headers)));
  response.setHeader("Content-Type", type ?? "application/octet-stream");
  if (type && !type.startsWith("image/png") && /\bbr\b/.test(request.headers["accept-encoding"] ?? "")) {
    if (!packed.has(file)) packed.set(file, brotliCompressSync(readFileSync(file), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    return response.setHeader("Content-Encoding", "br").end(packed.get(file));
  }
  response.end(readFileSync(file));
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const url = `http://127.0.0.1:${server.address().port}/`;
// Compressed before anyone counts the time.
for (const file of readFileSync("dist/sw.js", "utf8").match(/const SHELL = .*/)[0].match(/[\w./-]+\.(js|wasm|css)/g))
  await (await fetch(url + file)).arrayBuffer();

let failed = false;
const say = (score) => String(score).padStart(16);
console.log("".padEnd(10) + ["performance", "accessibility", "best practices", "SEO"].map(say).join(""));
for (const form of ["mobile", "desktop"]) {
  const rounds = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const report = `${REPORTS}/${form}-${round}.json`;
    const preset = form === "desktop" ? ["--preset=desktop"] : [];
    await promisify(execFile)("node", [
      `${LIGHTHOUSE}/cli/index.js`, url, ...preset, "--quiet", "--output=json", `--output-path=${report}`, `--chrome-flags=${CHROME}`,
    ]);
    rounds.push(JSON.parse(readFileSync(report, "utf8")));
  }
  // The median by performance: the others hardly vary.
  rounds.sort((a, b) => a.categories.performance.score - b.categories.performance.score);
  const { categories, audits } = rounds[Math.floor(rounds.length / 2)];
  const scores = ["performance", "accessibility", "best-practices", "seo"].map((name) => Math.round(100 * categories[name].score));
  console.log(form.padEnd(10) + scores.map(say).join(""));
  console.log(`  ${["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"].map((name) => `${audits[name].title} ${audits[name].displayValue}`).join(", ")}`);
  for (const { auditRefs } of Object.values(categories))
    for (const { id, weight } of auditRefs)
      if (weight > 0 && (audits[id].score ?? 1) < 0.9) console.log(`  ${id}: ${audits[id].title} ${audits[id].displayValue ?? ""}`);
  failed ||= scores.some((score) => score < LEAST);
}
server.close();
if (failed) {
  console.error(`error: a score is below ${LEAST}; the reports are in ${REPORTS}`);
  process.exit(1);
}
