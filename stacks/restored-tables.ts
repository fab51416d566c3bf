// Tables that a stage finds instead of making them: restored from a backup, and named by TABLE_<SERVICE>.
import { services } from "@order-saga/services";

/** TABLE_ORDERS for orders. */
export const settingOf = (service: string) => `TABLE_${service.toUpperCase().replaceAll("-", "_")}`;

/**
 * The tables' names by their service. A name says its stage and its service, so that a stage neither writes
 * into another's table nor gives a service the table of its neighbour.
 * `prefix` is what the names of the stage's resources begin with. Throws with every fault.
 */
export function restoredTables(
  environment: Readonly<Record<string, string | undefined>>,
  prefix: string,
): ReadonlyMap<string, string> {
  const given = services.flatMap(({ name }): [string, string][] => {
    const table = environment[settingOf(name)]?.trim();
    return table ? [[name, table]] : [];
  });
  const known = new Set(services.map(({ name }) => settingOf(name)));
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith("TABLE_") && !known.has(name) && environment[name],
  );
  const faults = [
    ...unknown.map((name) => `${name} names no service; there are ${[...known].join(", ")}`),
    ...given.flatMap(([service, table]) => faultOf(prefix, service, table)),
  ];
  if (faults.length === 0) return new Map(given);
  throw new Error(
    `The restored tables are not named well (docs/runbooks/restore.md):\n${faults.map((each) => `  ${each}`).join("\n")}`,
  );
}

function faultOf(prefix: string, service: string, table: string): string[] {
  const rest = table.slice(prefix.length).toLowerCase();
  const namesItself = table.startsWith(prefix) && rest.startsWith(service);
  const namesAnother = services.some(({ name }) => name !== service && rest.includes(name));
  // Amazon DynamoDB developer guide, "Naming rules": 3 to 255 of these characters.
  if (/^[\w.-]{3,255}$/.test(table) && namesItself && !namesAnother) return [];
  return [
    `${settingOf(service)}=${table}: must be called ${prefix}${service}-…, as ${prefix}${service}-restored`,
  ];
}
