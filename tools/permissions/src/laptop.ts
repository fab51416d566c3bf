// A saga on the laptop, in memory, that notes which parts of the roles its functions use.

import type { RuntimeObserver } from "@order-saga/local/observer";
import { type Runtime, startRuntime } from "@order-saga/local/runtime";
import { type Saga, sagaOf } from "@order-saga/local/testing/saga";
import { createUsage, type Usage } from "./usage.ts";

export type Watched = { readonly saga: Saga<Runtime>; readonly usage: Usage };

export async function startWatched(): Promise<Watched> {
  // What is asked while it starts is noted once the roles are known.
  const early: Parameters<Usage["note"]>[] = [];
  let note: Usage["note"] = (...told) => void early.push(told);
  const observer: RuntimeObserver = {
    callJudged: ({ accessKey, asked }) => asked && note(accessKey, asked),
  };
  const saga = await sagaOf((listeners) =>
    startRuntime({ port: 0, awsPort: 0, data: undefined }, listeners, { observers: [observer] }),
  );
  const usage = createUsage(saga.runtime.roles);
  note = usage.note;
  for (const told of early) note(...told);
  return { saga, usage };
}
