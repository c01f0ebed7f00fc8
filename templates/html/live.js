
// Sizes that a reader may change: every number of the page is computed again, exactly, by the page's own formulas.
{
const live = JSON.parse(document.getElementById("live").textContent);
const { rules, layers } = live, leads = live.leads ?? live.total;
const nodes = live.nodes.split(";").map((node) => (node.includes(" ") ? node.split(" ").map((part, i) => (i ? Number(part) : part)) : node));
const [group, point] = live.signs;
const definitions = new Map(Object.entries(live.definitions)), values = new Map(Object.entries(live.values));
const counted = new Map(layers ? Object.entries(layers.counts) : []);
const free = new Map(live.sizes.map((size) => [size.name, size]));
const singular = new Map(Object.entries(live.units)), plural = new Map([...singular].map(([several, one]) => [one, several]));

// Formulas are read aloud in words of one list; a letter stands for each of the first.
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
for (const element of document.querySelectorAll("[data-said]")) {
  const places = element.dataset.said.match(/[a-zA-Z]|\d+/g);
  element.setAttribute("role", "math");
  element.setAttribute("aria-label", places.map((place) => live.words[place >= 0 ? place : LETTERS.indexOf(place)]).join(" "));
}

// An exact number is a fraction in lowest terms: [numerator, denominator].
class Impossible extends Error {}
const positive = (n) => (n < 0n ? -n : n);
const fraction = (top, bottom) => {
  if (!bottom) throw new Impossible();
  if (bottom === 1n) return [top, 1n];
  let [a, b] = [positive(top), positive(bottom)];
  while (b) [a, b] = [b, a % b];
  if (bottom < 0n) a = -a;
  return [top / a, bottom / a];
};
const number = (text) => {
  const [top, bottom] = text.split("/");
  return fraction(BigInt(top), BigInt(bottom ?? 1));
};
const floored = ([top, bottom]) => (top - (((top % bottom) + bottom) % bottom)) / bottom;
const less = ([a, b], [c, d]) => a * d < c * b;
const same = ([a, b], [c, d]) => a === c && b === d;
const powered = ([top, bottom], [times, parts]) => {
  if (parts !== 1n || positive(times) > 5000n) throw new Impossible();
  return times < 0n ? fraction(bottom ** -times, top ** -times) : fraction(top ** times, bottom ** times);
};
const rooted = (n) => {
  if (n < 0n) throw new Impossible();
  let root = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (let next; (next = (root + n / root) >> 1n) < root;) root = next;
  return n && root;
};
const OPERATIONS = {
  "+": (parts) => parts.reduce(([a, b], [c, d]) => (b === d && b === 1n ? [a + c, 1n] : fraction(a * d + c * b, b * d))),
  "*": (parts) => parts.reduce(([a, b], [c, d]) => fraction(a * c, b * d)),
  "/": ([[a, b], [c, d]]) => fraction(a * d, b * c),
  "-": ([[a, b]]) => [-a, b],
  "^": ([base, exponent]) => powered(base, exponent),
  min: (parts) => parts.reduce((a, b) => (less(b, a) ? b : a)),
  max: (parts) => parts.reduce((a, b) => (less(a, b) ? b : a)),
  ceil: ([[a, b]]) => [-floored([-a, b]), 1n],
  floor: ([part]) => [floored(part), 1n],
  isqrt: ([part]) => [rooted(floored(part)), 1n],
};

// The page's formulas with some sizes set.
const computing = (given) => {
  const kept = [];
  const size = (name) => {
    if (given.has(name)) return given.get(name);
    if (counted.has(name)) {
      const counts = counted.get(name), by = Number(size(layers.by)[0]), count = counts[Math.min(by, counts.length) - 1];
      if (by > layers.most || count == null) throw new Impossible();
      return [BigInt(count), 1n];
    }
    return definitions.has(name) ? value(definitions.get(name)) : number(values.get(name));
  };
  const value = (place) => {
    if (kept[place]) return kept[place];
    const node = nodes[place];
    if (Array.isArray(node)) kept[place] = OPERATIONS[node[0]](node.slice(1).map(value));
    else kept[place] = /^[-\d]/.test(node) ? number(node) : size(node);
    return kept[place];
  };
  return { size, value };
};
const first = computing(new Map());

// Numbers as the page prints them.
const digits = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, group);
const decimal = (top, places) => {
  const unit = 10n ** BigInt(places);
  return `${digits(top / unit)}${places ? point + String(top % unit).padStart(places, "0") : ""}`;
};
const places_of = (bottom) => [0, 1, 2, 3, 4, 5, 6].find((places) => 10n ** BigInt(places) % bottom === 0n);
const grouped = ([top, bottom]) => {
  const places = places_of(bottom);
  if (places === undefined) return `${digits(top)}/${digits(bottom)}`;
  if (!places) return digits(top);
  return (top < 0n ? "−" : "") + decimal((positive(top) * 10n ** BigInt(places)) / bottom, places);
};
const near = (value) => {
  const amount = significant(value, 4);
  return places_of(value[1]) <= 4 ? grouped(value) : _("about {amount}", { amount: amount });
};
const power_of = ([top, bottom]) => {
  const power = String(top).length - String(bottom).length;
  return (power < 0 ? top * 10n ** BigInt(-power) >= bottom : top >= bottom * 10n ** BigInt(power)) ? power : power - 1;
};
const significant = ([top, bottom], count) => {
  if (top < 0n) return `−${significant([-top, bottom], count)}`;
  if (!top) return "0";
  const scaled = (places) => {
    const [a, b] = places < 0 ? [top, bottom * 10n ** BigInt(-places)] : [top * 10n ** BigInt(places), bottom];
    return (2n * a + b) / (2n * b);
  };
  let places = count - 1 - power_of([top, bottom]);
  if (scaled(places) >= 10n ** BigInt(count)) places -= 1;
  return places <= 0 ? digits(scaled(places) * 10n ** BigInt(-places)) : decimal(scaled(places), places);
};
const percent = ([top, bottom]) => {
  if (0n < top && 2000n * top < bottom) return `< ${decimal(1n, 1)} %`;
  return `${decimal((2000n * top + bottom) / (2n * bottom), 1)} %`;
};
const BYTES = [["KiB", "kB"], ["MiB", "MB"], ["GiB", "GB"], ["TiB", "TB"], ["PiB", "PB"]];
const short = (value) => (value[1] === 1n && value[0] < 10000n ? grouped(value) : significant(value, 4));
const led = (value) => (live.leads === undefined ? grouped(value) : significant(value, 4));
const wholes = ([top, bottom]) => String(positive(top) / bottom).length;
const inShort = (value) => (value[1] === 1n ? grouped(value) : significant(value, Math.max(4, wholes(value))));
const inWords = (total) => {
  if (total >= 10n ** 15n) {
    const power = String(total).length - 1;
    return `${significant(fraction(total, 10n ** BigInt(power)), 4)} × 10^${power}`;
  }
  const in_units = (power) => significant(fraction(total, 10n ** power), 4);
  if (total >= 10n ** 12n) { const number = in_units(12n); return _("{number} trillion", { number: number }); }
  if (total >= 10n ** 9n) { const number = in_units(9n); return _("{number} billion", { number: number }); }
  if (total >= 10n ** 6n) { const number = in_units(6n); return _("{number} million", { number: number }); }
  return "";
};
const rounded = ([total]) => {
  if (live.bytes) {
    const power = [5n, 4n, 3n, 2n, 1n].find((power) => total >= 1000n ** power);
    if (!power) return "";
    const [binary, metric] = BYTES[Number(power) - 1];
    const [decimal, exact] = [1000n, 1024n].map((unit) => total % unit ** power === 0n);
    const inside = decimal === exact ? "" : exact ? "= " : "≈ ";
    return `${decimal ? "=" : "≈"} ${short(fraction(total, 1000n ** power))} ${metric} (${inside}${short(fraction(total, 1024n ** power))} ${binary})`;
  }
  const words = inWords(total);
  return words && `≈ ${words}`;
};
const withSign = ([top, bottom]) => `${top < 0n ? "−" : "+"} ${grouped([positive(top), bottom])}`;
const put = (element, text) => { element.textContent = text.replaceAll(" ", "\u00a0"); };

// The first rule that some sizes break; without a rule, [] where they can't be computed, or make another network.
const broken = (given, these = rules) => {
  try {
    const now = computing(given);
    for (const rule of these) {
      const [kind, left, , right] = rule, a = now.value(left);
      if (kind === "whole" ? a[1] !== 1n : kind === "there" && a[0] > 0n !== first.value(left)[0] > 0n) return rule;
      if (right === undefined) continue;
      const b = now.value(right);
      if (kind === "multiple" && (!b[0] || (a[0] * b[1]) % (a[1] * b[0]))) return rule;
      if (kind === "equal" && !same(a, b)) return rule;
      if (kind === "at most" && less(b, a)) return rule;
    }
    if (these !== rules) return null;
    const total = now.value(live.total);
    return total[1] !== 1n || !same(total, now.value(live.printed)) ? ["there"] : null;
  } catch (problem) {
    if (problem instanceof Impossible) return [];
    throw problem;
  }
};
// The values next to that of a size with which the others are possible: one below and one above, where there are any.
const nearest = (given, name) => {
  const size = free.get(name), [now] = computing(given).size(name), others = needs.get(name), found = [];
  const fits = (n) => n >= BigInt(size.least) && (size.most === undefined || n <= BigInt(size.most)) && !broken(new Map([...given, [name, [n, 1n]]]), others);
  for (const way of [-1n, 1n]) {
    let away = 1n;
    while (away < 400n && !fits(now + way * away)) away++;
    if (away < 400n) found.push(digits(now + way * away));
  }
  return found;
};
// What is wrong with some sizes: a sentence, or nothing; then which sizes would do.
const wrong = (given) => {
  const rule = broken(given);
  if (!rule) return "";
  const [kind, left, name, right, other] = rule;
  if (!kind) return _("The configuration says nothing of such sizes.");
  if (kind === "there") return _("With these sizes the network has other parts than this page shows.");
  const now = computing(given), value = grouped(now.value(left)), beside = right === undefined ? "" : grouped(now.value(right));
  const says = () => {
    if (kind === "multiple") return _("{name} is {value} and must be a multiple of {other}, which is {beside}.", { name: name, value: value, other: other, beside: beside });
    if (kind === "equal") return _("{name} is {value} and must be equal to {other}, which is {beside}.", { name: name, value: value, other: other, beside: beside });
    if (kind === "at most") return _("{name} is {value} and can't be more than {other}, which is {beside}.", { name: name, value: value, other: other, beside: beside });
    const [, top, bottom] = nodes[left][0] === "/" ? nodes[left] : [];
    if (top === undefined || typeof nodes[top] !== "string" || now.value(bottom)[1] !== 1n)
      return _("{name} would be {value}, not a whole number.", { name: name, value: value });
    const size = nodes[top], number = grouped(now.value(top)), step = grouped(now.value(bottom)), unit = typeof nodes[bottom] === "string" ? `${nodes[bottom]} (${step})` : step;
    return _("{size} {number} is not a multiple of {unit}.", { size: size, number: number, unit: unit });
  };
  const offers = [...named(rule)].filter((one) => free.has(one) && !free.get(one).parts).map((one) => [one, nearest(given, one)]).filter(([, near]) => near.length).slice(0, 3);
  if (!offers.length) return says();
  const sizes = offers.map(([one, near]) => `${one} ${near.join(", ")}`).join("; ");
  const offer = _("Nearest that work: {sizes}.", { sizes: sizes });
  return `${says()} ${offer}`;
};
// More digits than a size of the config can need are a slip; a device's speed has many.
const longest = (name) => Math.max(15, String(floored(first.size(name))).length + 3);
const read = (text, { name, least, most, parts }) => {
  const plain = ungrouped(text), from = digits(least), to = digits(most ?? 0);
  if (/^[-−]\d+$/.test(plain)) return _("{name} must be at least {from}.", { name: name, from: from });
  if (!(parts ? /^\d+(\.\d{1,9}|\/\d{1,9})?$/ : /^\d+$/).test(plain) || plain.split(/[./]/)[0].length > longest(name))
    return parts ? _("{name} must be a number.", { name: name }) : _("{name} must be a whole number.", { name: name });
  const [whole, places = ""] = plain.split(".");
  if (/\/0*$/.test(plain)) return _("{name} must be a number.", { name: name });
  const found = places ? fraction(BigInt(whole + places), 10n ** BigInt(places.length)) : number(plain);
  if (less(found, [BigInt(least), 1n]) || !found[0] && parts) return _("{name} must be at least {from}.", { name: name, from: from });
  if (most !== undefined && less([BigInt(most), 1n], found)) return _("{name} must be at most {to}.", { name: name, to: to });
  return found;
};

// The numbers of an equation stand in its MathML in the order in which the page says what they are.
const maths_of = (term) => (term.localName === "math" ? [term] : [...term.querySelectorAll("math")]);
const equations = [...document.querySelectorAll("[data-live]")].filter((one) => !one.closest("[data-fixed]")).map((element) => {
  const slots = element.dataset.live.split(" "), last = slots.pop();
  const spoken = element.querySelector("[role]"), label = spoken.getAttribute("aria-label");
  const terms = [...spoken.children], tail = terms.pop(), over = last[0] === "~" ? terms.pop() : null;
  // With numbers in the symbols' places it is its last side but the value.
  const side = terms.findLastIndex((term) => maths_of(term)[0].firstElementChild.textContent === "=");
  const maths = terms.flatMap(maths_of), numbers = maths.flatMap((math) => [...math.querySelectorAll("mn")]);
  return { slots, maths, tail, over, numbers, spoken, label, second: side > 0 ? terms.slice(side) : [], value: Number(last.replace("~", "")) };
});
const signed = (math, exact) => {
  const sign = [...math.querySelectorAll("mo")].find((one) => one.textContent === "=" || one.textContent === "≈");
  if (sign) sign.textContent = exact ? "=" : "≈";
};
const asFraction = (tail, [top, bottom]) => {
  const math = maths_of(tail)[0].cloneNode(true), mark = (name, text) => Object.assign(document.createElementNS(math.namespaceURI, name), { textContent: text });
  const over = mark("mfrac", "");
  over.append(mark("mn", digits(top)), mark("mn", digits(bottom)));
  math.querySelector("mn").replaceWith(over);
  math.querySelectorAll("mtext, mspace").forEach((unit) => unit.remove());
  signed(math, true);
  return math;
};
const inflect = (unit, value) => {
  // In a sentence, a noun that follows its number is bound to it.
  const text = unit.textContent, word = text[0] === "\u00a0" ? /[^\s.,;:)]*/.exec(text.slice(1))[0] : text.trim(), right = same(value, [1n, 1n]) ? singular.get(word) : plural.get(word);
  if (right) unit.textContent = unit.textContent.replace(word, right);
};
const compute = (equation, now, changed) => {
  let index = 0;
  for (const slot of equation.slots) {
    if (slot < 0) index -= slot;
    else equation.numbers[index++].textContent = grouped(now.value(slot));
  }
  // A number that would have to be rounded can't stand in the place of its words.
  const rough = equation.slots.some((slot) => slot >= 0 && places_of(now.value(slot)[1]) === undefined);
  for (const term of equation.second) term.style.display = rough ? "none" : "";
  const value = now.value(equation.value), exact = places_of(value[1]) !== undefined, { tail } = equation;
  equation.over?.remove();
  equation.over = null;
  const before = equation.maths.at(-1)?.querySelectorAll("mn") ?? [];
  const repeats = before.length === 2 && before[0].parentNode.localName === "mfrac" && `${before[0].textContent}/${before[1].textContent}` === grouped(value);
  if (!exact && value[0] < 1000n && value[1] < 1000n && !repeats) {
    equation.over = asFraction(tail, value);
    tail.before(equation.over, " ");
  }
  const whole = Math.max(4, String(value[0] / value[1]).length);
  tail.querySelector("mn").textContent = exact ? grouped(value) : significant(value, whole);
  signed(tail, exact);
  for (const unit of tail.querySelectorAll("mtext")) inflect(unit, value);
  // Read aloud, a changed equation is its MathML: the words were those of the first numbers.
  if (changed) equation.spoken.removeAttribute("aria-label");
  else equation.spoken.setAttribute("aria-label", equation.label);
};

// On a page without a total the buttons stand below the title of the section that follows the sizes.
const titled = (title) => {
  const line = Object.assign(document.createElement("p"), { className: "total" });
  title.after(line);
  return line;
};

// All that follows the sizes.
const found = (name) => [...document.querySelectorAll(`[data-${name}]`)].map((element) => [element, element.dataset[name]]);
const numbers = found("of"), typed = found("typed"), signs = found("signed"), tables = found("equal"), shares = found("share"), roundeds = found("rounded"), notes = found("own"), singles = found("single"), severals = found("several"), ratios = found("near"), drawn = found("axes");
const parts = [...document.querySelectorAll("#where > .scroll tbody tr")].flatMap((row) => {
  const place = row.querySelector("td:nth-last-child(2) [data-of]")?.dataset.of;
  return place ? [[row.cells[0].textContent, place]] : [];
});
const approximate = document.querySelector(".title .total .rounded"), heading = document.querySelector(".title .total") ?? titled(document.querySelector("main [data-live]").closest("section").querySelector("h2"));
const bars = [...document.querySelectorAll("figure.bar")].map((figure) => {
  const svg = figure.querySelector("svg"), own = figure.querySelector("ul"), list = own ?? figure.nextElementSibling.querySelector("ul");
  return { svg, label: svg.getAttribute("aria-label"), list, rects: svg.querySelectorAll("rect"), marks: svg.querySelectorAll("text"), items: [...list.children].map((item) => [item.querySelector("b").textContent, [...item.querySelectorAll("[data-share]")].at(own ? -1 : 0).dataset.share]) };
});
const thousandths = ([top, bottom]) => Number((2n * 100000n * top + bottom) / (2n * bottom)) / 1000;
const show = (given) => {
  const now = computing(given), changed = given.size > 0;
  // The rows from one total to another lead there only as long as no other part has come to be.
  for (const [table, equal] of tables) {
    const [sum, total] = equal.split(" ").map((place) => now.value(place));
    table.toggleAttribute("data-fixed", !same(sum, total));
  }
  // What divides by nothing has no value.
  const shown = (place, print, element) => {
    try { return print((element?.closest("[data-equal][data-fixed]") ? first : now).value(place)); } catch (problem) { if (problem instanceof Impossible) return "—"; throw problem; }
  };
  const text = (place) => { try { return grouped(first.value(place)); } catch { return "—"; } };
  for (const [element, place] of numbers) {
    put(element, shown(place, grouped, element));
    element.classList.toggle("changed", shown(place, grouped, element) !== text(place));
    if (element.nextSibling?.nodeType === Node.TEXT_NODE) inflect(element.nextSibling, now.value(place));
    if (element.parentNode.localName === "b") element.parentNode.hidden = same(now.value(place), [1n, 1n]);
  }
  for (const [element, place] of typed) element.textContent = shown(place, (value) => value.filter((n, i) => !i || n !== 1n).join("/"));
  for (const [element, place] of signs) put(element, shown(place, withSign, element));
  for (const [element, place] of shares) put(element, shown(place, percent));
  for (const [element, place] of roundeds) put(element, shown(place, inShort));
  for (const [element, place] of ratios) put(element, shown(place, near));
  const axes = drawn.map(([element, places]) => [element, places.split(" ").map((place) => Number(now.value(place)[0]))]);
  const most = Math.max(...axes.flatMap(([, sides]) => sides));
  for (const [element, sides] of axes) sides.forEach((side, i) => element.style.setProperty(i ? "--c" : "--r", side / most));
  for (const [element, place] of singles) element.hidden = !same(now.value(place), [1n, 1n]);
  for (const [element, place] of severals) element.hidden = same(now.value(place), [1n, 1n]);
  for (const [element, place] of notes) element.hidden = !same(now.value(place), first.value(place));
  for (const equation of equations) {
    try { compute(equation, now, changed); } catch (problem) { if (!(problem instanceof Impossible)) throw problem; }
  }
  for (const never of document.querySelectorAll("[data-never]")) {
    const entry = never.parentNode, place = entry.querySelector("[data-live]").dataset.live.split(" ").pop().replace("~", "");
    never.hidden = shown(place, ([top]) => (top > 0n ? "there" : "")) === "there";
    entry.querySelectorAll(".equation, .copied").forEach((equation) => { equation.hidden = !never.hidden; });
  }
  for (const { svg, label, list, rects, marks, items } of bars) {
    let start = [0n, 1n];
    items.forEach(([mark, place], i) => {
      const share = now.value(place);
      const width = Math.max(thousandths(share), 0.2), from = thousandths(start);
      rects[i].setAttribute("x", `${from}%`);
      rects[i].setAttribute("width", `${width}%`);
      marks[i].setAttribute("x", `${from + width / 2}%`);
      marks[i].textContent = 40n * share[0] >= share[1] * BigInt(mark.length) ? mark : "";
      start = OPERATIONS["+"]([start, share]);
    });
    svg.setAttribute("aria-label", changed ? list.textContent.replace(/\s+/g, " ").trim() : label);
  }
  const total = now.value(live.total), lead = approximate?.closest(".lead"), said = rounded(total), words = lead ? said.replace(/^= /, "") : said;
  if (approximate) (lead ?? approximate).hidden = !words;
  if (approximate && words) {
    const [before, power] = words.split("^");
    approximate.replaceChildren(before.replaceAll(/([≈=]) /g, "$1\u00a0"), ...(power ? [Object.assign(document.createElement("sup"), { textContent: power })] : []));
  }
  document.body.classList.toggle("changed", changed);
  return now.value(leads);
};

// The sizes that a reader wants, and those that the page shows: the last ones that are possible.
const wanted = new Map();
let given = new Map(), latest = null;
const make = (name, className, ...inside) => {
  const element = Object.assign(document.createElement(name), { className });
  element.append(...inside);
  return element;
};
const button = (className, text, act) => {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
};
const total = make("strong", ""), against = make("span", "against"), problem = make("p", "problem"), said = make("p", "aside");
problem.setAttribute("aria-live", "assertive");
said.setAttribute("role", "status");
const note = make("p", "of-reader");
note.hidden = true;
const changes = make("tbody", ""), moved = make("div", "scroll");
moved.hidden = true;
const cell = (name, words, className = "") => Object.assign(make(name, className), { textContent: words });
{
  const heads = [_("Part"), _("In the configuration"), _("Now"), _("Difference")].map((words, i) => Object.assign(cell("th", words, i ? "num" : ""), { scope: "col" }));
  moved.append(make("table", "plain under4", make("thead", "", make("tr", "", ...heads)), changes));
}
const rows = new Map();

// A slider goes through sizes near the one of the config, each possible with the others as they are.
const needs = new Map();
const leaves = (place, into = new Set(), seen = new Set()) => {
  const node = nodes[place];
  if (seen.has(place)) return into;
  seen.add(place);
  if (Array.isArray(node)) node.slice(1).forEach((part) => leaves(part, into, seen));
  else {
    into.add(node);
    if (definitions.has(node)) leaves(definitions.get(node), into, seen);
    if (counted.has(node)) into.add(layers.by);
  }
  return into;
};
for (const name of free.keys()) needs.set(name, []);
const named = ([, left, , right]) => {
  const on = leaves(left);
  return right === undefined ? on : leaves(right, on);
};
for (const rule of rules) for (const name of named(rule)) needs.get(name)?.push(rule);
const ladder = (size) => {
  const base = first.size(size.name), steps = [base], least = BigInt(size.least);
  const limit = size.most === undefined ? null : [BigInt(size.most), 1n];
  if (size.parts) {
    for (let k = 1n; k < 20n; k++) if (limit) steps.push(fraction(limit[0] * k, 20n));
    for (let k = 1n; k < 5n; k++) steps.push(fraction(base[0] * 2n ** k, base[1]), fraction(base[0], base[1] * 2n ** k));
  } else {
    const others = needs.get(size.name), top = limit ? limit[0] : 10n ** BigInt(longest(size.name)) - 1n;
    for (let k = -24; k <= 24; k++) {
      let near = (base[0] * BigInt(Math.round(2 ** (k / 8) * 2 ** 20))) >> 20n;
      const coarse = 1n << BigInt(Math.max(0, near.toString(2).length - 5));
      near = ((near + coarse / 2n) / coarse) * coarse;
      for (let away = 0n; away < 400n; away++) {
        const next = [near + away, near - away].find((n) => n >= least && n <= top && !broken(new Map([...given, [size.name, [n, 1n]]]), others));
        if (next !== undefined) { steps.push([next, 1n]); break; }
      }
    }
  }
  const fine = steps.filter((step) => !limit || !less(limit, step)).sort((a, b) => (less(a, b) ? -1 : 1));
  return fine.filter((step, i) => !i || !same(step, fine[i - 1]));
};
const arrange = (row) => {
  const { slider, size } = row, now = wanted.get(size.name) ?? computing(given).size(size.name);
  row.steps = ladder(size);
  let place = row.steps.findIndex((step) => !less(step, now));
  if (place < 0) place = row.steps.length;
  if (!row.steps[place] || !same(row.steps[place], now)) row.steps.splice(place, 0, now);
  slider.max = row.steps.length - 1;
  slider.value = place;
  slider.setAttribute("aria-valuetext", grouped(now));
};

// Sizes that can't be so with the others: they stay in their fields, and hold up no other size.
const refused = new Set();
const follow = (chosen = null) => {
  for (const [name, value] of wanted) if (same(value, first.size(name)) && !definitions.has(name)) wanted.delete(name);
  const what = wrong(wanted), rule = broken(wanted), possible = () => new Map([...wanted].filter(([name]) => !refused.has(name)));
  refused.delete(latest);
  if (!what) refused.clear();
  else if (broken(possible())) refused.add(latest);
  const next = possible(), none = Boolean(what && broken(next)), fault = none && rule.length > 1 ? named(rule) : null;
  for (const [name, { field }] of rows) {
    if (none ? wanted.has(name) && (!fault || fault.has(name)) : refused.has(name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  const still = _("The page still shows the numbers of the last sizes that worked.");
  problem.textContent = what ? `${what} ${still}` : "";
  if (none) return;
  given = next;
  const sum = show(given), base = first.value(leads);
  total.textContent = led(sum);
  const ratio = significant(fraction(sum[0] * base[1], sum[1] * base[0]), 3);
  against.textContent = given.size ? _("{ratio} × the configuration’s", { ratio: ratio }) : "";
  const listed = [...given].map(([name, value]) => `${name} ${grouped(value)} (${grouped(first.size(name))})`).join(", ");
  note.hidden = !given.size;
  note.textContent = given.size ? _("Sizes changed by the reader, those of the configuration in brackets: {listed}.", { listed: listed }) : "";
  const now = computing(given), rest = parts.filter(([, place]) => !same(now.value(place), first.value(place)));
  moved.hidden = !rest.length;
  changes.replaceChildren(...rest.map(([name, place]) => {
    const [is, was] = [now.value(place), first.value(place)];
    return make("tr", name === parts.at(-1)[0] ? "strong" : "", cell("td", name), cell("td", grouped(was), "num"), cell("td", grouped(is), "num"), cell("td", withSign(OPERATIONS["+"]([is, [-was[0], was[1]]])).replace(" ", "\u00a0"), "num"));
  }));
  for (const [name, row] of rows) {
    const value = computing(given).size(name);
    if (row !== chosen && !refused.has(name)) row.field.value = grouped(value);
    row.field.classList.toggle("changed", given.has(name));
    row.slider.setAttribute("aria-valuetext", grouped(value));
    if (row !== chosen && row.steps && !dock.hidden) arrange(row);
  }
  widen();
  remember();
  clearTimeout(follow.waiting);
  follow.waiting = setTimeout(() => { said.textContent = `${led(sum)} ${live.unit}`; }, 700);
};
// All fields are as wide as the longest number in them needs, and never get narrower again under the pointer.
const widen = () => {
  const most = Math.max(...[...rows.values()].map(({ field }) => field.value.length), Number(grid.style.getPropertyValue("--digits")));
  grid.style.setProperty("--digits", most);
};
const choose = (name, value) => { wanted.set(name, value); latest = name; };
const restart = () => {
  wanted.clear();
  refused.clear();
  problem.textContent = "";
  follow();
  for (const row of rows.values()) arrange(row);
};

// The address keeps the sizes, beside the place on the page: #step-3-1&n_layers=24.
const place = () => location.hash.slice(1).split("&").find((part) => !part.includes("=")) ?? "";
const remember = () => {
  const pairs = [...given].map(([name, value]) => `${name}=${value[1] === 1n ? value[0] : value.join("/")}`);
  const hash = [...(place() || !pairs.length ? [place()] : []), ...pairs].join("&");
  if (hash === location.hash.slice(1)) return;
  try { history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search); } catch { location.hash = hash; }
};
const recall = () => {
  const parts = decodeURIComponent(location.hash.slice(1)).split("&").filter((part) => part.includes("="));
  if (!parts.length) return false;
  wanted.clear();
  refused.clear();
  for (const part of parts.slice(0, 100)) {
    const [name, text] = part.split("=");
    const value = free.has(name) && text.length < 32 ? read(text.replace(".", point), free.get(name)) : null;
    if (Array.isArray(value)) choose(name, value);
  }
  latest = null; // Those of an address are possible together, or none of them is shown.
  follow();
  return true;
};
addEventListener("hashchange", () => { if (!recall()) remember(); });

// Sizes by their letters in place of their names: each letter stands on the page beside its name.
const letters = new Map();
for (const code of document.querySelectorAll("main td:first-child code:first-child, main .note code:first-child")) {
  const math = code.closest("tr, p").querySelector("math");
  if (math) letters.set(code.textContent, math);
}
const swaps = [];
const swap = (node, name) => swaps.push([node, letters.get(name).cloneNode(true)]);
for (const name of document.querySelectorAll("main mi")) if (letters.has(name.textContent)) swaps.push([name, letters.get(name.textContent).firstElementChild.cloneNode(true)]);
for (const code of document.querySelectorAll("main code")) if (letters.has(code.textContent) && !code.closest("#config, .note")) swap(code, code.textContent);
const NAME = /[a-z]\w+/g;
for (const words of document.querySelectorAll("td [data-said]:not(:has(math))")) {
  const text = words.textContent, pieces = [];
  let from = 0;
  for (const { 0: name, index } of text.matchAll(NAME)) {
    if (!letters.has(name)) continue;
    const place = document.createTextNode(name);
    pieces.push(text.slice(from, index), place);
    swap(place, name);
    from = index + name.length;
  }
  if (from) words.replaceChildren(...pieces, text.slice(from));
}
const switcher = button("switch", _("Sizes as letters"), () => {
  for (const pair of swaps) { pair[0].replaceWith(pair[1]); pair.reverse(); }
  switcher.setAttribute("aria-pressed", String(switcher.getAttribute("aria-pressed") !== "true"));
  mark();
});
switcher.setAttribute("aria-pressed", "false");
// Both buttons go to the next line together, where there is no room beside the total.
const offered = make("span", "buttons");
if (swaps.length) offered.append(switcher);
if (swaps.length || free.size) heading.append(offered);

// The board with the sizes, at the foot of the window.
const dock = make("section", "dock");
dock.hidden = true;
dock.tabIndex = -1;
dock.setAttribute("aria-label", _("Change the sizes"));
const opener = button("open", _("Change the sizes"), () => {
  dock.hidden = !dock.hidden;
  opener.setAttribute("aria-expanded", String(!dock.hidden));
  document.body.classList.toggle("docked", !dock.hidden);
  if (!dock.hidden) { for (const row of rows.values()) arrange(row); dock.focus({ preventScroll: true }); }
});
opener.setAttribute("aria-expanded", "false");
const closer = button("close", _("Close"), () => { opener.click(); opener.focus(); });
dock.append(make("div", "line", make("p", "now", total, ` ${live.unit} `, against), make("span", "buttons", button("reset", _("Reset"), restart), closer), problem), said);
const grid = make("div", "sizes"), names = [...document.querySelectorAll("main td:first-child code")];
for (const [name, size] of free) {
  const field = make("input", "field"), slider = make("input", "slider"), row = { field, slider, size };
  field.id = `size-${name}`;
  Object.assign(field, { type: "text", inputMode: size.parts ? "decimal" : "numeric", autocomplete: "off", maxLength: 32, value: grouped(first.size(name)) });
  Object.assign(slider, { type: "range", min: 0, max: 2, value: 1 });
  slider.setAttribute("aria-label", _("{name} by a slider", { name: name }));
  // A table of the page says what the size is.
  const says = names.find((code) => code.textContent === name)?.closest("tr").lastElementChild.textContent ?? "";
  const label = make("label", "", make("code", "", name), " ", make("span", "says", says));
  label.htmlFor = field.id;
  field.addEventListener("change", () => {
    const value = read(field.value, size);
    if (!Array.isArray(value)) { problem.textContent = value; field.setAttribute("aria-invalid", "true"); return; }
    choose(name, value);
    field.value = grouped(value);
    follow();
    arrange(row);
  });
  slider.addEventListener("input", () => {
    const value = row.steps[Number(slider.value)];
    choose(name, value);
    field.value = grouped(value);
    follow(row);
  });
  rows.set(name, row);
  grid.append(make("div", "size", label, field, slider));
}
dock.append(grid);
if (free.size) widen();
for (const [name, reason] of Object.entries(live.held)) dock.append(make("p", "held", make("code", "", name), `: ${reason}.`));
dock.addEventListener("keydown", (event) => { if (event.key === "Escape") closer.click(); });
if (free.size) {
  offered.prepend(opener);
  heading.after(note, moved);
  heading.parentNode.append(dock);
  for (const element of document.querySelectorAll("[data-fixed], [data-equal]")) element.dataset.says = _("For the sizes of the configuration:");
  total.textContent = led(first.value(leads));
  if (recall() && place()) document.getElementById(place())?.scrollIntoView();
}
}
