// The functions of the manifests as they are deployed, each with its role.
import { type FunctionManifest, functionsOf, type ServiceManifest } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import { find, type Graph, physical, type Resource } from "../graph.ts";
import { grantsOf, type Statement } from "../policy.ts";
import { types } from "../types.ts";

export type Deployed = {
  name: string;
  service: ServiceManifest;
  manifest: FunctionManifest;
  function: Resource;
  role: Resource;
  grants: Statement[];
};

/** Every function of the manifests as it is deployed. Throws on one that is not. */
export function deployed(graph: Graph): Deployed[] {
  return services.flatMap((service) =>
    functionsOf(service).map((manifest) => {
      const name = `${service.name}-${manifest.name}`;
      const found = find(graph, types.function, ({ inputs }) => inputs.name === physical(graph, name));
      const role = found && find(graph, types.role, ({ arn }) => arn === found.inputs.role);
      if (!found || !role) throw new Error(`${name} is not deployed, or has no role of its own.`);
      return { name, service, manifest, function: found, role, grants: grantsOf(role) };
    }),
  );
}
