// Long work in slices: between two of them the process answers the requests that came meanwhile.
import { setTimeout as pause } from "node:timers/promises";

/** Called between two steps of the work: undefined while the slice lasts, else what to wait for. */
export type Slices = () => Promise<void> | undefined;

type SlicesOptions = {
  /** Of one slice. */
  milliseconds?: number;
  /** How long the process is left alone after each; 0 lets only what waits already go first. */
  restMilliseconds?: number;
  now?: () => number;
  rest?: (milliseconds: number) => Promise<unknown>;
};

const SLICE_MILLISECONDS = 8;

export function createSlices(options: SlicesOptions = {}): Slices {
  const { milliseconds = SLICE_MILLISECONDS, restMilliseconds = 0 } = options;
  const { now = () => performance.now(), rest = (time) => pause(time) } = options;
  let begunAt = now();
  return () => {
    if (now() - begunAt < milliseconds) return undefined;
    return rest(restMilliseconds).then(() => {
      begunAt = now();
    });
  };
}
