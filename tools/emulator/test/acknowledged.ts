// Acknowledged means done: every member of every input that a service takes has a test that shows its effect,
// or is refused by the service's own error.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inputOf, type Shape } from "../src/shapes.ts";

export type Acknowledged = {
  /** The module of the service's SDK client, whose model names the members. */
  client: object;
  /** Of the operations that the endpoint serves. */
  served: readonly string[];
  /** The keys of maps and the elements of lists whose names the model has, by their path. */
  named?: Readonly<Record<string, readonly string[]>>;
  /** Paths that are one member, whatever is in them. */
  whole?: readonly string[];
  /** Files whose tests show effects, from this folder; a test names the members that it is about. */
  suites: readonly string[];
  /** Files that the tests of all suites share. */
  helpers: readonly string[];
  /** By a test's name: the members whose effect it shows. */
  honoured: Readonly<Record<string, string>>;
  refused: readonly { members: string; by: string; input: Readonly<Record<string, unknown>> }[];
  /** Rejects with the service's error. */
  send(operation: string, input: object): Promise<unknown>;
};

/** Defines the tests of a service. */
export function everyMemberIsHonouredOrRefused(given: Acknowledged): void {
  const { client, helpers, honoured, named = {}, refused, send, served, suites, whole = [] } = given;
  const shown = Object.entries(honoured).flatMap(([name, members]) =>
    words(members).map((member) => [member, name] as const),
  );
  const refusals = refused.flatMap(({ members, ...refusal }) =>
    words(members).map((member) => ({ member, ...refusal })),
  );

  test("every member of the inputs that are served is listed once: as honoured, or as refused", () => {
    const listed = [...shown.map(([member]) => member), ...refusals.map(({ member }) => member)];
    expect(listed.toSorted()).toEqual(membersOf(client, served, named, whole).toSorted());
  });

  test("what is honoured is shown by a test that names it", () => {
    const tests = testsIn(suites, helpers);
    for (const [member, name] of shown) {
      const leaf = member.split(/[.[\]*]+/).findLast((part) => part !== "") ?? "";
      expect(tests.get(name) ?? "There is no such test.", `${member}: ${name}`).toContain(leaf);
    }
  });

  test.each(refusals)("$member is refused by $by", async ({ by, input, member }) => {
    const [operation = ""] = member.split(".");
    await expect(send(operation, input)).rejects.toMatchObject({ name: by });
  });
}

const words = (text: string) => text.split(/\s+/).filter(Boolean);

function membersOf(
  client: object,
  served: readonly string[],
  named: Acknowledged["named"] = {},
  whole: readonly string[] = [],
): string[] {
  const isNamed = (path: string) => Object.hasOwn(named, path);
  const leaves = (shape: Shape, path: string, above: readonly Shape[]): string[] => {
    if (whole.includes(path)) return [path];
    if (isNamed(path)) return (named[path] ?? []).map((name) => `${path}.${name}`);
    // A shape that contains itself is shown once.
    if (above.includes(shape)) return [path];
    const inside = (next: Shape, at: string) => leaves(next, at, [...above, shape]);
    switch (shape.kind) {
      case "fields":
        return [...shape.fields].flatMap(([name, member]) => inside(member(), `${path}.${name}`));
      case "list":
      case "map":
        return isSimple(shape.of()) ? [path] : inside(shape.of(), `${path}[]`);
      case "text":
      case "number":
      case "flag":
      case "anything":
        return [path];
    }
  };
  return served.flatMap((operation) => {
    const shape = inputOf(client, operation);
    if (!shape) throw new Error(`The client has no ${operation}.`);
    return leaves(shape, operation, []);
  });
}

const isSimple = ({ kind }: Shape) => kind !== "fields" && kind !== "list" && kind !== "map";

const TEST = /^(?:behaviour|test|provides)\(\s*"((?:[^"\\]|\\.)*)"[\s\S]*?^\}?\);/gm;

/** The text of each test by its name; what a file has outside of its tests is said by all of them. */
function testsIn(suites: readonly string[], helpers: readonly string[]): Map<string, string> {
  const read = (file: string) => readFileSync(join(import.meta.dirname, file), "utf8");
  const shared = helpers.map(read).join("");
  const tests = new Map<string, string>();
  for (const suite of suites) {
    const text = read(suite);
    const outside = text.replaceAll(TEST, "");
    for (const [piece, name = ""] of text.matchAll(TEST)) tests.set(name, piece + outside + shared);
  }
  return tests;
}
