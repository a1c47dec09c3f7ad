// How the front is built: hashed names below assets/, nothing inlined, so that a policy without `data:` and without
// inline scripts holds. `vite` alone serves the pages for development and passes /api on to a running Holdpoint.
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The pages use the fonts of the system; those that come with PatternFly's styles stay out of the program. */
function withoutFonts(): Plugin {
  return {
    name: 'without-fonts',
    enforce: 'pre',
    transform: (code, id) =>
      id.endsWith('/styles/base.css') ? code.replace(/@font-face\s*\{[^}]*\}/g, '') : undefined,
  };
}

export default defineConfig({
  plugins: [withoutFonts(), react()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: { '/api': { target: process.env.HOLDPOINT_URL ?? 'http://127.0.0.1:8480' } },
  },
  test: { include: ['src/**/*.test.ts'] },
});
