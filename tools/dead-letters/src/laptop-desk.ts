// The desk inside the laptop's process: lists its dead letters, tries them on a copy and sends them back.
import { setTimeout as pause } from "node:timers/promises";
import { arnOf } from "@order-saga/local/aws";
import type { GivenFault } from "@order-saga/local/faults/fault";
import type { Runtime } from "@order-saga/local/runtime";
import { type AttemptEnds, createAttemptEnds } from "./attempt-ends.ts";
import { copyOfRecords } from "./copied-records.ts";
import { bodyKey, type DeadLetterQueue, deadLetterQueues, groupsOf, isWantedBy } from "./dead-letters.ts";
import { dryRun } from "./dry-run.ts";
import { eventHeaderOf } from "./event-header.ts";
import {
  createLetterIndex,
  type KnownLetter,
  type LetterIndex,
  type LetterListener,
} from "./letter-index.ts";
import { describeRedrive, discardEach, redriveAll, redriveEach } from "./redrive.ts";
import type {
  DeadLetterGroup,
  DiscardRequest,
  DiscardResult,
  DryRun,
  DryRunRequest,
  RedriveRequest,
  RedriveResult,
} from "./types.ts";

/** The request cannot be served now; the message says why. */
export class CannotAct extends Error {
  override readonly name = "CannotAct";
}

const DEFAULT_RATE = 10;
/** How long a redrive that stops on failure waits for the end of an attempt. */
const PATIENCE_MILLISECONDS = 10_000;

type Laptop = Pick<Runtime, "aws" | "clients" | "clock" | "faults" | "now" | "queueUrls" | "reactions">;

type LaptopDeskOptions = {
  onLetter?: LetterListener;
  /** The name of the error that the last attempt at a message ended with, if that is known. */
  lastError?: (letter: KnownLetter) => string | undefined;
  /** Called for each message that is sent back. */
  onRedriven?: (redriven: { orderId: string; queue: string; reaction: string; who: string }) => void;
  /** Called after each redrive or discard, with its result or its error in words. */
  onActEnded?: (ended: { who: string; act: "redrive" | "discard"; target: string; outcome: string }) => void;
};

export type LaptopDesk = {
  /** Must be told of every batch of a reaction: a redrive waits for the end of its attempts. */
  batchChanged: AttemptEnds["batchChanged"];
  queueOf(name: string): DeadLetterQueue | undefined;
  letters: LetterIndex;
  /** As of the last look at the letters. */
  groups(): DeadLetterGroup[];
  /** Throws CannotAct. */
  dryRun(asked: DryRunRequest): Promise<DryRun[]>;
  /** Throws CannotAct. */
  redrive(asked: RedriveRequest, who: string): Promise<RedriveResult>;
  /** Deletes for good. Throws CannotAct. */
  discard(asked: DiscardRequest, who: string): Promise<DiscardResult>;
};

export function createLaptopDesk(laptop: Laptop, options: LaptopDeskOptions = {}): LaptopDesk {
  const { aws } = laptop;
  const queues = new Map(deadLetterQueues(laptop.reactions).map((each) => [each.queue, each]));
  const letters = createLetterIndex(aws.queues, [...queues.values()], { listener: options.onLetter ?? {} });
  const attemptEnds = createAttemptEnds();
  const redriven = createRedrivenMessages();
  const busy = new Set<string>();
  let grouped: { revision: string; groups: DeadLetterGroup[] } | undefined;

  function queueNamed(name: string): DeadLetterQueue {
    const found = queues.get(name);
    if (!found) throw new CannotAct(`${name} is no dead-letter queue.`);
    return found;
  }

  /** One act at a time at each queue; how it ended is told. */
  async function alone<T>(
    asked: RedriveRequest | DiscardRequest,
    told: { who: string; act: "redrive" | "discard" },
    act: (queue: DeadLetterQueue) => Promise<{ result: T; outcome: string }>,
  ): Promise<T> {
    const queue = queueNamed(asked.queue);
    if (busy.has(queue.queue)) throw new CannotAct(`A redrive or discard of ${queue.queue} is under way.`);
    busy.add(queue.queue);
    const ended = (outcome: string) => options.onActEnded?.({ ...told, target: targetOf(asked), outcome });
    try {
      const { outcome, result } = await act(queue);
      ended(outcome);
      return result;
    } catch (error) {
      ended(error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      busy.delete(queue.queue);
      if (busy.size === 0) attemptEnds.forget();
    }
  }

  return {
    batchChanged: (batch) => {
      if (busy.size > 0) attemptEnds.batchChanged(batch);
    },
    queueOf: (name) => queues.get(name),

    letters,

    groups() {
      const revision = `${letters.revision()}/${redriven.size()}`;
      if (grouped?.revision !== revision)
        grouped = {
          revision,
          groups: groupsOf(letters.known(), {
            kindOf: (queue) => queues.get(queue)?.kind ?? "dead-letter",
            cameBack: redriven.cameBack,
            lastError: options.lastError ?? (() => undefined),
          }),
        };
      return grouped.groups;
    },

    dryRun: (asked) => dryRunOnLaptop(laptop, queueNamed(asked.queue), asked),

    redrive: (asked, who) =>
      alone(asked, { who, act: "redrive" }, async (queue) => {
        const redrive = { laptop, options, attemptEnds, redriven, queue, asked, who };
        const result = await (isWhole(asked, queue) ? redriveWhole(redrive) : redriveOneByOne(redrive));
        return { result, outcome: describeRedrive(result) };
      }),

    discard: (asked, who) =>
      alone(asked, { who, act: "discard" }, async (queue) => {
        const result = await discardOneByOne(laptop, queue, asked);
        return { result, outcome: `${result.discarded} deleted for good: ${asked.reason}` };
      }),
  };
}

/** Remembers what was redriven, to recognise it if it comes back. */
function createRedrivenMessages() {
  const keys = new Set<string>();
  const keyOf = new WeakMap<KnownLetter, string>();
  return {
    size: () => keys.size,
    /** The body as it lies in the queue. */
    note: (queue: string, body: string) => void keys.add(bodyKey(queue, body)),
    cameBack(letter: KnownLetter): boolean {
      if (keys.size === 0) return false;
      const key = keyOf.get(letter) ?? bodyKey(letter.queue, letter.rawBody);
      keyOf.set(letter, key);
      return keys.has(key);
    },
  };
}

type RedriveUnderWay = {
  laptop: Laptop;
  options: LaptopDeskOptions;
  attemptEnds: AttemptEnds;
  redriven: ReturnType<typeof createRedrivenMessages>;
  queue: DeadLetterQueue;
  asked: RedriveRequest;
  who: string;
};

const isAll = ({ groupKey, messageIds }: Pick<RedriveRequest, "groupKey" | "messageIds">) =>
  messageIds === undefined && groupKey === undefined;

/** SQS offers its own redrive for all messages of a queue's own dead-letter queue only. */
const isWhole = (asked: RedriveRequest, { kind }: DeadLetterQueue) =>
  isAll(asked) && asked.stopOnFailure === false && kind === "dead-letter";

function targetOf({
  groupKey,
  messageIds,
  queue,
}: Pick<RedriveRequest, "groupKey" | "messageIds" | "queue">): string {
  if (messageIds) return `${queue} (${messageIds.length} chosen)`;
  return `${queue} (${groupKey ? groupKey.split("/").at(-1) : "all"})`;
}

async function dryRunOnLaptop(
  laptop: Laptop,
  { queue, reaction }: DeadLetterQueue,
  { messageIds }: DryRunRequest,
): Promise<DryRun[]> {
  const { aws, clients, clock, faults } = laptop;
  const messages = aws.queues.messages(queue).filter(({ messageId }) => messageIds.includes(messageId));
  if (messages.length === 0) throw new CannotAct(`${queue} holds no such message any more.`);
  const source = { payments: aws.payments, dynamodb: clients.dynamodb };
  const { items, payments } = await copyOfRecords(source, reaction.service, messages);
  const on = faults.list().filter(({ left }) => left !== 0);
  return dryRun({
    reaction,
    messages,
    items,
    payments,
    faults: on.map(({ hits: _hits, id: _id, left, ...fault }) =>
      left === undefined ? fault : { ...fault, times: left },
    ) as GivenFault[],
    seed: faults.seed(),
    clock,
  });
}

async function redriveOneByOne(redrive: RedriveUnderWay): Promise<RedriveResult> {
  const { asked, attemptEnds, laptop, options, queue, redriven, who } = redrive;
  const { rate = DEFAULT_RATE, stopOnFailure = true } = asked;
  const { aws, clients, queueUrls } = laptop;
  const { deadLetterQueue, manifest } = queue.reaction;
  const isWanted = isWantedBy(asked, queue);
  const wanted = aws.queues.messages(queue.queue).filter(isWanted);
  if (wanted.length === 0) throw new CannotAct(`${queue.queue} holds no such message any more.`);
  const outcomes: Promise<AttemptOutcome>[] = [];
  const { moved, stopped } = await redriveEach({
    sqs: clients.sqs,
    fromUrl: queueUrls.get(queue.queue) ?? "",
    toUrl: queueUrls.get(queue.reaction.queue.name) ?? "",
    isWanted,
    most: wanted.length,
    rate,
    startedAt: laptop.now(),
    async onMoved({ body, ended, newId }) {
      redriven.note(queue.queue, body);
      redriven.note(deadLetterQueue.name, body);
      const { orderId } = eventHeaderOf(body);
      if (orderId !== undefined)
        options.onRedriven?.({ orderId, queue: queue.queue, reaction: manifest.name, who });
      const outcome = outcomeOf(redrive, newId, body, ended);
      outcomes.push(outcome);
      return !stopOnFailure || (await outcome) !== "failed";
    },
    watch: attemptEnds.hasFailed,
    pause,
  });
  const ends = await Promise.all(outcomes);
  const count = (end: AttemptOutcome) => ends.filter((each) => each === end).length;
  return {
    redriven: moved,
    settled: count("settled"),
    failedAgain: count("failed"),
    left: aws.queues.count(queue.queue).ready,
    stopped,
  };
}

async function discardOneByOne(
  { aws, clients, now, queueUrls }: Laptop,
  queue: DeadLetterQueue,
  asked: DiscardRequest,
): Promise<DiscardResult> {
  const isWanted = isWantedBy(asked, queue);
  const most = [...aws.queues.walk(queue.queue)].filter(isWanted).length;
  if (most === 0) throw new CannotAct(`${queue.queue} holds no such message any more.`);
  const fromUrl = queueUrls.get(queue.queue) ?? "";
  const discarded = await discardEach({ sqs: clients.sqs, fromUrl, isWanted, most, startedAt: now() });
  return { discarded, left: aws.queues.count(queue.queue).ready };
}

type AttemptOutcome = "settled" | "failed" | "unknown";

async function outcomeOf(
  { attemptEnds, laptop, queue }: RedriveUnderWay,
  id: string,
  body: string,
  end: Promise<boolean | undefined>,
): Promise<AttemptOutcome> {
  const hasFailed = await Promise.race([end, pause(PATIENCE_MILLISECONDS, undefined, { ref: false })]);
  attemptEnds.stopWaiting(id);
  if (hasFailed !== false) return hasFailed === undefined ? "unknown" : "failed";
  // A function that parks a message has settled it.
  const parked = laptop.aws.queues.messages(queue.reaction.deadLetterQueue.name);
  return parked.some((each) => each.body === body) ? "failed" : "settled";
}

async function redriveWhole({ asked, laptop, queue, redriven }: RedriveUnderWay): Promise<RedriveResult> {
  const messages = laptop.aws.queues.messages(queue.queue);
  if (messages.length === 0) throw new CannotAct(`${queue.queue} is empty.`);
  for (const { body } of messages) redriven.note(queue.queue, body);
  const moved = await redriveAll({
    sqs: laptop.clients.sqs,
    sourceArn: arnOf(queue.queue),
    destinationArn: arnOf(queue.reaction.queue.name),
    rate: asked.rate ?? DEFAULT_RATE,
    pause,
  });
  const left = laptop.aws.queues.count(queue.queue).ready;
  return { redriven: moved, settled: 0, failedAgain: 0, left, stopped: false };
}
