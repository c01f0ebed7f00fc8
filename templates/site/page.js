// The page: asks Python in its thread, and shows what comes back. All text is set as text, pages go into frames.
const $ = (id) => document.getElementById(id);

// Python's files are fetched once the keeper of files watches, so that one visit is enough to open the page without a
// network. A page that no keeper watches (opened from disk, or reloaded past it) starts after a second without one.
async function keeper() {
  if (!("serviceWorker" in navigator) || navigator.serviceWorker.controller) return;
  const watches = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  const registered = navigator.serviceWorker.register("offline.js").then(() => watches);
  await Promise.race([registered.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 1000))]);
}
await keeper();

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const waiting = new Map();
let last = 0;
let changed = {};
let tab = "explain";
const OWN = "own";

worker.onmessage = ({ data }) => {
  if (data.id === undefined) {
    $("progress").value = data.share;
    $("stage").textContent = data.stage;
    $("loading").hidden = data.share === 1;
    if (data.failed) $("progress").hidden = true;
    return;
  }
  waiting.get(data.id)(data);
  waiting.delete(data.id);
};

const ask = (call, ...given) => new Promise((resolve) => {
  last += 1;
  waiting.set(last, resolve);
  worker.postMessage({ id: last, call, given });
});

const config = () => ($("model").value === OWN ? $("config").value : $("model").value);

function show(problem) {
  $("problem").textContent = problem || "";
  $("problem").hidden = !problem;
  return !problem;
}

function options(select, pairs) {
  select.replaceChildren(...pairs.map(([value, text]) => Object.assign(document.createElement("option"), { value, textContent: text })));
  select.disabled = false;
}

function sizes(found) {
  const fields = Object.entries(found).map(([name, value]) => {
    const input = Object.assign(document.createElement("input"), { name, value, inputMode: "numeric", autocomplete: "off" });
    input.addEventListener("input", () => { changed[name] = input.value; figures(false); });
    const label = document.createElement("label");
    label.append(name, input);
    return label;
  });
  $("sizes").replaceChildren($("sizes").firstElementChild, ...fields);
}

let asked = 0;
let later;
async function figures(anew) {
  if (anew) changed = {};
  const mine = ++asked;
  const given = [config(), $("quantity").value, changed];
  const { value, error } = await ask("figures", ...given);
  if (mine !== asked || !show(error)) return;
  $("total").textContent = `${value.title}: ${value.total}`;
  $("closed").textContent = value.closed;
  $("warnings").replaceChildren(...value.warnings.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  if (anew) sizes(value.sizes);
  $("reset").disabled = !Object.keys(changed).length;
  clearTimeout(later);
  later = setTimeout(async () => {
    const page = await ask("document", ...given, "html");
    if (mine === asked && show(page.error)) frame("page", page.value.text);
  }, anew ? 0 : 250);
}

function frame(id, html) {
  $(id).srcdoc = html;
  $(id).hidden = false;
  $(id).dataset.length = html.length;
}

async function download(format) {
  const { value, error } = await ask("document", config(), $("quantity").value, changed, format);
  if (!show(error)) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([value.text], { type: "application/octet-stream" }));
  link.download = value.name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function turn(to) {
  tab = to;
  for (const button of document.querySelectorAll("[data-tab]")) button.setAttribute("aria-pressed", String(button.dataset.tab === to));
  for (const part of document.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== to;
  $("page").hidden = $("key").hidden = true;
  show("");
  if (to === "explain") figures(true);
}

for (const button of document.querySelectorAll("[data-tab]")) button.addEventListener("click", () => turn(button.dataset.tab));
$("model").addEventListener("change", () => {
  $("config-label").hidden = $("model").value !== OWN;
  if (tab === "explain") figures(true);
});
let typed;
$("config").addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(() => tab === "explain" && figures(true), 400);
});
$("quantity").addEventListener("change", () => figures(true));
$("reset").addEventListener("click", () => figures(true));
$("make").addEventListener("click", async () => {
  const { value, error } = await ask("worksheet", config(), $("seed").value);
  if (!show(error)) return;
  frame("page", value.sheet);
  frame("key", value.key);
});
$("check").addEventListener("click", async () => {
  const { value, error } = await ask("proofread", $("document").value, $("kind").value, $("about").checked ? config() : "");
  if (show(error)) frame("page", value.report);
});

const { value } = await ask("choices");
options($("model"), [...value.models, [OWN, "a config of my own"]]);
options($("quantity"), value.quantities);
$("model").value = "gpt2-124m";
$("quantity").value = "parameters";
$("downloads").replaceChildren("Download: ", ...value.formats.flatMap((format) => {
  const button = Object.assign(document.createElement("button"), { textContent: format });
  button.addEventListener("click", () => download(format));
  return [button, " "];
}));
for (const id of ["make", "check"]) $(id).disabled = false;
figures(true);
