// The runtime's one clock: every thread's Date is the machine's plus an offset that can be moved forward.

const machineNow = Date.now.bind(Date);

/** The offset in milliseconds, shared between threads. */
export type ClockOffset = BigInt64Array;

export function createClockOffset(milliseconds = 0): ClockOffset {
  const offset = new BigInt64Array(new SharedArrayBuffer(8));
  offset[0] = BigInt(milliseconds);
  return offset;
}

/**
 * Makes `Date` of this thread follow the offset; the libraries that speak SQS and DynamoDB read it too.
 * Returns a function that puts the machine's clock back.
 */
export function followClock(offset: ClockOffset): () => void {
  const MachineDate = globalThis.Date;
  const now = () => machineNow() + aheadOf(offset);
  const RuntimeDate = new Proxy(MachineDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
  });
  globalThis.Date = RuntimeDate;
  return () => {
    if (globalThis.Date === RuntimeDate) globalThis.Date = MachineDate;
  };
}

export function advanceClock(offset: ClockOffset, milliseconds: number): void {
  Atomics.add(offset, 0, BigInt(milliseconds));
}

/** How far the clock is ahead of the machine's, in milliseconds. */
export function aheadOf(offset: ClockOffset): number {
  return Number(Atomics.load(offset, 0));
}
