// A simulated world's execution environments: each may call only what its function's manifest grants.
import { createHash } from "node:crypto";
import type { Asked } from "@order-saga/iam/requests";
import type { ServiceManifest } from "@order-saga/messaging";
import type { ClientKind, ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { grantedEnvironment } from "@order-saga/messaging/granted-environment";
import type { Transport } from "@order-saga/messaging/transport";
import type { Bus } from "./bus.ts";
import type { Call, Caller } from "./calls.ts";
import type { ClockOf } from "./clocks.ts";
import type { RunContext } from "./context.ts";
import { createDocumentClient } from "./dynamodb/client.ts";
import type { FunctionCode } from "./lambda.ts";
import { orderIdSecret, variablesOf } from "./load-functions.ts";
import type { MailProvider } from "./mail.ts";
import { CONFIGURATION_SET } from "./mail-returns.ts";
import type { Objects } from "./objects.ts";
import type { Plan } from "./plan.ts";
import type { Provider } from "./provider.ts";
import type { Queues } from "./queue.ts";
import type { Receivers } from "./receivers.ts";
import type { Recorder } from "./recorder.ts";
import type { TableOf } from "./tables.ts";

export type Cloud = {
  readonly tableOf: TableOf;
  readonly bus: Bus;
  readonly queues: Queues;
  readonly objects: Objects;
  readonly mail: MailProvider;
  readonly provider: Provider;
  readonly receivers: Receivers;
};

/** Told what a function asked of AWS, and was allowed. */
export type OnAllowed = (functionName: string, asked: Asked) => void;

export function createEnvironments(options: {
  context: RunContext;
  call: Call;
  cloud: Cloud;
  services: readonly ServiceManifest[];
  recorder: Recorder;
  clockOf: ClockOf;
  onAllowed?: OnAllowed | undefined;
}): (code: FunctionCode, caller: Caller) => ExecutionEnvironment {
  const { call, clockOf, cloud, context, onAllowed, recorder, services } = options;
  const { scheduler } = context;
  const variables = settingsOf(context.plan, services);
  let ids = 0;

  return (code, caller) => {
    const service = services.find(({ name }) => name === code.service);
    if (!service) throw new TypeError(`There is no service ${code.service}.`);
    const clients = {
      dynamodb: () => createDocumentClient(context, call, caller, cloud.tableOf),
      eventbridge: () => cloud.bus.client(caller),
      sqs: () => cloud.queues.client(caller),
      ses: () => cloud.mail.client(caller),
      s3: () => cloud.objects.client(caller),
      webhooks: () => cloud.receivers.post(caller),
    };
    const environment: ExecutionEnvironment = {
      variable: (name) => variables.get(code.name)?.[name],
      now: () => Math.floor(clockOf(code.service)),
      newId: () => `simulated-${++ids}`,
      random: (bytes) => createHash("shake256", { outputLength: bytes }).update(`random-${++ids}`).digest(),
      pause: (longest) =>
        new Promise((resolve) => {
          const { chance } = context.occurrence(`${code.name}/pause`, caller.about);
          scheduler.after(chance(1) * longest, () => {
            if (caller.isAlive()) scheduler.resume(resolve);
          });
        }),
      wait: (milliseconds) =>
        new Promise((resolve) => {
          scheduler.after(milliseconds, () => {
            if (caller.isAlive()) scheduler.resume(resolve);
          });
        }),
      write: (line) => recorder.logged(code.name, line),
      // The shipped client of Stripe goes through a transport, so that all of it is run here too.
      client: <T>(kind: ClientKind, create: (transport?: Transport) => T) =>
        kind === "stripe" ? create(cloud.provider.transport(caller)) : (clients[kind]() as T),
    };
    const used = onAllowed && ((asked: Asked) => onAllowed(code.name, asked));
    return grantedEnvironment(environment, service, code.manifest, used);
  };
}

type Variables = ReturnType<typeof variablesOf>;

/** Made once for each list of services and each combination of settings, because a run is short. */
const known = new WeakMap<readonly ServiceManifest[], Map<string, Variables>>();

/** Every function's variables, with the plan's settings. */
function settingsOf({ settings }: Plan, services: readonly ServiceManifest[]): Variables {
  const { decideWithinSeconds, isRotating, quota, reservationSeconds } = settings;
  const name = `${decideWithinSeconds}/${reservationSeconds}/${isRotating}/${JSON.stringify(quota)}`;
  const ofServices = known.get(services) ?? new Map<string, Variables>();
  known.set(services, ofServices);
  const variables =
    ofServices.get(name) ??
    variablesOf(services, {
      CONFIGURATION_SET,
      DECIDE_WITHIN_SECONDS: String(decideWithinSeconds),
      RESERVATION_SECONDS: String(reservationSeconds),
      ...(quota && {
        ORDERS_PER_CUSTOMER: String(quota.orders),
        MAILS_PER_CUSTOMER: String(quota.mails),
        QUOTA_SECONDS: String(quota.seconds),
      }),
      ...(isRotating && { ORDER_ID_SECRET: `${orderIdSecret},simulated-earlier-secret` }),
    });
  ofServices.set(name, variables);
  return variables;
}
