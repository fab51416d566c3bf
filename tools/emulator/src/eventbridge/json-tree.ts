// JSON as it is written: an object keeps its members in order, and each key that it has twice, as event-ruler
// reads patterns. Source: aws/event-ruler, JsonRuleCompiler.
import { refuseDeepJson } from "../json-depth.ts";
import { isRawNumber, numberOf } from "./lossless-json.ts";

export type Members = { readonly members: readonly (readonly [key: string, value: Tree])[] };
/** A number is a double, or raw where a double cannot hold it. */
export type Tree = null | boolean | string | number | object | readonly Tree[] | Members;

export function isMembers(tree: Tree): tree is Members {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree) && !isRawNumber(tree);
}

/** Throws SyntaxError. */
export function parseTree(text: string): Tree {
  refuseDeepJson(text);
  JSON.parse(text);
  // What is valid has commas, colons and white space only where nothing else is possible.
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s[\]{},:"]+/g);
  const next = (): string => tokens.next().value?.[0] ?? "";
  const read = (token: string): Tree => {
    if (token === "{") {
      const members: [string, Tree][] = [];
      for (let key = next(); key !== "}"; key = next()) members.push([JSON.parse(key), read(next())]);
      return { members };
    }
    if (token === "[") {
      const list: Tree[] = [];
      for (let element = next(); element !== "]"; element = next()) list.push(read(element));
      return list;
    }
    return /^[-\d]/.test(token) ? numberOf(token) : JSON.parse(token);
  };
  return read(next());
}

/** Of a value that JSON.parse could have made. */
export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return value.map(treeOf);
  if (typeof value !== "object" || value === null || isRawNumber(value)) return value as Tree;
  return { members: Object.entries(value).map(([key, child]) => [key, treeOf(child)] as const) };
}
