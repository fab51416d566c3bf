// The adapters that the functions of payment share: the table, the provider and the clock.
import type { ReactionContext } from "@order-saga/messaging";
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import {
  type ExecutionEnvironment,
  requiredVariable,
  taskSender,
} from "@order-saga/messaging/execution-environment";
import { pacesOf } from "@order-saga/messaging/paces";
import type { SendTasks } from "@order-saga/messaging/tasks";
import { pacedStripe } from "../gateway/paced-stripe.ts";
import { createStripeGateway } from "../gateway/stripe.ts";
import { createStripeClient, type StripeClient } from "../gateway/stripe-client.ts";
import type { PaymentPorts, PaymentStore } from "../ports.ts";
import { hearProvider, payment, stripe } from "../service.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";

/** What the last call to the provider, and the writing of its answer, may take of an invocation. */
const ANSWER_MILLISECONDS = 6000;

/** The ports of a function, whose calls to the provider end with the invocation that has so long to run. */
export function paymentPorts(
  env: ExecutionEnvironment,
  manifest: { timeoutSeconds: number },
): (remainingMilliseconds: number) => PaymentPorts {
  const returnUrl = env.variable("RETURN_URL");
  const clientFor = stripeClient(env);
  const ports = {
    store: paymentStore(env),
    clock: env.now,
    functionTimeoutSeconds: manifest.timeoutSeconds,
    terms: { actionWithinSeconds: Number(requiredVariable(env, "ACTION_WITHIN_SECONDS")) },
  };
  return (remaining) => ({
    ...ports,
    gateway: createStripeGateway(clientFor(remaining), { now: env.now, ...(returnUrl && { returnUrl }) }),
  });
}

/** Each message is handled with the time that is left of its invocation. */
export function inInvocation<M, C extends Pick<ReactionContext, "remainingMilliseconds">, A, P>(
  portsFor: (remainingMilliseconds: number) => P,
  handlerOf: (ports: P) => (message: M, context: C) => A,
): (message: M, context: C) => A {
  return (message, context) => handlerOf(portsFor(context.remainingMilliseconds()))(message, context);
}

/** Stripe's client for an invocation that has so long to run; functions of one process share its pace. */
export function stripeClient(env: ExecutionEnvironment): (remainingMilliseconds: number) => StripeClient {
  const apiKey = requiredVariable(env, "STRIPE_API_KEY");
  const apiUrl = requiredVariable(env, "STRIPE_API_URL");
  const client = env.client("stripe", (transport) => createStripeClient(apiKey, apiUrl, transport));
  const paceOf = pacesOf(env, payment, stripe);
  return (remaining) =>
    pacedStripe(client, { clock: env, paceOf, until: env.now() + remaining - ANSWER_MILLISECONDS });
}

export function paymentStore(env: ExecutionEnvironment): PaymentStore {
  const client = env.client("dynamodb", createDocumentClient);
  return createDynamoDbStore({ client, tableName: requiredVariable(env, "TABLE_NAME") });
}

/** Rings the doorbell: payment looks at the intent. */
export const doorbell = (env: ExecutionEnvironment): SendTasks => taskSender(env, hearProvider.name);
