import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Where the API is while developing: `FAIRLEAD_API`, else the address `npm start` prefers. */
const api = process.env.FAIRLEAD_API ?? "http://127.0.0.1:7080";

/** Schemas keep zod whole, and with it its words in fifty languages: the console speaks one. */
const englishAlone: Plugin = {
  name: "zod-in-english",
  load: (id) => (/\/zod\/v4\/locales\/index\.js$/.test(id) ? 'export { default as en } from "./en.js";' : undefined),
};

export default defineConfig({
  plugins: [englishAlone, react(), tailwindcss()],
  build: {
    target: "es2022",
    // A strict Content-Security-Policy allows no data: URLs for fonts and scripts; everything is a file of its own.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
  },
  server: { proxy: { "/v1": api, "/openapi.json": api } },
});
