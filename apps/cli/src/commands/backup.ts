import { createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { connect } from '../api/connect.ts'
import { defineCommand } from '../command/command.ts'
import { outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  arguments: [{ name: '<file>', text: 'where to write it, such as gantry-2026-11-27.tar.gz' }],
  options: [
    { flags: '--with-secret-keys', text: 'put the keys that open the secrets in: whoever has the file can read them' },
  ],
  details: `Everything the server keeps, of one moment, while it works: the rows of its database, built artifacts, what runs uploaded and
the repositories. Secrets are in it as they are kept, sealed: keep their key (GANTRY_SECRET_KEY, or the files secret-keys and secret of the
data folder) somewhere else, or they cannot be opened after a restore. \`gantry restore\` checks every sum before it uses the file.`,
  examples: ['backup gantry-2026-11-27.tar.gz', 'backup whole.tar.gz --with-secret-keys'],
  async run(call, host) {
    const output = outputOf(call, host)
    const file = resolve(host.cwd, call.required('file'))
    const withKeys = call.flag('withSecretKeys')
    if (withKeys) output.note('warning: whoever has this file can read every secret; keep it as you keep them')
    const part = `${file}.part`
    try {
      const bytes = await connect(host).stream(`/api/v1/backup?secretKeys=${withKeys}`)
      await pipeline(bytes, createWriteStream(part, { mode: 0o600 }))
      await rename(part, file)
    } finally {
      await rm(part, { force: true })
    }
    const { size } = await stat(file)
    output.json({ file, bytes: size })
    output.print(`wrote ${file} (${(size / 1024 ** 2).toFixed(1)} MB)`)
    return 0
  },
})
