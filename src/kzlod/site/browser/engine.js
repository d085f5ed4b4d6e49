// The worker: holds the store, answers queries. Messages are {number, call, ...}; answers {number, answer} or {number, error}.
import { initSync, Store } from "oxigraph/web.js";
import { groupArithmetic } from "./arithmetic.js";

// As in queries/catalogue.py: what is quoted or commented holds no keyword.
const QUOTED = /"""[^]*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*/g;
const FORM = /\b(?:SELECT|CONSTRUCT|ASK|DESCRIBE)\b/i;
const TYPES = { table: "application/sparql-results+json", graph: "text/turtle" };

let store;

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const calls = {
  async start({ wasm }) {
    initSync({ module: await inflate(wasm) });
    store = new Store();
  },

  async load({ part }) {
    store.load(await inflate(part), { format: "application/n-quads", no_transaction: true });
    return store.size;
  },

  query({ text }) {
    const form = (FORM.exec(text.replace(QUOTED, " ")) ?? [""])[0].toUpperCase();
    const type = form === "CONSTRUCT" || form === "DESCRIBE" ? TYPES.graph : TYPES.table;
    return { type, content: store.query(groupArithmetic(text), { results_format: type }) };
  },
};

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ number: data.number, answer: await calls[data.call](data) });
  } catch (error) {
    self.postMessage({ number: data.number, error: String(error?.message ?? error) });
  }
};
