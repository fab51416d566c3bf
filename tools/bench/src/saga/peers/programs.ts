// Which programs of other peers' stores are on the path.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const hasProgram = (name: string): boolean =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Why a peer has to be skipped, or nothing. */
export function missing(programs: readonly string[]): string {
  const absent = programs.filter((name) => !hasProgram(name));
  if (absent.length === 0) return "";
  return `${absent.join(" and ")} ${absent.length === 1 ? "is" : "are"} not on the path`;
}
