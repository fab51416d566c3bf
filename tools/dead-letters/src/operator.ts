// The name under which an operator's action is logged.
import { userInfo } from "node:os";

/** The name in the request's header, or else the user of this machine. */
export function operatorName(header: string | undefined): string {
  const name = header?.trim().slice(0, 64);
  return name && !/^(console|1|true)$/i.test(name) ? name : userName();
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
