// Why a state cannot be opened.

/** The state cannot be opened; no new state was created in its place. */
export class StateError extends Error {
  override readonly name = "StateError";
  /** True if another process uses it. */
  readonly isInUse: boolean;
  /** True if the system refused it. If neither is so, it is damaged or of another version. */
  readonly isRefused: boolean;
  constructor(message: string, options: { isInUse?: boolean; isRefused?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.isInUse = options.isInUse ?? false;
    this.isRefused = options.isRefused ?? false;
  }
}
