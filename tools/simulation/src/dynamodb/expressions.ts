// DynamoDB's condition, key and update expressions, as far as our adapters use them; each text is parsed once.
import { type Attributes, compare, isEqual, type Value } from "./values.ts";

export type Bindings = {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Attributes | undefined;
};
export type Condition = (item: Attributes | undefined, bindings: Bindings) => boolean;
/** The item after the update. Throws UnknownOperand where DynamoDB would refuse the request. */
export type Update = (item: Attributes, bindings: Bindings) => Record<string, Value>;

/** An operand that is missing or of the wrong type: DynamoDB's ValidationException. */
export class UnknownOperand extends Error {
  override readonly name = "UnknownOperand";
}

type Operand = (item: Attributes | undefined, bindings: Bindings) => Value | undefined;

const conditions = new Map<string, Condition>();
const updates = new Map<string, Update>();

export const parseCondition = (text: string): Condition => cached(conditions, text, readCondition);
export const parseUpdate = (text: string): Update => cached(updates, text, readUpdate);

function cached<T>(known: Map<string, T>, text: string, read: (tokens: Tokens) => T): T {
  const before = known.get(text);
  if (before) return before;
  const tokens = tokensOf(text);
  const parsed = read(tokens);
  tokens.end();
  known.set(text, parsed);
  return parsed;
}

type Tokens = {
  peek(): string | undefined;
  take(): string;
  /** Takes the token if it is this one, in any case of letters. */
  accept(token: string): boolean;
  expect(token: string): void;
  end(): void;
};

function tokensOf(text: string): Tokens {
  const tokens = text.match(/[#:]?\w+|<>|<=|>=|[=<>(),+-]|\S/g) ?? [];
  let index = 0;
  const fail = (): never => {
    throw new SyntaxError(`The simulated table cannot read "${text}" at "${tokens[index] ?? "its end"}".`);
  };
  const accept = (token: string) => {
    if (tokens[index]?.toUpperCase() !== token.toUpperCase()) return false;
    index++;
    return true;
  };
  return {
    peek: () => tokens[index],
    take: () => tokens[index++] ?? fail(),
    accept,
    expect: (token) => void (accept(token) || fail()),
    end: () => void (index === tokens.length || fail()),
  };
}

function readCondition(tokens: Tokens): Condition {
  const either = readConjunction(tokens);
  if (!tokens.accept("OR")) return either;
  const or = readCondition(tokens);
  return (item, bindings) => either(item, bindings) || or(item, bindings);
}

function readConjunction(tokens: Tokens): Condition {
  const one = readTerm(tokens);
  if (!tokens.accept("AND")) return one;
  const and = readConjunction(tokens);
  return (item, bindings) => one(item, bindings) && and(item, bindings);
}

function readTerm(tokens: Tokens): Condition {
  if (tokens.accept("NOT")) {
    const term = readTerm(tokens);
    return (item, bindings) => !term(item, bindings);
  }
  if (tokens.accept("(")) {
    const inner = readCondition(tokens);
    tokens.expect(")");
    return inner;
  }
  if (tokens.accept("attribute_exists")) return readExistence(tokens, true);
  if (tokens.accept("attribute_not_exists")) return readExistence(tokens, false);
  return readComparison(tokens);
}

function readExistence(tokens: Tokens, wanted: boolean): Condition {
  tokens.expect("(");
  const path = readPath(tokens);
  tokens.expect(")");
  return (item, bindings) => (item?.[path(bindings)] !== undefined) === wanted;
}

const comparisons: Record<string, (order: number) => boolean> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function readComparison(tokens: Tokens): Condition {
  const left = readOperand(tokens);
  const sign = tokens.take();
  const right = readOperand(tokens);
  // A missing attribute compares with nothing, so the condition does not hold, whatever the sign.
  if (sign === "=" || sign === "<>") {
    return (item, bindings) => {
      const [a, b] = [left(item, bindings), right(item, bindings)];
      return a !== undefined && b !== undefined && isEqual(a, b) === (sign === "=");
    };
  }
  const holds = comparisons[sign];
  if (!holds) throw new SyntaxError(`The simulated table does not know the comparison ${sign}.`);
  return (item, bindings) => {
    const order = compare(left(item, bindings), right(item, bindings));
    return order !== undefined && holds(order);
  };
}

function readPath(tokens: Tokens): (bindings: Bindings) => string {
  const token = tokens.take();
  if (!token.startsWith("#")) return () => token;
  return ({ names }) => {
    const name = names?.[token];
    if (name === undefined) throw new UnknownOperand(`The name ${token} is not given.`);
    return name;
  };
}

function readOperand(tokens: Tokens): Operand {
  if (tokens.accept("if_not_exists")) {
    tokens.expect("(");
    const path = readPath(tokens);
    tokens.expect(",");
    const otherwise = readOperand(tokens);
    tokens.expect(")");
    return (item, bindings) => item?.[path(bindings)] ?? otherwise(item, bindings);
  }
  if (tokens.peek()?.startsWith(":")) {
    const token = tokens.take();
    return (_, { values }) => {
      const value = values?.[token];
      if (value === undefined) throw new UnknownOperand(`The value ${token} is not given.`);
      return value;
    };
  }
  const path = readPath(tokens);
  return (item, bindings) => item?.[path(bindings)];
}

type Change = (before: Attributes, after: Record<string, Value>, bindings: Bindings) => void;

function readUpdate(tokens: Tokens): Update {
  const changes: Change[] = [];
  while (tokens.peek() !== undefined) {
    const read = clauses[tokens.take().toUpperCase()];
    if (!read) throw new SyntaxError("The simulated table does not know this clause of an update.");
    do changes.push(read(tokens));
    while (tokens.accept(","));
  }
  return (item, bindings) => {
    const after = { ...item };
    for (const change of changes) change(item, after, bindings);
    return after;
  };
}

const clauses: Record<string, (tokens: Tokens) => Change> = {
  SET(tokens) {
    const path = readPath(tokens);
    tokens.expect("=");
    const value = readSum(tokens);
    return (before, after, bindings) => {
      const given = value(before, bindings);
      if (given === undefined) throw new UnknownOperand("An attribute of an update does not exist.");
      after[path(bindings)] = given;
    };
  },
  ADD(tokens) {
    const path = readPath(tokens);
    const value = readOperand(tokens);
    return (before, after, bindings) => {
      const name = path(bindings);
      after[name] = sum(before[name] ?? 0, value(before, bindings));
    };
  },
  REMOVE(tokens) {
    const path = readPath(tokens);
    return (_, after, bindings) => {
      delete after[path(bindings)];
    };
  },
};

function readSum(tokens: Tokens): Operand {
  const left = readOperand(tokens);
  const sign = tokens.accept("+") ? 1 : tokens.accept("-") ? -1 : 0;
  if (sign === 0) return left;
  const right = readOperand(tokens);
  return (item, bindings) => sum(left(item, bindings), right(item, bindings), sign);
}

function sum(a: Value | undefined, b: Value | undefined, sign = 1): number {
  if (typeof a !== "number" || typeof b !== "number")
    throw new UnknownOperand("An operand of an update is not a number.");
  return a + sign * b;
}
