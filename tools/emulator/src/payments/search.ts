// Stripe's search query language over payment intents. Source: docs.stripe.com/search, "Query language".
import { invalidRequest, type PaymentIntentRecord } from "./model.ts";

type Test = (intent: PaymentIntentRecord) => boolean;
type Clause = { field: string; key: string | undefined; operator: string; value: string | number | null };

const MAXIMUM_CLAUSES = 10;
const CLAUSE =
  /^(-?)(\w+)(?:\[(?:"([^"]*)"|'([^']*)')\])?(:|>=|<=|>|<|~)(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(-?\d+)|(null))(?=\s|$)/i;

/** Throws for a query that Stripe refuses. */
export function compileQuery(query: string): Test {
  const tests: Test[] = [];
  const words = new Set<string>();
  let left = query.trim();
  while (left !== "") {
    const found = CLAUSE.exec(left);
    if (!found) throw refused(`We were unable to parse your search query: ${query}`);
    tests.push(testOf(found));
    left = left.slice(found[0].length).trimStart();
    const [word] = /^(and|or)\s+/i.exec(left) ?? [];
    if (left !== "") words.add(word?.trim().toUpperCase() ?? "AND");
    left = left.slice(word?.length ?? 0);
    if (word && left === "") throw refused(`We were unable to parse your search query: ${query}`);
  }
  if (tests.length === 0) throw refused("The search query is empty.");
  if (tests.length > MAXIMUM_CLAUSES) throw refused(`A query has at most ${MAXIMUM_CLAUSES} clauses.`);
  if (words.size > 1) throw refused("You cannot combine AND and OR in one query.");
  return (intent) =>
    words.has("OR") ? tests.some((each) => each(intent)) : tests.every((each) => each(intent));
}

function testOf([, minus, field = "", inDouble, inSingle, operator = ":", ...values]: RegExpExecArray): Test {
  const [double, single, number] = values;
  const text = (double ?? single)?.replace(/\\(.)/g, "$1");
  const key = inDouble ?? inSingle;
  const value = text ?? (number === undefined ? null : Number(number));
  const test = clauseTest({ field, key, operator, value });
  return minus === "-" ? (intent) => !test(intent) : test;
}

const numbers: Record<string, (intent: PaymentIntentRecord) => number> = {
  amount: ({ amount }) => amount,
  created: ({ created }) => created,
};
const tokens: Record<string, (intent: PaymentIntentRecord) => string | undefined> = {
  currency: ({ currency }) => currency,
  customer: ({ customer }) => customer,
  status: ({ status }) => status,
};

function clauseTest({ field, key, operator, value }: Clause): Test {
  const numberOf = Object.hasOwn(numbers, field) ? numbers[field] : undefined;
  if (numberOf) {
    const bound = Number(value);
    if (value === null || !Number.isFinite(bound)) throw refused(`The field \`${field}\` is a number.`);
    if (operator === "~") throw refused(`The field \`${field}\` has no substrings.`);
    return (intent) => compare(numberOf(intent), operator, bound);
  }
  const textOf: ((intent: PaymentIntentRecord) => string | undefined) | undefined =
    field === "metadata" && key !== undefined
      ? ({ metadata }) => (Object.hasOwn(metadata, key) ? metadata[key] : undefined)
      : Object.hasOwn(tokens, field)
        ? tokens[field]
        : undefined;
  if (!textOf)
    throw refused(`Field \`${field}\` is an unsupported search field for resource \`payment_intents\`.`);
  if (operator !== ":") throw refused(`The operator ${operator} does not go with the field \`${field}\`.`);
  if (value === null) return (intent) => textOf(intent) === undefined;
  return (intent) => textOf(intent)?.toLowerCase() === String(value).toLowerCase();
}

function compare(given: number, operator: string, bound: number): boolean {
  switch (operator) {
    case ">":
      return given > bound;
    case ">=":
      return given >= bound;
    case "<":
      return given < bound;
    case "<=":
      return given <= bound;
    default:
      return given === bound;
  }
}

const refused = (message: string) => invalidRequest(undefined, message, "query");
