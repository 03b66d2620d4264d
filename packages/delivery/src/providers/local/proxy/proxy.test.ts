import { once } from 'node:events'
import { createServer, type RequestListener, request, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { freePort } from '../process/free-port.ts'
import { openProxy } from './proxy.ts'
import type { Address } from './target.ts'

const host = '127.0.0.1'
const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

async function service(release: string, listener: RequestListener): Promise<Address & { server: Server }> {
  const server = createServer(listener)
  server.listen(0, host)
  await once(server, 'listening')
  endings.push(() => server.close() && server.closeAllConnections())
  return { release, host, port: (server.address() as AddressInfo).port, server }
}

async function opened(drainMs = 200) {
  const counted: [string, boolean][] = []
  const port = await freePort(host)
  const proxy = await openProxy({
    host,
    port,
    drainMs,
    probeMark: 'secret',
    onRequest: (release, isFailure) => counted.push([release, isFailure]),
  })
  endings.unshift(() => proxy.close())
  return { proxy, counted, url: `http://${host}:${port}` }
}

describe('a request', () => {
  test('is answered by the release that is live, named in a header', async () => {
    const { proxy, counted, url } = await opened()
    proxy.point(
      await service('one', (asked, answer) =>
        answer.setHeader('set-cookie', ['a=1', 'b=2']).end(`${asked.method} ${asked.url}`),
      ),
    )
    const response = await fetch(`${url}/a?b=c`, { method: 'PUT', body: 'x' })
    expect(await response.text()).toBe('PUT /a?b=c')
    expect(response.headers.get('x-gantry-release')).toBe('one')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(counted).toEqual([['one', false]])
    expect(proxy.release()).toBe('one')
  })

  test('of a probe of Gantry is carried, not counted, and its mark goes no further', async () => {
    const { proxy, counted, url } = await opened()
    proxy.point(
      await service('one', (asked, answer) => {
        answer.statusCode = 500
        answer.end(String(asked.headers['x-gantry-probe']))
      }),
    )
    const seen = async (mark?: string) =>
      (await fetch(url, { headers: mark === undefined ? {} : { 'X-Gantry-Probe': mark } })).text()
    expect(await seen('secret')).toBe('1')
    expect(counted).toEqual([])
    for (const mark of [undefined, '1', 'Secret', 'secret, secret']) expect(await seen(mark)).toBe('undefined')
    expect(counted).toHaveLength(4)
  })

  test('carries who asked, and nothing that belongs to one connection only', async () => {
    const { proxy, url } = await opened()
    proxy.point(await service('one', (asked, answer) => answer.end(JSON.stringify(asked.headers))))
    const asking = request(url, {
      headers: { 'X-Forwarded-For': '10.1.1.1', Connection: 'close, X-Own', 'X-Own': '1', TE: 'trailers' },
    }).end()
    const [answer] = await once(asking, 'response')
    const headers = JSON.parse((await answer.toArray()).join(''))
    expect(headers).toMatchObject({
      'x-forwarded-for': '10.1.1.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      host: url.slice(7),
      'x-forwarded-host': url.slice(7),
    })
    expect(headers).not.toHaveProperty('x-own')
    expect(headers).not.toHaveProperty('te')
  })

  test('gets 503 and when to try again while nothing is live', async () => {
    const { counted, url } = await opened()
    const response = await fetch(url)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.json()).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    expect(counted).toEqual([])
  })

  test('in flight finishes where it began', async () => {
    const { proxy, url } = await opened()
    const arrived = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const slow = await service('old', async (_asked, answer) => {
      answer.write('begun ')
      arrived.resolve()
      await go.promise
      answer.end('ended')
    })
    proxy.point(slow)
    const response = fetch(url).then(answer => answer.text())
    await arrived.promise
    proxy.point(await service('new', (_asked, answer) => answer.end('new')))
    expect(await (await fetch(url)).text()).toBe('new')
    const drained = proxy.drained('old')
    go.resolve()
    expect(await response).toBe('begun ended')
    await drained
  })

  test('that fails counts against its release; a client that goes away does not', async () => {
    const { proxy, counted, url } = await opened()
    const arrived = Promise.withResolvers<void>()
    proxy.point(
      await service('one', (asked, answer) => {
        if (asked.url === '/500') answer.writeHead(500).end()
        else if (asked.url === '/cut') {
          answer.writeHead(200, { 'content-length': 100 }).write('x')
          setTimeout(() => answer.destroy(), 20)
        } else arrived.resolve()
      }),
    )
    await (await fetch(`${url}/500`)).text()
    await expect(fetch(`${url}/cut`).then(answer => answer.text())).rejects.toThrow()
    expect(counted).toEqual([
      ['one', true],
      ['one', true],
    ])
    const gone = new AbortController()
    const asked = fetch(`${url}/hang`, { signal: gone.signal })
    await arrived.promise
    gone.abort()
    await expect(asked).rejects.toThrow()
    await expect.poll(() => counted.length).toBe(3)
    expect(counted[2]).toEqual(['one', false])
  })
})

describe('when the service cannot be reached', () => {
  test('what may be repeated is tried again, and finds the release that is live then', async () => {
    const { proxy, counted, url } = await opened()
    proxy.point({ release: 'gone', host, port: await freePort(host) })
    const asked = fetch(url)
    setTimeout(async () => proxy.point(await service('new', (_asked, answer) => answer.end('new'))), 20)
    expect(await (await asked).text()).toBe('new')
    expect(counted).toEqual([['new', false]])
  })

  test('what may not is answered 502 and counted', async () => {
    const { proxy, counted, url } = await opened()
    proxy.point({ release: 'gone', host, port: await freePort(host) })
    const response = await fetch(url, { method: 'POST', body: 'once' })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ code: 'BAD_GATEWAY' })
    expect((await fetch(url)).status).toBe(502)
    expect(counted).toEqual([
      ['gone', true],
      ['gone', true],
    ])
  })

  test('a kept connection that ended meanwhile is not a failure', async () => {
    const { proxy, counted, url } = await opened()
    // Ends every connection right after its first answer, without saying so.
    const server = createTcpServer(socket => {
      let answers = 0
      socket.on('data', () => {
        answers += 1
        if (answers === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
        else socket.resetAndDestroy()
      })
      socket.on('error', () => {})
    }).listen(0, host)
    await once(server, 'listening')
    endings.push(() => server.close())
    proxy.point({ release: 'one', host, port: (server.address() as AddressInfo).port })
    for (let index = 0; index < 4; index += 1) expect(await (await fetch(url)).text()).toBe('ok')
    expect(counted.filter(([, isFailure]) => isFailure)).toEqual([])
  })
})

describe('a WebSocket', () => {
  async function chat(release: string) {
    const made = await service(release, (_asked, answer) => answer.end(release))
    const sockets = new WebSocketServer({ server: made.server })
    const closes: number[] = []
    sockets.on('connection', socket => {
      socket.send(`hello from ${release}`)
      socket.on('message', data => socket.send(data))
      socket.on('close', code => closes.push(code))
    })
    return { ...made, closes }
  }
  const join = async (url: string) => {
    const socket = new WebSocket(url.replace('http', 'ws'))
    const [hello] = (await once(socket, 'message')) as [Buffer]
    return { socket, hello: String(hello) }
  }

  test('stays with the old release for a while, then is told by both sides to go away', async () => {
    const { proxy, counted, url } = await opened(300)
    const old = await chat('old')
    proxy.point(old)
    const { socket, hello } = await join(url)
    expect(hello).toBe('hello from old')
    proxy.point(await chat('new'))
    const closed = once(socket, 'close')
    const began = performance.now()
    socket.send('still here')
    expect(String((await once(socket, 'message'))[0])).toBe('still here')
    expect((await join(url)).hello).toBe('hello from new')
    expect((await closed)[0]).toBe(1001)
    expect(performance.now() - began).toBeGreaterThan(250)
    await expect.poll(() => old.closes).toEqual([1001])
    expect(counted).toEqual([
      ['old', false],
      ['new', false],
    ])
    await proxy.drained('old')
  })

  test('going back before its time is over leaves it alone', async () => {
    const { proxy, url } = await opened(200)
    const old = await chat('old')
    proxy.point(old)
    const { socket } = await join(url)
    proxy.point(await chat('new'))
    proxy.point(old)
    await new Promise(resolve => setTimeout(resolve, 400))
    expect(socket.readyState).toBe(WebSocket.OPEN)
  })

  test('large messages pass whole, and the goodbye never lands inside one', async () => {
    const { proxy, url } = await opened(1_000)
    proxy.point(await chat('old'))
    const { socket } = await join(url)
    const sizes = new Set<number>()
    socket.on('message', data => sizes.add(data.toString().length))
    const errors: unknown[] = []
    socket.on('error', error => errors.push(error))
    const sending = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send('x'.repeat(300_000)), 10)
    proxy.point(await chat('new'))
    const [code] = await once(socket, 'close')
    clearInterval(sending)
    expect(code).toBe(1001)
    expect(errors).toEqual([])
    expect([...sizes]).toEqual([300_000])
  })

  test('that the service refuses gets its answer; without a release 503; without a service 502', async () => {
    const { proxy, counted, url } = await opened()
    const refusal = async () => {
      const socket = new WebSocket(url.replace('http', 'ws'))
      const [, response] = await once(socket, 'unexpected-response')
      socket.on('error', () => {})
      socket.terminate()
      return response.statusCode
    }
    expect(await refusal()).toBe(503)
    const plain = await service('one', (_asked, answer) => answer.end())
    plain.server.on('upgrade', (_asked, socket) =>
      socket.end('HTTP/1.1 403 Forbidden\r\ntransfer-encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n'),
    )
    proxy.point(plain)
    expect(await refusal()).toBe(403)
    proxy.point({ release: 'gone', host, port: await freePort(host) })
    expect(await refusal()).toBe(502)
    expect(counted).toEqual([
      ['one', false],
      ['gone', true],
    ])
  })

  test('another kind of upgrade is carried as bytes and ended', async () => {
    const { proxy, url } = await opened(50)
    const echo = await service('one', (_asked, answer) => answer.end())
    echo.server.on('upgrade', (_asked, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n')
      socket.pipe(socket)
    })
    proxy.point(echo)
    const socket = connect(Number(new URL(url).port), host)
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nearly ')
    let seen = ''
    socket.setEncoding('latin1').on('data', text => {
      seen += text
    })
    await expect.poll(() => seen).toContain('early ')
    socket.write('late')
    await expect.poll(() => seen).toContain('early late')
    proxy.point(await service('two', (_asked, answer) => answer.end()))
    await once(socket, 'close')
  })
})

test('a taken port is an error that names itself', async () => {
  const { proxy } = await opened()
  await expect(
    openProxy({ host, port: proxy.port, drainMs: 1, probeMark: 'secret', onRequest: () => {} }),
  ).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})

test('nonsense is cut off', async () => {
  const { url } = await opened()
  const socket = connect(Number(new URL(url).port), host)
  socket.on('error', () => {})
  socket.write('nonsense\r\n\r\n')
  await once(socket, 'close')
})
