import { createServer } from 'node:http'

/** Accepts what the ingest accepts and only parses it: what this machine could do at most. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const lines = Buffer.concat(chunks).toString().split('\n')
    response.end(JSON.stringify({ id: lines.map(line => JSON.parse(line)).length }))
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') process.send?.(`http://127.0.0.1:${address.port}`)
})
