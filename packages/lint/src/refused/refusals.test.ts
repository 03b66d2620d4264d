import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseYaml } from '@gantry/workflow'
import { refusedByGitHub } from '@gantry/workflow/testing/github-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { rules } from '../rules/index.ts'
import { asFile } from '../testing/as-file.ts'
import { readLintFile } from '../tree/lint-file.ts'
import { refusals } from './refusals.ts'

const path = '.github/workflows/ci.yml'
function refused(text: string): string[] {
  const parsed = parseYaml(text)
  const file = readLintFile(path, text, { read: () => null }, parsed)
  return refusals(path, text, parsed, file).map(({ line, message }) => `${line}: ${message}`)
}

/** What GitHub refuses when a workflow is started, and this parser, which serves an editor, does not look at. */
const beyondParser = [
  /to have an image, got none/,
  /to have "steps", got none/,
  /at least one step, got none/,
  /an action (with a version|as owner\/name@version)|\$\/path without a version/,
  /a workflow as \.\/\.github\/workflows/,
  /expected (branches|tags|paths) or \1-ignore/,
  /to be a number above 0/,
  /the default of input/,
  /timezone to be a name/,
  /to name "workflows", got none|on\.workflow_run to be a mapping/,
  /to hold at least one value, got none/,
  /"queue: max" or "cancel-in-progress: true", got both/,
  /to name a background step before it/,
]
/** What this parser refuses and GitHub takes. */
const stricterThanGitHub: [reason: string, message: RegExp, text: RegExp][] = [
  ['the type of a repository_dispatch may be a number', /Unexpected value '80'/, /repository_dispatch/],
  ['env as one expression', /'BasicExpressionToken' encountered while reading '[\w ]*env'/, /env: \$\{\{/],
  ['keys beside the inputs of workflow_dispatch, and inputs without a value', /Unexpected value/, /workflow_dispatch:/],
  [
    'filters of other events are ignored',
    /mapping was not expected|Unexpected value '(branches|tags|paths)/,
    /^ +(branches|tags|paths)(-ignore)?:/m,
  ],
  ['the default of an input without a type is text, whatever it is', /The type 'StringToken' was expected/, /default:/],
  [
    'a key alone in braces: the parser stumbles',
    /Expected a scalar value, a sequence, or a mapping/,
    /[{,] *\w+ *[,}]/,
  ],
]

async function compare(text: string): Promise<void> {
  const [theirs, ours] = [await refusedByGitHub(text), refused(text)]
  const isExcused = stricterThanGitHub.some(([, message, where]) => message.test(theirs[0] ?? '') && where.test(text))
  if (theirs.length > 0 && ours.length === 0 && !isExcused) expect.fail(`GitHub refuses: ${theirs[0]}\n${text}`)
  const unknown = ours.filter(message => !beyondParser.some(pattern => pattern.test(message)))
  if (theirs.length === 0 && unknown.length > 0) expect.fail(`GitHub takes it, lint does not: ${unknown[0]}\n${text}`)
}

const folder = join(import.meta.dirname, '../../../workflow/features')
const features = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.yml') && !name.endsWith('action.yml'))
  .map(name => readFileSync(join(folder, name), 'utf8'))
const examples = rules
  .flatMap(({ bad, good }) => [...bad, ...good].map(asFile))
  .filter(file => file.path === path)
  .map(({ text }) => text)

const job = 'jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: x }]\n'
const jobWith = (lines: string) => `on: push\n${job.replace('    steps', `${lines.replace(/^/gm, '    ')}\n    steps`)}`

describe('what lint says GitHub refuses', () => {
  it.each([
    ['an alias of nothing', `on: push\nenv: *nowhere\n${job}`, '2: expected an anchor before this alias, got none'],
    ['env as text', `on: push\nenv: FOO=BAR\n${job}`, '2: expected env to be a mapping, got "FOO=BAR"'],
    ['a list in env', `on: push\nenv: { A: [x] }\n${job}`, '2: expected env.A to be a text, got a list'],
    [
      'keys that differ by case',
      `on: push\nenv:\n  A: x\n  a: y\n${job}`,
      '4: expected each key once, whatever its case, got "a" again',
    ],
    [
      'a group of runners, misspelt',
      jobWith('if: true').replace('ubuntu-latest', '{ groups: x }'),
      '4: expected one of group, labels in runs-on, got "groups"; did you mean "group"?',
    ],
    [
      'an unknown key of a container',
      jobWith('container:\n  image: node\n  port: [80]'),
      '7: expected one of image, options, env, ports, volumes, credentials in container, got "port"; did you mean "ports"?',
    ],
    [
      'a mistyped key of a container',
      jobWith('container:\n  image: node\n  ports: 80'),
      '7: expected ports to be a list, got 80',
    ],
    [
      'a container without an image',
      jobWith('container: { options: --cpus 1 }'),
      '5: expected container to have an image, got none',
    ],
    ['services as a list', jobWith('services: [postgres]'), '5: expected services to be a mapping, got a list'],
    [
      'an unknown key of a service',
      jobWith('services:\n  db:\n    image: postgres\n    volume: [x]'),
      '8: expected one of image, options, env, ports, volumes, credentials, entrypoint, command in services.db, got "volume"; did you mean "volumes"?',
    ],
    [
      'a choice without options',
      `on: { workflow_dispatch: { inputs: { x: { type: choice } } } }\n${job}`,
      '1: expected x to have options when it is a choice, got a choice without',
    ],
    ['no job', 'on: push\njobs: {}\n', '2: expected jobs to hold at least one job, got none'],
  ])('names the place: %s', async (_, text, message) => {
    expect(refused(text)).toEqual([message])
    expect(await refusedByGitHub(text)).not.toEqual([])
  })

  it('is what its own parser refuses, for each example of syntax and of a rule', async () => {
    expect(features.length + examples.length).toBeGreaterThan(600)
    for (const text of [...features, ...examples]) await compare(text)
  })

  it.each([
    ['filters of other events', `on:\n  create: { tags: [v1] }\n  merge_group: { paths: [src] }\n${job}`],
    ['keys beside the inputs of workflow_dispatch', `on:\n  workflow_dispatch:\n    inputs:\n    note: x\n${job}`],
  ])('does not hold what runs daily: %s', (_, text) => {
    expect(refused(text)).toEqual([])
  })
})

const corpus = [...features, ...examples].flatMap(text => {
  try {
    const value: unknown = parse(text)
    return typeof value === 'object' && value !== null ? [value] : []
  } catch {
    return [] // Examples of what is no YAML.
  }
})
const odd = [null, 80, true, 'x', ['x'], { x: 'y' }, '', '${{ github.sha }}', [], {}, -1, 'true', [{ x: 1 }], 'a b']

interface Slot {
  holder: Record<string, unknown>
  key: string
}

/** Places of a file: who holds the value, and under which key. */
function slotsOf(value: unknown): Slot[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(value).flatMap(key => [{ holder, key }, ...slotsOf(holder[key])])
}

const acts: ((slot: Slot, value: unknown) => void)[] = [
  ({ holder, key }, value) => {
    holder[key] = value
  },
  ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else delete holder[key]
  },
  ({ holder, key }) => {
    if (!Array.isArray(holder)) holder[key.toUpperCase()] = holder[key]
  },
  ({ holder, key }) => {
    const kept = holder[key]
    if (Array.isArray(holder)) return
    delete holder[key]
    holder[`${key}s`] = kept
  },
]

it('parts from GitHub on no file that one change makes of a good one', async () => {
  const change = fc.record({
    file: fc.nat(corpus.length - 1),
    place: fc.nat(200),
    act: fc.constantFrom(...acts),
    value: fc.constantFrom(...odd),
  })
  const agrees = fc.asyncProperty(change, async ({ file, place, act, value }) => {
    const fresh = structuredClone(corpus[file])
    const slots = slotsOf(fresh)
    const slot = slots[place % Math.max(1, slots.length)]
    if (slot === undefined) return
    act(slot, structuredClone(value))
    await compare(stringify(fresh, { aliasDuplicateObjects: false }))
  })
  // The same changes each time; another seed tries others.
  const seed = Number(process.env['REFUSAL_SEED'] ?? 1)
  await fc.assert(agrees, { seed, numRuns: Number(process.env['REFUSAL_RUNS'] ?? 1200) })
}, 300_000)
