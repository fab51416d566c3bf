// Names of a stage in a command: each must be one of the rendered deployment.
import type { Graph } from "../../src/graph.ts";

/** Names that a command makes. */
const made = /^--(replay-name|target-table-name|target-.*name|backup-name)$/;

/** Names that `args` makes are added to `own`, which later commands of the page may use. */
export function wrongNames(graph: Graph, args: readonly string[], own: Set<string>): string[] {
  const known = JSON.stringify(graph.resources.map(({ inputs, id, arn }) => [inputs, id, arn]));
  return args.flatMap((arg, n) => {
    const option = args.slice(0, n).findLast((each) => each.startsWith("--")) ?? "";
    if (made.test(option)) own.add(arg);
    const isPrefix = option.endsWith("-prefix") || arg.includes("starts_with(");
    const prefix = `${graph.app}-${graph.stage}`;
    return [...arg.matchAll(new RegExp(`[\\w/.-]*${prefix}[\\w/.-]*`, "g"))]
      .map(([name]) => name.replace(/^.*amazonaws\.com\/\d+\//, ""))
      .filter((name) => !own.has(name) && !(isPrefix ? known.includes(name) : isWhole(known, name)))
      .map((name) => `${name} is no name of the stage`);
  });
}

function isWhole(text: string, name: string): boolean {
  const quoted = name.replaceAll(/[.\\/]/g, "\\$&");
  return new RegExp(`(?<![\\w-])${quoted}(?![\\w-])`).test(text);
}
