// Finds the route a request is meant for, as API Gateway does: by its method and every part of its path.

export type Found<R> = { route: R; pathParameters: Record<string, string> };

export type Router<R> = {
  /**
   * Undefined where no route has the path with the method. Of two that fit, the one with fewer parameters is
   * meant.
   */
  find(method: string, path: string): Found<R> | undefined;
  /** The methods that a path is served with; none if it is unknown. */
  methodsOf(path: string): string[];
};

export function createRouter<R extends { manifest: { method: string; path: string } }>(
  routes: readonly R[],
): Router<R> {
  const known = routes
    .map((route) => ({ route, method: route.manifest.method, parts: route.manifest.path.split("/") }))
    .toSorted((a, b) => parametersIn(a.parts) - parametersIn(b.parts));
  return {
    find(method, path) {
      const parts = path.split("/").map(decoded);
      for (const each of known) {
        const pathParameters = each.method === method ? parametersOf(each.parts, parts) : undefined;
        if (pathParameters) return { route: each.route, pathParameters };
      }
      return undefined;
    },
    methodsOf(path) {
      const parts = path.split("/").map(decoded);
      const fitting = known.filter((each) => parametersOf(each.parts, parts));
      return [...new Set(fitting.map(({ method }) => method))].sort();
    },
  };
}

const parameter = /^\{(\w+)\}$/;
const parametersIn = (parts: readonly string[]) => parts.filter((each) => parameter.test(each)).length;

function parametersOf(
  wanted: readonly string[],
  given: readonly string[],
): Record<string, string> | undefined {
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    const name = parameter.exec(part)?.[1];
    if (name === undefined ? value !== part : value === "") return undefined;
    if (name !== undefined) parameters[name] = value;
  }
  return parameters;
}

/** What is no encoding stays as it came. */
function decoded(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
