import { createRequire } from 'node:module'

// The very Fastify the server runs on: another version would compare two things at once.
const fromServer = createRequire(new URL('../apps/server/src/main.ts', import.meta.url))
const { fastify } = fromServer('fastify')

/** Accepts what the ingest accepts, only parses it and answers its id: what the ingest costs beyond that is Gantry's. */
const app = fastify()
app.removeAllContentTypeParsers()
app.addContentTypeParser(
  '*',
  { parseAs: 'string' },
  (_: unknown, body: string, done: (error: Error | null, lines?: unknown) => void) => {
    try {
      done(
        null,
        body.split('\n').map(line => JSON.parse(line)),
      )
    } catch (cause) {
      done(cause as Error)
    }
  },
)
app.post('*', async ({ body }: { body: { event_id: string }[] }) => ({ id: body[0]?.event_id }))
const url = await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.(url)
