// The whole laptop: the runtime with the console's recorder and the invariants' witness, and the console on it.
import { startConsole } from "@order-saga/console/console";
import { startRecording } from "@order-saga/console/recording";
import type { WatchedRuntime } from "@order-saga/console/watched";
import { createWitness } from "@order-saga/invariants/witness";
import type { RuntimeOptions } from "@order-saga/local/options";
import { type RuntimeListeners, startRuntime } from "@order-saga/local/runtime";

export type Laptop = WatchedRuntime;

export async function startLaptop(options: RuntimeOptions, listeners: RuntimeListeners): Promise<Laptop> {
  const now = () => Date.now();
  const { observer, recorder } = startRecording(now);
  const witness = createWitness({ now, maximumOrders: 10_000 });
  const runtime = await startRuntime(options, listeners, {
    observers: [observer, witness],
    mount(app, runtime) {
      const console = startConsole({ ...runtime, recorder, witness }, options.data);
      console.mount(app);
      return console.stop;
    },
  });
  return { ...runtime, recorder, witness };
}
