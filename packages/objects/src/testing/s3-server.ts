import crypto from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from '@20minutes/s3rver'

export interface S3Server {
  /** For `GANTRY_OBJECTS`. */
  address: string
  env: Record<string, string>
  stop(): Promise<void>
}

/** A server that speaks the S3 API and checks signatures, with one empty bucket `gantry`. */
export async function startS3Server(): Promise<S3Server> {
  replaceCipher()
  const directory = await mkdtemp(join(tmpdir(), 'gantry-s3-'))
  const server = new S3rver({
    directory,
    address: '127.0.0.1',
    port: 0,
    silent: true,
    vhostBuckets: false,
    configureBuckets: [{ name: 'gantry' }],
  })
  server.middleware.unshift(keepSlash)
  const { port } = await server.run()
  return {
    address: `s3://gantry?endpoint=${encodeURIComponent(`http://127.0.0.1:${port}`)}`,
    env: { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' },
    async stop() {
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The server drops the slash behind a bucket while it checks a signature; S3 and its clients do not. */
function keepSlash(context: S3rver.Context, next: () => Promise<void>): Promise<void> {
  let matched: S3rver.Params = {}
  const withSlash = () => ({ ...matched, bucket: `${matched.bucket}/` })
  const isBucket = () => matched.bucket !== undefined && matched.key === undefined && context.path.endsWith('/')
  Object.defineProperty(context, 'params', {
    get: () => (isBucket() && context.state.account === undefined ? withSlash() : matched),
    set(params: S3rver.Params) {
      matched = params
    },
  })
  return next()
}

/** It hides the last key of a page with DES, which OpenSSL 3 does not have any more: any other cipher does. */
function replaceCipher(): void {
  const { createCipheriv, createDecipheriv } = crypto
  const key = Buffer.alloc(16, 'key')
  const iv = Buffer.alloc(16, 'iv')
  const known = 'aes-128-cbc'
  Object.assign(crypto, {
    createCipheriv: (...[name, ...rest]: Parameters<typeof createCipheriv>) =>
      name === 'des' ? createCipheriv(known, key, iv) : createCipheriv(name, ...rest),
    createDecipheriv: (...[name, ...rest]: Parameters<typeof createDecipheriv>) =>
      name === 'des' ? createDecipheriv(known, key, iv) : createDecipheriv(name, ...rest),
  })
}
