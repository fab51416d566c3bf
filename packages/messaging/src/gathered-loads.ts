// Loads of a sweep that are asked for within a few milliseconds are one request: a fraction of its CPU.

/** As many keys as DynamoDB takes in one BatchGetItem (API reference). */
const MOST = 100;
const GATHER_MILLISECONDS = 10;

type Loading<R> = {
  load: (id: string) => Promise<R | undefined>;
  loadAll: (ids: readonly string[]) => Promise<ReadonlyMap<string, R>>;
  wait: (milliseconds: number) => Promise<void>;
};

/**
 * Loads one record by id, together with others. After a failure each is loaded by itself, so that one that
 * cannot be read keeps no other from being swept.
 */
export function gatherLoads<R>({ load, loadAll, wait }: Loading<R>): Loading<R>["load"] {
  let gathering: { ids: Set<string>; loaded: Promise<ReadonlyMap<string, R>> } | undefined;

  function begin() {
    const ids = new Set<string>();
    const loaded = wait(GATHER_MILLISECONDS).then(() => {
      if (gathering?.ids === ids) gathering = undefined;
      return loadAll([...ids]);
    });
    return { ids, loaded };
  }

  return async (id) => {
    if (!gathering || gathering.ids.size >= MOST) gathering = begin();
    gathering.ids.add(id);
    const loaded = await gathering.loaded.catch(() => undefined);
    return loaded ? loaded.get(id) : load(id);
  };
}
