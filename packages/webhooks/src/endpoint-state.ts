// The rules of an endpoint's health: a failing one is tried by one delivery at a time, a dead one not at all.

export type Disabled = { readonly reason: "gone" | "failing" | "by-hand"; readonly at: string };

export type EndpointState = {
  readonly name: string;
  /** In a row. */
  readonly failures: number;
  readonly failingSince?: string;
  /** Until then nothing is sent to a failing endpoint; after it one delivery tries. */
  readonly restsUntil?: string;
  /** Set when a failing endpoint takes a delivery again, until the sweep has handed over what had failed. */
  readonly recoveredAt?: string;
  readonly disabled?: Disabled;
  /** 0 for a state that was never written. */
  readonly version: number;
};

export const healthy = (name: string): EndpointState => ({ name, failures: 0, version: 0 });

/** One payload that a receiver chokes on does not make the receiver a failing one. */
const FAILING_FROM = 3;

const FIRST_REST_SECONDS = 30;
const LONGEST_REST_SECONDS = 300;

/** While one delivery tries a failing endpoint, others wait for as long as its function may run. */
const TRIAL_MILLISECONDS = 30_000;

/** Shorter than a delivery's own schedule, so that deliveries wait for the endpoint instead of failing. */
export const FAILING_DAYS = 3;
const LONGEST_FAILING_MILLISECONDS = FAILING_DAYS * 24 * 3600_000;

export const isFailing = ({ failures }: EndpointState) => failures >= FAILING_FROM;

export type Turn =
  | { readonly do: "send" }
  /** Only if this state could be written: then no other delivery tries. */
  | { readonly do: "try"; readonly state: EndpointState }
  | { readonly do: "wait"; readonly until: number };

/** Whether a delivery may be sent now. */
export function turnAt(state: EndpointState, now: number): Turn {
  // The sweep leaves what is due at a disabled endpoint alone until it is enabled.
  if (state.disabled) return { do: "wait", until: now };
  const restsUntil = Date.parse(state.restsUntil ?? iso(0));
  if (now < restsUntil) return { do: "wait", until: restsUntil };
  if (!isFailing(state)) return { do: "send" };
  return { do: "try", state: { ...next(state), restsUntil: iso(now + TRIAL_MILLISECONDS) } };
}

/** The state after a delivery was taken; the same object if there is nothing to write. */
export function afterSuccess(state: EndpointState, now: number): EndpointState {
  if (state.failures === 0 && state.restsUntil === undefined) return state;
  const { failingSince: _, restsUntil: _rest, ...rest } = next(state);
  return { ...rest, failures: 0, ...(isFailing(state) && { recoveredAt: iso(now) }) };
}

/** The state after a failure; `restSeconds` is what the receiver asked for itself. */
export function afterFailure(state: EndpointState, now: number, restSeconds: number): EndpointState {
  if (state.disabled) return state;
  const failures = state.failures + 1;
  const failingSince = state.failingSince ?? iso(now);
  const doublings = Math.max(0, failures - FAILING_FROM);
  const ours =
    failures < FAILING_FROM
      ? 0
      : Math.min(LONGEST_REST_SECONDS, FIRST_REST_SECONDS * 2 ** Math.min(doublings, 9));
  const rest = Math.max(ours, restSeconds);
  const { restsUntil: _, recoveredAt: _recovered, ...known } = next(state);
  const failed = {
    ...known,
    failures,
    failingSince,
    ...(rest > 0 && { restsUntil: iso(now + rest * 1000) }),
  };
  const isDead = now - Date.parse(failingSince) >= LONGEST_FAILING_MILLISECONDS;
  return isDead ? { ...failed, disabled: { reason: "failing", at: iso(now) } } : failed;
}

/** The state of an endpoint that is told nothing more; the same object if it is disabled already. */
export function disabledBy(reason: Disabled["reason"], state: EndpointState, now: number): EndpointState {
  return state.disabled ? state : { ...next(state), disabled: { reason, at: iso(now) } };
}

/** As good as new: what waited is handed over by the next sweep. */
export function enabled(state: EndpointState, now: number): EndpointState {
  return { name: state.name, failures: 0, recoveredAt: iso(now), version: state.version + 1 };
}

/** The sweep has seen the recovery. */
export function withoutRecovery(state: EndpointState): EndpointState {
  const { recoveredAt: _, ...rest } = next(state);
  return rest;
}

const next = (state: EndpointState): EndpointState => ({ ...state, version: state.version + 1 });

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
