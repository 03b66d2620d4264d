import type { ExpressionPlace } from '../expression/availability.ts'
import { checkExpressions } from './check-expressions.ts'
import type { Call, Given } from './workflow.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations#supported-keywords-for-jobs-that-call-a-reusable-workflow */
const callerKeys = ['name', 'uses', 'with', 'secrets', 'strategy', 'needs', 'if', 'concurrency', 'permissions']

/** A job that calls a workflow has no machine and no steps of its own; any other gives nothing to anybody. */
export function checkCaller(reader: YamlReader, entries: Entry[], isCaller: boolean): void {
  for (const { key, at } of entries) {
    if (isCaller && !callerKeys.includes(key)) {
      reader.find(at, `expected one of ${callerKeys.join(', ')} in a job that calls a workflow, got "${key}"`)
    } else if (!isCaller && (key === 'with' || key === 'secrets')) {
      reader.find(at, `expected "${key}" in a job that calls a workflow with "uses", got a job without`)
    }
  }
}

/** Nothing for what can not be called here; the reader knows why. */
export function readCall(reader: YamlReader, uses: unknown, entries: Entry[]): Call | undefined {
  const written = reader.text(uses, 'uses')
  const call: Call = { path: written.replace(/^(?:\.|\$)\//, ''), at: reader.at(uses), inputs: [], secrets: [] }
  for (const { key, value } of entries) {
    if (key === 'with') call.inputs = readGiven(reader, value, key, 'job.with')
    if (key === 'secrets') call.secrets = readSecrets(reader, value)
  }
  return isHere(reader, uses, written) ? call : undefined
}

/** `$/` is the repository at the commit that runs, as `./` is for jobs: https://github.com/actions/runner/pull/4457 */
function isHere(reader: YamlReader, node: unknown, written: string): boolean {
  if (/^(?:\.|\$)\/\.github\/workflows\/[^/@]+\.ya?ml$/.test(written)) return true
  const remote = /^[\w.-]+\/[\w.-]+\/\.github\/workflows\/([^/@]+\.ya?ml)@\S+$/.exec(written)
  if (remote === null) {
    reader.find(reader.at(node), `expected a workflow as ./.github/workflows/name.yml, got "${written}"`)
  } else {
    const [, file = ''] = remote
    reader.refuse(
      node,
      `expected a workflow of this repository, got "${written}"; to run it here, copy it to .github/workflows/${file} and call it as ./.github/workflows/${file}`,
    )
  }
  return false
}

function readSecrets(reader: YamlReader, node: unknown): Call['secrets'] {
  if (reader.isMap(node) || reader.isEmpty(node)) return readGiven(reader, node, 'secrets', 'job.secrets')
  const word = reader.text(node, 'secrets')
  if (word !== 'inherit') reader.find(reader.at(node), `expected secrets to be inherit or a mapping, got "${word}"`)
  return 'inherit'
}

function readGiven(reader: YamlReader, node: unknown, what: string, place: ExpressionPlace): Given[] {
  if (reader.isEmpty(node)) return []
  checkExpressions(reader, node, place)
  return reader
    .entries(node, what)
    .map(({ key: name, at, value }) => ({ name, at, value: reader.scalar(value, `${what}.${name}`) }))
}
