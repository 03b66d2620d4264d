import { rm } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { build, type Plugin } from 'esbuild'

const here = import.meta.dirname
const ours = `${sep}packages${sep}`

/** Our own modules do nothing when they are imported, so what a command does not use of them is left out. */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup(bundler) {
    bundler.onResolve({ filter: /^(@gantry\/|\.\.?\/)/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === 'resolving') return null
      const { kind, importer, resolveDir, namespace } = rest
      const found = await bundler.resolve(path, { kind, importer, resolveDir, namespace, pluginData: 'resolving' })
      if (found.errors.length > 0 || !found.path.includes(ours) || found.path.includes('node_modules')) return found
      return { ...found, sideEffects: false }
    })
  },
}

/** The published command: `dist/main.mjs` and the parts it loads when they are needed. */
await rm(join(here, 'dist'), { recursive: true, force: true })
await build({
  entryPoints: {
    main: join(here, 'src/main.ts'),
    // A process of its own; started by the file of the same name beside the code that needs it.
    'github-script-host': join(here, '../../packages/workflow/src/actions/github-script-host.ts'),
  },
  outdir: join(here, 'dist'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  // Dependencies written as CommonJS ask for it.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  external: ['@electric-sql/pglite', 'pg', 'pg-native'],
  plugins: [onlyWhatIsUsed],
  legalComments: 'linked',
  logLevel: 'warning',
})
