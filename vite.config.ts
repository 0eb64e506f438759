import { readFileSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/**
 * What the first screens need, as two files: sign-in takes `base`, the app itself both. Left alone, the bundler makes a
 * dozen shared chunks, which cost 3 KB of the 120 KB that a first screen may take: gzip learns nothing from one file
 * for the next.
 */
const base =
  /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack\/(query-core(?!.*infiniteQueryObserver)|react-query(?!.*useInfiniteQuery)))\/|src\/web\/(main|gate|kit\/data|kit\/parts\/(button|status|toast|states))|vite\/preload-helper/
const app = /src\/web\/(app|routes|kit\/shell\/(shell|keys|places|route|paths)|kit\/parts\/charts|desk\/today\/)/

/** `assetsInlineLimit: 0`, no module-preload polyfill: the content policy allows neither data: fonts nor inline scripts. */
const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))

export default defineConfig({
  root: 'src/web',
  base: '/app/',
  plugins: [react()],
  worker: { format: 'es' },
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    assetsInlineLimit: 0,
    // only style sheets are named ahead: the table of every screen's scripts would be a kilobyte of the first one
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, files) => files.filter((file) => file.endsWith('.css')),
    },
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', test: base },
            { name: 'app', test: app },
          ],
        },
      },
    },
  },
})
