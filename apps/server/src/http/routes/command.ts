import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { open } from '../../access/route-access.ts'
import type { Api } from '../route.ts'

/** GET /gantry.tgz: `npm install --global <address>/gantry.tgz` installs the command of this server. */
export function commandRoutes(app: Api, packed: () => Promise<string>): void {
  app.get(
    '/gantry.tgz',
    {
      access: open('it is no secret, and npm sends no token'),
      schema: { tags: ['command'], summary: 'The command line of this version, as npm installs it' },
    },
    async (_request, reply) => {
      const path = await packed()
      const { size } = await stat(path)
      // The address stays when the version changes.
      return reply
        .header('cache-control', 'no-cache')
        .header('content-length', size)
        .type('application/gzip')
        .send(createReadStream(path))
    },
  )
}
