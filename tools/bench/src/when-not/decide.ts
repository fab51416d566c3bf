// Which way the answers of the form speak for: pure, and the form carries the same code.

export type Voice = {
  way: string;
  because: string;
  /** This answer alone decides: this saga cannot do what is asked for. */
  decides?: boolean;
};
export type Question = { asks: string; yes?: Voice; no?: Voice };
export type Verdict = {
  way: string;
  /** The numbers of the questions whose answers decided, from 1. */
  decided: number[];
  because: string[];
};

/** By the answers given so far; undefined if none of them speaks for anything. */
export function decide(
  questions: readonly Question[],
  answers: readonly (boolean | undefined)[],
): Verdict | undefined {
  const voices = questions.flatMap((question, index) => {
    const answer = answers[index];
    const voice = answer === undefined ? undefined : answer ? question.yes : question.no;
    return voice ? [{ ...voice, number: index + 1 }] : [];
  });
  const deciding = voices.filter(({ decides }) => decides);
  const heard = deciding.length > 0 ? deciding : voices;
  const votesOf = (way: string) => heard.filter((each) => each.way === way);
  // Of two ways with as many voices, the one of the earlier question.
  const [first, ...others] = [...new Set(heard.map(({ way }) => way))];
  if (first === undefined) return undefined;
  const way = others.reduce(
    (best, next) => (votesOf(next).length > votesOf(best).length ? next : best),
    first,
  );
  return {
    way,
    decided: votesOf(way).map(({ number }) => number),
    because: votesOf(way).map(({ because }) => because),
  };
}
