import { didYouMean } from '@gantry/core/words'
import type { Templated } from './workflow.ts'
import type { YamlReader } from './yaml-reader.ts'

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions, as of 2026-11. */
const scopes = [
  ...['actions', 'artifact-metadata', 'attestations', 'checks', 'code-quality', 'contents'],
  ...['copilot-requests', 'deployments'],
  ...['discussions', 'id-token', 'issues', 'models', 'packages', 'pages', 'pull-requests', 'repository-projects'],
  ...['security-events', 'statuses', 'vulnerability-alerts'],
]
const levels = ['read', 'write', 'none']
/** Scopes that have fewer. */
const fewer: Record<string, string[]> = {
  'copilot-requests': ['write', 'none'],
  'id-token': ['write', 'none'],
  models: ['read', 'none'],
  'vulnerability-alerts': ['read', 'none'],
}
const whole = ['read-all', 'write-all']

/** `permissions:` of a workflow or a job. */
export function readPermissions(reader: YamlReader, node: unknown): Templated {
  if (reader.isEmpty(node)) return {}
  if (!reader.isMap(node)) {
    const word = reader.text(node, 'permissions')
    if (!whole.includes(word)) {
      reader.find(
        reader.at(node),
        `expected permissions to be read-all, write-all or a mapping of scopes, got "${word}"${didYouMean(word, whole)}`,
      )
    }
    return word
  }
  const entries = reader.entries(node, 'permissions', scopes)
  return Object.fromEntries(
    entries.map(({ key, value }) => {
      const level = reader.text(value, key)
      const known = fewer[key] ?? levels
      if (!known.includes(level)) {
        const words = known.join(', ').replace(/, (?=\w+$)/, ' or ')
        const hint = didYouMean(level, known)
        reader.find(reader.at(value), `expected permission ${key} to be ${words}, got "${level}"${hint}`)
      }
      return [key, level]
    }),
  )
}
