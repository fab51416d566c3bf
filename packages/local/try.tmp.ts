import { startSaga } from "./test/saga.ts";

const s = await startSaga();
const w = await s.place();
await s.settled(w);
const c0 = process.cpuUsage();
const e0 = performance.eventLoopUtilization();
const t1 = performance.now();
const ids = await Promise.all(Array.from({ length: 300 }, () => s.place()));
console.log("placed", performance.now() - t1);
const r: Record<string, number> = {};
for (const i of ids) {
  const x = await s.settled(i);
  r[x] = (r[x] ?? 0) + 1;
}
console.log(r, performance.now() - t1);
const c = process.cpuUsage(c0);
console.log("cpu s", (c.user + c.system) / 1e6, "main elu", performance.eventLoopUtilization(e0).utilization);
const counts: Record<string, number> = {};
for (const i of ids) for (const e of s.eventsOf(i)) counts[e.type] = (counts[e.type] ?? 0) + 1;
console.log(counts);
console.log(
  s.warnings.slice(0, 5),
  s.logs.filter((l) => l.includes('"warn"') || l.includes('"error"')).slice(0, 8),
);
await s.stop();
process.exit(0);
