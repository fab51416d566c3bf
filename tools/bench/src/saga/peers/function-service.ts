// The order as one function that answers when all is done: nothing is kept of a step but what it wrote.
import { effectsAt } from "./effects.ts";
import { settleOrder } from "./order.ts";
import { serveOrders } from "./serve.ts";

const effects = effectsAt(process.argv[2]);
await serveOrders((orderId) => settleOrder((_name, act) => act(), orderId, effects));
