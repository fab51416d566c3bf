// Edits of the rendered graph, as a careless change of stacks/ would make them.
import type { Graph, Resource } from "../../src/graph.ts";
import { types } from "../../src/types.ts";

export type Mutation = {
  change: string;
  edit: (graph: Graph) => void;
  breaks: string;
  /** The stage whose graph is edited, where it is not production's. */
  in?: "ada";
};

/** The resource of a type whose name in AWS ends with `text`, or else the first whose name holds it. */
export function one(graph: Graph, type: string, text = ""): Resource {
  const all = graph.resources.filter((each) => each.type === type);
  const found =
    all.find(({ inputs }) => String(inputs.name).endsWith(text)) ??
    all.find((each) => `${each.name} ${each.inputs.name}`.includes(text));
  if (!found) throw new Error(`The graph has no ${type} ${text} to change.`);
  return found;
}

export function remove(graph: Graph, resource: Resource): void {
  graph.resources.splice(graph.resources.indexOf(resource), 1);
}

export function removed(type: string, text = "") {
  return (graph: Graph) => remove(graph, one(graph, type, text));
}

/** Edits the inputs of a resource. */
// biome-ignore lint/suspicious/noExplicitAny: inputs are as wide as AWS
export function inputs(type: string, text: string, edit: (inputs: any) => void) {
  return (graph: Graph) => edit(one(graph, type, text).inputs);
}

// biome-ignore lint/suspicious/noExplicitAny: policies are JSON
export type RawStatement = Record<string, any>;

/** Edits the statements of a function's role. */
export function role(name: string, edit: (statements: RawStatement[]) => void) {
  return inputs(types.role, name, (given) => {
    const [policy] = given.inlinePolicies;
    const document = JSON.parse(policy.policy);
    edit(document.Statement);
    policy.policy = JSON.stringify(document);
  });
}

/** Edits the JSON of a policy held in `field`. */
export function policy(
  type: string,
  name: string,
  field: string,
  edit: (statements: RawStatement[]) => void,
) {
  return inputs(type, name, (given) => {
    const document = JSON.parse(given[field]);
    edit(document.Statement);
    given[field] = JSON.stringify(document);
  });
}

export function action(statements: RawStatement[], name: string): RawStatement {
  const found = statements.find((each) => [each.Action].flat().includes(name));
  if (!found) throw new Error(`No statement allows ${name}.`);
  return found;
}

export const reaction = "payment-capture-payment";
export const roleOf = "PaymentCapturePaymentRole";

// biome-ignore lint/suspicious/noExplicitAny: a bundle is read-only elsewhere
export function bundleOf(graph: Graph, name: string): { [K in keyof Graph["bundles"][number]]: any } {
  const [service, ...words] = name.split("-");
  const found = graph.bundles.find(
    ({ handler }) => handler === `packages/${service}/src/functions/${words.join("-")}.handler`,
  );
  if (!found) throw new Error(`The graph has no bundle of ${name}.`);
  return found;
}

export function route(graph: Graph, key: string): Resource {
  const found = graph.resources.find(({ type, inputs }) => type === types.route && inputs.routeKey === key);
  if (!found) throw new Error(`The graph has no route ${key}.`);
  return found;
}
