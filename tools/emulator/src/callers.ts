// Who may ask a listener of this machine: programs here, and of web pages only those that it lets.
import type { IncomingHttpHeaders } from "node:http";

/** The names of this machine that no other machine can have. */
const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

export type Pages =
  /** Of the listener itself. */
  | "own"
  /** Of any port under the same name of this machine. */
  | "same-site"
  /** Of any port under any name of this machine. */
  | "local"
  /** The request proves by itself that it may be made. */
  | "any";

export type Asked = { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders };

export type Callers = {
  /** Why the request is refused; undefined for one that may be answered. */
  refuse(asked: Asked, pages: Pages, mayBeLinked?: boolean): string | undefined;
};

/** `names` are further names under which this machine is asked, such as a tunnel's. */
export function createCallers(names: readonly string[] = []): Callers {
  const ours = new Set([...loopbackNames, ...names.map((name) => name.toLowerCase())]);
  const isOurs = (url: string) => {
    const hostname = URL.parse(url)?.hostname ?? "";
    return ours.has(hostname) || hostname.endsWith(".localhost");
  };
  return {
    refuse({ headers, method = "GET" }, pages, mayBeLinked = false) {
      const { host = "", origin } = headers;
      // Another name that leads here is how a page of another site would become one of this machine.
      if (!isOurs(`http://${host}`))
        return `This machine is not asked as ${JSON.stringify(host.slice(0, 100))}; ask localhost, or start with --allow-host.`;
      if (pages === "any") return undefined;
      const site = headers["sec-fetch-site"];
      const isLink = isNavigation(headers) && (method === "GET" || method === "HEAD") && origin === undefined;
      if (isLink && mayBeLinked) return undefined;
      return isLet[pages]({ host, origin, site, isOurs })
        ? undefined
        : "A page of another site may not ask here.";
    },
  };
}

/** Of a whole tab; a frame shows what another site could lay its own page over. */
function isNavigation(headers: IncomingHttpHeaders): boolean {
  const dest = headers["sec-fetch-dest"];
  return headers["sec-fetch-mode"] === "navigate" && (dest === undefined || dest === "document");
}

type Seen = {
  host: string;
  origin: string | undefined;
  site: unknown;
  isOurs: (url: string) => boolean;
};

/** A program sends neither header, and an address that a person types comes from no site. */
const isLet: Record<Exclude<Pages, "any">, (seen: Seen) => boolean> = {
  own: ({ host, origin, site }) =>
    (site === undefined || site === "same-origin" || site === "none") &&
    (origin === undefined || URL.parse(origin)?.host === host.toLowerCase()),
  "same-site": ({ isOurs, origin, site }) =>
    site !== "cross-site" && (origin === undefined || isOurs(origin)),
  // To a browser `localhost` and `127.0.0.1` are different sites, so the origin says more than the site.
  local: ({ isOurs, origin, site }) => (origin === undefined ? site !== "cross-site" : isOurs(origin)),
};

const onLoopback = new Set(loopbackNames);

/** True for an address of this machine. */
export function isHere(url: string): boolean {
  return onLoopback.has(URL.parse(url)?.hostname ?? "");
}
