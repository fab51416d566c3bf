// What changed in the answers of an operation: statuses, bodies, headers and problems.
import { type Body, bodies, type OpenApi, type Operation, type Pair } from "./bodies.ts";
import type { Change } from "./change.ts";

export function answers(pair: Pair): Change[] {
  const { after, before, functions, name, now, old } = pair;
  const [had, has] = [resolvedAnswers(before, old), resolvedAnswers(after, now)];
  const added = Object.keys(has).filter((status) => !had[status]);
  return [
    ...Object.entries(had).flatMap(([status, earlier]): Change[] => {
      const contract = `${name}, answer ${status}`;
      const later = has[status];
      const isRefusal = Number(status) >= 400;
      const whole = { contract, at: "", hurt: functions };
      if (!later)
        return [
          isRefusal
            ? { ...whole, what: "is gone", verdict: "harmless", hurt: [], todo: "nothing" }
            : { ...whole, what: "is gone", verdict: "breaking", todo: `go on answering ${status}` },
        ];
      return [
        ...bodies(pair, earlier, later, "answer", contract),
        ...headers(whole, earlier, later),
        ...(isRefusal ? problems(whole, earlier, later) : []),
      ];
    }),
    ...added.map((status): Change => {
      const isRefusal = Number(status) >= 400;
      return {
        contract: `${name}, answer ${status}`,
        at: "",
        what: "is new",
        verdict: isRefusal ? "harmless" : "ordered",
        hurt: isRefusal ? [] : functions,
        todo: isRefusal ? "nothing" : "release the client that knows it, then deploy the API that answers it",
      };
    }),
  ];
}

function resolvedAnswers({ components }: OpenApi, { responses }: Operation): Record<string, Body> {
  const shared = (components as { responses?: Record<string, Body> }).responses ?? {};
  return Object.fromEntries(
    Object.entries(responses).map(([status, { $ref, ...own }]) => [
      status,
      $ref === undefined ? own : (shared[$ref.split("/").at(-1) ?? ""] ?? {}),
    ]),
  );
}

type Whole = Pick<Change, "contract" | "at" | "hurt">;

function headers(whole: Whole, earlier: Body, later: Body): Change[] {
  return Object.keys(earlier.headers ?? {})
    .filter((name) => !Object.hasOwn(later.headers ?? {}, name))
    .map((name) => ({
      ...whole,
      what: `has no header ${name} any more`,
      verdict: "breaking",
      todo: "go on sending the header",
    }));
}

/** Clients branch on a problem's type, so that one renamed is one that they do not know. */
function problems(whole: Whole, earlier: Body, later: Body): Change[] {
  const typesOf = ({ content = {} }: Body) =>
    Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples));
  const [had, has] = [typesOf(earlier), typesOf(later)];
  const [gone, added] = [
    had.filter((type) => !has.includes(type)),
    has.filter((type) => !had.includes(type)),
  ];
  const isRenamed = gone.length > 0 && added.length > 0;
  return [
    ...gone.map(
      (type): Change => ({
        ...whole,
        what: `has no problem ${type} any more${isRenamed ? `, and ${added.join(", ")} is new: clients know it by its name` : ""}`,
        verdict: isRenamed ? "breaking" : "harmless",
        todo: isRenamed ? `go on answering ${type}` : "nothing",
      }),
    ),
    ...added.map(
      (type): Change => ({
        ...whole,
        what: `may have the problem ${type}`,
        verdict: "harmless",
        todo: "nothing",
      }),
    ),
  ];
}
