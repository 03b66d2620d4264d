import { type Built, builtPage, builtServer } from './built-output.ts'
import { decideServed } from './decide-served.ts'
import { fromTop } from './from-top.ts'
import { withNeeds } from './prerequisites.ts'
import type { Package, RepositoryFacts } from './repository.ts'

/** A deployable part, as gantry.config.ts will name it. */
export interface Service extends Built {
  name: string
  dir: string
  framework: string
  isPage: boolean
  health?: string
  needs: readonly string[]
}

/** One that is left out of the config as a comment, because what is there does not show that it is served. */
export interface Unsure {
  service: Service
  why: string
}

export interface Services {
  services: readonly Service[]
  unsure: readonly Unsure[]
}

const known = new WeakMap<RepositoryFacts, Services>()

/** Every part that is started or deployed, and the database. Names are those of the folders. */
export const servicesOf = (facts: RepositoryFacts): readonly Service[] => sortServices(facts).services

export function sortServices(facts: RepositoryFacts): Services {
  const found = known.get(facts) ?? readServices(facts)
  known.set(facts, found)
  return found
}

function readServices(facts: RepositoryFacts): Services {
  const taken = new Set<string>()
  const { migrations } = facts
  const database =
    migrations === undefined || migrations.tool === 'Prisma'
      ? []
      : [databaseService({ ...migrations, dir: fromTop(facts.base, migrations.dir) }, taken)]
  const needs = database.map(({ name }) => name)
  const services: Service[] = []
  const unsure: Unsure[] = []
  for (const each of [facts.root, ...facts.packages]) {
    const { verdict, why, kind } = decideServed(facts, each)
    if (verdict === 'no') continue
    const app =
      each.framework === undefined ? { ...each, framework: { name: kind ?? 'Node', side: 'back-end' as const } } : each
    const service = serviceOf(facts, app, nameFor(app, facts, taken), needs)
    if (verdict === 'yes') services.push(service)
    else unsure.push({ service, why })
  }
  return { services: [...database, ...services], unsure }
}

function databaseService({ dir, tool }: NonNullable<RepositoryFacts['migrations']>, taken: Set<string>): Service {
  taken.add('database')
  const path = dir.replace(/\/migrations$/, '')
  const deploy = { provider: 'local', kind: 'postgres', migrations: dir }
  return { name: 'database', dir: path, framework: tool, isPage: false, needs: [], deploy }
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
  const health = isPage ? '/' : app.framework?.name === 'Worker' ? undefined : healthPath(facts, app)
  const readsDatabase = facts.env.some(
    each => each.name === 'DATABASE_URL' && each.packages.includes(fromTop(facts.base, app.dir)),
  )
  const built = isPage ? builtPage(facts, app) : builtServer(facts, app)
  const { artifact } = built
  return {
    name,
    dir: fromTop(facts.base, app.dir),
    framework: app.framework?.name ?? 'Node',
    isPage,
    needs: readsDatabase ? databases : [],
    ...(health !== undefined && { health }),
    ...built,
    ...(artifact !== undefined && { artifact: fromTop(facts.base, artifact) }),
  }
}

/** The first path in its code that looks like one made for asking. */
function healthPath(facts: RepositoryFacts, app: Package): string | undefined {
  const paths = ['/healthz', '/health', '/api/health', '/api/healthz', '/status', '/ping', '/readyz', '/livez']
  const texts = [...withNeeds(facts, [app.dir])].flatMap(dir => facts.sources(dir))
  return paths.find(path => texts.some(text => text.includes(`'${path}'`) || text.includes(`"${path}"`)))
}
