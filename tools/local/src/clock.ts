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
  // A function, because a class cannot be called, and a proxy takes three times as long for each reading.
  function RuntimeDate(...given: unknown[]) {
    if (new.target === undefined) return new MachineDate(now()).toString();
    if (new.target !== RuntimeDate)
      return Reflect.construct(MachineDate, given.length > 0 ? given : [now()], new.target);
    return given.length === 0 ? new MachineDate(now()) : new MachineDate(...(given as [number]));
  }
  Object.setPrototypeOf(RuntimeDate, MachineDate);
  Object.assign(RuntimeDate, { now, prototype: MachineDate.prototype });
  globalThis.Date = RuntimeDate as unknown as DateConstructor;
  return () => {
    if ((globalThis.Date as unknown) === RuntimeDate) globalThis.Date = MachineDate;
  };
}

export function advanceClock(offset: ClockOffset, milliseconds: number): void {
  Atomics.add(offset, 0, BigInt(milliseconds));
}

/** How far the clock is ahead of the machine's, in milliseconds. */
export function aheadOf(offset: ClockOffset): number {
  return Number(Atomics.load(offset, 0));
}
