// How much of a queue's consumers each message group has, which says whether it is a noisy neighbour.
// Source: SQS developer guide, "How Amazon SQS fair queues work".

/** More than a tenth of all, in flight or in processing time, is a noisy share. */
const NOISY_SHARE = 0.1;
/** Fewer in flight are never noisy by their number. */
const NOISY_IN_FLIGHT = 30;

type Tenant = {
  inFlight: number;
  /** Sum of the times at which those in flight were received, in milliseconds. */
  startedAt: number;
  /** Milliseconds that ended messages were in flight. */
  ended: number;
};

export type Tenants = {
  began(group: string | undefined, at: number): void;
  ended(group: string | undefined, startedAt: number, at: number): void;
  isNoisy(group: string, now: number): boolean;
  inFlight(group: string): number;
  /** A group whose backlog is gone is as quiet as any other. */
  forget(group: string): void;
  clear(): void;
};

export function createTenants(): Tenants {
  const tenants = new Map<string, Tenant>();
  const all: Tenant = { inFlight: 0, startedAt: 0, ended: 0 };
  const tenantOf = (group: string) => {
    const tenant = tenants.get(group) ?? { inFlight: 0, startedAt: 0, ended: 0 };
    tenants.set(group, tenant);
    return tenant;
  };
  const busy = ({ ended, inFlight, startedAt }: Tenant, now: number) => ended + inFlight * now - startedAt;
  /** A message without a group is a tenant of its own: what it took is over when it is. */
  const affected = (group: string | undefined) => (group === undefined ? [all] : [all, tenantOf(group)]);

  return {
    began(group, at) {
      for (const each of affected(group)) {
        each.inFlight += 1;
        each.startedAt += at;
      }
    },
    ended(group, startedAt, at) {
      for (const each of affected(group)) {
        each.inFlight -= 1;
        each.startedAt -= startedAt;
        if (group !== undefined) each.ended += Math.max(0, at - startedAt);
      }
    },
    isNoisy(group, now) {
      const tenant = tenants.get(group);
      if (!tenant) return false;
      const isCrowd = tenant.inFlight >= NOISY_IN_FLIGHT && tenant.inFlight > NOISY_SHARE * all.inFlight;
      return isCrowd || busy(tenant, now) > NOISY_SHARE * busy(all, now);
    },
    inFlight: (group) => tenants.get(group)?.inFlight ?? 0,
    forget(group) {
      const tenant = tenants.get(group);
      if (!tenant || tenant.inFlight > 0) return;
      all.ended -= tenant.ended;
      tenants.delete(group);
    },
    clear() {
      tenants.clear();
      Object.assign(all, { inFlight: 0, startedAt: 0, ended: 0 });
    },
  };
}
