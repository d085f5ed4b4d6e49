// The query page: the catalogue as tabs, Yasgui's editor and results, and the store in a worker. Nothing is asked of a network.
//
// The page has <section id="sparql" data-root="" data-suffix="" data-texts="{...}"> and loads queries.js, which defines kzlodQueries, before this.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import { Stopped, Store } from "./store.js";
import defaults from "./texts.json";
import "./query.css";

const OWN = `SELECT ?thing ?name WHERE {
  ?thing <http://schema.org/name> ?name
}
LIMIT 100
`;

const { Yasqe, Yasr } = Yasgui;
const page = document.getElementById("sparql");
const texts = { ...defaults, ...JSON.parse(page.dataset.texts || "{}") };
const { base, parts, prefixes, queries } = window.kzlodQueries;
const root = page.dataset.root || "";
const store = new Store(`${root}assets/sparql/`, parts);
const catalogue = [{ name: "", title: texts.own, description: "", text: OWN }, ...queries];
const edited = new Map();
let selected = catalogue[0];

// No endpoint, no autocompletion from others' services, and nothing kept in the browser.
Yasqe.defaults.autocompleters = ["variables"];
Yasqe.defaults.requestConfig.endpoint = "";
Yasqe.prototype.query = runQuery;

function add(parent, name, attributes = {}, text = "") {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  parent.append(element);
  return element;
}

const choice = add(page, "div", { class: "query-choice" });
const filterLabel = add(choice, "label", { class: "query-filter" }, texts.filter);
const filter = add(filterLabel, "input", { type: "search" });
const tabs = add(choice, "div", { role: "tablist", "aria-orientation": "vertical", "aria-label": texts.queries, class: "query-tabs" });
const panel = add(page, "div", { role: "tabpanel", id: "query-panel", class: "query-panel" });
const title = add(panel, "h2");
const description = add(panel, "p", { class: "query-description" });
const editorElement = add(panel, "div", { class: "query-editor" });
const buttons = add(panel, "div", { class: "query-buttons" });
const runButton = add(buttons, "button", { type: "button", class: "query-run" }, texts.run);
const stopButton = add(buttons, "button", { type: "button", class: "query-stop", disabled: "" }, texts.stop);
const status = add(buttons, "span", { role: "status", class: "query-status" }, texts.idle);
const progress = add(buttons, "progress", { max: "1", "aria-label": texts.loading, hidden: "" });
const resultsElement = add(panel, "div", { role: "region", "aria-label": texts.results, tabindex: "0", class: "query-results" });

for (const query of catalogue) {
  const attributes = { type: "button", role: "tab", id: `query-tab-${query.name}`, "aria-controls": "query-panel" };
  const tab = add(tabs, "button", attributes, query.title);
  tab.addEventListener("click", () => select(query, true));
}

const yasqe = new Yasqe(editorElement, {
  persistenceId: null,
  consumeShareLink: null,
  createShareableLink: null,
  showQueryButton: false,
  resizeable: false,
  value: "",
  editorHeight: "20rem",
  // What is edited is what scrolls, so both can be reached by keys and read by screen readers.
  inputStyle: "contenteditable",
});
const input = yasqe.getInputField();
for (const [name, value] of Object.entries({ role: "textbox", "aria-multiline": "true", "aria-label": texts.editor })) {
  input.setAttribute(name, value);
}
const yasr = new Yasr(resultsElement, { persistenceId: null, prefixes, pluginOrder: ["table", "response"] });
new MutationObserver(labelResults).observe(resultsElement, { childList: true, subtree: true });
labelResults();

function select(query, isChosen) {
  edited.set(selected.name, yasqe.getValue());
  selected = query;
  Array.from(tabs.children).forEach((tab, place) => {
    const isSelected = catalogue[place] === query;
    tab.setAttribute("aria-selected", String(isSelected));
    tab.tabIndex = isSelected ? 0 : -1;
    if (isSelected) panel.setAttribute("aria-labelledby", tab.id);
  });
  title.textContent = query.title;
  description.textContent = query.description;
  yasqe.setValue(edited.get(query.name) ?? query.text);
  if (isChosen) history.replaceState(null, "", query.name ? `#${query.name}` : location.pathname + location.search);
}

function say(state, text) {
  page.dataset.state = state;
  status.textContent = text;
  const isBusy = state === "loading" || state === "running";
  runButton.disabled = isBusy;
  stopButton.disabled = !isBusy;
  progress.hidden = state !== "loading";
}

function report(share) {
  progress.value = share;
  if (share < 1) say("loading", `${texts.loading} (${Math.round(share * 100)} %)`);
  else say("running", texts.running);
}

async function runQuery() {
  if (page.dataset.state === "running" || page.dataset.state === "loading") return;
  say("running", texts.running);
  const start = performance.now();
  try {
    const { type, content } = await store.query(yasqe.getValue(), report);
    const duration = performance.now() - start;
    show(type, content, duration);
  } catch (error) {
    if (error instanceof Stopped) {
      say("stopped", texts.stopped);
    } else {
      yasr.setResponse(error, performance.now() - start);
      say("failed", texts.failed);
    }
  }
}

function show(type, content, duration) {
  // Yasr takes an empty text for no answer at all.
  const headers = new Headers({ "content-type": type });
  yasr.setResponse({ ok: true, status: 200, statusText: "OK", headers, content: content || "# 0\n" }, Math.round(duration));
  const seconds = (duration / 1000).toFixed(2);
  const rows = yasr.results.getBindings()?.length;
  const text = rows === undefined ? texts.done : texts.rows;
  say("done", text.replace("{count}", String(rows)).replace("{seconds}", seconds));
  page.dispatchEvent(new CustomEvent("results", { detail: { type, content } }));
}

// What Yasr leaves without a name, and its link to a manual elsewhere. It draws anew by itself, so this follows its changes.
function labelResults() {
  resultsElement.querySelectorAll(".yasr_external_ref_btn").forEach((link) => link.remove());
  resultsElement.querySelectorAll("textarea, .CodeMirror [contenteditable]").forEach((view) => view.setAttribute("aria-label", texts.results));
  resultsElement.querySelectorAll(".tableSizer").forEach((size) => size.setAttribute("aria-label", texts.pageSize));
  const corner = resultsElement.querySelector("th:first-child .dt-column-title");
  if (corner && !corner.textContent) corner.textContent = texts.row;
}

function showOwnPage({ target }) {
  const link = target.closest?.("a[href]");
  if (!link?.href.startsWith(base)) return;
  const [path, fragment] = link.href.slice(base.length).split("#");
  if (!path || path.startsWith("dumps/")) return;
  link.href = `${root}${path}${page.dataset.suffix || ""}.html${fragment ? `#${fragment}` : ""}`;
}

runButton.addEventListener("click", runQuery);
stopButton.addEventListener("click", () => store.stop());
for (const event of ["pointerdown", "focusin"]) resultsElement.addEventListener(event, showOwnPage);
tabs.addEventListener("keydown", (event) => {
  const shown = Array.from(tabs.children).filter((tab) => !tab.hidden);
  const place = shown.indexOf(document.activeElement);
  const steps = { ArrowDown: place + 1, ArrowRight: place + 1, ArrowUp: place - 1, ArrowLeft: place - 1, Home: 0, End: -1 };
  if (!(event.key in steps)) return;
  event.preventDefault();
  const next = shown.at(steps[event.key] % shown.length);
  next.focus();
  next.click();
});
filter.addEventListener("input", () => {
  const words = filter.value.toLowerCase().split(/\s+/);
  Array.from(tabs.children).forEach((tab, place) => {
    const { name, title, description } = catalogue[place];
    const said = `${name} ${title} ${description}`.toLowerCase();
    tab.hidden = !words.every((word) => said.includes(word));
  });
});
window.addEventListener("hashchange", selectFromAddress);

function selectFromAddress() {
  const name = decodeURIComponent(location.hash.slice(1));
  select(catalogue.find((query) => query.name === name) ?? catalogue[0], false);
}

selectFromAddress();
say("idle", texts.idle);
