// Which version of a service's code runs: the second from its deployment to its rollback, else the first.
import type { FunctionCode } from "./lambda.ts";

/** The functions' code, by version. */
export type Versions = {
  readonly first: ReadonlyMap<string, FunctionCode>;
  readonly second: ReadonlyMap<string, FunctionCode>;
};

export type Deployments = ReturnType<typeof createDeployments>;

export function createDeployments({ first, second }: Versions) {
  const deployed = new Set<string>();
  return {
    /** From now on the service's second version runs. */
    deploy: (service: string) => void deployed.add(service),
    /** The first version runs again. */
    rollBack: (service: string) => void deployed.delete(service),
    codeOf(name: string): FunctionCode {
      const running = first.get(name);
      const code = running && deployed.has(running.service) ? second.get(name) : running;
      if (!code) throw new TypeError(`There is no function ${name}.`);
      return code;
    },
  };
}
