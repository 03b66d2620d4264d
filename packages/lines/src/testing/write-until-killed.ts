/** Run as a process of its own: writes lines for ever and prints the number of each once it is acknowledged. */
import { openDayFiles } from '../day-files.ts'

const [, , dir = ''] = process.argv
const lines = openDayFiles({ dir, folderOf: project => `${dir}/${project}`, now: () => new Date() })
for (let number = 1; ; number++) {
  await lines.append([
    {
      ...{ project: 'crash', environment: 'production', release: null, service: 'web', at: new Date().toISOString() },
      ...{ level: 'info', message: `n${number}`, trace: null, fields: {} },
    },
  ])
  process.stdout.write(`${number}\n`)
}
