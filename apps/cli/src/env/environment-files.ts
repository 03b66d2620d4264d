import { createHmac, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { parseEnv } from 'node:util'
import type { EnvironmentNames } from '@gantry/core/env'

/** Marks of values: equal values have equal marks within one run of the command, and no mark leads back to its value. */
export type Mark = (value: string) => string

export function freshMarks(): Mark {
  const key = randomBytes(32)
  return value => createHmac('sha256', key).update(value).digest('hex')
}

/** `.env.staging`, `.env.production` and the like, wherever they lie; values stay in this function. */
export async function namesInFiles(
  top: string,
  paths: Iterable<string>,
  environments: readonly string[],
  mark: Mark,
): Promise<EnvironmentNames[]> {
  const found: EnvironmentNames[] = []
  for (const path of paths) {
    const environment = environments.find(name => posix.basename(path) === `.env.${name}`)
    if (environment === undefined) continue
    const values = Object.entries(parseEnv(await readFile(join(top, path), 'utf8')))
    found.push({
      environment,
      source: path,
      names: new Map(values.map(([name, value = '']) => [name, value === '' ? null : mark(value)])),
    })
  }
  return found
}
