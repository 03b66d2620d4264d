import type { NewLine, QueuedForward } from '@gantry/core'

export type QueuedLine = Omit<NewLine, 'project'>

/** Lines as they wait: an object on each line. */
export const packLines = (lines: readonly NewLine[]): Buffer =>
  Buffer.from(lines.map(({ project: _, ...line }) => JSON.stringify(line)).join('\n'))

export const linesOf = (rows: readonly Pick<QueuedForward, 'body'>[]): QueuedLine[] =>
  rows.flatMap(({ body }) =>
    Buffer.from(body)
      .toString()
      .split('\n')
      .map(line => JSON.parse(line) as QueuedLine),
  )

/** What a request of lines takes: as many as clients of these services send together. */
export const mostLines = { rows: 200, bytes: 2 * 1024 * 1024, atOnce: 2 }

export const json = (body: unknown): Buffer => Buffer.from(JSON.stringify(body))
