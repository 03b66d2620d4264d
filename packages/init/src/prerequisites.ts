import { readScript } from './read-script.ts'
import type { Package, RepositoryFacts } from './repository.ts'
import type { Command, Task } from './task.ts'

const generators =
  /\b(prisma generate|graphql-codegen|openapi-typescript|openapi-generator|orval|tsr generate|react-router typegen|next typegen|svelte-kit sync|nuxi? prepare|panda codegen|paraglide-js compile|wrangler types|buf generate|velite build|contentlayer2? build|gql\.tada generate|zenstack generate)\b/
const onInstall = ['preinstall', 'install', 'postinstall', 'prepare']

/** Code that is generated, not kept in git: types and tests cannot be judged before it is there. */
export function codegenCommands(facts: RepositoryFacts): Command[] {
  return [facts.root, ...facts.packages].flatMap((each): Command[] => {
    if (onInstall.some(script => generators.test(each.scripts[script] ?? ''))) return []
    const script = Object.keys(each.scripts).find(name => isGenerator(name, each.scripts[name] ?? ''))
    if (script !== undefined) {
      return each.dir === '.'
        ? [{ kind: 'root', line: `pnpm run ${script}` }]
        : [{ kind: 'script', script, dirs: [each.dir] }]
    }
    const schema = ['prisma/schema.prisma', 'schema.prisma'].find(path => facts.has(inside(each, path)))
    const hasPrisma = each.dependencies.has('prisma') || each.dependencies.has('@prisma/client')
    return schema !== undefined && hasPrisma
      ? [{ kind: 'inside', dir: each.dir, lines: [`prisma generate --schema ${schema}`] }]
      : []
  })
}

/** A build that generates on its way is a build; only a script made for generating counts. */
const isGenerator = (name: string, text: string): boolean =>
  generators.test(text) &&
  !/^(build|dev|start|lint|type-?check|check-types|test|pre.*|post.*|deploy)(:|$)/.test(name) &&
  !readScript(text).watches

/**
 * Workspace packages that others import from a folder git does not keep (`main: dist/index.js`) and that installing
 * does not build: they are built before anything that imports them is judged.
 */
export function librariesToBuild(facts: RepositoryFacts): string[] {
  const needed = new Set([facts.root, ...facts.packages].flatMap(({ needs }) => needs))
  return facts.packages
    .filter(each => needed.has(each.dir) && each.scripts['build'] !== undefined && !isBuiltOnInstall(each))
    .filter(each => each.entries.some(entry => isMissing(facts, each, entry)))
    .map(({ dir }) => dir)
}

/**
 * Whether turbo builds what these tasks import by itself. One of them that waits for `^build` shows that its people keep
 * turbo.json so: a task that does not wait then needs nothing built.
 */
export function buildsItself(facts: RepositoryFacts, tasks: readonly Task[]): boolean {
  const commands = tasks.flatMap(task => task.commands)
  const waits = (command: Command) =>
    command.kind === 'turbo' && /\^?\bbuild\b/.test((facts.turbo?.get(command.task) ?? []).join(' '))
  return commands.every(({ kind }) => kind === 'turbo') && commands.some(waits)
}

/** The folders of these packages and of all they need, however far down. */
export function withNeeds(facts: RepositoryFacts, dirs: Iterable<string>): Set<string> {
  const byDir = new Map(facts.packages.map(each => [each.dir, each]))
  const reached = new Set<string>()
  const queue = [...dirs]
  for (let dir = queue.pop(); dir !== undefined; dir = queue.pop()) {
    if (reached.has(dir)) continue
    reached.add(dir)
    queue.push(...(byDir.get(dir)?.needs ?? []))
  }
  return reached
}

const inside = ({ dir }: Package, path: string) => (dir === '.' ? path : `${dir}/${path}`)

const isBuiltOnInstall = ({ scripts }: Package): boolean =>
  ['prepare', 'postinstall'].some(name =>
    /\b(build|tsc|tsup|tsdown|unbuild|rollup|swc|esbuild)\b/.test(scripts[name] ?? ''),
  )

function isMissing(facts: RepositoryFacts, each: Package, entry: string): boolean {
  if (/[*]/.test(entry) || !/\.([cm]?js|jsx|json|d\.[cm]?ts)$/.test(entry)) return false
  return !facts.has(inside(each, entry))
}
