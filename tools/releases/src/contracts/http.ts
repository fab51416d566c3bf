// What changed in the HTTP API, from one OpenAPI document to another: operations, requests, answers.
import { answers } from "./answers.ts";
import { bodies, judged, type OpenApi, type Operation, type Pair } from "./bodies.ts";
import type { Change } from "./change.ts";
import { differencesOf } from "./difference.ts";
import type { Schema } from "./schema.ts";

/** The functions that serve `GET /orders`. */
export type Serving = (operation: string) => readonly string[];

export function httpChanges(earlier: object, later: object, serving: Serving): Change[] {
  const [before, after] = [earlier as OpenApi, later as OpenApi];
  const [olds, news] = [operationsOf(before), operationsOf(after)];
  return [...new Set([...olds.keys(), ...news.keys()])].flatMap((name): Change[] => {
    const [old, now] = [olds.get(name), news.get(name)];
    const whole = { contract: name, at: "", hurt: serving(name) };
    if (!now)
      return [
        {
          ...whole,
          what: "is gone",
          verdict: old?.deprecated ? "ordered" : "breaking",
          todo: old?.deprecated
            ? "deploy it when no client calls it any more (the access log says who does)"
            : "keep it and mark it deprecated; it may go in the release after",
        },
      ];
    if (!old)
      return [{ ...whole, what: "is a new operation", verdict: "harmless", hurt: [], todo: "nothing" }];
    const pair = { name, old, now, before, after, functions: serving(name) };
    return [...access(pair), ...parameters(pair), ...request(pair), ...answers(pair)];
  });
}

function operationsOf({ paths }: OpenApi): Map<string, Operation> {
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, each]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        each,
      ]),
    ),
  );
}

function access({ functions, name, now, old }: Pair): Change[] {
  const scopesOf = ({ security = [] }: Operation) => security.map((each) => JSON.stringify(each));
  const [had, has] = [scopesOf(old), scopesOf(now)];
  const isOpen = has.length === 0;
  const lost = had.length === 0 && !isOpen ? has : isOpen ? [] : had.filter((scope) => !has.includes(scope));
  const change = { contract: name, at: "", hurt: functions };
  return lost.length === 0
    ? []
    : [
        {
          ...change,
          what: "needs another scope than before",
          verdict: "breaking",
          todo: "go on accepting tokens with the scope of before",
        },
      ];
}

/** Parameters are the fields of one object that a client sends. */
function parameters({ after, before, functions, name, now, old }: Pair): Change[] {
  const asSchema = ({ parameters = [] }: Operation): Schema => ({
    type: "object",
    properties: Object.fromEntries(
      parameters.map((each) => [`${each.in} ${each.name.toLowerCase()}`, each.schema]),
    ),
    required: parameters
      .filter(({ required }) => required)
      .map((each) => `${each.in} ${each.name.toLowerCase()}`),
  });
  const differences = differencesOf(
    { schema: asSchema(old), document: before },
    { schema: asSchema(now), document: after },
  );
  return judged(differences, "request", `${name}, parameters`, functions);
}

function request(pair: Pair): Change[] {
  const { functions, name, now, old } = pair;
  const contract = `${name}, request`;
  const [had, has] = [old.requestBody, now.requestBody];
  if (!had && !has) return [];
  const whole = { contract, at: "", hurt: functions };
  if (!has)
    return [
      { ...whole, what: "takes no body any more", verdict: "breaking", todo: "go on accepting the body" },
    ];
  if (!had || (has.required && !had.required)) {
    const verdict = has.required ? "breaking" : "harmless";
    return [{ ...whole, what: "takes a body now", verdict, todo: "do without one where none is sent" }];
  }
  return bodies(pair, had, has, "request", contract);
}
