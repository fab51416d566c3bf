// Who is told what a person should read.
export type RuntimeListeners = {
  /** Every line the functions log. */
  onLog: (line: string) => void;
  /** Something the runtime itself must say. */
  onWarning: (message: string) => void;
  /** Something worth a line, such as a service that was reloaded. */
  onNotice?: (message: string) => void;
};
