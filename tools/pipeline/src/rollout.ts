// A rollout: new versions become live in steps, and the old ones again as soon as something goes wrong.

/** A function whose newest version is not its live one. */
export type Waiting = {
  name: string;
  /** Routes are shifted in steps; reactions and schedules, whose messages wait and come again, at once. */
  kind: "route" | "worker";
  /** Of the events it says; those of a higher layer are heard later. */
  layer: number;
  live: string;
  newest: string;
};

/** What a rollout does in a stage, and what it hears of it. */
export type StagePort = {
  waiting(): Promise<Waiting[]>;
  /** Gives `share` of a function's calls to the newest version, the rest to the one before. */
  shift(each: Waiting, share: number): Promise<void>;
  /** Whether anything is wrong before it begins, in sentences. */
  alarms(): Promise<string[]>;
  /** What went wrong in the newest versions of these since they were shifted, in sentences. */
  troubles(moved: readonly Waiting[]): Promise<string[]>;
  pause(seconds: number): Promise<void>;
};

export type Plan = {
  /** Shares of a route's calls, one after the other; then all of them. */
  shares: readonly number[];
  minutesPerShare: number;
  /** How long the workers' new versions are watched before the routes follow. */
  bakeMinutes: number;
};

export type Outcome = "nothing to do" | "done" | "not begun" | "rolled back";

const LOOK_SECONDS = 30;

/**
 * Who hears an event is moved before who says it, so that no old version is sent what it does not know.
 * Throws what the stage throws, after the old versions are live again.
 */
export async function rollOut(stage: StagePort, plan: Plan, say: (line: string) => void): Promise<Outcome> {
  const waiting = await stage.waiting();
  if (waiting.length === 0) return "nothing to do";
  const alarms = await stage.alarms();
  for (const each of alarms) say(`before it begins: ${each}`);
  if (alarms.length > 0) return "not begun";
  const workers = waiting.filter(({ kind }) => kind === "worker").sort((a, b) => b.layer - a.layer);
  const routes = waiting.filter(({ kind }) => kind === "route");
  const moved: Waiting[] = [];
  const move = async (some: readonly Waiting[], share: number) => {
    for (const each of some) {
      if (!moved.includes(each)) moved.push(each);
      await stage.shift(each, share);
    }
    if (some.length > 0)
      say(`${some.length} functions: ${Math.round(share * 100)} % of calls to the newest version`);
  };
  try {
    await move(workers, 1);
    await watch(stage, moved, workers.length > 0 ? plan.bakeMinutes : 0);
    for (const share of routes.length > 0 ? [...plan.shares, 1] : []) {
      await move(routes, share);
      await watch(stage, moved, plan.minutesPerShare);
    }
    return "done";
  } catch (error) {
    await rollBack(stage, moved, say);
    if (!(error instanceof Trouble)) throw error;
    for (const each of error.sentences) say(each);
    return "rolled back";
  }
}

class Trouble extends Error {
  readonly sentences: readonly string[];
  constructor(sentences: readonly string[]) {
    super(sentences.join("; "));
    this.sentences = sentences;
  }
}

/** Looks every half minute until the minutes are over. */
async function watch(stage: StagePort, moved: readonly Waiting[], minutes: number): Promise<void> {
  for (let seconds = 0; seconds < minutes * 60; seconds += LOOK_SECONDS) {
    await stage.pause(LOOK_SECONDS);
    const troubles = [...(await stage.alarms()), ...(await stage.troubles(moved))];
    if (troubles.length > 0) throw new Trouble(troubles);
  }
}

/** The last moved first: who says an event goes back before who hears it. */
async function rollBack(stage: StagePort, moved: readonly Waiting[], say: (line: string) => void) {
  const failed: string[] = [];
  for (const each of moved.toReversed()) {
    try {
      await stage.shift(each, 0);
      say(`${each.name}: version ${each.live} is live again`);
    } catch (error) {
      failed.push(`${each.name} (${error instanceof Error ? error.message : error})`);
    }
  }
  if (failed.length > 0) throw new Error(`could not be rolled back: ${failed.join(", ")}`);
}
