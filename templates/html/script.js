// Enhancements only: the page is whole without them.

// On a phone the contents are longer than the screen: they wait until they are asked for.
const contents = document.querySelector("nav > details");
if (contents && matchMedia("(max-width: 48rem)").matches) contents.open = false;

// A formula of the page in TeX.
const SIGNS = { "×": "\\times", "−": "-", "≈": "\\approx", "≤": "\\le", "⌈": "\\lceil", "⌉": "\\rceil", "⌊": "\\lfloor", "⌋": "\\rfloor", "∂": "\\partial", "α": "\\alpha", "β": "\\beta", "λ": "\\lambda", min: "\\min" };
const texOf = (element) => {
  const text = element.textContent, inside = [...element.children], name = element.localName;
  const [one, two, three] = inside;
  const escaped = (words) => words.replace(/[_%&#$]/g, "\\$&");
  if (name === "mn") return text.replaceAll(",", "{,}");
  if (name === "mi") return SIGNS[text] ?? (text.length > 1 ? `\\mathrm{${escaped(text)}}` : text);
  if (name === "mtext") return `${text.startsWith("\u2009") ? "\\," : ""}\\text{${escaped(text.trim())}}`;
  if (name === "mspace") return "\\,";
  if (name === "mo") {
    const sign = SIGNS[text] ?? text;
    if (element.getAttribute("form")) return `\\${element.getAttribute("form") === "prefix" ? "left" : "right"}${sign}`;
    // A sign between two terms has room on both sides.
    const before = element.previousElementSibling;
    return /^[(\[)\]/]$/.test(text) ? sign : text === "," ? ", " : "⌈⌊∂".includes(text) || (!before && /[-−+]/.test(text)) || /^[(\[]$/.test(before?.textContent) ? `${sign} `.replace(/^- /, "-") : "⌉⌋".includes(text) ? ` ${sign}` : ` ${sign} `;
  }
  if (name === "mfrac") return `\\frac{${texOf(one)}}{${texOf(two)}}`;
  if (name === "msup") return `${texOf(one)}^{${texOf(two)}}`;
  if (name === "msub") return `${texOf(one)}_{${texOf(two)}}`;
  if (name === "msubsup") return `${texOf(one)}_{${texOf(two)}}^{${texOf(three)}}`;
  if (name === "msqrt") return `\\sqrt{${inside.map(texOf).join("")}}`;
  if (name === "mroot") return `\\sqrt[${texOf(two)}]{${texOf(one)}}`;
  if (name === "munder") return two.localName === "mtext" ? `\\underbrace{${texOf(one.firstElementChild)}}_{${texOf(two)}}` : texOf(one);
  return inside.map(texOf).join("");
};
const copying = (element, label, title, words) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = label;
  button.title = title;
  // The label has the words that are seen, so that one can say them.
  button.setAttribute("aria-label", `${label}: ${title}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(words());
      button.textContent = _("copied");
    } catch {
      button.textContent = _("not copied");
    }
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  const row = document.createElement("div");
  row.className = "copied";
  element.replaceWith(row);
  row.append(element, button);
};
for (const equation of document.querySelectorAll("main .equation")) {
  const tex = () => [...equation.querySelectorAll("math")].map(texOf).join("").trim();
  copying(equation, _("Copy TeX"), _("This equation as LaTeX and Markdown read it"), tex);
}
for (const code of document.querySelectorAll("main .code")) {
  copying(code, _("Copy"), _("This code"), () => code.textContent);
}

// What is wider than its place can be scrolled with the keyboard, and shows that there is more.
const wide = document.querySelectorAll(".scroll, .equation");
const mark = () => {
  for (const box of wide) {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    box.classList.toggle("scrolls", scrolls);
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};
addEventListener("resize", mark);
document.fonts.ready.then(mark);

// The contents show where one is: the last of their places above a third of the window. At the end of the page, where
// short sections never get there, that line goes down with the last of the way.
const lines = [...document.querySelectorAll("nav a")].map((link) => [link, document.getElementById(link.hash.slice(1))]);
const show = () => {
  const left = document.documentElement.scrollHeight - innerHeight - scrollY, third = innerHeight / 3;
  const line = left < scrollY ? Math.max(third, innerHeight - left) : third;
  const passed = lines.filter(([, place]) => place && place.getBoundingClientRect().top < line);
  for (const [link] of lines) link.removeAttribute("aria-current");
  if (passed.length) passed.at(-1)[0].setAttribute("aria-current", "location");
};
let waiting = false;
addEventListener("scroll", () => {
  if (!waiting) requestAnimationFrame(() => { waiting = false; show(); });
  waiting = true;
}, { passive: true });

// For browsers that can't unfold details on paper by style.
const folded = [];
addEventListener("beforeprint", () => {
  folded.push(...document.querySelectorAll("details:not([open], .folded)"));
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded.splice(0)) details.open = false;
});

// Printed, the answer stands on the first sheet, and what its words mean behind it.
{
  const title = document.querySelector(".title"), answer = document.querySelector("#where"), meanings = [...document.querySelectorAll(".title > .meaning")];
  if (answer) {
    addEventListener("beforeprint", () => answer.after(...meanings));
    addEventListener("afterprint", () => title.append(...meanings));
  }
}
