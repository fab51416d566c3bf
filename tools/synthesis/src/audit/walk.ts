// Every text in a resource's inputs, also those within policies and bodies that are written as JSON.
export type Found = { path: string; text: string };

export function textsIn(value: unknown, path = ""): Found[] {
  if (typeof value === "string") {
    const parsed = parsedJson(value);
    return parsed === undefined ? [{ path, text: value }] : textsIn(parsed, path);
  }
  if (Array.isArray(value)) return value.flatMap((each) => textsIn(each, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => textsIn(each, path ? `${path}.${key}` : key));
}

function parsedJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type Statement = {
  Effect: string;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
  Principal?: unknown;
};

/** Every policy in the inputs, by what has the key Statement. */
export function statementsIn(value: unknown): Statement[] {
  if (typeof value === "string") {
    const parsed = parsedJson(value);
    return parsed === undefined ? [] : statementsIn(parsed);
  }
  if (typeof value !== "object" || value === null) return [];
  if (!Array.isArray(value) && Array.isArray((value as { Statement?: unknown }).Statement))
    return (value as { Statement: Statement[] }).Statement;
  return Object.values(value).flatMap(statementsIn);
}
