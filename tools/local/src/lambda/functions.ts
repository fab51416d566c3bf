// Every service's functions: one sandbox per service, invoked by service and name.
import { functionsOf, type ServiceManifest } from "@order-saga/messaging";
import { environmentOf } from "@order-saga/messaging/topology";
import type { ClockOffset } from "../clock.ts";
import type { Answers } from "../fast-path/thread-requests.ts";
import type { Named, Queues } from "../provision.ts";
import { accessKeyOf } from "../roles.ts";
import { BUS_NAME, functionsFolder } from "../source-folders.ts";
import { type Sandbox, type SandboxedFunction, startSandbox } from "./sandbox.ts";

export type Functions = {
  /** Every function as it is configured. */
  readonly configurations: readonly (SandboxedFunction & { readonly service: string })[];
  /** When the signal aborts, what the function waits for ends; its caller has left. */
  invoke(service: string, functionName: string, event: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Invocations under way. */
  running(): number;
  /** Loads a service's source anew; the running one stays if the new one does not load. */
  reload(service: string): Promise<void>;
  stop(): Promise<void>;
};

export async function startFunctions(options: {
  services: readonly ServiceManifest[];
  clock: ClockOffset;
  queues: Queues;
  /** What tables and the bus are called where the functions find them. */
  named?: Named;
  environment: Readonly<Record<string, string>>;
  values: Readonly<Record<string, string>>;
  answers?: Answers | undefined;
  hasRoles?: boolean;
  onLog: (line: string) => void;
  onWarning: (message: string) => void;
}): Promise<Functions> {
  const { named = (name) => name } = options;
  const configurations = options.services.flatMap((service) =>
    functionsOf(service).map((each) => ({
      service: service.name,
      name: each.name,
      timeoutSeconds: each.timeoutSeconds,
      memoryMegabytes: each.memoryMegabytes,
      ...(options.hasRoles && { accessKey: accessKeyOf(service.name, each.name) }),
      environment: environmentOf(service, each, {
        value: (name) => options.values[name] ?? service.settings[name] ?? "",
        tableName: (name) => named(name),
        busName: named(BUS_NAME),
        bucketName: () => named(service.bucket?.name ?? "", true),
        queueUrl: (name) => options.queues.get(name)?.url ?? "",
      }),
    })),
  );
  const sandboxes = new Map<string, Sandbox>(
    await Promise.all(
      options.services.map(
        async ({ name }): Promise<[string, Sandbox]> => [
          name,
          await startSandbox({
            service: name,
            functions: configurations.filter((each) => each.service === name),
            fileOf: (functionName) => new URL(`${functionName}.ts`, functionsFolder(name)).href,
            environment: options.environment,
            clock: options.clock,
            answers: options.answers,
            onLog: options.onLog,
            onCrash: (service, reason) =>
              options.onWarning(`The ${service} worker ended (${reason}); a fresh one starts.`),
          }),
        ],
      ),
    ),
  );
  const sandboxOf = (service: string): Sandbox => {
    const sandbox = sandboxes.get(service);
    if (!sandbox) throw new Error(`There is no service ${service}.`);
    return sandbox;
  };
  let running = 0;

  return {
    configurations,
    async invoke(service, functionName, event, signal) {
      running++;
      try {
        return await sandboxOf(service).invoke(functionName, event, signal);
      } finally {
        running--;
      }
    },
    running: () => running,
    reload: (service) => sandboxOf(service).reload(),
    stop: async () => {
      await Promise.all([...sandboxes.values()].map((sandbox) => sandbox.stop()));
    },
  };
}
