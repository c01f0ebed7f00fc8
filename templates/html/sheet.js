// Checks answers without knowing them: it compares fingerprints. Everything else works without it.
const { salt, answers, follows, sizes, whys } = "DATA";

// SHA-256 (FIPS 180-4), for where the browser keeps its own to itself: pages from a server without encryption.
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
const K = Int32Array.from(primes, (p) => root(p, 3));
const START = Int32Array.from(primes.slice(0, 8), (p) => root(p, 2));
const words = new Int32Array(64);
const turn = (x, n) => (x >>> n) | (x << (32 - n));
function fold(state) {
  // The 16 words that begin `words`, folded into a state of eight.
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15], y = words[i - 2];
    const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3), s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16] + s0 + words[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  return state;
}
function sha256(bytes, state = START, before = 0) {
  // The state after these bytes, of which so many were folded in before.
  const size = ((bytes.length + 72) >> 6) << 6, view = new DataView(new ArrayBuffer(size)), found = state.slice();
  bytes.forEach((byte, i) => view.setUint8(i, byte));
  view.setUint8(bytes.length, 128);
  view.setUint32(size - 4, 8 * (before + bytes.length));
  for (let at = 0; at < size; at += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i);
    fold(found);
  }
  return found;
}
const spelled = (state) => [...state].flatMap((x) => [x >>> 24, (x >>> 16) & 255, (x >>> 8) & 255, x & 255]);
function slowly(password, salt, rounds) {
  // PBKDF2 (RFC 8018) with HMAC: the two keyed states are made once, so that a round folds twice.
  const short = password.length > 64 ? spelled(sha256(password)) : [...password];
  const keyed = (pad) => {
    const view = new DataView(new ArrayBuffer(64));
    for (let i = 0; i < 64; i++) view.setUint8(i, (short[i] || 0) ^ pad);
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(4 * i);
    return fold(START.slice());
  };
  const inner = keyed(0x36), outer = keyed(0x5c);
  let last = sha256(spelled(sha256([...salt, 0, 0, 0, 1], inner, 64)), outer, 64);
  const found = last.slice();
  const folded = (state, start) => {
    words.set(state); words[8] = 1 << 31; words.fill(0, 9, 15); words[15] = 768;
    return fold(start.slice());
  };
  for (let i = 1; i < rounds; i++) {
    last = folded(folded(last, inner), outer);
    for (let j = 0; j < 8; j++) found[j] ^= last[j];
  }
  return spelled(found);
}
async function derived(password, salt, rounds, own = globalThis.crypto && crypto.subtle) {
  if (!own) return slowly(password, salt, rounds);
  const key = await own.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return [...new Uint8Array(await own.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, key, 256))];
}
async function fingerprint(id, answer, rounds) {
  const [password, spice] = [answer, `${salt}|${id}`].map((text) => new TextEncoder().encode(text));
  return (await derived(password, spice, rounds)).map((x) => String.fromCharCode(97 + (x >> 4), 97 + (x & 15))).join("");
}

// What was typed, in the forms in which it may be right: all digits, or four of them and a power of ten.
function forms(kind, typed) {
  // Powers of ten as calculators and keyboards write them: 1.769 × 10¹², 1.769*10^12, 1.769e+12. What adds nothing
  // goes: a sign before a number, and noughts after its point.
  const text = typed.replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (digits) => `^${digits}`).normalize("NFKC").trim()
    .replace(/^[=+]\s*/, "").replace(/\s*[×x*·⋅]\s*10\s*(?:\^|\*\*)\s*\{?\+?(\d+)\}?$/i, "e$1")
    .replace(/\s*e\s*\+?\s*(\d+)$/i, "e$1").replace(/^(\d{4,})[.,]0+$/, "$1");
  const letters = text.toUpperCase().replace(/[^A-Z]/g, "");
  if (kind === "letters") return [letters];
  if (/factors/.test(kind)) {
    const numbers = typed.split("\n").map((one) => Object.hasOwn(sizes, one.trim()) ? sizes[one.trim()] : forms("number", one)[0]);
    return numbers.includes(undefined) ? [] : [(kind === "factors" ? numbers.sort() : numbers).join("×")];
  }
  if (kind === "set") return [[...new Set(letters)].sort().join("")];
  // 7.226.688 is a number with points between its groups, whatever the language; 7.226 alone may be a fraction.
  const pointed = /^\d{1,3}([.,’'])\d{3}(\1\d{3})+$/.test(text);
  // Of one digit, a point or comma and a power of ten, the sign stands before decimals, in any language: 1.769e12.
  const short = /^(\d)[.,](\d+e\d+)$/i.exec(text);
  const plain = pointed ? text.replace(/\D/g, "") : short ? `${short[1]}.${short[2]}` : ungrouped(text);
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

// What a blank comes to with the answers that were typed for the blanks before it; nothing where one is missing.
function carried(tree) {
  if (typeof tree === "string") return BigInt(tree);
  const [sign, ...parts] = tree;
  if (sign === "blank") {
    const [typed] = forms("number", document.querySelector(`input[data-answer="${parts[0]}"]`).value);
    return typed === undefined || /e/.test(typed) ? null : BigInt(typed);
  }
  const values = parts.map(carried);
  if (values.includes(null)) return null;
  if (sign === "-") return -values[0];
  // Rounded down, below nought as well.
  if (sign === "//") return values[1] <= 0n ? null : values[0] / values[1] - (values[0] % values[1] < 0n ? 1n : 0n);
  return values.reduce((one, other) => sign === "+" ? one + other : one * other);
}
const uses = (tree) => typeof tree === "string" ? [] : tree[0] === "blank" ? [tree[1]] : tree.slice(1).flatMap(uses);

// What may be wrong with an answer: what it would be without a usual slip, and the slip's name. The sheet holds no more
// for it than the fingerprint of the right answer: where one of these has it, the slip was made.
function* slips(id, kind, form) {
  if (kind === "set") {
    for (const letter of form) yield [form.replace(letter, ""), _("a letter too many")];
    for (const letter of "ABCDEF") if (!form.includes(letter)) yield [[...form, letter].sort().join(""), _("a letter is missing")];
  }
  if (kind === "letters") {
    for (let i = 1; i < form.length; i++) yield [form.slice(0, i - 1) + form[i] + form[i - 1] + form.slice(i + 1), _("two neighbours are swapped")];
  }
  if (kind !== "number" || !/^\d+$/.test(form)) return;
  const value = BigInt(form), whole = (text) => /^\d+$/.test(text) ? BigInt(text) : 0n;
  const [sign, ...parts] = follows[id] && typeof follows[id] !== "string" ? follows[id] : [""];
  for (const term of sign === "+" ? parts.map(carried) : []) {
    if (term === null) continue;
    yield [value + term, _("a part of the sum is missing")];
    if (value > term) yield [value - term, _("a part of the sum is there twice")];
  }
  for (const factor of new Set([2n, 3n, ...Object.values(sizes).map(whole)])) {
    if (factor < 2n) continue;
    yield [value * factor, _("a factor is missing")];
    if (value % factor === 0n) yield [value / factor, _("a factor too many")];
  }
  yield [value * 10n, _("a digit is missing")];
}
// What is wrong with an option: its letter opens the words.
async function unsealed(id, letter) {
  const text = new TextEncoder(), closed = whys[id][letter];
  const key = await derived(text.encode(letter), text.encode(`${salt}|${id}|why`), 4096), bytes = [];
  let block = [];
  for (let at = 0; at < closed.length / 2; at++) {
    if (at % 32 === 0) block = spelled(sha256([...key, at / 32]));
    bytes.push((((closed.charCodeAt(2 * at) - 97) << 4) | (closed.charCodeAt(2 * at + 1) - 97)) ^ block[at % 32]);
  }
  return new TextDecoder().decode(new Uint8Array(bytes)).trim();
}
async function reason(id, form, isLatest) {
  const { kind, rounds, prints } = answers[id];
  if (whys[id]) return whys[id][form] ? unsealed(id, form) : "";
  // Without the browser's own hash each trial takes too long.
  if (!globalThis.crypto || !crypto.subtle) return "";
  for (const [other, its] of Object.entries(answers)) {
    if (kind !== "number" || its.kind !== kind || other === id) continue;
    if (!isLatest()) return "";
    if (its.prints.includes(await fingerprint(other, form, its.rounds))) return _("this is the answer to ({number})", { number: other });
  }
  for (const [other, says] of slips(id, kind, form)) {
    if (!isLatest()) return "";
    for (const one of forms(kind, kind === "number" ? `${other}e0` : other))
      if (prints.includes(await fingerprint(id, one, rounds))) return says;
  }
  return "";
}

// Factors carry no points.
const counted = Object.keys(answers).filter((id) => !/factors/.test(answers[id].kind));
const done = new Set(), following = new Set(), halves = new Set(), latest = new Map();
async function judge(id, typed, output) {
  const { kind, rounds, prints, half } = answers[id], asked = {};
  const tried = forms(kind, typed).filter((form) => form);
  // What is typed while an answer is worked out counts in its place.
  latest.set(id, asked);
  output.setAttribute("aria-busy", "true");
  let right = false, isHalf = false;
  for (const form of tried) {
    const print = await fingerprint(id, form, rounds);
    right = right || prints.includes(print);
    isHalf = isHalf || print === half;
  }
  if (latest.get(id) !== asked) return;
  output.removeAttribute("aria-busy");
  done[right ? "add" : "delete"](id);
  // A wrong number may be used rightly further down: there it counts.
  const next = right || !follows[id] ? null : carried(follows[id]);
  const earlier = next !== null && tried[0] === next.toString();
  following[earlier ? "add" : "delete"](id);
  halves[isHalf && !earlier ? "add" : "delete"](id);
  output.className = right ? "right" : earlier ? "carried" : "";
  output.value = !typed.trim() ? "" : right ? _("✓ right") : earlier ? _("✓ follows from what you wrote above")
    : isHalf ? _("not yet: rounded the wrong way, half of the points")
    : tried.length || kind !== "number" ? _("not yet") : _("whole numbers only");
  if (!right && !earlier && !isHalf && tried.length) {
    reason(id, tried[0], () => latest.get(id) === asked).then((says) => {
      if (!says || latest.get(id) !== asked) return;
      output.value = whys[id] ? _("not yet. {reason}", { reason: says }) : _("not yet: {reason}", { reason: says });
    });
  }
  const score = document.querySelector(".score");
  score.hidden = false;
  const all = counted.length, sure = counted.filter((one) => done.has(one)).length;
  // Right factors with a wrong product have half of its points, and so has a number that was rounded the wrong way.
  const part = (one) => done.has(one) || following.has(one) ? 2 : halves.has(one) || done.has(`${one}.factors`) ? 1 : 0;
  const most = counted.reduce((sum, one) => sum + answers[one].points, 0);
  const twice = counted.reduce((sum, one) => sum + part(one) * answers[one].points, 0);
  const points = (twice / 2).toLocaleString(document.documentElement.lang);
  score.firstElementChild.value = following.size
    ? _("{right} of {all} answers are right; {more} more are right for your earlier numbers: {points} of {most} points that can be checked here.", { right: sure, all: all, more: following.size, points: points, most: most })
    : _("{right} of {all} answers are right: {points} of {most} points that can be checked here.", { right: sure, all: all, points: points, most: most });
  // What uses this answer is judged once more.
  for (const [other, tree] of Object.entries(follows)) {
    const input = document.querySelector(`input[data-answer="${other}"]`);
    if (other !== id && input.value.trim() && !done.has(other) && uses(tree).includes(id)) judge(other, input.value, input.nextElementSibling);
  }
}
for (const input of document.querySelectorAll("input[data-answer]")) {
  if (answers[input.dataset.answer])
    input.addEventListener("change", () => judge(input.dataset.answer, input.value, input.nextElementSibling));
}
for (const group of document.querySelectorAll(".choices")) {
  if (answers[group.dataset.answer])
    group.addEventListener("change", (event) => judge(group.dataset.answer, event.target.value, group.querySelector(":scope > output")));
}
for (const group of document.querySelectorAll(".factors")) {
  const id = group.dataset.answer, inputs = [...group.querySelectorAll("input")];
  const typed = () => inputs.every((input) => input.value.trim()) ? inputs.map((input) => input.value).join("\n") : "";
  if (answers[id]) group.addEventListener("change", () => judge(id, typed(), group.querySelector("output")));
}
// Hints come one after another.
for (const hint of document.querySelectorAll(".hint")) {
  const next = hint.nextElementSibling;
  if (next && next.classList.contains("hint")) {
    next.hidden = true;
    hint.addEventListener("toggle", () => { next.hidden = false; }, { once: true });
  }
}

// What was typed survives a reload: this browser keeps it, under the form's id.
const fields = [...document.querySelectorAll("input[data-answer], input[data-factor], .choices input, textarea")];
const store = `symbolic ${salt}`;
const chosen = (field) => field.type === "radio";
function keep() {
  const typed = fields.map((field) => chosen(field) ? field.checked : field.value);
  try { localStorage.setItem(store, JSON.stringify(typed)); } catch { /* a browser that keeps nothing */ }
}
let kept = [];
try { kept = JSON.parse(localStorage.getItem(store)) || []; } catch { /* nor gives anything back */ }
if (kept.length === fields.length) {
  fields.forEach((field, index) => {
    if (chosen(field)) field.checked = kept[index] === true;
    else field.value = String(kept[index]);
    if (chosen(field) ? field.checked : field.value) field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
addEventListener("input", keep);
addEventListener("change", keep);
