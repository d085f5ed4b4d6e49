// The twin of folding.py: the same rules, in the same order.
var kzlodFold = (function (data) {
  "use strict";

  var silent = new Set(data.silent);
  var letters = new Map(Object.entries(data.letters));
  var longestFirst = Array.from(letters.keys()).sort(function (a, b) { return b.length - a.length; });
  var places = new RegExp(longestFirst.join("|"), "gu");
  var rules = data.rules.map(function (rule) { return [new RegExp(rule[0], "gu"), rule[1]]; });

  function foldWord(word) {
    var folded = word.replace(places, function (letter) { return letters.get(letter); }).replace(/\p{M}/gu, "");
    var before = "";
    while (folded !== before) {
      before = folded;
      rules.forEach(function (rule) { folded = folded.replace(rule[0], rule[1]); });
    }
    return folded;
  }

  return function fold(text) {
    var plain = Array.from(text.normalize("NFD")).filter(function (char) { return !silent.has(char); }).join("");
    var lower = plain.normalize("NFKD").toLowerCase().normalize("NFKD");
    return lower.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean).map(foldWord).filter(Boolean);
  };
})(FOLDING_RULES);
