import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'

/** What commands take that bring a release somewhere. */
export const releaseOptions = [
  { flags: '--environment <name>', text: 'where to' },
  { flags: '--release <id>', text: 'which release (the one of GITHUB_SHA)' },
]

/** Which release is to go where. @throws CalledWrongly where one of them is not said */
export function askedRelease(
  call: Call,
  host: Pick<Host, 'env'>,
  verb: string,
): { environment: string; release: string } {
  const environment = call.text('environment')
  if (!environment)
    throw new CalledWrongly('expected --environment, got none', `Type \`gantry ${verb} --environment staging\`.`)
  const release = call.text('release') || host.env['GITHUB_SHA']
  if (!release) throw new CalledWrongly('expected --release, or GITHUB_SHA to be set', 'See `gantry releases`.')
  return { environment, release }
}
