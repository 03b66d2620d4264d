import { defineConfig, mergeConfig } from 'vite'
import base from './vite.config.ts'

/** The same dashboard through src/entry.tsx and src/app.tsx instead of src/main.tsx. */
export default mergeConfig(
  base,
  defineConfig({
    build: { outDir: process.env['DASHBOARD_OUT'] ?? 'dist', emptyOutDir: true },
    plugins: [
      {
        name: 'other-entry',
        transformIndexHtml: { order: 'pre', handler: html => html.replace('/src/main.tsx', '/src/entry.tsx') },
      },
    ],
  }),
)
