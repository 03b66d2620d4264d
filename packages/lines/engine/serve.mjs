// Puts the HTTP interface of ClickHouse before its engine in this process: as much of it as the client of npm asks for.
// https://clickhouse.com/docs/interfaces/http
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { Session } from 'chdb'

const session = new Session(process.argv[2])

createServer(async (request, response) => {
  const { searchParams } = new URL(request.url, 'http://engine')
  const isPacked = request.headers['content-encoding'] === 'gzip'
  const body = await text(isPacked ? request.pipe(createGunzip()) : request)
  const query = searchParams.get('query')
  try {
    // The engine has one session, and answers one request at a time.
    for (const [name, value] of searchParams)
      if (name.startsWith('param_') || name.startsWith('insert_deduplicat'))
        session.query(`set ${name} = ${quoted(value)}`)
    const answer = session.query(query === null ? body : `${query}\n${body}`)
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(answer)
  } catch (cause) {
    const [, code = '0'] = /Code: (\d+)/.exec(cause.message) ?? []
    response.writeHead(500, { 'x-clickhouse-exception-code': code }).end(cause.message)
  }
}).listen(0, '127.0.0.1', function () {
  console.log(this.address().port)
})

const quoted = value => `'${value.replace(/[\\']/g, '\\$&')}'`
