// Cuts a query of CloudWatch Logs Insights into words, texts, numbers, patterns and signs.

export type Token = { kind: "name" | "text" | "number" | "pattern" | "sign"; text: string };

const kinds: [Token["kind"], RegExp][] = [
  ["text", /"([^"]*)"|'([^']*)'/y],
  ["number", /\d+(?:\.\d+)?(?![\w.])/y],
  ["name", /[@A-Za-z_][\w.@]*|\d+[smhd]\b/y],
  ["pattern", /\/((?:[^/\\]|\\.)+)\//y],
  ["sign", /!=|<=|>=|[=<>+*\-()[\],|]/y],
];

/** Throws with the rest of the query if it cannot be read. */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < query.length; ) {
    if (/\s/.test(query.charAt(at))) {
      at++;
      continue;
    }
    const found = kinds.map(([kind, pattern]) => ({ kind, match: matchAt(pattern, query, at) }));
    const token = found.find(({ match }) => match !== null);
    if (!token?.match) throw new SyntaxError(`No word of Logs Insights begins at: ${query.slice(at)}`);
    tokens.push({ kind: token.kind, text: token.match[1] ?? token.match[2] ?? token.match[0] });
    at += token.match[0].length;
  }
  return tokens;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
