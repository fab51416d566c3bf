// Tells Stryker what is no rule: the words of errors, log lines and problems, which no test should repeat.
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** As much of a syntax tree as is looked at. */
type Node = {
  type: string;
  callee?: Node;
  property?: Node;
  name?: string;
  key?: Node;
  arguments?: readonly Node[];
};
type Path = { node: Node; parentPath: Path | null };

const SENTENCE = "a sentence for a person";

/** Where such words stand: in a new error, in a line of the log, in a problem's title and detail. */
function isForPerson({ node, parentPath }: Path): boolean {
  const parent = parentPath?.node;
  if (!parent) return false;
  const callee = parent.callee?.name ?? parent.callee?.property?.name ?? "";
  if (parent.type === "NewExpression") return /Error$|^(ProviderUnavailable|Contended)$/.test(callee);
  if (parent.type === "CallExpression") {
    if (callee === "problem") return (parent.arguments?.indexOf(node) ?? 0) >= 2;
    return /^(debug|info|warn|error|assert|invariantViolation)$/.test(callee);
  }
  return parent.type === "ObjectProperty" && /^(what|detail|title)$/.test(parent.key?.name ?? "");
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "words", {
    shouldIgnore(path) {
      const given = path as Path;
      const isText = /^(String|Template)Literal$/.test(given.node.type);
      return isText && isForPerson(given) ? SENTENCE : undefined;
    },
  }),
];
