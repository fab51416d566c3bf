// Who is told: the endpoints of a stage's setting, and the secrets that each of them shares with the shop.
import { typeOf } from "./message.ts";

/** `name` is the endpoint's for good: deliveries and their ids are named after it. */
export type Endpoint = {
  readonly name: string;
  readonly url: string;
  /** The webhooks' types that it is told; all unless given. */
  readonly events?: readonly string[];
};

const NAME = /^[a-z][a-z0-9-]{0,19}$/;
const MOST = 10;

/** Where a receiver may be: anywhere public by https, or on this machine too. */
export type Addresses = "public" | "loopback";

const EVENTS = ";events=";
const types = Object.values(typeOf);

/** Whether the endpoint is told of it. */
export const isToldOf = ({ events }: Endpoint, type: string) => events?.includes(type) ?? true;

/**
 * The endpoints in a setting such as `shop=https://shop.example.com/in,erp=https://…;events=order.confirmed`.
 * Throws RangeError.
 */
export function readEndpoints(text: string, addresses: Addresses = "public"): readonly Endpoint[] {
  const endpoints = pairsIn(text).map(([name, value]) => {
    const [url = "", ...chosen] = value.split(EVENTS);
    if (types.includes(name))
      throw new RangeError(`before ${name} write + and no comma: a comma ends an endpoint`);
    if (!NAME.test(name))
      throw new RangeError(`${JSON.stringify(name)} is no name of an endpoint, such as shop`);
    const wrong = wrongWith(url, addresses);
    if (wrong !== undefined) throw new RangeError(`the endpoint ${name} ${wrong}`);
    return { name, url: new URL(url).href, ...(chosen.length > 0 && { events: eventsIn(name, chosen) }) };
  });
  const names = endpoints.map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) throw new RangeError(`the endpoint ${twice} is named twice`);
  if (names.length > MOST) throw new RangeError(`there are more than ${MOST} endpoints`);
  return endpoints;
}

/** Types with `+` between; a comma ends an endpoint. */
function eventsIn(name: string, chosen: readonly string[]): readonly string[] {
  const events = chosen.flatMap((each) => each.split("+"));
  const unknown = events.find((type) => !types.includes(type));
  if (unknown === undefined) return events;
  throw new RangeError(
    `the endpoint ${name} cannot be told of ${JSON.stringify(unknown)}; write ;events= and some of ${types.join("+")}`,
  );
}

/** An address in numbers is judged when it is connected to, as is what a name leads to. */
function wrongWith(text: string, addresses: Addresses): string | undefined {
  if (!URL.canParse(text)) return "has no URL, such as https://shop.example.com/hooks";
  const { hash, hostname, password, port, protocol, username } = new URL(text);
  if (`${username}${password}` !== "") return "must have no credentials in its URL: every webhook is signed";
  if (hash !== "") return "must have no fragment in its URL";
  if (addresses === "loopback" && isLoopback(hostname)) return undefined;
  if (protocol !== "https:") return "must have an https URL";
  if (port !== "") return "must be reached by port 443";
  return isLoopback(hostname) ? "must have a public address" : undefined;
}

const isLoopback = (hostname: string) => /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/** The secrets of each endpoint, the newest first, of which each signs. */
export function readSecrets(text: string): ReadonlyMap<string, readonly string[]> {
  const secrets = new Map<string, string[]>();
  for (const [name, secret] of pairsIn(text)) secrets.set(name, [...(secrets.get(name) ?? []), secret]);
  return secrets;
}

function pairsIn(text: string): [string, string][] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .map((each) => {
      const at = each.indexOf("=");
      return at < 0 ? [each, ""] : [each.slice(0, at), each.slice(at + 1)];
    });
}
