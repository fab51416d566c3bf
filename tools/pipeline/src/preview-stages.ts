// Which preview stages are left over: `pr-7` when pull request 7 is closed.

/** Only stages that a pull request made; a developer's and the shared ones are never named. */
export function staleStages(stages: readonly string[], openPullRequests: readonly number[]): string[] {
  return stages.filter((stage) => {
    const [, number] = /^pr-(\d+)$/.exec(stage) ?? [];
    return number !== undefined && !openPullRequests.includes(Number(number));
  });
}
