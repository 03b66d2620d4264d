import { withNeeds } from './prerequisites.ts'
import type { Package, RepositoryFacts } from './repository.ts'

/** A deployable part, as gantry.config.ts will name it. */
export interface Service {
  name: string
  dir: string
  framework: string
  isPage: boolean
  artifact?: string
  health?: string
  needs: readonly string[]
  deploy: Readonly<Record<string, string | boolean>>
  /** What a person has to do before it can be deployed. */
  remark?: string
}

/** Every package with a framework, and the database. Names are those of the folders. */
export function servicesOf(facts: RepositoryFacts): Service[] {
  const apps = [facts.root, ...facts.packages].filter(({ framework }) => framework !== undefined)
  const taken = new Set<string>()
  const database = facts.migrations === undefined ? [] : [databaseService(facts.migrations, taken)]
  const needs = database.map(({ name }) => name)
  return [...database, ...apps.map(app => serviceOf(facts, app, nameFor(app, facts, taken), needs))]
}

function databaseService(migrations: string, taken: Set<string>): Service {
  taken.add('database')
  const [dir = migrations] = migrations.split('/')
  const deploy = { provider: 'local', kind: 'postgres', migrations }
  return { name: 'database', dir, framework: 'Supabase', isPage: false, needs: [], deploy }
}

function nameFor(app: Package, facts: RepositoryFacts, taken: Set<string>): string {
  const folder = app.dir === '.' ? facts.name : (app.dir.split('/').at(-1) ?? app.dir)
  const clean = asName(folder)
  let name = clean
  for (let n = 2; taken.has(name); n++) name = `${clean}-${n}`
  taken.add(name)
  return name
}

/** As the config wants names: lower-case letters, digits, dashes, a letter first. */
export const asName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 39) || 'app'

function serviceOf(facts: RepositoryFacts, app: Package, name: string, databases: string[]): Service {
  const isPage = app.framework?.side === 'front-end'
  const health = isPage ? '/' : healthPath(facts, app)
  const readsDatabase = facts.env.some(each => each.name === 'DATABASE_URL' && each.packages.includes(app.dir))
  return {
    name,
    dir: app.dir,
    framework: app.framework?.name ?? 'Node',
    isPage,
    needs: readsDatabase ? databases : [],
    ...(health !== undefined && { health }),
    ...(isPage ? page(facts, app) : server(facts, app)),
  }
}

type Built = Pick<Service, 'artifact' | 'deploy' | 'remark'>

const folders: Record<string, string> = { 'Create React App': 'build', SvelteKit: 'build', Gatsby: 'public' }

function page(facts: RepositoryFacts, app: Package): Built {
  if (app.framework?.name !== 'Next.js') {
    const artifact = at(app, folders[app.framework?.name ?? ''] ?? 'dist')
    return { artifact, deploy: { provider: 'local', kind: 'static', spa: true } }
  }
  const config = ['js', 'mjs', 'ts'].map(ending => facts.text(at(app, `next.config.${ending}`)) ?? '').join('\n')
  if (/output:\s*['"]export['"]/.test(config)) {
    return { artifact: at(app, 'out'), deploy: { provider: 'local', kind: 'static', spa: false } }
  }
  return {
    artifact: at(app, '.next/standalone'),
    deploy: { provider: 'local', kind: 'node', entry: app.dir === '.' ? 'server.js' : `${app.dir}/server.js` },
    ...(!/output:\s*['"]standalone['"]/.test(config) && {
      remark: `${at(app, 'next.config')}: set output: 'standalone', so that the build leaves a folder that can be shipped`,
    }),
  }
}

/** What is started; its folder is what is shipped. */
function server(facts: RepositoryFacts, app: Package): Built {
  const known = startedFile(facts, app)
  const main = known ?? 'dist/index.js'
  const [folder = '', ...rest] = main.split('/')
  const isBuilt = rest.length > 0 && app.scripts['build'] !== undefined && !facts.has(at(app, main))
  const shipped = isBuilt
    ? `${at(app, folder)} is shipped alone: bundle its dependencies into it`
    : `${app.dir} is shipped as it lies there: add a build that bundles it into one folder`
  return {
    artifact: isBuilt ? at(app, folder) : app.dir,
    deploy: { provider: 'local', kind: 'node', entry: isBuilt ? rest.join('/') : main },
    remark: known === undefined ? `${shipped}; no script starts it, so \`entry\` is a guess` : shipped,
  }
}

/** The file its own `start` names, or a script of the root that starts it, or `main`. */
function startedFile(facts: RepositoryFacts, app: Package): string | undefined {
  const file = /\bnode\s+(?:--?\S+\s+)*(?:\.\/)?([\w./-]+\.[cm]?[jt]s)\b/
  const [, own] = file.exec(app.scripts['start'] ?? '') ?? []
  const fromRoot = Object.values(facts.root.scripts)
    .map(text => file.exec(text)?.[1])
    .find(path => app.dir !== '.' && path?.startsWith(`${app.dir}/`))
  return own ?? fromRoot?.slice(app.dir.length + 1) ?? app.entries.find(entry => /\.[cm]?js$/.test(entry))
}

const at = ({ dir }: Package, path: string): string => (dir === '.' ? path : `${dir}/${path}`)

/** The first path in its code that looks like one made for asking. */
function healthPath(facts: RepositoryFacts, app: Package): string | undefined {
  const known = ['/healthz', '/health', '/api/health', '/api/healthz', '/status', '/ping', '/readyz', '/livez']
  const texts = [...withNeeds(facts, [app.dir])].flatMap(dir => facts.sources(dir))
  return known.find(path => texts.some(text => text.includes(`'${path}'`) || text.includes(`"${path}"`)))
}
