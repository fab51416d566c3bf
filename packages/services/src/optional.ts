// The settings with which a stage has a service that others do without.

/** Apart from the list of services, which reads them from the environment when it is imported. */
export const optionalSettings = ["WEBHOOK_ENDPOINTS"] as const;

/** Before the list is imported: the services of this process are those of a stage with these settings. */
export function haveServicesOf(settings: Readonly<Record<string, string | undefined>>): void {
  for (const name of optionalSettings) process.env[name] = settings[name] ?? "";
}
