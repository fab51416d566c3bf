// What operators do: redrive dead letters, replay the archive, put poison on the bus by mistake.
import { type DomainEvent, type EventType, subjectOf } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import type { ReactionResources } from "@order-saga/messaging/topology";
import type { Bus } from "./bus.ts";
import type { RunContext } from "./context.ts";
import { see } from "./coverage.ts";
import { siteOf } from "./fault-sites.ts";
import type { Message, Queue, Queues } from "./queue.ts";

/** Dead letters are kept for two weeks; nothing is redriven later. */
const RETENTION_MILLISECONDS = 14 * 24 * 3600_000;

const OLD_MILLISECONDS = 12 * 24 * 3600_000;

/** Moves the dead letters that are not poison back to their queue, each some time later; says how many. */
export function redrive(context: RunContext, queues: Queues, queue: Queue, withinSeconds: number): number {
  const { source } = queue;
  if (source === undefined) return 0;
  const letters = [...queue.messages].filter((message) => !message.poison);
  for (const message of letters) {
    const { chance } = context.occurrence(
      `${queue.resource.name}/redrive`,
      context.entityOf(message.orderId),
    );
    const moment = context.scheduler.now() + chance(1) * withinSeconds * 1000;
    context.scheduler.at(Math.min(moment, message.sentAt + RETENTION_MILLISECONDS - 1), () => {
      if (!queue.messages.delete(message)) return;
      if (context.scheduler.now() - message.sentAt > OLD_MILLISECONDS)
        see(context.coverage, "dead letter redriven after twelve days");
      context.note(queue.resource.name, message.orderId, () => `redriven to ${source}`);
      const { body, eventType, group, orderId, poison } = message;
      queues.send(source, { body, eventType, group, orderId, poison });
    });
  }
  return letters.length;
}

/** True if an operator purges this dead letter by mistake. */
export function isPurged(context: RunContext, { resource: { name } }: Queue, { orderId }: Message): boolean {
  const { fault } = context.occurrence(siteOf.receipt(name, context.numberOf(orderId)));
  if (fault?.kind !== "dead-letter-lost") return false;
  context.meet(fault);
  context.note(name, orderId, () => "✗ purged");
  return true;
}

/** A message that no code can handle, put where a reaction will find it. */
export function poison(
  variant: string | undefined,
  queues: Queues,
  bus: Bus,
  { manifest, queue }: ReactionResources,
  said: readonly DomainEvent[],
): void {
  const [type = ""] = manifest.hears;
  const genuine = said.find((each) => each.type === type);
  const event = { ...genuine, type, data: { ...genuine?.data } };
  const forged = forgedFact(manifest.hears, said) ?? { ...event, producer: genuine?.producer };
  const envelope = (more: object) =>
    JSON.stringify({ source: `shop.${genuine?.producer}`, "detail-type": type, detail: event, ...more });
  const send = (body: string) =>
    queues.send(queue.name, {
      body,
      orderId: genuine && subjectOf(genuine),
      eventType: undefined,
      poison: true,
    });
  switch (variant) {
    case "not-json":
      send('{"detail-type": "OrderPl');
      break;
    case "broken-contract":
      send(envelope({ detail: { ...event, data: { amount: "a lot" } } }));
      break;
    case "unknown-version":
      send(envelope({ detail: { ...event, version: 2 } }));
      break;
    case "foreign-source":
      send(envelope({ source: "shop.nobody", "detail-type": forged.type, detail: forged }));
      break;
    case "unheard-type":
      send(envelope({ "detail-type": "OrderForgotten" }));
      break;
    case "forged-id":
      send(
        envelope({
          source: `shop.${forged.producer}`,
          "detail-type": forged.type,
          detail: { ...forged, id: "00000000-0000-5000-8000-000000000000" },
        }),
      );
      break;
    default:
      // On the bus, under a source that no rule trusts.
      bus.forge({ source: "shop.nobody", detailType: forged.type, detail: JSON.stringify(forged) });
  }
}

/** A credible event that no service has published for the order yet; undefined if all were published. */
function forgedFact(hears: readonly EventType[], said: readonly DomainEvent[]): DomainEvent | undefined {
  const [first] = said;
  const unsaid = hears.find((type) => !said.some((each) => each.type === type));
  if (!first || !unsaid) return undefined;
  return anEvent(unsaid, { orderId: subjectOf(first), now: Date.parse(first.occurredAt) });
}
