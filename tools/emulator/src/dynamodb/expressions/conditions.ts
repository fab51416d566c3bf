// The grammar of conditions and filters (DynamoDB guide, "Condition and filter expressions").
import { invalid } from "../errors.ts";
import { type AttributeValue, compare, type Type, typeOf, types } from "../values.ts";
import { type Path, shown, type Tokens } from "./tokenizer.ts";

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "size"; readonly of: Operand };

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type Condition =
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly of: Condition }
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: "between"; readonly of: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly kind: "in"; readonly of: Operand; readonly among: readonly Operand[] }
  | { readonly kind: "exists"; readonly path: Path; readonly wanted: boolean }
  | {
      readonly kind: "begins_with" | "contains" | "attribute_type";
      readonly of: Operand;
      readonly other: Operand;
    };

export type Values = Readonly<Record<string, AttributeValue>>;

const comparisons: readonly string[] = ["=", "<>", "<", "<=", ">", ">="];
const IN_MAXIMUM = 100;

export function readCondition(tokens: Tokens): Condition {
  const left = readConjunction(tokens);
  return accepts(tokens, "OR") ? { kind: "or", left, right: readCondition(tokens) } : left;
}

function readConjunction(tokens: Tokens): Condition {
  const left = readTerm(tokens);
  return accepts(tokens, "AND") ? { kind: "and", left, right: readConjunction(tokens) } : left;
}

function accepts(tokens: Tokens, operator: string): boolean {
  const isNext = tokens.accept(operator);
  if (isNext) tokens.operator();
  return isNext;
}

const inParentheses = new WeakSet<Condition>();

function readTerm(tokens: Tokens): Condition {
  if (accepts(tokens, "NOT")) return { kind: "not", of: readTerm(tokens) };
  if (tokens.accept("(")) {
    const inner = readCondition(tokens);
    tokens.expect(")");
    if (inParentheses.has(inner)) throw invalid("The expression has redundant parentheses;");
    inParentheses.add(inner);
    return inner;
  }
  const call = readCall(tokens);
  if (!call) return readComparison(tokens, readOperand(tokens));
  if (call.name !== "size") return functionIn(call);
  if (!beginsComparison(tokens)) throw misused(call);
  return readComparison(tokens, sizeIn(call));
}

const beginsComparison = (tokens: Tokens) => /^(=|<>|<=?|>=?|between|in)$/i.test(tokens.peek() ?? "");

const misused = ({ name }: Call) =>
  invalid(`The function is not allowed to be used this way in an expression; function: ${name}`);

type Call = { name: string; operands: Operand[] };

const FUNCTION = /^[A-Za-z]\w*$/;

/** The function call at the current token; undefined if there is none. */
function readCall(tokens: Tokens): Call | undefined {
  const name = tokens.peek() ?? "";
  if (!FUNCTION.test(name) || !tokens.isCall()) return undefined;
  tokens.take();
  tokens.operator();
  tokens.expect("(");
  const operands = [readOperand(tokens)];
  while (tokens.accept(",")) operands.push(readOperand(tokens));
  tokens.expect(")");
  const wanted = operandsOf[name];
  if (wanted === undefined) throw invalid(`Invalid function name; function: ${name}`);
  if (operands.length !== wanted)
    throw invalid(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  return { name, operands };
}

const operandsOf: Record<string, number> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

const sizeIn = ({ operands: [of] }: Call): Operand => ({ kind: "size", of: of as Operand });

function functionIn({ name, operands: [first, other] }: Call): Condition {
  const of = first as Operand;
  switch (name) {
    case "begins_with":
    case "contains":
    case "attribute_type":
      refuseSame(name, of, other as Operand);
      return { kind: name, of, other: other as Operand };
    default:
      if (of.kind !== "path")
        throw invalid(`Operator or function requires a document path; operator or function: ${name}`);
      return { kind: "exists", path: of.path, wanted: name === "attribute_exists" };
  }
}

function readComparison(tokens: Tokens, left: Operand): Condition {
  if (accepts(tokens, "BETWEEN")) {
    const lower = readOperand(tokens);
    tokens.expect("AND");
    const upper = readOperand(tokens);
    for (const bound of [lower, upper]) refuseSame("BETWEEN", left, bound);
    return { kind: "between", of: left, lower, upper };
  }
  if (accepts(tokens, "IN")) {
    const among = readList(tokens);
    for (const each of among) refuseSame("IN", left, each);
    return { kind: "in", of: left, among };
  }
  const operator = tokens.peek() ?? "";
  if (!comparisons.includes(operator)) tokens.unexpected();
  tokens.take();
  tokens.operator();
  const right = readOperand(tokens);
  refuseSame(operator, left, right);
  return { kind: "compare", operator: operator as Comparison, left, right };
}

function readList(tokens: Tokens): Operand[] {
  tokens.expect("(");
  const among = [readOperand(tokens)];
  while (tokens.accept(",")) among.push(readOperand(tokens));
  tokens.expect(")");
  if (among.length <= IN_MAXIMUM) return among;
  throw invalid(`The IN operator is provided with too many operands; number of operands: ${among.length}`);
}

function readOperand(tokens: Tokens): Operand {
  if (tokens.peek()?.match(/^:\w/)) return { kind: "value", name: tokens.take() };
  const call = readCall(tokens);
  if (!call) return { kind: "path", path: tokens.path() };
  if (call.name === "size") return sizeIn(call);
  throw misused(call);
}

function refuseSame(operator: string, a: Operand, b: Operand): void {
  if (a.kind !== "path" || b.kind !== "path" || shown(a.path) !== shown(b.path)) return;
  throw invalid(
    `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${shown(a.path)}`,
  );
}

/** Checks a condition's values without an item. Throws a DynamoFailure if it can never hold. */
export function checkValues(condition: Condition, values: Values): void {
  const given = (operand: Operand) => (operand.kind === "value" ? values[operand.name] : undefined);
  switch (condition.kind) {
    case "and":
    case "or":
      checkValues(condition.left, values);
      checkValues(condition.right, values);
      return;
    case "not":
      checkValues(condition.of, values);
      return;
    case "compare":
      if (condition.operator === "=" || condition.operator === "<>") return;
      for (const side of [condition.left, condition.right])
        refuseType(condition.operator, given(side), ordered);
      return;
    case "between":
      refuseType("BETWEEN", given(condition.of), ordered);
      checkBounds(given(condition.lower), given(condition.upper));
      return;
    case "begins_with":
      for (const side of [condition.of, condition.other])
        refuseType("begins_with", side.kind === "size" ? aSize : given(side), ["S", "B"]);
      return;
    case "attribute_type":
      checkTypeName(given(condition.other));
      return;
    case "in":
    case "contains":
    case "exists":
      return;
  }
}

const aSize: AttributeValue = { N: "0" };
const ordered: readonly Type[] = ["S", "N", "B"];

function refuseType(operator: string, value: AttributeValue | undefined, allowed: readonly Type[]): void {
  if (!value || allowed.includes(typeOf(value))) return;
  throw invalid(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(value)}`,
  );
}

function checkBounds(lower: AttributeValue | undefined, upper: AttributeValue | undefined): void {
  for (const bound of [lower, upper]) refuseType("BETWEEN", bound, ordered);
  if (!lower || !upper) return;
  const order = compare(lower, upper);
  const bounds = [lower, upper].map((each) => `AttributeValue: {${typeOf(each)}:${Object.values(each)[0]}}`);
  const named = `lower bound operand: ${bounds[0]}, upper bound operand: ${bounds[1]}`;
  if (order === undefined)
    throw invalid(`The BETWEEN operator requires same data type for lower and upper bounds; ${named}`);
  if (order > 0)
    throw invalid(
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${named}`,
    );
}

function checkTypeName(value: AttributeValue | undefined): void {
  if (!value || !("S" in value))
    throw invalid(
      `Incorrect operand type for operator or function; operator or function: attribute_type, operand type: ${value ? typeOf(value) : "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"}`,
    );
  if (!types.includes(value.S as Type))
    throw invalid(
      `Invalid attribute type name found; type: ${value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    );
}
