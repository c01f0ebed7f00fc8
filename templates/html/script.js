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

// For browsers that can't unfold details on paper by style.
const folded = [];
addEventListener("beforeprint", () => {
  folded.push(...document.querySelectorAll("details:not([open])"));
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded.splice(0)) details.open = false;
});
