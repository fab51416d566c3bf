// `sst dev` makes the same system; only where a function's code runs, and who may take its role, differ.
import { expect, test } from "vitest";
import type { Graph, Resource } from "../src/graph.ts";
import { statementsOf } from "../src/policy.ts";
import { synthesize } from "../src/synthesize.ts";
import { types } from "../src/types.ts";
import { adasSettings, rendered } from "./rendered.ts";

const deployed = await rendered("ada");
const live = await synthesize("ada", adasSettings, { command: "dev" });

/** Everything but code, functions and roles, and their waiting for the key of what SST bundles with code. */
function around(graph: Graph) {
  const code = /^aws:(s3|lambda\/function:|iam)/;
  const withoutKey = ({ dependsOn = [], ...options }: Resource["options"]) => ({
    ...options,
    dependsOn: dependsOn.filter((each) => !each.endsWith(" LambdaEncryptionKey")),
  });
  return graph.resources
    .filter(({ type }) => !code.test(type))
    .map((each) => ({ ...each, options: withoutKey(each.options) }));
}

test("queues, rules, tables, routes and mappings are the same", () => {
  expect(around(live)).toEqual(around(deployed));
});

test("functions keep their names, timeouts and own variables, and run on the developer's machine", () => {
  const functions = (graph: Graph) =>
    graph.resources.filter(({ type }) => type === types.function).map(({ inputs }) => inputs);
  expect(functions(live)).toHaveLength(functions(deployed).length);
  for (const [index, { name, timeout, handler, environment }] of functions(live).entries()) {
    const other = functions(deployed)[index];
    expect({ name, timeout }).toEqual({ name: other?.name, timeout: other?.timeout });
    expect(environment.variables).toMatchObject(other?.environment.variables);
    expect(handler).toBe("bootstrap");
  }
});

test("a developer of the account may take a live function's role, and its own permissions are all kept", () => {
  const roles = (graph: Graph) =>
    graph.resources.filter(({ type, name }) => type === types.role && !name.includes("Schedule"));
  for (const role of roles(live)) {
    const principals = statementsOf(role.inputs.assumeRolePolicy).flatMap((each) => each.principals);
    expect(principals).toContain("AWS:arn:aws:iam::123456789012:root");
    const own = roles(deployed).find(({ name }) => name === role.name);
    const [policy] = role.inputs.inlinePolicies;
    for (const statement of statementsOf(own?.inputs.inlinePolicies[0].policy)) {
      expect(statementsOf(policy.policy)).toContainEqual(statement);
    }
  }
});
