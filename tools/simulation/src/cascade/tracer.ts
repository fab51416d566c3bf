// Watches a run and writes its trace.
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { CallCategory } from "../fault-kinds.ts";
import type { Fault } from "../plan.ts";
import type { Watch, WatchedCall, WatchedCaller, WatchedMessage } from "../watch.ts";
import type { World } from "../world.ts";
import type { Attempt, Entity, Entry, Trace, Wait } from "./trace.ts";

export type Tracer = { readonly watch: Watch; readonly trace: Trace; onWorld(world: World): void };

/** Attempts of reactions are about their messages, and runs of schedules about what they come across. */
const withoutRequest: ReadonlySet<string> = new Set([
  ...allReactions(services).map(({ queue }) => queue.name),
  ...services.flatMap(({ name, schedules }) => schedules.map((each) => `${name}-${each.name}`)),
]);

/** Parts of a call's text that name something orders share. */
const SHARED = /\b[A-Z]+#[^\s+]+/g;

/** Whose calls wait for their turn in the process that makes them, whatever order they are for. */
const paced: ReadonlySet<CallCategory> = new Set(["mail", "provider"]);

/** What a call asks for that others wait for, too. */
function sharedOf({ name }: WatchedCaller, { category, what }: WatchedCall): string[] {
  const things = [...what().matchAll(SHARED)].map(([shared]) => shared);
  return paced.has(category) ? [...things, `turn of ${name}`] : things;
}

/** A webhook is a matter of the order that it tells of. */
const entityIn = (about: string): Entity => about.replace(/^webhook \d+ of /, "");

export function createTracer(): Tracer {
  const tracing = createTracing();
  const { attempts, crowds, entries, entityOf, met, now, strikes, waits } = tracing;
  return {
    watch: {
      met(fault) {
        if (!met.has(fault)) met.set(fault, now());
        strikes.push({ at: now(), fault });
      },
      crowded(queue, message) {
        crowds.push({ at: now(), queue, entity: entityOf(message.orderId) });
      },
      ...watchAttempts(tracing),
      ...watchMessages(tracing),
    },
    trace: {
      entries,
      attempts,
      met,
      strikes,
      crowds,
      get waits() {
        return [...waits.values()];
      },
    },
    onWorld(world) {
      tracing.world = world;
    },
  };
}

type Tracing = ReturnType<typeof createTracing>;

function createTracing() {
  const entries = new Map<Entity, Entry[]>();
  const attempts: Attempt[] = [];
  const tracing = {
    world: undefined as World | undefined,
    entries,
    attempts,
    met: new Map<Fault, number>(),
    strikes: [] as { at: number; fault: Fault }[],
    crowds: [] as { at: number; queue: string; entity: Entity }[],
    waits: new Map<WatchedMessage, Wait>(),
    now: () => tracing.world?.context.elapsed() ?? 0,
    entityOf: (orderId: string | undefined): Entity => String(tracing.world?.context.entityOf(orderId)),
    add(entity: Entity, entry: Entry): void {
      const own = entries.get(entity) ?? [];
      entries.set(entity, own);
      own.push(entry);
    },
    begin(name: string, given: Pick<Attempt, "about" | "entities" | "end">): Attempt {
      const until = Number.POSITIVE_INFINITY;
      const attempt: Attempt = { ...given, name, touched: new Map(), from: tracing.now(), until, undone: 0 };
      attempts.push(attempt);
      return attempt;
    },
  };
  return tracing;
}

function watchAttempts(tracing: Tracing): Pick<Watch, "begun" | "ended" | "asked" | "called"> {
  const { add, attempts, begin, entityOf, now } = tracing;
  /** The attempt that a sandbox makes or made last; code that outlives its own counts as the next one. */
  const latest = new Map<WatchedCaller, Attempt>();
  const asked = new WeakMap<WatchedCall, number>();
  return {
    begun(caller, about) {
      const { name } = caller;
      const entities = new Set(withoutRequest.has(name) ? [] : [entityIn(about)]);
      // A reaction's attempt has begun with the delivery of its batch.
      const delivered = attempts.at(-1);
      const isDelivered = delivered?.name === name && delivered.end === "delivered";
      const attempt = isDelivered ? delivered : begin(name, { about, entities, end: "under way" });
      attempt.end = "under way";
      latest.set(caller, attempt);
    },
    ended(caller, end) {
      const attempt = latest.get(caller);
      if (attempt?.end === "under way") Object.assign(attempt, { end, until: now() });
    },
    asked(caller, call) {
      asked.set(call, now());
      const touched = latest.get(caller)?.touched;
      for (const shared of sharedOf(caller, call))
        if (touched && !touched.has(shared)) touched.set(shared, now());
    },
    called(caller, call, fault, isDone) {
      const { category, orderId, what } = call;
      const attempt = latest.get(caller);
      const since = asked.get(call) ?? now();
      // A call that is not about one order is a step of all that the attempt was given.
      const about = orderId === undefined ? [...(attempt?.entities ?? [])] : [entityOf(orderId)];
      const text = `${category} ${what()}`;
      for (const entity of about) {
        attempt?.entities.add(entity);
        add(entity, {
          kind: "call",
          since,
          at: now(),
          lane: caller.name,
          what: text,
          fault,
          isDone,
          attempt,
        });
      }
    },
  };
}

function watchMessages(tracing: Tracing): Pick<Watch, "delivered" | "settled"> {
  const { add, begin, entityOf, now, waits } = tracing;
  const handling = new Map<WatchedMessage, Attempt>();
  const enter = (message: WatchedMessage, attempt: Attempt, what: string) =>
    add(entityOf(message.orderId), {
      kind: "delivery",
      since: now(),
      at: now(),
      lane: attempt.name,
      what,
      fault: undefined,
      isDone: true,
      attempt,
    });
  return {
    delivered(queue, batch) {
      const entities = new Set(batch.map(({ orderId }) => entityOf(orderId)));
      const attempt = begin(queue, { about: [...entities].join(", "), entities, end: "delivered" });
      const start = tracing.world?.context.plan.start ?? 0;
      for (const message of batch) {
        handling.set(message, attempt);
        const entity = entityOf(message.orderId);
        const wait = { queue, entity, from: message.sentAt - start, until: Number.POSITIVE_INFINITY };
        if (!waits.has(message)) waits.set(message, wait);
        enter(message, attempt, `delivery ${message.receiveCount} ${message.eventType}`);
      }
    },
    settled(_, done, undone) {
      for (const message of done) {
        const wait = waits.get(message);
        if (wait) wait.until = now();
      }
      for (const message of undone) {
        const attempt = handling.get(message);
        if (!attempt) continue;
        attempt.undone++;
        if (attempt.end === "delivered") enter(message, attempt, "refused");
      }
    },
  };
}
