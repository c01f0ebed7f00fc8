// Python in a thread of its own, so that the page never waits for it.
import { loadPyodide } from "./pyodide/pyodide.mjs";

let python;

const said = (stage, share) => postMessage({ stage, share });

async function started() {
  said("Loading Python", 0.1);
  python = await loadPyodide({ indexURL: new URL("./pyodide/", import.meta.url).href });
  said("Loading the program", 0.5);
  const archive = await (await fetch(new URL("./program.zip", import.meta.url))).arrayBuffer();
  said("Unpacking", 0.7);
  python.unpackArchive(archive, "zip", { extractDir: "/program" });
  said("Starting", 0.8);
  python.runPython(`
import sys, json
sys.path.insert(0, "/program")
sys.set_int_max_str_digits(50_000)
from symbolic.site.asked import asked
def answer(call, arguments):
    return json.dumps(asked(call, json.loads(arguments)))
`);
  said("", 1);
}

const ready = started().catch((problem) => {
  postMessage({ stage: `Python can't start here: ${problem.message}`, share: 0, failed: true });
  throw problem;
});

onmessage = async ({ data: { id, call, given } }) => {
  await ready;
  let answer;
  try {
    answer = JSON.parse(python.globals.get("answer")(call, JSON.stringify(given)));
  } catch (problem) {
    answer = { error: `a fault of this program, please report it (${String(problem.message).trim().split("\n").pop()})` };
  }
  postMessage({ id, ...answer });
};
