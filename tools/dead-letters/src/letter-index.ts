// What lies in the laptop's dead-letter queues, known by message id: a look reads only what is new to it.
import type { AwsEndpoint, QueuedMessage as StoredMessage } from "@order-saga/emulator";
import { createSlices, type Slices } from "@order-saga/emulator/slices";
import { attemptsOf, causeOf, type DeadLetterQueue, deadLetter, groupKeyOf } from "./dead-letters.ts";
import { eventHeaderOf } from "./event-header.ts";
import type { DeadLetter } from "./types.ts";

/** What is known of a letter without masking its body or judging it by its contract. */
export type KnownLetter = Omit<
  DeadLetter,
  "body" | "receiveCount" | "state" | "subject" | "verdict" | "visibleAt"
> & {
  /** As it lies in the queue, with what is private in it. */
  rawBody: string;
};

export type LetterFilter = {
  queue?: string | undefined;
  group?: string | undefined;
  orderId?: string | undefined;
  messageId?: string | undefined;
};

export type LetterPage = { from?: number; most: number };

type Queues = Pick<AwsEndpoint["queues"], "count" | "revision" | "walk">;
type OneQueue = { revision: number; letters: Map<string, KnownLetter> };

export type LetterIndex = {
  /** Reads what came and went since the last look; looks that come meanwhile share it. */
  look(): Promise<void>;
  /** Another number whenever a letter came or went. */
  revision(): number;
  /** As of the last look. */
  known(filter?: LetterFilter): KnownLetter[];
  /** Those that are still there, in full: each is judged once. */
  page(filter: LetterFilter, page: LetterPage): DeadLetter[];
};

/** Letters whose verdicts are remembered. */
const MOST_JUDGED = 5000;

/** Told of each letter once when it comes, and once when it is gone. */
export type LetterListener = { came?(letter: KnownLetter): void; went?(letter: KnownLetter): void };

export function createLetterIndex(
  queues: Queues,
  deadLetterQueues: readonly DeadLetterQueue[],
  { listener = {}, slices = createSlices() }: { listener?: LetterListener; slices?: Slices } = {},
): LetterIndex {
  const index = new Map<string, OneQueue>();
  const byOrder = new Map<string, Set<KnownLetter>>();
  const inFull = createJudge(queues, deadLetterQueues);
  let looking: Promise<void> | undefined;
  let revision = 0;

  function add(own: OneQueue, letter: KnownLetter): void {
    revision++;
    own.letters.set(letter.messageId, letter);
    const { orderId } = letter;
    if (orderId !== undefined) byOrder.set(orderId, (byOrder.get(orderId) ?? new Set()).add(letter));
    listener.came?.(letter);
  }

  function remove(own: OneQueue, letter: KnownLetter): void {
    revision++;
    own.letters.delete(letter.messageId);
    const { orderId = "" } = letter;
    const ofOrder = byOrder.get(orderId);
    ofOrder?.delete(letter);
    if (ofOrder?.size === 0) byOrder.delete(orderId);
    listener.went?.(letter);
  }

  async function lookAt(queue: DeadLetterQueue): Promise<void> {
    const own = index.get(queue.queue) ?? { revision: -1, letters: new Map<string, KnownLetter>() };
    index.set(queue.queue, own);
    const revision = queues.revision(queue.queue);
    if (revision === own.revision) return;
    const here = new Set<string>();
    const isNew = (messageId: string) => {
      here.add(messageId);
      return !own.letters.has(messageId);
    };
    for (const message of queues.walk(queue.queue, isNew)) {
      add(own, knownLetter(message, queue));
      const rest = slices();
      if (rest) await rest;
    }
    for (const letter of [...own.letters.values()]) if (!here.has(letter.messageId)) remove(own, letter);
    own.revision = revision;
  }

  function known(filter: LetterFilter = {}): KnownLetter[] {
    const { orderId, queue } = filter;
    const all = orderId !== undefined ? [...(byOrder.get(orderId) ?? [])] : undefined;
    const some = all ?? (queue === undefined ? [...index.values()] : [index.get(queue)]);
    const letters = some.flatMap((each) =>
      each === undefined ? [] : "letters" in each ? [...each.letters.values()] : [each],
    );
    return letters.filter(isIn(filter));
  }

  return {
    look() {
      looking ??= lookAtAll(deadLetterQueues, lookAt).finally(() => {
        looking = undefined;
      });
      return looking;
    },
    revision: () => revision,
    known,
    page: (filter, { from = 0, most }) => inFull(known(filter).slice(from, from + most)),
  };
}

const isIn =
  ({ group, messageId, orderId, queue }: LetterFilter) =>
  (letter: KnownLetter): boolean =>
    (queue === undefined || letter.queue === queue) &&
    (group === undefined || letter.groupKey === group) &&
    (messageId === undefined || letter.messageId === messageId) &&
    (orderId === undefined || letter.orderId === orderId);

/** Masks letters and judges them by their contract, each once; those that are gone are left out. */
function createJudge(queues: Queues, deadLetterQueues: readonly DeadLetterQueue[]) {
  const judged = new Map<string, DeadLetter["verdict"]>();
  return (letters: readonly KnownLetter[]): DeadLetter[] =>
    deadLetterQueues.flatMap((queue) => {
      const ids = new Set(letters.filter((each) => each.queue === queue.queue).map((each) => each.messageId));
      if (ids.size === 0) return [];
      return [...queues.walk(queue.queue, (messageId) => ids.has(messageId))].map((message) => {
        const letter = deadLetter(message, queue, judged.get(message.messageId));
        judged.set(message.messageId, letter.verdict);
        if (judged.size > MOST_JUDGED) judged.delete([...judged.keys()][0] ?? "");
        return letter;
      });
    });
}

async function lookAtAll(
  queues: readonly DeadLetterQueue[],
  lookAt: (queue: DeadLetterQueue) => Promise<void>,
): Promise<void> {
  for (const queue of queues) await lookAt(queue);
}

function knownLetter(message: StoredMessage, queue: DeadLetterQueue): KnownLetter {
  const { attributes, body, messageId, sentAt } = message;
  const { eventType, orderId } = eventHeaderOf(body);
  return {
    messageId,
    queue: queue.queue,
    reaction: queue.reaction.manifest.name,
    groupKey: groupKeyOf(message, queue),
    cause: causeOf(attributes, queue.kind),
    attempts: attemptsOf(attributes, queue),
    attributes,
    sentAt: new Date(sentAt).toISOString(),
    rawBody: body,
    ...(orderId !== undefined && { orderId }),
    ...(eventType !== "" && { eventType }),
  };
}
