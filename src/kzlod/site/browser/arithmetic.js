// Oxigraph's packages for JavaScript, up to 0.5.11, read a - b - c as a - (b - c). Until one reads it as SPARQL says, this writes
// parentheses around chains of + - * / before a query is run: a query in, the same query with (a - b) - c out.
const TOKENS = [
  /(?:\s|#[^\n]*(?:\n|$))+/u,
  /"""[^]*?(?<!\\)"""|'''[^]*?(?<!\\)'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/u,
  /<[^<>"{}|^`\\\s]*>/u,
  /[?$][\p{L}\p{N}_]+|@[\p{L}\p{N}-]+/u,
  /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/u,
  /(?:[\p{L}_][\p{L}\p{N}_.-]*)?:(?:(?:[\p{L}\p{N}_:.-]|%[\dA-Fa-f]{2}|\\.)*(?:[\p{L}\p{N}_:-]|%[\dA-Fa-f]{2}|\\.))?/u,
  /[\p{L}_][\p{L}\p{N}_]*/u,
  /&&|\|\||!=|<=|>=|\^\^|[^]/u,
];
const TOKEN = new RegExp(TOKENS.map(({ source }) => `(${source})`).join("|"), "gu");
const OPERATORS = new Set(["+", "-", "*", "/"]);
// What ends an operand without being arithmetic.
const SEPARATORS = new Set([",", ";", "=", "!=", "<", ">", "<=", ">=", "&&", "||", "AS", "IN", "NOT", "DISTINCT", "EXISTS", "SEPARATOR"]);
const WITH_EXPRESSION = new Set(["FILTER", "BIND", "HAVING"]);

class Reader {
  #tokens;
  #place = 0;

  constructor(text) {
    this.#tokens = Array.from(text.matchAll(TOKEN), ([token, space]) => ({ token, isSpace: space !== undefined }));
  }

  get isAtEnd() {
    return this.#place === this.#tokens.length;
  }

  next() {
    return this.#tokens[this.#place++];
  }

  // Patterns, and the clauses around them. Parentheses of paths, collections and VALUES are left alone.
  readPattern(hasExpressions) {
    let written = "";
    let isExpected = false;
    while (!this.isAtEnd) {
      const { token } = this.next();
      const word = token.toUpperCase();
      written += token;
      if (token === "}") return written;
      if (token === "{") written += this.readPattern(false);
      if (token === "(" && (hasExpressions || isExpected)) written += this.readExpressions();
      if (WITH_EXPRESSION.has(word)) isExpected = true;
      else if (token === "(" || token === "{") isExpected = false;
      if (word === "SELECT") hasExpressions = true;
      if (word === "VALUES") hasExpressions = false;
    }
    return written;
  }

  // What stands between parentheses, with the closing one.
  readExpressions() {
    let written = "";
    let operands = [""];
    let operators = [];
    let isComplete = false;
    const flush = () => {
      written += group(operands, operators);
      operands = [""];
      operators = [];
      isComplete = false;
    };
    while (!this.isAtEnd) {
      const { token, isSpace } = this.next();
      if (token === ")" || SEPARATORS.has(token.toUpperCase())) {
        flush();
        written += token;
        if (token === ")") return written;
      } else if (OPERATORS.has(token) && isComplete) {
        operators.push(token);
        operands.push("");
        isComplete = false;
      } else {
        operands[operands.length - 1] += token;
        if (token === "(") operands[operands.length - 1] += this.readExpressions();
        if (token === "{") operands[operands.length - 1] += this.readPattern(false);
        isComplete ||= !isSpace && !["!", "+", "-"].includes(token);
      }
    }
    flush();
    return written;
  }
}

function group(operands, operators) {
  if (operators.length < 2) return operands.map((operand, place) => operand + (operators[place] ?? "")).join("");
  const terms = [operands[0]];
  const additions = [];
  operators.forEach((operator, place) => {
    const operand = operands[place + 1];
    if (operator === "*" || operator === "/") {
      terms.push(enclose(terms.pop(), operator, operand));
    } else {
      additions.push(operator);
      terms.push(operand);
    }
  });
  return terms.reduce((left, right, place) => enclose(left, additions[place - 1], right));
}

// A comment behind an operand must not swallow the parenthesis.
function enclose(left, operator, right) {
  return `(${left}${operator}${right}${right.includes("#") ? "\n" : ""})`;
}

export function groupArithmetic(text) {
  return new Reader(text).readPattern(true);
}
