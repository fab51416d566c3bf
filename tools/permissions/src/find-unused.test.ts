// Nothing is granted that nothing uses; and a grant that is added and not used is found.
import { accessKeyOf, rolesOf } from "@order-saga/local/roles";
import { functionsOf } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import { findUnused } from "./find-unused.ts";
import { nameOf } from "./parts.ts";
import { createUsage } from "./usage.ts";

test("every part of every function's policy is used", async () => {
  const { parts, unused } = await findUnused(300);
  expect(unused.map(nameOf)).toEqual([]);
  expect(parts.length).toBeGreaterThan(0);
}, 300_000);

const functions = services.flatMap((service) =>
  functionsOf(service).map(({ name }) => accessKeyOf(service.name, name)),
);

test.each(functions)("a grant that is added to %s and not used is found", (name) => {
  const roles = rolesOf(services, {});
  const role = roles.get(name);
  if (!role) throw new TypeError(`${name} has no role.`);
  const before = createUsage(roles).unused().length;
  const added = {
    Effect: "Allow" as const,
    Action: "dynamodb:DeleteItem",
    Resource: "arn:aws:dynamodb:eu-west-1:000000000000:table/orders",
  };
  const Statement = [...role.policy.Statement, added];
  const usage = createUsage(roles.set(name, { ...role, policy: { ...role.policy, Statement } }));
  const unused = usage.unused().map(nameOf);
  expect(unused).toHaveLength(before + 1);
  expect(unused).toContain(`${name}: dynamodb:DeleteItem on table/orders`);
});
