// Loads the code of a reaction and composes it from the worker's environment.
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import type { ReactionHandler } from "@order-saga/messaging/reaction";
import type { ReactionResources } from "@order-saga/messaging/topology";

/** A reaction that this worker's code has. */
export type KnownReaction = {
  readonly resources: ReactionResources;
  /** Imports the function's file. */
  readonly load: () => Promise<unknown>;
};

type FunctionModule = { readonly create: (env: ExecutionEnvironment) => ReactionHandler };

/**
 * A function's file composes itself from the process's variables while it is imported, as Lambda has it, so
 * they are there for that moment. Load one after the other.
 */
export async function loadHandler(
  { load }: KnownReaction,
  env: ExecutionEnvironment,
  variables: Readonly<Record<string, string>>,
): Promise<ReactionHandler> {
  const before = new Map(Object.keys(variables).map((name) => [name, process.env[name]]));
  Object.assign(process.env, variables);
  try {
    return ((await load()) as FunctionModule).create(env);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
