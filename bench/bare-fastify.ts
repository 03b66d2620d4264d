// The very Fastify the server runs on: another version would compare two things at once.
import { fastify } from '../apps/server/node_modules/fastify/fastify.js'

/** Accepts what the ingest accepts, only parses it and answers its id: what the ingest costs beyond that is Gantry's. */
const app = fastify()
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
  try {
    done(
      null,
      String(body)
        .split('\n')
        .map(line => JSON.parse(line)),
    )
  } catch (cause) {
    done(cause as Error)
  }
})
app.post<{ Body: { event_id: string }[] }>('*', request => Promise.resolve({ id: request.body[0]?.event_id }))
const url = await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.(url)
