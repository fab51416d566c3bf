// Splits an expression's text into tokens, and reports syntax errors in DynamoDB's words.
import { invalid } from "../errors.ts";
import { isReserved } from "./reserved.ts";

/** Attribute names and list positions, from the item inwards. */
export type Path = readonly [string, ...(string | number)[]];

export type Tokens = {
  peek(): string | undefined;
  /** True if a parenthesis follows the next token. */
  isCall(): boolean;
  take(): string;
  /** Takes the token if it is this one; the case of keywords does not matter. */
  accept(token: string): boolean;
  expect(token: string): void;
  /** A document path, with its #names resolved. */
  path(): Path;
  /** Counts an operator or a function. Throws a DynamoFailure if the expression has too many. */
  operator(): void;
  /** Throws a DynamoFailure that names the token. */
  unexpected(): never;
};

const TOKEN = /\s*([A-Za-z][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|[0-9]+|<>|<=|>=|\S)/g;
const NAME = /^[A-Za-z]/;
const NUMBER = /^[0-9]+$/;

/** DynamoDB guide, "Constraints", "Expression parameters". */
const MOST_BYTES = 4096;
const MOST_OPERATORS = 300;
const MOST_LEVELS = 32;

const tooManyOperators = () =>
  invalid(`The expression contains too many operators; operator count: ${MOST_OPERATORS + 1}`);

/** Parentheses beyond the operators that they could be needed for would also be deeper than the stack. */
function refuseTooLarge(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES)
    throw invalid(`Expression size has exceeded the maximum allowed size; expression size: ${bytes}`);
  let open = 0;
  for (const [parenthesis] of text.matchAll(/[()]/g)) {
    open += parenthesis === "(" ? 1 : -1;
    if (open > MOST_OPERATORS) throw tooManyOperators();
  }
}

/** Collects the expression's #names and :values in `used`. */
export function tokensOf(text: string, names: Readonly<Record<string, unknown>>, used: Set<string>): Tokens {
  if (text.trim() === "") throw invalid("The expression can not be empty;");
  refuseTooLarge(text);
  const tokens = [...text.matchAll(TOKEN)].map(([, token = ""]) => token);
  let index = 0;
  let operators = 0;

  function unexpected(): never {
    const token = tokens[index] ?? "<EOF>";
    const near = tokens.slice(Math.max(0, index - 1), index + 2).join(" ");
    throw invalid(`Syntax error; token: "${token}", near: "${near}"`);
  }

  function take(): string {
    const token = tokens[index];
    if (token === undefined) unexpected();
    index++;
    if (token.startsWith(":")) used.add(token);
    return token;
  }

  function accept(token: string): boolean {
    if (tokens[index]?.toUpperCase() !== token) return false;
    index++;
    return true;
  }

  function name(): string {
    const token = tokens[index] ?? "";
    if (token.startsWith("#") && token.length > 1) {
      const given = names[token];
      if (typeof given !== "string")
        throw invalid(
          `An expression attribute name used in the document path is not defined; attribute name: ${token}`,
        );
      used.add(token);
      index++;
      return given;
    }
    if (!NAME.test(token)) unexpected();
    if (isReserved(token)) throw invalid(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    index++;
    return token;
  }

  return {
    peek: () => tokens[index],
    isCall: () => tokens[index + 1] === "(",
    take,
    accept,
    expect: (token) => void (accept(token) || unexpected()),
    unexpected,
    operator() {
      operators++;
      if (operators > MOST_OPERATORS) throw tooManyOperators();
    },
    path() {
      const path: [string, ...(string | number)[]] = [name()];
      for (;;) {
        if (accept(".")) path.push(name());
        else if (accept("[")) {
          if (!NUMBER.test(tokens[index] ?? "")) unexpected();
          path.push(Number(take()));
          if (!accept("]")) unexpected();
        } else return refuseTooDeep(path);
      }
    },
  };
}

export const shown = (path: Path) =>
  `[${path.map((piece) => (typeof piece === "number" ? `[${piece}]` : piece)).join(", ")}]`;

function refuseTooDeep(path: Path): Path {
  if (path.length <= MOST_LEVELS) return path;
  throw invalid(`The document path has too many nesting levels; nesting levels: ${path.length}`);
}

/** Throws a DynamoFailure if one path contains another, or if one needs a list where another needs a map. */
export function refuseOverlaps(paths: readonly Path[]): void {
  for (const [index, path] of paths.entries())
    for (const earlier of paths.slice(0, index)) {
      const relation = relationOf(earlier, path);
      if (relation)
        throw invalid(
          `Two document paths ${relation} with each other; must remove or rewrite one of these paths; path one: ${shown(earlier)}, path two: ${shown(path)}`,
        );
    }
}

function relationOf(one: Path, other: Path): "overlap" | "conflict" | undefined {
  for (let index = 0; index < Math.min(one.length, other.length); index++) {
    if (typeof one[index] !== typeof other[index]) return "conflict";
    if (one[index] !== other[index]) return undefined;
  }
  return "overlap";
}
