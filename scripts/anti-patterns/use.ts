// A call or an object's creation as the rules see it: what may be called, whatever it is called there.
import ts from "typescript";
import { bare, type LiteralOf, type OriginsOf } from "./origins.ts";

export type Use = {
  node: ts.CallExpression | ts.NewExpression;
  isNew: boolean;
  /** Everything that the callee may be, as `originsOf` says it. */
  origins: readonly string[];
  /** Undefined where they are handed over as one list. */
  given: readonly ts.Expression[] | undefined;
  path: string;
  originsOf: OriginsOf;
  literalOf: LiteralOf;
  /** If the list of bounds names what is worked on. */
  isBounded: (what: string) => boolean;
};

/** A sentence if this use is an anti-pattern. */
export type Rule = (use: Use) => string | undefined;

/** What is called: also by `call`, `apply` and `Reflect`, which name it as an object or an argument. */
export function called(node: Use["node"], originsOf: OriginsOf): Pick<Use, "isNew" | "origins" | "given"> {
  const callee = bare(node.expression);
  const given = node.arguments ?? [];
  const [first, ...others] = given;
  const direct = originsOf(callee);
  if (direct.includes("#Reflect.construct") || direct.includes("#Reflect.apply"))
    return {
      isNew: direct.includes("#Reflect.construct"),
      origins: first ? originsOf(first) : [],
      given: undefined,
    };
  const how = ts.isPropertyAccessExpression(callee) && /^(call|apply)$/.exec(callee.name.text)?.[0];
  if (!how || !ts.isPropertyAccessExpression(callee))
    return { isNew: ts.isNewExpression(node), origins: direct, given };
  return { isNew: false, origins: originsOf(callee.expression), given: how === "call" ? others : undefined };
}

export const textOf = (node: ts.Node) => node.getText().replace(/\s+/g, " ");

/** A property of this name, with a value; of anything but an object literal it counts as absent. */
export const has = (given: ts.ObjectLiteralExpression | undefined, property: string): boolean =>
  given?.properties.some(
    (each) =>
      each.name?.getText() === property &&
      !(ts.isPropertyAssignment(each) && /^(undefined|null)$/.test(each.initializer.getText())),
  ) ?? false;
