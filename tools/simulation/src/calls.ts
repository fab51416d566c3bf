// A function's call to the world outside: a point where others may go on, before its effect and after it.

import type { Occurrence, RunContext } from "./context.ts";
import type { CallCategory, FaultKind } from "./fault-kinds.ts";
import { siteOf } from "./fault-sites.ts";
import type { Fault } from "./plan.ts";

/** Who calls: one sandbox of a function. */
export type Caller = {
  /** Such as `payment-capture-payment`. */
  readonly name: string;
  /** What its invocation is about: a request, a batch, a run of a schedule. */
  readonly about: string;
  isAlive(): boolean;
  die(): void;
  /** Its code goes on after its function's timeout. */
  outlive(): void;
};

export type PortCall<T> = {
  category: CallCategory;
  /** For the timeline. */
  what(): string;
  orderId: string | undefined;
  /** When the request arrives, a little before its effect. */
  arrive?(): void;
  /** Milliseconds from arrival to effect, and from that to the answer; the plan's pace unless given. */
  takes?(occurrence: Occurrence): { effect: number; answer: number };
  effect(): T;
  /** Undoes what the arrival did, if the effect never comes. */
  withdraw?(): void;
  /** What happens instead of the effect, by the fault that is met; what it throws is the answer. */
  faults?: { readonly [K in FaultKind]?: (fault: Fault, effect: () => T) => T };
};

export type Call = <T>(caller: Caller, call: PortCall<T>) => Promise<T>;

/** What may happen to any call; other kinds happen to the calls that know them, and to others not at all. */
const general: ReadonlySet<FaultKind> = new Set([
  "crash-before",
  "crash-after",
  "function-timeout",
  "zombie",
]);

/** Mean time of a call, as a multiple of the plan's. */
const slowness: Record<CallCategory, number> = {
  read: 1,
  query: 2,
  write: 1,
  publish: 2,
  provider: 20,
  mail: 10,
  park: 2,
  send: 2,
  object: 5,
  pause: 0,
};

export function createCalls(context: RunContext): Call {
  const { scheduler } = context;

  return (caller, call) =>
    new Promise((resolve, reject) => {
      if (!caller.isAlive()) return;
      const order = context.numberOf(call.orderId);
      const site = siteOf.call(caller.name, call.category, order);
      const occurrence = context.occurrence(site, context.entityOf(call.orderId) ?? caller.about);
      const mean = context.plan.pace.call * slowness[call.category];
      const fault = occurrence.fault;
      const note = (text: string) => context.note(caller.name, call.orderId, () => `${call.what()}${text}`);

      call.arrive?.();
      const takes = call.takes?.(occurrence) ?? {
        effect: exponential(occurrence.chance(1)) * mean,
        answer: exponential(occurrence.chance(2)) * mean,
      };
      const answer = (go: () => void, milliseconds = takes.answer) => {
        scheduler.after(milliseconds, () => {
          if (caller.isAlive()) scheduler.resume(go);
        });
      };
      /** The effect with its outcome, kept until the answer arrives. */
      const outcomeOf = (effect: () => Parameters<typeof resolve>[0], hasHappened = () => false) => {
        const said = (isDone: boolean) => context.watch?.called(caller, call, fault, isDone);
        return keep(effect, { resolve, reject, said, hasHappened });
      };

      const withdraw = () => {
        call.withdraw?.();
        context.watch?.called(caller, call, fault, false);
      };
      const die = (text: string) => {
        note(text);
        caller.die();
      };

      const happen = (): void => {
        const special = fault && call.faults?.[fault.kind];
        if (!fault || !(special || general.has(fault.kind))) {
          const outcome = outcomeOf(call.effect);
          note("");
          answer(outcome);
          return;
        }
        context.meet(fault);
        if (special) {
          note(` ✗ ${fault.kind}`);
          const { effect, hasHappened } = marked(call.effect);
          answer(outcomeOf(() => special(fault, effect), hasHappened));
          return;
        }
        switch (fault.kind) {
          case "crash-before":
            withdraw();
            die(" ✗ dies before it");
            break;
          case "crash-after":
            outcomeOf(call.effect);
            die(" ✗ dies after it");
            break;
          case "function-timeout":
            if (fault.variant === "without-effect") withdraw();
            else outcomeOf(call.effect);
            note(" ✗ never answers");
            break;
          case "zombie":
            caller.outlive();
            note(` ✗ answers ${fault.seconds} s later`);
            answer(outcomeOf(call.effect), (fault.seconds ?? 0) * 1000);
            break;
        }
      };

      context.watch?.asked(caller, call);
      scheduler.after(takes.effect, happen);
    });
}

type Keeping<T> = {
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
  said: (isDone: boolean) => void;
  hasHappened: () => boolean;
};

/** Has the effect now, and returns what gives its outcome to the caller. */
function keep<T>(effect: () => T, { hasHappened, reject, resolve, said }: Keeping<T>): () => void {
  try {
    const value = effect();
    said(true);
    return () => resolve(value);
  } catch (error) {
    said(hasHappened());
    return () => reject(error);
  }
}

/** An effect, and whether it has happened, whatever the answer says of it. */
function marked<T>(effect: () => T): { effect: () => T; hasHappened: () => boolean } {
  let isDone = false;
  return {
    effect: () => {
      const value = effect();
      isDone = true;
      return value;
    },
    hasHappened: () => isDone,
  };
}

/** Spreads a chance over times whose mean is one: mostly short, sometimes long. */
export function exponential(chance: number): number {
  return 0.1 - 0.9 * Math.log(1 - chance);
}
