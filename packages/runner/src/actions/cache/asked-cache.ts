import { createHash } from 'node:crypto'
import { join, relative, resolve } from 'node:path'
import type { ActionCall } from '../define-action.ts'

/** What the three cache actions are asked for, checked as GitHub checks it. */
export interface AskedCache {
  key: string
  /** From the workspace, also those of the job's other folders and of its home, which lie elsewhere in every run. */
  paths: string[]
  version: string
}

const MAX_KEYS = 10

export function askedCache(call: ActionCall): AskedCache {
  const key = call.input('key')
  for (const each of [key, ...call.list('restore-keys')]) {
    if (each === '' || each.length > 512 || each.includes(',')) {
      throw new Error(`expected a cache key of 1 to 512 characters without commas, got ${JSON.stringify(each)}`)
    }
  }
  if (1 + call.list('restore-keys').length > MAX_KEYS) {
    throw new Error(`expected at most ${MAX_KEYS} keys, got ${1 + call.list('restore-keys').length}`)
  }
  const paths = call
    .list('path')
    .filter(path => !path.startsWith('#'))
    .map(path => placed(call, path))
  if (paths.length === 0) throw new Error('expected cache to have a "path", got none')
  return { key, paths, version: createHash('sha256').update(paths.join('\n')).digest('hex') }
}

function placed(call: ActionCall, pattern: string): string {
  const [, not = '', path = ''] = /^(!?\s*)(.*)$/s.exec(pattern) ?? []
  const absolute = resolve(call.workspace, path)
  const end = path.endsWith('/') ? '/' : ''
  if (!isBelow(absolute, join(call.workspace, '..'))) return not.trim() + absolute + end
  return not.trim() + (relative(call.workspace, absolute) || '.') + end
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith('../')
}
