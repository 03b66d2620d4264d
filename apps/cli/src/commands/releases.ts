import { shortSha } from '@gantry/core'
import { Line, Release } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { listIn, one, query } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [{ flags: '-n, --limit <count>', text: 'how many, newest first', default: '20' }],
  examples: ['releases -n 5'],
  async run(call, host) {
    const output = outputOf(call, host)
    const api = connectProject(call, host)
    const limit = call.int('limit', { min: 1, max: 200 })
    const [releases, line] = await Promise.all([
      api.get(`/releases${query({ limit })}`, listIn('releases', Release)),
      api.get('/line', one(Line)),
    ])
    const liveIn = (id: string) => [
      ...new Set(line.cells.filter(({ release }) => release === id).map(({ environment }) => environment)),
    ]
    output.json({ releases: releases.map(release => ({ ...release, liveIn: liveIn(release.id) })) })
    const rows = releases.map(({ id, createdAt, author, title, badBecause }) => [
      shortSha(id),
      ago(createdAt, host.now()),
      output.paint.green(liveIn(id).join(', ')),
      author,
      `${cut(title, 60)}${badBecause ? output.paint.red(`  bad: ${cut(badBecause, 50)}`) : ''}`,
    ])
    output.print(table(['release', 'made', 'live in', 'author', 'title'], rows).trimEnd() || 'no release yet')
    return 0
  },
})
