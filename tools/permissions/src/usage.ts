// Which parts of the functions' roles are used: what the endpoint and the simulator allow is noted here.
import type { Role } from "@order-saga/emulator";
import type { Asked } from "@order-saga/iam/requests";
import { nameOf, type Part, partsOf, uses } from "./parts.ts";

export type Usage = {
  /** A request of the role that its policy allowed. */
  note(role: string, asked: Asked): void;
  isUsed(part: Part): boolean;
  /** Parts that nothing has used so far. */
  unused(): Part[];
};

export function createUsage(roles: ReadonlyMap<string, Role>): Usage {
  const parts = [...roles].flatMap(([name, { policy }]) => partsOf(name, policy));
  /** By role: what nothing has used. A part that is found used is not looked at again. */
  const left = new Map<string, Set<Part>>();
  for (const part of parts) left.set(part.role, (left.get(part.role) ?? new Set<Part>()).add(part));
  return {
    note(role, asked) {
      const ofRole = left.get(role);
      for (const part of ofRole ?? []) if (uses(part, asked)) ofRole?.delete(part);
    },
    isUsed: (part) => ![...(left.get(part.role) ?? [])].some((each) => nameOf(each) === nameOf(part)),
    unused: () => [...left.values()].flatMap((each) => [...each]),
  };
}
