// SDKs out of sight: handed on by another file, or loaded by a name that is computed.
import ts from "typescript";
import { loadedModule, type OriginsOf } from "./origins.ts";
import type { Rule } from "./use.ts";

/** The lists of what is deployed and loaded by name. */
const loadedByName = ["packages/services/src/functions.ts"];

const sdk = /^(@aws-sdk\/|@smithy\/|stripe(\/|$)|@stripe\/)/;
export const sdks: readonly Rule[] = [
  function moduleByComputedName({ node, originsOf, origins, path }) {
    if (loadedByName.includes(path)) return undefined;
    if (origins.some((each) => /^(node:)?module#createRequire$/.test(each)))
      return "createRequire hides what is imported: write an import";
    const module = ts.isCallExpression(node) ? loadedModule(node, originsOf) : undefined;
    return module && !ts.isStringLiteralLike(module)
      ? "a module by a name that is computed: no check sees what is loaded"
      : undefined;
  },
];

/** An SDK that a file exports again could be used where no check looks for it. */
export function sdkHandedOn(statement: ts.Statement, originsOf: OriginsOf): string | undefined {
  const isSdk = (expression: ts.Expression | undefined) =>
    expression !== undefined && originsOf(expression).some((each) => sdk.test(each.replace(/#.*/, "")));
  const sentence = "an SDK is exported again: import it where it is used";
  if (ts.isExportDeclaration(statement)) {
    if (statement.isTypeOnly) return undefined;
    const from = statement.moduleSpecifier as ts.StringLiteral | undefined;
    const names = statement.exportClause;
    const elements =
      names && ts.isNamedExports(names) ? names.elements.filter((each) => !each.isTypeOnly) : [];
    if (from)
      return sdk.test(from.text) && (!names || elements.length > 0 || ts.isNamespaceExport(names))
        ? sentence
        : undefined;
    return elements.some(({ name, propertyName }) => isSdk((propertyName ?? name) as ts.Identifier))
      ? sentence
      : undefined;
  }
  if (ts.isExportAssignment(statement)) return isSdk(statement.expression) ? sentence : undefined;
  const isExported =
    ts.isVariableStatement(statement) &&
    statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  return isExported && statement.declarationList.declarations.some(({ initializer }) => isSdk(initializer))
    ? sentence
    : undefined;
}
