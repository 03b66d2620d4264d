import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Deletion, ServiceLine } from '@gantry/core'
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
    const noted: Deletion[] = []
    const note = async (deletion: Deletion) => void noted.push(deletion)
    const parts = { lines, log, note, objects: folderObjects(dir), now: () => new Date('2026-03-04T12:00:00.000Z') }
    const keep = KeepConfig.parse({ lines: '2d', linesExport: true })
    const days = async () => (await lines.kept('p')).map(({ day }) => day)

    const failing = { put: async () => Promise.reject(new Error('the bucket is gone')) }
    await forgetLines('p', keep, { ...parts, objects: failing })
    expect(await days()).toEqual(['2026-03-01', '2026-03-02', '2026-03-03'])
    expect(said).toMatchObject([{ err: { message: 'the bucket is gone' } }])

    await forgetLines('p', keep, parts)
    expect(await days()).toEqual(['2026-03-02', '2026-03-03'])
    const first = { kind: 'lines', day: '2026-03-01', count: 2_500, why: 'age', at: '2026-03-04T12:00:00.000Z' }
    expect(noted).toMatchObject([
      {
        ...first,
        exports: ['projects/p/lines/2026-03-01/2026-03-04T12-00-00.000Z.ndjson.gz'],
        bytes: expect.any(Number),
      },
    ])
    const key = 'projects/p/lines/2026-03-01/2026-03-04T12-00-00.000Z.ndjson.gz'
    const packedAt = async (at: string) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of (await parts.objects.get(at)) ?? []) chunks.push(chunk)
      return Buffer.concat(chunks)
    }
    const exportedTo = async (at: string) =>
      gunzipSync(await packedAt(at))
        .toString()
        .trim()
        .split('\n')
        .map(text => (JSON.parse(text) as ServiceLine).message)
    expect(await exportedTo(key)).toEqual(many.map(({ message }) => message))
    expect(said.slice(1)).toMatchObject([
      { key, bytes: (await packedAt(key)).length, lines: 2_500 },
      { day: '2026-03-01', lines: 2_500 },
    ])

    // Too much, and not too old: the last one stays.
    const sizes = (await lines.kept('p')).map(({ bytes }) => bytes ?? 0)
    const linesSize = `${((sizes[0] ?? 0) * 0.5 + (sizes[1] ?? 0)) / 1e6}MB`
    const small = KeepConfig.parse({ lines: '30d', linesExport: true, linesSize })
    // One that comes when its day was exported is exported before it goes.
    const late = {
      put: async (...[to, body]: Parameters<typeof parts.objects.put>) => {
        const put = await parts.objects.put(to, body)
        await lines.append([line('2026-03-02T13:00:00.000Z', 'late')])
        return put
      },
    }
    await forgetLines('p', small, { ...parts, objects: late })
    expect(await days()).toEqual(['2026-03-02', '2026-03-03'])
    await forgetLines('p', small, { ...parts, now: () => new Date('2026-03-04T13:00:00.000Z') })
    expect(await days()).toEqual(['2026-03-03'])
    expect(noted.slice(1)).toMatchObject([{ day: '2026-03-02', count: 2, why: 'size', at: '2026-03-04T13:00:00.000Z' }])
    expect(await exportedTo('projects/p/lines/2026-03-02/2026-03-04T12-00-00.000Z.ndjson.gz')).toEqual(['second'])
    expect(await exportedTo('projects/p/lines/2026-03-02/2026-03-04T13-00-00.000Z.ndjson.gz')).toEqual([
      'second',
      'late',
    ])
  } finally {
    await lines.close()
    await rm(dir, { recursive: true, force: true })
  }
})
