// How the page is built: everything from this machine, one folder of assets that can be cached for ever.
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "/console/",
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
