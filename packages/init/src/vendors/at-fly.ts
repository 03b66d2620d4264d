import { fromTop } from '../from-top.ts'
import type { Package, RepositoryFacts } from '../repository.ts'
import { type AtVendor, inside, isAbout, type OfService } from './vendor-file.ts'

interface FlyFile {
  path: string
  text: string
}

const production = ['fly.toml', 'fly.production.toml', 'fly.prod.toml']
const staging = ['fly.staging.toml', 'fly.stage.toml']

/** An app of Fly.io: its fly.toml, in its folder or at the top with its folder named. */
export function atFly({ facts, app, name }: OfService): AtVendor | undefined {
  const ours = production.flatMap(file => flyFile(facts, app, file) ?? []).at(0)
  const before = staging.flatMap(file => flyFile(facts, app, file) ?? []).at(0)
  const file = ours ?? before
  if (!file) return undefined
  const named = appName(ours) ?? `${facts.name}-${name}`
  const ofStaging = appName(before)
  const path = fromTop(facts.base, file.path)
  const isUsual = path === fromTop(facts.base, inside(app.dir, 'fly.toml'))
  const health = checkedPath(file.text)
  return {
    deploy: {
      provider: 'fly',
      app: { staging: ofStaging ?? `${named}-staging`, production: named },
      ...(!isUsual && { config: path }),
      ...(needsWholeWorkspace(facts, app, file) && { context: facts.base === '' ? '.' : facts.base }),
      ...(/^\s*\[\[?mounts\]?\]/m.test(file.text) && { strategy: 'rolling' }),
    },
    ...(health !== undefined && { health }),
    ...(ofStaging === undefined && {
      remark: `${path}: production has an app of its own; \`fly apps create ${named}-staging\` makes one for staging`,
    }),
  }
}

function flyFile(facts: RepositoryFacts, app: Package, file: string): FlyFile | undefined {
  const own = inside(app.dir, file)
  const text = facts.text(own)
  if (text !== undefined) return { path: own, text }
  const atTop = facts.text(file)
  return atTop !== undefined && isAbout(facts, app, atTop) ? { path: file, text: atTop } : undefined
}

const appName = (file: FlyFile | undefined): string | undefined =>
  /^app\s*=\s*["']([a-z0-9-]+)["']/m.exec(file?.text ?? '')?.[1]

const checkedPath = (text: string): string | undefined =>
  /\[\[(?:http_service|services)\.(?:http_)?checks\]\][^[]*?^\s*path\s*=\s*["'](\/[^"']*)["']/m.exec(text)?.[1]

/** A Dockerfile that copies what is beside the package is built from the top, as `fly deploy . --config …` does. */
function needsWholeWorkspace(facts: RepositoryFacts, app: Package, file: FlyFile): boolean {
  if (app.dir === '.') return false
  const folder = file.path.split('/').slice(0, -1).join('/')
  const [, said] = /^\s*dockerfile\s*=\s*["']([^"']+)["']/m.exec(file.text) ?? []
  const candidates =
    said === undefined ? [inside(app.dir, 'Dockerfile'), 'Dockerfile'] : [folder === '' ? said : `${folder}/${said}`]
  const text = candidates.map(path => facts.text(path)).find(each => each !== undefined) ?? ''
  return /pnpm-(lock|workspace)\.yaml|turbo prune|\bCOPY\s+(--\S+\s+)*(apps|packages)\//.test(text)
}
