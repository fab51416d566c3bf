// The laptop's provider and mail service refuse no call for its rate, unless a fault says so.

/** Higher than any rate that a laptop comes to; a process finds a fault's limit by itself. */
export const withoutLimits = { STRIPE_PER_SECOND: "10000000", MAIL_PER_SECOND: "10000000" };
