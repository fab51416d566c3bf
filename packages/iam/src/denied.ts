// How AWS says no, in the words and the codes of each service.
// Source: IAM user guide, "Troubleshoot access denied error messages".
import type { Decision } from "./evaluate.ts";
import type { Asked, Call } from "./requests.ts";

export type Denial = {
  /** As the SDK names the error. */
  readonly name: "AccessDenied" | "AccessDeniedException";
  readonly message: string;
  readonly httpStatusCode: 400 | 403;
};

const reasons: Readonly<Record<Exclude<Decision, "allowed">, (action: string) => string>> = {
  denied: (action) => `because no identity-based policy allows the ${action} action`,
  "denied by the role": () => "with an explicit deny in an identity-based policy",
  "denied by the resource": () => "with an explicit deny in a resource-based policy",
};

/** SQS writes its actions in lower case; SES still has the quotation marks of its own protocol. */
export function denialOf(
  service: Call["service"],
  { action, resource }: Asked,
  principal: string,
  decision: Exclude<Decision, "allowed">,
): Denial {
  if (service === "ses") {
    const message = `User \`${principal}' is not authorized to perform \`${action}' on resource \`${resource}'`;
    return { name: "AccessDenied", message, httpStatusCode: 403 };
  }
  const said = service === "sqs" ? action.toLowerCase() : action;
  const named = service === "s3" ? `"${resource}"` : resource;
  const message = `User: ${principal} is not authorized to perform: ${said} on resource: ${named} ${reasons[decision](said)}`;
  return service === "sqs" || service === "s3"
    ? { name: "AccessDenied", message, httpStatusCode: 403 }
    : { name: "AccessDeniedException", message, httpStatusCode: 400 };
}
