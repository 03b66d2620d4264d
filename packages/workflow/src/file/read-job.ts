import { checkCondition, checkExpressions } from './check-expressions.ts'
import { checkRunsOn } from './check-runs-on.ts'
import { isIdentifier } from './identifier.ts'
import { checkCaller, readCall } from './read-call.ts'
import { readConcurrency, readDefaults, readNumber, readSwitch } from './read-defaults.ts'
import { readPermissions } from './read-permissions.ts'
import { readSteps } from './read-step.ts'
import type { JobSpec, Strategy } from './workflow.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

const keys = [
  'name',
  'needs',
  'if',
  'runs-on',
  'permissions',
  'environment',
  'concurrency',
  'outputs',
  'env',
  'defaults',
  'steps',
  'timeout-minutes',
  'cancel-timeout-minutes',
  'strategy',
  'continue-on-error',
  'container',
  'services',
  'uses',
  'with',
  'secrets',
  'snapshot',
]

export function readJob(reader: YamlReader, entry: Entry): JobSpec {
  const job: JobSpec = { key: entry.key, at: entry.at, needs: [], env: {}, defaults: {}, outputs: {}, steps: [] }
  if (!isIdentifier(job.key)) {
    reader.find(
      entry.at,
      `expected a job's key to start with a letter or one _, to hold letters, digits, - and _, and to have at most 100 of them, got "${job.key}"`,
    )
  }
  const entries = reader.entries(entry.value, `job ${job.key}`, keys)
  const has = new Set(entries.map(({ key }) => key))
  for (const { key, value } of entries) readers[key]?.(job, reader, value)
  const uses = entries.find(({ key }) => key === 'uses')
  checkCaller(reader, entries, uses !== undefined)
  if (uses !== undefined) {
    const call = readCall(reader, uses.value, entries)
    return call === undefined ? job : { ...job, call }
  }
  if (!has.has('runs-on')) reader.find(entry.at, `expected job ${job.key} to have "runs-on", got none`)
  return job
}

/** One reader per key of a job. */
const readers: Record<string, (job: JobSpec, reader: YamlReader, value: unknown) => void> = {
  name: (job, reader, value) => {
    job.name = reader.text(value, 'name')
    checkExpressions(reader, value, 'job.name')
  },
  needs: (job, reader, value) => {
    job.needs = reader.isEmpty(value) ? [] : reader.words(value, 'needs')
  },
  'runs-on': (job, reader, value) => {
    job.runsOn = checkRunsOn(reader, value)
  },
  if: (job, reader, value) => {
    job.if = reader.text(value, 'if')
    checkCondition(reader, value, 'job.if')
  },
  permissions: (job, reader, value) => {
    job.permissions = readPermissions(reader, value)
  },
  environment: (job, reader, value) => {
    job.environment = readEnvironment(reader, value)
  },
  concurrency: (job, reader, value) => {
    job.concurrency = readConcurrency(reader, value, 'job.concurrency')
  },
  outputs: (job, reader, value) => {
    job.outputs = reader.texts(value, 'outputs')
    checkExpressions(reader, value, 'job.outputs')
  },
  env: (job, reader, value) => {
    job.env = reader.isEmpty(value) ? {} : reader.value(value, 'env')
    checkExpressions(reader, value, 'job.env')
  },
  defaults: (job, reader, value) => {
    job.defaults = readDefaults(reader, value, 'job.defaults')
  },
  steps: (job, reader, value) => {
    job.steps = readSteps(reader, value)
  },
  'timeout-minutes': (job, reader, value) => {
    job.timeoutMinutes = readNumber(reader, value, 'timeout-minutes')
    checkExpressions(reader, value, 'job.timeout-minutes')
  },
  'cancel-timeout-minutes': (job, reader, value) => {
    job.cancelTimeoutMinutes = readNumber(reader, value, 'cancel-timeout-minutes')
    checkExpressions(reader, value, 'job.timeout-minutes')
  },
  strategy: (job, reader, value) => {
    job.strategy = readStrategy(reader, value)
  },
  'continue-on-error': (job, reader, value) => {
    job.continueOnError = readSwitch(reader, value, 'continue-on-error')
    checkExpressions(reader, value, 'job.continue-on-error')
  },
  container: (_job, reader, value) => {
    checkImage(reader, value, 'container')
    if (!reader.isEmpty(value) && (reader.isMap(value) || reader.text(value, 'container') !== ''))
      reader.refuse(value, 'expected jobs that run on this machine, got "container:", which needs Docker')
  },
  services: (_job, reader, value) => {
    const services = reader.isMap(value) ? reader.entries(value, 'services') : []
    for (const { key, value: service } of services) checkImage(reader, service, `service ${key}`)
    if (services.length > 0)
      reader.refuse(value, 'expected jobs that run on this machine, got "services:", which needs Docker')
  },
  snapshot: (_job, reader, value) => reader.refuse(value, 'expected jobs that run on this machine, got "snapshot:"'),
}

function checkImage(reader: YamlReader, node: unknown, what: string): void {
  if (!reader.isMap(node)) return
  const image = reader.entries(node, what).find(({ key }) => key === 'image')?.value
  if (reader.isEmpty(image)) reader.find(reader.at(node), `expected ${what} to have an image, got none`)
}

function readEnvironment(reader: YamlReader, node: unknown): { name: string; url?: string } {
  if (!reader.isMap(node)) {
    checkExpressions(reader, node, 'job.environment')
    return { name: reader.text(node, 'environment') }
  }
  const environment: { name: string; url?: string } = { name: '' }
  for (const { key, value } of reader.entries(node, 'environment', ['name', 'url', 'deployment'])) {
    checkExpressions(reader, value, key === 'url' ? 'job.environment.url' : 'job.environment')
    if (key === 'name') environment.name = reader.text(value, 'name')
    if (key === 'url') environment.url = reader.text(value, 'url')
  }
  if (environment.name === '') reader.find(reader.at(node), 'expected environment to have a "name", got none')
  return environment
}

function readStrategy(reader: YamlReader, node: unknown): Strategy {
  checkExpressions(reader, node, 'job.strategy')
  const strategy: Strategy = { failFast: true }
  if (!reader.isMap(node) && !reader.isList(node) && reader.text(node, 'strategy').includes('${{')) {
    reader.refuse(node, 'expected strategy as a mapping, got one expression for all of it')
    return strategy
  }
  for (const { key, value } of reader.entries(node, 'strategy', ['matrix', 'fail-fast', 'max-parallel'])) {
    if (key === 'matrix') {
      strategy.matrix = reader.value(value, 'matrix')
      strategy.at = reader.at(value)
      if (reader.isMap(value)) checkVectors(reader, value)
    }
    if (key === 'fail-fast') strategy.failFast = readSwitch(reader, value, 'fail-fast')
    if (key === 'max-parallel') strategy.maxParallel = readNumber(reader, value, 'max-parallel')
  }
  return strategy
}

function checkVectors(reader: YamlReader, node: unknown): void {
  for (const { key, value } of reader.entries(node, 'matrix')) {
    const isExpression = !reader.isMap(value) && !reader.isList(value) && reader.text(value, key).includes('${{')
    if (!reader.isList(value) && !isExpression) {
      reader.find(reader.at(value), `expected matrix.${key} to be a list or an expression, got something else`)
    } else if (
      reader.isList(value) &&
      reader.items(value, key).length === 0 &&
      key !== 'include' &&
      key !== 'exclude'
    ) {
      reader.find(reader.at(value), `expected matrix.${key} to hold at least one value, got none`)
    }
  }
}
