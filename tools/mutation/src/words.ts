// Tells Stryker what is no rule: words that no test should repeat, of errors, log lines, problems and mails.
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** As much of a syntax tree as is looked at. */
type Node = {
  type: string;
  callee?: Node;
  property?: Node;
  name?: string;
  key?: Node;
  id?: Node;
  arguments?: readonly Node[];
};
type Path = { node: Node; parentPath: Path | null };

const SENTENCE = "a sentence for a person";

/** Where such words stand: in errors and their names, in lines of the log, in problems, in mails. */
function isForPerson({ node, parentPath }: Path): boolean {
  const parent = parentPath?.node;
  if (!parent) return false;
  const { name, property, type } = parent.callee ?? {};
  const callee = type === "Super" ? "super" : (name ?? property?.name ?? "");
  switch (parent.type) {
    case "NewExpression":
      return /Error$|^(ProviderUnavailable|Contended|MailNotSent)$/.test(callee);
    case "CallExpression":
      if (/^problem/.test(callee)) return (parent.arguments?.indexOf(node) ?? 0) >= 2;
      return /^(log|debug|info|warn|error|assert|invariantViolation|violation|super)$/.test(callee);
    case "VariableDeclarator":
      return parent.id?.name === "title";
    case "ClassProperty":
      return parent.key?.name === "name";
    case "ObjectProperty":
      return /^(what|detail|title|subject|heading|more|failed)$/.test(parent.key?.name ?? "");
    default:
      return false;
  }
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
