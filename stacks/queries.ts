// Saved queries of Logs Insights: one order's lines over all functions, and what failed in the last hour.
import type { DeployedFunction } from "./function.ts";
import { physicalName } from "./naming.ts";

/** In the console's list the queries of a stage lie in one folder. A query costs only when it is run. */
export function createQueries(functions: readonly DeployedFunction[]): void {
  const logGroupNames = functions.map(({ logGroup }) => logGroup.name);
  for (const [name, queryString] of Object.entries(queries)) {
    new aws.cloudwatch.QueryDefinition(`Query${name.charAt(0).toUpperCase()}${name.slice(1)}`, {
      name: `${physicalName("logs")}/${name}`,
      logGroupNames,
      queryString,
    });
  }
}

const fields =
  "fields @timestamp, level, service, reaction, function, message, eventType, attempt, status, errorName, reason";

/** Lambda's own lines of a failure, a timeout for one, have a `type` and neither `level` nor `service`. */
const queries = {
  order: [fields, "messageId, requestId"].join(", ").concat(`
| filter orderId = "ord_…"
| sort @timestamp asc
| limit 1000`),
  failed: [fields, "orderId, requestId, type, errorType, record.status"].join(", ").concat(`
| filter toMillis(@timestamp) >= now() * 1000 - 3600000
| filter level in ["warn", "error", "WARN", "ERROR", "FATAL"] or record.status in ["error", "failure", "timeout"]
| sort @timestamp desc
| limit 1000`),
};
