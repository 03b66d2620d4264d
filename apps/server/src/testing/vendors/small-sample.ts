/** Whether each page and each service of staging answers; what it was proved by is what the journeys say. */
const journey = [
  "const urls = ['BACKEND', 'RUNTIME', 'BUILDER', 'MARKETING'].map(name => process.env[name + '_URL'] + '/');",
  'Promise.all(urls.map(url => fetch(url))).then(all => {',
  '  for (const answer of all) if (answer.status !== 200) throw new Error(answer.url + answer.status);',
  "  require('node:fs').appendFileSync(process.env.GITHUB_OUTPUT, 'proved-by=http\\\\n')",
  '})',
].join(' ')

const server = (how: 'well' | 'ill') => `import { createServer } from 'node:http'
const { PORT, HOST, SENTRY_RELEASE } = process.env
createServer((request, response) => {
  const isIll = ${how === 'ill'} && request.url === '/healthz'
  response.writeHead(isIll ? 503 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ status: isIll ? 'starting' : 'ok', release: SENTRY_RELEASE }))
}).listen(Number(PORT), HOST)
`

/**
 * The sample with as little code as its workflow files and its config can do with: no dependencies, nothing to compile. Where
 * the same release is deployed a dozen times, what is built is not what is tried.
 */
export const smallSample: Readonly<Record<string, string>> = {
  'package.json': json({
    ...{ name: 'sitebuilder', private: true, type: 'module', packageManager: 'pnpm@12.21.0' },
    scripts: { build: 'pnpm -r run build' },
  }),
  'pnpm-workspace.yaml': 'packages: [apps/*, packages/*, e2e]\npmOnFail: ignore\n',
  'pnpm-lock.yaml': `lockfileVersion: '9.0'
settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false
importers:
${['.', ...folders()].map(path => `  ${path}: {}\n`).join('')}`,
  ...Object.fromEntries(folders().map(path => [`${path}/package.json`, manifest(path)])),
  ...Object.fromEntries(['backend', 'runtime'].map(name => [`apps/${name}/server.mjs`, server('well')])),
  ...Object.fromEntries(['builder', 'marketing'].map(name => [`apps/${name}/index.html`, '<div id="root"></div>\n'])),
}

function folders(): string[] {
  const [apps, packages] = [
    ['backend', 'builder', 'marketing', 'runtime'],
    ['browser', 'service', 'site'],
  ]
  return [...(apps ?? []).map(name => `apps/${name}`), ...(packages ?? []).map(name => `packages/${name}`), 'e2e']
}

function manifest(path: string): string {
  const name = `@sitebuilder/${path.split('/').at(-1)}`
  const nothing = { lint: 'true', typecheck: 'true', test: 'true' }
  if (path === 'e2e')
    return json({ name, private: true, scripts: { ...nothing, build: 'true', e2e: `node -e "${journey}"` } })
  const build = path.startsWith('apps/') ? 'mkdir -p dist && cp *.mjs *.html dist/ 2>/dev/null || true' : 'true'
  return json({ name, private: true, type: 'module', scripts: { ...nothing, build } })
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** A backend that never turns healthy. */
export const illBackend = { path: 'apps/backend/server.mjs', text: server('ill') }
