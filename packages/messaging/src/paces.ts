// A process's ways to a provider, one for each of its endpoints.
import { type ExecutionEnvironment, requiredVariable } from "./execution-environment.ts";
import { functionsOf, type ServiceManifest } from "./manifest.ts";
import { createPace, type Pace } from "./pace.ts";
import { type ProviderLimit, processesOf } from "./provider-limit.ts";

/** What functions of one process share. */
const shared = new WeakMap<object, Map<string, Pace>>();

export function pacesOf(
  env: ExecutionEnvironment,
  service: ServiceManifest,
  { provider, setting }: ProviderLimit,
): (endpoint: string) => Pace {
  const perSecond = Number(requiredVariable(env, setting));
  const limit = { perSecond, processes: processesOf(functionsOf(service), provider, perSecond) };
  const known = shared.get(env.process ?? {}) ?? new Map<string, Pace>();
  if (env.process) shared.set(env.process, known);
  return (endpoint) => {
    const name = `${provider} ${endpoint}`;
    const pace = known.get(name) ?? createPace(env, limit);
    known.set(name, pace);
    return pace;
  };
}
