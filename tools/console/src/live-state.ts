// What the console polls in the running laptop: queues, dead letters, stock, mails, faults, the clock.
import { EXHAUSTED } from "@order-saga/dead-letters/dead-letters";
import { eventHeaderOf } from "@order-saga/dead-letters/event-header";
import type { LaptopDesk } from "@order-saga/dead-letters/laptop-desk";
import { maskText } from "@order-saga/dead-letters/masking";
import { readCatalogue, readStock } from "@order-saga/dead-letters/records";
import { messagesIn, type StoredMail } from "@order-saga/emulator";
import { describeFault } from "@order-saga/local/faults/describe";
import { presets } from "@order-saga/local/faults/presets";
import type { Runtime } from "@order-saga/local/runtime";
import type {
  ClockState,
  DeadLetter,
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
import type { Recorder } from "./recorder.ts";

export type LiveState = {
  queues(): QueueGauge[];
  pending(): PendingRow[];
  /** Adds dead letters that are new to the histories of their orders. */
  letters(): DeadLetter[];
  groups(): DeadLetterGroup[];
  mails(): MailRow[];
  stock(): Promise<StockRow[]>;
  faults(): FaultBoardState;
  clock(): ClockState;
};

export function createLiveState(
  runtime: Runtime,
  { desk, reactions, recorder }: { desk: LaptopDesk; reactions: readonly ReactionNode[]; recorder: Recorder },
): LiveState {
  const { aws } = runtime;
  const note = createDeadLetterNotes(runtime, desk, recorder);
  const mails: MailRow[] = [];
  const letters = () => {
    const all = desk.letters();
    note(all);
    return all;
  };
  return {
    letters,
    groups: () => desk.groups(letters()),
    queues: () => gaugesOf(aws, recorder, reactions),
    pending: () =>
      aws.pendingDeliveries().map(({ attempts, body, errorCode, nextTryAt, target }) => ({
        reaction: reactions.find(({ queue }) => target.Arn.endsWith(`:${queue}`))?.name ?? target.Arn,
        eventId: eventHeaderOf(body).eventId,
        attempts,
        nextAttemptAt: iso(nextTryAt),
        errorCode,
      })),
    mails() {
      // A mail never changes, so only new ones are read.
      mails.push(...aws.mails(mails.length).map(mailRow));
      return mails;
    },
    stock: () => stockRows(runtime),
    faults: () => faultBoardState(runtime),
    clock: () => ({ now: iso(runtime.now()), aheadSeconds: runtime.clockAhead() / 1000 }),
  };
}

/** Above this many messages the age of the oldest is not computed: it reads all of them. */
const MOST_AGED = 2000;

function gaugesOf(aws: Runtime["aws"], recorder: Recorder, reactions: readonly ReactionNode[]): QueueGauge[] {
  const gauge = (queue: string, kind: QueueGauge["kind"], reaction: string): QueueGauge => {
    const count = aws.queues.count(queue);
    const oldest =
      messagesIn(count) > 0 && messagesIn(count) < MOST_AGED
        ? Math.min(...aws.queues.messages(queue).map(({ sentAt }) => sentAt))
        : undefined;
    const tally = kind === "reaction" ? recorder.tally(reaction) : { delivered: 0, settled: 0, failed: 0 };
    return {
      queue,
      kind,
      reaction,
      ...count,
      ...(oldest !== undefined && Number.isFinite(oldest) && { oldestAt: iso(oldest) }),
      ...tally,
    };
  };
  return [
    ...reactions.map(({ name, queue }) => gauge(queue, "reaction", name)),
    ...reactions.flatMap(({ deadLetterQueue, name, undeliveredQueue }) => [
      gauge(deadLetterQueue, "dead-letter", name),
      ...(undeliveredQueue ? [gauge(undeliveredQueue, "undelivered", name)] : []),
    ]),
  ];
}

/** Writes each new dead letter into the history of its order, and counts those of each order. */
function createDeadLetterNotes(runtime: Runtime, desk: LaptopDesk, recorder: Recorder) {
  const known = new Set<string>();
  let isFirst = true;

  function note(letter: DeadLetter): void {
    const { cause, messageId, orderId, queue, reaction, sentAt } = letter;
    if (known.has(messageId)) return;
    known.add(messageId);
    if (orderId === undefined || !recorder.order(orderId)) return;
    const wasParked = cause !== EXHAUSTED && desk.queueOf(queue)?.kind === "dead-letter";
    // SQS keeps the time of the first sending; an exhausted message moved when it became visible again.
    const movedAt = recorder.lastAttempt(letter)?.nextAt ?? (isFirst ? sentAt : iso(runtime.now()));
    const at = Math.min(Date.parse(wasParked ? sentAt : movedAt), runtime.now());
    recorder.record({ kind: "dead-letter", at, orderId, queue, reaction, cause });
  }

  return (letters: readonly DeadLetter[]) => {
    for (const letter of letters) note(letter);
    isFirst = false;
    const counts = new Map<string, number>();
    for (const { orderId } of letters)
      if (orderId !== undefined) counts.set(orderId, (counts.get(orderId) ?? 0) + 1);
    recorder.setDeadLetters(counts);
  };
}

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
      words: describeFault(each).replace(/^\S+: /, ""),
      hits: each.hits,
      ...(each.left !== undefined && { left: each.left }),
      ...("orderId" in each && each.orderId !== undefined && { orderId: each.orderId }),
      ...("reaction" in each && each.reaction !== undefined && { reaction: each.reaction }),
    })),
    presets: Object.entries(presets).map(([name, list]) => ({
      name,
      words: list.map(({ kind, ...rest }) => [kind, ...Object.values(rest)].join(" ")).join("; "),
    })),
  };
}

function mailRow({ at, headers, id, subject }: StoredMail): MailRow {
  const [orderId = "", kind = ""] = (headers["x-order-mail"] ?? "").split("/");
  return { id, orderId, kind, subject: maskText(subject), at: iso(at) };
}
