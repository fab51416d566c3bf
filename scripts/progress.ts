// Says every ten seconds how many test files are done; on a terminal, vitest itself does.
import type { Reporter } from "vitest/node";

const MILLISECONDS = 10_000;

export function progress(): Reporter {
  if (process.stdout.isTTY) return {};
  const counts = { all: 0, done: 0, failed: 0 };
  let timer: NodeJS.Timeout | undefined;
  return {
    onTestRunStart(specifications) {
      Object.assign(counts, { all: specifications.length, done: 0, failed: 0 });
      const begun = performance.now();
      timer = setInterval(() => {
        const seconds = Math.round((performance.now() - begun) / 1000);
        console.log(`… ${counts.done} of ${counts.all} files, ${counts.failed} failed, ${seconds} s`);
      }, MILLISECONDS);
      timer.unref();
    },
    onTestModuleEnd(module) {
      counts.done += 1;
      if (module.state() === "failed") counts.failed += 1;
    },
    onTestRunEnd: () => clearInterval(timer),
  };
}
