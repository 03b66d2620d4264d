import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'

/** `vite dev` asks a running Gantry (or dev/server.ts) for its data; the build is served by Gantry itself. */
export default defineConfig({
  base: '/',
  plugins: [react(), tailwindcss(), precompress()],
  build: { outDir: 'dist', target: 'es2022', modulePreload: { polyfill: false } },
  worker: { format: 'es' },
  server: { proxy: { '/api': 'http://127.0.0.1:4400', '/sign-in': 'http://127.0.0.1:4400' } },
})
