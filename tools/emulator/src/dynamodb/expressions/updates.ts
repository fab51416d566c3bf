// The grammar of update expressions (DynamoDB guide, "Update expressions").
import { invalid } from "../errors.ts";
import { type AttributeValue, type Type, typeOf } from "../values.ts";
import type { Values } from "./conditions.ts";
import { type Path, refuseOverlaps, type Tokens } from "./tokenizer.ts";

export type Source =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "+" | "-" | "list_append"; readonly left: Source; readonly right: Source }
  | { readonly kind: "if_not_exists"; readonly path: Path; readonly otherwise: Source };

export type Action =
  | { readonly kind: "SET"; readonly path: Path; readonly source: Source }
  | { readonly kind: "REMOVE"; readonly path: Path }
  | { readonly kind: "ADD" | "DELETE"; readonly path: Path; readonly name: string };

export type Update = readonly Action[];

const sections: Record<string, (tokens: Tokens) => Action> = {
  SET(tokens) {
    const path = tokens.path();
    tokens.expect("=");
    return { kind: "SET", path, source: readSum(tokens) };
  },
  REMOVE: (tokens) => ({ kind: "REMOVE", path: tokens.path() }),
  ADD: (tokens) => ({ kind: "ADD", path: tokens.path(), name: readValueName(tokens) }),
  DELETE: (tokens) => ({ kind: "DELETE", path: tokens.path(), name: readValueName(tokens) }),
};

export function readUpdate(tokens: Tokens): Update {
  const actions: Action[] = [];
  const seen = new Set<string>();
  do {
    const section = tokens.peek()?.toUpperCase() ?? "";
    const read = sections[section];
    if (!read) tokens.unexpected();
    if (seen.has(section))
      throw invalid(`The "${section}" section can only be used once in an update expression;`);
    seen.add(section);
    tokens.take();
    do actions.push(read(tokens));
    while (tokens.accept(","));
  } while (tokens.peek() !== undefined);
  refuseOverlaps(actions.map(({ path }) => path));
  return actions;
}

function readValueName(tokens: Tokens): string {
  if (!tokens.peek()?.match(/^:\w/)) tokens.unexpected();
  return tokens.take();
}

function readSum(tokens: Tokens): Source {
  const left = readSource(tokens);
  for (const kind of ["+", "-"] as const)
    if (tokens.accept(kind)) {
      tokens.operator();
      return { kind, left, right: readSource(tokens) };
    }
  return left;
}

function readSource(tokens: Tokens): Source {
  if (tokens.accept("(")) {
    const inner = readSum(tokens);
    tokens.expect(")");
    return inner;
  }
  if (tokens.peek()?.match(/^:\w/)) return { kind: "value", name: tokens.take() };
  if (!tokens.isCall()) return { kind: "path", path: tokens.path() };
  const name = tokens.take();
  tokens.operator();
  tokens.expect("(");
  const operands = [readSource(tokens)];
  while (tokens.accept(",")) operands.push(readSource(tokens));
  tokens.expect(")");
  return functionOf(name, operands);
}

function functionOf(name: string, operands: Source[]): Source {
  const [left, right] = operands;
  if (name !== "if_not_exists" && name !== "list_append")
    throw invalid(`Invalid function name; function: ${name}`);
  if (!left || !right || operands.length !== 2)
    throw invalid(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  if (name === "list_append") return { kind: name, left, right };
  if (left.kind === "path") return { kind: name, path: left.path, otherwise: right };
  throw invalid(`Operator or function requires a document path; operator or function: ${name}`);
}

/** Checks an update's values without an item. Throws a DynamoFailure if it can never be applied. */
export function checkUpdateValues(update: Update, values: Values): void {
  for (const action of update) {
    if (action.kind === "SET") checkSource(action.source, values);
    else if (action.kind !== "REMOVE") checkOperand(action.kind, values[action.name]);
  }
}

function checkSource(source: Source, values: Values): void {
  switch (source.kind) {
    case "+":
    case "-":
    case "list_append":
      for (const side of [source.left, source.right]) {
        checkSource(side, values);
        const value = side.kind === "value" ? values[side.name] : undefined;
        if (value && typeOf(value) !== (source.kind === "list_append" ? "L" : "N"))
          throw invalid(
            `Incorrect operand type for operator or function; operator or function: ${source.kind}, operand type: ${typeOf(value)}`,
          );
      }
      return;
    case "if_not_exists":
      checkSource(source.otherwise, values);
      return;
    case "path":
    case "value":
      return;
  }
}

const longNames: Partial<Record<Type, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  NULL: "NULL",
  BOOL: "BOOLEAN",
  L: "LIST",
  M: "MAP",
};

function checkOperand(section: "ADD" | "DELETE", value: AttributeValue | undefined): void {
  const type = value && typeOf(value);
  const name = type && longNames[type];
  if (name === undefined || (section === "ADD" && type === "N")) return;
  throw invalid(
    `Incorrect operand type for operator or function; operator: ${section}, operand type: ${name}`,
  );
}
