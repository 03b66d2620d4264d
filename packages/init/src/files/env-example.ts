import { readEnvExample } from '@gantry/core/env'
import { fromTop } from '../from-top.ts'
import { authorshipOf, withMark } from '../generated-mark.ts'
import type { PlannedFile } from '../planned-file.ts'
import type { EnvName, RepositoryFacts, WorkflowName } from '../repository.ts'

const topExample = '.env.example'
const begin =
  '# gantry:names Read by the code or by workflows, and declared nowhere above. A line moved out of here is yours.'
const end = '# /gantry:names'

/**
 * Every name that is read, declared as `gantry env check` wants it and without a single value: a file of its own at the
 * top, or, in each `.env.example` that people wrote, a marked block with what it lacks.
 */
export function envExamples(facts: RepositoryFacts, planned: readonly WorkflowName[]): PlannedFile[] {
  const theirs = facts.envExamples.filter(path => authorshipOf(facts.textAtTop(path) ?? '') !== 'ours')
  const files = theirs.flatMap(path => withBlock(facts, planned, path))
  if (theirs.includes(topExample)) return files
  return [{ path: topExample, text: withMark(topExample, wholeFile(facts, planned)) }, ...files]
}

function wholeFile(facts: RepositoryFacts, planned: readonly WorkflowName[]): string {
  const groups = groupsOf(facts, planned, topExample, new Set())
  return [
    '# Every name that is read from the environment. Real values never go into this file: a value for this machine goes',
    '# into `.env`, which git must ignore; one for staging or production into that environment of the repository.',
    ...(groups.length === 0 ? ['', '# Nothing is read yet.'] : []),
    ...groups.flatMap(({ title, lines }) => ['', `# ${title}`, ...lines]),
    '',
  ].join('\n')
}

function withBlock(facts: RepositoryFacts, planned: readonly WorkflowName[], path: string): PlannedFile[] {
  const written = facts.textAtTop(path) ?? ''
  const whole = written.replaceAll('\r\n', '\n')
  const from = whole.indexOf(begin)
  const to = whole.indexOf(end)
  const hasBlock = from !== -1 && to > from
  const own = hasBlock ? whole.slice(0, from) + whole.slice(to + end.length).replace(/^\n/, '') : whole
  const declared = new Set(readEnvExample(own).variables.map(({ name }) => name))
  const lines = groupsOf(facts, planned, path, declared).flatMap(group => group.lines)
  if (lines.length === 0 && !hasBlock) return []
  const block = lines.length === 0 ? '' : `\n${[begin, ...lines, '', end].join('\n')}\n`
  const text = `${own.trimEnd()}\n${block}`
  return [{ path, text: written.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text, isBlock: true }]
}

interface Group {
  title: string
  lines: string[]
}

function groupsOf(
  facts: RepositoryFacts,
  planned: readonly WorkflowName[],
  path: string,
  declared: ReadonlySet<string>,
): Group[] {
  const own = facts.env.filter(({ name, examples }) => examples.includes(path) && !declared.has(name))
  const folders = [
    { dir: '.', name: facts.name },
    ...[facts.root, ...facts.packages].map(({ dir, name }) => ({ dir: fromTop(facts.base, dir), name })),
  ]
  const groups = [...new Map(folders.map(each => [each.dir, each])).values()].map(({ dir, name }) => ({
    title: dir === '.' ? name : dir,
    lines: own.filter(each => each.packages[0] === dir).flatMap(each => codeLines(each)),
  }))
  const known = new Set([...declared, ...own.map(({ name }) => name)])
  const read = path === topExample ? [...facts.workflowNames, ...planned] : []
  const others = [...new Map(read.map(each => [each.name, each])).values()]
    .filter(({ name }) => !known.has(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  groups.push({ title: 'workflows and gantry.config.ts', lines: others.flatMap(each => workflowLines(each, facts)) })
  return groups.filter(({ lines }) => lines.length > 0)
}

const codeLines = ({ name, packages, isSecret }: EnvName): string[] => {
  const readers = packages.filter(dir => dir !== '.')
  return declaration(name, readers.length === 0 ? 'Read by the code.' : `Read by ${listed(readers)}.`, isSecret)
}

function workflowLines({ name, path, isSecret }: WorkflowName, { variables }: RepositoryFacts): string[] {
  const text = known[name] ?? variables[name] ?? (/^SMOKE_\w+_URL$/.test(name) ? smoke : `Read by ${path}.`)
  return declaration(name, text, isSecret)
}

/** What the names in generated files are for. */
const known: Readonly<Record<string, string>> = {
  GANTRY_URL: 'Address of the Gantry server: a variable of the repository on GitHub. Runs on that server have it.',
  GANTRY_TOKEN: 'Token for that server: a secret of the repository on GitHub. Runs on that server have it.',
  NPM_TOKEN: 'Token of the registry: a secret of the environment `npm` on GitHub.',
  PUBLISH: 'With the value `on`, deploy.yml publishes: a variable of the repository on GitHub.',
}
const smoke = 'Deployed address that e2e.yml asks every night: a variable of the repository on GitHub.'

const declaration = (name: string, text: string, isSecret: boolean): string[] => [
  '',
  `# ${text}`,
  `# @type=${typeOf(name)}${isSecret ? ' @sensitive' : ''}`,
  `${name}=`,
]

const typeOf = (name: string): string =>
  /(^|_)(URL|URI|ORIGIN|ENDPOINT)$/.test(name) ? 'url' : /(^|_)PORT$/.test(name) ? 'port' : 'string'

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
