// What the tests of every package have in common; each `vitest.config.ts` adds its name and what is special.
import { configDefaults, defineConfig, type ViteUserConfig } from "vitest/config";

/** The tests of the night do more in each, beside others of their kind. */
const patience = process.env.NIGHTLY ? 5 : 1;

/** `seconds` is how long a test, or what is before it, may take. */
export function testsOf(name: string, seconds = 30, special: ViteUserConfig["test"] = {}): ViteUserConfig {
  return defineConfig({
    test: {
      name,
      include: ["src/**/*.test.ts", "test/**/*.test.ts"],
      exclude: [...configDefaults.exclude, "**/*.endpoints.test.ts"],
      testTimeout: seconds * patience * 1000,
      hookTimeout: seconds * patience * 1000,
      // Test files share no state, so that a worker may load the code that they share once.
      isolate: false,
      ...special,
    },
  });
}

/** Node runs the tools' sources as they are, as everywhere but in tests; Vite's copies of them are slower. */
export const asNode = { experimental: { viteModuleRunner: false } } as const;

/** Tests of a stage with endpoints, which has another list of services: they run apart from all others. */
export const testsWithEndpoints = (name: string): ViteUserConfig =>
  testsOf(`${name} with endpoints`, 60, {
    include: ["{src,test}/**/*.endpoints.test.ts"],
    exclude: configDefaults.exclude,
    env: { WEBHOOK_ENDPOINTS: "shop=https://shop.example/,erp=https://erp.example/" },
    ...asNode,
  });
