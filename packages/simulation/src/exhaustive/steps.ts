// Everything that may happen next in a state: a message, a timer, a customer, a fault, or time.
import type { Contents } from "./contents.ts";
import { isReading, isUnseen, outcomesOf } from "./effects/index.ts";
import { type Place, recordKindOf, type Surroundings } from "./effects/outcome.ts";
import type { Message } from "./messages.ts";
import type { Begin, Run, Runs } from "./runs.ts";
import type { ServiceName, Shop } from "./shop.ts";
import { type Saga, type UnderWay, type World, withSaga } from "./world.ts";

export type Step = {
  /**
   * `progress` happens by itself, a due `timer` when nothing else does, and `time` passes when no timer is due; faults
   * and customers may never come.
   */
  kind: "progress" | "timer" | "time" | "rest" | "fault" | "customer";
  world: World;
  index: number;
  who: Run | undefined;
  what: string;
  violations: readonly string[];
};

type Doing = Place & { kind: Step["kind"]; what: string };

export function createSteps(shop: Shop, runs: Runs, around: Surroundings) {
  const { contents, messages, moments, scope } = around;
  const { faults, services } = scope;
  const schedules = Object.entries(shop.schedules).filter(([, { service }]) => services.includes(service));
  const lastMoment = moments.length - 1;

  const observable = messages.all
    .filter(({ reaction }) => reaction === "track-order")
    .reduce((bits, { bit }) => bits | bit, 0);

  const serviceOf = new Map<string, ServiceName>(
    [
      ...Object.entries(shop.reactions),
      ...Object.entries(shop.schedules),
      ...Object.entries(shop.routes),
    ].map(([name, { service }]) => [name, service]),
  );
  const messageOf = ({ begin }: Run): Message | undefined => {
    const type = contents.get("event", begin.event)?.type;
    return type && messages.all.find((each) => each.reaction === begin.name && each.type === type);
  };
  const messageOfRun = new Map<Run, Message | undefined>();
  const heardBy = (run: Run): Message | undefined => {
    if (!messageOfRun.has(run)) messageOfRun.set(run, messageOf(run));
    return messageOfRun.get(run);
  };

  return function stepsFrom(world: World): Step[] {
    const steps: Step[] = [];
    for (const [index, saga] of world.sagas.entries()) {
      const message = scope.eager ? observed(saga) : undefined;
      if (!message) continue;
      begin(
        world,
        index,
        "progress",
        { name: message.reaction, event: eventOf(saga, message), claim: "" },
        steps,
      );
      return steps.filter(({ kind }) => kind === "progress");
    }
    world.sagas.forEach((saga, index) => {
      requests(world, index, saga, steps);
      deliveries(world, index, saga, steps);
      timers(world, index, saga, steps);
      for (const each of saga.underWay) {
        const run = runs.get(each.run);
        const without = withSaga(world, index, {
          ...saga,
          underWay: saga.underWay.filter((other) => other !== each),
        });
        goOn({ ...placeOf(without, index, run), base: each.base, kind: "progress", what: "" }, steps);
        if (!faults.crashes) continue;
        steps.push({ kind: "fault", world: without, index, who: run, what: "dies", violations: [] });
      }
    });
    timePasses(world, steps);
    return steps;
  };

  function placeOf(world: World, index: number, run: Run): Place {
    const saga = world.sagas[index] as Saga;
    const service = serviceOf.get(run.begin.name) as ServiceName;
    return { world, index, saga, run, base: 0, service };
  }

  function begin(
    world: World,
    index: number,
    kind: Step["kind"],
    given: Omit<Begin, "moment">,
    steps: Step[],
  ) {
    const run = runs.begin({ ...given, moment: world.moment });
    goOn({ ...placeOf(world, index, run), kind, what: "" }, steps);
  }

  /** A customer who has not done so yet places the order, or asks to cancel it. */
  function requests(world: World, index: number, saga: Saga, steps: Step[]) {
    if (!services.includes("orders")) return;
    if (saga.placed < scope.places) {
      const asked = withSaga(world, index, { ...saga, placed: saga.placed + 1 });
      begin(asked, index, "customer", { name: "place-order", event: 0, claim: "" }, steps);
    }
    if (saga.order !== 0 && saga.cancelled < scope.cancels) {
      const asked = withSaga(world, index, { ...saga, cancelled: saga.cancelled + 1 });
      begin(asked, index, "customer", { name: "cancel-order", event: 0, claim: "" }, steps);
    }
  }

  /** A message to orders whose delivery nobody else can tell from a later one. */
  function observed(saga: Saga): Message | undefined {
    if ((saga.queued & observable) === 0) return undefined;
    const mayCancel = saga.cancelled < scope.cancels;
    return messages.all.find(({ bit, type }) => {
      if ((saga.queued & observable & bit) === 0 || type === "PaymentCaptured" || type === "PaymentRefunded")
        return false;
      return !(mayCancel && (type === "PaymentDeclined" || type === "PaymentVoided"));
    });
  }

  function deliveries(world: World, index: number, saga: Saga, steps: Step[]) {
    for (const message of messages.all) {
      if ((saga.queued & message.bit) === 0) continue;
      const isUnderWay = saga.underWay.some(({ run }) => heardBy(runs.get(run)) === message);
      if (!isUnderWay || faults.twice) {
        const event = eventOf(saga, message);
        const kind = isUnderWay ? "fault" : "progress";
        begin(world, index, kind, { name: message.reaction, event, claim: claimFor(saga, message) }, steps);
      }
      if (isUnderWay || world.losses === 0) continue;
      const lost = withSaga(world, index, { ...saga, queued: saga.queued & ~message.bit });
      const what = `${message.reaction} never hears ${message.type}`;
      const violations: string[] = [];
      steps.push({
        kind: "fault",
        world: { ...lost, losses: world.losses - 1 },
        index,
        who: undefined,
        what,
        violations,
      });
    }
  }

  /** The body of a message is what its producer has on record, because the same id always has the same bytes. */
  function eventOf(saga: Saga, { type }: Message) {
    for (const kind of ["order", "payment", "reservation"] as const) {
      const found = around.history.recordedEvent(kind, saga[kind], type);
      if (found) return found;
    }
    throw new Error(`${type} is on a queue and on nobody's record.`);
  }

  /** A name that no other delivery under way has, nor any on record. */
  function claimFor(saga: Saga, { service }: Message): string {
    if (service !== "notification") return "";
    const record = JSON.stringify(contents.get("notification", saga.notification) ?? {});
    const taken = new Set(saga.underWay.map(({ run }) => runs.get(run).begin.claim));
    for (let number = 1; ; number++) {
      const claim = `claim-${number}`;
      if (!taken.has(claim) && !record.includes(`"${claim}"`)) return claim;
    }
  }

  function timers(world: World, index: number, saga: Saga, steps: Step[]) {
    for (const [name, { service }] of schedules) {
      const kind = recordKindOf[service];
      const record = contents.get(kind, saga[kind]) as { dueAt?: string } | undefined;
      if (record?.dueAt === undefined || Date.parse(record.dueAt) > (moments[world.moment] ?? 0)) continue;
      const isUnderWay = saga.underWay.some(({ run }) => runs.get(run).begin.name === name);
      if (isUnderWay && !faults.twice) continue;
      begin(world, index, isUnderWay ? "fault" : "timer", { name, event: 0, claim: "" }, steps);
    }
  }

  /** One call more of a run, or several if nobody else can tell; then it waits for its answer or has ended. */
  function goOn(doing: Doing, steps: Step[]): void {
    const standing = runs.standing(doing.run);
    if ("ends" in standing) {
      end(doing, steps);
      return;
    }
    const isOneStep = scope.grain === "effect" && isReading(standing);
    for (const outcome of outcomesOf(standing, doing, around)) {
      const run = runs.after(doing.run, outcome.answer, doing.world.moment);
      const kind = outcome.answer.isFault ? "fault" : doing.kind;
      const { base, violations, what, world } = outcome;
      const saga = world.sagas[doing.index] as Saga;
      const next = {
        ...doing,
        run,
        world,
        saga,
        base,
        kind,
        what: doing.what ? `${doing.what}; ${what}` : what,
      };
      if (violations.length > 0) {
        steps.push({ kind, world, index: doing.index, who: run, what: next.what, violations });
      } else if (isOneStep || isUnseen(standing, around)) goOn(next, steps);
      else pauseOrEnd(next, steps);
    }
  }

  function pauseOrEnd(doing: Doing, steps: Step[]): void {
    const standing = runs.standing(doing.run);
    if ("ends" in standing) {
      end(doing, steps);
      return;
    }
    if (isUnseen(standing, around)) {
      goOn(doing, steps);
      return;
    }
    const { base, index, kind, run, saga, what, world } = doing;
    const hands = world.sagas.reduce((sum, { underWay }) => sum + underWay.length, 0);
    if (hands >= scope.hands) return;
    const underWay: UnderWay[] = [...saga.underWay, { run: run.id, base }];
    const next = withSaga(world, index, { ...saga, underWay });
    steps.push({ kind, world: next, index, who: run, what, violations: [] });
  }

  /** A message that was handled is acknowledged, unless the acknowledgement is lost. */
  function end({ index, kind, run, saga, what, world }: Doing, steps: Step[]): void {
    const standing = runs.standing(run);
    if (!("ends" in standing)) return;
    const { ends } = standing;
    const step = { index, who: run, violations: [] };
    const message = heardBy(run);
    if (ends.is === "again") {
      const isBug = ends.because === "TypeError" || ends.because === "ReferenceError";
      const violations = isBug ? [`a ${ends.because} in ${run.begin.name}`] : [];
      steps.push({ ...step, kind, world, what: `${what}; fails: ${ends.because}`, violations });
      return;
    }
    if (!message) {
      steps.push({ ...step, kind, world, what });
      return;
    }
    const acknowledged = withSaga(world, index, { ...saga, queued: saga.queued & ~message.bit });
    steps.push({ ...step, kind, world: acknowledged, what: `${what}; done` });
    if (faults.acknowledgementsLost)
      steps.push({
        ...step,
        kind: "fault",
        world: again(world, index, saga),
        what: `${what}; done, but its message comes again`,
      });
  }

  function again(world: World, index: number, saga: Saga): World {
    const queued = saga.queued & ~around.spent(saga);
    return queued === saga.queued ? world : withSaga(world, index, { ...saga, queued });
  }

  function timePasses(world: World, steps: Step[]): void {
    if (lastMoment === 0 || world.sagas.every(({ order, payment }) => order === 0 && payment === 0)) return;
    const isLast = world.moment === lastMoment;
    const now = isLast ? Number.POSITIVE_INFINITY : (moments[world.moment + 1] ?? 0);
    const sagas = world.sagas.map((saga) => aged(saga, now, contents, runs, serviceOf));
    const next = { ...world, moment: isLast ? world.moment : world.moment + 1, sagas };
    const what = isLast ? "time passes" : `it is minute ${scope.minutes[world.moment + 1]}`;
    steps.push({
      kind: isLast && scope.watchdog === "at rest" ? "rest" : "time",
      world: next,
      index: 0,
      who: undefined,
      what,
      violations: [],
    });
  }
}

function aged(
  saga: Saga,
  now: number,
  contents: Contents,
  runs: Runs,
  serviceOf: ReadonlyMap<string, ServiceName>,
): Saga {
  return {
    ...saga,
    payment: contents.later("payment", saga.payment, now),
    reservation: contents.later("reservation", saga.reservation, now),
    order: contents.later("order", saga.order, now),
    notification: contents.later("notification", saga.notification, now),
    underWay: saga.underWay.map(({ base, run }) => {
      const service = serviceOf.get(runs.get(run).begin.name) as ServiceName;
      return { run, base: contents.later(recordKindOf[service], base, now) };
    }),
  };
}
