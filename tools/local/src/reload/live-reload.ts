// Live development: a saved file reloads the service it belongs to, and a line says which and how long it
// took.
import { join, relative } from "node:path";
import { watchSources } from "./watch.ts";

export type LiveReloadOptions = {
  /** The folder that holds the packages. */
  packages: string;
  services: readonly string[];
  /** Packages whose code runs in every service, such as contracts. */
  shared: readonly string[];
  /** Loads a service anew; rejects, and leaves the running one, if the new code does not load. */
  reload: (service: string) => Promise<void>;
  /** What the service's manifest says now, as text; what it said at the start is what was provisioned. */
  manifestOf: (service: string) => Promise<string>;
  onNotice: (line: string) => void;
  onWarning: (line: string) => void;
};

export type LiveReload = { stop(): Promise<void> };

export async function startLiveReload(options: LiveReloadOptions): Promise<LiveReload> {
  const { packages, services, shared, reload, manifestOf, onNotice, onWarning } = options;
  const provisioned = new Map<string, string>();
  for (const service of services) provisioned.set(service, await manifestOf(service));
  // One burst after the other, so that the last code saved is the last code loaded.
  let work = Promise.resolve();

  async function bring(service: string, why: string): Promise<void> {
    const started = performance.now();
    try {
      await reload(service);
      onNotice(`${service} reloaded in ${Math.round(performance.now() - started)} ms (${why})`);
      const isProvisioned = (await manifestOf(service)) === provisioned.get(service);
      if (!isProvisioned)
        onWarning(
          `The manifest of ${service} is not the one that was provisioned: restart for its queues, routes and settings.`,
        );
    } catch (error) {
      onWarning(`${service} does not load, so its old code goes on (${why}):\n${whereAndWhat(error)}`);
    }
  }

  async function bringAll(files: readonly string[]): Promise<void> {
    const saved = files.map((file) => relative(packages, file).replaceAll("\\", "/"));
    const ofPackage = (name: string) => saved.filter((file) => file.startsWith(`${name}/`));
    const everywhere = shared.flatMap(ofPackage);
    // Each has a worker of its own, so that a save in a shared package costs hardly more than the slowest
    // of them.
    await Promise.all(
      services.map(async (service) => {
        const [first, ...others] = [...ofPackage(service), ...everywhere];
        if (first) await bring(service, others.length > 0 ? `${first} and ${others.length} more` : first);
      }),
    );
  }

  const folders = [...services, ...shared].map((name) => join(packages, name, "src"));
  const watch = watchSources(folders, (files) => {
    work = work.then(() => bringAll(files));
  });
  return {
    async stop() {
      watch.stop();
      await work;
    },
  };
}

/** An error's message with the place in the source, without the frames inside Node. */
function whereAndWhat(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? error.message).split("\n");
  return lines.filter((line) => line.trim() !== "" && !/^\s+at .*(node:|worker\.ts)/.test(line)).join("\n");
}
