// Drives the shipped functions call by call: a run is what one was begun with and every answer it has had.

import { type EventType, entryOf } from "@order-saga/contracts";
import { type Call, portsOver } from "./calls.ts";
import { type Caused, causesIn } from "./causes.ts";
import type { ContentId, Interner } from "./interner.ts";
import { type EventKey, keyOf } from "./messages.ts";
import { deliver, type End, type Shop, sweep } from "./shop.ts";

/** What began a run. `claim` is a name no other delivery under way has. */
export type Begin = {
  name: string;
  event: ContentId;
  moment: number;
  claim: string;
  /** Of a hot SKU, what the process believes its buckets have. */
  sighting: readonly number[];
};

export type Answer = {
  /** The same for the same answer. */
  key: string;
  /** What the call returns; made when it is first needed. */
  gives?: () => unknown;
  /** What it throws instead. */
  throws?: Error;
  /** The version of the record that the function has seen or written by it. */
  version?: number;
  /** The bucket that it tells of. */
  read?: { bucket: number; given: number };
  isFault?: boolean;
};

/** A function waits for the answer to a call, or has ended. */
export type RunState = Asking | { ends: End };

export type Asking = {
  asks: Call;
  /** What it would write, 0 if it writes no record; and the events recorded in it. */
  content: ContentId;
  causes: readonly Caused[];
  /** What it would publish. */
  events: readonly { type: EventType; key: EventKey; content: ContentId }[];
};

export type Run = {
  readonly id: number;
  readonly begin: Begin;
  readonly before?: Run;
  readonly answer?: Answer;
  readonly moment: number;
  /** Of the record it has last read or written; 0 for one that was not there. */
  readonly version: number;
  /** Answers that were faults, so far. */
  readonly faults: number;
  readonly children: Map<string, Run>;
  state?: RunState;
};

/** Thrown for a run that is met for the first time: the search explores it and takes the state again. */
export class UnexploredRun {
  readonly run: Run;
  constructor(run: Run) {
    this.run = run;
  }
}

export type Runs = ReturnType<typeof createRuns>;

export function createRuns(shop: Shop, interner: Interner, moments: readonly number[]) {
  const all: Run[] = [];
  const roots = new Map<string, Run>();

  function add(run: Omit<Run, "id" | "children">): Run {
    const made = { ...run, id: all.length, children: new Map<string, Run>() };
    all.push(made);
    return made;
  }

  function timeoutOf(name: string): number {
    const found = shop.reactions[name]?.manifest ?? shop.schedules[name] ?? shop.routes[name];
    if (!found) throw new Error(`There is no function ${name}.`);
    return found.timeoutSeconds;
  }

  /** Begins the function anew and gives it every answer of the run, until it asks for one more or ends. */
  async function drive(run: Run): Promise<RunState> {
    const answered: Run[] = [];
    for (let each: Run | undefined = run; each?.answer; each = each.before) answered.unshift(each);
    let now = moments[run.begin.moment] ?? 0;
    return new Promise((resolve, reject) => {
      let isAsking = false;
      const ask = (call: Call): Promise<unknown> => {
        if (isAsking) return Promise.reject(new Error("The search drives one call of a run at a time."));
        const next = answered.shift();
        if (!next) {
          isAsking = true;
          resolve(asking(call, interner));
          return new Promise(() => {});
        }
        now = moments[next.moment] ?? 0;
        const { gives, throws } = next.answer ?? {};
        return throws ? Promise.reject(throws) : Promise.resolve(gives?.());
      };
      const { claim, name, sighting } = run.begin;
      const timeoutSeconds = timeoutOf(name);
      const ports = shop.ports(portsOver(ask, { clock: () => now, timeoutSeconds, claim, sighting }));
      begun(run.begin, ports).then((ends) => resolve({ ends }), reject);
    });
  }

  async function begun({ event, name }: Begin, ports: ReturnType<typeof portsOver>): Promise<End> {
    const reaction = shop.reactions[name];
    if (reaction) return deliver(reaction, interner.get("event", event), ports);
    const schedule = shop.schedules[name];
    if (schedule) return sweep(schedule, ports);
    const route = shop.routes[name];
    if (!route) throw new Error(`There is no function ${name}.`);
    return route.serve(ports);
  }

  return {
    get: (id: number) => all[id] as Run,
    count: () => all.length,
    begin(begin: Begin): Run {
      const key = `${begin.name}/${begin.event}/${begin.moment}/${begin.claim}/${begin.sighting}`;
      const known = roots.get(key);
      if (known) return known;
      const run = add({ begin, moment: begin.moment, version: 0, faults: 0 });
      roots.set(key, run);
      return run;
    },
    /** The run that has had one answer more. */
    after(run: Run, answer: Answer, moment: number): Run {
      const key = `${answer.key}@${moment}`;
      const known = run.children.get(key);
      if (known) return known;
      const version = answer.version ?? run.version;
      const faults = run.faults + (answer.isFault ? 1 : 0);
      const next = add({ begin: run.begin, before: run, answer, moment, version, faults });
      run.children.set(key, next);
      return next;
    },
    stateOf(run: Run): RunState {
      if (!run.state) throw new UnexploredRun(run);
      return run.state;
    },
    async explore(run: Run): Promise<void> {
      run.state = await drive(run);
    },
  };
}

function asking(asks: Call, interner: Interner): Asking {
  const events = asks.do === "publish" ? asks.events : [];
  return {
    asks,
    content: contentOf(asks, interner),
    causes: "next" in asks && "events" in asks.next ? causesIn(asks.next) : [],
    events: events.map((event) => ({
      type: event.type,
      key: keyOf(event.type, entryOf(event)),
      content: interner.idOf("event", event),
    })),
  };
}

function contentOf(call: Call, interner: Interner): ContentId {
  switch (call.do) {
    case "save payment":
      return interner.idOf("payment", call.next);
    case "reserve":
    case "save reservation":
      return interner.idOf("reservation", call.next);
    case "create order":
    case "save order":
      return interner.idOf("order", call.next);
    case "save notification":
      return interner.idOf("notification", call.next);
    default:
      return 0;
  }
}
