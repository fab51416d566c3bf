// Every parameter that the provider takes has a behaviour that fails where the parameter is ignored.
import { expect, test, vi } from "vitest";
import { startAwsEndpoint } from "../src/endpoint.ts";
import { shapes } from "../src/payments/parameters.ts";
import type { World } from "./semantics/behaviour.ts";

type Behaviour = { name: string; check: (world: World) => Promise<void> };
const { behaviours, requests } = vi.hoisted(() => ({
  behaviours: [] as Behaviour[],
  /** The parameter that is ignored, and all that have come. */
  requests: { ignored: undefined as string | undefined, seen: new Set<string>() },
}));

vi.mock(import("./semantics/behaviour.ts"), async (original) => ({
  ...(await original()),
  onAnEndpoint() {},
  behaviour: (name, _, check) => void behaviours.push({ name, check }),
}));

vi.mock(import("../src/payments/routes.ts"), async (original) => {
  const routes = await original();
  return {
    ...routes,
    routeOf(method, path, form) {
      const key = routes.routeKey(method, path);
      for (const field of form.keys()) requests.seen.add(`${key}.${nameOf(field)}`);
      const { ignored } = requests;
      const left = new URLSearchParams(
        [...form].filter(([field]) => !isOf(ignored, `${key}.${nameOf(field)}`)),
      );
      // Where one value alone is taken, to honour it is to refuse all others.
      const isChecked = ignored === undefined || !isSingle(ignored);
      return { ...routes.routeOf(method, path, isChecked ? form : left), form: left };
    },
  };
});

const suites = ["payments", "payment-objects", "payment-parameters", "payment-details"];
for (const suite of [...suites, "payment-authentication", "payment-refunds", "payment-events"])
  await import(`./semantics/${suite}.test.ts`);

/** `evidence[text]` as `evidence.text`. */
const nameOf = (field: string) => field.replaceAll(/\[(\w*)\]/g, ".$1");
const isOf = (parameter: string | undefined, name: string) => `${name}.`.startsWith(`${parameter}.`);

/** Such as `POST refunds.amount`, with what it may be; of what is nested, each part. */
const parameters = new Map(
  Object.entries(shapes)
    // No refund here is in the state in which one can be canceled, so that nothing is answered but a refusal.
    .filter(([route]) => route !== "POST refunds/id/cancel")
    .flatMap(([route, { takes }]) => partsOf(takes, route)),
);
function partsOf(takes: object, path: string): [name: string, kind: unknown][] {
  return Object.entries(takes).flatMap(([name, kind]) =>
    typeof kind === "object" && !Array.isArray(kind)
      ? partsOf(kind, `${path}.${name}`)
      : [[`${path}.${name}`, kind] as [string, unknown]],
  );
}
function isSingle(parameter: string): boolean {
  const kind = parameters.get(parameter);
  return Array.isArray(kind) && kind.length === 1;
}

/** Longer than any behaviour takes on a busy machine; one that waits in vain ends before by itself. */
const PATIENCE_MILLISECONDS = 20_000;

async function passes({ check }: Behaviour): Promise<boolean> {
  const { createWorld } = await import("./semantics/behaviour.ts");
  const endpoint = await startAwsEndpoint({ port: 0, directory: undefined });
  const late = new Promise<never>((_, reject) => setTimeout(reject, PATIENCE_MILLISECONDS).unref());
  try {
    await Promise.race([check(createWorld(endpoint.url, endpoint)), late]);
    return true;
  } catch {
    return false;
  } finally {
    await endpoint.stop();
  }
}

test("every parameter that is taken has a behaviour that fails where it is ignored", {
  timeout: 120_000,
}, async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const seenBy = new Map<Behaviour, ReadonlySet<string>>();
  for (const each of behaviours) {
    requests.seen = new Set();
    expect(await passes(each), each.name).toBe(true);
    seenBy.set(each, requests.seen);
  }
  const unshown: string[] = [];
  for (const parameter of parameters.keys()) {
    const own = behaviours.filter((each) =>
      [...(seenBy.get(each) ?? [])].some((name) => isOf(parameter, name)),
    );
    requests.ignored = parameter;
    let isShown = false;
    for (const each of own) isShown ||= !(await passes(each));
    if (!isShown) unshown.push(`${parameter} (in ${own.length} behaviours)`);
  }
  vi.useRealTimers();
  expect(unshown).toEqual([]);
});
