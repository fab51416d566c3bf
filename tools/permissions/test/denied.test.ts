// Each part of each function's policy is taken away once: the scenario that uses it then meets AccessDenied.
// CI takes one part of each action and condition; NIGHTLY=1 takes all.
import type { Role } from "@order-saga/emulator";
import type { JudgedCall } from "@order-saga/local/observer";
import { rolesOf } from "@order-saga/local/roles";
import type { Runtime } from "@order-saga/local/runtime";
import type { Saga } from "@order-saga/local/testing/saga";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWatched } from "../src/laptop.ts";
import { nameOf, type Part, partsOf, without } from "../src/parts.ts";
import { type Scenario, scenarios, supply } from "../src/scenarios.ts";

const isAll = process.env.NIGHTLY !== undefined;
const parts = [...rolesOf(services, {})].flatMap(([name, { policy }]) => partsOf(name, policy));

/** The first of each kind: an action, with its condition's key. */
function sample(all: readonly Part[]): Part[] {
  const kinds = new Map(all.toReversed().map((part) => [`${part.action} ${part.condition?.key}`, part]));
  return [...kinds.values()];
}
const chosen = isAll ? parts : sample(parts);
if (!isAll) console.log(`${chosen.length} of ${parts.length} grants are taken away; NIGHTLY=1 takes all.`);

let saga: Saga<Runtime>;
const usedBy = new Map<string, Scenario>();
const judged = new Set<(call: JudgedCall) => void>();

beforeAll(async () => {
  const watched = await startWatched();
  saga = watched.saga;
  for (const scenario of scenarios) {
    const before = new Set(watched.usage.unused().map(nameOf));
    await scenario.play(saga);
    const after = new Set(watched.usage.unused().map(nameOf));
    for (const name of before) if (!after.has(name)) usedBy.set(name, scenario);
  }
  saga.runtime.observe({
    callJudged(call) {
      for (const tell of judged) tell(call);
    },
  });
}, 120_000);
afterAll(() => saga.stop());

/** Resolves with the refusal's message when the role is refused what the part allowed. */
function denialOf({ action, role }: Part): { denied: Promise<string>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const hear = ({ accessKey, denial }: JudgedCall) => {
    if (accessKey === role && denial?.message.toLowerCase().includes(action.toLowerCase()))
      resolve(`${denial.name}: ${denial.message}`);
  };
  judged.add(hear);
  return { denied: promise, forget: () => judged.delete(hear) };
}

/** What went wrong is over: nothing is left in a queue, nothing is faulty, and no mapping is paused. */
async function heal(): Promise<void> {
  saga.runtime.faults.remove();
  for (const { deadLetterQueue, queue } of saga.runtime.reactions) {
    const mapping = saga.runtime.mappings.get(queue.name);
    await mapping?.disable();
    for (const { name } of [queue, deadLetterQueue])
      await saga.runtime.aws.queues.call("PurgeQueue", { QueueUrl: name }, AbortSignal.timeout(5000));
    mapping?.enable();
  }
}

/** Gives the role back whatever happens, so that a test that is stopped spoils no other. */
async function withoutPart(part: Part, role: Role, scenario: Scenario, signal: AbortSignal): Promise<string> {
  const { roles } = saga.runtime;
  const { denied, forget } = denialOf(part);
  roles.set(part.role, { ...role, policy: without(role.policy, part) });
  for (const mapping of saga.runtime.mappings.values()) {
    await mapping.disable();
    mapping.enable();
  }
  let isOver = false;
  // It may well not end as it does with all grants, and on a busy machine stop before the call. Schedules and
  // what came late from the scenario before may have used the part, so that the others are played as well.
  const playing = async () => {
    for (let next = scenario, turn = 0; !isOver; next = scenarios[turn++ % scenarios.length] ?? scenario) {
      await supply(saga).catch(() => {});
      await next.play(saga).catch(() => {});
      await saga.runtime.schedules.runNow().catch(() => {});
    }
  };
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  try {
    void playing();
    return await Promise.race([denied, stopped]);
  } finally {
    isOver = true;
    forget();
    roles.set(part.role, role);
    await heal();
  }
}

test.for(chosen.map((part) => [nameOf(part), part] as const))(
  "without %s",
  { timeout: 120_000 },
  async ([name, part], { signal }) => {
    const scenario = usedBy.get(name);
    const role = saga.runtime.roles.get(part.role);
    if (!role) throw new TypeError(`${part.role} has no role.`);
    if (!scenario) return expectJudged(part, role);
    expect(await withoutPart(part, role, scenario, signal)).toMatch(/^AccessDenied/);
  },
);

/** Only the simulator leads there, by the same judgement. */
function expectJudged(part: Part, role: Role): void {
  const left = partsOf(part.role, without(role.policy, part)).map(nameOf);
  expect(left).not.toContain(nameOf(part));
}
