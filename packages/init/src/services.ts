import { posix } from 'node:path'
import { type Built, builtPage, builtServer } from './built-output.ts'
import { databaseBeside } from './database-beside.ts'
import { decideServed } from './decide-served.ts'
import { fromTop } from './from-top.ts'
import { withNeeds } from './prerequisites.ts'
import type { Package, RepositoryFacts } from './repository.ts'
import { atVendor } from './vendors/at-vendor.ts'

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
  const services: Service[] = []
  const unsure: Unsure[] = []
  if (facts.migrations) taken.add('database')
  for (const each of [facts.root, ...facts.packages]) {
    const { verdict, why, kind } = decideServed(facts, each)
    if (verdict === 'no') continue
    const app =
      each.framework === undefined ? { ...each, framework: { name: kind ?? 'Node', side: 'back-end' as const } } : each
    const service = serviceOf(facts, app, nameFor(app, facts, taken))
    if (verdict === 'yes') services.push(service)
    else unsure.push({ service, why })
  }
  const database = databaseBeside(services, facts)
  const needs = database.map(({ name }) => name)
  const readers = services.map(each => (readsDatabase(facts, each) ? { ...each, needs } : each))
  return { services: [...database, ...readers], unsure }
}

const readsDatabase = ({ env }: RepositoryFacts, { dir }: Service): boolean =>
  env.some(each => each.name === 'DATABASE_URL' && each.packages.includes(dir))

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

function serviceOf(facts: RepositoryFacts, app: Package, name: string): Service {
  const isPage = app.framework?.side === 'front-end'
  const found = isPage ? '/' : app.framework?.name === 'Worker' ? undefined : healthPath(facts, app)
  const { artifact, ...built } = builtWhere(facts, app, name, isPage)
  const health = found ?? built.health
  return {
    name,
    dir: fromTop(facts.base, app.dir),
    framework: app.framework?.name ?? 'Node',
    isPage,
    needs: [],
    ...built,
    ...(health !== undefined && { health }),
    ...(artifact !== undefined && { artifact: fromTop(facts.base, artifact) }),
  }
}

/** At the vendor whose files name it, else on the machine of the server. */
function builtWhere(facts: RepositoryFacts, app: Package, name: string, isPage: boolean): Built & { health?: string } {
  const local = isPage ? builtPage(facts, app) : builtServer(facts, app)
  const isStatic = local.deploy['kind'] === 'static' && local.artifact !== undefined
  const staticFolder = isStatic ? posix.relative(app.dir, local.artifact ?? '') : null
  const there = atVendor({ facts, app, name, staticFolder })
  if (!there) return local
  const { artifact } = there
  return { ...there, ...(artifact !== undefined && { artifact: posix.join(app.dir, artifact) }) }
}

/** The first path in its code that looks like one made for asking. */
function healthPath(facts: RepositoryFacts, app: Package): string | undefined {
  const paths = ['/healthz', '/health', '/api/health', '/api/healthz', '/status', '/ping', '/readyz', '/livez']
  const texts = [...withNeeds(facts, [app.dir])].flatMap(dir => facts.sources(dir))
  return paths.find(path => texts.some(text => text.includes(`'${path}'`) || text.includes(`"${path}"`)))
}
