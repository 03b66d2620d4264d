import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { findFiles } from './find-files.ts'

/**
 * `hashFiles(…)`: SHA-256 over the SHA-256 of every matching file of the workspace; empty when none matches. Links to
 * folders are followed when the first argument is `--follow-symbolic-links`.
 */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const [option, ...others] = patterns
  const follow = option === '--follow-symbolic-links'
  const wanted = (follow ? others : patterns).flatMap(pattern => pattern.split('\n'))
  const files = findFiles(workspace, wanted, { follow }).filter(file => !relative(workspace, file).startsWith('..'))
  if (files.length === 0) return ''
  const whole = createHash('sha256')
  for (const file of files) whole.update(createHash('sha256').update(readFileSync(file)).digest())
  return whole.digest('hex')
}
