// Enhancements only: the page is whole without them.
for (const equation of document.querySelectorAll("main .equation")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "TeX";
  button.title = _("Copy this equation's TeX");
  button.setAttribute("aria-label", button.title);
  button.addEventListener("click", async () => {
    const pieces = [...equation.querySelectorAll("annotation")];
    const tex = pieces.map((piece) => piece.textContent.replace(/^\{\} /, "")).join(" ");
    try {
      await navigator.clipboard.writeText(tex);
      button.textContent = _("copied");
    } catch {
      button.textContent = _("not copied");
    }
    setTimeout(() => { button.textContent = "TeX"; }, 1500);
  });
  const row = document.createElement("div");
  row.className = "copied";
  equation.replaceWith(row);
  row.append(equation, button);
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

// The contents show where one is: the last of their places above the middle of the window.
const lines = [...document.querySelectorAll("nav a")].map((link) => [link, document.getElementById(link.hash.slice(1))]);
const show = () => {
  const passed = lines.filter(([, place]) => place && place.getBoundingClientRect().top < innerHeight / 3);
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
  folded.push(...document.querySelectorAll("details:not([open])"));
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded.splice(0)) details.open = false;
});
