// A browser for tests: Chromium from npm on Linux, an installed Chrome elsewhere.

import { type LaptopSaga, startLaptopSaga } from "@order-saga/cli/testing/laptop";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== "linux") return chromium.launch({ channel: "chrome" });
  const { default: bundled } = await import("@sparticuz/chromium");
  // Its own arguments are for Lambda: one process for everything, and no rule of origins.
  const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
  return chromium.launch({ executablePath: await bundled.executablePath(), args });
}

/** A page with its console errors and its requests to other machines; both must stay empty. */
type Watched = { page: Page; context: BrowserContext; errors: string[]; strangers: string[] };

export async function openPage(
  browser: Browser,
  options: { colorScheme?: "light" | "dark"; width?: number; height?: number } = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.colorScheme ?? "light",
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  const errors: string[] = [];
  const strangers: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // A request that fails is told by the test that makes it fail.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      errors.push(message.text());
  });
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    const isHere =
      hostname === "localhost" || hostname === "127.0.0.1" || protocol === "data:" || protocol === "about:";
    if (!isHere) strangers.push(request.url());
  });
  return { page, context, errors, strangers };
}

export const connected = (page: Page) =>
  page.waitForSelector('[data-connection="live"]', { timeout: 10_000 });

/** What a file's tests share: a saga, a browser, and a page of its console. */
export type ConsoleInBrowser = Watched & {
  saga: LaptopSaga;
  browser: Browser;
  /** Goes to a path of the console, and waits until it is live. */
  open(path: string): Promise<void>;
  close(): Promise<void>;
};

export async function openConsole(settings: Record<string, string> = {}): Promise<ConsoleInBrowser> {
  const [saga, browser] = await Promise.all([startLaptopSaga(undefined, { settings }), launchBrowser()]);
  // The page is built on the first request; the tests measure the page, not the build.
  await (await fetch(saga.runtime.url)).text();
  const watched = await openPage(browser);
  return {
    ...watched,
    saga,
    browser,
    async open(path) {
      await watched.page.goto(saga.runtime.url + path);
      await connected(watched.page);
    },
    async close() {
      await browser.close();
      await saga.stop();
    },
  };
}
