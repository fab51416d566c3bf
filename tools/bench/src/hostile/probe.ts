// Asks for the shop's health again and again, in a thread of its own, and tells how long each answer took.
import { Agent, get } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

const { everyMilliseconds, url } = workerData as { url: string; everyMilliseconds: number };
const agent = new Agent({ keepAlive: true });
const took: number[] = [];
let failed = 0;
let isOver = false;
parentPort?.once("message", () => {
  isOver = true;
});

while (!isOver) {
  const begun = performance.now();
  await new Promise<void>((resolve) => {
    const asked = get(`${url}/health`, { agent }, (response) => {
      if (response.statusCode !== 200) failed++;
      response.resume().on("end", resolve);
    });
    asked.on("error", () => {
      failed++;
      resolve();
    });
  });
  // A stall would have delayed every question due within it, not only the one that waits for its answer.
  for (let late = performance.now() - begun; late > 0; late -= everyMilliseconds) took.push(late);
  await new Promise((resolve) => setTimeout(resolve, everyMilliseconds));
}
parentPort?.postMessage({ took, failed });
agent.destroy();
