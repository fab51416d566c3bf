// The whole laptop: the runtime, the console and the invariants' witness.
import { createConsole } from "@order-saga/console/console";
import { createWitness, type Witness } from "@order-saga/invariants/witness";
import type { RuntimeOptions } from "@order-saga/local/options";
import { type Runtime, type RuntimeListeners, startRuntime } from "@order-saga/local/runtime";

export type Laptop = Runtime & { readonly witness: Witness };

export async function startLaptop(options: RuntimeOptions, listeners: RuntimeListeners): Promise<Laptop> {
  const witness = createWitness({ now: () => Date.now(), maximumOrders: 10_000 });
  const console = createConsole({ directory: options.data, witness });
  const runtime = await startRuntime(options, listeners, {
    observers: [...console.observers, witness],
    mount: console.mount,
  });
  return { ...runtime, witness };
}
