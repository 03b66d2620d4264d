import { appendFile, cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { productIn, type TinyProduct } from '../tiny-product.ts'
import { smallSample } from './small-sample.ts'

const sample = resolve(import.meta.dirname, '../../../../../examples/sitebuilder')

const services = ['backend', 'runtime']
const pages = ['builder', 'marketing']
export const environmentNames = ['staging', 'production']
const inAll = (names: string[]) =>
  names.flatMap(name => environmentNames.map(environment => `sitebuilder-${name}-${environment}`))

/** Everything of the sample that is anywhere, and what its Dockerfiles do. */
export const everywhere = {
  apps: inAll(services),
  projects: inAll(pages),
  build: `pnpm install --frozen-lockfile --prefer-offline --silent
pnpm --filter "./apps/$service" run build
cp -R "apps/$service/dist/." "$built"`,
}

/** How old each package is pnpm asks the registry, hundreds of times in each job: what is tried here is something else. */
const withoutAges = 'minimumReleaseAge: 0\n'

/** Its own code, or as little as will do. */
export type Code = 'whole' | 'small'

/**
 * The sample, in a repository of its own: its workflow files as they are. What differs is where each service is deployed to,
 * and the files that Fly.io reads.
 */
export async function sampleAtVendors(
  remote: string,
  { hosts, code }: { hosts: Record<string, string>; code: Code },
): Promise<TinyProduct> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-sample-'))
  const isTaken = (path: string) => !/\/(node_modules|dist|test-results)(\/|$)/.test(path)
  for (const part of code === 'whole' ? ['.'] : ['.github', 'supabase', 'docs', 'gantry.config.ts'])
    await cp(join(sample, part), join(dir, part), { recursive: true, filter: isTaken })
  const product = await productIn(dir, remote)
  if (code === 'small') for (const [path, text] of Object.entries(smallSample)) await product.write(path, text)
  else await appendFile(join(dir, 'pnpm-workspace.yaml'), `\n${withoutAges}`)
  const config = await readFile(join(dir, 'gantry.config.ts'), 'utf8')
  await product.write('gantry.config.ts', swapped(config, hosts))
  for (const name of services) {
    await writeFile(join(dir, 'apps', name, 'fly.toml'), flyToml(name))
    await writeFile(join(dir, 'apps', name, 'Dockerfile'), dockerfile(name))
  }
  return product
}

/** `local()` of each service in turn gives way to a vendor. */
function swapped(config: string, hosts: Record<string, string>): string {
  const swaps: [RegExp, string][] = [
    [/local\(\{ kind: 'postgres', .*? \}\)/, "supabase({ migrations: 'supabase/migrations' })"],
    ...services.map((name): [RegExp, string] => [/local\(\{ kind: 'node', .*? \}\)/, `fly(${flySaid(name, hosts)})`]),
    [/local\(\{ kind: 'static', rewrites: (\{.*?\}), publicEnv \}\)/, vercelSaid('builder', 'rewrites: $1, publicEnv')],
    [/local\(\{ kind: 'static', publicEnv \}\)/, vercelSaid('marketing', 'publicEnv')],
    [/\blocal,/, 'fly, supabase, vercel,'],
    [/project: 'sitebuilder'/, "project: 'tiny'"],
  ]
  return swaps.reduce((text, [from, to]) => {
    if (!from.test(text)) throw new Error(`the config of the sample has no ${from}`)
    return text.replace(from, to)
  }, config)
}

const flySaid = (name: string, hosts: Record<string, string>): string =>
  JSON.stringify({
    app: `sitebuilder-${name}-{environment}`,
    host: Object.fromEntries(environmentNames.map(each => [each, hosts[`sitebuilder-${name}-${each}`]])),
    ...{ context: '.', build: 'fly', settle: '0s', secrets: ['DATABASE_URL', 'SENTRY_DSN'] },
  })

const vercelSaid = (name: string, how: string): string =>
  `vercel({ project: 'sitebuilder-${name}-{environment}', static: { ${how} } })`

const flyToml = (name: string) => `# ${name}
primary_region = "ams"

[http_service]
  internal_port = 8080

  [[http_service.checks]]
    path = "/healthz"
    interval = "10s"
    timeout = "2s"
`

const dockerfile = (name: string) => `FROM node:24-slim
WORKDIR /app
COPY . .
RUN npm install --global pnpm@12.21.0 && pnpm install --frozen-lockfile && pnpm --filter "./apps/${name}" run build
ENV PORT=8080 HOST=0.0.0.0
CMD ["node", "apps/${name}/dist/server.mjs"]
`
