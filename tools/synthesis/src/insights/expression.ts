// Expressions of Logs Insights: comparisons, texts, lists, arithmetic and the functions that are used here.
import type { Token } from "./tokens.ts";

export type Line = Readonly<Record<string, unknown>>;
export type Expression = {
  /** As it stands in the query: the name of its column. */
  text: string;
  /** The fields of a line that it reads. */
  reads: readonly string[];
  of(lines: readonly Line[]): unknown;
};

/** The tokens of one query, taken one after the other. */
export class Reader {
  private at = 0;
  readonly tokens: readonly Token[];
  readonly now: number;
  /** `now` in milliseconds. */
  constructor(tokens: readonly Token[], now: number) {
    this.tokens = tokens;
    this.now = now;
  }
  peek(): Token | undefined {
    return this.tokens[this.at];
  }
  next(): Token {
    const token = this.tokens[this.at++];
    if (!token) throw new SyntaxError("The query ends too early.");
    return token;
  }
  takes(text: string): boolean {
    const token = this.peek();
    if (token?.text !== text || token.kind === "text") return false;
    this.at++;
    return true;
  }
  must(text: string): void {
    if (!this.takes(text))
      throw new SyntaxError(`${text} is missing before ${this.peek()?.text ?? "the end"}.`);
  }
}

/** A field of the last line: where lines are grouped, of each group. */
function field(name: string): Expression {
  return { text: name, reads: [name], of: (lines) => fieldOf(lines.at(-1) ?? {}, name) };
}

/** `record.status` reads a nested field; `@timestamp` is the time that a line says of itself. */
export function fieldOf(line: Line, name: string): unknown {
  if (name === "@timestamp") return line.timestamp;
  if (name === "@message") return JSON.stringify(line);
  if (name in line) return line[name];
  return name.split(".").reduce<unknown>((value, key) => (value as Line | undefined)?.[key], line);
}

const constant = (text: string, value: unknown): Expression => ({ text, reads: [], of: () => value });

type Operator = (a: unknown, b: unknown) => unknown;
/** Texts by their letters, everything else by its number. */
export const compare = (a: unknown, b: unknown): number =>
  typeof a === "string" && typeof b === "string" ? (a < b ? -1 : Number(a > b)) : Number(a) - Number(b);

const levels: Readonly<Record<string, Operator>>[] = [
  { or: (a, b) => a || b },
  { and: (a, b) => a && b },
  {
    "=": (a, b) => String(a) === String(b),
    "!=": (a, b) => String(a) !== String(b),
    "<": (a, b) => compare(a, b) < 0,
    "<=": (a, b) => compare(a, b) <= 0,
    ">": (a, b) => compare(a, b) > 0,
    ">=": (a, b) => compare(a, b) >= 0,
    like: (a, b) =>
      a !== undefined && (b instanceof RegExp ? b.test(String(a)) : String(a).includes(String(b))),
    in: (a, b) => (b as unknown[]).includes(a),
  },
  { "+": (a, b) => Number(a) + Number(b), "-": (a, b) => Number(a) - Number(b) },
  { "*": (a, b) => Number(a) * Number(b) },
];

export function expression(reader: Reader, level = 0): Expression {
  const operators = levels[level];
  if (!operators) return operand(reader);
  if (level === 2 && reader.takes("not")) {
    const inner = expression(reader, level);
    return { text: `not ${inner.text}`, reads: inner.reads, of: (lines) => !inner.of(lines) };
  }
  let left = expression(reader, level + 1);
  for (;;) {
    const token = reader.peek();
    const operator = token && token.kind !== "text" ? operators[token.text] : undefined;
    if (!token || !operator) return left;
    reader.next();
    const [a, b] = [left, expression(reader, level + 1)];
    left = {
      text: `${a.text} ${token.text} ${b.text}`,
      reads: [...a.reads, ...b.reads],
      of: (lines) => operator(a.of(lines), b.of(lines)),
    };
  }
}

function listOf(reader: Reader, end: string): Expression[] {
  const items: Expression[] = [];
  while (!reader.takes(end)) {
    items.push(expression(reader));
    if (!reader.takes(",") && reader.peek()?.text !== end) throw new SyntaxError(`${end} is missing.`);
  }
  return items;
}

function operand(reader: Reader): Expression {
  const token = reader.next();
  switch (token.kind) {
    case "text":
      return constant(token.text, token.text);
    case "number":
      return constant(token.text, Number(token.text));
    case "pattern":
      return constant(token.text, new RegExp(token.text));
    case "name":
      return reader.takes("(") ? call(token.text, listOf(reader, ")"), reader.now) : field(token.text);
    case "sign": {
      if (token.text === "[") {
        const items = listOf(reader, "]");
        return constant(
          "list",
          items.map((each) => each.of([])),
        );
      }
      if (token.text !== "(") throw new SyntaxError(`${token.text} begins no expression.`);
      const inner = expression(reader);
      reader.must(")");
      return inner;
    }
  }
}

const milliseconds = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function call(name: string, args: readonly Expression[], now: number): Expression {
  const [first, second] = args;
  const each = (lines: readonly Line[]) =>
    lines.map((line) => first?.of([line])).filter((value) => value !== undefined);
  const numbers = (lines: readonly Line[]) =>
    each(lines)
      .map(Number)
      .sort((a, b) => a - b);
  const functions: Record<string, (lines: readonly Line[]) => unknown> = {
    now: () => Math.floor(now / 1000),
    toMillis: (lines) => Date.parse(String(first?.of(lines))),
    ispresent: (lines) => first?.of(lines) !== undefined,
    bin: (lines) => {
      const [, count = "1", unit = "m"] = /^(\d+)([smhd])$/.exec(first?.text ?? "") ?? [];
      const width = Number(count) * milliseconds[unit as keyof typeof milliseconds];
      return Math.floor(Date.parse(String(lines.at(-1)?.timestamp)) / width) * width;
    },
    count: (lines) => (first && first.text !== "*" ? each(lines).length : lines.length),
    count_distinct: (lines) => new Set(each(lines)).size,
    sum: (lines) => numbers(lines).reduce((sum, value) => sum + value, 0),
    avg: (lines) => numbers(lines).reduce((sum, value) => sum + value, 0) / numbers(lines).length,
    min: (lines) => numbers(lines).at(0),
    max: (lines) => numbers(lines).at(-1),
    pct: (lines) => numbers(lines).at(Math.ceil((Number(second?.of([])) / 100) * each(lines).length) - 1),
  };
  const of = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!of) throw new SyntaxError(`${name}() is no function that a query here may use.`);
  const reads = name === "bin" ? [] : args.flatMap((arg) => arg.reads);
  return { text: `${name}(${args.map(({ text }) => text).join(", ")})`, reads, of };
}
