// On what a measurement was made.
import { availableParallelism, cpus, loadavg } from "node:os";

export type Machine = {
  summary: string;
  date: string;
  node: string;
  cores: number;
  cpu: string;
  load: number;
};

export function machine(): Machine {
  const cpu = cpus()[0]?.model.trim() ?? "unknown";
  const cores = availableParallelism();
  const load = loadavg()[0] ?? 0;
  const date = new Date().toISOString().slice(0, 10);
  const node = process.version;
  return {
    summary: `${date}, Node ${node}, ${cores} × ${cpu}, load ${load.toFixed(1)}`,
    date,
    node,
    cores,
    cpu,
    load,
  };
}
