// What an expression stands for, by whatever name: `#fetch` is a global, `node:https#get` an export.
import ts from "typescript";

/** Every name that the expression may stand for: `module#export`, `module#*`, `#global`, or none. */
export type OriginsOf = (expression: ts.Expression) => readonly string[];

/** The object literal that an expression is, directly or by a name of the file. */
export type LiteralOf = (expression: ts.Expression | undefined) => ts.ObjectLiteralExpression | undefined;

/** What a name of the file was bound to: an export, or what an expression, or a part of it, stands for. */
type Bound = { export: string } | { expression: ts.Expression; part?: string };

const globals = /^#(globalThis|window|self|global)$/;

export function readNames(source: ts.SourceFile): { originsOf: OriginsOf; literalOf: LiteralOf } {
  const names = namesOf(source);
  const originsOf = (given: ts.Expression, open: ReadonlySet<string> = new Set()): readonly string[] => {
    const expression = bare(given);
    if (ts.isIdentifier(expression)) {
      const name = expression.text;
      if (open.has(name) || !names.has(name)) return [`#${name}`];
      const further = new Set([...open, name]);
      return (names.get(name) ?? []).flatMap((bound) => {
        if ("export" in bound) return [bound.export];
        const origins = originsOf(bound.expression, further);
        return bound.part === undefined ? origins : partsOf(origins, bound.part);
      });
    }
    if (ts.isPropertyAccessExpression(expression))
      return partsOf(originsOf(expression.expression, open), expression.name.text);
    if (ts.isElementAccessExpression(expression) && ts.isStringLiteralLike(expression.argumentExpression))
      return partsOf(originsOf(expression.expression, open), expression.argumentExpression.text);
    if (ts.isConditionalExpression(expression))
      return [expression.whenTrue, expression.whenFalse].flatMap((each) => originsOf(each, open));
    if (ts.isBinaryExpression(expression) && isChoice(expression.operatorToken.kind))
      return [expression.left, expression.right].flatMap((each) => originsOf(each, open));
    if (ts.isCallExpression(expression)) return originsOfCall(expression, (each) => originsOf(each, open));
    return [];
  };
  const literalOf: LiteralOf = (given) => {
    const expression = given && bare(given);
    if (!expression || ts.isObjectLiteralExpression(expression)) return expression;
    const [bound, other] = ts.isIdentifier(expression) ? (names.get(expression.text) ?? []) : [];
    if (!bound || other || "export" in bound || bound.part !== undefined) return undefined;
    const value = bare(bound.expression);
    return ts.isObjectLiteralExpression(value) ? value : undefined;
  };
  return { originsOf: (expression) => originsOf(expression), literalOf };
}

/** Without parentheses, casts, `await`, and what a comma only evaluates. */
export function bare(given: ts.Expression): ts.Expression {
  if (
    ts.isParenthesizedExpression(given) ||
    ts.isAsExpression(given) ||
    ts.isSatisfiesExpression(given) ||
    ts.isNonNullExpression(given) ||
    ts.isAwaitExpression(given)
  )
    return bare(given.expression);
  const isComma = ts.isBinaryExpression(given) && given.operatorToken.kind === ts.SyntaxKind.CommaToken;
  return isComma ? bare(given.right) : given;
}

const isChoice = (kind: ts.SyntaxKind) =>
  kind === ts.SyntaxKind.QuestionQuestionToken ||
  kind === ts.SyntaxKind.BarBarToken ||
  kind === ts.SyntaxKind.AmpersandAmpersandToken;

/** A default export of a module of Node is the module; of a global object, a member is a global. */
const partsOf = (origins: readonly string[], part: string): string[] =>
  origins.map((origin) => {
    if (globals.test(origin)) return `#${part}`;
    const module = /^([^#]+)#(\*|default)$/.exec(origin)?.[1];
    return module === undefined ? `${origin}.${part}` : `${module}#${part}`;
  });

/** A module that is loaded while the program runs, or a function that is bound before it is called. */
function originsOfCall(call: ts.CallExpression, originsOf: OriginsOf): readonly string[] {
  const module = loadedModule(call, originsOf);
  if (module !== undefined) return ts.isStringLiteralLike(module) ? [`${module.text}#*`] : [];
  const callee = bare(call.expression);
  return ts.isPropertyAccessExpression(callee) && callee.name.text === "bind"
    ? originsOf(callee.expression)
    : [];
}

/** The argument that names the module, if the call loads one. */
export function loadedModule(call: ts.CallExpression, originsOf: OriginsOf): ts.Expression | undefined {
  const isImport = call.expression.kind === ts.SyntaxKind.ImportKeyword;
  const loaders = ["#require", "#process.getBuiltinModule"];
  return isImport || originsOf(call.expression).some((each) => loaders.includes(each))
    ? call.arguments[0]
    : undefined;
}

/** By name, all that it may be bound to; two of one name in different blocks count as either. */
function namesOf(source: ts.SourceFile): ReadonlyMap<string, readonly Bound[]> {
  const names = new Map<string, Bound[]>();
  const bind = (name: string, bound: Bound) => names.set(name, [...(names.get(name) ?? []), bound]);
  const bindPattern = (name: ts.BindingName, expression: ts.Expression | undefined) => {
    if (!expression) return;
    if (ts.isIdentifier(name)) return void bind(name.text, { expression });
    if (!ts.isObjectBindingPattern(name)) return;
    for (const { initializer, name: local, propertyName } of name.elements) {
      if (!ts.isIdentifier(local)) continue;
      const part = propertyName && ts.isIdentifier(propertyName) ? propertyName.text : local.text;
      bind(local.text, { expression, part });
      if (initializer) bind(local.text, { expression: initializer });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) bindImports(node, bind);
    if (ts.isVariableDeclaration(node) || ts.isParameter(node)) bindPattern(node.name, node.initializer);
    if (ts.isParameter(node)) bindDefaults(node.name, bind);
    if (ts.isClassDeclaration(node) && node.name) {
      const parent = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
      const [type] = parent?.types ?? [];
      if (type) bind(node.name.text, { expression: type.expression });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** `({ call = fetch }) => …`: what a caller may leave out is the default. */
function bindDefaults(name: ts.BindingName, bind: (name: string, bound: Bound) => void): void {
  if (!ts.isObjectBindingPattern(name)) return;
  for (const { initializer, name: local } of name.elements)
    if (initializer && ts.isIdentifier(local)) bind(local.text, { expression: initializer });
}

function bindImports(node: ts.ImportDeclaration, bind: (name: string, bound: Bound) => void): void {
  const from = (node.moduleSpecifier as ts.StringLiteral).text;
  const clause = node.importClause;
  if (!clause || clause.isTypeOnly) return;
  if (clause.name) bind(clause.name.text, { export: `${from}#default` });
  const { namedBindings } = clause;
  if (namedBindings && ts.isNamespaceImport(namedBindings))
    bind(namedBindings.name.text, { export: `${from}#*` });
  if (namedBindings && ts.isNamedImports(namedBindings))
    for (const { isTypeOnly, name, propertyName } of namedBindings.elements)
      if (!isTypeOnly) bind(name.text, { export: `${from}#${(propertyName ?? name).text}` });
}
