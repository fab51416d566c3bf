// The environment of one reaction among several in a process: its variables are there under its own name.
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { workerVariable } from "@order-saga/messaging/topology";

type Variables = Readonly<Record<string, string | undefined>>;

/** Read by every function, and the same for all of them. */
const shared = ["AWS_REGION", "LOG_LEVEL", "LOG_SAMPLE"];

/** The variables of a reaction by the names that its code knows. */
export function variablesOf(reaction: string, given: Variables): Record<string, string> {
  const prefix = workerVariable(reaction, "");
  const own = Object.entries(given).flatMap(([name, value]) =>
    name.startsWith(prefix) && value !== undefined ? [[name.slice(prefix.length), value]] : [],
  );
  const common = shared.flatMap((name) => {
    const value = given[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries([...common, ...own]);
}

/** As `base`, with variables of its own; reactions of one service share what a process may share. */
export function environmentOfReaction(
  base: ExecutionEnvironment,
  variables: Readonly<Record<string, string>>,
  shared: object,
): ExecutionEnvironment {
  return { ...base, process: shared, variable: (name) => variables[name] };
}
