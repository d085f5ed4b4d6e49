// The store of the page: a worker that is given the engine and the dump when the first query runs.
// Both come by script elements, because a page that is a file may fetch nothing; they are kept, so that a stopped worker starts again.

function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`cannot load ${address}`));
    document.head.append(script);
  });
}

function decode(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

export class Stopped extends Error {}

export class Store {
  #folder;
  #count;
  #engine;
  #parts = [];
  #worker;
  #ready;
  #waiting = new Map();
  #number = 0;

  // folder: the address of the scripts; count: of how many parts the dump is.
  constructor(folder, count) {
    this.#folder = folder;
    this.#count = count;
    window.kzlodEngine = ({ script, wasm }) => (this.#engine = { script, wasm: decode(wasm) });
    window.kzlodDump = (number, base64) => (this.#parts[number] = decode(base64));
  }

  // report(share) is told how much has been loaded, from 0 to 1.
  async query(text, report) {
    this.#ready ??= this.#start(report);
    try {
      await this.#ready;
    } catch (error) {
      this.stop();
      throw error;
    }
    return this.#call("query", { text });
  }

  stop() {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = undefined;
    this.#waiting.forEach(({ reject }) => reject(new Stopped()));
    this.#waiting.clear();
  }

  async #start(report) {
    report(0);
    if (!this.#engine) await loadScript(`${this.#folder}engine.js`);
    const address = URL.createObjectURL(new Blob([this.#engine.script], { type: "text/javascript" }));
    this.#worker = new Worker(address);
    URL.revokeObjectURL(address);
    const worker = this.#worker;
    worker.onmessage = ({ data }) => this.#settle(data);
    worker.onerror = (event) => this.#waiting.forEach(({ reject }) => reject(new Error(event.message)));
    await this.#call("start", { wasm: this.#engine.wasm });
    for (let number = 0; number < this.#count; number++) {
      report((number + 1) / (this.#count + 1));
      if (!this.#parts[number]) await loadScript(`${this.#folder}dump-${number}.js`);
      if (this.#worker !== worker) throw new Stopped();
      await this.#call("load", { part: this.#parts[number] });
    }
    report(1);
  }

  #call(call, values) {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#worker.postMessage({ number, call, ...values });
    });
  }

  #settle({ number, answer, error }) {
    const { resolve, reject } = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error === undefined) resolve(answer);
    else reject(new Error(error));
  }
}
