import { spawn } from 'node:child_process'
import { PassThrough, type Readable } from 'node:stream'

export interface UploadPack {
  type: string
  output: Readable
}

/**
 * What git answers to a fetch over HTTP: the refs there are, or the objects that `input` asks for. Any commit may be asked for by
 * its name, for that of a run is perhaps on no branch any more. https://git-scm.com/docs/http-protocol
 */
export function uploadPack(
  repository: string,
  {
    protocol,
    input,
    isAdvertised = false,
  }: { protocol?: string | undefined; input?: Readable; isAdvertised?: boolean },
): UploadPack {
  const { PATH = '/usr/local/bin:/usr/bin:/bin' } = process.env
  const env = { PATH, LC_ALL: 'C', ...(protocol !== undefined && { GIT_PROTOCOL: protocol }) }
  const allowed = ['-c', 'uploadpack.allowAnySHA1InWant=true', '-c', 'safe.directory=*']
  const how = ['--stateless-rpc', ...(isAdvertised ? ['--advertise-refs'] : [])]
  const git = spawn('git', [...allowed, 'upload-pack', ...how, repository], { env, stdio: ['pipe', 'pipe', 'ignore'] })
  const output = new PassThrough()
  git.stdin.on('error', () => undefined)
  git.on('error', cause => output.destroy(cause))
  git.on('close', code => (code === 0 ? output.end() : output.destroy(new Error(`git upload-pack ended with ${code}`))))
  // Who asked is gone: nothing is packed for nobody.
  output.on('close', () => git.kill('SIGKILL'))
  if (isAdvertised) output.write('001e# service=git-upload-pack\n0000')
  if (input) input.pipe(git.stdin)
  else git.stdin.end()
  git.stdout.pipe(output, { end: false })
  return { type: `application/x-git-upload-pack-${isAdvertised ? 'advertisement' : 'result'}`, output }
}
