"""What makes the page of a tool graph answer: its style and its script, written out in the page."""

STYLE = """
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f6f8fa; --ink: #1f2328; --quiet: #59636e; --ground: #fff;
  --focus: #0969da; --good: #1a7f37; }
@media (prefers-color-scheme: dark) {
  :root { --line: #30363d; --soft: #161b22; --ink: #e6edf3; --quiet: #9198a1; --ground: #0d1117; --focus: #4493f8;
    --good: #3fb950; }
}
* { box-sizing: border-box; }
body { margin: 0; height: 100vh; display: grid; grid-template: auto 1fr / 1fr minmax(20rem, 27rem);
  font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
header { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 0.4rem 1.1rem; align-items: center;
  padding: 0.5rem 1rem; border-bottom: 1px solid var(--line); background: var(--soft); }
h1 { font-size: 1rem; margin: 0; } h2 { font-size: 1.05rem; margin: 0 0 0.2rem; overflow-wrap: anywhere; }
h3 { font-size: 0.9rem; margin: 1rem 0 0.2rem; color: var(--quiet); }
input[type=search] { font: inherit; padding: 0.2rem 0.5rem; width: 15rem; }
label { white-space: nowrap; }
header span { display: inline-flex; flex-wrap: wrap; gap: 0.2rem 0.9rem; }
button { font: inherit; cursor: pointer; }
main { overflow: hidden; position: relative; touch-action: none; cursor: grab; }
main svg { width: 100%; height: 100%; display: block; }
aside { overflow-y: auto; padding: 0.8rem 1rem; border-left: 1px solid var(--line); }
aside ul { list-style: none; margin: 0; padding: 0; }
aside li { padding: 0.15rem 0; overflow-wrap: anywhere; }
aside li button { border: 0; background: none; color: var(--focus); padding: 0; text-align: left; }
aside details { margin-left: 1.1rem; color: var(--quiet); }
aside code { font: 0.85em ui-monospace, monospace; }
.quiet { color: var(--quiet); } .proven::before { content: "\\2713\\a0"; color: var(--good); font-weight: 700; }
.open::before { content: "\\25CB\\a0"; color: var(--quiet); }
.node { cursor: pointer; outline: none; }
.graph .node:focus-visible rect { stroke: var(--focus); stroke-width: 3; }
.graph .node.chosen rect { stroke: var(--focus); stroke-width: 3.5; }
.graph.choosing .edge[data-from]:not(.near) { opacity: 0.05; }
.graph.choosing .edge.near { opacity: 1; stroke-width: 2.2; }
.graph.choosing .node:not(.near):not(.chosen) { opacity: 0.35; }
.graph .hidden { display: none; }
@media (max-width: 50rem) { body { grid-template: auto 1fr 45vh / 1fr; } aside { border-left: 0;
  border-top: 1px solid var(--line); } }
""".strip()

SCRIPT = r"""
const graph = JSON.parse(document.getElementById("graph").textContent);
const picture = document.querySelector("svg.graph"), ground = document.querySelector("main");
const side = document.querySelector("aside"), search = document.querySelector("input[type=search]");
const nodes = new Map([...picture.querySelectorAll("[data-node]")].map(node => [node.dataset.node, node]));
const lines = [...picture.querySelectorAll("[data-from]")];
const whole = picture.viewBox.baseVal, full = [whole.x, whole.y, whole.width, whole.height];
let view = [...full], chosen = null;

function make(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}
function look(next) { view = next; picture.setAttribute("viewBox", view.join(" ")); }
function zoom(factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) {
  const width = Math.min(Math.max(view[2] * factor, 150), full[2] * 4), by = width / view[2];
  look([x - (x - view[0]) * by, y - (y - view[1]) * by, width, view[3] * by]);
}
function pan(x, y) { look([view[0] + x * view[2], view[1] + y * view[3], view[2], view[3]]); }
function place(event) {
  const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
  return [spot.x, spot.y];
}
function show(node) {
  const box = node.getBBox(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  if (x < view[0] || x > view[0] + view[2] || y < view[1] || y > view[1] + view[3])
    look([x - view[2] / 2, y - view[3] / 2, view[2], view[3]]);
}

const isWanted = edge => document.getElementById("kind-" + edge.kind).checked
  && (edge.proven || !document.getElementById("proven").checked);
function filter() {
  for (const line of lines) {
    const kind = ["id", "attribute", "precondition", "user"].find(each => line.classList.contains(each));
    line.classList.toggle("hidden", !isWanted({ kind, proven: !line.classList.contains("open") }));
  }
  if (chosen) choose(chosen);
}
function goTo(key, label) {
  if (!nodes.has(key)) return make("span", label);
  const button = make("button", label);
  button.onclick = () => { choose(key); show(nodes.get(key)); nodes.get(key).focus({ preventScroll: true }); };
  return button;
}
function list(title, edges, words) {
  const wanted = edges.filter(isWanted);
  if (!wanted.length) return;
  side.append(make("h3", `${title} (${wanted.filter(edge => edge.proven).length} of ${wanted.length} proven)`));
  const entries = side.appendChild(make("ul"));
  for (const edge of wanted.sort((one, other) => other.proven - one.proven)) {
    const entry = entries.appendChild(make("li", undefined, edge.proven ? "proven" : "open"));
    entry.append(...words(edge));
    if (!edge.proof) continue;
    const proof = entry.appendChild(make("details"));
    proof.append(make("summary", "proof"), make("code", edge.proof));
  }
}
function name(key, from) {
  const [environment, tool] = key.split("/");
  return environment === from.split(/[/#:]/)[0] ? tool : key;
}
function tell(key) {
  side.replaceChildren(make("h2", nodes.get(key).querySelector("title").textContent));
  const tool = graph.tools[key], flows = graph.edges.filter(edge => edge.kind === "id" || edge.kind === "attribute");
  if (!tool) {
    const here = flows.filter(edge => edge.nodes.includes(key));
    side.append(make("p", key.includes("/") ? "What no tool gives." : "What tools show and take.", "quiet"));
    list("Flows", here, edge => [goTo(edge.from, name(edge.from, key)), ` ${edge.path} → `,
      goTo(edge.to, name(edge.to, key)), ` ${edge.argument}`]);
    list("Said by the user", graph.edges.filter(edge => edge.kind === "user" && edge.from === key),
      edge => [goTo(edge.to, name(edge.to, key)), ` ${edge.argument}`]);
    return;
  }
  side.append(make("p", `${key.split("/")[0]} · ${tool.kind} · ${tool.writes ? "writes" : "only reads"}`, "quiet"),
    make("p", tool.description));
  const into = graph.edges.filter(edge => edge.to === key), out = graph.edges.filter(edge => edge.from === key);
  for (const argument of tool.arguments)
    list(`Input ${argument.name}${argument.required ? "" : ", optional"}`,
      into.filter(edge => edge.argument === argument.name),
      edge => edge.kind === "user" ? [`said by the user${edge.what ? ` (${edge.what})` : ""}`]
        : [goTo(edge.from, name(edge.from, key)), ` ${edge.path}`, make("span", ` ${edge.what}`, "quiet")]);
  list("Guards that others let pass", into.filter(edge => edge.kind === "precondition"),
    edge => [make("code", edge.what), " after ", goTo(edge.from, name(edge.from, key))]);
  list("Lets guards of others pass", out.filter(edge => edge.kind === "precondition"),
    edge => [goTo(edge.to, name(edge.to, key)), " ", make("code", edge.what)]);
  list("Outputs", out.filter(edge => edge.kind !== "precondition"), edge => [`${edge.path} → `,
    goTo(edge.to, name(edge.to, key)), ` ${edge.argument}`, make("span", ` ${edge.what}`, "quiet")]);
  if (tool.refusals.length) side.append(make("h3", "Refuses with"), make("p", tool.refusals.join(", ")));
}
function choose(key) {
  chosen = key;
  picture.classList.toggle("choosing", Boolean(key));
  for (const [each, node] of nodes) {
    node.classList.toggle("chosen", each === key);
    node.classList.remove("near");
  }
  for (const line of lines) {
    const { from, to } = line.dataset, isNear = from === key || to === key;
    line.classList.toggle("near", isNear);
    for (const end of isNear && !line.classList.contains("hidden") ? [from, to] : [])
      nodes.get(end).classList.add("near");
  }
  if (key) tell(key); else welcome();
}
function welcome() {
  side.replaceChildren(make("h2", "Tool graph"), make("p", "Choose a tool or a value to see what feeds it, what it " +
    "feeds, and the calls that prove it. Drag to move, turn the wheel to zoom. Keys: Tab and Enter choose, arrows " +
    "move, + and - zoom, 0 shows all, / searches, Escape lets go."));
  for (const row of graph.counts) side.append(make("h3", row.environment), make("p", row.told));
}
function find() {
  const words = search.value.trim().toLowerCase();
  const found = words ? [...nodes.keys()].filter(key => key.toLowerCase().includes(words)) : [];
  if (!words) { choose(chosen); return found; }
  side.replaceChildren(make("h2", `${found.length} found`));
  const entries = side.appendChild(make("ul"));
  for (const key of found) entries.appendChild(make("li")).append(goTo(key, key));
  return found;
}

for (const [key, node] of nodes) {
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", key);
  node.addEventListener("click", () => { if (!dragged) choose(key); });
  node.addEventListener("focus", () => show(node));
  node.addEventListener("keydown", event => {
    if (event.key === "Enter" || event.key === " ") { choose(key); event.preventDefault(); }
  });
}
let held = null, dragged = false;
ground.addEventListener("pointerdown", event => { held = place(event); dragged = false; });
window.addEventListener("pointermove", event => {
  if (!held || !event.buttons) return;
  const [x, y] = place(event), moved = [held[0] - x, held[1] - y];
  if (Math.hypot(...moved) * ground.clientWidth / view[2] < 4 && !dragged) return;
  dragged = true;
  look([view[0] + moved[0], view[1] + moved[1], view[2], view[3]]);
});
window.addEventListener("pointerup", () => { held = null; });
ground.addEventListener("click", event => { if (!dragged && !event.target.closest(".node")) choose(null); });
ground.addEventListener("wheel", event => {
  event.preventDefault();
  zoom(Math.exp(event.deltaY * 0.0015), ...place(event));
}, { passive: false });
search.addEventListener("input", find);
search.addEventListener("keydown", event => {
  const found = event.key === "Enter" ? find() : [];
  if (found.length) { choose(found[0]); show(nodes.get(found[0])); }
});
for (const box of document.querySelectorAll("header input[type=checkbox]")) box.addEventListener("change", filter);
const keys = { ArrowLeft: () => pan(-0.1, 0), ArrowRight: () => pan(0.1, 0), ArrowUp: () => pan(0, -0.1),
  ArrowDown: () => pan(0, 0.1), "+": () => zoom(0.8), "=": () => zoom(0.8), "-": () => zoom(1.25),
  0: () => look([...full]), "/": () => search.focus(), Escape: () => { search.value = ""; choose(null); } };
document.addEventListener("keydown", event => {
  if (event.target.matches("input") && event.key !== "Escape" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("aside") && event.key.startsWith("Arrow") || !(event.key in keys)) return;
  keys[event.key]();
  event.preventDefault();
});
filter();
choose(nodes.has(decodeURIComponent(location.hash.slice(1))) ? decodeURIComponent(location.hash.slice(1)) : null);
""".strip()
