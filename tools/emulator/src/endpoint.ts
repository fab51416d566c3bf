// The HTTP server on one loopback port in front of all AWS services and the payment provider.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join, relative } from "node:path";
import { type Access, assertMaySend, createAccess, type OnJudged, type Roles } from "./access.ts";
import { createCallers } from "./callers.ts";
import { createDiskTrouble, type DiskTrouble, noDisk } from "./disk-trouble.ts";
import { isOpenElsewhere } from "./dynamodb/open-file.ts";
import { createTables, tablesFile } from "./dynamodb/tables.ts";
import { withDeliveryFaults } from "./eventbridge/faulty-delivery.ts";
import { withPutEventsFaults } from "./eventbridge/faulty-put-events.ts";
import {
  type BusEvent,
  createEventBridge,
  type Delivery,
  type PendingDelivery,
} from "./eventbridge/index.ts";
import type { EndpointFaults } from "./faults.ts";
import type { EndpointObserver } from "./observer.ts";
import { createPaymentProvider, type PaymentProvider } from "./payments/index.ts";
import { makePrivateFolder } from "./private-files.ts";
import {
  answerCall,
  type Call,
  type CallAnswer,
  type Engines,
  refuseCaller,
  respond,
  write,
} from "./routing.ts";
import { createObjectStore } from "./s3/index.ts";
import { assertSealed, createSeals, sealFile, sumOfSeal } from "./seal.ts";
import type { SesAccount } from "./ses/identities.ts";
import { createMailbox, type StoredMail } from "./ses/mailbox.ts";
import type { OpenStore } from "./sqlite-settings.ts";
import { createQueues, type Queues } from "./sqs/queues.ts";
import { QUEUES_FILE } from "./sqs/store.ts";
import {
  asStateError,
  readStarts,
  type Starts,
  StateError,
  stampSqlite,
  writeStarts,
} from "./state-directory.ts";

export type AwsEndpointOptions = {
  /** 0 takes any free port; only the loopback interface listens. */
  port: number;
  /** Where all state is kept; undefined keeps it in memory. */
  directory: string | undefined;
  region?: string;
  accountId?: string;
  /** Milliseconds; the machine's clock unless a test moves time. */
  now?: () => number;
  /** Faults to inject; none by default. */
  faults?: EndpointFaults;
  observer?: EndpointObserver;
  /** Whose calls are judged by a role's policy; everybody else is an administrator. */
  roles?: Roles;
  /** Told what each role asked for, and what it was refused. */
  onJudged?: OnJudged | undefined;
  /** With which every caller signs; S3 checks signatures that travel without their signer. */
  secretAccessKey?: string;
  /** The shop's key of the payment provider; any is taken where it is absent. */
  stripeApiKey?: string | undefined;
  /** What SES has from the start; without it no identity is verified. */
  ses?: SesAccount | undefined;
  /** Names besides `localhost` under which this machine may be asked. */
  hostNames?: readonly string[] | undefined;
};

/** Called when an event is on its queues; `receivedAt` is when the bus accepted it, in milliseconds. */
export type EventListener = (event: BusEvent, matchedRules: readonly string[], receivedAt: number) => void;

export type AwsEndpoint = {
  url: string;
  port: number;
  /** Carries out a request without HTTP; rejects with AnswerLost if a fault loses the answer. */
  call(request: Call): Promise<CallAnswer>;
  /** Reads queues without receiving from them. */
  queues: Pick<Queues, "call" | "count" | "messages" | "names" | "oldestSentAt" | "revision" | "walk">;
  payments: PaymentProvider;
  /** What a caller of this process is refused; undefined if it may make the call. */
  refuse: Access["refuse"];
  /** Why the disk takes nothing, in a sentence; undefined if it does. */
  trouble(): string | undefined;
  /** All but the first `skip`, and no more than `most`. */
  mails(skip?: number, most?: number): StoredMail[];
  mailCount(): number;
  /**
   * Empties the mails with such headers, leaves nothing in the files of mails and tables of what was deleted
   * there, and returns how many mails it were.
   */
  forget(isOf: (headers: Readonly<Record<string, string>>) => boolean): number;
  onEvent(listener: EventListener): void;
  /** Deliveries to targets that failed and are being retried. */
  pendingDeliveries(): PendingDelivery[];
  /** Retries what has become due; to be called when `now` was moved. */
  retryDue(): Promise<void>;
  stop(): Promise<void>;
};

/** The account that everything belongs to unless the caller names one. */
const DEFAULT_ACCOUNT_ID = "000000000000";

/** Rejects with the code EADDRINUSE if the port is taken, with a StateError if the state cannot be opened. */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const { directory, region = "eu-west-1", accountId = DEFAULT_ACCOUNT_ID } = options;
  const { now = () => Date.now(), faults = {}, observer = {}, roles = new Map(), onJudged } = options;
  const { secretAccessKey = "local", stripeApiKey } = options;
  const listeners = new Set<EventListener>();
  const underWay = new Set<Promise<void>>();
  const opening = Promise.withResolvers<Engines>();
  // The caller gets the error below; this covers the case without waiting requests.
  opening.promise.catch(() => {});
  const callers = createCallers(options.hostNames);
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const refused = refuseCaller(callers, request);
    if (refused) return write(response, refused);
    // A request that arrives while the state is being opened waits for it.
    const answered = opening.promise
      .then((engines) => respond(engines, request, response))
      .catch(() => void response.destroy())
      .finally(() => underWay.delete(answered));
    underWay.add(answered);
  });
  // The port first, so that a second instance does not open the same state.
  const port = await listen(server, options.port);
  const given = {
    directory,
    region,
    accountId,
    now,
    faults,
    observer,
    listeners,
    roles,
    onJudged,
    secretAccessKey,
    stripeApiKey,
    ses: options.ses,
    url: `http://127.0.0.1:${port}`,
  };
  const engines = await openEngines(given).catch((error) => {
    opening.reject(error);
    server.close();
    server.closeAllConnections();
    throw error;
  });
  opening.resolve(engines);

  async function stop(): Promise<void> {
    server.close();
    server.closeAllConnections();
    await Promise.all(underWay);
    await closeEngines(engines);
    if (directory !== undefined) noteClosed(directory);
  }
  let stopped: Promise<void> | undefined;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    call: (request) => answerCall(engines, request),
    queues: engines.queues,
    payments: {
      ...engines.payments,
      answer: (call) => engines.payments.answer(call).finally(() => engines.note()),
    },
    refuse: engines.access.refuse,
    trouble: engines.trouble.current,
    mails: engines.mailbox.mails,
    mailCount: engines.mailbox.count,
    forget: (isOf) => forget(engines, isOf),
    onEvent: (listener) => void listeners.add(listener),
    pendingDeliveries: engines.eventBridge.pendingDeliveries,
    async retryDue() {
      engines.payments.passTime();
      await engines.eventBridge.retryDue();
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

function forget(
  { copyLogs, mailbox, tables }: Engines,
  isOf: (headers: Readonly<Record<string, string>>) => boolean,
): number {
  tables.leaveNoRemains();
  const mails = mailbox.forget(isOf);
  copyLogs?.();
  return mails;
}

/** True if another process has the state in the directory open. */
export async function isInUse(directory: string): Promise<boolean> {
  return isOpenElsewhere(tablesFile(join(directory, TABLES)));
}

const TABLES = "dynamodb";

type Opening = Required<Omit<AwsEndpointOptions, "port" | "hostNames">> & {
  listeners: ReadonlySet<EventListener>;
  url: string;
  /** Absent for memory. */
  open?: OpenStore;
  trouble?: DiskTrouble;
};
type Others = Omit<Engines, "tables" | "access" | "objects" | "note" | "trouble">;

async function openEngines(opening: Opening): Promise<Engines> {
  const { directory, region, accountId, now } = opening;
  const { contention, staleReads } = opening.faults;
  if (directory === undefined) {
    const tables = await createTables({ directory, region, accountId, now, contention, staleReads });
    return withObjects(opening, { tables, ...openOthers(opening) });
  }
  const { starts } = openDirectory(directory);
  const seals = createSeals();
  const trouble = createDiskTrouble({ directory, write: seals.write, say: (line) => console.error(line) });
  const sealed = { ...opening, open: seals.open, trouble };
  const folder = join(directory, TABLES);
  const tables = await createTables({
    directory: folder,
    open: seals.open,
    region,
    accountId,
    now,
    contention,
    staleReads,
  });
  try {
    const engines = withObjects(sealed, { tables, ...openOthers(sealed) });
    seals.note();
    writeStarts(directory, { starts, stores: sqliteFiles, isSealed: true });
    const ofTables = tablesFile(folder);
    return {
      ...engines,
      copyLogs: seals.copy,
      note: (service) => seals.note(service === "dynamodb" ? ofTables : undefined),
    };
  } catch (error) {
    await tables.close();
    throw asStateError(directory, error);
  }
}

/** Checks every store before any is changed, then stamps and seals all. Returns the number of this start. */
function openDirectory(directory: string): Starts {
  try {
    makePrivateFolder(directory);
    const before = readStarts(directory);
    const tables = tablesFile(join(directory, TABLES));
    if (isOpenElsewhere(tables))
      throw new StateError(`${tables} is in use by another process`, { isInUse: true });
    const files = [tables, ...sqliteFiles.map((file) => join(directory, file))];
    const isNew = (file: string) =>
      before.starts === 0 || (file !== tables && !before.stores.includes(relative(directory, file)));
    const known = files.filter((file) => !isNew(file));
    if (before.isSealed) for (const file of known) named(file, assertSealed);
    for (const file of known) assertClosedTogether(file, before.closed?.[relative(directory, file)]);
    // A process killed from here on leaves stamps that the seals do not know.
    if (before.starts > 0) writeStarts(directory, { ...before, isSealed: false, closed: undefined });
    for (const file of files) stampSqlite(file, before.starts, isNew(file));
    for (const file of files) named(file, sealFile);
    return { starts: before.starts + 1 };
  } catch (error) {
    throw asStateError(directory, error);
  }
}

/** Each store as it was closed is compared with the others at the next start: none may be of another time. */
function noteClosed(directory: string): void {
  const files = [relative(directory, tablesFile(join(directory, TABLES))), ...sqliteFiles];
  try {
    const closed = Object.fromEntries(files.map((file) => [file, sumOfSeal(join(directory, file))]));
    writeStarts(directory, { ...readStarts(directory), closed });
  } catch {
    // Without it the next start compares the numbers of starts alone.
  }
}

function assertClosedTogether(file: string, sum: number | undefined): void {
  if (sum === undefined || sum === sumOfSeal(file)) return;
  throw new StateError(`${file} has lost what was written to it: it is not the one that was closed last`);
}

/** What is thrown says of which file. */
function named(file: string, act: (file: string) => void): void {
  try {
    act(file);
  } catch (error) {
    throw asStateError(file, error);
  }
}

/** The objects last, because EventBridge must be there for what is still to be told of them. */
function withObjects(opening: Opening, engines: Others & Pick<Engines, "tables">): Engines {
  const { accountId, directory, now, onJudged, region, roles, secretAccessKey } = opening;
  const { partitionKeyOf } = engines.tables;
  const { policyOf } = engines.queues;
  const access = createAccess({ accountId, region, roles, partitionKeyOf, policyOf, onJudged });
  const objects = createObjectStore({
    file: directory === undefined ? ":memory:" : join(directory, OBJECTS_FILE),
    open: opening.open,
    region,
    accountId,
    now,
    secretAccessKey,
    refuse: ({ accessKey, ...call }) => access.refuse(accessKey, { service: "s3", ...call })?.message,
    mayList: (accessKey, Bucket) =>
      !access.refuse(accessKey, { service: "s3", operation: "ListObjectsV2", input: { Bucket } }),
    tell: (event) => engines.eventBridge.putServiceEvent(event),
  });
  const { trouble = noDisk } = opening;
  return { ...engines, access, objects, trouble, note: () => {} };
}

const OBJECTS_FILE = "s3.sqlite";

/** Where each of the other stores is kept. */
const sqliteFiles = [
  join("sqs", QUEUES_FILE),
  "ses.sqlite",
  "payments.sqlite",
  "eventbridge.sqlite",
  OBJECTS_FILE,
];

function openOthers(opening: Opening): Others {
  const { directory, region, accountId, now, faults, observer, listeners, open } = opening;
  const folder = (name: string) => (directory === undefined ? undefined : join(directory, name));
  const file = (name: string) => folder(name) ?? ":memory:";
  const queues = createQueues({
    directory: folder("sqs"),
    open,
    region,
    accountId,
    now,
    unpromised: faults.unpromised,
  });
  const send = ({ queueArn, ruleArn, body, ...rest }: Delivery, delaySeconds?: number) => {
    if (queues.has(queueArn)) assertMaySend({ accountId, queueArn, ruleArn }, queues.policyOf(queueArn));
    const written = queues.send(queueArn, body, { ...rest, delaySeconds });
    observer.delivered?.({ queueArn, body });
    return written;
  };
  const eventBridge = createEventBridge({
    file: file("eventbridge.sqlite"),
    open,
    region,
    accountId,
    now,
    newId: randomUUID,
    deliver: withDeliveryFaults(send, faults.delivery),
    schedule: (delay, run) => {
      const timer = setTimeout(run, delay).unref();
      return () => clearTimeout(timer);
    },
    onDropped: ({ target, errorCode }) =>
      console.error(
        `EventBridge gave up on ${target.Arn}, which has no dead-letter queue that it may send to: ${errorCode}`,
      ),
    onEvent: (...told) => {
      for (const listener of listeners) listener(...told);
    },
  });
  return {
    queues,
    mailbox: createMailbox({
      file: file("ses.sqlite"),
      open,
      now,
      region,
      accountId,
      account: opening.ses,
      tell: eventBridge.putServiceEvent,
      faultOf: faults.mail,
      onMail: observer.mailed,
    }),
    payments: createPaymentProvider({
      file: file("payments.sqlite"),
      open,
      now,
      newId: randomUUID,
      url: () => opening.url,
      apiKey: opening.stripeApiKey,
      faultOf: faults.payment,
      webhookFaultOf: faults.webhook,
      onPayment: observer.paid,
      tellTrouble: opening.trouble?.tell,
    }),
    eventBridge: withPutEventsFaults(eventBridge, faults.putEvents),
  };
}

/** Each before what it delivers to: webhooks, objects, mails, EventBridge, queues. */
async function closeEngines(engines: Engines): Promise<void> {
  const { eventBridge, mailbox, objects, payments, queues, tables } = engines;
  await payments.close();
  objects.close();
  mailbox.close();
  eventBridge.close();
  queues.close();
  await tables.close();
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}
