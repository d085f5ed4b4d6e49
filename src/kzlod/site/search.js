// The search box. The script element says where the site is and in which words to speak:
//   data-root, data-language, data-suffix (what stands before .html in that language), data-kinds (JSON: labels by kind),
//   data-label (of the list of suggestions), data-none, data-count ("{count} found"), data-more ("The first {count}"),
//   data-short (one letter is too few), data-failed
// Each form[role=search] input[name=q] becomes a combobox; an element #search-results gets the results of ?q=.
var kzlodSearch = (function (fold) {
  "use strict";

  var settings = document.currentScript.dataset;
  var root = settings.root || "";
  var kinds = JSON.parse(settings.kinds || "{}");
  var SUGGESTIONS = 8;
  var RESULTS = 100;
  var MOST_SHARDS = 8;

  var index = null;
  var shards = new Map();

  // Data comes by script elements, because a page that is a file may fetch nothing.
  var loading = new Map();
  function load(name) {
    if (!loading.has(name)) {
      loading.set(name, new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = root + "assets/search/" + name;
        script.onload = resolve;
        script.onerror = function () {
          loading.delete(name);
          script.remove();
          reject(new Error(name));
        };
        document.head.append(script);
      }));
    }
    return loading.get(name);
  }

  function nameShard(prefix) {
    return "w-" + Array.from(prefix).map(function (char) {
      return /[a-z0-9]/.test(char) ? char : char === " " ? "_" : "~" + char.codePointAt(0).toString(16) + "~";
    }).join("") + ".js";
  }

  // A key stands in the shard of the longest beginning that it has. Shards are in order, so the last that begins it is the longest.
  function listShards(beginning) {
    var longer = index.shards.filter(function (prefix) { return prefix.startsWith(beginning); });
    if (longer[0] === beginning) { return longer.slice(0, MOST_SHARDS); }
    var shorter = index.shards.filter(function (prefix) { return beginning.startsWith(prefix); });
    return shorter.slice(-1).concat(longer).slice(0, MOST_SHARDS);
  }

  async function findRecords(beginning, found) {
    var prefixes = listShards(beginning);
    await Promise.all(prefixes.map(function (prefix) { return load(nameShard(prefix)); }));
    prefixes.forEach(function (prefix) {
      var shard = shards.get(prefix);
      Object.keys(shard.keys).forEach(function (key) {
        if (key.startsWith(beginning)) {
          shard.keys[key].forEach(function (number) { found.set(shard.records[number][0], shard.records[number]); });
        }
      });
    });
  }

  // The two longest words decide which records are looked at. A word that many share leads to some of them only: then the
  // keys of two words lead to the others.
  async function findCandidates(words) {
    await load("index.js");
    var longest = words.map(function (word) { return word.slice(0, index.longestWord); })
      .sort(function (a, b) { return b.length - a.length; }).slice(0, 2);
    var beginnings = longest.slice();
    if (longest.length === 2) {
      index.frequent.forEach(function (word) {
        if (word.startsWith(longest[0])) { beginnings.push(word + " " + longest[1]); }
      });
    }
    var found = new Map();
    for (var beginning of beginnings.slice(0, 2 + MOST_SHARDS)) { await findRecords(beginning, found); }
    return Array.from(found.values());
  }

  // How well a name answers: 0 the same words, 1 all words asked for, 2 beginnings of words; Infinity where one is missing.
  function compare(words, folded) {
    if (words.every(function (word) { return folded.includes(word); })) {
      return folded.length === words.length ? 0 : 1;
    }
    var begun = words.every(function (word) { return folded.some(function (other) { return other.startsWith(word); }); });
    return begun ? 2 : Infinity;
  }

  function pickName(names) {
    function speaks(language) { return names.find(function (name) { return name[1] === language; }); }
    return speaks(settings.language) || speaks("en") || names[0];
  }

  function rank(words, record) {
    var names = record[3].map(function (name) { return { text: name[0], language: name[1], folded: fold(name[0]) }; });
    var best = { rank: Infinity, name: null };
    names.forEach(function (name) {
      var rank = compare(words, name.folded);
      if (rank < best.rank || (rank === best.rank && best.name && name.text.length < best.name.text.length)) {
        best = { rank: rank, name: name };
      }
    });
    if (best.rank === Infinity) {
      var all = names.flatMap(function (name) { return name.folded; });
      if (compare(words, all) < Infinity) { best = { rank: 3, name: names[0] }; }
    }
    return { rank: best.rank, name: best.name, record: record };
  }

  async function search(text) {
    var words = fold(text);
    if (!words.length) { return []; }
    var candidates = await findCandidates(words);
    return candidates.map(function (record) { return rank(words, record); })
      .filter(function (result) { return result.rank < Infinity; })
      .sort(function (a, b) {
        return a.rank - b.rank || a.name.text.length - b.name.text.length || (a.record[0] < b.record[0] ? -1 : 1);
      });
  }

  function isTooShort(text) {
    return !fold(text).some(function (word) { return word.length > 1 || word > "~"; });
  }

  function write(element, name, className, text, language) {
    var child = document.createElement(name);
    child.className = className;
    child.textContent = text;
    if (language && language !== "und") { child.lang = language; }
    element.append(child);
    return child;
  }

  function fill(element, result) {
    var record = result.record;
    var name = pickName(record[3]);
    write(element, "span", "search-name", name[0], name[1]);
    write(element, "span", "search-kind", kinds[record[1]] || record[1]);
    if (result.name.text !== name[0]) { write(element, "span", "search-other", result.name.text, result.name.language); }
    if (record[2]) { write(element, "span", "search-hint", record[2]); }
  }

  // Pages are named by the site's default language; another language stands before .html.
  function address(href) {
    var suffix = settings.suffix || "";
    return root + (suffix ? href.replace(/\.html$/, suffix + ".html") : href);
  }

  function enhance(input, number) {
    var list = document.createElement("ul");
    var status = document.createElement("span");
    var active = -1;
    var asked = 0;
    list.id = "search-list-" + number;
    list.className = "search-list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", settings.label || "");
    status.className = "search-status visually-hidden";
    status.setAttribute("role", "status");
    input.after(list, status);
    input.setAttribute("role", "combobox");
    input.setAttribute("autocomplete", "off");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(place) {
      var options = Array.from(list.children);
      active = options.length ? (place + options.length) % options.length : -1;
      options.forEach(function (option, at) { option.setAttribute("aria-selected", String(at === active)); });
      if (active < 0) { return; }
      input.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    }

    function show(results) {
      list.replaceChildren();
      results.slice(0, SUGGESTIONS).forEach(function (result, at) {
        var option = document.createElement("li");
        option.id = list.id + "-" + at;
        option.dataset.href = address(result.record[0]);
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        fill(option, result);
        list.append(option);
      });
      close();
      list.hidden = !results.length;
      input.setAttribute("aria-expanded", String(results.length > 0));
      status.textContent = describe(results, SUGGESTIONS);
    }

    async function suggest() {
      var number = ++asked;
      if (isTooShort(input.value)) {
        close();
        status.textContent = "";
        return;
      }
      var results;
      try {
        results = await search(input.value);
      } catch {
        close();
        status.textContent = settings.failed || "";
        return;
      }
      if (number === asked && document.activeElement === input) { show(results); }
    }

    var waiting = 0;
    input.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(suggest, 150);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" && list.hidden && input.value) {
        suggest();
      } else if (event.key === "ArrowDown") {
        mark(active + 1);
      } else if (event.key === "ArrowUp") {
        mark(active < 0 ? -1 : active - 1);
      } else if (event.key === "Escape" && !list.hidden) {
        close();
      } else if (event.key === "Enter" && active >= 0) {
        location.href = list.children[active].dataset.href;
      } else {
        return;
      }
      event.preventDefault();
    });
    // The input keeps the focus, so that blur does not close the list before the click.
    list.addEventListener("pointerdown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) { location.href = option.dataset.href; }
    });
  }

  function describe(results, most) {
    if (!results.length) { return settings.none || ""; }
    var text = results.length > most ? settings.more || settings.count || "" : settings.count || "";
    return text.replace("{count}", String(Math.min(results.length, most)));
  }

  async function showResults(element) {
    var text = new URLSearchParams(location.search).get("q") || "";
    var status = write(element, "p", "search-status", "");
    status.setAttribute("role", "status");
    document.querySelectorAll("form[role=search] input[name=q]").forEach(function (input) { input.value = text; });
    if (!text) { return; }
    if (isTooShort(text)) {
      status.textContent = settings.short || "";
      return;
    }
    try {
      var results = await search(text);
      status.textContent = describe(results, RESULTS);
      var list = document.createElement("ol");
      results.slice(0, RESULTS).forEach(function (result) {
        var link = document.createElement("a");
        link.href = address(result.record[0]);
        fill(link, result);
        var item = document.createElement("li");
        item.append(link);
        list.append(item);
      });
      element.append(list);
    } catch {
      status.textContent = settings.failed || "";
    }
  }

  function start() {
    document.querySelectorAll("form[role=search] input[name=q]").forEach(enhance);
    var element = document.getElementById("search-results");
    if (element) { showResults(element); }
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }

  return {
    index: function (value) { index = value; },
    shard: function (prefix, records, keys) { shards.set(prefix, { records: records, keys: keys }); }
  };
})(kzlodFold);
