import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', sourcemap: true },
  // `pnpm dev` beside a backend started by hand; in an environment the host routes /api.
  server: { proxy: { '/api': 'http://127.0.0.1:4000' } },
})
