import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { ServiceLine } from '@gantry/core'
import { KeepConfig } from '@gantry/core/config'
import { openDayFiles } from '@gantry/lines'
import { folderObjects } from '@gantry/objects'
import { expect, test } from 'vitest'
import { forgetLines } from './forget-lines.ts'

test('a day of lines is exported whole before it is deleted, and stays where that fails', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-forget-'))
  const lines = openDayFiles({ dir, folderOf: project => join(dir, project), now: () => new Date() })
  try {
    const line = (at: string, message: string) => ({
      ...{ project: 'p', environment: 'production', release: null, service: 'web', at, level: 'info' as const },
      ...{ message, trace: null, fields: { a: 1 } },
    })
    const many = Array.from({ length: 2_500 }, (_, index) => line('2026-03-01T12:00:00.000Z', `m${index}`))
    await lines.append([...many, line('2026-03-02T12:00:00.000Z', 'second'), line('2026-03-03T12:00:00.000Z', 'third')])
    const said: object[] = []
    const log = { error: (facts: object) => void said.push(facts), info: (facts: object) => void said.push(facts) }
    const parts = { lines, log, objects: folderObjects(dir), now: () => new Date('2026-03-04T12:00:00.000Z') }
    const keep = KeepConfig.parse({ lines: '2d', linesExport: true })
    const days = async () => (await lines.kept('p')).map(({ day }) => day)

    const failing = { put: async () => Promise.reject(new Error('the bucket is gone')) }
    await forgetLines('p', keep, { ...parts, objects: failing })
    expect(await days()).toEqual(['2026-03-01', '2026-03-02', '2026-03-03'])
    expect(said).toMatchObject([{ err: { message: 'the bucket is gone' } }])

    await forgetLines('p', keep, parts)
    expect(await days()).toEqual(['2026-03-02', '2026-03-03'])
    const key = 'projects/p/lines/2026-03-01/2026-03-04T12-00-00.000Z.ndjson.gz'
    const chunks: Uint8Array[] = []
    for await (const chunk of (await parts.objects.get(key)) ?? []) chunks.push(chunk)
    const packed = Buffer.concat(chunks)
    const exported = gunzipSync(packed).toString().trim().split('\n')
    const found = exported.map(text => (JSON.parse(text) as ServiceLine).message)
    expect(found).toEqual(many.map(({ message }) => message))
    expect(said.slice(1)).toMatchObject([
      { key, bytes: packed.length },
      { day: '2026-03-01', lines: 2_500 },
    ])

    // Too much, and not too old: the last one stays.
    await forgetLines('p', KeepConfig.parse({ lines: '30d', linesExport: true, linesSize: '1MB' }), parts)
    expect(await days()).toEqual(['2026-03-02', '2026-03-03'])
  } finally {
    await lines.close()
    await rm(dir, { recursive: true, force: true })
  }
})
