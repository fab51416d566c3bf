// What the console polls in the running laptop: queues, dead letters, stock, mails, faults, the clock.
import { eventHeaderOf } from "@order-saga/dead-letters/event-header";
import type { LaptopDesk } from "@order-saga/dead-letters/laptop-desk";
import { readCatalogue, readStock } from "@order-saga/dead-letters/records";
import type { StoredMail } from "@order-saga/emulator";
import type { Slices } from "@order-saga/emulator/slices";
import { describeFault } from "@order-saga/local/faults/describe";
import { presetNames, presetWords } from "@order-saga/local/faults/presets";
import type { Runtime } from "@order-saga/local/runtime";
import type {
  ClockState,
  DeadLetterGroup,
  FaultBoardState,
  MailRow,
  PendingRow,
  QueueGauge,
  ReactionNode,
  StockCounters,
  StockRow,
} from "./console-api.ts";
import { iso } from "./iso.ts";
import { createMailRows } from "./mail-rows.ts";
import type { Recorder } from "./recorder.ts";

export type LiveState = {
  /** Reads what is new in dead-letter queues and mailbox, in slices; the rest is as of the last look. */
  look(): Promise<void>;
  queues(): QueueGauge[];
  pending(): PendingRow[];
  groups(): DeadLetterGroup[];
  /** The newest, oldest first. */
  mails(most: number): MailRow[];
  mailsOf(orderId: string): readonly MailRow[];
  mail(id: string): StoredMail | undefined;
  stock(): Promise<StockRow[]>;
  faults(): FaultBoardState;
  clock(): ClockState;
};

type LiveStateParts = {
  desk: LaptopDesk;
  reactions: readonly ReactionNode[];
  recorder: Recorder;
  slices: Slices;
};

/** Events that the bus could not deliver yet, of one frame; each reaction's gauge counts all of its own. */
const MOST_PENDING = 200;

export function createLiveState(
  runtime: Runtime,
  { desk, reactions, recorder, slices }: LiveStateParts,
): LiveState {
  const { aws } = runtime;
  const mailbox = createMailRows(aws, slices);
  const gauges = createGauges(aws, recorder, reactions);
  const reactionOf = new Map(reactions.map(({ name, queue }) => [queue, name]));
  return {
    async look() {
      await desk.letters.look();
      await mailbox.look();
    },
    groups: desk.groups,
    queues: gauges,
    pending: () =>
      aws
        .pendingDeliveries()
        .slice(0, MOST_PENDING)
        .map(({ attempts, body, errorCode, nextTryAt, target }) => ({
          reaction: reactionOf.get(queueOf(target.Arn)) ?? target.Arn,
          eventId: eventHeaderOf(body).eventId,
          attempts,
          nextAttemptAt: iso(nextTryAt),
          errorCode,
        })),
    mails: mailbox.newest,
    mailsOf: mailbox.ofOrder,
    mail: mailbox.mail,
    stock: () => stockRows(runtime),
    faults: () => faultBoardState(runtime),
    clock: () => ({ now: iso(runtime.now()), aheadSeconds: runtime.clockAhead() / 1000 }),
  };
}

const queueOf = (arn: string) => arn.slice(arn.lastIndexOf(":") + 1);

/** The age of a queue's oldest message is read again only when the queue has changed. */
function createGauges(aws: Runtime["aws"], recorder: Recorder, reactions: readonly ReactionNode[]) {
  const oldest = new Map<string, { revision: number; at: number | undefined }>();

  function oldestAt(queue: string): number | undefined {
    const revision = aws.queues.revision(queue);
    const known = oldest.get(queue);
    if (known?.revision === revision) return known.at;
    const at = aws.queues.oldestSentAt(queue);
    oldest.set(queue, { revision, at });
    return at;
  }

  function gauge(queue: string, kind: QueueGauge["kind"], reaction: string, retrying = 0): QueueGauge {
    const at = oldestAt(queue);
    return {
      queue,
      kind,
      reaction,
      ...aws.queues.count(queue),
      ...(at !== undefined && { oldestAt: iso(at) }),
      retrying,
      ...(kind === "reaction" ? recorder.tally(reaction) : noTally),
    };
  }

  return (): QueueGauge[] => {
    const retrying = new Map<string, number>();
    for (const { target } of aws.pendingDeliveries())
      retrying.set(queueOf(target.Arn), (retrying.get(queueOf(target.Arn)) ?? 0) + 1);
    return [
      ...reactions.map(({ name, queue }) => gauge(queue, "reaction", name, retrying.get(queue))),
      ...reactions.flatMap(({ deadLetterQueue, name, undeliveredQueue }) => [
        gauge(deadLetterQueue, "dead-letter", name),
        ...(undeliveredQueue ? [gauge(undeliveredQueue, "undelivered", name)] : []),
      ]),
    ];
  };
}

const noTally = { delivered: 0, settled: 0, failed: 0, running: 0 };

async function stockRows({ clients }: Runtime): Promise<StockRow[]> {
  const products = await readCatalogue(clients.dynamodb);
  const skus = products.map(({ sku }) => String(sku));
  const items = await readStock(clients.dynamodb, skus);
  const bySku = Map.groupBy(items, (item) => String(item.sku));
  const byName = products.toSorted((a, b) => String(a.name).localeCompare(String(b.name)));
  return byName.map(({ currency, name, sku, unitPrice }) => {
    const buckets = bucketsIn(bySku.get(String(sku)) ?? []);
    const sum = (counter: keyof StockCounters) => buckets.reduce((total, each) => total + each[counter], 0);
    return {
      sku: String(sku),
      name: String(name),
      unitPrice: Number(unitPrice),
      currency: String(currency),
      available: sum("available"),
      reserved: sum("reserved"),
      sold: sum("sold"),
      ...(buckets.length > 1 && { buckets }),
    };
  });
}

/** As many as the head says; those that were never filled are empty. */
function bucketsIn(items: readonly Readonly<Record<string, unknown>>[]): StockCounters[] {
  const head = items.find(({ bucket }) => bucket === undefined);
  return Array.from({ length: Number(head?.buckets ?? 1) }, (_, n) => {
    const found = items.find(({ bucket = 0 }) => bucket === n);
    const of = (counter: keyof StockCounters) => Number(found?.[counter] ?? 0);
    return { available: of("available"), reserved: of("reserved"), sold: of("sold") };
  });
}

function faultBoardState({ faults }: Runtime): FaultBoardState {
  return {
    seed: faults.seed(),
    faults: faults.list().map((each) => ({
      id: each.id,
      kind: each.kind,
      words: describeFault(each),
      hits: each.hits,
      ...(each.left !== undefined && { left: each.left }),
      ...("orderId" in each && each.orderId !== undefined && { orderId: each.orderId }),
      ...("reaction" in each && each.reaction !== undefined && { reaction: each.reaction }),
    })),
    presets: presetNames.map((name) => ({ name, words: presetWords[name] })),
  };
}
