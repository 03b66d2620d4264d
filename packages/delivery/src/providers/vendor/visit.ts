import type { VendorWorld } from './patient-fetch.ts'
import { poll } from './poll.ts'

/** Asks a deployed site as a visitor does, until it answers well or the time is over; empty when it does, else what was wrong. */
export async function visit(
  world: VendorWorld,
  address: string,
  {
    path,
    headers = {},
    timeoutMs = 60_000,
  }: { path: string | null; headers?: Record<string, string>; timeoutMs?: number },
): Promise<string> {
  let last = ''
  const waited = await poll(world, timeoutMs, async () => {
    last = await ask(world, new URL(path ?? '/', address), path !== null, headers)
    return last === '' ? 'fine' : null
  })
  return waited.state === 'ended' ? '' : last
}

/** Below 400 is fine. Where the config names no path, so is any answer below 500 but 401: a sign-in shows nothing of the release. */
async function ask(world: VendorWorld, url: URL, isNamed: boolean, headers: Record<string, string>): Promise<string> {
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(10_000)])
  try {
    const answer = await world.fetch(url, { headers, redirect: 'manual', signal })
    await answer.body?.cancel()
    const { status } = answer
    return status < 400 || (!isNamed && status < 500 && status !== 401) ? '' : `${url.pathname} answered ${status}`
  } catch (cause) {
    world.signal.throwIfAborted()
    const below = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
    return `${url.pathname}: ${below instanceof Error ? below.message : String(below)}`
  }
}
