import { fromTop } from './from-top.ts'
import type { Framework, Package, RepositoryFacts } from './repository.ts'

/** Whether a package is a part that runs for people: for certain, perhaps, or not; and what shows it. */
export interface Served {
  verdict: 'yes' | 'unsure' | 'no'
  why: string
  /** What it is, where no framework says so. */
  kind?: 'Node' | 'Worker'
}

/**
 * A dependency makes no service of a package: what is started or deployed does. Looked at are files of hosts, scripts,
 * ports that are listened on, queues that are worked off, and what speaks against all of it.
 */
export function decideServed(facts: RepositoryFacts, each: Package): Served {
  const other = otherThanAService(facts, each)
  if (other !== undefined) return { verdict: 'no', why: other }
  const isAside =
    /(^|\/)(examples?|playgrounds?|demos?|fixtures?|templates?|starters?|sandbox(es)?|benchmarks?|bench|tests?|e2e|integration)(\/|$)/.test(
      each.dir,
    )
  const host = hostFile(facts, each)
  if (isAside) {
    return host === undefined
      ? { verdict: 'no', why: 'it lies among examples or tests' }
      : { verdict: 'unsure', why: `${host} deploys it, but it lies among examples or tests` }
  }
  return decideByStart(facts, each, host)
}

function decideByStart(facts: RepositoryFacts, each: Package, host: string | undefined): Served {
  const front = each.framework?.side === 'front-end' ? pageScript(each, each.framework) : undefined
  const started = startScript(facts, each)
  const work = workOf(facts, each)
  const isImported = isImportedIn(facts, each)
  // At the top of a workspace dependencies are those of many packages.
  const isHoisting = each.dir === '.' && facts.packages.length > 0
  const isStarted = front !== undefined || (started !== undefined && (work !== undefined || isServer(each)))
  const kind =
    each.framework === undefined ? { kind: work?.isServer === false ? ('Worker' as const) : ('Node' as const) } : {}
  if (each.publishes && !isStarted) return { verdict: 'no', why: 'it is published' }
  if (host !== undefined && (front ?? started ?? work ?? each.framework) !== undefined) {
    return { verdict: 'yes', why: host, ...kind }
  }
  if (front !== undefined) {
    if (each.publishes) return { verdict: 'unsure', why: `"${front}" builds a page, but the package is published` }
    return { verdict: 'yes', why: `"${front}" builds it` }
  }
  if (started !== undefined && isStarted) {
    if (each.publishes) return { verdict: 'unsure', why: `"${started}" starts it, but the package is published` }
    return { verdict: 'yes', why: `"${started}" starts it`, ...kind }
  }
  if (isImported) return { verdict: 'no', why: 'other packages import it, and nothing starts it' }
  if (started !== undefined)
    return {
      verdict: 'unsure',
      why: `"${started}" starts it, but it listens on no port and works off no queue`,
      kind: 'Worker',
    }
  if (work !== undefined) return { verdict: 'unsure', why: `${work.why}, but no script starts it`, ...kind }
  if (each.framework !== undefined && !isHoisting)
    return { verdict: 'unsure', why: `it depends on ${each.framework.name}, but nothing starts or builds it` }
  return { verdict: 'no', why: 'nothing starts it' }
}

const isServer = ({ framework }: Package): boolean => framework?.side === 'back-end'

/** Apps for phones and desks, storybooks and extensions have frameworks too, and are served by nobody. */
function otherThanAService(facts: RepositoryFacts, { dir, dependencies, scripts }: Package): string | undefined {
  const has = (...names: string[]) => names.some(name => dependencies.has(name))
  const isThere = (path: string) => facts.has(inside(dir, path))
  if (has('@tauri-apps/cli', '@tauri-apps/api') || isThere('src-tauri/tauri.conf.json')) return 'it is a Tauri app'
  if (has('electron', 'electron-builder', '@electron-forge/cli')) return 'it is an Electron app'
  if (has('expo', 'react-native') && !/\bexpo export\b/.test(Object.values(scripts).join('\n')))
    return 'it is an app for phones'
  if (has('wxt', 'plasmo', '@crxjs/vite-plugin', '@types/vscode', '@vscode/vsce')) return 'it is an extension'
  const built = [scripts['build'], scripts['start'], scripts['dev']].filter(text => text !== undefined)
  if (built.length > 0 && built.every(text => /\b(storybook|ladle|histoire)\b/.test(text))) return 'it is a storybook'
  return undefined
}

const isImportedIn = ({ packages }: RepositoryFacts, { dir }: Package): boolean =>
  packages.some(({ needs }) => needs.includes(dir))

/** What a host needs to run it: in its own folder, or at the top with its folder named, as those of what it imports are too. */
function hostFile(facts: RepositoryFacts, each: Package): string | undefined {
  const { dir, name } = each
  const own = [
    ...['fly.toml', 'vercel.json', 'render.yaml', 'netlify.toml', 'railway.json', 'railway.toml', 'wrangler.toml'],
    ...['wrangler.json', 'wrangler.jsonc', 'Procfile', 'Dockerfile', 'app.yaml', 'apprunner.yaml', 'firebase.json'],
  ]
  const found = own.map(file => inside(dir, file)).find(path => facts.has(path))
  if (found !== undefined || dir === '.' || isImportedIn(facts, each)) return found
  const atTop = ['render.yaml', 'Dockerfile', 'docker-compose.yml', 'compose.yaml', 'fly.toml', 'Procfile']
  return atTop.find(file => {
    const text = facts.text(file) ?? facts.textAtTop(file) ?? ''
    const words = new Set(text.match(/[@\w./-]+/g)?.map(word => word.replace(/^\.?\/|\/$/g, '')))
    return words.has(dir) || words.has(fromTop(facts.base, dir)) || text.includes(`--filter ${name}`)
  })
}

const builds: Readonly<Record<string, RegExp>> = {
  'Next.js': /\bnext (build|start)\b/,
  Nuxt: /\bnuxt(i)? (build|generate|preview|start)\b/,
  Astro: /\bastro build\b/,
  SvelteKit: /\bvite build\b/,
  Remix: /\b(remix (vite:)?build|remix-serve)\b/,
  'React Router': /\breact-router(-serve| build)\b/,
  'TanStack Start': /\b(vite|vinxi|rsbuild) build\b/,
  SolidStart: /\b(vite|vinxi) build\b/,
  Gatsby: /\bgatsby build\b/,
  Angular: /\bng build\b/,
  'Create React App': /\breact-scripts build\b/,
  Expo: /\bexpo export\b/,
  Vite: /\bvite build\b/,
}

/** The script that builds or serves its pages. */
function pageScript({ scripts }: Package, { name }: Framework): string | undefined {
  const pattern = builds[name]
  return Object.keys(scripts).find(script => pattern?.test(scripts[script] ?? ''))
}

const starts = /\b(node|tsx|ts-node|bun|deno|nest|medusa|adonis|wrangler|pm2|nodemon|srvx|vite-node)\b/
const onlyStarts = /^(start|serve|server|worker)(:(prod|production|server|worker|web|api))?$/

/** The script of its own that starts it, or one of the root that names its folder. */
function startScript(facts: RepositoryFacts, { dir, scripts }: Package): string | undefined {
  const isOwn = (text: string) =>
    starts.test(text) && !/\b(turbo|nx|lerna|pnpm|npm|yarn) (run|-r|--filter|-F)/.test(text)
  const own = Object.keys(scripts).find(name => onlyStarts.test(name) && isOwn(scripts[name] ?? ''))
  if (own !== undefined || dir === '.') return own
  return Object.keys(facts.root.scripts).find(name =>
    facts.root.scripts[name]
      ?.split(/\s+/)
      .some(word => word.replace(/^\.\//, '').startsWith(`${dir}/`) && /\.[cm]?[jt]s$/.test(word)),
  )
}

interface Work {
  isServer: boolean
  why: string
}

const listens = /\.listen\(|\bBun\.serve\(|\bDeno\.serve\(|\bserve\(\s*(\{|app|\(|[a-z]\w*\s*[,)])/
const queues =
  /['"](bullmq|bull|bee-queue|pg-boss|graphile-worker|amqplib|kafkajs|@confluentinc\/kafka-javascript|nats|mqtt|@temporalio\/worker|inngest|@trigger\.dev\/sdk|node-cron|croner|cron|agenda|bree|sqs-consumer|@aws-sdk\/client-sqs|discord\.js|telegraf|grammy|@slack\/bolt|ws|socket\.io)(\/[\w/-]+)?['"]/

/** What its code does for as long as it runs. */
function workOf(facts: RepositoryFacts, { dir }: Package): Work | undefined {
  const others = dir === '.' ? facts.packages.map(each => each.dir) : []
  const texts = facts.sources(dir, others)
  if (texts.some(text => listens.test(text))) return { isServer: true, why: 'it listens on a port' }
  if (texts.some(text => queues.test(text))) return { isServer: false, why: 'it works off a queue' }
  if (texts.some(text => /\bsetInterval\(/.test(text))) return { isServer: false, why: 'it works at intervals' }
  return undefined
}

const inside = (dir: string, path: string): string => (dir === '.' ? path : `${dir}/${path}`)
