// What changed in a body of the HTTP API, and what that does to clients.
import { type Change, type Direction, todoOf, verdictOf } from "./change.ts";
import { differencesOf } from "./difference.ts";
import { otherNumbers } from "./meaning.ts";
import type { Schema } from "./schema.ts";

export type Media = { schema?: Schema; example?: unknown; examples?: Record<string, unknown> };
export type Body = { required?: boolean; content?: Record<string, Media>; headers?: Record<string, unknown> };
export type Parameter = { in: string; name: string; required?: boolean; schema: Schema };
export type Operation = {
  deprecated?: boolean;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: Body;
  responses: Record<string, Body & { $ref?: string }>;
};
export type OpenApi = { paths: Record<string, Record<string, Operation>>; components: object };
/** One operation in both documents; `functions` serve it. */
export type Pair = {
  name: string;
  old: Operation;
  now: Operation;
  before: OpenApi;
  after: OpenApi;
  functions: readonly string[];
};

export function bodies(pair: Pair, had: Body, has: Body, direction: Direction, contract: string): Change[] {
  const { after, before, functions } = pair;
  return Object.entries(had.content ?? {}).flatMap(([type, old]): Change[] => {
    const now = has.content?.[type];
    if (!now)
      return [
        {
          contract,
          at: "",
          what: `is no ${type} any more`,
          verdict: "breaking",
          hurt: functions,
          todo: "keep the media type, and add another beside it",
        },
      ];
    const differences = [
      ...differencesOf(
        { schema: old.schema ?? {}, document: before },
        { schema: now.schema ?? {}, document: after },
      ),
      ...otherNumbers(old.example, now.example),
    ];
    return judged(differences, direction, contract, functions);
  });
}

export function judged(
  differences: ReturnType<typeof differencesOf>,
  direction: Direction,
  contract: string,
  functions: readonly string[],
): Change[] {
  return differences.map((difference) => {
    const verdict = verdictOf(difference, direction);
    return {
      contract,
      at: difference.at,
      what: difference.what,
      verdict,
      hurt: verdict === "harmless" ? [] : functions,
      todo: todoOf(difference, direction),
    };
  });
}
