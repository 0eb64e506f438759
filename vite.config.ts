import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/**
 * `assetsInlineLimit: 0` and no module-preload polyfill: the server's content-security-policy allows neither data: fonts
 * nor inline scripts. The manifest is what the size test adds up.
 */
export default defineConfig({
  root: 'src/web',
  base: '/app/',
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    manifest: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ['/rpc', '/events', '/files', '/openapi.json'].map((path) => [path, 'http://localhost:4800']),
    ),
  },
})
