// Every parameter that the provider takes has a behaviour that fails where the parameter is ignored.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../src/endpoint.ts";
import { shapes } from "../src/payments/parameters.ts";
import { routeKey, routeOf } from "../src/payments/routes.ts";
import { type Behaviour, collect, createWorld } from "./semantics/behaviour.ts";

const suites = ["payments", "payment-objects", "payment-parameters", "payment-details"];
// Loaded anew, because test files share modules.
const behaviours = await collect(async () => {
  for (const suite of [...suites, "payment-authentication", "payment-refunds", "payment-events"])
    await import(`./semantics/${suite}.test.ts?acknowledged`);
});

/** `evidence[text]` as `evidence.text`. */
const nameOf = (field: string) => field.replaceAll(/\[(\w*)\]/g, ".$1");
const isOf = (parameter: string, name: string) => `${name}.`.startsWith(`${parameter}.`);

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

/** Where one value alone is taken, to honour it is to refuse all others. */
function isSingle(parameter: string): boolean {
  const kind = parameters.get(parameter);
  return Array.isArray(kind) && kind.length === 1;
}

/** A form without the parameter; what is refused for it is sent as it is, to be refused. */
function without(parameter: string | undefined, method: string, path: string, form: URLSearchParams) {
  if (parameter === undefined) return form;
  if (!isSingle(parameter)) {
    try {
      routeOf(method, path, form);
    } catch {
      return form;
    }
  }
  const key = routeKey(method, path);
  return new URLSearchParams([...form].filter(([field]) => !isOf(parameter, `${key}.${nameOf(field)}`)));
}

/** Passes requests on without the parameter, and notes which it has seen. */
async function forgetful(endpoint: AwsEndpoint, ignored: string | undefined) {
  const seen = new Set<string>();
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search, searchParams } = new URL(request.url ?? "", endpoint.url);
    const { method = "", headers } = request;
    const text = Buffer.concat(await request.toArray()).toString();
    const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
    const given = method === "POST" ? new URLSearchParams(isForm ? text : "") : searchParams;
    for (const field of given.keys()) seen.add(`${routeKey(method, pathname)}.${nameOf(field)}`);
    const left = without(ignored, method, pathname, given);
    const query = left === given || method === "POST" ? search : `?${left}`;
    const body = left === given || method !== "POST" ? text : String(left);
    const { connection: _, "content-length": _length, host: _host, ...others } = headers;
    const answer = await fetch(endpoint.url + pathname + query, {
      method,
      headers: others as Record<string, string>,
      ...(method === "POST" && { body }),
      redirect: "manual",
    });
    const { "content-length": _size, ...shown } = Object.fromEntries(answer.headers);
    // Pages of the provider are asked for here, too.
    response.writeHead(answer.status, shown).end((await answer.text()).replaceAll(endpoint.url, url()));
  }
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { seen, stop, url: url() };
}

/** Longer than any behaviour takes on a busy machine; one that waits in vain ends before by itself. */
const PATIENCE_MILLISECONDS = 20_000;

async function passes({ check }: Behaviour, ignored?: string) {
  const endpoint = await startAwsEndpoint({ port: 0, directory: undefined });
  const { seen, stop, url } = await forgetful(endpoint, ignored);
  const late = new Promise<never>((_, reject) => setTimeout(reject, PATIENCE_MILLISECONDS).unref());
  try {
    await Promise.race([check(createWorld(url, endpoint)), late]);
    return { isPassed: true, seen };
  } catch (error) {
    return { isPassed: false, seen, error };
  } finally {
    stop();
    await endpoint.stop();
  }
}

test("every parameter that is taken has a behaviour that fails where it is ignored", {
  timeout: 240_000,
}, async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const seenBy = new Map<Behaviour, ReadonlySet<string>>();
  for (const each of behaviours) {
    const { error, seen } = await passes(each);
    expect(error, each.name).toBeUndefined();
    seenBy.set(each, seen);
  }
  const unshown: string[] = [];
  for (const parameter of parameters.keys()) {
    const own = behaviours.filter((each) =>
      [...(seenBy.get(each) ?? [])].some((name) => isOf(parameter, name)),
    );
    let isShown = false;
    for (const each of own) isShown ||= !(await passes(each, parameter)).isPassed;
    if (!isShown) unshown.push(`${parameter} (in ${own.length} behaviours)`);
  }
  vi.useRealTimers();
  expect(unshown).toEqual([]);
});
