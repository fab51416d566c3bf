// What all parts of one run share: virtual time, the plan's faults, random numbers by name, the trace.
import { type Coverage, type Race, see } from "./coverage.ts";
import type { FaultKind } from "./fault-kinds.ts";
import { isAt, isDuring, placedFaults } from "./fault-sites.ts";
import type { Fault, Plan } from "./plan.ts";
import { fraction, hashText, mix } from "./random.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";
import type { Watch } from "./watch.ts";

/** One line of a timeline. */
export type Note = { at: number; lane: string; orderId: string | undefined; text: string };

export type RunContext = {
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  /**
   * The next occurrence of a named site, such as the delivery of an order's event to a queue. Its fault
   * depends on the site and its count. Its chance belongs to the entity that is there, so that what happens
   * to one order, message or run of a schedule does not change the chances of others.
   */
  occurrence(site: string, entity?: string): Occurrence;
  /** Faults that happen at a moment or last for a time. */
  lasting(kind: FaultKind, at?: string): readonly Fault[];
  /** True if a fault of this kind lasts now; it is counted as met. */
  isUnder(kind: FaultKind, at: string): boolean;
  /** A fault was met. */
  meet(fault: Fault): void;
  /** How often faults of a kind were met. */
  readonly met: ReadonlyMap<FaultKind, number>;
  /** Until then the shop opens, and no fault acts. */
  startFaults(): void;
  stopFaults(): void;
  areFaultsStopped(): boolean;
  /** Epoch milliseconds; undefined while faults may act. */
  faultsStoppedAt(): number | undefined;
  /** Milliseconds from the start of the run. */
  elapsed(): number;
  /** The order's number in the plan; undefined for an order the plan does not know. */
  numberOf(orderId: string | undefined): number | undefined;
  /** Names what a chance belongs to: an order by its number, which outlives other orders' removal. */
  entityOf(orderId: string | undefined): string | undefined;
  note(lane: string, orderId: string | undefined, text: () => string): void;
  /** Only if the run has an observer. */
  readonly watch: Watch | undefined;
  /** What the run has been through. */
  readonly coverage: Coverage;
  /** Only if the run is recorded. */
  readonly notes: readonly Note[];
  traceHash(): number;
};

export type Occurrence = {
  readonly nth: number;
  /** From 0 to 1; more of them by another salt. */
  chance(salt: number): number;
  /** The fault that the plan has here; asking does not count it as met. */
  readonly fault: Fault | undefined;
};

/** How long before the plan's start the shop opens. */
const OPENING_MILLISECONDS = 10 * 60_000;

export function createRunContext(
  plan: Plan,
  options: { numbers: ReadonlyMap<string, number>; isRecording: boolean; watch?: Watch | undefined },
): RunContext {
  const scheduler = createScheduler(plan.start - OPENING_MILLISECONDS);
  const counts = new Map<string, { hash: number; count: number }>();
  const next = (name: string) => {
    const known = counts.get(name) ?? { hash: mix(hashText(name), plan.seed), count: 0 };
    counts.set(name, known);
    known.count++;
    return known;
  };
  const placed = placedFaults(plan.faults);
  const met = new Map<FaultKind, number>();
  const notes: Note[] = [];
  const coverage: Coverage = new Map();
  let stage: "opening" | "faults" | "rest" = "opening";
  let stoppedAt: number | undefined;
  let trace = hashText("trace", plan.seed);

  const numberOf = (orderId: string | undefined) =>
    orderId === undefined ? undefined : options.numbers.get(orderId);
  const elapsed = () => scheduler.now() - plan.start;
  const meet = (fault: Fault) => {
    met.set(fault.kind, (met.get(fault.kind) ?? 0) + 1);
    options.watch?.met(fault);
    const more = fault.kind === "poison" ? fault.variant : fault.call;
    if (more !== undefined && /^(poison|crash)/.test(fault.kind))
      see(coverage, `${fault.kind} ${more}` as Race);
  };
  const lasting = (kind: FaultKind, at?: string) =>
    plan.faults.filter((fault) => fault.kind === kind && (at === undefined || fault.at === at));

  return {
    plan,
    scheduler,
    occurrence(site, entity) {
      const name = stage === "opening" ? `opening ${site}` : site;
      const { count: nth, hash: shared } = next(name);
      const own = entity === undefined ? undefined : next(`${name} of ${entity}`);
      const hash = own ? mix(own.hash, own.count) : mix(shared, nth);
      trace = mix(mix(trace, hash), Math.floor(scheduler.now() * 1000));
      const fault =
        stage === "faults"
          ? placed.get(site)?.find((each) => isAt(each, nth) && isDuring(each, elapsed()))
          : undefined;
      return { nth, chance: (salt) => fraction(mix(hash, salt)), fault };
    },
    lasting,
    isUnder(kind, at) {
      if (stage !== "faults") return false;
      const fault = lasting(kind, at).find(
        (each) => elapsed() >= (each.from ?? 0) && elapsed() < (each.until ?? Number.POSITIVE_INFINITY),
      );
      if (fault) meet(fault);
      return fault !== undefined;
    },
    meet,
    met,
    startFaults() {
      stage = "faults";
    },
    stopFaults() {
      stage = "rest";
      stoppedAt = scheduler.now();
    },
    areFaultsStopped: () => stage === "rest",
    faultsStoppedAt: () => stoppedAt,
    elapsed,
    numberOf,
    entityOf: (orderId) => (orderId === undefined ? undefined : String(numberOf(orderId) ?? orderId)),
    note(lane, orderId, text) {
      if (options.isRecording) notes.push({ at: scheduler.now(), lane, orderId, text: text() });
    },
    watch: options.watch,
    coverage,
    notes,
    traceHash: () => trace,
  };
}
