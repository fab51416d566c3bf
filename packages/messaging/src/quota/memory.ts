// What is counted of each customer in memory, for tests.
import type { QuotaStore } from "./ports.ts";
import type { Counted } from "./quota.ts";

export function createMemoryQuotaStore(): QuotaStore {
  const kept = new Map<string, Counted>();
  return {
    load: async (customer) => structuredClone(kept.get(customer)),
    async add(customer, { count, isMarked, mark, most, slot }) {
      const counted = kept.get(customer);
      if (counted?.slot !== slot || counted.used > most || counted.marks.includes(mark)) return "lost";
      const marks = isMarked ? [...counted.marks, mark] : counted.marks;
      kept.set(customer, { ...counted, used: counted.used + count, marks });
      return "written";
    },
    async begin(customer, { next, over }) {
      const counted = kept.get(customer);
      if (counted?.slot !== over?.slot || counted?.used !== over?.used) return "lost";
      kept.set(customer, structuredClone(next));
      return "written";
    },
    async giveBack(customer, { count, mark, slot }) {
      const counted = kept.get(customer);
      if (counted?.slot !== slot || !counted.marks.includes(mark)) return "lost";
      const marks = counted.marks.filter((each) => each !== mark);
      kept.set(customer, { ...counted, used: counted.used - count, marks });
      return "written";
    },
  };
}
