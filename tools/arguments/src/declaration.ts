// What a command declares: its options and words, from which follow the types, the help and the refusals.

/** An option that takes a value; without a default it may be undefined. */
type Common = {
  /** What it is for, as the help says it. */
  says: string;
  /** What the value is called in the help, such as FILE. */
  value?: string;
  /** The environment variable that counts when the option is not given. */
  variable?: string;
};

export type Flag = { kind: "flag"; says: string };
export type Text = Common & {
  kind: "text";
  default?: string;
  /** What a value has to look like, and the same in words. */
  pattern?: RegExp;
  needs?: string;
};
export type Choice = Common & { kind: "choice"; of: readonly string[]; default?: string };
/** Bounds are included. */
export type Numeric = Common & {
  kind: "whole" | "number";
  least?: number;
  most?: number;
  default?: number;
};
export type Option = Flag | Text | Choice | Numeric;
export type Options = Readonly<Record<string, Option>>;

/** An argument without a flag. */
export type Word = {
  name: string;
  says?: string;
  /** The words that it may be. */
  of?: readonly string[];
  isOptional?: boolean;
  /** It may be given more than once; the last word of a declaration only. */
  isRepeatable?: boolean;
};

export type Declaration<O extends Options = Options> = {
  /** What is typed to run it, such as "pnpm simulate". */
  name: string;
  /** What it does, in a sentence. */
  says: string;
  options?: O;
  words?: readonly Word[];
  /** Ways to call it, if "[options]" does not say enough. */
  usage?: readonly string[];
  /** What the help says below the options. */
  notes?: string;
};

type Given<O extends Option> = O extends Flag
  ? boolean
  : O extends { default: unknown }
    ? Plain<O>
    : Plain<O> | undefined;
type Plain<O extends Option> = O extends Choice ? O["of"][number] : O extends Text ? string : number;
export type Values<O extends Options> = { [Name in keyof O]: Given<O[Name]> };

/** The name of a stage. */
export const stage = {
  kind: "text",
  value: "NAME",
  pattern: /^[a-z0-9][a-z0-9-]*$/i,
  needs: "letters, digits and hyphens",
} as const;

/** A TCP port, 0 for any free one. */
export const port = { kind: "whole", least: 0, most: 65_535, value: "PORT" } as const;
