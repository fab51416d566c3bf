// The same order as a table: every moment with its time, its place and its words.
import type { Moment } from "../../../../src/console-api.ts";
import { labelOf } from "../../layout/timeline.ts";
import { formatDuration, formatMoney } from "../../parts/format.ts";
import { Time } from "../../parts/values.tsx";

export function MomentsTable({ moments }: { moments: readonly Moment[] }) {
  const start = Date.parse(moments[0]?.at ?? "");
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Everything that happened">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">After</th>
            <th scope="col">At</th>
            <th scope="col">Where</th>
            <th scope="col">What</th>
            <th scope="col" class="number">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {moments.map((moment, index) => (
            <tr key={`${index}-${moment.at}`}>
              <td class="mono">+{formatDuration(Date.parse(moment.at) - start)}</td>
              <td class="mono">
                <Time at={moment.at} />
              </td>
              <td>{placeOf(moment)}</td>
              <td>{whatOf(moment)}</td>
              <td class="number">
                {"endedAt" in moment && moment.endedAt
                  ? formatDuration(Date.parse(moment.endedAt) - Date.parse(moment.at))
                  : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function placeOf(moment: Moment): string {
  switch (moment.kind) {
    case "event":
      return moment.producer;
    case "attempt":
    case "schedule":
      return moment.service;
    case "delivered":
      return `queue of ${moment.reaction}`;
    case "dead-letter":
    case "redrive":
      return moment.queue;
    case "provider":
      return "payment provider";
    case "mail":
      return "notification";
    case "request":
      return "customer";
  }
}

function whatOf(moment: Moment): string {
  switch (moment.kind) {
    case "delivered":
      return "a message arrived";
    case "attempt": {
      const outcome = moment.outcome ?? "running";
      const error = moment.errorName ? ` with ${moment.errorName}` : "";
      const says = moment.says.length > 0 ? `; said ${moment.says.join(", ")}` : "";
      return `${moment.reaction} heard ${moment.eventType || "a task"}, attempt ${moment.attempt}: ${outcome}${error}${says}`;
    }
    case "provider": {
      const amount =
        moment.amount !== undefined && moment.currency
          ? ` ${formatMoney(moment.amount, moment.currency)}`
          : "";
      return `${labelOf(moment)}${amount}`;
    }
    default:
      return labelOf(moment);
  }
}
