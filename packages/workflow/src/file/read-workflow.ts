import { GantryError } from '@gantry/core/errors'
import { checkExpressions } from './check-expressions.ts'
import { checkNeeds } from './check-needs.ts'
import { type ParsedYaml, parseYaml } from './parse-yaml.ts'
import { readConcurrency, readDefaults } from './read-defaults.ts'
import { readJob } from './read-job.ts'
import { readPermissions } from './read-permissions.ts'
import { readTriggers } from './read-triggers.ts'
import type { Finding, JobSpec, Workflow } from './workflow.ts'
import { type Entry, TooManyNodes, YamlReader } from './yaml-reader.ts'

const keys = ['name', 'description', 'run-name', 'on', 'permissions', 'env', 'defaults', 'concurrency', 'jobs']

/** 500 KB: https://docs.github.com/en/actions/reference/limits */
const MAX_BYTES = 512_000

/**
 * Reads and checks one workflow file. Everything wrong with it is found at once: the message holds the first
 * finding, `facts.findings` all of them. A job that this machine cannot run says why in `cannotRun`; a file of which none can
 * is refused here. `parsed`: the text's YAML, when somebody has it.
 */
export function readWorkflow(path: string, text: string, parsed?: ParsedYaml): Workflow {
  const { workflow, unsupported } = checked(path, text, parsed)
  if (unsupported.length > 0 && workflow.jobs.every(job => job.cannotRun !== undefined))
    throw asError('WORKFLOW_UNSUPPORTED', path, unsupported)
  return workflow
}

/** One that others call: where none of its jobs can run here, each says why, and the others of the caller run. */
export function readCalledWorkflow(path: string, text: string): Workflow {
  return checked(path, text).workflow
}

function checked(path: string, text: string, parsed?: ParsedYaml): { workflow: Workflow; unsupported: Finding[] } {
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_BYTES) {
    const message = `expected a workflow file of at most ${MAX_BYTES} bytes, got ${bytes}`
    throw asError('WORKFLOW_INVALID', path, [{ line: 1, column: 1, message }])
  }
  const reader = new YamlReader(parsed ?? parseYaml(text))
  if (reader.findings.length > 0) throw asError('WORKFLOW_INVALID', path, reader.findings)
  let workflow: Workflow | undefined
  try {
    workflow = read(path, reader)
  } catch (error) {
    if (!(error instanceof TooManyNodes || error instanceof RangeError)) throw error
    reader.find({ line: 1, column: 1 }, 'expected a workflow of ordinary size, got anchors that never end')
  }
  if (reader.findings.length > 0) throw asError('WORKFLOW_INVALID', path, reader.findings)
  if (workflow === undefined)
    throw new GantryError('INTERNAL', `${path} was read without a finding and without a result`)
  return { workflow, unsupported: reader.unsupported }
}

function read(path: string, reader: YamlReader): Workflow {
  const workflow: Workflow = { path, name: path, on: [], env: {}, defaults: {}, jobs: [] }
  const seen = new Set<string>()
  for (const { key, value } of reader.entries(reader.root, 'a workflow', keys)) {
    seen.add(key)
    readKey(workflow, reader, key, value)
  }
  for (const key of ['on', 'jobs']) {
    if (!seen.has(key)) reader.find({ line: 1, column: 1 }, `expected a workflow to have "${key}", got none`)
  }
  checkNeeds(workflow.jobs, reader)
  reader.findOutsideOfSchema()
  return workflow
}

function readKey(workflow: Workflow, reader: YamlReader, key: string, value: unknown): void {
  if (key === 'name') workflow.name = reader.text(value, key) || workflow.path
  if (key === 'description') reader.text(value, key)
  if (key === 'on') workflow.on = readTriggers(reader, value)
  if (key === 'permissions') workflow.permissions = readPermissions(reader, value)
  if (key === 'defaults') workflow.defaults = readDefaults(reader, value, 'defaults')
  if (key === 'concurrency') workflow.concurrency = readConcurrency(reader, value, 'concurrency')
  if (key === 'run-name') {
    workflow.runName = reader.text(value, key)
    checkExpressions(reader, value, 'run-name')
  }
  if (key === 'env' && !reader.isEmpty(value)) {
    workflow.env = reader.value(value, key)
    checkExpressions(reader, value, 'env')
  }
  if (key === 'jobs') {
    workflow.jobs = reader.entries(value, 'jobs').map(entry => readOwnJob(workflow.path, reader, entry))
    if (reader.isMap(value) && workflow.jobs.length === 0)
      reader.find(reader.at(value), 'expected jobs to hold at least one job, got none')
  }
}

/** A job, with what of it this machine cannot do. */
function readOwnJob(path: string, reader: YamlReader, entry: Entry): JobSpec {
  const known = reader.unsupported.length
  const job = readJob(reader, entry)
  const reasons = reader.unsupported
    .slice(known)
    .map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`)
  return reasons.length === 0 ? job : { ...job, cannotRun: reasons.join('; ') }
}

function asError(code: 'WORKFLOW_INVALID' | 'WORKFLOW_UNSUPPORTED', path: string, findings: Finding[]): GantryError {
  const sorted = findings.toSorted((a, b) => a.line - b.line || a.column - b.column)
  const [first] = sorted
  const more = sorted.length > 1 ? ` (and ${sorted.length - 1} more)` : ''
  return new GantryError(code, `${path}:${first?.line}:${first?.column}: ${first?.message}${more}`, {
    path,
    findings: sorted,
  })
}
