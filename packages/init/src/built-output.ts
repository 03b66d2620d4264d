import type { Package, RepositoryFacts } from './repository.ts'

/** What a build leaves to be shipped, and how it is started. */
export interface Built {
  artifact?: string
  deploy: Readonly<Record<string, unknown>>
  /** What a person has to do before it can be deployed. */
  remark?: string
}

/** Of a package with pages: files, or a server of its framework's making. */
export function builtPage(facts: RepositoryFacts, app: Package): Built {
  const framework = app.framework?.name ?? ''
  return outputs[framework]?.(facts, app) ?? files(app, folders[framework] ?? 'dist')
}

const folders: Readonly<Record<string, string>> = { 'Create React App': 'build', Gatsby: 'public' }

const outputs: Readonly<Record<string, (facts: RepositoryFacts, app: Package) => Built>> = {
  'Next.js': nextOutput,
  Nuxt: nuxtOutput,
  Astro: astroOutput,
  SvelteKit: svelteOutput,
  Remix: routerOutput,
  'React Router': routerOutput,
  'TanStack Start': nitroOutput,
  SolidStart: nitroOutput,
  Angular: (_, app) => files(app, `dist/${app.name.replace(/^@[^/]+\//, '')}/browser`),
}

const files = (app: Package, folder: string, spa = true): Built => ({
  artifact: at(app, folder),
  deploy: { provider: 'local', kind: 'static', spa },
})

const server = (app: Package, folder: string, entry: string, remark?: string): Built => ({
  artifact: at(app, folder),
  deploy: { provider: 'local', kind: 'node', entry },
  ...(remark !== undefined && { remark }),
})

function nextOutput(facts: RepositoryFacts, app: Package): Built {
  const config = configText(facts, app, 'next.config')
  if (/output:\s*['"]export['"]/.test(config)) return files(app, 'out', false)
  const entry = app.dir === '.' ? 'server.js' : `${app.dir}/server.js`
  const remark = `${at(app, 'next.config')}: set output: 'standalone', so that the build leaves a folder that can be shipped`
  return server(app, '.next/standalone', entry, /output:\s*['"]standalone['"]/.test(config) ? undefined : remark)
}

function nuxtOutput(facts: RepositoryFacts, app: Package): Built {
  const build = Object.values(app.scripts).join('\n')
  if (/\bnuxi? generate\b|\bnuxt generate\b/.test(build) && !/\bnuxt build\b/.test(build))
    return files(app, '.output/public', false)
  const isPage = /\bssr:\s*false\b/.test(configText(facts, app, 'nuxt.config'))
  return isPage ? files(app, '.output/public') : nitroOutput(facts, app)
}

/** Nitro bundles what the server needs into its folder. */
function nitroOutput(facts: RepositoryFacts, app: Package): Built {
  const started = startedBy(app)
  const hasNitro = ['nuxt', 'nitro', 'nitropack', 'vinxi', '@tanstack/nitro-v2-vite-plugin'].some(name =>
    app.dependencies.has(name),
  )
  const isOther = started !== undefined && !started.startsWith('.output/')
  const isInConfig = /\bnitro\w*\(/.test(configText(facts, app, 'vite.config'))
  if (hasNitro || isInConfig || started?.startsWith('.output/')) return server(app, '.output', 'server/index.mjs')
  const entry = isOther ? started.split('/').slice(1).join('/') : 'server/server.js'
  return server(
    app,
    isOther ? (started.split('/')[0] ?? 'dist') : 'dist',
    entry,
    `${at(app, 'vite.config')}: add the plugin of \`nitro\`, so that the build leaves a server that starts by itself`,
  )
}

const nodeAdapter = (framework: string) =>
  `expected the adapter of ${framework} for Node: the others build for one host only`

function astroOutput(facts: RepositoryFacts, app: Package): Built {
  const config = configText(facts, app, 'astro.config')
  const [, adapter] = /@astrojs\/(node|vercel|netlify|cloudflare)\b/.exec(config) ?? []
  if (adapter === undefined && !/\badapter:/.test(config)) return files(app, 'dist', false)
  if (adapter !== 'node')
    return server(app, 'dist', 'server/entry.mjs', `${at(app, 'astro.config')}: ${nodeAdapter('Astro')}`)
  const isAlone = /mode:\s*['"]standalone['"]/.test(config)
  return server(
    app,
    'dist',
    'server/entry.mjs',
    isAlone ? undefined : `${at(app, 'astro.config')}: the adapter needs mode: 'standalone' to start by itself`,
  )
}

function svelteOutput(facts: RepositoryFacts, app: Package): Built {
  const config = `${configText(facts, app, 'svelte.config')}\n${configText(facts, app, 'vite.config')}`
  if (/@sveltejs\/adapter-static/.test(config)) return files(app, 'build', /fallback:/.test(config))
  const isNode = /@sveltejs\/adapter-node/.test(config)
  return server(
    app,
    'build',
    'index.js',
    isNode ? undefined : `${at(app, 'svelte.config')}: ${nodeAdapter('SvelteKit')}`,
  )
}

/** Remix and React Router: without `ssr` a page, else a handler that needs a server around it. */
function routerOutput(facts: RepositoryFacts, app: Package): Built {
  const config = `${configText(facts, app, 'react-router.config')}\n${configText(facts, app, 'vite.config')}`
  if (/\bssr:\s*false\b/.test(config)) return files(app, 'build/client')
  const started = startedBy(app)
  const own = started !== undefined && !started.startsWith('build/') ? started : undefined
  if (own !== undefined)
    return {
      artifact: app.dir,
      deploy: { provider: 'local', kind: 'node', entry: own },
      remark: `${placeOf(app)} is shipped as it lies there: bundle ${own} and its dependencies into one folder`,
    }
  return server(
    app,
    'build',
    'server/index.js',
    `${at(app, 'build')} holds a handler, which \`${app.framework?.name === 'Remix' ? 'remix' : 'react-router'}-serve\` runs from node_modules: ship a server file that bundles both, and name it as entry`,
  )
}

/** What is started; its folder is what is shipped. */
export function builtServer(facts: RepositoryFacts, app: Package): Built {
  const known = startedFile(facts, app)
  const main = known ?? 'dist/index.js'
  const [folder = '', ...rest] = main.split('/')
  const isBuilt = rest.length > 0 && app.scripts['build'] !== undefined && !facts.has(at(app, main))
  const shipped = isBuilt
    ? `${at(app, folder)} is shipped alone: bundle its dependencies into it`
    : `${placeOf(app)} is shipped as it lies there: add a build that bundles it into one folder`
  return {
    artifact: isBuilt ? at(app, folder) : app.dir,
    deploy: { provider: 'local', kind: 'node', entry: isBuilt ? rest.join('/') : main },
    remark: known === undefined ? `${shipped}; no script starts it, so \`entry\` is a guess` : shipped,
  }
}

const program =
  /\b(?:node|tsx|ts-node|bun(?: run)?|srvx)\s+(?:watch\s+)?(?:--?\S+\s+)*(?:\.\/)?([\w./-]+\.[cm]?[jt]s)\b/

/** The file its own start script names. */
function startedBy({ scripts }: Package): string | undefined {
  const names = ['start', 'start:prod', 'start:production', 'serve', 'worker', 'start:worker', 'start:server', 'server']
  return names.map(name => program.exec(scripts[name] ?? '')?.[1]).find(file => file !== undefined)
}

/** The file its own `start` names, or a script of the root that starts it, or Nest's, or `main`. */
function startedFile(facts: RepositoryFacts, app: Package): string | undefined {
  const fromRoot = Object.values(facts.root.scripts)
    .map(text => program.exec(text)?.[1])
    .find(path => app.dir !== '.' && path?.startsWith(`${app.dir}/`))
  const nest = app.dependencies.has('@nestjs/core') ? 'dist/main.js' : undefined
  return (
    startedBy(app) ?? fromRoot?.slice(app.dir.length + 1) ?? nest ?? app.entries.find(entry => /\.[cm]?js$/.test(entry))
  )
}

const configText = (facts: RepositoryFacts, app: Package, name: string): string =>
  ['js', 'mjs', 'cjs', 'ts', 'mts'].map(ending => facts.text(at(app, `${name}.${ending}`)) ?? '').join('\n')

const placeOf = ({ dir }: Package): string => (dir === '.' ? 'the whole repository' : dir)

const at = ({ dir }: Package, path: string): string => (dir === '.' ? path : `${dir}/${path}`)
