// Unbounded concurrency: as much work at once as somebody else has put on a list.
import ts from "typescript";
import { bare, type OriginsOf } from "./origins.ts";
import { type Rule, textOf, type Use } from "./use.ts";

export const concurrency: readonly Rule[] = [
  function unboundedWork({ given, isBounded, origins }) {
    const name = origins.find((each) => /^#Promise\.(all|allSettled|any|race)$/.test(each));
    if (name === undefined) return undefined;
    const [work] = given ?? [];
    return unbounded(name.slice(1), work ? unboundedPart(work) : "a list that is handed over", isBounded);
  },
  function workBegunTogether({ isBounded, node, originsOf }) {
    const callee = bare(node.expression);
    const [first, second] = node.arguments ?? [];
    const isFrom = textOf(callee) === "Array.from";
    const work = isFrom ? second : first;
    if (!ts.isPropertyAccessExpression(callee) || !isAsync(work) || isJudged(node, originsOf))
      return undefined;
    if (callee.name.text === "forEach")
      return "forEach with an async function: all of it begins at once, and none of it is awaited";
    if (isFrom) return unbounded("an async Array.from", unboundedPart(bare(node)), isBounded);
    return ["map", "flatMap", "filter", "some", "every"].includes(callee.name.text)
      ? unbounded(`an async ${callee.name.text}`, unboundedList(callee.expression), isBounded)
      : undefined;
  },
];

const unbounded = (what: string, over: string | undefined, isBounded: Use["isBounded"]) =>
  over === undefined || isBounded(over)
    ? undefined
    : `${what} over ${over}, of which nothing here says how many there are: work in pieces, or name its bound in scripts/anti-patterns.ts`;

const isAsync = (work: ts.Node | undefined) =>
  work !== undefined &&
  (ts.isArrowFunction(work) || ts.isFunctionExpression(work)) &&
  (work.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false);

/** The whole of what a Promise.all works on, which is judged there. */
const isJudged = ({ parent }: ts.Node, originsOf: OriginsOf) =>
  ts.isCallExpression(parent) && originsOf(parent.expression).some((each) => each.startsWith("#Promise."));

/** What is not of a length that the file itself says: no list written down, no constant number of workers. */
function unboundedPart(given: ts.Expression): string | undefined {
  const work = bare(given);
  if (ts.isArrayLiteralExpression(work)) return unboundedList(work);
  if (!ts.isCallExpression(work)) return textOf(work);
  if (textOf(work.expression) === "Array.from") {
    const [length] = work.arguments;
    return length && isConstantLength(length) ? undefined : textOf(length ?? work);
  }
  const callee = bare(work.expression);
  return ts.isPropertyAccessExpression(callee) && callee.name.text === "map"
    ? unboundedList(callee.expression)
    : textOf(work);
}

function unboundedList(given: ts.Expression): string | undefined {
  const list = bare(given);
  if (!ts.isArrayLiteralExpression(list)) return textOf(list);
  const open = list.elements.find(ts.isSpreadElement);
  return open && textOf(open.expression);
}

/** `{ length: 8 }`, or `{ length: AT_ONCE }` with a number of that name in the file or imported. */
function isConstantLength(given: ts.Expression): boolean {
  const [, length] = /^\{ length: (\d+|[A-Z][A-Z\d_]*) \}$/.exec(textOf(given)) ?? [];
  if (length === undefined || /^\d/.test(length)) return length !== undefined;
  const computed = new RegExp(`\\b${length} = (?!\\d[\\d_]*;)`);
  return !computed.test(given.getSourceFile().text);
}

/** A promise that is begun for each of many and thrown away. */
export function forgottenWork(node: ts.VoidExpression): string | undefined {
  if (!ts.isCallExpression(bare(node.expression))) return undefined;
  for (let at: ts.Node = node; at.parent; at = at.parent) {
    const isLoop = ts.isIterationStatement(at, false);
    const isCallback = ts.isArrowFunction(at) && ts.isCallExpression(at.parent) && isOfList(at.parent);
    if (isLoop || isCallback) return "work that is begun for each of many, and that nothing awaits";
    if (ts.isFunctionLike(at)) return undefined;
  }
  return undefined;
}

const isOfList = ({ expression }: ts.CallExpression) =>
  ts.isPropertyAccessExpression(expression) && /^(forEach|map|flatMap)$/.test(expression.name.text);
