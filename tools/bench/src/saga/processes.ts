// What a process and its children have used, from Linux's /proc; other systems do not tell.
import { readdirSync, readFileSync } from "node:fs";
import type { Usage } from "./contender.ts";

type Stat = { parent: number; ticks: number; residentMegabytes: number };

/** Linux counts CPU for programs in hundredths of a second, whatever the kernel's own clock. */
const MILLISECONDS_PER_TICK = 10;

/** Of these processes and all that came from them and still run; undefined without /proc. */
export function usageOf(roots: readonly number[]): Usage | undefined {
  const all = readAll();
  if (!all) return undefined;
  const usage: Usage = { cpuMilliseconds: 0, residentMegabytes: 0 };
  for (const [pid, stat] of all) {
    if (!comesFrom(pid, roots, all)) continue;
    usage.cpuMilliseconds += stat.ticks * MILLISECONDS_PER_TICK;
    usage.residentMegabytes += stat.residentMegabytes;
  }
  return usage;
}

function comesFrom(pid: number, roots: readonly number[], all: ReadonlyMap<number, Stat>): boolean {
  for (let each: number | undefined = pid; each; each = all.get(each)?.parent) {
    if (roots.includes(each)) return true;
  }
  return false;
}

function readAll(): Map<number, Stat> | undefined {
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return new Map(pids.flatMap((pid) => readStat(pid)));
  } catch {
    return undefined;
  }
}

/** A process that ended meanwhile is none. */
function readStat(pid: string): [number, Stat][] {
  try {
    // The name in brackets may hold blanks; what follows it is numbers (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    const at = (index: number) => Number(fields[index]);
    const ticks = at(11) + at(12) + at(13) + at(14);
    return [[Number(pid), { parent: at(1), ticks, residentMegabytes: (at(21) * 4096) / 2 ** 20 }]];
  } catch {
    return [];
  }
}
