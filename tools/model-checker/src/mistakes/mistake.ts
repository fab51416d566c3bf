// A deliberate mistake: the shipped shop with one thing wrong, and the scope in which that must come out.
import type { React } from "@order-saga/messaging";
import type { Ports } from "../calls.ts";
import { noFaults, type Scope, scopeNamed } from "../scopes.ts";
import { type Reaction, type Shop, shippedShop } from "../shop.ts";

export type Mistake = {
  name: string;
  shop: Shop;
  scope: Scope;
  /** What is violated, and after how many steps at the earliest. */
  violates: string;
  depth: number;
};

/** One order and nothing but what is given: a mistake is found soonest where little else goes on. */
export function only({
  faults,
  ...given
}: { faults?: Partial<Scope["faults"]> } & Partial<Omit<Scope, "faults">>) {
  const bare = { declines: false, captureFails: false, cancels: 0, faults: { ...noFaults, ...faults } };
  return { ...scopeNamed("calm"), ...bare, ...given } satisfies Scope;
}

/** The shop over ports of which something is wrong. */
export const withPorts = (ports: (given: Ports) => Ports): Shop => ({ ...shippedShop, ports });

type Change = { manifest?: Reaction["manifest"]; react?: (shipped: AnyReact, ports: Ports) => AnyReact };

// biome-ignore lint/suspicious/noExplicitAny: reactions to different events are changed alike.
type AnyReact = React<any>;

/** The shop with another reaction of this name. */
export const withReaction = (name: string, change: Change): Shop => withReactions([name], change);

/** The shop with these reactions changed alike. */
export function withReactions(names: readonly string[], change: Change): Shop {
  const reactions = Object.fromEntries(names.map((name) => [name, changed(name, change)]));
  return { ...shippedShop, reactions: { ...shippedShop.reactions, ...reactions } };
}

function changed(name: string, { manifest, react }: Change): Reaction {
  const shipped = shippedShop.reactions[name];
  if (!shipped) throw new Error(`There is no reaction ${name}.`);
  return {
    service: shipped.service,
    manifest: manifest ?? shipped.manifest,
    react: (ports) => react?.(shipped.react(ports), ports) ?? shipped.react(ports),
  };
}
