import type { Readable } from 'node:stream'

/**
 * All bytes of a stream, or null as soon as there are more than `mostBytes`: the stream is then left paused and intact,
 * where `for await` would destroy it, and with a request the connection on which it is to be answered.
 */
export function collect(stream: Readable, mostBytes: number): Promise<Buffer | null> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const leave = () => {
      stream.off('data', take).off('end', finish).off('error', fail).off('close', cut)
    }
    const take = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= mostBytes) return void chunks.push(chunk)
      stream.pause()
      leave()
      // Its end no longer matters here, but an error nobody hears would end the process.
      stream.on('error', () => undefined)
      done(null)
    }
    const finish = () => {
      leave()
      done(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes))
    }
    const cut = () => fail(new Error('it was closed before its end'))
    stream.on('data', take).once('end', finish).once('error', fail).once('close', cut)
  })
}
