// What a table is on its way up and down: a state ends once a describe has shown it, or after ten seconds.
// Source: DynamoDB API, "TableDescription", TableStatus; how long a state lasts AWS does not say.
import { failure } from "./errors.ts";

export type TableStatus = "ACTIVE" | "CREATING" | "DELETING" | "UPDATING";
type Passing = Exclude<TableStatus, "ACTIVE">;

const LONGEST_MILLISECONDS = 10_000;

export type TableStates = {
  /** `ended` is called when the state is over. */
  begin(name: string, status: Passing, ended?: () => void): void;
  of(name: string): TableStatus;
  /** The state that a describe shows, which ends by that. */
  shown(name: string): TableStatus;
  /** Throws a DynamoFailure if the table cannot be changed now. */
  refuseChange(name: string): void;
};

export function createTableStates(now: () => number): TableStates {
  const states = new Map<string, { status: Passing; since: number; ended: () => void }>();

  function end(name: string): void {
    const state = states.get(name);
    states.delete(name);
    state?.ended();
  }

  function of(name: string): TableStatus {
    const state = states.get(name);
    if (!state) return "ACTIVE";
    if (now() - state.since < LONGEST_MILLISECONDS) return state.status;
    end(name);
    return "ACTIVE";
  }

  return {
    begin: (name, status, ended = () => {}) => states.set(name, { status, since: now(), ended }),
    of,
    shown(name) {
      const status = of(name);
      end(name);
      return status;
    },
    refuseChange(name) {
      const status = of(name);
      if (status === "ACTIVE") return;
      const what = { CREATING: "created", DELETING: "deleted", UPDATING: "updated" }[status];
      throw failure(
        "ResourceInUseException",
        `Attempt to change a resource which is still in use: Table is being ${what}: ${name}`,
      );
    },
  };
}
