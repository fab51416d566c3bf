// An AWS client of this process whose commands reach the endpoint as they are: the SDK is asked only where
// it has a say.
import { randomUUID } from "node:crypto";
import type { Call, CallAnswer } from "@order-saga/emulator";
import { AnswerLost } from "@order-saga/emulator/faults";
import { type Command, type Handed, handedOver } from "./commands.ts";
import { NotPlain } from "./plain-values.ts";

export type AskAws = (call: Call) => Promise<CallAnswer>;

/** As much of a smithy client as is used. */
type Client = {
  config: {
    retryStrategy(): Promise<RetryStrategy>;
    translateConfig?: unknown;
  };
  middlewareStack: { clone(): { remove(name: string): boolean } };
  send(command: Sendable, ...more: unknown[]): Promise<unknown>;
};
type RetryStrategy = { recordSuccess(token: object): void };
type Sendable = Command & {
  resolveMiddleware(stack: unknown, config: object): (command: unknown) => Promise<{ output: unknown }>;
};

/**
 * Steps of the SDK that only a network or AWS itself needs, such as signing. If a later SDK renames one, that
 * step runs again and costs some time.
 */
const forTheWire = [
  "httpAuthSchemeMiddleware",
  "httpSigningMiddleware",
  "contentLengthMiddleware",
  "getUserAgentMiddleware",
  "hostHeaderMiddleware",
  "recursionDetectionMiddleware",
  "loggerMiddleware",
];

/** What came of asking once. */
type Outcome = { answer: CallAnswer } | { error: unknown };

/** The one way our document clients translate; `plain-values.ts` knows no other. */
const TRANSLATION = JSON.stringify({ marshallOptions: { removeUndefinedValues: true } });

/**
 * A plain command that succeeds takes the short way. Everything else is the SDK's own: it reads a failure
 * as if it had come over the wire, tries again as it would, and sends over the wire what is not known here.
 */
export function throughLoopback<T>(service: Call["service"], client: T, ask: AskAws): T {
  const sdk = client as Client;
  const overTheWire = sdk.send.bind(sdk);
  const { translateConfig } = sdk.config;
  if (service === "dynamodb" && JSON.stringify(translateConfig) !== TRANSLATION) return client;
  let strategy: RetryStrategy | undefined;

  sdk.send = async (command, ...more) => {
    const handed = more.length === 0 ? handedOver(service, command) : undefined;
    if (!handed) return overTheWire(command, ...more);
    const again = () => outcomeOf(ask(handed.call));
    const first = await again();
    const output = read(handed, first);
    if (output) {
      // Each success lets the SDK try again more often later; before the first failure it may as often as
      // ever.
      strategy?.recordSuccess(firstTry);
      return { ...output, $metadata: succeededAtOnce() };
    }
    strategy ??= await sdk.config.retryStrategy();
    return readBySdk(sdk, command, first, again);
  };
  return client;
}

const firstTry = { getRetryCount: () => 0, getRetryDelay: () => 0, getRetryCost: () => undefined };

const succeededAtOnce = () => ({
  httpStatusCode: 200,
  requestId: randomUUID(),
  extendedRequestId: undefined,
  cfId: undefined,
  attempts: 1,
  totalRetryDelay: 0,
});

async function outcomeOf(asked: Promise<CallAnswer>): Promise<Outcome> {
  try {
    return { answer: await asked };
  } catch (error) {
    return { error };
  }
}

/** Undefined if it is no success, or one that only the SDK can read. */
function read(handed: Handed, outcome: Outcome): object | undefined {
  if ("error" in outcome || outcome.answer.status !== 200) return undefined;
  try {
    return handed.read(outcome.answer.body);
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

/** The SDK sends the command; its first answer is the one that is there already. */
async function readBySdk(sdk: Client, command: Sendable, first: Outcome, again: () => Promise<Outcome>) {
  let known: Outcome | undefined = first;
  const requestHandler = {
    metadata: { handlerProtocol: "http/1.1" },
    async handle() {
      const outcome = known ?? (await again());
      known = undefined;
      return { response: responseOf(outcome) };
    },
  };
  const stack = sdk.middlewareStack.clone();
  for (const name of forTheWire) stack.remove(name);
  const send = command.resolveMiddleware(stack, { ...sdk.config, requestHandler });
  return (await send(command)).output;
}

function responseOf(outcome: Outcome) {
  if ("error" in outcome) throw outcome.error instanceof AnswerLost ? hungUp() : outcome.error;
  const { body, headers, status } = outcome.answer;
  return {
    statusCode: status,
    headers: { "x-amzn-requestid": randomUUID(), ...headers },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  };
}

/** A lost answer looks to the SDK as it does over the wire. */
const hungUp = () => Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
