// Missing timeouts: calls over the network whose answer is awaited for as long as it takes.
import ts from "typescript";
import type { LiteralOf, OriginsOf } from "./origins.ts";
import { has, type Rule, textOf } from "./use.ts";

const settings = /(^|\/)client-settings(\.ts)?#clientSettings$/;
const sharedHandler = /(^|\/)client-settings(\.ts)?#clientSettings\.requestHandler$/;
const httpLibraries = /^(undici|axios|got|ky|node-fetch|superagent|request|needle)(\/[^#]*)?#/;
/** Where a service may speak to the world: the folder of a port, not a rule and not a function. */
const adapter = /^packages\/[^/]+\/src\/(?!functions\/)[^/]+\/[^/]+\.[cm]?[jt]s$/;
/** The storefront's client runs in a browser, whose user is the limit; it takes the caller's signal. */
const isBrowser = (path: string) => path.startsWith("packages/client/");

const outside = "fetch outside an adapter: call the outside world in a port's own folder";

export const timeouts: readonly Rule[] = [
  function unansweredFetch({ given, literalOf, origins, path }) {
    if (!origins.includes("#fetch") || isBrowser(path)) return undefined;
    if (!adapter.test(path)) return outside;
    return has(literalOf(given?.[1]), "signal")
      ? undefined
      : "fetch without a signal: add signal: AbortSignal.timeout(…), below the function's timeout";
  },
  function fetchHandedOver({ given, originsOf, path }) {
    if (isBrowser(path) || !given?.some((each) => originsOf(each).includes("#fetch"))) return undefined;
    return "fetch as an argument: who calls it may forget the signal, so call it here";
  },
  function unansweredRequest({ given, literalOf, origins }) {
    const name = origins.find((each) => /^(node:)?(http|https|http2)#(request|get|connect)$/.test(each));
    if (name === undefined) return undefined;
    if (given?.some((each) => has(literalOf(each), "signal") || has(literalOf(each), "timeout")))
      return undefined;
    return `${name} without signal or timeout: an answer that never comes keeps the function until it is killed`;
  },
  function unknownLibrary({ origins }) {
    const name = origins.find((each) => httpLibraries.test(each));
    return name && `${name}: no check knows this library's limits; use fetch with a signal`;
  },
  function clientWithoutLimit({ given, isNew, literalOf, origins, originsOf }) {
    const name = origins.find((each) => /^@aws-sdk\/client-[^#]+#[A-Z]\w*$/.test(each));
    if (!isNew || name === undefined || /(Command|Exception|Error)$/.test(name)) return undefined;
    return isLimited(given?.[0], literalOf, originsOf)
      ? undefined
      : `new ${name} without a time limit: give it clientSettings of @order-saga/messaging/client-settings`;
  },
  function providerClientWithoutLimit({ given, isNew, literalOf, origins, path }) {
    const name = origins.find((each) => /^stripe(\/[^#]*)?#/.test(each));
    if (!isNew || name === undefined) return undefined;
    if (!adapter.test(path))
      return `new ${name} outside an adapter: the provider is known to its gateway only`;
    return given?.some((each) => has(literalOf(each), "timeout"))
      ? undefined
      : `new ${name} without a timeout: Stripe's client waits 80 s, longer than any function`;
  },
];

/** The shared settings, or a handler that gives up after a time. */
function isLimited(given: ts.Expression | undefined, literalOf: LiteralOf, originsOf: OriginsOf): boolean {
  if (!given) return false;
  if (originsOf(given).some((each) => settings.test(each))) return true;
  const literal = literalOf(given);
  const handler = literal?.properties.find((each) => each.name?.getText() === "requestHandler");
  if (!handler) return spreadsShared(literal, settings, originsOf);
  const text = textOf(handler);
  const isShared =
    ts.isPropertyAssignment(handler) &&
    spreadsShared(literalOf(handler.initializer), sharedHandler, originsOf);
  return isShared
    ? !/throwOnRequestTimeout/.test(text)
    : /\brequestTimeout\b/.test(text) && /throwOnRequestTimeout: true/.test(text);
}

const spreadsShared = (
  literal: ts.ObjectLiteralExpression | undefined,
  shared: RegExp,
  originsOf: OriginsOf,
): boolean =>
  literal?.properties.some(
    (each) => ts.isSpreadAssignment(each) && originsOf(each.expression).some((of) => shared.test(of)),
  ) ?? false;
