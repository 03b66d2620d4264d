import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SampleBreak } from '@gantry/core/api'

const ending = '.patch'

/** The prepared breaks of the sample, by the head of each patch: `Subject:` and `Shows:`. */
export async function preparedBreaks(source: string): Promise<SampleBreak[]> {
  const files = (await readdir(join(source, 'breaks'))).filter(name => name.endsWith(ending)).toSorted()
  return Promise.all(
    files.map(async file => {
      const name = file.slice(0, -ending.length)
      const text = await readFile(join(source, 'breaks', file), 'utf8')
      return { name, title: titleOf(text, name), shows: /^Shows: (.+)$/m.exec(text)?.[1] ?? '' }
    }),
  )
}

/** The subject the patch carries, or one made of its name. */
export function titleOf(patch: string, name: string): string {
  const subject = /^Subject: (?:\[PATCH\] )?(.+)$/m.exec(patch)?.[1]
  return subject ?? name.replaceAll('-', ' ')
}
