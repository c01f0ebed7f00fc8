// Checks answers without knowing them: it compares fingerprints. Everything else works without it.
const { salt, rounds, answers } = "DATA";

// SHA-256 (FIPS 180-4). Browsers keep their own from pages that are opened as files.
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const root = (p, degree) => {
  // The first 32 bits behind the point of a root, by whole numbers: floor(root of p × 2^32).
  const power = BigInt(p) << BigInt(32 * degree);
  let low = 0n, high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(degree) <= power) low = middle; else high = middle;
  }
  return Number(low & 0xffffffffn);
};
const K = primes.map((p) => root(p, 3));
const START = primes.slice(0, 8).map((p) => root(p, 2));
const turn = (x, n) => (x >>> n) | (x << (32 - n));
function sha256(bytes) {
  const size = ((bytes.length + 72) >> 6) << 6;
  const data = new Uint8Array(size);
  data.set(bytes);
  data[bytes.length] = 128;
  const view = new DataView(data.buffer);
  view.setUint32(size - 4, bytes.length * 8);
  const h = START.slice(), w = new Uint32Array(64);
  for (let at = 0; at < size; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, last] = h;
    for (let i = 0; i < 64; i++) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const one = (last + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [last, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, last].forEach((x, i) => { h[i] = (h[i] + x) | 0; });
  }
  const out = new DataView(new ArrayBuffer(32));
  h.forEach((x, i) => out.setUint32(4 * i, x));
  return new Uint8Array(out.buffer);
}
function fingerprint(id, answer) {
  let digest = new TextEncoder().encode([salt, id, answer].join("|"));
  for (let i = 0; i < rounds; i++) digest = sha256(digest);
  return [...digest].map((x) => String.fromCharCode(97 + (x >> 4), 97 + (x & 15))).join("");
}

// What was typed, in the forms in which it may be right: all digits, or four of them and a power of ten.
function forms(kind, typed) {
  const text = typed.normalize("NFKC").trim();
  if (kind === "letters") return [text.toUpperCase().replace(/[^A-Z]/g, "")];
  const plain = ungrouped(text);
  if (/^\d+$/.test(plain)) return [BigInt(plain).toString()];
  const parts = /^(\d+)(?:\.(\d+))?e\+?(\d+)$/i.exec(plain);
  if (!parts) return [];
  const digits = (parts[1] + (parts[2] || "")).replace(/^0+/, "");
  const power = Number(parts[3]) - (parts[2] || "").length;
  if (!digits || Math.abs(power) > 400) return [];
  const found = power >= 0 ? [(BigInt(digits) * 10n ** BigInt(power)).toString()] : [];
  if (digits.length >= 4) {
    const cut = digits.length - 4, unit = 10n ** BigInt(cut);
    let head = (BigInt(digits) + unit / 2n) / unit, above = power + cut;
    if (head === 10000n) { head = 1000n; above += 1; }
    found.push(`${head}e${above}`);
  }
  return found;
}

const done = new Set();
function judge(id, typed, output) {
  const { kind, prints } = answers[id];
  const tried = forms(kind, typed);
  const right = tried.some((form) => prints.includes(fingerprint(id, form)));
  done[right ? "add" : "delete"](id);
  output.className = right ? "right" : "";
  output.value = !typed.trim() ? "" : right ? _("✓ right") : tried.length || kind === "letters" ? _("not yet") : _("whole numbers only");
  const score = document.querySelector(".score");
  score.hidden = false;
  score.firstElementChild.value = _("{right} of {all} answers are right.", { right: done.size, all: Object.keys(answers).length });
}
for (const input of document.querySelectorAll("input[data-answer]")) {
  if (answers[input.dataset.answer])
    input.addEventListener("change", () => judge(input.dataset.answer, input.value, input.nextElementSibling));
}
for (const group of document.querySelectorAll(".choices")) {
  if (answers[group.dataset.answer])
    group.addEventListener("change", (event) => judge(group.dataset.answer, event.target.value, group.querySelector(":scope > output")));
}
// Hints come one after another.
for (const hint of document.querySelectorAll(".hint")) {
  const next = hint.nextElementSibling;
  if (next && next.classList.contains("hint")) {
    next.hidden = true;
    hint.addEventListener("toggle", () => { next.hidden = false; }, { once: true });
  }
}
