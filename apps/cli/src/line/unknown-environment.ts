import { Line } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { one } from '../api/read.ts'

/** Behind "nothing was found": that no such environment is configured, where that is why. Other programs may name their own. */
export async function unknownEnvironment(api: Api, asked: string | undefined): Promise<string> {
  if (asked === undefined) return ''
  const known = (await api.get('/line', one(Line))).environments.map(({ name }) => name)
  return known.length === 0 || known.includes(asked)
    ? ''
    : `; gantry.config.ts names no environment "${asked}", only ${known.join(', ')}`
}
