import { loadEnv } from 'vite'
import { defineConfig } from 'vitest/config'

// File names carry no hash and nothing is inlined: the built files are
// committed, and the page runs under a policy that allows nothing but itself.
export default defineConfig(({ mode }) => ({
  base: './',
  // The classic form of JSX is 3 kB less to load than the automatic one.
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' }, jsxInject: "import { h, Fragment } from 'preact'" },
  build: {
    target: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rollupOptions: {
      output: {
        entryFileNames: 'console.js',
        chunkFileNames: '[name].js',
        assetFileNames: 'console[extname]',
      },
    },
  },
  server: {
    proxy: { '^/(v1/.*|registry.json$)': loadEnv(mode, '.', 'WEGWEISER_').WEGWEISER_URL ?? 'http://127.0.0.1:8080' },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'], setupFiles: ['src/registry.setup.ts'] },
}))
