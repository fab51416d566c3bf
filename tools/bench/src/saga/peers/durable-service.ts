// The order as an AWS durable function, run by its SDK's local runner, which keeps checkpoints in memory.
import { pathToFileURL } from "node:url";
import { effectsAt } from "./effects.ts";
import { fromCache } from "./install.ts";
import { settleOrder } from "./order.ts";
import { serveOrders } from "./serve.ts";

type Context = { step<T>(name: string, act: () => Promise<T>): Promise<T> };
type Execution = { getStatus(): string; getResult(): string };
type Durable = {
  withDurableExecution(run: (event: { orderId: string }, context: Context) => Promise<string>): unknown;
};
type Testing = {
  LocalDurableTestRunner: {
    new (options: {
      handlerFunction: unknown;
    }): {
      run(request: { payload: { orderId: string } }): Promise<Execution>;
    };
    setupTestEnvironment(options: { skipTime: boolean }): Promise<void>;
  };
};

const load = (name: string) => import(pathToFileURL(fromCache.resolve(name)).href);
const { withDurableExecution }: Durable = await load("@aws/durable-execution-sdk-js");
const { LocalDurableTestRunner }: Testing = await load("@aws/durable-execution-sdk-js-testing");

const effects = effectsAt(process.argv[2]);
const handlerFunction = withDurableExecution(({ orderId }, context) =>
  settleOrder((name, act) => context.step(name, act), orderId, effects),
);
await LocalDurableTestRunner.setupTestEnvironment({ skipTime: false });
await serveOrders(async (orderId) => {
  const execution = await new LocalDurableTestRunner({ handlerFunction }).run({ payload: { orderId } });
  if (execution.getStatus() !== "SUCCEEDED") throw new Error(`The execution ${execution.getStatus()}.`);
  return execution.getResult();
});
