import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'

/** What its licence asks of every copy; comments of sources are left out of a build. */
const licence =
  '/*! @sentry/browser: MIT License, Copyright (c) 2019 Functional Software, Inc. dba Sentry, https://github.com/getsentry/sentry-javascript/blob/develop/LICENSE */'

/** `vite dev` asks a running Gantry (or dev/server.ts) for its data; the build is served by Gantry itself. */
export default defineConfig({
  base: '/',
  plugins: [react(), tailwindcss(), precompress()],
  build: {
    ...{ outDir: 'dist', target: 'es2022', modulePreload: { polyfill: false } },
    rolldownOptions: {
      // The last two are for the pages of others, see decision 70.
      input: ['index.html', 'src/page-sdk/page-loader.ts', 'src/page-sdk/sentry-browser.ts'],
      output: { postBanner: ({ name }) => (name === 'sentry-browser' ? licence : '') },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': 'http://127.0.0.1:4400', '/sign-in': 'http://127.0.0.1:4400' } },
})
