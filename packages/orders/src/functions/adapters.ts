// The adapters that the functions of orders share: the table, the log and the clock.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { failureOf } from "@order-saga/messaging/errors";
import {
  type ExecutionEnvironment,
  edgeOf,
  requiredVariable,
} from "@order-saga/messaging/execution-environment";
import { quotaIn } from "@order-saga/messaging/quota/adapters";
import type { Quota } from "@order-saga/messaging/quota/places";
import { orderQuotaRecord } from "@order-saga/protocol/records";
import { type Admission, createAdmission } from "../admission/admission.ts";
import { type Terms, termsOf } from "../admission/gauge.ts";
import { createLateness, type Lateness } from "../admission/lateness.ts";
import { createGaugeStore, createTurnStore } from "../store/admission-dynamodb.ts";
import { createBulkStore } from "../store/bulks-dynamodb.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";
import { createWaitPlaces } from "../store/wait-places-dynamodb.ts";
import { createWaiting } from "../waiting.ts";

export function orderStore(env: ExecutionEnvironment) {
  return createDynamoDbStore(tableOf(env));
}

export function bulkStore(env: ExecutionEnvironment) {
  return createBulkStore(tableOf(env));
}

export const waiting = (env: ExecutionEnvironment) =>
  createWaiting({
    places: createWaitPlaces(tableOf(env)),
    count: Number(requiredVariable(env, "WAITS_AT_ONCE")),
    now: env.now,
    wait: env.wait,
  });

const tableOf = (env: ExecutionEnvironment) => ({
  client: env.client("dynamodb", createDocumentClient),
  tableName: requiredVariable(env, "TABLE_NAME"),
  pause: env.pause,
});

/** Undefined in a stage that takes every order. */
function admissionTerms(env: ExecutionEnvironment): Terms | undefined {
  const percent = Number(requiredVariable(env, "ADMIT_WITHIN_PERCENT"));
  return percent > 0 ? termsOf((decideWithinSeconds(env) * percent) / 100) : undefined;
}

/** What cannot be read or written here keeps no order from being taken. */
const failed = (env: ExecutionEnvironment) => {
  const { log } = edge(env);
  return (error: unknown) => log("warn", "the gauges of late orders could not be used", failureOf(error));
};

export function admission(env: ExecutionEnvironment): Admission | undefined {
  const terms = admissionTerms(env);
  const table = tableOf(env);
  const stores = { gauges: createGaugeStore(table), turns: createTurnStore(table) };
  return terms && createAdmission({ ...stores, terms, failed: failed(env) });
}

export function lateness(env: ExecutionEnvironment): Lateness | undefined {
  const terms = admissionTerms(env);
  return terms && createLateness({ gauges: createGaugeStore(tableOf(env)), terms, failed: failed(env) });
}

/** Undefined in a stage without a quota of orders. */
export const orderQuota = (env: ExecutionEnvironment): Quota | undefined =>
  quotaIn(env, "ORDERS_PER_CUSTOMER", orderQuotaRecord.key);

const LONGEST_PAUSE_MILLISECONDS = 1500;

export const backOff = (env: ExecutionEnvironment) => (attempt: number) =>
  env.pause(Math.min(LONGEST_PAUSE_MILLISECONDS, 10 * 2 ** attempt));

export const decideWithinSeconds = (env: ExecutionEnvironment) =>
  Number(requiredVariable(env, "DECIDE_WITHIN_SECONDS"));

export const paceOf = (env: ExecutionEnvironment) => ({
  ordersPerSecond: Number(requiredVariable(env, "BULK_ORDERS_PER_SECOND")),
  decideWithinSeconds: decideWithinSeconds(env),
});

export const edge = (env: ExecutionEnvironment) => edgeOf(env, "orders");
