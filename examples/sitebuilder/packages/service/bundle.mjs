// Run by a service's `build` script, in its folder: src/main.ts → dist/server.mjs, with everything it needs inside,
// so that an artifact is one file and its source map and runs on a bare Node.
import { rm } from 'node:fs/promises'
import { build } from 'esbuild'

await rm('dist', { recursive: true, force: true })
await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/server.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  sourcemap: 'linked',
  // Names and lines are enough: the release says which commit holds the text. A third of the bytes, 20 MB less memory.
  sourcesContent: false,
  legalComments: 'none',
  // `pg` and parts of `@sentry/node` are CommonJS inside and call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  external: ['pg-native'],
  logLevel: 'warning',
})
