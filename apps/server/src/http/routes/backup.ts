import { PassThrough, type Writable } from 'node:stream'
import * as z from 'zod'
import { serverOwner } from '../../access/route-access.ts'
import type { Api } from '../route.ts'

/** Writes everything this server keeps, and ends `out`. */
export type BackUp = (out: Writable, withSecretKeys: boolean) => Promise<void>

/** GET /api/v1/backup: everything a server keeps, as one file. A stream that ends early is cut off, never shorter in silence. */
export function backupRoutes(app: Api, backUp: BackUp): void {
  app.get(
    '/api/v1/backup',
    {
      access: serverOwner,
      schema: {
        tags: ['server'],
        summary: 'Everything this server keeps, as one file for `gantry restore`',
        querystring: z.object({
          secretKeys: z.stringbool().default(false).describe('with the keys that open the secrets'),
        }),
      },
    },
    (request, reply) => {
      const out = new PassThrough()
      backUp(out, request.query.secretKeys).catch(cause => {
        request.log.error({ err: cause }, 'a backup was cut off')
        out.destroy(cause)
      })
      reply.header('content-disposition', 'attachment; filename="gantry-backup.tar.gz"')
      return reply.type('application/gzip').send(out)
    },
  )
}
