import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { copyFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { build, type Plugin } from 'esbuild'
import manifest from './package.json' with { type: 'json' }

/** What a package may know of another one's manifest. */
interface Manifest {
  version: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const here = import.meta.dirname
const root = join(here, '../..')
/** Where it is built: the folder that is published, or one that is named. */
const dist = resolve(process.argv[2] ?? join(here, 'dist'))
const part = (path: string) => join(root, path)

/**
 * A program each: `main`, those it starts as a process or thread of its own, and a library that is read at first use.
 * `config` is `gantry/config`.
 */
const programs = {
  main: part('apps/cli/src/main.ts'),
  server: part('apps/server/src/main.ts'),
  config: part('packages/config/src/words.ts'),
  'config-child': part('packages/config/src/load/config-child.ts'),
  'database-server': part('packages/delivery/src/providers/local/postgres/database-server.ts'),
  'static-server': part('packages/delivery/src/providers/local/static/static-server.ts'),
  runner: part('packages/runner/src/service/main.ts'),
  'github-script-host': part('packages/runner/src/actions/github-script-host.ts'),
  'pglite-worker': part('packages/store/src/database/pglite-worker.ts'),
  'line-thread': part('packages/lines/src/thread/line-thread.ts'),
  re2js: createRequire(part('packages/workflow/package.json')).resolve('re2js'),
}

/** What a source finds beside itself, and what it is called in the package, where every program lies in one folder. */
const moved: Record<string, readonly (readonly [string, string])[]> = {
  'apps/server/src/compose.ts': [['../../dashboard/dist', 'dashboard/dist']],
  'apps/server/src/compose-sample.ts': [['../../../examples/sitebuilder', 'sample']],
  'apps/server/src/compose-runners.ts': [
    ["'../../..'", "'.'"],
    ['apps/cli/src/main.ts', 'main.mjs'],
  ],
  'packages/runner/src/service/runner-main.ts': [["'main.ts'", "'runner.mjs'"]],
  'packages/config/src/load/run-config.ts': [
    ["resolve('./config-child.ts')", "resolve('./config-child.mjs')"],
    ["resolve('../words.ts')", "resolve('./config.mjs')"],
  ],
  'packages/delivery/src/providers/local/postgres/embedded-server.ts': [
    ['./database-server.ts', './database-server.mjs'],
  ],
  'packages/delivery/src/providers/local/provider.ts': [['./static/static-server.ts', './static-server.mjs']],
  'packages/workflow/src/glob/linear-pattern.ts': [["('re2js')\n", "('./re2js.mjs')\n"]],
  'packages/store/src/database/database.ts': [['../../../../supabase/migrations', 'migrations']],
  'packages/store/src/database/embedded.ts': [["URL('./pglite-worker.ts'", "URL('./pglite-worker.mjs'"]],
  'packages/lines/src/thread/ask-thread.ts': [["URL('./line-thread.ts'", "URL('./line-thread.mjs'"]],
}
/** These ask where they are and mean the same in the package. */
const unmoved = [
  'apps/cli/src/host.ts',
  'apps/server/src/command/own-package.ts',
  'apps/server/src/git/repository.ts',
  'packages/store/src/database/first-boot.ts',
  'packages/runner/src/actions/github-script.ts',
  'packages/runner/src/actions/github-script-host.ts',
  'packages/runner/src/actions/own-pnpm.ts',
]
const placeOf = /import\.meta\.(dirname|filename|url|resolve)/

/** A source that looks for something beside itself and is in neither list would look in vain once it is published. */
const beside: Plugin = {
  name: 'beside',
  setup(bundler) {
    bundler.onLoad({ filter: /\/(packages|apps)\/[^/]+\/src\/.*\.ts$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return null
      const name = relative(root, path).split(sep).join('/')
      let contents = await readFile(path, 'utf8')
      const pairs = moved[name]
      if (!pairs && placeOf.test(contents.replace(/^import .*$/gm, '')) && !unmoved.includes(name)) {
        return { errors: [{ text: `${name} asks where it is: name it in apps/cli/build.ts` }] }
      }
      for (const [from, to] of pairs ?? []) {
        if (contents.split(from).length !== 2) return { errors: [{ text: `expected ${from} once in ${name}` }] }
        contents = contents.replace(from, to)
      }
      return { contents, loader: 'ts' }
    })
  },
}

/** Our own modules do nothing when they are imported, so what a command does not use of them is left out. */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup(bundler) {
    bundler.onResolve({ filter: /^(@gantry\/|\.\.?\/)/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === 'resolving') return null
      const { kind, importer, resolveDir, namespace } = rest
      const found = await bundler.resolve(path, { kind, importer, resolveDir, namespace, pluginData: 'resolving' })
      const ours = found.path.includes(`${sep}packages${sep}`) && !found.path.includes('node_modules')
      return found.errors.length > 0 || !ours ? found : { ...found, sideEffects: false }
    })
  },
}

/**
 * The parser of Postgres finds its WebAssembly beside itself, and one of its two forms alone has names to import. Five
 * megabytes of messages that only its other half needs, which writes SQL, stay out.
 */
const parserFolder = dirname(createRequire(part('packages/migrations/package.json')).resolve('@libpg-query/parser'))
const postgresParser: Plugin = {
  name: 'postgres-parser',
  setup(bundler) {
    bundler.onResolve({ filter: /^@libpg-query\/parser$/ }, () => ({ path: join(parserFolder, 'index.js') }))
    bundler.onLoad({ filter: /@libpg-query\/parser\/wasm\/libpg-query\.js$/ }, async ({ path }) => {
      const place = 'require("path").dirname(require.resolve("./libpg-query.wasm"))'
      const parts = (await readFile(path, 'utf8')).split('scriptDirectory=__dirname')
      if (parts.length !== 2) return { errors: [{ text: 'expected scriptDirectory=__dirname once in libpg-query.js' }] }
      return { contents: parts.join(`scriptDirectory=${place}`), loader: 'js' }
    })
    bundler.onLoad({ filter: /@libpg-query\/parser\/proto\.js$/ }, () => ({
      contents: 'exports.pg_query = {}',
      loader: 'js',
    }))
  },
}

/** Kept out of the bundle, for they read files of their own folder: by the package of ours that depends on them. */
const apart: Record<string, string> = {
  '@electric-sql/pglite': 'store',
  'istanbul-lib-report': 'report',
  'istanbul-reports': 'report',
}

await rm(dist, { recursive: true, force: true })
await build({
  entryPoints: programs,
  outdir: dist,
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
  external: [...Object.keys(apart), 'pg-native', './libpg-query.wasm'],
  plugins: [beside, onlyWhatIsUsed, postgresParser],
  legalComments: 'linked',
  logLevel: 'warning',
})
await copyBeside()
await writeFile(join(dist, 'package.json'), `${JSON.stringify(published(), null, 2)}\n`)

/** What the programs read at run time. */
async function copyBeside(): Promise<void> {
  const dashboard = part('apps/dashboard')
  const vite = [join(dashboard, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']
  execFileSync(process.execPath, [...vite, '--emptyOutDir', '--outDir', join(dist, 'dashboard/dist')], {
    cwd: dashboard,
    stdio: 'inherit',
  })
  await cp(part('supabase/migrations'), join(dist, 'migrations'), { recursive: true })
  await copyFile(part('apps/server/src/git/hook-client.mjs'), join(dist, 'hook-client.mjs'))
  await copyFile(join(parserFolder, 'libpg-query.wasm'), join(dist, 'libpg-query.wasm'))
  await copyFile(join(here, 'README.md'), join(dist, 'README.md'))
  await copyFile(part('LICENSE'), join(dist, 'LICENSE'))
  const sample = part('examples/sitebuilder')
  for (const file of await sourcesBelow(sample)) {
    await mkdir(dirname(join(dist, 'sample', file)), { recursive: true })
    await copyFile(join(sample, file), join(dist, 'sample', file))
  }
  // npm and pnpm leave every .gitignore out of a package; the server gives it its name back.
  await rename(join(dist, 'sample/.gitignore'), join(dist, 'sample/gitignore'))
}

/** What a checkout has, without asking git: an image is built of one without its history. */
async function sourcesBelow(folder: string): Promise<string[]> {
  const left =
    /(?:^|\/)(?:node_modules|dist|coverage|test-results|\.gantry|\.turbo|\.vite|\.env)(?:\/|$)|\.tsbuildinfo$|(?:^|\/)\.DS_Store$/
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(path => !left.test(path))
}

/** The manifest people get: nothing of the workspace, and of npm what is not in the bundle. */
function published(): object {
  const { name, version, type, license, description, engines } = manifest
  const dependencies = Object.entries(apart).map(([dependency, owner]) => {
    const range = manifestAt(part(`packages/${owner}/package.json`)).dependencies?.[dependency]
    if (range === undefined) throw new Error(`expected ${dependency} in packages/${owner}/package.json`)
    return [dependency, range]
  })
  return {
    ...{ name, version, type, license, description, engines },
    bin: { gantry: 'main.mjs' },
    exports: { './config': './config.mjs', './package.json': './package.json' },
    files: ['*.mjs', '*.wasm', '*.LEGAL.txt', 'dashboard', 'migrations', 'sample'],
    dependencies: Object.fromEntries(dependencies),
    // Its programs alone: `pnpm` itself has an install script, which pnpm would have people approve.
    optionalDependencies: manifestAt(createRequire(part('packages/runner/package.json')).resolve('pnpm/package.json'))
      .optionalDependencies,
  }
}

function manifestAt(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'))
}
