// What the searches of Stripe's idempotency keys cover.
import type { KeyScope } from "./search.ts";

const oneHold: KeyScope = {
  name: "one-hold",
  says: "two ask for an authorisation at once; 500s kept or not, answers lost, deaths",
  operation: "authorize",
  askers: 2,
  isMixed: false,
  faults: { kept: 2, free: 2 },
};

export const keyScopes: readonly KeyScope[] = [
  oneHold,
  {
    ...oneHold,
    name: "one-hold-of-three",
    says: "three ask for an authorisation at once; a 500 kept, one not, answers lost, deaths",
    askers: 3,
    faults: { kept: 1, free: 1 },
  },
  {
    ...oneHold,
    name: "one-hold-in-a-rollout",
    says: "two versions ask with other parameters under the same keys; 500s kept or not, answers lost, deaths",
    isMixed: true,
  },
  {
    ...oneHold,
    name: "one-refund",
    says: "two ask for the same refund at once; 500s kept or not, answers lost, deaths",
    operation: "refund",
  },
];
